//! Events of sensors: flat objects with `event_simpleName`, `aid` (the sensor) and `cid` (the customer).

use crate::ecs::Ecs;
use crate::formats::command_line;
use crate::record::Event;
use crate::value::Value;

pub(super) fn is_event(event: &Value<'_>) -> bool {
    let is_id = |path| {
        event
            .get(path)
            .and_then(Value::as_str)
            .is_some_and(|id| id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()))
    };
    let has = |path| event.get(path).is_some();
    is_id("cid") && (has("event_simpleName") || has("ExternalApiType") || is_id("aid") && (has("Time") || has("_time")))
}

/// Fields that ECS holds as they are.
const COPIED: &[(&str, &str)] = &[
    ("aid", "agent.id"),
    ("ConfigBuild", "agent.version"),
    ("cid", "organization.id"),
    ("id", "event.id"),
    ("event_simpleName", "event.action"),
    ("ComputerName", "host.name"),
    ("MachineDomain", "host.domain"),
    ("UserName", "user.name"),
    ("UserPrincipal", "user.email"),
    ("UserSid", "user.id"),
    ("UserDomain", "user.domain"),
    ("CommandLine", "process.command_line"),
    ("ImageFileName", "process.executable"),
    ("TargetProcessId", "process.entity_id"),
    ("ContextProcessId", "process.entity_id"),
    ("ContextBaseFileName", "process.name"),
    ("ParentProcessId", "process.parent.entity_id"),
    ("ParentBaseFileName", "process.parent.name"),
    ("MD5HashData", "process.hash.md5"),
    ("SHA256HashData", "process.hash.sha256"),
    ("TargetFileName", "file.path"),
    ("DomainName", "dns.question.name"),
    ("RegObjectName", "registry.key"),
    ("RegValueName", "registry.value"),
    ("Protocol", "network.iana_number"),
    ("LogonDomain", "user.domain"),
    ("RemoteDomain", "destination.domain"),
];

/// Fields that hold a number as text.
const NUMBERS: &[(&str, &str)] = &[
    ("RawProcessId", "process.pid"),
    ("LocalPort", "source.port"),
    ("LPort", "source.port"),
    ("RemotePort", "destination.port"),
    ("RPort", "destination.port"),
    ("ExitCode", "process.exit_code"),
    ("Size", "file.size"),
];

/// Words in an event's name, its `event.category` and `event.type`; the first that it holds counts.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("EndOfProcess", &["process"], &["end"]),
    ("TerminateProcess", &["process"], &["end"]),
    ("ProcessRollup2", &["process"], &["start"]),
    ("ProcessBlocked", &["process"], &["denied"]),
    ("CommandHistory", &["process"], &["info"]),
    ("ScriptControl", &["process"], &["info"]),
    ("Process", &["process"], &["info"]),
    ("DnsRequest", &["network"], &["connection", "protocol"]),
    ("NetworkClose", &["network"], &["connection", "end"]),
    ("NetworkListen", &["network"], &["info"]),
    ("Network", &["network"], &["connection", "start"]),
    ("UserLogoff", &["authentication"], &["end"]),
    ("UserLogon", &["authentication"], &["start"]),
    ("UserAccountCreated", &["iam"], &["user", "creation"]),
    ("UserAccountDeleted", &["iam"], &["user", "deletion"]),
    ("UserAccount", &["iam"], &["user", "change"]),
    ("UserIdentity", &["session"], &["info"]),
    ("FileDelete", &["file"], &["deletion"]),
    ("FileRename", &["file"], &["change"]),
    ("FileOpen", &["file"], &["access"]),
    ("FileWritten", &["file"], &["creation"]),
    ("ExecutableWritten", &["file"], &["creation"]),
    ("DirectoryCreate", &["file"], &["creation"]),
    ("DriverLoad", &["driver"], &["start"]),
    ("ModuleLoad", &["library"], &["start"]),
    ("ImageHash", &["library"], &["start"]),
    ("AsepValue", &["registry"], &["change"]),
    ("AsepKey", &["registry"], &["change"]),
    ("Registry", &["registry"], &["change"]),
    ("RegGeneric", &["registry"], &["change"]),
    ("ScheduledTask", &["configuration"], &["change"]),
    ("Service", &["configuration"], &["change"]),
    ("Firewall", &["network"], &["info"]),
];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |path: &str| fields.get(path).and_then(Value::scalar).filter(|text| !text.is_empty());
    let name = text("event_simpleName").or_else(|| text("ExternalApiType")).unwrap_or_default();
    let kind = if name.contains("Detection") { "alert" } else { "event" };
    let mut ecs = Ecs::new("crowdstrike.fdr", kind, event.time);
    ecs.set("crowdstrike", fields.borrow());
    if let Some((_, category, types)) = KINDS.iter().find(|(word, ..)| name.contains(word)) {
        ecs.set_words("event.category", category);
        ecs.set_words("event.type", types);
        if category.contains(&"authentication") || category.contains(&"process") {
            ecs.set(
                "event.outcome",
                if name.contains("Failed") || name.contains("Blocked") { "failure" } else { "success" },
            );
        }
    }
    ecs.copy(fields, COPIED);
    for (path, name) in NUMBERS {
        ecs.set_some(name, text(path).and_then(|number| number.parse::<u64>().ok()));
    }
    let system = match text("event_platform") {
        Some("Win") => Some("windows"),
        Some("Lin") => Some("linux"),
        Some("Mac") => Some("macos"),
        _ => None,
    };
    ecs.set_some("host.os.type", system);
    ecs.set_some("process.args", text("CommandLine").and_then(command_line::arguments));
    if let Some(path) = text("ImageFileName") {
        ecs.set_some("process.name", path.rsplit(['\\', '/']).next().filter(|name| !name.is_empty()));
    }
    if let Some(address) = text("aip") {
        ecs.set("host.ip", address);
        ecs.add("related.ip", address);
    }
    for path in ["LocalAddressIP4", "LocalAddressIP6"] {
        if let Some(address) = text(path) {
            ecs.set_address("source.address", "source.ip", address);
        }
    }
    // Who logs on comes from the other side.
    let (address, ip) = if name.starts_with("UserLog") {
        ("source.address", "source.ip")
    } else {
        ("destination.address", "destination.ip")
    };
    for path in ["RemoteAddressIP4", "RemoteAddressIP6", "RemoteIP"] {
        if let Some(remote) = text(path) {
            ecs.set_address(address, ip, remote);
        }
    }
    for address in text("IP4Records").unwrap_or_default().split(';').take(64) {
        if address.parse::<std::net::IpAddr>().is_ok() {
            ecs.add("dns.resolved_ip", address);
            ecs.add("related.ip", address);
        }
    }
    for (path, list) in [
        ("ComputerName", "related.hosts"),
        ("DomainName", "related.hosts"),
        ("UserName", "related.user"),
        ("MD5HashData", "related.hash"),
        ("SHA256HashData", "related.hash"),
    ] {
        if let Some(value) = text(path) {
            ecs.add(list, value);
        }
    }
    ecs.build()
}
