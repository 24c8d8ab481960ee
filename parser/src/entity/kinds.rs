//! How each kind of entity is told.

use std::net::IpAddr;

use super::EntityKind;

/// What a word is by its own shape.
pub(super) fn of_word(word: &str) -> Option<EntityKind> {
    if word.parse::<IpAddr>().is_ok() {
        return Some(EntityKind::Ip);
    }
    if let Some((address, prefix)) = word.split_once('/')
        && let Ok(address) = address.parse::<IpAddr>()
    {
        let most = if address.is_ipv4() { 32 } else { 128 };
        return prefix.parse::<u8>().is_ok_and(|prefix| prefix <= most).then_some(EntityKind::Cidr);
    }
    if word.starts_with("arn:") && word.split(':').count() >= 6 {
        return Some(EntityKind::Arn);
    }
    if host(word).is_some() {
        return Some(EntityKind::Url);
    }
    if let Some((local, domain)) = word.split_once('@')
        && !local.is_empty()
        && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte))
        && is_domain(domain, true)
    {
        return Some(EntityKind::Email);
    }
    identifier(word)
}

/// What a word without punctuation is.
fn identifier(word: &str) -> Option<EntityKind> {
    let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    // Unique ids are in capital letters and digits: the prefix tells of what.
    let is_unique = word.len() >= 16 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_unique && word.len() <= 128 {
        match &word[..4] {
            "AKIA" | "ASIA" => return Some(EntityKind::AccessKey),
            "ABIA" | "ACCA" | "AGPA" | "AIDA" | "AIPA" | "ANPA" | "ANVA" | "APKA" | "AROA" | "ASCA" => {
                return Some(EntityKind::PrincipalId);
            }
            _ => {}
        }
    }
    if let Some(rest) = word.strip_prefix("i-")
        && matches!(rest.len(), 8 | 17)
        && is_hex(rest)
    {
        return Some(EntityKind::InstanceId);
    }
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let is_hash = matches!(word.len(), 32 | 40 | 64 | 128)
        && is_hex(word)
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic);
    is_hash.then_some(EntityKind::Hash)
}

/// What a field holds by its name; `text` must look the part.
pub(super) fn by_name(path: &str, text: &str) -> Option<EntityKind> {
    let last = path.rsplit('.').next().unwrap_or(path);
    let name: String = last.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    let is_one_word = !text.is_empty() && text.len() <= 256 && !text.contains(char::is_whitespace);
    match &*name {
        "accountid" | "account" | "recipientaccountid" | "owneraccountid" | "owner" | "vpcowneraccountid"
            if is_account(text) =>
        {
            Some(EntityKind::Account)
        }
        _ if !is_one_word || matches!(text, "-" | "?" | "null" | "none" | "unknown") => None,
        "requestid" | "xamzrequestid" | "traceid" | "correlationid" | "xrequestid" | "xamzntraceid" | "conntraceid" => {
            Some(EntityKind::RequestId)
        }
        "user" | "username" | "acct" | "suser" | "duser" | "targetusername" | "subjectusername" | "useridname"
            if text.parse::<IpAddr>().is_err() =>
        {
            Some(EntityKind::User)
        }
        // ECS keeps people under `user.*` and what is related to them in a list.
        "name" if path.ends_with("user.name") || path.ends_with("user.target.name") => Some(EntityKind::User),
        _ => None,
    }
}

/// Whether a field's name says that it holds a host.
pub(super) fn names_host(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase();
    ["domain", "host", "dns", "query", "rrname", "sni", "server", "fqdn", "registered"]
        .iter()
        .any(|part| last.contains(part))
}

/// Whether `text` is a name of a host: at least two labels, the last one a top-level domain. Without a hint that a host
/// is meant, only with one that is no ending of file names or of names in code.
pub(super) fn is_domain(text: &str, is_meant: bool) -> bool {
    const COMMON: [&str; 22] = [
        "com", "net", "org", "info", "biz", "io", "edu", "gov", "mil", "int", "dev", "app", "cloud", "aws", "internal",
        "local", "example", "onion", "xyz", "online", "site", "top",
    ];
    // Countries whose code is also the ending of a kind of file.
    const FILES: [&str; 8] = ["py", "sh", "md", "ps", "pl", "rs", "so", "ai"];
    let Some((_, last)) = text.rsplit_once('.') else { return false };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if text.len() > 253 || !(2..=24).contains(&last.len()) || !text.split('.').all(is_label) {
        return false;
    }
    if !last.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return last.starts_with("xn--");
    }
    let lower = last.to_ascii_lowercase();
    is_meant || COMMON.contains(&&*lower) || lower.len() == 2 && !FILES.contains(&&*lower) && !text.contains('_')
}

/// What stands before the absolute URL in a chunk without white space, and the URL without the punctuation of the sentence
/// around it.
pub(super) fn url(chunk: &str) -> (&str, Option<&str>) {
    let Some(mark) = chunk.find("://") else { return (chunk, None) };
    let is_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-');
    let from = chunk.as_bytes()[..mark].iter().rposition(|byte| !is_scheme(byte)).map_or(0, |at| at + 1);
    // A byte that is no scheme's may be the last of a longer character.
    match (chunk.get(..from), chunk.get(from..)) {
        (Some(before), Some(url)) => (before, Some(url.trim_end_matches([',', ';', ')', ']', '}', '|', '.']))),
        _ => (chunk, None),
    }
}

/// The host of an absolute URL.
pub(super) fn host(word: &str) -> Option<&str> {
    let (scheme, rest) = word.split_once("://")?;
    let is_scheme = (2..=16).contains(&scheme.len())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let authority = rest.split(['/', '?', '#']).next().filter(|authority| is_scheme && !authority.is_empty())?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map(|(address, _)| address);
    }
    Some(host.split_once(':').map_or(host, |(host, _)| host)).filter(|host| !host.is_empty())
}

/// Whether `text` is an account number: twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}
