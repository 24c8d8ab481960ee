//! The statements that make the index's tables in Athena.

use super::columns::{Column, RECORDS, TERMS};
use crate::domain::{Index, Source};

/// The first year whose hours are partitions; Athena's partition projection wants a range.
pub const FIRST_YEAR: i16 = 2010;

/// The property that says which sources there are.
pub(super) const SOURCES: &str = "projection.source.values";
/// The property that says where a partition lies.
pub(super) const TEMPLATE: &str = "storage.location.template";

/// The statements that make the database and its two tables where they do not exist, in order. Partitions are
/// projected, so that an hour can be searched as soon as its first file is there.
///
/// Format: "CREATE TABLE" and "Partition projection" in the Athena user guide.
pub fn ddl(index: &Index, sources: &[Source]) -> Vec<String> {
    vec![database(index), table(index, "records", sources), table(index, "terms", sources)]
}

pub(super) fn database(index: &Index) -> String {
    format!("CREATE DATABASE IF NOT EXISTS {}", identifier(&index.database))
}

/// Where the partitions of a table lie. Those of `records` are of a source and an hour, those of `terms` of an hour.
pub(super) fn template(index: &Index, name: &str) -> String {
    let source = if name == "records" { "source=${source}/" } else { "" };
    format!("{}{name}/{source}dt=${{dt}}/", index.location)
}

pub(super) fn table(index: &Index, name: &str, sources: &[Source]) -> String {
    let (columns, partitions) = match name {
        "records" => (RECORDS, "`source` string, `dt` string"),
        _ => (TERMS, "`dt` string"),
    };
    let mut properties = vec![
        ("parquet.compression", "ZSTD".to_owned()),
        ("projection.enabled", "true".to_owned()),
        ("projection.dt.type", "date".to_owned()),
        ("projection.dt.format", "yyyy-MM-dd-HH".to_owned()),
        ("projection.dt.range", format!("{FIRST_YEAR}-01-01-00,NOW")),
        ("projection.dt.interval", "1".to_owned()),
        ("projection.dt.interval.unit", "HOURS".to_owned()),
    ];
    if name == "records" {
        let names: Vec<_> = sources.iter().map(|source| source.name.as_str()).collect();
        properties.push(("projection.source.type", "enum".to_owned()));
        properties.push((SOURCES, names.join(",")));
    }
    properties.push((TEMPLATE, template(index, name)));
    let columns: Vec<&Column> = columns.iter().collect();
    format!(
        "CREATE EXTERNAL TABLE IF NOT EXISTS {}.{} (\n{}\n)\nPARTITIONED BY ({partitions})\nSTORED AS PARQUET\nLOCATION {}\n\
         TBLPROPERTIES (\n  {}\n)",
        identifier(&index.database),
        identifier(name),
        list(&columns),
        literal(&format!("{}{name}/", index.location)),
        properties
            .iter()
            .map(|(key, value)| format!("{} = {}", literal(key), literal(value)))
            .collect::<Vec<_>>()
            .join(",\n  "),
    )
}

/// The statement that adds columns to a table; its files that have none of them stay as they are.
pub(super) fn add_columns(index: &Index, name: &str, columns: &[&Column]) -> String {
    format!("ALTER TABLE {}.{} ADD COLUMNS (\n{}\n)", identifier(&index.database), identifier(name), list(columns))
}

/// The statement that says which sources there are.
pub(super) fn set_sources(index: &Index, names: &[&str]) -> String {
    format!(
        "ALTER TABLE {}.`records` SET TBLPROPERTIES ({} = {})",
        identifier(&index.database),
        literal(SOURCES),
        literal(&names.join(","))
    )
}

fn list(columns: &[&Column]) -> String {
    let columns = columns.iter().map(|column| format!("  {} {}", identifier(column.name), column.hive_type()));
    columns.collect::<Vec<_>>().join(",\n")
}

/// A name in Hive's DDL: in backticks, which are doubled.
fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in Hive's DDL: in single quotes, with backslashes as escapes (unlike Trino's, which doubles the quote).
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn q06_tables_follow_the_list_of_columns_and_quote_what_they_are_given() {
        let index = Index {
            location: "s3://index/scops/".parse().expect("a location"),
            database: "sc`ops".into(),
            workgroup: "primary".into(),
            output: None,
            retention_days: None,
        };
        let source = |name: &str| Source {
            name: name.into(),
            bucket: "logs".into(),
            layout: "{yyyy}/".parse().expect("a layout"),
            format: None,
            late_after: jiff::SignedDuration::from_mins(5),
            accept: None,
            maintenance: Vec::new(),
        };
        let statements = ddl(&index, &[source("alb"), source("o'neill")]);
        assert_eq!(statements[0], "CREATE DATABASE IF NOT EXISTS `sc``ops`");
        assert!(statements[1].contains("  `ts` timestamp,\n  `object` string,\n"), "{}", statements[1]);
        assert!(statements[1].contains("PARTITIONED BY (`source` string, `dt` string)"));
        assert!(statements[1].contains(r"'projection.source.values' = 'alb,o\'neill'"));
        assert!(
            statements[1]
                .contains("'storage.location.template' = 's3://index/scops/records/source=${source}/dt=${dt}/'")
        );
        assert!(statements[2].contains("'s3://index/scops/terms/dt=${dt}/'"));
        assert!(!statements[2].contains("projection.source"));
    }
}
