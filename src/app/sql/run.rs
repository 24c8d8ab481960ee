//! A statement from the key that runs it to its last word.

use super::result::Rows;
use super::{Pane, Phase, REUSE_MINUTES, SqlAsk, ask, current, guard, parameters, place};
use crate::app::request::Trouble;
use crate::app::{Model, Topic};
use crate::domain::statement::{Parameters, StatementKind};
use crate::domain::{Execution, Statement};

/// Runs the statement under the cursor: asks for its parameters first, and a second time where much is at stake.
pub(super) fn run(model: &mut Model) {
    model.sql.completing = None;
    let Some(statement) = current(&model.sql) else {
        return model.warn("nothing was run", "no statement stands in the editor", None);
    };
    if model.is_asking(Topic::Statement) {
        return model.warn("nothing was run", "a statement runs", Some("ctrl-c stops it"));
    }
    if guard::may_run(model, &statement) && !parameters::ask(model, &statement) {
        send(model, &statement);
    }
}

/// A value was typed for the parameter that was asked for.
pub(in crate::app) fn typed(model: &mut Model, value: &str) {
    if let Some(statement) = parameters::typed(model, value) {
        send(model, &statement);
    }
}

fn send(model: &mut Model, statement: &str) {
    let bound = match Parameters::bind(statement, &model.sql.typed) {
        Ok(bound) => bound,
        Err(error) => return model.warn("nothing was run", error.to_string(), None),
    };
    let reads = !StatementKind::of(statement).writes();
    let asked = Statement {
        sql: bound.sql,
        values: bound.values.iter().map(ToString::to_string).collect(),
        place: place(model),
        reuse_minutes: (model.sql.reuses && reads).then_some(REUSE_MINUTES),
    };
    let now = model.now;
    let sql = &mut model.sql;
    if sql.past.last().is_none_or(|last| last != statement) {
        sql.past.push(statement.to_owned());
    }
    sql.recalled = None;
    sql.listing = None;
    sql.rows = Rows::default();
    sql.phase = Phase::Running { since: now, execution: None };
    ask(model, Topic::Statement, SqlAsk::Run { statement: asked, typed: statement.to_owned() });
}

/// Athena tells of the statement that runs, or of one that is opened again.
pub(super) fn progressed(model: &mut Model, news: Execution) {
    let sql = &mut model.sql;
    match &mut sql.phase {
        Phase::Running { execution, .. } => *execution = Some(Box::new(news)),
        phase => *phase = Phase::Done(Some(Box::new(news))),
    }
}

/// The statement has ended.
pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    let changes = match &model.sql.phase {
        Phase::Running { execution: Some(execution), .. } => StatementKind::of(&execution.sql).writes(),
        _ => false,
    };
    let sql = &mut model.sql;
    sql.phase = match (std::mem::take(&mut sql.phase), trouble) {
        (Phase::Running { execution, .. }, Some(trouble)) => Phase::Failed(trouble, execution),
        (Phase::Running { execution, .. }, None) => {
            if !sql.rows.is_empty() {
                sql.pane = Pane::Lower;
            }
            Phase::Done(execution)
        }
        (phase, _) => phase,
    };
    if changes {
        super::look_again(model);
    }
}

/// The statement was given up.
pub(super) fn stopped(model: &mut Model) {
    let sql = &mut model.sql;
    sql.phase = match std::mem::take(&mut sql.phase) {
        Phase::Running { execution, .. } => Phase::Stopped(execution),
        phase => phase,
    };
}
