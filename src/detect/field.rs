//! The fields of a record by the names that rules use: the log's own, ECS's, or those of Sigma's taxonomy.

use std::cell::{Cell, OnceCell};

use scops_parser::{Event, Value};

/// Fields whose place in a record is remembered while rules are matched against it.
const REMEMBERED: usize = 64;

/// What Sigma's taxonomy calls fields whose logs have other names, and ECS's name for each
/// (<https://sigmahq.io/docs/basics/log-sources.html>, taxonomy appendix of the specification).
const TAXONOMY: &[(&str, &str)] = &[
    ("c-ip", "source.ip"),
    ("c-useragent", "user_agent.original"),
    ("cs-host", "url.domain"),
    ("cs-method", "http.request.method"),
    ("cs-user-agent", "user_agent.original"),
    ("cs-uri-query", "url.query"),
    ("cs-uri-stem", "url.path"),
    ("c-uri", "url.original"),
    ("c-uri-query", "url.query"),
    ("c-uri-stem", "url.path"),
    ("dst_ip", "destination.ip"),
    ("dst_port", "destination.port"),
    ("query", "dns.question.name"),
    ("sc-status", "http.response.status_code"),
    ("src_ip", "source.ip"),
    ("src_port", "source.port"),
];

/// The first parts of ECS names. A field that begins otherwise can only be the log's own.
const ECS_SETS: &[&str] = &[
    "@timestamp",
    "agent",
    "as",
    "aws",
    "client",
    "cloud",
    "container",
    "data_stream",
    "destination",
    "device",
    "dll",
    "dns",
    "email",
    "error",
    "event",
    "file",
    "geo",
    "group",
    "hash",
    "host",
    "http",
    "log",
    "message",
    "network",
    "observer",
    "orchestrator",
    "organization",
    "package",
    "process",
    "registry",
    "related",
    "rule",
    "server",
    "service",
    "source",
    "system",
    "tags",
    "threat",
    "tls",
    "url",
    "user",
    "user_agent",
    "volume",
    "vulnerability",
    "winlog",
];

/// A field that rules ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    /// Its name in the rule.
    pub name: String,
    /// Its ECS name, where it may have one.
    ecs: Option<String>,
}

impl Field {
    pub(super) fn new(name: &str) -> Self {
        let taxonomy = TAXONOMY.iter().find(|(known, _)| *known == name).map(|(_, ecs)| (*ecs).to_owned());
        let first = name.split('.').next().unwrap_or(name);
        let own = ECS_SETS.contains(&first).then(|| name.to_owned());
        // What an event of Windows holds is named so in rules, without what lies around it.
        let windows =
            || name.starts_with(|first: char| first.is_ascii_uppercase()).then(|| format!("winlog.event_data.{name}"));
        Self { name: name.to_owned(), ecs: taxonomy.or(own).or_else(windows) }
    }
}

/// The fields of all rules; a rule knows them by their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(Vec<Field>);

impl Fields {
    /// The number of the field of this name.
    pub(super) fn number(&mut self, name: &str) -> usize {
        self.0.iter().position(|field| field.name == name).unwrap_or_else(|| {
            self.0.push(Field::new(name));
            self.0.len() - 1
        })
    }
}

/// A field's place in a record, as far as it was looked for.
#[derive(Clone, Copy)]
enum Place<'e> {
    Unknown,
    /// It is nowhere among the log's own.
    Nowhere,
    One(&'e Value<'e>),
    /// Below a list: looked for each time.
    Many,
}

/// A record while rules are matched against it.
pub(super) struct View<'e> {
    event: &'e Event<'e>,
    fields: &'e Fields,
    places: [Cell<Place<'e>>; REMEMBERED],
    ecs: OnceCell<Value<'e>>,
}

impl<'e> View<'e> {
    pub(super) fn new(event: &'e Event<'e>, fields: &'e Fields) -> Self {
        let places = std::array::from_fn(|_| Cell::new(Place::Unknown));
        Self { event, fields, places, ecs: OnceCell::new() }
    }

    /// Whether one of the values of a field passes. A list's items are its values each.
    pub(super) fn any(&self, number: usize, test: &mut dyn FnMut(&Value<'_>) -> bool) -> bool {
        let Some(field) = self.fields.0.get(number) else { return false };
        let own = &self.event.fields;
        let mut is_there = false;
        let mut each = |value: &Value<'_>| {
            is_there = true;
            test(value)
        };
        let place = self.places.get(number).map_or(Place::Many, |place| {
            if matches!(place.get(), Place::Unknown) {
                place.set(find(own, &field.name));
            }
            place.get()
        });
        let has_passed = match place {
            Place::One(value) => items(value, &mut each),
            Place::Many => walk(own, &field.name, &mut each),
            Place::Nowhere | Place::Unknown => false,
        };
        if has_passed || is_there {
            return has_passed;
        }
        let Some(ecs) = &field.ecs else { return false };
        walk(self.ecs.get_or_init(|| self.event.ecs()), ecs, test)
    }

    /// Whether the record has the field, be it without a value.
    pub(super) fn has(&self, number: usize) -> bool {
        let mut is_there = false;
        self.any(number, &mut |_| {
            is_there = true;
            true
        });
        is_there
    }

    /// Whether one of all the record's values passes, those of the record that carries it among them.
    pub(super) fn any_value(&self, test: &mut dyn FnMut(&Value<'_>) -> bool) -> bool {
        let carrier = self.event.carrier.as_ref().map(|carrier| &carrier.fields);
        std::iter::once(&self.event.fields).chain(carrier).any(|fields| leaves(fields, test))
    }
}

/// Where a field is, by its whole name first.
fn find<'e>(value: &'e Value<'e>, path: &str) -> Place<'e> {
    let Value::Object(fields) = value else {
        return if matches!(value, Value::Array(_)) { Place::Many } else { Place::Nowhere };
    };
    let named = |name: &str| fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value);
    if let Some(value) = named(path) {
        return Place::One(value);
    }
    for (at, _) in path.match_indices('.') {
        if let Some(value) = named(&path[..at]) {
            let place = find(value, &path[at + 1..]);
            if !matches!(place, Place::Nowhere) {
                return place;
            }
        }
    }
    Place::Nowhere
}

/// Whether one of the values at a path passes; lists are gone through.
fn walk(value: &Value<'_>, path: &str, test: &mut dyn FnMut(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Array(list) => list.iter().any(|item| walk(item, path, test)),
        Value::Object(fields) => {
            let named = |name: &str| fields.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value);
            if let Some(value) = named(path) {
                return items(value, test);
            }
            path.match_indices('.')
                .any(|(at, _)| named(&path[..at]).is_some_and(|value| walk(value, &path[at + 1..], test)))
        }
        _ => false,
    }
}

/// Whether a value passes, or an item of a list.
fn items(value: &Value<'_>, test: &mut dyn FnMut(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Array(list) if !list.is_empty() => list.iter().any(|item| items(item, test)),
        value => test(value),
    }
}

fn leaves(value: &Value<'_>, test: &mut dyn FnMut(&Value<'_>) -> bool) -> bool {
    match value {
        Value::Object(fields) => fields.iter().any(|(_, value)| leaves(value, test)),
        Value::Array(list) => list.iter().any(|item| leaves(item, test)),
        value => test(value),
    }
}
