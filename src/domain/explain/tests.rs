use super::*;

const NOW: &str = "2026-11-23T02:14:07Z";

fn told(path: &str, value: &str) -> String {
    let explained = explain(path, value, NOW.parse().expect("a timestamp"));
    let facts = explained.facts.iter().map(|fact| format!("{}: {}", fact.label, fact.text));
    format!("{} · {}", explained.kind, facts.collect::<Vec<_>>().join(" · "))
}

#[test]
fn addresses_tell_their_range() {
    for (value, expected) in [
        ("10.0.4.2", "ip · is: private · range: 10.0.0.0/8"),
        ("203.0.113.7", "ip · is: documentation (TEST-NET-3) · range: 203.0.113.0/24"),
        ("8.8.8.8", "ip · is: public: reserved for nothing special"),
        ("255.255.255.255", "ip · is: limited broadcast · range: 255.255.255.255/32"),
        ("FD00:0::1", "ip · is: unique local: private · range: fc00::/7 · spelled: fd00::1"),
        (
            "::ffff:10.0.0.1",
            "ip · is: an IPv4 address, mapped · range: ::ffff:0.0.0.0/96 · IPv4: 10.0.0.1 · is: private · range: 10.0.0.0/8",
        ),
        (
            "10.1.2.3/16",
            "cidr · from: 10.1.0.0 · to: 10.1.255.255 · addresses: 65536 · is: private · range: 10.0.0.0/8",
        ),
        (
            "0.0.0.0/0",
            "cidr · from: 0.0.0.0 · to: 255.255.255.255 · addresses: 4294967296 · is: every address there is",
        ),
    ] {
        assert_eq!(told("sourceIPAddress", value), expected);
    }
    assert!(told("", "169.254.169.254").contains("instance metadata"));
    assert!(told("", "::/0").contains("addresses: 2^128"));
}

#[test]
fn names_of_amazon_tell_their_parts() {
    for (value, expected) in [
        (
            "arn:aws:sts::012345678901:assumed-role/ci/deploy@acme",
            "arn · partition: aws · service: sts · account: 012345678901 · role: ci · session: deploy@acme",
        ),
        ("arn:aws:s3:::acme/a/b.gz", "arn · partition: aws · service: s3 · bucket: acme · key: a/b.gz"),
        (
            "arn:aws:iam::012345678901:user/ops/ann",
            "arn · partition: aws · service: iam · account: 012345678901 · path: ops · user: ann",
        ),
        ("ASIAQNZGKIQY56JQ7WML", "access key · is: a temporary access key of AWS STS · account: 029608264753"),
        ("AROAEXAMPLEEXAMPLE00:ci", "principal id · is: a role · id: AROAEXAMPLEEXAMPLE00 · session: ci"),
    ] {
        assert_eq!(told("x", value), expected);
    }
    assert!(told("recipientAccountId", "012345678901").starts_with("account · "));
    assert_eq!(told("count", "012345678901"), "text · ");
}

#[test]
fn other_names_tell_theirs() {
    for (path, value, expected) in [
        ("", "s3://acme/a/b.gz", "S3 URI · bucket: acme · key: a/b.gz"),
        ("", "ann@example.com", "e-mail · name: ann · domain: example.com · is: documentation"),
        (
            "host",
            "ec2-203-0-113-7.compute-1.amazonaws.com",
            "domain · is: an endpoint or host of AWS · address: 203.0.113.7",
        ),
        (
            "",
            "https://u@example.com:8443/a?b=1",
            "url · scheme: https · host: example.com · port: 8443 · path: /a · query: b=1 · note: a user's name stands before the host · is: documentation",
        ),
        ("", "D41D8CD98F00B204E9800998ECF8427E", "hash · is: as long as MD5 · of: nothing: zero bytes"),
        ("", "2026-11-23T01:14:07Z", "time · UTC: 2026-11-23T01:14:07Z · when: 1h00m ago"),
        ("startTime", "1795400047", "time · UTC: 2026-11-23T02:14:07Z · when: now"),
        ("bytes", "1795400047", "text · "),
        (
            "userAgent",
            "[aws-cli/2.15 (x (y) z) md/Botocore",
            "user agent · says: the AWS command line · product: [aws-cli/2.15 · comment: x (y) z · product: md/Botocore",
        ),
        ("userAgent", "curl/8 (unclosed", "user agent · product: curl/8 · comment: unclosed"),
    ] {
        assert_eq!(told(path, value), expected);
    }
    assert!(told("", "a\u{202e}b").contains("not seen as they are"));
}

#[test]
fn amazons_ranges_are_the_narrowest() {
    let json = br#"{"createDate":"2026-11-01-00-00-00","prefixes":[
        {"ip_prefix":"198.51.100.0/24","region":"us-east-1","service":"AMAZON","network_border_group":"us-east-1"},
        {"ip_prefix":"198.51.100.0/25","region":"us-east-1","service":"EC2","network_border_group":"us-east-1"}],
        "ipv6_prefixes":[{"ipv6_prefix":"2001:db8::/32","region":"GLOBAL","service":"S3"}]}"#;
    let ranges = AwsRanges::read(json).expect("ranges");
    let text = |address: &str| ranges.of(address.parse().expect("an address"))[0].text.clone();
    assert_eq!(text("198.51.100.7"), "198.51.100.0/25 in us-east-1, AMAZON, EC2");
    assert_eq!(text("2001:db8::1"), "2001:db8::/32 in GLOBAL, S3");
    assert_eq!(text("192.0.2.1"), "none of Amazon's ranges of 2026-11-01-00-00-00");
    assert!(AwsRanges::read(b"{}").is_err());
}

proptest::proptest! {
    #[test]
    fn nothing_that_a_log_holds_is_too_much(path in ".{0,20}", value in ".{0,80}", odd in "(arn:|AKIA|ASIA|http://|[(\\[]|s3://|xn--|@|/)[ -~é]{0,40}") {
        let now = NOW.parse().expect("a timestamp");
        explain(&path, &value, now);
        explain(&path, &odd, now);
        explain("userAgent", &odd, now);
    }
}
