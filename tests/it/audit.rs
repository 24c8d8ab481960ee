//! The audit log by the program's own commands, over a replay that was really sent.

use std::process::Command;

use scops::aws::ListFrom;
use scops::domain::{ByteSize, Location, Steer};
use scops::replay::Control;

use crate::program::Ended;
use crate::stage::{Case, Stage};

/// Runs the program where the lab's own threads go on.
async fn run(case: &Case<'_>, arguments: &[&str]) -> Ended {
    let mut command: Command = case.home.command();
    command.args(["--config", "config.toml"]).args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("scops runs");
    Ended::from(output)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_is_audited_shown_verified_exported_and_copied_where_it_is_never_overwritten() {
    let stage = Stage::start().await;
    let objects = stage.objects(3).await;
    let case = stage.case("audited", &objects).await;
    case.configure("account = \"111122223333\"\naudit = \"s3://platform/evidence/\"");
    let plan = case.plan().await;
    let sent = run(&case, &["replay", "--from", "objects.txt", "--rate", "1000", "--confirm", &plan.hash]).await;
    assert_eq!(sent.code(), 3, "without receipts nothing is proven: {}", sent.stderr());

    let shown = run(&case, &["audit", "show"]).await;
    let table = shown.stdout();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    for (line, told) in
        lines[1..].iter().zip(["confirmed: 3 objects at 1000 a second", "began", "finished: 3 unconfirmed"])
    {
        assert!(line.ends_with(told) && line.contains("oncall") && line.contains("indexer"), "{table}");
    }
    let lines = run(&case, &["audit", "show", "-o", "ndjson"]).await.stdout();
    let log = std::fs::read_to_string(case.state.join("audit/audit.log")).expect("the log");
    assert_eq!(lines, log);
    let last: serde_json::Value = serde_json::from_str(log.lines().last().expect("a line")).expect("JSON");
    assert_eq!(last["plan"], plan.hash.as_str());
    assert_eq!(last["account"], "111122223333");
    assert_eq!(last["unconfirmed"]["objects"][2], objects[2].to_string());
    assert!(
        run(&case, &["audit", "show", "-o", "ndjson", "--since", "9999-01-01T00:00:00Z"]).await.stdout().is_empty()
    );

    let verified = run(&case, &["audit", "verify"]).await;
    assert_eq!(verified.code(), 0);
    assert!(verified.stdout().starts_with("whole: 3 entries"), "{}", verified.stdout());
    assert!(verified.stdout().contains("copied to s3://platform/evidence/"), "{}", verified.stdout());

    // The copy is there, byte for byte, and a second export has nothing to add.
    let place: Location = "s3://platform/evidence/audit/".parse().expect("a place");
    let copies = stage.aws.list(&place, &ListFrom::Start, 10).await.expect("lists").objects;
    assert_eq!(copies.len(), 1);
    assert!(copies[0].id.file_name().starts_with("0000000001-0000000003-"), "{}", copies[0].id);
    let (_, bytes) = stage.aws.get_all(&copies[0].id, ByteSize::mib(1)).await.expect("reads");
    assert_eq!(bytes, log.as_bytes());
    assert!(run(&case, &["audit", "export"]).await.stderr().contains("nothing to export"));
    assert_eq!(run(&case, &["audit", "export", "--to", "copy.ndjson"]).await.code(), 0);
    assert_eq!(std::fs::read_to_string(case.home.path().join("copy.ndjson")).expect("a file"), log);
    let again = run(&case, &["audit", "export", "--to", "copy.ndjson"]).await;
    assert_eq!((again.code(), again.stderr().contains("copy.ndjson")), (1, true), "nothing is overwritten");

    // Somebody was never here.
    let forged = log.replacen("oncall", "nobody", 1);
    std::fs::write(case.state.join("audit/audit.log"), forged).expect("is written");
    let verified = run(&case, &["audit", "verify"]).await;
    assert_eq!(verified.code(), 1);
    assert!(verified.stdout().contains("line 1, byte 0: its bytes hash to"), "{}", verified.stdout());
    let plan = case.plan().await;
    let refused = run(&case, &["replay", "--from", "objects.txt", "--rate", "1000", "--confirm", &plan.hash]).await;
    assert_eq!(refused.code(), 1, "{}", refused.stderr());
    assert!(
        refused.stderr().contains("is broken: line 1") && refused.stderr().contains("it is evidence"),
        "{}",
        refused.stderr()
    );
    assert!(case.count(case.consumer.input.place()).await.values().all(|count| *count == 1), "nothing was sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_replay_is_told_is_audited_to_its_last_order() {
    let stage = Stage::start().await;
    let objects = stage.objects(12).await;
    let case = stage.case("steered", &objects).await;
    let plan = case.plan().await;
    let control = Control::default();
    control.steer(Steer::Rate(7));
    control.steer(Steer::Abort);
    let report = case.replayer().run(plan, &control, |_| {}).await.expect("begins");
    assert_eq!((report.stopped.as_deref(), report.summary.sent), (Some("aborted"), 0));
    let lines = run(&case, &["audit", "show"]).await.stdout();
    let events: Vec<&str> = lines
        .lines()
        .skip(1)
        .filter_map(|line| line.split(report.summary.id.0.as_str()).nth(1))
        .map(str::trim)
        .collect();
    assert_eq!(
        events,
        [
            "confirmed: 12 objects at 1000 a second",
            "began",
            "rate: 7 a second",
            "aborted",
            "stopped: aborted · 12 not sent"
        ]
    );
}
