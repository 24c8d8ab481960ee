//! How rows are printed, or written into a file.

use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::exit::UsageError;
use crate::aws::AwsError;
use crate::domain::export::{Export, Format};
use crate::domain::size::{counted, plural};
use crate::domain::{ByteSize, Shown};
use crate::search::export::{ExportError, Style, To};

#[derive(Debug, Args)]
pub struct Form {
    /// How rows are written; left out, as the name after --to tells, else as a table
    #[arg(short, long, value_enum, value_name = "FORM")]
    output: Option<Output>,
    /// Into a new file, there once it is whole; where the name is taken, with a number
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Replace the file of that name
    #[arg(long, requires = "to")]
    overwrite: bool,
    /// In CSV, leave cells as they are that a spreadsheet takes for formulas
    #[arg(long)]
    keep_formulas: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Aligned columns
    Table,
    /// One JSON array of objects
    Json,
    /// One JSON object a line
    Ndjson,
    /// RFC 4180
    Csv,
    /// A table of GitHub Flavored Markdown
    Markdown,
    /// Apache Parquet
    Parquet,
}

impl Output {
    fn format(self) -> Option<Format> {
        match self {
            Self::Table => None,
            Self::Json => Some(Format::Json),
            Self::Ndjson => Some(Format::Ndjson),
            Self::Csv => Some(Format::Csv),
            Self::Markdown => Some(Format::Markdown),
            Self::Parquet => Some(Format::Parquet),
        }
    }
}

/// Where rows go.
#[derive(Debug, Clone, Copy)]
pub enum Goal<'f> {
    /// Onto standard output, aligned.
    Table,
    /// Onto standard output.
    Output(Style),
    /// Into a file.
    File(Style, To<'f>),
}

impl Form {
    /// Where rows go, if that can be.
    pub fn goal(&self) -> Result<Goal<'_>, UsageError> {
        let style = |format| Style { format, keeps_formulas: self.keep_formulas };
        let mistake = |what: String, hint: &str| Err(UsageError { what, hint: Some(hint.to_owned()) });
        let asked = self.output.map(Output::format);
        match (&self.to, asked) {
            (Some(path), _) if path.as_os_str() == "-" => {
                mistake("--to names a file, and - is none".into(), "leave --to out: standard output is where rows go")
            }
            (Some(_), Some(None)) => {
                mistake("a table is no form of a file".into(), "take -o csv, json, ndjson, markdown or parquet")
            }
            (Some(path), Some(Some(format))) => Ok(Goal::File(style(format), self.place(path))),
            (Some(path), None) => {
                let told = path.file_name().and_then(|name| Format::of_name(name.to_str()?));
                match told {
                    Some(format) => Ok(Goal::File(style(format), self.place(path))),
                    None => mistake(
                        format!("the name {} tells no form", Shown::new(path.display().to_string())),
                        "end it in .csv, .json, .ndjson, .md or .parquet, or say -o",
                    ),
                }
            }
            (None, None | Some(None)) => Ok(Goal::Table),
            (None, Some(Some(Format::Parquet))) if io::stdout().is_terminal() => {
                mistake("Parquet is nothing for a terminal".into(), "write it into a file: --to rows.parquet")
            }
            (None, Some(Some(format))) => Ok(Goal::Output(style(format))),
        }
    }

    fn place<'f>(&self, path: &'f Path) -> To<'f> {
        To { path, is_replacing: self.overwrite }
    }
}

/// Standard output, written in large pieces.
pub fn out() -> BufWriter<Stdout> {
    BufWriter::with_capacity(64 << 10, io::stdout())
}

/// Tells on a terminal how far an export is, over what was told before.
pub struct Watch {
    is_watched: bool,
    told: Option<std::time::Instant>,
}

impl Watch {
    /// Tells only where somebody looks.
    pub fn new() -> Self {
        Self { is_watched: io::stderr().is_terminal(), told: None }
    }

    /// Tells it, a few times a second at most.
    pub fn tell(&mut self, export: &Export) {
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(250);
        if !self.is_watched || self.told.is_some_and(|told| told.elapsed() < PAUSE) {
            return;
        }
        self.told = Some(std::time::Instant::now());
        let part = match export.read {
            Some((read, of)) if of > ByteSize::default() => {
                format!(", {} %", read.bytes().saturating_mul(100) / of.bytes().max(1))
            }
            _ => String::new(),
        };
        let rows = plural(export.rows, "row");
        // There is nobody left to tell when standard error is gone.
        let _ = write!(io::stderr(), "\r\x1b[K{rows}, {}{part}", export.bytes);
    }

    /// Takes away what was told.
    pub fn clear(&mut self) {
        if self.told.take().is_some() {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}

/// What came of an export, with its cause.
pub fn failed(error: ExportError) -> anyhow::Error {
    match error {
        ExportError::Search(error) => AwsError::from(error).into(),
        ExportError::Write(error) => error.into(),
    }
}

/// The file that is there now.
pub fn written(export: &Export) -> String {
    let resumed = if export.resumed > 0 {
        format!(", {} of them by the export that broke off", counted(export.resumed as usize))
    } else {
        String::new()
    };
    let path = Shown::new(export.path.display().to_string()).to_string();
    format!("{} in {path}, {}{resumed}", plural(export.rows, "row"), export.bytes)
}
