//! Publishing: one message to every subscribed queue, raw or in SNS's envelope.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, Mac};
use jiff::Timestamp;
use rusqlite::Transaction;
use serde_json::{Map, Value, json};
use sha2::Sha256;
use uuid::Uuid;

use super::Signer;
use super::topics::Subscription;
use crate::clock::timestamp;
use crate::names;
use crate::sqs::{AttributeValue, Attributes, EnqueueError, Outgoing, Queue, enqueue};

/// More attributes than this do not fit a raw delivery, and the message is discarded (Amazon SNS developer guide,
/// "Amazon SNS raw message delivery").
const RAW_ATTRIBUTES: usize = 10;

/// A message to a topic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Publication {
    pub(crate) subject: Option<String>,
    /// What queues get.
    pub(crate) message: String,
    pub(crate) attributes: Attributes,
}

/// Delivers a message to the queues that are subscribed to `topic`, as sent at `at` in milliseconds, and gives its id.
pub(crate) fn publish(
    transaction: &Transaction<'_>,
    signer: &Signer,
    topic: &str,
    publication: &Publication,
    at: i64,
) -> Result<String, EnqueueError> {
    let id = Uuid::new_v4().to_string();
    for subscription in Subscription::of_topic(transaction, topic)? {
        let Some(name) = names::queue_of_arn(&subscription.endpoint) else {
            continue;
        };
        // A queue that is gone gets nothing, as on AWS.
        let Some(queue) = Queue::find::<EnqueueError>(transaction, name)? else {
            continue;
        };
        let outgoing = if subscription.is_raw {
            if publication.attributes.len() > RAW_ATTRIBUTES {
                tracing::warn!(topic, "a message with more than 10 attributes is not delivered raw");
                continue;
            }
            Outgoing {
                body: publication.message.clone(),
                attributes: publication.attributes.clone(),
                ..Outgoing::default()
            }
        } else {
            Outgoing {
                body: envelope(signer, topic, &subscription.arn, &id, publication, timestamp(at)),
                ..Outgoing::default()
            }
        };
        enqueue(transaction, &queue, &outgoing, at)?;
    }
    Ok(id)
}

/// The JSON document that SNS delivers (Amazon SNS developer guide, "Amazon SNS message delivery to Amazon SQS").
fn envelope(
    signer: &Signer,
    topic: &str,
    subscription: &str,
    id: &str,
    publication: &Publication,
    at: Timestamp,
) -> String {
    let time = at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
    let mut envelope = json!({
        "Type": "Notification",
        "MessageId": id,
        "TopicArn": topic,
    });
    let mut to_sign = format!("Message\n{}\nMessageId\n{id}\n", publication.message);
    if let Some(subject) = &publication.subject {
        envelope["Subject"] = subject.as_str().into();
        to_sign.extend(["Subject\n", subject, "\n"]);
    }
    to_sign.extend(["Timestamp\n", &time, "\nTopicArn\n", topic, "\nType\nNotification\n"]);
    envelope["Message"] = publication.message.as_str().into();
    envelope["Timestamp"] = time.into();
    envelope["SignatureVersion"] = "1".into();
    envelope["Signature"] = signature(signer, &to_sign).into();
    envelope["SigningCertURL"] = "https://sns.lab.invalid/SimpleNotificationService.pem".into();
    envelope["UnsubscribeURL"] =
        format!("https://sns.lab.invalid/?Action=Unsubscribe&SubscriptionArn={subscription}").into();
    if !publication.attributes.is_empty() {
        envelope["MessageAttributes"] = attributes(&publication.attributes);
    }
    envelope.to_string()
}

fn attributes(attributes: &Attributes) -> Value {
    let told: Map<String, Value> = attributes
        .iter()
        .map(|(name, attribute)| {
            let value = match &attribute.value {
                AttributeValue::Text(text) => text.clone(),
                AttributeValue::Binary(bytes) => BASE64_STANDARD.encode(bytes),
            };
            (name.clone(), json!({ "Type": attribute.data_type, "Value": value }))
        })
        .collect();
    told.into()
}

fn signature(signer: &Signer, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(signer.0.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
