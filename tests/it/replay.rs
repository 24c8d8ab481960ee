//! Replays over the wire: the lab's queues and objects, through the AWS SDK.

mod saved;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::aws::{Aws, Connection, Put, QueueSettings, Received};
use scops::domain::{
    Consumer, Envelope, FailureRecord, Input, Location, MessageOrigin, ObjectId, PlanItemState, Profile, Prospect,
    QueuedMessage, REPLAY_ATTRIBUTE, ReplayId, ReplayRules, Steer, event,
};
use scops::replay::journal::{self, Entry, Event, Journal};
use scops::replay::{Control, Preflight, ReplayError, Replayer, Report, Settings, moving, plan};
use scops_lab::{Lab, LabOptions};
use tempfile::TempDir;

/// A lab with one consumer, and a folder for the journal.
struct Platform {
    aws: Aws,
    profile: Arc<Profile>,
    folder: TempDir,
    _lab: Lab,
}

impl Platform {
    async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let lab = Lab::start(LabOptions::new(folder.path().join("lab"))).await.expect("the lab starts");
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            profile: None,
            keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
        });
        for bucket in ["logs", "platform"] {
            aws.create_bucket(bucket).await.expect("a bucket");
        }
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(96),
            dead_letter: None,
        };
        let mut urls = Vec::new();
        for name in ["indexer", "indexer-failed", "indexer-parked"] {
            urls.push(aws.create_queue(name, &settings).await.expect("a queue"));
        }
        let below = |prefix: &str| Location { bucket: "platform".into(), prefix: prefix.into() };
        let consumer = Consumer {
            name: "indexer".into(),
            input: Input::Queue(urls[0].clone()),
            envelope: Envelope::default(),
            dead_letter_url: Some(urls[1].clone()),
            parked_url: Some(urls[2].clone()),
            parked_prefix: None,
            alerts: None,
            receipts: Some(below("receipts/indexer/")),
            failures: Some(below("failures/indexer/")),
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        };
        let profile = Profile {
            formats: scops_parser::Formats::default().into(),
            rules: scops::domain::RuleBook::default(),
            name: "lab".into(),
            account: None,
            region: lab.region().to_owned(),
            endpoint: Some(lab.endpoint().to_owned()),
            is_read_only: false,
            replay: ReplayRules::default(),
            sources: Vec::new(),
            consumers: vec![consumer],
            audit: None,
            tables: scops::domain::Tables::default(),
            index: None,
        };
        Self { aws, profile: Arc::new(profile), folder, _lab: lab }
    }

    fn consumer(&self) -> &Consumer {
        &self.profile.consumers[0]
    }

    /// A replayer that waits for nothing.
    fn replayer(&self) -> Replayer {
        self.replayer_with(Duration::ZERO, Duration::ZERO)
    }

    fn replayer_with(&self, canary_limit: Duration, verify_limit: Duration) -> Replayer {
        let settings = Settings { canary_limit, verify_limit, ..Settings::new(self.journal(), "aya@test".into()) };
        Replayer::new(self.aws.clone(), Arc::clone(&self.profile), settings)
    }

    async fn resume(&self, id: &ReplayId) -> Result<Report, ReplayError> {
        let plan = self.replayer().resumption(id, None).await?;
        self.replayer().run(plan, &Control::default(), |_| {}).await
    }

    fn journal(&self) -> std::path::PathBuf {
        self.folder.path().join("journal")
    }

    /// Puts an object, and its event in the failure queue, as a consumer that failed on it would have left it.
    async fn fail(&self, key: &str, attributes: &[(&str, &str)]) -> (ObjectId, QueuedMessage) {
        let id = ObjectId::new("logs", key);
        self.aws.put(&id, Bytes::from(format!("content of {key}")), Put::default()).await.expect("is put");
        let (object, _) = self.aws.head(&id).await.expect("is there");
        let message = QueuedMessage {
            body: event::encode(&object, "us-east-1", object.arrived)
                .replace("ObjectCreated:Put", "ObjectCreated:Copy"),
            attributes: attributes
                .iter()
                .map(|(name, value)| ((*name).to_owned(), ("String".to_owned(), (*value).to_owned())))
                .collect(),
            ..QueuedMessage::default()
        };
        let url = self.consumer().dead_letter_url.as_deref().expect("a failure queue");
        self.aws.send(url, &message).await.expect("is sent");
        (id, message)
    }

    async fn fail_many(&self, count: usize) -> Vec<ObjectId> {
        let mut objects = Vec::new();
        for number in 0..count {
            objects.push(self.fail(&format!("dt=2026-11-23/{number:03}.json.gz"), &[]).await.0);
        }
        objects
    }

    async fn plan(&self, objects: Vec<ObjectId>, rate: u32) -> scops::domain::Plan {
        let now = Timestamp::now();
        plan::make(&self.aws, &self.profile, self.consumer(), objects, rate, None, now).await.expect("a plan")
    }

    /// Everything that is visible in a queue.
    async fn receive_all(&self, url: &str) -> Vec<Received> {
        let mut all = Vec::new();
        loop {
            let hide = SignedDuration::from_mins(1);
            let received = self.aws.receive(url, 10, hide, SignedDuration::ZERO).await.expect("receives");
            if received.is_empty() {
                return all;
            }
            all.extend(received);
        }
    }

    /// What has arrived in the consumer's queue; it is deleted there.
    async fn sent(&self) -> Vec<QueuedMessage> {
        let url = self.consumer().input.place();
        let all = self.receive_all(url).await;
        for received in &all {
            self.aws.delete_message(url, &received.handle).await.expect("is deleted");
        }
        all.into_iter().map(|received| received.message).collect()
    }

    /// What is visible in the failure queue; it stays so.
    async fn failed(&self) -> Vec<QueuedMessage> {
        let url = self.consumer().dead_letter_url.as_deref().expect("a failure queue");
        let all = self.receive_all(url).await;
        for received in &all {
            self.aws.change_visibility(url, &received.handle, SignedDuration::ZERO).await.expect("is shown");
        }
        all.into_iter().map(|received| received.message).collect()
    }
}

