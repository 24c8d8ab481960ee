//! A pipeline as lines: bucket, whom it tells, who processes, where failures go. One list for the screen and the command
//! line.

use std::collections::{BTreeMap, BTreeSet};

use super::oddities::{Oddity, oddities};
use super::{Discovered, FoundFunction, FoundQueue, FoundSubscription, is_same_queue, service, short};
use crate::domain::size::plural;
use crate::domain::time::brief;
use crate::domain::{Consumer, Input, MoveTask, Profile, QueueRole, QueueStatus, Source};
use jiff::{SignedDuration, Timestamp};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// How many lines it hangs below.
    pub depth: usize,
    /// What it stands for.
    pub kind: BranchKind,
    /// Its name, as the world tells it.
    pub name: String,
    /// What is known of it, as the world tells it.
    pub told: String,
    /// Its ARN, URL or URI.
    pub place: String,
    /// Whether messages lie there that ought not to.
    pub has_failures: bool,
    /// What is odd about it, as places in the list of oddities.
    pub odd: Vec<usize>,
}

/// What a line stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BranchKind {
    /// A bucket.
    Bucket,
    /// Keys that somebody is told of.
    Keys,
    /// Keys that nobody is told of.
    Untold,
    /// A topic.
    Topic,
    /// A queue of events.
    Queue,
    /// A function.
    Function,
    /// A consumer of the configuration.
    Consumer,
    /// A place for what failed.
    Failed,
    /// A queue for what waits for a parser.
    Parked,
    /// Anything else that is named.
    Other,
}

impl BranchKind {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::Keys => "keys",
            Self::Untold => "nobody",
            Self::Topic => "topic",
            Self::Queue => "queue",
            Self::Function => "function",
            Self::Consumer => "consumer",
            Self::Failed => "failed",
            Self::Parked => "parked",
            Self::Other => "",
        }
    }
}

/// What is known besides what was discovered.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The configuration.
    pub profile: &'a Profile,
    /// The depths of its queues, newer than what was discovered.
    pub queues: &'a [QueueStatus],
    /// Since when the oldest message that was seen lies in a consumer's failure or parked queue.
    pub oldest: &'a BTreeMap<(String, QueueRole), Timestamp>,
    /// Now.
    pub now: Timestamp,
    /// The word for a queue that nothing is known of.
    pub unknown: &'a str,
}

/// The lines, and what is odd.
pub fn tree(found: Option<&Discovered>, known: Known<'_>) -> (Vec<Branch>, Vec<Oddity>) {
    let odd = found.map(|found| oddities(found, &known.profile.consumers)).unwrap_or_default();
    let mut tree = Tree { found, known, odd: &odd, lines: Vec::new(), seen: BTreeSet::new(), placed: BTreeSet::new() };
    for bucket in found.map(|found| found.buckets.as_slice()).unwrap_or_default() {
        tree.bucket(bucket);
    }
    let rest: Vec<&Consumer> =
        known.profile.consumers.iter().filter(|consumer| !tree.seen.contains(&consumer.name)).collect();
    for consumer in rest {
        tree.apart(consumer);
    }
    let lines = tree.lines;
    (lines, odd)
}

/// What hangs each line below those before it: `├ `, `└ `, `│ ` or nothing a step.
pub fn leads(lines: &[Branch]) -> Vec<String> {
    let mut open: Vec<bool> = Vec::new();
    let mut leads = vec![String::new(); lines.len()];
    for (index, line) in lines.iter().enumerate().rev() {
        open.resize(line.depth + 1, false);
        if line.depth > 0 {
            let mut lead: String = (1..line.depth).map(|step| if open[step] { "│ " } else { "  " }).collect();
            lead.push_str(if open[line.depth] { "├ " } else { "└ " });
            leads[index] = lead;
        }
        open[line.depth] = true;
    }
    leads
}

struct Tree<'a> {
    found: Option<&'a Discovered>,
    known: Known<'a>,
    odd: &'a [Oddity],
    lines: Vec<Branch>,
    /// Consumers of the configuration that have a line.
    seen: BTreeSet<String>,
    /// Oddities that have a line.
    placed: BTreeSet<usize>,
}

