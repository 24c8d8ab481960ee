//! Objects that become files.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{Answers, Closed, Reply, Shared, blocking};
use crate::app::request::Trouble;
use crate::domain::download::Download;
use crate::domain::{ByteSize, ObjectId};
use crate::download::{self, download};

/// How often the console hears how far a download is.
const TOLD: Duration = Duration::from_millis(200);

impl Shared {
    /// Writes the objects into the folder, one after the other; what fails is told at the end.
    pub(super) async fn download(&self, objects: Vec<ObjectId>, folder: PathBuf, answers: &Answers) -> Closed {
        let folder = blocking(move || download::folder(&folder)).await??;
        let mut state = Download { folder, of: objects.len(), ..Download::default() };
        let mut last = Instant::now();
        for object in &objects {
            let (base, mut come) = (state.bytes, ByteSize(0));
            let told = |bytes| {
                come += ByteSize(bytes);
                if last.elapsed() >= TOLD {
                    last = Instant::now();
                    answers.reply(Reply::Download(Box::new(Download { bytes: base + come, ..state.clone() })));
                }
            };
            match download(&self.aws, object, None, &state.folder, told).await {
                Ok(path) => {
                    state.done += 1;
                    state.last = Some(path);
                    state.bytes = base + come;
                }
                Err(error) => state.failed.push(Trouble::from(error).to_string()),
            }
        }
        answers.reply(Reply::Download(Box::new(state)));
        Ok(())
    }
}
