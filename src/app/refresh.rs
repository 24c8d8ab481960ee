//! What is looked at again by itself, at a price that nobody notices: the depths of the queues every ten seconds; the
//! failure queues where their depths have changed, since reading a queue is a write; the sources once a minute, and
//! more often while events wait for their worker; the objects once a minute; a source that is followed every ten seconds.
//! Listings of many pages rest longer.
//!
//! Nothing is asked while another window has the keys, nor beyond the budget: as many requests a minute as the profile
//! allows, those of the user among them. Each wait is up to a quarter longer, so that consoles which were opened together
//! do not ask together.

use jiff::{SignedDuration, Timestamp};

use super::{Model, Screen, Topic, alerts, failures, objects, pipeline, records, sources};
use crate::domain::{QueueRole, QueueStatus, Usage};

/// How often the queues are asked for their depths: one GetQueueAttributes each.
const DEPTHS: SignedDuration = SignedDuration::from_secs(10);
/// How often what stands behind the buckets is looked at again while one looks at it.
const DISCOVERY: SignedDuration = SignedDuration::from_secs(60);
/// The same while they cannot be asked.
const DEPTHS_IN_TROUBLE: SignedDuration = SignedDuration::from_secs(60);
/// How often the sources, or the objects, are listed while one looks at them.
const SOURCES: SignedDuration = SignedDuration::from_secs(60);
/// How long what was listed rests for each of its pages. A page costs some fifteen milliseconds of a core, so that looking
/// again takes half a hundredth of one.
const REST: SignedDuration = SignedDuration::from_secs(3);
/// The range moves on with the clock whatever is under way where listing what is shown rests no longer than this.
const MOVES: SignedDuration = SignedDuration::from_mins(5);
/// How often new objects of a source that is followed are looked for.
const FOLLOWED: SignedDuration = SignedDuration::from_secs(10);
/// Objects of one page of a listing.
const PAGE: u64 = 1_000;

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
    /// The same of the objects.
    has_ended_for_objects: bool,
}

