//! The alerts screen: what the rules of detection found in the range, the gravest first, by rule.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::filter::Facts;
use super::request::{Request, Trouble};
use super::{Cursor, Filter, Model, Topic, geometry, records, run, search, sheet};
use crate::command::Command;
use crate::detect::Level;
use crate::domain::{Alert, ObjectId, TimeRange};

/// How often alerts are listed again by themselves.
const EVERY: SignedDuration = SignedDuration::from_mins(1);
/// Requests that one listing of a source's alerts is reckoned with: its accounts and regions.
const REQUESTS: u64 = 4;

/// The alerts screen.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Alerts {
    /// What was found, the gravest first; of these the newest.
    pub all: Vec<Alert>,
    /// Whether that is all of the range.
    pub is_whole: bool,
    /// Whether anybody has looked: before, no alert says nothing.
    pub is_known: bool,
    /// The texts of the rules, by their ids.
    pub rules: BTreeMap<String, Arc<str>>,
    /// Whether they are one list, and not grouped by rule.
    pub is_flat: bool,
    /// The rules whose alerts are folded away.
    pub folded: BTreeSet<String>,
    /// The objects that are marked.
    pub marks: BTreeSet<ObjectId>,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// Which alerts are shown.
    pub filter: Option<Filter>,
    /// Why they could not be listed.
    pub trouble: Option<Trouble>,
    /// Whether the alert beside the rows has the keys.
    pub is_focused: bool,
    /// The first line of it that is in sight.
    pub scroll: usize,
    /// The range that was asked for last, and when.
    asked: Option<(TimeRange, Timestamp)>,
}

/// What one rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The rule's id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// How grave it is.
    pub level: Level,
    /// Indices into [`Alerts::all`].
    pub members: Vec<usize>,
    /// Those of which none is kept, as an object had too many.
    pub further: u64,
}

/// A row of the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertRow {
    /// A rule, with its alerts below it.
    Rule(Group),
    /// An alert, as an index into [`Alerts::all`].
    Alert(usize),
}

impl Alerts {
    fn shown(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.all.len()).filter(|index| self.filter.as_ref().is_none_or(|filter| passes(filter, &self.all[*index])))
    }

    /// What each rule found, the gravest rule first.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for index in self.shown() {
            let alert = &self.all[index];
            let at = *places.entry(&alert.rule).or_insert_with(|| {
                groups.push(Group {
                    rule: alert.rule.clone(),
                    title: alert.title.clone(),
                    level: alert.level,
                    members: Vec::new(),
                    further: 0,
                });
                groups.len() - 1
            });
            groups[at].members.push(index);
            groups[at].further += alert.further;
        }
        groups
    }

    /// The rows of the screen.
    pub fn rows(&self) -> Vec<AlertRow> {
        if self.is_flat {
            return self.shown().map(AlertRow::Alert).collect();
        }
        let mut rows = Vec::new();
        for group in self.groups() {
            let is_open = !self.folded.contains(&group.rule);
            let members = group.members.clone();
            rows.push(AlertRow::Rule(group));
            if is_open {
                rows.extend(members.into_iter().map(AlertRow::Alert));
            }
        }
        rows
    }

    /// The alert under the cursor; of a rule, its first.
    pub fn selected(&self) -> Option<&Alert> {
        let index = match self.rows().into_iter().nth(self.cursor.at)? {
            AlertRow::Rule(group) => *group.members.first()?,
            AlertRow::Alert(index) => index,
        };
        self.all.get(index)
    }

    /// What one asks about next: from where, else whose doing it is; with the field that holds it.
    pub fn value(&self) -> Option<(&'static str, &str)> {
        let alert = self.selected()?;
        let address = alert.address.as_deref().map(|address| ("source.ip", address));
        address.or_else(|| Some(("user.name", alert.who.as_deref()?)))
    }

    /// The keys of the objects of a source in which something was found.
    pub fn keys_of(&self, source: &str) -> HashSet<&str> {
        self.all.iter().filter(|alert| alert.source == source).map(|alert| alert.object.key.as_str()).collect()
    }

    /// How many fall into each of so many even bins of a range; empty where none does.
    pub fn per_bin(&self, source: &str, range: TimeRange, bins: usize) -> Vec<u32> {
        let mut counts = Vec::new();
        for alert in self.all.iter().filter(|alert| alert.source == source) {
            if let Some(bin) = alert.time.and_then(|time| range.bin_of(time, bins)) {
                counts.resize(bins, 0);
                counts[bin] += 1;
            }
        }
        counts
    }
}

