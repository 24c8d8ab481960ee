//! Why an object failed, and what would become of it now.

use std::collections::HashSet;

use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;

use super::{PARALLEL, records};
use crate::aws::{AwsError, Kind};
use crate::domain::{ByteSize, Failure, FailureRecord, Object, ObjectId, Prospect, Reason, ReasonOrigin, Source};
use crate::inventory::Inventory;
use crate::worker::digest::{Digest, Verdict, digest, options};
use crate::worker::stream::{self, Broken};

/// The longest object that is tried.
const TRIED: ByteSize = ByteSize::mib(64);

/// What was found out about one failed object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The object.
    pub object: ObjectId,
    /// The consumer's name.
    pub consumer: String,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// What would become of it now.
    pub prospect: Prospect,
}

impl Inventory {
    /// Finds out why each failure's object failed and what would become of it now, by the consumer's own record and by
    /// parsing the object here; each goes to `found` as it is done.
    pub async fn diagnose(&self, failures: Vec<Failure>, found: mpsc::Sender<Diagnosis>) {
        let mut seen = HashSet::new();
        let objects = failures
            .into_iter()
            .filter_map(|failure| Some((failure.object?, failure.consumer, failure.reason)))
            .filter(|(object, consumer, _)| seen.insert((object.clone(), consumer.clone())));
        let mut diagnoses = futures::stream::iter(objects)
            .map(|(object, consumer, known)| self.diagnose_one(object, consumer, known).boxed())
            .buffer_unordered(PARALLEL);
        while let Some(diagnosis) = diagnoses.next().await {
            if found.send(diagnosis).await.is_err() {
                return;
            }
        }
    }

    /// What the consumer wrote down counts most, then what the message says, then what is found here.
    async fn diagnose_one(&self, object: ObjectId, consumer: String, known: Option<Reason>) -> Diagnosis {
        let known = known.filter(|reason| reason.origin != ReasonOrigin::ParsedHere);
        let recorded = match &known {
            Some(Reason { origin: ReasonOrigin::Recorded, .. }) => None,
            _ => self.recorded(&object, &consumer).await,
        };
        let (prospect, complaint) = self.try_here(&object, &consumer).await;
        let reason = recorded
            .map(|text| Reason { text, origin: ReasonOrigin::Recorded })
            .or(known)
            .or_else(|| complaint.map(|text| Reason { text, origin: ReasonOrigin::ParsedHere }));
        Diagnosis { object, consumer, reason, prospect }
    }

    /// What the consumer wrote down when it failed.
    async fn recorded(&self, object: &ObjectId, consumer: &str) -> Option<String> {
        let place = self.profile.consumer(consumer)?.failures.as_ref()?;
        let (_, bytes) = self.aws.get_all(&place.object(&object.key), records::LONGEST).await.ok()?;
        let record: FailureRecord = serde_json::from_slice(&bytes).ok()?;
        // Two buckets may hold the same key; the record is of one of them.
        (record.object.bucket == object.bucket).then_some(record.reason)
    }

    /// What parsing the object here makes of it: the prospect, and what is wrong with it.
    pub async fn try_here(&self, object: &ObjectId, consumer: &str) -> (Prospect, Option<String>) {
        let Some(source) = self.profile.source_of(&object.bucket, &object.key).cloned() else {
            return (Prospect::NoParser, Some("no source of the configuration has its key".into()));
        };
        match self.digest(object, source, consumer).await {
            Ok(digest) => {
                let complaint = match &digest.verdict {
                    Verdict::Refused(complaint) => Some(complaint.reason.clone()),
                    Verdict::NoParser => Some("no parser knows its format".into()),
                    Verdict::Good | Verdict::Empty => None,
                };
                (digest.prospect(), complaint)
            }
            Err(Untriable::Gone) => (Prospect::Gone, Some("the object is gone".into())),
            Err(Untriable::Because(cause)) => (Prospect::Untriable(cause), None),
        }
    }

    async fn digest(&self, id: &ObjectId, source: Source, consumer: &str) -> Result<Digest, Untriable> {
        let body = self.aws.get(id, None, None).await?;
        if body.object.size > TRIED {
            let (size, limit) = (body.object.size, TRIED);
            return Err(Untriable::Because(format!("it is {size} long; objects up to {limit} are tried here")));
        }
        let object = Object { id: id.clone(), ..body.object.clone() };
        let (consumer, options) = (consumer.to_owned(), options(&object, &self.profile));
        let work = move |input| digest(input, options, &source, &consumer, &mut |_, _| Ok(()));
        stream::read(body, work).await.map_err(|broken| match broken {
            Broken::Transfer(error) => error.into(),
            Broken::Work => Untriable::Because("the parser gave up on it".into()),
        })
    }
}

enum Untriable {
    Gone,
    Because(String),
}

impl From<AwsError> for Untriable {
    fn from(error: AwsError) -> Self {
        if error.kind == Kind::NoSuchKey { Self::Gone } else { Self::Because(error.to_string()) }
    }
}
