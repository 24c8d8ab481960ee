//! A thread that reads targets, one after another.

use std::fs::File;
use std::io::{self, Read, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use jiff::Timestamp;
use scops_parser::{Event, Limits, Options, Reader, Record, Value, Whole};
use tokio::sync::mpsc;

use super::feed::{Input, Job};
use super::fetch::{Remote, Stoppable};
use super::{Found, Match, Place, Shared, Take, Target, add};
use crate::domain::expression::Subject;
use crate::domain::{EcsValues, TimeRange};

/// Inflated bytes that all threads together hold of whole objects.
const INFLATED: usize = 64 << 20;

/// Of one.
const LARGEST: usize = 16 << 20;

/// Matches that are handed on together, and bytes of them.
const BATCH: usize = 64;
const BATCH_BYTES: usize = 256 << 10;

type Jobs = Arc<Mutex<mpsc::Receiver<Job>>>;

/// Starts one of `count` threads.
pub(super) fn start(shared: Arc<Shared>, jobs: Jobs, count: usize) -> io::Result<JoinHandle<()>> {
    let whole = Whole::new((INFLATED / count).min(LARGEST));
    let worker = Worker { whole, stored: Vec::new(), shared };
    std::thread::Builder::new().name("scan".into()).spawn(move || worker.run(&jobs))
}

struct Worker {
    shared: Arc<Shared>,
    whole: Whole,
    stored: Vec<u8>,
}

/// Nobody wants to hear more of a target.
struct Unwanted;

impl Worker {
    fn run(mut self, jobs: &Jobs) {
        while !self.shared.cancelled.is_cancelled() {
            let Some(job) = jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv() else { return };
            let mut tell = Tell::new(&job);
            let worked = self.work(&job, &mut tell);
            // Whoever hears of the end finds it counted.
            add(&self.shared.counters.objects, 1);
            add(&self.shared.counters.flawed, u64::from(tell.is_flawed));
            // Where nobody listens any more there is nobody to tell.
            let _ = worked.and_then(|()| tell.end());
        }
    }

    fn work(&mut self, job: &Job, tell: &mut Tell<'_>) -> Result<(), Unwanted> {
        if !job.target.may_hold(&self.shared.wanted) {
            return Ok(());
        }
        match (&job.input, &job.target.place) {
            (Input::Failed(cause), _) => {
                tell.flaw(cause.clone());
                Ok(())
            }
            (Input::Bytes(bytes), _) => self.whole(job, bytes, tell),
            (Input::Unread, Place::Input) => self.stream(job, io::stdin().lock(), None, tell),
            (Input::Unread, Place::File(path)) => match File::open(path).and_then(|file| self.file(job, file, tell)) {
                Ok(told) => told,
                Err(error) => {
                    tell.flaw(error.to_string());
                    Ok(())
                }
            },
            (Input::Unread, Place::Object(object)) => {
                let Some(aws) = self.shared.aws.clone() else {
                    tell.flaw("there is no way to S3".into());
                    return Ok(());
                };
                let (runtime, cancelled) = (self.shared.runtime.clone(), self.shared.cancelled.clone());
                let remote = Remote::new(aws, object.clone(), runtime, cancelled);
                self.stream(job, remote, Some(object.size.bytes()), tell)
            }
        }
    }

    fn file(&mut self, job: &Job, file: File, tell: &mut Tell<'_>) -> io::Result<Result<(), Unwanted>> {
        let size = file.metadata()?.len();
        if size > (LARGEST / 2) as u64 {
            return Ok(self.stream(job, file, None, tell));
        }
        let mut stored = std::mem::take(&mut self.stored);
        stored.clear();
        // It may have grown.
        let read = (&file).take((LARGEST / 2) as u64 + 1).read_to_end(&mut stored);
        let told = match read {
            Ok(count) if count <= LARGEST / 2 => Ok(self.whole(job, &stored, tell)),
            Ok(_) => Ok(self.stream(job, stored.as_slice().chain(file), None, tell)),
            Err(error) => Err(error),
        };
        self.stored = stored;
        told
    }

    /// Looks through an object that is all there.
    fn whole(&mut self, job: &Job, stored: &[u8], tell: &mut Tell<'_>) -> Result<(), Unwanted> {
        let Some(needles) = &self.shared.needles else {
            return self.stream(job, stored, Some(stored.len() as u64), tell);
        };
        let Some(text) = self.whole.text(stored, &Limits::default()) else {
            return self.stream(job, stored, Some(stored.len() as u64), tell);
        };
        if needles.may_be_in(text) {
            add(&self.shared.counters.stored, stored.len() as u64);
            return read(&self.shared, job, text, None, tell).map(drop);
        }
        add(&self.shared.counters.stored, stored.len() as u64);
        add(&self.shared.counters.inflated, text.len() as u64);
        Ok(())
    }

    /// Looks through a stream of stored bytes.
    fn stream(&self, job: &Job, input: impl Read, size: Option<u64>, tell: &mut Tell<'_>) -> Result<(), Unwanted> {
        let input = Stoppable { inner: input, cancelled: self.shared.cancelled.clone() };
        let stored = read(&self.shared, job, input, size, tell)?;
        add(&self.shared.counters.stored, stored);
        Ok(())
    }
}

/// Reads the records of a target, and tells of those that match. Gives the stored bytes.
fn read(shared: &Shared, job: &Job, input: impl Read, size: Option<u64>, tell: &mut Tell<'_>) -> Result<u64, Unwanted> {
    let (wanted, target) = (&shared.wanted, &*job.target);
    let options = Options {
        key: key(target),
        format: wanted.format.clone().or_else(|| target.format.clone()),
        formats: wanted.formats.clone(),
        sieve: shared.sieve.clone(),
        size,
        arrived: target.arrived(),
        ..Options::default()
    };
    let mut reader = Reader::new(input, options);
    let format = reader.detection().format.as_ref().map(|format| format.name().to_owned());
    let source = target.source.clone().or(format).unwrap_or_default();
    if target.source.is_none() && !wanted.is_of(&source) {
        return Ok(reader.report().stored);
    }
    let mut unread: Option<(u64, String)> = None;
    let mut candidates = 0;
    while let Some(record) = reader.next_record() {
        candidates += 1;
        match &record.outcome {
            Ok(event) if record.number >= job.first => {
                if let Some(found) = matched(shared, &job.target, &source, &record, event) {
                    tell.found(found)?;
                    add(&shared.counters.matches, 1);
                    if wanted.is_first_only {
                        break;
                    }
                }
            }
            Ok(_) => {}
            Err(fault) => drop(unread.get_or_insert_with(|| (record.line, fault.reason.clone()))),
        }
    }
    let report = reader.report();
    add(&shared.counters.candidates, candidates);
    add(&shared.counters.inflated, report.bytes);
    let stored = report.stored;
    if let Some(damage) = &report.damage {
        tell.flaw(format!("{} (at byte {})", damage.reason, damage.offset));
    } else if let Some((line, reason)) = unread {
        let others = match report.faults {
            0 | 1 => String::new(),
            faults => format!("; {} more records cannot be read either", faults - 1),
        };
        tell.flaw(format!("line {line}: {reason}{others}"));
    }
    Ok(stored)
}

/// What the parser may know of the name.
fn key(target: &Target) -> Option<String> {
    match &target.place {
        Place::Input => None,
        Place::File(path) => Some(path.to_string_lossy().into_owned()),
        Place::Object(object) => Some(object.id.key.clone()),
    }
}

/// The match that a record is, if it is one.
fn matched(
    shared: &Shared,
    target: &Arc<Target>,
    source: &str,
    record: &Record<'_>,
    event: &Event<'_>,
) -> Option<Match> {
    let wanted = &shared.wanted;
    let time = event.time.map(|time| time.at);
    if wanted.range.is_some_and(|range| !is_within(range, time, target)) {
        return None;
    }
    let subject = Subject::new(source, event);
    if !subject.satisfies(&wanted.expression) || wanted.also.as_ref().is_some_and(|also| !also.0(event)) {
        return None;
    }
    let mut fields: Vec<String> = Vec::new();
    if matches!(wanted.take, Take::Message | Take::Ndjson) {
        for field in wanted.expression.tests().into_iter().flat_map(|test| subject.fields_of(test)) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    let taken = match wanted.take {
        Take::Count => Vec::new(),
        Take::Message => event.message().into_owned().into_bytes(),
        Take::Raw => record.raw.to_owned(),
        Take::Ndjson => ndjson(target, &fields, record),
    };
    let ecs = if wanted.take == Take::Message { ecs_of(event) } else { EcsValues::default() };
    let (number, line, span) = (record.number, record.line, record.span.clone());
    Some(Match { target: Arc::clone(target), source: source.to_owned(), number, line, span, time, fields, ecs, taken })
}

/// The ECS values that a hit bears, as the index has them.
fn ecs_of(event: &Event<'_>) -> EcsValues {
    let ecs = event.ecs();
    EcsValues::of(|path| ecs.get(path).and_then(Value::scalar))
}

/// Whether a record is of a range, as the index has it: what tells no time is of the hours of its object.
fn is_within(range: TimeRange, time: Option<Timestamp>, target: &Target) -> bool {
    const HOUR: i64 = 3_600;
    let hour = |moment: Timestamp| moment.as_second().div_euclid(HOUR);
    match (time, target.told.or(target.arrived())) {
        (Some(time), _) => range.contains(time),
        (None, Some(moment)) => (hour(range.start)..=hour(range.end)).contains(&hour(moment)),
        (None, None) => true,
    }
}

/// `{"object": …, "matched": […], "format": …}`
fn ndjson(target: &Target, fields: &[String], record: &Record<'_>) -> Vec<u8> {
    let mut line = Vec::with_capacity(record.raw.len() * 3);
    let head = serde_json::json!({ "object": target.to_string(), "matched": fields }).to_string();
    // Writing to memory cannot fail.
    let _ = write!(line, "{},", head.trim_end_matches('}'));
    let at = line.len();
    let _ = record.write_ndjson(&mut line);
    line.remove(at);
    line
}

/// Tells of one target.
struct Tell<'j> {
    job: &'j Job,
    batch: Vec<Found>,
    bytes: usize,
    /// The batch is handed on once it has so many: the first match at once.
    enough: usize,
    matches: u64,
    is_flawed: bool,
}

impl<'j> Tell<'j> {
    fn new(job: &'j Job) -> Self {
        Self { job, batch: Vec::new(), bytes: 0, enough: 1, matches: 0, is_flawed: false }
    }

    fn found(&mut self, found: Match) -> Result<(), Unwanted> {
        self.matches += 1;
        self.bytes += found.taken.len();
        self.batch.push(Found::Match(found));
        if self.batch.len() >= self.enough || self.bytes >= BATCH_BYTES {
            self.enough = (self.enough * 2).min(BATCH);
            return self.send();
        }
        Ok(())
    }

    fn flaw(&mut self, cause: String) {
        self.is_flawed = true;
        self.batch.push(Found::Flaw(Arc::clone(&self.job.target), cause));
    }

    fn end(&mut self) -> Result<(), Unwanted> {
        self.batch.push(Found::End(Arc::clone(&self.job.target), self.matches));
        self.send()
    }

    fn send(&mut self) -> Result<(), Unwanted> {
        self.bytes = 0;
        self.job.finds.blocking_send(std::mem::take(&mut self.batch)).map_err(|_| Unwanted)
    }
}
