//! Objects of every codec and encoding, as the reader's users see them. Numbers such as D01 are those of the cases of
//! damaged data that scops must survive.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use scops_parser::{Codec, Encoding, FaultKind, Limits, Options, Reader, Report};

#[allow(dead_code, reason = "the codecs' own tests use the rest")]
#[path = "codecs/encode.rs"]
mod encode;

use encode::{Sample, gzip, samples, zstd};

/// The messages of good records with their members, the reasons against bad ones in angle brackets, and the report.
fn read(stored: &[u8], options: Options) -> (Vec<(u64, String)>, Report) {
    let mut reader = Reader::new(stored, options);
    let mut found = Vec::new();
    while let Some(record) = reader.next_record() {
        let text = match &record.outcome {
            Ok(event) => event.message().into_owned(),
            Err(fault) => format!("<{fault}>"),
        };
        found.push((record.member, text));
    }
    (found, reader.report().clone())
}

fn named(key: &str) -> Options {
    Options { key: Some(key.to_owned()), ..Options::default() }
}

fn pairs(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
    expected.iter().map(|(member, text)| (*member, (*text).to_owned())).collect()
}

#[test]
fn each_record_tells_the_member_that_it_begins_in() {
    for Sample { name, key, codec, encode, tells_members, .. } in samples() {
        if key == "a.snappy" {
            continue;
        }
        let stored = [encode(b"one\ntwo"), encode(b" and"), encode(b" the rest\nthree\n"), encode(b"four")].concat();
        let (found, report) = read(&stored, named(key));
        let last = if tells_members { [1, 1, 3, 4] } else { [1; 4] };
        let texts = ["one", "two and the rest", "three", "four"];
        let expected: Vec<_> = last.into_iter().zip(texts).collect();
        assert_eq!(found, pairs(&expected), "{name}");
        assert_eq!((report.codec.name(), report.compression().as_str(), report.is_clean()), (codec, codec, true));
        assert_eq!(report.members, if tells_members { 4 } else { 1 }, "{name}");
    }
    let (found, report) = read(b"one\ntwo\n", named("a.log"));
    assert_eq!((found, report.members), (pairs(&[(0, "one"), (0, "two")]), 0));
    assert_eq!((report.codec, report.codecs.len(), report.compression().as_str()), (Codec::Plain, 0, "plain"));
}

#[test]
fn a_part_of_any_object_is_no_damage() {
    let lines: Vec<_> = (0..20_000u32).map(|n| format!("record {n} of {}", n.wrapping_mul(2_654_435_761))).collect();
    for Sample { name, key, encode, .. } in samples() {
        let stored = encode(lines.join("\n").as_bytes());
        let options = Options { partial: true, size: Some(stored.len() as u64), ..named(key) };
        let (found, report) = read(&stored[..stored.len() / 2], options);
        assert!(report.is_clean(), "{name}: {report:?}");
        // One block holds all of it.
        let is_one_block = ["bzip2", "lz4", "lz4, legacy", "snappy, raw"].contains(&name);
        assert!(found.len() > 5000 || is_one_block, "{name}: {}", found.len());
        assert!(found.iter().zip(&lines).all(|((_, found), line)| found == line), "{name}");
    }
}

#[test]
fn members_are_right_for_long_records_and_at_the_damage() {
    let long = "x".repeat(10_000);
    let stored = [gzip(b"one\n"), gzip(long.as_bytes()), gzip(long.as_bytes()), gzip(b"\ntwo\nthr")].concat();
    let limits = Limits { record: 5000, ..Limits::default() };
    let (found, _) = read(&stored[..stored.len() - 2], Options { limits, ..Options::default() });
    let members: Vec<_> = found.iter().map(|(member, _)| *member).collect();
    assert_eq!(members, [1, 2, 4, 4, 4]);
    assert_eq!(found[1].1, "<the record is longer than 5000 bytes>");
    assert_eq!(found[4].1, "<gzip: member 4 is truncated>");
}

