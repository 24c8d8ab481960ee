use super::*;
use crate::domain::discovery::{FoundFunction, FoundLayout, FoundMapping, Notification};

const TOPIC: &str = "arn:aws:sns:us-east-1:111122223333:object-created";
const QUEUE: &str = "arn:aws:sqs:us-east-1:111122223333:indexer";
const FAILED: &str = "arn:aws:sqs:us-east-1:111122223333:indexer-failed";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:111122223333:function:alerts";

fn queue(arn: &str) -> FoundQueue {
    FoundQueue {
        arn: arn.into(),
        url: format!("https://sqs.us-east-1.amazonaws.com/111122223333/{}", short(arn)),
        retention: SignedDuration::from_hours(4 * 24),
        visibility: SignedDuration::from_mins(6),
        ..FoundQueue::default()
    }
}

/// Bucket -> topic -> queue -> function, with a failure queue: nothing is odd about it.
fn sound() -> Discovered {
    let indexer = FoundQueue { dead_letter: Some(FAILED.into()), max_receives: Some(5), ..queue(QUEUE) };
    let failed = FoundQueue { retention: SignedDuration::from_hours(14 * 24), ..queue(FAILED) };
    let told =
        Notification { target: TOPIC.into(), events: vec!["s3:ObjectCreated:*".into()], ..Notification::default() };
    let layout = FoundLayout { template: "app/{yyyy}/{MM}/{dd}/".into(), is_dated: true, ..FoundLayout::default() };
    Discovered {
        region: "us-east-1".into(),
        buckets: vec![FoundBucket {
            name: "logs".into(),
            notifications: Some(vec![told]),
            layouts: vec![layout],
            ..FoundBucket::default()
        }],
        topics: vec![FoundTopic {
            arn: TOPIC.into(),
            key: None,
            subscriptions: Some(vec![FoundSubscription {
                protocol: "sqs".into(),
                endpoint: QUEUE.into(),
                ..FoundSubscription::default()
            }]),
        }],
        queues: vec![indexer, failed],
        functions: vec![FoundFunction {
            arn: FUNCTION.into(),
            timeout: Some(SignedDuration::from_mins(1)),
            is_on_failure_known: true,
            mappings: vec![FoundMapping { source: QUEUE.into(), state: "Enabled".into(), ..FoundMapping::default() }],
            ..FoundFunction::default()
        }],
        ..Discovered::default()
    }
}

fn consumer(envelope: Envelope) -> Consumer {
    let (found, _) = super::super::consumers::consumers(&sound());
    Consumer { envelope, ..found.into_iter().next().expect("one").consumer }
}

/// What is odd once the sound pipeline was changed so.
fn odd(change: impl FnOnce(&mut Discovered)) -> Vec<(OddityKind, String)> {
    let mut found = sound();
    change(&mut found);
    let odd = oddities(&found, &[consumer(Envelope::Sns)]);
    assert!(odd.iter().all(|odd| !odd.what.is_empty() && !odd.cure.is_empty()));
    odd.into_iter().map(|odd| (odd.kind, odd.place)).collect()
}

#[test]
fn nothing_is_odd_about_a_sound_pipeline() {
    assert_eq!(odd(|_| {}), []);
}

#[test]
fn a_queue_without_a_failure_queue_is_odd() {
    let found = odd(|found| found.queues[0].dead_letter = None);
    assert_eq!(found, [(OddityKind::NoFailureQueue, QUEUE.into())]);
}

#[test]
fn a_function_that_s3_invokes_needs_a_place_for_what_fails() {
    let direct = |found: &mut Discovered| {
        let told = Notification {
            target: format!("{FUNCTION}:live"),
            events: vec!["s3:ObjectCreated:Put".into()],
            ..Notification::default()
        };
        found.buckets[0].notifications.as_mut().expect("told").push(told);
    };
    assert_eq!(odd(direct), [(OddityKind::NoFailureQueue, FUNCTION.into())]);
    assert_eq!(
        odd(|found| {
            direct(found);
            found.functions[0].on_failure = Some("arn:aws:s3:::failures".into());
        }),
        []
    );
    assert_eq!(
        odd(|found| {
            direct(found);
            found.functions[0].is_on_failure_known = false;
        }),
        [],
        "what was not told is not odd"
    );
}

#[test]
fn a_retention_shorter_than_a_weekend_is_odd() {
    for (at, place) in [(0, QUEUE), (1, FAILED)] {
        let found = odd(|found| found.queues[at].retention = SignedDuration::from_hours(71));
        assert!(found.contains(&(OddityKind::ShortRetention, place.into())), "{found:?}");
    }
}

