//! The world that answers the console's requests: each one is a task, and giving the request up ends the task.

mod alerts;
mod bench;
mod case;
mod codes;
mod detail;
mod export;
mod jump;
mod known;
mod ranges;
mod replaying;
mod report;
mod searching;
mod several;
mod sql;
mod store;
mod worlds;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use futures::stream::FuturesUnordered;
use futures::{FutureExt as _, StreamExt as _};
use jiff::Timestamp;
use scops_parser::Options;
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::{Mutex, watch};
use tokio::task::AbortHandle;

use crate::app::request::{Closed, Reply, Request, Ticket, Trouble};
use crate::app::{Msg, Timeline};
use crate::aws::{Aws, AwsError, Kind, Wanted};
use crate::case::{self as cases, CaseError, Cases};
use crate::config::{Paths, aws_sessions};
use crate::domain::{
    CaseName, Consumer, Failure, Figures, Finding, Limits, MoveTask, Object, ObjectRow, Profile, QueueRole,
    QueueStatus, Source, TimeRange, Trace,
};
use crate::inventory::{Inventory, Known, Middle, PageReader, Reconciled};
use crate::replay::Control;
use crate::runtime::terminal;
use crate::search::kept::Kept;
use crate::worker::digest;

use detail::Details;
use known::Memory;
pub use known::known;
use ranges::Ranges;
pub use replaying::preflight;
pub use worlds::Worlds;

/// Records of a preview, which fills one screen and a little.
const PREVIEW_ROWS: usize = 500;

/// Objects of an earlier range that are counted for comparison.
const COMPARED: usize = 1_000_000;

/// Objects whose readers are kept, so that scrolling on does not read from the start again.
const READERS: usize = 8;

/// Failed objects that are looked into by themselves; the rest when a replay is planned, or a format was taught.
const DIAGNOSED: usize = 1_000;

/// Answers requests over one profile.
pub struct World {
    shared: Arc<Shared>,
    sender: UnboundedSender<Msg>,
    tasks: HashMap<Ticket, AbortHandle>,
    runtime: Handle,
}

/// What the tasks share.
struct Shared {
    aws: Aws,
    profile: Arc<Profile>,
    inventory: Inventory,
    /// The state folder, with the journal below it.
    state: PathBuf,
    /// The cases.
    cases: Cases,
    /// The queries that are kept as files.
    kept: Kept,
    /// The folder of the user's own formats.
    own_formats: PathBuf,
    /// Who works here, for the journal.
    who: String,
    memory: Memory,
    /// The hand on the replay that was begun last.
    control: std::sync::Mutex<Option<Control>>,
    /// Whether the failure queues have been read, or could not be.
    has_looked: watch::Sender<bool>,
    /// Reading a queue hides its messages for a while, so two readers would miss some.
    queues: Mutex<()>,
    /// The readers of the objects last looked at, newest last.
    readers: Mutex<Vec<PageReader>>,
    /// The objects that are read together.
    merging: Mutex<Option<several::Merging>>,
    details: Details,
    ranges: Ranges,
    searching: searching::Searching,
    codes: codes::Codes,
}

impl World {
    /// A world over `profile`, whose searches may cost what `limits` say; answers go to `sender`. Nothing is asked yet.
    pub fn new(
        aws: Aws,
        profile: Arc<Profile>,
        limits: Limits,
        paths: &Paths,
        who: String,
        sender: UnboundedSender<Msg>,
    ) -> Self {
        let searching = searching::Searching::new(&paths.state, limits, &profile.name);
        let codes = codes::Codes::default();
        let aws = aws.asking(codes.asker(sender.clone()), aws_sessions());
        let shared = Shared {
            codes,
            inventory: Inventory::new(aws.clone(), Arc::clone(&profile)),
            ranges: Ranges::below(&paths.config),
            details: Details::new(aws.clone(), Arc::clone(&profile)),
            aws,
            profile,
            state: paths.state.clone(),
            cases: Cases::new(&paths.cases),
            kept: Kept::below(&paths.config),
            own_formats: paths.formats.clone(),
            who,
            memory: Memory::default(),
            control: std::sync::Mutex::default(),
            has_looked: watch::Sender::new(false),
            queues: Mutex::default(),
            readers: Mutex::default(),
            merging: Mutex::default(),
            searching,
        };
        Self { shared: Arc::new(shared), sender, tasks: HashMap::new(), runtime: Handle::current() }
    }

