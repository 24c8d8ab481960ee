use crossterm::event::KeyCode;

use super::*;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Effect, Reply};
use crate::domain::{Origin, Prospect, Slip, State};

fn bench() -> Night {
    Night::new(120, 40).on_the_workbench()
}

fn is_trial(request: &Request) -> bool {
    matches!(request, Request::Trial { .. })
}

fn is_save(request: &Request) -> bool {
    matches!(request, Request::SaveFormat { .. })
}

fn saved() -> Reply {
    let path = "/home/a/.config/scops/formats/falcon.toml".into();
    Reply::FormatSaved(Box::new(Saved { name: "falcon".into(), path, former: None, hides_shipped: false }))
}

/// The text of the definition that was to be tried last.
fn last_tried(night: &Night) -> String {
    match night.asked(is_trial) {
        Some((_, Request::Trial { definition, .. })) => definition,
        _ => panic!("nothing was tried"),
    }
}

#[test]
fn a_parked_group_opens_on_the_workbench_and_back_leads_to_it() {
    let mut night = bench();
    let bench = &night.model.workbench;
    assert_eq!((night.model.screen, bench.pane), (Screen::Workbench, Pane::Sample));
    assert_eq!(bench.consumer.as_deref(), Some("indexer"));
    assert_eq!(bench.line.at, 4, "the first record that is not read");
    night.press("esc");
    assert_eq!(night.model.screen, Screen::Failures);
    night.press("w");
    assert_eq!(night.model.screen, Screen::Workbench);
    assert_eq!(
        night.effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Request::Material { .. }))).count(),
        1
    );
}

#[test]
fn the_workbench_opens_from_objects_and_records_too() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("w");
    assert!(night.has_asked(|request| matches!(request, Request::Material { .. })));
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("enter W");
    assert!(night.has_asked(|request| matches!(request, Request::Material { .. })));
    let mut night = Night::new(120, 40).surveyed();
    night.press(":").type_text("workbench").press("enter");
    assert_eq!(night.model.screen, Screen::Sources, "nothing lies there");
}

#[test]
fn a_definition_is_tried_when_the_keys_rest() {
    let mut night = bench();
    let before = last_tried(&night);
    night.press("tab").type_text("# q: 5?");
    assert_eq!(night.model.screen, Screen::Workbench, "what is typed runs nothing");
    assert_eq!(last_tried(&night), before);
    assert!(night.model.workbench.is_stale());
    night.rest();
    assert_eq!(last_tried(&night), format!("# q: 5?{before}"));
    // Of the keys before the last, none tries anything.
    let trials = night.effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, Request::Trial { .. }))).count();
    assert_eq!(trials, 2);
    night.press("ctrl-z ctrl-z").rest();
    assert_eq!(last_tried(&night), format!("# q: {before}"));
}

#[test]
fn an_answer_to_an_older_definition_is_dropped() {
    let mut night = bench();
    night.press("tab").type_text("a").rest();
    let (ticket, _) = night.asked(is_trial).expect("asked");
    night.type_text("b");
    let slip = Slip { line: 1, column: 1, what: "old".into(), hint: None };
    night.tell(Msg::Reply(ticket, Reply::Trial(Box::new(Trial { slips: vec![slip], reading: None }))));
    assert!(night.model.workbench.slips.is_empty());
}

#[test]
fn a_mistake_keeps_the_last_good_result_and_cannot_be_saved() {
    let mut night = bench();
    night.press("tab").type_text("x").rest();
    let slip =
        Slip { line: 1, column: 1, what: "unknown key \"xname\"".into(), hint: Some("did you mean \"name\"?".into()) };
    let mut night = night.tried(Trial { slips: vec![slip], reading: None });
    let bench = &night.model.workbench;
    assert!(bench.is_stale() && bench.reading.is_some());
    night.press("ctrl-s esc c");
    assert!(!night.has_asked(is_save));
    assert!(!night.has_asked(|request| matches!(request, Request::Coverage { .. })));
}

#[test]
fn a_paste_goes_into_the_definition_and_nowhere_else() {
    let mut night = bench();
    night.tell(Msg::Paste("q".into()));
    assert!(!night.model.workbench.is_edited());
    night.press("tab").tell(Msg::Paste("# one\n# two\n".into()));
    assert!(night.model.workbench.editor.text().starts_with("# one\n# two\nname"));
}

#[test]
fn a_file_of_that_name_is_replaced_only_when_asked_twice() {
    let mut night = bench();
    night.press("ctrl-s");
    let replaces = |night: &Night| match night.asked(is_save) {
        Some((_, Request::SaveFormat { replaces, .. })) => replaces,
        _ => panic!("nothing was to be saved"),
    };
    assert!(!replaces(&night));
    night.answer(is_save, vec![Reply::Exists("/x/falcon.toml".into())]);
    assert!(night.model.workbench.saved.is_none());
    // A change in between asks anew.
    night.press("tab").type_text("#").press("esc").rest();
    let mut night = night.tried(trial());
    night.press("ctrl-s");
    assert!(!replaces(&night));
    night.answer(is_save, vec![Reply::Exists("/x/falcon.toml".into())]);
    night.press("ctrl-s");
    assert!(replaces(&night));
}

