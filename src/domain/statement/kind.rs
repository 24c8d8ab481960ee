//! What a statement does.

use super::{TokenKind, tokens};

/// What a statement does to what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// It reads.
    Reads,
    /// It makes, changes or removes tables, partitions or objects: its first words.
    Writes(String),
}

impl StatementKind {
    /// What a statement does, by its first words. What is not known to read is taken to write.
    pub fn of(statement: &str) -> Self {
        let words = words(statement);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // EXPLAIN ANALYZE runs what it explains; EXPLAIN alone does not.
        let words = match words.as_slice() {
            ["EXPLAIN", "ANALYZE", "VERBOSE", rest @ ..] | ["EXPLAIN", "ANALYZE", rest @ ..] => rest,
            ["EXPLAIN", ..] => return Self::Reads,
            words => words,
        };
        match words {
            ["SELECT" | "WITH" | "VALUES" | "TABLE" | "SHOW" | "DESCRIBE" | "DESC", ..] | [] => Self::Reads,
            ["CREATE", "OR", "REPLACE", what, ..] => Self::Writes(format!("CREATE OR REPLACE {what}")),
            ["CREATE", "EXTERNAL", "TABLE", ..] => Self::Writes("CREATE EXTERNAL TABLE".to_owned()),
            [first @ ("CREATE" | "DROP" | "ALTER" | "INSERT" | "DELETE" | "MSCK" | "MERGE"), second, ..] => {
                Self::Writes(format!("{first} {second}"))
            }
            [first, ..] => Self::Writes((*first).to_owned()),
        }
    }

    /// Whether it changes anything.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Writes(_))
    }

    /// Whether the statement may hold parameters: ExecutionParameters are for statements with rows. In the DDL of a
    /// table a colon stands before a type (`struct<name:string>`).
    pub fn takes_parameters(statement: &str) -> bool {
        let words = words(statement);
        let is_ddl = words.first().is_some_and(|first| {
            ["CREATE", "ALTER", "DROP", "SHOW", "DESCRIBE", "DESC", "MSCK", "PREPARE", "DEALLOCATE"]
                .contains(&first.as_str())
        });
        let makes_from_rows = matches!(words.get(..2), Some([create, table]) if create == "CREATE" && table == "TABLE");
        !is_ddl || makes_from_rows
    }
}

/// The words and brackets that a statement begins with, in capitals; brackets around a whole query are left out.
fn words(statement: &str) -> Vec<String> {
    const LOOKED_AT: usize = 8;
    tokens(statement)
        .into_iter()
        .filter(|token| token.kind != TokenKind::Comment)
        .map(|token| statement[token.span].to_ascii_uppercase())
        .skip_while(|word| word == "(")
        .take(LOOKED_AT)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_is_known_and_everything_else_writes() {
        for reads in [
            "select 1",
            "-- hello\n WITH a AS (SELECT 1) SELECT * FROM a",
            "(SELECT 1) UNION (SELECT 2)",
            "SHOW PARTITIONS t",
            "describe t",
            "EXPLAIN DROP TABLE t",
            "EXPLAIN ANALYZE SELECT 1",
            "VALUES 1",
            "",
        ] {
            assert_eq!(StatementKind::of(reads), StatementKind::Reads, "{reads}");
        }
        for (writes, words) in [
            ("drop table t", "DROP TABLE"),
            ("/* x */ DELETE FROM t", "DELETE FROM"),
            ("INSERT INTO t VALUES 1", "INSERT INTO"),
            ("create table t as select 1", "CREATE TABLE"),
            ("CREATE EXTERNAL TABLE t (a int)", "CREATE EXTERNAL TABLE"),
            ("CREATE OR REPLACE VIEW v AS SELECT 1", "CREATE OR REPLACE VIEW"),
            ("UNLOAD (SELECT 1) TO 's3://b/'", "UNLOAD"),
            ("EXPLAIN ANALYZE INSERT INTO t SELECT 1", "INSERT INTO"),
            ("EXECUTE stored", "EXECUTE"),
            ("vacuum t", "VACUUM"),
        ] {
            assert_eq!(StatementKind::of(writes), StatementKind::Writes(words.to_owned()), "{writes}");
        }
    }

    #[test]
    fn the_types_of_a_table_are_no_parameters() {
        assert!(!StatementKind::takes_parameters("CREATE EXTERNAL TABLE t (a struct<b:string>)"));
        assert!(StatementKind::takes_parameters("CREATE TABLE t AS SELECT * FROM u WHERE a = :a"));
        assert!(StatementKind::takes_parameters("SELECT :a"));
    }
}
