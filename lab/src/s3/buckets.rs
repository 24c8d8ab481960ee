//! Buckets and their configuration on the wire.

use s3s::dto::{
    Bucket, BucketVersioningStatus, CreateBucketInput, CreateBucketOutput, DeleteBucketInput, DeleteBucketOutput,
    Event, FilterRule, FilterRuleName, GetBucketLocationInput, GetBucketLocationOutput,
    GetBucketNotificationConfigurationInput, GetBucketNotificationConfigurationOutput, GetBucketVersioningInput,
    GetBucketVersioningOutput, HeadBucketInput, HeadBucketOutput, ListBucketsInput, ListBucketsOutput,
    NotificationConfiguration, NotificationConfigurationFilter, PutBucketNotificationConfigurationInput,
    PutBucketNotificationConfigurationOutput, PutBucketVersioningInput, PutBucketVersioningOutput, QueueConfiguration,
    S3KeyFilter, TopicConfiguration,
};
use s3s::{S3Error, S3Result, s3_error};
use uuid::Uuid;

use super::S3;
use super::convert::{self, owner, time};
use crate::events::{CheckError, Notification, NotificationError, Notifications};
use crate::names::REGION;
use crate::store::{Store, StoreError, Versioning};

impl S3 {
    pub(super) async fn buckets(&self, input: ListBucketsInput) -> S3Result<ListBucketsOutput> {
        let prefix = input.prefix.clone().unwrap_or_default();
        let buckets = self.with_store(Store::buckets).await?;
        Ok(ListBucketsOutput {
            buckets: Some(
                buckets
                    .into_iter()
                    .filter(|bucket| bucket.name.starts_with(&prefix))
                    .map(|bucket| Bucket {
                        bucket_region: Some(REGION.to_owned()),
                        creation_date: Some(time(bucket.created)),
                        name: Some(bucket.name),
                    })
                    .collect(),
            ),
            owner: Some(owner()),
            prefix: input.prefix,
            ..ListBucketsOutput::default()
        })
    }

    pub(super) async fn make_bucket(&self, input: CreateBucketInput) -> S3Result<CreateBucketOutput> {
        let location = format!("/{}", input.bucket);
        self.with_store(move |store| store.create_bucket(&input.bucket)).await?;
        Ok(CreateBucketOutput { location: Some(location) })
    }

    pub(super) async fn tell_bucket(&self, input: HeadBucketInput) -> S3Result<HeadBucketOutput> {
        self.with_store(move |store| store.bucket(&input.bucket)).await?;
        Ok(HeadBucketOutput { bucket_region: Some(REGION.to_owned()), ..HeadBucketOutput::default() })
    }

    pub(super) async fn remove_bucket(&self, input: DeleteBucketInput) -> S3Result<DeleteBucketOutput> {
        self.with_store(move |store| store.delete_bucket(&input.bucket)).await?;
        Ok(DeleteBucketOutput {})
    }

    pub(super) async fn location(&self, input: GetBucketLocationInput) -> S3Result<GetBucketLocationOutput> {
        self.with_store(move |store| store.bucket(&input.bucket)).await?;
        // us-east-1 is told as no location at all.
        Ok(GetBucketLocationOutput::default())
    }

    pub(super) async fn versioning(&self, input: GetBucketVersioningInput) -> S3Result<GetBucketVersioningOutput> {
        let bucket = self.with_store(move |store| store.bucket(&input.bucket)).await?;
        let status = match bucket.versioning {
            Versioning::Off => None,
            Versioning::Enabled => Some(BucketVersioningStatus::ENABLED),
            Versioning::Suspended => Some(BucketVersioningStatus::SUSPENDED),
        };
        Ok(GetBucketVersioningOutput {
            status: status.map(BucketVersioningStatus::from_static),
            ..GetBucketVersioningOutput::default()
        })
    }

    pub(super) async fn change_versioning(
        &self,
        input: PutBucketVersioningInput,
    ) -> S3Result<PutBucketVersioningOutput> {
        let status = input.versioning_configuration.status;
        let is_enabled = match status.as_ref().map(BucketVersioningStatus::as_str) {
            Some(BucketVersioningStatus::ENABLED) => true,
            Some(BucketVersioningStatus::SUSPENDED) => false,
            _ => return Err(s3_error!(MalformedXML)),
        };
        self.with_store(move |store| store.set_versioning(&input.bucket, is_enabled)).await?;
        Ok(PutBucketVersioningOutput {})
    }

