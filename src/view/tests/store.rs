//! What lies over the objects: filter, copies, versions, restore, a download.

use super::*;
use crate::domain::ObjectVersion;
use crate::domain::download::Download;
use crate::domain::restore::{Candidate, Restoring};

#[test]
fn a_filter_with_a_mistake() {
    check("filter-mistake", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("/").type_text("state:failed sise:>1M");
        night
    });
}

#[test]
fn a_filter_that_is_completed() {
    check("filter-completed", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("/").type_text("T02 class:").press("tab");
        night
    });
}

#[test]
fn forms_of_a_name() {
    check("copies", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("c j");
        night
    });
}

#[test]
fn versions_of_a_key() {
    check("versions", |night| {
        let mut night = night.surveyed().with_objects();
        let object = first_object(&night);
        let version = |index: usize, is_marker| {
            let mut object = object.clone();
            object.id.version = Some(format!("3sL4kqtJlcpXroDTDmJ+rmSpXd3dIb{index}"));
            object.arrived -= jiff::SignedDuration::from_mins(index as i64 * 7);
            ObjectVersion { object, is_latest: index == 0, is_marker }
        };
        night.press("H");
        let rows = vec![version(0, true), version(1, false), version(2, false)];
        let replies = vec![Reply::Versions { rows, is_whole: true }];
        night.answer(|request| matches!(request, Request::Versions { .. }), replies);
        night.press("j");
        night
    });
}

#[test]
fn a_restore_before_it_is_confirmed() {
    check("restore", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("space space space A");
        let object = Object { storage_class: "GLACIER".into(), ..first_object(&night) };
        let until = "2026-11-30T00:00:00Z".parse().expect("a timestamp");
        let states = [Restoring::Archived, Restoring::Ongoing, Restoring::Readable(Some(until))];
        let candidate =
            |restoring| Reply::Restoring(Box::new(Candidate { object: object.clone(), restoring: Some(restoring) }));
        night.answer(|request| matches!(request, Request::Restoring { .. }), states.map(candidate).to_vec());
        night
    });
}

#[test]
fn a_download_that_runs() {
    check("download", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("space j space D");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Download { .. })).expect("asked");
        let download = Download { of: 2, done: 1, bytes: ByteSize::kib(41), ..Download::default() };
        night.tell(Msg::Reply(ticket, Reply::Download(Box::new(download))));
        night
    });
}
