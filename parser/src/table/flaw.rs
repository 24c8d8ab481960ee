//! What is wrong with a part of a table.

use std::borrow::Cow;

use crate::codec::Damage;
use crate::fault::FaultKind;

/// What is wrong with a value, a page or a block, before it is told where that stands.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    pub kind: FaultKind,
    pub reason: Cow<'static, str>,
}

impl Flaw {
    pub(super) fn new(kind: FaultKind, reason: impl Into<Cow<'static, str>>) -> Self {
        Flaw { kind, reason: reason.into() }
    }

    pub(super) fn limit(reason: impl Into<Cow<'static, str>>) -> Self {
        Flaw::new(FaultKind::Limit, reason)
    }

    pub(super) fn unsupported(reason: impl Into<Cow<'static, str>>) -> Self {
        Flaw::new(FaultKind::Unsupported, reason)
    }

    /// The damage that this is to an object, with the place in front.
    pub(super) fn at(&self, place: impl std::fmt::Display) -> Damage {
        Damage { kind: self.kind, reason: format!("{place}: {}", self.reason), is_lossy: true }
    }
}

/// Most flaws are bytes that no writer leaves.
impl From<&'static str> for Flaw {
    fn from(reason: &'static str) -> Self {
        Flaw::new(FaultKind::Corrupt, reason)
    }
}

impl From<String> for Flaw {
    fn from(reason: String) -> Self {
        Flaw::new(FaultKind::Corrupt, reason)
    }
}

/// Parts of an object that were passed over: the first is told, the others are counted.
#[derive(Debug, Default)]
pub(super) struct Losses {
    first: Option<Damage>,
    others: u64,
}

impl Losses {
    pub(super) fn add(&mut self, damage: Damage) {
        match self.first {
            None => self.first = Some(damage),
            Some(_) => self.others += 1,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    /// The end of the rows: good, or with what was lost on the way.
    pub(super) fn end(&mut self) -> Result<bool, Damage> {
        let Some(mut damage) = self.first.take() else { return Ok(false) };
        damage.reason = match self.others {
            0 => damage.reason,
            1 => damage.reason + "; another one is damaged",
            others => format!("{}; {others} others are damaged", damage.reason),
        };
        Err(damage)
    }
}
