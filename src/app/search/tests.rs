use std::time::Duration;

use jiff::SignedDuration;

use super::*;
use crate::app::Effect;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Past, Reply, Ticket};
use crate::domain::{ByteSize, Cost, Flaw, HitField, Limit, Limits, Orphan, ScanProgress, SearchEnd, SearchPlan};

fn is_estimate(request: &Request) -> bool {
    matches!(request, Request::Estimate(_))
}

fn is_search(request: &Request) -> bool {
    matches!(request, Request::Search(_))
}

/// A search that is priced.
fn priced_by(priced: Priced) -> Night {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").type_text("203.0.113.8").press("enter");
    night.answer(is_estimate, vec![Reply::Estimate(Box::new(priced))]);
    night
}

/// The search that was ordered last.
fn ordered(night: &Night) -> (Ticket, SearchOrder) {
    match night.asked(is_search) {
        Some((ticket, Request::Search(order))) => (ticket, *order),
        _ => panic!("no search was ordered"),
    }
}

fn scan(objects: u64, matches: u64) -> Reply {
    let progress = ScanProgress { objects, of: 14, stored: objects * 100_000, matches, ..ScanProgress::default() };
    Reply::SearchNews(SearchNews::Scan(progress))
}

fn end(is_cut: bool, can_go_on: bool) -> Reply {
    let cost = Cost { dollars: 0.000_1, bytes: ByteSize::kib(900) };
    Reply::SearchNews(SearchNews::End(SearchEnd { took: Duration::from_millis(1_100), cost, is_cut, can_go_on }))
}

#[test]
fn the_cheapest_means_is_taken_and_a_key_takes_the_other() {
    let mut night = priced_by(both_means().into());
    night.press("enter");
    assert_eq!(ordered(&night).1.means, both_means().means.expect("one is"));
    let mut night = priced_by(both_means().into());
    night.press("tab enter");
    assert_ne!(Some(ordered(&night).1.means), both_means().means);
}

#[test]
fn the_means_that_was_chosen_is_kept_only_where_it_is_possible() {
    let mut night = priced_by(both_means().into());
    night.press(":").type_text("means scan").press("enter R");
    night.answer(is_estimate, vec![Reply::Estimate(Box::new(both_means().into()))]);
    night.press("enter");
    assert_eq!(ordered(&night).1.means, Means::Scan);
    let no_scan = SearchPlan { scan: Err("the range holds more than 200000 objects".into()), ..both_means() }.chosen();
    night.press("R");
    night.answer(is_estimate, vec![Reply::Estimate(Box::new(no_scan.into()))]);
    night.press("tab enter");
    assert_eq!(ordered(&night).1.means, Means::Index);
    assert_eq!(night.model.search.wanted, Some(Means::Scan), "the next search may be scanned again");
    night.press(":").type_text("means scam").press("enter");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.hint.as_deref(), Some("did you mean \"scan\"?"));
}

#[test]
fn a_profile_without_an_index_searches_by_scan_and_what_nothing_can_search_does_not_run() {
    let no_index = SearchPlan { index: Err("profile \"prod\" names no index".into()), ..both_means() };
    let mut night = Night::new(120, 40).surveyed();
    night.model.profile.index = None;
    night.press("s").type_text("x").press("enter");
    night.answer(is_estimate, vec![Reply::Estimate(Box::new(no_index.clone().chosen().into()))]);
    night.press("enter");
    assert_eq!(ordered(&night).1.means, Means::Scan);
    let neither = SearchPlan { scan: Err("too many".into()), ..no_index }.chosen();
    let mut night = priced_by(neither.into());
    night.press("enter");
    assert!(!night.has_asked(is_search));
    let told = night.model.messages.all().next().expect("told");
    assert!(told.trouble.cause.contains("too many"), "{told:?}");
}

#[test]
fn a_search_over_a_limit_runs_only_by_name() {
    let search = Limit { dollars: None, bytes: Some(ByteSize::kib(1)) };
    let priced = Priced { limits: Limits { search, ..Limits::default() }, ..both_means().into() };
    let mut night = priced_by(priced);
    night.press("enter");
    assert!(!night.has_asked(is_search));
    let told = night.model.messages.all().next().expect("told");
    assert!(told.trouble.hint.as_deref().is_some_and(|hint| hint.contains("run-over-limit")), "{told:?}");
    night.press(":").type_text("run-over-limit").press("enter");
    assert!(ordered(&night).1.may_exceed);
}

#[test]
fn hits_take_their_places_while_the_cursor_stays_on_its_own() {
    let mut night = priced_by(both_means().into());
    night.press("enter");
    let (ticket, _) = ordered(&night);
    let mut late = hits();
    let early: Vec<Hit> = late.drain(..20).collect();
    night.tell(Msg::Reply(ticket, Reply::Hits(late.split_off(5))));
    night.tell(Msg::Reply(ticket, Reply::Hits(late)));
    assert_eq!(night.model.search.cursor.at, 0, "nobody has chosen one yet");
    night.press("j");
    let looked_at = night.model.search.selected().expect("a hit").clone();
    night.tell(Msg::Reply(ticket, Reply::Hits(early)));
    let search = &night.model.search;
    assert_eq!((search.cursor.at, search.selected()), (21, Some(&looked_at)));
    assert!(search.shown().is_sorted_by_key(|hit| hit.time));
}

