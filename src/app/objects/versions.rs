//! The versions of a key: what was overwritten or deleted is still there in a bucket that keeps versions.

use super::{Model, ObjectId, Topic};
use crate::app::request::{Request, Trouble};
use crate::app::{Cursor, Popup, records};
use crate::command::Command;
use crate::domain::ObjectVersion;

/// The versions of one key, as a list over the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Versions {
    /// The key.
    pub object: ObjectId,
    /// What is known of it, newest first; none while it is asked for.
    pub rows: Option<Vec<ObjectVersion>>,
    /// Whether these are all.
    pub is_whole: bool,
    /// The row that is looked at.
    pub cursor: Cursor,
    /// Why they could not be listed.
    pub trouble: Option<Trouble>,
}

/// `versions [URI]`: of the object under the cursor, or of any key, also of one that was deleted.
pub(super) fn run(model: &mut Model, uri: &str) {
    let object = if uri.is_empty() {
        model.objects.selected().map(|row| row.object.id.clone())
    } else {
        match uri.parse::<ObjectId>() {
            Ok(object) => Some(object),
            Err(error) => return model.warn(error.to_string(), "", None),
        }
    };
    let Some(object) = object.map(|object| ObjectId { version: None, ..object }) else {
        return model.warn("no versions to list", "no object is under the cursor", Some("`:versions s3://bucket/key`"));
    };
    let versions =
        Versions { object: object.clone(), rows: None, is_whole: true, cursor: Cursor::default(), trouble: None };
    model.popup = Some(Popup::Versions(Box::new(versions)));
    model.desk.ask(Topic::Versions, Request::Versions { object });
}

fn shown(model: &mut Model) -> Option<&mut Versions> {
    match &mut model.popup {
        Some(Popup::Versions(versions)) => Some(versions),
        _ => None,
    }
}

pub(in crate::app) fn answered(model: &mut Model, rows: Vec<ObjectVersion>, is_whole: bool) {
    if let Some(versions) = shown(model) {
        (versions.rows, versions.is_whole) = (Some(rows), is_whole);
    }
}

pub(in crate::app) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if let Some(versions) = shown(model) {
        versions.trouble = trouble;
    }
}

/// Commands of the list. Returns whether it was one.
pub(in crate::app) fn choose(model: &mut Model, command: Command, height: usize) -> bool {
    let Some(versions) = shown(model) else { return false };
    let rows = versions.rows.as_deref().unwrap_or_default();
    if versions.cursor.run(command, height, rows.len()) {
        return true;
    }
    if command != Command::Open {
        return false;
    }
    match rows.get(versions.cursor.at).cloned() {
        Some(version) if version.is_marker => {
            model.note("a delete marker has no bytes; the version below it is what was deleted");
        }
        Some(version) => {
            model.popup = None;
            records::open(model, version.object, None);
        }
        None => {}
    }
    true
}
