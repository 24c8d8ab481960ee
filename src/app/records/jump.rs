//! Going to a time or to the end, and how times are told.

use jiff::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::{Model, Seek, detail, more};
use crate::app::request::Request;
use crate::app::{Purpose, Topic, geometry, run};
use crate::domain::ByteSize;

/// How many records are loaded at most on the way to a time or to the end: each of them takes memory.
const MOST: usize = 200_000;

/// Where the cursor goes to once it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// The first record of this time or later.
    Time(Timestamp),
    /// The last record.
    End,
    /// This record.
    Place(Seek),
}

/// How times are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// In UTC, as the logs do.
    #[default]
    Utc,
    /// In the zone of this machine.
    Local,
    /// By how long ago they were.
    Relative,
}

impl TimeStyle {
    /// Every way, in the order of their change.
    pub const ALL: [Self; 3] = [Self::Utc, Self::Local, Self::Relative];

    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utc => "utc",
            Self::Local => "local",
            Self::Relative => "relative",
        }
    }
}

/// `:time-style NAME`; without one, the next.
pub(super) fn style(model: &mut Model, name: &str) {
    let all = TimeStyle::ALL;
    let at = all.iter().position(|style| *style == model.records.times).unwrap_or(0);
    let chosen =
        if name.is_empty() { all.get((at + 1) % all.len()) } else { all.iter().find(|style| style.name() == name) };
    let Some(chosen) = chosen else {
        return model.warn(format!("\"{name}\" is no way to tell times"), "", Some("one of utc, local, relative"));
    };
    model.records.times = *chosen;
    let told = match chosen {
        TimeStyle::Utc => "times are in UTC".to_owned(),
        TimeStyle::Local => format!("times are in {}", model.zone.iana_name().unwrap_or("the local zone")),
        TimeStyle::Relative => "times are told by how long ago they were".to_owned(),
    };
    model.note(told);
}

/// `:jump TIME`, `:jump end`.
pub(super) fn to(model: &mut Model, argument: &str) {
    if argument.is_empty() {
        return run::start_typing(model, Purpose::Command, "jump ");
    }
    if !model.records.is_open() {
        return model.warn("no records are open", "", None);
    }
    match goal(model, argument) {
        Some(goal) => {
            model.records.seek = None;
            (model.records.goal, model.records.has_jumped) = (Some(goal), false);
            sought(model);
        }
        None => {
            model.warn(format!("\"{argument}\" is no time"), "", Some("01:31, 01:31:07, 2026-11-23T01:31:07Z, or end"));
        }
    }
}

/// A time of day is of the day of the record under the cursor, in the zone that times are told in.
fn goal(model: &Model, argument: &str) -> Option<Goal> {
    if argument == "end" {
        return Some(Goal::End);
    }
    if let Ok(time) = argument.parse::<Timestamp>() {
        return Some(Goal::Time(time));
    }
    let time = argument.trim_end_matches('Z').parse::<Time>().ok()?;
    let is_local = model.records.times == TimeStyle::Local && !argument.ends_with('Z');
    let zone = if is_local { model.zone.clone() } else { TimeZone::UTC };
    let records = &model.records;
    let first = || (0..records.loaded()).find_map(|at| records.loaded_row(at)?.time);
    let near = records.selected().and_then(|row| row.time).or_else(first)?;
    let moment = near.to_zoned_datetime(zone).with().time(time).build().ok()?;
    Some(Goal::Time(moment.timestamp()))
}

/// Puts the cursor where it is to go, or asks for more records until it is there.
pub(super) fn sought(model: &mut Model) {
    let Some(goal) = model.records.goal.filter(|_| model.records.is_open()) else { return };
    let records = &model.records;
    if !records.narrowed.is_empty() && model.is_asking(Topic::Fields) {
        // Which of the records are shown is not known yet.
        return;
    }
    let (len, loaded, is_end) = (records.len(), records.loaded(), records.is_end());
    let has_failed = records.stopped().is_some();
    let found = match goal {
        Goal::Time(time) => (0..len).find(|at| records.row(*at).and_then(|row| row.time).is_some_and(|at| at >= time)),
        Goal::End => (is_end && len > 0).then(|| len - 1),
        Goal::Place(_) => None,
    };
    // Where reading began in the middle, the first record of that time may lie before.
    let has_jumped = records.has_jumped || records.merged.is_some();
    let found = found.filter(|at| *at > 0 || has_jumped || goal == Goal::End || !is_window(model));
    if let Some(at) = found {
        model.records.goal = None;
        let height = geometry::rows(model);
        model.records.cursor.jump(at, height);
        detail::follow(model);
    } else if is_end || has_failed || loaded >= MOST {
        model.records.goal = None;
        model.records.cursor.at = len.saturating_sub(1);
        let cause = match (is_end, has_failed) {
            (true, _) => "the records end before it",
            (_, true) => "reading stopped",
            _ => "200,000 records are loaded, and no more are on the way to it",
        };
        model.warn("the last record that is loaded", cause, None);
        detail::follow(model);
    } else if model.is_asking(Topic::Records) {
        // It goes on when that has come.
    } else if has_jumped || loaded == 0 {
        more(model);
    } else {
        model.records.has_jumped = true;
        ask(model, goal);
    }
}

/// Reads the object up to a place without keeping what lies before it.
pub(super) fn ask(model: &mut Model, goal: Goal) {
    let Some(reading) = &mut model.records.reading else { return };
    reading.reached = Some(ByteSize(0));
    let object = reading.object.clone();
    model.desk.ask(Topic::Records, Request::Jump { object, goal });
}

/// Whether what is loaded begins in the middle of the object.
pub(super) fn is_window(model: &Model) -> bool {
    let is_alone = model.records.merged.is_none();
    is_alone
        && model.records.reading.as_ref().is_some_and(|reading| reading.numbers().start > 0 || reading.begins() > 0)
}

/// A record's time, as it is told here.
pub fn told(time: Timestamp, style: TimeStyle, zone: &TimeZone, now: Timestamp) -> String {
    match style {
        TimeStyle::Utc => time.strftime("%H:%M:%S%.3f").to_string(),
        TimeStyle::Local => time.to_zoned_datetime(zone.clone()).strftime("%H:%M:%S%.3f").to_string(),
        TimeStyle::Relative => crate::domain::time::ago(time, now),
    }
}
