//! Ranges of time as people choose them, and columns of even steps for their timelines.

use jiff::{SignedDuration, Timestamp};

use crate::domain::TimeRange;
use crate::domain::time::{brief, length};

/// Steps that a column of a timeline may stand for, in seconds.
const STEPS: [i64; 25] = [
    1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 14_400, 21_600, 28_800,
    43_200, 86_400, 172_800, 604_800,
];

/// The shortest range that can be looked at.
const SHORTEST: SignedDuration = SignedDuration::from_secs(60);
/// The longest range that can be looked at.
pub const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// The shortest even step that cuts a range of `length` into at most `columns`.
pub fn step(length: SignedDuration, columns: usize) -> SignedDuration {
    let columns = columns.max(1) as i64;
    let wanted = length.as_secs().max(1).saturating_add(columns - 1) / columns;
    let fitting = STEPS.into_iter().find(|step| *step >= wanted);
    SignedDuration::from_secs(fitting.unwrap_or(wanted))
}

/// The step that a range of `length` begins and ends on.
fn even_step(length: SignedDuration) -> i64 {
    match step(length, 24).as_secs() {
        // Three minutes cut an hour evenly, and are no time that anybody names.
        180 => 300,
        other => other.max(1),
    }
}

/// How many columns of [`step`] cover a range.
pub fn bins(range: TimeRange, columns: usize) -> usize {
    let step = step(range.length(), columns).as_secs().max(1);
    let length = range.length().as_secs().max(1);
    usize::try_from((length + step - 1) / step).unwrap_or(1).max(1)
}

/// The stretch of `length` that holds `now` in its last step; it begins and ends on an even step, so that columns
/// stand still while the clock runs.
pub fn ending_now(now: Timestamp, length: SignedDuration) -> TimeRange {
    let step = even_step(length);
    let end = now.as_second().div_euclid(step) * step + step;
    let end = Timestamp::from_second(end).unwrap_or(now);
    TimeRange::ending(end, length)
}

/// The range widened to even steps, so that its columns mean even times.
pub fn widened(range: TimeRange) -> TimeRange {
    let step = even_step(range.length());
    let even = |seconds: i64| Timestamp::from_second(seconds.div_euclid(step) * step);
    match (even(range.start.as_second()), even(range.end.as_second() + step - 1)) {
        (Ok(start), Ok(end)) => TimeRange::new(start, end),
        _ => range,
    }
}

/// The range moved by its own length, `steps` times; never so far that it is over a step beyond `now`.
pub fn shift(range: TimeRange, steps: i32, now: Timestamp) -> TimeRange {
    moved(range, range.length().as_secs().saturating_mul(i64::from(steps)), now)
}

/// As [`shift`], by a quarter of its length.
pub fn pan(range: TimeRange, steps: i32, now: Timestamp) -> TimeRange {
    moved(range, (range.length().as_secs() / 4).max(1).saturating_mul(i64::from(steps)), now)
}

fn moved(range: TimeRange, seconds: i64, now: Timestamp) -> TimeRange {
    let length = range.length();
    let by = SignedDuration::from_secs(seconds);
    let latest = ending_now(now, length).end.max(range.end);
    match range.end.checked_add(by) {
        Ok(end) => TimeRange::ending(end.min(latest), length),
        Err(_) => range,
    }
}

/// The range made `factor` times as long around `center`, within what can be looked at.
pub fn zoom(range: TimeRange, factor: f64, center: Timestamp) -> TimeRange {
    let length = range.length().as_secs() as f64;
    let wanted = (length * factor).clamp(SHORTEST.as_secs() as f64, LONGEST.as_secs() as f64);
    // On even steps, so that columns mean even times.
    let step = even_step(SignedDuration::from_secs(wanted as i64));
    let length = (wanted as i64).div_euclid(step).max(1) * step;
    let share = (center.as_second() - range.start.as_second()) as f64 / range.length().as_secs().max(1) as f64;
    let start = center.as_second() as f64 - share.clamp(0.0, 1.0) * length as f64;
    let start = (start / step as f64).round() as i64 * step;
    match (Timestamp::from_second(start), Timestamp::from_second(start + length)) {
        (Ok(start), Ok(end)) => TimeRange::new(start, end),
        _ => range,
    }
}

