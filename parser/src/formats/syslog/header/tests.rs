use super::*;

/// Host, program, process id and message of a line.
fn read(line: &str) -> [String; 4] {
    let near = Some("2026-11-23T12:00:00Z".parse().unwrap());
    let header = Header::read(line.as_bytes(), near).unwrap_or_else(|| panic!("no header: {line}"));
    [header.hostname, header.appname, header.procid, header.message].map(|part| columns::text(part).into_owned())
}

fn is_certain(line: &str) -> bool {
    Header::read(line.as_bytes(), Some(Timestamp::UNIX_EPOCH)).is_some_and(|header| header.is_certain())
}

#[test]
fn hosts_and_programs_are_told_from_messages() {
    for (line, wanted) in [
        ("Nov 23 02:14:07 web-1 sshd[811]: Failed password", ["web-1", "sshd", "811", "Failed password"]),
        ("Nov 23 02:14:07 web-1 su(pam_unix)[9]: opened", ["web-1", "su(pam_unix)", "9", "opened"]),
        ("Nov 23 02:14:07 web-1 postfix/smtpd[7]: connect", ["web-1", "postfix/smtpd", "7", "connect"]),
        ("Nov 23 02:14:07 web-1 kernel: [1.5] eth0 up", ["web-1", "kernel", "", "[1.5] eth0 up"]),
        ("Nov 23 02:14:07 2001:db8::7 app: x", ["2001:db8::7", "app", "", "x"]),
        ("Nov 23 02:14:07 mac Slack Helper[55199]: Invoked", ["mac", "Slack Helper", "55199", "Invoked"]),
        ("Nov 23 02:14:07 mac launchd[1] (com.x[2]): up", ["mac", "launchd", "1", "(com.x[2]): up"]),
        ("Nov 23 02:14:07  sshd[8]: last message repeated 2 times", ["", "sshd", "8", "last message repeated 2 times"]),
        ("Nov 23 02:14:07 web-1 last message repeated 2 times", ["web-1", "", "", "last message repeated 2 times"]),
        ("Nov 23 02:14:07 --- last message repeated 1 time ---", ["", "", "", "--- last message repeated 1 time ---"]),
        ("<13>Nov 23 02:14:07 web-1 words and no program", ["web-1", "", "", "words and no program"]),
        ("<131>Nov 23 02:14:07 web-1 apache_error [Tue Nov 23] x", ["web-1", "apache_error", "", "[Tue Nov 23] x"]),
        ("<133>Nov 23 02:14:07 haproxy[7]: Proxy up.", ["", "haproxy", "7", "Proxy up."]),
        ("<30>systemd[1]: Started", ["", "systemd", "1", "Started"]),
        ("<34>words alone", ["", "", "", "words alone"]),
        ("2026-11-23T02:14:07.123456+09:00 web-1 cron[3]: (root) CMD", ["web-1", "cron", "3", "(root) CMD"]),
        ("Nov 23 02:14:07 a line with a time", ["", "", "", "a line with a time"]),
    ] {
        assert_eq!(read(line), wanted, "{line}");
    }
}

#[test]
fn routers_and_firewalls_put_their_own_before_the_message() {
    let asa = ["fw-1", "%ASA-6-302013", "", "Built"];
    for (line, wanted) in [
        ("<166>Nov 23 2026 02:14:07: %ASA-6-302013: Built", ["", "%ASA-6-302013", "", "Built"]),
        ("<166>Nov 23 2026 02:14:07 fw-1 : %ASA-6-302013: Built", asa),
        ("<166>Nov 23 2026 02:14:07 fw-1: %ASA-6-302013: Built", asa),
        ("<166>:Nov 23 02:14:07 UTC: %ASA-6-302013: Built", ["", "%ASA-6-302013", "", "Built"]),
        ("<189>45: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured", ["", "%SYS-5-CONFIG_I", "", "Configured"]),
        ("<189>45: rt-1: Mar  1 18:46:11 PST: %SYS-5-CONFIG_I: x", ["rt-1", "%SYS-5-CONFIG_I", "", "x"]),
        ("<187>: 2026 Nov 23 02:14:07 UTC: %ETHPORT-5-IF_UP: x", ["", "%ETHPORT-5-IF_UP", "", "x"]),
        ("<190>Nov 23 02:14:07 pa-1 1,2026/11/23 02:14:07,0011", ["pa-1", "", "", "1,2026/11/23 02:14:07,0011"]),
        ("Nov 23 02:14:07 2026 ap-1 cli[9]: <541004> x", ["ap-1", "cli", "9", "<541004> x"]),
    ] {
        assert_eq!(read(line), wanted, "{line}");
        assert!(is_certain(line), "{line}");
    }
}

#[test]
fn the_standard_form_has_words_for_nothing_and_a_version_of_up_to_three_digits() {
    for (line, wanted) in [
        ("<34>1 2026-11-23T02:14:07.003Z h app 7 ID1 - \u{feff}'su' failed", ["h", "app", "7", "'su' failed"]),
        ("<165>12 2026-11-23T02:14:07.000003-07:00 h app - - [a b=\"1\"] m", ["h", "app", "", "m"]),
        ("<165>1 2026-11-23T02:14:07Z - - - - -", ["", "", "", ""]),
        ("<165>1 - - - - - -", ["", "", "", ""]),
        ("<165>1 - h app p m [a b=\"]\\\"\\\\\"][c] text", ["h", "app", "p", "text"]),
        ("83 <34>1 2026-11-23T02:14:07Z h app - - - counted", ["h", "app", "", "counted"]),
    ] {
        assert_eq!(read(line), wanted, "{line}");
        assert!(is_certain(line), "{line}");
    }
    let header = Header::read(br#"<13>1 - - - - - [id path="C:\new\]\"" x="a=b ]\]"] m"#, None).unwrap();
    assert_eq!(Value::Object(header.structured_data).to_json(), r#"{"id":{"path":"C:\\new]\"","x":"a=b ]]"}}"#);
}

#[test]
fn lines_of_other_programs_are_no_syslog() {
    for line in [
        "2026-11-23 02:14:07 INFO main: started",
        "2026-11-23T02:14:07Z INFO main: started",
        "2026-11-23T02:14:07,123 host main: started",
        "Nov 23 02:14:07 a line with a time",
        "<?xml version=\"1.0\"?>",
        "<192>1 - - - - - -",
        "<>Nov 23 02:14:07 h a: b",
        "<34>words alone",
        "[23/Nov/2026:02:14:07 +0000] host main: x",
        "not much of a syslog message",
    ] {
        assert!(!is_certain(line), "{line}");
    }
}
