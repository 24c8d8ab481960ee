//! Receipts beside a listing: both come sorted by key, so they are joined as they stream.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::Location;

/// The receipts of the objects below one prefix, in key order.
pub struct Receipts {
    aws: Aws,
    place: Location,
    prefix: String,
    next: Option<ListFrom>,
    waiting: VecDeque<(String, Timestamp)>,
}

impl Receipts {
    /// The receipts below `place` whose objects' keys begin with `prefix`.
    pub fn new(aws: Aws, place: Location, prefix: &str) -> Self {
        Self { aws, place, prefix: prefix.to_owned(), next: Some(ListFrom::Start), waiting: VecDeque::new() }
    }

    /// When the receipt of `key` was written. Keys must be asked for in listing order.
    pub async fn of(&mut self, key: &str) -> Result<Option<Timestamp>, AwsError> {
        loop {
            while let Some((first, at)) = self.waiting.front() {
                match first.as_bytes().cmp(key.as_bytes()) {
                    std::cmp::Ordering::Less => drop(self.waiting.pop_front()),
                    std::cmp::Ordering::Equal => return Ok(Some(*at)),
                    std::cmp::Ordering::Greater => return Ok(None),
                }
            }
            let Some(from) = self.next.take() else { return Ok(None) };
            let below =
                Location { bucket: self.place.bucket.clone(), prefix: format!("{}{}", self.place.prefix, self.prefix) };
            let page = self.aws.list(&below, &from, 1_000).await?;
            self.next = page.next;
            let cut = self.place.prefix.len();
            self.waiting
                .extend(page.objects.into_iter().map(|object| (object.id.key[cut..].to_owned(), object.arrived)));
        }
    }
}
