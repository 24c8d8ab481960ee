//! Compaction of the index: every record is there once, whatever is processed again and wherever it dies.

use std::collections::BTreeSet;
use std::sync::Mutex;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use scops::domain::QueuedMessage;
use scops::inventory::verify::{Fault, Verified};
use scops::worker::compact::part::{self, Partition};
use scops::worker::compact::{self, Compacted, Options};
use scops::worker::ddl;
use scops::{domain, search};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::*;

const HOUR: &str = "2026-11-23-01";
const LEASE: &str = "scops/compacted/lease.json";

fn options() -> Options {
    Options {
        older_than: SignedDuration::ZERO,
        now: Timestamp::now() + SignedDuration::from_mins(1),
        is_dry_run: false,
    }
}

impl Platform {
    fn index(&self) -> Index {
        Index { output: "s3://index/results/".parse().ok(), ..self.profile.index.clone().expect("an index") }
    }

    async fn compact_all(&self, aws: &Aws) -> Compacted {
        let (index, options) = (self.index(), options());
        let mut all = Compacted::default();
        for partition in compact::partitions(&self.aws, &index, None, |_| true).await.expect("a listing") {
            let told = Box::pin(compact::compact(aws, &self.profile, &index, &partition, &options));
            let told = told.await.expect("is compacted");
            all.merged += told.merged;
            all.leftovers += told.leftovers;
            all.unproven += told.unproven;
        }
        all
    }

    /// The same, over a wire that may die before its end.
    async fn compact_through(&self, aws: &Aws) {
        Box::pin(self.compact_all(aws)).await;
    }

    async fn make_tables(&self) {
        for statement in ddl(&self.index(), &self.profile.sources) {
            search::run_to_end(&self.aws, &self.index(), &statement).await.expect("is made");
        }
    }

    /// Each record of the index: its object's name and its user, in order.
    async fn records(&self) -> Vec<(String, String)> {
        let sql = "SELECT object, user_name FROM scops.records ORDER BY 1, 2, span_start";
        let (table, _) = search::query(&self.aws, &self.index(), sql).await.expect("rows");
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let name = |uri: String| uri.rsplit(['_', '.']).nth(2).unwrap_or_default().to_owned();
        let mut all: Vec<_> = table.rows.iter().map(|row| (name(cell(&row[0])), cell(&row[1]))).collect();
        all.sort();
        all
    }

    /// How often `terms` tells of the user of each object.
    async fn users(&self) -> Vec<(String, String)> {
        let sql =
            "SELECT object, term FROM scops.terms WHERE field = 'userIdentity.userName' ORDER BY 1, 2, span_start";
        let (table, _) = search::query(&self.aws, &self.index(), sql).await.expect("rows");
        let cell = |cell: &Option<String>| cell.clone().unwrap_or_default();
        let name = |uri: String| uri.rsplit(['_', '.']).nth(2).unwrap_or_default().to_owned();
        let mut all: Vec<_> = table.rows.iter().map(|row| (name(cell(&row[0])), cell(&row[1]))).collect();
        all.sort();
        all
    }

    async fn files(&self) -> usize {
        let all =
            self.keys("index", "scops/records/").await.into_iter().chain(self.keys("index", "scops/terms/").await);
        all.count()
    }

    async fn process_again(&self, key: &str) {
        let (object, _) = self.aws.head(&ObjectId::new("logs", key)).await.expect("is there");
        let body = domain::event::encode(&object, "us-east-1", Timestamp::now());
        let message = QueuedMessage { body, ..QueuedMessage::default() };
        self.aws.send(self.consumer().input.place(), &message).await.expect("is sent");
        self.work(&self.profile, 1).await;
    }

    async fn verify(&self) -> Verified {
        let source = self.profile.source("cloudtrail").expect("a source");
        let (inventory, index) = (self.inventory(), self.index());
        let now = Timestamp::now() + SignedDuration::from_hours(3);
        inventory.verify(&index, source, night(), now).await.expect("is verified")
    }
}

/// An object with a record of each of these users, minutes apart.
fn users(users: &[&str]) -> Vec<u8> {
    let record = |(minute, user): (usize, &&str)| {
        serde_json::json!({ "eventVersion": "1.11", "eventTime": format!("2026-11-23T01:{minute:02}:07Z"),
            "eventName": "GetObject", "userIdentity": { "userName": user } })
    };
    let records: Vec<_> = users.iter().enumerate().map(record).collect();
    gzip(serde_json::json!({ "Records": records }).to_string().as_bytes())
}

