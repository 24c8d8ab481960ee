//! The lifecycle rules of a bucket.

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, ExpirationStatus, LifecycleExpiration, LifecycleRule as Told, LifecycleRuleFilter,
    NoncurrentVersionExpiration,
};

use super::{Aws, AwsError, Kind, timestamp};
use crate::domain::{LifecycleRule, When};

impl Aws {
    /// The enabled rules of a bucket; none where it has no lifecycle configuration.
    pub async fn lifecycle(&self, bucket: &str) -> Result<Vec<LifecycleRule>, AwsError> {
        let subject = || format!("cannot read the lifecycle rules of {bucket}");
        let answer =
            at_bucket!(self, bucket, subject(), |client| client.get_bucket_lifecycle_configuration().bucket(bucket));
        match answer {
            Ok(output) => Ok(output.rules().iter().filter(|rule| is_enabled(rule)).map(rule).collect()),
            Err(error) if error.cause.starts_with("NoSuchLifecycleConfiguration") => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Puts these rules, each an id, a prefix and days until what lies there is deleted, beside the other rules of the
    /// bucket: those of the same ids are replaced, all others stay as they are. Old versions go after the same days.
    pub async fn put_expiry(&self, bucket: &str, rules: &[(String, String, i32)]) -> Result<(), AwsError> {
        let subject = || format!("cannot set the lifecycle rules of {bucket}");
        let invalid = |error: BuildError| AwsError::new(Kind::Other, subject(), error.to_string());
        let answer =
            at_bucket!(self, bucket, subject(), |client| client.get_bucket_lifecycle_configuration().bucket(bucket));
        let (mut all, sizes) = match answer {
            Ok(output) => (output.rules().to_vec(), output.transition_default_minimum_object_size().cloned()),
            Err(error) if error.cause.starts_with("NoSuchLifecycleConfiguration") => (Vec::new(), None),
            Err(error) => return Err(error),
        };
        all.retain(|rule| !rules.iter().any(|(id, ..)| rule.id() == Some(id)));
        for (id, prefix, days) in rules {
            let rule = Told::builder()
                .id(id)
                .status(ExpirationStatus::Enabled)
                .filter(LifecycleRuleFilter::builder().prefix(prefix).build())
                .expiration(LifecycleExpiration::builder().days(*days).build())
                .noncurrent_version_expiration(NoncurrentVersionExpiration::builder().noncurrent_days(*days).build());
            all.push(rule.build().map_err(invalid)?);
        }
        let configuration = BucketLifecycleConfiguration::builder().set_rules(Some(all)).build().map_err(invalid)?;
        at_bucket!(self, bucket, subject(), |client| client
            .put_bucket_lifecycle_configuration()
            .bucket(bucket)
            .set_transition_default_minimum_object_size(sizes.clone())
            .lifecycle_configuration(configuration.clone()))
        .map(drop)
    }
}

fn is_enabled(rule: &Told) -> bool {
    *rule.status() == ExpirationStatus::Enabled
}

fn rule(told: &Told) -> LifecycleRule {
    let when = |days: Option<i32>, date: Option<&aws_sdk_s3::primitives::DateTime>| match (days, date) {
        (Some(days), _) => Some(When::Days(days)),
        (None, Some(date)) => timestamp(date).map(|date| When::Date(date.strftime("%Y-%m-%d").to_string())),
        (None, None) => None,
    };
    let moves = told.transitions().iter().filter_map(|transition| {
        let when = when(transition.days(), transition.date())?;
        Some((when, transition.storage_class()?.as_str().to_owned()))
    });
    LifecycleRule {
        prefix: prefix(told),
        is_narrowed: told.filter().is_some_and(is_narrowed),
        moves: moves.collect(),
        expires: told.expiration().and_then(|expiration| when(expiration.days(), expiration.date())),
        old_versions: told.noncurrent_version_expiration().and_then(NoncurrentVersionExpiration::noncurrent_days),
    }
}

fn prefix(told: &Told) -> String {
    let filter = told.filter();
    let both = filter.and_then(LifecycleRuleFilter::and).and_then(|and| and.prefix());
    #[expect(deprecated, reason = "rules from before filters have their prefix here")]
    let old = told.prefix();
    filter.and_then(LifecycleRuleFilter::prefix).or(both).or(old).unwrap_or_default().to_owned()
}

fn is_narrowed(filter: &LifecycleRuleFilter) -> bool {
    filter.tag().is_some()
        || filter.object_size_greater_than().is_some()
        || filter.object_size_less_than().is_some()
        || filter.and().is_some_and(|and| {
            !and.tags().is_empty() || and.object_size_greater_than().is_some() || and.object_size_less_than().is_some()
        })
}
