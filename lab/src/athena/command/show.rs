//! SHOW and DESCRIBE: the catalog as lines of text.

use std::fmt::Write as _;

use super::partitions::folder;
use super::{Answer, Ddl, matcher, missing_database, table};
use crate::athena::catalog::{Catalog, Column, Storage, Table, TableKind, TableName};
use crate::athena::error::Failure;

pub(super) fn answer(catalog: &Catalog, statement: Ddl) -> Result<Answer, Failure> {
    Ok(match statement {
        Ddl::ShowDatabases { like } => {
            let is_wanted = matcher(like.as_deref());
            let lines = catalog.databases.keys().filter(|name| is_wanted(name)).cloned().collect();
            Answer { columns: &["database_name"], lines }
        }
        Ddl::ShowTables { database, like } => {
            Answer { columns: &["tab_name"], lines: names(catalog, &database, like.as_deref(), false)? }
        }
        Ddl::ShowViews { database, like } => {
            Answer { columns: &["views"], lines: names(catalog, &database, like.as_deref(), true)? }
        }
        Ddl::ShowPartitions { name } => {
            let table = table(catalog, &name)?;
            let TableKind::External { partitions, .. } = &table.kind else {
                return Err(Failure::user(format!("{name} is a view")));
            };
            if table.partitioned_by.is_empty() {
                return Err(Failure::user(format!("Table {name} is not a partitioned table")));
            }
            let lines = partitions.iter().map(|partition| folder(&table.partitioned_by, &partition.values));
            Answer { columns: &["partition"], lines: lines.collect() }
        }
        Ddl::ShowColumns { name } => {
            let lines = table(catalog, &name)?.all_columns().map(|column| format!("{:<20}", column.name));
            Answer { columns: &["field"], lines: lines.collect() }
        }
        Ddl::ShowCreateTable { name } => {
            let text = create_statement(&name, table(catalog, &name)?);
            Answer { columns: &["createtab_stmt"], lines: text.lines().map(str::to_owned).collect() }
        }
        Ddl::ShowProperties { name, key } => {
            let properties = &table(catalog, &name)?.properties;
            let lines = properties
                .iter()
                .filter(|(name, _)| key.as_ref().is_none_or(|key| key == *name))
                .map(|(name, value)| format!("{name}\t{value}"));
            Answer { columns: &["prpt_name", "prpt_value"], lines: lines.collect() }
        }
        Ddl::Describe { name, is_extended } => describe(&name, table(catalog, &name)?, is_extended),
        _ => return Err(Failure::system("not a statement that shows something")),
    })
}

fn names(catalog: &Catalog, database: &str, like: Option<&str>, only_views: bool) -> Result<Vec<String>, Failure> {
    let found = catalog.databases.get(database).ok_or_else(|| missing_database(database))?;
    let is_wanted = matcher(like);
    let tables = found
        .tables
        .iter()
        .filter(|(name, table)| is_wanted(name) && (!only_views || matches!(table.kind, TableKind::View { .. })));
    Ok(tables.map(|(name, _)| name.clone()).collect())
}

fn describe(name: &TableName, table: &Table, is_extended: bool) -> Answer {
    let line = |column: &Column| {
        format!(
            "{:<20}\t{:<20}\t{:<20}",
            column.name,
            column.kind.to_string(),
            column.comment.as_deref().unwrap_or_default()
        )
    };
    let mut lines: Vec<String> = table.all_columns().map(line).collect();
    if !table.partitioned_by.is_empty() {
        lines.extend(
            ["\t \t ", "# Partition Information\t \t ", "# col_name\tdata_type\tcomment", "\t \t "].map(str::to_owned),
        );
        lines.extend(table.partitioned_by.iter().map(line));
    }
    if is_extended {
        lines.push("\t \t ".to_owned());
        lines.push("# Detailed Table Information\t \t ".to_owned());
        lines.push(format!("Database:\t{}\t ", name.database));
        if let TableKind::External { storage, .. } = &table.kind {
            lines.push(format!("Location:\t{}\t ", storage.location));
            lines.push(format!("SerDe Library:\t{}\t ", storage.serde));
            lines.push(format!("InputFormat:\t{}\t ", storage.input_format));
            lines.push(format!("OutputFormat:\t{}\t ", storage.output_format));
        }
        lines.extend(table.properties.iter().map(|(key, value)| format!("\t{key}\t{value}")));
    }
    Answer { columns: &["col_name", "data_type", "comment"], lines }
}

/// The statement that makes the table again; what it says is what [`crate::athena::ddl::parse`] reads.
fn create_statement(name: &TableName, table: &Table) -> String {
    let TableKind::External { storage, .. } = &table.kind else {
        let TableKind::View { query, .. } = &table.kind else { return String::new() };
        return format!("CREATE VIEW {name} AS\n{query}");
    };
    let mut out = format!("CREATE EXTERNAL TABLE `{}`(\n{})\n", name_quoted(name), columns(&table.columns));
    if let Some(comment) = &table.comment {
        let _ = writeln!(out, "COMMENT {}", quoted(comment));
    }
    if !table.partitioned_by.is_empty() {
        let _ = writeln!(out, "PARTITIONED BY (\n{})", columns(&table.partitioned_by));
    }
    let Storage { location, serde, serde_properties, input_format, output_format } = storage;
    let _ = writeln!(out, "ROW FORMAT SERDE\n  {}", quoted(serde));
    if !serde_properties.is_empty() {
        let _ = writeln!(out, "WITH SERDEPROPERTIES (\n{})", properties(serde_properties));
    }
    let _ = writeln!(
        out,
        "STORED AS INPUTFORMAT\n  {}\nOUTPUTFORMAT\n  {}\nLOCATION\n  {}",
        quoted(input_format),
        quoted(output_format),
        quoted(location)
    );
    if !table.properties.is_empty() {
        let _ = write!(out, "TBLPROPERTIES (\n{})", properties(&table.properties));
    }
    out
}

fn name_quoted(name: &TableName) -> String {
    format!("{}`.`{}", name.database.replace('`', "``"), name.table.replace('`', "``"))
}

fn columns(columns: &[Column]) -> String {
    let lines: Vec<String> = columns
        .iter()
        .map(|column| {
            let comment = column.comment.as_ref().map(|comment| format!(" COMMENT {}", quoted(comment)));
            format!("  `{}` {}{}", column.name.replace('`', "``"), column.kind, comment.unwrap_or_default())
        })
        .collect();
    lines.join(",\n")
}

fn properties(properties: &std::collections::BTreeMap<String, String>) -> String {
    let lines: Vec<String> =
        properties.iter().map(|(key, value)| format!("  {}={}", quoted(key), quoted(value))).collect();
    lines.join(",\n")
}

/// A string as Hive writes it: backslashes and quotes escaped by a backslash.
fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('\'', "\\'").replace('\n', "\\n").replace('\t', "\\t");
    format!("'{escaped}'")
}
