//! Kinds of audit records and system calls: what happened, in ECS's categories and types.
//!
//! Source: `linux/audit.h` and the audit userspace's record types for the names; the words for actions, and who of the
//! users in a record did what to whom, are those of Elastic's audit integrations, so that searches fit both.

/// Whom the ids and names of a record mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum People {
    /// Nobody but the process.
    Process,
    /// The login user, on behalf of an account: sessions and credentials.
    Session,
    /// The login user, who changes another account.
    Account,
    /// The login user, who changes a group.
    Group,
    /// A process that gets its login user.
    Login,
}

use People::{Account, Group, Login, Process, Session};

/// What a record says that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// The type of record, or the name of a system call.
    pub name: &'static str,
    pub action: &'static str,
    /// Words between spaces, or nothing.
    pub categories: &'static str,
    pub types: &'static str,
    pub people: People,
}

/// The kind of a record of that type; `AVC` has two and is told by the module that denied.
pub(super) fn of_type(name: &str) -> Option<&'static Kind> {
    TYPES.binary_search_by_key(&name, |kind| kind.name).ok().map(|at| &TYPES[at])
}

/// The kind of a system call; of those without a row of their own, one of processes.
pub(super) fn of_call(name: Option<&str>) -> Kind {
    let row = CALLS.iter().find(|(names, ..)| names.split(' ').any(|call| Some(call) == name));
    let (action, categories, types) = row.map_or(("syscall", "process", "info"), |row| (row.1, row.2, row.3));
    Kind { name: "SYSCALL", action, categories, types, people: Process }
}

const fn kind(
    name: &'static str,
    action: &'static str,
    categories: &'static str,
    types: &'static str,
    people: People,
) -> Kind {
    Kind { name, action, categories, types, people }
}

