//! What can be done with one value: looked for everywhere, filtered by, copied, kept; and what it tells by itself.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::records::{field_under_cursor, fields};
use super::request::Request;
use super::{Cursor, Model, Popup, Purpose, Screen, Topic, case, failures, geometry, objects, records, run, search};
use crate::command::Command;
use crate::domain::{Explained, Fact, TimeRange, explain};

/// A value, with what it tells and what can be done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pivot {
    /// The path of its field; empty for a value that was typed.
    pub path: String,
    /// The value.
    pub value: String,
    /// Whether it is a field's of the records that are shown, which can be narrowed by it.
    pub is_narrowing: bool,
    /// What it tells by itself.
    pub explained: Explained,
    /// The action that is chosen.
    pub cursor: Cursor,
}

/// Something that can be done with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Look for it in every source.
    Search(String),
    /// Show only the records in which its field holds it.
    Only,
    /// Show only the records in which its field does not.
    Without,
    /// Count the values of its field.
    Count,
    /// Copy it.
    Copy,
    /// Keep it in the case, with its record.
    Keep,
    /// Open the object that it names.
    OpenObject,
    /// Look at the minutes around it.
    Around(Timestamp),
}

impl Pivot {
    /// What can be done, the likeliest first.
    pub fn actions(&self) -> Vec<(Action, String)> {
        let words = |action: Action, words: &str| (action, words.to_owned());
        let mut actions = Vec::new();
        if self.explained.kind == "S3 URI" {
            actions.push(words(Action::OpenObject, "open the object"));
        }
        if let Some(time) = self.moment() {
            actions.push(words(Action::Around(time), "look at the 15 minutes around it"));
        }
        actions.push(words(Action::Search(self.value.clone()), "search every source in this range"));
        if self.is_narrowing {
            actions.push(words(Action::Only, "show only the records that hold it here"));
            actions.push(words(Action::Without, "show only the records that do not"));
            actions.push(words(Action::Count, "count the values of the field"));
        }
        actions.push(words(Action::Copy, "copy it"));
        actions.push(words(Action::Keep, "add it to the case"));
        for fact in self.explained.facts.iter().filter(|fact| fact.is_part && fact.text != self.value) {
            actions.push((Action::Search(fact.text.clone()), format!("search for the {}: {}", fact.label, fact.text)));
        }
        actions
    }

    fn moment(&self) -> Option<Timestamp> {
        let told = self.explained.facts.first().filter(|_| self.explained.kind == "time")?;
        told.text.parse().ok()
    }
}

/// `:pivot VALUE`; without one, the value under the cursor.
pub(super) fn open(model: &mut Model, argument: &str) {
    let found = if argument.is_empty() { under_cursor(model) } else { Some((String::new(), argument.to_owned())) };
    match found {
        Some((path, value)) => show(model, path, value),
        None if argument.is_empty() && model.screen == Screen::Records => {
            model.warn("no value is under the cursor", "", Some("tab goes into the record"));
        }
        None => run::start_typing(model, Purpose::Command, "pivot "),
    }
}

fn under_cursor(model: &Model) -> Option<(String, String)> {
    match model.screen {
        Screen::Records => {
            let value = records::value_under_cursor(model)?;
            Some((field_under_cursor(model).unwrap_or_default(), value))
        }
        // A hit is told by the value that it holds; narrowing is for records.
        Screen::Search => {
            let facets = &model.search.shape.facets;
            if facets.has_focus {
                return Some((String::new(), facets.under_cursor()?.1?.to_owned()));
            }
            model.search.selected()?;
            Some((String::new(), model.search.phase.query()?.expression.needle()?.to_owned()))
        }
        Screen::Objects => objects::selected_object(model).map(|object| (String::new(), object.id.to_string())),
        Screen::Alerts => model.alerts.value().map(|(path, value)| (path.to_owned(), value.to_owned())),
        Screen::Failures => failures::selected(model).map(|(id, _)| (String::new(), id.to_string())),
        _ => None,
    }
}

/// Shows what can be done with a value.
pub(super) fn show(model: &mut Model, path: String, value: String) {
    let explained = explain(&path, &value, model.now);
    if explained.kind == "ip"
        && let Ok(address) = value.trim().parse::<IpAddr>()
    {
        model.desk.ask(Topic::AwsRange, Request::AwsRange(address));
    }
    let is_narrowing = !path.is_empty() && model.screen == Screen::Records;
    model.popup =
        Some(Popup::Pivot(Box::new(Pivot { path, value, is_narrowing, explained, cursor: Cursor::default() })));
}

/// What Amazon's list of addresses tells has come.
pub(super) fn ranged(model: &mut Model, facts: Vec<Fact>) {
    if let Some(Popup::Pivot(pivot)) = &mut model.popup {
        pivot.explained.facts.extend(facts);
    }
}

