//! Bytes that are written now and uploaded later: in memory while they are few, in a temporary file beyond.

use std::io::{self, BufWriter, Write};

use bytes::Bytes;
use tempfile::{NamedTempFile, TempPath};

/// Bytes that a file of the index holds in memory.
const MEMORY: usize = 512 << 10;

/// What has been written.
#[derive(Debug)]
pub enum Content {
    /// A few bytes.
    Memory(Bytes),
    /// A file that goes with this value.
    File(TempPath),
}

/// Takes what is written.
#[derive(Debug)]
pub(super) enum Spool {
    Memory(Vec<u8>),
    File(BufWriter<NamedTempFile>),
}

impl Spool {
    pub(super) fn new() -> Self {
        Self::Memory(Vec::new())
    }

    /// What was written; call it after a flush.
    pub(super) fn into_content(self) -> Content {
        match self {
            Self::Memory(bytes) => Content::Memory(bytes.into()),
            // Flushed before: there is nothing left that could fail to be written.
            Self::File(file) => Content::File(file.into_parts().0.into_temp_path()),
        }
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Self::Memory(held) = self {
            if held.len() + bytes.len() <= MEMORY {
                held.extend_from_slice(bytes);
                return Ok(bytes.len());
            }
            let mut file = BufWriter::new(NamedTempFile::new()?);
            file.write_all(held)?;
            *self = Self::File(file);
        }
        match self {
            Self::Memory(_) => Ok(0),
            Self::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::File(file) => file.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_bytes_go_to_a_file_that_goes_with_them() {
        let mut spool = Spool::new();
        for number in 0..200_u8 {
            spool.write_all(&[number; 4_096]).expect("it is written");
        }
        spool.flush().expect("it is written");
        let Content::File(path) = spool.into_content() else { panic!("a file") };
        let bytes = std::fs::read(&path).expect("it is there");
        assert_eq!((bytes.len(), bytes[0], bytes[4_096 * 199]), (4_096 * 200, 0, 199));
        let place = path.to_path_buf();
        drop(path);
        assert!(!place.exists());
    }

    #[test]
    fn few_bytes_stay_in_memory() {
        let mut spool = Spool::new();
        spool.write_all(b"few").expect("memory");
        let Content::Memory(bytes) = spool.into_content() else { panic!("memory") };
        assert_eq!(&bytes[..], b"few");
    }
}
