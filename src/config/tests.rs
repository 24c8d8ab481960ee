use std::path::Path;

use scops_parser::Formats;

use super::*;
use crate::domain::ByteSize;
use crate::theme::Glyphs;

const NIGHT: &str = r#"
default_profile = "prod"

[profiles.prod]
aws_profile = "acme-prod"
region = "ap-northeast-1"
read_only = true

[[profiles.prod.sources]]
name = "cloudtrail"
bucket = "acme-logs"
layout = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/"
late_after = "10m"
accept = { field = "eventVersion", up_to = "1.11" }

[[profiles.prod.consumers]]
name = "indexer"
queue_url = "https://sqs.ap-northeast-1.amazonaws.com/111122223333/indexer"
receipts = "s3://acme-index/receipts/indexer/"
destination = "s3://acme-lambda-failures"

[profiles.prod.index]
location = "s3://acme-index/"
"#;

fn parse(text: &str) -> Result<File, ConfigError> {
    File::parse(text, Path::new("config.toml"), Formats::default())
}

fn error(text: &str) -> String {
    let error = parse(text).expect_err("not a configuration");
    format!("{error}\nhint: {}", error.hint().unwrap_or_default())
}

#[test]
fn a_file_becomes_settings() {
    let settings =
        resolve(&parse(NIGHT).expect("valid"), &Overrides::default(), &Environment::default()).expect("prod");
    assert_eq!(settings.profile.name, "prod");
    assert_eq!(settings.profile.region, "ap-northeast-1");
    assert!(settings.profile.is_read_only);
    assert_eq!(settings.profile.sources[0].late_after, jiff::SignedDuration::from_mins(10));
    assert_eq!(
        settings.profile.consumers[0].receipts.as_ref().map(|place| place.prefix.as_str()),
        Some("receipts/indexer/")
    );
    let destination = settings.profile.consumers[0].destination.as_ref().map(ToString::to_string);
    assert_eq!(destination.as_deref(), Some("s3://acme-lambda-failures/"));
    assert_eq!(settings.profile.index.as_ref().map(|index| index.database.as_str()), Some("scops"));
    assert_eq!(settings.aws_profile.as_deref(), Some("acme-prod"));
}

#[test]
fn flags_go_over_environment_over_file() {
    let file = parse(NIGHT).expect("valid");
    let environment = Environment::from_lookup(|name| match name {
        "AWS_REGION" => Some("eu-west-1".into()),
        "AWS_ENDPOINT_URL" => Some("http://127.0.0.1:9".into()),
        _ => None,
    });
    let settings = resolve(&file, &Overrides::default(), &environment).expect("prod");
    assert_eq!(settings.profile.region, "ap-northeast-1", "a profile's own region is nearer than AWS_REGION");
    assert_eq!(settings.profile.endpoint.as_deref(), Some("http://127.0.0.1:9"));
    let overrides = Overrides { region: Some("us-west-2".into()), ..Overrides::default() };
    assert_eq!(resolve(&file, &overrides, &environment).expect("prod").profile.region, "us-west-2");
}

