//! SQL from values: nothing that came from a log, a key or a person gets into a statement but as a [`Literal`].
//!
//! Format: string literals and identifiers of Trino, which Athena's engine version 3 is ("Literals" and "Identifiers"
//! in the Trino reference): `'` and `"` are doubled, and a backslash is a character like any other.

mod condition;
mod probe;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use condition::Told;

use crate::domain::{HIT_ECS, Index, Query, TimeRange};

/// The longest value that is searched for. Athena takes statements of up to 262,144 bytes, and every quote in a value
/// may double.
pub const VALUE_LIMIT: usize = 100 * 1024;

/// The longest statement that Athena takes (StartQueryExecution, QueryString).
pub const STATEMENT_LIMIT: usize = 262_144;

/// Rows that are asked for, for each hit that is wanted, where rows are tested again.
const INEXACT: u64 = 8;

/// A statement that finds messages stays below this; more hits take more statements.
const LOOKUP_BYTES: usize = 100 * 1024;

/// Times that such a statement lists; of more it names the first and the last.
const TIMES: usize = 20;

/// Why a value cannot be searched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsayable {
    /// Nothing is asked for.
    #[error("there is nothing to search for")]
    Empty,
    /// No column of the index, and no term, tells of such a field for certain.
    #[error("the index does not keep the ECS field {0}; a scan of the objects tells of it")]
    Unindexed(String),
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

/// The statement that a search begins with, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The statement.
    pub sql: String,
    /// What it reads.
    pub way: Way,
    /// Whether each of its rows is a hit; otherwise each is to be tested again.
    pub is_exact: bool,
    /// Rows that it gives at most.
    pub rows: u64,
}

/// How the index is asked for an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By `terms` alone, with the columns of [`TERM_COLUMNS`]; messages are [looked up](records) afterwards.
    Terms,
    /// By `records`, joined with what `terms` tell, with the columns of [`FULL_COLUMNS`].
    Records,
}

/// The statement that finds the records of which the query's expression may hold, the newest first. Each test that
/// `terms` can tell of has a column `f0`, `f1`, … in the order of [`tests`](crate::domain::Expression::tests).
///
/// A record that is found by what it has is found by `terms`; other expressions, as `NOT root`, read `records`.
pub fn find(index: &Index, query: &Query) -> Result<Finding, Unsayable> {
    let told = condition::told(&query.expression)?;
    let way = if condition::is_selective(&query.expression, &told) { Way::Terms } else { Way::Records };
    find_by(index, query, way)
}

/// As [`find`], by this way.
pub fn find_by(index: &Index, query: &Query, way: Way) -> Result<Finding, Unsayable> {
    if query.range.start >= query.range.end {
        return Err(Unsayable::EmptyRange);
    }
    let told = condition::told(&query.expression)?;
    let from = match way {
        Way::Terms => condition::From::Terms,
        Way::Records => condition::From::Records,
    };
    let is_exact = condition::is_exact(&told, from);
    let rows = u64::from(query.limit.max(1)) * if is_exact { 1 } else { INEXACT };
    let condition = condition::bound(&query.expression, &told, from)?;
    let terms = grouped(index, query, &told)?;
    let sql = match way {
        Way::Terms => {
            let Some(terms) = terms else { return Err(Unsayable::Empty) };
            format!(
                "SELECT * FROM (\n{terms}\n)\nWHERE {condition}\nORDER BY \"ts\" DESC NULLS LAST, \"object\", \"span_start\"\nLIMIT {rows}"
            )
        }
        Way::Records => {
            let mut columns: Vec<String> =
                FULL_COLUMNS.iter().map(|name| format!("r.{}", Identifier::new(name))).collect();
            columns.extend(extra_columns(&told).iter().map(|name| format!("r.{}", Identifier::new(name))));
            let mut join = String::new();
            if let Some(terms) = terms {
                let flags = told.iter().enumerate().filter(|(_, told)| told.has_terms());
                columns.extend(flags.map(|(number, _)| format!("t.{}", Identifier::new(&flag(number)))));
                columns.push("t.\"fields\" AS \"found_in\"".to_owned());
                let on = ["source", "dt", "object", "span_start"].map(|name| format!("r.\"{name}\" = t.\"{name}\""));
                join = format!("\nLEFT JOIN (\n{terms}\n) t ON {}", on.join(" AND "));
            }
            format!(
                "SELECT {}\nFROM {}.{} r{join}\nWHERE {}\n  AND ({condition})\n\
                 ORDER BY r.\"ts\" DESC NULLS LAST, r.\"object\", r.\"span_start\"\nLIMIT {rows}",
                columns.join(", "),
                Identifier::new(&index.database),
                Identifier::new("records"),
                within(query, "r.")?,
            )
        }
    };
    if sql.len() > STATEMENT_LIMIT {
        return Err(Unsayable::TooLong(sql.len()));
    }
    Ok(Finding { sql, way, is_exact, rows })
}

