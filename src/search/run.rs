//! Statements under way: started, watched, read, and stopped where nobody wants them any more.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{Timestamp, civil, tz::TimeZone};

use super::sql::{self, Place, Unsayable};
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{Hit, Index, NotAnS3Uri, ObjectId, Query, QueryPhase, QueryStatus, ResultTable, TimeRange};

/// The first pause between two looks at a statement, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Looks in a row that may fail in passing before the statement is given up.
const FAULTS: u32 = 5;

/// Rows that are read of one statement's results; what lies beyond is told.
pub const ROWS: usize = 1_000_000;

/// Why a statement has no rows.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The value cannot be searched for.
    #[error("this cannot be searched for: {0}")]
    Unsayable(#[from] Unsayable),
    /// Athena or the connection to it failed.
    #[error(transparent)]
    Aws(#[from] AwsError),
    /// The statement failed, or was stopped by somebody else or a limit.
    #[error("query {} {}: {}", .0.id, ended(.0.phase), .0.reason.as_deref().unwrap_or("no reason given"))]
    Ended(QueryStatus),
    /// The results are not as the statement asked.
    #[error("the results of query {query} cannot be read: {cause}")]
    Malformed {
        /// Its id.
        query: String,
        /// What is wrong.
        cause: String,
    },
}

fn ended(phase: QueryPhase) -> &'static str {
    if phase == QueryPhase::Cancelled { "was cancelled" } else { "failed" }
}

impl From<SearchError> for Trouble {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Aws(error) => error.into(),
            SearchError::Ended(status) => Self {
                what: format!("query {} {}", status.id, ended(status.phase)),
                cause: status.reason.unwrap_or_else(|| "no reason given".into()),
                hint: (status.scanned.bytes() > 0).then(|| format!("{} were scanned until then", status.scanned)),
            },
            other => Self { what: "the search failed".into(), cause: other.to_string(), hint: None },
        }
    }
}

impl From<SearchError> for AwsError {
    fn from(error: SearchError) -> Self {
        let Trouble { what, cause, hint } = match error {
            SearchError::Aws(error) => return error,
            other => other.into(),
        };
        Self { kind: Kind::Other, subject: what, cause, hint, region: None, status: None }
    }
}

/// A statement that runs. Dropping it before its end stops it on the server: nobody pays for what nobody reads.
struct Running {
    aws: Aws,
    id: String,
    is_over: bool,
}

impl Running {
    async fn start(aws: &Aws, index: &Index, statement: &str) -> Result<Self, AwsError> {
        // The request is finished even if the caller goes: an id that nobody hears of could not be stopped.
        let (aws, index, statement) = (aws.clone(), index.clone(), statement.to_owned());
        let starting = tokio::spawn(async move {
            let output = index.output.as_ref();
            let id = aws.start_query(&statement, &[], Some(&index.database), &index.workgroup, output).await?;
            Ok::<_, AwsError>(Self { aws, id, is_over: false })
        });
        starting.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Waits for its end; `tell` hears of every look.
    async fn finish(&mut self, mut tell: impl FnMut(&QueryStatus)) -> Result<QueryStatus, SearchError> {
        let mut pause = PAUSE.0;
        let mut faults = 0;
        loop {
            match self.aws.query_status(&self.id).await {
                Ok(status) => {
                    faults = 0;
                    tell(&status);
                    if status.phase.is_final() {
                        self.is_over = true;
                        return if status.phase == QueryPhase::Succeeded {
                            Ok(status)
                        } else {
                            Err(SearchError::Ended(status))
                        };
                    }
                }
                Err(error) if error.kind.is_passing() && faults < FAULTS => faults += 1,
                Err(error) => return Err(error.into()),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 3 / 2).min(PAUSE.1);
        }
    }

    /// All rows, page by page, [`ROWS`] at most.
    async fn rows(&self) -> Result<ResultTable, SearchError> {
        let (mut table, mut next) = self.aws.query_results(&self.id, None).await?;
        while let Some(token) = next {
            if table.rows.len() >= ROWS {
                let cause = format!("it has more than {ROWS} rows; give it a LIMIT, or read the file at its output");
                return Err(SearchError::Malformed { query: self.id.clone(), cause });
            }
            let (page, after) = self.aws.query_results(&self.id, Some(&token)).await?;
            table.rows.extend(page.rows);
            next = after;
        }
        Ok(table)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (aws, id) = (self.aws.clone(), std::mem::take(&mut self.id));
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = aws.stop_query(&id).await {
                    tracing::warn!(%error, "a query could not be stopped");
                }
            });
        }
    }
}