#[test]
fn mistakes_are_told_with_place_cause_and_cure() {
    insta::assert_snapshot!(error("[profiles.a]\nregoin = \"x\"\n"), @r#"
    config.toml:2: unknown field `regoin`, expected one of `aws_profile`, `account`, `region`, `endpoint_url`, `rules`, `credentials`, `state`, `read_only`, `audit`, `replay`, `live`, `limits`, `network`, `sources`, `consumers`, `index`, `minerva`
    hint: did you mean "region"?
    "#);
    insta::assert_snapshot!(error(&NIGHT.replace("\"10m\"", "\"soon\"")), @r#"
    config.toml:13: "soon" is no duration (write 5m, 90s or 1h 30m)
    hint: 
    "#);
    insta::assert_snapshot!(error(&NIGHT.replace("{yyyy}", "{yyyy")), @r#"
    config.toml:12: layout "AWSLogs/{account}/CloudTrail/{region}/{yyyy/{MM}/{dd}/": the brace at column 39 has no partner
    hint: 
    "#);
    insta::assert_snapshot!(error(&NIGHT.replace("default_profile = \"prod\"", "default_profile = \"prd\"")), @r#"
    config.toml:2: default_profile names "prd", which is no profile here
    hint: did you mean "prod"?
    "#);
}

#[test]
fn limits_of_searches_are_dollars_and_sizes() {
    let limits = |text: &str| {
        let file = parse(&format!("[profiles.a.limits]\n{text}\n")).expect("valid");
        resolve(&file, &Overrides::default(), &Environment::default()).expect("a").limits
    };
    assert_eq!(limits(""), Limits::default());
    let told = limits("search_dollars = 0.5\nday_bytes = \"2 GiB\"");
    assert_eq!((told.search.dollars, told.day.bytes), (Some(0.5), Some(ByteSize::mib(2_048))));
    assert_eq!((told.search.bytes, told.day.dollars), (None, None));
    assert_eq!(limits("day_dollars = 5").day.dollars, Some(5.0));
    for (line, told) in [
        ("search_dollars = -1.0", "-1 is no amount of dollars (write 0.50)"),
        ("day_bytes = \"much\"", "\"much\" is no size (write 500 MiB or 10 GiB)"),
    ] {
        let error = error(&format!("[profiles.a.limits]\n{line}\n"));
        assert!(error.contains("config.toml:2") && error.contains(told), "{error}");
    }
}

#[test]
fn keys_are_refused_but_for_loopback() {
    let keys = "credentials = { access_key_id = \"A\", secret_access_key = \"S\" }\n";
    assert!(parse(&format!("[profiles.lab]\nendpoint_url = \"http://127.0.0.1:4566\"\n{keys}")).is_ok());
    for endpoint in ["https://s3.example.com", "http://127.0.0.1.example.com", "http://10.0.0.1:80"] {
        let text = error(&format!("[profiles.lab]\nendpoint_url = \"{endpoint}\"\n{keys}"));
        assert!(text.contains("loopback only"), "{text}");
    }
}

#[test]
fn a_mistyped_profile_is_told_with_the_nearest() {
    let overrides = Overrides { profile: Some("prid".into()), ..Overrides::default() };
    let error = resolve(&parse(NIGHT).expect("valid"), &overrides, &Environment::default()).expect_err("no profile");
    assert_eq!(error.hint().as_deref(), Some("did you mean \"prod\"?"));
}

#[test]
fn characters_are_those_of_the_variable_then_the_file_then_the_terminal() {
    let environment = |chars: Option<&str>, term: Option<&str>| Environment {
        chars: chars.map(str::to_owned),
        term: term.map(str::to_owned),
        ..Environment::default()
    };
    let glyphs = |chars, file, term| environment(chars, term).glyphs(file).expect("a name");
    assert_eq!(glyphs(None, None, Some("xterm-256color")), Glyphs::Unicode);
    assert_eq!(glyphs(None, None, Some("linux")), Glyphs::Ascii, "its fonts have no eighth blocks");
    assert_eq!(glyphs(None, None, None), Glyphs::Ascii);
    assert_eq!(glyphs(None, Some(Glyphs::Braille), Some("linux")), Glyphs::Braille);
    assert_eq!(glyphs(Some("unicode"), Some(Glyphs::Braille), None), Glyphs::Unicode);
    let wrong = environment(Some("blocks"), None).glyphs(None).expect_err("no name");
    assert_eq!(wrong.hint().as_deref(), Some("write unicode, braille or ascii"));
    assert_eq!(parse("chars = \"braille\"").expect("valid").chars, Some(Glyphs::Braille));
    assert!(error("chars = \"blocks\"").contains("config.toml:1"));
}

#[test]
fn windows_of_maintenance_are_read_and_checked() {
    let with = |window: &str| NIGHT.replace("late_after = \"10m\"", &format!("maintenance = [\"{window}\"]"));
    let settings =
        resolve(&parse(&with("sun 02:00-04:00")).expect("valid"), &Overrides::default(), &Environment::default());
    assert_eq!(settings.expect("prod").profile.sources[0].maintenance[0].to_string(), "sun 02:00-04:00");
    assert!(error(&with("sometimes")).contains("\"sometimes\" is no window of maintenance"));
}

#[test]
fn how_much_is_asked_by_itself_is_the_profiles_to_say() {
    let budget = |text: &str| {
        let file = parse(text).expect("valid");
        resolve(&file, &Overrides::default(), &Environment::default()).expect("prod").requests_per_minute
    };
    assert_eq!(budget(NIGHT), Some(60));
    assert_eq!(budget(&NIGHT.replace("read_only = true", "live = { requests_per_minute = 12 }")), Some(12));
}
