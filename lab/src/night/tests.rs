//! Most tests look at plans, which cost nothing; those that write bodies write few.

use std::collections::BTreeSet;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use scops_parser::{Options, Reader};
use serde_json::Value;

use super::stamp::{MINUTE, Millis};
use super::*;

const END: &str = "2026-11-23T02:14:00Z";

fn night(seed: u64, density: f64) -> Night {
    Night::new(NightOptions { seed, end: END.parse().unwrap(), hours: 12, density })
}

fn source(night: &Night, planned: &Planned) -> &'static str {
    night.sources()[planned.source].name
}

/// All text of a source's objects that tell the story.
fn told(night: &Night, name: &str) -> String {
    let telling = night.planned.iter().filter(|object| object.tells_story && source(night, object) == name);
    telling.map(|object| night.text(object)).collect()
}

fn inflate(body: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut text = Vec::new();
    MultiGzDecoder::new(body).read_to_end(&mut text)?;
    Ok(text)
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let (one, two) = (night(7, 0.02), night(7, 0.02));
    assert_eq!(one.story, two.story);
    assert!(one.objects().eq(two.objects()));
    // Nor does it matter in which order they are made.
    assert_eq!(one.get(one.len() - 1), two.objects().last());
    assert_eq!(one.get(one.len()), None);
}

#[test]
fn another_seed_gives_another_night() {
    let (one, two) = (night(7, 1.0), night(8, 1.0));
    assert_ne!(one.story.access_key_id, two.story.access_key_id);
    assert_ne!(one.planned[0].key, two.planned[0].key);
}

#[test]
fn a_usual_night_has_about_three_thousand_objects_of_six_sources() {
    for seed in 0..8 {
        let night = night(seed, 1.0);
        assert!((2_600..3_400).contains(&night.len()), "{} objects", night.len());
        for (index, seed) in night.sources().iter().enumerate() {
            let count = night.planned.iter().filter(|object| object.source == index).count();
            assert!(count > 120, "{}: {count}", seed.name);
        }
    }
}

#[test]
fn exactly_37_objects_of_one_account_carry_the_new_shape() {
    for (seed, density) in [(1, 1.0), (2, 1.0), (3, 1.0), (4, 2.5), (5, 1.01)] {
        let night = night(seed, density);
        assert_eq!(night.story.failing_keys.len(), 37, "seed {seed}");
        assert!(night.story.failing_keys.iter().all(|key| key.starts_with("AWSLogs/111122223333/CloudTrail/")));
    }
    assert_eq!(night(1, 0.1).story.failing_keys.len(), 3);
}

