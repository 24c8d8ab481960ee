//! The kinds of failure, and how an answer tells which it is.

/// The kinds of failure that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No credentials were found.
    NoCredentials,
    /// The code of an MFA device is needed, and nobody gave one.
    CodeWanted,
    /// The credentials have expired.
    Expired,
    /// The access key is unknown, or the secret is not its own.
    WrongCredentials,
    /// This machine's clock is too far off for a signature to hold.
    ClockSkew,
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

    /// Whether whoever asks has to sign in before anything else.
    pub fn is_of_credentials(self) -> bool {
        matches!(self, Self::NoCredentials | Self::CodeWanted | Self::Expired)
    }

    /// The kind of an answer that is no success. `has_region` says that it names a region.
    pub(super) fn of_answer(code: Option<&str>, message: Option<&str>, status: u16, has_region: bool) -> Self {
        if message.is_some_and(tells_of_time) {
            return Self::ClockSkew;
        }
        // The answer to a HEAD has no body: with a region beside it, it says that this one is wrong.
        if code.is_none() && status == 400 && has_region {
            return Self::WrongRegion;
        }
        let told = code.and_then(Self::of_code).or_else(|| Self::of_status(status));
        told.unwrap_or_else(|| {
            // Every answer of AWS bears a code; what has none comes from something else on the way.
            if code.is_none() && status < 500 { Self::Malformed } else { Self::Other }
        })
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
            | "KMS.AccessDeniedException"
            | "KMS.DisabledException"
            | "KMS.InvalidStateException"
            | "KMS.KMSInvalidStateException"
            | "KMS.NotFoundException" => Self::AccessDenied,
            "InvalidAccessKeyId"
            | "InvalidClientTokenId"
            | "InvalidToken"
            | "UnrecognizedClientException"
            | "SignatureDoesNotMatch"
            | "InvalidSignatureException" => Self::WrongCredentials,
            "RequestTimeTooSkewed" => Self::ClockSkew,
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
            | "RequestThrottledException"
            | "ThrottledException"
            | "BandwidthLimitExceeded"
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

    /// What to do about it, where no more is known.
    pub(super) fn hint(self, region: Option<&str>) -> Option<String> {
        Some(match self {
            Self::NoCredentials => {
                "set AWS_PROFILE, or sign in: `aws configure`, `aws sso login`; public buckets: --no-sign-request; without \
                 AWS: `scops demo`"
                    .into()
            }
            Self::CodeWanted => {
                "run it once on a terminal, which is asked for the code: the session is kept in ~/.aws/cli/cache, and shared with the \
                 AWS CLI; in the console `:sign-in` asks again"
                    .into()
            }
            Self::Expired => {
                "sign in again (`aws sso login`, with --profile where that is not the default), or renew the session's \
                 credentials; what is open here goes on by itself then"
                    .into()
            }
            Self::ClockSkew => {
                "set this machine's clock (`timedatectl set-ntp true`): AWS refuses signatures that are minutes off".into()
            }
            Self::WrongCredentials => {
                "look at the profile's access key and secret; a clock that is minutes off does this too".into()
            }
            Self::AccessDenied => {
                "the role lacks this right: `scops iam-policy` prints those that the configuration needs, `scops doctor` \
                 asks for each"
                    .into()
            }
            Self::NoSuchBucket => "look at the bucket's name and the profile's account".into(),
            Self::WrongRegion => format!("the bucket lives in {}", region.unwrap_or("another region")),
            Self::Archived => {
                "restore the object first (`A` on the objects screen, `aws s3api restore-object`); a replay leaves it out"
                    .into()
            }
            Self::Throttled => "AWS asks for fewer requests; try again shortly".into(),
            Self::Timeout | Self::Unreachable => "look at the network, the region and the endpoint".into(),
            Self::Malformed => "is a proxy or a sign-in page between here and AWS?".into(),
            Self::NoSuchKey | Self::NoSuchQueue | Self::Changed | Self::OutOfRange | Self::Exists | Self::Other => {
                return None;
            }
        })
    }
}

/// Whether AWS's message says that a signature's time is wrong. Sources: "RequestTimeTooSkewed" in S3's error responses,
/// "Signature expired" and "Signature not yet current" in IAM's "Troubleshoot Signature Version 4".
fn tells_of_time(message: &str) -> bool {
    ["Signature expired: ", "Signature not yet current: ", "difference between the request time and the"]
        .iter()
        .any(|words| message.contains(words))
}

/// The region that S3 expects, where it says so in words alone: "the region 'us-east-1' is wrong; expecting 'eu-west-1'".
pub(super) fn region_in(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("expecting '")?;
    let (region, _) = rest.split_once('\'')?;
    let is_region = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    (!region.is_empty() && region.chars().all(is_region)).then_some(region)
}
