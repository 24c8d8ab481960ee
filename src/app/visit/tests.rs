use super::*;
use crate::app::fixture::*;
use crate::app::request::{Effect, Reply, Request};
use crate::app::search::Phase;

/// The address of a text.
fn at(text: &str) -> Address {
    text.parse().expect("an address")
}

/// A console that begins at an address.
fn arrived(text: &str) -> Night {
    let mut night = Night::new(120, 40);
    night.model.at = Some(at(text));
    night.effects = night.model.start();
    night
}

fn told(night: &Night) -> &Trouble {
    &night.model.messages.all().next().expect("something is told").trouble
}

fn is_listing(request: &Request) -> bool {
    matches!(request, Request::Objects { .. })
}

fn is_head(request: &Request) -> bool {
    matches!(request, Request::Head { .. })
}

/// The line that `Y` copies.
fn copied(night: &mut Night) -> String {
    night.effects.clear();
    night.press("Y");
    let copied = night.effects.iter().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    copied.expect("something is copied")
}

#[test]
fn what_is_copied_opens_the_very_view() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("o /").type_text("state:failed").press("enter j j");
    let line = copied(&mut night);
    let (command, address) = line.split_once(" --at ").expect("an address");
    assert_eq!(command, "scops");

    let mut other = arrived(address);
    let range = night.model.range;
    assert!(other.has_asked(|request| *request == Request::Objects { source: "cloudtrail".into(), range }));
    let rows = rows(other.model.range);
    other.answer(is_listing, vec![Reply::Objects { rows }]);
    assert_eq!(copied(&mut other), line);
    assert_eq!(other.model.objects.selected(), night.model.objects.selected());
    assert_eq!((other.model.objects.order, other.model.objects.shown.len()), (objects::Order::Oldest, 37));
}

#[test]
fn a_record_is_read_until_it_is_there() {
    let id = object(3, crate::app::fixture::at(NOW)).id;
    let address = Address {
        object: Some(ObjectId { version: Some("3sL4k".into()), ..id.clone() }),
        record: Some(Seek { start: 9_000, line: 1 }),
        ..Address::new(Screen::Records)
    };
    let mut night = arrived(&address.to_string());
    let (_, asked) = night.asked(is_head).expect("asked");
    assert_eq!(asked, Request::Head { object: address.object.clone().expect("an object") });
    let found =
        crate::domain::Object { id: address.object.clone().expect("one"), ..object(3, crate::app::fixture::at(NOW)) };
    night.answer(is_head, vec![Reply::Head(Box::new(found.clone()))]);
    let page = page(found, 30, true);
    night.answer(|request| matches!(request, Request::Preview { .. }), vec![Reply::Page(Box::new(page))]);
    assert_eq!((night.model.records.cursor.at, night.model.address().record), (10, address.record));
    assert_eq!(night.model.address().object, address.object);
}

#[test]
fn an_object_that_is_gone_leads_to_those_around_it() {
    let id = object(3, crate::app::fixture::at(NOW)).id;
    let address = Address { object: Some(id), ..Address::new(Screen::Records) };
    let mut night = arrived(&address.to_string());
    let gone = Trouble { what: "cannot look at it".into(), cause: "NotFound".into(), hint: None };
    night.answer(is_head, vec![Reply::Gone(gone.clone())]);
    assert_eq!((night.model.screen, night.model.objects.source.as_deref()), (Screen::Objects, Some("cloudtrail")));
    assert_eq!(told(&night).hint.as_deref(), Some("the objects of cloudtrail are shown instead"));

    // A bucket that is no source's leads to the sources.
    let mut night = arrived("records,object=s3://elsewhere/a.gz");
    night.answer(is_head, vec![Reply::Gone(gone)]);
    assert_eq!(night.model.screen, Screen::Sources);
}

#[test]
fn a_source_that_is_gone_leads_to_the_sources() {
    let night = arrived("objects,source=cloudtrial,range=6h");
    assert_eq!(night.model.screen, Screen::Sources);
    assert_eq!(told(&night).hint.as_deref(), Some("did you mean \"cloudtrail\"?"));
    assert_eq!(night.model.range.length().as_hours(), 6);
}

