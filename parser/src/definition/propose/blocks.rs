//! Proposals for blocks of lines: a head that begins with a time, and lines below it that each tell of one topic.

use super::names::{self, Field};
use super::table::unique;
use super::times::{self, Time};
use super::{Draft, SAMPLES, quoted};

/// Lines before the first head: a banner.
const BANNER: usize = 3;
/// The longest run of signs before a head's time or a topic's name, in bytes.
const LEAD: usize = 8;
/// Topics that a proposal reads.
const TOPICS: usize = 24;
/// Parts of a topic that it reads.
const PARTS: usize = 6;
/// What parts of a topic stand between.
const BETWEEN: [&str; 3] = [" | ", "; ", ", "];
/// What a text may be enclosed in.
const ENCLOSING: [(char, char); 4] = [('<', '>'), ('"', '"'), ('[', ']'), ('(', ')')];

/// A head and the lines below it.
struct Block<'l> {
    lines: Vec<&'l str>,
    /// What stands behind the head's time.
    head: &'l str,
}

/// A line that tells of a topic: `   ~ image : </usr/bin/cron> | pid 4121`.
struct Told<'l> {
    lead: &'l str,
    topic: &'l str,
    equals: char,
    rest: &'l str,
}

/// A field, the pattern that takes it, and its values.
struct Found<'l> {
    name: String,
    pattern: String,
    values: Vec<&'l str>,
}

/// A proposal, where there are at least two blocks and most lines below their heads tell of topics.
pub(super) fn propose(lines: &[&str], name: &str) -> Option<String> {
    let (banner, lead, time) = begin(lines)?;
    let comments = banner.iter().map(|line| mark(line)).collect::<Option<Vec<&str>>>()?;
    let rest = &lines[banner.len()..];
    if comments.iter().any(|mark| rest.iter().any(|line| line.starts_with(mark))) {
        return None;
    }
    let blocks = blocks(rest, lead, time);
    let below = || blocks.iter().flat_map(|block| &block.lines[1..]);
    let telling: Vec<Told<'_>> = below().filter_map(|line| told(line)).collect();
    let first = telling.first()?;
    let (topic_lead, equals) = (first.lead, first.equals);
    let telling: Vec<Told<'_>> =
        telling.into_iter().filter(|told| told.lead == topic_lead && told.equals == equals).collect();
    let wordy = below().filter(|line| line.contains(|letter: char| letter.is_alphanumeric())).count();
    if blocks.len() < 2 || telling.len() * 10 < wordy * 6 {
        return None;
    }

    let mut taken = vec!["time".to_owned(), "details".to_owned()];
    let heads: Vec<&str> = blocks.iter().map(|block| block.head).collect();
    let (head, mut fields) = head_fields(&heads, &mut taken);
    let count = fields.len();
    let between = BETWEEN.into_iter().find(|between| telling.iter().any(|told| told.rest.contains(between)));
    let mut topics: Vec<&str> = Vec::new();
    for told in &telling {
        if !topics.contains(&told.topic) && topics.len() < TOPICS {
            topics.push(told.topic);
        }
    }
    let mut extracts = Vec::new();
    let mut leading: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
    for topic in &topics {
        let rests: Vec<&str> = telling.iter().filter(|told| told.topic == *topic).map(|told| told.rest).collect();
        let found = topic_fields(topic, &rests, between, &mut taken);
        let parts: String = found.iter().map(|found| found.pattern.as_str()).collect();
        let lead = super::template::escape(topic_lead.trim_start());
        let topic = super::template::escape(topic);
        extracts.push(format!(r"(?:.*\n)?[ \t]*{lead}{topic} *{equals} *{parts} *(?:\n.*)?"));
        leading.extend(found.first().map(|found| found.name.clone()));
        fields.extend(found);
    }

    let known: Vec<Field<'_>> =
        fields.iter().map(|found| Field { path: found.name.clone(), values: found.values.clone() }).collect();
    let rules = names::rules(&known);
    let mut draft = Draft::new(name, &format!("{} blocks of lines", blocks.len()), &names::columns(&rules));
    draft.key("records", "blocks");
    let begins = format!("{}{}", super::template::escape(lead), time.pattern);
    draft.key("begins", &begins);
    if let Some(mark) = comments.first() {
        draft.line(&format!("comments = [{}]", quoted(mark)));
    }
    let shown: Vec<String> = leading
        .iter()
        .filter(|name| *name != "sequence")
        .take(count.min(3) + 3)
        .map(|name| format!("{{{name}}}"))
        .collect();
    draft.key("message", &shown.join(" "));
    draft.ecs(&rules);
    draft.table("[[line]]");
    draft.key("regex", &format!(r"{}(?<time>{}){head}\s*(?<details>.*)", super::template::escape(lead), time.pattern));
    for extract in extracts {
        draft.table("[[extract]]");
        draft.key("from", "details");
        draft.key("regex", &extract);
    }
    let types: Vec<_> = fields.iter().filter_map(|found| Some((found.name.clone(), kind(&found.values)?))).collect();
    draft.types(&types);
    draft.time("time", &[time.format]);
    let samples: Vec<String> = telling_blocks(&blocks).map(|block| block.lines.join("\n")).collect();
    draft.samples(samples.iter().map(String::as_str));
    Some(draft.text)
}

