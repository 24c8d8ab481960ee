//! SQL from values: nothing that came from a log, a key or a person gets into a statement but as a [`Literal`].
//!
//! Format: string literals and identifiers of Trino, which Athena's engine version 3 is ("Literals" and "Identifiers"
//! in the Trino reference): `'` and `"` are doubled, and a backslash is a character like any other.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use crate::domain::{Index, Query, TimeRange};

/// The longest value that is searched for. Athena takes statements of up to 262,144 bytes, and every quote in a value
/// may double.
pub const VALUE_LIMIT: usize = 100 * 1024;

/// The longest statement that Athena takes (StartQueryExecution, QueryString).
pub const STATEMENT_LIMIT: usize = 262_144;

/// Rows of `terms` that one hit may take: a value stands in few fields of a record.
const FIELDS_A_HIT: u64 = 8;

/// A statement that finds messages stays below this; more hits take more statements.
const LOOKUP_BYTES: usize = 100 * 1024;

/// Why a value cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    /// Nothing is asked for.
    #[error("there is nothing to search for")]
    Empty,
    /// No term of the index holds such a character.
    #[error("the value holds the control character U+{0:04X} at character {1}, which no term of the index has")]
    Control(u32, usize),
    /// It is longer than a statement may be.
    #[error("the value is {0} bytes long; at most {VALUE_LIMIT} can be searched for")]
    TooLong(usize),
    /// The range holds no time.
    #[error("the range is empty")]
    EmptyRange,
}

/// A string in a statement, in its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal(String);

impl Literal {
    /// Quotes a value; refuses what no term can be.
    pub fn new(value: &str) -> Result<Self, Unsayable> {
        if value.len() > VALUE_LIMIT {
            return Err(Unsayable::TooLong(value.len()));
        }
        match value.chars().enumerate().find(|(_, character)| character.is_control()) {
            Some((place, character)) => Err(Unsayable::Control(character as u32, place + 1)),
            None => Ok(Self(value.replace('\'', "''"))),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0)
    }
}

/// A name in a statement, in its quotes: also what is a keyword or holds a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier(String);

impl Identifier {
    /// Quotes a name.
    pub fn new(name: &str) -> Self {
        Self(name.replace('"', "\"\""))
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0)
    }
}

/// A moment in a statement, to the millisecond, as the index keeps it.
struct Moment(Timestamp);

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let utc = self.0.to_zoned_datetime(TimeZone::UTC);
        write!(f, "TIMESTAMP '{}'", utc.strftime("%Y-%m-%d %H:%M:%S.%3f"))
    }
}

/// The first and the last partition (`dt=YYYY-MM-DD-HH`) that a range touches.
pub fn partitions(range: TimeRange) -> (String, String) {
    let hour = |moment: Timestamp| moment.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d-%H").to_string();
    let last = range.end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(range.end).max(range.start);
    (hour(range.start), hour(last))
}

/// The statement that finds a value's terms: one row for each field of each record that holds it, the newest first,
/// with the columns of [`TERM_COLUMNS`].
pub fn terms(index: &Index, query: &Query) -> Result<String, Unsayable> {
    if query.value.is_empty() {
        return Err(Unsayable::Empty);
    }
    if query.range.start >= query.range.end {
        return Err(Unsayable::EmptyRange);
    }
    let value = Literal::new(&query.value)?;
    let (first, last) = partitions(query.range);
    let columns: Vec<String> = TERM_COLUMNS.iter().map(|name| Identifier::new(name).to_string()).collect();
    let mut sql = format!(
        "SELECT {} FROM {}.{}\nWHERE \"dt\" BETWEEN '{first}' AND '{last}'\n  AND \"term\" = {value}\n",
        columns.join(", "),
        Identifier::new(&index.database),
        Identifier::new("terms"),
    );
    if !query.sources.is_empty() {
        let _ = writeln!(sql, "  AND \"source\" IN ({})", list(query.sources.iter().map(String::as_str))?);
    }
    // A record that tells no time lies in the hour that its object's key tells.
    let (start, end) = (Moment(query.range.start), Moment(query.range.end));
    let _ = writeln!(sql, "  AND (\"ts\" IS NULL OR (\"ts\" >= {start} AND \"ts\" < {end}))");
    let rows = u64::from(query.limit.max(1)) * FIELDS_A_HIT;
    let _ = write!(sql, "ORDER BY \"ts\" DESC NULLS LAST, \"object\", \"span_start\", \"field\"\nLIMIT {rows}");
    if sql.len() > STATEMENT_LIMIT {
        return Err(Unsayable::TooLong(sql.len()));
    }
    Ok(sql)
}

