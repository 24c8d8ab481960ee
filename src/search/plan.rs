//! How a search is best done, and doing it.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::scan::{self, Position, Scan, Target, Wanted};
use super::{SearchError, estimate, sql};
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError};
use crate::domain::{
    ByteSize, Hit, Means, ObjectRow, Query, QueryStatus, RequestKind, ScanEstimate, ScanProgress, SearchPlan, Source,
    State, TimeRange,
};
use crate::inventory::{Inventory, Known};

/// Objects that are listed before a search: of more, a scan would be no good answer.
const LISTED: usize = 200_000;

/// A plan, and the objects that it is about.
#[derive(Debug)]
pub struct Prospect {
    /// What it costs.
    pub plan: SearchPlan,
    query: Query,
    /// The newest first.
    targets: Vec<Target>,
    unindexed: Vec<Target>,
}

/// What a search tells while it runs.
#[derive(Debug)]
pub enum News {
    /// Records that match, in no order.
    Hits(Vec<Hit>),
    /// Where Athena's statements stand.
    Athena(QueryStatus),
    /// Where the scan stands.
    Scan(ScanProgress),
    /// An object that could not be read, or not all of it, and why.
    Flaw(String, String),
}

/// How a search has ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ended {
    /// What the statements took.
    pub status: Option<QueryStatus>,
    /// What was scanned.
    pub scanned: Option<ScanProgress>,
    /// Whether more records may match: the limit was reached.
    pub is_cut: bool,
}

/// What a search costs by the index and by a scan, by one listing of the range and its receipts.
pub async fn plan(aws: &Aws, inventory: &Inventory, query: &Query) -> Result<Prospect, Trouble> {
    let profile = inventory.profile();
    let index = match &profile.index {
        None => Err(format!("profile \"{}\" names no index", profile.name)),
        Some(index) => match sql::find(index, query) {
            Ok(_) => Ok(estimate(aws, index, query).await?),
            Err(error @ sql::Unsayable::Unindexed(_)) => Err(error.to_string()),
            Err(error) => return Err(SearchError::from(error).into()),
        },
    };
    let listed = list(inventory, query).await?;
    let mut plan = SearchPlan { index, scan: Ok(listed.all), unindexed: None, indexed_to: None, means: None };
    if listed.is_cut {
        plan.scan = Err(format!("the range holds more than {LISTED} objects"));
    } else if listed.is_observed {
        plan.unindexed = Some(listed.new);
        plan.indexed_to = listed.first_new;
    }
    Ok(Prospect { plan: plan.chosen(), query: query.clone(), targets: listed.targets, unindexed: listed.unindexed })
}

/// The objects of a query's sources and range.
#[derive(Default)]
struct Listed {
    targets: Vec<Target>,
    unindexed: Vec<Target>,
    all: ScanEstimate,
    new: ScanEstimate,
    first_new: Option<Timestamp>,
    /// Whether receipts tell what is in the index.
    is_observed: bool,
    is_cut: bool,
}

async fn list(inventory: &Inventory, query: &Query) -> Result<Listed, AwsError> {
    let profile = inventory.profile();
    let formats = profile.formats.now();
    // Whoever writes receipts writes the index: they are of one worker.
    let indexer = profile.consumers.iter().position(|consumer| consumer.receipts.is_some());
    let mut listed = Listed { is_observed: indexer.is_some(), ..Listed::default() };
    let kept_from = profile.index.as_ref().and_then(|index| index.kept_from(Timestamp::now()));
    let is_wanted = |source: &&Source| query.sources.is_empty() || query.sources.contains(&source.name);
    for source in profile.sources.iter().filter(is_wanted) {
        let mut sink = |rows: Vec<ObjectRow>| {
            for row in rows {
                let state = indexer.and_then(|indexer| row.states.get(indexer));
                let moment = row.time.unwrap_or(row.object.arrived);
                let size = row.object.size;
                let target = Target::of(source, row.object, &formats);
                count(&mut listed.all, size);
                // What is older than the index keeps is not in it any more, whatever the receipt says.
                let is_kept = kept_from.is_none_or(|from| moment >= from);
                if !is_kept || !matches!(state, Some(State::Processed | State::Recovered)) {
                    count(&mut listed.new, size);
                    listed.first_new = Some(listed.first_new.map_or(moment, |first| first.min(moment)));
                    listed.unindexed.push(target.clone());
                }
                listed.targets.push(target);
            }
            listed.is_cut = listed.targets.len() >= LISTED;
            !listed.is_cut
        };
        objects_of(inventory, source, query.range, &mut sink).await?;
        if listed.is_cut {
            break;
        }
    }
    for targets in [&mut listed.targets, &mut listed.unindexed] {
        targets.sort_by_key(|target| std::cmp::Reverse(target.arrived()));
    }
    Ok(listed)
}

