//! Text formats against other parsers' own cases: Vector's functions and CrowdSec's parsers. They lie in the corpus, as in
//! `corpus.rs`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests fail and talk as tests do")]
#![allow(dead_code, reason = "a part of the corpus' helpers is for other tests")]

mod corpus {
    pub mod agreement;
    pub mod files;
}

use corpus::agreement::same;
use corpus::files::{Corpus, Object, read_bytes};
use scops_parser::{Options, Reader, format};
use serde_json::{Value as Json, json};

/// Cases that read well, with their input as one line.
fn cases(corpus: &Corpus, path: &str) -> Vec<(String, String, Json)> {
    let cases = corpus.json(path);
    let text = |case: &Json, key: &str| case[key].as_str().unwrap_or_default().to_owned();
    let good = cases.as_array().unwrap().iter().filter(|case| case.get("expected").is_some());
    good.map(|case| (text(case, "name"), text(case, "input"), case["expected"].clone())).collect()
}

fn line(input: &str) -> Object {
    read_bytes(format!("{input}\n").as_bytes(), Some("2026/11/23/case"))
}

/// The fields of one line read as a format, whatever it looks like.
fn fields_as(name: &str, input: &str) -> Json {
    let options = Options { format: format(name), ..Options::default() };
    let mut reader = Reader::new(input.as_bytes(), options);
    let record = reader.next_record().unwrap();
    let event = record.outcome.unwrap_or_else(|fault| panic!("{fault}: {input}"));
    serde_json::from_str(&event.fields.to_json()).unwrap()
}

const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
const FACILITIES: [(u64, &str); 4] = [(1, "user"), (16, "local0"), (20, "local4"), (3, "daemon")];

#[test]
fn syslog_agrees_with_vectors_function() {
    let Some(corpus) = Corpus::find() else { return };
    for (name, input, expected) in cases(&corpus, "syslog/vrl-parse_syslog.cases.json") {
        let object = line(&input);
        assert_eq!(object.format, "syslog", "{name}");
        let Json::Object(mut found) = object.events[0].fields.clone() else { panic!("{name}") };
        let time = object.events[0].ecs["@timestamp"].clone();
        let priority = found.remove("priority").and_then(|priority| priority.as_u64());
        if let Some(priority) = priority {
            found.insert("severity".into(), SEVERITIES[priority as usize % 8].into());
            let facility = FACILITIES.iter().find(|(code, _)| *code == priority / 8).unwrap().1;
            found.insert("facility".into(), facility.into());
        }
        if let Some(Json::Object(elements)) = found.remove("structured_data") {
            found.extend(elements);
        }
        for (key, wanted) in expected.as_object().unwrap() {
            let wanted = wanted.as_str().map_or(wanted.clone(), |text| text.replace("CURRENT_YEAR", "2026").into());
            let ours = if key == "timestamp" { &time } else { &found[key] };
            assert!(same(ours, &wanted), "{key} of {name}: {ours} is not {wanted}");
        }
        assert_eq!(found.len() + 1, expected.as_object().unwrap().len(), "{name}: {found:?}");
    }
    assert_ne!(line("not much of a syslog message").format, "syslog");
}

#[test]
fn access_logs_agree_with_vectors_functions() {
    let Some(corpus) = Corpus::find() else { return };
    let mut seen = 0;
    for path in ["apache", "common", "nginx"] {
        for (name, input, expected) in cases(&corpus, &format!("http_access/vrl-parse_{path}_log.cases.json")) {
            // Error logs are formats of their own; a time alone is no access log.
            let is_other = input.starts_with("- - -") || name.starts_with("error");
            if is_other || input.starts_with('[') || input.contains("[error]") {
                continue;
            }
            let object = line(&input);
            assert_eq!(object.format, "combined", "{name}: {input}");
            seen += 1;
            let fields = &object.events[0].fields;
            let request = ["method", "path", "protocol"].map(|key| fields[key].as_str().unwrap_or_default()).join(" ");
            for (key, wanted) in expected.as_object().unwrap() {
                let ours = match key.as_str() {
                    "timestamp" => &object.events[0].ecs["@timestamp"],
                    "message" | "request" => &json!(request.trim()),
                    "client" | "remote_addr" => &fields["host"],
                    "remote_user" => &fields["user"],
                    "body_bytes_size" => &fields["size"],
                    "referer" | "http_referer" => &fields["referrer"],
                    "http_user_agent" => &fields["agent"],
                    "http_x_forwarded_for" => &fields["x_forwarded_for"],
                    "compression" => &fields["gzip_ratio"],
                    key => &fields[key],
                };
                // Nothing is null here, and stays a dash or an empty text there.
                let is_nothing = ours.is_null() && ["-", ""].contains(&wanted.as_str().unwrap_or("x"));
                assert!(same(ours, wanted) || is_nothing, "{key} of {name}: {ours} is not {wanted}");
            }
        }
    }
    assert!(seen >= 16, "{seen}");
}

