//! Pinning: what is under the cursor of each screen, or what the screen shows as a whole.

use super::{Ask, Seen, Wanted, ask};
use crate::app::failures::FailureRow;
use crate::app::replays::ReplayRow;
use crate::app::search::Phase;
use crate::app::{Model, Screen, objects, records, sources};
use crate::domain::case::{FailedObject, FailuresPin, QueryPin, TimelinePin};
use crate::domain::{Bin, Failure, Gap, Hit, ObjectId, QueryPhase, Reason, ReplayId, TimeRange};

/// Pins what is under the cursor, with a word where one was typed.
pub(in crate::app) fn pin(model: &mut Model, text: &str) {
    let wanted = match model.screen {
        Screen::Sources => source_timeline(model),
        Screen::Objects => objects::selected_object(model).map(|object| object_of(object.id.clone(), Some(object))),
        Screen::Records => record(model).or_else(|| records_object(model)),
        Screen::Search => hit(model).or_else(|| query(model)),
        Screen::Failures => failures(model, false),
        Screen::Replays if model.replays.is_open => replayed(model),
        Screen::Replays => replay(model),
        Screen::Workbench => workbench(model),
        Screen::Alerts => alert(model),
        Screen::Pipeline | Screen::Case | Screen::Sql => None,
    };
    wanted_or_why(model, wanted, text);
}

/// Pins what the screen shows as a whole, with a word where one was typed.
pub(in crate::app) fn pin_view(model: &mut Model, text: &str) {
    let wanted = match model.screen {
        Screen::Sources => source_timeline(model),
        Screen::Objects => objects_timeline(model),
        Screen::Records => records_object(model),
        Screen::Search => query(model),
        Screen::Failures => failures(model, true),
        Screen::Replays => replay(model),
        Screen::Workbench => workbench(model),
        Screen::Alerts => alert(model),
        Screen::Pipeline | Screen::Case | Screen::Sql => None,
    };
    wanted_or_why(model, wanted, text);
}

fn wanted_or_why(model: &mut Model, wanted: Option<Wanted>, text: &str) {
    if let Some(wanted) = wanted {
        return ask(model, Ask::Add { text: text.to_owned(), pin: Some(Box::new(wanted)) });
    }
    let cause = match model.screen {
        Screen::Search => "the search has not run to its end",
        Screen::Pipeline | Screen::Case | Screen::Sql => "this screen holds no evidence of its own",
        _ => "nothing is under the cursor yet",
    };
    model.warn("nothing to pin", cause, Some("`:note TEXT` notes anything"));
}

fn object_of(id: ObjectId, known: Option<crate::domain::Object>) -> Wanted {
    Wanted::Object { id, known }
}

fn source_timeline(model: &Model) -> Option<Wanted> {
    let name = sources::selected(model)?;
    let survey = sources::rows(model).get(model.sources.cursor.at)?.survey?;
    Some(timeline(name, survey.range, &survey.bins, &survey.gaps))
}

fn objects_timeline(model: &Model) -> Option<Wanted> {
    let shown = model.objects.timeline.as_ref()?;
    let name = model.objects.source.as_deref()?;
    // What the survey found missing in that range, where it looked at that range.
    let survey = model.sources.surveys.iter().find(|survey| survey.source == name && survey.range == shown.range);
    Some(timeline(name, shown.range, &shown.bins, survey.map_or(&[], |survey| &survey.gaps)))
}

fn timeline(source: &str, range: TimeRange, bins: &[Bin], gaps: &[Gap]) -> Wanted {
    let pin = TimelinePin { source: source.to_owned(), range, bins: bins.to_vec(), gaps: gaps.to_vec() };
    Wanted::Timeline(Box::new(pin))
}

fn record(model: &Model) -> Option<Wanted> {
    let row = model.records.selected()?;
    let object = model.records.object()?;
    let detail = records::told(model);
    Some(Wanted::Record(Box::new(Seen {
        id: object.id.clone(),
        known: Some(object.clone()),
        line: row.line,
        span: row.span.clone(),
        time: row.time,
        message: row.message.clone(),
        fault: row.fault.clone(),
        raw: Some(row.raw.clone()),
        fields: detail.and_then(|detail| detail.fields.clone()),
    })))
}

