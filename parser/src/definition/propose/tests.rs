use proptest::prelude::*;

use super::*;

fn proposal(samples: &str) -> String {
    propose(samples.as_bytes(), "Mine!").unwrap_or_else(|reason| panic!("{reason}"))
}

/// The proposal's records of a text, as lines of JSON.
fn fields(proposal: &str, text: &str) -> Vec<String> {
    let definition =
        Definition::parse(proposal, "proposal").unwrap_or_else(|mistakes| panic!("{}\n{proposal}", mistakes[0]));
    let options = Options { format: Some(std::sync::Arc::new(definition)), ..Options::default() };
    let mut reader = Reader::new(text.as_bytes(), options);
    let mut lines = Vec::new();
    while let Some(record) = reader.next_record() {
        lines.push(record.outcome.map_or_else(|fault| fault.to_string(), |event| event.fields.to_json()));
    }
    lines
}

#[test]
fn json_is_proposed_with_its_time_and_likely_names() {
    let samples = r#"{"ts":"2026-11-23T02:14:07Z","tenant":"a","client_ip":"203.0.113.7","request":{"method":"GET","status":200},"user":"alice"}
{"ts":"2026-11-23T02:14:08Z","tenant":"b","client_ip":"203.0.113.8","request":{"method":"PUT","status":404},"user":null}
"#;
    let text = proposal(samples);
    assert!(text.contains("name = \"mine-\"\n"), "{text}");
    assert!(text.contains("[time]\nfield = \"ts\"\nformat = \"iso8601\"\n"), "{text}");
    for rule in [
        "{ to = \"source\", from = \"client_ip\", as = \"address\" }",
        "{ to = \"http.request.method\", from = \"request.method\" }",
        "{ to = \"http.response.status_code\", from = \"request.status\", type = \"int\" }",
        "{ to = \"user.name\", from = \"user\" }",
        "client_ip = { exists = true }",
        "tenant = { exists = true }",
    ] {
        assert!(text.contains(rule), "{rule}\n{text}");
    }
    // A list that other formats are known by is one as well.
    let text =
        proposal(r#"{"Records":[{"at":"2026-11-23T02:14:07Z","gate":1},{"at":"2026-11-23T02:14:08Z","gate":2}]}"#);
    assert!(text.contains("envelope = \"Records\""), "{text}");
    let text = proposal(r#"{"events":[{"when":1795399647123,"kind":"x"},{"when":1795399647999,"kind":"y"}]}"#);
    assert!(text.contains("envelope = \"events\"") && text.contains("format = \"epoch_ms\""), "{text}");
}

#[test]
fn columns_are_proposed_with_and_without_a_header() {
    let text = proposal(
        "when;who;srcip;bytes\n2026-11-23 02:14:07;alice;203.0.113.7;12\n2026-11-23 02:14:08;bob;203.0.113.8;7\n",
    );
    assert!(
        text.contains("header = true") && text.contains("delimiter = \";\"") && text.contains("bytes = \"int\""),
        "{text}"
    );
    assert!(text.contains("{ to = \"source\", from = \"srcip\", as = \"address\" }"), "{text}");
    let text = proposal("2026-11-23 02:14:07,alice,203.0.113.7,12\n2026-11-23 02:14:08,\"b,ob\",203.0.113.8,7\n");
    assert!(text.contains("columns = [\"time\", \"column_2\", \"ip\", \"number\"]"), "{text}");
}

#[test]
fn pairs_are_proposed() {
    let text = proposal(
        "ts=2026-11-23T02:14:07Z user=alice src=203.0.113.7 n=1 msg=\"a b\"\nts=2026-11-23T02:14:08Z user=bob src=203.0.113.8 n=2\n",
    );
    assert!(
        text.contains("records = \"key_value\"") && text.contains("n = \"int\"") && text.contains("field = \"ts\""),
        "{text}"
    );
}

#[test]
fn what_varies_in_lines_becomes_fields() {
    let lines = "2026-11-23T02:14:07Z gate-1 door[812]: opened by alice from 203.0.113.7 after 12 ms
2026-11-23T02:14:08Z gate-2 door[813]: opened by bob from 203.0.113.8 after 7 ms
2026-11-23T02:14:09Z gate-1 door[812]: closed
2026-11-23T02:15:09Z gate-1 door[812]: closed
2026-11-23T02:15:10Z gate-1 door[812]: power lost, battery at 55 %";
    let text = proposal(lines);
    let found = fields(&text, lines);
    assert!(found[0].contains(r#""pid":812"#), "{text}\n{}", found[0]);
    assert!(found[0].contains("203.0.113.7") && found[0].contains(r#""after":12"#), "{text}\n{}", found[0]);
    assert!(found[4].contains("power lost"), "{text}\n{}", found[4]);
    assert_eq!(text, proposal(lines));
}

#[test]
fn lines_that_go_on_are_proposed_as_blocks() {
    let lines = "[2026-11-23 02:14:07,123] ERROR shop: no space\n\tat Store.save\n\tat Main.main\n[2026-11-23 02:14:08,000] INFO shop: started";
    let text = proposal(lines);
    assert!(
        text.contains("records = \"blocks\"")
            && text.contains("{ to = \"log.level\", from = \"level\", lowercase = true }"),
        "{text}"
    );
    let found = fields(&text, lines);
    assert_eq!(found.len(), 2, "{text}");
    assert!(found[0].contains(r"at Main.main"), "{text}\n{}", found[0]);
}

#[test]
fn blocks_of_topics_are_proposed_with_the_fields_of_each() {
    let lines = "~~ KESTREL STREAM 7.4 ~~ sensor kst-0a41 ~~ site tyo ~~
%% 20261123 013107.412 PROC/SPAWN !low @app-03 #88112
   ~ image : </usr/bin/python3.13> | pid 4121 | by 1
   ~ owner : <payments> | session 4
   ~ print : sha256 4fd1
%.
%% 20261123 013108.001 NET/OPEN !low @app-04 #88113
   ~ owner : <ci> | session 12
   ~ peer  : <203.0.113.7> | port 443 | over tls
%.
%% 20261123 013109.250 SENSOR/PULSE !info @app-04 #88114
   ~ load  : 0.55 | lost 0 | queue 3
%.";
    let text = proposal(lines);
    let found = fields(&text, lines);
    assert_eq!(found.len(), 3, "{text}");
    let wanted = r#""event":"PROC/SPAWN","severity":"low","host":"app-03","sequence":88112"#;
    assert!(found[0].contains(wanted), "{text}\n{}", found[0]);
    for wanted in [
        r#""image":"/usr/bin/python3.13","pid":4121,"by":1"#,
        r#""owner":"payments","session":4"#,
        r#""sha256":"4fd1""#,
    ] {
        assert!(found[0].contains(wanted), "{text}\n{}", found[0]);
    }
    assert!(found[1].contains(r#""peer":"203.0.113.7","port":443,"over":"tls""#), "{text}\n{}", found[1]);
    assert!(found[2].contains(r#""load":0.55,"lost":0,"queue":3"#), "{text}\n{}", found[2]);
    for rule in [
        "comments = [\"~~\"]",
        "{ to = \"host.hostname\", from = \"host\" }",
        "{ to = \"user.name\", from = \"owner\" }",
        "{ to = \"source\", from = \"peer\", as = \"address\" }",
        "format = \"%Y%m%d %H%M%S%.f\"",
    ] {
        assert!(text.contains(rule), "{rule}\n{text}");
    }
}

#[test]
fn what_has_nothing_in_common_is_told_so() {
    for samples in ["", " \n ", "one\ntwo words\n", "{\"a\":1}\n[2]\n", "\u{0}\u{1}"] {
        let reason = propose(samples.as_bytes(), "x").expect_err(samples);
        assert!(reason.starts_with("nothing can be proposed: "), "{reason}");
    }
}

#[test]
fn texts_are_written_so_that_they_are_read_again() {
    for text in ["a", "a\"b", "it's \\ \"x\"", "''' \"\"\"", "\n", "a\nb'", "tab\t", "\u{7f}\u{1}", "'", "\\'\"\n"] {
        let written = format!("key = {}", quoted(text));
        let table: toml::de::DeTable<'_> =
            toml::de::DeTable::parse(&written).unwrap_or_else(|error| panic!("{written}: {error}")).into_inner();
        let value = table.iter().next().and_then(|(_, value)| value.get_ref().as_str());
        assert_eq!(value, Some(text), "{written}");
    }
}

fn check(samples: &[u8]) {
    match propose(samples, "any") {
        Err(reason) => assert!(reason.starts_with("nothing can be proposed: "), "{reason}"),
        Ok(text) => {
            if let Err(mistakes) = Definition::parse(&text, "proposal") {
                panic!("{}\n{text}", mistakes[0]);
            }
            assert_eq!(propose(samples, "any"), Ok(text));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_proposal_loads_or_there_is_none(lines in prop::collection::vec("\\PC{0,60}", 0..6)) {
        check(lines.join("\n").as_bytes());
    }

    #[test]
    fn lines_like_logs_are_proposed_well(
        start in prop::sample::select(vec!["2026-11-23T02:14:07Z ", "Nov 23 02:14:07 ", "[23/Nov/2026:02:14:07 +0000] ", "<13>", "", "a=", "{\"a\":", "x,y,"]),
        lines in prop::collection::vec("[a-c0-2 =,;:\"'\\[\\]{}.|-]{0,24}", 1..6),
    ) {
        let lines: Vec<String> = lines.iter().map(|line| format!("{start}{line}")).collect();
        check(lines.join("\n").as_bytes());
    }

    #[test]
    fn bytes_make_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
    }
}
