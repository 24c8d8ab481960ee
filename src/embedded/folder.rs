//! A folder of log files as a bucket to investigate. Its files are read where they lie, and never written.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use scops_lab::{Lab, LabOptions};
use scops_parser::{Formats, Options, Reader};

use super::{Embedded, Running, build, connection, settings, write_config};
use crate::aws::Aws;
use crate::config::{self, SourceTable};
use crate::domain::{Layout, ObjectRow, TimeRange};
use crate::worker::WorkerOptions;

/// Files taken from one folder at most; what is above is told, not dropped in silence.
pub const FILE_LIMIT: usize = 200_000;

/// Folders below each other that are walked down.
const DEPTH_LIMIT: usize = 32;

/// Files of a group whose content is looked at to tell its format.
const SAMPLES: usize = 12;

/// Records of such a file whose event times are looked at.
const SAMPLE_RECORDS: usize = 100;

/// Where the files beside the folders go, so that one prefix is theirs alone.
const TOP: &str = "(top)/";

/// What was found in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Files that became objects.
    pub files: usize,
    /// What could not be read, with the cause.
    pub unreadable: Vec<String>,
    /// From the oldest to the newest file.
    pub range: Option<TimeRange>,
}

/// Starts a platform in `state` whose bucket holds the files of `folder`.
pub async fn start(folder: &Path, state: PathBuf, formats: Formats) -> anyhow::Result<(Embedded, Found)> {
    let lab = Lab::start(LabOptions::new(&state)).await?;
    let aws = Aws::new(connection(&lab));
    let bucket = bucket_name(folder);
    let (files, mut unreadable) = walk(folder);
    let files = keys(files);
    let groups = group(&files);
    let (sources, events): (Vec<_>, Vec<_>) =
        groups.iter().map(|(prefix, keys)| recognise(&bucket, prefix, keys, folder, &formats)).unzip();
    let told: BTreeMap<&str, Option<TimeRange>> = groups
        .values()
        .zip(&sources)
        .flat_map(|(keys, source)| keys.iter().map(|key| (*key, source.layout.time_of(key))))
        .collect();
    let mut range = Span::default();
    events.into_iter().flatten().for_each(|moment| range.add(moment));
    let config = build::build(&aws, &lab, "folder", &bucket, sources).await?;
    let config = config::File { formats, ..config };
    write_config(&state, &config)?;
    let settings = settings(&config)?;
    build::create_index(&aws, &settings.profile).await?;
    let mut found = Found { files: 0, unreadable: Vec::new(), range: None };
    for key in &files {
        match lab.store().link(&bucket, key, &path(folder, key)) {
            Ok(stored) => {
                found.files += 1;
                // Objects stand at the time that their key tells, which may be years before they were copied here.
                let told = told.get(key.as_str()).copied().flatten();
                range.add(ObjectRow::moment(stored.arrived, told).unwrap_or(stored.arrived));
            }
            Err(error) => unreadable.push(format!("{key}: {error}")),
        }
    }
    found.unreadable = unreadable;
    found.range = range.0;
    let worker = Running::start(&aws, &settings, WorkerOptions::retrying_at_once());
    Ok((Embedded { settings, lab, worker }, found))
}

/// From the first to the last of some moments.
#[derive(Debug, Default, Clone, Copy)]
struct Span(Option<TimeRange>);

impl Span {
    /// Takes a moment in, where a log may be of it: a broken clock or a hostile record must not stretch the timeline.
    fn add(&mut self, moment: Timestamp) {
        let year = TimeZone::UTC.to_datetime(moment).year();
        if year < 2000 || moment > Timestamp::now() + SignedDuration::from_hours(24) {
            return;
        }
        let after = moment + SignedDuration::from_secs(1);
        let range = self.0.unwrap_or(TimeRange { start: moment, end: after });
        self.0 = Some(TimeRange { start: range.start.min(moment), end: range.end.max(after) });
    }
}

/// A bucket name after the folder's, by S3's rules: 3 to 63 of `a-z 0-9 -`.
fn bucket_name(folder: &Path) -> String {
    let name = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = name.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let clean: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(50).collect();
    let clean = clean.trim_matches('-');
    if clean.len() < 3 { "folder".into() } else { clean.to_owned() }
}

/// The files below a folder as keys, sorted, and what could not be read. Links are not followed.
fn walk(folder: &Path) -> (Vec<String>, Vec<String>) {
    let mut keys = Vec::new();
    let mut unreadable = Vec::new();
    for entry in walkdir::WalkDir::new(folder).max_depth(DEPTH_LIMIT).sort_by_file_name() {
        match entry {
            Ok(entry) if entry.file_type().is_file() => {
                if keys.len() == FILE_LIMIT {
                    unreadable.push(format!("more than {FILE_LIMIT} files; the rest is left out"));
                    break;
                }
                match entry.path().strip_prefix(folder).ok().and_then(Path::to_str) {
                    Some(key) => keys.push(key.to_owned()),
                    None => unreadable.push(format!("{}: the name is not UTF-8", entry.path().display())),
                }
            }
            Ok(_) => {}
            Err(error) => unreadable.push(error.to_string()),
        }
    }
    (keys, unreadable)
}

/// Relative paths as keys: those of files beside folders lie below [`TOP`].
fn keys(mut files: Vec<String>) -> Vec<String> {
    if files.iter().any(|file| file.contains('/')) {
        for file in files.iter_mut().filter(|file| !file.contains('/')) {
            file.insert_str(0, TOP);
        }
    }
    files
}

