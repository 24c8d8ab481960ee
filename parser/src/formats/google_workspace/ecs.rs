//! Activities in ECS.

use std::borrow::Cow;

use jiff::Timestamp;

use super::kinds::{self, APPLICATIONS};
use super::parameters::{events, parameters, plain, renamed, short, value};
use crate::ecs::{Ecs, set_url};
use crate::record::Event;
use crate::time::EventTime;
use crate::value::Value;

/// Fields of the activity that keep their meaning under `google_workspace`, and those that ECS has.
const COPIED: &[(&str, &str)] = &[
    ("actor.callerType", "google_workspace.actor.type"),
    ("actor.email", "google_workspace.actor.email"),
    ("actor.key", "google_workspace.actor.key"),
    ("actor.profileId", "google_workspace.actor.profile.id"),
    ("etag", "google_workspace.etag"),
    ("id.applicationName", "google_workspace.id.application_name"),
    ("id.customerId", "google_workspace.id.customer.id"),
    ("id.time", "google_workspace.id.time"),
    ("id.uniqueQualifier", "google_workspace.id.unique_qualifier"),
    ("ipAddress", "google_workspace.ip_address"),
    ("kind", "google_workspace.kind"),
    ("ownerDomain", "google_workspace.organization.domain"),
    ("id.applicationName", "event.provider"),
    ("id.uniqueQualifier", "event.id"),
    ("id.customerId", "organization.id"),
    ("actor.profileId", "user.id"),
    ("actor.profileId", "source.user.id"),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let application = text("id.applicationName").unwrap_or_default();
    let dataset = APPLICATIONS.iter().find(|(name, _)| *name == application);
    let dataset = dataset.map_or("google_workspace.other", |(_, dataset)| *dataset);
    let mut ecs = Ecs::new(dataset, "event", event.time);
    ecs.copy(fields, COPIED);
    if let Some(email) = text("actor.email") {
        let (name, domain) = parts(email);
        for (path, value) in [
            ("user.email", Some(email)),
            ("user.name", Some(name)),
            ("user.domain", domain),
            ("source.user.email", Some(email)),
            ("source.user.name", Some(name)),
            ("source.user.domain", domain),
        ] {
            ecs.set_some(path, value);
        }
        ecs.add("related.user", name);
        if let Some(domain) = domain {
            ecs.add("related.hosts", domain);
        }
    }
    if let Some(address) = text("ipAddress") {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(domain) = text("ownerDomain") {
        ecs.add("related.hosts", domain);
    }
    let own = own(fields, application);
    if own.as_object().is_some_and(|own| !own.is_empty()) {
        ecs.set(dataset, own);
    }
    let (mut start, mut end) = (None, None);
    let events = events(fields);
    for event in events {
        classify(&mut ecs, application, event, events.len() == 1);
        for (name, parameter) in parameters(event) {
            let Some(value) = plain(parameter) else { continue };
            named(&mut ecs, name, value);
            match name {
                "BEGIN_DATE_TIME" | "START_DATE" | "login_timestamp" => start = start.or_else(|| instant(value)),
                "END_DATE_TIME" | "END_DATE" => end = end.or_else(|| instant(value)),
                _ => {}
            }
        }
    }
    ecs.set_some("event.start", start.map(|time| time.to_string()));
    ecs.set_some("event.end", end.map(|time| time.to_string()));
    if let (Some(start), Some(end)) = (start, end) {
        let nanos = end.as_nanosecond() - start.as_nanosecond();
        ecs.set_some("event.duration", u64::try_from(nanos).ok());
    }
    ecs.build()
}

/// Parameters of one activity that are named under its application.
const ALL: usize = 512;

/// The parameters of all events, as Elastic's integration names them. Of those that several have, the first one's count.
fn own<'e>(fields: &'e Value<'_>, application: &str) -> Value<'e> {
    let mut own = Ecs::default();
    let mut others: Vec<(Cow<'e, str>, Value<'e>)> = Vec::new();
    for (name, parameter) in events(fields).iter().rev().flat_map(parameters).take(ALL) {
        let Some(value) = value(parameter) else { continue };
        let is_date = name.starts_with("EMAIL_LOG_SEARCH") && name.ends_with("_DATE");
        let date = plain(parameter).filter(|_| is_date).and_then(instant).map(|time| Value::from(time.to_string()));
        if let Some(path) = renamed(application, name) {
            own.set(path, date.unwrap_or(value));
            continue;
        }
        let name = short(application, name);
        match others.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => others.push((name, value)),
        }
    }
    let mut own = own.build();
    if let Value::Object(fields) = &mut own {
        fields.extend(others);
    }
    own
}

