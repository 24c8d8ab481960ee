use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::ByteSize;

fn corpus(name: &str) -> Option<String> {
    let folder = std::env::var("SCOPS_CORPUS")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus").to_owned());
    let text = std::fs::read_to_string(format!("{folder}/s3_events/{name}")).ok();
    if text.is_none() {
        println!("skipped: no corpus at {folder}");
    }
    text
}

fn raw(key: &str) -> String {
    let object = Object {
        id: ObjectId::new("logs", key),
        size: ByteSize(7),
        etag: "d41d8cd98f00b204e9800998ecf8427e".into(),
        storage_class: "STANDARD".into(),
        arrived: "2026-11-23T01:31:07.25Z".parse().expect("a time"),
    };
    encode(&object, "ap-northeast-1", "2026-11-23T02:14:07Z".parse().expect("a time"))
}

fn one(message: Message) -> ObjectEvent {
    match message {
        Message::Objects(mut events) if events.len() == 1 => events.remove(0),
        other => panic!("not one object: {other:?}"),
    }
}

#[test]
fn keys_are_encoded_as_s3_does() {
    for (key, encoded) in [
        ("dt=2026-11-23/a b.json", "dt%3D2026-11-23/a+b.json"),
        ("a b+c%20=&é", "a+b%2Bc%2520%3D%26%C3%A9"),
        ("test_file(3).png", "test_file%283%29.png"),
        ("T01:31:07Z", "T01%3A31%3A07Z"),
    ] {
        assert_eq!(encode_key(key), encoded);
        assert_eq!(decode_key(encoded), key);
    }
}

#[test]
fn what_is_no_escape_stands_for_itself() {
    for (encoded, key) in [("100%", "100%"), ("%zz%4", "%zz%4"), ("a%2Fb", "a/b"), ("%FF", "\u{fffd}")] {
        assert_eq!(decode_key(encoded), key);
    }
}

#[test]
fn what_we_encode_is_read_back() {
    let event = one(decode(&raw("dt=2026-11-23-01/a b+c.gz")));
    assert_eq!(event.kind, EventKind::Created);
    assert_eq!(event.object, ObjectId::new("logs", "dt=2026-11-23-01/a b+c.gz"));
    assert_eq!((event.size, event.etag.as_deref()), (Some(7), Some("d41d8cd98f00b204e9800998ecf8427e")));
    assert_eq!(event.sequencer.map(|sequencer| sequencer.len()), Some(18));
    assert_eq!(event.time, "2026-11-23T01:31:07.250Z".parse().ok());
}

#[test]
fn every_envelope_leads_to_the_object() {
    let inner = raw("dt=1/k");
    let plain: Value = serde_json::from_str(&inner).expect("JSON");
    let sns = json!({ "Type": "Notification", "MessageId": "m", "TopicArn": "arn:aws:sns:r:1:t", "Message": inner,
        "Timestamp": "2026-11-23T01:31:08Z" });
    let bridge = json!({ "detail-type": "Object Created", "source": "aws.s3", "time": "2026-11-23T01:31:08Z",
        "detail": { "bucket": { "name": "logs" }, "object": { "key": "dt=1/k", "size": 7, "etag": "e",
        "version-id": "v1", "sequencer": "00" }, "reason": "PutObject" } });
    let queue = json!({ "Records": [{ "messageId": "m", "body": sns.to_string(), "eventSource": "aws:sqs" }] });
    let topic = json!({ "Records": [{ "EventSource": "aws:sns", "Sns": { "Message": inner } }] });
    let destination = json!({ "requestContext": { "condition": "RetriesExhausted" }, "requestPayload": plain });
    for envelope in [plain.clone(), sns, bridge, queue, topic, destination] {
        let event = one(decode(&envelope.to_string()));
        assert_eq!((event.object.bucket.as_str(), event.object.key.as_str()), ("logs", "dt=1/k"), "{envelope}");
    }
}

#[test]
fn a_message_may_tell_of_several_objects_and_of_deletions() {
    let mut body: Value = serde_json::from_str(&raw("a")).expect("JSON");
    let mut removed = body["Records"][0].clone();
    removed["eventName"] = "ObjectRemoved:DeleteMarkerCreated".into();
    let mut later = body["Records"][0].clone();
    later["eventVersion"] = "2.6".into();
    later["glacierEventData"] = json!({ "anything": 1 });
    body["Records"].as_array_mut().expect("records").extend([removed, later]);
    let Message::Objects(events) = decode(&body.to_string()) else { panic!("objects") };
    let kinds: Vec<_> = events.into_iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Created, EventKind::Removed, EventKind::Created]);
}

