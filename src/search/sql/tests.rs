use proptest::prelude::*;

use super::*;
use crate::domain::Expression;

fn index() -> Index {
    Index {
        location: "s3://platform/index/".parse().expect("a location"),
        database: "scops".into(),
        workgroup: "primary".into(),
        output: None,
        retention_days: None,
    }
}

fn query(value: &str) -> Query {
    let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
    Query {
        expression: Expression::term(value),
        sources: vec!["cloudtrail".into(), "o'neill".into()],
        range: TimeRange::new(at("2026-11-23T01:30:00Z"), at("2026-11-23T04:00:00Z")),
        limit: 100,
    }
}

/// The statement as tokens: strings and quoted names by their content, everything else by its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Name(String),
    Other(char),
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = sql.chars().peekable();
    while let Some(character) = rest.next() {
        if character != '\'' && character != '"' {
            if !character.is_whitespace() {
                tokens.push(Token::Other(character));
            }
            continue;
        }
        let mut content = String::new();
        loop {
            match rest.next().expect("the quote is closed") {
                inner if inner == character && rest.peek() == Some(&character) => {
                    rest.next();
                    content.push(inner);
                }
                inner if inner == character => break,
                inner => content.push(inner),
            }
        }
        tokens.push(if character == '"' { Token::Name(content) } else { Token::Text(content) });
    }
    tokens
}

#[test]
fn a_search_becomes_a_statement_over_the_hours_of_its_range() {
    assert_eq!(
        find(&index(), &query("203.0.113.7")).expect("a statement").sql,
        "SELECT * FROM (\n\
         SELECT max(\"ts\") AS \"ts\", \"dt\", \"source\", \"object\", max(\"line\") AS \"line\", \"span_start\",\n  \
         array_join(array_agg(DISTINCT \"field\"), chr(31)) AS \"fields\", TRUE AS \"f0\"\n\
         FROM \"scops\".\"terms\"\nWHERE ((\"term\" = '203.0.113.7'))\n  \
         AND \"dt\" BETWEEN '2026-11-23-01' AND '2026-11-23-03'\n  \
         AND \"source\" IN ('cloudtrail', 'o''neill')\n  \
         AND (\"ts\" IS NULL OR (\"ts\" >= TIMESTAMP '2026-11-23 01:30:00.000' AND \"ts\" < TIMESTAMP '2026-11-23 04:00:00.000'))\n\
         GROUP BY \"dt\", \"source\", \"object\", \"span_start\"\n)\n\
         WHERE \"f0\"\nORDER BY \"ts\" DESC NULLS LAST, \"object\", \"span_start\"\nLIMIT 100"
    );
}

#[test]
fn a_statement_that_names_no_partitions_is_known() {
    let query = query("203.0.113.7");
    for way in [Way::Terms, Way::Records] {
        assert!(names_partitions(&find_by(&index(), &query, way).expect("a statement").sql), "{way:?}");
    }
    assert!(!names_partitions("SELECT * FROM terms WHERE \"term\" = 'dt'"));
}

#[test]
fn injected_text_stays_within_its_quotes() {
    let plain = tokens(&find(&index(), &query("x")).expect("a statement").sql);
    for value in ["'; DROP TABLE x; --", "' OR '1'='1", "\\'; --", "%", "_", "a\"b", "''", "'", "/* */", "`", "$$"] {
        let injected = tokens(&find(&index(), &query(value)).expect("a statement").sql);
        let expected: Vec<Token> = plain
            .iter()
            .map(|token| if *token == Token::Text("x".into()) { Token::Text(value.into()) } else { token.clone() })
            .collect();
        assert_eq!(injected, expected, "{value}");
    }
}

#[test]
fn names_are_quoted_whatever_they_are() {
    let index = Index { database: "a\"b; select".into(), ..index() };
    let sql = find(&index, &query("x")).expect("a statement").sql;
    assert!(sql.contains("FROM \"a\"\"b; select\".\"terms\""), "{sql}");
    assert_eq!(Identifier::new("select").to_string(), "\"select\"");
}

#[test]
fn what_cannot_be_searched_for_is_refused_in_words() {
    for (value, message) in [
        ("", "there is nothing to search for"),
        ("ab\0", "the value holds the control character U+0000 at character 3, which no term of the index has"),
        ("\u{1b}[2J", "the value holds the control character U+001B at character 1, which no term of the index has"),
    ] {
        assert_eq!(find(&index(), &query(value)).expect_err("is refused").to_string(), message);
    }
    let long = find(&index(), &query(&"'".repeat(300 * 1024))).expect_err("is refused").to_string();
    assert_eq!(long, "the value is 307200 bytes long; at most 102400 can be searched for");
    let longest = find(&index(), &query(&"'".repeat(VALUE_LIMIT))).expect("is said").sql;
    assert!(longest.len() <= STATEMENT_LIMIT);
    let mut empty = query("x");
    empty.range.end = empty.range.start;
    assert_eq!(find(&index(), &empty), Err(Unsayable::EmptyRange));
}