fn keys(messages: &[QueuedMessage]) -> HashSet<String> {
    let key = |message: &QueuedMessage| match event::decode(&message.body) {
        event::Message::Objects(events) => events[0].object.key.clone(),
        other => panic!("{other:?}"),
    };
    messages.iter().map(key).collect()
}

#[tokio::test]
async fn originals_go_back_byte_for_byte_with_the_mark_and_leave_the_failure_queue() {
    let platform = Platform::start().await;
    let mut expected = BTreeMap::new();
    let mut objects = Vec::new();
    for key in ["dt=2026/a b+c%20=&é.json.gz", "/lead", "up/../esc", "x//y", "日本/ログ.gz"] {
        let (id, message) = platform.fail(key, &[("trace", "7"), ("note", key)]).await;
        expected.insert(message.body.clone(), message.attributes.clone());
        objects.push(id);
    }
    for number in 0..9 {
        let (id, message) = platform.fail(&format!("plain/{number}"), &[]).await;
        expected.insert(message.body, message.attributes);
        objects.push(id);
    }
    platform.fail("not/chosen", &[]).await;
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    platform.aws.send(&url, &QueuedMessage { body: "no event".into(), ..Default::default() }).await.expect("is sent");

    let plan = platform.plan(objects, 1000).await;
    assert_eq!(plan.items.len(), 14);
    assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::DeadLetter));
    let mut news = Vec::new();
    let report =
        platform.replayer().run(plan, &Control::default(), |progress| news.push(progress)).await.expect("runs");

    assert_eq!((report.summary.sent, report.summary.refused, report.stopped), (14, 0, None));
    assert!(report.summary.finished);
    let last = news.last().expect("news");
    assert!(last.is_done && last.sent == 14 && last.total == 14);
    let sent = platform.sent().await;
    assert_eq!(sent.len(), 14);
    for message in sent {
        let mut attributes = expected.remove(&message.body).expect("byte for byte");
        attributes.insert(REPLAY_ATTRIBUTE.into(), ("String".into(), report.summary.id.0.clone()));
        assert_eq!(message.attributes, attributes);
    }
    let left: Vec<_> = platform.failed().await.into_iter().map(|message| message.body).collect();
    assert_eq!(left.len(), 2, "what was not chosen is there, and visible: {left:?}");
    assert!(left.contains(&"no event".to_owned()));
}

#[tokio::test]
async fn a_read_only_profile_sends_nothing() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(2).await;
    let plan = platform.plan(objects, 10).await;
    let profile = Profile { is_read_only: true, ..(*platform.profile).clone() };
    let settings = Settings::new(platform.journal(), "aya@test".into());
    let replayer = Replayer::new(platform.aws.clone(), Arc::new(profile), settings);
    let error = replayer.run(plan, &Control::default(), |_| panic!("nothing happens")).await.expect_err("is refused");
    assert!(matches!(error, ReplayError::ReadOnly(_)), "{error}");
    assert!(!platform.journal().exists());
    assert!(platform.sent().await.is_empty());
    assert_eq!(platform.failed().await.len(), 2);
}

