//! What the rules found, with the rules' own texts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Answers, Shared, blocking};
use crate::app::request::{Closed, Reply};
use crate::domain::TimeRange;

impl Shared {
    /// The alerts of a range, and the rules that they name.
    pub(super) async fn alerts(&self, range: TimeRange, answers: &Answers) -> Closed {
        let found = self.inventory.alerts(None, range).await?;
        let ids: BTreeSet<String> = found.all.iter().map(|alert| alert.rule.clone()).collect();
        let book = self.profile.rules.clone();
        let texts = move || {
            let text = |id: String| book.get().get(&id).map(|rule| (id, Arc::clone(&rule.text)));
            ids.into_iter().filter_map(text).collect::<Vec<_>>()
        };
        // Where nothing was found, no rule is read.
        let rules = if found.all.is_empty() { Vec::new() } else { blocking(texts).await? };
        answers.reply(Reply::Alerts { range, all: found.all, is_whole: found.is_whole, rules });
        Ok(())
    }
}
