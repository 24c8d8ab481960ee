//! Reading a result back by pages, from the place in the file where the last page ended.

/// One page of rows; a `None` value is NULL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) rows: Vec<Vec<Option<String>>>,
    /// Where the next page starts, in bytes from the start of the file; `None` after the last row.
    pub(crate) next: Option<u64>,
}

/// How a result file is cut into rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pages {
    /// CSV as this module writes it.
    Csv,
    /// One row with one value a line: the `.txt` files of SHOW and DESCRIBE.
    Lines,
}

/// Bytes read from the file at once.
const STEP: u64 = 1 << 20;

impl Pages {
    /// Reads up to `limit` rows from `start` of a file of `size` bytes, through `read(from, to)`.
    pub(crate) fn read<E>(
        self,
        size: u64,
        start: u64,
        limit: usize,
        mut read: impl FnMut(u64, u64) -> Result<bytes::Bytes, E>,
    ) -> Result<Page, E> {
        let mut buffer: Vec<u8> = Vec::new();
        let mut loaded = start;
        let mut used = 0;
        let mut rows = Vec::new();
        while rows.len() < limit {
            match self.row(&buffer[used..]) {
                Some((row, length)) => {
                    rows.push(row);
                    used += length;
                }
                None if loaded < size => {
                    buffer.drain(..used);
                    used = 0;
                    let end = size.min(loaded + STEP);
                    buffer.extend_from_slice(&read(loaded, end)?);
                    loaded = end;
                }
                None => break,
            }
        }
        let at = loaded - (buffer.len() - used) as u64;
        Ok(Page { rows, next: (at < size).then_some(at) })
    }

    /// The first whole row, and its length with its newline.
    fn row(self, bytes: &[u8]) -> Option<(Vec<Option<String>>, usize)> {
        match self {
            Self::Csv => csv_row(bytes),
            Self::Lines => {
                let end = memchr(b'\n', bytes)?;
                let line = String::from_utf8_lossy(&bytes[..end]).into_owned();
                Some((vec![Some(line)], end + 1))
            }
        }
    }
}

fn memchr(byte: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|found| *found == byte)
}

fn csv_row(bytes: &[u8]) -> Option<(Vec<Option<String>>, usize)> {
    let mut row = Vec::new();
    let mut at = 0;
    loop {
        let value = if *bytes.get(at)? == b'"' {
            let (value, length) = quoted(&bytes[at..])?;
            at += length;
            Some(value)
        } else {
            None
        };
        row.push(value);
        match *bytes.get(at)? {
            b',' => at += 1,
            _ => return Some((row, at + 1)),
        }
    }
}

/// The text between quotes, and its length with them.
fn quoted(bytes: &[u8]) -> Option<(String, usize)> {
    let mut value = Vec::new();
    let mut at = 1;
    loop {
        let end = at + memchr(b'"', &bytes[at..])?;
        value.extend_from_slice(&bytes[at..end]);
        // A quote at the very end of the buffer may be the first half of a doubled one.
        if *bytes.get(end + 1)? != b'"' {
            return Some((String::from_utf8_lossy(&value).into_owned(), end + 1));
        }
        value.push(b'"');
        at = end + 2;
    }
}
