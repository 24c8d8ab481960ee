//! Queries of Athena.

mod catalogue;
mod execution;

use aws_sdk_athena::types::{
    QueryExecutionContext, ResultConfiguration, ResultReuseByAgeConfiguration, ResultReuseConfiguration,
    ResultSetMetadata,
};

use super::{Aws, AwsError, Begun, Noted};
use crate::domain::{QueryStatus, ResultTable, Statement};

/// Rows of one page of results at most (GetQueryResults).
const ROWS: i32 = 1000;

impl Aws {
    /// Where a workgroup writes results, where it says so itself (GetWorkGroup).
    pub async fn workgroup(&self, name: &str) -> Result<Option<String>, AwsError> {
        let request = self.athena().await.get_work_group().work_group(name);
        let subject = || format!("cannot look at workgroup {name}");
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let configuration = output.work_group().and_then(|group| group.configuration());
        let results = configuration.and_then(|configuration| configuration.result_configuration());
        Ok(results.and_then(|results| results.output_location()).map(str::to_owned))
    }

    /// Starts a statement, and gives the QueryExecutionId. Where statements are kept, it and its id are on disk before
    /// this returns; what is given beside the id is forgotten at its end.
    pub async fn start_statement(&self, statement: &Statement) -> Result<(String, Option<Noted>), AwsError> {
        let begun = Begun::now(statement.clone());
        let mut noted = self.note(&begun).await;
        match self.start_noted(&begun).await {
            Ok(id) => {
                if let Some(noted) = &mut noted
                    && let Err(error) = noted.learn(&id)
                {
                    tracing::warn!(%id, %error, "the id of a statement that runs cannot be kept");
                }
                Ok((id, noted))
            }
            Err(error) => {
                // Without an answer it may have been started all the same.
                if let Some(noted) = noted.filter(|_| !error.kind.is_passing()) {
                    noted.forget();
                }
                Err(error)
            }
        }
    }

    /// Keeps a statement before it is started. A full disk is no reason not to search.
    async fn note(&self, begun: &Begun) -> Option<Noted> {
        let (statements, begun) = (self.statements.clone()?, begun.clone());
        let noted = tokio::task::spawn_blocking(move || statements.note(begun)).await.ok()?;
        noted.inspect_err(|error| tracing::warn!(%error, "which statements run cannot be kept")).ok()
    }

    /// The statements that are kept and that nobody waits for any more.
    pub fn orphans(&self, now: jiff::Timestamp) -> std::io::Result<Vec<Noted>> {
        self.statements.as_ref().map_or(Ok(Vec::new()), |statements| statements.orphans(now))
    }

    /// Starts a statement under its token, or tells the id of one that was started under it before.
    pub async fn start_noted(&self, begun: &Begun) -> Result<String, AwsError> {
        let Statement { sql, values, place, reuse_minutes } = &begun.statement;
        let subject = || format!("cannot start the query in workgroup {}", place.workgroup);
        let context = place.database.as_ref().map(|name| QueryExecutionContext::builder().database(name).build());
        let output = place
            .output
            .as_ref()
            .map(|place| ResultConfiguration::builder().output_location(place.to_string()).build());
        let reuse = reuse_minutes.map(|minutes| {
            let by_age = ResultReuseByAgeConfiguration::builder().enabled(true).max_age_in_minutes(minutes.into());
            ResultReuseConfiguration::builder().result_reuse_by_age_configuration(by_age.build()).build()
        });
        let request = self
            .athena()
            .await
            .start_query_execution()
            .client_request_token(&begun.token)
            .query_string(sql)
            .work_group(&place.workgroup)
            .set_execution_parameters((!values.is_empty()).then(|| values.clone()))
            .set_query_execution_context(context)
            .set_result_configuration(output)
            .set_result_reuse_configuration(reuse);
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        output.query_execution_id.ok_or_else(|| AwsError::malformed(subject(), "the answer names no query id"))
    }

    /// Where a query stands.
    pub async fn query_status(&self, id: &str) -> Result<QueryStatus, AwsError> {
        Ok(self.execution(id).await?.status)
    }

    /// Stops a query; one that has ended already is no error.
    pub async fn stop_query(&self, id: &str) -> Result<(), AwsError> {
        let request = self.athena().await.stop_query_execution().query_execution_id(id);
        request.send().await.map(drop).map_err(|error| AwsError::from_sdk(format!("cannot stop query {id}"), &error))
    }

    /// A page of a succeeded query's rows, at most 1,000, and the token of the next.
    pub async fn query_results(
        &self,
        id: &str,
        token: Option<&str>,
    ) -> Result<(ResultTable, Option<String>), AwsError> {
        let subject = || format!("cannot read the results of query {id}");
        let request = self
            .athena()
            .await
            .get_query_results()
            .query_execution_id(id)
            .max_results(ROWS)
            .set_next_token(token.map(str::to_owned));
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        let Some(set) = output.result_set() else {
            return Err(AwsError::malformed(subject(), "the answer has no result set"));
        };
        let columns = set.result_set_metadata().map(ResultSetMetadata::column_info).unwrap_or_default();
        let mut table = ResultTable {
            columns: columns.iter().map(|column| column.name().to_owned()).collect(),
            types: columns.iter().map(|column| column.r#type().to_owned()).collect(),
            rows: Vec::with_capacity(set.rows().len()),
        };
        for row in set.rows() {
            table.rows.push(row.data().iter().map(|datum| datum.var_char_value().map(str::to_owned)).collect());
        }
        // The first row of a SELECT's first page repeats the columns' names; DDL's has none. A row that merely looks
        // like it is told from it by the statement's kind.
        let repeats_names = table.rows.first().is_some_and(|row| {
            row.len() == table.columns.len()
                && row.iter().zip(&table.columns).all(|(cell, name)| cell.as_ref() == Some(name))
        });
        if token.is_none() && repeats_names && self.execution(id).await?.has_names {
            table.rows.remove(0);
        }
        let next = output.next_token().filter(|next| token != Some(*next)).map(str::to_owned);
        Ok((table, next))
    }
}
