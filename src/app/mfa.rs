//! The code of an MFA device, which AWS wants before it lets one be a role.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Model;
use super::desk::Topic;
use super::request::{Request, Trouble};

/// Digits of a code.
pub const DIGITS: usize = 6;

/// What is asked, and what was typed so far. It lies over everything, and has the keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asking {
    /// The device, by its ARN or serial number.
    pub device: String,
    /// What AWS said of the code before.
    pub refused: Option<String>,
    /// The digits so far.
    pub typed: String,
}

pub(super) fn wanted(model: &mut Model, device: String, refused: Option<String>) {
    model.pressed.clear();
    model.mfa = Some(Asking { device, refused, typed: String::new() });
}

pub(super) fn press(model: &mut Model, key: KeyEvent) {
    let Some(asking) = &mut model.mfa else { return };
    let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Esc => decline(model),
        KeyCode::Char('c' | 'g') if is_control => decline(model),
        KeyCode::Char('u') if is_control => asking.typed.clear(),
        KeyCode::Char(digit) if !is_control => asking.take(digit),
        KeyCode::Backspace => drop(asking.typed.pop()),
        KeyCode::Enter if asking.typed.len() == DIGITS => {
            let code = std::mem::take(&mut asking.typed);
            model.mfa = None;
            model.desk.ask(Topic::Code, Request::Code(Some(code)));
        }
        _ => {}
    }
}

/// A code may be pasted: it is no confirmation of anything.
pub(super) fn paste(model: &mut Model, text: &str) {
    if let Some(asking) = &mut model.mfa {
        text.chars().take(super::typing::LINE_LIMIT).for_each(|character| asking.take(character));
    }
}

/// Asks AWS anew, after nobody gave a code.
pub(super) fn sign_in(model: &mut Model) {
    model.desk.ask(Topic::SignIn, Request::SignIn);
}

pub(super) fn signed_in(model: &mut Model, trouble: Option<&Trouble>) {
    if trouble.is_none() {
        model.note("signed in");
        super::run::refresh(model);
    }
}

fn decline(model: &mut Model) {
    model.mfa = None;
    model.desk.ask(Topic::Code, Request::Code(None));
    model.warn("no MFA code was given", "AWS is not asked without it", Some(":sign-in asks for it again"));
}

impl Asking {
    fn take(&mut self, character: char) {
        if character.is_ascii_digit() && self.typed.len() < DIGITS {
            self.typed.push(character);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;
    use crate::app::fixture::Night;

    fn asked() -> Night {
        let mut night = Night::new(80, 24).surveyed();
        night.tell(Msg::CodeWanted { device: "arn:aws:iam::111122223333:mfa/aya".into(), refused: None });
        night
    }

    fn answered(night: &Night) -> Option<Request> {
        night.asked(|request| matches!(request, Request::Code(_))).map(|(_, request)| request)
    }

    #[test]
    fn six_digits_are_a_code_and_nothing_else_is() {
        let mut night = asked();
        night.press("1 2 x 3 4 enter");
        assert_eq!(answered(&night), None, "too short");
        night.press("5 6 7 enter");
        assert_eq!(answered(&night), Some(Request::Code(Some("123456".into()))));
        assert_eq!(night.model.mfa, None);
    }

    #[test]
    fn a_pasted_code_is_taken_without_its_blanks() {
        let mut night = asked();
        night.tell(Msg::Paste("123 456\n".into())).press("enter");
        assert_eq!(answered(&night), Some(Request::Code(Some("123456".into()))));
    }

    #[test]
    fn without_a_code_the_screens_stay_and_say_how_to_go_on() {
        let mut night = asked();
        night.press("esc");
        assert_eq!((answered(&night), &night.model.mfa), (Some(Request::Code(None)), &None));
        night.type_text(":sign-in").press("enter");
        let (ticket, _) = night.asked(|request| *request == Request::SignIn).expect("asked");
        night.tell(Msg::CodeWanted { device: "d".into(), refused: Some("it was wrong".into()) });
        assert!(night.model.mfa.is_some());
        night.press("1 2 3 4 5 6 enter").tell(Msg::Closed(ticket, Ok(())));
        assert!(night.has_asked(|request| matches!(request, Request::Survey { .. })), "what is shown is asked again");
    }
}