#[test]
fn columns_are_kept_for_hits_of_the_same_kind() {
    let found = |hits: Vec<Hit>| {
        let mut night = priced_by(both_means().into());
        night.press("enter");
        let (ticket, _) = ordered(&night);
        night.tell(Msg::Reply(ticket, Reply::Hits(hits)));
        night
    };
    let names = |night: &Night| columns_shown(&night.model).into_iter().map(HitField::name).collect::<Vec<_>>();
    let mut night = found(hits());
    let usual = names(&night);
    night.press(":").type_text("columns time,user.name").press("enter");
    assert_eq!(names(&night), ["time", "user.name"]);
    let line = "/hits time,user.name".to_owned();
    assert!(night.effects.contains(&Effect::Remember(Past::Columns, line)), "{:?}", night.effects);

    let alb = |hit: &Hit| hit.source == "alb";
    let mut night = found(hits().into_iter().filter(alb).collect());
    assert_eq!(names(&night), usual, "those are of another kind");
    // As another session kept them; what this version does not know is passed over.
    let kept = ["source.ip", "gone", "record"].map(str::to_owned).to_vec();
    night.model.columns.insert("/hits/alb".into(), kept);
    assert_eq!(names(&night), ["source.ip", "record"]);
    night.press(":").type_text("columns ").press("enter");
    assert_eq!(names(&night), usual);
}

#[test]
fn what_was_stopped_stays_and_goes_on_where_it_stood() {
    let mut night = priced_by(both_means().into());
    night.press("tab enter");
    let (ticket, first) = ordered(&night);
    night.tell(Msg::Reply(ticket, scan(3, 30)));
    night.tell(Msg::Reply(ticket, Reply::Hits(hits())));
    let flaw = Flaw { object: "s3://logs/a.gz".into(), cause: "the gzip stream is cut short".into() };
    night.tell(Msg::Reply(ticket, Reply::SearchNews(SearchNews::Flaw(flaw))));
    night.press("ctrl-c");
    assert!(night.effects.contains(&Effect::Cancel(ticket)));
    assert!(matches!(night.model.search.phase, Phase::Cancelled(..)));
    assert_eq!(night.model.search.hits.len(), 30);
    night.press("m");
    let (ticket, second) = ordered(&night);
    assert_eq!(second, SearchOrder { goes_on: true, ..first });
    night.tell(Msg::Reply(ticket, end(false, false)));
    night.tell(Msg::Closed(ticket, Ok(())));
    assert_eq!((night.model.search.hits.len(), night.model.search.effort.flawed), (30, 1), "what was found stays");
    let asked = night.effects.len();
    night.press("m");
    assert_eq!(night.effects.len(), asked, "there is no more");
    night.press("e");
    assert!(matches!(night.model.popup, Some(Popup::Flaws(_))));
    night.press("esc");
    assert_eq!(night.model.popup, None);
}

#[test]
fn more_of_the_index_is_priced_before_it_is_asked_for() {
    let mut night = priced_by(both_means().into());
    night.press(":").type_text("means index").press("enter enter");
    let (_, order) = ordered(&night);
    night.answer(is_search, vec![Reply::Hits(hits()), end(true, false)]);
    night.press("m");
    let Some((_, Request::Estimate(query))) = night.asked(is_estimate) else { panic!("nothing was priced") };
    assert_eq!(query.limit, order.query.limit * 2);
}

#[test]
fn a_scan_tells_how_fast_it_is_and_what_is_left() {
    let mut night = priced_by(both_means().into());
    night.press("tab enter");
    let (ticket, _) = ordered(&night);
    night.tell(Msg::Reply(ticket, scan(0, 0)));
    assert_eq!(night.model.search.effort.pace(night.model.now), None);
    night.tell(Msg::Tick(at(NOW) + SignedDuration::from_secs(2)));
    night.tell(Msg::Reply(ticket, scan(4, 1)));
    let (rate, _) = night.model.search.effort.pace(night.model.now).expect("two seconds");
    assert_eq!(rate.bytes(), 200_000);
    let job = crate::app::jobs::jobs(&night.model).into_iter().find(|job| job.topic == Topic::Search).expect("it runs");
    assert_eq!(job.progress.map(|progress| (progress.done, progress.of)), Some((4, Some(14))));
}

#[test]
fn what_an_earlier_session_left_running_is_named_and_stopped() {
    let mut night = Night::new(120, 40);
    night.press(":").type_text("stop-orphans").press("enter");
    let is_stop = |request: &Request| *request == Request::Orphans { stops: true };
    let orphan = Orphan { id: Some("id-1".into()), began: at(NOW), sql: "SELECT 1".into() };
    night.answer(is_stop, vec![Reply::Orphans { orphans: vec![orphan.clone()], are_stopped: true }]);
    let told = |night: &Night| night.model.messages.all().next().expect("told").trouble.clone();
    assert!(told(&night).what.contains("1 query of an earlier session stopped: id-1"));

    let mut model = Model::new(profile(), crate::keymap::Keymap::shipped(), at(NOW), (120, 40));
    model.search.has_orphans = true;
    let effects = model.start();
    let mut night = Night { model, effects };
    night.answer(
        |request| *request == Request::Orphans { stops: false },
        vec![Reply::Orphans { orphans: vec![orphan], are_stopped: false }],
    );
    assert!(told(&night).cause.contains("id-1"));
    assert!(told(&night).hint.is_some_and(|hint| hint.contains("stop-orphans")));
}
