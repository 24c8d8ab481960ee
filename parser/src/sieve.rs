//! Which records of an object are worth decoding.

use std::fmt;
use std::sync::Arc;

/// Tells by the bytes of a record, before it is decoded, whether anybody wants it.
///
/// A reader passes over the others: they have their number and their line, but are not handed out, and nobody learns
/// whether they could have been read. A header, or the object around a list of records, says something of all records
/// behind it: where a sieve lets such bytes through, all of those follow.
#[derive(Clone)]
pub struct Sieve(Arc<IsWanted>);

type IsWanted = dyn Fn(&[u8]) -> bool + Send + Sync;

impl Sieve {
    /// Lets those through of whose bytes `is_wanted` holds.
    pub fn new(is_wanted: impl Fn(&[u8]) -> bool + Send + Sync + 'static) -> Self {
        Sieve(Arc::new(is_wanted))
    }

    pub(crate) fn lets_through(&self, raw: &[u8]) -> bool {
        (self.0)(raw)
    }
}

impl fmt::Debug for Sieve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sieve")
    }
}