/// The objects of a source that may hold records of a range, page by page, until `sink` says false.
pub async fn objects_of(
    inventory: &Inventory,
    source: &Source,
    range: TimeRange,
    mut sink: impl FnMut(Vec<ObjectRow>) -> bool,
) -> Result<(), AwsError> {
    const HOUR: SignedDuration = SignedDuration::from_hours(1);
    let around = |before, after| TimeRange {
        start: range.start.checked_sub(before).unwrap_or(range.start),
        end: range.end.checked_add(after).unwrap_or(range.end),
    };
    // A key tells a day at most, and the events of its object happened around that.
    let late = source.late_after + HOUR;
    let (listed, told) = (around(HOUR * 25, late), around(HOUR, late));
    let may_hold = |row: &ObjectRow| {
        let time = source.layout.time_of(&row.object.id.key);
        time.is_none_or(|time| time.overlaps(told) || told.contains(time.start))
    };
    let wanted = |mut rows: Vec<ObjectRow>| {
        rows.retain(may_hold);
        sink(rows)
    };
    inventory.objects(source, listed, &Known::default(), wanted).await
}

fn count(estimate: &mut ScanEstimate, size: ByteSize) {
    estimate.objects += 1;
    estimate.bytes += size;
    estimate.dollars += RequestKind::Read.dollars_per_million() / 1e6;
}

/// Carries a search out by one means; `tell` hears of what is found and of how far it is. Dropping the future stops what
/// runs, also on the server.
pub async fn carry_out(
    aws: &Aws,
    inventory: &Inventory,
    prospect: Prospect,
    means: Means,
    mut tell: impl FnMut(News),
) -> Result<Ended, Trouble> {
    let Prospect { query, targets, unindexed, .. } = prospect;
    let mut ended = Ended::default();
    // What was listed as not indexed may be by now.
    let mut known = HashSet::new();
    let objects = match means {
        Means::Scan => targets,
        Means::Index => {
            let index = inventory.profile().index.as_ref().ok_or_else(|| Trouble {
                what: "cannot search the index".into(),
                cause: format!("profile \"{}\" names no index", inventory.profile().name),
                hint: Some("add [profiles.NAME.index] to the configuration".into()),
            })?;
            let found = super::search(aws, index, &query, |status| tell(News::Athena(status.clone()))).await?;
            known.extend(found.hits.iter().map(place_of));
            tell(News::Hits(found.hits));
            (ended.status, ended.is_cut) = (Some(found.status), found.is_cut);
            unindexed
        }
    };
    if !objects.is_empty() {
        let scanned = scan(aws, inventory, &query, objects, &known, &mut tell).await?;
        ended.is_cut |= scanned.1;
        ended.scanned = Some(scanned.0);
    }
    Ok(ended)
}

/// Reads objects as they lie; tells whether the limit ended it.
async fn scan(
    aws: &Aws,
    inventory: &Inventory,
    query: &Query,
    targets: Vec<Target>,
    known: &HashSet<(String, String, u64)>,
    tell: &mut impl FnMut(News),
) -> Result<(ScanProgress, bool), Trouble> {
    let wanted = Wanted {
        sources: query.sources.clone(),
        range: Some(query.range),
        formats: inventory.profile().formats.now(),
        ..Wanted::new(query.expression.clone())
    };
    let limit = Some(u64::from(query.limit.max(1)));
    let started = Scan::start(wanted, targets, Some(aws.clone()), limit, Position::default());
    let mut scan = started.map_err(|error| Trouble {
        what: "the scan cannot begin".into(),
        cause: error.to_string(),
        hint: None,
    })?;
    while let Some(batch) = scan.next().await {
        let mut hits = Vec::new();
        for found in batch {
            match found {
                scan::Found::Match(found) => {
                    hits.extend(found.into_hit().filter(|hit| !known.contains(&place_of(hit))));
                }
                scan::Found::Flaw(target, cause) => tell(News::Flaw(target.to_string(), cause)),
                scan::Found::End(..) => {}
            }
        }
        if !hits.is_empty() {
            tell(News::Hits(hits));
        }
        tell(News::Scan(scan.progress()));
    }
    let ended = (scan.progress(), scan.is_limited());
    scan.stop().await;
    Ok(ended)
}

/// What tells a record apart from all others.
fn place_of(hit: &Hit) -> (String, String, u64) {
    (hit.object.bucket.clone(), hit.object.key.clone(), hit.span.start)
}
