//! One record in full, beside the records: its fields as a tree, as ECS names them, or its bytes.

use std::collections::BTreeSet;

use super::{Cursor, Model, Request, Screen, Topic};
use crate::app::{geometry, keys, tree};
use crate::command::Command;
use crate::domain::{Detail, ObjectId, Shown};
use crate::keymap::Chord;

/// How the record is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Its fields, named as in the log.
    #[default]
    Fields,
    /// Its fields, named as in the Elastic Common Schema.
    Ecs,
    /// Its bytes, as text.
    Raw,
    /// Its bytes, in hexadecimal.
    Hex,
}

impl Mode {
    /// Every mode, in the order of their change.
    pub const ALL: [Self; 4] = [Self::Fields, Self::Ecs, Self::Raw, Self::Hex];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fields => "fields",
            Self::Ecs => "ECS",
            Self::Raw => "raw",
            Self::Hex => "hex",
        }
    }
}

/// The pane that shows one record in full.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DetailPane {
    /// Whether it is shown.
    pub is_open: bool,
    /// Whether it has the keys.
    pub is_focused: bool,
    /// How the record is shown.
    pub mode: Mode,
    /// The line that is looked at.
    pub cursor: Cursor,
    /// The branches that are folded, by their paths: they stay folded from record to record.
    pub folded: BTreeSet<String>,
    /// How many steps its values are moved to the left.
    pub skip: u16,
    /// The record, once the world has told it.
    pub value: Option<Detail>,
    /// Keys that were pressed before the record was there: they are pressed when it is.
    waiting: Vec<Chord>,
    /// The object and the number of the record that was asked for last.
    asked: Option<(ObjectId, u64)>,
}

impl DetailPane {
    /// Whether the keys go to the pane.
    pub fn has_focus(&self) -> bool {
        self.is_open && self.is_focused
    }

    /// Forgets the record: numbers are of other records now.
    pub(super) fn forget(&mut self) {
        (self.value, self.asked) = (None, None);
    }

    /// The pane for another object: as open as it was, with nothing in it.
    pub(super) fn emptied(&self) -> Self {
        Self { is_open: self.is_open, mode: self.mode, folded: self.folded.clone(), ..Self::default() }
    }
}

/// The lines of the pane for the record under the cursor, uncut.
pub fn rows(model: &Model) -> Vec<tree::Line> {
    let pane = &model.records.detail;
    let Some(row) = model.records.selected() else { return Vec::new() };
    let value = told(model);
    let node = match pane.mode {
        Mode::Fields => value.and_then(|value| value.fields.as_ref()),
        Mode::Ecs => value.and_then(|value| value.ecs.as_ref()),
        Mode::Raw => None,
        Mode::Hex => return hex(&row.raw, row.span.start, geometry::hex_bytes(model)),
    };
    match node {
        Some(node) => tree::lines(node, &pane.folded),
        None => raw(&row.raw, row.fault.as_deref()),
    }
}

/// The record under the cursor in full, once the world has told it.
pub fn told(model: &Model) -> Option<&Detail> {
    let records = &model.records;
    let (row, object) = (records.selected()?, records.object()?);
    records.detail.value.as_ref().filter(|value| value.number == row.number && value.object == object.id)
}

/// The bytes of a record, in lines of the log.
fn raw(bytes: &[u8], fault: Option<&str>) -> Vec<tree::Line> {
    const LIMIT: usize = 64 << 10;
    let fault = fault.map(|fault| tree::Line::plain(tree::Kind::Fault, fault));
    let shown = &bytes[..bytes.len().min(LIMIT)];
    let cut = (shown.len() < bytes.len())
        .then(|| tree::Line::plain(tree::Kind::Note, &format!("… first 64 KiB of {} bytes", bytes.len())));
    let lines = shown.split(|byte| *byte == b'\n').map(|line| tree::Line {
        value: Shown::from_bytes(line).as_str().to_owned(),
        ..tree::Line::plain(tree::Kind::Text, "")
    });
    fault.into_iter().chain(lines).chain(cut).collect()
}

