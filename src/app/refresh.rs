//! What is looked at again by itself, at a price that nobody notices: the depths of the queues every ten seconds; the
//! failure queues where their depths have changed, since reading a queue is a write; the sources once a minute, and
//! more often while events wait for their worker; the objects once a minute; a source that is followed every ten seconds.
//!
//! Nothing is asked while another window has the keys, nor beyond the budget: as many requests a minute as the profile
//! allows, those of the user among them. Each wait is up to a quarter longer, so that consoles which were opened together
//! do not ask together.

use jiff::{SignedDuration, Timestamp};

use super::{Model, Screen, Topic, failures, objects, pipeline, records, sources};
use crate::domain::{QueueRole, QueueStatus, Usage};

/// How often the queues are asked for their depths: one GetQueueAttributes each.
const DEPTHS: SignedDuration = SignedDuration::from_secs(10);
/// The same while they cannot be asked.
const DEPTHS_IN_TROUBLE: SignedDuration = SignedDuration::from_secs(60);
/// How often the sources, or the objects, are listed while one looks at them.
const SOURCES: SignedDuration = SignedDuration::from_secs(60);
/// How often new objects of a source that is followed are looked for.
const FOLLOWED: SignedDuration = SignedDuration::from_secs(10);
/// Objects of one page of a listing.
const PAGE: usize = 1_000;

/// What is asked of AWS, and how much of it by the console itself.
#[derive(Debug, Default)]
pub struct Live {
    /// What was asked so far.
    pub usage: Usage,
    /// The requests of a minute up to which the console looks again by itself; `None` where they cost nothing.
    pub requests_per_minute: Option<u32>,
    /// Whether another window has the keys, as far as the terminal tells.
    pub is_unfocused: bool,
}

/// When what was looked at last, and what the depths were then.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    depths_asked: Option<Timestamp>,
    sources_asked: Option<Timestamp>,
    objects_asked: Option<Timestamp>,
    followed: Option<Timestamp>,
    /// How much longer than its time each wait is, in thousandths.
    jitter: i32,
    /// Messages in the failure and parked queues.
    left: Option<u64>,
    /// Messages in the queues of events.
    waiting: u64,
    /// The last of them has been worked off, and the sources have not been listed since.
    has_ended: bool,
}

