//! The table of `docs/formats.md`: each format, what real files of it came to, and why its ECS differs where it does.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use scops_parser::Formats;
use serde::Deserialize;

use super::agreement::{Agreement, Difference};
use super::files::{Corpus, read_content};

/// The command that writes the table.
pub const HOW: &str = "written by: SCOPS_BLESS=1 cargo test -p scops-parser --test corpus docs_tell";

/// What is known of one folder's differences: `tests/corpus/differences/<folder>.toml`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    #[serde(default)]
    difference: Vec<Reason>,
    #[serde(default)]
    skip: Vec<Skip>,
}

/// Why fields of a file, or of all, differ.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    #[serde(default = "all")]
    file: String,
    field: String,
    why: String,
}

/// Why a file's expected documents are not compared.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Skip {
    file: String,
    why: String,
}

fn all() -> String {
    "*".into()
}

impl Known {
    fn of(folder: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/corpus/differences/{folder}.toml"));
        let Ok(text) = std::fs::read_to_string(&path) else { return Known::default() };
        toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn why(&self, file: &str, field: &str) -> Option<&str> {
        let known = self.difference.iter().find(|known| glob(&known.file, file) && glob(&known.field, field))?;
        Some(&known.why)
    }
}

/// Whether `text` is what `pattern` describes, in which `*` stands for anything.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            let mut ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
            ends.any(|at| glob(after, &rest[at..]))
        }),
    }
}

/// One format's files.
#[derive(Default)]
struct Row {
    files: usize,
    records: u64,
    faults: u64,
    agreed: usize,
    expected: usize,
    /// Reasons, and the fields that each stands for with their counts.
    explained: BTreeMap<String, BTreeMap<String, usize>>,
    unexplained: BTreeMap<String, Difference>,
    skipped: Vec<(String, String)>,
}

impl Row {
    fn add(&mut self, agreement: Agreement, known: &Known, file: &str) {
        self.agreed += agreement.agreed;
        self.expected += agreement.expected;
        for (field, difference) in agreement.differences {
            if let Some(why) = known.why(file, &field) {
                *self.explained.entry(why.to_owned()).or_default().entry(field).or_default() += difference.count;
            } else {
                let all = self.unexplained.entry(field).or_default();
                all.count += difference.count;
                all.example = format!("{} ({file})", difference.example);
            }
        }
    }
}

/// All formats.
pub struct Table(BTreeMap<String, Row>);

impl Table {
    pub fn of(corpus: &Corpus) -> Self {
        let mut rows: BTreeMap<String, Row> = BTreeMap::new();
        for folder in corpus.folders() {
            let known = Known::of(&folder);
            // What nobody could parse is not a file of any format.
            for file in corpus.files(&folder).iter().filter(|_| folder != "nasty") {
                let object = read_content(file);
                let row = rows.entry(object.format).or_default();
                row.files += 1;
                row.records += object.report.records;
                row.faults += object.report.faults;
                if let Some(skip) = known.skip.iter().find(|skip| glob(&skip.file, file.name())) {
                    row.skipped.push((file.name().to_owned(), skip.why.clone()));
                } else if let Some(agreement) = Agreement::of(file, &object.events) {
                    row.add(agreement, &known, file.name());
                }
            }
        }
        Table(rows)
    }

    /// Differences that nobody has explained yet, each with an example.
    pub fn unexplained(&self) -> String {
        let lines = self.0.iter().flat_map(|(format, row)| {
            let told = row.unexplained.iter();
            told.map(move |(field, Difference { count, example })| format!("{format}: {count} × {field}: {example}"))
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Formats\n")?;
        writeln!(f, "<!-- {HOW} -->\n")?;
        writeln!(
            f,
            "What the shared parser reads, and how its ECS view compares with what Elastic's integrations and Filebeat's\n\
             modules made of the same real files. Detection is by content alone. *Agree* counts the fields of the expected\n\
             documents that the log itself tells; what a pipeline adds from elsewhere (geography, networks, lists of\n\
             browsers and of public suffixes, its own bookkeeping) is left out.\n"
        )?;
        writeln!(f, "| format | | files | records | bad | expected fields | agree |")?;
        writeln!(f, "|---|---|--:|--:|--:|--:|--:|")?;
        let none = Row::default();
        let mut formats: Vec<_> = Formats::built_in().iter().collect();
        formats.sort_by_key(|format| format.name().to_owned());
        for format in formats {
            let row = self.0.get(format.name()).unwrap_or(&none);
            let agree = match row.expected {
                0 => "–".to_owned(),
                expected => format!("{:.1} %", row.agreed as f64 * 100.0 / expected as f64),
            };
            let Row { files, records, faults, expected, .. } = row;
            let (name, title) = (format.name(), format.title());
            writeln!(f, "| `{name}` | {title} | {files} | {records} | {faults} | {expected} | {agree} |")?;
        }
        writeln!(f, "\n## What differs, and why")?;
        for (format, row) in &self.0 {
            if row.explained.is_empty() && row.unexplained.is_empty() && row.skipped.is_empty() {
                continue;
            }
            writeln!(f, "\n### {format}\n")?;
            for (why, fields) in &row.explained {
                let count: usize = fields.values().sum();
                let names: Vec<String> = fields.keys().take(6).map(|name| format!("`{name}`")).collect();
                let more = if fields.len() > 6 { format!(" and {} more", fields.len() - 6) } else { String::new() };
                writeln!(f, "- {count} × {}{more}: {why}", names.join(", "))?;
            }
            for (field, Difference { count, .. }) in &row.unexplained {
                writeln!(f, "- {count} × `{field}`: not explained")?;
            }
            for (file, why) in &row.skipped {
                writeln!(f, "- `{file}` is not compared: {why}")?;
            }
        }
        Ok(())
    }
}
