//! The parse report: what reading the object through came to, over the screen; each entry leads to its record.

use super::{Model, Request, merged};
use crate::app::request::Trouble;
use crate::app::{Cursor, Popup, Topic, geometry};
use crate::command::Command;
use crate::domain::time::brief;
use crate::domain::{Object, ParseReport, size};

/// The parse report, over the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Reporting {
    /// The object.
    pub object: Object,
    /// What is known so far.
    pub report: Option<ParseReport>,
    /// Why it ends there.
    pub trouble: Option<Trouble>,
    /// The entry that is looked at.
    pub cursor: Cursor,
}

impl Reporting {
    /// What the report tells, line by line: its name, and its words.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let Some(report) = &self.report else { return Vec::new() };
        let mut facts = Vec::new();
        let members =
            if report.members > 1 { format!(" of {} members", size::count(report.members)) } else { String::new() };
        let size = format!("{} stored, {} inflated", report.stored, report.inflated);
        facts.push(("codec", format!("{}{members}, {} · {size}", report.compression, report.encoding)));
        let format = report.format.as_deref().unwrap_or("none: there is no parser for it");
        facts.push(("format", format!("{format} · {}", report.detection)));
        let counts = [
            (report.records, "good"),
            (report.faults, "bad"),
            (report.untimed, "without a time"),
            (report.doubled, "with a key twice"),
        ];
        let told = counts.iter().enumerate().filter(|(at, (count, _))| *at < 2 || *count > 0);
        let told: Vec<String> = told.map(|(_, (count, word))| format!("{} {word}", size::count(*count))).collect();
        let (whole, part) = (report.covered / 10, report.covered % 10);
        facts.push(("records", format!("{} · {whole}.{part} % of the bytes covered", told.join(", "))));
        if let Some((first, last)) = report.times {
            let behind = match report.behind {
                (0, _) => " · in order".to_owned(),
                (behind, most) => {
                    format!(" · {} out of order by up to {}", size::count(behind), brief(most))
                }
            };
            let second = |time: jiff::Timestamp| time.strftime("%Y-%m-%d %H:%M:%SZ").to_string();
            facts.push(("times", format!("{} to {}{behind}", second(first), second(last))));
        }
        if let Some(damage) = &report.damage {
            facts.push(("damage", damage.clone()));
        }
        facts.extend(
            report.reasons.iter().map(|(reason, count)| ("reason", format!("{} × {reason}", size::count(*count)))),
        );
        facts
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.report.as_ref().map_or(0, |report| report.entries.len())
    }

    /// Whether nothing is bad or odd.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads the object of the record under the cursor through.
pub(super) fn open(model: &mut Model) {
    let Some(object) = model.records.object().cloned() else { return model.warn("no records are open", "", None) };
    let reporting = Reporting { object: object.clone(), report: None, trouble: None, cursor: Cursor::default() };
    model.popup = Some(Popup::Report(Box::new(reporting)));
    model.desk.ask(Topic::Report, Request::Report { object });
}

/// The report has come, or a part of it.
pub(in crate::app) fn answered(model: &mut Model, report: ParseReport) {
    if let Some(Popup::Report(reporting)) = &mut model.popup {
        reporting.report = Some(report);
    }
}

/// The object has been read through, or reading it has failed.
pub(in crate::app) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if let Some(Popup::Report(reporting)) = &mut model.popup {
        reporting.trouble = trouble;
    }
}

/// Commands while the report is over the screen. Returns whether it was one; any other closes it, and runs.
pub(in crate::app) fn run(model: &mut Model, command: Command) -> bool {
    let height = geometry::report_rows(model);
    let Some(Popup::Report(reporting)) = &mut model.popup else { return false };
    let len = reporting.len();
    if reporting.cursor.run(command, height, len) {
        return true;
    }
    let entry = reporting.report.as_ref().and_then(|report| report.entries.get(reporting.cursor.at));
    let found = entry.map(|entry| (reporting.object.id.clone(), entry.place));
    if command == Command::Open && found.is_none() {
        return true;
    }
    model.popup = None;
    model.desk.cancel(Topic::Report);
    if command == Command::Open
        && let Some((object, place)) = found
    {
        let is_merged = model.records.merged.is_some();
        if is_merged {
            model.remember();
            merged::close(model);
            model.records.merged = None;
        }
        if super::opened(model).as_ref() != Some(&object) {
            super::open_id(model, object);
        }
        model.records.goal = None;
        model.records.seek = Some(place);
        super::sought(model);
    }
    matches!(command, Command::Open | Command::Back | Command::Close | Command::Interrupt | Command::Report)
}
