//! What runs and what it costs.

use super::*;

fn used() -> Usage {
    let mut usage = Usage::default();
    for (kind, minute, session) in
        [(RequestKind::Write, 4, 310), (RequestKind::Read, 10, 1_204), (RequestKind::Queue, 24, 904)]
    {
        usage.minute.add(kind, minute);
        usage.session.add(kind, session);
    }
    usage
}

/// A listing under way, ten seconds old, and a survey that tells of two sources.
fn busy(mut night: Night) -> Night {
    night.model.live.requests_per_minute = Some(60);
    night.tell(Msg::Used(crate::app::request::ProfileId::default(), used()));
    let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
    let surveys = surveys(night.model.range, 24);
    for survey in surveys.into_iter().take(2) {
        night.tell(Msg::Reply(ticket, Reply::Survey(Box::new(survey))));
    }
    night.press("j enter");
    let (ticket, _) = night.asked(|request| matches!(request, Request::Objects { .. })).expect("asked");
    let rows = rows(night.model.range);
    night.tell(Msg::Reply(ticket, Reply::Objects { rows }));
    night.tell(Msg::Tick(at(NOW) + jiff::SignedDuration::from_secs(10)));
    night
}

#[test]
fn what_runs() {
    check("jobs", |night| {
        let mut night = busy(night);
        night.press("J j");
        night
    });
}

#[test]
fn the_foot_tells_the_requests_of_the_last_minute() {
    for (size, told) in [((120, 40), "38 requests/min, ~$0.00003"), ((80, 24), "38/min"), ((40, 10), "")] {
        let mut night = busy(Night::new(size.0, size.1));
        let foot = |night: &Night| screen(&night.model, &Look::default()).lines().last().unwrap_or("").to_owned();
        assert!(foot(&night).ends_with(told), "{}", foot(&night));
        night.model.live.requests_per_minute = Some(30);
        night.tell(Msg::Focus(true));
        assert!(told.is_empty() || foot(&night).ends_with("waits"), "{}", foot(&night));
        night.tell(Msg::Focus(false));
        assert!(told.is_empty() || foot(&night).ends_with("paused"), "{}", foot(&night));
    }
}

#[test]
fn rows_tell_as_of_when_they_are_and_how_far_they_are_sorted() {
    check("objects-as-of", |night| {
        let mut night = night.surveyed().with_objects();
        night.tell(Msg::Focus(false));
        night.tell(Msg::Tick(at(NOW) + jiff::SignedDuration::from_mins(5)));
        night
    });
    check("objects-sorting", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("R");
        let rows = rows(night.model.range);
        let pages = (0..24).map(|_| Reply::Objects { rows: rows.clone() }).collect();
        night.answer(|request| matches!(request, Request::Objects { .. }), pages);
        night.press("o");
        night
    });
}
