//! Running a statement that writes rows: the objects first, then the table that has them.

use std::fmt::Write as _;

use futures::TryStreamExt;
use jiff::Timestamp;

use super::super::Shared;
use super::super::catalog::{Partition, Table, TableKind, TableName};
use super::super::command;
use super::super::error::Failure;
use super::super::objects::{self, Bounds, split_uri};
use super::super::session::{self, Session};
use super::super::sql::Query;
use super::super::write::{self, Destination, Format, Part, Writer};
use super::{put, result_columns};

/// What was written: rows, and the manifest that lists the objects.
pub(super) struct Written {
    pub(super) rows: u64,
    pub(super) manifest: String,
}

/// Runs `query` and writes its rows to `destination`; `output` is where a result would be.
pub(super) async fn run(
    session: &Session<'_>,
    shared: &Shared,
    (destination, query, parameters): (Destination, Query, &[String]),
    (id, output): (&str, &str),
) -> Result<Written, Failure> {
    if let Destination::Table { name, if_not_exists, .. } = &destination {
        let database = session.catalog.databases.get(&name.database);
        let database = database
            .ok_or_else(|| Failure::user(format!("SCHEMA_NOT_FOUND: Schema '{}' does not exist", name.database)))?;
        if database.tables.contains_key(&name.table) {
            let written = Written { rows: 0, manifest: manifest(output) };
            return if *if_not_exists {
                Ok(written)
            } else {
                Err(Failure::user(format!(
                    "TABLE_ALREADY_EXISTS: line 1:1: Destination table '{}.{name}' already exists",
                    "awsdatacatalog"
                )))
            };
        }
    }
    let mut rows = session.start(query, parameters).await?;
    let names: Vec<String> = result_columns(&rows).into_iter().map(|column| column.name).collect();
    let target = target(shared, session, &destination, &names, &rows.schema, (id, output))?;
    let mut writer = Writer::new(target.format.clone(), &target.columns, target.partitioned_by);
    if target.has_rows {
        while let Some(batch) = rows.stream.try_next().await.map_err(|error| session::failure::of(&error, None))? {
            writer.write(&batch)?;
        }
    }
    let count = writer.rows;
    let mut uris = Vec::new();
    let mut partitions = Vec::new();
    for Part { values, ending, bytes } in writer.finish()? {
        let partition_columns = &target.columns[target.columns.len() - target.partitioned_by..];
        let folder = command::folder(partition_columns, &values);
        let slash = if folder.is_empty() { "" } else { "/" };
        let place = format!("{}{folder}{slash}", target.location);
        let uri = format!("{place}{id}_{}{ending}", uuid::Uuid::new_v4());
        put(shared, &uri, bytes)?;
        uris.push(uri);
        partitions.push(Partition { values, location: place });
    }
    target.publish(shared, destination, partitions)?;
    let manifest = manifest(output);
    let mut lines = String::new();
    for uri in &uris {
        let _ = writeln!(lines, "{uri}");
    }
    put(shared, &manifest, lines.into())?;
    Ok(Written { rows: count, manifest })
}

fn manifest(output: &str) -> String {
    format!("{output}-manifest.csv")
}

/// Where rows go, and as what.
struct Target {
    format: Format,
    columns: Vec<super::super::catalog::Column>,
    partitioned_by: usize,
    location: String,
    has_rows: bool,
}

fn target(
    shared: &Shared,
    session: &Session<'_>,
    destination: &Destination,
    names: &[String],
    schema: &arrow::datatypes::SchemaRef,
    (id, output): (&str, &str),
) -> Result<Target, Failure> {
    match destination {
        Destination::Table { name, options, has_rows, .. } => {
            const KNOWN: [&str; 7] = [
                "format",
                "external_location",
                "partitioned_by",
                "write_compression",
                "parquet_compression",
                "field_delimiter",
                "table_type",
            ];
            write::check(options, &KNOWN)?;
            if write::option(options, "table_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("hive")) {
                return Err(Failure::user("NOT_SUPPORTED: Iceberg tables are not supported here"));
            }
            let own = output.rsplit_once('/').map_or(output, |(folder, _)| folder);
            let location = write::option(options, "external_location")
                .map_or_else(|| Ok(format!("{own}/tables/{id}/")), write::location)?;
            empty(shared, &location, &format!("table '{name}'"))?;
            of_query(options, names, schema, location, *has_rows)
        }
        Destination::Objects { location, options } => {
            write::check(options, &["format", "partitioned_by", "compression", "field_delimiter"])?;
            let location = write::location(location)?;
            empty(shared, &location, "UNLOAD")?;
            of_query(options, names, schema, location, true)
        }
        Destination::Existing { name, columns } => of_table(session, name, columns, names.len()),
    }
}

