//! A layout as partitions: columns of a table, their projection, and the values of a key.
//!
//! Format: "Supported types for partition projection" and "ALTER TABLE ADD PARTITION" in the Amazon Athena User Guide.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{TableColumn, identifier, literal};
use crate::domain::layout::Step;
use crate::domain::{Layout, LayoutPart};

/// The first year that is projected; a range without end would have Athena look at more partitions than it can.
const FIRST_YEAR: u16 = 2020;
/// The last year, where years are numbers.
const LAST_YEAR: u16 = 2099;

/// The partitions of a layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partitioning {
    /// The prefix before the first placeholder.
    pub root: String,
    /// What its objects are partitioned by, in the order of their keys.
    pub keys: Vec<Key>,
    /// The template behind the bucket, up to the last `/`, its placeholders as `${name}`.
    template: String,
}

/// A column that objects are partitioned by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: String,
    kind: KeyKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum KeyKind {
    /// A placeholder: its place among the named ones.
    Name(usize),
    /// A time, by Java's pattern, of this step.
    Date(String, Step),
    /// One unit of time by itself.
    Unit(Step),
}

impl Partitioning {
    /// The partitions of a layout, for a table with these columns, whose names are taken.
    pub fn of(layout: &Layout, taken: &[&str]) -> Self {
        let parts = folders(layout);
        let is_date = is_one_date(&parts);
        let mut taken: BTreeSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
        let mut keys: Vec<Key> = Vec::new();
        let (mut template, mut before, mut root) = (String::new(), String::new(), None);
        let mut names = 0;
        let mut run: Option<(String, String, Step)> = None;
        for (index, part) in parts.iter().enumerate() {
            if !matches!(part, Part::Text(_)) {
                root.get_or_insert_with(|| template.clone());
            }
            match part {
                Part::Text(text) => match &mut run {
                    // Between two units of one date its text is of the date's.
                    Some((_, pattern, _)) if matches!(parts.get(index + 1), Some(Part::Time(_))) => {
                        pattern.push_str(text);
                    }
                    _ => {
                        finish(&mut run, &mut keys, &mut template, &mut taken);
                        template.push_str(&text.replace('$', "_"));
                        before.clone_from(text);
                    }
                },
                Part::Name(name) => {
                    finish(&mut run, &mut keys, &mut template, &mut taken);
                    push(
                        Key { name: free(&plain(name), &mut taken), kind: KeyKind::Name(names) },
                        &mut keys,
                        &mut template,
                    );
                    names += 1;
                    before.clear();
                }
                Part::Time(step) if is_date => match &mut run {
                    Some((_, pattern, finest)) => {
                        pattern.push_str(letters(*step));
                        *finest = *step;
                    }
                    None => run = Some((hive_name(&before).unwrap_or_default(), letters(*step).to_owned(), *step)),
                },
                Part::Time(step) => {
                    let name = hive_name(&before).unwrap_or_else(|| unit(*step).to_owned());
                    push(Key { name: free(&name, &mut taken), kind: KeyKind::Unit(*step) }, &mut keys, &mut template);
                    before.clear();
                }
            }
        }
        finish(&mut run, &mut keys, &mut template, &mut taken);
        let root = root.unwrap_or_else(|| template.clone());
        // A table lies in a folder.
        let root = root[..root.rfind('/').map_or(0, |slash| slash + 1)].to_owned();
        Self { root, keys, template }
    }

