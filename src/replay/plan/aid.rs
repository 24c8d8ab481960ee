//! What helps and watches the making of a plan.

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::watch;

use crate::domain::{Object, Planning, Prospect};

/// Tells what would become of an object if it were processed now.
pub type Preflight = Arc<dyn Fn(Object) -> BoxFuture<'static, Prospect> + Send + Sync>;

/// What a plan is made with, beside what it is made of.
#[derive(Clone, Copy, Default)]
pub struct Aid<'a> {
    /// Tries objects; without it, none is tried.
    pub preflight: Option<&'a Preflight>,
    /// Tells how far it has come; without it, nobody is told.
    pub teller: Option<&'a Teller>,
}

impl<'a> From<Option<&'a Preflight>> for Aid<'a> {
    fn from(preflight: Option<&'a Preflight>) -> Self {
        Self { preflight, teller: None }
    }
}

impl Aid<'_> {
    /// Tells of further work.
    pub(super) fn tell(self, change: impl FnOnce(&mut Planning)) {
        if let Some(teller) = self.teller {
            teller.0.send_modify(change);
        }
    }

    /// Whether whoever wanted the plan has given it up.
    pub(super) fn is_given_up(self) -> bool {
        self.teller.is_some_and(|teller| teller.0.is_closed())
    }

    /// Waits until whoever wanted the plan gives it up.
    pub(super) async fn given_up(self) {
        match self.teller {
            Some(teller) => teller.0.closed().await,
            None => std::future::pending().await,
        }
    }
}

/// Tells how far a plan has come: always the newest only, however slowly it is listened to. Nobody listening gives the
/// plan up.
#[derive(Debug)]
pub struct Teller(watch::Sender<Planning>);

impl Teller {
    /// A teller, and the one that listens.
    pub fn new() -> (Self, watch::Receiver<Planning>) {
        let (sender, receiver) = watch::channel(Planning::default());
        (Self(sender), receiver)
    }
}
