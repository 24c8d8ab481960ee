use super::*;
use crate::{Options, Reader as Records};

/// All mistakes, one below the other.
fn mistakes(text: &str) -> String {
    let found = Definition::parse(text, "mine.toml").err().unwrap_or_default();
    found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn definition(text: &str) -> Arc<Definition> {
    Arc::new(Definition::parse(text, "mine.toml").unwrap_or_else(|_| panic!("{}", mistakes(text))))
}

/// The records of an object that is read with a definition, as lines of JSON.
fn read(text: &str, object: &str) -> String {
    let formats = Formats::built_in().with(definition(text));
    let arrived = "2026-11-23T12:00:00Z".parse().ok();
    let mut reader = Records::new(object.as_bytes(), Options { formats, arrived, ..Options::default() });
    let mut lines = Vec::new();
    while let Some(record) = reader.next_record() {
        record.write_ndjson(&mut lines).expect("memory takes all");
    }
    String::from_utf8(lines).expect("it is text")
}

#[test]
fn shipped_definitions_are_right_and_their_heads_plain() {
    let mut wrong: Vec<String> = Vec::new();
    for text in shipped::TEXTS {
        let head = shipped::Head::read(text);
        let place = format!("formats/{}.toml", head.name);
        let definition = match Definition::parse(text, &place) {
            Ok(definition) => definition,
            Err(mistakes) => {
                wrong.extend(mistakes.iter().map(ToString::to_string));
                continue;
            }
        };
        let plan = &definition.plan;
        let contains: Vec<_> = plan.contains.iter().map(memchr::memmem::Finder::needle).collect();
        assert_eq!((head.name, head.title, head.strictness), (&*plan.name, &*plan.title, plan.strictness));
        assert_eq!(head.keys, plan.keys, "{place}");
        assert_eq!(Definition::shipped(head.name), Some(*text));
        assert_eq!(head.contains.iter().map(|text| text.as_bytes()).collect::<Vec<_>>(), contains, "{place}");
        assert_eq!(head.records == "json", definition.shape() == Shape::Json, "{place}");
        assert_eq!(head.envelope, definition.envelopes().first().copied(), "{place}");
        assert!(
            !definition.plan.lines.iter().any(|line| matches!(line, Reader::Columns(columns) if columns.has_header))
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn shipped_samples_are_recognised_among_all_formats() {
    for text in shipped::TEXTS {
        let head = shipped::Head::read(text);
        let definition = Definition::read(text, &mut Notes::new("", text, false)).expect("it is right");
        for sample in &definition.plan.samples {
            let mut reader = Records::new(sample.text().as_bytes(), Options::default());
            assert_eq!(
                reader.detection().format.as_ref().map(|format| format.name()),
                Some(head.name),
                "{}",
                sample.text()
            );
        }
    }
}

#[test]
fn all_mistakes_are_told_with_place_cause_and_cure() {
    let text = r#"
nam = "door"
colums = []
records = "line"

[[line]]
regex = '(?<ts>\S+) (?<way>in|out'

[types]
door = "integer"

[[ecs]]
to = "user.name"
form = "person"

[time]
field = "ts"
format = "iso"
zone = "Mars/Olympus"
"#;
    assert_eq!(
        mistakes(text),
        "mine.toml:1:1: the definition lacks \"name\"\n\
         mine.toml:2:1: unknown key \"nam\" in the definition\n\
         hint: did you mean \"name\"?\n\
         mine.toml:3:1: unknown key \"colums\" in the definition\n\
         hint: did you mean \"columns\"?\n\
         mine.toml:4:11: unknown records \"line\"\n\
         hint: did you mean \"lines\"?\n\
         mine.toml:10:8: unknown type \"integer\"\n\
         hint: did you mean \"int\"?"
    );
    let text = text
        .replace("nam =", "name =")
        .replace("colums", "columns")
        .replace("\"line\"", "\"lines\"")
        .replace("integer", "int");
    assert_eq!(
        mistakes(&text),
        "mine.toml:1:1: the definition has no sample\n\
         hint: add [[sample]] line = '…' with a line of the log\n\
         mine.toml:7:21: the pattern is wrong: unclosed group\n\
         mine.toml:12:1: the rule does not say what its value is\n\
         hint: add from = \"field\", value = …, template = \"…\" or set = { … }\n\
         mine.toml:14:1: unknown key \"form\" in a rule of ecs\n\
         hint: did you mean \"from\"?\n\
         mine.toml:18:10: unknown time format \"iso\"\n\
         hint: did you mean \"iso8601\"?\n\
         mine.toml:19:8: unknown zone \"Mars/Olympus\"\n\
         hint: write an IANA name (\"Europe/Vienna\") or an offset (\"+09:00\")"
    );
    assert_eq!(mistakes("name = 'a'\nname = 'b'"), "mine.toml:2:1: duplicate key");
    assert!(mistakes("name = ").starts_with("mine.toml:1:8: string values must be quoted"));
}

#[test]
fn a_sample_tells_which_pattern_comes_how_far() {
    let with = |line: &str, sample: &str| mistakes(&format!("name = \"a\"\n{line}\n[[sample]]\nline = '{sample}'"));
    assert_eq!(
        with(
            r"[[line]]
regex = ['x (?<a>\d+)', '(?<ts>\S+) \[(?<pid>\d+)\] (?<m>.*)']",
            "noon [x12] y"
        ),
        "mine.toml:5:15: the sample does not match: pattern 2 of 2, which comes farthest, wants (?<pid>\\d+) here, at \"x12] y\""
    );
    assert_eq!(
        with("[[line]]\ngrok = '%{IP:ip} %{INT:n}'", "192.0.2.1 7 more"),
        "mine.toml:5:20: the sample goes on where the pattern ends, with \" more\" (.* takes what is left)"
    );
    assert_eq!(
        with("[[line]]\ndissect = '%{a} <%{b}> %{c}'", "one two"),
        "mine.toml:5:9: the sample does not match: the pattern wants %{a} < here, at \"one two\""
    );
    assert_eq!(
        with("[[line]]\nregex = '(?<a>x) y'", "x "),
        "mine.toml:5:10: the sample does not match: the pattern wants  y here, at \" \""
    );
    assert_eq!(
        mistakes(
            "name = \"a\"\n[[line]]\nregex = '(?<a>\\d+)'\n[[sample]]\nline = '7'\nexpect = { \"fields.a\" = 8, \"x.y\" = 1 }"
        ),
        "mine.toml:6:25: fields.a is \"7\", not 8\nmine.toml:6:36: x.y is nothing, not 1"
    );
}

#[test]
fn a_field_that_no_pattern_reads_is_a_mistake() {
    let text = "name = \"a\"\nmessage = \"{persn}\"\n[[line]]\nregex = '(?<person>\\w+)'\n[[ecs]]\nto = \"user.name\"\nfrom = \"perso\"\n\
        when = { nobody = 1 }\n[[sample]]\nline = 'alice'";
    assert_eq!(
        mistakes(text),
        "mine.toml:2:11: no pattern reads a field \"persn\"\nhint: did you mean \"person\"?\n\
         mine.toml:7:8: no pattern reads a field \"perso\"\nhint: did you mean \"person\"?\n\
         mine.toml:8:10: no pattern reads a field \"nobody\"\nhint: known are person"
    );
}

#[test]
fn what_tells_no_records_apart_is_refused() {
    let of = |rest: &str| mistakes(&format!("name = \"a\"\n{rest}\n[[sample]]\nline = '{{}}'"));
    assert!(of("records = \"json\"").contains("nothing tells these records from those of other formats"));
    assert!(of("records = \"key_value\"").contains("nothing tells these records"));
    assert!(of("records = \"lines\"").contains("nothing says how the fields of a line are found"));
    assert!(of("records = \"csv\"").contains("needs a table [csv]"));
    assert!(of("records = \"blocks\"").contains("lacks \"begins\""));
    assert!(of("envelope = \"a\"").contains("\"envelope\" is of records = \"json\""));
    assert!(of("[time]\nname = \"x\"").contains("\"name\" belongs before the first [table]"));
}

#[test]
fn columns_with_a_header_are_read_by_their_names() {
    let text = r#"
name = "visits"
records = "csv"
[csv]
columns = ["when", "who"]
header = true
delimiter = ";"
[types]
count = "int"
[time]
field = "when"
format = "%d.%m.%Y %H:%M"
zone = "+01:00"
[[ecs]]
to = "user.name"
from = "who"
[[sample]]
line = '''
who;count;when
alice;7;23.11.2026 02:14'''
expect = { "user.name" = "alice", time = "2026-11-23T01:14:00Z", "fields.count" = 7 }
"#;
    let found = read(text, "who;count;note;when\n\"bob\";1;\"a\nb\";23.11.2026 03:00\nwho;count;note;when\n-;2;;x\n");
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 2, "{found}");
    assert!(
        lines[0].contains(r#""time":"2026-11-23T02:00:00Z","fields":{"who":"bob","count":1,"note":"a\nb","when""#),
        "{found}"
    );
    assert!(lines[1].contains(r#""time":null,"fields":{"who":null,"count":2,"note":null,"when":"x"}"#), "{found}");
}

#[test]
fn blocks_pairs_and_json_in_a_field_are_read() {
    let text = r#"
name = "job"
records = "blocks"
begins = '\d{4}-'
[[line]]
dissect = '%{ts} %{level} %{message}'
[[extract]]
from = "message"
when = { message = { begins = "{" } }
json = true
into = "data"
[[extract]]
from = "message"
when = { level = "PAIRS" }
pairs = { between = ", ", equals = ": " }
[types]
n = "int"
[time]
field = "ts"
[[ecs]]
to = "event.action"
from = ["data.action", "action"]
[[ecs]]
to = "log.level"
from = "level"
lowercase = true
[[sample]]
line = '2026-11-23T02:14:07Z INFO {"action":"start"}'
expect = { "event.action" = "start" }
"#;
    let found = read(
        text,
        "2026-11-23T02:14:07Z INFO {\"action\":\"go\"}\n2026-11-23T02:14:08Z PAIRS n: 7, action: stop\n2026-11-23T02:14:09Z ERROR x\n at y\n",
    );
    let lines: Vec<&str> = found.lines().collect();
    assert_eq!(lines.len(), 3, "{found}");
    assert!(
        lines[0].contains(r#""data":{"action":"go"}"#)
            && lines[0].contains(r#""event":{"kind":"event","dataset":"job","action":"go"}"#),
        "{found}"
    );
    assert!(lines[1].contains(r#""n":7,"action":"stop""#), "{found}");
    assert!(lines[2].contains(r#""message":"x\n at y""#), "{found}");
}

#[test]
fn definitions_go_before_what_is_compiled_in_and_each_mistake_has_its_file() {
    let mine = "name = \"syslog\"\n[[line]]\nregex = 'me (?<a>.*)'\n[[sample]]\nline = 'me too'";
    let (formats, mistakes) = Formats::load([("a.toml", mine), ("b.toml", "name = 1"), ("c.toml", mine)]);
    assert_eq!(formats.get("syslog").map(|format| format.title().to_owned()).as_deref(), Some("syslog"));
    assert_eq!(formats.iter().count(), Formats::built_in().iter().count());
    let mistakes: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    assert!(mistakes.iter().any(|mistake| mistake.starts_with("b.toml:1:8: name must be text")), "{mistakes:?}");
    assert!(
        mistakes.iter().any(|mistake| mistake.contains("c.toml:1:1: the name \"syslog\" is that of a.toml too")),
        "{mistakes:?}"
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(96))]

    #[test]
    fn a_broken_definition_tells_a_place_in_its_text(
        index in 0..shipped::TEXTS.len(),
        from in proptest::prelude::any::<proptest::sample::Index>(),
        length in 0_usize..40,
        put in "[\\[\\]{}\"'=#.,a-z0-9\\n\\\\]{0,6}",
    ) {
        let text = shipped::TEXTS[index];
        let cut = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let from = from.index(text.len());
        let broken = format!("{}{put}{}", &text[..cut(from)], &text[cut((from + length).min(text.len()))..]);
        for mistake in Definition::parse(&broken, "broken.toml").err().unwrap_or_default() {
            let line = broken.split('\n').nth(mistake.line - 1).unwrap_or_else(|| panic!("{mistake}"));
            assert!(mistake.column <= line.chars().count() + 1, "{mistake}");
        }
    }
}

/// `docs/formats-as-data.md`, where the repository is at hand.
fn documentation() -> Option<String> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/formats-as-data.md");
    std::fs::read_to_string(path).ok()
}

#[test]
fn definitions_in_the_documentation_are_right() {
    let Some(text) = documentation() else { return };
    let examples: Vec<&str> = text.split("```toml\n").skip(1).filter_map(|rest| rest.split("\n```").next()).collect();
    assert!(examples.len() >= 8, "{}", examples.len());
    for example in examples {
        assert_eq!(mistakes(example), "", "{example}");
    }
}

#[test]
fn the_documentation_tells_of_every_key() {
    let Some(text) = documentation() else { return };
    for key in plan::KEYS.iter().chain(rule::KEYS).chain(rule::HELPERS).chain(condition::TESTS).chain(clock::FORMATS) {
        let is_told = [
            format!("`{key}`"),
            format!("`{key} ="),
            format!("`[[{key}]]`"),
            format!("`[{key}]`"),
            format!("{{ {key} ="),
        ];
        assert!(is_told.iter().any(|told| text.contains(told)), "{key}");
    }
}
