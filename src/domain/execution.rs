//! A statement on Athena: what is asked, how it went, and its rows, page by page.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ByteSize, Location, QueryPhase, QueryStatus, ResultTable};

/// Athena's price of a terabyte scanned, in US dollars, in most regions, and what a statement is charged for at least
/// ("Amazon Athena pricing").
const DOLLARS_A_TERABYTE: f64 = 5.0;
const LEAST: u64 = 10_000_000;

/// Where statements run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The workgroup.
    pub workgroup: String,
    /// The database of tables that are named without one.
    pub database: Option<String>,
    /// Where results are written; `None` where the workgroup says it.
    pub output: Option<Location>,
}

/// A statement to run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// It, as Athena takes it.
    pub sql: String,
    /// A literal of SQL for each `?`.
    pub values: Vec<String>,
    /// Where it runs.
    pub place: Place,
    /// A result of the same statement that is not older than so many minutes may be given instead.
    pub reuse_minutes: Option<u16>,
}

/// A statement that Athena knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// Where it stands.
    pub status: QueryStatus,
    /// Milliseconds that the engine took.
    pub engine_ms: u64,
    /// The statement.
    pub sql: String,
    /// The literals that were sent with it.
    pub values: Vec<String>,
    /// Where it ran.
    pub place: Place,
    /// When it was sent.
    pub submitted: Option<Timestamp>,
    /// Whether it can be tried again as it is; `None` where Athena does not say.
    pub is_retryable: Option<bool>,
    /// Whether an earlier result was given.
    pub is_reused: bool,
    /// Whether its result is rows with a head of names: not so with DDL.
    pub has_names: bool,
}

impl Execution {
    /// Athena's id of it.
    pub fn id(&self) -> &str {
        &self.status.id
    }

    /// What it costs at the list price, in US dollars. DDL and reused results cost nothing.
    pub fn dollars(&self) -> f64 {
        let is_charged = self.has_names && !self.is_reused && self.status.phase != QueryPhase::Failed;
        if is_charged { price(self.status.scanned) } else { 0.0 }
    }
}

/// What scanning so much costs, in US dollars.
pub fn price(bytes: ByteSize) -> f64 {
    bytes.bytes().max(LEAST) as f64 / 1e12 * DOLLARS_A_TERABYTE
}

/// A page of a statement's rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResultPage {
    /// Athena's id of the statement.
    pub id: String,
    /// The rows, with their columns.
    pub table: ResultTable,
    /// What the next page is asked for by.
    pub next: Option<String>,
}

/// A statement that was run from here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastStatement {
    /// When.
    pub at: Timestamp,
    /// The profile's name.
    pub profile: String,
    /// Athena's id of it.
    pub id: String,
    /// It, as it was typed.
    pub sql: String,
    /// The workgroup.
    pub workgroup: String,
}

/// A query that is kept as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its name.
    pub name: String,
    /// What its leading comment says.
    pub about: String,
    /// Its text.
    pub sql: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_scanned_is_paid_for_and_nothing_else() {
        let execution = |phase, has_names, is_reused| Execution {
            status: QueryStatus {
                id: "q".into(),
                phase,
                reason: None,
                scanned: ByteSize(2_000_000_000_000),
                queued_ms: 0,
                total_ms: 0,
            },
            engine_ms: 0,
            sql: String::new(),
            values: Vec::new(),
            place: Place::default(),
            submitted: None,
            is_retryable: None,
            is_reused,
            has_names,
        };
        assert!((execution(QueryPhase::Succeeded, true, false).dollars() - 10.0).abs() < 1e-9);
        assert!((execution(QueryPhase::Cancelled, true, false).dollars() - 10.0).abs() < 1e-9);
        for free in [
            (QueryPhase::Failed, true, false),
            (QueryPhase::Succeeded, false, false),
            (QueryPhase::Succeeded, true, true),
        ] {
            assert!(execution(free.0, free.1, free.2).dollars().abs() < 1e-9);
        }
    }
}