fn of_query(
    options: &write::WriteOptions,
    names: &[String],
    schema: &arrow::datatypes::SchemaRef,
    location: String,
    has_rows: bool,
) -> Result<Target, Failure> {
    let columns = write::columns(names, schema)?;
    let wanted = options.get("partitioned_by").cloned().unwrap_or_default();
    let last = columns.len().checked_sub(wanted.len()).filter(|_| columns.len() > wanted.len() || wanted.is_empty());
    let is_last = last.is_some_and(|last| {
        columns[last..].iter().map(|column| &column.name).eq(wanted
            .iter()
            .map(|name| name.to_lowercase())
            .collect::<Vec<_>>()
            .iter())
    });
    if !is_last {
        return Err(Failure::user(
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties",
        ));
    }
    Ok(Target { format: Format::of(options)?, columns, partitioned_by: wanted.len(), location, has_rows })
}

fn of_table(session: &Session<'_>, name: &TableName, columns: &[String], count: usize) -> Result<Target, Failure> {
    let table = session
        .catalog
        .table(name)
        .ok_or_else(|| Failure::user(format!("TABLE_NOT_FOUND: Table 'awsdatacatalog.{name}' does not exist")))?;
    let TableKind::External { storage, .. } = &table.kind else {
        return Err(Failure::user(format!("NOT_SUPPORTED: Inserting into views is not supported: {name}")));
    };
    let all: Vec<_> = table.all_columns().cloned().collect();
    if !columns.is_empty() && !all.iter().map(|column| &column.name).eq(columns) {
        return Err(Failure::user("NOT_SUPPORTED: INSERT INTO names all columns of the table here, in their order"));
    }
    if count != all.len() {
        return Err(Failure::user(format!(
            "TYPE_MISMATCH: Insert query has mismatched column types: the table has {} columns, the query {count}",
            all.len()
        )));
    }
    Ok(Target {
        format: Format::of_table(storage)?,
        columns: all,
        partitioned_by: table.partitioned_by.len(),
        location: storage.location.clone(),
        has_rows: true,
    })
}

/// Refuses to write where something lies already.
fn empty(shared: &Shared, location: &str, what: &str) -> Result<(), Failure> {
    let (bucket, prefix) = split_uri(location)
        .ok_or_else(|| Failure::user(format!("{location} is not of the form s3://bucket/prefix/")))?;
    let objects = objects::list(&shared.store, bucket, prefix, &Bounds::default());
    if objects.map_err(|error| Failure::user(error.to_string()))?.is_empty() {
        return Ok(());
    }
    Err(Failure::user(format!("HIVE_PATH_ALREADY_EXISTS: Target directory for {what} already exists: {location}")))
}

impl Target {
    /// Puts into the catalog what was written.
    fn publish(self, shared: &Shared, destination: Destination, partitions: Vec<Partition>) -> Result<(), Failure> {
        match destination {
            Destination::Objects { .. } => Ok(()),
            Destination::Existing { name, .. } => shared.ledger.change(|catalog| {
                let Some(Table { kind: TableKind::External { partitions: known, .. }, .. }) = catalog.table_mut(&name)
                else {
                    return Ok(());
                };
                for partition in partitions.into_iter().filter(|partition| !partition.values.is_empty()) {
                    if let Err(place) = known.binary_search_by(|other| other.values.cmp(&partition.values)) {
                        known.insert(place, partition);
                    }
                }
                Ok(())
            }),
            Destination::Table { name, .. } => {
                let mut columns = self.columns;
                let partitioned_by = columns.split_off(columns.len() - self.partitioned_by);
                let partitions = if partitioned_by.is_empty() { Vec::new() } else { partitions };
                let kind = TableKind::External { storage: self.format.storage(self.location), partitions };
                let properties = std::collections::BTreeMap::new();
                let table =
                    Table { columns, partitioned_by, comment: None, properties, created: Timestamp::now(), kind };
                shared.ledger.change(|catalog| {
                    let tables = command::tables(catalog, &name.database)?;
                    if tables.contains_key(&name.table) {
                        return Err(command::exists("Table", &name));
                    }
                    tables.insert(name.table, table);
                    Ok(())
                })
            }
        }
    }
}
