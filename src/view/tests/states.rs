//! Every screen and popup in the states that a night brings it into and that no test of its own shows: empty, loading,
//! partial, failed, read-only. One file a state: its text at every size, then the role of each cell.

use std::fmt::Write as _;

use super::roles::roles;
use super::*;
use crate::domain::download::Download;
use crate::domain::restore::{Candidate, Restoring};
use crate::domain::why::Cause;

type Scene = fn(Night) -> Night;

/// Ends the newest question that `wanted` knows with a refusal.
fn refuse(mut night: Night, wanted: fn(&Request) -> bool) -> Night {
    let (ticket, _) = night.asked(wanted).expect("asked");
    night.tell(Msg::Closed(ticket, Err(trouble())));
    night
}

/// Gives a first answer to the newest question that `wanted` knows, which stays open.
fn begin(mut night: Night, wanted: fn(&Request) -> bool, reply: Reply) -> Night {
    let (ticket, _) = night.asked(wanted).expect("asked");
    night.tell(Msg::Reply(ticket, reply));
    night
}

fn pressed(mut night: Night, keys: &str) -> Night {
    night.press(keys);
    night
}

fn is_survey(request: &Request) -> bool {
    matches!(request, Request::Survey { .. })
}

fn is_objects(request: &Request) -> bool {
    matches!(request, Request::Objects { .. })
}

fn is_preview(request: &Request) -> bool {
    matches!(request, Request::Preview { .. })
}

fn is_failures(request: &Request) -> bool {
    *request == Request::Failures
}

fn is_search(request: &Request) -> bool {
    matches!(request, Request::Search(_))
}

fn is_replays(request: &Request) -> bool {
    matches!(request, Request::Replays)
}

fn is_queues(request: &Request) -> bool {
    matches!(request, Request::Queues)
}

fn is_plan(request: &Request) -> bool {
    matches!(request, Request::Plan { .. })
}

fn is_restoring(request: &Request) -> bool {
    matches!(request, Request::Restoring { .. })
}

fn is_versions(request: &Request) -> bool {
    matches!(request, Request::Versions { .. })
}

fn first_survey(night: Night) -> Night {
    let survey = surveys(night.model.range, 24).remove(0);
    begin(night, is_survey, Reply::Survey(Box::new(survey)))
}

fn first_rows(night: Night) -> Night {
    let night = pressed(night.surveyed(), "enter");
    let rows = rows(night.model.range).into_iter().take(40).collect();
    begin(night, is_objects, Reply::Objects { rows })
}

