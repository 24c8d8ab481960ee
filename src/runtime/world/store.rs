//! Objects as S3 keeps them: into files, their versions, out of archives.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};

use super::{Answers, Closed, Reply, Shared, blocking};
use crate::app::request::Trouble;
use crate::aws::AwsError;
use crate::domain::download::Download;
use crate::domain::restore::{Asked, Tier};
use crate::domain::{ByteSize, ObjectId};
use crate::download::{self, download};
use crate::replay::audit::{Event, Set};
use crate::replay::{self, ReplayError};

/// Versions of one key that are listed.
const VERSIONS: usize = 1_000;
/// Objects that are looked at, or asked for, at once.
const PARALLEL: usize = 8;
/// How often the console hears how far a download is.
const TOLD: Duration = Duration::from_millis(200);

impl Shared {
    /// Writes the objects into the folder, a few at a time; what fails is told at the end.
    pub(super) async fn download(&self, objects: Vec<ObjectId>, folder: PathBuf, answers: &Answers) -> Closed {
        let folder = blocking(move || download::folder(&folder)).await??;
        let state = Download { folder, of: objects.len(), ..Download::default() };
        let come = AtomicU64::new(0);
        let downloads = objects.iter().map(|object| {
            let (aws, folder, come) = (&self.aws, &state.folder, &come);
            let told = |bytes| {
                come.fetch_add(bytes, Ordering::Relaxed);
            };
            async move { download(aws, object, None, folder, told).await }.boxed()
        });
        let mut downloads = futures::stream::iter(downloads.collect::<Vec<_>>()).buffer_unordered(download::PARALLEL);
        let (mut done, mut last, mut failed) = (0, None, Vec::new());
        loop {
            let fetched = tokio::time::timeout(TOLD, downloads.next()).await;
            let is_over = matches!(fetched, Ok(None));
            match fetched {
                Ok(Some(Ok(path))) => {
                    done += 1;
                    last = Some(path);
                }
                Ok(Some(Err(error))) => failed.push(Trouble::from(error).to_string()),
                Ok(None) | Err(_) => {}
            }
            let bytes = ByteSize(come.load(Ordering::Relaxed));
            let now = Download { done, bytes, last: last.clone(), failed: failed.clone(), ..state.clone() };
            answers.reply(Reply::Download(Box::new(now)));
            if is_over {
                return Ok(());
            }
        }
    }

    pub(super) async fn versions(&self, object: &ObjectId, answers: &Answers) -> Closed {
        let (rows, is_whole) = self.aws.versions(object, VERSIONS).await?;
        answers.reply(Reply::Versions { rows, is_whole });
        Ok(())
    }

    /// Looks at each object; what cannot be looked at ends it, since nothing may be asked for unseen.
    pub(super) async fn restoring(&self, objects: Vec<ObjectId>, answers: &Answers) -> Closed {
        let looks = objects.into_iter().map(|object| {
            let aws = self.aws.clone();
            async move { aws.restoring(&object).await }.boxed()
        });
        let mut looks = futures::stream::iter(looks).buffered(PARALLEL);
        while let Some(candidate) = looks.next().await {
            answers.reply(Reply::Restoring(Box::new(candidate?)));
        }
        Ok(())
    }

    pub(super) async fn restore(&self, objects: Vec<ObjectId>, tier: Tier, days: u16, answers: &Answers) -> Closed {
        if self.profile.is_read_only {
            return Err(Trouble {
                what: "nothing was restored".into(),
                cause: "the profile is read-only".into(),
                hint: None,
            });
        }
        // It costs money: who wants it is written down before it is asked for.
        let auditor = replay::auditor(&self.profile, &self.state, &self.who, "", "").await?;
        let confirmed = Event::RestoreConfirmed { set: Set::of(objects.iter()), tier: tier.name().into(), days };
        auditor.record(confirmed).await.map_err(ReplayError::from)?;
        let mut asked = Asked::default();
        let mut is_deep = false;
        let requests = objects.into_iter().map(|object| {
            let aws = self.aws.clone();
            async move {
                let (found, _) = aws.head(&object).await?;
                aws.restore(&object, tier, (!found.is_tiered()).then_some(days)).await?;
                Ok::<_, AwsError>(found)
            }
            .boxed()
        });
        let mut requests = futures::stream::iter(requests).buffered(PARALLEL);
        while let Some(answer) = requests.next().await {
            match answer {
                Ok(object) => {
                    asked.done += 1;
                    asked.bytes += object.size;
                    is_deep |= object.is_deep();
                }
                Err(error) => asked.failed.push(error.to_string()),
            }
        }
        let ended = Event::RestoreAsked { accepted: asked.done, refused: asked.failed.len() };
        let unaudited = auditor.record(ended).await;
        answers.reply(Reply::Restored { asked, takes: tier.takes(is_deep) });
        unaudited.map_err(ReplayError::from)?;
        Ok(())
    }
}
