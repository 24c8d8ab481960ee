//! What the console may ask of the world, and what the world answers.
//!
//! `update` returns [`Effect`]s; the runtime carries them out and comes back with [`Reply`]s, each under the
//! [`Ticket`] of its question. A request may be answered many times (rows that stream in) and is closed by one
//! [`Closed`]; a late answer whose ticket is no longer expected is dropped.

use std::net::IpAddr;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::case::Ask;
use super::records::Goal;
use super::sql::{SqlAnswer, SqlAsk};
use super::timeline::{Axis, Timeline};
use crate::domain::download::Download;
use crate::domain::export::{Export, Format};
use crate::domain::restore::{Asked, Candidate, Tier};
use crate::domain::why::Cause;
use crate::domain::{
    Alert, ByteSize, Case, CaseName, Column, Covered, Detail, Discovered, Fact, Failure, Hit, Holding, LifecycleRule,
    Material, Merge, NewRecords, Object, ObjectId, ObjectRow, ObjectVersion, Orphan, Page, ParseReport, Plan, Planning,
    Priced, Progress, Prospect, Query, QueryStatus, QueueStatus, Reason, ReplayId, ReplaySummary, Saved, SearchNews,
    SearchOrder, Seek, SourceSurvey, Steer, Surroundings, TimeRange, Trial,
};

/// Names a profile among those that the console knows: its place in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileId(pub usize);

/// Names one question to the world of one profile, so that its answers can be told from those of an older one, and from
/// those of another profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket {
    /// The profile that is asked.
    pub profile: ProfileId,
    /// Which of its questions.
    pub number: u64,
}

/// What `update` wants done.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Ask the world.
    Ask(Ticket, Request),
    /// Give up a question; its task is dropped, and with it a query that runs is stopped.
    Cancel(Ticket),
    /// Come back with [`Msg::Wake`](super::Msg::Wake) and this ticket after a while.
    Wake(Ticket, Duration),
    /// Draw with the theme of this name from now on.
    Theme(String),
    /// Put text on the clipboard (OSC 52).
    Copy(String),
    /// Open the user's editor on a text; what comes of it is [`Msg::Edited`](super::Msg::Edited).
    Edit(Draft, String),
    /// Keep a line for the next session.
    Remember(Past, String),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Stop the process until the shell's `fg`.
    Suspend,
    /// Leave.
    Quit,
}

/// What a text is that the user's editor is opened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Draft {
    /// The definition of a format.
    Definition,
    /// Statements of SQL.
    Statement,
}

impl Draft {
    /// Its word.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Statement => "statement",
        }
    }

    /// The end of its file's name.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Definition => ".toml",
            Self::Statement => ".sql",
        }
    }
}

/// What a line was typed for that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Past {
    /// A command.
    Command,
    /// A search.
    Search,
    /// The columns of a source.
    Columns,
}

/// What becomes a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Exported {
    /// Hits.
    Hits(Vec<Hit>),
    /// The rows of a query that succeeded, by Athena's id.
    Query(String),
}

