//! What failed, wherever it hides.

use scops::domain::{Finding, QueuedMessage, Reason, ReasonOrigin};
use scops::inventory::Reconciled;
use scops::replay::journal::History;
use scops::runtime::world;
use scops::worker::ddl;
use scops::{domain, replay, search};

use super::*;

impl Platform {
    fn queue(&self) -> &str {
        self.consumer().dead_letter_url.as_deref().expect("a failure queue")
    }

    /// Takes every message out of a queue.
    async fn drain(&self, url: &str) -> Vec<QueuedMessage> {
        let mut all = Vec::new();
        loop {
            let hide = SignedDuration::from_mins(1);
            let received = self.aws.receive(url, 10, hide, SignedDuration::ZERO).await.expect("receives");
            if received.is_empty() {
                return all;
            }
            for received in received {
                self.aws.delete_message(url, &received.handle).await.expect("is deleted");
                all.push(received.message);
            }
        }
    }

    async fn send(&self, url: &str, body: &str, attributes: &[(&str, &str)]) {
        let attributes =
            attributes.iter().map(|(name, value)| ((*name).to_owned(), ("String".to_owned(), (*value).to_owned())));
        let message = QueuedMessage { body: body.into(), attributes: attributes.collect(), ..QueuedMessage::default() };
        self.aws.send(url, &message).await.expect("is sent");
    }

    /// The body of the event of an object that is there.
    async fn event(&self, key: &str) -> String {
        let (object, _) = self.aws.head(&ObjectId::new("logs", key)).await.expect("is there");
        domain::event::encode(&object, "us-east-1", Timestamp::now())
    }

    /// Makes the tables of the index.
    async fn make_index(&mut self) {
        let index = self.profile.index.as_mut().expect("an index");
        index.output = "s3://index/results/".parse().ok();
        let index = index.clone();
        for statement in ddl(&index, &self.profile.sources) {
            search::run_to_end(&self.aws, &index, &statement).await.expect("is made");
        }
    }

    /// Takes the records of one object out of the index, and puts those of another into it once more.
    async fn lose_and_double(&self, lost: &str, double: &str) {
        let records = async |key: &str| {
            let files = self.receipt(key).await.expect("a receipt").files;
            ObjectId::new("index", files.into_iter().find(|file| file.contains("records/")).expect("a file of records"))
        };
        self.aws.delete(&records(lost).await).await.expect("is deleted");
        let twice = records(double).await;
        let (_, bytes) = self.aws.get_all(&twice, domain::ByteSize::mib(1)).await.expect("the file");
        let copy = ObjectId::new("index", twice.key.replace(".parquet", "-copy.parquet"));
        self.aws.put(&copy, bytes, Put::default()).await.expect("is put");
    }

    /// Answers `count` messages as a consumer does that writes its receipts anew and does nothing else.
    async fn receipt_anew(&self, count: usize) {
        let place = self.consumer().receipts.clone().expect("a place");
        let mut done = 0;
        while done < count {
            for message in self.drain(self.consumer().input.place()).await {
                let (_, replay) = message.attributes[REPLAY_ATTRIBUTE].clone();
                let domain::Message::Objects(events) = domain::event::decode(&message.body) else { panic!("an event") };
                let receipt = place.object(&events[0].object.key);
                let (_, bytes) = self.aws.get_all(&receipt, domain::ByteSize::mib(1)).await.expect("a receipt");
                let put = Put { metadata: [("replay".to_owned(), replay)].into(), ..Put::default() };
                self.aws.put(&receipt, bytes, put).await.expect("is put");
                done += 1;
            }
        }
    }

    async fn reconcile(&self, now: Timestamp) -> Reconciled {
        let known = world::known(&self.failures().await, &History::default());
        let source = self.profile.source("cloudtrail").expect("a source");
        self.inventory().reconcile(source, night(), &known, now).await.expect("is compared")
    }
}

fn key(failure: &Failure) -> &str {
    &failure.object.as_ref().expect("an object").key
}

