//! How far a scan has come, so that another goes on there.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Place, Target};

/// Bytes of a target's digest: nobody can choose a key that is taken for another.
const DIGEST: usize = 16;

/// Which targets a scan is through with. What has arrived or changed since is none of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    done: BTreeSet<[u8; DIGEST]>,
    /// The target that it stands in, and the number of the next record there.
    within: Option<([u8; DIGEST], u64)>,
}

impl Position {
    /// Whether a target is done.
    pub fn is_through(&self, target: &Target) -> bool {
        !self.done.is_empty() && self.done.contains(&digest(target))
    }

    /// The number of the first record of a target that was not told of yet.
    pub fn first(&self, target: &Target) -> u64 {
        self.within.filter(|(within, _)| *within == digest(target)).map_or(0, |(_, first)| first)
    }

    /// Notes that a record was told of.
    pub(super) fn pass(&mut self, target: &Target, number: u64) {
        self.within = Some((digest(target), number + 1));
    }

    /// Notes that a target is done.
    pub(super) fn end(&mut self, target: &Target) {
        self.done.insert(digest(target));
        self.within = None;
    }
}

/// What tells a target from all others, and from what it was before it changed.
fn digest(target: &Target) -> [u8; DIGEST] {
    let mut hash = Sha256::new();
    hash.update(target.to_string());
    if let Place::Object(object) = &target.place {
        hash.update([0]);
        hash.update(object.id.version.as_deref().unwrap_or_default());
        hash.update([0]);
        hash.update(&object.etag);
    }
    let mut digest = [0; DIGEST];
    digest.copy_from_slice(&hash.finalize()[..DIGEST]);
    digest
}
