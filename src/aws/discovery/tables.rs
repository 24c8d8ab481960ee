//! Athena's workgroups, databases and tables, and the index of scops among these.

use aws_sdk_athena::types::{TableMetadata, WorkGroupState};

use super::super::{Aws, AwsError};
use super::Walk;
use crate::domain::discovery::{FoundIndex, FoundTable, FoundWorkgroup, short};
use crate::domain::{Discovered, Location};

/// The catalog of Glue, which every account has.
const CATALOG: &str = "AwsDataCatalog";
/// Databases and workgroups that are looked at at most.
const MOST: usize = 100;
/// Tables that are looked at at most.
const TABLES: usize = 2_000;
/// Consumers whose receipts are looked for.
const CONSUMERS: usize = 100;

pub(super) async fn look(walk: &Walk<'_>, found: &mut Discovered) -> Result<(), AwsError> {
    let aws = walk.aws;
    let groups = walk.told("athena:ListWorkGroups", "*", aws.workgroups().await)?.unwrap_or_default();
    for (name, is_enabled) in groups {
        let arn = format!("arn:aws:athena:{}:*:workgroup/{name}", walk.region);
        let output = walk.told("athena:GetWorkGroup", &arn, aws.workgroup(&name).await)?.flatten();
        found.workgroups.push(FoundWorkgroup { name, is_enabled, output });
    }
    let catalog = format!("arn:aws:athena:{}:*:datacatalog/{CATALOG}", walk.region);
    let databases = walk.told("athena:ListDatabases", &catalog, aws.databases().await)?.unwrap_or_default();
    for database in databases {
        if found.tables.len() >= TABLES {
            walk.note(format!("more than {TABLES} tables; those of database {database} and later ones are left out"));
            break;
        }
        let tables = walk.told("athena:ListTableMetadata", &catalog, aws.found_tables(&database).await)?;
        found.tables.extend(tables.unwrap_or_default());
    }
    found.index = index(walk, &found.tables).await?;
    Ok(())
}

/// The database with `records` and `terms` below one place.
async fn index(walk: &Walk<'_>, tables: &[FoundTable]) -> Result<Option<FoundIndex>, AwsError> {
    let place = |table: &FoundTable, name: &str| -> Option<Location> {
        let location: Location = table.location.as_ref().filter(|_| table.name == name)?.parse().ok()?;
        let prefix = location.prefix.trim_end_matches('/').strip_suffix(name)?.to_owned();
        (prefix.is_empty() || prefix.ends_with('/')).then_some(Location { prefix, ..location })
    };
    for records in tables {
        let Some(location) = place(records, "records") else { continue };
        let is_terms = |table: &&FoundTable| {
            table.database == records.database && place(table, "terms").as_ref() == Some(&location)
        };
        if tables.iter().find(is_terms).is_none() {
            continue;
        }
        let receipts = beside(walk, &location, "receipts").await?;
        let failures = beside(walk, &location, "failures").await?;
        return Ok(Some(FoundIndex { location, database: records.database.clone(), receipts, failures }));
    }
    Ok(None)
}

/// The names of the folders below one of the index's.
async fn beside(walk: &Walk<'_>, index: &Location, folder: &str) -> Result<Vec<String>, AwsError> {
    let prefix = format!("{}{folder}/", index.prefix);
    let listed = walk.aws.prefixes(&index.bucket, &prefix, CONSUMERS).await;
    let listed = walk.told("s3:ListBucket", &format!("arn:aws:s3:::{}", index.bucket), listed)?;
    let (folders, _) = listed.unwrap_or_default();
    Ok(folders.iter().map(|folder| short(folder.trim_end_matches('/')).to_owned()).collect())
}

fn table(database: &str, told: &TableMetadata) -> FoundTable {
    let parameter = |name: &str| told.parameters().and_then(|parameters| parameters.get(name)).map(String::as_str);
    FoundTable {
        database: database.to_owned(),
        name: told.name().to_owned(),
        location: parameter("location").filter(|place| !place.is_empty()).map(str::to_owned),
        partitions: told.partition_keys().iter().map(|column| column.name().to_owned()).collect(),
        is_projected: parameter("projection.enabled").is_some_and(|told| told.eq_ignore_ascii_case("true")),
    }
}

/// The pages of a listing, up to a bound: what a request gives for a token, and the token of the next.
macro_rules! pages {
    ($most:expr, $subject:expr, |$token:ident| $request:expr, |$output:ident| $items:expr) => {{
        let mut found = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let $token = token.clone();
            let $output = $request.send().await.map_err(|error| AwsError::from_sdk($subject, &error))?;
            found.extend($items);
            match $output.next_token().map(str::to_owned) {
                Some(next) if token.as_ref() != Some(&next) && found.len() < $most => token = Some(next),
                _ => break Ok(found),
            }
        }
    }};
}

impl Aws {
    /// The workgroups, and whether queries may run in them.
    async fn workgroups(&self) -> Result<Vec<(String, bool)>, AwsError> {
        let client = self.athena().await;
        pages!(MOST, "cannot list the workgroups", |token| client.list_work_groups().set_next_token(token), |output| {
            output
                .work_groups()
                .iter()
                .filter_map(|told| Some((told.name()?.to_owned(), told.state() != Some(&WorkGroupState::Disabled))))
        })
    }

    async fn databases(&self) -> Result<Vec<String>, AwsError> {
        let client = self.athena().await;
        pages!(
            MOST,
            "cannot list the databases",
            |token| client.list_databases().catalog_name(CATALOG).set_next_token(token),
            |output| output.database_list().iter().map(|database| database.name().to_owned())
        )
    }

    async fn found_tables(&self, database: &str) -> Result<Vec<FoundTable>, AwsError> {
        let client = self.athena().await;
        pages!(
            TABLES,
            format!("cannot list the tables of database {database}"),
            |token| client.list_table_metadata().catalog_name(CATALOG).database_name(database).set_next_token(token),
            |output| output.table_metadata_list().iter().map(|told| table(database, told))
        )
    }
}
