//! What a Lambda function's on-failure destination in S3 holds.
//!
//! Format: `aws/lambda/async/<function>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>`, the invocation record as JSON
//! ("Capturing records of Lambda asynchronous invocations" in the Lambda developer guide). Nothing but the day is read of
//! a name, so that one which has more before its time is found as well.

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use tokio::sync::mpsc;

use super::{Seen, plain};
use crate::app::request::Trouble;
use crate::aws::{AwsError, ListFrom};
use crate::domain::{ByteSize, Consumer, Failure, Location, Object, State, Trace, event};
use crate::inventory::Inventory;

/// Where Lambda writes.
const PLACE: &str = "aws/lambda/async/";
/// As far back as a queue keeps messages at most.
const DAYS: i64 = 14;
/// Functions of one bucket that are looked at.
const FUNCTIONS: usize = 100;
/// Records that are read, the newest days first.
const MOST: usize = 2_000;
/// The longest record that is read: an asynchronous payload is 1 MB at most, and its JSON may be escaped.
const LONGEST: ByteSize = ByteSize::mib(4);
/// Requests at a time.
const PARALLEL: usize = 16;

impl Inventory {
    /// Tells of the objects that records of the last 14 days name, each once, unless `seen` or processed since; they
    /// are added to `seen`.
    pub(super) async fn destination_records(
        &self,
        consumer: &Consumer,
        seen: &mut Seen,
        found: &mpsc::Sender<Vec<Failure>>,
    ) -> Result<(), Trouble> {
        let Some(place) = &consumer.destination else { return Ok(()) };
        let (functions, mut is_all) = self.functions(place).await?;
        let mut count = 0;
        for day in days(Timestamp::now()) {
            for function in &functions {
                let below = Location { bucket: place.bucket.clone(), prefix: format!("{function}{day}/") };
                let mut next = Some(ListFrom::Start);
                while let Some(from) = next.take().filter(|_| count < MOST) {
                    let page = self.aws.list(&below, &from, 1_000).await?;
                    is_all &= page.objects.len() <= MOST - count;
                    let records: Vec<Object> = page.objects.into_iter().take(MOST - count).collect();
                    count += records.len();
                    next = page.next;
                    let failures = self.of_records(consumer, records, seen).await?;
                    if !failures.is_empty() && found.send(failures).await.is_err() {
                        return Ok(());
                    }
                }
                is_all &= next.is_none();
            }
        }
        if is_all { Ok(()) } else { Err(too_many(place)) }
    }

    /// The prefixes of the functions, each with a `/` at its end. A place may name one function itself.
    async fn functions(&self, place: &Location) -> Result<(Vec<String>, bool), AwsError> {
        match root(&place.prefix) {
            (root, true) => self.aws.prefixes(&place.bucket, &root, FUNCTIONS).await,
            (function, false) => Ok((vec![function], true)),
        }
    }

    async fn of_records(
        &self,
        consumer: &Consumer,
        records: Vec<Object>,
        seen: &mut Seen,
    ) -> Result<Vec<Failure>, Trouble> {
        let mut read = futures::stream::iter(records.into_iter().rev())
            .map(|record| async move {
                let (_, bytes) = self.aws.get_all(&record.id, LONGEST).await?;
                Ok::<_, AwsError>((record, bytes))
            })
            .buffered(PARALLEL);
        let mut failures = Vec::new();
        while let Some(record) = read.next().await {
            let (record, bytes) = record?;
            let body = String::from_utf8_lossy(&bytes);
            let trace = Trace::Destination { record: record.id.clone(), at: record.arrived };
            let reason = event::reason::told(&body, &std::collections::BTreeMap::new());
            for failure in self.failures_told(consumer, State::Failed, &trace, event::decode(&body), reason) {
                let Some(object) = &failure.object else {
                    failures.push(failure);
                    continue;
                };
                let is_new = seen.insert(plain(object));
                let receipts = consumer.receipts.as_ref();
                if is_new && !self.is_processed_since(receipts, &object.key, record.arrived).await {
                    failures.push(failure);
                }
            }
        }
        Ok(failures)
    }
}

/// Where to look below a configured prefix, and whether functions are to be found there first.
fn root(prefix: &str) -> (String, bool) {
    let mut prefix = prefix.to_owned();
    if !prefix.is_empty() && !prefix.ends_with('/') {
        prefix.push('/');
    }
    match prefix.find(PLACE) {
        Some(at) => {
            let is_root = at + PLACE.len() == prefix.len();
            (prefix, is_root)
        }
        None => (format!("{prefix}{PLACE}"), true),
    }
}

/// The days to look at, the newest first: `2026/11/23`.
fn days(now: Timestamp) -> impl Iterator<Item = String> {
    (0..=DAYS).filter_map(move |back| {
        let day = now.checked_sub(SignedDuration::from_hours(back * 24)).ok()?;
        Some(day.to_zoned_datetime(TimeZone::UTC).strftime("%Y/%m/%d").to_string())
    })
}

fn too_many(place: &Location) -> Trouble {
    Trouble {
        what: format!("not every record below {place} is listed"),
        cause: format!("there are more than {MOST} of the last {DAYS} days, or more than {FUNCTIONS} functions"),
        hint: Some(format!("name one function: s3://{}/{PLACE}FUNCTION/", place.bucket)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_bucket_or_one_function() {
        for (prefix, expected) in [
            ("", ("aws/lambda/async/", true)),
            ("aws/lambda/async", ("aws/lambda/async/", true)),
            ("aws/lambda/async/indexer", ("aws/lambda/async/indexer/", false)),
            ("copies/", ("copies/aws/lambda/async/", true)),
        ] {
            assert_eq!(root(prefix), (expected.0.to_owned(), expected.1), "{prefix}");
        }
    }

    #[test]
    fn days_go_back_over_the_end_of_a_month() {
        let days: Vec<String> = days("2026-12-01T00:00:00Z".parse().expect("a timestamp")).collect();
        assert_eq!((days.len(), days[0].as_str(), days[1].as_str()), (15, "2026/12/01", "2026/11/30"));
    }
}
