//! What the journal remembers, for people and for scripts.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::Exit;
use crate::cli::exit::UsageError;
use crate::domain::{PlanItemState, ReplayId, ReplaySummary, Shown};
use crate::replay::{self, History, ReplayError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns
    Table,
    /// One JSON object a line
    Ndjson,
}

/// The words for an object's state, as `--state` takes them.
const STATES: [&str; 7] = ["recovered", "failed-again", "unconfirmed", "sent", "unknown", "refused", "waiting"];

/// Reads a word of `--state`.
pub fn state(text: &str) -> Result<&'static str, String> {
    STATES.into_iter().find(|state| *state == text).ok_or_else(|| format!("one of {}", STATES.join(", ")))
}

/// The newest replay that has something left to send.
pub fn resumable(history: &History) -> Option<&ReplayId> {
    history.iter().find(|(_, past)| past.waiting().next().is_some()).map(|(id, _)| id)
}

pub fn list(folder: &Path, output: Format) -> anyhow::Result<Exit> {
    let summaries = replay::summaries(folder)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for summary in &summaries {
        let waiting = summary.items.iter().filter(|(_, state)| *state == PlanItemState::Waiting).count();
        let end = match (&summary.stopped, summary.finished) {
            (Some(cause), _) => format!("stopped: {cause}"),
            (None, true) => "finished".to_owned(),
            (None, false) => "its end is not in the journal".to_owned(),
        };
        match output {
            Format::Table => writeln!(
                out,
                "{}  {:<12} {:>6} objects  {:>6} sent  {:>6} recovered  {:>4} unknown  {:>4} refused  {:>6} waiting  {}",
                summary.id,
                Shown::new(&summary.consumer),
                summary.total,
                summary.sent,
                summary.recovered,
                summary.unknown,
                summary.refused,
                waiting,
                Shown::new(end)
            )?,
            Format::Ndjson => writeln!(
                out,
                "{}",
                json!({
                    "id": summary.id, "consumer": summary.consumer, "began": summary.began, "total": summary.total,
                    "sent": summary.sent, "recovered": summary.recovered, "unknown": summary.unknown,
                    "refused": summary.refused, "waiting": waiting, "finished": summary.finished,
                    "stopped": summary.stopped,
                })
            )?,
        }
    }
    if summaries.is_empty() && output == Format::Table {
        writeln!(out, "nothing has been replayed")?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

pub fn show(folder: &Path, id: Option<&str>, output: Format, only: Option<&str>) -> anyhow::Result<Exit> {
    let summary = chosen(replay::summaries(folder)?, id)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let items = summary.items.iter().filter(|(_, state)| only.is_none_or(|only| state.name() == only));
    if output == Format::Table {
        writeln!(
            out,
            "{} to {}, began {}: {} of {} sent, {} refused, {} unknown, {} recovered",
            summary.id,
            Shown::new(&summary.consumer),
            summary.began,
            summary.sent,
            summary.total,
            summary.refused,
            summary.unknown,
            summary.recovered
        )?;
        if let Some(cause) = &summary.stopped {
            writeln!(out, "stopped: {}", Shown::new(cause))?;
        }
    }
    for (object, state) in items {
        let reason = state.reason();
        match output {
            Format::Table => {
                let reason = reason.map(|reason| format!("  {}", Shown::new(reason))).unwrap_or_default();
                writeln!(out, "  {:<13} {}{reason}", state.name(), Shown::new(object.to_string()))?;
            }
            Format::Ndjson => writeln!(
                out,
                "{}",
                json!({
                    "object": object.to_string(), "version": object.version, "state": state.name(), "reason": reason,
                    "replay": summary.id,
                })
            )?,
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn chosen(summaries: Vec<ReplaySummary>, id: Option<&str>) -> anyhow::Result<ReplaySummary> {
    let found = match id {
        Some(id) => summaries.into_iter().find(|summary| summary.id.0 == id),
        None => summaries.into_iter().next(),
    };
    match (found, id) {
        (Some(summary), _) => Ok(summary),
        (None, Some(id)) => Err(ReplayError::Missing(ReplayId(id.to_owned())).into()),
        (None, None) => Err(UsageError { what: "nothing has been replayed".into(), hint: None }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_word_that_the_option_takes() {
        let states = [
            PlanItemState::Waiting,
            PlanItemState::Intended,
            PlanItemState::Sent,
            PlanItemState::NotSent("r".into()),
            PlanItemState::Recovered,
            PlanItemState::FailedAgain("r".into()),
            PlanItemState::Unconfirmed,
        ];
        let mut words: Vec<_> = states.iter().map(|item| state(item.name()).expect("a word of the option")).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), STATES.len());
        assert_eq!(
            state("lost"),
            Err("one of recovered, failed-again, unconfirmed, sent, unknown, refused, waiting".into())
        );
    }
}
