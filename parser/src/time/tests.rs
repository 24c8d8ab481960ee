use super::*;

fn iso(text: &str) -> Option<(String, Certainty)> {
    EventTime::iso(text.as_bytes()).map(|time| (time.at.to_string(), time.certainty))
}

#[test]
fn iso_times_keep_their_fraction_and_tell_whether_they_had_a_zone() {
    assert_eq!(iso("2026-11-23T02:14:07Z"), Some(("2026-11-23T02:14:07Z".into(), Certainty::Explicit)));
    assert_eq!(iso("2026-11-23 02:14:07,5+0200"), Some(("2026-11-23T00:14:07.5Z".into(), Certainty::Explicit)));
    assert_eq!(iso("2026-11-23T02:14:07.123456789-07:00").unwrap().0, "2026-11-23T09:14:07.123456789Z");
    assert_eq!(iso("2026-11-23T02:14:07"), Some(("2026-11-23T02:14:07Z".into(), Certainty::AssumedUtc)));
}

#[test]
fn times_that_do_not_exist_are_refused_and_a_leap_second_is_not() {
    for text in [
        "2026-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23",
        "eventTime",
        "",
        "2026-11-23T02:14:07Zx",
    ] {
        assert_eq!(iso(text), None, "{text}");
    }
    assert_eq!(iso("2016-12-31T23:59:60Z").unwrap().0, "2016-12-31T23:59:59Z");
    assert_eq!(iso("9999-12-30T00:00:00Z").unwrap().0, "9999-12-30T00:00:00Z");
    assert_eq!(iso("1969-12-31T23:59:59Z").unwrap().0, "1969-12-31T23:59:59Z");
}

#[test]
fn the_calendar_agrees_with_jiff_over_three_centuries() {
    let mut day: jiff::civil::Date = "1899-12-25".parse().unwrap();
    for _ in 0..40_000 {
        let expected = day.to_zoned_datetime(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        let date = (i64::from(day.year()), i64::from(day.month()), i64::from(day.day()));
        assert_eq!(instant(date, (0, 0, 0), 0, 0), Some(expected));
        day = day.checked_add(jiff::Span::new().days(3)).unwrap();
    }
}

#[test]
fn counts_since_1970_are_told_apart_by_their_size() {
    let at = |text: &str| EventTime::epoch(text).map(|time| time.at.to_string());
    assert_eq!(at("1666850900"), Some("2022-10-27T06:08:20Z".into()));
    assert_eq!(at("1666850900123"), Some("2022-10-27T06:08:20.123Z".into()));
    assert_eq!(at("1666850900.5"), Some("2022-10-27T06:08:20.5Z".into()));
    assert_eq!(at("1700000000000000001"), Some("2023-11-14T22:13:20.000000001Z".into()));
    assert_eq!(at("42"), None);
    assert_eq!(at("0"), None);
}

#[test]
fn a_line_tells_its_time_in_many_shapes() {
    let near: Timestamp = "2026-01-01T00:05:00Z".parse().unwrap();
    let at = |line: &str| leading(line.as_bytes(), Some(near)).map(|(time, end)| (time.at.to_string(), end));
    assert_eq!(at("Dec 31 23:59:58 host sshd[1]: x"), Some(("2025-12-31T23:59:58Z".into(), 15)));
    assert_eq!(at("Feb  9 21:19:40 host x"), Some(("2026-02-09T21:19:40Z".into(), 15)));
    assert_eq!(at("<134>1 2026-11-23T02:14:07.5Z host"), Some(("2026-11-23T02:14:07.5Z".into(), 29)));
    assert_eq!(at("<13>Nov 23 2026 02:14:07: %ASA"), Some(("2026-11-23T02:14:07Z".into(), 24)));
    assert_eq!(at("[23/Nov/2026:02:14:07 +0100] GET"), Some(("2026-11-23T01:14:07Z".into(), 27)));
    assert_eq!(at("no time here"), None);
    assert_eq!(leading(b"Feb  9 21:19:40 host x", None), None);
}
