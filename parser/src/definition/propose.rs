//! A definition as a start, made from samples: what they have in common, written down to be edited.

use std::fmt::Write;

use super::Definition;
use crate::reader::{Options, Reader};

mod blocks;
mod json;
mod names;
mod table;
mod template;
mod times;
mod tokens;

/// Bytes of samples that are looked at.
const BYTES: usize = 256 << 10;
/// Records of them.
const RECORDS: usize = 1_000;
/// Samples that a proposal carries.
const SAMPLES: usize = 4;
/// Bytes of one that it carries.
const SAMPLE: usize = 4 << 10;

/// Proposes a definition of the log that `samples` are some records of, as text in TOML to be edited. It loads, and it
/// reads the samples that it was made from. The same samples always make the same proposal.
///
/// Recognised are JSON, columns between delimiters with or without a header, `key=value` pairs, blocks of lines
/// that each tell of one topic, and otherwise lines or blocks of them that are alike: what is constant stays, what varies becomes a field. Where the samples have nothing in
/// common, the reason is answered.
pub fn propose(samples: &[u8], name: &str) -> Result<String, String> {
    let samples = samples.strip_prefix(b"\xef\xbb\xbf").unwrap_or(samples);
    let whole = samples.len() <= BYTES;
    let mut samples = &samples[..samples.len().min(BYTES)];
    if !whole && let Some(end) = memchr::memrchr(b'\n', samples) {
        samples = &samples[..end];
    }
    let text = String::from_utf8_lossy(samples);
    if text.trim().is_empty() {
        return Err("nothing can be proposed: the sample is empty".to_owned());
    }
    let name = plain_name(name);
    if let Some(found) = json::propose(samples, !whole, &name) {
        return found;
    }
    let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches('\r')).collect();
    let lines: Vec<&str> = lines.into_iter().filter(|line| !line.trim().is_empty()).take(RECORDS).collect();
    let text = lines.join("\n");
    // Lines that begin with # are comments, where others do not.
    let records: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with('#')).collect();
    let has_comments = !records.is_empty() && records.len() < lines.len();
    let lines = if has_comments { records } else { lines };
    let proposals = [
        table::columns(&lines, &name),
        table::pairs(&lines, &name),
        blocks::propose(&lines, &name),
        template::propose(&lines, &name),
    ];
    let proposals = proposals.into_iter().flatten().map(|proposal| match has_comments {
        true if proposal.contains("\ncomments = [") => proposal.replacen("\ncomments = [", "\ncomments = [\"#\", ", 1),
        true => proposal.replacen("\ntitle =", "\ncomments = [\"#\"]\ntitle =", 1),
        false => proposal,
    });
    proposals.into_iter().find(|proposal| reads(proposal, &text)).ok_or_else(|| {
        "nothing can be proposed: the lines have neither a time, nor columns, nor pairs, nor words in common".to_owned()
    })
}

/// Whether a proposal loads and reads all of `text`.
fn reads(proposal: &str, text: &str) -> bool {
    let Ok(definition) = Definition::parse(proposal, "proposal") else { return false };
    let format = std::sync::Arc::new(definition);
    // What else could read the text does not matter.
    let options = Options { format: Some(format), ..Options::default() };
    let mut reader = Reader::new(text.as_bytes(), options);
    while reader.next_record().is_some() {}
    reader.report().records > 0 && reader.report().faults == 0
}

/// A name as definitions have them.
fn plain_name(name: &str) -> String {
    let plain = |character: char| match character.to_ascii_lowercase() {
        letter @ ('a'..='z' | '0'..='9' | '-' | '_' | '.') => letter,
        _ => '-',
    };
    let name: String = name.chars().map(plain).take(64).collect();
    if name.trim_matches('-').is_empty() { "mine".to_owned() } else { name }
}

/// A definition that is being written.
struct Draft {
    text: String,
}

impl Draft {
    /// Begins with what every definition says.
    fn new(name: &str, made_from: &str, columns: &[&str]) -> Self {
        let mut draft = Draft {
            text: format!(
                "# Proposed from {made_from}. Change what is wrong, and give the fields the names that they deserve.\n"
            ),
        };
        draft.key("name", name);
        draft.key("title", name);
        if !columns.is_empty() {
            let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            draft.line(&format!("columns = [{}]", columns.join(", ")));
        }
        draft
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn key(&mut self, key: &str, value: &str) {
        self.line(&format!("{key} = {}", quoted(value)));
    }

    /// A table, after a blank line.
    fn table(&mut self, header: &str) {
        self.line("");
        self.line(header);
    }

    /// Fields that are numbers or addresses.
    fn types(&mut self, types: &[(String, &str)]) {
        if !types.is_empty() {
            self.table("[types]");
            for (field, kind) in types {
                self.line(&format!("{} = \"{kind}\"", bare(field)));
            }
        }
    }

    fn time(&mut self, field: &str, formats: &[&str]) {
        self.table("[time]");
        self.key("field", field);
        match formats {
            [format] => self.key("format", format),
            formats => {
                let list: Vec<String> = formats.iter().map(|format| quoted(format)).collect();
                self.line(&format!("format = [{}]", list.join(", ")));
            }
        }
        if !formats.iter().all(|format| times::has_zone(format)) {
            self.line("# zone = \"UTC\"");
        }
    }

    /// Rules for the fields whose names or values tell what they are.
    fn ecs(&mut self, rules: &[String]) {
        if !rules.is_empty() {
            self.line("");
            self.line("ecs = [");
            for rule in rules {
                self.line(&format!("  {rule},"));
            }
            self.line("]");
        }
    }

    fn samples<'s>(&mut self, samples: impl IntoIterator<Item = &'s str>) {
        let samples: Vec<&str> = samples.into_iter().collect();
        let mut fitting: Vec<&str> =
            samples.iter().copied().filter(|sample| sample.len() <= SAMPLE).take(SAMPLES).collect();
        if fitting.is_empty() {
            fitting.extend(samples.into_iter().min_by_key(|sample| sample.len()));
        }
        for sample in fitting {
            self.table("[[sample]]");
            self.key("line", sample);
        }
    }
}

/// A key of TOML.
fn bare(key: &str) -> String {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { key.to_owned() } else { quoted(key) }
}

/// A text of TOML, as it reads best.
fn quoted(text: &str) -> String {
    let is_plain = |extra: &str| text.chars().all(|character| !character.is_control() || extra.contains(character));
    if is_plain("") && !text.contains(['"', '\\']) {
        return format!("\"{text}\"");
    }
    if is_plain("\t") && !text.contains('\'') {
        return format!("'{text}'");
    }
    // A line end that follows the opening quotes at once would be dropped, and quotes may not meet the closing ones.
    if is_plain("\t\n") && !text.contains("'''") && !text.starts_with('\n') && !text.ends_with('\'') {
        return format!("'''{text}'''");
    }
    let mut escaped = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(escaped, "\\u{:04X}", u32::from(control));
            }
            other => escaped.push(other),
        }
    }
    escaped.push('"');
    escaped
}

#[cfg(test)]
mod tests;
