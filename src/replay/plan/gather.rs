//! What a plan needs to know, asked of the queues and of S3.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use futures::{StreamExt as _, stream};
use jiff::Timestamp;

use super::{Aid, Candidate, Found, Head, assemble};
use crate::aws::{Aws, Kind};
use crate::domain::event::{self, EventKind, Message};
use crate::domain::{
    Consumer, Input, Location, MessageOrigin, ObjectId, Plan, Profile, Prospect, QueuedMessage, SavedMessage,
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
/// How long messages are hidden while they are looked through.
const LOOK: Duration = Duration::from_mins(1);

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
    let mut seen = HashSet::new();
    let objects: Vec<ObjectId> =
        objects.into_iter().chain(named).filter(|object| seen.insert(object.clone())).collect();
    let found = Box::pin(originals(aws, consumer, &objects, saved, aid)).await?;
    let candidates = tokio::select! {
        candidates = candidates(aws, consumer, objects, found, aid) => candidates,
        // Whatever was hidden is shown again by now, so that nothing is left to be done.
        () = aid.given_up() => return Err(ReplayError::GivenUp),
    };
    let mut plan = assemble(profile, consumer, candidates, rate, now);
    plan.left_out.extend(left_out);
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

/// Messages by the bucket and key that they name.
type Originals = HashMap<(String, String), Vec<Found>>;

fn place(object: &ObjectId) -> (String, String) {
    (object.bucket.clone(), object.key.clone())
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
    let mut originals: Originals = objects.iter().map(|object| (place(object), Vec::new())).collect();
    let failed = look(aws, consumer.dead_letter_url.as_deref(), MessageOrigin::DeadLetter, &originals, aid);
    let parked = look(aws, consumer.parked_url.as_deref(), MessageOrigin::Parked, &originals, aid);
    let (failed, parked) = futures::join!(failed, parked);
    let (failed, parked) = (failed?, parked?);
    if aid.is_given_up() {
        return Err(ReplayError::GivenUp);
    }
    let stored = tokio::select! {
        stored = stored(aws, consumer.parked_prefix.as_ref(), &originals, aid) => stored?,
        () = aid.given_up() => return Err(ReplayError::GivenUp),
    };
    let lying: HashSet<String> = failed.iter().chain(&parked).map(|found| found.message.id.clone()).collect();
    let saved = saved.into_iter().filter(|found| !lying.contains(&found.message.id));
    for found in failed.into_iter().chain(parked).chain(stored).chain(saved) {
        let places: HashSet<_> = found.events.iter().map(|event| place(&event.object)).collect();
        for place in places {
            if let Some(naming) = originals.get_mut(&place) {
                naming.push(found.clone());
            }
        }
    }
    Ok(originals)
}

/// The messages of one queue that name one of the places, not all of them where the plan is given up; they are visible
/// again afterwards.
async fn look(
    aws: &Aws,
    url: Option<&str>,
    origin: MessageOrigin,
    places: &Originals,
    aid: Aid<'_>,
) -> Result<Vec<Found>, ReplayError> {
    let Some(url) = url else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    // All of them are looked at: an object may have more than one message.
    let looked = |message: &QueuedMessage| {
        aid.tell(|planning| planning.messages += 1);
        let Message::Objects(events) = event::decode(&message.body) else { return false };
        let is_named = events.iter().any(|event| places.contains_key(&place(&event.object)));
        if is_named {
            found.push(Found { origin, message: message.clone(), events });
        }
        // It is not held: one copy of each message is enough.
        false
    };
    let leases = Leases::gather_until(aws, url, LOOK, 1, || aid.is_given_up(), looked).await?;
    leases.release().await;
    Ok(found)
}

/// The messages below the parked prefix that name one of the places.
async fn stored(
    aws: &Aws,
    prefix: Option<&Location>,
    places: &Originals,
    aid: Aid<'_>,
) -> Result<Vec<Found>, ReplayError> {
    let Some(prefix) = prefix else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    let mut stored = Stored::new(aws, prefix);
    while let Some(messages) = stored.next().await? {
        aid.tell(|planning| planning.messages += messages.len());
        for message in messages {
            let Message::Objects(events) = event::decode(&message.body) else { continue };
            if events.iter().any(|event| places.contains_key(&place(&event.object))) {
                found.push(Found { origin: MessageOrigin::Stored, message, events });
            }
        }
    }
    Ok(found)
}

/// What S3 tells of each object, and what would become of it.
async fn candidates(
    aws: &Aws,
    consumer: &Consumer,
    objects: Vec<ObjectId>,
    mut found: Originals,
    aid: Aid<'_>,
) -> Vec<Candidate> {
    aid.tell(|planning| planning.objects = objects.len());
    let asked: Vec<Candidate> = stream::iter(objects)
        .map(|object| {
            let naming = found.remove(&place(&object)).unwrap_or_default();
            candidate(aws, consumer, object, naming)
        })
        .buffered(HEADS)
        .inspect(|_| aid.tell(|planning| planning.asked += 1))
        .collect()
        .await;
    tried(asked, aid).await
}

async fn candidate(aws: &Aws, consumer: &Consumer, object: ObjectId, naming: Vec<Found>) -> Candidate {
    let naming: Vec<Found> = naming.into_iter().filter(|found| found.event_of(&object).is_some()).collect();
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

/// The candidates with their prospects, as many as the limit allows.
async fn tried(candidates: Vec<Candidate>, aid: Aid<'_>) -> Vec<Candidate> {
    let Some(preflight) = aid.preflight else { return candidates };
    let step = candidates.len().div_ceil(PREFLIGHT_LIMIT).max(1);
    let is_tried =
        |index: usize, candidate: &Candidate| matches!(candidate.head, Head::Present(_)) && index.is_multiple_of(step);
    let to_parse = candidates.iter().enumerate().filter(|(index, candidate)| is_tried(*index, candidate)).count();
    aid.tell(|planning| planning.to_parse = to_parse);
    stream::iter(candidates.into_iter().enumerate())
        .map(|(index, mut candidate)| async move {
            if let (Head::Present(object), true) = (&candidate.head, is_tried(index, &candidate)) {
                candidate.prospect = if object.is_archived() {
                    Prospect::Untriable("archived".into())
                } else {
                    preflight(object.clone()).await
                };
                aid.tell(|planning| planning.parsed += 1);
            }
            candidate
        })
        .buffered(PREFLIGHTS)
        .collect()
        .await
}
