//! The terminal, the folders and the versions of this machine.

use std::path::Path;

use crate::config::{Environment, Paths};
use crate::domain::{ByteSize, Checked};
use crate::theme::ColorDepth;

/// A state folder with less room is told of: journal and log want some.
const ROOM: ByteSize = ByteSize::mib(100);

pub(super) fn examine(environment: &Environment, paths: &Paths) -> Vec<Checked> {
    let mut found = vec![Checked::ok("version", format!("scops {}", env!("CARGO_PKG_VERSION")))];
    found.extend(terminal(environment));
    found.push(folder("state", &paths.state));
    found.push(folder("cache", &paths.cache));
    found
}

/// What the terminal is said to show.
fn terminal(environment: &Environment) -> Vec<Checked> {
    const AREA: &str = "terminal";
    let mut found = Vec::new();
    match environment.term.as_deref() {
        None | Some("dumb") => found.push(Checked::warning(
            AREA,
            "TERM names no terminal that can be drawn on",
            "run the console in a terminal; `scops search`, `ls` and the others need none",
        )),
        Some(term) => {
            let colors = match environment.color_depth() {
                ColorDepth::True => "24-bit colour",
                ColorDepth::Ansi256 => "256 colours",
                ColorDepth::Ansi16 => "16 colours (COLORTERM=truecolor says that it has more)",
                ColorDepth::None if environment.no_color => "no colour, as NO_COLOR wants it",
                ColorDepth::None => "no colour",
            };
            found.push(Checked::ok(AREA, format!("{term}, {colors}")));
        }
    }
    let locale = environment.locale.as_deref().unwrap_or("C");
    let lower = locale.to_ascii_lowercase();
    found.push(if lower.contains("utf-8") || lower.contains("utf8") {
        Checked::ok(AREA, format!("locale {locale}"))
    } else {
        Checked::warning(
            AREA,
            format!("locale {locale} is not UTF-8: bars and frames may be garbled"),
            "set LANG=C.UTF-8, or SCOPS_CHARS=ascii",
        )
    });
    if environment.is_in_tmux {
        found.push(Checked::ok(
            AREA,
            "tmux: copies pass through it where `set -g allow-passthrough on` stands in its configuration",
        ));
    }
    found
}

/// Whether a folder can be written to, and how much room it has. Nothing is left in it.
fn folder(area: &'static str, path: &Path) -> Checked {
    let shown = path.display();
    let Some(there) = path.ancestors().find(|folder| folder.is_dir()) else {
        return Checked::failed(area, format!("{shown}: no folder above it exists"), "set HOME or the XDG variables");
    };
    if let Err(error) = tempfile::tempfile_in(there) {
        let cure = format!(
            "make {} writable, or name another place by the XDG variables or `state` of the profile",
            there.display()
        );
        return Checked::failed(area, format!("{shown} cannot be written: {error}"), cure);
    }
    let is_new = if there == path { "" } else { ", made when it is needed" };
    match free(there) {
        Some(free) if free < ROOM => Checked::warning(
            area,
            format!("{shown}: {free} free{is_new}"),
            "make room: a replay stops where its journal cannot be written",
        ),
        Some(free) => Checked::ok(area, format!("{shown}: writable, {free} free{is_new}")),
        None => Checked::ok(area, format!("{shown}: writable{is_new}")),
    }
}

#[cfg(unix)]
fn free(folder: &Path) -> Option<ByteSize> {
    let told = rustix::fs::statvfs(folder).ok()?;
    Some(ByteSize(told.f_bavail.saturating_mul(told.f_frsize)))
}

#[cfg(not(unix))]
fn free(_: &Path) -> Option<ByteSize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::checkup::Verdict;

    fn environment(variables: &[(&str, &str)]) -> Environment {
        Environment::from_lookup(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_terminal_is_told_by_what_it_says_of_itself() {
        let told = |variables: &[(&str, &str)]| -> Vec<(Verdict, String)> {
            terminal(&environment(variables)).into_iter().map(|found| (found.verdict, found.told)).collect()
        };
        let good = told(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "en_US.UTF-8")]);
        assert!(good.iter().all(|(verdict, _)| *verdict == Verdict::Ok), "{good:?}");
        assert_eq!(good[0].1, "xterm-256color, 24-bit colour");
        let bad = told(&[("TERM", "dumb"), ("LC_ALL", "POSIX")]);
        assert!(bad.iter().all(|(verdict, _)| *verdict == Verdict::Warning), "{bad:?}");
    }

    #[test]
    fn a_folder_that_is_not_there_yet_is_tried_above_and_left_as_it_was() {
        let home = tempfile::tempdir().expect("a folder");
        let found = folder("state", &home.path().join("a/b"));
        assert_eq!(found.verdict, Verdict::Ok, "{}", found.told);
        assert!(found.told.contains("made when it is needed"), "{}", found.told);
        assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0);
    }
}
