//! Messages: sent, received, hidden, given up, deleted.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::attributes::{self, Attributes};
use super::queues::Queue;
use super::receipts::Receipt;
use super::{MESSAGE_LIMIT, Queues};
use crate::names::ACCOUNT;
use crate::refusal::Refusal;

/// A message on its way into a queue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outgoing {
    pub(crate) body: String,
    pub(crate) attributes: Attributes,
    /// The `AWSTraceHeader` system attribute.
    pub(crate) trace: Option<String>,
    /// Seconds; none takes the queue's.
    pub(crate) delay: Option<i64>,
}

impl Outgoing {
    /// Bytes that count against the limits.
    pub(super) fn size(&self) -> usize {
        self.body.len() + attributes::size(&self.attributes)
    }

    pub(super) fn check(&self, queue: &Queue) -> Result<(), Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::new("MissingParameter", "The request must contain the parameter MessageBody."));
        }
        if !self.body.chars().all(is_message_character) {
            return Err(Refusal::new(
                "InvalidMessageContents",
                "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to \
                 #xFFFD | #x10000 to #x10FFFF",
            ));
        }
        let limit = queue.message_limit().min(MESSAGE_LIMIT);
        if self.size() > limit {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("One or more parameters are invalid. Reason: Message must be shorter than {limit} bytes."),
            ));
        }
        if self.delay.is_some_and(|delay| !(0..=900).contains(&delay)) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                "Value for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
            ));
        }
        attributes::check(&self.attributes)
    }
}

/// What the SQS API reference lets into a body.
fn is_message_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

/// A message as it was received.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "SQS's own words")]
pub(super) struct Received {
    pub(super) message_id: String,
    pub(super) receipt: String,
    pub(super) body: String,
    pub(super) attributes: Attributes,
    pub(super) sent: i64,
    pub(super) first_received: i64,
    pub(super) receives: i64,
    pub(super) origin: Option<String>,
    pub(super) trace: Option<String>,
}

impl Received {
    /// The system attributes, by name.
    pub(super) fn system(&self) -> Vec<(&'static str, String)> {
        let mut system = vec![
            ("SenderId", ACCOUNT.to_owned()),
            ("SentTimestamp", self.sent.to_string()),
            ("ApproximateReceiveCount", self.receives.to_string()),
            ("ApproximateFirstReceiveTimestamp", self.first_received.to_string()),
        ];
        system.extend(self.origin.clone().map(|origin| ("DeadLetterQueueSourceArn", origin)));
        system.extend(self.trace.clone().map(|trace| ("AWSTraceHeader", trace)));
        system
    }
}

/// How messages are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Receive {
    pub(super) most: usize,
    /// Seconds; none takes the queue's.
    pub(super) visibility_timeout: Option<i64>,
    /// Seconds; none takes the queue's.
    pub(super) wait: Option<i64>,
}

/// How many messages a queue holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Depth {
    pub(super) visible: i64,
    pub(super) in_flight: i64,
    pub(super) delayed: i64,
}