fn pairs(told: &[(&str, &[&str])]) -> Vec<(String, String)> {
    let rows =
        told.iter().flat_map(|(object, users)| users.iter().map(|user| ((*object).to_owned(), (*user).to_owned())));
    rows.collect::<BTreeSet<_>>().into_iter().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_merged_is_processed_again_and_is_there_once() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    let (one, two) = (trail_key(1, "one"), trail_key(2, "two"));
    platform.put(&one, users(&["ann", "bob"])).await;
    platform.put(&two, users(&["cy"])).await;
    platform.work(&platform.profile, 3).await;
    let before = pairs(&[("one", &["ann", "bob"]), ("two", &["cy"])]);
    assert_eq!((platform.records().await, platform.files().await), (before.clone(), 4));

    let told = platform.compact_all(&platform.aws).await;
    assert_eq!((told.merged, told.leftovers, told.unproven, platform.files().await), (4, 0, 0, 2));
    assert_eq!((platform.records().await, platform.users().await), (before.clone(), before.clone()));
    assert_eq!(platform.verify().await.wrong, []);

    // The same bytes by the same parser change nothing: what was written again goes again.
    platform.process_again(&one).await;
    assert_eq!((platform.records().await, platform.files().await), (before, 2));

    // The object is another: its old records leave the merged file.
    platform.put(&one, users(&["dee"])).await;
    platform.work(&platform.profile, 1).await;
    let after = pairs(&[("one", &["dee"]), ("two", &["cy"])]);
    assert_eq!(
        (platform.records().await, platform.users().await, platform.files().await),
        (after.clone(), after.clone(), 4)
    );
    platform.compact_all(&platform.aws).await;
    assert_eq!((platform.records().await, platform.users().await, platform.files().await), (after.clone(), after, 2));
    assert_eq!(platform.verify().await.wrong, []);

    // Lists that were lost are made anew of the rows.
    for list in platform.keys("index", "scops/compacted/").await {
        platform.aws.delete(&ObjectId::new("index", list)).await.expect("is deleted");
    }
    platform.put(&two, users(&["eve"])).await;
    platform.work(&platform.profile, 1).await;
    let last = pairs(&[("one", &["dee"]), ("two", &["eve"])]);
    assert_eq!((platform.records().await, platform.users().await), (last.clone(), last));
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_receipt_names_is_left_alone_and_what_is_wrong_is_told() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    let keys = [trail_key(1, "one"), trail_key(2, "two"), trail_key(3, "three")];
    for key in &keys {
        platform.put(key, users(&["ann"])).await;
    }
    platform.work(&platform.profile, 4).await;
    let files = platform.receipt(&keys[0]).await.expect("a receipt").files;
    let own = ObjectId::new("index", &files[0]);
    let (_, bytes) = platform.aws.get_all(&own, domain::ByteSize::mib(1)).await.expect("the file");
    let receipt = |key: &str| platform.consumer().receipts.clone().expect("a place").object(key);
    platform.aws.delete(&receipt(&keys[2])).await.expect("is deleted");
    let told = platform.compact_all(&platform.aws).await;
    assert_eq!((told.merged, told.unproven, platform.files().await), (4, 2, 4));

    let partition = Partition::records("cloudtrail", HOUR);
    let held = part::parts(&platform.aws, &platform.index(), &partition).await.expect("parts");
    assert_eq!(held[0].holds.len(), 2);
    platform.aws.put(&own, bytes, Put::default()).await.expect("is put");
    let told = platform.verify().await;
    let wrong: Vec<_> = told.wrong.iter().map(|wrong| (wrong.fault, wrong.object.ends_with("one.json.gz"))).collect();
    assert_eq!(wrong, [(Fault::Twice, true)]);
    platform.aws.delete(&own).await.expect("is deleted");
    platform.aws.delete(&held[0].object.id).await.expect("is deleted");
    let told = platform.verify().await;
    assert_eq!(told.wrong.iter().map(|wrong| wrong.fault).collect::<Vec<_>>(), [Fault::Missing, Fault::Missing]);
    platform.lab.stop().await;
}

