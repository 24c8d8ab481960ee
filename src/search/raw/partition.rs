//! Which partitions of a table hold objects.

use std::collections::{BTreeMap, BTreeSet};

use super::Unaskable;
use crate::domain::{Layout, PartitionValue, RawTable, TableShape};
use crate::search::sql::{Identifier, Literal};

/// Values of one column that are listed; more are a range. Texts between the first and the last are all that there are.
const LISTED: usize = 24;

/// Units of time by the names that such columns have.
const UNITS: [(&str, &str); 4] = [("year", "{yyyy}"), ("month", "{MM}"), ("day", "{dd}"), ("hour", "{HH}")];

/// A partition column, and where its values come from.
struct Told<'s> {
    name: &'s str,
    kind: &'s str,
    value: PartitionValue,
}

/// The condition of the partitions in which objects of these keys lie; nothing where there are none.
pub(super) fn of<'k>(
    table: &RawTable,
    shape: &TableShape,
    layout: &Layout,
    keys: impl Iterator<Item = &'k str>,
) -> Result<Option<String>, Unaskable> {
    let (times, names): (Vec<_>, Vec<_>) =
        told(table, shape, layout)?.into_iter().partition(|told| told.value.has_time());
    if times.is_empty() {
        return Err(Unaskable::NoTime(table.name.to_string()));
    }
    let mut moments: BTreeSet<Vec<String>> = BTreeSet::new();
    let mut found: Vec<BTreeSet<String>> = vec![BTreeSet::new(); names.len()];
    for key in keys {
        let Some(partition) = layout.partition_of(key) else {
            return Err(Unaskable::NoTime(table.name.to_string()));
        };
        let value_of =
            |name: &str| layout.values_of(key, |known| known == name).first().map(|value| (*value).to_owned());
        let value = |told: &Told<'_>| told.value.of(partition.start, value_of);
        moments.insert(times.iter().map(|told| value(told).unwrap_or_default()).collect());
        for (told, values) in names.iter().zip(&mut found) {
            values.extend(value(told));
        }
    }
    if moments.is_empty() {
        return Ok(None);
    }
    let mut conditions = vec![over_time(&times, &moments)?];
    for (told, values) in names.iter().zip(&found).filter(|(_, values)| !values.is_empty()) {
        conditions.push(among(told, values)?);
    }
    Ok(Some(conditions.join("\n  AND ")))
}

/// The columns whose values follow from keys.
fn told<'s>(table: &RawTable, shape: &'s TableShape, layout: &Layout) -> Result<Vec<Told<'s>>, Unaskable> {
    let mut all = Vec::new();
    for (name, kind) in &shape.partitions {
        let property = |what: &str| shape.properties.get(&format!("projection.{name}.{what}")).map(String::as_str);
        let configured = table.partitions.iter().find(|(column, _)| column.eq_ignore_ascii_case(name));
        let value = match configured {
            Some((_, value)) => Some(value.clone()),
            None => property("format")
                .and_then(of_format)
                .or_else(|| of_folder(name, layout))
                .or_else(|| UNITS.iter().find(|(unit, _)| unit == name).and_then(|(_, value)| value.parse().ok()))
                .or_else(|| {
                    layout.names().find(|known| known == name).and_then(|name| format!("{{{name}}}").parse().ok())
                }),
        };
        match value {
            Some(value) => all.push(Told { name, kind, value }),
            None if property("type") == Some("injected") => {
                return Err(Unaskable::Injected(table.name.to_string(), name.clone()));
            }
            // Any value of it may hold what is looked for.
            None => {}
        }
    }
    Ok(all)
}

/// What a projection's format of dates gives (Java's `DateTimeFormatter`, as Athena's partition projection takes it).
fn of_format(format: &str) -> Option<PartitionValue> {
    let mut text = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let unit = ["yyyy", "MM", "dd", "HH", "mm"].into_iter().find(|unit| rest.starts_with(unit));
        if let Some(unit) = unit {
            text.extend(["{", unit, "}"]);
            rest = &rest[unit.len()..];
        } else if let Some(quoted) = rest.strip_prefix('\'') {
            let (literal, after) = quoted.split_once('\'')?;
            text.push_str(literal);
            rest = after;
        } else if first.is_ascii_alphabetic() {
            return None;
        } else {
            text.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    text.parse().ok()
}

/// What the layout has as a folder of Hive's kind: `dt={yyyy}-{MM}-{dd}`.
fn of_folder(name: &str, layout: &Layout) -> Option<PartitionValue> {
    layout.template().split('/').find_map(|folder| {
        let (key, value) = folder.split_once('=')?;
        (key.eq_ignore_ascii_case(name) && value.contains('{')).then(|| value.parse().ok()).flatten()
    })
}

fn over_time(columns: &[Told<'_>], moments: &BTreeSet<Vec<String>>) -> Result<String, Unaskable> {
    let Some((last, before)) = columns.split_last() else { return Ok("TRUE".to_owned()) };
    let mut groups: BTreeMap<&[String], BTreeSet<String>> = BTreeMap::new();
    for moment in moments {
        if let Some((value, group)) = moment.split_last() {
            groups.entry(group).or_default().insert(value.clone());
        }
    }
    let mut alternatives = Vec::new();
    for (group, values) in &groups {
        let mut conditions = Vec::new();
        for (told, value) in before.iter().zip(*group) {
            conditions.push(format!("{} = {}", Identifier::new(told.name), literal(told, value)?));
        }
        conditions.push(among(last, values)?);
        alternatives.push(conditions.join(" AND "));
    }
    if alternatives.len() == 1 {
        return Ok(alternatives.remove(0));
    }
    let alternatives: Vec<String> = alternatives.iter().map(|one| format!("({one})")).collect();
    Ok(format!("({})", alternatives.join("\n    OR ")))
}

fn among(told: &Told<'_>, values: &BTreeSet<String>) -> Result<String, Unaskable> {
    let name = Identifier::new(told.name);
    if let (Some(first), Some(last)) = (values.first(), values.last())
        && values.len() > LISTED
        && is_text(told.kind)
    {
        return Ok(format!("{name} BETWEEN {} AND {}", literal(told, first)?, literal(told, last)?));
    }
    let literals = values.iter().map(|value| literal(told, value)).collect::<Result<Vec<_>, _>>()?;
    Ok(format!("{name} IN ({})", literals.join(", ")))
}

/// A value as its column's type has it.
fn literal(told: &Told<'_>, value: &str) -> Result<String, Unaskable> {
    let wrong = || Unaskable::Value(told.name.to_owned(), told.kind.to_owned(), value.to_owned());
    match told.kind {
        kind if is_text(kind) => Ok(Literal::new(value)?.to_string()),
        "tinyint" | "smallint" | "int" | "integer" | "bigint" => {
            value.parse::<i64>().map(|number| number.to_string()).map_err(|_| wrong())
        }
        "date" => value.parse::<jiff::civil::Date>().map(|date| format!("DATE '{date}'")).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

fn is_text(kind: &str) -> bool {
    kind == "string" || kind.starts_with("varchar") || kind.starts_with("char")
}
