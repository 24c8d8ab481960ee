//! The line after `:`: what it may be completed to, and running it.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use super::{Model, run};
use crate::command::{Command, Invocation};
use crate::mistake::nearest;

/// A line that the typed one may be completed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The whole line.
    pub line: String,
    /// What it does.
    pub doc: String,
}

/// The completions of a typed line, the likeliest first: of its command's name, then of its argument.
pub fn completions(model: &Model, typed: &str) -> Vec<Completion> {
    let typed = typed.trim_start();
    let Some((name, argument)) = typed.split_once(' ') else {
        let all = Command::ALL.iter().map(|command| (command.name().to_owned(), command.doc().to_owned()));
        return ranked(typed, all.collect());
    };
    let words: Vec<(String, String)> = match Command::named(name) {
        Some(Command::Theme) => model.themes.iter().map(|theme| (theme.clone(), "theme".to_owned())).collect(),
        Some(Command::Range) => ["15m", "1h", "6h", "24h", "3d", "7d", "30d"]
            .map(|range| (range.to_owned(), format!("the last {range}")))
            .to_vec(),
        Some(Command::ShowObjects) => {
            model.profile.sources.iter().map(|source| (source.name.clone(), source.layout.to_string())).collect()
        }
        Some(Command::Case) => super::case::words(model),
        Some(Command::Filter) => crate::domain::State::ALL
            .map(|state| (format!("state:{}", state.name()), "rows in this state".to_owned()))
            .to_vec(),
        _ => Vec::new(),
    };
    ranked(argument.trim(), words)
        .into_iter()
        .map(|completion| Completion { line: format!("{name} {}", completion.line), ..completion })
        .collect()
}

fn ranked(typed: &str, words: Vec<(String, String)>) -> Vec<Completion> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, bool, Completion)> = words
        .into_iter()
        .filter_map(|(line, doc)| {
            let score = pattern.score(Utf32Str::new(&line, &mut buffer), &mut matcher)?;
            Some((score, line.starts_with(typed), Completion { line, doc }))
        })
        .collect();
    // A name that begins as typed goes before one that merely holds the letters.
    scored.sort_by_key(|(score, is_prefix, _)| (!*is_prefix, std::cmp::Reverse(*score)));
    scored.into_iter().map(|(_, _, completion)| completion).collect()
}

/// Runs a typed line. A name may be cut short as long as it is one command's alone.
pub(super) fn submit(model: &mut Model, line: &str) {
    const REMEMBERED: usize = 200;
    let line = line.trim();
    if line.is_empty() {
        return;
    }
    if model.command_history.last().is_none_or(|last| last != line) {
        model.command_history.push(line.to_owned());
        if model.command_history.len() > REMEMBERED {
            model.command_history.remove(0);
        }
    }
    match Invocation::parse(line).or_else(|word| expand(line, &word)) {
        Ok(invocation) => run::run(model, &invocation),
        Err(word) => {
            let near = nearest(&word, Command::ALL.iter().map(|command| command.name()));
            let hint = near.map(|name| format!("did you mean \"{name}\"?"));
            model.warn(format!("\"{word}\" is no command"), "", hint.as_deref());
        }
    }
}

/// The one command whose name begins with `word`.
fn expand(line: &str, word: &str) -> Result<Invocation, String> {
    let mut starting = Command::ALL.iter().filter(|command| command.name().starts_with(word));
    match (starting.next(), starting.next()) {
        (Some(command), None) => {
            let argument = line.split_once(char::is_whitespace).map_or("", |(_, rest)| rest.trim());
            Ok(Invocation { command: *command, argument: argument.to_owned() })
        }
        _ => Err(word.to_owned()),
    }
}
