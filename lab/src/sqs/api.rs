//! SQS's JSON protocol: an operation's name and a JSON body in, JSON out.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::attributes::{self, Attribute, Attributes};
use super::messages::{Outgoing, Receive, Received};
use super::queues::{Queue, no_queue};
use super::{BATCH_LIMIT, MESSAGE_LIMIT, Queues};
use crate::names::ACCOUNT;
use crate::refusal::Refusal;

type Answer = Result<Value, Refusal>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueUrl {
    queue_url: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateQueue {
    queue_name: String,
    #[serde(default)]
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct QueueName {
    queue_name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListQueues {
    queue_name_prefix: Option<String>,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListSources {
    queue_url: String,
    next_token: Option<String>,
    max_results: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetAttributes {
    queue_url: String,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetAttributes {
    queue_url: String,
    attributes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members' names of the API")]
struct Message {
    message_body: String,
    delay_seconds: Option<i64>,
    #[serde(default)]
    message_attributes: Attributes,
    #[serde(default)]
    message_system_attributes: BTreeMap<String, Attribute>,
}

impl From<Message> for Outgoing {
    fn from(message: Message) -> Outgoing {
        let trace = message.message_system_attributes.get("AWSTraceHeader").and_then(|header| match &header.value {
            attributes::AttributeValue::Text(text) => Some(text.clone()),
            attributes::AttributeValue::Binary(_) => None,
        });
        Outgoing {
            body: message.message_body,
            attributes: message.message_attributes,
            trace,
            delay: message.delay_seconds,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Batch<T> {
    queue_url: String,
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<T> {
    id: String,
    #[serde(flatten)]
    content: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Handle {
    receipt_handle: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Visibility {
    receipt_handle: String,
    visibility_timeout: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ReceiveMessage {
    queue_url: String,
    max_number_of_messages: Option<usize>,
    visibility_timeout: Option<i64>,
    wait_time_seconds: Option<i64>,
    #[serde(default)]
    attribute_names: Vec<String>,
    #[serde(default)]
    message_system_attribute_names: Vec<String>,
    #[serde(default)]
    message_attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StartMove {
    source_arn: String,
    destination_arn: Option<String>,
    max_number_of_messages_per_second: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListMoves {
    source_arn: String,
    max_results: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CancelMove {
    task_handle: String,
}

/// Reads an operation's input. What is missing or of a wrong type is named by the message.
fn input<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| {
        let message = error.to_string();
        if message.starts_with("missing field") {
            Refusal::new("MissingParameter", format!("The request must contain the parameter: {message}."))
        } else {
            Refusal::new("SerializationException", message)
        }
    })
}

impl Queues {
    /// Answers one request. `endpoint` becomes part of queue URLs.
    pub(crate) async fn answer(&self, operation: &str, body: &[u8], endpoint: &str) -> Answer {
        let url = |name: &str| format!("{endpoint}/{ACCOUNT}/{name}");
        match operation {
            "CreateQueue" => {
                let request: CreateQueue = input(body)?;
                self.create(&request.queue_name, request.attributes)?;
                Ok(json!({ "QueueUrl": url(&request.queue_name) }))
            }
            "GetQueueUrl" => {
                let request: QueueName = input(body)?;
                let found: Option<Queue> =
                    self.database.read(|connection| Queue::find::<Refusal>(connection, &request.queue_name))?;
                let queue = found.ok_or_else(no_queue)?;
                Ok(json!({ "QueueUrl": url(&queue.name) }))
            }
            "ListQueues" => {
                let request: ListQueues = input(body)?;
                let prefix = request.queue_name_prefix.unwrap_or_default();
                let mut queues = self.database.read(Queue::all)?;
                queues.retain(|queue| queue.name.starts_with(&prefix));
                let (urls, next) = page(&queues, request.max_results, request.next_token, url)?;
                Ok(with_next("QueueUrls", urls, next))
            }
            "ListDeadLetterSourceQueues" => {
                let request: ListSources = input(body)?;
                let sources = self
                    .database
                    .read(|connection| Queue::of_url(connection, &request.queue_url)?.sources(connection))?;
                let (urls, next) = page(&sources, request.max_results, request.next_token, url)?;
                // Of all operations this one alone writes its member in lower case.
                Ok(with_next("queueUrls", urls, next))
            }
            "GetQueueAttributes" => self.get_attributes(&input(body)?),
            "SetQueueAttributes" => {
                let request: SetAttributes = input(body)?;
                self.set_attributes(&request.queue_url, request.attributes)?;
                Ok(json!({}))
            }
            "PurgeQueue" => {
                self.purge(&input::<QueueUrl>(body)?.queue_url)?;
                Ok(json!({}))
            }
            "DeleteQueue" => {
                self.delete_queue(&input::<QueueUrl>(body)?.queue_url)?;
                Ok(json!({}))
            }
            "SendMessage" => self.send_message(body),
            "SendMessageBatch" => self.send_batch(input(body)?),
            "ReceiveMessage" => self.receive_message(input(body)?).await,
            "DeleteMessage" => {
                let url = input::<QueueUrl>(body)?.queue_url;
                let handle: Handle = input(body)?;
                only(self.delete(&url, &[&handle.receipt_handle])?)?;
                Ok(json!({}))
            }
            "DeleteMessageBatch" => {
                let batch: Batch<Handle> = checked(input(body)?)?;
                let handles: Vec<&str> =
                    batch.entries.iter().map(|entry| entry.content.receipt_handle.as_str()).collect();
                let deleted = self.delete(&batch.queue_url, &handles)?;
                Ok(batch_answer(&batch, deleted, |(), _| Map::new()))
            }
            "ChangeMessageVisibility" => {
                let url = input::<QueueUrl>(body)?.queue_url;
                let change: Visibility = input(body)?;
                let changes = [(change.receipt_handle.as_str(), change.visibility_timeout)];
                only(self.change_visibility(&url, &changes)?)?;
                Ok(json!({}))
            }
            "ChangeMessageVisibilityBatch" => {
                let batch: Batch<Visibility> = checked(input(body)?)?;
                let changes: Vec<(&str, i64)> = batch
                    .entries
                    .iter()
                    .map(|entry| {
                        let change = &entry.content;
                        (change.receipt_handle.as_str(), change.visibility_timeout)
                    })
                    .collect();
                let results = self.change_visibility(&batch.queue_url, &changes)?;
                Ok(batch_answer(&batch, results, |(), _| Map::new()))
            }
            "StartMessageMoveTask" => {
                let request: StartMove = input(body)?;
                let id = self.start_move(
                    &request.source_arn,
                    request.destination_arn.as_deref(),
                    request.max_number_of_messages_per_second,
                )?;
                Ok(json!({ "TaskHandle": id }))
            }
            "ListMessageMoveTasks" => self.list_move_tasks(&input(body)?),
            "CancelMessageMoveTask" => {
                let moved = self.cancel_move(&input::<CancelMove>(body)?.task_handle)?;
                Ok(json!({ "ApproximateNumberOfMessagesMoved": moved }))
            }
            _ => Err(Refusal::new("UnknownOperationException", format!("The lab's SQS has no operation {operation}."))),
        }
    }

    fn get_attributes(&self, request: &GetAttributes) -> Answer {
        let (queue, depth) = self.measure(&request.queue_url)?;
        let mut attributes = queue.attributes();
        for (name, count) in [
            ("ApproximateNumberOfMessages", depth.visible),
            ("ApproximateNumberOfMessagesNotVisible", depth.in_flight),
            ("ApproximateNumberOfMessagesDelayed", depth.delayed),
        ] {
            attributes.insert(name.to_owned(), count.to_string());
        }
        if !request.attribute_names.iter().any(|name| name == "All") {
            attributes.retain(|name, _| request.attribute_names.contains(name));
        }
        Ok(if attributes.is_empty() { json!({}) } else { json!({ "Attributes": attributes }) })
    }

    fn send_message(&self, body: &[u8]) -> Answer {
        let url = input::<QueueUrl>(body)?.queue_url;
        let message: Outgoing = input::<Message>(body)?.into();
        let id = only(self.send(&url, std::slice::from_ref(&message))?)?;
        Ok(Value::Object(sent(id, &message)))
    }

    fn send_batch(&self, batch: Batch<Message>) -> Answer {
        let batch = checked(batch)?;
        let (ids, messages): (Vec<String>, Vec<Outgoing>) =
            batch.entries.into_iter().map(|entry| (entry.id, Outgoing::from(entry.content))).unzip();
        if messages.iter().map(Outgoing::size).sum::<usize>() > MESSAGE_LIMIT {
            return Err(Refusal::new(
                "BatchRequestTooLong",
                format!("Batch requests cannot be longer than {MESSAGE_LIMIT} bytes."),
            ));
        }
        let results = self.send(&batch.queue_url, &messages)?;
        let batch = Batch {
            queue_url: batch.queue_url,
            entries: ids.into_iter().zip(messages).map(|(id, content)| Entry { id, content }).collect(),
        };
        Ok(batch_answer(&batch, results, sent))
    }

    async fn receive_message(&self, request: ReceiveMessage) -> Answer {
        let most = request.max_number_of_messages.unwrap_or(1);
        let out_of_range = |name: &str, value: String, range: &str| {
            Refusal::new(
                "InvalidParameterValue",
                format!("Value {value} for parameter {name} is invalid. Reason: Must be {range}."),
            )
        };
        if !(1..=BATCH_LIMIT).contains(&most) {
            return Err(out_of_range("MaxNumberOfMessages", most.to_string(), "between 1 and 10, if provided"));
        }
        for (name, value, limit) in [
            ("WaitTimeSeconds", request.wait_time_seconds, 20),
            ("VisibilityTimeout", request.visibility_timeout, 43_200),
        ] {
            if let Some(value) = value.filter(|value| !(0..=limit).contains(value)) {
                return Err(out_of_range(name, value.to_string(), &format!("between 0 and {limit}")));
            }
        }
        let receive = Receive { most, visibility_timeout: request.visibility_timeout, wait: request.wait_time_seconds };
        let messages = self.receive(&request.queue_url, receive).await?;
        let system: BTreeSet<&str> =
            request.attribute_names.iter().chain(&request.message_system_attribute_names).map(String::as_str).collect();
        let messages: Vec<Value> =
            messages.iter().map(|message| received(message, &system, &request.message_attribute_names)).collect();
        Ok(if messages.is_empty() { json!({}) } else { json!({ "Messages": messages }) })
    }

    fn list_move_tasks(&self, request: &ListMoves) -> Answer {
        let most = request.max_results.unwrap_or(1).clamp(1, 10);
        let tasks = self.list_moves(&request.source_arn, most)?;
        let results: Vec<Value> = tasks
            .into_iter()
            .map(|task| {
                let mut told = json!({
                    "Status": task.status,
                    "SourceArn": task.source,
                    "ApproximateNumberOfMessagesMoved": task.moved,
                    "ApproximateNumberOfMessagesToMove": task.to_move,
                    "StartedTimestamp": task.started,
                });
                // A handle is told only while the task can be cancelled.
                if task.status == "RUNNING" {
                    told["TaskHandle"] = task.id.into();
                }
                for (name, value) in [
                    ("DestinationArn", task.destination.map(Value::from)),
                    ("MaxNumberOfMessagesPerSecond", task.rate.map(Value::from)),
                    ("FailureReason", task.failure.map(Value::from)),
                ] {
                    if let Some(value) = value {
                        told[name] = value;
                    }
                }
                told
            })
            .collect();
        Ok(json!({ "Results": results }))
    }
}

/// One page of queue URLs, and the token of the next.
fn page(
    queues: &[Queue],
    most: Option<usize>,
    token: Option<String>,
    url: impl Fn(&str) -> String,
) -> Result<(Vec<String>, Option<String>), Refusal> {
    let invalid = || Refusal::new("InvalidParameterValue", "NextToken is not valid.");
    let after = match token {
        Some(token) => {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| invalid())?;
            Some(String::from_utf8(bytes).map_err(|_| invalid())?)
        }
        None => None,
    };
    let mut rest = queues.iter().filter(|queue| after.as_ref().is_none_or(|after| queue.name > *after));
    let page: Vec<&Queue> = rest.by_ref().take(most.unwrap_or(1_000).max(1)).collect();
    // Without MaxResults, AWS tells up to 1,000 queues and no token.
    let next = (most.is_some() && rest.next().is_some())
        .then(|| page.last().map(|queue| BASE64_URL_SAFE_NO_PAD.encode(&queue.name)))
        .flatten();
    Ok((page.iter().map(|queue| url(&queue.name)).collect(), next))
}

fn with_next(name: &str, urls: Vec<String>, next: Option<String>) -> Value {
    let mut answer = Map::new();
    if !urls.is_empty() || name == "queueUrls" {
        answer.insert(name.to_owned(), urls.into());
    }
    if let Some(next) = next {
        answer.insert("NextToken".to_owned(), next.into());
    }
    answer.into()
}

/// The one result of an operation on one message.
fn only<T>(results: Vec<Result<T, Refusal>>) -> Result<T, Refusal> {
    results.into_iter().next().unwrap_or_else(|| Err(Refusal::new("InternalFailure", "no result").with_status(500)))
}

/// What a sent message is answered with.
fn sent(id: String, message: &Outgoing) -> Map<String, Value> {
    let mut answer = Map::new();
    answer.insert("MessageId".to_owned(), id.into());
    answer.insert("MD5OfMessageBody".to_owned(), attributes::body_digest(&message.body).into());
    if let Some(digest) = attributes::digest(&message.attributes) {
        answer.insert("MD5OfMessageAttributes".to_owned(), digest.into());
    }
    answer
}

/// Refuses a batch that SQS refuses as a whole.
fn checked<T>(batch: Batch<T>) -> Result<Batch<T>, Refusal> {
    let entries = &batch.entries;
    if entries.is_empty() {
        return Err(Refusal::new("EmptyBatchRequest", "There should be at least one entry in the request."));
    }
    if entries.len() > BATCH_LIMIT {
        return Err(Refusal::new(
            "TooManyEntriesInBatchRequest",
            format!("Maximum number of entries per request are {BATCH_LIMIT}. You have sent {}.", entries.len()),
        ));
    }
    if let Some(entry) = entries.iter().find(|entry| !crate::names::is_name(&entry.id, 80)) {
        return Err(Refusal::new(
            "InvalidBatchEntryId",
            format!(
                "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at \
                 most 80 letters long: {:?}.",
                entry.id
            ),
        ));
    }
    let distinct: BTreeSet<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    if distinct.len() < entries.len() {
        return Err(Refusal::new(
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ));
    }
    Ok(batch)
}

/// Successes and failures of a batch, each under its entry's id.
fn batch_answer<T, R>(
    batch: &Batch<T>,
    results: Vec<Result<R, Refusal>>,
    success: impl Fn(R, &T) -> Map<String, Value>,
) -> Value {
    let mut successful = Vec::new();
    let mut failed = Vec::new();
    for (entry, result) in batch.entries.iter().zip(results) {
        match result {
            Ok(value) => {
                let mut told = success(value, &entry.content);
                told.insert("Id".to_owned(), entry.id.clone().into());
                successful.push(Value::Object(told));
            }
            Err(refusal) => failed.push(json!({
                "Id": entry.id,
                "Code": refusal.code,
                "Message": refusal.message,
                "SenderFault": refusal.is_clients_fault(),
            })),
        }
    }
    json!({ "Successful": successful, "Failed": failed })
}

/// A message as ReceiveMessage tells it, with the attributes that were asked for.
fn received(message: &Received, system: &BTreeSet<&str>, wanted: &[String]) -> Value {
    let mut told = json!({
        "MessageId": message.message_id,
        "ReceiptHandle": message.receipt,
        "MD5OfBody": attributes::body_digest(&message.body),
        "Body": message.body,
    });
    let system: Map<String, Value> = message
        .system()
        .into_iter()
        .filter(|(name, _)| system.contains("All") || system.contains(name))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    if !system.is_empty() {
        told["Attributes"] = system.into();
    }
    let mut chosen = message.attributes.clone();
    chosen.retain(|name, _| wanted.iter().any(|wanted| is_wanted(name, wanted)));
    if let Some(digest) = attributes::digest(&chosen) {
        told["MD5OfMessageAttributes"] = digest.into();
        told["MessageAttributes"] = json!(chosen);
    }
    told
}

/// `All`, `.*`, a name, or the start of names before `.*`.
fn is_wanted(name: &str, wanted: &str) -> bool {
    wanted == "All" || wanted == name || wanted.strip_suffix(".*").is_some_and(|start| name.starts_with(start))
}
