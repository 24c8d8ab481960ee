//! Topics, and who subscribes to them.

use std::collections::HashMap;

use super::super::{Aws, AwsError};
use super::Walk;
use crate::domain::discovery::{FoundSubscription, FoundTopic};

pub(super) async fn look(walk: &Walk<'_>, arn: &str) -> Result<FoundTopic, AwsError> {
    let aws = walk.at(arn);
    let attributes = walk.told_of("sns:GetTopicAttributes", arn, aws.topic(arn).await)?.unwrap_or_default();
    let key = attributes.get("KmsMasterKeyId").filter(|key| !key.is_empty()).cloned();
    let listed = walk.told_of("sns:ListSubscriptionsByTopic", arn, aws.subscriptions(arn).await)?;
    let Some(listed) = listed else { return Ok(FoundTopic { arn: arn.to_owned(), key, subscriptions: None }) };
    let mut subscriptions = Vec::with_capacity(listed.len());
    for told in listed {
        let mut found =
            FoundSubscription { protocol: told.protocol, endpoint: told.endpoint, ..FoundSubscription::default() };
        if !told.arn.starts_with("arn:") {
            // SNS writes PendingConfirmation where the ARN will be.
            found.is_pending = true;
            subscriptions.push(found);
            continue;
        }
        let answer = aws.subscription(&told.arn).await;
        let answer = walk.told_of("sns:GetSubscriptionAttributes", &told.arn, answer)?.unwrap_or_default();
        let text = |name: &str| answer.get(name).filter(|text| !text.is_empty()).cloned();
        found.is_raw = text("RawMessageDelivery").is_some_and(|raw| raw.eq_ignore_ascii_case("true"));
        found.is_pending = text("PendingConfirmation").is_some_and(|raw| raw.eq_ignore_ascii_case("true"));
        found.filter = text("FilterPolicy");
        found.filters_body = text("FilterPolicyScope").is_some_and(|scope| scope == "MessageBody");
        found.dead_letter = text("RedrivePolicy").and_then(|policy| {
            let policy: serde_json::Value = serde_json::from_str(&policy).ok()?;
            Some(policy.get("deadLetterTargetArn")?.as_str()?.to_owned())
        });
        subscriptions.push(found);
    }
    Ok(FoundTopic { arn: arn.to_owned(), key, subscriptions: Some(subscriptions) })
}

impl Aws {
    async fn topic(&self, arn: &str) -> Result<HashMap<String, String>, AwsError> {
        let output = self.sns().await.get_topic_attributes().topic_arn(arn).send().await;
        let output = output.map_err(|error| AwsError::from_sdk(format!("cannot look at topic {arn}"), &error))?;
        Ok(output.attributes.unwrap_or_default())
    }

    async fn subscription(&self, arn: &str) -> Result<HashMap<String, String>, AwsError> {
        let output = self.sns().await.get_subscription_attributes().subscription_arn(arn).send().await;
        let output =
            output.map_err(|error| AwsError::from_sdk(format!("cannot look at subscription {arn}"), &error))?;
        Ok(output.attributes.unwrap_or_default())
    }
}
