//! Byte counts, shown in powers of 1,024 as AWS's console shows them.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// A number of bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// `count` × 1,024 bytes.
    pub const fn kib(count: u64) -> Self {
        Self(count << 10)
    }

    /// `count` × 1,024² bytes.
    pub const fn mib(count: u64) -> Self {
        Self(count << 20)
    }

    /// Reads `512`, `1.5M`, `2 GiB`: units are powers of 1,024, as the screen shows them.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let split = text.find(|character: char| character.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let power = match unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(unit) {
            "" => 0,
            "k" => 1,
            "m" => 2,
            "g" => 3,
            "t" => 4,
            _ => return None,
        };
        let number = number.trim_end();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let number: f64 = number.parse().ok().filter(|_| is_number)?;
        Some(Self((number * 1024_f64.powi(power)) as u64))
    }

    /// The plain number of bytes.
    pub const fn bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for ByteSize {
    /// Three significant digits at most: `512 B`, `1.4 MiB`, `38 KiB`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        let mut value = self.0 as f64 / 1024.0;
        let mut unit = 0;
        // 999.5 would be rounded up to 1000, which reads better as 0.98 of the next unit.
        while value >= 999.5 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        let text =
            if value < 9.95 { format!("{value:.1} {}", UNITS[unit]) } else { format!("{value:.0} {}", UNITS[unit]) };
        f.pad(&text)
    }
}

/// A count with its thousands apart: `41,230`.
pub fn count(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A length as a count.
pub fn counted(number: usize) -> String {
    count(number as u64)
}

/// So many of something, by the word for one: `1 object`, `1,204 objects`, `2 queries`.
pub fn plural(number: impl TryInto<u64>, one: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    match one.strip_suffix('y') {
        _ if number == 1 => format!("1 {one}"),
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{} {stem}ies", count(number)),
        _ => format!("{} {one}s", count(number)),
    }
}

impl Add for ByteSize {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for ByteSize {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for ByteSize {
    fn sum<I: Iterator<Item = Self>>(sizes: I) -> Self {
        sizes.fold(Self::default(), Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::{ByteSize, count, plural};

    #[test]
    fn sizes_are_read_with_their_units() {
        let read = |text| ByteSize::read(text).map(ByteSize::bytes);
        assert_eq!((read("512"), read("1.5k"), read("2 GiB")), (Some(512), Some(1_536), Some(2 << 30)));
        assert_eq!((read(""), read("GiB"), read("-1"), read("1 X")), (None, None, None, None));
    }

    #[test]
    fn one_is_told_as_one() {
        let told = [plural(0_u64, "object"), plural(1_usize, "query"), plural(1_204_u32, "query"), plural(2, "day")];
        assert_eq!(told, ["0 objects", "1 query", "1,204 queries", "2 days"]);
    }

    #[test]
    fn shows_at_most_three_digits() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (10 * 1024, "10 KiB"),
            (1_468_006, "1.4 MiB"),
            (1_048_000, "1.0 MiB"),
            (u64::MAX, "16 EiB"),
        ] {
            assert_eq!(ByteSize(bytes).to_string(), text);
        }
    }

    #[test]
    fn thousands_are_apart() {
        assert_eq!([count(0_u64), count(999_u64), count(41_230_u64)], ["0", "999", "41,230"]);
        assert_eq!(count(1_000_000_u64), "1,000,000");
    }

    #[test]
    fn pads_like_a_string() {
        assert_eq!(format!("{:>8}", ByteSize(5)), "     5 B");
    }
}
