use crossterm::event::{KeyCode, KeyEvent};

use super::failures::FailureRow;
use super::fixture::*;
use super::request::{Effect, Reply, Request, Trouble};
use super::*;
use crate::command::Command;
use crate::domain::{
    Estimate, Expression, Failure, Finding, ObjectId, ObjectRow, Outcome, PlanItemState, Progress, Prospect,
    QueuedMessage, REPLAY_ATTRIBUTE, Reason, ReasonOrigin, ReplayId, ReplaySummary, State, Steer, Trace,
};
use crate::domain::{Gap, GapKind, Holding};

fn objects_question(request: &Request) -> bool {
    matches!(request, Request::Objects { .. })
}

fn has_quit(night: &Night) -> bool {
    night.effects.contains(&Effect::Quit)
}

fn planned(objects: usize) -> Night {
    let mut night = Night::new(120, 40).surveyed();
    night.press("5");
    if objects > 1 {
        night.press("r");
    } else {
        night.press("enter j r");
    }
    let Some((_, Request::Plan { objects, .. })) = night.asked(|request| matches!(request, Request::Plan { .. }))
    else {
        panic!("no plan was asked for");
    };
    let plan = plan(&objects, at(NOW));
    night.answer(|request| matches!(request, Request::Plan { .. }), vec![Reply::Plan(Box::new(plan))]);
    night
}

fn has_sent(night: &Night) -> bool {
    night.has_asked(|request| matches!(request, Request::Replay(_)))
}

#[test]
fn a_late_listing_does_not_replace_a_newer_one() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("R");
    let (old, _) = night.asked(objects_question).expect("asked");
    night.press("R");
    assert!(night.effects.contains(&Effect::Cancel(old)), "the older question is given up");
    let (new, _) = night.asked(objects_question).expect("asked");
    assert_ne!(old, new);
    let all = rows(night.model.range);
    night.tell(Msg::Reply(new, Reply::Objects { rows: all[..3].to_vec() }));
    night.tell(Msg::Reply(old, Reply::Objects { rows: all }));
    night.tell(Msg::Closed(old, Ok(())));
    assert_eq!(night.model.objects.rows.len(), 3);
    assert!(night.model.is_asking(Topic::Objects), "the older end does not end the newer question");
}

#[test]
fn old_rows_stay_until_new_ones_come() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("R");
    assert_eq!(night.model.objects.rows.len(), 240);
    night.answer(objects_question, vec![Reply::Objects { rows: vec![] }]);
    assert_eq!(night.model.objects.rows.len(), 0, "what is gone goes once the listing has said so");
}

#[test]
fn marks_and_the_cursor_survive_a_refresh() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("j j space j space j");
    let (marks, selected) = (night.model.objects.marks.clone(), night.model.objects.selected());
    assert_eq!(marks.len(), 2);
    night.press("R");
    // The listing comes in another order and in pages.
    let mut all = rows(night.model.range);
    all.reverse();
    let (first, second) = all.split_at(100);
    night.answer(
        objects_question,
        vec![Reply::Objects { rows: second.to_vec() }, Reply::Objects { rows: first.to_vec() }],
    );
    assert_eq!(night.model.objects.marks, marks);
    assert_eq!(night.model.objects.selected(), selected);
}

#[test]
fn rows_are_in_order_however_they_come() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("2");
    let (ticket, _) = night.asked(objects_question).expect("asked");
    let all = rows(night.model.range);
    for page in all.chunks(17).rev() {
        night.tell(Msg::Reply(ticket, Reply::Objects { rows: page.to_vec() }));
    }
    let objects = &night.model.objects;
    let shown: Vec<ObjectRow> = (0..objects.shown.len()).filter_map(|at| objects.row_at(at)).collect();
    assert_eq!(shown.len(), 240);
    assert!(shown.windows(2).all(|pair| pair[0].time >= pair[1].time), "the newest first");
}

#[test]
fn esc_closes_the_popup_then_drops_the_filter_then_leaves_the_view() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("/").type_text("state:failed").press("enter ?");
    assert!(night.model.popup.is_some());
    night.press("esc");
    assert!(night.model.popup.is_none());
    assert_eq!(night.model.objects.shown.len(), 37);
    night.press("esc");
    assert_eq!((night.model.objects.shown.len(), night.model.screen), (240, Screen::Objects));
    night.press("esc");
    assert_eq!(night.model.screen, Screen::Sources);
    night.press("esc esc");
    assert!(!has_quit(&night), "esc never leaves the program");
}

#[test]
fn q_backs_out_and_leaves_from_the_root() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("5 7 q q");
    assert_eq!(night.model.screen, Screen::Sources);
    assert!(!has_quit(&night));
    night.press("q");
    assert!(has_quit(&night));
}

