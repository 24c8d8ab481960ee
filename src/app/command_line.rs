//! The line after `:`: what it may be completed to, and running it.

use super::request::{Effect, Past};
use super::{Model, Purpose, Screen, Typing, filter, fuzzy, objects, profiles, records, run, search, sources};
use crate::command::{Command, Invocation};
use crate::domain::HitField;

use crate::theme;

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
    if Command::named(name) == Some(Command::Filter) {
        let completions = filter::completions(model, argument.trim_start()).into_iter();
        return completions.map(|found| Completion { line: format!("{name} {}", found.line), ..found }).collect();
    }
    if Command::named(name) == Some(Command::Search) {
        let completions = search::completions(model, argument.trim_start()).into_iter();
        return completions.map(|found| Completion { line: format!("{name} {}", found.line), ..found }).collect();
    }
    let words: Vec<(String, String)> = match Command::named(name) {
        Some(Command::Theme) => model.themes.iter().map(|name| (name.clone(), about_theme(name).to_owned())).collect(),
        Some(Command::Range) => ["15m", "1h", "6h", "24h", "3d", "7d", "30d"]
            .map(|range| (range.to_owned(), format!("the last {range}")))
            .to_vec(),
        Some(Command::ShowObjects) => {
            model.profile.sources.iter().map(|source| (source.name.clone(), source.layout.to_string())).collect()
        }
        Some(Command::Profile) => {
            let named = |console: &&Model| (console.profile.name.clone(), profiles::about(console));
            profiles::known(model).iter().map(named).collect()
        }
        Some(Command::Go) => {
            let been = model.history.iter().rev().chain(&model.future);
            been.map(|address| (address.to_string(), "a view of before".to_owned())).collect()
        }
        Some(Command::Replay) => {
            model.profile.consumers.iter().map(|consumer| (consumer.name.clone(), "consumer".to_owned())).collect()
        }
        Some(Command::Sort) if model.screen == Screen::Sources => {
            sources::Order::ALL.map(|order| (order.word().to_owned(), order.name().to_owned())).to_vec()
        }
        Some(Command::Sort) if model.screen == Screen::Search => {
            let up = HitField::all().map(|field| (field.name().to_owned(), about_field(model, field)));
            up.chain(HitField::all().map(|field| (format!("-{}", field.name()), "the greatest first".into()))).collect()
        }
        Some(Command::Group) if model.screen == Screen::Search => {
            HitField::counted().map(|field| (field.name().to_owned(), about_field(model, field))).collect()
        }
        Some(Command::Columns) if model.screen == Screen::Search => {
            return of_last_word(argument, &[','], |_, _| {
                HitField::all().map(|field| (field.name().to_owned(), about_field(model, field))).collect()
            })
            .into_iter()
            .map(|found| Completion { line: format!("{name} {}", found.line), ..found })
            .collect();
        }
        Some(Command::Sort) => {
            objects::Order::ALL.map(|order| (order.word().to_owned(), order.name().to_owned())).to_vec()
        }
        Some(Command::CopyAs) => {
            objects::Form::ALL.map(|form| (form.word().to_owned(), "a form of the object's name".to_owned())).to_vec()
        }
        Some(Command::Restore) => {
            let tiers = crate::domain::restore::Tier::ALL;
            tiers.map(|tier| (tier.name().to_owned(), tier.takes(false).to_owned())).to_vec()
        }
        Some(Command::TimeStyle) => {
            records::TimeStyle::ALL.map(|style| (style.name().to_owned(), "how times are told".to_owned())).to_vec()
        }
        Some(Command::Statistics) => {
            let page = model.records.reading.as_ref().and_then(|reading| reading.page.as_ref());
            let columns = page.map_or(&[][..], |page| &page.columns);
            columns.iter().map(|path| (path.clone(), "a column of the format".to_owned())).collect()
        }
        Some(Command::Case) => super::case::words(model),
        _ => Vec::new(),
    };
    ranked(argument.trim(), words)
        .into_iter()
        .map(|completion| Completion { line: format!("{name} {}", completion.line), ..completion })
        .collect()
}

