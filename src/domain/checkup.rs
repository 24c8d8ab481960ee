//! What `scops doctor` finds.

use serde::Serialize;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// Something goes without it, or will not soon.
    Warning,
    /// Something does not work.
    Failed,
    /// Nobody asked: that would write, send or hide something.
    NotAsked,
}

impl Verdict {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotAsked => "not asked",
        }
    }

    /// One cell that tells it without colour.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Ok => "✓",
            Self::Warning => "!",
            Self::Failed => "✗",
            Self::NotAsked => "–",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What it is about: `credentials`, `browse`, `terminal`, …
    pub area: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// What was found.
    pub told: String,
    /// What to do about it.
    pub cure: Option<String>,
}

impl Checked {
    /// All is well.
    pub fn ok(area: &'static str, told: impl Into<String>) -> Self {
        Self { area, verdict: Verdict::Ok, told: told.into(), cure: None }
    }

    /// Something goes without it.
    pub fn warning(area: &'static str, told: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { area, verdict: Verdict::Warning, told: told.into(), cure: Some(cure.into()) }
    }

    /// Something does not work.
    pub fn failed(area: &'static str, told: impl Into<String>, cure: impl Into<String>) -> Self {
        Self { area, verdict: Verdict::Failed, told: told.into(), cure: Some(cure.into()) }
    }

    /// Nobody asked.
    pub fn not_asked(area: &'static str, told: impl Into<String>) -> Self {
        Self { area, verdict: Verdict::NotAsked, told: told.into(), cure: None }
    }
}