/// A question to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Every source over a range, in `bins` columns. Answers: [`Reply::Survey`], one a source.
    Survey {
        /// The range.
        range: TimeRange,
        /// Columns of each timeline.
        bins: usize,
    },
    /// The lifecycle rules of buckets. Answers: [`Reply::Lifecycle`], one a bucket.
    Lifecycle {
        /// Their names.
        buckets: Vec<String>,
    },
    /// The objects of a source in a range. Answers: [`Reply::Objects`], page by page.
    Objects {
        /// The source's name.
        source: String,
        /// The range, by the time that keys tell.
        range: TimeRange,
    },
    /// The timeline of a source over an earlier range, for comparison. Answer: [`Reply::Before`].
    Before {
        /// The source's name.
        source: String,
        /// The range.
        range: TimeRange,
        /// Columns at most.
        columns: usize,
        /// What they count by.
        axis: Axis,
    },
    /// The versions and delete markers of a key. Answer: [`Reply::Versions`].
    Versions {
        /// The key.
        object: ObjectId,
    },
    /// How far the restores of these objects are. Answers: [`Reply::Restoring`], one an object.
    Restoring {
        /// The objects.
        objects: Vec<ObjectId>,
    },
    /// Ask for readable copies of archived objects. Answer: [`Reply::Restored`].
    Restore {
        /// The objects.
        objects: Vec<ObjectId>,
        /// How fast.
        tier: Tier,
        /// How many days the copies stay.
        days: u16,
    },
    /// Write objects into new files. Answers: [`Reply::Download`], as it goes.
    Download {
        /// The objects.
        objects: Vec<ObjectId>,
        /// The folder.
        folder: PathBuf,
    },
    /// Write rows into a new file. Answers: [`Reply::Export`], as it goes.
    Export {
        /// What.
        exported: Exported,
        /// As what.
        format: Format,
        /// The file; where it is taken, one with a number.
        path: PathBuf,
    },
    /// The first records of an object, by one ranged GET of at most 256 KiB. Answer: [`Reply::Page`].
    Preview {
        /// The object.
        object: Object,
    },
    /// The records after those read so far; goes on where the reader of this ticket's object stands.
    /// Answers: [`Reply::Page`] with the further rows.
    More {
        /// The object.
        object: Object,
        /// The byte that records are counted from.
        begins: u64,
        /// How many rows the model has.
        have: u64,
        /// Read on until this many rows (or the end, or a byte limit) are there.
        want: u64,
    },
    /// Read an object up to a place without keeping what lies before it. Answers: [`Reply::Reached`] as it goes,
    /// [`Reply::Window`].
    Jump {
        /// The object.
        object: Object,
        /// The place.
        goal: Goal,
    },
    /// The records of several objects by event time, after those read so far. Answer: [`Reply::Merge`].
    Merge {
        /// The objects.
        objects: Vec<ObjectId>,
        /// How many records the model has.
        have: u64,
        /// Read on until so many are there.
        want: u64,
    },
    /// The records around one by event time, those of the objects around its own among them. Answer:
    /// [`Reply::Surroundings`].
    Surroundings {
        /// The record's object.
        object: ObjectId,
        /// The record.
        center: Seek,
        /// How many before it.
        before: u64,
        /// How many after it.
        after: u64,
    },
    /// The records of the newest objects of a source that are not known yet. Answer: [`Reply::NewRecords`].
    Newest {
        /// The source's name.
        source: String,
        /// The range, by the time that keys tell.
        range: TimeRange,
        /// Objects that were read already.
        known: Vec<ObjectId>,
        /// How many objects at most.
        most: usize,
    },
    /// Read an object through and judge it. Answers: [`Reply::Report`], as it goes.
    Report {
        /// The object.
        object: Object,
    },
    /// One record in full: its fields as the log names them, and as ECS does. Answer: [`Reply::Detail`].
    Detail {
        /// The object.
        object: Object,
        /// The byte that records are counted from.
        begins: u64,
        /// The record's number from there, from 0.
        number: u64,
    },
    /// What records of an object hold in some fields. Answer: [`Reply::Fields`].
    Fields {
        /// The object.
        object: Object,
        /// The byte that records are counted from.
        begins: u64,
        /// The fields' dotted paths, as the log names them or as ECS does.
        paths: Vec<String>,
        /// Of which records, by their numbers.
        numbers: Range<u64>,
    },
    /// Whose an address is, by Amazon's list of its own, where the user has one. Answer: [`Reply::AwsRange`].
    AwsRange(IpAddr),
    /// What S3 tells of an object that is known by its URI alone. Answer: [`Reply::Head`] or [`Reply::Gone`].
    Head {
        /// The object.
        object: ObjectId,
    },
    /// What failed or is parked, wherever that shows. Answers: [`Reply::Failures`], then [`Reply::Diagnosed`] for each
    /// object as its reason is found.
    Failures,
    /// Compare what arrived in a range with receipts and index. Answers: [`Reply::Reconciled`], then
    /// [`Reply::Diagnosed`] for each object that was never processed.
    Reconcile {
        /// The range, by the time that keys tell.
        range: TimeRange,
    },
    /// Save every message of the failure and parked queues; nothing is deleted. Answer: [`Reply::Case`].
    Save {
        /// The name of the case; none for one of the moment.
        case: Option<String>,
    },
    /// Why these objects failed and what would become of them now, found anew. Answers: [`Reply::Diagnosed`].
    Diagnose(Vec<Failure>),
    /// The beginning of an object and a definition to start from, by one ranged GET of at most 256 KiB. Answer:
    /// [`Reply::Material`].
    Material {
        /// The object.
        object: ObjectId,
    },
    /// What a definition makes of a sample. Answer: [`Reply::Trial`].
    Trial {
        /// The definition's text.
        definition: String,
        /// The object that the sample is of.
        object: Object,
        /// The sample.
        sample: Arc<[u8]>,
        /// Whether it is the whole object.
        is_whole: bool,
    },
    /// What a definition makes of more objects of a source, at most 1 MiB of each. Answers: [`Reply::Covered`], one an
    /// object.
    Coverage {
        /// The definition's text.
        definition: String,
        /// The source's name.
        source: String,
        /// The range that the objects are of.
        range: TimeRange,
        /// How many: half of them the newest, the others spread over the range.
        count: usize,
    },
    /// Keep a definition as one of the user's own, and use it from now on. Answer: [`Reply::FormatSaved`] or
    /// [`Reply::Exists`].
    SaveFormat {
        /// The definition's text.
        definition: String,
        /// Whether it may take the place of one that has its name.
        replaces: bool,
    },
    /// What the rules found in a range. Answer: [`Reply::Alerts`].
    Alerts {
        /// The range, by the events' own times.
        range: TimeRange,
    },
    /// Depths of all queues. Answer: [`Reply::Queues`].
    Queues,
    /// What stands behind the profile's buckets. Answer: [`Reply::Discovered`].
    Discover,
    /// What a search will cost by each means. Answer: [`Reply::Estimate`].
    Estimate(Query),
    /// Run a search. Answers: [`Reply::QueryStatus`], [`Reply::SearchNews`] and [`Reply::Hits`] as it goes.
    Search(Box<SearchOrder>),
    /// Why a search found nothing; Athena is not asked. Answer: [`Reply::Why`].
    Why(Query),
    /// Credentials anew, after nobody gave the code that they need; whoever is asked for it answers by
    /// [`Request::Code`].
    SignIn,
    /// The code that [`Msg::CodeWanted`](super::Msg::CodeWanted) asks for; none where nobody gives one.
    Code(Option<String>),
    /// The statements that an earlier session left running on Athena. Answer: [`Reply::Orphans`].
    Orphans {
        /// Whether they are stopped.
        stops: bool,
    },
    /// Make a plan to replay these objects with a consumer. Answers: [`Reply::Planning`] as it goes, [`Reply::Plan`].
    Plan {
        /// The consumer's name.
        consumer: String,
        /// The objects.
        objects: Vec<ObjectId>,
    },
    /// Make the plan of what is left of a replay that stood still. Answers: [`Reply::Planning`] as it goes,
    /// [`Reply::Plan`].
    Resume(ReplayId),
    /// Send exactly this plan, and watch its objects recover. Answers: [`Reply::Progress`].
    Replay(Box<Plan>),
    /// Tell the replay that runs to wait, go on, be slower or faster, or stop. No answer.
    Steer(Steer),
    /// The journal's replays, newest first. Answer: [`Reply::Replays`].
    Replays,
    /// Whatever the SQL screen asks. Answers: [`Reply::Sql`].
    Sql(Box<SqlAsk>),
    /// Open, change or export a case. Answer: [`Reply::Case`].
    Case {
        /// Its name; none for a new one of the moment.
        case: Option<CaseName>,
        /// What is to be done.
        ask: Box<Ask>,
    },
}

