//! The sheet's confirmation for a hand that has a mouse: digits and a button that sends, on the sheet's last line. It takes
//! as many deliberate presses as keys do, and is bound by the same rules.

use ratatui::layout::Rect;

use super::{Sheet, TYPED_FROM, expires};
use crate::app::{Model, Mouse, Popup, geometry};
use crate::command::Command;

/// What a press on the pad does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// Types a digit.
    Digit(char),
    /// Takes the last digit back.
    Erase,
    /// Sends, where the number is right.
    Send,
}

/// The buttons of the pad with their places and words; none where nothing can be sent, the last key's refusal stands in
/// their place, or the terminal has the mouse.
pub fn pad(model: &Model, sheet: &Sheet) -> Vec<(Rect, String, Button)> {
    let line = geometry::sheet_pad(model);
    let Some(plan) = sheet.plan().filter(|plan| !plan.items.is_empty() && expires(plan) >= model.now) else {
        return Vec::new();
    };
    if line.height == 0 || model.mouse == Mouse::Terminals || sheet.note.is_some() || sheet.name.is_some() {
        return Vec::new();
    }
    let mut keys = Vec::new();
    let send = format!(" send {} ", plan.items.len());
    if plan.items.len() >= TYPED_FROM {
        let roomy = line.width >= 36 + 2 + send.len() as u16;
        let key = |face: char| if roomy { format!(" {face} ") } else { format!(" {face}") };
        keys.extend(('0'..='9').map(|digit| (key(digit), Button::Digit(digit))));
        keys.push((key('<'), Button::Erase));
    }
    keys.push((send, Button::Send));
    let mut x = line.x;
    let mut buttons = Vec::new();
    for (face, button) in keys {
        let gap = if button == Button::Send && x > line.x { 2 } else { 0 };
        let place = Rect { x: x + gap, width: face.len() as u16, ..line };
        if place.right() > line.right() {
            break;
        }
        x = place.right();
        buttons.push((place, face, button));
    }
    buttons
}

/// Takes a press of the mouse while the sheet is open. What came faster than hands press, or before the plan was on the
/// screen, presses nothing.
pub(in crate::app) fn click(model: &mut Model, column: u16, row: u16, is_rushed: bool) {
    let Some(Popup::Sheet(sheet)) = &model.popup else { return };
    if !sheet.is_seen {
        return;
    }
    let place = (column, row).into();
    let pressed = pad(model, sheet).into_iter().find(|(area, ..)| area.contains(place)).map(|(.., button)| button);
    let is_on_note = sheet.note.is_some() && geometry::sheet_pad(model).contains(place);
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return };
    match pressed {
        Some(_) if is_rushed => sheet.refuse_paste(),
        Some(Button::Digit(digit)) => sheet.push(digit),
        Some(Button::Erase) => drop(sheet.typed.pop()),
        Some(Button::Send) => {
            let is_typed = sheet.plan().is_some_and(|plan| plan.items.len() >= TYPED_FROM);
            super::run(model, if is_typed { Command::Accept } else { Command::Confirm });
        }
        // Whoever reads why nothing was sent has the pad again by a press.
        None if is_on_note => sheet.note = None,
        None => {}
    }
}

#[cfg(test)]
mod tests;
