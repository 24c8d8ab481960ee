//! Windows events in ECS.

use std::borrow::Cow;

use super::facts::Facts;
use super::{codes, events, powershell, security, sysmon};
use crate::ecs::Ecs;
use crate::record::Event;
use crate::value::Value;

/// The providers whose events have names of their own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Security,
    Sysmon,
    PowerShell,
    Other,
}

impl Family {
    fn of(facts: &Facts<'_>) -> Self {
        match facts.provider {
            Some("Microsoft-Windows-Security-Auditing") => Family::Security,
            Some("Microsoft-Windows-Eventlog") if facts.channel == Some("Security") => Family::Security,
            Some("Microsoft-Windows-Sysmon") => Family::Sysmon,
            Some("PowerShell" | "Microsoft-Windows-PowerShell" | "PowerShellCore") => Family::PowerShell,
            _ => Family::Other,
        }
    }

    fn dataset(self) -> &'static str {
        match self {
            Family::Security => "windows.security",
            Family::Sysmon => "windows.sysmon_operational",
            Family::PowerShell => "windows.powershell",
            Family::Other => "windows.event",
        }
    }

    /// What is known of its event `id`.
    fn row(self, facts: &Facts<'_>, id: u32) -> Option<&'static events::Row> {
        match self {
            Family::Security => events::row(events::SECURITY, id),
            Family::Sysmon => events::row(events::SYSMON, id),
            Family::PowerShell => events::row(events::POWERSHELL, id),
            Family::Other => events::other(facts.provider?, id),
        }
    }
}

pub(in crate::formats) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let facts = Facts::of(&event.fields);
    let family = Family::of(&facts);
    let mut ecs = Ecs::new(family.dataset(), "event", event.time);
    match facts.document {
        Some(document) => copy(&mut ecs, document),
        None => system(&mut ecs, &facts),
    }
    ecs.set("event.code", facts.code);
    ecs.set_some("event.provider", facts.provider);
    ecs.set_some("host.name", facts.computer);
    ecs.set("host.os.family", "windows");
    ecs.set("host.os.type", "windows");
    ecs.set_some("user.id", facts.user);
    ecs.set_some("message", facts.message);
    let id = facts.code.parse().unwrap_or_default();
    if let Some((_, action, category, types)) = family.row(&facts, id) {
        if !action.is_empty() {
            ecs.set("event.action", *action);
        }
        if !category.is_empty() {
            ecs.set_words("event.category", category);
        }
        ecs.set_words("event.type", types);
    }
    match family {
        Family::Security => security::describe(&mut ecs, &facts, id),
        Family::Sysmon => sysmon::describe(&mut ecs, &facts, id),
        Family::PowerShell => powershell::describe(&mut ecs, &facts, id),
        Family::Other => other(&mut ecs, &facts),
    }
    ecs.build()
}

/// Fields of an agent's document that real ones never come near the number of.
const DOCUMENT: usize = 64;

/// What an agent's document says in ECS already. Its time is the event's own, not the agent's.
fn copy<'e>(ecs: &mut Ecs<'e>, document: &'e Value<'e>) {
    ecs.copy(
        document,
        &[
            ("event.action", "event.action"),
            ("event.dataset", "event.dataset"),
            ("event.kind", "event.kind"),
            ("event.module", "event.module"),
            ("event.outcome", "event.outcome"),
        ],
    );
    let fields = document.as_object().unwrap_or_default().iter().take(DOCUMENT);
    for (key, value) in fields.filter(|(key, _)| !key.contains('.')) {
        if !matches!(&**key, "@timestamp" | "@metadata" | "event") {
            ecs.set(key, value.borrow());
        }
    }
}

