use super::*;

const DOOR: &str = r#"name = "door"
[[line]]
regex = '(?<ts>\S+) door=(?<door>\d+) (?<way>in|out)'
[types]
door = "int"
[time]
field = "ts"
[[ecs]]
to = "event.action"
from = "way"
[[sample]]
line = "2026-11-23T02:14:07Z door=7 in"
"#;

fn object() -> Object {
    crate::app::fixture::object(1, jiff::Timestamp::UNIX_EPOCH)
}

#[test]
fn a_definition_is_tried_record_by_record() {
    let sample =
        b"2026-11-23T02:14:07Z door=7 in\n\n2026-11-23T02:14:08Z door=x \x1b[2J\n2026-11-23T02:14:09Z door=8 out\n";
    let trial = trial(DOOR, &object(), sample, true, &Formats::default());
    let reading = trial.reading.expect("it loads");
    assert_eq!((reading.records.len(), reading.faults(), reading.recognised.as_deref()), (3, 1, Some("door")));
    let [first, bad, last] = &reading.records[..] else { panic!("three records") };
    assert_eq!(
        first.fields,
        [("ts", "2026-11-23T02:14:07Z"), ("door", "7"), ("way", "in")].map(|(a, b)| (a.into(), b.into()))
    );
    assert!(first.ecs.contains(&("event.action".into(), "in".into())), "{:?}", first.ecs);
    assert_eq!((bad.lines.clone(), last.lines.clone()), (2..3, 3..4));
    let fault = bad.fault.as_deref().expect("a fault");
    assert_eq!(fault, "the record does not match: the pattern wants (?<door>\\d+) here, at \"x ␛[2J\"");
    assert_eq!(&sample[last.span.clone()], b"2026-11-23T02:14:09Z door=8 out");
}

#[test]
fn mistakes_have_their_places_and_the_samples_are_checked() {
    let tried = |text: &str| trial(text, &object(), b"x\n", true, &Formats::default());
    let trial = tried(&DOOR.replace("\"int\"", "\"integer\""));
    assert_eq!((trial.slips[0].line, trial.slips[0].column, trial.reading), (5, 8, None));
    let trial = tried(&DOOR.replace("door=7 in\"", "door=7 up\""));
    assert_eq!(trial.slips[0].line, 12);
    assert!(tried("").reading.is_none());
}

#[test]
fn a_sample_is_whole_lines_of_the_inflated_beginning() {
    let lines = |bytes: &[u8]| sample(bytes, Options::default());
    assert_eq!(lines(b"a\r\nb"), (b"a\nb\n".to_vec(), true));
    let (long, is_all) = lines("x".repeat(SAMPLE * 2).as_bytes());
    assert_eq!((long.len(), is_all), (SAMPLE * 2 + 1, true));
    let (long, is_all) = lines("x".repeat(LINE * 2).as_bytes());
    assert_eq!((long.len(), is_all), (LINE, false));
    let (many, is_all) = lines("line\n".repeat(LINES * 2).as_bytes());
    assert_eq!((many.len(), is_all), (LINES * 5, false));
}

#[test]
fn a_definition_begins_as_ones_own_then_the_shipped_one_then_a_proposal() {
    let home = tempfile::tempdir().expect("a folder");
    let lines = b"2026-11-23T02:14:07Z door=7 in\n2026-11-23T02:14:08Z door=8 out\n";
    let begun = |name: &str| begun(home.path(), name, lines);
    let (text, origin) = begun("door");
    assert!(text.contains("name = \"door\"") && origin == Origin::Proposed, "{text}");
    let path = home.path().join("gate.toml");
    std::fs::write(&path, DOOR).expect("written");
    assert_eq!(begun("door"), (DOOR.to_owned(), Origin::Own(path)));
    // What is compiled in is not replaced by accident.
    let (text, _) = begun("cloudtrail");
    assert!(text.contains("name = \"cloudtrail-own\""), "{text}");
    let shipped =
        Formats::built_in().names().find(|name| Definition::shipped(name).is_some()).expect("some are shipped");
    assert_eq!(begun(shipped).1, Origin::Shipped);
}

#[test]
fn a_frame_to_fill_in_loads_whatever_the_line_is() {
    for line in ["plain", "it's \"so\"", "\\", "\u{1b}[2J", "", "\u{202e}"] {
        let text = frame("door.1", line.as_bytes());
        assert!(Definition::parse(&text, "").is_ok(), "{text}");
    }
    assert_eq!(plain_name("KST-0a41.2026.gz"), "kst_0a41");
    assert_eq!(plain_name("…"), "new");
}

#[test]
fn the_objects_of_coverage_are_the_newest_and_a_spread() {
    let objects: Vec<Object> = (0..100)
        .map(|index| Object { arrived: jiff::Timestamp::from_second(i64::from(index)).expect("a time"), ..object() })
        .collect();
    let seconds =
        |count| chosen(objects.clone(), count).iter().map(|object| object.arrived.as_second()).collect::<Vec<_>>();
    assert_eq!(seconds(6), [99, 98, 97, 96, 64, 32]);
    assert_eq!(seconds(1), [99]);
    assert_eq!(seconds(200).len(), 100);
}
