//! Keys on which decoders differ: replayed in each envelope, the consumer reads the right object.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::aws::{Aws, Connection, Put, QueueSettings};
use scops::domain::{
    ByteSize, Consumer, Envelope, Input, Layout, Location, MessageOrigin, ObjectId, Profile, Receipt, ReplayRules,
    Source, Steer,
};
use scops::replay::{self, Control, Replayer, Settings};
use scops::worker::{Worker, WorkerOptions};
use scops_lab::{Lab, LabOptions};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// Keys that S3 takes, each of which some decoder makes another key of.
fn odd_keys() -> Vec<String> {
    let long = format!("long/{}é", "0123456789/".repeat(92)).chars().take(1022).collect::<String>();
    let long = format!("{long}{}", "x".repeat(1024 - long.len()));
    assert_eq!(long.len(), 1024);
    let odd = [
        "a b",
        "a+b",
        "a%20b",
        "a%2Bb",
        "a%2520b",
        "a=b&c=d",
        "dt=2026-11-23/hour=07/x.gz",
        "?q#f",
        "日本/ログ é ü.log",
        "/leading",
        "//two",
        "up/../down",
        "./dot",
        "back\\slash",
        "quote\"'`$(x)",
        "tab\there",
        "line\nfeed",
        "colon:semi;comma,",
        "[brackets]{braces}",
        "emoji 🦉",
        "e\u{301} is not é",
        "trailing ",
        " leading",
    ];
    odd.into_iter().map(str::to_owned).chain([long]).collect()
}

struct Platform {
    aws: Aws,
    folder: tempfile::TempDir,
    profile: Arc<Profile>,
    _lab: Lab,
}

impl Platform {
    async fn start(envelope: Envelope) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path().join("lab"))).await.expect("a lab");
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
        });
        for bucket in ["logs", "receipts", "platform"] {
            aws.create_bucket(bucket).await.expect("a bucket");
        }
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(24),
            dead_letter: None,
        };
        let input = Input::Queue(aws.create_queue("indexer", &settings).await.expect("a queue"));
        let consumer = Consumer {
            name: "indexer".into(),
            input,
            envelope,
            dead_letter_url: None,
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            // In a bucket of their own: a key of 1,024 bytes leaves no room for a prefix.
            receipts: Some(Location { bucket: "receipts".into(), prefix: String::new() }),
            failures: None,
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        };
        let source = Source {
            name: "any".into(),
            bucket: "logs".into(),
            layout: Layout::literal(""),
            format: Some("json".into()),
            late_after: SignedDuration::from_mins(5),
            accept: None,
            maintenance: Vec::new(),
        };
        let profile = Profile {
            formats: scops_parser::Formats::default().into(),
            rules: scops::domain::RuleBook::default(),
            name: "keys".into(),
            account: None,
            region: "us-east-1".into(),
            endpoint: None,
            is_read_only: false,
            replay: ReplayRules::default(),
            sources: vec![source],
            consumers: vec![consumer],
            audit: None,
            tables: scops::domain::Tables::default(),
            index: None,
        };
        Self { aws, folder, profile: Arc::new(profile), _lab: lab }
    }

    /// Puts an object whose number of records tells it from all others.
    async fn put(&self, key: &str, records: usize) -> ObjectId {
        let id = ObjectId::new("logs", key);
        let bytes = Bytes::from("{\"a\":1}\n".repeat(records));
        self.aws.put(&id, bytes, Put::default()).await.expect("is put");
        id
    }

    fn replayer(&self, canary_limit: Duration, verify_limit: Duration) -> Replayer {
        let settings = Settings { canary_limit, verify_limit, ..Settings::new(self.journal(), "aya".into()) };
        Replayer::new(self.aws.clone(), Arc::clone(&self.profile), settings)
    }

    fn journal(&self) -> std::path::PathBuf {
        self.folder.path().join("journal")
    }

    fn queue(&self) -> &str {
        self.profile.consumers[0].input.place()
    }
}

