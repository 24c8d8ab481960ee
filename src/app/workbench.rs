//! The workbench: a log that no format reads is taught to scops, and what waited for it is released.
//!
//! Lines of one object on the one side, a definition on the other, and below them what the one makes of the other. The
//! world parses a moment after the last key; until its answer, and while the definition has mistakes, the last good
//! result stays, marked as older.

mod keep;
mod result;
mod teach;

use std::time::Duration;

use crossterm::event::KeyEvent;
use jiff::SignedDuration;

use super::editor::Editor;
use super::request::{Draft, Effect, Request, Ticket, Trouble};
use super::{Cursor, Model, Screen, Topic, failures, geometry};
use crate::command::Command;
use crate::domain::workbench::needed_line;
use crate::domain::{Covered, Material, ObjectId, Saved, Slip, TimeRange, Trial, TrialReading, TriedRecord};
use result::result_rows;
pub use result::{ResultLine, result_columns};
pub use teach::counts;
pub(super) use teach::{diagnosed, exists, saved, tell, tried_anew};

/// How long after the last key the definition is tried.
const REST: Duration = Duration::from_millis(150);
/// Further objects that a definition is tried on.
const COVERAGE: usize = 20;
/// How far around an object further ones are looked for, where it lies out of the range.
const AROUND: SignedDuration = SignedDuration::from_hours(12);
/// The most that may be asked for.
const COVERAGE_LIMIT: usize = 1_000;

/// What has the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    /// The lines of the object.
    #[default]
    Sample,
    /// The definition.
    Definition,
    /// What comes of it.
    Result,
}

/// What the lower pane shows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shows {
    /// The record under the cursor, or the mistakes.
    #[default]
    Record,
    /// Further objects of the source.
    Coverage,
}

/// What would lose something, and is therefore refused the first time.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    /// Saving over a file.
    Replace,
    /// Putting an object of another source here.
    Other(ObjectId),
    /// Leaving the program.
    Leave,
}

/// The workbench.
#[derive(Debug, Default)]
pub struct Workbench {
    /// The object that is asked for, until it is there.
    pub wanted: Option<ObjectId>,
    /// The object, and what the definition began as.
    pub material: Option<Material>,
    /// The definition.
    pub editor: Editor,
    /// What has the keys.
    pub pane: Pane,
    /// What the lower pane shows.
    pub shows: Shows,
    /// The line of the sample that is looked at.
    pub line: Cursor,
    /// The part of the definition that is in sight.
    pub view: Cursor,
    /// The line of the result, or the object of the coverage, that is looked at.
    pub row: Cursor,
    /// What is wrong with the definition.
    pub slips: Vec<Slip>,
    /// What the last definition without mistakes made of the sample.
    pub reading: Option<TrialReading>,
    /// Whether the definition has changed since it was tried.
    pub is_untried: bool,
    /// What the definition makes of further objects, in the order of their coming.
    pub coverage: Vec<Covered>,
    /// What was saved last.
    pub saved: Option<Saved>,
    /// How many objects that waited were tried anew since then, and of how many; none once all were.
    pub anew: Option<(usize, usize)>,
    /// Why the object could not be read.
    pub trouble: Option<Trouble>,
    /// Whether the worker of the first consumer runs in this process.
    pub runs_consumer: bool,
    /// The consumer whose failure was opened.
    consumer: Option<String>,
    /// The text that was loaded or saved last.
    kept: String,
    /// The text that is being saved.
    saving: String,
    /// What was refused once, and is done if it is asked for again.
    refused: Option<Refused>,
    /// Whether the next material is another object for the same definition.
    keeps_definition: bool,
    rest: Option<Ticket>,
}

impl Workbench {
    /// The lines of the sample.
    pub fn lines(&self) -> Vec<&[u8]> {
        let sample = self.material.as_ref().map_or(&[][..], |material| &material.sample);
        let sample = sample.strip_suffix(b"\n").unwrap_or(sample);
        if sample.is_empty() { Vec::new() } else { sample.split(|byte| *byte == b'\n').collect() }
    }

    /// The record under the cursor.
    pub fn record(&self) -> Option<&TriedRecord> {
        let reading = self.reading.as_ref()?;
        reading.records.get(reading.record_of(self.line.at)?)
    }

    /// Whether what is shown is of an older definition than the one that stands there.
    pub fn is_stale(&self) -> bool {
        self.reading.is_some() && (self.is_untried || !self.slips.is_empty())
    }

    /// Whether the definition has been changed since it was loaded or saved.
    pub fn is_edited(&self) -> bool {
        self.material.is_some() && self.editor.text() != self.kept
    }

    /// Whether keys are typed into the definition.
    pub fn is_typing(&self) -> bool {
        // What is typed while another definition comes would be lost with this one.
        let stays = self.wanted.is_none() || self.keeps_definition;
        self.pane == Pane::Definition && self.material.is_some() && stays
    }

