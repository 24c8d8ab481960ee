//! `scops grep`: what it finds, how it prints it, and how it ends.

use std::io::Write as _;

use bytes::Bytes;
use scops::aws::Put;
use scops::domain::ObjectId;

use crate::program::Home;
use crate::stage::Stage;

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish()).expect("memory")
}

/// Three files of which two hold the address, one of them twice.
fn logs() -> Home {
    let home = Home::new();
    let line = |second: u32, address: &str, user: &str| {
        format!(
            "{{\"time\":\"2026-11-23T01:00:0{second}Z\",\"address\":\"{address}\",\"user\":\"{user}\",\"message\":\"{user} came\"}}\n"
        )
    };
    home.write("logs/a.json.gz", gzip(&(line(1, "203.0.113.7", "anna") + &line(2, "10.0.0.1", "root"))));
    home.write("logs/b/c.json", line(3, "203.0.113.7", "root") + &line(4, "203.0.113.7", "bob"));
    home.write("logs/d.json", line(5, "10.0.0.2", "bob"));
    home
}

#[test]
fn grep_prints_a_line_a_record_by_object_and_line() {
    let ended = logs().run(&["grep", "203.0.113.7", "logs"]);
    assert_eq!(
        (ended.code(), ended.stdout().as_str(), ended.stderr().as_str()),
        (
            0,
            "logs/a.json.gz:1 2026-11-23T01:00:01.000Z anna came\n\
             logs/b/c.json:1 2026-11-23T01:00:03.000Z root came\n\
             logs/b/c.json:2 2026-11-23T01:00:04.000Z bob came\n",
            ""
        )
    );
}

#[test]
fn counts_names_bytes_and_json_are_printed_where_asked_for() {
    let home = logs();
    let printed = |arguments: &[&str]| {
        let ended = home.run(&[&["grep", "203.0.113.7", "logs"], arguments].concat());
        assert_eq!(ended.code(), 0, "{}", ended.stderr());
        ended.stdout()
    };
    assert_eq!(printed(&["-c"]), "logs/a.json.gz:1\nlogs/b/c.json:2\nlogs/d.json:0\n");
    assert_eq!(printed(&["-l"]), "logs/a.json.gz\nlogs/b/c.json\n");
    assert_eq!(printed(&["--limit", "2"]).lines().count(), 2);
    assert!(printed(&["-o", "raw"]).starts_with("{\"time\":\"2026-11-23T01:00:01Z\","));
    let lines: Vec<serde_json::Value> =
        printed(&["-o", "ndjson"]).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["object"], "logs/b/c.json");
    assert_eq!(lines[2]["matched"], serde_json::json!(["address"]));
    assert_eq!((&lines[2]["line"], &lines[2]["fields"]["user"]), (&2.into(), &"bob".into()));
    assert_eq!(printed(&["--range", "2026-11-23 01:00..01:01 UTC", "--source", "json"]).lines().count(), 3);
}

