use std::path::PathBuf;

use crossterm::event::{KeyCode, KeyEvent};

use super::Form;
use crate::app::fixture::{Night, alerts};
use crate::app::request::{Effect, Reply, Request};
use crate::app::{Level, Msg, Popup};
use crate::domain::download::Download;
use crate::domain::restore::{Candidate, Restoring};
use crate::domain::{Alert, ByteSize, ObjectVersion, State};

fn night() -> Night {
    Night::new(120, 40).surveyed().with_objects()
}

fn copied(night: &Night) -> Option<&str> {
    night.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    })
}

fn restores(night: &Night) -> usize {
    night.effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Request::Restore { .. }))).count()
}

#[test]
fn a_form_is_copied_from_the_menu_or_by_its_name() {
    let mut night = night();
    let id = night.model.objects.selected().expect("a row").object.id.clone();
    night.press("c");
    assert!(matches!(night.model.popup, Some(Popup::Copies(_))));
    night.press("j enter");
    assert_eq!(copied(&night), Some(Form::Arn.of(&id, "aws").as_str()));
    assert!(night.model.popup.is_none());
    night.press("space space").press(":").type_text("copy-as uri").press("enter");
    assert_eq!(copied(&night).map(|text| text.lines().count()), Some(2), "what is marked, one a line");
    night.press(":").type_text("copy-as url").press("enter");
    assert_eq!(night.model.messages.all().next().expect("told").level, Level::Warning);
}

#[test]
fn a_download_is_asked_told_and_stopped() {
    let mut night = night();
    let is_download = |request: &Request| matches!(request, Request::Download { .. });
    night.press("space j space").press(":").type_text("download /tmp/x").press("enter");
    let (_, asked) = night.asked(is_download).expect("asked");
    let Request::Download { objects, folder } = asked else { panic!("a download") };
    assert_eq!((objects.len(), folder), (2, PathBuf::from("/tmp/x")));
    night.press("D");
    assert_eq!(night.model.messages.all().next().expect("told").trouble.cause, "a download runs");
    let state = Download { folder: "/tmp/x".into(), of: 2, done: 1, bytes: ByteSize(9), ..Download::default() };
    night.answer(is_download, vec![Reply::Download(Box::new(state))]);
    assert!(night.model.objects.download.is_none(), "it has ended");
    night.press("D").press("ctrl-c");
    assert!(night.model.objects.download.is_none());
}

#[test]
fn much_is_downloaded_only_into_a_folder_that_is_named() {
    let mut night = night();
    night.press("ctrl-a").press("D");
    assert!(!night.has_asked(|request| matches!(request, Request::Download { .. })));
    night.press(":").type_text("download x").press("enter");
    assert!(night.has_asked(|request| matches!(request, Request::Download { .. })));
}

#[test]
fn a_version_is_opened_and_a_delete_marker_is_not() {
    let mut night = night();
    let object = night.model.objects.selected().expect("a row").object.clone();
    let version = |id: &str, is_marker| {
        let mut object = object.clone();
        object.id.version = Some(id.to_owned());
        ObjectVersion { object, is_latest: is_marker, is_marker }
    };
    night.press("H");
    let rows = vec![version("m", true), version("v1", false)];
    night.answer(|request| matches!(request, Request::Versions { .. }), vec![Reply::Versions { rows, is_whole: true }]);
    night.press("enter");
    assert!(night.model.popup.is_some(), "a marker has no bytes");
    night.press("j enter");
    let is_of_v1 = |request: &Request| matches!(request, Request::Preview { object } if object.id.version.as_deref() == Some("v1"));
    assert!(night.has_asked(is_of_v1));
}

#[test]
fn a_restore_is_seen_before_it_is_confirmed() {
    let mut night = night();
    let mut object = night.model.objects.selected().expect("a row").object.clone();
    object.storage_class = "GLACIER".into();
    night.press("A y");
    assert_eq!(restores(&night), 0, "nothing is known yet");
    let candidate = Candidate { object, restoring: Some(Restoring::Archived) };
    let reply = Reply::Restoring(Box::new(candidate));
    night.answer(|request| matches!(request, Request::Restoring { .. }), vec![reply.clone()]);
    night.tell(Msg::Rushed(KeyEvent::from(KeyCode::Char('y'))));
    assert_eq!(restores(&night), 0, "what is pasted confirms nothing");
    night.press("y");
    assert_eq!(restores(&night), 1);
    assert!(night.model.popup.is_none());

    let mut night = self::night().read_only();
    night.press("A");
    night.answer(|request| matches!(request, Request::Restoring { .. }), vec![reply]);
    night.press("y");
    assert_eq!(restores(&night), 0, "the profile is read-only");
}

#[test]
fn the_next_trouble_is_also_an_object_in_which_a_rule_found_something() {
    let mut night = Night::new(120, 40).detecting().surveyed().with_objects();
    let row = night.model.objects.rows.get(night.model.objects.shown[2] as usize);
    let found = Alert { object: row.object.id.clone(), ..alerts().remove(0) };
    let source = night.model.objects.source.clone().expect("a source");
    night.model.alerts.all = vec![Alert { source, ..found }];
    for index in 0..night.model.objects.rows.len() {
        night.model.objects.rows.set_state(index, 0, State::Processed);
    }
    night.press("g e");
    assert_eq!(night.model.objects.cursor.at, 2);
}
