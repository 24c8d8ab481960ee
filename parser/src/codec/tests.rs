use std::io::Read;

use super::*;
use crate::limits::Limits;

#[allow(dead_code, reason = "the tests of the reader use the rest")]
#[path = "../../tests/codecs/encode.rs"]
mod encode;

use encode::{Sample, Zip, gzip, samples, zip, zip_entries};

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

/// What came out of an object.
struct Found {
    content: Vec<u8>,
    damage: Option<Damage>,
    codecs: Vec<Codec>,
    members: u64,
}

fn inflate(input: impl Read, key: &str, limits: &Limits) -> Found {
    drain(Inflate::new(input, Some(key), None, limits.clone()))
}

fn drain(mut inflate: Inflate<impl Read>) -> Found {
    let mut content = Vec::new();
    let mut buffer = vec![0; 1000];
    let damage = loop {
        match inflate.read(&mut buffer) {
            Ok(Piece { count: 0, .. }) => break None,
            Ok(Piece { count, .. }) => content.extend_from_slice(&buffer[..count]),
            Err(damage) => break Some(damage),
        }
    };
    Found { content, damage, codecs: inflate.codecs().to_vec(), members: inflate.counts().1 }
}

/// What is wrong with an object.
fn damage(stored: &[u8], key: &str, limits: &Limits) -> (FaultKind, String) {
    let damage = inflate(stored, key, limits).damage.expect("the object is damaged");
    (damage.kind, damage.reason)
}

