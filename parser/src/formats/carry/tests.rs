use crate::{Options, Reader};

/// Of each record of `object`: its format, that of its carrier, its time and its fields.
fn read(object: &str) -> Vec<String> {
    let mut reader = Reader::new(object.as_bytes(), Options::default());
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        found.push(match &record.outcome {
            Ok(event) => {
                let carrier = event.carrier.as_ref().map_or("none", |carrier| carrier.format);
                let time = event.time.map_or("never".to_owned(), |time| time.at.to_string());
                format!("{} in {carrier} at {time}: {}", event.format, event.fields)
            }
            Err(fault) => fault.reason.clone(),
        });
    }
    assert!(reader.report().is_clean(), "{:?}", reader.report());
    found
}

fn subscription(kind: &str, events: &str) -> String {
    format!(
        r#"{{"messageType":"{kind}","owner":"111122223333","logGroup":"g","logStream":"s","logEvents":[{events}]}}"#
    )
}

fn event(message: &str) -> String {
    format!(r#"{{"id":"1","timestamp":1795400047123,"message":"{message}"}}"#)
}

#[test]
fn control_messages_are_neither_records_nor_faults() {
    let control = subscription("CONTROL_MESSAGE", &event("CWL CONTROL MESSAGE: Checking health"));
    assert_eq!(read(&control), Vec::<String>::new());
    let both = control.clone() + &subscription("DATA_MESSAGE", &event(r#"{\"a\":1}"#)) + "\n" + &control;
    assert_eq!(read(&both), [r#"json in cloudwatch at 2026-11-23T02:14:07.123Z: {"a":1}"#]);
}

#[test]
fn a_log_is_the_event_and_its_carrier_completes_it() {
    let flow = "2 111122223333 eni-1 203.0.113.7 10.0.4.2 51234 443 6 12 3400 1795399980 1795400040 ACCEPT OK";
    let object = subscription("DATA_MESSAGE", &event(flow));
    let mut reader = Reader::new(object.as_bytes(), Options::default());
    assert_eq!(
        reader.detection().format.as_ref().map(|format| format.name().to_owned()).as_deref(),
        Some("cloudwatch")
    );
    let record = reader.next_record().unwrap();
    let event = record.outcome.as_ref().unwrap();
    assert_eq!((event.format, event.fields.get("srcaddr").unwrap().as_str()), ("vpcflow", Some("203.0.113.7")));
    assert_eq!(event.message(), "ACCEPT 203.0.113.7:51234 -> 10.0.4.2:443 tcp 3400 B");
    let ecs = event.ecs();
    for (path, value) in [
        ("@timestamp", "2026-11-23T02:14:00Z"),
        ("event.dataset", "aws.vpcflow"),
        ("aws.vpcflow.interface_id", "eni-1"),
        ("aws.cloudwatch.log_group", "g"),
        ("cloud.account.id", "111122223333"),
    ] {
        assert_eq!(ecs.get(path).and_then(crate::Value::scalar), Some(value), "{path}");
    }
    let mut terms = Vec::new();
    event.terms(&mut |path, term| terms.push(format!("{path}={term}")));
    assert!(terms.contains(&"srcaddr=203.0.113.7".to_owned()) && terms.contains(&"logGroup=g".to_owned()), "{terms:?}");
}

#[test]
fn the_logs_own_time_counts_unless_it_had_to_be_guessed() {
    let logs = [
        r#"{\"time\":\"2026-11-23T01:00:00Z\"}"#,
        r#"{\"time\":\"2026-11-23T01:00:00\"}"#,
        r#"{\"n\":1}"#,
        "Nov 22 23:00:00 web sshd[1]: bye",
    ];
    let found = read(&subscription("DATA_MESSAGE", &logs.map(event).join(",")));
    let times: Vec<_> =
        found.iter().map(|found| found.split(": ").next().unwrap().rsplit(' ').next().unwrap()).collect();
    let carriers = "2026-11-23T02:14:07.123Z";
    assert_eq!(times, ["2026-11-23T01:00:00Z", carriers, carriers, carriers]);
}

#[test]
fn what_no_format_reads_stays_the_carriers_own() {
    // Of a flow with fields in an order of one's own there is no header here, so nobody can tell them.
    let logs = ["hello", "eni-1 203.0.113.7 10.0.4.2 6 OK ACCEPT", r#"{\"cut"#, ""];
    let found = read(&subscription("DATA_MESSAGE", &logs.map(event).join(",")));
    assert!(found.iter().all(|found| found.starts_with("cloudwatch in none at 2026-11-23T02:14:07.123Z")), "{found:?}");
    assert!(found[0].ends_with(r#""id":"1","timestamp":1795400047123,"message":"hello"}"#), "{found:?}");
}

#[test]
fn a_carrier_inside_of_a_carrier_is_not_opened() {
    let inner = subscription("DATA_MESSAGE", &event("x")).replace('"', r#"\""#);
    let found = read(&subscription("DATA_MESSAGE", &event(&inner)));
    assert!(found[0].starts_with(r#"json in cloudwatch at 2026-11-23T02:14:07.123Z: {"messageType""#), "{found:?}");
}

#[test]
fn fields_that_stand_behind_the_list_or_in_the_event_are_no_matter() {
    let late = r#"{"logEvents":[{"id":"1","message":"x","timestamp":1795400047123}],"logGroup":"g","messageType":"DATA_MESSAGE"}"#;
    assert_eq!(read(late).len(), 1);
    let own = r#"{"id":"1","timestamp":1795400047123,"message":"x","logGroup":"mine"}"#;
    assert!(read(&subscription("DATA_MESSAGE", own))[0].contains(r#""logGroup":"mine""#));
    assert!(!read(&subscription("DATA_MESSAGE", own))[0].contains(r#""logGroup":"g""#));
}

#[test]
fn an_export_carries_logs_too_and_a_message_may_have_several_lines() {
    let object = "2026-11-23T02:14:07.123Z START RequestId: 6f1c2b34-0c5d-4e6f-8a9b-0c1d2e3f4a5b Version: 7\n\
                  2026-11-23T02:14:08.000Z Traceback:\n  File \"a.py\"\n2026-11-23T02:14:09.000Z {\"a\":1}\n";
    let found = read(object);
    assert_eq!(found.len(), 3);
    assert!(found[0].starts_with("lambda in cloudwatch_export at 2026-11-23T02:14:07.123Z"), "{found:?}");
    assert!(found[1].contains(r#""message":"Traceback:\n  File \"a.py\"""#), "{found:?}");
    assert_eq!(found[2], r#"json in cloudwatch_export at 2026-11-23T02:14:09Z: {"a":1}"#);
    // Without any of that, a line that begins with such a time is anybody's.
    let mut reader = Reader::new(&b"2026-11-23T02:14:07.123Z hello\n"[..], Options::default());
    assert_eq!(reader.detection().format.as_ref().map(|format| format.name().to_owned()).as_deref(), Some("text"));
}

#[test]
fn a_record_of_several_lines_is_told_in_one() {
    let object = subscription("DATA_MESSAGE", &event(r"Traceback:\n  File a.py\r\n\n  raise\n"));
    let mut reader = Reader::new(object.as_bytes(), Options::default());
    let record = reader.next_record().unwrap();
    assert_eq!(record.outcome.unwrap().message(), "Traceback: File a.py raise");
}
