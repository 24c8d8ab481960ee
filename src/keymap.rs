//! Keys to commands: files of `[context]` sections with `"key" = "command"`, the user's over the shipped one.

mod chord;
mod file;
#[cfg(test)]
mod tests;

pub use chord::Chord;
pub use file::base_of;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::command::{Command, Context, Invocation};
use crate::mistake::Mistake;

/// The keymaps that scops ships: name and file. Those after the first state what differs from it.
pub const SHIPPED: [(&str, &str); 3] = [
    ("default", include_str!("../keymaps/default.toml")),
    ("vim", include_str!("../keymaps/vim.toml")),
    ("emacs", include_str!("../keymaps/emacs.toml")),
];

/// What each key means in each context.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    bindings: BTreeMap<Context, Vec<Binding>>,
}

/// A key, or several in a row, and what it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The keys, at least one.
    pub keys: Vec<Chord>,
    /// What they run.
    pub runs: Invocation,
    /// The file that says so.
    pub file: Arc<str>,
}

impl Binding {
    /// The keys as a keymap file and the screen spell them.
    pub fn label(&self) -> String {
        spell(&self.keys)
    }
}

/// What a row of pressed keys means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// They run this.
    Matched(&'a Invocation),
    /// More keys must follow: these would.
    Pending(Vec<&'a Binding>),
    /// Nothing.
    Nothing,
}

impl Keymap {
    /// The default keymap.
    ///
    /// # Panics
    /// Never: a test reads the shipped files.
    pub fn shipped() -> Self {
        Self::named("default").expect("a test reads the shipped keymaps")
    }

    /// A keymap that ships with scops: `default`, `vim` or `emacs`.
    pub fn named(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.into_iter().find(|(shipped, _)| *shipped == name)?;
        let file = format!("keymaps/{name}.toml");
        let mut keymap = match base_of(&file, text).ok()? {
            Some(base) if base != name => Self::named(base)?,
            _ => Self::default(),
        };
        keymap.merge(&file, text).ok()?;
        Some(keymap)
    }

    /// Lays the bindings of a file over these. A key bound to `""` or `[]` is taken away. All mistakes are told, and
    /// none of the file is used where there is one.
    pub fn merge(&mut self, file: &str, text: &str) -> Result<(), Vec<Mistake>> {
        let name: Arc<str> = file.into();
        let read = file::read(file, text)?;
        let mut merged = self.clone();
        for (context, entries) in &read {
            let older = merged.bindings.entry(*context).or_default();
            older.retain(|old| entries.iter().all(|entry| entry.keys != old.keys));
            let bound = entries.iter().filter_map(|entry| {
                let (keys, runs) = (entry.keys.clone(), entry.runs.clone()?);
                Some(Binding { keys, runs, file: Arc::clone(&name) })
            });
            // One's own keys come first: they are the ones that hints show.
            let newer: Vec<Binding> = bound.collect();
            older.splice(..0, newer);
        }
        let mut mistakes = Vec::new();
        for (context, entries) in &read {
            for entry in entries.iter().filter(|entry| entry.runs.is_some()) {
                let begins = |a: &[Chord], b: &[Chord]| a != b && (a.starts_with(b) || b.starts_with(a));
                let other = merged.of(*context).iter().find(|other| begins(&other.keys, &entry.keys));
                if let Some(other) = other.filter(|other| other.file != name) {
                    let (new, old) = (spell(&entry.keys), other.label());
                    let what = format!("\"{new}\" in [{}] conflicts with \"{old}\" of {}", context.name(), other.file);
                    let hint = format!("take that away in [{}]: \"{old}\" = []", context.name());
                    mistakes.push(Mistake::at(file, text, &entry.span, what).hint(hint));
                }
            }
        }
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        *self = merged;
        Ok(())
    }

    /// Every binding with its context, in the order of the contexts and the files.
    pub fn all(&self) -> impl Iterator<Item = (Context, &Binding)> {
        self.bindings.iter().flat_map(|(context, bindings)| bindings.iter().map(move |binding| (*context, binding)))
    }

    /// What `pressed` means in the first of `contexts` that knows it.
    pub fn look_up(&self, contexts: &[Context], pressed: &[Chord]) -> Lookup<'_> {
        let mut pending = Vec::new();
        for context in contexts {
            for binding in self.of(*context) {
                if binding.keys == pressed {
                    // A longer sequence of a nearer context goes before a short one of a farther context.
                    return if pending.is_empty() { Lookup::Matched(&binding.runs) } else { Lookup::Pending(pending) };
                }
                if binding.keys.starts_with(pressed) {
                    pending.push(binding);
                }
            }
        }
        if pending.is_empty() { Lookup::Nothing } else { Lookup::Pending(pending) }
    }

    /// The bindings of one context, in the order of the files.
    pub fn of(&self, context: Context) -> &[Binding] {
        self.bindings.get(&context).map_or(&[], Vec::as_slice)
    }

    /// The bindings that are alive in `contexts`: those of farther contexts only where no nearer one hides them.
    pub fn live<'a>(&'a self, contexts: &'a [Context]) -> impl Iterator<Item = (Context, &'a Binding)> {
        contexts.iter().enumerate().flat_map(move |(depth, context)| {
            let nearer = &contexts[..depth];
            self.of(*context)
                .iter()
                .filter(move |binding| {
                    !nearer.iter().any(|near| self.of(*near).iter().any(|other| other.keys == binding.keys))
                })
                .map(move |binding| (*context, binding))
        })
    }

    /// The first key that runs a command in `contexts`.
    pub fn key_of(&self, contexts: &[Context], command: Command) -> Option<String> {
        self.live(contexts)
            .find(|(_, binding)| binding.runs.command == command && binding.runs.argument.is_empty())
            .map(|(_, binding)| binding.label())
    }
}

fn spell(keys: &[Chord]) -> String {
    keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}
