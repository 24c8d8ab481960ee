//! Which objects were replayed, for whoever draws many: kept as hashes, so that a long journal takes little room.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use crate::domain::{ObjectId, PlanItemState};

/// A set of objects by bucket and key. Two of a million objects share their 64 bits once in forty million times.
#[derive(Debug, Clone, Default)]
pub struct Replayed(HashSet<u64>);

impl Replayed {
    /// Takes up those of a replay that were sent, or may have been.
    pub(super) fn add<'a>(&mut self, items: impl IntoIterator<Item = &'a (ObjectId, PlanItemState)>) {
        let was_sent = |state: &PlanItemState| !matches!(state, PlanItemState::Waiting | PlanItemState::NotSent(_));
        self.0.extend(items.into_iter().filter(|(_, state)| was_sent(state)).map(|(object, _)| hash(object)));
    }

    /// Whether an object, in any of its versions, is among them.
    pub fn holds(&self, object: &ObjectId) -> bool {
        !self.0.is_empty() && self.0.contains(&hash(object))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

fn hash(object: &ObjectId) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&object.bucket, &object.key).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sent_is_among_them() {
        let object = |key: &str| ObjectId::new("logs", key);
        let mut replayed = Replayed::default();
        assert!(!replayed.holds(&object("a")));
        replayed.add(&[
            (object("a"), PlanItemState::Recovered),
            (object("b"), PlanItemState::Waiting),
            (object("c"), PlanItemState::NotSent("refused".into())),
            (object("d"), PlanItemState::Intended),
        ]);
        let held = ["a", "b", "c", "d"].map(|key| replayed.holds(&object(key)));
        assert_eq!(held, [true, false, false, true]);
        assert!(!replayed.holds(&ObjectId::new("other", "a")));
        assert!(replayed.holds(&ObjectId { version: Some("3".into()), ..object("a") }));
    }
}
