//! Replays against queues, topics and objects that others wrote: moto's server, on loopback.
//!
//! `moto_server` is looked for on the PATH, or where `SCOPS_MOTO` says; without it these tests are skipped, unless
//! `SCOPS_REQUIRE_MOTO` is set.

mod account;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::SignedDuration;
use scops::aws::{Aws, Connection, Put, QueueSettings};
use scops::domain::{
    Consumer, Envelope, Input, MessageOrigin, ObjectId, Profile, QueuedMessage, REPLAY_ATTRIBUTE, ReplayRules, event,
};
use scops::replay::{self, Control, Replayer, Settings};

/// Keys whose events are easily made wrong.
const KEYS: [&str; 6] = ["dt=2026/a b+c%20=&é.json", "/lead", "x//y", "日本/ログ", "q?#", "plain"];

/// A server of its own, ended with the test.
struct Moto {
    server: Child,
    aws: Aws,
    folder: tempfile::TempDir,
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

impl Moto {
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    async fn start() -> Option<Self> {
        let program = std::env::var_os("SCOPS_MOTO").unwrap_or_else(|| "moto_server".into());
        // A port that was free a moment ago.
        let port = TcpListener::bind("127.0.0.1:0").and_then(|bound| bound.local_addr()).expect("a port").port();
        let mut command = Command::new(program);
        command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
        // A name on the PATH may stand for nothing.
        let help = Command::new(command.get_program()).arg("--help").output();
        if !help.is_ok_and(|help| help.status.success()) {
            assert!(std::env::var_os("SCOPS_REQUIRE_MOTO").is_none(), "no moto_server");
            eprintln!("skipped: no moto_server (pip install 'moto[server]'; SCOPS_MOTO names another place)");
            return None;
        }
        let mut server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("moto starts");
        let begin = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.try_wait().expect("a child");
            assert!(ended.is_none() && begin.elapsed() < Duration::from_mins(1), "moto does not listen: {ended:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let aws = Aws::new(Connection {
            region: "us-east-1".into(),
            endpoint: Some(format!("http://127.0.0.1:{port}")),
            profile: None,
            keys: Some(("testing".into(), "testing".into())),
        });
        aws.create_bucket("logs").await.expect("a bucket");
        Some(Self { server, aws, folder: tempfile::tempdir().expect("a folder") })
    }

    async fn queue(&self, name: &str) -> String {
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(96),
            dead_letter: None,
        };
        self.aws.create_queue(name, &settings).await.expect("a queue")
    }

    /// Puts objects, and their events in the failure queue with these attributes; gives what lies there.
    async fn fail(
        &self,
        failed: &str,
        attributes: &[(&str, &str, &str)],
    ) -> (Vec<ObjectId>, BTreeMap<String, QueuedMessage>) {
        let (mut objects, mut messages) = (Vec::new(), BTreeMap::new());
        for key in KEYS {
            let id = ObjectId::new("logs", key);
            self.aws.put(&id, Bytes::from(format!("content of {key}")), Put::default()).await.expect("is put");
            let (object, _) = self.aws.head(&id).await.expect("is there");
            let message = QueuedMessage {
                // As another producer writes it: with other spaces.
                body: event::encode(&object, "us-east-1", object.arrived).replace("\":", "\" :  "),
                attributes: attributes
                    .iter()
                    .map(|(name, kind, value)| ((*name).to_owned(), ((*kind).to_owned(), (*value).to_owned())))
                    .collect(),
                ..QueuedMessage::default()
            };
            self.aws.send(failed, &message).await.expect("is sent");
            messages.insert(message.body.clone(), message);
            objects.push(id);
        }
        self.aws
            .send(failed, &QueuedMessage { body: "no event".into(), ..QueuedMessage::default() })
            .await
            .expect("is sent");
        (objects, messages)
    }

    async fn receive_all(&self, url: &str) -> Vec<QueuedMessage> {
        let mut all = Vec::new();
        loop {
            let hide = SignedDuration::from_mins(1);
            let received = self.aws.receive(url, 10, hide, SignedDuration::ZERO).await.expect("receives");
            if received.is_empty() {
                return all;
            }
            all.extend(received.into_iter().map(|received| received.message));
        }
    }

    async fn replay(&self, profile: &Arc<Profile>, objects: Vec<ObjectId>) -> replay::Report {
        let plan = replay::plan(&self.aws, profile, "indexer", objects, 1000, None).await.expect("a plan");
        assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::DeadLetter), "{:?}", plan.items);
        assert_eq!((plan.items.len(), plan.left_out.len()), (KEYS.len(), 0));
        let settings = Settings {
            canary_limit: Duration::ZERO,
            verify_limit: Duration::ZERO,
            ..Settings::new(self.folder.path().join("journal"), "aya".into())
        };
        let replayer = Replayer::new(self.aws.clone(), Arc::clone(profile), settings);
        replayer.run(plan, &Control::default(), |_| {}).await.expect("begins")
    }
}