/// Lines that compress, but not to nothing.
fn lines(count: u32) -> Vec<u8> {
    (0..count).flat_map(|n| format!("line {n} of {}\n", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
}

#[test]
fn all_members_are_read_however_the_bytes_arrive() {
    for Sample { name, key, codec, encode, tells_members, .. } in samples() {
        let content = lines(40);
        let (first, second) = content.split_at(content.len() / 3);
        for (stored, members) in [
            (encode(&content), 1),
            ([encode(first), encode(second)].concat(), 2),
            ([encode(first), encode(b"\n"), encode(second)].concat(), 3),
        ] {
            if name == "snappy, raw" && members > 1 {
                continue;
            }
            let mut expected = content.clone();
            if members == 3 {
                expected.insert(first.len(), b'\n');
            }
            for found in
                [inflate(&stored[..], key, &Limits::default()), inflate(Drip(&stored), key, &Limits::default())]
            {
                assert!(found.damage.is_none(), "{name}: {:?}", found.damage);
                assert_eq!(found.content, expected, "{name}");
                assert_eq!(found.codecs.iter().map(|codec| codec.name()).collect::<Vec<_>>(), [codec]);
                assert_eq!(found.members, if tells_members { members } else { 1 }, "{name}");
            }
        }
    }
}

#[test]
fn long_content_is_read_block_by_block() {
    let all = lines(300_000);
    for Sample { name, key, encode, .. } in samples() {
        // Only blocks of the legacy format are of 8 MiB.
        let content = if name == "lz4, legacy" { &all[..] } else { &all[..2 << 20] };
        let found = inflate(&encode(content)[..], key, &Limits::default());
        assert!(found.damage.is_none(), "{name}: {:?}", found.damage);
        assert!(found.content == content, "{name}");
    }
}

#[test]
fn empty_content_is_no_damage() {
    for Sample { name, key, encode, .. } in samples() {
        // A raw block of nothing, or no block at all, has nothing that tells it.
        if !["snappy, raw", "snappy, Hadoop"].contains(&name) {
            let found = inflate(&encode(b"")[..], key, &Limits::default());
            assert!(found.damage.is_none(), "{name}: {:?}", found.damage);
            assert_eq!(found.content, b"", "{name}");
        }
    }
    let found = inflate(&b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..], "a.zip", &Limits::default());
    assert!(found.damage.is_none() && found.content.is_empty() && found.codecs == [Codec::Zip]);
}

#[test]
fn every_cut_is_flagged_and_what_was_readable_is_read() {
    let content = lines(60);
    for Sample { name, key, encode, tells_end, .. } in samples() {
        let stored = encode(&content);
        // Less than four bytes tell no codec; without a magic it takes ten.
        let from = if name == "snappy, Hadoop" { 10 } else { 4 };
        for cut in from..stored.len() {
            let found = inflate(&stored[..cut], key, &Limits::default());
            assert!(content.starts_with(&found.content), "{name}, cut at {cut}");
            match found.damage {
                Some(damage) => assert_eq!(damage.kind, FaultKind::Cut, "{name}, cut at {cut}: {damage:?}"),
                None => assert!(!tells_end && found.content.len() < content.len(), "{name}, cut at {cut}"),
            }
            // Where a codec cannot tell, the object's size can.
            let sized = Inflate::new(&stored[..cut], Some(key), Some(stored.len() as u64), Limits::default());
            assert_eq!(drain(sized).damage.expect("a cut is damage").kind, FaultKind::Cut, "{name}, cut at {cut}");
        }
    }
}

#[test]
fn what_came_before_a_corrupt_block_is_read() {
    let content = lines(30_000);
    for Sample { name, key, encode, is_checked, .. } in samples() {
        let mut stored = encode(&content);
        let at = stored.len() / 10 * 9;
        for byte in &mut stored[at..at + 20] {
            *byte ^= 0x5a;
        }
        let found = inflate(&stored[..], key, &Limits::default());
        assert!(found.damage.is_some() || !is_checked, "{name}");
        // A block of bzip2 holds all of this content, as does a raw one of Snappy.
        let half = if ["bzip2", "snappy, raw"].contains(&name) { 0 } else { content.len() / 2 };
        assert!(found.content.len() >= half && found.content[..half] == content[..half], "{name}");
    }
}

#[test]
fn a_cut_says_whether_content_is_missing() {
    let content = lines(60);
    let of = |stored: &[u8], from_end: usize| {
        let found = inflate(&stored[..stored.len() - from_end], "a", &Limits::default());
        (found.content == content, found.damage.map(|damage| (damage.reason, damage.is_lossy)))
    };
    assert_eq!(of(&gzip(&content), 3), (true, Some(("gzip: member 1 is truncated".to_owned(), false))));
    let stored = zip(&content, &Zip { method: 8, ..Zip::default() });
    assert_eq!(of(&stored, 30), (true, Some(("zip: member 1 is truncated".to_owned(), false))));
    assert!(of(&gzip(&content), 40).1.unwrap().1);
}

#[test]
fn every_flipped_bit_is_flagged_or_harmless() {
    let content = lines(4);
    for Sample { name, key, encode, is_checked, .. } in samples() {
        let stored = encode(&content);
        for bit in 0..stored.len() * 8 {
            let mut flipped = stored.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let found = inflate(&flipped[..], key, &Limits::default());
            // Without its magic an object is of no codec, and so of no format.
            let is_unrecognised = found.codecs.is_empty();
            let is_harmless = found.content == content;
            assert!(
                found.damage.is_some() || is_harmless || is_unrecognised || !is_checked,
                "{name}: bit {bit} passed for whole"
            );
        }
    }
}

#[test]
fn bytes_after_the_last_member_are_flagged_and_lose_nothing() {
    let content = lines(12);
    for Sample { name, key, codec, encode, tells_end, .. } in samples() {
        if !tells_end || name == "snappy, raw" {
            continue;
        }
        for junk in [&b"j"[..], b"junk", b"{\"message\":\"one\"}\n{\"message\":\"two\"}\n"] {
            let found = inflate(&[&encode(&content), junk].concat()[..], key, &Limits::default());
            let damage = found.damage.expect("junk is damage");
            assert_eq!((damage.kind, damage.is_lossy), (FaultKind::Trailing, false), "{name}: {damage:?}");
            assert_eq!(damage.reason, format!("{codec}: bytes after the end of member 1"));
            assert_eq!(found.content, content, "{name}");
        }
    }
}

#[test]
fn zeros_after_the_last_gzip_member_are_padding_unless_something_follows_them() {
    for zeros in [1, 3, 512, 200_000] {
        let stored = [gzip(b"all\n"), vec![0; zeros]].concat();
        let found = inflate(&stored[..], "a.gz", &Limits::default());
        assert!(found.damage.is_none() && found.content == b"all\n", "{zeros}: {:?}", found.damage);
        for junk in [b"junk".to_vec(), gzip(b"more\n")] {
            let (kind, _) = damage(&[&stored[..], &junk].concat(), "a.gz", &Limits::default());
            assert_eq!(kind, FaultKind::Trailing);
        }
    }
}

#[cfg(feature = "xz")]
#[test]
fn zeros_between_and_after_streams_of_xz_are_padding() {
    use encode::xz;
    let stored = [xz(b"one\n", 0), vec![0; 8], xz(b"two\n", 0), vec![0; 4]].concat();
    let found = inflate(&stored[..], "a.xz", &Limits::default());
    assert!(found.damage.is_none(), "{:?}", found.damage);
    assert_eq!((found.content.as_slice(), found.members), (&b"one\ntwo\n"[..], 2));
}

#[test]
fn d01_a_bomb_of_any_codec_stops_at_the_ratio_or_never_was_one() {
    // Of a raw block 16 MiB is the most; LZ4 does not reach the 250 times that are the default.
    let zeros = vec![0; 40 << 20];
    for Sample { name, key, codec, encode, .. } in samples() {
        let stored = encode(&zeros);
        let found = inflate(&stored[..], key, &Limits { ratio: 100, ..Limits::default() });
        match found.damage.map(|damage| damage.reason) {
            Some(reason) if name == "snappy, raw" => assert_eq!(reason, "snappy: blocks are over 16 MiB in member 1"),
            Some(reason) => {
                assert_eq!(reason, format!("{codec}: inflates more than 100 times"), "{name}");
                assert!(found.content.len() <= (32 << 20) + 1000, "{name}");
            }
            None => assert!(zeros.len() / stored.len() <= 100, "{name}"),
        }
        let limits = Limits { inflated: 1 << 20, ..Limits::default() };
        assert_eq!(damage(&stored, key, &limits).0, FaultKind::Limit, "{name}");
    }
}

#[test]
fn a_flood_of_members_stops_at_their_number() {
    let limits = Limits { members: 3, ..Limits::default() };
    for Sample { name, key, codec, encode, tells_members, .. } in samples() {
        if tells_members {
            let (kind, reason) = damage(&encode(b"x").repeat(4), key, &limits);
            assert_eq!((kind, reason), (FaultKind::Limit, format!("{codec}: more than 3 members")), "{name}");
        }
    }
}

#[test]
fn d03_codecs_in_each_other_are_inflated_level_by_level_up_to_the_limit() {
    let content = lines(60);
    for Sample { name, key, codec, encode, .. } in samples() {
        for Sample { name: outer, key: outer_key, codec: outer_codec, encode: encode_outer, .. } in samples() {
            // What has no magic is told by the key, which is of the outermost.
            if key == "a.snappy" || outer_key == "a.snappy" {
                continue;
            }
            let stored = encode_outer(&encode(&content));
            let found = inflate(&stored[..], outer_key, &Limits::default());
            assert!(found.damage.is_none(), "{name} in {outer}: {:?}", found.damage);
            assert_eq!(found.content, content, "{name} in {outer}");
            let codecs: Vec<_> = found.codecs.iter().map(|codec| codec.name()).collect();
            assert_eq!(codecs, [outer_codec, codec]);
        }
    }
    let thrice = gzip(&gzip(&gzip(&content)));
    let found = inflate(&thrice[..], "a.gz", &Limits::default());
    assert!(found.damage.is_none() && found.content == content && found.codecs.len() == 3);
    let too_deep = (FaultKind::Limit, "more than 3 levels of compression".to_owned());
    assert_eq!(damage(&gzip(&thrice), "a.gz", &Limits::default()), too_deep);
    let limits = Limits { nesting: 2, ..Limits::default() };
    assert_eq!(damage(&thrice, "a.gz", &limits).1, "more than 2 levels of compression");
    assert_eq!(damage(&gzip(b""), "a.gz", &Limits { nesting: 0, ..limits }).0, FaultKind::Limit);
}

#[test]
fn a_bomb_in_a_bomb_stops_at_the_ratio_of_the_whole() {
    let bomb = gzip(&gzip(&vec![0; 40 << 20]));
    let (kind, reason) = damage(&bomb, "a.gz", &Limits::default());
    assert_eq!((kind, reason.as_str()), (FaultKind::Limit, "gzip in gzip: inflates more than 250 times"));
}

#[test]
fn damage_names_the_codec_and_level_that_it_is_in() {
    let content = lines(6000);
    let twice = gzip(&gzip(&content));
    let found = inflate(&twice[..twice.len() / 2], "a.gz", &Limits::default());
    assert!(content.starts_with(&found.content) && found.content.len() > 10_000, "{}", found.content.len());
    let cut = found.damage.unwrap();
    assert_eq!((cut.reason.as_str(), cut.is_lossy), ("gzip: member 1 is truncated", true));
    let inner = gzip(&content);
    let (_, reason) = damage(&gzip(&inner[..inner.len() / 2]), "a.gz", &Limits::default());
    assert_eq!(reason, "gzip in gzip: member 1 is truncated");
    // The outer checksum is wrong, and nothing is missing.
    let mut stored = twice;
    let at = stored.len() - 8;
    stored[at] ^= 1;
    let found = inflate(&stored[..], "a.gz", &Limits::default());
    let wrong = found.damage.unwrap();
    assert_eq!(wrong.reason, "gzip: the checksum does not match in member 1");
    assert!(found.content == content && !wrong.is_lossy);
}

#[test]
fn a_wrong_checksum_is_flagged_after_the_content() {
    let mut stored = gzip(b"content\n");
    let at = stored.len() - 6;
    stored[at] ^= 1;
    let found = inflate(&stored[..], "a.gz", &Limits::default());
    assert_eq!(found.content, b"content\n");
    assert_eq!(found.damage.unwrap().reason, "gzip: the checksum does not match in member 1");
}

#[test]
fn a_zip_of_several_entries_or_an_encrypted_one_is_refused_by_name() {
    let of = |stored: &[u8]| {
        let found = inflate(stored, "a.zip", &Limits::default());
        let damage = found.damage.unwrap();
        assert_eq!(damage.kind, FaultKind::Unsupported);
        (found.content, damage.reason, damage.is_lossy)
    };
    let plain = Zip { method: 8, ..Zip::default() };
    let two = zip_entries(&[(b"one\n", plain), (b"two\n", plain)]);
    assert_eq!(of(&two), (b"one\n".to_vec(), "zip: more than one entry".to_owned(), false));
    let encrypted = zip(b"one\n", &Zip { flags: 1, ..plain });
    assert_eq!(of(&encrypted), (Vec::new(), "zip: the entry is encrypted".to_owned(), true));
    let other = zip(b"one\n", &Zip { method: 12, ..plain });
    assert_eq!(of(&other).1, "zip: the entry is neither stored nor deflated");
    let unsized_one = zip(b"one\n", &Zip { descriptor: Some(encode::Descriptor::Signed), ..Zip::default() });
    assert_eq!(of(&unsized_one).1, "zip: a stored entry tells no size before its content");
    let folder = zip_entries(&[(b"", Zip { name: "logs/", ..Zip::default() }), (b"one\n", plain)]);
    let found = inflate(&folder[..], "a.zip", &Limits::default());
    assert!(found.damage.is_none() && found.content == b"one\n", "{:?}", found.damage);
}

#[test]
fn d11_a_zstd_frame_that_wants_a_huge_window_is_refused_politely() {
    // A frame header with window descriptor 0xA0: 2^(10+20) bytes.
    let stored = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 0, 0, 0, 0];
    let refused = (FaultKind::Limit, "zstd: the window is over 64 MiB in member 1".to_owned());
    assert_eq!(damage(&stored, "a.zst", &Limits::default()), refused);
    assert_eq!(
        damage(&gzip(&stored), "a.gz", &Limits::default()).1,
        "zstd in gzip: the window is over 8 MiB in member 1"
    );
}

