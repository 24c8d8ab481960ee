//! Searches over the wire: a worker indexes, the lab's Athena answers, through the AWS SDK.

mod agree;
mod export;
mod faults;
mod orphans;
mod why;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::SignedDuration;
use scops::aws::{Aws, Connection, Put, QueueSettings};
use scops::domain::{
    ByteSize, Consumer, Envelope, Expression, Index, Input, Location, Means, ObjectId, Pace, Profile, Query,
    QueryPhase, ReplayRules, ResultTable, Source, TimeRange,
};
use scops::inventory::Inventory;
use scops::search::meter::Meter;
use scops::search::plan::{self, Left, News};
use scops::search::{self, SearchError};
use scops::worker::{Worker, WorkerOptions, ddl};
use scops_lab::{Lab, LabOptions};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A lab with an index over three objects.
struct Platform {
    aws: Aws,
    index: Index,
    inventory: Inventory,
    _lab: Lab,
    _folder: TempDir,
}

const TRAIL: &str = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/o'neill_20261123T0131Z_x.json";
const APP: &str = "app/dt=2026-11-23-02/a b+c.jsonl";

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
        for bucket in ["logs", "index"] {
            aws.create_bucket(bucket).await.expect("a bucket");
        }
        let settings = QueueSettings {
            visibility: SignedDuration::from_secs(30),
            retention: SignedDuration::from_hours(24),
            dead_letter: None,
        };
        let queue_url = aws.create_queue("indexer", &settings).await.expect("a queue");
        let arn = aws.queue_arn(&queue_url).await.expect("an ARN");
        aws.put_notification("logs", "", &arn).await.expect("is set");
        let profile = profile(queue_url);
        let index = profile.index.clone().expect("an index");
        for statement in ddl(&index, &profile.sources) {
            search::run_to_end(&aws, &index, &statement).await.expect("is made");
        }
        let inventory = Inventory::new(aws.clone(), Arc::new(profile.clone()));
        let platform = Self { aws, index, inventory, _lab: lab, _folder: folder };
        Box::pin(platform.fill(profile)).await;
        platform
    }

    /// One object whose records share a line, one with a record on each, and has them indexed.
    async fn fill(&self, profile: Profile) {
        let record = |minute: u32, address: &str| {
            serde_json::json!({ "eventVersion": "1.11", "eventTime": format!("2026-11-23T01:{minute:02}:07Z"),
                "eventName": "ConsoleLogin", "eventSource": "signin.amazonaws.com", "sourceIPAddress": address,
                "userIdentity": { "type": "IAMUser", "userName": "o'neill" } })
        };
        let records = [record(31, "203.0.113.7"), record(32, "198.51.100.1"), record(33, "203.0.113.7")];
        let trail = serde_json::json!({ "Records": records }).to_string();
        let app = "{\"time\":\"2026-11-23T02:00:01Z\",\"client\":\"10.0.0.1\",\"msg\":\"in\"}\n\
                   {\"time\":\"2026-11-23T02:00:02Z\",\"client\":\"203.0.113.7\",\"peer\":\"203.0.113.7\",\"msg\":\"50%_off\"}\n\
                   {\"time\":\"2026-11-23T02:00:03Z\",\"client\":\"192.0.\u{200b}2.9\",\"msg\":\"ro\u{ad}ot \u{e0041}logs in\"}\n";
        for (key, body) in [(TRAIL, trail), (APP, app.to_owned())] {
            self.aws.put(&ObjectId::new("logs", key), Bytes::from(body), Put::default()).await.expect("is put");
        }
        let consumer = profile.consumers[0].clone();
        let options = WorkerOptions { wait: SignedDuration::from_secs(1), ..WorkerOptions::default() };
        let worker = Worker::new(self.aws.clone(), Arc::new(profile), consumer, options);
        let shutdown = CancellationToken::new();
        let running = tokio::spawn({
            let (worker, shutdown) = (worker.clone(), shutdown.clone());
            async move { worker.run(shutdown).await }
        });
        let since = Instant::now();
        while worker.tally().processed < 2 {
            assert!(since.elapsed() < Duration::from_mins(1), "{:?}", worker.tally());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        shutdown.cancel();
        running.await.expect("no panic").expect("no error");
    }

    async fn search(&self, query: &Query) -> Vec<scops::domain::Hit> {
        let mut phases = Vec::new();
        let found =
            search::search(&self.aws, &self.index, query, |status| phases.push(status.phase)).await.expect("succeeds");
        assert_eq!((found.status.phase, phases.last()), (QueryPhase::Succeeded, Some(&QueryPhase::Succeeded)));
        found.hits
    }
}