#[tokio::test]
async fn a_plan_that_was_altered_expired_or_sent_before_is_refused() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(2).await;
    let plan = platform.plan(objects, 10).await;

    let mut altered = plan.clone();
    altered.items.pop();
    let error = platform.replayer().run(altered, &Control::default(), |_| {}).await.expect_err("is refused");
    assert!(matches!(error, ReplayError::Changed(_)), "{error}");

    let mut old = plan.clone();
    old.made -= SignedDuration::from_mins(11);
    let error = platform.replayer().run(old.sealed(), &Control::default(), |_| {}).await.expect_err("is refused");
    assert!(matches!(error, ReplayError::Expired), "{error}");

    platform.replayer().run(plan.clone(), &Control::default(), |_| {}).await.expect("runs");
    let error = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect_err("is refused");
    assert!(matches!(error, ReplayError::Sent(_)), "{error}");
    assert_eq!(platform.sent().await.len(), 2);
}

#[tokio::test]
async fn r20_what_is_gone_or_changed_is_left_out_and_what_has_no_message_is_made_anew() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(3).await;
    platform.aws.delete(&objects[0]).await.expect("is deleted");
    platform.aws.put(&objects[1], Bytes::from_static(b"other"), Put::default()).await.expect("is put");
    let lone = ObjectId::new("logs", "never/failed =+.gz");
    platform.aws.put(&lone, Bytes::from_static(b"x"), Put::default()).await.expect("is put");
    let asked = vec![objects[0].clone(), objects[1].clone(), objects[2].clone(), lone.clone(), lone.clone()];
    let preflight: Preflight = Arc::new(|_| Box::pin(std::future::ready(Prospect::Passes { records: 1 })));
    let consumer = platform.consumer();
    let now = Timestamp::now();
    let plan = plan::make(&platform.aws, &platform.profile, consumer, asked, 10, Some(&preflight), now).await;
    let plan = plan.expect("a plan");
    assert_eq!((plan.items.len(), plan.left_out.len(), plan.passing()), (2, 2, 2), "{:?}", plan.left_out);
    assert_eq!(plan.left_out[0].1, "it is gone from S3");
    assert!(plan.left_out[1].1.starts_with("it changed since its event"), "{:?}", plan.left_out);
    assert_eq!(platform.failed().await.len(), 3, "making a plan gives the messages back");

    let origins: Vec<_> = plan.items.iter().map(|item| item.origin).collect();
    assert_eq!(origins, [MessageOrigin::DeadLetter, MessageOrigin::Synthesised]);
    let event::Message::Objects(events) = event::decode(&plan.items[1].message.unpack().body) else {
        panic!("an event")
    };
    assert_eq!(events[0].object, lone);
}

#[tokio::test]
async fn giving_up_ends_the_batch_under_way_and_resuming_sends_exactly_the_rest() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(9).await;
    let plan = platform.plan(objects, 2).await;
    let replayer = platform.replayer();
    let (news, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let control = Control::default();
    let running = replayer.run(plan, &control, move |progress| {
        let _ = news.send(progress.sent);
    });
    tokio::select! {
        _ = running => panic!("nine messages at two a second take four seconds"),
        () = async { while heard.recv().await.is_some_and(|sent| sent < 3) {} } => {}
    }
    // The future is dropped; its task ends what it began.
    let journal = platform.journal();
    let (_, summary) = loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Ok(opened) = Journal::open(&journal) {
            let summary = opened.0.history().summaries().remove(0);
            break (opened, summary);
        }
    };
    assert!(summary.finished && summary.unknown == 0, "{summary:?}");
    assert!((3..=5).contains(&summary.sent), "{summary:?}");
    let sent = platform.sent().await;
    assert_eq!(sent.len(), summary.sent);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let failed = platform.failed().await;
    assert_eq!(failed.len(), 9 - summary.sent, "what was not sent is visible where it was");

    let report = platform.resume(&summary.id).await.expect("resumes");
    assert_eq!((report.summary.sent, report.summary.unknown, report.stopped), (9, 0, None));
    let rest = platform.sent().await;
    assert_eq!(rest.len(), 9 - sent.len());
    assert!(keys(&sent).is_disjoint(&keys(&rest)));
    let error = platform.resume(&summary.id).await.expect_err("nothing is left");
    assert!(matches!(error, ReplayError::Complete(_)), "{error}");
}

