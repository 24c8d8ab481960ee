//! What runs: the open questions, how far each has come, and the hand that stops one.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::request::{Effect, ProfileId, Ticket};
use super::{Model, Popup, Topic, answer, profiles, replays, search, sheet};
use crate::command::Command;

/// Since when each question is open, and how often it was answered.
#[derive(Debug, Default)]
pub(super) struct Jobs(BTreeMap<Topic, Open>);

#[derive(Debug, Clone, Copy)]
struct Open {
    ticket: Ticket,
    since: Timestamp,
    replies: u64,
}

/// Something that runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// The profile that asked.
    pub profile: ProfileId,
    /// What it is about.
    pub topic: Topic,
    /// What is done.
    pub what: &'static str,
    /// How far it has come, where that can be told.
    pub progress: Option<JobProgress>,
    /// How long it has run.
    pub elapsed: SignedDuration,
    /// Whether it can be cancelled: what writes runs to its end.
    pub can_cancel: bool,
}

/// How far a job has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobProgress {
    /// So many are done.
    pub done: u64,
    /// Of so many, where that is known.
    pub of: Option<u64>,
    /// So many what.
    pub unit: &'static str,
}

impl Job {
    /// How many are done a second, once there is a second to tell by.
    pub fn rate(&self) -> Option<f64> {
        let seconds = self.elapsed.as_secs_f64();
        self.progress
            .filter(|progress| progress.done > 0 && seconds >= 1.0)
            .map(|progress| progress.done as f64 / seconds)
    }

    /// How long the rest takes at that rate.
    pub fn left(&self) -> Option<SignedDuration> {
        let progress = self.progress?;
        let rest = progress.of?.saturating_sub(progress.done);
        SignedDuration::try_from_secs_f64((rest as f64 / self.rate()?).ceil()).ok()
    }
}

/// Takes note of what was asked and given up since.
pub(super) fn note(model: &mut Model) {
    let (now, jobs) = (model.now, &mut model.jobs.0);
    jobs.retain(|topic, open| model.desk.ticket(*topic) == Some(open.ticket));
    for (topic, ticket) in model.desk.open() {
        jobs.entry(topic).or_insert(Open { ticket, since: now, replies: 0 });
    }
}

/// A question was answered, perhaps not for the last time.
pub(super) fn replied(model: &mut Model, topic: Topic) {
    if let Some(open) = model.jobs.0.get_mut(&topic) {
        open.replies += 1;
    }
}

/// How many jobs run, of all profiles.
pub(super) fn count(model: &Model) -> usize {
    profiles::known(model).iter().map(|console| console.jobs.0.len()).sum()
}

/// What runs: of this profile, then of the others; in the order of the topics.
pub fn jobs(model: &Model) -> Vec<Job> {
    let others = profiles::known(model).into_iter().filter(|console| console.id() != model.id());
    [model].into_iter().chain(others).flat_map(of_console).collect()
}

fn of_console(model: &Model) -> impl Iterator<Item = Job> {
    let job = |(topic, open): (&Topic, &Open)| Job {
        profile: model.id(),
        topic: *topic,
        what: what(*topic),
        progress: progress(model, *topic, open.replies),
        elapsed: model.now.duration_since(open.since),
        can_cancel: !matches!(topic, Topic::Save | Topic::SaveFormat | Topic::Steer | Topic::Case | Topic::KeepQuery),
    };
    model.jobs.0.iter().map(job)
}

