//! Layouts recognised from sampled keys: those of AWS's services, and the usual home-made ones.
//!
//! The shapes are those of the services' documentation: CloudTrail ("CloudTrail log file names"), VPC ("Flow log files"),
//! Elastic Load Balancing ("Access log files"), AWS WAF ("Log destinations"), S3 ("Log object key format"), CloudFront
//! ("File name format"), Config, GuardDuty, Network Firewall, and Data Firehose ("custom prefixes").

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::is_account;
use crate::domain::Layout;

/// Templates that differ in one folder's name become one with a placeholder from so many on.
const ALIKE: usize = 8;
/// Templates of one folder that differ in the beginning of the file names become that folder from so many on.
const FILES_ALIKE: usize = 5;

/// A layout that keys have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// The template.
    pub template: String,
    /// The usual name of such a source; empty where nothing names it.
    pub name: String,
    /// Whether its keys tell a time.
    pub is_dated: bool,
    /// The places of its keys in the sample.
    pub keys: Vec<usize>,
}

/// The keys of one template, and the names that they give.
#[derive(Debug, Default)]
struct Group {
    names: BTreeSet<String>,
    is_dated: bool,
    keys: Vec<usize>,
}

/// What a key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// A log's, of this template and usual name; `is_dated` where it tells a time.
    Log {
        /// The template.
        template: String,
        /// The usual name of such a source.
        name: String,
        /// Whether it tells a time.
        is_dated: bool,
    },
    /// None of a log, for this reason.
    LeftOut(&'static str),
}

/// The layouts of a sample of keys, those with most keys first, and what was left out: why, and how often.
pub fn recognise(keys: &[&str]) -> (Vec<Recognised>, BTreeMap<&'static str, usize>) {
    let mut found: BTreeMap<String, Group> = BTreeMap::new();
    let mut left_out = BTreeMap::new();
    for (index, key) in keys.iter().enumerate() {
        match read(key) {
            Reading::Log { template, name, is_dated } => {
                let entry = found.entry(template).or_default();
                entry.names.insert(name);
                entry.is_dated = is_dated;
                entry.keys.push(index);
            }
            Reading::LeftOut(why) => *left_out.entry(why).or_default() += 1,
        }
    }
    let mut all: Vec<Recognised> = found
        .into_iter()
        .map(|(template, Group { names, is_dated, keys })| {
            let mut named = names.into_iter();
            // Load balancers of several kinds write into the same folder.
            let name = match (named.next(), named.next()) {
                (Some(name), None) => name,
                _ if template.contains("elasticloadbalancing") => "elb".to_owned(),
                (Some(name), _) => name,
                _ => String::new(),
            };
            Recognised { template, name, is_dated, keys }
        })
        .collect();
    all = merged(all, ALIKE, folder_left_open);
    all = merged(all, FILES_ALIKE, file_left_open);
    all.sort_by(|one, other| other.keys.len().cmp(&one.keys.len()).then_with(|| one.template.cmp(&other.template)));
    (all, left_out)
}

/// What a key is.
pub fn read(key: &str) -> Reading {
    if key.ends_with('/') {
        return Reading::LeftOut("folder markers");
    }
    if key.contains(['{', '}']) {
        return Reading::LeftOut("keys with braces, which no template can name");
    }
    if is_own(key) {
        return Reading::LeftOut("the index of scops");
    }
    let read = of_aws(key).unwrap_or_else(|| home_made(key));
    match &read {
        // A template that does not match what it was made of would show an empty source.
        Reading::Log { template, .. } if !template.parse().is_ok_and(|layout: Layout| layout.matches(key)) => {
            Reading::LeftOut("keys of no known shape")
        }
        _ => read,
    }
}

fn is_own(key: &str) -> bool {
    let has = |folder: &str| key.starts_with(folder) || key.contains(&format!("/{folder}"));
    has("terms/dt=") || has("records/source=")
}

