//! Every screen and popup in the states that a night brings it into and that no test of its own shows: empty, loading,
//! partial, failed, read-only. One file a state: its text at every size, then the role of each cell.

mod alerts;
mod case;
mod failures;
mod objects;
mod pipeline;
mod popups;
mod records;
mod replays;
mod search;
mod sources;
mod sql;
mod workbench;

use std::fmt::Write as _;

use super::roles::roles;
use super::*;

type Scene = fn(Night) -> Night;

/// The scenes, by screen.
pub(super) const SCENES: [&[(&str, Scene)]; 12] = [
    sources::SCENES,
    objects::SCENES,
    records::SCENES,
    search::SCENES,
    failures::SCENES,
    replays::SCENES,
    alerts::SCENES,
    pipeline::SCENES,
    workbench::SCENES,
    case::SCENES,
    sql::SCENES,
    popups::SCENES,
];

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

fn is_replays(request: &Request) -> bool {
    matches!(request, Request::Replays)
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

#[test]
fn every_screen_in_its_other_states() {
    for (name, scene) in SCENES.into_iter().flatten() {
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
