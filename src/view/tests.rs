//! Every screen in its states, as text at four sizes. `SCOPS_ANSI=<folder>` writes them with their colours too.

mod console;
mod live;
mod matrix;
mod profiles;
mod roles;
mod search;
mod shape;
mod sql;
mod states;
mod store;
mod terminal;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

mod case;

use super::draw;
use crate::app::fixture::*;
use crate::app::request::{Reply, Request, Trouble};
use crate::app::{Model, Msg, Timeline};
use crate::domain::*;
use crate::theme::{ColorDepth, Glyphs, Look, Theme};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (40, 10), (200, 50)];

fn screen(model: &Model, look: &Look) -> String {
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| draw(model, look, frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let mut text = String::new();
    for row in buffer.area.rows() {
        let mut skip = 0;
        let mut line = String::new();
        for position in row.columns() {
            let symbol = buffer[(position.x, position.y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            } else {
                skip -= 1;
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Snapshots a scene at every size, and the role of each of its cells.
fn check(name: &str, scene: impl Fn(Night) -> Night) {
    for (width, height) in SIZES {
        let night = scene(Night::new(width, height));
        ansi(name, &night.model);
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots", omit_expression => true }, {
            insta::assert_snapshot!(format!("{name}-{width}x{height}"), screen(&night.model, &Look::default()));
        });
    }
    roles::check_roles(name, &scene(Night::new(80, 24)));
}

/// Writes a screen with its colours, to be looked at.
fn ansi(name: &str, model: &Model) {
    let Some(folder) = std::env::var_os("SCOPS_ANSI") else { return };
    for theme in ["dark", "light", "mono"] {
        let look = Look::new(Theme::shipped(theme).expect("shipped"), ColorDepth::Ansi16, Glyphs::Unicode);
        let (width, height) = model.size;
        let mut out = Vec::new();
        {
            use ratatui::backend::{Backend, CrosstermBackend};
            let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
            terminal.draw(|frame| draw(model, &look, frame)).expect("drawn");
            let buffer = terminal.backend().buffer();
            for row in buffer.area.rows() {
                let mut line = Vec::new();
                let mut backend = CrosstermBackend::new(&mut line);
                let cells = row.columns().map(|position| (0_u16, 0_u16, &buffer[(position.x, position.y)]));
                // All cells follow each other on their line.
                backend.draw(cells.enumerate().map(|(x, (_, _, cell))| (x as u16, 0, cell))).expect("drawn");
                let line = String::from_utf8(line).expect("text").replace("\u{1b}[1;1H", "");
                out.extend_from_slice(line.as_bytes());
                out.push(b'\n');
            }
        }
        let path = std::path::Path::new(&folder).join(format!("{name}-{width}x{height}-{theme}.ans"));
        std::fs::write(path, out).expect("written");
    }
}

fn trouble() -> Trouble {
    Trouble {
        what: "cannot list s3://acme-security-logs/AWSLogs/".into(),
        cause: "AccessDenied: not authorized to perform s3:ListBucket (request 4442587FB7D0A2F9)".into(),
        hint: Some("the policy needs s3:ListBucket on the bucket itself".into()),
    }
}

fn first_object(night: &Night) -> Object {
    night.model.objects.selected().expect("a row").object.clone()
}

#[test]
fn sources_before_any_answer() {
    check("sources-loading", |night| night);
}

#[test]
fn sources_of_a_night() {
    check("sources", |mut night| {
        night.press("j");
        night.surveyed()
    });
}

#[test]
fn sources_by_account_and_region() {
    check("sources-grouped", |night| {
        let mut night = night.surveyed();
        for survey in &mut night.model.sources.surveys {
            let whole = survey.clone();
            if whole.source == "falcon" {
                continue;
            }
            survey.parts = ["123456789012 ap-northeast-1", "210987654321 eu-west-1"]
                .map(|part| SourceSurvey { part: Some(part.to_owned()), ..whole.clone() })
                .to_vec();
        }
        night.press("O");
        night
    });
}

#[test]
fn sources_that_cannot_be_read() {
    check("sources-failed", |mut night| {
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        night.tell(Msg::Closed(ticket, Err(trouble())));
        night
    });
}

#[test]
fn objects_while_they_load() {
    check("objects-loading", |night| {
        let mut night = night.surveyed();
        night.press("enter");
        night
    });
}

#[test]
fn objects_compared_with_a_day_before() {
    check("objects-compared", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("x =");
        let wanted = |request: &Request| matches!(request, Request::Before { .. });
        let Some((_, Request::Before { range, columns, axis, .. })) = night.asked(wanted) else {
            panic!("no earlier timeline was asked for")
        };
        let mut before = Timeline::new(range, columns, axis);
        before.add(
            rows(range).iter().step_by(2).map(|row| (Figures::from(row), false)),
            jiff::SignedDuration::from_mins(5),
        );
        night.answer(wanted, vec![Reply::Before(Box::new(before))]);
        night
    });
}

#[test]
fn objects_as_hours_by_days() {
    check("objects-heat", |night| {
        let mut night = night.surveyed();
        night.type_text(":range 4d");
        night.press("enter");
        let mut night = night.with_objects();
        night.press("#");
        night
    });
}

#[test]
fn bars_in_braille_and_in_ascii() {
    let mut night = Night::new(80, 24).surveyed();
    let draw = |night: &Night, glyphs| {
        screen(&night.model, &Look::new(Theme::shipped("dark").expect("shipped"), ColorDepth::Ansi16, glyphs))
    };
    assert!(draw(&night, Glyphs::Unicode).contains('▅'));
    let braille = draw(&night, Glyphs::Braille);
    assert!(braille.contains('⣤') && braille.contains('┌') && !braille.contains('▅'));
    assert!(!draw(&night, Glyphs::Ascii).contains('▅'));
    let own = draw(&night, Glyphs::Unicode);
    night.press("S");
    assert_ne!(draw(&night, Glyphs::Unicode), own, "one scale makes small sources low");
}

#[test]
fn objects_of_a_source() {
    check("objects", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("e space space j").rest();
        let object = first_object(&night);
        if night.has_asked(|request| matches!(request, Request::Preview { .. })) {
            let page = page(object, 30, false);
            night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
        }
        night
    });
}

#[test]
fn objects_filtered_and_brushed() {
    check("objects-brush", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("/").type_text("state:failed").press("enter v h h v h h h");
        night
    });
}

#[test]
fn objects_without_any() {
    check("objects-empty", |night| {
        let mut night = night.surveyed();
        night.press("enter");
        night.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows: vec![] }]);
        night
    });
}

