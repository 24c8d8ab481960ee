//! Why a search found nothing, from what is known of its range, its sources and its value.

use crate::domain::size::plural;
use jiff::Timestamp;

use super::expression::{Expression, Is, Part, Pattern, Test};
use super::{Query, ScanEstimate, TimeRange};

/// One reason for which a search may have found nothing, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// What holds.
    pub what: String,
    /// A line that can be typed.
    pub cure: Option<String>,
}

/// What was found out about an empty search.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Circumstances {
    /// The sources that were searched.
    pub sources: Vec<Searched>,
    /// Consumers, with messages in their failure and parked queues.
    pub waiting: Vec<(String, u64, u64)>,
    /// What the index does not hold yet, where that is known.
    pub unindexed: Option<ScanEstimate>,
    /// The index holds what is before that time; all of it where there is none.
    pub indexed_to: Option<Timestamp>,
    /// Terms of the range that are nearly what is sought; only where they were asked for.
    pub near: Vec<Near>,
    /// First and last time of the value in the index around the range; only where it was asked for.
    pub elsewhere: Option<TimeRange>,
}

/// A source that was searched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searched {
    /// Its name.
    pub name: String,
    /// Objects of the range.
    pub objects: u64,
    /// Whether its objects are read by no named format.
    pub has_no_format: bool,
    /// The index's table has no partition for it.
    pub is_outside_table: bool,
    /// Days after which its bucket deletes objects.
    pub kept_days: Option<i64>,
}

/// A term that stands in the index and holds the value, whatever their case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Near {
    /// The term.
    pub term: String,
    /// Its field.
    pub field: String,
    /// Its source.
    pub source: String,
}

/// The reasons that hold, the likeliest first.
pub fn causes(query: &Query, known: &Circumstances, now: Timestamp) -> Vec<Cause> {
    let mut causes = Vec::new();
    let mut add = |what: String, cure: Option<String>| causes.push(Cause { what, cure });
    let again = |expression: &str, more: &str| Some(format!("scops search {}{more}", quoted(expression)));
    let expression = query.expression.to_string();
    let sources = (!query.sources.is_empty()).then(|| Expression::Source(query.sources.clone()).to_string());
    let typed = sources.iter().cloned().chain([expression.clone()]).collect::<Vec<_>>().join(" ");
    for near in &known.near {
        let Some((test, sought)) = sought(&query.expression) else { break };
        let (term, field, source) = (&near.term, &near.field, &near.source);
        let is_other_source = !query.sources.is_empty() && !query.sources.contains(source);
        if *term == sought && is_other_source {
            add(format!("source {source} has it in the range, and was not searched"), again(&expression, ""));
        } else if *term == sought && test.field.as_ref().is_some_and(|wanted| wanted != field) {
            let there = Test { field: Some(field.clone()), is: Is::Term(sought) };
            add(format!("it stands in the field {field} of source {source}"), again(&there.to_string(), ""));
        } else if *term != sought && term.to_lowercase() == sought.to_lowercase() {
            let other = Expression::term(term.as_str()).to_string();
            add(format!("case counts, and source {source} has it as {term}"), again(&other, ""));
        } else if *term != sought
            && term.contains(&sought)
            && let Ok(inside) = Pattern::new(vec![Part::Any, Part::Text(sought), Part::Any])
        {
            let inside = Test { field: None, is: Is::Like(inside) }.to_string();
            add(format!("it stands inside a longer term, {term} in {field} of source {source}"), again(&inside, ""));
        }
    }
    let is_outside = |found: &TimeRange| found.start < query.range.start || found.end >= query.range.end;
    if let Some(found) = known.elsewhere.filter(is_outside) {
        let day = |moment: Timestamp| moment.strftime("%Y-%m-%d %H:%M").to_string();
        let range = format!("{}..{}", day(found.start), day(found.end + jiff::SignedDuration::from_mins(1)));
        let cure = again(&typed, &format!(" --range {}", quoted(&range)));
        add(format!("the index has it at another time: first {}, last {}", found.start, found.end), cure);
    }
    for source in &known.sources {
        let name = &source.name;
        let is_gone = source.kept_days.filter(|days| now.duration_since(query.range.start).as_hours() / 24 >= *days);
        if let Some(days) = is_gone {
            add(
                format!(
                    "the bucket of source {name} deletes objects after {}, and the range begins before",
                    plural(days, "day")
                ),
                None,
            );
        }
        if source.objects == 0 {
            let cure = again(&typed, " --range 7d");
            add(format!("source {name} has no object in the range"), cure.filter(|_| is_gone.is_none()));
        } else if source.is_outside_table {
            let what = format!(
                "the index's table has no partition for source {name}: it was made before the source was named"
            );
            add(what, Some("scops query --write 'DROP TABLE records'; scops worker".to_owned()));
        }
        if source.has_no_format && source.objects > 0 {
            let what =
                format!("source {name} names no format: its content decides how its objects are read, if at all");
            add(what, again(&typed, " --by scan"));
        }
    }
    if let Some(unindexed) = known.unindexed.filter(|unindexed| unindexed.objects > 0) {
        let to = known.indexed_to.map_or(String::new(), |time| format!("; it is complete up to {time}"));
        let objects = plural(unindexed.objects, "object");
        let what = format!("not in the index yet: {objects}, {}{to}", unindexed.bytes);
        add(what, again(&typed, " --by scan"));
    }
    for (consumer, failed, parked) in &known.waiting {
        if *failed > 0 {
            let what = format!("{} in the failure queue of {consumer}: not processed", plural(*failed, "message"));
            add(what, Some("scops failures".to_owned()));
        }
        if *parked > 0 {
            let what = format!("{} of {consumer} parked: no parser for the source yet", plural(*parked, "message"));
            add(what, Some("scops failures".to_owned()));
        }
    }
    causes
}

