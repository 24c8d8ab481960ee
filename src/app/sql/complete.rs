//! Completion of the word before the cursor: tables, columns, partitions, databases, functions and keywords.

use super::{Model, Sql, current, database};
use crate::domain::statement::{FUNCTIONS, KEYWORDS, TokenKind, identifier, tables, tokens};

/// Completions that are gone through.
const MOST: usize = 50;

/// The completions that Tab goes through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completing {
    /// They, the likeliest first: the word, and what it is.
    pub found: Vec<(String, String)>,
    /// The one that stands in the text.
    pub chosen: usize,
}

/// Completes the word before the cursor, or goes on to the next completion, or back.
pub(super) fn complete(model: &mut Model, is_next: bool) {
    let (standing, completing) = if let Some(completing) = model.sql.completing.take() {
        let len = completing.found.len();
        let step = if is_next { 1 } else { len - 1 };
        let standing = completing.found[completing.chosen].0.clone();
        (standing, Completing { chosen: (completing.chosen + step) % len, ..completing })
    } else {
        let typed = word_before(&model.sql);
        let found = completions(model, &typed);
        if found.is_empty() {
            let told = if typed.is_empty() { "tab completes the word before it" } else { "nothing begins like this" };
            return model.note(told);
        }
        (typed, Completing { found, chosen: 0 })
    };
    let word = completing.found[completing.chosen].0.clone();
    if model.sql.editor.replace_before(standing.chars().count(), &word) {
        super::changed(model);
        // A single one is taken, and nothing is left to choose.
        model.sql.completing = Some(completing).filter(|completing| completing.found.len() > 1);
    }
}

/// The word before the cursor, with the database or table that it is of.
fn word_before(sql: &Sql) -> String {
    let (row, column) = sql.editor.cursor();
    let before: String = sql.editor.lines().get(row).map_or(String::new(), |line| line.chars().take(column).collect());
    let is_of_word = |character: &char| character.is_alphanumeric() || matches!(character, '_' | '$' | '.' | '"');
    let mut word: Vec<char> = before.chars().rev().take_while(is_of_word).collect();
    word.reverse();
    word.into_iter().collect()
}

/// What a word may be completed to, the likeliest first.
fn completions(model: &Model, typed: &str) -> Vec<(String, String)> {
    if typed.is_empty() {
        return Vec::new();
    }
    let usual = database(model);
    let statement = current(&model.sql).unwrap_or_default();
    let named = tables(&statement);
    let (of, begun) = typed.rsplit_once('.').map_or((None, typed), |(of, begun)| (Some(of), begun));
    let begun = begun.trim_start_matches('"').to_lowercase();
    let mut found: Vec<(String, String)> = Vec::new();
    let mut add = |word: String, what: String, name: &str| {
        let word = of.map_or(word.clone(), |of| format!("{of}.{word}"));
        if name.to_lowercase().starts_with(&begun) && word != typed && !found.iter().any(|(known, _)| *known == word) {
            found.push((word, what));
        }
    };
    // Columns of the statement's tables go before those of others.
    let is_named = |table: &&crate::domain::table::Table| {
        let of_it = of.is_none_or(|of| of.eq_ignore_ascii_case(&table.name) || is_alias(&statement, &table.name, of));
        of_it && named.iter().any(|name| name.table == table.name)
    };
    for table in model.sql.known_tables().filter(is_named) {
        for (columns, what) in [(&table.partitions, "partition of"), (&table.columns, "column of")] {
            for column in columns {
                let kind: String = column.kind.chars().take(24).collect();
                add(identifier(&column.name), format!("{what} {}, {kind}", table.name), &column.name);
            }
        }
        add("\"$path\"".to_owned(), format!("object of {}", table.name), "$path");
    }
    for table in model.sql.known_tables() {
        match of {
            Some(of) if !of.eq_ignore_ascii_case(&table.database) => {}
            _ => add(identifier(&table.name), format!("table of {}", table.database), &table.name),
        }
    }
    if of.is_none() {
        add(identifier(&usual), "database".to_owned(), &usual);
        for function in FUNCTIONS {
            add(format!("{function}("), "function".to_owned(), function);
        }
        let is_upper = typed.chars().any(char::is_uppercase) && !typed.chars().any(char::is_lowercase);
        for keyword in KEYWORDS {
            let word = if is_upper { keyword.to_uppercase() } else { (*keyword).to_owned() };
            add(word, "keyword".to_owned(), keyword);
        }
    }
    found.truncate(MOST);
    found
}

/// Whether a name stands behind a table as its alias.
fn is_alias(statement: &str, table: &str, alias: &str) -> bool {
    let words: Vec<&str> = tokens(statement)
        .into_iter()
        .filter(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
        .map(|token| &statement[token.span])
        .collect();
    words
        .windows(2)
        .any(|pair| pair[0].trim_matches('"').eq_ignore_ascii_case(table) && pair[1].eq_ignore_ascii_case(alias))
}

#[cfg(test)]
impl Completing {
    pub(super) fn words(&self) -> Vec<&str> {
        self.found.iter().map(|(word, _)| word.as_str()).collect()
    }
}
