//! The restore of archived objects: what it would be about is looked at, priced, and asked for only once confirmed.

use super::{Model, ObjectId, Topic};
use crate::app::Popup;
use crate::app::request::{Request, Trouble};
use crate::command::Command;
use crate::domain::restore::{Asked, Candidate, Restoring, Tier};
use crate::domain::size::counted;
use crate::domain::{Object, Shown};

/// Objects that are looked at, one by one, before a restore; S3 Batch Operations is for more.
const LIMIT: usize = 1_000;
/// Days that a copy stays where none are named.
const DAYS: u16 = 7;

/// A restore before it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Restore {
    /// How many objects were chosen.
    pub chosen: usize,
    /// What is known of them so far.
    pub candidates: Vec<Candidate>,
    /// How fast.
    pub tier: Tier,
    /// How long the copies stay.
    pub days: u16,
    /// Whether all that were chosen have been looked at.
    pub is_known: bool,
    /// Why not all could be looked at.
    pub trouble: Option<Trouble>,
    /// Whether that was on the screen: what was not seen is not confirmed.
    is_painted: bool,
}

impl Restore {
    /// The archived objects that nothing was asked for yet.
    pub fn archived(&self) -> impl Iterator<Item = &Object> {
        let is_archived = |candidate: &&Candidate| candidate.restoring == Some(Restoring::Archived);
        self.candidates.iter().filter(is_archived).map(|candidate| &candidate.object)
    }

    /// Why it cannot be asked for; none where it can.
    pub fn hindrance(&self, is_read_only: bool) -> Option<&'static str> {
        if is_read_only {
            Some("the profile is read-only")
        } else if !self.is_known {
            Some("the objects are being looked at")
        } else if self.archived().next().is_none() {
            Some("nothing here waits in an archive")
        } else if self.tier == Tier::Expedited && self.archived().any(Object::is_deep) {
            Some("DEEP_ARCHIVE knows no expedited restore: `:restore standard`")
        } else {
            None
        }
    }
}

/// `restore [TIER] [DAYS]`: of what is marked, else of what is under the cursor.
pub(super) fn run(model: &mut Model, argument: &str) {
    let (mut tier, mut days) = (Tier::default(), DAYS);
    for word in argument.split_whitespace() {
        match (Tier::ALL.into_iter().find(|tier| tier.name() == word.to_lowercase()), word.parse()) {
            (Some(named), _) => tier = named,
            (None, Ok(number @ 1..=3_650)) => days = number,
            _ => {
                let what = format!("\"{}\" is neither a tier nor a number of days", Shown::new(word));
                return model.warn(
                    what,
                    "",
                    Some("as `:restore bulk 7`, `:restore standard 3`, `:restore expedited 1`"),
                );
            }
        }
    }
    let objects = model.objects.chosen();
    if objects.is_empty() {
        return model.warn("nothing to restore", "no object is under the cursor", None);
    }
    if objects.len() > LIMIT {
        let cause = format!("{} objects are more than {}", counted(objects.len()), counted(LIMIT));
        return model.warn("nothing to restore", cause, Some("S3 Batch Operations restores by a manifest"));
    }
    model.popup = Some(Popup::Restore(Box::new(Restore {
        chosen: objects.len(),
        candidates: Vec::new(),
        tier,
        days,
        is_known: false,
        trouble: None,
        is_painted: false,
    })));
    model.desk.ask(Topic::Restore, Request::Restoring { objects });
}

fn shown(model: &mut Model) -> Option<&mut Restore> {
    match &mut model.popup {
        Some(Popup::Restore(restore)) => Some(restore),
        _ => None,
    }
}

/// One more object was looked at.
pub(in crate::app) fn answered(model: &mut Model, candidate: Candidate) {
    if let Some(restore) = shown(model) {
        restore.candidates.push(candidate);
    }
}

/// Requests were made.
pub(in crate::app) fn asked(model: &mut Model, asked: &Asked, takes: &str) {
    if asked.done > 0 {
        let what = format!("{} restores asked for · {}", counted(asked.done), asked.bytes);
        model.note_with(what, &format!("{takes}; `restore` shows how far they are"));
    }
    if let Some(first) = asked.failed.first() {
        let rest = asked.failed.len() - 1;
        let rest = if rest > 0 { format!("; and {rest} more") } else { String::new() };
        model.warn(format!("{} restores were refused", counted(asked.failed.len())), format!("{first}{rest}"), None);
    }
}

pub(in crate::app) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if let Some(restore) = shown(model) {
        (restore.is_known, restore.trouble) = (trouble.is_none(), trouble);
    }
}

/// A frame has shown what would be asked for.
pub(in crate::app) fn painted(model: &mut Model) {
    if let Some(restore) = shown(model) {
        restore.is_painted = restore.is_known;
    }
}

/// Commands of the question.
pub(in crate::app) fn decide(model: &mut Model, command: Command) {
    match command {
        Command::Confirm => confirm(model),
        Command::Cancel => {
            model.popup = None;
            model.desk.cancel(Topic::Restore);
        }
        _ => {}
    }
}

fn confirm(model: &mut Model) {
    let is_read_only = model.profile.is_read_only;
    let Some(restore) = shown(model).filter(|restore| restore.is_painted) else { return };
    if restore.hindrance(is_read_only).is_some() {
        return;
    }
    let objects: Vec<ObjectId> = restore.archived().map(|object| object.id.clone()).collect();
    let (tier, days) = (restore.tier, restore.days);
    model.popup = None;
    model.desk.ask(Topic::Restore, Request::Restore { objects, tier, days });
}
