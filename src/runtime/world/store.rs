//! Objects as S3 keeps them: into files, their versions, out of archives.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use futures::{FutureExt as _, StreamExt as _};

use super::{Answers, Closed, Reply, Shared, blocking};
use crate::app::request::Trouble;
use crate::aws::AwsError;
use crate::domain::download::Download;
use crate::domain::restore::{Asked, Tier};
use crate::domain::{ByteSize, ObjectId};
use crate::download::{self, download};

/// Versions of one key that are listed.
const VERSIONS: usize = 1_000;
/// Objects that are looked at, or asked for, at once.
const PARALLEL: usize = 8;
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
        let mut asked = Asked::default();
        let mut is_deep = false;
        let requests = objects.into_iter().map(|object| {
            let aws = self.aws.clone();
            async move {
                let (found, _) = aws.head(&object).await?;
                aws.restore(&object, tier, days).await?;
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
        answers.reply(Reply::Restored { asked, takes: tier.takes(is_deep) });
        Ok(())
    }
}