/// ISO 8601, `2026/11/23 04:59:59 UTC`, or microseconds since 1970.
fn instant(value: &Value<'_>) -> Option<Timestamp> {
    let text = value.scalar()?;
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    EventTime::iso_text(text).or_else(|| EventTime::epoch(text)).map(|time| time.at)
}

/// What one event is, and whether it is the only one of its activity.
fn classify<'e>(ecs: &mut Ecs<'e>, application: &str, event: &'e Value<'_>, is_only: bool) {
    let text = |path: &str| event.get(path).and_then(Value::as_str);
    let (group, name) = (text("type").unwrap_or_default(), text("name").unwrap_or_default());
    let status = parameters(event).find(|(name, _)| *name == "login_challenge_status");
    let status = status.and_then(|(_, parameter)| plain(parameter)?.as_str());
    let kind = kinds::classify(application, group, name, status);
    for (path, value) in [
        ("event.action", text("name")),
        ("google_workspace.event.name", text("name")),
        ("google_workspace.event.type", text("type")),
    ] {
        match value {
            Some(value) if is_only => ecs.set(path, value),
            Some(value) => ecs.add(path, value),
            None => {}
        }
    }
    for word in kind.category {
        ecs.add("event.category", *word);
    }
    for word in kind.types {
        ecs.add("event.type", word);
    }
    ecs.set_some("event.outcome", kind.outcome);
    if kind.is_alert {
        ecs.set("event.kind", "alert");
    }
}

/// A parameter that ECS has a name for.
fn named<'e>(ecs: &mut Ecs<'e>, name: &str, value: &'e Value<'e>) {
    match (name, value.as_str()) {
        ("USER_EMAIL" | "affected_email_address", Some(email)) => {
            let (account, domain) = parts(email);
            ecs.set_some("user.target.email", Some(email).filter(|_| name == "USER_EMAIL"));
            ecs.set("user.target.name", account);
            ecs.set_some("user.target.domain", domain);
            ecs.add("related.user", account);
        }
        ("GROUP_EMAIL", Some(email)) => {
            let (group, domain) = parts(email);
            for (path, value) in [
                ("group.name", Some(group)),
                ("group.domain", domain),
                ("user.target.group.name", Some(group)),
                ("user.target.group.domain", domain),
            ] {
                ecs.set_some(path, value);
            }
        }
        ("WEB_ADDRESS", Some(url)) => set_url(ecs, url),
        ("SITE_LOCATION", Some(path)) => ecs.set("url.path", path),
        ("actor_ip_address", Some(address)) => ecs.add("related.ip", address),
        ("rule_id", _) => ecs.set("rule.id", value.borrow()),
        ("rule_name", _) => ecs.set("rule.name", value.borrow()),
        ("resource_recipients", None) => {
            let recipients = value.as_array().unwrap_or_default().iter().take(64);
            for domain in recipients.filter_map(|email| parts(email.as_str()?).1) {
                ecs.add("related.hosts", domain);
            }
        }
        _ => {}
    }
}

/// The account and domain of an e-mail address.
fn parts(email: &str) -> (&str, Option<&str>) {
    email.split_once('@').map_or((email, None), |(name, domain)| (name, Some(domain)))
}
