//! Replays: planned, resumed and sent, each in a task that shows what it hid even where nobody waits for it any more.

use std::sync::{Arc, PoisonError};

use futures::FutureExt as _;
use futures::future::BoxFuture;
use tokio::sync::watch;

use super::{Answers, Shared, to_its_end};
use crate::app::request::{Closed, Reply, Trouble};
use crate::domain::{Object, ObjectId, Plan, Planning, Progress, Prospect, ReplayId};
use crate::inventory::Inventory;
use crate::replay::{self, Aid, Control, Preflight, ReplayError, Replayer, Teller};

/// Outcomes that are told at once: the console finds the row of each before it takes the next key.
const OUTCOMES: usize = 64;

impl Shared {
    /// The replays of this profile; those of others may lie in the same journal.
    pub(super) async fn replays(&self, answers: &Answers) -> Closed {
        let (state, profile) = (self.state.clone(), Arc::clone(&self.profile));
        let summaries = tokio::task::spawn_blocking(move || {
            let history = replay::history(&state)?;
            let own = history.iter().filter(|(_, past)| past.began.profile == profile.name);
            Ok::<_, ReplayError>(own.map(|(id, past)| past.summary(id)).collect())
        });
        let summaries = summaries.await.unwrap_or_else(|_| Ok(Vec::new()))?;
        answers.reply(Reply::Replays(summaries));
        Ok(())
    }

    pub(super) async fn plan(self: &Arc<Self>, consumer: &str, objects: Vec<ObjectId>, answers: &Answers) -> Closed {
        let (shared, consumer) = (Arc::clone(self), consumer.to_owned());
        let (teller, progress) = Teller::new();
        let plan = async move {
            let preflight = preflight(&shared.inventory, &consumer);
            let aid = Aid { preflight: Some(&preflight), teller: Some(&teller) };
            let _only_reader = shared.queues.lock().await;
            let rate = shared.profile.replay.rate;
            replay::plan(&shared.aws, &shared.profile, &consumer, objects, rate, aid).boxed().await
        };
        planned(plan, progress, answers).await
    }

    pub(super) async fn resume(self: &Arc<Self>, id: ReplayId, answers: &Answers) -> Closed {
        let shared = Arc::clone(self);
        let (teller, progress) = Teller::new();
        let plan = async move {
            let history = replay::history(&shared.state)?;
            let past = history.get(&id).ok_or_else(|| ReplayError::Missing(id.clone()))?;
            let preflight = preflight(&shared.inventory, &past.began.consumer);
            let aid = Aid { preflight: Some(&preflight), teller: Some(&teller) };
            let _only_reader = shared.queues.lock().await;
            shared.replayer().resumption(&id, aid).boxed().await
        };
        planned(plan, progress, answers).await
    }

    pub(super) async fn replay(&self, plan: Plan, answers: &Answers) -> Closed {
        let control = Control::default();
        *self.control.lock().unwrap_or_else(PoisonError::into_inner) = Some(control.clone());
        let tell = |progress: Progress| {
            for part in progress.in_parts(OUTCOMES) {
                answers.reply(Reply::Progress(part));
            }
        };
        let report = self.replayer().run(plan, &control, tell).boxed().await;
        self.memory.forget_journal();
        report.map(drop).map_err(Trouble::from)
    }

    fn replayer(&self) -> Replayer {
        replay::replayer(&self.aws, &self.profile, &self.state, &self.who)
    }
}

/// Has a plan made, and tells how far it has come, a few times a second. Where nobody waits for it any more, `progress`
/// is dropped, and the making ends as soon as the messages that it hid are shown again.
async fn planned(
    making: impl Future<Output = Result<Plan, ReplayError>> + Send + 'static,
    mut progress: watch::Receiver<Planning>,
    answers: &Answers,
) -> Closed {
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);
    let mut making = std::pin::pin!(to_its_end(making));
    let telling = async {
        while progress.changed().await.is_ok() {
            let planning = *progress.borrow_and_update();
            answers.reply(Reply::Planning(planning));
            tokio::time::sleep(PAUSE).await;
        }
        std::future::pending().await
    };
    let plan = tokio::select! {
        plan = &mut making => plan,
        never = telling => never,
    };
    answers.reply(Reply::Plan(Box::new(plan??)));
    Ok(())
}

/// What parsing an object here makes of it, for the plan of a replay to `consumer`.
pub fn preflight(inventory: &Inventory, consumer: &str) -> Preflight {
    let (inventory, consumer) = (inventory.clone(), consumer.to_owned());
    Arc::new(move |object: Object| -> BoxFuture<'static, Prospect> {
        let (inventory, consumer) = (inventory.clone(), consumer.clone());
        Box::pin(async move { inventory.try_here(&object.id, &consumer).await.0 })
    })
}
