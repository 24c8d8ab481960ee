//! What is odd about a pipeline: why it matters, and what cures it.

use jiff::SignedDuration;
use serde::Serialize;

use super::{
    Discovered, FoundBucket, FoundQueue, FoundSubscription, FoundTopic, Notification, is_same_queue, service, short,
};
use crate::domain::size::plural;
use crate::domain::time::brief;
use crate::domain::{Consumer, Envelope, Input, Layout};

/// A weekend: what fails on Friday's evening is still there on Monday's morning.
const WEEKEND: SignedDuration = SignedDuration::from_hours(3 * 24);
/// A queue's visibility timeout in timeouts of its function (AWS Lambda Developer Guide, "Using Lambda with Amazon SQS").
const TIMEOUTS: i32 = 6;
/// How often an event is to be tried at least: a deployment, or a throttled batch, takes one try.
const TRIES: u32 = 3;

/// Something that will hurt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Oddity {
    /// What is odd.
    pub kind: OddityKind,
    /// Where: an ARN, or `s3://bucket/prefix`.
    pub place: String,
    /// The reason, in words.
    pub what: String,
    /// What to do.
    pub cure: String,
}

/// The kinds of oddities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OddityKind {
    /// What fails has nowhere to go.
    NoFailureQueue,
    /// Messages do not outlast a weekend.
    ShortRetention,
    /// A failure queue keeps messages no longer than the queue before it.
    LateRetention,
    /// A message comes back while it is still being processed.
    ShortVisibility,
    /// An event fails after few tries.
    FewTries,
    /// Nobody is told of objects.
    NoConsumer,
    /// A key of AWS's own, which S3 or SNS may not use.
    UnusableKey,
    /// A filter drops S3's events.
    FilterDrops,
    /// What arrives is wrapped in another way than the configuration says.
    OtherEnvelope,
    /// Lambda does not poll, or does not run.
    Disabled,
    /// Something is named that does not exist.
    Missing,
    /// A subscription waits to be confirmed.
    Unconfirmed,
}

/// Everything that is odd about what was found, and about how the configuration names it, by place.
pub fn oddities(found: &Discovered, consumers: &[Consumer]) -> Vec<Oddity> {
    let mut odd = Vec::new();
    for bucket in &found.buckets {
        of_bucket(found, bucket, &mut odd);
    }
    for topic in &found.topics {
        of_topic(found, topic, &mut odd);
    }
    for queue in &found.queues {
        of_queue(found, queue, &mut odd);
    }
    of_functions(found, &mut odd);
    for consumer in consumers {
        of_consumer(found, consumer, &mut odd);
    }
    for arn in &found.missing {
        odd.push(Oddity {
            kind: OddityKind::Missing,
            place: arn.clone(),
            what: format!("{} does not exist", short(arn)),
            cure: "make it again, or take away what names it: what is sent there is lost".into(),
        });
    }
    odd.sort_by(|one, other| (&one.place, one.kind).cmp(&(&other.place, other.kind)));
    odd.dedup();
    odd
}

fn of_bucket(found: &Discovered, bucket: &FoundBucket, odd: &mut Vec<Oddity>) {
    // What was not told is not odd.
    let Some(notifications) = &bucket.notifications else { return };
    if bucket.has_event_bridge {
        return;
    }
    for layout in &bucket.layouts {
        let Ok(parsed) = layout.template.parse::<Layout>() else { continue };
        let root = parsed.root();
        let is_told = |told: &&Notification| match &layout.sample {
            Some(sample) => told.tells_of(&sample.key),
            None => told.tells_of_new() && (root.starts_with(&told.prefix) || told.prefix.starts_with(root)),
        };
        if notifications.iter().find(is_told).is_some() {
            continue;
        }
        odd.push(Oddity {
            kind: OddityKind::NoConsumer,
            place: format!("s3://{}/{root}", bucket.name),
            what: format!("nobody is told of new objects below {}", if root.is_empty() { "this bucket" } else { root }),
            cure: "add an event notification (ObjectCreated) for this prefix; scops sees what nobody processes as arrived only".into(),
        });
    }
    for told in notifications.iter().filter(|told| told.tells_of_new() && service(&told.target) == "sqs") {
        let key = found.queue(&told.target).and_then(|queue| queue.key.as_deref());
        odd.extend(key.filter(|key| is_own_key(key)).map(|_| unusable(&told.target, "queue", "S3")));
    }
}