/// Below `AWSLogs/`: `[o-…/]<account>/<service>/…`, or Hive's `aws-account-id=…/aws-service=…`.
fn of_aws(key: &str) -> Option<Reading> {
    let (before, after) = key.split_once("AWSLogs/")?;
    if !(before.is_empty() || before.ends_with('/')) {
        return None;
    }
    let mut segments: Vec<&str> = after.split('/').collect();
    let file = segments.pop()?;
    let mut rest = segments.into_iter().peekable();
    let mut template = format!("{before}AWSLogs/");
    if rest.peek()?.starts_with("o-") {
        template.push_str("{organization}/");
        rest.next();
    }
    let account = rest.next()?;
    let service = if let Some(value) = account.strip_prefix("aws-account-id=") {
        is_account(value).then_some(())?;
        let service = rest.next()?;
        template.push_str("aws-account-id={account}/");
        template.push_str(service);
        template.push('/');
        service.strip_prefix("aws-service=")?
    } else {
        is_account(account).then_some(())?;
        let service = rest.next()?;
        template.push_str("{account}/");
        template.push_str(service);
        template.push('/');
        service
    };
    if service == "CloudTrail-Digest" {
        return Some(Reading::LeftOut("CloudTrail's digests, which hold signatures of its files and no events"));
    }
    let rest: Vec<&str> = rest.collect();
    let mut kind = "";
    let (mut at, mut names) = (0, 0);
    while let Some(segment) = rest.get(at) {
        if Dated::begins(&rest[at..]) {
            break;
        }
        match segment.split_once('=') {
            Some((key, value)) if is_region(value) => drop(write!(template, "{key}={{region}}/")),
            Some((key, _)) => drop(write!(template, "{key}={{{}}}/", placeholder(key))),
            None if is_region(segment) || *segment == "cloudfront" => template.push_str("{region}/"),
            None if service == "network-firewall" && at == 0 => {
                kind = segment;
                template.push_str(segment);
                template.push('/');
            }
            None => {
                names += 1;
                let name = match service {
                    "WAFLogs" => "acl",
                    "network-firewall" => "firewall",
                    _ => "name",
                };
                let number = if names > 1 { names.to_string() } else { String::new() };
                let _ = write!(template, "{{{name}{number}}}/");
            }
        }
        at += 1;
    }
    let mut dated = Dated::default();
    // Config writes months and days without zeros: only the year has a width.
    let most = if service == "Config" { 1 } else { 5 };
    for segment in &rest[at..] {
        if dated.units() == most || !dated.push(segment, &mut template) {
            break;
        }
    }
    let name = match service {
        "elasticloadbalancing" => load_balancer(file).to_owned(),
        "vpcflowlogs" => "vpcflow".to_owned(),
        "WAFLogs" => "waf".to_owned(),
        "network-firewall" if !kind.is_empty() => format!("network-firewall-{kind}"),
        _ => clean(service),
    };
    Some(Reading::Log { template, name, is_dated: dated.units() > 0 })
}

fn load_balancer(file: &str) -> &'static str {
    let name = file.split_once("_elasticloadbalancing_").map_or("", |(_, rest)| rest);
    if file.starts_with("conn_log.") {
        "alb-connections"
    } else if file.starts_with("health_check_log_") {
        "alb-health"
    } else if name.contains("_app.") {
        "alb"
    } else if name.contains("_net.") {
        "nlb"
    } else {
        "clb"
    }
}

/// Folders, then folders that tell a time; else file names that tell one; else the top folder.
fn home_made(key: &str) -> Reading {
    let mut segments: Vec<&str> = key.split('/').collect();
    let file = segments.pop().unwrap_or_default();
    let mut template = String::new();
    let mut name = String::new();
    let mut dated = Dated::default();
    for (at, segment) in segments.iter().enumerate() {
        if dated.units() > 0 || Dated::begins(&segments[at..]) {
            let before = template.len();
            if !dated.push(segment, &mut template) {
                break;
            }
            let words = template[before..].split(['{', '=']).next().unwrap_or_default();
            if name.is_empty() {
                name = clean(words.trim_end_matches("dt"));
            }
            continue;
        }
        match segment.split_once('=') {
            Some((key, value)) if !key.is_empty() && !value.is_empty() => {
                let held = if is_region(value) { "region".to_owned() } else { placeholder(key) };
                let _ = write!(template, "{key}={{{held}}}/");
            }
            _ if is_account(segment) => template.push_str("{account}/"),
            _ if is_region(segment) => template.push_str("{region}/"),
            _ => {
                template.push_str(segment);
                template.push('/');
                name = clean(segment);
            }
        }
    }
    if dated.units() > 0 {
        if name.is_empty() {
            name = clean(stream(file).unwrap_or_default());
        }
        return Reading::Log { template, name, is_dated: true };
    }
    if let Some((begin, end, shape, _)) = date(file) {
        let known = if is_access_log(&file[begin..]) {
            "s3access"
        } else if is_cloudfront(&file[..begin], &file[end..]) {
            "cloudfront"
        } else {
            ""
        };
        let after: String = file[end..].chars().next().filter(|next| !next.is_alphanumeric()).into_iter().collect();
        let folder = &key[..key.len() - file.len()];
        let own = clean(file[..begin].trim_end_matches(['-', '_', '.']));
        let name = match (known, own.as_str()) {
            ("", "") => name,
            ("", own) => own.to_owned(),
            (known, _) => known.to_owned(),
        };
        return Reading::Log { template: format!("{folder}{}{shape}{after}", &file[..begin]), name, is_dated: true };
    }
    let top = segments.first().map(|top| format!("{top}/")).unwrap_or_default();
    Reading::Log { name: clean(top.trim_end_matches('/')), template: top, is_dated: false }
}

