//! Roles to styles: what a thing on the screen is decides how it looks, and a theme file says how.

mod color;
pub mod contrast;
#[cfg(test)]
mod tests;
mod tint;

pub use color::ColorDepth;
pub use tint::Tint;

use ratatui::style::{Color, Modifier, Style};
use serde::{Deserialize, Serialize};
use toml::de::{DeTable, DeValue};

use crate::mistake::Mistake;

macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// What a thing on the screen is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Role { $($(#[doc = $doc])+ $variant,)+ }

        impl Role {
            /// Every role.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in a theme file.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What has it, in one line.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

roles! {
    /// Plain text.
    Text = "text",
    /// What matters less.
    Dim = "dim",
    /// The frame of a pane.
    Border = "border",
    /// The frame of the pane that has the keys.
    BorderFocused = "border-focused",
    /// The title of a pane.
    Title = "title",
    /// The names of columns.
    Heading = "heading",
    /// The row under the cursor.
    Selected = "selected",
    /// The row under the cursor of a pane that has not the keys.
    SelectedDim = "selected-dim",
    /// A row that is marked.
    Marked = "marked",
    /// What a search found.
    Match = "match",
    /// Failed.
    Failed = "failed",
    /// Parked.
    Parked = "parked",
    /// Late, or a gap.
    Late = "late",
    /// What a rule of detection found.
    Alert = "alert",
    /// As it should be.
    Ok = "ok",
    /// Replayed and recovered.
    Recovered = "recovered",
    /// Replaying, outcome not known yet.
    Running = "running",
    /// What should catch the eye without alarm.
    Accent = "accent",
    /// A bar of a timeline.
    Bar = "bar",
    /// The part of a bar that failed.
    BarFailed = "bar-failed",
    /// The part of a bar that is parked.
    BarParked = "bar-parked",
    /// The second part of a bar of several.
    BarSecond = "bar-second",
    /// The third part of a bar of several.
    BarThird = "bar-third",
    /// What the parts of a bar leave.
    BarRest = "bar-rest",
    /// Columns of a timeline that are brushed.
    Brush = "brush",
    /// A warning.
    Warning = "warning",
    /// An error.
    Error = "error",
    /// The top line.
    Header = "header",
    /// The profile's name in the top line.
    Profile = "profile",
    /// READ-ONLY in the top line.
    ReadOnly = "read-only",
    /// A tab.
    Tab = "tab",
    /// The tab of the screen that is shown.
    TabActive = "tab-active",
    /// A key in a hint.
    Key = "key",
    /// What a key does, in a hint.
    Hint = "hint",
    /// The name of a field in a record.
    Field = "field",
    /// A text value in a record.
    String = "string",
    /// A number, truth value or null in a record.
    Number = "number",
    /// A line that is being typed.
    Input = "input",
}

/// The themes that scops ships: name and file.
pub const SHIPPED: [(&str, &str); 7] = [
    ("dark", include_str!("../themes/dark.toml")),
    ("light", include_str!("../themes/light.toml")),
    ("mono", include_str!("../themes/mono.toml")),
    ("high-contrast", include_str!("../themes/high-contrast.toml")),
    ("color-blind", include_str!("../themes/color-blind.toml")),
    ("gruvbox", include_str!("../themes/gruvbox.toml")),
    ("catppuccin", include_str!("../themes/catppuccin.toml")),
];

/// A style for every role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theme {
    /// Its name.
    pub name: String,
    styles: Vec<Style>,
}

impl Theme {
    /// A theme that ships with scops, such as `dark`.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.into_iter().find(|(shipped, _)| *shipped == name)?;
        Self::read(name, &format!("themes/{name}.toml"), text).ok()
    }

    /// Reads a theme file. `base = "dark"` names the shipped theme that it states its differences from; without it,
    /// roles that the file leaves out are plain text. A role without a colour or a background of its own has that of
    /// `text`. All mistakes are told.
    pub fn read(name: &str, file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        let table = DeTable::parse(text).map_err(|error| {
            vec![Mistake::at(file, text, &error.span().unwrap_or(0..0), error.message().to_owned())]
        })?;
        let mut theme = Self { name: name.to_owned(), styles: vec![Style::new(); Role::ALL.len()] };
        let mut mistakes = Vec::new();
        for (key, value) in table.get_ref() {
            let mistake = |what: String| Mistake::at(file, text, &value.span(), what);
            if key.get_ref() == "base" {
                match value.get_ref() {
                    DeValue::String(base) if SHIPPED.iter().any(|(shipped, _)| shipped == base) && **base != *name => {
                        if let Some(base) = Self::shipped(base) {
                            theme.styles = base.styles;
                        }
                    }
                    _ => {
                        let names = SHIPPED.map(|(name, _)| name).join(", ");
                        let what = "\"base\" must name a shipped theme".into();
                        mistakes.push(mistake(what).hint(format!("one of {names}")));
                    }
                }
            } else if let Some(index) = Role::ALL.iter().position(|role| role.name() == key.get_ref()) {
                match style(value.get_ref()) {
                    Ok(style) => theme.styles[index] = style,
                    Err((what, hint)) => {
                        mistakes.push(Mistake { hint, ..mistake(format!("{what} in \"{}\"", key.get_ref())) });
                    }
                }
            } else {
                let what = format!("unknown role \"{}\"", key.get_ref());
                let known = Role::ALL.iter().map(|role| role.name());
                mistakes.push(Mistake::at(file, text, &key.span(), what).nearest(key.get_ref(), known));
            }
        }
        if mistakes.is_empty() { Ok(theme) } else { Err(mistakes) }
    }

    /// How a role looks, in all the colours that the theme names.
    pub fn style(&self, role: Role) -> Style {
        let (own, text) = (self.styles[role as usize], self.styles[Role::Text as usize]);
        Style { fg: own.fg.or(text.fg), bg: own.bg.or(text.bg), ..own }
    }

    /// The most colours that it asks a terminal for.
    pub fn depth(&self) -> ColorDepth {
        let colors = self.styles.iter().flat_map(|style| [style.fg, style.bg]).flatten();
        let depth = |color| match color {
            Color::Rgb(..) => ColorDepth::True,
            Color::Indexed(_) => ColorDepth::Ansi256,
            Color::Reset => ColorDepth::None,
            _ => ColorDepth::Ansi16,
        };
        colors.map(depth).max().unwrap_or(ColorDepth::None)
    }
}

