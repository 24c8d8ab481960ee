//! Athena's data definition statements: text in, [`Ddl`] out.
//!
//! The grammar is that of "DDL statements" in the Amazon Athena user guide. It is parsed here because no SQL
//! parser at hand reads Hive's `STRUCT<…>` columns or `STORED AS INPUTFORMAT`.

use std::collections::BTreeMap;

use super::catalog::{Column, TableName};
use cursor::Cursor;

mod cursor;
mod table;
#[cfg(test)]
mod tests;
mod tokens;
mod write;

pub(crate) use table::{CreateTable, s3_location};
pub(crate) use write::WriteOptions;

/// A statement that changes or shows the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ddl {
    CreateDatabase {
        name: String,
        if_not_exists: bool,
        comment: Option<String>,
        location: Option<String>,
        properties: BTreeMap<String, String>,
    },
    DropDatabase {
        name: String,
        if_exists: bool,
        cascade: bool,
    },
    CreateTable(Box<CreateTable>),
    DropTable {
        name: TableName,
        if_exists: bool,
    },
    CreateView {
        name: TableName,
        or_replace: bool,
        query: String,
    },
    DropView {
        name: TableName,
        if_exists: bool,
    },
    AddPartitions {
        name: TableName,
        if_not_exists: bool,
        partitions: Vec<(PartitionSpec, Option<String>)>,
    },
    DropPartitions {
        name: TableName,
        if_exists: bool,
        partitions: Vec<PartitionSpec>,
    },
    SetProperties {
        name: TableName,
        properties: BTreeMap<String, String>,
    },
    SetLocation {
        name: TableName,
        location: String,
    },
    AddColumns {
        name: TableName,
        columns: Vec<Column>,
    },
    Repair {
        name: TableName,
    },
    ShowDatabases {
        like: Option<String>,
    },
    ShowTables {
        database: String,
        like: Option<String>,
    },
    ShowViews {
        database: String,
        like: Option<String>,
    },
    ShowPartitions {
        name: TableName,
    },
    ShowColumns {
        name: TableName,
    },
    ShowCreateTable {
        name: TableName,
    },
    ShowProperties {
        name: TableName,
        key: Option<String>,
    },
    Describe {
        name: TableName,
        is_extended: bool,
    },
    CreateAs {
        name: TableName,
        if_not_exists: bool,
        options: WriteOptions,
        query: String,
        has_rows: bool,
    },
    Insert {
        name: TableName,
        columns: Vec<String>,
        query: String,
    },
    Unload {
        query: String,
        location: String,
        options: WriteOptions,
    },
    Prepare {
        name: String,
        query: String,
    },
    Execute {
        name: String,
        values: String,
    },
    Deallocate {
        name: String,
    },
}

/// `(dt='2026-11-23', hour=4)`: column and value, in the order written.
pub(crate) type PartitionSpec = Vec<(String, String)>;

/// Why a statement was refused: what, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}:{column}: {what}")]
pub(crate) struct Refusal {
    line: usize,
    column: usize,
    what: String,
}

impl Refusal {
    /// The same place, of a text that follows on `before`.
    fn after(mut self, before: &str) -> Self {
        if self.line == 1 {
            self.column += before.rsplit('\n').next().map_or(0, |last| last.chars().count());
        }
        self.line += before.matches('\n').count();
        self
    }

    fn at(text: &str, offset: usize, what: &str) -> Self {
        let before = &text[..offset.min(text.len())];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        Self { line, column, what: what.to_owned() }
    }
}

/// Parses a statement of the catalog. `None`: it is not one, but SQL for the engine.
///
/// `database` completes names without one. A semicolon at the end is allowed.
pub(crate) fn parse(text: &str, database: &str) -> Result<Option<Ddl>, Refusal> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let tokens = tokens::tokens(text);
    let mut cursor = Cursor::new(text, &tokens, database);
    let statement = if cursor.take("create") {
        create(&mut cursor)?
    } else if cursor.take("drop") {
        drop_statement(&mut cursor)?
    } else if cursor.take("alter") {
        alter(&mut cursor)?
    } else if cursor.take("msck") {
        cursor.expect("repair")?;
        cursor.expect("table")?;
        Ddl::Repair { name: cursor.table_name()? }
    } else if cursor.take("show") {
        show(&mut cursor)?
    } else if cursor.take("describe") || cursor.take("desc") {
        if cursor.is("input") || cursor.is("output") {
            return Err(cursor.refusal("DESCRIBE INPUT and DESCRIBE OUTPUT are not supported here"));
        }
        let is_extended = cursor.take("extended") || cursor.take("formatted");
        cursor.take("table");
        Ddl::Describe { name: cursor.table_name()?, is_extended }
    } else if cursor.take("insert") {
        write::insert(&mut cursor)?
    } else if cursor.is("unload") {
        return write::unload(text, database).map(Some);
    } else if cursor.take("prepare") {
        write::prepare(&mut cursor)?
    } else if cursor.take("execute") {
        write::execute(&mut cursor)?
    } else if cursor.take_all(&["deallocate", "prepare"]) {
        Ddl::Deallocate { name: cursor.name("a name")? }
    } else {
        refuse_others(&cursor)?;
        return Ok(None);
    };
    cursor.end()?;
    Ok(Some(statement))
}

/// Statements that Athena knows and the lab does not run, and those that nobody runs.
fn refuse_others(cursor: &Cursor<'_>) -> Result<(), Refusal> {
    const UNSUPPORTED: [&str; 13] = [
        "deallocate",
        "merge",
        "update",
        "delete",
        "optimize",
        "vacuum",
        "grant",
        "revoke",
        "set",
        "use",
        "truncate",
        "call",
        "analyze",
    ];
    match UNSUPPORTED.iter().find(|word| cursor.is(word)) {
        Some(word) => Err(cursor.refusal(&format!("{} is not supported here", word.to_uppercase()))),
        None => Ok(()),
    }
}

