//! What each feature needs to be allowed on AWS: one list, by which `scops doctor` asks and `scops iam-policy` writes.
//!
//! Source: "Actions, resources, and condition keys" of each service in the Service Authorization Reference.

use super::{Input, Location, Profile};

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Sources, objects, records.
    Browse,
    /// What consumers prove: receipts, alerts, and depths of queues.
    Consumers,
    /// What failed, and why.
    Failures,
    /// Searches through the index.
    Search,
    /// Restoring archived objects.
    Restore,
    /// Sending events again.
    Replay,
    /// Copies of the audit log.
    Audit,
}

impl Feature {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Browse => "browse",
            Self::Consumers => "consumers",
            Self::Failures => "failures",
            Self::Search => "search",
            Self::Restore => "restore",
            Self::Replay => "replay",
            Self::Audit => "audit",
        }
    }

    /// Whether it changes or sends something; what a read-only profile never does.
    pub fn changes(self) -> bool {
        matches!(self, Self::Restore | Self::Replay | Self::Audit)
    }
}

/// What an action is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A bucket as a whole.
    Bucket(String),
    /// What lies below a prefix of a bucket, as a listing shows it.
    Listing(String, String),
    /// The objects below a prefix of a bucket.
    Objects(String, String),
    /// A queue, by its URL.
    Queue(String),
    /// A topic, by its ARN.
    Topic(String),
    /// A function, by its name or ARN.
    Function(String),
    /// A workgroup of Athena.
    Workgroup(String),
    /// The Glue catalog that Athena reads.
    Catalog,
    /// The same, as Athena names it.
    DataCatalog,
    /// A database of it.
    Database(String),
    /// The tables of a database.
    Tables(String),
}

/// An action that a feature needs to be allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Permission {
    /// What it is for.
    pub feature: Feature,
    /// The action as IAM names it.
    pub action: &'static str,
    /// On what.
    pub on: Resource,
    /// Whether the feature goes without it, and tells less.
    pub is_optional: bool,
}

/// The permissions that a profile needs, each once: of these sources, or of all where none is named. Those of a
/// read-only profile leave out whatever changes or sends.
pub fn permissions(profile: &Profile, sources: &[String], is_read_only: bool) -> Vec<Permission> {
    let mut list = List::default();
    for source in profile.sources.iter().filter(|source| sources.is_empty() || sources.contains(&source.name)) {
        list.readable(
            Feature::Browse,
            &Location { bucket: source.bucket.clone(), prefix: source.layout.root().into() },
        );
        let (listing, objects) = places(&source.bucket, source.layout.root());
        list.optional(Feature::Browse, &["s3:ListBucketVersions"], &listing);
        list.optional(Feature::Browse, &["s3:GetObjectVersion"], &objects);
        list.optional(Feature::Browse, &["s3:GetLifecycleConfiguration"], &Resource::Bucket(source.bucket.clone()));
        list.needed(Feature::Restore, &["s3:RestoreObject"], &objects);
    }
    consumers(profile, &mut list);
    if let Some(index) = &profile.index {
        list.readable(Feature::Search, &index.location);
        let actions = [
            "athena:GetWorkGroup",
            "athena:StartQueryExecution",
            "athena:GetQueryExecution",
            "athena:GetQueryResults",
            "athena:StopQueryExecution",
        ];
        list.needed(Feature::Search, &actions, &Resource::Workgroup(index.workgroup.clone()));
        list.needed(Feature::Search, &["glue:GetDatabase"], &Resource::Database(index.database.clone()));
        let tables = ["glue:GetTable", "glue:GetTables", "glue:GetPartition", "glue:GetPartitions"];
        for resource in
            [Resource::Catalog, Resource::Database(index.database.clone()), Resource::Tables(index.database.clone())]
        {
            list.needed(Feature::Search, &tables, &resource);
        }
        list.needed(Feature::Search, &["glue:GetDatabase"], &Resource::Catalog);
        let catalog = ["athena:GetDatabase", "athena:GetTableMetadata", "athena:ListTableMetadata"];
        list.optional(Feature::Search, &catalog, &Resource::DataCatalog);
        if let Some(output) = &index.output {
            list.readable(Feature::Search, output);
            list.needed(Feature::Search, &["s3:GetBucketLocation"], &Resource::Bucket(output.bucket.clone()));
            let (_, objects) = places(&output.bucket, &output.prefix);
            list.needed(Feature::Search, &["s3:PutObject", "s3:AbortMultipartUpload"], &objects);
        }
    }
    if let Some(audit) = &profile.audit {
        list.needed(Feature::Audit, &["s3:PutObject"], &places(&audit.bucket, &audit.prefix).1);
    }
    list.0.retain(|permission| !is_read_only || !permission.feature.changes());
    list.0
}

