//! Whether the index can be searched.

use crate::aws::Aws;
use crate::domain::{Checked, Profile};
use crate::worker::tables;

/// Whether the index's tables are as the configuration wants them; nothing where the profile has no index.
pub(super) async fn tables(aws: &Aws, profile: &Profile) -> Option<Checked> {
    const AREA: &str = "index";
    let index = profile.index.as_ref()?;
    Some(match tables::standing(aws, index, &profile.sources).await {
        Err(error) => {
            let cure = "allow glue:GetTable and athena:GetTableMetadata; searches by the index need the tables";
            Checked::warning(AREA, error.to_string(), error.hint.unwrap_or_else(|| cure.into()))
        }
        Ok(standing) if standing.is_whole() => {
            Checked::ok(AREA, format!("the tables of {} are as they should be", index.database))
        }
        Ok(standing) if standing.foreign.is_empty() => {
            let missing: Vec<&str> = standing.steps.iter().map(|step| step.told.as_str()).collect();
            let told = format!("not everything can be searched by the index before {}", missing.join("; "));
            Checked::warning(AREA, told, "`scops index create` makes what is missing")
        }
        Ok(standing) => Checked::failed(
            AREA,
            standing.foreign.join("; "),
            "name another database in [profiles.NAME.index], or drop the table, which deletes no object",
        ),
    })
}
