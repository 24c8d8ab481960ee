//! What the workbench asks: the beginning of an object, what a definition makes of it and of others, and keeping it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use futures::{FutureExt as _, StreamExt as _};
use scops_parser::{Definition, Format, Formats, Options, Reader, Value};

use super::{Answers, Shared, blocking};
use crate::app::request::{Closed, Reply, Trouble};
use crate::config::{self, Kept};
use crate::domain::{
    ByteSize, Covered, Material, Object, ObjectId, Origin, Saved, Shown, Slip, TimeRange, Trial, TrialReading,
    TriedRecord,
};
use crate::worker::digest;

/// Stored bytes that a sample is made of.
const FETCHED: ByteSize = ByteSize::kib(256);
/// Bytes and lines of a sample; more does not help to see what a log is like.
const SAMPLE: usize = 64 << 10;
const LINES: usize = 2_000;
/// Bytes of the first line, which may be all of an object.
const LINE: usize = 256 << 10;
/// Stored bytes that are read of each object for coverage.
const COVERED: ByteSize = ByteSize::mib(1);
/// Objects read at the same time for coverage.
const PARALLEL: usize = 4;
/// Objects of a source that a choice is made among.
const LISTED: usize = 20_000;
/// Values of a record that are shown, and characters of each.
const VALUES: usize = 200;
const VALUE: usize = 1_024;

impl Shared {
    /// The first 256 KiB of an object, and a definition: the user's own of the source's name or format, else a proposal.
    pub(super) async fn material(&self, id: ObjectId, answers: &Answers) -> Closed {
        let source = self.profile.source_of(&id.bucket, &id.key).cloned();
        let (object, bytes, is_whole) = self.beginning(&id, FETCHED).await?;
        let known = source.as_ref().map(|source| source.format.clone().unwrap_or_else(|| source.name.clone()));
        let name = known.unwrap_or_else(|| plain_name(id.file_name()));
        let (folder, profile) = (self.own_formats.clone(), Arc::clone(&self.profile));
        let told = object.clone();
        let (sample, definition, origin, is_whole) = blocking(move || {
            let options = Options { partial: !is_whole, size: None, ..digest::options(&told, &profile) };
            let (sample, is_all) = sample(&bytes, options);
            let (definition, origin) = begun(&folder, &name, &sample);
            (sample, definition, origin, is_whole && is_all)
        })
        .await?;
        let source = source.map(|source| source.name);
        let material = Material { object, source, sample: sample.into(), is_whole, definition, origin };
        answers.reply(Reply::Material(Box::new(material)));
        Ok(())
    }

    /// The first stored bytes of an object, and whether they are all.
    async fn beginning(&self, id: &ObjectId, limit: ByteSize) -> Result<(Object, Vec<u8>, bool), Trouble> {
        let body = match self.aws.get(id, Some(0..limit.bytes()), None).await {
            Err(error) if error.kind == crate::aws::Kind::OutOfRange => self.aws.get(id, None, None).await?,
            other => other?,
        };
        let object = Object { id: id.clone(), ..body.object.clone() };
        let (bytes, _) = body.collect(limit).await?;
        let is_whole = bytes.len() as u64 >= object.size.bytes();
        Ok((object, bytes.to_vec(), is_whole))
    }

    /// Runs a definition over more objects of a source; each is told as it is done.
    pub(super) async fn coverage(
        &self,
        definition: &str,
        source: &str,
        range: TimeRange,
        count: usize,
        answers: &Answers,
    ) -> Closed {
        let definition = Definition::parse(definition, "").map_err(|mistakes| mistaken(&mistakes))?;
        let format: Arc<dyn Format> = Arc::new(definition);
        let Some(source) = self.profile.source(source) else { return Ok(()) };
        let known = self.memory.known(&self.state).await;
        let mut found = Vec::new();
        let sink = |rows: Vec<crate::domain::ObjectRow>| {
            found.extend(rows.into_iter().map(|row| row.object));
            found.len() < LISTED
        };
        self.inventory.objects(source, range, &known, sink).boxed().await?;
        let mut covering = futures::stream::iter(chosen(found, count))
            .map(|object| self.cover(object, Arc::clone(&format)).boxed())
            .buffer_unordered(PARALLEL);
        while let Some(covered) = covering.next().await {
            answers.reply(Reply::Covered(Box::new(covered)));
        }
        Ok(())
    }