/// A second has gone by.
pub(super) fn tick(model: &mut Model) {
    if model.live.is_unfocused || !has_budget(model, 1) {
        return;
    }
    let now = model.now;
    let depths = if model.pipeline.trouble.is_none() { DEPTHS } else { DEPTHS_IN_TROUBLE };
    if !model.profile.consumers.is_empty()
        && !model.is_asking(Topic::Queues)
        && is_due(model, model.refresh.depths_asked, depths)
    {
        model.refresh.depths_asked = Some(now);
        model.refresh.jitter = jitter_of(now);
        pipeline::ask(model);
    }
    if model.screen == Screen::Pipeline && pipeline::is_due(model, DISCOVERY) {
        let requests = model.pipeline.found.as_ref().map_or(0, |found| found.requests);
        if has_budget(model, requests) {
            pipeline::discover(model);
        }
    }
    if let Some(requests) = alerts::due(model)
        && has_budget(model, requests)
    {
        alerts::ask(model);
    }
    if let Some(requests) = records::follow::due(model) {
        if model.refresh.followed.is_none_or(|asked| asked > now) {
            // From here on.
            model.refresh.followed = Some(now);
        } else if is_due(model, model.refresh.followed, FOLLOWED) && has_budget(model, requests) {
            model.refresh.followed = Some(now);
            records::follow::poll(model);
        }
        return;
    }
    model.refresh.followed = None;
    if model.screen == Screen::Objects {
        return objects_of(model);
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
    let sources = sources.map(|every| every.max(rest(model, Topic::Survey, surveyed(model))));
    if model.screen == Screen::Sources && sources.is_some_and(|every| is_due(model, model.refresh.sources_asked, every))
    {
        model.refresh.has_ended = false;
        model.refresh.sources_asked = Some(now);
        sources::ask(model);
    }
}

/// Whether what was asked then is to be asked again, so long after.
fn is_due(model: &Model, asked: Option<Timestamp>, every: SignedDuration) -> bool {
    asked.is_none_or(|asked| model.now.duration_since(asked) >= every + every * model.refresh.jitter / 1_000)
}

/// The requests of a listing of so many objects, those of their receipts among them: a survey lists those of one
/// consumer, the objects screen those of all.
fn pages(model: &Model, topic: Topic, objects: u64) -> u64 {
    let receipts = model.profile.consumers.iter().filter(|consumer| consumer.receipts.is_some()).count();
    let listed = if topic == Topic::Survey { receipts.min(1) } else { receipts };
    (objects / PAGE + 1) * (listed as u64 + 1)
}

/// How long a listing of so many objects rests before it is made again.
fn rest(model: &Model, topic: Topic, objects: u64) -> SignedDuration {
    REST * i32::try_from(pages(model, topic, objects)).unwrap_or(i32::MAX)
}

/// The objects that the sources were counted by.
fn surveyed(model: &Model) -> u64 {
    model.sources.surveys.iter().map(|survey| survey.objects).sum()
}

/// Lists the objects again where that is due, something may be new, and the listing is affordable.
fn objects_of(model: &mut Model) {
    if model.is_asking(Topic::Objects) || model.refresh.objects_asked.is_none() {
        // From here on, or since it was asked last.
        model.refresh.objects_asked = Some(model.now);
        return;
    }
    let objects = model.objects.rows.len() as u64;
    let rest = rest(model, Topic::Objects, objects);
    let has_ended = model.refresh.has_ended_for_objects;
    let every = if has_ended { Some(rest) } else { model.follows_clock.then_some(rest.max(SOURCES)) };
    if every.is_some_and(|every| is_due(model, model.refresh.objects_asked, every))
        && model.objects.brush.is_none()
        && model.typing.is_none()
        && has_budget(model, pages(model, Topic::Objects, objects))
    {
        model.refresh.has_ended_for_objects = false;
        model.refresh.objects_asked = Some(model.now);
        objects::ask(model);
    }
}

/// Whether the range may move on with the clock, which lists anew what is shown: a large listing comes to its end first,
/// and rests.
pub(super) fn may_move_on(model: &Model) -> bool {
    let (topic, asked, objects) = match model.screen {
        Screen::Sources => (Topic::Survey, model.refresh.sources_asked, surveyed(model)),
        Screen::Objects => (Topic::Objects, model.refresh.objects_asked, model.objects.rows.len() as u64),
        _ => return true,
    };
    let rest = rest(model, topic, objects);
    rest <= MOVES || (!model.is_asking(topic) && is_due(model, asked, rest))
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
        (model.refresh.has_ended, model.refresh.has_ended_for_objects) = (true, true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::{NOW, Night, at};
    use crate::app::request::{ProfileId, Reply, Request};
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

    /// A console whose sources are listed by a few requests.
    fn small() -> Night {
        let mut night = Night::new(120, 40).surveyed();
        night.model.sources.surveys.iter_mut().for_each(|survey| survey.objects = 100);
        night
    }

    #[test]
    fn an_idle_console_asks_little_and_reads_no_queue() {
        let mut night = small();
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
        let mut night = small();
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
        night.tell(Msg::Used(ProfileId::default(), usage));
        assert_eq!(pass(&mut night, 300, 0, 0), (0, 0, 0));
        night.tell(Msg::Used(ProfileId::default(), Usage::default()));
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
    fn what_takes_many_requests_to_list_rests_longer() {
        let mut night = small();
        night.model.sources.surveys[0].objects = 20_000;
        assert_eq!(pass(&mut night, 300, 0, 0).2, 3, "of 21 pages and as many of receipts");
        assert_eq!(pass(&mut night, 300, 12, 0).2, 2, "also while events wait");

        let mut night = small().with_objects();
        let is_listing = |request: &Request| matches!(request, Request::Objects { .. });
        let rows = crate::app::fixture::rows(night.model.range);
        let listings = |night: &mut Night, seconds| {
            night.effects.clear();
            let mut count = 0;
            for _ in 0..seconds {
                let now = night.model.now + SignedDuration::from_secs(1);
                night.tell(Msg::Tick(now));
                if night.has_asked(is_listing) {
                    count += 1;
                    let pages = (0..40).map(|_| Reply::Objects { rows: rows.clone() }).collect();
                    night.answer(is_listing, pages);
                    night.effects.clear();
                }
            }
            count
        };
        assert_eq!(listings(&mut night, 62), 1);
        assert_eq!(night.model.objects.rows.len(), 40 * 240);
        night.model.range.end += SignedDuration::from_hours(1);
        assert_eq!(listings(&mut night, 305), 5, "of 10 pages and as many of receipts");
        (0..20).for_each(|_| night.model.objects.rows.extend(rows.clone().into_iter().cycle().take(2_000)));
        assert_eq!(
            (listings(&mut night, 280), listings(&mut night, 40)),
            (0, 1),
            "of 50 pages and as many of receipts"
        );
    }

    #[test]
    fn the_range_moves_on_once_a_large_listing_has_come_to_its_end() {
        let mut night = small().with_objects();
        let rows = crate::app::fixture::rows(night.model.range);
        night.press("R");
        night.model.objects.rows.extend(rows.into_iter().cycle().take(50_000));
        let end = night.model.range.end;
        night.tell(Msg::Tick(end));
        assert_eq!(night.model.range.end, end, "the listing is under way");
        night.answer(|request| matches!(request, Request::Objects { .. }), vec![]);
        night.model.objects.rows.extend(crate::app::fixture::rows(night.model.range).into_iter().cycle().take(50_000));
        night.tell(Msg::Tick(end + SignedDuration::from_secs(1)));
        assert_eq!(night.model.range.end, end, "it has just been listed");
        night.tell(Msg::Tick(end + SignedDuration::from_mins(6)));
        assert!(night.model.range.end > end);
    }

    #[test]
    fn a_range_of_the_past_stays_as_it_is() {
        let mut night = Night::new(120, 40).surveyed();
        night.press("[");
        night.answer(|request| matches!(request, Request::Survey { .. }), vec![]);
        assert_eq!(pass(&mut night, 300, 0, 0).2, 0);
    }
}
