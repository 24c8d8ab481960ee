//! What an account was found to do with the objects of its buckets: who is told of them, who processes them, and where
//! what fails goes. Gathered by `aws`, judged here; pure.

pub mod chosen;
pub mod consumers;
pub mod layouts;
pub mod oddities;
pub mod tree;

use jiff::SignedDuration;
use serde::{Serialize, Serializer};

use super::{LifecycleRule, Location, ObjectId, Profile};

/// What was found, and what was not told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Discovered {
    /// The region that was asked.
    pub region: String,
    /// The account, where an ARN tells it.
    pub account: Option<String>,
    /// The buckets, by name.
    pub buckets: Vec<FoundBucket>,
    /// The topics that they, or other topics' subscribers, name.
    pub topics: Vec<FoundTopic>,
    /// The queues, failure queues among them.
    pub queues: Vec<FoundQueue>,
    /// The functions.
    pub functions: Vec<FoundFunction>,
    /// The workgroups of Athena.
    pub workgroups: Vec<FoundWorkgroup>,
    /// The tables of Athena.
    pub tables: Vec<FoundTable>,
    /// The search index that `scops worker` writes, where there is one.
    pub index: Option<FoundIndex>,
    /// ARNs that something names, and nothing bears.
    pub missing: Vec<String>,
    /// What permissions did not allow to ask.
    pub denied: Vec<Denied>,
    /// What else was not told, and which bounds were reached.
    pub untold: Vec<String>,
    /// Requests that it took.
    pub requests: u64,
}

/// A bucket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundBucket {
    /// Its name.
    pub name: String,
    /// Its region, where that was told.
    pub region: Option<String>,
    /// Whom it tells of its objects; `None` where that was not told.
    pub notifications: Option<Vec<Notification>>,
    /// Whether it tells EventBridge of everything.
    pub has_event_bridge: bool,
    /// Its enabled lifecycle rules.
    pub lifecycle: Vec<LifecycleRule>,
    /// The layouts that samples of its keys have.
    pub layouts: Vec<FoundLayout>,
}

/// Whom a bucket tells of which objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Notification {
    /// The ARN of a topic, a queue or a function.
    pub target: String,
    /// `s3:ObjectCreated:*` and the like.
    pub events: Vec<String>,
    /// Of keys that begin so.
    pub prefix: String,
    /// Of keys that end so.
    pub suffix: String,
}

impl Notification {
    /// Whether it tells of new objects with such a key.
    pub fn tells_of(&self, key: &str) -> bool {
        self.tells_of_new() && key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }

    /// Whether it tells of new objects at all.
    pub fn tells_of_new(&self) -> bool {
        self.events.iter().any(|event| event.starts_with("s3:ObjectCreated"))
    }

    /// Of which keys it tells, in words.
    pub fn told(&self) -> String {
        match (self.prefix.as_str(), self.suffix.as_str()) {
            ("", "") => "all keys".to_owned(),
            (prefix, "") => format!("{prefix}…"),
            ("", suffix) => format!("…{suffix}"),
            (prefix, suffix) => format!("{prefix}…{suffix}"),
        }
    }
}

/// A layout that sampled keys have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundLayout {
    /// The template of the keys.
    pub template: String,
    /// The usual name of such a source.
    pub name: String,
    /// Whether its keys tell a time.
    pub is_dated: bool,
    /// How many keys of the sample have it.
    pub keys: usize,
    /// The object whose content was looked at.
    pub sample: Option<ObjectId>,
    /// The format of that, where a parser knows it.
    pub format: Option<String>,
    /// Why it was taken for that, or why none is named.
    pub because: String,
}

/// A topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundTopic {
    /// Its ARN.
    pub arn: String,
    /// The key that its messages are encrypted with (KmsMasterKeyId).
    pub key: Option<String>,
    /// Who gets what is published to it; `None` where that was not told.
    pub subscriptions: Option<Vec<FoundSubscription>>,
}

/// A subscription of a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundSubscription {
    /// `sqs`, `lambda`, `email`, …
    pub protocol: String,
    /// An ARN, an address, a URL.
    pub endpoint: String,
    /// Whether the message comes alone (RawMessageDelivery), not in SNS's envelope.
    pub is_raw: bool,
    /// Whether it waits to be confirmed: until then nothing is delivered.
    pub is_pending: bool,
    /// Its FilterPolicy.
    pub filter: Option<String>,
    /// Whether that is about the body (FilterPolicyScope `MessageBody`), not the attributes.
    pub filters_body: bool,
    /// The ARN of the queue for what cannot be delivered (RedrivePolicy).
    pub dead_letter: Option<String>,
}

