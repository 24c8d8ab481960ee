//! Parameters are asked for one after the other, before the statement is sent.

use crate::app::{Model, Purpose, run as commands};
use crate::domain::statement::{Literal, Parameters};

/// A statement whose parameters are being asked for.
#[derive(Debug)]
pub(super) struct Asking {
    /// It, as it was typed.
    pub statement: String,
    /// The parameters that have no value yet.
    names: Vec<String>,
}

/// Asks for the parameters of a statement. Returns whether it has any.
pub(super) fn ask(model: &mut Model, statement: &str) -> bool {
    let names = Parameters::of(statement).names().to_vec();
    if names.is_empty() {
        return false;
    }
    model.sql.asking = Some(Asking { statement: statement.to_owned(), names });
    next(model);
    true
}

fn next(model: &mut Model) {
    let Some(name) = name(model) else { return };
    let last = model.sql.typed.get(&name).cloned().unwrap_or_default();
    commands::start_typing(model, Purpose::Parameter, &last);
}

/// The parameter that is being asked for.
pub fn name(model: &Model) -> Option<String> {
    model.sql.asking.as_ref()?.names.first().cloned()
}

/// What a value is sent as, or why it cannot be.
pub fn sent_as(typed: &str) -> Result<String, String> {
    match Literal::read(typed) {
        Ok(literal) => Ok(format!("sent as {literal}, {}", literal.kind())),
        Err(error) => Err(error.to_string()),
    }
}

/// A value was typed. Returns the statement once all are there.
pub(super) fn typed(model: &mut Model, value: &str) -> Option<String> {
    let asking = model.sql.asking.as_mut().filter(|asking| !asking.names.is_empty())?;
    if let Err(error) = Literal::read(value) {
        model.warn("the value cannot be sent", error.to_string(), Some("'it''s' is a text with a quote in it"));
        commands::start_typing(model, Purpose::Parameter, value);
        return None;
    }
    let name = asking.names.remove(0);
    model.sql.typed.insert(name, value.to_owned());
    if name_is_left(model) {
        next(model);
        return None;
    }
    model.sql.asking.take().map(|asking| asking.statement)
}

fn name_is_left(model: &Model) -> bool {
    model.sql.asking.as_ref().is_some_and(|asking| !asking.names.is_empty())
}

/// Nothing is asked for any more.
pub(in crate::app) fn drop_asking(model: &mut Model) {
    model.sql.asking = None;
}
