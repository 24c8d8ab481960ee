use std::net::IpAddr;

use super::*;
use crate::app::fixture::*;
use crate::app::request::{Effect, Past, Reply};
use crate::app::{Msg, Popup};
use crate::domain::field::HeldKind;
use crate::domain::{ByteSize, Column, Expression, Held};

/// An object with twelve records, the record under the cursor beside it.
fn opened() -> Night {
    let mut night = Night::new(120, 40).with_objects();
    night.press("enter");
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    night.answer(
        |request| matches!(request, Request::Preview { .. }),
        vec![Reply::Page(Box::new(page(object, 12, false)))],
    );
    night
}

/// The same with the cursor in the record, on the line of a key.
fn on_field(key: &str) -> Night {
    let mut night = opened();
    night.press("tab");
    let object = night.model.records.reading.as_ref().expect("open").object.id.clone();
    let told = vec![Reply::Detail(Box::new(detail(&object, 0)))];
    night.answer(|request| matches!(request, Request::Detail { .. }), told);
    let at = detail_rows(&night.model).iter().position(|line| line.key == key).expect("a line");
    for _ in 0..at {
        night.press("j");
    }
    night
}

fn is_fields(request: &Request) -> bool {
    matches!(request, Request::Fields { .. })
}

/// What the world tells of a field: each record's number, halved.
fn halves(path: &str, count: u64) -> Reply {
    let held = |number: u64| vec![Held { kind: HeldKind::Text, text: format!("203.0.113.{}", number / 2 + 7) }];
    Reply::Fields(vec![Column { path: path.into(), first: 0, cells: (0..count).map(held).collect() }])
}

fn numbers(night: &Night) -> Vec<u64> {
    let records = &night.model.records;
    (0..records.len()).filter_map(|at| records.row(at)).map(|row| row.number).collect()
}

