use super::*;

const KEY: &str = "Records";

/// The records of `input`: their text, or the reason against them in angle brackets.
fn frames(framing: Framing, input: &[u8], limits: Limits, is_partial: bool) -> Vec<String> {
    collect(Framer::of(framing, vec![KEY.into()], limits.clone()), input, limits, is_partial)
}

fn collect(mut framer: Framer, input: &[u8], limits: Limits, is_partial: bool) -> Vec<String> {
    let mut window = Window::new(input, limits);
    let mut found = Vec::new();
    while let Some(frame) = framer.next(&mut window, is_partial) {
        let raw = String::from_utf8_lossy(&window.bytes()[..frame.raw]).into_owned();
        found.push(match &frame.fault {
            None => raw,
            Some(fault) => format!("<{}> {raw}", fault.reason),
        });
        window.consume(frame.consume);
    }
    found
}

fn read(framing: Framing, input: &str) -> Vec<String> {
    frames(framing, input.as_bytes(), Limits::default(), false)
}

#[test]
fn lines_end_in_lf_or_crlf_and_blank_ones_are_no_records() {
    assert_eq!(read(Framing::Lines, "\u{feff}a\r\n\r\n  \nb\n\nc"), ["a", "b", "c"]);
    assert_eq!(read(Framing::Lines, "\n\n"), Vec::<String>::new());
}

