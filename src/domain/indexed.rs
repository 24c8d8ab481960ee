//! What the index holds of what a replay recovered.

use serde::{Deserialize, Serialize};

use super::ByteSize;
use super::size::counted;

/// What the index was found to hold of the objects of a replay that recovered. Indexes count the plan's items from 0
/// and ascend.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Indexed {
    /// Every record of these can be searched, once.
    pub searchable: Vec<usize>,
    /// Their receipts tell of records, and the index has none of them.
    pub missing: Vec<usize>,
    /// The index has records of these more than once.
    pub twice: Vec<usize>,
    /// How many recovered objects were not looked for: of thousands, some are.
    pub unlooked: usize,
    /// What was read of the index.
    pub scanned: ByteSize,
    /// Why the index could not be asked, or not for all.
    pub trouble: Option<String>,
}

/// What the index holds of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InIndex {
    /// Each of its records once.
    Searchable,
    /// None of its records.
    Missing,
    /// Some record more than once.
    Twice,
}

impl InIndex {
    /// In words.
    pub fn told(self) -> &'static str {
        match self {
            Self::Searchable => "searchable",
            Self::Missing => "not searchable",
            Self::Twice => "searchable twice",
        }
    }
}

impl Indexed {
    /// What was found of an item; none where it was not looked for.
    pub fn of(&self, index: usize) -> Option<InIndex> {
        let sets =
            [(&self.searchable, InIndex::Searchable), (&self.missing, InIndex::Missing), (&self.twice, InIndex::Twice)];
        sets.into_iter().find(|(set, _)| set.binary_search(&index).is_ok()).map(|(_, found)| found)
    }

    /// Whether all that was looked for can be searched once.
    pub fn agrees(&self) -> bool {
        self.missing.is_empty() && self.twice.is_empty()
    }

    /// In words: "36 searchable, 1 not searchable, 0 searchable twice (2.0 KiB of the index read)".
    pub fn told(&self) -> String {
        let mut told = format!(
            "{} searchable, {} not searchable, {} searchable twice ({} of the index read)",
            counted(self.searchable.len()),
            counted(self.missing.len()),
            counted(self.twice.len()),
            self.scanned
        );
        if self.unlooked > 0 {
            told += &format!("; {} more were not looked for", counted(self.unlooked));
        }
        if let Some(trouble) = &self.trouble {
            told += &format!("; the index could not be asked: {trouble}");
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_found_in_its_set_and_what_was_not_looked_for_is_said() {
        let indexed = Indexed {
            searchable: vec![0, 2, 9],
            missing: vec![3],
            twice: vec![1, 4],
            unlooked: 1_200,
            scanned: ByteSize::kib(2),
            trouble: None,
        };
        let found: Vec<_> = [0, 1, 3, 5, 9].map(|index| indexed.of(index)).into();
        let expected = [InIndex::Searchable, InIndex::Twice, InIndex::Missing].map(Some);
        assert_eq!(found, [expected[0], expected[1], expected[2], None, expected[0]]);
        assert!(!indexed.agrees() && Indexed::default().agrees());
        assert_eq!(
            indexed.told(),
            "3 searchable, 1 not searchable, 2 searchable twice (2.0 KiB of the index read); 1,200 more were not \
             looked for"
        );
    }
}
