use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use arrow::util::pretty::pretty_format_batches;

use super::file::Mark;
use super::*;
use crate::search::results::Place;

fn fields() -> Vec<Field> {
    let fields = [("name", "varchar"), ("count", "bigint"), ("name", "varchar"), ("at", "timestamp")];
    fields.map(|(name, kind)| Field { name: name.into(), kind: kind.into() }).into()
}

fn rows() -> Vec<Row> {
    let rows = [
        [Some("a, \"b\""), Some("-7"), None, Some("2026-11-23 01:02:03.250")],
        [Some("日本|*x*"), Some("9223372036854775807"), Some(""), None],
        [Some("=cmd|' /C calc'!A0"), None, Some("x\r\ny"), Some("1969-12-31 23:59:59.999")],
    ];
    rows.map(|row| row.map(|cell| cell.map(str::to_owned)).into()).into()
}

fn written(style: impl Into<Style>) -> Vec<u8> {
    let mut writer = Writer::new(style.into(), &fields(), Vec::new()).expect("begins");
    for row in rows() {
        writer.row(&row).expect("writes");
    }
    writer.finish().expect("ends")
}

fn text(style: impl Into<Style>) -> String {
    String::from_utf8(written(style)).expect("UTF-8")
}

#[test]
fn csv_is_rfc_4180_tells_null_from_empty_and_holds_no_formula() {
    let begin = "name,count,name,at\r\n\"a, \"\"b\"\"\",-7,,2026-11-23 01:02:03.250\r\n\
                 日本|*x*,9223372036854775807,\"\",\r\n";
    let end = ",,\"x\r\ny\",1969-12-31 23:59:59.999\r\n";
    assert_eq!(text(Format::Csv), format!("{begin}'=cmd|' /C calc'!A0{end}"));
    let plain = Style { format: Format::Csv, keeps_formulas: true };
    assert_eq!(text(plain), format!("{begin}=cmd|' /C calc'!A0{end}"));
}

#[test]
fn what_a_spreadsheet_runs_is_told_from_numbers() {
    for formula in ["=1+1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+", "-inf", "-nan", "=", "-1,5", "+1e"] {
        assert!(csv::is_formula(formula), "{formula:?}");
    }
    for plain in ["", "-7", "+7", "-7.25", "-1.5E-7", "a=1", "1+1", " =1", "2026-11-23", "-0"] {
        assert!(!csv::is_formula(plain), "{plain:?}");
    }
}

#[test]
fn json_keeps_types_order_and_columns_of_one_name() {
    let first = r#"{"name":"a, \"b\"","count":-7,"name_3":null,"at":"2026-11-23 01:02:03.250"}"#;
    let second = r#"{"name":"日本|*x*","count":9223372036854775807,"name_3":"","at":null}"#;
    let third = r#"{"name":"=cmd|' /C calc'!A0","count":null,"name_3":"x\r\ny","at":"1969-12-31 23:59:59.999"}"#;
    assert_eq!(text(Format::Ndjson), format!("{first}\n{second}\n{third}\n"));
    assert_eq!(text(Format::Json), format!("[\n{first},\n{second},\n{third}\n]\n"));
    let none = Writer::new(Format::Json.into(), &fields(), Vec::new()).and_then(Writer::finish).expect("writes");
    assert_eq!(none, b"[]\n");
}

#[test]
fn markdown_is_a_table_in_which_text_stays_text() {
    let text = text(Format::Markdown);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "| --- | ---: | --- | --- |");
    assert_eq!(lines.len(), 5);
    assert!(lines[3].starts_with("| 日本&#124;&#42;x&#42; | `9223372036854775807` | – |"), "{}", lines[3]);
    let events = pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::ENABLE_TABLES);
    let cells = events.filter(|event| matches!(event, pulldown_cmark::Event::End(pulldown_cmark::TagEnd::TableCell)));
    assert_eq!(cells.count(), 16);
}

#[test]
fn parquet_holds_the_values_by_their_types() {
    let bytes = bytes::Bytes::from(written(Format::Parquet));
    let reader = ParquetRecordBatchReaderBuilder::try_new(bytes)
        .and_then(ParquetRecordBatchReaderBuilder::build)
        .expect("Parquet");
    let batches: Vec<_> = reader.collect::<Result<_, _>>().expect("is read");
    let shown = pretty_format_batches(&batches).expect("shown").to_string();
    assert!(
        shown.contains("| name               | count               | name_3 | at                      |"),
        "{shown}"
    );
    assert!(
        shown.contains("| a, \"b\"             | -7                  |        | 2026-11-23T01:02:03.250 |"),
        "{shown}"
    );
    assert!(shown.contains("1969-12-31T23:59:59.999"), "{shown}");
}

