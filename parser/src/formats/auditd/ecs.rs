//! Audit records in ECS: the process and its users by name, everything else under `auditd.log`.

use std::borrow::Cow;

use super::kinds::{self, Kind, People};
use crate::ecs::Ecs;
use crate::formats::columns;
use crate::record::Event;
use crate::value::Value;

/// Keys that have a name of their own in ECS; sorted by key.
const NAMES: [(&str, &str); 35] = [
    ("ARCH", "host.architecture"),
    ("AUID", "user.audit.name"),
    ("EGID", "user.effective.group.name"),
    ("EUID", "user.effective.name"),
    ("FSGID", "user.filesystem.group.name"),
    ("FSUID", "user.filesystem.name"),
    ("GID", "user.group.name"),
    ("OGID", "user.owner.group.name"),
    ("OUID", "user.owner.name"),
    ("SGID", "user.saved.group.name"),
    ("SUID", "user.saved.name"),
    ("SYSCALL", "auditd.log.syscall"),
    ("UID", "user.name"),
    ("agid", "user.audit.group.id"),
    ("auid", "user.audit.id"),
    ("comm", "process.name"),
    ("cwd", "process.working_directory"),
    ("dst", "destination.address"),
    ("egid", "user.effective.group.id"),
    ("euid", "user.effective.id"),
    ("exe", "process.executable"),
    ("exit", "process.exit_code"),
    ("fsgid", "user.filesystem.group.id"),
    ("fsuid", "user.filesystem.id"),
    ("gid", "user.group.id"),
    ("ogid", "user.owner.group.id"),
    ("ouid", "user.owner.id"),
    ("pid", "process.pid"),
    ("ppid", "process.parent.pid"),
    ("proctitle", "process.command_line"),
    ("sgid", "user.saved.group.id"),
    ("suid", "user.saved.id"),
    ("terminal", "user.terminal"),
    ("type", "auditd.log.record_type"),
    ("uid", "user.id"),
];

/// Keys that are read one by one below.
const OTHERS: [&str; 8] = ["acct", "addr", "arch", "cmd", "message", "msg", "res", "src"];

pub(super) fn build<'e>(event: &'e Event<'_>) -> Value<'e> {
    let fields = &event.fields;
    let text = |key: &str| fields.get(key).and_then(Value::scalar).filter(|text| is_told(text));
    let mut ecs = Ecs::new("auditd.log", "event", event.time);
    let kind = kind(fields);
    set_kind(&mut ecs, &kind, text("type"));
    let is_command = text("type") == Some("EXECVE");
    for (key, value) in fields.as_object().into_iter().flatten() {
        if !value.scalar().is_none_or(is_told) || OTHERS.contains(&&**key) || is_command && is_argument(key) {
            continue;
        }
        match NAMES.binary_search_by_key(&&**key, |(key, _)| key) {
            Ok(at) if !value.is_null() => ecs.set(NAMES[at].1, value.borrow()),
            Ok(_) => {}
            Err(_) => ecs.set_under("auditd.log", snake(key), value.borrow()),
        }
    }
    set_people(&mut ecs, kind.people, &text);
    if let Some(account) = text("acct") {
        ecs.set("user.name", account);
        ecs.add("related.user", account);
    }
    if let Some((_, sequence)) = text("msg").and_then(|msg| msg.strip_suffix(')')).and_then(|msg| msg.rsplit_once(':'))
        && columns::is_number(sequence.as_bytes())
    {
        ecs.set("auditd.log.sequence", Value::Number(Cow::Borrowed(sequence)));
    }
    // All records of one event share its time and number.
    ecs.set_some("event.id", text("msg").and_then(|msg| msg.strip_prefix("audit(")?.strip_suffix(')')));
    ecs.set_some("host.hostname", text("node"));
    ecs.set_some("message", text("message"));
    if let Some(arch) = text("arch").filter(|_| text("ARCH").is_none()) {
        ecs.set("host.architecture", architecture(arch));
    }
    if let Some(address) = text("src").or_else(|| text("addr")) {
        ecs.set_address("source.address", "source.ip", address);
    }
    if let Some(address) = fields.get("SADDR.laddr").and_then(Value::as_str) {
        ecs.add("related.ip", address);
    }
    if let Some(command) = text("cmd") {
        set_arguments(&mut ecs, command.split_whitespace().map(Value::from).collect());
        ecs.set("process.command_line", command);
    }
    if is_command {
        let all = fields.as_object().into_iter().flatten();
        set_arguments(&mut ecs, all.filter(|(key, _)| is_argument(key)).map(|(_, value)| value.borrow()).collect());
    }
    match text("res").or_else(|| text("success")) {
        Some("success" | "1" | "yes") => ecs.set("event.outcome", "success"),
        Some("failed" | "0" | "no") => ecs.set("event.outcome", "failure"),
        _ => {}
    }
    ecs.set_some("network.direction", direction(text("SYSCALL").or_else(|| text("syscall"))));
    ecs.build()
}

