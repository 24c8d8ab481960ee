//! The line that names the columns, and how to tell that it does.

use std::collections::HashSet;

use super::TimeColumns;
use super::cells::{Cell, Cells};
use crate::frame::is_open_after;
use crate::time::EventTime;

/// The columns of a file.
#[derive(Debug)]
pub(super) struct Header {
    pub delimiter: u8,
    pub names: Vec<String>,
    /// What may tell a record's time, the most certain first.
    pub times: Vec<TimeColumns>,
}

const DELIMITERS: [u8; 5] = [b',', b';', b'\t', b'|', b' '];

/// Columns of one file.
const LIMIT: usize = 1024;

/// Characters of a name.
const NAME: usize = 128;

/// Rows that are compared with a header.
const SAMPLE: usize = 32;

/// Names of columns that hold the time of an event, letters and digits only.
const TIMES: [&str; 27] = [
    "timestamp",
    "eventtime",
    "eventtimestamp",
    "datetime",
    "time",
    "ts",
    "timegenerated",
    "generatedtime",
    "timecreated",
    "creationtime",
    "creationdate",
    "createdat",
    "created",
    "createddatetime",
    "starttime",
    "start",
    "logtime",
    "logdate",
    "eventdate",
    "receivetime",
    "receivedtime",
    "activitydatetime",
    "occurredat",
    "dateandtime",
    "date",
    "when",
    "epoch",
];

impl Header {
    /// Reads a header whose delimiter is told by it.
    pub(super) fn read(line: &[u8]) -> Self {
        Header::with(line, delimiter(line))
    }

    /// Reads a header whose delimiter is known.
    pub(super) fn with(line: &[u8], delimiter: u8) -> Self {
        let names = Cells::new(line, delimiter).take(LIMIT).enumerate();
        let name = |(index, cell): (usize, Cell<'_>)| match &*cell.text {
            "" => format!("column_{}", index + 1),
            // Each row repeats it.
            name => name.chars().take(NAME).collect(),
        };
        let names: Vec<String> = names.map(name).collect();
        let times = times(&names);
        Header { delimiter, names, times }
    }

    /// A header that is still to come.
    pub(super) fn unnamed(delimiter: u8) -> Self {
        Header { delimiter, names: Vec::new(), times: Vec::new() }
    }

    /// Whether `line` is the header again.
    pub(super) fn is_line(&self, line: &[u8]) -> bool {
        let mut cells = Cells::new(line, self.delimiter);
        self.names.iter().all(|name| cells.next().is_some_and(|cell| cell.text.chars().take(NAME).eq(name.chars())))
            && cells.next().is_none()
    }
}

/// The delimiter that a spreadsheet's first line names: `sep=;`.
pub(super) fn delimiter_line(line: &[u8]) -> Option<u8> {
    match line.strip_prefix(b"sep=")? {
        [delimiter] => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter that makes the most cells of a header.
fn delimiter(line: &[u8]) -> u8 {
    let cells = |delimiter: u8| Cells::new(line, delimiter).count_up_to(LIMIT);
    let most = DELIMITERS[..4].iter().copied().max_by_key(|delimiter| cells(*delimiter)).unwrap_or(b',');
    if cells(most) > 1 { most } else { b' ' }
}

/// Whether an object begins with a header: distinct names, and rows below that have as many cells and are of another
/// kind.
pub(super) fn begins(head: &[u8]) -> bool {
    let mut records = Records(head);
    let Some(mut first) = records.next() else { return false };
    let mut delimiter = delimiter(first);
    if let Some(told) = delimiter_line(first) {
        let Some(next) = records.next() else { return false };
        (first, delimiter) = (next, told);
    }
    let names: Vec<_> = Cells::new(first, delimiter).take(LIMIT + 1).collect();
    let distinct: HashSet<&str> = names.iter().map(|cell| &*cell.text).collect();
    let least = if delimiter == b' ' { 3 } else { 2 };
    if !(least..=LIMIT).contains(&names.len()) || distinct.len() < names.len() {
        return false;
    }
    // A frame of pandas has no name for its index.
    if !names.iter().enumerate().all(|(index, cell)| is_name(&cell.text) || index == 0 && cell.text.is_empty()) {
        return false;
    }
    // The last record of the head may be cut.
    let rows: Vec<&[u8]> = records.take(SAMPLE).collect();
    let whole = if rows.len() > 1 && rows.len() < SAMPLE { &rows[..rows.len() - 1] } else { &rows[..] };
    let mut is_other = vec![false; names.len()];
    let mut bad = 0;
    for row in whole {
        let cells: Vec<_> = Cells::new(row, delimiter).take(names.len() + 2).collect();
        let is_ended = cells.len() == names.len() + 1 && cells[names.len()].text.is_empty();
        if cells.len() != names.len() && !is_ended {
            bad += 1;
            continue;
        }
        for (is_other, cell) in is_other.iter_mut().zip(&cells) {
            *is_other |= !cell.text.is_empty() && !is_name(&cell.text);
        }
    }
    // Prose has spaces, and commas too: most rows must be whole, and between spaces all of them.
    let is_whole = if delimiter == b' ' { bad == 0 && is_other[0] } else { bad * 3 <= whole.len() };
    !whole.is_empty() && is_whole && (is_other.contains(&true) || !times_of(&distinct).is_empty())
}

/// Records between line ends that no quotes hold.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.0 = self.0.trim_ascii_start();
        let (mut end, mut is_open) = (0, false);
        for line in self.0.split_inclusive(|byte| *byte == b'\n') {
            end += line.len();
            is_open = is_open_after(line, is_open);
            if !is_open {
                break;
            }
        }
        let (record, rest) = self.0.split_at(end);
        self.0 = rest;
        (!record.is_empty()).then(|| record.trim_ascii_end())
    }
}

