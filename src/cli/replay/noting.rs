//! What became of a replay, noted in a case.

use std::io::{self, Write as _};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::case::store::Draft;
use crate::case::{Cases, pin};
use crate::cli::output::show;
use crate::cli::{Context, paths};
use crate::domain::{CaseName, Pin, ReplayId};
use crate::replay::{self, ReplayError};

/// The case that a replay is noted in.
pub struct Noting {
    cases: Cases,
    case: CaseName,
    state: PathBuf,
    profile: String,
    who: String,
}

impl Noting {
    /// Opens the case, so that it is known before anything is sent that it can be written.
    pub fn new(context: &Context, case: &CaseName) -> anyhow::Result<Self> {
        let settings = context.settings()?;
        let paths = paths(context, &settings);
        let (cases, who) = (Cases::new(paths.cases), context.environment.who());
        cases.open(case, &who, Timestamp::now())?;
        Ok(Self { cases, case: case.clone(), state: paths.state, profile: settings.profile.name.clone(), who })
    }

    /// Notes what the journal tells of a replay. Returns whether it is noted; why not is told, and changes nothing about
    /// the replay.
    pub fn note(self, id: &ReplayId) -> bool {
        let case = self.case.clone();
        let told = match self.add(id) {
            Ok(()) => Ok(format!("noted in {case}")),
            Err(error) => Err(format!("the replay is not noted in {case}: {error:#}")),
        };
        let is_noted = told.is_ok();
        // There is nobody left to tell when standard error is gone.
        let _ = writeln!(io::stderr(), "{}", show(&told.unwrap_or_else(|why| why)));
        is_noted
    }

    fn add(self, id: &ReplayId) -> anyhow::Result<()> {
        let history = replay::history(&self.state)?;
        let past = history.get(id).ok_or_else(|| ReplayError::Missing(id.clone()))?;
        let pin = Some(Pin::Replay(Box::new(pin::replay(id, past))));
        let draft = Draft { profile: Some(self.profile), text: String::new(), pin };
        self.cases.add(&self.case, &self.who, Timestamp::now(), draft)?;
        Ok(())
    }
}
