//! Message move tasks: SQS itself moves what lies in a dead-letter queue.

use super::{Aws, AwsError, count};
use crate::domain::MoveTask;

impl Aws {
    /// Has SQS move every message of a dead-letter queue back to the queue that it came from, at most `rate` (and 500)
    /// a second. Gives the task's handle.
    pub async fn start_move(&self, dead_letter_arn: &str, rate: u32) -> Result<String, AwsError> {
        let subject = || format!("cannot move the messages of {dead_letter_arn}");
        let output = self
            .sqs()
            .await
            .start_message_move_task()
            .source_arn(dead_letter_arn)
            .max_number_of_messages_per_second(i32::try_from(rate.clamp(1, 500)).unwrap_or(500))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.task_handle.ok_or_else(|| AwsError::malformed(subject(), "the answer names no task"))
    }

    /// The newest tasks of a dead-letter queue, newest first.
    pub async fn moves(&self, dead_letter_arn: &str) -> Result<Vec<MoveTask>, AwsError> {
        let request = self.sqs().await.list_message_move_tasks().source_arn(dead_letter_arn).max_results(10);
        let output = request
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(format!("cannot list the move tasks of {dead_letter_arn}"), &error))?;
        let tasks = output.results.unwrap_or_default().into_iter().map(|told| MoveTask {
            handle: told.task_handle,
            status: told.status.unwrap_or_default(),
            moved: count(told.approximate_number_of_messages_moved),
            total: told.approximate_number_of_messages_to_move.map(count),
            destination: told.destination_arn.map(|arn| arn.rsplit(':').next().unwrap_or(&arn).to_owned()),
            failure: told.failure_reason,
        });
        Ok(tasks.collect())
    }

    /// Stops a task; what it has moved stays moved. Gives how many those are, approximately.
    pub async fn cancel_move(&self, handle: &str) -> Result<u64, AwsError> {
        let request = self.sqs().await.cancel_message_move_task().task_handle(handle);
        let output = request.send().await.map_err(|error| AwsError::from_sdk("cannot cancel the move task", &error))?;
        Ok(count(output.approximate_number_of_messages_moved))
    }
}
