//! Rules that give names of the Elastic Common Schema to the fields of a record.

use std::borrow::Cow;

use jiff::SignedDuration;

use super::condition::Condition;
use super::path::Path;
use super::template::Template;
use crate::ecs::{self, Ecs};
use crate::formats::{set_priority, snake};
use crate::time::EventTime;
use crate::value::Value;

mod parse;
mod steps;

#[cfg(test)]
pub(super) use parse::{HELPERS, KEYS};
pub(super) use parse::{paths, time_formats};
use steps::Step;

/// One rule; it does its part where all its conditions hold. A later rule replaces what an earlier one gave.
#[derive(Debug)]
pub(super) struct Rule {
    when: Vec<Condition>,
    action: Action,
}

#[derive(Debug)]
enum Action {
    /// Constants at paths.
    Set(Vec<(String, Value<'static>)>),
    Give(Give),
}

/// A value that is found, changed, and put somewhere.
#[derive(Debug)]
struct Give {
    source: Source,
    steps: Vec<Step>,
    default: Option<Value<'static>>,
    target: Target,
}

#[derive(Debug)]
enum Source {
    /// Of several the first that is there; for lists all of them.
    Paths(Vec<Path>),
    Constant(Value<'static>),
    Template(Template),
}

/// Where a value goes.
#[derive(Debug)]
enum Target {
    At(String),
    /// Into a list, where it is not in it yet.
    List(String),
    /// `<to>.address`, and `<to>.ip` and `related.ip` where it is an IP address.
    Address {
        address: String,
        ip: String,
    },
    /// `url.*`
    Url,
    /// A copy whose names are in snake case.
    Snake(String),
    /// `log.syslog.facility` and `log.syslog.severity`, and `log.level`: the value is a priority of syslog.
    Priority,
    /// `event.duration`, `event.start` and `event.end`: the event's time is one end, the value how long it lasted.
    Span {
        is_end: bool,
    },
}

impl Rule {
    pub(super) fn apply<'e>(&'e self, fields: &'e Value<'_>, time: Option<EventTime>, ecs: &mut Ecs<'e>) {
        if !self.when.iter().all(|condition| condition.holds(fields)) {
            return;
        }
        match &self.action {
            Action::Set(constants) => {
                for (path, value) in constants {
                    ecs.set(path, value.borrow());
                }
            }
            Action::Give(give) => give.apply(fields, time, ecs),
        }
    }
}

impl Give {
    fn apply<'e>(&'e self, fields: &'e Value<'_>, time: Option<EventTime>, ecs: &mut Ecs<'e>) {
        let is_list = matches!(self.target, Target::List(_));
        let mut is_found = false;
        match &self.source {
            Source::Paths(paths) => {
                for path in paths {
                    let mut found = Vec::new();
                    path.each(fields, &mut |value| found.extend(self.change(value)));
                    is_found |= !found.is_empty();
                    match found.len() {
                        0 => continue,
                        _ if is_list => found.into_iter().for_each(|value| self.put(value, time, ecs)),
                        1 if !path.is_many() => found.into_iter().for_each(|value| self.put(value, time, ecs)),
                        _ => self.put(Value::Array(found), time, ecs),
                    }
                    if !is_list {
                        break;
                    }
                }
            }
            Source::Constant(value) => {
                is_found = true;
                self.put(value.borrow(), time, ecs);
            }
            Source::Template(template) => {
                let value = template.fill(fields).and_then(|text| steps::text(&self.steps, text));
                is_found = value.is_some();
                if let Some(value) = value {
                    self.put(value, time, ecs);
                }
            }
        }
        if let Some(default) = self.default.as_ref().filter(|_| !is_found) {
            self.put(default.borrow(), time, ecs);
        }
    }

    /// The value as its steps make it; nothing where it says nothing.
    fn change<'e>(&'e self, value: &'e Value<'_>) -> Option<Value<'e>> {
        if let Target::Snake(_) = self.target {
            return Some(snake(value)).filter(|value| !value.is_null());
        }
        steps::value(&self.steps, value)
    }

    fn put<'e>(&'e self, value: Value<'e>, time: Option<EventTime>, ecs: &mut Ecs<'e>) {
        match &self.target {
            Target::At(path) | Target::Snake(path) => ecs.set(path, value),
            Target::List(path) => match value {
                Value::Array(items) => items.into_iter().for_each(|item| add(ecs, path, item)),
                value => add(ecs, path, value),
            },
            Target::Address { address, ip } => {
                let Value::String(text) = value else { return };
                match text {
                    Cow::Borrowed(text) => ecs.set_address(address, ip, text),
                    Cow::Owned(text) => {
                        if text.parse::<std::net::IpAddr>().is_ok() {
                            ecs.set(ip, text.clone());
                            ecs.add("related.ip", text.clone());
                        }
                        ecs.set(address, text);
                    }
                }
            }
            Target::Url => match value {
                Value::String(Cow::Borrowed(text)) => ecs::set_url(ecs, text),
                value => ecs.set("url.original", value),
            },
            Target::Priority => {
                if let Some(priority) = value.scalar().and_then(|text| text.parse().ok()) {
                    ecs.set("log.syslog.priority", priority);
                    set_priority(ecs, priority);
                }
            }
            Target::Span { is_end } => span(&value, *is_end, time, ecs),
        }
    }
}

fn add<'e>(ecs: &mut Ecs<'e>, path: &'e str, item: Value<'e>) {
    match item {
        Value::String(text) | Value::Number(text) if !text.is_empty() => ecs.add(path, text),
        _ => {}
    }
}

fn span(value: &Value<'_>, is_end: bool, time: Option<EventTime>, ecs: &mut Ecs<'_>) {
    let Some(nanos) = value.as_i64().filter(|nanos| *nanos >= 0) else { return };
    ecs.set("event.duration", nanos as u64);
    let Some(EventTime { at, .. }) = time else { return };
    let lasted = SignedDuration::from_nanos(nanos);
    let (start, end) =
        if is_end { (at.checked_sub(lasted).ok(), Some(at)) } else { (Some(at), at.checked_add(lasted).ok()) };
    ecs.set_some("event.start", start.map(|at| at.to_string()));
    ecs.set_some("event.end", end.map(|at| at.to_string()));
}
