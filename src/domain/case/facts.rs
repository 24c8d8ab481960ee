//! What a note says in words, for the screen, for text and for what is exported: one list for all of them. The words
//! hold text from logs as it is; whoever shows them makes them safe.

use jiff::Timestamp;

use super::{FailuresPin, MessagesPin, Note, Pin, QueryPin, RecordPin, ReplayPin, TimelinePin, Witness};
use crate::domain::size::plural;
use crate::domain::{State, TimeRange};

/// One thing that is known: `SHA-256`, `9f86d0…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// Its value.
    pub value: String,
}

#[expect(clippy::needless_pass_by_value, reason = "read as a table at the call")]
fn fact(label: &'static str, value: impl ToString) -> Fact {
    Fact { label, value: value.to_string() }
}

fn maybe(label: &'static str, value: Option<impl ToString>) -> Option<Fact> {
    value.map(|value| fact(label, value))
}

impl Note {
    /// The word for what it holds.
    pub fn kind(&self) -> &'static str {
        self.pin.as_ref().map_or("note", Pin::kind)
    }

    /// One line that tells it.
    pub fn title(&self) -> String {
        match &self.pin {
            None => self.text.clone(),
            Some(pin) => pin.title(),
        }
    }

    /// The stretch of time that it is about; a moment is a stretch of no length.
    pub fn about(&self) -> TimeRange {
        let moment = |moment: Timestamp| TimeRange { start: moment, end: moment };
        match &self.pin {
            Some(Pin::Record(record)) => moment(record.time.unwrap_or(record.witness.arrived)),
            Some(Pin::Object(witness)) => moment(witness.arrived),
            Some(Pin::Query(query)) => query.found_between().unwrap_or(query.range),
            Some(Pin::Timeline(timeline)) => timeline.range,
            Some(Pin::Failures(failures)) => failures.since().unwrap_or_else(|| moment(self.at)),
            Some(Pin::Replay(replay)) => moment(replay.began),
            Some(Pin::Messages(_)) | None => moment(self.at),
        }
    }
}

impl Pin {
    /// Its word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Record(_) => "record",
            Self::Object(_) => "object",
            Self::Query(_) => "query",
            Self::Timeline(_) => "timeline",
            Self::Failures(_) => "failures",
            Self::Replay(_) => "replay",
            Self::Messages(_) => "messages",
        }
    }

    /// One line that tells it.
    pub fn title(&self) -> String {
        match self {
            Self::Record(record) => record.message.clone(),
            Self::Object(witness) => witness.object.to_string(),
            Self::Query(query) => format!("{}: {}", query.value, plural(query.hits.len(), "hit")),
            Self::Timeline(timeline) => timeline.title(),
            Self::Failures(failures) => failures.title(),
            Self::Replay(replay) => format!("{} to {}: {}", replay.id, replay.consumer, replay.sets_told()),
            Self::Messages(saved) => format!("{} in {}", plural(saved.messages, "message"), saved.file),
        }
    }

    /// What is known of it, but for its lists.
    pub fn facts(&self) -> Vec<Fact> {
        match self {
            Self::Record(record) => record.facts(),
            Self::Object(witness) => witness.facts(),
            Self::Query(query) => query.facts(),
            Self::Timeline(timeline) => timeline.facts(),
            Self::Failures(failures) => failures.facts(),
            Self::Replay(replay) => replay.facts(),
            Self::Messages(saved) => saved.facts(),
        }
    }
}

impl Witness {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![fact("object", &self.object)];
        facts.extend(maybe("version", self.object.version.as_ref()));
        facts.push(fact("size", format!("{} bytes", self.size.bytes())));
        facts.push(fact("eTag", &self.etag));
        facts.extend(maybe("SHA-256", self.sha256.as_ref()));
        facts.extend(maybe("no SHA-256", self.unread.as_ref()));
        facts.push(fact("arrived", self.arrived));
        facts.push(fact("storage class", &self.storage_class));
        facts
    }
}

impl RecordPin {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = Vec::new();
        facts.extend(maybe("event time", self.time));
        if self.line > 0 {
            facts.push(fact("line", self.line));
        }
        facts.push(fact("bytes", format!("{}–{}", self.span.start, self.span.end)));
        facts.extend(maybe("not parsed", self.fault.as_ref()));
        facts.extend(maybe("record SHA-256", self.sha256.as_ref()));
        facts.extend(self.witness.facts());
        facts
    }
}

impl QueryPin {
    /// From the first event that was found to the last.
    fn found_between(&self) -> Option<TimeRange> {
        let times = || self.hits.iter().filter_map(|hit| hit.time);
        Some(TimeRange::new(times().min()?, times().max()?))
    }