/// The columns of [`terms`].
pub const TERM_COLUMNS: [&str; 7] = ["ts", "dt", "source", "object", "line", "span_start", "field"];

/// The columns of [`records`].
pub const RECORD_COLUMNS: [&str; 5] = ["object", "span_start", "span_end", "version", "message"];

/// A record of the index, by what `terms` tells of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The source's name.
    pub source: String,
    /// The hour's partition.
    pub dt: String,
    /// The object's S3 URI.
    pub object: String,
    /// Where the record begins in the inflated object.
    pub span_start: u64,
}

/// The statements that fetch the messages of these records, with the columns of [`RECORD_COLUMNS`]; rows of other
/// records may come with them.
///
/// A join of the two tables in one statement would read `records` over the whole range wherever an engine does not
/// prune the one side by what it found on the other. So the partitions and objects that were found are named instead,
/// and only their files are read. Each is one list, not one condition for each record: engines prune files by lists,
/// and a few rows too many cost less than hundreds of conditions.
pub fn records(index: &Index, places: &BTreeSet<Place>) -> Result<Vec<String>, Unsayable> {
    let mut statements = Vec::new();
    let mut lookup = Lookup::default();
    // In the order of source, partition and object: a statement names few of each.
    for place in places {
        if lookup.bytes > LOOKUP_BYTES {
            statements.push(std::mem::take(&mut lookup).statement(index)?);
        }
        lookup.add(place);
    }
    if lookup.bytes > 0 {
        statements.push(lookup.statement(index)?);
    }
    Ok(statements)
}

/// What one statement of [`records`] names.
#[derive(Default)]
struct Lookup<'a> {
    sources: BTreeSet<&'a str>,
    hours: BTreeSet<&'a str>,
    objects: BTreeSet<&'a str>,
    starts: BTreeSet<u64>,
    /// How long the lists are, but for quotes that double.
    bytes: usize,
}

impl<'a> Lookup<'a> {
    fn add(&mut self, place: &'a Place) {
        self.sources.insert(&place.source);
        self.hours.insert(&place.dt);
        if self.objects.insert(&place.object) {
            self.bytes += place.object.len() + 4;
        }
        self.starts.insert(place.span_start);
        self.bytes += place.span_start.checked_ilog10().unwrap_or(0) as usize + 3;
    }

    fn statement(self, index: &Index) -> Result<String, Unsayable> {
        let columns: Vec<String> = RECORD_COLUMNS.iter().map(|name| Identifier::new(name).to_string()).collect();
        let starts: Vec<String> = self.starts.iter().map(u64::to_string).collect();
        Ok(format!(
            "SELECT {} FROM {}.{}\nWHERE \"source\" IN ({})\n  AND \"dt\" IN ({})\n  AND \"object\" IN ({})\n  \
             AND \"span_start\" IN ({})",
            columns.join(", "),
            Identifier::new(&index.database),
            Identifier::new("records"),
            list(self.sources.iter().copied())?,
            list(self.hours.iter().copied())?,
            list(self.objects.iter().copied())?,
            starts.join(", "),
        ))
    }
}

/// The columns of [`coverage`].
pub const COVERAGE_COLUMNS: [&str; 4] = ["object", "version", "total", "places"];

/// The statement that counts the records of each object of a source, and the places in the object that they stand for,
/// with the columns of [`COVERAGE_COLUMNS`]. Where there are more records than places, some are there twice.
pub fn coverage(index: &Index, source: &str, range: TimeRange) -> Result<String, Unsayable> {
    if range.start >= range.end {
        return Err(Unsayable::EmptyRange);
    }
    let (first, last) = partitions(range);
    let [object, version, total, places] = COVERAGE_COLUMNS.map(Identifier::new);
    Ok(format!(
        "SELECT {object}, {version}, count(*) AS {total}, count(DISTINCT \"span_start\") AS {places}\n\
         FROM {}.{}\nWHERE \"source\" = {} AND \"dt\" BETWEEN '{first}' AND '{last}'\nGROUP BY {object}, {version}",
        Identifier::new(&index.database),
        Identifier::new("records"),
        Literal::new(source)?,
    ))
}

fn list<'a>(values: impl Iterator<Item = &'a str>) -> Result<String, Unsayable> {
    let literals: Vec<String> =
        values.map(|value| Literal::new(value).map(|literal| literal.to_string())).collect::<Result<_, _>>()?;
    Ok(literals.join(", "))
}

#[cfg(test)]
mod tests;
