use jiff::SignedDuration;

use super::super::*;
use crate::app::fixture::{NOW, Night, at, hits, priced};
use crate::app::request::Reply;
use crate::domain::{ByteSize, Estimate, HitField, ObjectId, TimeRange};

fn estimate() -> Estimate {
    Estimate { objects: 3, bytes: ByteSize::mib(1), dollars: 0.01, sql: String::new() }
}

/// A search that runs.
fn running(width: u16, height: u16) -> Night {
    let mut night = Night::new(width, height);
    night.press("4").type_text("203.0.113.8").press("enter");
    night.answer(|request| matches!(request, Request::Estimate(_)), vec![priced(estimate())]);
    night.press("enter");
    night
}

/// The same, with its hits.
fn found(width: u16, height: u16) -> Night {
    let mut night = running(width, height);
    night.answer(|request| matches!(request, Request::Search(_)), vec![Reply::Hits(hits())]);
    night
}

fn command(night: &mut Night, line: &str) {
    night.press(":").type_text(line).press("enter");
}

/// The hits' numbers in their messages, in the order of the rows; a group by its word.
fn rows(night: &Night) -> Vec<String> {
    let search = &night.model.search;
    let told = |at| match search.shape.row(at).expect("a row") {
        Row::Hit(number) => {
            let message = &search.hits[number].message;
            message.rsplit_once('#').map_or(message.clone(), |(_, number)| number.to_owned())
        }
        Row::Group(word, group) => format!("{word}:{}", group.count),
    };
    (0..search.shape.len()).map(told).collect()
}

fn selected(night: &Night) -> String {
    night.model.search.selected().map(|hit| hit.message.clone()).unwrap_or_default()
}

