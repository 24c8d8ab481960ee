//! Statements that write a query's rows: `CREATE TABLE … AS`, `INSERT INTO` and `UNLOAD`.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::{Ddl, Refusal, tokens};

/// `(format = 'PARQUET', partitioned_by = ARRAY['dt'])`: each name with its one value or its list.
pub(crate) type WriteOptions = BTreeMap<String, Vec<String>>;

/// `CREATE TABLE` without EXTERNAL, after its TABLE.
pub(super) fn create_as(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    let if_not_exists = cursor.take_all(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    let options = if cursor.take("with") { cursor.options()? } else { WriteOptions::new() };
    if !cursor.is("as") {
        return Err(
            cursor.refusal("CREATE TABLE without EXTERNAL and without AS (an Iceberg table) is not supported here")
        );
    }
    cursor.expect("as")?;
    let text = cursor.remainder()?;
    let (query, has_rows) = with_data(&text);
    Ok(Ddl::CreateAs { name, if_not_exists, options, query: query.to_owned(), has_rows })
}

/// The query without its `WITH [NO] DATA`.
fn with_data(text: &str) -> (&str, bool) {
    let strip = |words: &[&str]| {
        let mut rest = text.trim_end();
        for word in words.iter().rev() {
            let start = rest.len().checked_sub(word.len()).filter(|start| rest.is_char_boundary(*start))?;
            rest = rest[start..].eq_ignore_ascii_case(word).then(|| rest[..start].trim_end())?;
        }
        Some(rest)
    };
    match (strip(&["with", "no", "data"]), strip(&["with", "data"])) {
        (Some(query), _) => (query, false),
        (None, Some(query)) => (query, true),
        (None, None) => (text, true),
    }
}

/// `INSERT INTO table [(columns)] query`, after its INSERT.
pub(super) fn insert(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    cursor.expect("into")?;
    let name = cursor.table_name()?;
    let columns = cursor.names_before_query()?;
    Ok(Ddl::Insert { name, columns, query: cursor.remainder()? })
}

/// `UNLOAD (query) TO 's3://…' WITH (…)`. The query is cut out by SQL's rules of quoting, which are not Hive's.
pub(super) fn unload(text: &str, database: &str) -> Result<Ddl, Refusal> {
    let refuse = |at: usize, what: &str| Err(Refusal::at(text, at, what));
    let Some(open) = text.find('(').filter(|open| text[6..*open].trim().is_empty()) else {
        return refuse(6, "UNLOAD needs its query in parentheses: UNLOAD (SELECT …) TO 's3://…' WITH (format = …)");
    };
    let Some(close) = closing(text, open) else { return refuse(open, "parenthesis without its end") };
    let rest = &text[close + 1..];
    let tokens = tokens::tokens(rest);
    let mut cursor = Cursor::new(rest, &tokens, database);
    let parsed = (|| {
        cursor.expect("to")?;
        let location = cursor.text("a location")?;
        cursor.expect("with")?;
        let options = cursor.options()?;
        cursor.end()?;
        Ok((location, options))
    })();
    // Places are told in the whole statement.
    let (location, options) = parsed.map_err(|refusal: Refusal| refusal.after(&text[..=close]))?;
    Ok(Ddl::Unload { query: text[open + 1..close].to_owned(), location, options })
}

/// Where the parenthesis that opens at `open` is closed.
fn closing(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate().skip(open) {
        match (quote, byte) {
            (Some(end), byte) if end == byte => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// `PREPARE name FROM statement`, after its PREPARE.
pub(super) fn prepare(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    let name = cursor.name("a name")?;
    cursor.expect("from")?;
    Ok(Ddl::Prepare { name, query: cursor.remainder()? })
}

/// `EXECUTE name [USING value, …]`, after its EXECUTE.
pub(super) fn execute(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    let name = cursor.name("a name")?;
    let values = if cursor.take("using") { cursor.remainder()? } else { String::new() };
    Ok(Ddl::Execute { name, values })
}