#[tokio::test]
async fn an_intent_without_outcome_is_listed_as_unknown_and_never_sent_by_itself() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(4).await;
    let plan = platform.plan(objects, 1).await;
    let running = platform.replayer();
    let id = {
        // Killed after the canary, in the middle of the second batch: its intent is the last thing in the journal.
        let mut first = None;
        let (news, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let control = Control::default();
        let run = running.run(plan, &control, move |progress| {
            let _ = news.send(progress);
        });
        tokio::select! {
            _ = run => panic!("four messages at one a second take three seconds"),
            () = async {
                while let Some(progress) = heard.recv().await {
                    if progress.sent == 1 {
                        first = Some(progress.id);
                        break;
                    }
                }
            } => {}
        }
        first.expect("an id")
    };
    let mut journal = loop {
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Ok((journal, _)) = Journal::open(&platform.journal()) {
            break journal;
        }
    };
    let at = Timestamp::now();
    journal.append(vec![Entry { id: id.clone(), at, event: Event::Intent { indexes: vec![1] } }]).expect("is written");
    drop(journal);

    let report = platform.resume(&id).await.expect("resumes");
    assert_eq!((report.summary.sent, report.summary.unknown), (3, 1), "{report:?}");
    assert_eq!(report.summary.items[1].1, PlanItemState::Intended);
    assert_eq!(platform.sent().await.len(), 3);
    assert_eq!(platform.failed().await.len(), 1, "the original of what is unknown stays");
}

#[tokio::test]
async fn a_pause_sends_nothing_and_after_an_abort_what_was_sent_is_watched_all_the_same() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(40).await;
    let plan = platform.plan(objects, 200).await;
    let control = Control::default();
    let (news, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let replayer = platform.replayer_with(Duration::ZERO, Duration::from_millis(10));
    let running = tokio::spawn({
        let control = control.clone();
        async move { replayer.run(plan, &control, move |progress| drop(news.send(progress))).await }
    });
    let mut sent = 0;
    while sent < 5 {
        sent = heard.recv().await.expect("news").sent;
    }
    control.steer(Steer::Pause);
    let mut before = loop {
        let news = heard.recv().await.expect("news");
        if news.is_paused {
            break news.sent;
        }
    };
    // The batch under way tells of itself, and of the pause once more.
    let mut last = None;
    tokio::time::sleep(Duration::from_millis(300)).await;
    while let Ok(news) = heard.try_recv() {
        (before, last) = (news.sent, Some(news));
    }
    assert!(last.is_none_or(|news| news.is_paused));
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(heard.try_recv().is_err(), "paused");
    assert!((5..40).contains(&before), "{before}");

    control.steer(Steer::Rate(1));
    control.steer(Steer::GoOn);
    while heard.recv().await.expect("news").sent == before {}
    control.steer(Steer::Abort);
    let report = running.await.expect("runs").expect("begins");
    assert_eq!(report.stopped.as_deref(), Some("aborted"));
    let states: Vec<_> = report.summary.items.iter().map(|(_, state)| state).collect();
    let count = |wanted: &PlanItemState| states.iter().filter(|state| **state == wanted).count();
    assert_eq!(count(&PlanItemState::Unconfirmed), report.summary.sent, "watched to its limit");
    assert_eq!(count(&PlanItemState::Waiting), 40 - report.summary.sent);
    assert!(report.summary.sent <= before + 2, "at one a second: {}", report.summary.sent);
    assert_eq!(platform.failed().await.len(), 40 - report.summary.sent, "what was not sent is where it was");

    let plan = platform.replayer().resumption(&report.summary.id, None).await.expect("is planned");
    assert_eq!((plan.items.len(), plan.rate), (40 - report.summary.sent, 200));
    assert!(plan.effects.iter().any(|effect| effect.contains("goes on with r-")), "{:?}", plan.effects);
    let again = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert_eq!((again.summary.sent, again.stopped), (40, None));
    assert_eq!(again.summary.id, report.summary.id);
}

