//! What is seen of an answer, at every size.

use super::*;

fn found(night: Night) -> Night {
    let mut night = searched(night);
    let status = QueryStatus {
        id: "q".into(),
        phase: QueryPhase::Succeeded,
        reason: None,
        scanned: ByteSize::kib(1_100),
        queued_ms: 40,
        total_ms: 1_234,
    };
    night
        .answer(|request| matches!(request, Request::Search(_)), vec![Reply::QueryStatus(status), Reply::Hits(hits())]);
    night
}

fn command(mut night: Night, line: &str) -> Night {
    night.press(":").type_text(line).press("enter");
    night
}

#[test]
fn values_of_the_hits() {
    check("search-values", |night| {
        let mut night = found(night);
        night.press("p j");
        night
    });
}

#[test]
fn hits_that_are_narrowed_and_sorted_by_columns_of_ones_own() {
    check("search-narrowed", |night| {
        let mut night = found(night);
        night.press("p j enter tab");
        let night = command(night, "columns time,user.name,event.outcome,record");
        command(night, "sort -user.name")
    });
}

#[test]
fn hits_by_groups() {
    check("search-groups", |night| {
        let mut night = command(found(night), "group user.name");
        night.press("j enter j");
        night
    });
}

#[test]
fn hits_of_a_stretch_that_is_brushed() {
    check("search-brush", |night| {
        let mut night = found(night);
        night.press("j j j v v l l l l l l");
        night
    });
}

#[test]
fn no_hit_passes() {
    check("search-no-hit-passes", |night| command(found(night), "filter nothing-like-this"));
}

#[test]
fn a_mistake_in_a_search_is_told_while_it_is_typed() {
    check("search-mistake", |mut night| {
        night = night.surveyed();
        night.press("s").type_text("root (admin OR");
        night
    });
}

#[test]
fn what_a_search_may_become() {
    check("search-completed", |night| {
        let mut night = found(night);
        night.press("i").type_text("x user.name:");
        night
    });
}

#[test]
fn each_source_has_its_part_and_its_glyph() {
    check("search-sources", |night| {
        let mut night = found(night);
        night.press("p");
        night
    });
    let night = found(Night::new(120, 40));
    let look = Look::new(Theme::shipped("mono").expect("shipped"), ColorDepth::None, Glyphs::Ascii);
    let told = screen(&night.model, &look);
    for legend in ["# cloudtrail 10", "o vpcflow 10", "= alb 10"] {
        assert!(told.contains(legend), "{told}");
    }
}

/// Where a text stands on the screen.
fn place(night: &Night, wanted: &str) -> (u16, u16) {
    let told = screen(&night.model, &Look::default());
    let found = told.lines().enumerate().find_map(|(y, line)| Some((line.find(wanted)?, y, line)));
    let (at, y, line) = found.unwrap_or_else(|| panic!("no {wanted} in\n{told}"));
    (unicode_width::UnicodeWidthStr::width(&line[..at]) as u16, y as u16)
}

fn mouse(night: &mut Night, kind: crossterm::event::MouseEventKind, (column, row): (u16, u16)) {
    let modifiers = crossterm::event::KeyModifiers::empty();
    night.tell(Msg::Mouse(crossterm::event::MouseEvent { kind, column, row, modifiers }));
}

#[test]
fn a_click_chooses_a_value_and_a_second_one_narrows_by_it_and_a_drag_over_the_bars_brushes() {
    use crossterm::event::{MouseButton, MouseEventKind};
    let mut night = found(Night::new(120, 40));
    night.press("p");
    let at = place(&night, "anna");
    for shown in [30, 4] {
        mouse(&mut night, MouseEventKind::Down(MouseButton::Left), at);
        mouse(&mut night, MouseEventKind::Up(MouseButton::Left), at);
        assert_eq!(night.model.search.shape.shown(), shown);
    }
    night.press("esc esc");
    let bars = crate::app::geometry::histogram_bars(&night.model);
    mouse(&mut night, MouseEventKind::Down(MouseButton::Left), (bars.x, bars.y));
    mouse(&mut night, MouseEventKind::Drag(MouseButton::Left), (bars.x + bars.width / 4, bars.y));
    mouse(&mut night, MouseEventKind::Up(MouseButton::Left), (bars.x + bars.width / 4, bars.y));
    let shown = night.model.search.shape.shown();
    assert!(shown > 5 && shown < 25, "{shown}");
    assert!(night.model.search.shape.window.is_some() && night.model.search.shape.brush.is_none());
}