#[test]
fn a_value_narrows_and_esc_takes_it_back() {
    let mut night = on_field("sourceIPAddress");
    night.press("f");
    assert!(night.model.records.is_empty(), "not known yet is not shown");
    let (_, request) = night.asked(is_fields).expect("asked");
    assert!(
        matches!(request, Request::Fields { paths, numbers, .. } if numbers == (0..12) && paths == ["sourceIPAddress"])
    );
    night.answer(is_fields, vec![halves("sourceIPAddress", 12)]);
    assert_eq!(numbers(&night), [0, 1]);
    night.press("esc esc");
    assert_eq!(numbers(&night).len(), 12);
    let mut night = on_field("sourceIPAddress");
    night.press("F").answer(is_fields, vec![halves("sourceIPAddress", 12)]);
    assert_eq!(numbers(&night), [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
}

#[test]
fn further_records_are_narrowed_as_well() {
    let mut night = on_field("sourceIPAddress");
    night.press("f").answer(is_fields, vec![halves("sourceIPAddress", 12)]);
    night.press("tab G");
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    let more = vec![Reply::Page(Box::new(page(object, 20, true)))];
    night.answer(|request| matches!(request, Request::More { .. }), more);
    assert!(matches!(night.asked(is_fields), Some((_, Request::Fields { numbers, .. })) if numbers == (0..20)));
    night.answer(is_fields, vec![halves("sourceIPAddress", 20)]);
    assert_eq!(numbers(&night), [0, 1]);
}

#[test]
fn a_value_offers_what_its_kind_allows() {
    let mut night = on_field("sourceIPAddress");
    night.press("enter");
    let wanted: IpAddr = "203.0.113.7".parse().expect("an address");
    assert!(night.has_asked(|request| *request == Request::AwsRange(wanted)));
    let Some(Popup::Pivot(pivot)) = &night.model.popup else { panic!("no pivot") };
    assert_eq!((pivot.path.as_str(), pivot.explained.kind), ("sourceIPAddress", "ip"));
    night.press("j j enter");
    assert_eq!(night.model.records.narrowed[0].to_string(), "sourceIPAddress!=203.0.113.7");

    let mut night = on_field("ARN");
    night.press("enter");
    let Some(Popup::Pivot(pivot)) = &night.model.popup else { panic!("no pivot") };
    assert_eq!(pivot.path, "resources.ARN", "places in lists are no part of a field");
    assert!(pivot.actions().iter().any(|(_, words)| words == "search for the bucket: acme"));
    night.press("s");
    assert_eq!(
        night.model.search.phase.query().map(|query| query.expression.clone()),
        Some(Expression::term("arn:aws:s3:::acme"))
    );
}

#[test]
fn a_branch_folds_and_a_typed_value_is_explained() {
    let mut night = on_field("userIdentity");
    night.press("enter");
    assert!(night.model.popup.is_none() && !night.model.records.detail.folded.is_empty());
    night.press(":").type_text("pivot ASIAQNZGKIQY56JQ7WML").press("enter");
    let Some(Popup::Pivot(pivot)) = &night.model.popup else { panic!("no pivot") };
    assert!(pivot.actions().iter().any(|(_, words)| words == "search for the account: 029608264753"));
    assert!(!pivot.actions().iter().any(|(_, words)| words.contains("show only")), "it is of no field");
}

#[test]
fn the_values_of_a_field_are_counted() {
    let mut night = on_field("sourceIPAddress");
    night.press("v").answer(is_fields, vec![halves("sourceIPAddress", 12)]);
    let Some(Popup::Statistics(counting)) = &night.model.popup else { panic!("no statistics") };
    let statistics = counting.statistics.as_ref().expect("counted");
    assert_eq!((statistics.records, statistics.distinct, statistics.values[0].count), (12, 6, 2));
    night.press("j f");
    assert_eq!(numbers(&night), [8, 9], "203.0.113.11: of equally frequent ones the first by its letters comes first");
}

#[test]
fn chosen_columns_are_kept_for_the_source() {
    let mut night = opened();
    night.press(":").type_text("columns eventName, source.ip").press("enter");
    let paths = ["eventName", "source.ip"].map(str::to_owned).to_vec();
    assert!(matches!(night.asked(is_fields), Some((_, Request::Fields { paths: asked, .. })) if asked == paths));
    let kept = Effect::Remember(Past::Columns, "cloudtrail eventName,source.ip".into());
    assert!(night.effects.contains(&kept));
    night.press("esc j enter");
    assert_eq!(night.model.records.columns, Some(paths));
    night.press(":").type_text("columns").press("enter");
    assert_eq!(night.model.records.columns, None);
}

fn is_jump(request: &Request) -> bool {
    matches!(request, Request::Jump { .. })
}

/// The records from `first` on, as a place in the middle of the object is told.
fn window(object: Object, first: u64, end: u64, is_end: bool) -> Vec<Reply> {
    let mut page = page(object, end, is_end);
    page.rows.retain(|row| row.number >= first);
    vec![Reply::Window(Box::new(page))]
}

#[test]
fn a_jump_goes_to_its_time_without_what_lies_before_it() {
    let mut night = opened();
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    night.press("J").type_text("01:30:08").press("enter");
    assert!(!night.has_asked(is_jump), "it is loaded already");
    assert_eq!(night.model.records.cursor.at, 8);
    night.press("J").type_text("01:30:45").press("enter");
    let (ticket, request) = night.asked(is_jump).expect("asked");
    let goal = Goal::Time(at("2026-11-23T01:30:45Z"));
    assert_eq!(request, Request::Jump { object: object.clone(), goal });
    night.tell(Msg::Reply(ticket, Reply::Reached(ByteSize::mib(3))));
    assert_eq!(night.model.records.reading.as_ref().and_then(|reading| reading.reached), Some(ByteSize::mib(3)));
    night.answer(is_jump, window(object.clone(), 40, 60, false));
    assert_eq!(night.model.records.selected().map(|row| row.number), Some(45));
    night.press("G");
    let is_more = |request: &Request| matches!(request, Request::More { have: 60, .. });
    assert!(night.has_asked(is_more), "scrolling goes on behind it");
    night.press("J").type_text("end").press("enter");
    assert!(night.model.records.goal.is_some());
    night.answer(is_more, Vec::new());
    night.answer(is_jump, window(object, 70, 90, true));
    assert_eq!(night.model.records.selected().map(|row| row.number), Some(89));
}

#[test]
fn before_a_window_the_object_is_read_anew() {
    let mut night = opened();
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    night.press("J").type_text("01:30:45").press("enter");
    night.answer(is_jump, window(object.clone(), 40, 60, false));
    night.press("J").type_text("01:30:20").press("enter");
    night.answer(is_jump, window(object, 15, 30, false));
    assert_eq!(night.model.records.selected().map(|row| row.number), Some(20));
    night.press("g");
    assert!(night.asked(|request| matches!(request, Request::Preview { .. })).is_some());
    night.press("J").type_text("noon").press("enter");
    assert_eq!(night.model.records.goal, None);
    assert!(night.model.messages.toast(night.model.now).is_some());
}

#[test]
fn a_hit_far_behind_is_gone_to_without_loading_the_way() {
    let mut night = opened();
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    let seek = Seek { start: 100 << 20, line: 90_000 };
    night.model.records.seek = Some(seek);
    sought(&mut night.model);
    night.tell(Msg::Tick(night.model.now));
    assert_eq!(
        night.asked(is_jump).map(|(_, request)| request),
        Some(Request::Jump { object: object.clone(), goal: Goal::Place(seek) })
    );
    let mut page = page(object, 5, false);
    for row in &mut page.rows {
        (row.number, row.line) = (row.number + 70_000, row.number + 89_998);
        row.span = row.span.start + (100 << 20) - 1_800..row.span.end + (100 << 20) - 1_800;
    }
    night.answer(is_jump, vec![Reply::Window(Box::new(page))]);
    assert_eq!((night.model.records.selected().map(|row| row.line), night.model.records.seek), (Some(90_000), None));
}

#[test]
fn a_jump_waits_until_it_is_known_what_passes() {
    let mut night = on_field("sourceIPAddress");
    night.press("F").answer(is_fields, vec![halves("sourceIPAddress", 12)]);
    night.press("J").type_text("01:30:15").press("enter");
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    night.answer(is_jump, vec![Reply::Window(Box::new(page(object, 20, true)))]);
    assert!(night.model.records.goal.is_some());
    night.answer(is_fields, vec![halves("sourceIPAddress", 20)]);
    assert_eq!(night.model.records.selected().map(|row| row.number), Some(15));
}

#[test]
fn keys_before_the_record_is_there_are_pressed_when_it_is() {
    let is_detail = |request: &Request| matches!(request, Request::Detail { .. });
    let mut night = opened();
    night.press("tab j j j j j enter j j enter");
    assert!(night.model.popup.is_none() && night.model.records.narrowed.is_empty());
    let object = night.model.records.reading.as_ref().expect("open").object.id.clone();
    night.answer(is_detail, vec![Reply::Detail(Box::new(detail(&object, 0)))]);
    assert_eq!(
        night.model.records.narrowed[0].to_string(),
        "eventName!=ConsoleLogin",
        "in the pivot of the sixth line"
    );

    let mut night = opened();
    night.press("tab f esc");
    night.answer(is_detail, vec![Reply::Detail(Box::new(detail(&object, 0)))]);
    assert!(night.model.records.narrowed.is_empty(), "who leaves the record wants nothing done with it");
}

#[test]
fn an_entry_of_the_parse_report_leads_to_its_record() {
    let is_report = |request: &Request| matches!(request, Request::Report { .. });
    let mut night = opened();
    night.press("p");
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    night.answer(is_report, vec![Reply::Report(Box::new(report(object.clone())))]);
    night.press("j enter");
    assert!(night.model.popup.is_none());
    assert_eq!(night.model.records.selected().map(|row| row.number), Some(9));
    night.press("p");
    let (ticket, _) = night.asked(is_report).expect("asked");
    night.press("enter").press("esc");
    assert!(night.effects.contains(&Effect::Cancel(ticket)), "who closes it reads no further");
    night.tell(Msg::Reply(ticket, Reply::Report(Box::new(report(object)))));
    assert!(night.model.popup.is_none());
}

#[test]
fn bytes_are_told_at_their_places() {
    let mut night = opened();
    night.press("j d d d d");
    let rows = detail_rows(&night.model);
    assert_eq!(rows[0].value, "00000384  7b 22 65 76 65 6e 74 56  {\"eventV");
    night.press("tab > >");
    assert_eq!((night.model.records.skip, night.model.records.detail.skip), (0, 2));
}

#[test]
fn a_late_list_of_addresses_is_dropped_with_the_value() {
    let mut night = on_field("sourceIPAddress");
    night.press("enter");
    let (ticket, _) = night.asked(|request| matches!(request, Request::AwsRange(_))).expect("asked");
    night.press("esc").tell(Msg::Reply(ticket, Reply::AwsRange(Vec::new())));
    assert!(night.model.popup.is_none());
}
