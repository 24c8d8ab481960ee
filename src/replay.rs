//! Replaying what failed: failures become a [plan](mod@plan), the plan is sent under a [journal], and what was sent is watched
//! until a receipt proves it.
//!
//! The order never changes: intent (durable), send, outcome (durable), delete the original. So a crash at any point
//! leaves a journal that tells what was sent, what was not, and what is unknown.

pub mod audit;
pub mod control;
mod error;
pub(crate) mod files;
pub mod journal;
mod lease;
pub mod lines;
pub mod manifest;
pub mod moving;
pub mod pace;
pub mod plan;
pub mod render;
pub mod send;
pub mod verify;

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use crate::aws::Aws;
use crate::domain::{Plan, Profile, ReplaySummary};

pub use audit::Auditor;
pub use control::Control;
pub use error::ReplayError;
pub use journal::History;
pub use lines::{Asked, from_lines};
pub use plan::{Aid, Preflight, Teller};
pub use send::{Replayer, Report, Settings};

/// Makes the plan to replay objects, or saved messages, with a consumer of the profile. See [`plan::make`].
pub async fn plan<'a>(
    aws: &Aws,
    profile: &Profile,
    consumer: &str,
    asked: impl Into<Asked>,
    rate: u32,
    aid: impl Into<Aid<'a>>,
) -> Result<Plan, ReplayError> {
    let consumer = profile
        .consumer(consumer)
        .ok_or_else(|| ReplayError::NoConsumer { consumer: consumer.to_owned(), profile: profile.name.clone() })?;
    plan::make(aws, profile, consumer, asked, rate, aid, Timestamp::now()).await
}

/// What sends the plans of a profile, and what resumes them, journaled below the state folder.
pub fn replayer(aws: &Aws, profile: &Arc<Profile>, state: &Path, who: &str) -> Replayer {
    Replayer::new(aws.clone(), Arc::clone(profile), Settings::new(state.join("journal"), who.to_owned()))
}

/// The hand on the audit log below the state folder, for what SQS is to do with a consumer's failure queue, and for what
/// S3 is to restore, which has no consumer and no plan.
pub async fn auditor(
    profile: &Profile,
    state: &Path,
    who: &str,
    consumer: &str,
    plan: &str,
) -> Result<Auditor, ReplayError> {
    let subject = audit::Subject::new(who, profile, consumer, plan, None);
    Ok(Auditor::open(state.join("audit"), subject, Timestamp::now).await?)
}

/// What the journal remembers. Reads a file: not for a thread that may not block.
pub fn history(state: &Path) -> Result<History, ReplayError> {
    Ok(journal::read(&state.join("journal"))?)
}

/// The journal's replays, newest first. Reads a file: not for a thread that may not block.
pub fn summaries(state: &Path) -> Result<Vec<ReplaySummary>, ReplayError> {
    Ok(history(state)?.summaries())
}
