//! What is done for one message: for each of its objects, an index and a receipt, or a failure written down.

use bytes::Bytes;
use futures::future;

use super::alerts::{self, Detected, Detector};
use super::compact::Replaced;
use super::compact::part::Partition;
use super::digest::{Complaint, Digest, Verdict, digest, options};
use super::index::{Content, IndexFile, IndexWriter};
use super::stream::{self, Broken};
use super::{Counters, Inner, now, park, settle};
use crate::aws::{Aws, AwsError, Kind, Put};
use crate::domain::{
    ByteSize, EventKind, FailureRecord, Index, Location, Message, Object, ObjectEvent, ObjectId, QueuedMessage,
    REPLAY_ATTRIBUTE, Receipt, event,
};

/// The longest receipt that is read.
const RECEIPT: ByteSize = ByteSize::mib(1);

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing is left to do.
    Done,
    /// It waits for a parser, in the parked queue or as an object.
    Parked,
    /// It is to be tried again.
    Failed,
}

/// Why an object was not processed.
enum Refusal {
    /// What is wrong with the object.
    Object(Complaint),
    /// What is wrong with the world.
    World(AwsError),
    /// No parser knows it.
    NoParser(String),
}

impl From<AwsError> for Refusal {
    fn from(error: AwsError) -> Self {
        match error.kind {
            Kind::NoSuchKey => Self::Object(Complaint::of_whole("the object is gone")),
            Kind::Archived => Self::Object(Complaint::of_whole("the object lies in an archive tier")),
            _ => Self::World(error),
        }
    }
}

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Self {
        match broken {
            // What was made of half an object says nothing about the object.
            Broken::Transfer(error) => Self::World(error),
            Broken::Work => {
                Self::Object(Complaint::of_whole("the parser gave up on it, which is a fault of the parser"))
            }
        }
    }
}

/// Processes a message with all its objects.
pub(super) async fn message(worker: &Inner, message: &QueuedMessage) -> Outcome {
    let (events, is_whole) = match event::decode(&message.body) {
        Message::Objects(events) => (events, true),
        // What can be read is processed; the message goes the way of those that fail, so that the rest is not lost.
        Message::Mixed { events, unread } => {
            tracing::warn!(id = message.id, unread = unread.join("; "), "a message that can be read in part");
            (events, false)
        }
        Message::Test => return Outcome::Done,
        Message::Unreadable(reason) => {
            tracing::warn!(id = message.id, reason, "a message that tells of no object");
            return Outcome::Failed;
        }
    };
    let can_park = worker.consumer.parked_url.is_some() || worker.consumer.parked_prefix.is_some();
    let mut parked = None;
    for event in &events {
        if !concerns(worker, event) {
            continue;
        }
        match Box::pin(object(worker, event, message)).await {
            Ok(()) => {}
            Err(Refusal::NoParser(why)) if can_park => {
                tracing::info!(object = %event.object, why, "parked");
                parked.get_or_insert(&event.object);
            }
            Err(refusal) => {
                write_failure(worker, event, message, refusal).await;
                return Outcome::Failed;
            }
        }
    }
    if !is_whole {
        return Outcome::Failed;
    }
    let Some(object) = parked else { return Outcome::Done };
    let source = worker.profile.source_of(&object.bucket, &object.key).map(|source| source.name.as_str());
    match park::park(worker, message, source).await {
        Ok(()) => Outcome::Parked,
        Err(error) => {
            tracing::warn!(%error, "an event could not be parked");
            Outcome::Failed
        }
    }
}

/// Whether an event asks for anything: deletions, folder markers and what the worker itself wrote do not.
fn concerns(worker: &Inner, event: &ObjectEvent) -> bool {
    let consumer = &worker.consumer;
    let index = worker.profile.index.as_ref().map(|index| &index.location);
    let own = [index, consumer.receipts.as_ref(), consumer.failures.as_ref(), consumer.parked_prefix.as_ref()];
    let own = own.into_iter().chain([consumer.alerts.as_ref()]);
    let is_own = own.flatten().any(|place| {
        !place.prefix.is_empty() && place.bucket == event.object.bucket && event.object.key.starts_with(&place.prefix)
    });
    event.kind == EventKind::Created && !event.is_folder() && !is_own
}

