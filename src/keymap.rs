//! Keys to commands: files of `[context]` sections with `"key" = "command"`, the user's over the shipped one.

mod chord;
#[cfg(test)]
mod tests;

pub use chord::Chord;

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::command::{Command, Context, Invocation};
use crate::mistake::{Mistake, nearest};

/// The keymap that scops ships.
pub const DEFAULT: &str = include_str!("../keymaps/default.toml");

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
}

impl Binding {
    /// The keys as a keymap file and the screen spell them.
    pub fn label(&self) -> String {
        self.keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
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
    /// The shipped keymap.
    ///
    /// # Panics
    /// Never: a test reads the shipped file.
    pub fn shipped() -> Self {
        let mut keymap = Self::default();
        keymap.merge("keymaps/default.toml", DEFAULT).expect("a test reads the shipped keymap");
        keymap
    }

    /// Lays the bindings of a file over these. A key bound to `""` or `[]` is taken away. All mistakes are told, and
    /// none of the file is used where there is one.
    pub fn merge(&mut self, file: &str, text: &str) -> Result<(), Vec<Mistake>> {
        let read = read(file, text)?;
        for (context, entries) in read {
            let bindings = self.bindings.entry(context).or_default();
            for Entry { keys, runs } in entries {
                bindings.retain(|old| old.keys != keys);
                if let Some(runs) = runs {
                    bindings.push(Binding { keys, runs });
                }
            }
        }
        Ok(())
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

struct Entry {
    keys: Vec<Chord>,
    runs: Option<Invocation>,
}

/// Reads a keymap file, with every mistake in it.
fn read(file: &str, text: &str) -> Result<Vec<(Context, Vec<Entry>)>, Vec<Mistake>> {
    let table = DeTable::parse(text)
        .map_err(|error| vec![Mistake::at(file, text, &error.span().unwrap_or(0..0), error.message().to_owned())])?;
    let mut mistakes = Vec::new();
    let mut sections = Vec::new();
    for (name, value) in table.get_ref() {
        let Some(context) = Context::named(name.get_ref()) else {
            let what = format!("unknown context \"{}\"", name.get_ref());
            let known = Context::ALL.map(Context::name);
            mistakes.push(Mistake::at(file, text, &name.span(), what).nearest(name.get_ref(), known));
            continue;
        };
        let DeValue::Table(keys) = value.get_ref() else {
            let what = format!("\"{}\" must be a section: [{}]", context.name(), context.name());
            mistakes.push(Mistake::at(file, text, &name.span(), what));
            continue;
        };
        let mut entries: Vec<Entry> = Vec::new();
        for (key, value) in keys {
            match entry(context, key.get_ref(), value.get_ref()) {
                Ok(new) => {
                    if let Some(old) = entries.iter().find(|old| conflicts(old, &new)) {
                        let what = format!(
                            "\"{}\" in [{}] conflicts with \"{}\"",
                            key.get_ref(),
                            context.name(),
                            spell(&old.keys)
                        );
                        mistakes.push(Mistake::at(file, text, &key.span(), what).hint("bind one of the two elsewhere"));
                    }
                    entries.push(new);
                }
                Err((what, hint, is_in_key)) => {
                    let span = if is_in_key { key.span() } else { value.span() };
                    let mistake = Mistake::at(file, text, &span, what);
                    mistakes.push(Mistake { hint, ..mistake });
                }
            }
        }
        sections.push((context, entries));
    }
    if mistakes.is_empty() { Ok(sections) } else { Err(mistakes) }
}

/// Whether two entries of one section cannot both work: the same keys, or one begins the other.
fn conflicts(old: &Entry, new: &Entry) -> bool {
    let both_bound = old.runs.is_some() && new.runs.is_some();
    old.keys == new.keys || (both_bound && (old.keys.starts_with(&new.keys) || new.keys.starts_with(&old.keys)))
}

fn spell(keys: &[Chord]) -> String {
    keys.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ")
}

/// What is wrong with an entry, its cure, and whether it is in the key (or in the value).
type Wrong = (String, Option<String>, bool);

fn entry(context: Context, key: &str, value: &DeValue<'_>) -> Result<Entry, Wrong> {
    let keys = key.split_whitespace().map(str::parse::<Chord>).collect::<Result<Vec<_>, _>>().map_err(
        |chord::NotAKey(word)| {
            let hint = nearest(&word, chord::NAMES.iter().map(|(name, _)| *name));
            (format!("unknown key \"{word}\""), hint.map(|name| format!("did you mean \"{name}\"?")), true)
        },
    )?;
    if keys.is_empty() {
        return Err(("an empty key".to_owned(), None, true));
    }
    let line = match value {
        DeValue::String(line) => line.trim(),
        DeValue::Array(items) if items.is_empty() => "",
        _ => {
            let hint = "write \"key\" = \"command\", or \"\" to take the key away".to_owned();
            return Err((format!("\"{key}\" must name a command"), Some(hint), false));
        }
    };
    if line.is_empty() {
        return Ok(Entry { keys, runs: None });
    }
    let runs = Invocation::parse(line).map_err(|word| {
        let hint = nearest(&word, Command::ALL.iter().map(|command| command.name()));
        let what = format!("unknown command \"{word}\" in [{}]", context.name());
        (what, hint.map(|name| format!("did you mean \"{name}\"?")), false)
    })?;
    if !runs.command.works_in(context) {
        let where_it_works: Vec<_> = runs.command.contexts().iter().map(|context| context.name()).collect();
        let what = format!("\"{}\" does nothing in [{}]", runs.command.name(), context.name());
        return Err((what, Some(format!("it works in {}", where_it_works.join(", "))), false));
    }
    Ok(Entry { keys, runs: Some(runs) })
}
