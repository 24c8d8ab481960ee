//! Messages that are saved, and sent when no queue holds them any more.

use std::io::BufReader;
use std::path::PathBuf;

use scops::case::{Cases, SaveError};
use scops::domain::{CaseName, Pin};
use scops::inventory::Inventory;
use scops::replay::from_lines;

use super::*;
use crate::program::Home;

impl Platform {
    async fn save(&self) -> (PathBuf, usize) {
        let inventory = Inventory::new(self.aws.clone(), Arc::clone(&self.profile));
        let cases = Cases::new(self.folder.path().join("cases"));
        let name: CaseName = "night".parse().expect("a name");
        let saved = scops::case::save(&inventory, &cases, Some(&name), "aya", Timestamp::now()).await.expect("saves");
        let noted = saved.case.notes().last().and_then(|note| note.pin.clone());
        let Some(Pin::Messages(noted)) = noted else { panic!("the case tells of it: {noted:?}") };
        let bytes = std::fs::read(&saved.path).expect("the file");
        assert_eq!(noted.sha256, scops::case::pin::sha256(&bytes));
        assert_eq!((noted.messages, saved.path.ends_with(&noted.file)), (saved.messages as u64, true));
        assert!(saved.is_complete(), "{saved:?}");
        (saved.path, saved.messages)
    }

    async fn empty(&self) {
        let url = self.consumer().dead_letter_url.as_deref().expect("a failure queue");
        for received in self.receive_all(url).await {
            self.aws.delete_message(url, &received.handle).await.expect("is deleted");
        }
    }

    async fn plan_of(&self, path: &std::path::Path) -> scops::domain::Plan {
        let file = std::fs::File::open(path).expect("the file");
        let asked = from_lines(BufReader::new(file)).expect("lines");
        plan::make(&self.aws, &self.profile, self.consumer(), asked, 1000, None, Timestamp::now())
            .await
            .expect("a plan")
    }
}

#[tokio::test]
async fn what_was_saved_is_sent_byte_for_byte_when_no_queue_holds_it_any_more() {
    let platform = Platform::start().await;
    let mut expected = BTreeMap::new();
    for key in ["dt=2026/a b+c%20=&é.json.gz", "/lead", "日本/ログ.gz"] {
        let (_, message) = platform.fail(key, &[("trace", "7"), ("note", key)]).await;
        expected.insert(message.body, message.attributes);
    }
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    let garbage = QueuedMessage { body: "no \u{202e}event\r\n".into(), ..Default::default() };
    platform.aws.send(&url, &garbage).await.expect("is sent");

    let (path, messages) = platform.save().await;
    assert_eq!(messages, 4);
    assert_eq!(path.parent(), Some(platform.folder.path().join("cases/night").as_path()));
    let (again, _) = platform.save().await;
    assert!(again != path && again.is_file() && path.is_file(), "nothing is overwritten");
    assert_eq!(platform.failed().await.len(), 4, "nothing was deleted, and all is visible");
    let lying = platform.plan_of(&path).await;
    assert!(lying.items.iter().all(|item| item.origin == MessageOrigin::DeadLetter), "{lying:?}");

    platform.empty().await;
    let plan = platform.plan_of(&path).await;
    assert_eq!(plan.items.len(), 3);
    assert!(plan.items.iter().all(|item| item.origin == MessageOrigin::Saved), "{plan:?}");
    assert!(plan.left_out[0].1.contains("cannot be read"), "{:?}", plan.left_out);
    assert!(plan.effects[0].contains("3 from a saved file, byte for byte"), "{:?}", plan.effects);
    let report = platform.replayer().run(plan, &Control::default(), |_| {}).await.expect("runs");
    assert_eq!((report.summary.sent, report.summary.refused), (3, 0));
    let sent = platform.sent().await;
    assert_eq!(sent.len(), 3);
    for message in sent {
        let mut attributes = expected.remove(&message.body).expect("byte for byte");
        attributes.insert(REPLAY_ATTRIBUTE.into(), ("String".into(), report.summary.id.0.clone()));
        assert_eq!(message.attributes, attributes);
    }
}

