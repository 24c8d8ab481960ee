//! Statements of an earlier session that nobody waits for: named, and stopped where that is wanted.

use jiff::Timestamp;

use crate::app::request::Trouble;
use crate::aws::{Aws, Noted};
use crate::domain::Orphan;

/// Asks Athena about each statement that was left behind, and gives those that still run. What has ended is forgotten.
pub async fn look(aws: &Aws) -> Result<Vec<Orphan>, Trouble> {
    let mut running = Vec::new();
    for noted in left(aws).await? {
        match &noted.id {
            Some(id) if aws.query_status(id).await?.phase.is_final() => noted.forget(),
            _ => running.push(orphan(&noted)),
        }
    }
    Ok(running)
}

/// Stops each statement that was left behind, and gives those that were stopped.
pub async fn stop(aws: &Aws) -> Result<Vec<Orphan>, Trouble> {
    let mut stopped = Vec::new();
    for noted in left(aws).await? {
        let id = match noted.id.clone() {
            Some(id) => id,
            // Repeating the start under its token starts nothing twice, and tells the id.
            None => aws.start_noted(&noted.begun).await?,
        };
        if !aws.query_status(&id).await?.phase.is_final() {
            aws.stop_query(&id).await?;
            stopped.push(Orphan { id: Some(id), ..orphan(&noted) });
        }
        noted.forget();
    }
    Ok(stopped)
}

async fn left(aws: &Aws) -> Result<Vec<Noted>, Trouble> {
    let aws = aws.clone();
    let left = tokio::task::spawn_blocking(move || aws.orphans(Timestamp::now())).await;
    let left = left.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    left.map_err(|error| Trouble {
        what: "cannot tell which queries were left running".into(),
        cause: error.to_string(),
        hint: None,
    })
}

fn orphan(noted: &Noted) -> Orphan {
    let sql: Vec<&str> = noted.begun.statement.sql.split_whitespace().collect();
    Orphan { id: noted.id.clone(), began: noted.begun.began, sql: sql.join(" ").chars().take(80).collect() }
}
