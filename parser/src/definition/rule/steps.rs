//! The changes that a rule makes to a value, in the order in which they are listed here.

use std::borrow::Cow;

use crate::definition::clock::TimeFormat;
use crate::definition::condition::same;
use crate::definition::kind::Kind;
use crate::definition::pattern::Pattern;
use crate::value::Value;

#[derive(Debug)]
pub(super) enum Step {
    /// A text without its beginning, if it has it.
    StripPrefix(String),
    StripSuffix(String),
    /// The parts of a text, or one of them: from 0, or from −1 at its end.
    Split(String, Option<i64>),
    /// The first group of a pattern; a text that does not match is nothing.
    Capture(Pattern),
    Lowercase,
    /// What the table has for a text; what it lacks is nothing.
    Map(Vec<(Value<'static>, Value<'static>)>),
    /// A stretch of time in nanoseconds.
    Duration(Unit),
    /// An instant in ISO 8601.
    Time(Vec<TimeFormat>),
    /// A value of this type; another is nothing.
    Type(Kind),
}

/// How a stretch of time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// A count of this many nanoseconds.
    Nanos(u64),
    /// `1:02:03`, `02:03`, also with days before it: `1d 02:03:04`, `1d2h3m4s`.
    Clock,
}

/// The names of units.
pub(super) const UNITS: &[&str] = &["ns", "us", "ms", "s", "min", "h", "d", "clock"];

impl Unit {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "ns" => Unit::Nanos(1),
            "us" => Unit::Nanos(1_000),
            "ms" => Unit::Nanos(1_000_000),
            "s" => Unit::Nanos(1_000_000_000),
            "min" => Unit::Nanos(60_000_000_000),
            "h" => Unit::Nanos(3_600_000_000_000),
            "d" => Unit::Nanos(86_400_000_000_000),
            "clock" => Unit::Clock,
            _ => return None,
        })
    }

    /// Nanoseconds.
    fn read(self, text: &str) -> Option<u64> {
        match self {
            Unit::Clock => clock(text),
            Unit::Nanos(unit) => {
                if let Ok(count) = text.parse::<u64>() {
                    return count.checked_mul(unit);
                }
                let nanos = text.parse::<f64>().ok()? * unit as f64;
                (0.0..9.0e18).contains(&nanos).then(|| nanos.round() as u64)
            }
        }
    }
}

/// Reads `1:02:03`, `1d 02:03:04`, `1d2h3m4s` and the like into nanoseconds.
fn clock(text: &str) -> Option<u64> {
    let mut seconds: u64 = 0;
    let mut count: Option<u64> = None;
    let mut part: u64 = 0;
    let mut is_clock = false;
    for character in text.chars() {
        match character {
            '0'..='9' => {
                let digit = u64::from(character) - u64::from('0');
                count = Some(count.unwrap_or(0).checked_mul(10)?.checked_add(digit)?);
            }
            ':' => {
                part = part.checked_add(count.take()?)?.checked_mul(60)?;
                is_clock = true;
            }
            'd' | 'h' | 'm' | 's' if !is_clock => {
                let unit = match character {
                    'd' => 86_400,
                    'h' => 3_600,
                    'm' => 60,
                    _ => 1,
                };
                seconds = seconds.checked_add(count.take()?.checked_mul(unit)?)?;
            }
            ' ' if count.is_none() => {}
            _ => return None,
        }
    }
    let rest = if is_clock { part.checked_add(count?)? } else { 0 };
    let is_complete = is_clock || count.is_none() && !text.is_empty();
    is_complete.then(|| seconds.checked_add(rest)?.checked_mul(1_000_000_000)).flatten()
}

/// A value after all steps; nothing where it says nothing. Of a list every item is changed.
pub(super) fn value<'e>(steps: &'e [Step], value: &'e Value<'_>) -> Option<Value<'e>> {
    match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::Array(items) if items.is_empty() => None,
        _ if steps.is_empty() => Some(value.borrow()),
        Value::Array(items) => {
            let mut changed = Vec::new();
            for item in items.iter().filter_map(|item| self::value(steps, item)) {
                match item {
                    Value::Array(items) => changed.extend(items),
                    item => changed.push(item),
                }
            }
            (!changed.is_empty()).then_some(Value::Array(changed))
        }
        _ => text(steps, Cow::Borrowed(value.scalar()?)),
    }
}

