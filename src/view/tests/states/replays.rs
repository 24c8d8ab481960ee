//! Replays in their states.

use super::*;

fn cut_short(night: Night) -> Night {
    let mut night = pressed(night.surveyed(), "6");
    let states = [PlanItemState::Recovered, PlanItemState::Sent, PlanItemState::Intended, PlanItemState::Waiting];
    let items = states.map(|state| (ObjectId::new("acme-security-logs", "a.gz"), state)).to_vec();
    let history = vec![ReplaySummary { items, finished: false, ..replayed_before() }];
    night.answer(is_replays, vec![Reply::Replays(history)]);
    night
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("replays-loading", |night| pressed(night.surveyed(), "6")),
    ("replays-empty", |night| {
        let mut night = pressed(night.surveyed(), "6");
        night.answer(is_replays, vec![Reply::Replays(vec![])]);
        night
    }),
    ("replays-failed", |night| refuse(pressed(night.surveyed(), "6"), is_replays)),
    ("replays-cut-short", cut_short),
    ("replays-read-only", |night| pressed(cut_short(night.read_only()), "R")),
    ("replays-begun", |night| {
        let mut night = planned(night);
        night.type_text("35").press("enter");
        night
    }),
    ("replays-broken-off", |night| {
        let mut night = planned(night);
        night.type_text("35").press("enter");
        refuse(night, |request| matches!(request, Request::Replay(_)))
    }),
];
