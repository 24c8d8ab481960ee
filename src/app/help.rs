//! The keys that work on the screen, as rows that can be run.

use super::{Cursor, Model, Popup, fuzzy, keys, run};
use crate::command::{Context, Invocation};

/// A row of the help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelpRow {
    /// The heading of a context.
    Heading(Context),
    /// A command with all its keys.
    Key {
        /// Its keys, separated by spaces.
        keys: String,
        /// What they run.
        runs: Invocation,
    },
}

/// The keys that work on the screen below the help and pass what is looked for, nearest context first, each command once
/// a context.
pub fn help_rows(model: &Model) -> Vec<HelpRow> {
    let all = all_rows(model);
    if model.help_find.is_empty() {
        return all;
    }
    let keys = all.into_iter().filter(|row| matches!(row, HelpRow::Key { .. })).collect();
    fuzzy::rank(&model.help_find, keys, |row| match row {
        HelpRow::Key { keys, runs } => (runs.command.name().to_owned(), format!("{keys} {}", runs.command.doc())),
        HelpRow::Heading(context) => (context.name().to_owned(), String::new()),
    })
}

fn all_rows(model: &Model) -> Vec<HelpRow> {
    let contexts = keys::screen_contexts(model);
    let mut rows: Vec<HelpRow> = Vec::new();
    let mut section = None;
    let mut begin = 0;
    for (context, binding) in model.keymap.live(&contexts) {
        if section != Some(context) {
            section = Some(context);
            rows.push(HelpRow::Heading(context));
            begin = rows.len();
        }
        let same = rows[begin..].iter_mut().find_map(|row| match row {
            HelpRow::Key { keys, runs } if *runs == binding.runs => Some(keys),
            _ => None,
        });
        match same {
            Some(keys) => {
                keys.push_str("  ");
                keys.push_str(&binding.label());
            }
            None => rows.push(HelpRow::Key { keys: binding.label(), runs: binding.runs.clone() }),
        }
    }
    rows
}

pub(super) fn open(model: &mut Model) {
    model.help_find.clear();
    model.popup = match model.popup {
        Some(Popup::Help(_)) => None,
        _ => Some(Popup::Help(Cursor { at: 1, top: 0 })),
    };
}

/// Shows the rows that a text may mean, the likeliest first; all of them for a blank one.
pub(super) fn find(model: &mut Model, text: &str) {
    text.trim().clone_into(&mut model.help_find);
    let first = usize::from(model.help_find.is_empty());
    model.popup = Some(Popup::Help(Cursor { at: first, top: 0 }));
}

/// Runs the row under the cursor.
pub(super) fn run_row(model: &mut Model, at: usize) {
    if let Some(HelpRow::Key { runs, .. }) = help_rows(model).get(at).cloned() {
        model.popup = None;
        run::run(model, &runs);
    }
}
