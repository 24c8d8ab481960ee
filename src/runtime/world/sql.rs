//! What the SQL screen asks: statements on Athena, their rows, tables, and what is kept of them.

use std::collections::HashMap;

use futures::FutureExt as _;
use jiff::Timestamp;

use super::{Answers, Shared, blocking};
use crate::app::request::{Closed, Reply, Trouble};
use crate::app::sql::{SqlAnswer, SqlAsk};
use crate::domain::{PastStatement, Statement};
use crate::search::kept::KeptError;
use crate::search::{past::Past, statement, tables};

/// Tables of a database that are known.
const TABLES: usize = 1_000;
/// Statements that are listed.
const LISTED: usize = 200;

impl Shared {
    pub(super) async fn sql(&self, ask: SqlAsk, answers: &Answers) -> Closed {
        let tell = |answer| answers.reply(Reply::Sql(Box::new(answer)));
        match ask {
            SqlAsk::Run { statement, typed } => self.run_sql(&statement, typed, answers).boxed().await,
            SqlAsk::Page { id, token } => {
                if token.is_none() {
                    let execution = self.aws.execution(&id).await?;
                    let has_rows = statement::has_rows(&execution);
                    tell(SqlAnswer::Execution(execution));
                    if !has_rows {
                        return Ok(());
                    }
                }
                tell(SqlAnswer::Page(statement::page(&self.aws, &id, token.as_deref()).await?));
                Ok(())
            }
            SqlAsk::Tables { database } => {
                tell(SqlAnswer::Tables(self.aws.tables(&database, TABLES).await?));
                Ok(())
            }
            SqlAsk::Named { tables } => {
                tell(SqlAnswer::Named(tables::named(&self.aws, tables).await?));
                Ok(())
            }
            SqlAsk::Mine => {
                let (past, profile) = (Past::below(&self.state), self.profile.name.clone());
                let read = blocking(move || past.read(&profile, LISTED)).await?;
                tell(SqlAnswer::Past(read.map_err(|error| unread(&error))?));
                Ok(())
            }
            SqlAsk::Workgroup { workgroup } => {
                let ids = self.aws.execution_ids(&workgroup, LISTED).await?;
                let mut known: HashMap<String, _> =
                    self.aws.executions(&ids).await?.into_iter().map(|one| (one.id().to_owned(), one)).collect();
                // A batch may be answered in any order.
                tell(SqlAnswer::Executions(ids.iter().filter_map(|id| known.remove(id)).collect()));
                Ok(())
            }
            SqlAsk::Kept => {
                let kept = self.kept.clone();
                tell(SqlAnswer::Kept(blocking(move || kept.list()).await?.map_err(|error| troubled(&error))?));
                Ok(())
            }
            SqlAsk::Keep { name, sql, replaces } => {
                let (kept, kept_as) = (self.kept.clone(), name.clone());
                match blocking(move || kept.save(&name, &sql, replaces)).await? {
                    Ok(_) => tell(SqlAnswer::Saved(kept_as)),
                    Err(KeptError::Exists(_)) => tell(SqlAnswer::Exists(kept_as)),
                    Err(error) => return Err(troubled(&error)),
                }
                Ok(())
            }
            SqlAsk::Create { source, database, range } => {
                let source = self.source(&source)?;
                let sql = tables::create(&self.aws, source, &database, range).await?;
                let told = format!("the table of {} stands in the editor; nothing was run", source.name);
                tell(SqlAnswer::Text { sql, told });
                Ok(())
            }
            SqlAsk::Partitions { place, database, table, range } => {
                let table = self.aws.table(&database, &table).await?;
                let added = tables::missing_partitions(&self.aws, &self.profile, &place, &table, range).boxed().await?;
                let told = match added.count {
                    0 => format!("{} has every partition of the range that holds objects", table.name),
                    1 => "1 partition is missing; nothing was run".to_owned(),
                    count => format!("{count} partitions are missing; nothing was run"),
                };
                tell(SqlAnswer::Text { sql: added.sql, told });
                Ok(())
            }
            SqlAsk::Weigh { tables } => {
                tell(SqlAnswer::Weight(tables::weigh(&self.aws, &tables).await?));
                Ok(())
            }
        }
    }

    async fn run_sql(&self, asked: &Statement, typed: String, answers: &Answers) -> Closed {
        let mut typed = Some(typed);
        let execution = statement::run(&self.aws, asked, |execution| {
            if let Some(sql) = typed.take() {
                self.note_sql(execution.id(), sql, &asked.place.workgroup);
            }
            answers.reply(Reply::Sql(Box::new(SqlAnswer::Execution(execution.clone()))));
        })
        .await?;
        let page = statement::page(&self.aws, execution.id(), None).await?;
        answers.reply(Reply::Sql(Box::new(SqlAnswer::Page(page))));
        Ok(())
    }

    /// Keeps a statement for the history. That it cannot be kept is for the log: its result does not depend on it.
    fn note_sql(&self, id: &str, sql: String, workgroup: &str) {
        let statement = PastStatement {
            at: Timestamp::now(),
            profile: self.profile.name.clone(),
            id: id.to_owned(),
            sql,
            workgroup: workgroup.to_owned(),
        };
        if let Err(error) = Past::below(&self.state).add(&statement) {
            tracing::warn!(%error, "a statement is not kept for the history");
        }
    }
}

fn unread(error: &std::io::Error) -> Trouble {
    Trouble { what: "the statements of before cannot be read".into(), cause: error.to_string(), hint: None }
}

fn troubled(error: &KeptError) -> Trouble {
    Trouble { what: "the kept queries are as they were".into(), cause: error.to_string(), hint: None }
}