#[test]
fn messages_are_looked_up_by_partition_object_and_place() {
    let place = |source: &str, dt: &str, object: &str, span_start| Place {
        source: source.into(),
        dt: dt.into(),
        object: object.into(),
        span_start,
    };
    let at = |text: &str| text.parse::<Timestamp>().ok();
    let mut places = BTreeMap::from([
        (place("alb", "2026-11-23-01", "s3://logs/o'neill", 7), at("2026-11-23T01:31:07.25Z")),
        (place("alb", "2026-11-23-01", "s3://logs/o'neill", 0), at("2026-11-23T01:30:00Z")),
        (place("vpcflow", "2026-11-23-02", "s3://logs/b", 3), at("2026-11-23T01:30:00Z")),
    ]);
    assert_eq!(
        records(&index(), &places, &[]).expect("statements"),
        ["SELECT \"object\", \"span_start\", \"span_end\", \"version\", \"message\" FROM \"scops\".\"records\"\n\
          WHERE \"source\" IN ('alb', 'vpcflow')\n  AND \"dt\" IN ('2026-11-23-01', '2026-11-23-02')\n  \
          AND \"ts\" IN (TIMESTAMP '2026-11-23 01:30:00.000', TIMESTAMP '2026-11-23 01:31:07.250')\n  \
          AND \"span_start\" IN (0, 3, 7)\n  AND \"object\" IN ('s3://logs/b', 's3://logs/o''neill')"]
    );
    places.insert(place("vpcflow", "2026-11-23-02", "s3://logs/b", 9), None);
    let sql = &records(&index(), &places, &[]).expect("a statement")[0];
    assert!(sql.contains("\n  AND (\"ts\" IS NULL OR \"ts\" IN (TIMESTAMP '2026-11-23 01:30:00.000', "), "{sql}");
    assert_eq!(records(&index(), &BTreeMap::new(), &[]), Ok(Vec::new()));

    let many: BTreeMap<Place, Option<Timestamp>> = (0..5_000_u32)
        .map(|number| {
            let object = format!("s3://logs/{}/{number}", "k".repeat(900));
            let time = Timestamp::from_second(1_795_395_600 + i64::from(number)).ok();
            (place("alb", "2026-11-23-01", &object, u64::from(number)), time)
        })
        .collect();
    let statements = records(&index(), &many, &[]).expect("statements");
    assert!(statements[0].contains("\"ts\" BETWEEN TIMESTAMP '2026-11-23 01:00:00.000' AND "), "{}", statements[0]);
    assert!(statements.len() > 40 && statements.iter().all(|sql| sql.len() < STATEMENT_LIMIT));
    let named: usize = statements.iter().map(|sql| sql.matches("'s3://logs/").count()).sum();
    assert_eq!(named, 5_000);
}

#[test]
fn a_range_that_ends_on_the_hour_does_not_touch_the_next() {
    let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
    let range = |a, b| partitions(TimeRange::new(at(a), at(b)));
    let hour = |text: &str| text.to_owned();
    assert_eq!(range("2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z"), (hour("2026-11-23-01"), hour("2026-11-23-01")));
    assert_eq!(range("2025-12-31T23:59:59Z", "2026-01-01T00:00:01Z"), (hour("2025-12-31-23"), hour("2026-01-01-00")));
}

proptest! {
    #[test]
    fn any_value_is_one_literal_that_reads_back_as_itself(value in "[^\\p{Cc}]{1,200}") {
        let plain = tokens(&find(&index(), &query("x")).expect("a statement").sql);
        let said = tokens(&find(&index(), &query(&value)).expect("a statement").sql);
        prop_assert_eq!(plain.len(), said.len());
        prop_assert!(said.contains(&Token::Text(value)));
    }
}

