//! Statements under way: started, watched, read, and stopped where nobody wants them any more.

use std::collections::HashMap;
use std::time::Duration;

use tokio_util::task::task_tracker::TaskTrackerToken;

use super::candidates::{Candidates, Columns, number, required};
use super::results::Rows;
use super::sql::{self, Finding, Unsayable, Way};
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, Kind, Noted};
use crate::domain::{
    Execution, Hit, Index, NotAnS3Uri, ObjectId, Place, Query, QueryPhase, QueryStatus, ResultTable, Statement,
    TimeRange,
};

/// The first pause between two looks at a statement, and the longest.
const PAUSE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

/// Looks in a row that may fail in passing before the statement is given up.
const FAULTS: u32 = 5;

/// Why a statement has no rows.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The value cannot be searched for.
    #[error("this cannot be searched for: {0}")]
    Unsayable(#[from] Unsayable),
    /// The statement would read every partition of the index.
    #[error("the statement names no partitions, and would read the whole index")]
    Unbounded,
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
pub(super) struct Running {
    aws: Aws,
    id: String,
    /// What keeps it known while it runs.
    noted: Option<Noted>,
    is_over: bool,
    /// Leaving waits until it is dropped, and stopped.
    _token: TaskTrackerToken,
}

impl Running {
    async fn start(aws: &Aws, index: &Index, statement: &str) -> Result<Self, AwsError> {
        let place = Place {
            workgroup: index.workgroup.clone(),
            database: Some(index.database.clone()),
            output: index.output.clone(),
        };
        Self::begin(aws, &Statement { sql: statement.to_owned(), place, ..Statement::default() }).await
    }

    /// Starts a statement.
    pub(super) async fn begin(aws: &Aws, statement: &Statement) -> Result<Self, AwsError> {
        // The request is finished even if the caller goes: an id that nobody hears of could not be stopped.
        let (aws, statement) = (aws.clone(), statement.clone());
        let starting = tokio::spawn(async move {
            let (id, noted) = aws.start_statement(&statement).await?;
            let token = aws.running().token();
            Ok::<_, AwsError>(Self { aws, id, noted, is_over: false, _token: token })
        });
        starting.await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
    }

    /// Athena's id of it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Waits for its end; `tell` hears of every look.
    pub(super) async fn finish(&mut self, mut tell: impl FnMut(&QueryStatus)) -> Result<QueryStatus, SearchError> {
        self.finish_telling(|execution| tell(&execution.status)).await
    }

    /// As [`finish`](Self::finish); `tell` hears of everything that Athena tells.
    pub(super) async fn finish_telling(
        &mut self,
        mut tell: impl FnMut(&Execution),
    ) -> Result<QueryStatus, SearchError> {
        let mut pause = PAUSE.0;
        let mut faults = 0;
        loop {
            match self.aws.execution(&self.id).await {
                Ok(execution) => {
                    faults = 0;
                    tell(&execution);
                    let status = execution.status;
                    if status.phase.is_final() {
                        self.is_over = true;
                        if let Some(noted) = self.noted.take() {
                            noted.forget();
                        }
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
}

/// All rows of a statement that succeeded.
pub async fn rows(aws: &Aws, id: &str) -> Result<ResultTable, SearchError> {
    Rows::open(aws, id).await?.collect().await
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let (aws, id, noted) = (self.aws.clone(), std::mem::take(&mut self.id), self.noted.take());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let running = aws.running().clone();
            let stop = async move {
                match aws.stop_query(&id).await {
                    Ok(()) => noted.into_iter().for_each(Noted::forget),
                    Err(error) => tracing::warn!(%error, "a query could not be stopped"),
                }
            };
            running.spawn_on(stop, &runtime);
        }
    }
}

/// Runs a statement of any kind to its end, and reads no rows.
pub async fn run_to_end(aws: &Aws, index: &Index, statement: &str) -> Result<QueryStatus, AwsError> {
    Ok(finish(aws, index, statement, |_| {}).await?)
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
    let status = finish(aws, index, statement, tell).await?;
    Ok((rows(aws, &status.id).await?, status))
}

/// As [`query_telling`], without the rows: [`Rows::open`] reads them by the status's id.
pub async fn finish(
    aws: &Aws,
    index: &Index,
    statement: &str,
    tell: impl FnMut(&QueryStatus),
) -> Result<QueryStatus, SearchError> {
    Running::start(aws, index, statement).await?.finish(tell).await
}

/// What a search has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The records, by event time.
    pub hits: Vec<Hit>,
    /// Whether older records may hold it too: the limit was reached.
    pub is_cut: bool,
    /// How the statements went in all.
    pub status: QueryStatus,
}

/// Searches the index for the records of which the query's expression holds; `tell` hears where the statements stand.
/// Dropping the future stops what runs.
///
/// Where more records are found than the query's limit, the newest are given.
pub async fn search(
    aws: &Aws,
    index: &Index,
    query: &Query,
    mut tell: impl FnMut(&QueryStatus),
) -> Result<Found, SearchError> {
    let finding = sql::find(index, query)?;
    let (found, is_sure) = find(aws, index, query, &finding, None, &mut tell).await?;
    if is_sure || finding.way == Way::Records {
        return Ok(found);
    }
    // Most of what `terms` told of was none, and more may lie behind it: what `records` hold decides then.
    let finding = sql::find_by(index, query, Way::Records)?;
    let (found, _) = find(aws, index, query, &finding, Some(found.status), &mut tell).await?;
    Ok(found)
}

/// Runs one finding, after what took `before`. Tells too whether what was found is all that the limit asks for.
async fn find(
    aws: &Aws,
    index: &Index,
    query: &Query,
    finding: &Finding,
    before: Option<QueryStatus>,
    tell: &mut impl FnMut(&QueryStatus),
) -> Result<(Found, bool), SearchError> {
    let sum = |before: &Option<QueryStatus>, status: &QueryStatus| match before {
        Some(before) => added(before, status),
        None => status.clone(),
    };
    // More is to come: the search is not over when one of its statements is.
    let under_way = |status: QueryStatus| match status.phase {
        QueryPhase::Succeeded => QueryStatus { phase: QueryPhase::Running, ..status },
        _ => status,
    };
    let telling = |status: &QueryStatus| tell(&under_way(sum(&before, status)));
    let (table, status) = query_bounded(aws, index, &finding.sql, telling).await?;
    let mut whole = sum(&before, &status);
    let malformed = |query: &str| {
        let query = query.to_owned();
        move |cause| SearchError::Malformed { query, cause }
    };
    let mut candidates = Candidates::read(query, finding.way, &table).map_err(malformed(&status.id))?;
    if finding.way == Way::Terms {
        for statement in sql::records(index, candidates.places(), &sql::needed(query)?)? {
            let before = Some(whole.clone());
            let telling = |status: &QueryStatus| tell(&under_way(sum(&before, status)));
            let (table, status) = query_bounded(aws, index, &statement, telling).await?;
            whole = sum(&before, &status);
            candidates.complete(&table).map_err(malformed(&status.id))?;
        }
    }
    tell(&whole);
    let is_all = (table.rows.len() as u64) < finding.rows;
    let mut hits = candidates.hits(&query.expression);
    let limit = query.limit.max(1) as usize;
    let is_cut = !is_all || hits.len() > limit;
    let is_sure = is_all || hits.len() >= limit;
    // Rows come newest first, so what is beyond the limit is the oldest.
    hits.truncate(limit);
    hits.sort_by(|a, b| (a.time, &a.object, a.span.start).cmp(&(b.time, &b.object, b.span.start)));
    Ok((Found { hits, is_cut, status: whole }, is_sure))
}

/// As [`query_telling`], but for a statement that names no partitions: Athena bills per scanned byte.
async fn query_bounded(
    aws: &Aws,
    index: &Index,
    statement: &str,
    tell: impl FnMut(&QueryStatus),
) -> Result<(ResultTable, QueryStatus), SearchError> {
    if !sql::names_partitions(statement) {
        return Err(SearchError::Unbounded);
    }
    query_telling(aws, index, statement, tell).await
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

/// How many records of each object of a source `terms` tells of, by the object's URI, in this range. Dropping the future
/// stops the query.
pub async fn term_coverage(
    aws: &Aws,
    index: &Index,
    source: &str,
    range: TimeRange,
) -> Result<(HashMap<String, u64>, QueryStatus), SearchError> {
    let (table, status) = query(aws, index, &sql::term_coverage(index, source, range)?).await?;
    let read = || -> Result<HashMap<String, u64>, String> {
        let columns = Columns::of(&table, &sql::TERM_COVERAGE_COLUMNS)?;
        let rows = table.rows.iter().map(|row| {
            let [object, places] = columns.cells(row);
            Ok((required(object, "object")?.to_owned(), number(places, "places")?))
        });
        rows.collect()
    };
    Ok((read().map_err(|cause| SearchError::Malformed { query: status.id.clone(), cause })?, status))
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

#[cfg(test)]
mod tests;