fn of_topic(found: &Discovered, topic: &FoundTopic, odd: &mut Vec<Oddity>) {
    let is_told_by_s3 =
        found.buckets.iter().any(|bucket| bucket.notifications.iter().flatten().any(|told| told.target == topic.arn));
    if is_told_by_s3 && topic.key.as_deref().is_some_and(is_own_key) {
        odd.push(unusable(&topic.arn, "topic", "S3"));
    }
    let Some(subscriptions) = &topic.subscriptions else { return };
    if is_told_by_s3 && subscriptions.is_empty() {
        odd.push(Oddity {
            kind: OddityKind::NoConsumer,
            place: topic.arn.clone(),
            what: format!("nobody subscribes to topic {}", short(&topic.arn)),
            cure: "subscribe a queue, or take the notification away".into(),
        });
    }
    for subscription in subscriptions {
        of_subscription(found, topic, subscription, odd);
    }
}

fn of_subscription(found: &Discovered, topic: &FoundTopic, subscription: &FoundSubscription, odd: &mut Vec<Oddity>) {
    let place = subscription.endpoint.clone();
    if subscription.is_pending {
        odd.push(Oddity {
            kind: OddityKind::Unconfirmed,
            place: place.clone(),
            what: format!("its subscription to {} waits to be confirmed: it gets nothing", short(&topic.arn)),
            cure: "confirm the subscription, or make it anew from the queue's account".into(),
        });
    }
    let filter = subscription.filter.as_deref().filter(|filter| filter.trim() != "{}");
    if let Some(filter) = filter {
        let (what, cure) = if subscription.filters_body {
            (
                format!("gets only the events of {} that match {filter}", short(&topic.arn)),
                "compare the filter policy with the keys that it should get",
            )
        } else {
            (
                format!("a filter policy on attributes drops all of S3's events: {filter}"),
                "set FilterPolicyScope to MessageBody, or remove the policy: S3's events bear no attributes",
            )
        };
        odd.push(Oddity { kind: OddityKind::FilterDrops, place: place.clone(), what, cure: cure.into() });
    }
    if subscription.protocol == "sqs"
        && found.queue(&place).and_then(|queue| queue.key.as_deref()).is_some_and(is_own_key)
    {
        odd.push(unusable(&place, "queue", "SNS"));
    }
}

fn of_queue(found: &Discovered, queue: &FoundQueue, odd: &mut Vec<Oddity>) {
    let name = short(&queue.arn);
    let mut push = |kind, what: String, cure: String| odd.push(Oddity { kind, place: queue.arn.clone(), what, cure });
    let holds_failures = is_failure_queue(found, &queue.arn);
    if queue.dead_letter.is_none() && !holds_failures && is_reached(found, &queue.arn) {
        push(
            OddityKind::NoFailureQueue,
            "no failure queue: what fails is tried until retention destroys it".into(),
            format!("give {name} a redrive policy to a dead-letter queue, with maxReceiveCount 5"),
        );
    }
    if queue.retention < WEEKEND && (holds_failures || is_reached(found, &queue.arn)) {
        push(
            OddityKind::ShortRetention,
            format!("keeps messages for {}, which is less than a weekend", brief(queue.retention)),
            "set MessageRetentionPeriod to 1209600 (14 days); `scops failures save` keeps what is there".into(),
        );
    }
    // SQS counts the retention of a message in a failure queue from when it was first sent.
    let before = found.queues.iter().find(|before| before.dead_letter.as_deref() == Some(&queue.arn));
    if let Some(before) = before.filter(|before| before.retention >= queue.retention && queue.retention >= WEEKEND) {
        let longest = queue.retention >= SignedDuration::from_hours(14 * 24);
        if !longest {
            push(
                OddityKind::LateRetention,
                format!(
                    "keeps messages no longer than {}, and their age counts from when that got them",
                    short(&before.arn)
                ),
                "set its MessageRetentionPeriod to 1209600 (14 days)".into(),
            );
        }
    }
    if let Some(tries) = queue.max_receives.filter(|tries| *tries < TRIES) {
        push(
            OddityKind::FewTries,
            format!("an event fails after {}", plural(tries, "try")),
            format!("set maxReceiveCount of {name} to 5: a throttled or restarted consumer takes a try as well"),
        );
    }
    for (function, mapping) in found.pollers(&queue.arn) {
        let least = function.timeout.map(|timeout| timeout * TIMEOUTS);
        if let Some((least, timeout)) = least.zip(function.timeout).filter(|(least, _)| queue.visibility < *least) {
            push(
                OddityKind::ShortVisibility,
                format!(
                    "hides a message for {}, function {} may take {}: it is processed twice, or fails too early",
                    brief(queue.visibility),
                    short(&function.arn),
                    brief(timeout)
                ),
                format!("set VisibilityTimeout to {} at least, six times the function's timeout", least.as_secs()),
            );
        }
        if mapping.is_disabled() {
            push(
                OddityKind::Disabled,
                format!("function {} does not poll it: the mapping is disabled", short(&function.arn)),
                "enable the event source mapping once the cause is gone; what waits is processed then".into(),
            );
        }
    }
}

