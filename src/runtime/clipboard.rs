//! The control sequences that put text on the clipboard of the terminal's user, also over ssh.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::app::Clipboard;

/// OSC 52, as xterm's control sequences name it. tmux takes it where `set-clipboard` is on; where `allow-passthrough` is
/// on, it hands what stands in its own DCS (`tmux;`, each ESC doubled) to the terminal. Both are sent, as no program can
/// ask which one is: the second only repeats the first.
pub(super) fn sequence(text: &str, clipboard: Clipboard) -> String {
    let plain = format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text));
    match clipboard {
        Clipboard::Terminal => plain,
        Clipboard::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tmux_gets_it_both_ways() {
        assert_eq!(sequence("é\x1b", Clipboard::Terminal), "\x1b]52;c;w6kb\x1b\\");
        assert_eq!(sequence("a", Clipboard::Tmux), "\x1b]52;c;YQ==\x1b\\\x1bPtmux;\x1b\x1b]52;c;YQ==\x1b\x1b\\\x1b\\");
    }
}