#[test]
fn the_greeting_and_garbage_are_told_apart() {
    let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"b"}"#;
    assert_eq!(decode(greeting), Message::Test);
    let wrapped = json!({ "TopicArn": "arn", "Message": greeting });
    assert_eq!(decode(&wrapped.to_string()), Message::Test);
    for garbage in ["", "Message Body", "[]", "{}", "{\"Records\":[]}", "{\"Records\":[{\"s3\":{}}]}", "\u{0}\u{ff}"] {
        assert!(matches!(decode(garbage), Message::Unreadable(_)), "{garbage}");
    }
    let future = raw("a").replace("\"2.1\"", "\"3.0\"");
    assert!(matches!(decode(&future), Message::Unreadable(reason) if reason.contains("3.0")));
}

#[test]
fn a_bad_record_among_good_ones_is_told_and_takes_no_other_with_it() {
    let mut body: Value = serde_json::from_str(&raw("a")).expect("JSON");
    let mut bad = body["Records"][0].clone();
    bad["s3"]["object"].as_object_mut().expect("an object").remove("key");
    let mut later = body["Records"][0].clone();
    later["s3"]["object"]["key"] = "b".into();
    body["Records"].as_array_mut().expect("records").extend([bad, later]);
    let Message::Mixed { events, unread } = decode(&body.to_string()) else { panic!("mixed") };
    let keys: Vec<_> = events.iter().map(|event| event.object.key.as_str()).collect();
    assert_eq!(keys, ["a", "b"]);
    assert_eq!(unread.len(), 1);
    assert!(unread[0].starts_with("record 2 of 3: an S3 event that lacks its parts"), "{unread:?}");

    let queue = json!({ "Records": [{ "body": body.to_string() }, { "body": raw("c") }, { "body": "garbage" }] });
    let Message::Mixed { events, unread } = decode(&queue.to_string()) else { panic!("mixed") };
    assert_eq!(events.len(), 3);
    assert!(unread[0].starts_with("record 1 of 3: record 2 of 3: "), "{unread:?}");
    assert!(unread[1].starts_with("record 3 of 3: not JSON"), "{unread:?}");
}

#[test]
fn a_destination_record_on_an_event_bus_leads_to_the_object() {
    let plain: Value = serde_json::from_str(&raw("dt=1/k")).expect("JSON");
    let bus = json!({ "source": "lambda", "detail-type": "Lambda Function Invocation Result - Failure",
        "detail": { "requestContext": { "condition": "RetriesExhausted" }, "requestPayload": plain } });
    assert_eq!(one(decode(&bus.to_string())).object.key, "dt=1/k");
}

#[test]
fn a_queue_of_greetings_is_a_greeting() {
    let greeting = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
    assert_eq!(decode(&json!({ "Records": [{ "body": greeting }] }).to_string()), Message::Test);
}

#[test]
fn envelopes_within_envelopes_end() {
    let mut body = raw("a");
    for _ in 0..8 {
        body = json!({ "TopicArn": "arn", "Message": body }).to_string();
    }
    assert!(matches!(decode(&body), Message::Unreadable(_)));
}

#[test]
fn captured_events_are_read() {
    if let Some(body) = corpus("promtail-s3-event.json") {
        let event = one(decode(&body));
        assert_eq!(event.object.key, "Happy Face.jpg");
        assert_eq!(event.object.version.as_deref(), Some("version"));
    }
    if let Some(body) = corpus("datadog-sqs_s3.json") {
        assert_eq!(one(decode(&body)).object, ObjectId::new("my-bucket", "my-key.log"));
    }
    if let Some(body) = corpus("promtail-sqs-event.json") {
        assert!(matches!(decode(&body), Message::Unreadable(_)));
    }
}

proptest! {
    #[test]
    fn any_key_survives_the_way_there_and_back(key in ".*") {
        prop_assert_eq!(decode_key(&encode_key(&key)), key);
    }

    #[test]
    fn no_text_makes_it_panic(body in ".*") {
        let _ = decode(&body);
    }
}