/// Whether a value says something.
fn is_told(text: &str) -> bool {
    !matches!(text, "" | "?" | "(null)")
}

/// Whether a key is one of a command's arguments: `a0`, `a12`.
fn is_argument(key: &str) -> bool {
    key.strip_prefix('a').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What happened; of an unknown type of record, its name.
fn kind(fields: &Value<'_>) -> Kind {
    let text = |key: &str| fields.get(key).and_then(Value::scalar);
    let name = text("type").unwrap_or_default();
    if let Some(kind) = kinds::of_type(name) {
        return *kind;
    }
    match name {
        "SYSCALL" => kinds::of_call(text("SYSCALL").or_else(|| text("syscall"))),
        "AVC" => {
            let action = match (text("seresult"), text("apparmor")) {
                (Some(_), _) => "violated-selinux-policy",
                (_, Some(_)) => "violated-apparmor-policy",
                _ => "avc",
            };
            Kind { name: "AVC", action, categories: "", types: "", people: People::Process }
        }
        _ => Kind { name: "", action: "", categories: "", types: "", people: People::Process },
    }
}

fn set_kind(ecs: &mut Ecs<'_>, kind: &Kind, name: Option<&str>) {
    let words = |words: &'static str| Value::Array(words.split_whitespace().map(Value::from).collect());
    match kind.action {
        "" => ecs.set_some("event.action", name.map(str::to_ascii_lowercase)),
        action => ecs.set("event.action", action),
    }
    if !kind.categories.is_empty() {
        ecs.set("event.category", words(kind.categories));
        ecs.set("event.type", words(kind.types));
    }
}

/// Sets who did it, on whose behalf, and to whom.
fn set_people<'e>(ecs: &mut Ecs<'e>, people: People, text: &impl Fn(&str) -> Option<&'e str>) {
    let first = |keys: &[&str]| keys.iter().find_map(|key| text(key));
    let mut set = |id: &'e str, name: &'e str, who: Option<&'e str>| match who {
        Some(who) if who.bytes().all(|byte| byte.is_ascii_digit()) => ecs.set(id, who),
        Some(who) => ecs.set(name, who),
        None => {}
    };
    let user = match people {
        People::Process => return,
        People::Login => text("old_auid").or_else(|| text("old-auid")),
        People::Session | People::Account | People::Group => text("auid"),
    };
    set("user.id", "user.name", user);
    let effective = match people {
        People::Session => first(&["acct", "id", "uid"]),
        People::Login => first(&["new_auid", "auid"]),
        _ => text("uid"),
    };
    set("user.effective.id", "user.effective.name", effective);
    match people {
        People::Account => set("user.target.id", "user.target.name", first(&["acct", "id"])),
        People::Group => set("group.id", "group.name", first(&["id", "acct"])),
        _ => {}
    }
    // The process's own user is another then.
    if user.is_some() {
        ecs.set_some("auditd.log.uid", text("uid"));
    }
}

fn set_arguments<'e>(ecs: &mut Ecs<'e>, arguments: Vec<Value<'e>>) {
    ecs.set("process.args_count", arguments.len() as u64);
    ecs.set("process.args", Value::Array(arguments));
}

/// The machine of an ELF audit architecture.
fn architecture(code: &str) -> &str {
    match code {
        "c000003e" => "x86_64",
        "40000003" => "i386",
        "c00000b7" => "aarch64",
        "40000028" => "arm",
        other => other,
    }
}

/// Where a system call of a socket sends its bytes; the numbers are those of `x86_64`.
fn direction(call: Option<&str>) -> Option<&'static str> {
    match call? {
        "accept" | "accept4" | "recvfrom" | "recvmsg" | "43" | "288" | "45" | "47" => Some("ingress"),
        "connect" | "sendto" | "sendmsg" | "42" | "44" | "46" => Some("egress"),
        _ => None,
    }
}

fn snake(key: &str) -> Cow<'_, str> {
    if key.contains('-') { Cow::Owned(key.replace('-', "_")) } else { Cow::Borrowed(key) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_sorted_so_that_they_are_found() {
        assert!(super::NAMES.is_sorted_by_key(|(key, _)| key));
    }
}