    /// The table properties that compute the partitions; none where there are none.
    pub fn projection(&self, bucket: &str, values: &[Vec<String>]) -> Vec<(String, String)> {
        if self.keys.is_empty() {
            return Vec::new();
        }
        let mut properties = vec![("projection.enabled".to_owned(), "true".to_owned())];
        for Key { name, kind } in &self.keys {
            let mut set =
                |property: &str, value: String| properties.push((format!("projection.{name}.{property}"), value));
            match kind {
                KeyKind::Name(place) => {
                    let found: BTreeSet<&str> =
                        values.iter().filter_map(|values| values.get(*place)).map(String::as_str).collect();
                    // A comma would make two values of one; what has no value must be given by each query.
                    if found.is_empty() || found.iter().any(|value| value.contains(',')) {
                        set("type", "injected".to_owned());
                    } else {
                        set("type", "enum".to_owned());
                        set("values", found.into_iter().collect::<Vec<_>>().join(","));
                    }
                }
                KeyKind::Date(pattern, step) => {
                    set("type", "date".to_owned());
                    set("format", pattern.clone());
                    set("range", format!("{},NOW", beginning(pattern)));
                    set("interval", "1".to_owned());
                    set("interval.unit", format!("{}S", unit(*step).to_ascii_uppercase()));
                }
                KeyKind::Unit(step) => {
                    let (first, last) = match step {
                        Step::None | Step::Year => (FIRST_YEAR, LAST_YEAR),
                        Step::Month => (1, 12),
                        Step::Day => (1, 31),
                        Step::Hour => (0, 23),
                        Step::Minute => (0, 59),
                    };
                    set("type", "integer".to_owned());
                    set("range", format!("{first},{last}"));
                    set("digits", letters(*step).len().to_string());
                }
            }
        }
        properties.push(("storage.location.template".to_owned(), format!("{bucket}{}", self.template)));
        properties
    }
}

/// The partitions of prefixes that a table does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Added {
    /// The statement; empty where none is missing.
    pub sql: String,
    /// How many it adds.
    pub count: usize,
}

/// The statement that adds the partitions at these prefixes which the table does not have yet; `known` are those it
/// has, as `SHOW PARTITIONS` tells them (`year=2026/month=11`). `None` where the layout does not tell the keys' values.
pub fn add_partitions(
    table: &str,
    keys: &[TableColumn],
    layout: &Layout,
    bucket: &str,
    prefixes: &[String],
    known: &BTreeSet<String>,
) -> Option<Added> {
    let mut added = Added::default();
    for prefix in prefixes {
        let values = keys.iter().map(|key| value_of(key, keys, layout, prefix)).collect::<Option<Vec<_>>>()?;
        let pairs = || keys.iter().zip(&values);
        let spelled: Vec<String> = pairs().map(|(key, value)| format!("{}={value}", key.name)).collect();
        if known.contains(&spelled.join("/")) {
            continue;
        }
        added.count += 1;
        let pairs: Vec<String> =
            pairs().map(|(key, value)| format!("{} = {}", identifier(&key.name), literal(value))).collect();
        let location = literal(&format!("s3://{bucket}/{prefix}"));
        let _ = write!(added.sql, "\n  PARTITION ({}) LOCATION {location}", pairs.join(", "));
    }
    if added.count > 0 {
        added.sql = format!("ALTER TABLE {table} ADD IF NOT EXISTS{};\n", added.sql);
    }
    Some(added)
}

/// The value of a partition column in a prefix: of the placeholder that has its name, of the `name=value` folder, of one
/// unit of time, else the time as the prefix spells it.
fn value_of(key: &TableColumn, keys: &[TableColumn], layout: &Layout, prefix: &str) -> Option<String> {
    let name = key.name.as_str();
    let folder = prefix.split('/').find_map(|folder| folder.strip_prefix(name)?.strip_prefix('='));
    if let Some(value) = folder {
        return Some(value.to_owned());
    }
    let spans = layout.spans(prefix);
    let text = |span: &std::ops::Range<usize>| prefix[span.clone()].to_owned();
    let named = spans.iter().find(|(part, _)| matches!(part, LayoutPart::Name(known) if plain(known) == name));
    if let Some((_, span)) = named {
        return Some(text(span));
    }
    let times: Vec<_> = spans
        .iter()
        .filter_map(|(part, span)| match part {
            LayoutPart::Time(step) => Some((*step, span)),
            _ => None,
        })
        .collect();
    let is_unit = |key: &TableColumn| times.iter().any(|(step, _)| unit(*step) == key.name);
    if is_unit(key) && keys.iter().filter(|key| is_unit(key)).count() > 1 {
        return times.iter().find(|(step, _)| unit(*step) == name).map(|(_, span)| text(span));
    }
    // One column is left for the whole time.
    let is_named = |key: &TableColumn| {
        spans.iter().any(|(part, _)| matches!(part, LayoutPart::Name(known) if plain(known) == key.name))
    };
    let left = keys.iter().filter(|key| !is_named(key)).count();
    let (first, last) = (times.first()?, times.last()?);
    (left == 1).then(|| prefix[first.1.start..last.1.end].to_owned())
}

