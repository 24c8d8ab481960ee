//! What a value tells by itself, without asking anyone: an address's range, the account in an access key's id, the parts
//! of an ARN. Each rule names its source.

mod address;
mod amazon;
mod name;

use jiff::Timestamp;
use scops_parser::EntityKind;

use super::{ObjectId, Shown};
pub use address::{AwsRange, AwsRanges};

/// What a value tells by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// What it is: `ip`, `access key`, `text`.
    pub kind: &'static str,
    /// What it tells.
    pub facts: Vec<Fact>,
}

/// One thing that a value tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What is told: `account`, `range`.
    pub label: &'static str,
    /// In words; text of the log in it is not safe to show yet.
    pub text: String,
    /// Whether the text is a part of the value that can be searched for by itself.
    pub is_part: bool,
    /// Where the rule is written down.
    pub source: &'static str,
}

impl Fact {
    fn new(label: &'static str, text: impl Into<String>, source: &'static str) -> Self {
        Self { label, text: text.into(), is_part: false, source }
    }

    /// A part of the value; nothing for an empty one.
    fn part(label: &'static str, text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self { is_part: true, ..Self::new(label, text, "") })
    }
}

/// The longest value that is looked into, in bytes.
const LONGEST: usize = 2_048;

/// Explains the value of a field; `now` tells how long ago a time was.
pub fn explain(path: &str, value: &str, now: Timestamp) -> Explained {
    let text = value.trim();
    let (kind, mut facts) = if text.len() > LONGEST { ("text", Vec::new()) } else { told(path, text, now) };
    if Shown::new(value).differs_from(value) {
        facts.push(Fact::new("note", "holds characters that are not seen as they are; copies keep them", ""));
    }
    Explained { kind, facts }
}

fn told(path: &str, text: &str, now: Timestamp) -> (&'static str, Vec<Fact>) {
    if let Ok(object) = text.parse::<ObjectId>() {
        let parts = [Fact::part("bucket", &object.bucket), Fact::part("key", &object.key)];
        return ("S3 URI", parts.into_iter().flatten().collect());
    }
    if let Some(facts) = time(path, text, now) {
        return ("time", facts);
    }
    if name::is_user_agent(path) {
        return ("user agent", name::user_agent(text));
    }
    // CloudTrail's `principalId` of an assumed role: the role's id and the session's name.
    if let Some((id, session)) = text.split_once(':')
        && EntityKind::of("", id) == Some(EntityKind::PrincipalId)
    {
        let mut facts = amazon::unique_id(id);
        facts.extend(Fact::part("id", id));
        facts.extend(Fact::part("session", session));
        return (EntityKind::PrincipalId.name(), facts);
    }
    let Some(kind) = EntityKind::of(path, text) else {
        return if name::looks_like_user_agent(text) {
            ("user agent", name::user_agent(text))
        } else {
            ("text", Vec::new())
        };
    };
    let facts = match kind {
        EntityKind::Ip => address::ip(text),
        EntityKind::Cidr => address::cidr(text),
        EntityKind::Arn => amazon::arn(text),
        EntityKind::AccessKey => amazon::access_key(text),
        EntityKind::PrincipalId => amazon::unique_id(text),
        EntityKind::Account => vec![Fact::new("account", "an AWS account id: twelve digits", amazon::ACCOUNT)],
        EntityKind::Hash => name::hash(text),
        EntityKind::Domain => name::domain(text),
        EntityKind::Url => name::url(text),
        EntityKind::Email => name::email(text),
        _ => Vec::new(),
    };
    (kind.name(), facts)
}

/// A moment: RFC 3339, or seconds or milliseconds since 1970 in a field that is named like one.
fn time(path: &str, text: &str, now: Timestamp) -> Option<Vec<Fact>> {
    const EPOCH: &str = "POSIX: seconds since 1970-01-01T00:00:00Z";
    let (moment, source) = if text.contains('T') || text.contains(' ') {
        (text.parse::<Timestamp>().ok()?, "RFC 3339")
    } else {
        let last = path.rsplit('.').next().unwrap_or(path).to_ascii_lowercase();
        let is_named =
            ["time", "date", "stamp", "start", "end", "created", "expir"].iter().any(|part| last.contains(part));
        let number = text.parse::<i64>().ok().filter(|number| is_named && *number > 0)?;
        match text.len() {
            10 => (Timestamp::from_second(number).ok()?, EPOCH),
            13 => (Timestamp::from_millisecond(number).ok()?, EPOCH),
            _ => return None,
        }
    };
    Some(vec![Fact::new("UTC", moment.to_string(), source), Fact::new("when", super::time::ago(moment, now), "")])
}

#[cfg(test)]
mod tests;
