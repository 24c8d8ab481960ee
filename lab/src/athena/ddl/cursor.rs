//! A place in the tokens, with the small questions that every statement asks there.

use std::collections::BTreeMap;

use super::tokens::{Placed, Token};
use super::{PartitionSpec, Refusal, WriteOptions};
use crate::athena::catalog::TableName;

pub(super) struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Placed],
    at: usize,
    database: &'a str,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a [Placed], database: &'a str) -> Self {
        Self { text, tokens, at: 0, database }
    }

    /// The database of names without one.
    pub(super) fn database(&self) -> &'a str {
        self.database
    }

    fn token(&self) -> Option<&'a Token> {
        self.tokens.get(self.at).map(|placed| &placed.token)
    }

    /// Whether the next token is this keyword.
    pub(super) fn is(&self, keyword: &str) -> bool {
        matches!(self.token(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword))
    }

    /// Steps over the keyword if it is next.
    pub(super) fn take(&mut self, keyword: &str) -> bool {
        let is_next = self.is(keyword);
        self.at += usize::from(is_next);
        is_next
    }

    /// Steps over all the keywords if they follow each other here.
    pub(super) fn take_all(&mut self, keywords: &[&str]) -> bool {
        let start = self.at;
        let is_next = keywords.iter().all(|keyword| self.take(keyword));
        if !is_next {
            self.at = start;
        }
        is_next
    }

    pub(super) fn expect(&mut self, keyword: &str) -> Result<(), Refusal> {
        if self.take(keyword) { Ok(()) } else { Err(self.unexpected(&keyword.to_uppercase())) }
    }

    pub(super) fn take_sign(&mut self, sign: char) -> bool {
        let is_next = matches!(self.token(), Some(Token::Sign(next)) if *next == sign);
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn expect_sign(&mut self, sign: char) -> Result<(), Refusal> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.unexpected(&format!("'{sign}'"))) }
    }

    /// A name, bare or quoted, in lower case.
    pub(super) fn name(&mut self, what: &str) -> Result<String, Refusal> {
        match self.token() {
            Some(Token::Word(name) | Token::Name(name) | Token::Number(name)) => {
                self.at += 1;
                Ok(name.to_lowercase())
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// A bare word as written, for a type or a format.
    pub(super) fn word(&mut self, what: &str) -> Result<String, Refusal> {
        match self.token() {
            Some(Token::Word(word)) => {
                self.at += 1;
                Ok(word.clone())
            }
            _ => Err(self.unexpected(what)),
        }
    }

    /// A string; Hive also takes double quotes for it.
    pub(super) fn text(&mut self, what: &str) -> Result<String, Refusal> {
        match self.token() {
            Some(Token::Text(text) | Token::Name(text)) => {
                self.at += 1;
                Ok(text.clone())
            }
            _ => Err(self.unexpected(what)),
        }
    }

    pub(super) fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, Refusal> {
        if let Some(Token::Number(digits)) = self.token()
            && let Ok(number) = digits.parse()
        {
            self.at += 1;
            return Ok(number);
        }
        Err(self.unexpected(what))
    }

    /// `table`, `database.table` or `catalog.database.table`.
    pub(super) fn table_name(&mut self) -> Result<TableName, Refusal> {
        let mut parts = vec![self.name("a table name")?];
        while self.take_sign('.') {
            parts.push(self.name("a table name")?);
        }
        // The user guide itself writes `database.table` in one pair of backticks.
        if let [whole] = parts.as_slice()
            && let Some((database, table)) = whole.split_once('.')
        {
            parts = vec![database.to_owned(), table.to_owned()];
        }
        if parts.len() == 3 && parts[0].eq_ignore_ascii_case("awsdatacatalog") {
            parts.remove(0);
        }
        match <[String; 2]>::try_from(parts) {
            Ok([database, table]) => Ok(TableName { database, table }),
            Err(mut parts) if parts.len() == 1 => {
                Ok(TableName { database: self.database.to_lowercase(), table: parts.remove(0) })
            }
            Err(parts) => Err(self.refusal(&format!("unknown catalog or database in {:?}", parts.join(".")))),
        }
    }

    /// `('key' = 'value', …)`.
    pub(super) fn properties(&mut self) -> Result<BTreeMap<String, String>, Refusal> {
        let mut properties = BTreeMap::new();
        self.expect_sign('(')?;
        loop {
            let key = self.text("a property name in quotes")?;
            self.expect_sign('=')?;
            let value = self.text("a property value in quotes")?;
            if properties.insert(key.clone(), value).is_some() {
                return Err(self.refusal(&format!("property {key:?} is given twice")));
            }
            if !self.take_sign(',') {
                break;
            }
        }
        self.expect_sign(')')?;
        Ok(properties)
    }

    /// `(format = 'JSON', partitioned_by = ARRAY['dt'])`: names in lower case, each with its value or its list.
    pub(super) fn options(&mut self) -> Result<WriteOptions, Refusal> {
        let mut options = WriteOptions::new();
        self.expect_sign('(')?;
        loop {
            let name = self.name("a property name")?;
            self.expect_sign('=')?;
            let mut values = Vec::new();
            if self.take("array") {
                self.expect_sign('[')?;
                loop {
                    values.push(self.text("a text")?);
                    if !self.take_sign(',') {
                        break;
                    }
                }
                self.expect_sign(']')?;
            } else {
                values.push(match self.token() {
                    Some(Token::Text(value) | Token::Number(value) | Token::Word(value)) => value.clone(),
                    _ => return Err(self.unexpected("a property value")),
                });
                self.at += 1;
            }
            if options.insert(name.clone(), values).is_some() {
                return Err(self.refusal(&format!("property {name:?} is given twice")));
            }
            if !self.take_sign(',') {
                break;
            }
        }
        self.expect_sign(')')?;
        Ok(options)
    }

    /// `(a, b)` where it is a list of names and no query in parentheses.
    pub(super) fn names_before_query(&mut self) -> Result<Vec<String>, Refusal> {
        let start = self.at;
        let mut names = Vec::new();
        if !self.take_sign('(') || self.is("select") || self.is("with") {
            self.at = start;
            return Ok(names);
        }
        loop {
            names.push(self.name("a column name")?);
            if !self.take_sign(',') {
                break;
            }
        }
        self.expect_sign(')')?;
        Ok(names)
    }

    /// `(column = value, …)`; a value is a string or a number.
    pub(super) fn partition_spec(&mut self) -> Result<PartitionSpec, Refusal> {
        let mut spec = Vec::new();
        self.expect_sign('(')?;
        loop {
            let column = self.name("a partition column")?;
            self.expect_sign('=')?;
            let value = match self.token() {
                Some(Token::Text(value) | Token::Name(value) | Token::Number(value)) => value.clone(),
                _ => return Err(self.unexpected("a partition value")),
            };
            self.at += 1;
            spec.push((column, value));
            if !self.take_sign(',') {
                break;
            }
        }
        self.expect_sign(')')?;
        Ok(spec)
    }

    /// `[LIKE] 'pattern'`, where Hive's `*` stands for any text and `|` for a choice.
    pub(super) fn pattern(&mut self) -> Result<Option<String>, Refusal> {
        if self.take("like") || matches!(self.token(), Some(Token::Text(_))) {
            return self.text("a pattern").map(Some);
        }
        Ok(None)
    }

    /// Everything from here on, as written.
    pub(super) fn remainder(&mut self) -> Result<String, Refusal> {
        let Some(placed) = self.tokens.get(self.at) else { return Err(self.unexpected("a query")) };
        self.at = self.tokens.len();
        Ok(self.text[placed.span.start..].to_owned())
    }

    pub(super) fn end(&self) -> Result<(), Refusal> {
        if self.at == self.tokens.len() { Ok(()) } else { Err(self.unexpected("the end of the statement")) }
    }

    /// A refusal that points here.
    pub(super) fn refusal(&self, what: &str) -> Refusal {
        let offset = self.tokens.get(self.at).map_or(self.text.len(), |placed| placed.span.start);
        Refusal::at(self.text, offset, what)
    }

    pub(super) fn unexpected(&self, expected: &str) -> Refusal {
        if let Some(Token::Broken(what)) = self.token() {
            return self.refusal(what);
        }
        let found = self.tokens.get(self.at).map_or("the end", |placed| self.text[placed.span.clone()].trim_end());
        self.refusal(&format!("unexpected {found:?}, expected {expected}"))
    }
}
