//! Who asked: what stands before the time of an access log.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::formats::columns::spaced::{Fields, push};
use crate::formats::columns::{self, Kind};

/// The host that asked, and the user.
pub(super) struct Peer<'a> {
    /// The virtual host that was asked.
    vhost: Option<&'a [u8]>,
    /// An address or a name; behind proxies a list of them.
    host: &'a [u8],
    identity: Option<&'a [u8]>,
    user: &'a [u8],
}

/// Bytes looked at: a list of addresses is not endless.
const LIMIT: usize = 1024;

impl<'a> Peer<'a> {
    /// Reads `[vhost ]host[, host…] identity user `; the identity may be missing.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        let text = text.strip_suffix(b" ").filter(|text| !text.is_empty() && text.len() <= LIMIT)?;
        // A user's name may hold spaces, so behind an address the identity comes first.
        let first = word(text);
        if is_address(first)
            && let Some(rest) = text[first.len()..].strip_prefix(b" - ")
            && !rest.is_empty()
        {
            return Some(Peer { vhost: None, host: first, identity: Some(b"-"), user: rest });
        }
        let (before, user) = last(text)?;
        let Some((hosts, identity)) = last(before).filter(|(hosts, _)| !hosts.ends_with(b",")) else {
            return is_host(before).then_some(Peer { vhost: None, host: before, identity: None, user });
        };
        let (vhost, host) = match last(hosts) {
            None => (None, hosts),
            Some(_) if is_list(hosts) || hosts.starts_with(b"\"") => (None, hosts),
            Some((vhost, host)) if !vhost.contains(&b' ') => (Some(vhost), host),
            Some(_) => return None,
        };
        Some(Peer { vhost, host, identity: Some(identity), user })
    }

    pub(super) fn put(self, fields: &mut Fields<'a>) {
        if let Some(vhost) = self.vhost {
            push(fields, "vhost", vhost, Kind::Text);
        }
        fields.push((Cow::Borrowed("host"), columns::value(self.host, Kind::Text)));
        if let Some(identity) = self.identity {
            push(fields, "identity", identity, Kind::Text);
        }
        push(fields, "user", self.user, Kind::Text);
    }
}

fn word(text: &[u8]) -> &[u8] {
    &text[..memchr::memchr(b' ', text).unwrap_or(text.len())]
}

/// The last word, and what stands before it.
fn last(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let space = memchr::memrchr(b' ', text).filter(|space| *space > 0)?;
    Some((text[..space].trim_ascii_end(), &text[space + 1..]))
}

fn is_host(word: &[u8]) -> bool {
    is_address(word) || word.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-:_".contains(byte))
}

fn is_address(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| word.parse::<IpAddr>().is_ok())
}

/// Whether `text` begins as a list of hosts does.
fn is_list(text: &[u8]) -> bool {
    memchr::memmem::find(text, b", ").is_some_and(|end| is_host(&text[..end]))
}

/// Whether a text in quotes begins with an address, or with the dash for none.
pub(super) fn is_address_list(text: &[u8]) -> bool {
    let end = text.iter().position(|byte| matches!(byte, b',' | b'"')).unwrap_or(text.len());
    &text[..end] == b"-" || is_address(&text[..end])
}

/// The addresses of a list, in its order.
pub(super) fn addresses(list: &str) -> impl Iterator<Item = &str> {
    list.split([',', ' ', '"']).filter(|part| !part.is_empty() && *part != "-")
}

/// The client of a list: the first address that is nobody's own network, the first one where all are.
pub(super) fn client(list: &str) -> Option<&str> {
    addresses(list).find(|address| address.parse().is_ok_and(is_public)).or_else(|| addresses(list).next())
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !(address.is_private() || address.is_loopback() || address.is_link_local()),
        IpAddr::V6(address) => !(address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()),
    }
}
