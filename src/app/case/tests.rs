use crossterm::event::KeyCode;

use super::*;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Effect, Reply, Trouble};
use crate::app::search::Phase;
use crate::case::tests::case;
use crate::domain::case::Entry;
use crate::domain::{Page, Pin, PlanItemState, Progress, QueryPhase, QueryStatus, State};

fn is_case(request: &Request) -> bool {
    matches!(request, Request::Case { .. })
}

/// What was asked for last, and of which case.
fn last(night: &Night) -> (Option<String>, Ask) {
    let Some((_, Request::Case { case, ask })) = night.asked(is_case) else { panic!("nothing is asked of a case") };
    (case.map(|name| name.to_string()), *ask)
}

fn pinned(night: &Night) -> Wanted {
    match last(night).1 {
        Ask::Add { pin: Some(pin), .. } => *pin,
        other => panic!("no pin: {other:?}"),
    }
}

fn answer(night: &mut Night, case: Case) {
    night.answer(is_case, vec![Reply::Case { case: Box::new(case), told: "done".into() }]);
}

/// A console with the case of a night open, on its screen.
fn opened() -> Night {
    let mut night = Night::new(120, 40).surveyed();
    night.press(":").type_text("case INC-4711").press("enter");
    assert_eq!(last(&night), (Some("INC-4711".into()), Ask::Open("INC-4711".parse().expect("a name"))));
    answer(&mut night, case(" jdoe"));
    night
}

/// The case after a change.
fn changed(night: &Night, change: Change) -> Case {
    let mut case = night.model.case.case.clone().expect("a case");
    let at = case.changed + jiff::SignedDuration::from_secs(1);
    case.apply(Entry { at, who: "aya".into(), change }).expect("fits");
    case
}

fn kinds(night: &Night) -> Vec<&'static str> {
    night.model.case.case.iter().flat_map(Case::notes).map(Note::kind).collect()
}

/// The last word of a replay of one object, which recovered.
fn ended(outcomes: Vec<crate::domain::Outcome>) -> Progress {
    Progress {
        id: ReplayId("r-1".into()),
        rate: 10,
        is_paused: false,
        outcomes,
        sent: 1,
        refused: 0,
        recovered: 1,
        total: 1,
        is_done: true,
        stopped: None,
        indexed: None,
    }
}

#[test]
fn every_screen_pins_what_is_under_its_cursor() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("P");
    let Wanted::Timeline(timeline) = pinned(&night) else { panic!("a timeline") };
    assert_eq!((timeline.source.as_str(), timeline.range), ("cloudtrail", night.model.range));
    assert!(timeline.bins.iter().any(|bin| bin.failed > 0));

    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("j P");
    let row = night.model.objects.selected().expect("a row").object.clone();
    assert_eq!(pinned(&night), Wanted::Object { id: row.id.clone(), known: Some(row) });
    answer(&mut night, case(""));
    night.press("alt-p");
    assert!(matches!(pinned(&night), Wanted::Timeline(timeline) if timeline.source == "cloudtrail"));

    let mut night = Night::new(120, 40).surveyed();
    night.press("5 P");
    let Wanted::Failures(group) = pinned(&night) else { panic!("failures") };
    assert_eq!((group.objects.len(), group.state), (35, State::Failed));
    assert!(group.objects.iter().all(|failed| failed.body_sha256.is_some() && failed.object.is_some()));
    answer(&mut night, case(""));
    night.press("enter j P");
    assert!(matches!(pinned(&night), Wanted::Failures(one) if one.objects.len() == 1));
    answer(&mut night, case(""));
    night.press("alt-p");
    assert!(matches!(pinned(&night), Wanted::Failures(group) if group.objects.len() == 35));

    let mut night = Night::new(120, 40).surveyed();
    night.press("8 P");
    assert!(!night.has_asked(is_case), "there is nothing to pin, and it is said");
}

