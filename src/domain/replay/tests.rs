use super::*;
use crate::domain::QueuedMessage;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn item(key: &str, origin: MessageOrigin, prospect: Prospect) -> PlanItem {
    PlanItem {
        object: Object {
            id: ObjectId::new("logs", key),
            size: ByteSize(1000),
            etag: "e".into(),
            storage_class: "STANDARD".into(),
            arrived: at("2026-11-23T01:31:09Z"),
        },
        message: message(key, 0),
        origin,
        prospect,
        is_remade: false,
        was_processed: false,
        companions: Vec::new(),
        duplicates: 0,
    }
}

fn message(key: &str, attributes: usize) -> PackedMessage {
    let attributes = (0..attributes).map(|n| (format!("a{n}"), ("String".to_owned(), String::new()))).collect();
    let body = format!("{{\"{key}\"}}");
    QueuedMessage { id: format!("m-{key}"), body, attributes, ..QueuedMessage::default() }.into()
}

fn plan(items: Vec<PlanItem>) -> Plan {
    Plan {
        hash: String::new(),
        consumer: "indexer".into(),
        is_idempotent: true,
        alert_window: None,
        remembers: None,
        reaches: Vec::new(),
        input: Input::Queue("http://127.0.0.1:4566/000000000000/indexer-events".into()),
        items,
        hidden: 0,
        left_out: Vec::new(),
        effects: Vec::new(),
        rate: 10,
        made: at("2026-11-23T02:14:07Z"),
        resumes: None,
    }
    .sealed()
}

fn passes() -> Prospect {
    Prospect::Passes { records: 3 }
}

#[test]
fn a_plan_tells_its_effects_in_words() {
    let mut items = vec![
        item("a", MessageOrigin::DeadLetter, passes()),
        item("b", MessageOrigin::DeadLetter, Prospect::FailsAgain("gzip stream is cut at byte 18432".into())),
        item("c", MessageOrigin::DeadLetter, Prospect::FailsAgain("gzip stream is cut at byte 99".into())),
        item("d", MessageOrigin::Synthesised, Prospect::Untried),
    ];
    items[0].was_processed = true;
    items[0].companions = vec![ObjectId::new("logs", "z")];
    items[0].duplicates = 2;
    items[3].message = message("d", 10);
    let mut made = plan(items);
    made.is_idempotent = false;
    assert_eq!(
        made.sealed().effects,
        [
            "4 messages go to indexer's queue indexer-events, at most 10 a second: 3 from the failure queue, byte for \
             byte, 1 made anew, encoded as S3 does",
            "indexer is NOT idempotent: 1 object was processed already and would be indexed twice",
            "2 will fail again: gzip stream is cut at byte #",
            "1 were not tried: of 3 spread over all of them 1 pass now",
            "messages are deleted from the failure queue once each re-send is acknowledged and journaled",
            "1 message names more than one object: 1 further object is sent with them",
            "2 further messages about the same objects stay where they lie",
            "1 message has 10 attributes or more already, the most that SQS takes: sent without the mark of this replay",
        ]
    );
}

#[test]
fn the_hash_covers_consumer_queue_rate_and_every_message() {
    let original = plan(vec![item("a", MessageOrigin::DeadLetter, passes())]);
    let changes: [fn(&mut Plan); 7] = [
        |plan| plan.consumer.push('x'),
        |plan| plan.input = Input::Topic(plan.input.place().to_owned()),
        |plan| plan.rate += 1,
        |plan| plan.items[0].object.etag.push('x'),
        |plan| plan.items[0].object.id.version = Some("v2".into()),
        |plan| {
            let mut message = plan.items[0].message.unpack();
            message.body.push(' ');
            plan.items[0].message = message.into();
        },
        |plan| plan.items.clear(),
    ];
    for change in changes {
        let mut other = original.clone();
        change(&mut other);
        assert!(!other.is_sealed());
        assert_ne!(other.sealed().hash, original.hash);
    }
    assert!(original.is_sealed());
}

#[test]
fn without_failing_leaves_out_what_would_fail_again_and_names_it() {
    let made = plan(vec![
        item("a", MessageOrigin::DeadLetter, passes()),
        item("b", MessageOrigin::DeadLetter, Prospect::FailsAgain("no eventTime".into())),
        item("c", MessageOrigin::DeadLetter, Prospect::Untried),
    ]);
    let smaller = made.without_failing();
    assert_eq!(smaller.items.iter().map(|item| item.object.id.key.as_str()).collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(smaller.left_out, [("s3://logs/b".to_owned(), "would fail again: no eventTime".to_owned())]);
    assert_ne!(smaller.hash, made.hash);
    assert!(smaller.is_sealed() && smaller.effects[0].starts_with("2 messages go"));
}

#[test]
fn a_plan_expires_after_ten_minutes() {
    let made = plan(vec![item("a", MessageOrigin::DeadLetter, passes())]);
    assert!(!made.is_expired(at("2026-11-23T02:24:07Z")));
    assert!(made.is_expired(at("2026-11-23T02:24:08Z")));
}

#[test]
fn a_replay_is_named_by_its_start_and_its_plan() {
    assert_eq!(ReplayId::new(at("2026-11-23T02:14:07.9Z"), "a1b2c3").0, "r-20261123T021407Z-a1b2");
}

#[test]
fn news_in_parts_tells_every_outcome_once_and_the_end_last() {
    let outcomes: Vec<Outcome> = (0..150).map(|index| Outcome { index, state: PlanItemState::Recovered }).collect();
    let progress = Progress {
        id: ReplayId("r-1".into()),
        rate: 10,
        is_paused: false,
        outcomes: outcomes.clone(),
        sent: 150,
        refused: 0,
        recovered: 150,
        total: 150,
        indexed: None,
        is_done: true,
        stopped: Some("the end".into()),
    };
    let parts: Vec<Progress> = progress.clone().in_parts(64).collect();
    assert_eq!(parts.iter().flat_map(|part| part.outcomes.clone()).collect::<Vec<_>>(), outcomes);
    assert_eq!(parts.iter().map(|part| part.outcomes.len()).collect::<Vec<_>>(), [64, 64, 22]);
    assert_eq!(parts.iter().map(|part| part.is_done).collect::<Vec<_>>(), [false, false, true]);
    assert_eq!(parts.iter().filter(|part| part.stopped.is_some()).count(), 1);
    assert_eq!(progress.clone().in_parts(1_000).collect::<Vec<_>>(), [progress]);
}
