//! The catalog and the history of queries on disk: one SQLite file in the lab's folder.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::catalog::Catalog;
use super::error::AthenaError;
use super::execution::{Execution, State};

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS catalog (id INTEGER PRIMARY KEY CHECK (id = 1), json TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS execution (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        token TEXT UNIQUE,
        workgroup TEXT NOT NULL,
        submitted INTEGER NOT NULL,
        json TEXT NOT NULL
    );
    CREATE INDEX IF NOT EXISTS execution_by_workgroup ON execution (workgroup, number);
";

/// How long Athena keeps a query in its history.
const HISTORY_DAYS: i64 = 45;

#[derive(Debug)]
pub(crate) struct Ledger {
    connection: Mutex<Connection>,
    /// What queries see: replaced as a whole by each change, so that a query has one catalog from start to end.
    catalog: Mutex<Arc<Catalog>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Each holder leaves a whole value behind, also where it panics.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ledger {
    /// Opens `athena.sqlite` in `folder`; queries that an earlier process left unfinished become FAILED.
    pub(crate) fn open(folder: &Path) -> Result<Self, AthenaError> {
        let connection = Connection::open(folder.join("athena.sqlite"))?;
        connection.execute_batch(SCHEMA)?;
        let json: Option<String> = connection.query_row("SELECT json FROM catalog", [], |row| row.get(0)).optional()?;
        let catalog = match json {
            Some(json) => serde_json::from_str(&json)
                .map_err(|error| AthenaError::internal("catalog in athena.sqlite", &error))?,
            None => Catalog::with_default(),
        };
        let now = Timestamp::now();
        let oldest = now.as_millisecond() - HISTORY_DAYS * 24 * 3_600_000;
        connection.execute("DELETE FROM execution WHERE submitted < ?1", [oldest])?;
        let ledger = Self { connection: Mutex::new(connection), catalog: Mutex::new(Arc::new(catalog)) };
        ledger.fail_orphans(now)?;
        Ok(ledger)
    }

    fn fail_orphans(&self, now: Timestamp) -> Result<(), AthenaError> {
        let orphans: Vec<Execution> = {
            let connection = lock(&self.connection);
            let mut select =
                connection.prepare("SELECT json FROM execution WHERE json ->> '$.state' IN ('QUEUED', 'RUNNING')")?;
            let rows = select.query_map([], |row| row.get::<_, String>(0))?;
            rows.filter_map(|json| serde_json::from_str(&json.ok()?).ok()).collect()
        };
        for mut orphan in orphans {
            orphan.state = State::Failed;
            orphan.completed = Some(now);
            orphan.reason = Some("the lab was stopped while the query ran".to_owned());
            self.save(&orphan)?;
        }
        Ok(())
    }

    /// The catalog as it is now.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&lock(&self.catalog))
    }

    /// Changes the catalog as a whole or, where `change` or the disk fails, not at all.
    pub(crate) fn change<T, E: From<AthenaError>>(
        &self,
        change: impl FnOnce(&mut Catalog) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut current = lock(&self.catalog);
        let mut next = Catalog::clone(&current);
        let outcome = change(&mut next)?;
        let json = serde_json::to_string(&next).map_err(|error| AthenaError::internal("catalog", &error))?;
        lock(&self.connection)
            .execute(
                "INSERT INTO catalog (id, json) VALUES (1, ?1)
                 ON CONFLICT (id) DO UPDATE SET json = excluded.json",
                [json],
            )
            .map_err(AthenaError::from)?;
        *current = Arc::new(next);
        Ok(outcome)
    }

    /// Writes an execution: a new row, or over the one with its id.
    pub(crate) fn save(&self, execution: &Execution) -> Result<(), AthenaError> {
        let json =
            serde_json::to_string(execution).map_err(|error| AthenaError::internal("query execution", &error))?;
        lock(&self.connection).execute(
            "INSERT INTO execution (id, token, workgroup, submitted, json) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (id) DO UPDATE SET json = excluded.json",
            params![execution.id, execution.token, execution.workgroup, execution.submitted.as_millisecond(), json],
        )?;
        Ok(())
    }

    pub(crate) fn execution(&self, id: &str) -> Result<Option<Execution>, AthenaError> {
        self.one("SELECT json FROM execution WHERE id = ?1", id)
    }

    /// The execution that a client started with this token, so that a repeated start is the same query.
    pub(crate) fn by_token(&self, token: &str) -> Result<Option<Execution>, AthenaError> {
        self.one("SELECT json FROM execution WHERE token = ?1", token)
    }

    /// The executions of this query in a workgroup that succeeded, newest first.
    pub(crate) fn succeeded(&self, workgroup: &str, query: &str) -> Result<Vec<Execution>, AthenaError> {
        let connection = lock(&self.connection);
        let mut select = connection.prepare(
            "SELECT json FROM execution WHERE workgroup = ?1 AND json ->> '$.query' = ?2
             AND json ->> '$.state' = 'SUCCEEDED' ORDER BY number DESC",
        )?;
        let rows: Vec<String> = select.query_map([workgroup, query], |row| row.get(0))?.collect::<Result<_, _>>()?;
        rows.iter()
            .map(|json| serde_json::from_str(json))
            .collect::<Result<_, _>>()
            .map_err(|error| AthenaError::internal("query execution in athena.sqlite", &error))
    }

    fn one(&self, sql: &str, key: &str) -> Result<Option<Execution>, AthenaError> {
        let json: Option<String> = lock(&self.connection).query_row(sql, [key], |row| row.get(0)).optional()?;
        json.map(|json| serde_json::from_str(&json))
            .transpose()
            .map_err(|error| AthenaError::internal("query execution in athena.sqlite", &error))
    }

    /// Ids of a workgroup, newest first, from before the place `token`; and the place where the next page starts.
    pub(crate) fn list(
        &self,
        workgroup: &str,
        before: Option<i64>,
        limit: usize,
    ) -> Result<(Vec<String>, Option<i64>), AthenaError> {
        let connection = lock(&self.connection);
        let mut select = connection.prepare(
            "SELECT number, id FROM execution WHERE workgroup = ?1 AND number < ?2
             ORDER BY number DESC LIMIT ?3",
        )?;
        let rows: Vec<(i64, String)> = select
            .query_map(params![workgroup, before.unwrap_or(i64::MAX), limit as i64], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        let next = rows.last().filter(|_| rows.len() == limit).map(|(number, _)| *number);
        Ok((rows.into_iter().map(|(_, id)| id).collect(), next))
    }
}
