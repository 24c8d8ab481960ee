//! Statements as they are typed: run, watched, and read page by page.

use super::run::{Running, SearchError};
use crate::aws::{Aws, AwsError};
use crate::domain::{Execution, QueryPhase, ResultPage, Statement};

/// Runs a statement to its end; `tell` hears of its id, then of each look at it. Dropping the future stops it.
pub async fn run(aws: &Aws, statement: &Statement, mut tell: impl FnMut(&Execution)) -> Result<Execution, SearchError> {
    let mut running = Running::begin(aws, statement).await?;
    let mut last = None;
    running
        .finish_telling(|execution| {
            tell(execution);
            last = Some(execution.clone());
        })
        .await?;
    let cause = "Athena told nothing of it".to_owned();
    last.ok_or_else(|| SearchError::Malformed { query: running.id().to_owned(), cause })
}

/// A page of the rows of a statement, also of one that ran long ago; Athena keeps them for as long as their file is there.
pub async fn page(aws: &Aws, id: &str, token: Option<&str>) -> Result<ResultPage, AwsError> {
    let (table, next) = aws.query_results(id, token).await?;
    Ok(ResultPage { id: id.to_owned(), table, next })
}

/// Whether a statement has rows to be read.
pub fn has_rows(execution: &Execution) -> bool {
    execution.status.phase == QueryPhase::Succeeded
}
