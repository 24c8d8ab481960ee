//! What the rules found in the objects of a range: their alerts lie below a consumer's place under the objects' own keys.
//!
//! Few objects have any, so a source is not asked partition by partition: what lies between the first and the last one
//! is one listing, for each account and region that has some.

use std::collections::BTreeSet;

use futures::{FutureExt as _, StreamExt as _};

use super::{AROUND, Inventory, resolve};
use crate::aws::{AwsError, Kind, ListFrom};
use crate::domain::alert::sort;
use crate::domain::{Alert, ByteSize, Consumer, Location, ObjectId, Source, TimeRange};

/// Requests at a time.
const PARALLEL: usize = 16;
/// Objects of alerts that are read of a range; of more, those that were listed first.
const MOST_OBJECTS: usize = 2_000;
/// Alerts that are told of a range.
pub const MOST: usize = 10_000;
/// The longest object of alerts that is read.
const LONGEST: ByteSize = ByteSize::mib(32);
/// The end of the name of an object of alerts, behind its object's key.
const SUFFIX: &str = ".ndjson";

/// The alerts of a range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Alerts {
    /// The gravest first; of these the newest.
    pub all: Vec<Alert>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl Inventory {
    /// What the rules of every consumer found in a range: by the events' own times, else by those that keys tell. Only
    /// of one source, where one is named.
    pub async fn alerts(&self, source: Option<&str>, range: TimeRange) -> Result<Alerts, AwsError> {
        let mut objects: Vec<(ObjectId, String)> = Vec::new();
        let mut is_whole = true;
        let is_wanted = |known: &&Source| source.is_none_or(|wanted| known.name == wanted);
        for consumer in &self.profile.consumers {
            for source in self.profile.sources.iter().filter(is_wanted) {
                is_whole &= self.alerts_of(consumer, source, range, &mut objects).boxed().await?;
            }
        }
        let mut seen = BTreeSet::new();
        objects.retain(|(id, _)| seen.insert(id.clone()));
        let reads: Vec<_> = objects.into_iter().map(|(id, key)| self.read_alerts(id, key).boxed()).collect();
        let mut reads = futures::stream::iter(reads).buffered(PARALLEL);
        let mut all = Vec::new();
        while let Some(read) = reads.next().await {
            let read: Result<Vec<Alert>, AwsError> = read;
            all.extend(read?.into_iter().filter(|alert| self.is_within(alert, range)));
            if all.len() > MOST {
                is_whole = false;
                break;
            }
        }
        sort(&mut all);
        all.truncate(MOST);
        Ok(Alerts { all, is_whole })
    }

    fn is_within(&self, alert: &Alert, range: TimeRange) -> bool {
        let told = || self.profile.source(&alert.source)?.layout.time_of(&alert.object.key).map(|told| told.start);
        alert.time.or_else(told).is_none_or(|time| range.contains(time))
    }

    /// Lists the objects of alerts of one source. Returns whether these are all.
    async fn alerts_of(
        &self,
        consumer: &Consumer,
        source: &Source,
        range: TimeRange,
        found: &mut Vec<(ObjectId, String)>,
    ) -> Result<bool, AwsError> {
        let Some(place) = &consumer.alerts else { return Ok(true) };
        let wide = TimeRange { start: range.start - AROUND, end: range.end + AROUND };
        for (first, last) in stretches(source, wide, &self.values_of(source, wide).await?) {
            let below = format!("{}{}", place.prefix, common(&first, &last));
            let within = Location { bucket: place.bucket.clone(), prefix: below };
            let (first, last) = (format!("{}{first}", place.prefix), format!("{}{last}", place.prefix));
            // Keys come in the order of their bytes, so that those before the first partition need not be listed.
            let mut from = Some(if first == within.prefix { ListFrom::Start } else { ListFrom::After(first) });
            while let Some(start) = from.take() {
                let page = self.aws.list(&within, &start, 1_000).await?;
                let is_past =
                    page.objects.last().is_some_and(|object| object.id.key > last && !object.id.key.starts_with(&last));
                for object in page.objects {
                    let own = object.id.key.strip_prefix(&place.prefix).and_then(|key| key.strip_suffix(SUFFIX));
                    let Some(key) = own.filter(|key| source.owns(&source.bucket, key)).map(str::to_owned) else {
                        continue;
                    };
                    if source.layout.time_of(&key).is_none_or(|told| told.start < wide.end && told.end >= wide.start) {
                        found.push((object.id, key));
                    }
                    if found.len() >= MOST_OBJECTS {
                        return Ok(false);
                    }
                }
                from = page.next.filter(|_| !is_past);
            }
        }
        Ok(true)
    }

    async fn read_alerts(&self, id: ObjectId, key: String) -> Result<Vec<Alert>, AwsError> {
        match self.aws.get_all(&id, LONGEST).await {
            // A line that is no alert of that object was written by somebody else.
            Ok((_, bytes)) => {
                let lines = String::from_utf8_lossy(&bytes);
                Ok(lines.lines().filter_map(Alert::read).filter(|alert| alert.object.key == key).collect())
            }
            // A replay found nothing any more while we looked.
            Err(error) if error.kind == Kind::NoSuchKey => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

/// The first and the last partition of a range, for each combination of values that stands before the time.
fn stretches(source: &Source, range: TimeRange, values: &[Vec<String>]) -> Vec<(String, String)> {
    let mut stretches = Vec::new();
    for values in values {
        let prefixes = resolve::prefixes(&source.layout, range, std::slice::from_ref(values));
        // Layouts of an hour without leading zeros do not lie in the order of time.
        if let (Some(first), Some(last)) = (prefixes.iter().min(), prefixes.iter().max()) {
            stretches.push((first.clone(), last.clone()));
        }
    }
    stretches.dedup();
    stretches
}

/// What two texts have in common at their beginning.
fn common<'t>(a: &'t str, b: &str) -> &'t str {
    let count = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..a.floor_char_boundary(count)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_what_lies_between_the_first_and_the_last_partition() {
        let at = |text: &str| text.parse().expect("a timestamp");
        let range = TimeRange::new(at("2026-11-22T22:00:00Z"), at("2026-11-23T03:00:00Z"));
        let source = Source {
            name: "s".into(),
            bucket: "b".into(),
            layout: "a/{region}/{yyyy}/{MM}/{dd}/{HH}/".parse().expect("a layout"),
            format: None,
            late_after: jiff::SignedDuration::ZERO,
            accept: None,
            maintenance: Vec::new(),
        };
        let values = [vec!["eu".to_owned()], vec!["us".to_owned()]];
        let stretches = stretches(&source, range, &values);
        assert_eq!(stretches[0], ("a/eu/2026/11/22/22/".to_owned(), "a/eu/2026/11/23/02/".to_owned()));
        assert_eq!(common(&stretches[0].0, &stretches[0].1), "a/eu/2026/11/2");
        assert_eq!(stretches.len(), 2);
        assert_eq!(common("é", "è"), "");
    }
}
