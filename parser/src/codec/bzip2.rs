//! bzip2: streams of blocks of at most 900,000 bytes, each with a checksum. Takes 4 MiB.

use bzip2::{Decompress, Status};

use super::{Bad, Decode, Outcome, Step};

#[derive(Default)]
pub(super) struct Bzip2 {
    /// The stream that is being read.
    stream: Option<Decompress>,
}

impl Decode for Bzip2 {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> Step {
        let stream = self.stream.get_or_insert_with(|| Decompress::new(false));
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let result = stream.decompress(input, output);
        let read = (stream.total_in() - before_in) as usize;
        let written = (stream.total_out() - before_out) as usize;
        let outcome = match result {
            Ok(Status::StreamEnd) => {
                self.stream = None;
                Outcome::End
            }
            Ok(_) => Outcome::More,
            Err(_) => Outcome::Bad(Bad::corrupt("a block is corrupt")),
        };
        Step { read, written, outcome }
    }
}
