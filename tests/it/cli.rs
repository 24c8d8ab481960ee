//! The command line: what it prints, and how it ends.

use std::io::Write as _;

use crate::program::{Home, corpus};

const EVENTS: &str = r#"{"Records":[
{"eventVersion":"1.08","eventTime":"2026-11-23T01:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userIdentity":{"type":"Root","accountId":"111122223333"},"responseElements":{"ConsoleLogin":"Failure"},"big":18446744073709551616},
{"eventVersion":"1.08","eventTime":"2026-11-23T01:00:01Z","eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userIdentity":{"type":"Root","accountId":"111122223333"}}
]}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

#[test]
fn cat_prints_one_json_object_a_record() {
    let home = Home::new();
    let path = home.write("trail.json.gz", gzip(EVENTS.as_bytes()));
    let ended = home.run(&["cat".as_ref(), path.as_os_str(), "-o".as_ref(), "ndjson".as_ref()]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    let lines: Vec<serde_json::Value> =
        ended.stdout().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["format"], "cloudtrail");
    assert_eq!(lines[0]["line"], 2);
    assert_eq!(lines[0]["time"], "2026-11-23T01:00:00Z");
    assert_eq!(lines[0]["fields"]["eventName"], "ConsoleLogin");
    assert_eq!(lines[0]["ecs"]["source"]["ip"], "203.0.113.7");
    assert_eq!(lines[0]["ecs"]["event"]["outcome"], "failure");
    let span = |index: usize, edge: usize| usize::try_from(lines[index]["span"][edge].as_u64().expect("a number"));
    let bytes = &EVENTS[span(1, 0).expect("small")..span(1, 1).expect("small")];
    assert!(bytes.starts_with("{\"eventVersion\"") && bytes.trim_end().ends_with('}'), "{bytes}");
    assert!(ended.stdout().contains("\"big\":18446744073709551616"), "integers of any size stay exact");
}

#[test]
fn cat_reads_standard_input_and_raw_gives_the_bytes_back() {
    let home = Home::new();
    let text = "{\"a\":1}\n{\"b\":2}\n";
    let ended = home.run_with(&["cat", "-", "-o", "raw"], &gzip(text.as_bytes()));
    assert_eq!((ended.code(), ended.stdout()), (0, text.to_owned()));
}

#[test]
fn a_damaged_object_gives_what_can_be_read_and_exit_code_3() {
    let home = Home::new();
    let lines: Vec<_> =
        (0..2000).map(|n| format!("{{\"n\":{n},\"noise\":\"{:x}\"}}\n", n * 2_654_435_761_u64)).collect();
    let text = lines.concat();
    let whole = gzip(text.as_bytes());
    let path = home.write("cut.json.gz", &whole[..whole.len() / 2]);
    let ended = home.run(&["cat".as_ref(), path.as_os_str(), "-o".as_ref(), "ndjson".as_ref(), "--report".as_ref()]);
    assert_eq!(ended.code(), 3, "{}", ended.stderr());
    let printed = ended.stdout();
    assert!(printed.lines().count() > 500, "what was readable is there");
    let last = printed.lines().last().expect("a line");
    assert!(last.contains("\"error\""), "{last}");
    assert!(ended.stderr().contains("damage     gzip: member 1 is truncated (at byte"), "{}", ended.stderr());
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let home = Home::new();
    let path = home.write("evil.log", "2026-11-23T01:00:00Z \x1b[2J\x1b]0;owned\x07 hello\n");
    let ended = home.run(&["cat".as_ref(), path.as_os_str()]);
    assert!(!ended.stdout().contains('\x1b') && ended.stdout().contains("␛[2J"), "{}", ended.stdout());
    let missing = home.run(&["cat", "no\x1b[2Jfile"]);
    assert!(!missing.stderr().contains('\x1b'), "{}", missing.stderr());
}

#[test]
fn a_format_is_proposed_checked_used_and_explained() {
    let home = Home::new();
    let lines: String = (0..9)
        .map(|n| format!("2026-11-23T02:14:0{n}Z door={n} in user{n} 203.0.113.{n}\n"))
        .fold(String::new(), |all, line| all + &line);
    let log = home.write("door.log", &lines);
    let proposed = home.run(&["formats".as_ref(), "propose".as_ref(), log.as_os_str()]);
    assert_eq!(proposed.code(), 0, "{}", proposed.stderr());
    let definition = home.write(".config/scops/formats/door.toml", proposed.stdout());
    let checked = home.run(&["formats".as_ref(), "check".as_ref(), definition.as_os_str()]);
    assert_eq!((checked.code(), checked.stdout().contains("fine: format door")), (0, true), "{}", checked.stderr());

    let explained =
        home.run(&["formats".as_ref(), "explain".as_ref(), log.as_os_str(), "-o".as_ref(), "json".as_ref()]);
    let told: serde_json::Value = serde_json::from_str(&explained.stdout()).expect("JSON");
    assert_eq!((&told[0]["format"], &told[0]["records"], &told[0]["faults"]), (&"door".into(), &9.into(), &0.into()));
    let cat = home.run(&["cat".as_ref(), log.as_os_str(), "-o".as_ref(), "ndjson".as_ref()]);
    assert!(cat.stdout().lines().all(|line| line.contains("\"format\":\"door\"")), "{}", cat.stdout());
    assert!(home.run(&["formats", "list"]).stdout().contains("door "));

    home.write(".config/scops/formats/door.toml", "name = \"door\"\nrecrods = \"lines\"\n");
    let broken = home.run(&["cat".as_ref(), log.as_os_str()]);
    assert_eq!(broken.code(), 2);
    assert!(broken.stderr().contains("door.toml:2"), "{}", broken.stderr());
    assert!(broken.stderr().contains("hint: did you mean \"records\"?"), "{}", broken.stderr());
}