/// The units of time that a template has so far: year, month, day, hour, minute.
#[derive(Debug, Default)]
struct Dated(usize);

const UNITS: [(&str, usize, std::ops::RangeInclusive<u32>); 5] =
    [("yyyy", 4, 1990..=2099), ("MM", 2, 1..=12), ("dd", 2, 1..=31), ("HH", 2, 0..=23), ("mm", 2, 0..=59)];

impl Dated {
    fn units(&self) -> usize {
        self.0
    }

    /// Whether a time begins with these folders: a year with its month, or a date in one name.
    fn begins(folders: &[&str]) -> bool {
        let Some(first) = folders.first() else { return false };
        if date(first).is_some() {
            return true;
        }
        let of = |folder: &str, unit| unit_of(value_of(folder).1, unit);
        // Config's months have no zeros.
        let is_month =
            |folder: &str| folder.len() <= 2 && folder.parse().is_ok_and(|month: u32| (1..=12).contains(&month));
        of(first, 0) && folders.get(1).is_some_and(|next| of(next, 1) || is_month(value_of(next).1))
    }

    /// Appends what a folder tells; false where it tells no further time.
    fn push(&mut self, folder: &str, template: &mut String) -> bool {
        let (before, value) = value_of(folder);
        if self.0 < UNITS.len() && unit_of(value, self.0) {
            let _ = write!(template, "{before}{{{}}}/", UNITS[self.0].0);
            self.0 += 1;
            return true;
        }
        if self.0 > 0 {
            return false;
        }
        let Some((begin, end, shape, units)) = date(folder) else { return false };
        // What follows a date in its folder's name differs from one to the next.
        let ends = if end == folder.len() { "/" } else { "" };
        let _ = write!(template, "{}{shape}{ends}", &folder[..begin]);
        self.0 = if ends.is_empty() { UNITS.len() } else { units };
        true
    }
}

/// `hour=05` -> (`hour=`, `05`); what has no `=` is all value.
fn value_of(folder: &str) -> (&str, &str) {
    folder.find('=').map_or(("", folder), |at| folder.split_at(at + 1))
}

fn unit_of(value: &str, unit: usize) -> bool {
    let (_, width, within) = &UNITS[unit];
    value.len() == *width
        && value.bytes().all(|byte| byte.is_ascii_digit())
        && value.parse().is_ok_and(|number| within.contains(&number))
}

/// Whether a folder's name is a date, alone or behind a `=`.
pub(super) fn is_date(name: &str) -> bool {
    date(value_of(name).1).is_some_and(|(begin, ..)| begin == 0)
}

/// The first full date in a name: where it begins and ends, its template, and how many units it has.
fn date(name: &str) -> Option<(usize, usize, String, usize)> {
    let bytes = name.as_bytes();
    // AWS begins its file names with the account's id, and 202611231234 looks like a minute.
    let has_account = name.split_once('_').is_some_and(|(account, _)| is_account(account));
    (if has_account { 12 } else { 0 }..bytes.len()).find_map(|begin| {
        let is_inside = begin > 0 && bytes[begin - 1].is_ascii_digit();
        if is_inside || !name.is_char_boundary(begin) { None } else { date_at(name, begin) }
    })
}

fn date_at(name: &str, begin: usize) -> Option<(usize, usize, String, usize)> {
    let mut shape = String::new();
    let mut at = begin;
    let mut units = 0;
    for (unit, (placeholder, width, _)) in UNITS.iter().enumerate().take(4) {
        let mut from = at;
        let separator = name[at..].chars().next().filter(|separator| "-_T".contains(*separator) && unit > 0);
        if let Some(separator) = separator {
            from += separator.len_utf8();
        }
        if !name.get(from..from + width).is_some_and(|digits| unit_of(digits, unit)) {
            break;
        }
        shape.extend(separator);
        let _ = write!(shape, "{{{placeholder}}}");
        at = from + width;
        units = unit + 1;
    }
    // Minutes and seconds may follow the hour; any other digits make it a number.
    let more = name[at..].bytes().take_while(u8::is_ascii_digit).count();
    let is_whole = more == 0 || units == 4 && matches!(more, 2 | 4);
    (units >= 3 && is_whole).then_some((begin, at, shape, units))
}