/// Puts a message into a queue as sent at `sent`, and gives its id.
pub(crate) fn enqueue(
    transaction: &Transaction<'_>,
    queue: &Queue,
    message: &Outgoing,
    sent: i64,
) -> Result<String, EnqueueError> {
    let id = Uuid::new_v4().to_string();
    let attributes =
        if message.attributes.is_empty() { None } else { Some(serde_json::to_string(&message.attributes)?) };
    let visible = sent + message.delay.unwrap_or_else(|| queue.delay()) * 1_000;
    transaction
        .prepare_cached(
            "INSERT INTO messages (queue, message_id, body, attributes, trace, sent, visible) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![queue.id, id, message.body, attributes, message.trace, sent, visible])?;
    Ok(id)
}

/// Why a message could not be put into a queue.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnqueueError {
    #[error(transparent)]
    Database(#[from] rusqlite::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl From<EnqueueError> for Refusal {
    fn from(error: EnqueueError) -> Refusal {
        match error {
            EnqueueError::Database(error) => error.into(),
            EnqueueError::Json(error) => error.into(),
        }
    }
}

impl From<EnqueueError> for crate::store::StoreError {
    fn from(error: EnqueueError) -> Self {
        match error {
            EnqueueError::Database(error) => error.into(),
            EnqueueError::Json(error) => error.into(),
        }
    }
}

/// Does what time has made due: messages beyond their retention go, those received too often are given up. The id and
/// the time of sending stay, so that the failure queue's retention counts from the first sending, as on AWS.
pub(super) fn settle(transaction: &Transaction<'_>, queue: &Queue, now: i64) -> Result<(), Refusal> {
    transaction
        .prepare_cached("DELETE FROM messages WHERE queue = ?1 AND sent <= ?2")?
        .execute(params![queue.id, now - queue.retention() * 1_000])?;
    let Some(redrive) = queue.redrive() else {
        return Ok(());
    };
    let Some(target) = Queue::of_arn(transaction, &redrive.dead_letter_target_arn)? else {
        // Without its failure queue a message is received on and on.
        return Ok(());
    };
    transaction
        .prepare_cached(
            "UPDATE messages SET queue = ?1, visible = ?2, tries = 0, receipt = NULL, origin = ?3 \
             WHERE queue = ?4 AND visible <= ?2 AND tries >= ?5",
        )?
        .execute(params![target.id, now, queue.arn(), queue.id, redrive.max_receive_count])?;
    Ok(())
}

fn receive_row(row: &Row<'_>) -> Result<(i64, Received, Option<String>), rusqlite::Error> {
    Ok((
        row.get(0)?,
        Received {
            message_id: row.get(1)?,
            receipt: String::new(),
            body: row.get(2)?,
            attributes: Attributes::new(),
            sent: row.get(4)?,
            first_received: row.get::<_, Option<i64>>(5)?.unwrap_or_default(),
            receives: row.get(6)?,
            origin: row.get(7)?,
            trace: row.get(8)?,
        },
        row.get(3)?,
    ))
}

/// Receives what is visible, hiding it.
fn take(transaction: &Transaction<'_>, queue: &Queue, receive: Receive, now: i64) -> Result<Vec<Received>, Refusal> {
    settle(transaction, queue, now)?;
    let timeout = receive.visibility_timeout.unwrap_or_else(|| queue.visibility_timeout());
    let mut select = transaction.prepare_cached(
        "SELECT id, message_id, body, attributes, sent, first_received, receives, origin, trace \
         FROM messages WHERE queue = ?1 AND visible <= ?2 ORDER BY visible, id LIMIT ?3",
    )?;
    let rows =
        select.query_map(params![queue.id, now, receive.most as i64], receive_row)?.collect::<Result<Vec<_>, _>>()?;
    let mut update = transaction.prepare_cached(
        "UPDATE messages SET visible = ?2, receives = receives + 1, tries = tries + 1, receipt = ?3, \
         first_received = coalesce(first_received, ?4) WHERE id = ?1",
    )?;
    let mut taken = Vec::with_capacity(rows.len());
    for (id, mut message, attributes) in rows {
        let mark = Uuid::new_v4().simple().to_string();
        update.execute(params![id, now + timeout * 1_000, mark, now])?;
        message.receives += 1;
        if message.receives == 1 {
            message.first_received = now;
        }
        if let Some(json) = attributes {
            message.attributes = serde_json::from_str(&json)?;
        }
        message.receipt = Receipt::new(queue, id, mark).handle();
        taken.push(message);
    }
    Ok(taken)
}

fn depth(connection: &Connection, queue: &Queue, now: i64) -> Result<Depth, rusqlite::Error> {
    connection
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE visible <= ?2), \
                    count(*) FILTER (WHERE visible > ?2 AND tries > 0), \
                    count(*) FILTER (WHERE visible > ?2 AND tries = 0) \
             FROM messages WHERE queue = ?1",
        )?
        .query_row(params![queue.id, now], |row| {
            Ok(Depth { visible: row.get(0)?, in_flight: row.get(1)?, delayed: row.get(2)? })
        })
}

