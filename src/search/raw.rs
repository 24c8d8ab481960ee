//! Tables of Athena over objects as they lie: a statement tells which objects have rows that may match, and those are
//! read and tested here.
//!
//! What a table has no column for it does not tell of. A row is looked through as text for what every match must hold,
//! so that more is let through rather than less; a row that its SerDe made nothing of is let through too, and one with
//! characters that nobody sees.

mod condition;
mod partition;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures::{StreamExt as _, TryStreamExt as _};
use jiff::SignedDuration;

use super::estimate::price;
use super::run::query_telling;
use super::scan::{Place, Target};
use super::sql::{Identifier, Unsayable};
use super::{SearchError, narrow, narrow::Narrow};
use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::{
    ByteSize, Estimate, Index, Location, Object, Profile, Query, QueryStatus, RawTable, Source, TableShape, TimeRange,
};

/// Partitions that are listed at once.
const PARALLEL: usize = 12;

/// Why a table cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unaskable {
    /// It has no partition that tells of time.
    #[error(
        "no partition of the table {0} tells of time: name one, as partitions = {{ dt = \"{{yyyy}}-{{MM}}-{{dd}}\" }}"
    )]
    NoTime(String),
    /// Its partition column has to be given a value, and nothing tells which.
    #[error("the partition {1} of the table {0} wants a value: name it, as partitions = {{ {1} = \"{{region}}\" }}")]
    Injected(String, String),
    /// A partition column's value cannot be of its type.
    #[error("the partition {0} is {1}, and cannot be \"{2}\"")]
    Value(String, String, String),
    /// Nothing in the expression narrows its rows.
    #[error("every row of the table {0} may match; a scan reads them for less")]
    Unnarrowed(String),
    /// The table's objects are of another bucket.
    #[error("the table {0} reads {1}, and the source's objects lie in s3://{2}")]
    Elsewhere(String, String, String),
    /// The expression cannot be said.
    #[error(transparent)]
    Unsayable(#[from] Unsayable),
}

/// The statement that gives the URIs (`path`) of a source's objects in which rows may match; nothing where none can.
/// `keys` are those of the objects in the range: their partitions are named, so that no other is read.
pub fn statement<'k>(
    table: &RawTable,
    shape: &TableShape,
    source: &Source,
    query: &Query,
    formats: &scops_parser::Formats,
    keys: impl Iterator<Item = &'k str>,
) -> Result<Option<String>, Unaskable> {
    let name = || table.name.to_string();
    if let Some(place) = shape.properties.get("location").and_then(|place| place.parse::<Location>().ok())
        && place.bucket != source.bucket
    {
        return Err(Unaskable::Elsewhere(name(), place.to_string(), source.bucket.clone()));
    }
    let condition = match condition::of(&query.expression, &source.name, shape, formats)? {
        Narrow::None => return Ok(None),
        Narrow::All => return Err(Unaskable::Unnarrowed(name())),
        Narrow::Rows(sql) => sql,
    };
    let Some(partitions) = partition::of(table, shape, &source.layout, keys)? else { return Ok(None) };
    let text = condition::row(shape);
    Ok(Some(format!(
        "SELECT DISTINCT \"$path\" AS \"path\"\nFROM {}.{}\nWHERE {partitions}\n  AND ({condition}\n    OR {text} = ''\n    OR {})",
        Identifier::new(&table.name.database),
        Identifier::new(&table.name.table),
        narrow::hides(&text),
    )))
}

