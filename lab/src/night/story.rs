//! What happens in the night, and when. Every source tells its part of this one script.

use std::net::Ipv4Addr;

use jiff::Timestamp;

use super::cast::{USERS, access_key};
use super::dice::Seeds;
use super::stamp::{HOUR, MINUTE, Millis, SECOND, timestamp};

/// A stretch in which a source told nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The name of the silent source.
    pub source: &'static str,
    /// The first moment without a record.
    pub start: Timestamp,
    /// The first moment with records again.
    pub end: Timestamp,
}

/// The facts of the night: what an investigation should find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// The address that every trace of the theft carries, in all sources; nobody else has one of its network.
    pub attacker_ip: Ipv4Addr,
    /// The access key that the attacker creates, `AKIA…EXAMPLE`.
    pub access_key_id: String,
    /// The IAM user whose password was stolen; also the login name on the bastion.
    pub user: String,
    /// The attacker's first request, at the shop's login page.
    pub opened_at: Timestamp,
    /// When the attacker first signs in with the stolen password.
    pub leaked_at: Timestamp,
    /// From here on records of the new shape appear in `CloudTrail`.
    pub new_version_from: Timestamp,
    /// The `CloudTrail` objects that hold records of the new shape, by arrival: exactly 37 at a density of 1 or more.
    pub failing_keys: Vec<String>,
    /// Objects whose gzip does not inflate to its end, by arrival, and what is wrong with each: `truncated gzip` or
    /// `corrupt gzip`.
    pub damaged_keys: Vec<(String, &'static str)>,
    /// The silence of one source.
    pub gap: Gap,
    /// Objects that arrived 15 to 40 minutes after the time in their key, by arrival.
    pub late_keys: Vec<String>,
    /// The object that inflates to some 8 MiB (less in a thin night); none where nothing but the story is told.
    pub large_key: Option<String>,
    /// The source that no parser knows.
    pub parked_source: &'static str,
}

/// The times and the names that the sources write down, before any object is planned.
#[derive(Debug, Clone)]
pub(super) struct Script {
    pub ip: Ipv4Addr,
    pub key: String,
    pub user: &'static str,
    /// The first request of the attacker; all else is told by its distance from here.
    opening: Millis,
    /// When the night begins and when the pager rings.
    pub start: Millis,
    pub end: Millis,
    /// The silence of the bastion.
    pub gap: (Millis, Millis),
    /// The window whose payments arrive late.
    pub late: (Millis, Millis),
    pub new_version_from: Millis,
}

/// The length of the bastion's silence.
const SILENCE: Millis = 45 * MINUTE;

impl Script {
    pub fn new(seed: u64, end: Timestamp, hours: u32) -> Self {
        let mut dice = Seeds::new(seed, 0).dice();
        let end = end.as_second() * SECOND;
        let length = Millis::from(hours) * HOUR;
        let opening = (end - length * 2 / 5).div_euclid(MINUTE) * MINUTE;
        // Logs rotate on the five minutes: so the silence costs whole objects.
        let silent_from = (opening + 43 * MINUTE).div_euclid(5 * MINUTE) * (5 * MINUTE);
        Self {
            ip: Ipv4Addr::new(203, 0, 113, dice.range(2, 250) as u8),
            key: access_key(&mut dice),
            user: *dice.pick::<&str>(&USERS),
            opening,
            start: end - length,
            end,
            gap: (silent_from, silent_from + SILENCE),
            late: (end - 170 * MINUTE, end - 140 * MINUTE),
            new_version_from: (end - 100 * MINUTE).div_euclid(MINUTE) * MINUTE,
        }
    }

    /// The moment this many minutes and seconds after the attacker's first request.
    pub fn after(&self, minutes: i64, seconds: i64) -> Millis {
        self.opening + minutes * MINUTE + seconds * SECOND
    }

    /// The first sign-in with the stolen password.
    pub fn leaked_at(&self) -> Millis {
        self.after(22, 17)
    }

    pub fn gap(&self, source: &'static str) -> Gap {
        Gap { source, start: timestamp(self.gap.0), end: timestamp(self.gap.1) }
    }
}
