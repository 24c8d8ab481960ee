//! Which folders of a table a query must list: registered partitions, projected ones, or the whole location.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use regex::Regex;

use super::catalog::{Partition, Storage, Table};
use super::objects::Bounds;
use constraint::Constraint;
use projection::Projection;

pub(crate) mod constraint;
pub(crate) mod dates;
pub(crate) mod projection;
#[cfg(test)]
mod tests;

/// A folder to list, with the values that its objects get in the partition columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder {
    pub(crate) values: Vec<String>,
    /// `s3://bucket/prefix/`.
    pub(crate) location: String,
}

/// What to list for a query.
#[derive(Debug)]
pub(crate) enum Listing {
    /// Each folder by itself.
    Folders(Vec<Folder>),
    /// Everything under one prefix, the values read back from the keys: cheaper than very many folders.
    Matched { location: String, bounds: Bounds, pattern: Pattern },
}

/// More folders than this are listed by one walk over what they have in common.
const FOLDERS: usize = 1_000;

/// Reads the partition values back from `s3://bucket/key`.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    columns: usize,
    /// Values that the location holds already, by column.
    fixed: BTreeMap<usize, String>,
}

impl Pattern {
    /// The values in the order of the partition columns, where the key is one of the table's.
    pub(crate) fn values(&self, uri: &str) -> Option<Vec<String>> {
        let captures = self.regex.captures(uri)?;
        (0..self.columns)
            .map(|column| {
                let fixed = self.fixed.get(&column).cloned();
                fixed.or_else(|| Some(captures.name(&format!("c{column}"))?.as_str().to_owned()))
            })
            .collect()
    }
}

/// Decides what to list, given what the query demands of each partition column.
///
/// # Errors
/// A text as Athena has it, for example where an injected column has no value in the query.
pub(crate) fn listing(
    table: &Table,
    storage: &Storage,
    partitions: &[Partition],
    constraints: &[Constraint],
    now: jiff::Timestamp,
) -> Result<Listing, String> {
    if table.partitioned_by.is_empty() {
        let location = storage.location.clone();
        return Ok(Listing::Folders(vec![Folder { values: Vec::new(), location }]));
    }
    if !table.is_projected() {
        let folders = partitions
            .iter()
            .map(|partition| Folder { values: partition.values.clone(), location: partition.location.clone() })
            .collect();
        return Ok(Listing::Folders(folders));
    }
    projected(table, storage, constraints, now)
}

fn projected(
    table: &Table,
    storage: &Storage,
    constraints: &[Constraint],
    now: jiff::Timestamp,
) -> Result<Listing, String> {
    let template = Template::of(table, storage)?;
    let mut choices = Vec::new();
    for (column, constraint) in table.partitioned_by.iter().zip(constraints) {
        let projection = Projection::of(&column.name, &table.properties, now)?;
        let values = projection.values(&column.name, constraint, FOLDERS)?;
        choices.push((projection, values));
    }
    let count =
        choices.iter().try_fold(1_usize, |count, (_, values)| Some(count.saturating_mul(values.as_ref()?.len())));
    if let Some(count) = count
        && count <= FOLDERS
    {
        let mut folders = vec![Vec::new()];
        for (_, values) in &choices {
            let values = values.as_deref().unwrap_or_default();
            folders = folders
                .into_iter()
                .flat_map(|folder: Vec<String>| {
                    values.iter().map(move |value| {
                        let mut folder = folder.clone();
                        folder.push(value.clone());
                        folder
                    })
                })
                .collect();
        }
        let folders = folders.into_iter().map(|values| {
            let location = template.location(&values);
            Folder { values, location }
        });
        return Ok(Listing::Folders(folders.collect()));
    }
    Ok(template.matched(&choices, constraints))
}

/// `storage.location.template`, or Hive's `column=value/` under the location.
#[derive(Debug)]
struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Literal(String),
    Column(usize),
}

impl Template {
    fn of(table: &Table, storage: &Storage) -> Result<Self, String> {
        let names: Vec<&str> = table.partitioned_by.iter().map(|column| column.name.as_str()).collect();
        let text = table.properties.get("storage.location.template").cloned().unwrap_or_else(|| {
            let folders: Vec<String> = names.iter().map(|name| format!("{name}=${{{name}}}/")).collect();
            format!("{}{}", storage.location, folders.concat())
        });
        let mut parts = Vec::new();
        let mut rest = text.as_str();
        while let Some((literal, after)) = rest.split_once("${") {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| format!("storage.location.template {text:?} has a ${{ without its }}"))?;
            let column = names
                .iter()
                .position(|known| known.eq_ignore_ascii_case(name))
                .ok_or_else(|| format!("storage.location.template names {name:?}, which is no partition column"))?;
            parts.extend([Part::Literal(literal.to_owned()), Part::Column(column)]);
            rest = after;
        }
        let slash = if rest.ends_with('/') || (rest.is_empty() && parts.is_empty()) { "" } else { "/" };
        parts.push(Part::Literal(format!("{rest}{slash}")));
        Ok(Self(parts))
    }

    fn location(&self, values: &[String]) -> String {
        let texts = self.0.iter().map(|part| match part {
            Part::Literal(text) => text.as_str(),
            Part::Column(column) => values[*column].as_str(),
        });
        texts.collect()
    }

    /// One walk under what all the folders have in common.
    fn matched(&self, choices: &[(Projection, Option<Vec<String>>)], constraints: &[Constraint]) -> Listing {
        let mut location = String::new();
        let mut pattern = String::from("^");
        let mut fixed = BTreeMap::new();
        let mut bounds = None;
        for part in &self.0 {
            match part {
                Part::Literal(text) => {
                    pattern.push_str(&regex::escape(text));
                    if bounds.is_none() {
                        location.push_str(text);
                    }
                }
                Part::Column(column) => {
                    let (projection, values) = &choices[*column];
                    if let Some([value]) = values.as_deref()
                        && bounds.is_none()
                    {
                        location.push_str(value);
                        pattern.push_str(&regex::escape(value));
                        fixed.insert(*column, value.clone());
                    } else {
                        let _ = write!(pattern, "(?<c{column}>{})", projection.pattern());
                        bounds.get_or_insert_with(|| projection.bounds(&constraints[*column]));
                    }
                }
            }
        }
        let columns = choices.len();
        // A template that names a column twice would name a group twice; such a key matches nothing.
        let regex = Regex::new(&pattern).unwrap_or_else(|_| Regex::new("[^\\s\\S]").expect("a constant"));
        Listing::Matched { location, bounds: bounds.unwrap_or_default(), pattern: Pattern { regex, columns, fixed } }
    }
}
