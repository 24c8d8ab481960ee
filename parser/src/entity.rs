//! What a record names that an engineer asks about next: addresses, users, keys, hashes.
//!
//! Kinds follow AWS Identity and Access Management User Guide, "IAM identifiers"; Amazon Resource Names by the AWS General
//! Reference; CIDR notation by RFC 4632; domain names by RFC 1123 section 2.1.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::value::Value;

mod kinds;

/// A thing that a record names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entity<'a> {
    /// What it is.
    pub kind: EntityKind,
    /// Its text, as it stands in the log.
    pub text: &'a str,
}

/// Kinds of entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EntityKind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A range of addresses: `10.0.0.0/8`.
    Cidr,
    /// A domain or host name.
    Domain,
    /// A URL with its scheme.
    Url,
    /// An e-mail address.
    Email,
    /// An Amazon Resource Name.
    Arn,
    /// An access key id of AWS: `AKIA…`, `ASIA…`.
    AccessKey,
    /// The unique id of an IAM entity: `AROA…`, `AIDA…`.
    PrincipalId,
    /// An AWS account number.
    Account,
    /// An MD5, SHA-1, SHA-256 or SHA-512 hash in hexadecimal.
    Hash,
    /// A user's name.
    User,
    /// An EC2 instance.
    InstanceId,
    /// A request, trace or correlation id.
    RequestId,
}

impl EntityKind {
    /// What a whole value is, by its own shape and by the name of its field; `None` for plain text.
    pub fn of(path: &str, text: &str) -> Option<Self> {
        let is_one_word = (3..=LONGEST).contains(&text.len()) && !text.contains(char::is_whitespace);
        let by_shape = || kinds::of_word(text).filter(|_| is_one_word);
        let is_domain = || is_one_word && kinds::is_domain(text, kinds::names_host(path));
        match kinds::by_name(path, text) {
            // What is called a user may be an ARN or an e-mail address, which tells more.
            None | Some(EntityKind::User) => {
                by_shape().or_else(|| kinds::by_name(path, text)).or_else(|| is_domain().then_some(EntityKind::Domain))
            }
            named => named,
        }
    }

    /// One or two words for menus and exports: `access key`.
    pub fn name(self) -> &'static str {
        match self {
            EntityKind::Ip => "ip",
            EntityKind::Cidr => "cidr",
            EntityKind::Domain => "domain",
            EntityKind::Url => "url",
            EntityKind::Email => "e-mail",
            EntityKind::Arn => "arn",
            EntityKind::AccessKey => "access key",
            EntityKind::PrincipalId => "principal id",
            EntityKind::Account => "account",
            EntityKind::Hash => "hash",
            EntityKind::User => "user",
            EntityKind::InstanceId => "instance id",
            EntityKind::RequestId => "request id",
        }
    }
}

/// Entities of one record, at most; an endless list of addresses names nobody.
const MOST: usize = 1_000;
/// Longest word that is looked at.
const LONGEST: usize = 2_048;

/// Yields each entity of `records` once, with the dotted path of the field it was first found in.
pub(crate) fn entities<'v>(records: impl IntoIterator<Item = &'v Value<'v>>, each: &mut dyn FnMut(&str, Entity<'_>)) {
    let mut seen: HashSet<(EntityKind, String)> = HashSet::new();
    let mut once = |path: &str, entity: Entity<'_>| {
        if seen.len() < MOST && seen.insert((entity.kind, entity.text.to_owned())) {
            each(path, entity);
        }
    };
    for fields in records {
        fields.scalars(&mut |path, value| of_scalar(path, value.scalar().unwrap_or_default().trim(), &mut once));
    }
}

/// The entities of one field: what its name says it holds, or what its words are.
fn of_scalar(path: &str, text: &str, each: &mut dyn FnMut(&str, Entity<'_>)) {
    if text.len() <= LONGEST
        && let Some(kind) = kinds::by_name(path, text)
    {
        each(path, Entity { kind, text });
    }
    for chunk in text.split(|character: char| character.is_whitespace() || "<>\"'`".contains(character)) {
        let (rest, url) = kinds::url(chunk);
        for word in rest.split(|character: char| "!,;[]{}()|*=".contains(character)).chain(url) {
            let word = word.trim_matches(['.', ':', '?', '\\']);
            if (3..=LONGEST).contains(&word.len()) {
                of_word(path, word, each);
            }
        }
    }
}

fn of_word(path: &str, word: &str, each: &mut dyn FnMut(&str, Entity<'_>)) {
    let mut found = |kind, text| each(path, Entity { kind, text });
    if let Some(kind) = kinds::of_word(word) {
        found(kind, word);
        // An ARN tells its account, a URL and an e-mail address their host.
        match kind {
            EntityKind::Arn => {
                if let Some(account) = word.split(':').nth(4).filter(|part| kinds::is_account(part)) {
                    found(EntityKind::Account, account);
                }
            }
            EntityKind::Url => {
                if let Some(host) = kinds::host(word) {
                    let kind = if host.parse::<IpAddr>().is_ok() { EntityKind::Ip } else { EntityKind::Domain };
                    found(kind, host);
                }
            }
            EntityKind::Email => {
                if let Some((_, host)) = word.rsplit_once('@') {
                    found(EntityKind::Domain, host);
                }
            }
            _ => {}
        }
        return;
    }
    if kinds::is_domain(word, kinds::names_host(path)) {
        found(EntityKind::Domain, word);
        return;
    }
    // `203.0.113.7:443`, `name:203.0.113.7`, `user\203.0.113.7`: each part by itself.
    for part in word.split([':', '\\', '/']).filter(|part| part.len() >= 7 && part.len() < word.len()) {
        match kinds::of_word(part) {
            Some(kind) => found(kind, part),
            None if kinds::is_domain(part, false) => found(EntityKind::Domain, part),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests;
