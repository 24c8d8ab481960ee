//! How a search is best done, and doing it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

use super::scan::{self, Position, Scan, Target, Wanted};
use super::{SearchError, estimate, minerva, raw, recent, sql};
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError};
use crate::domain::pace::{Run, Work};
use crate::domain::{
    ByteSize, Cost, Hit, Means, ObjectRow, Pace, Query, QueryStatus, RequestKind, ScanEstimate, ScanProgress,
    SearchEnd, SearchPlan, Source, State, TimeRange,
};
use crate::inventory::Inventory;

/// Objects that are listed before a search: of more, a scan would be no good answer.
const LISTED: usize = 200_000;

/// A plan, and the objects that it is about.
#[derive(Debug)]
pub struct Prospect {
    /// What it costs.
    pub plan: SearchPlan,
    query: Query,
    /// What the index is asked for; the rest is read as it lies.
    indexed: TimeRange,
    /// The newest first.
    targets: Vec<Target>,
    /// Those that are read beside the index.
    beside: Vec<Target>,
    made: Instant,
}

impl Prospect {
    /// Whether it is of this query, and not older than what its listing is good for.
    pub fn is_of(&self, query: &Query) -> bool {
        const GOOD_FOR: std::time::Duration = std::time::Duration::from_mins(5);
        self.query == *query && self.made.elapsed() < GOOD_FOR
    }
}

/// What tells a record apart from all others.
type Place = (String, String, u64);

/// A scan that stands somewhere.
#[derive(Debug)]
pub struct Rest {
    query: Query,
    targets: Vec<Target>,
    /// Records that were found by other means.
    known: HashSet<Place>,
    position: Position,
}

/// Where the last scan left what it has not read: it was stopped, or its limit was reached.
#[derive(Debug, Clone, Default)]
pub struct Left(Arc<Mutex<Option<Rest>>>);

impl Left {
    /// What going on with the search for this costs at most; nothing where nothing is left of it.
    pub fn most(&self, query: &Query) -> Option<Cost> {
        let slot = self.slot();
        let rest = slot.as_ref().filter(|rest| rest.query == *query)?;
        let mut most = ScanEstimate::default();
        for target in rest.targets.iter().filter(|target| !rest.position.is_through(target)) {
            count(&mut most, target.size());
        }
        Some(Cost { dollars: most.dollars, bytes: most.bytes })
    }