async fn object(worker: &Inner, event: &ObjectEvent, message: &QueuedMessage) -> Result<(), Refusal> {
    let source = worker
        .profile
        .source_of(&event.object.bucket, &event.object.key)
        .ok_or_else(|| Refusal::NoParser("no source of the configuration has its key".into()))?;
    let body = worker.aws.get(&event.object, None, None).await?;
    let object = Object { id: event.object.clone(), ..body.object.clone() };
    let (consumer, source) = (worker.consumer.name.clone(), source.clone());
    let has_index = worker.profile.index.is_some();
    let (known, options) = (object.clone(), options(&object, &worker.profile));
    let mut detector = Detector::new(worker, &object, &source.name);
    let (digest, files, detected) = stream::read(body, move |input| {
        let told = source.layout.time_of(&known.id.key).map(|told| told.start);
        let mut index = IndexWriter::new(known.clone(), &source.name, told);
        let mut digest = digest(input, options, &source, &consumer, &mut |record, event| {
            if let Some(detector) = &mut detector {
                detector.look(record, event);
            }
            if has_index { index.add(record, event) } else { Ok(()) }
        });
        let files = if digest.verdict == Verdict::Good { index.finish() } else { Ok(Vec::new()) };
        let files = files.unwrap_or_else(|complaint| {
            digest.verdict = Verdict::Refused(complaint);
            Vec::new()
        });
        (digest, files, detector.map(Detector::finish))
    })
    .await?;
    match digest.verdict {
        Verdict::Good | Verdict::Empty => {}
        Verdict::NoParser => return Err(Refusal::NoParser("no parser knows its format".into())),
        Verdict::Refused(complaint) => return Err(Refusal::Object(complaint)),
    }
    Counters::add(&worker.counters.records, digest.records);
    let files = write_index(worker, files).await?;
    let keys = files.iter().map(|(key, _)| key.clone()).collect();
    let alerts = match &detected {
        Some(detected) => alerts::keep(worker, &object.id, detected, message).await?,
        None => None,
    };
    let rules = detected.map(|Detected { version, .. }| version);
    let receipt = Receipt { alerts, rules, ..receipt(&object, &digest, message, keys) };
    Box::pin(write_receipt(worker, receipt, &files)).await?;
    forget_failure(worker, event, message).await;
    Counters::add(&worker.counters.processed, 1);
    Ok(())
}

/// Writes the files below the index's location; gives their keys and eTags.
async fn write_index(worker: &Inner, files: Vec<IndexFile>) -> Result<Vec<(String, String)>, AwsError> {
    let Some(index) = &worker.profile.index else { return Ok(Vec::new()) };
    let writes = files.into_iter().map(|file| {
        let id = index.location.object(&file.path);
        async move {
            let etag = match file.content {
                Content::Memory(bytes) => worker.aws.put(&id, bytes, Put::default()).await?,
                Content::File(path) => worker.aws.put_file(&id, &path, Put::default()).await?,
            };
            Ok::<_, AwsError>((id.key, etag))
        }
    });
    let files: Vec<(String, String)> = future::try_join_all(writes).await?;
    for (key, _) in &files {
        if let Some(partition) = Partition::of(index, key) {
            worker.written.note(partition);
        }
    }
    Ok(files)
}

fn receipt(object: &Object, digest: &Digest, message: &QueuedMessage, files: Vec<String>) -> Receipt {
    Receipt {
        object: object.id.clone(),
        etag: object.etag.clone(),
        size: object.size.bytes(),
        records: digest.records,
        faults: digest.faults,
        format: digest.format.clone(),
        parser: scops_parser::VERSION.to_owned(),
        replay: message.attributes.get(REPLAY_ATTRIBUTE).map(|(_, value)| value.clone()),
        at: now(),
        files,
        alerts: None,
        rules: None,
        note: (digest.verdict == Verdict::Empty).then(|| "empty object".to_owned()),
    }
}

