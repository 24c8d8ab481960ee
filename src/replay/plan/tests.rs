use super::*;
use crate::domain::event::Message;
use crate::domain::{ByteSize, Envelope, Input, Layout, Location, ReplayRules, Source};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn profile() -> Profile {
    Profile {
        name: "prod".into(),
        account: None,
        region: "ap-northeast-1".into(),
        endpoint: None,
        is_read_only: false,
        replay: ReplayRules::default(),
        sources: vec![Source {
            name: "cloudtrail".into(),
            bucket: "logs".into(),
            layout: "ct/{yyyy}/{MM}/{dd}/".parse::<Layout>().expect("a layout"),
            format: None,
            late_after: jiff::SignedDuration::from_mins(5),
            accept: None,
            maintenance: Vec::new(),
        }],
        consumers: vec![consumer()],
        audit: None,
        tables: crate::domain::Tables::default(),
        index: None,
        formats: scops_parser::Formats::default().into(),
        rules: crate::domain::RuleBook::default(),
    }
}

fn consumer() -> Consumer {
    Consumer {
        name: "indexer".into(),
        input: Input::Queue("http://127.0.0.1/1/indexer".into()),
        envelope: Envelope::default(),
        dead_letter_url: Some("http://127.0.0.1/1/indexer-dlq".into()),
        parked_url: None,
        parked_prefix: None,
        alerts: None,
        receipts: Some(Location { bucket: "platform".into(), prefix: "receipts/indexer/".into() }),
        failures: None,
        destination: None,
        idempotent: true,
        alert_window: None,
        remembers: None,
    }
}

fn object(key: &str) -> Object {
    Object {
        id: ObjectId::new("logs", key),
        size: ByteSize(10),
        etag: "aaaa".into(),
        storage_class: "STANDARD".into(),
        arrived: at("2026-11-23T01:40:00Z"),
    }
}

