//! The template of a source's keys, and what it tells: which prefixes hold a range of time, and which time a key tells.
//!
//! A template is literal text with placeholders: `AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/`. Time
//! placeholders are `{yyyy} {MM} {dd} {HH} {mm}`, in UTC, zero-padded; every other name in braces stands for one path
//! segment (or a part of one) whose values a listing tells. What follows the last placeholder's `/` is free.

use std::fmt::{self, Write as _};
use std::ops::Range;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::TimeRange;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Layout {
    template: String,
    pieces: Vec<Piece>,
    step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Time(Step),
    Name(String),
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LayoutPart<'a> {
    /// Text that every key has.
    Text(&'a str),
    /// A unit of time.
    Time(Step),
    /// A placeholder whose values a listing tells.
    Name(&'a str),
}

/// The finest time unit of a template: one partition is one such step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// No time in the path: the whole prefix is one partition.
    None,
    /// `{yyyy}`
    Year,
    /// `{MM}`
    Month,
    /// `{dd}`
    Day,
    /// `{HH}`
    Hour,
    /// `{mm}`
    Minute,
}

impl Step {
    fn digits(self) -> usize {
        if self == Self::Year { 4 } else { 2 }
    }

    fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "yyyy" => Self::Year,
            "MM" => Self::Month,
            "dd" => Self::Day,
            "HH" => Self::Hour,
            "mm" => Self::Minute,
            _ => return None,
        })
    }
}

/// Why a text is no layout.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// A brace without its partner.
    #[error("layout \"{template}\": the brace at column {column} has no partner")]
    Brace {
        /// The template.
        template: String,
        /// 1-based, in bytes.
        column: usize,
    },
    /// A finer time unit without the coarser ones before it.
    #[error(
        "layout \"{template}\": {{{unit}}} needs the coarser units before it ({{yyyy}}, {{MM}}, {{dd}}, {{HH}}, {{mm}}, in this order)"
    )]
    Order {
        /// The template.
        template: String,
        /// The unit that came too early.
        unit: &'static str,
    },
}

/// One time step of a layout: a prefix that can be listed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Partition {
    /// The prefix, up to and with the `/` after its time.
    pub prefix: String,
    /// The time that its keys tell.
    pub range: TimeRange,
}

/// Layouts that AWS services write below `AWSLogs/`: what follows the account, and the name of such a source.
const AWS_LAYOUTS: [(&str, &str, &str); 7] = [
    ("CloudTrail", "{region}/{yyyy}/{MM}/{dd}/", "cloudtrail"),
    ("CloudTrail-Insight", "{region}/{yyyy}/{MM}/{dd}/", "cloudtrail-insight"),
    ("CloudTrail-Digest", "{region}/{yyyy}/{MM}/{dd}/", "cloudtrail-digest"),
    ("vpcflowlogs", "{region}/{yyyy}/{MM}/{dd}/", "vpcflow"),
    ("elasticloadbalancing", "{region}/{yyyy}/{MM}/{dd}/", "elb"),
    ("GuardDuty", "{region}/{yyyy}/{MM}/{dd}/", "guardduty"),
    ("WAFLogs", "{region}/{acl}/{yyyy}/{MM}/{dd}/{HH}/{mm}/", "waf"),
];

impl Layout {
    /// The layout whose keys are all that begin with `prefix`, which may hold braces.
    pub fn literal(prefix: &str) -> Self {
        let pieces = if prefix.is_empty() { Vec::new() } else { vec![Piece::Literal(prefix.to_owned())] };
        Self { template: prefix.to_owned(), pieces, step: Step::None }
    }

    /// The template of a key that an AWS service has written, and the usual name of such a source. Whatever stands
    /// before `AWSLogs/` is kept; an organisation's id after it becomes a placeholder.
    pub fn known(key: &str) -> Option<(String, &'static str)> {
        let (before, after) = key.split_once("AWSLogs/")?;
        if !(before.is_empty() || before.ends_with('/')) || before.contains(['{', '}']) {
            return None;
        }
        let mut segments = after.split('/');
        let first = segments.next()?;
        let (organisation, account) =
            if first.starts_with("o-") { ("{organization}/", segments.next()?) } else { ("", first) };
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let service = segments.next()?;
        let (_, rest, name) = AWS_LAYOUTS.iter().find(|(segment, _, _)| *segment == service)?;
        let template = format!("{before}AWSLogs/{organisation}{{account}}/{service}/{rest}");
        let layout: Self = template.parse().ok()?;
        layout.matches(key).then_some((template, name))
    }

