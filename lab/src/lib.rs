//! The embedded platform of scops: S3, SNS, SQS and Athena on one loopback port, over one folder on disk.
//!
//! Everything that a security log platform on AWS stands on, in one process, so that the same clients that work on AWS
//! work here: signatures are checked, keys are any that S3 takes, events are encoded as S3 encodes them, messages
//! survive restarts.
//!
//! ```
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use scops_lab::{Lab, LabOptions};
//!
//! let folder = tempfile::tempdir()?;
//! let lab = Lab::start(LabOptions::new(folder.path())).await?;
//! lab.store().create_bucket("logs")?;
//! lab.store().put("logs", "dt=2026-11-23/a.json", "{}".into(), Default::default())?;
//! assert!(lab.endpoint().starts_with("http://127.0.0.1:"));
//! lab.stop().await;
//! # Ok(())
//! # }
//! # tokio::runtime::Runtime::new().unwrap().block_on(run()).unwrap();
//! ```

pub mod athena;
pub mod clock;
mod credentials;
mod database;
mod events;
mod names;
pub mod night;
mod refusal;
mod s3;
mod server;
mod sigv4;
mod sns;
mod sqs;
pub mod store;
mod sts;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::athena::Athena;
use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::events::Notifier;
use crate::server::Services;
use crate::sns::{Signer, Topics};
use crate::sqs::Queues;
use crate::store::Put;

pub use crate::store::{Store, StoreError, Stored};

/// How long requests that run may take to end when the lab stops.
const GRACE: Duration = Duration::from_secs(5);

/// Where a lab lives and listens.
#[derive(Clone, Debug)]
pub struct LabOptions {
    /// The folder that holds everything: objects, queues, credentials. Made where there is none.
    pub folder: PathBuf,
    /// A loopback address. Port 0 takes the port of the folder's last run where that is free, so that what was
    /// configured for it still reaches it, and any other where it is not.
    pub listen: SocketAddr,
}

impl LabOptions {
    /// A lab over `folder`, on any free port of 127.0.0.1.
    pub fn new(folder: impl Into<PathBuf>) -> LabOptions {
        LabOptions { folder: folder.into(), listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)) }
    }
}

