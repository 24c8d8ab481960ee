//! What failed, in its states.

use super::*;

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("failures-loading", |night| pressed(night, "5")),
    ("failures-failed", |night| refuse(pressed(night, "5"), is_failures)),
    ("failures-partial", |night| begin(pressed(night, "5"), is_failures, Reply::Failures(failures()))),
    ("failures-broken-off", |night| {
        let night = begin(pressed(night, "5"), is_failures, Reply::Failures(failures()));
        refuse(night, is_failures)
    }),
    ("failures-filtered-out", |night| {
        let mut night = pressed(night.surveyed(), "5");
        night.press("/").type_text("nothing").press("enter");
        night
    }),
    ("failures-one", |night| {
        let mut night = pressed(night, "5");
        night.answer(is_failures, vec![Reply::Failures(failures().into_iter().take(1).collect())]);
        pressed(night, "enter")
    }),
    ("failures-comparing", |night| pressed(night.surveyed(), "5 c")),
    ("failures-uncompared", |night| {
        refuse(pressed(night.surveyed(), "5 c"), |request| matches!(request, Request::Reconcile { .. }))
    }),
];
