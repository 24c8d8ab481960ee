//! The rows of a statement, onto standard output or into a file, as they come.

use std::io::{self, Write};

use super::super::form::{self, Goal, Watch};
use crate::aws::{Aws, AwsError};
use crate::domain::QueryStatus;
use crate::domain::size::plural;
use crate::search::export::{self, Writer};
use crate::search::render::Table;
use crate::search::results::{Field, Rows};

/// Writes the rows as they come, however many they are.
pub(super) async fn write(aws: &Aws, status: &QueryStatus, goal: Goal<'_>) -> anyhow::Result<()> {
    let told = match goal {
        Goal::Table => {
            let mut rows = Rows::open(aws, &status.id).await?;
            let mut table = Table::new(rows.fields(), form::out());
            while let Some(batch) = rows.next().await.map_err(AwsError::from)? {
                batch.iter().try_for_each(|row| table.row(row))?;
            }
            let count = table.rows();
            table.finish()?;
            plural(count, "row")
        }
        Goal::Output(style) => {
            let mut rows = Rows::open(aws, &status.id).await?;
            let mut writer = Writer::new(style, rows.fields(), form::out())?;
            while let Some(batch) = rows.next().await.map_err(AwsError::from)? {
                batch.iter().try_for_each(|row| writer.row(row))?;
            }
            let count = writer.rows();
            writer.finish()?;
            plural(count, "row")
        }
        Goal::File(style, to) => {
            let mut watch = Watch::new();
            let export = export::query(aws, &status.id, style, to, |export| watch.tell(export)).await;
            watch.clear();
            form::written(&export.map_err(form::failed)?)
        }
    };
    writeln!(io::stderr(), "{told}, {} scanned, {} ms (query {})", status.scanned, status.total_ms, status.id)?;
    Ok(())
}

/// Writes rows that are at hand.
pub(super) fn print(fields: &[Field], rows: &[Vec<Option<String>>], goal: Goal<'_>) -> anyhow::Result<()> {
    match goal {
        Goal::Output(style) => {
            let mut writer = Writer::new(style, fields, form::out())?;
            rows.iter().try_for_each(|row| writer.row(row))?;
            writer.finish()?;
        }
        Goal::Table | Goal::File(..) => {
            let mut table = Table::new(fields, form::out());
            rows.iter().try_for_each(|row| table.row(row))?;
            table.finish()?;
        }
    }
    Ok(())
}
