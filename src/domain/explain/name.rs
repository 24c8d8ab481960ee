//! Names, hashes and user agents.

use url::Url;

use super::Fact;

/// Endings that no public name has.
const SPECIAL: &[(&str, &str, &str)] = &[
    ("example", "documentation", "RFC 2606"),
    ("test", "tests", "RFC 2606"),
    ("invalid", "never resolved", "RFC 2606"),
    ("localhost", "loopback", "RFC 6761"),
    ("local", "the local network, by multicast", "RFC 6762"),
    ("onion", "Tor: reached without DNS", "RFC 7686"),
    ("home.arpa", "a home network", "RFC 8375"),
    ("in-addr.arpa", "an IPv4 address, looked up backwards", "RFC 1035"),
    ("ip6.arpa", "an IPv6 address, looked up backwards", "RFC 3596"),
    ("internal", "private networks", "ICANN resolution 2024.07.29.06"),
    ("amazonaws.com", "an endpoint or host of AWS", "AWS General Reference"),
    ("amazonaws.com.cn", "an endpoint or host of AWS in China", "AWS General Reference"),
    ("example.com", "documentation", "RFC 2606"),
    ("example.net", "documentation", "RFC 2606"),
    ("example.org", "documentation", "RFC 2606"),
];

pub(super) fn domain(text: &str) -> Vec<Fact> {
    let lower = text.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |ending: &str| lower.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let special = SPECIAL.iter().filter(|(ending, ..)| is_below(ending)).max_by_key(|(ending, ..)| ending.len());
    let mut facts: Vec<Fact> = special.iter().map(|(_, what, source)| Fact::new("is", *what, source)).collect();
    if lower.split('.').any(|label| label.starts_with("xn--")) {
        let note = "holds letters beyond ASCII: may look like another name";
        facts.push(Fact::new("note", note, "RFC 5890"));
    }
    // EC2 names a host after its address: ec2-203-0-113-7.compute-1.amazonaws.com, ip-10-0-0-1.ec2.internal.
    let host = lower.split('.').next().unwrap_or_default();
    if let Some(dashed) = host.strip_prefix("ec2-").or_else(|| host.strip_prefix("ip-"))
        && let Ok(address) = dashed.replace('-', ".").parse::<std::net::Ipv4Addr>()
    {
        facts.push(Fact { is_part: true, ..Fact::new("address", address.to_string(), "EC2 User Guide, host names") });
    }
    facts
}

pub(super) fn url(text: &str) -> Vec<Fact> {
    let Ok(url) = Url::parse(text) else { return Vec::new() };
    let mut facts = vec![Fact::new("scheme", url.scheme(), "WHATWG URL")];
    facts.extend(url.host_str().and_then(|host| Fact::part("host", host)));
    facts.extend(url.port().map(|port| Fact::new("port", port.to_string(), "WHATWG URL")));
    facts.extend(Fact::part("path", url.path()).filter(|_| url.path() != "/"));
    facts.extend(url.query().and_then(|query| Fact::part("query", query)));
    if !url.username().is_empty() || url.password().is_some() {
        facts.push(Fact::new("note", "a user's name stands before the host", "RFC 3986 section 7.5"));
    }
    if let Some(host) = url.domain() {
        facts.extend(domain(host));
    }
    facts
}

pub(super) fn email(text: &str) -> Vec<Fact> {
    let Some((local, host)) = text.rsplit_once('@') else { return Vec::new() };
    let mut facts: Vec<Fact> = [Fact::part("name", local), Fact::part("domain", host)].into_iter().flatten().collect();
    facts.extend(domain(host));
    facts
}

pub(super) fn hash(text: &str) -> Vec<Fact> {
    let (what, source, of_nothing) = match text.len() {
        32 => ("as long as MD5", "RFC 1321", "d41d8cd98f00b204e9800998ecf8427e"),
        40 => ("as long as SHA-1", "FIPS 180-4", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        64 => ("as long as SHA-256", "FIPS 180-4", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        128 => ("as long as SHA-512", "FIPS 180-4", ""),
        _ => return Vec::new(),
    };
    let mut facts = vec![Fact::new("is", what, source)];
    if text.eq_ignore_ascii_case(of_nothing) {
        facts.push(Fact::new("of", "nothing: zero bytes", source));
    }
    facts
}

/// Whether a field's name says that it holds a user agent.
pub(super) fn is_user_agent(path: &str) -> bool {
    let name: String = path.chars().filter(char::is_ascii_alphabetic).map(|one| one.to_ascii_lowercase()).collect();
    name.ends_with("useragent") || name.ends_with("useragentoriginal")
}

/// Whether a text begins as the best known user agents do.
pub(super) fn looks_like_user_agent(text: &str) -> bool {
    ["Mozilla/", "aws-cli/", "Boto3/", "aws-sdk-", "curl/", "APN/"].iter().any(|begin| text.starts_with(begin))
}

/// Products and comments in their order (RFC 9110, 10.1.5). It is what the client says of itself: nobody checks it.
pub(super) fn user_agent(text: &str) -> Vec<Fact> {
    const MOST: usize = 24;
    const SOURCE: &str = "RFC 9110, 10.1.5";
    const TOOLS: &[(&str, &str)] = &[
        ("aws-cli/", "the AWS command line"),
        ("boto3/", "the AWS SDK for Python"),
        ("botocore/", "the AWS SDK for Python"),
        ("aws-sdk-", "an AWS SDK"),
        ("hashicorp terraform", "Terraform"),
        ("terraform/", "Terraform"),
        ("awsinternal", "an AWS service, on somebody's behalf"),
        ("aws internal", "an AWS service, on somebody's behalf"),
        ("console.amazonaws.com", "the AWS console"),
        ("signin.amazonaws.com", "the AWS sign-in page"),
        ("kali", "Kali Linux, made for penetration tests"),
        ("parrot", "Parrot Linux, made for penetration tests"),
        ("pentoo", "Pentoo Linux, made for penetration tests"),
    ];
    // CloudTrail writes some of them in brackets.
    let text = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    let mut facts: Vec<Fact> = TOOLS
        .iter()
        .filter(|(mark, _)| lower.contains(mark))
        .map(|(_, what)| Fact::new("says", *what, "AWS CloudTrail and GuardDuty User Guides"))
        .collect();
    facts.dedup();
    let mut rest = text.trim_start();
    while !rest.is_empty() && facts.len() < MOST {
        let (label, part, after) = if let Some(inner) = rest.strip_prefix('(') {
            let end = comment_end(inner);
            ("comment", &inner[..end], inner[end..].trim_start_matches(')'))
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            ("product", &rest[..end], &rest[end..])
        };
        facts.extend(Fact::part(label, part).map(|fact| Fact { source: SOURCE, ..fact }));
        rest = after.trim_start();
    }
    facts
}

/// Where a comment ends whose opening parenthesis is behind: comments nest.
fn comment_end(text: &str) -> usize {
    let mut depth = 1_usize;
    for (at, character) in text.char_indices() {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}
