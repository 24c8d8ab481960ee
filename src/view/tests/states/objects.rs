//! The objects of a source in their states, with what stands above them: timeline, comparison, hours by days.

use super::*;

fn first_rows(night: Night) -> Night {
    let night = pressed(night.surveyed(), "enter");
    let rows = rows(night.model.range).into_iter().take(40).collect();
    begin(night, is_objects, Reply::Objects { rows })
}

fn is_before(request: &Request) -> bool {
    matches!(request, Request::Before { .. })
}

/// Four days, hour by hour.
fn by_hours(night: Night) -> Night {
    let mut night = night.surveyed();
    night.press(":").type_text("range 4d").press("enter");
    pressed(night, "2 #")
}

pub(super) const SCENES: &[(&str, Scene)] = &[
    ("objects-no-source", |mut night| {
        night.model.profile.sources.clear();
        pressed(night, "2")
    }),
    ("objects-partial", first_rows),
    ("objects-broken-off", |night| refuse(first_rows(night), is_objects)),
    ("objects-failed", |night| refuse(pressed(night.surveyed(), "enter"), is_objects)),
    ("objects-filtered-out", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("/").type_text("nothing").press("enter");
        night
    }),
    ("objects-replayed", |night| {
        let mut night = night.surveyed().with_objects();
        let all = rows(night.model.range);
        let item = |at: usize| (all[at].object.id.clone(), PlanItemState::Recovered);
        // A whole bin, one object of many bins, and one that failed again.
        let items = [(60..75).collect::<Vec<_>>(), (100..160).step_by(10).collect(), vec![210]].concat();
        let replay = ReplaySummary { items: items.into_iter().map(item).collect(), ..replayed_before() };
        night.answer(is_replays, vec![Reply::Replays(vec![replay])]);
        night
    }),
    ("objects-consumers", |mut night| {
        let mut alerts = night.model.profile.consumers[0].clone();
        alerts.name = "alerts".into();
        night.model.profile.consumers.push(alerts);
        let mut night = night.surveyed();
        night.press("enter");
        let mut all = rows(night.model.range);
        for (index, row) in all.iter_mut().enumerate() {
            let [ours, other] = match index % 4 {
                0 => [row.state, State::Processed],
                1 => [row.state, State::Failed],
                2 => [row.state, State::Arrived],
                _ => [row.state, State::Unobserved],
            };
            row.states = States::new([ours, other]);
            row.state = row.states.gravest().expect("two");
        }
        night.answer(is_objects, vec![Reply::Objects { rows: all }]);
        night.press("/").type_text("consumer:alerts !state:failed").press("enter j j");
        night
    }),
    ("objects-read-only", |night| pressed(night.read_only().surveyed().with_objects(), "e r")),
    ("objects-compared-loading", |night| pressed(night.surveyed().with_objects(), "x =")),
    ("objects-compared-failed", |night| refuse(pressed(night.surveyed().with_objects(), "x ="), is_before)),
    ("objects-heat-loading", by_hours),
    ("objects-heat-partial", |night| {
        let night = by_hours(night);
        let rows = rows(night.model.range).into_iter().take(40).collect();
        begin(night, is_objects, Reply::Objects { rows })
    }),
    ("objects-heat-failed", |night| refuse(by_hours(night), is_objects)),
    ("objects-heat-empty", |night| {
        let mut night = by_hours(night);
        night.answer(is_objects, vec![]);
        night
    }),
];
