//! The filter of rows: words that must, or must not, hold.
//!
//! ```text
//! state:failed,parked size:>1M lag:>=5m key:~T01 class:GLACIER -reason:timeout "two words" !gz
//! ```

mod complete;
mod parse;

#[cfg(test)]
mod tests;

use jiff::SignedDuration;

use super::Screen;
use crate::domain::{ByteSize, EcsValues, HIT_ECS, ObjectRow, State, States};

pub use complete::completions;
pub use parse::FilterError;

/// A filter: every word must hold. `text` is somewhere in the row; `field:value` is true of it; with `!` or `-` before
/// it, a word must not hold. Case is ignored, and what a row does not have is true of nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    text: String,
    words: Vec<Word>,
    /// Which of the profile's consumers the states of an object are of, where that is asked for.
    consumers: Option<[bool; States::MOST]>,
}

/// What a word may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The state, with the consumer that the row is of.
    State,
    /// The object's key.
    Key,
    /// How large it is.
    Size,
    /// How long it was under way.
    Lag,
    /// The storage class.
    Class,
    /// Why it failed.
    Reason,
    /// The source's name.
    Source,
    /// The consumer's name.
    Consumer,
    /// An ECS value of a hit, by its path.
    Ecs(&'static str),
}

/// The fields of hits.
const OF_HITS: [Field; HIT_ECS.len() + 2] = {
    let mut fields = [Field::Source; HIT_ECS.len() + 2];
    fields[1] = Field::Key;
    let mut at = 0;
    while at < HIT_ECS.len() {
        fields[at + 2] = Field::Ecs(HIT_ECS[at]);
        at += 1;
    }
    fields
};

impl Field {
    /// The fields that the rows of a screen have.
    pub fn of(screen: Screen) -> &'static [Self] {
        match screen {
            Screen::Objects => {
                &[Self::State, Self::Consumer, Self::Key, Self::Size, Self::Lag, Self::Class, Self::Reason]
            }
            Screen::Sources => &[Self::State, Self::Source, Self::Size, Self::Lag],
            Screen::Alerts => &[Self::Source, Self::Key],
            Screen::Failures => &[Self::State, Self::Key, Self::Reason, Self::Source, Self::Consumer],
            Screen::Search => &OF_HITS,
            _ => &[],
        }
    }

    /// Its name before the colon.
    pub fn name(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Key => "key",
            Self::Size => "size",
            Self::Lag => "lag",
            Self::Class => "class",
            Self::Reason => "reason",
            Self::Source => "source",
            Self::Consumer => "consumer",
            Self::Ecs(path) => path,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    is_inverse: bool,
    test: Test,
}

/// Texts are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Test {
    Anywhere(String),
    Contains(Field, String),
    /// One of these.
    Is(Field, Vec<String>),
    /// The beginnings of states' names.
    State(Vec<String>),
    Size(Comparison, u64),
    Lag(Comparison, SignedDuration),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
}

impl Comparison {
    fn holds<T: PartialOrd>(self, value: &T, limit: &T) -> bool {
        match self {
            Self::Above => value > limit,
            Self::AtLeast => value >= limit,
            Self::Below => value < limit,
            Self::AtMost => value <= limit,
            Self::Equal => value == limit,
        }
    }
}

/// What a filter may know of a row; what a row does not have stays empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Facts<'a> {
    /// Its states.
    pub states: &'a [State],
    /// The object's key.
    pub key: &'a str,
    /// Why it failed.
    pub reason: &'a str,
    /// The source's name.
    pub source: &'a str,
    /// The consumer's name.
    pub consumer: &'a str,
    /// The storage class.
    pub class: &'a str,
    /// Further text that words without a field find.
    pub more: &'a str,
    /// How large it is.
    pub size: Option<ByteSize>,
    /// How long it was under way.
    pub lag: Option<SignedDuration>,
    /// The ECS values of a hit.
    pub ecs: Option<&'a EcsValues>,
}

