//! How fast a bucket is asked: where S3 asks for fewer requests, all requests to that bucket wait, not only the one that
//! was refused.
//!
//! The SDK's own adaptive mode does not do for this: after one refusal its limiter wants five tokens for a retry and holds
//! one, so that a console, which asks little, would wait until its time runs out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The pause after the first refusal; each further one doubles it.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(8);
/// Times that a request is made anew after a pause; each has the SDK's own attempts.
pub(super) const AGAIN: u32 = 1;

/// The pauses of all buckets.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<HashMap<String, Pause>>);

#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl Pace {
    /// Waits until the bucket may be asked.
    pub(super) async fn wait(&self, bucket: &str) {
        if let Some(wait) = self.left(bucket, Instant::now()) {
            tokio::time::sleep(wait).await;
        }
    }

    /// How long the bucket is not to be asked; the requests that wait go one after the other, not all at the same moment.
    fn left(&self, bucket: &str, now: Instant) -> Option<Duration> {
        let pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.get(bucket)?;
        let left = pause.until.checked_duration_since(now).filter(|left| !left.is_zero())?;
        Some(left + pause.length / 4 * (jitter() % 1_000) / 1_000)
    }

    /// The bucket asked for fewer requests.
    pub(super) fn refused(&self, bucket: &str) {
        self.refused_at(bucket, Instant::now());
    }

    fn refused_at(&self, bucket: &str, now: Instant) {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = pauses.entry(bucket.to_owned()).or_insert(Pause { until: now, length: Duration::ZERO });
        // Requests that were under way together and refused together are one refusal.
        if pause.until <= now {
            pause.length = (pause.length * 2).clamp(FIRST, LONGEST);
            pause.until = now + pause.length;
        }
    }

    /// The bucket answered: pauses become shorter again, and are forgotten.
    pub(super) fn answered(&self, bucket: &str) {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pause) = pauses.get_mut(bucket) {
            pause.length /= 2;
            if pause.length < FIRST / 2 {
                pauses.remove(bucket);
            }
        }
    }
}

/// The part of the clock that nobody can foresee.
fn jitter() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_requests_to_a_bucket_wait_and_those_to_others_do_not() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.left("a", now), None);
        pace.refused_at("a", now);
        let left = pace.left("a", now).expect("a pause");
        assert!((FIRST..=FIRST * 5 / 4).contains(&left), "{left:?}");
        assert_eq!((pace.left("b", now), pace.left("a", now + FIRST)), (None, None));
    }

    #[test]
    fn pauses_double_to_a_limit_and_are_forgotten_after_answers() {
        let (pace, mut now) = (Pace::default(), Instant::now());
        let length = |pace: &Pace| pace.0.lock().expect("no panic").get("a").map(|pause| pause.length);
        for _ in 0..3 {
            pace.refused_at("a", now);
        }
        assert_eq!(length(&pace), Some(FIRST), "refused together");
        for _ in 0..10 {
            now += LONGEST;
            pace.refused_at("a", now);
        }
        assert_eq!(length(&pace), Some(LONGEST));
        for _ in 0..6 {
            pace.answered("a");
        }
        assert_eq!(length(&pace), None);
    }
}