/// The lines before the first head, the signs before its time, and the time.
fn begin<'s, 'l>(lines: &'s [&'l str]) -> Option<(&'s [&'l str], &'l str, Time)> {
    lines.iter().take(BANNER + 1).enumerate().find_map(|(index, line)| {
        let length = line.find(|letter: char| letter.is_ascii_alphanumeric()).filter(|length| *length <= LEAD)?;
        let (time, _) = times::leading(&line[length..])?;
        Some((&lines[..index], &line[..length], time))
    })
}

/// The signs that a line of the banner begins with.
fn mark<'l>(line: &&'l str) -> Option<&'l str> {
    let is_sign = |letter: char| letter.is_ascii_punctuation();
    let end = line.find(|letter: char| !is_sign(letter)).unwrap_or(line.len());
    (end > 0).then(|| &line[..end])
}

fn blocks<'l>(lines: &[&'l str], lead: &str, time: Time) -> Vec<Block<'l>> {
    let mut blocks: Vec<Block<'l>> = Vec::new();
    for line in lines {
        let begun = line.strip_prefix(lead).and_then(|rest| {
            let (other, length) = times::leading(rest)?;
            (other == time).then(|| &rest[length..])
        });
        match (begun, blocks.last_mut()) {
            (Some(head), _) => blocks.push(Block { lines: vec![line], head }),
            (None, Some(block)) => block.lines.push(line),
            // Lines begin with a head, as it was found in the first.
            (None, None) => {}
        }
    }
    blocks
}

fn told(line: &str) -> Option<Told<'_>> {
    let start = line.find(|letter: char| letter.is_alphanumeric()).filter(|start| *start <= LEAD)?;
    let name = &line[start..];
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let end = name.find(|letter: char| !letter.is_ascii_alphanumeric() && !"_-".contains(letter))?;
    let after = name[end..].trim_start_matches(' ');
    let equals = after.chars().next().filter(|sign| ":=".contains(*sign))?;
    let rest = after[1..].trim();
    (!rest.is_empty()).then(|| Told { lead: &line[..start], topic: &name[..end], equals, rest })
}

/// The pattern of what stands behind the heads' time, and its fields: words with signs before them that tell what they
/// are. Where the heads are too different, all of it is one field.
fn head_fields<'l>(heads: &[&'l str], taken: &mut Vec<String>) -> (String, Vec<Found<'l>>) {
    let rows: Vec<Vec<&str>> = heads.iter().map(|head| head.split_whitespace().collect()).collect();
    let count = rows.first().map_or(0, Vec::len);
    if count > 16 || rows.iter().any(|row| row.len() != count) {
        let values = heads.iter().map(|head| head.trim()).collect();
        let name = named("head", taken);
        let found = Found { pattern: format!(r" *(?<{name}>[^\n]*?) *"), name, values };
        return (found.pattern.clone(), vec![found]);
    }
    let (mut pattern, mut fields) = (String::new(), Vec::new());
    for column in 0..count {
        let words = || rows.iter().map(|row| row[column]);
        let first = rows[0][column];
        let end = first.find(|letter: char| letter.is_alphanumeric()).unwrap_or(0);
        let sign = &first[..end];
        let sign = if words().all(|word| word.starts_with(sign) && word.len() > sign.len()) { sign } else { "" };
        let values: Vec<&str> = words().map(|word| &word[sign.len()..]).collect();
        pattern.push_str(r"\s+");
        pattern.push_str(&super::template::escape(sign));
        let is_number = values.iter().all(|value| is_number(value));
        let name = match sign {
            "@" => "host",
            "!" => "severity",
            "#" if is_number => "sequence",
            _ if values.iter().all(|value| value.parse::<std::net::IpAddr>().is_ok()) => "ip",
            _ if is_number => "number",
            _ if values.iter().all(|value| super::template::is_level(value)) => "level",
            _ => "event",
        };
        let name = named(name, taken);
        let class = if is_number { r"\d+" } else { r"\S+" };
        pattern.extend(["(?<", &*name, ">", class, ")"]);
        fields.push(Found { name, pattern: String::new(), values });
    }
    (pattern, fields)
}