#[cfg(feature = "xz")]
#[test]
fn a_dictionary_over_the_limit_is_refused_politely() {
    use encode::{lzma, xz};
    let limits = Limits { window: 1 << 19, ..Limits::default() };
    let refused = (FaultKind::Limit, "xz: the dictionary is over 512 KiB in member 1".to_owned());
    assert_eq!(damage(&xz(b"x", 6), "a.xz", &limits), refused);
    // Of 1 MiB, and the decoder may take 1 MiB for itself.
    assert!(inflate(&lzma(b"x")[..], "a.lzma", &limits).damage.is_none());
    assert_eq!(damage(&gzip(&xz(b"x", 7)), "a.gz", &Limits::default()).0, FaultKind::Limit);
    assert!(inflate(&gzip(&xz(b"x", 6))[..], "a.gz", &Limits::default()).damage.is_none());
    // The dictionary of `xz -9`, and one of 128 MiB, by the size in the header.
    let of = |size: u32| [&b"\x5d"[..], &size.to_le_bytes(), &[0xff; 8], &[0; 5]].concat();
    assert_eq!(damage(&of(64 << 20), "a.lzma", &Limits::default()).0, FaultKind::Cut);
    assert_eq!(damage(&of(128 << 20), "a.lzma", &Limits::default()).0, FaultKind::Limit);
}

