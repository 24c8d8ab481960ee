//! Detection: rules in Sigma's language, and the records that they match.
//!
//! A rule is a YAML document of the [Sigma specification](https://github.com/SigmaHQ/sigma-specification), version 2. It is compiled
//! once; matching it against a record asks for nothing but the record's own text. What a rule says that is not understood is a
//! [`Mistake`](crate::mistake::Mistake) with its line, never a rule that quietly means something else.

mod condition;
mod detection;
mod field;
mod level;
mod logsource;
mod pattern;
mod rule;
mod rules;
mod shipped;
mod value;
mod yaml;

pub use level::Level;
pub use rule::{Origin, Rule};
pub use rules::{Rules, Text};

#[cfg(test)]
mod tests;
