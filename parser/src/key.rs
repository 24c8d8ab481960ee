//! What an object's key tells of its time.

use jiff::Timestamp;

use crate::time::{digits, instant};

/// The last date in `key`, at noon UTC: `2026/11/23`, `2026-11-23`, `20261123`, also in `year=2026/month=11/day=23`.
pub(crate) fn date(key: &str) -> Option<Timestamp> {
    let bytes = key.as_bytes();
    (0..bytes.len()).rev().find_map(|at| date_at(bytes, at))
}

fn date_at(bytes: &[u8], at: usize) -> Option<Timestamp> {
    if at > 0 && bytes[at - 1].is_ascii_digit() {
        return None;
    }
    let year = digits(&bytes[at..], 4).filter(|year| (1990..2100).contains(year))?;
    let (month, after) = part(bytes, at + 4, b"month=")?;
    let (day, _) = part(bytes, after, b"day=")?;
    instant((year, month, day), (12, 0, 0), 0, 0)
}

/// Two digits at `at`, past a separator and the name of a Hive partition.
fn part(bytes: &[u8], mut at: usize, name: &[u8]) -> Option<(i64, usize)> {
    if matches!(bytes.get(at), Some(b'/' | b'-' | b'_' | b'.')) {
        at += 1;
    }
    if bytes.get(at..)?.starts_with(name) {
        at += name.len();
    }
    Some((digits(&bytes[at..], 2)?, at + 2))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_date_of_a_key_is_found_in_its_usual_shapes() {
        let of = |key: &str| super::date(key).map(|time| time.to_string()[..10].to_owned());
        for key in [
            "AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/x.json.gz",
            "app/dt=2026-11-23-04/part-0.gz",
            "year=2026/month=11/day=23/a",
            "111122223333_elasticloadbalancing_eu-west-1_app.lb.1_20261123T0400Z_10.0.0.1_x.log.gz",
        ] {
            assert_eq!(of(key).as_deref(), Some("2026-11-23"), "{key}");
        }
        assert_eq!(of("logs/8412345678901/x.gz"), None);
    }
}
