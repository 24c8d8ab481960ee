//! Queues: receive, send, delete, hide, and what a queue tells of itself.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::config::Config;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::types::{
    BatchResultErrorEntry, ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message,
    MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use jiff::{SignedDuration, Timestamp};

use super::{ATTEMPT, Aws, AwsError, Kind, OPERATION, timeouts};
use crate::domain::QueuedMessage;

/// Entries of a batch, and messages of a receive, at most.
pub const BATCH: usize = 10;
/// Bytes of a batch at most: bodies, and names, types and values of attributes.
pub const BATCH_BYTES: usize = 1 << 20;

/// A message that was received: hidden from others until its visibility timeout ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message: QueuedMessage,
    /// The receipt handle, by which it is deleted or hidden for longer. Not a receipt in scops' sense.
    pub handle: String,
}

/// What became of one entry of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Done; for a send, with the new message's id.
    Done(String),
    /// Refused, with the queue's code and message.
    Refused(String),
    /// The answer names it neither among the successful nor among the failed.
    Unknown,
}

/// How a queue is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueSettings {
    /// How long a received message is hidden.
    pub visibility: SignedDuration,
    /// How long a message is kept.
    pub retention: SignedDuration,
    /// The ARN of the queue that takes what was received more than so many times.
    pub dead_letter: Option<(String, u32)>,
}

/// A queue's attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Its ARN.
    pub arn: String,
    /// ApproximateNumberOfMessages.
    pub visible: u64,
    /// ApproximateNumberOfMessagesNotVisible.
    pub in_flight: u64,
    /// ApproximateNumberOfMessagesDelayed.
    pub delayed: u64,
    /// MessageRetentionPeriod.
    pub retention: SignedDuration,
    /// VisibilityTimeout.
    pub visibility: SignedDuration,
    /// maxReceiveCount and deadLetterTargetArn of its redrive policy.
    pub redrive: Option<(u32, String)>,
    /// KmsMasterKeyId: the key that its messages are encrypted with, where it is one of KMS.
    pub key: Option<String>,
}

