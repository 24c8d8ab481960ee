use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{col, lit};
use jiff::Timestamp;

use super::constraint::Constraint;
use super::dates::DatePattern;
use super::projection::Projection;

fn properties(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| (format!("projection.dt.{key}"), (*value).to_owned())).collect()
}

fn now() -> Timestamp {
    "2026-11-23T02:14:07Z".parse().unwrap()
}

fn values(pairs: &[(&str, &str)], constraint: &Constraint, limit: usize) -> Option<Vec<String>> {
    Projection::of("dt", &properties(pairs), now()).unwrap().values("dt", constraint, limit).unwrap()
}

fn between(from: &str, to: &str) -> Constraint {
    Constraint { among: None, from: Some(from.to_owned()), to: Some(to.to_owned()) }
}

const HOURS: &[(&str, &str)] =
    &[("type", "date"), ("format", "yyyy-MM-dd-HH"), ("range", "2020-01-01-00,NOW"), ("interval.unit", "HOURS")];

#[test]
fn hours_of_years_are_not_enumerated_for_a_narrow_range() {
    let found = values(HOURS, &between("2026-11-22-23", "2026-11-23-01"), 1000).unwrap();
    assert_eq!(found, ["2026-11-22-23", "2026-11-23-00", "2026-11-23-01"]);
    assert_eq!(values(HOURS, &Constraint::default(), 1000), None);
    // A bound that is no whole value still bounds, as text.
    assert_eq!(values(HOURS, &between("2026-11-23", "2026-11-23-00~"), 1000).unwrap(), ["2026-11-23-00"]);
    // NOW is the last hour.
    assert_eq!(values(HOURS, &between("2026-11-23-01", "2027"), 1000).unwrap(), ["2026-11-23-01", "2026-11-23-02"]);
}

#[test]
fn equal_values_outside_the_projection_have_no_folder() {
    let among = |value: &str| Constraint { among: Some([value.to_owned()].into()), ..Constraint::default() };
    assert_eq!(values(HOURS, &among("2026-11-23-01"), 1000).unwrap(), ["2026-11-23-01"]);
    for outside in ["2019-12-31-23", "2026-11-23-03", "2026-11-23", "x"] {
        assert!(values(HOURS, &among(outside), 1000).unwrap().is_empty(), "{outside}");
    }
}

#[test]
fn other_units_formats_and_types_are_projected() {
    let months = &[("type", "date"), ("format", "yyyy/MM"), ("range", "NOW-3MONTHS,NOW")];
    assert_eq!(values(months, &Constraint::default(), 10).unwrap(), ["2026/08", "2026/09", "2026/10", "2026/11"]);
    let days = &[("type", "date"), ("format", "dd.MM.yyyy"), ("range", "30.10.2026,02.11.2026")];
    assert_eq!(
        values(days, &Constraint::default(), 10).unwrap(),
        ["30.10.2026", "31.10.2026", "01.11.2026", "02.11.2026"]
    );
    let numbers = &[("type", "integer"), ("range", "0,1000000000"), ("digits", "3"), ("interval", "5")];
    assert_eq!(values(numbers, &between("7", "20"), 10).unwrap(), ["010", "015", "020"]);
    let names = &[("type", "enum"), ("values", "a, b,c")];
    assert_eq!(values(names, &between("b", "z"), 10).unwrap(), ["b", "c"]);
}

#[test]
fn wrong_properties_are_named() {
    for (pairs, expected) in [
        (vec![], "projection.dt.type is missing"),
        (vec![("type", "dates")], "projection.dt.type=\"dates\""),
        (vec![("type", "date"), ("range", "2020,NOW")], "projection.dt.format is missing"),
        (vec![("type", "date"), ("format", "yyyy"), ("range", "2020")], "is not two dates"),
        (vec![("type", "date"), ("format", "yyyy-ww"), ("range", "2020,NOW")], "letter 'w'"),
        (vec![("type", "integer"), ("range", "1,x")], "is not two numbers"),
        (vec![("type", "integer"), ("range", "1,2"), ("interval", "0")], "not a positive number"),
    ] {
        let error = Projection::of("dt", &properties(&pairs), now()).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn date_patterns_write_and_read() {
    for (pattern, text) in [
        ("yyyy-MM-dd-HH", "2026-11-23-02"),
        ("yyyyMMdd'T'HHmm", "20261123T0214"),
        ("d/M/yyyy", "3/1/2026"),
        ("'dt='yyyy", "dt=2026"),
    ] {
        let parsed = DatePattern::parse(pattern).unwrap();
        let time = parsed.read(text).unwrap();
        assert_eq!(parsed.format(time), text);
        assert!(regex::Regex::new(&format!("^{}$", parsed.regex())).unwrap().is_match(text));
    }
    assert!(DatePattern::parse("yyyy-MM-dd-HH").unwrap().is_sortable());
    assert!(!DatePattern::parse("dd-MM-yyyy").unwrap().is_sortable());
    assert_eq!(DatePattern::parse("yyyy-MM-dd").unwrap().read("2026-13-01"), None);
}

#[test]
fn conditions_become_the_tightest_necessary_constraint() {
    let text = DataType::Utf8;
    let filters = [col("dt").gt(lit("a")).and(lit("c").gt_eq(col("dt"))), col("dt").gt_eq(lit("b"))];
    assert_eq!(Constraint::of("dt", &text, &filters), between("b", "c"));
    let either = col("dt").eq(lit("x")).or(col("dt").in_list(vec![lit("y"), lit("z")], false));
    let among = Constraint::of("dt", &text, &[either, col("dt").not_eq(lit("y"))]).among.unwrap();
    assert_eq!(among.into_iter().collect::<Vec<_>>(), ["x", "y", "z"]);
    for open in [
        col("dt").eq(lit("x")).or(col("other").eq(lit("y"))),
        col("dt").in_list(vec![lit("x")], true),
        col("dt").not_eq(lit("x")),
        col("other").eq(lit("x")),
    ] {
        assert_eq!(Constraint::of("dt", &text, &[open]), Constraint::default());
    }
    let numbers = [col("h").gt_eq(lit(9_i64)).and(col("h").gt_eq(lit(10_i64)))];
    assert_eq!(Constraint::of("h", &DataType::Int64, &numbers).from.as_deref(), Some("10"));
}