/// Sorted by name.
const TYPES: &[Kind] = &[
    kind("ACCT_LOCK", "locked-account", "iam", "user info", Process),
    kind("ACCT_UNLOCK", "unlocked-account", "iam", "user info", Process),
    kind("ADD_GROUP", "added-group-account-to", "iam", "group creation", Group),
    kind("ADD_USER", "added-user-account", "iam", "user creation", Account),
    kind("ANOM_ABEND", "crashed-program", "process", "end", Process),
    kind("ANOM_EXEC", "attempted-execution-of-forbidden-program", "process", "start", Process),
    kind("ANOM_LINK", "used-suspicious-link", "", "", Process),
    kind("ANOM_LOGIN_FAILURES", "failed-log-in-too-many-times-to", "", "", Process),
    kind("ANOM_LOGIN_LOCATION", "attempted-log-in-from-unusual-place-to", "", "", Process),
    kind("ANOM_LOGIN_SESSIONS", "opened-too-many-sessions-to", "", "", Process),
    kind("ANOM_LOGIN_TIME", "attempted-log-in-during-unusual-hour-to", "", "", Process),
    kind("ANOM_PROMISCUOUS", "changed-promiscuous-mode-on-device", "", "", Process),
    kind("ANOM_RBAC_INTEGRITY_FAIL", "tested-file-system-integrity-of", "", "", Process),
    kind("CHGRP_ID", "changed-group", "process", "change", Process),
    kind("CHUSER_ID", "changed-user-id", "process", "change", Process),
    kind("CONFIG_CHANGE", "changed-audit-configuration", "process configuration", "change", Process),
    kind("CRED_ACQ", "acquired-credentials", "authentication", "info", Session),
    kind("CRED_DISP", "disposed-credentials", "authentication", "info", Session),
    kind("CRED_REFR", "refreshed-credentials", "authentication", "info", Session),
    kind("CRYPTO_KEY_USER", "negotiated-crypto-key", "process", "info", Process),
    kind("CRYPTO_LOGIN", "crypto-officer-logged-in", "", "", Process),
    kind("CRYPTO_LOGOUT", "crypto-officer-logged-out", "process", "info", Process),
    kind("CRYPTO_SESSION", "started-crypto-session", "process", "info", Process),
    kind("DAEMON_ABORT", "aborted-auditd-startup", "process", "stop", Process),
    kind("DAEMON_ACCEPT", "remote-audit-connected", "network", "connection start", Process),
    kind("DAEMON_CLOSE", "remote-audit-disconnected", "network", "connection start", Process),
    kind("DAEMON_CONFIG", "changed-auditd-configuration", "process configuration", "change", Process),
    kind("DAEMON_END", "shutdown-audit", "process", "stop", Process),
    kind("DAEMON_ERR", "audit-error", "process", "info", Process),
    kind("DAEMON_RECONFIG", "reconfigured-auditd", "process configuration", "info", Process),
    kind("DAEMON_RESUME", "resumed-audit-logging", "process", "change", Process),
    kind("DAEMON_ROTATE", "rotated-audit-logs", "process", "change", Process),
    kind("DAEMON_START", "started-audit", "process", "start", Process),
    kind("DEL_GROUP", "deleted-group-account-from", "iam", "group deletion", Group),
    kind("DEL_USER", "deleted-user-account", "iam", "user deletion", Account),
    kind("FEATURE_CHANGE", "changed-audit-feature", "configuration", "change", Process),
    kind("FS_RELABEL", "relabeled-filesystem", "", "", Process),
    kind("GRP_AUTH", "authenticated-to-group", "authentication", "info", Session),
    kind("GRP_CHAUTHTOK", "changed-group-password", "iam", "group change", Group),
    kind("GRP_MGMT", "modified-group-account", "iam", "group change", Group),
    kind("KERNEL", "initialized-audit-subsystem", "process", "info", Process),
    kind("KERN_MODULE", "loaded-kernel-module", "driver", "start", Process),
    kind("LABEL_LEVEL_CHANGE", "modified-level-of", "", "", Process),
    kind("LABEL_OVERRIDE", "overrode-label-of", "", "", Process),
    kind("LOGIN", "changed-login-id-to", "authentication", "start", Login),
    kind("MAC_CONFIG_CHANGE", "changed-selinux-boolean", "configuration", "change", Process),
    kind("MAC_POLICY_LOAD", "loaded-selinux-policy", "configuration", "access", Process),
    kind("MAC_STATUS", "changed-selinux-enforcement", "configuration", "change", Process),
    kind("NETFILTER_CFG", "loaded-firewall-rule-to", "configuration", "change", Process),
    kind("ROLE_ASSIGN", "assigned-user-role-to", "iam", "user change", Process),
    kind("ROLE_MODIFY", "modified-role", "iam", "change", Process),
    kind("ROLE_REMOVE", "removed-user-role-from", "iam", "user change", Process),
    kind("SECCOMP", "violated-seccomp-policy", "", "", Process),
    kind("SELINUX_ERR", "caused-mac-policy-error", "", "", Process),
    kind("SERVICE_START", "started-service", "process", "start", Process),
    kind("SERVICE_STOP", "stopped-service", "process", "stop", Process),
    kind("SOFTWARE_UPDATE", "package-updated", "package", "info", Process),
    kind("SYSTEM_BOOT", "booted-system", "host", "info", Process),
    kind("SYSTEM_RUNLEVEL", "changed-to-runlevel", "host", "change", Process),
    kind("SYSTEM_SHUTDOWN", "shutdown-system", "host", "info", Process),
    kind("TEST", "sent-test", "process", "info", Process),
    kind("TTY", "typed", "", "", Process),
    kind("USER", "sent-message", "", "", Process),
    kind("USER_ACCT", "was-authorized", "authentication", "info", Session),
    kind("USER_AUTH", "authenticated", "authentication", "info", Session),
    kind("USER_AVC", "access-permission", "", "", Process),
    kind("USER_CHAUTHTOK", "changed-password", "iam", "user change", Account),
    kind("USER_CMD", "ran-command", "process", "start", Process),
    kind("USER_END", "ended-session", "session", "end", Session),
    kind("USER_ERR", "error", "authentication", "info", Session),
    kind("USER_LOGIN", "logged-in", "authentication", "start", Session),
    kind("USER_LOGOUT", "logged-out", "authentication", "end", Session),
    kind("USER_MAC_CONFIG_CHANGE", "changed-mac-configuration", "configuration", "change", Process),
    kind("USER_MAC_POLICY_LOAD", "loaded-mac-policy", "configuration", "access", Process),
    kind("USER_MGMT", "modified-user-account", "iam", "user change", Account),
    kind("USER_ROLE_CHANGE", "changed-role-to", "", "", Process),
    kind("USER_SELINUX_ERR", "access-error", "", "", Process),
    kind("USER_START", "started-session", "session", "start", Session),
    kind("USER_TTY", "typed", "", "", Process),
    kind("USYS_CONFIG", "changed-configuration", "configuration", "change", Process),
    kind("VIRT_CONTROL", "issued-vm-control", "host", "info", Process),
    kind("VIRT_CREATE", "created-vm-image", "host", "info", Process),
    kind("VIRT_DESTROY", "deleted-vm-image", "host", "info", Process),
    kind("VIRT_INTEGRITY_CHECK", "checked-integrity-of", "host", "info", Process),
    kind("VIRT_MACHINE_ID", "assigned-vm-id", "host", "creation", Process),
    kind("VIRT_MIGRATE_IN", "migrated-vm-from", "host", "info", Process),
    kind("VIRT_MIGRATE_OUT", "migrated-vm-to", "host", "info", Process),
    kind("VIRT_RESOURCE", "assigned-vm-resource", "host", "info", Process),
];