/// A profile whose one consumer this is.
fn profile(input: Input, failed: &str) -> Arc<Profile> {
    let consumer = Consumer {
        name: "indexer".into(),
        input,
        envelope: Envelope::S3,
        dead_letter_url: Some(failed.to_owned()),
        parked_url: None,
        parked_prefix: None,
        alerts: None,
        receipts: None,
        failures: None,
        destination: None,
        idempotent: true,
        alert_window: None,
        remembers: None,
    };
    Arc::new(Profile {
        formats: scops_parser::Formats::default().into(),
        rules: scops::domain::RuleBook::default(),
        name: "moto".into(),
        account: None,
        region: "us-east-1".into(),
        endpoint: None,
        is_read_only: false,
        replay: ReplayRules::default(),
        sources: Vec::new(),
        consumers: vec![consumer],
        audit: Some("s3://logs/evidence/".parse().expect("a place")),
        tables: scops::domain::Tables::default(),
        index: None,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn originals_go_back_byte_for_byte_with_their_attributes_and_leave_the_failure_queue() {
    let Some(moto) = Moto::start().await else { return };
    let (queue, failed) = (moto.queue("indexer").await, moto.queue("indexer-failed").await);
    let profile = profile(Input::Queue(queue.clone()), &failed);
    let attributes = [("trace", "Number", "7"), ("note", "String", "é \"q\""), ("blob", "Binary", "AP8H")];
    let (objects, mut expected) = moto.fail(&failed, &attributes).await;
    let report = moto.replay(&profile, objects).await;
    assert_eq!((report.summary.sent, report.summary.unknown, report.stopped), (KEYS.len(), 0, None));
    assert_eq!(report.uncopied, None, "the audit log is copied there too");

    for message in moto.receive_all(&queue).await {
        let mut original = expected.remove(&message.body).expect("byte for byte, and once");
        original.attributes.insert(REPLAY_ATTRIBUTE.into(), ("String".into(), report.summary.id.0.clone()));
        assert_eq!(message.attributes, original.attributes);
    }
    assert!(expected.is_empty(), "{expected:?}");
    let left: Vec<String> = moto.receive_all(&failed).await.into_iter().map(|message| message.body).collect();
    assert_eq!(left, ["no event"], "what was not chosen is there, and visible");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_gets_the_same_bytes() {
    let Some(moto) = Moto::start().await else { return };
    let (queue, failed) = (moto.queue("indexer").await, moto.queue("indexer-failed").await);
    let topic = moto.aws.create_topic("object-created").await.expect("a topic");
    let arn = moto.aws.queue_arn(&queue).await.expect("an ARN");
    moto.aws.subscribe(&topic, &arn, true).await.expect("subscribes");
    let profile = profile(Input::Topic(topic), &failed);
    // moto 5.2 loses a raw notification that has a binary attribute.
    let (objects, expected) = moto.fail(&failed, &[("trace", "Number", "7"), ("note", "String", "a")]).await;
    let report = moto.replay(&profile, objects).await;
    assert_eq!((report.summary.sent, report.stopped), (KEYS.len(), None));
    let mut bodies: Vec<String> = moto.receive_all(&queue).await.into_iter().map(|message| message.body).collect();
    bodies.sort();
    assert_eq!(bodies, expected.into_keys().collect::<Vec<_>>());
    assert_eq!(moto.receive_all(&failed).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_moves_no_queues_is_told_as_such() {
    let Some(moto) = Moto::start().await else { return };
    let (queue, failed) = (moto.queue("indexer").await, moto.queue("indexer-failed").await);
    let profile = profile(Input::Queue(queue), &failed);
    moto.fail(&failed, &[]).await;
    // moto has no StartMessageMoveTask (as of 5.2); where it gets one, the move must work.
    match replay::moving::plan(&moto.aws, &profile, &profile.consumers[0], 50).await {
        Ok(plan) => assert_eq!(plan.messages, KEYS.len() as u64 + 1),
        Err(error) => assert!(error.to_string().contains("cannot"), "{error}"),
    }
    assert_eq!(moto.receive_all(&failed).await.len(), KEYS.len() + 1, "nothing was moved");
}
