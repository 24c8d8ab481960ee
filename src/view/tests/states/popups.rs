//! What lies over the screens, in its states: sheet, restore, versions, report, values, jobs, messages.

use super::*;
use crate::domain::download::Download;
use crate::domain::restore::{Candidate, Restoring};

fn is_plan(request: &Request) -> bool {
    matches!(request, Request::Plan { .. })
}

fn is_restoring(request: &Request) -> bool {
    matches!(request, Request::Restoring { .. })
}

fn is_versions(request: &Request) -> bool {
    matches!(request, Request::Versions { .. })
}

fn is_report(request: &Request) -> bool {
    matches!(request, Request::Report { .. })
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

fn reporting(night: Night) -> Night {
    pressed(night.surveyed().with_objects(), "enter p")
}

/// The report before its object is read through.
fn reported_so_far(night: Night) -> Night {
    let night = reporting(night);
    let part = report(first_object(&night));
    let part = ParseReport { stored: ByteSize::kib(41), entries: vec![], reasons: vec![], is_end: false, ..part };
    begin(night, is_report, Reply::Report(Box::new(part)))
}

fn is_fields(request: &Request) -> bool {
    matches!(request, Request::Fields { .. })
}

pub(super) const SCENES: &[(&str, Scene)] = &[
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
    ("restore-loading", |night| pressed(night.surveyed().with_objects(), "A")),
    ("restore-partial", |night| {
        let mut night = night.surveyed().with_objects();
        let object = Object { storage_class: "GLACIER".into(), ..first_object(&night) };
        night.press("space space A");
        let first = Candidate { object, restoring: Some(Restoring::Archived) };
        begin(night, is_restoring, Reply::Restoring(Box::new(first)))
    }),
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
    ("report-loading", reporting),
    ("report-partial", reported_so_far),
    ("report-broken-off", |night| refuse(reported_so_far(night), is_report)),
    ("report-failed", |night| refuse(reporting(night), is_report)),
    ("report-nothing-odd", |night| {
        let mut night = reporting(night);
        let whole = report(first_object(&night));
        let whole = ParseReport { faults: 0, doubled: 0, members: 1, entries: vec![], reasons: vec![], ..whole };
        night.answer(is_report, vec![Reply::Report(Box::new(whole))]);
        night
    }),
    ("statistics-loading", |night| pressed(on_address(night), "v")),
    ("statistics-failed", |night| refuse(pressed(on_address(night), "v"), is_fields)),
    ("statistics-empty", |night| {
        let mut night = pressed(on_address(night), "v");
        let nobody = Column { path: "sourceIPAddress".into(), first: 0, cells: vec![vec![]; 60] };
        night.answer(is_fields, vec![Reply::Fields(vec![nobody])]);
        night
    }),
    ("jobs-none", |night| pressed(night.surveyed(), "J")),
    ("help-none", |night| {
        let mut night = pressed(night.surveyed(), "? /");
        night.type_text("no key does this").press("enter");
        night
    }),
];
