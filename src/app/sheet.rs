//! The sheet before a replay: what will be sent, to whom, and the confirmation.
//!
//! A replay is confirmed by a hand that means it. Fewer than ten objects want `y`; more want their number, typed and
//! then taken with enter; some profiles want their name after that. A mouse presses the same on the sheet's last line.
//! Nothing else sends: enter alone stays on Cancel, a held key counts as one press, and pasted text is refused.

mod pad;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::Timestamp;

use super::request::{Request, Trouble};
use super::{Cursor, Model, Popup, Topic, geometry, replays, workbench};
use crate::command::Command;
use crate::domain::size::plural;
use crate::domain::{ObjectId, Plan, Planning};
pub(super) use pad::click;
pub use pad::{Button, pad};

/// From so many objects on, their number is typed.
pub const TYPED_FROM: usize = 10;

/// Where the plan stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// It is being made.
    Planning {
        /// How many objects were asked for.
        objects: usize,
        /// What was done for it so far.
        progress: Planning,
    },
    /// It waits for a confirmation.
    Ready(Box<Plan>),
    /// It could not be made.
    Failed(Trouble),
}

/// The sheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The consumer.
    pub consumer: String,
    /// What the plan was asked for by.
    request: Request,
    /// Where the plan stands.
    pub stage: Stage,
    /// The object that is looked at.
    pub cursor: Cursor,
    /// The number as it has been typed so far.
    pub typed: String,
    /// The profile's name as it has been typed so far, where it is wanted and the number was taken.
    pub name: Option<String>,
    /// Whether a frame has shown the plan since it came: what nobody can have seen, nobody confirms.
    pub is_seen: bool,
    /// Whether the exact message of the object is shown.
    pub shows_message: bool,
    /// Why the last key sent nothing.
    pub note: Option<String>,
}

impl Sheet {
    /// The plan, once it is there.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.stage {
            Stage::Ready(plan) => Some(plan),
            Stage::Planning { .. } | Stage::Failed(_) => None,
        }
    }

    /// Whether the number of objects was typed.
    pub fn is_typed(&self) -> bool {
        self.plan().is_some_and(|plan| self.typed == plan.items.len().to_string())
    }

    /// Types a digit of the number.
    fn push(&mut self, digit: char) {
        if self.typed.len() < 9 {
            self.typed.push(digit);
        }
        self.note = None;
    }

    pub(super) fn refuse_paste(&mut self) {
        self.typed.clear();
        self.name = None;
        self.note = Some("pasted text confirms nothing: press the keys".to_owned());
    }
}

/// When a plan can no longer be sent.
pub fn expires(plan: &Plan) -> Timestamp {
    plan.made.checked_add(Plan::LIFETIME).unwrap_or(plan.made)
}

/// Opens the sheet and has the plan made to replay objects.
pub(super) fn plan(model: &mut Model, consumer: String, objects: Vec<ObjectId>) {
    let count = objects.len();
    open(model, consumer.clone(), count, Request::Plan { consumer, objects });
}

/// Opens the sheet and asks for the plan. Where nothing may be sent, says why instead.
pub(super) fn open(model: &mut Model, consumer: String, objects: usize, request: Request) {
    if model.profile.is_read_only {
        let cause = format!("the profile {} is read-only", model.profile.name);
        return model.warn("nothing is replayed", cause, Some("set read_only = false in the profile to allow it"));
    }
    if model.replays.is_running() {
        return model.warn("nothing is replayed", "another replay runs", Some("6 shows it"));
    }
    if objects == 0 {
        return model.warn("nothing to replay", "no object is marked or under the cursor", None);
    }
    model.popup = Some(Popup::Sheet(Box::new(Sheet {
        consumer,
        request: request.clone(),
        stage: Stage::Planning { objects, progress: Planning::default() },
        cursor: Cursor::default(),
        typed: String::new(),
        name: None,
        is_seen: false,
        shows_message: false,
        note: None,
    })));
    model.desk.ask(Topic::Plan, request);
}

/// The plan has come further.
pub(super) fn progressed(model: &mut Model, planning: Planning) {
    if let Some(Popup::Sheet(sheet)) = &mut model.popup
        && let Stage::Planning { progress, .. } = &mut sheet.stage
    {
        *progress = planning;
    }
}

pub(super) fn answered(model: &mut Model, mut plan: Plan) {
    workbench::tell(model, &mut plan);
    if let Some(Popup::Sheet(sheet)) = &mut model.popup {
        sheet.stage = Stage::Ready(Box::new(plan));
        sheet.cursor = Cursor::default();
    }
}

pub(super) fn closed(model: &mut Model, trouble: Option<Trouble>) {
    if let (Some(Popup::Sheet(sheet)), Some(trouble)) = (&mut model.popup, trouble)
        && sheet.plan().is_none()
    {
        sheet.stage = Stage::Failed(trouble);
    }
}

/// A frame has shown what the model holds.
pub(super) fn painted(model: &mut Model) {
    if let Some(Popup::Sheet(sheet)) = &mut model.popup {
        sheet.is_seen = sheet.plan().is_some();
    }
}