fn told(failure: &Failure) -> (&str, ReasonOrigin) {
    let reason = failure.reason.as_ref().expect("a reason");
    (&reason.text, reason.origin)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_whose_message_is_gone_is_failed_by_its_record_and_can_be_replayed() {
    let platform = Platform::start().await;
    let (newer, good) = (trail_key(2, "newer"), trail_key(1, "good"));
    platform.put(&newer, gzip(&trail("1.12", 0..3))).await;
    platform.work(&platform.profile, 3).await;
    let failures = platform.failures().await;
    assert!(matches!(failures[..], [Failure { trace: Trace::DeadLetter(_), .. }]), "{failures:?}");

    assert_eq!(platform.drain(platform.queue()).await.len(), 1);
    // A record that is older than its object's receipt is of a failure that is over.
    let stale =
        FailureRecord { object: ObjectId::new("logs", &good), ..platform.failure_record(&newer).await.expect("one") };
    let place = platform.consumer().failures.clone().expect("a place");
    let bytes = serde_json::to_vec(&stale).expect("JSON");
    platform.aws.put(&place.object(&good), bytes.into(), Put::default()).await.expect("is put");
    platform.put(&good, gzip(&trail("1.11", 0..3))).await;
    platform.work(&platform.profile, 1).await;

    let failures = platform.failures().await;
    assert_eq!(failures.iter().map(key).collect::<Vec<_>>(), [newer.as_str()]);
    assert!(matches!(failures[0].trace, Trace::Record { .. }), "{failures:?}");
    let reason = "eventVersion 1.12 is newer than 1.11, the newest that indexer takes";
    assert_eq!((failures[0].state, told(&failures[0])), (State::Failed, (reason, ReasonOrigin::Recorded)));
    let known = world::known(&failures, &History::default());
    let rows = platform.rows("cloudtrail", &known).await;
    let states: Vec<_> = rows.iter().map(|row| (row.state, row.reason.as_deref())).collect();
    assert_eq!(states, [(State::Processed, None), (State::Failed, Some(reason))]);

    let object = failures[0].object.clone().expect("an object");
    let mut fixed = platform.profile.clone();
    fixed.sources[0].accept = None;
    let plan = replay::plan(&platform.aws, &fixed, "indexer", vec![object], 10, None).await.expect("a plan");
    assert_eq!(plan.items[0].origin, domain::MessageOrigin::Synthesised);
    platform
        .send(platform.consumer().input.place(), &plan.items[0].message.unpack().body, &[(REPLAY_ATTRIBUTE, "r-1")])
        .await;
    platform.work(&fixed, 1).await;
    assert_eq!(platform.failures().await, []);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_is_still_tried_is_no_failure_yet_and_a_broken_record_is_told() {
    let platform = Platform::start().await;
    let place = platform.consumer().failures.clone().expect("a place");
    let record = FailureRecord {
        object: ObjectId::new("logs", trail_key(2, "x")),
        reason: "it broke".into(),
        offset: None,
        line: None,
        parser: String::new(),
        attempts: 1,
        at: Timestamp::now(),
    };
    let bytes = serde_json::to_vec(&record).expect("JSON");
    platform.aws.put(&place.object(&record.object.key), bytes.into(), Put::default()).await.expect("is put");
    platform.send(platform.consumer().input.place(), "{}", &[]).await;
    assert_eq!(platform.failures().await, [], "its event waits, and two tries are left");
    platform.drain(platform.consumer().input.place()).await;
    assert_eq!(platform.failures().await.len(), 1, "nothing will try it again");

    platform.aws.put(&place.object("broken"), Bytes::from("{"), Put::default()).await.expect("is put");
    let failures = platform.failures().await;
    assert_eq!((failures.len(), &failures[0].object), (2, &None));
    assert!(told(&failures[0]).0.contains("failures/indexer/broken cannot be read"), "{failures:?}");
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_tell_their_reasons_and_a_bad_record_takes_no_other_with_it() {
    let platform = Platform::start().await;
    let (a, b) = (trail_key(1, "a"), trail_key(2, "b"));
    for key in [&a, &b] {
        platform.put(key, gzip(&trail("1.11", 0..3))).await;
    }
    platform.drain(platform.consumer().input.place()).await;
    let event = platform.event(&a).await;
    let lambda = [("RequestID", "e4b4"), ("ErrorCode", "200"), ("ErrorMessage", "KeyError: 'eventTime'")];
    platform.send(platform.queue(), &event, &lambda).await;
    let mut body: serde_json::Value = serde_json::from_str(&platform.event(&b).await).expect("JSON");
    body["Records"].as_array_mut().expect("records").push(serde_json::json!({ "s3": {} }));
    platform.send(platform.queue(), &body.to_string(), &[]).await;
    platform.send(platform.queue(), r#"{"Event":"s3:TestEvent"}"#, &[]).await;

    let failures = platform.failures().await;
    assert_eq!(failures.len(), 4, "{failures:?}");
    let nameless: Vec<_> = failures.iter().filter(|failure| failure.object.is_none()).map(|one| told(one).0).collect();
    assert!(
        nameless.iter().any(|reason| reason.starts_with("a part of it cannot be read: record 2 of 2")),
        "{nameless:?}"
    );
    assert!(nameless.contains(&"S3's test event, which tells of no object"), "{nameless:?}");
    let of =
        |wanted: &str| failures.iter().find(|one| one.object.as_ref().is_some_and(|id| id.key == wanted)).expect("one");
    assert_eq!(told(of(&a)), ("KeyError: 'eventTime'", ReasonOrigin::Told));
    assert_eq!(of(&b).reason, None);

    // Parsing finds nothing wrong; what the message says stays the reason.
    let (sender, mut found) = mpsc::channel(8);
    platform.inventory().diagnose(vec![of(&a).clone()], sender).await;
    let diagnosis = found.recv().await.expect("a diagnosis");
    assert_eq!(diagnosis.prospect, Prospect::Passes { records: 3 });
    assert_eq!(diagnosis.reason, Some(Reason { text: "KeyError: 'eventTime'".into(), origin: ReasonOrigin::Told }));

    // The worker processes what it can, and the message fails all the same.
    platform.send(platform.consumer().input.place(), &body.to_string(), &[]).await;
    let tally = platform.work(&platform.profile, 3).await;
    assert_eq!((tally.processed, tally.failed), (3, 3), "{tally:?}");
    assert!(platform.receipt(&b).await.is_some());
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lambda_destination_in_s3_is_read() {
    let mut platform = Platform::start().await;
    platform.profile.consumers[0].destination = "s3://index".parse().ok();
    let (a, b) = (trail_key(1, "a"), trail_key(2, "b"));
    for key in [&a, &b] {
        platform.put(key, gzip(&trail("1.11", 0..3))).await;
    }
    let record = |event: &str| {
        serde_json::json!({
            "requestContext": { "condition": "RetriesExhausted", "approximateInvokeCount": 3 },
            "requestPayload": serde_json::from_str::<serde_json::Value>(event).expect("JSON"),
            "responsePayload": { "errorType": "KeyError", "errorMessage": "'eventTime'" }
        })
        .to_string()
    };
    let now = Timestamp::now();
    let place = |age: i64, name: &str| {
        let day = now - SignedDuration::from_hours(24 * age);
        let time = day.strftime("%Y/%m/%d/%Y-%m-%dT%H.%M.%S");
        ObjectId::new("index", format!("aws/lambda/async/indexer/{time}-{name}"))
    };
    let event = platform.event(&a).await;
    for (id, body) in [
        (place(2, "b"), record(&platform.event(&b).await)),
        (place(1, "a1"), record(&event)),
        (place(0, "a2"), record(&event)),
        (place(0, "garbage"), "not JSON".to_owned()),
        (place(40, "old"), record(&event)),
    ] {
        platform.aws.put(&id, body.into(), Put::default()).await.expect("is put");
    }
    // A message of `b` lies in the failure queue as well: that is the one that is told.
    let body = platform.event(&b).await;
    platform.send(platform.queue(), &body, &[]).await;
    let failures = platform.failures().await;
    assert_eq!(failures.len(), 3, "{failures:?}");
    assert!(told(&failures[0]).0.starts_with("the message cannot be read: not JSON"), "{failures:?}");
    assert_eq!(
        (key(&failures[1]), told(&failures[1])),
        (a.as_str(), ("KeyError: 'eventTime' (RetriesExhausted after 3 tries)", ReasonOrigin::Told))
    );
    assert!(
        matches!(&failures[1].trace, Trace::Destination { record, .. } if *record == place(0, "a2")),
        "{failures:?}"
    );
    assert!(
        matches!((key(&failures[2]), &failures[2].trace), (found, Trace::DeadLetter(_)) if found == b),
        "{failures:?}"
    );

    // Processed since: the record stays, the failure is over.
    platform.work(&platform.profile, 2).await;
    let left: Vec<_> = platform.failures().await.into_iter().filter(|one| one.message().is_none()).collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!(left[0].object, None);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_task_of_a_failure_queue_is_told() {
    let platform = Platform::start().await;
    let arn = platform.aws.queue_arn(platform.queue()).await.expect("an ARN");
    assert!(platform.aws.moves(&arn).await.expect("an answer").is_empty());
    for _ in 0..20 {
        platform.send(platform.queue(), "{}", &[]).await;
    }
    platform.aws.start_move(&arn, 1).await.expect("it starts");
    let task = platform.aws.moves(&arn).await.expect("an answer").remove(0);
    assert_eq!((task.total, task.is_ending(), task.destination), (Some(20), false, None));
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn r26_nothing_is_dead_lettered_by_looking() {
    let mut platform = Platform::start().await;
    let settings = |dead_letter| QueueSettings {
        visibility: SignedDuration::from_secs(30),
        retention: SignedDuration::from_hours(24),
        dead_letter,
    };
    let last = platform.aws.create_queue("last", &settings(None)).await.expect("a queue");
    let arn = platform.aws.queue_arn(&last).await.expect("an ARN");
    for (name, limit) in [("one", 1), ("hundred", 100)] {
        let url = platform.aws.create_queue(name, &settings(Some((arn.clone(), limit)))).await.expect("a queue");
        platform.send(&url, "{}", &[]).await;
        platform.profile.consumers[0].dead_letter_url = Some(url.clone());
        let look = async || {
            let (sender, mut found) = mpsc::channel(64);
            let looked = platform.inventory().failures(sender).await;
            let mut count = 0;
            while let Some(more) = found.recv().await {
                count += more.len();
            }
            (looked.err().map(|trouble| trouble.to_string()), count)
        };
        // All but the last of the receives that are let pass.
        for _ in 1..if limit == 1 { 0 } else { limit - 11 } {
            platform.aws.receive(&url, 1, SignedDuration::ZERO, SignedDuration::ZERO).await.expect("receives");
        }
        if limit > 1 {
            assert_eq!(look().await, (None, 1), "89 receives are let pass");
        }
        let (trouble, count) = look().await;
        let trouble = trouble.expect("it is told");
        if limit == 1 {
            assert!(trouble.contains("moves a message on after 1 receives") && count == 0, "{trouble}");
        } else {
            assert!(trouble.contains("was received 90 times") && count == 1, "{trouble}");
        }
        let state = platform.aws.queue_state(&url).await.expect("the queue");
        assert_eq!((state.visible, state.in_flight), (1, 0), "{name}: it is where it was, and visible");
    }
    assert_eq!(platform.aws.queue_state(&last).await.expect("the queue").visible, 0);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn listing_receipts_and_index_are_reconciled() {
    let mut platform = Platform::start().await;
    platform.make_index().await;
    let keys: Vec<String> = ["agreed", "empty", "gone", "twice"]
        .iter()
        .enumerate()
        .map(|(minute, name)| trail_key(minute as u32, name))
        .collect();
    for key in &keys {
        let records = if key.contains("empty") { Vec::new() } else { trail("1.11", 0..5) };
        platform.put(key, gzip(&records)).await;
    }
    platform.work(&platform.profile, 4).await;
    let lost = trail_key(9, "lost");
    platform.put(&lost, gzip(&trail("1.11", 0..5))).await;
    let failed = trail_key(10, "failed");
    platform.put(&failed, gzip(&trail("1.12", 0..5))).await;
    let messages = platform.drain(platform.consumer().input.place()).await;
    let failing = messages.iter().find(|message| message.body.contains("failed")).expect("its event");
    platform.aws.send(platform.queue(), failing).await.expect("is sent");

    let now = Timestamp::now();
    let early = platform.reconcile(now).await;
    assert!(early.found.is_empty() && early.objects == 6, "nothing is late yet: {early:?}");

    platform.lose_and_double(&keys[2], &keys[3]).await;

    let reconciled = platform.reconcile(now + SignedDuration::from_hours(1)).await;
    let mut found: Vec<_> = reconciled
        .found
        .iter()
        .map(|failure| {
            let Trace::Reconciled(finding) = failure.trace else { panic!("{failure:?}") };
            (finding, key(failure), failure.state)
        })
        .collect();
    found.sort_unstable();
    assert_eq!(
        found,
        [
            (Finding::Unprocessed, lost.as_str(), State::Arrived),
            (Finding::Unsearchable, keys[2].as_str(), State::Processed),
            (Finding::Twice, keys[3].as_str(), State::Processed),
        ]
    );
    assert_eq!(told(&reconciled.found[0]).1, ReasonOrigin::Compared);
    assert!(reconciled.scanned.is_some_and(|scanned| scanned.bytes() > 0) && !reconciled.is_incomplete);
    let held: Vec<_> = reconciled.holdings.iter().map(|held| (held.source.as_str(), held.records)).collect();
    assert_eq!(held, [("cloudtrail", 10)]);
    let words = reconciled.told();
    assert!(
        words.starts_with("6 objects compared: 1 never processed, 1 not searchable, 1 searchable twice ("),
        "{words}"
    );
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_replay_recovered_is_looked_for_in_the_index_and_stands_in_its_report() {
    let mut platform = Platform::start().await;
    platform.make_index().await;
    let keys: Vec<String> = (0..4).map(|minute| trail_key(minute, "x")).collect();
    for key in &keys {
        platform.put(key, gzip(&trail("1.11", 0..5))).await;
    }
    platform.work(&platform.profile, 4).await;
    platform.lose_and_double(&keys[2], &keys[3]).await;

    let folder = tempfile::tempdir().expect("a folder");
    let profile = Arc::new(platform.profile.clone());
    let replayer = replay::replayer(&platform.aws, &profile, folder.path(), "aya@test");
    let objects = keys.iter().map(|key| ObjectId::new("logs", key)).collect::<Vec<_>>();
    let plan = replay::plan(&platform.aws, &profile, "indexer", objects, 100, None).await.expect("a plan");
    let mut told = None;
    let control = replay::Control::default();
    let running = replayer.run(plan, &control, |progress| told = progress.indexed);
    let (report, ()) = tokio::join!(running, platform.receipt_anew(4));
    let report = report.expect("runs");

    let indexed = report.summary.indexed.clone().expect("the index was asked");
    assert_eq!((&indexed.searchable, &indexed.missing, &indexed.twice), (&vec![0, 1], &vec![2], &vec![3]));
    assert_eq!((indexed.unlooked, &indexed.trouble), (0, &None));
    assert_eq!((report.summary.recovered, report.is_complete()), (4, false), "{:?}", report.stopped);
    assert_eq!(told.as_deref(), report.summary.indexed.as_ref());
    assert_eq!(replay::summaries(folder.path()).expect("the journal")[0], report.summary, "it is journaled");
    let mut words = Vec::new();
    replay::render::summary(&report.summary, &mut words).expect("is written");
    let words = String::from_utf8(words).expect("text");
    assert!(words.contains("in the index: 2 searchable, 1 not searchable, 1 searchable twice ("), "{words}");
    assert!(words.contains(&format!("s3://logs/{}: recovered, but not searchable", keys[2])), "{words}");
    platform.lab.stop().await;
}