/// A part of a template, as far as folders go.
enum Part {
    Text(String),
    Time(Step),
    Name(String),
}

/// The parts up to the last `/`: what follows it is in the names of files, which no partition has.
fn folders(layout: &Layout) -> Vec<Part> {
    let mut parts: Vec<Part> = layout
        .parts()
        .map(|part| match part {
            LayoutPart::Text(text) => Part::Text(text.to_owned()),
            LayoutPart::Time(step) => Part::Time(step),
            LayoutPart::Name(name) => Part::Name(name.to_owned()),
        })
        .collect();
    while let Some(last) = parts.pop() {
        if let Part::Text(text) = &last
            && let Some(slash) = text.rfind('/')
        {
            parts.push(Part::Text(text[..=slash].to_owned()));
            break;
        }
    }
    parts
}

/// Whether the times stand beside each other with nothing but signs between them, so that they are one date.
fn is_one_date(parts: &[Part]) -> bool {
    let place = |part: &Part| matches!(part, Part::Time(_));
    let (Some(first), Some(last)) = (parts.iter().position(place), parts.iter().rposition(place)) else { return false };
    parts[first..=last].iter().all(|part| match part {
        Part::Text(text) => !text.contains(|character: char| character.is_ascii_alphabetic() || character == '\''),
        Part::Time(_) => true,
        Part::Name(_) => false,
    })
}

fn finish(
    run: &mut Option<(String, String, Step)>,
    keys: &mut Vec<Key>,
    template: &mut String,
    taken: &mut BTreeSet<String>,
) {
    if let Some((name, pattern, step)) = run.take() {
        let name = if name.is_empty() { unit(step).to_owned() } else { name };
        push(Key { name: free(&name, taken), kind: KeyKind::Date(pattern, step) }, keys, template);
    }
}

fn push(key: Key, keys: &mut Vec<Key>, template: &mut String) {
    let _ = write!(template, "${{{}}}", key.name);
    keys.push(key);
}

/// A name that no other column has.
fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = name.to_owned();
    while !taken.insert(name.clone()) {
        name.insert_str(0, "partition_");
    }
    name
}

/// The name in a folder that is written `name=`.
fn hive_name(before: &str) -> Option<String> {
    let folder = before.rsplit('/').next()?;
    folder.strip_suffix('=').filter(|name| !name.is_empty()).map(plain)
}

/// A name of small letters, digits and `_`, as the catalog keeps them.
fn plain(name: &str) -> String {
    let kept = |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' };
    name.chars().map(kept).collect()
}

fn letters(step: Step) -> &'static str {
    match step {
        Step::None => "",
        Step::Year => "yyyy",
        Step::Month => "MM",
        Step::Day => "dd",
        Step::Hour => "HH",
        Step::Minute => "mm",
    }
}

fn unit(step: Step) -> &'static str {
    match step {
        Step::None => "partition",
        Step::Year => "year",
        Step::Month => "month",
        Step::Day => "day",
        Step::Hour => "hour",
        Step::Minute => "minute",
    }
}

/// The first moment that is projected, by a pattern.
fn beginning(pattern: &str) -> String {
    let year = FIRST_YEAR.to_string();
    pattern.replace("yyyy", &year).replace("MM", "01").replace("dd", "01").replace("HH", "00").replace("mm", "00")
}