    async fn cover(&self, object: Object, format: Arc<dyn Format>) -> Covered {
        let nothing = |object: Object, trouble: String| Covered {
            object,
            records: 0,
            faults: 0,
            first_fault: None,
            is_partial: false,
            trouble: Some(trouble),
        };
        let (object, bytes, is_whole) = match self.beginning(&object.id, COVERED).await {
            Ok(begun) => begun,
            Err(trouble) => return nothing(object, trouble.cause),
        };
        let options = digest::options(&object, &self.profile);
        let options = Options { format: Some(format), partial: !is_whole, size: None, ..options };
        let told = object.clone();
        let work = move || {
            let mut reader = Reader::new(&bytes[..], options);
            let mut first_fault = None;
            while let Some(record) = reader.next_record() {
                if let (Err(fault), None) = (&record.outcome, &first_fault) {
                    first_fault = Some((record.line, Shown::new(&fault.reason).to_string()));
                }
            }
            let (records, faults) = (reader.report().records, reader.report().faults);
            Covered { object: told, records, faults, first_fault, is_partial: !is_whole, trouble: None }
        };
        blocking(work).await.unwrap_or_else(|trouble| nothing(object, trouble.cause))
    }

    /// Keeps a definition in the user's folder, and uses it from now on.
    pub(super) async fn save_format(&self, text: String, replaces: bool, answers: &Answers) -> Closed {
        let definition = Definition::parse(&text, "").map_err(|mistakes| mistaken(&mistakes))?;
        let (folder, name) = (self.own_formats.clone(), definition.name().to_owned());
        if name.starts_with('.') {
            return Err(Trouble {
                what: "nothing was saved".into(),
                cause: format!("the name \"{name}\" begins with a dot, and so would its file"),
                hint: Some("begin the name with a letter".into()),
            });
        }
        let kept = {
            let (folder, name) = (folder.clone(), name.clone());
            blocking(move || config::save_format(&folder, &name, &text, replaces)).await?
        };
        match kept {
            Ok(Kept::In(path, former)) => {
                self.profile.formats.add(Arc::new(definition));
                // What is read on was begun without it.
                self.readers.lock().await.clear();
                let hides_shipped = Formats::built_in().get(&name).is_some();
                answers.reply(Reply::FormatSaved(Box::new(Saved { name, path, former, hides_shipped })));
                Ok(())
            }
            Ok(Kept::Exists(path)) => {
                answers.reply(Reply::Exists(path));
                Ok(())
            }
            Err(error) => Err(Trouble {
                what: format!("cannot save {name} in {}", folder.display()),
                cause: error.to_string(),
                hint: Some("nothing was changed; the definition is still on the workbench".into()),
            }),
        }
    }
}

fn mistaken(mistakes: &[scops_parser::Mistake]) -> Trouble {
    let first = mistakes.first().map_or(String::new(), |first| format!("line {}: {}", first.line, first.cause));
    Trouble { what: "the definition has mistakes".into(), cause: first, hint: None }
}

/// A definition to start from: the user's own of that name, else the shipped one, else a proposal. A proposal never has
/// the name of a format that is compiled in, whose place it would take by accident.
fn begun(folder: &Path, name: &str, sample: &[u8]) -> (String, Origin) {
    if let Some((path, text)) = config::own_format(folder, name) {
        return (text, Origin::Own(path));
    }
    if let Some(text) = Definition::shipped(name) {
        return (text.to_owned(), Origin::Shipped);
    }
    let is_taken = Formats::built_in().get(name).is_some();
    let name = if is_taken { format!("{name}-own") } else { name.to_owned() };
    if let Some((path, text)) = config::own_format(folder, &name) {
        return (text, Origin::Own(path));
    }
    match scops_parser::propose(sample, &name) {
        Ok(text) => (text, Origin::Proposed),
        Err(reason) => (frame(&name, sample), Origin::Blank(reason)),
    }
}

/// Lines of text from stored bytes, and whether they are all: what compresses them is undone, and nothing else is.
fn sample(bytes: &[u8], options: Options) -> (Vec<u8>, bool) {
    let options = Options { format: scops_parser::format("text"), ..options };
    let mut reader = Reader::new(bytes, options);
    let mut sample = Vec::new();
    let mut lines = 0;
    while let Some(record) = reader.next_record() {
        // A line is cut only where it is the first: a definition needs to see something.
        let limit = if lines == 0 { LINE } else { SAMPLE };
        let room = limit.saturating_sub(sample.len() + 1);
        let is_over = record.raw.len() > room;
        if record.outcome.is_err() || lines == LINES || (is_over && lines > 0) {
            return (sample, false);
        }
        sample.extend_from_slice(&record.raw[..record.raw.len().min(room)]);
        sample.push(b'\n');
        lines += 1;
        if is_over {
            return (sample, false);
        }
    }
    (sample, true)
}

