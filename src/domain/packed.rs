//! Messages and items as they are kept while a hundred thousand of them wait.
//!
//! Events of S3 differ in little but key, eTag and sequencer, so each is deflated against what they have in common.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::digest::Output;
use sha2::{Digest as _, Sha256};
use zstd::bulk::{Compressor, Decompressor};

use super::QueuedMessage;

/// What the bodies of events have in common: EventBridge's and S3's event, and S3's in SNS's envelope. Packed messages live in memory only, so it may change with any version.
const COMMON: &[u8] = br#"{"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2026-11-23T02:14:07Z","region":"us-east-1","resources":["arn:aws:s3:::logs"],"detail":{"version":"0","bucket":{"name":"logs"},"object":{"key":"AWSLogs/","size":1024,"etag":"","version-id":"","sequencer":"00"},"request-id":"","requester":"111122223333","source-ip-address":"127.0.0.1","reason":"PutObject"}}{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1","eventTime":"2026-11-23T02:14:07.000Z","eventName":"ObjectCreated:Put","userIdentity":{"principalId":"AWS:AROA"},"requestParameters":{"sourceIPAddress":"127.0.0.1"},"responseElements":{"x-amz-request-id":"","x-amz-id-2":""},"s3":{"s3SchemaVersion":"1.0","configurationId":"","bucket":{"name":"logs","ownerIdentity":{"principalId":"A"},"arn":"arn:aws:s3:::logs"},"object":{"key":"AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/111122223333_CloudTrail_us-east-1_20261123T0214Z_.json.gz","size":1024,"eTag":"","versionId":"","sequencer":"00"}}}]}{"Type":"Notification","MessageId":"","TopicArn":"arn:aws:sns:us-east-1:111122223333:logs","Subject":"Amazon S3 Notification","Message":"{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\",\"eventTime\":\"2026-11-23T02:14:07.000Z\",\"eventName\":\"ObjectCreated:Put\",\"userIdentity\":{\"principalId\":\"AWS:AROA\"},\"requestParameters\":{\"sourceIPAddress\":\"127.0.0.1\"},\"responseElements\":{\"x-amz-request-id\":\"\",\"x-amz-id-2\":\"\"},\"s3\":{\"s3SchemaVersion\":\"1.0\",\"configurationId\":\"\",\"bucket\":{\"name\":\"logs\",\"ownerIdentity\":{\"principalId\":\"A\"},\"arn\":\"arn:aws:s3:::logs\"},\"object\":{\"key\":\"AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/111122223333_CloudTrail_us-east-1_20261123T0214Z_.json.gz\",\"size\":1024,\"eTag\":\"\",\"versionId\":\"\",\"sequencer\":\"00\"}}}]}","Timestamp":"2026-11-23T02:14:07.000Z","SignatureVersion":"1","Signature":"","SigningCertURL":"https://sns.us-east-1.amazonaws.com/SimpleNotificationService-.pem","UnsubscribeURL":"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=arn:aws:sns:us-east-1:111122223333:logs:"}"#;

const LEVEL: i32 = 3;

thread_local! {
    // Of each thread one, for making them costs more than what they do.
    static PACKER: RefCell<Compressor<'static>> =
        RefCell::new(Compressor::with_dictionary(LEVEL, COMMON).unwrap_or_default());
    static UNPACKER: RefCell<Decompressor<'static>> =
        RefCell::new(Decompressor::with_dictionary(COMMON).unwrap_or_default());
}

/// Bytes, deflated.
#[derive(Clone, PartialEq, Eq)]
struct Deflated {
    /// How many they are.
    length: usize,
    /// Whether they are kept as they are, for they did not get smaller.
    is_plain: bool,
    bytes: Box<[u8]>,
}

impl Deflated {
    fn new(bytes: Vec<u8>) -> Self {
        let length = bytes.len();
        // A compressor that could not be made, or had no memory, is no reason to lose anything.
        match PACKER.with_borrow_mut(|packer| packer.compress(&bytes)) {
            Ok(deflated) if deflated.len() < length => Self { length, is_plain: false, bytes: deflated.into() },
            _ => Self { length, is_plain: true, bytes: bytes.into() },
        }
    }

    #[expect(clippy::expect_used, reason = "the bytes were deflated by this process")]
    fn inflate(&self) -> Cow<'_, [u8]> {
        if self.is_plain {
            return Cow::Borrowed(&self.bytes);
        }
        let inflated = UNPACKER.with_borrow_mut(|unpacker| unpacker.decompress(&self.bytes, self.length));
        Cow::Owned(inflated.expect("what was deflated is inflated"))
    }
}

/// A value that JSON can tell, deflated.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed(Deflated);

