//! What is looked at again by itself, at a price that nobody notices: the depths of the queues every ten seconds; the
//! failure queues where their depths have changed, since reading a queue is a write; the sources once a minute, and
//! more often while events wait for their worker.

use jiff::{SignedDuration, Timestamp};

use super::{Model, Screen, Topic, failures, objects, pipeline, sources};
use crate::domain::{QueueRole, QueueStatus};

/// How often the queues are asked for their depths: one GetQueueAttributes each.
const DEPTHS: SignedDuration = SignedDuration::from_secs(10);
/// The same while they cannot be asked.
const DEPTHS_IN_TROUBLE: SignedDuration = SignedDuration::from_secs(60);
/// How often the sources are listed while one looks at them.
const SOURCES: SignedDuration = SignedDuration::from_secs(60);

/// When what was looked at last, and what the depths were then.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    depths_asked: Option<Timestamp>,
    sources_asked: Option<Timestamp>,
    /// Messages in the failure and parked queues.
    left: Option<u64>,
    /// Messages in the queues of events.
    waiting: u64,
    /// The last of them has been worked off, and the sources have not been listed since.
    has_ended: bool,
}

/// A second has gone by.
pub(super) fn tick(model: &mut Model) {
    let now = model.now;
    let is_due = |asked: Option<Timestamp>, every| asked.is_none_or(|asked| now.duration_since(asked) >= every);
    let depths = if model.pipeline.trouble.is_none() { DEPTHS } else { DEPTHS_IN_TROUBLE };
    if !model.profile.consumers.is_empty()
        && !model.is_asking(Topic::Queues)
        && is_due(model.refresh.depths_asked, depths)
    {
        model.refresh.depths_asked = Some(now);
        pipeline::ask(model);
    }
    if model.is_asking(Topic::Survey) {
        model.refresh.sources_asked = Some(now);
        return;
    }
    // What is past changes only where its events are still being worked off.
    let sources = match model.refresh.waiting {
        0 if model.refresh.has_ended => Some(SignedDuration::ZERO),
        0 => model.follows_clock.then_some(SOURCES),
        _ => Some(DEPTHS),
    };
    if model.screen == Screen::Sources && sources.is_some_and(|every| is_due(model.refresh.sources_asked, every)) {
        model.refresh.has_ended = false;
        model.refresh.sources_asked = Some(now);
        sources::ask(model);
    }
}

/// The depths are known: where they tell news, what they concern is looked at again.
pub(super) fn depths(model: &mut Model, queues: &[QueueStatus]) {
    let depth = |wanted: fn(QueueRole) -> bool| -> u64 {
        let queues = queues.iter().filter(|queue| wanted(queue.role));
        queues.map(|queue| queue.visible + queue.in_flight + queue.delayed).sum()
    };
    let taken_before = failures::taken(model);
    let taken: u64 = queues.iter().filter(|queue| queue.role != QueueRole::Events).map(|queue| queue.in_flight).sum();
    let left = depth(|role| role != QueueRole::Events);
    let waiting = depth(|role| role == QueueRole::Events);
    let before = model.refresh.left.replace(left);
    let was_busy = std::mem::replace(&mut model.refresh.waiting, waiting) > 0;
    // A replay that runs tells of its objects itself, and reads the queues when it ends.
    if model.replays.is_running() {
        return;
    }
    // What another reader has given back is seen again, though no depth tells so.
    let has_news = before.is_some_and(|before| before != left) || taken < taken_before;
    if has_news && !model.is_asking(Topic::Failures) {
        failures::ask(model);
    }
    if was_busy && waiting == 0 {
        model.refresh.has_ended = true;
        if model.screen == Screen::Objects && !model.is_asking(Topic::Objects) {
            objects::ask(model);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::{NOW, Night, at};
    use crate::app::request::{Reply, Request};

    fn queues(waiting: u64, failed: u64) -> Reply {
        let queue = |role, visible| QueueStatus {
            consumer: "indexer".into(),
            role,
            url: String::new(),
            visible,
            in_flight: 0,
            delayed: 0,
            retention: SignedDuration::from_hours(96),
            max_receive_count: None,
            move_task: None,
            at: at(NOW),
        };
        Reply::Queues(vec![queue(QueueRole::Events, waiting), queue(QueueRole::DeadLetter, failed)])
    }

    /// Lets time go by, second by second, and returns how often each was asked: depths, failures, sources.
    fn pass(night: &mut Night, seconds: i64, waiting: u64, failed: u64) -> (usize, usize, usize) {
        let mut counts = (0, 0, 0);
        for _ in 0..seconds {
            let now = night.model.now + SignedDuration::from_secs(1);
            night.effects.clear();
            night.tell(Msg::Tick(now));
            for wanted in [
                |request: &Request| matches!(request, Request::Queues),
                |request: &Request| matches!(request, Request::Failures),
                |request: &Request| matches!(request, Request::Survey { .. }),
            ] {
                if !night.has_asked(wanted) {
                    continue;
                }
                let (_, request) = night.asked(wanted).expect("asked");
                match request {
                    Request::Queues => counts.0 += 1,
                    Request::Failures => counts.1 += 1,
                    _ => counts.2 += 1,
                }
                let replies = if request == Request::Queues { vec![queues(waiting, failed)] } else { vec![] };
                night.answer(wanted, replies);
            }
        }
        counts
    }

    #[test]
    fn an_idle_console_asks_little_and_reads_no_queue() {
        let mut night = Night::new(120, 40).surveyed();
        assert_eq!(pass(&mut night, 300, 0, 37), (30, 0, 5));
    }

    #[test]
    fn a_queue_is_read_again_where_its_depth_has_changed() {
        let mut night = Night::new(120, 40).surveyed();
        pass(&mut night, 20, 0, 37);
        assert_eq!(pass(&mut night, 20, 0, 38).1, 1);
        assert_eq!(pass(&mut night, 20, 0, 38).1, 0);
    }

    #[test]
    fn sources_are_listed_more_often_while_events_wait_and_once_they_are_done() {
        let mut night = Night::new(120, 40).surveyed();
        pass(&mut night, 60, 0, 0);
        assert!(pass(&mut night, 60, 12, 0).2 >= 5);
        assert_eq!(pass(&mut night, 20, 0, 0).2, 2, "as it ends, and a last time");
    }

    #[test]
    fn a_range_of_the_past_stays_as_it_is() {
        let mut night = Night::new(120, 40).surveyed();
        night.press("[");
        night.answer(|request| matches!(request, Request::Survey { .. }), vec![]);
        assert_eq!(pass(&mut night, 300, 0, 0).2, 0);
    }
}