fn profile(queue_url: String) -> Profile {
    let below = |prefix: &str| Location { bucket: "index".into(), prefix: prefix.into() };
    let source = |name: &str, layout: &str, format: &str| Source {
        name: name.into(),
        bucket: "logs".into(),
        layout: layout.parse().expect("a layout"),
        format: Some(format.into()),
        late_after: SignedDuration::from_mins(15),
        accept: None,
        maintenance: Vec::new(),
    };
    Profile {
        formats: scops_parser::Formats::default().into(),
        rules: scops::domain::RuleBook::default(),
        name: "test".into(),
        account: None,
        region: "us-east-1".into(),
        endpoint: None,
        is_read_only: false,
        replay: ReplayRules::default(),
        sources: vec![
            source("cloudtrail", "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", "cloudtrail"),
            source("app", "app/dt={yyyy}-{MM}-{dd}-{HH}/", "json"),
        ],
        consumers: vec![Consumer {
            name: "indexer".into(),
            input: Input::Queue(queue_url),
            envelope: Envelope::default(),
            dead_letter_url: None,
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            receipts: Some(below("receipts/")),
            failures: Some(below("failures/")),
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        }],
        audit: None,
        tables: agree::tables(),
        index: Some(Index {
            location: below("scops/"),
            database: "scops".into(),
            workgroup: "primary".into(),
            output: Some(below("results/")),
            retention_days: None,
        }),
    }
}

