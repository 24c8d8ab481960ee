//! What every Windows event tells, whichever tool wrote it down.

use std::borrow::Cow;

use crate::formats::json::Told;
use crate::time::{Certainty, EventTime};
use crate::value::Value;

/// An event, seen through one tool's spelling.
#[derive(Default)]
pub(super) struct Facts<'e> {
    /// The document of Winlogbeat or Elastic Agent around the event, which has names of ECS already.
    pub document: Option<&'e Value<'e>>,
    pub code: &'e str,
    pub provider: Option<&'e str>,
    pub provider_guid: Option<&'e str>,
    pub channel: Option<&'e str>,
    pub computer: Option<&'e str>,
    pub record: Option<&'e str>,
    pub version: Option<&'e str>,
    pub level: Option<&'e str>,
    pub task: Option<&'e str>,
    pub opcode: Option<&'e str>,
    pub keywords: Option<&'e str>,
    pub activity: Option<&'e str>,
    pub related_activity: Option<&'e str>,
    pub process: Option<&'e str>,
    pub thread: Option<&'e str>,
    /// The security identifier of the account that logged the event.
    pub user: Option<&'e str>,
    pub message: Option<&'e str>,
    /// What the event itself says, each by its name; what has none is `param1`, `param2` ….
    pub data: Vec<(Cow<'e, str>, &'e Value<'e>)>,
    /// What an event of its own schema says.
    pub user_data: Option<&'e Value<'e>>,
}

/// Items of an event's data that are taken up; the largest schemas have fewer than a hundred.
const DATA: usize = 512;

/// Names under which flat records hold what is not the event's own data.
#[rustfmt::skip]
const SYSTEM: [&str; 46] = [
    "@timestamp", "@version", "AccountName", "AccountType", "ActivityID", "Category", "Channel", "Computer", "Domain",
    "EventID", "EventReceivedTime", "EventRecordID", "EventTime", "EventTypeName", "ExecutionProcessID", "Hostname",
    "Keywords", "Level", "Message", "Opcode", "OpcodeValue", "ProviderGuid", "ProviderName", "Qualifiers",
    "RecordNumber", "RelatedActivityID", "Severity", "SeverityValue", "SourceModuleName", "SourceModuleType",
    "SourceName", "StringInserts", "Task", "ThreadID", "TimeCreated", "UserID", "Version", "host", "message", "port",
    "tags", "type", "timestamp", "log_name", "event_id", "fluentd_worker",
];

impl<'e> Facts<'e> {
    pub(super) fn of(fields: &'e Value<'e>) -> Self {
        if let Some(winlog) = fields.get("winlog") {
            return Facts::beat(fields, winlog);
        }
        let event = fields.get("Event").unwrap_or(fields);
        match event.get("System") {
            Some(system) => Facts::nested(event, system),
            None => Facts::flat(fields),
        }
    }

    /// As Winlogbeat writes it.
    fn beat(document: &'e Value<'e>, winlog: &'e Value<'e>) -> Self {
        let text = |path: &str| winlog.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
        let data = winlog.get("event_data").and_then(Value::as_object).unwrap_or_default();
        Facts {
            document: Some(document),
            code: text("event_id").unwrap_or_default(),
            provider: text("provider_name"),
            provider_guid: text("provider_guid"),
            channel: text("channel"),
            computer: text("computer_name"),
            record: text("record_id"),
            version: text("version"),
            level: text("level"),
            task: text("task"),
            opcode: text("opcode"),
            activity: text("activity_id"),
            related_activity: text("related_activity_id"),
            process: text("process.pid"),
            thread: text("process.thread.id"),
            user: text("user.identifier"),
            message: document.get("message").and_then(Value::as_str),
            data: data.iter().take(DATA).map(|(name, value)| ((&**name).into(), value)).collect(),
            user_data: winlog.get("user_data"),
            ..Facts::default()
        }
    }

    /// As Windows renders it in XML, and as tools that read EVTX files turn that into JSON.
    fn nested(event: &'e Value<'e>, system: &'e Value<'e>) -> Self {
        let element = |name: &str| system.get(name).and_then(content);
        let attribute =
            |name: &str, attribute: &str| system.get(name).and_then(|element| self::attribute(element, attribute));
        Facts {
            code: element("EventID").unwrap_or_default(),
            provider: attribute("Provider", "Name"),
            provider_guid: attribute("Provider", "Guid"),
            channel: element("Channel"),
            computer: element("Computer"),
            record: element("EventRecordID"),
            version: element("Version"),
            level: element("Level"),
            task: element("Task"),
            opcode: element("Opcode"),
            keywords: element("Keywords"),
            activity: attribute("Correlation", "ActivityID"),
            related_activity: attribute("Correlation", "RelatedActivityID"),
            process: attribute("Execution", "ProcessID"),
            thread: attribute("Execution", "ThreadID"),
            user: attribute("Security", "UserID"),
            message: event.get("RenderingInfo.Message").and_then(content),
            data: event.get("EventData").map(named).unwrap_or_default(),
            user_data: event.get("UserData").filter(|data| !data.is_null()),
            ..Facts::default()
        }
    }

