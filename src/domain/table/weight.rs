//! What a statement would read.

use crate::domain::ByteSize;
use crate::domain::execution::price;
use crate::domain::size::plural;

/// What lies at the location of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weight {
    /// Objects.
    pub objects: u64,
    /// Their size.
    pub bytes: ByteSize,
    /// Whether these are all.
    pub is_whole: bool,
}

impl Weight {
    /// It in words, with the price of a statement that reads it all.
    pub fn told(&self) -> String {
        let least = if self.is_whole { "" } else { "at least " };
        format!("{least}{} in {}, {least}${:.4}", self.bytes, plural(self.objects, "object"), price(self.bytes))
    }
}