/// The bytes of a record, so many a line, at their places in the inflated object.
fn hex(bytes: &[u8], start: u64, per_line: usize) -> Vec<tree::Line> {
    const LIMIT: usize = 16 << 10;
    let cut = (bytes.len() > LIMIT)
        .then(|| tree::Line::plain(tree::Kind::Note, &format!("… first 16 KiB of {} bytes", bytes.len())));
    let line = |(index, chunk): (usize, &[u8])| {
        let digits: Vec<String> = chunk.iter().map(|byte| format!("{byte:02x}")).collect();
        let halves: Vec<String> = digits.chunks(8).map(|half| format!("{:<23}", half.join(" "))).collect();
        let text: String = chunk
            .iter()
            .map(|byte| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' })
            .collect();
        let place = start.saturating_add((index * per_line) as u64);
        tree::Line::plain(tree::Kind::Number, &format!("{place:08x}  {}  {text}", halves.join("  ")))
    };
    bytes[..bytes.len().min(LIMIT)].chunks(per_line).enumerate().map(line).chain(cut).collect()
}

/// The record under the cursor may be another now: asks for it in full.
pub(super) fn follow(model: &mut Model) {
    let records = &mut model.records;
    if !records.detail.is_open {
        return;
    }
    let Some((number, object)) = records.selected().map(|row| row.number).zip(records.object()) else { return };
    if records.detail.asked.as_ref().is_some_and(|(id, asked)| *asked == number && *id == object.id) {
        return;
    }
    let object = object.clone();
    let begins = records.begins();
    records.detail.asked = Some((object.id.clone(), number));
    records.detail.cursor = Cursor::default();
    model.desk.ask(Topic::Detail, Request::Detail { object, begins, number });
}

/// Keeps keys that go to a record in full before it is there. Returns whether it keeps them. What leads away from the
/// record drops those that wait.
pub(in crate::app) fn keeps(model: &mut Model, command: Command, keys: &[Chord]) -> bool {
    const MOST: usize = 64;
    let is_awaited = model.screen == Screen::Records
        && model.popup.is_none()
        && model.typing.is_none()
        && model.records.detail.has_focus()
        && matches!(model.records.detail.mode, Mode::Fields | Mode::Ecs)
        && model.is_asking(Topic::Detail)
        && told(model).is_none();
    let is_away = matches!(
        command,
        Command::Back | Command::Close | Command::Quit | Command::Interrupt | Command::SwitchPane | Command::Suspend
    );
    let is_of_record = matches!(
        command,
        Command::Down
            | Command::Up
            | Command::PageDown
            | Command::PageUp
            | Command::HalfDown
            | Command::HalfUp
            | Command::Top
            | Command::Bottom
            | Command::Pivot
            | Command::FilterIn
            | Command::FilterOut
            | Command::Statistics
            | Command::Fold
            | Command::FoldAll
            | Command::SearchValue
            | Command::Copy
            | Command::Pin
    );
    let waiting = &mut model.records.detail.waiting;
    if !is_awaited || is_away {
        waiting.clear();
        return false;
    }
    // Behind one that waits, every key waits: they are pressed in their order.
    let is_kept = is_of_record || !waiting.is_empty();
    if is_kept && waiting.len() + keys.len() <= MOST {
        waiting.extend_from_slice(keys);
    }
    is_kept
}

pub(super) fn answered(model: &mut Model, detail: Detail) {
    model.records.detail.value = Some(detail);
    for key in std::mem::take(&mut model.records.detail.waiting) {
        keys::press(model, key.event(), false);
    }
}

/// The record cannot come: nor is there anything to press keys for.
pub(in crate::app) fn closed(model: &mut Model) {
    model.records.detail.waiting.clear();
}

pub(super) fn move_cursor(model: &mut Model, command: Command) -> bool {
    let len = rows(model).len();
    let height = geometry::detail_rows(model);
    model.records.detail.cursor.run(command, height, len)
}

pub(super) fn run(model: &mut Model, command: Command) {
    match command {
        Command::SwitchPane => {
            let pane = &mut model.records.detail;
            pane.is_focused = !(pane.is_open && pane.is_focused);
            pane.is_open = true;
            follow(model);
        }
        Command::DetailMode => {
            let pane = &mut model.records.detail;
            if pane.is_open {
                let at = Mode::ALL.iter().position(|mode| *mode == pane.mode).unwrap_or(0);
                pane.mode = Mode::ALL[(at + 1) % Mode::ALL.len()];
                pane.cursor = Cursor::default();
            }
            pane.is_open = true;
            follow(model);
        }
        Command::Fold => fold(model),
        Command::FoldAll => fold_all(model),
        _ => {}
    }
}

fn fold(model: &mut Model) {
    let lines = rows(model);
    let pane = &mut model.records.detail;
    let Some(line) = lines.get(pane.cursor.at) else { return };
    // On a leaf, the branch that holds it.
    let path = if line.is_branch { Some(line.path.clone()) } else { line.parent().map(str::to_owned) };
    let Some(path) = path.filter(|path| !path.is_empty()) else { return };
    if !pane.folded.remove(&path) {
        if let Some(at) = lines.iter().position(|line| line.path == path) {
            pane.cursor.at = at;
        }
        pane.folded.insert(path);
    }
}

fn fold_all(model: &mut Model) {
    let branches: Vec<String> =
        rows(model).into_iter().filter(|line| line.is_branch && line.depth == 0).map(|line| line.path).collect();
    let pane = &mut model.records.detail;
    if branches.iter().all(|path| pane.folded.contains(path)) {
        pane.folded.clear();
    } else {
        pane.folded.extend(branches);
    }
    pane.cursor = Cursor::default();
}

/// The value under the cursor of the pane.
pub(in crate::app) fn value(model: &Model) -> Option<String> {
    let pane = &model.records.detail;
    if !pane.has_focus() || matches!(pane.mode, Mode::Raw | Mode::Hex) {
        return None;
    }
    rows(model).into_iter().nth(pane.cursor.at)?.original
}

/// The dotted path of the field under the cursor of the pane, without the places in its lists.
pub(in crate::app) fn field(model: &Model) -> Option<String> {
    let pane = &model.records.detail;
    if !pane.has_focus() {
        return None;
    }
    let detail = told(model)?;
    let node = match pane.mode {
        Mode::Fields => detail.fields.as_ref()?,
        Mode::Ecs => detail.ecs.as_ref()?,
        Mode::Raw | Mode::Hex => return None,
    };
    let line = rows(model).into_iter().nth(pane.cursor.at)?;
    Some(tree::field(node, &line.path)).filter(|path| !path.is_empty())
}

/// Whether the cursor of the pane is on a branch, which folds.
pub(in crate::app) fn is_on_branch(model: &Model) -> bool {
    let pane = &model.records.detail;
    model.screen == Screen::Records
        && pane.has_focus()
        && rows(model).get(pane.cursor.at).is_some_and(|line| line.is_branch)
}
