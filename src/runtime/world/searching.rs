//! Searches: priced by each means, run by one of them, within what the profile allows.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use futures::FutureExt as _;
use jiff::Timestamp;

use super::{Answers, Closed, Reply, Shared, blocking};
use crate::app::request::Trouble;
use crate::aws::Aws;
use crate::domain::{Cost, Flaw, Limits, Priced, Query, SearchNews, SearchOrder};
use crate::search::ledger::{Entered, Ledger};
use crate::search::meter::Meter;
use crate::search::orphans;
use crate::search::pace::Runs;
use crate::search::plan::{self, Left, News, Prospect};

/// What lasts from one search to the next.
pub(super) struct Searching {
    ledger: Ledger,
    runs: Runs,
    /// What was priced last, so that it need not be listed again to be run.
    priced: Mutex<Option<Prospect>>,
    left: Left,
}

impl Searching {
    pub(super) fn new(state: &Path, limits: Limits, profile: &str) -> Self {
        let runs = Runs::below(state, profile);
        Self { ledger: Ledger::below(state, limits), runs, priced: Mutex::default(), left: Left::default() }
    }

    fn keep(&self, prospect: Prospect) {
        *self.priced.lock().unwrap_or_else(PoisonError::into_inner) = Some(prospect);
    }

    fn take(&self, query: &Query) -> Option<Prospect> {
        let priced = self.priced.lock().unwrap_or_else(PoisonError::into_inner).take();
        priced.filter(|prospect| prospect.is_of(query))
    }
}

/// What was entered for a search that runs. Dropping it before the search has ended corrects it by what was read until
/// then.
struct Owed {
    aws: Aws,
    ledger: Ledger,
    meter: Meter,
    entered: Option<Entered>,
}

impl Drop for Owed {
    fn drop(&mut self) {
        let Some(entered) = self.entered.take() else { return };
        let (aws, ledger, meter) = (self.aws.clone(), self.ledger.clone(), self.meter.clone());
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if let Some(cost) = meter.cost(&aws).await
                    && let Err(trouble) = blocking(move || ledger.settle(entered, cost)).await
                {
                    tracing::warn!(%trouble, "what a stopped search has cost cannot be kept");
                }
            });
        }
    }
}

impl Shared {
    /// What a search costs by each means.
    pub(super) async fn price(&self, query: &Query, answers: &Answers) -> Closed {
        let prospect = self.prospect(query).await?;
        let ledger = self.searching.ledger.clone();
        // The limit is looked at again, and what cannot be read refuses then, when the search is to run.
        let spent = blocking(move || ledger.spent(Timestamp::now())).await?.unwrap_or_default();
        let priced = Priced { plan: prospect.plan.clone(), limits: self.searching.ledger.limits(), spent };
        self.searching.keep(prospect);
        answers.reply(Reply::Estimate(Box::new(priced)));
        Ok(())
    }

    /// The plan of a search, by how fast they were until now.
    async fn prospect(&self, query: &Query) -> Result<Prospect, Trouble> {
        let runs = self.searching.runs.clone();
        let pace = blocking(move || runs.pace()).await?;
        plan::plan(&self.aws, &self.inventory, query, pace).await
    }

    /// Runs a search; whoever gives it up stops it, and finds the rest of its scan there.
    pub(super) async fn search(&self, order: SearchOrder, answers: &Answers) -> Closed {
        let meter = Meter::default();
        let tell = |news| {
            meter.hear(&news);
            answers.reply(match news {
                News::Hits(hits) => Reply::Hits(hits),
                News::Athena(status) => Reply::QueryStatus(status),
                News::Scan(progress) => Reply::SearchNews(SearchNews::Scan(progress)),
                News::Flaw(object, cause) => Reply::SearchNews(SearchNews::Flaw(Flaw { object, cause })),
            });
        };
        let left = &self.searching.left;
        let began = Instant::now();
        let owed = |entered| {
            let (aws, ledger) = (self.aws.clone(), self.searching.ledger.clone());
            Owed { aws, ledger, meter: meter.clone(), entered: Some(entered) }
        };
        let (mut owed, ended) = if order.goes_on {
            let nothing = || Trouble {
                what: "cannot go on with the search".into(),
                cause: "nothing is left of it".into(),
                hint: Some("R asks what it costs to search anew".into()),
            };
            let owed = owed(self.enter(left.most(&order.query).ok_or_else(nothing)?, &order).await?);
            let rest = left.take(&order.query).ok_or_else(nothing)?;
            (owed, plan::go_on(&self.aws, &self.inventory, rest, left, tell).await?)
        } else {
            let prospect = match self.searching.take(&order.query) {
                Some(prospect) => prospect,
                None => self.prospect(&order.query).await?,
            };
            let owed = match self.enter(prospect.plan.most(order.means).unwrap_or_default(), &order).await {
                Ok(entered) => owed(entered),
                Err(trouble) => {
                    self.searching.keep(prospect);
                    return Err(trouble);
                }
            };
            let means = order.means;
            (owed, plan::carry_out(&self.aws, &self.inventory, prospect, means, left, tell).boxed().await?)
        };
        let end = ended.told(began.elapsed());
        let (ledger, runs, entered) = (self.searching.ledger.clone(), self.searching.runs.clone(), owed.entered.take());
        blocking(move || {
            runs.add(&ended.runs);
            if let Some(entered) = entered {
                ledger.settle(entered, end.cost);
            }
        })
        .await?;
        answers.reply(Reply::SearchNews(SearchNews::End(end)));
        Ok(())
    }

    /// Enters what an order may cost, where the limits allow it.
    async fn enter(&self, most: Cost, order: &SearchOrder) -> Result<Entered, Trouble> {
        let (ledger, may_exceed) = (self.searching.ledger.clone(), order.may_exceed);
        blocking(move || ledger.enter(most, may_exceed, Timestamp::now())).await?
    }

    /// What an earlier session left running; stopped where that is wanted.
    pub(super) async fn orphans(&self, stops: bool, answers: &Answers) -> Closed {
        let orphans = if stops {
            orphans::stop(&self.aws).await?
        } else {
            // Whoever has no network has other worries at the start; the files stay for the next.
            orphans::look(&self.aws).await.unwrap_or_else(|trouble| {
                tracing::warn!(%trouble, "which queries were left running is not known");
                Vec::new()
            })
        };
        answers.reply(Reply::Orphans { orphans, are_stopped: stops });
        Ok(())
    }
}
