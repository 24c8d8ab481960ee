//! Tables as the catalog has them.

use aws_sdk_athena::types::{Column, TableMetadata};

use crate::aws::{Aws, AwsError};
use crate::domain::table::{Table, TableColumn};
use crate::domain::{TableName, TableShape};

/// The data catalog that Athena has by itself: AWS Glue.
const CATALOG: &str = "AwsDataCatalog";
/// Tables of a page at most (ListTableMetadata).
const PAGE: i32 = 50;

impl Aws {
    /// The tables and views of a database, at most so many.
    pub async fn tables(&self, database: &str, most: usize) -> Result<Vec<Table>, AwsError> {
        let subject = || format!("cannot list the tables of database {database}");
        let (mut tables, mut token): (Vec<Table>, Option<String>) = (Vec::new(), None);
        loop {
            let request = self.athena().await.list_table_metadata().catalog_name(CATALOG).database_name(database);
            let request = request.max_results(PAGE).set_next_token(token.clone());
            let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
            tables.extend(output.table_metadata_list().iter().map(|table| read(database, table)));
            let next = output.next_token().filter(|next| token.as_deref() != Some(*next)).map(str::to_owned);
            if next.is_none() || tables.len() >= most {
                tables.truncate(most);
                return Ok(tables);
            }
            token = next;
        }
    }

    /// One table.
    pub async fn table(&self, database: &str, name: &str) -> Result<Table, AwsError> {
        Ok(read(database, &self.metadata(database, name).await?))
    }

    /// What is known of a table, or that there is none.
    pub async fn find_table(&self, database: &str, name: &str) -> Result<Option<Table>, AwsError> {
        match self.table(database, name).await {
            Err(error) if is_nowhere(&error) => Ok(None),
            found => found.map(Some),
        }
    }

    /// What a table is made of, with all its properties.
    pub async fn table_shape(&self, name: &TableName) -> Result<TableShape, AwsError> {
        let table = self.metadata(&name.database, &name.table).await?;
        let columns = |columns: &[Column]| {
            let told = columns.iter().map(|column| (column.name().to_lowercase(), column.r#type().unwrap_or_default()));
            told.map(|(name, kind)| (name, kind.to_lowercase())).collect()
        };
        Ok(TableShape {
            columns: columns(table.columns()),
            partitions: columns(table.partition_keys()),
            properties: table.parameters().cloned().unwrap_or_default().into_iter().collect(),
        })
    }

    /// The same; none where there is no such table, or no such database.
    pub async fn find_table_shape(&self, name: &TableName) -> Result<Option<TableShape>, AwsError> {
        match self.table_shape(name).await {
            Err(error) if is_nowhere(&error) => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Whether there is a database of that name.
    pub async fn has_database(&self, name: &str) -> Result<bool, AwsError> {
        let request = self.athena().await.get_database().catalog_name(CATALOG).database_name(name);
        let asked =
            request.send().await.map_err(|error| AwsError::from_sdk(format!("cannot look at database {name}"), &error));
        match asked {
            Err(error) if is_nowhere(&error) => Ok(false),
            answer => answer.map(|_| true),
        }
    }

    async fn metadata(&self, database: &str, name: &str) -> Result<TableMetadata, AwsError> {
        let subject = || format!("cannot look at table {database}.{name}");
        let request = self.athena().await.get_table_metadata().catalog_name(CATALOG).database_name(database);
        let output = request.table_name(name).send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.table_metadata.ok_or_else(|| AwsError::malformed(subject(), "the answer tells no table"))
    }
}

/// Whether Athena says that there is no such thing: Glue's EntityNotFoundException, which it wraps into its own words.
fn is_nowhere(error: &AwsError) -> bool {
    let cause = error.cause.to_ascii_lowercase();
    ["entitynotfound", "entity not found"].iter().any(|words| cause.contains(words))
}

fn read(database: &str, table: &TableMetadata) -> Table {
    let columns = |columns: &[Column]| {
        let columns = columns.iter();
        columns
            .map(|column| TableColumn {
                name: column.name().to_owned(),
                kind: column.r#type().unwrap_or_default().to_owned(),
            })
            .collect()
    };
    let parameter = |name: &str| table.parameters().and_then(|parameters| parameters.get(name));
    Table {
        database: database.to_owned(),
        name: table.name().to_owned(),
        columns: columns(table.columns()),
        partitions: columns(table.partition_keys()),
        location: parameter("location").cloned(),
        is_projected: parameter("projection.enabled").is_some_and(|value| value.eq_ignore_ascii_case("true")),
    }
}
