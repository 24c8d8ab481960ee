//! Sending a plan: a canary of one, then batches under the rate, each journaled before and after.

mod audited;
mod batch;
mod engine;
mod indexed;
mod resume;
mod stored;
mod tally;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::ReplayError;
use super::audit::{self, Auditor, Subject};
use super::control::Control;
use super::journal::{Began, BegunItem, Entry, Event, Journal};
use super::verify::Watcher;
use crate::aws::Aws;
use crate::domain::{
    Consumer, Indexed, MessageOrigin, ObjectId, PackedMessage, Plan, PlanItem, PlanItemState, Profile, Progress,
    ReplayId, ReplaySummary,
};
use audited::{End, follow};
use engine::Engine;
use tally::Tally;

/// Items in one entry of the journal.
const ITEMS: usize = 1_000;

/// How a replay is carried out.
#[derive(Clone)]
pub struct Settings {
    /// The journal's folder: `$XDG_STATE_HOME/scops/journal`.
    pub folder: PathBuf,
    /// The audit log's folder: `$XDG_STATE_HOME/scops/audit`.
    pub audit: PathBuf,
    /// Who confirmed it, for the journal: `aya@workstation`.
    pub who: String,
    /// How often a refused message is tried again.
    pub retries: u32,
    /// How long the first message's outcome is waited for before the others go; zero does not wait.
    pub canary_limit: Duration,
    /// How long the outcomes are waited for after the last message.
    pub verify_limit: Duration,
    /// How many originals are held at a time. SQS lets 120,000 messages of a queue be in flight, of all its readers
    /// (Amazon SQS developer guide, "Quotas"), and a receipt handle may take half a kilobyte.
    pub window: usize,
    /// The wall clock.
    pub now: fn() -> Timestamp,
}

impl Settings {
    /// Three further tries, 30 s for the canary, 120 s for the outcomes, 10,000 originals
    /// at a time; the audit log beside the journal's folder.
    pub fn new(folder: PathBuf, who: String) -> Self {
        Self {
            audit: folder.with_file_name("audit"),
            folder,
            who,
            retries: 3,
            canary_limit: Duration::from_secs(30),
            verify_limit: Duration::from_mins(2),
            window: 10_000,
            now: Timestamp::now,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("folder", &self.folder)
            .field("retries", &self.retries)
            .field("canary_limit", &self.canary_limit)
            .field("verify_limit", &self.verify_limit)
            .finish_non_exhaustive()
    }
}

/// How a replay ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the journal says of it.
    pub summary: ReplaySummary,
    /// Why it stopped before its end, where it did.
    pub stopped: Option<String>,
    /// Why the audit log was not copied to where the profile wants it, where it was not.
    pub uncopied: Option<String>,
}

impl Report {
    /// Whether every object is proven recovered, and none of those that were looked for in the index is missing there
    /// or can be searched twice.
    pub fn is_complete(&self) -> bool {
        let agrees = self.summary.indexed.as_ref().is_none_or(Indexed::agrees);
        self.stopped.is_none() && self.summary.recovered == self.summary.total && agrees
    }
}

/// One message to be sent.
#[derive(Debug, Clone)]
struct Item {
    /// Its index in the journal's plan.
    index: usize,
    object: ObjectId,
    message: PackedMessage,
    origin: MessageOrigin,
    /// How often it was refused.
    attempts: u32,
}

impl Item {
    fn new(index: usize, item: PlanItem) -> Self {
        Self { index, object: item.object.id, message: item.message, origin: item.origin, attempts: 0 }
    }
}

/// How a replay begins, or goes on: what the journal is to hear of it, and what is left to send.
struct Begun {
    id: ReplayId,
    events: Vec<Event>,
    /// Of all items of the replay.
    states: Vec<PlanItemState>,
    items: Vec<Item>,
}

/// Sends plans of one profile.
#[derive(Debug, Clone)]
pub struct Replayer {
    aws: Aws,
    profile: Arc<Profile>,
    settings: Settings,
}

impl Replayer {
    /// For a profile. Nothing happens yet.
    pub fn new(aws: Aws, profile: Arc<Profile>, settings: Settings) -> Self {
        Self { aws, profile, settings }
    }

