//! The tables that a statement names, and whether it says which of their partitions it wants.

use std::fmt;

use super::{Token, TokenKind, identifier, tokens};
use crate::domain::table::Table;

/// A table as a statement names it (SQL calls it a table reference).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableReference {
    /// The database, where it is named.
    pub database: Option<String>,
    /// The table.
    pub table: String,
}

impl TableReference {
    /// Whether it names this table; without a database, as one of `usual`.
    pub fn is_of(&self, table: &Table, usual: &str) -> bool {
        self.table.eq_ignore_ascii_case(&table.name)
            && self.database.as_deref().unwrap_or(usual).eq_ignore_ascii_case(&table.database)
    }
}

impl fmt::Display for TableReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(database) = &self.database {
            write!(f, "{}.", identifier(database))?;
        }
        f.write_str(&identifier(&self.table))
    }
}

/// The tables behind `FROM` and `JOIN`, and `INTO` and `TABLE` of what writes, each once; names of common table
/// expressions are among them.
pub fn tables(statement: &str) -> Vec<TableReference> {
    let words = words(statement);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let begins = is_word(statement, &words[at], &["from", "join", "into", "table", "partitions", "describe"]);
        at += 1;
        if !begins {
            continue;
        }
        // A list of tables goes on behind its commas.
        while let Some((name, next)) = name_at(statement, &words, at) {
            if !found.contains(&name) {
                found.push(name);
            }
            at = next;
            let alias = words.get(at).filter(|word| matches!(word.kind, TokenKind::Word | TokenKind::Quoted));
            at += usize::from(alias.is_some());
            if words.get(at).is_none_or(|word| &statement[word.span.clone()] != ",") {
                break;
            }
            at += 1;
        }
    }
    found
}

/// The partitioned tables of a statement, among those that are known, of which it chooses no partition: all of each would
/// be read. A table that is named without a database is of `usual`. What only describes or explains reads nothing.
pub fn read_whole<'a>(statement: &str, usual: &str, known: impl IntoIterator<Item = &'a Table>) -> Vec<&'a Table> {
    let named = tables_read(statement, usual);
    let is_whole = |table: &&Table| {
        !table.partitions.is_empty()
            && named.iter().any(|name| name.is_of(table, usual))
            && misses_partitions(statement, &table.keys())
    };
    known.into_iter().filter(is_whole).collect()
}

/// That tables are read whole, in words.
pub fn told_whole(tables: &[&Table]) -> String {
    let named: Vec<String> =
        tables.iter().map(|table| format!("{} (by {})", table.name, table.keys().join(", "))).collect();
    format!("no predicate chooses partitions of {}: all of them would be read", named.join(", "))
}

/// The tables that a statement reads, each with its database; names of common table expressions are among them.
pub fn tables_read(statement: &str, usual: &str) -> Vec<TableReference> {
    let begins = words(statement);
    let is_at = |at: usize, all: &[&str]| begins.get(at).is_some_and(|word| is_word(statement, word, all));
    // EXPLAIN ANALYZE runs what it explains.
    if is_at(0, &["show", "describe", "desc"]) || is_at(0, &["explain"]) && !is_at(1, &["analyze"]) {
        return Vec::new();
    }
    let with_database = |name: TableReference| TableReference {
        database: Some(name.database.unwrap_or_else(|| usual.to_owned())),
        ..name
    };
    // What the standard's catalogue tells is no data.
    let is_data = |name: &TableReference| name.database.as_deref() != Some("information_schema");
    tables(statement).into_iter().map(with_database).filter(is_data).collect()
}

