//! What lies over the screens: palette, help, the keys that may follow; and what themes are to them all.

use super::*;
use crate::theme::Role;

#[test]
fn the_palette() {
    check("palette", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("ctrl-p").type_text("mark").press("down");
        night
    });
}

#[test]
fn the_help_that_is_searched() {
    check("help-find", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("? /").type_text("zoom");
        night
    });
}

#[test]
fn the_keys_that_may_follow() {
    check("which-key", |night| {
        let mut night = night.surveyed().with_objects();
        night.model.keymap = crate::keymap::Keymap::named("vim").expect("shipped");
        night.press("g");
        night
    });
}

#[test]
fn completions_of_an_argument() {
    check("completions", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("theme ").press("tab tab");
        night
    });
}

#[test]
fn every_state_has_a_glyph_of_its_own() {
    let look = |glyphs| Look::new(Theme::shipped("mono").expect("shipped"), ColorDepth::None, glyphs);
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        let look = look(glyphs);
        let mut buffer = ratatui::buffer::Buffer::empty(ratatui::layout::Rect::new(0, 0, 1, 1));
        let canvas = crate::view::canvas::Canvas::new(&mut buffer, &look);
        let seen: std::collections::BTreeSet<_> = State::ALL.iter().map(|state| canvas.glyph(*state)).collect();
        assert_eq!(seen.len(), State::ALL.len(), "{glyphs:?}");
    }
}

/// Every cell of a screen has the background of the theme: no hole shows the terminal's own.
#[test]
fn a_theme_with_a_background_has_it_everywhere() {
    for (theme, _) in crate::theme::SHIPPED {
        let look = Look::new(Theme::shipped(theme).expect("shipped"), ColorDepth::True, Glyphs::Unicode);
        let wants = look.style(Role::Text).bg;
        let Some(wants) = wants.filter(|color| *color != ratatui::style::Color::Reset) else { continue };
        for keys in ["j", "1 ?", "2", "5", "6", "7", "8", "4", "3", "ctrl-p"] {
            let mut night = Night::new(120, 40).surveyed().with_objects();
            night.press(keys);
            let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a test terminal");
            terminal.draw(|frame| draw(&night.model, &look, frame)).expect("drawn");
            let buffer = terminal.backend().buffer();
            for position in buffer.area.positions() {
                let cell = &buffer[(position.x, position.y)];
                assert_ne!(cell.bg, ratatui::style::Color::Reset, "{theme} {keys}: {position:?}, not {wants:?}");
            }
        }
    }
}
