//! Which decoder a table's SerDe and input format mean.

use crate::athena::catalog::{Storage, Table};

/// How a table's objects become rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decoder {
    Parquet,
    /// Records of a log, by the shared parser.
    Records(RecordFormat),
}

/// Which format the parser is told to expect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RecordFormat {
    /// Told by the content, as the console tells it.
    Detected,
    /// One of the parser's formats by its name.
    Named(String),
    /// Lines split at a delimiter, the columns by their place (`LazySimpleSerDe`).
    Delimited { delimiter: char, escape: Option<char>, null: String, header_lines: usize },
    /// Lines matched by a regular expression, the columns by their group (`RegexSerDe`).
    Regex { pattern: String, header_lines: usize },
}

impl Decoder {
    pub(super) fn of(table: &Table, storage: &Storage) -> Result<Self, String> {
        if let Some(format) = table.properties.get("scops.format") {
            return Ok(Self::Records(RecordFormat::Named(format.clone())));
        }
        let class = |name: &str| name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let header_lines = match table.properties.get("skip.header.line.count") {
            Some(count) => {
                count.trim().parse().map_err(|_| format!("skip.header.line.count={count:?} is not a number"))?
            }
            None => 0,
        };
        let property = |name: &str| storage.serde_properties.get(name);
        if class(&storage.input_format) == "cloudtrailinputformat" {
            return Ok(Self::Records(RecordFormat::Named("cloudtrail".to_owned())));
        }
        match class(&storage.serde).as_str() {
            "parquethiveserde" => Ok(Self::Parquet),
            "cloudtrailserde" => Ok(Self::Records(RecordFormat::Named("cloudtrail".to_owned()))),
            "jsonserde" => Ok(Self::Records(RecordFormat::Detected)),
            "regexserde" => {
                let pattern = property("input.regex")
                    .ok_or_else(|| "RegexSerDe needs the SerDe property input.regex".to_owned())?;
                Ok(Self::Records(RecordFormat::Regex { pattern: pattern.clone(), header_lines }))
            }
            "lazysimpleserde" => {
                let delimiter = property("field.delim").map_or("\u{1}", String::as_str);
                let delimiter =
                    delimiter_of(delimiter).ok_or_else(|| format!("field.delim={delimiter:?} is not one character"))?;
                let escape = property("escape.delim").and_then(|text| text.chars().next());
                let null = property("serialization.null.format").map_or("\\N", String::as_str).to_owned();
                Ok(Self::Records(RecordFormat::Delimited { delimiter, escape, null, header_lines }))
            }
            _ => Err(format!("SerDe {:?} is not supported here", storage.serde)),
        }
    }
}

/// A delimiter as itself or as its number, for example `9`'s octal `\011` or `\t`.
fn delimiter_of(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    if chars.next().is_none() {
        return Some(first);
    }
    let digits = text.strip_prefix("\\u").or_else(|| text.strip_prefix('\\'))?;
    let radix = if text.starts_with("\\u") { 16 } else { 8 };
    char::from_u32(u32::from_str_radix(digits, radix).ok()?)
}
