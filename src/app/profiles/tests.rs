use super::*;
use crate::app::fixture::{Night, rows};
use crate::app::request::{Reply, Request};
use crate::app::{Address, Msg};

fn names(consoles: Vec<&Model>) -> Vec<&str> {
    consoles.into_iter().map(|console| console.profile.name.as_str()).collect()
}

fn is_listing(request: &Request) -> bool {
    matches!(request, Request::Objects { .. })
}

/// The objects of prod's cloudtrail, three of them marked.
fn marked() -> Night {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("prod", Some("cloudtrail")).press("enter");
    let rows = rows(night.model.range);
    night.answer(is_listing, vec![Reply::Objects { rows }]);
    night.press("space space space");
    assert_eq!(night.model.objects.marks.len(), 3);
    night
}

#[test]
fn each_profile_is_asked_under_its_own_name() {
    let night = Night::of_two(120, 40);
    let asked = |profile: usize, wanted: fn(&Request) -> bool| {
        night.effects.iter().any(|effect| {
            matches!(effect, Effect::Ask(ticket, request) if ticket.profile == ProfileId(profile) && wanted(request))
        })
    };
    for profile in [0, 1] {
        assert!(asked(profile, |request| matches!(request, Request::Survey { .. })));
        assert!(asked(profile, |request| matches!(request, Request::Failures)));
    }
    assert_eq!(names(opened(&night.model)), ["prod", "audit"]);
}

#[test]
fn the_sources_of_all_stand_below_their_profiles() {
    let night = Night::of_two(120, 40).all_surveyed();
    let told: Vec<_> = sources::rows(&night.model)
        .iter()
        .map(|row| (row.console.profile.name.as_str(), row.source, row.survey.is_some()))
        .collect();
    assert_eq!(told.len(), 10);
    assert_eq!((told[0], told[5]), (("prod", None, false), ("audit", None, false)));
    assert!(told[6..].iter().all(|(profile, source, is_known)| *profile == "audit" && source.is_some() && *is_known));
}

#[test]
fn a_profile_that_cannot_be_reached_leaves_the_others_whole() {
    let mut night = Night::of_two(120, 40);
    let survey = |effect: &Effect| match effect {
        Effect::Ask(ticket, Request::Survey { .. }) if ticket.profile == ProfileId(1) => Some(*ticket),
        _ => None,
    };
    let ticket = night.effects.iter().find_map(survey).expect("asked");
    let trouble = Trouble { what: "cannot list s3://acme/".into(), cause: "ExpiredToken".into(), hint: None };
    night.tell(Msg::Closed(ticket, Err(trouble.clone())));
    let night = night.all_surveyed();
    assert_eq!(night.model.beside[0].sources.trouble, Some(trouble));
    assert!(night.model.beside[0].sources.surveys.is_empty());
    assert_eq!((night.model.sources.surveys.len(), &night.model.sources.trouble), (4, &None));
    let told = night.model.messages.all().find(|told| told.trouble.cause == "ExpiredToken").expect("told");
    assert_eq!(told.trouble.what, "audit: cannot list s3://acme/");
}

#[test]
fn a_source_is_opened_in_its_own_profile() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("audit", Some("alb"));
    assert_eq!(looked_at(&night.model).profile.name, "audit");
    assert_eq!(night.model.profile.name, "prod", "looking enters nothing");
    night.press("enter");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("audit", Screen::Objects));
    let (ticket, request) = night.asked(is_listing).expect("asked");
    assert_eq!(ticket.profile, ProfileId(1));
    assert!(matches!(request, Request::Objects { source, .. } if source == "alb"));
    assert_eq!(names(opened(&night.model)), ["prod", "audit"], "in the order of before");
    night.press("esc");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("audit", Screen::Sources));
}

