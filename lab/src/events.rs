//! S3 event notifications: who is told of a change, and the message that tells it.
//!
//! After the Amazon S3 user guide, "Event message structure" and "Supported event types".

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::names::{self, REGION};
use crate::sns::{self, Publication, Signer};
use crate::sqs::{Outgoing, Queue, Queues, enqueue};
use crate::store::{Change, ChangeKind, Observer, StoreError, Stored};

/// The newest version that S3 writes for creations and removals.
const EVENT_VERSION: &str = "2.1";
const SUBJECT: &str = "Amazon S3 Notification";
/// Who owns a lab's buckets and changes its objects.
const PRINCIPAL: &str = "A000000000000LAB";

/// S3 encodes keys as forms do, but leaves the slash: `a b+c=d/e` is `a+b%2Bc%3Dd/e`.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/').remove(b' ');

/// A key as events and `encoding-type=url` listings write it.
pub(crate) fn encode_key(key: &str) -> String {
    utf8_percent_encode(key, FORM).to_string().replace(' ', "+")
}

/// A bucket's notification configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notifications(pub(crate) Vec<Notification>);

/// One topic or queue, and what it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Notification {
    pub(crate) id: String,
    /// Of a topic or a queue.
    pub(crate) arn: String,
    /// As configured: `s3:ObjectCreated:*`.
    pub(crate) events: Vec<String>,
    pub(crate) prefix: String,
    pub(crate) suffix: String,
}

/// Why a configuration is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotificationError {
    #[error("The event '{0}' is not supported for notifications")]
    Event(String),
    #[error("Unable to validate the following destination configurations: {0}")]
    Destination(String),
    #[error(
        "Configurations overlap. Configurations on the same bucket cannot share a common event type: {0:?} and {1:?}"
    )]
    Overlap(String, String),
}

/// What the lab raises. Others that S3 knows never happen here, which a client had better know.
const EVENTS: [&str; 7] = [
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:Copy",
    "s3:ObjectCreated:CompleteMultipartUpload",
    "s3:ObjectRemoved:*",
    "s3:ObjectRemoved:Delete",
    "s3:ObjectRemoved:DeleteMarkerCreated",
];

fn covers(pattern: &str, event: &str) -> bool {
    pattern == event || pattern.strip_suffix('*').is_some_and(|start| event.starts_with(start))
}

impl Notification {
    fn wants(&self, event: &str, key: &str) -> bool {
        self.events.iter().any(|pattern| covers(pattern, event))
            && key.starts_with(&self.prefix)
            && key.ends_with(&self.suffix)
    }

    /// Whether some event of some key would be told to both, which S3 refuses.
    fn overlaps(&self, other: &Notification) -> bool {
        let shares = |a: &str, b: &str, fits: fn(&str, &str) -> bool| fits(a, b) || fits(b, a);
        self.events.iter().any(|mine| other.events.iter().any(|theirs| covers(mine, theirs) || covers(theirs, mine)))
            && shares(&self.prefix, &other.prefix, |a, b| a.starts_with(b))
            && shares(&self.suffix, &other.suffix, |a, b| a.ends_with(b))
    }
}

impl Notifications {
    /// Checks events, destinations and overlaps.
    pub(crate) fn check(&self, connection: &Connection) -> Result<(), CheckError> {
        for notification in &self.0 {
            if let Some(event) = notification.events.iter().find(|event| !EVENTS.contains(&event.as_str())) {
                return Err(NotificationError::Event(event.clone()).into());
            }
            if !destination_exists(connection, &notification.arn)? {
                return Err(NotificationError::Destination(notification.arn.clone()).into());
            }
        }
        for (index, one) in self.0.iter().enumerate() {
            if let Some(other) = self.0[index + 1..].iter().find(|other| one.overlaps(other)) {
                return Err(NotificationError::Overlap(one.id.clone(), other.id.clone()).into());
            }
        }
        Ok(())
    }
}

/// A configuration is refused, or could not be checked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    #[error(transparent)]
    Refused(#[from] NotificationError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for CheckError {
    fn from(error: rusqlite::Error) -> CheckError {
        CheckError::Store(error.into())
    }
}

fn destination_exists(connection: &Connection, arn: &str) -> Result<bool, StoreError> {
    if let Some(queue) = names::queue_of_arn(arn) {
        return Ok(Queue::find::<StoreError>(connection, queue)?.is_some());
    }
    Ok(sns::topic_exists(connection, arn)?)
}

/// Turns changes of objects into messages, in the transaction of the change.
#[derive(Debug)]
pub(crate) struct Notifier {
    queues: Queues,
    signer: Signer,
    /// Whether a message waits for its transaction to be committed.
    has_sent: AtomicBool,
}

impl Notifier {
    pub(crate) fn new(queues: Queues, signer: Signer) -> Arc<Notifier> {
        Arc::new(Notifier { queues, signer, has_sent: AtomicBool::new(false) })
    }

    /// Sends `message` to a topic or a queue. One that is gone is not told, as on AWS.
    fn send(&self, transaction: &Transaction<'_>, arn: &str, message: String, at: Timestamp) -> Result<(), StoreError> {
        let at = at.as_millisecond();
        self.has_sent.store(true, Ordering::Release);
        if let Some(name) = names::queue_of_arn(arn) {
            if let Some(queue) = Queue::find::<StoreError>(transaction, name)? {
                let outgoing = Outgoing { body: message, ..Outgoing::default() };
                enqueue(transaction, &queue, &outgoing, at)?;
            }
            return Ok(());
        }
        if sns::topic_exists(transaction, arn)? {
            let publication = Publication { subject: Some(SUBJECT.to_owned()), message, ..Publication::default() };
            sns::publish(transaction, &self.signer, arn, &publication, at)?;
        }
        Ok(())
    }

