use std::path::Path;

use super::super::permission::permissions;
use super::*;
use crate::config::{Environment, File, Overrides, resolve};

const NIGHT: &str = r#"
[profiles.prod]
region = "ap-northeast-1"
audit = "s3://acme-evidence/"

[[profiles.prod.sources]]
name = "cloudtrail"
bucket = "acme-logs"
layout = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/"

[[profiles.prod.sources]]
name = "alb"
bucket = "acme-logs"
layout = "alb*/{yyyy}/{MM}/{dd}/"

[[profiles.prod.consumers]]
name = "indexer"
queue_url = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/indexer"
dead_letter_url = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/indexer-failed"
receipts = "s3://acme-index/receipts/indexer/"

[profiles.prod.index]
location = "s3://acme-index/"
output = "s3://acme-results/scops/"
"#;

fn profile() -> Profile {
    let file = File::parse(NIGHT, Path::new("config.toml"), scops_parser::Formats::default()).expect("valid");
    resolve(&file, &Overrides::default(), &Environment::default()).expect("prod").profile
}

#[test]
fn a_policy_grants_what_the_configuration_needs_and_no_more() {
    let profile = profile();
    let all = policy(&permissions(&profile, &[], false), &Home::of(&profile));
    insta::assert_snapshot!(serde_json::to_string_pretty(&all).expect("JSON"));
    assert!(size(&all) < MANAGED, "{}", size(&all));
}

#[test]
fn a_read_only_policy_allows_nothing_that_changes() {
    let profile = profile();
    let text = policy(&permissions(&profile, &[], true), &Home::of(&profile)).to_string();
    for action in ["SendMessage", "DeleteMessage", "DeleteObject", "RestoreObject", "MoveTask\"", "acme-evidence"] {
        let is_listing = action == "MoveTask\"";
        assert!(is_listing || !text.contains(action), "{action}: {text}");
    }
    assert!(text.contains("s3:PutObject") && text.contains("acme-results"), "Athena writes its results");
}

#[test]
fn a_source_alone_needs_its_own_prefix_alone() {
    let profile = Profile { consumers: Vec::new(), index: None, audit: None, ..profile() };
    let one = policy(&permissions(&profile, &["alb".to_owned()], true), &Home::of(&profile)).to_string();
    assert!(!one.contains("AWSLogs"), "{one}");
    assert!(one.contains("arn:aws:s3:::acme-logs/alb${*}/*"), "a star of the layout is no wildcard: {one}");
}

#[test]
fn other_partitions_and_accounts_are_named() {
    let home = |region: &str| Home::of(&Profile { region: region.into(), ..profile() });
    let function = Resource::Function("detect".into());
    assert_eq!(home("cn-north-1").arn(&function), "arn:aws-cn:lambda:cn-north-1:111122223333:function:detect");
    assert_eq!(home("us-gov-west-1").arn(&Resource::Bucket("b".into())), "arn:aws-us-gov:s3:::b");
    let local = Resource::Queue("http://127.0.0.1:9000/000000000000/q".into());
    assert_eq!(home("us-east-1").arn(&local), "arn:aws:sqs:us-east-1:000000000000:q");
    assert_eq!(home("us-east-1").arn(&Resource::Queue("q".into())), "arn:aws:sqs:us-east-1:111122223333:*");
}