#[test]
fn several_objects_on_one_line_are_several_records() {
    assert_eq!(
        read(Framing::JsonLines, "{\"a\":\"}{\"}{\"b\":1} {\"c\":2}\n{\"d\":3}\n"),
        [r#"{"a":"}{"}"#, r#"{"b":1}"#, r#" {"c":2}"#, r#"{"d":3}"#,]
    );
}

#[test]
fn values_stand_bare_in_lists_and_in_envelopes() {
    assert_eq!(
        read(Framing::JsonValues, "{}{\"a\":\n1}[{\"b\":2},\n [3], 4, \"x,]\"] {}"),
        ["{}", "{\"a\":\n1}", "{\"b\":2}", "[3]", "4", "\"x,]\"", "{}",]
    );
    let two = r#"{"v":"1","Records":[{"a":1},{"b":"]"}],"n":{"x":[]}}{"Records":[]}{"Records" : [ {"c":3} ] }{"d":4}"#;
    assert_eq!(read(Framing::JsonValues, two), [r#"{"a":1}"#, r#"{"b":"]"}"#, r#"{"c":3}"#, r#"{"d":4}"#]);
}

#[test]
fn an_unclosed_list_gives_its_elements_and_then_a_fault() {
    assert_eq!(read(Framing::JsonValues, "[1,2"), ["1", "2", "<the JSON list is not closed> "]);
    assert_eq!(
        read(Framing::JsonValues, "{\"Records\":[{\"a\":1},{\"a\":"),
        [r#"{"a":1}"#, r#"<the JSON value is not closed> {"a":"#,]
    );
    assert_eq!(frames(Framing::JsonValues, b"[{\"a\":1},{\"a\"", Limits::default(), true), [r#"{"a":1}"#]);
}

#[test]
fn a_broken_element_does_not_swallow_the_next_one() {
    let input = r#"{"Records":[{"id":1},{"id":"2},{"id":3},{"id":4}]}"#;
    assert_eq!(
        read(Framing::JsonValues, input),
        [
            r#"{"id":1}"#,
            r#"<the JSON value is broken before the next one begins> {"id":"2}"#,
            r#"{"id":3}"#,
            r#"{"id":4}"#,
        ]
    );
}

#[test]
fn brackets_that_do_not_match_end_a_record_at_the_next_one() {
    let input = r#"[{"id":1,"x":[1]},{"id":2,"x":[1},{"id":3},{"id":4]},{"id":5}]"#;
    assert_eq!(
        read(Framing::JsonValues, input),
        [
            r#"{"id":1,"x":[1]}"#,
            r#"<the brackets of the JSON value do not match> {"id":2,"x":[1}"#,
            r#"{"id":3}"#,
            r#"<the brackets of the JSON value do not match> {"id":4]}"#,
            r#"{"id":5}"#,
        ]
    );
}

#[test]
fn elements_within_elements_are_no_records_even_where_one_is_cut_or_bad() {
    let element = r#"{"id":1,"of":[{"id":2},{"id":3}]}"#;
    let bad = r#"{"id":01,"of":[{"id":2},{"id":3}]}"#;
    assert_eq!(read(Framing::JsonValues, &format!("[{element},{bad},{element}]")), [element, bad, element]);
    let cut = format!("[{element},{}", &element[..28]);
    assert_eq!(frames(Framing::JsonValues, cut.as_bytes(), Limits::default(), true), [element]);
}

#[test]
fn a_record_over_the_limit_is_one_bad_record() {
    let limits = Limits { record: 100, ..Limits::default() };
    let long = "x".repeat(300_000);
    let found = frames(Framing::Lines, format!("a\n{long}\nb\n").as_bytes(), limits.clone(), false);
    assert_eq!(found, ["a", "<the record is longer than 100 bytes> ", "b"]);
    let found = frames(Framing::JsonValues, format!("[{{\"a\":\"{long}\"}},{{\"b\":1}}]").as_bytes(), limits, false);
    assert_eq!(found, ["<the record is longer than 100 bytes> ", "{\"b\":1}"]);
}

#[test]
fn a_prefix_drops_the_record_that_it_cuts() {
    assert_eq!(frames(Framing::Lines, b"a\nb", Limits::default(), true), ["a"]);
    assert_eq!(frames(Framing::JsonValues, b"{\"a\":1}{\"b\"", Limits::default(), true), ["{\"a\":1}"]);
}

/// A format whose blocks begin with a digit.
fn blocks(input: &[u8], limits: Limits, is_partial: bool) -> Vec<String> {
    struct Numbered;
    impl Format for Numbered {
        fn name(&self) -> &str {
            "numbered"
        }
        fn title(&self) -> &str {
            "Numbered"
        }
        fn columns(&self) -> Vec<&str> {
            Vec::new()
        }
        fn begins(&self, line: &[u8]) -> bool {
            line.first().is_some_and(u8::is_ascii_digit)
        }
        fn matches(&self, _unit: &crate::Unit<'_>) -> bool {
            true
        }
        fn decoder(&self, stream: &crate::Stream) -> Box<dyn crate::Decode + Send> {
            crate::formats::fallback().decoder(stream)
        }
        fn ecs<'e>(&'e self, event: &'e crate::Event<'_>) -> crate::Value<'e> {
            event.fields.borrow()
        }
        fn message<'e>(&'e self, _event: &'e crate::Event<'_>) -> Cow<'e, str> {
            Cow::Borrowed("")
        }
    }
    let framer = Framer::new(Framing::Blocks, Arc::new(Numbered), limits.clone());
    collect(framer, input, limits, is_partial)
}

#[test]
fn a_block_goes_on_until_a_line_begins_the_next_one() {
    let input = b"1 a\n  at x\n\n  at y\r\n2 b\n3 c\nCaused by: z\n";
    let wanted = ["1 a\n  at x\n\n  at y", "2 b", "3 c\nCaused by: z"];
    assert_eq!(blocks(input, Limits::default(), false), wanted);
    assert_eq!(blocks(b"at x\n1 a", Limits::default(), false), ["at x", "1 a"]);
    // In a prefix of an object the last block may go on.
    assert_eq!(blocks(input, Limits::default(), true), wanted[..2]);
    assert_eq!(blocks(b"1 a\n  at", Limits::default(), true), Vec::<String>::new());
}

#[test]
fn a_block_over_the_limit_is_one_bad_record() {
    let input = format!("1 a\n{}2 b\n3 c", "  at x\n".repeat(40));
    let limits = Limits { record: 100, ..Limits::default() };
    let found = blocks(input.as_bytes(), limits, false);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[0].starts_with("<the record is longer than 100 bytes>"), "{found:?}");
    assert_eq!(found[1..], ["2 b", "3 c"]);
}

#[test]
fn a_line_end_in_quotes_belongs_to_the_record() {
    assert_eq!(read(Framing::Quoted, "a,\"b\nc\"\r\nd,\"\"\"\"\n"), ["a,\"b\nc\"", "d,\"\"\"\""]);
    // A quote that should not be there costs one line, not the rest of the object.
    assert_eq!(read(Framing::Quoted, "a,\"5 disk\nb\nc\n"), ["<a quote is not closed> a,\"5 disk", "b", "c"]);
    // One within a cell is text, and a doubled one within quotes closes nothing.
    assert_eq!(read(Framing::Quoted, "a,5\" disk\nb\n"), ["a,5\" disk", "b"]);
    assert_eq!(read(Framing::Quoted, "a, \"b \"\"\nc\"\"\"\nd\n"), ["a, \"b \"\"\nc\"\"\"", "d"]);
    assert_eq!(frames(Framing::Quoted, b"a\nb,\"c\n", Limits::default(), true), ["a"]);
}

#[test]
fn counted_octets_are_records_and_what_is_not_counted_ends_with_its_line() {
    assert_eq!(read(Framing::Octets, "5 <1>ab6 <1>a\nb\n3 abc"), ["<1>ab", "<1>a\nb", "abc"]);
    assert_eq!(read(Framing::Octets, "oops\n3 abc"), ["<no count of octets before the record> oops", "abc"]);
    assert_eq!(read(Framing::Octets, "9 abc"), ["<the object ends before the record's count of octets> abc"]);
    assert_eq!(frames(Framing::Octets, b"3 abc9 abc", Limits::default(), true), ["abc"]);
    let limits = Limits { record: 4, ..Limits::default() };
    assert_eq!(frames(Framing::Octets, b"6 abcdef3 abc", limits, false)[1..], ["abc"]);
}

#[test]
fn elements_are_records_wherever_they_stand() {
    let input = "<?xml version=\"1.0\"?>\n<Records> <!-- <Records/> -->\n<Records a='1'><RecordsData/></Records><Records/> x </Events>";
    assert_eq!(
        read(Framing::Elements, &input.replacen("<Records>", "<Events>", 1)),
        ["<Records a='1'><RecordsData/></Records>", "<Records/>", "<text between the elements> x"]
    );
    assert_eq!(read(Framing::Elements, "<Records><a>"), ["<the element is not closed> <Records><a>"]);
    assert_eq!(frames(Framing::Elements, b"<Records/><Records>", Limits::default(), true), ["<Records/>"]);
}

#[test]
fn an_envelope_lies_as_deep_as_the_dots_of_its_key_lead() {
    let framing = Framing::Envelope("detail.findings".into());
    let frames = |input: &str| {
        let framer = Framer::of(framing.clone(), vec!["detail.findings".into()], Limits::default());
        collect(framer, input.as_bytes(), Limits::default(), false)
    };
    let deep = r#"{"id":1,"detail":{"a":{"b":[0]},"findings":[{"c":1},{"c":2}],"z":[]},"y":{}}{"detail":{"findings":[{"c":3}]}}"#;
    assert_eq!(frames(deep), [r#"{"c":1}"#, r#"{"c":2}"#, r#"{"c":3}"#]);
    // The key may be spelled with its dot, and what only looks like it is a record of its own.
    let spelled = r#"{"detail.findings":[1]}{"detail":{"a":1}}{"detail":[],"findings":[{}]}{"c":4}"#;
    assert_eq!(frames(spelled)[0], "1");
    assert_eq!(frames(spelled)[1..], [r#"{"detail":{"a":1}}"#, r#"{"detail":[],"findings":[{}]}"#, r#"{"c":4}"#]);
}
