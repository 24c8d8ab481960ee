//! Names of months and of zones, as programs write them.

/// The first letters that tell a month: the English name, and where another is, those of the locales whose short names
/// `strftime` writes into logs (French, German, Spanish, Italian, Portuguese).
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fev", "fév"],
    &["mar", "mär"],
    &["apr", "abr", "avr"],
    &["may", "mai", "mag"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "déc", "dez", "dic"],
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
    let is_named = |names: &&[&str]| names.iter().any(|name| begins(text, name.as_bytes()));
    let month = MONTHS.iter().position(is_named)? as i64 + 1;
    Some((month, word(text)))
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
