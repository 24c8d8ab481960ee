//! Topics and subscriptions.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use uuid::Uuid;

use super::Topics;
use crate::names::{self, ACCOUNT};
use crate::refusal::Refusal;
use crate::sqs::Queue;

/// Attributes of topics that are kept and told, and mean nothing in a lab.
const KEPT: [&str; 5] = ["DisplayName", "Policy", "DeliveryPolicy", "KmsMasterKeyId", "TracingConfig"];

/// A queue's subscription to a topic.
#[derive(Clone, Debug)]
pub(super) struct Subscription {
    pub(super) arn: String,
    pub(super) topic: String,
    /// The queue's ARN.
    pub(super) endpoint: String,
    /// Whether the message is delivered as it is, without the envelope.
    pub(super) is_raw: bool,
}

const COLUMNS: &str = "arn, topic, endpoint, raw";

impl Subscription {
    fn read(row: &Row<'_>) -> Result<Subscription, rusqlite::Error> {
        Ok(Subscription { arn: row.get(0)?, topic: row.get(1)?, endpoint: row.get(2)?, is_raw: row.get(3)? })
    }

    fn find(connection: &Connection, arn: &str) -> Result<Subscription, Refusal> {
        connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM subscriptions WHERE arn = ?1"))?
            .query_row([arn], Subscription::read)
            .optional()?
            .ok_or_else(|| not_found("Subscription does not exist"))
    }

    /// The subscriptions of a topic, oldest first.
    pub(super) fn of_topic(connection: &Connection, topic: &str) -> Result<Vec<Subscription>, rusqlite::Error> {
        connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM subscriptions WHERE topic = ?1 ORDER BY arn"))?
            .query_map([topic], Subscription::read)?
            .collect()
    }
}

pub(super) fn not_found(message: &str) -> Refusal {
    Refusal::new("NotFound", message).with_status(404)
}

pub(super) fn invalid(message: impl std::fmt::Display) -> Refusal {
    Refusal::new("InvalidParameter", format!("Invalid parameter: {message}"))
}

/// Whether there is a topic of that ARN.
pub(crate) fn topic_exists(connection: &Connection, arn: &str) -> Result<bool, rusqlite::Error> {
    connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM topics WHERE arn = ?1)")?.query_row([arn], |row| row.get(0))
}

/// Refuses where there is no such topic.
pub(super) fn check_topic(connection: &Connection, arn: &str) -> Result<(), Refusal> {
    if names::topic_of_arn(arn).is_none() {
        return Err(invalid("TopicArn"));
    }
    if topic_exists(connection, arn)? { Ok(()) } else { Err(not_found("Topic does not exist")) }
}

fn is_true(value: &str) -> Result<bool, Refusal> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid("RawMessageDelivery must be true or false")),
    }
}

/// Reads the attributes of a subscription: whether delivery is raw.
fn raw_delivery(attributes: &BTreeMap<String, String>) -> Result<Option<bool>, Refusal> {
    let mut is_raw = None;
    for (name, value) in attributes {
        match name.as_str() {
            "RawMessageDelivery" => is_raw = Some(is_true(value)?),
            // To take a filter and then deliver everything would be a lie.
            name => {
                return Err(invalid(format!("AttributeName: the lab's subscriptions have no {name}")));
            }
        }
    }
    Ok(is_raw)
}

fn check_kept(attributes: &BTreeMap<String, String>) -> Result<(), Refusal> {
    match attributes.keys().find(|name| !KEPT.contains(&name.as_str())) {
        Some(name) => Err(invalid(format!("AttributeName {name}"))),
        None => Ok(()),
    }
}

fn settings(connection: &Connection, topic: &str) -> Result<Option<BTreeMap<String, String>>, Refusal> {
    let json: Option<String> = connection
        .prepare_cached("SELECT settings FROM topics WHERE arn = ?1")?
        .query_row([topic], |row| row.get(0))
        .optional()?;
    Ok(json.map(|json| serde_json::from_str(&json)).transpose()?)
}

fn put_settings(
    transaction: &Transaction<'_>,
    topic: &str,
    settings: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO topics (arn, settings) VALUES (?1, ?2)")?
        .execute(params![topic, serde_json::to_string(settings)?])?;
    Ok(())
}

impl Topics {
    /// Makes a topic, or finds it, and gives its ARN.
    pub(super) fn create(&self, name: &str, attributes: BTreeMap<String, String>) -> Result<String, Refusal> {
        if names::is_fifo(name) || attributes.contains_key("FifoTopic") {
            return Err(invalid("the lab has no FIFO topics: use a standard topic"));
        }
        if !names::is_name(name, 256) {
            return Err(invalid("Topic Name"));
        }
        check_kept(&attributes)?;
        let arn = names::topic_arn(name);
        self.database.write(|transaction| {
            let mut kept = settings(transaction, &arn)?.unwrap_or_default();
            kept.extend(attributes);
            put_settings(transaction, &arn, &kept)
        })?;
        Ok(arn)
    }