#[test]
fn going_back_restores_the_range() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    let range = night.model.range;
    night.press("v h h v h h enter");
    assert_ne!(night.model.range, range);
    assert!(night.has_asked(|request| matches!(request, Request::Objects { range: asked, .. } if *asked != range)));
    night.press("esc");
    assert_eq!((night.model.range, night.model.screen), (range, Screen::Objects));
}

#[test]
fn filters_hold_every_word() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    let shown = |night: &mut Night, filter: &str| {
        night.press("/").press("ctrl-u").type_text(filter).press("enter");
        night.model.objects.shown.len()
    };
    assert_eq!(shown(&mut night, "state:failed"), 37);
    assert_eq!(shown(&mut night, "!state:failed"), 203);
    assert_eq!(shown(&mut night, "state:failed T0236Z"), 1);
    assert_eq!(shown(&mut night, "eventversion"), 37);
    assert_eq!(shown(&mut night, "state:failed !T0236Z"), 36);
}

#[test]
fn every_failed_row_is_marked_by_one_key_and_planned_by_another() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("* r");
    let Some((_, Request::Plan { consumer, objects })) = night.asked(|r| matches!(r, Request::Plan { .. })) else {
        panic!("no plan was asked for");
    };
    assert_eq!((consumer.as_str(), objects.len()), ("indexer", 37));
}

#[test]
fn the_preview_is_asked_for_once_the_cursor_rests() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("j j j");
    assert!(!night.has_asked(|request| matches!(request, Request::Preview { .. })));
    night.rest();
    let previews = night.effects.iter().filter(|e| matches!(e, Effect::Ask(_, Request::Preview { .. }))).count();
    assert_eq!(previews, 1, "only the row where it rests");
}

#[test]
fn a_large_replay_wants_its_number_typed() {
    let mut night = planned(35);
    night.press("enter enter y");
    night.type_text("3").press("enter");
    assert!(!has_sent(&night), "a part of the number is not the number");
    night.type_text("35").press("enter");
    assert!(has_sent(&night));
    assert_eq!(night.model.screen, Screen::Replays);
}

#[test]
fn a_small_replay_wants_y_and_not_enter() {
    let mut night = planned(1);
    night.press("enter enter");
    assert!(!has_sent(&night));
    night.press("y");
    assert!(has_sent(&night));
}

#[test]
fn r13_pasted_text_confirms_nothing() {
    let mut night = planned(35);
    night.tell(Msg::Paste("35\n".into()));
    night.press("enter");
    assert!(!has_sent(&night));
    assert!(matches!(&night.model.popup, Some(Popup::Sheet(sheet)) if sheet.typed.is_empty()));
}

#[test]
fn keys_that_come_faster_than_fingers_press_confirm_nothing() {
    let rushed = |night: &mut Night, keys: &[KeyCode]| {
        for (at, code) in keys.iter().enumerate() {
            let key = KeyEvent::from(*code);
            // The first key of pasted text is like any other.
            night.tell(if at == 0 { Msg::Key(key) } else { Msg::Rushed(key) });
        }
    };
    let mut night = planned(35);
    for _ in 0..2 {
        rushed(&mut night, &[KeyCode::Char('3'), KeyCode::Char('5'), KeyCode::Enter]);
        assert!(!has_sent(&night));
    }
    // What was pasted is not half of what is typed.
    night.press("3");
    rushed(&mut night, &[KeyCode::Char('5'), KeyCode::Enter]);
    night.press("enter");
    assert!(!has_sent(&night));
    night.type_text("35").press("enter");
    assert!(has_sent(&night));

    let mut night = planned(1);
    rushed(&mut night, &[KeyCode::Char('x'), KeyCode::Char('y'), KeyCode::Enter]);
    assert!(!has_sent(&night));
    rushed(&mut night, &[KeyCode::Char('j'), KeyCode::Esc]);
    assert!(night.model.popup.is_none(), "leaving is never held up");
}

#[test]
fn what_was_pressed_before_the_plan_was_shown_confirms_nothing() {
    for (objects, keys) in [(35, "3 5"), (1, "y")] {
        let mut night = Night::new(120, 40).surveyed().with_objects();
        night.press(if objects == 1 { "r" } else { "* r" }).press(keys);
        let Some((ticket, Request::Plan { objects, .. })) =
            night.asked(|request| matches!(request, Request::Plan { .. }))
        else {
            panic!("no plan was asked for");
        };
        let plan = plan(&objects[..objects.len().min(35)], at(NOW));
        // The answer and the key are taken in before a frame is painted.
        let reply = Msg::Reply(ticket, Reply::Plan(Box::new(plan)));
        let key = if keys == "y" { KeyCode::Char('y') } else { KeyCode::Enter };
        for msg in [reply, Msg::Key(KeyEvent::from(key))] {
            let effects = update(&mut night.model, msg);
            night.effects.extend(effects);
        }
        assert!(!has_sent(&night));
        night.model.painted();
        if keys == "y" {
            night.press("y");
        } else {
            night.press("enter");
            assert!(!has_sent(&night), "the number was typed before there was a plan");
            night.type_text("35").press("enter");
        }
        assert!(has_sent(&night));
    }
}

