//! A case of a night, and one whose every text is hostile, in each form that they are exported in.

mod forms;

use jiff::{SignedDuration, Timestamp};

use crate::domain::case::*;
use crate::domain::*;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn witness(key: &str, sha256: Option<&str>) -> Witness {
    let object = ObjectId {
        bucket: "acme-security-logs".into(),
        key: key.into(),
        version: Some("3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY".into()),
    };
    Witness {
        object,
        size: ByteSize(41_984),
        etag: "9b2cf535f27731c974343645a3985328".into(),
        arrived: at("2026-11-23T01:32:07Z"),
        storage_class: "STANDARD".into(),
        sha256: sha256.map(str::to_owned),
        unread: sha256.is_none().then(|| "it has 1.2 GiB, and 16 MiB are read at most".into()),
    }
}

fn hit(text: &str, minute: i8) -> Hit {
    Hit {
        time: Some(at("2026-11-23T01:00:00Z") + SignedDuration::from_mins(i64::from(minute))),
        source: "cloudtrail".into(),
        object: ObjectId::new("acme-security-logs", format!("AWSLogs/{text}.json.gz")),
        line: 1,
        span: 880..1_770,
        fields: vec!["source.ip".into()],
        message: format!("ConsoleLogin root 203.0.113.7 {text}"),
        ecs: EcsValues::default(),
    }
}

/// One pin of each kind, with `text` wherever the world has a say.
fn pins(text: &str) -> Vec<Pin> {
    let hour = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T02:00:00Z"));
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let field = |path: &str, value: &str| Field { path: path.into(), value: value.into() };
    let failed = FailedObject {
        object: Some(ObjectId::new("acme-security-logs", format!("failed/{text}"))),
        reason: Some(format!("eventVersion 1.12 is newer than 1.11 {text}")),
        reason_from: Some(ReasonOrigin::Recorded),
        found_by: "failure-queue".into(),
        since: Some(at("2026-11-23T01:40:00Z")),
        expires: Some(at("2026-11-26T23:10:00Z")),
        message: Some(format!("m-1{text}")),
        body_sha256: Some(hash.into()),
    };
    let bin = |objects: u32, failed: u32| Bin { objects, failed, bytes: ByteSize::kib(40), parked: 1, late: 0 };
    let replayed = |reason: Option<&str>| ReplayedObject {
        object: ObjectId::new("acme-security-logs", format!("replayed/{text}")),
        etag: "e".into(),
        reason: reason.map(str::to_owned),
    };
    vec![
        Pin::Record(Box::new(RecordPin {
            witness: witness(&format!("AWSLogs/CloudTrail/{text}.json.gz"), Some(hash)),
            line: 1,
            span: 880..1_770,
            time: Some(at("2026-11-23T01:30:58Z")),
            message: format!("ConsoleLogin root 203.0.113.7 {text}"),
            fault: None,
            sha256: Some(hash.into()),
            raw: Some(format!("{{\"userAgent\":\"{text}\"}}\n```\n</pre>")),
            fields: vec![field("eventName", "ConsoleLogin"), field("big", "18446744073709551616"), field(text, text)],
            fields_left_out: 2,
        })),
        Pin::Object(witness(&format!("big/{text}"), None)),
        Pin::Query(Box::new(QueryPin {
            value: format!("203.0.113.7{text}"),
            sources: vec!["cloudtrail".into()],
            range: hour,
            limit: 1_000,
            ids: vec!["a1b2c3d4-0000-4000-8000-000000000001".into(), "a1b2c3d4-0000-4000-8000-000000000002".into()],
            sql: Some(format!("SELECT '{text}'")),
            phase: QueryPhase::Succeeded,
            scanned: ByteSize(123_456),
            total_ms: 812,
            micro_dollars: 100,
            hits: vec![hit(text, 31), hit(text, 48)],
        })),
        Pin::Timeline(Box::new(TimelinePin {
            source: text.to_owned(),
            range: hour,
            bins: vec![bin(12, 0), bin(9, 3), bin(0, 0), bin(24, 24)],
            gaps: vec![Gap { range: TimeRange::new(at("2026-11-23T01:30:00Z"), hour.end), kind: GapKind::Silent }],
        })),
        Pin::Failures(Box::new(FailuresPin {
            consumer: text.to_owned(),
            state: State::Failed,
            reason: Some(text.to_owned()),
            objects: vec![failed],
        })),
        Pin::Replay(Box::new(ReplayPin {
            id: ReplayId(format!("r-20261123T021407Z-9a3f{text}")),
            plan: hash.into(),
            who: text.to_owned(),
            consumer: "indexer".into(),
            destination: "http://127.0.0.1:9900/123456789012/indexer".into(),
            began: at("2026-11-23T02:14:07Z"),
            finished: true,
            stopped: None,
            sets: vec![
                ReplaySet { outcome: "failed-again".into(), objects: vec![replayed(Some(text))] },
                ReplaySet { outcome: "recovered".into(), objects: vec![replayed(None)] },
            ],
        })),
        Pin::Messages(MessagesPin {
            file: format!("messages-20261123T021407Z{text}.ndjson"),
            sha256: hash.into(),
            messages: 37,
            unseen: 1,
        }),
    ]
}

/// A case with a note of each kind; `text` is written wherever somebody may write.
pub(crate) fn case(text: &str) -> Case {
    let opened = at("2026-11-23T02:14:07Z");
    let name: CaseName = "INC-4711".parse().expect("a name");
    let change = Change::Opened { version: VERSION, name, bundle: None };
    let mut case = Case::open(Entry { at: opened, who: "aya".into(), change }).expect("opens");
    let notes = std::iter::once((format!("the pager rang: 37 failed{text}"), None));
    let pinned = pins(text).into_iter().enumerate().map(|(index, pin)| {
        let words = if index == 0 { format!("the first sign-in from there{text}") } else { String::new() };
        (words, Some(pin))
    });
    for (number, (words, pin)) in (1..).zip(notes.chain(pinned)) {
        let at = opened + SignedDuration::from_secs(number * 20);
        let profile = Some(format!("prod{text}"));
        let note = Note { id: NoteId(number as u64), at, who: "aya".into(), profile, text: words, pin };
        let change = Change::Added { note: Box::new(note) };
        case.apply(Entry { at, who: "aya".into(), change }).expect("fits");
    }
    case
}