fn opened(night: Night) -> Night {
    let mut night = night.surveyed().with_objects();
    night.press("e enter");
    let object = first_object(&night);
    night.answer(
        |request| matches!(request, Request::Preview { .. }),
        vec![Reply::Page(Box::new(page(object, 60, false)))],
    );
    night
}

#[test]
fn records_of_an_object() {
    check("records", |night| {
        let mut night = opened(night);
        night.press("j j");
        night
    });
}

#[test]
fn one_record_in_full() {
    check("records-detail", |night| {
        let mut night = opened(night);
        night.press("j enter tab");
        let id = night.model.records.reading.as_ref().expect("open").object.id.clone();
        night
            .answer(|request| matches!(request, Request::Detail { .. }), vec![Reply::Detail(Box::new(detail(&id, 1)))]);
        night.press("j j");
        night
    });
}

/// The record under the cursor beside, the cursor on its address.
fn on_address(night: Night) -> Night {
    let mut night = opened(night);
    night.press("tab");
    let id = night.model.records.reading.as_ref().expect("open").object.id.clone();
    night.answer(|request| matches!(request, Request::Detail { .. }), vec![Reply::Detail(Box::new(detail(&id, 0)))]);
    night.press("j j j j j j");
    night
}

/// Addresses of which one is more frequent than the others.
fn addresses(path: &str, count: u64) -> Reply {
    let address = |number: u64| format!("203.0.113.{}", if number.is_multiple_of(3) { 7 } else { number });
    let cell = |number| vec![Held { kind: field::HeldKind::Text, text: address(number) }];
    Reply::Fields(vec![Column { path: path.into(), first: 0, cells: (0..count).map(cell).collect() }])
}

fn answer_fields(night: &mut Night) {
    let is_fields = |request: &Request| matches!(request, Request::Fields { .. });
    let (_, request) = night.asked(is_fields).expect("asked");
    let Request::Fields { paths, numbers, .. } = request else { panic!("fields") };
    let replies = paths.iter().map(|path| addresses(path, numbers.end)).collect();
    night.answer(is_fields, replies);
}

