use std::path::Path;

use proptest::prelude::*;
use scops_parser::{Event, Formats, Options, Reader};

use super::{Level, Rule, Rules, Text};

/// The ids of the rules that match each record of a log.
fn found(rules: &Rules, log: &str) -> Vec<Vec<String>> {
    let mut reader = Reader::new(log.as_bytes(), Options::default());
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        let event = record.outcome.as_ref().expect("a record that can be read");
        found.push(matching(rules, event));
    }
    found
}

fn matching(rules: &Rules, event: &Event<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    rules.matches(event, &mut |rule| ids.push(rule.id.clone()));
    ids
}

fn rules(text: &str) -> Rules {
    Rules::only(&[Text { name: "own.yml".into(), text: text.into() }], Formats::built_in())
}

/// A rule with this detection, for JSON records.
fn rule(detection: &str) -> Rules {
    let indented = detection.replace('\n', "\n  ");
    let rules = rules(&format!("title: t\nid: t\nlogsource:\n  product: json\ndetection:\n  {indented}\n"));
    assert_eq!(rules.mistakes(), [], "{detection}");
    rules
}

/// Whether a rule with this detection matches a record of JSON.
fn holds(detection: &str, record: &str) -> bool {
    !found(&rule(detection), record)[0].is_empty()
}

fn mistakes(text: &str) -> Vec<String> {
    let told = |mistake: &crate::mistake::Mistake| match &mistake.hint {
        Some(hint) => format!("{mistake} ({hint})"),
        None => mistake.to_string(),
    };
    rules(text).mistakes().iter().map(told).collect()
}

#[test]
fn each_shipped_rule_matches_its_samples_and_not_the_others() {
    let rules = Rules::shipped();
    assert_eq!(rules.mistakes(), []);
    assert!(rules.all().len() >= 12);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/samples");
    for (file, _) in super::shipped::SHIPPED {
        let name = file.trim_start_matches("rules/").trim_end_matches(".yml");
        let rule =
            rules.all().iter().find(|rule| rule.origin == super::Origin::Shipped && rule.text.contains(&title(file)));
        let id = &rule.expect("loaded").id;
        let read = |kind: &str| std::fs::read_to_string(folder.join(format!("{name}.{kind}.log"))).expect("a sample");
        for (number, found) in found(&rules, &read("match")).iter().enumerate() {
            assert!(found.contains(id), "{name}: record {number} is not matched, but by {found:?}");
        }
        for (number, found) in found(&rules, &read("other")).iter().enumerate() {
            assert!(!found.contains(id), "{name}: record {number} is matched");
        }
    }
}