    /// As agents write it whose records have no depth: NXLog, Fluent Bit and others.
    fn flat(fields: &'e Value<'e>) -> Self {
        let text = |names: &[&str]| names.iter().find_map(|name| fields.get(name).and_then(Value::scalar));
        let has_thread = fields.get("ThreadID").is_some();
        let is_data = |name: &str| !(SYSTEM.contains(&name) || has_thread && name == "ProcessID");
        let all = fields.as_object().unwrap_or_default().iter();
        let data = all.filter(|(name, _)| is_data(name)).take(DATA);
        Facts {
            code: text(&["EventID"]).unwrap_or_default(),
            provider: text(&["SourceName", "ProviderName"]),
            provider_guid: text(&["ProviderGuid"]),
            channel: text(&["Channel"]),
            computer: text(&["Hostname", "Computer"]),
            record: text(&["RecordNumber", "EventRecordID"]),
            version: text(&["Version"]),
            level: text(&["Level"]),
            task: text(&["Task"]),
            opcode: text(&["OpcodeValue", "Opcode"]),
            keywords: text(&["Keywords"]),
            activity: text(&["ActivityID"]),
            related_activity: text(&["RelatedActivityID"]),
            process: text(&["ExecutionProcessID"]).or_else(|| text(&["ProcessID"]).filter(|_| has_thread)),
            thread: text(&["ThreadID"]),
            user: text(&["UserID"]),
            message: text(&["Message"]),
            data: data.map(|(name, value)| ((&**name).into(), value)).collect(),
            ..Facts::default()
        }
    }

    /// What the event says under `name`; nothing for `-`, by which Windows says nothing.
    pub(super) fn get(&self, name: &str) -> Option<&'e str> {
        self.raw(name).filter(|text| !matches!(*text, "" | "-"))
    }

    /// As [`Facts::get`], also `-`.
    pub(super) fn raw(&self, name: &str) -> Option<&'e str> {
        let item = self.data.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
        // An event of its own schema has one element, and its items within.
        let own = || {
            let (_, first) = self.user_data?.as_object()?.first()?;
            first.get(name).or_else(|| self.user_data?.get(name))
        };
        item.or_else(own).and_then(Value::scalar)
    }
}

/// The text of an element, with or without attributes.
fn content<'e>(element: &'e Value<'e>) -> Option<&'e str> {
    element.scalar().or_else(|| element.get("#text").and_then(Value::scalar)).filter(|text| !text.is_empty())
}

/// An attribute of an element: tools put it beside its text, or under `#attributes`, or behind an `@`.
fn attribute<'e>(element: &'e Value<'e>, name: &str) -> Option<&'e str> {
    let fields = element.get("#attributes").unwrap_or(element).as_object()?;
    let is_named = |key: &str| key.strip_prefix(['@', '-']).unwrap_or(key) == name;
    let (_, value) = fields.iter().find(|(key, _)| is_named(key))?;
    value.scalar().filter(|text| !text.is_empty())
}

/// The items of an `EventData`: as fields, or as a list of elements `Data` with or without a name.
fn named<'e>(data: &'e Value<'e>) -> Vec<(Cow<'e, str>, &'e Value<'e>)> {
    let mut items = Vec::new();
    let mut count = 0;
    let fields = data.as_object().unwrap_or_default().iter().filter(|(key, _)| &**key != "#attributes");
    for (key, value) in fields.take(DATA) {
        if &**key != "Data" {
            items.push(((&**key).into(), value));
            continue;
        }
        let list = value.get("#text").unwrap_or(value);
        for item in list.as_array().unwrap_or(std::slice::from_ref(list)).iter().take(DATA) {
            let text = item.get("#text").unwrap_or(item);
            let unnamed = || {
                count += 1;
                Cow::Owned(format!("param{count}"))
            };
            let name = attribute(item, "Name").map_or_else(unnamed, Cow::Borrowed);
            items.push((name, text));
        }
    }
    items
}

/// Where the time stands, the most certain first.
const TIMES: [&str; 6] = ["winlog.time_created", "EventTime", "TimeCreated", "@timestamp", "UtcTime", "timestamp"];

/// When the event was logged. A time without a zone is the computer's own, so one that has a zone is preferred, then
/// the one that Sysmon calls UTC.
pub(in crate::formats) fn time<'v>(fields: &'v Value<'_>) -> Option<Told<'v>> {
    let read = |text: &'v str| Some((EventTime::iso_text(text).or_else(|| EventTime::epoch(text))?, text));
    let system = fields.get("Event").unwrap_or(fields).get("System.TimeCreated");
    if let Some(told) = system.and_then(|created| attribute(created, "SystemTime")).and_then(read) {
        return Some(told);
    }
    let all = || TIMES.iter().filter_map(|path| read(fields.get(path)?.scalar()?));
    let explicit = all().find(|(time, _)| time.certainty == Certainty::Explicit);
    let utc = || {
        let (time, text) = read(fields.get("UtcTime")?.scalar()?)?;
        Some((EventTime::explicit(time.at), text))
    };
    explicit.or_else(utc).or_else(|| all().next())
}

/// Whether a JSON value is an event of one of these spellings.
pub(super) fn is_event(event: &Value<'_>) -> bool {
    let has = |path: &str| event.get(path).is_some();
    let has_system = |system: &str| {
        let part = |name: &str| has(&format!("{system}.{name}"));
        part("EventID") && part("Provider") && (part("Channel") || part("Computer"))
    };
    has("winlog.event_id") && (has("winlog.provider_name") || has("winlog.channel"))
        || has("Event") && has_system("Event.System")
        || has("System") && has_system("System")
        || has("EventID") && has("Channel") && (has("SourceName") || has("ProviderName"))
}