impl Facts<'_> {
    fn text(&self, field: Field) -> &str {
        match field {
            Field::Key => self.key,
            Field::Reason => self.reason,
            Field::Source => self.source,
            Field::Consumer => self.consumer,
            Field::Class => self.class,
            Field::Ecs(path) => self.ecs.and_then(|ecs| ecs.get(path)).unwrap_or_default(),
            Field::State | Field::Size | Field::Lag => "",
        }
    }
}

impl Filter {
    /// Reads a filter of a screen's rows; none for a blank one.
    pub fn parse(text: &str, screen: Screen) -> Result<Option<Self>, FilterError> {
        let words = parse::words(text, Field::of(screen))?;
        Ok((!words.is_empty()).then(|| Self { text: text.trim().to_owned(), words, consumers: None }))
    }

    /// The same filter of objects, over the consumers of these names: its words about consumers choose whose states its
    /// words about states are true of.
    #[must_use]
    pub fn over<'a>(mut self, consumers: impl Iterator<Item = &'a str>) -> Self {
        let is_about =
            |word: &Word| matches!(word.test, Test::Contains(Field::Consumer, _) | Test::Is(Field::Consumer, _));
        let (about, rest): (Vec<Word>, Vec<Word>) = std::mem::take(&mut self.words).into_iter().partition(is_about);
        self.words = rest;
        if !about.is_empty() {
            let mut chosen = [false; States::MOST];
            for (is_chosen, consumer) in chosen.iter_mut().zip(consumers) {
                let facts = Facts { consumer, ..Facts::default() };
                *is_chosen = about.iter().all(|word| word.test.holds(&facts) != word.is_inverse);
            }
            self.consumers = Some(chosen);
        }
        self
    }

    /// The filter as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether an object passes: with any consumer, or with one of those that were asked for, where that one is known to
    /// have to do with it.
    pub fn passes_object(&self, row: &ObjectRow) -> bool {
        let mut states = [State::Unobserved; States::MOST];
        let mut count = 0;
        let is_asked = |index: usize| self.consumers.is_none_or(|chosen| chosen[index]);
        for (_, state) in row.states.iter().enumerate().filter(|(index, _)| is_asked(*index)) {
            states[count] = state;
            count += 1;
        }
        let states = &states[..count];
        if self.consumers.is_some() && states.iter().all(|state| *state == State::Unobserved) {
            return false;
        }
        self.passes(&Facts {
            states,
            key: &row.object.id.key,
            reason: row.reason.as_deref().unwrap_or_default(),
            class: &row.object.storage_class,
            size: Some(row.object.size),
            lag: row.lag,
            ..Facts::default()
        })
    }

    /// Whether a row passes.
    pub fn passes(&self, facts: &Facts<'_>) -> bool {
        self.words.iter().all(|word| word.test.holds(facts) != word.is_inverse)
    }
}

impl Test {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
        match self {
            Self::Anywhere(part) => {
                let values = facts.ecs.into_iter().flat_map(EcsValues::iter).map(|(_, value)| value);
                [facts.key, facts.reason, facts.source, facts.more]
                    .into_iter()
                    .chain(values)
                    .any(|text| contains(text, part))
            }
            Self::Contains(field, part) => contains(facts.text(*field), part),
            // A class has parts: `GLACIER, restored`.
            Self::Is(Field::Class, names) => {
                facts.class.to_lowercase().split(", ").any(|part| names.iter().any(|name| name == part))
            }
            Self::Is(field, names) => names.contains(&facts.text(*field).to_lowercase()),
            Self::State(names) => {
                facts.states.iter().any(|state| names.iter().any(|name| state.name().starts_with(name.as_str())))
            }
            Self::Size(comparison, limit) => facts.size.is_some_and(|size| comparison.holds(&size.bytes(), limit)),
            Self::Lag(comparison, limit) => facts.lag.is_some_and(|lag| comparison.holds(&lag, limit)),
        }
    }
}
