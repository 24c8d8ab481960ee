//! The only place that sees the AWS SDK: S3, SQS, SNS and Athena as functions over domain values.
//!
//! An SDK `Option` becomes a domain value or a named failure here, and every failure is an [`AwsError`] that tells
//! its subject, its cause with AWS's own code, message and request id, and what to do about it.

mod athena;
mod clock;
mod credentials;
mod discovery;
mod error;
mod identity;
mod lambda;
mod meter;
mod mfa;
mod moves;
mod network;
mod pace;
mod s3;
mod sns;
mod sqs;
mod statements;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use tokio::sync::OnceCell;
use tokio_util::task::TaskTracker;

use crate::domain::{Network, Usage};
use clock::Clock;
pub use discovery::Wanted;
pub use error::{AwsError, Kind};
pub use identity::{Identity, Signer};
use meter::Meter;
pub use mfa::CodeWanted;
pub use s3::{Body, Level, ListFrom, ListPage, Put};
pub use sns::Subscription;
pub use sqs::{BATCH, BATCH_BYTES, Entry, QueueSettings, QueueState, Received};
pub use statements::{Begun, Noted};

/// How long a TCP connection may take.
const CONNECT: Duration = Duration::from_secs(3);
/// How long one attempt may take up to the response's headers (and, but for streamed bodies, its end).
const ATTEMPT: Duration = Duration::from_secs(9);
/// How long an operation may take with all its attempts; a server that accepts and never answers is told of after it.
const OPERATION: Duration = Duration::from_secs(28);
/// How long a body may stand still between two chunks: the SDK's timeouts end at the response's headers.
const STALL: Duration = Duration::from_secs(10);
/// How long leaving waits for what is being stopped.
const SETTLING: Duration = Duration::from_secs(5);
/// Attempts of an operation, the first included.
const ATTEMPTS: u32 = 3;

/// Where requests go, and as whom.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// The region; what the AWS configuration says where this is empty.
    pub region: String,
    /// The endpoint of all services, where it is not AWS's own. S3 is then spoken to path style.
    pub endpoint: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// Access key id and secret, where they do not come from the AWS configuration.
    pub keys: Option<(String, String)>,
}

impl fmt::Debug for Connection {
    /// Tells everything but the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("region", &self.region)
            .field("endpoint", &self.endpoint)
            .field("profile", &self.profile)
            .field("access_key", &self.keys.as_ref().map(|(access_key, _)| access_key))
            .finish()
    }
}

/// The AWS services over one [`Connection`]. Cheap to clone.
///
/// Nothing is loaded before the first request: finding credentials may ask the instance metadata service, which
/// takes seconds where there is none.
#[derive(Debug, Clone)]
pub struct Aws {
    inner: Arc<Inner>,
    /// Where statements that run are kept.
    statements: Option<statements::Statements>,
}

#[derive(Debug)]
struct Inner {
    connection: Connection,
    network: Network,
    clients: OnceCell<Clients>,
    meter: Meter,
    clock: Clock,
    codes: Arc<mfa::Codes>,
    pace: pace::Pace,
    /// Statements that run on Athena, and what stops those that nobody waits for any more.
    running: TaskTracker,
    /// S3 clients of buckets that live in another region than the connection's.
    elsewhere: Mutex<HashMap<String, aws_sdk_s3::Client>>,
}

#[derive(Debug)]
struct Clients {
    config: SdkConfig,
    /// The session of a role that wants the code of an MFA device.
    session: Option<Arc<mfa::Session>>,
    s3: aws_sdk_s3::Client,
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
    lambda: aws_sdk_lambda::Client,
    athena: aws_sdk_athena::Client,
    sts: aws_sdk_sts::Client,
}

impl Aws {
    /// Does nothing until the first request.
    pub fn new(connection: Connection) -> Self {
        Self::over(connection, Network::default())
    }

    /// The same, with requests that travel as `network` says.
    pub fn over(connection: Connection, network: Network) -> Self {
        Self::metered(connection, network, Meter::new(), Arc::default())
    }

    /// Keeps which statements run in a state folder from now on, so that a crash leaves none behind unknown.
    #[must_use]
    pub fn keeping(self, state: &std::path::Path, profile: &str) -> Self {
        Self { statements: Some(statements::Statements::below(state, profile)), ..self }
    }

    fn metered(connection: Connection, network: Network, meter: Meter, codes: Arc<mfa::Codes>) -> Self {
        let inner = Inner {
            connection,
            network,
            clients: OnceCell::new(),
            meter,
            clock: Clock::default(),
            codes,
            pace: pace::Pace::default(),
            running: TaskTracker::new(),
            elsewhere: Mutex::default(),
        };
        Self { inner: Arc::new(inner), statements: None }
    }

    /// Where requests go.
    pub fn connection(&self) -> &Connection {
        &self.inner.connection
    }

    /// What was sent so far, each attempt counted.
    pub fn usage(&self) -> Usage {
        self.inner.meter.usage()
    }