impl<'a> Tree<'a> {
    fn push(&mut self, depth: usize, kind: BranchKind, name: &str, told: String, place: &str) {
        // What several lines lead to is odd once; keys that somebody is told of are not.
        let is_its = |index: &usize| kind != BranchKind::Keys && self.odd[*index].place == place;
        let odd: Vec<usize> = (0..self.odd.len()).filter(is_its).filter(|index| self.placed.insert(*index)).collect();
        let (name, place) = (name.to_owned(), place.to_owned());
        self.lines.push(Branch { depth, kind, name, told, place, has_failures: false, odd });
    }

    fn bucket(&mut self, bucket: &super::FoundBucket) {
        let mut told: Vec<String> = bucket.region.clone().into_iter().collect();
        let sources: Vec<&Source> =
            self.known.profile.sources.iter().filter(|source| source.bucket == bucket.name).collect();
        if !sources.is_empty() {
            told.push(sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>().join(", "));
        }
        if bucket.notifications.is_none() {
            told.push("whom it tells was not told".into());
        }
        self.push(0, BranchKind::Bucket, &bucket.name, told.join(" · "), &format!("s3://{}", bucket.name));
        for notification in bucket.notifications.iter().flatten() {
            let place = format!("s3://{}/{}", bucket.name, notification.prefix);
            let events = notification.events.iter().map(|event| event.trim_start_matches("s3:")).collect::<Vec<_>>();
            self.push(1, BranchKind::Keys, &notification.told(), events.join(", "), &place);
            self.target(2, &notification.target, None);
        }
        if bucket.has_event_bridge {
            let told = "told of everything; its rules are not looked at".to_owned();
            self.push(1, BranchKind::Other, "EventBridge", told, "");
        }
        let untold: Vec<String> = (self.odd.iter().map(|odd| &odd.place))
            .filter(|place| place.strip_prefix("s3://").and_then(|rest| rest.split('/').next()) == Some(&bucket.name))
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        for place in untold {
            let prefix = place.splitn(4, '/').nth(3).unwrap_or_default();
            let name = if prefix.is_empty() { "all keys" } else { prefix }.to_owned();
            self.push(1, BranchKind::Untold, &name, String::new(), &place);
        }
    }

    fn target(&mut self, depth: usize, arn: &str, by: Option<&FoundSubscription>) {
        match service(arn) {
            "sns" => self.topic(depth, arn),
            "sqs" => self.queue(depth, arn, by),
            "lambda" => self.function(depth, arn, by, ""),
            _ => self.push(depth, BranchKind::Other, short(arn), String::new(), arn),
        }
    }

    fn topic(&mut self, depth: usize, arn: &str) {
        let Some(topic) = self.found.and_then(|found| found.topic(arn)) else {
            return self.push(depth, BranchKind::Topic, short(arn), "not told".into(), arn);
        };
        let told = match &topic.subscriptions {
            None => "its subscribers were not told".to_owned(),
            Some(told) if told.len() == 1 => "1 subscriber".to_owned(),
            Some(told) => format!("{} subscribers", told.len()),
        };
        self.push(depth, BranchKind::Topic, short(arn), told, arn);
        for subscription in topic.subscriptions.iter().flatten() {
            match subscription.protocol.as_str() {
                "sqs" | "lambda" => self.target(depth + 1, &subscription.endpoint, Some(subscription)),
                protocol => {
                    let place = subscription.endpoint.clone();
                    self.push(depth + 1, BranchKind::Other, &place, protocol.to_owned(), &place);
                }
            }
        }
    }

    fn queue(&mut self, depth: usize, arn: &str, by: Option<&FoundSubscription>) {
        let found = self.found.and_then(|found| found.queue(arn));
        let consumers: Vec<&Consumer> = (self.known.profile.consumers.iter())
            .filter(|consumer| match (consumer.input.queue_url(), found) {
                (Some(url), Some(queue)) => is_same_queue(url, &queue.url),
                (Some(url), None) => short(url) == short(arn),
                (None, _) => false,
            })
            .collect();
        let url = found.map(|queue| queue.url.as_str()).or_else(|| consumers.first()?.input.queue_url());
        let live = url.and_then(|url| self.live(url));
        let told = Depths::of(live, found).map_or_else(|| self.known.unknown.to_owned(), |depths| depths.of_events());
        let how = by.map_or("", |by| if by.is_raw { "raw · " } else { "wrapped · " });
        self.push(depth, BranchKind::Queue, short(arn), format!("{how}{told}"), arn);
        let dead_letter = found.and_then(|queue| queue.dead_letter.as_deref());
        self.behind(depth + 1, &consumers, Some(arn));
        let configured = consumers.iter().find_map(|consumer| consumer.dead_letter_url.as_deref());
        match (dead_letter, configured) {
            (Some(arn), _) => self.failures(depth + 1, arn),
            (None, Some(url)) => self.waiting(depth + 1, BranchKind::Failed, url),
            (None, None) => {}
        }
        if let Some(arn) = by.and_then(|by| by.dead_letter.as_deref()) {
            self.failures(depth + 1, arn);
        }
        for url in consumers.iter().filter_map(|consumer| consumer.parked_url.as_deref()) {
            self.waiting(depth + 1, BranchKind::Parked, url);
        }
    }

