//! What an attacker may put into a bucket: nothing panics, and nothing damaged passes for whole.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::io::Write;

use proptest::prelude::*;
use scops_parser::{Formats, Options, Reader};

mod hostile {
    pub mod bodies;
}

use hostile::bodies::{self, drain, small};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const TRAIL: &str = r#"{"Records":[{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:07Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","sourceIPAddress":"203.0.113.7"},{"eventVersion":"1.11","eventTime":"2026-11-23T02:14:08Z","eventSource":"s3.amazonaws.com","eventName":"PutObject","sourceIPAddress":"203.0.113.7"}]}"#;

#[test]
fn every_prefix_of_a_compressed_object_is_flagged() {
    for stored in [gzip(TRAIL.as_bytes()), zstd::encode_all(TRAIL.as_bytes(), 3).unwrap()] {
        for cut in 1..stored.len() {
            let (_, report) = drain(&stored[..cut], small());
            // One or two bytes do not tell a codec yet, but they are not text that anybody wrote either.
            assert!(cut < 4 || !report.is_clean(), "a cut at {cut} of {} passed for whole", stored.len());
        }
        assert!(drain(&stored, small()).1.is_clean());
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
    assert!(samples.len() > 10);
    samples
}

#[test]
fn every_prefix_and_every_flipped_bit_of_a_formats_sample_is_read_or_flagged() {
    /// Bytes of a sample that are tried; of a longer one every second, every third, ….
    const TRIED: usize = 160;
    let mut done = String::new();
    for (name, sample) in samples() {
        if name == std::mem::replace(&mut done, name.clone()) {
            continue;
        }
        let end = sample.iter().position(|byte| *byte == b'\n').map_or(sample.len(), |end| end + 1);
        // The second line, where there is one: the first may be a header.
        let next = sample[end..].iter().position(|byte| *byte == b'\n').map_or(sample.len(), |next| end + next + 1);
        let sample = &sample[..next.min(8 * TRIED)];
        let step = (sample.len() / TRIED).max(1);
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
        prop_assert_eq!(report.bytes, bytes.len() as u64);
        let inflated = drain(&gzip(&bytes), small());
        prop_assert!(inflated.1.records <= report.bytes);
        bodies::every_format(&bytes);
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
