//! Several profiles in one console.

use super::roles::check_roles;
use super::*;

fn two(night: &Night) -> Night {
    let (width, height) = night.model.size;
    Night::of_two(width, height)
}

#[test]
fn sources_of_two_profiles() {
    check("profiles", |night| {
        let mut night = two(&night).all_surveyed();
        night.choose("audit", Some("falcon")).press("k");
        night
    });
}

#[test]
fn one_of_two_profiles_that_cannot_be_reached() {
    check("profiles-failed", |night| {
        let mut night = two(&night);
        // The newest question is that of the other profile.
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        night.tell(Msg::Closed(ticket, Err(trouble())));
        let mut night = night.all_surveyed();
        // A key takes the message away, not what stands in the profile's line.
        night.choose("audit", Some("alb")).press("k");
        night
    });
}

#[test]
fn a_profile_whose_sources_are_folded() {
    check("profiles-folded", |night| {
        let mut night = two(&night).all_surveyed();
        night.choose("prod", None).press("enter");
        night
    });
}

#[test]
fn what_runs_for_two_profiles() {
    check("profiles-jobs", |night| {
        let mut night = two(&night);
        night.press("J j");
        night
    });
}

#[test]
fn the_list_of_profiles() {
    check("profiles-list", |night| {
        let mut night = two(&night).all_surveyed();
        night.press("L down");
        night
    });
}

#[test]
fn a_search_says_which_profile_it_asks() {
    check("profiles-search", |night| {
        let mut night = two(&night).all_surveyed();
        night.choose("audit", Some("alb")).press("s").type_text("203.0.113.7");
        night
    });
}

#[test]
fn every_cell_of_two_profiles_has_its_role() {
    for (width, height) in [(80, 24), (120, 40), (40, 10)] {
        let mut night = Night::of_two(width, height).all_surveyed();
        night.choose("audit", Some("falcon")).press("k");
        check_roles(&format!("profiles-{width}x{height}"), &night);
    }
}

#[test]
fn a_profile_has_its_own_colour() {
    let mut night = Night::of_two(80, 24).all_surveyed();
    night.choose("audit", Some("alb"));
    let name = |look: &Look| {
        let mut terminal = Terminal::new(TestBackend::new(80, 24)).expect("a test terminal");
        terminal.draw(|frame| draw(&night.model, look, frame)).expect("drawn");
        let cell = terminal.backend().buffer()[(9, 0)].clone();
        (cell.symbol().to_owned(), cell.style())
    };
    let look = Look::default();
    let (symbol, style) = name(&look);
    assert_eq!(symbol, "u");
    assert_eq!(style.fg, look.style(crate::theme::Role::Warning).fg);
    assert!(style.add_modifier.contains(ratatui::style::Modifier::REVERSED));
    let mono = Look::new(Theme::shipped("dark").expect("shipped"), ColorDepth::None, Glyphs::Unicode);
    assert_eq!(name(&mono).1.fg, Some(ratatui::style::Color::Reset), "without colours it is as every profile's");
}
