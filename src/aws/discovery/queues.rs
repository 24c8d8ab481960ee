//! Queues.

use super::super::{Aws, AwsError};
use super::Walk;
use crate::domain::discovery::{FoundQueue, account, is_account, short};

/// One queue; nothing where it was not told, or does not exist.
pub(super) async fn look(walk: &Walk<'_>, arn: &str) -> Result<Option<FoundQueue>, AwsError> {
    let aws = walk.at(arn);
    let url = aws.queue_url(short(arn), account(arn)).await;
    let Some(url) = walk.told_of("sqs:GetQueueUrl", arn, url)? else { return Ok(None) };
    let Some(state) = walk.told_of("sqs:GetQueueAttributes", arn, aws.queue_state(&url).await)? else {
        return Ok(None);
    };
    let (max_receives, dead_letter) = state.redrive.unzip();
    Ok(Some(FoundQueue {
        arn: arn.to_owned(),
        url,
        visible: state.visible,
        in_flight: state.in_flight,
        delayed: state.delayed,
        retention: state.retention,
        visibility: state.visibility,
        dead_letter,
        max_receives,
        key: state.key,
    }))
}

/// The queue beside this one that is named as its parked one, where there is one.
pub(super) async fn parked(walk: &Walk<'_>, arn: &str) -> Result<Option<String>, AwsError> {
    let parked = format!("{arn}-parked");
    match walk.at(arn).queue_url(short(&parked), account(arn)).await {
        Err(error) if super::is_missing(&error) => Ok(None),
        answer => Ok(walk.told("sqs:GetQueueUrl", &parked, answer)?.map(|_| parked)),
    }
}

/// The ARN of a queue by its URL, where that is one of AWS's: `https://sqs.REGION.amazonaws.com/ACCOUNT/NAME`. Of another
/// host, the region is this one.
pub(super) fn arn_of(url: &str, region: &str) -> Option<String> {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next()?, parts.next()?);
    if name.is_empty() || !is_account(account) {
        return None;
    }
    let host = parts.next().unwrap_or_default();
    let region = host.strip_prefix("sqs.").and_then(|rest| rest.split('.').next()).unwrap_or(region);
    Some(format!("arn:aws:sqs:{region}:{account}:{name}"))
}

impl Aws {
    /// The URL of a queue by its name.
    async fn queue_url(&self, name: &str, account: Option<&str>) -> Result<String, AwsError> {
        let subject = || format!("cannot find the queue {name}");
        let request = self.sqs().await.get_queue_url().queue_name(name);
        let output = request.set_queue_owner_aws_account_id(account.map(str::to_owned)).send().await;
        let output = output.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.queue_url.ok_or_else(|| AwsError::malformed(subject(), "the answer names no URL"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_known_by_its_url() {
        let arn = |url: &str| arn_of(url, "us-east-1");
        assert_eq!(
            arn("https://sqs.eu-west-1.amazonaws.com/111122223333/indexer").as_deref(),
            Some("arn:aws:sqs:eu-west-1:111122223333:indexer")
        );
        assert_eq!(
            arn("http://127.0.0.1:9900/111122223333/q").as_deref(),
            Some("arn:aws:sqs:us-east-1:111122223333:q")
        );
        assert_eq!((arn("indexer"), arn("https://x/1/q"), arn("")), (None, None, None));
    }
}
