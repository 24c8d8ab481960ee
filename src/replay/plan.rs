//! From chosen objects to a plan: which message of each is sent, what is left out, and why.

mod aid;
mod gather;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::Timestamp;

pub use aid::{Aid, Preflight, Teller};
pub use gather::make;

use crate::domain::event::{self, EventKind, ObjectEvent};
use crate::domain::{Consumer, MessageOrigin, Object, ObjectId, Plan, PlanItem, Profile, Prospect, QueuedMessage};

/// What was found out about one object that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The object, as it was asked for.
    pub object: ObjectId,
    /// Messages that name it, as they lie in the consumer's failure and parked queues.
    pub found: Vec<Found>,
    /// What S3 tells of it now.
    pub head: Head,
    /// Whether a receipt of the consumer exists.
    pub was_processed: bool,
    /// What the preflight made of it.
    pub prospect: Prospect,
}

/// What S3 tells of an object now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// It is there.
    Present(Object),
    /// It is not.
    Gone,
    /// It could not be looked at, with the cause.
    Untold(String),
}

/// A message that lies in a queue or was saved, and the objects that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub origin: MessageOrigin,
    /// The message.
    pub message: QueuedMessage,
    /// What it tells.
    pub events: Vec<ObjectEvent>,
}

impl Found {
    /// The event by which the message has this object processed.
    pub fn event_of(&self, object: &ObjectId) -> Option<&ObjectEvent> {
        self.events.iter().find(|event| event.kind == EventKind::Created && is_same(&event.object, object))
    }
}

/// Whether the two name the same bytes, as far as both tell: only one of them may know the version.
pub fn is_same(a: &ObjectId, b: &ObjectId) -> bool {
    let versions_agree = match (&a.version, &b.version) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    a.bucket == b.bucket && a.key == b.key && versions_agree
}

/// A plan that is being put together, a candidate at a time: each object once, by the time that its key tells; each
/// message once; the original wherever it is at hand. What is gone, changed since its event, or archived is left out
/// and named.
#[derive(Debug)]
pub struct Assembly<'a> {
    profile: &'a Profile,
    consumer: &'a Consumer,
    rate: u32,
    made: Timestamp,
    timed: Vec<(Timestamp, PlanItem)>,
    left_out: Vec<(String, String)>,
}

impl<'a> Assembly<'a> {
    /// Of no candidates yet, with room for as many.
    pub fn new(profile: &'a Profile, consumer: &'a Consumer, room: usize, rate: u32, made: Timestamp) -> Self {
        Self { profile, consumer, rate, made, timed: Vec::with_capacity(room), left_out: Vec::new() }
    }

    /// Takes one up.
    pub fn add(&mut self, candidate: Candidate) {
        let name = candidate.object.to_string();
        match item(self.profile, self.consumer, candidate, self.made) {
            Ok(item) => self.timed.push((time(self.profile, &item.object), item)),
            Err(cause) => self.left_out.push((name, cause)),
        }
    }

    /// The plan.
    pub fn plan(self) -> Plan {
        let Self { consumer, mut timed, mut left_out, .. } = self;
        timed.sort_by(|(a_time, a), (b_time, b)| (a_time, &a.object.id).cmp(&(b_time, &b.object.id)));
        timed.dedup_by(|(_, again), (_, item)| again.object.id == item.object.id);
        let mut is_sent = carriers(&timed, &mut left_out).into_iter();
        // Filtered where they lie: of many there is no room for two.
        let items = timed.into_iter().filter_map(|(_, item)| is_sent.next()?.then_some(item)).collect();
        Plan {
            hash: String::new(),
            consumer: consumer.name.clone(),
            is_idempotent: consumer.idempotent,
            alert_window: consumer.alert_window,
            remembers: consumer.remembers,
            input: consumer.input.clone(),
            reaches: Vec::new(),
            items,
            hidden: 0,
            left_out,
            effects: Vec::new(),
            rate: self.rate.max(1),
            made: self.made,
            resumes: None,
        }
        .sealed()
    }
}