/// The file behind a key.
fn path(folder: &Path, key: &str) -> PathBuf {
    folder.join(key.strip_prefix(TOP).unwrap_or(key))
}

/// Keys by the place that tells their kind: AWS's own layout where there is one, else the top folder.
fn group(keys: &[String]) -> BTreeMap<String, Vec<&str>> {
    let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for key in keys {
        let template = Layout::known(key).map_or_else(
            || key.split_once('/').map_or_else(String::new, |(top, _)| format!("{top}/")),
            |(template, _)| template,
        );
        groups.entry(template).or_default().push(key);
    }
    groups
}

/// A source for a group of keys, and event times of a few of its files whose keys tell none. Its format is named where
/// all of those files have it; otherwise the content of each tells.
fn recognise(
    bucket: &str,
    template: &str,
    keys: &[&str],
    folder: &Path,
    formats: &Formats,
) -> (SourceTable, Vec<Timestamp>) {
    let step = (keys.len() / SAMPLES).max(1);
    let known = keys.first().and_then(|key| Layout::known(key));
    let layout = known.as_ref().and_then(|_| template.parse().ok()).unwrap_or_else(|| Layout::literal(template));
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    let mut events = Vec::new();
    for key in keys.iter().step_by(step) {
        let Ok(file) = File::open(path(folder, key)) else { continue };
        let options =
            Options { key: Some((*key).to_owned()), formats: formats.clone(), partial: true, ..Options::default() };
        let mut reader = Reader::new(file, options);
        let detection = reader.detection();
        if detection.is_structured()
            && let Some(format) = &detection.format
        {
            *votes.entry(format.name().to_owned()).or_default() += 1;
        }
        if layout.time_of(key).is_some() {
            continue;
        }
        for _ in 0..SAMPLE_RECORDS {
            let Some(record) = reader.next_record() else { break };
            events.extend(record.outcome.ok().and_then(|event| event.time.map(|time| time.at)));
        }
    }
    let total = keys.iter().step_by(step).count();
    let format = votes.into_iter().find(|(_, count)| *count == total).map(|(format, _)| format);
    let name = known.as_ref().map_or_else(|| template.trim_end_matches('/').to_owned(), |(_, name)| (*name).to_owned());
    let source = SourceTable {
        name: if name.is_empty() || template == TOP { "files".into() } else { name },
        bucket: bucket.to_owned(),
        layout,
        format,
        late_after: SignedDuration::from_mins(5),
        accept: None,
        maintenance: Vec::new(),
        table: None,
        partitions: BTreeMap::new(),
    };
    (source, events)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_name_becomes_a_bucket_name() {
        assert_eq!(bucket_name(Path::new("/nowhere/My Logs (2026)")), "my-logs--2026");
        assert_eq!(bucket_name(Path::new("/nowhere/é")), "folder");
    }

    fn vec_of(files: &[&str]) -> Vec<String> {
        files.iter().map(|file| (*file).to_owned()).collect()
    }

    #[test]
    fn a_format_is_named_only_where_all_files_have_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let flow = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
                    action log-status\n2 123456789012 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 1700000000 1700000060 \
                    ACCEPT OK\n";
        std::fs::write(folder.path().join("flow.log"), flow).expect("written");
        let recognised = |keys: &[&str]| recognise("logs", "", keys, folder.path(), &Formats::default());
        let (source, events) = recognised(&["flow.log"]);
        assert_eq!(source.format.as_deref(), Some("vpcflow"));
        assert_eq!(events.first().map(|event| event.as_second()), Some(1_700_000_060));
        std::fs::write(folder.path().join("a.json"), "{\"a\":1}\n{\"a\":2}\n").expect("written");
        std::fs::write(folder.path().join("b.json"), "{\"a\":1}\n{\"a\":2}\n").expect("written");
        let (source, _) = recognised(&["a.json", "b.json", "flow.log"]);
        assert_eq!(source.format, None, "the content of each tells");
    }

    #[test]
    fn a_broken_clock_does_not_stretch_the_range() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a timestamp") };
        let mut span = Span::default();
        for moment in ["1970-01-01T00:00:00Z", "2023-07-10T11:45:00Z", "2023-07-10T12:15:00Z", "9999-01-01T00:00:00Z"] {
            span.add(at(moment));
        }
        let range = TimeRange { start: at("2023-07-10T11:45:00Z"), end: at("2023-07-10T12:15:01Z") };
        assert_eq!(span.0, Some(range));
    }

    #[test]
    fn files_of_a_flat_folder_keep_their_names() {
        assert_eq!(keys(vec_of(&["a.log"])), ["a.log"]);
        assert_eq!(path(Path::new("/logs"), &keys(vec_of(&["a.log", "b/c.log"]))[0]), Path::new("/logs/a.log"));
    }

    #[test]
    fn keys_group_by_layout_then_by_top_folder() {
        let keys = keys(vec_of(&[
            "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/a.json.gz",
            "app/one.log",
            "app/two/three.log",
            "root.log",
        ]));
        let groups = group(&keys);
        let templates: Vec<_> = groups.keys().map(String::as_str).collect();
        assert_eq!(templates, [TOP, "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", "app/"]);
        assert_eq!(groups["app/"].len(), 2);
    }
}
