//! Statements that tell what is near to what was sought.

use super::{Identifier, Literal, Unsayable, within};
use crate::domain::{Index, Query};

/// Terms that are told at most.
const NEAR: u32 = 5;

/// The statement that gives term, field and source of a few terms that hold a text, whatever its case.
pub fn near(index: &Index, query: &Query, sought: &str) -> Result<String, Unsayable> {
    Ok(format!(
        "SELECT DISTINCT \"term\", \"field\", \"source\"\nFROM {}.{}\nWHERE {}\n  AND strpos(lower(\"term\"), {}) > 0\n\
         LIMIT {NEAR}",
        Identifier::new(&index.database),
        Identifier::new("terms"),
        within(query, "")?,
        Literal::new(&sought.to_lowercase())?,
    ))
}

/// The statement that gives the first and the last time of a term.
pub fn times(index: &Index, query: &Query, sought: &str) -> Result<String, Unsayable> {
    Ok(format!(
        "SELECT min(\"ts\"), max(\"ts\")\nFROM {}.{}\nWHERE {}\n  AND \"term\" = {}",
        Identifier::new(&index.database),
        Identifier::new("terms"),
        within(query, "")?,
        Literal::new(sought)?,
    ))
}