impl Aws {
    /// Receives up to `max` (and 10) messages, hidden from others for `visibility`. Waits up to `wait` (and 20 s) for
    /// the first.
    pub async fn receive(
        &self,
        url: &str,
        max: usize,
        visibility: SignedDuration,
        wait: SignedDuration,
    ) -> Result<Vec<Received>, AwsError> {
        let wait = seconds(wait).clamp(0, 20);
        let waited = Duration::from_secs(u64::from(wait.unsigned_abs()));
        let timeouts = timeouts(ATTEMPT + waited, OPERATION + waited);
        let output = self
            .sqs()
            .await
            .receive_message()
            .queue_url(url)
            .max_number_of_messages(i32::try_from(max.clamp(1, BATCH)).unwrap_or(1))
            .visibility_timeout(seconds(visibility))
            .wait_time_seconds(wait)
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All)
            .customize()
            .config_override(Config::builder().timeout_config(timeouts))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(format!("cannot receive from {url}"), &error))?;
        output
            .messages
            .unwrap_or_default()
            .into_iter()
            .map(|message| {
                received(message).ok_or_else(|| {
                    AwsError::malformed(format!("cannot receive from {url}"), "a message without id or receipt handle")
                })
            })
            .collect()
    }

    /// Sends one message with its body and attributes; id, times and counts are the queue's own. Gives the new id.
    ///
    /// A send whose answer got lost may be repeated by the SDK: consumers see the message twice at worst, never not.
    pub async fn send(&self, url: &str, message: &QueuedMessage) -> Result<String, AwsError> {
        let subject = || format!("cannot send to {url}");
        let output = self
            .sqs()
            .await
            .send_message()
            .queue_url(url)
            .message_body(&message.body)
            .set_message_attributes(Some(attributes(message, &subject())?))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.message_id.ok_or_else(|| AwsError::malformed(subject(), "the answer names no message id"))
    }

    /// Sends up to 10 messages of 1 MiB in all, once: the SDK does not repeat what may have arrived, so that a lost
    /// answer is told to the caller. Gives each one's outcome, in order.
    pub async fn send_batch(&self, url: &str, messages: &[QueuedMessage]) -> Result<Vec<Entry>, AwsError> {
        let subject = || format!("cannot send to {url}");
        let mut entries = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            let entry = SendMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .message_body(&message.body)
                .set_message_attributes(Some(attributes(message, &subject())?))
                .build()
                .map_err(|error| AwsError::new(Kind::Other, subject(), error.to_string()))?;
            entries.push(entry);
        }
        let output = self
            .sqs()
            .await
            .send_message_batch()
            .queue_url(url)
            .set_entries(Some(entries))
            .customize()
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let done = output.successful().iter().map(|entry| (entry.id(), entry.message_id().to_owned()));
        Ok(outcomes(messages.len(), done, output.failed()))
    }

    /// Deletes a received message.
    pub async fn delete_message(&self, url: &str, handle: &str) -> Result<(), AwsError> {
        let request = self.sqs().await.delete_message().queue_url(url).receipt_handle(handle);
        request.send().await.map(drop).map_err(|error| AwsError::from_sdk(format!("cannot delete from {url}"), &error))
    }

    /// Deletes up to 10 received messages. Gives each one's outcome, in order.
    pub async fn delete_message_batch(&self, url: &str, handles: &[String]) -> Result<Vec<Entry>, AwsError> {
        let subject = || format!("cannot delete from {url}");
        let mut entries = Vec::with_capacity(handles.len());
        for (index, handle) in handles.iter().enumerate() {
            let entry = DeleteMessageBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(handle)
                .build()
                .map_err(|error| AwsError::new(Kind::Other, subject(), error.to_string()))?;
            entries.push(entry);
        }
        let request = self.sqs().await.delete_message_batch().queue_url(url).set_entries(Some(entries));
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let done = output.successful().iter().map(|entry| (entry.id(), String::new()));
        Ok(outcomes(handles.len(), done, output.failed()))
    }

    /// Hides a received message for `visibility` from now on; zero shows it to others at once.
    pub async fn change_visibility(&self, url: &str, handle: &str, visibility: SignedDuration) -> Result<(), AwsError> {
        let request = self.sqs().await.change_message_visibility().queue_url(url).receipt_handle(handle);
        let request = request.visibility_timeout(seconds(visibility));
        request
            .send()
            .await
            .map(drop)
            .map_err(|error| AwsError::from_sdk(format!("cannot hide a message of {url}"), &error))
    }

    /// Hides up to 10 received messages for `visibility` from now on. Gives each one's outcome, in order.
    pub async fn change_visibility_batch(
        &self,
        url: &str,
        handles: &[String],
        visibility: SignedDuration,
    ) -> Result<Vec<Entry>, AwsError> {
        let subject = || format!("cannot hide messages of {url}");
        let mut entries = Vec::with_capacity(handles.len());
        for (index, handle) in handles.iter().enumerate() {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder()
                .id(index.to_string())
                .receipt_handle(handle)
                .visibility_timeout(seconds(visibility))
                .build()
                .map_err(|error| AwsError::new(Kind::Other, subject(), error.to_string()))?;
            entries.push(entry);
        }
        let request = self.sqs().await.change_message_visibility_batch().queue_url(url).set_entries(Some(entries));
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let done = output.successful().iter().map(|entry| (entry.id(), String::new()));
        Ok(outcomes(handles.len(), done, output.failed()))
    }

    /// What a queue tells of itself. Its counts are approximate, as AWS says.
    pub async fn queue_state(&self, url: &str) -> Result<QueueState, AwsError> {
        let subject = || format!("cannot look at {url}");
        let request = self.sqs().await.get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let attributes = output.attributes.unwrap_or_default();
        let text = |name: QueueAttributeName| attributes.get(&name).map(String::as_str);
        let number = |name: QueueAttributeName| text(name).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        let duration = |name| SignedDuration::from_secs(i64::try_from(number(name)).unwrap_or(0));
        let arn = text(QueueAttributeName::QueueArn);
        Ok(QueueState {
            arn: arn.ok_or_else(|| AwsError::malformed(subject(), "the answer names no ARN"))?.to_owned(),
            visible: number(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            delayed: number(QueueAttributeName::ApproximateNumberOfMessagesDelayed),
            retention: duration(QueueAttributeName::MessageRetentionPeriod),
            visibility: duration(QueueAttributeName::VisibilityTimeout),
            redrive: text(QueueAttributeName::RedrivePolicy).and_then(redrive),
            key: text(QueueAttributeName::KmsMasterKeyId).filter(|key| !key.is_empty()).map(str::to_owned),
        })
    }

    /// A queue's ARN.
    pub async fn queue_arn(&self, url: &str) -> Result<String, AwsError> {
        Ok(self.queue_state(url).await?.arn)
    }

    /// Makes a queue. Gives its URL; that of the queue which has the name and the same settings already.
    pub async fn create_queue(&self, name: &str, settings: &QueueSettings) -> Result<String, AwsError> {
        let subject = || format!("cannot make the queue {name}");
        let mut request = self
            .sqs()
            .await
            .create_queue()
            .queue_name(name)
            .attributes(QueueAttributeName::VisibilityTimeout, settings.visibility.as_secs().to_string())
            .attributes(QueueAttributeName::MessageRetentionPeriod, settings.retention.as_secs().to_string());
        if let Some((arn, receives)) = &settings.dead_letter {
            let policy = serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": receives });
            request = request.attributes(QueueAttributeName::RedrivePolicy, policy.to_string());
        }
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.queue_url.ok_or_else(|| AwsError::malformed(subject(), "the answer names no URL"))
    }

    /// Lets a topic, or any other service, send to a queue, by the queue's access policy.
    pub async fn allow_sending(&self, url: &str, queue_arn: &str, from_arn: &str) -> Result<(), AwsError> {
        let service = from_arn.split(':').nth(2).unwrap_or("sns");
        let policy = serde_json::json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": format!("{service}.amazonaws.com") },
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": { "ArnEquals": { "aws:SourceArn": from_arn } },
            }],
        });
        let request = self.sqs().await.set_queue_attributes().queue_url(url);
        let request = request.attributes(QueueAttributeName::Policy, policy.to_string());
        let subject = || format!("cannot set the access policy of {url}");
        request.send().await.map(drop).map_err(|error| AwsError::from_sdk(subject(), &error))
    }
}

