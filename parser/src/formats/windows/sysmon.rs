//! Events of Sysmon.

use super::ecs::{file_name, set_file, set_process};
use super::facts::Facts;
use super::{codes, security};
use crate::ecs::Ecs;

/// Items that ECS holds as they are.
const COPIED: &[(&str, &str)] = &[
    ("RuleName", "rule.name"),
    ("ProcessGuid", "process.entity_id"),
    ("SourceProcessGUID", "process.entity_id"),
    ("ParentProcessGuid", "process.parent.entity_id"),
    ("ParentImage", "process.parent.executable"),
    ("ParentCommandLine", "process.parent.command_line"),
    ("CurrentDirectory", "process.working_directory"),
    ("OriginalFileName", "process.pe.original_file_name"),
    ("Company", "process.pe.company"),
    ("Description", "process.pe.description"),
    ("FileVersion", "process.pe.file_version"),
    ("Product", "process.pe.product"),
    ("LogonId", "winlog.logon.id"),
    ("Protocol", "network.transport"),
    ("SourceHostname", "source.domain"),
    ("DestinationHostname", "destination.domain"),
    ("QueryName", "dns.question.name"),
    ("Signature", "file.code_signature.subject_name"),
    ("SignatureStatus", "file.code_signature.status"),
];

/// Items that hold a number.
const NUMBERS: &[(&str, &str)] = &[
    ("ParentProcessId", "process.parent.pid"),
    ("SourceThreadId", "process.thread.id"),
    ("SourcePort", "source.port"),
    ("DestinationPort", "destination.port"),
];

pub(super) fn describe<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>, id: u32) {
    let first = |names: [&str; 2]| names.iter().find_map(|name| facts.get(name));
    set_process(ecs, first(["ProcessId", "SourceProcessId"]), first(["Image", "SourceImage"]));
    for (name, path) in COPIED {
        ecs.set_some(path, facts.get(name));
    }
    for (name, path) in NUMBERS {
        ecs.set_some(path, facts.get(name).and_then(codes::number));
    }
    ecs.set_some("process.parent.name", facts.get("ParentImage").and_then(file_name));
    security::set_command_line(ecs, facts.get("CommandLine"));
    if let Some(user) = first(["User", "SourceUser"]) {
        let (domain, name) = user.split_once('\\').map_or((None, user), |(domain, name)| (Some(domain), name));
        ecs.set_some("user.domain", domain);
        ecs.set("user.name", name);
        ecs.add("related.user", name);
    }
    if let Some(path) = first(["TargetFilename", "ImageLoaded"]).or_else(|| first(["PipeName", "Device"])) {
        set_file(ecs, path);
    }
    hashes(ecs, facts, id);
    if let Some(path) = facts.get("TargetObject") {
        registry(ecs, path, facts.get("Details").filter(|_| id == 13));
    }
    if let Some(address) = facts.get("SourceIp") {
        ecs.set_address("source.address", "source.ip", address);
        ecs.set("network.type", if address.contains(':') { "ipv6" } else { "ipv4" });
    }
    if let Some(address) = facts.get("DestinationIp") {
        ecs.set_address("destination.address", "destination.ip", address);
    }
    if id == 3 {
        ecs.set("network.direction", if facts.get("Initiated") == Some("false") { "ingress" } else { "egress" });
    }
    if id == 22 {
        answers(ecs, facts);
    }
}

/// `SHA1=…,MD5=…,SHA256=…,IMPHASH=…`: of the process that began, or of the file that is meant.
fn hashes<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>, id: u32) {
    let Some(list) = facts.get("Hashes").or_else(|| facts.get("Hash")) else { return };
    let is_process = id == 1;
    for pair in list.split(',').take(8) {
        let Some((name, hash)) = pair.split_once('=') else { continue };
        let path = match (name, is_process) {
            ("MD5", true) => "process.hash.md5",
            ("SHA1", true) => "process.hash.sha1",
            ("SHA256", true) => "process.hash.sha256",
            ("IMPHASH", true) => "process.pe.imphash",
            ("MD5", false) => "file.hash.md5",
            ("SHA1", false) => "file.hash.sha1",
            ("SHA256", false) => "file.hash.sha256",
            ("IMPHASH", false) => "file.pe.imphash",
            _ => continue,
        };
        if hash.bytes().any(|digit| digit != b'0') {
            ecs.set(path, hash.to_ascii_lowercase());
            ecs.add("related.hash", hash.to_ascii_lowercase());
        }
    }
}

/// `HKLM\Software\…\Value`, and what was written to it.
fn registry<'e>(ecs: &mut Ecs<'e>, path: &'e str, details: Option<&'e str>) {
    ecs.set("registry.path", path);
    let Some((hive, key)) = path.split_once('\\') else { return };
    ecs.set("registry.hive", hive);
    ecs.set("registry.key", key);
    ecs.set_some("registry.value", file_name(key));
    let Some(details) = details else { return };
    let number = |kind: &str| details.strip_prefix(kind).and_then(|rest| rest.trim().strip_suffix(')'));
    if let Some(number) = number("DWORD (").or_else(|| number("QWORD (")) {
        ecs.set("registry.data.type", if details.starts_with('D') { "REG_DWORD" } else { "REG_QWORD" });
        if let Some(number) = codes::number(number) {
            ecs.add("registry.data.strings", number.to_string());
        }
    } else if details != "Binary Data" {
        ecs.set("registry.data.type", "REG_SZ");
        ecs.set_words("registry.data.strings", &[details]);
    }
}

/// `type:  5 www.example.com;203.0.113.80;`
fn answers<'e>(ecs: &mut Ecs<'e>, facts: &Facts<'e>) {
    ecs.set("network.protocol", "dns");
    let code = facts.get("QueryStatus");
    ecs.set_some("dns.response_code", code.map(|code| if code == "0" { "NOERROR" } else { code }));
    for answer in facts.get("QueryResults").unwrap_or_default().split(';').take(64) {
        let address = answer.strip_prefix("::ffff:").unwrap_or(answer);
        if address.parse::<std::net::IpAddr>().is_ok() {
            ecs.add("dns.resolved_ip", address);
            ecs.add("related.ip", address);
        }
    }
}