#[test]
fn what_a_saved_format_heals_is_tried_and_released_through_the_sheet() {
    let mut night = bench();
    night.press("r");
    assert!(night.model.popup.is_none(), "nothing is saved yet");
    night.press("ctrl-s").answer(is_save, vec![saved()]);
    let is_diagnosis = |request: &Request| matches!(request, Request::Diagnose(_));
    let Some((_, Request::Diagnose(failures))) = night.asked(is_diagnosis) else { panic!("nothing is tried anew") };
    assert_eq!(failures.len(), 12);
    assert!(failures.iter().all(|failure| failure.state == State::Parked));
    // All but one are healed.
    let replies = failures.iter().enumerate().map(|(index, failure)| Reply::Diagnosed {
        object: failure.object.clone().expect("named"),
        consumer: failure.consumer.clone(),
        reason: None,
        prospect: if index == 3 { Prospect::NoParser } else { Prospect::Passes { records: 7 } },
    });
    let mut replies: Vec<Reply> = replies.collect();
    assert_eq!(night.model.workbench.anew, Some((0, 12)));
    let (ticket, _) = night.asked(is_diagnosis).expect("asked");
    night.tell(Msg::Reply(ticket, replies.remove(0)));
    assert_eq!(night.model.workbench.anew, Some((1, 12)));
    night.press("r");
    assert!(night.model.popup.is_none(), "what waits is still being tried");
    night.answer(is_diagnosis, replies);
    assert_eq!(night.model.workbench.anew, None);
    assert_eq!(counts(&night.model), (12, 11));
    night.press("r");
    let is_plan = |request: &Request| matches!(request, Request::Plan { .. });
    let Some((_, Request::Plan { consumer, objects })) = night.asked(is_plan) else { panic!("no plan") };
    assert_eq!((consumer.as_str(), objects.len()), ("indexer", 11));
    assert!(!night.has_asked(|request| matches!(request, Request::Replay(_))), "nothing is sent");
    // The sheet tells that a consumer elsewhere must be taught as well.
    let made = plan(&objects, at(NOW));
    night.answer(is_plan, vec![Reply::Plan(Box::new(made))]);
    let Some(crate::app::Popup::Sheet(sheet)) = &night.model.popup else { panic!("no sheet") };
    let effects = &sheet.plan().expect("a plan").effects;
    assert!(effects.iter().any(|effect| effect.contains("falcon is known HERE only")), "{effects:?}");
    assert!(effects.iter().any(|effect| effect.contains("falcon.toml")), "{effects:?}");
}

#[test]
fn what_is_typed_while_the_definition_is_saved_is_not_taken_for_saved() {
    let mut night = bench();
    night.press("ctrl-s tab").type_text("#");
    let (ticket, _) = night.asked(is_save).expect("asked");
    night.press("esc 5 g w");
    assert_eq!(night.model.screen, Screen::Failures, "no other object comes before the answer");
    night.tell(Msg::Reply(ticket, saved()));
    assert!(night.model.workbench.is_edited());
}

#[test]
fn an_edited_definition_is_not_lost_in_passing() {
    let mut night = bench();
    night.press("tab").type_text("#").press("esc");
    // Another object of the same source keeps it.
    night.press("5 enter j j w");
    let is_material = |request: &Request| matches!(request, Request::Material { .. });
    let Some((_, Request::Material { object: id })) = night.asked(is_material) else { panic!("not asked") };
    let other = material(crate::domain::Object { id, ..object(2, at(NOW)) });
    night.answer(is_material, vec![Reply::Material(Box::new(other))]);
    assert!(night.model.workbench.is_edited());
    // One of another source asks first.
    night.press("5 g w");
    assert_eq!(night.model.screen, Screen::Failures);
    assert!(night.model.workbench.is_edited());
    night.press(":").type_text("quit").press("enter");
    assert!(!night.effects.contains(&Effect::Quit));
    night.press(":").type_text("quit").press("enter");
    assert!(night.effects.contains(&Effect::Quit));
}

#[test]
fn an_object_of_the_coverage_becomes_the_sample() {
    let mut night = bench();
    night.press("c");
    let is_coverage = |request: &Request| matches!(request, Request::Coverage { .. });
    let Some((_, Request::Coverage { source, count, .. })) = night.asked(is_coverage) else { panic!("not asked") };
    assert_eq!((source.as_str(), count), ("falcon", 20));
    let covered = |index: u32, faults: u64| {
        let first_fault = (faults > 0).then(|| (9, "no pattern of falcon matches".to_owned()));
        let object = object(index, at(NOW));
        Reply::Covered(Box::new(Covered { object, records: 10, faults, first_fault, is_partial: false, trouble: None }))
    };
    night.answer(is_coverage, vec![covered(1, 0), covered(2, 3), covered(3, 0)]);
    night.press("enter");
    let wanted = night.model.workbench.wanted.clone().expect("another object");
    assert_eq!(wanted, object(2, at(NOW)).id, "what fails stands first");
    assert_eq!(night.model.workbench.material.as_ref().map(|material| &material.origin), Some(&Origin::Proposed));
    night.press(":").type_text("coverage 5000").press("enter");
    let Some((_, Request::Coverage { count, .. })) = night.asked(is_coverage) else { panic!("not asked") };
    assert_eq!(count, 20, "so many are not tried");
}