    /// The template as it was written.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The finest time unit.
    pub fn step(&self) -> Step {
        self.step
    }

    /// The literal text before the first placeholder.
    pub fn root(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// What the template is made of, in its order.
    pub fn parts(&self) -> impl Iterator<Item = LayoutPart<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => LayoutPart::Text(text),
            Piece::Time(step) => LayoutPart::Time(*step),
            Piece::Name(name) => LayoutPart::Name(name),
        })
    }

    /// The names of the placeholders that are no time, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// The prefixes that hold `range`, oldest first, once the named placeholders have `values` (in the order of
    /// [`Layout::names`]). Fewer values than names cut the prefix where the first unknown one stands, so that a
    /// listing with delimiter `/` tells its values; see [`Layout::unknown_prefix`].
    pub fn partitions(&self, range: TimeRange, values: &[&str]) -> Vec<Partition> {
        if self.step == Step::None {
            return vec![Partition { prefix: self.render(range.start, values), range }];
        }
        let mut partitions = Vec::new();
        let mut start = floor(range.start, self.step);
        while start < range.end {
            let end = next(start, self.step);
            partitions.push(Partition { prefix: self.render(start, values), range: TimeRange { start, end } });
            start = end;
        }
        partitions
    }

    /// The prefix up to the placeholder that follows the known `values`, at which a listing with delimiter `/` tells
    /// the next one's values; `None` when all are known. Times before that placeholder are those of `moment`.
    pub fn unknown_prefix(&self, moment: Timestamp, values: &[&str]) -> Option<String> {
        (self.names().count() > values.len()).then(|| self.render(moment, values))
    }

    /// The value that the placeholder after `known` has in `prefix`, one of the common prefixes that a listing at
    /// [`Layout::unknown_prefix`] gave.
    pub fn value_in<'a>(&self, prefix: &'a str, known: &str) -> Option<&'a str> {
        prefix.strip_prefix(known)?.split('/').next().filter(|value| !value.is_empty())
    }

    /// The time that a key tells: the one in its file name where there is one (`20261123T0131Z`, `2026-11-23-01-31-07`
    /// and their like) as a range without length, else that of its partition.
    pub fn time_of(&self, key: &str) -> Option<TimeRange> {
        let file = key.rsplit('/').next().unwrap_or(key);
        let exact = time_in_name(file).map(|time| TimeRange { start: time, end: time });
        exact.or_else(|| self.partition_of(key))
    }

    /// Whether a key can be of this layout.
    pub fn matches(&self, key: &str) -> bool {
        self.capture(key).is_some()
    }

    /// The values of the placeholders that `is_wanted` by their names, in their order in the key.
    pub fn values_of<'a>(&self, key: &'a str, is_wanted: impl Fn(&str) -> bool) -> Vec<&'a str> {
        let mut values = Vec::new();
        let told = self.walk(key, |part, span| {
            if matches!(part, LayoutPart::Name(name) if is_wanted(name)) {
                values.push(&key[span]);
            }
        });
        if told.is_some() { values } else { Vec::new() }
    }

    /// The prefix of the partition that a key lies in.
    pub fn folder_of<'k>(&self, key: &'k str) -> &'k str {
        let depth = self.template.matches('/').count();
        let end = depth.checked_sub(1).and_then(|last| key.match_indices('/').nth(last));
        end.map_or("", |(at, _)| &key[..=at])
    }

    /// The placeholders of a key, or of the beginning of one, with the places of their values; those that it does not
    /// reach are left out.
    pub fn spans(&self, key: &str) -> Vec<(LayoutPart<'_>, Range<usize>)> {
        let mut spans = Vec::new();
        self.walk(key, |part, span| spans.push((part, span)));
        spans
    }

    /// The time of the partition that a key lies in.
    pub fn partition_of(&self, key: &str) -> Option<TimeRange> {
        let units = self.capture(key)?;
        if units[0] == 0 {
            return None;
        }
        let [year, month, day, hour, minute] = units;
        let start = civil::DateTime::new(
            i16::try_from(year).ok()?,
            i8::try_from(month.max(1)).ok()?,
            i8::try_from(day.max(1)).ok()?,
            i8::try_from(hour).ok()?,
            i8::try_from(minute).ok()?,
            0,
            0,
        )
        .ok()?
        .to_zoned_datetime(TimeZone::UTC)
        .ok()?
        .timestamp();
        Some(TimeRange { start, end: next(start, self.step) })
    }

    /// Year, month, day, hour, minute as the key has them (0 where the template has none).
    fn capture(&self, key: &str) -> Option<[u32; 5]> {
        self.walk(key, |_, _| ())
    }

    /// As [`Layout::capture`]; hands each placeholder with the place of its value to `sink`.
    fn walk<'a>(&'a self, key: &str, mut sink: impl FnMut(LayoutPart<'a>, Range<usize>)) -> Option<[u32; 5]> {
        let mut units = [0; 5];
        let mut rest = key;
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Literal(text) => rest = rest.strip_prefix(text.as_str())?,
                Piece::Time(step) => {
                    let digits = rest.get(..step.digits())?;
                    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        return None;
                    }
                    units[*step as usize - 1] = digits.parse().ok()?;
                    let start = key.len() - rest.len();
                    sink(LayoutPart::Time(*step), start..start + step.digits());
                    rest = &rest[step.digits()..];
                }
                Piece::Name(name) => {
                    let segment = rest.find('/').unwrap_or(rest.len());
                    let length = match self.pieces.get(index + 1) {
                        Some(Piece::Literal(text)) => {
                            let until = text.split('/').next().unwrap_or(text);
                            if until.is_empty() { segment } else { rest[..segment].find(until)? }
                        }
                        _ => segment,
                    };
                    if length == 0 {
                        return None;
                    }
                    let start = key.len() - rest.len();
                    sink(LayoutPart::Name(name), start..start + length);
                    rest = &rest[length..];
                }
            }
        }
        Some(units)
    }

    /// The template with its placeholders filled, cut at the first one that has no value.
    fn render(&self, moment: Timestamp, values: &[&str]) -> String {
        let at = moment.to_zoned_datetime(TimeZone::UTC);
        let mut values = values.iter();
        let mut text = String::with_capacity(self.template.len() + 16);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Time(step) => {
                    let number = match step {
                        Step::None | Step::Year => at.year(),
                        Step::Month => i16::from(at.month()),
                        Step::Day => i16::from(at.day()),
                        Step::Hour => i16::from(at.hour()),
                        Step::Minute => i16::from(at.minute()),
                    };
                    let _ = write!(text, "{number:0width$}", width = step.digits());
                }
                Piece::Name(_) => match values.next() {
                    Some(value) => text.push_str(value),
                    None => break,
                },
            }
        }
        text
    }
}

