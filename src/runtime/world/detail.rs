//! One record in full: read again from its object, up to the record.

mod columns;

use std::ops::Range;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use scops_parser::{Options, Reader, Value};

use crate::app::request::Trouble;
use crate::aws::{Aws, Body};
use crate::domain::{ByteSize, Column, Detail, Node, Object, Profile};
use crate::inventory::Middle;
use crate::worker::digest;
use crate::worker::stream;

/// Objects up to this size are kept while their records are walked through.
const KEPT: ByteSize = ByteSize::mib(4);

/// Reads records in full; keeps the bytes of the last small object, since a cursor walks from record to record.
#[derive(Debug)]
pub struct Details {
    aws: Aws,
    profile: Arc<Profile>,
    last: Mutex<Option<(Object, Bytes)>>,
}

impl Details {
    /// Nothing is read yet.
    pub fn new(aws: Aws, profile: Arc<Profile>) -> Self {
        Self { aws, profile, last: Mutex::default() }
    }

    /// The record `number` (from 0) of `object`, counted from a byte of it.
    pub async fn of(&self, object: Object, begins: u64, number: u64) -> Result<Detail, Trouble> {
        let options = digest::options(&object, &self.profile);
        let id = object.id.clone();
        let found = if let Some((body, middle)) = self.middle(&object, begins).await? {
            let number = number.saturating_add(middle.records(&options));
            let work = move |input| take(Reader::new(middle.chain(input), Options { size: None, ..options }), number);
            stream::read(body, work).await.ok().flatten()
        } else if object.size <= KEPT {
            let bytes = self.whole(&object).await?;
            let work = move || take(Reader::new(&bytes[..], options), number);
            tokio::task::spawn_blocking(work).await.ok().flatten()
        } else {
            let body = self.get(&object).await?;
            let work = move |input| take(Reader::new(input, options), number);
            // A reader that has its record stops reading; what breaks off behind it does not matter.
            stream::read(body, work).await.ok().flatten()
        };
        let (fields, ecs) = found.ok_or_else(|| Trouble {
            what: format!("cannot show record {} of {id}", number + 1),
            cause: "the object has no such record any more".into(),
            hint: Some("refresh the records: the object may have changed".into()),
        })?;
        Ok(Detail { object: id, number, fields, ecs })
    }

    /// What the records of these numbers, counted from a byte of the object, hold in the fields at `paths`.
    pub async fn columns(
        &self,
        object: Object,
        begins: u64,
        paths: Vec<String>,
        numbers: Range<u64>,
    ) -> Result<Vec<Column>, Trouble> {
        let options = digest::options(&object, &self.profile);
        let read = if let Some((body, middle)) = self.middle(&object, begins).await? {
            let passed = middle.records(&options);
            let moved = numbers.start.saturating_add(passed)..numbers.end.saturating_add(passed);
            let work = move |input| {
                columns::read(Reader::new(middle.chain(input), Options { size: None, ..options }), &paths, &moved)
            };
            let columns = stream::read(body, work).await.ok();
            columns.map(|columns| columns.into_iter().map(|column| Column { first: numbers.start, ..column }).collect())
        } else if object.size <= KEPT {
            let bytes = self.whole(&object).await?;
            let work = move || columns::read(Reader::new(&bytes[..], options), &paths, &numbers);
            tokio::task::spawn_blocking(work).await.ok()
        } else {
            let body = self.get(&object).await?;
            stream::read(body, move |input| columns::read(Reader::new(input, options), &paths, &numbers)).await.ok()
        };
        read.ok_or_else(|| Trouble {
            what: format!("cannot read the fields of {}", object.id),
            cause: "reading broke off".into(),
            hint: Some("refresh the records".into()),
        })
    }

    /// The bytes of an object from its middle on, where it is read from there.
    async fn middle(&self, object: &Object, begins: u64) -> Result<Option<(Body, Middle)>, Trouble> {
        if begins == 0 {
            return Ok(None);
        }
        let options = Options { size: None, ..digest::options(object, &self.profile) };
        let Some(middle) = Middle::at(&self.aws, object, &options, begins).await? else { return Ok(None) };
        let range = begins..object.size.bytes();
        let body = self.aws.get(&object.id, Some(range), Some(&object.etag)).await?;
        Ok(Some((body, middle)))
    }

    async fn get(&self, object: &Object) -> Result<Body, Trouble> {
        Ok(self.aws.get(&object.id, None, Some(&object.etag)).await?)
    }

    async fn whole(&self, object: &Object) -> Result<Bytes, Trouble> {
        let kept = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some((last, bytes)) = kept
            && last.id == object.id
            && last.etag == object.etag
        {
            return Ok(bytes);
        }
        let (bytes, _) = self.get(object).await?.collect(KEPT).await?;
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *last = Some((object.clone(), bytes.clone()));
        Ok(bytes)
    }
}

type Trees = (Option<Node>, Option<Node>);

fn take<R: std::io::Read>(mut reader: Reader<R>, number: u64) -> Option<Trees> {
    while let Some(record) = reader.next_record() {
        if record.number == number {
            return Some(match &record.outcome {
                Ok(event) => (Some(node(&event.fields)), Some(node(&event.ecs()))),
                Err(_) => (None, None),
            });
        }
    }
    None
}

pub(super) fn node(value: &Value<'_>) -> Node {
    match value {
        Value::Null => Node::Null,
        Value::Bool(flag) => Node::Bool(*flag),
        Value::Number(text) => Node::Number(text.to_string()),
        Value::String(text) => Node::Text(text.to_string()),
        Value::Array(items) => Node::List(items.iter().map(node).collect()),
        Value::Object(fields) => Node::Map(fields.iter().map(|(key, value)| (key.to_string(), node(value))).collect()),
    }
}
