//! The palette: every command that means something here, found by any part of its name or of what it does.

use super::{Model, fuzzy, keys, run};
use crate::command::{Command, Invocation};

/// The commands that `typed` may mean on this screen, the likeliest first, each with its key.
pub fn palette_rows(model: &Model, typed: &str) -> Vec<(Command, Option<String>)> {
    let contexts = keys::screen_contexts(model);
    let means_something = |command: &&Command| command.contexts().iter().any(|context| contexts.contains(context));
    let live: Vec<_> = model.keymap.live(&contexts).filter(|(_, binding)| binding.runs.argument.is_empty()).collect();
    let key = |command| live.iter().find(|(_, binding)| binding.runs.command == command).map(|(_, key)| key.label());
    let commands: Vec<Command> =
        Command::ALL.iter().filter(means_something).copied().filter(|command| *command != Command::Palette).collect();
    fuzzy::rank(typed.trim(), commands, |command| (command.name().to_owned(), command.doc().to_owned()))
        .into_iter()
        .map(|command| (command, key(command)))
        .collect()
}

/// Runs the command that is chosen.
pub(super) fn submit(model: &mut Model, typed: &str, chosen: usize) {
    match palette_rows(model, typed).get(chosen) {
        Some((command, _)) => run::run(model, &Invocation::from(*command)),
        None => model.warn(format!("no command is like \"{}\"", typed.trim()), "", None),
    }
}
