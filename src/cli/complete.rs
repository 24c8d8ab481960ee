//! How a command line may go on: what the scripts of `scops completions` ask, with `SCOPS_COMPLETE` naming the shell.
//! Nothing is asked of AWS: what is told comes from the arguments' own definitions, the configuration and the disk.

mod known;
mod line;

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::CommandFactory as _;
use clap_complete::CompletionCandidate;
use clap_complete::engine;
use clap_complete::env::Shells;

use super::exit::UsageError;
use super::{Cli, Exit};
use crate::config::Environment;

/// The shells with a script of their own; the others take that of clap.
pub const SCRIPTS: [(&str, &str); 3] = [
    ("bash", include_str!("../../docs/completions/scops.bash")),
    ("zsh", include_str!("../../docs/completions/_scops")),
    ("fish", include_str!("../../docs/completions/scops.fish")),
];
/// The variable that names the shell.
pub const VARIABLE: &str = "SCOPS_COMPLETE";

/// Answers a shell. What it asks about stands behind `--`: the words up to the cursor; bash, which splits words at `:`
/// and `=` too, gives the line and the part of the last word that it will replace.
pub fn run(shell: &str, environment: &Environment) -> anyhow::Result<Exit> {
    let asked: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let texts = || asked.iter().map(|word| word.to_string_lossy().into_owned());
    let reply = match (shell, asked.as_slice()) {
        ("bash", [line, replaced]) => {
            let line = line::read(&line.to_string_lossy());
            let found = candidates(&line.words, environment);
            line::bash(&found, &line, &replaced.to_string_lossy()).into_bytes()
        }
        ("zsh", _) => line::zsh(&candidates(&texts().collect::<Vec<_>>(), environment)).into_bytes(),
        ("fish", _) => line::fish(&candidates(&texts().collect::<Vec<_>>(), environment)).into_bytes(),
        _ => {
            let shells = Shells::builtins();
            let other = shells.completer(shell).ok_or_else(|| UsageError {
                what: format!("{VARIABLE} names no shell that scops knows: \"{shell}\""),
                hint: Some("unset it; the scripts that `scops completions SHELL` prints set it by themselves".into()),
            })?;
            let mut reply = Vec::new();
            let mut command = known::with_values(Cli::command(), &texts().collect::<Vec<_>>(), environment);
            other.write_complete(&mut command, asked, std::env::current_dir().ok().as_deref(), &mut reply)?;
            reply
        }
    };
    io::stdout().write_all(&reply)?;
    Ok(Exit::Done)
}

/// What the last word may be. Flags are offered where one is begun, or nothing else can stand there.
fn candidates(words: &[String], environment: &Environment) -> Vec<CompletionCandidate> {
    let mut command = known::with_values(Cli::command(), words, environment);
    let (last, folder) = (words.len().saturating_sub(1), std::env::current_dir().ok());
    let found = engine::complete(&mut command, words.iter().map(OsString::from).collect(), last, folder.as_deref());
    let mut found = found.unwrap_or_default();
    // Names come from files: one that a shell would take for several lines is left out.
    found.retain(|candidate| !candidate.get_value().to_string_lossy().contains(char::is_control));
    let is_flag = |candidate: &CompletionCandidate| candidate.get_value().to_string_lossy().starts_with('-');
    if words.last().is_some_and(String::is_empty) && !found.iter().all(is_flag) {
        found.retain(|candidate| !is_flag(candidate));
    }
    found
}
