//! What a plan needs to know, asked of the queues and of S3.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use jiff::Timestamp;

use super::{Aid, Assembly, Candidate, Found, Head, Preflight};
use crate::aws::{Aws, Kind};
use crate::domain::event::{self, EventKind, Message, ObjectEvent};
use crate::domain::{
    Consumer, Input, MessageOrigin, ObjectId, PackedMessage, Plan, Profile, Prospect, QueuedMessage, SavedMessage,
};
use crate::inventory::stored::Stored;
use crate::replay::ReplayError;
use crate::replay::lease::Leases;
use crate::replay::lines::Asked;

/// HEAD requests at a time.
const HEADS: usize = 32;
/// Objects parsed at a time.
const PREFLIGHTS: usize = 4;
/// Objects that are parsed before a plan is shown; of more, so many spread evenly over all.
const PREFLIGHT_LIMIT: usize = 500;
/// How long messages are hidden while they are looked through, at least.
const LOOK: Duration = Duration::from_mins(1);
/// What looking through one message takes at most: none is to come back while the others are looked at.
const LOOK_EACH: Duration = Duration::from_millis(10);

/// Makes the plan to replay what is asked for with a consumer, at most `rate` messages a second.
///
/// Looks through the consumer's failure and parked queues for the original messages (they are visible again
/// afterwards) and through its parked prefix, asks S3 for each object and its receipt, and parses up to 500 of them by
/// the preflight. Fails where a queue cannot be read, and once the plan is given up; an object that cannot be looked at
/// is left out with the cause, and so is a saved message of another consumer. A saved message is sent where nothing
/// holds one for its object any more.
pub async fn make<'a>(
    aws: &Aws,
    profile: &Profile,
    consumer: &Consumer,
    asked: impl Into<Asked>,
    rate: u32,
    aid: impl Into<Aid<'a>>,
    now: Timestamp,
) -> Result<Plan, ReplayError> {
    let Asked { objects, saved } = asked.into();
    let aid = aid.into();
    let (saved, left_out) = of_consumer(saved, consumer);
    let named = saved.iter().flat_map(|found| &found.events);
    let named = named.filter(|event| event.kind == EventKind::Created).map(|event| event.object.clone());
    let mut objects: Vec<ObjectId> = objects.into_iter().chain(named).collect();
    objects.sort_unstable();
    objects.dedup();
    let found = Box::pin(originals(aws, consumer, &objects, saved, aid)).await?;
    let hidden = found.hidden;
    let mut assembly = Assembly::new(profile, consumer, objects.len(), rate, now);
    tokio::select! {
        () = candidates(aws, consumer, objects, found, aid, |candidate| assembly.add(candidate)) => {}
        // Whatever was hidden is shown again by now, so that nothing is left to be done.
        () = aid.given_up() => return Err(ReplayError::GivenUp),
    }
    let mut plan = assembly.plan();
    plan.left_out.extend(left_out);
    plan.hidden = hidden;
    if let Input::Topic(arn) = &plan.input {
        // In an order of their own, for they are hashed.
        plan.reaches = match aws.subscriptions(arn).await {
            Ok(subscriptions) => subscriptions.iter().map(ToString::to_string).collect(),
            Err(error) => vec![format!("who they are cannot be told: {}", error.cause)],
        };
        plan.reaches.sort();
    }
    Ok(plan.sealed())
}

/// The saved messages that this consumer may be sent, and why not the others.
fn of_consumer(saved: Vec<SavedMessage>, consumer: &Consumer) -> (Vec<Found>, Vec<(String, String)>) {
    let mut found = Vec::new();
    let mut left_out = Vec::new();
    for SavedMessage { consumer: theirs, message, .. } in saved {
        let name = format!("saved message {}", message.id);
        if theirs != consumer.name {
            left_out.push((name, format!("it was saved from a queue of {theirs}")));
            continue;
        }
        match event::decode(&message.body) {
            Message::Objects(events) if events.iter().any(|event| event.kind == EventKind::Created) => {
                found.push(Found { origin: MessageOrigin::Saved, message, events });
            }
            Message::Objects(_) => left_out.push((name, "it tells of no object that came".to_owned())),
            Message::Mixed { unread, .. } => left_out.push((name, unread.join("; "))),
            Message::Test => left_out.push((name, "it is S3's test event".to_owned())),
            Message::Unreadable(cause) => left_out.push((name, format!("it cannot be read: {cause}"))),
        }
    }
    (found, left_out)
}

/// Messages by the bucket and key of the objects that they name.
struct Originals {
    named: HashMap<(String, String), Vec<Lying>>,
    /// About how many messages other readers hid meanwhile.
    hidden: u64,
}

impl Originals {
    /// Of these objects, none found yet.
    fn of(objects: &[ObjectId]) -> Self {
        Self { named: objects.iter().map(|object| (place(object), Vec::new())).collect(), hidden: 0 }
    }

    /// Keeps a message if it tells of one of the objects.
    fn read(&mut self, origin: MessageOrigin, message: &QueuedMessage) -> bool {
        matches!(event::decode(&message.body), Message::Objects(events) if self.keep(origin, message, &events))
    }

    /// Keeps a message with these events if it names one of the objects.
    fn keep(&mut self, origin: MessageOrigin, message: &QueuedMessage, events: &[ObjectEvent]) -> bool {
        let places: HashSet<_> = events.iter().map(|event| place(&event.object)).collect();
        let mut packed = None;
        for place in places {
            if let Some(naming) = self.named.get_mut(&place) {
                let packed: &PackedMessage = packed.get_or_insert_with(|| message.into());
                // Most have one: to make room for more at once would take most of the memory.
                naming.reserve_exact(1);
                naming.push(Lying { origin, message: packed.clone() });
            }
        }
        packed.is_some()
    }

