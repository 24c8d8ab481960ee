//! What the screen shows, into files.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::{Answers, Closed, Reply, Shared, blocking};
use crate::app::request::{Exported, Trouble};
use crate::domain::export::Format;
use crate::search::export::{self, To};

/// How often the console hears how far an export is.
const TOLD: Duration = Duration::from_millis(200);

impl Shared {
    /// Writes a new file; none is replaced.
    pub(super) async fn export_rows(&self, what: Exported, format: Format, path: PathBuf, answers: &Answers) -> Closed {
        let export = match what {
            Exported::Hits(hits) => {
                let to = move || export::hits(&hits, format.into(), To { path: &path, is_replacing: false });
                blocking(to).await??
            }
            Exported::Query(id) => {
                let to = To { path: &path, is_replacing: false };
                let mut told: Option<Instant> = None;
                let tell = |export: &export::Export| {
                    if told.is_none_or(|told| told.elapsed() >= TOLD) {
                        told = Some(Instant::now());
                        answers.reply(Reply::Export(Box::new(export.clone())));
                    }
                };
                export::query(&self.aws, &id, format.into(), to, tell).await.map_err(Trouble::from)?
            }
        };
        answers.reply(Reply::Export(Box::new(export)));
        Ok(())
    }
}
