//! The pipeline in its states.

use super::*;

fn is_queues(request: &Request) -> bool {
    matches!(request, Request::Queues)
}

fn one_of_two_queues(night: Night) -> Night {
    let night = pressed(night.surveyed(), "8");
    let queue = QueueStatus {
        consumer: "indexer".into(),
        role: QueueRole::DeadLetter,
        url: "http://127.0.0.1:9900/123456789012/indexer-failed".into(),
        visible: 37,
        in_flight: 0,
        delayed: 0,
        retention: jiff::SignedDuration::from_hours(96),
        max_receive_count: None,
        move_task: None,
        at: at(NOW),
    };
    begin(night, is_queues, Reply::Queues(vec![queue]))
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("pipeline-loading", |night| pressed(night.surveyed(), "8")),
    ("pipeline-empty", |mut night| {
        night.model.profile.consumers.clear();
        pressed(night.surveyed(), "8")
    }),
    ("pipeline-failed", |night| refuse(pressed(night.surveyed(), "8"), is_queues)),
    ("pipeline-broken-off", |night| refuse(one_of_two_queues(night), is_queues)),
    ("pipeline-read-only", |night| one_of_two_queues(night.read_only())),
    ("pipeline-undiscovered", |night| refuse(one_of_two_queues(night), |request| matches!(request, Request::Discover))),
    ("pipeline-partial", one_of_two_queues),
];
