//! Who one is to AWS, and how long the credentials last.

use std::time::UNIX_EPOCH;

use aws_sdk_s3::config::ProvideCredentials as _;
use jiff::Timestamp;

use super::error::{chain_of, of_credentials};
use super::{Aws, AwsError};

/// Who one is, as AWS says it (GetCallerIdentity).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's id.
    pub account: String,
    /// The ARN of the user, or of the role's session.
    pub arn: String,
}

/// The credentials that requests are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signer {
    /// The access key's id, which is no secret.
    pub access_key_id: String,
    /// When they end; `None` where they do not.
    pub expires: Option<Timestamp>,
    /// Whether they are of a session.
    pub is_session: bool,
}

impl Aws {
    /// Who one is. Every principal may ask.
    pub async fn identity(&self) -> Result<Identity, AwsError> {
        let subject = || "cannot ask who one is";
        let request = self.sts().await.get_caller_identity();
        let output = request.send().await.map_err(|error| AwsError::from_sdk(subject(), &error))?;
        match (output.account, output.arn) {
            (Some(account), Some(arn)) => Ok(Identity { account, arn }),
            _ => Err(AwsError::malformed(subject(), "the answer names no account")),
        }
    }

    /// The credentials, found as the AWS CLI finds them; `None` where requests are not signed.
    pub async fn signer(&self) -> Result<Option<Signer>, AwsError> {
        if self.inner.network.is_unsigned {
            return Ok(None);
        }
        let missing = |cause: String| AwsError::new(of_credentials(&cause), "cannot find credentials", cause);
        let Some(provider) = self.clients().await.config.credentials_provider() else {
            return Err(missing("the AWS configuration names none".into()));
        };
        let found = provider.provide_credentials().await.map_err(|error| missing(chain_of(&error)))?;
        let since = found.expiry().and_then(|expiry| expiry.duration_since(UNIX_EPOCH).ok());
        let expires = since.and_then(|since| Timestamp::from_second(i64::try_from(since.as_secs()).ok()?).ok());
        Ok(Some(Signer {
            access_key_id: found.access_key_id().to_owned(),
            expires,
            is_session: found.session_token().is_some(),
        }))
    }

    /// The region that the AWS configuration says, or the connection.
    pub async fn region(&self) -> Option<String> {
        self.clients().await.config.region().map(ToString::to_string)
    }
}
