//! The one source of "now", so that a test can stand at any moment.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Tells the present time; cheap to clone.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Clock {
        Clock(Arc::new(Timestamp::now))
    }

    /// A clock that stands still until its hand is moved.
    pub fn manual(start: Timestamp) -> (Clock, Hand) {
        let millis = Arc::new(AtomicI64::new(start.as_millisecond()));
        let hand = Hand(Arc::clone(&millis));
        let clock = Clock(Arc::new(move || timestamp(millis.load(Ordering::SeqCst))));
        (clock, hand)
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }

    /// The present time in milliseconds since the epoch.
    pub fn millis(&self) -> i64 {
        self.now().as_millisecond()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Clock::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

/// Moves a manual clock.
#[derive(Clone, Debug)]
pub struct Hand(Arc<AtomicI64>);

impl Hand {
    /// Moves the clock forward.
    pub fn advance(&self, by: std::time::Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(by, Ordering::SeqCst);
    }
}

/// The timestamp of `millis` since the epoch; a value out of jiff's range becomes the epoch.
pub(crate) fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH)
}