#[test]
fn under_the_plan_neither_selection_nor_screen_change_and_it_is_that_plan_which_is_sent() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut night = planned(35);
    let (screen, marks, cursor) = (night.model.screen, night.model.objects.marks.clone(), night.model.objects.cursor);
    let shown = match &night.model.popup {
        Some(Popup::Sheet(sheet)) => sheet.plan().expect("a plan").hash.clone(),
        other => panic!("{other:?}"),
    };
    for row in 0..40 {
        for _ in 0..2 {
            let kind = MouseEventKind::Down(MouseButton::Left);
            night.tell(Msg::Mouse(MouseEvent { kind, column: 20, row, modifiers: KeyModifiers::empty() }));
        }
    }
    night.press("space * u v / : t tab ?");
    assert!(!has_sent(&night), "a click confirms nothing, a double click neither");
    assert_eq!((night.model.screen, &night.model.objects.marks), (screen, &marks));
    assert_eq!(night.model.objects.cursor, cursor);
    // Two of the presses were on a digit of the pad.
    night.press("backspace backspace").type_text("35").press("enter");
    let sent = night.asked(|request| matches!(request, Request::Replay(_)));
    assert!(matches!(sent, Some((_, Request::Replay(plan))) if plan.hash == shown));
}

#[test]
fn a_profile_may_want_its_name_as_well() {
    for objects in [1, 35] {
        let mut night = planned(objects);
        night.model.profile.replay.confirms_name = true;
        if objects == 1 {
            night.press("y");
        } else {
            night.type_text("35").press("enter");
        }
        assert!(!has_sent(&night));
        night.press("enter").type_text("prodj").press("enter");
        assert!(!has_sent(&night), "another name confirms nothing");
        night.type_text("qx").press("backspace").press("backspace").type_text("prod").press("enter");
        assert!(has_sent(&night));
    }
    let mut night = planned(35);
    night.model.profile.replay.confirms_name = true;
    night.type_text("35").press("enter").type_text("prod").press("esc");
    assert!(!has_sent(&night) && night.model.popup.is_none());
}

#[test]
fn a_held_key_confirms_nothing() {
    for objects in [1, 35] {
        let mut night = planned(objects);
        night.hold(KeyCode::Enter).hold(KeyCode::Char('y'));
        assert!(!has_sent(&night));
        assert!(matches!(night.model.popup, Some(Popup::Sheet(_))), "and cancels nothing");
    }
}

#[test]
fn what_fails_again_can_be_left_out_of_the_plan() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("* r");
    let Some((_, Request::Plan { objects, .. })) = night.asked(|request| matches!(request, Request::Plan { .. }))
    else {
        panic!("no plan was asked for");
    };
    let plan = plan(&objects, at(NOW));
    night.answer(|request| matches!(request, Request::Plan { .. }), vec![Reply::Plan(Box::new(plan))]);
    night.type_text("37").press("f").press("enter");
    assert!(!has_sent(&night), "the number of the larger plan confirms nothing");
    night.type_text("35").press("enter");
    let Some((_, Request::Replay(plan))) = night.asked(|request| matches!(request, Request::Replay(_))) else {
        panic!("nothing was sent");
    };
    assert!(plan.is_sealed() && plan.items.len() == 35 && plan.passing() == 35);
}

#[test]
fn the_next_consumer_gets_a_plan_of_its_own() {
    let mut night = planned(35);
    night.press("c");
    assert!(matches!(&night.model.popup, Some(Popup::Sheet(sheet)) if sheet.note.is_some()), "there is no other");
    let profile = &mut night.model.profile;
    let other = crate::domain::Consumer { name: "alerts".into(), ..profile.consumers[0].clone() };
    profile.consumers.push(other);
    night.type_text("35").press("c");
    let asked = night.asked(|request| matches!(request, Request::Plan { consumer, .. } if consumer == "alerts"));
    let Some((_, Request::Plan { objects, .. })) = asked else { panic!("no plan for the other consumer") };
    assert_eq!(objects.len(), 35);
    night.press("enter");
    assert!(!has_sent(&night), "what was typed for the one confirms nothing for the other");
}

#[test]
fn a_replay_is_steered_by_keys_until_it_ends() {
    let mut night = planned(35);
    night.type_text("35").press("enter");
    let steered = |night: &Night, wanted: Steer| night.has_asked(|request| *request == Request::Steer(wanted));
    night.press("p");
    assert!(steered(&night, Steer::Pause));
    night.press("p");
    assert!(steered(&night, Steer::GoOn));
    night.press("+");
    assert!(steered(&night, Steer::Rate(20)));
    night.press("-").press("-");
    assert!(steered(&night, Steer::Rate(5)));
    night.press(":").type_text("faster 7").press("enter");
    assert!(steered(&night, Steer::Rate(7)));
    night.press(":").type_text("slower none").press("enter");
    assert!(night.model.messages.all().next().expect("told").trouble.cause.contains("none is no rate"));
    night.press("x");
    assert!(steered(&night, Steer::Abort));
    let asked = night.effects.len();
    night.press("+");
    assert!(!night.effects[asked..].iter().any(|effect| matches!(effect, Effect::Ask(_, Request::Steer(_)))), "final");
}

