//! The user's own editor on a text.
//!
//! `$VISUAL` is run as git runs it: by the shell, so that it may hold arguments (`code --wait`). The text stands in a
//! file that only its user may read, and which is deleted once what was written is back in the console; where it could
//! not be taken back, the file stays and is named.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use tokio::process::Command;

use crate::app::request::{Draft, Trouble};

/// Runs the editor on `text` and gives what was written. The terminal is the editor's meanwhile.
pub(super) async fn edit(editor: Option<&str>, draft: Draft, text: &str) -> Result<String, Trouble> {
    let Some(editor) = editor else {
        return Err(Trouble {
            what: "no editor was opened".into(),
            cause: "neither VISUAL nor EDITOR names one".into(),
            hint: Some("export VISUAL=vi, or EDITOR='code --wait'".into()),
        });
    };
    let path = written(draft, text).map_err(|error| Trouble {
        what: "no editor was opened".into(),
        cause: format!("the {} cannot be written to a file: {error}", draft.noun()),
        hint: None,
    })?;
    let ended = Command::new("sh").args(["-c", &format!("{editor} \"$@\""), "sh"]).arg(&path).status().await;
    taken_back(editor, draft, &path, text, ended)
}

/// The text in a file of its own. It outlives this process, if need be.
fn written(draft: Draft, text: &str) -> io::Result<PathBuf> {
    let mut file = tempfile::Builder::new().prefix("scops-").suffix(draft.suffix()).tempfile()?;
    file.write_all(text.as_bytes())?;
    Ok(file.into_temp_path().keep()?)
}

/// What the editor left in the file.
fn taken_back(
    editor: &str,
    draft: Draft,
    path: &Path,
    text: &str,
    ended: io::Result<ExitStatus>,
) -> Result<String, Trouble> {
    let left = fs::read(path);
    let is_unchanged = left.as_ref().is_ok_and(|left| left == text.as_bytes());
    let (cause, text) = match (ended, left) {
        (Ok(status), Ok(left)) if status.success() => match String::from_utf8(left) {
            Ok(text) => (None, text),
            Err(_) => (Some("what it wrote is not UTF-8".to_owned()), String::new()),
        },
        (Ok(status), Err(error)) if status.success() => {
            (Some(format!("its file cannot be read: {error}")), String::new())
        }
        (Ok(status), _) => (Some(format!("{editor}: {status}")), String::new()),
        (Err(error), _) => (Some(format!("{editor}: {error}")), String::new()),
    };
    let Some(cause) = cause else {
        remove(path);
        return Ok(text);
    };
    let hint = if is_unchanged {
        remove(path);
        None
    } else {
        path.exists().then(|| format!("what was written stands in {}", path.display()))
    };
    Err(Trouble { what: format!("the {} is as it was", draft.noun()), cause, hint })
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::warn!(%error, path = %path.display(), "the file of an editor stays");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn edited(editor: &str) -> Result<String, Trouble> {
        edit(Some(editor), Draft::Definition, "name = \"door\"\n").await
    }

    #[tokio::test]
    async fn what_an_editor_wrote_comes_back_and_its_arguments_count() {
        // The file is the last argument, as with `code --wait FILE`.
        let editor = "sh -c 'printf \"%s\\n\" \"$0\" >> \"$1\"' '# it'\\''s taught'";
        assert_eq!(edited(editor).await.expect("edited"), "name = \"door\"\n# it's taught\n");
        assert_eq!(edited("true").await.expect("edited"), "name = \"door\"\n");
    }

    #[tokio::test]
    async fn an_editor_that_fails_changes_nothing_and_loses_nothing() {
        let trouble = edited("exit 3;").await.expect_err("it failed");
        assert_eq!(trouble.what, "the definition is as it was");
        assert!(trouble.cause.contains("exit status: 3") && trouble.hint.is_none(), "{trouble:?}");
        let trouble = edited("no-such-editor-anywhere").await.expect_err("there is none");
        assert!(trouble.cause.contains("127"), "{trouble:?}");

        let trouble = edited("sh -c 'echo more >> \"$0\"; exit 1'").await.expect_err("it failed");
        let path = trouble.hint.as_deref().and_then(|hint| hint.strip_prefix("what was written stands in "));
        let path = Path::new(path.expect("a path"));
        assert_eq!(fs::read_to_string(path).expect("the file"), "name = \"door\"\nmore\n");
        fs::remove_file(path).expect("is removed");

        let trouble = edited("sh -c 'printf \"\\377\" > \"$0\"'").await.expect_err("no text");
        let path = trouble.hint.as_deref().and_then(|hint| hint.strip_prefix("what was written stands in "));
        fs::remove_file(path.expect("a path")).expect("is removed");
        assert_eq!(trouble.cause, "what it wrote is not UTF-8");
        assert!(edited("rm").await.is_err(), "the file is gone");
        assert!(edit(None, Draft::Statement, "").await.is_err());
    }
}