#[test]
fn a_record_is_pinned_with_what_was_read_of_it_and_a_word() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("enter");
    let object = night.model.objects.selected().expect("a row").object.clone();
    let page: Page = page(object.clone(), 9, true);
    night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
    night.press("j j enter");
    let told = Reply::Detail(Box::new(detail(&object.id, 2)));
    night.answer(|request| matches!(request, Request::Detail { .. }), vec![told]);
    night.press(":").type_text("pin the first sign-in").press("enter");
    let (name, Ask::Add { text, pin: Some(pin) }) = last(&night) else { panic!("a pin") };
    assert_eq!((name, text.as_str()), (None, "the first sign-in"), "the world names a case after the moment");
    let Wanted::Record(seen) = *pin else { panic!("a record") };
    assert_eq!((seen.span, seen.known), (1_800..2_680, Some(object)));
    assert!(seen.raw.is_some() && seen.fields.is_some());
}

#[test]
fn a_search_is_pinned_with_its_ids_and_hits_and_is_shown_again_without_asking() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("4").type_text("203.0.113.8").press("enter");
    night.press("alt-p");
    assert!(!night.has_asked(is_case), "what has not run is no evidence");
    night.answer(
        |request| matches!(request, Request::Estimate(_)),
        vec![priced(crate::domain::Estimate {
            objects: 3,
            bytes: crate::domain::ByteSize::mib(3),
            dollars: 0.0001,
            sql: "SELECT 1".into(),
        })],
    );
    night.press("enter");
    let status = |id: &str, phase| QueryStatus {
        id: id.into(),
        phase,
        reason: None,
        scanned: crate::domain::ByteSize(77),
        queued_ms: 1,
        total_ms: 9,
    };
    let replies = vec![
        Reply::QueryStatus(status("q-1", QueryPhase::Running)),
        Reply::QueryStatus(status("q-2", QueryPhase::Running)),
        Reply::QueryStatus(status("q-2", QueryPhase::Succeeded)),
        Reply::Hits(hits()),
    ];
    night.answer(|request| matches!(request, Request::Search(_)), replies);
    night.press("P");
    assert!(matches!(pinned(&night), Wanted::Record(seen) if seen.id == hits()[0].object));
    answer(&mut night, case(""));
    night.press("alt-p");
    let Wanted::Query(query) = pinned(&night) else { panic!("a query") };
    assert_eq!((query.ids.len(), query.hits.len(), query.scanned.bytes()), (2, 30, 77));

    // From the case it is shown as it was found.
    let mut night = opened();
    night.press("g j j j");
    let before = night.effects.len();
    night.press("enter");
    assert_eq!(night.model.screen, Screen::Search);
    assert!(
        matches!(&night.model.search.phase, Phase::Done(query, Some(_)) if query.expression.to_string() == "203.0.113.7 AND jdoe")
    );
    assert_eq!((night.model.search.hits.len(), night.effects.len()), (2, before), "nothing is asked, nothing is paid");
    night.press("esc");
    assert_eq!(night.model.screen, Screen::Case);
}

#[test]
fn pins_are_written_one_after_the_other_and_none_is_given_up() {
    let mut night = opened();
    night.press("1 P j P a").type_text("a word").press("enter");
    let asked = night.effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, request) if is_case(request)));
    assert_eq!(asked.count(), 2, "the opening and the first pin");
    assert!(!night.effects.iter().any(|effect| matches!(effect, Effect::Cancel(_))));
    // One that fails takes no other with it.
    let (ticket, _) = night.asked(is_case).expect("asked");
    let trouble = Trouble { what: "w".into(), cause: "no space is left".into(), hint: None };
    night.tell(Msg::Closed(ticket, Err(trouble)));
    assert!(matches!(pinned(&night), Wanted::Timeline(_)));
    let same = case(" jdoe");
    answer(&mut night, same.clone());
    assert_eq!(last(&night).1, Ask::Add { text: "a word".into(), pin: None });
    answer(&mut night, same);
    assert!(!night.model.case.is_busy());
}