#[test]
fn what_a_dead_replay_left_is_planned_by_its_name_and_shown_with_all_of_it() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("6");
    let id = ReplayId("r-20261121T101500Z-77b0".into());
    let object = |key: &str| ObjectId::new("acme-security-logs", key);
    let states = [("a.gz", PlanItemState::Recovered), ("b.gz", PlanItemState::Waiting)];
    let history = ReplaySummary {
        id: id.clone(),
        consumer: "indexer".into(),
        began: at("2026-11-21T10:15:00Z"),
        total: 2,
        sent: 1,
        refused: 0,
        unknown: 0,
        recovered: 1,
        indexed: None,
        finished: false,
        stopped: None,
        items: states.map(|(key, state)| (object(key), state)).to_vec(),
    };
    night.answer(|request| matches!(request, Request::Replays), vec![Reply::Replays(vec![history])]);
    night.press("r");
    assert!(night.has_asked(|request| *request == Request::Resume(id.clone())));
    let left = crate::domain::Plan { resumes: Some(id.clone()), ..plan(&[object("b.gz")], at(NOW)) }.sealed();
    night.answer(|request| matches!(request, Request::Resume(_)), vec![Reply::Plan(Box::new(left))]);
    night.press("y");
    let running = night.model.replays.running.as_ref().expect("runs");
    assert_eq!((running.id.as_ref(), running.items.len()), (Some(&id), 2));
    assert_eq!(running.items[0].1, PlanItemState::Recovered);
    assert_eq!(night.model.replays.rows().len(), 1, "one row, not two");
    night.press("r");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.what, "nothing to resume");
}

#[test]
fn an_old_plan_is_not_sent() {
    let mut night = planned(35);
    night.tell(Msg::Tick(at(NOW) + crate::domain::Plan::LIFETIME + SignedDuration::from_secs(1)));
    night.type_text("35").press("enter");
    assert!(!has_sent(&night));
}

#[test]
fn a_read_only_profile_plans_no_replay() {
    let mut night = Night::new(120, 40).read_only().surveyed().with_objects();
    night.press("* r");
    night.press("5 r").press(":").type_text("replay").press("enter");
    assert!(!night.has_asked(|request| matches!(request, Request::Plan { .. })));
    let told = night.model.messages.all().next().expect("told why");
    assert!(told.trouble.cause.contains("read-only"), "{told:?}");
}

#[test]
fn the_cursor_stays_on_its_group_while_reasons_are_found() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("5 j");
    let under_cursor = |night: &Night| match &night.model.failures.rows()[night.model.failures.cursor.at] {
        FailureRow::Group(group) => group.key.clone(),
        FailureRow::Item(_) => panic!("no group is open"),
    };
    let chosen = under_cursor(&night);
    night.press("R");
    // The queues are read in another order and in pages, and without the reasons that only a parse tells.
    let mut all = failures();
    all.reverse();
    let (first, second) = all.split_at(20);
    let (ticket, _) = night.asked(|request| *request == Request::Failures).expect("asked");
    night.tell(Msg::Reply(ticket, Reply::Failures(first.to_vec())));
    night.tell(Msg::Reply(ticket, Reply::Failures(second.to_vec())));
    assert_eq!(under_cursor(&night), chosen);
    // Most of the largest group turn out to have another reason: the groups change places.
    let is_newer = |failure: &&Failure| failure.reason.as_ref().is_some_and(|reason| reason.text.contains("newer"));
    let moved: Vec<Failure> = all.iter().filter(is_newer).take(30).cloned().collect();
    for failure in moved {
        let reply = Reply::Diagnosed {
            object: failure.object.expect("an object"),
            consumer: failure.consumer,
            reason: Some(Reason { text: "another reason".into(), origin: ReasonOrigin::ParsedHere }),
            prospect: Prospect::NoParser,
        };
        night.tell(Msg::Reply(ticket, reply));
    }
    assert_eq!(night.model.failures.groups().iter().position(|group| group.key == chosen), Some(2));
    assert_eq!(under_cursor(&night), chosen);
}