/// Runs a worker that merges whatever lies there, until `is_enough`.
async fn keep(platform: &Platform, mut is_enough: impl AsyncFnMut(&Worker) -> bool) {
    let upkeep = Upkeep { older_than: SignedDuration::ZERO, every: Duration::from_millis(100) };
    let wait = SignedDuration::from_secs(1);
    let options = WorkerOptions { wait, upkeep: Some(upkeep), ..WorkerOptions::default() };
    let profile = Arc::new(platform.profile.clone());
    let worker = Worker::new(platform.aws.clone(), profile, platform.consumer().clone(), options);
    let shutdown = CancellationToken::new();
    let running = tokio::spawn({
        let (worker, shutdown) = (worker.clone(), shutdown.clone());
        async move { worker.run(shutdown).await }
    });
    let since = Instant::now();
    while !is_enough(&worker).await {
        assert!(since.elapsed() < Duration::from_mins(1), "{:?}", worker.tally());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    shutdown.cancel();
    running.await.expect("no panic").expect("no error");
    // A worker that is stopped while it takes the lease may leave it for some minutes.
    platform.aws.delete(&ObjectId::new("index", LEASE)).await.expect("is deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_merges_what_it_and_others_have_written() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    platform.put(&trail_key(1, "one"), users(&["ann", "bob"])).await;
    platform.put(&trail_key(2, "two"), users(&["cy"])).await;
    platform.work(&platform.profile, 3).await;
    assert_eq!(platform.files().await, 4);
    keep(&platform, async |_| platform.files().await == 2).await;
    // What comes later is merged too.
    platform.put(&trail_key(3, "three"), users(&["dee"])).await;
    keep(&platform, async |worker| worker.tally().processed == 1 && platform.files().await == 2).await;
    let wanted = pairs(&[("one", &["ann", "bob"]), ("three", &["dee"]), ("two", &["cy"])]);
    assert_eq!((platform.records().await, platform.users().await), (wanted.clone(), wanted));
    assert_eq!(platform.verify().await.wrong, []);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_the_lease_merges_and_what_cannot_be_merged_stops_no_event() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    platform.put(&trail_key(1, "one"), users(&["ann"])).await;
    platform.put(&trail_key(2, "two"), users(&["bob"])).await;
    platform.work(&platform.profile, 3).await;
    let lease = ObjectId::new("index", LEASE);
    let told = |until: Timestamp| Bytes::from(format!("{{\"until\":\"{until}\",\"by\":\"another\"}}"));
    let later = Timestamp::now() + SignedDuration::from_hours(1);
    platform.aws.put(&lease, told(later), Put::default()).await.expect("is put");
    platform.put(&trail_key(3, "three"), users(&["cy"])).await;
    keep(&platform, async |worker| worker.tally().processed == 1).await;
    assert_eq!(platform.files().await, 6, "somebody else merges");

    // Its time is over, and one hour cannot be merged.
    platform.aws.put(&lease, told(Timestamp::now()), Put::default()).await.expect("is put");
    let broken = ObjectId::new("index", format!("scops/records/source=cloudtrail/dt={HOUR}/compacted-0000.parquet"));
    platform.aws.put(&broken, Bytes::from_static(b"no Parquet"), Put::default()).await.expect("is put");
    platform.put(&trail_key(4, "four"), users(&["dee"])).await;
    let terms = async || platform.keys("index", "scops/terms/").await.len();
    keep(&platform, async |worker| worker.tally().processed == 1 && terms().await == 1).await;
    platform.aws.delete(&broken).await.expect("is deleted");
    keep(&platform, async |_| platform.files().await == 2).await;
    assert_eq!(platform.verify().await.wrong, []);
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_are_processed_again_at_once_are_there_once() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    let key = |number: usize| trail_key(1, &format!("o{number}"));
    for number in 0..8 {
        platform.put(&key(number), users(&["ann"])).await;
    }
    platform.work(&platform.profile, 9).await;
    platform.compact_all(&platform.aws).await;
    for number in 0..8 {
        platform.put(&key(number), users(&["bob"])).await;
    }
    platform.work(&platform.profile, 8).await;
    let names: Vec<String> = (0..8).map(|number| format!("o{number}")).collect();
    let wanted: Vec<_> = names.iter().map(|name| (name.clone(), "bob".to_owned())).collect();
    assert_eq!((platform.records().await, platform.users().await), (wanted.clone(), wanted));
    let held = part::parts(&platform.aws, &platform.index(), &Partition::terms(HOUR)).await.expect("parts");
    assert!(held.iter().all(|part| part.holds.is_empty()), "{held:?}");
    assert_eq!(platform.verify().await.wrong, []);
    platform.lab.stop().await;
}

/// A wire to the lab that dies at the request that changes something for the `at`-th time, before or after it is done.
struct Wire {
    endpoint: String,
    plan: Arc<Mutex<Plan>>,
    death: Arc<Notify>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Plan {
    at: Option<usize>,
    is_after: bool,
    seen: usize,
    is_dead: bool,
}

impl Wire {
    async fn start(lab: &Lab) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let (plan, death) = (Arc::<Mutex<Plan>>::default(), Arc::new(Notify::new()));
        let target = lab.endpoint().trim_start_matches("http://").to_owned();
        let told = (Arc::clone(&plan), Arc::clone(&death));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, target.clone(), Arc::clone(&told.0), Arc::clone(&told.1)));
            }
        });
        Self { endpoint, plan, death }
    }

    fn aws(&self, lab: &Lab) -> Aws {
        Aws::new(Connection {
            region: lab.region().to_owned(),
            endpoint: Some(self.endpoint.clone()),
            profile: None,
            keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
        })
    }

    /// Does work until it is done or the wire dies; true where it was done.
    async fn run(&self, at: Option<usize>, is_after: bool, work: impl Future<Output = ()>) -> bool {
        *self.plan.lock().expect("is not poisoned") = Plan { at, is_after, ..Plan::default() };
        tokio::select! {
            () = work => true,
            () = self.death.notified() => false,
        }
    }

    fn seen(&self) -> usize {
        self.plan.lock().expect("is not poisoned").seen
    }
}

