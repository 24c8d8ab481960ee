//! What the journal remembers, for people and for scripts.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::Exit;
use crate::cli::exit::UsageError;
use crate::domain::{InIndex, PlanItemState, ReplayId, ReplaySummary, Shown};
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
    history.iter().find(|(_, past)| past.has_waiting()).map(|(id, _)| id)
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
                    "stopped": summary.stopped, "index": summary.indexed,
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
    let items = summary.items.iter().enumerate();
    let items = items.filter(|(_, (_, state))| only.is_none_or(|only| state.name() == only));
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
        if let Some(indexed) = &summary.indexed {
            writeln!(out, "in the index: {}", Shown::new(indexed.told()))?;
        }
    }
    for (index, (object, state)) in items {
        let found = summary.indexed.as_ref().and_then(|indexed| indexed.of(index)).map(InIndex::told);
        let reason = state.reason();
        match output {
            Format::Table => {
                let reason = reason.or(found).map(|told| format!("  {}", Shown::new(told))).unwrap_or_default();
                writeln!(out, "  {:<13} {}{reason}", state.name(), Shown::new(object.to_string()))?;
            }
            Format::Ndjson => writeln!(
                out,
                "{}",
                json!({
                    "object": object.to_string(), "version": object.version, "state": state.name(), "reason": reason,
                    "index": found, "replay": summary.id,
                })
            )?,
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn chosen(mut summaries: Vec<ReplaySummary>, id: Option<&str>) -> Result<ReplaySummary, UsageError> {
    let place = match id {
        Some(id) => summaries.iter().position(|summary| summary.id.0 == id),
        None => (!summaries.is_empty()).then_some(0),
    };
    match (place, id) {
        (Some(place), _) => Ok(summaries.swap_remove(place)),
        (None, Some(id)) => Err(unknown(id, summaries.iter().map(|summary| &summary.id))),
        (None, None) => Err(UsageError { what: "nothing has been replayed".into(), hint: None }),
    }
}

/// That the journal knows no replay of this name, and those, newest first, that may have been meant: the ones that have
/// it as a part, else the most alike.
pub fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a ReplayId>) -> UsageError {
    const NAMED: usize = 3;
    let known: Vec<&str> = known.map(|id| id.0.as_str()).collect();
    let mut near: Vec<&str> = known.iter().copied().filter(|name| !id.is_empty() && name.contains(id)).collect();
    if near.is_empty() {
        near.clone_from(&known);
        near.sort_by_key(|name| strsim::osa_distance(id, name));
    }
    near.truncate(NAMED);
    let hint = match near.split_last() {
        None => "nothing has been replayed yet".to_owned(),
        Some((last, [])) => format!("did you mean {last}? `scops replay list` shows all"),
        Some((last, others)) => format!("did you mean {} or {last}? `scops replay list` shows all", others.join(", ")),
    };
    UsageError { what: ReplayError::Missing(ReplayId(id.to_owned())).to_string(), hint: Some(hint) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_replay_is_told_with_those_that_may_be_meant() {
        let known = ["r-20261123T021407Z-a1b2", "r-20261122T101500Z-77b0", "r-20261121T101500Z-0c0c"];
        let known = known.map(|id| ReplayId(id.to_owned()));
        let hint = |id: &str| unknown(id, known.iter()).hint.expect("a hint");
        assert_eq!(hint("77b0"), "did you mean r-20261122T101500Z-77b0? `scops replay list` shows all");
        assert_eq!(
            hint("T101500Z"),
            "did you mean r-20261122T101500Z-77b0 or r-20261121T101500Z-0c0c? `scops replay list` shows all"
        );
        assert!(hint("r-20261123T021407Z-a1b3").starts_with("did you mean r-20261123T021407Z-a1b2, "));
        assert!(hint("").starts_with("did you mean "));
        let none = unknown("x", std::iter::empty());
        assert_eq!(none.hint.as_deref(), Some("nothing has been replayed yet"));
        assert_eq!(none.what, "the journal knows no replay x");
    }

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
