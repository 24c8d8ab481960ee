//! Reads a search.

use std::net::IpAddr;
use std::ops::Range;

use ipnet::IpNet;
use jiff::{Timestamp, tz::TimeZone};

use super::lexer::{Letter, Token, Word, tokens};
use super::pattern::{Expressed, Part, Pattern};
use super::{Bound, Expression, ExpressionError, Is, Sought, Test, number, period};
use crate::domain::TimeRange;

/// How deeply parentheses and NOT may lie in each other.
const DEPTH: usize = 64;

/// Reads what was typed. `now` is the moment that `last 6h` ends at; times without a zone are of `zone`.
pub fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Sought, ExpressionError> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens, at: 0, depth: 0, end: text.chars().count(), now, zone, range: None };
    let expression = if parser.tokens.is_empty() { Expression::All } else { parser.or()? };
    if let Some((_, span)) = parser.peek() {
        return Err(ExpressionError::new(span, "a parenthesis that nothing opens"));
    }
    let range = parser.range.map(|(range, _)| range);
    let (expression, sources) = parted(expression);
    Ok(Sought { expression, sources, range })
}

/// Takes the `source:` that all records must be of out of an expression. No record is of two: several are alternatives.
fn parted(expression: Expression) -> (Expression, Vec<String>) {
    match expression {
        Expression::Source(names) => (Expression::All, names),
        Expression::And(mut all) => {
            let mut names = Vec::new();
            all.retain_mut(|inner| match inner {
                Expression::Source(more) => {
                    names.append(more);
                    false
                }
                _ => true,
            });
            (joined(all, Expression::And), names)
        }
        other => (other, Vec::new()),
    }
}

fn joined(mut inner: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match inner.len() {
        0 => Expression::All,
        1 => inner.remove(0),
        _ => many(inner),
    }
}

