//! What is listed for statements about tables: a source's values for its table, partitions that a table lacks, and what a
//! table holds.

use std::collections::BTreeSet;

use super::SearchError;
use super::run::Running;
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::statement::{TableReference, identifier};
use crate::domain::table::{self, Added, Table, Weight};
use crate::domain::{ByteSize, Location, Place, Profile, Source, Statement, TimeRange};
use crate::inventory::resolve;

/// Partitions that are looked at.
const PARTITIONS: usize = 5_000;
/// Objects that are counted of a table; more are told as "at least".
const COUNTED: u64 = 10_000;

/// The statement that makes a table over a source, its placeholders' values found by a listing.
pub async fn create(aws: &Aws, source: &Source, database: &str, range: TimeRange) -> Result<String, AwsError> {
    let values = resolve::values(aws, source, range).await?;
    Ok(table::create(source, database, &table::name_of(&source.name), &values))
}

/// What lies at the locations of tables; of each, what its first 10,000 objects tell.
pub async fn weigh(aws: &Aws, tables: &[Table]) -> Result<Weight, AwsError> {
    let mut weight = Weight { objects: 0, bytes: ByteSize(0), is_whole: true };
    for location in tables.iter().filter_map(|table| table.location.as_ref()?.parse::<Location>().ok()) {
        let (mut from, mut counted) = (Some(ListFrom::Start), 0);
        while let Some(start) = from {
            if counted >= COUNTED {
                weight.is_whole = false;
                break;
            }
            let page = aws.list(&location, &start, 1_000).await?;
            counted += page.objects.len() as u64;
            weight.bytes += page.objects.iter().map(|object| object.size).sum::<ByteSize>();
            from = page.next;
        }
        weight.objects += counted;
    }
    Ok(weight)
}

/// What the tables are that a statement names, each with its database; none where there is none of that name.
pub async fn named(aws: &Aws, names: Vec<TableReference>) -> Result<Vec<(TableReference, Option<Table>)>, AwsError> {
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let table = aws.find_table(name.database.as_deref().unwrap_or_default(), &name.table).await?;
        found.push((name, table));
    }
    Ok(found)
}

/// The statement that adds the partitions of a range which hold objects, and which a table without projection lacks.
/// Dropping the future stops the query.
pub async fn missing_partitions(
    aws: &Aws,
    profile: &Profile,
    place: &Place,
    table: &Table,
    range: TimeRange,
) -> Result<Added, Trouble> {
    let name = format!("{}.{}", identifier(&table.database), identifier(&table.name));
    let cannot = |cause: String, hint: Option<&str>| Trouble {
        what: format!("cannot tell which partitions {name} lacks"),
        cause,
        hint: hint.map(str::to_owned),
    };
    if table.is_projected {
        return Err(cannot("its partitions are projected: it lacks none".into(), None));
    }
    if table.partitions.is_empty() {
        return Err(cannot("it has no partitions".into(), None));
    }
    let location = table.location.as_deref().and_then(|location| location.parse::<Location>().ok());
    let location = location.ok_or_else(|| cannot("its location is not on S3".into(), None))?;
    let source = source_at(profile, &location).ok_or_else(|| {
        let hint = Some("only what a source of the profile writes can be listed by its layout");
        cannot(format!("no source of the profile writes to {location}"), hint)
    })?;
    let values = resolve::values(aws, source, range).await?;
    let prefixes = resolve::prefixes(&source.layout, range, &values);
    if prefixes.len() > PARTITIONS {
        let cause = format!("the range holds {} partitions; at most {PARTITIONS} are looked at", prefixes.len());
        return Err(cannot(cause, Some("choose a shorter range")));
    }
    let mut found = Vec::new();
    for prefix in prefixes.into_iter().filter(|prefix| prefix.starts_with(&location.prefix)) {
        let folder = Location { prefix, ..location.clone() };
        if !aws.list(&folder, &ListFrom::Start, 1).await?.objects.is_empty() {
            found.push(folder.prefix);
        }
    }
    let known = known(aws, place, table).await?;
    // DDL quotes names by backticks.
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let written = format!("{}.{}", quoted(&table.database), quoted(&table.name));
    table::add_partitions(&written, &table.partitions, &source.layout, &source.bucket, &found, &known).ok_or_else(
        || cannot(format!("the layout of {} does not tell the values of its partitions", source.name), None),
    )
}

/// The partitions that a table has, as `SHOW PARTITIONS` tells them.
async fn known(aws: &Aws, place: &Place, table: &Table) -> Result<BTreeSet<String>, SearchError> {
    let sql = format!("SHOW PARTITIONS `{}`.`{}`", table.database.replace('`', "``"), table.name.replace('`', "``"));
    let mut running = Running::begin(aws, &Statement { sql, place: place.clone(), ..Statement::default() }).await?;
    running.finish(|_| {}).await?;
    let rows = super::run::rows(aws, running.id()).await?.rows;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next().flatten()).collect())
}

/// The source whose objects lie at a table's location: that of the longest template below or above it.
fn source_at<'a>(profile: &'a Profile, location: &Location) -> Option<&'a Source> {
    let is_at = |source: &&Source| {
        let root = source.layout.root();
        let is_below = root.starts_with(&location.prefix);
        let is_above = location.prefix.starts_with(root) && !source.layout.spans(&location.prefix).is_empty();
        source.bucket == location.bucket && (is_below || is_above)
    };
    profile.sources.iter().filter(is_at).max_by_key(|source| source.layout.root().len())
}
