//! Records in their states: of one object, of several by event time, around one, as they arrive.

use super::*;

fn is_merge(request: &Request) -> bool {
    matches!(request, Request::Merge { .. })
}

fn is_newest(request: &Request) -> bool {
    matches!(request, Request::Newest { .. })
}

fn merging(night: Night) -> Night {
    pressed(night.surveyed().with_objects(), "space space m")
}

fn merged_so_far(night: Night) -> Night {
    let objects = [object(200, at("2026-11-23T01:31:00Z")), object(201, at("2026-11-23T01:36:00Z"))];
    begin(merging(night), is_merge, Reply::Merge(Box::new(merge(objects, 4, false))))
}

/// The first object with records to its end, the surroundings of its first one asked for.
fn looking_around(night: Night) -> Night {
    let mut night = pressed(night.surveyed().with_objects(), "enter");
    let whole = page(first_object(&night), 30, true);
    night.answer(is_preview, vec![Reply::Page(Box::new(whole))]);
    pressed(night, "S")
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("records-none", |night| pressed(night.surveyed(), "3")),
    ("records-loading", |night| pressed(night.surveyed().with_objects(), "enter")),
    ("records-failed", |night| refuse(pressed(night.surveyed().with_objects(), "enter"), is_preview)),
    ("records-empty", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "enter");
        let empty = page(first_object(&night), 0, true);
        night.answer(is_preview, vec![Reply::Page(Box::new(empty))]);
        night
    }),
    ("records-damaged", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "enter");
        let mut damaged = page(first_object(&night), 6, true);
        damaged.damage = Some("gzip: member 1 is truncated".into());
        night.answer(is_preview, vec![Reply::Page(Box::new(damaged))]);
        night
    }),
    ("records-read-only", |night| opened(night.read_only())),
    ("records-full", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "enter");
        let whole = page(first_object(&night), 30, true);
        night.answer(is_preview, vec![Reply::Page(Box::new(whole))]);
        pressed(night, "j")
    }),
    ("records-jumping", |night| {
        let mut night = opened(night);
        night.press(":").type_text("jump end").press("enter");
        begin(night, |request| matches!(request, Request::Jump { .. }), Reply::Reached(ByteSize::kib(41)))
    }),
    ("records-narrowing", |night| pressed(on_address(night), "f")),
    ("records-merged-loading", merging),
    ("records-merged-partial", merged_so_far),
    ("records-merged-failed", |night| refuse(merging(night), is_merge)),
    ("records-merged-broken-off", |night| refuse(merged_so_far(night), is_merge)),
    ("records-merged-empty", |night| {
        let mut night = merging(night);
        let nothing = Merge { parts: vec![], rows: vec![], is_end: true };
        night.answer(is_merge, vec![Reply::Merge(Box::new(nothing))]);
        night
    }),
    ("records-around-loading", looking_around),
    ("records-around-failed", |night| {
        refuse(looking_around(night), |request| matches!(request, Request::Surroundings { .. }))
    }),
    ("records-followed-loading", |night| pressed(night.surveyed().with_objects(), "F")),
    ("records-followed-empty", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "F");
        let nothing = NewRecords { parts: vec![], rows: vec![], older: 0, listed: 40 };
        night.answer(is_newest, vec![Reply::NewRecords(Box::new(nothing))]);
        night
    }),
    ("records-followed-failed", |night| refuse(pressed(night.surveyed().with_objects(), "F"), is_newest)),
];