#[test]
fn marks_do_not_come_along() {
    let mut night = marked();
    night.press("1").choose("audit", Some("cloudtrail")).press("enter");
    assert_eq!(night.model.profile.name, "audit");
    assert!(night.model.objects.marks.is_empty() && night.model.objects.rows.is_empty());
    let told = night.model.messages.all().next().expect("told").trouble.what.clone();
    assert_eq!(told, "3 marks of prod are taken away");
    night.press("1").choose("prod", Some("cloudtrail")).press("enter");
    assert_eq!(night.model.profile.name, "prod");
    assert!(night.model.objects.marks.is_empty(), "they do not come back either");
}

#[test]
fn marks_of_failures_do_not_come_back() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("prod", Some("cloudtrail")).press("5 ctrl-a");
    assert!(!night.model.failures.marks.is_empty());
    night.type_text(":profile audit").press("enter");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("audit", Screen::Failures));
    assert!(night.model.failures.marks.is_empty());
    night.type_text(":profile prod").press("enter");
    assert!(night.model.failures.marks.is_empty());
}

#[test]
fn an_answer_in_flight_lands_in_no_view() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("prod", Some("cloudtrail")).press("enter");
    let (ticket, _) = night.asked(is_listing).expect("asked");
    night.type_text(":profile audit").press("enter");
    assert!(night.effects.contains(&Effect::Cancel(ticket)), "it is given up");
    night.choose("audit", Some("cloudtrail")).press("enter");
    let (other, _) = night.asked(is_listing).expect("asked");
    assert_ne!(ticket, other);
    let rows = rows(night.model.range);
    night.tell(Msg::Reply(ticket, Reply::Objects { rows })).tell(Msg::Closed(ticket, Ok(())));
    assert!(night.model.objects.rows.is_empty());
    assert!(night.model.beside[0].objects.rows.is_empty());
    assert!(night.model.is_asking(Topic::Objects), "the question of the profile that is shown is still open");
}

#[test]
fn questions_of_two_profiles_of_the_same_number_are_told_apart() {
    let mut night = Night::of_two(120, 40);
    let ticket = |night: &Night, profile: usize| {
        let survey = |effect: &Effect| match effect {
            Effect::Ask(ticket, Request::Survey { .. }) if ticket.profile == ProfileId(profile) => Some(*ticket),
            _ => None,
        };
        night.effects.iter().find_map(survey).expect("asked")
    };
    let (mine, theirs) = (ticket(&night, 0), ticket(&night, 1));
    assert_eq!(mine.number, theirs.number);
    let survey = crate::app::fixture::surveys(night.model.range, 24).remove(0);
    night.tell(Msg::Reply(theirs, Reply::Survey(Box::new(survey))));
    assert!(night.model.sources.surveys.is_empty());
    assert_eq!(night.model.beside[0].sources.surveys.len(), 1);
}

/// The plan that is asked for.
fn plan_of(night: &Night) -> crate::domain::Plan {
    match night.asked(|request| matches!(request, Request::Plan { .. })) {
        Some((_, Request::Plan { objects, .. })) => crate::app::fixture::plan(&objects, night.model.now),
        _ => panic!("no plan was asked for"),
    }
}

/// A plan of prod on the sheet, not confirmed.
fn planned() -> Night {
    let mut night = marked();
    night.press("r");
    let plan = plan_of(&night);
    night.answer(|request| matches!(request, Request::Plan { .. }), vec![Reply::Plan(Box::new(plan))]);
    assert!(matches!(night.model.popup, Some(Popup::Sheet(_))));
    night
}

#[test]
fn a_plan_is_gone_once_another_profile_is_entered() {
    let mut night = planned();
    let audit = night.model.beside[0].id();
    enter(&mut night.model, audit);
    assert_eq!(night.model.popup, None);
    let has_sent = |night: &Night| night.has_asked(|request| matches!(request, Request::Replay(_)));
    for id in [audit, ProfileId(0)] {
        enter(&mut night.model, id);
        assert!(!night.model.beside.iter().any(|other| other.popup.is_some()));
        // As the sheet is confirmed: the number of objects, then enter.
        night.type_text("3").press("enter").press("y");
        assert!(!has_sent(&night), "nothing is sent");
    }
}