    /// What is left of the search for this, which nobody else goes on with then.
    pub fn take(&self, query: &Query) -> Option<Rest> {
        self.slot().take_if(|rest| rest.query == *query)
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<Rest>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
    /// Whether the scan can go on where it stands.
    pub can_go_on: bool,
    /// What its parts took.
    pub runs: Vec<Run>,
}

impl Ended {
    /// What it cost, at list prices, and how it ended.
    pub fn told(&self, took: std::time::Duration) -> SearchEnd {
        let index =
            self.status.as_ref().map(|status| Cost { dollars: estimate::price(status.scanned), bytes: status.scanned });
        let scan = self.scanned.map(|scan| Cost { dollars: requests(scan.objects), bytes: ByteSize(scan.stored) });
        let cost = index.unwrap_or_default() + scan.unwrap_or_default();
        SearchEnd { took, cost, is_cut: self.is_cut, can_go_on: self.can_go_on }
    }
}

/// What a search costs by each means, by one listing of the range and its receipts, where searches are so fast.
pub async fn plan(aws: &Aws, inventory: &Inventory, query: &Query, pace: Pace) -> Result<Prospect, Trouble> {
    let profile = inventory.profile();
    let mut hours = estimate::Hours::new();
    let index = match &profile.index {
        None => Err(format!("profile \"{}\" names no index", profile.name)),
        Some(index) => match sql::find(index, query) {
            Ok(_) => {
                hours = estimate::hours(aws, index, query).await?;
                Ok(estimate::told(index, query, &hours)?)
            }
            Err(error @ sql::Unsayable::Unindexed(_)) => Err(error.to_string()),
            Err(error) => return Err(SearchError::from(error).into()),
        },
    };
    let mut listed = list(inventory, query).await?;
    let (targets, known): (Vec<Target>, Vec<Known>) = std::mem::take(&mut listed.objects).into_iter().unzip();
    let beyond = || format!("the range holds more than {LISTED} objects");
    let (raw, minerva) = if listed.is_cut {
        (Err(beyond()), Err(beyond()))
    } else {
        tokio::join!(Box::pin(raw::offer(aws, profile, query, &targets)), Box::pin(minerva::offer(aws, profile, query)))
    };
    let mut plan = SearchPlan {
        index,
        raw,
        minerva,
        scan: Ok(listed.all),
        unindexed: None,
        recent: None,
        indexed_to: None,
        means: None,
        pace,
    };
    let mut indexed = query.range;
    if listed.is_cut {
        plan.scan = Err(beyond());
    } else if listed.is_observed {
        plan.unindexed = Some(listed.new);
        plan.indexed_to = listed.first_new;
        plan.recent = recent::split(query.range, &hours, &listed.indexed, &pace);
        if let (Some((from, _)), Some(index), Ok(estimate)) = (plan.recent, &profile.index, &mut plan.index) {
            indexed.end = from;
            *estimate = estimate::told(index, &Query { range: indexed, ..query.clone() }, &hours)?;
        }
    }
    let from = plan.recent.map(|(from, _)| from);
    let is_beside = |one: &Known| !one.is_indexed || from.is_some_and(|from| recent::may_hold(one.end, from));
    let beside = targets.iter().zip(&known).filter(|(_, known)| is_beside(known)).map(|(target, _)| target.clone());
    let beside = beside.collect();
    Ok(Prospect { plan: plan.chosen(), query: query.clone(), indexed, targets, beside, made: Instant::now() })
}

/// What is known of an object of the range.
struct Known {
    /// The end of the time that its key tells.
    end: Option<Timestamp>,
    is_indexed: bool,
}

/// The objects of a query's sources and range.
#[derive(Default)]
struct Listed {
    /// The newest first.
    objects: Vec<(Target, Known)>,
    indexed: recent::Objects,
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
                let end = source.layout.time_of(&row.object.id.key).map(|told| told.end);
                let target = Target::of(source, row.object, &formats);
                count(&mut listed.all, size);
                // What is older than the index keeps is not in it any more, whatever the receipt says.
                let is_kept = kept_from.is_none_or(|from| moment >= from);
                let is_indexed = is_kept && matches!(state, Some(State::Processed | State::Recovered));
                if is_indexed {
                    let mut one = ScanEstimate::default();
                    count(&mut one, size);
                    listed.indexed.add(end, one);
                } else {
                    count(&mut listed.new, size);
                    listed.first_new = Some(listed.first_new.map_or(moment, |first| first.min(moment)));
                }
                listed.objects.push((target, Known { end, is_indexed }));
            }
            listed.is_cut = listed.objects.len() >= LISTED;
            !listed.is_cut
        };
        objects_of(inventory, source, query.range, &mut sink).await?;
        if listed.is_cut {
            break;
        }
    }
    listed.objects.sort_by_key(|(target, _)| std::cmp::Reverse(target.arrived()));
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
    inventory.objects(source, listed, &crate::inventory::Known::default(), wanted).await
}

fn count(estimate: &mut ScanEstimate, size: ByteSize) {
    estimate.objects += 1;
    estimate.bytes += size;
    estimate.dollars += requests(1);
}

/// What so many GET requests cost.
pub(super) fn requests(count: u64) -> f64 {
    count as f64 * RequestKind::Read.dollars_per_million() / 1e6
}

/// Carries a search out by one means; `tell` hears of what is found and of how far it is. Dropping the future stops what
/// runs, also on the server. What a scan has not read then is left in `left`.
pub async fn carry_out(
    aws: &Aws,
    inventory: &Inventory,
    prospect: Prospect,
    means: Means,
    left: &Left,
    mut tell: impl FnMut(News),
) -> Result<Ended, Trouble> {
    let Prospect { plan, query, indexed, targets, beside, .. } = prospect;
    *left.slot() = None;
    let mut ended = Ended::default();
    // What was listed as not indexed may be by now.
    let mut known = HashSet::new();
    let targets = match means {
        Means::Scan => targets,
        Means::Raw | Means::Minerva => {
            let offer = plan.offer(means).map_err(|cause| Trouble {
                what: format!("cannot search by {}", means.name()),
                cause: cause.to_owned(),
                hint: None,
            })?;
            let sql = offer.sql.unwrap_or_default();
            let telling = |status: &QueryStatus| tell(News::Athena(status.clone()));
            let profile = inventory.profile();
            let (found, status) = match means {
                Means::Raw => Box::pin(raw::candidates(aws, profile, sql, targets, telling)).await?,
                _ => Box::pin(minerva::candidates(aws, profile, sql, targets, telling)).await?,
            };
            ended.status = Some(status);
            found
        }
        Means::Index => {
            let index = inventory.profile().index.as_ref().ok_or_else(|| Trouble {
                what: "cannot search the index".into(),
                cause: format!("profile \"{}\" names no index", inventory.profile().name),
                hint: Some("add [profiles.NAME.index] to the configuration".into()),
            })?;
            let (began, asked) = (Instant::now(), Query { range: indexed, ..query.clone() });
            let found =
                Box::pin(super::search(aws, index, &asked, |status| tell(News::Athena(status.clone())))).await?;
            if let Ok(estimate) = &plan.index {
                ended.runs.push(Run {
                    by: Work::Statements,
                    files: estimate.objects,
                    bytes: estimate.bytes,
                    seconds: began.elapsed().as_secs_f64(),
                });
            }
            known.extend(found.hits.iter().map(place_of));
            tell(News::Hits(found.hits));
            (ended.status, ended.is_cut) = (Some(found.status), found.is_cut);
            beside
        }
    };
    if !targets.is_empty() {
        let rest = Rest { query, targets, known, position: Position::default() };
        let began = Instant::now();
        let (scanned, is_limited) = Box::pin(scan(aws, inventory, rest, left, &mut tell)).await?;
        ended.is_cut |= is_limited;
        ended.can_go_on = is_limited;
        ended.scanned = Some(scanned);
        ended.runs.push(run_of(&scanned, began));
    }
    Ok(ended)
}

