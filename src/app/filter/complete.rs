//! What the last word of a filter may become.

use super::Field;
use crate::app::command_line::{Completion, of_last_word};
use crate::app::{Model, Screen};
use crate::domain::{HitField, State};

/// The storage classes of S3 (API reference, StorageClass).
const CLASSES: [&str; 9] = [
    "STANDARD",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
    "REDUCED_REDUNDANCY",
    "EXPRESS_ONEZONE",
];

/// The most values of one field that are offered.
const VALUES: usize = 500;

/// The completions of a filter of the screen that is shown: of its last word's field, then of that field's value.
pub fn completions(model: &Model, typed: &str) -> Vec<Completion> {
    let fields = Field::of(model.screen);
    of_last_word(typed, &[], |_, word| {
        let named = |name: &str| fields.iter().copied().find(|field| field.name() == name);
        if let Some(field) = word.split_once(':').and_then(|(name, _)| named(name)) {
            let values = values(model, field).into_iter();
            return values.map(|(value, doc)| (format!("{}:{value}", field.name()), doc)).collect();
        }
        let about = |field: &Field| (format!("{}:", field.name()), about(*field, model.screen).to_owned());
        fields.iter().map(about).collect()
    })
}

fn about(field: Field, screen: Screen) -> &'static str {
    match (field, screen) {
        (Field::State, Screen::Sources) => "sources with objects in this state: failed, parked",
        (Field::State, _) => "rows in this state: failed, parked, …",
        (Field::Key, _) => "a part of the key; =KEY is all of it",
        (Field::Size, Screen::Sources) => "size of the range's objects: >1G, <=200M",
        (Field::Size, _) => "size in S3: >1M, <=200K",
        (Field::Lag, Screen::Sources) => "95th percentile of the lag: >5m",
        (Field::Lag, _) => "arrival less the key's time: >5m, <1h30m",
        (Field::Class, _) => "storage class: GLACIER, STANDARD_IA",
        (Field::Reason, _) => "a part of why it failed",
        (Field::Source, _) => "a part of the source's name",
        (Field::Consumer, _) => "a part of the consumer's name",
        (Field::Ecs(_), _) => "a part of its value; = before it is all of it",
    }
}

fn values(model: &Model, field: Field) -> Vec<(String, String)> {
    let told = |values: &[&str], doc: &str| values.iter().map(|value| ((*value).to_owned(), doc.to_owned())).collect();
    match field {
        Field::State if model.screen == Screen::Objects => {
            State::ALL.iter().map(|state| (state.name().to_owned(), "rows in this state".to_owned())).collect()
        }
        Field::State => told(&["failed", "parked"], "rows in this state"),
        Field::Class => told(&CLASSES, "storage class"),
        Field::Size => told(&[">100K", ">1M", ">10M", ">1G", "<1K"], "size in S3"),
        Field::Lag => told(&[">5m", ">15m", ">1h", ">1d"], "time under way"),
        Field::Source => {
            model.profile.sources.iter().map(|source| (source.name.clone(), "source".to_owned())).collect()
        }
        Field::Consumer => {
            model.profile.consumers.iter().map(|consumer| (consumer.name.clone(), "consumer".to_owned())).collect()
        }
        Field::Ecs(path) => {
            let words = HitField::named(path).map_or(&[][..], |field| model.search.shape.table().words(field));
            let words = words.iter().skip(1).take(VALUES);
            let spelled =
                |word: &str| if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.to_owned() };
            words.map(|word| (format!("={}", spelled(word)), "seen in this answer".to_owned())).collect()
        }
        Field::Key | Field::Reason => Vec::new(),
    }
}
