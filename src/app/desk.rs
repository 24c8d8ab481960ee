//! Which questions are open. One topic has one open question: a newer one cancels the older, and an answer whose
//! ticket is not the topic's dies here.

use std::collections::BTreeMap;
use std::time::Duration;

use super::request::{Effect, ProfileId, Request, Ticket};

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// The sources and their timelines.
    Survey,
    /// What S3 does by itself with what the sources' buckets keep.
    Lifecycle,
    /// The objects of a source.
    Objects,
    /// Their timeline of a day or a week before.
    Before,
    /// The versions of a key.
    Versions,
    /// Archived objects, and their restore.
    Restore,
    /// Objects that become files.
    Download,
    /// Rows that become a file.
    Export,
    /// The preview beside the objects.
    Preview,
    /// The records of an object.
    Records,
    /// One record in full.
    Detail,
    /// The parse report of an object.
    Report,
    /// Single fields of the records.
    Fields,
    /// Whose an address is, by Amazon's list.
    AwsRange,
    /// The object of a URI or a hit.
    Head,
    /// What failed.
    Failures,
    /// Whether listing, receipts and index agree.
    Reconcile,
    /// The saving of messages.
    Save,
    /// What failed, found anew.
    Diagnosis,
    /// The object on the workbench.
    Material,
    /// What its definition makes of it.
    Trial,
    /// What the definition makes of more objects.
    Coverage,
    /// Keeping the definition.
    SaveFormat,
    /// What the rules found.
    Alerts,
    /// The queues.
    Queues,
    /// What stands behind the buckets.
    Discovery,
    /// What a search would cost.
    Estimate,
    /// A search.
    Search,
    /// What an earlier session left running.
    Orphans,
    /// Why a search found nothing.
    Why,
    /// The plan of a replay.
    Plan,
    /// A replay that runs.
    Replay,
    /// What a replay that runs is told.
    Steer,
    /// The replays before.
    Replays,
    /// The case.
    Case,
    /// A statement on the SQL screen.
    Statement,
    /// Further rows of it.
    SqlRows,
    /// The tables of a database.
    SqlTables,
    /// The tables that a statement names.
    SqlNamed,
    /// Statements that ran, and queries that are kept.
    SqlList,
    /// A statement for the editor.
    SqlText,
    /// What a statement would read.
    Weight,
    /// The keeping of a query.
    KeepQuery,
    /// Credentials, after nobody gave a code.
    SignIn,
    /// The code itself.
    Code,
}

/// The open questions, and what is to be done.
#[derive(Debug, Default)]
pub(super) struct Desk {
    /// The profile that is asked.
    profile: ProfileId,
    last: u64,
    open: BTreeMap<Topic, Ticket>,
    effects: Vec<Effect>,
}

impl Desk {
    /// A desk whose questions go to the profile at that place.
    pub(super) fn of(profile: ProfileId) -> Self {
        Self { profile, ..Self::default() }
    }

    /// The profile that is asked.
    pub(super) fn profile(&self) -> ProfileId {
        self.profile
    }

    /// Asks; an older question of the same topic is given up.
    pub(super) fn ask(&mut self, topic: Topic, request: Request) -> Ticket {
        self.cancel(topic);
        let ticket = self.ticket_new();
        self.open.insert(topic, ticket);
        self.effects.push(Effect::Ask(ticket, request));
        ticket
    }

    /// Gives up the open question of a topic. Returns whether there was one.
    pub(super) fn cancel(&mut self, topic: Topic) -> bool {
        let open = self.open.remove(&topic);
        if let Some(ticket) = open {
            self.effects.push(Effect::Cancel(ticket));
        }
        open.is_some()
    }

    /// Asks to be woken after a while.
    pub(super) fn wake(&mut self, after: Duration) -> Ticket {
        let ticket = self.ticket_new();
        self.effects.push(Effect::Wake(ticket, after));
        ticket
    }

    /// The ticket of a topic's open question.
    pub(super) fn ticket(&self, topic: Topic) -> Option<Ticket> {
        self.open.get(&topic).copied()
    }

    /// The topic that waits for this ticket; none where the question was given up.
    pub(super) fn topic(&self, ticket: Ticket) -> Option<Topic> {
        self.open.iter().find(|(_, open)| **open == ticket).map(|(topic, _)| *topic)
    }

    /// The open questions.
    pub(super) fn open(&self) -> impl Iterator<Item = (Topic, Ticket)> + '_ {
        self.open.iter().map(|(topic, ticket)| (*topic, *ticket))
    }

    /// Takes note that a question has been answered in full.
    pub(super) fn close(&mut self, topic: Topic) {
        self.open.remove(&topic);
    }

    pub(super) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    fn ticket_new(&mut self) -> Ticket {
        self.last += 1;
        Ticket { profile: self.profile, number: self.last }
    }
}
