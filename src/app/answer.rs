//! Answers of the world, by the topic of their question. An answer whose question was given up dies here.

use super::request::{Closed, Reply, Ticket, Trouble};
use super::{
    Model, Topic, alerts, case, export, failures, jobs, mfa, objects, pipeline, pivot, records, replays, search, sheet,
    sources, sql, timeline, workbench,
};

pub(super) fn reply(model: &mut Model, ticket: Ticket, reply: Reply) {
    let Some(topic) = model.desk.topic(ticket) else { return };
    jobs::replied(model, topic);
    match (topic, reply) {
        (Topic::Survey, Reply::Survey(survey)) => sources::answered(model, *survey),
        (Topic::Lifecycle, Reply::Lifecycle { bucket, rules }) => {
            model.sources.lifecycles.insert(bucket, rules);
        }
        (Topic::Objects, Reply::Objects { rows }) => objects::answered(model, rows),
        (Topic::Before, Reply::Before(before)) => timeline::answered(model, *before),
        (Topic::Versions, Reply::Versions { rows, is_whole }) => objects::versions::answered(model, rows, is_whole),
        (Topic::Restore, Reply::Restoring(candidate)) => objects::restore::answered(model, *candidate),
        (Topic::Restore, Reply::Restored { asked, takes }) => objects::restore::asked(model, &asked, takes),
        (Topic::Download, Reply::Download(download)) => objects::fetch::answered(model, *download),
        (Topic::Export, Reply::Export(export)) => export::answered(model, *export),
        (Topic::Preview, Reply::Page(page)) => {
            if let Some(reading) = &mut model.objects.preview {
                reading.absorb(*page);
            }
        }
        (Topic::Records, Reply::Page(page)) => records::answered(model, *page),
        (Topic::Records, Reply::Window(page)) => records::jumped(model, *page),
        (Topic::Records, Reply::Reached(bytes)) => records::reached(model, bytes),
        (Topic::Records, Reply::Merge(merge)) => records::merged::answered(model, *merge),
        (Topic::Records, Reply::Surroundings(around)) => records::merged::surrounded(model, *around),
        (Topic::Records, Reply::NewRecords(new)) => records::follow::answered(model, *new),
        (Topic::Report, Reply::Report(report)) => records::report::answered(model, *report),
        (Topic::Detail, Reply::Detail(detail)) => records::detail_answered(model, *detail),
        (Topic::Fields, Reply::Fields(columns)) => records::fields::answered(model, columns),
        (Topic::AwsRange, Reply::AwsRange(facts)) => pivot::ranged(model, facts),
        (Topic::Head, Reply::Head(object)) => {
            case::headed(model, &object);
            records::headed(model, *object);
        }
        (Topic::Head, Reply::Gone(trouble)) => records::gone(model, trouble),
        (Topic::Failures, Reply::Failures(failures)) => failures::answered(model, failures),
        (Topic::Reconcile, Reply::Reconciled { found, holdings, told }) => {
            sources::held(model, holdings);
            failures::reconciled(model, found, told);
        }
        (Topic::Case, Reply::Case { case, told }) => case::answered(model, *case, told),
        (Topic::Save, Reply::Case { case, told }) => case::saved(model, *case, told),
        (
            Topic::Failures | Topic::Reconcile | Topic::Diagnosis,
            Reply::Diagnosed { object, consumer, reason, prospect },
        ) => {
            failures::diagnosed(model, &object, &consumer, reason.as_ref(), &prospect);
            if topic == Topic::Diagnosis {
                workbench::tried_anew(model);
            }
        }
        (Topic::Material, Reply::Material(material)) => workbench::answered(model, *material),
        (Topic::Trial, Reply::Trial(trial)) => workbench::tried(model, *trial),
        (Topic::Coverage, Reply::Covered(covered)) => workbench::covered(model, *covered),
        (Topic::SaveFormat, Reply::FormatSaved(saved)) => workbench::saved(model, *saved),
        (Topic::SaveFormat, Reply::Exists(path)) => workbench::exists(model, &path),
        (Topic::Alerts, Reply::Alerts { range, all, is_whole, rules }) => {
            alerts::answered(model, range, all, is_whole, rules);
        }
        (Topic::Queues, Reply::Queues(queues)) => pipeline::answered(model, queues),
        (Topic::Discovery, Reply::Discovered(found)) => pipeline::discovered(model, *found),
        (Topic::Estimate, Reply::Estimate(priced)) => search::estimated(model, *priced),
        (Topic::Search, Reply::QueryStatus(status)) => search::progressed(model, status),
        (Topic::Search, Reply::Hits(hits)) => search::answered(model, hits),
        (Topic::Search, Reply::SearchNews(news)) => search::told(model, news),
        (Topic::Orphans, Reply::Orphans { orphans, are_stopped }) => search::orphans(model, &orphans, are_stopped),
        (Topic::Why, Reply::Why(causes)) => model.search.why = search::Why::Told(causes),
        (topic, Reply::Sql(answer)) => sql::answered(model, topic, *answer),
        (Topic::Plan, Reply::Planning(planning)) => sheet::progressed(model, planning),
        (Topic::Plan, Reply::Plan(plan)) => sheet::answered(model, *plan),
        (Topic::Replay, Reply::Progress(progress)) => replays::progressed(model, progress),
        (Topic::Replays, Reply::Replays(history)) => replays::answered(model, history),
        // An answer to another question than was asked is a fault of ours, and says nothing about the world.
        _ => {}
    }
}

