//! Messages of the programs that let users in: OpenSSH, sudo, PAM, and the shadow utilities.
//!
//! Source: the messages as OpenSSH 9, sudo 1.9, Linux-PAM 1.5 and shadow 4.13 write them.

use std::net::IpAddr;

use crate::ecs::Ecs;

/// Programs whose messages are of authentication, whatever their facility.
const PROGRAMS: [&str; 16] = [
    "chage",
    "chfn",
    "chsh",
    "groupadd",
    "groupdel",
    "groupmod",
    "login",
    "passwd",
    "polkitd",
    "sshd",
    "sshd-session",
    "su",
    "sudo",
    "systemd-logind",
    "useradd",
    "userdel",
];

/// What the utilities that change accounts do.
const CHANGES: [(&str, [&str; 2]); 6] = [
    ("useradd", ["user", "creation"]),
    ("userdel", ["user", "deletion"]),
    ("usermod", ["user", "change"]),
    ("groupadd", ["group", "creation"]),
    ("groupdel", ["group", "deletion"]),
    ("groupmod", ["group", "change"]),
];

/// Whether a message is one of these.
pub(super) fn is_auth(program: &str, message: &str) -> bool {
    PROGRAMS.binary_search(&program).is_ok() || program == "usermod" || message.starts_with("pam_")
}

/// Sets what the message says of users, addresses and commands.
pub(super) fn set<'e>(ecs: &mut Ecs<'e>, program: &str, message: &'e str) {
    let is_ssh = program.starts_with("sshd");
    let is_read = is_ssh && set_ssh(ecs, message)
        || program == "sudo" && set_sudo(ecs, message)
        || set_account(ecs, program, message);
    if !is_read {
        set_pam(ecs, message);
        if is_ssh {
            set_peer(ecs, message);
        }
    }
}

/// `Accepted publickey for ana from 203.0.113.7 port 51234 ssh2: RSA …`, `Invalid user x from 203.0.113.7`.
fn set_ssh<'e>(ecs: &mut Ecs<'e>, message: &'e str) -> bool {
    if let Some(address) = message.strip_prefix("Did not receive identification string from ") {
        let address = address.split(' ').next().unwrap_or_default();
        if address.parse::<IpAddr>().is_ok() {
            ecs.set("system.auth.ssh.dropped_ip", address);
            ecs.set("source.ip", address);
            ecs.add("related.ip", address);
        }
        return true;
    }
    let Some((who, from)) = message.split_once(" from ") else { return false };
    if let Some((what, user)) = who.split_once(" for ")
        && let Some((event, method)) = what.split_once(' ')
        && from.contains(" ssh2")
    {
        set_login(ecs, event);
        ecs.set("system.auth.ssh.method", method);
        set_user(ecs, user.strip_prefix("invalid user ").unwrap_or(user));
        ecs.set_some("system.auth.ssh.signature", from.split_once(" ssh2: ").map(|(_, signature)| signature));
    } else if let Some((event, user)) = who.split_once(" user ") {
        set_login(ecs, event);
        set_user(ecs, user);
    } else {
        return false;
    }
    set_source(ecs, from);
    true
}

fn set_login<'e>(ecs: &mut Ecs<'e>, event: &'e str) {
    ecs.set("system.auth.ssh.event", event);
    let outcome = match event {
        "Accepted" => "success",
        "Failed" | "Invalid" => "failure",
        _ => return,
    };
    let is_in = outcome == "success";
    ecs.set_words("event.category", if is_in { &["authentication", "session"] } else { &["authentication"] });
    ecs.set_words("event.type", &["info"]);
    ecs.set("event.action", "ssh_login");
    ecs.set("event.outcome", outcome);
}

fn set_user<'e>(ecs: &mut Ecs<'e>, user: &'e str) {
    if !user.is_empty() {
        ecs.set("user.name", user);
        ecs.add("related.user", user);
    }
}

/// `203.0.113.7 port 51234 …`, where the address may be a name.
fn set_source<'e>(ecs: &mut Ecs<'e>, from: &'e str) {
    let mut words = from.split([' ', ':']).filter(|word| !word.is_empty());
    let address = from.split(' ').next().unwrap_or_default();
    ecs.set_address("source.address", "source.ip", address);
    if address.parse::<IpAddr>().is_err() {
        ecs.set("source.domain", address);
    }
    let port = words.by_ref().find(|word| *word == "port").and_then(|_| words.next());
    ecs.set_some("source.port", port.and_then(|port| port.parse::<u16>().ok()).map(u64::from));
}