#[test]
fn what_is_destroyed_within_a_day_comes_first_and_what_failed_again_is_by_itself() {
    let mut night = Night::new(120, 40).surveyed();
    let mut all = failures();
    let with = |failure: &mut Failure, change: &dyn Fn(&mut QueuedMessage)| match &mut failure.trace {
        Trace::DeadLetter(message) | Trace::Parked(message) => change(message),
        other => panic!("{other:?}"),
    };
    with(&mut all[36], &|message| message.expires = Some(at("2026-11-23T04:00:00Z")));
    for failure in &mut all[..3] {
        with(failure, &|message| {
            message.attributes.insert(REPLAY_ATTRIBUTE.into(), ("String".into(), "r-1".into()));
        });
    }
    night.press("5 R");
    night.answer(|request| *request == Request::Failures, vec![Reply::Failures(all)]);
    let told: Vec<_> =
        night.model.failures.groups().into_iter().map(|group| (group.members.len(), group.key.replay)).collect();
    assert_eq!(told, [(2, None), (32, None), (3, Some("r-1".into())), (12, None)]);
    assert_eq!(night.model.failures.expires(), Some(at("2026-11-23T04:00:00Z")));
}

#[test]
fn a_reconciliation_adds_groups_of_its_own_that_outlive_a_look_into_the_queues() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("5 c");
    let range = night.model.range;
    let found = Failure {
        object: Some(ObjectId::new("acme-security-logs", "AWSLogs/lost.gz")),
        source: Some("cloudtrail".into()),
        consumer: "indexer".into(),
        state: State::Arrived,
        trace: Trace::Reconciled(Finding::Unprocessed),
        reason: Some(Reason { text: "arrived and was never processed".into(), origin: ReasonOrigin::Compared }),
        prospect: Prospect::Untried,
    };
    let diagnosed = Reply::Diagnosed {
        object: found.object.clone().expect("an object"),
        consumer: "indexer".into(),
        reason: found.reason.clone(),
        prospect: Prospect::Passes { records: 9 },
    };
    night.answer(
        |request| *request == Request::Reconcile { range },
        vec![
            Reply::Reconciled { found: vec![found], holdings: Vec::new(), told: "240 objects compared".into() },
            diagnosed,
        ],
    );
    night.press("R");
    night.answer(|request| *request == Request::Failures, vec![Reply::Failures(failures())]);
    let groups = night.model.failures.groups();
    let last = groups.last().expect("groups");
    assert_eq!((groups.len(), last.key.state, last.members.len(), last.passing), (4, State::Arrived, 1, 1));
    assert_eq!(night.model.failures.failed(), 37, "nobody failed on it");
    night.press("G r");
    assert!(night.has_asked(|request| matches!(request, Request::Plan { objects, .. } if objects.len() == 1)));
}

#[test]
fn what_the_index_holds_of_a_source_stays_with_it() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("c");
    let range = night.model.range;
    let gap = Gap {
        range: TimeRange::new(range.start, range.start + SignedDuration::from_hours(1)),
        kind: GapKind::Unsearchable,
    };
    let holding = Holding { source: "alb".into(), range, records: 12_345, gaps: vec![gap] };
    night.answer(
        |request| *request == Request::Reconcile { range },
        vec![Reply::Reconciled { found: Vec::new(), holdings: vec![holding], told: "240 objects compared".into() }],
    );
    let gaps = |night: &Night| {
        let alb = night.model.sources.surveys.iter().find(|survey| survey.source == "alb").expect("alb");
        alb.gaps.iter().filter(|gap| gap.kind == GapKind::Unsearchable).count()
    };
    assert_eq!((gaps(&night), night.model.sources.holdings["alb"].records), (1, 12_345));
    let night = night.surveyed();
    assert_eq!(gaps(&night), 1, "another look at the listing does not know better");
}

#[test]
fn messages_are_saved_by_a_key_or_into_a_named_case() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("5 W");
    let case = Box::new(crate::case::tests::case(""));
    let saved = Reply::Case { case, told: "49 messages are saved".into() };
    night.answer(|request| *request == Request::Save { case: None }, vec![saved]);
    assert!(night.model.messages.all().any(|told| told.trouble.to_string().contains("49 messages are saved")));
    assert!(night.model.case.case.is_some(), "what they were saved into is the case that is open");
    night.press("W");
    assert!(night.has_asked(|request| *request == Request::Save { case: Some("INC-4711".into()) }));
    night.press(":").type_text("save INC-4712").press("enter");
    assert!(night.has_asked(|request| *request == Request::Save { case: Some("INC-4712".into()) }));
}

