//! Deletes finished messages from the queue, ten to a request.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::aws::{Aws, BATCH, Entry};

/// How long a finished message may wait for others to share its request.
const GATHER: Duration = Duration::from_millis(50);

/// Runs until the senders are gone and the last message is deleted.
///
/// A message that cannot be deleted comes back and is processed again, which changes nothing.
pub(super) async fn run(aws: Aws, url: String, mut finished: mpsc::Receiver<String>) {
    let mut batch = Vec::with_capacity(BATCH);
    while let Some(first) = finished.recv().await {
        batch.push(first);
        let gathered = tokio::time::timeout(GATHER, async {
            while batch.len() < BATCH {
                match finished.recv().await {
                    Some(handle) => batch.push(handle),
                    None => break,
                }
            }
        });
        // Time is up, or the batch is full: both are the moment to send.
        let _ = gathered.await;
        match aws.delete_message_batch(&url, &batch).await {
            Ok(entries) => {
                let left = entries.iter().filter(|entry| !matches!(entry, Entry::Done(_))).count();
                if left > 0 {
                    tracing::warn!(left, "finished messages were not deleted; they come back and change nothing");
                }
            }
            Err(error) => tracing::warn!(%error, "finished messages were not deleted"),
        }
        batch.clear();
    }
}