fn passes(filter: &Filter, alert: &Alert) -> bool {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let level = alert.level.name();
    filter.passes(&Facts {
        key: &alert.object.key,
        source: &alert.source,
        more: &format!("{level} {} {} {} {}", alert.title, text(&alert.who), text(&alert.address), alert.message),
        ..Facts::default()
    })
}

/// Whether a consumer of the profile detects anything.
pub fn are_told(model: &Model) -> bool {
    model.profile.consumers.iter().any(|consumer| consumer.alerts.is_some())
}

pub(super) fn ask(model: &mut Model) {
    if are_told(model) {
        model.alerts.asked = Some((model.range, model.now));
        model.desk.ask(Topic::Alerts, Request::Alerts { range: model.range });
    }
}

/// Asks where another range was asked for last.
pub(super) fn ask_if_stale(model: &mut Model) {
    if model.alerts.asked.is_none_or(|(range, _)| range != model.range) {
        ask(model);
    }
}

/// The requests that listing them again costs, where that is due.
pub(super) fn due(model: &Model) -> Option<u64> {
    let (_, asked) = model.alerts.asked?;
    let is_due = model.follows_clock
        && model.alerts.trouble.is_none()
        && model.typing.is_none()
        && !model.is_asking(Topic::Alerts)
        && model.now.duration_since(asked) >= EVERY;
    let objects = || model.alerts.all.iter().map(|alert| &alert.object).collect::<HashSet<_>>().len();
    is_due.then(|| model.profile.sources.len() as u64 * REQUESTS + objects() as u64)
}

/// They are there: the cursor stays on the alert that it was on.
pub(super) fn answered(
    model: &mut Model,
    range: TimeRange,
    all: Vec<Alert>,
    is_whole: bool,
    rules: Vec<(String, Arc<str>)>,
) {
    if range != model.range && !model.follows_clock {
        return;
    }
    let alerts = &mut model.alerts;
    let before = alerts.selected().map(|alert| alert.id.clone()).filter(|_| alerts.cursor.at > 0);
    (alerts.all, alerts.is_whole, alerts.is_known, alerts.trouble) = (all, is_whole, true, None);
    alerts.rules = rules.into_iter().collect();
    let there: HashSet<&ObjectId> = alerts.all.iter().map(|alert| &alert.object).collect();
    alerts.marks.retain(|object| there.contains(object));
    if let Some(before) = before {
        let is_it = |row: &AlertRow| matches!(row, AlertRow::Alert(index) if alerts.all[*index].id == before);
        if let Some(at) = alerts.rows().iter().position(is_it) {
            alerts.cursor.at = at;
        }
    }
}

pub(super) fn move_cursor(model: &mut Model, command: Command, height: usize) -> bool {
    if model.alerts.is_focused {
        // The lines are wrapped as they are drawn; behind the last one there is nothing to see.
        let mut cursor = Cursor { at: model.alerts.scroll, top: 0 };
        let has_moved = cursor.run(command, geometry::alert_rows(model), lines(model).len().max(1));
        model.alerts.scroll = cursor.at;
        return has_moved;
    }
    let len = model.alerts.rows().len();
    let has_moved = model.alerts.cursor.run(command, height, len);
    if has_moved {
        model.alerts.scroll = 0;
    }
    has_moved
}

