//! The pipeline screen: what stands behind the buckets, how much waits where, and what is odd.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::request::{Request, Trouble};
use super::{Cursor, Model, Screen, Topic, refresh};
use crate::command::Command;
use crate::domain::discovery::oddities::Oddity;
use crate::domain::discovery::tree::{Branch, BranchKind, Known, tree};
use crate::domain::{Discovered, QueueRole, QueueStatus, State};

/// The pipeline screen.
#[derive(Debug, Default)]
pub struct Pipeline {
    /// The configured queues, in the order consumer, role.
    pub queues: Vec<QueueStatus>,
    /// What was found behind the buckets.
    pub found: Option<Box<Discovered>>,
    /// When.
    pub found_at: Option<Timestamp>,
    /// The line that is looked at.
    pub cursor: Cursor,
    /// Why the queues could not be asked.
    pub trouble: Option<Trouble>,
    /// Why nobody could look behind the buckets.
    pub undiscovered: Option<Trouble>,
}

/// The lines of the screen, and what is odd.
pub fn lines(model: &Model) -> (Vec<Branch>, Vec<Oddity>) {
    let unknown = if model.is_asking(Topic::Queues) || model.is_asking(Topic::Discovery) { "…" } else { "not known" };
    let oldest = oldest(model);
    let known =
        Known { profile: &model.profile, queues: &model.pipeline.queues, oldest: &oldest, now: model.now, unknown };
    tree(model.pipeline.found.as_deref(), known)
}

/// Since when the oldest of the messages that were seen lies in a consumer's failure and parked queues: SQS itself does
/// not tell.
fn oldest(model: &Model) -> BTreeMap<(String, QueueRole), Timestamp> {
    let mut oldest = BTreeMap::new();
    for failure in &model.failures.all {
        let role = match failure.state {
            State::Failed => QueueRole::DeadLetter,
            State::Parked => QueueRole::Parked,
            _ => continue,
        };
        if let Some(sent) = failure.message().and_then(|message| message.sent) {
            let held = oldest.entry((failure.consumer.clone(), role)).or_insert(sent);
            *held = sent.min(*held);
        }
    }
    oldest
}

pub(super) fn ask(model: &mut Model) {
    model.desk.ask(Topic::Queues, Request::Queues);
}

/// The screen is shown.
pub(super) fn enter(model: &mut Model) {
    ask(model);
    if model.pipeline.found.is_none() && !model.is_asking(Topic::Discovery) {
        discover(model);
    }
}

/// Everything is asked again.
pub(super) fn refresh(model: &mut Model) {
    ask(model);
    discover(model);
}

/// Whether what was found is as old as that.
pub(super) fn is_due(model: &Model, every: SignedDuration) -> bool {
    let is_old = model.pipeline.found_at.is_some_and(|at| model.now.duration_since(at) >= every);
    is_old && !model.is_asking(Topic::Discovery)
}

pub(super) fn discover(model: &mut Model) {
    model.desk.ask(Topic::Discovery, Request::Discover);
}

pub(super) fn answered(model: &mut Model, queues: Vec<QueueStatus>) {
    refresh::depths(model, &queues);
    model.pipeline.trouble = None;
    model.pipeline.queues = queues;
}

pub(super) fn discovered(model: &mut Model, found: Discovered) {
    // Lines may come and go above the one that is looked at.
    let before = selected(model);
    model.pipeline.found_at = Some(model.now);
    model.pipeline.undiscovered = None;
    model.pipeline.found = Some(Box::new(found));
    let (lines, _) = lines(model);
    let same =
        |line: &&Branch| before.as_ref().is_some_and(|before| (line.kind, &line.name) == (before.kind, &before.name));
    if let Some(at) = lines.iter().position(|line| same(&line)).filter(|_| model.pipeline.cursor.at > 0) {
        model.pipeline.cursor.at = at;
    }
}

fn selected(model: &Model) -> Option<Branch> {
    lines(model).0.into_iter().nth(model.pipeline.cursor.at)
}

pub(super) fn run(model: &mut Model, command: Command) {
    match command {
        Command::Open => {
            let kind = selected(model).map(|line| line.kind);
            let is_keys = matches!(kind, Some(BranchKind::Bucket | BranchKind::Keys | BranchKind::Untold));
            model.go(if is_keys { Screen::Sources } else { Screen::Failures });
        }
        Command::Copy | Command::CopyUri => {
            if let Some(line) = selected(model) {
                super::run::copy(model, if line.place.is_empty() { line.name } else { line.place });
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
