//! Errors of the services whose protocols are spoken by hand, and the two ways in which they are told.

use crate::store::StoreError;

/// A refused request: the service's code, a message and the HTTP status.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) status: u16,
}

impl Refusal {
    /// The client's fault.
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { code, message: message.into(), status: 400 }
    }

    pub(crate) fn with_status(self, status: u16) -> Refusal {
        Refusal { status, ..self }
    }

    pub(crate) fn is_clients_fault(&self) -> bool {
        self.status < 500
    }
}

/// The database failed: the server's fault, told without what is inside.
impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        tracing::error!(%error, "the lab's database failed");
        Refusal::new("InternalFailure", "the lab's database failed").with_status(500)
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Refusal {
        tracing::error!(%error, "the lab's database holds a broken value");
        Refusal::new("InternalFailure", "the lab's database holds a broken value").with_status(500)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        tracing::error!(%error, "the lab's store failed");
        Refusal::new("InternalFailure", error.to_string()).with_status(500)
    }
}
