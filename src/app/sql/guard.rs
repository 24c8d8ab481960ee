//! What is said before a statement runs, and makes it wait for a second press.

use super::{SqlAsk, ask, database, place};
use crate::app::{Model, Topic};
use crate::domain::ByteSize;
use crate::domain::execution::price;
use crate::domain::statement::{StatementKind, misses_partitions, tables};
use crate::domain::table::Table;

/// Why a statement waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The statement.
    pub statement: String,
    /// What it would do.
    pub what: String,
    /// How much is at stake, where that is known.
    pub size: Option<String>,
}

/// Whether a statement may be sent now. What is against it is told.
pub(super) fn may_run(model: &mut Model, statement: &str) -> bool {
    let kind = StatementKind::of(statement);
    if let StatementKind::Writes(words) = &kind
        && model.profile.is_read_only
    {
        let hint = Some("open the profile without --read-only, or run it elsewhere");
        model.warn(format!("{words} was not run"), "this profile is read-only", hint);
        return false;
    }
    if model.sql.doubt.take().is_some_and(|doubt| doubt.statement == statement) {
        return true;
    }
    let (what, locations) = match kind {
        StatementKind::Writes(words) => {
            (format!("{words} changes what is stored, in workgroup {}", place(model).workgroup), Vec::new())
        }
        StatementKind::Reads => {
            let read = whole(model, statement);
            if read.is_empty() {
                return true;
            }
            let named: Vec<String> =
                read.iter().map(|table| format!("{} (by {})", table.name, table.keys().join(", "))).collect();
            let what = format!("no predicate chooses partitions of {}: all of them would be read", named.join(", "));
            (what, read.iter().filter_map(|table| table.location.clone()).collect())
        }
    };
    model.sql.doubt = Some(Doubt { statement: statement.to_owned(), what, size: None });
    if !locations.is_empty() {
        ask(model, Topic::Weight, SqlAsk::Weigh { locations });
    }
    false
}

/// The partitioned tables of a statement of which it chooses no partition.
fn whole(model: &Model, statement: &str) -> Vec<Table> {
    // What only describes reads nothing.
    let word = statement.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    if ["SHOW", "DESCRIBE", "DESC", "EXPLAIN"].contains(&word.as_str()) {
        return Vec::new();
    }
    let usual = database(model);
    let known = |table: &&Table| {
        !table.partitions.is_empty()
            && tables(statement).iter().any(|name| {
                table.name.eq_ignore_ascii_case(&name.table)
                    && table.database.eq_ignore_ascii_case(name.database.as_deref().unwrap_or(&usual))
            })
            && misses_partitions(statement, &table.keys())
    };
    model.sql.known_tables().filter(known).cloned().collect()
}

/// It is known how much lies there.
pub(super) fn weighed(model: &mut Model, objects: u64, bytes: ByteSize, is_whole: bool) {
    if let Some(doubt) = &mut model.sql.doubt {
        let least = if is_whole { "" } else { "at least " };
        let objects = crate::domain::size::plural(objects, "object");
        doubt.size = Some(format!("{least}{bytes} in {objects}, {least}${:.4}", price(bytes)));
    }
}
