//! Archived objects: what a restore takes and costs, and how far one is.

use jiff::Timestamp;

use super::{ByteSize, Object};

/// How fast, and at what price, S3 brings an archived object back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tier {
    /// The cheapest.
    #[default]
    Bulk,
    /// Within hours.
    Standard,
    /// Within minutes; not from DEEP_ARCHIVE.
    Expedited,
}

impl Tier {
    /// Every tier, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Bulk, Self::Standard, Self::Expedited];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bulk => "bulk",
            Self::Standard => "standard",
            Self::Expedited => "expedited",
        }
    }

    /// How long it typically takes (S3 User Guide, "Archive retrieval options").
    pub fn takes(self, is_deep: bool) -> &'static str {
        match (self, is_deep) {
            (Self::Bulk, false) => "5 to 12 hours",
            (Self::Bulk, true) => "within 48 hours",
            (Self::Standard, false) => "3 to 5 hours",
            (Self::Standard, true) => "within 12 hours",
            (Self::Expedited, _) => "1 to 5 minutes below 250 MB",
        }
    }

    /// US dollars for 1,000 requests, and for a GB that is retrieved.
    fn price(self, is_deep: bool) -> (f64, f64) {
        match (self, is_deep) {
            (Self::Bulk, false) => (0.0, 0.0),
            (Self::Bulk, true) => (0.025, 0.0025),
            (Self::Standard, false) => (0.05, 0.01),
            (Self::Standard, true) => (0.10, 0.02),
            (Self::Expedited, _) => (10.0, 0.03),
        }
    }
}

/// US dollars for a GB and month of the copies that a restore makes (S3 Standard, the first 50 TB).
const COPY: f64 = 0.023;

/// Which prices an estimate goes by: the list prices of S3 in one region, as they were known on that day.
pub const PRICES: &str = "list prices of us-east-1 as of 2025-01";

/// What a restore of these objects would cost in US dollars: requests, retrieval, and copies for so many days. An
/// estimate by [`PRICES`]: other regions, discounts and taxes differ.
pub fn cost<'a>(objects: impl IntoIterator<Item = &'a Object>, tier: Tier, days: u16) -> f64 {
    let of_one = |object: &Object| {
        if object.is_tiered() {
            // Back in its frequent tier, it is no copy; only who is in a hurry pays (S3 pricing, Intelligent-Tiering).
            let expedited = tier.price(false);
            let gb = object.size.bytes() as f64 / 1024_f64.powi(3);
            return if tier == Tier::Expedited { expedited.0 / 1_000.0 + gb * expedited.1 } else { 0.0 };
        }
        let gb = object.size.bytes() as f64 / 1024_f64.powi(3);
        let (thousand, retrieval) = tier.price(object.is_deep());
        thousand / 1_000.0 + gb * (retrieval + COPY * f64::from(days) / 30.0)
    };
    objects.into_iter().map(of_one).sum()
}

/// A price in words: `about $0.42`, `less than $0.01`.
pub fn dollars(cost: f64) -> String {
    if cost < 0.01 { "less than $0.01".to_owned() } else { format!("about ${cost:.2}") }
}

/// How far the restore of an archived object is (`x-amz-restore` of HeadObject).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restoring {
    /// None was asked for.
    Archived,
    /// One is under way.
    Ongoing,
    /// It can be read; until then, where that is told.
    Readable(Option<Timestamp>),
}

impl Restoring {
    /// Reads the header: `ongoing-request="false", expiry-date="Fri, 23 Dec 2012 00:00:00 GMT"`.
    pub fn of_header(header: Option<&str>) -> Self {
        let Some(header) = header else { return Self::Archived };
        let value = |name: &str| {
            let (_, rest) = header.split_once(name)?;
            rest.strip_prefix("=\"")?.split('"').next()
        };
        match value("ongoing-request") {
            Some("true") => Self::Ongoing,
            Some("false") => {
                let date = value("expiry-date").and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
                Self::Readable(date.map(|date| date.timestamp()))
            }
            _ => Self::Archived,
        }
    }
}

/// What a HEAD tells of an object that was chosen to be restored.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The object.
    pub object: Object,
    /// How far its restore is; none where it is not archived.
    pub restoring: Option<Restoring>,
}

/// How far a batch of restore requests is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many were accepted.
    pub done: usize,
    /// Their size.
    pub bytes: ByteSize,
    /// What was refused, each with its cause.
    pub failed: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ObjectId;

    #[test]
    fn a_header_is_read_or_means_nothing() {
        let until = "2012-12-21T00:00:00Z".parse().expect("a timestamp");
        for (header, state) in [
            (None, Restoring::Archived),
            (Some("ongoing-request=\"true\""), Restoring::Ongoing),
            (
                Some("ongoing-request=\"false\", expiry-date=\"Fri, 21 Dec 2012 00:00:00 GMT\""),
                Restoring::Readable(Some(until)),
            ),
            (Some("ongoing-request=\"false\", expiry-date=\"soon\""), Restoring::Readable(None)),
            (Some("ongoing-request"), Restoring::Archived),
            (Some("é\"=\""), Restoring::Archived),
        ] {
            assert_eq!(Restoring::of_header(header), state, "{header:?}");
        }
    }

    #[test]
    fn a_cost_is_of_requests_retrieval_and_copies() {
        let object = |class: &str| Object {
            id: ObjectId::new("logs", "k"),
            size: ByteSize(10 << 30),
            etag: String::new(),
            storage_class: class.into(),
            arrived: Timestamp::UNIX_EPOCH,
        };
        let (flexible, deep) = (object("GLACIER"), object("DEEP_ARCHIVE"));
        assert_eq!(dollars(cost([&flexible], Tier::Bulk, 0)), "less than $0.01");
        assert_eq!(dollars(cost([&flexible], Tier::Bulk, 30)), "about $0.23");
        assert_eq!(dollars(cost([&flexible; 1000], Tier::Expedited, 0)), "about $310.00");
        let tiered = object("INTELLIGENT_TIERING, ARCHIVE_ACCESS");
        assert_eq!(dollars(cost([&tiered; 1000], Tier::Standard, 30)), "less than $0.01");
        // 1,000 × $0.00010 and 10,000 GB × $0.02, beside 10,000 GB × $0.023 × 3/30
        assert_eq!(dollars(cost([&deep; 1000], Tier::Standard, 3)), "about $223.10");
    }
}
