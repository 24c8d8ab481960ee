//! The alerts screen in its states, and the alerts on timelines and in the top line.

use super::*;
use crate::app::request::Ticket;

fn asked(night: &Night) -> (Ticket, TimeRange) {
    match night.asked(|request| matches!(request, Request::Alerts { .. })) {
        Some((ticket, Request::Alerts { range })) => (ticket, range),
        _ => panic!("no alerts were asked for"),
    }
}

fn told(mut night: Night, all: Vec<Alert>, is_whole: bool) -> Night {
    let (ticket, range) = asked(&night);
    let rule = "title: Trail stopped or deleted\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  selection:\n    eventName:\n      - StopLogging\n      - DeleteTrail\n  condition: selection\nlevel: high\n";
    let rules = vec![("Trail stopped or deleted".to_owned(), rule.into())];
    night.tell(Msg::Reply(ticket, Reply::Alerts { range, all, is_whole, rules }));
    night.tell(Msg::Closed(ticket, Ok(())));
    night
}

fn found(night: Night) -> Night {
    told(night.surveyed().detecting().surveyed(), alerts(), true)
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("alerts-none-detects", |night| pressed(night.surveyed(), "7")),
    ("alerts-loading", |night| pressed(night.surveyed().detecting(), "7")),
    ("alerts-empty", |night| pressed(told(night.surveyed().detecting(), Vec::new(), true), "7")),
    ("alerts", |night| pressed(found(night), "7 j")),
    ("alerts-flat", |night| pressed(found(night), "7 b j j")),
    ("alerts-marked", |night| pressed(found(night), "7 space z j")),
    ("alerts-in-full", |night| pressed(found(night), "7 j tab pagedown")),
    ("alerts-filtered-out", |night| {
        let mut night = pressed(found(night), "7 /");
        night.type_text("nothing").press("enter");
        night
    }),
    ("alerts-partial", |night| {
        let mut all = alerts();
        all[1].further = 4_100;
        all[0].who = Some("a\u{202e}lice\u{1b}[2J".into());
        pressed(told(night.surveyed().detecting(), all, false), "7")
    }),
    ("alerts-failed", |night| {
        let mut night = pressed(night.surveyed().detecting(), "7");
        let (ticket, _) = asked(&night);
        night.tell(Msg::Closed(ticket, Err(trouble())));
        night
    }),
    ("alerts-broken-off", |night| {
        let mut night = pressed(found(night), "7 R");
        let (ticket, _) = asked(&night);
        night.tell(Msg::Closed(ticket, Err(trouble())));
        night
    }),
    ("alerts-read-only", |night| pressed(found(night.read_only()), "7 j r")),
    ("alerts-on-sources", |night| pressed(found(night), "j")),
    ("alerts-on-objects", |night| found(night).with_objects()),
];