/// Carries requests one by one; each says how long it is.
async fn carry(mut stream: TcpStream, target: String, plan: Arc<Mutex<Plan>>, death: Arc<Notify>) -> Option<()> {
    loop {
        let (head, body) = message(&mut stream).await?;
        let first = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
        let is_change = first.starts_with("PUT ") || first.starts_with("DELETE ");
        let fate = {
            let mut plan = plan.lock().expect("is not poisoned");
            if plan.is_dead {
                return None;
            }
            plan.seen += usize::from(is_change);
            plan.is_dead = is_change && plan.at == Some(plan.seen);
            (is_change && plan.at == Some(plan.seen)).then_some(plan.is_after)
        };
        if fate == Some(false) {
            death.notify_one();
            return None;
        }
        let mut server = TcpStream::connect(&target).await.ok()?;
        server.write_all(&head).await.ok()?;
        server.write_all(&body).await.ok()?;
        if first.starts_with("HEAD ") {
            let head = head_of(&mut server).await?;
            stream.write_all(&head).await.ok()?;
            continue;
        }
        let (head, body) = message(&mut server).await?;
        if fate == Some(true) {
            death.notify_one();
            return None;
        }
        stream.write_all(&head).await.ok()?;
        stream.write_all(&body).await.ok()?;
    }
}

async fn head_of(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
        if head.ends_with(b"\r\n\r\n") && head.starts_with(b"HTTP/1.1 100") {
            head.clear();
        }
    }
    // Nobody waits for leave to go on: the body comes by itself.
    let text = String::from_utf8_lossy(&head).into_owned();
    let lines = text.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("expect:"));
    Some(lines.collect::<Vec<_>>().join("\r\n").into_bytes())
}

