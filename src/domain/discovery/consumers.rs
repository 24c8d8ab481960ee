//! The consumers that stand behind an account's buckets, as a configuration names them.

use super::{Discovered, FoundQueue, region, service, short};
use crate::domain::size::plural;
use crate::domain::{Consumer, Envelope, Input, Location};

/// A consumer, and what is worth knowing of it beside its settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundConsumer {
    /// As the configuration names it.
    pub consumer: Consumer,
    /// In words.
    pub notes: Vec<String>,
}

/// A place that a bucket's events reach.
struct Route<'a> {
    arn: &'a str,
    envelope: Envelope,
    by: String,
}

/// The consumers that the buckets' events reach, in the order in which they were found, and what was reached that cannot
/// be named as one, with the reason.
pub fn consumers(found: &Discovered) -> (Vec<FoundConsumer>, Vec<String>) {
    let (routes, mut others) = routes(found);
    let mut consumers: Vec<FoundConsumer> = Vec::new();
    for route in routes {
        let elsewhere = region(route.arn);
        if elsewhere != found.region && !elsewhere.is_empty() {
            others.push(format!("{} in {elsewhere}: a profile of that region reaches it", short(route.arn)));
            continue;
        }
        let one = match service(route.arn) {
            "sqs" => {
                let Some(queue) = found.queue(route.arn) else {
                    others.push(format!("queue {}: its URL was not told", short(route.arn)));
                    continue;
                };
                of_queue(found, queue, &route)
            }
            "lambda" => of_function(found, &route),
            _ => continue,
        };
        if consumers.iter().all(|other| other.consumer.input != one.consumer.input) {
            consumers.push(one);
        }
    }
    // A name stands for one consumer.
    for at in 1..consumers.len() {
        let name = consumers[at].consumer.name.clone();
        let same = consumers[..at].iter().filter(|other| other.consumer.name == name).count();
        if same > 0 {
            consumers[at].consumer.name = format!("{name}-{}", consumers[at].consumer.input.kind());
        }
    }
    (consumers, others)
}

fn routes(found: &Discovered) -> (Vec<Route<'_>>, Vec<String>) {
    let (mut routes, mut others) = (Vec::new(), Vec::new());
    for bucket in &found.buckets {
        let told = bucket.notifications.iter().flatten().filter(|told| told.tells_of_new());
        for told in told {
            let by = format!("s3://{}, {}", bucket.name, told.told());
            if service(&told.target) != "sns" {
                routes.push(Route { arn: &told.target, envelope: Envelope::S3, by });
                continue;
            }
            let Some(topic) = found.topic(&told.target) else { continue };
            for subscription in topic.subscriptions.iter().flatten() {
                let envelope = if subscription.is_raw { Envelope::S3 } else { Envelope::Sns };
                match subscription.protocol.as_str() {
                    "sqs" | "lambda" => {
                        let by = format!("{by}, by topic {}", short(&topic.arn));
                        routes.push(Route { arn: &subscription.endpoint, envelope, by });
                    }
                    protocol => {
                        others.push(format!("{protocol} {}, by topic {}", subscription.endpoint, short(&topic.arn)));
                    }
                }
            }
        }
        if bucket.has_event_bridge {
            others.push(format!("s3://{} tells EventBridge of everything; its rules are not looked at", bucket.name));
        }
    }
    others.dedup();
    (routes, others)
}

fn of_queue(found: &Discovered, queue: &FoundQueue, route: &Route<'_>) -> FoundConsumer {
    let name = short(&queue.arn).to_owned();
    let mut notes = vec![format!("gets {}", route.by)];
    let dead_letter = queue.dead_letter.as_deref();
    let dead_letter_url = dead_letter.and_then(|arn| found.queue(arn)).map(|queue| queue.url.clone());
    match (dead_letter, &dead_letter_url, queue.max_receives) {
        (None, ..) => notes.push("no failure queue: what fails is tried until retention destroys it".into()),
        (Some(arn), None, _) => notes.push(format!("its failure queue {} was not told", short(arn))),
        (_, _, Some(tries)) => notes.push(format!("fails after {}", plural(tries, "try"))),
        _ => {}
    }
    let mut destination = None;
    for (function, mapping) in found.pollers(&queue.arn) {
        let state = if mapping.is_disabled() { ", which is disabled" } else { "" };
        notes.push(format!("function {} polls it{state}", short(&function.arn)));
        destination = destination.or_else(|| bucket_of(function.on_failure.as_deref()?));
    }
    let parked = format!("{name}-parked");
    let parked = found.queues.iter().find(|queue| short(&queue.arn) == parked);
    let beside = |names: fn(&super::FoundIndex) -> &Vec<String>, folder: &str| -> Option<Location> {
        let index = found.index.as_ref().filter(|index| names(index).contains(&name))?;
        let location = &index.location;
        Some(Location { bucket: location.bucket.clone(), prefix: format!("{}{folder}/{name}/", location.prefix) })
    };
    let receipts = beside(|index| &index.receipts, "receipts");
    let failures = beside(|index| &index.failures, "failures");
    // Who leaves receipts is the worker, which writes the same twice.
    let idempotent = receipts.is_some();
    FoundConsumer {
        consumer: Consumer {
            name,
            input: Input::Queue(queue.url.clone()),
            envelope: route.envelope,
            dead_letter_url,
            parked_url: parked.map(|queue| queue.url.clone()),
            receipts,
            failures,
            destination,
            idempotent,
            ..empty()
        },
        notes,
    }
}

fn of_function(found: &Discovered, route: &Route<'_>) -> FoundConsumer {
    let mut notes = vec![format!("gets {}", route.by)];
    let function = found.function(route.arn);
    let on_failure = function.and_then(|function| function.on_failure.as_deref());
    if function.is_some_and(|function| function.is_on_failure_known) && on_failure.is_none() {
        notes.push("nowhere for what fails: it is lost after Lambda's retries".into());
    }
    if function.is_some_and(|function| function.concurrency == Some(0)) {
        notes.push("stopped: its reserved concurrency is 0".into());
    }
    FoundConsumer {
        consumer: Consumer {
            name: short(route.arn).to_owned(),
            input: Input::Function(route.arn.to_owned()),
            envelope: route.envelope,
            dead_letter_url: on_failure.and_then(|arn| found.queue(arn)).map(|queue| queue.url.clone()),
            destination: bucket_of(on_failure.unwrap_or_default()),
            ..empty()
        },
        notes,
    }
}

/// The bucket of an on-failure destination in S3: `arn:aws:s3:::bucket`.
fn bucket_of(arn: &str) -> Option<Location> {
    let bucket = arn.split_once(":s3:::")?.1.split('/').next().filter(|bucket| !bucket.is_empty())?;
    Some(Location { bucket: bucket.to_owned(), prefix: String::new() })
}

fn empty() -> Consumer {
    Consumer {
        name: String::new(),
        input: Input::Queue(String::new()),
        envelope: Envelope::S3,
        dead_letter_url: None,
        parked_url: None,
        parked_prefix: None,
        alerts: None,
        receipts: None,
        failures: None,
        destination: None,
        idempotent: false,
        alert_window: None,
        remembers: None,
    }
}
