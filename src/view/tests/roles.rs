//! What each cell of a screen is: a letter a role, so that a colour which moves is seen in a snapshot.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use ratatui::style::Color;

use super::*;
use crate::theme::Role;

/// A theme in which every role has a colour that tells its place in the list.
fn telling() -> Look {
    let mut text = String::new();
    for (place, role) in Role::ALL.iter().enumerate() {
        let _ = writeln!(text, "{} = \"#0000{place:02x}\"", role.name());
    }
    Look::new(Theme::read("telling", "telling.toml", &text).expect("a theme"), ColorDepth::True, Glyphs::Unicode)
}

fn letter(place: usize) -> char {
    (b'a'..=b'z').chain(b'A'..=b'Z').nth(place).map_or('?', char::from)
}

/// The roles of the cells that show something, and below them which letter is which.
pub(super) fn roles(model: &Model) -> String {
    let look = telling();
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| draw(model, &look, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    for row in buffer.area.rows() {
        let mut line = String::new();
        for position in row.columns() {
            let cell = &buffer[(position.x, position.y)];
            match cell.fg {
                Color::Rgb(0, 0, place) if cell.symbol() != " " => {
                    seen.insert(usize::from(place));
                    line.push(letter(usize::from(place)));
                }
                _ => line.push(' '),
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    for place in seen {
        let _ = writeln!(text, "{} {}", letter(place), Role::ALL[place].name());
    }
    text
}

pub(super) fn check_roles(name: &str, night: &Night) {
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots", omit_expression => true }, {
        insta::assert_snapshot!(format!("roles-{name}"), roles(&night.model));
    });
}