#[test]
fn a_read_record_is_kept_as_a_sample_and_a_bad_one_is_not() {
    let mut night = bench();
    night.press("x");
    assert!(!night.model.workbench.is_edited(), "it is not read");
    night.press("g j x");
    let text = night.model.workbench.editor.text();
    let kept =
        "[[sample]]\nline = \'\'\'%% 20261123 013107.412 PROC/SPAWN @app-03\n   ~ image : </usr/bin/cron> | pid 4121";
    assert!(text.contains(kept), "{text}");
    assert!(text.contains("time = \"2026-11-23T01:31:07.412Z\", \"event.action\" = \'PROC/SPAWN\'"), "{text}");
    night.rest();
    assert!(last_tried(&night).contains(kept));
}

#[test]
fn what_is_parked_is_listed_by_source() {
    let mut night = Night::new(120, 40).surveyed();
    let parked = |model: &Model| {
        let groups = model.failures.groups();
        groups
            .iter()
            .filter(|group| group.key.state == State::Parked)
            .map(|group| group.members.len())
            .collect::<Vec<_>>()
    };
    assert_eq!(parked(&night.model), [12]);
    for failure in night.model.failures.all.iter_mut().rev().take(5) {
        failure.source = Some("kestrel".into());
    }
    assert_eq!(parked(&night.model), [7, 5]);
}

#[test]
fn coverage_looks_around_an_object_that_is_out_of_the_range() {
    let mut night = bench();
    for arrived in [jiff::Timestamp::MIN, jiff::Timestamp::MAX, at("2026-11-20T12:00:00Z")] {
        night.model.workbench.material.as_mut().expect("open").object.arrived = arrived;
        night.model.workbench.pane = Pane::Sample;
        night.press("c");
        let is_coverage = |request: &Request| matches!(request, Request::Coverage { .. });
        let Some((_, Request::Coverage { range, .. })) = night.asked(is_coverage) else { panic!("not asked") };
        assert!(range.start <= arrived && arrived <= range.end, "{range}");
        night.answer(is_coverage, vec![]);
    }
}

#[test]
fn panes_and_bad_records_are_walked() {
    let mut night = bench();
    night.press("n");
    assert_eq!(night.model.workbench.line.at, 6);
    night.press("n");
    assert_eq!(night.model.workbench.line.at, 4);
    night.press("N");
    assert_eq!(night.model.workbench.line.at, 6);
    night.press("tab tab");
    assert_eq!(night.model.workbench.pane, Pane::Result, "a tab in the definition changes the pane");
    night.hold(KeyCode::Down);
}

#[test]
fn an_editor_of_ones_own_is_given_the_definition_and_gives_it_back() {
    let mut night = bench();
    let before = night.model.workbench.editor.text();
    night.press("e");
    assert!(night.effects.contains(&Effect::Edit(Draft::Definition, before.clone())));
    night.tell(Msg::Edited(Ok(before.clone())));
    assert!(!night.model.workbench.is_edited(), "it was left as it was");
    let trouble = Trouble { what: "no editor was opened".into(), cause: "there is none".into(), hint: None };
    night.tell(Msg::Edited(Err(trouble)));
    assert_eq!(night.model.workbench.editor.text(), before);

    night.tell(Msg::Edited(Ok(format!("# mine\n{before}"))));
    night.rest();
    assert_eq!(last_tried(&night), format!("# mine\n{before}"));
    night.press("u");
    assert_eq!(night.model.workbench.editor.text(), before, "one step takes it back");
}

#[test]
fn trying_anew_is_stopped_by_an_interrupt_and_what_passes_by_then_is_released() {
    let mut night = bench();
    night.press("ctrl-s").answer(is_save, vec![saved()]);
    let is_diagnosis = |request: &Request| matches!(request, Request::Diagnose(_));
    let Some((ticket, Request::Diagnose(failures))) = night.asked(is_diagnosis) else { panic!("not tried") };
    let passes = Reply::Diagnosed {
        object: failures[0].object.clone().expect("named"),
        consumer: failures[0].consumer.clone(),
        reason: None,
        prospect: Prospect::Passes { records: 7 },
    };
    night.tell(Msg::Reply(ticket, passes));
    night.press("ctrl-c");
    assert!(night.effects.contains(&Effect::Cancel(ticket)));
    assert_eq!((night.model.workbench.anew, counts(&night.model)), (None, (12, 1)));
    night.press("r");
    let Some((_, Request::Plan { objects, .. })) = night.asked(|request| matches!(request, Request::Plan { .. }))
    else {
        panic!("no plan")
    };
    assert_eq!(objects.len(), 1);
}
