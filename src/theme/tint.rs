//! The colour of a profile's own, so that one is not taken for another.

use std::str::FromStr;

use ratatui::style::Color;
use serde::{Deserialize, Serialize};

use super::{Role, color};
use crate::mistake::nearest;

/// A colour as `color` of a profile names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Tint {
    /// That of a role, whatever the theme makes of it.
    Role(Role),
    /// This one.
    Color(Color),
}

impl FromStr for Tint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(role) = Role::ALL.iter().find(|role| role.name() == text) {
            return Ok(Self::Role(*role));
        }
        if let Some(color) = color::parse(text).filter(|color| *color != Color::Reset) {
            return Ok(Self::Color(color));
        }
        let known = color::NAMES.iter().skip(1).map(|(name, _)| *name).chain(Role::ALL.iter().map(|role| role.name()));
        let hint = match nearest(text, known) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "write red, bright-blue, #ff8800, or a role of `scops theme preview`".to_owned(),
        };
        Err(format!("\"{text}\" is no colour ({hint})"))
    }
}

impl TryFrom<String> for Tint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Tint> for String {
    fn from(tint: Tint) -> Self {
        match tint {
            Tint::Role(role) => role.name().to_owned(),
            Tint::Color(Color::Rgb(red, green, blue)) => format!("#{red:02x}{green:02x}{blue:02x}"),
            Tint::Color(Color::Indexed(index)) => index.to_string(),
            Tint::Color(named) => {
                let name = color::NAMES.iter().find(|(_, known)| *known == named).map(|(name, _)| *name);
                name.unwrap_or("default").to_owned()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_written_as_it_is_read() {
        for text in ["red", "bright-blue", "#ff8800", "208", "warning"] {
            assert_eq!(String::from(text.parse::<Tint>().expect(text)), text);
        }
    }

    #[test]
    fn what_is_no_colour_is_told_with_the_nearest() {
        assert_eq!("rde".parse::<Tint>(), Err("\"rde\" is no colour (did you mean \"red\"?)".to_owned()));
        assert!("default".parse::<Tint>().is_err());
    }
}