pub(super) fn run(model: &mut Model, command: Command) {
    let rows = model.alerts.rows();
    let row = rows.get(model.alerts.cursor.at);
    match (command, row) {
        (Command::Open | Command::Fold, Some(AlertRow::Rule(group))) => {
            let folded = &mut model.alerts.folded;
            if !folded.remove(&group.rule) {
                folded.insert(group.rule.clone());
            }
        }
        (Command::Open, Some(AlertRow::Alert(index))) => {
            let hit = model.alerts.all[*index].hit();
            records::open_hit(model, &hit);
        }
        (Command::Fold, Some(AlertRow::Alert(index))) if !model.alerts.is_flat => {
            let rule = model.alerts.all[*index].rule.clone();
            let is_it = |row: &AlertRow| matches!(row, AlertRow::Rule(group) if group.rule == rule);
            model.alerts.cursor.at = rows.iter().position(is_it).unwrap_or(0);
            model.alerts.folded.insert(rule);
        }
        (Command::FoldAll, _) => {
            let alerts = &mut model.alerts;
            let all: BTreeSet<String> = alerts.groups().into_iter().map(|group| group.rule).collect();
            alerts.folded = if alerts.folded.is_empty() { all } else { BTreeSet::new() };
        }
        (Command::Group, _) => model.alerts.is_flat = !model.alerts.is_flat,
        (Command::SwitchPane, _) => model.alerts.is_focused = !model.alerts.is_focused && !model.alerts.all.is_empty(),
        (Command::Mark, Some(row)) => mark(model, row),
        (Command::MarkAll, _) => {
            let objects: Vec<ObjectId> =
                model.alerts.shown().map(|index| model.alerts.all[index].object.clone()).collect();
            model.alerts.marks.extend(objects);
        }
        (Command::ClearMarks, _) => model.alerts.marks.clear(),
        (Command::Replay, row) => replay(model, row),
        (Command::SearchValue, _) => match model.alerts.value().map(|(_, value)| value.to_owned()) {
            Some(value) => search::look_for(model, &value),
            None => model.warn("nothing to search for", "the alert names no address and no user", None),
        },
        (Command::Copy, _) => {
            if let Some(document) = model.alerts.selected().map(|alert| alert.document.to_string()) {
                run::copy(model, document);
            }
        }
        (Command::CopyUri, _) => {
            if let Some(uri) = model.alerts.selected().map(|alert| alert.object.to_string()) {
                run::copy(model, uri);
            }
        }
        (Command::NextMatch | Command::PreviousMatch, _) => step_rule(model, &rows, command == Command::NextMatch),
        _ => {}
    }
}

/// Goes to the next rule, or to the one before.
fn step_rule(model: &mut Model, rows: &[AlertRow], is_forward: bool) {
    let at = model.alerts.cursor.at;
    let mut rules = (0..rows.len()).filter(|index| matches!(rows[*index], AlertRow::Rule(_)));
    let found = if is_forward { rules.find(|rule| *rule > at) } else { rules.rfind(|rule| *rule < at) };
    model.alerts.cursor.at = found.unwrap_or(at);
}

fn objects_of(model: &Model, row: &AlertRow) -> Vec<ObjectId> {
    let members = match row {
        AlertRow::Rule(group) => group.members.as_slice(),
        AlertRow::Alert(index) => std::slice::from_ref(index),
    };
    members.iter().map(|index| model.alerts.all[*index].object.clone()).collect()
}

/// Marks the object of an alert, or all of a rule; takes the marks away where all are there.
fn mark(model: &mut Model, row: &AlertRow) {
    let objects = objects_of(model, row);
    let marks = &mut model.alerts.marks;
    if objects.iter().all(|object| marks.contains(object)) {
        for object in &objects {
            marks.remove(object);
        }
    } else {
        marks.extend(objects);
    }
    let (height, len) = (geometry::rows(model), model.alerts.rows().len());
    model.alerts.cursor.run(Command::Down, height, len);
}

