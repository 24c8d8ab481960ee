//! Events of PowerShell: engine and provider states, pipelines, modules and script blocks.

use std::borrow::Cow;

use super::ecs::set_file;
use super::facts::Facts;
use super::security;
use crate::ecs::Ecs;
use crate::formats::columns::{self, Kind};
use crate::value::Value;

/// Keys of the context, written with and without spaces, and what ECS and Elastic's integration call them.
const CONTEXT: &[(&str, &str)] = &[
    ("HostName", "process.title"),
    ("HostID", "process.entity_id"),
    ("HostVersion", "powershell.process.executable_version"),
    ("EngineVersion", "powershell.engine.version"),
    ("NewEngineState", "powershell.engine.new_state"),
    ("PreviousEngineState", "powershell.engine.previous_state"),
    ("ProviderName", "powershell.provider.name"),
    ("NewProviderState", "powershell.provider.new_state"),
    ("RunspaceID", "powershell.runspace_id"),
    ("PipelineID", "powershell.pipeline_id"),
    ("CommandName", "powershell.command.name"),
    ("CommandType", "powershell.command.type"),
    ("CommandPath", "powershell.command.path"),
    ("CommandLine", "powershell.command.value"),
    ("ShellID", "powershell.id"),
    ("SequenceNumber", "event.sequence"),
    ("DetailSequence", "powershell.sequence"),
    ("DetailTotal", "powershell.total"),
];

/// Items of the event's own data.
const DATA: &[(&str, &str)] = &[
    ("ScriptBlockId", "powershell.file.script_block_id"),
    ("ScriptBlockText", "powershell.file.script_block_text"),
    ("RunspaceId", "powershell.runspace_id"),
    ("MessageNumber", "powershell.sequence"),
    ("MessageTotal", "powershell.total"),
];

/// Lines of a context or of details that are taken up.
const LINES: usize = 256;

pub(super) fn describe<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>, id: u32) {
    for (name, path) in DATA {
        ecs.set_some(path, facts.get(name));
    }
    if let Some(path) = facts.get("Path") {
        set_file(ecs, path);
    }
    let (context, details) = match id {
        400 | 403 | 600 => (facts.get("param3"), None),
        800 => (facts.get("param2"), facts.get("param3")),
        4103 => (facts.get("ContextInfo"), facts.get("Payload")),
        _ => (None, None),
    };
    for line in context.unwrap_or_default().lines().take(LINES) {
        if let Some((key, value)) = line.split_once('=') {
            let value = if key.ends_with(' ') { value.trim_start() } else { value };
            pair(ecs, key.trim(), value);
        }
    }
    let list: Vec<_> = details.unwrap_or_default().lines().take(LINES).filter_map(invocation).collect();
    if !list.is_empty() {
        ecs.set("powershell.command.invocation_details", Value::Array(list));
    }
}

/// One line of a context.
fn pair<'e>(ecs: &mut Ecs<'e>, key: &str, value: &'e str) {
    if value.trim().is_empty() {
        return;
    }
    let letters = || key.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_lowercase());
    let is = |name: &str| letters().eq(name.bytes().map(|byte| byte.to_ascii_lowercase()));
    if let Some((_, path)) = CONTEXT.iter().find(|(name, _)| is(name)) {
        let is_count = matches!(*path, "event.sequence" | "powershell.sequence" | "powershell.total");
        let kind = if is_count { Kind::Number } else { Kind::Text };
        ecs.set(path, columns::value(value.as_bytes(), kind));
    } else if is("HostApplication") {
        security::set_command_line(ecs, Some(value));
    } else if is("ScriptName") {
        set_file(ecs, value);
    } else if is("User") || is("UserId") {
        account(ecs, value, ["user.domain", "user.name"]);
        if is("User") {
            account(ecs, value, ["source.user.domain", "source.user.name"]);
        }
    } else if is("ConnectedUser") {
        account(ecs, value, ["destination.user.domain", "destination.user.name"]);
    }
}

/// `DOMAIN\name`
fn account<'e>(ecs: &mut Ecs<'e>, account: &'e str, [domain_path, name_path]: [&'e str; 2]) {
    let (domain, name) = account.split_once('\\').map_or((None, account), |(domain, name)| (Some(domain), name));
    ecs.set_some(domain_path, domain);
    ecs.set(name_path, name);
    ecs.add("related.user", name);
}

/// `CommandInvocation(Out-Null): "Out-Null"` or `ParameterBinding(Out-Null): name="InputObject"; value="x"`.
fn invocation(line: &str) -> Option<Value<'_>> {
    let (kind, rest) = line.split_once('(')?;
    let (command, rest) = rest.split_once("):")?;
    let rest = rest.trim_start();
    let named = rest.strip_prefix("name=").and_then(|rest| rest.split_once("; value="));
    let (name, value) = named.map_or((None, rest), |(name, value)| (Some(name), value));
    let fields = [("type", Some(kind)), ("related_command", Some(command)), ("name", name), ("value", Some(value))];
    let fields = fields.into_iter().filter_map(|(key, value)| Some((Cow::Borrowed(key), Value::from(value?))));
    Some(Value::Object(fields.collect()))
}