#[test]
fn cef_key_values_and_csv_agree_with_vectors_functions() {
    let Some(corpus) = Corpus::find() else { return };
    for (name, input, expected) in cases(&corpus, "cef_leef/vrl-parse_cef.cases.json") {
        let object = line(&input);
        assert_eq!(object.format, "cef", "{name}");
        let labels = name.contains("translate");
        for (key, wanted) in expected.as_object().unwrap() {
            // Labels stay beside their values.
            let ours = &object.events[0].fields[key];
            assert!(labels && ours.is_null() || same(ours, wanted), "{key} of {name}: {ours} is not {wanted}");
        }
    }
    for (name, input, expected) in cases(&corpus, "logfmt/vrl-parse_key_value.cases.json") {
        // Other delimiters than a space and an equals sign are no logfmt; nor is a pair without a key.
        let is_other =
            ["spaces", "delimited", "multi", "no_value", "empty_keys"].iter().any(|part| name.contains(part));
        if is_other || expected.is_null() {
            continue;
        }
        let fields = fields_as("logfmt", &input);
        for (key, wanted) in expected.as_object().unwrap() {
            assert!(same(&fields[key], wanted), "{key} of {name}: {} is not {wanted}", fields[key]);
        }
    }
    for (name, input, expected) in cases(&corpus, "csv/vrl-parse_csv.cases.json") {
        let wanted = expected.as_array().unwrap();
        if name == "multiple_lines" || name == "custom_delimiter" || wanted.is_empty() {
            continue;
        }
        let names: Vec<String> = (0..wanted.len()).map(|index| format!("name_{index}")).collect();
        let fields = fields_as("csv", &format!("{}\n{input}\n", names.join(",")));
        for (name, wanted) in names.iter().zip(wanted) {
            assert_eq!(&fields[name], wanted);
        }
    }
}

/// What a parser of CrowdSec captured of each line, null where it did not match.
fn captures(corpus: &Corpus, path: &str, stage: &str) -> Vec<(Json, Json)> {
    let all = corpus.json(&format!("{path}.expected.json"));
    let (_, list) = all.as_object().unwrap().iter().find(|(name, _)| name.ends_with(stage)).unwrap();
    list.as_array().unwrap().iter().map(|capture| (capture["Parsed"].clone(), capture["Meta"].clone())).collect()
}

/// Checks captures against fields by a table of names: theirs, ours.
fn check(name: &str, fields: &Json, theirs: &Json, names: &[(&str, &str)]) {
    for (wanted, ours) in names {
        let (wanted, found) = (&theirs[*wanted], fields.pointer(ours).unwrap_or(&Json::Null));
        let is_nothing = found.is_null() && (wanted.is_null() || *wanted == "-" || *wanted == "");
        assert!(is_nothing || same(found, wanted), "{name}: {ours} is {found}, not {wanted}");
    }
}

const WEB: [(&str, &str); 9] = [
    ("remote_addr", "/host"),
    ("remote_user", "/user"),
    ("time_local", "/timestamp"),
    ("verb", "/method"),
    ("request", "/path"),
    ("status", "/status"),
    ("body_bytes_sent", "/size"),
    ("http_referer", "/referrer"),
    ("http_user_agent", "/agent"),
];

const APACHE: [(&str, &str); 9] = [
    ("clientip", "/host"),
    ("auth", "/user"),
    ("timestamp", "/timestamp"),
    ("verb", "/method"),
    ("request", "/path"),
    ("response", "/status"),
    ("bytes", "/size"),
    ("referrer", "/referrer"),
    ("http_user_agent", "/agent"),
];

const TRAEFIK: [(&str, &str); 3] = [
    ("number_of_requests_received_since_traefik_started", "/request_count"),
    ("traefik_router_name", "/router"),
    ("traefik_server_url", "/server_url"),
];

const HAPROXY: [(&str, &str); 24] = [
    ("accept_date", "/request_date"),
    ("actconn", "/actconn"),
    ("backend_name", "/backend_name"),
    ("backend_queue", "/backend_queue"),
    ("beconn", "/beconn"),
    ("bytes_read", "/bytes_read"),
    ("captured_request_cookie", "/captured_request_cookie"),
    ("captured_response_cookie", "/captured_response_cookie"),
    ("client_ip", "/client_ip"),
    ("client_port", "/client_port"),
    ("feconn", "/feconn"),
    ("frontend_name", "/frontend_name"),
    ("http_request", "/path"),
    ("http_status_code", "/status_code"),
    ("http_verb", "/method"),
    ("retries", "/retries"),
    ("server_name", "/server_name"),
    ("srv_queue", "/srv_queue"),
    ("srvconn", "/srv_conn"),
    ("termination_state", "/termination_state"),
    ("time_backend_connect", "/Tc"),
    ("time_duration", "/Ta"),
    ("time_queue", "/Tw"),
    ("time_request", "/TR"),
];