#[test]
fn what_can_be_done_with_a_value() {
    check("pivot", |night| {
        let mut night = on_address(night);
        night.press("enter");
        night
    });
}

#[test]
fn what_a_typed_key_tells() {
    check("pivot-key", |mut night| {
        night.press(":").type_text("pivot ASIAQNZGKIQY56JQ7WML").press("enter");
        night
    });
}

#[test]
fn the_values_of_a_field() {
    check("statistics", |night| {
        let mut night = on_address(night);
        night.press("v");
        answer_fields(&mut night);
        night
    });
}

#[test]
fn what_reading_an_object_through_came_to() {
    check("records-report", |night| {
        let mut night = night.with_objects();
        let object = first_object(&night);
        night.press("enter p");
        let told = vec![Reply::Report(Box::new(report(object)))];
        night.answer(|request| matches!(request, Request::Report { .. }), told);
        night.press("j");
        night
    });
}

#[test]
fn marked_objects_by_event_time() {
    check("records-merged", |night| {
        let mut night = night.with_objects();
        night.press("space space m");
        let objects = [object(200, at("2026-11-23T01:31:00Z")), object(201, at("2026-11-23T01:36:00Z"))];
        let merge = Box::new(merge(objects, 40, false));
        night.answer(|request| matches!(request, Request::Merge { .. }), vec![Reply::Merge(merge)]);
        night.press("j j j");
        night
    });
}

#[test]
fn a_source_that_is_followed_and_held() {
    check("records-followed", |night| {
        let mut night = night.with_objects();
        night.press("F");
        let objects = [object(200, at("2026-11-23T02:01:00Z")), object(201, at("2026-11-23T02:06:00Z"))];
        let Merge { parts, rows, .. } = merge(objects, 40, true);
        let new = Box::new(NewRecords { parts, rows, older: 3, listed: 40 });
        night.answer(|request| matches!(request, Request::Newest { .. }), vec![Reply::NewRecords(new)]);
        night.press("k k k");
        night
    });
}

#[test]
fn the_records_around_one() {
    check("records-around", |night| {
        let mut night = night.with_objects();
        let objects = [first_object(&night), object(201, at("2026-11-23T01:36:00Z"))];
        night.press("enter");
        let first = page(objects[0].clone(), 30, true);
        night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(first))]);
        night.press("j j j j j S");
        let around = Box::new(surroundings(objects, 5, 30, true));
        let is_around = |request: &Request| matches!(request, Request::Surroundings { .. });
        night.answer(is_around, vec![Reply::Surroundings(around)]);
        night
    });
}

#[test]
fn records_narrowed_with_chosen_columns_and_a_text_that_is_found() {
    check("records-narrowed", |night| {
        let mut night = on_address(night);
        night.press("f");
        answer_fields(&mut night);
        night.press("tab enter :").type_text("columns sourceIPAddress").press("enter");
        answer_fields(&mut night);
        night.press("/").type_text("0.113").press("enter i i");
        night
    });
}

#[test]
fn search_with_its_cost() {
    check("search-cost", |night| {
        let mut night = night.surveyed();
        night.press("s").type_text("203.0.113.8").press("enter");
        priced_by(&mut night, both_means().into());
        night
    });
}

fn priced_by(night: &mut Night, priced: Priced) {
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![Reply::Estimate(Box::new(priced))]);
}

#[test]
fn search_while_it_is_typed() {
    check("search-typing", |night| {
        let mut night = night.surveyed();
        night.press("s").type_text("203.0.113");
        night
    });
}

fn searched(night: Night) -> Night {
    let mut night = night.surveyed();
    night.press("s").type_text("203.0.113.8").press("enter");
    let estimate = Estimate { objects: 24, bytes: ByteSize::kib(1_331), dollars: 0.000_05, sql: "SELECT 1".into() };
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate)]);
    night.press("enter");
    night
}