fn what(topic: Topic) -> &'static str {
    match topic {
        Topic::Survey => "survey of the sources",
        Topic::Lifecycle => "lifecycle rules of the buckets",
        Topic::Objects => "listing of objects",
        Topic::Before => "timeline of before",
        Topic::Preview => "preview",
        Topic::Versions => "versions of a key",
        Topic::Restore => "restore of archived objects",
        Topic::Download => "download",
        Topic::Export => "export",
        Topic::Records => "reading of records",
        Topic::Detail => "one record in full",
        Topic::Report => "parse report",
        Topic::Fields => "fields of the records",
        Topic::AwsRange => "Amazon's ranges",
        Topic::Head => "look for an object",
        Topic::Failures => "look through the failure queues",
        Topic::Reconcile => "comparison with receipts and index",
        Topic::Save => "saving of messages",
        Topic::Diagnosis => "trial of what failed",
        Topic::Material => "sample for the workbench",
        Topic::Trial => "trial of the definition",
        Topic::Coverage => "coverage of the definition",
        Topic::SaveFormat => "saving of the format",
        Topic::Alerts => "listing of alerts",
        Topic::Queues => "depths of the queues",
        Topic::Discovery => "look behind the buckets",
        Topic::Estimate => "estimate of a search",
        Topic::Search => "search",
        Topic::Orphans => "look for queries left running",
        Topic::Why => "reasons of an empty search",
        Topic::Plan => "plan of a replay",
        Topic::Replay => "replay",
        Topic::Steer => "word to the replay",
        Topic::Replays => "history of replays",
        Topic::Case => "case",
        Topic::Statement => "statement",
        Topic::SqlRows => "rows of a statement",
        Topic::SqlTables => "tables of the database",
        Topic::SqlNamed => "tables of the statement",
        Topic::SqlList => "list of statements",
        Topic::SqlText => "statement for the editor",
        Topic::Weight => "size of a table",
        Topic::KeepQuery => "keeping of a query",
        Topic::SignIn => "sign-in",
        Topic::Code => "MFA code",
    }
}

fn progress(model: &Model, topic: Topic, replies: u64) -> Option<JobProgress> {
    let of = |done: usize, of: usize, unit| JobProgress { done: done as u64, of: Some(of as u64), unit };
    match topic {
        Topic::Survey => {
            let sources = model.profile.sources.len() as u64;
            Some(JobProgress { done: replies, of: Some(sources), unit: "sources" })
        }
        Topic::Objects => {
            let done = if replies > 0 { model.objects.rows.len() as u64 } else { 0 };
            Some(JobProgress { done, of: None, unit: "objects" })
        }
        Topic::Report => match &model.popup {
            Some(Popup::Report(reporting)) => reporting.report.as_ref().map(|report| JobProgress {
                done: report.stored.bytes() >> 20,
                of: Some(report.object.size.bytes() >> 20),
                unit: "MiB",
            }),
            _ => None,
        },
        Topic::Export => {
            let export = model.export.as_ref()?;
            Some(JobProgress { done: export.rows, of: None, unit: "rows" })
        }
        Topic::Diagnosis | Topic::Coverage => Some(JobProgress { done: replies, of: None, unit: "objects" }),
        Topic::Search => match (&model.search.phase, model.search.effort.scan) {
            (search::Phase::Running { .. }, Some(scan)) => {
                Some(JobProgress { done: scan.objects, of: Some(scan.of), unit: "objects" })
            }
            (search::Phase::Running { status: Some(status), .. }, None) => {
                Some(JobProgress { done: status.scanned.bytes() / (1024 * 1024), of: None, unit: "MiB" })
            }
            _ => None,
        },
        Topic::Plan => match &model.popup {
            Some(Popup::Sheet(sheet)) => match &sheet.stage {
                sheet::Stage::Planning { objects, progress } => Some(of(progress.asked, *objects, "objects")),
                sheet::Stage::Ready(_) | sheet::Stage::Failed(_) => None,
            },
            _ => None,
        },
        Topic::Replay => {
            let running = model.replays.running.as_ref()?;
            let counts = replays::Counts::of(running.items.iter().map(|(_, state)| state));
            let is_open = counts.waiting + counts.unknown + counts.sent;
            Some(of(counts.total - is_open, counts.total, "objects"))
        }
        _ => None,
    }
}

