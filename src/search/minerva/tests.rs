use jiff::tz::TimeZone;

use super::*;
use crate::domain::{TimeRange, expression};

fn query(text: &str) -> Query {
    let sought = expression::parse(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).expect("a search");
    let at = |text: &str| text.parse().expect("a time");
    let range = TimeRange::new(at("2026-11-23T01:00:00Z"), at("2026-11-23T03:00:00Z"));
    Query { expression: sought.expression, sources: sought.sources, range, limit: 100 }
}

fn asked(text: &str) -> Result<Option<String>, Unaskable> {
    let location = Location { bucket: "minerva".into(), prefix: String::new() };
    let minerva = Index {
        location,
        database: "min\"erva".into(),
        workgroup: "primary".into(),
        output: None,
        retention_days: None,
    };
    statement(&minerva, &query(text), &scops_parser::Formats::default())
}

#[test]
fn terms_are_asked_of_indices_and_text_of_messages() {
    let sql = asked("203.0.113.7 \"o'neill logged\"").expect("can be asked").expect("a statement");
    let within =
        "\"dt\" BETWEEN '2026-11-23-01' AND '2026-11-23-02' AND \"timestamp\" BETWEEN 1795395600 AND 1795402800";
    let is = format!("\"term\" = '203.0.113.7' OR {}", narrow::hides("\"term\""));
    let wanted = format!(
        "SELECT DISTINCT m.\"timestamp\" / 60 AS \"minute\"
\
         FROM (SELECT * FROM \"min\"\"erva\".\"messages\" WHERE {within}) m
\
         LEFT JOIN (
  SELECT \"dt\", \"object_id\", \"seq\", \"timestamp\", bool_or({is}) AS \"f0\"
  \
         FROM \"min\"\"erva\".\"indices\"
  WHERE {within}
    AND (({is}))
  \
         GROUP BY \"dt\", \"object_id\", \"seq\", \"timestamp\"
) i \
         ON m.\"dt\" = i.\"dt\" AND m.\"object_id\" = i.\"object_id\" AND m.\"seq\" = i.\"seq\"
\
         WHERE (COALESCE(i.\"f0\", FALSE)) AND (strpos(m.\"message\", 'logged') > 0)"
    );
    assert_eq!(sql, wanted);
    let sql = asked("eventName:Get* OR 10.0.0.0/8").expect("can be asked").expect("a statement");
    assert!(!sql.contains("messages") && sql.contains("strpos(\"term\", '10.') > 0"), "{sql}");
    assert!(asked("version-1.11.203").expect("can be asked").expect("a statement").contains("'version-1'"));
}

#[test]
fn what_narrows_nothing_is_refused() {
    for text in ["-root", "errorCode:*", "bytes:>1", "event.outcome:failure", "root OR -x"] {
        assert_eq!(asked(text), Err(Unaskable::Unnarrowed), "{text}");
    }
}

#[test]
fn an_object_is_read_where_its_key_tells_of_a_minute() {
    let source = Source {
        name: "app".into(),
        bucket: "logs".into(),
        layout: "app/dt={yyyy}-{MM}-{dd}-{HH}/".parse().expect("a layout"),
        format: None,
        late_after: SignedDuration::from_mins(15),
        accept: None,
        maintenance: Vec::new(),
    };
    let at = |text: &str| BTreeSet::from([text.parse::<Timestamp>().expect("a time").as_second() as u64 / 60]);
    let is_told = |text: &str| is_told(&source, "app/dt=2026-11-23-05/a.jsonl", &at(text));
    assert!(is_told("2026-11-23T05:30:00Z") && is_told("2026-11-23T03:46:00Z") && is_told("2026-11-23T07:00:00Z"));
    assert!(!is_told("2026-11-23T03:44:00Z") && !is_told("2026-11-23T07:01:00Z"));
}
