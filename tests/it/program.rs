//! `scops` run to its end, with its output.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A home folder that nobody else sees.
pub struct Home(tempfile::TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// Writes a file below it, and gives its path.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a writable folder");
        std::fs::write(&path, bytes).expect("a writable folder");
        path
    }

    /// Runs `scops` here and waits for its end.
    pub fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Ended {
        self.run_with(arguments, b"")
    }

    /// The same, with bytes on standard input.
    pub fn run_with(&self, arguments: &[impl AsRef<OsStr>], input: &[u8]) -> Ended {
        let mut child = self
            .command()
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("scops starts");
        // A program that does not read its input closes it: no matter.
        let _ = child.stdin.take().expect("piped").write_all(input);
        Ended(child.wait_with_output().expect("scops ends"))
    }

    /// `scops` with an environment that is this home and nothing else.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scops"));
        command
            .env_clear()
            .current_dir(self.path())
            .env("HOME", self.path())
            .env("LANG", "C.UTF-8")
            .env("USER", "oncall");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command
    }
}

/// What a run left.
pub struct Ended(Output);

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self(output)
    }
}

impl Ended {
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }
}

/// The real logs, where they are at hand; says so where they are not. `SCOPS_REQUIRE_CORPUS` makes their absence a failure.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("SCOPS_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    // The program that reads them is run in a folder of its own.
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    if folder.join("MANIFEST.tsv").is_file() {
        return Some(folder);
    }
    assert!(std::env::var_os("SCOPS_REQUIRE_CORPUS").is_none(), "no corpus at {}", folder.display());
    eprintln!("skipped: no corpus at {} (SCOPS_CORPUS names another place)", folder.display());
    None
}
