//! Following the newest objects of a source: their records are added as they arrive, as `tail -f` does. A cursor at the
//! last record goes along; one that was moved up stays where it is.

use jiff::SignedDuration;

use super::merged::{self, Merged, Way};
use super::{Model, detail, fields};
use crate::app::request::Request;
use crate::app::{Screen, Topic, geometry};
use crate::domain::{NewRecords, ObjectId, TimeRange};

/// Objects that are shown at first.
const FIRST: usize = 3;
/// Objects that are read at a time at most.
const AT_ONCE: usize = 32;
/// How far before the newest object later ones may still arrive.
const SLACK: SignedDuration = SignedDuration::from_mins(30);
/// Records, and bytes of them, that are kept at most: the oldest are dropped first.
const KEPT: (usize, usize) = (20_000, 64 << 20);
/// Objects that are known to be read.
const KNOWN: usize = 5_000;

/// `:follow SOURCE`; without one, the source of what is looked at. Where it is followed already, goes to the end.
pub(in crate::app) fn open(model: &mut Model, argument: &str) {
    if let Some(Way::Newest { source }) = model.records.merged.as_ref().map(|merged| &merged.way)
        && model.screen == Screen::Records
        && (argument.is_empty() || argument == source)
    {
        let (last, height) = (model.records.len().saturating_sub(1), geometry::rows(model));
        model.records.cursor.jump(last, height);
        return detail::follow(model);
    }
    let of_object = || {
        let id = super::opened(model).filter(|_| model.screen == Screen::Records)?;
        Some(model.profile.source_of(&id.bucket, &id.key)?.name.clone())
    };
    let name = if argument.is_empty() {
        of_object().or_else(|| model.objects.source.clone().filter(|_| model.screen == Screen::Objects))
    } else {
        Some(argument.to_owned())
    };
    match name {
        Some(name) if model.profile.source(&name).is_some() => {
            let below = if model.screen == Screen::Records {
                std::mem::take(&mut model.records)
            } else {
                model.records.emptied()
            };
            merged::open(model, Way::Newest { source: name }, below);
        }
        Some(name) => {
            let known = model.profile.sources.iter().map(|source| source.name.as_str());
            let hint = crate::mistake::nearest(&name, known).map(|near| format!("did you mean \"{near}\"?"));
            model.warn(format!("no source is named \"{name}\""), "", hint.as_deref());
        }
        None => model.warn("nothing to follow", "what is looked at is of no source", Some(":follow SOURCE")),
    }
}

/// What looks for the newest objects: at first in the range that is looked at, then behind what was read.
pub(super) fn request(model: &Model, merged: &Merged, source: &str) -> Request {
    let length = if model.follows_clock { model.range.length() } else { SignedDuration::from_hours(1) };
    let end = model.now.checked_add(SLACK).unwrap_or(model.now);
    let newest = merged.parts.iter().map(|part| part.object.arrived).max();
    let start = match newest {
        Some(newest) => newest.checked_sub(SLACK).unwrap_or(newest),
        None => model.now.checked_sub(length).unwrap_or(model.now),
    };
    let known: Vec<ObjectId> = merged.parts.iter().rev().take(KNOWN).map(|part| part.object.id.clone()).collect();
    let most = if merged.is_begun { AT_ONCE } else { FIRST };
    Request::Newest { source: source.to_owned(), range: TimeRange::new(start, end), known, most }
}

/// The requests that looking for new objects takes, where they are followed and nothing is asked.
pub(in crate::app) fn due(model: &Model) -> Option<u64> {
    const PAGE: u64 = 1_000;
    let merged = model.records.merged.as_ref()?;
    let follows = matches!(merged.way, Way::Newest { .. }) && merged.is_begun && merged.trouble.is_none();
    let is_due = follows && model.screen == Screen::Records && !model.is_asking(Topic::Records);
    is_due.then(|| merged.listed / PAGE + 2)
}

/// Looks for new objects.
pub(in crate::app) fn poll(model: &mut Model) {
    let Some(merged) = &model.records.merged else { return };
    let Way::Newest { source } = &merged.way else { return };
    let request = request(model, merged, source);
    model.desk.ask(Topic::Records, request);
}

/// New records have come.
pub(in crate::app) fn answered(model: &mut Model, new: NewRecords) {
    let (at, len) = (model.records.cursor.at, model.records.len());
    let is_at_end = at + 1 >= len;
    let Some(merged) = &mut model.records.merged else { return };
    let first = u32::try_from(merged.parts.len()).unwrap_or(u32::MAX);
    let mut latest = merged.rows.iter().rev().find_map(|placed| placed.row.time);
    let mut parts = std::mem::take(&mut merged.parts);
    let before = parts.len();
    parts.extend(new.parts);
    for mut placed in new.rows {
        placed.part = placed.part.saturating_add(first);
        placed.is_late = placed.row.time.is_some_and(|time| latest.is_some_and(|latest| time < latest));
        latest = latest.max(placed.row.time);
        if placed.is_late
            && let Some(part) = parts.get_mut(placed.part as usize)
        {
            part.late += 1;
        }
        merged.faults += usize::from(placed.row.fault.is_some());
        merged.rows.push(placed);
    }
    merged.add_parts(parts, before);
    (merged.is_begun, merged.is_begin, merged.is_end, merged.trouble) = (true, false, true, None);
    merged.listed = new.listed;
    let skipped = Some(new.older).filter(|older| *older > 0 && before > 0);
    let dropped = drop_oldest(merged);
    if let Some(older) = skipped {
        model.warn(format!("{older} new objects are left out"), "more arrived at once than are read", None);
    }
    model.records.cursor.at = at.saturating_sub(dropped);
    model.records.cursor.top = model.records.cursor.top.saturating_sub(dropped);
    model.records.shown = None;
    if !model.records.narrowed.is_empty() {
        fields::show(model);
    }
    if is_at_end {
        let (last, height) = (model.records.len().saturating_sub(1), geometry::rows(model));
        model.records.cursor.at = last;
        model.records.cursor.top = (last + 1).saturating_sub(height);
    }
    fields::need(model);
    detail::follow(model);
}

