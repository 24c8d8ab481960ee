//! Proposals for lines that are alike: what is constant stays, what varies becomes a field.

use super::names::{self, Field};
use super::table::unique;
use super::tokens::{Class, Token, tokens};
use super::{Draft, quoted, times};

/// Patterns of whole lines that a proposal has, besides the one that takes all.
const PATTERNS: usize = 6;
/// Lines that each of them is made of, at least.
const LINES: usize = 2;

/// A proposal, where the lines begin alike.
pub(super) fn propose(lines: &[&str], name: &str) -> Option<String> {
    let (records, begins) = records(lines);
    let rows: Vec<Vec<Token<'_>>> =
        records.iter().map(|record| tokens(record.split('\n').next().unwrap_or_default())).collect();
    let mut common = common(&rows);
    let is_whole =
        rows.iter().all(|row| row.len() == common.slots.len()) && records.iter().all(|record| !record.contains('\n'));
    let mut patterns: Vec<Vec<Slot>> = Vec::new();
    // A sample of each kind, and the first.
    let mut samples = vec![0];
    if !is_whole {
        common.trim();
        let least = if common.is_telling() { LINES } else { 1 };
        for (mut slots, first) in alike(&rows, &records, least) {
            // What varies at the start of all lines is a field in each of them.
            for (slot, common) in slots.iter_mut().zip(&common.slots).filter(|(_, common)| !common.is_constant()) {
                *slot = common.clone();
            }
            patterns.push(slots);
            samples.push(first);
        }
        samples.extend(0..records.len().min(super::SAMPLES));
    }
    samples.sort_unstable();
    samples.dedup();
    let is_common = common.is_telling();
    if !is_common && (patterns.is_empty() || !patterns.iter().all(|slots| is_telling(slots))) {
        return None;
    }
    let mut writer = Writer::default();
    let mut written: Vec<String> = patterns.iter().map(|slots| writer.pattern(slots, false)).collect();
    if is_common {
        written.push(writer.pattern(&common.slots, !is_whole));
    }
    written.dedup();
    let fields: Vec<Field<'_>> = writer.fields.iter().map(Known::field).collect();
    let rules = names::rules(&fields);
    let mut draft = Draft::new(name, &format!("{} lines", lines.len()), &names::columns(&rules));
    if let Some(begins) = &begins {
        draft.key("records", "blocks");
        draft.key("begins", begins);
    }
    let shown: Vec<String> = writer
        .fields
        .iter()
        .filter(|known| known.formats.is_empty())
        .take(6)
        .map(|known| format!("{{{}}}", known.name))
        .collect();
    if !shown.is_empty() {
        draft.key("message", &shown.join(" "));
    }
    draft.ecs(&rules);
    draft.table("[[line]]");
    match &written[..] {
        [pattern] => draft.key("regex", pattern),
        patterns => {
            draft.line("# Tried in order.");
            draft.line("regex = [");
            for pattern in patterns {
                draft.line(&format!("  {},", quoted(pattern)));
            }
            draft.line("]");
        }
    }
    let kind = |known: &Known| match known.class {
        Class::Ip => Some("ip"),
        Class::Number if known.values.iter().any(|value| value.contains('.')) => Some("float"),
        Class::Number => Some("int"),
        _ => None,
    };
    let types: Vec<_> = writer.fields.iter().filter_map(|known| Some((known.name.clone(), kind(known)?))).collect();
    draft.types(&types);
    if let Some(known) = writer.fields.iter().find(|known| !known.formats.is_empty()) {
        draft.time(&known.name, &known.formats);
    }
    draft.samples(samples.into_iter().map(|index| &*records[index]));
    Some(draft.text)
}

/// The records that the lines are: blocks, where some of them begin with a time and the others do not.
fn records(lines: &[&str]) -> (Vec<String>, Option<String>) {
    let plain = || lines.iter().map(|line| (*line).to_owned()).collect();
    let Some(first) = lines.first() else { return (Vec::new(), None) };
    let lead: usize = first.chars().take_while(|character| "[<(\"".contains(*character)).count();
    let Some((time, _)) = times::leading(&first[lead..]) else { return (plain(), None) };
    let begins = |line: &str| {
        line.get(..lead) == Some(&first[..lead])
            && times::leading(&line[lead..]).is_some_and(|(other, _)| other == time)
    };
    let count = lines.iter().filter(|line| begins(line)).count();
    if count == lines.len() || count < LINES && lines.len() > 3 {
        return (plain(), None);
    }
    let mut records: Vec<String> = Vec::new();
    for line in lines {
        match records.last_mut().filter(|_| !begins(line)) {
            Some(last) => {
                last.push('\n');
                last.push_str(line);
            }
            None => records.push((*line).to_owned()),
        }
    }
    (records, Some(format!("{}{}", escape(&first[..lead]), time.pattern)))
}

/// One place of a pattern.
#[derive(Clone, Debug)]
struct Slot {
    class: Class,
    /// The text that all lines have there, or those that they have.
    texts: Vec<String>,
}

