use jiff::SignedDuration;

use super::*;
use crate::app::Msg;
use crate::app::fixture::{NOW, Night, at, discovered};
use crate::app::request::{Effect, Reply};

fn is_discover(request: &Request) -> bool {
    matches!(request, Request::Discover)
}

fn shown() -> Night {
    let mut night = Night::new(120, 40).surveyed();
    night.press("8");
    night.answer(is_discover, vec![Reply::Discovered(Box::new(discovered()))]);
    night
}

#[test]
fn the_screen_looks_behind_the_buckets_once_and_again_where_one_looks_on() {
    let mut night = shown();
    night.effects.clear();
    night.press("5 8");
    assert!(!night.has_asked(is_discover), "it is known");
    night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(59)));
    assert!(!night.has_asked(is_discover));
    night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(61)));
    assert!(night.has_asked(is_discover));
    night.effects.clear();
    night.press("R");
    assert!(night.has_asked(is_discover));
}

#[test]
fn a_budget_that_is_used_up_lets_it_rest() {
    let mut night = shown();
    night.model.live.requests_per_minute = Some(10);
    night.effects.clear();
    night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(61)));
    assert!(!night.has_asked(is_discover), "it takes {} requests", discovered().requests);
}

#[test]
fn what_is_configured_is_shown_before_anything_is_found() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("8");
    let names: Vec<String> = lines(&night.model).0.into_iter().map(|line| line.name).collect();
    assert_eq!(names, ["indexer", "indexer", "indexer-failed", "indexer-parked"]);
}

#[test]
fn the_cursor_stays_on_what_it_was_on() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("8 j j");
    assert_eq!(selected(&night.model).map(|line| line.name).as_deref(), Some("indexer-failed"));
    night.answer(is_discover, vec![Reply::Discovered(Box::new(discovered()))]);
    assert_eq!(selected(&night.model).map(|line| line.name).as_deref(), Some("indexer-failed"));
    night.effects.clear();
    night.press("y");
    let copied = night.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(copied, Some("arn:aws:sqs:ap-northeast-1:123456789012:indexer-failed"));
    night.press("enter");
    assert_eq!(night.model.screen, Screen::Failures);
}

#[test]
fn the_oldest_message_that_was_seen_tells_a_queue_s_age() {
    let night = shown();
    let oldest = oldest(&night.model);
    let since = |state: State| {
        let failures = night.model.failures.all.iter().filter(|failure| failure.state == state);
        failures.filter_map(|failure| failure.message()?.sent).min()
    };
    assert_eq!(oldest.get(&("indexer".into(), QueueRole::DeadLetter)).copied(), since(State::Failed));
    assert_eq!(oldest.get(&("indexer".into(), QueueRole::Parked)).copied(), since(State::Parked));
}
