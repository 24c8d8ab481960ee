use super::*;
use crate::app::fixture::{Night, alerts, at};
use crate::app::request::Reply;
use crate::app::{Popup, Screen};

fn told(night: &mut Night) {
    let (_, request) = night.asked(|request| matches!(request, Request::Alerts { .. })).expect("asked");
    let Request::Alerts { range } = request else { panic!("another question") };
    let reply = Reply::Alerts { range, all: alerts(), is_whole: true, rules: Vec::new() };
    night.answer(|request| matches!(request, Request::Alerts { .. }), vec![reply]);
}

fn night() -> Night {
    let mut night = Night::new(120, 40).detecting();
    told(&mut night);
    night.press("7");
    night
}

#[test]
fn a_profile_that_detects_nothing_asks_for_nothing() {
    let night = Night::new(120, 40);
    assert!(!night.has_asked(|request| matches!(request, Request::Alerts { .. })));
}

#[test]
fn rules_come_by_how_grave_they_are_and_fold() {
    let mut night = night();
    let levels = |night: &Night| night.model.alerts.groups().iter().map(|group| group.level).collect::<Vec<_>>();
    assert_eq!(levels(&night), [Level::High, Level::Medium, Level::Low]);
    assert_eq!(night.model.alerts.rows().len(), 3 + alerts().len());
    night.press("enter");
    assert_eq!(night.model.alerts.rows().len(), 3 + alerts().len() - 2, "the first rule found two");
    night.press("z");
    assert_eq!(night.model.alerts.rows().len(), 3 + alerts().len());
    night.press("j z");
    assert_eq!((night.model.alerts.cursor.at, night.model.alerts.folded.len()), (0, 1), "an alert folds its rule");
    night.press("Z");
    assert!(night.model.alerts.folded.is_empty());
    night.press("b");
    assert_eq!(night.model.alerts.rows().len(), alerts().len(), "one list");
}

#[test]
fn an_alert_opens_its_record_is_searched_for_and_pivots() {
    let mut opened = night();
    opened.press("j enter");
    assert_eq!(opened.model.screen, Screen::Records);
    assert!(opened.has_asked(|request| matches!(request, Request::Head { object } if *object == alerts()[0].object)));
    let mut looked = night();
    looked.press("j s");
    assert_eq!(looked.model.screen, Screen::Search);
    let mut pivoted = night();
    pivoted.press("j K");
    let Some(Popup::Pivot(pivot)) = &pivoted.model.popup else { panic!("no pivot") };
    assert_eq!((pivot.path.as_str(), pivot.value.as_str(), pivot.is_narrowing), ("source.ip", "203.0.113.78", false));
}

#[test]
fn marked_alerts_are_replayed_each_object_once() {
    let mut night = night();
    night.press("j space space r");
    let (_, request) = night.asked(|request| matches!(request, Request::Plan { .. })).expect("a plan");
    let Request::Plan { consumer, objects } = request else { panic!("another question") };
    assert_eq!((consumer.as_str(), objects.len()), ("indexer", 2));
    assert_eq!(night.model.alerts.marks.len(), 2);
}

#[test]
fn a_filter_and_a_newer_listing_leave_the_cursor_where_it_was() {
    let mut night = night();
    night.press("/").type_text("low").press("enter");
    assert_eq!(night.model.alerts.groups().len(), 1);
    night.press("esc G");
    let before = night.model.alerts.selected().map(|alert| alert.id.clone());
    night.press("R");
    told(&mut night);
    assert_eq!(night.model.alerts.selected().map(|alert| alert.id.clone()), before);
}

#[test]
fn they_are_counted_into_the_columns_of_their_source() {
    let night = night();
    let range = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T02:00:00Z"));
    let counts = night.model.alerts.per_bin("cloudtrail", range, 6);
    assert_eq!(counts.iter().sum::<u32>(), 3);
    assert!(night.model.alerts.per_bin("falcon", range, 6).is_empty());
}

#[test]
fn the_alert_in_full_tells_the_record_and_its_rule() {
    let mut night = night();
    let rule: (String, Arc<str>) = (alerts()[0].rule.clone(), "title: x\nlevel: high\n".into());
    night.model.alerts.rules.extend([rule]);
    let lines = lines(&night.model);
    assert!(lines.contains(&AlertLine::Field("source.ip".into(), "203.0.113.78".into())));
    assert!(lines.contains(&AlertLine::Rule("level: high".into())));
    night.press("tab j j");
    assert_eq!((night.model.alerts.scroll, night.model.alerts.cursor.at), (2, 0));
    night.press("esc");
    assert!(!night.model.alerts.is_focused);
}