async fn message(stream: &mut TcpStream) -> Option<(Vec<u8>, Vec<u8>)> {
    let head = head_of(stream).await?;
    let text = String::from_utf8_lossy(&head).to_ascii_lowercase();
    let told = |name: &str| text.lines().find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()));
    let mut body = Vec::new();
    if told("transfer-encoding:").as_deref() == Some("chunked") {
        while !body.ends_with(b"0\r\n\r\n") {
            body.push(stream.read_u8().await.ok()?);
        }
    } else {
        let length: usize = told("content-length:").and_then(|length| length.parse().ok()).unwrap_or(0);
        body.resize(length, 0);
        stream.read_exact(&mut body).await.ok()?;
    }
    Some((head, body))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compaction_that_dies_at_any_step_loses_nothing_and_the_next_mends_it() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    let wire = Wire::start(&platform.lab).await;
    let keys = [trail_key(1, "one"), trail_key(2, "two"), trail_key(3, "three")];
    let mut steps = 0;
    for round in 0..100 {
        // A merged file that one object has left, and three files beside it.
        let people = [format!("a{round}"), format!("b{round}"), format!("c{round}")];
        for (key, user) in keys.iter().zip(&people) {
            platform.put(key, users(&[user, "same"])).await;
        }
        platform.work(&platform.profile, 3).await;
        let wanted =
            pairs(&[("one", &[&people[0], "same"]), ("three", &[&people[2], "same"]), ("two", &[&people[1], "same"])]);
        assert_eq!(platform.records().await, wanted, "round {round}");

        // What a request has done before its answer is lost is what the next one finds when it is not sent.
        let at = round + 1;
        let aws = wire.aws(&platform.lab);
        let is_done = Box::pin(wire.run(Some(at), false, platform.compact_through(&aws))).await;
        let seen: BTreeSet<_> = platform.records().await.into_iter().collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), wanted, "none is lost, dead at {at}");
        let told = platform.compact_all(&platform.aws).await;
        assert_eq!((platform.records().await, platform.users().await), (wanted.clone(), wanted), "{told:?}");
        assert_eq!(platform.files().await, 2);
        if is_done {
            steps = wire.seen();
            break;
        }
    }
    assert!((8..50).contains(&steps), "every step of a compaction was its last: {steps}");
    assert_eq!(platform.verify().await.wrong, []);
    platform.lab.stop().await;
}

/// What happens next.
#[derive(Debug, Clone)]
enum Act {
    /// An object arrives, or another under its key, with so many records; it is processed.
    Put(usize, Vec<u8>),
    /// An object is processed again.
    Again(usize),
    /// The small files are merged; dying at a step, where one is named.
    Compact(Option<(usize, bool)>),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0_usize..4, prop::collection::vec(0_u8..5, 1..4)).prop_map(|(key, users)| Act::Put(key, users)),
        2 => (0_usize..4).prop_map(Act::Again),
        3 => prop::option::of((1_usize..12, any::<bool>())).prop_map(Act::Compact),
    ]
}

