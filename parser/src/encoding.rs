//! Text encodings: UTF-16 becomes UTF-8 on the way in, and bytes that are no UTF-8 become text where they are read.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use crate::codec::{Codec, Damage, Inflate, Piece};
use crate::fault::FaultKind;

/// How an object's text is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, or a superset of ASCII that is not known before each text is read.
    #[default]
    Utf8,
    /// UTF-16, the low byte first, as Windows writes it.
    Utf16Le,
    /// UTF-16, the high byte first.
    Utf16Be,
}

impl Encoding {
    /// The name in reports: `utf-8`, `utf-16le`, `utf-16be`.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Utf16Le => "utf-16le",
            Encoding::Utf16Be => "utf-16be",
        }
    }

    /// Tells the encoding by the first bytes: by a byte order mark, or by a NUL in every other of up to 64 bytes.
    pub fn sniff(head: &[u8]) -> Encoding {
        const SAMPLE: usize = 32;
        const ENOUGH: usize = 4;
        match head {
            [0xff, 0xfe, ..] => return Encoding::Utf16Le,
            [0xfe, 0xff, ..] => return Encoding::Utf16Be,
            _ => {}
        }
        let (units, _) = head.as_chunks::<2>();
        let units = &units[..units.len().min(SAMPLE)];
        let is_all = |is_so: fn(&[u8; 2]) -> bool| units.len() >= ENOUGH && units.iter().all(is_so);
        if is_all(|unit| unit[0] != 0 && unit[1] == 0) {
            Encoding::Utf16Le
        } else if is_all(|unit| unit[0] == 0 && unit[1] != 0) {
            Encoding::Utf16Be
        } else {
            Encoding::Utf8
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// UTF-8 as it is. Bytes that hold no character of UTF-8 beyond ASCII are read as Windows-1252, which has one for each
/// byte; bytes that hold some are UTF-8 that is broken, and U+FFFD stands where.
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // Owned here and not there: the other way around costs vpcflow 6 % more instructions.
        Err(_) => Cow::Owned(other(bytes).into_owned()),
    }
}

#[inline(never)]
fn other(bytes: &[u8]) -> Cow<'_, str> {
    let is_utf8 = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    if is_utf8 { String::from_utf8_lossy(bytes) } else { bytes.iter().copied().map(windows_1252).collect() }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9f => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Where Windows-1252 is not Latin-1: its bytes from 0x80, as the WHATWG's Encoding Standard lists them.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

/// The inflated bytes of an object, in UTF-8.
pub(crate) struct Text<R> {
    inflate: Inflate<R>,
    encoding: Encoding,
    /// For encodings that are not UTF-8.
    transcoder: Option<Transcoder>,
    is_begun: bool,
}

impl<R: Read> Text<R> {
    pub(crate) fn new(inflate: Inflate<R>) -> Self {
        Text { inflate, encoding: Encoding::Utf8, transcoder: None, is_begun: false }
    }

    /// The encoding; known once bytes were asked for.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The codecs, outermost first; known once bytes were asked for.
    pub(crate) fn codecs(&self) -> &[Codec] {
        self.inflate.codecs()
    }

    /// Stored bytes taken from the input, and members of the outermost codec begun.
    pub(crate) fn counts(&self) -> (u64, u64) {
        self.inflate.counts()
    }

    /// Writes text of one member into `output`, which takes 16 bytes or more; none is the end.
    pub(crate) fn read(&mut self, output: &mut [u8]) -> Result<Piece, Damage> {
        if !self.is_begun {
            self.is_begun = true;
            self.encoding = Encoding::sniff(self.inflate.head());
            self.transcoder = Transcoder::new(self.encoding);
        }
        match &mut self.transcoder {
            None => self.inflate.read(output),
            Some(transcoder) => transcoder.read(&mut self.inflate, output),
        }
    }
}

/// Makes UTF-8 of UTF-16; U+FFFD stands for halves of a pair.
struct Transcoder {
    unit: fn([u8; 2]) -> u16,
    /// Bytes of UTF-16, those from `at` to `end` not turned yet, and the member that they come from.
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    member: u64,
    is_first: bool,
    /// How the bytes ended, once they have.
    ended: Option<Result<(), Damage>>,
}

impl Transcoder {
    fn new(encoding: Encoding) -> Option<Self> {
        let unit = match encoding {
            Encoding::Utf8 => return None,
            Encoding::Utf16Le => u16::from_le_bytes,
            Encoding::Utf16Be => u16::from_be_bytes,
        };
        Some(Transcoder { unit, chunk: vec![0; CHUNK], at: 0, end: 0, member: 0, is_first: true, ended: None })
    }

    fn read<R: Read>(&mut self, inflate: &mut Inflate<R>, output: &mut [u8]) -> Result<Piece, Damage> {
        loop {
            let count = self.turn(output);
            if count > 0 {
                return Ok(Piece { count, member: self.member });
            }
            match self.ended.take() {
                None => self.fill(inflate),
                Some(Ok(())) if self.at < self.end => {
                    let reason = "UTF-16: the last character is cut off".to_owned();
                    return Err(Damage::new(FaultKind::Cut, reason, true));
                }
                Some(ended) => return ended.map(|()| Piece::default()),
            }
        }
    }

    /// Turns what is whole of the chunk, as far as there is room.
    fn turn(&mut self, output: &mut [u8]) -> usize {
        let mut written = 0;
        while let Some(unit) = self.unit(self.at) {
            let (character, length) = match (unit, self.unit(self.at + 2)) {
                (0xd800..=0xdbff, None) if self.ended.is_none() => break,
                (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
                    (0x10000 + ((u32::from(unit) - 0xd800) << 10) + (u32::from(low) - 0xdc00), 4)
                }
                _ => (u32::from(unit), 2),
            };
            let character = char::from_u32(character).unwrap_or(char::REPLACEMENT_CHARACTER);
            if output.len() - written < character.len_utf8() {
                break;
            }
            self.at += length;
            if !std::mem::take(&mut self.is_first) || character != MARK {
                written += character.encode_utf8(&mut output[written..]).len();
            }
        }
        written
    }

    fn unit(&self, at: usize) -> Option<u16> {
        self.chunk[..self.end].get(at..at + 2)?.first_chunk().map(|bytes| (self.unit)(*bytes))
    }

    /// Gets more bytes behind those that are left, which are less than a character.
    fn fill<R: Read>(&mut self, inflate: &mut Inflate<R>) {
        self.chunk.copy_within(self.at..self.end, 0);
        (self.at, self.end) = (0, self.end - self.at);
        match inflate.read(&mut self.chunk[self.end..]) {
            Ok(Piece { count: 0, .. }) => self.ended = Some(Ok(())),
            Ok(Piece { count, member }) => {
                self.end += count;
                self.member = member;
            }
            Err(damage) => self.ended = Some(Err(damage)),
        }
    }
}

/// The byte order mark.
const MARK: char = '\u{feff}';

const CHUNK: usize = 16 << 10;

#[cfg(test)]
mod tests;
