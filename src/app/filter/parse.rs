//! Reads a filter, and tells what is wrong with one: where, why, and what to write instead.

use jiff::SignedDuration;

use super::{Comparison, Field, Test, Word};
use crate::domain::{ByteSize, State};
use crate::mistake::nearest;

/// A filter that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {what}")]
pub struct FilterError {
    /// Where, in characters from 1.
    pub column: usize,
    /// What is wrong, with the text that is.
    pub what: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// A word as it stands in the text.
struct Token {
    /// Where it begins, in characters from 1.
    column: usize,
    /// Without its quotes.
    text: String,
    /// How many bytes of `text` come before the first quote.
    bare: usize,
}

pub(super) fn words(text: &str, fields: &[Field]) -> Result<Vec<Word>, FilterError> {
    tokens(text)?.into_iter().filter_map(|token| word(&token, fields).transpose()).collect()
}

/// Splits at white space; between double quotes it is text, and so is a colon.
fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut open: Option<Token> = None;
    let mut quote = None;
    for (index, character) in text.chars().enumerate() {
        if character.is_whitespace() && quote.is_none() {
            tokens.extend(open.take());
            continue;
        }
        let token = open.get_or_insert_with(|| Token { column: index + 1, text: String::new(), bare: usize::MAX });
        if character == '"' {
            token.bare = token.bare.min(token.text.len());
            quote = if quote.is_some() { None } else { Some(index + 1) };
        } else {
            token.text.push(character);
        }
    }
    if let Some(column) = quote {
        let hint = Some("end it with another \"".to_owned());
        return Err(FilterError { column, what: "a quote that is not ended".to_owned(), hint });
    }
    tokens.extend(open);
    Ok(tokens)
}

/// Reads one word; none where nothing but its sign is there.
fn word(token: &Token, fields: &[Field]) -> Result<Option<Word>, FilterError> {
    let text = token.text.as_str();
    let field_of = |text: &str| {
        let (name, _) = text.split_once(':')?;
        let is_name = name.len() + (token.text.len() - text.len()) < token.bare && !name.is_empty();
        // A path with dots is a field's only where there is one of that name.
        let is_known = || fields.iter().any(|field| field.name() == name);
        (is_name && (name.bytes().all(|byte| byte.is_ascii_alphabetic()) || is_known())).then(|| name.to_owned())
    };
    let is_sign = token.bare > 0;
    let bare = text.strip_prefix('!').or_else(|| text.strip_prefix('-').filter(|rest| field_of(rest).is_some()));
    let (is_inverse, rest) = bare.filter(|_| is_sign).map_or((false, text), |rest| (true, rest));
    if rest.is_empty() {
        return Ok(None);
    }
    let Some(name) = field_of(rest) else {
        return Ok(Some(Word { is_inverse, test: Test::Anywhere(rest.to_lowercase()) }));
    };
    let begin = token.column + text[..text.len() - rest.len()].chars().count();
    let wrong = |what: String, hint: Option<String>| FilterError { column: begin, what, hint };
    let names = || fields.iter().map(|field| field.name());
    let Some(field) = fields.iter().copied().find(|field| field.name().eq_ignore_ascii_case(&name)) else {
        let cure = nearest(&name.to_lowercase(), names()).map_or_else(
            || format!("fields: {} — in \"quotes\" it is text", names().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}:\"? In \"quotes\" it is text"),
        );
        return Err(wrong(format!("these rows have no field \"{name}\""), Some(cure)));
    };
    let value = &rest[name.len() + 1..];
    let wrong =
        |what: String, hint: &str| FilterError { column: begin + name.len() + 1, what, hint: Some(hint.to_owned()) };
    if value.is_empty() {
        return Err(wrong(format!("\"{name}:\" has no value"), example(field)));
    }
    let read = test(field, value).map_err(|(what, hint)| wrong(what, &hint))?;
    Ok(Some(Word { is_inverse, test: read }))
}

/// How a word of a field may look.
fn example(field: Field) -> &'static str {
    match field {
        Field::State => "as state:failed or state:failed,parked",
        Field::Key => "as key:T01, or key:=logs/a.gz for a whole key",
        Field::Size => "as size:>1M or size:<=200K",
        Field::Lag => "as lag:>5m or lag:<=1h30m",
        Field::Class => "as class:GLACIER or class:STANDARD,STANDARD_IA",
        Field::Reason => "as reason:timeout",
        Field::Source => "as source:cloudtrail",
        Field::Consumer => "as consumer:indexer",
        Field::Ecs(_) => "as user.name:root, or user.name:=root for a whole value",
    }
}

/// Reads a field's value. The error is what is wrong, and the cure.
fn test(field: Field, value: &str) -> Result<Test, (String, String)> {
    let lower = value.to_lowercase();
    Ok(match field {
        Field::State => Test::State(states(&lower)?),
        Field::Class => Test::Is(field, listed(&lower)),
        Field::Key | Field::Reason | Field::Source | Field::Consumer | Field::Ecs(_) => match lower.strip_prefix('=') {
            Some(whole) => Test::Is(field, vec![whole.to_owned()]),
            None => Test::Contains(field, lower.strip_prefix('~').unwrap_or(&lower).to_owned()),
        },
        Field::Size => {
            let (comparison, number) = comparison(field, value)?;
            let limit = ByteSize::read(number).ok_or_else(|| unread(field, number))?;
            Test::Size(comparison, limit.bytes())
        }
        Field::Lag => {
            let (comparison, number) = comparison(field, value)?;
            let limit = duration(number).ok_or_else(|| unread(field, number))?;
            Test::Lag(comparison, limit)
        }
    })
}

fn unread(field: Field, number: &str) -> (String, String) {
    (format!("\"{number}\" is no {}", field.name()), example(field).to_owned())
}

fn listed(value: &str) -> Vec<String> {
    value.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// States may be cut short, as far as there is one that begins so.
fn states(value: &str) -> Result<Vec<String>, (String, String)> {
    let known = || State::ALL.iter().map(|state| state.name());
    let names = listed(value);
    match names.iter().find(|name| !known().any(|state| state.starts_with(name.as_str()))) {
        None => Ok(names),
        Some(name) => {
            let hint = nearest(name, known()).map_or_else(
                || format!("states: {}", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean \"{near}\"?"),
            );
            Err((format!("\"{name}\" is no state"), hint))
        }
    }
}

fn comparison(field: Field, value: &str) -> Result<(Comparison, &str), (String, String)> {
    let signs = [
        (">=", Comparison::AtLeast),
        ("<=", Comparison::AtMost),
        (">", Comparison::Above),
        ("<", Comparison::Below),
        ("=", Comparison::Equal),
    ];
    let found = signs.into_iter().find_map(|(sign, comparison)| Some((comparison, value.strip_prefix(sign)?)));
    found.ok_or_else(|| (format!("\"{value}\" says neither more nor less"), example(field).to_owned()))
}

/// `90s`, `5m`, `1h30m`, `2d`.
fn duration(text: &str) -> Option<SignedDuration> {
    let mut rest = text;
    let mut seconds = 0_i64;
    while !rest.is_empty() {
        let split = rest.find(|character: char| !character.is_ascii_digit())?;
        let (number, unit) = rest.split_at(split);
        let length = match unit.as_bytes().first()? {
            b's' => 1,
            b'm' => 60,
            b'h' => 3_600,
            b'd' => 86_400,
            _ => return None,
        };
        let number: i64 = number.parse().ok()?;
        seconds = seconds.checked_add(number.checked_mul(length)?)?;
        rest = &unit[1..];
    }
    (!text.is_empty()).then(|| SignedDuration::from_secs(seconds))
}