    /// The hooks that the loop calls.
    pub fn hooks(self) -> terminal::World {
        let only = std::cell::Cell::new(Some(self));
        Worlds::new(move |_| only.take()).hooks()
    }

    fn ask(&mut self, ticket: Ticket, request: Request) {
        self.tasks.retain(|_, task| !task.is_finished());
        let answers = Answers { ticket, sender: self.sender.clone() };
        let shared = Arc::clone(&self.shared);
        let task = self.runtime.spawn(async move {
            let work = tokio::spawn({
                let answers = answers.clone();
                async move { shared.answer(request, &answers).await }
            });
            // Giving up the outer task gives up the inner one; a panic there becomes words on the screen.
            let _guard = AbortOnDrop(work.abort_handle());
            answers.close(work.await.unwrap_or_else(|error| Err(ended_early(&error))));
        });
        self.tasks.insert(ticket, task.abort_handle());
    }

    fn cancel(&mut self, ticket: Ticket) {
        if let Some(task) = self.tasks.remove(&ticket) {
            task.abort();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        for task in self.tasks.values() {
            task.abort();
        }
    }
}

struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The way back to the console for one question.
#[derive(Clone)]
struct Answers {
    ticket: Ticket,
    sender: UnboundedSender<Msg>,
}

impl Answers {
    fn reply(&self, reply: Reply) {
        // A console that has gone away wants no answer.
        let _ = self.sender.send(Msg::Reply(self.ticket, reply));
    }

    fn close(&self, closed: Closed) {
        let _ = self.sender.send(Msg::Closed(self.ticket, closed));
    }
}

impl Shared {
    #[expect(clippy::too_many_lines, reason = "one arm per request, read as a table")]
    async fn answer(self: Arc<Self>, request: Request, answers: &Answers) -> Closed {
        match request {
            Request::Survey { range, bins } => self.survey(range, bins, answers).await,
            Request::Before { source, range, columns, axis } => {
                let timeline = self.before(&source, Timeline::new(range, columns, axis)).await?;
                answers.reply(Reply::Before(Box::new(timeline)));
                Ok(())
            }
            Request::Lifecycle { buckets } => self.lifecycle(buckets, answers).await,
            Request::Objects { source, range } => self.objects(&source, range, answers).await,
            Request::Versions { object } => self.versions(&object, answers).await,
            Request::Restoring { objects } => self.restoring(objects, answers).await,
            Request::Restore { objects, tier, days } => self.restore(objects, tier, days, answers).await,
            Request::Download { objects, folder } => self.download(objects, folder, answers).await,
            Request::Export { exported, format, path } => self.export_rows(exported, format, path, answers).await,
            Request::Preview { object } => {
                let mut reader = self.reader(object);
                let page = reader.next(PREVIEW_ROWS).await?;
                answers.reply(Reply::Page(Box::new(page)));
                self.keep(reader).await;
                Ok(())
            }
            Request::More { object, begins, have, want } => {
                self.more(object, begins, have, want, answers).boxed().await
            }
            Request::Merge { objects, have, want } => self.merge(objects, have, want, answers).boxed().await,
            Request::Surroundings { object, center, before, after } => {
                self.surroundings(&object, center, before, after, answers).boxed().await
            }
            Request::Newest { source, range, known, most } => {
                self.newest(&source, range, &known, most, answers).boxed().await
            }
            Request::Report { object } => self.report(&object, answers).boxed().await,
            Request::Detail { object, begins, number } => {
                let detail = self.details.of(object, begins, number).boxed().await?;
                answers.reply(Reply::Detail(Box::new(detail)));
                Ok(())
            }
            Request::Jump { object, goal } => self.jump(object, goal, answers).boxed().await,
            Request::Fields { object, begins, paths, numbers } => {
                let columns = self.details.columns(object, begins, paths, numbers).boxed().await?;
                answers.reply(Reply::Fields(columns));
                Ok(())
            }
            Request::AwsRange(address) => {
                if let Some(ranges) = self.ranges.get().await? {
                    answers.reply(Reply::AwsRange(ranges.of(address)));
                }
                Ok(())
            }
            Request::Head { object } => {
                answers.reply(match self.aws.head(&object).await {
                    Ok((object, _)) => Reply::Head(Box::new(object)),
                    Err(error) if error.kind == Kind::NoSuchKey => Reply::Gone(error.into()),
                    Err(error) => return Err(error.into()),
                });
                Ok(())
            }
            Request::Failures => self.failures(answers).await,
            Request::Reconcile { range } => self.reconcile(range, answers).await,
            Request::Save { case } => self.save(case, answers).await,
            Request::Diagnose(failures) => {
                // Whoever asks by name gets all of them.
                self.diagnose(failures, usize::MAX, answers).await;
                Ok(())
            }
            Request::Material { object } => self.material(object, answers).await,
            Request::Trial { definition, object, sample, is_whole } => {
                let formats = self.profile.formats.now();
                let trial = move || bench::trial(&definition, &object, &sample, is_whole, &formats);
                answers.reply(Reply::Trial(Box::new(blocking(trial).await?)));
                Ok(())
            }
            Request::Coverage { definition, source, range, count } => {
                self.coverage(&definition, &source, range, count, answers).await
            }
            Request::SaveFormat { definition, replaces } => self.save_format(definition, replaces, answers).await,
            Request::Case { case, ask } => self.case(case, *ask, answers).boxed().await,
            Request::Sql(ask) => self.sql(*ask, answers).boxed().await,
            Request::Alerts { range } => self.alerts(range, answers).boxed().await,
            Request::Queues => self.queues(answers).await,
            Request::Discover => self.discover(answers).boxed().await,
            Request::Estimate(query) => self.price(&query, answers).boxed().await,
            Request::Search(order) => self.search(*order, answers).boxed().await,
            Request::SignIn => Ok(self.aws.sign_in().await?),
            Request::Code(code) => {
                self.codes.give(code);
                Ok(())
            }
            Request::Orphans { stops } => self.orphans(stops, answers).await,
            Request::Why(query) => {
                let why = crate::search::why::why(&self.aws, &self.inventory, &query, false, Timestamp::now());
                answers.reply(Reply::Why(why.boxed().await?));
                Ok(())
            }
            Request::Plan { consumer, objects } => self.plan(&consumer, objects, answers).await,
            Request::Resume(id) => self.resume(id, answers).await,
            Request::Replay(plan) => self.replay(*plan, answers).await,
            Request::Steer(steer) => {
                if let Some(control) = &*self.control.lock().unwrap_or_else(PoisonError::into_inner) {
                    control.steer(steer);
                }
                Ok(())
            }
            Request::Replays => self.replays(answers).await,
        }
    }