impl Packed {
    /// Packs a value.
    #[expect(clippy::expect_used, reason = "what is packed are plain values")]
    pub fn of(value: &impl Serialize) -> Self {
        Self(Deflated::new(serde_json::to_vec(value).expect("plain values are JSON")))
    }

    /// The value. Only for a type that was packed.
    #[expect(clippy::expect_used, reason = "the bytes were packed by this process")]
    pub fn unpack<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.0.inflate()).expect("what was packed is unpacked")
    }
}

/// A [`QueuedMessage`], deflated; its id, hash and size are at hand.
#[derive(Clone, PartialEq, Eq)]
pub struct PackedMessage {
    id: Box<str>,
    body_sha256: Output<Sha256>,
    attributes: u32,
    /// Of body and attributes, in bytes.
    size: usize,
    /// All of it but the id.
    rest: Packed,
}

/// A message without its id.
#[derive(Serialize, Deserialize)]
struct Rest<'a> {
    body: Cow<'a, str>,
    attributes: Cow<'a, BTreeMap<String, (String, String)>>,
    sent: Option<Timestamp>,
    receive_count: u32,
    expires: Option<Timestamp>,
}

impl PackedMessage {
    /// The queue's own id of it; empty where it was made by us.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// SHA-256 of the body, in hexadecimal.
    pub fn body_sha256(&self) -> String {
        format!("{:x}", self.body_sha256)
    }

    /// How many attributes it has.
    pub fn attributes(&self) -> usize {
        self.attributes as usize
    }

    /// What SQS counts: the body, and names, types and values of the attributes, in bytes.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The message, as it was.
    pub fn unpack(&self) -> QueuedMessage {
        let Rest { body, attributes, sent, receive_count, expires } = self.rest.unpack();
        let (body, attributes) = (body.into_owned(), attributes.into_owned());
        QueuedMessage { id: self.id.to_string(), body, attributes, sent, receive_count, expires }
    }
}

impl From<&QueuedMessage> for PackedMessage {
    fn from(message: &QueuedMessage) -> Self {
        let QueuedMessage { id, body, attributes, sent, receive_count, expires } = message;
        let pairs: usize = attributes.iter().map(|(name, (kind, value))| name.len() + kind.len() + value.len()).sum();
        let rest = Rest {
            body: Cow::Borrowed(body),
            attributes: Cow::Borrowed(attributes),
            sent: *sent,
            receive_count: *receive_count,
            expires: *expires,
        };
        Self {
            id: id.as_str().into(),
            body_sha256: Sha256::digest(body.as_bytes()),
            attributes: attributes.len() as u32,
            size: body.len() + pairs,
            rest: Packed::of(&rest),
        }
    }
}

impl From<QueuedMessage> for PackedMessage {
    fn from(message: QueuedMessage) -> Self {
        Self::from(&message)
    }
}

impl fmt::Debug for PackedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.unpack().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{ByteSize, Envelope, Input, Object, ObjectId, event};

    fn wrapped(index: usize) -> QueuedMessage {
        let object = Object {
            id: ObjectId::new(
                "acme-logs",
                format!("AWSLogs/222233334444/vpcflowlogs/eu-west-1/2026/11/23/{index:08x}.log.gz"),
            ),
            size: ByteSize(20_000 + index as u64),
            etag: format!("{:x}", md5_like(index)),
            storage_class: "STANDARD".into(),
            arrived: Timestamp::UNIX_EPOCH,
        };
        let input = Input::Queue("http://127.0.0.1/1/q".into());
        let body = event::wrap(Envelope::default(), &input, &object, "eu-west-1", None, Timestamp::UNIX_EPOCH);
        QueuedMessage { id: format!("00000000-0000-4000-8000-{index:012x}"), body, ..QueuedMessage::default() }
    }

    fn md5_like(index: usize) -> u128 {
        (index as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835)
    }

    #[test]
    fn an_event_takes_a_third_of_its_length_at_most() {
        let message = wrapped(7);
        let packed = PackedMessage::from(message.clone());
        assert!(
            packed.rest.0.bytes.len() * 3 < message.body.len(),
            "{} of {}",
            packed.rest.0.bytes.len(),
            message.body.len()
        );
        assert_eq!(packed.body_sha256(), message.body_sha256());
        assert_eq!(packed.size(), message.body.len());
        assert_eq!(packed.unpack(), message);
    }

    proptest! {
        #[test]
        fn whatever_is_packed_comes_back_as_it_was(
            id in ".*", body in any::<String>(), attributes in prop::collection::btree_map(".*", (".*", ".*"), 0..4),
            sent in prop::option::of(0i64..4_000_000_000), receive_count: u32,
        ) {
            let sent = sent.and_then(|second| Timestamp::from_second(second).ok());
            let message = QueuedMessage { id, body, attributes, sent, receive_count, expires: None };
            prop_assert_eq!(PackedMessage::from(message.clone()).unpack(), message);
        }
    }
}
