//! What a plan does, in words, before anything is sent.

use std::collections::BTreeMap;

use super::{MessageOrigin, Plan, PlanItem};
use crate::domain::{Input, Prospect, Reason, ReasonOrigin};

/// SQS takes so many attributes with a message (Amazon SQS developer guide, "Message metadata").
pub(super) const ATTRIBUTE_LIMIT: usize = 10;

/// So many groups of failing items are told one by one.
const GROUPS_SHOWN: usize = 3;

/// The sentences, the most important first.
pub(super) fn of(plan: &Plan) -> Vec<String> {
    let mut effects = vec![destination(plan)];
    effects.extend(plan.resumes.as_ref().map(|id| format!("goes on with {id}: what it never began to send")));
    effects.extend(reach(plan));
    effects.push(twice(plan));
    effects.extend(pages(plan));
    effects.extend(dropped(plan));
    effects.extend(characters(plan));
    effects.extend(failing(plan));
    effects.extend(untold(plan));
    effects.extend(hidden(plan));
    effects.extend(deletion(plan));
    effects.extend(companions(plan));
    effects.extend(duplicates(plan));
    effects.extend(unmarked(plan));
    if !plan.left_out.is_empty() {
        effects.push(format!("{} left out", count(plan.left_out.len(), "object is", "objects are")));
    }
    effects
}

fn destination(plan: &Plan) -> String {
    let of = |origin| plan.items.iter().filter(|item| item.origin == origin && !item.is_remade).count();
    let how = if plan.input.queue_url().is_some() { "byte for byte" } else { "as the consumer got them" };
    let kinds: Vec<String> = [
        (of(MessageOrigin::DeadLetter), format!("from the failure queue, {how}")),
        (of(MessageOrigin::Parked), format!("from the parked queue, {how}")),
        (of(MessageOrigin::Stored), format!("from objects below the parked prefix, {how}")),
        (of(MessageOrigin::Saved), format!("from a saved file, {how}")),
        (of(MessageOrigin::Synthesised), "made anew, encoded as S3 does".to_owned()),
        (
            plan.items.iter().filter(|item| item.is_remade).count(),
            "made anew, for what lies in the queue does not tell what the consumer got".to_owned(),
        ),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, kind)| format!("{number} {kind}"))
    .collect();
    let verb = if plan.items.len() == 1 { "goes" } else { "go" };
    format!(
        "{} {verb} to {}'s {} {}, at most {} a second{}",
        count(plan.items.len(), "message", "messages"),
        plan.consumer,
        plan.input.kind(),
        plan.input.short(),
        plan.rate,
        if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) }
    )
}

/// Messages made anew because another reader may have had the originals.
fn hidden(plan: &Plan) -> Option<String> {
    let is_made_anew = plan.items.iter().any(|item| item.origin == MessageOrigin::Synthesised);
    (plan.hidden > 0 && is_made_anew).then(|| {
        format!(
            "another reader hid about {} meanwhile: what is made anew may lie in a queue all the same, and stays there",
            count(plan.hidden as usize, "message", "messages"),
        )
    })
}

/// Whoever else gets what goes to a topic.
fn reach(plan: &Plan) -> Option<String> {
    const SHOWN: usize = 5;
    let Input::Topic(_) = plan.input else { return None };
    let more = plan.reaches.len().checked_sub(SHOWN + 1).map(|more| format!("{} more", more + 1));
    let named: Vec<String> = plan.reaches.iter().take(SHOWN).cloned().chain(more).collect();
    let named = if named.is_empty() { "it has none".to_owned() } else { named.join(", ") };
    Some(format!("a topic reaches all of its subscribers, not {} alone: {named}", plan.consumer))
}

fn pages(plan: &Plan) -> Option<String> {
    let window = plan.alert_window?;
    let is_over = |item: &&PlanItem| plan.made.duration_since(item.object.arrived) > window;
    let number = plan.items.iter().filter(is_over).count();
    (number > 0).then(|| {
        format!(
            "{} longer ago than the alert window of {window:#}: what they alert about pages again",
            count(number, "object arrived", "objects arrived")
        )
    })
}

fn dropped(plan: &Plan) -> Option<String> {
    let time = plan.remembers?;
    let number = plan.items.iter().filter(|item| !item.is_made()).count();
    (number > 0).then(|| {
        format!(
            "{} drops events whose sequencer it has seen within {time:#}: {} the one that it had",
            plan.consumer,
            count(number, "message bears", "messages bear")
        )
    })
}