/// Cancels a job. A replay is told to send nothing more, and is watched to its end.
pub(super) fn cancel(model: &mut Model, at: usize) {
    let Some(job) = jobs(model).into_iter().nth(at) else { return };
    profiles::at(model, job.profile, |model| cancel_own(model, &job));
}

fn cancel_own(model: &mut Model, job: &Job) {
    match job.topic {
        Topic::Replay => replays::run(model, Command::AbortReplay, ""),
        // As on its screen: a scan that was stopped can go on.
        Topic::Search | Topic::Estimate => {
            search::interrupt(model);
            model.note(format!("the {} was cancelled", job.what));
        }
        _ if !job.can_cancel => model.warn("not cancelled", format!("the {} ends soon by itself", job.what), None),
        topic => {
            let Some(ticket) = model.desk.ticket(topic) else { return };
            model.desk.push(Effect::Cancel(ticket));
            model.desk.close(topic);
            let trouble = super::request::Trouble {
                what: format!("the {} was cancelled", job.what),
                cause: "you cancelled it".into(),
                hint: Some("R asks again".into()),
            };
            answer::ended(model, topic, Some(trouble));
            model.note(format!("the {} was cancelled", job.what));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::{NOW, Night, at, rows};
    use crate::app::request::{Reply, Request};

    /// A listing of which some rows have come, ten seconds after it was asked for.
    fn listing() -> Night {
        let mut night = Night::new(120, 40).surveyed();
        night.press("enter");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Objects { .. })).expect("asked");
        let rows = rows(night.model.range);
        night.tell(Msg::Reply(ticket, Reply::Objects { rows }));
        night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(10)));
        night
    }

    fn of(night: &Night, topic: Topic) -> Option<Job> {
        jobs(&night.model).into_iter().find(|job| job.topic == topic)
    }

    #[test]
    fn a_listing_tells_how_far_and_how_fast_it_is() {
        let night = listing();
        let job = of(&night, Topic::Objects).expect("it runs");
        let done = night.model.objects.rows.len() as u64;
        assert_eq!(job.progress, Some(JobProgress { done, of: None, unit: "objects" }));
        assert_eq!((job.rate(), job.left()), (Some(done as f64 / 10.0), None));
    }

    #[test]
    fn what_is_left_is_told_from_what_was_done() {
        let job = Job {
            profile: ProfileId::default(),
            topic: Topic::Plan,
            what: "plan",
            progress: Some(JobProgress { done: 25, of: Some(100), unit: "objects" }),
            elapsed: SignedDuration::from_secs(5),
            can_cancel: true,
        };
        assert_eq!(job.left(), Some(SignedDuration::from_secs(15)));
        let begun = Job { progress: Some(JobProgress { done: 0, of: Some(100), unit: "objects" }), ..job };
        assert_eq!((begun.rate(), begun.left()), (None, None));
    }

    #[test]
    fn a_listing_is_cancelled_and_its_rows_stay() {
        let mut night = listing();
        let (ticket, _) = night.asked(|request| matches!(request, Request::Objects { .. })).expect("asked");
        night.press("J");
        let place = jobs(&night.model).iter().position(|job| job.topic == Topic::Objects).expect("it runs");
        for _ in 0..place {
            night.press("j");
        }
        night.press("x");
        assert!(night.effects.contains(&Effect::Cancel(ticket)));
        assert!(of(&night, Topic::Objects).is_none());
        assert!(!night.model.objects.rows.is_empty());
        assert!(night.model.objects.trouble.is_some());
        assert!(matches!(night.model.popup, Some(Popup::Jobs(_))));
        night.press("esc");
        assert_eq!(night.model.popup, None);
    }

    #[test]
    fn an_answered_question_runs_no_more() {
        let night = Night::new(120, 40).surveyed();
        assert!(of(&night, Topic::Survey).is_none());
        assert!(of(&Night::new(120, 40), Topic::Survey).is_some());
    }
}