/// A queue.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundQueue {
    /// Its ARN.
    pub arn: String,
    /// Its URL.
    pub url: String,
    /// ApproximateNumberOfMessages.
    pub visible: u64,
    /// ApproximateNumberOfMessagesNotVisible.
    pub in_flight: u64,
    /// ApproximateNumberOfMessagesDelayed.
    pub delayed: u64,
    /// MessageRetentionPeriod, in seconds where it is written as JSON.
    #[serde(serialize_with = "seconds")]
    pub retention: SignedDuration,
    /// VisibilityTimeout, in seconds as well.
    #[serde(serialize_with = "seconds")]
    pub visibility: SignedDuration,
    /// deadLetterTargetArn of its redrive policy.
    pub dead_letter: Option<String>,
    /// maxReceiveCount of its redrive policy.
    pub max_receives: Option<u32>,
    /// The key that its messages are encrypted with (KmsMasterKeyId).
    pub key: Option<String>,
}

/// A function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundFunction {
    /// Its ARN.
    pub arn: String,
    /// Its timeout, in seconds where it is written as JSON; `None` where that was not told.
    #[serde(serialize_with = "maybe_seconds")]
    pub timeout: Option<SignedDuration>,
    /// Its reserved concurrency, where it has one; 0 stops it.
    pub concurrency: Option<i32>,
    /// Where its failed events go: the on-failure destination, else the dead-letter target.
    pub on_failure: Option<String>,
    /// Whether that was told at all.
    pub is_on_failure_known: bool,
    /// What it polls.
    pub mappings: Vec<FoundMapping>,
}

/// An event source mapping: what Lambda polls for a function.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundMapping {
    /// The ARN of the queue.
    pub source: String,
    /// `Enabled`, `Disabled`, …
    pub state: String,
    /// Messages of one batch.
    pub batch: Option<i32>,
    /// Whether the function tells which messages of a batch failed (ReportBatchItemFailures).
    pub tells_failures: bool,
}

impl FoundMapping {
    /// Whether Lambda does not poll.
    pub fn is_disabled(&self) -> bool {
        matches!(self.state.as_str(), "Disabled" | "Disabling")
    }
}

/// A workgroup of Athena.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundWorkgroup {
    /// Its name.
    pub name: String,
    /// Whether queries may run in it.
    pub is_enabled: bool,
    /// Where it writes results, where it says so.
    pub output: Option<String>,
}

/// A table of Athena.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FoundTable {
    /// Its database.
    pub database: String,
    /// Its name.
    pub name: String,
    /// Where its data lies.
    pub location: Option<String>,
    /// The columns that it is partitioned by.
    pub partitions: Vec<String>,
    /// Whether these are projected (projection.enabled), not listed in the catalog.
    pub is_projected: bool,
}

/// The search index of a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundIndex {
    /// Where `records/` and `terms/` lie.
    pub location: Location,
    /// Its database.
    pub database: String,
    /// The consumers that leave receipts beside it.
    pub receipts: Vec<String>,
    /// The consumers that say beside it why they failed.
    pub failures: Vec<String>,
}

/// A request that permissions did not allow.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Denied {
    /// The action that is missing: `s3:GetBucketNotification`.
    pub action: String,
    /// On what: an ARN.
    pub resource: String,
}

impl Denied {
    /// The action and resource that AWS's message names, else those that were asked for. The message is that of IAM
    /// ("… is not authorized to perform: ACTION on resource: RESOURCE because …").
    pub fn of(action: &str, resource: &str, message: &str) -> Self {
        let word = |after: &str| {
            let rest = message.split_once(after)?.1.trim_start();
            let word = rest.split([' ', '"', ',', ')']).next()?.trim_end_matches('.');
            (word.contains(':') && word.len() < 300).then(|| word.to_owned())
        };
        Self {
            action: word("not authorized to perform:").unwrap_or_else(|| action.to_owned()),
            resource: word("on resource:").unwrap_or_else(|| resource.to_owned()),
        }
    }
}

impl std::fmt::Display for Denied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} on {}", self.action, self.resource)
    }
}

impl Discovered {
    /// Takes the sources of a profile for the layouts of its buckets, where no keys were sampled.
    #[must_use]
    pub fn with_sources(mut self, profile: &Profile) -> Self {
        for bucket in self.buckets.iter_mut().filter(|bucket| bucket.layouts.is_empty()) {
            let its = profile.sources.iter().filter(|source| source.bucket == bucket.name);
            bucket.layouts.extend(its.map(|source| FoundLayout {
                template: source.layout.template().to_owned(),
                name: source.name.clone(),
                format: source.format.clone(),
                ..FoundLayout::default()
            }));
        }
        self
    }

    /// The bucket of this name.
    pub fn bucket(&self, name: &str) -> Option<&FoundBucket> {
        self.buckets.iter().find(|bucket| bucket.name == name)
    }

    /// The topic of this ARN.
    pub fn topic(&self, arn: &str) -> Option<&FoundTopic> {
        self.topics.iter().find(|topic| topic.arn == arn)
    }

