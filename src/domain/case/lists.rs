//! The lists that a pin holds, as tables: one definition for the screen, text, Markdown and the page.

use super::{FailuresPin, Pin, QueryPin, ReplayPin, TimelinePin};

/// A list of a pin. Its cells hold text from logs as it is; whoever shows them makes them safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it lists: `fields`, `hits`, `recovered`.
    pub title: String,
    /// The names of its columns.
    pub head: Vec<&'static str>,
    /// Its rows; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// What the rows do not hold, where they do not hold all.
    pub left_out: Option<String>,
}

impl List {
    fn new(title: impl Into<String>, head: &[&'static str], rows: impl Iterator<Item = Vec<String>>) -> Self {
        Self { title: title.into(), head: head.to_vec(), rows: rows.collect(), left_out: None }
    }
}

impl Pin {
    /// Its lists, those without a row left out.
    pub fn lists(&self) -> Vec<List> {
        let lists = match self {
            Self::Record(record) => {
                let rows = record.fields.iter().map(|field| vec![field.path.clone(), field.value.clone()]);
                let mut list = List::new("fields", &["field", "value"], rows);
                let further = record.fields_left_out;
                list.left_out = (further > 0).then(|| format!("{further} further fields are in the object"));
                vec![list]
            }
            Self::Query(query) => vec![query.hits()],
            Self::Timeline(timeline) => vec![timeline.list()],
            Self::Failures(failures) => vec![failures.list()],
            Self::Replay(replay) => replay.lists(),
            Self::Object(_) | Self::Messages(_) => Vec::new(),
        };
        lists.into_iter().filter(|list| !list.rows.is_empty()).collect()
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

impl QueryPin {
    fn hits(&self) -> List {
        let rows = self.hits.iter().map(|hit| {
            let place = [text(hit.time), hit.source.clone(), hit.object.to_string(), text(hit.object.version.as_ref())];
            let record = [hit.line.to_string(), hit.fields.join(", "), hit.message.clone()];
            place.into_iter().chain(record).collect()
        });
        List::new("hits", &["time", "source", "object", "version", "line", "found in", "record"], rows)
    }
}

impl TimelinePin {
    fn list(&self) -> List {
        let rows = self.range.bins(self.bins.len()).zip(&self.bins).map(|(stretch, bin)| {
            let counts = [bin.objects, bin.failed, bin.parked, bin.late].map(|count| count.to_string());
            [stretch.start.to_string()].into_iter().chain(counts).chain([bin.bytes.bytes().to_string()]).collect()
        });
        List::new("bins", &["from", "objects", "failed", "parked", "late", "bytes"], rows)
    }
}

impl FailuresPin {
    fn list(&self) -> List {
        let rows = self.objects.iter().map(|failed| {
            vec![
                text(failed.object.as_ref()),
                text(failed.object.as_ref().and_then(|object| object.version.as_ref())),
                text(failed.since),
                text(failed.expires),
                failed.found_by.clone(),
                text(failed.message.as_ref()),
                text(failed.body_sha256.as_ref()),
                text(failed.reason.as_ref()),
                text(failed.reason_from.map(crate::domain::ReasonOrigin::name)),
            ]
        });
        let head = [
            "object",
            "version",
            "since",
            "destroyed",
            "found by",
            "message",
            "body SHA-256",
            "reason",
            "according to",
        ];
        List::new("objects", &head, rows)
    }
}

impl ReplayPin {
    fn lists(&self) -> Vec<List> {
        let list = |set: &super::ReplaySet| {
            let rows = set.objects.iter().map(|replayed| {
                let object = &replayed.object;
                vec![
                    object.to_string(),
                    text(object.version.as_ref()),
                    replayed.etag.clone(),
                    text(replayed.reason.as_ref()),
                ]
            });
            List::new(&set.outcome, &["object", "version", "eTag", "reason"], rows)
        };
        self.sets.iter().map(list).collect()
    }
}