/// A definition to fill in: it takes every line as it is.
fn frame(name: &str, sample: &[u8]) -> String {
    let first = sample.split(|byte| *byte == b'\n').map(String::from_utf8_lossy).find(|line| !line.trim().is_empty());
    let line: String = first.unwrap_or_default().chars().filter(|letter| !letter.is_control()).take(400).collect();
    let line = line.replace('\\', "\\\\").replace('"', "\\\"");
    let line = if line.is_empty() { "x" } else { &line };
    format!(
        "# docs/formats-as-data.md tells what may stand here.\nname = \"{}\"\n\n[[line]]\nregex = '(?<message>.*)'\n\n[[sample]]\nline = \"{line}\"\n",
        plain_name(name)
    )
}

/// A name as definitions have them, after that of a file.
fn plain_name(text: &str) -> String {
    let stem = text.split('.').next().unwrap_or_default();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(plain).take(40).collect();
    if name.trim_matches('_').is_empty() { "new".to_owned() } else { name }
}

/// The objects to look at: half of them the newest, the others spread over the rest.
fn chosen(mut objects: Vec<Object>, count: usize) -> Vec<Object> {
    objects.sort_by(|a, b| (b.arrived, &b.id.key).cmp(&(a.arrived, &a.id.key)));
    if objects.len() <= count {
        return objects;
    }
    let rest = objects.split_off(count.div_ceil(2));
    let spread = count - objects.len();
    objects.extend((0..spread).map(|index| rest[index * rest.len() / spread.max(1)].clone()));
    objects
}

/// What a definition makes of a sample.
pub(super) fn trial(text: &str, object: &Object, sample: &[u8], is_whole: bool, formats: &Formats) -> Trial {
    let definition = match Definition::parse(text, "") {
        Ok(definition) => definition,
        Err(mistakes) => {
            let slips = mistakes.into_iter().map(|mistake| Slip {
                line: mistake.line,
                column: mistake.column,
                what: mistake.cause,
                hint: mistake.cure,
            });
            return Trial { slips: slips.collect(), reading: None };
        }
    };
    let format: Arc<dyn Format> = Arc::new(definition.clone());
    let formats = formats.with(Arc::clone(&format));
    // The sample is inflated already, so what compressed the object says nothing about it.
    let arrived = (object.arrived != jiff::Timestamp::UNIX_EPOCH).then_some(object.arrived);
    let options =
        Options { key: Some(object.id.key.clone()), formats, partial: !is_whole, arrived, ..Options::default() };
    let mut alone = Reader::new(sample, options.clone());
    let recognised = alone.detection().format.as_ref().map(|format| format.name().to_owned());
    let mut reader = Reader::new(sample, Options { format: Some(format), ..options });
    let mut records = Vec::new();
    while records.len() < LINES
        && let Some(record) = reader.next_record()
    {
        let from = usize::try_from(record.line.saturating_sub(1)).unwrap_or(usize::MAX);
        let height = memchr::memchr_iter(b'\n', record.raw.trim_ascii_end()).count() + 1;
        let span = Range { start: record.span.start as usize, end: record.span.end as usize };
        let (fault, time, fields, ecs) = match &record.outcome {
            Ok(event) => {
                let time = event.time.map(|time| time.at.to_string());
                (None, time, flat(&event.fields), flat(&event.ecs()))
            }
            Err(fault) => {
                let why = definition.misfit(record.raw).unwrap_or_else(|| fault.reason.clone());
                (Some(Shown::new(why).to_string()), None, Vec::new(), Vec::new())
            }
        };
        records.push(TriedRecord { lines: from..from.saturating_add(height), span, fault, time, fields, ecs });
    }
    let reading = TrialReading { name: definition.name().to_owned(), records, recognised };
    Trial { slips: Vec::new(), reading: Some(reading) }
}

/// The values of a record by their dotted paths, cut and made safe to show.
fn flat(value: &Value<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

fn walk(value: &Value<'_>, path: &str, found: &mut Vec<(String, String)>) {
    if found.len() >= VALUES {
        return;
    }
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (key, value) in fields {
                let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                walk(value, &path, found);
            }
        }
        value => {
            let text = match value {
                Value::String(text) => text.to_string(),
                other => other.to_json(),
            };
            let end = text.floor_char_boundary(VALUE);
            found.push((Shown::new(path).to_string(), Shown::new(&text[..end]).to_string()));
        }
    }
}

#[cfg(test)]
mod tests;
