//! Colours by name, and what becomes of them on a terminal that has fewer.

use ratatui::style::Color;

/// How many colours the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColorDepth {
    /// None: `NO_COLOR`, or a dumb terminal.
    None,
    /// The sixteen that the user's terminal theme defines.
    Ansi16,
    /// The 6×6×6 cube and 24 greys of xterm too.
    Ansi256,
    /// Any.
    True,
}

/// The sixteen colours, as theme files name them. What they look like is the terminal's choice.
pub(super) const NAMES: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

/// xterm's values of the sixteen, by which others are matched to them.
const ANSI: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

/// The levels of a channel in xterm's cube.
const CUBE: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// Reads `red`, `#ff8800` or `208`.
pub(super) fn parse(word: &str) -> Option<Color> {
    if let Some((_, color)) = NAMES.iter().find(|(name, _)| *name == word) {
        return Some(*color);
    }
    if let Some(hex) = word.strip_prefix('#') {
        let is_hex = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| is_hex)?;
        return Some(Color::Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8));
    }
    word.parse().ok().map(Color::Indexed)
}

impl ColorDepth {
    /// The nearest colour that such a terminal has.
    pub fn fit(self, color: Color) -> Color {
        match (self, color) {
            (Self::None, _) => Color::Reset,
            (Self::Ansi256, Color::Rgb(red, green, blue)) => Color::Indexed(nearest_256((red, green, blue))),
            (Self::Ansi16, Color::Rgb(red, green, blue)) => nearest_16((red, green, blue)),
            (Self::Ansi16, Color::Indexed(index)) => nearest_16(value_of(index)),
            _ => color,
        }
    }
}

/// The red, green and blue of a colour, those of the sixteen as xterm has them; none for the terminal's default.
pub(super) fn value(color: Color) -> Option<(u8, u8, u8)> {
    match color {
        Color::Rgb(red, green, blue) => Some((red, green, blue)),
        Color::Indexed(index) => Some(value_of(index)),
        Color::Reset => None,
        named => NAMES.iter().skip(1).position(|(_, other)| *other == named).map(|index| ANSI[index]),
    }
}

fn value_of(index: u8) -> (u8, u8, u8) {
    match index {
        0..=15 => ANSI[usize::from(index)],
        16..=231 => {
            let cube = usize::from(index - 16);
            (CUBE[cube / 36], CUBE[cube / 6 % 6], CUBE[cube % 6])
        }
        _ => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    }
}

fn distance(a: (u8, u8, u8), b: (u8, u8, u8)) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    square(a.0, b.0) + square(a.1, b.1) + square(a.2, b.2)
}

fn nearest_256(value: (u8, u8, u8)) -> u8 {
    (16..=255).min_by_key(|index| distance(value, value_of(*index))).unwrap_or(16)
}

fn nearest_16(value: (u8, u8, u8)) -> Color {
    let nearest = (0..ANSI.len()).min_by_key(|index| distance(value, ANSI[*index])).unwrap_or(0);
    NAMES[nearest + 1].1
}
