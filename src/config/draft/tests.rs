use std::path::Path;

use scops_parser::Formats;

use super::*;
use crate::app::fixture;
use crate::domain::discovery::{Denied, FoundIndex, FoundTable, FoundWorkgroup};
use crate::domain::{LifecycleRule, ObjectId, When};

fn found() -> Discovered {
    let mut found = fixture::discovered();
    let layout = |template: &str, name: &str, format: Option<&str>, is_dated: bool| FoundLayout {
        template: template.into(),
        name: name.into(),
        is_dated,
        keys: 3,
        sample: Some(ObjectId::new("acme-security-logs", "some\nkey")),
        format: format.map(str::to_owned),
        because: "3 of 3 lines match".into(),
    };
    found.buckets[0].layouts = vec![
        layout("AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", "cloudtrail", Some("cloudtrail"), true),
        layout("old/AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", "cloudtrail", Some("cloudtrail"), true),
        layout("falcon/{yyyy}/{MM}/{dd}/{HH}/", "falcon", None, true),
        layout("drop/", "drop", Some("zeek-conn"), false),
        layout("reports/", "reports", Some("csv"), false),
    ];
    found.buckets[0].layouts[3].format = Some("cloudtrail".into());
    found.buckets[0].lifecycle = vec![LifecycleRule { expires: Some(When::Days(90)), ..LifecycleRule::default() }];
    found.tables = vec![FoundTable {
        database: "default".into(),
        name: "trail".into(),
        location: Some("s3://acme-security-logs/AWSLogs/".into()),
        partitions: vec!["dt".into()],
        is_projected: true,
    }];
    found.denied = vec![Denied { action: "s3:GetBucketNotification".into(), resource: "arn:aws:s3:::other".into() }];
    found
}

fn drafted(found: &Discovered, name: &str) -> Drafted {
    draft(&Draft { name, aws_profile: Some("acme"), endpoint: None, credentials: None, found }).expect("drafted")
}

fn read(text: &str) -> File {
    File::parse(text, Path::new("config.toml"), Formats::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

#[test]
fn what_is_drafted_is_a_configuration_with_reasons() {
    let drafted = drafted(&found(), "prod");
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots", omit_expression => true }, {
        insta::assert_snapshot!("draft", drafted.text);
    });
    let file = read(&drafted.text);
    let profile = &file.profiles["prod"];
    let names: Vec<&str> = profile.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!(names, ["cloudtrail", "cloudtrail-old", "falcon", "drop"]);
    assert_eq!(file.default_profile.as_deref(), Some("prod"));
    assert!(profile.read_only, "nothing is sent before one has looked");
}

#[test]
fn an_index_that_was_found_is_named_with_its_receipts() {
    let mut found = found();
    found.index = Some(FoundIndex {
        location: "s3://acme-index/scops/".parse().expect("a place"),
        database: "security".into(),
        receipts: vec!["indexer".into()],
        failures: Vec::new(),
    });
    let group = |name: &str, output: Option<&str>| FoundWorkgroup {
        name: name.into(),
        is_enabled: true,
        output: output.map(str::to_owned),
    };
    found.workgroups = vec![group("analysts", Some("s3://acme-results/"))];
    let file = read(&drafted(&found, "prod").text);
    let index = file.profiles["prod"].index.as_ref().expect("an index");
    assert_eq!((index.location.to_string().as_str(), index.workgroup.as_str()), ("s3://acme-index/scops/", "analysts"));
    assert_eq!(index.output, None, "the workgroup says it");
    let consumer = &file.profiles["prod"].consumers[0];
    let receipts = consumer.receipts.as_ref().map(ToString::to_string);
    assert_eq!((receipts.as_deref(), consumer.idempotent), (Some("s3://acme-index/scops/receipts/indexer/"), true));
    found.workgroups = vec![group("primary", None)];
    let file = read(&drafted(&found, "prod").text);
    let output = file.profiles["prod"].index.as_ref().and_then(|index| index.output.as_ref()).map(ToString::to_string);
    assert_eq!(output.as_deref(), Some("s3://acme-index/scops/athena-results/"));
}

#[test]
fn hostile_names_break_out_of_no_comment() {
    let mut found = found();
    found.buckets[0].name = "x\"]\nread_only = false".into();
    found.untold = vec!["a\r\nb\u{2028}c\u{1b}[2J".into()];
    found.denied[0].resource = "arn\n[profiles.evil]".into();
    found.missing = vec!["\n[profiles.worse]".into()];
    for name in ["prod", "a.b", "über \"x\"", ""] {
        let file = read(&drafted(&found, name).text);
        assert_eq!(file.profiles.keys().collect::<Vec<_>>(), [name]);
        assert!(file.profiles[name].read_only);
    }
}

#[test]
fn a_profile_is_named_after_that_of_aws() {
    assert_eq!(name_of(Some("Acme Prod")), "acme-prod");
    assert_eq!((name_of(None), name_of(Some("日本"))), ("default".into(), "default".into()));
}
