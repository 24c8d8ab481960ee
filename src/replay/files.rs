//! Files that only one process writes and only their owner reads.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::Path;

/// What became of an attempt to be the only writer.
pub(crate) enum Lock {
    /// Held until the file is dropped.
    Taken(File),
    /// Somebody else has it: ` (process 4711)`, where the lock tells.
    Held(String),
}

/// Takes the lock, and leaves this process's id in it for whoever comes next.
pub(crate) fn lock(path: &Path) -> io::Result<Lock> {
    let mut file = private().read(true).write(true).create(true).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = fs::read_to_string(path).unwrap_or_default();
            let holder = holder.trim().parse::<u32>().map(|pid| format!(" (process {pid})"));
            return Ok(Lock::Held(holder.unwrap_or_default()));
        }
        Err(TryLockError::Error(source)) => return Err(source),
    }
    // Only a courtesy: on a full disk the lock holds all the same.
    let _ = file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(Lock::Taken(file))
}

/// Files that only their owner reads: keys tell what an organisation logs.
pub(crate) fn private() -> fs::OpenOptions {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a new file's name survive a loss of power, where folders can be synced.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