#[test]
fn search_with_hits() {
    check("search-hits", |night| {
        let mut night = searched(night);
        let status = QueryStatus {
            id: "q".into(),
            phase: QueryPhase::Succeeded,
            reason: None,
            scanned: ByteSize::kib(1_100),
            queued_ms: 40,
            total_ms: 1_234,
        };
        night.answer(
            |request| matches!(request, Request::Search(_)),
            vec![Reply::QueryStatus(status), Reply::Hits(hits())],
        );
        night.press("j");
        night
    });
}

#[test]
fn an_answer_is_of_the_range_that_was_asked_for() {
    let mut night = searched(Night::new(120, 40));
    let asked = night.model.range;
    night.answer(|request| matches!(request, Request::Search(_)), vec![]);
    let told = screen(&night.model, &Look::default());
    assert!(told.contains(&format!("no record of {asked} is 203.0.113.8")), "{told}");
    night.press("[");
    let told = screen(&night.model, &Look::default());
    assert!(told.contains(&format!("search · every source · {asked}")), "{told}");
    assert!(told.contains(&format!("the range is {} now", night.model.range)), "{told}");
}

#[test]
fn a_replay_that_was_cut_short_waits_for_nothing() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("6");
    let items = [PlanItemState::Recovered, PlanItemState::Sent, PlanItemState::Intended, PlanItemState::Waiting];
    let history = vec![ReplaySummary {
        id: ReplayId("r-20261121T101500Z-77b0".into()),
        consumer: "indexer".into(),
        began: at("2026-11-21T10:15:00Z"),
        total: 4,
        sent: 2,
        refused: 0,
        unknown: 1,
        recovered: 1,
        indexed: None,
        finished: false,
        stopped: None,
        items: items.map(|state| (ObjectId::new("acme-security-logs", "a.gz"), state)).to_vec(),
    }];
    night.answer(|request| matches!(request, Request::Replays), vec![Reply::Replays(history)]);
    let told = screen(&night.model, &Look::default());
    assert!(told.contains("1 of 4 recovered · 1 unknown · 1 sent, not watched · 1 not sent"), "{told}");
    assert!(told.contains("its end is not in the journal"), "{told}");
    assert!(!told.contains("waiting") && !told.contains("on their way"), "{told}");
}

#[test]
fn failures_by_reason() {
    check("failures", |night| {
        let mut night = night.surveyed();
        night.press("5 j enter j space");
        night
    });
}

#[test]
fn what_failed_again_is_urgent_or_was_never_processed() {
    check("failures-found", |night| {
        let mut night = night.surveyed();
        night.press("5 R");
        let mut all = failures();
        for (index, failure) in all.iter_mut().enumerate() {
            let Trace::DeadLetter(message) = &mut failure.trace else { continue };
            match index {
                0..3 => {
                    let mark = ("String".to_owned(), "r-20261123T011407Z-a1b2".to_owned());
                    message.attributes.insert(REPLAY_ATTRIBUTE.into(), mark);
                }
                3..35 => message.expires = Some(at("2026-11-23T05:19:07Z")),
                35 => failure.trace = Trace::Record { at: at("2026-11-22T23:10:00Z") },
                _ => {}
            }
        }
        let lost = Failure {
            state: State::Arrived,
            trace: Trace::Reconciled(Finding::Unprocessed),
            reason: Some(Reason {
                text: "arrived and was never processed; its event is in no queue, and no failure tells why".into(),
                origin: ReasonOrigin::Compared,
            }),
            prospect: Prospect::Passes { records: 9 },
            ..all[0].clone()
        };
        night.answer(|request| *request == Request::Failures, vec![Reply::Failures(all)]);
        night.press("c");
        let reply = Reply::Reconciled {
            found: vec![lost],
            holdings: Vec::new(),
            told: "240 objects compared: 1 never processed".into(),
        };
        night.answer(|request| matches!(request, Request::Reconcile { .. }), vec![reply]);
        night.press("j j enter j");
        night
    });
}

#[test]
fn a_parked_object_on_the_workbench() {
    check("workbench", Night::on_the_workbench);
}

#[test]
fn a_definition_that_is_edited_and_has_a_mistake() {
    check("workbench-mistake", |night| {
        let mut night = night.on_the_workbench();
        night.press("g j tab").type_text("x").rest();
        let hint = Some("did you mean \"name\"?".into());
        let what = "unknown key \"xname\" in the definition".into();
        night.tried(Trial { slips: vec![Slip { line: 1, column: 1, what, hint }], reading: None })
    });
}

