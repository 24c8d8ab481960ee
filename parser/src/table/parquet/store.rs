//! The whole object, to be read anywhere: in memory while it is small, in a temporary file without a name otherwise.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::super::Input;
use super::super::flaw::Flaw;
use crate::codec::Damage;
use crate::fault::FaultKind;

pub(super) enum Store {
    Memory(Vec<u8>),
    File { file: File, length: u64 },
}

impl Store {
    /// Takes all of `input`, which begins with `first`. What is more than `limit` bytes goes to a file.
    pub(super) fn fill(first: &[u8], input: &mut dyn Input, limit: usize) -> Result<Self, Damage> {
        const CHUNK: usize = 64 << 10;
        let mut bytes = first.to_vec();
        let mut file: Option<(File, u64)> = None;
        loop {
            let held = bytes.len();
            bytes.resize(held + CHUNK, 0);
            let count = input.read(&mut bytes[held..])?;
            bytes.truncate(held + count);
            if (count == 0 && file.is_some()) || bytes.len() > limit {
                let (file, length) = match &mut file {
                    Some(file) => file,
                    None => file.insert((tempfile::tempfile().map_err(|error| failed(&error))?, 0)),
                };
                file.write_all(&bytes).map_err(|error| failed(&error))?;
                *length += bytes.len() as u64;
                bytes.clear();
            }
            if count == 0 {
                return Ok(match file {
                    Some((file, length)) => Store::File { file, length },
                    None => Store::Memory(bytes),
                });
            }
        }
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Store::Memory(bytes) => bytes.len() as u64,
            Store::File { length, .. } => *length,
        }
    }

    /// The `count` bytes from `at` on; fewer where the object ends before. They may come to lie in `scratch`.
    pub(super) fn bytes<'s>(&'s mut self, at: u64, count: u64, scratch: &'s mut Vec<u8>) -> Result<&'s [u8], Flaw> {
        let end = at.saturating_add(count).min(self.length());
        let at = at.min(end);
        match self {
            Store::Memory(bytes) => Ok(&bytes[at as usize..end as usize]),
            Store::File { file, .. } => {
                scratch.resize((end - at) as usize, 0);
                let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(scratch));
                read.map_err(|error| Flaw::new(FaultKind::Io, format!("the temporary file failed: {error}")))?;
                Ok(scratch)
            }
        }
    }
}

fn failed(error: &io::Error) -> Damage {
    Damage { kind: FaultKind::Io, reason: format!("Parquet: no temporary file: {error}"), is_lossy: true }
}
