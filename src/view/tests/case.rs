//! The case, on its screen and beside every other.

use super::*;

fn is_case(request: &Request) -> bool {
    matches!(request, Request::Case { .. })
}

fn opened(mut night: Night, text: &str) -> Night {
    night.press(":").type_text("case INC-4711").press("enter");
    let case = Box::new(crate::case::tests::case(text));
    night.answer(is_case, vec![Reply::Case { case, told: String::new() }]);
    night
}

#[test]
fn a_case_with_its_notes() {
    check("case", |night| {
        let mut night = opened(night.surveyed(), " jdoe");
        night.press("g j");
        night
    });
}

#[test]
fn a_note_that_has_the_keys() {
    check("case-note", |night| {
        let mut night = opened(night.surveyed(), "\u{202e}\u{1b}[2J");
        night.press("G k k tab G");
        night
    });
}

#[test]
fn no_case_is_open() {
    check("case-none", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("case INC-4711").press("enter");
        night
    });
}

#[test]
fn the_header_tells_the_case_on_every_screen() {
    check("case-header", |night| {
        let mut night = opened(night.surveyed(), "");
        night.press("1 a").type_text("the pager rang");
        night
    });
}
