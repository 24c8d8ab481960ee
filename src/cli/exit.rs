//! How the program ends: exit codes, and errors as `error:` with causes and a `hint:`.

use std::io::{self, Write as _};
use std::process::ExitCode;

use crate::app::request::Trouble;
use crate::aws::{AwsError, Kind};
use crate::case::CaseError;
use crate::config::ConfigError;
use crate::domain::Shown;
use crate::replay::ReplayError;
use crate::replay::audit::AuditError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done: 0.
    Done,
    /// It failed: 1.
    Failed,
    /// Usage or configuration: 2.
    Usage,
    /// Partly done; the output names what was not: 3.
    Partly,
    /// Interrupted: 130.
    Interrupted,
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Partly => 3,
            Self::Interrupted => 130,
        })
    }
}

/// A mistake in how the program was called: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct UsageError {
    /// What is wrong.
    pub what: String,
    /// What to do instead.
    pub hint: Option<String>,
}

/// Prints an error with its causes and hint, and tells the exit code. A reader of our output that has gone away is no
/// error worth a word.
pub fn report(error: &anyhow::Error) -> Exit {
    let closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(closed) {
        return Exit::Done;
    }
    if let Some(ConfigError::Mistakes(mistakes)) = error.chain().find_map(|cause| cause.downcast_ref()) {
        for mistake in mistakes {
            let hint = mistake.hint.as_ref().map(|hint| format!("\nhint: {}", Shown::new(hint))).unwrap_or_default();
            let _ = writeln!(io::stderr(), "error: {}{hint}", Shown::new(mistake.to_string()));
        }
        return Exit::Usage;
    }
    let mut text = String::from("error: ");
    for (depth, cause) in error.chain().enumerate() {
        if depth > 0 {
            text.push_str(": ");
        }
        text.push_str(Shown::new(cause.to_string()).as_str());
    }
    let find = |cause: &(dyn std::error::Error + 'static)| -> Option<(Exit, Option<String>)> {
        if let Some(error) = cause.downcast_ref::<ConfigError>() {
            return Some((Exit::Usage, error.hint()));
        }
        if let Some(error) = cause.downcast_ref::<UsageError>() {
            return Some((Exit::Usage, error.hint.clone()));
        }
        if let Some(error) = cause.downcast_ref::<Trouble>() {
            return Some((Exit::Failed, error.hint.clone()));
        }
        if let Some(error) = cause.downcast_ref::<AuditError>() {
            return Some((Exit::Failed, error.hint()));
        }
        if let Some(error) = cause.downcast_ref::<CaseError>() {
            return Some((Exit::Failed, error.hint()));
        }
        if let Some(error) = cause.downcast_ref::<ReplayError>() {
            return Some((Exit::Failed, error.hint()));
        }
        cause.downcast_ref::<AwsError>().map(|error| {
            // Nothing failed: nobody was there to be asked.
            let exit = if error.kind == Kind::CodeWanted { Exit::Usage } else { Exit::Failed };
            (exit, error.hint.clone())
        })
    };
    let (exit, hint) = error.chain().find_map(find).unwrap_or((Exit::Failed, None));
    if let Some(hint) = hint {
        text.push_str("\nhint: ");
        text.push_str(&hint);
    }
    // There is nobody left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "{text}");
    exit
}