fn received(message: Message) -> Option<Received> {
    let system = message.attributes.unwrap_or_default();
    let sent = system.get(&MessageSystemAttributeName::SentTimestamp).and_then(|text| text.parse().ok());
    let receives = system.get(&MessageSystemAttributeName::ApproximateReceiveCount).and_then(|text| text.parse().ok());
    let attributes = message.message_attributes.unwrap_or_default().into_iter();
    Some(Received {
        message: QueuedMessage {
            id: message.message_id?,
            body: message.body.unwrap_or_default(),
            attributes: attributes
                .filter_map(|(name, value)| {
                    let text = match value.binary_value {
                        Some(bytes) => BASE64.encode(bytes),
                        None => value.string_value?,
                    };
                    Some((name, (value.data_type, text)))
                })
                .collect(),
            sent: sent.and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            receive_count: receives.unwrap_or(0),
            expires: None,
        },
        handle: message.receipt_handle?,
    })
}

fn attributes(message: &QueuedMessage, subject: &str) -> Result<HashMap<String, MessageAttributeValue>, AwsError> {
    message
        .attributes
        .iter()
        .map(|(name, (data_type, value))| {
            let builder = MessageAttributeValue::builder().data_type(data_type);
            // `Binary` or `Binary.<label>`: what was received as bytes goes out as the same bytes.
            let attribute = match data_type.starts_with("Binary").then(|| BASE64.decode(value)) {
                Some(Ok(bytes)) => builder.binary_value(bytes.into()).build(),
                Some(Err(error)) => return Err(AwsError::new(Kind::Other, subject, error.to_string())),
                None => builder.string_value(value).build(),
            };
            attribute
                .map(|attribute| (name.clone(), attribute))
                .map_err(|error| AwsError::new(Kind::Other, subject, error.to_string()))
        })
        .collect()
}