/// A second has gone by.
pub(super) fn tick(model: &mut Model) {
    if model.live.is_unfocused || !has_budget(model, 1) {
        return;
    }
    let now = model.now;
    let jitter = model.refresh.jitter;
    let is_due = |asked: Option<Timestamp>, every: SignedDuration| {
        asked.is_none_or(|asked| now.duration_since(asked) >= every + every * jitter / 1_000)
    };
    let depths = if model.pipeline.trouble.is_none() { DEPTHS } else { DEPTHS_IN_TROUBLE };
    if !model.profile.consumers.is_empty()
        && !model.is_asking(Topic::Queues)
        && is_due(model.refresh.depths_asked, depths)
    {
        model.refresh.depths_asked = Some(now);
        model.refresh.jitter = jitter_of(now);
        pipeline::ask(model);
    }
    if let Some(requests) = records::follow::due(model) {
        if model.refresh.followed.is_none_or(|asked| asked > now) {
            // From here on.
            model.refresh.followed = Some(now);
        } else if is_due(model.refresh.followed, FOLLOWED) && has_budget(model, requests) {
            model.refresh.followed = Some(now);
            records::follow::poll(model);
        }
        return;
    }
    model.refresh.followed = None;
    if model.screen == Screen::Objects {
        return objects_of(model, is_due(model.refresh.objects_asked, SOURCES));
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

/// Lists the objects again where that is due, the range moves on with the clock, and the listing is affordable.
fn objects_of(model: &mut Model, is_due: bool) {
    if model.is_asking(Topic::Objects) || model.refresh.objects_asked.is_none() {
        // From here on, or since it was asked last.
        model.refresh.objects_asked = Some(model.now);
    } else if is_due && model.follows_clock && model.objects.brush.is_none() && model.typing.is_none() {
        // The objects and their receipts, page by page.
        let pages = 2 * (model.objects.rows.len() / PAGE + 1);
        if has_budget(model, pages as u64) {
            model.refresh.objects_asked = Some(model.now);
            objects::ask(model);
        }
    }
}

/// Whether so many requests more stay within the budget of the minute.
fn has_budget(model: &Model, requests: u64) -> bool {
    let limit = model.live.requests_per_minute.map_or(u64::MAX, u64::from);
    model.live.usage.minute.total().saturating_add(requests) <= limit
}

/// Up to 250 thousandths, from the part of the clock that nobody can foresee.
fn jitter_of(now: Timestamp) -> i32 {
    now.subsec_nanosecond().rem_euclid(1_000) / 4
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
    use crate::domain::RequestKind;

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
    fn nothing_is_asked_while_another_window_has_the_keys() {
        let mut night = Night::new(120, 40).surveyed();
        night.tell(Msg::Focus(false));
        assert_eq!(pass(&mut night, 300, 12, 0), (0, 0, 0));
        night.effects.clear();
        night.tell(Msg::Focus(true));
        assert!(night.has_asked(|request| matches!(request, Request::Queues)), "at once");
    }

    #[test]
    fn nothing_is_asked_beyond_the_budget_of_the_minute() {
        let mut night = Night::new(120, 40).surveyed();
        night.model.live.requests_per_minute = Some(60);
        let mut usage = Usage::default();
        usage.minute.add(RequestKind::Write, 60);
        night.tell(Msg::Used(usage));
        assert_eq!(pass(&mut night, 300, 0, 0), (0, 0, 0));
        night.tell(Msg::Used(Usage::default()));
        assert_eq!(pass(&mut night, 60, 0, 0).0, 6);
    }

    #[test]
    fn consoles_that_were_opened_together_do_not_ask_together() {
        let mut night = Night::new(120, 40).surveyed();
        pass(&mut night, 20, 0, 0);
        night.model.refresh.jitter = 250;
        let (depths, ..) = pass(&mut night, 13, 0, 0);
        assert!(depths <= 1, "{depths} in thirteen seconds");
        for nanos in [0, 999, 123_456_789] {
            let now = at(NOW) + SignedDuration::from_nanos(nanos);
            assert!((0..250).contains(&jitter_of(now)));
        }
    }

    #[test]
    fn objects_are_listed_again_where_they_fit_the_budget_and_the_cursor_stays() {
        let mut night = Night::new(120, 40).surveyed().with_objects();
        night.press("j j j space");
        let before = night.model.objects.selected().map(|row| row.object.id.clone());
        let listings = |night: &mut Night| {
            let mut count = 0;
            for _ in 0..130 {
                let now = night.model.now + SignedDuration::from_secs(1);
                night.effects.clear();
                night.tell(Msg::Tick(now));
                let is_listing = |request: &Request| matches!(request, Request::Objects { .. });
                if night.has_asked(is_listing) {
                    count += 1;
                    let rows = crate::app::fixture::rows(night.model.range);
                    night.answer(is_listing, vec![Reply::Objects { rows }]);
                }
            }
            count
        };
        assert_eq!(listings(&mut night), 2);
        assert_eq!(night.model.objects.selected().map(|row| row.object.id.clone()), before);
        assert_eq!(night.model.objects.marks.len(), 1);
        night.model.live.requests_per_minute = Some(1);
        assert_eq!(listings(&mut night), 0, "a listing takes two requests at least");
    }

    #[test]
    fn a_range_of_the_past_stays_as_it_is() {
        let mut night = Night::new(120, 40).surveyed();
        night.press("[");
        night.answer(|request| matches!(request, Request::Survey { .. }), vec![]);
        assert_eq!(pass(&mut night, 300, 0, 0).2, 0);
    }
}
