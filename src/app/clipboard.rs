//! Copies: what is put on the clipboard, and what is said of it.

use super::Model;
use super::request::Effect;
use crate::domain::{ByteSize, Shown};

/// The longest text that is copied: terminals drop sequences that are longer (xterm's of 100,000 bytes, in Base64).
pub const LIMIT: ByteSize = ByteSize(74_000);

/// What stands between us and the terminal that has the clipboard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// Nothing: it hears OSC 52 itself.
    #[default]
    Terminal,
    /// tmux, which passes OSC 52 on where it is allowed to.
    Tmux,
}

impl Clipboard {
    /// How a text gets there, as far as we can tell: no terminal answers whether it took it.
    fn way(self) -> &'static str {
        match self {
            Self::Terminal => "through the terminal (OSC 52)",
            Self::Tmux => "through tmux (OSC 52), where set-clipboard or allow-passthrough is on",
        }
    }
}

/// Puts text on the clipboard, and says how.
pub(super) fn copy(model: &mut Model, text: String) {
    let shown = Shown::new(&text);
    let start: String = shown.as_str().chars().take(60).collect();
    let rest = if start.len() < shown.as_str().len() { "…" } else { "" };
    copy_as(model, text, &format!("{start}{rest}"));
}

/// Puts text on the clipboard, and says by `name` what, and how; a copy may hold more than meets the eye. What is too
/// long for terminals is not copied by half.
pub(super) fn copy_as(model: &mut Model, text: String, name: &str) {
    if text.len() as u64 > LIMIT.0 {
        let size = ByteSize(text.len() as u64);
        let hint = "`scops cat URI -o raw` prints all of it";
        return model.warn("not copied", format!("{size} are more than terminals take ({LIMIT})"), Some(hint));
    }
    let way = model.clipboard.way();
    if Shown::new(&text).differs_from(&text) {
        let cause = "it holds characters that are not visible";
        model.warn("copied, byte for byte", cause, Some(way));
    } else {
        model.note_with(format!("copied {name}"), way);
    }
    model.desk.push(Effect::Copy(text));
}
