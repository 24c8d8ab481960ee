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
    for (line, time, end) in [
        ("Dec 31 23:59:58 host sshd[1]: x", "2025-12-31T23:59:58Z", 15),
        ("Jan  9 21:19:40 host x", "2026-01-09T21:19:40Z", 15),
        ("jan 9 21:19:40 host x", "2026-01-09T21:19:40Z", 14),
        ("NOV 23 02:14:07.25 host x", "2025-11-23T02:14:07.25Z", 18),
        ("*Mar  1 18:46:11.123: %SYS-5", "2025-03-01T18:46:11.123Z", 20),
        ("<134>1 2026-11-23T02:14:07.5Z host", "2026-11-23T02:14:07.5Z", 29),
        ("<13>Nov 23 2026 02:14:07: %ASA", "2026-11-23T02:14:07Z", 24),
        ("<187>: 2026 Nov 23 02:14:07", "", 0),
        ("2026 Nov 23 02:14:07 EST: %ETH", "2026-11-23T07:14:07Z", 24),
        ("Nov 23 02:14:07 2026 ap1 cli[1]: x", "2026-11-23T02:14:07Z", 20),
        ("[23/Nov/2026:02:14:07 +0100] GET", "2026-11-23T01:14:07Z", 27),
        ("[Mon Nov 23 02:14:07.929301 2026] [php:emerg]", "2026-11-23T02:14:07.929301Z", 32),
        ("Mon Nov 23 02:14:07 UTC 2026", "2026-11-23T02:14:07Z", 28),
        ("Mon, 23 Nov 2026 02:14:07 +0900 x", "2026-11-22T17:14:07Z", 31),
        ("23-Nov-2026 02:14:07.425 client", "2026-11-23T02:14:07.425Z", 24),
        ("23 nov 2026 02:14:07.425 # Server", "2026-11-23T02:14:07.425Z", 24),
        ("20261123T021407.5Z x", "2026-11-23T02:14:07.5Z", 18),
        ("août 19 11:08:37 laptop x", "2025-08-19T11:08:37Z", 17),
        ("juil. 19 11:08:37 laptop x", "2025-07-19T11:08:37Z", 17),
        ("2026-11-23 02:14:07 UTCA", "2026-11-23T02:14:07Z", 19),
    ] {
        assert_eq!(at(line).unwrap_or_default(), (time.to_owned(), end), "{line}");
    }
    for line in ["no time here", "March on", "may be", "1 2 3", "2026", "Nov 23", "<134>", "", "déc", "24 Jan 2026"] {
        assert_eq!(at(line), None, "{line}");
    }
    assert_eq!(leading(b"Feb  9 21:19:40 host x", None), None);
}

#[test]
fn a_year_that_nothing_tells_is_the_last_one_that_the_log_can_be_of() {
    let year = |line: &str, near: &str| {
        let (time, _) = leading(line.as_bytes(), Some(near.parse().unwrap())).unwrap();
        assert_eq!(time.certainty, Certainty::FromKey);
        time.at.to_string()[..4].to_owned()
    };
    // At the turn of the year, on both sides.
    assert_eq!(year("Dec 31 23:59:58 h x", "2026-01-01T00:00:05Z"), "2025");
    assert_eq!(year("Jan  1 00:00:03 h x", "2025-12-31T23:59:50Z"), "2026");
    // A log of eleven months: of the past, though its first day is nearer to the next year's.
    assert_eq!(year("Feb  3 00:00:00 h x", "2026-01-01T00:00:00Z"), "2025");
    // A day that only leap years have.
    assert_eq!(year("Feb 29 12:00:00 h x", "2024-03-01T00:00:00Z"), "2024");
    assert_eq!(year("Feb 29 12:00:00 h x", "2026-11-23T00:00:00Z"), "2024");
    assert_eq!(year("Feb 29 12:00:00 h x", "1903-11-23T00:00:00Z"), "1896");
}

#[test]
fn every_time_tells_what_it_rests_on() {
    let near = Some("2026-11-23T12:00:00Z".parse().unwrap());
    let certainty = |text: &str| EventTime::any(text, near).map(|time| time.certainty);
    for text in [
        "2026-11-23T02:14:07Z",
        "2026-11-23 02:14:07 +01:00",
        "2026-11-23 02:14:07 PDT",
        "23/Nov/2026:02:14:07 +0000",
        "Nov 23 2026 02:14:07 UTC",
        "1795400047",
        "1795400047123",
    ] {
        assert_eq!(certainty(text), Some(Certainty::Explicit), "{text}");
    }
    for text in ["2026-11-23T02:14:07", "2026/11/23 02:14:07,5", "Nov 23 2026 02:14:07", "23-Nov-2026 02:14:07"] {
        assert_eq!(certainty(text), Some(Certainty::AssumedUtc), "{text}");
    }
    // The year is the object's, even where the zone is the record's own.
    for text in ["Nov 23 02:14:07", "Nov 23 02:14:07 UTC"] {
        assert_eq!(certainty(text), Some(Certainty::FromKey), "{text}");
    }
}

/// Case D26 of the faults that must be survived: such times are in order, or there is none.
#[test]
fn odd_times_are_ordered_or_there_is_none() {
    let at = |text: &str| EventTime::any(text, None).map(|time| time.at);
    // A leap second is not after the second that follows it, in any shape.
    for (leap, next) in [
        ("2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00Z"),
        ("Dec 31 2016 23:59:60 UTC", "Jan 1 2017 00:00:00 UTC"),
        ("31/Dec/2016:23:59:60 +0000", "01/Jan/2017:00:00:00 +0000"),
    ] {
        assert!(at(leap).unwrap() < at(next).unwrap(), "{leap}");
    }
    // Beyond the end of time, hour 24, second 61, the year zero of a dead clock's 32 bits: none.
    for text in
        ["9999-12-31T23:59:59Z", "2026-11-23T24:00:00Z", "2026-11-23T23:59:61Z", "0", "-1", "4294967296000000000"]
    {
        assert_eq!(at(text), None, "{text}");
    }
    // One instant, counted four ways.
    let counts = ["1700000000", "1700000000000", "1700000000000000", "1700000000000000000"];
    assert!(counts.iter().all(|count| at(count) == at("2023-11-14T22:13:20Z")));
}

#[test]
fn a_zone_that_stands_in_a_field_of_its_own_counts_where_the_time_has_none() {
    let within = |text: &str, zone: &str| {
        let time = EventTime::any(text, None).unwrap().within(Some(zone));
        (time.at.to_string(), time.certainty)
    };
    assert_eq!(within("Jul 04 2026 09:03:48", "UTC"), ("2026-07-04T09:03:48Z".into(), Certainty::Explicit));
    assert_eq!(within("2026-07-04 09:03:48.5", "-0500"), ("2026-07-04T14:03:48.5Z".into(), Certainty::Explicit));
    assert_eq!(within("2026-07-04 09:03:48", "Europe/Prague"), ("2026-07-04T09:03:48Z".into(), Certainty::AssumedUtc));
    assert_eq!(within("2026-07-04T09:03:48Z", "+02:00"), ("2026-07-04T09:03:48Z".into(), Certainty::Explicit));
}