/// System calls by what they do.
const CALLS: &[(&str, &str, &str, &str)] = &[
    ("execve execveat", "executed", "process", "start"),
    ("connect", "connected-to", "network", "connection start"),
    ("accept accept4", "accepted-connection-from", "network", "connection start"),
    ("bind", "bound-socket", "network", "start"),
    ("listen", "listen-for-connections", "network", "start"),
    ("recv recvfrom recvmsg recvmmsg", "received-from", "network", "connection info"),
    ("send sendto sendmsg sendmmsg", "sent-to", "network", "connection info"),
    ("open openat readlink readlinkat", "opened-file", "file", "info"),
    ("creat", "opened-file", "file", "creation"),
    ("truncate ftruncate fallocate", "opened-file", "file", "change"),
    ("read", "read-file", "file", "info"),
    ("write", "wrote-to-file", "file", "change"),
    ("unlink unlinkat rmdir", "deleted", "file", "deletion"),
    ("rename renameat renameat2", "renamed", "file", "change"),
    ("symlink symlinkat", "symlinked", "file", "creation"),
    ("mkdir mkdirat", "created-directory", "file", "creation"),
    ("mknod mknodat", "make-device", "file", "creation"),
    ("mount", "mounted", "file", "creation"),
    ("umount umount2", "unmounted", "file", "deletion"),
    ("chmod fchmod fchmodat", "changed-file-permissions-of", "file", "change"),
    ("chown fchown fchownat lchown", "changed-file-ownership-of", "file", "change"),
    (
        "setxattr fsetxattr lsetxattr removexattr fremovexattr lremovexattr",
        "changed-file-attributes-of",
        "file",
        "change",
    ),
    (
        "access faccessat stat stat64 fstat lstat newfstatat getxattr fgetxattr lgetxattr",
        "checked-metadata-of",
        "file",
        "info",
    ),
    ("init_module finit_module", "loaded-kernel-module", "driver", "start"),
    ("delete_module", "unloaded-kernel-module", "driver", "end"),
    ("kill tkill tgkill", "killed-pid", "process", "end"),
    (
        "setuid seteuid setreuid setresuid setfsuid setgid setegid setregid setresgid setfsgid",
        "changed-identity-of",
        "process",
        "change",
    ),
    ("adjtimex clock_settime settimeofday stime", "changed-system-time", "host", "change"),
    ("sethostname setdomainname", "changed-system-name", "host", "change"),
];

#[cfg(test)]
mod tests {
    #[test]
    fn types_are_sorted_so_that_they_are_found() {
        assert!(super::TYPES.is_sorted_by_key(|kind| kind.name));
    }
}
