use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::clock::Hand;
use crate::store::Store;

struct World {
    queues: Queues,
    hand: Hand,
    _folder: tempfile::TempDir,
}

impl World {
    async fn ask(&self, operation: &str, body: Value) -> Value {
        self.try_ask(operation, body).await.unwrap()
    }

    async fn try_ask(&self, operation: &str, body: Value) -> Result<Value, crate::refusal::Refusal> {
        let body = serde_json::to_vec(&body).unwrap();
        self.queues.answer(operation, &body, "http://lab").await
    }

    async fn receive(&self, queue: &str) -> Vec<Value> {
        let answer = self
            .ask(
                "ReceiveMessage",
                json!({ "QueueUrl": url(queue), "MaxNumberOfMessages": 10, "AttributeNames": ["All"],
                        "MessageAttributeNames": ["All"] }),
            )
            .await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }

    fn wait(&self, seconds: u64) {
        self.hand.advance(Duration::from_secs(seconds));
    }
}

fn url(queue: &str) -> String {
    format!("http://elsewhere:1/000000000000/{queue}")
}

/// A queue `work` that gives up to `dead` after two receives.
async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let (clock, hand) = Clock::manual("2026-11-23T02:00:00Z".parse().unwrap());
    let store = Store::open_at(folder.path(), clock.clone()).unwrap();
    let world = World { queues: Queues::new(store.database().clone(), clock), hand, _folder: folder };
    world.ask("CreateQueue", json!({ "QueueName": "dead" })).await;
    let redrive = json!({ "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead", "maxReceiveCount": "2" });
    world
        .ask("CreateQueue", json!({ "QueueName": "work", "Attributes": { "RedrivePolicy": redrive.to_string() } }))
        .await;
    world
}

