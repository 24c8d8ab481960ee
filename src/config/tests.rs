use std::path::Path;

use scops_parser::Formats;

use super::*;
use crate::domain::ByteSize;
use crate::theme::{ColorDepth, Glyphs};

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
    config.toml:2: unknown field `regoin`, expected one of `aws_profile`, `account`, `color`, `region`, `endpoint_url`, `rules`, `credentials`, `state`, `read_only`, `audit`, `replay`, `live`, `limits`, `network`, `sources`, `consumers`, `index`, `minerva`
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
    config.toml:2: default_profile names "prd", which is no profile or group here
    hint: did you mean "prod"?
    "#);
}

/// Two accounts beside `prod`, and what is opened together.
const GROUPS: &str = r#"
[profiles.stage]
region = "eu-west-1"
color = "bright-green"

[profiles.lab]
color = "warning"

[groups]
night = ["stage", "prod"]
"#;

#[test]
fn several_profiles_are_opened_in_the_order_in_which_they_are_named() {
    let file = parse(&format!("{NIGHT}{GROUPS}")).expect("valid");
    let opened = |profile: &str| {
        let overrides = Overrides { profile: Some(profile.into()), ..Overrides::default() };
        let settings = resolve_several(&file, &overrides, &Environment::default());
        settings.map(|all| all.into_iter().map(|settings| settings.profile.name).collect::<Vec<_>>())
    };
    assert_eq!(opened("lab,prod").expect("both"), ["lab", "prod"]);
    assert_eq!(opened("night").expect("a group"), ["stage", "prod"]);
    assert_eq!(opened("lab, night,prod").expect("each once"), ["lab", "stage", "prod"]);
    assert_eq!(opened("prod").expect("one"), ["prod"]);
    assert_eq!(opened("prod,nihgt").expect_err("no such").hint().as_deref(), Some("did you mean \"night\"?"));
    let overrides = Overrides { profile: Some("night".into()), ..Overrides::default() };
    let error = resolve(&file, &overrides, &Environment::default()).expect_err("one is wanted");
    assert_eq!(error.hint().as_deref(), Some("choose with --profile one of stage, prod"));
    let overrides = Overrides { region: Some("us-west-2".into()), ..overrides };
    let error = resolve_several(&file, &overrides, &Environment::default()).expect_err("whose region?");
    assert_eq!(error.to_string(), "--region is of one profile, and 2 are named");
}

#[test]
fn the_other_profiles_keep_what_is_their_own_and_what_restricts() {
    let file = parse(&format!("{NIGHT}{GROUPS}")).expect("valid");
    let overrides = Overrides {
        profile: Some("prod".into()),
        region: Some("us-west-2".into()),
        is_read_only: true,
        ..Overrides::default()
    };
    let opened = resolve_several(&file, &overrides, &Environment::default()).expect("prod");
    let others = others(&file, &opened, &overrides, &Environment::default());
    let told: Vec<_> = others
        .iter()
        .map(|(name, settings)| (name.as_str(), settings.as_ref().expect("valid")))
        .map(|(name, settings)| (name, settings.profile.region.as_str(), settings.profile.is_read_only, settings.tint))
        .collect();
    let tint = |text: &str| text.parse().ok();
    assert_eq!(told, [("lab", "us-east-1", true, tint("warning")), ("stage", "eu-west-1", true, tint("bright-green"))]);
}

#[test]
fn mistakes_of_groups_and_colours_are_told() {
    let wrong = |from: &str, to: &str| error(&format!("{NIGHT}{GROUPS}").replace(from, to));
    insta::assert_snapshot!(wrong("[\"stage\", \"prod\"]", "[\"stage\", \"prd\"]"), @r#"
    config.toml:33: group "night" names "prd", which is no profile here
    hint: did you mean "prod"?
    "#);
    insta::assert_snapshot!(wrong("night = [", "prod = ["), @r#"
    config.toml:33: "prod" is a group and a profile
    hint: rename one of them: --profile names either
    "#);
    insta::assert_snapshot!(wrong("[\"stage\", \"prod\"]", "[]"), @r#"
    config.toml:33: group "night" has no profile
    hint: name its profiles, or take it out
    "#);
    insta::assert_snapshot!(wrong("bright-green", "brigt-green"), @r#"
    config.toml:27: "brigt-green" is no colour (did you mean "bright-green"?)
    hint: 
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
fn h08_colours_are_those_that_the_terminal_tells_of() {
    let depth = |term: Option<&str>, colorterm: Option<&str>| {
        let environment = Environment::from_lookup(|name| match name {
            "TERM" => term.map(Into::into),
            "COLORTERM" => colorterm.map(Into::into),
            _ => None,
        });
        environment.color_depth()
    };
    for term in [None, Some("dumb"), Some("xterm-mono")] {
        assert_eq!(depth(term, None), ColorDepth::None, "{term:?}");
    }
    assert_eq!(depth(Some("xterm"), None), ColorDepth::Ansi16);
    assert_eq!(depth(Some("xterm-256color"), None), ColorDepth::Ansi256);
    assert_eq!(depth(Some("xterm-256color"), Some("truecolor")), ColorDepth::True);
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
