//! Partition projection: a column's values computed from the table's properties.
//!
//! "Partition projection with Amazon Athena" and "Supported types for partition projection" in the user guide.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::constraint::Constraint;
use super::dates::DatePattern;
use crate::athena::objects::Bounds;

/// How the values of one partition column are computed.
#[derive(Debug)]
pub(crate) enum Projection {
    Enum(Vec<String>),
    Integer {
        from: i64,
        to: i64,
        interval: i64,
        digits: usize,
    },
    Date(Dates),
    /// The query has to give the value.
    Injected,
}

#[derive(Debug)]
pub(crate) struct Dates {
    pattern: DatePattern,
    from: DateTime,
    to: DateTime,
    interval: i64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Years,
    Months,
    Weeks,
    Days,
    Hours,
    Minutes,
    Seconds,
    Millis,
}

impl Unit {
    fn parse(name: &str) -> Option<Self> {
        let name = name.to_ascii_uppercase();
        Some(match name.strip_suffix('S').unwrap_or(&name) {
            "YEAR" => Self::Years,
            "MONTH" => Self::Months,
            "WEEK" => Self::Weeks,
            "DAY" => Self::Days,
            "HOUR" => Self::Hours,
            "MINUTE" => Self::Minutes,
            "SECOND" => Self::Seconds,
            "MILLI" => Self::Millis,
            _ => return None,
        })
    }

    fn span(self, count: i64) -> Option<Span> {
        let span = Span::new();
        match self {
            Self::Years => span.try_years(count),
            Self::Months => span.try_months(count),
            Self::Weeks => span.try_weeks(count),
            Self::Days => span.try_days(count),
            Self::Hours => span.try_hours(count),
            Self::Minutes => span.try_minutes(count),
            Self::Seconds => span.try_seconds(count),
            Self::Millis => span.try_milliseconds(count),
        }
        .ok()
    }
}

impl Projection {
    /// Reads `projection.<column>.*`.
    pub(crate) fn of(column: &str, properties: &BTreeMap<String, String>, now: Timestamp) -> Result<Self, String> {
        let property = |name: &str| properties.get(&format!("projection.{column}.{name}"));
        let required = |name: &str| {
            property(name)
                .ok_or_else(|| format!("table property projection.{column}.{name} is missing, projection needs it"))
        };
        let number =
            |name: &str, default: i64| match property(name) {
                Some(text) => text.trim().parse::<i64>().ok().filter(|number| *number > 0).ok_or_else(|| {
                    format!("table property projection.{column}.{name}={text:?} is not a positive number")
                }),
                None => Ok(default),
            };
        let kind = required("type")?;
        match kind.to_ascii_lowercase().as_str() {
            "enum" => Ok(Self::Enum(required("values")?.split(',').map(|value| value.trim().to_owned()).collect())),
            "integer" => {
                let range = required("range")?;
                let (from, to) = range
                    .split_once(',')
                    .and_then(|(from, to)| Some((from.trim().parse().ok()?, to.trim().parse().ok()?)))
                    .ok_or_else(|| format!("table property projection.{column}.range={range:?} is not two numbers"))?;
                let digits = usize::try_from(number("digits", 1)?).unwrap_or(1).min(20);
                Ok(Self::Integer { from, to, interval: number("interval", 1)?, digits })
            }
            "date" => {
                let pattern = DatePattern::parse(required("format")?)?;
                let range = required("range")?;
                let (from, to) = range
                    .split_once(',')
                    .and_then(|(from, to)| Some((bound(from, &pattern, now)?, bound(to, &pattern, now)?)))
                    .ok_or_else(|| format!("table property projection.{column}.range={range:?} is not two dates"))?;
                let unit = match property("interval.unit") {
                    Some(unit) => unit.as_str(),
                    None => pattern.precision().unwrap_or("DAYS"),
                };
                let unit = Unit::parse(unit).ok_or_else(|| {
                    format!("table property projection.{column}.interval.unit={unit:?} is not a unit of time")
                })?;
                Ok(Self::Date(Dates { pattern, from, to, interval: number("interval", 1)?, unit }))
            }
            "injected" => Ok(Self::Injected),
            other => {
                Err(format!("table property projection.{column}.type={other:?} is not enum, integer, date or injected"))
            }
        }
    }

