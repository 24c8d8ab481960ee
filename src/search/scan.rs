//! Searching without an index: objects are read as they lie, in S3 or in files.
//!
//! Threads, one a core, inflate an object each, look for what every match must hold in its bytes ([`Needles`]), and
//! parse only what may match. What they find comes in the order of the objects, while the others are still read. What
//! is in flight is bounded in bytes; a large object is streamed. Dropping the scan ends it.

mod feed;
mod fetch;
mod needles;
mod position;
mod target;
mod worker;

#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use scops_parser::{Event, Format, Formats, Sieve};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::aws::Aws;
pub use crate::domain::ScanProgress as Progress;
use crate::domain::expression::Expression;
use crate::domain::{EcsValues, Hit, TimeRange};

pub use needles::{Needles, texts_of};
pub use position::Position;
pub use target::{Place, Target};

/// Threads at most, however many cores there are.
const THREADS: usize = 16;

/// Objects that are read before those are through that come before them.
const AHEAD: usize = 256;

/// Batches that one object may be ahead of who takes them.
const BATCHES: usize = 4;

/// A test of a record that no expression can tell.
#[derive(Clone)]
pub struct Also(pub Arc<dyn Fn(&Event<'_>) -> bool + Send + Sync>);

impl std::fmt::Debug for Also {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Also")
    }
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What must hold of a record.
    pub expression: Expression,
    /// What must hold beside it, where that is no expression.
    pub also: Option<Also>,
    /// Only records of these sources; of all where empty.
    pub sources: Vec<String>,
    /// Only event times of this range. A record that tells none stands in the hour of its object, as in the index.
    pub range: Option<TimeRange>,
    /// The formats that objects may be read as.
    pub formats: Formats,
    /// Read as this format, whatever the content looks like.
    pub format: Option<Arc<dyn Format>>,
    /// What is made of a match.
    pub take: Take,
    /// Only the first match of each object.
    pub is_first_only: bool,
    /// Whether records are passed over whose bytes tell that they cannot match. The matches are the same without.
    pub is_prefiltered: bool,
}

impl Wanted {
    /// Records of which an expression holds, in the formats that are built in.
    pub fn new(expression: Expression) -> Self {
        Self {
            expression,
            also: None,
            sources: Vec::new(),
            range: None,
            formats: Formats::default(),
            format: None,
            take: Take::Message,
            is_first_only: false,
            is_prefiltered: true,
        }
    }

    fn is_of(&self, source: &str) -> bool {
        self.sources.is_empty() || self.sources.iter().any(|name| name == source)
    }
}

/// What is made of a record that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Nothing: it is only counted.
    Count,
    /// The line that tells it, and the fields that match.
    Message,
    /// Its bytes.
    Raw,
    /// A line of JSON, as `scops cat -o ndjson` writes it, with its object and the fields that match.
    Ndjson,
}

/// A record that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// What it was found in.
    pub target: Arc<Target>,
    /// The name of its source, or of its format where the target is of none.
    pub source: String,
    /// Its number in the object, from 0.
    pub number: u64,
    /// Its line in the inflated object, from 1.
    pub line: u64,
    /// Its bytes in the inflated object.
    pub span: std::ops::Range<u64>,
    /// The event time.
    pub time: Option<Timestamp>,
    /// The fields that match.
    pub fields: Vec<String>,
    /// Some of its ECS values, where [`Take::Message`] is asked for.
    pub ecs: EcsValues,
    /// What [`Take`] asks for.
    pub taken: Vec<u8>,
}

impl Match {
    /// As a hit, where it lies in S3.
    pub fn into_hit(self) -> Option<Hit> {
        let Place::Object(object) = &self.target.place else { return None };
        Some(Hit {
            time: self.time,
            source: self.source,
            object: object.id.clone(),
            line: self.line,
            span: self.span,
            fields: self.fields,
            message: String::from_utf8_lossy(&self.taken).into_owned(),
            ecs: self.ecs,
        })
    }
}

/// What a scan tells, in the order of its targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A record that matches.
    Match(Match),
    /// A target could not be read, or not all of it.
    Flaw(Arc<Target>, String),
    /// A target is done; so many records of it match.
    End(Arc<Target>, u64),
}

#[derive(Debug, Default)]
struct Counters {
    objects: AtomicU64,
    stored: AtomicU64,
    inflated: AtomicU64,
    candidates: AtomicU64,
    matches: AtomicU64,
    flawed: AtomicU64,
}

fn add(counter: &AtomicU64, count: u64) {
    counter.fetch_add(count, Ordering::Relaxed);
}

/// What all threads of a scan share.
struct Shared {
    wanted: Wanted,
    needles: Option<Needles>,
    sieve: Option<Sieve>,
    counters: Arc<Counters>,
    cancelled: CancellationToken,
    aws: Option<Aws>,
    runtime: Handle,
}

/// One target's finds, as they come.
struct Part {
    target: Arc<Target>,
    finds: mpsc::Receiver<Vec<Found>>,
}