    async fn lifecycle(&self, buckets: Vec<String>, answers: &Answers) -> Closed {
        for bucket in buckets {
            let rules = self.aws.lifecycle(&bucket).await.map_err(|error| error.cause);
            answers.reply(Reply::Lifecycle { bucket, rules });
        }
        Ok(())
    }

    /// Every source at once; an error names the first that could not be surveyed.
    async fn survey(&self, range: TimeRange, bins: usize, answers: &Answers) -> Closed {
        self.until_looked().await;
        let known = self.memory.known(&self.state).await;
        let now = Timestamp::now();
        let mut surveys: FuturesUnordered<_> = self
            .profile
            .sources
            .iter()
            .map(|source| {
                let inventory = &self.inventory;
                let known = &known;
                async move {
                    let mut surveyor = inventory.survey(source, range, bins, known, now).await?;
                    let learnt = inventory.cadence(source, range);
                    let is_learnt = learnt.is_some();
                    answers.reply(Reply::Survey(Box::new(surveyor.survey(learnt.flatten().as_deref()))));
                    // What the week before tells comes after what one looks at.
                    if !is_learnt && let Some(cadence) = inventory.learn(source, range).await? {
                        answers.reply(Reply::Survey(Box::new(surveyor.survey(Some(&cadence)))));
                    }
                    Ok(())
                }
                .boxed()
            })
            .collect();
        let mut trouble: Option<AwsError> = None;
        while let Some(surveyed) = surveys.next().await {
            if let Err(error) = surveyed {
                trouble = trouble.or(Some(error));
            }
        }
        trouble.map_or(Ok(()), |error| Err(error.into()))
    }

    fn source(&self, name: &str) -> Result<&Source, Trouble> {
        self.profile.source(name).ok_or_else(|| Trouble {
            what: format!("cannot list the source {name}"),
            cause: "the configuration has no source of this name".into(),
            hint: None,
        })
    }

