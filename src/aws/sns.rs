//! Topics.

use std::fmt;

use aws_sdk_sns::config::Config;
use aws_sdk_sns::config::retry::RetryConfig;
use aws_sdk_sns::primitives::Blob;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;

use super::{Aws, AwsError, Entry, Kind};
use crate::domain::QueuedMessage;

/// Who gets what is published to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// `sqs`, `lambda`, `email`, …
    pub protocol: String,
    /// An ARN, an address, a URL.
    pub endpoint: String,
    /// The subscription's own ARN; another word while it waits to be confirmed.
    pub arn: String,
}

impl fmt::Display for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = if self.endpoint.starts_with("arn:") {
            self.endpoint.rsplit(':').next().unwrap_or(&self.endpoint)
        } else {
            &self.endpoint
        };
        write!(f, "{} {short}", self.protocol)
    }
}

impl Aws {
    /// Who gets what is published to a topic (ListSubscriptionsByTopic).
    pub async fn subscriptions(&self, topic_arn: &str) -> Result<Vec<Subscription>, AwsError> {
        let mut found = Vec::new();
        let mut next = None;
        loop {
            let request = self.sns().await.list_subscriptions_by_topic().topic_arn(topic_arn).set_next_token(next);
            let output = request
                .send()
                .await
                .map_err(|error| AwsError::from_sdk(format!("cannot list the subscribers of {topic_arn}"), &error))?;
            found.extend(output.subscriptions.unwrap_or_default().into_iter().map(|told| Subscription {
                protocol: told.protocol.unwrap_or_default(),
                endpoint: told.endpoint.unwrap_or_default(),
                arn: told.subscription_arn.unwrap_or_default(),
            }));
            next = output.next_token.filter(|token| !token.is_empty());
            if next.is_none() {
                return Ok(found);
            }
        }
    }

    /// Publishes up to 10 messages with their attributes, once: the SDK does not repeat what may have arrived. Gives
    /// each one's outcome, in order.
    pub async fn publish_batch(&self, topic_arn: &str, messages: &[QueuedMessage]) -> Result<Vec<Entry>, AwsError> {
        let subject = || format!("cannot publish to {topic_arn}");
        let mut entries = Vec::with_capacity(messages.len());
        for (index, message) in messages.iter().enumerate() {
            let mut entry = PublishBatchRequestEntry::builder().id(index.to_string()).message(&message.body);
            for (name, (kind, value)) in &message.attributes {
                entry = entry.message_attributes(name, attribute(kind, value, &subject())?);
            }
            entries.push(entry.build().map_err(|error| AwsError::new(Kind::Other, subject(), error.to_string()))?);
        }
        let output = self
            .sns()
            .await
            .publish_batch()
            .topic_arn(topic_arn)
            .set_publish_batch_request_entries(Some(entries))
            .customize()
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let mut outcomes = vec![Entry::Unknown; messages.len()];
        let mut set = |id: Option<&str>, outcome: Entry| {
            let place = id.and_then(|id| id.parse::<usize>().ok()).and_then(|index| outcomes.get_mut(index));
            if let Some(place) = place {
                *place = outcome;
            }
        };
        for done in output.successful() {
            set(done.id(), Entry::Done(done.message_id().unwrap_or_default().to_owned()));
        }
        for failed in output.failed() {
            let reason = format!("{}: {}", failed.code(), failed.message().unwrap_or_default());
            set(Some(failed.id()), Entry::Refused(reason));
        }
        Ok(outcomes)
    }

    /// Makes a topic. Gives its ARN; that of the topic which has the name already.
    pub async fn create_topic(&self, name: &str) -> Result<String, AwsError> {
        let subject = || format!("cannot make the topic {name}");
        let request = self.sns().await.create_topic().name(name);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.topic_arn.ok_or_else(|| AwsError::malformed(subject(), "the answer names no ARN"))
    }

    /// Has a queue receive what is published to a topic: the message alone (`is_raw`), or wrapped in SNS's envelope.
    /// Gives the subscription's ARN.
    pub async fn subscribe(&self, topic_arn: &str, queue_arn: &str, is_raw: bool) -> Result<String, AwsError> {
        let subject = || format!("cannot subscribe {queue_arn} to {topic_arn}");
        let request = self
            .sns()
            .await
            .subscribe()
            .topic_arn(topic_arn)
            .protocol("sqs")
            .endpoint(queue_arn)
            .attributes("RawMessageDelivery", is_raw.to_string())
            .return_subscription_arn(true);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.subscription_arn.ok_or_else(|| AwsError::malformed(subject(), "the answer names no ARN"))
    }

    /// Publishes a message to every subscriber. Gives its id.
    pub async fn publish(&self, topic_arn: &str, message: &str) -> Result<String, AwsError> {
        let subject = || format!("cannot publish to {topic_arn}");
        let request = self.sns().await.publish().topic_arn(topic_arn).message(message);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.message_id.ok_or_else(|| AwsError::malformed(subject(), "the answer names no message id"))
    }
}

fn attribute(kind: &str, value: &str, subject: &str) -> Result<MessageAttributeValue, AwsError> {
    let built = MessageAttributeValue::builder().data_type(kind);
    let built = if kind.starts_with("Binary") {
        let bytes = BASE64.decode(value).map_err(|error| AwsError::new(Kind::Other, subject, error.to_string()))?;
        built.binary_value(Blob::new(bytes))
    } else {
        built.string_value(value)
    };
    built.build().map_err(|error| AwsError::new(Kind::Other, subject, error.to_string()))
}
