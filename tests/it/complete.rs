//! How a command line may go on, as the scripts of the shells ask. tests/clients/completions asks real shells.

use crate::program::Home;

const CONFIG: &str = r#"
default_profile = "prod"

[profiles.prod]
region = "ap-northeast-1"
read_only = true

[[profiles.prod.sources]]
name = "cloudtrail"
bucket = "acme-logs"
layout = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/"

[[profiles.prod.consumers]]
name = "indexer"
queue_url = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/indexer"
receipts = "s3://acme-index/receipts/indexer/"

[profiles.staging]
region = "eu-west-1"

[[profiles.staging.sources]]
name = "elb"
bucket = "acme-staging"
layout = "elb/{yyyy}/{MM}/{dd}/"
"#;

fn home() -> Home {
    let home = Home::new();
    home.write(".config/scops/config.toml", CONFIG);
    home
}

/// The values that may stand for the last of these words, as fish is told.
fn values(home: &Home, words: &[&str]) -> Vec<String> {
    let asked = home.command().env("SCOPS_COMPLETE", "fish").arg("--").args(words).output().expect("scops runs");
    assert_eq!(asked.status.code(), Some(0), "{words:?}");
    let told = String::from_utf8(asked.stdout).expect("UTF-8");
    told.lines().map(|line| line.split('\t').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_configuration_tells_names() {
    let home = home();
    let values = |words: &[&str]| values(&home, words);
    assert_eq!(values(&["scops", "--profile", ""]), ["prod", "staging"]);
    assert_eq!(values(&["scops", "--profile=st"]), ["--profile=staging"]);
    assert_eq!(values(&["scops", "sources", ""]), ["cloudtrail"]);
    assert_eq!(values(&["scops", "--profile", "staging", "timeline", ""]), ["elb"]);
    assert_eq!(values(&["scops", "timeline", "--profile=staging", ""]), ["elb"]);
    assert_eq!(values(&["scops", "failures", "--source", "c"]), ["cloudtrail"]);
    assert_eq!(values(&["scops", "replay", "--consumer", ""]), ["indexer"]);
    assert_eq!(values(&["scops", "--region", ""]), ["ap-northeast-1", "eu-west-1"]);
    assert_eq!(values(&["scops", "init", "--bucket", ""]), ["acme-index", "acme-logs"]);
    assert_eq!(values(&["scops", "ls", ""]), ["cloudtrail", "s3://acme-index/", "s3://acme-logs/"]);
    assert_eq!(values(&["scops", "get", "s3://acme-l"]), ["s3://acme-logs/"]);
}

#[test]
fn what_lies_on_disk_and_what_ships_is_told() {
    let home = home();
    home.write(".config/scops/themes/mine.toml", "text = \"default\"\n");
    home.write(".config/scops/queries/logins.sql", "-- who signed in\nSELECT 1\n");
    home.write("night/alb.log.gz", "");
    let noted = home.run(&["case", "note", "INC-4711", "begun"]);
    assert_eq!(noted.code(), 0, "{}", noted.stderr());
    let values = |words: &[&str]| values(&home, words);
    assert_eq!(values(&["scops", "--keymap", "e"]), ["emacs"]);
    assert!(values(&["scops", "--theme", ""]).iter().any(|name| name == "mine"));
    assert!(!values(&["scops", "--theme", ""]).contains(&"night/".to_owned()), "files stand back behind names");
    assert_eq!(values(&["scops", "--theme", "ni"]), ["night/"]);
    assert!(values(&["scops", "theme", "preview", "li"]).contains(&"light".to_owned()));
    assert_eq!(values(&["scops", "query", "--saved", ""]), ["logins"]);
    assert_eq!(values(&["scops", "case", "show", ""]), ["INC-4711"]);
    assert_eq!(values(&["scops", "replay", "--case", "INC"]), ["INC-4711"]);
    assert_eq!(values(&["scops", "formats", "show", "cloudtrail"])[0], "cloudtrail");
    assert_eq!(values(&["scops", "cat", "-f", "guard"]), ["guardduty"]);
    assert_eq!(values(&["scops", "cat", "ni"]), ["night/"]);
    assert_eq!(values(&["scops", "cat", "night/"]), ["night/alb.log.gz"]);
    assert_eq!(values(&["scops", "cat", "-o", "nd"]), ["ndjson"]);
    assert_eq!(values(&["scops", "formats", "ex"]), ["explain"]);
}

#[test]
fn flags_are_told_where_one_is_begun() {
    let home = home();
    assert!(!values(&home, &["scops", ""]).iter().any(|word| word.starts_with('-')));
    assert!(values(&home, &["scops", "grep", "--fo"]).contains(&"--format".to_owned()));
}

#[test]
fn a_broken_configuration_tells_nothing_and_says_nothing() {
    let home = home();
    home.write(".config/scops/config.toml", "[profiles.prod]\nregoin = \"x\"\n");
    assert!(values(&home, &["scops", "sources", ""]).iter().all(|word| word.starts_with('-')));
    let asked = home.command().env("SCOPS_COMPLETE", "zsh").args(["--", "scops", "so"]).output().expect("scops runs");
    assert_eq!(String::from_utf8_lossy(&asked.stderr), "");
    assert!(String::from_utf8_lossy(&asked.stdout).starts_with("=sources:"));
}

#[test]
fn a_shell_that_is_unknown_is_told_so() {
    let asked = home().command().env("SCOPS_COMPLETE", "tcsh").args(["--", "scops", ""]).output().expect("scops runs");
    assert_eq!(asked.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&asked.stderr).contains("no shell that scops knows: \"tcsh\""));
}

#[test]
fn every_shell_has_a_script() {
    let home = home();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = home.run(&["completions", shell]);
        assert_eq!(ended.code(), 0, "{}", ended.stderr());
        assert!(ended.stdout().contains("SCOPS_COMPLETE"), "{shell}: {}", ended.stdout());
    }
}
