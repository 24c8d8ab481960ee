//! Codes of Windows events in words. Source: Microsoft Learn, "Advanced security audit policy" and the pages of its
//! events, "winevt.h".

/// A code and its word.
type Row = (&'static str, &'static str);

/// The word for a code.
pub(super) fn word(table: &[Row], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, word)| *word)
}

/// `Level`.
pub(super) const LEVELS: &[Row] = &[
    ("0", "information"),
    ("1", "critical"),
    ("2", "error"),
    ("3", "warning"),
    ("4", "information"),
    ("5", "verbose"),
];

/// `Opcode`.
pub(super) const OPCODES: &[Row] = &[
    ("0", "Info"),
    ("1", "Start"),
    ("2", "Stop"),
    ("3", "DCStart"),
    ("4", "DCStop"),
    ("5", "Extension"),
    ("6", "Reply"),
    ("7", "Resume"),
    ("8", "Suspend"),
    ("9", "Send"),
];

/// `LogonType`, in Elastic's words.
pub(super) const LOGONS: &[Row] = &[
    ("2", "Interactive"),
    ("3", "Network"),
    ("4", "Batch"),
    ("5", "Service"),
    ("7", "Unlock"),
    ("8", "NetworkCleartext"),
    ("9", "NewCredentials"),
    ("10", "RemoteInteractive"),
    ("11", "CachedInteractive"),
];

/// `Status` and `SubStatus` of a logon that failed.
pub(super) const FAILURES: &[Row] = &[
    ("0xc000005e", "There are currently no logon servers available to service the logon request."),
    ("0xc0000064", "User logon with misspelled or bad user account"),
    ("0xc000006a", "User logon with misspelled or bad password"),
    ("0xc000006d", "This is either due to a bad username or authentication information"),
    ("0xc000006e", "Unknown user name or bad password."),
    ("0xc000006f", "User logon outside authorized hours"),
    ("0xc0000070", "User logon from unauthorized workstation"),
    ("0xc0000071", "User logon with expired password"),
    ("0xc0000072", "User logon to account disabled by administrator"),
    ("0xc0000133", "Clocks between DC and other computer too far out of sync"),
    ("0xc000015b", "The user has not been granted the requested logon type at this machine."),
    ("0xc0000193", "User logon with expired account"),
    ("0xc0000224", "User is required to change password at next logon"),
    ("0xc0000234", "User logon with account locked"),
    ("0xc0000413", "Logon failure: the machine is protected by an authentication firewall"),
];

/// `%%` codes of messages that security events hold.
pub(super) const MESSAGES: &[Row] = &[
    ("%%1793", "Token disabled"),
    ("%%1936", "TokenElevationTypeDefault"),
    ("%%1937", "TokenElevationTypeFull"),
    ("%%1938", "TokenElevationTypeLimited"),
    ("%%2304", "An Error occured during Logon."),
    ("%%2305", "The specified user account has expired."),
    ("%%2307", "Account locked out."),
    ("%%2308", "The user has not been granted the requested logon type at this machine."),
    ("%%2309", "The specified account's password has expired."),
    ("%%2310", "Account currently disabled."),
    ("%%2311", "Account logon time restriction violation."),
    ("%%2312", "User not allowed to logon at this computer."),
    ("%%2313", "Unknown user name or bad password."),
    ("%%8448", "Success removed"),
    ("%%8449", "Success Added"),
    ("%%8450", "Failure removed"),
    ("%%8451", "Failure added"),
    ("%%8452", "Success include removed"),
    ("%%8453", "Success include added"),
    ("%%8454", "Success exclude removed"),
    ("%%8455", "Success exclude added"),
    ("%%8456", "Failure include removed"),
    ("%%8457", "Failure include added"),
    ("%%8458", "Failure exclude removed"),
    ("%%8459", "Failure exclude added"),
    ("%%14592", "Inbound"),
    ("%%14593", "Outbound"),
];

/// `TdoType`.
pub(super) const TRUST_TYPES: &[Row] =
    &[("1", "TRUST_TYPE_DOWNLEVEL"), ("2", "TRUST_TYPE_UPLEVEL"), ("3", "TRUST_TYPE_MIT"), ("4", "TRUST_TYPE_DCE")];

/// `TdoDirection`.
pub(super) const TRUST_DIRECTIONS: &[Row] = &[
    ("0", "TRUST_DIRECTION_DISABLED"),
    ("1", "TRUST_DIRECTION_INBOUND"),
    ("2", "TRUST_DIRECTION_OUTBOUND"),
    ("3", "TRUST_DIRECTION_BIDIRECTIONAL"),
];

/// `TdoAttributes`.
pub(super) const TRUST_ATTRIBUTES: &[Row] = &[
    ("0", "UNDEFINED"),
    ("1", "TRUST_ATTRIBUTE_NON_TRANSITIVE"),
    ("2", "TRUST_ATTRIBUTE_UPLEVEL_ONLY"),
    ("4", "TRUST_ATTRIBUTE_QUARANTINED_DOMAIN"),
    ("8", "TRUST_ATTRIBUTE_FOREST_TRANSITIVE"),
    ("16", "TRUST_ATTRIBUTE_CROSS_ORGANIZATION"),
    ("32", "TRUST_ATTRIBUTE_WITHIN_FOREST"),
    ("64", "TRUST_ATTRIBUTE_TREAT_AS_EXTERNAL"),
    ("128", "TRUST_ATTRIBUTE_USES_RC4_ENCRYPTION"),
];

/// `Keywords` that say how an audited action ended.
const AUDIT_FAILURE: u64 = 1 << 52;
const AUDIT_SUCCESS: u64 = 1 << 53;
const CLASSIC: u64 = 1 << 55;

/// The words of `Keywords`, a bit mask in hexadecimal or, in some tools, a negative decimal.
pub(super) fn keywords(mask: &str) -> Vec<&'static str> {
    let bits = match mask.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).unwrap_or_default(),
        None => mask.parse::<i64>().map_or_else(|_| mask.parse().unwrap_or_default(), |number| number as u64),
    };
    let words = [(AUDIT_FAILURE, "Audit Failure"), (AUDIT_SUCCESS, "Audit Success"), (CLASSIC, "Classic")];
    words.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, word)| *word).collect()
}

/// A number in decimal or, behind `0x`, in hexadecimal.
pub(super) fn number(text: &str) -> Option<u64> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}