    pub(super) async fn notifications(
        &self,
        input: GetBucketNotificationConfigurationInput,
    ) -> S3Result<GetBucketNotificationConfigurationOutput> {
        let notifications = self
            .with_store(move |store| match store.bucket_row(&input.bucket)?.notification {
                Some(json) => Ok(serde_json::from_str(&json)?),
                None => Ok(Notifications::default()),
            })
            .await?;
        let (queues, topics): (Vec<Notification>, Vec<Notification>) = notifications
            .0
            .into_iter()
            .partition(|notification| crate::names::queue_of_arn(&notification.arn).is_some());
        let events = |notification: &Notification| notification.events.iter().cloned().map(Event::from).collect();
        Ok(GetBucketNotificationConfigurationOutput {
            queue_configurations: some(
                queues
                    .into_iter()
                    .map(|notification| QueueConfiguration {
                        events: events(&notification),
                        filter: filter(&notification),
                        id: Some(notification.id),
                        queue_arn: notification.arn,
                    })
                    .collect(),
            ),
            topic_configurations: some(
                topics
                    .into_iter()
                    .map(|notification| TopicConfiguration {
                        events: events(&notification),
                        filter: filter(&notification),
                        id: Some(notification.id),
                        topic_arn: notification.arn,
                    })
                    .collect(),
            ),
            ..GetBucketNotificationConfigurationOutput::default()
        })
    }

    pub(super) async fn change_notifications(
        &self,
        input: PutBucketNotificationConfigurationInput,
    ) -> S3Result<PutBucketNotificationConfigurationOutput> {
        let notifications = configured(input.notification_configuration)?;
        let notifier = std::sync::Arc::clone(&self.notifier);
        let store = self.store.clone();
        let bucket = input.bucket;
        tokio::task::spawn_blocking(move || {
            let json = serde_json::to_string(&notifications).map_err(StoreError::from)?;
            let is_any = !notifications.0.is_empty();
            let now = store.clock().now();
            store.set_notification(&bucket, is_any.then_some(json.as_str()), |transaction| {
                notifications.check(transaction)?;
                Ok::<_, CheckError>(notifier.test(transaction, &bucket, &notifications, now)?)
            })
        })
        .await
        .map_err(S3Error::internal_error)?
        .map_err(|error| match error {
            CheckError::Refused(refusal) => refused(&refusal),
            CheckError::Store(error) => convert::error(error),
        })?;
        Ok(PutBucketNotificationConfigurationOutput {})
    }
}

fn refused(refusal: &NotificationError) -> S3Error {
    s3_error!(InvalidArgument, "{refusal}")
}

fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

fn filter(notification: &Notification) -> Option<NotificationConfigurationFilter> {
    let rules: Vec<FilterRule> =
        [(FilterRuleName::PREFIX, &notification.prefix), (FilterRuleName::SUFFIX, &notification.suffix)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| FilterRule {
                name: Some(FilterRuleName::from_static(name)),
                value: Some(value.clone()),
            })
            .collect();
    (!rules.is_empty())
        .then_some(NotificationConfigurationFilter { key: Some(S3KeyFilter { filter_rules: Some(rules) }) })
}

/// Reads a configuration; what the lab could not deliver is refused rather than dropped.
fn configured(configuration: NotificationConfiguration) -> S3Result<Notifications> {
    if some(configuration.lambda_function_configurations.unwrap_or_default()).is_some()
        || configuration.event_bridge_configuration.is_some()
    {
        return Err(s3_error!(
            NotImplemented,
            "The lab notifies topics and queues, not functions and not EventBridge."
        ));
    }
    let mut notifications = Vec::new();
    for topic in configuration.topic_configurations.unwrap_or_default() {
        notifications.push(notification(topic.id, topic.topic_arn, topic.events, topic.filter)?);
    }
    for queue in configuration.queue_configurations.unwrap_or_default() {
        notifications.push(notification(queue.id, queue.queue_arn, queue.events, queue.filter)?);
    }
    Ok(Notifications(notifications))
}

fn notification(
    id: Option<String>,
    arn: String,
    events: Vec<Event>,
    filter: Option<NotificationConfigurationFilter>,
) -> S3Result<Notification> {
    let mut notification = Notification {
        id: id.unwrap_or_else(|| Uuid::new_v4().to_string()),
        arn,
        events: events.into_iter().map(String::from).collect(),
        prefix: String::new(),
        suffix: String::new(),
    };
    let rules = filter.and_then(|filter| filter.key?.filter_rules).unwrap_or_default();
    for rule in rules {
        let value = rule.value.unwrap_or_default();
        let name = rule.name.as_ref().map(FilterRuleName::as_str);
        match name.map(str::to_ascii_lowercase).as_deref() {
            Some("prefix") => notification.prefix = value,
            Some("suffix") => notification.suffix = value,
            _ => {
                return Err(s3_error!(InvalidArgument, "filter rule name must be either prefix or suffix"));
            }
        }
    }
    Ok(notification)
}
