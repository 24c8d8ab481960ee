//! Goes to a place in an object, and keeps what lies around the place alone. Where its bytes allow it, reading begins near
//! the place; else it is read from its beginning.

use std::collections::VecDeque;

use scops_parser::Options;

use super::{Answers, Shared};
use crate::app::records::Goal;
use crate::app::request::{Closed, Reply};
use crate::domain::{ByteSize, Object, Page, Row};
use crate::inventory::{Middle, PageReader};
use crate::worker::digest;

/// Records that are kept before the place.
const BEFORE: usize = 500;
/// Records that are read at a time.
const STEP: usize = 1_000;
/// Stored bytes after which it is told how far the reading is.
const TOLD: u64 = 1 << 20;

impl Shared {
    /// Goes to a place in an object. The reader is kept there, so that scrolling on goes on from it.
    pub(super) async fn jump(&self, object: Object, goal: Goal, answers: &Answers) -> Closed {
        let options = Options { size: None, ..digest::options(&object, &self.profile) };
        let mut reader = match Middle::before(&self.aws, &object, &options, goal).await? {
            Some(middle) => PageReader::within(self.aws.clone(), object, options, middle),
            None => self.reader(object),
        };
        let mut before: VecDeque<Row> = VecDeque::new();
        let mut told = 0;
        loop {
            let page = reader.next(STEP).await?;
            if page.is_end || page.rows.iter().any(|row| is_there(goal, row)) {
                let rows = before.into_iter().chain(page.rows).collect();
                answers.reply(Reply::Window(Box::new(Page { rows, ..page })));
                self.keep(reader).await;
                return Ok(());
            }
            if page.fetched.bytes() >= told + TOLD {
                told = page.fetched.bytes();
                answers.reply(Reply::Reached(ByteSize(told)));
            }
            before.extend(page.rows);
            let extra = before.len().saturating_sub(BEFORE);
            before.drain(..extra);
        }
    }
}

/// Whether a record is the place that is gone to, or lies behind it.
fn is_there(goal: Goal, row: &Row) -> bool {
    match goal {
        Goal::Time(time) => row.time.is_some_and(|at| at >= time),
        Goal::End => false,
        Goal::Place(seek) => seek.is(row) || seek.is_passed(row),
    }
}
