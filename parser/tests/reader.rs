//! The reader as its users see it.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::io::{self, Read, Write};

use scops_parser::{Certainty, Codec, FaultKind, Framing, Limits, Options, Reader, Report, Sieve};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The messages of good records, the reasons against bad ones in angle brackets, and the report.
fn read(bytes: &[u8], options: Options) -> (Vec<String>, Report) {
    let mut reader = Reader::new(bytes, options);
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        found.push(match &record.outcome {
            Ok(event) => event.message().into_owned(),
            Err(fault) => format!("<{fault}>"),
        });
    }
    (found, reader.report().clone())
}

#[test]
fn a_bad_line_is_one_bad_record_with_its_place_and_reading_goes_on() {
    let text = "{\"message\":\"a\"}\n{\"message\":\"b}\n\n{\"message\":\"c\"}\n{\"message\":\"d\",}\n";
    let mut reader = Reader::new(text.as_bytes(), Options::default());
    let mut places = Vec::new();
    while let Some(record) = reader.next_record() {
        assert_eq!(&text.as_bytes()[record.span.start as usize..record.span.end as usize], record.raw);
        let offset = record.outcome.as_ref().err().map(|fault| fault.offset);
        places.push((record.number, record.line, offset));
    }
    assert_eq!(places, [(0, 1, None), (1, 2, Some(30)), (2, 4, None), (3, 5, Some(63))]);
    let report = reader.report();
    assert_eq!((report.records, report.faults, report.bytes), (2, 2, 65));
    let groups: Vec<_> =
        report.groups.iter().map(|group| (group.reason.as_str(), group.count, group.first_line)).collect();
    assert_eq!(groups, [("the string is cut off", 1, 2), ("expected a key in quotes", 1, 5)]);
    assert!(report.damage.is_none());
}

/// Five thousand lines that can be told apart.
fn numbered() -> String {
    (0..5000).fold(String::new(), |text, number| text + &format!("record {number}\n"))
}

#[test]
fn a_truncated_object_yields_what_is_readable_and_then_says_so() {
    let text = numbered();
    let stored = gzip(text.as_bytes());
    let (found, report) = read(&stored[..stored.len() / 2], Options::default());
    assert!(found.len() > 1000, "{}", found.len());
    assert_eq!(found.last().unwrap(), "<gzip: member 1 is truncated>");
    assert!(found[..found.len() - 1].iter().enumerate().all(|(number, line)| *line == format!("record {number}")));
    assert_eq!(report.damage.unwrap().kind, FaultKind::Cut);
    assert_eq!((report.faults, report.codec), (1, Codec::Gzip));
}

#[test]
fn a_prefix_of_an_object_is_no_damage_and_drops_its_cut_record() {
    let text = numbered();
    let partial = || Options { partial: true, ..Options::default() };
    let stored = gzip(text.as_bytes());
    let (found, report) = read(&stored[..stored.len() / 2], partial());
    assert!(report.is_clean() && found.len() > 1000);
    assert!(found.iter().enumerate().all(|(number, line)| *line == format!("record {number}")));
    let (found, report) = read(b"{\"Records\":[{\"message\":\"a\"},{\"mess", partial());
    assert_eq!((found, report.is_clean()), (vec!["a".to_owned()], true));
}

#[test]
fn junk_after_a_member_and_a_wrong_checksum_lose_no_record() {
    let (found, report) = read(&[gzip(b"a\nb"), b"\0\0\0\0junk".to_vec()].concat(), Options::default());
    assert_eq!(found, ["a", "b", "<gzip: bytes after the end of member 1>"]);
    assert_eq!(report.damage.unwrap().kind, FaultKind::Trailing);
    let mut stored = gzip(b"a\nb\n");
    let at = stored.len() - 8;
    stored[at] ^= 0xff;
    assert_eq!(read(&stored, Options::default()).0, ["a", "b", "<gzip: the checksum does not match in member 1>"]);
}

#[test]
fn members_that_split_a_record_are_joined() {
    let stored = [gzip(b"{\"message\":\"one\"}{\"mess"), gzip(b"age\":\"two\"}\n{\"message\":\"three\"}")].concat();
    assert_eq!(read(&stored, Options::default()).0, ["one", "two", "three"]);
}