/// PROPTEST_CASES asks for more.
#[test]
fn a_parser_of_sql_reads_any_value_as_one_literal() {
    use proptest::test_runner::{Config, TestRunner};
    use sqlparser::dialect::GenericDialect;
    use sqlparser::parser::Parser;
    use sqlparser::tokenizer::{Token, Tokenizer};

    let dialect = GenericDialect {};
    let of = |value: &str| {
        let sql = find(&index(), &query(value)).expect("a statement").sql;
        let parsed = Parser::parse_sql(&dialect, &sql).map(|statements| statements.len());
        (parsed, Tokenizer::new(&dialect, &sql).tokenize().expect("tokens"))
    };
    let (_, plain) = of("x");
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases = config.cases.max(2_000);
    let nasty = prop_oneof!["[^\\p{Cc}]{1,60}", "['\"\\\\%_;*()/ -]{1,40}", "('|''|--|/\\*|\\*/|;|\\\\'|U&'){1,12}"];
    let one_literal = |value: String| {
        let (parsed, said) = of(&value);
        prop_assert_eq!(parsed, Ok(1));
        let wanted: Vec<Token> = plain
            .iter()
            .cloned()
            .map(|token| match token {
                Token::SingleQuotedString(text) if text == "x" => Token::SingleQuotedString(value.clone()),
                other => other,
            })
            .collect();
        prop_assert_eq!(said, wanted);
        Ok(())
    };
    TestRunner::new(Config { cases, ..config }).run(&nasty, one_literal).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn coverage_counts_records_and_places_of_each_object_of_the_hours() {
    let range = query("x").range;
    assert_eq!(
        coverage(&index(), "o'neill", range).expect("a statement"),
        "SELECT \"object\", \"version\", count(*) AS \"total\", count(DISTINCT \"span_start\") AS \"places\"\n\
         FROM \"scops\".\"records\"\n\
         WHERE \"source\" = 'o''neill' AND \"dt\" BETWEEN '2026-11-23-01' AND '2026-11-23-03'\n\
         GROUP BY \"object\", \"version\""
    );
    assert_eq!(coverage(&index(), "x", TimeRange::new(range.start, range.start)), Err(Unsayable::EmptyRange));
}

/// The way of a search, its condition, and whether that is exact.
fn asked(text: &str) -> (Way, String, bool) {
    let query = Query { expression: Expression::read(text), ..query("") };
    let finding = find(&index(), &query).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mark = match finding.way {
        Way::Terms => "\n)\nWHERE ",
        Way::Records => "04:00:00.000'))\n  AND ",
    };
    let condition = finding.sql.rsplit(mark).next().and_then(|rest| rest.split("\nORDER").next()).unwrap_or_default();
    (finding.way, condition.to_owned(), finding.is_exact)
}

#[test]
fn what_a_record_has_is_asked_of_terms_and_anything_else_of_records() {
    let outcome = "r.\"event_outcome\" IS NOT NULL AND r.\"event_outcome\" = 'failure'";
    let outcome = format!("(COALESCE(t.\"f0\", FALSE) OR ({outcome}))");
    let cases = [
        ("a b", Way::Terms, "(\"f0\") AND (\"f1\")", true),
        ("a OR b -c", Way::Terms, "(\"f0\") OR ((\"f1\") AND (NOT (\"f2\")))", true),
        ("a -source:alb", Way::Terms, "(\"f0\") AND (NOT (\"source\" IN ('alb')))", true),
        // What the column tells is found out afterwards.
        ("a source.ip:10.0.0.0/8", Way::Terms, "(\"f0\")", false),
        ("a -source.ip:10.0.0.0/8", Way::Terms, "(\"f0\") AND (NOT (\"f1\"))", false),
        ("a \"b c\"", Way::Terms, "(\"f0\")", false),
        ("-a", Way::Records, "(NOT (COALESCE(t.\"f0\", FALSE)))", true),
        ("event.outcome:failure", Way::Records, &outcome, true),
        ("\"b 'c\"", Way::Records, "(strpos(r.\"fields\", 'b ''c') > 0)", false),
        ("-\"b c\"", Way::Records, "(TRUE)", false),
        ("-source:alb", Way::Records, "(NOT (r.\"source\" IN ('alb')))", true),
        ("", Way::Records, "(TRUE)", true),
    ];
    for (text, way, condition, is_exact) in cases {
        assert_eq!(asked(text), (way, condition.to_owned(), is_exact), "{text}");
    }
    let unindexed = Query { expression: Expression::read("tls.version:1.3"), ..query("") };
    assert_eq!(find(&index(), &unindexed), Err(Unsayable::Unindexed("tls.version".into())));
}

#[test]
fn each_kind_of_test_is_a_condition_of_terms() {
    let number = "regexp_like(\"term\", '^[-+.eE0-9]+$') AND TRY_CAST(\"term\" AS DOUBLE) >= 5E0";
    let cases = [
        ("a*b%", "\"term\" LIKE 'a%b\\%' ESCAPE '\\'".to_owned()),
        ("~^it's$~", "regexp_like(\"term\", '^it''s$')".to_owned()),
        ("10.0.0.0/8", "contains('10.0.0.0/8', TRY_CAST(\"term\" AS IPADDRESS))".to_owned()),
        ("bytes:>=5", format!("\"field\" = 'bytes' AND ({number})")),
        ("eventName:*", "\"field\" = 'eventName' AND \"term\" <> ''".to_owned()),
    ];
    for (text, condition) in cases {
        let query = Query { expression: Expression::read(text), ..query("") };
        let sql = find(&index(), &query).expect("a statement").sql;
        assert!(sql.contains(&format!("WHERE (({condition}))\n  AND \"dt\" BETWEEN")), "{text}: {sql}");
    }
}

#[test]
fn the_ecs_fields_that_are_offered_are_the_columns_of_the_index() {
    use crate::domain::INDEXED_ECS;
    use crate::worker::columns::{Origin, RECORDS};
    let columns: Vec<&str> = RECORDS
        .iter()
        .filter_map(|column| match column.from {
            Origin::Ecs(path) => Some(path),
            _ => None,
        })
        .collect();
    assert_eq!(columns, INDEXED_ECS);
    assert!(HIT_ECS.iter().all(|path| ecs_column(path).is_some()));
}
