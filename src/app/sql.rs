//! The SQL screen: an editor of statements for the profile's Athena, and below it what they give.
//!
//! A statement is run as it stands, its parameters beside it and never in it. What would read every partition of a table,
//! or write, is told of first and runs on a second press.

mod ask;
mod complete;
mod guard;
mod lists;
mod parameters;
mod result;
mod run;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use crossterm::event::{KeyCode, KeyEvent};

use super::editor::Editor;
use super::request::{Draft, Effect, Request, Trouble};
use super::{Cursor, Model, Purpose, Screen, Topic, export, geometry};
use crate::command::Command;
use crate::domain::Place;
use crate::domain::statement::{TableReference, statement_at, statements};
use crate::domain::table::Table;
pub use ask::{SqlAnswer, SqlAsk};
pub use complete::Completing;
pub use guard::Doubt;
pub(super) use lists::keep;
pub use lists::{Listed, Listing};
pub(super) use parameters::drop_asking;
pub use parameters::{name as parameter, sent_as};
pub use result::{Phase, Rows, column_widths};
pub(super) use run::typed as parameter_typed;

/// Where statements run where the profile names no index.
const WORKGROUP: &str = "primary";
/// The database that Athena has by itself.
const DATABASE: &str = "default";
/// A result that is not older than so many minutes may be given again, where that is wanted.
pub const REUSE_MINUTES: u16 = 60;

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    /// The statement.
    #[default]
    Editor,
    /// What is below it.
    Lower,
}

/// The SQL screen.
#[derive(Debug, Default)]
pub struct Sql {
    /// The statements.
    pub editor: Editor,
    /// The part of them that is in sight.
    pub view: Cursor,
    /// What has the keys.
    pub pane: Pane,
    /// Where the last statement stands.
    pub phase: Phase,
    /// Its rows.
    pub rows: Rows,
    /// The list that is shown in the place of the rows.
    pub listing: Option<Listing>,
    /// The completions that Tab goes through.
    pub completing: Option<Completing>,
    /// Whether an earlier result may be given again.
    pub reuses: bool,
    /// What stands against running, until it is pressed again.
    pub doubt: Option<Doubt>,
    /// The values that parameters had last, as they were typed.
    pub typed: BTreeMap<String, String>,
    /// The statement whose parameters are being asked for.
    asking: Option<parameters::Asking>,
    /// The workgroup and the database that were chosen here.
    chosen: (Option<String>, Option<String>),
    /// The tables of a database, once they were asked for.
    tables: BTreeMap<String, Vec<Table>>,
    /// The tables that statements have named and no list had told of; none where there is none of that name.
    named: BTreeMap<TableReference, Option<Table>>,
    /// The statement that waits until its tables are known.
    held: Option<String>,
    /// The statements that were run, oldest first.
    past: Vec<String>,
    /// Which of them stands in the editor, counted from the newest.
    recalled: Option<usize>,
    /// What stood in the editor before.
    drafted: String,
    /// The name under which a query was not kept, as there is one.
    taken: Option<String>,
}

impl Sql {
    /// Whether keys are typed into the editor.
    pub fn is_typing(&self) -> bool {
        self.pane == Pane::Editor
    }

    /// Whether there is something to tell that goes before what is typed: a doubt, or that a statement runs.
    pub fn tells(&self) -> bool {
        self.doubt.is_some() || matches!(self.phase, Phase::Running { .. })
    }

    /// Whether a statement waits until its tables are known.
    pub fn is_looking_up(&self) -> bool {
        self.held.is_some()
    }

    /// The cursor of what is below the editor, and how many rows that has.
    pub(super) fn cursor(&mut self) -> (&mut Cursor, usize) {
        if let Some(listing) = &mut self.listing {
            let len = listing.len();
            return (&mut listing.cursor, len);
        }
        let len = self.rows.len();
        (&mut self.rows.cursor, len)
    }

    /// The tables that are known.
    pub fn known_tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values().flatten().chain(self.named.values().flatten())
    }
}

/// Where statements run: as the profile says, or as was chosen.
pub fn place(model: &Model) -> Place {
    let index = model.profile.index.as_ref();
    let (workgroup, database) = model.sql.chosen.clone();
    Place {
        workgroup: workgroup
            .or_else(|| index.map(|index| index.workgroup.clone()))
            .unwrap_or_else(|| WORKGROUP.to_owned()),
        database: database.or_else(|| index.map(|index| index.database.clone())),
        output: index.and_then(|index| index.output.clone()),
    }
}

/// The database of tables that are named without one.
pub fn database(model: &Model) -> String {
    place(model).database.unwrap_or_else(|| DATABASE.to_owned())
}

pub(super) fn ask(model: &mut Model, topic: Topic, ask: SqlAsk) {
    model.desk.ask(topic, Request::Sql(Box::new(ask)));
}

/// `:sql`, with a statement or without one.
pub(super) fn open(model: &mut Model, statement: &str) {
    model.go(Screen::Sql);
    if !statement.is_empty() {
        put(model, statement);
    }
}

