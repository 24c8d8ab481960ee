//! What is said before a statement runs, and makes it wait: for its tables to be known, or for a second press.

use super::{SqlAsk, ask, current, database, place};
use crate::app::request::Trouble;
use crate::app::{Model, Screen, Topic};
use crate::domain::statement::{StatementKind, TableReference, read_whole, tables_read, told_whole};
use crate::domain::table::{Table, Weight};

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
    let (what, read) = match kind {
        StatementKind::Writes(words) => {
            (format!("{words} changes what is stored, in workgroup {}", place(model).workgroup), Vec::new())
        }
        StatementKind::Reads => {
            let usual = database(model);
            let unknown = unknown(model, statement, &usual);
            if !unknown.is_empty() {
                model.sql.held = Some(statement.to_owned());
                ask(model, Topic::SqlNamed, SqlAsk::Named { tables: unknown });
                return false;
            }
            let read = read_whole(statement, &usual, model.sql.known_tables());
            if read.is_empty() {
                return true;
            }
            (told_whole(&read), read.into_iter().cloned().collect())
        }
    };
    model.sql.doubt = Some(Doubt { statement: statement.to_owned(), what, size: None });
    if !read.is_empty() {
        ask(model, Topic::Weight, SqlAsk::Weigh { tables: read });
    }
    false
}

/// The tables of a statement that nothing is known of yet.
fn unknown(model: &Model, statement: &str, usual: &str) -> Vec<TableReference> {
    let sql = &model.sql;
    let is_known = |name: &TableReference| {
        sql.named.contains_key(name) || sql.known_tables().any(|table| name.is_of(table, usual))
    };
    tables_read(statement, usual).into_iter().filter(|name| !is_known(name)).collect()
}

/// What is known of the tables that a statement names; none where there is none of that name.
pub(super) fn named(model: &mut Model, found: Vec<(TableReference, Option<Table>)>) {
    model.sql.named.extend(found);
}

/// The tables of the statement that waits are known, or cannot be: it runs, or waits for a second press.
pub(super) fn looked_up(model: &mut Model, trouble: Option<Trouble>) {
    let Some(statement) = model.sql.held.take() else { return };
    if let Some(trouble) = trouble {
        let what = format!("whether it chooses partitions cannot be known: {}: {}", trouble.what, trouble.cause);
        model.sql.doubt = Some(Doubt { statement, what, size: None });
    } else if model.screen == Screen::Sql && current(&model.sql).as_ref() == Some(&statement) {
        super::run::run(model);
    } else {
        model.warn("nothing was run", "the statement was left before its tables were known", None);
    }
}

/// It is known how much lies there.
pub(super) fn weighed(model: &mut Model, weight: Weight) {
    if let Some(doubt) = &mut model.sql.doubt {
        doubt.size = Some(weight.told());
    }
}