#[test]
fn what_is_removed_moved_or_edited_is_taken_back() {
    let mut night = opened();
    let before = kinds(&night);
    night.press("g j x");
    let (_, Ask::Change(change)) = last(&night) else { panic!("a change") };
    let after = changed(&night, change);
    answer(&mut night, after);
    assert_eq!(kinds(&night).len(), before.len() - 1);
    night.press("J");
    let (_, Ask::Change(change)) = last(&night) else { panic!("a change") };
    let after = changed(&night, change);
    answer(&mut night, after);
    assert_ne!(kinds(&night)[1..], before[2..]);
    night.press("g e").type_text("!").press("enter");
    let (_, Ask::Change(change)) = last(&night) else { panic!("a change") };
    assert_eq!(change, Change::Edited { note: NoteId(1), text: "the pager rang: 37 failed jdoe!".into() });
    let after = changed(&night, change);
    answer(&mut night, after);
    for _ in 0..3 {
        night.press("u");
        let (_, Ask::Change(change)) = last(&night) else { panic!("a change") };
        let after = changed(&night, change);
        answer(&mut night, after);
    }
    assert_eq!(kinds(&night), before);
    assert_eq!(
        night.model.case.case.as_ref().and_then(|case| case.notes().next()).map(|note| note.text.clone()),
        Some("the pager rang: 37 failed jdoe".into())
    );
    let asked = night.effects.len();
    night.press("u");
    assert_eq!(night.effects.len(), asked, "nothing more to take back");
}

#[test]
fn a_note_opens_at_its_place() {
    let open = |place: usize| {
        let mut night = opened();
        night.press("g");
        for _ in 0..place {
            night.press("j");
        }
        night.press("enter");
        night
    };
    assert!(open(0).model.typing.is_some(), "a text is edited");
    let record = open(1);
    let is_head = |request: &Request| matches!(request, Request::Head { object } if object.version.is_some());
    assert!(record.has_asked(is_head) && record.model.records.seek.is_some_and(|seek| seek.start == 880));
    let mut object = open(2);
    let (_, Request::Head { object: id }) = object.asked(is_head).expect("asked") else { panic!("a HEAD") };
    let now = Object { id, etag: "another".into(), ..crate::app::fixture::object(1, at(NOW)) };
    object.answer(is_head, vec![Reply::Head(Box::new(now))]);
    let warned = object.model.messages.all().next().expect("a word").trouble.to_string();
    assert!(warned.contains("changed since it was pinned"), "{warned}");
    assert_eq!(open(4).model.screen, Screen::Case, "the profile has no such source");
    assert_eq!(open(5).model.screen, Screen::Failures);
    assert_eq!(open(6).model.screen, Screen::Replays);
    assert_eq!(open(7).model.screen, Screen::Case);
}

#[test]
fn a_range_that_is_none_is_not_looked_at() {
    let mut night = opened();
    let before = night.model.range;
    let mut case = night.model.case.case.clone().expect("a case");
    for (id, (start, end)) in [(Timestamp::MIN, Timestamp::MAX), (at(NOW), at(NOW))].into_iter().enumerate() {
        let range = crate::domain::TimeRange { start, end };
        let timeline = TimelinePin { source: "alb".into(), range, bins: Vec::new(), gaps: Vec::new() };
        let pin = Some(Pin::Timeline(Box::new(timeline)));
        let note =
            Note { id: NoteId(90 + id as u64), at: at(NOW), who: "x".into(), profile: None, text: "x".into(), pin };
        let change = Change::Added { note: Box::new(note) };
        case.apply(Entry { at: case.changed, who: "x".into(), change }).expect("fits");
    }
    night.press("a").type_text("x").press("enter");
    answer(&mut night, case);
    for key in ["G", "k"] {
        night.press(key).press("enter");
        assert_eq!((night.model.screen, night.model.range), (Screen::Case, before));
    }
}

#[test]
fn a_replay_that_ends_goes_into_the_case_that_is_open() {
    let mut night = opened();
    night.press("5 enter j r");
    let wanted = |request: &Request| matches!(request, Request::Plan { .. });
    let Some((_, Request::Plan { objects, .. })) = night.asked(wanted) else { panic!("a plan") };
    let plan = plan(&objects, at(NOW));
    night.answer(wanted, vec![Reply::Plan(Box::new(plan))]);
    night.press("y");
    let progress = ended(vec![crate::domain::Outcome { index: 0, state: PlanItemState::Recovered }]);
    night.answer(|request| matches!(request, Request::Replay(_)), vec![Reply::Progress(progress)]);
    assert_eq!(pinned(&night), Wanted::Replay(ReplayId("r-1".into())));
    let before = night.model.messages.all().next().cloned();
    answer(&mut night, case(""));
    assert_eq!(night.model.messages.all().next().cloned(), before, "nobody pressed a key for it");
}

