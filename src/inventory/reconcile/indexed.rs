//! Whether what a replay recovered can be searched, each record once.

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;

use super::{AFTER, BEFORE, Inventory};
use crate::app::request::Trouble;
use crate::domain::{Consumer, Finding, Indexed, ObjectId, Source, TimeRange, Trace};

/// Objects that are looked for; of more, so many spread evenly over all.
const LOOKED: usize = 2_000;
/// Queries of the index; what lies in further stretches of time is not looked for.
const STRETCHES: usize = 16;

/// Objects of one source that lie close together in time.
struct Stretch<'a> {
    source: &'a Source,
    range: TimeRange,
    objects: Vec<ObjectId>,
}

impl Inventory {
    /// Looks in the index for objects that a consumer has processed, each named by an index of the caller's; none where
    /// the profile knows no index or the consumer leaves no receipts. Dropping the future stops what it asked.
    pub async fn indexed(&self, consumer: &Consumer, processed: &[(usize, ObjectId)]) -> Option<Indexed> {
        let place = self.profile.index.as_ref().filter(|_| consumer.receipts.is_some() && !processed.is_empty())?;
        let step = processed.len().div_ceil(LOOKED).max(1);
        let mut places: HashMap<ObjectId, Vec<usize>> = HashMap::new();
        for (index, object) in processed.iter().step_by(step) {
            // The index knows objects without their versions.
            places.entry(super::super::failures::plain(object)).or_default().push(*index);
        }
        let mut indexed = Indexed { unlooked: processed.len(), ..Indexed::default() };
        for stretch in self.stretches(places.keys()) {
            match Box::pin(self.compared(place, stretch.source, consumer, stretch.range, &stretch.objects)).await {
                Ok(compared) => {
                    indexed.scanned += compared.scanned.unwrap_or_default();
                    let found = |finding| {
                        let found =
                            compared.found.iter().filter(move |found| found.trace == Trace::Reconciled(finding));
                        found.filter_map(|found| found.object.clone()).collect::<HashSet<_>>()
                    };
                    let (twice, missing) = (found(Finding::Twice), found(Finding::Unsearchable));
                    for object in &stretch.objects {
                        let set = if twice.contains(object) {
                            &mut indexed.twice
                        } else if missing.contains(object) {
                            &mut indexed.missing
                        } else {
                            &mut indexed.searchable
                        };
                        let indexes = places.get(object).map(Vec::as_slice).unwrap_or_default();
                        set.extend_from_slice(indexes);
                        indexed.unlooked = indexed.unlooked.saturating_sub(indexes.len());
                    }
                }
                Err(Trouble { cause, .. }) => indexed.trouble = indexed.trouble.or(Some(cause)),
            }
        }
        for set in [&mut indexed.searchable, &mut indexed.missing, &mut indexed.twice] {
            set.sort_unstable();
        }
        Some(indexed)
    }

    /// The stretches of time that the objects lie in, the fullest first. What no source knows, or whose key tells no
    /// time, lies in none.
    fn stretches<'o>(&self, objects: impl Iterator<Item = &'o ObjectId>) -> Vec<Stretch<'_>> {
        let mut timed: Vec<(&Source, TimeRange, &ObjectId)> = objects
            .filter_map(|object| {
                let source = self.profile.source_of(&object.bucket, &object.key)?;
                Some((source, source.layout.time_of(&object.key)?, object))
            })
            .collect();
        timed.sort_by(|(a, at, _), (b, bt, _)| (&a.name, at.start).cmp(&(&b.name, bt.start)));
        let mut stretches: Vec<Stretch<'_>> = Vec::new();
        for (source, range, object) in timed {
            match stretches.last_mut().filter(|last| last.source.name == source.name && is_near(last.range, range)) {
                Some(last) => {
                    last.range.end = last.range.end.max(range.end);
                    last.objects.push(object.clone());
                }
                None => stretches.push(Stretch { source, range, objects: vec![object.clone()] }),
            }
        }
        stretches.sort_by_key(|stretch| std::cmp::Reverse(stretch.objects.len()));
        stretches.truncate(STRETCHES);
        stretches
    }
}

/// Whether the index is read for both in one, as it is read some hours around each.
fn is_near(earlier: TimeRange, later: TimeRange) -> bool {
    later.start.duration_since(earlier.end) <= BEFORE + AFTER + SignedDuration::from_hours(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_within_the_hours_around_is_asked_in_one() {
        let range = |from: &str, to: &str| {
            let at = |text: &str| text.parse().expect("a timestamp");
            TimeRange::new(at(from), at(to))
        };
        let first = range("2026-11-23T00:00:00Z", "2026-11-23T01:00:00Z");
        assert!(is_near(first, range("2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z")));
        assert!(!is_near(first, range("2026-11-23T09:00:01Z", "2026-11-23T10:00:00Z")));
        assert!(is_near(first, range("2026-11-23T00:30:00Z", "2026-11-23T00:30:00Z")), "it lies inside");
    }
}