#[tokio::test]
async fn a_received_message_is_hidden_and_comes_back() {
    let world = world().await;
    world.ask("SendMessage", json!({ "QueueUrl": url("work"), "MessageBody": "one" })).await;
    let first = world.receive("work").await;
    assert_eq!(first[0]["Body"], "one");
    assert_eq!(first[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert!(world.receive("work").await.is_empty());
    world.wait(30);
    let second = world.receive("work").await;
    assert_eq!(second[0]["Attributes"]["ApproximateReceiveCount"], "2");
    // The handle of the earlier receive no longer deletes.
    world.ask("DeleteMessage", json!({ "QueueUrl": url("work"), "ReceiptHandle": first[0]["ReceiptHandle"] })).await;
    let depth = world
        .ask(
            "GetQueueAttributes",
            json!({ "QueueUrl": url("work"), "AttributeNames": ["ApproximateNumberOfMessagesNotVisible"] }),
        )
        .await;
    assert_eq!(depth, json!({ "Attributes": { "ApproximateNumberOfMessagesNotVisible": "1" } }));
}

#[tokio::test]
async fn a_message_received_too_often_is_given_up_with_its_id_and_time() {
    let world = world().await;
    let sent = world.ask("SendMessage", json!({ "QueueUrl": url("work"), "MessageBody": "poison" })).await;
    for _ in 0..2 {
        assert_eq!(world.receive("work").await.len(), 1);
        world.wait(31);
    }
    assert!(world.receive("work").await.is_empty());
    let dead = world.receive("dead").await;
    assert_eq!(dead[0]["MessageId"], sent["MessageId"]);
    let attributes = &dead[0]["Attributes"];
    assert_eq!(attributes["SentTimestamp"], "1795399200000");
    assert_eq!(attributes["ApproximateReceiveCount"], "3");
    assert_eq!(attributes["DeadLetterQueueSourceArn"], "arn:aws:sqs:us-east-1:000000000000:work");
    // Its retention counts from the first sending: four days after that it is gone.
    world.wait(4 * 86_400 - 62);
    assert!(world.receive("dead").await.is_empty());
}

#[tokio::test]
async fn delay_and_visibility_follow_what_is_asked() {
    let world = world().await;
    world.ask("SendMessage", json!({ "QueueUrl": url("work"), "MessageBody": "late", "DelaySeconds": 5 })).await;
    assert!(world.receive("work").await.is_empty());
    world.wait(5);
    let message = world.receive("work").await;
    let change = |seconds: i64| json!({ "QueueUrl": url("work"), "ReceiptHandle": message[0]["ReceiptHandle"], "VisibilityTimeout": seconds });
    world.ask("ChangeMessageVisibility", change(0)).await;
    let again = world.try_ask("ChangeMessageVisibility", change(10)).await.unwrap_err();
    assert_eq!(again.code, "MessageNotInflight");
    assert_eq!(world.receive("work").await.len(), 1);
}

#[tokio::test]
async fn a_batch_fails_entry_by_entry() {
    let world = world().await;
    let answer = world
        .ask(
            "SendMessageBatch",
            json!({ "QueueUrl": url("work"), "Entries": [
                { "Id": "good", "MessageBody": "x" },
                { "Id": "bad", "MessageBody": "\u{1}" },
            ] }),
        )
        .await;
    assert_eq!(answer["Successful"][0]["Id"], "good");
    assert_eq!(answer["Failed"][0]["Id"], "bad");
    assert_eq!(answer["Failed"][0]["SenderFault"], true);
    let twice = json!({ "QueueUrl": url("work"), "Entries": [
        { "Id": "a", "MessageBody": "x" }, { "Id": "a", "MessageBody": "y" },
    ] });
    let refusal = world.try_ask("SendMessageBatch", twice).await.unwrap_err();
    assert_eq!(refusal.code, "BatchEntryIdsNotDistinct");
}

#[tokio::test]
async fn attributes_digest_as_other_implementations_do() {
    let world = world().await;
    let answer = world
        .ask(
            "SendMessage",
            json!({ "QueueUrl": url("work"), "MessageBody": "hello", "MessageAttributes": {
                "timestamp": { "DataType": "Number", "StringValue": "1493147359900" },
                "raw": { "DataType": "Binary", "BinaryValue": "AAEC" },
            } }),
        )
        .await;
    assert_eq!(answer["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(answer["MD5OfMessageAttributes"], "53015629d34e70382e6355e69d169176");
    let received = world.receive("work").await;
    assert_eq!(received[0]["MD5OfMessageAttributes"], "53015629d34e70382e6355e69d169176");
    assert_eq!(received[0]["MessageAttributes"]["raw"]["BinaryValue"], "AAEC");
}

#[tokio::test]
async fn a_move_task_sends_messages_back_as_new_ones() {
    let world = world().await;
    for number in 0..5 {
        world.ask("SendMessage", json!({ "QueueUrl": url("work"), "MessageBody": number.to_string() })).await;
    }
    for _ in 0..2 {
        assert_eq!(world.receive("work").await.len(), 5);
        world.wait(31);
    }
    assert!(world.receive("work").await.is_empty());
    let arn = "arn:aws:sqs:us-east-1:000000000000:dead";
    let refused = world
        .try_ask("StartMessageMoveTask", json!({ "SourceArn": "arn:aws:sqs:us-east-1:000000000000:work" }))
        .await
        .unwrap_err();
    assert_eq!(refused.code, "InvalidParameterValue");
    world.ask("StartMessageMoveTask", json!({ "SourceArn": arn, "MaxNumberOfMessagesPerSecond": 50 })).await;
    let busy = world.try_ask("StartMessageMoveTask", json!({ "SourceArn": arn })).await.unwrap_err();
    assert_eq!(busy.code, "UnsupportedOperation");
    let mut status = Value::Null;
    for _ in 0..100 {
        status = world.ask("ListMessageMoveTasks", json!({ "SourceArn": arn })).await["Results"][0].clone();
        if status["Status"] == "COMPLETED" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status["Status"], "COMPLETED");
    assert_eq!(status["ApproximateNumberOfMessagesMoved"], 5);
    let back = world.receive("work").await;
    assert_eq!(back.len(), 5);
    assert_eq!(back[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert!(back[0]["Attributes"]["DeadLetterQueueSourceArn"].is_null());
}

#[tokio::test]
async fn a_long_poll_is_woken_by_a_message() {
    let world = world().await;
    let queues = world.queues.clone();
    let poll = tokio::spawn(async move {
        let body = json!({ "QueueUrl": url("work"), "WaitTimeSeconds": 20 }).to_string();
        let started = std::time::Instant::now();
        let answer = queues.answer("ReceiveMessage", body.as_bytes(), "http://lab").await.unwrap();
        (answer, started.elapsed())
    });
    tokio::time::sleep(Duration::from_millis(50)).await;
    world.ask("SendMessage", json!({ "QueueUrl": url("work"), "MessageBody": "wake" })).await;
    let (answer, waited) = poll.await.unwrap();
    assert_eq!(answer["Messages"][0]["Body"], "wake");
    assert!(waited < Duration::from_secs(5));
}

#[tokio::test]
async fn fifo_queues_are_refused_by_name() {
    let world = world().await;
    let refusal = world.try_ask("CreateQueue", json!({ "QueueName": "a.fifo" })).await.unwrap_err();
    assert!(refusal.message.contains("FIFO"));
}