    /// Sends exactly this plan, and watches its objects recover; `tell` hears of each step, and last of the end.
    /// Meanwhile `control` steers it. A [resumption](Self::resumption) goes on under the name of the replay that it
    /// resumes.
    ///
    /// An error means that nothing was begun. Once begun, what went wrong stands in the report and in the journal.
    /// Dropping the future gives the replay up: the batch under way is ended and journaled, nothing more is sent, and
    /// held messages are given back, on the runtime that it ran on.
    pub async fn run(&self, plan: Plan, control: &Control, tell: impl FnMut(Progress)) -> Result<Report, ReplayError> {
        let consumer = self.check(&plan)?;
        let journal = self.open().await?;
        let id = match &plan.resumes {
            Some(id) => id.clone(),
            None => self.name(&plan, &journal)?,
        };
        // Before anything is done, it is written down who wants it done.
        let subject = Subject::new(&self.settings.who, &self.profile, &plan.consumer, &plan.hash, Some(id.clone()));
        let auditor = Auditor::open(self.settings.audit.clone(), subject, self.settings.now).await?;
        auditor.record(audit::Event::confirmed(&plan)).await?;
        let result = Box::pin(self.confirmed(id, plan, consumer, journal, control, &auditor, tell)).await;
        if let Err(error) = &result {
            let outcome = audit::Outcome::default();
            let stopped = audit::Event::Stopped { cause: error.to_string(), outcome };
            if let Err(error) = auditor.record(stopped).await {
                tracing::warn!(%error, "the end of a replay that did not begin is not audited");
            }
        }
        result
    }

    #[expect(clippy::too_many_arguments, reason = "one step of `run`, which knows them all")]
    async fn confirmed(
        &self,
        id: ReplayId,
        plan: Plan,
        consumer: Consumer,
        journal: Journal,
        control: &Control,
        auditor: &Auditor,
        tell: impl FnMut(Progress),
    ) -> Result<Report, ReplayError> {
        let rate = plan.rate;
        let (told, mut begun) = match plan.resumes {
            Some(_) => (audit::Event::Resumed, Box::pin(self.again(id, plan, &consumer, &journal)).await?),
            None => (audit::Event::Began, self.anew(id, plan)),
        };
        let journal = journaled(journal, &mut begun, (self.settings.now)()).await?;
        auditor.record(told).await?;
        Box::pin(self.carry_out(begun, consumer, rate, journal, control.clone(), auditor.clone(), tell)).await
    }

    /// The name of a replay that the journal does not know yet.
    fn name(&self, plan: &Plan, journal: &Journal) -> Result<ReplayId, ReplayError> {
        if let Some((id, _)) =
            journal.history().iter().find(|(_, past)| past.began.plan == plan.hash && past.at >= plan.made)
        {
            return Err(ReplayError::Sent(id.clone()));
        }
        let mut id = ReplayId::new((self.settings.now)(), &plan.hash);
        // Two replays of one plan within a second; the journal wants a name for each.
        while journal.history().get(&id).is_some() {
            id.0.push('x');
        }
        Ok(id)
    }

    /// The beginning of a replay.
    fn anew(&self, id: ReplayId, plan: Plan) -> Begun {
        let began = Event::Began(Began {
            plan: plan.hash,
            profile: self.profile.name.clone(),
            consumer: plan.consumer,
            destination: plan.input.place().to_owned(),
            total: plan.items.len(),
            rate: plan.rate,
            who: self.settings.who.clone(),
        });
        let chunks = plan.items.chunks(ITEMS).enumerate();
        let items = chunks.map(|(chunk, items)| Event::Items {
            first: chunk * ITEMS,
            items: items.iter().map(BegunItem::from).collect(),
        });
        let events = std::iter::once(began).chain(items).collect();
        let states = vec![PlanItemState::Waiting; plan.items.len()];
        let items = plan.items.into_iter().enumerate();
        let mut items: Vec<Item> = items.map(|(index, item)| Item::new(index, item)).collect();
        // They are where the larger items of the plan were.
        items.shrink_to_fit();
        Begun { id, events, states, items }
    }