#[test]
fn parquet_tells_the_cell_that_is_not_of_its_type() {
    let mut writer = Writer::new(Format::Parquet.into(), &fields(), Vec::new()).expect("begins");
    let row = [Some("x".to_owned()), Some("seven".to_owned()), None, None];
    let error = writer.row(&row).expect_err("no number");
    assert!(error.to_string().starts_with("row 1, column count: \"seven\" is no bigint"), "{error}");
    let mut all = Vec::new();
    for (kind, cell) in [
        ("double", "NaN"),
        ("real", "-1.5E-7"),
        ("boolean", "true"),
        ("date", "2026-11-23"),
        ("timestamp with time zone", "2026-11-23 01:02:03.456 UTC"),
        ("timestamp with time zone", "2026-11-23 01:02:03.456 +09:00"),
        ("timestamp with time zone", "2026-11-23T01:02:03.456789Z"),
        ("decimal(38,2)", "1.10"),
    ] {
        let fields = [Field { name: "x".into(), kind: kind.into() }];
        let mut writer = Writer::new(Format::Parquet.into(), &fields, Vec::new()).expect("begins");
        writer.row(&[Some(cell.into())]).expect(cell);
        all.push(writer.finish().expect("ends"));
    }
    assert!(all.iter().all(|bytes| bytes.starts_with(b"PAR1")));
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_there_once_it_is_whole_and_none_is_overwritten_unless_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("new/rows.csv");
    for name in ["rows.csv", "rows-2.csv"] {
        let mut file = NewFile::new(&to, false).expect("a file");
        file.write_all(name.as_bytes()).expect("is written");
        assert_eq!(file.keep().expect("is kept"), folder.path().join("new").join(name));
    }
    let mut file = NewFile::new(&to, true).expect("a file");
    file.write_all(b"newest").expect("is written");
    file.keep().expect("is kept");
    drop(NewFile::new(&to, false).expect("a file"));
    assert_eq!(names(&folder.path().join("new")), ["rows-2.csv", "rows.csv"]);
    assert_eq!(std::fs::read(&to).expect("is there"), b"newest");
    assert!(NewFile::new(folder.path(), false).is_err(), "a folder is no file");
}

#[test]
fn an_export_that_broke_off_is_gone_on_with_behind_its_last_mark() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("rows.csv");
    let place = |byte| Place { etag: "e1".into(), byte };
    let (mut file, mark) = NewFile::resumable(&to, false, &["q-1", "csv"]).expect("a file");
    assert_eq!(mark, None);
    file.write_all(b"a\r\n1\r\n").expect("is written");
    file.mark(1, place(10)).expect("is marked");
    file.write_all(b"2\r").expect("is written");
    // Another process writes its own.
    let (other, none) = NewFile::resumable(&to, false, &["q-1", "csv"]).expect("a file");
    assert_eq!(none, None);
    drop((other, file));
    let (other, none) = NewFile::resumable(&to, false, &["q-1", "markdown"]).expect("a file");
    assert_eq!(none, None, "another export is another file");
    drop(other);
    let (mut file, mark) = NewFile::resumable(&to, false, &["q-1", "csv"]).expect("a file");
    assert_eq!(mark, Some(Mark { written: 6, rows: 1, place: place(10) }));
    file.write_all(b"2\r\n").expect("is written");
    let path = file.keep().expect("is kept");
    assert_eq!(std::fs::read(path).expect("is there"), b"a\r\n1\r\n2\r\n");
    assert_eq!(names(folder.path()), ["rows.csv"]);
}

#[test]
fn hits_are_rows_but_for_json() {
    let hit = Hit {
        time: Some("2026-11-23T01:31:07Z".parse().expect("a time")),
        source: "cloudtrail".into(),
        object: crate::domain::ObjectId::new("logs", "a/b.gz"),
        line: 3,
        span: 10..20,
        fields: vec!["source.ip".into(), "client.ip".into()],
        message: "ConsoleLogin".into(),
        ecs: crate::domain::EcsValues::default(),
    };
    let write = |format: Format| {
        let mut writer = Writer::new(format.into(), &hit_fields(), Vec::new()).expect("begins");
        writer.hit(&hit).expect("writes");
        assert_eq!(writer.rows(), 1);
        writer.finish().expect("ends")
    };
    assert_eq!(
        String::from_utf8(write(Format::Csv)).expect("UTF-8"),
        "time,source,object,version,line,span_start,span_end,fields,message\r\n\
         2026-11-23T01:31:07Z,cloudtrail,s3://logs/a/b.gz,,3,10,20,source.ip client.ip,ConsoleLogin\r\n"
    );
    assert_eq!(serde_json::from_slice::<Hit>(&write(Format::Ndjson)).expect("JSON"), hit);
    assert_eq!(serde_json::from_slice::<Vec<Hit>>(&write(Format::Json)).expect("JSON"), std::slice::from_ref(&hit));
    assert!(write(Format::Parquet).starts_with(b"PAR1"));
}