#[test]
fn a_definition_tried_on_more_objects() {
    check("workbench-coverage", |night| {
        let mut night = night.on_the_workbench();
        night.press("c");
        let covered = |index: u32, faults: u64, trouble: Option<&str>| {
            let first_fault = (faults > 0).then(|| (118, "no pattern of falcon matches".to_owned()));
            let object = object(index, at("2026-11-23T01:00:00Z"));
            let trouble = trouble.map(str::to_owned);
            Reply::Covered(Box::new(Covered {
                object,
                records: 412,
                faults,
                first_fault,
                is_partial: index == 2,
                trouble,
            }))
        };
        let gone = Some("NoSuchKey: the object is gone");
        let replies = vec![covered(1, 0, None), covered(2, 0, None), covered(3, 8, None), covered(4, 0, gone)];
        night.answer(|request| matches!(request, Request::Coverage { .. }), replies);
        night
    });
}

#[test]
fn nothing_failed() {
    check("failures-none", |mut night| {
        night.press("5");
        night.answer(|request| matches!(request, Request::Failures), vec![]);
        night
    });
}

fn planned(night: Night) -> Night {
    let mut night = night.surveyed();
    night.press("5 r");
    let Some((_, Request::Plan { objects, .. })) = night.asked(|request| matches!(request, Request::Plan { .. }))
    else {
        panic!("no plan was asked for");
    };
    let plan = plan(&objects, at(NOW));
    night.answer(|request| matches!(request, Request::Plan { .. }), vec![Reply::Plan(Box::new(plan))]);
    night
}

#[test]
fn a_plan_that_is_being_made() {
    check("sheet-planning", |mut night| {
        night.press("f").answer(|request| *request == Request::Failures, vec![Reply::Failures(failures())]);
        night.press("r");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Plan { .. })).expect("asked");
        let progress = Planning { messages: 1_200, asked: 3_400, objects: 41_000, parsed: 120, to_parse: 500 };
        night.tell(Msg::Reply(ticket, Reply::Planning(progress)));
        night
    });
}

#[test]
fn the_sheet_before_a_replay() {
    check("sheet", |night| {
        let mut night = planned(night);
        night.type_text("3");
        night
    });
}

#[test]
fn the_message_that_will_be_sent() {
    check("sheet-message", |night| {
        let mut night = planned(night);
        night.press("m");
        night
    });
}

#[test]
fn a_replay_under_way() {
    check("replays", |night| {
        let mut night = planned(night);
        night.type_text("35").press("enter");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Replay(_))).expect("confirmed");
        let state = |index: usize| match index {
            0..=19 => PlanItemState::Recovered,
            20 => PlanItemState::FailedAgain("eventVersion 1.13 is newer than 1.12".into()),
            21..=29 => PlanItemState::Sent,
            _ => PlanItemState::Waiting,
        };
        let progress = Progress {
            id: ReplayId("r-20261123T021407Z-9a3f".into()),
            rate: 10,
            is_paused: false,
            outcomes: (0..30).map(|index| Outcome { index, state: state(index) }).collect(),
            sent: 30,
            refused: 0,
            recovered: 20,
            total: 35,
            indexed: None,
            is_done: false,
            stopped: None,
        };
        night.tell(Msg::Reply(ticket, Reply::Progress(progress)));
        let history = vec![ReplaySummary {
            id: ReplayId("r-20261121T101500Z-77b0".into()),
            consumer: "indexer".into(),
            began: at("2026-11-21T10:15:00Z"),
            total: 2,
            sent: 1,
            refused: 0,
            unknown: 1,
            recovered: 1,
            indexed: None,
            finished: false,
            stopped: None,
            items: vec![
                (ObjectId::new("acme-security-logs", "a.gz"), PlanItemState::Recovered),
                (ObjectId::new("acme-security-logs", "b.gz"), PlanItemState::Intended),
            ],
        }];
        night.answer(|request| matches!(request, Request::Replays), vec![Reply::Replays(history)]);
        night
    });
}

