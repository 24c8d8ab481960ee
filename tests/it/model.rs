//! A replay as a state machine: whatever the wire does to it, however often it is cut short and resumed, no acknowledged
//! object is lost, none is sent without a durable intent, and none is sent twice.
//!
//! Everything but the wire is real: `Replayer`, its engine and leases, the AWS SDK, the journal and the audit log on disk.
//! The queues behind the wire are the model's own, so that they know what was really accepted.

mod wire;

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use scops::aws::{Aws, Connection};
use scops::domain::{Consumer, Envelope, Input, MessageOrigin, PlanItemState, Profile, ReplayRules};
use scops::replay::{self, Control, ReplayError, Replayer, Settings, audit};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use wire::{Queues, object, serve};

/// Objects of the replay: enough for both trials and two batches.
const OBJECTS: usize = 17;

/// What happens to one entry of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It is accepted, and the answer says so.
    Accepted,
    /// It is not accepted, and the answer says so.
    Refused,
    /// It is accepted, and the answer does not name it.
    Unnamed,
    /// It is not accepted, and the answer does not name it.
    Lost,
}

/// What happens to one request that changes a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Answer {
    /// Each entry has its fate; entries beyond the list are accepted.
    Entries(Vec<Fate>),
    /// The whole request is refused.
    Throttled,
    /// It is carried out, and the connection ends without an answer.
    Unanswered,
    /// The connection ends before anything is done.
    Dropped,
    /// The program dies before anything is done.
    DiesBefore,
    /// It is carried out, and the program dies before it hears of it.
    DiesAfter,
}

fn answer() -> impl Strategy<Value = Answer> {
    let fate = prop_oneof![
        6 => Just(Fate::Accepted),
        1 => Just(Fate::Refused),
        1 => Just(Fate::Unnamed),
        1 => Just(Fate::Lost),
    ];
    prop_oneof![
        8 => Just(Answer::Entries(Vec::new())),
        6 => prop::collection::vec(fate, 1..=10).prop_map(Answer::Entries),
        1 => Just(Answer::Throttled),
        1 => Just(Answer::Unanswered),
        1 => Just(Answer::Dropped),
        2 => Just(Answer::DiesBefore),
        2 => Just(Answer::DiesAfter),
    ]
}

/// The answers to what is sent and to what is deleted, in order; then all is well.
#[derive(Debug, Clone)]
struct Wire {
    sends: Vec<Answer>,
    deletes: Vec<Answer>,
    /// Whether the failure queue gives each message twice, as a standard queue may.
    doubles: bool,
}

fn any_wire() -> impl Strategy<Value = Wire> {
    let answers = || prop::collection::vec(answer(), 0..6);
    (answers(), answers(), any::<bool>()).prop_map(|(sends, deletes, doubles)| Wire { sends, deletes, doubles })
}

#[derive(Debug, Clone)]
enum Transition {
    /// The plan is confirmed.
    Begin(Wire),
    /// What is left of it is sent.
    Resume(Wire),
    /// The disk lost a part of a write that was under way: so many bytes of an entry are at the journal's and the
    /// audit log's end.
    Tear(usize),
}

/// Only what decides which transitions make sense.
#[derive(Debug, Clone, Default)]
struct Begun(bool);

struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Begun;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<Begun> {
        Just(Begun::default()).boxed()
    }

    fn transitions(state: &Begun) -> BoxedStrategy<Transition> {
        if state.0 {
            prop_oneof![4 => any_wire().prop_map(Transition::Resume), 1 => (1_usize..60).prop_map(Transition::Tear)]
                .boxed()
        } else {
            any_wire().prop_map(Transition::Begin).boxed()
        }
    }

    fn preconditions(state: &Begun, transition: &Transition) -> bool {
        state.0 != matches!(transition, Transition::Begin(_))
    }

    fn apply(_: Begun, _: &Transition) -> Begun {
        Begun(true)
    }
}

