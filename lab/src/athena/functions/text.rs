//! Regular expressions and splitting.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, ListBuilder, MapBuilder, StringArray, StringBuilder};
use datafusion::common::Result;
use regex::Regex;

use super::scalar::{Arg, Function, Gives, Last, invalid, map_names, map_texts, texts, typed};

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
    Function {
        name: "regexp_split",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Texts,
        body: regexp_split,
    },
    Function {
        name: "regexp_position",
        args: &[Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::Int,
        body: regexp_position,
    },
    Function { name: "substr", args: &[Arg::Text, Arg::Int, Arg::Int], optional: 1, gives: Gives::Text, body: substr },
    Function {
        name: "split_part",
        args: &[Arg::Text, Arg::Text, Arg::Int],
        optional: 0,
        gives: Gives::Text,
        body: split_part,
    },
    Function { name: "strpos", args: &[Arg::Text, Arg::Text, Arg::Int], optional: 1, gives: Gives::Int, body: strpos },
    Function {
        name: "split_to_map",
        args: &[Arg::Text, Arg::Text, Arg::Text],
        optional: 0,
        gives: Gives::TextMap,
        body: split_to_map,
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

fn regexp_split(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    let mut out = ListBuilder::new(StringBuilder::new());
    for (text, pattern) in texts(args, 0)?.iter().zip(texts(args, 1)?) {
        let (Some(text), Some(pattern)) = (text, pattern) else {
            out.append_null();
            continue;
        };
        for part in last.get(pattern, regex)?.split(text) {
            out.values().append_value(part);
        }
        out.append(true);
    }
    Ok(Arc::new(out.finish()))
}

/// Characters before a byte, and one.
fn place(text: &str, byte: usize) -> i64 {
    text[..byte].chars().count() as i64 + 1
}

fn regexp_position(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut last = Last::new();
    map_texts::<_, Int64Array>(args, |text, pattern| {
        Ok(Some(last.get(pattern, regex)?.find(text).map_or(-1, |found| place(text, found.start()))))
    })
}

type Row<'a> = (&'a str, &'a str, i64);

/// Each row with the number in its third column, where it has one.
fn rows(args: &[ArrayRef], default: i64) -> Result<Vec<Option<Row<'_>>>> {
    let numbers = if args.len() > 2 { Some(typed::<Int64Array>(args, 2)?) } else { None };
    let pairs = texts(args, 0)?.iter().zip(texts(args, 1)?);
    Ok(pairs
        .enumerate()
        .map(|(row, (first, second))| {
            let number = match numbers {
                Some(numbers) => numbers.is_valid(row).then(|| numbers.value(row)),
                None => Some(default),
            };
            Some((first?, second?, number?))
        })
        .collect())
}

/// From 1, or from the end where it is negative; out of the text is empty.
fn substr(args: &[ArrayRef]) -> Result<ArrayRef> {
    let starts = typed::<Int64Array>(args, 1)?;
    let lengths = if args.len() > 2 { Some(typed::<Int64Array>(args, 2)?) } else { None };
    let values = texts(args, 0)?.iter().enumerate().map(|(row, text)| {
        let (text, start) = (text?, starts.is_valid(row).then(|| starts.value(row))?);
        let length = match lengths {
            Some(lengths) => lengths.is_valid(row).then(|| lengths.value(row))?,
            None => i64::MAX,
        };
        let count = text.chars().count() as i64;
        let first = if start > 0 { start - 1 } else { count + start };
        if start == 0 || first < 0 || first >= count || length <= 0 {
            return Some(String::new());
        }
        let (first, length) = (usize::try_from(first).ok()?, usize::try_from(length).unwrap_or(usize::MAX));
        Some(text.chars().skip(first).take(length).collect())
    });
    Ok(Arc::new(values.collect::<StringArray>()))
}

fn split_part(args: &[ArrayRef]) -> Result<ArrayRef> {
    let values = rows(args, 0)?.into_iter().map(|row| {
        let Some((text, delimiter, index)) = row else { return Ok(None) };
        let index = usize::try_from(index).ok().filter(|index| *index > 0);
        let index = index.ok_or_else(|| invalid("Index must be greater than zero"))?;
        if delimiter.is_empty() {
            return Ok(text.chars().nth(index - 1).map(String::from));
        }
        Ok(text.split(delimiter).nth(index - 1).map(str::to_owned))
    });
    Ok(Arc::new(values.collect::<Result<StringArray>>()?))
}

/// Where the n-th occurrence begins, from the end where n is negative; 0 where there is none.
fn strpos(args: &[ArrayRef]) -> Result<ArrayRef> {
    let values = rows(args, 1)?.into_iter().map(|row| {
        let Some((text, part, instance)) = row else { return Ok(None) };
        let nth = usize::try_from(instance.unsigned_abs()).unwrap_or(usize::MAX);
        let found = match instance {
            0 => return Err(invalid("'instance' must be a positive or negative number.")),
            _ if part.is_empty() => Some(0),
            1.. => text.match_indices(part).nth(nth - 1).map(|(at, _)| at),
            _ => text.rmatch_indices(part).nth(nth - 1).map(|(at, _)| at),
        };
        Ok(Some(found.map_or(0, |at| place(text, at))))
    });
    Ok(Arc::new(values.collect::<Result<Int64Array>>()?))
}

fn split_to_map(args: &[ArrayRef]) -> Result<ArrayRef> {
    let mut out = MapBuilder::new(Some(map_names()), StringBuilder::new(), StringBuilder::new());
    for ((text, entry), pair) in texts(args, 0)?.iter().zip(texts(args, 1)?).zip(texts(args, 2)?) {
        let (Some(text), Some(entry), Some(pair)) = (text, entry, pair) else {
            out.append(false)?;
            continue;
        };
        if entry.is_empty() || pair.is_empty() || entry == pair {
            return Err(invalid("entryDelimiter and keyValueDelimiter must not be empty and not be the same"));
        }
        let mut keys = Vec::new();
        for part in text.split(entry).filter(|part| !part.is_empty()) {
            let Some((key, value)) = part.split_once(pair) else {
                return Err(invalid(
                    "Key-value delimiter must appear exactly once in each entry. Bad input: '".to_owned() + part + "'",
                ));
            };
            if keys.contains(&key) {
                return Err(invalid(format!("Duplicate keys ({key}) are not allowed")));
            }
            keys.push(key);
            out.keys().append_value(key);
            out.values().append_value(value);
        }
        out.append(true)?;
    }
    Ok(Arc::new(out.finish()))
}
