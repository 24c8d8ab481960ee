//! The .xz format, and .lzma, which came before it and has no checksum.

use liblzma::stream::{Action, Error, Status, Stream, TELL_UNSUPPORTED_CHECK};

use super::{Bad, Decode, Outcome, Step, size};
use crate::fault::FaultKind;

/// What a decoder takes beside its dictionary.
const OWN: u64 = 1 << 20;

pub(super) struct Xz {
    /// The greatest dictionary that is allowed, in bytes.
    window: usize,
    is_lzma: bool,
    /// The stream that is being read.
    stream: Option<Stream>,
}

impl Xz {
    /// For .xz.
    pub(super) fn new(window: usize) -> Self {
        Xz { window, is_lzma: false, stream: None }
    }

    /// For .lzma.
    pub(super) fn lzma(window: usize) -> Self {
        Xz { is_lzma: true, ..Xz::new(window) }
    }

    fn stream(&mut self) -> Result<&mut Stream, Error> {
        let memory = self.window as u64 + OWN;
        let stream = match self.stream.take() {
            Some(stream) => stream,
            None if self.is_lzma => Stream::new_lzma_decoder(memory)?,
            None => Stream::new_stream_decoder(memory, TELL_UNSUPPORTED_CHECK)?,
        };
        Ok(self.stream.insert(stream))
    }

    fn bad(&self, error: Error) -> Bad {
        match error {
            Error::MemLimit => Bad::new(FaultKind::Limit, format!("the dictionary is over {}", size(self.window))),
            Error::Options | Error::UnsupportedCheck => {
                Bad::new(FaultKind::Unsupported, "a filter or check that is not known")
            }
            Error::Mem => Bad::new(FaultKind::Limit, "there is no memory for the dictionary"),
            _ => Bad::corrupt("the stream is corrupt"),
        }
    }
}

impl Decode for Xz {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let stream = match self.stream() {
            Ok(stream) => stream,
            Err(error) => return Step { read: 0, written: 0, outcome: Outcome::Bad(self.bad(error)) },
        };
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let result = stream.process(input, output, Action::Run);
        let read = (stream.total_in() - before_in) as usize;
        let written = (stream.total_out() - before_out) as usize;
        let outcome = match result {
            Ok(Status::StreamEnd) => {
                self.stream = None;
                Outcome::End
            }
            Ok(_) => Outcome::More,
            Err(error) => Outcome::Bad(self.bad(error)),
        };
        Step { read, written, outcome }
    }
}
