//! Counts what is sent to AWS, each attempt, as AWS bills it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_smithy_runtime_api::client::orchestrator::Metadata;

use crate::domain::{RequestKind, Requests, Usage};

/// Seconds of the rolling minute.
const MINUTE: u64 = 60;

/// A meter that every client of a connection shares.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    begin: Instant,
    counted: Arc<Mutex<Counted>>,
}

impl Meter {
    pub(super) fn new() -> Self {
        Self { begin: Instant::now(), counted: Arc::default() }
    }

    /// What was sent so far.
    pub(super) fn usage(&self) -> Usage {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).usage(self.begin.elapsed().as_secs())
    }

    fn count(&self, kind: RequestKind) {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).add(self.begin.elapsed().as_secs(), kind);
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    /// Called before each attempt.
    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(operation) = config.load::<Metadata>() {
            self.count(kind(operation.service(), operation.name()));
        }
        Ok(())
    }
}

/// What an operation is billed as.
fn kind(service: &str, operation: &str) -> RequestKind {
    match service {
        "S3" if ["Delete", "Abort"].iter().any(|verb| operation.starts_with(verb)) => RequestKind::Free,
        "S3" if operation.starts_with("Get") || operation.starts_with("Head") => RequestKind::Read,
        "S3" => RequestKind::Write,
        "SQS" => RequestKind::Queue,
        "SNS" => RequestKind::Topic,
        "Lambda" => RequestKind::Function,
        _ => RequestKind::Free,
    }
}

/// Requests by the second in which they were sent, of the last minute, and all of them.
#[derive(Debug)]
struct Counted {
    session: Requests,
    /// Each second's at its place in the minute, with the second that they are of.
    seconds: [(u64, Requests); MINUTE as usize],
}

impl Default for Counted {
    fn default() -> Self {
        Self { session: Requests::default(), seconds: [(0, Requests::default()); MINUTE as usize] }
    }
}

impl Counted {
    fn add(&mut self, second: u64, kind: RequestKind) {
        self.session.add(kind, 1);
        let (of, requests) = &mut self.seconds[(second % MINUTE) as usize];
        if *of != second {
            *requests = Requests::default();
        }
        *of = second;
        requests.add(kind, 1);
    }

    fn usage(&self, now: u64) -> Usage {
        let mut minute = Requests::default();
        for (_, requests) in self.seconds.iter().filter(|(second, _)| *second + MINUTE > now) {
            for kind in RequestKind::ALL {
                minute.add(kind, requests.of(kind));
            }
        }
        Usage { minute, session: self.session }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_forgets_what_is_older() {
        let mut counted = Counted::default();
        for second in 0..130 {
            counted.add(second, RequestKind::Read);
        }
        let counts = |now| (counted.usage(now).minute.total(), counted.usage(now).session.total());
        assert_eq!(counts(129), (60, 130));
        assert_eq!(counts(159), (30, 130));
        assert_eq!(counts(500), (0, 130));
    }

    #[test]
    fn operations_are_billed_by_their_verb() {
        for (service, operation, wanted) in [
            ("S3", "ListObjectsV2", RequestKind::Write),
            ("S3", "PutObject", RequestKind::Write),
            ("S3", "GetObject", RequestKind::Read),
            ("S3", "HeadObject", RequestKind::Read),
            ("S3", "DeleteObject", RequestKind::Free),
            ("SQS", "GetQueueAttributes", RequestKind::Queue),
            ("SNS", "PublishBatch", RequestKind::Topic),
            ("Lambda", "Invoke", RequestKind::Function),
            ("Athena", "StartQueryExecution", RequestKind::Free),
        ] {
            assert_eq!(kind(service, operation), wanted, "{service} {operation}");
        }
    }
}
