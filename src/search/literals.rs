//! Whatever is searched for stays within its quotes, in every statement that is made of it, by the judgement of another
//! reader of SQL.
//!
//! A parser sees the tokens alone: a statement whose tokens are those of a plain value's, but for the content of that
//! one literal, is parsed as that one is. `SCOPS_TERMS=100000` tries so many values.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::sql::{self, Unsayable};
use super::{minerva, raw};
use crate::domain::expression::{Expression, Is, Test};
use crate::domain::{Index, Query, RawTable, Source, TableShape, TimeRange, statement};

/// Values that are tried where nothing asks for more.
const TERMS: u32 = 4_000;

/// What stands in the place of the value, so that its token is known.
const PLAIN: &str = "plain0word";

fn index() -> Index {
    Index {
        location: "s3://platform/index/".parse().expect("a location"),
        database: "scops".into(),
        workgroup: "primary".into(),
        output: None,
        retention_days: None,
    }
}

fn query(is: Is, field: Option<&str>, source: &str) -> Query {
    let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
    Query {
        expression: Expression::Test(Test { field: field.map(str::to_owned), is }),
        sources: vec![source.to_owned()],
        range: TimeRange::new(at("2026-11-23T01:30:00Z"), at("2026-11-23T04:00:00Z")),
        limit: 100,
    }
}

/// The statement of each means, with the value in one place of it; nothing where it cannot be asked so.
type Say = fn(&str) -> Result<Option<String>, String>;

const STATEMENTS: [(&str, Say); 7] = [
    ("index, a term", |value| index_says(&query(Is::Term(value.to_owned()), None, "app"))),
    ("index, a text", |value| index_says(&query(Is::Holding(value.to_owned()), None, "app"))),
    ("index, a field", |value| index_says(&query(Is::Term("x".to_owned()), Some(value), "app"))),
    ("index, a source", |value| index_says(&query(Is::Term("x".to_owned()), None, value))),
    ("raw table", raw_says),
    ("minerva, a term", |value| minerva_says(Is::Term(value.to_owned()))),
    ("minerva, a text", |value| minerva_says(Is::Holding(value.to_owned()))),
];