/// The parts that every event has, named as Winlogbeat names them.
fn system<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    ecs.set("winlog.event_id", facts.code);
    for (name, value) in [
        ("winlog.provider_name", facts.provider),
        ("winlog.provider_guid", facts.provider_guid),
        ("winlog.channel", facts.channel),
        ("winlog.computer_name", facts.computer),
        ("winlog.record_id", facts.record),
        ("winlog.version", facts.version),
        ("winlog.task", facts.task),
        ("winlog.opcode", facts.opcode.map(|code| codes::word(codes::OPCODES, code).unwrap_or(code))),
        ("winlog.activity_id", facts.activity),
        ("winlog.related_activity_id", facts.related_activity),
        ("winlog.user.identifier", facts.user),
        ("log.level", facts.level.map(|level| codes::word(codes::LEVELS, level).unwrap_or(level))),
    ] {
        ecs.set_some(name, value);
    }
    ecs.set_some("winlog.process.pid", facts.process.and_then(codes::number));
    ecs.set_some("winlog.process.thread.id", facts.thread.and_then(codes::number));
    let words = facts.keywords.map(codes::keywords).unwrap_or_default();
    if !words.is_empty() {
        ecs.set_words("winlog.keywords", &words);
    }
    let outcome = words.iter().find_map(|word| match *word {
        "Audit Success" => Some("success"),
        "Audit Failure" => Some("failure"),
        _ => None,
    });
    ecs.set_some("event.outcome", outcome);
    if !facts.data.is_empty() {
        let data = facts.data.iter().map(|(name, value)| (name.clone(), value.borrow()));
        ecs.set("winlog.event_data", Value::Object(data.collect()));
    }
    ecs.set_some("winlog.user_data", facts.user_data.map(Value::borrow));
}

/// What is common among events of the other providers.
fn other<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    ecs.set_some("service.name", facts.get("ServiceName"));
    set_process(ecs, facts.get("ProcessId"), facts.get("ProcessName").or_else(|| facts.get("Image")));
}

/// Sets the process by its number and image.
pub(super) fn set_process<'e>(ecs: &mut Ecs<'e>, id: Option<&'e str>, image: Option<&'e str>) {
    ecs.set_some("process.pid", id.and_then(codes::number));
    ecs.set_some("process.executable", image);
    ecs.set_some("process.name", image.and_then(file_name));
}

/// The last name of a path.
pub(super) fn file_name(path: &str) -> Option<&str> {
    path.rsplit(['\\', '/']).next().filter(|name| !name.is_empty())
}

/// Sets a file by its path.
pub(super) fn set_file<'e>(ecs: &mut Ecs<'e>, path: &'e str) {
    ecs.set("file.path", path);
    let Some(name) = file_name(path) else { return };
    ecs.set("file.name", name);
    let directory = path[..path.len() - name.len()].trim_end_matches('\\');
    ecs.set_some("file.directory", Some(directory).filter(|directory| !directory.is_empty()));
    ecs.set_some("file.extension", name.rsplit_once('.').map(|(_, extension)| extension));
}

/// An event in one line: where it was logged, what it is and what it is about.
pub(in crate::formats) fn line(fields: &Value<'_>) -> String {
    let facts = Facts::of(fields);
    let id = facts.code.parse().unwrap_or_default();
    let action = Family::of(&facts).row(&facts, id).map(|row| row.1).filter(|action| !action.is_empty());
    let first = |names: &[&str]| names.iter().find_map(|name| facts.get(name));
    let parts = [
        facts.channel.or(facts.provider),
        Some(facts.code),
        action.or_else(|| facts.message.and_then(|message| message.lines().next())),
        facts.computer,
        first(&["TargetUserName", "SubjectUserName", "User", "MemberName"]),
        first(&["IpAddress", "SourceAddress", "SourceIp"]),
        first(&["CommandLine", "NewProcessName", "TargetFilename", "TargetObject", "TargetImage", "ImageLoaded"])
            .or_else(|| first(&["QueryName", "ScriptBlockText", "ServiceName", "ProcessName", "Image", "param1"])),
        first(&["DestinationIp", "DestAddress"]),
    ];
    parts.into_iter().flatten().map(Cow::Borrowed).collect::<Vec<_>>().join(" ")
}