fn create(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    if cursor.take("database") || cursor.take("schema") {
        let if_not_exists = cursor.take_all(&["if", "not", "exists"]);
        let name = cursor.name("a database name")?;
        let mut comment = None;
        let mut location = None;
        let mut properties = BTreeMap::new();
        loop {
            if cursor.take("comment") {
                comment = Some(cursor.text("a comment")?);
            } else if cursor.take("location") {
                location = Some(cursor.text("a location")?);
            } else if cursor.take("with") {
                cursor.expect("dbproperties")?;
                properties = cursor.properties()?;
            } else {
                break;
            }
        }
        return Ok(Ddl::CreateDatabase { name, if_not_exists, comment, location, properties });
    }
    let or_replace = cursor.take_all(&["or", "replace"]);
    if cursor.take("view") {
        let name = cursor.table_name()?;
        cursor.expect("as")?;
        return Ok(Ddl::CreateView { name, or_replace, query: cursor.remainder()? });
    }
    if or_replace {
        return Err(cursor.unexpected("VIEW"));
    }
    if cursor.take("external") {
        cursor.expect("table")?;
        return Ok(Ddl::CreateTable(Box::new(table::create_table(cursor)?)));
    }
    if cursor.take("table") {
        return write::create_as(cursor);
    }
    Err(cursor.unexpected("DATABASE, SCHEMA, EXTERNAL TABLE or VIEW"))
}

fn drop_statement(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    if cursor.take("database") || cursor.take("schema") {
        let if_exists = cursor.take_all(&["if", "exists"]);
        let name = cursor.name("a database name")?;
        let cascade = cursor.take("cascade");
        let _ = !cascade && cursor.take("restrict");
        return Ok(Ddl::DropDatabase { name, if_exists, cascade });
    }
    if cursor.take("table") {
        let if_exists = cursor.take_all(&["if", "exists"]);
        return Ok(Ddl::DropTable { name: cursor.table_name()?, if_exists });
    }
    if cursor.take("view") {
        let if_exists = cursor.take_all(&["if", "exists"]);
        return Ok(Ddl::DropView { name: cursor.table_name()?, if_exists });
    }
    Err(cursor.unexpected("DATABASE, SCHEMA, TABLE or VIEW"))
}

fn alter(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    cursor.expect("table")?;
    let name = cursor.table_name()?;
    if cursor.take("add") {
        if cursor.take("columns") {
            return Ok(Ddl::AddColumns { name, columns: table::columns(cursor)? });
        }
        let if_not_exists = cursor.take_all(&["if", "not", "exists"]);
        let mut partitions = Vec::new();
        while cursor.take("partition") {
            let spec = cursor.partition_spec()?;
            let location = if cursor.take("location") { Some(cursor.text("a location")?) } else { None };
            partitions.push((spec, location));
        }
        if partitions.is_empty() {
            return Err(cursor.unexpected("PARTITION or COLUMNS"));
        }
        return Ok(Ddl::AddPartitions { name, if_not_exists, partitions });
    }
    if cursor.take("drop") {
        let if_exists = cursor.take_all(&["if", "exists"]);
        let mut partitions = Vec::new();
        loop {
            cursor.expect("partition")?;
            partitions.push(cursor.partition_spec()?);
            if !cursor.take_sign(',') {
                break;
            }
        }
        return Ok(Ddl::DropPartitions { name, if_exists, partitions });
    }
    if cursor.take("set") {
        if cursor.take("tblproperties") {
            return Ok(Ddl::SetProperties { name, properties: cursor.properties()? });
        }
        if cursor.take("location") {
            return Ok(Ddl::SetLocation { name, location: cursor.text("a location")? });
        }
        return Err(cursor.unexpected("TBLPROPERTIES or LOCATION"));
    }
    Err(cursor.unexpected("ADD, DROP or SET"))
}

fn show(cursor: &mut Cursor<'_>) -> Result<Ddl, Refusal> {
    if cursor.take("databases") || cursor.take("schemas") {
        return Ok(Ddl::ShowDatabases { like: cursor.pattern()? });
    }
    if cursor.take("tables") || cursor.is("views") {
        let is_views = cursor.take("views");
        let database = if cursor.take("in") || cursor.take("from") {
            cursor.name("a database name")?
        } else {
            cursor.database().to_owned()
        };
        let like = cursor.pattern()?;
        return Ok(if is_views { Ddl::ShowViews { database, like } } else { Ddl::ShowTables { database, like } });
    }
    if cursor.take("partitions") {
        return Ok(Ddl::ShowPartitions { name: cursor.table_name()? });
    }
    if cursor.take("columns") {
        if !cursor.take("in") {
            cursor.expect("from")?;
        }
        let mut name = cursor.table_name()?;
        if cursor.take("in") || cursor.take("from") {
            name.database = cursor.name("a database name")?;
        }
        return Ok(Ddl::ShowColumns { name });
    }
    if cursor.take("create") {
        let _ = cursor.take("table") || cursor.take("view");
        return Ok(Ddl::ShowCreateTable { name: cursor.table_name()? });
    }
    if cursor.take("tblproperties") {
        let name = cursor.table_name()?;
        let key = if cursor.take_sign('(') {
            let key = cursor.text("a property name")?;
            cursor.expect_sign(')')?;
            Some(key)
        } else {
            None
        };
        return Ok(Ddl::ShowProperties { name, key });
    }
    Err(cursor.unexpected("DATABASES, TABLES, VIEWS, PARTITIONS, COLUMNS, CREATE TABLE or TBLPROPERTIES"))
}
