//! A worker, an inventory and the AWS adapters against the lab, over the wire: what works here takes the same path on
//! AWS.

mod compact;
mod found;
mod stored;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::aws::{Aws, Connection, Kind, ListFrom, Put, QueueSettings};
use scops::domain::{
    Accept, Consumer, Envelope, Failure, FailureRecord, Index, Input, Location, ObjectId, ObjectRow, Profile, Prospect,
    REPLAY_ATTRIBUTE, Receipt, ReplayRules, Source, State, TimeRange, Trace,
};
use scops::inventory::{Inventory, Known, PageReader};
use scops::worker::{Upkeep, Worker, WorkerOptions};
use scops_lab::{Lab, LabOptions};
use scops_parser::Options;
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

const TRAIL: &str = "AWSLogs/111122223333/CloudTrail/ap-northeast-1/2026/11/23";

/// A lab with a bucket, a topic, three queues and a worker's profile.
struct Platform {
    _folder: TempDir,
    lab: Lab,
    aws: Aws,
    profile: Profile,
}

impl Platform {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path())).await.expect("a lab");
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
        });
        let profile = Self::build(&aws).await.expect("a platform");
        Self { _folder: folder, lab, aws, profile }
    }

    async fn build(aws: &Aws) -> Result<Profile, scops::aws::AwsError> {
        aws.create_bucket("logs").await?;
        aws.create_bucket("index").await?;
        let queue = |dead_letter| QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(24),
            dead_letter,
        };
        let dead_letter_url = aws.create_queue("indexer-failed", &queue(None)).await?;
        let parked_url = aws.create_queue("indexer-parked", &queue(None)).await?;
        let redrive = (aws.queue_arn(&dead_letter_url).await?, 3);
        let queue_url = aws.create_queue("indexer", &queue(Some(redrive))).await?;
        let queue_arn = aws.queue_arn(&queue_url).await?;
        let topic = aws.create_topic("object-created").await?;
        aws.allow_sending(&queue_url, &queue_arn, &topic).await?;
        aws.subscribe(&topic, &queue_arn, false).await?;
        aws.put_notification("logs", "", &topic).await?;
        let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
        Ok(Profile {
            formats: scops_parser::Formats::default().into(),
            name: "test".into(),
            account: None,
            region: "us-east-1".into(),
            endpoint: None,
            is_read_only: false,
            replay: ReplayRules::default(),
            sources: vec![
                source("cloudtrail", "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", Some("cloudtrail")),
                source("falcon", "falcon/dt={yyyy}-{MM}-{dd}-{HH}/", None),
            ],
            consumers: vec![Consumer {
                name: "indexer".into(),
                input: Input::Queue(queue_url),
                envelope: Envelope::default(),
                dead_letter_url: Some(dead_letter_url),
                parked_url: Some(parked_url),
                parked_prefix: None,
                receipts: Some(below("receipts/indexer/")),
                failures: Some(below("failures/indexer/")),
                destination: None,
                idempotent: true,
                alert_window: None,
                remembers: None,
            }],
            audit: None,
            tables: scops::domain::Tables::default(),
            index: Some(Index {
                location: below("scops/"),
                database: "scops".into(),
                workgroup: "primary".into(),
                output: None,
                retention_days: None,
            }),
        })
    }

    fn consumer(&self) -> &Consumer {
        &self.profile.consumers[0]
    }

    fn inventory(&self) -> Inventory {
        Inventory::new(self.aws.clone(), Arc::new(self.profile.clone()))
    }

    async fn put(&self, key: &str, bytes: impl Into<Bytes>) {
        self.aws.put(&ObjectId::new("logs", key), bytes.into(), Put::default()).await.expect("it is stored");
    }

    /// Runs a worker until `enough` says so of it and its queue is empty.
    async fn work(&self, profile: &Profile, messages: u64) -> scops::worker::Tally {
        let options = WorkerOptions {
            retry_after: SignedDuration::ZERO,
            wait: SignedDuration::from_secs(1),
            ..WorkerOptions::default()
        };
        let worker = Worker::new(self.aws.clone(), Arc::new(profile.clone()), self.consumer().clone(), options);
        let shutdown = CancellationToken::new();
        let running = tokio::spawn({
            let (worker, shutdown) = (worker.clone(), shutdown.clone());
            async move { worker.run(shutdown).await }
        });
        let since = Instant::now();
        loop {
            let state = self.aws.queue_state(self.consumer().input.place()).await.expect("the queue");
            let tally = worker.tally();
            if tally.finished >= messages && tally.finished == tally.received && state.visible + state.in_flight == 0 {
                break;
            }
            assert!(since.elapsed() < Duration::from_mins(1), "{tally:?} {state:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        shutdown.cancel();
        running.await.expect("no panic").expect("no error");
        worker.tally()
    }

    async fn receipt(&self, key: &str) -> Option<Receipt> {
        self.read(self.consumer().receipts.as_ref(), key).await
    }

    async fn failure_record(&self, key: &str) -> Option<FailureRecord> {
        self.read(self.consumer().failures.as_ref(), key).await
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, place: Option<&Location>, key: &str) -> Option<T> {
        let id = place.expect("a place").object(key);
        match self.aws.get_all(&id, scops::domain::ByteSize::mib(1)).await {
            Ok((_, bytes)) => Some(serde_json::from_slice(&bytes).expect("JSON")),
            Err(error) if error.kind == Kind::NoSuchKey => None,
            Err(error) => panic!("{error}"),
        }
    }

    async fn keys(&self, bucket: &str, prefix: &str) -> Vec<String> {
        let place = Location { bucket: bucket.into(), prefix: prefix.into() };
        let page = self.aws.list(&place, &ListFrom::Start, 1_000).await.expect("a listing");
        page.objects.into_iter().map(|object| object.id.key).collect()
    }

    async fn failures(&self) -> Vec<Failure> {
        let (sender, mut found) = mpsc::channel(64);
        self.inventory().failures(sender).await.expect("the queues can be read");
        let mut failures = Vec::new();
        while let Some(more) = found.recv().await {
            failures.extend(more);
        }
        failures.sort_by_key(|failure| failure.object.clone());
        failures
    }

    async fn rows(&self, source: &str, known: &Known) -> Vec<ObjectRow> {
        let mut rows = Vec::new();
        let source = self.profile.source(source).expect("a source");
        let sink = |more| {
            rows.extend(more);
            true
        };
        self.inventory().objects(source, night(), known, sink).await.expect("a listing");
        rows
    }
}

#[tokio::test]
async fn r30_what_a_dead_worker_had_taken_is_processed_once_by_the_next() {
    let platform = Platform::start().await;
    let key = format!("{TRAIL}/one.json");
    platform.put(&key, r#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T01:31:09Z"}]}"#).await;
    // Taken, and never heard of again.
    let hide = SignedDuration::from_secs(3);
    let queue = platform.consumer().input.place();
    let taken = platform.aws.receive(queue, 10, hide, SignedDuration::from_secs(5)).await.expect("receives");
    assert_eq!(taken.len(), 2, "the event, and S3's greeting");
    let tally = platform.work(&platform.profile, 2).await;
    assert_eq!((tally.finished, tally.processed), (2, 1), "{tally:?}");
    let receipt = platform.receipt(&key).await.expect("a receipt");
    assert_eq!(receipt.records, 1);
    // What comes back from the dead is too late.
    assert_eq!(platform.aws.queue_state(queue).await.expect("the queue").visible, 0);
}

fn source(name: &str, layout: &str, format: Option<&str>) -> Source {
    Source {
        name: name.into(),
        bucket: "logs".into(),
        layout: layout.parse().expect("a layout"),
        format: format.map(str::to_owned),
        late_after: SignedDuration::from_mins(15),
        accept: format.map(|_| Accept { field: "eventVersion".into(), up_to: "1.11".into() }),
        maintenance: Vec::new(),
    }
}

fn night() -> TimeRange {
    let at = |text: &str| text.parse().expect("a time");
    TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"))
}

fn trail(version: &str, minutes: std::ops::Range<u32>) -> Vec<u8> {
    let record = |minute: u32| {
        serde_json::json!({ "eventVersion": version, "eventTime": format!("2026-11-23T01:{minute:02}:07Z"),
            "eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "sourceIPAddress": "203.0.113.7",
            "userIdentity": { "type": "IAMUser", "userName": "ops", "accessKeyId": "AKIAEXAMPLE" } })
    };
    serde_json::json!({ "Records": minutes.map(record).collect::<Vec<_>>() }).to_string().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn trail_key(minute: u32, tail: &str) -> String {
    format!("{TRAIL}/111122223333_CloudTrail_ap-northeast-1_20261123T01{minute:02}Z_{tail}.json.gz")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_object_ends_processed_failed_or_parked() {
    let platform = Platform::start().await;
    let good = trail_key(1, "a b+c%20=&é");
    let newer = trail_key(2, "newer");
    let cut = trail_key(3, "cut");
    let empty = trail_key(4, "empty");
    let vendor = "falcon/dt=2026-11-23-01/part-0001";
    platform.put(&good, gzip(&trail("1.11", 0..60))).await;
    platform.put(&newer, gzip(&trail("1.12", 0..3))).await;
    let whole = gzip(&trail("1.11", 0..60));
    platform.put(&cut, whole[..whole.len() / 2].to_vec()).await;
    platform.put(&empty, Bytes::new()).await;
    platform.put(vendor, "FALCON|1|a\nFALCON|2|b\n").await;
    platform.put(&format!("{TRAIL}/"), Bytes::new()).await;

    let tally = platform.work(&platform.profile, 10).await;
    assert_eq!((tally.processed, tally.parked, tally.failed, tally.records), (2, 1, 6, 60), "{tally:?}");

    let receipt = platform.receipt(&good).await.expect("a receipt");
    assert_eq!((receipt.records, receipt.faults, receipt.note), (60, 0, None));
    assert_eq!(receipt.object, ObjectId::new("logs", &good));
    assert_eq!(receipt.files.len(), 2);
    assert_eq!(platform.keys("index", "scops/").await, receipt.files);
    assert!(receipt.files[0].starts_with("scops/records/source=cloudtrail/dt=2026-11-23-01/"));
    let empty = platform.receipt(&empty).await.expect("a receipt");
    assert_eq!((empty.records, empty.note.as_deref()), (0, Some("empty object")));

    let record = platform.failure_record(&newer).await.expect("a failure record");
    assert_eq!(record.reason, "eventVersion 1.12 is newer than 1.11, the newest that indexer takes");
    assert_eq!((record.attempts, record.line), (3, Some(1)));
    let record = platform.failure_record(&cut).await.expect("a failure record");
    assert!(record.offset.is_some(), "{record:?}");
    assert!(platform.receipt(&newer).await.is_none() && platform.receipt(vendor).await.is_none());
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_object_is_listed_diagnosed_sent_again_and_recovers() {
    let platform = Platform::start().await;
    let (good, newer, vendor) = (trail_key(1, "good"), trail_key(2, "newer"), "falcon/dt=2026-11-23-01/part-0001");
    platform.put(&good, gzip(&trail("1.11", 0..2))).await;
    platform.put(&newer, gzip(&trail("1.12", 0..3))).await;
    platform.put(vendor, "FALCON|1|a\n").await;
    platform.work(&platform.profile, 5).await;

    // Looking changes nothing: twice the same list.
    let failures = platform.failures().await;
    assert_eq!(platform.failures().await, failures_seen_once_more(&failures));
    let told: Vec<_> = failures
        .iter()
        .map(|failure| {
            (failure.object.as_ref().expect("an object").key.as_str(), failure.state, failure.source.as_deref())
        })
        .collect();
    assert_eq!(told, [(newer.as_str(), State::Failed, Some("cloudtrail")), (vendor, State::Parked, Some("falcon"))]);
    assert!(failures[0].expires().is_some_and(|expires| expires > Timestamp::now()));

    // The configuration takes the new shape now.
    let mut fixed = platform.profile.clone();
    fixed.sources[0].accept.as_mut().expect("a limit").up_to = "1.12".into();
    let inventory = Inventory::new(platform.aws.clone(), Arc::new(fixed.clone()));
    let (sender, mut found) = mpsc::channel(8);
    inventory.diagnose(failures.clone(), sender).await;
    let mut diagnoses = BTreeMap::new();
    while let Some(diagnosis) = found.recv().await {
        diagnoses.insert(diagnosis.object.key.clone(), diagnosis);
    }
    assert_eq!(diagnoses[&newer].prospect, Prospect::Passes { records: 3 });
    let reason = diagnoses[&newer].reason.as_ref().expect("a reason");
    assert_eq!(reason.text, "eventVersion 1.12 is newer than 1.11, the newest that indexer takes");
    assert_eq!(diagnoses[vendor].prospect, Prospect::NoParser);

    let object = |key: &str| ObjectId::new("logs", key);
    let mut known = Known::default();
    known.with("indexer").failed.insert(object(&newer), Some(reason.text.clone()));
    known.with("indexer").parked.insert(object(vendor));
    let states = |rows: Vec<ObjectRow>| rows.into_iter().map(|row| row.state).collect::<Vec<_>>();
    assert_eq!(states(platform.rows("cloudtrail", &known).await), [State::Processed, State::Failed]);
    assert_eq!(states(platform.rows("falcon", &known).await), [State::Parked]);

    let mut message = failures[0].message().expect("a message").clone();
    message.attributes.insert(REPLAY_ATTRIBUTE.into(), ("String".into(), "r-test".into()));
    let sent = Timestamp::now();
    platform.aws.send(platform.consumer().input.place(), &message).await.expect("it is sent");
    platform.work(&fixed, 1).await;
    let receipt = platform.receipt(&newer).await.expect("a receipt");
    assert_eq!((receipt.records, receipt.replay.as_deref()), (3, Some("r-test")));
    assert!(platform.failure_record(&newer).await.is_none(), "a former failure is forgotten");
    known.with("indexer").failed.clear();
    known.with("indexer").replayed.insert(object(&newer), sent);
    assert_eq!(states(platform.rows("cloudtrail", &known).await), [State::Processed, State::Recovered]);
    platform.lab.stop().await;
}

/// A list as it is when it is read once more: only the receive counts have grown.
fn failures_seen_once_more(failures: &[Failure]) -> Vec<Failure> {
    let mut failures = failures.to_vec();
    for failure in &mut failures {
        match &mut failure.trace {
            Trace::DeadLetter(message) | Trace::Parked(message) => message.receive_count += 1,
            other => panic!("{other:?}"),
        }
    }
    failures
}

#[tokio::test(flavor = "multi_thread")]
async fn processing_again_changes_nothing_and_processing_other_bytes_replaces() {
    let platform = Platform::start().await;
    let key = trail_key(1, "x");
    platform.put(&key, gzip(&trail("1.11", 0..2))).await;
    platform.work(&platform.profile, 1).await;
    let first = platform.receipt(&key).await.expect("a receipt");
    let before = platform.keys("index", "scops/").await;

    let body = scops::domain::event::encode(
        &platform.aws.head(&ObjectId::new("logs", &key)).await.expect("it is there").0,
        "us-east-1",
        Timestamp::now(),
    );
    let message = scops::domain::QueuedMessage { body, ..Default::default() };
    platform.aws.send(platform.consumer().input.place(), &message).await.expect("it is sent");
    platform.work(&platform.profile, 1).await;
    assert_eq!(platform.keys("index", "scops/").await, before);

    platform.put(&key, gzip(&trail("1.11", 0..5))).await;
    platform.work(&platform.profile, 1).await;
    let second = platform.receipt(&key).await.expect("a receipt");
    assert_eq!((first.records, second.records), (2, 5));
    assert_eq!(platform.keys("index", "scops/").await, second.files, "nothing is left of the former bytes");
    assert_ne!(first.files, second.files);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_costs_one_range_and_reads_on_when_asked() {
    let platform = Platform::start().await;
    let mut log = String::new();
    let mut number = 0_u64;
    while log.len() < 3 << 20 {
        // Digits that do not repeat: the object stays larger than one range also when it is compressed.
        let noise = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (number << 7);
        writeln!(log, "{{\"time\":\"2026-11-23T01:00:00Z\",\"n\":{number},\"noise\":\"{noise:x}\"}}").expect("memory");
        number += 1;
    }
    platform.put("falcon/dt=2026-11-23-01/big.json.gz", gzip(log.as_bytes())).await;
    let (object, _) =
        platform.aws.head(&ObjectId::new("logs", "falcon/dt=2026-11-23-01/big.json.gz")).await.expect("it is there");
    let size = object.size;
    assert!(size.bytes() > 600 << 10, "{size}");

    let mut reader = PageReader::new(platform.aws.clone(), object, Options::default());
    let first = reader.next(200).await.expect("a page");
    assert_eq!((first.rows.len(), first.fetched.bytes(), first.is_end), (200, 256 << 10, false));
    assert_eq!(first.format.as_deref(), Some("json"));
    let rest = reader.next(1_000_000).await.expect("a page");
    assert_eq!(rest.rows[0].number, 200);
    assert!(rest.is_end && rest.damage.is_none(), "{:?}", rest.damage);
    assert_eq!(200 + rest.rows.len() as u64, number);
    assert_eq!((rest.fetched, rest.inflated.bytes()), (size, log.len() as u64));
    assert_eq!(&*rest.rows[0].raw, log.lines().nth(200).expect("a line").as_bytes());
    assert!(reader.next(10).await.expect("an empty page").rows.is_empty());
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn d28_an_object_that_changes_while_it_is_read_is_told_so() {
    let platform = Platform::start().await;
    let key = "falcon/dt=2026-11-23-01/log";
    let id = ObjectId::new("logs", key);
    platform.put(key, "line of some length\n".repeat(50_000)).await;
    let (object, _) = platform.aws.head(&id).await.expect("it is there");
    let mut reader = PageReader::new(platform.aws.clone(), object, Options::default());
    reader.next(10).await.expect("a page");
    platform.put(key, "another line\n".repeat(50_000)).await;
    let trouble = loop {
        match reader.next(20_000).await {
            Ok(page) => assert!(!page.is_end),
            Err(trouble) => break trouble,
        }
    };
    assert!(trouble.cause.contains("changed"), "{trouble}");

    for empty in ["", "\n"] {
        platform.put(key, empty).await;
        let (object, _) = platform.aws.head(&id).await.expect("it is there");
        let page = PageReader::new(platform.aws.clone(), object, Options::default()).next(10).await.expect("a page");
        assert!(page.is_end && page.rows.is_empty(), "{page:?}");
    }
    let gone = scops::domain::Object { id: ObjectId::new("logs", "no such key"), ..page_object() };
    let trouble =
        PageReader::new(platform.aws.clone(), gone, Options::default()).next(10).await.expect_err("it is gone");
    assert_eq!(trouble.what, "cannot read s3://logs/no such key");
    platform.lab.stop().await;
}

fn page_object() -> scops::domain::Object {
    scops::domain::Object {
        id: ObjectId::new("logs", "k"),
        size: scops::domain::ByteSize(10),
        etag: "e".into(),
        storage_class: "STANDARD".into(),
        arrived: Timestamp::UNIX_EPOCH,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_of_requests_name_subject_kind_and_cause() {
    let platform = Platform::start().await;
    let missing = platform.aws.head(&ObjectId::new("logs", "none")).await.expect_err("it is not there");
    assert_eq!((missing.kind, missing.subject.as_str()), (Kind::NoSuchKey, "cannot look at s3://logs/none"));
    let place = Location { bucket: "no-such-bucket".into(), prefix: "p/".into() };
    let bucket = platform.aws.list(&place, &ListFrom::Start, 10).await.expect_err("it is not there");
    assert_eq!((bucket.kind, bucket.subject.as_str()), (Kind::NoSuchBucket, "cannot list s3://no-such-bucket/p/"));
    assert!(bucket.cause.starts_with("NoSuchBucket"), "{}", bucket.cause);
    let url = platform.consumer().input.place().replace("indexer", "nobody");
    let queue = platform.aws.queue_state(&url).await.expect_err("it is not there");
    assert_eq!(queue.kind, Kind::NoSuchQueue, "{queue}");

    let wrong = Aws::new(Connection {
        keys: Some((platform.lab.access_key_id().to_owned(), "not the secret".into())),
        ..platform.aws.connection().clone()
    });
    let denied = wrong.head(&ObjectId::new("logs", "none")).await.expect_err("it is refused");
    assert_eq!(denied.kind, Kind::AccessDenied, "{denied}");
    assert!(!format!("{denied:?}{wrong:?}").contains("not the secret"));
    platform.lab.stop().await;

    let gone = Aws::new(platform.aws.connection().clone());
    let unreachable = gone.head(&ObjectId::new("logs", "none")).await.expect_err("nobody listens");
    assert_eq!(unreachable.kind, Kind::Unreachable, "{unreachable}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_any_characters_are_listed_and_read_as_they_are() {
    let platform = Platform::start().await;
    let keys = ["a b+c%20=&é", "esc\u{1b}[31m", "quote\"'<>", "日本/ログ", "x//y", "~tilde*(1)"];
    for key in keys {
        platform.put(&format!("odd/{key}"), "x").await;
    }
    let mut expected: Vec<_> = keys.iter().map(|key| format!("odd/{key}")).collect();
    expected.sort();
    assert_eq!(platform.keys("logs", "odd/").await, expected);
    let (prefixes, is_all) = platform.aws.prefixes("logs", "odd/", 10).await.expect("a listing");
    assert_eq!((prefixes, is_all), (vec!["odd/x/".to_owned(), "odd/日本/".to_owned()], true));
    for key in keys {
        let id = ObjectId::new("logs", format!("odd/{key}"));
        let (object, bytes) = platform.aws.get_all(&id, scops::domain::ByteSize(10)).await.expect("it is there");
        assert_eq!((object.id, &bytes[..]), (id, &b"x"[..]));
    }
    platform.lab.stop().await;
}