impl FromStr for Layout {
    type Err = LayoutError;

    fn from_str(template: &str) -> Result<Self, LayoutError> {
        let mut pieces = Vec::new();
        let mut step = Step::None;
        let mut rest = template;
        while !rest.is_empty() {
            let column = template.len() - rest.len() + 1;
            let brace = || LayoutError::Brace { template: template.to_owned(), column };
            if let Some(inner) = rest.strip_prefix('{') {
                let end = inner.find('}').ok_or_else(brace)?;
                let name = &inner[..end];
                if name.is_empty() || name.contains('{') {
                    return Err(brace());
                }
                pieces.push(match Step::of_name(name) {
                    Some(unit) => {
                        step = follow(step, unit).ok_or_else(|| LayoutError::Order {
                            template: template.to_owned(),
                            unit: unit_name(unit),
                        })?;
                        Piece::Time(unit)
                    }
                    None => Piece::Name(name.to_owned()),
                });
                rest = &inner[end + 1..];
            } else {
                let end = rest.find(['{', '}']).unwrap_or(rest.len());
                if rest[end..].starts_with('}') {
                    return Err(LayoutError::Brace { template: template.to_owned(), column: column + end });
                }
                pieces.push(Piece::Literal(rest[..end].to_owned()));
                rest = &rest[end..];
            }
        }
        Ok(Self { template: template.to_owned(), pieces, step })
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.template)
    }
}

impl TryFrom<String> for Layout {
    type Error = LayoutError;
    fn try_from(text: String) -> Result<Self, LayoutError> {
        text.parse()
    }
}

impl From<Layout> for String {
    fn from(layout: Layout) -> String {
        layout.template
    }
}

/// A unit follows its next coarser one, or stands again after it has been named.
fn follow(step: Step, unit: Step) -> Option<Step> {
    (unit as usize <= step as usize + 1).then(|| step.max(unit))
}

fn unit_name(step: Step) -> &'static str {
    match step {
        Step::None => "",
        Step::Year => "yyyy",
        Step::Month => "MM",
        Step::Day => "dd",
        Step::Hour => "HH",
        Step::Minute => "mm",
    }
}

