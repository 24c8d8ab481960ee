//! Text encodings: UTF-16 becomes UTF-8 on the way in, and bytes that are no UTF-8 become text where they are read.

use std::borrow::Cow;
use std::fmt;
use std::io::Read;

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};

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
#[inline]
pub(crate) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(other(bytes)),
    }
}

#[cold]
fn other(bytes: &[u8]) -> String {
    if bytes.utf8_chunks().all(|chunk| chunk.valid().is_ascii()) {
        WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        String::from_utf8_lossy(bytes).into_owned()
    }
}

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
    pub(crate) fn codecs(&self) -> impl Iterator<Item = Codec> {
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
    decoder: Decoder,
    /// Bytes of UTF-16, those from `at` to `end` not turned yet, and the member that they come from.
    chunk: Vec<u8>,
    at: usize,
    end: usize,
    member: u64,
    read: u64,
    /// Why no more bytes come, once that is so.
    ended: Option<Result<(), Damage>>,
    is_done: bool,
}

impl Transcoder {
    fn new(encoding: Encoding) -> Option<Self> {
        let encoding = match encoding {
            Encoding::Utf8 => return None,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
        };
        Some(Transcoder {
            decoder: encoding.new_decoder_with_bom_removal(),
            chunk: vec![0; 16 << 10],
            at: 0,
            end: 0,
            member: 0,
            read: 0,
            ended: None,
            is_done: false,
        })
    }

    fn read<R: Read>(&mut self, inflate: &mut Inflate<R>, output: &mut [u8]) -> Result<Piece, Damage> {
        loop {
            if self.at == self.end && self.ended.is_none() {
                self.fill(inflate);
            }
            if self.is_done {
                return self.ended.take().unwrap_or(Ok(())).map(|()| Piece::default());
            }
            let input = &self.chunk[self.at..self.end];
            // Of a stream that is damaged, half a character at its end is not worth a sign.
            let is_last = matches!(self.ended, Some(Ok(())));
            let (result, read, written, _) = self.decoder.decode_to_utf8(input, output, is_last);
            self.at += read;
            self.is_done = self.ended.is_some() && result == CoderResult::InputEmpty;
            if written > 0 {
                return Ok(Piece { count: written, member: self.member });
            }
        }
    }

    fn fill<R: Read>(&mut self, inflate: &mut Inflate<R>) {
        match inflate.read(&mut self.chunk) {
            Ok(Piece { count: 0, .. }) if self.read % 2 == 1 => {
                let reason = "UTF-16: the last character is cut off".to_owned();
                self.ended = Some(Err(Damage::new(FaultKind::Cut, reason, true)));
            }
            Ok(Piece { count: 0, .. }) => self.ended = Some(Ok(())),
            Ok(Piece { count, member }) => {
                (self.at, self.end, self.member) = (0, count, member);
                self.read += count as u64;
            }
            Err(damage) => self.ended = Some(Err(damage)),
        }
    }
}

#[cfg(test)]
mod tests;