#[test]
fn a_replay_of_which_the_index_does_not_hold_all() {
    check("replays-indexed", |mut night| {
        night = night.surveyed();
        night.press("6");
        let object = |key: &str| (ObjectId::new("acme-security-logs", key), PlanItemState::Recovered);
        let history = vec![ReplaySummary {
            id: ReplayId("r-20261121T101500Z-77b0".into()),
            consumer: "indexer".into(),
            began: at("2026-11-21T10:15:00Z"),
            total: 4,
            sent: 4,
            refused: 0,
            unknown: 0,
            recovered: 4,
            indexed: Some(Indexed {
                searchable: vec![0],
                missing: vec![1],
                twice: vec![2],
                unlooked: 1,
                scanned: ByteSize::kib(2),
                trouble: None,
            }),
            finished: true,
            stopped: None,
            items: ["a.gz", "b.gz", "c.gz", "d.gz"].map(object).to_vec(),
        }];
        night.answer(|request| matches!(request, Request::Replays), vec![Reply::Replays(history)]);
        night
    });
}

#[test]
fn what_waited_is_tried_anew_after_a_format_was_saved() {
    check("workbench-anew", |night| {
        let mut night = night.on_the_workbench();
        night.press("ctrl-s");
        let path = "/home/a/.config/scops/formats/falcon.toml".into();
        let saved = Saved { name: "falcon".into(), path, former: None, hides_shipped: false };
        let is_save = |request: &Request| matches!(request, Request::SaveFormat { .. });
        night.answer(is_save, vec![Reply::FormatSaved(Box::new(saved))]);
        let is_diagnosis = |request: &Request| matches!(request, Request::Diagnose(_));
        let Some((ticket, Request::Diagnose(failures))) = night.asked(is_diagnosis) else { panic!("not tried") };
        for failure in failures.into_iter().take(5) {
            let object = failure.object.expect("named");
            let prospect = Prospect::Passes { records: 7 };
            let reply = Reply::Diagnosed { object, consumer: failure.consumer, reason: None, prospect };
            night.tell(Msg::Reply(ticket, reply));
        }
        night
    });
}

fn pipeline(night: Night, move_task: Option<&MoveTask>) -> Night {
    let mut night = night.surveyed();
    night.press("8");
    let queue = |role: QueueRole, visible: u64| QueueStatus {
        consumer: "indexer".into(),
        role,
        url: match role {
            QueueRole::Events => "http://127.0.0.1:9900/123456789012/indexer".into(),
            role => format!("http://127.0.0.1:9900/123456789012/indexer-{}", role.name()),
        },
        visible,
        in_flight: 1,
        delayed: 0,
        retention: jiff::SignedDuration::from_hours(96),
        max_receive_count: Some(3),
        move_task: move_task.filter(|_| role == QueueRole::DeadLetter).cloned(),
        at: at(NOW),
    };
    let queues = vec![queue(QueueRole::Events, 2), queue(QueueRole::DeadLetter, 37), queue(QueueRole::Parked, 12)];
    night.answer(|request| matches!(request, Request::Queues), vec![Reply::Queues(queues)]);
    night
}

/// The same, with what was found behind the bucket, and the line that this key sequence leads to.
fn discovered_pipeline(night: Night, keys: &str) -> Night {
    let mut night = pipeline(night, None);
    let found = vec![Reply::Discovered(Box::new(discovered()))];
    night.answer(|request| matches!(request, Request::Discover), found);
    night.press(keys);
    night
}

#[test]
fn the_pipeline() {
    check("pipeline", |night| pipeline(night, None));
    check("pipeline-found", |night| discovered_pipeline(night, "g"));
    check("pipeline-odd", |night| discovered_pipeline(night, "j j j"));
}

#[test]
fn the_pipeline_without_lines_that_a_terminal_lacks() {
    let night = discovered_pipeline(Night::new(80, 24), "j j");
    let look = Look::new(Theme::shipped("dark").expect("shipped"), ColorDepth::None, Glyphs::Ascii);
    let drawn = screen(&night.model, &look);
    let lines: Vec<&str> =
        drawn.lines().filter(|line| line.contains("indexer") || line.contains("object-created")).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| !line.contains(['├', '└', '│', '▸'])), "{drawn}");
}

#[test]
fn a_failure_queue_that_is_being_moved() {
    let task = MoveTask {
        handle: None,
        status: "RUNNING".into(),
        moved: 5,
        total: Some(42),
        destination: None,
        failure: None,
    };
    check("pipeline-moving", |night| pipeline(night, Some(&task)));
}

