//! The statements that make the index's tables in Athena.

use std::fmt::Write as _;

use super::columns::{Column, RECORDS, TERMS};
use crate::domain::{Index, Source};

/// The first year whose hours are partitions; Athena's partition projection wants a range.
pub const FIRST_YEAR: i16 = 2010;

/// The statements that make the database and its two tables where they do not exist, in order. Partitions are
/// projected, so that an hour can be searched as soon as its first file is there.
///
/// Format: "CREATE TABLE" and "Partition projection" in the Athena user guide.
pub fn ddl(index: &Index, sources: &[Source]) -> Vec<String> {
    let names: Vec<_> = sources.iter().map(|source| source.name.as_str()).collect();
    vec![
        format!("CREATE DATABASE IF NOT EXISTS {}", identifier(&index.database)),
        table(index, "records", RECORDS, Some(&names)),
        table(index, "terms", TERMS, None),
    ]
}

fn table(index: &Index, name: &str, columns: &[Column], sources: Option<&[&str]>) -> String {
    let location = format!("{}{name}/", index.location);
    let columns: Vec<_> =
        columns.iter().map(|column| format!("  {} {}", identifier(column.name), column.hive_type())).collect();
    let partitions = if sources.is_some() { "`source` string, `dt` string" } else { "`dt` string" };
    let mut properties = vec![
        ("parquet.compression", "ZSTD".to_owned()),
        ("projection.enabled", "true".to_owned()),
        ("projection.dt.type", "date".to_owned()),
        ("projection.dt.format", "yyyy-MM-dd-HH".to_owned()),
        ("projection.dt.range", format!("{FIRST_YEAR}-01-01-00,NOW")),
        ("projection.dt.interval", "1".to_owned()),
        ("projection.dt.interval.unit", "HOURS".to_owned()),
    ];
    let mut template = location.clone();
    if let Some(sources) = sources {
        properties.push(("projection.source.type", "enum".to_owned()));
        properties.push(("projection.source.values", sources.join(",")));
        template.push_str("source=${source}/");
    }
    template.push_str("dt=${dt}/");
    properties.push(("storage.location.template", template));

    let mut statement = format!(
        "CREATE EXTERNAL TABLE IF NOT EXISTS {}.{} (\n{}\n)\nPARTITIONED BY ({partitions})\nSTORED AS PARQUET\nLOCATION {}\n\
         TBLPROPERTIES (",
        identifier(&index.database),
        identifier(name),
        columns.join(",\n"),
        literal(&location),
    );
    for (number, (key, value)) in properties.iter().enumerate() {
        let separator = if number == 0 { "" } else { "," };
        let _ = write!(statement, "{separator}\n  {} = {}", literal(key), literal(value));
    }
    statement.push_str("\n)");
    statement
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
