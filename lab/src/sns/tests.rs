use serde_json::Value;

use super::*;
use crate::store::Store;

fn topics() -> (Topics, Queues, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let (clock, _hand) = Clock::manual("2026-11-23T02:00:00.123Z".parse().unwrap());
    let store = Store::open_at(folder.path(), clock.clone()).unwrap();
    let queues = Queues::new(store.database().clone(), clock.clone());
    let credentials = Credentials::load(folder.path()).unwrap();
    let topics = Topics::new(store.database().clone(), clock, queues.clone(), Signer::new(&credentials));
    (topics, queues, folder)
}

async fn bodies(queues: &Queues, queue: &str) -> Vec<Value> {
    let body = serde_json::json!({ "QueueUrl": queue, "MaxNumberOfMessages": 10, "MessageAttributeNames": ["All"] });
    let answer = queues.answer("ReceiveMessage", body.to_string().as_bytes(), "http://lab").await.unwrap();
    answer["Messages"].as_array().cloned().unwrap_or_default()
}

const TOPIC: &str = "arn:aws:sns:us-east-1:000000000000:logs";

async fn with_two_queues() -> (Topics, Queues, tempfile::TempDir) {
    let (topics, queues, folder) = topics();
    for queue in ["raw", "wrapped"] {
        let body = format!("{{\"QueueName\":\"{queue}\"}}");
        queues.answer("CreateQueue", body.as_bytes(), "http://lab").await.unwrap();
    }
    topics.answer(b"Action=CreateTopic&Name=logs").unwrap();
    for (queue, raw) in [("raw", "true"), ("wrapped", "false")] {
        let form = format!(
            "Action=Subscribe&TopicArn={TOPIC}&Protocol=sqs&Endpoint=arn:aws:sqs:us-east-1:000000000000:{queue}\
             &Attributes.entry.1.key=RawMessageDelivery&Attributes.entry.1.value={raw}"
        );
        topics.answer(form.as_bytes()).unwrap();
    }
    (topics, queues, folder)
}

#[tokio::test]
async fn a_message_reaches_every_queue_raw_or_in_an_envelope() {
    let (topics, queues, _folder) = with_two_queues().await;
    let form = format!(
        "Action=Publish&TopicArn={TOPIC}&Message=a+%26+b&Subject=S&MessageAttributes.entry.1.Name=scops-replay-id\
         &MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=r1"
    );
    topics.answer(form.as_bytes()).unwrap();
    let raw = bodies(&queues, "raw").await;
    assert_eq!(raw[0]["Body"], "a & b");
    assert_eq!(raw[0]["MessageAttributes"]["scops-replay-id"]["StringValue"], "r1");
    let wrapped = bodies(&queues, "wrapped").await;
    assert!(wrapped[0]["MessageAttributes"].is_null());
    let envelope: Value = serde_json::from_str(wrapped[0]["Body"].as_str().unwrap()).unwrap();
    assert_eq!(envelope["Type"], "Notification");
    assert_eq!(envelope["TopicArn"], TOPIC);
    assert_eq!(envelope["Message"], "a & b");
    assert_eq!(envelope["Subject"], "S");
    assert_eq!(envelope["Timestamp"], "2026-11-23T02:00:00.123Z");
    assert_eq!(
        envelope["MessageAttributes"]["scops-replay-id"],
        serde_json::json!({ "Type": "String", "Value": "r1" })
    );
}

#[tokio::test]
async fn a_batch_fails_entry_by_entry() {
    let (topics, queues, _folder) = with_two_queues().await;
    let form = format!(
        "Action=PublishBatch&TopicArn={TOPIC}&PublishBatchRequestEntries.member.1.Id=a\
         &PublishBatchRequestEntries.member.1.Message=one&PublishBatchRequestEntries.member.2.Id=b\
         &PublishBatchRequestEntries.member.2.Message="
    );
    let xml = topics.answer(form.as_bytes()).unwrap();
    assert!(xml.contains("<Successful><member><Id>a</Id>"), "{xml}");
    assert!(xml.contains("<Failed><member><Id>b</Id>"), "{xml}");
    assert_eq!(bodies(&queues, "raw").await.len(), 1);
}

#[test]
fn what_is_not_there_is_told_in_sns_words() {
    let (topics, _queues, _folder) = topics();
    let refusal = |form: &str| topics.answer(form.as_bytes()).unwrap_err();
    assert_eq!(refusal("Action=Fly").code, "InvalidAction");
    assert_eq!(refusal(&format!("Action=Publish&TopicArn={TOPIC}&Message=x")).code, "NotFound");
    assert_eq!(
        refusal(&format!("Action=Subscribe&TopicArn={TOPIC}&Protocol=email&Endpoint=x")).code,
        "InvalidParameter"
    );
}
