//! The wire of the model and the queues behind it: HTTP, as much as the SDK speaks to SQS and S3.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use scops::domain::{ByteSize, Object, ObjectId, PlanItemState, event};
use scops::replay;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::{Answer, Fate};

/// The queues.
#[derive(Default)]
pub struct Queues {
    /// The failure queue: object to message id, and whether it is visible.
    pub failed: BTreeMap<usize, bool>,
    /// How many requests with the object were accepted, whatever the answer said.
    pub accepted: BTreeMap<usize, usize>,
    pub sends: VecDeque<Answer>,
    pub deletes: VecDeque<Answer>,
    pub doubles: bool,
    /// What is given a second time.
    pub again: Vec<usize>,
    pub state: PathBuf,
    /// What must not happen, and did.
    pub violations: Vec<String>,
}

impl Queues {
    /// What the journal on disk says of each object at this moment.
    fn journaled(&self) -> Vec<PlanItemState> {
        let history = replay::history(&self.state);
        let summary = history.ok().and_then(|history| history.summaries().pop());
        summary.map(|summary| summary.items.into_iter().map(|(_, state)| state).collect()).unwrap_or_default()
    }

    /// The part of the entries that the fates let through, and the answer.
    fn entries(&mut self, entries: &[Value], fates: &[Fate], mut accept: impl FnMut(&mut Self, &Value)) -> Value {
        let (mut done, mut failed) = (Vec::new(), Vec::new());
        for (place, entry) in entries.iter().enumerate() {
            let fate = fates.get(place).copied().unwrap_or(Fate::Accepted);
            match fate {
                Fate::Accepted | Fate::Unnamed => accept(self, entry),
                Fate::Refused | Fate::Lost => {}
            }
            let id = &entry["Id"];
            match fate {
                Fate::Accepted => {
                    done.push(json!({ "Id": id, "MessageId": "n", "MD5OfMessageBody": "0" }));
                }
                Fate::Refused => {
                    failed.push(json!({ "Id": id, "Code": "InternalError", "Message": "later", "SenderFault": false }));
                }
                Fate::Unnamed | Fate::Lost => {}
            }
        }
        json!({ "Successful": done, "Failed": failed })
    }

    fn send(&mut self, entries: &[Value], fates: &[Fate]) -> Value {
        let journaled = self.journaled();
        for entry in entries {
            let index = index_of(entry["MessageBody"].as_str().unwrap_or_default());
            if journaled.get(index) != Some(&PlanItemState::Intended) {
                self.violations.push(format!("{index} is sent, and the journal says {:?}", journaled.get(index)));
            }
        }
        self.entries(entries, fates, |queues, entry| {
            let index = index_of(entry["MessageBody"].as_str().unwrap_or_default());
            *queues.accepted.entry(index).or_default() += 1;
        })
    }

    fn delete(&mut self, entries: &[Value], fates: &[Fate]) -> Value {
        let journaled = self.journaled();
        self.entries(entries, fates, |queues, entry| {
            let index = entry["ReceiptHandle"].as_str().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
            let is_sent = matches!(
                journaled.get(index),
                Some(PlanItemState::Sent | PlanItemState::Unconfirmed | PlanItemState::Recovered)
            );
            if !is_sent {
                queues.violations.push(format!("{index} is deleted, and the journal says {:?}", journaled.get(index)));
            }
            queues.failed.remove(&index);
        })
    }

    fn receive(&mut self) -> Value {
        let mut visible = std::mem::take(&mut self.again);
        if visible.is_empty() {
            let shown = self.failed.iter().filter(|(_, is_visible)| **is_visible);
            visible = shown.map(|(index, _)| *index).take(10).collect();
            if self.doubles {
                self.again.clone_from(&visible);
            }
        }
        visible.retain(|index| self.failed.contains_key(index));
        let messages = visible.into_iter().map(|index| {
            self.failed.insert(index, false);
            json!({
                "MessageId": format!("m-{index}"), "ReceiptHandle": index.to_string(), "Body": body(index),
                "MD5OfBody": "0", "Attributes": { "SentTimestamp": "1700000000000", "ApproximateReceiveCount": "1" },
            })
        });
        json!({ "Messages": messages.collect::<Vec<_>>() })
    }

    fn show(&mut self, entries: &[Value]) -> Value {
        self.entries(entries, &[], |queues, entry| {
            let index = entry["ReceiptHandle"].as_str().and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
            let is_visible = entry["VisibilityTimeout"].as_i64().unwrap_or(0) == 0;
            if let Some(visible) = queues.failed.get_mut(&index) {
                *visible = is_visible;
            }
        })
    }
}

