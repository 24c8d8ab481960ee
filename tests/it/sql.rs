//! Statements over the wire: tables over logs as they lie, parameters, rows by pages, history; and the program's own way.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::SignedDuration;
use scops::aws::{Aws, Connection, Put};
use scops::domain::statement::Parameters;
use scops::domain::{Index, Location, ObjectId, Place, Profile, QueryPhase, ReplayRules, Source, Statement, TimeRange};
use scops::search::{run, statement, tables};
use scops_lab::{Lab, LabOptions};

use crate::program::Home;

/// A lab with two buckets and a database.
struct Platform {
    aws: Aws,
    lab: Lab,
    _folder: tempfile::TempDir,
}

fn range() -> TimeRange {
    let at = |text: &str| text.parse().expect("a time");
    TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-24T00:00:00Z"))
}

fn place() -> Place {
    let output = Location { bucket: "platform".into(), prefix: "results/".into() };
    Place { workgroup: "primary".into(), database: Some("scops".into()), output: Some(output) }
}

fn source(name: &str, format: &str, layout: &str) -> Source {
    Source {
        name: name.into(),
        bucket: "logs".into(),
        layout: layout.parse().expect("a layout"),
        format: Some(format.into()),
        late_after: SignedDuration::from_mins(15),
        accept: None,
        maintenance: Vec::new(),
    }
}

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
        for bucket in ["logs", "platform"] {
            aws.create_bucket(bucket).await.expect("a bucket");
        }
        let platform = Self { aws, lab, _folder: folder };
        platform.run("CREATE DATABASE scops").await;
        platform
    }

    async fn put(&self, key: &str, body: impl Into<Bytes>) {
        self.aws.put(&ObjectId::new("logs", key), body.into(), Put::default()).await.expect("is put");
    }

    /// Runs a statement, and gives the first cell of each of its rows.
    async fn run(&self, sql: &str) -> Vec<String> {
        let asked = Statement { sql: sql.into(), place: place(), ..Statement::default() };
        let execution =
            statement::run(&self.aws, &asked, |_| {}).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let rows = run::rows(&self.aws, execution.id()).await.expect("rows").rows;
        rows.into_iter().map(|row| row.into_iter().next().flatten().unwrap_or_default()).collect()
    }

    fn profile(&self, sources: Vec<Source>) -> Arc<Profile> {
        Arc::new(Profile {
            formats: scops_parser::Formats::default().into(),
            rules: scops::domain::RuleBook::default(),
            name: "lab".into(),
            account: None,
            region: "us-east-1".into(),
            endpoint: Some(self.lab.endpoint().to_owned()),
            is_read_only: false,
            replay: ReplayRules::default(),
            sources,
            consumers: Vec::new(),
            audit: None,
            tables: scops::domain::Tables::default(),
            index: None::<Index>,
        })
    }
}

const ALB: &str = r#"h2 2026-11-23T01:00:00.186641Z app/shop/50dc6c495c0c9188 10.0.1.252:48160 10.0.0.66:9000 0.000 0.002 0.000 200 200 5 257 "GET https://10.0.2.105:773/ HTTP/2.0" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337327-72bd00b0343d75b906739c42" "-" "-" 1 2018-07-02T22:22:48.364000Z "redirect" "https://example.com:80/" "-" "10.0.0.66:9000" "200" "-" "-" TID_1
http 2026-11-23T01:00:01.186641Z app/shop/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_2 "a column of tomorrow"
"#;

