use super::*;
use crate::Value;
use crate::definition::kind::Nulls;

fn read(grok: &str, text: &str) -> Option<String> {
    let own = [("QUEUE".to_owned(), "[0-9A-F]{6,}".to_owned())];
    let pattern = pattern(0, grok, &own, &[]).expect("it is grok");
    pattern.check().expect("it compiles");
    let mut fields = Vec::new();
    let is_match = pattern.read(text.as_bytes(), &Nulls(Vec::new()), &mut Vec::new(), &mut fields);
    is_match.then(|| Value::Object(fields).to_json())
}

#[test]
fn every_pattern_of_the_library_compiles() {
    for (name, _) in library::PATTERNS {
        let pattern = pattern(0, &format!("%{{{name}}}"), &[], &[]).unwrap_or_else(|(_, reason)| panic!("{reason}"));
        pattern.check().unwrap_or_else(|(at, reason)| panic!("{name}: {reason} at {at}"));
    }
}

#[test]
fn names_types_and_own_patterns_are_as_users_know_them() {
    assert_eq!(
        read("%{IP:source.ip}:%{POSINT:[source][port]:int} %{QUEUE:id}", "203.0.113.7:443 A1B2C3D4").as_deref(),
        Some(r#"{"source.ip":"203.0.113.7","source.port":443,"id":"A1B2C3D4"}"#)
    );
    assert_eq!(read("(?<a>x+)%{SPACE}%{WORD}", "xx  y").as_deref(), Some(r#"{"a":"xx"}"#));
    let line = r#"198.51.100.3 - alice [23/Nov/2026:02:14:07 +0000] "GET /a?b HTTP/1.1" 200 12 "-" "curl/8""#;
    let fields = read("%{COMBINEDAPACHELOG}", line).expect("it is such a line");
    assert!(
        fields.contains(r#""user.name":"alice""#) && fields.contains(r#""user_agent.original":"curl/8""#),
        "{fields}"
    );
}

#[test]
fn addresses_are_told_from_what_looks_like_them() {
    for address in [
        "::",
        "::1",
        "2001:db8::1",
        "1:2:3:4:5:6:7:8",
        "::ffff:203.0.113.7",
        "fe80::1%eth0",
        "2001:db8:1::",
        "192.0.2.1",
    ] {
        assert!(read("%{IP:ip}", address).is_some(), "{address}");
    }
    for other in ["12:34:56", "256.1.1.1", "1.2.3", "a::b::c", ":::"] {
        assert!(read("%{IP:ip}", other).is_none(), "{other}");
    }
}

#[test]
fn what_does_not_exist_or_has_no_end_is_told() {
    let wrong = |grok: &str| {
        let own = [("LOOP".to_owned(), "a%{LOOP}".to_owned()), ("WIDE".to_owned(), "%{IP}".repeat(5_000))];
        pattern(0, grok, &own, &[]).map(|_| ()).expect_err("it is wrong")
    };
    assert_eq!(wrong("x %{NUMBR:a}"), (2, "there is no grok pattern NUMBR; did you mean %{NUMBER}?".to_owned()));
    assert!(wrong("%{LOOP}").1.contains("within itself"));
    assert!(wrong("%{WIDE}").1.contains("longer than"));
    assert_eq!(wrong("%{INT:a:intt}").1, "there is no type intt");
    let unclosed = pattern(0, "%{IP:a} (b", &[], &[]).and_then(|pattern| pattern.check()).expect_err("it is wrong");
    assert_eq!(unclosed, (8, "unclosed group".to_owned()));
}
