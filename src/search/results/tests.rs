use super::csv::Cells;
use super::*;

#[expect(clippy::unnecessary_wraps, reason = "a cell as rows hold it")]
fn cell(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// All rows of a file whose bytes come in pieces of this length.
fn read(text: &[u8], columns: usize, piece: usize) -> Result<Vec<Row>, String> {
    let mut cells = Cells::new(columns, 0);
    let mut rows = Vec::new();
    for bytes in text.chunks(piece) {
        cells.push(bytes);
        while let Some(row) = cells.row()? {
            rows.push(row);
        }
    }
    cells.end()?;
    assert_eq!(cells.at(), text.len() as u64);
    Ok(rows)
}

#[test]
fn null_is_told_from_empty_wherever_the_bytes_are_cut() {
    let text = "\"a\",\"b\"\n\"x\"\"y\"\"\",\n,\"\"\n\"1,2\r\n3\",\"日本\"\r\nbare,\r\n".as_bytes();
    let rows = vec![
        vec![cell("a"), cell("b")],
        vec![cell("x\"y\""), None],
        vec![None, cell("")],
        vec![cell("1,2\r\n3"), cell("日本")],
        vec![cell("bare"), None],
    ];
    for piece in 1..=text.len() {
        assert_eq!(read(text, 2, piece).as_ref(), Ok(&rows), "in pieces of {piece}");
    }
}

#[test]
fn what_is_no_row_is_told_with_its_place() {
    for (text, cause) in [
        ("\"a\",\"b\"\n\"c\"\n", "the row at byte 8 of the result file has 1 cell, not 2"),
        ("\"a\",\"b\",\"c\"\n", "the row at byte 0 of the result file has 3 cells, not 2"),
        ("\"a\"b,c\n", "the row at byte 0 of the result file has 3 cells, not 2"),
        ("\"a\",\"b\"\n\"c\",\"d", "the result file ends within the row at its byte 8"),
        ("\"a\",\"b\"\n\"c\",\"d\"", "the result file ends within the row at its byte 8"),
    ] {
        let error = match read(text.as_bytes(), 2, 5) {
            Err(error) => error,
            Ok(rows) => format!("{rows:?}"),
        };
        assert!(error.contains(cause), "{text:?}: {error}");
    }
}

#[test]
fn rows_go_on_at_a_place() {
    let text = b"\"a\"\n\"b\"\n\"c\"\n";
    let mut cells = Cells::new(1, 0);
    cells.push(text);
    cells.row().expect("a row").expect("a row");
    let at = cells.at();
    let mut later = Cells::new(1, at);
    later.push(&text[at as usize..]);
    assert_eq!(later.row(), Ok(Some(vec![cell("b")])));
    assert_eq!(later.at(), 8);
}

proptest::proptest! {
    #[test]
    fn no_bytes_are_too_odd(bytes: Vec<u8>, columns in 0_usize..4, piece in 1_usize..9) {
        let mut cells = Cells::new(columns, 0);
        for bytes in bytes.chunks(piece) {
            cells.push(bytes);
            while let Ok(Some(row)) = cells.row() {
                proptest::prop_assert_eq!(row.len(), columns);
            }
        }
    }
}
