//! The dialect and its functions, each as a user writes it.

use std::collections::BTreeSet;

use super::*;

fn prepared(sql: &str) -> Prepared {
    Query::parse(sql).unwrap().prepare(&[]).unwrap()
}

fn refused(sql: &str) -> String {
    match Query::parse(sql) {
        Err(what) => what,
        Ok(query) => query.prepare(&[]).unwrap_err(),
    }
}

#[test]
fn hidden_columns_are_found_wherever_they_are_mentioned() {
    let hidden = |sql| prepared(sql).hidden.into_iter().map(Hidden::name).collect::<Vec<_>>();
    assert!(hidden("SELECT * FROM t WHERE a = '$path'").is_empty());
    assert_eq!(hidden("SELECT 1 FROM (SELECT \"$PATH\" AS p FROM t) x"), ["$path"]);
    assert_eq!(hidden("SELECT a FROM t ORDER BY t.\"$file_size\""), ["$file_size"]);
}

#[test]
fn names_are_those_of_the_statement() {
    let names = prepared("SELECT A, t.B, a + b, count(*) AS \"C d\", *, 7, x.Y FROM t").names;
    let found: Vec<_> = (0..9).map(|index| names.get(index, 9)).collect();
    assert_eq!(found, [Some("A"), Some("B"), Some("_col2"), Some("C d"), None, None, None, Some("_col5"), Some("Y")]);
}

#[test]
fn relations_are_named_in_lower_case_and_without_the_catalog() {
    let statement =
        prepared("SELECT * FROM AwsDataCatalog.Logs.\"Trail\" JOIN x ON true WHERE a IN (SELECT b FROM Y)").statement;
    let found: BTreeSet<Vec<String>> = relations(&statement).into_iter().collect();
    let expected = [vec!["logs", "trail"], vec!["x"], vec!["y"]];
    assert_eq!(found, expected.map(|parts| parts.into_iter().map(str::to_owned).collect()).into());
}

#[test]
fn what_athena_does_not_have_is_refused_by_name() {
    for (sql, expected) in [
        ("SELECT array_to_string(a, ',') FROM t", "Function 'array_to_string' not registered"),
        ("SELECT arrow_typeof(a) FROM t", "Function 'arrow_typeof' not registered"),
        ("SELECT * FROM t TABLESAMPLE BERNOULLI (50)", "TABLESAMPLE"),
        ("SELECT * FROM generate_series(1, 3)", "not supported"),
        ("FROM t SELECT a", "line 1:1"),
        ("SELECT `a` FROM t", "line 1:8"),
        ("SELECT a FROM t JOIN u ON true CROSS JOIN UNNEST(t.l) AS x(y)", "after a JOIN"),
        ("SELECT a FROM t CROSS JOIN UNNEST(l)", "UNNEST needs names"),
        ("SELECT max_by(a, b, 3) FROM t", "max_by with 3 arguments"),
        ("DELETE FROM t", "not supported: DELETE"),
    ] {
        let what = refused(sql);
        assert!(what.contains(expected), "{sql}: {what}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("SELECT {}1", "1 + ".repeat(3_000));
    assert!(refused(&deep).contains("3000 operators"));
    let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert!(refused(&deep).contains("recursion limit"), "{}", refused(&deep));
}
