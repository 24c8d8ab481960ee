//! `scops doctor`, `iam-policy`, `config` and `info`, as they are called.

use serde_json::Value;

use crate::program::Home;
use crate::schema::{mistakes, schema};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_doctor_finds_what_a_lab_allows_and_what_is_not_there() {
    let stage = Stage::start().await;
    let case = stage.case("doctored", &stage.objects(2).await).await;
    let sources = "\n[[profiles.lab.sources]]\nname = \"s\"\nbucket = \"logs\"\nlayout = \"dt={yyyy}-{MM}-{dd}/\"\n";
    let config = std::fs::read_to_string(case.home.path().join("config.toml")).expect("a file");
    case.home.write("config.toml", format!("{config}{sources}"));
    let ended = case.home.run(&["--config", "config.toml", "doctor", "-o", "json"]);
    let told: Value = serde_json::from_str(&ended.stdout()).expect("JSON");
    assert_eq!(mistakes(&schema("doctor.json"), &told), Vec::<String>::new());
    assert_eq!((ended.code(), told["failed"].as_u64()), (0, Some(0)), "{told:#}");
    let areas: Vec<&str> =
        told["findings"].as_array().expect("findings").iter().filter_map(|found| found["area"].as_str()).collect();
    for area in ["version", "state", "endpoint", "credentials", "identity", "region", "browse", "failures", "clock"] {
        assert!(areas.contains(&area), "{area}: {areas:?}");
    }
    // Nothing was received, sent or taken.
    let queue = case.consumer.dead_letter_url.clone().expect("a queue");
    assert_eq!(stage.aws.queue_state(&queue).await.expect("its state").visible, 2);

    case.home.write("config.toml", format!("{config}{}", sources.replace("\"logs\"", "\"nowhere\"")));
    let ended = case.home.run(&["--config", "config.toml", "doctor"]);
    assert_eq!(ended.code(), 1, "{}", ended.stdout());
    let failed: Vec<String> =
        ended.stdout().lines().filter(|line| line.starts_with("✗ failed")).map(str::to_owned).collect();
    assert!(failed.iter().any(|line| line.contains("nowhere")), "{}", ended.stdout());
    assert!(ended.stdout().contains("cure: look at the bucket's name"), "{}", ended.stdout());
}

#[test]
fn a08_a_doctor_without_credentials_says_so_and_asks_nothing_more() {
    let ended = Home::new().run(&["doctor"]);
    assert_eq!(ended.code(), 1, "{}", ended.stderr());
    assert!(ended.stdout().contains("✗ failed     credentials"), "{}", ended.stdout());
    assert!(ended.stdout().contains("cure: set AWS_PROFILE, or sign in"), "{}", ended.stdout());
    assert!(ended.stdout().contains("without credentials nothing can be asked"), "{}", ended.stdout());
}

