//! The newest objects of a source that have not been read yet.

use std::collections::{BTreeMap, HashSet};

use super::{AROUND, Inventory, Known, objects};
use crate::aws::AwsError;
use crate::domain::{Object, ObjectId, ObjectRow, Source, TimeRange};

/// Objects of a listing that were not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// The newest of them, oldest first.
    pub objects: Vec<Object>,
    /// How many more there are, all older.
    pub older: u64,
    /// How many objects were listed.
    pub listed: u64,
}

impl Inventory {
    /// The objects of a source in a range that are not `known`: the newest, `most` of them.
    pub async fn newest(
        &self,
        source: &Source,
        range: TimeRange,
        known: &[ObjectId],
        most: usize,
    ) -> Result<Newest, AwsError> {
        let known: HashSet<&str> = known.iter().map(|id| id.key.as_str()).collect();
        let mut found = BTreeMap::new();
        let (mut listed, mut older) = (0, 0);
        let mut sink = |rows: Vec<ObjectRow>| {
            listed += rows.len() as u64;
            for row in rows.into_iter().filter(|row| !known.contains(row.object.id.key.as_str())) {
                let place = (row.time.unwrap_or(row.object.arrived), row.object.id.key.clone());
                found.insert(place, row.object);
                if found.len() > most {
                    found.pop_first();
                    older += 1;
                }
            }
            true
        };
        let prefixes = self.prefixes(source, range, AROUND).await?;
        objects::stream(&self.aws, source, range, prefixes, &[], &Known::default(), &mut sink).await?;
        Ok(Newest { objects: found.into_values().collect(), older, listed })
    }
}
