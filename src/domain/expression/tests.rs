use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use scops_parser::{Options, Reader};

use super::*;

const NOW: &str = "2026-11-23T02:14:07Z";

fn read(text: &str) -> Result<Sought, ExpressionError> {
    parse(text, NOW.parse::<Timestamp>().expect("a time"), &TimeZone::UTC)
}

fn spelled(text: &str) -> String {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}")).expression.to_string()
}

#[test]
fn searches_are_read_as_people_write_them() {
    let cases = [
        ("203.0.113.7", "203.0.113.7"),
        ("arn:aws:iam::111122223333:user/anna", r"arn\:aws\:iam\:\:111122223333\:user/anna"),
        ("2001:db8::1", r"2001\:db8\:\:1"),
        ("0a:58:a9:fe:00:01", r"0a\:58\:a9\:fe\:00\:01"),
        ("https://example.org/a", r"https\://example.org/a"),
        (r"CORP\anna", r"CORP\\anna"),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("source.ip:10.1.2.3/8", "source.ip:10.0.0.0/8"),
        ("failed password", "failed AND password"),
        (r#""failed password""#, r#""failed password""#),
        (r#"user.name:"Anna B""#, r#"user.name:"Anna B""#),
        ("Get*Object?", "Get*Object?"),
        (r"what\?", r"what\?"),
        ("eventName:~^Get(Object|Acl)$~", "eventName:~^Get(Object|Acl)$~"),
        ("bytes:>100 bytes:<=1e6", "bytes:>100 AND bytes:<=1000000"),
        ("bytes:1..9", "bytes:1..9"),
        ("bytes:5..", "bytes:>=5"),
        ("errorCode:*", "errorCode:*"),
        ("errorCode:404", "errorCode:404"),
        ("root OR admin eventName:X", "root OR (admin AND eventName:X)"),
        ("(root OR admin) AND NOT eventName:Get*", "(root OR admin) AND NOT eventName:Get*"),
        ("-root !admin -(a b)", "NOT root AND NOT admin AND NOT (a AND b)"),
        (r#"-"a b""#, r#"NOT "a b""#),
        ("-5", r"\-5"),
        ("root and admin", "root AND and AND admin"),
        ("source:alb,vpcflow root", "root"),
        ("root -source:alb", "root AND NOT source:alb"),
        ("", ""),
        ("last 6h", ""),
        ("last resort", r#""l"ast AND resort"#),
    ];
    for (text, expected) in cases {
        assert_eq!(spelled(text), expected, "{text}");
    }
    assert_eq!(read("source:alb,vpcflow root").expect("reads").sources, ["alb", "vpcflow"]);
}

#[test]
fn a_range_of_time_may_stand_in_a_search() {
    let cases = [
        ("root last 6h", "2026-11-22T20:14:07Z", NOW),
        ("2026-11-23 01:00..02:00 root", "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z"),
        ("2026-11-23 01:00..02:00 Europe/Berlin", "2026-11-23T00:00:00Z", "2026-11-23T01:00:00Z"),
        ("2026-11-22 23:00..2026-11-23 01:00", "2026-11-22T23:00:00Z", "2026-11-23T01:00:00Z"),
        ("2026-11-22..2026-11-23", "2026-11-22T00:00:00Z", "2026-11-24T00:00:00Z"),
        ("2026-11-22T10:00+02:00..1h", "2026-11-22T08:00:00Z", "2026-11-22T09:00:00Z"),
        ("2026-11-22..", "2026-11-22T00:00:00Z", NOW),
    ];
    for (text, start, end) in cases {
        let range = read(text).unwrap_or_else(|error| panic!("{text}: {error}")).range.expect("a range");
        assert_eq!((range.start.to_string().as_str(), range.end.to_string().as_str()), (start, end), "{text}");
    }
    // A date alone is a term, as an ordinary one would be.
    assert_eq!(read("2026-11-23").expect("reads").range, None);
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    let cases = [
        ("root (admin", 5..6, "a parenthesis that is not closed"),
        ("root)", 4..5, "a parenthesis that nothing opens"),
        ("root OR", 7..7, "something is missing here"),
        ("AND root", 4..8, "something is missing here"),
        ("NOT", 0..3, "NOT of nothing"),
        ("a \"b c", 2..6, "a quote that is not ended"),
        ("a ~b", 2..4, "a regular expression that is not ended"),
        ("~a(~", 0..4, "unclosed group"),
        ("bytes:>many", 6..11, "\"many\" is no number"),
        ("eventName: X", 0..10, "eventName: of nothing"),
        ("*", 0..1, "* alone is every record"),
        ("a OR last 6h", 5..12, "a range of time is of the whole search"),
        ("NOT last 6h", 4..11, "a range of time is of the whole search"),
        ("last 6h last 7h", 8..15, "a second range of time"),
        ("2026-11-23 02:00..01:00", 0..23, "the range ends before it begins"),
    ];
    for (text, span, what) in cases {
        let error = read(text).expect_err(text);
        assert_eq!((error.span.clone(), error.what.as_str()), (span, what), "{text}");
    }
    let error = read("root (admin").expect_err("is open");
    assert_eq!(error.marked("root (admin"), "root »(«admin");
    assert_eq!(read("root OR").expect_err("lacks one").marked("root OR"), "root OR»«");
    assert!(read(&"(".repeat(10_000)).is_err());
    assert!(read(&"NOT ".repeat(10_000)).is_err());
}

/// Whether a search finds the one record of this line.
fn finds(search: &str, line: &str) -> bool {
    let options = Options { key: Some("a.json".into()), ..Options::default() };
    let mut reader = Reader::new(line.as_bytes(), options);
    let record = reader.next_record().expect("a record");
    let event = record.outcome.as_ref().expect("an event");
    Subject::new("cloudtrail", event).satisfies(&read(search).expect("reads").expression)
}

#[test]
fn records_are_found_by_their_terms() {
    let line = r#"{"eventTime":"2026-11-23T01:00:00Z","eventName":"GetObject","sourceIPAddress":"203.0.113.7","bytes":512,"note":"Failed password for root","tags":["a","b"],"empty":""}"#;
    for search in [
        "203.0.113.7",
        "203.0.113.0/24",
        "sourceIPAddress:203.0.113.7",
        "bytes:512",
        "bytes:>511",
        "bytes:500..600",
        "eventName:Get*",
        "eventName:~Obj~",
        "*Object",
        "password",
        "\"sword for\"",
        "note:\"Failed password for root\"",
        "tags:b",
        "note:*",
        "GetObject -PutObject",
        "PutObject OR (root AND tags:a)",
        "source:cloudtrail 512",
        "NOT source:alb",
    ] {
        let sought = read(search).expect("reads");
        assert!(finds(search, line), "{search}: {sought:?}");
    }
    for search in
        ["203.0.113", "getobject", "203.0.114.0/24", "bytes:>512", "eventName:Object*", "empty:*", "NOT 512", "tags:c"]
    {
        assert!(!finds(search, line), "{search}");
    }
}

#[test]
fn the_longest_term_that_must_be_there_is_the_needle() {
    let needle = |text: &str| read(text).expect("reads").expression.needle().map(str::to_owned);
    assert_eq!(needle("root 203.0.113.7 NOT anna@example.org").as_deref(), Some("203.0.113.7"));
    assert_eq!(needle("root OR admin"), None);
}

fn terms() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9._:/@-]{1,12}",
        "[\\PC]{1,12}",
        Just("AND".to_owned()),
        Just("last".to_owned()),
        Just("10.0.0.0/8".to_owned()),
        Just("~a~".to_owned()),
        Just("1..9".to_owned())
    ]
    .prop_filter("is text", |text| !text.trim().is_empty() && !text.chars().any(char::is_control))
}

fn tests() -> impl Strategy<Value = Test> {
    let is = prop_oneof![
        terms().prop_map(Is::Term),
        Just(Is::Within("10.0.0.0/8".parse().expect("a network"))),
        Just(Is::Number(Bound { low: Some((5.0, false)), high: None })),
        Just(Is::Present),
        Just(Is::Matching(Expressed::new("^a~b( |$)").expect("reads"))),
        terms().prop_map(|text| {
            let parts = vec![Part::Text(text), Part::Any, Part::One];
            Is::Like(Pattern::new(parts).expect("reads"))
        }),
    ];
    let of_field = ("[a-zA-Z_][a-zA-Z0-9_.]{0,8}", is)
        .prop_filter("is a field", |(field, _)| field != "source" && field != "arn")
        .prop_map(|(field, is)| Test { field: Some(field), is });
    let bare = prop_oneof![terms().prop_map(Is::Term), terms().prop_map(Is::Holding)];
    prop_oneof![of_field, bare.prop_map(|is| Test { field: None, is })]
}

fn expressions() -> impl Strategy<Value = Expression> {
    tests().prop_map(Expression::Test).prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(|inner| {
                let flat = inner.into_iter().flat_map(|one| match one {
                    Expression::And(all) => all,
                    one => vec![one],
                });
                Expression::And(flat.collect())
            }),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expression::Or),
            inner.prop_map(|inner| Expression::Not(Box::new(inner))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_shown_of_a_search_is_read_as_the_same(expression in expressions()) {
        let text = expression.to_string();
        let again = read(&text).map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(again.expression, expression, "{}", text);
    }

    #[test]
    fn nothing_that_is_typed_breaks_the_reader(text in "\\PC{0,60}") {
        if let Err(error) = read(&text) {
            prop_assert!(error.span.end <= text.chars().count());
        }
    }
}