    /// Who takes from a queue: consumers of the configuration, and functions that poll it.
    fn behind(&mut self, depth: usize, consumers: &[&Consumer], queue: Option<&str>) {
        for consumer in consumers {
            self.seen.insert(consumer.name.clone());
            self.push(depth, BranchKind::Consumer, &consumer.name, of_consumer(consumer), "");
        }
        let Some((found, queue)) = self.found.zip(queue) else { return };
        for (function, mapping) in found.pollers(queue) {
            let state = if mapping.is_disabled() { "its mapping is disabled" } else { "polls" };
            self.function(depth, &function.arn, None, state);
        }
    }

    fn function(&mut self, depth: usize, arn: &str, by: Option<&FoundSubscription>, how: &str) {
        let found = self.found.and_then(|found| found.function(arn));
        let mut told: Vec<String> = (!how.is_empty()).then(|| how.to_owned()).into_iter().collect();
        told.extend(by.map(|_| "invoked".to_owned()));
        told.push(found.map_or_else(|| "not told".into(), of_function));
        let place = found.map_or(arn, |function| function.arn.as_str()).to_owned();
        self.push(depth, BranchKind::Function, short(arn), told.join(" · "), &place);
        let is_its = |consumer: &&Consumer| match &consumer.input {
            Input::Function(name) => short(name) == short(arn),
            Input::Queue(_) | Input::Topic(_) => false,
        };
        let consumers: Vec<&Consumer> = self.known.profile.consumers.iter().filter(is_its).collect();
        self.behind(depth + 1, &consumers, None);
        if let Some(target) = found.and_then(|function| function.on_failure.as_deref()) {
            self.failures(depth + 1, target);
        }
        if let Some(arn) = by.and_then(|by| by.dead_letter.as_deref()) {
            self.failures(depth + 1, arn);
        }
    }

    /// Where failures go, by its ARN.
    fn failures(&mut self, depth: usize, arn: &str) {
        match self.found.and_then(|found| found.queue(arn)).map(|queue| queue.url.clone()) {
            Some(url) => self.waiting(depth, BranchKind::Failed, &url),
            None => self.push(depth, BranchKind::Failed, short(arn), service(arn).to_owned(), arn),
        }
    }

    /// A failure or parked queue, by its URL.
    fn waiting(&mut self, depth: usize, kind: BranchKind, url: &str) {
        let found = self.found.and_then(|found| found.queue_at(url));
        let live = self.live(url);
        let depths = Depths::of(live, found);
        let oldest = live.and_then(|live| self.known.oldest.get(&(live.consumer.clone(), live.role)));
        let oldest = oldest.filter(|_| depths.is_some_and(|depths| depths.visible + depths.in_flight > 0));
        let oldest = oldest.map(|at| format!(" · oldest {}", brief(self.known.now.duration_since(*at))));
        let told = depths.map_or_else(|| self.known.unknown.to_owned(), |depths| depths.of_failures());
        let place = found.map_or(url, |queue| queue.arn.as_str()).to_owned();
        self.push(depth, kind, short(url), format!("{told}{}", oldest.unwrap_or_default()), &place);
        if let Some(line) = self.lines.last_mut() {
            line.has_failures = depths.is_some_and(|depths| depths.visible > 0);
        }
    }

