//! What the commands that look into sources share: the range, the inventory, and what is known beside listings.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::exit::UsageError;
use super::{Context, connect, failures, paths};
use crate::app::range;
use crate::app::request::Trouble;
use crate::aws::Aws;
use crate::config::Settings;
use crate::domain::{Profile, TimeRange};
use crate::inventory::{Inventory, Known};
use crate::replay;
use crate::runtime::world;

/// The range that is looked at where none is named.
const LENGTH: SignedDuration = SignedDuration::from_hours(24);

/// A look into the sources of a profile.
pub struct Look {
    pub profile: Arc<Profile>,
    pub aws: Aws,
    pub inventory: Inventory,
    pub now: Timestamp,
    state: std::path::PathBuf,
}

impl Look {
    /// Nothing is asked yet.
    pub fn new(context: &Context) -> anyhow::Result<Self> {
        Ok(Self::of(context, &context.settings()?))
    }

    /// The same with these settings.
    pub fn of(context: &Context, settings: &Settings) -> Self {
        let profile = Arc::new(settings.profile.clone());
        let aws = connect(settings);
        Self {
            inventory: Inventory::new(aws.clone(), Arc::clone(&profile)),
            aws,
            profile,
            now: Timestamp::now(),
            state: paths(context, settings).state,
        }
    }

    /// What failure queues and the journal tell of objects, and why that is not all, where it is not.
    pub async fn known(&self) -> anyhow::Result<(Known, Option<Trouble>)> {
        let (found, trouble) = failures::collect(&self.inventory).await;
        let history = replay::history(&self.state)?;
        Ok((world::known(&found, &history), trouble))
    }

    /// The range that was named, else the last day.
    pub fn range(&self, text: Option<&str>) -> Result<TimeRange, UsageError> {
        match text {
            Some(text) => range::parse(text, self.now).map_err(|what| UsageError { what, hint: None }),
            None => Ok(range::ending_now(self.now, LENGTH)),
        }
    }
}