/// Whether no predicate of the statement mentions any of these partition columns.
fn misses_partitions(statement: &str, partitions: &[String]) -> bool {
    let mut predicates = vec![false];
    for word in words(statement) {
        let text = &statement[word.span.clone()];
        match word.kind {
            TokenKind::Mark if text == "(" => predicates.push(predicates.last().copied().unwrap_or_default()),
            TokenKind::Mark if text == ")" && predicates.len() > 1 => drop(predicates.pop()),
            TokenKind::Keyword => {
                let is_predicate = predicates.last_mut();
                if let Some(is_predicate) = is_predicate {
                    let text = text.to_ascii_lowercase();
                    match text.as_str() {
                        "where" | "on" => *is_predicate = true,
                        "select" | "from" | "group" | "order" | "having" | "limit" | "union" => *is_predicate = false,
                        _ => {}
                    }
                    // Some names of columns are words of the language too: "date", "timestamp", "time".
                    if *is_predicate && partitions.iter().any(|partition| partition.eq_ignore_ascii_case(&text)) {
                        return false;
                    }
                }
            }
            TokenKind::Word | TokenKind::Quoted if predicates.last() == Some(&true) => {
                let name = unquoted(text);
                if partitions.iter().any(|partition| partition.eq_ignore_ascii_case(&name)) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

fn words(statement: &str) -> Vec<Token> {
    tokens(statement).into_iter().filter(|token| token.kind != TokenKind::Comment).collect()
}

fn is_word(statement: &str, token: &Token, all: &[&str]) -> bool {
    matches!(token.kind, TokenKind::Keyword | TokenKind::Word)
        && all.iter().any(|word| word.eq_ignore_ascii_case(&statement[token.span.clone()]))
}

/// The name that begins at a token, of at most catalog, database and table, and the token behind it.
fn name_at(statement: &str, words: &[Token], mut at: usize) -> Option<(TableReference, usize)> {
    let is_name = |token: &&Token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
    let mut parts = Vec::new();
    loop {
        let token = words.get(at).filter(is_name)?;
        parts.push(unquoted(&statement[token.span.clone()]));
        at += 1;
        let has_more = words.get(at).is_some_and(|token| &statement[token.span.clone()] == ".");
        // A function's name is followed by its arguments.
        if !has_more {
            let is_call = words.get(at).is_some_and(|token| &statement[token.span.clone()] == "(");
            let table = parts.pop().filter(|_| !is_call)?;
            return Some((TableReference { database: parts.pop(), table }, at));
        }
        at += 1;
    }
}

/// A name without its quotes, as the catalog has it: in small letters.
fn unquoted(text: &str) -> String {
    let inner = |quote: char| {
        let inner = text.strip_prefix(quote)?.strip_suffix(quote)?;
        Some(inner.replace(&format!("{quote}{quote}"), &quote.to_string()))
    };
    inner('"').or_else(|| inner('`')).unwrap_or_else(|| text.to_owned()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(statement: &str) -> Vec<String> {
        tables(statement).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn tables_are_found_behind_from_and_join() {
        assert_eq!(named("SELECT * FROM a, scops.b AS x JOIN \"C d\".\"e\" y ON 1 = 1"), ["a", "scops.b", "\"c d\".e"]);
        assert_eq!(named("SELECT * FROM a x JOIN \"C d\".\"e\" y ON 1 = 1"), ["a", "\"c d\".e"]);
        assert_eq!(
            named("SELECT extract(day FROM t), (SELECT 1 FROM AwsDataCatalog.s.T) FROM unnest(a)"),
            ["t", "s.t"]
        );
        assert_eq!(named("INSERT INTO w SELECT 'FROM x' FROM r -- FROM z"), ["w", "r"]);
    }

    #[test]
    fn what_only_describes_reads_nothing() {
        let read =
            |statement: &str| tables_read(statement, "scops").iter().map(ToString::to_string).collect::<Vec<_>>();
        for statement in ["DESCRIBE t", "-- what is there\nSHOW PARTITIONS t", "EXPLAIN SELECT * FROM t"] {
            assert_eq!(read(statement), Vec::<String>::new(), "{statement}");
        }
        assert_eq!(read("EXPLAIN ANALYZE SELECT * FROM t, lake.u, information_schema.tables"), ["scops.t", "lake.u"]);
    }

    #[test]
    fn a_partition_is_chosen_in_a_predicate_alone() {
        let partitions = ["dt".to_owned(), "date".to_owned()];
        for chosen in [
            "SELECT * FROM t WHERE dt = '2026'",
            "SELECT * FROM t WHERE a = 1 AND (b = 2 OR \"DT\" > 'x')",
            "SELECT * FROM t JOIN u ON t.dt = u.x",
            "SELECT * FROM (SELECT * FROM t WHERE dt = 'x') ORDER BY dt",
            "SELECT * FROM t WHERE date = 'x'",
        ] {
            assert!(!misses_partitions(chosen, &partitions), "{chosen}");
        }
        for missed in [
            "SELECT dt FROM t",
            "SELECT dt, count(*) FROM t WHERE a = 1 GROUP BY dt ORDER BY dt",
            "SELECT * FROM t WHERE a = 'dt' -- dt = 1",
            "SELECT (SELECT max(dt) FROM t) FROM t WHERE a IN (SELECT dt FROM t)",
        ] {
            assert!(misses_partitions(missed, &partitions), "{missed}");
        }
    }
}