#[test]
fn the_cursor_stays_on_its_hit_while_others_come_before_and_after_it() {
    let mut night = running(120, 40);
    let all = hits();
    let (ticket, _) = night.asked(|request| matches!(request, Request::Search(_))).expect("it runs");
    night.tell(crate::app::Msg::Reply(ticket, Reply::Hits(all[10..20].to_vec())));
    night.press("j j j");
    assert!(selected(&night).ends_with("#13"));
    for part in [&all[20..], &all[..10]] {
        night.tell(crate::app::Msg::Reply(ticket, Reply::Hits(part.to_vec())));
        assert!(selected(&night).ends_with("#13"), "{}", selected(&night));
    }
    assert_eq!(night.model.search.cursor.at, 13);
    assert_eq!(rows(&night), (0..30).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn what_comes_in_parts_is_as_what_comes_at_once() {
    let arrange = |shape: &mut Shape| {
        shape.order = Order::read("-user.name").expect("an order");
        shape.group_by(HitField::named("event.action"));
        shape.narrow(HitField::named("event.outcome").expect("a field"), "failure", false);
        shape.facets.is_shown = true;
        shape.window = Some(TimeRange::new(at(NOW) - SignedDuration::from_hours(12), at(NOW)));
    };
    let all: Vec<Hit> = hits().into_iter().rev().collect();
    let (mut whole, mut parts) = (Search::default(), Search::default());
    for search in [&mut whole, &mut parts] {
        arrange(&mut search.shape);
    }
    whole.take(all.clone());
    for part in all.chunks(4) {
        parts.take(part.to_vec());
    }
    for open in [false, true] {
        if open {
            for search in [&mut whole, &mut parts] {
                search.shape.fold_all();
                search.shape.rebuild(&search.hits);
            }
        }
        let told = |search: &Search| {
            let rows = (0..search.shape.len()).map(|at| format!("{:?}", search.shape.row(at))).collect::<Vec<_>>();
            (rows, search.shape.facets.fields.clone(), search.shape.shown())
        };
        assert_eq!(told(&whole), told(&parts));
        assert!(!told(&whole).0.is_empty());
    }
}

#[test]
fn hits_are_sorted_both_ways_and_what_has_no_value_comes_last() {
    let mut night = found(120, 40);
    let of = |night: &Night, field: &str| -> Vec<Option<String>> {
        let field = HitField::named(field).expect("a field");
        let search = &night.model.search;
        (0..search.shape.len())
            .filter_map(|at| match search.shape.row(at)? {
                Row::Hit(number) => Some(field.value(&search.hits[number])),
                Row::Group(..) => None,
            })
            .collect()
    };
    command(&mut night, "sort destination.port");
    let up = of(&night, "destination.port");
    assert_eq!(up.first().cloned().flatten().as_deref(), Some("22"));
    assert_eq!(up[9].as_deref(), Some("8443"), "as numbers, not as text");
    assert!(up[10..].iter().all(Option::is_none));
    night.press("r");
    let down = of(&night, "destination.port");
    assert_eq!((down[0].as_deref(), down[9].as_deref(), down[29].as_deref()), (Some("8443"), Some("22"), None));
    command(&mut night, "sort -time");
    assert_eq!(rows(&night)[0], "29");
    night.press("o");
    assert_eq!(night.model.search.shape.order, Order { field: HitField::Source, is_descending: false });
    command(&mut night, "sort usr.name");
    let told = night.model.messages.toast(night.model.now).expect("a warning");
    assert_eq!(told.trouble.hint.as_deref(), Some("did you mean \"user.name\"?"));
}

#[test]
fn values_narrow_in_and_out_and_esc_takes_the_last_back() {
    let mut night = found(120, 40);
    night.press("p");
    assert!(night.model.search.shape.facets.has_focus);
    // source: alb, cloudtrail, vpcflow.
    night.press("j enter");
    assert_eq!(night.model.search.shape.shown(), 10);
    assert!(night.model.search.hits.len() == 30);
    night.press("enter");
    assert_eq!(night.model.search.shape.shown(), 30, "once more takes it back");
    night.press("x");
    assert_eq!(night.model.search.shape.shown(), 20);
    night.press("tab");
    command(&mut night, "filter user.name:=root");
    let root = night.model.search.shape.shown();
    assert!(root > 0 && root < 20, "{root}");
    night.press("esc");
    assert_eq!(night.model.search.shape.shown(), 4, "conditions on values go first, then the filter");
    night.press("esc");
    assert_eq!((night.model.search.shape.shown(), night.model.screen), (30, Screen::Search));
}

#[test]
fn hits_are_grouped_and_each_opens_from_its_group() {
    let mut night = found(120, 40);
    command(&mut night, "group source");
    assert_eq!(rows(&night), ["alb:10", "cloudtrail:10", "vpcflow:10"]);
    assert!(night.model.search.selected().is_none());
    night.press("S");
    assert_eq!(night.model.screen, Screen::Search, "a group has no surroundings");
    night.press("g enter");
    assert_eq!(rows(&night)[..3], ["alb:10", "2", "5"]);
    night.press("j");
    assert!(selected(&night).ends_with("#2"));
    night.press("S");
    assert_eq!(night.model.screen, Screen::Records);
    night.press("esc");
    // From its hit the group is folded, and the cursor is on it.
    night.press("space");
    assert_eq!((rows(&night).len(), night.model.search.cursor.at), (3, 0));
    night.press("z");
    assert_eq!(rows(&night).len(), 33);
    night.press("z esc");
    assert_eq!(rows(&night).len(), 30, "esc ungroups");
    command(&mut night, "group time");
    assert!(night.model.search.shape.group.is_none());
}

#[test]
fn a_stretch_that_is_brushed_narrows_the_hits_and_not_the_histogram() {
    let mut night = found(120, 40);
    let bars = |night: &Night| night.model.search.shape.histogram.as_ref().expect("a histogram").bins.clone();
    let before = bars(&night);
    assert_eq!(before.iter().sum::<u32>(), 30);
    night.press("v v l l l l l l l l enter");
    let shown = night.model.search.shape.shown();
    assert!(shown > 1 && shown < 30, "{shown}");
    assert_eq!(bars(&night), before);
    night.press("esc");
    assert_eq!(night.model.search.shape.shown(), 30);
    night.press("H");
    assert_eq!(crate::app::geometry::hits_panes(&night.model).histogram.height, 0);
}

#[test]
fn columns_are_chosen_and_taken_back() {
    let mut night = found(120, 40);
    command(&mut night, "columns time,user.name record");
    let names: Vec<&str> = columns_shown(&night.model).into_iter().map(HitField::name).collect();
    assert_eq!(names, ["time", "user.name", "record"]);
    command(&mut night, "columns");
    assert_eq!(columns_shown(&night.model).len(), 5);
}

#[test]
fn a_search_is_completed_by_fields_sources_values_and_times() {
    let night = found(120, 40);
    let first = |typed: &str| completions(&night.model, typed).first().map(|found| found.line.clone());
    assert_eq!(first("user.n").as_deref(), Some("user.name:"));
    assert_eq!(first("(x OR -user.name:jd").as_deref(), Some("(x OR -user.name:jdoe"));
    assert_eq!(first("x source:clou").as_deref(), Some("x source:cloudtrail"));
    assert_eq!(first("x source:alb,clou").as_deref(), Some("x source:alb,cloudtrail"));
    assert_eq!(first("x last 6").as_deref(), Some("x last 6h"));
    assert_eq!(first("x NO").as_deref(), Some("x NOT"));
    assert_eq!(first("svc-").as_deref(), Some("svc-backup"));
    assert_eq!(first("\"in quotes use"), None);
    let mut night = found(120, 40);
    night.press("i").type_text("x user.na").press("tab");
    assert_eq!(night.model.typing.as_ref().map(|typing| typing.line.text()), Some("x user.name:"));
}

#[test]
fn a_hundred_thousand_hits_are_taken_in_by_parts_without_going_through_all_of_them_each_time() {
    let one = hits().remove(0);
    let all: Vec<Hit> = (0..100_000_u64)
        .map(|number| Hit {
            time: one.time.map(|time| time + SignedDuration::from_millis((number * 7_919 % 80_000_000) as i64)),
            object: ObjectId::new("logs", format!("{}.gz", number % 500)),
            span: number * 100..number * 100 + 99,
            ..one.clone()
        })
        .collect();
    let mut search = Search::default();
    search.shape.facets.is_shown = true;
    let began = std::time::Instant::now();
    for part in all.chunks(2_000) {
        search.take(part.to_vec());
    }
    let taken = began.elapsed();
    let began = std::time::Instant::now();
    search.shape.order = Order::read("-object").expect("an order");
    search.shape.rebuild(&search.hits);
    // Told with --nocapture; nothing depends on it.
    println!("taken in: {taken:?}, sorted anew: {:?}", began.elapsed());
    assert_eq!(search.shape.len(), 100_000);
    let facet = search.shape.facets.fields.iter().find(|facet| facet.field == HitField::Object).expect("objects");
    assert_eq!((facet.distinct, facet.values.len()), (500, 5));
}
