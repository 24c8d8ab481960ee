//! A replay that goes on when its terminal goes away.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::Context as _;
use jiff::Timestamp;

use crate::cli::Exit;

/// Runs this very command again without `--detach`, in a process group of its own that no terminal signals; what it
/// would have printed goes to a file below the state folder.
pub fn again(state: &Path) -> anyhow::Result<Exit> {
    let folder = state.join("detached");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let path = folder.join(format!("{now}-{}.log", std::process::id()));
    let log = File::create_new(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let program = env::current_exe().context("cannot find this program's own file")?;
    let mut command = Command::new(program);
    command
        .args(env::args_os().skip(1).filter(|argument| argument != "--detach"))
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.spawn().context("cannot start the process that sends")?;
    writeln!(io::stdout(), "sent by process {}, which tells in {}", child.id(), path.display())?;
    writeln!(io::stdout(), "`scops replay show` tells how far it is; `kill -INT {}` stops it", child.id())?;
    Ok(Exit::Done)
}
