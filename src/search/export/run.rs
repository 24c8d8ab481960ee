//! Exports into files.

use std::io;
use std::path::Path;

use super::file::{Mark, NewFile};
use super::{Export, Style, Writer, can_resume, hit_fields};
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError};
use crate::domain::{ByteSize, Hit};
use crate::download::DownloadError;
use crate::search::SearchError;
use crate::search::results::Rows;

/// Why there is no file, or not all of it.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The rows could not be read.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The file could not be written.
    #[error(transparent)]
    Write(#[from] DownloadError),
}

impl From<AwsError> for ExportError {
    fn from(error: AwsError) -> Self {
        Self::Search(error.into())
    }
}

impl From<ExportError> for Trouble {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Search(error) => error.into(),
            ExportError::Write(error) => error.into(),
        }
    }
}

/// Where an export goes.
#[derive(Debug, Clone, Copy)]
pub struct To<'p> {
    /// The file; one of that name with a number where it is there already.
    pub path: &'p Path,
    /// Whether a file of that name is replaced.
    pub is_replacing: bool,
}

/// Writes the rows of a query that succeeded into a new file; `tell` hears how far it is. Dropped half-way, the next
/// export of the same query into the same folder goes on where it ended, where the rows come from a result file that is
/// still the same, and the format allows it.
pub async fn query(
    aws: &Aws,
    id: &str,
    style: Style,
    to: To<'_>,
    mut tell: impl FnMut(&Export),
) -> Result<Export, ExportError> {
    let wrong = |error| DownloadError::Write { path: to.path.to_owned(), error };
    let (mut writer, mut rows, resumed) = begin(aws, id, style, to).await?;
    let mut export = Export { path: to.path.to_owned(), rows: resumed, resumed, ..Export::default() };
    while let Some(batch) = rows.next().await? {
        let place = rows.place();
        let write = move || {
            for row in batch {
                writer.row(&row)?;
            }
            let written = writer.rows();
            if let Some(place) = place {
                writer.out().mark(written, place)?;
            }
            Ok(writer)
        };
        writer = on_disk(write).await.map_err(wrong)?;
        (export.rows, export.bytes) = (writer.rows(), ByteSize(writer.out().written()));
        export.read = rows.progress().map(|(read, of)| (ByteSize(read), ByteSize(of)));
        tell(&export);
    }
    let file = on_disk(move || writer.finish()).await.map_err(wrong)?;
    export.bytes = ByteSize(file.written());
    export.path = on_disk(move || Ok(file.keep())).await.map_err(wrong)??;
    Ok(export)
}

/// The rows, and where they go: behind those that an export which broke off has written.
async fn begin(aws: &Aws, id: &str, style: Style, to: To<'_>) -> Result<(Writer<NewFile>, Rows, u64), ExportError> {
    let wrong = |error| DownloadError::Write { path: to.path.to_owned(), error };
    if !can_resume(style.format) {
        let rows = Rows::open(aws, id).await?;
        let file = NewFile::new(to.path, to.is_replacing)?;
        return Ok((Writer::new(style, rows.fields(), file).map_err(wrong)?, rows, 0));
    }
    let formulas = if style.keeps_formulas { "formulas" } else { "" };
    let (mut file, mark) = NewFile::resumable(to.path, to.is_replacing, &[id, style.format.name(), formulas])?;
    if let Some(Mark { rows: count, place, .. }) = mark {
        if let Some(rows) = Rows::open_at(aws, id, &place).await? {
            return Ok((Writer::resumed(style, rows.fields(), file, count), rows, count));
        }
        file.begin_anew().map_err(wrong)?;
    }
    let rows = Rows::open(aws, id).await?;
    Ok((Writer::new(style, rows.fields(), file).map_err(wrong)?, rows, 0))
}

/// Writes hits into a new file. Waits for the disk.
pub fn hits<'h>(hits: impl IntoIterator<Item = &'h Hit>, style: Style, to: To<'_>) -> Result<Export, ExportError> {
    let wrong = |error| DownloadError::Write { path: to.path.to_owned(), error };
    let mut writer = Writer::new(style, &hit_fields(), NewFile::new(to.path, to.is_replacing)?).map_err(wrong)?;
    for hit in hits {
        writer.hit(hit).map_err(wrong)?;
    }
    let rows = writer.rows();
    let file = writer.finish().map_err(wrong)?;
    let bytes = ByteSize(file.written());
    Ok(Export { path: file.keep()?, rows, bytes, ..Export::default() })
}

/// Does what waits for the disk where nobody else waits for it.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}