#[cfg(all(feature = "lz4", feature = "snappy"))]
#[test]
fn blocks_over_the_limit_are_refused_politely() {
    use encode::{lz4, snappy_java};
    let limits = Limits { window: 1 << 20, ..Limits::default() };
    let big = lz4(&lines(200_000), |info| info.block_size(lz4_flex::frame::BlockSize::Max4MB));
    let refused = (FaultKind::Limit, "lz4: blocks are over 1 MiB in member 1".to_owned());
    assert_eq!(damage(&big, "a.lz4", &limits), refused);
    let big = snappy_java(&lines(200_000), 2 << 20);
    assert_eq!(damage(&big, "a", &limits).1, "snappy: blocks are over 1 MiB in member 1");
}

#[cfg(feature = "lz4")]
#[test]
fn frames_to_skip_are_skipped() {
    let skip = |bytes: &[u8]| [b"\x5a\x2a\x4d\x18", &(bytes.len() as u32).to_le_bytes()[..], bytes].concat();
    for encode in [encode::zstd as fn(&[u8]) -> Vec<u8>, |content| encode::lz4(content, |info| info)] {
        let stored = [skip(b"by us"), skip(b""), encode(b"one\n"), skip(&vec![7; 100_000]), encode(b"two\n")].concat();
        let found = inflate(&stored[..], "a", &Limits::default());
        assert!(found.damage.is_none(), "{:?}", found.damage);
        assert_eq!(found.content, b"one\ntwo\n");
    }
}

