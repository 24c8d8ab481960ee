//! A search on its way: what it is ordered to be, and what is told of it.

use std::time::Duration;

use jiff::Timestamp;

use super::{Cost, Limits, Means, Query, ScanProgress, SearchPlan};

/// A plan with what it may cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Priced {
    /// What it costs by each means.
    pub plan: SearchPlan,
    /// What the profile allows.
    pub limits: Limits,
    /// What the searches of the day have cost before.
    pub spent: Cost,
}

impl Priced {
    /// Why the limits forbid a means; nothing where they do not.
    pub fn forbidden(&self, means: Means) -> Option<String> {
        self.limits.hindrance(self.plan.most(means)?, self.spent)
    }
}

/// Where nothing is limited.
impl From<SearchPlan> for Priced {
    fn from(plan: SearchPlan) -> Self {
        Self { plan, limits: Limits::default(), spent: Cost::default() }
    }
}

/// A search that is to run.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchOrder {
    /// What is searched for.
    pub query: Query,
    /// What it is done by.
    pub means: Means,
    /// Whether the user wants it although it is over a limit.
    pub may_exceed: bool,
    /// Whether it is the rest of the one before, from where that stood.
    pub goes_on: bool,
}

/// An object that could not be read, or not all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Its URI.
    pub object: String,
    /// Why.
    pub cause: String,
}

/// What is told of a search beside its hits and Athena's own words.
#[derive(Debug, Clone, PartialEq)]
pub enum SearchNews {
    /// How far the scan is.
    Scan(ScanProgress),
    /// What could not be read.
    Flaw(Flaw),
    /// It has ended.
    End(SearchEnd),
}

/// How a search has ended.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct SearchEnd {
    /// How long it took.
    pub took: Duration,
    /// What it cost.
    pub cost: Cost,
    /// Whether more records may match: the limit was reached.
    pub is_cut: bool,
    /// Whether a scan stands somewhere, and can go on from there.
    pub can_go_on: bool,
}

/// A statement of an earlier session that nobody waits for any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphan {
    /// Athena's QueryExecutionId; nothing where the session ended before it was told.
    pub id: Option<String>,
    /// When it was started.
    pub began: Timestamp,
    /// The beginning of its SQL.
    pub sql: String,
}

impl std::fmt::Display for Orphan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = self.id.as_deref().unwrap_or("id not known");
        write!(f, "{id}, since {}: {}", self.began.strftime("%Y-%m-%d %H:%M:%SZ"), self.sql)
    }
}