fn consumers(profile: &Profile, list: &mut List) {
    for consumer in &profile.consumers {
        match &consumer.input {
            Input::Queue(url) => {
                let queue = Resource::Queue(url.clone());
                list.needed(Feature::Consumers, &["sqs:GetQueueAttributes"], &queue);
                list.needed(Feature::Replay, &["sqs:SendMessage"], &queue);
            }
            Input::Topic(arn) => {
                let topic = Resource::Topic(arn.clone());
                list.needed(Feature::Replay, &["sns:ListSubscriptionsByTopic", "sns:Publish"], &topic);
            }
            Input::Function(name) => {
                list.needed(Feature::Replay, &["lambda:InvokeFunction"], &Resource::Function(name.clone()));
            }
        }
        for url in [&consumer.dead_letter_url, &consumer.parked_url].into_iter().flatten() {
            let queue = Resource::Queue(url.clone());
            let look = ["sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility"];
            list.needed(Feature::Failures, &look, &queue);
            list.optional(Feature::Failures, &["sqs:ListMessageMoveTasks"], &queue);
            let moving = ["sqs:DeleteMessage", "sqs:StartMessageMoveTask", "sqs:CancelMessageMoveTask"];
            list.needed(Feature::Replay, &moving, &queue);
        }
        for place in [&consumer.receipts, &consumer.alerts].into_iter().flatten() {
            list.readable(Feature::Consumers, place);
        }
        for place in [&consumer.failures, &consumer.destination, &consumer.parked_prefix].into_iter().flatten() {
            list.readable(Feature::Failures, place);
        }
        if let Some(place) = &consumer.parked_prefix {
            list.needed(Feature::Replay, &["s3:DeleteObject"], &places(&place.bucket, &place.prefix).1);
        }
    }
}

/// The listing and the objects below a prefix.
fn places(bucket: &str, prefix: &str) -> (Resource, Resource) {
    (Resource::Listing(bucket.to_owned(), prefix.to_owned()), Resource::Objects(bucket.to_owned(), prefix.to_owned()))
}

/// Permissions in the order in which they were first wanted.
#[derive(Default)]
struct List(Vec<Permission>);

impl List {
    fn needed(&mut self, feature: Feature, actions: &[&'static str], on: &Resource) {
        self.add(feature, actions, on, false);
    }

    fn optional(&mut self, feature: Feature, actions: &[&'static str], on: &Resource) {
        self.add(feature, actions, on, true);
    }

    /// What lies there can be listed and read.
    fn readable(&mut self, feature: Feature, place: &Location) {
        let (listing, objects) = places(&place.bucket, &place.prefix);
        self.needed(feature, &["s3:ListBucket"], &listing);
        self.needed(feature, &["s3:GetObject"], &objects);
    }

    fn add(&mut self, feature: Feature, actions: &[&'static str], on: &Resource, is_optional: bool) {
        for action in actions {
            let permission = Permission { feature, action, on: on.clone(), is_optional };
            if !self.0.contains(&permission) {
                self.0.push(permission);
            }
        }
    }
}

impl std::fmt::Display for Resource {
    /// As people name it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bucket(bucket) => write!(f, "s3://{bucket}"),
            Self::Listing(bucket, prefix) | Self::Objects(bucket, prefix) => write!(f, "s3://{bucket}/{prefix}"),
            Self::Queue(place) | Self::Topic(place) | Self::Function(place) => f.write_str(place),
            Self::Workgroup(name) => write!(f, "workgroup {name}"),
            Self::Catalog => f.write_str("the Glue catalog"),
            Self::DataCatalog => f.write_str("Athena's data catalog"),
            Self::Database(name) => write!(f, "database {name}"),
            Self::Tables(name) => write!(f, "the tables of {name}"),
        }
    }
}
