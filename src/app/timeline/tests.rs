use super::*;
use crate::app::fixture::{NOW, Night, at, rows};
use crate::app::request::Reply;

fn range(start: &str, end: &str) -> TimeRange {
    TimeRange::new(at(start), at(end))
}

fn is_before(request: &Request) -> bool {
    matches!(request, Request::Before { .. })
}

#[test]
fn days_are_those_that_a_range_touches() {
    for (start, end, wanted) in [
        ("2026-11-22T00:00:00Z", "2026-11-23T00:00:00Z", 1),
        ("2026-11-22T23:59:00Z", "2026-11-23T00:01:00Z", 2),
        ("2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z", 2),
        ("2026-11-22T03:00:00Z", "2026-11-22T03:00:00Z", 1),
    ] {
        assert_eq!(days(range(start, end)), wanted, "{start} {end}");
    }
}

#[test]
fn objects_are_counted_by_what_keys_tell_or_by_arrival() {
    let range = range("2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z");
    let rows = rows(range);
    let late = SignedDuration::from_mins(5);
    let count = |axis| {
        let mut timeline = Timeline::new(range, 240, axis);
        timeline.add(rows.iter().map(|row| (Figures::from(row), false)), late);
        timeline
    };
    let (events, arrivals) = (count(Axis::Event), count(Axis::Arrival));
    assert_eq!((events.total(), events.outside), (240, 0));
    assert_eq!(arrivals.total() + arrivals.outside, 240);
    assert_ne!(events.bins, arrivals.bins, "some came more than a column later");
}

#[test]
fn hours_stand_below_their_days() {
    let range = range("2026-11-22T03:00:00Z", "2026-11-23T03:00:00Z");
    let mut timeline = Timeline::new(range, 24, Axis::Event);
    timeline.add(rows(range).iter().map(|row| (Figures::from(row), false)), SignedDuration::from_mins(5));
    let days: Vec<_> = timeline.days().collect();
    assert_eq!(days.len(), 2);
    assert_eq!(days[0].0, at("2026-11-22T00:00:00Z"));
    let objects = |day: usize| days[day].1.iter().map(|hour| hour.objects).collect::<Vec<_>>();
    assert_eq!(objects(0), [vec![0; 3], vec![10; 21]].concat());
    assert_eq!(objects(1), [vec![10; 3], vec![0; 21]].concat());
}

#[test]
fn an_earlier_timeline_is_asked_for_once_and_only_where_it_is_wanted() {
    let mut night = Night::new(80, 24).surveyed().with_objects();
    assert!(!night.has_asked(is_before));
    night.press("=");
    let Some((_, Request::Before { source, range, columns, axis })) = night.asked(is_before) else {
        panic!("nothing was asked")
    };
    assert_eq!((source.as_str(), axis), ("cloudtrail", Axis::Event));
    assert_eq!(range, Against::Day.of(night.model.range).expect("a range"));
    night.answer(is_before, vec![Reply::Before(Box::new(Timeline::new(range, columns, axis)))]);
    assert!(before(&night.model).is_some());
    night.effects.clear();
    night.press("j");
    assert!(!night.has_asked(is_before));
    night.press("=");
    assert!(before(&night.model).is_none(), "that of a day is not that of a week");
    assert!(night.has_asked(is_before));
    night.effects.clear();
    night.press("=");
    assert!(!night.has_asked(is_before) && night.model.chart.against.is_none());
}

#[test]
fn a_late_answer_of_another_range_is_not_shown() {
    let mut night = Night::new(80, 24).surveyed().with_objects();
    night.press("=");
    let Some((ticket, Request::Before { range, columns, axis, .. })) = night.asked(is_before) else {
        panic!("nothing was asked")
    };
    night.press("[");
    let old = Reply::Before(Box::new(Timeline::new(range, columns, axis)));
    night.tell(crate::app::Msg::Reply(ticket, old));
    assert!(before(&night.model).is_none());
    assert_eq!(night.model.now, at(NOW));
}
