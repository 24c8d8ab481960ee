//! Regular expressions and splitting.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, ListBuilder, StringArray, StringBuilder};
use datafusion::common::Result;
use regex::Regex;

use super::scalar::{Arg, Function, Gives, Last, invalid, texts, typed};

pub(super) const ALL: &[Function] = &[
    Function {
        name: "regexp_extract",
        args: &[Arg::Text, Arg::Text, Arg::Int],
        optional: 1,
        gives: Gives::Text,
        body: regexp_extract,
    },
    Function {
        name: "regexp_extract_all",
        args: &[Arg::Text, Arg::Text, Arg::Int],
        optional: 1,
        gives: Gives::Texts,
        body: regexp_extract_all,
    },
    Function { name: "split", args: &[Arg::Text, Arg::Text, Arg::Int], optional: 1, gives: Gives::Texts, body: split },
];

fn regex(pattern: &str) -> Result<Regex> {
    Regex::new(pattern).map_err(|error| invalid(format!("regular expression {pattern:?}: {error}")))
}

/// The group's number in each row, 0 (the whole match) where the query gives none.
fn group(args: &[ArrayRef], row: usize) -> Result<usize> {
    if args.len() < 3 {
        return Ok(0);
    }
    let group = typed::<Int64Array>(args, 2)?.value(row);
    usize::try_from(group).map_err(|_| invalid("Group cannot be negative"))
}

fn checked(pattern: &Regex, group: usize) -> Result<usize> {
    if group < pattern.captures_len() {
        return Ok(group);
    }
    Err(invalid(format!("Pattern has {} groups. Cannot access group {group}", pattern.captures_len() - 1)))
}

fn regexp_extract(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    let mut out = StringBuilder::new();
    for (row, (text, pattern)) in texts(args, 0)?.iter().zip(texts(args, 1)?).enumerate() {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            out.append_null();
            continue;
        };
        let pattern = last.get(pattern, regex)?;
        let group = checked(pattern, group(args, row)?)?;
        let found = pattern.captures(text).and_then(|captures| captures.get(group));
        out.append_option(found.map(|found| found.as_str()));
    }
    Ok(Arc::new(out.finish()))
}

fn regexp_extract_all(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    let mut out = ListBuilder::new(StringBuilder::new());
    for (row, (text, pattern)) in texts(args, 0)?.iter().zip(texts(args, 1)?).enumerate() {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            out.append_null();
            continue;
        };
        let pattern = last.get(pattern, regex)?;
        let group = checked(pattern, group(args, row)?)?;
        for captures in pattern.captures_iter(text) {
            out.values().append_option(captures.get(group).map(|found| found.as_str()));
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}

fn split(args: &[ArrayRef]) -> Result<ArrayRef> {
    let (strings, delimiters): (&StringArray, &StringArray) = (texts(args, 0)?, texts(args, 1)?);
    let mut out = ListBuilder::new(StringBuilder::new());
    for (row, (text, delimiter)) in strings.iter().zip(delimiters).enumerate() {
        let (Some(text), Some(delimiter)) = (text, delimiter) else {
            out.append_null();
            continue;
        };
        if delimiter.is_empty() {
            return Err(invalid("The delimiter may not be the empty string"));
        }
        let limit = if args.len() > 2 { typed::<Int64Array>(args, 2)?.value(row) } else { i64::MAX };
        let limit = usize::try_from(limit).ok().filter(|limit| *limit > 0);
        let limit = limit.ok_or_else(|| invalid("Limit must be positive"))?;
        for part in text.splitn(limit, delimiter) {
            out.values().append_value(part);
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}
