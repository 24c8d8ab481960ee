//! Faults of the journal's disk, in debug builds only: a test names the append at which the program dies or its disk
//! fails, and needs no tracer for it.

use std::fs::File;
use std::io::{self, Write as _};
use std::process::abort;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// ENOSPC and EIO.
const FULL: i32 = 28;
const BROKEN: i32 = 5;

/// What happens at an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The program dies before anything is written.
    DiesBefore,
    /// It dies when half is written.
    DiesTorn,
    /// It dies when all is written, before that is synced.
    DiesUnsynced,
    /// It dies when all is written and synced.
    DiesAfter,
    /// The disk is full in the middle, from then on.
    Full,
    /// Syncing fails, from then on.
    SyncFails,
    /// The disk is full, and the file cannot be cut back either.
    Uncut,
}

const KINDS: [(&str, Kind); 7] = [
    ("dies-before", Kind::DiesBefore),
    ("dies-torn", Kind::DiesTorn),
    ("dies-unsynced", Kind::DiesUnsynced),
    ("dies-after", Kind::DiesAfter),
    ("full", Kind::Full),
    ("sync-fails", Kind::SyncFails),
    ("uncut", Kind::Uncut),
];

/// What happens, and at which append of this process, from 1.
static FAULT: OnceLock<(Kind, usize)> = OnceLock::new();
/// Appends so far.
static APPENDS: AtomicUsize = AtomicUsize::new(0);

/// Has the fault happen that `text` names: `dies-torn:7`. Anything else is none.
pub fn arm(text: &str) {
    let fault = text.split_once(':').and_then(|(kind, number)| {
        let (_, kind) = KINDS.into_iter().find(|(name, _)| *name == kind)?;
        Some((kind, number.parse().ok()?))
    });
    if let Some(fault) = fault {
        let _ = FAULT.set(fault);
    }
}

/// The fault of the append under way, if it has come.
fn now() -> Option<Kind> {
    let (kind, number) = FAULT.get()?;
    let appends = APPENDS.load(Ordering::Relaxed);
    let lasts = matches!(kind, Kind::Full | Kind::SyncFails | Kind::Uncut);
    (appends == *number || (lasts && appends > *number)).then_some(*kind)
}

/// Bytes are about to be appended.
pub(super) fn appending(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    APPENDS.fetch_add(1, Ordering::Relaxed);
    let half = &bytes[..bytes.len() / 2];
    match now() {
        Some(Kind::DiesBefore) => abort(),
        Some(Kind::DiesTorn) => {
            file.write_all(half)?;
            abort()
        }
        Some(Kind::Full | Kind::Uncut) => {
            file.write_all(half)?;
            Err(io::Error::from_raw_os_error(FULL))
        }
        _ => Ok(()),
    }
}

/// They were appended, and are about to be synced.
pub(super) fn syncing() -> io::Result<()> {
    match now() {
        Some(Kind::DiesUnsynced) => abort(),
        Some(Kind::SyncFails) => Err(io::Error::from_raw_os_error(BROKEN)),
        _ => Ok(()),
    }
}

/// They were synced.
pub(super) fn synced() {
    if now() == Some(Kind::DiesAfter) {
        abort();
    }
}

/// The file is about to be cut back.
pub(super) fn cutting() -> io::Result<()> {
    match now() {
        Some(Kind::Uncut) => Err(io::Error::from_raw_os_error(BROKEN)),
        _ => Ok(()),
    }
}