/// Keys that one decoder reads in another way than the next: `+` as a space, `%20` twice.
fn characters(plan: &Plan) -> Option<String> {
    let is_odd = |item: &&PlanItem| {
        let key = &item.object.id.key;
        key.starts_with('/') || key.bytes().any(|byte| matches!(byte, b' ' | b'+' | b'%' | b'&') || !byte.is_ascii())
    };
    let number = plan.items.iter().filter(is_odd).count();
    (number > 0).then(|| {
        format!(
            "{} characters that decoders read differently (space + % & and what is not ASCII): a consumer that does not \
             decode keys as S3 encodes them reads another object",
            count(number, "key has", "keys have")
        )
    })
}

fn twice(plan: &Plan) -> String {
    let before = plan.items.iter().filter(|item| item.was_processed).count();
    let objects = count(before, "object was", "objects were");
    let consumer = &plan.consumer;
    match (plan.is_idempotent, before) {
        (true, 0) => format!("{consumer} is idempotent: an object is indexed once however often it is sent"),
        (true, _) => {
            format!("{consumer} is idempotent: {objects} processed before and will be indexed once all the same")
        }
        (false, 0) => format!("{consumer} is NOT idempotent: whatever it processed before is indexed twice"),
        (false, _) => format!("{consumer} is NOT idempotent: {objects} processed already and would be indexed twice"),
    }
}

fn failing(plan: &Plan) -> Vec<String> {
    let mut groups: BTreeMap<String, usize> = BTreeMap::new();
    for item in &plan.items {
        let text = match &item.prospect {
            Prospect::FailsAgain(reason) => {
                Reason { text: reason.clone(), origin: ReasonOrigin::ParsedHere }.signature()
            }
            Prospect::NoParser => "no parser knows the format".to_owned(),
            Prospect::Gone => "the object is gone".to_owned(),
            _ => continue,
        };
        *groups.entry(text).or_default() += 1;
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    let rest: usize = groups.iter().skip(GROUPS_SHOWN).map(|(_, number)| number).sum();
    let mut lines: Vec<_> = groups
        .into_iter()
        .take(GROUPS_SHOWN)
        .map(|(reason, number)| format!("{number} will fail again: {reason}"))
        .collect();
    if rest > 0 {
        lines.push(format!("{rest} more will fail again, for other reasons"));
    }
    lines
}

fn untold(plan: &Plan) -> Vec<String> {
    let count = |is: fn(&Prospect) -> bool| plan.items.iter().filter(|item| is(&item.prospect)).count();
    let untried = count(|prospect| *prospect == Prospect::Untried);
    let untriable = count(|prospect| matches!(prospect, Prospect::Untriable(_)));
    let tried = plan.items.len() - untried - untriable;
    let mut lines = Vec::new();
    if untriable > 0 {
        lines.push(format!("{untriable} could not be tried here: whether they pass is not known"));
    }
    if untried > 0 && tried > 0 {
        let passing = plan.passing();
        lines.push(format!("{untried} were not tried: of {tried} spread over all of them {passing} pass now"));
    } else if untried > 0 {
        lines.push(format!("{untried} were not tried: whether they pass is not known"));
    }
    lines
}

fn deletion(plan: &Plan) -> Option<String> {
    let has = |origin| plan.items.iter().any(|item| item.origin == origin);
    let places: Vec<&str> = [
        (MessageOrigin::DeadLetter, "the failure queue"),
        (MessageOrigin::Parked, "the parked queue"),
        (MessageOrigin::Stored, "the parked prefix"),
    ]
    .into_iter()
    .filter(|(origin, _)| has(*origin))
    .map(|(_, place)| place)
    .collect();
    let places = (!places.is_empty()).then(|| places.join(" and "))?;
    Some(format!("messages are deleted from {places} once each re-send is acknowledged and journaled"))
}

fn companions(plan: &Plan) -> Option<String> {
    let with: Vec<&PlanItem> = plan.items.iter().filter(|item| !item.companions.is_empty()).collect();
    let others: usize = with.iter().map(|item| item.companions.len()).sum();
    (others > 0).then(|| {
        format!(
            "{} more than one object: {} sent with them",
            count(with.len(), "message names", "messages name"),
            count(others, "further object is", "further objects are"),
        )
    })
}

fn duplicates(plan: &Plan) -> Option<String> {
    let number: usize = plan.items.iter().map(|item| item.duplicates).sum();
    (number > 0).then(|| {
        format!("{} about the same objects stay where they lie", count(number, "further message", "further messages"))
    })
}

fn unmarked(plan: &Plan) -> Option<String> {
    let number = plan.items.iter().filter(|item| item.message.attributes() >= ATTRIBUTE_LIMIT).count();
    (number > 0).then(|| {
        format!(
            "{} {ATTRIBUTE_LIMIT} attributes or more already, the most that SQS takes: sent without the mark of this replay",
            count(number, "message has", "messages have"),
        )
    })
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
