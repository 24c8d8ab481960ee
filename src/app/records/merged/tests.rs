use super::*;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Effect, Reply};
use crate::domain::{ByteSize, Estimate, Held, field::HeldKind};

fn is_merge(request: &Request) -> bool {
    matches!(request, Request::Merge { .. })
}

fn is_around(request: &Request) -> bool {
    matches!(request, Request::Surroundings { .. })
}

fn two() -> [Object; 2] {
    [object(1, at("2026-11-23T01:31:00Z")), object(2, at("2026-11-23T01:36:00Z"))]
}

/// Two objects that were marked, a few records of each.
fn marked() -> Night {
    let mut night = Night::new(120, 40).with_objects();
    night.press("space space m");
    let Some((_, Request::Merge { objects, have: 0, .. })) = night.asked(is_merge) else { panic!("not asked") };
    assert_eq!(objects.len(), 2);
    night.answer(is_merge, vec![Reply::Merge(Box::new(merge(two(), 6, false)))]);
    night
}

/// The records around the fourth one of an object.
fn around() -> Night {
    let mut night = Night::new(120, 40).with_objects();
    night.press("enter");
    let is_preview = |request: &Request| matches!(request, Request::Preview { .. });
    let opened = open(&night);
    night.answer(is_preview, vec![Reply::Page(Box::new(page(opened[0].clone(), 12, true)))]);
    night.press("j j j S");
    night.answer(is_around, vec![Reply::Surroundings(Box::new(surroundings(opened, 3, 12, false)))]);
    night
}

/// The object that is open, and one beside it.
fn open(night: &Night) -> [Object; 2] {
    [night.model.records.reading.as_ref().expect("open").object.clone(), two()[1].clone()]
}

fn here(night: &Night) -> (String, u64) {
    let records = &night.model.records;
    let object = records.object().expect("an object");
    (object.id.key.clone(), records.selected().expect("a record").number)
}

#[test]
fn marked_objects_are_merged_and_a_record_knows_its_object() {
    let mut night = marked();
    assert_eq!(night.model.records.len(), 12);
    night.press("j enter");
    let [_, second] = two();
    assert_eq!(here(&night), (second.id.key.clone(), 0));
    let asked = night.asked(|request| matches!(request, Request::Detail { .. })).expect("asked").1;
    assert_eq!(asked, Request::Detail { object: second.clone(), begins: 0, number: 0 });
    night.press("U");
    assert!(night.effects.contains(&Effect::Copy(second.id.to_string())));
    night.press("P");
    let is_pin = |request: &Request| format!("{request:?}").contains(&second.id.key);
    assert!(night.has_asked(|request| matches!(request, Request::Case { .. }) && is_pin(request)));
}

#[test]
fn without_marks_and_with_too_many_it_says_so() {
    let mut night = Night::new(120, 40).with_objects();
    night.press("m");
    assert!(!night.has_asked(is_merge));
    night.press("ctrl-a m");
    assert!(!night.has_asked(is_merge));
    let told = night.model.messages.toast(night.model.now).expect("told");
    assert_eq!(told.trouble.what, "at most 64 objects are merged");
}

#[test]
fn further_records_are_asked_for_where_the_last_ones_are_read() {
    let mut night = marked();
    night.press("G");
    let Some((_, Request::Merge { have, .. })) = night.asked(is_merge) else { panic!("not asked") };
    assert_eq!(have, 12);
    night.answer(is_merge, vec![Reply::Merge(Box::new(merge(two(), 2, true)))]);
    night.effects.clear();
    assert_eq!(night.model.records.len(), 16);
    night.press("G");
    assert!(!night.has_asked(is_merge), "nothing more can come");
}

#[test]
fn fields_are_asked_for_object_by_object_and_narrow_them_all() {
    let is_fields = |request: &Request| matches!(request, Request::Fields { .. });
    let mut night = marked();
    let of = |night: &Night| match night.asked(is_fields) {
        Some((_, Request::Fields { object, numbers, .. })) => (object.id, numbers.end),
        _ => panic!("not asked"),
    };
    night.press(":").type_text("columns eventName").press("enter");
    let cells = |values: [&str; 6]| {
        let held = |text: &str| vec![Held { kind: HeldKind::Text, text: text.into() }];
        Reply::Fields(vec![Column { path: "eventName".into(), first: 0, cells: values.map(held).to_vec() }])
    };
    let [first, second] = two();
    assert_eq!(of(&night), (first.id, 6));
    night.answer(is_fields, vec![cells(["a", "b", "a", "a", "a", "a"])]);
    assert_eq!(of(&night), (second.id, 6));
    night.answer(is_fields, vec![cells(["b", "a", "a", "a", "a", "a"])]);
    fields::narrow(&mut night.model, "eventName", "b", false);
    let shown: Vec<_> = (0..night.model.records.len())
        .filter_map(|place| Some((night.model.records.place(place)?, night.model.records.row(place)?.number)))
        .collect();
    assert_eq!(shown, [(1, 0), (2, 1)]);
}

