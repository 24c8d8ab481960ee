use super::*;

fn index() -> Index {
    Index {
        location: "s3://index/scops/".parse().expect("a location"),
        database: "scops".into(),
        workgroup: "primary".into(),
        output: None,
        retention_days: None,
    }
}

fn source(name: &str) -> Source {
    Source {
        name: name.into(),
        bucket: "logs".into(),
        layout: "{yyyy}/".parse().expect("a layout"),
        format: None,
        late_after: jiff::SignedDuration::from_mins(5),
        accept: None,
        maintenance: Vec::new(),
    }
}

/// The table as `scops index create` makes it, for these sources.
fn shape(name: &str, columns: &[Column], sources: &str) -> TableShape {
    TableShape {
        columns: columns.iter().map(|column| (column.name.to_owned(), column.hive_type().to_owned())).collect(),
        partitions: Vec::new(),
        properties: [(TEMPLATE.to_owned(), ddl::template(&index(), name)), (SOURCES.to_owned(), sources.to_owned())]
            .into(),
    }
}

fn compared(shape: &TableShape) -> Standing {
    let name = TableName { database: "scops".into(), table: "records".into() };
    let mut standing = Standing::default();
    compare(&index(), &[source("alb"), source("falcon")], &name, RECORDS, shape, &mut standing);
    standing
}

#[test]
fn a_table_as_it_should_be_wants_nothing() {
    assert!(compared(&shape("records", RECORDS, "alb,falcon,others")).is_whole());
}

#[test]
fn an_older_table_gets_the_columns_and_sources_that_it_lacks_and_keeps_what_it_has() {
    let standing = compared(&shape("records", &RECORDS[..RECORDS.len() - 2], "others, alb"));
    assert_eq!(standing.foreign, Vec::<String>::new());
    let told: Vec<&str> = standing.steps.iter().map(|step| step.told.as_str()).collect();
    assert_eq!(
        told,
        ["scops.records has the columns cloudtrail_error_code, fields", "scops.records knows the sources falcon"]
    );
    assert!(standing.steps[0].sql.contains("ADD COLUMNS (\n  `cloudtrail_error_code` string,\n  `fields` string\n)"));
    assert!(standing.steps[1].sql.ends_with("('projection.source.values' = 'alb,falcon,others')"), "{standing:?}");
}

#[test]
fn another_table_of_that_name_is_told_and_left_alone() {
    let elsewhere = TableShape {
        properties: [(TEMPLATE.to_owned(), "s3://theirs/${dt}".to_owned())].into(),
        ..shape("records", RECORDS, "")
    };
    let mut numbers = shape("records", RECORDS, "alb,falcon");
    numbers.columns[0].1 = "bigint".into();
    for (shape, told) in [
        (TableShape::default(), "scops.records is no table of scops"),
        (elsewhere, "scops.records reads s3://theirs/${dt}, not s3://index/scops/records/source=${source}/dt=${dt}/"),
        (numbers, "scops.records has columns of other types: ts bigint"),
    ] {
        let standing = compared(&shape);
        assert!(standing.steps.is_empty() && standing.foreign[0].starts_with(told), "{standing:?}");
    }
}
