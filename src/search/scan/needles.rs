//! What the bytes of every record that matches must hold.

use std::sync::Arc;

use ipnet::IpNet;
use memchr::memmem::Finder;
use regex_syntax::hir::{Hir, HirKind};
use scops_parser::{Formats, is_spelled_out};

use crate::domain::expression::{Expression, Is, Part, Test};

/// A shorter text is in nearly every record.
const SHORTEST: usize = 3;

/// Texts that are looked for, one after another; with more, parsing is no slower.
const MOST: usize = 16;

/// ECS fields whose values every format that is built in copies from the log, or cuts out of it. Others are told by
/// what a record means (`event.outcome`), and their values need not stand anywhere in it.
const COPIED: [&str; 6] = ["client.ip", "cloud.account.id", "destination.ip", "server.ip", "source.ip", "user.id"];

/// Texts of which one at least stands in the bytes of every record that matches, however its format spells them.
///
/// They are made of what no format writes in two ways ([`is_spelled_out`]): of `"arn:aws:iam::1:user/anna"` the longest
/// of `arn`, `aws`, `iam`, `user` and `anna` is looked for. Where bytes may hide a letter, nothing is concluded.
#[derive(Debug, Clone)]
pub struct Needles(Arc<[Finder<'static>]>);

impl Needles {
    /// Those of an expression; nothing where the bytes of a match need not hold any text.
    pub fn of(expression: &Expression, formats: &Formats) -> Option<Self> {
        // A format of one's own may give ECS any name.
        let is_built_in = *formats == Formats::default();
        let texts = required(expression, is_built_in)?;
        Some(Self(texts.iter().map(|text| Finder::new(text).into_owned()).collect()))
    }

    /// Whether a record of which these bytes are, or one of many in them, may match. The bytes are text: inflated, in
    /// UTF-8, and of no table.
    pub fn may_be_in(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(bytes).is_some()) || !is_spelled_out(bytes)
    }
}

/// Texts of which one stands in every record of which a test holds, as [`Needles`] looks for them.
pub fn texts_of(test: &Test, formats: &Formats) -> Option<Vec<String>> {
    of_test(test, *formats == Formats::default())
}

/// Texts of which one stands in every match.
fn required(expression: &Expression, is_built_in: bool) -> Option<Vec<String>> {
    match expression {
        Expression::All | Expression::Not(_) | Expression::Source(_) => None,
        Expression::Test(test) => of_test(test, is_built_in),
        Expression::And(all) => {
            let choices = all.iter().filter_map(|inner| required(inner, is_built_in));
            choices.max_by_key(|texts| weight(texts))
        }
        Expression::Or(any) => union(any.iter().map(|inner| required(inner, is_built_in))),
    }
}

/// All of several; nothing where one is not known.
fn union(all: impl Iterator<Item = Option<Vec<String>>>) -> Option<Vec<String>> {
    let mut texts: Vec<String> = all.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    texts.sort_unstable();
    texts.dedup();
    (!texts.is_empty() && texts.len() <= MOST).then_some(texts)
}

/// How rare a match of one of these is: by the shortest, then by how many they are.
fn weight(texts: &[String]) -> (usize, std::cmp::Reverse<usize>) {
    (texts.iter().map(String::len).min().unwrap_or(0), std::cmp::Reverse(texts.len()))
}

fn of_test(test: &Test, is_built_in: bool) -> Option<Vec<String>> {
    // Text within a field is looked for in those of the log alone.
    let is_text = matches!(test.is, Is::Holding(_));
    if !is_text && test.field.as_ref().is_some_and(|field| !is_copied(field, is_built_in)) {
        return None;
    }
    match &test.is {
        Is::Term(sought) | Is::Holding(sought) => run(sought).map(|run| vec![run.to_owned()]),
        Is::Like(pattern) => {
            let runs = pattern.parts().iter().filter_map(|part| match part {
                Part::Text(part) => run(part),
                Part::One | Part::Any => None,
            });
            runs.max_by_key(|run| run.len()).map(|run| vec![run.to_owned()])
        }
        Is::Matching(expressed) => of_regex(&regex_syntax::parse(expressed.as_str()).ok()?),
        Is::Within(network) => beginning(network).map(|text| vec![text]),
        Is::Number(_) | Is::Present => None,
    }
}

/// Whether the value of a field stands in the log wherever the field is found. Names of ECS begin with a word in small
/// letters; what begins otherwise is the log's own.
fn is_copied(field: &str, is_built_in: bool) -> bool {
    let first = field.split('.').next().unwrap_or(field);
    is_built_in && (COPIED.contains(&field) || first.bytes().any(|byte| byte.is_ascii_uppercase()))
}

/// The longest part of a text that every format writes as it is.
fn run(text: &str) -> Option<&str> {
    let is_stable = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    // Zeros may stand between a minus and its number.
    let runs = text.split(|character| !is_stable(character)).map(|run| run.trim_start_matches('-'));
    // A log may write `T` for what is read as `true`.
    let is_told = |run: &&str| run.len() >= SHORTEST && !"true".contains(run) && !"false".contains(run);
    runs.filter(is_told).max_by_key(|run| run.len())
}

/// How the addresses of a network begin, where they all begin alike. Those of IPv6 may be written in many ways.
fn beginning(network: &IpNet) -> Option<String> {
    let IpNet::V4(network) = network else { return None };
    let octets = network.network().octets();
    let count = usize::from(network.prefix_len() / 8);
    let mut text = octets[..count].iter().map(u8::to_string).collect::<Vec<_>>().join(".");
    if (1..octets.len()).contains(&count) {
        text.push('.');
    }
    (text.len() >= SHORTEST).then_some(text)
}

/// Texts of which one stands in all that a regular expression finds.
fn of_regex(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => run(std::str::from_utf8(&literal.0).ok()?).map(|run| vec![run.to_owned()]),
        HirKind::Capture(capture) => of_regex(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_regex(&repetition.sub),
        HirKind::Concat(all) => all.iter().filter_map(of_regex).max_by_key(|texts| weight(texts)),
        HirKind::Alternation(any) => union(any.iter().map(of_regex)),
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::domain::expression::parse;

    fn of(text: &str) -> String {
        let sought = parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).expect("a search");
        required(&sought.expression, true).map_or_else(|| "-".to_owned(), |texts| texts.join(" | "))
    }

    #[test]
    fn the_longest_part_that_no_format_spells_otherwise_is_looked_for() {
        for (text, wanted) in [
            ("203.0.113.7", "203.0.113.7"),
            ("\"failed password for\"", "password"),
            ("arn:aws:iam::123456789012:user/anna", "123456789012"),
            ("*rclone*", "rclone"),
            ("Get?ser*", "ser"),
            ("~^AKIA[A-Z0-9]{16}$~", "AKIA"),
            ("~(alice|bob)@example~", "example"),
            ("~(alice|bo.*)~", "-"),
            ("~(?i)admin~", "-"),
            ("10.0.0.0/8", "10."),
            ("203.0.113.0/25", "203.0.113."),
            ("203.0.113.7/32", "203.0.113.7"),
            ("2001:db8::/32", "-"),
            ("1.0.0.0/8", "-"),
            ("eventName:Get*", "Get"),
            ("source.ip:203.0.113.7", "203.0.113.7"),
            ("event.outcome:failure", "-"),
            ("event.outcome:\"failure\"", "-"),
            ("bytes:1..9", "-"),
            ("errorCode:*", "-"),
            ("root admin_user", "admin_user"),
            ("root OR admin", "admin | root"),
            ("root OR -x", "-"),
            ("-root", "-"),
            ("true", "-"),
            ("ab", "-"),
            ("日本語", "-"),
        ] {
            assert_eq!(of(text), wanted, "{text}");
        }
    }
}