#[test]
fn a_failure_queue_that_keeps_no_longer_than_its_queue_is_odd() {
    let found = odd(|found| found.queues[1].retention = SignedDuration::from_hours(4 * 24));
    assert_eq!(found, [(OddityKind::LateRetention, FAILED.into())]);
    let both =
        odd(|found| found.queues.iter_mut().for_each(|queue| queue.retention = SignedDuration::from_hours(14 * 24)));
    assert_eq!(both, [], "14 days is the longest there is");
}

#[test]
fn a_visibility_under_six_timeouts_is_odd() {
    let found = odd(|found| found.queues[0].visibility = SignedDuration::from_secs(359));
    assert_eq!(found, [(OddityKind::ShortVisibility, QUEUE.into())]);
}

#[test]
fn fewer_than_three_tries_are_odd() {
    assert_eq!(odd(|found| found.queues[0].max_receives = Some(2)), [(OddityKind::FewTries, QUEUE.into())]);
    assert_eq!(odd(|found| found.queues[0].max_receives = Some(3)), []);
}

#[test]
fn a_prefix_that_nobody_is_told_of_is_odd() {
    let narrow = |found: &mut Discovered| {
        found.buckets[0].notifications.as_mut().expect("told")[0].prefix = "AWSLogs/".into();
    };
    assert_eq!(odd(narrow), [(OddityKind::NoConsumer, "s3://logs/app/".into())]);
    let removed = |found: &mut Discovered| {
        found.buckets[0].notifications.as_mut().expect("told")[0].events = vec!["s3:ObjectRemoved:*".into()];
    };
    assert_eq!(odd(removed), [(OddityKind::NoConsumer, "s3://logs/app/".into())]);
    assert_eq!(odd(|found| found.buckets[0].notifications = None), [], "what was not told is not odd");
    let bridged = odd(|found| {
        narrow(found);
        found.buckets[0].has_event_bridge = true;
    });
    assert_eq!(bridged, []);
}

#[test]
fn a_topic_without_subscribers_is_odd() {
    let found = odd(|found| found.topics[0].subscriptions = Some(Vec::new()));
    assert_eq!(found, [(OddityKind::NoConsumer, TOPIC.into())]);
    assert_eq!(odd(|found| found.topics[0].subscriptions = None), []);
}

#[test]
fn keys_that_s3_and_sns_may_not_use_are_odd() {
    let topic = odd(|found| found.topics[0].key = Some("alias/aws/sns".into()));
    assert_eq!(topic, [(OddityKind::UnusableKey, TOPIC.into())]);
    assert_eq!(odd(|found| found.topics[0].key = Some("alias/acme".into())), []);
    let queue = odd(|found| found.queues[0].key = Some("alias/aws/sqs".into()));
    assert_eq!(queue, [(OddityKind::UnusableKey, QUEUE.into())]);
}

#[test]
fn a_filter_policy_is_odd_unless_it_is_empty() {
    let filter = |text: &str, filters_body: bool| {
        let text = text.to_owned();
        odd(move |found| {
            let told = &mut found.topics[0].subscriptions.as_mut().expect("told")[0];
            (told.filter, told.filters_body) = (Some(text), filters_body);
        })
    };
    assert_eq!(filter("{\"kind\":[\"x\"]}", false), [(OddityKind::FilterDrops, QUEUE.into())]);
    assert_eq!(filter("{\"Records\":{}}", true), [(OddityKind::FilterDrops, QUEUE.into())]);
    assert_eq!(filter("{}", false), []);
}

#[test]
fn an_envelope_that_the_configuration_does_not_name_is_odd() {
    let found = oddities(&sound(), &[consumer(Envelope::S3)]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind, found[0].place.as_str()), (OddityKind::OtherEnvelope, QUEUE));
    assert!(found[0].cure.contains("envelope = \"sns\""), "{}", found[0].cure);
    let raw = odd(|found| found.topics[0].subscriptions.as_mut().expect("told")[0].is_raw = true);
    assert_eq!(raw, [(OddityKind::OtherEnvelope, QUEUE.into())]);
}

#[test]
fn what_is_disabled_missing_or_unconfirmed_is_odd() {
    let disabled = odd(|found| found.functions[0].mappings[0].state = "Disabled".into());
    assert_eq!(disabled, [(OddityKind::Disabled, QUEUE.into())]);
    let stopped = odd(|found| found.functions[0].concurrency = Some(0));
    assert_eq!(stopped, [(OddityKind::Disabled, FUNCTION.into())]);
    assert_eq!(odd(|found| found.missing.push("arn:aws:sqs:us-east-1:1:gone".into())).len(), 1);
    let waits = odd(|found| found.topics[0].subscriptions.as_mut().expect("told")[0].is_pending = true);
    assert_eq!(waits, [(OddityKind::Unconfirmed, QUEUE.into())]);
}