#[tokio::test]
async fn what_a_dead_replay_still_hides_is_left_to_be_resumed_later() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(3).await;
    let plan = platform.plan(objects, 100).await;
    let control = Control::default();
    control.steer(Steer::Abort);
    let report = platform.replayer().run(plan, &control, |_| {}).await.expect("begins");
    // As the leases of a process that was killed.
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    let hide = SignedDuration::from_mins(5);
    let held = platform.aws.receive(&url, 10, hide, SignedDuration::ZERO).await.expect("receives");
    assert_eq!(held.len(), 3);

    let plan = platform.replayer().resumption(&report.summary.id, None).await.expect("is planned");
    assert_eq!((plan.items.len(), plan.left_out.len()), (0, 3));
    assert!(plan.left_out.iter().all(|(_, reason)| reason.contains("resume again")), "{:?}", plan.left_out);
    let again = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert!(again.summary.items.iter().all(|(_, state)| *state == PlanItemState::Waiting), "{again:?}");

    for received in held {
        platform.aws.change_visibility(&url, &received.handle, SignedDuration::ZERO).await.expect("is shown");
    }
    let report = platform.resume(&report.summary.id).await.expect("resumes");
    assert_eq!((report.summary.sent, report.summary.refused), (3, 0));
}

#[tokio::test]
async fn a_message_that_went_elsewhere_meanwhile_is_not_sent() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(3).await;
    let plan = platform.plan(objects, 100).await;
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    let hide = SignedDuration::from_mins(5);
    let taken = platform.aws.receive(&url, 1, hide, SignedDuration::ZERO).await.expect("receives").remove(0);
    platform.aws.delete_message(&url, &taken.handle).await.expect("is deleted");

    let report = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert_eq!((report.summary.sent, report.summary.refused), (2, 1));
    assert_eq!(platform.sent().await.len(), 2);
}

#[tokio::test]
async fn originals_are_held_a_window_at_a_time_and_messages_of_others_are_received_once() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(13).await;
    for number in 0..4 {
        platform.fail(&format!("others/{number}.json.gz"), &[]).await;
    }
    let plan = platform.plan(objects[..11].to_vec(), 1_000).await;
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    let receives = async || -> Vec<u32> {
        let hide = SignedDuration::from_secs(60);
        let mut left = Vec::new();
        loop {
            let received = platform.aws.receive(&url, 10, hide, SignedDuration::ZERO).await.expect("receives");
            if received.is_empty() {
                break;
            }
            left.extend(received);
        }
        for received in &left {
            platform.aws.change_visibility(&url, &received.handle, SignedDuration::ZERO).await.expect("is shown");
        }
        left.iter().map(|received| received.message.receive_count).collect()
    };
    let before = receives().await;
    assert_eq!(before.len(), 17);

    let settings = Settings {
        canary_limit: Duration::ZERO,
        verify_limit: Duration::ZERO,
        window: 3,
        ..Settings::new(platform.journal(), "aya@test".into())
    };
    let replayer = Replayer::new(platform.aws.clone(), Arc::clone(&platform.profile), settings);
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert_eq!((report.summary.sent, report.summary.refused, report.stopped), (11, 0, None));
    assert_eq!(platform.sent().await.len(), 11);
    let after = receives().await;
    assert_eq!(after.len(), 6, "the others are visible again");
    let most = before[0] + 3;
    assert!(
        after.iter().all(|count| *count <= most),
        "one receive by the replay, one by its watch, one by this test: {after:?}"
    );
}

#[tokio::test]
async fn a_topic_gets_what_was_published_and_all_of_its_subscribers_are_told_before() {
    let platform = Platform::start().await;
    let topic = platform.aws.create_topic("object-created").await.expect("a topic");
    for (name, is_raw) in [("raw", true), ("wrapped", false)] {
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(96),
            dead_letter: None,
        };
        let url = platform.aws.create_queue(name, &settings).await.expect("a queue");
        let arn = platform.aws.queue_arn(&url).await.expect("an ARN");
        platform.aws.allow_sending(&url, &arn, &topic).await.expect("is allowed");
        platform.aws.subscribe(&topic, &arn, is_raw).await.expect("is subscribed");
    }
    let (object, message) = platform.fail("k", &[("trace", "7")]).await;
    let mut profile = (*platform.profile).clone();
    profile.consumers[0].input = Input::Topic(topic);
    let profile = Arc::new(profile);
    let consumer = &profile.consumers[0];
    let plan = plan::make(&platform.aws, &profile, consumer, vec![object], 10, None, Timestamp::now()).await;
    let plan = plan.expect("is planned");
    assert_eq!(plan.reaches, ["sqs raw", "sqs wrapped"]);
    assert!(plan.effects.iter().any(|effect| effect.contains("not indexer alone: sqs raw, sqs wrapped")));

    let settings = Settings { verify_limit: Duration::ZERO, ..Settings::new(platform.journal(), "aya@test".into()) };
    let replayer = Replayer::new(platform.aws.clone(), Arc::clone(&profile), settings);
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert_eq!((report.summary.sent, report.stopped), (1, None));
    let hide = SignedDuration::from_secs(30);
    let raw = platform.consumer().input.place().replace("indexer", "raw");
    let received = platform.aws.receive(&raw, 10, hide, SignedDuration::from_secs(2)).await.expect("receives");
    assert_eq!(received[0].message.body, message.body);
    let attributes: Vec<_> = received[0].message.attributes.keys().map(String::as_str).collect();
    assert_eq!(attributes, [REPLAY_ATTRIBUTE, "trace"]);
    assert!(platform.failed().await.is_empty(), "the original is deleted");
}

