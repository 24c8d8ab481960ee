//! Addresses and ranges of them: what the registries reserve, and what Amazon publishes as its own.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Fact;

/// What a range is reserved for, and where that is written down: IANA's IPv4 and IPv6 Special-Purpose Address
/// Registries, and addresses that AWS answers on from inside of an instance (EC2 and ECS documentation).
const RESERVED: &[(&str, &str, &str)] = &[
    ("0.0.0.0/8", "this network: no address to come from", "RFC 791"),
    ("10.0.0.0/8", "private", "RFC 1918"),
    ("100.64.0.0/10", "shared: carrier-grade NAT", "RFC 6598"),
    ("127.0.0.0/8", "loopback", "RFC 1122"),
    ("169.254.0.0/16", "link-local", "RFC 3927"),
    ("169.254.169.123/32", "the Amazon Time Sync Service, on the instance itself", "EC2 User Guide"),
    ("169.254.169.253/32", "the Amazon DNS server of the VPC", "VPC User Guide"),
    ("169.254.169.254/32", "instance metadata: hands out the instance's credentials", "EC2 User Guide"),
    ("169.254.170.2/32", "task metadata: hands out the task's credentials", "ECS Developer Guide"),
    ("169.254.170.23/32", "EKS Pod Identity: hands out the pod's credentials", "EKS User Guide"),
    ("172.16.0.0/12", "private", "RFC 1918"),
    ("192.0.0.0/24", "protocol assignments", "RFC 6890"),
    ("192.0.2.0/24", "documentation (TEST-NET-1)", "RFC 5737"),
    ("192.88.99.0/24", "6to4 relays, given up", "RFC 7526"),
    ("192.168.0.0/16", "private", "RFC 1918"),
    ("198.18.0.0/15", "benchmarking", "RFC 2544"),
    ("198.51.100.0/24", "documentation (TEST-NET-2)", "RFC 5737"),
    ("203.0.113.0/24", "documentation (TEST-NET-3)", "RFC 5737"),
    ("224.0.0.0/4", "multicast", "RFC 5771"),
    ("240.0.0.0/4", "reserved", "RFC 1112"),
    ("255.255.255.255/32", "limited broadcast", "RFC 919"),
    ("::/128", "unspecified", "RFC 4291"),
    ("::1/128", "loopback", "RFC 4291"),
    ("::ffff:0:0/96", "an IPv4 address, mapped", "RFC 4291"),
    ("64:ff9b::/96", "an IPv4 address behind NAT64", "RFC 6052"),
    ("100::/64", "discarded", "RFC 6666"),
    ("2001::/32", "Teredo tunnel", "RFC 4380"),
    ("2001:db8::/32", "documentation", "RFC 3849"),
    ("2002::/16", "6to4", "RFC 3056"),
    ("3fff::/20", "documentation", "RFC 9637"),
    ("fc00::/7", "unique local: private", "RFC 4193"),
    ("fd00:ec2::254/128", "instance metadata: hands out the instance's credentials", "EC2 User Guide"),
    ("fe80::/10", "link-local", "RFC 4291"),
    ("ff00::/8", "multicast", "RFC 4291"),
];

/// The reserved range that holds the whole of `net`, the narrowest of them.
fn reserved(net: &IpNet) -> Option<(IpNet, &'static str, &'static str)> {
    let ranges =
        RESERVED.iter().filter_map(|(range, what, source)| Some((range.parse::<IpNet>().ok()?, *what, *source)));
    ranges.filter(|(range, ..)| range.contains(net)).max_by_key(|(range, ..)| range.prefix_len())
}

fn range(net: &IpNet) -> Vec<Fact> {
    match reserved(net) {
        Some((range, what, source)) => {
            vec![Fact::new("is", what, source), Fact::new("range", range.to_string(), source)]
        }
        None => vec![Fact::new("is", "public: reserved for nothing special", "IANA special-purpose registries")],
    }
}

pub(super) fn ip(text: &str) -> Vec<Fact> {
    let Ok(address) = text.parse::<IpAddr>() else { return Vec::new() };
    let mut facts = range(&IpNet::from(address));
    let canonical = address.to_canonical();
    if canonical != address {
        facts.extend(Fact::part("IPv4", &canonical.to_string()));
        facts.extend(range(&IpNet::from(canonical)));
    } else if address.to_string() != text {
        facts.extend(Fact::part("spelled", &address.to_string()));
    }
    facts
}

pub(super) fn cidr(text: &str) -> Vec<Fact> {
    let Ok(net) = text.parse::<IpNet>() else { return Vec::new() };
    let bits = net.max_prefix_len() - net.prefix_len();
    let count = if bits < 64 { (1_u64 << bits).to_string() } else { format!("2^{bits}") };
    let mut facts = vec![
        Fact::new("from", net.network().to_string(), "RFC 4632"),
        Fact::new("to", net.broadcast().to_string(), "RFC 4632"),
        Fact::new("addresses", count, "RFC 4632"),
    ];
    if net.prefix_len() == 0 {
        facts.push(Fact::new("is", "every address there is", "RFC 4632"));
    } else {
        facts.extend(range(&net.trunc()));
    }
    facts
}

/// Amazon's own addresses, as `ip-ranges.json` tells them (AWS General Reference, "AWS IP address ranges").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AwsRanges {
    /// When Amazon wrote it.
    pub created: String,
    ranges: Vec<AwsRange>,
}

/// One of Amazon's ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsRange {
    /// The addresses.
    pub net: IpNet,
    /// `EC2`, `S3`, `AMAZON`.
    pub service: String,
    /// The region, or `GLOBAL`.
    pub region: String,
}

impl AwsRanges {
    /// Reads the file. What is no range in it is an error: half a list would call Amazon's addresses foreign.
    pub fn read(json: &[u8]) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        struct File {
            #[serde(rename = "createDate", default)]
            created: String,
            prefixes: Vec<Entry>,
            #[serde(default)]
            ipv6_prefixes: Vec<Entry>,
        }
        #[derive(serde::Deserialize)]
        struct Entry {
            #[serde(alias = "ip_prefix", alias = "ipv6_prefix")]
            net: IpNet,
            service: String,
            region: String,
        }
        let file: File = serde_json::from_slice(json).map_err(|error| error.to_string())?;
        let all = file.prefixes.into_iter().chain(file.ipv6_prefixes);
        let ranges = all.map(|Entry { net, service, region }| AwsRange { net, service, region }).collect();
        Ok(Self { created: file.created, ranges })
    }

    /// What it tells of an address: the narrowest of its ranges, and each service that it is listed for.
    pub fn of(&self, address: IpAddr) -> Vec<Fact> {
        const SOURCE: &str = "ip-ranges.json";
        let holding: Vec<&AwsRange> = self.ranges.iter().filter(|range| range.net.contains(&address)).collect();
        let Some(narrowest) = holding.iter().max_by_key(|range| range.net.prefix_len()) else {
            return vec![Fact::new("AWS", format!("none of Amazon's ranges of {}", self.created), SOURCE)];
        };
        let mut services: Vec<&str> = holding.iter().map(|range| range.service.as_str()).collect();
        services.sort_unstable();
        services.dedup();
        let text = format!("{} in {}, {}", narrowest.net, narrowest.region, services.join(", "));
        vec![Fact::new("AWS", text, SOURCE)]
    }
}