    /// The line that the configuration needs for the format to be used.
    pub fn needs(&self, model: &Model) -> Option<String> {
        let (material, reading) = (self.material.as_ref()?, self.reading.as_ref()?);
        let source = model.profile.source(material.source.as_deref()?);
        needed_line(&model.profile, source, &reading.name, reading.recognised.as_deref())
    }
}

/// Opens the workbench on an object, for a failure of this consumer.
pub(super) fn open(model: &mut Model, id: ObjectId, consumer: Option<String>) {
    let bench = &mut model.workbench;
    let same = |known: &ObjectId| (&known.bucket, &known.key) == (&id.bucket, &id.key);
    if bench.material.as_ref().is_some_and(|material| same(&material.object.id)) {
        bench.consumer = consumer.or_else(|| bench.consumer.take());
        return model.go(Screen::Workbench);
    }
    let source = model.profile.source_of(&id.bucket, &id.key).map(|source| &source.name);
    let is_same_source =
        source.is_some() && bench.material.as_ref().is_some_and(|material| material.source.as_ref() == source);
    if model.desk.ticket(Topic::SaveFormat).is_some() {
        return model.note("a definition is being saved");
    }
    let other = Refused::Other(id.clone());
    if bench.is_edited() && !is_same_source && bench.refused.as_ref() != Some(&other) {
        bench.refused = Some(other);
        let hint = Some("workbench shows it; open this object once more to drop it");
        return model.warn("another definition is not saved yet", "it would be lost", hint);
    }
    bench.consumer = consumer;
    bench.keeps_definition = is_same_source;
    ask(model, id);
    model.go(Screen::Workbench);
}

fn ask(model: &mut Model, id: ObjectId) {
    let bench = &mut model.workbench;
    bench.refused = None;
    bench.trouble = None;
    bench.wanted = Some(id.clone());
    model.desk.cancel(Topic::Trial);
    model.desk.ask(Topic::Material, Request::Material { object: id });
}

/// The object is there.
pub(super) fn answered(model: &mut Model, material: Material) {
    let bench = &mut model.workbench;
    bench.wanted = None;
    bench.reading = None;
    bench.line = Cursor::default();
    bench.row = Cursor::default();
    bench.shows = Shows::Record;
    if !std::mem::take(&mut bench.keeps_definition) {
        bench.editor = Editor::new(&material.definition);
        bench.kept = bench.editor.text();
        bench.slips.clear();
        bench.coverage.clear();
        bench.saved = None;
        bench.view = Cursor::default();
        bench.pane = Pane::Sample;
    }
    bench.material = Some(material);
    try_now(model);
}

pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if trouble.is_some() {
        model.workbench.wanted = None;
        model.workbench.trouble = trouble;
    }
}

/// Tries the definition as it stands.
fn try_now(model: &mut Model) {
    let bench = &mut model.workbench;
    bench.rest = None;
    bench.is_untried = true;
    let Some(material) = &bench.material else { return };
    let request = Request::Trial {
        definition: bench.editor.text(),
        object: material.object.clone(),
        sample: material.sample.clone(),
        is_whole: material.is_whole,
    };
    model.desk.ask(Topic::Trial, request);
}

/// The definition has changed: it is tried when the keys rest.
fn changed(model: &mut Model) {
    let bench = &mut model.workbench;
    bench.is_untried = true;
    bench.refused = None;
    model.desk.cancel(Topic::Trial);
    model.workbench.rest = Some(model.desk.wake(REST));
}

pub(super) fn wake(model: &mut Model, ticket: Ticket) {
    if model.workbench.rest == Some(ticket) {
        try_now(model);
    }
}

pub(super) fn tried(model: &mut Model, trial: Trial) {
    let bench = &mut model.workbench;
    bench.is_untried = false;
    bench.slips = trial.slips;
    if let Some(reading) = trial.reading {
        let is_first = bench.reading.is_none();
        // What wants a look: the first record that is not read, else the first.
        let telling = reading.records.iter().find(|record| record.fault.is_some()).or_else(|| reading.records.first());
        if let Some(record) = telling.filter(|_| is_first && bench.line.at == 0) {
            bench.line.at = record.lines.start;
        }
        bench.reading = Some(reading);
    }
}

pub(super) fn covered(model: &mut Model, covered: Covered) {
    let coverage = &mut model.workbench.coverage;
    coverage.push(covered);
    // What fails comes first, in the order of its coming.
    coverage.sort_by_key(|covered| covered.faults == 0 && covered.trouble.is_none());
}

pub(super) fn press(model: &mut Model, key: KeyEvent) {
    let page = geometry::workbench_panes(model).definition.height.saturating_sub(2);
    if model.workbench.editor.press(key, usize::from(page)) {
        changed(model);
    }
}