/// The program, its disk, and the queues.
struct World {
    folder: TempDir,
    queues: Arc<Mutex<Queues>>,
    death: Arc<Notify>,
    endpoint: String,
    /// Objects that were told to be unknown at any time.
    unknown: HashSet<usize>,
    _server: tokio::runtime::Runtime,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let queues = Arc::new(Mutex::new(Queues {
            failed: (0..OBJECTS).map(|index| (index, true)).collect(),
            state: folder.path().to_owned(),
            ..Queues::default()
        }));
        let death = Arc::new(Notify::new());
        let server = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let server = server.expect("a runtime");
        let listener = server.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        server.spawn(serve(listener, Arc::clone(&queues), Arc::clone(&death)));
        Self { folder, queues, death, endpoint, unknown: HashSet::new(), _server: server }
    }

    fn consumer(&self) -> Consumer {
        Consumer {
            name: "indexer".into(),
            input: Input::Queue(format!("{}/1/q", self.endpoint)),
            envelope: Envelope::default(),
            dead_letter_url: Some(format!("{}/1/d", self.endpoint)),
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            receipts: None,
            failures: None,
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        }
    }

    /// Runs the program until it ends or dies.
    fn run(&mut self, wire: &Wire, is_new: bool) {
        {
            let mut queues = self.queues.lock().expect("is not poisoned");
            queues.sends = wire.sends.clone().into();
            queues.deletes = wire.deletes.clone().into();
            queues.doubles = wire.doubles;
            queues.again.clear();
            // Whatever hid a message before has let go of it.
            queues.failed.values_mut().for_each(|is_visible| *is_visible = true);
        }
        let profile = Arc::new(Profile {
            formats: scops_parser::Formats::default().into(),
            rules: scops::domain::RuleBook::default(),
            name: "model".into(),
            account: None,
            region: "us-east-1".into(),
            endpoint: Some(self.endpoint.clone()),
            is_read_only: false,
            replay: ReplayRules::default(),
            sources: Vec::new(),
            consumers: vec![self.consumer()],
            audit: None,
            tables: scops::domain::Tables::default(),
            index: None,
        });
        let aws = Aws::new(Connection {
            region: "us-east-1".into(),
            endpoint: Some(self.endpoint.clone()),
            profile: None,
            keys: Some(("AKIAMODEL".into(), "secret".into())),
        });
        let settings = Settings {
            canary_limit: Duration::ZERO,
            verify_limit: Duration::ZERO,
            retries: 1,
            window: 5,
            ..Settings::new(self.folder.path().join("journal"), "aya".into())
        };
        let replayer = Replayer::new(aws.clone(), Arc::clone(&profile), settings);
        let program = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let program = program.expect("a runtime");
        let death = Arc::clone(&self.death);
        program.block_on(async {
            let work = async {
                let plan = if is_new {
                    let objects: Vec<_> = (0..OBJECTS).map(|index| object(index).id).collect();
                    let plan = replay::plan(&aws, &profile, "indexer", objects, 1_000, None).await.expect("a plan");
                    assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::DeadLetter));
                    plan
                } else {
                    let history = replay::history(self.folder.path()).expect("a history");
                    let Some((id, _)) = history.iter().next() else { return };
                    match replayer.resumption(id, None).await {
                        Ok(plan) => plan,
                        Err(ReplayError::Complete(_)) => return,
                        Err(error) => panic!("{error}"),
                    }
                };
                match replayer.run(plan, &Control::default(), |_| {}).await {
                    // What a dead replay left behind could not be deleted this time.
                    Ok(_) | Err(ReplayError::Aws(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            };
            tokio::select! {
                () = Box::pin(work) => {}
                () = death.notified() => {}
            }
        });
        // As a killed process does, it ends where it waits.
        program.shutdown_timeout(Duration::from_secs(10));
    }

    fn tear(&self, length: usize) {
        let entry = b"00000065 7aef2805 {\"id\":\"r-20261126T013648Z-a356\",\"at\":\"2026-11-26T01:36:48Z\"";
        for file in ["journal/replays.journal", "audit/audit.log"] {
            append(&self.folder.path().join(file), &entry[..length]);
        }
    }

    fn check(&mut self) {
        let queues = self.queues.lock().expect("is not poisoned");
        assert!(queues.violations.is_empty(), "{:?}", queues.violations);
        audit::check(&self.folder.path().join("audit"), |_, _| {}).expect("the audit log is whole");
        let history = replay::history(self.folder.path()).expect("the journal is whole");
        let Some((_, past)) = history.iter().next() else {
            assert_eq!((queues.accepted.len(), queues.failed.len()), (0, OBJECTS));
            return;
        };
        for (index, item) in past.items.iter().enumerate() {
            let accepted = queues.accepted.get(&index).copied().unwrap_or(0);
            let is_failed = queues.failed.contains_key(&index);
            let told = format!("{index} is {:?}, was accepted {accepted} times, failed: {is_failed}", item.state);
            assert!(accepted > 0 || is_failed, "lost: {told}");
            assert!(accepted <= 1, "sent twice: {told}");
            match &item.state {
                PlanItemState::Waiting | PlanItemState::NotSent(_) => assert!(accepted == 0 && is_failed, "{told}"),
                PlanItemState::Intended => {
                    self.unknown.insert(index);
                    assert!(is_failed, "deleted though unknown: {told}");
                }
                _ => {
                    assert_eq!(accepted, 1, "{told}");
                    assert!(!is_failed || item.is_left_behind(), "{told}");
                    assert!(!self.unknown.contains(&index), "once unknown, then sent: {told}");
                }
            }
        }
    }
}

fn append(path: &Path, bytes: &[u8]) {
    use std::io::Write as _;
    if let Ok(mut file) = std::fs::OpenOptions::new().append(true).open(path) {
        file.write_all(bytes).expect("is written");
    }
}

impl StateMachineTest for World {
    type SystemUnderTest = Self;
    type Reference = Reference;

    fn init_test(_: &Begun) -> Self {
        Self::new()
    }

    fn apply(mut world: Self, _: &Begun, transition: Transition) -> Self {
        match transition {
            Transition::Begin(wire) => world.run(&wire, true),
            Transition::Resume(wire) => world.run(&wire, false),
            Transition::Tear(length) => world.tear(length),
        }
        world.check();
        world
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_was_acknowledged_is_lost_and_nothing_is_sent_without_an_intent(sequential 1..6 => World);
}