pub fn object(index: usize) -> Object {
    Object {
        id: ObjectId::new("logs", format!("dt=2026-11-23/{index:03}.json")),
        size: ByteSize(3),
        etag: "e".into(),
        storage_class: "STANDARD".into(),
        arrived: Timestamp::UNIX_EPOCH,
    }
}

fn body(index: usize) -> String {
    event::encode(&object(index), "us-east-1", Timestamp::UNIX_EPOCH)
}

fn index_of(body: &str) -> usize {
    let event::Message::Objects(events) = event::decode(body) else { panic!("no event: {body}") };
    let name = events[0].object.file_name().trim_end_matches(".json");
    name.parse().expect("a number")
}

/// Answers until the runtime ends.
pub async fn serve(listener: TcpListener, queues: Arc<Mutex<Queues>>, death: Arc<Notify>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (queues, death) = (Arc::clone(&queues), Arc::clone(&death));
        tokio::spawn(async move {
            // A client that goes away ends its connection.
            let _ = connection(stream, &queues, &death).await;
        });
    }
}

async fn connection(mut stream: TcpStream, queues: &Mutex<Queues>, death: &Notify) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    loop {
        let (head, length) = loop {
            if let Some(end) = buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
                let head = String::from_utf8_lossy(&buffer[..end]).to_lowercase();
                let length =
                    head.split("content-length: ").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok());
                if buffer.len() >= end + 4 + length.unwrap_or(0) {
                    break (head, end + 4 + length.unwrap_or(0));
                }
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let request: Vec<u8> = buffer.drain(..length).collect();
        if head.starts_with("head ") {
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\netag: \"e\"\r\n\
                          last-modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n";
            stream.write_all(answer.as_bytes()).await?;
            continue;
        }
        let body = request.windows(4).position(|bytes| bytes == b"\r\n\r\n").map_or(0, |end| end + 4);
        let request: Value = serde_json::from_slice(&request[body..])?;
        let target = head.split("x-amz-target: amazonsqs.").nth(1).and_then(|rest| rest.lines().next()).unwrap_or("");
        let (status, answer) = match act(queues, target, &request) {
            Acted::Answer(answer) => ("200 OK", answer),
            Acted::Throttled => ("400 Bad Request", json!({ "__type": "com.amazonaws.sqs#RequestThrottled" })),
            Acted::HangUp => return Ok(()),
            Acted::Die => {
                death.notify_one();
                // The program is gone before anything else comes to it.
                std::future::pending::<()>().await;
                return Ok(());
            }
        };
        let answer = answer.to_string();
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        stream.write_all(format!("{head}{answer}").as_bytes()).await?;
    }
}

enum Acted {
    Answer(Value),
    Throttled,
    HangUp,
    Die,
}

fn act(queues: &Mutex<Queues>, target: &str, request: &Value) -> Acted {
    let mut queues = queues.lock().expect("is not poisoned");
    let none = Vec::new();
    let entries = request["Entries"].as_array().unwrap_or(&none);
    let mut planned = |is_send: bool| {
        let answers = if is_send { &mut queues.sends } else { &mut queues.deletes };
        answers.pop_front().unwrap_or(Answer::Entries(Vec::new()))
    };
    let (is_send, answer) = match target {
        "sendmessagebatch" => (true, planned(true)),
        "deletemessagebatch" => (false, planned(false)),
        "receivemessage" => return Acted::Answer(queues.receive()),
        "changemessagevisibilitybatch" => return Acted::Answer(queues.show(entries)),
        "getqueueattributes" => {
            let attributes = json!({ "QueueArn": "arn:aws:sqs:us-east-1:1:q", "ApproximateNumberOfMessages": "0" });
            return Acted::Answer(json!({ "Attributes": attributes }));
        }
        other => {
            queues.violations.push(format!("{other} was asked for"));
            return Acted::HangUp;
        }
    };
    let mut carry_out =
        |fates: &[Fate]| if is_send { queues.send(entries, fates) } else { queues.delete(entries, fates) };
    match answer {
        Answer::Entries(fates) => Acted::Answer(carry_out(&fates)),
        Answer::Throttled => Acted::Throttled,
        Answer::Dropped => Acted::HangUp,
        Answer::Unanswered => {
            carry_out(&[]);
            Acted::HangUp
        }
        Answer::DiesBefore => Acted::Die,
        Answer::DiesAfter => {
            carry_out(&[]);
            Acted::Die
        }
    }
}