#[test]
fn a_replay_shows_in_the_objects_and_takes_failures_away() {
    let mut night = planned(35);
    night.type_text("35").press("enter");
    let (ticket, request) = night.asked(|request| matches!(request, Request::Replay(_))).expect("sent");
    let Request::Replay(plan) = request else { panic!("a replay") };
    night = night.with_objects();
    let progress = |index: usize, state: PlanItemState, is_done: bool| {
        Reply::Progress(Progress {
            id: ReplayId("r-1".into()),
            rate: 10,
            is_paused: false,
            outcomes: vec![Outcome { index, state }],
            sent: 1,
            refused: 0,
            recovered: 0,
            total: 35,
            indexed: None,
            is_done,
            stopped: None,
        })
    };
    let state = |night: &Night| {
        let wanted = &plan.items[0].object.id;
        night.model.objects.rows.iter().find(|row| row.object.id == *wanted).map(|row| row.state)
    };
    assert_eq!(state(&night), Some(State::Failed));
    night.tell(Msg::Reply(ticket, progress(0, PlanItemState::Sent, false)));
    assert_eq!(state(&night), Some(State::Replaying));
    night.tell(Msg::Reply(ticket, progress(0, PlanItemState::Recovered, false)));
    assert_eq!(state(&night), Some(State::Recovered));
    assert_eq!((night.model.objects.failed, night.model.failures.failed()), (36, 36));
    night.press("1 q");
    assert!(!has_quit(&night), "leaving asks while a replay runs");
    night.press("esc");
    night.tell(Msg::Reply(ticket, progress(1, PlanItemState::Recovered, true)));
    night.press("q");
    assert!(has_quit(&night));
}

#[test]
fn what_a_search_costs_is_told_before_it_runs() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").type_text("203.0.113.8").press("enter");
    assert!(!night.has_asked(|request| matches!(request, Request::Search(_))));
    let estimate = Estimate { objects: 1, bytes: crate::domain::ByteSize(10), dollars: 0.0, sql: String::new() };
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate)]);
    assert!(!night.has_asked(|request| matches!(request, Request::Search(_))));
    night.press("enter");
    let (ticket, _) = night.asked(|request| matches!(request, Request::Search(_))).expect("runs");
    night.press("ctrl-c");
    assert!(night.effects.contains(&Effect::Cancel(ticket)), "ctrl-c stops it");
    assert!(!has_quit(&night));
    night.press("ctrl-c");
    assert!(has_quit(&night), "and leaves when pressed again");
}

#[test]
fn a_hit_opens_at_its_record_however_far_that_is() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").type_text("x").press("enter");
    let estimate = Estimate { objects: 1, bytes: crate::domain::ByteSize(10), dollars: 0.0, sql: String::new() };
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate)]);
    night.press("enter");
    let mut hit = hits().remove(0);
    hit.span = 70 * 900..70 * 900 + 880;
    let found = object(0, at(NOW));
    let found = crate::domain::Object { id: hit.object.clone(), ..found };
    night.answer(|request| matches!(request, Request::Search(_)), vec![Reply::Hits(vec![hit])]);
    night.press("enter");
    night.answer(|request| matches!(request, Request::Head { .. }), vec![Reply::Head(Box::new(found.clone()))]);
    let first = page(found.clone(), 50, false);
    night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(first))]);
    let Some((_, Request::More { have, .. })) = night.asked(|request| matches!(request, Request::More { .. })) else {
        panic!("more was not asked for");
    };
    assert_eq!(have, 50);
    let mut second = page(found, 100, true);
    second.rows.drain(..50);
    night.answer(|request| matches!(request, Request::More { .. }), vec![Reply::Page(Box::new(second))]);
    let records = &night.model.records;
    assert_eq!((records.cursor.at, records.seek), (70, None));
    assert_eq!(night.model.screen, Screen::Records);
    night.press("esc");
    assert_eq!((night.model.screen, night.model.search.hits.len()), (Screen::Search, 1), "back to the hits");
}

#[test]
fn a_value_of_a_record_is_searched_for_everywhere() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("enter");
    let object = night.model.records.reading.as_ref().expect("open").object.clone();
    let id = object.id.clone();
    night.answer(|r| matches!(r, Request::Preview { .. }), vec![Reply::Page(Box::new(page(object, 9, true)))]);
    night.press("enter tab");
    night.answer(|r| matches!(r, Request::Detail { .. }), vec![Reply::Detail(Box::new(detail(&id, 0)))]);
    // Fold userIdentity away, then go to sourceIPAddress.
    night.press("j enter j j j s");
    let Some((_, Request::Estimate(query))) = night.asked(|request| matches!(request, Request::Estimate(_))) else {
        panic!("no search");
    };
    assert_eq!(query.expression, Expression::term("203.0.113.7"));
}

#[test]
fn a_range_that_ends_now_moves_on_with_the_clock() {
    let mut night = Night::new(120, 40).surveyed();
    let range = night.model.range;
    night.tell(Msg::Tick(at("2026-11-23T02:59:59Z")));
    assert_eq!(night.model.range, range);
    night.tell(Msg::Tick(at("2026-11-23T03:00:00Z")));
    assert_eq!(night.model.range.end, at("2026-11-23T04:00:00Z"));
    assert!(sources::rows(&night.model)[0].survey.is_some(), "what was known stays until the new is there");
    // A range of the past stays where it is.
    night.press("[");
    let past = night.model.range;
    night.tell(Msg::Tick(at("2026-11-23T09:00:00Z")));
    assert_eq!(night.model.range, past);
    night.press("esc");
    assert_eq!(night.model.range.end, at("2026-11-23T10:00:00Z"));
}