/// Goes on with a scan where it stands, for as many records as it was begun for; otherwise as [`carry_out`].
pub async fn go_on(
    aws: &Aws,
    inventory: &Inventory,
    rest: Rest,
    left: &Left,
    mut tell: impl FnMut(News),
) -> Result<Ended, Trouble> {
    let began = Instant::now();
    let (scanned, is_limited) = scan(aws, inventory, rest, left, &mut tell).await?;
    let runs = vec![run_of(&scanned, began)];
    Ok(Ended { status: None, scanned: Some(scanned), is_cut: is_limited, can_go_on: is_limited, runs })
}

fn run_of(scanned: &ScanProgress, began: Instant) -> Run {
    Run {
        by: Work::Scan,
        files: scanned.objects,
        bytes: ByteSize(scanned.stored),
        seconds: began.elapsed().as_secs_f64(),
    }
}

/// A scan whose rest is left behind when it is dropped.
struct Leaving<'a> {
    scan: Scan,
    /// Nothing once all is read.
    rest: Option<Rest>,
    left: &'a Left,
}

impl Leaving<'_> {
    /// Whether a record was not found by other means already.
    fn is_new(&self, hit: &Hit) -> bool {
        self.rest.as_ref().is_none_or(|rest| !rest.known.contains(&place_of(hit)))
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if let Some(rest) = self.rest.take() {
            *self.left.slot() = Some(Rest { position: self.scan.position().clone(), ..rest });
        }
    }
}

/// Reads objects as they lie; tells whether the limit ended it.
async fn scan(
    aws: &Aws,
    inventory: &Inventory,
    rest: Rest,
    left: &Left,
    tell: &mut impl FnMut(News),
) -> Result<(ScanProgress, bool), Trouble> {
    let wanted = Wanted {
        sources: rest.query.sources.clone(),
        range: Some(rest.query.range),
        formats: inventory.profile().formats.now(),
        ..Wanted::new(rest.query.expression.clone())
    };
    let limit = Some(u64::from(rest.query.limit.max(1)));
    let (targets, position) = (rest.targets.clone(), rest.position.clone());
    let scan = Scan::start(wanted, targets, Some(aws.clone()), limit, position).map_err(|error| Trouble {
        what: "the scan cannot begin".into(),
        cause: error.to_string(),
        hint: None,
    })?;
    let mut leaving = Leaving { scan, rest: Some(rest), left };
    while let Some(batch) = leaving.scan.next().await {
        let mut hits = Vec::new();
        for found in batch {
            match found {
                scan::Found::Match(found) => hits.extend(found.into_hit().filter(|hit| leaving.is_new(hit))),
                scan::Found::Flaw(target, cause) => tell(News::Flaw(target.to_string(), cause)),
                scan::Found::End(..) => {}
            }
        }
        if !hits.is_empty() {
            tell(News::Hits(hits));
        }
        tell(News::Scan(leaving.scan.progress()));
    }
    let ended = (leaving.scan.progress(), leaving.scan.is_limited());
    if !ended.1 {
        leaving.rest = None;
    }
    Ok(ended)
}

fn place_of(hit: &Hit) -> Place {
    (hit.object.bucket.clone(), hit.object.key.clone(), hit.span.start)
}