    /// The queue of this ARN.
    pub fn queue(&self, arn: &str) -> Option<&FoundQueue> {
        self.queues.iter().find(|queue| queue.arn == arn)
    }

    /// The queue of this URL, whatever host it is reached at.
    pub fn queue_at(&self, url: &str) -> Option<&FoundQueue> {
        self.queues.iter().find(|queue| is_same_queue(&queue.url, url))
    }

    /// The function of this ARN, whatever version or alias of it is meant.
    pub fn function(&self, arn: &str) -> Option<&FoundFunction> {
        self.functions.iter().find(|function| unqualified(&function.arn) == unqualified(arn))
    }

    /// The functions that poll a queue.
    pub fn pollers(&self, queue: &str) -> impl Iterator<Item = (&FoundFunction, &FoundMapping)> {
        self.functions.iter().flat_map(move |function| {
            let mappings = function.mappings.iter().filter(move |mapping| mapping.source == queue);
            mappings.map(move |mapping| (function, mapping))
        })
    }

    /// Every subscription, with its topic.
    pub fn subscriptions(&self) -> impl Iterator<Item = (&FoundTopic, &FoundSubscription)> {
        self.topics.iter().flat_map(|topic| topic.subscriptions.iter().flatten().map(move |told| (topic, told)))
    }
}

/// The last part of an ARN or URL; of a function, its name.
pub fn short(arn: &str) -> &str {
    let arn = unqualified(arn);
    arn.rsplit([':', '/']).next().filter(|part| !part.is_empty()).unwrap_or(arn)
}

/// The service of an ARN: `sqs`.
pub fn service(arn: &str) -> &str {
    arn.split(':').nth(2).unwrap_or_default()
}

/// The region of an ARN; empty where it has none.
pub fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

/// The account of an ARN.
pub fn account(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| is_account(account))
}

/// Whether two URLs are of one queue: account and name are the same.
pub fn is_same_queue(one: &str, other: &str) -> bool {
    let tail = |url: &str| -> Vec<String> { url.rsplit('/').take(2).map(str::to_owned).collect() };
    one == other || tail(one) == tail(other)
}

/// Whether a text is an account's id.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The ARN of a function without version or alias.
fn unqualified(arn: &str) -> &str {
    if service(arn) != "lambda" {
        return arn;
    }
    arn.match_indices(':').nth(6).map_or(arn, |(end, _)| &arn[..end])
}

fn seconds<S: Serializer>(duration: &SignedDuration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(duration.as_secs())
}

#[expect(clippy::ref_option, reason = "serde calls it so")]
fn maybe_seconds<S: Serializer>(duration: &Option<SignedDuration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => serializer.serialize_some(&duration.as_secs()),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_action_is_the_one_that_iam_names() {
        let told = "AccessDenied: User: arn:aws:iam::111122223333:user/aya is not authorized to perform: \
                    glue:GetTables on resource: arn:aws:glue:us-east-1:111122223333:catalog because no identity-based \
                    policy allows the glue:GetTables action (request 1)";
        let denied = Denied::of("athena:ListTableMetadata", "database default", told);
        assert_eq!(denied.to_string(), "glue:GetTables on arn:aws:glue:us-east-1:111122223333:catalog");
        let denied = Denied::of("s3:GetBucketNotification", "arn:aws:s3:::logs", "AccessDenied: Access Denied");
        assert_eq!(denied.to_string(), "s3:GetBucketNotification on arn:aws:s3:::logs");
    }

    #[test]
    fn an_arn_is_known_by_its_parts() {
        let arn = "arn:aws:lambda:eu-west-1:111122223333:function:alerts:live";
        assert_eq!(
            (short(arn), service(arn), region(arn), account(arn)),
            ("alerts", "lambda", "eu-west-1", Some("111122223333"))
        );
        assert_eq!(short("https://sqs.eu-west-1.amazonaws.com/111122223333/indexer"), "indexer");
        assert_eq!((short(""), service("x"), account("a:b:c:d:e")), ("", "", None));
        assert!(is_same_queue("http://127.0.0.1:1/111122223333/q", "https://sqs.amazonaws.com/111122223333/q"));
        assert!(!is_same_queue("https://a/111122223333/q", "https://a/444455556666/q"));
    }

    #[test]
    fn a_notification_tells_of_new_objects_that_its_filter_passes() {
        let told = Notification {
            target: String::new(),
            events: vec!["s3:ObjectCreated:*".into()],
            prefix: "AWSLogs/".into(),
            suffix: ".gz".into(),
        };
        assert!(told.tells_of("AWSLogs/a.gz") && !told.tells_of("AWSLogs/a.json") && !told.tells_of("b/a.gz"));
        assert_eq!(told.told(), "AWSLogs/….gz");
        let removed = Notification { events: vec!["s3:ObjectRemoved:*".into()], ..told };
        assert!(!removed.tells_of("AWSLogs/a.gz"));
    }
}
