//! What is listed below the editor: statements that ran, and queries that are kept.

use super::{Pane, Phase, Rows, SqlAnswer, SqlAsk, ask, database, place, put};
use crate::app::{Cursor, Model, Topic, run as commands};
use crate::domain::{Execution, PastStatement, SavedQuery};

/// A list in the place of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// What is listed.
    pub what: Listed,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// Whether it is still asked for.
    pub is_waiting: bool,
}

/// What is listed.
#[derive(Debug, Clone, PartialEq)]
pub enum Listed {
    /// Statements that were run from here, newest first.
    Mine(Vec<PastStatement>),
    /// Statements of the workgroup, newest first.
    Workgroup(Vec<Execution>),
    /// Queries that are kept, by name.
    Kept(Vec<SavedQuery>),
}

impl Listing {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        match &self.what {
            Listed::Mine(past) => past.len(),
            Listed::Workgroup(executions) => executions.len(),
            Listed::Kept(kept) => kept.len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The statement under the cursor.
    pub(super) fn text(&self) -> Option<String> {
        match &self.what {
            Listed::Mine(past) => past.get(self.cursor.at).map(|past| past.sql.clone()),
            Listed::Workgroup(executions) => executions.get(self.cursor.at).map(|execution| execution.sql.clone()),
            Listed::Kept(kept) => kept.get(self.cursor.at).map(|kept| kept.sql.clone()),
        }
    }
}

/// Lists the statements that were run: from here, else, or where these are shown, those of the workgroup.
pub(super) fn open_history(model: &mut Model, argument: &str) {
    let is_mine = matches!(model.sql.listing.as_ref().map(|listing| &listing.what), Some(Listed::Mine(_)));
    let of_workgroup = argument == "workgroup" || (argument.is_empty() && is_mine);
    show(model, if of_workgroup { Listed::Workgroup(Vec::new()) } else { Listed::Mine(Vec::new()) });
}

/// Lists the kept queries.
pub(super) fn open_kept(model: &mut Model) {
    show(model, Listed::Kept(Vec::new()));
}

fn show(model: &mut Model, what: Listed) {
    model.sql.listing = Some(Listing { what, cursor: Cursor::default(), is_waiting: true });
    model.sql.pane = Pane::Lower;
    refresh(model);
}

/// Asks for the list that is shown.
pub(super) fn refresh(model: &mut Model) {
    let workgroup = place(model).workgroup;
    let Some(listing) = &mut model.sql.listing else { return };
    listing.is_waiting = true;
    let wanted = match listing.what {
        Listed::Mine(_) => SqlAsk::Mine,
        Listed::Workgroup(_) => SqlAsk::Workgroup { workgroup },
        Listed::Kept(_) => SqlAsk::Kept,
    };
    ask(model, Topic::SqlList, wanted);
}

pub(super) fn answered(model: &mut Model, topic: Topic, answer: SqlAnswer) {
    let what = match answer {
        SqlAnswer::Past(past) => Listed::Mine(past),
        SqlAnswer::Executions(executions) => Listed::Workgroup(executions),
        SqlAnswer::Kept(kept) => Listed::Kept(kept),
        SqlAnswer::Saved(name) => {
            model.sql.taken = None;
            return model.note(format!("the query is kept as {name}"));
        }
        SqlAnswer::Exists(name) => {
            let hint = Some("the same name once more replaces it");
            model.warn("the query was not kept", format!("{name} is there already"), hint);
            model.sql.taken = Some(name.clone());
            return commands::start_typing(model, crate::app::Purpose::QueryName, &name);
        }
        _ => return,
    };
    if let Some(listing) = &mut model.sql.listing
        && topic == Topic::SqlList
    {
        listing.what = what;
    }
}

/// A statement of before is shown with its result, which does not run again; a kept query goes into the editor.
pub(super) fn open_row(model: &mut Model) {
    let Some(listing) = &model.sql.listing else { return };
    let Some(text) = listing.text() else { return };
    let id = match &listing.what {
        Listed::Mine(past) => past.get(listing.cursor.at).map(|past| past.id.clone()),
        Listed::Workgroup(executions) => executions.get(listing.cursor.at).map(|execution| execution.id().to_owned()),
        Listed::Kept(_) => None,
    };
    if id.is_some() && model.is_asking(Topic::Statement) {
        return model.warn("nothing was opened", "a statement runs", Some("ctrl-c stops it"));
    }
    put(model, &text);
    if let Some(id) = id {
        let now = model.now;
        model.sql.rows = Rows::default();
        model.sql.phase = Phase::Running { since: now, execution: None };
        ask(model, Topic::Statement, SqlAsk::Page { id, token: None });
    }
}

/// Keeps what stands in the editor under a name.
pub(in crate::app) fn keep(model: &mut Model, name: &str) {
    let name = name.trim();
    if name.is_empty() {
        return;
    }
    let sql = model.sql.editor.text();
    if sql.trim().is_empty() {
        return model.warn("no query was kept", "nothing stands in the editor", None);
    }
    let replaces = model.sql.taken.as_deref() == Some(name);
    ask(model, Topic::KeepQuery, SqlAsk::Keep { name: name.to_owned(), sql, replaces });
}

/// Puts the statement that makes a table of a source into the editor.
pub(super) fn make_table(model: &mut Model, argument: &str) {
    let source =
        if argument.is_empty() { None } else { model.profile.source(argument).map(|source| source.name.clone()) };
    let Some(source) = source else {
        if !argument.is_empty() {
            let known: Vec<&str> = model.profile.sources.iter().map(|source| source.name.as_str()).collect();
            let hint = format!("one of {}", known.join(", "));
            return model.warn(format!("no source is named \"{argument}\""), "", Some(&hint));
        }
        return commands::start_typing(model, crate::app::Purpose::Command, "make-table ");
    };
    let (database, range) = (database(model), model.range);
    model.note(format!("listing what the layout of {source} leaves open…"));
    ask(model, Topic::SqlText, SqlAsk::Create { source, database, range });
}

/// Puts the statement that adds the partitions which a table lacks into the editor.
pub(super) fn missing_partitions(model: &mut Model, argument: &str) {
    if argument.is_empty() {
        return commands::start_typing(model, crate::app::Purpose::Command, "missing-partitions ");
    }
    let (database, table) = match argument.split_once('.') {
        Some((database, table)) => (database.to_owned(), table.to_owned()),
        None => (database(model), argument.to_owned()),
    };
    let (place, range) = (place(model), model.range);
    model.note(format!("comparing the partitions of {table} with what lies in {range}…"));
    ask(model, Topic::SqlText, SqlAsk::Partitions { place, database, table, range });
}
