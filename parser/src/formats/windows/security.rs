//! Events of the channel Security.

use super::ecs::{set_file, set_process};
use super::facts::Facts;
use super::{codes, ecs};
use crate::ecs::Ecs;
use crate::formats::command_line;
use crate::value::Value;

/// Who logs on or off, and asks for tickets, is the target; the subject is the service that does it for him.
const LOGONS: [u32; 12] = [4624, 4625, 4634, 4647, 4768, 4769, 4770, 4771, 4776, 4778, 4779, 4964];

/// Events that change another account.
const ACCOUNTS: [u32; 11] = [4720, 4722, 4723, 4724, 4725, 4726, 4738, 4740, 4767, 4781, 4798];

pub(super) fn describe<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>, id: u32) {
    people(ecs, facts, id);
    logon(ecs, facts);
    match id {
        4688 => created_process(ecs, facts),
        4706 | 4707 | 4716 => trust(ecs, facts),
        4719 => policy(ecs, facts),
        4741..=4743 => {
            for (name, path) in [
                ("TargetUserName", "winlog.computerObject.name"),
                ("TargetDomainName", "winlog.computerObject.domain"),
                ("TargetSid", "winlog.computerObject.id"),
            ] {
                ecs.set_some(path, facts.get(name));
            }
        }
        5152..=5159 => firewall(ecs, facts),
        _ => set_process(ecs, facts.get("ProcessId"), facts.get("ProcessName")),
    }
    if let Some(object) = facts.get("ObjectName") {
        match facts.get("ObjectType") {
            Some("File") => set_file(ecs, object),
            Some("Key") => ecs.set("registry.path", object),
            _ => {}
        }
    }
    ecs.set_some("registry.value", facts.get("ObjectValueName"));
    ecs.set_some("service.name", facts.get("ServiceName"));
    if let Some(privileges) = facts.raw("PrivilegeList").filter(|list| facts.document.is_none() && !list.is_empty()) {
        let list = privileges.split_whitespace().take(64).map(Value::from);
        ecs.set("winlog.event_data.PrivilegeList", Value::Array(list.collect()));
    }
}

/// Who did it, and to whom.
fn people<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>, id: u32) {
    let is_logon = LOGONS.contains(&id);
    let subject = ["SubjectUserName", "SubjectDomainName", "SubjectUserSid"].map(|name| facts.get(name));
    let target_id = facts.get("TargetUserSid").or_else(|| facts.get("TargetSid"));
    let target =
        [facts.get("TargetUserName").or_else(|| facts.get("AccountName")), facts.get("TargetDomainName"), target_id];
    let user = if is_logon { target } else { subject };
    for (path, value) in ["user.name", "user.domain", "user.id"].into_iter().zip(user) {
        ecs.set_some(path, value);
    }
    let is_group = matches!(id, 4727..=4735 | 4737 | 4744..=4764 | 4799);
    if is_group {
        for (path, value) in ["group.name", "group.domain", "group.id"].into_iter().zip(target) {
            ecs.set_some(path, value);
        }
    }
    if let Some(member) = facts.get("MemberName").filter(|_| is_group) {
        // A distinguished name: of CN=Administrator,CN=Users,… the first part is the account.
        let first = member.split(',').next().unwrap_or(member);
        let name = first.split_once('=').map_or(first, |(_, name)| name);
        ecs.set("user.target.name", name);
        ecs.add("related.user", name);
        let paths = ["user.target.group.name", "user.target.group.domain", "user.target.group.id"];
        for (path, value) in paths.into_iter().zip(target) {
            ecs.set_some(path, value);
        }
    }
    if ACCOUNTS.contains(&id) {
        for (path, value) in ["user.target.name", "user.target.domain", "user.target.id"].into_iter().zip(target) {
            ecs.set_some(path, value);
        }
        ecs.set_some("user.changes.name", facts.get("NewTargetUserName"));
    }
    if matches!(id, 4648 | 4688) {
        for (path, value) in
            ["user.effective.name", "user.effective.domain", "user.effective.id"].into_iter().zip(target)
        {
            ecs.set_some(path, value);
        }
    }
    let is_account = !is_group && !matches!(id, 4741..=4743);
    for name in [user[0], target[0].filter(|_| is_account)].into_iter().flatten() {
        ecs.add("related.user", name);
    }
    let logon = facts.get("TargetLogonId").filter(|_| is_logon).or_else(|| facts.get("SubjectLogonId"));
    ecs.set_some("winlog.logon.id", logon);
}