#[test]
fn an_empty_object_has_no_records_and_is_clean() {
    for bytes in [&b""[..], &gzip(b"")] {
        let mut reader = Reader::new(bytes, Options { key: Some("x.log.gz".into()), ..Options::default() });
        assert_eq!(reader.detection().reason, "empty object");
        assert!(reader.detection().is_empty);
        assert!(!reader.detection().is_structured());
        assert!(reader.next_record().is_none());
        assert!(reader.report().is_clean());
        assert!((reader.report().coverage() - 100.0).abs() < f64::EPSILON);
    }
}

#[test]
fn detection_tells_the_winner_the_runner_up_and_the_framing() {
    let flow = "2 111122223333 eni-0a1b2c3d 203.0.113.7 10.0.1.5 51234 22 6 20 4249 1795400000 1795400060 ACCEPT OK\n";
    let text = format!("{}garbage\n", flow.repeat(62));
    let mut reader = Reader::new(text.as_bytes(), Options::default());
    let detection = reader.detection();
    assert_eq!(detection.reason, "62 of 63 lines match vpcflow");
    assert_eq!((&detection.framing, detection.is_structured()), (&Framing::Lines, true));
    let mut reader = Reader::new(&b"{\"Records\":[{\"a\":1}]}"[..], Options::default());
    assert_eq!(reader.detection().framing, Framing::Envelope("Records".into()));
    let mut reader = Reader::new(&b"just text\n"[..], Options::default());
    assert!(!reader.detection().is_structured());
}

#[test]
fn a_chosen_format_is_used_whatever_the_content_looks_like() {
    let options = Options { format: scops_parser::format("vpcflow"), ..Options::default() };
    let (found, _) = read(b"{\"a\":1}\n", options);
    assert_eq!(found, ["<version is not a number>"]);
}

#[test]
fn a_time_without_a_year_takes_it_from_the_key_and_says_so() {
    let line = &b"Dec 31 23:59:59 web-1 sshd[1]: x\n"[..];
    let mut reader = Reader::new(line, Options { key: Some("syslog/2026/01/01/00.log".into()), ..Options::default() });
    let record = reader.next_record().unwrap();
    let time = record.outcome.unwrap().time.unwrap();
    assert_eq!((time.at.to_string().as_str(), time.certainty), ("2025-12-31T23:59:59Z", Certainty::FromKey));
    let mut reader = Reader::new(line, Options::default());
    assert_eq!(reader.next_record().unwrap().outcome.unwrap().time, None);
}

#[test]
fn a_record_deeper_than_the_limit_is_one_bad_record() {
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let text = format!("{{\"message\":\"a\"}}\n{{\"x\":{deep}}}\n{{\"message\":\"b\"}}\n");
    assert_eq!(read(text.as_bytes(), Options::default()).0, ["a", "<JSON is nested too deeply>", "b"]);
}

/// An endless stream of one repeated piece, up to a number of bytes.
struct Repeat {
    piece: &'static [u8],
    at: usize,
    left: u64,
}

impl Read for Repeat {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(self.left as usize);
        for byte in &mut buffer[..count] {
            *byte = self.piece[self.at % self.piece.len()];
            self.at += 1;
        }
        self.left -= count as u64;
        Ok(count)
    }
}

#[test]
fn one_endless_line_is_one_bad_record_and_the_next_line_is_read() {
    let input = Repeat { piece: b"x", at: 0, left: 20 << 20 }.chain(&b"\nnext\n"[..]);
    let mut reader =
        Reader::new(input, Options { limits: Limits { record: 1 << 20, ..Limits::default() }, ..Options::default() });
    let record = reader.next_record().unwrap();
    assert_eq!((record.span.clone(), record.raw.len()), (0..20 << 20, 4096));
    assert_eq!(record.outcome.unwrap_err().kind, FaultKind::TooLong);
    let record = reader.next_record().unwrap();
    assert_eq!((record.line, record.raw), (2, &b"next"[..]));
}

#[test]
fn d15_a_key_that_stands_twice_is_flagged_and_both_values_are_kept() {
    let line = "{\"eventVersion\":\"1.11\",\"userIdentity\":{\"type\":\"Root\"},\"eventTime\":\"2026-11-23T02:14:07Z\",\
        \"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\",\"userIdentity\":{\"type\":\"IAMUser\"}}\n";
    let mut reader = Reader::new(line.as_bytes(), Options::default());
    let record = reader.next_record().unwrap();
    let event = record.outcome.unwrap();
    assert_eq!(event.duplicate_keys, 1);
    let scops_parser::Value::Object(fields) = &event.fields else { panic!("fields") };
    let types: Vec<_> =
        fields.iter().filter(|(key, _)| key == "userIdentity").map(|(_, value)| value.get("type")).collect();
    assert_eq!(types.iter().map(|value| value.unwrap().as_str().unwrap()).collect::<Vec<_>>(), ["Root", "IAMUser"]);
    assert_eq!(reader.report().duplicate_keys, 1);
}