impl Slot {
    fn of(token: Token<'_>) -> Self {
        Slot { class: token.class, texts: vec![token.text.to_owned()] }
    }

    fn is_constant(&self) -> bool {
        self.texts.len() == 1 && matches!(self.class, Class::Word | Class::Between)
    }

    /// Whether it is a level, and nothing else.
    fn is_level(&self) -> bool {
        self.texts.iter().all(|text| is_level(text))
    }

    /// Takes a token of another line in; false where they are too different.
    fn take(&mut self, token: Token<'_>) -> bool {
        let Some(class) = self.class.join(token.class) else { return false };
        if class == Class::Between && self.texts[0] != token.text {
            return false;
        }
        self.class = class;
        if !self.texts.iter().any(|text| text == token.text) && self.texts.len() < 64 {
            self.texts.push(token.text.to_owned());
        }
        true
    }
}

/// What all lines begin with.
struct Common {
    slots: Vec<Slot>,
}

impl Common {
    /// Leaves out words at the end that begin what varies.
    fn trim(&mut self) {
        let is_loose = |slot: &Slot| {
            slot.class == Class::Quoted || slot.class == Class::Word && !slot.is_constant() && !slot.is_level()
        };
        while self.slots.last().is_some_and(is_loose) {
            self.slots.pop();
        }
    }

    fn is_telling(&self) -> bool {
        is_telling(&self.slots)
    }
}

/// Whether lines of another log are most likely different: a time or an address, or some words.
fn is_telling(slots: &[Slot]) -> bool {
    let is_sure = |slot: &Slot| match slot.class {
        Class::Time(time) => !time.format.starts_with("epoch"),
        Class::Ip => true,
        _ => false,
    };
    let words = slots.iter().filter(|slot| slot.class == Class::Word && slot.is_constant());
    let letters: usize = words.map(|slot| slot.texts[0].chars().filter(char::is_ascii_alphabetic).count()).sum();
    slots.iter().any(is_sure) || letters >= 6
}

