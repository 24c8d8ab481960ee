//! The pipeline screen: what stands behind the bucket, and how much waits where.

use super::request::{Request, Trouble};
use super::{Cursor, Model, Screen, Topic, refresh};
use crate::command::Command;
use crate::domain::{Consumer, QueueRole, QueueStatus};

/// The pipeline screen.
#[derive(Debug, Default)]
pub struct Pipeline {
    /// The queues, in the order consumer, role.
    pub queues: Vec<QueueStatus>,
    /// The consumer that is looked at.
    pub cursor: Cursor,
    /// Why they could not be asked.
    pub trouble: Option<Trouble>,
}

/// A consumer with its queues.
#[derive(Debug, Clone, Copy)]
pub struct Chain<'a> {
    /// The consumer.
    pub consumer: &'a Consumer,
    /// Its queue of events.
    pub events: Option<&'a QueueStatus>,
    /// Its failure queue.
    pub failed: Option<&'a QueueStatus>,
    /// Its parked queue.
    pub parked: Option<&'a QueueStatus>,
}

/// One chain a consumer, in the order of the configuration.
pub fn chains(model: &Model) -> Vec<Chain<'_>> {
    let queues = &model.pipeline.queues;
    let consumers = model.profile.consumers.iter();
    consumers
        .map(|consumer| {
            let queue =
                |role: QueueRole| queues.iter().find(|queue| queue.consumer == consumer.name && queue.role == role);
            Chain {
                consumer,
                events: queue(QueueRole::Events),
                failed: queue(QueueRole::DeadLetter),
                parked: queue(QueueRole::Parked),
            }
        })
        .collect()
}

pub(super) fn ask(model: &mut Model) {
    model.desk.ask(Topic::Queues, Request::Queues);
}

pub(super) fn answered(model: &mut Model, queues: Vec<QueueStatus>) {
    refresh::depths(model, &queues);
    model.pipeline.trouble = None;
    model.pipeline.queues = queues;
}

pub(super) fn run(model: &mut Model, command: Command) {
    match command {
        Command::Open => model.go(Screen::Failures),
        Command::Copy | Command::CopyUri => {
            let url = chains(model).get(model.pipeline.cursor.at).map(|chain| chain.consumer.input.place().to_owned());
            if let Some(url) = url {
                super::run::copy(model, url);
            }
        }
        _ => {}
    }
}
