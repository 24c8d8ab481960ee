//! The shared parser of scops: bytes of any security log in, records out.
//!
//! No async, no AWS, no terminal: the console, the worker and other people's Lambdas hand any [`Read`](std::io::Read)
//! to a [`Reader`] and take [`Record`]s from it. Compression and [tables](Container) are told by magic bytes, the format
//! by the content, the layout by both; a bad line is one bad record and reading goes on; a damaged object yields all
//! that is readable and then says what is wrong with it. Memory is bounded by one record, of a table by the pages that
//! are open, not by the object.
//!
//! ```
//! use scops_parser::{Options, Reader};
//!
//! let object = br#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:07Z","eventSource":
//!   "signin.amazonaws.com","eventName":"ConsoleLogin","sourceIPAddress":"203.0.113.7","userIdentity":{"type":"Root"},
//!   "responseElements":{"ConsoleLogin":"Failure"}}]}"#;
//! let mut reader = Reader::new(&object[..], Options::default());
//! assert_eq!(reader.detection().reason, "1 of 1 values match cloudtrail");
//!
//! while let Some(record) = reader.next_record() {
//!     match &record.outcome {
//!         Ok(event) => {
//!             assert_eq!(event.time.unwrap().at.to_string(), "2026-11-23T02:14:07Z");
//!             assert_eq!(event.message(), "ConsoleLogin signin.amazonaws.com root 203.0.113.7 Failure");
//!             assert_eq!(event.ecs().get("source.ip").unwrap().as_str(), Some("203.0.113.7"));
//!         }
//!         Err(fault) => eprintln!("line {}: {fault}", record.line),
//!     }
//! }
//! assert!(reader.report().is_clean());
//! ```
#![forbid(unsafe_code)]

mod chunks;
mod codec;
#[cfg(feature = "definitions")]
mod definition;
mod detect;
mod ecs;
mod encoding;
mod entity;
mod fault;
mod format;
mod formats;
mod frame;
mod hidden;
mod json;
mod key;
mod limits;
mod outline;
mod reader;
mod record;
mod report;
mod sieve;
mod spelling;
mod table;
mod terms;
mod time;
mod value;
mod whole;
mod window;

pub use chunks::Chunks;
pub use codec::Codec;
#[cfg(feature = "definitions")]
pub use definition::{Definition, Mistake, propose};
pub use detect::{Candidate, Detection};
pub use encoding::Encoding;
pub use entity::{Entity, EntityKind};
pub use fault::{Fault, FaultKind};
pub use format::{Carried, Decode, Decoded, Format, Formats, Shape, Stream, Unit, format};
pub use frame::Framing;
pub use hidden::IGNORABLE;
pub use limits::Limits;
pub use outline::{Change, Outline};
pub use reader::{Options, Reader};
pub use record::{Event, Record};
pub use report::{FaultGroup, Report};
pub use sieve::Sieve;
pub use spelling::is_spelled_out;
pub use table::Container;
pub use time::{Certainty, EventTime};
pub use value::Value;
pub use whole::Whole;

/// The version of the parser, for receipts: an object parsed by an older one may be worth parsing again.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
