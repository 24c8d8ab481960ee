//! The line of a profile, above its sources, where several are shown.
//!
//! ```text
//! │▸ prod-eu  READ-ONLY 1234-5678-9012 eu-west-1       41,230   38 GiB          37 failed │
//! │  prod-us  ✗ cannot list s3://acme-us/: ExpiredToken — aws sso login                   │
//! ```

use ratatui::layout::Rect;

use super::super::canvas::Canvas;
use super::super::{say, say_trouble, text};
use super::{Columns, about, is_waiting};
use crate::app::Model;
use crate::app::request::Trouble;
use crate::app::sources::{self, Sources};
use crate::domain::{ByteSize, Shown, SourceSurvey};
use crate::theme::Role;
use crate::view::frame::spaced;

/// Why nothing is known of its sources.
pub(super) fn trouble(console: &Model) -> Option<&Trouble> {
    console.sources.trouble.as_ref().filter(|_| console.sources.surveys.is_empty())
}

/// The trouble in one line.
pub(super) fn told(console: &Model) -> Option<(String, Role)> {
    let trouble = console.sources.trouble.as_ref()?;
    let hint = trouble.hint.as_ref().map_or(String::new(), |hint| format!(" — {}", Shown::new(hint)));
    Some((format!("{}: {}{hint}", Shown::new(&trouble.what), Shown::new(&trouble.cause)), Role::Error))
}

pub(super) fn line(
    console: &Model,
    shown: &Sources,
    canvas: &mut Canvas<'_>,
    line: Rect,
    columns: &Columns,
    is_selected: bool,
) {
    let name = Shown::new(&console.profile.name);
    let name = text::cut(name.as_str(), usize::from(columns.name.max(12))).into_owned();
    let cells = text::width(&name) as u16;
    let row = canvas.row(line).selected(is_selected, true).badge(console.tint.as_ref(), cells, &name);
    let flag = if console.profile.is_read_only { 9 } else { 0 };
    let row = row.cell(flag, "READ-ONLY", Role::Warning);
    if let Some((told, role)) = told(console) {
        let mark = row.either("✗", "x");
        return row.rest(&format!("{mark} {told}"), role);
    }
    let used = cells + 2 + if flag > 0 { flag + 1 } else { 0 };
    let rows = sources::rows_of(console, shown);
    let known: Vec<&SourceSurvey> = rows.iter().filter_map(|row| row.survey).collect();
    let objects: u64 = known.iter().map(|survey| survey.objects).sum();
    let bytes: ByteSize = known.iter().map(|survey| survey.bytes).sum();
    let failed: u64 = known.iter().map(|survey| survey.failed).sum();
    let (objects, bytes) =
        if known.is_empty() { (String::new(), String::new()) } else { (text::count(objects), bytes.to_string()) };
    let state = match (failed, known.is_empty()) {
        _ if console.profile.sources.is_empty() => (" names no sources".to_owned(), Role::Dim),
        (_, true) if is_waiting(console) => (" loading…".to_owned(), Role::Dim),
        (1.., _) => (format!(" {} failed", text::count(failed)), Role::Failed),
        _ if console.sources.is_folded => (format!(" {}", text::plural(rows.len(), "source")), Role::Dim),
        _ => (String::new(), Role::Dim),
    };
    row.cell(columns.before_objects().saturating_sub(used), &whose(console), Role::Dim)
        .right(columns.objects, &objects, Role::Dim)
        .right(columns.size, &bytes, Role::Dim)
        .right(columns.lag, "", Role::Dim)
        .rest(&state.0, state.1);
}

/// `1234-5678-9012 ap-northeast-1`
fn whose(console: &Model) -> String {
    let account = console.profile.account.as_deref().map_or(String::new(), |account| format!("{} ", spaced(account)));
    format!("{account}{}", Shown::new(&console.profile.region))
}

/// What is known of the profile, below the rows.
pub(super) fn about(console: &Model, canvas: &mut Canvas<'_>, upper: Rect, lower: Rect) {
    let name = Shown::new(&console.profile.name);
    let inside = canvas.pane(upper, &[(name.as_str(), Role::Title)], "", false);
    if let Some(trouble) = &console.sources.trouble {
        say_trouble(canvas, inside, trouble);
    } else {
        let does = if console.sources.is_folded { "unfolds" } else { "folds" };
        say(canvas, inside, &[(format!("enter {does} its sources"), Role::Dim)]);
    }
    let profile = &console.profile;
    let endpoint = profile.endpoint.as_deref().unwrap_or("AWS");
    let sends =
        if profile.is_read_only { "nothing: it is read-only" } else { "what a plan says, once it is confirmed" };
    let budget = match console.live.requests_per_minute {
        Some(limit) => format!("up to {limit} requests a minute by itself"),
        None => "as it likes: requests cost nothing there".to_owned(),
    };
    let asked = console.live.usage.session.total();
    let consumers: Vec<&str> = profile.consumers.iter().map(|consumer| consumer.name.as_str()).collect();
    let inside = canvas.pane(lower, &[("about", Role::Title)], "", false);
    about::lines(
        canvas,
        inside,
        vec![
            ("account", whose(console), Role::Text),
            ("reached", Shown::new(endpoint).to_string(), Role::Text),
            ("sends", sends.to_owned(), if profile.is_read_only { Role::Warning } else { Role::Text }),
            ("looks", format!("{budget}, {} so far", text::count(asked)), Role::Text),
            ("sources", text::count(profile.sources.len() as u64), Role::Text),
            ("read by", Shown::new(consumers.join(", ")).to_string(), Role::Text),
        ],
    );
}
