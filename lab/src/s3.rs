//! The S3 API: the `s3s` trait over the lab's store.

mod archive;
mod buckets;
mod convert;
mod lifecycle;
mod listing;
mod multipart;
mod objects;
mod service;
mod upload;

use std::sync::Arc;

use jiff::Timestamp;
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::sync::Semaphore;

use crate::credentials::{Credentials, Holder};
use crate::database::READERS;
use crate::events::Notifier;
use crate::store::Store;

/// The S3 service of a lab, which checks signatures by itself.
pub(crate) fn service(store: Store, notifier: Arc<Notifier>, credentials: &Credentials) -> S3Service {
    let reads = Semaphore::new(READERS);
    let mut builder = S3ServiceBuilder::new(S3 { store, notifier, reads });
    builder.set_auth(Auth(credentials.clone()));
    builder.build()
}

/// The access keys of a lab.
struct Auth(Credentials);

#[async_trait::async_trait]
impl S3Auth for Auth {
    async fn get_secret_key(&self, access_key: &str) -> s3s::S3Result<SecretKey> {
        match self.0.holder(access_key) {
            Some(Holder::Session(session)) if session.expires <= Timestamp::now() => {
                Err(s3s::s3_error!(ExpiredToken, "The provided token has expired."))
            }
            Some(holder) => Ok(SecretKey::from(holder.secret())),
            None => {
                let told = "The AWS Access Key Id you provided does not exist in our records.";
                Err(s3s::s3_error!(InvalidAccessKeyId, "{told}"))
            }
        }
    }
}

struct S3 {
    store: Store,
    notifier: Arc<Notifier>,
    /// As many objects are opened at once as connections to the database are kept: another one takes longer to make
    /// than an object to read.
    reads: Semaphore,
}

impl S3 {
    /// Runs `work`, which only reads, beside others that do.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> s3s::S3Result<T> + Send + 'static,
    ) -> s3s::S3Result<T> {
        // The semaphore is never closed.
        let _permit = self.reads.acquire().await;
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(&store)).await.map_err(s3s::S3Error::internal_error)?
    }

    /// Runs `work`, which may wait for the disk, where it holds up nothing else.
    async fn with_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, crate::store::StoreError> + Send + 'static,
    ) -> s3s::S3Result<T> {
        let store = self.store.clone();
        tokio::task::spawn_blocking(move || work(&store))
            .await
            .map_err(s3s::S3Error::internal_error)?
            .map_err(convert::error)
    }
}