#[test]
fn codecs_in_each_other_are_reported_and_members_are_the_outermosts() {
    // As a subscription of CloudWatch Logs through a compressing Firehose: gzip in gzip.
    let stored = [gzip(&[gzip(b"one\n"), gzip(b"two\n")].concat()), gzip(&zstd(b"three\n"))].concat();
    let (found, report) = read(&stored, named("delivery-1-2026-11-23"));
    // What the second holds is of another codec than what the first began with.
    let damage = "<gzip in gzip: bytes after the end of member 2>";
    assert_eq!(found, pairs(&[(1, "one"), (1, "two"), (1, damage)]));
    assert_eq!((report.codec, report.codecs.as_slice()), (Codec::Gzip, &[Codec::Gzip, Codec::Gzip][..]));
    assert_eq!((report.compression().as_str(), report.members), ("gzip in gzip", 2));
    let stored = [gzip(&zstd(b"one\n")), gzip(&zstd(b"two\n"))].concat();
    let (found, report) = read(&stored, Options::default());
    assert_eq!((found, report.compression().as_str()), (pairs(&[(1, "one"), (2, "two")]), "zstd in gzip"));
}

#[test]
fn d01_a_hundred_megabytes_of_zeros_stop_at_the_cap_which_is_told() {
    let (_, report) = read(&gzip(&vec![0; 100 << 20]), Options::default());
    let damage = report.damage.unwrap();
    assert_eq!((damage.kind, damage.reason.as_str()), (FaultKind::Limit, "gzip: inflates more than 250 times"));
}

#[test]
fn d03_gzip_in_gzip_in_gzip_ends_at_the_cap_of_levels() {
    let stored = gzip(&gzip(&gzip(b"one\n")));
    let (found, report) = read(&stored, Options::default());
    assert_eq!((found, report.compression().as_str()), (pairs(&[(1, "one")]), "gzip in gzip in gzip"));
    let stored = gzip(&stored);
    let mut reader = Reader::new(&stored[..], Options::default());
    assert_eq!(reader.detection().reason, "more than 3 levels of compression");
    assert!(!reader.detection().is_empty);
    assert!(reader.next_record().unwrap().outcome.is_err());
    assert_eq!(reader.report().damage.as_ref().unwrap().kind, FaultKind::Limit);
}

#[test]
fn d05_a_cut_between_members_is_flagged_where_the_size_is_known() {
    let (first, second) = (gzip(b"one\n"), gzip(b"two\n"));
    let size = (first.len() + second.len()) as u64;
    let options = Options { size: Some(size), ..Options::default() };
    let reason = format!("the object ends after {} of its {size} bytes", first.len());
    let (found, report) = read(&first, options.clone());
    assert_eq!(found, pairs(&[(1, "one"), (1, &format!("<{reason}>"))]));
    let damage = report.damage.unwrap();
    assert_eq!((damage.kind, damage.reason), (FaultKind::Cut, reason));
    assert!(read(&[&first[..], &second].concat(), options.clone()).1.is_clean());
    assert!(read(&first, Options { partial: true, ..options }).1.is_clean(), "a part is no cut");
    // Of a plain object the last line may be half a line.
    let (found, _) = read(b"one\ntw", Options { size: Some(9), ..Options::default() });
    assert_eq!(found, pairs(&[(0, "one"), (0, "<the object ends after 6 of its 9 bytes>")]));
}

#[test]
fn d06_a_cut_in_the_trailer_shows_all_rows_and_is_flagged() {
    let stored = gzip(b"one\ntwo");
    for cut in 1..=8 {
        let (found, report) = read(&stored[..stored.len() - cut], Options::default());
        assert_eq!(found, pairs(&[(1, "one"), (1, "two"), (1, "<gzip: member 1 is truncated>")]));
        assert_eq!(report.damage.unwrap().kind, FaultKind::Cut);
    }
    // In the header of the first member, and of the second.
    for cut in 4..10 {
        let (found, _) = read(&stored[..cut], Options::default());
        assert_eq!(found, pairs(&[(0, "<gzip: member 1 is truncated>")]));
    }
    for cut in 1..10 {
        let stored = gzip(b"one\ntwo\n");
        let (found, _) = read(&[&stored, &stored[..cut]].concat(), Options::default());
        assert_eq!(found, pairs(&[(1, "one"), (1, "two"), (1, "<gzip: member 2 is truncated>")]));
    }
}

#[test]
fn d08_an_object_of_no_bytes_is_empty_whatever_its_name() {
    for Sample { key, .. } in samples() {
        let mut reader = Reader::new(&b""[..], named(key));
        let detection = reader.detection();
        assert!(detection.is_empty && detection.codec_note.is_none(), "{detection:?}");
        assert_eq!(detection.reason, "empty object");
        assert!(reader.next_record().is_none() && reader.report().is_clean());
    }
}

#[test]
fn damage_before_the_first_byte_is_no_empty_object() {
    let mut reader = Reader::new(&b"\x1f\x8b\x08\xff"[..], named("a.gz"));
    assert!(!reader.detection().is_empty);
    assert_eq!(reader.detection().reason, "gzip: member 1 is truncated");
}

