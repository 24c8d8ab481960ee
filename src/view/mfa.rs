//! The box that asks for the code of an MFA device.
//!
//! ```text
//! ┌ Enter MFA code ────────────────────────────┐
//! │ arn:aws:iam::111122223333:mfa/aya          │
//! │ code: 1234__                               │
//! │ enter sends   esc goes without credentials │
//! └────────────────────────────────────────────┘
//! ```

use super::canvas::Canvas;
use super::text;
use crate::app::mfa::{Asking, DIGITS};
use crate::app::{Model, geometry};
use crate::domain::Shown;
use crate::theme::Role;

/// Columns of the box, where the terminal has them.
const WIDTH: u16 = 64;

pub(super) fn draw(model: &Model, asking: &Asking, canvas: &mut Canvas<'_>) {
    let most = usize::from(WIDTH.min(model.size.0)).saturating_sub(4).max(1);
    let mut lines: Vec<(String, Role)> = Vec::new();
    let mut say = |words: &str, role: Role, rows: usize| {
        lines.extend(text::wrap_words(words, most, rows).into_iter().map(|line| (line, role)));
    };
    if let Some(refused) = &asking.refused {
        say(Shown::new(refused).as_str(), Role::Error, 2);
    }
    say(Shown::new(&asking.device).as_str(), Role::Text, 2);
    say(&format!("code: {:_<DIGITS$}", asking.typed), Role::Title, 1);
    say("enter sends   esc goes on without credentials", Role::Key, 2);
    let area = geometry::centered(model, WIDTH, lines.len() as u16 + 2);
    canvas.clear(area);
    let inside = canvas.pane(area, &[("Enter MFA code", Role::Title)], "", true);
    for ((line, role), row) in lines.iter().zip(inside.rows()) {
        let style = canvas.style(*role);
        canvas.put(row.x + 1, row.y, row.width.saturating_sub(1), line, style);
    }
}
