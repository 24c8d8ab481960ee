//! How fast messages go out.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The stretch that the rate counts in.
const WINDOW: Duration = Duration::from_secs(1);

/// A limit that holds in *every* second, not on average: a bucket of `rate` tokens, each of which comes back one
/// second after the message that took it was acknowledged. (A bucket that refills evenly lets twice its rate through
/// in the second after a pause.)
///
/// It knows no clock: callers give it moments of a monotonic one, so that a wall clock set back changes nothing.
#[derive(Debug, Clone)]
pub struct Pace {
    rate: usize,
    /// When each of the last `rate` tokens was taken, oldest first.
    taken: VecDeque<Instant>,
}

impl Pace {
    /// At most `rate` messages in any second, and at least one.
    pub fn new(rate: u32) -> Self {
        Self { rate: rate.max(1) as usize, taken: VecDeque::new() }
    }

    /// From now on at most `rate` messages in any second, those of the last one counted.
    pub fn set_rate(&mut self, rate: u32) {
        self.rate = rate.max(1) as usize;
    }

    /// How many messages may go at `now`.
    pub fn available(&mut self, now: Instant) -> usize {
        while self.taken.front().is_some_and(|taken| now.duration_since(*taken) >= WINDOW) {
            self.taken.pop_front();
        }
        self.rate.saturating_sub(self.taken.len())
    }

    /// How long to wait until `wanted` messages may go, or as many as ever may at once.
    pub fn wait(&mut self, now: Instant, wanted: usize) -> Duration {
        self.available(now);
        // After a rate was lowered more tokens may be out than there are: those come back first.
        let missing = (self.taken.len() + wanted.min(self.rate)).saturating_sub(self.rate);
        let Some(last) = missing.checked_sub(1).and_then(|index| self.taken.get(index)) else {
            return Duration::ZERO;
        };
        (*last + WINDOW).saturating_duration_since(now)
    }

    /// `count` messages were acknowledged at `now`. That moment counts rather than the one when they were sent: the
    /// queue took them somewhere in between.
    pub fn record(&mut self, now: Instant, count: usize) {
        self.taken.extend(std::iter::repeat_n(now, count));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The moments, in milliseconds, at which messages go when each batch takes `latency` to be acknowledged.
    fn schedule(rate: u32, total: usize, batch: usize, latency: u64) -> Vec<u64> {
        let start = Instant::now();
        let mut pace = Pace::new(rate);
        let mut now = start;
        let mut moments = Vec::new();
        while moments.len() < total {
            let wanted = batch.min(total - moments.len());
            now += pace.wait(now, wanted);
            let count = wanted.min(pace.available(now));
            assert!(count > 0, "after the wait at least one may go");
            // Taken by the queue at the very start of the request, acknowledged at its end: the worst case.
            let moment = now.duration_since(start).as_millis() as u64;
            moments.extend(std::iter::repeat_n(moment, count));
            now += Duration::from_millis(latency);
            pace.record(now, count);
        }
        moments
    }

    fn most_in_a_second(moments: &[u64]) -> usize {
        let within = |from: u64| moments.iter().filter(|moment| (from..from + 1000).contains(moment)).count();
        moments.iter().map(|from| within(*from)).max().unwrap_or(0)
    }

    #[test]
    fn r15_five_a_second_takes_a_hundred_messages_nineteen_seconds_and_never_sends_six_in_one() {
        let moments = schedule(5, 100, 10, 0);
        assert_eq!(*moments.last().expect("messages"), 19_000);
        assert_eq!(most_in_a_second(&moments), 5);
    }

    #[test]
    fn a_pause_does_not_save_up_tokens() {
        let start = Instant::now();
        let mut pace = Pace::new(3);
        assert_eq!(pace.available(start), 3);
        let later = start + Duration::from_mins(1);
        assert_eq!(pace.available(later), 3);
        pace.record(later, 3);
        assert_eq!(pace.available(later + Duration::from_millis(999)), 0);
        assert_eq!(pace.wait(later + Duration::from_millis(400), 1), Duration::from_millis(600));
    }

    proptest::proptest! {
        #[test]
        fn no_second_ever_sees_more_than_the_rate(rate in 1u32..40, total in 1usize..120, batch in 1usize..=10, latency in 0u64..300) {
            let moments = schedule(rate, total, batch, latency);
            proptest::prop_assert!(most_in_a_second(&moments) <= rate as usize);
        }
    }
}
