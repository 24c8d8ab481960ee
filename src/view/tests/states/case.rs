//! The case in its states.

use super::*;
use crate::domain::case::{Case, Change, Entry, VERSION};

fn opening(night: Night) -> Night {
    let mut night = night.surveyed();
    night.press(":").type_text("case INC-4711").press("enter");
    night
}

fn is_case(request: &Request) -> bool {
    matches!(request, Request::Case { .. })
}

/// The case with its notes.
fn noted(night: Night) -> Night {
    let mut night = opening(night);
    let case = Box::new(crate::case::tests::case(" jdoe"));
    night.answer(is_case, vec![Reply::Case { case, told: String::new() }]);
    night
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("case-failed", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("case INC-4711").press("enter");
        refuse(night, |request| matches!(request, Request::Case { .. }))
    }),
    ("case-closed", |night| {
        let mut night = noted(night);
        night.press(":").type_text("case close").press("enter");
        night
    }),
    ("case-loading", opening),
    ("case-empty", |night| {
        let mut night = opening(night);
        let opens = Change::Opened { version: VERSION, name: "INC-4711".parse().expect("a name"), bundle: None };
        let case = Case::open(Entry { at: at(NOW), who: "aya".into(), change: opens });
        let case = Box::new(case.expect("it opens"));
        night.answer(is_case, vec![Reply::Case { case, told: String::new() }]);
        night
    }),
    ("case-read-only", |night| pressed(noted(night.read_only()), "g j")),
];
