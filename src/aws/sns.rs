//! Topics.

use super::{Aws, AwsError};

impl Aws {
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
