//! Functions, what they poll, and where their failures go.

use aws_sdk_lambda::types::{DestinationConfig, FunctionResponseType, OnFailure};
use jiff::SignedDuration;

use super::super::{Aws, AwsError};
use super::{Walk, is_missing};
use crate::domain::discovery::{FoundFunction, FoundMapping};

/// One function, as far as it is told.
pub(super) async fn look(walk: &Walk<'_>, arn: &str) -> Result<FoundFunction, AwsError> {
    let aws = walk.at(arn);
    let mut function = FoundFunction { arn: arn.to_owned(), ..FoundFunction::default() };
    let configuration = walk.told_of("lambda:GetFunctionConfiguration", arn, aws.function(arn).await)?;
    let Some((timeout, dead_letter)) = configuration else { return Ok(function) };
    function.timeout = timeout;
    function.on_failure = dead_letter;
    // Whoever has set none gets an error.
    let destination = match aws.on_failure(arn).await {
        Err(error) if is_missing(&error) => Some(None),
        answer => walk.told("lambda:GetFunctionEventInvokeConfig", arn, answer)?,
    };
    function.is_on_failure_known = destination.is_some();
    function.on_failure = destination.flatten().or(function.on_failure);
    let concurrency = match aws.concurrency(arn).await {
        Err(error) if is_missing(&error) => None,
        answer => walk.told("lambda:GetFunctionConcurrency", arn, answer)?,
    };
    function.concurrency = concurrency.flatten();
    Ok(function)
}

/// The functions that poll a queue, by their ARNs.
pub(super) async fn pollers(walk: &Walk<'_>, queue: &str) -> Result<Vec<(String, FoundMapping)>, AwsError> {
    let mappings = walk.at(queue).mappings(queue).await;
    if mappings.as_ref().is_err_and(|error| walk.has_no_such_service(error)) {
        return Ok(Vec::new());
    }
    Ok(walk.told("lambda:ListEventSourceMappings", queue, mappings)?.unwrap_or_default())
}

fn destination(told: Option<&DestinationConfig>) -> Option<String> {
    let arn = told.and_then(DestinationConfig::on_failure).and_then(OnFailure::destination);
    arn.filter(|arn| !arn.is_empty()).map(str::to_owned)
}

impl Aws {
    /// The timeout of a function, and its dead-letter target.
    async fn function(&self, arn: &str) -> Result<(Option<SignedDuration>, Option<String>), AwsError> {
        let output = self.lambda().await.get_function_configuration().function_name(arn).send().await;
        let output = output.map_err(|error| AwsError::from_sdk(format!("cannot look at function {arn}"), &error))?;
        let target = output.dead_letter_config().and_then(|told| told.target_arn()).filter(|arn| !arn.is_empty());
        Ok((output.timeout().map(|timeout| SignedDuration::from_secs(i64::from(timeout))), target.map(str::to_owned)))
    }

    /// Its on-failure destination.
    async fn on_failure(&self, arn: &str) -> Result<Option<String>, AwsError> {
        let output = self.lambda().await.get_function_event_invoke_config().function_name(arn).send().await;
        let subject = || format!("cannot read the destinations of function {arn}");
        let output = output.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        Ok(destination(output.destination_config()))
    }

    /// Its reserved concurrency.
    async fn concurrency(&self, arn: &str) -> Result<Option<i32>, AwsError> {
        let output = self.lambda().await.get_function_concurrency().function_name(arn).send().await;
        let subject = || format!("cannot read the concurrency of function {arn}");
        let output = output.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        Ok(output.reserved_concurrent_executions())
    }

    /// Who polls a queue.
    async fn mappings(&self, queue: &str) -> Result<Vec<(String, FoundMapping)>, AwsError> {
        let subject = || format!("cannot list who polls {queue}");
        let mut found = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let request = self.lambda().await.list_event_source_mappings().event_source_arn(queue);
            let output = request.set_marker(marker.clone()).send().await;
            let output = output.map_err(|error| AwsError::from_sdk(subject(), &error))?;
            found.extend(output.event_source_mappings().iter().filter_map(|told| {
                let mapping = FoundMapping {
                    source: queue.to_owned(),
                    state: told.state().unwrap_or_default().to_owned(),
                    batch: told.batch_size(),
                    tells_failures: told
                        .function_response_types()
                        .contains(&FunctionResponseType::ReportBatchItemFailures),
                };
                Some((told.function_arn()?.to_owned(), mapping))
            }));
            match output.next_marker().filter(|next| !next.is_empty()).map(str::to_owned) {
                Some(next) if marker.as_ref() != Some(&next) => marker = Some(next),
                _ => return Ok(found),
            }
        }
    }
}