    /// Counts the objects of a source into a timeline, whatever has become of them.
    async fn before(&self, source: &str, mut timeline: Timeline) -> Result<Timeline, Trouble> {
        let source = self.source(source)?;
        let mut left = COMPARED;
        let range = timeline.range;
        let sink = |rows: Vec<ObjectRow>| {
            timeline.add(rows.iter().map(|row| (Figures::from(row), false)), source.late_after);
            left = left.saturating_sub(rows.len());
            left > 0
        };
        self.inventory.objects(source, range, &Known::default(), sink).boxed().await?;
        Ok(timeline)
    }

    async fn objects(&self, source: &str, range: TimeRange, answers: &Answers) -> Closed {
        let source = self.source(source)?;
        self.until_looked().await;
        let known = self.memory.known(&self.state).await;
        let sink = |rows| {
            answers.reply(Reply::Objects { rows });
            true
        };
        Ok(self.inventory.objects(source, range, &known, sink).boxed().await?)
    }

    /// Waits until the failure queues have been read once, so that what failed is shown as failed; not for long, and
    /// not where nobody reads them.
    async fn until_looked(&self) {
        const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);
        let mut has_looked = self.has_looked.subscribe();
        let _ = tokio::time::timeout(PATIENCE, has_looked.wait_for(|has_looked| *has_looked)).await;
    }

    fn reader(&self, object: Object) -> PageReader {
        // The listing that the object is from may be older than its bytes.
        let options = Options { size: None, ..digest::options(&object, &self.profile) };
        PageReader::new(self.aws.clone(), object, options)
    }

    /// The same from a line of it on.
    async fn reader_from(&self, object: Object, begins: u64) -> Result<PageReader, Trouble> {
        let options = Options { size: None, ..digest::options(&object, &self.profile) };
        if begins > 0
            && let Some(middle) = Middle::at(&self.aws, &object, &options, begins).await?
        {
            return Ok(PageReader::within(self.aws.clone(), object, options, middle));
        }
        Ok(self.reader(object))
    }

    async fn keep(&self, reader: PageReader) {
        let mut readers = self.readers.lock().await;
        readers.retain(|kept| kept.object() != reader.object());
        if readers.len() == READERS {
            readers.remove(0);
        }
        readers.push(reader);
    }

    async fn more(&self, object: Object, begins: u64, have: u64, want: u64, answers: &Answers) -> Closed {
        let kept = {
            let mut readers = self.readers.lock().await;
            let place = readers.iter().position(|reader| *reader.object() == object.id);
            place.map(|place| readers.remove(place))
        };
        let mut reader = match kept {
            Some(reader) if reader.position() == have && reader.begins() == begins => reader,
            // The reader is elsewhere: read from the start again, up to where the console is.
            _ => {
                let mut reader = self.reader_from(object, begins).await?;
                while reader.position() < have {
                    let missing = usize::try_from(have - reader.position()).unwrap_or(usize::MAX);
                    if reader.next(missing).await?.is_end {
                        break;
                    }
                }
                reader
            }
        };
        let page = reader.next(usize::try_from(want.saturating_sub(have)).unwrap_or(usize::MAX)).await?;
        answers.reply(Reply::Page(Box::new(page)));
        self.keep(reader).await;
        Ok(())
    }

    async fn failures(self: &Arc<Self>, answers: &Answers) -> Closed {
        let (sender, mut receiver) = mpsc::channel(16);
        let shared = Arc::clone(self);
        let reading = to_its_end(async move {
            let _only_reader = shared.queues.lock().await;
            shared.inventory.failures(sender).boxed().await
        });
        let collecting = async {
            let mut all: Vec<Failure> = Vec::new();
            while let Some(found) = receiver.recv().await {
                all.extend(found);
            }
            all
        };
        let (result, all) = tokio::join!(reading, collecting);
        let result = result?;
        let known = self.memory.known(&self.state).await;
        let all: Vec<Failure> = all.into_iter().filter(|failure| !known.has_moved_on(failure)).collect();
        self.memory.failures(&all);
        self.has_looked.send_replace(true);
        answers.reply(Reply::Failures(all.clone()));
        self.diagnose(all, DIAGNOSED, answers).await;
        result.map(drop)
    }

    /// Tries so many of the objects, a few at a time.
    async fn diagnose(&self, failures: Vec<Failure>, most: usize, answers: &Answers) {
        let (sender, mut receiver) = mpsc::channel(64);
        let diagnosing = self.inventory.diagnose(failures.into_iter().take(most).collect(), sender);
        let telling = async {
            while let Some(found) = receiver.recv().await {
                self.memory.diagnosis(&found);
                answers.reply(Reply::Diagnosed {
                    object: found.object,
                    consumer: found.consumer,
                    reason: found.reason,
                    prospect: found.prospect,
                });
            }
        };
        tokio::join!(diagnosing.boxed(), telling);
    }

