use std::io::Write;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Hands out one byte at a time, as a bad network does.
struct Drip<'a>(&'a [u8]);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        buffer[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

fn inflate(input: impl Read, limits: &Limits) -> (Vec<u8>, Option<Damage>) {
    let mut inflate = Inflate::new(input, limits.clone());
    let mut all = Vec::new();
    let mut buffer = vec![0; 1000];
    loop {
        match inflate.read(&mut buffer) {
            Ok(0) => return (all, None),
            Ok(count) => all.extend_from_slice(&buffer[..count]),
            Err(damage) => return (all, Some(damage)),
        }
    }
}

#[test]
fn all_members_are_read_however_the_bytes_arrive() {
    let members = [gzip(b"one\n"), gzip(b""), gzip(b"two\n")].concat();
    let frames = [zstd_bytes(b"one\n"), zstd_bytes(b"two\n")].concat();
    for stored in [&members, &frames] {
        for (all, damage) in [inflate(&stored[..], &Limits::default()), inflate(Drip(stored), &Limits::default())] {
            assert_eq!(all, b"one\ntwo\n");
            assert!(damage.is_none(), "{damage:?}");
        }
    }
}

fn zstd_bytes(bytes: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(bytes, 3).unwrap()
}

#[test]
fn every_cut_of_a_member_is_flagged_and_what_was_readable_is_read() {
    let text: Vec<u8> = (0..2000u32).flat_map(|n| format!("line {n}\n").into_bytes()).collect();
    for stored in [gzip(&text), zstd_bytes(&text)] {
        for cut in 5..stored.len() {
            let (all, damage) = inflate(&stored[..cut], &Limits::default());
            assert!(text.starts_with(&all));
            assert_eq!(damage.expect("a cut is damage").kind, FaultKind::Cut, "cut at {cut}");
        }
    }
    let stored = gzip(&text);
    let (all, damage) = inflate(&stored[..stored.len() - 3], &Limits::default());
    assert_eq!(all, text);
    assert!(!damage.unwrap().is_lossy);
}

#[test]
fn bytes_after_the_last_member_are_flagged_and_lose_nothing() {
    let (all, damage) = inflate(&[gzip(b"all"), b"junk".to_vec()].concat()[..], &Limits::default());
    let damage = damage.unwrap();
    assert_eq!((all.as_slice(), damage.kind, damage.is_lossy), (&b"all"[..], FaultKind::Trailing, false));
    assert_eq!(damage.reason, "gzip: bytes after the end of member 1");
}

#[test]
fn a_bomb_stops_at_the_ratio_and_a_flood_of_members_at_their_number() {
    let bomb = gzip(&vec![0; 48 << 20]);
    let (all, damage) = inflate(&bomb[..], &Limits::default());
    assert_eq!(damage.unwrap().reason, "gzip: inflates more than 250 times");
    assert!(all.len() <= (32 << 20) + 1000);
    let limits = Limits { members: 3, ..Limits::default() };
    let (_, damage) = inflate(&gzip(b"x").repeat(4)[..], &limits);
    assert_eq!(damage.unwrap().kind, FaultKind::Limit);
}

#[test]
fn a_wrong_checksum_is_flagged_after_the_content() {
    let mut stored = gzip(b"content\n");
    let at = stored.len() - 6;
    stored[at] ^= 1;
    let (all, damage) = inflate(&stored[..], &Limits::default());
    assert_eq!(all, b"content\n");
    assert_eq!(damage.unwrap().reason, "gzip: the checksum does not match in member 1");
}

#[test]
fn a_zstd_frame_that_wants_a_huge_window_is_refused() {
    // A frame header with window descriptor 0xA0: 2^(10+20) bytes.
    let (_, damage) = inflate(&[0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0, 0, 0, 0][..], &Limits::default());
    assert_eq!(damage.unwrap().kind, FaultKind::Corrupt);
}