#[test]
fn a_range_of_files_that_only_lie_there_never_moves() {
    let mut night = Night::new(120, 40);
    night.model.follows_clock = false;
    let range = night.model.range;
    night.effects = night.model.start();
    night.tell(Msg::Tick(at("2026-11-23T09:00:00Z")));
    assert_eq!(night.model.range, range);
}

fn failures_question(request: &Request) -> bool {
    matches!(request, Request::Failures)
}

#[test]
fn queues_that_cannot_be_read_are_not_empty() {
    let trouble = || Trouble { what: "cannot look".into(), cause: "denied".into(), hint: None };
    let mut night = Night::new(120, 40);
    let (ticket, _) = night.asked(failures_question).expect("asked");
    night.tell(Msg::Reply(ticket, Reply::Failures(vec![]))).tell(Msg::Closed(ticket, Err(trouble())));
    assert!(!night.model.failures.is_known, "nobody has looked into them");

    let mut night = Night::new(120, 40).surveyed();
    let known = night.model.failures.all.len();
    night.press("5 R");
    let (ticket, _) = night.asked(failures_question).expect("asked");
    night.tell(Msg::Reply(ticket, Reply::Failures(vec![]))).tell(Msg::Closed(ticket, Err(trouble())));
    assert_eq!(night.model.failures.all.len(), known, "what was known stays");
}

#[test]
fn what_another_reader_holds_is_told_and_seen_again_once_it_is_given_back() {
    let mut night = Night::new(120, 40).surveyed();
    let listed = night.model.failures.all.len() as u64;
    let queue = |visible, in_flight, moment: &str| {
        Reply::Queues(vec![crate::domain::QueueStatus {
            consumer: "indexer".into(),
            role: crate::domain::QueueRole::DeadLetter,
            url: String::new(),
            visible,
            in_flight,
            delayed: 0,
            retention: SignedDuration::from_hours(96),
            max_receive_count: None,
            move_task: None,
            at: at(moment),
        }])
    };
    let queues = |request: &Request| matches!(request, Request::Queues);
    night.tell(Msg::Tick(at("2026-11-23T02:20:00Z")));
    night.answer(queues, vec![queue(listed, 26, "2026-11-23T02:20:00Z")]);
    assert_eq!(failures::taken(&night.model), 26);
    night.effects.clear();
    night.tell(Msg::Tick(at("2026-11-23T02:20:20Z")));
    night.answer(queues, vec![queue(listed + 26, 0, "2026-11-23T02:20:20Z")]);
    assert!(night.has_asked(failures_question), "the depth is as it was, but there is more to be seen");
}

#[test]
fn columns_of_another_width_are_asked_for_anew() {
    let mut night = Night::new(80, 24).surveyed();
    night.effects.clear();
    night.tell(Msg::Resize(82, 24));
    assert!(!night.has_asked(|request| matches!(request, Request::Survey { .. })), "they are as long as before");
    night.tell(Msg::Resize(220, 50));
    assert!(night.has_asked(|request| matches!(request, Request::Survey { .. })));
}

#[test]
fn a_search_may_be_narrowed_to_sources() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").type_text("source:alb source:vpcflow 203.0.113.7").press("enter");
    let Some((_, Request::Estimate(query))) = night.asked(|request| matches!(request, Request::Estimate(_))) else {
        panic!("no search");
    };
    assert_eq!((query.sources.len(), query.expression.to_string().as_str()), (2, "203.0.113.7"));
    night.press("esc s").press("ctrl-u").type_text("source:abl x").press("enter");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.hint.as_deref(), Some("did you mean \"alb\"?"));
}

#[test]
fn commands_run_by_name_and_by_their_beginning() {
    let mut night = Night::new(120, 40).surveyed();
    night.press(":").type_text("range 6h").press("enter");
    assert_eq!(night.model.range.length(), SignedDuration::from_hours(6));
    night.press(":").type_text("pipe").press("enter");
    assert_eq!(night.model.screen, Screen::Pipeline);
    night.press(":").type_text("theme light").press("enter");
    assert!(night.effects.contains(&Effect::Theme("light".into())));
    night.press(":").type_text("serach x").press("enter");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.hint.as_deref(), Some("did you mean \"search\"?"));
    night.press(":").type_text("thm").press("tab");
    assert_eq!(night.model.typing.as_ref().map(|typing| typing.line.text()), Some("theme "));
    night.press("esc : up up");
    assert_eq!(night.model.typing.as_ref().map(|typing| typing.line.text()), Some("theme light"));
}

#[test]
fn a_command_that_means_nothing_here_says_where_it_does() {
    let mut night = Night::new(120, 40).surveyed();
    night.press(":").type_text("jump end").press("enter");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.what, "jump does nothing on sources");
    assert_eq!(told.trouble.hint.as_deref(), Some("it is for records"));
}