pub use condition::flag;
pub use probe::{near, times};

/// Columns of `records` that tell of tests which SQL has not decided, and of a hit's ECS values.
fn extra_columns(told: &[Told<'_>]) -> Vec<&'static str> {
    let borne = HIT_ECS.into_iter().filter_map(ecs_column);
    let mut columns: Vec<&str> = told.iter().filter_map(|told| told.column).chain(borne).collect();
    columns.sort_unstable();
    columns.dedup();
    if told.iter().any(Told::is_text) {
        columns.push("fields");
    }
    columns
}

/// The columns of `records` that are needed beside what places a record: to test an expression again, and those of the
/// ECS values that a hit bears.
pub fn needed(query: &Query) -> Result<Vec<&'static str>, Unsayable> {
    Ok(extra_columns(&condition::told(&query.expression)?))
}

/// The column of `records` that holds an ECS field, where there is one.
pub fn ecs_column(path: &str) -> Option<&'static str> {
    condition::column_of(path)
}

/// The column of `records` that each test of an expression is also told by, in the order of [`tests`](crate::domain::Expression::tests).
pub fn columns(query: &Query) -> Result<Vec<Option<&'static str>>, Unsayable> {
    Ok(condition::told(&query.expression)?.iter().map(|told| told.column).collect())
}

