//! Each right, asked for by the cheapest request that needs it.

use std::collections::BTreeMap;

use futures::{FutureExt as _, StreamExt as _};

use crate::aws::{Aws, AwsError, Kind, ListFrom};
use crate::domain::permission::{Feature, Permission, Resource};
use crate::domain::{Checked, Location, ObjectId};

/// Rights that are asked for at a time.
const PARALLEL: usize = 8;
/// The name of an object that is nowhere: who may read it is told that it is not there.
const MISSING: &str = ".scops-doctor-asks-for-what-is-not-there";

/// Asks for each right. What cannot be asked for without writing, sending or hiding is told by its feature.
pub(super) async fn examine(aws: &Aws, permissions: Vec<Permission>) -> Vec<Checked> {
    let asked: Vec<_> = permissions
        .into_iter()
        .map(|permission| async move { (ask(aws, &permission).await, permission) }.boxed())
        .collect();
    let asked: Vec<_> = futures::stream::iter(asked).buffered(PARALLEL).collect().await;
    let mut found = Vec::new();
    let mut silent: BTreeMap<Feature, Vec<&str>> = BTreeMap::new();
    for (answer, permission) in asked {
        match answer {
            Some(answer) => found.push(told(&permission, answer)),
            None => silent.entry(permission.feature).or_default().push(permission.action),
        }
    }
    for (feature, mut actions) in silent {
        actions.sort_unstable();
        actions.dedup();
        let told = format!("{}: asking would write, send, hide or cost something", actions.join(", "));
        found.push(Checked::not_asked(feature.name(), told));
    }
    found
}

fn told(permission: &Permission, answer: Result<(), AwsError>) -> Checked {
    let area = permission.feature.name();
    let what = format!("{} on {}", permission.action, permission.on);
    match answer {
        Ok(()) => Checked::ok(area, what),
        Err(error) => {
            let told = format!("{what}: {}", error.cause);
            let cure = error.hint.unwrap_or_else(|| format!("allow {what}: `scops iam-policy` prints it"));
            if permission.is_optional { Checked::warning(area, told, cure) } else { Checked::failed(area, told, cure) }
        }
    }
}

/// Whether it is allowed; none where asking would change something.
async fn ask(aws: &Aws, permission: &Permission) -> Option<Result<(), AwsError>> {
    let place = |bucket: &String, prefix: &String| Location { bucket: bucket.clone(), prefix: prefix.clone() };
    let missing = |bucket: &String, prefix: &String| ObjectId::new(bucket, format!("{prefix}{MISSING}"));
    Some(match (permission.action, &permission.on) {
        ("s3:ListBucket", Resource::Listing(bucket, prefix)) => {
            aws.list(&place(bucket, prefix), &ListFrom::Start, 1).await.map(drop)
        }
        ("s3:GetObject", Resource::Objects(bucket, prefix)) => match aws.head(&missing(bucket, prefix)).await {
            Err(error) if error.kind != Kind::NoSuchKey => Err(error),
            _ => Ok(()),
        },
        ("s3:ListBucketVersions", Resource::Listing(bucket, prefix)) => {
            aws.versions(&missing(bucket, prefix), 1).await.map(drop)
        }
        ("s3:GetLifecycleConfiguration", Resource::Bucket(bucket)) => aws.lifecycle(bucket).await.map(drop),
        ("sqs:GetQueueAttributes", Resource::Queue(url)) => aws.queue_state(url).await.map(drop),
        ("sqs:ListMessageMoveTasks", Resource::Queue(url)) => match aws.queue_arn(url).await {
            Ok(arn) => aws.moves(&arn).await.map(drop),
            Err(error) => Err(error),
        },
        ("sns:ListSubscriptionsByTopic", Resource::Topic(arn)) => aws.subscriptions(arn).await.map(drop),
        ("lambda:InvokeFunction", Resource::Function(name)) => aws.may_invoke(name).await,
        ("athena:GetWorkGroup", Resource::Workgroup(name)) => aws.workgroup(name).await.map(drop),
        _ => return None,
    })
}