const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T01:31:07Z","eventName":"ConsoleLogin","userIdentity":{"type":"Root","arn":"arn:aws:iam::111122223333:root"}},{"eventVersion":"1.11","eventTime":"2026-11-23T01:32:07Z","eventName":"AssumeRole"},{"eventVersion":"1.11","eventTime":"2026-11-23T01:33:07Z","eventName":"GetObject"}]}"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_each_documented_format_counts_the_records_of_its_objects() {
    let platform = Platform::start().await;
    let sample = |text: &str, expected: &str| (text.to_owned(), expected.lines().count());
    macro_rules! sample {
        ($name:literal) => {
            sample(
                include_str!(concat!("../../parser/src/formats/", $name, ".log")),
                include_str!(concat!("../../parser/src/formats/", $name, ".expected.ndjson")),
            )
        };
    }
    // The last line of this sample is cut short.
    let access = include_str!("../../parser/src/formats/s3access/access.log").lines().take(3);
    let access = (access.flat_map(|line| [line, "\n"]).collect::<String>(), 3);
    let day = "{yyyy}/{MM}/{dd}/";
    let cases = [
        (
            "cloudtrail",
            "AWSLogs/{account}/CloudTrail/{region}/",
            day,
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/a.json",
            (TRAIL.to_owned(), 3),
        ),
        (
            "vpcflow",
            "AWSLogs/{account}/vpcflowlogs/{region}/",
            day,
            "AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/23/a.log",
            sample!("vpcflow/default"),
        ),
        (
            "alb",
            "AWSLogs/{account}/elasticloadbalancing/{region}/",
            day,
            "AWSLogs/111122223333/elasticloadbalancing/eu-west-1/2026/11/23/a.log",
            (ALB.to_owned(), 2),
        ),
        ("waf", "waf/{acl}/", "{yyyy}/{MM}/{dd}/{HH}/{mm}/", "waf/front/2026/11/23/01/05/a.log", sample!("waf/acl")),
        ("s3access", "s3access/", "", "s3access/2026-11-23-01-00-00-A", access),
        (
            "cloudfront",
            "cloudfront/",
            "E1.{yyyy}-{MM}-{dd}-{HH}.",
            "cloudfront/E1.2026-11-23-01.a",
            sample!("cloudfront/standard"),
        ),
        (
            "json",
            "app/year={yyyy}/month={MM}/",
            "day={dd}/",
            "app/year=2026/month=11/day=23/a.json",
            ("{\"a\":1}\n{\"a\":2}\n".to_owned(), 2),
        ),
    ];
    for (format, before, after, key, (text, count)) in cases {
        let source = source(&format!("my {format}"), format, &format!("{before}{after}"));
        // In S3 a head of names is before the records, which the samples of the parser leave out.
        let head = if format == "vpcflow" { "version account-id interface-id\n" } else { "" };
        platform.put(key, format!("{head}{text}")).await;
        let sql = tables::create(&platform.aws, &source, "scops", range()).await.expect("a statement");
        platform.run(sql.trim_end().trim_end_matches(';')).await;
        let counted = platform.run(&format!("SELECT count(*) FROM my_{format}")).await;
        assert_eq!(counted, [count.to_string()], "{format}\n{sql}");
    }
    let read = platform.run("SELECT useridentity.type FROM my_cloudtrail WHERE region = 'us-east-1' AND day = '2026/11/23' AND eventname = 'ConsoleLogin'").await;
    assert_eq!(read, ["Root"]);
    assert_eq!(
        platform.run("SELECT json_extract_scalar(line, '$.a') FROM my_json WHERE day = '23' ORDER BY 1").await,
        ["1", "2"]
    );
    let known = platform.aws.tables("scops", 100).await.expect("tables");
    let waf = known.iter().find(|table| table.name == "my_waf").expect("listed");
    assert_eq!((waf.keys(), waf.is_projected), (vec!["acl".to_owned(), "minute".to_owned()], true));
    let weight = tables::weigh(&platform.aws, std::slice::from_ref(waf)).await.expect("weighed");
    assert_eq!((weight.objects, weight.is_whole), (1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_that_a_table_lacks_are_found_and_added() {
    let platform = Platform::start().await;
    let profile = platform.profile(vec![source("app", "json", "app/{region}/{yyyy}/{MM}/{dd}/")]);
    for key in ["app/eu/2026/11/23/a.json", "app/us/2026/11/23/a.json", "app/us/2026/11/22/old.json"] {
        platform.put(key, "{\"a\":1}\n").await;
    }
    platform
        .run(
            "CREATE EXTERNAL TABLE apps (a int) PARTITIONED BY (region string, dt string) \
             ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://logs/app/'",
        )
        .await;
    platform
        .run(
            "ALTER TABLE apps ADD PARTITION (region = 'eu', dt = '2026/11/23') LOCATION 's3://logs/app/eu/2026/11/23/'",
        )
        .await;
    let table = platform.aws.table("scops", "apps").await.expect("a table");
    let missing = || async {
        tables::missing_partitions(&platform.aws, &profile, &place(), &table, range()).await.expect("told")
    };
    let added = missing().await;
    assert_eq!(added.count, 1, "{}", added.sql);
    assert!(added.sql.contains("PARTITION (`region` = 'us', `dt` = '2026/11/23')"), "{}", added.sql);
    assert_eq!(platform.run("SELECT count(*) FROM apps").await, ["1"]);
    platform.run(added.sql.trim_end().trim_end_matches(';')).await;
    assert_eq!(platform.run("SELECT count(*) FROM apps").await, ["2"]);
    assert_eq!(missing().await.count, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_sent_beside_the_statement_and_old_results_are_read_again() {
    let platform = Platform::start().await;
    let typed = BTreeMap::from([("who".to_owned(), "x' OR 1=1 --".to_owned()), ("n".to_owned(), "3".to_owned())]);
    let text =
        "SELECT name, n FROM (VALUES ('x'' OR 1=1 --', 3), ('b', 3)) AS t (name, n) WHERE name = :who AND n = :n";
    let bound = Parameters::bind(text, &typed).expect("bound");
    let asked = Statement {
        sql: bound.sql,
        values: bound.values.iter().map(ToString::to_string).collect(),
        place: place(),
        reuse_minutes: Some(60),
    };
    let mut phases = Vec::new();
    let execution =
        statement::run(&platform.aws, &asked, |execution| phases.push(execution.status.phase)).await.expect("runs");
    assert_eq!((execution.status.phase, execution.is_reused), (QueryPhase::Succeeded, false));
    let page = statement::page(&platform.aws, execution.id(), None).await.expect("a page");
    assert_eq!(page.table.rows, [[Some("x' OR 1=1 --".to_owned()), Some("3".to_owned())]]);

    let ids = platform.aws.execution_ids("primary", 10).await.expect("listed");
    assert!(ids.contains(&execution.id().to_owned()), "{ids:?}");
    let known = platform.aws.executions(&ids).await.expect("known");
    let again = known.iter().find(|known| known.id() == execution.id()).expect("it is known");
    assert_eq!((again.values.as_slice(), again.place.database.as_deref()), (asked.values.as_slice(), Some("scops")));

    // The same once more within the hour is the same result, and costs nothing.
    let reused = statement::run(&platform.aws, &asked, |_| {}).await.expect("runs");
    assert!(reused.is_reused && reused.id() != execution.id(), "{reused:?}");
    assert_eq!((reused.status.scanned.bytes(), reused.dollars()), (0, 0.0));
    let again = statement::page(&platform.aws, reused.id(), None).await.expect("a page");
    assert_eq!(again.table.rows, page.table.rows);
    let anew = Statement { reuse_minutes: None, ..asked };
    assert!(!statement::run(&platform.aws, &anew, |_| {}).await.expect("runs").is_reused);

    // A page a time: what is beyond is asked for by its token.
    let many = Statement {
        sql: "SELECT n FROM UNNEST(sequence(1, 2500)) AS t (n)".into(),
        place: place(),
        ..Statement::default()
    };
    let execution = statement::run(&platform.aws, &many, |_| {}).await.expect("runs");
    let (mut token, mut pages) = (None, Vec::new());
    loop {
        let page = statement::page(&platform.aws, execution.id(), token.as_deref()).await.expect("a page");
        pages.push(page.table.rows.len());
        token = page.next;
        if token.is_none() {
            break;
        }
    }
    assert_eq!((pages.iter().sum::<usize>(), pages.len()), (2500, 3), "{pages:?}");

    let broken =
        Statement { sql: "SELECT nope FROM (VALUES 1) AS t (n)".into(), place: place(), ..Statement::default() };
    assert!(statement::run(&platform.aws, &broken, |_| {}).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_nobody_waits_for_is_stopped() {
    let platform = Platform::start().await;
    let long = "SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 9000)) AS b (y) \
                CROSS JOIN UNNEST(sequence(1, 9000)) AS c (z)";
    let asked = Statement { sql: long.into(), place: place(), ..Statement::default() };
    let (sender, id) = tokio::sync::oneshot::channel();
    let mut sender = Some(sender);
    let aws = platform.aws.clone();
    let running = tokio::spawn(async move {
        statement::run(&aws, &asked, |execution| {
            if let Some(sender) = sender.take() {
                let _ = sender.send(execution.id().to_owned());
            }
        })
        .await
        .map(drop)
    });
    let id = id.await.expect("it was started");
    running.abort();
    loop {
        let phase = platform.aws.execution(&id).await.expect("known").status.phase;
        if phase.is_final() {
            assert_eq!(phase, QueryPhase::Cancelled);
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_runs_keeps_and_refuses() {
    let platform = Platform::start().await;
    let home = Home::new();
    home.write(
        "config.toml",
        format!(
            "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\nstate = \"{}\"\n\
             credentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n\
             [profiles.lab.index]\nlocation = \"s3://platform/index/\"\ndatabase = \"scops\"\nworkgroup = \"primary\"\n\
             output = \"s3://platform/results/\"\n\
             [[profiles.lab.sources]]\nname = \"app\"\nbucket = \"logs\"\nlayout = \"app/{{region}}/{{yyyy}}/{{MM}}/{{dd}}/\"\n",
            platform.lab.endpoint(),
            home.path().join("state").display(),
            platform.lab.access_key_id(),
            platform.lab.secret_access_key()
        ),
    );
    home.write(".config/scops/queries/echo.sql", "-- Says it again\nSELECT :what AS said, ? AS n;\n");
    let query = |arguments: &[&str]| home.run(&[&["--config", "config.toml", "query"], arguments].concat());
    let ended = query(&["--saved", "echo", "--param", "what=o'neill", "--param", "1=7", "-o", "ndjson"]);
    assert_eq!((ended.code(), ended.stdout().as_str()), (0, "{\"said\":\"o'neill\",\"n\":7}\n"), "{}", ended.stderr());
    let ended = query(&["--saved", "echo"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("the parameter what has no value"), "{}", ended.stderr());
    assert_eq!(query(&["--saved", "../echo"]).code(), 2);
    let ended = query(&["SELECT 1", "--param", "x=1"]);
    assert!(ended.stderr().contains("no parameter \"x\""), "{}", ended.stderr());

    let ended = query(&["--history", "-o", "ndjson"]);
    let line: serde_json::Value = serde_json::from_str(ended.stdout().lines().next().expect("one")).expect("JSON");
    assert!(line["sql"].as_str().is_some_and(|sql| sql.contains(":what")), "{line}");
    let ended = query(&["--result", line["id"].as_str().expect("an id"), "-o", "csv"]);
    assert_eq!(ended.stdout(), "said,n\r\no'neill,7\r\n", "{}", ended.stderr());

    let ended = query(&["DROP TABLE nothing"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("--write runs it"), "{}", ended.stderr());
    let ended = home.run(&["--config", "config.toml", "--read-only", "query", "--write", "DROP TABLE nothing"]);
    assert!(ended.code() == 2 && ended.stderr().contains("read-only"), "{}", ended.stderr());
    let ended = query(&["--ddl", "app"]);
    assert!(ended.code() == 0 && ended.stdout().contains("CREATE EXTERNAL TABLE"), "{}", ended.stderr());
    platform.put("app/eu/2026/11/23/a.json", "{\"a\":1}\n").await;
    let made = query(&["--write", "--", &query(&["--ddl", "app"]).stdout()]);
    assert_eq!(made.code(), 0, "{}", made.stderr());
    let ended = query(&["SELECT count(*) AS n FROM app WHERE region = 'eu'", "-o", "ndjson"]);
    assert_eq!(ended.stdout(), "{\"n\":1}\n", "{}", ended.stderr());

    // Without a partition nothing is read, unless that is asked for.
    let whole = "WITH mine AS (SELECT * FROM scops.app) SELECT count(*) AS n FROM mine";
    let ended = query(&[whole, "-o", "ndjson"]);
    assert_eq!((ended.code(), ended.stdout().as_str()), (2, ""));
    let told = "no predicate chooses partitions of app (by region, day): all of them would be read: 8 B in 1 object";
    assert!(ended.stderr().contains(told), "{}", ended.stderr());
    assert!(ended.stderr().contains("--all-partitions runs it"), "{}", ended.stderr());
    let ended = query(&[whole, "--all-partitions", "-o", "ndjson"]);
    assert_eq!(ended.stdout(), "{\"n\":1}\n", "{}", ended.stderr());
}