/// Runs a statement of any kind to its end, and reads no rows.
pub async fn run_to_end(aws: &Aws, index: &Index, statement: &str) -> Result<QueryStatus, AwsError> {
    let mut running = Running::start(aws, index, statement).await?;
    Ok(running.finish(|_| {}).await?)
}

/// Runs a statement as it was typed, in the index's workgroup and database, and reads its rows. Dropping the future
/// stops it.
pub async fn query(aws: &Aws, index: &Index, statement: &str) -> Result<(ResultTable, QueryStatus), SearchError> {
    query_telling(aws, index, statement, |_| {}).await
}

/// As [`query`]; `tell` hears of each look at the statement.
pub async fn query_telling(
    aws: &Aws,
    index: &Index,
    statement: &str,
    tell: impl FnMut(&QueryStatus),
) -> Result<(ResultTable, QueryStatus), SearchError> {
    let mut running = Running::start(aws, index, statement).await?;
    let status = running.finish(tell).await?;
    Ok((running.rows().await?, status))
}

/// Searches the index for a value. Gives the records that hold it, by event time, and how the statements went in all;
/// `tell` hears where they stand. Dropping the future stops what runs.
///
/// Where more records hold the value than the query's limit, the newest are given.
pub async fn search(
    aws: &Aws,
    index: &Index,
    query: &Query,
    mut tell: impl FnMut(&QueryStatus),
) -> Result<(Vec<Hit>, QueryStatus), SearchError> {
    let statement = sql::terms(index, query)?;
    let (table, mut whole) = query_telling(aws, index, &statement, |status| {
        // More is to come: the search is not over when its first statement is.
        let phase = if status.phase == QueryPhase::Succeeded { QueryPhase::Running } else { status.phase };
        tell(&QueryStatus { phase, ..status.clone() });
    })
    .await?;
    let mut hits =
        hits(&table, query.limit).map_err(|cause| SearchError::Malformed { query: whole.id.clone(), cause })?;
    let places = hits.keys().cloned().collect();
    for statement in sql::records(index, &places)? {
        let before = whole.clone();
        let (table, status) = query_telling(aws, index, &statement, |status| {
            tell(&QueryStatus { phase: QueryPhase::Running, ..added(&before, status) });
        })
        .await?;
        whole = added(&before, &status);
        let cause = |cause| SearchError::Malformed { query: status.id.clone(), cause };
        add_messages(&mut hits, &table).map_err(cause)?;
    }
    tell(&whole);
    let mut hits: Vec<Hit> = hits.into_values().collect();
    hits.sort_by(|a, b| (a.time, &a.object, a.span.start).cmp(&(b.time, &b.object, b.span.start)));
    Ok((hits, whole))
}

/// What two statements of one search took together, under the later one's id.
fn added(before: &QueryStatus, status: &QueryStatus) -> QueryStatus {
    QueryStatus {
        scanned: before.scanned + status.scanned,
        queued_ms: before.queued_ms + status.queued_ms,
        total_ms: before.total_ms + status.total_ms,
        ..status.clone()
    }
}

