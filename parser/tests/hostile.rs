//! What an attacker may put into a bucket: nothing panics, and nothing damaged passes for whole.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use proptest::prelude::*;
use scops_parser::{Encoding, Formats, Options, Reader};

#[allow(dead_code, reason = "the codecs' own tests use the rest")]
#[path = "codecs/encode.rs"]
mod encode;

use encode::{Sample, gzip};

mod hostile {
    pub mod bodies;
}

use hostile::bodies::{self, drain, small};

const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:07Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","sourceIPAddress":"203.0.113.7"},{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:08Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","sourceIPAddress":"203.0.113.7"}]}"#;

#[test]
fn every_prefix_of_a_compressed_object_is_flagged() {
    for Sample { name, key, encode, tells_end, .. } in encode::samples() {
        let stored = encode(TRAIL.as_bytes());
        let options = Options { key: Some(key.to_owned()), ..small() };
        for cut in 1..stored.len() {
            let (good, report) = drain(&stored[..cut], options.clone());
            // One or two bytes do not tell a codec yet, but they are not text that anybody wrote either.
            let is_known = if name == "snappy, Hadoop" { cut >= 10 } else { cut >= 4 };
            // A codec that does not tell its end may end anywhere between two blocks; here that is before all or after.
            let is_whole = !tells_end && (good.len() == 2 || report.bytes == 0);
            assert!(!is_known || !report.is_clean() || is_whole, "{name}: a cut at {cut} passed for whole");
        }
        assert!(drain(&stored, options).1.is_clean(), "{name}");
    }
}

#[test]
fn every_flipped_bit_of_a_gzip_object_is_flagged_or_harmless() {
    let stored = gzip(TRAIL.as_bytes());
    let (whole, _) = drain(&stored, small());
    for bit in 0..stored.len() * 8 {
        let mut flipped = stored.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        let (good, report) = drain(&flipped, small());
        // Time, system and hints in the header change nothing; a broken magic leaves no gzip, and so no format.
        let is_harmless = good == whole;
        let is_unrecognised = bit < 16;
        assert!(!report.is_clean() || is_harmless || is_unrecognised, "bit {bit} passed for whole: {report:?}");
    }
}

#[test]
fn every_prefix_of_a_plain_object_is_read_or_flagged() {
    for cut in 0..TRAIL.len() {
        let (good, report) = drain(&TRAIL.as_bytes()[..cut], small());
        // The whole list may be there while the bracket of its envelope is not.
        assert!(cut < 2 || !report.is_clean() || good.len() == 2, "a cut at {cut} passed for whole: {report:?}");
    }
}

/// The sample objects of all formats, with the name of the format.
fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/formats");
    let mut samples = Vec::new();
    for format in Formats::built_in() {
        for entry in std::fs::read_dir(folder.join(format.name())).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|kind| kind == "log") {
                samples.push((format.name().to_owned(), std::fs::read(path).unwrap()));
            }
        }
    }
    // Definitions carry theirs.
    for entry in std::fs::read_dir(folder.join("../../formats")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let definition: toml::Table = toml::from_str(&text).unwrap();
        for sample in definition["sample"].as_array().unwrap() {
            let line = format!("{}\n", sample["line"].as_str().unwrap());
            samples.push((definition["name"].as_str().unwrap().to_owned(), line.into_bytes()));
        }
    }
    assert!(samples.len() > 10);
    samples
}

#[test]
fn every_prefix_and_every_flipped_bit_of_a_formats_sample_is_read_or_flagged() {
    /// Bytes of a sample that are tried; of a longer one every second, every third, …. With SCOPS_THOROUGH set all
    /// bytes of every sample are, which takes minutes even when optimised.
    const TRIED: usize = 160;
    let is_thorough = std::env::var_os("SCOPS_THOROUGH").is_some();
    let mut done = String::new();
    for (name, sample) in samples() {
        if name == std::mem::replace(&mut done, name.clone()) && !is_thorough {
            continue;
        }
        let end = sample.iter().position(|byte| *byte == b'\n').map_or(sample.len(), |end| end + 1);
        // The second line, where there is one: the first may be a header.
        let next = sample[end..].iter().position(|byte| *byte == b'\n').map_or(sample.len(), |next| end + next + 1);
        let sample = &sample[..next.min(8 * TRIED)];
        let step = if is_thorough { 1 } else { (sample.len() / TRIED).max(1) };
        let options = || Options { format: scops_parser::format(&name), ..small() };
        let judge = |bytes: &[u8], what: &dyn std::fmt::Display| {
            let (_, report) = drain(bytes, options());
            // Clean means that each byte was read into a good record, or stands between two.
            assert!(!report.is_clean() || report.covered == report.bytes, "{name}, {what}: {report:?}");
        };
        let mut flipped = sample.to_vec();
        for at in (0..sample.len()).step_by(step) {
            judge(&sample[..at], &format_args!("cut at {at}"));
            for bit in 0..8 {
                flipped[at] ^= 1 << bit;
                judge(&flipped, &format_args!("bit {bit} of byte {at} flipped"));
                flipped[at] ^= 1 << bit;
            }
        }
    }
}