/// Commands while a value or a field is over the screen. Returns whether it was one; any other closes it, and runs.
pub(super) fn run(model: &mut Model, command: Command) -> bool {
    let (pivot_rows, counting_rows) = (geometry::pivot_rows(model), geometry::counting_rows(model));
    let (path, value) = match &mut model.popup {
        Some(Popup::Pivot(pivot)) => {
            let actions = pivot.actions();
            if pivot.cursor.run(command, pivot_rows, actions.len()) {
                return true;
            }
            if command == Command::Open {
                let pivot = pivot.clone();
                model.popup = None;
                if let Some((action, _)) = actions.into_iter().nth(pivot.cursor.at) {
                    act(model, &pivot, action);
                }
                return true;
            }
            (pivot.path.clone(), pivot.value.clone())
        }
        Some(Popup::Statistics(counting)) => {
            let values = counting.statistics.as_ref().map_or(&[][..], |statistics| &statistics.values);
            if counting.cursor.run(command, counting_rows, values.len()) {
                return true;
            }
            let value = values.get(counting.cursor.at).map(|value| value.text.clone());
            match value {
                Some(value) => (counting.path.clone(), value),
                None if command == Command::Open => return true,
                None => (String::new(), String::new()),
            }
        }
        _ => return false,
    };
    model.popup = None;
    model.desk.cancel(Topic::AwsRange);
    match command {
        Command::Back | Command::Close | Command::Interrupt => {}
        _ if value.is_empty() => return false,
        Command::Open | Command::Pivot => show(model, path, value),
        Command::FilterIn => fields::narrow(model, &path, &value, false),
        Command::FilterOut => fields::narrow(model, &path, &value, true),
        Command::Statistics => fields::statistics(model, &path),
        Command::SearchValue | Command::Search => search::look_for(model, &value),
        Command::Copy => run::copy(model, value),
        Command::Pin => keep(model, &path, &value),
        _ => return false,
    }
    true
}

fn act(model: &mut Model, pivot: &Pivot, action: Action) {
    model.desk.cancel(Topic::AwsRange);
    match action {
        Action::Search(text) => search::look_for(model, &text),
        Action::Only => fields::narrow(model, &pivot.path, &pivot.value, false),
        Action::Without => fields::narrow(model, &pivot.path, &pivot.value, true),
        Action::Count => fields::statistics(model, &pivot.path),
        Action::Copy => run::copy(model, pivot.value.clone()),
        Action::Keep => keep(model, &pivot.path, &pivot.value),
        Action::OpenObject => records::open_uri(model, &pivot.value),
        Action::Around(time) => {
            let around = SignedDuration::from_mins(15);
            let edge = |moment: Result<Timestamp, jiff::Error>| moment.unwrap_or(time);
            let range = TimeRange::new(edge(time.checked_sub(around)), edge(time.checked_add(around)));
            model.look_at(range);
            model.note(format!("the range is {range}"));
        }
    }
}

/// Notes a value in the case: with its record where it is one's, else by itself.
fn keep(model: &mut Model, path: &str, value: &str) {
    if path.is_empty() || model.screen != Screen::Records {
        case::note(model, value);
    } else {
        case::pin(model, &format!("{path} = {value}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::fixture::{Night, hits, priced};
    use crate::app::request::Reply;
    use crate::domain::{ByteSize, Estimate};

    fn of(night: &Night) -> (String, Vec<String>) {
        let Some(Popup::Pivot(pivot)) = &night.model.popup else { panic!("no pivot") };
        (pivot.value.clone(), pivot.actions().into_iter().map(|(_, words)| words).collect())
    }

    #[test]
    fn hits_objects_and_failures_have_a_value_under_the_cursor_too() {
        let mut night = Night::new(120, 40);
        night.press("4").type_text("203.0.113.8").press("enter");
        let estimate = Estimate { objects: 3, bytes: ByteSize::mib(1), dollars: 0.01, sql: String::new() };
        night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate)]);
        night.press("enter");
        night.answer(|request| matches!(request, Request::Search(_)), vec![Reply::Hits(hits())]);
        night.press("K");
        let (value, actions) = of(&night);
        assert_eq!(value, "203.0.113.8");
        assert!(!actions.iter().any(|words| words.contains("show only")), "hits are not narrowed");

        let mut night = Night::new(120, 40).with_objects();
        night.press("K");
        assert!(of(&night).0.starts_with("s3://acme-security-logs/") && of(&night).1[0] == "open the object");
        let mut night = Night::new(120, 40).surveyed();
        night.press("5 G K");
        assert!(of(&night).0.starts_with("s3://acme-security-logs/"));
    }
}
