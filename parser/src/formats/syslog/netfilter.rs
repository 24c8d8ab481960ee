//! Packets that the kernel's firewall logs: `DROP_INPUT: IN=eth0 OUT= MAC=… SRC=… DST=… LEN=52 … PROTO=TCP SPT=…`.
//!
//! Source: the target `LOG` of the Linux kernel, `net/netfilter/nf_log_syslog.c`. The names under `iptables` are those of
//! Filebeat's module; `[wan-lan-default-D]` before the packet is how Ubiquiti's gateways name the rule.

use crate::ecs::Ecs;
use crate::value::Value;

/// Whether a message tells a packet.
pub(super) fn is_packet(message: &str) -> bool {
    let Some(at) = message.find("IN=") else { return false };
    let rest = &message[at..];
    rest.contains(" OUT=") && rest.contains(" SRC=") && rest.contains(" PROTO=")
}

/// Sets the packet's addresses, the rule, and what became of it.
pub(super) fn set<'e>(ecs: &mut Ecs<'e>, message: &'e str) {
    let Some((prefix, packet)) = message.find("IN=").map(|at| message.split_at(at)) else { return };
    ecs.set_words("event.category", &["network"]);
    ecs.set("event.type", Value::Array(vec![Value::from("connection")]));
    set_rule(ecs, prefix.trim_end());
    let mut protocol = "";
    let (mut flags, mut fragments) = (Vec::new(), Vec::new());
    // In brackets stands the packet that an ICMP message is about.
    for part in packet.split(' ').take_while(|part| !part.starts_with('[')) {
        match part.split_once('=') {
            None if protocol.is_empty() && matches!(part, "CE" | "DF" | "MF") => fragments.push(Value::from(part)),
            None if matches!(part, "CWR" | "ECE" | "URG" | "ACK" | "PSH" | "RST" | "SYN" | "FIN") => {
                flags.push(Value::from(part));
            }
            None => {}
            Some(("PROTO", name)) => {
                protocol = name;
                let name = name.to_ascii_lowercase();
                ecs.set("network.transport", if name == "icmpv6" { "ipv6-icmp".to_owned() } else { name });
            }
            Some((key, value)) => set_part(ecs, protocol, key, value),
        }
    }
    for (path, list) in [("iptables.fragment_flags", fragments), ("iptables.tcp.flags", flags)] {
        if !list.is_empty() {
            ecs.set(path, Value::Array(list));
        }
    }
}

fn set_part<'e>(ecs: &mut Ecs<'e>, protocol: &str, key: &str, value: &'e str) {
    let number = || value.parse::<u64>().ok();
    match (protocol, key) {
        (_, "IN") => ecs.set("iptables.input_device", value),
        (_, "OUT") => ecs.set("iptables.output_device", value),
        (_, "MAC") => set_mac(ecs, value),
        ("", "SRC") => {
            ecs.set_address("source.address", "source.ip", value);
            ecs.set("network.type", if value.contains(':') { "ipv6" } else { "ipv4" });
        }
        ("", "DST") => ecs.set_address("destination.address", "destination.ip", value),
        ("", "LEN") => ecs.set_some("iptables.length", number()),
        ("", "TOS" | "TC") => ecs.set_some("iptables.tos", hexadecimal(value)),
        ("", "PREC") => ecs.set_some("iptables.precedence_bits", hexadecimal(value)),
        ("", "TTL" | "HOPLIMIT") => ecs.set_some("iptables.ttl", number()),
        ("", "ID") => ecs.set_some("iptables.id", number()),
        ("", "FLOWLBL") => ecs.set_some("iptables.flow_label", number()),
        (_, "SPT") => ecs.set_some("source.port", number()),
        (_, "DPT") => ecs.set_some("destination.port", number()),
        ("UDP", "LEN") => ecs.set_some("iptables.udp.length", number()),
        ("TCP", "WINDOW") => ecs.set_some("iptables.tcp.window", number()),
        ("TCP", "RES") => ecs.set_some("iptables.tcp.reserved_bits", hexadecimal(value)),
        ("TCP", "SEQ") => ecs.set_some("iptables.tcp.seq", number()),
        ("TCP", "ACK") => ecs.set_some("iptables.tcp.ack", number()),
        ("ICMP" | "ICMPv6", "TYPE") => ecs.set_some("iptables.icmp.type", number()),
        ("ICMP" | "ICMPv6", "CODE") => ecs.set_some("iptables.icmp.code", number()),
        ("ICMP" | "ICMPv6", "ID") => ecs.set_some("iptables.icmp.id", number()),
        ("ICMP" | "ICMPv6", "SEQ") => ecs.set_some("iptables.icmp.seq", number()),
        _ => {}
    }
}

/// Both hardware addresses and the type of the frame between them, as one word.
fn set_mac<'e>(ecs: &mut Ecs<'e>, value: &'e str) {
    const ADDRESS: usize = "90:10:35:5a:1e:3a".len();
    let part = |from: usize, length: usize| value.get(from..from + length);
    if let (Some(destination), Some(source)) = (part(0, ADDRESS), part(ADDRESS + 1, ADDRESS)) {
        ecs.set("destination.mac", destination);
        ecs.set("source.mac", source);
    }
    let kind = part(2 * (ADDRESS + 1), 5).map(|kind| kind.replace(':', ""));
    ecs.set_some("iptables.ether_type", kind.and_then(|kind| hexadecimal(&kind)));
}

/// The rule's words before the packet; the last one usually tells what became of it.
fn set_rule<'e>(ecs: &mut Ecs<'e>, prefix: &'e str) {
    let label = prefix.strip_suffix(']').and_then(|prefix| prefix.rsplit_once('['));
    let action = if let Some((_, label)) = label {
        let mut parts = label.rsplitn(3, '-');
        let (action, rule, set) = (parts.next(), parts.next(), parts.next());
        let (Some(action), Some(rule), Some(set)) = (action, rule, set) else { return };
        ecs.set("iptables.ubiquiti.rule_set", set);
        ecs.set("iptables.ubiquiti.rule_number", rule);
        ecs.set("rule.name", set);
        ecs.set("rule.id", rule);
        if let Some((input, output)) = set.split_once('-') {
            ecs.set("iptables.ubiquiti.input_zone", input);
            ecs.set("iptables.ubiquiti.output_zone", output);
            ecs.set("observer.ingress.zone", input);
            ecs.set("observer.egress.zone", output);
        }
        match action {
            "D" => "drop".to_owned(),
            "A" => "accept".to_owned(),
            "R" => "reject".to_owned(),
            other => other.to_ascii_lowercase(),
        }
    } else {
        let word = prefix.trim_end_matches([':', ' ']).rsplit([' ', ']']).next().unwrap_or_default();
        word.trim_matches(['[', ']']).to_ascii_lowercase()
    };
    let is = |words: &[&str]| words.iter().any(|word| action.contains(word));
    if is(&["drop", "reject", "deny", "denied", "block"]) {
        ecs.add("event.type", "denied");
    } else if is(&["accept", "allow"]) {
        ecs.add("event.type", "allowed");
    }
    if !action.is_empty() {
        ecs.set("event.action", action);
    }
}

/// The number of `0x1f` or `1f`.
fn hexadecimal(text: &str) -> Option<u64> {
    u64::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16).ok()
}
