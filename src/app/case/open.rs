//! Opening a note again at its place.

use jiff::{SignedDuration, Timestamp};

use super::screen::edit;
use crate::app::failures::FailureRow;
use crate::app::replays::ReplayRow;
use crate::app::search::{Effort, Phase};
use crate::app::{Model, Screen, Topic, objects, records};
use crate::domain::case::{FailuresPin, QueryPin, RecordPin, TimelinePin, Witness};
use crate::domain::{EcsValues, Expression, Hit, Object, Pin, Query, QueryStatus, Reason, ReplayId, TimeRange};

/// Opens the note under the cursor: its record in its object, its hits, its range of a source, its replay.
pub(super) fn open(model: &mut Model) {
    let Some(note) = model.case.selected() else { return };
    match note.pin.clone() {
        None => edit(model),
        Some(Pin::Record(record)) => open_record(model, &record),
        Some(Pin::Object(witness)) => {
            expect(model, &witness);
            records::open_id(model, witness.object);
        }
        Some(Pin::Query(query)) => open_query(model, *query),
        Some(Pin::Timeline(timeline)) => open_timeline(model, &timeline),
        Some(Pin::Failures(failures)) => open_failures(model, &failures),
        Some(Pin::Replay(replay)) => open_replay(model, &replay.id),
        Some(Pin::Messages(saved)) => {
            let hint = "`scops replay --from FILE` sends them; y copies its name";
            model.warn(format!("{} lies in the folder of the case", saved.file), "", Some(hint));
        }
    }
}

fn open_record(model: &mut Model, record: &RecordPin) {
    expect(model, &record.witness);
    let hit = Hit {
        time: record.time,
        source: String::new(),
        object: record.witness.object.clone(),
        line: record.line,
        span: record.span.clone(),
        fields: Vec::new(),
        message: record.message.clone(),
        ecs: EcsValues::default(),
    };
    records::open_hit(model, &hit);
}

/// What is opened should be what was pinned; where it is open already, that is known at once.
fn expect(model: &mut Model, witness: &Witness) {
    model.case.expected = Some((witness.object.clone(), witness.etag.clone()));
    let open = model.records.reading.as_ref().map(|reading| reading.object.clone());
    if let Some(open) = open.filter(|open| open.id == witness.object) {
        headed(model, &open);
    }
}

/// A HEAD has told an object: says where it is not the one that was pinned.
pub(in crate::app) fn headed(model: &mut Model, object: &Object) {
    let is_meant = |id: &crate::domain::ObjectId| id.bucket == object.id.bucket && id.key == object.id.key;
    if let Some((_, etag)) = model.case.expected.take_if(|(id, _)| is_meant(id))
        && etag != object.etag
    {
        let cause = format!("its eTag was {etag}, and is {} now", object.etag);
        model.warn("the object has changed since it was pinned", cause, None);
    }
}

/// The range of a note, where it is one that may be looked at: a bundle may tell anything.
fn usable(model: &mut Model, range: TimeRange) -> Option<TimeRange> {
    let latest = model.now + SignedDuration::from_hours(24 * 366 * 10);
    if range.start >= Timestamp::UNIX_EPOCH && range.start < range.end && range.end <= latest {
        return Some(range);
    }
    model.warn("cannot show the time of this note", format!("{} to {} is no range", range.start, range.end), None);
    None
}

/// Shows the hits as they were found; looking again costs what a search costs, and is asked for by `R`.
fn open_query(model: &mut Model, pin: QueryPin) {
    if model.is_asking(Topic::Search) {
        let hint = Some("wait for it, or stop it with ctrl-c on the search screen");
        return model.warn("cannot show the search of this note", "another search runs", hint);
    }
    let Some(range) = usable(model, pin.range) else { return };
    model.desk.cancel(Topic::Estimate);
    let QueryPin { value, sources, limit, ids, phase, scanned, total_ms, hits, .. } = pin;
    let status =
        ids.last().map(|id| QueryStatus { id: id.clone(), phase, reason: None, scanned, queued_ms: 0, total_ms });
    model.remember();
    model.set_range(range);
    model.screen = Screen::Search;
    model.search.phase = Phase::Done(Query { expression: Expression::read(&value), sources, range, limit }, status);
    model.search.ids = ids;
    model.search.effort = Effort::default();
    model.search.clear();
    model.search.take(hits);
}

fn open_timeline(model: &mut Model, timeline: &TimelinePin) {
    if model.profile.source(&timeline.source).is_none() {
        let cause = format!("this profile has no source {}", timeline.source);
        return model.warn("cannot show the timeline of this note", cause, None);
    }
    let Some(range) = usable(model, timeline.range) else { return };
    model.remember();
    model.set_range(range);
    model.screen = Screen::Objects;
    objects::choose(model, &timeline.source);
}

/// Goes to the group on the failures screen, where it still is.
fn open_failures(model: &mut Model, pin: &FailuresPin) {
    model.go(Screen::Failures);
    let is_it = |row: &FailureRow| match row {
        FailureRow::Group(group) => {
            (&group.key.consumer, group.key.state, &group.key.signature) == (&pin.consumer, pin.state, &pin.reason)
        }
        FailureRow::Item(index) => {
            let failure = &model.failures.all[*index];
            let same = |reason: &Option<Reason>| reason.as_ref().map(Reason::signature) == pin.reason;
            pin.objects.len() == 1 && failure.object == pin.objects[0].object && same(&failure.reason)
        }
    };
    let rows = model.failures.rows();
    let exact = rows.iter().position(|row| matches!(row, FailureRow::Item(_)) && is_it(row));
    match exact.or_else(|| rows.iter().position(is_it)) {
        Some(at) => model.failures.cursor.at = at,
        None => model.note("it no longer fails for this reason"),
    }
}

fn open_replay(model: &mut Model, id: &ReplayId) {
    model.go(Screen::Replays);
    let is_it = |row: &ReplayRow<'_>| match row {
        ReplayRow::Running(running) => running.id.as_ref() == Some(id),
        ReplayRow::Past(past) => past.id == *id,
    };
    match model.replays.rows().iter().position(is_it) {
        Some(at) => model.replays.cursor.at = at,
        None => model.replays.sought = Some(id.clone()),
    }
}
