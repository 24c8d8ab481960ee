//! The objects of a source, streamed: partitions are listed in parallel and handed on in their order.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::Known;
use super::receipts::Receipts;
use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::{Location, Object, ObjectRow, Source, TimeRange};

/// Partitions listed at once.
const PARALLEL: usize = 12;

/// Pages that a partition may be ahead of who reads them.
const AHEAD: usize = 2;

type PageResult = Result<Vec<(Object, Option<jiff::Timestamp>)>, AwsError>;

/// Hands the rows of every prefix to `sink`, page by page, until it says false.
pub async fn stream(
    aws: &Aws,
    source: &Source,
    range: TimeRange,
    prefixes: Vec<String>,
    receipts: Option<Location>,
    known: &Known,
    sink: &mut impl FnMut(Vec<ObjectRow>) -> bool,
) -> Result<(), AwsError> {
    // Permits are given in the order of asking, which is that of reading: an early partition never waits for a late one.
    let permits = Arc::new(Semaphore::new(PARALLEL));
    let mut tasks = JoinSet::new();
    let mut channels = Vec::with_capacity(prefixes.len());
    for prefix in prefixes {
        let (sender, receiver) = mpsc::channel(AHEAD);
        channels.push(receiver);
        let permits = Arc::clone(&permits);
        let place = Location { bucket: source.bucket.clone(), prefix };
        let receipts = receipts.clone().map(|receipts| Receipts::new(aws.clone(), receipts, &place.prefix));
        let aws = aws.clone();
        tasks.spawn(async move {
            // The semaphore is never closed; without a permit there is nobody left to list for.
            let Ok(_permit) = permits.acquire_owned().await else { return };
            if let Err(error) = list(&aws, &place, receipts, &sender).await {
                // A reader that has gone away needs no error.
                let _ = sender.send(Err(error)).await;
            }
        });
    }
    let is_observed = receipts.is_some();
    for mut channel in channels {
        while let Some(page) = channel.recv().await {
            let rows = page?.into_iter().filter_map(|(object, receipt)| {
                let state = known.state(&object, receipt, is_observed);
                let reason = known.failed.get(&object.id).cloned().flatten();
                let told = source.layout.time_of(&object.id.key);
                let row = ObjectRow::new(object, told, state, reason);
                range.contains(row.time.unwrap_or(row.object.arrived)).then_some(row)
            });
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() && !sink(rows) {
                return Ok(());
            }
        }
    }
    Ok(())
}

async fn list(
    aws: &Aws,
    place: &Location,
    mut receipts: Option<Receipts>,
    sender: &mpsc::Sender<PageResult>,
) -> Result<(), AwsError> {
    let mut from = Some(ListFrom::Start);
    while let Some(start) = from {
        let page = aws.list(place, &start, 1_000).await?;
        let mut rows = Vec::with_capacity(page.objects.len());
        // A key that ends in `/` is a folder's marker, which the S3 console writes.
        for object in page.objects.into_iter().filter(|object| !object.id.key.ends_with('/')) {
            let receipt = match &mut receipts {
                Some(receipts) => receipts.of(&object.id.key).await?,
                None => None,
            };
            rows.push((object, receipt));
        }
        if sender.send(Ok(rows)).await.is_err() {
            return Ok(());
        }
        from = page.next;
    }
    Ok(())
}