/// However objects come, come again, are merged, and merging dies: the index is the records of each object's newest
/// version. Until the next merging that is not cut short some may be there twice; none is ever missing.
#[test]
fn the_index_is_the_records_of_the_newest_versions_once() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let mut runner =
        TestRunner::new(Config { cases: 4, max_shrink_iters: 20, failure_persistence: None, ..Config::default() });
    let acts = prop::collection::vec(act(), 4..9);
    let done = runner.run(&acts, |acts| {
        runtime.block_on(async {
            let platform = Platform::start().await;
            platform.make_tables().await;
            platform.work(&platform.profile, 1).await;
            let wire = Wire::start(&platform.lab).await;
            let mut wanted: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for act in acts {
                let key = |number: usize| trail_key(1, &format!("o{number}"));
                match act {
                    Act::Put(number, told) => {
                        let told: BTreeSet<String> = told.iter().map(|user| format!("u{user}")).collect();
                        let names: Vec<&str> = told.iter().map(String::as_str).collect();
                        platform.put(&key(number), users(&names)).await;
                        platform.work(&platform.profile, 1).await;
                        wanted.insert(format!("o{number}"), told);
                    }
                    Act::Again(number) if wanted.contains_key(&format!("o{number}")) => {
                        platform.process_again(&key(number)).await;
                    }
                    Act::Again(_) => {}
                    Act::Compact(death) => {
                        let aws = wire.aws(&platform.lab);
                        let (at, is_after) = death.map_or((None, false), |(at, is_after)| (Some(at), is_after));
                        Box::pin(wire.run(at, is_after, platform.compact_through(&aws))).await;
                    }
                }
                let all: Vec<_> =
                    wanted.iter().flat_map(|(o, users)| users.iter().map(|u| (o.clone(), u.clone()))).collect();
                let seen: BTreeSet<_> = platform.records().await.into_iter().collect();
                prop_assert_eq!(
                    seen.into_iter().collect::<Vec<_>>(),
                    all,
                    "none is missing, none is of an old version"
                );
            }
            platform.compact_all(&platform.aws).await;
            let all: Vec<_> =
                wanted.iter().flat_map(|(o, users)| users.iter().map(|u| (o.clone(), u.clone()))).collect();
            prop_assert_eq!(platform.records().await, all.clone());
            prop_assert_eq!(platform.users().await, all);
            platform.lab.stop().await;
            Ok(())
        })
    });
    done.expect("holds");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rules_of_the_index_leave_other_rules_of_the_bucket_alone() {
    let platform = Platform::start().await;
    let put = |id: &str, prefix: &str, days| (id.to_owned(), prefix.to_owned(), days);
    platform.aws.put_expiry("index", &[put("others", "reports/", 30)]).await.expect("is put");
    for days in [400, 90] {
        let rules = [put("scops-records", "scops/records/", days), put("scops-terms", "scops/terms/", days)];
        platform.aws.put_expiry("index", &rules).await.expect("is put");
    }
    let mut kept = platform.aws.lifecycle("index").await.expect("rules");
    kept.sort_by(|a, b| a.prefix.cmp(&b.prefix));
    let told: Vec<_> = kept.into_iter().map(|rule| (rule.prefix, rule.expires)).collect();
    let days = |days| Some(domain::When::Days(days));
    let wanted = [("reports/", days(30)), ("scops/records/", days(90)), ("scops/terms/", days(90))];
    assert_eq!(told, wanted.map(|(prefix, days)| (prefix.to_owned(), days)));
    platform.lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_compacts_verifies_and_bounds_the_index() {
    let platform = Platform::start().await;
    platform.make_tables().await;
    for (minute, name) in [(1, "one"), (2, "two")] {
        platform.put(&trail_key(minute, name), users(&["ann"])).await;
    }
    platform.work(&platform.profile, 3).await;
    let home = crate::program::Home::new();
    let config = |more: &str| {
        home.write(
            "config.toml",
            format!(
                "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\n{more}\
                 credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
                 [[profiles.lab.sources]]\nname = \"cloudtrail\"\nbucket = \"logs\"\nformat = \"cloudtrail\"\n\
                 layout = \"AWSLogs/{{account}}/CloudTrail/{{region}}/{{yyyy}}/{{MM}}/{{dd}}/\"\n\
                 [[profiles.lab.consumers]]\nname = \"indexer\"\nidempotent = true\nqueue_url = \"{}\"\n\
                 receipts = \"s3://index/receipts/indexer/\"\n\
                 [profiles.lab.index]\nlocation = \"s3://index/scops/\"\noutput = \"s3://index/results/\"\n\
                 retention_days = 90\n",
                platform.lab.endpoint(),
                platform.lab.access_key_id(),
                platform.lab.secret_access_key(),
                platform.consumer().input.place(),
            ),
        );
    };
    let scops = |words: &[&str]| {
        tokio::task::block_in_place(|| home.run(&[&["--config", "config.toml", "index"], words].concat()))
    };
    config("read_only = true\n");
    for words in [&["compact"][..], &["retention", "--put"]] {
        let ended = scops(words);
        assert_eq!(ended.code(), 2, "{}", ended.stderr());
        assert!(ended.stderr().contains("read-only"), "{}", ended.stderr());
    }
    let ended = scops(&["compact", "--older-than", "0", "--dry-run"]);
    assert!(ended.stderr().contains("4 files of 2 of 2 partitions would be merged at most"), "{}", ended.stderr());
    config("");
    let ended = scops(&["compact", "--older-than", "0"]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    assert!(ended.stdout().contains("terms/dt=2026-11-23-01: 2 files, "), "{}", ended.stdout());
    let range = "2026-11-23 00:00..2026-11-24 00:00";
    let ended = scops(&["verify", "--range", range]);
    assert_eq!((ended.code(), ended.stdout()), (0, String::new()), "{}", ended.stderr());
    assert!(ended.stderr().contains("2 objects with 4 files compared, 0 wrong"), "{}", ended.stderr());

    let held = platform.keys("index", "scops/records/").await;
    platform.aws.delete(&ObjectId::new("index", &held[0])).await.expect("is deleted");
    let ended = scops(&["verify", "--range", range, "-o", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ended.stdout()).expect("JSON");
    assert_eq!((ended.code(), told["wrong"][0]["fault"].as_str()), (1, Some("missing")), "{told}");

    let ended = scops(&["retention"]);
    assert_eq!(ended.code(), 1, "{}", ended.stdout());
    assert!(ended.stdout().contains("s3://index/scops/terms/: kept for ever; wanted: 90 d"), "{}", ended.stdout());
    let ended = scops(&["retention", "--put"]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    assert!(ended.stdout().contains("s3://index/scops/compacted/: kept 92 d; wanted: 92 d"), "{}", ended.stdout());
    platform.lab.stop().await;
}