#[test]
fn an_object_that_is_not_listed_is_said() {
    let mut night = arrived("objects,source=cloudtrail,object=s3://acme-security-logs/gone.gz");
    let rows = rows(night.model.range);
    night.answer(is_listing, vec![Reply::Objects { rows }]);
    assert_eq!(told(&night).what, "s3://acme-security-logs/gone.gz is not among these objects");
    assert_eq!((night.model.screen, night.model.objects.cursor.at), (Screen::Objects, 0));
}

#[test]
fn a_search_is_not_run_by_an_address() {
    let night = arrived("search,range=6h,query=source:alb%20203.0.113.7");
    let Phase::Estimating(query) = &night.model.search.phase else { panic!("{:?}", night.model.search.phase) };
    assert_eq!(
        (query.expression.to_string().as_str(), query.sources.as_slice()),
        ("203.0.113.7", &["alb".to_owned()][..])
    );
    assert!(!night.has_asked(|request| matches!(request, Request::Search(_))));
}

#[test]
fn going_to_and_fro_keeps_source_filter_and_order() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("/").type_text("state:failed").press("enter");
    night.press(":").type_text("objects alb").press("enter");
    // The objects of another source, on the same screen: going back is no way out of it.
    night.press(":").type_text("go objects,source=alb,sort=largest").press("enter");
    let largest = night.model.address();
    night.press(":").type_text("back").press("enter");
    night.press(":").type_text("forward").press("enter");
    assert_eq!(night.model.address(), largest);
    night.press(":").type_text("go nowhere").press("enter");
    assert_eq!(told(&night).what, "\"nowhere\" is no screen");
}

#[test]
fn a_failure_and_a_group_have_addresses() {
    let is_failures = |request: &Request| matches!(request, Request::Failures);
    let mut night = Night::new(120, 40).surveyed();
    night.press("5 j");
    let group = night.model.address();
    assert!(group.query.is_some(), "{group}");
    night.press("enter j j");
    let failure = night.model.address();
    assert!(failure.object.is_some(), "{failure}");
    for address in [group, failure] {
        let mut other = arrived(&address.to_string());
        assert_eq!(other.model.failures.cursor.at, 0, "nothing is known yet");
        other.answer(is_failures, vec![Reply::Failures(failures())]);
        assert_eq!(other.model.address(), address);
    }
    let mut night = arrived("failures,object=s3://acme-security-logs/gone.gz");
    night.answer(is_failures, vec![Reply::Failures(failures())]);
    assert_eq!(told(&night).what, "s3://acme-security-logs/gone.gz is not among the failures");
}

proptest::proptest! {
    #[test]
    fn every_address_leads_somewhere(text in "(sources|objects|records|search|failures|replays|pipeline|workbench)(,range=[1-9]h)?(,source=(alb|x))?(,object=s3://[a-z]{1,9}/[a-z]{1,9}(,line=[0-9]{1,4})?)?(,query=[a-z:]{1,9})?(,filter=[a-z:!]{1,12})?(,sort=(size|oldest|x))?") {
        let night = arrived(&text);
        // And what is there then has an address that leads there again.
        let address = Address { range: Some(Span::Between(night.model.range)), ..night.model.address() };
        let again = arrived(&address.to_string());
        proptest::prop_assert_eq!(again.model.screen, night.model.screen);
        proptest::prop_assert_eq!(again.model.range, night.model.range);
    }
}

#[test]
fn the_sources_are_listed_once_they_are_shown() {
    let is_survey = |request: &Request| matches!(request, Request::Survey { .. });
    let mut night = Night::new(120, 40);
    night.model.sources.asked = None;
    night.model.at = Some(at("objects,source=cloudtrail"));
    night.effects = night.model.start();
    assert!(!night.has_asked(is_survey) && night.has_asked(is_listing));
    night.press("1");
    assert!(night.has_asked(is_survey));
}
