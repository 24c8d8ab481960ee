//! Registered partitions: added, dropped, found in the bucket.

use super::{Answer, PartitionSpec, external_mut, table};
use crate::athena::catalog::{Catalog, Column, Partition, TableKind, TableName};
use crate::athena::ddl::s3_location;
use crate::athena::error::Failure;
use crate::athena::ledger::Ledger;
use crate::athena::objects::split_uri;
use crate::store::{ListQuery, Store};

/// Folders that `MSCK REPAIR TABLE` looks into at most.
const REPAIR_FOLDERS: usize = 100_000;

pub(super) fn add(
    catalog: &mut Catalog,
    name: &TableName,
    if_not_exists: bool,
    partitions: Vec<(PartitionSpec, Option<String>)>,
) -> Result<(), Failure> {
    let columns = table(catalog, name)?.partitioned_by.clone();
    let (storage, registered) = external_mut(catalog, name)?;
    for (spec, location) in partitions {
        let values = in_order(name, &columns, &spec)?;
        let location = match location {
            Some(location) => s3_location(&location).map_err(Failure::user)?,
            None => format!("{}{}/", storage.location, folder(&columns, &values)),
        };
        match registered.binary_search_by(|partition| partition.values.cmp(&values)) {
            Ok(_) if if_not_exists => {}
            Ok(_) => {
                return Err(Failure::user(format!(
                    "AlreadyExistsException: Partition already exists: {}",
                    folder(&columns, &values)
                )));
            }
            Err(place) => registered.insert(place, Partition { values, location }),
        }
    }
    Ok(())
}

pub(super) fn drop(
    catalog: &mut Catalog,
    name: &TableName,
    if_exists: bool,
    specs: &[PartitionSpec],
) -> Result<(), Failure> {
    let columns = table(catalog, name)?.partitioned_by.clone();
    let (_, registered) = external_mut(catalog, name)?;
    for spec in specs {
        // A specification may name the first columns only, and then means all partitions below.
        let wanted = spec
            .iter()
            .map(|(column, value)| Ok((place(name, &columns, column)?, value)))
            .collect::<Result<Vec<_>, Failure>>()?;
        let before = registered.len();
        registered.retain(|partition| !wanted.iter().all(|(place, value)| partition.values[*place] == **value));
        if registered.len() == before && !if_exists {
            let spec: Vec<String> = spec.iter().map(|(column, value)| format!("{column}={value}")).collect();
            return Err(Failure::user(format!("Partition not found in table {name}: {}", spec.join("/"))));
        }
    }
    Ok(())
}

fn place(name: &TableName, columns: &[Column], column: &str) -> Result<usize, Failure> {
    let place = columns.iter().position(|known| known.name == column);
    place.ok_or_else(|| Failure::user(format!("{column} is no partition column of table {name}")))
}

fn in_order(name: &TableName, columns: &[Column], spec: &PartitionSpec) -> Result<Vec<String>, Failure> {
    for (column, _) in spec {
        place(name, columns, column)?;
    }
    columns
        .iter()
        .map(|column| match spec.iter().find(|(given, _)| *given == column.name) {
            Some((_, value)) => Ok(value.clone()),
            None => Err(Failure::user(format!("partition of table {name} without a value for {}", column.name))),
        })
        .collect()
}

/// `dt=2026-11-23/hour=04`.
pub(crate) fn folder(columns: &[Column], values: &[String]) -> String {
    let parts: Vec<String> =
        columns.iter().zip(values).map(|(column, value)| format!("{}={value}", column.name)).collect();
    parts.join("/")
}

/// `MSCK REPAIR TABLE`: registers the Hive-style folders under the location that are not yet.
pub(super) fn repair(ledger: &Ledger, store: &Store, name: &TableName) -> Result<Answer, Failure> {
    let catalog = ledger.catalog();
    let found = table(&catalog, name)?;
    let TableKind::External { storage, partitions } = &found.kind else {
        return Err(Failure::user(format!("{name} is a view")));
    };
    let columns = found.partitioned_by.clone();
    let (bucket, prefix) =
        split_uri(&storage.location).ok_or_else(|| Failure::user(format!("table {name} has no location in S3")))?;
    let mut folders = vec![(prefix.to_owned(), Vec::<String>::new())];
    for column in &columns {
        let mut next = Vec::new();
        for (prefix, values) in folders {
            for child in children(store, bucket, &prefix)? {
                let Some(value) = value_of(column, &child[prefix.len()..]) else { continue };
                let mut values = values.clone();
                values.push(value);
                next.push((child, values));
                if next.len() > REPAIR_FOLDERS {
                    return Err(Failure::user(format!(
                        "table {name} has over {REPAIR_FOLDERS} folders: add partitions by ALTER TABLE, or project them"
                    )));
                }
            }
        }
        folders = next;
    }
    let is_known = |values: &Vec<String>| partitions.iter().any(|partition| partition.values == *values);
    let missing: Vec<(String, Vec<String>)> =
        folders.into_iter().filter(|(_, values)| !columns.is_empty() && !is_known(values)).collect();
    if missing.is_empty() {
        return Ok(Answer::default());
    }
    let names: Vec<String> =
        missing.iter().map(|(_, values)| format!("{}:{}", name.table, folder(&columns, values))).collect();
    let mut lines = vec![format!("Partitions not in metastore:\t{}", names.join("\t"))];
    lines.extend(names.iter().map(|name| format!("Repair: Added partition to metastore {name}")));
    let specs = missing.into_iter().map(|(prefix, values)| {
        let spec = columns.iter().map(|column| column.name.clone()).zip(values).collect();
        (spec, Some(format!("s3://{bucket}/{prefix}")))
    });
    let specs = specs.collect();
    ledger.change(|catalog| add(catalog, name, true, specs))?;
    Ok(Answer { columns: &["result"], lines })
}

/// `dt=…/` as the value of the column.
fn value_of(column: &Column, folder: &str) -> Option<String> {
    let (name, value) = folder.trim_end_matches('/').split_once('=')?;
    if !name.eq_ignore_ascii_case(&column.name) {
        return None;
    }
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

fn children(store: &Store, bucket: &str, prefix: &str) -> Result<Vec<String>, Failure> {
    let mut query = ListQuery { prefix: prefix.to_owned(), delimiter: Some("/".to_owned()), ..ListQuery::default() };
    let mut folders = Vec::new();
    loop {
        let page = store.list(bucket, &query).map_err(|error| Failure::user(error.to_string()))?;
        folders.extend(page.prefixes);
        match page.next {
            Some(token) => query.token = Some(token),
            None => return Ok(folders),
        }
    }
}
