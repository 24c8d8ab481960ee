//! One error for all services.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

use super::mfa;
use crate::app::request::Trouble;

mod advice;
mod kind;

use advice::{Advice, Answer};
pub use kind::Kind;

/// Why a request to AWS failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {cause}")]
pub struct AwsError {
    /// What is to be done about it.
    pub kind: Kind,
    /// What could not be done: "cannot list s3://logs/AWSLogs/".
    pub subject: String,
    /// AWS's code, message and request id, or what befell the connection.
    pub cause: String,
    /// What to do about it, where that is known.
    pub hint: Option<String>,
    /// The region that S3 named instead, with [`Kind::WrongRegion`].
    pub region: Option<String>,
    /// The HTTP status of AWS's own answer, where one came.
    pub status: Option<u16>,
}

impl AwsError {
    /// Whether the request certainly had no effect: it never left, or AWS refused it. Everything else (no answer, a
    /// broken connection, an error of the server) leaves open whether it was carried out.
    pub fn is_without_effect(&self) -> bool {
        match self.status {
            // 408 and 5xx come also where a part of the work was done.
            Some(status) => (400..500).contains(&status) && status != 408 && self.kind != Kind::Malformed,
            None => {
                self.kind.is_of_credentials()
                    // hyper-util's word for a failure before the request was written.
                    || (self.kind == Kind::Unreachable && self.cause.contains("(Connect)"))
            }
        }
    }

    pub(super) fn new(kind: Kind, subject: impl Into<String>, cause: impl Into<String>) -> Self {
        let hint = kind.hint(None);
        Self { kind, subject: subject.into(), cause: cause.into(), hint, region: None, status: None }
    }

    /// An answer that lacks what AWS always sends.
    pub(super) fn malformed(subject: impl Into<String>, cause: impl Into<String>) -> Self {
        Self::new(Kind::Malformed, subject, cause)
    }

    /// The SDK's error, with what could not be done.
    pub(super) fn from_sdk<E>(subject: impl Into<String>, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
    {
        let subject = subject.into();
        match error {
            SdkError::TimeoutError(_) => Self::new(Kind::Timeout, subject, "no answer in time"),
            SdkError::DispatchFailure(failure) => {
                let chain = failure.as_connector_error().map_or_else(String::new, |error| chain_of(error));
                let kind = if failure.is_timeout() {
                    Kind::Timeout
                } else if failure.is_io() {
                    Kind::Unreachable
                } else if tells_of_credentials(&chain) {
                    of_credentials(&chain)
                } else {
                    Kind::Other
                };
                let hint = advice::of_connection(&chain);
                let error = Self::new(kind, subject, chain);
                Self { hint: hint.or(error.hint), ..error }
            }
            SdkError::ServiceError(service) => {
                Self::from_service(subject, service.err(), service.raw(), error.request_id())
            }
            SdkError::ResponseError(response) => {
                let status = response.raw().status().as_u16();
                Self::malformed(subject, format!("the answer (HTTP {status}) is not one of AWS's"))
            }
            other => {
                let chain = chain_of(other);
                let kind = if tells_of_credentials(&chain) { of_credentials(&chain) } else { Kind::Other };
                Self::new(kind, subject, chain)
            }
        }
    }

    fn from_service<E: ProvideErrorMetadata>(
        subject: String,
        error: &E,
        raw: &HttpResponse,
        request_id: Option<&str>,
    ) -> Self {
        let status = raw.status().as_u16();
        let (code, message) = (error.code(), error.message().filter(|message| !message.is_empty()));
        let told = raw.headers().get("x-amz-bucket-region").or_else(|| kind::region_in(message?));
        let kind = Kind::of_answer(code, message, status, told.is_some());
        let is_marker = raw.headers().get("x-amz-delete-marker") == Some("true");
        let advice = advice::advice(&Answer { kind, subject: &subject, code, message, is_marker });
        let Advice { said, hint } = advice.unwrap_or_else(|| Advice { said: None, hint: kind.hint(told) });
        let mut cause = said.map(|said| format!("{said}: ")).unwrap_or_default();
        match code {
            Some(code) => cause.push_str(code),
            None => cause.extend(["HTTP ", &status.to_string()]),
        }
        if let Some(message) = message {
            cause.push_str(": ");
            cause.push_str(message);
        }
        if let Some(id) = request_id {
            cause.push_str(" (request ");
            cause.push_str(id);
            cause.push(')');
        }
        Self { kind, subject, cause, hint, region: told.map(str::to_owned), status: Some(status) }
    }
}

impl From<AwsError> for Trouble {
    fn from(error: AwsError) -> Self {
        if error.kind.is_of_credentials() {
            // Whatever was to be asked: it is one trouble, told once, with one cure.
            let cause = error.cause.split(" (request ").next().unwrap_or_default().to_owned();
            return Self { what: "AWS cannot be asked".into(), cause, hint: error.hint };
        }
        Self { what: error.subject, cause: error.cause, hint: error.hint }
    }
}

/// The messages of an error and its sources. The SDK's own top level often says "dispatch failure" alone.
pub(super) fn chain_of(error: &dyn StdError) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !chain.contains(&text) {
            chain.push_str(": ");
            chain.push_str(&text);
        }
        source = cause.source();
    }
    chain
}

/// In front of the command that signs in, in an error of a profile that signs in by SSO.
pub(super) const SIGNS_IN: &str = "sign in by ";

/// Why there are no credentials.
pub(super) fn of_credentials(chain: &str) -> Kind {
    if mfa::tells_of_code(chain) {
        Kind::CodeWanted
    } else if chain.contains(SIGNS_IN) || chain.to_ascii_lowercase().contains("expired") {
        Kind::Expired
    } else {
        Kind::NoCredentials
    }
}

fn tells_of_credentials(chain: &str) -> bool {
    let chain = chain.to_ascii_lowercase();
    chain.contains("credential")
        || chain.contains("mfa code")
        || chain.contains("identity")
        || chain.contains("sso token")
}