/// Why a lab could not start or do something.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LabError {
    /// The address is not on loopback: a lab is for this machine alone.
    #[error("cannot listen on {listen}: a lab listens on loopback addresses alone")]
    NotLoopback {
        /// The address asked for.
        listen: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {listen}")]
    Listen {
        /// The address asked for.
        listen: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Work left by an earlier run could not be taken up.
    #[error("cannot resume the lab: {reason}")]
    Resume {
        /// Why.
        reason: String,
    },
}

/// A running lab. Dropping it stops it; [`Lab::stop`] lets running requests end before.
#[derive(Debug)]
pub struct Lab {
    store: Store,
    queues: Queues,
    credentials: Credentials,
    endpoint: String,
    stop: CancellationToken,
    connections: TaskTracker,
}

impl Lab {
    /// Opens the folder and starts to listen.
    pub async fn start(options: LabOptions) -> Result<Lab, LabError> {
        Lab::start_at(options, Clock::system()).await
    }

    /// Starts a lab whose arrivals, timeouts and retentions go by `clock`. Signatures go by the machine's.
    pub async fn start_at(options: LabOptions, clock: Clock) -> Result<Lab, LabError> {
        let listen = options.listen;
        if !listen.ip().is_loopback() {
            return Err(LabError::NotLoopback { listen });
        }
        let (store, athena, credentials) = open(&options.folder, clock.clone()).await?;
        let failed = |source| LabError::Listen { listen, source };
        let listener = bind(listen, &options.folder.join("port")).await.map_err(failed)?;
        let endpoint = format!("http://{}", listener.local_addr().map_err(failed)?);

        let database = store.database().clone();
        let queues = Queues::new(database.clone(), clock.clone());
        let signer = Signer::new(&credentials);
        let notifier = Notifier::new(queues.clone(), signer.clone());
        store.observe(Arc::clone(&notifier) as Arc<dyn store::Observer>);
        queues.resume_moves().map_err(|refusal| LabError::Resume { reason: refusal.message })?;
        let services = Arc::new(Services {
            s3: s3::service(store.clone(), notifier, &credentials),
            topics: Topics::new(database, clock, queues.clone(), signer),
            queues: queues.clone(),
            athena,
            credentials: credentials.clone(),
            endpoint: endpoint.clone(),
        });
        let stop = CancellationToken::new();
        let connections = TaskTracker::new();
        connections.spawn(server::serve(listener, services, stop.clone(), connections.clone()));
        Ok(Lab { store, queues, credentials, endpoint, stop, connections })
    }

    /// `http://127.0.0.1:PORT`, for every service. S3 needs path style.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The access key that requests must be signed with.
    pub fn access_key_id(&self) -> &str {
        &self.credentials.access_key_id
    }

    /// The secret of [`Lab::access_key_id`].
    pub fn secret_access_key(&self) -> &str {
        &self.credentials.secret_access_key
    }

    /// The code that its MFA devices show.
    pub fn mfa_code(&self) -> &'static str {
        sts::MFA_CODE
    }

    /// The region that the lab's ARNs name. Requests may be signed for any.
    pub fn region(&self) -> &str {
        names::REGION
    }

    /// The account that owns everything in the lab; no real account has this id.
    pub fn account_id(&self) -> &str {
        names::ACCOUNT
    }

    /// The objects. What is put here raises events as what is put over the wire does.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Puts an object as if it had arrived in the past: its events tell that time, and their messages are sent at it.
    pub fn seed(&self, bucket: &str, key: &str, body: Bytes, arrived: Timestamp) -> Result<Stored, LabError> {
        let put = Put { arrived: Some(arrived), ..Put::default() };
        Ok(self.store.put(bucket, key, body, put)?)
    }

    /// Writes the variables that point any AWS client at the lab, as a shell reads them.
    pub fn write_environment(&self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        writeln!(out, "export AWS_ENDPOINT_URL={}", self.endpoint())?;
        writeln!(out, "export AWS_ACCESS_KEY_ID={}", self.access_key_id())?;
        writeln!(out, "export AWS_SECRET_ACCESS_KEY={}", self.secret_access_key())?;
        // Older clients read the one, newer the other.
        writeln!(out, "export AWS_DEFAULT_REGION={}", self.region())?;
        writeln!(out, "export AWS_REGION={}", self.region())
    }

    /// Stops to listen, ends long polls, and waits up to five seconds for running requests.
    pub async fn stop(self) {
        self.halt();
        let ended = async {
            self.connections.wait().await;
            self.queues.stopped().await;
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("the lab stopped with requests still running");
        }
    }

    fn halt(&self) {
        self.stop.cancel();
        self.queues.stop();
        self.connections.close();
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.halt();
    }
}

/// Listens on the address; port 0 is that which `remembered` holds, where it is free.
async fn bind(listen: SocketAddr, remembered: &Path) -> std::io::Result<TcpListener> {
    if listen.port() == 0
        && let Some(port) = std::fs::read_to_string(remembered).ok().and_then(|text| text.trim().parse().ok())
        && let Ok(listener) = TcpListener::bind(SocketAddr::new(listen.ip(), port)).await
    {
        return Ok(listener);
    }
    let listener = TcpListener::bind(listen).await?;
    std::fs::write(remembered, format!("{}\n", listener.local_addr()?.port()))?;
    Ok(listener)
}

/// Opens the folder where waiting for the disk holds up nothing else.
async fn open(folder: &Path, clock: Clock) -> Result<(Store, Athena, Credentials), LabError> {
    let folder = folder.to_path_buf();
    let opened = tokio::task::spawn_blocking(move || {
        let store = Store::open_at(&folder, clock)?;
        let credentials = Credentials::load(&folder)?;
        let athena =
            Athena::open(store.clone(), &folder).map_err(|error| LabError::Resume { reason: error.to_string() })?;
        Ok((store, athena, credentials))
    });
    match opened.await {
        Ok(opened) => opened,
        Err(error) => Err(LabError::Resume { reason: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_port_of_the_last_run_is_taken_where_it_is_free() {
        let folder = tempfile::tempdir().expect("a folder");
        let remembered = folder.path().join("port");
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let first = bind(any, &remembered).await.expect("a port");
        let address = first.local_addr().expect("bound");
        let second = bind(any, &remembered).await.expect("another port");
        assert_ne!(second.local_addr().expect("bound"), address, "the first one is taken");
        drop(first);
        std::fs::write(&remembered, format!("{}\n", address.port())).expect("written");
        assert_eq!(bind(any, &remembered).await.expect("free again").local_addr().expect("bound"), address);
        std::fs::write(&remembered, "no port").expect("written");
        assert!(bind(any, &remembered).await.is_ok());
    }
}
