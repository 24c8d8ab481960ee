//! Names of months and of zones, as programs write them.

/// The first letters that tell a month in English, one after another.
const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

/// Those of other locales whose short names `strftime` writes into logs: French, German, Spanish, Italian, Portuguese.
const FOREIGN: [(&str, i64); 22] = [
    ("ene", 1),
    ("gen", 1),
    ("fev", 2),
    ("fév", 2),
    ("mär", 3),
    ("abr", 4),
    ("avr", 4),
    ("mai", 5),
    ("mag", 5),
    ("juin", 6),
    ("giu", 6),
    ("juil", 7),
    ("lug", 7),
    ("aoû", 8),
    ("ago", 8),
    ("set", 9),
    ("okt", 10),
    ("ott", 10),
    ("out", 10),
    ("déc", 12),
    ("dez", 12),
    ("dic", 12),
];

const WEEKDAYS: [&[u8]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

/// Zones whose offset a standard tells: RFC 5322, section 4.3; in hours.
const ZONES: [(&[u8], i64); 10] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"EST", -5),
    (b"EDT", -4),
    (b"CST", -6),
    (b"CDT", -5),
    (b"MST", -7),
    (b"MDT", -6),
    (b"PST", -8),
    (b"PDT", -7),
];

/// The month whose name, short or long and in any case, begins `text`; with the length of the word.
pub(crate) fn month(text: &[u8]) -> Option<(i64, usize)> {
    let start = text.first_chunk::<3>()?.map(|letter| letter.to_ascii_lowercase());
    let english = MONTHS.iter().position(|name| **name == start).map(|at| at as i64 + 1);
    let foreign = || FOREIGN.iter().find(|(name, _)| begins(text, name.as_bytes())).map(|(_, month)| *month);
    Some((english.or_else(foreign)?, word(text)))
}

/// The length of the weekday that begins `text`.
pub(super) fn weekday(text: &[u8]) -> Option<usize> {
    WEEKDAYS.iter().any(|name| begins(text, name)).then(|| word(text))
}

/// Seconds east of UTC of the zone whose name begins `text`, and the length of the name.
pub(super) fn zone(text: &[u8]) -> Option<(i64, usize)> {
    let is_end = |length: usize| !text.get(length).is_some_and(u8::is_ascii_alphanumeric);
    let (name, hours) = ZONES.iter().find(|(name, _)| text.starts_with(name) && is_end(name.len()))?;
    Some((hours * 3_600, name.len()))
}

fn begins(text: &[u8], name: &[u8]) -> bool {
    text.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

/// The length of the letters that begin `text`, and of the point that shortens them.
fn word(text: &[u8]) -> usize {
    let letters = text.iter().take(16).take_while(|byte| byte.is_ascii_alphabetic() || **byte >= 0x80).count();
    letters + usize::from(text.get(letters) == Some(&b'.'))
}
