//! The bytes that reach a terminal, whatever the world's texts are: only the program's own sequences, and cells.

use std::cell::RefCell;
use std::io::{self, Write};
use std::num::NonZeroU16;
use std::rc::Rc;

use proptest::prelude::*;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{TerminalOptions, Viewport};

use super::*;
use crate::app::request::Trouble;

const SIZE: (u16, u16) = (100, 24);

/// What a terminal would be sent.
#[derive(Clone, Default)]
struct Wire(Rc<RefCell<Vec<u8>>>);

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A terminal emulator at the end of the wire.
struct Screen {
    wire: Wire,
    terminal: Terminal<CrosstermBackend<Wire>>,
    parser: vt100::Parser,
}

impl Screen {
    fn new() -> Self {
        let wire = Wire::default();
        let (width, height) = SIZE;
        // Fixed, since there is no terminal to ask for its size.
        let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
        let terminal = Terminal::with_options(CrosstermBackend::new(wire.clone()), TerminalOptions { viewport });
        let cells = |count| NonZeroU16::new(count).expect("a size");
        let parser = vt100::Parser::new(cells(height), cells(width), 0);
        Self { wire, terminal: terminal.expect("a terminal"), parser }
    }

    /// Paints the model as the loop does, and holds what every frame must.
    fn paint(&mut self, model: &Model) {
        self.terminal.draw(|frame| draw(model, &Look::default(), frame)).expect("drawn");
        let bytes = std::mem::take(&mut *self.wire.0.borrow_mut());
        assert_own(&String::from_utf8(bytes.clone()).expect("text"));
        self.parser.process(&bytes);
        let body = crate::app::geometry::frame(model).body;
        let screen = self.parser.screen();
        for y in body.y..body.bottom() {
            for x in [body.x, body.right() - 1] {
                let symbol = screen.cell(y, x).map_or("", vt100::Cell::contents);
                let is_border = matches!(symbol, "│" | "┌" | "┐" | "└" | "┘" | "─");
                assert!(is_border, "{symbol:?} at {x},{y}:\n{}", screen.contents());
            }
        }
    }
}

/// Every sequence is one of those that place the cursor, show or hide it, or set colours, and nothing else is a control.
fn assert_own(text: &str) {
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\u{1b}' {
            assert!(!character.is_control(), "{character:?} in {text:?}");
            continue;
        }
        assert_eq!(rest.next(), Some('['), "in {text:?}");
        let end = rest.find(|character| !matches!(character, '0'..='9' | ';' | '?'));
        assert!(matches!(end, Some('H' | 'm' | 'h' | 'l' | 'J')), "{end:?} ends a sequence in {text:?}");
    }
}

/// Texts that an attacker, or an honest user of another script, may write.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        ".{0,40}",
        "[\u{1b}\u{9b}\u{7}\u{8}\r\n\u{90}\u{9d}\\[\\]\\\\;?0-9mHJhlcPq$]{0,40}",
        "[\u{202e}\u{2066}\u{200b}\u{200d}\u{300}\u{e0041}\u{fe0f}日한👨👩👍\u{1f3fd}🇯🇵éل\u{627}ש\u{5b0}กำ]{0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn texts_of_the_world_are_cells_to_the_terminal(texts in prop::collection::vec(texts(), 4)) {
        let [key, record, error, tag] = <[String; 4]>::try_from(texts).expect("four");
        let (width, height) = SIZE;
        let mut screen = Screen::new();
        let mut night = Night::new(width, height).surveyed();
        screen.paint(&night.model);
        night.press("2");
        let mut all = rows(night.model.range);
        for row in &mut all {
            row.object.id.key.clone_from(&key);
            row.object.storage_class.clone_from(&tag);
            row.object.etag.clone_from(&tag);
            row.reason = Some(error.clone());
        }
        night.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows: all }]);
        screen.paint(&night.model);
        // What was there before stands where the new frame does not write.
        night.press("j");
        screen.paint(&night.model);
        night.press("enter");
        let object = night.model.records.reading.as_ref().expect("open").object.clone();
        let mut page = page(object, 20, true);
        for row in &mut page.rows {
            row.cells = vec![record.clone(); 4];
            row.message.clone_from(&record);
        }
        page.damage = Some(error.clone());
        night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
        screen.paint(&night.model);
        night.press("j");
        screen.paint(&night.model);
        night.press("1 R");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        let trouble = Trouble { what: error.clone(), cause: tag.clone(), hint: Some(record.clone()) };
        night.tell(Msg::Closed(ticket, Err(trouble)));
        screen.paint(&night.model);
        night.press("5");
        screen.paint(&night.model);
        night.press("/");
        night.tell(Msg::Paste(key));
        screen.paint(&night.model);
    }
}

