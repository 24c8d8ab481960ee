//! Times as the logs write them. Inside the night a time is milliseconds since 1970 in UTC.

use std::fmt::{self, Display};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Milliseconds since 1970-01-01T00:00:00Z.
pub(super) type Millis = i64;

pub(super) const SECOND: Millis = 1_000;
pub(super) const MINUTE: Millis = 60 * SECOND;
pub(super) const HOUR: Millis = 60 * MINUTE;

/// The instant, held inside what a timestamp can tell.
pub(super) fn timestamp(at: Millis) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(if at < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The date and time of an instant in UTC.
pub(super) fn civil(at: Millis) -> DateTime {
    Offset::UTC.to_datetime(timestamp(at))
}

/// How a log writes an instant; all in UTC.
#[derive(Clone, Copy)]
pub(super) enum Stamp {
    /// `2026-11-23T01:31:07Z`
    Seconds(Millis),
    /// `2026-11-23T01:31:07.412Z`
    Millis(Millis),
    /// `2026-11-23T01:31:07.412903Z`, with the microseconds below the millisecond.
    Micros(Millis, u64),
    /// `20261123T0131Z`, as AWS names objects.
    Minute(Millis),
    /// `Nov 23 01:31:07`, the time of RFC 3164.
    Syslog(Millis),
    /// `20261123 013107.412`
    Compact(Millis),
}

impl Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = match *self {
            Self::Seconds(at)
            | Self::Millis(at)
            | Self::Micros(at, _)
            | Self::Minute(at)
            | Self::Syslog(at)
            | Self::Compact(at) => at,
        };
        let t = civil(at);
        let (year, month, day) = (t.year(), t.month(), t.day());
        let (hour, minute, second, millis) = (t.hour(), t.minute(), t.second(), t.millisecond());
        match *self {
            Self::Seconds(_) => {
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
            }
            Self::Millis(_) => {
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
            }
            Self::Micros(_, micros) => {
                write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}{micros:03}Z")
            }
            Self::Minute(_) => write!(f, "{year:04}{month:02}{day:02}T{hour:02}{minute:02}Z"),
            Self::Syslog(_) => {
                let name = MONTHS[usize::try_from(month - 1).unwrap_or_default()];
                write!(f, "{name} {day:2} {hour:02}:{minute:02}:{second:02}")
            }
            Self::Compact(_) => write!(f, "{year:04}{month:02}{day:02} {hour:02}{minute:02}{second:02}.{millis:03}"),
        }
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