/// How and from where somebody logged on, or why not.
fn logon<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    ecs.set_some("winlog.logon.type", facts.get("LogonType").and_then(|code| codes::word(codes::LOGONS, code)));
    if let Some(address) = facts.get("IpAddress").or_else(|| facts.get("ClientAddress")) {
        ecs.set_address("source.address", "source.ip", address.strip_prefix("::ffff:").unwrap_or(address));
    }
    let port = facts.get("IpPort").and_then(codes::number);
    ecs.set_some("source.port", port.filter(|port| *port > 0));
    ecs.set_some("source.domain", facts.get("WorkstationName").or_else(|| facts.get("Workstation")));
    if let Some(reason) = facts.get("FailureReason") {
        ecs.set("winlog.logon.failure.reason", codes::word(codes::MESSAGES, reason).unwrap_or(reason));
        for (name, path) in
            [("Status", "winlog.logon.failure.status"), ("SubStatus", "winlog.logon.failure.sub_status")]
        {
            let code = facts.get(name);
            ecs.set_some(
                path,
                code.map(|code| codes::word(codes::FAILURES, &code.to_ascii_lowercase()).unwrap_or(code)),
            );
        }
    }
}

fn created_process<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    set_process(ecs, facts.get("NewProcessId"), facts.get("NewProcessName"));
    let parent = facts.get("ParentProcessName");
    ecs.set_some("process.parent.executable", parent);
    ecs.set_some("process.parent.name", parent.and_then(ecs::file_name));
    ecs.set_some("process.parent.pid", facts.get("ProcessId").and_then(codes::number));
    set_command_line(ecs, facts.get("CommandLine"));
}

/// Sets a command line and its arguments.
pub(super) fn set_command_line<'e>(ecs: &mut Ecs<'e>, line: Option<&'e str>) {
    let Some(line) = line else { return };
    ecs.set("process.command_line", line);
    if let Some(arguments) = command_line::arguments(line) {
        ecs.set("process.args_count", arguments.as_array().map_or(0, <[_]>::len) as u64);
        ecs.set("process.args", arguments);
    }
}

fn trust<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    for (name, path, table) in [
        ("TdoType", "winlog.trustType", codes::TRUST_TYPES),
        ("TdoDirection", "winlog.trustDirection", codes::TRUST_DIRECTIONS),
        ("TdoAttributes", "winlog.trustAttribute", codes::TRUST_ATTRIBUTES),
    ] {
        ecs.set_some(path, facts.get(name).and_then(|code| codes::word(table, code)));
    }
}

fn policy<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    let changes = facts.get("AuditPolicyChanges").unwrap_or_default().split(',').take(16);
    for change in changes.filter_map(|code| codes::word(codes::MESSAGES, code.trim())) {
        ecs.add("winlog.event_data.AuditPolicyChangesDescription", change);
    }
}

/// Windows Filtering Platform: connections and ports.
fn firewall<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    set_process(ecs, facts.get("ProcessID").or_else(|| facts.get("ProcessId")), facts.get("Application"));
    if let Some(address) = facts.get("SourceAddress") {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(address) = facts.get("DestAddress") {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    ecs.set_some("source.port", facts.get("SourcePort").and_then(codes::number));
    ecs.set_some("destination.port", facts.get("DestPort").and_then(codes::number));
    ecs.set_some("network.iana_number", facts.get("Protocol"));
    let direction = facts.get("Direction").and_then(|code| codes::word(codes::MESSAGES, code));
    ecs.set_some("network.direction", direction.map(|word| if word == "Inbound" { "ingress" } else { "egress" }));
}
