//! `docs/athena.md` names a test in each row of its tables, and every function that runs here.

const PAGE: &str = include_str!("../../../../docs/athena.md");

/// The sources of the tests that rows may name.
const SOURCES: &[&str] = &[
    include_str!("catalog.rs"),
    include_str!("corpus.rs"),
    include_str!("dialect.rs"),
    include_str!("documented.rs"),
    include_str!("functions.rs"),
    include_str!("index.rs"),
    include_str!("protocol.rs"),
    include_str!("raw.rs"),
    include_str!("writing.rs"),
    include_str!("../sql/tests.rs"),
];

#[test]
fn every_row_of_the_page_names_a_test_that_exists() {
    let rows: Vec<&str> = PAGE.lines().filter(|line| line.starts_with("| ") && !line.contains("| test |")).collect();
    assert!(rows.len() > 20);
    for row in rows {
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let name = last.trim_matches('`');
        let is_test = SOURCES.iter().any(|source| source.contains(&format!("fn {name}()")));
        assert!(is_test, "docs/athena.md names no test, or one that is not there: {row}");
    }
}

#[test]
fn the_page_names_every_function() {
    let missing: Vec<&str> =
        crate::athena::functions::names().filter(|name| !PAGE.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/athena.md does not name {missing:?}");
}