fn found(id: &str, keys: &[(&str, &str)]) -> Found {
    let records: Vec<String> = keys
        .iter()
        .map(|(key, etag)| {
            let key = event::encode_key(key);
            format!(
                r#"{{"eventVersion":"2.6","eventName":"ObjectCreated:Put","s3":{{"bucket":{{"name":"logs"}},"object":{{"key":"{key}","eTag":"{etag}"}}}}}}"#
            )
        })
        .collect();
    let body = format!(r#"{{"Records":[{}]}}"#, records.join(","));
    let Message::Objects(events) = event::decode(&body) else { panic!("an event") };
    let message = QueuedMessage { id: id.into(), body, sent: Some(at("2026-11-23T01:41:00Z")), ..Default::default() };
    Found { origin: MessageOrigin::DeadLetter, message, events }
}

fn candidate(key: &str, found: Vec<Found>) -> Candidate {
    Candidate {
        object: ObjectId::new("logs", key),
        found,
        head: Head::Present(object(key)),
        was_processed: false,
        prospect: Prospect::Passes { records: 1 },
    }
}

fn assembled(candidates: Vec<Candidate>) -> Plan {
    let (profile, consumer) = (profile(), consumer());
    let mut assembly = Assembly::new(&profile, &consumer, candidates.len(), 10, at("2026-11-23T02:14:07Z"));
    for candidate in candidates {
        assembly.add(candidate);
    }
    assembly.plan()
}

#[test]
fn the_original_is_sent_byte_for_byte_where_it_is_at_hand() {
    let key = "ct/2026/11/23/a b+c%20=&é.json.gz";
    let original = found("m-1", &[(key, "aaaa")]);
    let plan = assembled(vec![candidate(key, vec![original.clone()]), candidate("ct/2026/11/24/x", vec![])]);
    assert_eq!(plan.items[0].message.unpack(), original.message);
    assert_eq!(plan.items[0].origin, MessageOrigin::DeadLetter);
    assert_eq!(plan.items[1].origin, MessageOrigin::Synthesised);
    let Message::Objects(events) = event::decode(&plan.items[1].message.unpack().body) else { panic!("an event") };
    assert_eq!((&*events[0].object.key, events[0].etag.as_deref()), ("ct/2026/11/24/x", Some("aaaa")));
    assert!(plan.is_sealed());
}

#[test]
fn objects_come_once_and_by_the_time_that_their_keys_tell() {
    let keys = ["ct/2026/11/24/b", "ct/2026/11/22/z", "ct/2026/11/24/a", "ct/2026/11/22/z"];
    let plan = assembled(keys.iter().map(|key| candidate(key, vec![])).collect());
    let order: Vec<_> = plan.items.iter().map(|item| item.object.id.key.as_str()).collect();
    assert_eq!(order, ["ct/2026/11/22/z", "ct/2026/11/24/a", "ct/2026/11/24/b"]);
}

#[test]
fn what_is_gone_changed_archived_or_unreadable_is_left_out_and_named() {
    let mut gone = candidate("ct/gone", vec![]);
    gone.head = Head::Gone;
    let mut untold = candidate("ct/untold", vec![]);
    untold.head = Head::Untold("AccessDenied".into());
    let mut archived = candidate("ct/archived", vec![]);
    archived.head = Head::Present(Object { storage_class: "DEEP_ARCHIVE".into(), ..object("ct/archived") });
    let changed = candidate("ct/changed", vec![found("m-1", &[("ct/changed", "bbbb")])]);
    let plan = assembled(vec![gone, untold, archived, changed, candidate("ct/good", vec![])]);
    assert_eq!(plan.items.len(), 1);
    let expected = [
        ("s3://logs/ct/gone", "it is gone from S3"),
        ("s3://logs/ct/untold", "it could not be looked at: AccessDenied"),
        ("s3://logs/ct/archived", "it is archived (DEEP_ARCHIVE) and must be restored first"),
        ("s3://logs/ct/changed", "it changed since its event: eTag bbbb then, aaaa now"),
    ];
    let left: Vec<_> = plan.left_out.iter().map(|(name, cause)| (name.as_str(), cause.as_str())).collect();
    assert_eq!(left, expected);
}

#[test]
fn of_several_messages_the_one_for_the_bytes_that_are_there_is_sent() {
    let messages = vec![found("m-old", &[("ct/a", "bbbb")]), found("m-now", &[("ct/a", "aaaa")])];
    let plan = assembled(vec![candidate("ct/a", messages)]);
    assert_eq!((plan.items[0].message.id(), plan.items[0].duplicates), ("m-now", 1));
}

#[test]
fn a_message_that_names_two_objects_is_sent_once() {
    let both = found("m-1", &[("ct/a", "aaaa"), ("ct/b", "aaaa")]);
    let plan = assembled(vec![candidate("ct/a", vec![both.clone()]), candidate("ct/b", vec![both])]);
    assert_eq!(plan.items.len(), 1);
    assert_eq!(plan.items[0].companions, [ObjectId::new("logs", "ct/b")]);
    assert_eq!(
        plan.left_out,
        [("s3://logs/ct/b".to_owned(), "sent with s3://logs/ct/a: one message names both".to_owned())]
    );
}

#[test]
fn the_event_of_a_deletion_is_never_sent_as_the_original() {
    let mut removed = found("m-1", &[("ct/a", "aaaa")]);
    removed.events[0].kind = EventKind::Removed;
    assert_eq!(assembled(vec![candidate("ct/a", vec![removed])]).items[0].origin, MessageOrigin::Synthesised);
}

#[test]
fn a_saved_message_is_sent_where_no_queue_holds_one() {
    let saved = found_saved();
    let plan = assembled(vec![candidate("ct/a", vec![saved.clone()])]);
    assert_eq!((plan.items[0].origin, plan.items[0].message.unpack()), (MessageOrigin::Saved, saved.message.clone()));
    assert!(plan.effects[0].ends_with("1 from a saved file, byte for byte"), "{:?}", plan.effects);
    assert!(!plan.effects.iter().any(|effect| effect.contains("deleted")), "{:?}", plan.effects);

    let mut younger = found("m-2", &[("ct/a", "aaaa")]);
    younger.message.sent = Some(at("2026-11-23T01:59:00Z"));
    let plan = assembled(vec![candidate("ct/a", vec![saved.clone(), younger])]);
    assert_eq!((plan.items[0].origin, plan.items[0].duplicates), (MessageOrigin::DeadLetter, 0));

    let mut edited = saved;
    edited.message.attributes.insert("trace".into(), ("String".into(), "8".into()));
    let other = assembled(vec![candidate("ct/a", vec![edited])]);
    assert_ne!(other.hash, assembled(vec![candidate("ct/a", vec![found_saved()])]).hash);
}

fn found_saved() -> Found {
    Found { origin: MessageOrigin::Saved, ..found("m-1", &[("ct/a", "aaaa")]) }
}