/// Whether a cell may name a column: a short text that begins with a letter, and no sentence, number or time.
fn is_name(text: &str) -> bool {
    let is_first = |first: char| first.is_alphabetic() || "_@#$".contains(first);
    let is_fine = |other: char| other.is_alphanumeric() || " _-./()[]#%$@:'*+&".contains(other);
    text.len() <= 64
        && text.chars().next().is_some_and(is_first)
        && text.chars().all(is_fine)
        && text.split(' ').count() <= 6
        && !text.contains(". ")
        && !text.contains("://")
        && !(text.contains('@') && text.contains('.'))
        && EventTime::any(text, None).is_none()
}

/// A name's letters and digits, in lower case.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn times_of(names: &HashSet<&str>) -> Vec<TimeColumns> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    times(&names)
}

/// The columns that may tell a record's time.
fn times(names: &[String]) -> Vec<TimeColumns> {
    // `Time (UTC)`, `utc_time`
    let zone = |plain: &str| plain.strip_suffix("utc").or_else(|| plain.strip_prefix("utc")).map(str::to_owned);
    let known: Vec<(String, bool, &String)> = names
        .iter()
        .map(|name| {
            let plain = plain(name);
            let within = zone(&plain).filter(|plain| !plain.is_empty());
            let is_utc = within.is_some();
            (within.unwrap_or(plain), is_utc, name)
        })
        .collect();
    let find = |wanted: &str| known.iter().find(|(plain, ..)| plain == wanted);
    let column = |wanted: &&str| {
        find(wanted).map(|(_, is_utc, name)| TimeColumns { names: vec![(*name).clone()], is_utc: *is_utc })
    };
    let mut times: Vec<TimeColumns> = TIMES.iter().filter_map(column).collect();
    if let (Some((_, is_utc, date)), Some((_, _, time))) = (find("date"), find("time")) {
        times.insert(0, TimeColumns { names: vec![(*date).clone(), (*time).clone()], is_utc: *is_utc });
    }
    times
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_told_by_its_names_and_by_the_rows_below() {
        for head in [
            "time,user,src ip\n2026-11-23 02:14:07,ana,203.0.113.7\n",
            "Time (UTC);User;Action\n2026-11-23 02:14:07;ana;\"a;b\"\n2026-11-23 02:14:08;bob;\"two\nlines\"\n",
            "id\tname\n1\tana\n2\tbob\n",
            "id|name\n1|ana\n",
            ",a,b\n0,x,1\n1,y,2\n",
            "\"id\",\"note\"\n\"1\",\"x, y\"\n",
            "date,level,host\ntoday,info,web\n",
            "sep=;\na;b\n1;2\n",
            "id name email status\n1 Ana ana@example.com active\n2 Bob bob@example.com inactive\n",
        ] {
            assert!(begins(head.as_bytes()), "{head}");
        }
        for head in [
            "",
            "time,user\n",
            "2026-11-23 02:14:07,INFO,started\n2026-11-23 02:14:08,INFO,ready\n",
            "a,a\n1,2\n",
            "a,b\n1\n",
            "a,b\n1,2,3\n",
            "Hello, world\nThis is, as it were, text\n",
            "Hello, world\nGoodbye, moon\n",
            "no delimiter\nat all\n",
            "some words of prose\nand others like those\n",
            "{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n",
            "key=1,other=2\nkey=3,other=4\n",
        ] {
            assert!(!begins(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn the_time_is_looked_for_in_columns_of_its_names() {
        let of = |line: &str| {
            let header = Header::read(line.as_bytes());
            header.times.iter().map(|time| (time.names.join("+"), time.is_utc)).collect::<Vec<_>>()
        };
        assert_eq!(of("Date,Time,x"), [("Date+Time".into(), false), ("Time".into(), false), ("Date".into(), false)]);
        assert_eq!(of("x,Time Generated (UTC)"), [("Time Generated (UTC)".into(), true)]);
        assert_eq!(of("@timestamp,created_at"), [("@timestamp".into(), false), ("created_at".into(), false)]);
        assert_eq!(of("x,y"), []);
    }
}
