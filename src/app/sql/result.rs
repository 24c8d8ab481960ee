//! The rows of a statement: read as they are scrolled to, looked at cell by cell.

use jiff::Timestamp;
use unicode_width::UnicodeWidthStr as _;

use super::{Listing, SqlAsk, ask};
use crate::app::request::Trouble;
use crate::app::{Cursor, Model, Topic, geometry, records, run as commands};
use crate::command::Command;
use crate::domain::{EcsValues, Execution, Hit, ObjectId, ResultPage, ResultTable, Shown};

/// Rows that are kept; what lies beyond is read by an export.
pub const ROWS_LIMIT: usize = 100_000;
/// Cells of a column at most.
const WIDEST: usize = 48;

/// Where a statement stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Phase {
    /// None was run yet.
    #[default]
    Idle,
    /// It runs.
    Running {
        /// Since when, as far as the clock tells.
        since: Timestamp,
        /// What Athena tells of it.
        execution: Option<Box<Execution>>,
    },
    /// It has ended.
    Done(Option<Box<Execution>>),
    /// It was stopped.
    Stopped(Option<Box<Execution>>),
    /// It failed.
    Failed(Trouble, Option<Box<Execution>>),
}

impl Phase {
    /// What Athena tells of the statement.
    pub fn execution(&self) -> Option<&Execution> {
        match self {
            Self::Idle => None,
            Self::Running { execution, .. }
            | Self::Done(execution)
            | Self::Stopped(execution)
            | Self::Failed(_, execution) => execution.as_deref(),
        }
    }
}

/// The rows that were read so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// They, with their columns.
    pub table: ResultTable,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// The column that is looked at.
    pub column: usize,
    /// Why no more could be read.
    pub trouble: Option<Trouble>,
    id: String,
    next: Option<String>,
}

impl Rows {
    /// How many were read.
    pub fn len(&self) -> usize {
        self.table.rows.len()
    }

    /// Whether none was read.
    pub fn is_empty(&self) -> bool {
        self.table.rows.is_empty()
    }

    /// Athena's id of the statement that they are of, where it gave any.
    pub fn id(&self) -> Option<&str> {
        (!self.is_empty()).then_some(self.id.as_str())
    }

    /// Whether there are more.
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// Whether no more are kept.
    pub fn is_full(&self) -> bool {
        self.has_more() && self.len() >= ROWS_LIMIT
    }

    /// The cell under the cursor; NULL is none.
    fn cell(&self) -> Option<&str> {
        self.table.rows.get(self.cursor.at)?.get(self.column)?.as_deref()
    }

    /// The cell of this column in the row under the cursor.
    fn of(&self, name: &str) -> Option<&str> {
        let column = self.table.columns.iter().position(|column| column.eq_ignore_ascii_case(name))?;
        self.table.rows.get(self.cursor.at)?.get(column)?.as_deref()
    }

    /// The object of the row under the cursor, with the record in it where the row tells it.
    fn hit(&self) -> Option<Hit> {
        let uri = self.of("object").or_else(|| self.of("$path")).or_else(|| self.cell())?;
        let object: ObjectId = uri.parse().ok()?;
        let number = |name: &str| self.of(name).and_then(|text| text.parse::<u64>().ok());
        let version = self.of("version").filter(|version| !version.is_empty()).map(str::to_owned);
        let start = number("span_start").unwrap_or(0);
        Some(Hit {
            time: None,
            source: String::new(),
            object: ObjectId { version, ..object },
            line: number("line").unwrap_or(0),
            span: start..number("span_end").unwrap_or(start),
            fields: Vec::new(),
            message: String::new(),
            ecs: EcsValues::default(),
        })
    }
}

/// A page has come.
pub(super) fn page(model: &mut Model, page: ResultPage) {
    let rows = &mut model.sql.rows;
    if rows.id != page.id {
        *rows = Rows { id: page.id, table: page.table, next: page.next, ..Rows::default() };
        return;
    }
    rows.table.rows.extend(page.table.rows);
    rows.table.rows.truncate(ROWS_LIMIT);
    rows.next = page.next;
    rows.trouble = None;
}

pub(super) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    let len = model.sql.rows.len();
    let has_moved = model.sql.rows.cursor.run(command, height, len);
    if has_moved {
        read_on(model, height);
    }
    has_moved
}

/// Reads the next page where its first rows come into sight.
fn read_on(model: &mut Model, height: usize) {
    let rows = &model.sql.rows;
    let is_near = rows.cursor.at + 2 * height >= rows.len();
    if !is_near || rows.is_full() || model.is_asking(Topic::SqlRows) || model.is_asking(Topic::Statement) {
        return;
    }
    if let Some(token) = rows.next.clone() {
        let id = rows.id.clone();
        ask(model, Topic::SqlRows, SqlAsk::Page { id, token: Some(token) });
    }
}

pub(super) fn move_column(model: &mut Model, is_right: bool) {
    let rows = &mut model.sql.rows;
    let last = rows.table.columns.len().saturating_sub(1);
    rows.column = if is_right { (rows.column + 1).min(last) } else { rows.column.saturating_sub(1) };
}

/// Opens the object that the row names.
pub(super) fn open_row(model: &mut Model) {
    match model.sql.rows.hit() {
        Some(hit) if hit.line > 0 => records::open_hit(model, &hit),
        Some(hit) => records::open_id(model, hit.object),
        None if model.sql.rows.is_empty() => model.sql.pane = super::Pane::Editor,
        None => {
            let hint = Some("select \"$path\", or object and line of the index");
            model.warn("nothing was opened", "the row names no object", hint);
        }
    }
}

pub(super) fn copy(model: &mut Model, command: Command) {
    let sql = &model.sql;
    if sql.is_typing() {
        let text = sql.editor.text();
        return commands::copy(model, text);
    }
    let text = match command {
        _ if sql.listing.is_some() => sql.listing.as_ref().and_then(Listing::text),
        Command::Copy => sql.rows.cell().map(str::to_owned),
        Command::CopyUri => sql.rows.hit().map(|hit| hit.object.to_string()),
        _ => sql.rows.table.rows.get(sql.rows.cursor.at).map(|row| tab_separated(row)),
    };
    match text {
        Some(text) => commands::copy(model, text),
        None => model.note("there is nothing to copy here"),
    }
}

/// A row as spreadsheets paste it; NULL is empty, and a tab or a line end in a cell is a space.
fn tab_separated(row: &[Option<String>]) -> String {
    let cell = |cell: &Option<String>| cell.as_deref().unwrap_or_default().replace(['\t', '\n', '\r'], " ");
    row.iter().map(cell).collect::<Vec<_>>().join("\t")
}

/// Cells of each column: as wide as what is in sight of it, up to 48.
pub fn column_widths(model: &Model) -> Vec<usize> {
    let rows = &model.sql.rows;
    let window = rows.cursor.window(geometry::rows(model), rows.len());
    let width = |text: &str| {
        // What is longer than a column is not looked at to its end.
        let start: String = text.chars().take(WIDEST + 1).collect();
        Shown::new(start).as_str().width()
    };
    let columns = rows.table.columns.iter().enumerate();
    columns
        .map(|(column, name)| {
            let cells = rows.table.rows[window.clone()].iter();
            let widest = cells.filter_map(|row| Some(width(row.get(column)?.as_deref()?))).max().unwrap_or(0);
            widest.max(width(name)).clamp(1, WIDEST)
        })
        .collect()
}