#[test]
fn what_changed_in_shape_is_told() {
    let home = Home::new();
    let before = home.write("before.json", "{\"time\":\"2026-11-23T02:14:07Z\",\"n\":1}\n");
    let now = home.write("now.json", "{\"time\":\"2026-11-23T02:14:08Z\",\"n\":\"1\",\"region\":\"x\"}\n");
    let ended =
        home.run(&["formats".as_ref(), "explain".as_ref(), now.as_os_str(), "--against".as_ref(), before.as_os_str()]);
    assert!(ended.stdout().contains("field n was number, is text"), "{}", ended.stdout());
    assert!(ended.stdout().contains("new field region (1 times)"), "{}", ended.stdout());
    let unknown = home.run(&["formats", "show", "cloudtrial"]);
    assert_eq!(unknown.code(), 2);
    assert!(unknown.stderr().contains("did you mean \"cloudtrail\"?"), "{}", unknown.stderr());
}

#[test]
fn mistakes_end_with_place_cause_and_cure() {
    let home = Home::new();
    home.write(".config/scops/config.toml", "[profiles.prod]\nregoin = \"x\"\n");
    let ended = home.run(&["query", "SELECT 1"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("config.toml:2: unknown field `regoin`"), "{}", ended.stderr());
    assert!(ended.stderr().contains("hint: did you mean \"region\"?"), "{}", ended.stderr());

    let home = Home::new();
    let ended = home.run(&["cat", "nowhere.log"]);
    assert_eq!(ended.code(), 1);
    assert!(ended.stderr().contains("cannot read nowhere.log"), "{}", ended.stderr());
    let ended = home.run(&["cat", "-f", "cloudtrial", "-"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("did you mean \"cloudtrail\"?"), "{}", ended.stderr());
    let ended = home.run(&["query", "SELECT 1"]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stderr().contains("has no index"), "{}", ended.stderr());
    // Nothing found would say that there is nothing.
    for arguments in [&["search", "x"] as &[&str], &["sources"], &["ls"]] {
        let ended = home.run(arguments);
        assert_eq!((ended.code(), ended.stdout().as_str()), (2, ""), "{arguments:?}");
        assert!(
            ended.stderr().contains("error: profile \"default\" has no source\nhint: `scops init`"),
            "{}",
            ended.stderr()
        );
    }
}

#[test]
fn h06_the_console_wants_a_terminal() {
    let ended = Home::new().run(&[] as &[&str]);
    assert_eq!(ended.code(), 2);
    assert!(ended.stdout().is_empty());
    assert!(ended.stderr().contains("terminal") && !ended.stderr().contains('\x1b'), "{}", ended.stderr());
}

#[test]
fn h16_a_configuration_that_cannot_be_used_is_told_with_its_place() {
    let run = |home: &Home| home.run(&["query", "SELECT 1"]);
    for (text, told) in [
        ("[profiles.prod]\nregoin = \"x\"\n", "config.toml:2: unknown field `regoin`"),
        ("[profiles.prod]\nregion = \"eu-west-1\"\nread_only = \"yes\"\n", "config.toml:3: "),
        ("[profiles.prod\n", "config.toml:1: "),
    ] {
        let home = Home::new();
        home.write(".config/scops/config.toml", text);
        let ended = run(&home);
        assert_eq!(ended.code(), 2, "{text}: {}", ended.stderr());
        assert!(ended.stderr().contains(told), "{text}: {}", ended.stderr());
    }
    // Nobody, not even root, reads a folder or these bytes as text.
    let home = Home::new();
    home.write(".config/scops/config.toml/inside", "");
    let ended = run(&home);
    assert_eq!(ended.code(), 2, "{}", ended.stderr());
    assert!(ended.stderr().contains("config.toml"), "{}", ended.stderr());
    let home = Home::new();
    home.write(".config/scops/config.toml", b"\xff\xfe");
    let ended = run(&home);
    assert_eq!(ended.code(), 2, "{}", ended.stderr());
    assert!(ended.stderr().contains("config.toml"), "{}", ended.stderr());
}

#[test]
fn t06_an_escape_at_the_end_of_a_piece_is_shown_with_what_follows_it() {
    let home = Home::new();
    let text = format!("{}\x1b[31mred\n", "x".repeat((64 << 10) - 1));
    let path = home.write("evil.log", text);
    let ended = home.run(&["cat".as_ref(), path.as_os_str()]);
    assert!(!ended.stdout().contains('\x1b') && ended.stdout().contains("␛[31mred"), "{}", ended.stderr());
}

#[test]
fn real_flow_logs_are_read_whole() {
    let Some(corpus) = corpus() else { return };
    let manifest = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).expect("the manifest");
    let mut seen = 0;
    for line in manifest.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        let (format, file, lines, kind) = (cells[0], cells[1], cells[3], cells[10]);
        if format != "aws_vpcflow" || kind != "data" {
            continue;
        }
        let ended = Home::new().run(&[
            "cat".as_ref(),
            corpus.join(format).join(file).as_os_str(),
            "-o".as_ref(),
            "ndjson".as_ref(),
        ]);
        let records = ended.stdout().lines().count();
        let lines: usize = lines.parse().expect("a count");
        assert!(
            records == lines || records + 1 == lines,
            "{file}: {records} records of {lines} lines: {}",
            ended.stderr()
        );
        seen += 1;
    }
    assert!(seen > 1, "the manifest names flow logs");
}
