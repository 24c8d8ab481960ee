//! The rows of a statement that succeeded, as they come: from its result file in S3 where there are many and it may be
//! read, else page by page.
//!
//! GetQueryResults gives 1,000 rows a request, one page after the other; the file is read by ranges at once.

mod csv;
mod ranges;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::SearchError;
use crate::aws::{Aws, AwsError};
use crate::domain::{ResultTable, is_number_type};
use csv::Cells;
use ranges::Ranges;

/// Rows that are held at most of one statement's; what lies beyond is told.
const HELD_ROWS: usize = 1_000_000;
/// Bytes of them.
const HELD_BYTES: usize = 96 << 20;

/// The cells of a row; `None` is SQL's NULL.
pub type Row = Vec<Option<String>>;

/// A column of a statement's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Athena's name of its type.
    pub kind: String,
}

impl Field {
    /// A field of text.
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: "varchar".to_owned() }
    }

    /// Whether its values are numbers.
    pub fn is_number(&self) -> bool {
        is_number_type(&self.kind)
    }
}

/// A place in a result file that rows can be read on from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file's eTag.
    pub etag: String,
    /// The byte that the next row begins at.
    pub byte: u64,
}

/// The rows of a statement.
pub struct Rows {
    aws: Aws,
    id: String,
    fields: Vec<Field>,
    from: From,
}

/// Where the next rows come from.
enum From {
    /// A page that is here, and the token of the next.
    Page(Vec<Row>, Option<String>),
    /// The next page.
    Token(String),
    /// The file, of which the first row is its names where nothing was read yet.
    File(File),
    /// Nowhere: that was all.
    End,
}

struct File {
    ranges: Ranges,
    cells: Cells,
}

impl Rows {
    /// The rows of a statement that succeeded.
    pub async fn open(aws: &Aws, id: &str) -> Result<Self, AwsError> {
        let (fields, rows, next) = first(aws, id).await?;
        let from = match next {
            Some(token) => match file(aws, id, &fields).await {
                Some(file) => From::File(file),
                None => From::Page(rows, Some(token)),
            },
            None => From::Page(rows, None),
        };
        Ok(Self { aws: aws.clone(), id: id.to_owned(), fields, from })
    }

    /// The rows from a place in the result file on; none where the file is another by now, or cannot be read.
    pub async fn open_at(aws: &Aws, id: &str, place: &Place) -> Result<Option<Self>, AwsError> {
        let (fields, ..) = first(aws, id).await?;
        let Some(object) = aws.query_file(id).await? else { return Ok(None) };
        let Ok(ranges) = Ranges::open_at(aws, &object, place).await else { return Ok(None) };
        let cells = Cells::new(fields.len(), place.byte);
        let from = From::File(File { ranges, cells });
        Ok(Some(Self { aws: aws.clone(), id: id.to_owned(), fields, from }))
    }

    /// The columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// How much of the file was read into rows, and its size; nothing of pages.
    pub fn progress(&self) -> Option<(u64, u64)> {
        match &self.from {
            From::File(file) => Some((file.cells.at(), file.ranges.size())),
            _ => None,
        }
    }

    /// The place behind the rows that were given; nothing of pages.
    pub fn place(&self) -> Option<Place> {
        match &self.from {
            From::File(file) => Some(Place { etag: file.ranges.etag().to_owned(), byte: file.cells.at() }),
            _ => None,
        }
    }

    /// The next rows, some of them at a time; nothing at their end.
    pub async fn next(&mut self) -> Result<Option<Vec<Row>>, SearchError> {
        loop {
            match std::mem::replace(&mut self.from, From::End) {
                From::Page(rows, next) => {
                    self.from = next.map_or(From::End, From::Token);
                    return Ok(Some(rows));
                }
                From::Token(token) => {
                    let (page, next) = self.aws.query_results(&self.id, Some(&token)).await?;
                    self.from = From::Page(page.rows, next);
                }
                From::File(mut file) => {
                    let rows = file.next().await;
                    let rows = rows.map_err(|error| error.of(&self.id))?;
                    if let Some(rows) = rows {
                        self.from = From::File(file);
                        return Ok(Some(rows));
                    }
                }
                From::End => return Ok(None),
            }
        }
    }