/// The peer of any other message: `Connection closed by 203.0.113.7 port 51234 [preauth]`.
fn set_peer<'e>(ecs: &mut Ecs<'e>, message: &'e str) {
    let Some(at) = message.find(" port ") else { return };
    let from = message[..at].rfind(' ').map_or(0, |space| space + 1);
    if message[from..at].parse::<IpAddr>().is_ok() {
        set_source(ecs, &message[from..]);
    }
}

/// `ana : TTY=pts/0 ; PWD=/home/ana ; USER=root ; COMMAND=/bin/ls`, with an error before the terminal where it failed.
fn set_sudo<'e>(ecs: &mut Ecs<'e>, message: &'e str) -> bool {
    let Some((user, rest)) = message.split_once(" : ") else { return false };
    let Some((before, command)) = rest.split_once("COMMAND=") else { return false };
    set_user(ecs, user.trim());
    for part in before.split(" ; ").map(str::trim) {
        match part.split_once('=') {
            Some(("TTY", tty)) => ecs.set("system.auth.sudo.tty", tty),
            Some(("PWD", folder)) => ecs.set("system.auth.sudo.pwd", folder),
            Some(("USER", user)) => {
                ecs.set("system.auth.sudo.user", user);
                ecs.set("user.effective.name", user);
                ecs.add("related.user", user);
            }
            None if !part.is_empty() && part != ";" => ecs.set("system.auth.sudo.error", part),
            _ => {}
        }
    }
    ecs.set("system.auth.sudo.command", command);
    true
}

/// `new user: name=apache, UID=48, GID=48, home=/usr/share/httpd, shell=/sbin/nologin`
fn set_account<'e>(ecs: &mut Ecs<'e>, program: &str, message: &'e str) -> bool {
    let Some((_, types)) = CHANGES.iter().find(|(name, _)| *name == program) else { return false };
    ecs.set_words("event.category", &["iam"]);
    ecs.set_words("event.type", types);
    ecs.set("event.outcome", if message.contains("fail") { "failure" } else { "success" });
    let Some((what @ ("new user" | "new group"), pairs)) = message.split_once(": ") else { return false };
    for (key, value) in pairs.split(", ").filter_map(|pair| pair.split_once('=')) {
        match (key, what) {
            ("name", "new user") => set_user(ecs, value),
            ("name", _) => ecs.set("group.name", value),
            ("UID", _) => ecs.set("user.id", value),
            ("GID", _) => ecs.set("group.id", value),
            ("home", _) => ecs.set("system.auth.useradd.home", value),
            ("shell", _) => ecs.set("system.auth.useradd.shell", value),
            _ => {}
        }
    }
    true
}

/// `session opened for user root by ana(uid=1000)`, `session closed for user root`, `… by user ana`.
fn set_pam<'e>(ecs: &mut Ecs<'e>, message: &'e str) {
    let (account, actor) = match message.split_once("for user ") {
        Some((_, rest)) => match rest.split_once(" by ") {
            Some((account, actor)) => (Some(account), Some(actor)),
            None => (Some(rest), None),
        },
        None => (None, message.split_once("by user ").map(|(_, actor)| actor)),
    };
    let account = account.map(name_and_id).filter(|(name, _)| is_user(name));
    let actor = actor.map(name_and_id).filter(|(name, id)| is_user(name) || name.is_empty() && id.is_some());
    if let Some((name, id)) = actor {
        set_user(ecs, name);
        ecs.set_some("user.id", id);
    }
    match (account, actor) {
        (Some((name, id)), Some((actor, _))) if !actor.is_empty() => {
            ecs.set("user.effective.name", name);
            ecs.set_some("user.effective.id", id);
            ecs.add("related.user", name);
        }
        (Some((name, _)), _) => set_user(ecs, name),
        (None, _) => {}
    }
}

/// `ana(uid=1000)`
fn name_and_id(text: &str) -> (&str, Option<&str>) {
    let quotes = ['\'', '"'];
    match text.split_once("(uid=") {
        Some((name, id)) => (name.trim_matches(quotes), id.strip_suffix(')')),
        None => (text.trim_matches(quotes), None),
    }
}

fn is_user(name: &str) -> bool {
    !name.is_empty() && !name.contains(' ')
}

#[cfg(test)]
mod tests {
    #[test]
    fn programs_are_sorted_so_that_they_are_found() {
        assert!(super::PROGRAMS.is_sorted());
    }
}
