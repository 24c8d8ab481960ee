//! Events, topics and queues at the wire.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_s3::types::{
    Event, FilterRule, FilterRuleName, NotificationConfiguration, NotificationConfigurationFilter, QueueConfiguration,
    S3KeyFilter, TopicConfiguration,
};
use aws_sdk_sns::operation::publish::PublishError;
use aws_sdk_sqs::operation::get_queue_url::GetQueueUrlError;
use aws_sdk_sqs::types::{
    DeleteMessageBatchRequestEntry, Message, MessageAttributeValue, MessageSystemAttributeName, QueueAttributeName,
    SendMessageBatchRequestEntry,
};
use serde_json::Value;

use super::{World, code};

const ARN: &str = "arn:aws:sqs:us-east-1:000000000000";

impl World {
    async fn queue(&self, name: &str, attributes: &[(QueueAttributeName, &str)]) -> String {
        let attributes: HashMap<_, _> =
            attributes.iter().map(|(name, value)| (name.clone(), (*value).to_owned())).collect();
        let queue = self.sqs.create_queue().queue_name(name).set_attributes(Some(attributes)).send().await;
        queue.expect("queue").queue_url.expect("a URL")
    }

    async fn receive(&self, url: &str) -> Vec<Message> {
        let receive = self.sqs.receive_message().queue_url(url).max_number_of_messages(10);
        let receive = receive.message_system_attribute_names(MessageSystemAttributeName::All);
        let received = receive.message_attribute_names("All").wait_time_seconds(0).send().await;
        received.expect("receive").messages.unwrap_or_default()
    }

    /// A bucket whose events go through a topic to the queues `raw` and `wrapped`.
    async fn notified(&self) -> (String, String) {
        self.s3.create_bucket().bucket("logs").send().await.expect("bucket");
        let raw = self.queue("raw", &[]).await;
        let wrapped = self.queue("wrapped", &[]).await;
        let topic = self.sns.create_topic().name("logs").send().await.expect("topic");
        let topic = topic.topic_arn().expect("an ARN");
        for (queue, is_raw) in [("raw", "true"), ("wrapped", "false")] {
            let subscribe = self.sns.subscribe().topic_arn(topic).protocol("sqs").endpoint(format!("{ARN}:{queue}"));
            subscribe.attributes("RawMessageDelivery", is_raw).send().await.expect("subscribe");
        }
        let configuration = TopicConfiguration::builder()
            .topic_arn(topic)
            .events(Event::S3ObjectCreated)
            .filter(prefix("dt="))
            .build()
            .expect("a configuration");
        let notification = NotificationConfiguration::builder().topic_configurations(configuration).build();
        let put = self.s3.put_bucket_notification_configuration().bucket("logs");
        put.notification_configuration(notification).send().await.expect("notification");
        (raw, wrapped)
    }
}

fn prefix(prefix: &str) -> NotificationConfigurationFilter {
    let rule = FilterRule::builder().name(FilterRuleName::Prefix).value(prefix).build();
    NotificationConfigurationFilter::builder().key(S3KeyFilter::builder().filter_rules(rule).build()).build()
}

fn json(text: Option<&str>) -> Value {
    serde_json::from_str(text.unwrap_or_default()).expect("JSON")
}

#[tokio::test]
async fn a_put_reaches_raw_and_wrapped_queues_as_s3_encodes_it() {
    let world = World::new().await;
    let (raw, wrapped) = world.notified().await;
    let test = world.receive(&raw).await;
    assert_eq!(json(test[0].body())["Event"], "s3:TestEvent");
    let test = world.receive(&wrapped).await;
    assert_eq!(json(json(test[0].body())["Message"].as_str())["Event"], "s3:TestEvent");

    world.put("logs", "dt=2026-11-23/a b+c%20=&é.json", "hello").await;
    world.put("logs", "other/is-filtered-out", "hello").await;
    let direct = world.receive(&raw).await;
    assert_eq!(direct.len(), 1);
    let event = json(direct[0].body());
    let record = &event["Records"][0];
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    assert_eq!(record["eventSource"], "aws:s3");
    assert_eq!(record["s3"]["bucket"]["arn"], "arn:aws:s3:::logs");
    let object = &record["s3"]["object"];
    assert_eq!(object["key"], "dt%3D2026-11-23/a+b%2Bc%2520%3D%26%C3%A9.json");
    assert_eq!(object["size"], 5);
    assert_eq!(object["eTag"], "5d41402abc4b2a76b9719d911017c592");
    assert!(object["sequencer"].is_string());
    let envelope = json(world.receive(&wrapped).await[0].body());
    assert_eq!(envelope["Type"], "Notification");
    assert_eq!(envelope["Subject"], "Amazon S3 Notification");
    assert_eq!(json(envelope["Message"].as_str()), event);
}