/// What a theme file says of itself: its first comment.
pub fn about(text: &str) -> &str {
    text.lines().next().and_then(|line| line.strip_prefix('#')).map_or("", str::trim)
}

/// What is wrong with a style, and its cure.
type Wrong = (String, Option<String>);

/// Reads `"red"`, `"bold red"`, `"black on yellow"`, `"reversed"`.
fn style(value: &DeValue<'_>) -> Result<Style, Wrong> {
    let DeValue::String(text) = value else {
        return Err(("no style".into(), Some("write a style as \"bold red on black\"".into())));
    };
    let mut style = Style::new();
    let mut is_background = false;
    for word in text.split_whitespace() {
        if word == "on" {
            is_background = true;
        } else if let Some(modifier) = modifier(word) {
            style = style.add_modifier(modifier);
        } else {
            let color = color::parse(word).ok_or_else(|| {
                let known = color::NAMES.iter().map(|(name, _)| *name).chain(MODIFIERS.iter().map(|(name, _)| *name));
                let hint = crate::mistake::nearest(word, known).map(|name| format!("did you mean \"{name}\"?"));
                (format!("unknown colour \"{word}\""), hint)
            })?;
            style = if is_background { style.bg(color) } else { style.fg(color) };
        }
    }
    Ok(style)
}

const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("plain", Modifier::empty()),
];

fn modifier(word: &str) -> Option<Modifier> {
    MODIFIERS.iter().find(|(name, _)| *name == word).map(|(_, modifier)| *modifier)
}

/// The glyphs that bars and frames are drawn with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Glyphs {
    /// Box drawing and eighth blocks.
    #[default]
    Unicode,
    /// Box drawing, and bars in braille, for fonts whose blocks have gaps.
    Braille,
    /// Nothing beyond ASCII in what scops draws itself.
    Ascii,
}

impl Glyphs {
    /// Those of a name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "unicode" => Some(Self::Unicode),
            "braille" => Some(Self::Braille),
            "ascii" => Some(Self::Ascii),
            _ => None,
        }
    }
}

/// How to draw: theme, colours that the terminal has, glyphs. The configuration makes it from the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// The theme in use.
    pub theme: Theme,
    /// The colours that the terminal has.
    pub color: ColorDepth,
    /// The glyphs that the terminal has.
    pub glyphs: Glyphs,
    mono: Theme,
}

impl Look {
    /// A look of these parts.
    pub fn new(theme: Theme, color: ColorDepth, glyphs: Glyphs) -> Self {
        let mono = Theme::shipped("mono").unwrap_or_else(|| theme.clone());
        Self { theme, color, glyphs, mono }
    }

    /// How a role looks here. Without colours (`NO_COLOR`, dumb terminals) it is the mono theme's, so that the
    /// selection and states stay visible.
    pub fn style(&self, role: Role) -> Style {
        if self.color == ColorDepth::None {
            let style = self.mono.style(role);
            return Style { fg: None, bg: None, ..style };
        }
        let style = self.theme.style(role);
        let fit = |color: Option<Color>| color.map(|color| self.color.fit(color));
        Style { fg: fit(style.fg), bg: fit(style.bg), ..style }
    }

    /// How the name of a profile looks: on its own colour, where it has one; without colours, as every profile's.
    pub fn profile(&self, tint: Option<&Tint>) -> Style {
        let usual = self.style(Role::Profile);
        let color = match tint {
            _ if self.color == ColorDepth::None => None,
            Some(Tint::Role(role)) => self.style(*role).fg,
            Some(Tint::Color(color)) => Some(self.color.fit(*color)),
            None => None,
        };
        let Some(color) = color else { return usual };
        // The text is of the colour behind it: readable on every palette that shows the colour at all.
        let behind = self.style(Role::Text).bg.unwrap_or(Color::Reset);
        Style::new().fg(color).bg(behind).add_modifier(Modifier::BOLD | Modifier::REVERSED)
    }
}

impl Default for Look {
    fn default() -> Self {
        let theme = Theme::shipped("dark")
            .unwrap_or(Theme { name: "plain".into(), styles: vec![Style::new(); Role::ALL.len()] });
        Self::new(theme, ColorDepth::Ansi16, Glyphs::Unicode)
    }
}