/// `2026-11-23-01-31-07-0123456789ABCDEF`
fn is_access_log(name: &str) -> bool {
    let parts: Vec<&str> = name.split('-').collect();
    parts.len() == 7
        && parts[1..6].iter().all(|part| part.len() == 2)
        && parts[6].len() == 16
        && parts[6].bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `EMLARXS9EXAMPLE.` before the date, `.a1b2c3d4.gz` after it.
fn is_cloudfront(before: &str, after: &str) -> bool {
    let id = before.strip_suffix('.').unwrap_or_default();
    let is_id = id.len() > 8 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    is_id && after.strip_prefix('.').is_some_and(|hash| hash.split_once('.').is_some_and(|(_, ending)| ending == "gz"))
}

/// The stream in a name of Firehose's: `<stream>-<version>-YYYY-…`.
fn stream(file: &str) -> Option<&str> {
    let (begin, ..) = date(file)?;
    let before = file[..begin].strip_suffix('-')?;
    let (stream, version) = before.rsplit_once('-')?;
    (!version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())).then_some(stream)
}

/// Whether a text is the name of a region, a local zone's too: `us-east-1`, `us-gov-west-1`, `us-west-2-lax-1`.
pub(super) fn is_region(text: &str) -> bool {
    const AREAS: [&str; 9] = ["us", "eu", "ap", "sa", "ca", "me", "af", "il", "cn"];
    let mut parts = text.split('-');
    let area = parts.next().unwrap_or_default();
    let parts: Vec<&str> = parts.collect();
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_number = |part: &str| part.len() == 1 && part.bytes().all(|byte| byte.is_ascii_digit());
    (AREAS.contains(&area) || area == "mx")
        && (2..=5).contains(&parts.len())
        && parts.last().is_some_and(|last| is_number(last))
        && is_word(parts[0])
        && parts.iter().all(|part| is_word(part) || is_number(part))
}

/// A name for a placeholder that is none of time.
fn placeholder(key: &str) -> String {
    let name: String = key.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).collect();
    if name.is_empty() || UNITS.iter().any(|(unit, ..)| *unit == name) { "name".to_owned() } else { name }
}

/// A name for a source: letters, digits and dashes in lower case.
pub fn clean(text: &str) -> String {
    let name: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).take(40).collect();
    name.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// Templates that are one with something left open become that one, from `least` on.
fn merged(all: Vec<Recognised>, least: usize, left_open: fn(&str) -> Vec<String>) -> Vec<Recognised> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in all.iter().filter(|one| one.is_dated) {
        for open in left_open(&one.template) {
            *counts.entry(open).or_default() += 1;
        }
    }
    let mut merged: BTreeMap<String, Recognised> = BTreeMap::new();
    for one in all {
        let open = left_open(&one.template).into_iter().filter(|open| counts.get(open).is_some_and(|n| *n >= least));
        let Some(open) = open.max_by_key(|open| counts[open]).filter(|_| one.is_dated) else {
            merged.insert(one.template.clone(), one);
            continue;
        };
        let is_dated = open.contains("{yyyy}");
        let name =
            clean(open.split('{').next().unwrap_or_default().trim_end_matches('/').rsplit('/').next().unwrap_or(""));
        let whole = Recognised { template: open.clone(), name, is_dated, keys: Vec::new() };
        merged.entry(open).or_insert(whole).keys.extend(one.keys);
    }
    merged.into_values().collect()
}

/// A template with one of its folders' names left open; never the first: beside each other lie logs of different kinds.
fn folder_left_open(template: &str) -> Vec<String> {
    let folders: Vec<&str> = template.split('/').collect();
    let open = |at: usize| {
        let mut folders = folders.clone();
        folders[at] = "{name}";
        folders.join("/")
    };
    (1..folders.len().saturating_sub(1)).filter(|at| !folders[*at].contains(['{', '='])).map(open).collect()
}

/// The folder of a template whose file names tell the time.
fn file_left_open(template: &str) -> Vec<String> {
    if template.ends_with('/') {
        return Vec::new();
    }
    template
        .rsplit_once('/')
        .filter(|(folder, _)| !folder.contains('{'))
        .map(|(folder, _)| format!("{folder}/"))
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests;
