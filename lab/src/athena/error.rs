//! What an Athena request or an Athena query can fail with.

use serde_json::{Value, json};

/// An error that Athena's API answers with HTTP 400.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AthenaError {
    /// The request or its SQL cannot be accepted.
    #[error("{message}")]
    InvalidRequest {
        /// What is wrong, naming its subject.
        message: String,
        /// `AthenaErrorCode`, for example `MALFORMED_QUERY`.
        code: &'static str,
    },
    /// A database or table that a metadata operation names does not exist.
    #[error("{0}")]
    Metadata(String),
    /// A prepared statement that does not exist.
    #[error("{0}")]
    NotFound(String),
    /// Too many queries wait already.
    #[error("{0}")]
    TooManyRequests(String),
    /// The operation is not one of Athena's, or not offered here.
    #[error("{0}")]
    UnknownOperation(String),
    /// The lab's own files could not be read or written.
    #[error("{0}")]
    Internal(String),
}

impl AthenaError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::InvalidRequest { message: message.into(), code: "INVALID_INPUT" }
    }

    pub(crate) fn malformed(message: impl Into<String>) -> Self {
        Self::InvalidRequest { message: message.into(), code: "MALFORMED_QUERY" }
    }

    pub(crate) fn internal(subject: &str, cause: &dyn std::fmt::Display) -> Self {
        Self::Internal(format!("{subject}: {cause}"))
    }

    /// The exception's name in Athena's API, for example `InvalidRequestException`.
    pub fn kind(&self) -> &str {
        match self {
            Self::InvalidRequest { .. } => "InvalidRequestException",
            Self::Metadata(_) => "MetadataException",
            Self::NotFound(_) => "ResourceNotFoundException",
            Self::TooManyRequests(_) => "TooManyRequestsException",
            Self::UnknownOperation(_) => "UnknownOperationException",
            Self::Internal(_) => "InternalServerException",
        }
    }

    /// The body of the HTTP response, as the awsJson1.1 protocol has it.
    pub fn to_json(&self) -> Value {
        let mut body = json!({ "__type": self.kind(), "Message": self.to_string() });
        if let Self::InvalidRequest { code, .. } = self {
            body["AthenaErrorCode"] = json!(code);
        }
        body
    }
}

impl From<rusqlite::Error> for AthenaError {
    fn from(error: rusqlite::Error) -> Self {
        Self::internal("athena.sqlite", &error)
    }
}

/// Why a query ended as FAILED: what Athena's `StateChangeReason` and `AthenaError` tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: String,
    /// Who can mend it.
    pub(crate) blame: Blame,
}

/// Athena's `ErrorCategory`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    System,
    User,
}

impl Failure {
    pub(crate) fn user(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blame: Blame::User }
    }

    pub(crate) fn system(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), blame: Blame::System }
    }

    /// The `AthenaError` object of `QueryExecution.Status`.
    ///
    /// The numbers are those of Athena's error catalog as far as they say more than the category:
    /// 1 an exhausted resource of the system, 1000 a query of the user's that cannot run.
    pub(crate) fn to_json(&self) -> Value {
        let (category, kind) = match self.blame {
            Blame::System => (1, 1),
            Blame::User => (2, 1000),
        };
        json!({
            "ErrorCategory": category,
            "ErrorType": kind,
            "Retryable": self.blame == Blame::System,
            "ErrorMessage": self.reason,
        })
    }
}
