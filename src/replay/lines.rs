//! Which objects a file names: what `scops replay --from FILE` reads.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;

use crate::domain::{ObjectId, SavedMessage};

/// The longest line that is read: a saved message is 1 MiB at most, and JSON may take six bytes for one of its.
const LINE_LIMIT: usize = 8 * 1024 * 1024;

/// What is to be replayed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Objects by their names.
    pub objects: Vec<ObjectId>,
    /// Messages that were saved, for the objects that they name.
    pub saved: Vec<SavedMessage>,
}

impl From<Vec<ObjectId>> for Asked {
    fn from(objects: Vec<ObjectId>) -> Self {
        Self { objects, saved: Vec::new() }
    }
}

/// Why a line names no object.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It cannot be read.
    #[error("line {line}: {source}")]
    Read {
        /// 1-based.
        line: usize,
        /// Why.
        source: std::io::Error,
    },
    /// It is neither a URI nor a JSON object that names an object.
    #[error("line {line}: {cause}")]
    Content {
        /// 1-based.
        line: usize,
        /// What is wrong with it.
        cause: String,
    },
}

/// A line as JSON: `{"uri": "s3://…"}`, `{"object": "s3://…"}` or `{"bucket": …, "key": …}`, each with or without a
/// `version`. Other fields are passed over, so that the output of other commands can be fed in.
#[derive(Deserialize)]
struct Line {
    #[serde(alias = "object")]
    uri: Option<String>,
    bucket: Option<String>,
    key: Option<String>,
    version: Option<String>,
}

/// Reads objects from lines: plain `s3://bucket/key` (taken as it stands: spaces and `%` belong to the key) or JSON
/// (`{"uri": …}`, `{"object": …}`, `{"bucket": …, "key": …}`, with or without `version`, or a message of a case). Empty
/// lines and those that begin with `#` are passed over, as are those of `scops failures` that say themselves that they
/// name no object (`"object": null`). The first line that is none of these ends it, with its number.
pub fn from_lines(reader: impl BufRead) -> Result<Asked, LineError> {
    let mut asked = Asked::default();
    each(reader, |text| asked.add(text))?;
    Ok(asked)
}

/// Hands on every line that is neither empty nor a comment; what `take` finds wrong with one ends it, with its number.
pub fn each(mut reader: impl BufRead, mut take: impl FnMut(&str) -> Result<(), String>) -> Result<(), LineError> {
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let read = (&mut reader).take_line(&mut bytes).map_err(|source| LineError::Read { line, source })?;
        if read == 0 {
            break;
        }
        let content = |cause: String| LineError::Content { line, cause };
        if bytes.len() > LINE_LIMIT {
            return Err(content(format!("it is longer than {LINE_LIMIT} bytes")));
        }
        let text = std::str::from_utf8(&bytes).map_err(|error| content(format!("not UTF-8: {error}")))?;
        // Only the line's end goes: a key may begin or end with spaces.
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let text = if line == 1 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        if text.trim().is_empty() || text.starts_with('#') {
            continue;
        }
        take(text).map_err(content)?;
    }
    Ok(())
}

/// The object that a line names; none where it says itself that it names none.
pub fn object(text: &str) -> Result<Option<ObjectId>, String> {
    if !text.trim_start().starts_with('{') {
        return plain(text).map(Some);
    }
    let line: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    if line.get("object") == Some(&Value::Null) { Ok(None) } else { json(line).map(Some) }
}

impl Asked {
    /// Adds what a line asks for.
    fn add(&mut self, text: &str) -> Result<(), String> {
        if text.trim_start().starts_with('{') {
            let line: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
            if line.get("message").is_some() && line.get("body_sha256").is_some() {
                let saved = SavedMessage::deserialize(line).map_err(|error| format!("not a saved message: {error}"))?;
                if !saved.is_intact() {
                    let id = &saved.message.id;
                    return Err(format!("the body of message {id} is not the one that was saved: its SHA-256 differs"));
                }
                self.saved.push(saved);
                return Ok(());
            }
        }
        self.objects.extend(object(text)?);
        Ok(())
    }
}

fn plain(text: &str) -> Result<ObjectId, String> {
    text.parse().map_err(|error| format!("{error}"))
}

fn json(line: Value) -> Result<ObjectId, String> {
    let line = Line::deserialize(line).map_err(|error| error.to_string())?;
    let mut object = match line {
        Line { uri: Some(uri), .. } => plain(&uri)?,
        Line { bucket: Some(bucket), key: Some(key), .. } if !bucket.is_empty() && !key.is_empty() => {
            ObjectId::new(bucket, key)
        }
        _ => return Err("it names no object (expected \"uri\", or \"bucket\" and \"key\")".into()),
    };
    object.version = line.version;
    Ok(object)
}

/// A line of at most [`LINE_LIMIT`] bytes and one more, by which the caller sees that it was cut.
trait TakeLine {
    fn take_line(self, into: &mut Vec<u8>) -> std::io::Result<usize>;
}

impl<R: BufRead> TakeLine for &mut R {
    fn take_line(self, into: &mut Vec<u8>) -> std::io::Result<usize> {
        std::io::Read::take(self, LINE_LIMIT as u64 + 1).read_until(b'\n', into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_json_lines_name_objects() {
        let text = "\u{feff}s3://logs/a b+c%20=&é.gz\r\n\n# a comment\n{\"uri\": \"s3://logs/x\", \"version\": \"v1\"}\n\
                    {\"object\":\"s3://logs/y\",\"line\":3}\n{\"bucket\":\"logs\",\"key\":\"/z \"}\ns3://logs/ end ";
        let objects = from_lines(text.as_bytes()).expect("all lines are good").objects;
        let shown: Vec<_> = objects.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            ["s3://logs/a b+c%20=&é.gz", "s3://logs/x", "s3://logs/y", "s3://logs//z ", "s3://logs/ end "]
        );
        assert_eq!(objects[1].version.as_deref(), Some("v1"));
    }

    #[test]
    fn a_line_that_says_that_it_names_no_object_is_passed_over() {
        let text = "{\"object\":null,\"reason\":\"S3's test event\"}\n{\"object\":\"s3://logs/x\"}\n";
        assert_eq!(from_lines(text.as_bytes()).expect("good lines"), vec![ObjectId::new("logs", "x")].into());
    }

    #[test]
    fn a_line_that_names_nothing_is_told_by_its_number() {
        for (text, message) in [
            ("s3://a/b\nlogs/c\n", "line 2: \"logs/c\" is not an S3 URI (expected s3://bucket/key)"),
            ("{\"line\": 3}", "line 1: it names no object (expected \"uri\", or \"bucket\" and \"key\")"),
            ("\n{\"uri\":", "line 2: not JSON: EOF while parsing a value at line 1 column 7"),
        ] {
            assert_eq!(from_lines(text.as_bytes()).expect_err("is refused").to_string(), message);
        }
        assert!(from_lines(&b"s3://a/\xff"[..]).expect_err("is refused").to_string().starts_with("line 1: not UTF-8"));
        let long = format!("s3://a/{}", "k".repeat(LINE_LIMIT));
        let error = from_lines(long.as_bytes()).expect_err("is refused").to_string();
        assert_eq!(error, "line 1: it is longer than 8388608 bytes");
    }
}