/// This machine's clock, set back by an hour once a replay is under way.
fn set_back() -> Timestamp {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let is_later = ASKED.fetch_add(1, Ordering::Relaxed) >= 8;
    Timestamp::now() - if is_later { SignedDuration::from_hours(1) } else { SignedDuration::ZERO }
}

#[tokio::test]
async fn r31_a_clock_that_is_set_back_sends_nothing_twice_and_nothing_faster() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(24).await;
    let plan = platform.plan(objects, 20).await;
    let settings = Settings {
        canary_limit: Duration::ZERO,
        verify_limit: Duration::ZERO,
        now: set_back,
        ..Settings::new(platform.journal(), "aya@test".into())
    };
    let replayer = Replayer::new(platform.aws.clone(), Arc::clone(&platform.profile), settings);
    let began = Instant::now();
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert!(began.elapsed() >= Duration::from_millis(900), "the rate is that of a clock that only goes on");
    assert_eq!((report.summary.sent, report.summary.unknown), (24, 0), "{report:?}");
    let sent: BTreeSet<String> = platform.sent().await.into_iter().map(|message| message.body).collect();
    assert_eq!(sent.len(), 24);
    assert!(platform.failed().await.is_empty());
    let history = journal::read(&platform.journal()).expect("a journal that was written backwards in time is read");
    assert_eq!(history.summaries()[0].sent, 24);
}

/// Answers the first requests of a client on loopback with these statuses, and tells what they asked.
async fn answering(statuses: &'static [&'static str]) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = tokio::spawn(async move {
        let mut asked = Vec::new();
        for status in statuses {
            let (mut stream, _) = listener.accept().await.expect("a client");
            let mut request = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).await.expect("a request");
                request.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8_lossy(&request).to_ascii_lowercase();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next());
                if length.is_none_or(|length| body.len() >= length.parse::<usize>().expect("a length")) {
                    break;
                }
            }
            asked.push(String::from_utf8(request).expect("text"));
            let answer =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\nx-amzn-requestid: r-1\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("is answered");
        }
        asked
    });
    (endpoint, asked)
}

#[tokio::test]
async fn a_function_is_invoked_asynchronously_and_a_lost_answer_is_never_asked_again() {
    let (endpoint, asked) = answering(&["202 Accepted", "500 Internal Server Error"]).await;
    let aws = Aws::new(Connection {
        region: "eu-west-1".into(),
        endpoint: Some(endpoint),
        profile: None,
        keys: Some(("AKIDEXAMPLE".into(), "secret".into())),
    });
    assert_eq!(aws.invoke("alerts", "{\"Records\":[]}").await.expect("is queued"), "r-1");
    let error = aws.invoke("alerts", "{}").await.expect_err("nobody knows");
    assert!(!error.is_without_effect());
    let asked = asked.await.expect("is told");
    assert!(asked[0].starts_with("POST /2015-03-31/functions/alerts/invocations "), "{}", asked[0]);
    assert!(asked[0].to_ascii_lowercase().contains("x-amz-invocation-type: event"), "{}", asked[0]);
    assert!(asked[0].ends_with("{\"Records\":[]}"), "{}", asked[0]);
}

