//! Requests to AWS, counted by what they cost.

/// Kinds of requests, as AWS prices them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RequestKind {
    /// S3: PUT, COPY, POST and LIST.
    Write,
    /// S3: GET, HEAD and all others.
    Read,
    /// SQS.
    Queue,
    /// SNS.
    Topic,
    /// Lambda.
    Function,
    /// What has no price of its own: DELETE, and Athena, which is paid by what it scans.
    Free,
}

impl RequestKind {
    /// Every kind, in the order of a list.
    pub const ALL: [Self; 6] = [Self::Write, Self::Read, Self::Queue, Self::Topic, Self::Function, Self::Free];

    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Write => "S3 list, put",
            Self::Read => "S3 get, head",
            Self::Queue => "SQS",
            Self::Topic => "SNS",
            Self::Function => "Lambda",
            Self::Free => "not priced",
        }
    }

    /// Dollars for a million requests: the price pages of S3 (Standard), SQS (standard queues), SNS and Lambda for
    /// us-east-1, February 2026. Other regions and storage classes, free tiers and discounts differ, so what comes of it
    /// is an estimate.
    pub fn dollars_per_million(self) -> f64 {
        match self {
            Self::Write => 5.0,
            Self::Read | Self::Queue => 0.4,
            Self::Topic => 0.5,
            Self::Function => 0.2,
            Self::Free => 0.0,
        }
    }
}

/// How many requests of each kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Requests([u64; RequestKind::ALL.len()]);

impl Requests {
    /// Counts further requests.
    pub fn add(&mut self, kind: RequestKind, count: u64) {
        let counted = &mut self.0[kind as usize];
        *counted = counted.saturating_add(count);
    }

    /// Those of a kind.
    pub fn of(&self, kind: RequestKind) -> u64 {
        self.0[kind as usize]
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// What they cost, about.
    pub fn dollars(&self) -> f64 {
        let dollars = RequestKind::ALL.map(|kind| self.of(kind) as f64 * kind.dollars_per_million() / 1e6);
        dollars.iter().sum()
    }

    /// What they cost in words: two digits that tell something.
    pub fn told_dollars(&self) -> String {
        let dollars = self.dollars();
        match dollars {
            ..0.000_005 => "$0".into(),
            ..0.001 => format!("${dollars:.5}"),
            ..1.0 => format!("${dollars:.4}"),
            _ => format!("${dollars:.2}"),
        }
    }
}

/// What this session asks of AWS.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// In the last 60 seconds.
    pub minute: Requests,
    /// Since the start.
    pub session: Requests,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_costs_more_than_a_get() {
        let mut requests = Requests::default();
        requests.add(RequestKind::Write, 1_000);
        requests.add(RequestKind::Read, 1_000);
        requests.add(RequestKind::Free, 1_000);
        assert_eq!(requests.total(), 3_000);
        assert!((requests.dollars() - 0.0054).abs() < 1e-9);
    }

    #[test]
    fn small_sums_keep_digits_that_tell_something() {
        for (kind, count, told) in [
            (RequestKind::Read, 10, "$0"),
            (RequestKind::Read, 50, "$0.00002"),
            (RequestKind::Write, 1_000, "$0.0050"),
            (RequestKind::Write, 1_000_000, "$5.00"),
        ] {
            let mut requests = Requests::default();
            requests.add(kind, count);
            assert_eq!(requests.told_dollars(), told);
        }
    }
}
