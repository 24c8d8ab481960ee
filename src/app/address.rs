//! The address of a view: a line of text that opens it again, here or at a colleague's.
//!
//! ```text
//! objects,source=cloudtrail,range=2026-11-23T01:00:00Z..2026-11-23T02:00:00Z,filter=state:failed,sort=oldest
//! records,object=s3://logs/AWSLogs/a.json.gz,version=3sL4k,line=12,byte=4096
//! failures,profile=prod-eu
//! search,range=6h,query=source:alb%20203.0.113.7
//! ```
//!
//! A screen, then parts in any order, each at most once. In values everything but ASCII letters, digits and
//! `-._~:/+@=` is percent-encoded (RFC 3986), so that shells and chats take an address as it is. What is left out stays
//! as the console has it.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::records::Seek;
use super::{Screen, range};
use crate::domain::time::length;
use crate::domain::{ObjectId, TimeRange};
use crate::mistake::nearest;

/// Where a view is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The screen.
    pub screen: Screen,
    /// The profile's name, where the console knows several.
    pub profile: Option<String>,
    /// The range of time.
    pub range: Option<Span>,
    /// The source's name.
    pub source: Option<String>,
    /// The object, with its version where the bucket keeps them.
    pub object: Option<ObjectId>,
    /// The record in it.
    pub record: Option<Seek>,
    /// What is searched for; on the records screen, what is looked for in them.
    pub query: Option<String>,
    /// The filter of the rows.
    pub filter: Option<String>,
    /// The order of the rows.
    pub sort: Option<String>,
}

/// A range of time, standing or moving on with the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// So long, ending now.
    Last(SignedDuration),
    /// This one.
    Between(TimeRange),
}

/// A text that is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}{}", .hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default())]
pub struct NotAnAddress {
    /// What is wrong.
    pub what: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// The longest address that is read, in bytes.
const LIMIT: usize = 64 * 1024;

/// The characters of a value that stand for themselves.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b'/')
    .remove(b'+')
    .remove(b'@')
    .remove(b'=');

/// The names of the parts.
const PARTS: [&str; 10] =
    ["profile", "range", "source", "object", "version", "line", "byte", "query", "filter", "sort"];

/// Every screen that has an address.
const SCREENS: [Screen; 11] = [
    Screen::Sources,
    Screen::Objects,
    Screen::Records,
    Screen::Search,
    Screen::Failures,
    Screen::Replays,
    Screen::Alerts,
    Screen::Pipeline,
    Screen::Workbench,
    Screen::Case,
    Screen::Sql,
];

impl Address {
    /// A screen, and nothing said of what it shows.
    pub fn new(screen: Screen) -> Self {
        Self {
            screen,
            profile: None,
            range: None,
            source: None,
            object: None,
            record: None,
            query: None,
            filter: None,
            sort: None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let record = self.record.as_ref();
        let parts = [
            self.profile.clone(),
            self.range.map(|range| range.to_string()),
            self.source.clone(),
            self.object.as_ref().map(ToString::to_string),
            self.object.as_ref().and_then(|object| object.version.clone()),
            record.map(|record| record.line.to_string()),
            record.filter(|record| record.start > 0).map(|record| record.start.to_string()),
            self.query.clone(),
            self.filter.clone(),
            self.sort.clone(),
        ];
        f.write_str(self.screen.name())?;
        for (name, value) in PARTS.iter().zip(parts) {
            if let Some(value) = value {
                write!(f, ",{name}={}", utf8_percent_encode(&value, PLAIN))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        if text.len() > LIMIT {
            return Err(wrong(format!("an address has at most {LIMIT} bytes, this one {}", text.len()), None));
        }
        let mut parts = text.trim().split(',');
        let screen = screen(parts.next().unwrap_or_default())?;
        let mut values: [Option<String>; PARTS.len()] = Default::default();
        for part in parts {
            let (index, value) = part_of(part)?;
            if values[index].replace(value).is_some() {
                return Err(wrong(format!("\"{}\" stands twice in the address", PARTS[index]), None));
            }
        }
        let [profile, range, source, object, version, line, byte, query, filter, sort] = values;
        let object = object.map(|uri| uri.parse::<ObjectId>()).transpose();
        let object = object.map_err(|error| wrong(error.to_string(), None))?;
        if object.is_none() && (version.is_some() || line.is_some()) {
            let hint = Some("add object=s3://bucket/key".to_owned());
            return Err(wrong("a version or a line is one of an object, and none is named".to_owned(), hint));
        }
        if line.is_none() && byte.is_some() {
            return Err(wrong("a byte without a line names no record".to_owned(), Some("add line=1".to_owned())));
        }
        let number = |name: &str, text: &str| {
            let number = text.parse::<u64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
            number.ok_or_else(|| wrong(format!("\"{text}\" is no {name}"), Some("write a number".to_owned())))
        };
        let start = byte.map(|text| number("byte", &text)).transpose()?.unwrap_or(0);
        let line = line.map(|text| number("line", &text)).transpose()?;
        Ok(Self {
            screen,
            profile,
            range: range.map(|text| text.parse()).transpose()?,
            source,
            object: object.map(|object| ObjectId { version, ..object }),
            record: line.map(|line| Seek { start, line }),
            query,
            filter,
            sort,
        })
    }
}

fn screen(name: &str) -> Result<Screen, NotAnAddress> {
    let found = SCREENS.into_iter().find(|screen| screen.name() == name);
    found.ok_or_else(|| {
        let names = SCREENS.map(Screen::name);
        let hint = match nearest(name, names) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("an address begins with one of {}", names.join(", ")),
        };
        wrong(format!("\"{name}\" is no screen"), Some(hint))
    })
}

/// A part's index in [`PARTS`], and its value.
fn part_of(part: &str) -> Result<(usize, String), NotAnAddress> {
    let (name, value) = part.split_once('=').unwrap_or((part, ""));
    let index = PARTS.iter().position(|known| *known == name).ok_or_else(|| {
        let hint = match nearest(name, PARTS) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("the parts are {}", PARTS.join(", ")),
        };
        wrong(format!("\"{name}\" is no part of an address"), Some(hint))
    })?;
    if value.is_empty() {
        return Err(wrong(format!("\"{name}\" has no value"), Some(format!("write {name}=…, or leave it out"))));
    }
    let value = percent_decode_str(value).decode_utf8();
    let value = value.map_err(|_| wrong(format!("the value of \"{name}\" is not UTF-8"), None))?;
    Ok((index, value.into_owned()))
}

fn wrong(what: String, hint: Option<String>) -> NotAnAddress {
    NotAnAddress { what, hint }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Last(length) => f.write_str(&range::spell(*length)),
            Self::Between(range) => write!(f, "{}..{}", range.start, range.end),
        }
    }
}

impl FromStr for Span {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let hint = || Some("write range=6h, or range=2026-11-23T01:00:00Z..2026-11-23T02:00:00Z".to_owned());
        let wrong = || wrong(format!("\"{text}\" is no range of time"), hint());
        let span = match text.split_once("..") {
            None => Self::Last(length(text).ok_or_else(wrong)?),
            Some((start, end)) => {
                let (start, end) = (start.parse().map_err(|_| wrong())?, end.parse().map_err(|_| wrong())?);
                Self::Between(TimeRange { start, end })
            }
        };
        let length = match span {
            Self::Last(length) => length,
            Self::Between(range) => range.length(),
        };
        if length <= SignedDuration::ZERO || length > range::LONGEST { Err(wrong()) } else { Ok(span) }
    }
}

#[cfg(test)]
mod tests;
