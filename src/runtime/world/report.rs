//! Reads an object through and tells what came of it, as it goes.

use std::io::Read;

use jiff::{SignedDuration, Timestamp};
use scops_parser::{Event, Reader, Record};

use super::{Answers, Shared};
use crate::app::request::{Closed, Reply, Trouble};
use crate::domain::report::Entry;
use crate::domain::{ByteSize, Object, ParseReport, Seek};
use crate::worker::digest;
use crate::worker::stream::{self, Broken};

/// Inflated bytes after which it is told how far the reading is.
const STEP: u64 = 16 << 20;
/// Reasons that are told.
const REASONS: usize = 8;

impl Shared {
    /// Reads an object through.
    pub(super) async fn report(&self, object: &Object, answers: &Answers) -> Closed {
        let options = digest::options(object, &self.profile);
        let body =
            self.aws.get(&object.id, None, Some(&object.etag).filter(|etag| !etag.is_empty()).map(String::as_str));
        let body = body.await?;
        let object = Object { id: object.id.clone(), ..body.object.clone() };
        let id = object.id.clone();
        let tell = {
            let answers = answers.clone();
            move |report| answers.reply(Reply::Report(Box::new(report)))
        };
        let work = move |input| read(Reader::new(input, options), &object, &tell);
        match stream::read(body, work).await {
            Ok(report) => {
                answers.reply(Reply::Report(Box::new(report)));
                Ok(())
            }
            Err(Broken::Transfer(error)) => Err(error.into()),
            Err(Broken::Work) => Err(Trouble {
                what: format!("cannot read {id}"),
                cause: "the parser gave up on it, which is a fault of the parser".into(),
                hint: None,
            }),
        }
    }
}

/// What was counted beside the parser's own report.
#[derive(Default)]
struct Counts {
    doubled: u64,
    latest: Option<Timestamp>,
    behind: (u64, SignedDuration),
    entries: Vec<Entry>,
}

impl Counts {
    fn add(&mut self, record: &Record<'_>) {
        let (why, is_bad) = match &record.outcome {
            Ok(event) => (self.odd(event), false),
            Err(fault) => (Some(format!("{} (byte {})", fault.reason, fault.offset)), true),
        };
        if let Some(why) = why
            && self.entries.len() < ParseReport::ENTRIES
        {
            let place = Seek { start: record.span.start, line: record.line };
            self.entries.push(Entry { place, why, is_bad });
        }
    }

    /// What is odd about a good record.
    fn odd(&mut self, event: &Event<'_>) -> Option<String> {
        if let Some(time) = event.time.map(|time| time.at) {
            if let Some(latest) = self.latest.filter(|latest| time < *latest) {
                let by = latest.duration_since(time);
                self.behind = (self.behind.0 + 1, self.behind.1.max(by));
            }
            self.latest = self.latest.max(Some(time));
        }
        self.doubled += u64::from(event.duplicate_keys > 0);
        match (event.duplicate_keys, event.time) {
            (0, Some(_)) => None,
            (0, None) => Some("it tells no time".into()),
            (1, _) => Some("a key stands twice in it".into()),
            (keys, _) => Some(format!("{keys} keys stand twice in it")),
        }
    }
}

fn read<R: Read>(mut reader: Reader<R>, object: &Object, tell: &dyn Fn(ParseReport)) -> ParseReport {
    let mut counts = Counts::default();
    let mut told = 0;
    while let Some(record) = reader.next_record() {
        counts.add(&record);
        if reader.report().bytes >= told + STEP {
            told = reader.report().bytes;
            tell(report(&mut reader, object, &counts, false));
        }
    }
    report(&mut reader, object, &counts, true)
}

fn report<R: Read>(reader: &mut Reader<R>, object: &Object, counts: &Counts, is_end: bool) -> ParseReport {
    let detection = reader.detection();
    let (format, reason) = (detection.format.as_ref().map(|format| format.name().to_owned()), detection.reason.clone());
    let read = reader.report();
    ParseReport {
        object: object.clone(),
        stored: ByteSize(read.stored),
        inflated: ByteSize(read.bytes),
        covered: (read.coverage() * 10.0) as u32,
        compression: read.compression(),
        members: read.members,
        encoding: read.encoding.name().to_owned(),
        format,
        detection: reason,
        records: read.records,
        faults: read.faults,
        untimed: read.untimed,
        doubled: counts.doubled,
        times: read.first_time.zip(read.last_time),
        behind: counts.behind,
        damage: read.damage.as_ref().map(|damage| format!("{} (at byte {})", damage.reason, damage.offset)),
        reasons: read.groups.iter().take(REASONS).map(|group| (group.reason.clone(), group.count)).collect(),
        entries: counts.entries.clone(),
        is_end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ObjectId;
    use scops_parser::Options;

    fn of(text: &str) -> ParseReport {
        let size = ByteSize(text.len() as u64);
        let (etag, storage_class) = ("e".to_owned(), "STANDARD".to_owned());
        let id = ObjectId::new("logs", "app.json");
        let object = Object { id, size, etag, storage_class, arrived: Timestamp::UNIX_EPOCH };
        read(Reader::new(text.as_bytes(), Options::default()), &object, &|_| {})
    }

    #[test]
    fn what_is_bad_and_what_is_odd_has_its_place() {
        let text = "{\"time\":\"2026-11-23T01:00:05Z\",\"message\":\"a\"}\n{\"time\":\"2026-11-23T01:00:00Z\",\"message\":\"b\"}\n{\"message\":\"c\"}\n{\"message\":\n{\"time\":\"2026-11-23T01:00:07Z\",\"message\":\"d\",\"message\":\"e\"}\n";
        let report = of(text);
        assert_eq!((report.records, report.faults, report.untimed, report.doubled), (4, 1, 1, 1));
        assert_eq!(report.behind, (1, SignedDuration::from_secs(5)));
        let told: Vec<_> =
            report.entries.iter().map(|entry| (entry.place.line, entry.is_bad, entry.why.as_str())).collect();
        assert_eq!(told[0], (3, false, "it tells no time"));
        assert_eq!((told[1].0, told[1].1), (4, true));
        assert_eq!(told[2], (5, false, "a key stands twice in it"));
        assert_eq!(report.entries[0].place.start, text.find("{\"message\":\"c\"}").expect("there") as u64);
        assert!(report.is_end && report.compression == "plain" && report.flagged() == 3);
    }

    #[test]
    fn no_more_entries_are_kept_than_a_screen_can_use() {
        let report = of(&"{\"message\":\"no time\"}\n".repeat(1_500));
        assert_eq!((report.entries.len(), report.untimed), (ParseReport::ENTRIES, 1_500));
    }
}
