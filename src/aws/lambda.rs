//! Functions.

use aws_sdk_lambda::config::Config;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;

use super::{Aws, AwsError};

impl Aws {
    /// Whether a function may be invoked: Lambda looks at the rights and runs nothing (DryRun).
    pub async fn may_invoke(&self, function: &str) -> Result<(), AwsError> {
        let request = self.lambda().await.invoke().function_name(function).invocation_type(InvocationType::DryRun);
        let answer = request.send().await;
        answer.map(drop).map_err(|error| AwsError::from_sdk(format!("cannot invoke {function}"), &error))
    }

    /// Has a function process an event, asynchronously and once: Lambda queues it (at most 1 MB), and the SDK does not
    /// repeat what may have arrived. Gives the request's id.
    pub async fn invoke(&self, function: &str, event: &str) -> Result<String, AwsError> {
        let subject = || format!("cannot invoke {function}");
        let output = self
            .lambda()
            .await
            .invoke()
            .function_name(function)
            .invocation_type(InvocationType::Event)
            .payload(Blob::new(event))
            .customize()
            .config_override(Config::builder().retry_config(RetryConfig::disabled()))
            .send()
            .await
            .map_err(|error| AwsError::from_sdk(subject(), &error))?;
        if output.status_code != 202 {
            return Err(AwsError::malformed(subject(), format!("the answer is {}, not 202", output.status_code)));
        }
        Ok(aws_sdk_lambda::operation::RequestId::request_id(&output).unwrap_or_default().to_owned())
    }
}
