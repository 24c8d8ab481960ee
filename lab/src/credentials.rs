//! The lab's own credentials: random for each folder, kept in it, valid nowhere else; and those of sessions, which end
//! with the lab at the latest.

use std::collections::HashMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::StoreError;

/// An access key and its secret.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    /// Those of roles that were assumed, by their access key ids.
    #[serde(skip)]
    pub(crate) sessions: Arc<Mutex<HashMap<String, Session>>>,
}

/// A role that was assumed.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) secret_access_key: String,
    pub(crate) token: String,
    /// `role/session`.
    pub(crate) name: String,
    pub(crate) expires: Timestamp,
}

/// Whose an access key is.
#[derive(Debug)]
pub(crate) enum Holder {
    /// The lab's own user.
    User(String),
    /// A role's session.
    Session(Session),
}

impl Holder {
    pub(crate) fn secret(&self) -> &str {
        match self {
            Holder::User(secret) => secret,
            Holder::Session(session) => &session.secret_access_key,
        }
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

impl Credentials {
    /// Reads the folder's credentials, making them the first time.
    pub(crate) fn load(folder: &Path) -> Result<Credentials, StoreError> {
        let path = folder.join("credentials.json");
        let failed = |source| StoreError::Io { path: path.clone(), source };
        if path.exists() {
            let text = fs::read(&path).map_err(failed)?;
            return Ok(serde_json::from_slice(&text)?);
        }
        let credentials = Credentials::random();
        let mut file = private_file(&path).map_err(failed)?;
        file.write_all(&serde_json::to_vec_pretty(&credentials)?).map_err(failed)?;
        Ok(credentials)
    }

    /// Whose an access key is; none where nobody has it.
    pub(crate) fn holder(&self, access_key_id: &str) -> Option<Holder> {
        if access_key_id == self.access_key_id {
            return Some(Holder::User(self.secret_access_key.clone()));
        }
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(access_key_id).cloned().map(Holder::Session)
    }

    /// Lets somebody be a role until it expires; gives the access key id too.
    pub(crate) fn assume(&self, name: String, expires: Timestamp) -> (String, Session) {
        let Credentials { access_key_id, secret_access_key, .. } = Credentials::random();
        let access_key_id = access_key_id.replacen("AKIA", "ASIA", 1);
        let token = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        let session = Session { secret_access_key, token, name, expires };
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.insert(access_key_id.clone(), session.clone());
        (access_key_id, session)
    }

    fn random() -> Credentials {
        // The shape of AWS's long-term keys, `AKIA` and 16 of A-Z and 2-7, but plainly local.
        const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let id: String = Uuid::new_v4()
            .as_bytes()
            .iter()
            .take(11)
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect();
        let mut secret = [0; 30];
        secret[..15].copy_from_slice(&Uuid::new_v4().as_bytes()[..15]);
        secret[15..].copy_from_slice(&Uuid::new_v4().as_bytes()[..15]);
        Credentials {
            access_key_id: format!("AKIALOCAL{id}"),
            secret_access_key: BASE64_STANDARD.encode(secret),
            sessions: Arc::default(),
        }
    }
}

#[cfg(unix)]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().write(true).create_new(true).open(path)
}
