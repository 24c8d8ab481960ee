//! What an object is called elsewhere: a menu of forms to copy.

use super::{Model, ObjectId, Objects};
use crate::app::{Cursor, Popup, clipboard};
use crate::command::Command;
use crate::domain::Shown;

/// A form of an object's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `s3://bucket/key`
    Uri,
    /// `arn:aws:s3:::bucket/key`
    Arn,
    /// A command line of the AWS CLI that fetches it.
    Command,
    /// The key alone.
    Key,
    /// The last part of the key.
    Name,
}

impl Form {
    /// Every form, in the order of the menu.
    pub const ALL: [Self; 5] = [Self::Uri, Self::Arn, Self::Command, Self::Key, Self::Name];

    /// Its name after `copy-as`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::Arn => "arn",
            Self::Command => "command",
            Self::Key => "key",
            Self::Name => "name",
        }
    }

    /// The object in this form. `partition` is that of AWS: `aws`, `aws-cn`, `aws-us-gov`.
    pub fn of(self, id: &ObjectId, partition: &str) -> String {
        match self {
            Self::Uri => id.to_string(),
            Self::Arn => format!("arn:{partition}:s3:::{}/{}", id.bucket, id.key),
            Self::Command => command(id),
            Self::Key => id.key.clone(),
            Self::Name => id.file_name().to_owned(),
        }
    }
}

/// A command line for a POSIX shell: `aws s3 cp` for the newest, `aws s3api get-object` for a version.
fn command(id: &ObjectId) -> String {
    let name = crate::domain::download::file_name(&id.key);
    let words = match &id.version {
        // `aws s3 cp` knows no versions. A key that begins with a dash is an option, unless it stands behind `=`.
        Some(version) => ["s3api", "get-object", "--bucket", &id.bucket]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("--key={}", id.key), format!("--version-id={version}"), name])
            .collect(),
        None => vec!["s3".to_owned(), "cp".to_owned(), id.to_string(), name],
    };
    let words = std::iter::once("aws").chain(words.iter().map(String::as_str));
    // A NUL fits in no command line; S3 takes none in a key either.
    shlex::Quoter::new().allow_nul(true).join(words).unwrap_or_default()
}

/// The menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copies {
    /// The form that is looked at.
    pub cursor: Cursor,
    /// Each form of what is to be copied.
    pub rows: Vec<(Form, String)>,
    /// How many objects it is about.
    pub objects: usize,
}

/// `copy-as FORM`; without a form, the menu.
pub(super) fn run(model: &mut Model, word: &str) {
    let ids = model.objects.chosen();
    if ids.is_empty() {
        return model.warn("nothing to copy", "no object is under the cursor", None);
    }
    let partition = partition(&model.profile.region);
    let text = |form: Form| ids.iter().map(|id| form.of(id, partition)).collect::<Vec<_>>().join("\n");
    if word.is_empty() {
        let rows = Form::ALL.map(|form| (form, text(form))).to_vec();
        model.popup = Some(Popup::Copies(Copies { cursor: Cursor::default(), rows, objects: ids.len() }));
        return;
    }
    if let Some(form) = Form::ALL.into_iter().find(|form| form.word() == word) {
        copy(model, text(form), ids.len());
    } else {
        let hint = format!("one of {}", Form::ALL.map(Form::word).join(", "));
        model.warn(format!("\"{}\" is no form of a name", Shown::new(word)), "", Some(&hint));
    }
}

/// Commands of the menu. Returns whether it was one.
pub(in crate::app) fn choose(model: &mut Model, command: Command) -> bool {
    let Some(Popup::Copies(copies)) = &mut model.popup else { return false };
    if copies.cursor.run(command, copies.rows.len(), copies.rows.len()) {
        return true;
    }
    if matches!(command, Command::Open | Command::Copy) {
        let chosen = copies.rows.get(copies.cursor.at).map(|(_, text)| text.clone());
        let objects = copies.objects;
        model.popup = None;
        if let Some(text) = chosen {
            copy(model, text, objects);
        }
        return true;
    }
    false
}

fn copy(model: &mut Model, text: String, objects: usize) {
    if objects == 1 {
        clipboard::copy(model, text);
    } else {
        clipboard::copy_as(model, text, &format!("the names of {objects} objects"));
    }
}

/// The partition that a region lies in, which an ARN begins with.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

impl Objects {
    /// What is marked, else what is under the cursor.
    pub(super) fn chosen(&self) -> Vec<ObjectId> {
        if self.marks.is_empty() {
            self.selected().map(|row| row.object.id.clone()).into_iter().collect()
        } else {
            self.marks.iter().cloned().collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_fit_for_its_use() {
        let id = ObjectId::new("logs", "AWSLogs/it's $(rm -rf ~)/a b.gz");
        assert_eq!(Form::Uri.of(&id, "aws"), "s3://logs/AWSLogs/it's $(rm -rf ~)/a b.gz");
        assert_eq!(
            Form::Arn.of(&id, partition("us-gov-west-1")),
            "arn:aws-us-gov:s3:::logs/AWSLogs/it's $(rm -rf ~)/a b.gz"
        );
        let words = shlex::split(&Form::Command.of(&id, "aws")).expect("a command line");
        assert_eq!(words, ["aws", "s3", "cp", &id.to_string(), "a b.gz"]);
        let version = ObjectId { version: Some("-x".into()), ..ObjectId::new("logs", "-a\nb") };
        let words = shlex::split(&Form::Command.of(&version, "aws")).expect("a command line");
        assert_eq!(&words[5..], ["--key=-a\nb", "--version-id=-x", "_a_b"]);
    }
}