struct Parser<'p> {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    depth: usize,
    /// How many characters there are.
    end: usize,
    now: Timestamp,
    zone: &'p TimeZone,
    range: Option<(TimeRange, Range<usize>)>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<(&Token, Range<usize>)> {
        self.tokens.get(self.at).map(|(token, span)| (token, span.clone()))
    }

    /// The word that comes, and its place, where one does.
    fn word(&self, ahead: usize) -> Option<(&Word, Range<usize>)> {
        match self.tokens.get(self.at + ahead) {
            Some((Token::Word(word), span)) => Some((word, span.clone())),
            _ => None,
        }
    }

    fn plain(&self, ahead: usize) -> Option<String> {
        self.word(ahead)?.0.plain()
    }

    fn takes(&mut self, operator: &str) -> bool {
        let is_it = self.plain(0).is_some_and(|word| word == operator);
        self.at += usize::from(is_it);
        is_it
    }

    fn here(&self) -> Range<usize> {
        self.peek().map_or(self.end..self.end, |(_, span)| span)
    }

    fn or(&mut self) -> Result<Expression, ExpressionError> {
        let mut any = vec![self.and()?];
        while self.takes("OR") {
            any.push(self.and()?);
        }
        Ok(joined(any, Expression::Or))
    }

    fn and(&mut self) -> Result<Expression, ExpressionError> {
        let mut all = Vec::new();
        let mut is_first = true;
        loop {
            let is_joined = self.takes("AND");
            let is_over = match self.peek() {
                None | Some((Token::Close, _)) => true,
                Some(_) => self.plain(0).is_some_and(|word| word == "OR"),
            };
            if is_over || is_joined && is_first {
                if is_joined || is_first {
                    let hint = "AND, OR and NOT stand before something; in quotes they are words";
                    return Err(ExpressionError::new(self.here(), "something is missing here").hint(hint));
                }
                return Ok(joined(all, Expression::And));
            }
            is_first = false;
            match self.unary()? {
                // A time, which is kept elsewhere.
                Expression::All => {}
                Expression::And(inner) => all.extend(inner),
                other => all.push(other),
            }
        }
    }

    fn unary(&mut self) -> Result<Expression, ExpressionError> {
        let span = self.here();
        if self.depth == DEPTH {
            return Err(ExpressionError::new(span, format!("more than {DEPTH} parentheses in each other")));
        }
        self.depth += 1;
        let expression = self.nested();
        self.depth -= 1;
        expression
    }

    fn nested(&mut self) -> Result<Expression, ExpressionError> {
        let span = self.here();
        if self.takes("NOT") {
            return Ok(Expression::Not(Box::new(self.inner(span)?)));
        }
        if matches!(self.peek(), Some((Token::Open, _))) {
            self.at += 1;
            let outer = self.range.take();
            let inner = self.or()?;
            if let Some((_, place)) = self.range.take() {
                return Err(misplaced(place));
            }
            self.range = outer;
            if !matches!(self.peek(), Some((Token::Close, _))) {
                return Err(ExpressionError::new(span, "a parenthesis that is not closed"));
            }
            self.at += 1;
            return Ok(inner);
        }
        // `-word`, `!word`, `-(…)`.
        let led = self.word(0).and_then(|(word, _)| word.letters.first().copied());
        if let Some(Letter { character: '-' | '!', is_literal: false }) = led
            && let Some((Token::Word(word), place)) = self.tokens.get_mut(self.at)
            && number::read(&word.text()).is_none()
        {
            word.letters.remove(0);
            place.start += 1;
            // What follows in quotes is quoted whole now.
            word.is_quoted = !word.letters.is_empty() && word.letters.iter().all(|letter| letter.is_literal);
            if word.letters.is_empty() {
                self.at += 1;
            }
            return Ok(Expression::Not(Box::new(self.inner(span)?)));
        }
        self.test()
    }

    /// What NOT is of.
    fn inner(&mut self, not: Range<usize>) -> Result<Expression, ExpressionError> {
        if matches!(self.peek(), None | Some((Token::Close, _))) {
            return Err(ExpressionError::new(not, "NOT of nothing"));
        }
        let outer = self.range.take();
        let inner = self.unary()?;
        if let Some((_, place)) = self.range.take() {
            return Err(misplaced(place));
        }
        self.range = outer;
        Ok(inner)
    }

    fn test(&mut self) -> Result<Expression, ExpressionError> {
        if self.period()? {
            return Ok(Expression::All);
        }
        let Some((word, span)) = self.word(0) else {
            return Err(ExpressionError::new(self.here(), "a parenthesis that nothing opens"));
        };
        let (word, is_last) = (word.clone(), self.tokens.len() == self.at + 1);
        self.at += 1;
        let Some((field, value)) = field(&word) else {
            return Ok(Test { field: None, is: is(&word.letters, word.is_quoted, false, &span)? }.into());
        };
        let behind = span.end - value.len().min(span.len())..span.end;
        if value.is_empty() && !word.letters.last().is_some_and(|last| last.is_literal) {
            // `field: value`, as one writes it elsewhere.
            let hint = if is_last { "write the value behind the colon" } else { "no space belongs behind the colon" };
            return Err(ExpressionError::new(span, format!("{field}: of nothing")).hint(hint));
        }
        if field == "source" {
            let names = value.split(|letter| letter.character == ',' && !letter.is_literal).map(text);
            return Ok(Expression::Source(names.filter(|name| !name.is_empty()).collect()));
        }
        let is_quoted = value.iter().all(|letter| letter.is_literal);
        Ok(Test { is: is(value, is_quoted, true, &behind)?, field: Some(field) }.into())
    }

    /// Takes a range of time where one stands here.
    fn period(&mut self) -> Result<bool, ExpressionError> {
        let words: Vec<(String, Range<usize>)> =
            (0..).map_while(|ahead| Some((self.plain(ahead)?, self.word(ahead)?.1))).take(period::WORDS).collect();
        let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        let Some(read) = period::read(&texts, self.now, self.zone) else { return Ok(false) };
        let span = words[0].1.start..words[read.words - 1].1.end;
        let range = read.range.map_err(|cause| ExpressionError::new(span.clone(), cause))?;
        if self.range.is_some() {
            return Err(ExpressionError::new(span, "a second range of time"));
        }
        if self.at > 0 && self.tokens.get(self.at - 1).is_some_and(|(token, _)| is_or(token))
            || self.tokens.get(self.at + read.words).is_some_and(|(token, _)| is_or(token))
        {
            return Err(misplaced(span));
        }
        self.range = Some((range, span));
        self.at += read.words;
        Ok(true)
    }
}

fn is_or(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word.plain().is_some_and(|word| word == "OR"))
}

fn misplaced(place: Range<usize>) -> ExpressionError {
    ExpressionError::new(place, "a range of time is of the whole search")
        .hint("write it outside of parentheses, NOT and OR; in quotes it is text")
}

fn text(letters: &[Letter]) -> String {
    letters.iter().map(|letter| letter.character).collect()
}

/// The field before a word's colon and what stands behind it, where the colon is one of a field: it is not in an
/// address, an ARN, a URL or a time of day.
fn field(word: &Word) -> Option<(String, &[Letter])> {
    let colon = word.letters.iter().position(|letter| letter.character == ':' && !letter.is_literal)?;
    let name = &word.letters[..colon];
    let begins_well = name.first().is_some_and(|first| {
        first.is_literal || first.character.is_alphabetic() || matches!(first.character, '_' | '@')
    });
    let whole = text(&word.letters);
    let is_bare = word.letters.iter().all(|letter| !letter.is_literal);
    let is_address = whole.parse::<IpAddr>().is_ok()
        || whole.parse::<IpNet>().is_ok()
        || is_mac(&whole)
        || whole.starts_with("arn:")
        || whole[text(name).len()..].starts_with("://");
    (begins_well && !(is_bare && is_address)).then(|| (text(name), &word.letters[colon + 1..]))
}