    /// The plan's consumer, if the plan may be sent.
    fn check(&self, plan: &Plan) -> Result<Consumer, ReplayError> {
        let consumer = self.allowed(&plan.consumer, plan.input.place())?;
        if !plan.is_sealed() {
            return Err(ReplayError::Changed(plan.hash.clone()));
        }
        if plan.is_expired((self.settings.now)()) {
            return Err(ReplayError::Expired);
        }
        if let Some(limit) = self.profile.replay.max_objects.filter(|limit| plan.items.len() > *limit) {
            let profile = self.profile.name.clone();
            return Err(ReplayError::TooMany { items: plan.items.len(), limit, profile });
        }
        // A resumption without items still deletes what a dead replay left behind.
        if plan.items.is_empty() && plan.resumes.is_none() {
            return Err(ReplayError::Empty);
        }
        Ok(consumer)
    }

    /// The consumer of this name and destination, if anything may be sent at all.
    fn allowed(&self, name: &str, destination: &str) -> Result<Consumer, ReplayError> {
        if self.profile.is_read_only {
            return Err(ReplayError::ReadOnly(self.profile.name.clone()));
        }
        if destination.rsplit('.').next() == Some("fifo") {
            return Err(ReplayError::Fifo(destination.to_owned()));
        }
        let consumer = self.profile.consumer(name).filter(|consumer| consumer.input.place() == destination);
        consumer.cloned().ok_or_else(|| ReplayError::Consumer {
            consumer: name.to_owned(),
            destination: destination.to_owned(),
            profile: self.profile.name.clone(),
        })
    }

    async fn open(&self) -> Result<Journal, ReplayError> {
        let folder = self.settings.folder.clone();
        let opened = tokio::task::spawn_blocking(move || Journal::open(&folder));
        let (journal, _torn) = opened.await.map_err(|error| ReplayError::Broken(error.to_string()))??;
        Ok(journal)
    }

    /// Has the engine send in a task of its own, which outlives this future's end.
    #[expect(clippy::too_many_arguments, reason = "one step of `run`, which knows them all")]
    async fn carry_out(
        &self,
        begun: Begun,
        consumer: Consumer,
        rate: u32,
        journal: Journal,
        control: Control,
        auditor: Auditor,
        mut tell: impl FnMut(Progress),
    ) -> Result<Report, ReplayError> {
        let Begun { id, states, items, .. } = begun;
        let journal = Arc::new(Mutex::new(journal));
        let cancel = CancellationToken::new();
        let _given_up_when_dropped = cancel.clone().drop_guard();
        let (told, mut news) = mpsc::unbounded_channel();
        let engine = Engine {
            aws: self.aws.clone(),
            profile: Arc::clone(&self.profile),
            watcher: Watcher::start(self.aws.clone(), consumer.clone(), id.clone(), self.settings.verify_limit),
            consumer,
            id: id.clone(),
            settings: self.settings.clone(),
            rate,
            orders: control.orders(),
            journal: Arc::clone(&journal),
            tally: Tally::new(id.clone(), states),
            cancel,
            tell: told,
            pending: Vec::new(),
            failures: 0,
        };
        let end = End { aws: self.aws.clone(), profile: Arc::clone(&self.profile), auditor, journal, id };
        let sending = tokio::spawn(async move {
            let ended = CancellationToken::new();
            // As long as its hand lives, the engine's orders do not close.
            let following = tokio::spawn(follow(control.clone(), end.auditor.clone(), ended.clone()));
            let stopped = engine.run(items).await;
            ended.cancel();
            if let Err(error) = following.await {
                tracing::warn!(%error, "what a replay was told is not audited");
            }
            end.report(stopped).await
        });
        while let Some(progress) = news.recv().await {
            tell(progress);
        }
        sending.await.map_err(|error| ReplayError::Broken(error.to_string()))?
    }
}

/// Journals the beginning.
async fn journaled(mut journal: Journal, begun: &mut Begun, at: Timestamp) -> Result<Journal, ReplayError> {
    let events = std::mem::take(&mut begun.events);
    let entries: Vec<Entry> = events.into_iter().map(|event| Entry { id: begun.id.clone(), at, event }).collect();
    let journaling = tokio::task::spawn_blocking(move || journal.append(entries).map(|()| journal));
    Ok(journaling.await.map_err(|error| ReplayError::Broken(error.to_string()))??)
}
