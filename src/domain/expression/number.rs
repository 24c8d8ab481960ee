//! Ranges of numbers.

use std::fmt;

/// Numbers from `low` to `high`. They are compared as 64-bit floating-point numbers, as Athena's DOUBLE is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bound {
    /// The lowest, and whether it belongs to them.
    pub low: Option<(f64, bool)>,
    /// The highest, and whether it belongs to them.
    pub high: Option<(f64, bool)>,
}

impl Bound {
    /// Whether a text is a number of the range.
    pub fn holds(&self, text: &str) -> bool {
        let Some(number) = read(text) else { return false };
        let above = self.low.is_none_or(|(low, is_in)| if is_in { number >= low } else { number > low });
        let below = self.high.is_none_or(|(high, is_in)| if is_in { number <= high } else { number < high });
        above && below
    }
}

/// A plain decimal number, as logs and people write it; what `inf` or `0x10` mean nobody agrees on.
pub(super) fn read(text: &str) -> Option<f64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number: &f64| is_plain && has_digit && number.is_finite())
}

/// As it can be typed.
impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.low, self.high) {
            (Some((low, true)), Some((high, true))) => write!(f, "{low}..{high}"),
            (Some((low, is_in)), _) => write!(f, ">{}{low}", if is_in { "=" } else { "" }),
            (None, Some((high, is_in))) => write!(f, "<{}{high}", if is_in { "=" } else { "" }),
            (None, None) => f.write_str(".."),
        }
    }
}