/// The screen is shown: its tables are asked for once.
pub(super) fn enter(model: &mut Model) {
    let database = database(model);
    if !model.sql.tables.contains_key(&database) && !model.is_asking(Topic::SqlTables) {
        ask(model, Topic::SqlTables, SqlAsk::Tables { database });
    }
}

/// Puts a text into the editor in the place of what stands there, which undo brings back.
pub(super) fn put(model: &mut Model, text: &str) {
    let sql = &mut model.sql;
    if !sql.editor.replace(text) {
        return model.warn("the statement is as it was", "a text has 256 KiB at most", None);
    }
    sql.pane = Pane::Editor;
    sql.listing = None;
    changed(model);
}

/// The text was changed: what was said of it is no longer true.
fn changed(model: &mut Model) {
    let sql = &mut model.sql;
    (sql.doubt, sql.held, sql.completing, sql.recalled) = (None, None, None, None);
}

/// The statement under the cursor.
pub fn current(sql: &Sql) -> Option<String> {
    let text = sql.editor.text();
    statement_at(&text, sql.editor.offset()).map(str::to_owned)
}

pub(super) fn press(model: &mut Model, key: KeyEvent) {
    let page = geometry::inside(geometry::sql_panes(model).0).height;
    model.sql.completing = None;
    if model.sql.editor.press(key, usize::from(page)) {
        changed(model);
    }
}

pub(super) fn paste(model: &mut Model, text: &str) {
    if model.sql.editor.insert(text) {
        changed(model);
    } else {
        model.warn("nothing was pasted", "a text has 256 KiB at most", None);
    }
}

/// Takes a key that was pasted as keys: a tab there is a space, and completes nothing.
pub(super) fn takes_rushed(model: &mut Model, key: KeyEvent) -> bool {
    let is_pasted_tab = model.screen == Screen::Sql && model.sql.is_typing() && key.code == KeyCode::Tab;
    if is_pasted_tab {
        paste(model, "  ");
    }
    is_pasted_tab
}

pub(super) fn move_cursor(model: &mut Model, command: Command) -> bool {
    if model.sql.is_typing() {
        return false;
    }
    let height = geometry::rows(model);
    match &mut model.sql.listing {
        Some(listing) => {
            let len = listing.len();
            listing.cursor.run(command, height, len)
        }
        None => result::move_cursor(model, command, height),
    }
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::RunSql => run::run(model),
        Command::SwitchPane => {
            let sql = &mut model.sql;
            sql.completing = None;
            sql.pane = if sql.pane == Pane::Editor { Pane::Lower } else { Pane::Editor };
        }
        Command::EditDefinition => model.sql.pane = Pane::Editor,
        Command::Complete | Command::CompleteBack => complete::complete(model, command == Command::Complete),
        Command::HistoryUp | Command::HistoryDown => recall(model, command == Command::HistoryUp),
        Command::OpenEditor => {
            let text = model.sql.editor.text();
            model.desk.push(Effect::Edit(Draft::Statement, text));
        }
        Command::Undo | Command::Redo => {
            let editor = &mut model.sql.editor;
            if if command == Command::Undo { editor.undo() } else { editor.redo() } {
                changed(model);
            } else {
                model.note(if command == Command::Undo { "nothing to undo" } else { "nothing to redo" });
            }
        }
        Command::ReuseResults => {
            model.sql.reuses = !model.sql.reuses;
            model.note(if model.sql.reuses {
                format!("a result of the same statement of the last {REUSE_MINUTES} minutes is given again")
            } else {
                "every statement runs anew".to_owned()
            });
        }
        Command::SqlHistory => lists::open_history(model, argument),
        Command::SavedQueries => lists::open_kept(model),
        Command::SaveQuery if argument.is_empty() => super::run::start_typing(model, Purpose::QueryName, ""),
        Command::SaveQuery => keep(model, argument),
        Command::MakeTable => lists::make_table(model, argument),
        Command::MissingPartitions => lists::missing_partitions(model, argument),
        Command::Workgroup | Command::Database => choose(model, command, argument),
        Command::Open => match model.sql.listing {
            Some(_) => lists::open_row(model),
            None => result::open_row(model),
        },
        Command::ScrollRight | Command::ScrollLeft => result::move_column(model, command == Command::ScrollRight),
        Command::Copy | Command::CopyRow | Command::CopyUri => result::copy(model, command),
        Command::Export => export::begin(model, argument),
        _ => {}
    }
}

/// Chooses the workgroup or the database; without a name, the profile's.
fn choose(model: &mut Model, command: Command, name: &str) {
    if name.is_empty() {
        return super::run::start_typing(model, Purpose::Command, &format!("{} ", command.name()));
    }
    let name = Some(name.to_owned()).filter(|name| name != "-");
    let (workgroup, database) = &mut model.sql.chosen;
    *(if command == Command::Workgroup { workgroup } else { database }) = name;
    model.sql.doubt = None;
    let place = place(model);
    let database = place.database.unwrap_or_else(|| DATABASE.to_owned());
    model.note(format!("statements run in workgroup {}, database {database}", place.workgroup));
    enter(model);
}