/// Drops the oldest records where there are too many. Returns how many.
fn drop_oldest(merged: &mut Merged) -> usize {
    let mut bytes: usize = merged.rows.iter().map(|placed| placed.row.raw.len()).sum();
    let mut count = 0;
    while merged.rows.len() - count > KEPT.0 || bytes > KEPT.1 {
        let Some(placed) = merged.rows.get(count) else { break };
        bytes -= placed.row.raw.len();
        count += 1;
    }
    let gone = merged.rows.drain(..count).filter(|placed| placed.row.fault.is_some()).count();
    merged.faults -= gone;
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::*;
    use crate::app::request::Reply;
    use crate::domain::Object;

    fn is_newest(request: &Request) -> bool {
        matches!(request, Request::Newest { .. })
    }

    fn two(number: u32) -> [Object; 2] {
        [object(number, at("2026-11-23T02:01:00Z")), object(number + 1, at("2026-11-23T02:06:00Z"))]
    }

    fn new(number: u32, count: u64) -> Vec<Reply> {
        let merge = merge(two(number), count, true);
        vec![Reply::NewRecords(Box::new(NewRecords { parts: merge.parts, rows: merge.rows, older: 0, listed: 40 }))]
    }

    fn following() -> Night {
        let mut night = Night::new(120, 40).with_objects();
        night.press("F").answer(is_newest, new(1, 6));
        night.effects.clear();
        night
    }

    /// Lets seconds go by, and tells whether new objects were looked for.
    fn pass(night: &mut Night, seconds: i64) -> bool {
        night.effects.clear();
        for _ in 0..seconds {
            let now = night.model.now + SignedDuration::from_secs(1);
            night.tell(Msg::Tick(now));
        }
        night.has_asked(is_newest)
    }

    #[test]
    fn the_cursor_goes_along_at_the_end_and_stays_where_it_was_moved_to() {
        let mut night = following();
        assert_eq!((night.model.records.len(), night.model.records.cursor.at), (12, 11));
        assert!(pass(&mut night, 20));
        let Some((_, Request::Newest { known, most, source, .. })) = night.asked(is_newest) else { panic!() };
        assert_eq!((known.len(), most, source.as_str()), (2, AT_ONCE, "cloudtrail"));
        night.answer(is_newest, new(3, 2));
        assert_eq!((night.model.records.len(), night.model.records.cursor.at), (16, 15));
        assert_eq!(night.model.records.object().map(|object| object.id.clone()), Some(two(3)[1].id.clone()));
        night.press("k k");
        assert!(pass(&mut night, 20));
        night.answer(is_newest, new(5, 2));
        assert_eq!((night.model.records.len(), night.model.records.cursor.at), (20, 13));
        night.press("F");
        assert_eq!(night.model.records.cursor.at, 19, "the key goes on");
    }

    #[test]
    fn the_budget_of_the_minute_holds_for_following_too() {
        let mut night = following();
        night.model.live.requests_per_minute = Some(1);
        assert!(!pass(&mut night, 60), "a listing takes two requests at least");
        night.model.live.requests_per_minute = Some(10);
        assert!(pass(&mut night, 60));
        let mut night = following();
        night.tell(Msg::Focus(false));
        assert!(!pass(&mut night, 60));
    }

    #[test]
    fn what_comes_behind_its_time_is_marked_and_the_oldest_are_dropped() {
        let mut night = following();
        pass(&mut night, 20);
        night.answer(is_newest, new(3, 2));
        let merged = night.model.records.merged.as_ref().expect("followed");
        assert!(merged.rows[12].is_late && !merged.rows[0].is_late);
        assert_eq!(merged.parts[2].late, 2);
        for number in 0..9_u32 {
            pass(&mut night, 20);
            night.answer(is_newest, new(5 + 2 * number, 1_500));
        }
        assert_eq!(night.model.records.len(), KEPT.0);
        assert_eq!(night.model.records.cursor.at, KEPT.0 - 1);
    }

    #[test]
    fn esc_ends_it_and_an_unknown_source_is_told() {
        let mut night = following();
        night.press("esc");
        assert_eq!(night.model.screen, Screen::Objects);
        assert!(!pass(&mut night, 60), "nobody looks at it");
        night.press(":").type_text("follow cloudtrial").press("enter");
        let told = night.model.messages.toast(night.model.now).expect("told");
        assert_eq!(told.trouble.hint.as_deref(), Some("did you mean \"cloudtrail\"?"));
    }
}
