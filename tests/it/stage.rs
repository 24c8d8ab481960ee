//! A lab with failed messages, on which the real program sends them again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use scops::aws::{Aws, Connection, Put, QueueSettings};
use scops::domain::{Consumer, Envelope, Input, Location, ObjectId, Plan, Profile, QueuedMessage, ReplayRules, event};
use scops::replay::{self, Replayer, Settings};
use scops_lab::clock::{Clock, Hand};
use scops_lab::{Lab, LabOptions};

use crate::program::Home;

/// A lab whose clock is moved by hand, so that hidden messages come back without waiting.
pub struct Stage {
    pub aws: Aws,
    keys: (String, String),
    endpoint: String,
    pub hand: Hand,
    _folder: tempfile::TempDir,
    _lab: Lab,
}

impl Stage {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (clock, hand) = Clock::manual(Timestamp::now());
        let options = LabOptions::new(folder.path().join("lab"));
        let lab = Lab::start_at(options, clock).await.expect("the lab starts");
        let keys = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
        let endpoint = lab.endpoint().to_owned();
        let aws = Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(endpoint.clone()),
            profile: None,
            keys: Some(keys.clone()),
        });
        for bucket in ["logs", "platform"] {
            aws.create_bucket(bucket).await.expect("a bucket");
        }
        Self { aws, keys, endpoint, hand, _folder: folder, _lab: lab }
    }

    /// A configuration with nothing but the way here.
    pub fn config(&self) -> String {
        format!(
            "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n\
             credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n",
            self.endpoint, self.keys.0, self.keys.1
        )
    }

    /// Puts `count` objects, and gives them in the order in which they are replayed.
    pub async fn objects(&self, count: usize) -> Vec<ObjectId> {
        let mut objects = Vec::new();
        for number in 0..count {
            let id = ObjectId::new("logs", format!("dt=2026-11-23/{number:03}.json"));
            self.aws.put(&id, Bytes::from_static(b"{}\n"), Put::default()).await.expect("is put");
            objects.push(id);
        }
        objects
    }

    /// A consumer of its own that failed on each of the objects.
    pub async fn case(&self, name: &str, objects: &[ObjectId]) -> Case<'_> {
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(336),
            dead_letter: None,
        };
        let queue = self.aws.create_queue(name, &settings).await.expect("a queue");
        let failed = self.aws.create_queue(&format!("{name}-failed"), &settings).await.expect("a queue");
        let mut bodies = BTreeMap::new();
        let mut messages = Vec::new();
        for id in objects {
            let (object, _) = self.aws.head(id).await.expect("is there");
            let body =
                event::encode(&object, "us-east-1", object.arrived).replace("ObjectCreated:Put", "ObjectCreated:Copy");
            bodies.insert(id.clone(), body.clone());
            messages.push(QueuedMessage { body, ..QueuedMessage::default() });
        }
        for batch in messages.chunks(10) {
            self.aws.send_batch(&failed, batch).await.expect("is sent");
        }
        let consumer = Consumer {
            name: "indexer".into(),
            input: Input::Queue(queue),
            envelope: Envelope::default(),
            alert_window: None,
            remembers: None,
            dead_letter_url: Some(failed),
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            receipts: None,
            failures: None,
            destination: None,
            idempotent: true,
        };
        let home = Home::new();
        let state = home.path().join("state");
        let uris: Vec<String> = objects.iter().map(ToString::to_string).collect();
        home.write("objects.txt", uris.join("\n"));
        let case = Case { stage: self, consumer, home, state, objects: objects.to_vec(), bodies };
        case.configure("");
        case
    }
}

/// One consumer with its failed messages, and a home folder to replay them from.
pub struct Case<'a> {
    pub stage: &'a Stage,
    pub consumer: Consumer,
    pub home: Home,
    pub state: PathBuf,
    pub objects: Vec<ObjectId>,
    /// The original message of each.
    pub bodies: BTreeMap<ObjectId, String>,
}