/// Rows of [`sql::terms`] as hits without their messages: the fields of one record are one hit.
fn hits(table: &ResultTable, limit: u32) -> Result<BTreeMap<Place, Hit>, String> {
    let mut hits: BTreeMap<Place, Hit> = BTreeMap::new();
    let columns = Columns::of(table, &sql::TERM_COLUMNS)?;
    for row in &table.rows {
        let [time, dt, source, object, line, span_start, field] = columns.cells(row);
        let span_start = number(span_start, "span_start")?;
        let place = Place {
            source: required(source, "source")?.to_owned(),
            dt: required(dt, "dt")?.to_owned(),
            object: required(object, "object")?.to_owned(),
            span_start,
        };
        let field = required(field, "field")?.to_owned();
        if let Some(hit) = hits.get_mut(&place) {
            if !hit.fields.contains(&field) {
                hit.fields.push(field);
            }
            continue;
        }
        // Rows come newest first, so what is beyond the limit is the oldest.
        if hits.len() == limit.max(1) as usize {
            break;
        }
        let hit = Hit {
            time: time.map(moment).transpose()?,
            source: place.source.clone(),
            object: place.object.parse::<ObjectId>().map_err(|error: NotAnS3Uri| error.to_string())?,
            line: number(line, "line")?,
            span: span_start..span_start,
            fields: vec![field],
            message: String::new(),
        };
        hits.insert(place, hit);
    }
    Ok(hits)
}

/// What the index holds of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The object.
    pub object: ObjectId,
    /// Its records.
    pub total: u64,
    /// The places in the object that they stand for.
    pub places: u64,
}

/// What the index holds of each object of a source, by records of this range. Dropping the future stops the query.
pub async fn coverage(
    aws: &Aws,
    index: &Index,
    source: &str,
    range: TimeRange,
) -> Result<(Vec<Coverage>, QueryStatus), SearchError> {
    let (table, status) = query(aws, index, &sql::coverage(index, source, range)?).await?;
    let read = read_coverage(&table);
    Ok((read.map_err(|cause| SearchError::Malformed { query: status.id.clone(), cause })?, status))
}

fn read_coverage(table: &ResultTable) -> Result<Vec<Coverage>, String> {
    let columns = Columns::of(table, &sql::COVERAGE_COLUMNS)?;
    let rows = table.rows.iter().map(|row| {
        let [object, version, total, places] = columns.cells(row);
        let object = required(object, "object")?.parse().map_err(|error: NotAnS3Uri| error.to_string())?;
        Ok(Coverage {
            object: ObjectId { version: version.map(str::to_owned), ..object },
            total: number(total, "total")?,
            places: number(places, "places")?,
        })
    });
    rows.collect()
}

/// Adds what the rows of [`sql::records`] tell to their hits.
fn add_messages(hits: &mut BTreeMap<Place, Hit>, table: &ResultTable) -> Result<(), String> {
    let columns = Columns::of(table, &sql::RECORD_COLUMNS)?;
    let mut rows = BTreeMap::new();
    for row in &table.rows {
        let [object, span_start, span_end, version, message] = columns.cells(row);
        let place = (required(object, "object")?, number(span_start, "span_start")?);
        rows.insert(place, (number(span_end, "span_end")?, version, message.unwrap_or_default()));
    }
    for (place, hit) in hits {
        if let Some((end, version, message)) = rows.get(&(place.object.as_str(), place.span_start)) {
            hit.span.end = *end;
            hit.object.version = version.map(str::to_owned);
            (*message).clone_into(&mut hit.message);
        }
    }
    Ok(())
}

/// Where the named columns stand in a table.
struct Columns<const N: usize>([usize; N]);

impl<const N: usize> Columns<N> {
    fn of(table: &ResultTable, names: &[&str; N]) -> Result<Self, String> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            let found = table.columns.iter().position(|column| column == name);
            *place = found.ok_or_else(|| format!("there is no column {name}"))?;
        }
        Ok(Self(places))
    }

    fn cells<'r>(&self, row: &'r [Option<String>]) -> [Option<&'r str>; N] {
        self.0.map(|place| row.get(place)?.as_deref())
    }
}

fn required<'c>(cell: Option<&'c str>, name: &str) -> Result<&'c str, String> {
    cell.ok_or_else(|| format!("{name} is NULL"))
}

fn number(cell: Option<&str>, name: &str) -> Result<u64, String> {
    let text = required(cell, name)?;
    text.parse().map_err(|_| format!("{name} is no number: {text}"))
}

/// A TIMESTAMP as Athena writes it: `2026-11-23 01:31:07.250`, in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    let bare = text.strip_suffix(" UTC").unwrap_or(text);
    let civil: civil::DateTime = bare.parse().map_err(|_| format!("ts is no time: {text}"))?;
    civil.to_zoned_datetime(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