/// A scan that runs.
#[derive(Debug)]
pub struct Scan {
    parts: mpsc::Receiver<Part>,
    part: Option<Part>,
    counters: Arc<Counters>,
    of: u64,
    position: Position,
    /// Matches that are still wanted, where there is a limit.
    left: Option<u64>,
    cancelled: CancellationToken,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.target)
    }
}

impl Scan {
    /// Begins to scan `targets`, in their order, for `limit` matches at most, but for what `position` says is done
    /// already. Objects of S3 need the way there.
    ///
    /// Must be called within a runtime.
    pub fn start(
        wanted: Wanted,
        targets: Vec<Target>,
        aws: Option<Aws>,
        limit: Option<u64>,
        position: Position,
    ) -> std::io::Result<Self> {
        let counters = Arc::new(Counters::default());
        let cancelled = CancellationToken::new();
        let needles = wanted.is_prefiltered.then(|| Needles::of(&wanted.expression, &wanted.formats)).flatten();
        let sieve = needles.clone().map(|needles| Sieve::new(move |raw| needles.may_be_in(raw)));
        let of = targets.len() as u64;
        let shared = Arc::new(Shared {
            wanted,
            needles,
            sieve,
            counters: Arc::clone(&counters),
            cancelled: cancelled.clone(),
            aws,
            runtime: Handle::current(),
        });
        let count = std::thread::available_parallelism().map_or(2, usize::from).min(THREADS);
        let (sender, jobs) = mpsc::channel(count * 4);
        let jobs = Arc::new(Mutex::new(jobs));
        let threads = (0..count).map(|_| worker::start(Arc::clone(&shared), Arc::clone(&jobs), count));
        let threads = threads.collect::<std::io::Result<Vec<_>>>()?;
        let (parts_sender, parts) = mpsc::channel(AHEAD);
        tokio::spawn(feed::feed(shared, targets, position.clone(), sender, parts_sender));
        Ok(Self { parts, part: None, counters, of, position, left: limit, cancelled, threads })
    }

    /// What is found next, some of it at a time; nothing once all targets are done, or the limit is reached. Nothing is
    /// lost where the future is dropped.
    pub async fn next(&mut self) -> Option<Vec<Found>> {
        if self.left == Some(0) {
            return None;
        }
        loop {
            // What is awaited stays where it is, so that nothing is lost where this is not waited out.
            if self.part.is_none() {
                self.part = self.parts.recv().await;
            }
            let part = self.part.as_mut()?;
            let batch = part.finds.recv().await;
            let target = Arc::clone(&part.target);
            let mut batch = batch.unwrap_or_else(|| {
                // It had no end: the thread that read it is gone.
                add(&self.counters.flawed, 1);
                let cause = "the parser gave up on it, which is a fault of the parser".to_owned();
                vec![Found::Flaw(Arc::clone(&target), cause), Found::End(Arc::clone(&target), 0)]
            });
            self.limit(&mut batch);
            let is_over = matches!(batch.last(), Some(Found::End(..)));
            let last = batch.iter().rev().find_map(|found| match found {
                Found::Match(found) => Some(found.number),
                Found::Flaw(..) | Found::End(..) => None,
            });
            match last {
                _ if is_over => self.position.end(&target),
                Some(number) => self.position.pass(&target, number),
                None => {}
            }
            if is_over {
                self.part = None;
            }
            if !batch.is_empty() {
                return Some(batch);
            }
        }
    }

    /// Cuts what is beyond the limit.
    fn limit(&mut self, batch: &mut Vec<Found>) {
        let Some(left) = &mut self.left else { return };
        let mut kept = 0;
        for found in &*batch {
            if *left == 0 {
                break;
            }
            kept += 1;
            *left -= u64::from(matches!(found, Found::Match(_)));
        }
        // The end of an object whose last match was the last one wanted still counts.
        if kept < batch.len() && matches!(batch[kept], Found::End(..)) {
            kept += 1;
        }
        batch.truncate(kept);
    }

    /// How far it has come.
    pub fn progress(&self) -> Progress {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.counters;
        Progress {
            objects: of(&counters.objects),
            of: self.of,
            stored: of(&counters.stored),
            inflated: of(&counters.inflated),
            candidates: of(&counters.candidates),
            matches: of(&counters.matches),
            flawed: of(&counters.flawed),
        }
    }

    /// What has been told of so far: a scan that begins here finds the rest.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether it ended because of its limit.
    pub fn is_limited(&self) -> bool {
        self.left == Some(0)
    }

    /// Ends it, and waits for its threads.
    pub async fn stop(mut self) {
        self.cancelled.cancel();
        self.parts.close();
        self.part = None;
        while self.parts.recv().await.is_some() {}
        for thread in std::mem::take(&mut self.threads) {
            // A thread that has panicked has left its object without an end, and that was told.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Scan {
    fn drop(&mut self) {
        self.cancelled.cancel();
    }
}