pub(super) fn closed(model: &mut Model, ticket: Ticket, closed: Closed) {
    let Some(topic) = model.desk.topic(ticket) else { return };
    model.desk.close(topic);
    let trouble = closed.err();
    if let Some(trouble) = &trouble {
        model.fail(trouble.clone());
    }
    ended(model, topic, trouble);
}

/// A question has come to its end, by itself or because it was given up.
pub(super) fn ended(model: &mut Model, topic: Topic, trouble: Option<Trouble>) {
    match topic {
        Topic::Survey => {
            sources::ask_lifecycles(model, trouble.is_none());
            model.sources.trouble = trouble;
        }
        Topic::Objects => objects::closed(model, trouble),
        Topic::Versions => objects::versions::closed(model, trouble),
        Topic::Restore => objects::restore::closed(model, trouble),
        Topic::Download => objects::fetch::closed(model, trouble.as_ref()),
        Topic::Export => export::closed(model, trouble.as_ref()),
        Topic::Preview => {
            if let Some(reading) = &mut model.objects.preview {
                reading.trouble = trouble;
            }
        }
        Topic::Records => records::closed(model, trouble),
        Topic::Report => records::report::closed(model, trouble),
        Topic::Head => {
            if let Some(trouble) = trouble {
                records::head_failed(model, trouble);
            }
        }
        // Where it failed, it is not asked again at once.
        Topic::Fields if trouble.is_none() => records::fields::closed(model),
        Topic::Detail => records::detail_closed(model),
        Topic::Before
        | Topic::Lifecycle
        | Topic::AwsRange
        | Topic::Fields
        | Topic::Steer
        | Topic::Reconcile
        | Topic::Save
        | Topic::Trial
        | Topic::Coverage
        | Topic::SaveFormat
        | Topic::Code
        | Topic::Orphans => {}
        Topic::SignIn => mfa::signed_in(model, trouble.as_ref()),
        Topic::Diagnosis => workbench::diagnosed(model),
        Topic::Material => workbench::closed(model, trouble),
        Topic::Failures => failures::closed(model, trouble),
        Topic::Case => case::closed(model),
        Topic::Statement
        | Topic::SqlRows
        | Topic::SqlTables
        | Topic::SqlNamed
        | Topic::SqlList
        | Topic::SqlText
        | Topic::Weight
        | Topic::KeepQuery => sql::closed(model, topic, trouble),
        Topic::Alerts => model.alerts.trouble = trouble,
        Topic::Queues => model.pipeline.trouble = trouble,
        Topic::Discovery => model.pipeline.undiscovered = trouble,
        Topic::Estimate | Topic::Search => search::closed(model, trouble),
        Topic::Why => search::why_closed(model, trouble),
        Topic::Plan => sheet::closed(model, trouble),
        Topic::Replay => replays::closed(model, trouble),
        Topic::Replays => model.replays.trouble = trouble,
    }
}