    /// Every source in its turn; an error ends it, and tells nothing half compared.
    async fn reconcile(&self, range: TimeRange, answers: &Answers) -> Closed {
        self.until_looked().await;
        let known = self.memory.known(&self.state).await;
        let mut all = Reconciled::default();
        for source in &self.profile.sources {
            all.add(self.inventory.reconcile(source, range, &known, Timestamp::now()).boxed().await?);
        }
        let told = all.told();
        let is_left = |failure: &&Failure| failure.trace == Trace::Reconciled(Finding::Unprocessed);
        let left = all.found.iter().filter(is_left).cloned().collect();
        answers.reply(Reply::Reconciled { found: all.found, holdings: all.holdings, told });
        self.diagnose(left, DIAGNOSED, answers).await;
        Ok(())
    }

    async fn save(self: &Arc<Self>, case: Option<String>, answers: &Answers) -> Closed {
        let shared = Arc::clone(self);
        let case: Option<CaseName> = case.map(|case| case.parse()).transpose().map_err(CaseError::from)?;
        let saved = to_its_end(async move {
            let _only_reader = shared.queues.lock().await;
            cases::save(&shared.inventory, &shared.cases, case.as_ref(), &shared.who, Timestamp::now()).boxed().await
        });
        let saved = saved.await??;
        answers.reply(Reply::Case { case: Box::new(saved.case.clone()), told: saved.told() });
        if saved.unseen > 0 && saved.trouble.is_none() {
            return Err(Trouble {
                what: "not every message is saved".into(),
                cause: format!("{} of them are held by another reader", saved.unseen),
                hint: Some("save once more when it has given them back".into()),
            });
        }
        saved.trouble.map_or(Ok(()), Err)
    }

    async fn queues(&self, answers: &Answers) -> Closed {
        let mut found = Vec::new();
        for consumer in &self.profile.consumers {
            for (role, url) in queues_of(consumer) {
                let state = self.aws.queue_state(url).await?;
                let move_task = if role == QueueRole::DeadLetter { self.move_task(&state.arn).await } else { None };
                found.push(QueueStatus {
                    consumer: consumer.name.clone(),
                    role,
                    url: url.to_owned(),
                    visible: state.visible,
                    in_flight: state.in_flight,
                    delayed: state.delayed,
                    retention: state.retention,
                    max_receive_count: state.redrive.map(|(count, _)| count),
                    move_task,
                    at: Timestamp::now(),
                });
            }
        }
        answers.reply(Reply::Queues(found));
        Ok(())
    }

    async fn discover(&self, answers: &Answers) -> Closed {
        let found = self.aws.discover(&Wanted::of(&self.profile), |_| {}).await?;
        answers.reply(Reply::Discovered(Box::new(found.with_sources(&self.profile))));
        Ok(())
    }

    /// The move task of a failure queue; none as well where one may not ask for it, which is a permission of its own.
    async fn move_task(&self, arn: &str) -> Option<MoveTask> {
        let tasks = self.aws.moves(arn).await.unwrap_or_else(|error| {
            tracing::info!(%error, "whether a failure queue is being moved is not known");
            Vec::new()
        });
        tasks.into_iter().find(MoveTask::is_active)
    }
}

/// Runs work to its end even where nobody waits for it any more: whoever has hidden a queue's messages must show them
/// again.
async fn to_its_end<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> Result<T, Trouble> {
    tokio::spawn(work).await.map_err(|error| ended_early(&error))
}

/// Runs work that takes its time, or reads files, where it holds up nothing.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Trouble> {
    tokio::task::spawn_blocking(work).await.map_err(|error| ended_early(&error))
}

fn ended_early(error: &tokio::task::JoinError) -> Trouble {
    Trouble {
        what: "a task of scops ended before its time".into(),
        cause: error.to_string(),
        hint: Some("this is a fault of scops; the log in the state folder tells more".into()),
    }
}

fn queues_of(consumer: &Consumer) -> impl Iterator<Item = (QueueRole, &str)> {
    [
        (QueueRole::Events, consumer.input.queue_url()),
        (QueueRole::DeadLetter, consumer.dead_letter_url.as_deref()),
        (QueueRole::Parked, consumer.parked_url.as_deref()),
    ]
    .into_iter()
    .filter_map(|(role, url)| Some((role, url?)))
}