/// An answer of the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// One source of [`Request::Survey`].
    Survey(Box<SourceSurvey>),
    /// One bucket of [`Request::Lifecycle`].
    Lifecycle {
        /// The bucket's name.
        bucket: String,
        /// Its rules, or why they cannot be read.
        rules: Result<Vec<LifecycleRule>, String>,
    },
    /// Rows of [`Request::Objects`].
    Objects {
        /// Further rows, in listing order.
        rows: Vec<ObjectRow>,
    },
    /// The timeline of [`Request::Before`].
    Before(Box<Timeline>),
    /// The versions of [`Request::Versions`], newest first.
    Versions {
        /// The versions and delete markers.
        rows: Vec<ObjectVersion>,
        /// Whether these are all.
        is_whole: bool,
    },
    /// One object of [`Request::Restoring`].
    Restoring(Box<Candidate>),
    /// What became of [`Request::Restore`].
    Restored {
        /// What was accepted and refused.
        asked: Asked,
        /// How long it takes, in words.
        takes: &'static str,
    },
    /// How far [`Request::Export`] is.
    Export(Box<Export>),
    /// How far [`Request::Download`] is.
    Download(Box<Download>),
    /// Records of [`Request::Preview`] or [`Request::More`].
    Page(Box<Page>),
    /// How far [`Request::Jump`] is: stored bytes.
    Reached(ByteSize),
    /// The records around the place of [`Request::Jump`]; those before them are not kept.
    Window(Box<Page>),
    /// Records of [`Request::Merge`].
    Merge(Box<Merge>),
    /// Records of [`Request::Surroundings`].
    Surroundings(Box<Surroundings>),
    /// Records of [`Request::Newest`].
    NewRecords(Box<NewRecords>),
    /// How far [`Request::Report`] is, and what came of it.
    Report(Box<ParseReport>),
    /// The record of [`Request::Detail`].
    Detail(Box<Detail>),
    /// The fields of [`Request::Fields`].
    Fields(Vec<Column>),
    /// What the list tells of the address of [`Request::AwsRange`].
    AwsRange(Vec<Fact>),
    /// The object of [`Request::Head`].
    Head(Box<Object>),
    /// There is no object of [`Request::Head`].
    Gone(Trouble),
    /// Messages of [`Request::Failures`].
    Failures(Vec<Failure>),
    /// What [`Request::Reconcile`] found.
    Reconciled {
        /// Objects on which listing, receipts and index do not agree.
        found: Vec<Failure>,
        /// What the index holds of each source.
        holdings: Vec<Holding>,
        /// What was compared, in words.
        told: String,
    },
    /// The case after [`Request::Case`] or [`Request::Save`].
    Case {
        /// The case.
        case: Box<Case>,
        /// What was done, in words.
        told: String,
    },
    /// A reason and a prospect found for one failed object.
    Diagnosed {
        /// The object.
        object: ObjectId,
        /// The consumer's name.
        consumer: String,
        /// Why it failed.
        reason: Option<Reason>,
        /// What would become of it now.
        prospect: Prospect,
    },
    /// The beginning of an object.
    Material(Box<Material>),
    /// What a definition makes of it.
    Trial(Box<Trial>),
    /// What a definition makes of one more object.
    Covered(Box<Covered>),
    /// A definition was saved, and is in use.
    FormatSaved(Box<Saved>),
    /// Nothing was saved: this file has the format's name already.
    Exists(PathBuf),
    /// What the rules found.
    Alerts {
        /// The range.
        range: TimeRange,
        /// The gravest first; of these the newest.
        all: Vec<Alert>,
        /// Whether these are all.
        is_whole: bool,
        /// The texts of their rules as they are now, by their ids.
        rules: Vec<(String, Arc<str>)>,
    },
    /// The queues of [`Request::Queues`], in the order consumer, role.
    Queues(Vec<QueueStatus>),
    /// What [`Request::Discover`] found.
    Discovered(Box<Discovered>),
    /// The cost of [`Request::Estimate`].
    Estimate(Box<Priced>),
    /// Where [`Request::Search`] stands.
    QueryStatus(QueryStatus),
    /// Further hits of [`Request::Search`], in no order.
    Hits(Vec<Hit>),
    /// What else is told of [`Request::Search`].
    SearchNews(SearchNews),
    /// The statements of [`Request::Orphans`].
    Orphans {
        /// Which ones.
        orphans: Vec<Orphan>,
        /// Whether they were stopped.
        are_stopped: bool,
    },
    /// The reasons of [`Request::Why`].
    Why(Vec<Cause>),
    /// How far the plan of [`Request::Plan`] or [`Request::Resume`] has come.
    Planning(Planning),
    /// The plan of [`Request::Plan`].
    Plan(Box<Plan>),
    /// News of [`Request::Replay`].
    Progress(Progress),
    /// The history of [`Request::Replays`].
    Replays(Vec<ReplaySummary>),
    /// An answer to [`Request::Sql`].
    Sql(Box<SqlAnswer>),
}

/// How a request ended.
pub type Closed = Result<(), Trouble>;

/// What went wrong, in words for the screen: place, cause, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {cause}")]
pub struct Trouble {
    /// What could not be done: "cannot list s3://logs/AWSLogs/".
    pub what: String,
    /// Why: "AccessDenied: … (request id …)".
    pub cause: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
}
