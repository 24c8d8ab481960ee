//! A queue read as a list.
//!
//! ReceiveMessage is no read: it hides a message and raises its receive count. Messages are therefore hidden for a
//! short time only, shown again at once when the list is complete, and a queue whose own redrive policy might move
//! them on is not read at all, or no further.

use std::collections::HashSet;

use futures::StreamExt as _;
use jiff::SignedDuration;
use tokio::sync::mpsc;

use super::PARALLEL;
use crate::app::request::Trouble;
use crate::aws::{Aws, AwsError, BATCH, QueueState, Received};
use crate::domain::QueuedMessage;
use crate::domain::size::plural;

/// Receives without anything new before a queue counts as read: a short poll asks some of its servers only.
const EMPTY: usize = 2;
/// A redrive policy that allows this many receives is not brought to its limit by looking.
const RECEIVES: u32 = 100;
/// A message with so few receives left is not looked at again.
const NEAR: u32 = 10;

/// How a queue is looked through.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Messages that are listed at most.
    pub most: usize,
    /// How long they are hidden meanwhile, should we be unable to show them again.
    pub hidden: SignedDuration,
}

impl Look {
    /// For a list on a screen.
    pub const AT_A_GLANCE: Self = Self { most: 10_000, hidden: SignedDuration::from_secs(20) };
    /// For all of them, which takes its time. SQS hides 120,000 at most.
    pub const TO_THE_END: Self = Self { most: usize::MAX, hidden: SignedDuration::from_mins(10) };
}

/// What was looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Messages that were seen.
    pub seen: usize,
    /// Messages that the queue told of and that were not: another reader holds them, or they are delayed.
    pub unseen: u64,
}

impl std::ops::Add for Looked {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { seen: self.seen + other.seen, unseen: self.unseen + other.unseen }
    }
}

/// Hands what `turn` makes of each message of a queue to `found`, each message once. They are visible again
/// afterwards.
pub async fn read<T>(
    aws: &Aws,
    url: &str,
    look: Look,
    turn: impl Fn(QueuedMessage) -> Vec<T>,
    found: &mpsc::Sender<Vec<T>>,
) -> Result<Looked, Trouble> {
    let queue = aws.queue_state(url).await?;
    if let Some((receives, _)) = queue.redrive.as_ref().filter(|(receives, _)| *receives < RECEIVES) {
        return Err(Trouble {
            what: format!("cannot list {url}"),
            cause: format!("its redrive policy moves a message on after {receives} receives, and looking is one"),
            hint: Some("a failure queue should have no redrive policy of its own".into()),
        });
    }
    let mut handles = Vec::new();
    let listed = receive_all(aws, url, look, &queue, turn, found, &mut handles).await;
    show_again(aws, url, look, handles).await;
    listed
}

async fn receive_all<T>(
    aws: &Aws,
    url: &str,
    look: Look,
    queue: &QueueState,
    turn: impl Fn(QueuedMessage) -> Vec<T>,
    found: &mpsc::Sender<Vec<T>>,
    handles: &mut Vec<String>,
) -> Result<Looked, Trouble> {
    let mut seen = HashSet::new();
    let mut empty = 0;
    let mut worn = None;
    while empty < EMPTY && seen.len() < look.most && worn.is_none() {
        // The count is approximate: beyond it, a moment's wait makes a queue ask all of its servers.
        let is_short = (seen.len() as u64) < queue.visible;
        let wait = SignedDuration::from_secs(i64::from(!is_short && empty > 0));
        let received = aws.receive(url, BATCH, look.hidden, wait).await?;
        let mut turned = Vec::new();
        let before = seen.len();
        for Received { mut message, handle } in received {
            handles.push(handle);
            if is_worn(message.receive_count, queue) {
                worn = worn.max(Some(message.receive_count));
            }
            if seen.insert(message.id.clone()) {
                message.expires = message.sent.and_then(|sent| sent.checked_add(queue.retention).ok());
                turned.extend(turn(message));
            }
        }
        empty = if seen.len() == before { empty + 1 } else { 0 };
        if !turned.is_empty() && found.send(turned).await.is_err() {
            break;
        }
    }
    if let (Some(receives), Some((limit, _))) = (worn, &queue.redrive) {
        return Err(Trouble {
            what: format!("the list of {url} ends early"),
            cause: format!(
                "a message in it was received {}, its redrive policy moves a message on after {limit}, \
                 and looking is a receive",
                plural(receives, "time")
            ),
            hint: Some("raise its maxReceiveCount, or take the redrive policy of the failure queue away".into()),
        });
    }
    let depth = queue.visible + queue.in_flight + queue.delayed;
    Ok(Looked { seen: seen.len(), unseen: depth.saturating_sub(seen.len() as u64) })
}

/// Whether a message is so near to its last receive that looking might dead-letter it.
fn is_worn(receives: u32, queue: &QueueState) -> bool {
    queue.redrive.as_ref().is_some_and(|(limit, _)| receives.saturating_add(NEAR) >= *limit)
}

/// Ends the hiding of what was listed. What cannot be shown again now shows itself when its time is up.
async fn show_again(aws: &Aws, url: &str, look: Look, handles: Vec<String>) {
    let batches: Vec<Vec<String>> = handles.chunks(BATCH).map(<[String]>::to_vec).collect();
    let shown = futures::stream::iter(batches).map(|batch| async move {
        let shown: Result<_, AwsError> = aws.change_visibility_batch(url, &batch, SignedDuration::ZERO).await;
        if let Err(error) = shown {
            tracing::warn!(%error, "listed messages stay hidden for up to {} s", look.hidden.as_secs());
        }
    });
    shown.buffer_unordered(PARALLEL).collect::<()>().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_near_its_last_receive_ends_the_looking() {
        let queue = |redrive: Option<u32>| QueueState {
            redrive: redrive.map(|limit| (limit, "arn".to_owned())),
            ..QueueState::default()
        };
        assert!(!is_worn(1_000_000, &queue(None)));
        assert!(!is_worn(89, &queue(Some(100))));
        assert!(is_worn(90, &queue(Some(100))) && is_worn(u32::MAX, &queue(Some(1_000))));
    }
}
