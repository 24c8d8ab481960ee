//! Rows that become files.

use std::path::PathBuf;

use super::ByteSize;

/// What rows are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RFC 4180, with a line of names.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// One JSON array of objects.
    Json,
    /// A table of GitHub Flavored Markdown.
    Markdown,
    /// Apache Parquet, its columns typed.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Ndjson, Self::Json, Self::Markdown, Self::Parquet];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Parquet => "parquet",
        }
    }

    /// The ends of names that tell it, the usual one first.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Csv => &["csv"],
            Self::Ndjson => &["ndjson", "jsonl"],
            Self::Json => &["json"],
            Self::Markdown => &["md", "markdown"],
            Self::Parquet => &["parquet"],
        }
    }

    /// The format that the end of a file's name tells.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, end) = name.rsplit_once('.')?;
        Self::ALL.into_iter().find(|format| format.extensions().iter().any(|known| known.eq_ignore_ascii_case(end)))
    }
}

/// How far an export is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Export {
    /// Where it goes; once it is done, the file that is there.
    pub path: PathBuf,
    /// Rows that were written.
    pub rows: u64,
    /// Their bytes.
    pub bytes: ByteSize,
    /// How much of a result file was read, and its size.
    pub read: Option<(ByteSize, ByteSize)>,
    /// Rows that an export which broke off had written.
    pub resumed: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_name_tells_the_format() {
        for format in Format::ALL {
            for end in format.extensions() {
                assert_eq!(Format::of_name(&format!("a.b.{end}")), Some(format));
            }
        }
        assert_eq!(Format::of_name("a.CSV"), Some(Format::Csv));
        assert_eq!((Format::of_name("csv"), Format::of_name("a.xlsx"), Format::of_name("")), (None, None, None));
    }
}
