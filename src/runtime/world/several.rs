//! The records of several objects: merged by event time, and those around one.

use futures::StreamExt as _;
use jiff::Timestamp;

use super::{Answers, Shared};
use crate::app::request::{Closed, Reply};
use crate::domain::{ByteSize, NewRecords, Object, ObjectId, Seek, TimeRange};
use crate::inventory::MergeReader;

/// New records of a source that are read at a time.
const NEW: usize = 5_000;

/// Objects that are read together, and how far that has come.
#[derive(Debug)]
pub struct Merging {
    objects: Vec<ObjectId>,
    reader: MergeReader,
}

impl Shared {
    /// Further records of several objects. What was read of them before goes on where it stands; else they are read
    /// from their beginnings up to where the console is.
    pub(super) async fn merge(&self, objects: Vec<ObjectId>, have: u64, want: u64, answers: &Answers) -> Closed {
        let kept = self.merging.lock().await.take();
        let kept = kept.filter(|kept| have > 0 && kept.objects == objects && kept.reader.position() == have);
        let mut merging = match kept {
            Some(merging) => merging,
            None => Merging { reader: self.merge_reader(&objects).await, objects },
        };
        while merging.reader.position() < have {
            let missing = usize::try_from(have - merging.reader.position()).unwrap_or(usize::MAX);
            if merging.reader.next(missing.min(1_000)).await.is_end {
                break;
            }
        }
        let merge = merging.reader.next(usize::try_from(want.saturating_sub(have)).unwrap_or(usize::MAX)).await;
        answers.reply(Reply::Merge(Box::new(merge)));
        *self.merging.lock().await = Some(merging);
        Ok(())
    }

    async fn merge_reader(&self, objects: &[ObjectId]) -> MergeReader {
        const AT_ONCE: usize = 8;
        let heads = futures::stream::iter(objects.to_vec()).map(|id| self.headed(id));
        MergeReader::new(&self.aws, &self.profile, heads.buffered(AT_ONCE).collect().await)
    }

    /// What a HEAD tells of an object; or why it cannot be read.
    async fn headed(&self, id: ObjectId) -> (Object, Option<String>) {
        match self.aws.head(&id).await {
            Ok((object, _)) if object.is_archived() => {
                let why = format!("it is archived ({})", object.storage_class);
                (object, Some(why))
            }
            Ok((object, _)) => (object, None),
            Err(error) => {
                let (etag, storage_class, arrived) = (String::new(), String::new(), Timestamp::UNIX_EPOCH);
                let object = Object { id, size: ByteSize(0), etag, storage_class, arrived };
                (object, Some(crate::app::request::Trouble::from(error).cause))
            }
        }
    }

    /// The records of the newest objects of a source.
    pub(super) async fn newest(
        &self,
        source: &str,
        range: TimeRange,
        known: &[ObjectId],
        most: usize,
        answers: &Answers,
    ) -> Closed {
        let newest = self.inventory.newest(self.source(source)?, range, known, most).await?;
        let object = |object: Object| {
            let why = object.is_archived().then(|| format!("it is archived ({})", object.storage_class));
            (object, why)
        };
        let objects = newest.objects.into_iter().map(object).collect();
        let merge = MergeReader::new(&self.aws, &self.profile, objects).next(NEW).await;
        let mut parts = merge.parts;
        if !merge.is_end {
            for part in parts.iter_mut().filter(|part| !part.is_end && part.trouble.is_none()) {
                part.trouble = Some(format!("more than {NEW} new records came at once"));
            }
        }
        let (older, listed) = (newest.older, newest.listed);
        answers.reply(Reply::NewRecords(Box::new(NewRecords { parts, rows: merge.rows, older, listed })));
        Ok(())
    }

    /// The records around one.
    pub(super) async fn surroundings(
        &self,
        id: &ObjectId,
        center: Seek,
        before: u64,
        after: u64,
        answers: &Answers,
    ) -> Closed {
        let (object, _) = self.aws.head(id).await?;
        let most = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let around = self.inventory.around(object, center, most(before), most(after)).await?;
        answers.reply(Reply::Surroundings(Box::new(around)));
        Ok(())
    }
}