    /// Statements that run on Athena, and what stops those that nobody waits for any more.
    pub(crate) fn running(&self) -> &TaskTracker {
        &self.inner.running
    }

    /// Waits, before the runtime ends, until statements that were given up are stopped on Athena. What cannot be stopped
    /// within five seconds is named by the next start.
    pub async fn settled(&self) {
        self.inner.running.close();
        if tokio::time::timeout(SETTLING, self.inner.running.wait()).await.is_err() {
            tracing::warn!("a query that nobody waits for may still run");
        }
    }

    async fn clients(&self) -> &Clients {
        /// A client of a service whose requests are counted.
        macro_rules! metered {
            ($sdk:ident, $config:expr) => {
                $sdk::Client::from_conf(
                    $sdk::config::Builder::from($config)
                        .interceptor(self.inner.meter.clone())
                        .interceptor(self.inner.clock.clone())
                        .build(),
                )
            };
        }
        let clients = self
            .inner
            .clients
            .get_or_init(|| async {
                let (config, session) = load(&self.inner).await;
                Clients {
                    session,
                    s3: aws_sdk_s3::Client::from_conf(self.s3_config(&config).build()),
                    sqs: metered!(aws_sdk_sqs, &config),
                    sns: metered!(aws_sdk_sns, &config),
                    lambda: metered!(aws_sdk_lambda, &config),
                    athena: metered!(aws_sdk_athena, &config),
                    sts: metered!(aws_sdk_sts, &config),
                    config,
                }
            })
            .await;
        if let Some(session) = &clients.session {
            session.ready().await;
        }
        clients
    }

    fn s3_config(&self, config: &SdkConfig) -> aws_sdk_s3::config::Builder {
        let network = &self.inner.network;
        let has_endpoint = self.inner.connection.endpoint.is_some() || config.endpoint_url().is_some();
        let mut builder = aws_sdk_s3::config::Builder::from(config)
            .force_path_style(has_endpoint || network.is_path_style)
            .interceptor(self.inner.meter.clone())
            .interceptor(self.inner.clock.clone());
        if network.pays {
            builder = builder.interceptor(network::Payer);
        }
        builder
    }

    /// The client for a bucket: one of its own region, once S3 has told that. Waits while the bucket asks for fewer
    /// requests.
    async fn s3(&self, bucket: &str) -> aws_sdk_s3::Client {
        let clients = self.clients().await;
        self.inner.pace.wait(bucket).await;
        let elsewhere = self.inner.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        elsewhere.get(bucket).unwrap_or(&clients.s3).clone()
    }

    /// Goes to `region` for this bucket from now on. False where that was done before, so that two regions which
    /// name each other are not followed for ever.
    async fn follow(&self, bucket: &str, region: &str) -> bool {
        let clients = self.clients().await;
        let config = self.s3_config(&clients.config).region(Region::new(region.to_owned())).build();
        let mut elsewhere = self.inner.elsewhere.lock().unwrap_or_else(PoisonError::into_inner);
        elsewhere.insert(bucket.to_owned(), aws_sdk_s3::Client::from_conf(config)).is_none()
    }

    async fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.clients().await.sqs
    }

    async fn sns(&self) -> &aws_sdk_sns::Client {
        &self.clients().await.sns
    }

    async fn lambda(&self) -> &aws_sdk_lambda::Client {
        &self.clients().await.lambda
    }

    async fn athena(&self) -> &aws_sdk_athena::Client {
        &self.clients().await.athena
    }

    async fn sts(&self) -> &aws_sdk_sts::Client {
        &self.clients().await.sts
    }
}

async fn load(inner: &Inner) -> (SdkConfig, Option<Arc<mfa::Session>>) {
    let Inner { connection, network, codes, .. } = inner;
    let (provider, session) = credentials::choose(loader(connection, network), connection, network, codes).await;
    let mut loader = loader(connection, network);
    if let Some(endpoint) = &connection.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    loader = match provider {
        Some(provider) => loader.credentials_provider(provider),
        None if network.is_unsigned => loader.no_credentials(),
        None => loader,
    };
    (loader.load().await, session)
}

/// What the SDK is told of everything but endpoint and credentials.
fn loader(connection: &Connection, network: &Network) -> ConfigLoader {
    let timeouts = timeouts(ATTEMPT, OPERATION);
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    if !connection.region.is_empty() {
        loader = loader.region(Region::new(connection.region.clone()));
    }
    if let Some(profile) = &connection.profile {
        loader = loader.profile_name(profile);
    }
    network::apply(loader, network)
}

fn timeouts(attempt: Duration, operation: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT)
        .operation_attempt_timeout(attempt)
        .operation_timeout(operation)
        .build()
}

/// AWS's time as ours; `None` outside of what jiff holds.
fn timestamp(time: &aws_sdk_s3::primitives::DateTime) -> Option<jiff::Timestamp> {
    jiff::Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

/// A count that AWS gives as a signed number, which is never below zero.
fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
