//! Athena's JSON API over the objects in the lab's store, executed by DataFusion.
//!
//! The operations, their shapes and errors are those of the "Amazon Athena API reference"; the SQL is the part of
//! "SQL reference for Athena" (engine version 3) that the console and its users need, and never more than Athena has:
//! what runs here runs there. The catalog and the history live in `athena.sqlite` of the lab's folder.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use crate::store::Store;
use ledger::Ledger;
use runner::Live;
use session::Engine;

mod api;
mod catalog;
mod command;
mod ddl;
mod error;
mod execution;
mod functions;
mod ledger;
mod objects;
mod partition;
mod result;
mod runner;
mod session;
mod sql;
mod stop;
mod table;
#[cfg(test)]
mod tests;
mod types;
mod write;

pub use error::AthenaError;

/// Queries that run at once; the others wait as QUEUED.
const CONCURRENT: usize = 4;
/// Stack of a thread that plans queries, in bytes.
const STACK: usize = 64 << 20;
/// Memory that all queries together may hold, in bytes.
const MEMORY: usize = 512 << 20;

/// Athena over one store. Cheap to clone; queries end when the last clone is dropped.
#[derive(Clone)]
pub struct Athena(Arc<Inner>);

struct Inner {
    shared: Arc<Shared>,
    /// Queries have threads of their own, so that they never hold up a request or a screen.
    runtime: Option<Runtime>,
}

/// What requests and running queries share.
struct Shared {
    store: Store,
    ledger: Ledger,
    engine: Engine,
    permits: Semaphore,
    live: Mutex<HashMap<String, Arc<Live>>>,
}

impl Shared {
    fn live(&self) -> MutexGuard<'_, HashMap<String, Arc<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Athena {
    /// Opens Athena over `store`, with `athena.sqlite` and a folder to spill to under `folder`.
    pub fn open(store: Store, folder: &Path) -> Result<Self, AthenaError> {
        Self::open_within(store, folder, MEMORY)
    }

    fn open_within(store: Store, folder: &Path, memory: usize) -> Result<Self, AthenaError> {
        let ledger = Ledger::open(folder)?;
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
        let engine =
            Engine::new(folder, threads, memory).map_err(|error| AthenaError::internal("query engine", &error))?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            // A join may compute for long without a pause, so each of the queries gets all the threads that it may use.
            .worker_threads(threads * CONCURRENT)
            .thread_name("athena")
            // Plans are walked by recursion; the memory is taken only as far as it is used.
            .thread_stack_size(STACK)
            .enable_all()
            .build()
            .map_err(|error| AthenaError::internal("threads of the query engine", &error))?;
        let permits = Semaphore::new(CONCURRENT);
        let shared = Arc::new(Shared { store, ledger, engine, permits, live: Mutex::default() });
        Ok(Self(Arc::new(Inner { shared, runtime: Some(runtime) })))
    }

    /// Answers one operation of Athena's JSON protocol, for example `StartQueryExecution`; `body` is its JSON.
    ///
    /// # Errors
    /// What Athena answers with HTTP 400: [`AthenaError::to_json`] is the body.
    pub async fn handle(&self, operation: &str, body: &[u8]) -> Result<Value, AthenaError> {
        api::handle(&self.0, operation, body).await
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for live in self.shared.live().values() {
            live.cancel();
        }
        if let Some(runtime) = self.runtime.take() {
            // A plain drop would wait for the queries, and panic inside of another runtime.
            runtime.shutdown_background();
        }
    }
}