    /// Deletes a topic and its subscriptions; one that does not exist is deleted as well.
    pub(super) fn delete(&self, topic: &str) -> Result<(), Refusal> {
        self.database.write(|transaction| {
            transaction.execute("DELETE FROM subscriptions WHERE topic = ?1", [topic])?;
            transaction.execute("DELETE FROM topics WHERE arn = ?1", [topic])?;
            Ok(())
        })
    }

    pub(super) fn set_attribute(&self, topic: &str, name: &str, value: &str) -> Result<(), Refusal> {
        let attribute = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        check_kept(&attribute)?;
        self.database.write(|transaction| {
            check_topic(transaction, topic)?;
            let mut kept = settings(transaction, topic)?.unwrap_or_default();
            kept.extend(attribute);
            put_settings(transaction, topic, &kept)
        })
    }

    pub(super) fn attributes(&self, topic: &str) -> Result<BTreeMap<String, String>, Refusal> {
        self.database.read(|connection| {
            check_topic(connection, topic)?;
            let mut attributes = settings(connection, topic)?.unwrap_or_default();
            let confirmed = Subscription::of_topic(connection, topic)?.len();
            for (name, value) in [
                ("TopicArn", topic.to_owned()),
                ("Owner", ACCOUNT.to_owned()),
                ("SubscriptionsConfirmed", confirmed.to_string()),
                ("SubscriptionsPending", "0".to_owned()),
                ("SubscriptionsDeleted", "0".to_owned()),
            ] {
                attributes.insert(name.to_owned(), value);
            }
            attributes.entry("DisplayName".to_owned()).or_default();
            Ok(attributes)
        })
    }

    /// The ARNs of topics after `after`, at most 100.
    pub(super) fn list(&self, after: &str) -> Result<Vec<String>, Refusal> {
        self.database.read(|connection| {
            Ok(connection
                .prepare_cached("SELECT arn FROM topics WHERE arn > ?1 ORDER BY arn LIMIT 100")?
                .query_map([after], |row| row.get(0))?
                .collect::<Result<_, _>>()?)
        })
    }

    /// Subscribes a queue, or finds its subscription, and gives its ARN.
    pub(super) fn subscribe(
        &self,
        topic: &str,
        protocol: &str,
        endpoint: &str,
        attributes: &BTreeMap<String, String>,
    ) -> Result<String, Refusal> {
        if protocol != "sqs" {
            return Err(invalid(format!("Protocol: the lab delivers to queues (sqs) alone, not to {protocol:?}")));
        }
        let is_raw = raw_delivery(attributes)?.unwrap_or_default();
        self.database.write(|transaction| {
            check_topic(transaction, topic)?;
            let queue = match names::queue_of_arn(endpoint) {
                Some(name) => Queue::find::<Refusal>(transaction, name)?,
                None => return Err(invalid("SQS endpoint ARN")),
            };
            if queue.is_none() {
                return Err(invalid(format!("Endpoint: there is no queue {endpoint}")));
            }
            let known = Subscription::of_topic(transaction, topic)?
                .into_iter()
                .find(|subscription| subscription.endpoint == endpoint);
            if let Some(known) = known {
                if known.is_raw == is_raw {
                    return Ok(known.arn);
                }
                return Err(invalid("Attributes Reason: Subscription already exists with different attributes"));
            }
            let arn = format!("{topic}:{}", Uuid::new_v4());
            transaction
                .prepare_cached("INSERT INTO subscriptions (arn, topic, endpoint, raw) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![arn, topic, endpoint, is_raw])?;
            Ok(arn)
        })
    }

    pub(super) fn unsubscribe(&self, arn: &str) -> Result<(), Refusal> {
        self.database.write(|transaction| {
            transaction.execute("DELETE FROM subscriptions WHERE arn = ?1", [arn])?;
            Ok(())
        })
    }

    pub(super) fn set_subscription_attribute(&self, arn: &str, name: &str, value: &str) -> Result<(), Refusal> {
        let attribute = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        let is_raw = raw_delivery(&attribute)?;
        self.database.write(|transaction| {
            Subscription::find(transaction, arn)?;
            transaction.execute("UPDATE subscriptions SET raw = ?2 WHERE arn = ?1", params![arn, is_raw])?;
            Ok(())
        })
    }

    pub(super) fn subscription(&self, arn: &str) -> Result<Subscription, Refusal> {
        self.database.read(|connection| Subscription::find(connection, arn))
    }

    /// Subscriptions after `after`, of one topic or of all, at most 100.
    pub(super) fn subscriptions(&self, topic: Option<&str>, after: &str) -> Result<Vec<Subscription>, Refusal> {
        self.database.read(|connection| {
            if let Some(topic) = topic {
                check_topic(connection, topic)?;
            }
            Ok(connection
                .prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM subscriptions WHERE arn > ?1 AND (?2 IS NULL OR topic = ?2) \
                     ORDER BY arn LIMIT 100"
                ))?
                .query_map(params![after, topic], Subscription::read)?
                .collect::<Result<_, _>>()?)
        })
    }
}
