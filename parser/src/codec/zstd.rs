//! Zstandard, RFC 8878.

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use super::{Decode, Outcome, Step};

/// Frames that want a window of more than 128 MiB are refused, as the zstd tool does.
const WINDOW_LOG: u32 = 27;

pub(super) struct Zstd {
    decoder: Decoder<'static>,
    is_bad: bool,
}

impl Zstd {
    pub(super) fn new() -> Result<Self, String> {
        let build = || {
            let mut decoder = Decoder::new()?;
            decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG))?;
            Ok(Zstd { decoder, is_bad: false })
        };
        build().map_err(|error: std::io::Error| format!("zstd cannot start: {error}"))
    }
}

impl Decode for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let bad = Outcome::Bad { reason: "the frame is corrupt or its window over 128 MiB", has_all: false };
        if self.is_bad {
            return Step { read: 0, written: 0, outcome: bad };
        }
        let mut source = InBuffer::around(input);
        let mut target = OutBuffer::around(output);
        let result = self.decoder.run(&mut source, &mut target);
        let (read, written) = (source.pos(), target.pos());
        let outcome = match result {
            Ok(0) => Outcome::End,
            Ok(_) => Outcome::More,
            Err(_) => {
                self.is_bad = true;
                bad
            }
        };
        Step { read, written, outcome }
    }

    fn may_end(&self) -> bool {
        false
    }
}