pub(super) fn paste(model: &mut Model, text: &str) {
    if model.workbench.editor.insert(text) {
        changed(model);
    } else {
        model.warn("nothing was pasted", "a definition has 256 KiB at most", None);
    }
}

pub(super) fn move_cursor(model: &mut Model, command: Command) -> bool {
    let panes = geometry::workbench_panes(model);
    let rows = result_rows(model);
    let bench = &mut model.workbench;
    let inside = |height: u16| usize::from(height.saturating_sub(2));
    match bench.pane {
        Pane::Sample => {
            let len = bench.lines().len();
            let has_moved = bench.line.run(command, inside(panes.sample.height), len);
            if has_moved && bench.shows == Shows::Record {
                bench.row = Cursor::default();
            }
            has_moved
        }
        Pane::Result => bench.row.run(command, inside(panes.result.height), rows),
        Pane::Definition => false,
    }
}

pub(super) fn run(model: &mut Model, command: Command, argument: &str) {
    match command {
        Command::SwitchPane => {
            let bench = &mut model.workbench;
            bench.pane = match bench.pane {
                Pane::Sample => Pane::Definition,
                Pane::Definition => Pane::Result,
                Pane::Result => Pane::Sample,
            };
        }
        Command::Open => open_row(model),
        Command::EditDefinition => model.workbench.pane = Pane::Definition,
        Command::OpenEditor => open_editor(model),
        Command::NextMatch | Command::PreviousMatch => next_fault(model, command == Command::NextMatch),
        Command::DetailMode => {
            let bench = &mut model.workbench;
            bench.row = Cursor::default();
            bench.shows = if bench.shows == Shows::Record { Shows::Coverage } else { Shows::Record };
        }
        Command::Undo | Command::Redo => {
            let editor = &mut model.workbench.editor;
            if if command == Command::Undo { editor.undo() } else { editor.redo() } {
                changed(model);
            } else {
                model.note(if command == Command::Undo { "nothing to undo" } else { "nothing to redo" });
            }
        }
        Command::KeepSample => keep_sample(model),
        Command::Coverage => cover(model, argument),
        Command::SaveFormat => teach::save(model),
        Command::Release => teach::release(model),
        Command::Copy => {
            let line = model.workbench.lines().get(model.workbench.line.at).map(|line| line.to_vec());
            let text = if model.workbench.pane == Pane::Sample {
                line.map(|line| String::from_utf8_lossy(&line).into_owned())
            } else {
                Some(model.workbench.editor.text())
            };
            if let Some(text) = text {
                super::run::copy(model, text);
            }
        }
        Command::CopyUri => {
            if let Some(material) = &model.workbench.material {
                let uri = material.object.id.to_string();
                super::run::copy(model, uri);
            }
        }
        _ => {}
    }
}

/// Has the user's own editor opened on the definition.
fn open_editor(model: &mut Model) {
    if model.workbench.material.is_none() || model.workbench.wanted.is_some() {
        return model.warn("no editor was opened", "no definition is on the workbench", None);
    }
    model.desk.push(Effect::Edit(Draft::Definition, model.workbench.editor.text()));
}

/// The editor has ended.
pub(super) fn edited(model: &mut Model, text: Result<String, Trouble>) {
    let text = match text {
        Ok(text) => text,
        Err(trouble) => return model.fail(trouble),
    };
    let before = model.workbench.editor.text();
    if !model.workbench.editor.replace(&text) {
        let cause = format!("it has {} bytes now, and a definition has 256 KiB at most", text.len());
        return model.warn("the definition is as it was", cause, None);
    }
    if model.workbench.editor.text() == before {
        return model.note("the editor left the definition as it was");
    }
    model.note("the definition is as the editor left it; undo takes that back");
    changed(model);
}

/// On a line, the definition; on a mistake, its place; on an object of the coverage, that object as the sample.
fn open_row(model: &mut Model) {
    let bench = &mut model.workbench;
    if (bench.pane, bench.shows) == (Pane::Result, Shows::Coverage) {
        let Some(covered) = bench.coverage.get(bench.row.at) else { return };
        let id = covered.object.id.clone();
        bench.keeps_definition = true;
        return ask(model, id);
    }
    if let Some((line, column)) = bench.slips.first().map(|slip| (slip.line, slip.column)) {
        bench.editor.jump(line.saturating_sub(1), column.saturating_sub(1));
    }
    bench.pane = Pane::Definition;
}