fn query(value: &str) -> Query {
    let at = |text: &str| text.parse().expect("a time");
    let range = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T03:00:00Z"));
    Query { expression: Expression::term(value), sources: Vec::new(), range, limit: 100 }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_found_across_sources_and_leads_to_its_records() {
    let platform = Platform::start().await;
    let hits = platform.search(&query("203.0.113.7")).await;
    let shown: Vec<_> = hits.iter().map(|hit| (hit.source.as_str(), hit.object.key.as_str(), hit.line)).collect();
    assert_eq!(shown, [("cloudtrail", TRAIL, 1), ("cloudtrail", TRAIL, 1), ("app", APP, 2)]);
    assert!(hits[0].span.start < hits[0].span.end && hits[0].span.end <= hits[1].span.start, "{hits:?}");
    assert_eq!(hits[0].time.map(|time| time.to_string()).as_deref(), Some("2026-11-23T01:31:07Z"));
    assert_eq!(hits[1].time.map(|time| time.to_string()).as_deref(), Some("2026-11-23T01:33:07Z"));
    assert!(hits[0].message.contains("ConsoleLogin"), "{hits:?}");
    assert_eq!(hits[2].fields, ["client", "peer"]);

    let only = Query { sources: vec!["app".into()], ..query("203.0.113.7") };
    assert_eq!(platform.search(&only).await.len(), 1);
    let newest = Query { limit: 1, ..query("203.0.113.7") };
    assert_eq!(platform.search(&newest).await[0].object.key, APP);
    let mut earlier = query("203.0.113.7");
    earlier.range.end = "2026-11-23T01:32:00Z".parse().expect("a time");
    assert_eq!(platform.search(&earlier).await.len(), 1);

    // Values are only ever values.
    assert_eq!(platform.search(&query("o'neill")).await.len(), 3);
    assert_eq!(platform.search(&query("50%_off")).await.len(), 1);
    for value in ["'; DROP TABLE terms; --", "' OR '1'='1", "203.0.113.%", "203.0.113._", "\"", "\\"] {
        assert!(platform.search(&query(value)).await.is_empty(), "{value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_estimate_bounds_what_is_scanned() {
    let platform = Platform::start().await;
    let query = query("203.0.113.7");
    let estimate = search::estimate(&platform.aws, &platform.index, &query).await.expect("an estimate");
    assert_eq!(estimate.objects, 4, "records and terms of two hours");
    assert!(estimate.dollars > 0.0 && estimate.sql.contains("'203.0.113.7'"));
    let status = search::search(&platform.aws, &platform.index, &query, |_| {}).await.expect("succeeds").status;
    assert!(status.scanned.bytes() > 0 && status.scanned <= estimate.bytes, "{} of {}", status.scanned, estimate.bytes);

    let mut later = query.clone();
    later.range.start = "2026-11-23T02:00:00Z".parse().expect("a time");
    let estimate = search::estimate(&platform.aws, &platform.index, &later).await.expect("an estimate");
    assert_eq!(estimate.objects, 2);
    let trouble =
        search::estimate(&platform.aws, &platform.index, &Query { expression: Expression::term("a\0"), ..later }).await;
    assert!(trouble.expect_err("is refused").to_string().contains("control character U+0000"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_gives_its_rows_or_says_why_not() {
    let platform = Platform::start().await;
    let sql = "SELECT source, count(*) AS records FROM records GROUP BY source ORDER BY source";
    let (table, status) = search::query(&platform.aws, &platform.index, sql).await.expect("succeeds");
    let cell = |text: &str| Some(text.to_owned());
    let expected = ResultTable {
        columns: vec!["source".into(), "records".into()],
        types: vec!["varchar".into(), "bigint".into()],
        rows: vec![vec![cell("app"), cell("3")], vec![cell("cloudtrail"), cell("3")]],
    };
    assert_eq!((table, status.phase), (expected, QueryPhase::Succeeded));

    let error = search::query(&platform.aws, &platform.index, "SELECT nothing FROM nowhere").await;
    let error = error.expect_err("fails");
    assert!(matches!(error, SearchError::Ended(_) | SearchError::Aws(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_nobody_waits_for_is_stopped() {
    let platform = Platform::start().await;
    let sql = "SELECT count(*) FROM records a, records b, records c, records d, records e, records f, records g, records h, \
               records i, records j, records k, records l WHERE a.line + b.line + c.line + l.line > 1000000";
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let running = search::run::query_telling(&platform.aws, &platform.index, sql, move |status| {
        let _ = told.send(status.clone());
    });
    let id = tokio::select! {
        result = running => panic!("twelve tables take longer than a look: {result:?}"),
        status = heard.recv() => status.expect("a status").id,
    };
    let since = Instant::now();
    loop {
        let status = platform.aws.query_status(&id).await.expect("a status");
        if status.phase.is_final() {
            assert_eq!(status.phase, QueryPhase::Cancelled);
            break;
        }
        assert!(since.elapsed() < Duration::from_secs(10), "{status:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Object and place of what a search finds by these means, and what it was told of.
async fn carried_out(platform: &Platform, query: &Query, means: Means) -> (Vec<(String, u64)>, plan::Ended) {
    let prospect = plan::plan(&platform.aws, &platform.inventory, query, Pace::default()).await.expect("a plan");
    let (left, mut found) = (Left::default(), Vec::new());
    let ended = plan::carry_out(&platform.aws, &platform.inventory, prospect, means, &left, |news| match news {
        News::Hits(hits) => found.extend(hits.into_iter().map(|hit| (hit.object.key, hit.span.start))),
        News::Flaw(object, cause) => panic!("{object}: {cause}"),
        News::Athena(_) | News::Scan(_) => {}
    });
    let ended = ended.await.expect("succeeds");
    found.sort();
    (found, ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_indexed_yet_is_read_beside_the_index() {
    let platform = Platform::start().await;
    let new = "app/dt=2026-11-23-02/new.jsonl";
    let body = "{\"time\":\"2026-11-23T02:30:01Z\",\"client\":\"203.0.113.7\"}\n";
    platform.aws.put(&ObjectId::new("logs", new), Bytes::from(body), Put::default()).await.expect("is put");

    let query = query("203.0.113.7");
    let plan = plan::plan(&platform.aws, &platform.inventory, &query, Pace::default()).await.expect("a plan").plan;
    let unindexed = plan.unindexed.expect("is known");
    assert_eq!((unindexed.objects, plan.scan.as_ref().map(|scan| scan.objects)), (1, Ok(3)), "{plan:?}");
    assert!(plan.indexed_to.is_some_and(|time| time.to_string().starts_with("2026-11-23T02:")), "{plan:?}");

    let (by_index, ended) = carried_out(&platform, &query, Means::Index).await;
    assert_eq!(ended.scanned.map(|scanned| scanned.objects), Some(1));
    let (by_scan, ended) = carried_out(&platform, &query, Means::Scan).await;
    assert_eq!((ended.status, ended.scanned.map(|scanned| scanned.objects)), (None, Some(3)));
    assert_eq!(by_index, by_scan);
    assert!(by_index.len() == 4 && by_index.iter().any(|(key, _)| key == new), "{by_index:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_hours_are_read_as_they_lie_where_that_is_faster() {
    let platform = Platform::start().await;
    let query = query("203.0.113.7");
    let slow = Pace { opened: 10.0, ..Pace::default() };
    let plan = async |pace| plan::plan(&platform.aws, &platform.inventory, &query, pace).await.expect("a plan");
    let usual = plan(Pace::default()).await.plan;
    let prospect = plan(slow).await;
    let (from, recent) = prospect.plan.recent.expect("files are dear");
    assert_eq!((from.to_string(), usual.recent), ("2026-11-23T02:00:00Z".into(), None));
    let files = |plan: &scops::domain::SearchPlan| plan.index.as_ref().map_or(0, |index| index.objects);
    assert!(recent.objects > 0 && files(&prospect.plan) < files(&usual), "{:?}", prospect.plan);
    assert!(prospect.plan.index.as_ref().is_ok_and(|index| index.sql.contains("AND '2026-11-23-01'")));

    let (left, mut found) = (Left::default(), Vec::new());
    let ended = plan::carry_out(&platform.aws, &platform.inventory, prospect, Means::Index, &left, |news| {
        if let News::Hits(hits) = news {
            found.extend(hits.into_iter().map(|hit| (hit.object.key, hit.span.start)));
        }
    });
    let ended = ended.await.expect("succeeds");
    found.sort();
    assert_eq!(found, carried_out(&platform, &query, Means::Index).await.0, "each once, and none is missing");
    assert_eq!(ended.scanned.map(|scanned| scanned.objects), Some(recent.objects));
    assert_eq!(ended.runs.len(), 2, "{:?}", ended.runs);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stopped_search_has_read_is_asked_for() {
    let platform = Platform::start().await;
    let query = query("203.0.113.7");
    let prospect = plan::plan(&platform.aws, &platform.inventory, &query, Pace::default()).await.expect("a plan");
    let (meter, left) = (Meter::default(), Left::default());
    assert_eq!(meter.cost(&platform.aws).await, None, "nothing was told yet");
    let (told, heard) = tokio::sync::oneshot::channel();
    let mut told = Some(told);
    let hearing = meter.clone();
    let running = plan::carry_out(&platform.aws, &platform.inventory, prospect, Means::Index, &left, move |news| {
        hearing.hear(&news);
        if let Some(told) = told.take() {
            let _ = told.send(());
        }
    });
    tokio::select! {
        biased;
        _ = heard => {}
        ended = running => panic!("it is stopped at its first word: {ended:?}"),
    }
    let cost = meter.cost(&platform.aws).await.expect("Athena tells");
    assert!(cost.bytes < ByteSize::mib(1) && cost.dollars > 0.0, "{cost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_was_stopped_or_cut_goes_on_where_it_stood() {
    let platform = Platform::start().await;
    let query = Query { limit: 1, ..query("203.0.113.7") };
    let left = Left::default();
    let mut found = Vec::new();
    let prospect = plan::plan(&platform.aws, &platform.inventory, &query, Pace::default()).await.expect("a plan");
    let most = prospect.plan.most(Means::Scan).expect("is known");
    let telling = |news, found: &mut Vec<(String, u64)>| {
        if let News::Hits(hits) = news {
            found.extend(hits.into_iter().map(|hit| (hit.object.key, hit.span.start)));
        }
    };
    let (aws, inventory) = (&platform.aws, &platform.inventory);
    let ended = plan::carry_out(aws, inventory, prospect, Means::Scan, &left, |news| telling(news, &mut found)).await;
    let ended = ended.expect("succeeds");
    assert!(ended.is_cut && ended.can_go_on && found.len() == 1, "{ended:?} {found:?}");
    assert!(ended.told(Duration::ZERO).cost.bytes <= most.bytes);
    let other = Query { limit: 2, ..query.clone() };
    assert!(left.take(&other).is_none(), "it is of another search");
    loop {
        let Some(rest) = left.take(&query) else { break };
        let before = found.len();
        let ended = plan::go_on(aws, inventory, rest, &left, |news| telling(news, &mut found)).await.expect("succeeds");
        assert!(found.len() <= before + 1 && ended.can_go_on == (found.len() > before), "{ended:?}");
    }
    found.sort();
    let all = carried_out(&platform, &Query { limit: 100, ..query }, Means::Scan).await.0;
    assert_eq!(found, all, "each once, and none is missing");
}