    /// The messages that name this object, or another version of it. They are gone from here then.
    fn take(&mut self, object: &ObjectId) -> Vec<Lying> {
        self.named.remove(&place(object)).unwrap_or_default()
    }
}

fn place(object: &ObjectId) -> (String, String) {
    (object.bucket.clone(), object.key.clone())
}

/// A message that lies in a queue or was saved, while others are looked for.
#[derive(Clone)]
struct Lying {
    origin: MessageOrigin,
    message: PackedMessage,
}

impl Lying {
    /// The message, read.
    fn found(&self) -> Found {
        let message = self.message.unpack();
        let events = match event::decode(&message.body) {
            Message::Objects(events) => events,
            _ => Vec::new(),
        };
        Found { origin: self.origin, message, events }
    }
}

/// The messages of the consumer's failure and parked queues and of its parked prefix that name one of the objects, and
/// the saved ones that are not among them.
async fn originals(
    aws: &Aws,
    consumer: &Consumer,
    objects: &[ObjectId],
    saved: Vec<Found>,
    aid: Aid<'_>,
) -> Result<Originals, ReplayError> {
    let mut originals = Originals::of(objects);
    // Ids of what is found, where there is something saved that may be the same.
    let mut lying = HashSet::new();
    let queues = [
        (MessageOrigin::DeadLetter, consumer.dead_letter_url.as_deref()),
        (MessageOrigin::Parked, consumer.parked_url.as_deref()),
    ];
    for (origin, url) in queues {
        let Some(url) = url else { continue };
        // Who may not ask for its depth may look through it all the same.
        let queue = aws.queue_state(url).await.unwrap_or_default();
        originals.hidden += queue.in_flight;
        let look = LOOK + LOOK_EACH * u32::try_from(queue.visible).unwrap_or(u32::MAX);
        // All of them are looked at: an object may have more than one message. None is held: one copy is enough.
        let looked = |message: &QueuedMessage| {
            aid.tell(|planning| planning.messages += 1);
            if originals.read(origin, message) && !saved.is_empty() {
                lying.insert(message.id.clone());
            }
            false
        };
        let leases = Leases::gather_until(aws, url, look, 1, || aid.is_given_up(), looked).await?;
        leases.release().await;
        if aid.is_given_up() {
            return Err(ReplayError::GivenUp);
        }
    }
    if let Some(prefix) = &consumer.parked_prefix {
        let mut stored = Stored::new(aws, prefix);
        while let Some(messages) = tokio::select! {
            messages = stored.next() => messages?,
            () = aid.given_up() => return Err(ReplayError::GivenUp),
        } {
            aid.tell(|planning| planning.messages += messages.len());
            for message in messages {
                originals.read(MessageOrigin::Stored, &message);
            }
        }
    }
    for found in saved.into_iter().filter(|found| !lying.contains(&found.message.id)) {
        originals.keep(found.origin, &found.message, &found.events);
    }
    Ok(originals)
}

/// What S3 tells of each object, and what would become of it, in the order of the objects. Of many, what is known of
/// each is taken as it comes: there is no room for it twice.
async fn candidates(
    aws: &Aws,
    consumer: &Consumer,
    objects: Vec<ObjectId>,
    mut found: Originals,
    aid: Aid<'_>,
    mut take: impl FnMut(Candidate),
) {
    let step = objects.len().div_ceil(PREFLIGHT_LIMIT).max(1);
    aid.tell(|planning| {
        planning.objects = objects.len();
        planning.to_parse = aid.preflight.map_or(0, |_| objects.len().div_ceil(step));
    });
    let mut candidates = stream::iter(objects)
        .map(|object| {
            let naming = found.take(&object);
            candidate(aws, consumer, object, naming)
        })
        .buffered(HEADS)
        .inspect(|_| aid.tell(|planning| planning.asked += 1))
        .enumerate()
        .map(|(index, candidate)| tried(candidate, aid.preflight.filter(|_| index.is_multiple_of(step)), aid))
        .buffered(PREFLIGHTS);
    while let Some(candidate) = candidates.next().await {
        take(candidate);
    }
}

async fn candidate(aws: &Aws, consumer: &Consumer, object: ObjectId, naming: Vec<Lying>) -> Candidate {
    let naming = naming.iter().map(Lying::found);
    let naming: Vec<Found> = naming.filter(|found| found.event_of(&object).is_some()).collect();
    // The event's version is the one to look at: the newest may be another object's bytes by now.
    let version = naming.iter().find_map(|found| found.event_of(&object)?.object.version.clone());
    let exact = ObjectId { version: object.version.clone().or(version), ..object.clone() };
    let head = match aws.head(&exact).await {
        Ok((told, _)) => Head::Present(told),
        Err(error) if error.kind == Kind::NoSuchKey => Head::Gone,
        Err(error) => Head::Untold(error.cause),
    };
    let was_processed = match &consumer.receipts {
        Some(receipts) => aws.head(&receipts.object(&object.key)).await.is_ok(),
        None => false,
    };
    Candidate { object, found: naming, head, was_processed, prospect: Prospect::Untried }
}

/// The candidate with its prospect, where there is something to tell it.
async fn tried(mut candidate: Candidate, preflight: Option<&Preflight>, aid: Aid<'_>) -> Candidate {
    if let Some(preflight) = preflight {
        if let Head::Present(object) = &candidate.head {
            candidate.prospect = if object.is_archived() {
                Prospect::Untriable("archived".into())
            } else {
                preflight(object.clone()).await
            };
        }
        aid.tell(|planning| planning.parsed += 1);
    }
    candidate
}
