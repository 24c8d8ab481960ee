//! The failure or the group that an address names: the cursor goes there once it is listed, and its reason known.

use super::super::Model;
use super::{FailureRow, Failures, GroupKey, RowKey, name};
use crate::domain::{ObjectId, Reason};

/// What the cursor is to go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::app) enum Wanted {
    /// The failure of an object.
    Object(ObjectId),
    /// The group with a reason, its numbers folded.
    Reason(String),
}

impl Failures {
    /// What is under the cursor, where somebody has chosen it: on the first row it is the worst group, whichever that
    /// becomes.
    pub(in crate::app) fn chosen(&self) -> Option<Wanted> {
        if self.cursor.at == 0 {
            return None;
        }
        match self.rows().into_iter().nth(self.cursor.at)? {
            FailureRow::Group(group) => group.key.signature.map(Wanted::Reason),
            FailureRow::Item(index) => self.all[index].object.clone().map(Wanted::Object),
        }
    }

    /// Has the cursor go to a failure or a group, now or when it is known.
    pub(in crate::app) fn seek(&mut self, wanted: Wanted) {
        if self.chosen().as_ref() != Some(&wanted) {
            self.wanted = Some(wanted);
        }
    }

    /// Has the cursor held on what is wanted, where that is known by now.
    pub(super) fn hold_wanted(&mut self) {
        let found = match &self.wanted {
            None => return,
            Some(Wanted::Object(id)) => self.all.iter().find(|failure| failure.object.as_ref() == Some(id)),
            Some(Wanted::Reason(reason)) => {
                self.all.iter().find(|failure| failure.reason.as_ref().map(Reason::signature).as_ref() == Some(reason))
            }
        };
        let Some(failure) = found else { return };
        let (group, message) = (GroupKey::of(failure), name(failure));
        let is_object = matches!(self.wanted, Some(Wanted::Object(_)));
        if is_object {
            self.open.insert(group.clone());
        }
        self.held = Some(RowKey { group, message: is_object.then_some(message) });
        self.wanted = None;
    }
}

/// The failures are listed: says so where the object that an address names is not among them.
pub(super) fn listed(model: &mut Model) {
    if let Some(Wanted::Object(id)) = &model.failures.wanted
        && model.failures.all.iter().all(|failure| failure.object.as_ref() != Some(id))
    {
        let what = format!("{id} is not among the failures");
        model.failures.wanted = None;
        model.warn(what, "it has recovered since, or never failed", None);
    }
}