#[tokio::test]
async fn a_saved_message_goes_to_its_own_consumer_only_and_an_empty_queue_saves_nothing() {
    let platform = Platform::start().await;
    let inventory = Inventory::new(platform.aws.clone(), Arc::clone(&platform.profile));
    let cases = Cases::new(platform.folder.path().join("cases"));
    let nothing = scops::case::save(&inventory, &cases, None, "aya", Timestamp::now()).await;
    assert!(matches!(nothing, Err(SaveError::Nothing)), "{nothing:?}");
    assert!(!platform.folder.path().join("cases").exists());

    platform.fail("dt=2026/a", &[]).await;
    let (path, _) = platform.save().await;
    let other = Consumer { name: "detector".into(), ..platform.consumer().clone() };
    let asked = from_lines(std::fs::read(&path).expect("the file").as_slice()).expect("lines");
    let plan =
        plan::make(&platform.aws, &platform.profile, &other, asked, 10, None, Timestamp::now()).await.expect("a plan");
    assert!(plan.items.is_empty() && plan.is_sealed());
    assert_eq!(plan.left_out[0].1, "it was saved from a queue of indexer");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_lists_saves_and_plans_what_it_printed() {
    let platform = Platform::start().await;
    platform.fail("dt=2026-11-23/a b+c=é.log", &[]).await;
    let mark = (REPLAY_ATTRIBUTE, "r-20261123T011407Z-a1b2");
    platform.fail("dt=2026-11-23/again.log", &[mark]).await;
    let url = platform.consumer().dead_letter_url.clone().expect("a failure queue");
    platform.aws.send(&url, &QueuedMessage { body: "no event".into(), ..Default::default() }).await.expect("is sent");

    let home = Home::new();
    let connection = platform.aws.connection().clone();
    let (access, secret) = connection.keys.expect("keys");
    let consumer = platform.consumer();
    let config = format!(
        "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n\
             credentials = {{ access_key_id = \"{access}\", secret_access_key = \"{secret}\" }}\n\
             [[profiles.lab.sources]]\nname = \"app\"\nbucket = \"logs\"\nlayout = \"dt={{yyyy}}-{{MM}}-{{dd}}/\"\n\
             [[profiles.lab.consumers]]\nname = \"indexer\"\nqueue_url = \"{}\"\ndead_letter_url = \"{url}\"\n\
             receipts = \"s3://platform/receipts/indexer/\"\n",
        connection.endpoint.expect("an endpoint"),
        consumer.input.place()
    );
    home.write(".config/scops/config.toml", &config);
    tokio::task::spawn_blocking(move || {
        let night = home.run(&["failures", "-o", "ndjson", "--reconcile", "--range", "2026-11-23"]);
        assert_eq!((night.code(), night.stdout().lines().count()), (0, 2), "{}", night.stderr());
        let compared = "2 objects compared: 0 never processed; no index was asked";
        assert!(night.stderr().contains(compared), "{}", night.stderr());
        let listed = home.run(&["failures", "-o", "ndjson"]);
        let mut lines: Vec<serde_json::Value> =
            listed.stdout().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        lines.sort_by_key(|line| line["object"].to_string());
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0]["object"], "s3://logs/dt=2026-11-23/a b+c=é.log");
        assert_eq!((&lines[0]["found_by"], &lines[0]["state"]), (&"failure-queue".into(), &"failed".into()));
        assert_eq!(lines[1]["replay"], "r-20261123T011407Z-a1b2");
        assert_eq!(lines[2]["object"], serde_json::Value::Null);
        let planned = home.run_with(&["replay", "--from", "-", "--dry-run"], listed.stdout().as_bytes());
        assert_eq!(planned.code(), 0, "{}", planned.stderr());
        assert!(planned.stdout().contains("2 from the failure queue, byte for byte"), "{}", planned.stdout());
        let elsewhere = home.run(&["failures", "--range", "2026-11-20", "--source", "app"]);
        assert_eq!((elsewhere.code(), elsewhere.stdout().as_str()), (0, "nothing failed, nothing is parked\n"));
        let table = home.run(&["failures"]);
        assert!(table.stdout().contains("failed again after r-20261123T011407Z-a1b2: "), "{}", table.stdout());

        let saved = home.run(&["failures", "save", "--case", "INC-4711"]);
        assert_eq!(saved.code(), 0, "{}", saved.stderr());
        assert!(saved.stderr().starts_with("3 messages are saved in "), "{}", saved.stderr());
        let path = saved.stdout().trim_end().to_owned();
        let planned = home.run(&["replay", "--from", &path, "--dry-run"]);
        assert!(planned.stdout().contains("2 messages go to indexer's queue"), "{}", planned.stdout());
        assert_eq!(home.run(&["failures", "save", "--case", "../x"]).code(), 2);
        let mistaken = home.run(&["failures", "--source", "apq"]);
        assert!(mistaken.code() == 2 && mistaken.stderr().contains("did you mean \"app\"?"), "{}", mistaken.stderr());
        let nobody = Home::new().run(&["failures"]);
        assert!(nobody.code() == 2 && nobody.stderr().contains("has no consumer"), "{}", nobody.stderr());
        home.write(".config/scops/config.toml", config.replace("/indexer-failed\"", "/nowhere\""));
        let unread = home.run(&["failures"]);
        assert_eq!((unread.code(), unread.stdout().as_str()), (3, ""), "{}", unread.stderr());
    })
    .await
    .expect("the commands run");
}
