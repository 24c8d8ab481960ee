//! Buckets, topic, queues and index of an embedded platform, made through the same APIs as on AWS.

use jiff::SignedDuration;
use scops_lab::Lab;
use scops_parser::Formats;

use super::credentials;
use crate::aws::{Aws, AwsError, QueueSettings};
use crate::config::{ConsumerTable, File, IndexTable, ProfileTable, SourceTable};
use crate::domain::{Envelope, Location, Profile};
use crate::worker::tables;

/// The consumer's name, and its queue's.
const CONSUMER: &str = "indexer";

const TOPIC: &str = "object-created";

/// How often an event is tried before it goes to the dead-letter queue.
const TRIES: u32 = 3;

/// Makes buckets, topic and queues, and gives the configuration that describes them.
pub async fn build(
    aws: &Aws,
    lab: &Lab,
    profile_name: &str,
    bucket: &str,
    sources: Vec<SourceTable>,
) -> anyhow::Result<File> {
    let index_bucket = format!("{bucket}-index");
    for name in [bucket, &index_bucket] {
        aws.create_bucket(name).await?;
    }
    let fortnight = SignedDuration::from_hours(14 * 24);
    let visibility = SignedDuration::from_mins(1);
    let queue = |dead_letter| QueueSettings { visibility, retention: fortnight, dead_letter };
    let dead_letter_url = aws.create_queue(&format!("{CONSUMER}-failed"), &queue(None)).await?;
    let parked_url = aws.create_queue(&format!("{CONSUMER}-parked"), &queue(None)).await?;
    let redrive = (aws.queue_arn(&dead_letter_url).await?, TRIES);
    let queue_url = aws.create_queue(CONSUMER, &queue(Some(redrive))).await?;
    let queue_arn = aws.queue_arn(&queue_url).await?;
    let topic_arn = aws.create_topic(TOPIC).await?;
    aws.allow_sending(&queue_url, &queue_arn, &topic_arn).await?;
    aws.subscribe(&topic_arn, &queue_arn, false).await?;
    aws.put_notification(bucket, "", &topic_arn).await?;

    let below = |prefix: &str| Location { bucket: index_bucket.clone(), prefix: prefix.into() };
    let profile = ProfileTable {
        account: Some(lab.account_id().to_owned()),
        region: Some(lab.region().to_owned()),
        endpoint_url: Some(lab.endpoint().to_owned()),
        credentials: Some(credentials(lab)),
        sources,
        consumers: vec![ConsumerTable {
            name: CONSUMER.into(),
            queue_url: Some(queue_url),
            topic_arn: None,
            function: None,
            // What its topic wraps, and does not deliver raw.
            envelope: Envelope::Sns,
            dead_letter_url: Some(dead_letter_url),
            parked_url: Some(parked_url),
            parked_prefix: None,
            alerts: Some(below("alerts/indexer/")),
            receipts: Some(below("receipts/indexer/")),
            failures: Some(below("failures/indexer/")),
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        }],
        index: Some(IndexTable {
            location: below(""),
            database: "scops".into(),
            workgroup: "primary".into(),
            output: Some(below("athena-results/")),
            retention_days: None,
        }),
        ..ProfileTable::default()
    };
    Ok(File {
        version: None,
        groups: [].into(),
        chars: None,
        default_profile: Some(profile_name.to_owned()),
        profiles: [(profile_name.to_owned(), profile)].into(),
        formats: Formats::default(),
        rules: std::path::PathBuf::new(),
    })
}

/// Creates the index's database and tables, as `scops index create` does on AWS.
pub async fn create_index(aws: &Aws, profile: &Profile) -> Result<(), AwsError> {
    let Some(index) = &profile.index else { return Ok(()) };
    let standing = tables::standing(aws, index, &profile.sources).await?;
    tables::take(aws, index, &standing, |_| {}).await
}
