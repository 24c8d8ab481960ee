//! Date patterns of partition projection: the part of Java's `DateTimeFormatter` that folders are named with.

use jiff::civil::DateTime;

/// A pattern such as `yyyy-MM-dd-HH` or `yyyy/MM/dd`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatePattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A field by its letter, written with at least this many digits.
    Field(char, usize),
    Text(String),
}

const FIELDS: &str = "yMdHmsS";

impl DatePattern {
    pub(crate) fn parse(pattern: &str) -> Result<Self, String> {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut rest = pattern.chars().peekable();
        while let Some(c) = rest.next() {
            if c == '\'' {
                let mut text = String::new();
                loop {
                    match rest.next() {
                        Some('\'') if rest.next_if_eq(&'\'').is_none() => break,
                        Some(c) => text.push(c),
                        None => return Err(format!("date format {pattern:?} has a quote without its end")),
                    }
                }
                pieces.push(Piece::Text(if text.is_empty() { "'".to_owned() } else { text }));
            } else if c.is_ascii_alphabetic() {
                let letter = if c == 'u' { 'y' } else { c };
                if !FIELDS.contains(letter) {
                    return Err(format!("date format {pattern:?} has the letter {c:?}, which is not supported here"));
                }
                let mut width = 1;
                while rest.next_if_eq(&c).is_some() {
                    width += 1;
                }
                pieces.push(Piece::Field(letter, width));
            } else {
                match pieces.last_mut() {
                    Some(Piece::Text(text)) => text.push(c),
                    _ => pieces.push(Piece::Text(c.to_string())),
                }
            }
        }
        Ok(Self(pieces))
    }

    pub(crate) fn format(&self, time: DateTime) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Field(letter, width) => {
                let value = match letter {
                    'y' if *width == 2 => i64::from(time.year()).rem_euclid(100),
                    'y' => i64::from(time.year()),
                    'M' => i64::from(time.month()),
                    'd' => i64::from(time.day()),
                    'H' => i64::from(time.hour()),
                    'm' => i64::from(time.minute()),
                    's' => i64::from(time.second()),
                    _ => i64::from(time.millisecond()),
                };
                format!("{value:0width$}")
            }
        });
        pieces.collect()
    }

    /// Reads a text of this pattern; fields that it lacks are the first of their kind.
    pub(crate) fn read(&self, text: &str) -> Option<DateTime> {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        let (mut hour, mut minute, mut second, mut millis) = (0, 0, 0, 0_i32);
        let mut rest = text;
        for (index, piece) in self.0.iter().enumerate() {
            match piece {
                Piece::Text(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Field(letter, width) => {
                    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                    // Two fields without a text between them share their digits by their widths.
                    let is_followed = matches!(self.0.get(index + 1), Some(Piece::Field(..)));
                    let digits = if is_followed { digits.min(*width) } else { digits };
                    let value: i32 = rest.get(..digits)?.parse().ok()?;
                    rest = &rest[digits..];
                    match letter {
                        'y' if *width == 2 => year = i16::try_from(2000 + value).ok()?,
                        'y' => year = i16::try_from(value).ok()?,
                        'M' => month = i8::try_from(value).ok()?,
                        'd' => day = i8::try_from(value).ok()?,
                        'H' => hour = i8::try_from(value).ok()?,
                        'm' => minute = i8::try_from(value).ok()?,
                        's' => second = i8::try_from(value).ok()?,
                        _ => millis = value,
                    }
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        let nanos = millis.checked_mul(1_000_000)?;
        DateTime::new(year, month, day, hour, minute, second, nanos).ok()
    }

    /// Whether texts sort as their times do: year first, each field padded, none left out between.
    pub(crate) fn is_sortable(&self) -> bool {
        let fields: Vec<(char, usize)> = self
            .0
            .iter()
            .filter_map(|piece| if let Piece::Field(letter, width) = piece { Some((*letter, *width)) } else { None })
            .collect();
        let letters: String = fields.iter().map(|(letter, _)| *letter).collect();
        FIELDS.starts_with(&letters)
            && fields.iter().all(|(letter, width)| match letter {
                'y' => *width >= 4,
                'S' => *width >= 3,
                _ => *width >= 2,
            })
    }

    /// The smallest unit that the pattern shows, as partition projection names units.
    pub(crate) fn precision(&self) -> Option<&'static str> {
        let finest = self
            .0
            .iter()
            .filter_map(|piece| if let Piece::Field(letter, _) = piece { FIELDS.find(*letter) } else { None });
        Some(["YEARS", "MONTHS", "DAYS", "HOURS", "MINUTES", "SECONDS", "MILLIS"][finest.max()?])
    }

    /// A regular expression that this pattern's texts match.
    pub(crate) fn regex(&self) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => regex::escape(text),
            Piece::Field('y', width) if *width == 2 => r"\d{2}".to_owned(),
            Piece::Field(_, width) if *width > 1 => format!(r"\d{{{width}}}"),
            Piece::Field(..) => r"\d+".to_owned(),
        });
        pieces.collect()
    }
}
