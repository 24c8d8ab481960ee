use super::*;
use crate::limits::Limits;

fn utf16(text: &str, encoding: Encoding, has_mark: bool) -> Vec<u8> {
    let mark = if has_mark { "\u{feff}" } else { "" };
    let units = mark.encode_utf16().chain(text.encode_utf16());
    units.flat_map(|unit| if encoding == Encoding::Utf16Le { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
}

/// Hands out a few bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn read(bytes: &[u8], step: usize) -> (Encoding, String, Option<Damage>) {
    let mut stream = Text::new(Inflate::new(Drip(bytes, step), None, None, Limits::default()));
    let mut all = Vec::new();
    let mut buffer = vec![0; 50];
    let damage = loop {
        match stream.read(&mut buffer) {
            Ok(Piece { count: 0, .. }) => break None,
            Ok(Piece { count, .. }) => all.extend_from_slice(&buffer[..count]),
            Err(damage) => break Some(damage),
        }
    };
    (stream.encoding(), String::from_utf8(all).unwrap(), damage)
}

#[test]
fn utf_16_is_read_however_its_bytes_arrive() {
    let text = "Caf\u{e9} \u{1f989} one\r\n".repeat(40_000 / 20) + "the last";
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        for step in [1, 2, 3, 7, 1 << 20] {
            let (found, all, damage) = read(&utf16(&text, encoding, true), step);
            assert!(damage.is_none(), "{damage:?}");
            assert_eq!(found, encoding);
            assert!(all == text, "{encoding} in steps of {step}");
        }
        let text = "a line of ASCII that is long enough to be told\n\u{434}\u{430}\n";
        assert_eq!(read(&utf16(text, encoding, false), 1).1, text);
    }
}

#[test]
fn utf_16_without_a_mark_is_told_only_where_it_is_unmistakable() {
    assert_eq!(Encoding::sniff(&utf16("abcd", Encoding::Utf16Le, false)), Encoding::Utf16Le);
    assert_eq!(Encoding::sniff(&utf16("abcd", Encoding::Utf16Be, false)), Encoding::Utf16Be);
    for bytes in [&b""[..], b"a", b"a\0", b"a\0b\0c\0", b"a\0b\0cdd\0", b"\0\0\0\0\0\0\0\0", b"a\0b\0c\0d\0e"] {
        let is_told = bytes == b"a\0b\0c\0d\0e";
        assert_eq!(Encoding::sniff(bytes) == Encoding::Utf16Le, is_told, "{bytes:?}");
    }
}

#[test]
fn a_cut_character_is_flagged_and_a_lone_half_is_shown() {
    let stored = utf16("one two", Encoding::Utf16Le, true);
    let (_, all, damage) = read(&stored[..stored.len() - 1], 5);
    let damage = damage.unwrap();
    assert_eq!((all.as_str(), damage.kind, damage.is_lossy), ("one tw", FaultKind::Cut, true));
    let stored =
        [utf16("ab", Encoding::Utf16Le, true), vec![0x3d, 0xd8], utf16("c", Encoding::Utf16Le, false)].concat();
    assert_eq!(read(&stored, 1).1, "ab\u{fffd}c");
    assert_eq!(read(&stored[..stored.len() - 2], 1).1, "ab\u{fffd}");
}

#[test]
fn bytes_that_are_not_utf_8_lose_as_little_as_can_be() {
    assert!(matches!(text("Caf\u{e9}".as_bytes()), Cow::Borrowed("Caf\u{e9}")));
    assert_eq!(text(b"Caf\xe9 \x80 \x9f"), "Caf\u{e9} \u{20ac} \u{178}");
    assert_eq!(text(b"\xce\xd2"), "\u{ce}\u{d2}");
    assert_eq!(
        text("\u{e9} \u{e9}\n".as_bytes().split_last_chunk::<2>().unwrap().0),
        "\u{e9} \u{c3}".replace('\u{c3}', "\u{fffd}")
    );
    // Every byte has its own character.
    let all: Vec<u8> = (0..=255).collect();
    let characters: std::collections::HashSet<char> = text(&all).chars().collect();
    assert_eq!(characters.len(), 256);
}
