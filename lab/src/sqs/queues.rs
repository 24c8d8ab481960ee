//! Queues and their attributes.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::{MESSAGE_LIMIT, Queues};
use crate::names;
use crate::refusal::Refusal;

const COLUMNS: &str = "id, name, created, modified, settings";
/// A deleted or purged queue cannot be used for this long on AWS; here it can at once.
const MAX_TIMEOUT: i64 = 43_200;

/// A queue and what was set on it.
#[derive(Clone, Debug)]
pub(crate) struct Queue {
    pub(crate) id: i64,
    pub(crate) name: String,
    created: i64,
    modified: i64,
    settings: BTreeMap<String, String>,
}

/// When a queue gives a message up, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Redrive {
    pub(super) dead_letter_target_arn: String,
    #[serde(deserialize_with = "number_or_text")]
    pub(super) max_receive_count: i64,
}

/// Clients write the count as a number or as text.
fn number_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(i64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

/// Attributes with a range of numbers: name, least, most, default.
const NUMBERS: [(&str, i64, i64, i64); 5] = [
    ("VisibilityTimeout", 0, MAX_TIMEOUT, 30),
    ("MaximumMessageSize", 1_024, MESSAGE_LIMIT as i64, MESSAGE_LIMIT as i64),
    ("MessageRetentionPeriod", 60, 1_209_600, 345_600),
    ("DelaySeconds", 0, 900, 0),
    ("ReceiveMessageWaitTimeSeconds", 0, 20, 0),
];

/// Attributes that are kept and told, and mean nothing here: a lab has no other accounts and no keys.
const KEPT: [&str; 5] =
    ["Policy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "RedriveAllowPolicy"];

impl Queue {
    fn read(row: &Row<'_>) -> Result<(Queue, String), rusqlite::Error> {
        Ok((
            Queue {
                id: row.get(0)?,
                name: row.get(1)?,
                created: row.get(2)?,
                modified: row.get(3)?,
                settings: BTreeMap::new(),
            },
            row.get(4)?,
        ))
    }

    fn with_settings((queue, settings): (Queue, String)) -> Result<Queue, serde_json::Error> {
        Ok(Queue { settings: serde_json::from_str(&settings)?, ..queue })
    }

    /// Finds the queue called `name`; none if there is none.
    pub(crate) fn find<E>(connection: &Connection, name: &str) -> Result<Option<Queue>, E>
    where
        E: From<rusqlite::Error> + From<serde_json::Error>,
    {
        let row = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM queues WHERE name = ?1"))?
            .query_row([name], Queue::read)
            .optional()?;
        Ok(row.map(Queue::with_settings).transpose()?)
    }

    /// Finds the queue that a queue URL names, whatever its host: the port changes when a lab starts anew.
    pub(super) fn of_url(connection: &Connection, url: &str) -> Result<Queue, Refusal> {
        let name = url.rsplit('/').next().unwrap_or_default();
        Queue::find::<Refusal>(connection, name)?.ok_or_else(no_queue)
    }

    /// Finds the queue that an ARN names.
    pub(super) fn of_arn(connection: &Connection, arn: &str) -> Result<Option<Queue>, Refusal> {
        match names::queue_of_arn(arn) {
            Some(name) => Queue::find(connection, name),
            None => Ok(None),
        }
    }

    /// All queues, by name.
    pub(super) fn all(connection: &Connection) -> Result<Vec<Queue>, Refusal> {
        let rows = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM queues ORDER BY name"))?
            .query_map([], Queue::read)?
            .collect::<Result<Vec<_>, _>>()?;
        Ok(rows.into_iter().map(Queue::with_settings).collect::<Result<_, _>>()?)
    }

    /// The queues that give their messages up to this one.
    pub(super) fn sources(&self, connection: &Connection) -> Result<Vec<Queue>, Refusal> {
        let arn = self.arn();
        let mut queues = Queue::all(connection)?;
        queues.retain(|queue| queue.redrive().is_some_and(|redrive| redrive.dead_letter_target_arn == arn));
        Ok(queues)
    }

    pub(crate) fn arn(&self) -> String {
        names::queue_arn(&self.name)
    }

    fn number(&self, attribute: &str) -> i64 {
        let default = NUMBERS.iter().find(|(name, ..)| *name == attribute).map_or(0, |(.., default)| *default);
        self.settings.get(attribute).and_then(|value| value.parse().ok()).unwrap_or(default)
    }

    /// Seconds for which a received message is hidden.
    pub(super) fn visibility_timeout(&self) -> i64 {
        self.number("VisibilityTimeout")
    }

    /// Seconds for which a message is kept.
    pub(super) fn retention(&self) -> i64 {
        self.number("MessageRetentionPeriod")
    }

    /// Seconds before a message can be received at first.
    pub(super) fn delay(&self) -> i64 {
        self.number("DelaySeconds")
    }

    /// Seconds for which a receive waits.
    pub(super) fn wait(&self) -> i64 {
        self.number("ReceiveMessageWaitTimeSeconds")
    }

    /// Bytes of a message, at most.
    pub(super) fn message_limit(&self) -> usize {
        self.number("MaximumMessageSize") as usize
    }

    pub(super) fn redrive(&self) -> Option<Redrive> {
        serde_json::from_str(self.settings.get("RedrivePolicy")?).ok()
    }

    /// Every attribute but the counts of messages.
    pub(super) fn attributes(&self) -> BTreeMap<String, String> {
        let mut attributes = self.settings.clone();
        for (name, ..) in NUMBERS {
            attributes.insert(name.to_owned(), self.number(name).to_string());
        }
        attributes.entry("SqsManagedSseEnabled".to_owned()).or_insert_with(|| "true".to_owned());
        attributes.insert("QueueArn".to_owned(), self.arn());
        for (name, millis) in [("CreatedTimestamp", self.created), ("LastModifiedTimestamp", self.modified)] {
            attributes.insert(name.to_owned(), (millis / 1_000).to_string());
        }
        attributes
    }
}

pub(super) fn no_queue() -> Refusal {
    Refusal::new("QueueDoesNotExist", "The specified queue does not exist or you do not have access to it.")
}

/// Merges new attributes into what is set, refusing what SQS refuses. An empty policy removes it.
fn merge(
    connection: &Connection,
    settings: &mut BTreeMap<String, String>,
    attributes: BTreeMap<String, String>,
) -> Result<(), Refusal> {
    for (name, value) in attributes {
        let invalid = || Refusal::new("InvalidAttributeValue", format!("Invalid value for the parameter {name}."));
        if let Some((_, least, most, _)) = NUMBERS.iter().find(|(known, ..)| *known == name) {
            let number: i64 = value.parse().map_err(|_| invalid())?;
            if !(*least..=*most).contains(&number) {
                return Err(invalid());
            }
        } else if name == "RedrivePolicy" {
            if !value.is_empty() {
                let redrive: Redrive = serde_json::from_str(&value).map_err(|_| invalid())?;
                if !(1..=1_000).contains(&redrive.max_receive_count) {
                    return Err(invalid());
                }
                if Queue::of_arn(connection, &redrive.dead_letter_target_arn)?.is_none() {
                    return Err(Refusal::new(
                        "InvalidParameterValue",
                        format!(
                            "Value {value} for parameter RedrivePolicy is invalid. Reason: Dead letter target does \
                             not exist."
                        ),
                    ));
                }
            }
        } else if name == "FifoQueue" || name == "ContentBasedDeduplication" {
            return Err(no_fifo());
        } else if !KEPT.contains(&name.as_str()) {
            return Err(Refusal::new("InvalidAttributeName", format!("Unknown Attribute {name}.")));
        }
        if value.is_empty() {
            settings.remove(&name);
        } else {
            settings.insert(name, value);
        }
    }
    Ok(())
}

fn no_fifo() -> Refusal {
    Refusal::new("UnsupportedOperation", "The lab has no FIFO queues: use a standard queue.")
}

impl Queues {
    /// Makes a queue, or finds it where it exists with these attributes.
    pub(super) fn create(&self, name: &str, attributes: BTreeMap<String, String>) -> Result<(), Refusal> {
        if names::is_fifo(name) {
            return Err(no_fifo());
        }
        if !names::is_name(name, 80) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
            ));
        }
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let mut settings = BTreeMap::new();
            merge(transaction, &mut settings, attributes)?;
            if let Some(queue) = Queue::find::<Refusal>(transaction, name)? {
                let told = queue.attributes();
                if settings.iter().all(|(name, value)| told.get(name) == Some(value)) {
                    return Ok(());
                }
                return Err(Refusal::new(
                    "QueueNameExists",
                    "A queue already exists with the same name and a different value for an attribute",
                ));
            }
            transaction
                .prepare_cached("INSERT INTO queues (name, created, modified, settings) VALUES (?1, ?2, ?2, ?3)")?
                .execute(params![name, now, serde_json::to_string(&settings)?])?;
            Ok(())
        })
    }

    pub(super) fn set_attributes(&self, url: &str, attributes: BTreeMap<String, String>) -> Result<(), Refusal> {
        let now = self.clock.millis();
        self.database.write(|transaction| {
            let mut queue = Queue::of_url(transaction, url)?;
            merge(transaction, &mut queue.settings, attributes)?;
            transaction
                .prepare_cached("UPDATE queues SET modified = ?2, settings = ?3 WHERE id = ?1")?
                .execute(params![queue.id, now, serde_json::to_string(&queue.settings)?])?;
            Ok::<_, Refusal>(())
        })
    }

    pub(super) fn delete_queue(&self, url: &str) -> Result<(), Refusal> {
        self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            transaction.execute("DELETE FROM messages WHERE queue = ?1", [queue.id])?;
            transaction.execute("DELETE FROM queues WHERE id = ?1", [queue.id])?;
            Ok(())
        })
    }

    pub(super) fn purge(&self, url: &str) -> Result<(), Refusal> {
        self.database.write(|transaction| {
            let queue = Queue::of_url(transaction, url)?;
            transaction.execute("DELETE FROM messages WHERE queue = ?1", [queue.id])?;
            Ok(())
        })
    }
}
