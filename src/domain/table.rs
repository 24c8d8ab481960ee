//! Tables over the logs of a source as they lie: the `CREATE EXTERNAL TABLE` of its format, its layout as partitions.
//!
//! Format: "CREATE TABLE", "Partition projection" and the tables of AWS services' logs in the Amazon Athena User Guide.

mod columns;
mod partitions;
mod read;
mod weight;

pub use columns::Shape;
pub use partitions::{Added, Partitioning, add_partitions};
pub use read::{Table, TableColumn};
pub use weight::Weight;

use std::fmt::Write as _;

use super::Source;

/// The statement that makes a table over a source's objects, with the values that its named placeholders were found to
/// have, in the order of [`Layout::names`](super::Layout::names).
pub fn create(source: &Source, database: &str, name: &str, values: &[Vec<String>]) -> String {
    let shape = Shape::of(source);
    let partitioning = Partitioning::of(&source.layout, &shape.names());
    let root = format!("s3://{}/", source.bucket);
    let mut statement = format!("-- {}\n", comment(&shape.about(source)));
    let _ = writeln!(statement, "CREATE EXTERNAL TABLE IF NOT EXISTS {}.{} (", identifier(database), identifier(name));
    let columns: Vec<String> =
        shape.columns.iter().map(|(name, kind)| format!("  {} {kind}", identifier(name))).collect();
    let _ = writeln!(statement, "{}\n)", columns.join(",\n"));
    let keys: Vec<String> = partitioning.keys.iter().map(|key| format!("{} string", identifier(&key.name))).collect();
    if !keys.is_empty() {
        let _ = writeln!(statement, "PARTITIONED BY ({})", keys.join(", "));
    }
    let _ = writeln!(statement, "{}", shape.stored.trim_end());
    let _ = write!(statement, "LOCATION {}", literal(&format!("{root}{}", partitioning.root)));
    let mut properties: Vec<(String, String)> =
        shape.properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    properties.extend(partitioning.projection(&root, values));
    for (number, (key, value)) in properties.iter().enumerate() {
        let before = if number == 0 { "\nTBLPROPERTIES (\n" } else { ",\n" };
        let _ = write!(statement, "{before}  {} = {}", literal(key), literal(value));
    }
    if !properties.is_empty() {
        statement.push_str("\n)");
    }
    statement.push_str(";\n");
    statement
}

/// A name for the table of a source: its own, of letters, digits and `_` as the guide asks for.
pub fn name_of(source: &str) -> String {
    let kept = |character: char| if character.is_ascii_alphanumeric() { character.to_ascii_lowercase() } else { '_' };
    source.chars().map(kept).collect()
}

/// A name in Hive's DDL: in backticks, which are doubled.
fn identifier(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text in Hive's DDL: in single quotes, with backslashes as escapes (unlike Trino's, which doubles the quote).
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A text that stays in its line.
fn comment(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests;
