//! Reading the log from its first byte, and what that proves.
//!
//! A chain on one disk proves that nothing *between* its first and last entry was changed, left out or put in. That its
//! end was not cut off is told by the head file beside it, which whoever may write the log may write too: against that
//! only a copy elsewhere helps.

use std::fs;
use std::io::{self, BufRead, Read as _};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::entry::{Entry, Event, FIRST};

/// Bytes of a line at most. An entry lists a thousand objects at most, whose keys have 1,024 bytes at most.
const LINE: u64 = 32 << 20;

/// Where the log ended when its last entry had become durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The last entry's number.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl Head {
    /// Reads a head file; none where there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, ChainError> {
        match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| ChainError::Head(format!("it cannot be read: {error}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// Bytes that are no entry: a write that was cut short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loose {
    /// Where they begin.
    pub offset: u64,
    /// How many, counting the line feed that ends them or will end them.
    pub length: u64,
    /// SHA-256 over them, that line feed with them.
    pub sha256: String,
    /// The line, from 1.
    pub line: u64,
    /// Why they are no entry.
    pub why: String,
}

/// How a log that is whole so far ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct End {
    /// Its last entry's number and hash; none where it is empty.
    pub last: Option<Head>,
    /// Bytes up to the end of the last entry.
    pub whole: u64,
    /// Whether the last line feed is missing.
    pub is_unterminated: bool,
    /// Bytes after the last entry that are none.
    pub loose: Option<Loose>,
    /// How many writes that were cut short the log tells of itself.
    pub torn: usize,
    /// Whether a head file proves the end.
    pub is_proven: bool,
}

/// Why a log is not what was written.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Reading failed.
    #[error(transparent)]
    Read(#[from] io::Error),
    /// An entry is not what was written, or not where it was written.
    #[error("line {line}, byte {offset}: {what}")]
    Broken {
        /// From 1.
        line: u64,
        /// Where the line begins.
        offset: u64,
        /// What differs.
        what: String,
    },
    /// Entries are missing at its end.
    #[error("its end is missing: the head file tells of {told} entries, the log ends at byte {offset} after {found}")]
    Truncated {
        /// The number of the last entry, as the head file tells.
        told: u64,
        /// The number of the last entry that is there.
        found: u64,
        /// Where the log ends.
        offset: u64,
    },
    /// The head file is not what was written.
    #[error("the head file is damaged: {0}")]
    Head(String),
}

/// Reads a whole log, giving each entry and its line to `take`, and compares its end with the head.
pub fn walk(
    mut reader: impl BufRead,
    head: Option<&Head>,
    mut take: impl FnMut(Entry, &[u8]),
) -> Result<End, ChainError> {
    let mut end = End::default();
    let mut bytes = Vec::new();
    let mut loose: Option<(Loose, Sha256)> = None;
    let (mut offset, mut line) = (0, 0);
    loop {
        bytes.clear();
        let length = reader.by_ref().take(LINE).read_until(b'\n', &mut bytes)? as u64;
        if length == 0 {
            break;
        }
        line += 1;
        let (text, is_terminated) = match bytes.strip_suffix(b"\n") {
            Some(text) => (text, true),
            None => (bytes.as_slice(), false),
        };
        match Entry::read(text) {
            Ok((entry, hash)) => {
                accept(&end, &entry, loose.take().map(finish), line, offset)?;
                if let Some(head) = head.filter(|head| head.seq == entry.seq && head.hash != hash) {
                    let what = format!("the head file tells the hash {} for entry {}, not {hash}", head.hash, head.seq);
                    return Err(ChainError::Broken { line, offset, what });
                }
                end.torn += usize::from(matches!(entry.event, Event::Torn { .. }));
                end.last = Some(Head { seq: entry.seq, hash });
                end.whole = offset + length;
                take(entry, text);
            }
            Err(why) => {
                let (loose, hash) = loose.get_or_insert_with(|| {
                    let why = why.to_string();
                    (Loose { offset, length: 0, sha256: String::new(), line, why }, Sha256::new())
                });
                loose.length += text.len() as u64 + 1;
                hash.update(text);
                hash.update(b"\n");
            }
        }
        end.is_unterminated = !is_terminated;
        offset += length;
    }
    end.loose = loose.map(finish);
    let found = end.last.as_ref().map_or(0, |last| last.seq);
    if let Some(head) = head {
        if head.seq > found {
            return Err(match end.loose {
                // There is something where the missing entry was: that is what differs.
                Some(Loose { offset, line, why, .. }) => ChainError::Broken { line, offset, what: why },
                None => ChainError::Truncated { told: head.seq, found, offset },
            });
        }
        end.is_proven = true;
    }
    Ok(end)
}

fn finish((loose, hash): (Loose, Sha256)) -> Loose {
    Loose { sha256: format!("{:x}", hash.finalize()), ..loose }
}

/// Checks that an entry follows what came before it.
fn accept(end: &End, entry: &Entry, loose: Option<Loose>, line: u64, offset: u64) -> Result<(), ChainError> {
    let broken = |what: String| Err(ChainError::Broken { line, offset, what });
    match (&entry.event, loose) {
        (Event::Torn { offset, length, sha256 }, Some(loose))
            if (*offset, *length, sha256) == (loose.offset, loose.length, &loose.sha256) => {}
        (_, Some(Loose { line, offset, why: what, .. })) => return Err(ChainError::Broken { line, offset, what }),
        (Event::Torn { .. }, None) => return broken("it tells of a write cut short that is not there".to_owned()),
        (_, None) => {}
    }
    let (seq, previous) = end.last.as_ref().map_or((0, FIRST), |last| (last.seq, last.hash.as_str()));
    if entry.seq != seq + 1 {
        return broken(format!("entry {} follows entry {seq}", entry.seq));
    }
    if entry.previous != previous {
        let told = &entry.previous;
        return broken(format!("it follows an entry with the hash {told}, and the one before it has {previous}"));
    }
    Ok(())
}