/// Writes the receipt; where there is one already, the index files go that only the old one stands for, and their rows
/// where they were merged with others.
async fn write_receipt(worker: &Inner, receipt: Receipt, files: &[(String, String)]) -> Result<(), AwsError> {
    let Some(place) = &worker.consumer.receipts else { return Ok(()) };
    let id = place.object(&receipt.object.key);
    let bytes = Bytes::from(serde_json::to_vec(&receipt).unwrap_or_default());
    let with = Put {
        content_type: Some("application/json".into()),
        metadata: receipt.metadata(),
        only_new: true,
        ..Put::default()
    };
    match worker.aws.put(&id, bytes.clone(), with.clone()).await {
        Err(error) if error.kind == Kind::Changed => {}
        other => return other.map(drop),
    }
    if receipt.rules.is_some()
        && receipt.alerts.is_none()
        && let Some(id) = alerts::place(worker, &receipt.object)
    {
        worker.aws.delete(&id).await?;
    }
    let mut stale = Vec::new();
    if let Some(index) = &worker.profile.index {
        stale = stale_files(&worker.aws, &id, &receipt.files).await?;
        // A receipt is data: only what lies in the index is deleted on its word.
        stale.retain(|key| key.starts_with(&index.location.prefix));
        for key in &stale {
            worker.aws.delete(&ObjectId::new(&index.location.bucket, key)).await?;
        }
        settle_all(worker, index, &receipt.object, files, &stale).await?;
    }
    worker.aws.put(&id, bytes, Put { only_new: false, ..with }).await?;
    if let Some(index) = worker.profile.index.as_ref().filter(|_| !stale.is_empty()) {
        // A compaction that had read a stale file before it was deleted asks the receipt: it may have seen the old one.
        settle_all(worker, index, &receipt.object, files, &stale).await?;
    }
    Ok(())
}

async fn settle_all(
    worker: &Inner,
    index: &Index,
    object: &ObjectId,
    files: &[(String, String)],
    old: &[String],
) -> Result<(), AwsError> {
    for (partition, replaced) in Replaced::of(index, object, files, old) {
        settle::settle(worker, index, &partition, replaced).await?;
    }
    Ok(())
}

/// The files of the receipt that lies at `id` which are not among the new ones.
async fn stale_files(aws: &Aws, id: &ObjectId, new: &[String]) -> Result<Vec<String>, AwsError> {
    let bytes = match aws.get_all(id, RECEIPT).await {
        Ok((_, bytes)) => bytes,
        Err(error) if error.kind == Kind::NoSuchKey => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    // A receipt that cannot be read stands for no file that could be named.
    let old: Option<Receipt> = serde_json::from_slice(&bytes).ok();
    let files = old.map(|receipt| receipt.files).unwrap_or_default();
    Ok(files.into_iter().filter(|file| !new.contains(file)).collect())
}

async fn write_failure(worker: &Inner, event: &ObjectEvent, message: &QueuedMessage, refusal: Refusal) {
    let complaint = match refusal {
        Refusal::Object(complaint) => complaint,
        Refusal::NoParser(why) => Complaint::of_whole(why),
        Refusal::World(error) => Complaint::of_whole(error.to_string()),
    };
    tracing::info!(object = %event.object, reason = complaint.reason, "failed");
    let Some(place) = &worker.consumer.failures else { return };
    let record = FailureRecord {
        object: event.object.clone(),
        reason: complaint.reason,
        offset: complaint.offset,
        line: complaint.line,
        parser: scops_parser::VERSION.to_owned(),
        attempts: message.receive_count,
        at: now(),
    };
    let bytes = serde_json::to_vec(&record).unwrap_or_default();
    let with = Put { content_type: Some("application/json".into()), ..Put::default() };
    if let Err(error) = worker.aws.put(&at(place, event), bytes.into(), with).await {
        tracing::warn!(%error, "why an object failed could not be written down");
    }
}

/// Deletes the record of a former failure. Most objects never failed, so that the first try of an event does not ask;
/// where that misses one (a redrive makes a new message of it), the receipt is the newer of the two.
async fn forget_failure(worker: &Inner, event: &ObjectEvent, message: &QueuedMessage) {
    let Some(place) = &worker.consumer.failures else { return };
    if message.receive_count <= 1 && !message.attributes.contains_key(REPLAY_ATTRIBUTE) {
        return;
    }
    if let Err(error) = worker.aws.delete(&at(place, event)).await {
        tracing::warn!(%error, "the record of a former failure stays");
    }
}

fn at(place: &Location, event: &ObjectEvent) -> ObjectId {
    place.object(&event.object.key)
}