fn index_says(query: &Query) -> Result<Option<String>, String> {
    match sql::find(&index(), query) {
        Ok(finding) => Ok(Some(finding.sql)),
        // A field of ECS that the index does not keep.
        Err(Unsayable::Unindexed(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn raw_says(value: &str) -> Result<Option<String>, String> {
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let shape = TableShape {
        columns: pairs(&[("eventname", "string"), ("useridentity", "struct<username:string>")]),
        partitions: pairs(&[("dt", "string")]),
        properties: BTreeMap::new(),
    };
    let source = Source {
        name: "app".into(),
        bucket: "logs".into(),
        layout: "app/dt={yyyy}-{MM}-{dd}-{HH}/".parse().expect("a layout"),
        format: None,
        late_after: SignedDuration::from_mins(15),
        accept: None,
        maintenance: Vec::new(),
    };
    let table = RawTable { name: "scops.app".parse().expect("a name"), partitions: [].into() };
    let query = query(Is::Term(value.to_owned()), None, "app");
    let key = ["app/dt=2026-11-23-02/a.jsonl"];
    match raw::statement(&table, &shape, &source, &query, &scops_parser::Formats::default(), key.into_iter()) {
        Ok(statement) => Ok(statement),
        Err(raw::Unaskable::Unnarrowed(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn minerva_says(is: Is) -> Result<Option<String>, String> {
    match minerva::statement(&index(), &query(is, None, "app"), &scops_parser::Formats::default()) {
        Ok(statement) => Ok(statement),
        Err(minerva::Unaskable::Unnarrowed) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

fn tokens(sql: &str) -> Vec<Token> {
    Tokenizer::new(&GenericDialect {}, sql).tokenize().unwrap_or_else(|error| panic!("{error}: {sql}"))
}

/// Whether a statement may hold this in the place of the value: the value itself, as it stands in JSON, or the part of
/// it that is looked for.
fn is_of(literal: &str, value: &str) -> bool {
    value.contains(literal) || scops_parser::Value::from(value).to_json()[1..].starts_with(literal)
}

/// The plain value's tokens of each statement.
struct Plain(Vec<Vec<Token>>);

impl Plain {
    fn new() -> Self {
        let of = |(name, say): &(&str, Say)| {
            let sql = say(PLAIN).expect(name).expect(name);
            assert_eq!(Parser::parse_sql(&GenericDialect {}, &sql).expect(name).len(), 1, "{name}");
            let tokens = tokens(&sql);
            assert!(tokens.contains(&Token::SingleQuotedString(PLAIN.to_owned())), "{name}: {sql}");
            tokens
        };
        Self(STATEMENTS.iter().map(of).collect())
    }

    fn hold(&self, value: &str) -> Result<(), TestCaseError> {
        for ((name, say), plain) in STATEMENTS.iter().zip(&self.0) {
            let sql = say(value).map_err(|error| TestCaseError::fail(format!("{name}: {error}")))?;
            let Some(sql) = sql else { continue };
            let said = tokens(&sql);
            prop_assert_eq!(said.len(), plain.len(), "{}: {}", name, sql);
            for (said, plain) in said.iter().zip(plain) {
                match (said, plain) {
                    (Token::SingleQuotedString(said), Token::SingleQuotedString(plain)) if plain == PLAIN => {
                        prop_assert!(is_of(said, value), "{}: {:?} of {:?}", name, said, value);
                        let is_whole = name.starts_with("index") && *name != "index, a text";
                        prop_assert!(!is_whole || said == value, "{}: {:?} of {:?}", name, said, value);
                    }
                    _ => prop_assert_eq!(said, plain, "{}: {}", name, sql),
                }
            }
        }
        parameter(value)
    }
}

/// A parameter of the SQL screen is one literal, whatever was typed; and a text is the text.
fn parameter(value: &str) -> Result<(), TestCaseError> {
    let around = |literal: &str| tokens(&format!("SELECT {literal} AS plain0word"));
    let rest = around("1").len() - 3;
    let text = statement::Literal::text(value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&around(&text.to_string())[2], &Token::SingleQuotedString(value.to_owned()));
    // Typed, it may be a number, a date, or a text in quotes of its own.
    if let Ok(typed) = statement::Literal::read(value) {
        let said = around(&typed.to_string());
        prop_assert_eq!(&said[said.len() - rest..], &around("1")[3..], "{:?}", value);
        if typed.to_string()
            == statement::Literal::text(value.trim()).map_or_else(|_| String::new(), |it| it.to_string())
        {
            prop_assert_eq!(&said[2], &Token::SingleQuotedString(value.trim().to_owned()));
        }
    }
    Ok(())
}

fn values() -> impl Strategy<Value = String> {
    prop_oneof![
        "[^\\p{Cc}]{1,60}",
        "['\"\\\\%_;*()/ -]{1,40}",
        "('|''|--|/\\*|\\*/|;|\\\\'|U&'|\\$\\$|\\?|:a|plain){1,12}",
        "[a-z0-9.'_-]{3,30}",
    ]
}

#[test]
fn any_value_is_one_literal_of_every_statement() {
    let plain = Plain::new();
    let asked = std::env::var("SCOPS_TERMS").ok().and_then(|terms| terms.parse().ok()).unwrap_or(TERMS);
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u32);
    let config = Config { cases: asked.div_ceil(threads), failure_persistence: None, ..Config::default() };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let held = TestRunner::new(config.clone()).run(&values(), |value| plain.hold(&value));
                held.unwrap_or_else(|error| panic!("{error}"));
            });
        }
    });
}

#[test]
fn a_parser_of_sql_reads_one_statement_of_the_worst_of_them() {
    for value in ["'; DROP TABLE x; --", "' OR '1'='1", "\\'", "U&'\\0027'", "/*", "*/ '", "$$", "a\"b", "?", "%_"] {
        for (name, say) in STATEMENTS {
            let Some(sql) = say(value).expect(name) else { continue };
            let parsed = Parser::parse_sql(&GenericDialect {}, &sql).map(|statements| statements.len());
            assert_eq!(parsed, Ok(1), "{name}: {sql}");
        }
    }
}
