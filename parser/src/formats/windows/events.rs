//! What each event is about: its action, category and type, as in Elastic's integration.

/// An event's id, its `event.action`, `event.category` and `event.type`.
pub(super) type Row = (u32, &'static str, &'static [&'static str], &'static [&'static str]);

/// The row of an id. Tables are in the order of their ids.
pub(super) fn row(table: &'static [Row], id: u32) -> Option<&'static Row> {
    table.binary_search_by_key(&id, |row| row.0).ok().map(|at| &table[at])
}

const IAM: &[&str] = &["iam"];
const IAM_SETTINGS: &[&str] = &["iam", "configuration"];
const SETTINGS: &[&str] = &["configuration"];
const LOGON: &[&str] = &["authentication"];
const SESSION: &[&str] = &["authentication", "session"];
const PROCESS: &[&str] = &["process"];
const NETWORK: &[&str] = &["network"];
const FILE: &[&str] = &["file"];
const REGISTRY: &[&str] = &["configuration", "registry"];

/// The channel `Security`.
#[rustfmt::skip]
pub(super) const SECURITY: &[Row] = &[
    (1100, "logging-service-shutdown", PROCESS, &["end"]),
    (1102, "audit-log-cleared", IAM, &["admin", "change"]),
    (1104, "logging-full", IAM, &["admin"]),
    (1105, "auditlog-archived", IAM, &["admin"]),
    (1108, "logging-processing-error", IAM, &["admin"]),
    (4610, "authentication-package-loaded", SETTINGS, &["access"]),
    (4611, "trusted-logon-process-registered", SETTINGS, &["change"]),
    (4614, "notification-package-loaded", SETTINGS, &["access"]),
    (4616, "system-time-changed", SETTINGS, &["change"]),
    (4622, "security-package-loaded", SETTINGS, &["access"]),
    (4624, "logged-in", LOGON, &["start"]),
    (4625, "logon-failed", LOGON, &["start"]),
    (4634, "logged-out", LOGON, &["end"]),
    (4647, "logged-out", LOGON, &["end"]),
    (4648, "logged-in-explicit", LOGON, &["start"]),
    (4656, "object-access-requested", FILE, &["access"]),
    (4657, "registry-value-modified", REGISTRY, &["change"]),
    (4658, "object-handle-closed", FILE, &["access"]),
    (4660, "object-deleted", FILE, &["deletion"]),
    (4661, "object-access-requested", IAM, &["info"]),
    (4662, "object-operation-performed", IAM, &["admin", "info"]),
    (4663, "object-accessed", FILE, &["access"]),
    (4670, "permissions-changed", IAM_SETTINGS, &["admin", "change"]),
    (4672, "logged-in-special", IAM, &["admin"]),
    (4673, "privileged-service-called", IAM, &["admin"]),
    (4674, "privileged-operation", IAM, &["admin"]),
    (4688, "created-process", PROCESS, &["start"]),
    (4689, "exited-process", PROCESS, &["end"]),
    (4690, "object-handle-duplicated", FILE, &["access"]),
    (4697, "service-installed", IAM_SETTINGS, &["admin", "change"]),
    (4698, "scheduled-task-created", IAM_SETTINGS, &["creation", "admin"]),
    (4699, "scheduled-task-deleted", IAM_SETTINGS, &["deletion", "admin"]),
    (4700, "scheduled-task-enabled", IAM_SETTINGS, &["change", "admin"]),
    (4701, "scheduled-task-disabled", IAM_SETTINGS, &["change", "admin"]),
    (4702, "scheduled-task-updated", IAM_SETTINGS, &["change", "admin"]),
    (4706, "domain-trust-added", SETTINGS, &["creation"]),
    (4707, "domain-trust-removed", SETTINGS, &["deletion"]),
    (4713, "kerberos-policy-changed", SETTINGS, &["change"]),
    (4714, "encrypted-data-recovery-policy-changed", SETTINGS, &["change"]),
    (4715, "object-audit-policy-changed", SETTINGS, &["change"]),
    (4716, "trusted-domain-information-changed", SETTINGS, &["change"]),
    (4717, "system-security-access-granted", IAM_SETTINGS, &["admin", "change"]),
    (4718, "system-security-access-removed", IAM_SETTINGS, &["admin", "deletion"]),
    (4719, "changed-audit-config", IAM_SETTINGS, &["admin", "change"]),
    (4720, "added-user-account", IAM, &["user", "creation"]),
    (4722, "enabled-user-account", IAM, &["user", "change"]),
    (4723, "changed-password", IAM, &["user", "change"]),
    (4724, "reset-password", IAM, &["user", "change"]),
    (4725, "disabled-user-account", IAM, &["user", "deletion"]),
    (4726, "deleted-user-account", IAM, &["user", "deletion"]),
    (4727, "added-group-account", IAM, &["group", "creation"]),
    (4728, "added-member-to-group", IAM, &["group", "change"]),
    (4729, "removed-member-from-group", IAM, &["group", "change"]),
    (4730, "deleted-group-account", IAM, &["group", "deletion"]),
    (4731, "added-group-account", IAM, &["group", "creation"]),
    (4732, "added-member-to-group", IAM, &["group", "change"]),
    (4733, "removed-member-from-group", IAM, &["group", "change"]),
    (4734, "deleted-group-account", IAM, &["group", "deletion"]),
    (4735, "modified-group-account", IAM, &["group", "change"]),
    (4737, "modified-group-account", IAM, &["group", "change"]),
    (4738, "modified-user-account", IAM, &["user", "change"]),
    (4739, "domain-policy-changed", SETTINGS, &["change"]),
    (4740, "locked-out-user-account", IAM, &["user", "change"]),
    (4741, "added-computer-account", IAM, &["creation", "admin"]),
    (4742, "changed-computer-account", IAM, &["change", "admin"]),
    (4743, "deleted-computer-account", IAM, &["deletion", "admin"]),
    (4744, "added-distribution-group-account", IAM, &["group", "creation"]),
    (4745, "changed-distribution-group-account", IAM, &["group", "change"]),
    (4746, "added-member-to-distribution-group", IAM, &["group", "change"]),
    (4747, "removed-member-from-distribution-group", IAM, &["group", "change"]),
    (4748, "deleted-distribution-group-account", IAM, &["group", "deletion"]),
    (4749, "added-distribution-group-account", IAM, &["group", "creation"]),
    (4750, "changed-distribution-group-account", IAM, &["group", "change"]),
    (4751, "added-member-to-distribution-group", IAM, &["group", "change"]),
    (4752, "removed-member-from-distribution-group", IAM, &["group", "change"]),
    (4753, "deleted-distribution-group-account", IAM, &["group", "deletion"]),
    (4754, "added-group-account", IAM, &["group", "creation"]),
    (4755, "modified-group-account", IAM, &["group", "change"]),
    (4756, "added-member-to-group", IAM, &["group", "change"]),
    (4757, "removed-member-from-group", IAM, &["group", "change"]),
    (4758, "deleted-group-account", IAM, &["group", "deletion"]),
    (4759, "added-distribution-group-account", IAM, &["group", "creation"]),
    (4760, "changed-distribution-group-account", IAM, &["group", "change"]),
    (4761, "added-member-to-distribution-group", IAM, &["group", "change"]),
    (4762, "removed-member-from-distribution-group", IAM, &["group", "change"]),
    (4763, "deleted-distribution-group-account", IAM, &["group", "deletion"]),
    (4764, "type-changed-group-account", IAM, &["group", "change"]),
    (4767, "unlocked-user-account", IAM, &["user", "change"]),
    (4768, "kerberos-authentication-ticket-requested", LOGON, &["start"]),
    (4769, "kerberos-service-ticket-requested", LOGON, &["start"]),
    (4770, "kerberos-service-ticket-renewed", LOGON, &["start"]),
    (4771, "kerberos-preauth-failed", LOGON, &["start"]),
    (4776, "credential-validated", LOGON, &["start"]),
    (4778, "session-reconnected", SESSION, &["start"]),
    (4779, "session-disconnected", SESSION, &["end"]),
    (4781, "renamed-user-account", IAM, &["user", "change"]),
    (4798, "group-membership-enumerated", IAM, &["user", "info"]),
    (4799, "user-member-enumerated", IAM, &["group", "info"]),
    (4800, "workstation-locked", SESSION, &["end"]),
    (4801, "workstation-unlocked", SESSION, &["start"]),
    (4817, "object-audit-changed", IAM_SETTINGS, &["admin", "change"]),
    (4902, "user-audit-policy-created", IAM_SETTINGS, &["admin", "creation"]),
    (4904, "security-event-source-added", IAM_SETTINGS, &["admin", "change"]),
    (4905, "security-event-source-removed", IAM_SETTINGS, &["admin", "deletion"]),
    (4906, "crash-on-audit-changed", IAM_SETTINGS, &["admin", "change"]),
    (4907, "audit-setting-changed", IAM_SETTINGS, &["admin", "change"]),
    (4908, "special-group-table-changed", IAM_SETTINGS, &["admin", "change"]),
    (4912, "per-user-audit-policy-changed", IAM_SETTINGS, &["admin", "change"]),
    (4950, "windows-firewall-setting-changed", SETTINGS, &["change"]),
    (4964, "logged-in-special", IAM, &["admin", "group"]),
    (5024, "windows-firewall-service-started", PROCESS, &["start"]),
    (5025, "windows-firewall-service-stopped", PROCESS, &["end"]),
    (5136, "directory-service-object-modified", IAM, &["change"]),
    (5137, "directory-service-object-created", IAM, &["creation"]),
    (5140, "network-share-object-accessed", &["network", "file"], &["info", "access"]),
    (5145, "network-share-object-access-checked", &["network", "file"], &["info", "access"]),
    (5152, "windows-firewall-packet-drop", NETWORK, &["connection", "denied"]),
    (5156, "windows-firewall-connection", NETWORK, &["connection", "start", "allowed"]),
    (5157, "windows-firewall-connection", NETWORK, &["connection", "denied"]),
    (5158, "windows-firewall-bind", NETWORK, &["info", "allowed"]),
    (5159, "windows-firewall-bind", NETWORK, &["info", "denied"]),
    (5379, "credentials-read", IAM, &["user", "info"]),
];

/// Sysmon. Source: Microsoft Learn, "Sysmon", "Events".
#[rustfmt::skip]
pub(super) const SYSMON: &[Row] = &[
    (1, "Process creation", PROCESS, &["start"]),
    (2, "File creation time changed", FILE, &["change"]),
    (3, "Network connection", NETWORK, &["start", "connection", "protocol"]),
    (4, "Sysmon service state changed", PROCESS, &["change"]),
    (5, "Process terminated", PROCESS, &["end"]),
    (6, "Driver loaded", &["driver"], &["start"]),
    (7, "Image loaded", PROCESS, &["change"]),
    (8, "CreateRemoteThread", PROCESS, &["change"]),
    (9, "RawAccessRead", PROCESS, &["access"]),
    (10, "Process accessed", PROCESS, &["access"]),
    (11, "File created", FILE, &["creation"]),
    (12, "Registry object added or deleted", REGISTRY, &["change"]),
    (13, "Registry value set", REGISTRY, &["change"]),
    (14, "Registry object renamed", REGISTRY, &["change"]),
    (15, "File stream created", FILE, &["access"]),
    (16, "Sysmon config state changed", SETTINGS, &["change"]),
    (17, "Pipe created", FILE, &["creation"]),
    (18, "Pipe connected", FILE, &["access"]),
    (19, "WmiEventFilter activity", PROCESS, &["creation"]),
    (20, "WmiEventConsumer activity", PROCESS, &["creation"]),
    (21, "WmiEventConsumerToFilter activity", PROCESS, &["access"]),
    (22, "DNS query", NETWORK, &["connection", "protocol", "info"]),
    (23, "File deleted", FILE, &["deletion"]),
    (24, "Clipboard changed", &[], &["change"]),
    (25, "Process tampering", PROCESS, &["change"]),
    (26, "File deleted", FILE, &["deletion"]),
    (27, "File block executable", FILE, &["denied"]),
    (28, "File block shredding", FILE, &["denied"]),
    (29, "File executable detected", FILE, &["creation"]),
    (255, "Sysmon error", PROCESS, &["info"]),
];

/// PowerShell, both its channels.
#[rustfmt::skip]
pub(super) const POWERSHELL: &[Row] = &[
    (400, "", PROCESS, &["start"]),
    (403, "", PROCESS, &["end"]),
    (600, "", PROCESS, &["info"]),
    (800, "", PROCESS, &["info"]),
    (4103, "", PROCESS, &["info"]),
    (4104, "", PROCESS, &["info"]),
    (4105, "", PROCESS, &["start"]),
    (4106, "", PROCESS, &["end"]),
];

/// Events of other providers that tell of an intrusion most often.
#[rustfmt::skip]
const OTHERS: &[(&str, Row)] = &[
    ("Microsoft-Windows-Eventlog", (104, "log-cleared", IAM, &["admin", "change"])),
    ("Microsoft-Windows-TaskScheduler", (106, "scheduled-task-created", IAM_SETTINGS, &["creation", "admin"])),
    ("Microsoft-Windows-TaskScheduler", (140, "scheduled-task-updated", IAM_SETTINGS, &["change", "admin"])),
    ("Microsoft-Windows-TaskScheduler", (141, "scheduled-task-deleted", IAM_SETTINGS, &["deletion", "admin"])),
    ("Microsoft-Windows-TaskScheduler", (142, "scheduled-task-disabled", IAM_SETTINGS, &["change", "admin"])),
    ("Microsoft-Windows-TerminalServices-LocalSessionManager", (21, "logged-in", SESSION, &["start"])),
    ("Microsoft-Windows-TerminalServices-LocalSessionManager", (23, "logged-out", SESSION, &["end"])),
    ("Microsoft-Windows-TerminalServices-LocalSessionManager", (24, "session-disconnected", SESSION, &["end"])),
    ("Microsoft-Windows-TerminalServices-LocalSessionManager", (25, "session-reconnected", SESSION, &["start"])),
    ("Microsoft-Windows-Windows Defender", (1116, "malware-detected", &["malware"], &["info"])),
    ("Microsoft-Windows-Windows Defender", (1117, "malware-action-taken", &["malware"], &["info"])),
    ("Microsoft-Windows-Windows Defender", (5001, "real-time-protection-disabled", SETTINGS, &["change"])),
    ("Microsoft-Windows-Windows Defender", (5007, "configuration-changed", SETTINGS, &["change"])),
    ("Service Control Manager", (7045, "service-installed", IAM_SETTINGS, &["creation", "admin"])),
];

/// The row of another provider's id.
pub(super) fn other(provider: &str, id: u32) -> Option<&'static Row> {
    OTHERS.iter().find(|(known, row)| *known == provider && row.0 == id).map(|(_, row)| row)
}

#[cfg(test)]
mod tests {
    #[test]
    fn tables_are_in_the_order_of_their_ids() {
        for table in [super::SECURITY, super::SYSMON, super::POWERSHELL] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
        }
    }
}