/// Takes the keys that the keymap must not: digits of the number, repeats of a held key, and whatever comes faster than
/// fingers press or before the plan was shown. Returns whether it did.
pub(super) fn press(model: &mut Model, key: KeyEvent, is_rushed: bool) -> bool {
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return false };
    let is_movement = sheet.name.is_none()
        && matches!(
            key.code,
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown | KeyCode::Char('j' | 'k')
        );
    if key.kind == KeyEventKind::Repeat && !is_movement {
        return true;
    }
    let is_leaving = key.code == KeyCode::Esc;
    if is_rushed && !is_movement && !is_leaving {
        sheet.refuse_paste();
        return true;
    }
    if sheet.plan().is_some() && !sheet.is_seen && !is_leaving {
        return true;
    }
    if sheet.name.is_some() {
        return press_name(model, key);
    }
    match key.code {
        // Before there is a plan, no number is its.
        KeyCode::Char('0'..='9') if sheet.plan().is_none() => true,
        KeyCode::Char(digit @ '0'..='9') if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
            sheet.push(digit);
            true
        }
        KeyCode::Backspace if !sheet.typed.is_empty() => {
            sheet.typed.pop();
            true
        }
        _ => false,
    }
}

/// The keys of the profile's name: they do nothing else.
fn press_name(model: &mut Model, key: KeyEvent) -> bool {
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return false };
    let Some(name) = &mut sheet.name else { return false };
    match key.code {
        KeyCode::Char(letter) if (key.modifiers - KeyModifiers::SHIFT).is_empty() => {
            if name.len() < 64 {
                name.push(letter);
            }
            sheet.note = None;
        }
        KeyCode::Backspace => drop(name.pop()),
        KeyCode::Enter if *name == model.profile.name => send(model),
        KeyCode::Enter => {
            name.clear();
            sheet.note = Some(format!("nothing sent: the profile is {}", model.profile.name));
        }
        // Esc cancels, as ever.
        _ => return false,
    }
    true
}

pub(super) fn run(model: &mut Model, command: Command) {
    let height = geometry::sheet_rows(model);
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return };
    let items = sheet.plan().map_or(0, |plan| plan.items.len());
    if sheet.cursor.run(command, height, items) {
        return;
    }
    match command {
        Command::Cancel | Command::Back | Command::Close | Command::Interrupt => cancel(model),
        Command::ShowMessage => sheet.shows_message = !sheet.shows_message && items > 0,
        Command::LeaveOutFailing => leave_out_failing(model),
        Command::NextConsumer => next_consumer(model),
        Command::Confirm if items > 0 && items < TYPED_FROM => confirmed(model),
        Command::Confirm if items > 0 => sheet.note = Some(format!("type {items}, then enter")),
        Command::Accept if sheet.is_typed() => confirmed(model),
        Command::Accept if sheet.plan().is_none() || items == 0 => cancel(model),
        Command::Accept if items < TYPED_FROM => sheet.note = Some("y sends, esc cancels".to_owned()),
        Command::Accept if sheet.typed.is_empty() => {
            sheet.note = Some(format!("nothing sent: type {items} first, or esc to cancel"));
        }
        Command::Accept => {
            sheet.note = Some(format!("nothing sent: the plan has {}, not {}", plural(items, "object"), sheet.typed));
            sheet.typed.clear();
        }
        _ => {}
    }
}

fn cancel(model: &mut Model) {
    model.desk.cancel(Topic::Plan);
    model.popup = None;
    model.note("nothing was sent");
}

/// The number was confirmed; some profiles want their name as well.
fn confirmed(model: &mut Model) {
    if !model.profile.replay.confirms_name {
        return send(model);
    }
    if let Some(Popup::Sheet(sheet)) = &mut model.popup {
        sheet.name = Some(String::new());
        sheet.note = None;
    }
}

/// Sends the plan that is shown, where it is not too old.
fn send(model: &mut Model) {
    let now = model.now;
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return };
    let Stage::Ready(plan) = &sheet.stage else { return };
    if plan.is_expired(now) {
        sheet.note = Some("nothing sent: the plan is too old — esc, then r makes a new one".to_owned());
        sheet.typed.clear();
        return;
    }
    let plan = plan.clone();
    model.popup = None;
    model.objects.clear_marks();
    model.failures.marks.clear();
    replays::begin(model, plan);
}

/// Plans the same objects anew for the next consumer of the profile.
fn next_consumer(model: &mut Model) {
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return };
    let Request::Plan { objects, .. } = &sheet.request else {
        sheet.note = Some("a replay is resumed to the consumer that it was begun for".to_owned());
        return;
    };
    let consumers = &model.profile.consumers;
    let at = consumers.iter().position(|consumer| consumer.name == sheet.consumer).unwrap_or(0);
    match consumers.get((at + 1) % consumers.len().max(1)) {
        Some(next) if next.name != sheet.consumer => {
            let (next, objects) = (next.name.clone(), objects.clone());
            plan(model, next, objects);
        }
        _ => sheet.note = Some("the profile has no other consumer".to_owned()),
    }
}

/// Leaves out what the preflight knows to fail again: a smaller plan, under its own hash, to be confirmed anew.
fn leave_out_failing(model: &mut Model) {
    let Some(Popup::Sheet(sheet)) = &mut model.popup else { return };
    let Stage::Ready(plan) = &mut sheet.stage else { return };
    let smaller = plan.without_failing();
    if smaller.items.len() == plan.items.len() {
        sheet.note = Some("no object of this plan is known to fail again".to_owned());
    } else if smaller.items.is_empty() {
        sheet.note = Some("every object of this plan would fail again".to_owned());
    } else {
        **plan = smaller;
        sheet.is_seen = false;
        sheet.typed.clear();
        sheet.note = None;
        sheet.shows_message = false;
        sheet.cursor = Cursor::default();
    }
}
