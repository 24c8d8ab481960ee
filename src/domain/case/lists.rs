//! The lists that a pin holds, as tables: one definition for the screen, text, Markdown and the page.

use super::{FailuresPin, Pin, QueryPin, ReplayPin, TimelinePin};

/// A list of a pin. Its cells hold text from logs as it is; whoever shows them makes them safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// What it lists: `fields`, `hits`, `recovered`.
    pub title: String,
    /// The names of its columns.
    pub head: Vec<&'static str>,
    /// Its rows, the first of all; each has as many cells as there are columns.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are in all.
    pub total: usize,
    /// What the pin itself does not hold, where it does not hold all.
    pub left_out: Option<String>,
}

impl List {
    /// The first `limit` of `rows`.
    fn new(
        title: impl Into<String>,
        head: &[&'static str],
        rows: impl ExactSizeIterator<Item = Vec<String>>,
        limit: usize,
    ) -> Self {
        let total = rows.len();
        Self { title: title.into(), head: head.to_vec(), rows: rows.take(limit).collect(), total, left_out: None }
    }

    /// How many rows are not among those that it has.
    pub fn further(&self) -> usize {
        self.total - self.rows.len()
    }
}

impl Pin {
    /// Its lists, each with `limit` rows at most; those without a row left out.
    pub fn lists(&self, limit: usize) -> Vec<List> {
        let lists = match self {
            Self::Record(record) => {
                let rows = record.fields.iter().map(|field| vec![field.path.clone(), field.value.clone()]);
                let mut list = List::new("fields", &["field", "value"], rows, limit);
                let further = record.fields_left_out;
                list.left_out = (further > 0).then(|| format!("{further} further fields are in the object"));
                vec![list]
            }
            Self::Query(query) => vec![query.hits(limit)],
            Self::Timeline(timeline) => vec![timeline.list(limit)],
            Self::Failures(failures) => vec![failures.list(limit)],
            Self::Replay(replay) => replay.lists(limit),
            Self::Object(_) | Self::Messages(_) => Vec::new(),
        };
        lists.into_iter().filter(|list| !list.rows.is_empty()).collect()
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

impl QueryPin {
    fn hits(&self, limit: usize) -> List {
        let rows = self.hits.iter().map(|hit| {
            let place = [text(hit.time), hit.source.clone(), hit.object.to_string(), text(hit.object.version.as_ref())];
            let record = [hit.line.to_string(), hit.fields.join(", "), hit.message.clone()];
            place.into_iter().chain(record).collect()
        });
        List::new("hits", &["time", "source", "object", "version", "line", "found in", "record"], rows, limit)
    }
}

impl TimelinePin {
    fn list(&self, limit: usize) -> List {
        let stretches: Vec<_> = self.range.bins(self.bins.len()).collect();
        let rows = self.bins.iter().zip(stretches).map(|(bin, stretch)| {
            let counts = [bin.objects, bin.failed, bin.parked, bin.late].map(|count| count.to_string());
            [stretch.start.to_string()].into_iter().chain(counts).chain([bin.bytes.bytes().to_string()]).collect()
        });
        List::new("bins", &["from", "objects", "failed", "parked", "late", "bytes"], rows, limit)
    }
}

impl FailuresPin {
    fn list(&self, limit: usize) -> List {
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
        List::new("objects", &head, rows, limit)
    }
}

impl ReplayPin {
    fn lists(&self, limit: usize) -> Vec<List> {
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
            List::new(&set.outcome, &["object", "version", "eTag", "reason"], rows, limit)
        };
        self.sets.iter().map(list).collect()
    }
}