#[test]
fn only_failing_objects_hold_records_of_the_new_version() {
    let night = night(3, 0.1);
    let from = night.story.new_version_from;
    for object in night.planned.iter().filter(|object| source(&night, object) == "cloudtrail").step_by(3) {
        let text = night.text(object);
        assert_eq!(text.contains(r#""eventVersion":"1.12""#), object.has_new_shape, "{}", object.key);
    }
    let mut count = 0;
    for object in night.planned.iter().filter(|object| object.has_new_shape) {
        assert!(timestamp(object.from) >= from);
        let parsed: Value = serde_json::from_str(&night.text(object)).unwrap();
        let records = parsed["Records"].as_array().unwrap();
        for record in records.iter().filter(|record| record["eventVersion"] == "1.12") {
            assert!(record["userIdentity"]["invokedByDelegate"].is_array());
            assert!(record["additionalEventData"].is_array());
            count += 1;
        }
    }
    assert!(count > 0);
}

#[test]
fn the_address_is_in_every_source_and_the_key_where_it_is_used() {
    let night = night(11, 0.1);
    let ip = night.story.attacker_ip.to_string();
    for name in ["cloudtrail", "vpcflow", "alb", "payments", "bastion", "kestrel"] {
        assert!(told(&night, name).contains(&ip), "{name} lacks {ip}");
    }
    let trail = told(&night, "cloudtrail");
    for name in [
        "ConsoleLogin",
        "CreateAccessKey",
        "GetCallerIdentity",
        "ListBuckets",
        "GetObject",
        "AssumeRole",
        "StopLogging",
    ] {
        assert!(trail.contains(&format!(r#""eventName":"{name}""#)), "{name}");
    }
    assert!(trail.matches(&night.story.access_key_id).count() > 200);
    assert!(told(&night, "kestrel").contains(&night.story.access_key_id));
    assert!(told(&night, "bastion").contains(&night.story.user));
}

#[test]
fn nobody_else_has_the_attackers_address_or_key() {
    let night = night(12, 0.05);
    for object in night.planned.iter().filter(|object| !object.tells_story && object.fill.is_none()) {
        let text = night.text(object);
        assert!(!text.contains("203.0.113."), "{}", object.key);
        assert!(!text.contains(&night.story.access_key_id), "{}", object.key);
    }
}

#[test]
fn every_scene_is_told_once() {
    let ends = ["2026-11-23T02:14:00Z", "2026-12-31T23:59:59.999Z", "2024-02-29T06:31:07Z", "1969-12-31T18:03:01Z"];
    for (end, (hours, density)) in ends.into_iter().zip([(12, 0.01), (6, 0.3), (24, 3.0), (7, 1.0)]) {
        let night = Night::new(NightOptions { seed: 5, end: end.parse().unwrap(), hours, density });
        for (index, kind) in SOURCES.iter().enumerate() {
            for (stream, at) in (kind.scenes)(&night.script) {
                let holds = |object: &&Planned| {
                    object.source == index
                        && object.stream == stream
                        && object.tells_story
                        && (object.from..object.until).contains(&at)
                };
                assert_eq!(night.planned.iter().filter(holds).count(), 1, "{} at {}", kind.seed.name, timestamp(at));
            }
        }
    }
}

#[test]
fn objects_come_by_arrival_with_unique_keys_under_their_layout() {
    let night = night(9, 1.0);
    let end = END.parse::<Timestamp>().unwrap();
    let mut keys = BTreeSet::new();
    let mut before = Millis::MIN;
    for object in &night.planned {
        assert!(object.arrived >= before && timestamp(object.arrived) <= end);
        before = object.arrived;
        assert!(keys.insert(&object.key), "{} twice", object.key);
        let (directory, _) = object.key.rsplit_once('/').unwrap();
        let layout = night.sources()[object.source].layout;
        assert_eq!(directory.matches('/').count() + 1, layout.matches('/').count(), "{}", object.key);
        assert!(!object.key.contains(['{', '}']), "{}", object.key);
    }
}

#[test]
fn lag_is_as_the_sensors_have_it() {
    let night = night(10, 1.0);
    for (index, seed) in night.sources().iter().enumerate() {
        let mut lags: Vec<Millis> = night
            .planned
            .iter()
            .filter(|object| object.source == index && !object.is_late)
            .map(|object| object.arrived - object.named_at)
            .collect();
        lags.sort_unstable();
        let p95 = lags[lags.len() * 95 / 100];
        assert!(lags[0] >= MINUTE && lags[lags.len() - 1] < 5 * MINUTE);
        let wanted = if seed.name == "cloudtrail" { 210_000..280_000 } else { 110_000..180_000 };
        assert!(wanted.contains(&p95), "{}: {p95}", seed.name);
    }
}

#[test]
fn late_objects_are_late_and_of_one_window() {
    for density in [0.1, 1.0] {
        let night = night(10, density);
        let late: Vec<&Planned> = night.planned.iter().filter(|object| object.is_late).collect();
        assert_eq!(late.len(), night.story.late_keys.len());
        assert!((2..=6).contains(&late.len()), "{}", late.len());
        for object in late {
            let lag = object.arrived - object.named_at;
            assert!((15 * MINUTE..40 * MINUTE).contains(&lag), "{lag}");
            assert_eq!(source(&night, object), "payments");
            assert!(night.script.late.0 <= object.from && object.from < night.script.late.1);
        }
    }
}

#[test]
fn the_silent_source_says_nothing_in_the_gap() {
    let night = night(10, 2.0);
    let Gap { source: silent, start, end } = night.story.gap;
    assert_eq!(end.duration_since(start).as_mins(), 45);
    let objects: Vec<&Planned> = night.planned.iter().filter(|object| source(&night, object) == silent).collect();
    assert!(objects.iter().all(|object| timestamp(object.until) <= start || timestamp(object.from) >= end));
    assert!(objects.iter().any(|object| timestamp(object.until) == start));
    assert!(objects.iter().any(|object| timestamp(object.from) == end));
}

#[test]
fn everything_inflates_but_the_damaged() {
    let night = night(13, 0.05);
    let damaged: BTreeSet<&str> = night.story.damaged_keys.iter().map(|(key, _)| key.as_str()).collect();
    assert_eq!(damaged.len(), 4);
    for object in night.objects() {
        let is_damaged = damaged.contains(object.key.as_str());
        assert_eq!(inflate(&object.body).is_err(), is_damaged, "{}", object.key);
    }
}

#[test]
fn a_usual_night_breaks_two_objects_of_two_sources() {
    for seed in 0..6 {
        let night = night(seed, 1.0);
        let wrong = |name: &str| night.story.damaged_keys.iter().filter(|(_, what)| *what == name).count();
        assert_eq!((wrong("truncated gzip"), wrong("corrupt gzip")), (2, 2));
        for object in night.planned.iter().filter(|object| object.damage.is_some()) {
            assert!(!object.tells_story && ["alb", "vpcflow"].contains(&source(&night, object)));
            assert!(inflate(&night.object(object).body).is_err(), "{}", object.key);
        }
    }
}

#[test]
fn json_sources_are_json_and_the_vendor_is_not() {
    let night = night(14, 0.05);
    for object in night.planned.iter().filter(|object| object.fill.is_none()) {
        let text = night.text(object);
        match source(&night, object) {
            "cloudtrail" => {
                let parsed: Value = serde_json::from_str(&text).unwrap();
                assert!(parsed["Records"].as_array().is_some_and(|records| !records.is_empty()));
            }
            "payments" => {
                for line in text.lines() {
                    assert!(serde_json::from_str::<Value>(line).is_ok_and(|event| event.is_object()), "{line}");
                }
            }
            "kestrel" => {
                for line in text.lines() {
                    assert!(serde_json::from_str::<Value>(line).is_err(), "{line}");
                    assert!(!line.contains(['=', ',', '\t', '{', ';']), "{line}");
                }
            }
            _ => assert!(text.is_ascii()),
        }
    }
}

#[test]
fn the_shared_parser_knows_every_source_but_the_vendors() {
    let night = night(18, 0.05);
    for (planned, object) in night.planned.iter().zip(night.objects()) {
        let options = Options { key: Some(object.key.clone()), arrived: Some(object.arrived), ..Options::default() };
        let mut reader = Reader::new(&object.body[..], options);
        let promised = night.sources()[planned.source].format;
        let found = reader.detection();
        assert_eq!(found.is_structured(), promised.is_some_and(|name| name != "text"), "{}", object.key);
        if let Some(name) = promised {
            assert_eq!(found.format.as_ref().map(|format| format.name()), Some(name), "{}", object.key);
        }
        while reader.next_record().is_some() {}
        let report = reader.report();
        assert_eq!(report.damage.is_some(), planned.damage.is_some(), "{}", object.key);
        if promised.is_some() && planned.damage.is_none() {
            assert!(report.is_clean() && report.records > 0, "{}: {:?}", object.key, report.groups);
            let (first, last) = (report.first_time.unwrap(), report.last_time.unwrap());
            // Some logs keep whole seconds, and a flow record tells the end of its interval.
            let allowed = timestamp(planned.from - 1_000)..timestamp(planned.until + MINUTE);
            assert!(allowed.contains(&first) && allowed.contains(&last), "{}: {first} to {last}", object.key);
        }
    }
}

#[test]
fn rows_have_all_columns() {
    let night = night(15, 0.05);
    for object in &night.planned {
        let text = match source(&night, object) {
            "vpcflow" => night.text(object),
            "alb" => {
                for line in night.text(object).lines() {
                    // Quoted columns count as one.
                    let outside: String = line.split('"').step_by(2).collect::<Vec<_>>().join("Q");
                    assert_eq!(outside.split(' ').count(), 33, "{line}");
                }
                continue;
            }
            _ => continue,
        };
        assert!(text.lines().all(|line| line.split(' ').count() == 29), "{}", object.key);
    }
}

#[test]
fn records_lie_in_the_time_of_their_object_and_are_sorted() {
    let night = night(16, 0.05);
    for object in night.planned.iter().filter(|object| source(&night, object) == "alb") {
        let text = night.text(object);
        let times: Vec<Timestamp> = text.lines().map(|line| line.split(' ').nth(1).unwrap().parse().unwrap()).collect();
        assert!(times.iter().all(|at| (timestamp(object.from)..timestamp(object.until)).contains(at)));
        assert!(times.windows(2).all(|pair| pair[0].as_millisecond() <= pair[1].as_millisecond()));
    }
}

#[test]
fn one_object_is_large_and_in_proportion_to_the_density() {
    let night = night(17, 0.1);
    let large = night.planned.iter().find(|object| object.fill.is_some()).unwrap();
    let text = night.text(large);
    assert!((800_000..900_000).contains(&text.len()), "{}", text.len());
    assert!(text.lines().last().is_some_and(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn short_long_and_strange_nights_hold() {
    for (hours, density) in [(0, 1.0), (6, 1.0), (48, 0.2), (12, 0.0), (12, f64::NAN), (12, -1.0)] {
        let night = Night::new(NightOptions { seed: 1, end: END.parse().unwrap(), hours, density });
        assert!(!night.is_empty());
        assert!(!night.story.failing_keys.is_empty());
        assert!(night.story.leaked_at < night.story.new_version_from, "{hours} hours");
    }
}