#[cfg(feature = "snappy")]
#[test]
fn snappy_without_a_magic_is_read_only_by_name_and_never_made_of_text() {
    use encode::{snappy_hadoop, snappy_raw};
    let content = lines(60);
    for stored in [snappy_hadoop(&content, 1000), snappy_raw(&content)] {
        assert_eq!(inflate(&stored[..], "a.hsnappy", &Limits::default()).content, content);
        assert_eq!(inflate(&stored[..], "a.log", &Limits::default()).codecs, []);
    }
    for text in [
        &b"2026-11-23T02:14:07Z one\n"[..],
        b"{\"Records\":[]}",
        b"\xff\xfe{\0a\0\n\0",
        "\u{e9}t\u{e9} <- a line\n".as_bytes(),
        b"",
    ] {
        let found = inflate(text, "a.snappy", &Limits::default());
        assert_eq!((found.codecs.as_slice(), found.content.as_slice()), (&[][..], text));
    }
    // Nothing but a stream's end, as Hadoop writes it of no bytes.
    assert!(inflate(&[0; 4][..], "a.snappy", &Limits::default()).damage.is_none());
}

#[test]
fn magic_bytes_tell_the_codec_and_text_has_none() {
    for Sample { key, codec, encode, .. } in samples() {
        let stored = encode(b"some content, some content\n");
        let told = Codec::sniff(&stored).name();
        assert!(told == codec || key == "a.snappy", "{codec}: {told}");
        assert_eq!(Codec::named_by(key).unwrap().name(), codec);
        assert_eq!(Codec::sniff(&stored[..3.min(stored.len())]).name(), if codec == "gzip" { codec } else { "plain" });
    }
    for text in ["", "B", "BZh9", "BZh91 is a line", "]", "PK is a line", "(\u{b5}/", "PAR1", "{\"a\":1}"] {
        let is_cut = text == "BZh9";
        assert_eq!(Codec::sniff(text.as_bytes()) == Codec::Plain, !is_cut, "{text}");
    }
}

#[test]
fn a_key_and_its_content_may_disagree() {
    let of = |key: &str, found: Codec| disagreement(key, found, Some("plain text"));
    assert_eq!(of("a/b.log.gz", Codec::Gzip), None);
    assert_eq!(of("a/b.log.GZ", Codec::Plain).unwrap(), "named .GZ, but holds plain text");
    assert_eq!(of("a/b.log.gz", Codec::Zstd).unwrap(), "named .gz, but holds zstd");
    assert_eq!(of("a/b.log", Codec::Gzip).unwrap(), "named .log, but holds gzip");
    assert_eq!(of("a.gz/2026-11-23", Codec::Gzip).unwrap(), "named without an ending, but holds gzip");
    assert_eq!(of("a.gz/2026-11-23", Codec::Plain), None);
    assert_eq!(of("a.snappy.parquet", Codec::Plain), None);
    assert_eq!(disagreement("a.gz", Codec::Plain, None), None);
    assert_eq!(disagreement("a.gz", Codec::Plain, Some("Parquet")).unwrap(), "named .gz, but holds Parquet");
}