/// Whether each item brings its own message. One message may name many objects: it is sent once, with the first of
/// them, and does the work of all.
fn carriers(timed: &[(Timestamp, PlanItem)], left_out: &mut Vec<(String, String)>) -> Vec<bool> {
    let mut carriers: HashMap<&str, &ObjectId> = HashMap::new();
    timed
        .iter()
        .map(|(_, item)| {
            let id = &item.object.id;
            if item.origin == MessageOrigin::Synthesised {
                return true;
            }
            match carriers.entry(item.message.id()) {
                Entry::Vacant(vacant) => {
                    vacant.insert(id);
                    true
                }
                Entry::Occupied(carrier) => {
                    let cause = format!("sent with {}: one message names both", carrier.get());
                    left_out.push((id.to_string(), cause));
                    false
                }
            }
        })
        .collect()
}

/// The plan's item of a candidate, or why there is none.
fn item(profile: &Profile, consumer: &Consumer, candidate: Candidate, made: Timestamp) -> Result<PlanItem, String> {
    let Candidate { object: asked, found, head, was_processed, prospect } = candidate;
    let object = match head {
        Head::Present(object) => object,
        Head::Gone => return Err("it is gone from S3".into()),
        Head::Untold(cause) => return Err(format!("it could not be looked at: {cause}")),
    };
    if object.is_archived() {
        return Err(format!("it is archived ({}) and must be restored first", object.storage_class));
    }
    let mut naming: Vec<(Found, ObjectEvent)> =
        found.into_iter().filter_map(|found| found.event_of(&asked).cloned().map(|event| (found, event))).collect();
    // What lies in a queue before what was saved, as it can be deleted there; and the oldest first: it is the one whose
    // retention ends first.
    let order = |found: &Found| (found.origin == MessageOrigin::Saved, found.message.sent);
    naming.sort_by(|(a, _), (b, _)| order(a).cmp(&order(b)).then_with(|| a.message.id.cmp(&b.message.id)));
    let anew = |object: &Object| {
        let (region, account) = (&profile.region, profile.account.as_deref());
        let body = event::wrap(consumer.envelope, &consumer.input, object, region, account, made);
        QueuedMessage { body, ..QueuedMessage::default() }
    };
    let is_current = |event: &ObjectEvent| event.etag.as_deref().is_none_or(|etag| etag == object.etag);
    // A saved message lies nowhere: it is no further one.
    let lying = naming.iter().filter(|(found, _)| found.origin != MessageOrigin::Saved).count();
    let duplicates = lying.saturating_sub(1);
    let stale = naming.first().and_then(|(_, event)| event.etag.clone());
    match (naming.into_iter().find(|(_, event)| is_current(event)), stale) {
        (Some((found, event)), _) => {
            let again = event::unwrapped(&consumer.input, &found.message);
            let is_remade = again.is_none();
            let message = again.unwrap_or_else(|| QueuedMessage { id: found.message.id.clone(), ..anew(&object) });
            let companions = found.events.iter().filter(|other| **other != event).map(|other| other.object.clone());
            Ok(PlanItem {
                companions: companions.collect(),
                object,
                origin: found.origin,
                message: message.into(),
                is_remade,
                prospect,
                was_processed,
                duplicates,
            })
        }
        (None, Some(etag)) => Err(format!("it changed since its event: eTag {etag} then, {} now", object.etag)),
        (None, None) => Ok(PlanItem {
            message: anew(&object).into(),
            object,
            origin: MessageOrigin::Synthesised,
            is_remade: false,
            prospect,
            was_processed,
            companions: Vec::new(),
            duplicates: 0,
        }),
    }
}

/// The time that the object's key tells, else its arrival.
fn time(profile: &Profile, object: &Object) -> Timestamp {
    let source = profile.source_of(&object.id.bucket, &object.id.key);
    source.and_then(|source| source.layout.time_of(&object.id.key)).map_or(object.arrived, |told| told.start)
}