impl Case<'_> {
    /// Writes `config.toml`, with `more` lines in its profile.
    pub fn configure(&self, more: &str) {
        let Stage { endpoint, keys, .. } = self.stage;
        let receipts = |name: &str, place: &Option<Location>| {
            place.as_ref().map(|place| format!("{name} = \"{place}\"\n")).unwrap_or_default()
        };
        self.home.write(
            "config.toml",
            format!(
                "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{endpoint}\"\nstate = \"{}\"\n\
                 credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n{more}\n\
                 [[profiles.lab.consumers]]\nname = \"indexer\"\nidempotent = true\nqueue_url = \"{}\"\n\
                 dead_letter_url = \"{}\"\n{}{}",
                self.state.display(),
                keys.0,
                keys.1,
                self.consumer.input.place(),
                self.consumer.dead_letter_url.as_deref().expect("a failure queue"),
                receipts("receipts", &self.consumer.receipts),
                receipts("failures", &self.consumer.failures),
            ),
        );
    }

    pub fn profile(&self) -> Arc<Profile> {
        Arc::new(Profile {
            formats: scops_parser::Formats::default().into(),
            rules: scops::domain::RuleBook::default(),
            name: "lab".into(),
            account: None,
            region: "us-east-1".into(),
            endpoint: Some(self.stage.endpoint.clone()),
            is_read_only: false,
            replay: ReplayRules::default(),
            sources: Vec::new(),
            consumers: vec![self.consumer.clone()],
            audit: None,
            tables: scops::domain::Tables::default(),
            index: None,
        })
    }

    /// A replayer over the program's own state folder, that waits for nothing.
    pub fn replayer(&self) -> Replayer {
        let settings = Settings {
            canary_limit: Duration::ZERO,
            verify_limit: Duration::ZERO,
            ..Settings::new(self.state.join("journal"), "aya".into())
        };
        Replayer::new(self.stage.aws.clone(), self.profile(), settings)
    }

    /// The plan that the program will make too.
    pub async fn plan(&self) -> Plan {
        let plan = replay::plan(&self.stage.aws, &self.profile(), "indexer", self.objects.clone(), 1000, None).await;
        plan.expect("a plan")
    }

    /// `strace` with these options around the program with these arguments.
    pub fn traced(&self, options: &[String], arguments: &[String]) -> Command {
        let mut command = self.home.command();
        let program = command.get_program().to_owned();
        let mut traced = Command::new("strace");
        traced.args(["-f", "-qq"]).args(options).arg("--").arg(program).args(arguments);
        traced.env_clear().current_dir(self.home.path());
        for (name, value) in command.get_envs() {
            traced.env(name, value.unwrap_or_default());
        }
        // Calls are counted a thread: with one of them they are counted in their order.
        traced.env("TOKIO_WORKER_THREADS", "1");
        command.env_clear();
        traced
    }

    /// How often each object is in a queue, after whatever hid its message has let go of it.
    pub async fn count(&self, url: &str) -> BTreeMap<ObjectId, usize> {
        self.stage.hand.advance(Duration::from_hours(1));
        let mut counts = BTreeMap::new();
        loop {
            let hide = SignedDuration::from_mins(1);
            let received = self.stage.aws.receive(url, 10, hide, SignedDuration::ZERO).await.expect("receives");
            if received.is_empty() {
                self.stage.hand.advance(Duration::from_hours(1));
                return counts;
            }
            for received in received {
                let event::Message::Objects(events) = event::decode(&received.message.body) else { panic!("an event") };
                let object = events[0].object.clone();
                let object = ObjectId { version: None, ..object };
                assert_eq!(received.message.body, self.bodies[&object], "byte for byte");
                *counts.entry(object).or_default() += 1;
            }
        }
    }
}

/// The arguments that send exactly this plan.
pub fn send(plan: &Plan) -> Vec<String> {
    let words =
        ["--config", "config.toml", "replay", "--from", "objects.txt", "--rate", "1000", "--confirm", &plan.hash];
    words.map(str::to_owned).into()
}
