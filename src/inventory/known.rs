//! What is known of objects beside their listing: from failure queues and from the journal, consumer by consumer.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use crate::domain::{Failure, Object, ObjectId, State, Trace};

/// What is known, by the consumer's name.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// What is known with each.
    pub consumers: HashMap<String, Told>,
}

/// What is known of objects with one consumer. They are named without their version.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// In a failure queue, with the reason where it is known.
    pub failed: HashMap<ObjectId, Option<String>>,
    /// In a parked queue.
    pub parked: HashSet<ObjectId>,
    /// Sent again, and when.
    pub replayed: HashMap<ObjectId, Timestamp>,
    /// Intended to be sent, outcome not known.
    pub unknown: HashSet<ObjectId>,
}

impl Told {
    /// The state of an object whose receipt (if any) was written at `receipt`. One that is older than the object is
    /// that of bytes which have been overwritten since.
    pub(super) fn state(&self, object: &Object, receipt: Option<Timestamp>, is_observed: bool) -> State {
        // LastModified has whole seconds.
        let floor = |at: Timestamp| Timestamp::from_second(at.as_second()).unwrap_or(at);
        let id = &object.id;
        let receipt = receipt.filter(|at| *at >= floor(object.arrived));
        match (receipt, self.replayed.get(id)) {
            (Some(at), Some(sent)) if at >= floor(*sent) => State::Recovered,
            _ if self.failed.contains_key(id) => State::Failed,
            _ if self.parked.contains(id) => State::Parked,
            (Some(_), _) => State::Processed,
            _ if self.unknown.contains(id) => State::Unknown,
            (None, Some(_)) => State::Replaying,
            (None, None) if is_observed => State::Arrived,
            (None, None) => State::Unobserved,
        }
    }
}

impl Known {
    /// What is known with a consumer, to be added to.
    pub fn with(&mut self, consumer: &str) -> &mut Told {
        self.consumers.entry(consumer.to_owned()).or_default()
    }

    /// Whether a failure that only a record tells of is of before the object was sent again to that consumer.
    pub fn has_moved_on(&self, failure: &Failure) -> bool {
        let (Some(object), Trace::Record { at } | Trace::Destination { at, .. }) = (&failure.object, &failure.trace)
        else {
            return false;
        };
        let told = self.consumers.get(&failure.consumer);
        let sent = told.and_then(|told| told.replayed.get(&ObjectId { version: None, ..object.clone() }));
        // LastModified has whole seconds: a record of the second of the sending may be of after it.
        sent.is_some_and(|sent| at.as_second() < sent.as_second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ByteSize;

    /// What is known with one consumer.
    fn known(told: Told) -> Known {
        Known { consumers: [("indexer".to_owned(), told)].into() }
    }

    fn at(second: i64, nanos: i32) -> Timestamp {
        Timestamp::new(1_800_000_000 + second, nanos).expect("a timestamp")
    }

    fn object(arrived: Timestamp) -> Object {
        let id = ObjectId::new("logs", "k");
        Object { id, size: ByteSize::kib(1), etag: "e".into(), storage_class: "STANDARD".into(), arrived }
    }

    #[test]
    fn a_receipt_proves_what_was_there_when_it_was_written() {
        let told = Told::default();
        let state = |arrived, receipt| told.state(&object(arrived), receipt, true);
        assert_eq!(state(at(10, 0), Some(at(12, 0))), State::Processed);
        assert_eq!(state(at(10, 500), Some(at(10, 0))), State::Processed, "S3 tells whole seconds");
        assert_eq!(state(at(10, 0), Some(at(9, 0))), State::Arrived, "overwritten since");
        assert_eq!(state(at(10, 0), None), State::Arrived);
        assert_eq!(told.state(&object(at(10, 0)), None, false), State::Unobserved);
    }

    #[test]
    fn a_record_of_before_the_object_was_sent_again_is_no_failure_any_more() {
        let id = ObjectId { version: Some("v".into()), ..object(at(0, 0)).id };
        let failure = |trace| Failure {
            object: Some(id.clone()),
            source: None,
            consumer: "indexer".into(),
            state: State::Failed,
            trace,
            reason: None,
            prospect: crate::domain::Prospect::Untried,
        };
        let record = |second| failure(Trace::Record { at: at(second, 0) });
        assert!(!Known::default().has_moved_on(&record(50)));
        let mut told = Told::default();
        told.replayed.insert(object(at(0, 0)).id, at(100, 700));
        let known = known(told);
        let of_another = Failure { consumer: "alerts".into(), ..record(99) };
        assert!(!known.has_moved_on(&of_another), "it was sent to one consumer only");
        assert!(known.has_moved_on(&record(99)));
        assert!(!known.has_moved_on(&record(100)), "it may be of the replay itself");
        let record = Trace::Destination { record: ObjectId::new("b", "k"), at: at(99, 0) };
        assert!(known.has_moved_on(&failure(record)));
        assert!(!known.has_moved_on(&failure(Trace::DeadLetter(crate::domain::QueuedMessage::default()))));
    }

    #[test]
    fn what_was_sent_again_is_recovered_by_a_receipt_after_it() {
        let mut told = Told::default();
        let id = object(at(0, 0)).id;
        told.failed.insert(id.clone(), None);
        told.replayed.insert(id, at(100, 700));
        let state = |receipt| told.state(&object(at(0, 0)), receipt, true);
        assert_eq!(state(Some(at(100, 0))), State::Recovered);
        assert_eq!(state(Some(at(99, 0))), State::Failed);
        assert_eq!(state(None), State::Failed);
    }
}
