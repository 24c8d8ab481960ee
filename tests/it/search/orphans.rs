//! The real program killed while its statement runs, and what the next one says and does about it.

use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use scops::domain::{Place, QueryPhase, Statement};
use scops::search::orphans;

use super::Platform;
use crate::program::{Ended, Home};

/// A statement that takes longer than a test.
pub const LONG: &str = "SELECT count(*) FROM records a, records b, records c, records d, records e, records f, records g, \
                    records h, records i, records j, records k, records l WHERE a.dt > '2026' AND \
                    a.line + b.line + l.line > 1000000";

/// A home folder whose configuration leads to the platform.
pub fn home(platform: &Platform, more: &str) -> Home {
    let home = Home::new();
    let connection = platform.aws.connection();
    let (id, secret) = connection.keys.clone().expect("keys");
    let index = &platform.index;
    let config = format!(
        "[profiles.lab]\nregion = \"us-east-1\"\nendpoint_url = \"{}\"\nstate = \"{}\"\n\
         credentials = {{ access_key_id = \"{id}\", secret_access_key = \"{secret}\" }}\n{more}\n\
         [profiles.lab.index]\nlocation = \"{}\"\ndatabase = \"scops\"\noutput = \"{}\"\n\n\
         [[profiles.lab.sources]]\nname = \"app\"\nbucket = \"logs\"\nformat = \"json\"\n\
         layout = \"app/dt={{yyyy}}-{{MM}}-{{dd}}-{{HH}}/\"\n",
        connection.endpoint.as_deref().expect("an endpoint"),
        home.path().join("state").display(),
        index.location,
        index.output.as_ref().expect("an output"),
    );
    home.write("config.toml", config);
    home
}

pub async fn run(home: &Home, arguments: &[&str]) -> Ended {
    let mut command = home.command();
    command.args(["--config", "config.toml"]).args(arguments).stdin(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("no panic");
    output.expect("scops runs").into()
}

/// Waits for what `look` finds.
pub async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(since.elapsed() < Duration::from_mins(1), "no {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_program_leaves_no_statement_that_nobody_knows_of() {
    let platform = Platform::start().await;
    let home = home(&platform, "");
    let folder = home.path().join("state/statements");
    let mut command = home.command();
    command.args(["--config", "config.toml", "query", LONG]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
    let id = until("statement on disk", || {
        let entry = std::fs::read_dir(&folder).ok()?.next()?.ok()?;
        let text = std::fs::read_to_string(entry.path()).ok()?;
        text.ends_with('\n').then(|| text.lines().nth(1).map(str::to_owned)).flatten()
    })
    .await;
    // Somebody waits for it: a second program does not take it for an orphan.
    let beside = run(&home, &["query", "SELECT 1"]).await;
    assert!(beside.code() == 0 && !beside.stderr().contains(&id), "{}", beside.stderr());
    child.kill().expect("is killed");
    child.wait().expect("has ended");

    let next = run(&home, &["query", "SELECT 1"]).await;
    assert_eq!(next.code(), 0, "{}", next.stderr());
    let told = next.stderr();
    assert!(told.contains(&format!("may still run: {id}")) && told.contains("--stop-orphans"), "{told}");
    let status = platform.aws.query_status(&id).await.expect("a status");
    assert!(!status.phase.is_final(), "naming it stops nothing: {status:?}");
    let stopped = run(&home, &["query", "--stop-orphans"]).await;
    assert!(stopped.code() == 0 && stopped.stderr().contains(&format!("stopped query {id}")), "{}", stopped.stderr());
    let since = Instant::now();
    while platform.aws.query_status(&id).await.expect("a status").phase != QueryPhase::Cancelled {
        assert!(since.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let clean = run(&home, &["query", "SELECT 1"]).await;
    assert!(!clean.stderr().contains("may still run"), "{}", clean.stderr());
    assert_eq!(std::fs::read_dir(&folder).expect("is there").count(), 0, "what has ended is forgotten");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_whose_answer_was_never_kept_is_found_by_its_token() {
    let platform = Platform::start().await;
    let state = tempfile::tempdir().expect("a folder");
    let aws = platform.aws.clone().keeping(state.path(), "lab");
    let (database, output) = (Some("scops".to_owned()), platform.index.output.clone());
    let place = Place { workgroup: "primary".into(), database, output };
    let statement = Statement { sql: LONG.into(), place, ..Statement::default() };
    let (id, noted) = aws.start_statement(&statement).await.expect("starts");
    drop(noted.expect("is kept"));
    // As a crash leaves it that comes between the start and its answer.
    let folder = state.path().join("statements");
    let path = std::fs::read_dir(&folder).expect("is there").next().expect("one").expect("an entry").path();
    let text = std::fs::read_to_string(&path).expect("is read");
    std::fs::write(&path, text.split_inclusive('\n').next().expect("a line")).expect("is written");
    let left = orphans::look(&aws).await.expect("is known");
    assert_eq!(left.iter().map(|orphan| orphan.id.clone()).collect::<Vec<_>>(), [None]);
    let stopped = orphans::stop(&aws).await.expect("is stopped");
    assert_eq!(stopped.first().and_then(|orphan| orphan.id.as_deref()), Some(&*id), "the same one, not another");
    assert!(aws.orphans(Timestamp::now()).expect("is read").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_over_the_limit_of_the_profile_runs_only_where_it_is_asked_for() {
    let platform = Platform::start().await;
    let home = home(&platform, "[profiles.lab.limits]\nsearch_bytes = \"10\"\n");
    let search = ["search", "203.0.113.7", "--range", "2026-11-23 01:00..03:00"];
    for means in ["index", "scan"] {
        let refused = run(&home, &[&search[..], &["--by", means]].concat()).await;
        assert_eq!(refused.code(), 1, "{}", refused.stderr());
        assert!(refused.stderr().contains("the limit of a search is 10 B"), "{}", refused.stderr());
        assert!(refused.stderr().contains("--over-limit"), "{}", refused.stderr());
    }
    assert!(
        !home.path().join("state/spent").exists()
            || std::fs::read(home.path().join("state/spent")).is_ok_and(|text| text.is_empty())
    );
    let wanted = run(&home, &[&search[..], &["--by", "scan", "--over-limit"]].concat()).await;
    assert_eq!((wanted.code(), wanted.stdout().lines().count()), (0, 1), "{}", wanted.stderr());
    assert!(wanted.stderr().contains("estimated ") && wanted.stderr().contains("; took "), "{}", wanted.stderr());
    let spent = std::fs::read_to_string(home.path().join("state/spent")).expect("is kept");
    assert_eq!(spent.lines().count(), 2, "what it might cost, and its correction: {spent}");
}
