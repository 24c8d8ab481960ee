//! Rows of the index, on their way to be hits.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use jiff::{Timestamp, civil, tz::TimeZone};

use super::sql::{self, Place, Unsayable, Way};
use crate::domain::expression::{Is, Test};
use crate::domain::{EcsValues, Expression, Hit, NotAnS3Uri, ObjectId, Query, ResultTable};

/// Separates the names of fields in one cell.
const SEPARATOR: char = '\u{1f}';

/// What a search's rows tell, the newest first.
pub(super) struct Candidates {
    all: Vec<Candidate>,
    places: BTreeMap<Place, Option<Timestamp>>,
    /// The column of `records` that tells of each test, in the order of the tests.
    columns: Vec<Option<&'static str>>,
    needed: Vec<&'static str>,
}

struct Candidate {
    hit: Hit,
    dt: String,
    /// What `terms` tell of each test.
    flags: Vec<bool>,
    /// What the columns that are needed hold, in their order.
    cells: Vec<Option<String>>,
}

impl Candidates {
    /// The rows of a [finding](sql::Finding) by this way.
    pub(super) fn read(query: &Query, way: Way, table: &ResultTable) -> Result<Self, String> {
        let told = |error: Unsayable| error.to_string();
        let (columns, needed) = (sql::columns(query).map_err(told)?, sql::needed(query).map_err(told)?);
        let position = |name: &str| table.columns.iter().position(|column| column == name);
        let flags: Vec<Option<usize>> = (0..columns.len()).map(|number| position(&sql::flag(number))).collect();
        let mut candidates = Self { all: Vec::new(), places: BTreeMap::new(), columns, needed };
        let cell = |row: &[Option<String>], at: Option<usize>| row.get(at?)?.clone();
        for row in &table.rows {
            let mut candidate = match way {
                Way::Terms => of_terms(table, row)?,
                Way::Records => {
                    let mut candidate = of_records(table, row)?;
                    candidate.hit.fields = names(cell(row, position("found_in")).as_deref());
                    candidate.cells = candidates.needed.iter().map(|name| cell(row, position(name))).collect();
                    candidate
                }
            };
            candidate.flags = flags.iter().map(|at| cell(row, *at).as_deref() == Some("true")).collect();
            // The index may hold a record twice; it is one hit.
            if let Entry::Vacant(place) = candidates.places.entry(candidate.place()) {
                place.insert(candidate.hit.time);
                candidates.all.push(candidate);
            }
        }
        Ok(candidates)
    }

    /// Where their records lie, and when they happened.
    pub(super) fn places(&self) -> &BTreeMap<Place, Option<Timestamp>> {
        &self.places
    }

    /// Adds what rows of [`sql::records`] tell.
    pub(super) fn complete(&mut self, table: &ResultTable) -> Result<(), String> {
        let columns = Columns::of(table, &sql::RECORD_COLUMNS)?;
        let position = |name: &&str| table.columns.iter().position(|column| column == name);
        let needed: Vec<Option<usize>> = self.needed.iter().map(position).collect();
        let mut rows = BTreeMap::new();
        for row in &table.rows {
            let [object, span_start, span_end, version, message] = columns.cells(row);
            let place = (required(object, "object")?.to_owned(), number(span_start, "span_start")?);
            rows.insert(place, (number(span_end, "span_end")?, version, message.unwrap_or_default(), row));
        }
        for candidate in &mut self.all {
            let place = (candidate.hit.object.to_string(), candidate.hit.span.start);
            if let Some((end, version, message, row)) = rows.get(&place) {
                candidate.hit.span.end = *end;
                candidate.hit.object.version = version.map(str::to_owned);
                (*message).clone_into(&mut candidate.hit.message);
                candidate.cells = needed.iter().map(|at| row.get((*at)?)?.clone()).collect();
            }
        }
        Ok(())
    }

    /// Those of which the expression holds, the newest first.
    pub(super) fn hits(self, expression: &Expression) -> Vec<Hit> {
        let tests = expression.tests();
        let holding = |candidate: &Candidate| {
            expression.holds(&candidate.hit.source, &mut |test: &Test| {
                let number = tests.iter().position(|known| std::ptr::eq(*known, test));
                number.is_some_and(|number| candidate.passes(number, test, &self))
            })
        };
        let is_hit: Vec<bool> = self.all.iter().map(holding).collect();
        let more: Vec<(Vec<String>, EcsValues)> =
            self.all.iter().map(|candidate| (candidate.more_fields(&tests, &self), candidate.ecs(&self))).collect();
        let all = self.all.into_iter().zip(is_hit).zip(more).filter(|((_, is_hit), _)| *is_hit);
        all.map(|((candidate, _), (more, ecs))| {
            let mut hit = Hit { ecs, ..candidate.hit };
            hit.fields.extend(more);
            hit.fields.sort_unstable();
            hit.fields.dedup();
            hit
        })
        .collect()
    }

    fn cell<'c>(&self, candidate: &'c Candidate, name: &str) -> Option<&'c str> {
        let at = self.needed.iter().position(|needed| *needed == name)?;
        candidate.cells.get(at)?.as_deref()
    }
}

impl Candidate {
    fn place(&self) -> Place {
        Place {
            source: self.hit.source.clone(),
            dt: self.dt.clone(),
            object: self.hit.object.to_string(),
            span_start: self.hit.span.start,
        }
    }