#[tokio::test]
async fn a_seeded_object_arrived_when_it_is_said_to() {
    let world = World::new().await;
    let (raw, _) = world.notified().await;
    let test = world.receive(&raw).await;
    assert_eq!(test.len(), 1);
    let arrived: jiff::Timestamp = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(3);
    let stored = world.lab.seed("logs", "dt=1/a", "x".into(), arrived).expect("seed");
    assert_eq!(stored.arrived.as_second(), arrived.as_second());
    let received = world.receive(&raw).await;
    let sent =
        received[0].attributes().and_then(|attributes| attributes.get(&MessageSystemAttributeName::SentTimestamp));
    assert_eq!(sent.map(String::as_str), Some(arrived.as_millisecond().to_string().as_str()));
    let time = json(received[0].body())["Records"][0]["eventTime"].as_str().map(str::to_owned);
    assert!(
        time.is_some_and(|time| time
            .parse::<jiff::Timestamp>()
            .is_ok_and(|time| time.as_second() == arrived.as_second()))
    );
}

#[tokio::test]
async fn removals_are_told_to_queues_that_ask() {
    let world = World::new().await;
    world.s3.create_bucket().bucket("logs").send().await.expect("bucket");
    let url = world.queue("q", &[]).await;
    let configuration = QueueConfiguration::builder()
        .queue_arn(format!("{ARN}:q"))
        .events(Event::S3ObjectRemoved)
        .events(Event::S3ObjectCreatedCopy)
        .build()
        .expect("a configuration");
    let notification = NotificationConfiguration::builder().queue_configurations(configuration).build();
    let put = world.s3.put_bucket_notification_configuration().bucket("logs");
    put.notification_configuration(notification).send().await.expect("notification");
    world.put("logs", "a", "x").await;
    world.s3.copy_object().bucket("logs").key("b").copy_source("logs/a").send().await.expect("copy");
    world.s3.delete_object().bucket("logs").key("a").send().await.expect("delete");
    let names: Vec<Value> = world
        .receive(&url)
        .await
        .iter()
        .map(|message| json(message.body())["Records"][0]["eventName"].clone())
        .collect();
    assert_eq!(names, [Value::Null, "ObjectCreated:Copy".into(), "ObjectRemoved:Delete".into()]);
}

#[tokio::test]
async fn a_destination_that_does_not_exist_is_refused() {
    let world = World::new().await;
    world.s3.create_bucket().bucket("logs").send().await.expect("bucket");
    let configuration = QueueConfiguration::builder()
        .queue_arn(format!("{ARN}:nowhere"))
        .events(Event::S3ObjectCreated)
        .build()
        .expect("a configuration");
    let notification = NotificationConfiguration::builder().queue_configurations(configuration).build();
    let put = world.s3.put_bucket_notification_configuration().bucket("logs");
    let refused = put.notification_configuration(notification).send().await;
    assert_eq!(code(refused).as_deref(), Some("InvalidArgument"));
}

#[tokio::test]
async fn attributes_go_with_a_message_through_a_raw_topic() {
    let world = World::new().await;
    let (raw, _) = world.notified().await;
    world.receive(&raw).await;
    let mark = aws_sdk_sns::types::MessageAttributeValue::builder().data_type("String").string_value("r-1").build();
    let publish = world.sns.publish().topic_arn("arn:aws:sns:us-east-1:000000000000:logs").message("again");
    publish.message_attributes("scops-replay-id", mark.expect("an attribute")).send().await.expect("publish");
    let received = world.receive(&raw).await;
    let mark = received[0].message_attributes().and_then(|attributes| attributes.get("scops-replay-id"));
    assert_eq!(mark.and_then(MessageAttributeValue::string_value), Some("r-1"));
}