#[test]
fn h08_no_terminal_gets_colours_that_it_does_not_tell_of() {
    let night = Night::new(SIZE.0, SIZE.1).surveyed();
    for (theme, _) in crate::theme::SHIPPED {
        for (depth, foreign) in [(ColorDepth::None, "8;"), (ColorDepth::Ansi16, "8;2;"), (ColorDepth::Ansi256, "8;2;")]
        {
            let look = Look::new(Theme::shipped(theme).expect("shipped"), depth, Glyphs::Unicode);
            let mut screen = Screen::new();
            screen.terminal.draw(|frame| draw(&night.model, &look, frame)).expect("drawn");
            let bytes = String::from_utf8(std::mem::take(&mut *screen.wire.0.borrow_mut())).expect("text");
            for plane in ["[3", "[4", ";3", ";4"] {
                assert!(!bytes.contains(&format!("{plane}{foreign}")), "{theme}, {depth:?}");
            }
        }
    }
}

#[test]
fn a_sequence_of_another_is_found() {
    for foreign in ["\u{1b}]52;c;YQ==\u{7}", "\u{1b}P$qm\u{1b}\\", "\u{9b}31m", "a\rb", "\u{1b}[6n", "\u{1b}c"] {
        assert!(std::panic::catch_unwind(|| assert_own(foreign)).is_err(), "{foreign:?}");
    }
    assert_own("\u{1b}[?25l\u{1b}[3;1H\u{1b}[38;5;1mtext 日本");
}

/// Cases of text, with what must be seen of each.
const CASES: [(&str, &str, &str); 10] = [
    ("T01 a screen is cleared", "a\u{1b}[2J\u{1b}[1;1Hb", "a␛[2J␛[1;1Hb"),
    ("T03 an 8-bit CSI", "a\u{9b}31mb", "a⟨U+009B⟩31mb"),
    ("T05 a question to the terminal", "a\u{1b}P$q m\u{1b}\\b", "a␛P$q m␛\\b"),
    ("T08 a line in a name", "a\nb", "a⏎b"),
    ("T10 a name that is turned round", "\u{202e}gpj.exe", "⟨U+202E⟩gpj.exe"),
    ("T11 an isolate", "curl\u{2066}8\u{2069}", "curl⟨U+2066⟩8⟨U+2069⟩"),
    ("T13 a space of no width", "203.0.\u{200b}113.7", "203.0.⟨U+200B⟩113.7"),
    ("T15 a family, a variant and a flag", "👨\u{200d}👩\u{fe0f}🇯🇵", "👨⟨U+200D⟩👩⟨U+FE0F⟩🇯🇵"),
    ("T16 a separator of lines", "a\u{2028}b", "a⟨U+2028⟩b"),
    ("T21 a body of bytes", "\u{0}\u{7f}\u{8}", "␀␡␈"),
];

#[test]
fn text_that_terminals_obey_is_seen_in_records_and_in_errors() {
    for (case, text, shown) in CASES {
        let (width, height) = SIZE;
        let mut screen = Screen::new();
        let mut night = Night::new(width, height).surveyed();
        night.press("2");
        let rows = rows(night.model.range);
        night.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows }]);
        night.press("enter");
        let object = night.model.records.reading.as_ref().expect("open").object.clone();
        let mut page = page(object, 20, true);
        page.rows.iter_mut().for_each(|row| row.cells = vec![text.to_owned(); 4]);
        night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
        screen.paint(&night.model);
        assert!(screen.parser.screen().contents().contains(shown), "{case}:\n{}", screen.parser.screen().contents());
        // T20: what a server says.
        night.press("1 R");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        let trouble = Trouble { what: "the query failed".into(), cause: text.to_owned(), hint: None };
        night.tell(Msg::Closed(ticket, Err(trouble)));
        screen.paint(&night.model);
        assert!(screen.parser.screen().contents().contains(shown), "{case}:\n{}", screen.parser.screen().contents());
    }
}
