//! Keymap files: their sections and lines, with every mistake that is in them.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Chord, SHIPPED, chord, spell};
use crate::command::{Context, Invocation};
use crate::mistake::{Mistake, nearest};

/// A line of a keymap file.
pub(super) struct Entry {
    /// The keys.
    pub(super) keys: Vec<Chord>,
    /// What they run; nothing where the line takes them away.
    pub(super) runs: Option<Invocation>,
    /// Where it stands in the file.
    pub(super) span: Range<usize>,
}

/// The shipped keymap that a file names as its base.
pub fn base_of(file: &str, text: &str) -> Result<Option<&'static str>, Vec<Mistake>> {
    let table = parse(file, text)?;
    let Some((key, value)) = table.get_ref().iter().find(|(key, _)| key.get_ref() == BASE) else { return Ok(None) };
    let name = match value.get_ref() {
        DeValue::String(name) => &**name,
        _ => "",
    };
    let known = || SHIPPED.iter().map(|(name, _)| *name);
    let found = known().find(|known| *known == name);
    found.map(Some).ok_or_else(|| {
        let names = known().collect::<Vec<_>>().join(", ");
        let hint = match nearest(name, known()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("one of {names}"),
        };
        vec![Mistake::at(file, text, &key.span(), format!("no keymap \"{name}\" ships with scops")).hint(hint)]
    })
}

/// The key above the sections that names the shipped keymap under a file.
const BASE: &str = "base";

fn parse<'a>(file: &str, text: &'a str) -> Result<Spanned<DeTable<'a>>, Vec<Mistake>> {
    DeTable::parse(text)
        .map_err(|error| vec![Mistake::at(file, text, &error.span().unwrap_or(0..0), error.message().to_owned())])
}

/// Reads the sections of a keymap file, with every mistake in it.
pub(super) fn read(file: &str, text: &str) -> Result<Vec<(Context, Vec<Entry>)>, Vec<Mistake>> {
    let table = parse(file, text)?;
    let mut mistakes = Vec::new();
    let mut sections = Vec::new();
    for (name, value) in table.get_ref() {
        if name.get_ref() == BASE {
            continue;
        }
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
            match entry(context, key.get_ref(), value.get_ref(), key.span()) {
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

/// What is wrong with an entry, its cure, and whether it is in the key (or in the value).
type Wrong = (String, Option<String>, bool);

fn entry(context: Context, key: &str, value: &DeValue<'_>, span: Range<usize>) -> Result<Entry, Wrong> {
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
        return Ok(Entry { keys, runs: None, span });
    }
    let runs =
        Invocation::parse(line).map_err(|error| (format!("{error}, in [{}]", context.name()), error.hint(), false))?;
    if !runs.command.works_in(context) {
        let where_it_works: Vec<_> = runs.command.contexts().iter().map(|context| context.name()).collect();
        let what = format!("\"{}\" does nothing in [{}]", runs.command.name(), context.name());
        return Err((what, Some(format!("it works in {}", where_it_works.join(", "))), false));
    }
    Ok(Entry { keys, runs: Some(runs), span })
}