fn floor(moment: Timestamp, step: Step) -> Timestamp {
    let at = moment.to_zoned_datetime(TimeZone::UTC).datetime();
    let (month, day, hour, minute) = match step {
        Step::None | Step::Year => (1, 1, 0, 0),
        Step::Month => (at.month(), 1, 0, 0),
        Step::Day => (at.month(), at.day(), 0, 0),
        Step::Hour => (at.month(), at.day(), at.hour(), 0),
        Step::Minute => (at.month(), at.day(), at.hour(), at.minute()),
    };
    civil::DateTime::new(at.year(), month, day, hour, minute, 0, 0)
        .and_then(|floor| floor.to_zoned_datetime(TimeZone::UTC))
        .map_or(moment, |zoned| zoned.timestamp())
}

fn next(start: Timestamp, step: Step) -> Timestamp {
    let zoned = start.to_zoned_datetime(TimeZone::UTC);
    let span = match step {
        Step::None | Step::Year => jiff::Span::new().years(1),
        Step::Month => jiff::Span::new().months(1),
        Step::Day => jiff::Span::new().days(1),
        Step::Hour => jiff::Span::new().hours(1),
        Step::Minute => jiff::Span::new().minutes(1),
    };
    zoned.checked_add(span).map_or(start + SignedDuration::from_hours(24 * 366), |end| end.timestamp())
}

/// The first full date and time in a file name, minute precision at least.
fn time_in_name(name: &str) -> Option<Timestamp> {
    let bytes = name.as_bytes();
    let read = |from: usize| {
        (from..bytes.len()).find_map(|start| {
            let at_boundary = start == 0 || !bytes[start - 1].is_ascii_digit();
            if at_boundary && bytes[start..].starts_with(b"2") { read_time(&bytes[start..]) } else { None }
        })
    };
    // AWS begins its file names with the account's id, and 218007301253 looks like a minute of the year 2180.
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let has_account = digits == 12 && bytes.get(digits) == Some(&b'_');
    has_account.then(|| read(digits)).flatten().or_else(|| read(0))
}