const CADDY: [(&str, &str); 4] = [
    ("remote_ip", "/request/client_ip"),
    ("request", "/request/uri"),
    ("verb", "/request/method"),
    ("http_user_agent", "/request/headers/User-Agent"),
];

const SYSLOG: [(&str, &str); 3] = [("program", "/appname"), ("pid", "/procid"), ("message", "/message")];

#[test]
fn captures_of_crowdsecs_parsers_are_fields_here() {
    let Some(corpus) = Corpus::find() else { return };
    for (folder, file, stage, names) in [
        ("http_access", "crowdsec-nginx_http-logs-nginx_http-logs.log", "nginx-logs", &WEB[..]),
        ("http_access", "crowdsec-traefik_clf-traefik_clf.log", "traefik-logs", &[WEB.as_slice(), &TRAEFIK].concat()),
        ("http_access", "crowdsec-apache2-logs-apache2-logs.log", "apache2-logs", &APACHE),
        ("http_access", "crowdsec-haproxy-logs-haproxy-logs.log", "haproxy-logs", &HAPROXY),
        ("http_access", "crowdsec-caddy-logs-caddy-logs.log", "caddy-logs", &CADDY),
        ("syslog", "crowdsec-asterisk-syslogs-asterisk-logs.log", "syslog-logs", &SYSLOG),
        ("syslog", "crowdsec-syslog-logs-syslog-logs.log", "syslog-logs", &SYSLOG),
        (
            "syslog",
            "crowdsec-bind9-syslog-bind9-syslog.log",
            "bind9",
            &[("message", "/message"), ("program", "/appname")],
        ),
    ] {
        let path = format!("{folder}/{file}");
        let log = corpus.files(folder).into_iter().find(|log| log.name() == file).unwrap();
        let bytes = log.inflated();
        let text = String::from_utf8(bytes).unwrap();
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        let mut checked = 0;
        for (input, (parsed, _)) in lines.zip(captures(&corpus, &path, stage)) {
            // Lines of error logs are another format's; HAProxy names a frontend's address in its own, not a backend.
            let is_error =
                input.starts_with('[') || input.contains(" [error] ") || input.contains(" frontend/backend: ");
            if parsed.is_null() || is_error {
                continue;
            }
            let object = line(input);
            check(&format!("{file}: {input}"), &object.events[0].fields, &parsed, names);
            checked += 1;
        }
        println!("{path}: {checked} lines agree");
        assert!(checked > 1, "{path}");
    }
}

/// Case D25 of the faults that must be survived.
#[test]
fn quotes_dashes_and_line_ends_within_fields_are_read_right() {
    let csv = read_bytes(b"time,note,n\n2026-11-23 02:14:07,\"two\nlines, \"\"quoted\"\"\",-\n", None);
    assert_eq!((csv.format.as_str(), csv.events.len(), csv.report.faults), ("csv", 1, 0));
    assert_eq!(csv.events[0].fields["note"], "two\nlines, \"quoted\"");
    let flow = "2 - eni-1 - - - - - - - 1795400047 1795400048 - NODATA";
    let flow = read_bytes(format!("{flow}\n").as_bytes(), None);
    assert_eq!(flow.format, "vpcflow");
    assert!(flow.events[0].fields["srcaddr"].is_null());
    let alb = "http 2026-11-23T02:14:07.186641Z app/lb/1 203.0.113.7:2817 10.0.0.1:80 0 0.001 0 200 200 34 366 \
        \"GET http://www.example.com:80/a b HTTP/1.1\" \"Mozilla \\\"x\\\" (b)\" - - arn:x \"Root=1\" \"-\" \"-\" 0 \
        2026-11-23T02:14:07.364000Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\"";
    let alb = read_bytes(format!("{alb}\n").as_bytes(), None);
    assert_eq!((alb.format.as_str(), alb.report.faults), ("alb", 0));
    assert_eq!(alb.events[0].fields["user_agent"], "Mozilla \\\"x\\\" (b)");
    assert_eq!(alb.events[0].fields["request_url"], "http://www.example.com:80/a b");
    assert!(alb.events[0].fields["domain_name"].is_null());
}