/// Puts a statement of before into the editor, or what stood there.
fn recall(model: &mut Model, is_older: bool) {
    let sql = &mut model.sql;
    let recalled = match (sql.recalled, is_older) {
        (None, true) => Some(0),
        (Some(index), true) => Some((index + 1).min(sql.past.len().saturating_sub(1))),
        (Some(0) | None, false) => None,
        (Some(index), false) => Some(index - 1),
    };
    if sql.recalled.is_none() {
        sql.drafted = sql.editor.text();
    }
    let text = match recalled {
        Some(index) => sql.past.iter().rev().nth(index).cloned(),
        None => Some(sql.drafted.clone()).filter(|_| sql.recalled.is_some()),
    };
    let Some(text) = text else {
        let which = if is_older { "before" } else { "after" };
        return model.note(format!("no statement was run {which} this one"));
    };
    if sql.editor.replace(&text) {
        changed(model);
        model.sql.recalled = recalled;
    }
}

/// The user's editor has ended.
pub(super) fn edited(model: &mut Model, text: Result<String, Trouble>) {
    match text {
        Ok(text) => put(model, &text),
        Err(trouble) => model.fail(trouble),
    }
}

/// An answer of the world.
pub(super) fn answered(model: &mut Model, topic: Topic, answer: SqlAnswer) {
    match answer {
        SqlAnswer::Execution(execution) => run::progressed(model, execution),
        SqlAnswer::Page(page) => result::page(model, page),
        SqlAnswer::Tables(tables) => {
            let database = database(model);
            let name = tables.first().map_or(database, |table| table.database.clone());
            model.sql.tables.insert(name, tables);
        }
        SqlAnswer::Named(found) => guard::named(model, found),
        SqlAnswer::Text { sql, told } => {
            if !sql.is_empty() {
                let text = model.sql.editor.text();
                let before = if text.trim().is_empty() { String::new() } else { closed_text(&text) };
                let at = before.lines().count();
                put(model, &format!("{before}{sql}"));
                model.sql.editor.jump(at, 0);
            }
            model.note(told);
        }
        SqlAnswer::Weight(weight) => guard::weighed(model, weight),
        list => lists::answered(model, topic, list),
    }
}

/// A text to which a statement may be added.
fn closed_text(text: &str) -> String {
    let text = text.trim_end();
    let is_open = statements(text).last().is_some_and(|span| text[span.end..].trim().is_empty());
    format!("{text}{}\n\n", if is_open { ";" } else { "" })
}

/// A question has come to its end.
pub(super) fn closed(model: &mut Model, topic: Topic, trouble: Option<Trouble>) {
    match topic {
        Topic::Statement => run::closed(model, trouble),
        Topic::SqlRows => model.sql.rows.trouble = trouble,
        Topic::SqlNamed => guard::looked_up(model, trouble),
        Topic::SqlTables if trouble.is_some() => {
            // It is not asked again at once.
            let database = database(model);
            model.sql.tables.entry(database).or_default();
        }
        Topic::SqlList => {
            if let Some(listing) = &mut model.sql.listing {
                listing.is_waiting = false;
            }
        }
        _ => {}
    }
}

/// Stops the statement; the world stops it on Athena.
pub(super) fn interrupt(model: &mut Model) -> bool {
    if model.screen != Screen::Sql {
        return false;
    }
    let stopped = model.desk.cancel(Topic::Statement);
    if stopped {
        run::stopped(model);
    }
    model.sql.held = None;
    let others =
        [Topic::SqlNamed, Topic::SqlRows, Topic::SqlList, Topic::SqlText].map(|topic| model.desk.cancel(topic));
    stopped || others.contains(&true)
}

pub(super) fn step_back(model: &mut Model) -> bool {
    let sql = &mut model.sql;
    if sql.completing.take().is_some() || sql.listing.take().is_some() {
        return true;
    }
    sql.doubt.take().is_some()
}

/// Asks for the tables again, which may have come, gone or changed.
fn look_again(model: &mut Model) {
    model.sql.named.clear();
    let database = database(model);
    ask(model, Topic::SqlTables, SqlAsk::Tables { database });
}

/// Asks for what is shown again.
pub(super) fn refresh(model: &mut Model) {
    look_again(model);
    lists::refresh(model);
}

/// Brings every cursor back into its rows and its window.
pub(super) fn settle(model: &mut Model) {
    let (editor, _) = geometry::sql_panes(model);
    let height = geometry::rows(model);
    let sql = &mut model.sql;
    sql.view.at = sql.editor.cursor().0;
    sql.view.settle(usize::from(geometry::inside(editor).height), sql.editor.lines().len());
    if let Some(listing) = &mut sql.listing {
        let len = listing.len();
        listing.cursor.settle(height, len);
    }
    let len = sql.rows.len();
    sql.rows.cursor.settle(height, len);
}
