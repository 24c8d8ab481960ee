//! A search in its states.

use super::*;
use crate::domain::why::Cause;

fn is_search(request: &Request) -> bool {
    matches!(request, Request::Search(_))
}

fn searching(night: Night) -> Night {
    let running = QueryStatus {
        id: "q".into(),
        phase: QueryPhase::Running,
        reason: None,
        scanned: ByteSize::kib(700),
        queued_ms: 40,
        total_ms: 900,
    };
    begin(searched(night), is_search, Reply::QueryStatus(running))
}

fn pricing(night: Night) -> Night {
    let mut night = night.surveyed();
    night.press("s").type_text("203.0.113.8").press("enter");
    night
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("search-none", |night| pressed(night.surveyed(), "4 esc")),
    ("search-no-index", |mut night| {
        night.model.profile.index = None;
        pressed(night.surveyed(), "4 esc")
    }),
    ("search-running", searching),
    ("search-partial", |night| begin(searching(night), is_search, Reply::Hits(hits()))),
    ("search-empty", |night| {
        let mut night = searched(night);
        night.answer(is_search, vec![]);
        night
    }),
    ("search-why", |night| {
        let mut night = searched(night);
        night.answer(is_search, vec![]);
        let mut night = pressed(night, "w");
        let cause = |what: &str, cure: &str| Cause { what: what.into(), cure: Some(cure.into()) };
        let causes = vec![
            cause("source cloudtrail has no object in the range", "scops search '203.0.113.7' --range 7d"),
            cause("37 messages in the failure queue of index\u{1b}er: not processed", "scops failures"),
        ];
        night.answer(|request| matches!(request, Request::Why(_)), vec![Reply::Why(causes)]);
        night
    }),
    ("search-failed", |night| refuse(searched(night), is_search)),
    ("search-stopped", |night| pressed(searching(night), "ctrl-c")),
    ("search-read-only", |night| {
        let mut night = searched(night.read_only());
        night.answer(is_search, vec![Reply::Hits(hits())]);
        night
    }),
    ("search-pricing", pricing),
    ("search-unpriced", |night| refuse(pricing(night), |request| matches!(request, Request::Estimate(_)))),
    ("search-one-hit", |night| {
        let mut night = searched(night);
        night.answer(is_search, vec![Reply::Hits(hits().into_iter().take(1).collect())]);
        night
    }),
];