/// The fields of one topic: what it is about, then words with a value behind them.
fn topic_fields<'l>(topic: &str, rests: &[&'l str], between: Option<&str>, taken: &mut Vec<String>) -> Vec<Found<'l>> {
    let enclosing = rests[0].chars().next().and_then(|first| ENCLOSING.into_iter().find(|(open, _)| *open == first));
    let enclosed = |rest: &'l str| {
        let (open, close) = enclosing?;
        let inner = rest.strip_prefix(open)?;
        let end = inner.find(close)?;
        Some((&inner[..end], &inner[end + 1..]))
    };
    let class = match between.and_then(|between| between.trim().chars().next()) {
        Some(sign) => format!(r"[^{}\n]*?", super::template::escape(&sign.to_string())),
        None => r"[^\n]*?".to_owned(),
    };
    let is_enclosed = rests.iter().all(|rest| enclosed(rest).is_some());
    let split = |rest: &'l str| -> (&'l str, Vec<&'l str>) {
        let (first, others) = match enclosed(rest).filter(|_| is_enclosed) {
            Some((inner, others)) => (inner, others),
            None => between.and_then(|between| rest.find(between)).map_or((rest, ""), |at| rest.split_at(at)),
        };
        let others = between.map_or(Vec::new(), |between| {
            others.split(between).map(str::trim).filter(|part| !part.is_empty()).collect()
        });
        (first, others)
    };
    let rows: Vec<_> = rests.iter().map(|rest| split(rest)).collect();
    let mut found = Vec::new();
    // A word that stands before the value each time tells more than the topic does.
    let kind = rows[0].0.split_once(' ').map(|(kind, _)| kind).filter(|kind| is_name(kind) && !is_enclosed);
    let valued = |first: &'l str| kind.map_or(Some(first), |kind| first.strip_prefix(kind)?.strip_prefix(' '));
    if let Some(values) = rows.iter().map(|row| valued(row.0)).collect::<Option<Vec<_>>>() {
        let name = named(kind.unwrap_or(topic), taken);
        let kind = kind.map_or(String::new(), |kind| format!("{} ", super::template::escape(kind)));
        let pattern = match enclosing.filter(|_| is_enclosed) {
            Some((open, close)) => {
                let (open, close) =
                    (super::template::escape(&open.to_string()), super::template::escape(&close.to_string()));
                format!(r"{open}(?<{name}>[^{close}\n]*){close}")
            }
            None => format!("{kind}(?<{name}>{class})"),
        };
        found.push(Found { name, pattern, values });
    } else {
        let name = named(topic, taken);
        found.push(Found {
            pattern: format!("(?<{name}>{class})"),
            name,
            values: rows.iter().map(|row| row.0).collect(),
        });
    }
    let mut parts: Vec<(&str, Vec<&str>)> = Vec::new();
    for part in rows.iter().flat_map(|row| &row.1) {
        let Some((word, value)) = part.split_once(' ').filter(|(word, _)| is_name(word)) else { continue };
        match parts.iter().position(|(known, _)| *known == word) {
            Some(at) => parts[at].1.push(value),
            None if parts.len() < PARTS => parts.push((word, vec![value])),
            None => {}
        }
    }
    let between = super::template::escape(between.unwrap_or_default());
    for (word, values) in parts {
        let name = if taken.iter().any(|taken| taken == word) { format!("{topic}_{word}") } else { word.to_owned() };
        let name = named(&name, taken);
        found.push(Found { pattern: format!("(?:{between}{word} (?<{name}>{class}))?"), name, values });
    }
    found
}

/// A name for a field that no other has.
fn named(word: &str, taken: &mut Vec<String>) -> String {
    let name = unique(&word.to_ascii_lowercase().replace('-', "_"), taken);
    taken.push(name.clone());
    name
}

fn is_name(word: &str) -> bool {
    word.len() <= 24
        && word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn is_number(value: &str) -> bool {
    !value.is_empty() && value.len() <= 18 && value.bytes().all(|byte| byte.is_ascii_digit())
}

fn kind(values: &[&str]) -> Option<&'static str> {
    if values.iter().all(|value| is_number(value)) {
        Some("int")
    } else if values.iter().all(|value| value.split('.').all(is_number) && value.matches('.').count() <= 1) {
        Some("float")
    } else if values.iter().all(|value| value.parse::<std::net::IpAddr>().is_ok()) {
        Some("ip")
    } else {
        None
    }
}

/// Few blocks that tell of as many topics as they can.
fn telling_blocks<'b, 'l>(blocks: &'b [Block<'l>]) -> impl Iterator<Item = &'b Block<'l>> {
    let mut seen: Vec<&str> = Vec::new();
    let is_new = move |block: &&Block<'l>| {
        let topics = block.lines[1..].iter().filter_map(|line| Some(told(line)?.topic));
        let new: Vec<&str> = topics.filter(|topic| !seen.contains(topic)).collect();
        seen.extend(&new);
        !new.is_empty()
    };
    blocks.iter().filter(is_new).take(SAMPLES)
}
