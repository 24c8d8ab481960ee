//! What a worker leaves behind for an object: a receipt where it was processed, a failure record where it was not.
//!
//! Both are JSON objects in S3 under the object's own key, below [`Consumer::receipts`](super::Consumer) and
//! [`Consumer::failures`](super::Consumer).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ObjectId;

/// The message attribute that marks a replay; its value is the [`ReplayId`](super::ReplayId).
pub const REPLAY_ATTRIBUTE: &str = "scops-replay-id";

/// Proof that a consumer processed an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The object.
    pub object: ObjectId,
    /// Its entity tag then.
    pub etag: String,
    /// Its size in bytes.
    pub size: u64,
    /// Good records.
    pub records: u64,
    /// Bad records, each left out by itself.
    pub faults: u64,
    /// The parser's format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The parser's version.
    pub parser: String,
    /// The replay that the message belonged to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<String>,
    /// When it was processed.
    pub at: Timestamp,
    /// The keys of the index files that it stands for, in the index's bucket.
    #[serde(default)]
    pub files: Vec<String>,
    /// The key of the object with the alerts of its records, in the bucket of alerts; none where nothing was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<String>,
    /// The version of the rules that its records were matched against; none where none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// What is worth knowing beside the counts: "empty object".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Receipt {
    /// The user metadata of the receipt's object, by which a HEAD tells what a GET would.
    pub fn metadata(&self) -> BTreeMap<String, String> {
        let mut metadata = BTreeMap::from([
            ("records".to_owned(), self.records.to_string()),
            ("faults".to_owned(), self.faults.to_string()),
            ("parser".to_owned(), self.parser.clone()),
            ("source-etag".to_owned(), self.etag.clone()),
        ]);
        if let Some(replay) = self.replay.as_ref().filter(|replay| replay.is_ascii()) {
            metadata.insert("replay".to_owned(), replay.clone());
        }
        metadata
    }
}

/// Why a consumer did not process an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureRecord {
    /// The object.
    pub object: ObjectId,
    /// One sentence.
    pub reason: String,
    /// Where it is wrong, in the inflated object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
    /// The line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The parser's version.
    pub parser: String,
    /// How often the message had been received.
    pub attempts: u32,
    /// When it failed last.
    pub at: Timestamp,
}