    /// A consumer of the configuration that was not found behind a bucket.
    fn apart(&mut self, consumer: &Consumer) {
        let what = if self.found.is_some() { "not found behind these buckets · " } else { "" };
        let place = consumer.input.place().to_owned();
        match &consumer.input {
            Input::Queue(url) => {
                let found = self.found.and_then(|found| found.queue_at(url));
                let told = Depths::of(self.live(url), found)
                    .map_or_else(|| self.known.unknown.to_owned(), |depths| depths.of_events());
                self.push(0, BranchKind::Queue, short(url), format!("{what}{told}"), &place);
            }
            Input::Topic(_) => {
                self.push(0, BranchKind::Topic, short(&place), what.trim_end_matches(" · ").into(), &place);
            }
            Input::Function(_) => {
                self.push(0, BranchKind::Function, short(&place), what.trim_end_matches(" · ").into(), &place);
            }
        }
        self.behind(1, &[consumer], None);
        if let Some(url) = &consumer.dead_letter_url {
            self.waiting(1, BranchKind::Failed, url);
        }
        if let Some(url) = &consumer.parked_url {
            self.waiting(1, BranchKind::Parked, url);
        }
    }

    fn live(&self, url: &str) -> Option<&'a QueueStatus> {
        self.known.queues.iter().find(|status| is_same_queue(&status.url, url))
    }
}

/// How much lies in a queue, and how long.
#[derive(Debug, Clone, Copy)]
struct Depths<'a> {
    visible: u64,
    in_flight: u64,
    delayed: u64,
    retention: SignedDuration,
    tries: Option<u32>,
    moving: Option<&'a MoveTask>,
}

impl<'a> Depths<'a> {
    /// What was told last: the live depths, else those of the discovery.
    fn of(live: Option<&'a QueueStatus>, found: Option<&FoundQueue>) -> Option<Self> {
        let live = live.map(|live| Self {
            visible: live.visible,
            in_flight: live.in_flight,
            delayed: live.delayed,
            retention: live.retention,
            tries: live.max_receive_count,
            moving: live.move_task.as_ref(),
        });
        live.or_else(|| {
            found.map(|found| Self {
                visible: found.visible,
                in_flight: found.in_flight,
                delayed: found.delayed,
                retention: found.retention,
                tries: found.max_receives,
                moving: None,
            })
        })
    }

    fn told(&self) -> String {
        let delayed = if self.delayed > 0 { format!(", {} delayed", self.delayed) } else { String::new() };
        format!("{} wait, {} taken{delayed}", self.visible, self.in_flight)
    }

    fn of_events(&self) -> String {
        let tries = self.tries.map(|tries| format!(" · fails after {}", plural(tries, "try"))).unwrap_or_default();
        format!("{} · kept {}{tries}", self.told(), brief(self.retention))
    }

    fn of_failures(&self) -> String {
        let moving = self.moving.map(moving).unwrap_or_default();
        format!("{moving}{} · destroyed after {}", self.told(), brief(self.retention))
    }
}

/// What a move task does to a failure queue: all of it goes, without a choice.
fn moving(task: &MoveTask) -> String {
    let total = task.total.map_or_else(String::new, |total| format!(" of {total}"));
    let what = match (&task.destination, task.is_ending()) {
        (_, true) => "a move is being cancelled".to_owned(),
        (Some(queue), false) => format!("being moved to {queue}"),
        (None, false) => "being moved back".to_owned(),
    };
    format!("{what}, {}{total} · ", task.moved)
}

fn of_function(function: &FoundFunction) -> String {
    let timeout = function.timeout.map(|timeout| format!("timeout {}", brief(timeout)));
    let concurrency = function.concurrency.map(|most| format!("{most} at once at most"));
    let told: Vec<String> = timeout.into_iter().chain(concurrency).collect();
    if told.is_empty() { "its settings were not told".to_owned() } else { told.join(" · ") }
}

fn of_consumer(consumer: &Consumer) -> String {
    let safe = if consumer.idempotent { "safe to send twice" } else { "not safe to send twice" };
    let alerts = consumer.alerts.as_ref().map_or(String::new(), |place| format!(" · alerts {place}"));
    match &consumer.receipts {
        Some(place) => format!("{safe} · receipts {place}{alerts}"),
        None => format!("{safe} · leaves no receipts: its work is not observed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_those_that_lead_to_them() {
        let line = |depth| Branch {
            depth,
            kind: BranchKind::Other,
            name: String::new(),
            told: String::new(),
            place: String::new(),
            has_failures: false,
            odd: Vec::new(),
        };
        let lines: Vec<Branch> = [0, 1, 2, 2, 1, 2, 0, 1].map(line).into();
        assert_eq!(leads(&lines), ["", "├ ", "│ ├ ", "│ └ ", "└ ", "  └ ", "", "└ "]);
    }
}