/// How much of a field the hits have.
fn about_field(model: &Model, field: HitField) -> String {
    let shape = &model.search.shape;
    match shape.table().words(field).len() {
        0 => "each hit has its own".to_owned(),
        1 => "no hit has it".to_owned(),
        words => format!("{} different ones", words - 1),
    }
}

/// What a theme says of itself, where it ships with scops.
fn about_theme(name: &str) -> &'static str {
    let shipped = theme::SHIPPED.iter().find(|(shipped, _)| *shipped == name);
    shipped.map_or("a theme of your own", |(_, text)| theme::about(text))
}

pub(super) fn ranked(typed: &str, words: Vec<(String, String)>) -> Vec<Completion> {
    let completions = words.into_iter().map(|(line, doc)| Completion { line, doc }).collect();
    fuzzy::rank(typed, completions, |completion| (completion.line.clone(), completion.doc.clone()))
}

/// The completions of the last word of a line; between quotes there is none. A word begins after white space or one of
/// `breaks`, and after its sign; `words` tells what it may be, of what stands before it and of the word itself.
pub(super) fn of_last_word(
    typed: &str,
    breaks: &[char],
    words: impl FnOnce(&str, &str) -> Vec<(String, String)>,
) -> Vec<Completion> {
    let (mut begin, mut is_quoted) = (0, false);
    for (at, character) in typed.char_indices() {
        is_quoted ^= character == '"';
        if !is_quoted && (character.is_whitespace() || breaks.contains(&character)) {
            begin = at + character.len_utf8();
        }
    }
    if is_quoted {
        return Vec::new();
    }
    let sign = usize::from(typed[begin..].starts_with(['!', '-']));
    let (before, word) = typed.split_at(begin + sign);
    let ranked = ranked(word, words(before, word)).into_iter();
    ranked.map(|completion| Completion { line: format!("{before}{}", completion.line), ..completion }).collect()
}

/// Puts the next completion into the line, or the one before it. Those that begin as typed are gone through alone,
/// where there are any.
pub(super) fn complete(model: &Model, typing: &mut Typing, is_forward: bool) {
    let typed = typing.base.clone().unwrap_or_else(|| typing.line.text().to_owned());
    let all = match typing.purpose {
        Purpose::Filter => filter::completions(model, &typed),
        Purpose::Search => search::completions(model, &typed),
        _ => completions(model, &typed),
    };
    let begin = all.iter().take_while(|completion| completion.line.starts_with(typed.trim_start())).count();
    let count = if begin > 0 { begin } else { all.len() };
    let chosen = match (typing.base.is_some(), is_forward) {
        (false, _) => 0,
        (true, true) => (typing.chosen + 1) % count.max(1),
        (true, false) => (typing.chosen + count.max(1) - 1) % count.max(1),
    };
    let Some(completion) = all.get(chosen) else { return };
    // What is complete is not gone through again: the next key completes what follows it.
    let base = (count > 1).then_some(typed);
    // A field wants its value at once.
    let end = if completion.line.ends_with(':') { "" } else { " " };
    *typing = Typing { chosen, base, ..Typing::new(typing.purpose, format!("{}{end}", completion.line)) };
}

/// Runs a typed line. A name may be cut short as long as it is one command's alone.
pub(super) fn submit(model: &mut Model, line: &str) {
    let line = line.trim();
    if line.is_empty() {
        return;
    }
    if model.command_history.last().is_none_or(|last| last != line) {
        model.command_history.push(line.to_owned());
        model.desk.push(Effect::Remember(Past::Command, line.to_owned()));
    }
    match Invocation::parse_short(line) {
        Ok(invocation) => run::run(model, &invocation),
        Err(error) => model.warn(error.to_string(), "", error.hint().as_deref()),
    }
}