fn records_object(model: &Model) -> Option<Wanted> {
    let known = model.records.object().cloned();
    Some(object_of(records::opened(model)?, known))
}

/// The record that a rule found.
fn alert(model: &Model) -> Option<Wanted> {
    model.alerts.selected().map(|alert| record_of(alert.hit()))
}

fn hit(model: &Model) -> Option<Wanted> {
    model.search.selected().cloned().map(record_of)
}

fn record_of(hit: Hit) -> Wanted {
    let Hit { time, object, line, span, message, .. } = hit;
    let seen = Seen { id: object, known: None, line, span, time, message, fault: None, raw: None, fields: None };
    Wanted::Record(Box::new(seen))
}

fn query(model: &Model) -> Option<Wanted> {
    let (query, status) = match &model.search.phase {
        Phase::Done(query, status) | Phase::Cancelled(query, status) => (query, status.as_ref()),
        _ => return None,
    };
    let phase = match model.search.phase {
        Phase::Cancelled(..) => QueryPhase::Cancelled,
        _ => status.map_or(QueryPhase::Succeeded, |status| status.phase),
    };
    Some(Wanted::Query(Box::new(QueryPin {
        value: query.expression.to_string(),
        sources: query.sources.clone(),
        range: query.range,
        limit: query.limit,
        ids: model.search.ids.clone(),
        sql: None,
        phase,
        scanned: status.map(|status| status.scanned).unwrap_or_default(),
        total_ms: status.map_or(0, |status| status.total_ms),
        micro_dollars: 0,
        hits: model.search.hits.clone(),
    })))
}

/// The failure under the cursor alone, or its group.
fn failures(model: &Model, is_group: bool) -> Option<Wanted> {
    let rows = model.failures.rows();
    let at = model.failures.cursor.at;
    let members = match rows.get(at)? {
        FailureRow::Item(index) if !is_group => vec![*index],
        _ => rows[..=at].iter().rev().find_map(|row| match row {
            FailureRow::Group(group) => Some(group.members.clone()),
            FailureRow::Item(_) => None,
        })?,
    };
    let first = &model.failures.all[*members.first()?];
    let pin = FailuresPin {
        consumer: first.consumer.clone(),
        state: first.state,
        reason: first.reason.as_ref().map(Reason::signature),
        objects: members.iter().map(|index| failed(&model.failures.all[*index])).collect(),
    };
    Some(Wanted::Failures(Box::new(pin)))
}

fn failed(failure: &Failure) -> FailedObject {
    let message = failure.message();
    FailedObject {
        object: failure.object.clone(),
        reason: failure.reason.as_ref().map(|reason| reason.text.clone()),
        reason_from: failure.reason.as_ref().map(|reason| reason.origin),
        found_by: failure.trace.name().to_owned(),
        since: failure.since(),
        expires: failure.expires(),
        message: message.map(|message| message.id.clone()),
        body_sha256: message.map(crate::domain::QueuedMessage::body_sha256),
    }
}

fn replay_id(model: &Model) -> Option<ReplayId> {
    match *model.replays.rows().get(model.replays.cursor.at)? {
        ReplayRow::Running(running) => running.id.clone(),
        ReplayRow::Past(past) => Some(past.id.clone()),
    }
}

fn replay(model: &Model) -> Option<Wanted> {
    replay_id(model).map(Wanted::Replay)
}

fn replayed(model: &Model) -> Option<Wanted> {
    let rows = model.replays.rows();
    let (object, _) = rows.get(model.replays.cursor.at)?.items().get(model.replays.item.at)?;
    Some(object_of(object.clone(), None))
}

fn workbench(model: &Model) -> Option<Wanted> {
    let object = &model.workbench.material.as_ref()?.object;
    Some(object_of(object.id.clone(), Some(object.clone())))
}
