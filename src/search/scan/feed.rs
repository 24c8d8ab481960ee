//! Hands targets to the threads, the bytes of small objects with them.

use std::sync::Arc;

use bytes::Bytes;
use futures::StreamExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::task::AbortOnDropHandle;

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
    let wanted = targets.into_iter().filter(|target| !position.is_through(target)).map(Arc::new);
    // Room is given in the order of the targets: whoever is next never waits for those behind it.
    let placed = futures::stream::iter(wanted).then(|target| {
        let room = room_of(&shared, &target, &room);
        async move {
            let room = room.await;
            (target, room)
        }
    });
    let fetched = placed.map(|(target, room)| {
        // A task each: signing and reading answers takes more than one core where objects are small.
        let fetching = matches!(target.place, Place::Object(_)).then(|| {
            let (shared, target) = (Arc::clone(&shared), Arc::clone(&target));
            AbortOnDropHandle::new(tokio::spawn(async move { input(&shared, &target).await }))
        });
        async move {
            let input = match fetching {
                Some(fetching) => fetching.await.unwrap_or_else(|error| Input::Failed(error.to_string())),
                None => Input::Unread,
            };
            (target, input, room)
        }
    });
    let mut fetched = Box::pin(fetched.buffered(if is_remote { FETCHES } else { 1 }));
    while let Some((target, input, room)) = fetched.next().await {
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

/// A small object that is read whole and may hold a match.
fn small<'t>(shared: &Shared, target: &'t Target) -> Option<&'t Object> {
    match &target.place {
        Place::Object(object) if object.size.bytes() <= WHOLE && target.may_hold(&shared.wanted) => Some(object),
        _ => None,
    }
}

/// The room that the bytes of a small object take, once there is so much.
fn room_of(
    shared: &Shared,
    target: &Target,
    room: &Arc<Semaphore>,
) -> impl Future<Output = Option<OwnedSemaphorePermit>> + use<> {
    let size = small(shared, target).map(|object| (object.size.bytes() >> 10).clamp(1, HELD >> 10) as u32);
    let room = Arc::clone(room);
    async move {
        // The semaphore is never closed.
        room.acquire_many_owned(size?).await.ok()
    }
}

/// What is there of a target: of a small object its bytes.
async fn input(shared: &Shared, target: &Target) -> Input {
    let Place::Object(object) = &target.place else { return Input::Unread };
    if !target.may_hold(&shared.wanted) {
        return Input::Unread;
    }
    if object.is_archived() {
        return Input::Failed(format!("it lies in {}; restore it first", object.storage_class));
    }
    let Some(aws) = &shared.aws else { return Input::Failed("there is no way to S3".into()) };
    if small(shared, target).is_none() {
        return Input::Unread;
    }
    match bytes(aws, object).await {
        Ok(bytes) => Input::Bytes(bytes),
        Err(error) => Input::Failed(error.cause),
    }
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
