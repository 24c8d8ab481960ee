//! The topic service: fan-out to queues, spoken in SNS's query protocol.
//!
//! After the Amazon SNS API reference. Subscriptions are of the protocol `sqs` alone, and queue policies are not asked.

mod api;
mod publish;
mod topics;
mod xml;

#[cfg(test)]
mod tests;

pub(crate) use self::api::NAMESPACE;
pub(crate) use self::publish::{Publication, publish};
pub(crate) use self::topics::topic_exists;
pub(crate) use self::xml::{Xml, error as xml_error, response as xml_response};

use std::sync::Arc;

use crate::clock::Clock;
use crate::credentials::Credentials;
use crate::database::Database;
use crate::sqs::Queues;

/// The topics of a lab; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Topics {
    database: Database,
    clock: Clock,
    queues: Queues,
    signer: Signer,
}

/// What envelopes are signed with. Only Amazon's key could make a signature that a real client accepts; this one lets
/// the field have its shape, and its certificate address can never be resolved.
#[derive(Clone, Debug)]
pub(crate) struct Signer(Arc<str>);

impl Signer {
    pub(crate) fn new(credentials: &Credentials) -> Signer {
        Signer(credentials.secret_access_key.as_str().into())
    }
}

impl Topics {
    pub(crate) fn new(database: Database, clock: Clock, queues: Queues, signer: Signer) -> Topics {
        Topics { database, clock, queues, signer }
    }
}
