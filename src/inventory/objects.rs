//! The objects of a source, streamed: partitions are listed in parallel and handed on in their order.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::receipts::Receipts;
use super::{Known, Told};
use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::{Consumer, Location, Object, ObjectRow, Source, State, States, TimeRange};

/// Partitions listed at once.
const PARALLEL: usize = 12;

/// Pages that a partition may be ahead of who reads them.
const AHEAD: usize = 2;

/// Objects, each with when its receipts were written, in the order of the consumers.
type PageResult = Result<Vec<(Object, Vec<Option<Timestamp>>)>, AwsError>;

/// A consumer, and where its receipts are looked for.
#[derive(Debug, Clone)]
pub struct Watched<'a> {
    pub name: &'a str,
    pub receipts: Option<Location>,
}

impl<'a> Watched<'a> {
    pub fn of(consumer: &'a Consumer) -> Self {
        Self { name: &consumer.name, receipts: consumer.receipts.clone() }
    }
}

/// Hands the rows of every prefix to `sink`, page by page, until it says false.
pub async fn stream(
    aws: &Aws,
    source: &Source,
    range: TimeRange,
    prefixes: Vec<String>,
    consumers: &[Watched<'_>],
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
        let receipts = consumers.iter().map(|consumer| {
            let below = consumer.receipts.clone();
            below.map(|below| Receipts::new(aws.clone(), below, &place.prefix))
        });
        let receipts: Vec<_> = receipts.collect();
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
    let nothing = Told::default();
    let told: Vec<&Told> =
        consumers.iter().map(|consumer| known.consumers.get(consumer.name).unwrap_or(&nothing)).collect();
    for mut channel in channels {
        while let Some(page) = channel.recv().await {
            let rows = page?.into_iter().filter_map(|(object, receipts)| {
                let states = consumers.iter().zip(&told).zip(receipts);
                let states = States::new(
                    states.map(|((consumer, told), receipt)| told.state(&object, receipt, consumer.receipts.is_some())),
                );
                let reason = told.iter().find_map(|told| told.failed.get(&object.id)?.clone());
                let time = source.layout.time_of(&object.id.key);
                let state = states.gravest().unwrap_or(State::Unobserved);
                let row = ObjectRow { states, ..ObjectRow::new(object, time, state, reason) };
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
    mut receipts: Vec<Option<Receipts>>,
    sender: &mpsc::Sender<PageResult>,
) -> Result<(), AwsError> {
    let mut from = Some(ListFrom::Start);
    while let Some(start) = from {
        let page = aws.list(place, &start, 1_000).await?;
        let mut rows = Vec::with_capacity(page.objects.len());
        // A key that ends in `/` is a folder's marker, which the S3 console writes.
        for object in page.objects.into_iter().filter(|object| !object.id.key.ends_with('/')) {
            let mut written = Vec::with_capacity(receipts.len());
            for receipts in &mut receipts {
                written.push(match receipts {
                    Some(receipts) => receipts.of(&object.id.key).await?,
                    None => None,
                });
            }
            rows.push((object, written));
        }
        if sender.send(Ok(rows)).await.is_err() {
            return Ok(());
        }
        from = page.next;
    }
    Ok(())
}
