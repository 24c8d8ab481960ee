//! Records of several objects, through the wire: merged by event time, and those around one.

use std::sync::Arc;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::app::records::Goal;
use scops::aws::{Aws, Put};
use scops::domain::{Layout, Object, ObjectId, Placed, Profile, ReplayRules, Row, Seek, Source, TimeRange};
use scops::inventory::{Inventory, MergeReader, Middle, PageReader};
use scops_parser::Options;

use crate::stage::Stage;

fn profile() -> Profile {
    let layout: Layout = "app/{yyyy}/{MM}/{dd}/{HH}/".parse().expect("a layout");
    let late_after = SignedDuration::from_mins(5);
    let source = Source {
        name: "app".into(),
        bucket: "logs".into(),
        layout,
        format: None,
        late_after,
        accept: None,
        maintenance: Vec::new(),
    };
    Profile {
        name: "test".into(),
        account: None,
        region: "us-east-1".into(),
        endpoint: None,
        is_read_only: true,
        replay: ReplayRules::default(),
        formats: scops::domain::Catalogue::default(),
        rules: scops::domain::RuleBook::default(),
        sources: vec![source],
        consumers: Vec::new(),
        audit: None,
        tables: scops::domain::Tables::default(),
        index: None,
    }
}

/// A record of the second `second` of the hour that the key tells.
fn line(hour: usize, second: usize, who: &str) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!(
        "{{\"time\":\"2026-11-23T{hour:02}:{minute:02}:{second:02}Z\",\"message\":\"{who} {minute:02}:{second:02}\"}}\n"
    )
}

async fn put(aws: &Aws, key: &str, text: impl Into<Bytes>) -> Object {
    let id = ObjectId::new("logs", key);
    aws.put(&id, text.into(), Put::default()).await.expect("is put");
    aws.head(&id).await.expect("is there").0
}

fn told(rows: &[Placed]) -> Vec<(u32, String)> {
    rows.iter().map(|placed| (placed.part, placed.row.time.map_or_else(String::new, |time| time.to_string()))).collect()
}