#[test]
fn the_exit_code_is_that_of_grep() {
    let home = logs();
    let code = |arguments: &[&str]| home.run(&[&["grep"], arguments].concat()).code();
    assert_eq!(code(&["-l", "root", "logs"]), 0);
    assert_eq!(code(&["203.0.113", "logs"]), 1, "a part of a term is none");
    assert_eq!(code(&["root", "logs", "missing"]), 2);
    assert_eq!(code(&["(root", "logs"]), 2);
    assert_eq!(code(&["root"]), 2, "nothing says where to look");
    assert_eq!(code(&["root", "logs", "--source", "jsom"]), 2);
    let stored = gzip(&"{\"user\":\"root\"}\n".repeat(9_999));
    home.write("cut.json.gz", &stored[..stored.len() - 9]);
    let ended = home.run(&["grep", "nobody", "cut.json.gz"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().starts_with("error: cut.json.gz: gzip: member 1 is truncated"), "{}", ended.stderr());
    let ended = home.run_with(&["grep", "user:root", "-", "-c"], &stored);
    assert_eq!((ended.code(), ended.stdout().as_str()), (0, "(standard input):9999\n"));
}

#[test]
fn hostile_text_of_a_match_reaches_no_terminal() {
    let home = Home::new();
    home.write("evil.log", "2026-11-23T01:00:00Z \x1b[2J\x1b]0;owned\x07 needle\n");
    let ended = home.run(&["grep", "needle", "evil.log"]);
    assert!(ended.stdout().contains("␛[2J") && !ended.stdout().contains('\x1b'), "{}", ended.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_found_below_a_prefix_the_newest_first() {
    let stage = Stage::start().await;
    let home = Home::new();
    let put = async |key: &str, text: String| {
        let id = ObjectId::new("logs", key);
        stage.aws.put(&id, Bytes::from(gzip(&text)), Put::default()).await.expect("is put");
        stage.hand.advance(std::time::Duration::from_mins(1));
    };
    for number in 0..40 {
        put(&format!("app/{number}.json.gz"), format!("{{\"n\":\"needle{}\"}}\n", number % 2)).await;
    }
    // Larger than what is fetched at once.
    let noise = (0..200_000_u64).fold(String::new(), |noise, n| {
        noise + &format!("{{\"noise\":\"{:x}\"}}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    });
    put("app/large.json.gz", noise + "{\"n\":\"needle1\"}\n").await;
    let config = home.write("config.toml", stage.config());
    let run = |arguments: &[&str]| {
        let config = config.to_str().expect("UTF-8");
        home.run(&[&["--config", config, "grep", "needle1"], arguments].concat())
    };
    let ended = tokio::task::block_in_place(|| run(&["s3://logs/app/", "-l"]));
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    let wanted = (0..40).filter(|number| number % 2 == 1).rev().map(|number| format!("s3://logs/app/{number}.json.gz"));
    let wanted: Vec<_> = std::iter::once("s3://logs/app/large.json.gz".to_owned()).chain(wanted).collect();
    assert_eq!(ended.stdout().lines().collect::<Vec<_>>(), wanted);
    let ended = tokio::task::block_in_place(|| run(&["s3://logs/app/3.json.gz"]));
    assert_eq!(ended.stdout(), "s3://logs/app/3.json.gz:1 - {\"n\":\"needle1\"}\n");
    let ended = tokio::task::block_in_place(|| run(&["s3://logs/none/"]));
    assert_eq!((ended.code(), ended.stderr().as_str()), (2, "error: s3://logs/none/: there is no object\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn sources_are_searched_and_a_search_is_explained() {
    let stage = Stage::start().await;
    let home = Home::new();
    let source =
        "[[profiles.lab.sources]]\nname = \"app\"\nbucket = \"logs\"\nlayout = \"searched/\"\nformat = \"json\"\n";
    for (number, name) in ["needle", "other"].iter().enumerate() {
        let id = ObjectId::new("logs", format!("searched/{number}.json"));
        let body = format!("{{\"time\":\"2026-11-23T01:00:0{number}Z\",\"name\":\"{name}\"}}\n");
        stage.aws.put(&id, Bytes::from(body), Put::default()).await.expect("is put");
    }
    let config = home.write("config.toml", format!("{}\n{source}", stage.config()));
    let run = |arguments: &[&str]| {
        let config = config.to_str().expect("UTF-8");
        tokio::task::block_in_place(|| home.run(&[&["--config", config, "search"], arguments].concat()))
    };
    let range = ["--range", "2026-11-22..2036-11-24"];
    let ended = run(&[&["source:app name:needle"], &range[..]].concat());
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    assert_eq!(ended.stdout().lines().count(), 1, "{}", ended.stdout());
    assert!(
        ended.stdout().starts_with("2026-11-23T01:00:00.000Z app s3://logs/searched/0.json:1 "),
        "{}",
        ended.stdout()
    );
    assert!(ended.stderr().starts_with("1 record in "), "{}", ended.stderr());

    let ended = run(&[&["source:app -needle", "--explain"], &range[..]].concat());
    let told = ended.stdout();
    assert!(told.contains("search    NOT needle\nsources   app\n"), "{told}{}", ended.stderr());
    assert!(told.contains("▸ scan    2 objects"), "{told}");

    let ended = run(&["source:ap x"]);
    assert!(ended.code() == 2 && ended.stderr().contains("did you mean \"app\"?"), "{}", ended.stderr());
    let ended = run(&["(x"]);
    assert!(ended.code() == 2 && ended.stderr().contains("not closed: »(«x"), "{}", ended.stderr());
    let ended = run(&[&["source:app x", "--by", "index"], &range[..]].concat());
    assert!(ended.code() == 2 && ended.stderr().contains("hint: search by scan"), "{}", ended.stderr());
}
