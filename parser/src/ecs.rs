//! Builds nested objects of the Elastic Common Schema from dotted paths.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::time::EventTime;
use crate::value::Value;

/// A nested object under construction.
#[derive(Debug, Default)]
pub(crate) struct Ecs<'a> {
    fields: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Ecs<'a> {
    /// Begins the object of an event of `dataset` (`aws.cloudtrail`).
    pub(crate) fn new(dataset: &'a str, kind: &'a str, time: Option<EventTime>) -> Self {
        let mut ecs = Ecs { fields: Vec::with_capacity(12) };
        if let Some(time) = time {
            ecs.set("@timestamp", time.at.to_string());
        }
        ecs.set("event.kind", kind);
        ecs.set("event.dataset", dataset);
        if let Some((module, _)) = dataset.split_once('.') {
            ecs.set("event.module", module);
        }
        ecs
    }

    /// Sets the value at `path`, in the place of an earlier one.
    pub(crate) fn set(&mut self, path: &'a str, value: impl Into<Value<'a>>) {
        place(&mut self.fields, path, value.into());
    }

    /// Sets the value at `path` if there is one.
    pub(crate) fn set_some<T: Into<Value<'a>>>(&mut self, path: &'a str, value: Option<T>) {
        if let Some(value) = value {
            self.set(path, value);
        }
    }

    /// Sets each name of `table` from the field at its path, where that is a scalar that is not empty.
    pub(crate) fn copy<'f: 'a>(&mut self, fields: &'f Value<'_>, table: &[(&str, &'a str)]) {
        for (path, name) in table {
            let value = fields.get(path).filter(|value| value.scalar().is_some_and(|text| !text.is_empty()));
            self.set_some(name, value.map(Value::borrow));
        }
    }

    /// Sets the value `name` of the object at `path`, for names that only the log knows.
    pub(crate) fn set_under(&mut self, path: &'a str, name: Cow<'a, str>, value: impl Into<Value<'a>>) {
        let (name, value) = (name, value.into());
        match find(&mut self.fields, path) {
            Some(Value::Object(fields)) => fields.push((name, value)),
            _ => self.set(path, Value::Object(vec![(name, value)])),
        }
    }

    /// Adds a field under a name that only the log knows, dots and all.
    pub(crate) fn push(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        self.fields.push((name, value));
    }

    /// Takes the value at `path` away again.
    pub(crate) fn remove(&mut self, path: &str) {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        if let Some(Value::Object(fields)) = find(&mut self.fields, parent) {
            fields.retain(|(key, _)| key != name);
        }
    }

    /// Sets a list of words.
    pub(crate) fn set_words(&mut self, path: &'a str, words: &[&'a str]) {
        self.set(path, Value::Array(words.iter().map(|word| Value::from(*word)).collect()));
    }

    /// Adds to a list at `path` what is not in it yet.
    pub(crate) fn add(&mut self, path: &'a str, item: impl Into<Cow<'a, str>>) {
        let item = Value::String(item.into());
        match find(&mut self.fields, path) {
            Some(Value::Array(items)) => {
                if !items.contains(&item) {
                    items.push(item);
                }
            }
            _ => self.set(path, Value::Array(vec![item])),
        }
    }

    /// Sets `<side>.address`, and `<side>.ip` and `related.ip` where the address is one.
    pub(crate) fn set_address(&mut self, address_path: &'a str, ip_path: &'a str, address: &'a str) {
        self.set(address_path, address);
        if address.parse::<IpAddr>().is_ok() {
            self.set(ip_path, address);
            self.add("related.ip", address);
        }
    }

    pub(crate) fn build(self) -> Value<'a> {
        Value::Object(self.fields)
    }
}

fn place<'a>(fields: &mut Vec<(Cow<'a, str>, Value<'a>)>, path: &'a str, value: Value<'a>) {
    let (name, rest) = split(path);
    let at = fields.iter().position(|(key, _)| key == name).unwrap_or_else(|| {
        fields.push((Cow::Borrowed(name), Value::Null));
        fields.len() - 1
    });
    match (rest, &mut fields[at].1) {
        (None, slot) => *slot = value,
        (Some(rest), Value::Object(inner)) => place(inner, rest, value),
        (Some(rest), slot) => {
            let mut inner = Vec::with_capacity(4);
            place(&mut inner, rest, value);
            *slot = Value::Object(inner);
        }
    }
}

/// The first name of a dotted path, and the rest. Paths are short: a plain loop beats a searcher.
fn split(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'.') {
        Some(dot) => (&path[..dot], Some(&path[dot + 1..])),
        None => (path, None),
    }
}

fn find<'f, 'a>(fields: &'f mut [(Cow<'a, str>, Value<'a>)], path: &str) -> Option<&'f mut Value<'a>> {
    let (name, rest) = split(path);
    let (_, value) = fields.iter_mut().find(|(key, _)| key == name)?;
    match (rest, value) {
        (None, value) => Some(value),
        (Some(rest), Value::Object(inner)) => find(inner, rest),
        _ => None,
    }
}

/// The extension of the file that a URL or a path ends with.
pub(crate) fn extension(path: &str) -> Option<&str> {
    let (_, file) = path.rsplit_once('/').filter(|(before, _)| !before.ends_with('/'))?;
    let (_, extension) = file.rsplit_once('.')?;
    let is_extension =
        (1..=10).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_extension.then_some(extension)
}

/// Sets `url.*` from an absolute URL or a path, as the client spelled it.
pub(crate) fn set_url<'a>(ecs: &mut Ecs<'a>, url: &'a str) {
    ecs.set("url.original", url);
    let (rest, fragment) = url.split_once('#').map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
    let (rest, query) = rest.split_once('?').map_or((rest, None), |(rest, query)| (rest, Some(query)));
    ecs.set_some("url.extension", extension(rest));
    ecs.set_some("url.query", query.filter(|query| !query.is_empty()));
    ecs.set_some("url.fragment", fragment.filter(|fragment| !fragment.is_empty()));
    let Some((scheme, rest)) = rest.split_once("://") else {
        if rest.starts_with('/') {
            ecs.set("url.path", rest);
        }
        return;
    };
    ecs.set("url.scheme", scheme);
    let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    if !path.is_empty() {
        ecs.set("url.path", path);
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (domain, port) = match host.rsplit_once(':') {
        Some((domain, port))
            if !port.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            (domain, Some(port))
        }
        _ => (host, None),
    };
    if !domain.is_empty() {
        ecs.set("url.domain", domain);
    }
    if let Some(port) = port.and_then(|port| port.parse::<u64>().ok()) {
        ecs.set("url.port", port);
    }
}
