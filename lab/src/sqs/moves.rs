//! Message move tasks: a failure queue's messages go back to where they came from, at a bounded rate.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::Queues;
use super::queues::Queue;
use crate::refusal::Refusal;

/// Messages a second when the client names no rate; AWS chooses by itself.
const DEFAULT_RATE: i64 = 100;
const MAX_RATE: i64 = 500;
const STEP: Duration = Duration::from_millis(100);

/// A task that moves messages, as ListMessageMoveTasks tells it.
#[derive(Clone, Debug)]
pub(super) struct MoveTask {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) destination: Option<String>,
    /// Messages a second, where the client named it.
    pub(super) rate: Option<i64>,
    pub(super) started: i64,
    pub(super) status: String,
    pub(super) moved: i64,
    pub(super) to_move: i64,
    pub(super) failure: Option<String>,
}

const COLUMNS: &str = "id, source, destination, rate, started, status, moved, to_move, failure";

impl MoveTask {
    fn read(row: &Row<'_>) -> Result<MoveTask, rusqlite::Error> {
        Ok(MoveTask {
            id: row.get(0)?,
            source: row.get(1)?,
            destination: row.get(2)?,
            rate: row.get(3)?,
            started: row.get(4)?,
            status: row.get(5)?,
            moved: row.get(6)?,
            to_move: row.get(7)?,
            failure: row.get(8)?,
        })
    }

    fn find(connection: &Connection, id: &str) -> Result<Option<MoveTask>, rusqlite::Error> {
        connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM move_tasks WHERE id = ?1"))?
            .query_row([id], MoveTask::read)
            .optional()
    }

    fn running(connection: &Connection) -> Result<Vec<MoveTask>, rusqlite::Error> {
        connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM move_tasks WHERE status = 'RUNNING'"))?
            .query_map([], MoveTask::read)?
            .collect()
    }
}

fn not_found() -> Refusal {
    Refusal::new(
        "ResourceNotFoundException",
        "The resource that you specified for the SourceArn parameter doesn't exist.",
    )
}

impl Queues {
    /// Starts to move the messages of the failure queue `source`, and gives the task's handle.
    pub(super) fn start_move(
        &self,
        source: &str,
        destination: Option<&str>,
        rate: Option<i64>,
    ) -> Result<String, Refusal> {
        if rate.is_some_and(|rate| !(1..=MAX_RATE).contains(&rate)) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("MaxNumberOfMessagesPerSecond must be between 1 and {MAX_RATE}."),
            ));
        }
        let id = Uuid::new_v4().to_string();
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let queue = Queue::of_arn(transaction, source)?.ok_or_else(not_found)?;
            if queue.sources(transaction)?.is_empty() {
                return Err(Refusal::new(
                    "InvalidParameterValue",
                    "Source queue must be configured as a Dead Letter Queue.",
                ));
            }
            if let Some(destination) = destination {
                let target = Queue::of_arn(transaction, destination)?.ok_or_else(not_found)?;
                if target.id == queue.id {
                    return Err(Refusal::new(
                        "InvalidParameterValue",
                        "Source and destination queues must be different.",
                    ));
                }
            }
            let is_busy = MoveTask::running(transaction)?.iter().any(|task| task.source == source);
            if is_busy {
                return Err(Refusal::new(
                    "UnsupportedOperation",
                    "There is already a task running. Only one active task is allowed for a source queue arn at a \
                     given time.",
                ));
            }
            let to_move: i64 =
                transaction
                    .query_row("SELECT count(*) FROM messages WHERE queue = ?1", [queue.id], |row| row.get(0))?;
            transaction.execute(
                "INSERT INTO move_tasks (id, source, destination, rate, started, status, to_move) \
                 VALUES (?1, ?2, ?3, ?4, ?5, 'RUNNING', ?6)",
                params![id, source, destination, rate, now, to_move],
            )?;
            Ok(())
        })?;
        self.spawn_move(id.clone());
        Ok(id)
    }

    /// Goes on with the tasks that ran when the lab was stopped.
    pub(crate) fn resume_moves(&self) -> Result<(), Refusal> {
        let running = self.database.read(|connection| MoveTask::running(connection).map_err(Refusal::from))?;
        for task in running {
            self.spawn_move(task.id);
        }
        Ok(())
    }

    fn spawn_move(&self, id: String) {
        let queues = self.clone();
        self.tasks.spawn(async move {
            let mut ticks = tokio::time::interval(STEP);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            let mut allowance = 0.0;
            loop {
                tokio::select! {
                    () = queues.stop.cancelled() => return,
                    _ = ticks.tick() => {}
                }
                match queues.step_move(&id, &mut allowance) {
                    Ok(true) => queues.wake(),
                    Ok(false) => return,
                    Err(error) => {
                        tracing::error!(%error, task = id, "a message move task stopped");
                        return;
                    }
                }
            }
        });
    }

    /// Moves what one step allows; tells whether there is more to do.
    fn step_move(&self, id: &str, allowance: &mut f64) -> Result<bool, Refusal> {
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let Some(task) = MoveTask::find(transaction, id)? else {
                return Ok(false);
            };
            if task.status == "CANCELLING" {
                finish(transaction, id, "CANCELLED", None)?;
                return Ok(false);
            }
            *allowance += task.rate.unwrap_or(DEFAULT_RATE) as f64 * STEP.as_secs_f64();
            let most = *allowance as i64;
            *allowance -= most as f64;
            match move_some(transaction, &task, most, now)? {
                Moved::Some(moved) => {
                    transaction
                        .prepare_cached("UPDATE move_tasks SET moved = moved + ?2 WHERE id = ?1")?
                        .execute(params![id, moved])?;
                    Ok(true)
                }
                Moved::All => {
                    finish(transaction, id, "COMPLETED", None)?;
                    Ok(false)
                }
                Moved::Nowhere(reason) => {
                    finish(transaction, id, "FAILED", Some(reason))?;
                    Ok(false)
                }
            }
        })
    }

    /// The newest tasks of a failure queue.
    pub(super) fn list_moves(&self, source: &str, most: i64) -> Result<Vec<MoveTask>, Refusal> {
        self.database.read(|connection| {
            Queue::of_arn(connection, source)?.ok_or_else(not_found)?;
            Ok(connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM move_tasks WHERE source = ?1 ORDER BY started DESC LIMIT ?2"
                ))?
                .query_map(params![source, most], MoveTask::read)?
                .collect::<Result<_, _>>()?)
        })
    }

    /// Stops a task, and tells how many messages it has moved: they stay moved.
    pub(super) fn cancel_move(&self, id: &str) -> Result<i64, Refusal> {
        self.database.write(|transaction| {
            let task = MoveTask::find(transaction, id)?
                .ok_or_else(|| Refusal::new("ResourceNotFoundException", "Task does not exist."))?;
            if task.status != "RUNNING" {
                return Err(Refusal::new(
                    "UnsupportedOperation",
                    format!("Only active tasks can be cancelled: this one is {}.", task.status),
                ));
            }
            finish(transaction, id, "CANCELLING", None)?;
            Ok(task.moved)
        })
    }
}

