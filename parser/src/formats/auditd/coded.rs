//! Values that the kernel writes in hexadecimal digits: strings that could break a line, and socket addresses.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::value::Value;

/// Keys whose values are strings of somebody else, which the kernel quotes or, where they hold a space, a quote, a
/// control or a byte that is not ASCII, writes in hexadecimal digits.
const UNTRUSTED: [&str; 38] = [
    "acct",
    "apparmor",
    "cgroup",
    "cmd",
    "comm",
    "cwd",
    "data",
    "denied_mask",
    "device",
    "dir",
    "exe",
    "file",
    "grp",
    "info",
    "invalid_context",
    "key",
    "name",
    "new-chardev",
    "new-disk",
    "new-fs",
    "new-net",
    "new-rng",
    "new_group",
    "ocomm",
    "old-chardev",
    "old-disk",
    "old-fs",
    "old-net",
    "old-rng",
    "operation",
    "path",
    "proctitle",
    "profile",
    "requested_mask",
    "root_dir",
    "sw",
    "vm",
    "watch",
];

/// Whether the value of `key` may be coded; the arguments of a record of type `EXECVE` are too.
pub(super) fn is_untrusted(key: &str, is_command: bool) -> bool {
    let is_argument = |rest: &str| rest.bytes().next().is_some_and(|byte| byte.is_ascii_digit());
    UNTRUSTED.binary_search(&key).is_ok() || is_command && key.strip_prefix('a').is_some_and(is_argument)
}

/// The text of a coded string; nothing for digits that spell a string which would not have been coded. The parts of a
/// process title are separated by NUL, and here by spaces.
pub(super) fn text(digits: &[u8]) -> Option<String> {
    // The kernel writes capitals, so an account named `face` keeps its name.
    let mut bytes = bytes(digits).filter(|_| !digits.iter().any(u8::is_ascii_lowercase))?;
    if !bytes.iter().any(|byte| matches!(byte, 0..=0x20 | b'"' | 0x7f..)) {
        return None;
    }
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b' ');
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The socket address in the digits of `saddr`, with the names that the enriched format has for its parts.
///
/// Source: `struct sockaddr_in`, `sockaddr_in6`, `sockaddr_un` of the Linux man pages ip(7), ipv6(7), unix(7).
pub(super) fn address(digits: &[u8]) -> Option<Value<'static>> {
    let bytes = bytes(digits)?;
    let (family, rest) = bytes.split_at_checked(2)?;
    // In the byte order of the machine, which may be another's.
    let family = if family[0] == 0 { family[1] } else { family[0] };
    let (name, parts) = match family {
        1 => ("local", vec![("path", Value::from(path(rest)))]),
        2 => {
            let address: [u8; 4] = rest.get(2..6)?.try_into().ok()?;
            ("inet", socket(Ipv4Addr::from(address).to_string(), rest)?)
        }
        10 => {
            let address: [u8; 16] = rest.get(6..22)?.try_into().ok()?;
            ("inet6", socket(Ipv6Addr::from(address).to_string(), rest)?)
        }
        _ => return None,
    };
    let family = ("saddr_fam", Value::from(name));
    let fields = std::iter::once(family).chain(parts);
    Some(Value::Object(fields.map(|(name, value)| (Cow::Borrowed(name), value)).collect()))
}

fn socket(address: String, rest: &[u8]) -> Option<Vec<(&'static str, Value<'static>)>> {
    let port = u16::from_be_bytes(rest.get(..2)?.try_into().ok()?);
    Some(vec![("laddr", Value::from(address)), ("lport", Value::from(u64::from(port)))])
}

/// The path of a local socket; an abstract one begins with NUL, and in every tool with `@`.
fn path(bytes: &[u8]) -> String {
    let (mark, name) = bytes.strip_prefix(&[0]).map_or(("", bytes), |name| ("@", name));
    let end = memchr::memchr(0, name).unwrap_or(name.len());
    format!("{mark}{}", String::from_utf8_lossy(&name[..end]))
}

fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let nibble = |digit: u8| char::from(digit).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| Some((nibble(*high)? * 16 + nibble(*low)?) as u8);
    (!pairs.is_empty()).then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_so_that_they_are_found() {
        assert!(UNTRUSTED.is_sorted());
    }

    #[test]
    fn digits_are_read_only_where_a_string_had_to_be_coded() {
        assert_eq!(text(b"2F62696E2F6C73002D6C").as_deref(), Some("/bin/ls -l"));
        assert_eq!(text(b"616E61C3A9"), Some("anaé".to_owned()));
        for plain in [&b"6C73"[..], b"abc", b"face", b"", b"zz", b"6361c3a9"] {
            assert_eq!(text(plain), None);
        }
    }

    #[test]
    fn socket_addresses_of_both_families_and_local_ones_are_read() {
        let json = |digits: &str| address(digits.as_bytes()).map(|value| value.to_json());
        let inet = r#"{"saddr_fam":"inet","laddr":"203.0.113.7","lport":443}"#;
        assert_eq!(json("020001BBCB0071070000000000000000").as_deref(), Some(inet));
        let inet6 = r#"{"saddr_fam":"inet6","laddr":"2001:db8::7","lport":53}"#;
        assert_eq!(json("0A0000350000000020010DB800000000000000000000000700000000").as_deref(), Some(inet6));
        assert_eq!(json("01002F6465762F6C6F6700").as_deref(), Some(r#"{"saddr_fam":"local","path":"/dev/log"}"#));
        assert_eq!(json("0100002F746D702F78").as_deref(), Some(r#"{"saddr_fam":"local","path":"@/tmp/x"}"#));
        for broken in ["02", "0200", "020001BBCB00", "1000000000", "0A00003500"] {
            assert_eq!(json(broken), None, "{broken}");
        }
    }
}
