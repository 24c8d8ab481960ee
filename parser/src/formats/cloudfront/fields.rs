//! The fields of CloudFront's logs: their orders where no header tells them, and what they hold.

use std::borrow::Cow;

use crate::formats::columns::is_named;
use crate::time::{self, EventTime};

/// The fields of a standard log without a header, in their order since 2019.
pub(super) const STANDARD: &str = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status \
    cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol \
    cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version fle-status \
    fle-encrypted-fields c-port time-to-first-byte x-edge-detailed-result-type sc-content-type sc-content-len \
    sc-range-start sc-range-end";

/// The fields of a real-time log that selects all of them, in the order that CloudFront keeps whatever is selected.
pub(super) const REAL_TIME: &str = "timestamp c-ip time-to-first-byte sc-status sc-bytes cs-method cs-protocol cs-host \
    cs-uri-stem cs-bytes x-edge-location x-edge-request-id x-host-header time-taken cs-protocol-version c-ip-version \
    cs-user-agent cs-referer cs-cookie cs-uri-query x-edge-response-result-type x-forwarded-for ssl-protocol ssl-cipher \
    x-edge-result-type fle-encrypted-fields fle-status sc-content-type sc-content-len sc-range-start sc-range-end c-port \
    x-edge-detailed-result-type c-country cs-accept-encoding cs-accept cache-behavior-path-pattern cs-headers \
    cs-header-names cs-headers-count";

/// Fields that other logs have not.
const OWN: [&str; 6] = [
    "x-edge-location",
    "x-edge-request-id",
    "x-edge-result-type",
    "x-edge-detailed-result-type",
    "x-host-header",
    "distributionid",
];

/// Fields of standard logs (v2) and of the logs of streams that real-time logs have not.
const FURTHER: &str = "date time timestamp-ms distributionid distribution-tenant-id origin-fbl origin-lbl asn \
    primary-distribution-id primary-distribution-dns-name r-host s-ip sr-reason x-edge-mqcs x-event x-cf-status \
    x-cf-client-id c-referrer c-user-agent";

const NUMBERS: [&str; 9] = [
    "sc-bytes",
    "sc-status",
    "cs-bytes",
    "time-taken",
    "c-port",
    "time-to-first-byte",
    "sc-content-len",
    "sc-range-start",
    "sc-range-end",
];

/// Whether `names` are those of a CloudFront log: most of them known, one of them known nowhere else.
pub(super) fn are_cloudfronts<'n>(names: impl Iterator<Item = &'n str>) -> bool {
    let (mut count, mut known, mut own) = (0, 0, 0);
    for name in names.take(256) {
        let is = |field: &str| is_named(name, field);
        count += 1;
        known += usize::from(REAL_TIME.split_whitespace().chain(FURTHER.split_whitespace()).any(is));
        own += usize::from(OWN.iter().copied().any(is));
    }
    own > 0 && known >= 3 && known * 2 >= count
}

/// One column of a file.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub name: Cow<'static, str>,
    pub role: Role,
}

/// What a column's value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    Number,
    /// The day of the event, in UTC.
    Date,
    /// Its time of day.
    Clock,
    /// Its time in seconds or milliseconds since 1970.
    Epoch,
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        let role = match name {
            "date" => Role::Date,
            "time" => Role::Clock,
            "timestamp" | "timestamp(ms)" => Role::Epoch,
            name if NUMBERS.contains(&name) => Role::Number,
            _ => Role::Text,
        };
        let mut known = [STANDARD, REAL_TIME, FURTHER].into_iter().flat_map(str::split_whitespace);
        let name = known.find(|known| *known == name).map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed);
        Column { name, role }
    }
}

/// The time of a date and a clock; CloudFront's are in UTC.
pub(super) fn time_of(date: &[u8], clock: &[u8]) -> Option<EventTime> {
    let number = |text: &[u8], at: usize, count: usize| time::digits(text.get(at..)?, count);
    if date.len() != 10 || clock.len() != 8 {
        return None;
    }
    let date = (number(date, 0, 4)?, number(date, 5, 2)?, number(date, 8, 2)?);
    let clock = (number(clock, 0, 2)?, number(clock, 3, 2)?, number(clock, 6, 2)?);
    time::instant(date, clock, 0, 0).map(EventTime::explicit)
}
