use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::*;
use crate::app::Msg;
use crate::app::fixture::*;
use crate::app::request::{Reply, Request};

fn press_at(column: u16, row: u16) -> MouseEvent {
    let kind = MouseEventKind::Down(MouseButton::Left);
    MouseEvent { kind, column, row, modifiers: KeyModifiers::empty() }
}

/// The sheet of the newest group, or of as many of its objects as are wanted, not seen yet.
fn sheet(objects: usize) -> Night {
    let mut night = Night::new(80, 24).surveyed();
    night.press("5 r");
    let is_plan = |request: &Request| matches!(request, Request::Plan { .. });
    let Some((_, Request::Plan { objects: planned, .. })) = night.asked(is_plan) else { panic!("no plan") };
    let plan = plan(&planned[..objects], at(NOW));
    night.answer(is_plan, vec![Reply::Plan(Box::new(plan))]);
    night
}

fn place(night: &Night, wanted: Button) -> (u16, u16) {
    let Some(Popup::Sheet(sheet)) = &night.model.popup else { panic!("no sheet") };
    let pad = pad(&night.model, sheet);
    let (place, ..) = pad.iter().find(|(.., button)| *button == wanted).expect("on the pad");
    (place.x + place.width / 2, place.y)
}

fn click(night: &mut Night, wanted: Button) {
    let (column, row) = place(night, wanted);
    night.tell(Msg::Mouse(press_at(column, row)));
}

fn is_sent(night: &Night) -> bool {
    night.has_asked(|request| matches!(request, Request::Replay(_)))
}

fn note(night: &Night) -> &str {
    let Some(Popup::Sheet(sheet)) = &night.model.popup else { panic!("no sheet") };
    sheet.note.as_deref().unwrap_or_default()
}

#[test]
fn a_number_is_pressed_digit_by_digit_before_anything_is_sent() {
    let mut night = sheet(35);
    click(&mut night, Button::Send);
    assert!(note(&night).contains("type 35 first"), "{}", note(&night));
    // The refusal stands where the pad was; a press on it brings the pad back.
    let line = geometry::sheet_pad(&night.model);
    night.tell(Msg::Mouse(press_at(line.x, line.y)));
    for button in [Button::Digit('3'), Button::Digit('6'), Button::Erase, Button::Digit('5')] {
        click(&mut night, button);
    }
    assert!(!is_sent(&night));
    click(&mut night, Button::Send);
    assert!(is_sent(&night));
}

#[test]
fn few_objects_are_sent_by_one_press_on_the_button_alone() {
    let mut night = sheet(3);
    let (column, row) = place(&night, Button::Send);
    for (column, row) in [(column, row - 1), (0, 0), (79, 23), (column + 20, row)] {
        night.tell(Msg::Mouse(press_at(column, row)));
    }
    assert!(!is_sent(&night));
    night.tell(Msg::RushedMouse(press_at(column, row)));
    assert!(!is_sent(&night) && note(&night).contains("pasted"), "{}", note(&night));
    let line = geometry::sheet_pad(&night.model);
    night.tell(Msg::Mouse(press_at(line.x, line.y)));
    click(&mut night, Button::Send);
    assert!(is_sent(&night));
}

#[test]
fn no_press_sends_a_plan_that_was_not_on_the_screen() {
    let mut night = sheet(3);
    let (column, row) = place(&night, Button::Send);
    if let Some(Popup::Sheet(sheet)) = &mut night.model.popup {
        sheet.is_seen = false;
    }
    night.tell(Msg::Mouse(press_at(column, row)));
    assert!(!is_sent(&night));
}

#[test]
fn the_terminals_own_mouse_has_no_pad() {
    let mut night = sheet(35);
    night.model.mouse = Mouse::Terminals;
    let Some(Popup::Sheet(sheet)) = &night.model.popup else { panic!("no sheet") };
    assert!(pad(&night.model, sheet).is_empty());
}