#[test]
fn an_object_that_cannot_be_read_is_left_out_and_named() {
    let mut night = Night::new(120, 40).with_objects();
    night.press("space space m");
    let mut merge = merge(two(), 3, true);
    merge.rows.retain(|placed| placed.part == 0);
    merge.parts[1] = Part::unread(two()[1].clone(), "it is archived (GLACIER)".into());
    night.answer(is_merge, vec![Reply::Merge(Box::new(merge))]);
    let told = night.model.messages.toast(night.model.now).expect("told");
    assert!(told.trouble.what.ends_with("is left out"), "{}", told.trouble.what);
    assert_eq!(night.model.records.len(), 3);
}

#[test]
fn the_surroundings_begin_at_their_record_and_esc_goes_back_to_it() {
    let mut night = around();
    let [first, _] = open(&night);
    assert_eq!(here(&night), (first.id.key.clone(), 3));
    night.press("j");
    assert_eq!(here(&night).1, 3, "of the other object");
    assert_ne!(here(&night).0, first.id.key);
    night.press("esc");
    assert!(night.model.records.merged.is_none());
    assert_eq!(here(&night), (first.id.key, 3));
}

#[test]
fn more_before_the_first_record_keeps_the_cursor_on_its_record() {
    let mut night = around();
    night.press("g");
    let before = here(&night);
    let Some((_, Request::Surroundings { before: wanted, after, .. })) = night.asked(is_around) else {
        panic!("not asked")
    };
    assert_eq!((wanted, after), (250, 50));
    let opened = open(&night);
    night.answer(is_around, vec![Reply::Surroundings(Box::new(surroundings(opened, 3, 16, true)))]);
    assert_eq!(here(&night), before);
    night.effects.clear();
    night.press("G g");
    assert!(!night.has_asked(is_around), "nothing lies before or after");
}

#[test]
fn a_number_tells_how_many_and_nonsense_is_refused() {
    let mut night = around();
    night.press(":").type_text("surroundings 20").press("enter");
    let asked = night.asked(is_around);
    assert!(matches!(asked, Some((_, Request::Surroundings { before: 20, after: 20, .. }))));
    night.effects.clear();
    night.press(":").type_text("surroundings many").press("enter");
    assert!(!night.has_asked(is_around));
}

#[test]
fn a_hit_has_surroundings_of_its_own() {
    let mut night = Night::new(120, 40);
    night.press("4").type_text("203.0.113.8").press("enter");
    let estimate = Estimate { objects: 3, bytes: ByteSize::mib(1), dollars: 0.01, sql: String::new() };
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate)]);
    night.press("enter");
    night.answer(|request| matches!(request, Request::Search(_)), vec![Reply::Hits(hits())]);
    night.press("j S");
    let Some((ticket, Request::Surroundings { object, center, .. })) = night.asked(is_around) else {
        panic!("not asked")
    };
    assert_eq!((object, center), (hits()[1].object.clone(), Seek { start: 7_200, line: 1 }));
    let trouble = Trouble { what: "cannot".into(), cause: "gone".into(), hint: None };
    night.tell(Msg::Closed(ticket, Err(trouble)));
    assert!(night.model.records.stopped().is_some());
    night.press("esc");
    assert_eq!(night.model.screen, Screen::Search);
}

#[test]
fn a_record_is_opened_alone_in_its_object() {
    let mut night = marked();
    night.press("j o");
    let is_head = |request: &Request| matches!(request, Request::Head { .. });
    let [_, second] = two();
    assert_eq!(night.asked(is_head).map(|(_, request)| request), Some(Request::Head { object: second.id.clone() }));
    assert!(night.model.records.merged.is_none() && night.model.records.seek.is_some());
    let mut night = around();
    night.press("k k o");
    assert_eq!(here(&night), (open(&night)[0].id.key.clone(), 2), "what lies below is that object already");
}

#[test]
fn names_are_what_tells_keys_apart() {
    let part = |key: &str| {
        let id = ObjectId::new("logs", key);
        let object = Object { id, ..object(1, at(NOW)) };
        Part::new(Object { size: ByteSize(1), ..object })
    };
    let of = |keys: &[&str]| names(&keys.iter().map(|key| part(key)).collect::<Vec<_>>());
    assert_eq!(of(&["a/x-0131.json.gz", "a/x-0136.json.gz"]), ["0131", "0136"]);
    assert_eq!(of(&["a.gz", "aa.gz"]), ["a", "aa"]);
    assert_eq!(of(&["dt=1/a.gz", "dt=2/a.gz"]), ["1/a", "2/a"]);
    assert_eq!(of(&["a/only.gz"]), ["only.gz"]);
    assert_eq!(of(&["same", "same"]), ["same", "same"]);
    assert!(of(&["é", "è", ""]).len() == 3);
}
