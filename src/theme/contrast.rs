//! How well a text is told from its background: the contrast ratio of WCAG 2, "relative luminance" as it defines that.

use ratatui::style::{Color, Style};

use super::{ColorDepth, Role, Theme, color};

/// What WCAG 2 asks of text (1.4.3, level AA).
pub const TEXT: f64 = 4.5;
/// What it asks of things that are drawn (1.4.11).
pub const DRAWN: f64 = 3.0;

impl Role {
    /// Whether it is drawn rather than read: frames and bars.
    pub fn is_drawn(self) -> bool {
        matches!(self, Self::Border | Self::BorderFocused | Self::Bar | Self::BarFailed | Self::BarParked)
    }

    /// The contrast that it wants.
    pub fn wanted_contrast(self) -> f64 {
        if self.is_drawn() { DRAWN } else { TEXT }
    }
}

impl Theme {
    /// The contrast of a role, from 1 to 21; none where its colours are the terminal's own, and only that knows them.
    pub fn contrast(&self, role: Role) -> Option<f64> {
        of(self.style(role), |color| match color {
            Color::Rgb(..) | Color::Indexed(16..) => color::value(color),
            _ => None,
        })
    }

    /// The same on a terminal of fewer colours, as xterm shows its sixteen.
    pub fn contrast_at(&self, role: Role, depth: ColorDepth) -> Option<f64> {
        let style = self.style(role);
        let fit = |color: Option<Color>| color.map(|color| depth.fit(color));
        of(Style { fg: fit(style.fg), bg: fit(style.bg), ..style }, color::value)
    }
}

fn of(style: Style, value: impl Fn(Color) -> Option<(u8, u8, u8)>) -> Option<f64> {
    let (front, back) = (value(style.fg?)?, value(style.bg?)?);
    let (front, back) = (luminance(front), luminance(back));
    Some((front.max(back) + 0.05) / (front.min(back) + 0.05))
}

fn luminance((red, green, blue): (u8, u8, u8)) -> f64 {
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
