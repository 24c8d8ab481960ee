use std::sync::LazyLock;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::app::fixture::{self, Night};
use crate::app::request::{Effect, Reply, Request};
use crate::app::{Msg, Screen};
use crate::domain::{ByteSize, TimeRange};

/// A row whose key, time, size and state follow from one number.
fn row(number: u64) -> ObjectRow {
    static ROWS: LazyLock<Vec<ObjectRow>> = LazyLock::new(|| {
        let start = fixture::at("2026-11-22T00:00:00Z");
        fixture::rows(TimeRange::new(start, start + SignedDuration::from_hours(24)))
    });
    let mut row = ROWS[(number % 240) as usize].clone();
    row.object.id.key = format!("{}-{number}", row.object.id.key);
    row.object.size = ByteSize(number % 7);
    row
}

/// The rows that should be shown, in their order.
fn expected(objects: &Objects) -> Vec<u32> {
    let mut expected: Vec<u32> =
        (0..objects.rows.len()).filter(|row| objects.passes(*row)).map(|row| row as u32).collect();
    expected.sort_by(|a, b| objects.order.compare(&objects.rows, *a as usize, *b as usize));
    expected
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn rows_are_in_order_in_whatever_pages_they_come(
        numbers in proptest::collection::vec(0..2_000_u64, 1..200),
        page in 1..50_usize,
        order in proptest::sample::select(Order::ALL.to_vec()),
        is_filtered: bool,
        at: proptest::sample::Index,
    ) {
        let mut objects = Objects { order, ..Objects::default() };
        objects.filter = Filter::parse("state:failed", Screen::Objects).expect("a filter").filter(|_| is_filtered);
        let (first, later) = numbers.split_at(numbers.len().min(page));
        objects.add(first.iter().copied().map(row).collect());
        if !objects.shown.is_empty() {
            objects.cursor.at = at.index(objects.shown.len());
        }
        let cursor = objects.selected();
        let was_moved = objects.cursor.at > 0;
        for numbers in later.chunks(page) {
            objects.add(numbers.iter().copied().map(row).collect());
        }
        prop_assert_eq!(&objects.shown, &expected(&objects));
        if was_moved {
            prop_assert_eq!(objects.selected(), cursor);
        }
    }
}

/// A console that lists so many objects, a page of a thousand after the other.
fn listing(count: u64) -> Night {
    let mut night = Night::new(120, 40).surveyed();
    night.press("2");
    let start = night.model.range.start.as_second();
    let rows: Vec<ObjectRow> = (0..count)
        .map(|number| {
            let time = Timestamp::from_second(start + (number * 7_919 % 80_000) as i64).ok();
            let mut row = ObjectRow { time, state: State::Processed, reason: None, ..row(0) };
            row.object.id.key = format!("{number:06}");
            row
        })
        .collect();
    let pages = rows.chunks(1_000).map(|rows| Reply::Objects { rows: rows.to_vec() }).collect();
    night.answer(|request| matches!(request, Request::Objects { .. }), pages);
    night
}

/// Wakes the console until all is done. Returns how often.
fn wake_all(night: &mut Night) -> usize {
    let mut times = 0;
    while let Some(ticket) = night.model.objects.arranging {
        assert!(night.effects.contains(&Effect::Wake(ticket, Duration::ZERO)), "somebody wakes it");
        night.tell(Msg::Wake(ticket));
        times += 1;
    }
    times
}

#[test]
fn another_order_of_many_rows_comes_in_slices_and_the_cursor_stays_on_its_object() {
    let mut night = listing(10_000);
    assert!(night.model.objects.is_in_order());
    night.press("G");
    let object = night.model.objects.selected();
    night.press("o");
    assert_eq!(night.model.objects.in_order(), SLICE);
    assert_eq!(wake_all(&mut night), 10_000_usize.div_ceil(SLICE) - 1);
    let objects = &night.model.objects;
    assert_eq!((objects.order, objects.shown.clone()), (Order::Oldest, expected(objects)));
    assert_eq!((objects.selected(), objects.cursor.at), (object, 0), "the oldest is the first now");
}

#[test]
fn who_moves_while_rows_are_put_into_order_has_chosen_a_place() {
    let mut night = listing(10_000);
    night.press("G o j");
    let object = night.model.objects.selected();
    wake_all(&mut night);
    assert_eq!(night.model.objects.selected(), object);
}

#[test]
fn all_are_marked_also_those_that_have_no_place_yet() {
    let mut night = listing(10_000);
    night.press("o ctrl-a");
    assert_eq!((night.model.objects.marks.len(), night.model.objects.marks_out_of_sight()), (10_000, 0));
    night.press("/").type_text("key:00000").press("enter");
    wake_all(&mut night);
    assert_eq!((night.model.objects.shown.len(), night.model.objects.marks_out_of_sight()), (10, 9_990));
    night.press("space");
    assert_eq!((night.model.objects.marks.len(), night.model.objects.marks_out_of_sight()), (9_999, 9_990));
}

#[test]
fn the_timeline_is_counted_in_slices_and_follows_states() {
    let mut night = listing(20_000);
    let whole = night.model.objects.timeline.clone();
    night.tell(Msg::Resize(120, 41));
    assert_ne!(night.model.objects.timeline, whole);
    wake_all(&mut night);
    assert_eq!(night.model.objects.timeline, whole);
    let id = night.model.objects.rows.get(17).object.id;
    super::super::set_state(&mut night.model, &id, "indexer", State::Failed);
    let failed = |night: &Night| -> u32 {
        night.model.objects.timeline.iter().flat_map(|timeline| &timeline.bins).map(|bin| bin.failed).sum()
    };
    assert_eq!(failed(&night), 1);
    let changed = night.model.objects.timeline.clone();
    night.tell(Msg::Resize(120, 40));
    wake_all(&mut night);
    assert_eq!(night.model.objects.timeline, changed);
}