/// Reads `6h`, `90m`, `3d`, `2026-11-23`, `2026-11-23T01:00`, or two moments separated by a space, `..` or `–`.
/// The error says what was expected.
pub fn parse(text: &str, now: Timestamp) -> Result<TimeRange, String> {
    let text = text.trim();
    let wrong = || format!("\"{text}\" is no range: write 6h, 3d, 2026-11-23, or 2026-11-23T01:00 2026-11-23T02:00");
    if let Some(length) = length(text) {
        return if (SHORTEST..=LONGEST).contains(&length) {
            Ok(ending_now(now, length))
        } else {
            Err("a range is one minute to 366 days long".to_owned())
        };
    }
    let mut words = text.split([' ', '–']).flat_map(|word| word.split("..")).filter(|word| !word.is_empty());
    let (first, second) = (words.next().ok_or_else(wrong)?, words.next());
    let start = moment(first).ok_or_else(wrong)?;
    let end = match second {
        Some(word) => {
            moment(word).or_else(|| length(word).and_then(|l| start.checked_add(l).ok())).ok_or_else(wrong)?
        }
        None if first.len() == 10 => start + SignedDuration::from_hours(24),
        None => start + SignedDuration::from_hours(1),
    };
    let range = TimeRange::new(start, end);
    if words.next().is_some() || !(SHORTEST..=LONGEST).contains(&range.length()) {
        return Err(wrong());
    }
    Ok(range)
}

/// The length as [`crate::domain::time::length`] reads it.
pub fn spell(length: SignedDuration) -> String {
    match length.as_secs() {
        seconds if seconds % 86_400 == 0 => format!("{}d", seconds / 86_400),
        seconds if seconds % 3_600 == 0 => format!("{}h", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
        seconds => format!("{seconds}s"),
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    if let Ok(timestamp) = text.parse() {
        return Some(timestamp);
    }
    let text = text.trim_end_matches('Z');
    let padded = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        13 => format!("{text}:00:00Z"),
        16 => format!("{text}:00Z"),
        _ => format!("{text}Z"),
    };
    padded.parse().ok()
}

/// The length of a range in words: `24 h`, `90 min`, `7 d`; one of no even unit as `2h37m`.
pub fn words(length: SignedDuration) -> String {
    let seconds = length.as_secs();
    match seconds {
        _ if seconds % 86_400 == 0 && seconds > 86_400 => format!("{} d", seconds / 86_400),
        _ if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        _ if seconds % 60 == 0 && seconds < 7_200 => format!("{} min", seconds / 60),
        _ if seconds < 60 => format!("{seconds} s"),
        _ => brief(length),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn a_range_that_ends_now_stands_on_even_steps() {
        let range = ending_now(at("2026-11-23T02:14:07Z"), SignedDuration::from_hours(24));
        assert_eq!(range.to_string(), "2026-11-22 03:00–2026-11-23 03:00Z");
        assert_eq!((bins(range, 24), bins(range, 30), bins(range, 48)), (24, 24, 48));
    }

    #[test]
    fn a_widened_range_holds_all_of_the_range() {
        let range = TimeRange::new(at("2026-11-23T02:14:07Z"), at("2026-11-23T05:01:30Z"));
        assert_eq!(widened(range).to_string(), "2026-11-23 02:10–05:10Z");
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        let now = at("2026-11-23T02:14:07Z");
        for (text, range) in [
            ("6h", "2026-11-22 20:15–2026-11-23 02:15Z"),
            ("2026-11-22", "2026-11-22 00:00–2026-11-23 00:00Z"),
            ("2026-11-22T01:00 2026-11-22T01:30", "2026-11-22 01:00–01:30Z"),
            ("2026-11-22T01:00..30m", "2026-11-22 01:00–01:30Z"),
            ("2026-11-22T01", "2026-11-22 01:00–02:00Z"),
        ] {
            assert_eq!(parse(text, now).map(|range| range.to_string()), Ok(range.to_owned()), "{text}");
        }
        for text in ["", "6", "h", "0h", "999d", "yesterday", "é"] {
            assert!(parse(text, now).is_err(), "{text}");
        }
    }

    #[test]
    fn zooming_keeps_what_is_under_the_cursor() {
        let range = TimeRange::new(at("2026-11-23T00:00:00Z"), at("2026-11-23T08:00:00Z"));
        let center = at("2026-11-23T06:00:00Z");
        let near = zoom(range, 0.5, center);
        assert_eq!(near.to_string(), "2026-11-23 03:00–07:00Z");
        assert_eq!(zoom(range, 1e-9, center).length(), SHORTEST);
    }

    #[test]
    fn the_range_does_not_run_into_the_future() {
        let now = at("2026-11-23T02:14:07Z");
        let range = ending_now(now, SignedDuration::from_hours(6));
        assert_eq!(shift(range, 1, now), range);
        assert_eq!(shift(shift(range, -2, now), 2, now), range);
        assert_eq!(pan(range, 1, now), range);
        assert_eq!(pan(pan(range, -3, now), 3, now), range);
        assert_eq!(range.end.duration_since(pan(range, -1, now).end), SignedDuration::from_mins(90));
    }
}
