//! Results that are given again instead of a query being run, after the Athena user guide, "Reuse query results".

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use crate::athena::Shared;
use crate::athena::catalog::Catalog;
use crate::athena::error::AthenaError;
use crate::athena::execution::Execution;
use crate::athena::objects::split_uri;

/// Minutes that a result is good for where the request tells none, and at most.
const DEFAULT: u32 = 60;
const MOST: u32 = 10_080;

/// `ResultReuseConfiguration`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Reuse {
    result_reuse_by_age_configuration: ByAge,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct ByAge {
    enabled: bool,
    max_age_in_minutes: Option<u32>,
}

impl Reuse {
    /// How many minutes old a result may be; none where the query is to be run.
    pub(super) fn minutes(&self) -> Result<Option<u32>, AthenaError> {
        let ByAge { enabled, max_age_in_minutes } = self.result_reuse_by_age_configuration;
        match max_age_in_minutes.unwrap_or(DEFAULT) {
            minutes if minutes > MOST => {
                Err(AthenaError::invalid(format!("MaxAgeInMinutes {minutes} is not between 0 and {MOST}")))
            }
            minutes => Ok(enabled.then_some(minutes)),
        }
    }
}

/// The last run of the same query whose result may be given again: same workgroup, text, values, database and place of
/// results, not older than asked, and its file still there. Changes of the tables are not looked at, as on Athena.
pub(super) fn earlier(shared: &Shared, catalog: &Catalog, asked: &Execution) -> Result<Option<Execution>, AthenaError> {
    // Of what reads, Athena gives nothing else again.
    let is_executed = asked.substatement == "EXECUTE";
    let Some(minutes) = asked.reuse.filter(|_| is_executed || asked.substatement == "SELECT") else { return Ok(None) };
    let now = Timestamp::now();
    let oldest = now.checked_sub(SignedDuration::from_mins(minutes.into())).unwrap_or(Timestamp::MIN);
    let prepared = catalog.prepared.get(&asked.workgroup).filter(|_| is_executed);
    let changed = prepared.and_then(|prepared| prepared.values().map(|prepared| prepared.modified).max());
    let earlier = shared.ledger.succeeded(&asked.workgroup, &asked.query)?;
    let last = earlier.into_iter().find(|earlier| {
        !earlier.is_reused
            && earlier.completed.is_some_and(|completed| completed >= oldest)
            && changed.is_none_or(|changed| changed < earlier.submitted)
            && earlier.database == asked.database
            && earlier.parameters == asked.parameters
            && earlier.folder() == asked.folder()
    });
    Ok(last.filter(|last| is_there(shared, last)))
}

fn is_there(shared: &Shared, execution: &Execution) -> bool {
    split_uri(&execution.output).is_some_and(|(bucket, key)| shared.store.head(bucket, key, None).is_ok())
}
