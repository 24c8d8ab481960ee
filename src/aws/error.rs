//! One error for all services.

use std::error::Error as StdError;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId;

use crate::app::request::Trouble;

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

/// The kinds of failure that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No credentials were found.
    NoCredentials,
    /// The credentials have expired.
    Expired,
    /// The access key is unknown, or the secret is not its own.
    WrongCredentials,
    /// They are not allowed to do this.
    AccessDenied,
    /// No such bucket.
    NoSuchBucket,
    /// No such object or version.
    NoSuchKey,
    /// No such queue.
    NoSuchQueue,
    /// The bucket lives in another region.
    WrongRegion,
    /// The object lies in an archive tier, and would have to be restored first.
    Archived,
    /// The object is not the one whose eTag was asked for (If-Match).
    Changed,
    /// The range starts behind the object's end.
    OutOfRange,
    /// Too many requests.
    Throttled,
    /// No answer in time.
    Timeout,
    /// No connection.
    Unreachable,
    /// The answer is none of AWS's.
    Malformed,
    /// It exists already.
    Exists,
    /// Anything else; the cause tells.
    Other,
}

impl Kind {
    /// Whether the same request may well succeed a little later.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::Throttled | Self::Timeout | Self::Unreachable)
    }

    fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "TokenRefreshRequired"
            | "UnauthorizedSSOTokenError" => Self::Expired,
            "AccessDenied"
            | "AccessDeniedException"
            | "Forbidden"
            | "AllAccessDisabled"
            | "AuthorizationError"
            | "KMS.AccessDeniedException" => Self::AccessDenied,
            "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException" => Self::WrongCredentials,
            "NoSuchBucket" => Self::NoSuchBucket,
            "NoSuchKey" | "NotFound" | "NoSuchVersion" | "404" | "MethodNotAllowed" => Self::NoSuchKey,
            "QueueDoesNotExist" | "AWS.SimpleQueueService.NonExistentQueue" => Self::NoSuchQueue,
            "PermanentRedirect"
            | "TemporaryRedirect"
            | "AuthorizationHeaderMalformed"
            | "IllegalLocationConstraintException" => Self::WrongRegion,
            "InvalidObjectState" => Self::Archived,
            "PreconditionFailed" => Self::Changed,
            "InvalidRange" => Self::OutOfRange,
            "SlowDown"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
            | "RequestThrottled"
            | "RequestLimitExceeded" => Self::Throttled,
            "BucketAlreadyOwnedByYou" | "BucketAlreadyExists" | "QueueNameExists" | "QueueAlreadyExists" => {
                Self::Exists
            }
            "RequestTimeout" => Self::Timeout,
            _ => return None,
        })
    }

    /// What a status tells where the answer has no code: those to HEAD have no body.
    fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            301 | 307 => Self::WrongRegion,
            401 | 403 => Self::AccessDenied,
            404 | 405 => Self::NoSuchKey,
            412 => Self::Changed,
            416 => Self::OutOfRange,
            429 | 503 => Self::Throttled,
            _ => return None,
        })
    }

    fn hint(self, region: Option<&str>) -> Option<String> {
        Some(match self {
            Self::NoCredentials => {
                "set AWS_PROFILE, or sign in: `aws configure`, `aws sso login`; without AWS: `scops demo`".into()
            }
            Self::Expired => "sign in again: `aws sso login`, or refresh the session's credentials".into(),
            Self::WrongCredentials => {
                "look at the profile's access key and secret; a clock that is minutes off does this too".into()
            }
            Self::AccessDenied => "the profile's role lacks this right, or a key policy (KMS) refuses it".into(),
            Self::NoSuchBucket => "look at the bucket's name and the profile's account".into(),
            Self::WrongRegion => format!("the bucket lives in {}", region.unwrap_or("another region")),
            Self::Archived => "restore the object first; replay leaves it out".into(),
            Self::Throttled => "AWS asks for fewer requests; try again shortly".into(),
            Self::Timeout | Self::Unreachable => "look at the network, the region and the endpoint".into(),
            Self::Malformed => "is a proxy or a sign-in page between here and AWS?".into(),
            Self::NoSuchKey | Self::NoSuchQueue | Self::Changed | Self::OutOfRange | Self::Exists | Self::Other => {
                return None;
            }
        })
    }
}

impl AwsError {
    /// Whether the request certainly had no effect: it never left, or AWS refused it. Everything else (no answer, a
    /// broken connection, an error of the server) leaves open whether it was carried out.
    pub fn is_without_effect(&self) -> bool {
        match self.status {
            // 408 and 5xx come also where a part of the work was done.
            Some(status) => (400..500).contains(&status) && status != 408 && self.kind != Kind::Malformed,
            None => {
                matches!(self.kind, Kind::NoCredentials | Kind::Expired)
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
                    if chain.to_ascii_lowercase().contains("expired") { Kind::Expired } else { Kind::NoCredentials }
                } else {
                    Kind::Other
                };
                Self::new(kind, subject, chain)
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
                let kind = if tells_of_credentials(&chain) { Kind::NoCredentials } else { Kind::Other };
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
        let region = raw.headers().get("x-amz-bucket-region").map(str::to_owned);
        let kind = error.code().and_then(Kind::of_code).or_else(|| Kind::of_status(status)).unwrap_or_else(|| {
            // Every answer of AWS bears a code; what has none comes from something else on the way.
            if error.code().is_none() && status < 500 { Kind::Malformed } else { Kind::Other }
        });
        let mut cause = match error.code() {
            Some(code) => code.to_owned(),
            None => format!("HTTP {status}"),
        };
        if let Some(message) = error.message().filter(|message| !message.is_empty()) {
            cause.push_str(": ");
            cause.push_str(message);
        }
        if let Some(id) = request_id {
            cause.push_str(" (request ");
            cause.push_str(id);
            cause.push(')');
        }
        Self { kind, subject, cause, hint: kind.hint(region.as_deref()), region, status: Some(status) }
    }
}

impl From<AwsError> for Trouble {
    fn from(error: AwsError) -> Self {
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

fn tells_of_credentials(chain: &str) -> bool {
    let chain = chain.to_ascii_lowercase();
    chain.contains("credential") || chain.contains("identity") || chain.contains("sso token")
}
