//! Zstandard, RFC 8878.

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};
use zstd::zstd_safe::get_error_name;

use super::{Bad, Decode, Outcome, Step, size};
use crate::fault::FaultKind;

/// `ZSTD_error_frameParameter_windowTooLarge`, stable by the library's word.
const WINDOW_TOO_LARGE: usize = 16;

/// Bytes that tell how long a frame's header is, and those of a block's header.
const BEGIN: usize = 5;
const BLOCK_HEADER: usize = 3;

pub(super) struct Zstd {
    decoder: Decoder<'static>,
    /// Bytes that the decoder gets at once: a block, or a header. Where one is corrupt, it loses what came out of all
    /// that was handed in with it.
    wanted: usize,
    /// The greatest window that is allowed, in bytes.
    window: usize,
}

impl Zstd {
    pub(super) fn new(window: usize) -> Result<Self, Bad> {
        // The library takes powers of two, from 1 KiB to 128 MiB.
        let log = window.max(1).ilog2().clamp(10, 27);
        let build = || {
            let mut decoder = Decoder::new()?;
            decoder.set_parameter(DParameter::WindowLogMax(log))?;
            Ok(Zstd { decoder, wanted: BEGIN, window: 1 << log })
        };
        build().map_err(|error: std::io::Error| Bad::corrupt(format!("zstd does not start: {error}")))
    }
}

impl Decode for Zstd {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let mut source = InBuffer::around(&input[..input.len().min(self.wanted)]);
        let mut target = OutBuffer::around(output);
        let result = self.decoder.run(&mut source, &mut target);
        let (read, written) = (source.pos(), target.pos());
        self.wanted = match result {
            // The decoder would have a block with the header of the next.
            Ok(wanted) if wanted > BLOCK_HEADER => wanted - BLOCK_HEADER,
            Ok(0) | Err(_) => BEGIN,
            Ok(wanted) => wanted,
        };
        let outcome = match result {
            Ok(0) => Outcome::End,
            Ok(_) => Outcome::More,
            Err(error) if error.to_string() == get_error_name(WINDOW_TOO_LARGE.wrapping_neg()) => {
                Outcome::Bad(Bad::new(FaultKind::Limit, format!("the window is over {}", size(self.window))))
            }
            Err(_) => Outcome::Bad(Bad::corrupt("the frame is corrupt")),
        };
        Step { read, written, outcome }
    }
}