/// The first test for a whole term or a text, and what it wants.
pub fn sought(expression: &Expression) -> Option<(&Test, String)> {
    expression.tests().into_iter().find_map(|test| match &test.is {
        Is::Term(text) | Is::Holding(text) => Some((test, text.clone())),
        _ => None,
    })
}

/// An argument as a shell takes it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ByteSize;

    fn query(text: &str, sources: &[&str]) -> Query {
        let at = |text: &str| text.parse().expect("a time");
        let range = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T03:00:00Z"));
        let sources = sources.iter().map(|name| (*name).to_owned()).collect();
        Query { expression: Expression::read(text), sources, range, limit: 100 }
    }

    fn told(text: &str, sources: &[&str], known: &Circumstances) -> Vec<String> {
        let now = "2026-11-26T00:00:00Z".parse().expect("a time");
        let causes = causes(&query(text, sources), known, now);
        causes.into_iter().map(|cause| format!("{} → {}", cause.what, cause.cure.unwrap_or_default())).collect()
    }

    fn near(term: &str) -> Circumstances {
        let near = Near { term: term.into(), field: "userName".into(), source: "trail".into() };
        Circumstances { near: vec![near], ..Circumstances::default() }
    }

    #[test]
    fn rules_of_terms_are_told_with_what_to_write() {
        assert_eq!(
            told("ROOT", &[], &near("root")),
            ["case counts, and source trail has it as root → scops search 'root'"]
        );
        assert_eq!(
            told("root", &[], &near("root-admin")),
            ["it stands inside a longer term, root-admin in userName of source trail → scops search '*root*'"]
        );
        assert_eq!(
            told("root", &["app"], &near("root")),
            ["source trail has it in the range, and was not searched → scops search 'root'"]
        );
        assert_eq!(
            told("user:o'neill", &[], &near("o'neill")),
            ["it stands in the field userName of source trail → scops search 'userName:\"o'\\''neill\"'"]
        );
    }

    #[test]
    fn what_is_not_there_is_told_before_what_was_not_looked_at() {
        let at = |text: &str| text.parse().expect("a time");
        let trail = |objects, kept_days| Searched { name: "trail".into(), objects, kept_days, ..Searched::default() };
        let known = Circumstances {
            sources: vec![trail(0, None)],
            elsewhere: Some(TimeRange::new(at("2026-11-20T01:00:00Z"), at("2026-11-21T01:00:00Z"))),
            ..Circumstances::default()
        };
        assert_eq!(
            told("root", &["trail"], &known),
            [
                "the index has it at another time: first 2026-11-20T01:00:00Z, last 2026-11-21T01:00:00Z → \
                 scops search 'source:trail root' --range '2026-11-20 01:00..2026-11-21 01:01'",
                "source trail has no object in the range → scops search 'source:trail root' --range 7d",
            ]
        );
        let known = Circumstances {
            sources: vec![
                trail(0, Some(2)),
                Searched { is_outside_table: true, has_no_format: true, ..trail(1, Some(90)) },
            ],
            waiting: vec![("indexer".into(), 3, 2)],
            unindexed: Some(ScanEstimate { objects: 2, bytes: ByteSize(10), dollars: 0.0 }),
            indexed_to: Some(at("2026-11-23T02:00:00Z")),
            ..Circumstances::default()
        };
        let told = told("root", &[], &known);
        let begins = [
            "the bucket of source trail deletes objects after 2 days",
            "source trail has no object in the range → ",
            "the index's table has no partition for source trail",
            "source trail names no format",
            "not in the index yet: 2 objects, 10 B; it is complete up to 2026-11-23T02:00:00Z → scops search 'root' --by scan",
            "3 messages in the failure queue of indexer",
            "2 messages of indexer parked",
        ];
        assert_eq!(told.len(), begins.len(), "{told:#?}");
        assert!(told.iter().zip(begins).all(|(told, begin)| told.starts_with(begin)), "{told:#?}");
    }

    #[test]
    fn nothing_known_is_nothing_told() {
        assert!(told("root", &[], &Circumstances::default()).is_empty());
    }
}