#[test]
fn d16_account_ids_and_integers_of_any_length_keep_their_digits() {
    let line = r#"{"recipientAccountId":"012345678901","size":18446744073709551616,"small":-0,"long":1234567890123456789012345678901234567890}"#;
    let mut reader = Reader::new(line.as_bytes(), Options::default());
    let record = reader.next_record().unwrap();
    let event = record.outcome.unwrap();
    assert_eq!(event.fields.to_json(), line);
}

#[test]
fn d20_records_are_counted_right_however_they_are_put_together() {
    for (object, good, bad) in [
        ("{\"a\":1}{\"a\":2}", 2, 0),
        ("{}{}\n{}", 3, 0),
        ("[{\"a\":1},{\"a\":2}", 2, 1),
        ("{\"a\":1}\r\n\r\n\n{\"a\":2}\r\n", 2, 0),
    ] {
        let mut reader = Reader::new(object.as_bytes(), Options::default());
        let mut outcomes = Vec::new();
        while let Some(record) = reader.next_record() {
            outcomes.push(record.outcome.is_ok());
        }
        let count = |wanted: bool| outcomes.iter().filter(|is_good| **is_good == wanted).count();
        assert_eq!((count(true), count(false)), (good, bad), "{object}: {:?}", reader.report());
    }
}

#[test]
fn d21_the_records_of_one_array_are_streamed() {
    let input = (&b"{\"Records\":["[..])
        .chain(Repeat { piece: b"{\"message\":\"a\"},", at: 0, left: 16 * 200_000 })
        .chain(&b"{}]}"[..]);
    let mut reader = Reader::new(input, Options::default());
    let mut count = 0;
    while let Some(record) = reader.next_record() {
        assert!(record.outcome.is_ok());
        count += 1;
    }
    assert_eq!(count, 200_001);
    assert_eq!(reader.report().covered, reader.report().bytes);
}

/// A source that fails in mid-object.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("connection reset"))
    }
}

#[test]
fn a_source_that_fails_is_damage_after_what_came() {
    let mut reader = Reader::new((&b"a\nb\nc"[..]).chain(Broken), Options::default());
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        found.push(record.outcome.map(|event| event.message().into_owned()).map_err(|fault| fault.to_string()));
    }
    assert_eq!(found, [Ok("a".into()), Ok("b".into()), Err("reading failed: connection reset".to_owned())]);
    assert_eq!(reader.report().damage.as_ref().unwrap().kind, FaultKind::Io);
}

#[test]
fn a_sieve_holds_records_back_that_keep_their_numbers_and_lines() {
    let text = "{\"n\":1}\n{\"n\":2}\n\n{\"n\":3}\n{\"n\":\n";
    let sieve = Sieve::new(|raw: &[u8]| raw.windows(3).any(|part| part == b"\"n\"") && raw.contains(&b'3'));
    let mut reader = Reader::new(text.as_bytes(), Options { sieve: Some(sieve), ..Options::default() });
    let record = reader.next_record().expect("the third");
    assert_eq!((record.number, record.line, record.span), (2, 4, 17..24));
    assert!(reader.next_record().is_none(), "nobody asks whether the last can be read");
    let report = reader.report();
    assert_eq!((report.records, report.passed_over, report.faults), (1, 3, 0));
}

#[test]
fn what_a_sieve_wants_of_a_head_lets_all_behind_it_through() {
    let zeek = "#separator \\x09\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring\n1.5\ta\n2.5\tb\n";
    let count = |word: &'static str| {
        let sieve = Sieve::new(move |raw: &[u8]| raw.windows(word.len()).any(|part| part == word.as_bytes()));
        let mut reader = Reader::new(zeek.as_bytes(), Options { sieve: Some(sieve), ..Options::default() });
        std::iter::from_fn(|| reader.next_record().map(|_| ())).count()
    };
    assert_eq!((count("conn"), count("2.5"), count("none")), (2, 1, 0));
}