    /// Sends the test event to every destination of a new configuration.
    pub(crate) fn test(
        &self,
        transaction: &Transaction<'_>,
        bucket: &str,
        notifications: &Notifications,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for notification in &notifications.0 {
            let message = json!({
                "Service": "Amazon S3",
                "Event": "s3:TestEvent",
                "Time": time(at),
                "Bucket": bucket,
                "RequestId": request_id(),
                "HostId": Uuid::new_v4().simple().to_string(),
            });
            self.send(transaction, &notification.arn, message.to_string(), at)?;
        }
        Ok(())
    }
}

impl Observer for Notifier {
    fn changed(&self, transaction: &Transaction<'_>, change: &Change<'_>) -> Result<(), StoreError> {
        let Some(json) = &change.bucket.notification else {
            return Ok(());
        };
        let notifications: Notifications = serde_json::from_str(json)?;
        let event = event_name(change.kind);
        for notification in &notifications.0 {
            if notification.wants(&format!("s3:{event}"), &change.object.key) {
                let message = message(change, &notification.id).to_string();
                self.send(transaction, &notification.arn, message, change.at)?;
            }
        }
        Ok(())
    }

    fn committed(&self) {
        if self.has_sent.swap(false, Ordering::AcqRel) {
            self.queues.wake();
        }
    }
}

fn event_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Put => "ObjectCreated:Put",
        ChangeKind::Copy => "ObjectCreated:Copy",
        ChangeKind::CompleteMultipartUpload => "ObjectCreated:CompleteMultipartUpload",
        ChangeKind::Delete => "ObjectRemoved:Delete",
        ChangeKind::DeleteMarkerCreated => "ObjectRemoved:DeleteMarkerCreated",
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn request_id() -> String {
    let id = Uuid::new_v4().simple().to_string().to_uppercase();
    id[..16].to_owned()
}

/// The event message of one change.
fn message(change: &Change<'_>, configuration: &str) -> Value {
    let bucket = &change.bucket.name;
    json!({
        "Records": [{
            "eventVersion": EVENT_VERSION,
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": time(change.at),
            "eventName": event_name(change.kind),
            "userIdentity": { "principalId": format!("AWS:{PRINCIPAL}") },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": {
                "x-amz-request-id": request_id(),
                "x-amz-id-2": Uuid::new_v4().simple().to_string(),
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": configuration,
                "bucket": {
                    "name": bucket,
                    "ownerIdentity": { "principalId": PRINCIPAL },
                    "arn": format!("arn:aws:s3:::{bucket}"),
                },
                "object": object(change),
            },
        }]
    })
}

fn object(change: &Change<'_>) -> Value {
    let Stored { key, size, etag, version, .. } = change.object;
    let mut object = json!({ "key": encode_key(key) });
    match change.kind {
        ChangeKind::Put | ChangeKind::Copy | ChangeKind::CompleteMultipartUpload => {
            object["size"] = (*size).into();
            object["eTag"] = etag.as_str().into();
        }
        // A marker has no content: S3 writes the MD5 of nothing.
        ChangeKind::DeleteMarkerCreated => {
            object["eTag"] = "d41d8cd98f00b204e9800998ecf8427e".into();
        }
        ChangeKind::Delete => {}
    }
    if let Some(version) = version {
        object["versionId"] = version.as_str().into();
    }
    object["sequencer"] = format!("00{:016X}", change.sequence).into();
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_encoded_as_s3_encodes_them() {
        assert_eq!(
            encode_key("dt=2026-11-23/a b+c%20&é:(1)*~.json"),
            "dt%3D2026-11-23/a+b%2Bc%2520%26%C3%A9%3A%281%29*%7E.json"
        );
    }

    fn notification(events: &[&str], prefix: &str, suffix: &str) -> Notification {
        Notification {
            id: "n".to_owned(),
            arn: "arn:aws:sqs:us-east-1:000000000000:q".to_owned(),
            events: events.iter().map(|&event| event.to_owned()).collect(),
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
        }
    }

    #[test]
    fn filters_are_on_the_decoded_key() {
        let notification = notification(&["s3:ObjectCreated:*"], "dt=", ".gz");
        assert!(notification.wants("s3:ObjectCreated:Copy", "dt=1/a.gz"));
        assert!(!notification.wants("s3:ObjectRemoved:Delete", "dt=1/a.gz"));
        assert!(!notification.wants("s3:ObjectCreated:Put", "dt=1/a.txt"));
    }

    #[test]
    fn configurations_that_share_an_event_of_a_key_overlap() {
        let all = notification(&["s3:ObjectCreated:*"], "a/", "");
        assert!(all.overlaps(&notification(&["s3:ObjectCreated:Put"], "", ".gz")));
        assert!(!all.overlaps(&notification(&["s3:ObjectCreated:Put"], "b/", "")));
        assert!(!all.overlaps(&notification(&["s3:ObjectRemoved:*"], "a/", "")));
    }
}