    /// The values that pass the constraint, or `None` where there are more than `limit`.
    pub(crate) fn values(
        &self,
        column: &str,
        constraint: &Constraint,
        limit: usize,
    ) -> Result<Option<Vec<String>>, String> {
        let values: Vec<String> = match self {
            Self::Enum(values) => values.iter().filter(|value| constraint.admits(value)).cloned().collect(),
            Self::Integer { from, to, interval, digits } => {
                // The wanted range decides how many steps are looked at, not the declared one.
                let number = |text: &String| text.parse::<i64>().ok();
                let wanted_from = constraint.from.as_ref().and_then(number).unwrap_or(*from).max(*from);
                let first = (wanted_from - from).div_euclid(*interval);
                let last = constraint.to.as_ref().and_then(number).unwrap_or(*to).min(*to);
                (first..)
                    .map_while(|step| from.checked_add(step.checked_mul(*interval)?))
                    .take_while(|value| *value <= last)
                    .filter(|value| constraint.admits_number(*value))
                    .map(|value| format!("{value:0digits$}"))
                    .take(limit + 1)
                    .collect()
            }
            Self::Date(dates) => match dates.values(constraint, limit) {
                Some(values) => values,
                None => return Ok(None),
            },
            Self::Injected => match &constraint.among {
                Some(among) => among.iter().cloned().collect(),
                None => {
                    return Err(format!(
                        "CONSTRAINT_VIOLATION: For the injected projected partition column {column}, the WHERE clause \
                         must contain only static equality conditions, and at least one such condition must be present."
                    ));
                }
            },
        };
        Ok((values.len() <= limit).then_some(values))
    }

    /// A regular expression for one value in a key.
    pub(crate) fn pattern(&self) -> String {
        match self {
            Self::Date(dates) => dates.pattern.regex(),
            Self::Integer { .. } => r"-?\d+".to_owned(),
            Self::Enum(_) | Self::Injected => "[^/]+".to_owned(),
        }
    }

    /// Where in the order of keys the values lie, where they sort as texts.
    pub(crate) fn bounds(&self, constraint: &Constraint) -> Bounds {
        match self {
            Self::Date(dates) if dates.pattern.is_sortable() => {
                Bounds { from: constraint.from.clone(), to: constraint.to.clone() }
            }
            _ => Bounds::default(),
        }
    }
}

impl Dates {
    fn at(&self, step: i64) -> Option<DateTime> {
        let time = self.from.checked_add(self.unit.span(step.checked_mul(self.interval)?)?).ok()?;
        (time <= self.to).then_some(time)
    }

    /// Steps in the declared range.
    fn count(&self) -> i64 {
        // At most one step a millisecond over all years: 60 halvings find the end.
        first_where(i64::MAX >> 12, |step| self.at(step).is_none())
    }

    fn values(&self, constraint: &Constraint, limit: usize) -> Option<Vec<String>> {
        let text = |step: i64| self.at(step).map(|time| self.pattern.format(time)).unwrap_or_default();
        let count = self.count();
        if let Some(among) = &constraint.among {
            // Few values, whatever the range: each is checked by itself.
            let is_projected = |value: &String| {
                let Some(time) = self.pattern.read(value) else { return false };
                let step = first_where(count, |step| self.at(step).is_some_and(|at| at >= time));
                step < count && text(step) == *value && constraint.admits(value)
            };
            return Some(among.iter().filter(|value| is_projected(value)).cloned().collect());
        }
        let (first, end) = if self.pattern.is_sortable() {
            let first = constraint.from.as_ref().map_or(0, |from| first_where(count, |step| text(step) >= *from));
            let end = constraint.to.as_ref().map_or(count, |to| first_where(count, |step| text(step) > *to));
            (first, end)
        } else {
            (0, count)
        };
        if usize::try_from(end - first).is_ok_and(|steps| steps > limit) {
            return None;
        }
        Some((first..end).map(text).filter(|value| constraint.admits(value)).collect())
    }
}

/// The first number below `end` where `is` turns true and stays so, else `end`.
fn first_where(end: i64, is: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        if is(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

/// A date of the range, or `NOW`, `NOW-3YEARS`, `NOW+1DAY`.
fn bound(text: &str, pattern: &DatePattern, now: Timestamp) -> Option<DateTime> {
    let text = text.trim();
    let Some(rest) = text.strip_prefix("NOW") else { return pattern.read(text) };
    let now = TimeZone::UTC.to_datetime(now);
    // Cut to what the pattern shows, so that steps count from whole hours or days.
    let now = pattern.read(&pattern.format(now))?;
    let rest: String = rest.split_whitespace().collect();
    if rest.is_empty() {
        return Some(now);
    }
    let sign = match rest.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
    let count: i64 = rest[1..=digits].parse().ok()?;
    let unit = Unit::parse(&rest[1 + digits..])?;
    now.checked_add(unit.span(sign * count)?).ok()
}
