use arrow::array::{Array as _, Int64Array, StringArray, TimestampMillisecondArray};
use proptest::prelude::*;

use super::*;

/// A file of terms of one object: a row for each term, at its place.
fn terms(object: &str, rows: &[(&str, i64)]) -> Bytes {
    let all = |text: &str| Arc::new(StringArray::from(vec![text; rows.len()])) as ArrayRef;
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(term, _)| term))),
        all("field"),
        all("alb"),
        Arc::new(TimestampMillisecondArray::from(vec![None; rows.len()])),
        all(object),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(_, at)| *at))),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|(_, at)| *at))),
    ];
    let batch = RecordBatch::try_new(schema(TERMS), columns).expect("columns");
    let mut writer =
        ArrowWriter::try_new(Vec::new(), schema(TERMS), Some(terms_properties(Pages::One))).expect("a writer");
    writer.write(&batch).expect("memory");
    writer.into_inner().expect("memory").into()
}

fn rows(file: &NamedTempFile) -> Vec<(String, String, i64)> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(file.reopen().expect("a file")).expect("parquet");
    let mut all = Vec::new();
    for batch in reader.build().expect("a reader") {
        let batch = batch.expect("rows");
        let text = |name: &str| batch.column_by_name(name).expect("a column").as_string::<i32>().clone();
        let (terms, objects) = (text("term"), text("object"));
        let places = batch.column_by_name("span_start").expect("a column");
        let places = places.as_primitive::<arrow::datatypes::Int64Type>();
        for row in 0..batch.num_rows() {
            all.push((terms.value(row).to_owned(), objects.value(row).to_owned(), places.value(row)));
        }
    }
    all
}

#[test]
fn files_of_two_objects_become_one_by_term() {
    let mut merger = Merger::new(Table::Terms).expect("a merger");
    merger.add(terms("s3://b/x", &[("a", 0), ("c", 7)])).expect("is read");
    merger.add(terms("s3://b/y", &[("a", 3), ("b", 3)])).expect("is read");
    let file = merger.finish().expect("is written");
    let told = rows(&file);
    let row = |term: &str, object: &str, at| (term.to_owned(), format!("s3://b/{object}"), at);
    assert_eq!(told, [row("a", "x", 0), row("a", "y", 3), row("b", "y", 3), row("c", "x", 7)]);
    assert_eq!(objects_of(file.reopen().expect("a file")).expect("is read").len(), 2);

    let mut merger = Merger::new(Table::Terms).expect("a merger");
    merger.add_sorted(file.into_file(), ["s3://b/x".to_owned()].into()).expect("is read");
    assert_eq!(rows(&merger.finish().expect("is written")), [row("a", "y", 3), row("b", "y", 3)]);
}

/// A file with a row of these columns of `records`, each with its name.
fn records(names: &[&str]) -> Bytes {
    let whole = schema(RECORDS);
    let fields: Vec<_> = names.iter().map(|name| whole.field_with_name(name).expect("a column").clone()).collect();
    let column = |field: &arrow::datatypes::Field| match field.data_type() {
        arrow::datatypes::DataType::Utf8 => Arc::new(StringArray::from(vec![field.name().as_str()])) as ArrayRef,
        arrow::datatypes::DataType::Int64 => Arc::new(Int64Array::from(vec![7])),
        _ => Arc::new(TimestampMillisecondArray::from(vec![Some(7)])),
    };
    let columns = fields.iter().map(column).collect();
    let batch = RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), columns).expect("columns");
    let mut file = writer(Vec::new(), batch.schema(), records_properties(Pages::One)).expect("a writer");
    file.write(&batch).expect("memory");
    file.into_inner().expect("memory").into()
}

const REQUIRED: [&str; 6] = ["object", "line", "span_start", "span_end", "message", "fields"];

#[test]
fn a_column_that_a_file_has_not_is_null_and_one_that_none_has_is_left_out() {
    let with = |name: &'static str| [&REQUIRED[..], &[name]].concat();
    let mut merger = Merger::new(Table::Records).expect("a merger");
    merger.add(records(&with("user_name"))).expect("is read");
    merger.add(records(&with("source_ip"))).expect("is read");
    let file = merger.finish().expect("is written").into_file();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet");
    let names: BTreeSet<_> = reader.schema().fields().iter().map(|field| field.name().clone()).collect();
    let wanted = REQUIRED.iter().chain(&["user_name", "source_ip"]).map(|name| (*name).to_owned());
    assert_eq!(names, wanted.collect());
    let batch = reader.build().expect("a reader").next().expect("rows").expect("rows");
    for name in ["user_name", "source_ip"] {
        assert_eq!(batch.column_by_name(name).expect("a column").null_count(), 1, "{name}");
    }
    let add = |file| Merger::new(Table::Records).expect("a merger").add(file);
    assert!(matches!(add(records(&REQUIRED[1..])), Err(MergeError::Columns)));
}

#[test]
fn what_is_no_file_of_the_table_is_refused() {
    let file = terms("s3://b/x", &[("a", 0)]);
    assert!(matches!(Merger::new(Table::Records).expect("a merger").add(file.clone()), Err(MergeError::Columns)));
    let cut = file.slice(..file.len() / 2);
    assert!(matches!(Merger::new(Table::Terms).expect("a merger").add(cut.clone()), Err(MergeError::Parquet(_))));
    assert!(object_of(&cut).is_err());
    assert_eq!(object_of(&terms("s3://b/x", &[])).expect("is read"), None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// However the rows are spread over runs, all come out once, in order.
    #[test]
    fn every_row_comes_out_once_in_order(
        files in prop::collection::vec(prop::collection::vec(("[a-d]{1,2}", 0_i64..50), 0..40), 0..6),
        spills in prop::collection::vec(any::<bool>(), 6),
    ) {
        let mut merger = Merger::new(Table::Terms).expect("a merger");
        let mut wanted = Vec::new();
        for (number, file) in files.iter().enumerate() {
            let object = format!("s3://b/{number}");
            let told: Vec<(&str, i64)> = file.iter().map(|(term, at)| (term.as_str(), *at)).collect();
            wanted.extend(told.iter().map(|(term, at)| ((*term).to_owned(), object.clone(), *at)));
            merger.add(terms(&object, &told)).expect("is read");
            if spills[number] {
                merger.spill().expect("is written");
            }
        }
        wanted.sort();
        prop_assert_eq!(rows(&merger.finish().expect("is written")), wanted);
    }
}
