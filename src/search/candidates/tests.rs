use super::*;
use crate::domain::TimeRange;

fn table(columns: &[&str], rows: &[&[&str]]) -> ResultTable {
    ResultTable {
        columns: columns.iter().map(|name| (*name).to_owned()).collect(),
        types: columns.iter().map(|_| "varchar".to_owned()).collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(|cell| (!cell.is_empty()).then(|| (*cell).to_owned())).collect())
            .collect(),
    }
}

fn query(text: &str) -> Query {
    let at = |text: &str| text.parse::<Timestamp>().expect("a timestamp");
    let range = TimeRange::new(at("2026-11-23T01:30:00Z"), at("2026-11-23T04:00:00Z"));
    Query { expression: Expression::read(text), sources: Vec::new(), range, limit: 10 }
}

/// The columns of `terms`, and flags.
fn term_columns<'c>(flags: &[&'c str]) -> Vec<&'c str> {
    sql::TERM_COLUMNS.iter().copied().chain(flags.iter().copied()).collect()
}

fn found() -> ResultTable {
    let time = "2026-11-23 01:31:07.250";
    table(
        &term_columns(&["f0"]),
        &[
            &[time, "2026-11-23-01", "alb", "s3://logs/a", "1", "10", "x_forwarded\u{1f}client", "true"],
            &["2026-11-23 01:30:00.000", "2026-11-23-01", "alb", "s3://logs/a", "1", "900", "client", "true"],
            &["", "2026-11-23-01", "text", "s3://logs/b c", "7", "0", "message", "true"],
        ],
    )
}

fn shown(candidates: Candidates, text: &str) -> Vec<(u64, u64, Vec<String>)> {
    let hits = candidates.hits(&Expression::read(text));
    hits.into_iter().map(|hit| (hit.line, hit.span.start, hit.fields)).collect()
}

#[test]
fn a_record_is_a_hit_with_its_fields_and_those_of_one_line_are_told_apart() {
    let candidates = Candidates::read(&query("x"), Way::Terms, &found()).expect("reads");
    let times: Vec<_> = candidates.all.iter().map(|one| one.hit.time.map(|time| time.to_string())).collect();
    assert_eq!(times, [Some("2026-11-23T01:31:07.25Z".into()), Some("2026-11-23T01:30:00Z".into()), None]);
    assert_eq!(
        shown(candidates, "x"),
        [
            (1, 10, vec!["client".to_owned(), "x_forwarded".to_owned()]),
            (1, 900, vec!["client".to_owned()]),
            (7, 0, vec!["message".to_owned()]),
        ]
    );
}

#[test]
fn messages_versions_and_what_is_needed_are_added_to_their_records() {
    let search = "x -source.ip:10.0.0.0/8";
    let mut candidates = Candidates::read(&query(search), Way::Terms, &found()).expect("reads");
    let columns: Vec<&str> = sql::RECORD_COLUMNS.iter().copied().chain(["source_ip"]).collect();
    let rows = table(
        &columns,
        &[
            &["s3://logs/a", "900", "1100", "v7", "GET /", "10.1.2.3"],
            &["s3://logs/a", "10", "900", "", "POST /login", "203.0.113.7"],
        ],
    );
    candidates.complete(&rows).expect("adds");
    let told: Vec<_> = candidates
        .all
        .iter()
        .map(|one| (one.hit.message.as_str(), one.hit.span.clone(), one.hit.object.version.clone()))
        .collect();
    assert_eq!(told, [("POST /login", 10..900, None), ("GET /", 900..1100, Some("v7".into())), ("", 0..0, None)]);
    assert_eq!(candidates.all[0].ecs(&candidates).get("source.ip"), Some("203.0.113.7"));
    let starts: Vec<u64> = shown(candidates, search).iter().map(|(_, start, _)| *start).collect();
    assert_eq!(starts, [10, 0], "the one from 10.1.2.3 is none");
}

#[test]
fn text_is_looked_for_in_values_and_not_in_names() {
    let search = "\"word for\"";
    let columns: Vec<&str> = sql::FULL_COLUMNS.iter().copied().chain(["fields"]).collect();
    let row = |start, fields| {
        ["2026-11-23 01:31:07.250", "2026-11-23-01", "ssh", "s3://logs/a", "1", start, "9", "", "m", fields]
    };
    let rows = [row("1", r#"{"note":"password for root"}"#), row("2", r#"{"word for":"root"}"#)];
    let rows: Vec<&[&str]> = rows.iter().map(<[&str; 10]>::as_slice).collect();
    let candidates = Candidates::read(&query(search), Way::Records, &table(&columns, &rows)).expect("reads");
    assert_eq!(shown(candidates, search), [(1, 1, vec!["note".to_owned()])]);
}

#[test]
fn results_that_are_not_as_asked_are_told() {
    let read = |table: &ResultTable| Candidates::read(&query("x"), Way::Terms, table).map(|_| ());
    let mut odd = found();
    odd.columns.truncate(2);
    assert_eq!(read(&odd).expect_err("is told"), "there is no column source");
    let mut odd = found();
    odd.rows[0][5] = Some("x".into());
    assert_eq!(read(&odd).expect_err("is told"), "span_start is no number: x");
    odd.rows[0][5] = None;
    assert_eq!(read(&odd).expect_err("is told"), "span_start is NULL");
}