fn common(rows: &[Vec<Token<'_>>]) -> Common {
    let Some((first, others)) = rows.split_first() else { return Common { slots: Vec::new() } };
    let mut slots: Vec<Slot> = first.iter().map(|token| Slot::of(*token)).collect();
    for row in others {
        let mut length = 0;
        for (slot, token) in slots.iter_mut().zip(row) {
            if !slot.take(*token) {
                break;
            }
            length += 1;
        }
        slots.truncate(length);
    }
    Common { slots }
}

/// Patterns of lines that are alike from end to end: the same tokens in a row, most of their words the same. With each
/// the number of the first of its lines.
fn alike(rows: &[Vec<Token<'_>>], records: &[String], least: usize) -> Vec<(Vec<Slot>, usize)> {
    struct Group {
        slots: Vec<Slot>,
        first: usize,
        count: usize,
    }
    let mut groups: Vec<Group> = Vec::new();
    for (index, (row, record)) in rows.iter().zip(records).enumerate() {
        if record.contains('\n') || row.is_empty() {
            continue;
        }
        match groups.iter().position(|group| is_alike(&group.slots, row)) {
            Some(at) => {
                let group = &mut groups[at];
                for (slot, token) in group.slots.iter_mut().zip(row) {
                    slot.take(*token);
                }
                group.count += 1;
            }
            None if groups.len() < 256 => {
                let slots = row.iter().map(|token| Slot::of(*token)).collect();
                groups.push(Group { slots, first: index, count: 1 });
            }
            None => {}
        }
    }
    groups.retain(|group| group.count >= least && group.slots.iter().any(|slot| !slot.is_constant()));
    // The most frequent first; of equally many the one that came first.
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups.into_iter().map(|group| (group.slots, group.first)).take(PATTERNS).collect()
}

fn is_alike(slots: &[Slot], row: &[Token<'_>]) -> bool {
    let is_fitting = |(slot, token): (&Slot, &Token<'_>)| match slot.class.join(token.class) {
        Some(Class::Between) => slot.texts[0] == token.text,
        Some(_) => true,
        None => false,
    };
    if slots.len() != row.len() || !slots.iter().zip(row).all(is_fitting) {
        return false;
    }
    let words = || slots.iter().zip(row).filter(|(slot, _)| slot.class == Class::Word);
    let same = words().filter(|(slot, token)| slot.texts.iter().any(|text| text == token.text)).count();
    same * 2 >= words().count()
}

/// A field of the patterns so far.
struct Known {
    name: String,
    class: Class,
    values: Vec<String>,
    /// The formats of a time.
    formats: Vec<&'static str>,
}

impl Known {
    fn field(&self) -> Field<'_> {
        Field { path: self.name.clone(), values: self.values.iter().map(String::as_str).collect() }
    }
}

/// Writes patterns, and gives the fields their names.
#[derive(Default)]
struct Writer {
    fields: Vec<Known>,
}

const LEVELS: [&str; 17] = [
    "trace",
    "debug",
    "info",
    "information",
    "notice",
    "warn",
    "warning",
    "error",
    "err",
    "crit",
    "critical",
    "fatal",
    "severe",
    "alert",
    "emerg",
    "panic",
    "verbose",
];

/// Whether a word is the level of a log.
pub(super) fn is_level(word: &str) -> bool {
    LEVELS.contains(&word.to_ascii_lowercase().as_str())
}

impl Writer {
    /// The pattern of these slots; where it `goes_on`, the rest of a record is its message.
    fn pattern(&mut self, slots: &[Slot], goes_on: bool) -> String {
        let mut pattern = String::new();
        let mut here: Vec<String> = Vec::new();
        for (index, slot) in slots.iter().enumerate() {
            if slot.is_constant() {
                pattern.push_str(&escape(&slot.texts[0]));
                continue;
            }
            let name = unique(&name_of(slots, index), &here);
            // What stands between two tokens never belongs to a word, so a word ends where it did.
            let class = match slot.class {
                Class::Word => word_class(slots.get(index + 1)),
                class => class.pattern().to_owned(),
            };
            pattern.extend(["(?<", &*name, ">", &*class, ")"]);
            self.note(&name, slot);
            here.push(name);
        }
        if goes_on {
            pattern.push_str("(?<message>.*)");
            self.note("message", &Slot { class: Class::Word, texts: vec![String::new(), "x y".to_owned()] });
        }
        pattern
    }

    fn note(&mut self, name: &str, slot: &Slot) {
        let format = if let Class::Time(time) = slot.class { Some(time.format) } else { None };
        if let Some(known) = self.fields.iter_mut().find(|known| known.name == name) {
            known.class = known.class.join(slot.class).unwrap_or(Class::Word);
            known.values.extend(slot.texts.iter().cloned());
            known.formats.extend(format.filter(|format| !known.formats.contains(format)));
        } else {
            let (name, values, formats) = (name.to_owned(), slot.texts.clone(), format.into_iter().collect());
            self.fields.push(Known { name, class: slot.class, values, formats });
        }
    }
}

/// The pattern of a word, which ends before what follows it.
fn word_class(next: Option<&Slot>) -> String {
    match next.and_then(|slot| slot.texts.first()?.chars().next()) {
        None => r"\S+".to_owned(),
        Some(character) if character.is_whitespace() => r"\S+?".to_owned(),
        Some(character) => format!(r"[^\s{}]+", regex_syntax::escape(&character.to_string())),
    }
}

/// The pattern of a text that stands for itself.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 4);
    for character in text.chars() {
        if r"\.+*?()|[]{}^$".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// A name for a field: that of its key, the word before it, or its class.
fn name_of(slots: &[Slot], index: usize) -> String {
    let slot = &slots[index];
    if let Class::Time(_) = slot.class {
        return "time".to_owned();
    }
    if slot.is_level() {
        return "level".to_owned();
    }
    let class = match slot.class {
        Class::Ip => "ip",
        Class::Number => "number",
        Class::Quoted => "quoted",
        _ => "word",
    };
    let text_at = |at: Option<usize>| at.and_then(|at| slots.get(at)).map_or("", |slot| &slot.texts[0]);
    let is_word_at = |at: Option<usize>| at.and_then(|at| slots.get(at)).is_some_and(|slot| slot.class == Class::Word);
    let before_is = |text: &str| text_at(index.checked_sub(1)) == text;
    let is_before = |start: &str| text_at(Some(index + 1)).starts_with(start);
    if class == "number" && before_is("[") && is_before("]") && is_word_at(index.checked_sub(2)) {
        return "pid".to_owned();
    }
    // Behind the time of syslog stand the host and the program.
    let is_syslog = |at: Option<usize>| {
        let class = at.and_then(|at| slots.get(at)).map(|slot| slot.class);
        matches!(class, Some(Class::Time(time)) if time.format == "syslog") && text_at(at.map(|at| at + 1)) == " "
    };
    if is_syslog(index.checked_sub(2)) && class != "ip" {
        return "host".to_owned();
    }
    if is_syslog(index.checked_sub(4)) && class == "word" && before_is(" ") && (is_before("[") || is_before(":")) {
        return "program".to_owned();
    }
    let before =
        index.checked_sub(2).map(|at| &slots[at]).filter(|before| before.class == Class::Word && before.is_constant());
    let is_joined =
        index.checked_sub(1).is_some_and(|at| [" ", "=", ": ", ":", "=\"", "[", " \""].contains(&&*slots[at].texts[0]));
    let word = before.filter(|_| is_joined).map(|before| before.texts[0].to_ascii_lowercase()).unwrap_or_default();
    let word = word.replace('-', "_");
    let is_name = word.len() <= 24
        && word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    // Small words say what relation there is, and an address needs no more.
    let is_telling = !["a", "an", "the", "is", "was", "of", "in", "on", "at", "to", "for", "by", "with", "and", "or"]
        .contains(&&*word);
    if is_name && is_telling { word } else { class.to_owned() }
}
