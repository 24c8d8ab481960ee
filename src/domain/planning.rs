//! How far the making of a plan has come.

use std::fmt::Write as _;

use super::size::{counted, plural};

/// What was done for a plan so far. Queues are looked through first, then S3 is asked for each object, then some of
/// them are parsed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Planning {
    /// Messages that were looked through for originals.
    pub messages: usize,
    /// Objects that S3 was asked for.
    pub asked: usize,
    /// Of so many.
    pub objects: usize,
    /// Objects that were parsed.
    pub parsed: usize,
    /// Of so many; none before it is known.
    pub to_parse: usize,
}

impl Planning {
    /// In words: "looked through 1,200 messages · 3,400 of 41,000 objects asked · 120 of 500 parsed". A step that has
    /// not begun is not told.
    pub fn told(&self) -> String {
        let mut told = format!("looked through {}", plural(self.messages, "message"));
        if self.objects > 0 {
            let _ = write!(told, " · {} of {} objects asked", counted(self.asked), counted(self.objects));
        }
        if self.to_parse > 0 {
            let _ = write!(told, " · {} of {} parsed", counted(self.parsed), counted(self.to_parse));
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_steps_that_began_are_told() {
        let mut planning = Planning { messages: 1_200, ..Planning::default() };
        assert_eq!(planning.told(), "looked through 1,200 messages");
        planning = Planning { asked: 3_400, objects: 41_000, ..planning };
        assert_eq!(planning.told(), "looked through 1,200 messages · 3,400 of 41,000 objects asked");
        planning = Planning { parsed: 120, to_parse: 500, ..planning };
        assert_eq!(
            planning.told(),
            "looked through 1,200 messages · 3,400 of 41,000 objects asked · 120 of 500 parsed"
        );
    }
}