#[tokio::test]
async fn a_batch_is_sent_received_and_deleted_entry_by_entry() {
    let world = World::new().await;
    let url = world.queue("q", &[]).await;
    let entries: Vec<_> = (0..10)
        .map(|number| {
            let body = if number == 3 { "\u{1}".to_owned() } else { format!("body {number}") };
            let entry = SendMessageBatchRequestEntry::builder().id(format!("e{number}")).message_body(body);
            entry.build().expect("an entry")
        })
        .collect();
    let sent = world.sqs.send_message_batch().queue_url(&url).set_entries(Some(entries)).send().await.expect("send");
    assert_eq!(sent.successful().len(), 9);
    assert_eq!(sent.failed()[0].id(), "e3");
    let received = world.receive(&url).await;
    assert_eq!(received.len(), 9);
    let mut entries: Vec<_> = received
        .iter()
        .zip(0..)
        .map(|(message, number)| {
            let handle = message.receipt_handle().unwrap_or_default();
            let entry = DeleteMessageBatchRequestEntry::builder().id(format!("d{number}")).receipt_handle(handle);
            entry.build().expect("an entry")
        })
        .collect();
    let garbage = DeleteMessageBatchRequestEntry::builder().id("bad").receipt_handle("garbage").build();
    entries.push(garbage.expect("an entry"));
    entries.remove(0);
    let deleted = world.sqs.delete_message_batch().queue_url(&url).set_entries(Some(entries)).send().await;
    let deleted = deleted.expect("delete");
    assert_eq!(deleted.successful().len(), 8);
    assert_eq!(deleted.failed()[0].code(), "ReceiptHandleIsInvalid");
}

#[tokio::test]
async fn failures_are_given_up_and_moved_back() {
    let world = World::new().await;
    let dead = world.queue("dead", &[]).await;
    let redrive = format!("{{\"deadLetterTargetArn\":\"{ARN}:dead\",\"maxReceiveCount\":1}}");
    let work = world
        .queue("work", &[(QueueAttributeName::RedrivePolicy, &redrive), (QueueAttributeName::VisibilityTimeout, "0")])
        .await;
    let sent = world.sqs.send_message().queue_url(&work).message_body("poison").send().await.expect("send");
    assert_eq!(world.receive(&work).await.len(), 1);
    assert!(world.receive(&work).await.is_empty());
    let lost = world.receive(&dead).await;
    assert_eq!(lost[0].message_id(), sent.message_id());
    let origin = lost[0].attributes().and_then(|a| a.get(&MessageSystemAttributeName::DeadLetterQueueSourceArn));
    assert_eq!(origin.map(String::as_str), Some(format!("{ARN}:work").as_str()));
    let sources = world.sqs.list_dead_letter_source_queues().queue_url(&dead).send().await.expect("sources");
    assert_eq!(sources.queue_urls(), std::slice::from_ref(&work));

    // Looking hid the message: shown again, it can be moved.
    let handle = lost[0].receipt_handle().unwrap_or_default();
    let show = world.sqs.change_message_visibility().queue_url(&dead).receipt_handle(handle).visibility_timeout(0);
    show.send().await.expect("show");
    tokio::time::sleep(Duration::from_millis(5)).await;
    let task = world.sqs.start_message_move_task().source_arn(format!("{ARN}:dead")).send().await.expect("move");
    assert!(task.task_handle().is_some());
    let started = Instant::now();
    loop {
        let tasks = world.sqs.list_message_move_tasks().source_arn(format!("{ARN}:dead")).send().await.expect("tasks");
        if tasks.results()[0].status() == Some("COMPLETED") {
            assert_eq!(tasks.results()[0].approximate_number_of_messages_moved(), 1);
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(10), "the task does not end");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let back = world.receive(&work).await;
    assert_eq!(back[0].body(), Some("poison"));
    assert_ne!(back[0].message_id(), sent.message_id());
}

#[tokio::test]
async fn a_long_poll_waits_for_a_message_and_no_longer() {
    let world = World::new().await;
    let url = world.queue("q", &[]).await;
    let started = Instant::now();
    let empty = world.sqs.receive_message().queue_url(&url).wait_time_seconds(1).send().await.expect("receive");
    assert!(empty.messages().is_empty());
    assert!(started.elapsed() >= Duration::from_millis(900));
    let poll = world.sqs.receive_message().queue_url(&url).wait_time_seconds(20).send();
    let send = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        world.sqs.send_message().queue_url(&url).message_body("wake").send().await.expect("send");
    };
    let started = Instant::now();
    let (woken, ()) = tokio::join!(poll, send);
    assert_eq!(woken.expect("receive").messages()[0].body(), Some("wake"));
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn errors_are_the_ones_that_the_sdk_knows() {
    let world = World::new().await;
    let missing = world.sqs.get_queue_url().queue_name("nowhere").send().await.expect_err("no queue");
    assert!(missing.as_service_error().is_some_and(GetQueueUrlError::is_queue_does_not_exist));
    let publish = world.sns.publish().topic_arn("arn:aws:sns:us-east-1:000000000000:nowhere").message("x");
    let missing = publish.send().await.expect_err("no topic");
    assert!(missing.as_service_error().is_some_and(PublishError::is_not_found_exception));
    let tags = world.sqs.list_queue_tags().queue_url("http://x/1/q").send().await;
    assert_eq!(code(tags).as_deref(), Some("UnknownOperationException"));
}