#[test]
fn leaving_waits_for_what_is_being_written() {
    let has_quit = |night: &Night| night.effects.contains(&Effect::Quit);
    let mut night = opened();
    night.press("1 P").press(":").type_text("quit").press("enter");
    assert!(!has_quit(&night), "the pin is not durable yet");
    answer(&mut night, case(""));
    assert!(has_quit(&night));

    let mut night = opened();
    night.press("1 P").press(":").type_text("quit").press("enter");
    night.press(":").type_text("quit").press("enter");
    assert!(has_quit(&night), "whoever asks twice leaves");
}

#[test]
fn who_leaves_when_a_replay_ends_leaves_when_it_is_noted() {
    let mut night = opened();
    night.press("5 enter j r");
    let wanted = |request: &Request| matches!(request, Request::Plan { .. });
    let Some((_, Request::Plan { objects, .. })) = night.asked(wanted) else { panic!("a plan") };
    night.answer(wanted, vec![Reply::Plan(Box::new(plan(&objects, at(NOW))))]);
    night.press("y").press(":").type_text("quit").press("enter");
    let (ticket, _) = night.asked(|request| matches!(request, Request::Replay(_))).expect("sent");
    let progress = ended(Vec::new());
    night.tell(Msg::Reply(ticket, Reply::Progress(progress)));
    assert!(!night.effects.contains(&Effect::Quit), "what became of it is not noted yet");
    night.tell(Msg::Closed(ticket, Ok(())));
    let asked = night.effects.iter().filter(|effect| matches!(effect, Effect::Ask(_, request) if is_case(request)));
    assert_eq!(asked.count(), 2, "the opening and one note of the replay");
    answer(&mut night, case(""));
    assert!(night.effects.contains(&Effect::Quit));
}

#[test]
fn messages_saved_into_another_case_leave_the_open_one_open() {
    let mut night = opened();
    night.press("5").press(":").type_text("save INC-4712").press("enter");
    let mut other = case("");
    other.name = "INC-4712".parse().expect("a name");
    let saved = Reply::Case { case: Box::new(other), told: "saved".into() };
    night.answer(|request| matches!(request, Request::Save { .. }), vec![saved]);
    assert_eq!(night.model.case.case.as_ref().map(|case| case.name.as_str()), Some("INC-4711"));
}

#[test]
fn a_case_is_exported_and_closed_by_name_and_needs_one() {
    let mut night = Night::new(80, 24).surveyed();
    for line in ["case export", "case close", "case a/b"] {
        night.press(":").type_text(line).press("enter");
        assert!(!night.has_asked(is_case), "{line}");
        assert!(night.model.messages.toast(night.model.now).is_some(), "{line} is answered");
    }
    let mut night = opened();
    night.press(":").type_text("case export /tmp/x y").press("enter");
    assert_eq!(last(&night).1, Ask::Export(Some("/tmp/x y".into())));
    answer(&mut night, case(""));
    night.press(":").type_text("case close").press("enter");
    assert!(night.model.case.case.is_none());
    night.press("C");
    assert!(night.model.typing.is_some(), "a name is asked for");
}

#[test]
fn an_old_answer_does_not_take_a_newer_note_away() {
    let mut night = opened();
    let old = night.model.case.case.clone().expect("a case");
    night.press("5 W");
    night.press("1 P");
    let removed = changed(&night, Change::Removed { note: NoteId(1) });
    answer(&mut night, removed.clone());
    night.answer(
        |request| matches!(request, Request::Save { .. }),
        vec![Reply::Case { case: Box::new(old), told: String::new() }],
    );
    assert_eq!(night.model.case.case, Some(removed));
}

#[test]
fn the_names_of_cases_are_completed() {
    let mut night = opened();
    night.model.case.names.insert("NIGHT-1".parse().expect("a name"));
    let lines: Vec<String> = crate::app::completions(&night.model, "case N").into_iter().map(|it| it.line).collect();
    assert_eq!(lines[0], "case NIGHT-1");
    assert!(lines.contains(&"case INC-4711".to_owned()), "what was opened is known: {lines:?}");
}

#[test]
fn a_note_that_is_held_or_clicked_harms_nothing() {
    let mut night = opened();
    night.hold(KeyCode::Char('x'));
    night.hold(KeyCode::Char('u'));
    night.hold(KeyCode::Tab);
    night.press("esc j k G g l");
    assert_eq!(night.model.case.len(), 8);
}
