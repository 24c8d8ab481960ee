//! Hands targets to the threads, the bytes of small objects with them.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::{BATCHES, Found, Part, Place, Position, Shared, Target};
use crate::aws::{Aws, AwsError, Kind};
use crate::domain::{ByteSize, Object};

/// Objects that are asked for at once.
const FETCHES: usize = 32;

/// Bytes of them that are held at most: so many are asked for or wait for a thread.
const HELD: u64 = 32 << 20;

/// An object of this size is fetched whole; a larger one is read as it is parsed.
const WHOLE: u64 = 4 << 20;

/// Times that a small object is asked for, where the line breaks.
const TRIES: u32 = 3;

/// A target to read.
pub(super) struct Job {
    pub(super) target: Arc<Target>,
    pub(super) input: Input,
    /// The number of the first record that is wanted.
    pub(super) first: u64,
    pub(super) finds: mpsc::Sender<Vec<Found>>,
    /// The room that its bytes take.
    pub(super) _room: Option<OwnedSemaphorePermit>,
}

/// What is there of a target already.
pub(super) enum Input {
    /// Nothing: its bytes are to be read.
    Unread,
    /// All of it.
    Bytes(Bytes),
    /// The reason why it cannot be read.
    Failed(String),
}

/// Hands on all targets but those that are done, until nobody takes them.
pub(super) async fn feed(
    shared: Arc<Shared>,
    targets: Vec<Target>,
    position: Position,
    jobs: mpsc::Sender<Job>,
    parts: mpsc::Sender<Part>,
) {
    let room = Arc::new(Semaphore::new((HELD >> 10) as usize));
    let is_remote = shared.aws.is_some();
    let wanted = targets.into_iter().filter(|target| !position.is_through(target));
    let fetched = futures::stream::iter(wanted).map(|target| {
        let (room, shared) = (Arc::clone(&room), &shared);
        async move {
            let (input, room) = input(shared, &target, &room).await;
            (target, input, room)
        }
    });
    let mut fetched = Box::pin(fetched.buffered(if is_remote { FETCHES } else { 1 }));
    while let Some((target, input, room)) = fetched.next().await {
        let target = Arc::new(target);
        let (sender, finds) = mpsc::channel(BATCHES);
        if parts.send(Part { target: Arc::clone(&target), finds }).await.is_err() {
            return;
        }
        let first = position.first(&target);
        let job = Job { target, input, first, finds: sender, _room: room };
        tokio::select! {
            sent = jobs.send(job) => if sent.is_err() { return },
            () = shared.cancelled.cancelled() => return,
        }
    }
}

/// The bytes of a small object, and the room that they take.
async fn input(shared: &Shared, target: &Target, room: &Arc<Semaphore>) -> (Input, Option<OwnedSemaphorePermit>) {
    let Place::Object(object) = &target.place else { return (Input::Unread, None) };
    if !target.may_hold(&shared.wanted) {
        return (Input::Unread, None);
    }
    if object.is_archived() {
        return (Input::Failed(format!("it lies in {}; restore it first", object.storage_class)), None);
    }
    let Some(aws) = &shared.aws else { return (Input::Failed("there is no way to S3".into()), None) };
    if object.size.bytes() > WHOLE {
        return (Input::Unread, None);
    }
    let size = (object.size.bytes() >> 10).clamp(1, HELD >> 10) as u32;
    // The semaphore is never closed.
    let permit = Arc::clone(room).acquire_many_owned(size).await.ok();
    let input = match bytes(aws, object).await {
        Ok(bytes) => Input::Bytes(bytes),
        Err(error) => Input::Failed(error.cause),
    };
    (input, permit)
}

/// The bytes of an object that is still the one that was listed.
async fn bytes(aws: &Aws, object: &Object) -> Result<Bytes, AwsError> {
    let mut tries = 1;
    loop {
        let got = async {
            let body = aws.get(&object.id, None, Some(&object.etag)).await?;
            body.collect(ByteSize(WHOLE)).await
        };
        match got.await {
            Ok((bytes, _)) => return Ok(bytes),
            Err(error) if error.kind.is_passing() && tries < TRIES => tries += 1,
            Err(error) if error.kind == Kind::Changed => {
                return Err(AwsError { cause: "it has changed since it was listed".into(), ..error });
            }
            Err(error) => return Err(error),
        }
    }
}