#[test]
fn a_plan_that_comes_too_late_opens_no_sheet() {
    let mut night = marked();
    night.press("r");
    let (ticket, _) = night.asked(|request| matches!(request, Request::Plan { .. })).expect("asked");
    let (audit, plan) = (night.model.beside[0].id(), plan_of(&night));
    enter(&mut night.model, audit);
    night.tell(Msg::Reply(ticket, Reply::Plan(Box::new(plan))));
    night.tell(Msg::Closed(ticket, Ok(())));
    assert_eq!(night.model.popup, None);
    assert_eq!(night.model.beside[0].popup, None);
}

#[test]
fn a_profile_that_is_read_only_plans_nothing_beside_one_that_is_not() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("audit", Some("cloudtrail")).press("enter");
    let rows = rows(night.model.range);
    night.answer(is_listing, vec![Reply::Objects { rows }]);
    night.press("space r");
    assert!(!night.has_asked(|request| matches!(request, Request::Plan { .. } | Request::Replay(_))));
}

#[test]
fn an_address_names_its_profile() {
    let mut night = marked();
    let address = night.model.address();
    assert_eq!(address.profile.as_deref(), Some("prod"));
    night.type_text(":profile audit").press("enter");
    assert_eq!(night.model.address().profile.as_deref(), Some("audit"));
    night.type_text(&format!(":go {address}")).press("enter");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("prod", Screen::Objects));
    night.press("esc");
    assert_eq!(night.model.profile.name, "audit", "going back goes back to the profile");

    night.type_text(":go objects,profile=prdo,source=alb").press("enter");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("audit", Screen::Sources));
    let told = night.model.messages.all().next().expect("told").trouble.clone();
    assert_eq!(told.hint.as_deref(), Some("did you mean \"prod\"?"));
}

#[test]
fn a_console_begins_in_the_profile_of_its_address() {
    let mut night = Night::of_two(120, 40);
    let mut fresh = Night::of_two(120, 40).model;
    std::mem::swap(&mut night.model, &mut fresh);
    let mut model = Model::new(fresh.profile.clone(), fresh.keymap.clone(), fresh.now, fresh.size);
    model.add(Model::new(fresh.beside[0].profile.clone(), fresh.keymap.clone(), fresh.now, fresh.size));
    model.at = Some("failures,profile=audit".parse::<Address>().expect("an address"));
    let effects = model.start();
    assert_eq!((model.profile.name.as_str(), model.screen), ("audit", Screen::Failures));
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Ask(ticket, _) if ticket.profile == ProfileId(0))));
}

#[test]
fn a_profile_is_found_in_the_list_by_any_part_of_it() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.press("L").type_text("eu-west");
    assert_eq!(names(profile_rows(&night.model, "eu-west")), ["audit"]);
    night.press("enter");
    assert_eq!((night.model.profile.name.as_str(), night.model.screen), ("audit", Screen::Sources));
    assert_eq!(sources::under(&night.model), sources::rows(&night.model)[6].source);
}

#[test]
fn one_that_was_not_opened_joins_when_it_is_entered() {
    let mut night = Night::of_two(120, 40);
    night.model.beside[0].is_open = false;
    let mut night = night.all_surveyed();
    assert_eq!(sources::rows(&night.model).len(), 4, "no line of a profile for one alone");
    night.type_text(":profile audit").press("enter");
    assert_eq!(names(opened(&night.model)), ["prod", "audit"]);
    assert_eq!(sources::rows(&night.model).len(), 10);
    assert_eq!(looked_at(&night.model).profile.name, "audit");
}

