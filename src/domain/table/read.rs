//! A table as the catalog has it.

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableColumn {
    /// Its name.
    pub name: String,
    /// Athena's name of its type.
    pub kind: String,
}

/// A table or a view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Its database.
    pub database: String,
    /// Its name.
    pub name: String,
    /// Its columns, without the partitions.
    pub columns: Vec<TableColumn>,
    /// What it is partitioned by.
    pub partitions: Vec<TableColumn>,
    /// Where its objects lie.
    pub location: Option<String>,
    /// Whether its partitions are computed from its properties.
    pub is_projected: bool,
}

impl Table {
    /// The names of its partitions.
    pub fn keys(&self) -> Vec<String> {
        self.partitions.iter().map(|column| column.name.clone()).collect()
    }
}
