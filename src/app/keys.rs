//! What a key press means: to the line that is typed, to the sheet, or through the keymap.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind};

use super::{Model, Popup, Purpose, Screen, help, mfa, records, run, sheet, sql, typing, workbench};
use crate::command::{Command, Context, Invocation};
use crate::keymap::{Chord, Lookup};

/// The contexts that have the keys, the nearest first.
pub fn contexts(model: &Model) -> Vec<Context> {
    if model.typing.is_some() {
        return vec![Context::Input];
    }
    match &model.popup {
        Some(Popup::Sheet(_) | Popup::Restore(_) | Popup::LeaveRunning) => vec![Context::Sheet],
        // The keys of a value are those that it has in the record.
        Some(Popup::Pivot(_) | Popup::Statistics(_)) => {
            vec![Context::Popup, Context::Detail, Context::List, Context::Global]
        }
        Some(
            Popup::Help(_)
            | Popup::Messages(_)
            | Popup::Jobs(_)
            | Popup::Copies(_)
            | Popup::Versions(_)
            | Popup::Flaws(_)
            | Popup::Report(_),
        ) => {
            vec![Context::Popup, Context::Global]
        }
        None => screen_contexts(model),
    }
}

/// Whether keys are typed into a text of several lines.
fn is_editing(model: &Model) -> bool {
    match model.screen {
        Screen::Workbench => model.workbench.is_typing(),
        Screen::Sql => model.sql.is_typing(),
        _ => false,
    }
}

/// The contexts of the screen, whatever lies over it.
pub(super) fn screen_contexts(model: &Model) -> Vec<Context> {
    let mut contexts = Vec::with_capacity(4);
    match model.screen {
        Screen::Objects if model.objects.brush.is_some() => contexts.push(Context::Brush),
        Screen::Search if model.search.shape.brush.is_some() => contexts.push(Context::Brush),
        Screen::Search if model.search.shape.facets.has_focus => contexts.push(Context::Facets),
        Screen::Records if model.records.detail.has_focus() => contexts.push(Context::Detail),
        Screen::Workbench if model.workbench.is_typing() => return vec![Context::Editor],
        Screen::Sql if model.sql.is_typing() => return vec![Context::SqlEditor],
        _ => {}
    }
    contexts.extend([model.screen.context(), Context::List, Context::Global]);
    contexts
}

pub(super) fn press(model: &mut Model, key: KeyEvent, is_rushed: bool) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    if model.mfa.is_some() {
        return mfa::press(model, key);
    }
    let chord = Chord::of(key);
    if matches!(model.popup, Some(Popup::Sheet(_))) && sheet::press(model, key, is_rushed) {
        return;
    }
    if matches!(model.popup, Some(Popup::Restore(_))) && is_rushed {
        // A restore costs money: it is confirmed by fingers, not by what is pasted.
        return;
    }
    if is_rushed && model.typing.is_none() && model.popup.is_none() && sql::takes_rushed(model, key) {
        return;
    }
    let contexts = contexts(model);
    model.pressed.push(chord);
    let looked_up = match model.keymap.look_up(&contexts, &model.pressed) {
        Lookup::Matched(invocation) => Some(invocation.clone()),
        Lookup::Pending(_) => return,
        Lookup::Nothing => None,
    };
    let pressed = std::mem::take(&mut model.pressed);
    if let Some(invocation) = &looked_up
        && records::keeps(model, invocation.command, &pressed)
    {
        return;
    }
    if looked_up.is_none() && pressed.len() > 1 {
        // The end of a sequence is no text.
        if key.code != KeyCode::Esc {
            let keys = pressed.iter().map(Chord::to_string).collect::<Vec<_>>().join(" ");
            model.note(format!("\"{keys}\" is bound to nothing"));
        }
        return;
    }
    if let Some(invocation) = looked_up {
        return run(model, &invocation);
    }
    model.has_interrupted = false;
    if let Some(typing) = &mut model.typing
        && typing.line.press(key)
    {
        typing.edited();
        typed(model);
    } else if model.typing.is_none() && model.popup.is_none() && is_editing(model) {
        if model.screen == Screen::Sql { sql::press(model, key) } else { workbench::press(model, key) }
    }
}

/// Runs what a key, or a click on its hint, stands for.
pub(super) fn run(model: &mut Model, invocation: &Invocation) {
    if invocation.command != Command::Interrupt {
        model.has_interrupted = false;
    }
    if model.typing.is_none() {
        model.messages.dismiss();
    }
    run::run(model, invocation);
}

/// Takes pasted text: into the line that is typed, and nowhere else. A confirmation is typed, never pasted.
pub(super) fn paste(model: &mut Model, text: &str) {
    if model.mfa.is_some() {
        return mfa::paste(model, text);
    }
    if let Some(Popup::Sheet(sheet)) = &mut model.popup {
        sheet.refuse_paste();
        return;
    }
    if let Some(typing) = &mut model.typing {
        // Only as much as a line takes is looked at.
        let end = text.char_indices().nth(typing::LINE_LIMIT).map_or(text.len(), |(at, _)| at);
        typing.line.insert(&text[..end]);
        typing.edited();
        typed(model);
    } else if model.popup.is_none() && is_editing(model) {
        if model.screen == Screen::Sql { sql::paste(model, text) } else { workbench::paste(model, text) }
    }
}

/// What changes while one types: filters act at once.
pub(super) fn typed(model: &mut Model) {
    let Some(typing) = &model.typing else { return };
    let text = typing.line.text().to_owned();
    match typing.purpose {
        Purpose::Filter => {
            // A word that cannot be read, which is most often half typed, leaves the rows to those before it.
            if run::try_filter(model, &text).is_err() {
                let before = text.trim_end().rsplit_once(char::is_whitespace).map_or("", |(before, _)| before);
                let _ = run::try_filter(model, before);
            }
        }
        Purpose::Help => help::find(model, &text),
        Purpose::Command
        | Purpose::Find
        | Purpose::Search
        | Purpose::Palette
        | Purpose::Profile
        | Purpose::Note(_)
        | Purpose::Parameter
        | Purpose::QueryName
        | Purpose::Export => {}
    }
}

#[cfg(test)]
mod tests;
