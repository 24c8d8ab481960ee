//! Roles that want the code of an MFA device: whoever uses scops is asked for it.
//!
//! A code is asked for before requests are made, not in the middle of one, whose time would run out meanwhile.

mod cache;
mod role;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::SdkConfig;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{SharedCredentialsProvider, future};
use aws_sdk_s3::config::{Credentials, ProvideCredentials};
use aws_sdk_sts::error::ProvideErrorMetadata as _;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::error::of_credentials;
use super::{Aws, AwsError};
use role::{Role, Source};

/// A session that ends sooner is renewed before the next request.
const SOON: Duration = Duration::from_mins(2);

/// A question for the code of a device.
#[derive(Debug)]
pub struct CodeWanted {
    /// The device, by its ARN or serial number.
    pub device: String,
    /// What AWS said of the code before, where there was one.
    pub refused: Option<String>,
    /// Takes the code; none where nobody gives one.
    pub answer: oneshot::Sender<Option<String>>,
}

/// Who is asked for codes, and where sessions are kept.
#[derive(Debug, Default)]
pub(super) struct Codes {
    asker: OnceLock<mpsc::UnboundedSender<CodeWanted>>,
    folder: OnceLock<PathBuf>,
}

impl Aws {
    /// Has the codes of MFA devices asked for through `asker` from now on, and keeps sessions below `folder` as the AWS
    /// CLI does. Without it nobody is asked, and what needs a code fails.
    #[must_use]
    pub fn asking(self, asker: mpsc::UnboundedSender<CodeWanted>, folder: Option<PathBuf>) -> Self {
        let codes = &self.inner.codes;
        // Whoever was named first keeps being asked.
        let _ = codes.asker.set(asker);
        if let Some(folder) = folder {
            let _ = codes.folder.set(folder);
        }
        self
    }

    /// Asks anew for a code that was not given; nothing where none is wanted.
    pub async fn sign_in(&self) -> Result<(), AwsError> {
        let clients = self.clients().await;
        let Some(session) = &clients.session else { return Ok(()) };
        session.forget_refusal().await;
        session.ready().await;
        session.told().await
    }
}

/// The session of a role that wants a code.
pub(super) struct Session {
    role: Role,
    /// How STS and the credentials before the role are reached.
    config: SdkConfig,
    providers: ProviderConfig,
    codes: Arc<Codes>,
    state: Mutex<State>,
}

#[derive(Default)]
enum State {
    #[default]
    Unasked,
    Open(Credentials),
    Refused(String),
}

impl std::fmt::Debug for Session {
    /// Tells no secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("role", &self.role.arn).finish_non_exhaustive()
    }
}

/// The session that the chosen profile of AWS's files needs; none where the SDK gets along by itself. `config` has no
/// credentials.
pub(super) fn session(
    files: &ProfileSet,
    config: &SdkConfig,
    providers: &ProviderConfig,
    codes: &Arc<Codes>,
) -> Option<Arc<Session>> {
    let get = |profile: &str, key: &str| files.get_profile(profile)?.get(key).map(str::to_owned);
    let role = role::find(&get, files.selected_profile())?;
    Some(Arc::new(Session {
        role,
        config: config.clone(),
        providers: providers.clone(),
        codes: Arc::clone(codes),
        state: Mutex::default(),
    }))
}

impl Session {
    /// Opens the session, or renews it, where that is needed. A refusal stands until [`Aws::sign_in`].
    pub(super) async fn ready(self: &Arc<Self>) {
        let session = Arc::clone(self);
        // A task of its own: whoever is asked for a code answers all who wait, not the one who was first and may go.
        let opened = tokio::spawn(async move { session.open().await });
        // One that panicked has opened nothing, which requests are told.
        let _ = opened.await;
    }

    async fn open(&self) {
        let mut state = self.state.lock().await;
        let is_due = match &*state {
            State::Unasked => true,
            State::Open(credentials) => !lasts(credentials),
            State::Refused(_) => false,
        };
        if is_due {
            *state = match self.assume(&self.role).await {
                Ok(credentials) => State::Open(credentials),
                Err(cause) => State::Refused(cause),
            };
        }
    }

    async fn forget_refusal(&self) {
        let mut state = self.state.lock().await;
        if matches!(*state, State::Refused(_)) {
            *state = State::Unasked;
        }
    }

    async fn told(&self) -> Result<(), AwsError> {
        match &*self.state.lock().await {
            State::Refused(cause) => {
                Err(AwsError::new(of_credentials(cause), format!("cannot be {}", self.role.arn), cause.clone()))
            }
            State::Unasked | State::Open(_) => Ok(()),
        }
    }