#[test]
fn d10_content_is_told_by_its_bytes_and_a_name_that_lies_is_told_too() {
    let of = |stored: &[u8], key: &str| {
        let mut reader = Reader::new(stored, named(key));
        let note = reader.detection().codec_note.clone();
        let record = reader.next_record().unwrap();
        (record.outcome.unwrap().message().into_owned(), note)
    };
    let note = |text: &str| ("one".to_owned(), Some(text.to_owned()));
    assert_eq!(of(b"one\n", "x/a.log.gz"), note("named .gz, but holds plain text"));
    assert_eq!(of(&gzip(b"one\n"), "x/a.log"), note("named .log, but holds gzip"));
    assert_eq!(of(&gzip(b"one\n"), "x/a"), note("named without an ending, but holds gzip"));
    assert_eq!(of(&zstd(b"one\n"), "x/a.gz"), note("named .gz, but holds zstd"));
    for Sample { key, encode, .. } in samples() {
        assert_eq!(of(&encode(b"one\n"), key), ("one".to_owned(), None), "{key}");
    }
    assert_eq!(of(b"one\n", "x/a"), ("one".to_owned(), None));
}

#[test]
fn d11_a_zstd_window_of_a_gigabyte_is_refused() {
    let (found, report) = read(&[0x28, 0xb5, 0x2f, 0xfd, 0, 0xa0, 0, 0, 0, 0], Options::default());
    assert_eq!(found[0].1, "<zstd: the window is over 64 MiB in member 1>");
    assert_eq!(report.damage.unwrap().kind, FaultKind::Limit);
}

#[test]
fn codecs_that_this_build_leaves_out_are_refused_by_name() {
    let magics: [(&str, &[u8], bool); 6] = [
        ("bzip2", b"BZh91AY&SY", cfg!(feature = "bzip2")),
        ("xz", b"\xfd7zXZ\0", cfg!(feature = "xz")),
        ("lzma", b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0", cfg!(feature = "xz")),
        ("lz4", b"\x04\x22\x4d\x18", cfg!(feature = "lz4")),
        ("snappy", b"\xff\x06\0\0sNaPpY", cfg!(feature = "snappy")),
        ("snappy", b"\0\0\0\x50\0\0\0\x20\x28\x90some content", cfg!(feature = "snappy")),
    ];
    for (name, magic, is_read) in magics {
        let mut reader = Reader::new(magic, named(&format!("a.{name}")));
        let reason = format!("{name} is not read by this build");
        assert_eq!(reader.detection().reason == reason, !is_read, "{:?}", reader.detection());
        assert_eq!(reader.detection().codec.name(), name);
        assert!(is_read || reader.next_record().unwrap().outcome.unwrap_err().kind == FaultKind::Unsupported);
    }
}

#[test]
fn utf_16_is_read_as_utf_8_in_any_codec() {
    let text = "{\"message\":\"caf\u{e9}\"}\r\n{\"message\":\"\u{1f989}\"}\r\n";
    for (encoding, name) in [(Encoding::Utf16Le, "utf-16le"), (Encoding::Utf16Be, "utf-16be")] {
        let bytes = |unit: u16| if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() };
        let plain: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(bytes).collect();
        for (stored, member) in
            [(plain.clone(), 0), (gzip(&plain), 1), (gzip(&zstd(&plain)), 1), (plain[2..].to_vec(), 0)]
        {
            let (found, report) = read(&stored, Options::default());
            assert_eq!(found, pairs(&[(member, "caf\u{e9}"), (member, "\u{1f989}")]));
            assert_eq!((report.encoding, report.encoding.name()), (encoding, name));
            assert!(report.is_clean() && report.bytes == text.len() as u64, "{report:?}");
        }
    }
    let (_, report) = read(text.as_bytes(), Options::default());
    assert_eq!((report.encoding, report.encoding.name()), (Encoding::Utf8, "utf-8"));
}

#[test]
fn d18_bytes_that_are_no_utf_8_are_shown_and_kept() {
    let text = b"a caf\xe9 line\na caf\xc3\xa9 \xff line\n";
    let mut reader = Reader::new(&text[..], Options::default());
    for (shown, raw) in [("a caf\u{e9} line", &text[..11]), ("a caf\u{e9} \u{fffd} line", &text[12..26])] {
        let record = reader.next_record().unwrap();
        assert_eq!((record.outcome.unwrap().message().as_ref(), record.raw), (shown, raw));
    }
}
