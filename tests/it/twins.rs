//! `scops sources`, `timeline`, `ls` and `parked` against the lab: the screens' engine, in JSON that keeps its shape.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::schema::{mistakes, schema};
use crate::stage::Stage;

const SOURCE: &str = "\n[[profiles.lab.sources]]\nname = \"s\"\nbucket = \"logs\"\nlayout = \"dt={yyyy}-{MM}-{dd}/\"\n";

/// The words of a command line.
fn words(line: &str) -> Vec<&str> {
    ["--config", "config.toml"].into_iter().chain(line.split(' ')).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_screens_tell_is_told_to_scripts() {
    let stage = Stage::start().await;
    let objects = stage.objects(5).await;
    let case = stage.case("twins", &objects[..2]).await;
    let config = std::fs::read_to_string(case.home.path().join("config.toml")).expect("a file");
    case.home.write("config.toml", format!("{config}{SOURCE}"));
    let run = |line: &str| {
        let ended = case.home.run(&words(line));
        assert_eq!(ended.code(), 0, "{line}: {}", ended.stderr());
        ended.stdout()
    };
    let json = |line: &str, name: &str| {
        let value: Value = serde_json::from_str(&run(line)).expect("JSON");
        assert_eq!(mistakes(&schema(name), &value), Vec::<String>::new(), "{line}");
        value
    };
    let sources = json("sources --range 2026-11-23 -o json", "sources.json");
    assert_eq!((sources[0]["objects"].as_u64(), sources[0]["failed"].as_u64()), (Some(5), Some(2)), "{sources}");
    let timeline = json("timeline s --range 2026-11-23 --columns 24 -o json", "timeline.json");
    let counted: u64 = timeline.as_array().expect("columns").iter().filter_map(|bin| bin["objects"].as_u64()).sum();
    assert_eq!((timeline.as_array().map(Vec::len), counted), (Some(24), 5), "{timeline}");
    assert!(run("timeline s --range 2026-11-23").contains("######"));

    let all = json("ls s --range 2026-11-23 -o json", "ls.json");
    assert_eq!(all.as_array().map(Vec::len), Some(5));
    assert_eq!(all[0]["object"], "s3://logs/dt=2026-11-23/000.json");
    let failed = json("ls s --range 2026-11-23 --filter state:failed -o json", "ls.json");
    assert_eq!(failed.as_array().map(Vec::len), Some(2), "{failed}");
    assert_eq!(failed[1]["states"]["indexer"], "failed");
    let failures = json("failures -o json", "failures.json");
    assert_eq!(failures.as_array().map(Vec::len), Some(2));
    assert_eq!(json("parked -o json", "failures.json"), Value::Array(Vec::new()));
    assert_eq!(run("parked"), "nothing is parked\n");

    let level = json("ls s3://logs/ -o json", "ls.json");
    assert_eq!((level.as_array().map(Vec::len), &level[0]["prefix"]), (Some(1), &"s3://logs/dt=2026-11-23/".into()));
    let below = json("ls s3://logs/dt= --recursive --limit 3 -o json", "ls.json");
    assert_eq!((below.as_array().map(Vec::len), &below[0]["source"]), (Some(3), &"s".into()));
    assert_eq!(run("ls s3://logs/ --recursive -o raw").lines().count(), 5);
    assert!(run("ls s3://logs/ --recursive -o csv").starts_with("object,prefix,bucket,key,"));
    assert!(run("ls").contains("s3://logs/dt={yyyy}-{MM}-{dd}/"));

    // One command's lines are the next one's input.
    let lines = run("ls s --range 2026-11-23 --filter state:failed -o ndjson");
    let plan = case.home.run_with(&words("replay --from - --dry-run -o json"), lines.as_bytes());
    assert_eq!(plan.code(), 0, "{}", plan.stderr());
    let plan: Value = serde_json::from_str(&plan.stdout()).expect("JSON");
    assert_eq!(plan["items"].as_array().or_else(|| plan["objects"].as_array()).map(Vec::len), Some(2), "{plan}");

    // What is wrong is told with its place.
    let wrong = case.home.run(&words("ls s --filter state:fialed"));
    assert_eq!(wrong.code(), 2);
    assert!(wrong.stderr().contains("--filter: column 7: \"fialed\" is no state"), "{}", wrong.stderr());
    let unknown = case.home.run(&words("timeline z"));
    assert_eq!((unknown.code(), unknown.stdout().len()), (2, 0), "{}", unknown.stderr());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_it_without_a_word() {
    let stage = Stage::start().await;
    let objects = stage.objects(1_500).await;
    let case = stage.case("gone", &objects[..1]).await;
    let mut command = case.home.command();
    command.args(words("ls s3://logs/ --recursive -o ndjson")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("scops starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("a line");
    let ended = child.wait_with_output().expect("scops ends");
    assert!(line.starts_with("{\"object\":"), "{line}");
    assert_eq!((ended.status.code(), ended.stderr.len()), (Some(0), 0), "{}", String::from_utf8_lossy(&ended.stderr));
}