fn title(file: &str) -> String {
    let (_, text) = super::shipped::SHIPPED.iter().find(|(name, _)| *name == file).expect("shipped");
    text.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn each_shipped_rule_tells_what_it_is_for() {
    for rule in Rules::shipped().all() {
        let Rule { title, description, references, tags, false_positives, .. } = rule;
        assert!(description.is_some() && !references.is_empty() && !false_positives.is_empty(), "{title}");
        assert!(tags.iter().any(|tag| tag.starts_with("attack.t")), "{title}");
        assert!(rule.id.len() == 36 && rule.formats.is_some() && rule.is_active(), "{title}");
        assert!(rule.needs().is_some() || rule.about() != "cloudtrail", "{title} is asked of every record");
    }
}

#[test]
fn selections_are_maps_lists_and_words() {
    let record =
        r#"{"a":"Root","n":22,"list":["x","y"],"deep":{"er":[{"k":"v"}]},"none":null,"text":"Hello wide world"}"#;
    for (detection, is_held) in [
        ("s:\n  a: root\ncondition: s", true),
        ("s:\n  a: root\n  n: 23\ncondition: s", false),
        ("s:\n  a:\n    - x\n    - ROOT\ncondition: s", true),
        ("s:\n  - a: x\n  - n: 22\ncondition: s", true),
        ("s:\n  n: '22'\ncondition: s", true),
        ("s:\n  list: y\ncondition: s", true),
        ("s:\n  list|all:\n    - x\n    - y\ncondition: s", true),
        ("s:\n  list|all:\n    - x\n    - z\ncondition: s", false),
        ("s:\n  deep.er.k: V\ncondition: s", true),
        ("s:\n  none: null\ncondition: s", true),
        ("s:\n  absent: null\ncondition: s", true),
        ("s:\n  a: null\ncondition: s", false),
        ("s:\n  none|exists: true\ncondition: s", true),
        ("s:\n  absent|exists: false\ncondition: s", true),
        ("s:\n  - wide\n  - nowhere\ncondition: s", true),
        ("s:\n  - nowhere\ncondition: s", false),
        ("s:\n  '|all':\n    - '*wide*'\n    - '*hello*'\ncondition: s", true),
        ("s:\n  text|contains|all:\n    - WIDE\n    - world\ncondition: s", true),
        ("s:\n  a: root\nf_1:\n  n: 22\nf_2:\n  n: 1\ncondition: s and not 1 of f_*", false),
        ("s:\n  a: root\nf_1:\n  n: 22\nf_2:\n  n: 1\ncondition: s and not all of f_*", true),
        ("s:\n  a: x\nt:\n  n: 22\ncondition:\n  - s\n  - t", true),
    ] {
        assert_eq!(holds(detection, record), is_held, "{detection}");
    }
}

#[test]
fn modifiers_say_how_values_are_compared() {
    let record = r#"{"a":"GetObject","ip":"203.0.113.78","v6":"2001:db8::7","n":401,"b":"GetObject","cmd":"x /enc Yg==","e":"aGVsbG8gd29ybGQ="}"#;
    for (detection, is_held) in [
        ("a|startswith: get", true),
        ("a|startswith|cased: get", false),
        ("a|endswith: OBJECT", true),
        ("a|contains: tOb", true),
        ("a|contains:\n    - x\n    - y", false),
        ("a|re: '^Get(Object|Item)$'", true),
        ("a|re: '^get'", false),
        ("a|re|i: '^get'", true),
        ("a|neq: PutObject", true),
        ("a|neq: getobject", false),
        ("ip|cidr: 203.0.113.0/24", true),
        ("ip|cidr:\n    - 10.0.0.0/8\n    - 2001:db8::/32", false),
        ("v6|cidr: 2001:db8::/32", true),
        ("n|gte: 400\n  n|lt: 500", true),
        ("n|gt: 401", false),
        ("n|lte: 401", true),
        ("a|fieldref: b", true),
        ("a|fieldref: e", false),
        ("cmd|windash|contains: ' -enc '", true),
        ("cmd|contains: ' -enc '", false),
        ("e|base64: 'hello world'", false),
        ("e|base64|contains: 'hello worl'", false),
        ("e|base64offset|contains: 'lo wo'", true),
        ("e|base64offset|contains: 'nothing'", false),
    ] {
        assert_eq!(holds(&format!("s:\n  {detection}\ncondition: s"), record), is_held, "{detection}");
    }
}

#[test]
fn fields_are_known_by_the_names_of_the_log_of_ecs_and_of_sigma() {
    let log = r#"{"eventVersion":"1.11","userIdentity":{"type":"Root"},"eventTime":"2026-11-23T02:14:07Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"x","requestParameters":null,"responseElements":null,"eventID":"e"}"#;
    for field in [
        "eventName: ConsoleLogin",
        "event.action: ConsoleLogin",
        "source.ip: 203.0.113.7",
        "src_ip|cidr: 203.0.113.0/24",
    ] {
        let text = format!(
            "title: t\nid: t\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  s:\n    {field}\n  condition: s\n"
        );
        assert_eq!(found(&rules(&text), log), [["t"]], "{field}");
    }
}

#[test]
fn a_mistake_is_told_with_its_line_and_what_was_meant_and_the_others_go_on() {
    let good = "title: good\nid: g\nlogsource:\n  product: aws\ndetection:\n  s:\n    a: b\n  condition: s\n";
    let of = |what: &str, with: &str| mistakes(&good.replace(what, with)).join("; ");
    assert_eq!(
        of("a: b", "a|contians: b"),
        "own.yml:7: unknown modifier \"contians\" of \"a|contians\" (did you mean \"contains\"?)"
    );
    assert_eq!(
        of("condition: s", "condition: t1"),
        "own.yml:8: the condition names \"t1\", which is no selection of the rule"
    );
    assert_eq!(of("title", "titel"), "own.yml:1: the rule has no title (\"titel\" is \"title\", if that is meant)");
    assert_eq!(
        of("product: aws", "product: aws\n  service: cloudtrial"),
        "own.yml:5: no log is known by the service \"cloudtrial\" (did you mean \"cloudtrail\"?)"
    );
    assert_eq!(
        of("id: g", "id: g\nlevel: hgih"),
        "own.yml:3: the level \"hgih\" is not known (did you mean \"high\"?)"
    );
    assert!(of("a: b", "a|re: '(?<=x)y'").starts_with("own.yml:7: the expression"), "look-around is refused");
    assert!(of("a: b", "a|re: 'x{1000}{1000}'").contains("too large"));
    assert_eq!(of("a: b", "a|cidr: 10.0.0.0/33").split(" (").next(), Some("own.yml:7: \"10.0.0.0/33\" is no network"));
    let both = format!("{}---\n{good}", good.replace("id: g", "id: h").replace("a: b", "a|x: b"));
    let loaded = rules(&both);
    assert_eq!((loaded.all().len(), loaded.mistakes().len()), (1, 1));
    assert_eq!(loaded.all()[0].line, 10);
    assert!(loaded.all()[0].text.starts_with("title: good\n"));
}

#[test]
fn a_rule_of_ones_own_takes_the_place_of_a_shipped_one_and_may_switch_it_off() {
    let shipped = Rules::shipped();
    let id = shipped.all()[0].id.clone();
    let text = format!(
        "title: mine\nid: {id}\nstatus: deprecated\nlogsource:\n  product: aws\ndetection:\n  s:\n    a: b\n  condition: s\n"
    );
    let loaded = Rules::load(Vec::new(), &[Text { name: "mine.yml".into(), text }], Formats::built_in());
    assert_eq!(loaded.mistakes(), []);
    let mine = loaded.get(&id).expect("there");
    assert!(mine.title == "mine" && !mine.is_active());
    assert_eq!(loaded.all().len(), shipped.all().len());
    assert_ne!(loaded.version(), shipped.version());
    assert_eq!(Rules::shipped().version(), shipped.version());
}

#[test]
fn levels_are_ordered_and_numbered() {
    assert!(Level::Critical > Level::High && Level::Critical.severity() == 5 && Level::Informational.severity() == 1);
    assert_eq!("medium".parse(), Ok(Level::Medium));
}

proptest! {
    /// Whatever a file holds, it is read or refused.
    #[test]
    fn no_text_breaks_the_reader(text in "(?s).{0,400}") {
        rules(&text);
    }

    #[test]
    fn no_detection_breaks_the_reader(key in "[a-z|.*]{0,24}", value in "(?s).{0,40}", condition in "[a-z_()* |1]{0,40}") {
        let value = serde_json::to_string(&value).expect("a string");
        let key = serde_json::to_string(&key).expect("a string");
        let loaded = rules(&format!("title: t\nlogsource:\n  product: json\ndetection:\n  s:\n    {key}: {value}\n  condition: {condition} or s\n"));
        found(&loaded, r#"{"a":["b",{"c":null}],"d":"é"}"#);
    }

    /// What is looked up by a value is what would be found by asking each rule.
    #[test]
    fn looking_up_finds_what_asking_each_would(values in proptest::collection::vec("[abAB]{1,2}", 1..8), own in "[abAB]{1,2}") {
        let text: Vec<String> = values.iter().enumerate().map(|(number, value)| format!(
            "title: t{number}\nid: t{number}\nlogsource:\n  product: json\ndetection:\n  s:\n    k: {value}\n    k|contains: a\n  condition: s\n"
        )).collect();
        let loaded = rules(&text.join("---\n"));
        let holds = |value: &String| value.eq_ignore_ascii_case(&own) && own.to_ascii_lowercase().contains('a');
        let expected: Vec<String> =
            values.iter().enumerate().filter(|(_, value)| holds(value)).map(|(number, _)| format!("t{number}")).collect();
        prop_assert_eq!(found(&loaded, &format!(r#"{{"k":"{own}"}}"#)), [expected]);
    }
}
