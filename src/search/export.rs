//! Rows and hits -> CSV, JSON, Markdown and Parquet, one row at a time: what is written needs no room in memory.

mod csv;
mod file;
mod json;
mod markdown;
mod parquet;
mod run;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::results::{Field, Row};
use crate::domain::Hit;
pub use crate::domain::export::{Export, Format};
pub use file::NewFile;
pub use run::{ExportError, To, hits, query};

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// As what.
    pub format: Format,
    /// Whether cells of CSV that a spreadsheet takes for formulas stay as they are.
    pub keeps_formulas: bool,
}

impl From<Format> for Style {
    fn from(format: Format) -> Self {
        Self { format, keeps_formulas: false }
    }
}

/// Writes rows, in one format.
pub struct Writer<W: Write + Send> {
    kind: Kind<W>,
    fields: Vec<Field>,
    style: Style,
    rows: u64,
}

enum Kind<W: Write + Send> {
    Text(W),
    Parquet(Box<parquet::Parquet<W>>),
}

impl<W: Write + Send> Writer<W> {
    /// Begins with the names of the columns.
    pub fn new(style: Style, fields: &[Field], mut out: W) -> io::Result<Self> {
        match style.format {
            Format::Csv => csv::head(fields, style.keeps_formulas, &mut out)?,
            Format::Markdown => markdown::head(fields, &mut out)?,
            Format::Ndjson | Format::Json => {}
            Format::Parquet => {
                let fields = distinct(fields);
                let parquet = parquet::Parquet::new(&fields, out)?;
                return Ok(Self { kind: Kind::Parquet(Box::new(parquet)), fields, style, rows: 0 });
            }
        }
        Ok(Self::resumed(style, fields, out, 0))
    }

    /// Goes on behind rows that are written already, in a format that [can](can_resume).
    fn resumed(style: Style, fields: &[Field], out: W, rows: u64) -> Self {
        Self { kind: Kind::Text(out), fields: distinct(fields), style, rows }
    }

    /// Rows that are written.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Where the bytes go; those of Parquet come there in groups of rows.
    pub fn out(&mut self) -> &mut W {
        match &mut self.kind {
            Kind::Text(out) => out,
            Kind::Parquet(parquet) => parquet.out(),
        }
    }

    /// Writes a row.
    pub fn row(&mut self, row: &[Option<String>]) -> io::Result<()> {
        let number = self.rows;
        self.rows += 1;
        let out = match &mut self.kind {
            Kind::Text(out) => out,
            Kind::Parquet(parquet) => return parquet.row(row, number),
        };
        match self.style.format {
            Format::Csv => csv::row(row, &self.fields, self.style.keeps_formulas, out),
            Format::Markdown => markdown::row(row, out),
            Format::Json => json::item(number, out, |out| json::row(row, &self.fields, out)),
            Format::Ndjson | Format::Parquet => {
                json::row(row, &self.fields, out)?;
                out.write_all(b"\n")
            }
        }
    }

    /// Writes a hit: as the row of [`hit_fields`], in JSON with its parts.
    pub fn hit(&mut self, hit: &Hit) -> io::Result<()> {
        let number = self.rows;
        match (&mut self.kind, self.style.format) {
            (Kind::Text(out), Format::Json) => json::item(number, out, |out| Ok(serde_json::to_writer(out, hit)?))?,
            (Kind::Text(out), Format::Ndjson) => {
                serde_json::to_writer(&mut *out, hit)?;
                out.write_all(b"\n")?;
            }
            _ => return self.row(&hit_row(hit)),
        }
        self.rows += 1;
        Ok(())
    }

    /// Writes what stands behind the last row, and gives back where it went.
    pub fn finish(self) -> io::Result<W> {
        let mut out = match self.kind {
            Kind::Text(out) => out,
            Kind::Parquet(parquet) => parquet.finish()?,
        };
        if self.style.format == Format::Json {
            json::end(self.rows, &mut out)?;
        }
        out.flush()?;
        Ok(out)
    }
}

/// Whether an export that broke off goes on where it ended: Parquet tells its groups of rows at its very end.
fn can_resume(format: Format) -> bool {
    format != Format::Parquet
}

/// The columns of hits.
pub fn hit_fields() -> Vec<Field> {
    let fields = [
        ("time", "timestamp with time zone"),
        ("source", "varchar"),
        ("object", "varchar"),
        ("version", "varchar"),
        ("line", "bigint"),
        ("span_start", "bigint"),
        ("span_end", "bigint"),
        ("fields", "varchar"),
        ("message", "varchar"),
    ];
    fields.map(|(name, kind)| Field { name: name.into(), kind: kind.into() }).into()
}

fn hit_row(hit: &Hit) -> Row {
    vec![
        hit.time.map(|time| time.to_string()),
        Some(hit.source.clone()),
        Some(hit.object.to_string()),
        hit.object.version.clone(),
        Some(hit.line.to_string()),
        Some(hit.span.start.to_string()),
        Some(hit.span.end.to_string()),
        Some(hit.fields.join(" ")),
        Some(hit.message.clone()),
    ]
}

/// The same columns under names that differ: a join may give two one name, and the second must not replace the first.
fn distinct(fields: &[Field]) -> Vec<Field> {
    let mut distinct: Vec<Field> = Vec::with_capacity(fields.len());
    for (column, field) in fields.iter().enumerate() {
        let mut field = field.clone();
        while distinct.iter().any(|other| other.name == field.name) {
            field.name = format!("{}_{}", field.name, column + 1);
        }
        distinct.push(field);
    }
    distinct
}
