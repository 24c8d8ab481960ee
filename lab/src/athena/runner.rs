//! From a submitted statement to its result: the queue, the run, the end that is recorded once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::TryStreamExt;
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::Shared;
use super::catalog::Column;
use super::command::{self, Answer};
use super::ddl::Ddl;
use super::error::Failure;
use super::execution::{Execution, ResultColumn, State};
use super::functions::cast::is_json;
use super::objects::split_uri;
use super::result::{CsvWriter, metadata};
use super::session::{self, Session};
use super::sql::Query;
use super::table::Meter;
use super::types::{HiveType, column_info};
use super::write::Destination;
use crate::store::Put;

mod writing;

/// How often it is looked whether a query has read too much.
const LOOK: Duration = Duration::from_millis(10);

/// A statement that was understood.
#[derive(Debug, Clone)]
pub(super) enum Statement {
    Catalog(Ddl),
    Query(Box<Query>),
    /// Rows that are written somewhere.
    Write(Box<(Destination, Query)>),
}

/// Why a query is cancelled that reads more than its workgroup allows.
const CUTOFF: &str = "Bytes scanned limit was exceeded";

/// A query that has not ended.
pub(super) struct Live {
    execution: Mutex<Execution>,
    meter: Arc<Meter>,
    cancel: CancellationToken,
}

impl Live {
    pub(super) fn new(execution: Execution) -> Self {
        Self { execution: Mutex::new(execution), meter: Arc::default(), cancel: CancellationToken::new() }
    }

    /// How it stands, with the bytes read up to now.
    pub(super) fn execution(&self) -> Execution {
        let mut execution = self.lock().clone();
        self.count(&mut execution);
        execution
    }

    pub(super) fn cancel(&self) {
        self.cancel.cancel();
    }

    fn lock(&self) -> MutexGuard<'_, Execution> {
        self.execution.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, execution: &mut Execution) {
        execution.scanned = self.meter.bytes();
        execution.skipped = self.meter.skipped();
    }
}

/// Runs a submitted statement to its end.
pub(super) async fn run(shared: Arc<Shared>, live: Arc<Live>, statement: Statement) {
    let cutoff = {
        let catalog = shared.ledger.catalog();
        catalog.workgroups.get(&live.lock().workgroup).and_then(|workgroup| workgroup.cutoff)
    };
    let is_over = || cutoff.is_some_and(|cutoff| live.meter.bytes() > cutoff);
    let read_too_much = async {
        while !is_over() {
            tokio::time::sleep(LOOK).await;
        }
    };
    let outcome = tokio::select! {
        // A stop wins over a result that arrives at the same moment: the user was told that it stops.
        biased;
        () = live.cancel.cancelled() => Err("Query cancelled by user"),
        () = read_too_much, if cutoff.is_some() => Err(CUTOFF),
        outcome = attempt(&shared, &live, statement) => if is_over() { Err(CUTOFF) } else { Ok(outcome) },
    };
    // What still computes ends.
    live.cancel.cancel();
    let id = {
        let mut execution = live.lock();
        live.count(&mut execution);
        execution.completed = Some(Timestamp::now());
        match outcome {
            Ok(Ok(())) => execution.state = State::Succeeded,
            Ok(Err(failure)) => execution.fail(failure),
            Err(reason) => {
                execution.state = State::Cancelled;
                execution.reason = Some(reason.to_owned());
            }
        }
        if let Err(error) = shared.ledger.save(&execution) {
            tracing::error!(query = execution.id, %error, "the end of a query could not be recorded");
        }
        execution.id.clone()
    };
    shared.live().remove(&id);
}

