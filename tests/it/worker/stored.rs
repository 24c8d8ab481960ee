//! What waits as objects below the consumer's parked prefix.

use scops::domain::{MessageOrigin, Plan, PlanItemState, ReplayId};
use scops::replay::journal::{Began, BegunItem, Entry, Event, Journal, Sending};
use scops::replay::{self, Control, Replayer, Report, Settings};

use super::*;

const PREFIX: &str = "parked/indexer/";

impl Platform {
    /// A platform whose worker parks as objects, with this many objects parked.
    async fn with_parked(count: usize) -> (Self, Vec<ObjectId>) {
        let mut platform = Self::start().await;
        platform.profile.consumers[0].parked_prefix = format!("s3://index/{PREFIX}").parse().ok();
        let keys: Vec<String> = (0..count).map(|number| format!("falcon/dt=2026-11-23-01/part-{number:04}")).collect();
        for key in &keys {
            platform.put(key, format!("FALCON|1|{key}\n")).await;
        }
        let tally = platform.work(&platform.profile, count as u64).await;
        assert_eq!((tally.parked, tally.failed), (count as u64, 0), "{tally:?}");
        (platform, keys.iter().map(|key| ObjectId::new("logs", key)).collect())
    }

    async fn stored(&self) -> Vec<String> {
        self.keys("index", PREFIX).await
    }

    async fn plan(&self, objects: Vec<ObjectId>) -> Plan {
        replay::plan(&self.aws, &self.profile, "indexer", objects, 1000, None).await.expect("a plan")
    }

    /// A replayer that waits for nothing.
    fn replayer(&self, state: &std::path::Path) -> Replayer {
        let settings = Settings {
            canary_limit: Duration::ZERO,
            verify_limit: Duration::ZERO,
            ..Settings::new(state.join("journal"), "aya@test".into())
        };
        Replayer::new(self.aws.clone(), Arc::new(self.profile.clone()), settings)
    }

    async fn run(&self, state: &std::path::Path, plan: Plan) -> Report {
        self.replayer(state).run(plan, &Control::default(), |_| {}).await.expect("runs")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_parked_as_an_object_is_listed_released_and_parked_anew() {
    let (platform, objects) = Platform::with_parked(3).await;
    let stored = platform.stored().await;
    assert_eq!(stored.len(), 3);
    assert!(stored.iter().all(|key| key.starts_with("parked/indexer/falcon/2")), "by source and time: {stored:?}");
    let parked_url = platform.consumer().parked_url.clone().expect("a queue");
    assert_eq!(platform.aws.queue_state(&parked_url).await.expect("the queue").visible, 0, "not in the queue as well");

    let failures = platform.failures().await;
    let told: Vec<_> = failures.iter().map(|failure| (failure.state, failure.source.as_deref())).collect();
    assert_eq!(told, [(State::Parked, Some("falcon")); 3]);
    assert!(failures.iter().all(|failure| failure.since().is_some() && failure.expires().is_none()), "{failures:?}");
    assert!(failures.iter().all(|failure| matches!(failure.trace, Trace::Stored(_))), "{failures:?}");

    let plan = platform.plan(objects.clone()).await;
    assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::Stored), "{plan:?}");
    assert!(plan.effects.iter().any(|effect| effect.contains("deleted from the parked prefix once")), "{plan:?}");
    // Another hand was faster with the last one.
    let gone = scops::inventory::stored::object_of(plan.items[2].message.id()).expect("an object");
    platform.aws.delete(&gone).await.expect("is deleted");

    let folder = tempfile::tempdir().expect("a folder");
    let report = platform.run(folder.path(), plan).await;
    assert_eq!((report.summary.sent, report.summary.refused), (2, 1), "{report:?}");
    let reason = "its message is no longer below the parked prefix".to_owned();
    assert_eq!(report.summary.items[2].1, PlanItemState::NotSent(reason));
    assert_eq!(platform.stored().await, Vec::<String>::new(), "both were acknowledged and journaled");

    // No parser knows them yet: they are parked anew, with the mark of the replay, and no other replay's.
    platform.work(&platform.profile, 2).await;
    let again = platform.stored().await;
    assert!(again.len() == 2 && again.iter().all(|key| !stored.contains(key)), "{again:?}");
    let failures = platform.failures().await;
    assert!(failures.iter().all(|failure| failure.replay() == Some(report.summary.id.0.as_str())), "{failures:?}");
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_original_that_a_dead_replay_left_as_an_object_is_deleted_when_it_is_resumed() {
    let (platform, objects) = Platform::with_parked(2).await;
    let plan = platform.plan(objects).await;
    let folder = tempfile::tempdir().expect("a folder");
    let id = ReplayId("r-20261123T021407Z-9a3f".into());
    let began = Began {
        plan: plan.hash.clone(),
        profile: platform.profile.name.clone(),
        consumer: plan.consumer.clone(),
        destination: plan.input.place().to_owned(),
        total: 2,
        rate: 10,
        who: "aya@test".into(),
    };
    let sent = (0, Sending::Sent { message: "m".into() });
    let events = [
        Event::Began(began),
        Event::Items { first: 0, items: plan.items.iter().map(BegunItem::from).collect() },
        Event::Intent { indexes: vec![0] },
        // It died between the acknowledgement and the deletion; the second one it never began.
        Event::Outcome { results: vec![sent] },
    ];
    let (mut journal, _) = Journal::open(&folder.path().join("journal")).expect("a journal");
    let entries: Vec<Entry> =
        events.into_iter().map(|event| Entry { id: id.clone(), at: Timestamp::now(), event }).collect();
    journal.append(entries).expect("is written");
    drop(journal);
    assert_eq!(platform.stored().await.len(), 2);

    let rest = platform.replayer(folder.path()).resumption(&id, None).await.expect("a plan");
    assert_eq!(rest.items.iter().map(|item| item.origin).collect::<Vec<_>>(), [MessageOrigin::Stored]);
    let report = platform.run(folder.path(), rest).await;
    assert_eq!((report.summary.sent, report.summary.unknown), (2, 0), "{report:?}");
    assert_eq!(platform.stored().await, Vec::<String>::new());
    let queue = platform.aws.queue_state(platform.consumer().input.place()).await.expect("the queue");
    assert_eq!(queue.visible, 1, "what was sent before is not sent again");
    platform.lab.stop().await;
}
