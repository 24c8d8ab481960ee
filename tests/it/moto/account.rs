//! `scops init` and `scops pipeline` on an account that a script with boto3 has built.

use std::path::PathBuf;
use std::process::{Command, Output};

use super::Moto;
use crate::program::{Ended, Home};

/// The interpreter that has boto3: the one beside moto's server, else the one on the PATH.
fn python() -> PathBuf {
    let beside =
        std::env::var_os("SCOPS_MOTO").map(PathBuf::from).and_then(|moto| Some(moto.parent()?.join("python3")));
    beside.filter(|python| python.is_file()).unwrap_or_else(|| "python3".into())
}

fn build(endpoint: &str) {
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients/account.py");
    let Output { status, stderr, .. } =
        Command::new(python()).arg(script).arg(endpoint).output().expect("python with boto3, as moto has it");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
}

fn run(home: &Home, endpoint: &str, arguments: &[&str]) -> Ended {
    let mut command = home.command();
    command.args(arguments).args(["--endpoint-url", endpoint, "--region", "us-east-1"]);
    command.env("AWS_ACCESS_KEY_ID", "testing").env("AWS_SECRET_ACCESS_KEY", "testing");
    command.output().expect("scops runs").into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_discovered_written_and_judged() {
    let Some(moto) = Moto::start().await else { return };
    let endpoint = moto.aws.connection().endpoint.clone().expect("an endpoint");
    tokio::task::spawn_blocking(move || look(&endpoint)).await.expect("no panic");
}

fn look(endpoint: &str) {
    build(endpoint);
    let home = Home::new();
    let ended = run(&home, endpoint, &["init", "--profile", "acme", "--output", "acme.toml"]);
    let told = ended.stderr();
    // Done, or partly where this moto has no Athena.
    assert!(matches!(ended.code(), 0 | 3), "{told}");
    let text = std::fs::read_to_string(home.path().join("acme.toml")).expect("written");
    for wanted in [
        "[profiles.acme]",
        "layout = \"AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/\"",
        "format = \"cloudtrail\"",
        "layout = \"flow/AWSLogs/aws-account-id={account}/aws-service=vpcflowlogs/aws-region={region}/year={yyyy}/month={MM}/day={dd}/\"",
        "format = \"vpcflow\"",
        "layout = \"app/dt={yyyy}-{MM}-{dd}-{HH}/\"",
        "name = \"indexer\"",
        "envelope = \"sns\"",
        "/123456789012/indexer-failed\"",
        "function = \"arn:aws:lambda:us-east-1:123456789012:function:detect-alerts\"",
        "# function indexer-worker polls it, which is disabled",
        "# S3 by itself: deleted after 365 d",
        "#   s3://acme-website/",
        "CloudTrail's digests",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(!text.contains("CloudTrail-Digest/"), "{text}");
    // The archive's queue gets S3's event alone.
    let archive =
        text.split("[[profiles.acme.consumers]]").find(|part| part.contains("name = \"archive\"")).expect("named");
    assert!(archive.contains("envelope = \"s3\""), "{archive}");

    let again = run(&home, endpoint, &["init", "--profile", "acme", "--output", "acme.toml"]);
    assert_eq!(again.code(), 2, "{}", again.stderr());
    assert!(again.stderr().contains("exists already"), "{}", again.stderr());

    let ended = run(&home, endpoint, &["pipeline", "--config", "acme.toml"]);
    let tree = ended.stdout();
    assert!(matches!(ended.code(), 0 | 3), "{}", ended.stderr());
    for odd in [
        "keeps messages for 1d00h, which is less than a weekend",
        "an event fails after 2 tries",
        "hides a message for 1m00s, function indexer-worker may take 30s",
        "function indexer-worker does not poll it: the mapping is disabled",
        "a filter policy on attributes drops all of S3's events",
        "encrypted with AWS's own key, which S3 may not use",
        "nobody is told of new objects below app/dt=",
        "no failure queue",
        "nowhere for what fails",
        "nobody subscribes to topic locked",
    ] {
        assert!(tree.contains(odd), "{odd}\n{tree}");
    }
    let ended = run(&home, endpoint, &["pipeline", "--config", "acme.toml", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout()).expect("JSON");
    assert_eq!(json["found"]["queues"][0]["retention"], 4 * 86_400, "{json}");
    assert!(json["odd"].as_array().is_some_and(|odd| odd.iter().any(|odd| odd["kind"] == "few-tries")), "{json}");
}
