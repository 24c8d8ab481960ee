//! What a search will cost, before it runs.

use std::collections::BTreeMap;

use super::sql;
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, ListFrom};
use crate::domain::{ByteSize, Estimate, Index, Location, Query};

/// Athena's price of a terabyte scanned, in US dollars, in most regions ("Amazon Athena pricing").
const DOLLARS_A_TERABYTE: f64 = 5.0;

/// What one statement is charged for at least.
const LEAST: u64 = 10_000_000;

/// Statements of a search: one that finds the records, one that fetches their messages.
const STATEMENTS: u64 = 2;

/// Sources whose partitions are listed.
const SOURCES: usize = 1_000;

/// Files and bytes of each hour.
pub(super) type Hours = BTreeMap<String, (u64, ByteSize)>;

/// The upper bound of what the search scans, by a listing of the index's files in its range.
pub async fn estimate(aws: &Aws, index: &Index, query: &Query) -> Result<Estimate, Trouble> {
    told(index, query, &hours(aws, index, query).await?)
}

/// As [`estimate`], of the hours of the query's range among these.
pub(super) fn told(index: &Index, query: &Query, hours: &Hours) -> Result<Estimate, Trouble> {
    let finding = sql::find(index, query).map_err(|cause| Trouble {
        what: "this cannot be searched for".into(),
        cause: cause.to_string(),
        hint: None,
    })?;
    let (first, last) = sql::partitions(query.range);
    let inside = || hours.range(first.clone()..=last.clone()).map(|(_, sums)| sums);
    let objects = inside().map(|(objects, _)| objects).sum();
    let bytes: ByteSize = inside().map(|(_, bytes)| *bytes).sum();
    Ok(Estimate { objects, bytes, dollars: price(bytes), sql: finding.sql })
}

/// The index's files in a query's range, by their hours.
pub(super) async fn hours(aws: &Aws, index: &Index, query: &Query) -> Result<Hours, AwsError> {
    let (first, last) = sql::partitions(query.range);
    let place =
        |path: String| Location { prefix: format!("{}{path}", index.location.prefix), ..index.location.clone() };
    let mut folders = vec![place("terms/".into())];
    if query.sources.is_empty() {
        let records = place("records/".into());
        let (prefixes, _) = aws.prefixes(&records.bucket, &records.prefix, SOURCES).await?;
        folders.extend(prefixes.into_iter().map(|prefix| Location { prefix, ..records.clone() }));
    } else {
        folders.extend(query.sources.iter().map(|source| place(format!("records/source={source}/"))));
    }
    let each = folders.iter().map(|folder| by_hour(aws, folder, &first, &last));
    let mut all = Hours::new();
    for (hour, (objects, bytes)) in futures::future::try_join_all(each).await?.into_iter().flatten() {
        let sums = all.entry(hour).or_default();
        sums.0 += objects;
        sums.1 += bytes;
    }
    Ok(all)
}

/// Objects and bytes of the partitions `dt=<first>` to `dt=<last>` of a folder.
pub(super) async fn sum(aws: &Aws, folder: &Location, first: &str, last: &str) -> Result<(u64, ByteSize), AwsError> {
    let hours = by_hour(aws, folder, first, last).await?;
    Ok(hours.values().fold((0, ByteSize::default()), |all, one| (all.0 + one.0, all.1 + one.1)))
}

/// The same by their hours: keys sort as hours do.
async fn by_hour(aws: &Aws, folder: &Location, first: &str, last: &str) -> Result<Hours, AwsError> {
    let end = format!("{}dt={last}/\u{10ffff}", folder.prefix);
    let mut from = Some(ListFrom::After(format!("{}dt={first}", folder.prefix)));
    let mut hours = Hours::new();
    while let Some(start) = from {
        let page = aws.list(folder, &start, 1_000).await?;
        for object in page.objects {
            if object.id.key > end {
                return Ok(hours);
            }
            let hour = object.id.key.get(folder.prefix.len()..).and_then(|rest| rest.strip_prefix("dt="));
            let hour = hour.and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let sums = match hours.get_mut(hour) {
                Some(sums) => sums,
                None => hours.entry(hour.to_owned()).or_default(),
            };
            sums.0 += 1;
            sums.1 += object.size;
        }
        from = page.next;
    }
    Ok(hours)
}

/// What a search that scans so many bytes costs at the list price, in US dollars.
pub fn price(bytes: ByteSize) -> f64 {
    let charged = bytes.bytes().max(LEAST * STATEMENTS);
    charged as f64 / 1e12 * DOLLARS_A_TERABYTE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_costs_two_statements_least_and_much_five_dollars_a_terabyte() {
        assert!((price(ByteSize(0)) - 0.0001).abs() < 1e-9);
        assert!((price(ByteSize(1_000_000_000_000)) - 5.0).abs() < 1e-9);
    }
}
