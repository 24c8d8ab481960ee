//! Objects that are fetched into files.

use std::path::PathBuf;

use super::{Model, Topic};
use crate::app::request::{Request, Trouble};
use crate::domain::download::Download;
use crate::domain::size::{counted, plural};
use crate::domain::{ByteSize, Shown};

/// What is fetched at one key press; more needs its folder named.
const OBJECTS: usize = 100;
const BYTES: ByteSize = ByteSize::mib(256);

/// `download [FOLDER]`: what is marked, else what is under the cursor.
pub(super) fn run(model: &mut Model, folder: &str) {
    let objects = model.objects.chosen();
    if objects.is_empty() {
        return model.warn("nothing to download", "no object is under the cursor", None);
    }
    if model.is_asking(Topic::Download) {
        return model.warn("nothing was begun", "a download runs", Some("ctrl-c stops it"));
    }
    if folder.starts_with('~') {
        return model.warn("nothing was begun", "~ is a shell's, and none is here", Some("write the folder in full"));
    }
    let size = |id| model.objects.rows.find(id).map(|row| model.objects.rows.size(row));
    let size: ByteSize = objects.iter().take(OBJECTS).filter_map(size).sum();
    let is_many = objects.len() > OBJECTS;
    if folder.is_empty() && (is_many || size > BYTES) {
        let cause = counted(objects.len());
        let cause = if is_many { format!("{cause} objects") } else { format!("{cause} objects, {size}") };
        return model.warn("nothing was begun", cause, Some("`:download FOLDER` says where so much may go"));
    }
    let folder = PathBuf::from(if folder.is_empty() { "." } else { folder });
    model.objects.download = Some(Download { folder: folder.clone(), of: objects.len(), ..Download::default() });
    model.desk.ask(Topic::Download, Request::Download { objects, folder });
}

pub(in crate::app) fn answered(model: &mut Model, download: Download) {
    model.objects.download = Some(download);
}

/// The download has ended.
pub(in crate::app) fn closed(model: &mut Model, trouble: Option<&Trouble>) {
    let Some(download) = model.objects.download.take().filter(|_| trouble.is_none()) else { return };
    let folder = Shown::new(download.folder.display().to_string());
    match (download.failed.as_slice(), &download.last) {
        ([], Some(last)) if download.of == 1 => model.note(format!("{} · {}", last.display(), download.bytes)),
        ([], _) => model.note(format!("{} in {folder} · {}", plural(download.done, "object"), download.bytes)),
        ([first, ..], _) => {
            let failed = download.failed.len();
            let what = format!("{} of {} not downloaded", counted(failed), plural(download.of, "object"));
            let rest = if failed > 1 { format!("; and {} more", failed - 1) } else { String::new() };
            model.warn(what, format!("{first}{rest}"), None);
        }
    }
}

/// Stops the download. Returns whether there was one.
pub(super) fn stop(model: &mut Model) -> bool {
    let is_stopped = model.desk.cancel(Topic::Download);
    if is_stopped {
        model.objects.download = None;
    }
    is_stopped
}