#[test]
fn what_runs_in_a_profile_that_is_left_goes_on_there() {
    let mut night = planned();
    let consumer = night.model.profile.consumers[0].name.clone();
    night.model.popup = None;
    let plan = plan_of(&night);
    super::super::replays::begin(&mut night.model, Box::new(plan));
    let (id, begun) = (night.model.beside[0].id(), night.model.replays.is_running());
    assert!(begun, "{consumer}");
    night.tell(Msg::Resize(120, 40));
    let (ticket, _) = night.asked(|request| matches!(request, Request::Replay(_))).expect("asked");
    enter(&mut night.model, id);
    night.tell(Msg::Resize(120, 40));
    assert!(!night.effects.contains(&Effect::Cancel(ticket)));
    assert_eq!(replaying(&night.model).map(|console| console.profile.name.as_str()), Some("prod"));
    night.press("ctrl-q");
    assert_eq!(night.model.popup, Some(Popup::LeaveRunning), "leaving asks first");
    night.tell(Msg::Closed(ticket, Ok(())));
    assert!(night.effects.contains(&Effect::Quit), "and leaves once nothing runs any more");
}

#[test]
fn folding_hides_the_sources_of_one_profile() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.choose("prod", None).press("enter");
    assert_eq!(sources::rows(&night.model).len(), 6);
    assert_eq!(night.model.screen, Screen::Sources);
    night.press("enter");
    assert_eq!(sources::rows(&night.model).len(), 10);
}

#[test]
fn the_range_is_that_of_all_and_each_keeps_to_its_own_budget() {
    let mut night = Night::of_two(120, 40).all_surveyed();
    night.effects.clear();
    night.press("[");
    let surveys = |night: &Night| {
        let survey = |effect: &&Effect| matches!(effect, Effect::Ask(_, Request::Survey { .. }));
        night.effects.iter().filter(survey).count()
    };
    assert_eq!(surveys(&night), 2);
    assert_eq!(night.model.beside[0].range, night.model.range);

    let mut night = Night::of_two(120, 40).all_surveyed();
    night.model.beside[0].live.requests_per_minute = Some(0);
    night.effects.clear();
    for second in 1..200 {
        let now = night.model.now + jiff::SignedDuration::from_secs(second);
        night.model.follows_clock = false;
        night.tell(Msg::Tick(now));
    }
    let asked = |effect: &Effect| matches!(effect, Effect::Ask(ticket, _) if ticket.profile == ProfileId(1));
    assert!(!night.effects.iter().any(asked), "what is over its budget rests");
    assert!(!night.effects.is_empty(), "the other does not");
}

#[test]
fn what_runs_for_another_profile_is_cancelled_there() {
    let mut night = Night::of_two(120, 40);
    let listed = jobs::jobs(&night.model);
    let of_audit = listed.iter().position(|job| job.profile == ProfileId(1)).expect("it is asked too");
    assert_eq!((listed[of_audit].topic, jobs::count(&night.model)), (Topic::Survey, listed.len()));
    night.press("J");
    for _ in 0..of_audit {
        night.press("down");
    }
    night.press("x");
    let left: Vec<_> = jobs::jobs(&night.model).into_iter().filter(|job| job.topic == Topic::Survey).collect();
    assert_eq!(left.iter().map(|job| job.profile).collect::<Vec<_>>(), [ProfileId(0)]);
    let told: Vec<&str> = night.model.messages.all().map(|told| told.trouble.what.as_str()).collect();
    assert!(told.contains(&"audit: the survey of the sources was cancelled"), "{told:?}");
}

#[test]
fn what_another_profile_left_running_is_told_and_stopped_with_it() {
    let mut night = Night::of_two(120, 40);
    for console in [ProfileId(0), ProfileId(1)] {
        at(&mut night.model, console, |console| console.search.has_orphans = true);
    }
    night.effects = night.model.start();
    let asked = |night: &Night, stops: bool| -> Vec<ProfileId> {
        let of = |effect: &Effect| match effect {
            Effect::Ask(ticket, request) if *request == Request::Orphans { stops } => Some(ticket.profile),
            _ => None,
        };
        night.effects.iter().filter_map(of).collect()
    };
    assert_eq!(asked(&night, false), [ProfileId(0), ProfileId(1)]);
    night.press(":").type_text("stop-orphans").press("enter");
    assert_eq!(asked(&night, true), [ProfileId(0), ProfileId(1)]);
}