    /// The ECS values that its columns hold.
    fn ecs(&self, all: &Candidates) -> EcsValues {
        EcsValues::of(|path| all.cell(self, sql::ecs_column(path)?))
    }

    fn passes(&self, number: usize, test: &Test, all: &Candidates) -> bool {
        if let Is::Holding(text) = &test.is {
            return all.cell(self, "fields").is_some_and(|fields| !holding(fields, text).is_empty());
        }
        let by_terms = self.flags.get(number).copied().unwrap_or_default();
        by_terms || self.column_holds(number, test, all)
    }

    fn column_holds(&self, number: usize, test: &Test, all: &Candidates) -> bool {
        let column = all.columns.get(number).copied().flatten();
        column.and_then(|name| all.cell(self, name)).is_some_and(|value| test.is.holds(value))
    }

    /// Fields that hold what is searched for beyond those that `terms` tell.
    fn more_fields(&self, tests: &[&Test], all: &Candidates) -> Vec<String> {
        let mut more = Vec::new();
        for (number, test) in tests.iter().enumerate() {
            match (&test.is, &test.field) {
                (Is::Holding(text), _) => {
                    more.extend(all.cell(self, "fields").map(|fields| holding(fields, text)).unwrap_or_default());
                }
                // Known under the log's own name otherwise.
                (_, Some(field)) if self.hit.fields.is_empty() && self.column_holds(number, test, all) => {
                    more.push(field.clone());
                }
                _ => {}
            }
        }
        more
    }
}

fn of_terms(table: &ResultTable, row: &[Option<String>]) -> Result<Candidate, String> {
    let [time, dt, source, object, line, span_start, fields] = Columns::of(table, &sql::TERM_COLUMNS)?.cells(row);
    let start = number(span_start, "span_start")?;
    let hit = Hit {
        time: time.map(moment).transpose()?,
        source: required(source, "source")?.to_owned(),
        object: object_of(object)?,
        line: number(line, "line")?,
        span: start..start,
        fields: names(fields),
        message: String::new(),
        ecs: EcsValues::default(),
    };
    Ok(Candidate { hit, dt: required(dt, "dt")?.to_owned(), flags: Vec::new(), cells: Vec::new() })
}

fn of_records(table: &ResultTable, row: &[Option<String>]) -> Result<Candidate, String> {
    let [time, dt, source, object, line, start, end, version, message] =
        Columns::of(table, &sql::FULL_COLUMNS)?.cells(row);
    let hit = Hit {
        time: time.map(moment).transpose()?,
        source: required(source, "source")?.to_owned(),
        object: ObjectId { version: version.map(str::to_owned), ..object_of(object)? },
        line: number(line, "line")?,
        span: number(start, "span_start")?..number(end, "span_end")?,
        fields: Vec::new(),
        message: message.unwrap_or_default().to_owned(),
        ecs: EcsValues::default(),
    };
    Ok(Candidate { hit, dt: required(dt, "dt")?.to_owned(), flags: Vec::new(), cells: Vec::new() })
}

fn object_of(cell: Option<&str>) -> Result<ObjectId, String> {
    required(cell, "object")?.parse().map_err(|error: NotAnS3Uri| error.to_string())
}

fn names(cell: Option<&str>) -> Vec<String> {
    let names = cell.unwrap_or_default().split(SEPARATOR);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The dotted paths of the scalars of this JSON that hold a text.
fn holding(json: &str, text: &str) -> Vec<String> {
    let Ok(value) = serde_json::from_str::<serde_json::Value>(json) else { return Vec::new() };
    let mut found = Vec::new();
    collect(&value, &mut String::new(), text, &mut found);
    found
}

fn collect(value: &serde_json::Value, path: &mut String, text: &str, found: &mut Vec<String>) {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                collect(value, path, text, found);
                path.truncate(length);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, path, text, found)),
        Value::Null => {}
        scalar => {
            let is_held = match scalar {
                Value::String(scalar) => scalar.contains(text),
                other => other.to_string().contains(text),
            };
            if is_held && !found.contains(path) {
                found.push(path.clone());
            }
        }
    }
}

/// Where the named columns stand in a table.
pub(super) struct Columns<const N: usize>([usize; N]);

impl<const N: usize> Columns<N> {
    pub(super) fn of(table: &ResultTable, names: &[&str; N]) -> Result<Self, String> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            let found = table.columns.iter().position(|column| column == name);
            *place = found.ok_or_else(|| format!("there is no column {name}"))?;
        }
        Ok(Self(places))
    }

    pub(super) fn cells<'r>(&self, row: &'r [Option<String>]) -> [Option<&'r str>; N] {
        self.0.map(|place| row.get(place)?.as_deref())
    }
}

pub(super) fn required<'c>(cell: Option<&'c str>, name: &str) -> Result<&'c str, String> {
    cell.ok_or_else(|| format!("{name} is NULL"))
}

pub(super) fn number(cell: Option<&str>, name: &str) -> Result<u64, String> {
    let text = required(cell, name)?;
    text.parse().map_err(|_| format!("{name} is no number: {text}"))
}

/// A TIMESTAMP as Athena writes it: `2026-11-23 01:31:07.250`, in UTC.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let bare = text.strip_suffix(" UTC").unwrap_or(text);
    let civil: civil::DateTime = bare.parse().map_err(|_| format!("ts is no time: {text}"))?;
    civil.to_zoned_datetime(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