/// Bytes that look like logs often enough to reach the formats: lines of their samples, whole and broken.
fn loggish() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<Vec<u8>> = samples()
        .iter()
        .flat_map(|(_, sample)| sample.split_inclusive(|byte| *byte == b'\n'))
        .map(<[u8]>::to_vec)
        .collect();
    let line = prop::sample::select(lines);
    let broken = (line.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut line, at, byte)| {
        let at = at.index(line.len());
        line[at] = byte;
        line
    });
    let cut = (line.clone(), any::<prop::sample::Index>()).prop_map(|(line, at)| line[..at.index(line.len())].to_vec());
    let pieces = prop_oneof![
        4 => line,
        2 => broken,
        2 => cut,
        1 => Just(b"\n".to_vec()),
        1 => Just(b"{\"Records\":[".to_vec()),
        1 => Just(b"\xef\xbb\xbf".to_vec()),
        2 => "[\\[\\]{},:\" \\\\a0-]{0,8}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..24),
    ];
    prop::collection::vec(pieces, 0..16).prop_map(|pieces| pieces.concat())
}

/// The first bytes of each codec's objects, and keys that promise those without any.
fn begun() -> impl Strategy<Value = (Vec<u8>, &'static str)> {
    let magics = encode::samples().into_iter().map(|sample| {
        let stored = (sample.encode)(b"one\ntwo\n");
        (stored, sample.key)
    });
    let begins = magics
        .flat_map(|(stored, key)| [3, 8, 14, stored.len()].map(|cut| (stored[..cut.min(stored.len())].to_vec(), key)));
    let begins: Vec<_> = begins.collect();
    prop::sample::select(begins)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
        bodies::object(&bytes);
        bodies::format(&bytes);
    }

    #[test]
    fn bytes_like_logs_never_panic_in_any_format_or_codec(bytes in loggish(), key in "[a-z/0-9_.-]{0,24}") {
        let (good, report) = drain(&bytes, Options { key: Some(key), ..small() });
        prop_assert!(good.len() <= bytes.len());
        let is_as_stored = report.codecs.is_empty() && report.container.is_none() && report.encoding == Encoding::Utf8;
        prop_assert!(report.bytes == bytes.len() as u64 || !is_as_stored);
        let inflated = drain(&gzip(&bytes), small());
        prop_assert!(inflated.1.records <= report.bytes);
        bodies::every_format(&bytes);
    }

    #[test]
    fn what_begins_like_a_codec_never_panics((mut bytes, key) in begun(), rest in prop::collection::vec(any::<u8>(), 0..600)) {
        bytes.extend(rest);
        for options in [small(), Options { key: Some(key.to_owned()), ..small() }] {
            let (good, report) = drain(&bytes, options);
            prop_assert_eq!(good.len() as u64, report.records);
            prop_assert!(report.stored <= bytes.len() as u64);
        }
    }

    #[test]
    fn an_object_with_wrong_bytes_never_panics(
        index in any::<prop::sample::Index>(),
        content in loggish(),
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let samples = encode::samples();
        let sample = index.get(&samples);
        let mut stored = (sample.encode)(&content);
        for (at, byte) in wrong {
            if !stored.is_empty() {
                let at = at.index(stored.len());
                stored[at] = byte;
            }
        }
        for stored in [&stored, &gzip(&stored)] {
            let (_, report) = drain(stored, Options { key: Some(sample.key.to_owned()), ..small() });
            prop_assert!(report.bytes <= (1 << 20) + (64 << 10));
        }
    }

    #[test]
    fn a_record_is_the_same_however_the_reader_gets_its_bytes(bytes in loggish(), size in 1usize..40) {
        struct Slow<'a>(&'a [u8], usize);
        impl std::io::Read for Slow<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
                let count = buffer.len().min(self.1).min(self.0.len());
                buffer[..count].copy_from_slice(&self.0[..count]);
                self.0 = &self.0[count..];
                Ok(count)
            }
        }
        let mut spans = Vec::new();
        let mut reader = Reader::new(Slow(&bytes, size), small());
        while let Some(record) = reader.next_record() {
            spans.push((record.span.clone(), record.line, record.outcome.is_ok()));
        }
        let mut reader = Reader::new(&bytes[..], small());
        let mut index = 0;
        while let Some(record) = reader.next_record() {
            prop_assert_eq!(&spans[index], &(record.span.clone(), record.line, record.outcome.is_ok()));
            index += 1;
        }
        prop_assert_eq!(index, spans.len());
    }
}

/// What fuzzing has found, each once.
#[test]
fn what_once_made_the_parser_panic_is_read_or_flagged() {
    // A day of twenty digits where syslog has two.
    drain(b"2109876543210987654 32 h00.53\n"[..].as_ref(), small());
    drain(b"98765432109876543210 Nov 2026 02:14:07 host app: a\n"[..].as_ref(), small());
}

#[test]
fn what_is_made_to_be_read_again_and_again_is_not() {
    let started = std::time::Instant::now();
    let size = 1 << 18;
    for piece in [
        "{}",
        "{\"a\":{,",
        "{\"a\":[\n",
        "{\"a\":\"},",
        "{\"a\":1,{",
        "[{\"a\":1},",
        "a=1 ",
        "\"a\" ",
        "{\"Records\":[",
        "[",
        "= ",
        "<1>1 ",
    ] {
        let mut bytes = b"[{\"a\":1},".to_vec();
        bytes.extend(piece.bytes().cycle().take(size));
        for bytes in [&bytes[..], &bytes[9..], &[&b"{\"x\":1}\n"[..], &bytes[9..]].concat()] {
            let mut reader = Reader::new(bytes, Options::default());
            while reader.next_record().is_some() {}
        }
    }
    // Linear in about a second a megabyte without optimisation; a quadratic path takes hours.
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
}
