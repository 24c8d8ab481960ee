//! From a layout to prefixes: the values of its named placeholders are listed, not guessed.

use std::collections::BTreeSet;

use crate::aws::{Aws, AwsError};
use crate::domain::{Layout, Source, TimeRange};

/// Values of one placeholder that are listed at most, and combinations of all of them.
const VALUE_LIMIT: usize = 2_000;

/// The combinations of values that the named placeholders before the time have, each found by a listing with
/// delimiter `/`. A name behind a time placeholder stays open: its prefix is cut there.
pub async fn values(aws: &Aws, source: &Source, range: TimeRange) -> Result<Vec<Vec<String>>, AwsError> {
    let mut known: Vec<Vec<String>> = vec![Vec::new()];
    loop {
        let mut longer = Vec::new();
        let mut is_open = false;
        for values in &known {
            let Some(prefix) = open_prefix(&source.layout, range, values) else { continue };
            is_open = true;
            let (found, _) = aws.prefixes(&source.bucket, &prefix, VALUE_LIMIT).await?;
            for child in found {
                if let Some(value) = source.layout.value_in(&child, &prefix) {
                    longer.push(values.iter().cloned().chain([value.to_owned()]).collect());
                }
            }
        }
        if !is_open {
            return Ok(known);
        }
        longer.truncate(VALUE_LIMIT);
        known = longer;
    }
}

/// The prefix at which the next value is listed, where that does not depend on the time.
fn open_prefix(layout: &Layout, range: TimeRange, values: &[String]) -> Option<String> {
    let values: Vec<&str> = values.iter().map(String::as_str).collect();
    let prefix = layout.unknown_prefix(range.start, &values)?;
    (layout.unknown_prefix(range.end, &values).as_ref() == Some(&prefix)).then_some(prefix)
}

/// Every prefix that holds the range, oldest time first, none twice.
pub fn prefixes(layout: &Layout, range: TimeRange, values: &[Vec<String>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut partitions = Vec::new();
    for values in values {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        for partition in layout.partitions(range, &values) {
            if seen.insert(partition.prefix.clone()) {
                partitions.push(partition);
            }
        }
    }
    partitions.sort_by_key(|partition| partition.range.start);
    partitions.into_iter().map(|partition| partition.prefix).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> TimeRange {
        let at = |text: &str| text.parse().expect("a timestamp");
        TimeRange::new(at("2026-11-22T12:00:00Z"), at("2026-11-23T12:00:00Z"))
    }

    #[test]
    fn partitions_of_all_values_come_by_time() {
        let layout: Layout = "a/{region}/{yyyy}/{MM}/{dd}/".parse().expect("a layout");
        let values = [vec!["eu".to_owned()], vec!["us".to_owned()]];
        assert_eq!(
            prefixes(&layout, day(), &values),
            ["a/eu/2026/11/22/", "a/us/2026/11/22/", "a/eu/2026/11/23/", "a/us/2026/11/23/"]
        );
    }

    #[test]
    fn a_name_behind_the_time_cuts_the_prefix_and_lists_once() {
        let layout: Layout = "dt={yyyy}-{MM}-{dd}/{shard}/x/".parse().expect("a layout");
        assert_eq!(open_prefix(&layout, day(), &[]), None, "its place depends on the day");
        assert_eq!(prefixes(&layout, day(), &[vec![]]), ["dt=2026-11-22/", "dt=2026-11-23/"]);
    }
}