impl Queues {
    /// Sends messages to one queue in one transaction, and tells each one's id or refusal.
    pub(super) fn send(&self, url: &str, messages: &[Outgoing]) -> Result<Vec<Result<String, Refusal>>, Refusal> {
        let now = self.clock.millis();
        let sent = self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            messages
                .iter()
                .map(|message| match message.check(&queue) {
                    Ok(()) => Ok(Ok(enqueue(transaction, &queue, message, now)?)),
                    Err(refusal) => Ok(Err(refusal)),
                })
                .collect::<Result<Vec<_>, Refusal>>()
        })?;
        self.wake();
        Ok(sent)
    }

    /// Receives up to ten messages, waiting for the first as long as was asked.
    pub(super) async fn receive(&self, url: &str, receive: Receive) -> Result<Vec<Received>, Refusal> {
        let started = tokio::time::Instant::now();
        let mut arrivals = self.arrivals.subscribe();
        loop {
            arrivals.mark_unchanged();
            let (taken, wait, next) = self.try_receive(url, receive)?;
            let left = Duration::from_secs(wait as u64).saturating_sub(started.elapsed());
            if !taken.is_empty() || left.is_zero() {
                return Ok(taken);
            }
            // A message may become visible without anything being sent.
            let sleep = next.map_or(left, |next| next.min(left));
            tokio::select! {
                () = self.stop.cancelled() => return Ok(Vec::new()),
                _ = arrivals.changed() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    /// Receives at once: the messages, the seconds to wait for them, and when the next hidden one is due.
    fn try_receive(&self, url: &str, receive: Receive) -> Result<(Vec<Received>, i64, Option<Duration>), Refusal> {
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            let taken = take(transaction, &queue, receive, now)?;
            let next: Option<i64> = transaction
                .prepare_cached("SELECT min(visible) FROM messages WHERE queue = ?1 AND visible > ?2")?
                .query_row(params![queue.id, now], |row| row.get(0))?;
            let next = next.map(|next| Duration::from_millis(next.saturating_sub(now) as u64));
            Ok((taken, receive.wait.unwrap_or_else(|| queue.wait()), next))
        })
    }

    /// Deletes what the handles stand for. A handle of an earlier receive deletes nothing, which is no error.
    pub(super) fn delete(&self, url: &str, handles: &[&str]) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            handles
                .iter()
                .map(|handle| match Receipt::of_handle(handle, &queue) {
                    Ok(receipt) => {
                        transaction
                            .prepare_cached("DELETE FROM messages WHERE id = ?1 AND queue = ?2 AND receipt = ?3")?
                            .execute(params![receipt.message, queue.id, receipt.mark])?;
                        Ok(Ok(()))
                    }
                    Err(refusal) => Ok(Err(refusal)),
                })
                .collect()
        })
    }

    /// Hides messages for other seconds than they were; 0 shows them again at once.
    pub(super) fn change_visibility(
        &self,
        url: &str,
        changes: &[(&str, i64)],
    ) -> Result<Vec<Result<(), Refusal>>, Refusal> {
        let now = self.clock.millis();
        let results = self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            changes
                .iter()
                .map(|(handle, timeout)| match change(transaction, &queue, handle, *timeout, now) {
                    Err(refusal) if refusal.is_clients_fault() => Ok(Err(refusal)),
                    result => result.map(Ok),
                })
                .collect::<Result<Vec<_>, Refusal>>()
        })?;
        self.wake();
        Ok(results)
    }

    /// The queue and how many messages it holds, after all that is due is done.
    pub(super) fn measure(&self, url: &str) -> Result<(Queue, Depth), Refusal> {
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            for source in queue.sources(transaction)? {
                settle(transaction, &source, now)?;
            }
            settle(transaction, &queue, now)?;
            let depth = depth(transaction, &queue, now)?;
            Ok((queue, depth))
        })
    }
}

fn change(transaction: &Transaction<'_>, queue: &Queue, handle: &str, timeout: i64, now: i64) -> Result<(), Refusal> {
    let receipt = Receipt::of_handle(handle, queue)?;
    if !(0..=43_200).contains(&timeout) {
        return Err(Refusal::new(
            "InvalidParameterValue",
            format!("Value {timeout} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200."),
        ));
    }
    let state: Option<(i64, Option<String>)> = transaction
        .prepare_cached("SELECT visible, receipt FROM messages WHERE id = ?1 AND queue = ?2")?
        .query_row(params![receipt.message, queue.id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let invalid = |reason: &str| {
        Refusal::new(
            "InvalidParameterValue",
            format!("Value {handle} for parameter ReceiptHandle is invalid. Reason: {reason}"),
        )
    };
    match state {
        None => Err(invalid("Message does not exist or is not available for visibility timeout change.")),
        Some((_, mark)) if mark.as_deref() != Some(receipt.mark.as_str()) => {
            Err(invalid("The receipt handle has expired."))
        }
        Some((visible, _)) if visible <= now => {
            Err(Refusal::new("MessageNotInflight", "The message referred to is not in flight."))
        }
        Some(_) => {
            transaction
                .prepare_cached("UPDATE messages SET visible = ?2 WHERE id = ?1")?
                .execute(params![receipt.message, now + timeout * 1_000])?;
            Ok(())
        }
    }
}