/// Plans a replay of the objects that are marked, else of those under the cursor.
fn replay(model: &mut Model, row: Option<&AlertRow>) {
    let chosen: BTreeSet<ObjectId> = if model.alerts.marks.is_empty() {
        row.map(|row| objects_of(model, row)).unwrap_or_default().into_iter().collect()
    } else {
        model.alerts.marks.clone()
    };
    let consumers: BTreeSet<&str> = {
        let found = model.alerts.all.iter().filter(|alert| chosen.contains(&alert.object));
        found.map(|alert| alert.consumer.as_str()).collect()
    };
    match (consumers.len(), consumers.first()) {
        (1, Some(consumer)) => {
            let consumer = (*consumer).to_owned();
            sheet::plan(model, consumer, chosen.into_iter().collect());
        }
        (0, _) => model.warn("nothing to replay", "no alert is under the cursor", None),
        _ => {
            let hint = Some("mark the alerts of one consumer; u takes all marks away");
            model.warn("cannot plan one replay", "the marks span several consumers", hint);
        }
    }
}

pub(super) fn step_back(model: &mut Model) -> bool {
    std::mem::take(&mut model.alerts.is_focused) || model.alerts.filter.take().is_some()
}

/// A line of the alert under the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertLine {
    /// What was found.
    Title(String),
    /// Text.
    Text(String),
    /// A field of its document and its value.
    Field(String, String),
    /// A line of the rule.
    Rule(String),
}

/// The alert under the cursor, line by line: what was found where, the record's fields, the rule.
pub fn lines(model: &Model) -> Vec<AlertLine> {
    let Some(alert) = model.alerts.selected() else { return Vec::new() };
    let mut lines = vec![
        AlertLine::Title(alert.title.clone()),
        AlertLine::Text(alert.message.clone()),
        AlertLine::Field("object".into(), format!("{}:{}", alert.object, alert.line)),
    ];
    let document: Option<serde_json::Value> = serde_json::from_str(&alert.document).ok();
    let description = document.as_ref().and_then(|document| document.pointer("/rule/description")?.as_str());
    lines.extend(description.map(|text| AlertLine::Text(text.to_owned())));
    if alert.further > 0 {
        lines.push(AlertLine::Text(format!("{} more in this object, of which none is kept", alert.further)));
    }
    lines.push(AlertLine::Text(String::new()));
    if let Some(document) = &document {
        fields(document, &mut String::new(), &mut lines);
    }
    lines.push(AlertLine::Text(String::new()));
    match model.alerts.rules.get(&alert.rule) {
        Some(text) => lines.extend(text.lines().map(|line| AlertLine::Rule(line.to_owned()))),
        None => lines.push(AlertLine::Text("its rule is not among those of this profile any more".into())),
    }
    lines
}

/// The fields of a document, each with its dotted path; what stands elsewhere on the screen is left out.
fn fields(value: &serde_json::Value, path: &mut String, lines: &mut Vec<AlertLine>) {
    use serde_json::Value;
    const ELSEWHERE: [&str; 7] = ["@timestamp", "message", "rule", "scops", "tags", "threat", "related"];
    match value {
        Value::Object(map) => {
            let is_top = path.is_empty();
            for (key, value) in map.iter().filter(|(key, _)| !is_top || !ELSEWHERE.contains(&key.as_str())) {
                let length = path.len();
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                fields(value, path, lines);
                path.truncate(length);
            }
        }
        Value::Array(items) => {
            let texts: Vec<String> =
                items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
            lines.push(AlertLine::Field(path.clone(), texts.join(", ")));
        }
        Value::Null => {}
        Value::String(text) => lines.push(AlertLine::Field(path.clone(), text.clone())),
        other => lines.push(AlertLine::Field(path.clone(), other.to_string())),
    }
}

#[cfg(test)]
mod tests;
