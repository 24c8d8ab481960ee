//! Finding out why a search found nothing, by a bounded number of requests.

use jiff::{SignedDuration, Timestamp};

use super::plan::{self, objects_of};
use super::run::query as rows_of;
use super::sql;
use crate::app::request::Trouble;
use crate::aws::Aws;
use crate::domain::why::{Cause, Circumstances, Near, Searched, causes, sought};
use crate::domain::{Index, Pace, Query, TableName, TimeRange, When};
use crate::inventory::Inventory;

/// Objects of a source that are counted.
const COUNTED: u64 = 1_000;

/// Why a search found nothing. Nothing is asked of Athena but for a probe, which reads the terms of the range once, and
/// those of the value 30 days around it.
pub async fn why(
    aws: &Aws,
    inventory: &Inventory,
    query: &Query,
    is_probed: bool,
    now: Timestamp,
) -> Result<Vec<Cause>, Trouble> {
    let mut known = Box::pin(circumstances(aws, inventory, query)).await?;
    if let Some(index) = inventory.profile().index.as_ref().filter(|_| is_probed) {
        probe(aws, index, query, &mut known).await?;
    }
    Ok(causes(query, &known, now))
}

async fn circumstances(aws: &Aws, inventory: &Inventory, query: &Query) -> Result<Circumstances, Trouble> {
    let profile = inventory.profile();
    let mut known = Circumstances::default();
    // A table that cannot be looked at tells nothing, and the search itself has told why.
    let table = match &profile.index {
        Some(index) => {
            let name = TableName { database: index.database.clone(), table: "records".into() };
            aws.table_shape(&name).await.ok()
        }
        None => None,
    };
    let projected = table.as_ref().and_then(|table| table.properties.get("projection.source.values"));
    let is_searched = |name: &String| query.sources.is_empty() || query.sources.contains(name);
    for source in profile.sources.iter().filter(|source| is_searched(&source.name)) {
        let mut objects = 0;
        let counting = objects_of(inventory, source, query.range, |rows| {
            objects += rows.len() as u64;
            objects < COUNTED
        });
        counting.await?;
        // Whoever may list a bucket need not be allowed to read its rules.
        let rules = aws.lifecycle(&source.bucket).await.unwrap_or_default();
        let days = rules.iter().filter(|rule| rule.applies_to(&source.layout)).filter_map(|rule| match rule.expires {
            Some(When::Days(days)) => Some(i64::from(days)),
            _ => None,
        });
        known.sources.push(Searched {
            name: source.name.clone(),
            objects,
            has_no_format: source.format.is_none(),
            is_outside_table: projected
                .is_some_and(|values| !values.split(',').any(|value| value.trim() == source.name)),
            kept_days: days.min(),
        });
    }
    for consumer in &profile.consumers {
        let mut counts = [0, 0];
        for (count, url) in counts.iter_mut().zip([&consumer.dead_letter_url, &consumer.parked_url]) {
            if let Some(url) = url {
                let state = aws.queue_state(url).await?;
                *count = state.visible + state.in_flight + state.delayed;
            }
        }
        known.waiting.push((consumer.name.clone(), counts[0], counts[1]));
    }
    let plan = Box::pin(plan::plan(aws, inventory, query, Pace::default())).await?.plan;
    if plan.index.is_ok() {
        (known.unindexed, known.indexed_to) = (plan.unindexed, plan.indexed_to);
    }
    Ok(known)
}

async fn probe(aws: &Aws, index: &Index, query: &Query, known: &mut Circumstances) -> Result<(), Trouble> {
    const AROUND: SignedDuration = SignedDuration::from_hours(30 * 24);
    let Some((_, sought)) = sought(&query.expression) else { return Ok(()) };
    // What was left out may be what has it.
    let everywhere = Query { sources: Vec::new(), ..query.clone() };
    let sql = sql::near(index, &everywhere, &sought).map_err(super::SearchError::from)?;
    let (table, _) = rows_of(aws, index, &sql).await?;
    for row in &table.rows {
        if let [Some(term), Some(field), Some(source)] = row.as_slice() {
            known.near.push(Near { term: term.clone(), field: field.clone(), source: source.clone() });
        }
    }
    let range = TimeRange {
        start: query.range.start.checked_sub(AROUND).unwrap_or(query.range.start),
        end: query.range.end.checked_add(AROUND).unwrap_or(query.range.end),
    };
    let sql = sql::times(index, &Query { range, ..query.clone() }, &sought).map_err(super::SearchError::from)?;
    let (table, _) = rows_of(aws, index, &sql).await?;
    if let Some([Some(first), Some(last)]) = table.rows.first().map(Vec::as_slice)
        && let (Ok(start), Ok(end)) = (super::candidates::moment(first), super::candidates::moment(last))
    {
        known.elsewhere = Some(TimeRange { start, end });
    }
    Ok(())
}