async fn reads_the_right_object_in(envelope: Envelope) {
    let platform = Platform::start(envelope).await;
    let mut objects = Vec::new();
    for (number, key) in odd_keys().iter().enumerate() {
        objects.push(platform.put(key, number + 1).await);
    }
    let count = objects.len();
    let plan = replay::plan(&platform.aws, &platform.profile, "indexer", objects.clone(), 1000, None).await;
    let plan = plan.expect("a plan");
    assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::Synthesised) && plan.items.len() == count);

    let options = WorkerOptions { wait: SignedDuration::from_secs(1), ..WorkerOptions::default() };
    let consumer = platform.profile.consumers[0].clone();
    let worker = Worker::new(platform.aws.clone(), Arc::clone(&platform.profile), consumer.clone(), options);
    let shutdown = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, shutdown) = (worker.clone(), shutdown.clone());
        async move { worker.run(shutdown).await }
    });
    let replayer = platform.replayer(Duration::from_secs(20), Duration::from_secs(20));
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("begins");
    shutdown.cancel();
    running.await.expect("no panic").expect("no error");

    assert!(report.is_complete(), "{envelope:?}: {:?} {:?}", report.stopped, report.summary.items);
    for (number, object) in objects.iter().enumerate() {
        let place = consumer.receipts.as_ref().expect("receipts").object(&object.key);
        let (_, bytes) = platform.aws.get_all(&place, ByteSize::kib(64)).await.expect("a receipt under the very key");
        let receipt: Receipt = serde_json::from_slice(&bytes).expect("a receipt");
        assert_eq!((&receipt.object.key, receipt.records), (&object.key, number as u64 + 1), "{envelope:?}");
    }
    // The figures are the queue's.
    let tally = worker.tally();
    assert_eq!((report.summary.sent, tally.received), (count, count as u64), "{envelope:?}");
    let queue = platform.aws.queue_state(platform.queue()).await.expect("the queue");
    assert_eq!(queue.visible + queue.in_flight, 0, "{envelope:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_an_event_of_s3_leads_to_the_right_object() {
    reads_the_right_object_in(Envelope::S3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_a_notification_of_sns_leads_to_the_right_object() {
    reads_the_right_object_in(Envelope::Sns).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r18_an_event_of_eventbridge_leads_to_the_right_object() {
    reads_the_right_object_in(Envelope::EventBridge).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn r16_after_an_abort_at_most_one_more_batch_goes_and_every_figure_is_the_queue_s() {
    let platform = Platform::start(Envelope::S3).await;
    let mut objects = Vec::new();
    for number in 0..120 {
        objects.push(platform.put(&format!("k/{number:03}"), 1).await);
    }
    let plan = replay::plan(&platform.aws, &platform.profile, "indexer", objects, 30, None).await.expect("a plan");
    let control = Control::default();
    let (news, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let replayer = platform.replayer(Duration::ZERO, Duration::ZERO);
    let running = tokio::spawn({
        let control = control.clone();
        async move {
            replayer
                .run(plan, &control, move |progress| {
                    let _ = news.send(progress.sent);
                })
                .await
        }
    });
    while heard.recv().await.is_some_and(|sent| sent < 40) {}
    let aborted = Timestamp::now();
    control.steer(Steer::Abort);
    let report = running.await.expect("no panic").expect("begins");
    assert_eq!(report.stopped.as_deref(), Some("aborted"));

    let journal = std::fs::read_to_string(platform.journal().join("replays.journal")).expect("the journal");
    let entries = journal.lines().skip(1).filter_map(|line| serde_json::from_str::<Value>(line.get(18..)?).ok());
    let intents = entries.filter(|entry| entry["event"] == "intent");
    let later = intents.filter(|entry| {
        entry["at"].as_str().and_then(|at| at.parse::<Timestamp>().ok()).is_some_and(|at| at > aborted)
    });
    assert!(later.count() <= 1, "batches that were begun after the abort");
    let queue = platform.aws.queue_state(platform.queue()).await.expect("the queue");
    assert_eq!(queue.visible, report.summary.sent as u64);
    assert!((40..=60).contains(&report.summary.sent), "{}", report.summary.sent);
    let shown = replay::summaries(platform.folder.path()).expect("the journal");
    assert_eq!((shown[0].sent, shown[0].unknown, shown[0].items.len()), (report.summary.sent, 0, 120));
}
