//! SQL as it is typed: its words, what it does, what it asks for, and where one statement ends.
//!
//! Format: the lexical structure of Trino, which Athena's engine version 3 is, and of Hive's DDL: strings in `'…'` and
//! identifiers in `"…"` double their quote, identifiers of DDL stand in backticks, comments are `--` and `/* */`.

mod kind;
mod lexer;
mod literal;
mod parameters;
mod tables;

pub use kind::StatementKind;
pub use lexer::{Token, TokenKind, tokens};
pub use literal::{Literal, NotALiteral, identifier};
pub use parameters::{Bound, Parameters, Unbound};
pub use tables::{TableReference, read_whole, tables, tables_read, told_whole};

use std::ops::Range;

/// Words of statements that are highlighted and completed: the reserved words of Trino's SQL, and those of Athena's DDL.
#[rustfmt::skip]
pub const KEYWORDS: &[&str] = &[
    "add", "all", "alter", "analyze", "and", "any", "array", "as", "asc", "at", "between", "by", "case", "cast",
    "columns", "comment", "create", "cross", "cube", "current_date", "current_timestamp", "database", "databases",
    "date", "deallocate", "delete", "delimited", "desc", "describe", "distinct", "drop", "else", "end", "escape",
    "except", "execute", "exists", "explain", "external", "false", "fetch", "fields", "filter", "first", "following",
    "format", "from", "full", "group", "grouping", "having", "if", "in", "inner", "insert", "intersect", "interval",
    "into", "is", "join", "last", "lateral", "left", "like", "limit", "location", "map", "merge", "msck", "natural",
    "not", "null", "nulls", "offset", "on", "optimize", "or", "order", "ordinality", "outer", "over", "partition",
    "partitioned", "partitions", "preceding", "prepare", "range", "recursive", "repair", "replace", "right", "rollup",
    "row", "rows", "schema", "schemas", "select", "serde", "serdeproperties", "set", "sets", "show", "stored",
    "table", "tables", "tblproperties", "then", "time", "timestamp", "to", "true", "try_cast", "unbounded", "union",
    "unload", "unnest", "update", "using", "vacuum", "values", "view", "views", "when", "where", "window", "with",
    "within", "zone",
];

/// Functions of Trino that logs are asked by; Athena has them all.
#[rustfmt::skip]
pub const FUNCTIONS: &[&str] = &[
    "all_match", "any_match", "approx_distinct", "approx_percentile", "arbitrary", "array_agg", "array_distinct",
    "array_join", "at_timezone", "avg", "cardinality", "coalesce", "concat", "contains", "count", "count_if",
    "date_add", "date_diff", "date_format", "date_parse", "date_trunc", "day", "element_at", "filter", "from_hex",
    "from_iso8601_date", "from_iso8601_timestamp", "from_unixtime", "from_utf8", "greatest", "hour", "ip_prefix",
    "is_subnet_of", "json_array_length", "json_extract", "json_extract_scalar", "json_format", "json_parse",
    "json_size", "lag", "lead", "least", "length", "lower", "map_keys", "map_values", "max", "max_by", "md5", "min",
    "min_by", "minute", "month", "none_match", "now", "nullif", "parse_datetime", "rank", "regexp_count",
    "regexp_extract", "regexp_extract_all", "regexp_like", "regexp_replace", "replace", "reverse", "round",
    "row_number", "sequence", "sha256", "slice", "split", "split_part", "starts_with", "strpos", "substr", "sum",
    "to_hex", "to_iso8601", "to_unixtime", "to_utf8", "transform", "trim", "try", "typeof", "upper", "url_decode",
    "url_extract_host", "url_extract_parameter", "url_extract_path", "url_extract_query", "with_timezone", "year",
];

/// Whether a word is a keyword.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The places of a text's statements, which `;` ends; none of them is blank.
pub fn statements(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut begins: Option<usize> = None;
    let mut ends = 0;
    for token in tokens(text) {
        match token.kind {
            // A comment goes with the statement that follows it.
            TokenKind::Comment if begins.is_none() => {}
            TokenKind::Mark if &text[token.span.clone()] == ";" => {
                found.extend(begins.take().map(|begins| begins..ends));
            }
            _ => {
                begins.get_or_insert(token.span.start);
                ends = token.span.end;
            }
        }
    }
    found.extend(begins.map(|begins| begins..ends));
    found
}

/// The statement that stands at a byte of the text, else the one before it, else the first.
pub fn statement_at(text: &str, at: usize) -> Option<&str> {
    let all = statements(text);
    let found = all.iter().rev().find(|span| span.start <= at).or(all.first())?;
    Some(&text[found.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_semicolon_in_a_string_or_a_comment_ends_no_statement() {
        let text = "-- first; one\nSELECT ';' ;; /* ; */ SELECT \"a;b\"\n-- end;\n";
        let found: Vec<&str> = statements(text).into_iter().map(|span| &text[span]).collect();
        assert_eq!(found, ["SELECT ';'", "SELECT \"a;b\"\n-- end;"]);
        assert_eq!(statement_at(text, 0), Some("SELECT ';'"));
        assert_eq!(statement_at(text, text.len()), Some(found[1]));
        assert_eq!(statement_at(" -- nothing\n", 3), None);
    }

    #[test]
    fn words_are_listed_once_and_in_order() {
        for words in [KEYWORDS, FUNCTIONS] {
            assert!(words.is_sorted(), "{words:?}");
        }
    }
}