#[test]
fn the_keys_of_a_screen() {
    check("help", |night| {
        let mut night = night.surveyed().with_objects();
        night.press("?");
        night
    });
}

#[test]
fn the_command_line() {
    check("command-line", |night| {
        let mut night = night.surveyed();
        night.press(":").type_text("re");
        night
    });
}

#[test]
fn the_code_of_a_device() {
    check("mfa", |night| {
        let mut night = night.surveyed();
        night.tell(Msg::CodeWanted {
            device: "arn:aws:iam::111122223333:mfa/aya".into(),
            refused: Some("MultiFactorAuthentication failed with invalid MFA one time pass code.".into()),
        });
        night.press("1 2 3 4");
        night
    });
}

#[test]
fn a_read_only_profile() {
    check("read-only", |night| {
        let mut night = night.read_only().surveyed();
        night.press("5 r");
        night
    });
}

#[test]
fn h05_nothing_panics_at_any_size() {
    let scenes: [fn(Night) -> Night; 7] = [
        Night::on_the_workbench,
        |night| {
            let mut night = night.on_the_workbench();
            night.press("tab").type_text("日本語 text that is longer than any pane");
            night
        },
        |night| night.surveyed(),
        |night| night.surveyed().with_objects(),
        opened,
        planned,
        |night| {
            let mut night = searched(night);
            night.press("1 ?");
            night
        },
    ];
    for scene in scenes {
        for (width, height) in
            [(0, 0), (1, 1), (2, 3), (5, 200), (500, 1), (3, 9), (20, 5), (39, 9), (109, 13), (500, 200)]
        {
            let mut night = scene(Night::new(120, 40));
            night.tell(Msg::Resize(width, height));
            for look in
                [Look::default(), Look::new(Theme::shipped("mono").expect("shipped"), ColorDepth::None, Glyphs::Ascii)]
            {
                screen(&night.model, &look);
                // The terminal may have another size than the model knows yet.
                let mut terminal = Terminal::new(TestBackend::new(30, 7)).expect("a test terminal");
                terminal.draw(|frame| draw(&night.model, &look, frame)).expect("drawn");
            }
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    /// Text of the world reaches the screen as cells, and moves no border.
    #[test]
    fn no_text_of_the_world_moves_a_border(key in "\\PC{0,40}|.{0,40}|[\u{1b}\u{202e}\u{200b}\u{300}日👨‍👩‍👧é]{0,30}", wide in 40_u16..130) {
        let mut night = Night::new(wide, 24).surveyed();
        night.press("2");
        let mut all = rows(night.model.range);
        for row in &mut all {
            row.object.id.key.clone_from(&key);
            row.reason = Some(key.clone());
        }
        night.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows: all }]);
        borders_stand(&night.model);
        night.press("enter");
        let object = night.model.records.reading.as_ref().expect("open").object.clone();
        let mut page = page(object, 20, true);
        for row in &mut page.rows {
            row.cells = vec![key.clone(); 4];
            row.message.clone_from(&key);
        }
        page.damage = Some(key.clone());
        night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
        borders_stand(&night.model);
        night.press("w");
        borders_stand(&night.model);
        night.press("1 R");
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        let trouble = Trouble { what: key.clone(), cause: key.clone(), hint: Some(key) };
        night.tell(Msg::Closed(ticket, Err(trouble)));
        borders_stand(&night.model);
        night.press("!");
        borders_stand(&night.model);
    }
}

/// Every line of the body ends in a frame, and no cell holds what a terminal obeys.
fn borders_stand(model: &Model) {
    let (width, height) = model.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a test terminal");
    terminal.draw(|frame| draw(model, &Look::default(), frame)).expect("drawn");
    let buffer = terminal.backend().buffer();
    let body = crate::app::geometry::frame(model).body;
    for y in body.y..body.bottom() {
        for x in [body.x, body.right() - 1] {
            let symbol = buffer[(x, y)].symbol();
            assert!(matches!(symbol, "│" | "┌" | "┐" | "└" | "┘" | "─"), "{symbol:?} at {x},{y}");
        }
    }
    for cell in buffer.content() {
        assert!(!cell.symbol().chars().any(char::is_control), "{:?}", cell.symbol());
    }
}