fn searching(night: Night) -> Night {
    let running = QueryStatus {
        id: "q".into(),
        phase: QueryPhase::Running,
        reason: None,
        scanned: ByteSize::kib(700),
        queued_ms: 40,
        total_ms: 900,
    };
    begin(searched(night), is_search, Reply::QueryStatus(running))
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

/// A replay that the journal remembers.
fn replayed_before() -> ReplaySummary {
    ReplaySummary {
        id: ReplayId("r-20261121T101500Z-77b0".into()),
        consumer: "indexer".into(),
        began: at("2026-11-21T10:15:00Z"),
        total: 4,
        sent: 2,
        refused: 0,
        unknown: 1,
        recovered: 1,
        indexed: None,
        finished: true,
        stopped: None,
        items: Vec::new(),
    }
}

fn cut_short(night: Night) -> Night {
    let mut night = pressed(night.surveyed(), "6");
    let states = [PlanItemState::Recovered, PlanItemState::Sent, PlanItemState::Intended, PlanItemState::Waiting];
    let items = states.map(|state| (ObjectId::new("acme-security-logs", "a.gz"), state)).to_vec();
    let history = vec![ReplaySummary { items, finished: false, ..replayed_before() }];
    night.answer(is_replays, vec![Reply::Replays(history)]);
    night
}

/// The plan of so many objects.
fn planned_for(night: Night, count: usize) -> Night {
    let mut night = pressed(night.surveyed(), "5 r");
    let Some((_, Request::Plan { objects, .. })) = night.asked(is_plan) else { panic!("no plan was asked for") };
    let plan = plan(&objects[..count], at(NOW));
    night.answer(is_plan, vec![Reply::Plan(Box::new(plan))]);
    night
}

fn restoring(night: Night, told: Option<Restoring>) -> Night {
    let mut night = night.surveyed().with_objects();
    let object = Object { storage_class: "GLACIER".into(), ..first_object(&night) };
    night.press("A");
    begin(night, is_restoring, Reply::Restoring(Box::new(Candidate { object, restoring: told })))
}

const STATES: &[(&str, Scene)] = &[
    ("sources-empty", |mut night| {
        night.model.profile.sources.clear();
        night.answer(is_survey, vec![]);
        night
    }),
    ("sources-partial", first_survey),
    ("sources-broken-off", |night| refuse(first_survey(night), is_survey)),
    ("sources-lifecycle", |night| {
        let mut night = night.surveyed();
        let rule = |prefix: &str, moves: &[(i32, &str)], expires| LifecycleRule {
            prefix: prefix.into(),
            moves: moves.iter().map(|(days, class)| (When::Days(*days), (*class).to_owned())).collect(),
            expires: Some(When::Days(expires)),
            ..LifecycleRule::default()
        };
        let rules = vec![
            rule("AWSLogs/", &[(30, "STANDARD_IA"), (90, "GLACIER")], 400),
            rule("falcon/", &[], 30),
            rule("AWSLogs/123456789012/", &[], 90),
        ];
        let reply = Reply::Lifecycle { bucket: "acme-security-logs".into(), rules: Ok(rules) };
        night.answer(|request| matches!(request, Request::Lifecycle { .. }), vec![reply]);
        night
    }),
    ("sources-filtered-out", |night| {
        let mut night = night.surveyed();
        night.press("/").type_text("nothing").press("enter");
        night
    }),
    ("sources-read-only", |night| night.read_only().surveyed()),
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
    ("records-none", |night| pressed(night.surveyed(), "3")),
    ("records-loading", |night| pressed(night.surveyed().with_objects(), "enter")),
    ("records-failed", |night| refuse(pressed(night.surveyed().with_objects(), "enter"), is_preview)),
    ("records-empty", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "enter");
        let empty = page(first_object(&night), 0, true);
        night.answer(is_preview, vec![Reply::Page(Box::new(empty))]);
        night
    }),
    ("records-damaged", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "enter");
        let mut damaged = page(first_object(&night), 6, true);
        damaged.damage = Some("gzip: member 1 is truncated".into());
        night.answer(is_preview, vec![Reply::Page(Box::new(damaged))]);
        night
    }),
    ("records-read-only", |night| opened(night.read_only())),
    ("search-none", |night| pressed(night.surveyed(), "4 esc")),
    ("search-no-index", |mut night| {
        night.model.profile.index = None;
        pressed(night.surveyed(), "4 esc")
    }),
    ("search-running", searching),
    ("search-partial", |night| begin(searching(night), is_search, Reply::Hits(hits()))),
    ("search-empty", |night| {
        let mut night = searched(night);
        night.answer(is_search, vec![]);
        night
    }),
    ("search-why", |night| {
        let mut night = searched(night);
        night.answer(is_search, vec![]);
        let mut night = pressed(night, "w");
        let cause = |what: &str, cure: &str| Cause { what: what.into(), cure: Some(cure.into()) };
        let causes = vec![
            cause("source cloudtrail has no object in the range", "scops search '203.0.113.7' --range 7d"),
            cause(
                "37 messages lie in the failure queue of index\u{1b}er: their objects were not processed",
                "scops failures",
            ),
        ];
        night.answer(|request| matches!(request, Request::Why(_)), vec![Reply::Why(causes)]);
        night
    }),
    ("search-failed", |night| refuse(searched(night), is_search)),
    ("search-stopped", |night| pressed(searching(night), "ctrl-c")),
    ("search-read-only", |night| {
        let mut night = searched(night.read_only());
        night.answer(is_search, vec![Reply::Hits(hits())]);
        night
    }),
    ("failures-loading", |night| pressed(night, "5")),
    ("failures-failed", |night| refuse(pressed(night, "5"), is_failures)),
    ("failures-partial", |night| begin(pressed(night, "5"), is_failures, Reply::Failures(failures()))),
    ("failures-broken-off", |night| {
        let night = begin(pressed(night, "5"), is_failures, Reply::Failures(failures()));
        refuse(night, is_failures)
    }),
    ("failures-filtered-out", |night| {
        let mut night = pressed(night.surveyed(), "5");
        night.press("/").type_text("nothing").press("enter");
        night
    }),
    ("replays-loading", |night| pressed(night.surveyed(), "6")),
    ("replays-empty", |night| {
        let mut night = pressed(night.surveyed(), "6");
        night.answer(is_replays, vec![Reply::Replays(vec![])]);
        night
    }),
    ("replays-failed", |night| refuse(pressed(night.surveyed(), "6"), is_replays)),
    ("replays-cut-short", cut_short),
    ("replays-read-only", |night| pressed(cut_short(night.read_only()), "R")),
    ("pipeline-loading", |night| pressed(night.surveyed(), "8")),
    ("pipeline-empty", |mut night| {
        night.model.profile.consumers.clear();
        pressed(night.surveyed(), "8")
    }),
    ("pipeline-failed", |night| refuse(pressed(night.surveyed(), "8"), is_queues)),
    ("pipeline-broken-off", |night| refuse(one_of_two_queues(night), is_queues)),
    ("pipeline-read-only", |night| one_of_two_queues(night.read_only())),
    ("pipeline-undiscovered", |night| refuse(one_of_two_queues(night), |request| matches!(request, Request::Discover))),
    ("workbench-loading", |night| pressed(night.surveyed(), "5 G w")),
    ("workbench-failed", |night| {
        refuse(pressed(night.surveyed(), "5 G w"), |request| matches!(request, Request::Material { .. }))
    }),
    ("workbench-read-only", |night| night.read_only().on_the_workbench()),
    ("case-failed", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("case INC-4711").press("enter");
        refuse(night, |request| matches!(request, Request::Case { .. }))
    }),
    ("sheet-few", |night| planned_for(night, 3)),
    ("sheet-refused", |night| pressed(planned_for(night, 35), "enter")),
    ("sheet-nothing", |night| planned_for(night, 0)),
    ("sheet-too-old", |night| {
        let mut night = planned_for(night, 35);
        night.tell(Msg::Tick(at(NOW) + jiff::SignedDuration::from_mins(11)));
        night
    }),
    ("sheet-name", |mut night| {
        night.model.profile.replay.confirms_name = true;
        pressed(planned_for(night, 3), "y p")
    }),
    ("sheet-failed", |night| refuse(pressed(night.surveyed(), "5 r"), is_plan)),
    ("restore-loading", |night| restoring(night, Some(Restoring::Archived))),
    ("restore-failed", |night| refuse(restoring(night, Some(Restoring::Archived)), is_restoring)),
    ("restore-nothing", |night| {
        let mut night = restoring(night, None);
        night.answer(is_restoring, vec![]);
        night
    }),
    ("restore-read-only", |night| {
        let mut night = restoring(night.read_only(), Some(Restoring::Archived));
        night.answer(is_restoring, vec![]);
        night
    }),
    ("download-some-failed", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("space space D");
        let failed = vec!["s3://logs/a.gz: NoSuchKey: the object is gone".to_owned()];
        let folder = "/home/a/night".into();
        let told = Download { folder, of: 2, done: 1, bytes: ByteSize::kib(41), failed, ..Download::default() };
        night.answer(|request| matches!(request, Request::Download { .. }), vec![Reply::Download(Box::new(told))]);
        night
    }),
    ("versions-loading", |night| pressed(night.surveyed().with_objects(), "H")),
    ("versions-failed", |night| refuse(pressed(night.surveyed().with_objects(), "H"), is_versions)),
    ("versions-empty", |night| {
        let mut night = pressed(night.surveyed().with_objects(), "H");
        night.answer(is_versions, vec![Reply::Versions { rows: vec![], is_whole: true }]);
        night
    }),
    ("messages", |night| pressed(refuse(night, is_survey), "!")),
    ("messages-none", |night| pressed(night.surveyed(), "!")),
    ("leave-running", |night| {
        let mut night = planned_for(night, 3);
        night.press("y :").type_text("quit").press("enter");
        night
    }),
];

#[test]
fn every_screen_in_its_other_states() {
    for (name, scene) in STATES {
        let mut text = String::new();
        for (width, height) in SIZES {
            let night = scene(Night::new(width, height));
            ansi(name, &night.model);
            let _ = write!(text, "══ {width}x{height}\n{}", screen(&night.model, &Look::default()));
        }
        let _ = write!(text, "══ roles\n{}", roles(&scene(Night::new(80, 24)).model));
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "../snapshots/states", omit_expression => true }, {
            insta::assert_snapshot!(*name, text);
        });
    }
}