/// A row for each record that has a term which one of the tests wants; nothing where no test is of terms.
fn grouped(index: &Index, query: &Query, told: &[Told<'_>]) -> Result<Option<String>, Unsayable> {
    let of_terms: Vec<(usize, String)> = told
        .iter()
        .enumerate()
        .filter(|(_, told)| told.has_terms())
        .map(|(number, told)| Ok((number, condition::on_terms(told.test)?)))
        .collect::<Result<_, Unsayable>>()?;
    if of_terms.is_empty() {
        return Ok(None);
    }
    let flags = of_terms.iter().map(|(number, is)| {
        // Where there is no other test, every row is there for this one.
        let told = if of_terms.len() == 1 { "TRUE".to_owned() } else { format!("bool_or({is})") };
        format!("{told} AS {}", Identifier::new(&flag(*number)))
    });
    let flags: Vec<String> = flags.collect();
    let any: Vec<String> = of_terms.iter().map(|(_, is)| format!("({is})")).collect();
    Ok(Some(format!(
        "SELECT max(\"ts\") AS \"ts\", \"dt\", \"source\", \"object\", max(\"line\") AS \"line\", \"span_start\",\n  \
         array_join(array_agg(DISTINCT \"field\"), chr(31)) AS \"fields\", {}\n\
         FROM {}.{}\nWHERE ({})\n  AND {}\nGROUP BY \"dt\", \"source\", \"object\", \"span_start\"",
        flags.join(", "),
        Identifier::new(&index.database),
        Identifier::new("terms"),
        // First what the table is sorted by: an engine that tests column by column reads the others for what passed.
        any.join(" OR "),
        within(query, "")?,
    )))
}

/// The conditions of partitions, sources and times.
fn within(query: &Query, of: &str) -> Result<String, Unsayable> {
    let (first, last) = partitions(query.range);
    let mut sql = format!("{of}\"dt\" BETWEEN '{first}' AND '{last}'");
    if !query.sources.is_empty() {
        let _ = write!(sql, "\n  AND {of}\"source\" IN ({})", list(query.sources.iter().map(String::as_str))?);
    }
    // A record that tells no time lies in the hour that its object's key tells.
    let (start, end) = (Moment(query.range.start), Moment(query.range.end));
    let _ = write!(sql, "\n  AND ({of}\"ts\" IS NULL OR ({of}\"ts\" >= {start} AND {of}\"ts\" < {end}))");
    Ok(sql)
}

/// Whether a statement of a search names the partitions that it reads: one that does not would read them all.
pub fn names_partitions(sql: &str) -> bool {
    ["\"dt\" BETWEEN '", "\"dt\" IN ('"].iter().any(|predicate| sql.contains(predicate))
}

/// The columns of a statement by [`Way::Terms`], but for the flags.
pub const TERM_COLUMNS: [&str; 7] = ["ts", "dt", "source", "object", "line", "span_start", "fields"];

/// The columns of a statement by [`Way::Records`], but for the flags, `found_in`, and what is [`needed`].
pub const FULL_COLUMNS: [&str; 9] =
    ["ts", "dt", "source", "object", "line", "span_start", "span_end", "version", "message"];

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

/// The statements that fetch the messages of these records, each with its time, with the columns of [`RECORD_COLUMNS`]
/// and `more`; rows of other records may come with them.
///
/// A join of the two tables in one statement would read `records` over the whole range wherever an engine does not
/// prune the one side by what it found on the other. So the partitions and objects that were found are named instead,
/// and only their files are read; and of files that are sorted by time, only the pages of those times. Each is one
/// list, not one condition for each record: engines prune files by lists, and a few rows too many cost less than
/// hundreds of conditions.
pub fn records(
    index: &Index,
    places: &BTreeMap<Place, Option<Timestamp>>,
    more: &[&str],
) -> Result<Vec<String>, Unsayable> {
    let mut statements = Vec::new();
    let mut lookup = Lookup::default();
    // In the order of source, partition and object: a statement names few of each.
    for (place, time) in places {
        if lookup.bytes > LOOKUP_BYTES {
            statements.push(std::mem::take(&mut lookup).statement(index, more)?);
        }
        lookup.add(place, *time);
    }
    if lookup.bytes > 0 {
        statements.push(lookup.statement(index, more)?);
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
    times: BTreeSet<Timestamp>,
    has_timeless: bool,
    /// How long the lists are, but for quotes that double.
    bytes: usize,
}

impl<'a> Lookup<'a> {
    fn add(&mut self, place: &'a Place, time: Option<Timestamp>) {
        self.times.extend(time);
        self.has_timeless |= time.is_none();
        self.sources.insert(&place.source);
        self.hours.insert(&place.dt);
        if self.objects.insert(&place.object) {
            self.bytes += place.object.len() + 4;
        }
        self.starts.insert(place.span_start);
        self.bytes += place.span_start.checked_ilog10().unwrap_or(0) as usize + 3;
    }

    /// The condition of their times. Engines prune by short lists, and by a range where there are many.
    fn on_times(&self) -> String {
        let (Some(first), Some(last)) = (self.times.first(), self.times.last()) else {
            return "\"ts\" IS NULL".to_owned();
        };
        let is = if self.times.len() <= TIMES {
            let times: Vec<String> = self.times.iter().map(|time| Moment(*time).to_string()).collect();
            format!("\"ts\" IN ({})", times.join(", "))
        } else {
            format!("\"ts\" BETWEEN {} AND {}", Moment(*first), Moment(*last))
        };
        if self.has_timeless { format!("(\"ts\" IS NULL OR {is})") } else { is }
    }

    fn statement(self, index: &Index, more: &[&str]) -> Result<String, Unsayable> {
        let columns = RECORD_COLUMNS.iter().chain(more);
        let columns: Vec<String> = columns.map(|name| Identifier::new(name).to_string()).collect();
        let starts: Vec<String> = self.starts.iter().map(u64::to_string).collect();
        Ok(format!(
            "SELECT {} FROM {}.{}\nWHERE \"source\" IN ({})\n  AND \"dt\" IN ({})\n  AND {}\n  \
             AND \"span_start\" IN ({})\n  AND \"object\" IN ({})",
            columns.join(", "),
            Identifier::new(&index.database),
            Identifier::new("records"),
            list(self.sources.iter().copied())?,
            list(self.hours.iter().copied())?,
            self.on_times(),
            starts.join(", "),
            list(self.objects.iter().copied())?,
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

/// The columns of [`term_coverage`].
pub const TERM_COVERAGE_COLUMNS: [&str; 2] = ["object", "places"];

/// The statement that counts the records of each object of a source that `terms` tells of, with the columns of
/// [`TERM_COVERAGE_COLUMNS`].
pub fn term_coverage(index: &Index, source: &str, range: TimeRange) -> Result<String, Unsayable> {
    if range.start >= range.end {
        return Err(Unsayable::EmptyRange);
    }
    let (first, last) = partitions(range);
    let [object, places] = TERM_COVERAGE_COLUMNS.map(Identifier::new);
    Ok(format!(
        "SELECT {object}, count(DISTINCT \"span_start\") AS {places}\nFROM {}.{}\n\
         WHERE \"source\" = {} AND \"dt\" BETWEEN '{first}' AND '{last}'\nGROUP BY {object}",
        Identifier::new(&index.database),
        Identifier::new("terms"),
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