#[test]
fn a_policy_is_json_and_tells_its_size() {
    let home = Home::new();
    let template = home.run(&["config", "template"]).stdout();
    home.write(".config/scops/config.toml", template);
    let ended = home.run(&["iam-policy"]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    let policy: Value = serde_json::from_str(&ended.stdout()).expect("JSON");
    assert_eq!(policy["Version"], "2012-10-17");
    assert!(!ended.stdout().contains("SendMessage"), "the profile is read-only");
    assert!(ended.stderr().contains("of the 6144 characters"), "{}", ended.stderr());
    assert!(ended.stderr().contains("kms:Decrypt"), "{}", ended.stderr());
    let unknown = home.run(&["iam-policy", "--source", "cloudtrial"]);
    assert_eq!(unknown.code(), 2);
    assert!(unknown.stderr().contains("did you mean \"cloudtrail\"?"), "{}", unknown.stderr());
}

#[test]
fn the_template_has_every_key_and_the_schema_knows_each() {
    let home = Home::new();
    let template = home.run(&["config", "template"]).stdout();
    home.write(".config/scops/config.toml", &template);
    let checked = home.run(&["config", "check"]);
    assert_eq!(checked.code(), 0, "{}", checked.stderr());
    assert!(checked.stdout().contains("ok, 2 profiles, 1 source, 3 consumers"), "{}", checked.stdout());

    let schema: Value = serde_json::from_str(&home.run(&["config", "schema"]).stdout()).expect("JSON");
    let parsed: toml::Table = template.parse().expect("TOML");
    let value = serde_json::to_value(&parsed).expect("JSON");
    assert_eq!(mistakes(&schema, &value), Vec::<String>::new());
    let tables = schema["$defs"].as_object().expect("definitions").values().chain([&schema]);
    for table in tables {
        for key in table["properties"].as_object().expect("properties").keys() {
            let is_there = template.lines().any(|line| {
                let line = line.trim_start_matches("# ");
                line.starts_with(&format!("{key} = "))
                    || line.contains(&format!(" {key} = "))
                    || line.contains(&format!(".{key}]"))
                    || line.starts_with(&format!("[{key}."))
            });
            assert!(is_there, "the template lacks {key}");
        }
    }
}

/// The names that serde says it would have taken.
#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema("config.json");
    let source = "[[profiles.p.sources]]\nname = \"s\"\nbucket = \"b\"\nlayout = \"l/\"\n";
    for (definition, text) in [
        (None, "zz = 1\n".to_owned()),
        (Some("profile"), "[profiles.p]\nzz = 1\n".to_owned()),
        (Some("replay"), "[profiles.p.replay]\nzz = 1\n".to_owned()),
        (Some("live"), "[profiles.p.live]\nzz = 1\n".to_owned()),
        (Some("network"), "[profiles.p.network]\nzz = 1\n".to_owned()),
        (Some("index"), "[profiles.p.index]\nzz = 1\n".to_owned()),
        (Some("minerva"), "[profiles.p.minerva]\nzz = 1\n".to_owned()),
        (Some("limits"), "[profiles.p.limits]\nzz = 1\n".to_owned()),
        (Some("credentials"), "[profiles.p.credentials]\nzz = 1\n".to_owned()),
        (Some("source"), format!("{source}zz = 1\n")),
        (Some("consumer"), "[[profiles.p.consumers]]\nname = \"c\"\nzz = 1\n".to_owned()),
    ] {
        let home = Home::new();
        home.write(".config/scops/config.toml", &text);
        let told = home.run(&["config", "check"]).stderr();
        let mut read: Vec<&str> = told.split('`').skip(1).step_by(2).filter(|word| *word != "zz").collect();
        let table = definition.map_or(&schema, |name| &schema["$defs"][name]);
        let mut known: Vec<&str> =
            table["properties"].as_object().expect("properties").keys().map(String::as_str).collect();
        read.sort_unstable();
        known.sort_unstable();
        read.dedup();
        assert_eq!(read, known, "{definition:?}: {told}");
    }
}

#[test]
fn the_configuration_in_force_is_shown_with_what_says_it() {
    let home = Home::new();
    home.write(
        ".config/scops/config.toml",
        "[profiles.lab]\nendpoint_url = \"http://127.0.0.1:9000\"\n\
         credentials = { access_key_id = \"AKIALAB\", secret_access_key = \"s3cret\" }\n",
    );
    let shown = home.run(&["config", "show", "--region", "eu-west-1", "--path-style"]);
    assert_eq!(shown.code(), 0, "{}", shown.stderr());
    assert!(
        shown.stdout().contains("region = \"eu-west-1\"") && !shown.stdout().contains("s3cret"),
        "{}",
        shown.stdout()
    );
    assert!(shown.stdout().contains("path_style = true"), "{}", shown.stdout());
    let parsed: toml::Table = shown.stdout().parse().expect("TOML");
    assert_eq!(parsed["default_profile"].as_str(), Some("lab"));
    let origins = home.run(&["config", "show", "--origin", "--region", "eu-west-1"]).stdout();
    assert!(origins.contains("--region") && origins.contains("config.toml:2"), "{origins}");
    assert!(!origins.contains("s3cret"), "{origins}");

    home.write(".config/scops/config.toml", "version = 2\n");
    let newer = home.run(&["config", "check"]);
    assert_eq!(newer.code(), 2);
    assert!(newer.stderr().contains("config.toml:1: it is of version 2"), "{}", newer.stderr());
    assert!(newer.stderr().contains("hint: update scops"), "{}", newer.stderr());
}

#[test]
fn info_tells_paths_and_what_is_set_without_secrets() {
    let home = Home::new();
    let mut command = home.command();
    command.args(["info"]).env("AWS_SECRET_ACCESS_KEY", "s3cret").env("AWS_REGION", "eu-west-1");
    let told = String::from_utf8(command.output().expect("scops ends").stdout).expect("text");
    assert!(told.contains(".config/scops/config.toml") && told.contains("AWS_REGION=eu-west-1"), "{told}");
    assert!(told.contains("AWS_SECRET_ACCESS_KEY=(hidden)") && !told.contains("s3cret"), "{told}");
    let json: Value = serde_json::from_str(&home.run(&["info", "-o", "json"]).stdout()).expect("JSON");
    assert_eq!(json["paths"]["config"]["exists"], false);
}
