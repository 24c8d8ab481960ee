//! The files of the corpus, and their records.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use scops_parser::{Options, Reader, Report, Shape};
use serde_json::Value as Json;

/// The folder of real logs.
pub struct Corpus(PathBuf);

impl Corpus {
    /// The folder, or nothing and a word about it.
    pub fn find() -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
        let folder = std::env::var_os("SCOPS_CORPUS").map_or(beside, PathBuf::from);
        if folder.join("MANIFEST.tsv").is_file() {
            return Some(Corpus(folder));
        }
        let missing = format!("no corpus at {} (set SCOPS_CORPUS)", folder.display());
        assert!(std::env::var_os("SCOPS_REQUIRE_CORPUS").is_none(), "{missing}");
        println!("skipped: {missing}");
        None
    }

    /// The logs of one folder, without expected outputs, in order.
    pub fn files(&self, folder: &str) -> Vec<LogFile> {
        let mut files = Vec::new();
        collect(&self.0.join(folder), &mut files);
        files.sort();
        let is_log = |file: &LogFile| !file.name().contains(".expected.") && !file.name().contains(".cases.");
        files.into_iter().map(LogFile).filter(is_log).collect()
    }

    /// The names of its folders, in order.
    pub fn folders(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap());
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The logs that the manifest lists, with its number of lines; binary ones have none and are left out, as are
    /// those that are broken on purpose.
    pub fn manifest(&self) -> Vec<(LogFile, usize)> {
        let text = std::fs::read_to_string(self.0.join("MANIFEST.tsv")).unwrap();
        let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
        rows.filter(|row| row[10] == "data" && row[0] != "nasty")
            .filter_map(|row| Some((LogFile(self.0.join(row[0]).join(row[1])), row[3].parse().ok()?)))
            .collect()
    }

    /// One file of a folder.
    pub fn file(&self, folder: &str, name: &str) -> LogFile {
        LogFile(self.0.join(folder).join(name))
    }

    /// Every file.
    pub fn all(&self) -> Vec<LogFile> {
        let mut files = Vec::new();
        collect(&self.0, &mut files);
        files.into_iter().map(LogFile).collect()
    }

    /// A JSON file by its path in the corpus.
    pub fn json(&self, path: &str) -> Json {
        serde_json::from_reader(File::open(self.0.join(path)).unwrap()).unwrap()
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

/// One log.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct LogFile(PathBuf);

impl LogFile {
    pub fn name(&self) -> &str {
        self.0.file_name().and_then(|name| name.to_str()).unwrap()
    }

    pub fn open(&self) -> File {
        File::open(&self.0).unwrap()
    }

    /// The expected ECS documents beside it; null for a line that its pipeline drops.
    pub fn expected(&self) -> Option<Vec<Json>> {
        let path = self.0.with_file_name(format!("{}.expected.json", self.name()));
        match serde_json::from_reader(File::open(path).ok()?).unwrap() {
            Json::Array(list) => Some(list),
            // Other shapes than a list of documents are read by tests of their own.
            Json::Object(mut fields) => match fields.get_mut("expected")?.take() {
                Json::Array(list) => Some(list),
                _ => None,
            },
            _ => None,
        }
    }

    /// Its content, inflated by another path than the reader's.
    pub fn inflated(&self) -> Vec<u8> {
        let bytes = std::fs::read(&self.0).unwrap();
        if !bytes.starts_with(&[0x1f, 0x8b]) {
            return bytes;
        }
        let mut content = Vec::new();
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut content).unwrap();
        content
    }
}

impl fmt::Display for LogFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.display())
    }
}

/// What the reader made of an object.
pub struct Object {
    pub format: String,
    pub shape: Option<Shape>,
    pub events: Vec<Event>,
    pub report: Report,
}

/// One good record.
pub struct Event {
    pub offset: u64,
    pub raw: String,
    pub fields: Json,
    pub ecs: Json,
}

pub fn read(file: &LogFile) -> Object {
    read_bytes(&std::fs::read(&file.0).unwrap(), Some(file.name()))
}

/// As [`read`], but by the content alone; of a test's wrapper of several events, each is a record.
pub fn read_content(file: &LogFile) -> Object {
    let bytes = std::fs::read(&file.0).unwrap();
    if file.0.extension().is_some_and(|extension| extension == "json")
        && let Ok(Json::Object(fields)) = serde_json::from_slice(&bytes)
        && fields.len() == 1
        && let Some(Json::Array(events)) = fields.get("events")
    {
        let lines: Vec<String> = events.iter().map(Json::to_string).collect();
        let lines = lines.join("\n");
        return read_bytes(lines.as_bytes(), None);
    }
    read_bytes(&bytes, None)
}

pub fn read_bytes(bytes: &[u8], key: Option<&str>) -> Object {
    let mut reader = Reader::new(bytes, Options { key: key.map(str::to_owned), ..Options::default() });
    let found = reader.detection().format.clone();
    let format = found.as_ref().map_or_else(String::new, |format| format.name().to_owned());
    let shape = found.map(|format| format.shape());
    let mut events = Vec::new();
    while let Some(record) = reader.next_record() {
        let Ok(event) = &record.outcome else { continue };
        let mut terms = 0;
        event.terms(&mut |_, _| terms += 1);
        let _ = event.message();
        let to_json = |value: &scops_parser::Value<'_>| {
            let text = value.to_json();
            serde_json::from_str::<serde::de::IgnoredAny>(&text).unwrap();
            // A number such as 1e99999 is JSON that the other library cannot hold.
            serde_json::from_str(&text).unwrap_or_default()
        };
        events.push(Event {
            offset: record.span.start,
            raw: String::from_utf8_lossy(record.raw).into_owned(),
            fields: to_json(&event.fields),
            ecs: to_json(&event.ecs()),
        });
    }
    Object { format, shape, events, report: reader.report().clone() }
}