async fn attempt(shared: &Shared, live: &Live, statement: Statement) -> Result<(), Failure> {
    let _permit = shared.permits.acquire().await.map_err(|_| Failure::system("the lab is closing"))?;
    let (id, (workgroup, database), parameters) = {
        let mut execution = live.lock();
        execution.state = State::Running;
        execution.started = Some(Timestamp::now());
        shared.ledger.save(&execution)?;
        let names = (execution.workgroup.clone(), execution.database.clone());
        (execution.id.clone(), names, execution.parameters.clone())
    };
    let catalog = shared.ledger.catalog();
    let session = Session {
        engine: &shared.engine,
        store: &shared.store,
        catalog: &catalog,
        database: &database,
        meter: Arc::clone(&live.meter),
        cancel: &live.cancel,
    };
    let output = live.lock().output.clone();
    let (columns, rows, bytes) = match statement {
        Statement::Write(write) => {
            let (destination, query) = *write;
            let written = writing::run(&session, shared, (destination, query, &parameters), (&id, &output)).await?;
            let mut execution = live.lock();
            execution.rows = written.rows;
            execution.manifest = Some(written.manifest);
            return Ok(());
        }
        Statement::Catalog(ddl) => {
            let columns = view_columns(&session, &ddl).await?;
            let answer = command::run(ddl, &shared.ledger, &shared.store, (&workgroup, &database), columns)?;
            let rows = answer.lines.len() as u64;
            (string_columns(&answer), rows, lines(&answer))
        }
        Statement::Query(query) => select(&session, live, *query, &parameters).await?,
    };
    put(shared, &output, bytes.clone())?;
    put(shared, &format!("{output}.metadata"), metadata(&id, &columns))?;
    let mut execution = live.lock();
    execution.rows = rows;
    execution.result_bytes = bytes.len() as u64;
    execution.columns = columns;
    Ok(())
}

async fn select(
    session: &Session<'_>,
    live: &Live,
    query: Query,
    parameters: &[String],
) -> Result<(Vec<ResultColumn>, u64, bytes::Bytes), Failure> {
    let begun = std::time::Instant::now();
    let mut rows = session.start(query, parameters).await?;
    live.lock().planning = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    let columns = result_columns(&rows);
    let mut csv = CsvWriter::with_header(columns.iter().map(|column| column.name.as_str()));
    while let Some(batch) = rows.stream.try_next().await.map_err(|error| session::failure::of(&error, None))? {
        csv.write(&batch).map_err(|error| Failure::user(error.to_string()))?;
    }
    Ok((columns, csv.rows, csv.finish()))
}

/// The columns of a query, as `ColumnInfo` tells them.
fn result_columns(rows: &session::Rows) -> Vec<ResultColumn> {
    let count = rows.schema.fields().len();
    rows.schema
        .fields()
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let (kind, precision, scale) = if is_json(field) { ("json", 0, 0) } else { column_info(field.data_type()) };
            let name = rows.names.get(index, count).unwrap_or(field.name()).to_owned();
            ResultColumn { name, kind: kind.to_owned(), precision, scale }
        })
        .collect()
}

/// The columns of a view that is being made; a view over something that is not there is refused.
async fn view_columns(session: &Session<'_>, ddl: &Ddl) -> Result<Vec<Column>, Failure> {
    let Ddl::CreateView { query, .. } = ddl else { return Ok(Vec::new()) };
    let query = Query::parse(query).map_err(session::failure::refused)?;
    let columns = session.columns(query).await?;
    Ok(columns
        .into_iter()
        .map(|(name, kind)| Column { name, kind: HiveType::from_arrow(&kind), comment: None })
        .collect())
}

fn string_columns(answer: &Answer) -> Vec<ResultColumn> {
    let column =
        |name: &&str| ResultColumn { name: (*name).to_owned(), kind: "string".to_owned(), precision: 0, scale: 0 };
    answer.columns.iter().map(column).collect()
}

fn lines(answer: &Answer) -> bytes::Bytes {
    let mut out = String::new();
    for line in &answer.lines {
        // A value with a newline would read as two rows.
        out.push_str(&line.replace('\n', " "));
        out.push('\n');
    }
    out.into()
}

fn put(shared: &Shared, uri: &str, bytes: bytes::Bytes) -> Result<(), Failure> {
    let (bucket, key) = split_uri(uri)
        .ok_or_else(|| Failure::user(format!("output location {uri:?} is not of the form s3://bucket/prefix/")))?;
    let put = Put { content_type: Some("application/octet-stream".to_owned()), ..Put::default() };
    match shared.store.put(bucket, key, bytes, put) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::user(format!("cannot write the result to {uri}: {error}"))),
    }
}