/// Sorts a batch's answer by the entries' ids, which are their indices. What it does not name stays unknown: an
/// HTTP 200 with two empty lists proves nothing.
fn outcomes<'a>(
    count: usize,
    done: impl Iterator<Item = (&'a str, String)>,
    failed: &[BatchResultErrorEntry],
) -> Vec<Entry> {
    let mut entries = vec![Entry::Unknown; count];
    let mut set = |id: &str, entry: Entry| {
        if let Some(place) = id.parse().ok().and_then(|index: usize| entries.get_mut(index)) {
            *place = entry;
        }
    };
    for (id, message) in done {
        set(id, Entry::Done(message));
    }
    for error in failed {
        let text = match error.message() {
            Some(message) => format!("{}: {message}", error.code()),
            None => error.code().to_owned(),
        };
        set(error.id(), Entry::Refused(text));
    }
    entries
}

/// `{"deadLetterTargetArn": …, "maxReceiveCount": 3}`; AWS writes the count as a number or as text.
fn redrive(policy: &str) -> Option<(u32, String)> {
    let policy: serde_json::Value = serde_json::from_str(policy).ok()?;
    let receives = &policy["maxReceiveCount"];
    let receives = receives.as_u64().or_else(|| receives.as_str()?.parse().ok())?;
    Some((u32::try_from(receives).ok()?, policy["deadLetterTargetArn"].as_str()?.to_owned()))
}

fn seconds(duration: SignedDuration) -> i32 {
    i32::try_from(duration.as_secs()).unwrap_or(i32::MAX).max(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_the_answer_does_not_name_is_unknown() {
        let failed = BatchResultErrorEntry::builder()
            .id("2")
            .code("InternalError")
            .message("try again")
            .sender_fault(false)
            .build()
            .expect("an entry");
        let done = [("0", "m-0".to_owned()), ("9", "m-9".to_owned()), ("x", String::new())];
        assert_eq!(
            outcomes(3, done.into_iter(), &[failed]),
            [Entry::Done("m-0".into()), Entry::Unknown, Entry::Refused("InternalError: try again".into())]
        );
        assert_eq!(outcomes(2, std::iter::empty(), &[]), [Entry::Unknown, Entry::Unknown]);
    }

    #[test]
    fn binary_attributes_go_out_as_they_came() {
        let value = |builder: aws_sdk_sqs::types::builders::MessageAttributeValueBuilder, data_type: &str| {
            builder.data_type(data_type).build().expect("an attribute")
        };
        let original = HashMap::from([
            (
                "blob".to_owned(),
                value(MessageAttributeValue::builder().binary_value(vec![0, 255, 7].into()), "Binary.x"),
            ),
            ("text".to_owned(), value(MessageAttributeValue::builder().string_value("a"), "String")),
        ]);
        let message = Message::builder()
            .message_id("m")
            .receipt_handle("h")
            .set_message_attributes(Some(original.clone()))
            .build();
        let message = received(message).expect("a message").message;
        assert_eq!(attributes(&message, "").expect("attributes"), original);
    }

    #[test]
    fn a_redrive_policy_is_read_with_its_count_as_number_or_text() {
        for count in ["3", "\"3\""] {
            let policy = format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:1:d","maxReceiveCount":{count}}}"#);
            assert_eq!(redrive(&policy), Some((3, "arn:aws:sqs:us-east-1:1:d".into())));
        }
        assert_eq!(redrive("{}"), None);
    }
}