/// What asking the tables of the targets' sources costs, and the statement, or why not.
pub(super) async fn offer(aws: &Aws, profile: &Profile, query: &Query, targets: &[Target]) -> Result<Estimate, String> {
    if profile.tables.raw.is_empty() {
        return Err("no source names its table in Athena".to_owned());
    }
    let mut of_sources: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for target in targets {
        if let (Some(source), Place::Object(object)) = (&target.source, &target.place) {
            of_sources.entry(source).or_default().push(object);
        }
    }
    let mut statements = Vec::new();
    let (mut objects, mut bytes) = (0, ByteSize::default());
    for (name, held) in of_sources {
        let Some(source) = profile.source(name) else { continue };
        let table =
            profile.tables.raw.get(name).ok_or_else(|| format!("source \"{name}\" names no table in Athena"))?;
        let shape = aws.table_shape(&table.name).await.map_err(|error| error.to_string())?;
        let keys = held.iter().map(|object| object.id.key.as_str());
        let statement = statement(table, &shape, source, query, &profile.formats.now(), keys);
        let Some(statement) = statement.map_err(|error| error.to_string())? else { continue };
        statements.push(statement);
        let (count, size) = read(aws, source, query.range, &held).await.map_err(|error| error.to_string())?;
        objects += count;
        bytes += size;
    }
    if statements.is_empty() {
        return Err("no object of the range can hold it".to_owned());
    }
    let sql = statements.join("\nUNION ALL\n");
    if sql.len() > super::sql::STATEMENT_LIMIT {
        return Err(Unsayable::TooLong(sql.len()).to_string());
    }
    Ok(Estimate { objects, bytes, dollars: price(bytes), sql })
}

/// Objects and bytes of the partitions that hold these objects. Those that the range cuts are listed to their end.
async fn read(aws: &Aws, source: &Source, range: TimeRange, held: &[&Object]) -> Result<(u64, ByteSize), AwsError> {
    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    let is_whole = |partition: TimeRange| {
        let start = partition.start.checked_add(HOUR).unwrap_or(partition.start);
        start >= range.start && partition.end <= range.end
    };
    let (mut count, mut bytes) = (0, ByteSize::default());
    let mut cut = BTreeSet::new();
    for object in held {
        if source.layout.partition_of(&object.id.key).is_some_and(is_whole) {
            count += 1;
            bytes += object.size;
        } else {
            cut.insert(source.layout.folder_of(&object.id.key));
        }
    }
    let sums: Vec<_> = cut.into_iter().map(|folder| sum(aws, &source.bucket, folder)).collect();
    let sums: Vec<_> = futures::stream::iter(sums).buffer_unordered(PARALLEL).try_collect().await?;
    count += sums.iter().map(|(count, _)| count).sum::<u64>();
    bytes += sums.iter().map(|(_, bytes)| *bytes).sum();
    Ok((count, bytes))
}

async fn sum(aws: &Aws, bucket: &str, folder: &str) -> Result<(u64, ByteSize), AwsError> {
    let place = Location { bucket: bucket.to_owned(), prefix: folder.to_owned() };
    let (mut count, mut bytes) = (0, ByteSize::default());
    let mut from = Some(ListFrom::Start);
    while let Some(start) = from {
        let page = aws.list(&place, &start, 1_000).await?;
        count += page.objects.len() as u64;
        bytes += page.objects.iter().map(|object| object.size).sum();
        from = page.next;
    }
    Ok((count, bytes))
}

/// Runs the statement; gives those of the targets that have rows which may match.
pub(super) async fn candidates(
    aws: &Aws,
    profile: &Profile,
    sql: &str,
    targets: Vec<Target>,
    tell: impl FnMut(&QueryStatus),
) -> Result<(Vec<Target>, QueryStatus), SearchError> {
    let (table, status) = query_telling(aws, &desk(profile), sql, tell).await?;
    let paths: HashSet<&str> = table.rows.iter().filter_map(|row| row.first()?.as_deref()).collect();
    let is_found = |target: &Target| match &target.place {
        Place::Object(object) => {
            // A path tells no version.
            let uri = format!("s3://{}/{}", object.id.bucket, object.id.key);
            paths.contains(uri.as_str())
        }
        Place::File(_) | Place::Input => false,
    };
    let found = targets.into_iter().filter(is_found).collect();
    Ok((found, status))
}

/// Where statements over such tables run: where those over the index do, or in the workgroup that every account has.
fn desk(profile: &Profile) -> Index {
    profile.index.clone().unwrap_or_else(|| Index {
        location: Location { bucket: String::new(), prefix: String::new() },
        database: "default".to_owned(),
        workgroup: "primary".to_owned(),
        output: None,
        retention_days: None,
    })
}

#[cfg(test)]
mod tests;