#[tokio::test]
async fn r25_a_queue_is_moved_by_one_task_at_a_time_and_by_nobody_who_may_only_read() {
    let platform = Platform::start().await;
    let aws = &platform.aws;
    let settings = |dead_letter| QueueSettings {
        visibility: SignedDuration::from_secs(30),
        retention: SignedDuration::from_hours(96),
        dead_letter,
    };
    let failed = aws.create_queue("work-failed", &settings(None)).await.expect("a queue");
    let arn = aws.queue_arn(&failed).await.expect("an ARN");
    let work = aws.create_queue("work", &settings(Some((arn.clone(), 1)))).await.expect("a queue");
    for body in ["a", "b", "c"] {
        aws.send(&work, &QueuedMessage { body: body.into(), ..QueuedMessage::default() }).await.expect("is sent");
    }
    while aws.queue_state(&failed).await.expect("a queue").visible < 3 {
        aws.receive(&work, 10, SignedDuration::ZERO, SignedDuration::ZERO).await.expect("receives");
    }
    let consumer = Consumer { dead_letter_url: Some(failed), input: Input::Queue(work), ..platform.consumer().clone() };
    let read_only = Profile { is_read_only: true, ..(*platform.profile).clone() };
    let error = moving::plan(aws, &read_only, &consumer, 1).await.expect_err("is refused");
    assert!(matches!(error, ReplayError::ReadOnly(_)), "{error}");

    let plan = moving::plan(aws, &platform.profile, &consumer, 1).await.expect("is planned");
    assert_eq!((plan.messages, plan.rate, &plan.dead_letter_arn), (3, 1, &arn));
    assert_ne!(plan.hash, moving::plan(aws, &platform.profile, &consumer, 2).await.expect("is planned").hash);
    let handle = aws.start_move(&arn, 1).await.expect("is started");
    let error = moving::plan(aws, &platform.profile, &consumer, 1).await.expect_err("is refused");
    assert!(error.to_string().contains(&handle), "{error}");
    aws.cancel_move(&handle).await.expect("is cancelled");
    while moving::active(aws, &arn).await.expect("is told").is_some() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_replay_ends_with_its_last_receipt() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(1).await;
    let plan = platform.plan(objects.clone(), 100).await;
    let replayer = platform.replayer_with(Duration::from_secs(5), Duration::from_mins(10));
    let control = Control::default();
    let receipt = platform.consumer().receipts.as_ref().expect("receipts").object(&objects[0].key);
    let written = async {
        platform.sent().await;
        platform.aws.put(&receipt, Bytes::new(), Put::default()).await.expect("is put");
    };
    let (report, ()) = tokio::join!(replayer.run(plan, &control, |_| {}), written);
    assert!(report.expect("runs").is_complete());
}

#[tokio::test]
async fn receipts_failure_records_and_silence_become_verdicts() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(4).await;
    let consumer = platform.consumer().clone();
    // A receipt of before the replay proves nothing.
    let receipts = consumer.receipts.clone().expect("receipts");
    let old = Put { metadata: [("replay".to_owned(), "r-older".to_owned())].into(), ..Put::default() };
    platform.aws.put(&receipts.object(&objects[3].key), Bytes::new(), old).await.expect("is put");

    let plan = platform.plan(objects.clone(), 100).await;
    let aws = platform.aws.clone();
    let failures = consumer.failures.clone().expect("failures");
    let worker = tokio::spawn(async move {
        let mut seen = 0;
        while seen < 4 {
            let hide = SignedDuration::from_mins(1);
            let received = aws.receive(consumer.input.place(), 10, hide, SignedDuration::from_secs(1)).await;
            for received in received.expect("receives") {
                seen += 1;
                let event::Message::Objects(events) = event::decode(&received.message.body) else { panic!("an event") };
                let object = events[0].object.clone();
                if object.key.contains("/000") || object.key.contains("/001") {
                    let replay = received.message.attributes[REPLAY_ATTRIBUTE].1.clone();
                    let with = Put { metadata: [("replay".to_owned(), replay)].into(), ..Put::default() };
                    aws.put(&receipts.object(&object.key), Bytes::new(), with).await.expect("is put");
                } else if object.key.contains("/002") {
                    let record = FailureRecord {
                        object: object.clone(),
                        reason: "eventVersion 1.12 is newer than 1.11".into(),
                        offset: None,
                        line: Some(3),
                        parser: "1".into(),
                        attempts: 1,
                        at: Timestamp::now(),
                    };
                    let bytes = serde_json::to_vec(&record).expect("JSON");
                    aws.put(&failures.object(&object.key), bytes.into(), Put::default()).await.expect("is put");
                }
            }
        }
    });
    let replayer = platform.replayer_with(Duration::from_secs(5), Duration::from_secs(4));
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("runs");
    worker.await.expect("works");
    let states: Vec<_> = report.summary.items.iter().map(|(_, state)| state.clone()).collect();
    assert_eq!(
        states,
        [
            PlanItemState::Recovered,
            PlanItemState::Recovered,
            PlanItemState::FailedAgain("eventVersion 1.12 is newer than 1.11".into()),
            PlanItemState::Unconfirmed,
        ]
    );
    assert!(!report.is_complete());
}

