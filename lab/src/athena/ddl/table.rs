//! `CREATE EXTERNAL TABLE` and its clauses.

use std::collections::BTreeMap;

use super::Refusal;
use super::cursor::Cursor;
use crate::athena::catalog::{Column, Storage, TableName};
use crate::athena::types::HiveType;

/// How deep a type may nest: far more than any log, far less than a stack.
const TYPE_DEPTH: usize = 32;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CreateTable {
    pub(crate) name: TableName,
    pub(crate) if_not_exists: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) partitioned_by: Vec<Column>,
    pub(crate) comment: Option<String>,
    pub(crate) storage: Storage,
    pub(crate) properties: BTreeMap<String, String>,
}

pub(super) fn create_table(cursor: &mut Cursor<'_>) -> Result<CreateTable, Refusal> {
    let if_not_exists = cursor.take_all(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    let columns = columns(cursor)?;
    let mut comment = None;
    let mut partitioned_by = Vec::new();
    let mut serde = None;
    let mut serde_properties = BTreeMap::new();
    let mut formats = None;
    let mut location = None;
    let mut properties = BTreeMap::new();
    loop {
        if cursor.take("comment") {
            comment = Some(cursor.text("a comment")?);
        } else if cursor.take("partitioned") {
            cursor.expect("by")?;
            partitioned_by = self::columns(cursor)?;
        } else if cursor.take("row") {
            cursor.expect("format")?;
            if cursor.take("serde") {
                serde = Some(cursor.text("a SerDe class")?);
            } else {
                cursor.expect("delimited")?;
                serde = Some(LAZY_SIMPLE.to_owned());
                delimiters(cursor, &mut serde_properties)?;
            }
        } else if cursor.take("with") {
            cursor.expect("serdeproperties")?;
            serde_properties.extend(cursor.properties()?);
        } else if cursor.take("stored") {
            cursor.expect("as")?;
            formats = Some(stored_as(cursor)?);
        } else if cursor.take("location") {
            location = Some(cursor.text("a location")?);
        } else if cursor.take("tblproperties") {
            properties = cursor.properties()?;
        } else if cursor.is("clustered") || cursor.is("skewed") {
            return Err(cursor.refusal("bucketed tables are not supported here"));
        } else {
            break;
        }
    }
    let location = location.ok_or_else(|| cursor.unexpected("LOCATION"))?;
    let (input_format, output_format, implied) =
        formats.unwrap_or_else(|| (TEXT_INPUT.to_owned(), TEXT_OUTPUT.to_owned(), Some(LAZY_SIMPLE.to_owned())));
    let serde = serde.or(implied).unwrap_or_else(|| LAZY_SIMPLE.to_owned());
    if let Some(twice) =
        partitioned_by.iter().find(|partition| columns.iter().any(|column| column.name == partition.name))
    {
        return Err(cursor.refusal(&format!("column {:?} is also a partition column", twice.name)));
    }
    let location = s3_location(&location).map_err(|what| cursor.refusal(&what))?;
    Ok(CreateTable {
        name,
        if_not_exists,
        columns,
        partitioned_by,
        comment,
        storage: Storage { location, serde, serde_properties, input_format, output_format },
        properties,
    })
}

pub(crate) const LAZY_SIMPLE: &str = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
const TEXT_INPUT: &str = "org.apache.hadoop.mapred.TextInputFormat";
const TEXT_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
const PARQUET_SERDE: &str = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe";
const PARQUET_INPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat";
const PARQUET_OUTPUT: &str = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat";

/// Checks `s3://bucket/prefix` and ends it with a slash: Athena's locations are folders.
pub(crate) fn s3_location(location: &str) -> Result<String, String> {
    let rest = ["s3://", "s3a://", "s3n://"].iter().find_map(|scheme| location.strip_prefix(scheme));
    let (bucket, prefix) = rest
        .map(|rest| rest.split_once('/').unwrap_or((rest, "")))
        .filter(|(bucket, _)| !bucket.is_empty())
        .ok_or_else(|| format!("location {location:?} is not of the form s3://bucket/prefix/"))?;
    let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
    Ok(format!("s3://{bucket}/{prefix}{slash}"))
}

/// `FIELDS TERMINATED BY ' ' ESCAPED BY '\\' LINES TERMINATED BY '\n' NULL DEFINED AS ''`.
fn delimiters(cursor: &mut Cursor<'_>, properties: &mut BTreeMap<String, String>) -> Result<(), Refusal> {
    loop {
        let keys: &[&str] = if cursor.take("fields") {
            &["field.delim", "serialization.format"]
        } else if cursor.take("lines") {
            &["line.delim"]
        } else if cursor.take_all(&["collection", "items"]) {
            &["collection.delim"]
        } else if cursor.take_all(&["map", "keys"]) {
            &["mapkey.delim"]
        } else if cursor.take_all(&["null", "defined", "as"]) {
            properties.insert("serialization.null.format".to_owned(), cursor.text("a string")?);
            continue;
        } else if cursor.take_all(&["escaped", "by"]) {
            properties.insert("escape.delim".to_owned(), cursor.text("a string")?);
            continue;
        } else {
            return Ok(());
        };
        cursor.expect("terminated")?;
        cursor.expect("by")?;
        let delimiter = cursor.text("a delimiter")?;
        properties.extend(keys.iter().map(|key| ((*key).to_owned(), delimiter.clone())));
    }
}

/// The input format, the output format, and the SerDe that the format implies.
fn stored_as(cursor: &mut Cursor<'_>) -> Result<(String, String, Option<String>), Refusal> {
    if cursor.take("inputformat") {
        let input = cursor.text("an input format class")?;
        cursor.expect("outputformat")?;
        let output = cursor.text("an output format class")?;
        return Ok((input, output, None));
    }
    let here = cursor.refusal("");
    let format = cursor.word("PARQUET, TEXTFILE, JSON or INPUTFORMAT")?;
    let (input, output, serde) = match format.to_lowercase().as_str() {
        "parquet" => (PARQUET_INPUT, PARQUET_OUTPUT, PARQUET_SERDE),
        "textfile" => (TEXT_INPUT, TEXT_OUTPUT, LAZY_SIMPLE),
        "json" | "jsonfile" => (TEXT_INPUT, TEXT_OUTPUT, "org.openx.data.jsonserde.JsonSerDe"),
        other => {
            let what =
                format!("STORED AS {} is not supported here (PARQUET, TEXTFILE, JSON are)", other.to_uppercase());
            return Err(Refusal { what, ..here });
        }
    };
    let implied = if input == TEXT_INPUT && serde == LAZY_SIMPLE { None } else { Some(serde.to_owned()) };
    Ok((input.to_owned(), output.to_owned(), implied))
}

/// `(name type [COMMENT 'text'], …)`.
pub(super) fn columns(cursor: &mut Cursor<'_>) -> Result<Vec<Column>, Refusal> {
    let mut columns: Vec<Column> = Vec::new();
    cursor.expect_sign('(')?;
    loop {
        let name = cursor.name("a column name")?;
        if columns.iter().any(|column| column.name == name) {
            return Err(cursor.refusal(&format!("column {name:?} is given twice")));
        }
        let kind = hive_type(cursor, 0)?;
        let comment = if cursor.take("comment") { Some(cursor.text("a comment")?) } else { None };
        columns.push(Column { name, kind, comment });
        if !cursor.take_sign(',') {
            break;
        }
    }
    cursor.expect_sign(')')?;
    Ok(columns)
}

fn hive_type(cursor: &mut Cursor<'_>, depth: usize) -> Result<HiveType, Refusal> {
    if depth > TYPE_DEPTH {
        return Err(cursor.refusal(&format!("type nested deeper than {TYPE_DEPTH}")));
    }
    let here = cursor.refusal("");
    let word = cursor.word("a type")?.to_lowercase();
    Ok(match word.as_str() {
        "boolean" => HiveType::Boolean,
        "tinyint" => HiveType::TinyInt,
        "smallint" => HiveType::SmallInt,
        "int" | "integer" => HiveType::Int,
        "bigint" => HiveType::BigInt,
        "float" | "real" => HiveType::Float,
        "double" => HiveType::Double,
        "string" => HiveType::String,
        "binary" => HiveType::Binary,
        "date" => HiveType::Date,
        "timestamp" => HiveType::Timestamp,
        "decimal" => decimal(cursor)?,
        "varchar" | "char" => {
            cursor.expect_sign('(')?;
            let length = cursor.number("a length")?;
            cursor.expect_sign(')')?;
            if word == "char" { HiveType::Char(length) } else { HiveType::Varchar(length) }
        }
        "array" => {
            cursor.expect_sign('<')?;
            let item = hive_type(cursor, depth + 1)?;
            cursor.expect_sign('>')?;
            HiveType::Array(Box::new(item))
        }
        "map" => {
            cursor.expect_sign('<')?;
            let key = hive_type(cursor, depth + 1)?;
            cursor.expect_sign(',')?;
            let value = hive_type(cursor, depth + 1)?;
            cursor.expect_sign('>')?;
            HiveType::Map(Box::new(key), Box::new(value))
        }
        "struct" => {
            let mut fields = Vec::new();
            cursor.expect_sign('<')?;
            loop {
                let name = cursor.name("a field name")?;
                cursor.expect_sign(':')?;
                fields.push((name, hive_type(cursor, depth + 1)?));
                if !cursor.take_sign(',') {
                    break;
                }
            }
            cursor.expect_sign('>')?;
            HiveType::Struct(fields)
        }
        other => return Err(Refusal { what: format!("unknown column type {other:?}"), ..here }),
    })
}

fn decimal(cursor: &mut Cursor<'_>) -> Result<HiveType, Refusal> {
    if !cursor.take_sign('(') {
        return Ok(HiveType::Decimal(10, 0));
    }
    let precision: u8 = cursor.number("a precision")?;
    let scale: i8 = if cursor.take_sign(',') { cursor.number("a scale")? } else { 0 };
    if !(1..=38).contains(&precision) || scale < 0 || scale.unsigned_abs() > precision {
        return Err(cursor.refusal(&format!("decimal({precision},{scale}) is out of range")));
    }
    cursor.expect_sign(')')?;
    Ok(HiveType::Decimal(precision, scale))
}