    /// Assumes a role, and those before it that the SDK cannot.
    fn assume<'a>(&'a self, role: &'a Role) -> BoxFuture<'a, Result<Credentials, String>> {
        async move {
            let place = self.codes.folder.get().map(|folder| cache::place(folder, role));
            if let Some(kept) = place.as_deref().and_then(cache::read).filter(lasts) {
                return Ok(kept);
            }
            let client = aws_sdk_sts::Client::from_conf(
                aws_sdk_sts::config::Builder::from(&self.config).credentials_provider(self.source(role).await?).build(),
            );
            let name = role.session_name.clone().unwrap_or_else(made_up_name);
            let mut refused = None;
            loop {
                let code = match &role.device {
                    Some(device) => Some(self.ask(device, refused.take(), role).await?),
                    None => None,
                };
                let request = client
                    .assume_role()
                    .role_arn(&role.arn)
                    .role_session_name(&name)
                    .set_external_id(role.external_id.clone())
                    .set_duration_seconds(role.duration)
                    .set_serial_number(role.device.clone())
                    .set_token_code(code);
                match request.send().await {
                    Ok(output) => {
                        let told = output.credentials.ok_or("AWS's answer has no credentials")?;
                        let ends = SystemTime::try_from(told.expiration).ok();
                        let token = Some(told.session_token);
                        let session =
                            Credentials::new(told.access_key_id, told.secret_access_key, token, ends, "scops");
                        if let Some(Err(error)) = place.map(|place| cache::write(&place, &session)) {
                            tracing::warn!(%error, "the session of a role cannot be kept");
                        }
                        return Ok(session);
                    }
                    Err(error) => {
                        let words = error.message().unwrap_or_default().to_owned();
                        if role.device.is_none() || !is_of_code(&words) {
                            let error = AwsError::from_sdk(format!("cannot assume {}", role.arn), &error);
                            return Err(error.to_string());
                        }
                        refused = Some(words);
                    }
                }
            }
        }
        .boxed()
    }

    /// Who assumes a role.
    async fn source(&self, role: &Role) -> Result<SharedCredentialsProvider, String> {
        Ok(match &role.source {
            Source::Keys(id, secret, token) => {
                SharedCredentialsProvider::new(Credentials::new(id, secret, token.clone(), None, "scops"))
            }
            Source::Profile(name) => SharedCredentialsProvider::new(
                ProfileFileCredentialsProvider::builder().configure(&self.providers).profile_name(name).build(),
            ),
            Source::Role(below) => SharedCredentialsProvider::new(self.assume(below).await?),
            Source::Named(name) => match name.to_ascii_lowercase().as_str() {
                "environment" => SharedCredentialsProvider::new(
                    aws_config::environment::EnvironmentVariableCredentialsProvider::new(),
                ),
                "ec2instancemetadata" => SharedCredentialsProvider::new(
                    aws_config::imds::credentials::ImdsCredentialsProvider::builder()
                        .configure(&self.providers)
                        .build(),
                ),
                "ecscontainer" => SharedCredentialsProvider::new(
                    aws_config::ecs::EcsCredentialsProvider::builder().configure(&self.providers).build(),
                ),
                _ => return Err(format!("credential_source of profile {} is unknown: {name}", role.profile)),
            },
        })
    }

    async fn ask(&self, device: &str, refused: Option<String>, role: &Role) -> Result<String, String> {
        let missing = || format!("profile {} needs an MFA code of {device}, and none was given", role.profile);
        let asker = self.codes.asker.get().ok_or_else(missing)?;
        let (answer, given) = oneshot::channel();
        asker.send(CodeWanted { device: device.to_owned(), refused, answer }).map_err(|_| missing())?;
        given.await.ok().flatten().ok_or_else(missing)
    }
}

impl ProvideCredentials for Session {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            match &*self.state.lock().await {
                State::Open(credentials) => Ok(credentials.clone()),
                State::Refused(cause) => Err(CredentialsError::provider_error(cause.clone())),
                State::Unasked => Err(CredentialsError::provider_error("the MFA code was not asked for yet")),
            }
        })
    }
}

fn lasts(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|ends| ends > SystemTime::now() + SOON)
}

/// A session's name for those who gave it none.
fn made_up_name() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("scops-{}", since.as_secs())
}

/// Whether STS's words are about the code that was given, so that another may do.
///
/// Source: STS's answers: "MultiFactorAuthentication failed with invalid MFA one time pass code.", "… must provide both
/// MFA serial number and one time pass code", "… at 'tokenCode' failed to satisfy constraint".
fn is_of_code(words: &str) -> bool {
    ["one time pass code", "tokenCode"].iter().any(|told| words.contains(told))
}

/// Whether an error is that no code was given.
pub(super) fn tells_of_code(chain: &str) -> bool {
    chain.contains("needs an MFA code of")
}
