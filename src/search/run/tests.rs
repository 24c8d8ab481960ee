use super::*;

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

fn found() -> ResultTable {
    table(
        &sql::TERM_COLUMNS,
        &[
            &["2026-11-23 01:31:07.250", "2026-11-23-01", "alb", "s3://logs/a", "1", "10", "client"],
            &["2026-11-23 01:31:07.250", "2026-11-23-01", "alb", "s3://logs/a", "1", "10", "x_forwarded"],
            &["2026-11-23 01:30:00.000", "2026-11-23-01", "alb", "s3://logs/a", "1", "900", "client"],
            &["", "2026-11-23-01", "text", "s3://logs/b c", "7", "0", "message"],
        ],
    )
}

#[test]
fn the_fields_of_one_record_are_one_hit_and_records_of_one_line_are_two() {
    let hits = hits(&found(), 10).expect("hits");
    let shown: Vec<_> = hits.values().map(|hit| (hit.line, hit.span.start, hit.fields.clone())).collect();
    assert_eq!(
        shown,
        [
            (1, 10, vec!["client".to_owned(), "x_forwarded".to_owned()]),
            (1, 900, vec!["client".to_owned()]),
            (7, 0, vec!["message".to_owned()]),
        ]
    );
    let times: Vec<_> = hits.values().map(|hit| hit.time.map(|time| time.to_string())).collect();
    assert_eq!(times, [Some("2026-11-23T01:31:07.25Z".into()), Some("2026-11-23T01:30:00Z".into()), None]);
}

#[test]
fn the_limit_keeps_the_newest_records() {
    let hits = hits(&found(), 1).expect("hits");
    assert_eq!(hits.len(), 1);
    assert_eq!(hits.values().next().expect("a hit").fields, ["client", "x_forwarded"]);
}

#[test]
fn messages_and_versions_are_added_to_their_records() {
    let mut hits = hits(&found(), 10).expect("hits");
    let rows = table(
        &sql::RECORD_COLUMNS,
        &[&["s3://logs/a", "900", "1100", "v7", "GET /"], &["s3://logs/a", "10", "900", "", "POST /login"]],
    );
    add_messages(&mut hits, &rows).expect("adds");
    let shown: Vec<_> =
        hits.values().map(|hit| (hit.message.as_str(), hit.span.clone(), hit.object.version.clone())).collect();
    assert_eq!(shown, [("POST /login", 10..900, None), ("GET /", 900..1100, Some("v7".into())), ("", 0..0, None)]);
}

#[test]
fn results_that_are_not_as_asked_are_told() {
    let short = table(&["ts", "dt"], &[]);
    assert_eq!(hits(&short, 1).expect_err("is told"), "there is no column source");
    let mut odd = found();
    odd.rows[0][5] = Some("x".into());
    assert_eq!(hits(&odd, 1).expect_err("is told"), "span_start is no number: x");
    odd.rows[0][5] = None;
    assert_eq!(hits(&odd, 1).expect_err("is told"), "span_start is NULL");
}

#[test]
fn a_cancelled_query_is_told_as_cancelled_with_its_bytes() {
    let status = QueryStatus {
        id: "q-1".into(),
        phase: QueryPhase::Cancelled,
        reason: Some("Bytes scanned limit was exceeded".into()),
        scanned: crate::domain::ByteSize::mib(11),
        queued_ms: 0,
        total_ms: 5,
    };
    let trouble = Trouble::from(SearchError::Ended(status));
    assert_eq!(trouble.to_string(), "query q-1 was cancelled: Bytes scanned limit was exceeded");
    assert_eq!(trouble.hint.as_deref(), Some("11 MiB were scanned until then"));
}