    /// All rows as a table; an error where they are more than can be held.
    pub async fn collect(mut self) -> Result<ResultTable, SearchError> {
        let mut table = ResultTable {
            columns: self.fields.iter().map(|field| field.name.clone()).collect(),
            types: self.fields.iter().map(|field| field.kind.clone()).collect(),
            rows: Vec::new(),
        };
        let mut bytes = 0;
        while let Some(rows) = self.next().await? {
            bytes += rows.iter().map(weight).sum::<usize>();
            table.rows.extend(rows);
            if table.rows.len() > HELD_ROWS || bytes > HELD_BYTES {
                let cause = format!(
                    "its rows are more than can be held, after {} of them; give it a LIMIT, or export it to a file",
                    table.rows.len()
                );
                return Err(SearchError::Malformed { query: self.id, cause });
            }
        }
        Ok(table)
    }
}

/// The memory that a row takes.
fn weight(row: &Row) -> usize {
    size_of::<Row>()
        + row.iter().map(|cell| size_of::<Option<String>>() + cell.as_ref().map_or(0, String::len)).sum::<usize>()
}

/// The columns, the rows of the first page, and the token of the next.
async fn first(aws: &Aws, id: &str) -> Result<(Vec<Field>, Vec<Row>, Option<String>), AwsError> {
    let (table, next) = aws.query_results(id, None).await?;
    let named = table.columns.into_iter().zip(table.types);
    Ok((named.map(|(name, kind)| Field { name, kind }).collect(), table.rows, next))
}

/// The result file, behind its names; none where it cannot be read, or is not what it should be. The pages are there
/// then.
async fn file(aws: &Aws, id: &str, fields: &[Field]) -> Option<File> {
    let opened = async {
        let Some(object) = aws.query_file(id).await? else { return Ok(None) };
        let ranges = Ranges::open(aws, &object).await?;
        Ok::<_, AwsError>(Some(File { ranges, cells: Cells::new(fields.len(), 0) }))
    };
    let mut file = match opened.await {
        Ok(file) => file?,
        Err(error) => {
            tracing::info!(%error, "the result file is left alone; the rows come by pages");
            return None;
        }
    };
    let names = file.names().await.ok()??;
    let is_so = names.iter().map(Option::as_deref).eq(fields.iter().map(|field| Some(field.name.as_str())));
    is_so.then_some(file)
}

/// Why a file has no further rows.
enum Fault {
    Aws(AwsError),
    Malformed(String),
}

impl Fault {
    fn of(self, query: &str) -> SearchError {
        match self {
            Self::Aws(error) => error.into(),
            Self::Malformed(cause) => SearchError::Malformed { query: query.to_owned(), cause },
        }
    }
}

impl File {
    /// The first row.
    async fn names(&mut self) -> Result<Option<Row>, Fault> {
        loop {
            if let Some(row) = self.cells.row().map_err(Fault::Malformed)? {
                return Ok(Some(row));
            }
            if !self.load().await? {
                return Ok(None);
            }
        }
    }

    /// The rows of the next bytes.
    async fn next(&mut self) -> Result<Option<Vec<Row>>, Fault> {
        loop {
            let mut rows = Vec::new();
            while let Some(row) = self.cells.row().map_err(Fault::Malformed)? {
                rows.push(row);
            }
            if !rows.is_empty() {
                return Ok(Some(rows));
            }
            if !self.load().await? {
                self.cells.end().map_err(Fault::Malformed)?;
                return Ok(None);
            }
        }
    }

    /// Reads on; false at the end.
    async fn load(&mut self) -> Result<bool, Fault> {
        let bytes = self.ranges.next().await.map_err(Fault::Aws)?;
        if let Some(bytes) = &bytes {
            self.cells.push(bytes);
        }
        Ok(bytes.is_some())
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("id", &self.id).field("fields", &self.fields).finish_non_exhaustive()
    }
}