/// A text after all steps.
pub(super) fn text<'e>(steps: &'e [Step], text: Cow<'e, str>) -> Option<Value<'e>> {
    let Some((step, rest)) = steps.split_first() else {
        return (!text.is_empty()).then_some(Value::String(text));
    };
    match step {
        Step::StripPrefix(prefix) => {
            let from = if text.starts_with(&**prefix) { prefix.len() } else { 0 };
            let to = text.len();
            self::text(rest, cut(text, from, to))
        }
        Step::StripSuffix(suffix) => {
            let to = if text.ends_with(&**suffix) { text.len() - suffix.len() } else { text.len() };
            self::text(rest, cut(text, 0, to))
        }
        Step::Split(by, None) => {
            let parts: Vec<_> = match text {
                Cow::Borrowed(text) => text.split(&**by).map(|part| Cow::Borrowed(part.trim())).collect(),
                Cow::Owned(text) => text.split(&**by).map(|part| Cow::Owned(part.trim().to_owned())).collect(),
            };
            let parts: Vec<_> = parts.into_iter().filter_map(|part| self::text(rest, part)).collect();
            (!parts.is_empty()).then_some(Value::Array(parts))
        }
        Step::Split(by, Some(index)) => {
            let count = usize::try_from(index.unsigned_abs()).ok()?;
            let part = if *index < 0 { text.rsplit(&**by).nth(count - 1) } else { text.split(&**by).nth(count) };
            let part = part?.trim();
            let from = part.as_ptr().addr() - text.as_ptr().addr();
            let to = from + part.len();
            self::text(rest, cut(text, from, to))
        }
        Step::Capture(pattern) => {
            let (from, to) = pattern.group(text.as_bytes()).filter(|(from, to)| text.get(*from..*to).is_some())?;
            self::text(rest, cut(text, from, to))
        }
        Step::Lowercase => self::text(rest, Cow::Owned(text.to_lowercase())),
        Step::Map(table) => {
            let text = Value::String(text);
            let (_, value) = table.iter().find(|(key, _)| same(&text, key))?;
            Some(value.borrow())
        }
        Step::Duration(unit) => Some(Value::from(unit.read(&text)?)),
        Step::Time(formats) => {
            let time = formats.iter().find_map(|format| format.read(&text, None, None))?;
            Some(Value::from(time.at.to_string()))
        }
        Step::Type(kind) => kind.convert(&text),
    }
}

fn cut(text: Cow<'_, str>, from: usize, to: usize) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(text) => Cow::Owned(text[from..to].to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(steps: &[Step], json: &str) -> Option<String> {
        let read = crate::json::parse(json.as_bytes(), 9).expect("it is JSON").value;
        value(steps, &read).map(|value| value.to_json())
    }

    #[test]
    fn a_value_is_changed_step_by_step_and_a_list_item_by_item() {
        let steps = [Step::StripPrefix("user.".into()), Step::Split(".".into(), Some(-1)), Step::Lowercase];
        assert_eq!(run(&steps, r#""user.a.B""#).as_deref(), Some(r#""b""#));
        assert_eq!(run(&steps, r#"["x.Y","Z"]"#).as_deref(), Some(r#"["y","z"]"#));
        assert_eq!(run(&[Step::Split(",".into(), None)], r#""a, b,,c""#).as_deref(), Some(r#"["a","b","c"]"#));
        assert_eq!(run(&[], "null"), None);
        assert_eq!(run(&[Step::Type(Kind::Ip)], r#""not one""#), None);
        assert_eq!(run(&[Step::Type(Kind::Int)], r#""042""#).as_deref(), Some("42"));
        let table = vec![(Value::from("200"), Value::from("ok"))];
        assert_eq!(run(&[Step::Map(table)], "200").as_deref(), Some(r#""ok""#));
        let seconds = vec![TimeFormat::Epoch(Some(0))];
        assert_eq!(run(&[Step::Time(seconds)], r#""1700000000""#).as_deref(), Some(r#""2023-11-14T22:13:20Z""#));
    }

    #[test]
    fn durations_are_read_in_units_and_as_clocks() {
        let nanos = |unit: &str, text: &str| Unit::of(unit).expect("it is a unit").read(text);
        assert_eq!(nanos("ms", "1.5"), Some(1_500_000));
        assert_eq!(nanos("s", "67"), Some(67_000_000_000));
        assert_eq!(nanos("s", "-1"), None);
        assert_eq!(nanos("d", "99999999999999"), None);
        let clocks = [("0:01:07", 67), ("1:00:00", 3_600), ("1d 00:00:05", 86_405), ("1h5m2s", 3_902), ("05:00", 300)];
        for (text, seconds) in clocks {
            assert_eq!(nanos("clock", text), Some(seconds * 1_000_000_000), "{text}");
        }
        for text in ["", "5", "1:", "x", "1h2"] {
            assert_eq!(nanos("clock", text), None, "{text}");
        }
    }
}
