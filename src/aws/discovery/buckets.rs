//! Buckets: which there are, where they live, whom they tell.

use aws_sdk_s3::types::{Event, FilterRuleName, NotificationConfigurationFilter, S3KeyFilter};
use scops_parser::Formats;

use super::super::{Aws, AwsError, Kind};
use super::{Walk, keys};
use crate::domain::Location;
use crate::domain::discovery::{FoundBucket, Notification};

/// Buckets of one page of ListBuckets.
const PAGE: i32 = 1000;

/// The buckets to look at, with their regions where the listing tells them.
pub(super) async fn names(
    walk: &Walk<'_>,
    named: Option<&[String]>,
) -> Result<Vec<(String, Option<String>)>, AwsError> {
    if let Some(named) = named {
        let mut named: Vec<String> = named.to_vec();
        named.sort();
        named.dedup();
        return Ok(named.into_iter().map(|name| (name, None)).collect());
    }
    let mut all = Vec::new();
    let mut token: Option<String> = None;
    loop {
        let page = walk.aws.buckets(token.as_deref()).await;
        let Some((buckets, next)) = walk.told("s3:ListAllMyBuckets", "*", page)? else { return Ok(all) };
        all.extend(buckets);
        match next {
            Some(next) if token.as_ref() != Some(&next) => token = Some(next),
            _ => return Ok(all),
        }
    }
}

/// One bucket; nothing where there is none of that name.
pub(super) async fn look(
    walk: &Walk<'_>,
    name: String,
    region: Option<String>,
    formats: Option<&Formats>,
    index: Option<&Location>,
) -> Result<Option<FoundBucket>, AwsError> {
    (walk.tell)(&format!("s3://{name}"));
    let arn = format!("arn:aws:s3:::{name}");
    let region = match region {
        Some(region) => Some(region),
        None => match walk.aws.bucket_location(&name).await {
            Err(error) if error.kind == Kind::NoSuchBucket => {
                walk.notes().missing.insert(arn);
                return Ok(None);
            }
            answer => walk.told("s3:GetBucketLocation", &arn, answer)?,
        },
    };
    let told = walk.told("s3:GetBucketNotification", &arn, walk.aws.notifications(&name).await)?;
    let (notifications, has_event_bridge) = told.map_or((None, false), |(told, bridge)| (Some(told), bridge));
    let lifecycle = walk.told("s3:GetLifecycleConfiguration", &arn, walk.aws.lifecycle(&name).await)?;
    let mut bucket = FoundBucket {
        name,
        region,
        notifications,
        has_event_bridge,
        lifecycle: lifecycle.unwrap_or_default(),
        layouts: Vec::new(),
    };
    if let Some(formats) = formats {
        bucket.layouts = keys::layouts(walk, &bucket.name, formats, index).await?;
    }
    Ok(Some(bucket))
}

/// A page of something, and where the next begins.
type Paged<T> = (Vec<T>, Option<String>);

impl Aws {
    /// A page of the account's buckets, each with its region where S3 tells it.
    async fn buckets(&self, token: Option<&str>) -> Result<Paged<(String, Option<String>)>, AwsError> {
        let request = self.clients().await.s3.list_buckets().max_buckets(PAGE);
        let output = request.set_continuation_token(token.map(str::to_owned)).send().await;
        let output = output.map_err(|error| AwsError::from_sdk("cannot list the buckets", &error))?;
        let buckets = output
            .buckets()
            .iter()
            .filter_map(|bucket| Some((bucket.name()?.to_owned(), bucket.bucket_region().map(str::to_owned))));
        Ok((buckets.collect(), output.continuation_token().map(str::to_owned)))
    }

    /// The region of a bucket (GetBucketLocation).
    async fn bucket_location(&self, bucket: &str) -> Result<String, AwsError> {
        let client = self.s3(bucket).await;
        let output = client.get_bucket_location().bucket(bucket).send().await;
        let subject = || format!("cannot tell the region of {bucket}");
        let output = output.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        // What has no constraint is where S3 began; EU is Ireland's old name.
        let region = output.location_constraint().map(|constraint| constraint.as_str().to_owned());
        Ok(match region.as_deref() {
            None | Some("") => "us-east-1".to_owned(),
            Some("EU") => "eu-west-1".to_owned(),
            Some(region) => region.to_owned(),
        })
    }

    /// Whom a bucket tells of its objects, and whether it tells EventBridge.
    async fn notifications(&self, bucket: &str) -> Result<(Vec<Notification>, bool), AwsError> {
        let subject = || format!("cannot read the notifications of {bucket}");
        let client = self.s3(bucket).await;
        let output = match client.get_bucket_notification_configuration().bucket(bucket).send().await {
            Ok(output) => output,
            Err(error) => {
                let error = AwsError::from_sdk(subject(), &error);
                let Some(region) = error.region.clone().filter(|_| error.kind == Kind::WrongRegion) else {
                    return Err(error);
                };
                if !self.follow(bucket, &region).await {
                    return Err(error);
                }
                let request = self.s3(bucket).await.get_bucket_notification_configuration().bucket(bucket);
                request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?
            }
        };
        let topics = output.topic_configurations().iter().map(|told| (told.topic_arn(), told.events(), told.filter()));
        let queues = output.queue_configurations().iter().map(|told| (told.queue_arn(), told.events(), told.filter()));
        let functions = output.lambda_function_configurations().iter();
        let functions = functions.map(|told| (told.lambda_function_arn(), told.events(), told.filter()));
        let all = topics.chain(queues).chain(functions).map(|(arn, events, filter)| notification(arn, events, filter));
        Ok((all.collect(), output.event_bridge_configuration().is_some()))
    }
}

fn notification(arn: &str, events: &[Event], filter: Option<&NotificationConfigurationFilter>) -> Notification {
    let rules =
        filter.and_then(NotificationConfigurationFilter::key).map(S3KeyFilter::filter_rules).unwrap_or_default();
    // S3 writes `Prefix` and takes `prefix`.
    let rule = |name: &FilterRuleName| {
        let is_it = |told: &&aws_sdk_s3::types::FilterRule| {
            told.name().is_some_and(|told| told.as_str().eq_ignore_ascii_case(name.as_str()))
        };
        rules.iter().find(is_it).and_then(|rule| rule.value()).unwrap_or_default().to_owned()
    };
    Notification {
        target: arn.to_owned(),
        events: events.iter().map(|event| event.as_str().to_owned()).collect(),
        prefix: rule(&FilterRuleName::Prefix),
        suffix: rule(&FilterRuleName::Suffix),
    }
}