/// Whether it is an EUI-48 in hexadecimal pairs: `0a:58:a9:fe:00:01`.
fn is_mac(text: &str) -> bool {
    let pairs: Vec<&str> = text.split(':').collect();
    pairs.len() == 6 && pairs.iter().all(|pair| pair.len() == 2 && pair.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What a term must be by what stands there.
fn is(letters: &[Letter], is_quoted: bool, is_of_field: bool, span: &Range<usize>) -> Result<Is, ExpressionError> {
    let whole = text(letters);
    if whole.trim().is_empty() {
        return Err(ExpressionError::new(span.clone(), "there is nothing to search for"));
    }
    if let Some(control) = whole.chars().find(|character| character.is_control()) {
        let what = format!("the control character U+{:04X}, which no term has", u32::from(control));
        return Err(ExpressionError::new(span.clone(), what));
    }
    if is_quoted {
        return Ok(if is_of_field { Is::Term(whole) } else { Is::Holding(whole) });
    }
    let means = |letter: &Letter, character| letter.character == character && !letter.is_literal;
    if let [first, inner @ .., last] = letters
        && means(first, '~')
        && means(last, '~')
    {
        let expressed = Expressed::new(&text(inner));
        let cause = |error: regex::Error| ExpressionError::new(span.clone(), last_line(&error.to_string()));
        return expressed.map(Is::Matching).map_err(cause);
    }
    let has_literal = letters.iter().any(|letter| letter.is_literal);
    if !has_literal {
        if whole == "*" {
            return if is_of_field {
                Ok(Is::Present)
            } else {
                Err(ExpressionError::new(span.clone(), "* alone is every record").hint("write field:* or leave it out"))
            };
        }
        if whole.contains('/')
            && let Ok(network) = whole.parse::<IpNet>()
        {
            return Ok(Is::Within(network.trunc()));
        }
        if is_of_field && let Some(bound) = bound(&whole, span)? {
            return Ok(Is::Number(bound));
        }
    }
    if letters.iter().any(|letter| means(letter, '*') || means(letter, '?')) {
        let cause = |error: regex::Error| ExpressionError::new(span.clone(), last_line(&error.to_string()));
        return Pattern::new(parts(letters)).map(Is::Like).map_err(cause);
    }
    Ok(Is::Term(whole))
}

/// The parts of a pattern.
fn parts(letters: &[Letter]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for letter in letters {
        match (letter.character, letter.is_literal, parts.last_mut()) {
            ('*', false, Some(Part::Any)) => {}
            ('*', false, _) => parts.push(Part::Any),
            ('?', false, _) => parts.push(Part::One),
            (character, _, Some(Part::Text(text))) => text.push(character),
            (character, ..) => parts.push(Part::Text(character.to_string())),
        }
    }
    parts
}

/// Reads `>100`, `>=100`, `<100`, `<=100`, `1..9`, `1..` and `..9`.
fn bound(text: &str, span: &Range<usize>) -> Result<Option<Bound>, ExpressionError> {
    let read = |text: &str| {
        let wrong =
            || ExpressionError::new(span.clone(), format!("\"{text}\" is no number")).hint("in quotes it is text");
        number::read(text).ok_or_else(wrong)
    };
    let compared = [(">=", true), ("<=", true), (">", false), ("<", false)];
    if let Some((operator, is_in)) = compared.into_iter().find(|(operator, _)| text.starts_with(operator)) {
        let limit = Some((read(&text[operator.len()..])?, is_in));
        let is_low = operator.starts_with('>');
        return Ok(Some(if is_low { Bound { low: limit, high: None } } else { Bound { low: None, high: limit } }));
    }
    let Some((low, high)) = text.split_once("..") else { return Ok(None) };
    let end = |text: &str| if text.is_empty() { Some(None) } else { number::read(text).map(|end| Some((end, true))) };
    Ok(match (end(low), end(high)) {
        (Some(low), Some(high)) if low.is_some() || high.is_some() => Some(Bound { low, high }),
        // A path or a name with two dots in it.
        _ => None,
    })
}

/// The last line of what the regex crate says: the others draw the place.
fn last_line(text: &str) -> String {
    let last = text.lines().last().unwrap_or(text);
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}
