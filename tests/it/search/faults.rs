//! What goes wrong around a statement: words that look like SQL, limits, a console that is left, a network that is lost.

use std::io;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_athena::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_athena::types::{ResultConfiguration, WorkGroupConfiguration};
use bytes::Bytes;
use scops::aws::{Aws, Put};
use scops::domain::{Expression, ObjectId, Query, QueryPhase};
use scops::search::{self, SearchError};

use super::orphans::{LONG, home, run, until};
use super::{Platform, query};
use crate::terminal::Program;

/// Keys of a terminal: f5, and alt with a colon.
const RUN: &str = "\x1b[15~";
const COMMAND_LINE: &str = "\x1b:";

/// Waits until Athena has ended a statement.
async fn end_of(aws: &Aws, id: &str) -> QueryPhase {
    let since = Instant::now();
    loop {
        let phase = aws.query_status(id).await.expect("a status").phase;
        if phase.is_final() {
            return phase;
        }
        assert!(since.elapsed() < Duration::from_mins(1), "{id} still runs");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Athena's own API.
fn athena(platform: &Platform) -> aws_sdk_athena::Client {
    let connection = platform.aws.connection();
    let (id, secret) = connection.keys.clone().expect("keys");
    let config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(connection.endpoint.clone().expect("an endpoint"))
        .region(Region::new(connection.region.clone()))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(id, secret, None, None, "test")));
    aws_sdk_athena::Client::new(&config.build())
}

#[tokio::test(flavor = "multi_thread")]
async fn q01_q03_words_that_look_like_sql_are_looked_for_as_they_are() {
    let platform = Platform::start().await;
    let of = |value: &str| Query { expression: Expression::term(value), ..query("") };
    for value in ["'; DROP TABLE records; --", "' OR '1'='1", "50%", "50__off", "%", "_", "50%_of_"] {
        assert_eq!(platform.search(&of(value)).await.len(), 0, "{value}");
    }
    assert_eq!(platform.search(&of("50%_off")).await.len(), 1);
    assert_eq!(platform.search(&of("203.0.113.7")).await.len(), 3, "the tables are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn q11_a_statement_over_the_limit_of_its_workgroup_is_told_as_cancelled_with_its_bytes() {
    let platform = Platform::start().await;
    let line = format!("{}\n", "x".repeat(99)).repeat(60_000);
    for number in 0..2 {
        let id = ObjectId::new("index", format!("much/{number}.csv"));
        platform.aws.put(&id, Bytes::from(line.clone()), Put::default()).await.expect("is put");
    }
    let table = "CREATE EXTERNAL TABLE much (a string) ROW FORMAT DELIMITED LOCATION 's3://index/much/'";
    search::run_to_end(&platform.aws, &platform.index, table).await.expect("is made");
    let athena = athena(&platform);
    let results = ResultConfiguration::builder().output_location("s3://index/results/").build();
    let settings = WorkGroupConfiguration::builder()
        .result_configuration(results)
        .bytes_scanned_cutoff_per_query(10_000_000)
        .build();
    athena.create_work_group().name("small").configuration(settings).send().await.expect("is made");

    let index = scops::domain::Index { workgroup: "small".into(), ..platform.index.clone() };
    let error = search::query(&platform.aws, &index, "SELECT count(*) FROM much WHERE a <> ''").await;
    let Err(SearchError::Ended(status)) = error else { panic!("{error:?}") };
    assert_eq!(status.phase, QueryPhase::Cancelled);
    assert!(status.scanned.bytes() > 10_000_000, "{status:?}");
    let told = SearchError::Ended(status).to_string();
    assert!(told.ends_with("was cancelled: Bytes scanned limit was exceeded"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn q13_leaving_the_console_stops_the_statement_that_runs() {
    let platform = Platform::start().await;
    let before = platform.aws.execution_ids("primary", 50).await.expect("listed");
    let home = home(&platform, "");
    let ended = tokio::task::spawn_blocking(move || {
        let mut console = Program::start_in(home, &["--config", "config.toml"], 120, 40);
        console.wait_for("app");
        console.keys(";");
        console.wait_for("sql");
        console.keys(LONG);
        console.wait_for("1000000");
        console.keys(RUN);
        console.wait_for("RUNNING");
        console.keys(COMMAND_LINE);
        console.keys("quit\r");
        console.wait_for_exit()
    });
    assert_eq!(ended.await.expect("no panic"), 0);
    let after = platform.aws.execution_ids("primary", 50).await.expect("listed");
    let mut cancelled = 0;
    for id in after.iter().filter(|id| !before.contains(id)) {
        cancelled += u32::from(end_of(&platform.aws, id).await == QueryPhase::Cancelled);
    }
    assert_eq!(cancelled, 1);
}

/// A network that can be cut: what listens here leads to `to`.
struct Line {
    address: SocketAddr,
    /// The two ends of each connection; nothing once it is cut.
    open: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Line {
    fn to(to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let open = Arc::new(Mutex::new(Some(Vec::new())));
        let line = Self { address, open: Arc::clone(&open) };
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let Ok(near) = near else { return };
                let mut open = open.lock().expect("no panic");
                // Once it is cut whoever connects is hung up upon.
                let Some(open) = open.as_mut() else { continue };
                let far = TcpStream::connect(to).expect("the lab listens");
                let pair = || (near.try_clone().expect("a handle"), far.try_clone().expect("a handle"));
                let ((mut from, mut onto), (mut back, mut answers)) = (pair(), pair());
                std::thread::spawn(move || io::copy(&mut from, &mut onto));
                std::thread::spawn(move || io::copy(&mut answers, &mut back));
                open.extend([near, far]);
            }
        });
        line
    }

    fn cut(&self) {
        for stream in self.open.lock().expect("no panic").take().into_iter().flatten() {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_lost_while_a_query_runs_is_told_and_the_query_is_known_afterwards() {
    let platform = Platform::start().await;
    let endpoint = platform.aws.connection().endpoint.clone().expect("an endpoint");
    let line = Line::to(endpoint.trim_start_matches("http://").parse().expect("an address"));
    let home = home(&platform, "");
    let config = std::fs::read_to_string(home.path().join("config.toml")).expect("is read");
    home.write("far.toml", config.replace(&endpoint, &format!("http://{}", line.address)));
    let mut command = home.command();
    command.args(["--config", "far.toml", "query", LONG]).stdin(Stdio::null());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let folder = home.path().join("state/statements");
    let id = until("statement on disk", || {
        let entry = std::fs::read_dir(&folder).ok()?.next()?.ok()?;
        let text = std::fs::read_to_string(entry.path()).ok()?;
        text.ends_with('\n').then(|| text.lines().nth(1).map(str::to_owned)).flatten()
    })
    .await;
    line.cut();
    let ended = tokio::task::spawn_blocking(move || child.wait_with_output()).await.expect("no panic");
    let ended: crate::program::Ended = ended.expect("ends").into();
    assert_eq!(ended.code(), 1, "{}", ended.stderr());
    assert!(ended.stderr().contains(&id), "it says which one: {}", ended.stderr());

    // The network is back.
    let next = run(&home, &["query", "SELECT 1"]).await;
    assert!(next.code() == 0 && next.stderr().contains(&format!("may still run: {id}")), "{}", next.stderr());
    let stopped = run(&home, &["query", "--stop-orphans"]).await;
    assert!(stopped.code() == 0 && stopped.stderr().contains(&format!("stopped query {id}")), "{}", stopped.stderr());
    assert_eq!(end_of(&platform.aws, &id).await, QueryPhase::Cancelled);
}
