//! What a plan does, in words, before anything is sent.

use std::collections::BTreeMap;

use super::{MessageOrigin, Plan, PlanItem};
use crate::domain::{Prospect, Reason, ReasonOrigin};

/// SQS takes so many attributes with a message (Amazon SQS developer guide, "Message metadata").
pub(super) const ATTRIBUTE_LIMIT: usize = 10;

/// So many groups of failing items are told one by one.
const GROUPS_SHOWN: usize = 3;

/// The sentences, the most important first.
pub(super) fn of(plan: &Plan) -> Vec<String> {
    let mut effects = vec![destination(plan)];
    effects.extend(plan.resumes.as_ref().map(|id| format!("goes on with {id}: what it never began to send")));
    effects.push(twice(plan));
    effects.extend(failing(plan));
    effects.extend(untold(plan));
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
    let of = |origin| plan.items.iter().filter(|item| item.origin == origin).count();
    let kinds: Vec<String> = [
        (of(MessageOrigin::DeadLetter), "from the failure queue, byte for byte"),
        (of(MessageOrigin::Parked), "from the parked queue, byte for byte"),
        (of(MessageOrigin::Saved), "from a saved file, byte for byte"),
        (of(MessageOrigin::Synthesised), "made anew, encoded as S3 does"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, kind)| format!("{number} {kind}"))
    .collect();
    let queue = plan.queue_url.rsplit('/').next().unwrap_or(&plan.queue_url);
    let verb = if plan.items.len() == 1 { "goes" } else { "go" };
    format!(
        "{} {verb} to {}'s queue {queue}, at most {} a second{}",
        count(plan.items.len(), "message", "messages"),
        plan.consumer,
        plan.rate,
        if kinds.is_empty() { String::new() } else { format!(": {}", kinds.join(", ")) }
    )
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

fn untold(plan: &Plan) -> Option<String> {
    let number =
        plan.items.iter().filter(|item| matches!(item.prospect, Prospect::Untried | Prospect::Untriable(_))).count();
    (number > 0).then(|| format!("{number} could not be tried here: whether they pass is not known"))
}

fn deletion(plan: &Plan) -> Option<String> {
    let has = |origin| plan.items.iter().any(|item| item.origin == origin);
    let queues = match (has(MessageOrigin::DeadLetter), has(MessageOrigin::Parked)) {
        (true, true) => "failure queue and the parked queue",
        (true, false) => "failure queue",
        (false, true) => "parked queue",
        (false, false) => return None,
    };
    Some(format!("messages are deleted from the {queues} once each re-send is acknowledged and journaled"))
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
    let number = plan.items.iter().filter(|item| item.message.attributes.len() >= ATTRIBUTE_LIMIT).count();
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
