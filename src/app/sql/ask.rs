//! What the SQL screen asks the world, and what the world answers.

use crate::domain::statement::TableReference;
use crate::domain::table::{Table, Weight};
use crate::domain::{Execution, PastStatement, Place, ResultPage, SavedQuery, Statement, TimeRange};

/// A question of the SQL screen.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlAsk {
    /// Run a statement. Answers: [`SqlAnswer::Execution`] as it goes, then [`SqlAnswer::Page`].
    Run {
        /// The statement.
        statement: Statement,
        /// It, as it was typed, for the history.
        typed: String,
    },
    /// The rows of a statement that ran, from a page on. Answers: [`SqlAnswer::Execution`] where it is the first,
    /// [`SqlAnswer::Page`].
    Page {
        /// Athena's id of it.
        id: String,
        /// The token of the page; none for the first.
        token: Option<String>,
    },
    /// The tables of a database. Answer: [`SqlAnswer::Tables`].
    Tables {
        /// Its name.
        database: String,
    },
    /// What the tables that a statement names are. Answer: [`SqlAnswer::Named`].
    Named {
        /// Their names, each with its database.
        tables: Vec<TableReference>,
    },
    /// The statements that were run from here. Answer: [`SqlAnswer::Past`].
    Mine,
    /// The statements of a workgroup. Answer: [`SqlAnswer::Executions`].
    Workgroup {
        /// Its name.
        workgroup: String,
    },
    /// The queries that are kept as files. Answer: [`SqlAnswer::Kept`].
    Kept,
    /// Keep a query. Answer: [`SqlAnswer::Saved`] or [`SqlAnswer::Exists`].
    Keep {
        /// Its name.
        name: String,
        /// Its text.
        sql: String,
        /// Whether it may take the place of one of its name.
        replaces: bool,
    },
    /// The statement that makes a table of a source. Answer: [`SqlAnswer::Text`].
    Create {
        /// The source's name.
        source: String,
        /// The database.
        database: String,
        /// The range that its placeholders' values are listed by.
        range: TimeRange,
    },
    /// The statement that adds the partitions that a table lacks. Answer: [`SqlAnswer::Text`].
    Partitions {
        /// Where statements run.
        place: Place,
        /// The table's database.
        database: String,
        /// The table.
        table: String,
        /// The range that is looked at.
        range: TimeRange,
    },
    /// What lies at the location of tables. Answer: [`SqlAnswer::Weight`].
    Weigh {
        /// The tables.
        tables: Vec<Table>,
    },
}

/// An answer to the SQL screen.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlAnswer {
    /// Where a statement stands.
    Execution(Execution),
    /// Rows of it.
    Page(ResultPage),
    /// The tables of a database.
    Tables(Vec<Table>),
    /// Tables by name; none where there is none of that name.
    Named(Vec<(TableReference, Option<Table>)>),
    /// The statements that were run from here, newest first.
    Past(Vec<PastStatement>),
    /// The statements of a workgroup, newest first.
    Executions(Vec<Execution>),
    /// The kept queries, by name.
    Kept(Vec<SavedQuery>),
    /// A query is kept under this name.
    Saved(String),
    /// A query of this name is kept already.
    Exists(String),
    /// A statement for the editor, and what it is.
    Text {
        /// The statement; empty where there is nothing to do.
        sql: String,
        /// What was found, in words.
        told: String,
    },
    /// What lies at the location of tables.
    Weight(Weight),
}