fn is_in_order(rows: &[Placed]) -> bool {
    let times: Vec<Timestamp> = rows.iter().filter_map(|placed| placed.row.time).collect();
    times.is_sorted()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_merged_by_event_time_page_by_page() {
    let stage = Stage::start().await;
    let mut objects = Vec::new();
    for writer in 0..5 {
        let text: String = (0..700).map(|n| line(1, n * 5 + writer, &format!("w{writer}"))).collect();
        objects.push((put(&stage.aws, &format!("app/2026/11/23/01/{writer}.json"), text).await, None));
    }
    let gone = objects[0].0.clone();
    objects.push((gone, Some("it is archived".into())));
    let mut reader = MergeReader::new(&stage.aws, &profile(), objects);
    let mut rows = Vec::new();
    loop {
        let merge = reader.next(1_000).await;
        rows.extend(merge.rows);
        if merge.is_end {
            assert!(merge.parts[..5].iter().all(|part| part.late == 0 && part.is_end && part.records == 700));
            assert_eq!(merge.parts[5].trouble.as_deref(), Some("it is archived"));
            break;
        }
    }
    assert_eq!((rows.len(), is_in_order(&rows)), (3_500, true));
    assert_eq!(reader.position(), 3_500);
    assert_eq!(told(&rows[..2]), [(0, "2026-11-23T01:00:00Z".into()), (1, "2026-11-23T01:00:01Z".into())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_far_behind_its_time_is_told_late_and_one_that_is_near_it_is_not() {
    let stage = Stage::start().await;
    let mut lines: Vec<String> = (0..3_000).map(|n| line(1, n, "a")).collect();
    lines.swap(100, 400);
    let early = lines.remove(10);
    lines.push(early);
    let a = put(&stage.aws, "app/2026/11/23/01/a.json", lines.concat()).await;
    let text: String = (0..3_000).map(|n| line(1, n, "b")).collect();
    let b = put(&stage.aws, "app/2026/11/23/01/b.json", text).await;
    let merge = MergeReader::new(&stage.aws, &profile(), vec![(a, None), (b, None)]).next(10_000).await;
    assert_eq!((merge.rows.len(), merge.is_end), (6_000, true));
    assert_eq!((merge.parts[0].late, merge.parts[1].late), (1, 0));
    let late: Vec<&Placed> = merge.rows.iter().filter(|placed| placed.is_late).collect();
    assert_eq!(late[0].row.message, "a 00:10");
    let rest: Vec<Placed> = merge.rows.iter().filter(|placed| !placed.is_late).cloned().collect();
    assert!(is_in_order(&rest));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_records_around_one_go_on_into_the_objects_around() {
    let stage = Stage::start().await;
    for hour in 0..6 {
        for writer in ["a", "b"] {
            let text: String = (0..10).map(|n| line(hour, n * 2 + usize::from(writer == "b"), writer)).collect();
            put(&stage.aws, &format!("app/2026/11/23/{hour:02}/{writer}.json"), text).await;
        }
    }
    let inventory = Inventory::new(stage.aws.clone(), Arc::new(profile()));
    let (object, _) = stage.aws.head(&ObjectId::new("logs", "app/2026/11/23/02/a.json")).await.expect("is there");
    let start = line(2, 0, "a").len() as u64 * 3;
    let around = inventory.around(object.clone(), Seek { start, line: 4 }, 15, 40).await.expect("found");
    let rows = &around.rows;
    assert_eq!((around.center, rows.len(), is_in_order(rows)), (15, 56, true));
    assert_eq!(rows[15].row.message, "a 00:06");
    assert_eq!((rows[14].row.message.as_str(), rows[16].row.message.as_str()), ("b 00:05", "b 00:07"));
    // Six of this hour before it, and nine of the hour before.
    assert_eq!(rows[0].row.time.map(|time| time.to_string()), Some("2026-11-23T01:00:11Z".into()));
    // Thirteen of this hour after it, twenty of the next, and seven of the one after that.
    assert_eq!(rows[55].row.time.map(|time| time.to_string()), Some("2026-11-23T04:00:06Z".into()));
    assert_eq!((around.is_begin, around.is_end), (false, false));
    assert_eq!(around.parts[0].object.id, object.id);

    let all = inventory.around(object, Seek { start, line: 4 }, 500, 500).await.expect("found");
    assert_eq!((all.rows.len(), all.is_begin, all.is_end), (120, true, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn around_a_record_that_is_gone_nothing_is_told() {
    let stage = Stage::start().await;
    let object = put(&stage.aws, "app/2026/11/23/01/a.json", line(1, 0, "a")).await;
    let inventory = Inventory::new(stage.aws.clone(), Arc::new(profile()));
    let trouble = inventory.around(object, Seek { start: 4_000, line: 9 }, 5, 5).await.expect_err("not there");
    assert!(trouble.to_string().contains("no record begins there"), "{trouble}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_objects_are_those_that_were_not_read_yet() {
    let stage = Stage::start().await;
    let key = |hour: usize, name: &str| format!("app/2026/11/23/{hour:02}/{name}.json");
    for hour in 0..4 {
        put(&stage.aws, &key(hour, "a"), line(hour, 1, "a")).await;
    }
    let profile = profile();
    let inventory = Inventory::new(stage.aws.clone(), Arc::new(profile.clone()));
    let at = |text: &str| -> Timestamp { text.parse().expect("a timestamp") };
    let range = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-23T06:00:00Z"));
    let first = inventory.newest(&profile.sources[0], range, &[], 2).await.expect("listed");
    let keys = |objects: &[Object]| objects.iter().map(|object| object.id.key.clone()).collect::<Vec<_>>();
    assert_eq!((keys(&first.objects), first.older, first.listed), (vec![key(2, "a"), key(3, "a")], 2, 4));
    put(&stage.aws, &key(3, "b"), line(3, 2, "b")).await;
    let known: Vec<ObjectId> = first.objects.into_iter().map(|object| object.id).collect();
    let range = TimeRange::new(at("2026-11-23T02:30:00Z"), range.end);
    let next = inventory.newest(&profile.sources[0], range, &known, 32).await.expect("listed");
    assert_eq!((keys(&next.objects), next.older), (vec![key(3, "b")], 0));
}

/// A log of lines that take six MiB, one a second.
fn long_log() -> Vec<String> {
    let line = |n: i64| {
        let time = Timestamp::from_second(1_795_000_000 + n).expect("a timestamp");
        format!("{{\"time\":\"{time}\",\"message\":\"number {n}\",\"filler\":\"{}\"}}\n", "x".repeat(120))
    };
    (0..32_000).map(line).collect()
}

/// The records that are read from a place on.
async fn from_middle(aws: &Aws, object: &Object, goal: Goal) -> Option<Vec<Row>> {
    let middle = Middle::before(aws, object, &Options::default(), goal).await.expect("asked")?;
    let mut reader = PageReader::within(aws.clone(), object.clone(), Options::default(), middle);
    let mut rows = Vec::new();
    loop {
        let page = reader.next(10_000).await.expect("read");
        rows.extend(page.rows);
        if page.is_end {
            return Some(rows);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_middle_and_the_end_of_plain_lines_are_gone_to_by_ranges() {
    let stage = Stage::start().await;
    let lines = long_log();
    let text = lines.concat();
    let object = put(&stage.aws, "app/2026/11/23/01/long.json", text.clone()).await;
    let before = stage.aws.usage().session;
    let rows = from_middle(&stage.aws, &object, Goal::End).await.expect("plain lines");
    let requests = stage.aws.usage().session.total() - before.total();
    assert!(requests <= 4, "{requests} requests");
    let last = rows.last().expect("records");
    assert_eq!((last.message.as_str(), last.line), ("number 31999", 0));
    for row in [&rows[0], &rows[rows.len() / 2], last] {
        let span = usize::try_from(row.span.start).expect("small")..usize::try_from(row.span.end).expect("small");
        assert_eq!(&*row.raw, &text.as_bytes()[span], "bytes lie where they are said to");
    }
    assert!(rows.len() < 2_500 && rows.iter().zip(0..).all(|(row, number)| row.number == number));

    let wanted = Timestamp::from_second(1_795_000_000 + 20_000).expect("a timestamp");
    let rows = from_middle(&stage.aws, &object, Goal::Time(wanted)).await.expect("plain lines");
    let at = rows.iter().position(|row| row.time >= Some(wanted)).expect("it is there");
    assert!(at > 0 && rows[at].message == "number 20000", "{at}: {}", rows[at].message);
    let start = lines[..9_000].concat().len() as u64;
    let rows = from_middle(&stage.aws, &object, Goal::Place(Seek { start, line: 9_001 })).await.expect("plain lines");
    assert!(rows.iter().any(|row| row.span.start == start && row.message == "number 9000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_lines_to_begin_at_is_read_from_its_beginning() {
    let stage = Stage::start().await;
    let text = long_log().concat();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).expect("written");
    let id = ObjectId::new("logs", "app/2026/11/23/01/long.json.gz");
    stage.aws.put(&id, Bytes::from(gzip.finish().expect("written")), Put::default()).await.expect("is put");
    let (object, _) = stage.aws.head(&id).await.expect("is there");
    assert_eq!(from_middle(&stage.aws, &object, Goal::End).await, None);
    let small = put(&stage.aws, "app/2026/11/23/01/small.json", line(1, 1, "a")).await;
    assert_eq!(from_middle(&stage.aws, &small, Goal::End).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_one_ranged_get() {
    let stage = Stage::start().await;
    let text = long_log().concat();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    std::io::Write::write_all(&mut gzip, text.as_bytes()).expect("written");
    let packed = gzip.finish().expect("written");
    for (name, bytes) in [("long.json", text.into_bytes()), ("long.json.gz", packed)] {
        let object = put(&stage.aws, &format!("app/2026/11/23/01/{name}"), bytes).await;
        let before = stage.aws.usage().session;
        let mut reader = PageReader::new(stage.aws.clone(), object, Options::default());
        let page = reader.next(1_000_000).await.expect("read");
        let requests = stage.aws.usage().session.total() - before.total();
        assert_eq!((requests, page.fetched.bytes(), page.is_end), (1, 256 << 10, false), "{name}");
        assert!(page.rows.len() > 1_000, "{name}: {} rows", page.rows.len());
    }
}
