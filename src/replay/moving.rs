//! Having SQS itself move a whole failure queue back: the way for more messages than anybody would look through.

use sha2::{Digest as _, Sha256};

use super::ReplayError;
use crate::aws::Aws;
use crate::domain::{Consumer, MoveTask, Profile};

/// SQS moves so many messages a second at most (StartMessageMoveTask in the SQS API reference).
pub const FASTEST: u32 = 500;

/// What a move task would do. Only what has the confirmed hash is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// SHA-256 over profile, consumer, queue and rate, in hexadecimal.
    pub hash: String,
    /// The consumer's name.
    pub consumer: String,
    /// The failure queue's ARN.
    pub dead_letter_arn: String,
    /// Messages that lie there now, approximately; a task moves those too that arrive while it runs.
    pub messages: u64,
    /// Messages a second at most.
    pub rate: u32,
    /// The effects in words.
    pub effects: Vec<String>,
}

/// Says what moving the whole failure queue of a consumer would do. Nothing is moved.
///
/// Fails where the profile is read-only, the consumer has no failure queue, or a task of it is active already.
pub async fn plan(aws: &Aws, profile: &Profile, consumer: &Consumer, rate: u32) -> Result<Move, ReplayError> {
    if profile.is_read_only {
        return Err(ReplayError::ReadOnly(profile.name.clone()));
    }
    let url = consumer.dead_letter_url.as_deref().ok_or_else(|| ReplayError::NoFailureQueue(consumer.name.clone()))?;
    let queue = aws.queue_state(url).await?;
    if let Some(task) = active(aws, &queue.arn).await? {
        return Err(ReplayError::Moving {
            queue: queue.arn,
            task: task.handle.unwrap_or_else(|| "whose handle is not told".to_owned()),
            moved: task.moved,
        });
    }
    let rate = rate.clamp(1, FASTEST);
    let parts = ["scops move 1", &profile.name, &consumer.name, &queue.arn, &rate.to_string()];
    let hash = format!("{:x}", Sha256::digest(parts.join("\0").as_bytes()));
    let messages = queue.visible + queue.in_flight + queue.delayed;
    let effects = effects(consumer, &queue.arn, messages, rate);
    Ok(Move { hash, consumer: consumer.name.clone(), dead_letter_arn: queue.arn, messages, rate, effects })
}

/// The task that moves messages of the queue now.
pub async fn active(aws: &Aws, dead_letter_arn: &str) -> Result<Option<MoveTask>, ReplayError> {
    Ok(aws.moves(dead_letter_arn).await?.into_iter().find(MoveTask::is_active))
}

fn effects(consumer: &Consumer, arn: &str, messages: u64, rate: u32) -> Vec<String> {
    let name = arn.rsplit(':').next().unwrap_or(arn);
    let seconds = messages.div_ceil(u64::from(rate));
    let mut effects = vec![
        format!(
            "SQS moves all messages of {name} to the queue that each came from: about {messages} now, and those that come while it runs"
        ),
        format!("at most {rate} a second: {seconds} s or longer"),
        "nothing is chosen and nothing is tried before: what would fail again fails again and comes back".to_owned(),
        "each message gets a new id, a new time and a whole retention; none bears the mark of a replay".to_owned(),
        "the journal knows no objects of it, and recovery is not watched: the failures screen tells what comes back"
            .to_owned(),
        "stopping it takes nothing back that was moved".to_owned(),
    ];
    if !consumer.idempotent {
        let name = &consumer.name;
        effects.insert(1, format!("{name} is NOT idempotent: whatever it processed before is indexed twice"));
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Envelope, Input};

    #[test]
    fn what_a_move_does_is_told_with_its_rate_and_its_danger() {
        let consumer = Consumer {
            name: "indexer".into(),
            input: Input::Queue("https://q/indexer".into()),
            envelope: Envelope::default(),
            dead_letter_url: None,
            parked_url: None,
            parked_prefix: None,
            alerts: None,
            receipts: None,
            failures: None,
            destination: None,
            idempotent: false,
            alert_window: None,
            remembers: None,
        };
        let told = effects(&consumer, "arn:aws:sqs:eu-west-1:1:indexer-failed", 1001, 50);
        assert!(told[0].contains("all messages of indexer-failed") && told[0].contains("about 1001"), "{told:?}");
        assert!(told[1].contains("NOT idempotent"), "{told:?}");
        assert!(told[2].contains("50 a second: 21 s"), "{told:?}");
        assert_eq!(effects(&Consumer { idempotent: true, ..consumer }, "a:q", 0, 1).len(), told.len() - 1);
    }
}