fn of_functions(found: &Discovered, odd: &mut Vec<Oddity>) {
    for function in &found.functions {
        if function.concurrency == Some(0) {
            odd.push(Oddity {
                kind: OddityKind::Disabled,
                place: function.arn.clone(),
                what: "stopped: its reserved concurrency is 0".into(),
                cure: "remove or raise the reserved concurrency".into(),
            });
        }
        if function.is_on_failure_known && function.on_failure.is_none() && is_reached(found, &function.arn) {
            odd.push(Oddity {
                kind: OddityKind::NoFailureQueue,
                place: function.arn.clone(),
                what: "nowhere for what fails: an event is lost after Lambda's retries".into(),
                cure: "give it an on-failure destination (an S3 bucket keeps the error's text) or a dead-letter queue"
                    .into(),
            });
        }
    }
}

fn of_consumer(found: &Discovered, consumer: &Consumer, odd: &mut Vec<Oddity>) {
    let is_its = |endpoint: &str| match &consumer.input {
        Input::Queue(url) => found.queue(endpoint).is_some_and(|queue| is_same_queue(&queue.url, url)),
        Input::Function(name) => service(endpoint) == "lambda" && short(endpoint) == short(name),
        Input::Topic(_) => false,
    };
    let gets = |envelope: Envelope| match envelope {
        Envelope::S3 => "S3's event alone",
        Envelope::Sns => "SNS's envelope",
        Envelope::EventBridge => "EventBridge's",
    };
    let by_topic = found
        .subscriptions()
        .filter(|(_, told)| is_its(&told.endpoint))
        .map(|(_, told)| (told.endpoint.as_str(), if told.is_raw { Envelope::S3 } else { Envelope::Sns }));
    let notifications = found.buckets.iter().flat_map(|bucket| bucket.notifications.iter().flatten());
    let direct = notifications.filter(|told| is_its(&told.target)).map(|told| (told.target.as_str(), Envelope::S3));
    let routes: Vec<(&str, Envelope)> = by_topic.chain(direct).collect();
    // Who gets both ways understands both.
    if let Some((place, envelope)) = routes.first()
        && routes.iter().all(|(_, other)| *other != consumer.envelope)
    {
        odd.push(Oddity {
            kind: OddityKind::OtherEnvelope,
            place: (*place).to_owned(),
            what: format!(
                "{} gets {}, and the configuration says {}",
                consumer.name,
                gets(*envelope),
                gets(consumer.envelope)
            ),
            cure: format!("set envelope = \"{}\" where an event is made for it", name_of(*envelope)),
        });
    }
}

fn name_of(envelope: Envelope) -> &'static str {
    match envelope {
        Envelope::S3 => "s3",
        Envelope::Sns => "sns",
        Envelope::EventBridge => "eventbridge",
    }
}

/// Whether a key is one that AWS keeps for a service: its policy lets no other service in, and cannot be changed.
fn is_own_key(key: &str) -> bool {
    ["alias/aws/sns", "alias/aws/sqs"].iter().any(|own| key.ends_with(own))
}

fn unusable(place: &str, what: &str, who: &str) -> Oddity {
    Oddity {
        kind: OddityKind::UnusableKey,
        place: place.to_owned(),
        what: format!("encrypted with AWS's own key, which {who} may not use: it cannot send there"),
        cure: format!(
            "encrypt the {what} with a key of yours whose policy lets {}.amazonaws.com use it",
            who.to_lowercase()
        ),
    }
}

/// Whether events of a bucket reach it.
fn is_reached(found: &Discovered, arn: &str) -> bool {
    let is_it = |other: &str| super::unqualified(other) == super::unqualified(arn);
    found.subscriptions().any(|(_, told)| is_it(&told.endpoint))
        || found.buckets.iter().any(|bucket| bucket.notifications.iter().flatten().any(|told| is_it(&told.target)))
}

fn is_failure_queue(found: &Discovered, arn: &str) -> bool {
    found.queues.iter().any(|queue| queue.dead_letter.as_deref() == Some(arn))
        || found.subscriptions().any(|(_, told)| told.dead_letter.as_deref() == Some(arn))
        || found.functions.iter().any(|function| function.on_failure.as_deref() == Some(arn))
}

#[cfg(test)]
mod tests;