    /// What it costs at Athena's list price: `$0.0001`.
    fn price(&self) -> String {
        format!("${}.{:06}", self.micro_dollars / 1_000_000, self.micro_dollars % 1_000_000)
    }

    fn facts(&self) -> Vec<Fact> {
        let sources = if self.sources.is_empty() { "all".to_owned() } else { self.sources.join(", ") };
        let mut facts = vec![
            fact("value", &self.value),
            fact("sources", sources),
            fact("from", self.range.start),
            fact("to", self.range.end),
            fact("ended", self.phase.name()),
        ];
        facts.extend(self.ids.iter().map(|id| fact("query id", id)));
        facts.push(fact("scanned", format!("{} bytes", self.scanned.bytes())));
        facts.push(fact("list price", self.price()));
        facts.push(fact("took", format!("{} ms", self.total_ms)));
        let hits = self.hits.len();
        let cut = if hits as u64 >= u64::from(self.limit) { ", as many as were asked for" } else { "" };
        facts.push(fact("hits", format!("{hits}{cut}")));
        facts.extend(maybe("statement", self.sql.as_ref()));
        facts
    }
}

impl TimelinePin {
    fn title(&self) -> String {
        let failed = self.sum(|bin| bin.failed);
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        let objects = plural(self.sum(|bin| bin.objects), "object");
        format!("{} {}: {objects}{failed}", self.source, self.range)
    }

    /// The sum of a count over all bins.
    fn sum(&self, count: impl Fn(&crate::domain::Bin) -> u32) -> u64 {
        self.bins.iter().map(|bin| u64::from(count(bin))).sum()
    }

    fn facts(&self) -> Vec<Fact> {
        let bytes: crate::domain::ByteSize = self.bins.iter().map(|bin| bin.bytes).sum();
        let mut facts = vec![
            fact("source", &self.source),
            fact("from", self.range.start),
            fact("to", self.range.end),
            fact("objects", self.sum(|bin| bin.objects)),
            fact("size", format!("{} bytes", bytes.bytes())),
            fact("failed", self.sum(|bin| bin.failed)),
            fact("parked", self.sum(|bin| bin.parked)),
            fact("late", self.sum(|bin| bin.late)),
        ];
        let gap = |gap: &crate::domain::Gap| fact("gap", format!("{}, {}", gap.range, gap.kind.name()));
        facts.extend(self.gaps.iter().map(gap));
        facts
    }
}

impl FailuresPin {
    fn title(&self) -> String {
        let reason = self.reason.as_deref().unwrap_or("the reason is not known");
        format!("{} {} with {}: {reason}", self.objects.len(), self.state.name(), self.consumer)
    }

    /// From the first that failed to the last.
    fn since(&self) -> Option<TimeRange> {
        let times = || self.objects.iter().filter_map(|failed| failed.since);
        Some(TimeRange::new(times().min()?, times().max()?))
    }

    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![fact("consumer", &self.consumer), fact("state", self.state.name())];
        facts.push(fact("reason", self.reason.as_deref().unwrap_or("not known")));
        facts.push(fact(if self.state == State::Parked { "parked" } else { "objects" }, self.objects.len()));
        let expires = self.objects.iter().filter_map(|failed| failed.expires).min();
        facts.extend(maybe("first destroyed", expires));
        facts
    }
}

impl ReplayPin {
    /// `29 recovered, 8 failed-again`
    fn sets_told(&self) -> String {
        let sets: Vec<String> = self.sets.iter().map(|set| format!("{} {}", set.objects.len(), set.outcome)).collect();
        if sets.is_empty() { "no object".to_owned() } else { sets.join(", ") }
    }

    fn facts(&self) -> Vec<Fact> {
        let end = match (&self.stopped, self.finished) {
            (Some(cause), _) => format!("stopped: {cause}"),
            (None, true) => "finished".to_owned(),
            (None, false) => "not in the journal".to_owned(),
        };
        vec![
            fact("replay", &self.id),
            fact("plan hash", &self.plan),
            fact("confirmed by", &self.who),
            fact("consumer", &self.consumer),
            fact("sent to", &self.destination),
            fact("began", self.began),
            fact("end", end),
            fact("objects", self.sets_told()),
        ]
    }
}

impl MessagesPin {
    fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![fact("file", &self.file), fact("SHA-256", &self.sha256), fact("messages", self.messages)];
        facts.extend(maybe("held by other readers", (self.unseen > 0).then_some(self.unseen)));
        facts
    }
}