/// `20261123T0131Z`, `20261123T013107Z`, `2026-11-23-01[-31[-07]]`, `2026-11-23T01:31`, `202611230131`.
fn read_time(bytes: &[u8]) -> Option<Timestamp> {
    let mut at = 0;
    let number = |digits: usize, at: &mut usize| -> Option<i16> {
        let text = bytes.get(*at..*at + digits)?;
        let value = text
            .iter()
            .try_fold(0_i16, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0')))?;
        *at += digits;
        Some(value)
    };
    let separator = |at: &mut usize, among: &[u8]| {
        if bytes.get(*at).is_some_and(|byte| among.contains(byte)) {
            *at += 1;
        }
    };
    let year = number(4, &mut at)?;
    separator(&mut at, b"-_");
    let month = number(2, &mut at)?;
    separator(&mut at, b"-_");
    let day = number(2, &mut at)?;
    separator(&mut at, b"-_T");
    let hour = number(2, &mut at)?;
    separator(&mut at, b"-_:");
    let minute = number(2, &mut at).unwrap_or(0);
    separator(&mut at, b"-_:");
    let second = number(2, &mut at).filter(|second| *second < 60).unwrap_or(0);
    if !(1990..2100).contains(&year) {
        return None;
    }
    let small = |value: i16| i8::try_from(value).ok();
    civil::DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0)
        .ok()?
        .to_zoned_datetime(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLOUDTRAIL: &str = "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/";

    fn layout(template: &str) -> Layout {
        template.parse().expect("a layout")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a timestamp")
    }

    #[test]
    fn partitions_are_the_prefixes_that_hold_the_range() {
        let range = TimeRange::new(at("2026-11-22T22:30:00Z"), at("2026-11-23T01:00:00Z"));
        let days = layout(CLOUDTRAIL).partitions(range, &["111122223333", "us-east-1"]);
        let prefixes: Vec<_> = days.iter().map(|partition| partition.prefix.as_str()).collect();
        assert_eq!(
            prefixes,
            [
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/22/",
                "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/"
            ]
        );
        let hours = layout("app/dt={yyyy}-{MM}-{dd}-{HH}/").partitions(range, &[]);
        assert_eq!(hours.len(), 3);
        assert_eq!(hours[2].prefix, "app/dt=2026-11-23-00/");
    }

    #[test]
    fn a_layout_without_time_is_one_partition() {
        let range = TimeRange::new(at("2026-11-22T22:30:00Z"), at("2026-11-23T01:00:00Z"));
        assert_eq!(layout("flat/").partitions(range, &[])[0].prefix, "flat/");
    }

    #[test]
    fn unknown_names_are_listed_one_after_the_other() {
        let moment = at("2026-11-23T01:00:00Z");
        let layout = layout(CLOUDTRAIL);
        assert_eq!(layout.unknown_prefix(moment, &[]).as_deref(), Some("AWSLogs/"));
        assert_eq!(layout.value_in("AWSLogs/111122223333/", "AWSLogs/"), Some("111122223333"));
        assert_eq!(
            layout.unknown_prefix(moment, &["111122223333"]).as_deref(),
            Some("AWSLogs/111122223333/CloudTrail/")
        );
        assert_eq!(layout.unknown_prefix(moment, &["111122223333", "us-east-1"]), None);
    }

    #[test]
    fn the_file_name_tells_the_time_before_the_path_does() {
        let key = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/111122223333_CloudTrail_us-east-1_20261123T0131Z_kP2xQy.json.gz";
        let exact = |text| Some(TimeRange::new(at(text), at(text)));
        assert_eq!(layout(CLOUDTRAIL).time_of(key), exact("2026-11-23T01:31:00Z"));
        for account in ["218007301253", "201611152312"] {
            let key = format!("logs/{account}_CloudTrail_us-east-1_20230710T1145Z_7xgocspSowgK0Gto.json");
            assert_eq!(layout("logs/").time_of(&key), exact("2023-07-10T11:45:00Z"), "an account's id is no time");
        }
        assert_eq!(layout("logs/").time_of("logs/202611230131_app.log"), exact("2026-11-23T01:31:00Z"));
        let key = "app/dt=2026-11-23-01/part-0001.json.gz";
        let hour = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T02:00:00Z"));
        assert_eq!(layout("app/dt={yyyy}-{MM}-{dd}-{HH}/").time_of(key), Some(hour));
        let firehose = "2026/11/23/01/stream-1-2026-11-23-01-31-07-0f3a.gz";
        assert_eq!(layout("{yyyy}/{MM}/{dd}/{HH}/").time_of(firehose), exact("2026-11-23T01:31:07Z"));
    }

    #[test]
    fn a_key_of_another_layout_does_not_match() {
        assert!(layout(CLOUDTRAIL).matches("AWSLogs/111122223333/CloudTrail/us-east-1/2026/11/23/x.json.gz"));
        for key in
            ["AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/11/23/x", "AWSLogs//CloudTrail/a/2026/11/23/x", "é", ""]
        {
            assert!(!layout(CLOUDTRAIL).matches(key), "{key}");
        }
    }

    #[test]
    fn layouts_of_aws_services_are_known_by_their_keys() {
        let key = "trail/AWSLogs/o-abc123/111122223333/CloudTrail/us-east-1/2026/11/23/x.json.gz";
        let (template, name) = Layout::known(key).expect("CloudTrail's layout");
        assert_eq!(template, "trail/AWSLogs/{organization}/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/");
        assert_eq!(name, "cloudtrail");
        for key in ["AWSLogs/1234/CloudTrail/r/2026/11/23/x", "xAWSLogs/111122223333/CloudTrail/r/2026/11/23/x", "a/b"]
        {
            assert_eq!(Layout::known(key), None, "{key}");
        }
    }

    #[test]
    fn a_literal_layout_takes_braces_as_they_are() {
        let layout = Layout::literal("a{b/");
        assert!(layout.matches("a{b/c") && !layout.matches("a/c"));
        assert_eq!(layout.root(), "a{b/");
    }

    #[test]
    fn mistakes_are_told_with_their_place() {
        assert_eq!(
            "a/{yyyy".parse::<Layout>().expect_err("no partner").to_string(),
            "layout \"a/{yyyy\": the brace at column 3 has no partner"
        );
        assert!("a}b".parse::<Layout>().is_err());
        let error = "{dd}/{MM}".parse::<Layout>().expect_err("order").to_string();
        assert!(error.contains("{dd} needs the coarser units"), "{error}");
    }

    proptest::proptest! {
        #[test]
        fn any_key_and_any_template_are_survived(template in ".{0,40}", key in ".{0,80}") {
            if let Ok(layout) = template.parse::<Layout>() {
                let _ = layout.time_of(&key);
            }
            let _ = layout("{a}x/{yyyy}{MM}-{dd}/").time_of(&key);
        }
    }
}
