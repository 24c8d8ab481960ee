//! What DNS query logs share.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::ecs::Ecs;

/// Sets the name that was asked for, and puts it with the hosts, or the address that a reverse name stands for with the
/// addresses.
pub(super) fn set_question<'e>(ecs: &mut Ecs<'e>, name: &'e str) {
    let name = plain(name);
    ecs.set("dns.question.name", name);
    match reversed(name) {
        Some(address) => ecs.add("related.ip", address.to_string()),
        None if is_reverse(name) => {}
        None => ecs.add("related.hosts", name),
    }
}

/// Sets how the question and its answer travelled.
pub(super) fn set_transport(ecs: &mut Ecs<'_>, transport: &str) {
    ecs.set("network.protocol", "dns");
    ecs.set("network.transport", transport.to_ascii_lowercase());
    let number = match transport {
        "UDP" => Some("17"),
        "TCP" => Some("6"),
        _ => None,
    };
    ecs.set_some("network.iana_number", number);
}

/// Sets the address that asked.
pub(super) fn set_source<'e>(ecs: &mut Ecs<'e>, address: &'e str) {
    ecs.set_address("source.address", "source.ip", address);
    let kind = match address.parse() {
        Ok(IpAddr::V4(_)) => Some("ipv4"),
        Ok(IpAddr::V6(_)) => Some("ipv6"),
        Err(_) => None,
    };
    ecs.set_some("network.type", kind);
}

/// A name without the dot that ends it.
pub(super) fn plain(name: &str) -> &str {
    name.strip_suffix('.').filter(|name| !name.is_empty()).unwrap_or(name)
}

fn is_reverse(name: &str) -> bool {
    name.ends_with(".in-addr.arpa") || name.ends_with(".ip6.arpa")
}

/// The address that a reverse name (RFC 1035, section 3.5; RFC 3596, section 2.5) stands for.
pub(super) fn reversed(name: &str) -> Option<IpAddr> {
    if let Some(labels) = name.strip_suffix(".in-addr.arpa") {
        let mut bytes = [0; 4];
        let mut labels = labels.split('.');
        for byte in bytes.iter_mut().rev() {
            *byte = labels.next()?.parse().ok()?;
        }
        return labels.next().is_none().then(|| Ipv4Addr::from(bytes).into());
    }
    let labels = name.strip_suffix(".ip6.arpa").filter(|labels| labels.len() == 63)?;
    let mut address = 0_u128;
    for (place, label) in labels.split('.').enumerate() {
        let digit = u128::from_str_radix(label, 16).ok().filter(|_| label.len() == 1)?;
        address |= digit << (4 * place);
    }
    Some(Ipv6Addr::from(address).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reverse_name_is_read_back_and_half_of_one_is_not() {
        let text = |name| reversed(name).map(|address| address.to_string());
        assert_eq!(text("7.113.0.203.in-addr.arpa").as_deref(), Some("203.0.113.7"));
        let six = "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(text(six).as_deref(), Some("2001:db8::7"));
        for name in
            ["113.0.203.in-addr.arpa", "1.7.113.0.203.in-addr.arpa", "256.0.0.1.in-addr.arpa", "7.ip6.arpa", "a"]
        {
            assert_eq!(reversed(name), None, "{name}");
        }
        assert_eq!((plain("example.com."), plain("."), plain("")), ("example.com", ".", ""));
    }
}