#[test]
fn help_runs_the_row_under_the_cursor() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("?");
    let at = help_rows(&night.model)
        .iter()
        .position(|row| matches!(row, HelpRow::Key { runs, .. } if runs.command == Command::MarkFailed));
    night.model.popup = Some(Popup::Help(Cursor { at: at.expect("listed"), top: 0 }));
    night.press("enter");
    assert_eq!((night.model.objects.marks.len(), night.model.popup.is_none()), (37, true));
}

#[test]
fn trouble_is_told_once_and_stays_in_the_list() {
    let mut night = Night::new(120, 40);
    let trouble = Trouble { what: "cannot list".into(), cause: "AccessDenied".into(), hint: None };
    for _ in 0..2 {
        let (ticket, _) = night.asked(|request| matches!(request, Request::Survey { .. })).expect("asked");
        night.tell(Msg::Closed(ticket, Err(trouble.clone())));
        night.press("R");
    }
    let told: Vec<_> = night.model.messages.all().collect();
    assert_eq!((told.len(), told[0].times), (1, 2));
}

#[test]
fn h11_a_flood_of_mouse_events_is_survived_and_the_keys_stay_alive() {
    use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
    let mut night = Night::new(120, 40).surveyed().with_objects();
    for index in 0..10_000_u16 {
        let kind = match index % 3 {
            0 => MouseEventKind::ScrollDown,
            1 => MouseEventKind::ScrollUp,
            _ => MouseEventKind::Down(MouseButton::Left),
        };
        let (column, row) = (index % 130, index % 45);
        night.tell(Msg::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::empty() }));
    }
    night.press("esc esc esc 5");
    assert_eq!(night.model.screen, Screen::Failures);
}

#[test]
fn h10_a_megabyte_that_is_pasted_into_a_search_is_cut_and_the_keys_stay_alive() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").tell(Msg::Paste("x".repeat(1 << 20)));
    let typed = |night: &Night| night.model.typing.as_ref().map(|typing| typing.line.text().len());
    let cut = typed(&night).expect("a search is typed");
    assert!((1..=typing::LINE_LIMIT).contains(&cut), "{cut}");
    night.press("backspace");
    assert_eq!(typed(&night), Some(cut - 1));
    night.press("esc");
    assert_eq!(typed(&night), None);
}

#[test]
fn t18_a_copy_that_holds_more_than_meets_the_eye_is_exact_and_says_so() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("2");
    let key = "logs/203.0.\u{200b}113.7\u{1b}[31m.gz";
    let mut all = rows(night.model.range);
    for row in &mut all {
        key.clone_into(&mut row.object.id.key);
    }
    night.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows: all }]);
    night.press("U");
    let copied = night.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    });
    assert_eq!(copied, Some(format!("s3://acme-security-logs/{key}").as_str()));
    assert!(night.model.messages.all().any(|told| told.trouble.cause.contains("not visible")));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn no_row_of_keys_panics(keys in proptest::collection::vec(0_usize..KEYS.len(), 0..120)) {
        let mut night = Night::new(100, 30).surveyed().with_objects();
        for key in keys {
            night.press(KEYS[key]);
        }
    }
}

/// Keys of every context, and some of none.
const KEYS: [&str; 54] = [
    "1", "2", "3", "4", "5", "6", "7", "8", "j", "k", "g", "G", "enter", "esc", "tab", "space", "h", "l", "v", "V",
    "z", "Z", "e", "E", "r", "y", "Y", "p", "o", "/", "?", ":", "s", "f", "t", "[", "]", "+", "-", "n", "N", "d", "w",
    "m", "*", "u", "!", "x", "ctrl-a", "ctrl-p", "@", "Y", "M", "U",
];

#[test]
fn a_row_of_an_account_opens_its_objects_alone() {
    let mut night = Night::new(120, 40).surveyed();
    let whole = night.model.sources.surveys.iter().find(|survey| survey.source == "alb").expect("alb").clone();
    let parts = ["1111 eu-west-1", "2222 eu-west-1"]
        .map(|part| crate::domain::SourceSurvey { part: Some(part.into()), ..whole.clone() });
    let alb = night.model.sources.surveys.iter_mut().find(|survey| survey.source == "alb").expect("alb");
    alb.parts = parts.to_vec();
    night.press("O g");
    let rows: Vec<_> = sources::rows(&night.model)
        .iter()
        .map(|row| (row.source.unwrap_or_default().to_owned(), sources::part(row.survey).map(str::to_owned)))
        .collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[1], ("alb".to_owned(), Some("2222 eu-west-1".to_owned())));
    night.press("j enter");
    assert_eq!(night.model.objects.source.as_deref(), Some("alb"));
    assert_eq!(night.model.objects.filter.as_ref().map(Filter::text), Some("2222 eu-west-1"));
}
