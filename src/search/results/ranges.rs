//! The bytes of one object, by ranged GETs that run at once, in their order.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _};
use tokio_util::task::AbortOnDropHandle;

use super::Place;
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{ByteSize, ObjectId};

/// Bytes of one request.
const STEP: u64 = 4 << 20;
/// Requests at once: so many steps are held at most.
const PARALLEL: usize = 4;
/// Times that a range is asked for, where the line breaks.
const TRIES: u32 = 3;

/// The bytes of an object that does not change meanwhile.
pub(super) struct Ranges {
    etag: String,
    size: u64,
    steps: BoxStream<'static, Result<Bytes, AwsError>>,
}

impl Ranges {
    /// From its beginning.
    pub(super) async fn open(aws: &Aws, object: &ObjectId) -> Result<Self, AwsError> {
        let body = aws.get(object, Some(0..STEP), None).await?;
        let (size, etag) = (body.object.size.bytes(), body.object.etag.clone());
        let (first, _) = body.collect(ByteSize(STEP)).await?;
        let length = first.len() as u64;
        let rest = steps(aws, object, &etag, length, size);
        let steps = futures::stream::iter([Ok(first)]).chain(rest).boxed();
        Ok(Self { etag, size, steps })
    }

    /// From a place on, where it is still the object that the place is of.
    pub(super) async fn open_at(aws: &Aws, object: &ObjectId, place: &Place) -> Result<Self, AwsError> {
        let (found, _) = aws.head(object).await?;
        if found.etag != place.etag {
            return Err(wrong(object, "it has changed".into()));
        }
        let size = found.size.bytes();
        Ok(Self { etag: found.etag, size, steps: steps(aws, object, &place.etag, place.byte, size) })
    }

    pub(super) fn etag(&self) -> &str {
        &self.etag
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The next bytes; nothing at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, AwsError> {
        self.steps.next().await.transpose()
    }
}

fn steps(
    aws: &Aws,
    object: &ObjectId,
    etag: &str,
    from: u64,
    size: u64,
) -> BoxStream<'static, Result<Bytes, AwsError>> {
    let (aws, object, etag) = (aws.clone(), object.clone(), etag.to_owned());
    let starts = (from..size).step_by(STEP as usize);
    let step = move |start: u64| {
        let (aws, of, etag) = (aws.clone(), object.clone(), etag.clone());
        // A task of its own goes on while the bytes before it are made rows of.
        let task = tokio::spawn(async move { range(&aws, &of, &etag, start, size.min(start + STEP)).await });
        let task = AbortOnDropHandle::new(task);
        let object = object.clone();
        async move { task.await.unwrap_or_else(|error| Err(wrong(&object, error.to_string()))) }
    };
    futures::stream::iter(starts).map(step).buffered(PARALLEL).boxed()
}

/// One range, as a whole.
async fn range(aws: &Aws, object: &ObjectId, etag: &str, start: u64, end: u64) -> Result<Bytes, AwsError> {
    let mut tries = 1;
    loop {
        let got = async {
            let body = aws.get(object, Some(start..end), Some(etag)).await?;
            let from = body.from;
            let (bytes, _) = body.collect(ByteSize(end - start)).await?;
            let is_all = from == start && bytes.len() as u64 == end - start;
            is_all
                .then_some(bytes)
                .ok_or_else(|| wrong(object, "the answer is not the range that was asked for".into()))
        };
        match got.await {
            Err(error) if error.kind.is_passing() && tries < TRIES => tries += 1,
            result => return result,
        }
    }
}

fn wrong(object: &ObjectId, cause: String) -> AwsError {
    let subject = format!("cannot read {object}");
    AwsError { kind: Kind::Malformed, subject, cause, hint: None, region: None, status: None }
}
