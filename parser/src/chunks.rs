//! Chunks of bytes as one stream.

use std::io::{self, Read};

/// Chunks of bytes, as an HTTP body or a channel yields them, as one [`Read`] for a [`Reader`](crate::Reader).
///
/// ```
/// use scops_parser::{Chunks, Options, Reader};
///
/// let body = [&b"{\"a\":"[..], b"1}\n{\"a\"", b":2}\n"];
/// let mut reader = Reader::new(Chunks::new(body.into_iter().map(Ok)), Options::default());
/// let mut sum = 0;
/// while let Some(record) = reader.next_record() {
///     sum += record.outcome.unwrap().fields.get("a").unwrap().as_u64().unwrap();
/// }
/// assert_eq!(sum, 3);
/// ```
#[derive(Debug)]
pub struct Chunks<I, B> {
    rest: I,
    chunk: Option<B>,
    at: usize,
}

impl<I, B> Chunks<I, B>
where
    I: Iterator<Item = io::Result<B>>,
    B: AsRef<[u8]>,
{
    /// The bytes of `chunks`, one chunk after the other. An error ends the object with damage that names it.
    pub fn new(chunks: I) -> Self {
        Chunks { rest: chunks, chunk: None, at: 0 }
    }
}

impl<I, B> Read for Chunks<I, B>
where
    I: Iterator<Item = io::Result<B>>,
    B: AsRef<[u8]>,
{
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(chunk) = &self.chunk {
                let rest = &chunk.as_ref()[self.at..];
                if !rest.is_empty() {
                    let count = rest.len().min(buffer.len());
                    buffer[..count].copy_from_slice(&rest[..count]);
                    self.at += count;
                    return Ok(count);
                }
            }
            self.at = 0;
            self.chunk = match self.rest.next() {
                Some(chunk) => Some(chunk?),
                None => return Ok(0),
            };
        }
    }
}