/// Goes to the next record that is not read.
fn next_fault(model: &mut Model, is_forward: bool) {
    let bench = &model.workbench;
    let Some(reading) = &bench.reading else { return };
    let at = bench.line.at;
    let starts = reading.records.iter().filter(|record| record.fault.is_some()).map(|record| record.lines.start);
    let starts: Vec<usize> = starts.collect();
    let found = if is_forward {
        starts.iter().find(|start| **start > at).or_else(|| starts.first())
    } else {
        starts.iter().rev().find(|start| **start < at).or_else(|| starts.last())
    };
    match found.copied() {
        Some(found) => {
            let height = usize::from(geometry::workbench_panes(model).sample.height.saturating_sub(2));
            model.workbench.line.jump(found, height);
        }
        None => model.note("every record of the sample is read"),
    }
}

/// Adds the record under the cursor to the definition, with what it was read as.
fn keep_sample(model: &mut Model) {
    let bench = &mut model.workbench;
    if bench.is_stale() {
        return model.warn("no sample was added", "what is shown is of an older definition", None);
    }
    let text = bench.record().filter(|record| record.fault.is_none()).zip(bench.material.as_ref());
    let Some((record, material)) = text else {
        return model.warn("no sample was added", "no record that is read is under the cursor", None);
    };
    let raw = material.sample.get(record.span.clone()).unwrap_or_default();
    let Some(entry) = keep::entry(raw, record, material.object.arrived) else {
        let hint = Some("choose a shorter record, of plain text");
        return model.warn("no sample was added", "its bytes cannot stand in a definition", hint);
    };
    if bench.editor.text().contains(&entry) {
        return model.note("this sample is in the definition already");
    }
    if bench.editor.append(&entry) {
        changed(model);
        model.note("the record is a sample of the definition now, at its end");
    }
}

fn cover(model: &mut Model, argument: &str) {
    let count = if argument.is_empty() { Some(COVERAGE) } else { argument.parse().ok() };
    let Some(count) = count.filter(|count| (1..=COVERAGE_LIMIT).contains(count)) else {
        return model.warn("nothing was tried", format!("coverage takes a number up to {COVERAGE_LIMIT}"), None);
    };
    let Some(source) = model.workbench.material.as_ref().and_then(|material| material.source.clone()) else {
        return model.warn("nothing was tried", "no source of the configuration has this object", None);
    };
    let bench = &mut model.workbench;
    if !bench.slips.is_empty() {
        return model.warn("nothing was tried", "the definition has mistakes", None);
    }
    bench.coverage.clear();
    bench.row = Cursor::default();
    bench.shows = Shows::Coverage;
    bench.pane = Pane::Result;
    // What waits may be older than the range that is looked at.
    let arrived = bench.material.as_ref().map(|material| material.object.arrived);
    let range = match arrived.filter(|arrived| !model.range.contains(*arrived)) {
        Some(arrived) => TimeRange::new(
            arrived.checked_sub(AROUND).unwrap_or(arrived),
            arrived.checked_add(AROUND).unwrap_or(arrived),
        ),
        None => model.range,
    };
    let definition = bench.editor.text();
    model.desk.ask(Topic::Coverage, Request::Coverage { definition, source, range, count });
}

pub(super) fn step_back(model: &mut Model) -> bool {
    let bench = &mut model.workbench;
    if bench.pane != Pane::Sample && bench.material.is_some() {
        bench.pane = Pane::Sample;
        return true;
    }
    false
}

/// Whether the program may be left: a definition that is not saved would be lost, and that is said once.
pub(super) fn may_leave(model: &mut Model) -> bool {
    let bench = &mut model.workbench;
    if !bench.is_edited() || bench.refused == Some(Refused::Leave) {
        return true;
    }
    bench.refused = Some(Refused::Leave);
    model.warn("the definition on the workbench is not saved", "it would be lost", Some("once more leaves"));
    false
}

pub(super) fn interrupt(model: &mut Model) -> bool {
    let stopped = [Topic::Coverage, Topic::Material, Topic::Diagnosis].map(|topic| model.desk.cancel(topic));
    model.workbench.anew = None;
    stopped.contains(&true)
}

/// Reads the object again.
pub(super) fn refresh(model: &mut Model) {
    if let Some(id) = model.workbench.material.as_ref().map(|material| material.object.id.clone()) {
        model.workbench.keeps_definition = true;
        ask(model, id);
    }
    failures::ask(model);
}

/// Brings every cursor back into its rows and its window.
pub(super) fn settle(model: &mut Model) {
    let panes = geometry::workbench_panes(model);
    let rows = result_rows(model);
    let inside = |height: u16| usize::from(height.saturating_sub(2));
    let bench = &mut model.workbench;
    let lines = bench.lines().len();
    bench.line.settle(inside(panes.sample.height), lines);
    bench.view.at = bench.editor.cursor().0;
    bench.view.settle(inside(panes.definition.height), bench.editor.lines().len());
    bench.row.settle(inside(panes.result.height), rows);
}

#[cfg(test)]
mod tests;
