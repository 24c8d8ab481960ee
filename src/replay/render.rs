//! A plan for people and for programs: what `scops replay --dry-run` prints.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::domain::size::plural;
use crate::domain::{
    ByteSize, InIndex, MessageOrigin, Plan, PlanItem, PlanItemState, Prospect, Reason, ReasonOrigin, ReplaySummary,
    Shown,
};

/// Objects of one group that are named; the JSON has all of them.
const NAMED: usize = 20;

/// Writes the plan for people: effects, groups of objects by what becomes of them, what is left out, and the hash.
pub fn text(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let total = plan.items.len();
    writeln!(out, "plan {}", plan.hash)?;
    writeln!(
        out,
        "  {}, {}, to {} at {} a second at most; {} pass now",
        plural(total, "object"),
        plan.bytes(),
        Shown::new(&plan.consumer),
        plan.rate,
        plan.passing(),
    )?;
    writeln!(out, "effects")?;
    for effect in &plan.effects {
        writeln!(out, "  {}", Shown::new(effect))?;
    }
    for (group, items) in groups(plan) {
        writeln!(out, "{group} ({})", items.len())?;
        for item in items.iter().take(NAMED) {
            let size = item.object.size;
            writeln!(out, "  {:<11} {size:>8}  {}", origin(item.origin), Shown::new(item.object.id.to_string()))?;
        }
        if items.len() > NAMED {
            writeln!(out, "  … and {} more", items.len() - NAMED)?;
        }
    }
    if !plan.left_out.is_empty() {
        writeln!(out, "left out ({})", plan.left_out.len())?;
        for (object, cause) in plan.left_out.iter().take(NAMED) {
            writeln!(out, "  {}: {}", Shown::new(object), Shown::new(cause))?;
        }
        if plan.left_out.len() > NAMED {
            writeln!(out, "  … and {} more", plan.left_out.len() - NAMED)?;
        }
    }
    Ok(())
}

/// Writes the plan as one JSON object and a line feed, with the exact message of each item.
pub fn json(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Printed<'p> {
        plan: &'p str,
        consumer: &'p str,
        destination: &'p str,
        is_idempotent: bool,
        rate: u32,
        made: jiff::Timestamp,
        count: usize,
        bytes: ByteSize,
        passing: usize,
        effects: &'p [String],
        items: Vec<Value>,
        left_out: Vec<Value>,
    }
    let item = |item: &PlanItem| {
        serde_json::json!({
            "object": item.object.id.to_string(),
            "version": item.object.id.version,
            "size": item.object.size,
            "etag": item.object.etag,
            "arrived": item.object.arrived,
            "origin": item.origin,
            "prospect": item.prospect,
            "was_processed": item.was_processed,
            "companions": item.companions.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "message": item.message.unpack(),
        })
    };
    let printed = Printed {
        plan: &plan.hash,
        consumer: &plan.consumer,
        destination: plan.input.place(),
        is_idempotent: plan.is_idempotent,
        rate: plan.rate,
        made: plan.made,
        count: plan.items.len(),
        bytes: plan.bytes(),
        passing: plan.passing(),
        effects: &plan.effects,
        items: plan.items.iter().map(item).collect(),
        left_out: plan
            .left_out
            .iter()
            .map(|(object, cause)| serde_json::json!({ "object": object, "cause": cause }))
            .collect(),
    };
    serde_json::to_writer(&mut *out, &printed)?;
    writeln!(out)
}

/// Writes how a replay stands: its counts, and each object that is not proven recovered, or cannot be searched once,
/// with its state.
pub fn summary(summary: &ReplaySummary, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "{}: {} of {} sent, {} refused, {} unknown, {} recovered",
        summary.id, summary.sent, summary.total, summary.refused, summary.unknown, summary.recovered
    )?;
    if let Some(indexed) = &summary.indexed {
        writeln!(out, "in the index: {}", Shown::new(indexed.told()))?;
    }
    for (index, (object, state)) in summary.items.iter().enumerate() {
        let found = summary.indexed.as_ref().and_then(|indexed| indexed.of(index));
        let state = match state {
            PlanItemState::Recovered => match found {
                Some(found @ (InIndex::Missing | InIndex::Twice)) => format!("recovered, but {}", found.told()),
                Some(InIndex::Searchable) | None => continue,
            },
            PlanItemState::Waiting => "not sent".to_owned(),
            PlanItemState::Intended => "unknown: sending was begun, its outcome is not in the journal".to_owned(),
            PlanItemState::Sent => "sent, not watched".to_owned(),
            PlanItemState::NotSent(reason) => format!("not sent: {reason}"),
            PlanItemState::FailedAgain(reason) => format!("failed again: {reason}"),
            PlanItemState::Unconfirmed => "sent, no outcome within the limit".to_owned(),
        };
        writeln!(out, "  {}: {}", Shown::new(object.to_string()), Shown::new(state))?;
    }
    Ok(())
}

/// The items by what the preflight says of them, the largest group first.
fn groups(plan: &Plan) -> Vec<(String, Vec<&PlanItem>)> {
    let mut groups: BTreeMap<String, Vec<&PlanItem>> = BTreeMap::new();
    for item in &plan.items {
        groups.entry(prospect(&item.prospect)).or_default().push(item);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, items)| std::cmp::Reverse(items.len()));
    groups
}

fn prospect(prospect: &Prospect) -> String {
    match prospect {
        Prospect::Untried => "not tried here".to_owned(),
        Prospect::Passes { .. } => "passes now".to_owned(),
        Prospect::FailsAgain(text) => {
            let reason = Reason { text: text.clone(), origin: ReasonOrigin::ParsedHere };
            format!("will fail again: {}", Shown::new(reason.signature()))
        }
        Prospect::NoParser => "no parser knows its format".to_owned(),
        Prospect::Gone => "gone".to_owned(),
        Prospect::Untriable(cause) => format!("could not be tried: {}", Shown::new(cause)),
    }
}

fn origin(origin: MessageOrigin) -> &'static str {
    match origin {
        MessageOrigin::DeadLetter => "original",
        MessageOrigin::Parked => "parked",
        MessageOrigin::Stored => "stored",
        MessageOrigin::Saved => "saved",
        MessageOrigin::Synthesised => "made anew",
    }
}