enum Moved {
    Some(i64),
    All,
    Nowhere(&'static str),
}

fn finish(transaction: &Transaction<'_>, id: &str, status: &str, failure: Option<&str>) -> Result<(), Refusal> {
    transaction
        .prepare_cached("UPDATE move_tasks SET status = ?2, failure = ?3 WHERE id = ?1")?
        .execute(params![id, status, failure])?;
    Ok(())
}

/// Moves up to `most` visible messages. On AWS a moved message is a new one: new id, sent now, never received.
fn move_some(transaction: &Transaction<'_>, task: &MoveTask, most: i64, now: i64) -> Result<Moved, Refusal> {
    let Some(source) = Queue::of_arn(transaction, &task.source)? else {
        return Ok(Moved::Nowhere("AWS.SimpleQueueService.NonExistentQueue"));
    };
    // Only what was there when the task began: else a message that fails again would go round for ever.
    let rows: Vec<(i64, Option<String>)> = transaction
        .prepare_cached(
            "SELECT id, origin FROM messages WHERE queue = ?1 AND visible <= ?2 ORDER BY visible, id LIMIT ?3",
        )?
        .query_map(params![source.id, task.started, most.min(task.to_move - task.moved).max(1)], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<Result<_, _>>()?;
    if rows.is_empty() || task.moved >= task.to_move {
        return Ok(Moved::All);
    }
    if most == 0 {
        return Ok(Moved::Some(0));
    }
    let mut update = transaction.prepare_cached(
        "UPDATE messages SET queue = ?2, message_id = ?3, sent = ?4, visible = ?4, first_received = NULL, \
         receives = 0, tries = 0, receipt = NULL, origin = NULL WHERE id = ?1",
    )?;
    let moved = rows.len() as i64;
    for (id, origin) in rows {
        let Some(target) = task.destination.as_deref().or(origin.as_deref()) else {
            return Ok(Moved::Nowhere("CouldNotDetermineMessageSource"));
        };
        let Some(target) = Queue::of_arn(transaction, target)? else {
            return Ok(Moved::Nowhere("AWS.SimpleQueueService.NonExistentQueue"));
        };
        update.execute(params![id, target.id, Uuid::new_v4().to_string(), now])?;
    }
    Ok(Moved::Some(moved))
}