#[tokio::test]
async fn a_canary_that_fails_again_keeps_the_others_from_being_sent() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(5).await;
    let plan = platform.plan(objects, 100).await;
    let (aws, consumer) = (platform.aws.clone(), platform.consumer().clone());
    let worker = tokio::spawn(async move {
        let hide = SignedDuration::from_mins(1);
        let received =
            aws.receive(consumer.input.place(), 1, hide, SignedDuration::from_secs(10)).await.expect("receives");
        let event::Message::Objects(events) = event::decode(&received[0].message.body) else { panic!("an event") };
        let place = consumer.failures.expect("failures").object(&events[0].object.key);
        let record = serde_json::json!({
            "object": events[0].object, "reason": "no eventTime", "parser": "1", "attempts": 1, "at": Timestamp::now(),
        });
        aws.put(&place, Bytes::from(record.to_string()), Put::default()).await.expect("is put");
    });
    let replayer = platform.replayer_with(Duration::from_secs(10), Duration::from_secs(1));
    let report = replayer.run(plan, &Control::default(), |_| {}).await.expect("runs");
    worker.await.expect("works");
    assert_eq!(report.stopped.as_deref(), Some("a message failed again, so nothing more was sent: no eventTime"));
    assert_eq!(report.summary.sent, 1);
    assert_eq!(platform.failed().await.len(), 4);
}

#[tokio::test]
async fn r15_the_rate_holds_in_every_second() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(25).await;
    let plan = platform.plan(objects, 8).await;
    let start = Instant::now();
    platform.replayer().run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert!(start.elapsed() >= Duration::from_secs(3), "{:?}", start.elapsed());
    let sent: Vec<i64> =
        platform.sent().await.iter().map(|message| message.sent.expect("a time").as_millisecond()).collect();
    assert_eq!(sent.len(), 25);
    let most = sent.iter().map(|from| sent.iter().filter(|at| (*from..from + 1000).contains(*at)).count()).max();
    assert!(most <= Some(8), "{most:?} in one second");
}

#[tokio::test]
async fn r08_two_replays_never_write_one_journal() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(1).await;
    let plan = platform.plan(objects, 10).await;
    let (held, _) = Journal::open(&platform.journal()).expect("opens");
    let error = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect_err("is refused");
    assert!(error.to_string().contains("is being written by another replay"), "{error}");
    assert!(platform.sent().await.is_empty());
    let missing = ReplayId("r-none".into());
    drop(held);
    let error = platform.resume(&missing).await.expect_err("is missing");
    assert!(matches!(error, ReplayError::Missing(_)), "{error}");
}

#[tokio::test]
async fn a_plan_tells_how_far_it_is_and_once_given_up_shows_the_messages_again() {
    let platform = Platform::start().await;
    let objects = platform.fail_many(30).await;
    let (now, consumer) = (Timestamp::now(), platform.consumer());
    let preflight: Preflight = Arc::new(|_| Box::pin(std::future::ready(Prospect::Passes { records: 1 })));
    let (teller, progress) = plan::Teller::new();
    let aid = plan::Aid { preflight: Some(&preflight), teller: Some(&teller) };
    let made = plan::make(&platform.aws, &platform.profile, consumer, objects.clone(), 10, aid, now).await;
    assert_eq!(made.expect("a plan").items.len(), 30);
    let told = *progress.borrow();
    assert_eq!((told.asked, told.objects, told.parsed, told.to_parse), (30, 30, 30, 30), "{told:?}");
    assert!(told.messages >= 30, "{told:?}");

    // Nobody listens from the start; given up while objects are parsed.
    for ends_at_once in [true, false] {
        let (teller, progress) = plan::Teller::new();
        let mut progress = Some(progress).filter(|_| !ends_at_once);
        let never: Preflight = Arc::new(|_| Box::pin(std::future::pending()));
        let aid = plan::Aid { preflight: Some(&never), teller: Some(&teller) };
        let making = plan::make(&platform.aws, &platform.profile, consumer, objects.clone(), 10, aid, now);
        let listening = async {
            if let Some(mut progress) = progress.take() {
                progress.wait_for(|told| told.asked > 0).await.expect("told");
            }
        };
        let (made, ()) = tokio::join!(making, listening);
        assert!(matches!(made, Err(ReplayError::GivenUp)), "{made:?}");
        assert_eq!(platform.failed().await.len(), 30, "all are visible");
    }
}
