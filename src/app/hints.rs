//! The key hints at the foot of the screen: what one wants to do here, by which key, and where that stands. A click on
//! one does what its key does.

use unicode_width::UnicodeWidthStr as _;

use super::search::Phase;
use super::{Model, Popup, Purpose, Screen, geometry, keys, search};
use crate::command::Command;
use crate::domain::size::count;

/// One hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// What it does.
    pub command: Command,
    /// The key that does it.
    pub key: String,
    /// Its word.
    pub label: &'static str,
    /// Its first column.
    pub x: u16,
    /// How many columns it takes.
    pub cells: u16,
}

/// The hints that have room in the foot of the screen, from left to right; the key of the help is the last.
pub fn hints(model: &Model) -> Vec<Hint> {
    let line = geometry::frame(model).footer;
    let contexts = keys::contexts(model);
    let hint = |command: Command, label| {
        let key = model.keymap.key_of(&contexts, command)?;
        let cells = (key.width() + 1 + str::width(label)) as u16;
        Some(Hint { command, key, label, x: 0, cells })
    };
    let help = hint(Command::Help, "help");
    let reserved = |cells: u16| if cells > 0 { cells + 2 } else { 0 };
    let meter = meter(model).width() as u16;
    let end = line.right().saturating_sub(reserved(meter) + reserved(help.as_ref().map_or(0, |help| help.cells)));
    let mut x = line.x + 1;
    let mut hints = Vec::new();
    for mut hint in wanted(model).iter().filter_map(|command| hint(*command, command.label())) {
        if x + hint.cells >= end {
            break;
        }
        hint.x = x;
        x += hint.cells + 2;
        hints.push(hint);
    }
    hints.extend(help.map(|help| Hint { x, cells: help.cells.min(line.right().saturating_sub(x)), ..help }));
    hints
}

/// The hint at a place of the screen.
pub(super) fn hint_at(model: &Model, column: u16, row: u16) -> Option<Command> {
    if !geometry::frame(model).footer.contains((column, row).into()) {
        return None;
    }
    hints(model).into_iter().find(|hint| (hint.x..hint.x + hint.cells).contains(&column)).map(|hint| hint.command)
}

/// The requests of the last minute for the foot of the screen; nothing before the first one.
pub fn meter(model: &Model) -> String {
    let minute = &model.live.usage.minute;
    if model.live.usage.session.total() == 0 {
        return String::new();
    }
    let requests = count(minute.total());
    let state = match model.live.requests_per_minute {
        _ if model.live.is_unfocused => " paused",
        Some(limit) if minute.total() >= u64::from(limit) => " waits",
        _ => "",
    };
    match model.size.0 {
        0..=59 => String::new(),
        60..=109 => format!("{requests}/min{state}"),
        _ => format!("{requests} requests/min, ~{}{state}", minute.told_dollars()),
    }
}

/// What one wants to do with what lies over the screen.
fn popup_hints(model: &Model, popup: &Popup) -> &'static [Command] {
    use Command as C;
    match popup {
        Popup::Sheet(sheet) if sheet.plan().is_none() => &[C::Cancel],
        Popup::Restore(restore) if restore.hindrance(model.profile.is_read_only).is_some() => &[C::Cancel],
        Popup::Sheet(_) if model.profile.consumers.len() > 1 => {
            &[C::Cancel, C::ShowMessage, C::LeaveOutFailing, C::NextConsumer, C::Down]
        }
        Popup::Sheet(_) => &[C::Cancel, C::ShowMessage, C::LeaveOutFailing, C::Down],
        Popup::Restore(_) | Popup::LeaveRunning => &[C::Confirm, C::Cancel],
        Popup::Help(_) => &[C::Open, C::Filter, C::Back],
        Popup::Messages(_) | Popup::Flaws(_) => &[C::Back, C::Down],
        Popup::Jobs(_) => &[C::CancelJob, C::Back, C::Down],
        Popup::Pivot(_) => &[C::Open, C::FilterIn, C::FilterOut, C::SearchValue, C::Copy, C::Pin, C::Back],
        Popup::Statistics(_) => &[C::Open, C::FilterIn, C::FilterOut, C::SearchValue, C::Copy, C::Back],
        Popup::Report(_) => &[C::Open, C::Back, C::Down],
        Popup::Copies(_) | Popup::Versions(_) => &[C::Open, C::Back],
    }
}

/// What one wants to do with records.
fn records_hints(model: &Model) -> &'static [Command] {
    use Command as C;
    if model.records.detail.has_focus() {
        return &[
            C::Pivot,
            C::SearchValue,
            C::FilterIn,
            C::FilterOut,
            C::Statistics,
            C::Fold,
            C::DetailMode,
            C::Copy,
            C::Wrap,
            C::SwitchPane,
            C::Back,
        ];
    }
    if model.records.merged.is_some() {
        return &[
            C::Detail,
            C::OpenAlone,
            C::SwitchPane,
            C::Filter,
            C::NextMatch,
            C::Surroundings,
            C::Wrap,
            C::Copy,
            C::Back,
            C::CommandLine,
        ];
    }
    &[
        C::Detail,
        C::SwitchPane,
        C::Filter,
        C::NextMatch,
        C::Surroundings,
        C::DetailMode,
        C::Wrap,
        C::Workbench,
        C::Copy,
        C::CopyUri,
        C::Back,
        C::CommandLine,
    ]
}

/// What one wants to do here, the likeliest first.
#[expect(clippy::too_many_lines, reason = "one arm a screen, read as a table")]
fn wanted(model: &Model) -> &'static [Command] {
    use Command as C;
    if let Some(typing) = &model.typing {
        return match typing.purpose {
            Purpose::Command | Purpose::Search => &[C::Accept, C::Dismiss, C::Complete, C::HistoryUp],
            _ => &[C::Accept, C::Dismiss],
        };
    }
    if let Some(popup) = &model.popup {
        return popup_hints(model, popup);
    }
    match model.screen {
        Screen::Sources if !model.beside.is_empty() => {
            &[C::Open, C::Search, C::ShowFailures, C::Profile, C::Range, C::Filter, C::Sort, C::CommandLine]
        }
        Screen::Sources => {
            &[C::Open, C::Search, C::ShowFailures, C::Range, C::Filter, C::Sort, C::NextMatch, C::CommandLine]
        }
        Screen::Objects if model.objects.brush.is_some() => {
            &[C::BrushLeft, C::BrushRight, C::Brush, C::BrushApply, C::Back]
        }
        Screen::Objects if model.objects.marks.len() > 1 => {
            &[C::Open, C::Mark, C::Replay, C::Merge, C::ClearMarks, C::Download, C::Filter, C::Back, C::CommandLine]
        }
        Screen::Objects => &[
            C::Open,
            C::Mark,
            C::Replay,
            C::NextTrouble,
            C::Filter,
            C::Brush,
            C::ZoomIn,
            C::MarkFailed,
            C::Workbench,
            C::Preview,
            C::Sort,
            C::CopyUri,
            C::CommandLine,
        ],
        Screen::Records => records_hints(model),
        Screen::Search if matches!(model.search.phase, Phase::Running { .. } | Phase::Estimating(_)) => {
            &[C::Interrupt, C::EditSearch, C::Back, C::CommandLine]
        }
        Screen::Search if is_over_limit(model) => &[C::RunOverLimit, C::Means, C::EditSearch, C::Range, C::Back],
        Screen::Search if matches!(model.search.phase, Phase::Estimated(..)) => {
            &[C::Open, C::Means, C::EditSearch, C::Range, C::Back, C::CommandLine]
        }
        Screen::Search if model.search.effort.has_more() => {
            &[C::Open, C::More, C::Flaws, C::Surroundings, C::EditSearch, C::Range, C::Back, C::CommandLine]
        }
        Screen::Search if !model.search.effort.flaws.is_empty() => {
            &[C::Open, C::Flaws, C::Surroundings, C::EditSearch, C::Range, C::CopyUri, C::Back, C::CommandLine]
        }
        Screen::Search if model.search.hits.is_empty() && matches!(model.search.phase, Phase::Done(..)) => {
            &[C::Why, C::EditSearch, C::Range, C::Back, C::CommandLine]
        }
        Screen::Search if model.search.shape.brush.is_some() => {
            &[C::BrushLeft, C::BrushRight, C::Brush, C::BrushApply, C::Back]
        }
        Screen::Search if model.search.shape.facets.has_focus => {
            &[C::FilterIn, C::FilterOut, C::Fold, C::Group, C::SwitchPane, C::Back, C::CommandLine]
        }
        Screen::Search if !model.search.hits.is_empty() => &[
            C::Open,
            C::Surroundings,
            C::EditSearch,
            C::Facets,
            C::Sort,
            C::Group,
            C::Brush,
            C::Filter,
            C::Columns,
            C::CopyUri,
            C::Back,
            C::CommandLine,
        ],
        Screen::Search if !model.search.hits.is_empty() => {
            &[C::Open, C::Surroundings, C::EditSearch, C::Range, C::Export, C::CopyUri, C::Back, C::CommandLine]
        }
        Screen::Search => &[C::Open, C::Surroundings, C::EditSearch, C::Range, C::CopyUri, C::Back, C::CommandLine],
        Screen::Failures => &[
            C::Open,
            C::Replay,
            C::Workbench,
            C::Mark,
            C::Save,
            C::Reconcile,
            C::Filter,
            C::ClearMarks,
            C::Back,
            C::CommandLine,
        ],
        Screen::Replays if model.replays.is_running() => {
            &[C::PauseReplay, C::Faster, C::Slower, C::AbortReplay, C::Open, C::CopyUri, C::Back, C::CommandLine]
        }
        Screen::Replays if model.replays.resumable().is_some() => {
            &[C::Open, C::ResumeReplay, C::Refresh, C::CopyUri, C::Back, C::CommandLine]
        }
        Screen::Replays => &[C::Open, C::Refresh, C::CopyUri, C::Back, C::CommandLine],
        Screen::Workbench if model.workbench.is_typing() => {
            &[C::SwitchPane, C::Back, C::SaveFormat, C::Undo, C::Redo, C::Coverage, C::OpenEditor]
        }
        Screen::Workbench => &[
            C::EditDefinition,
            C::KeepSample,
            C::Coverage,
            C::SaveFormat,
            C::Release,
            C::SwitchPane,
            C::NextMatch,
            C::DetailMode,
            C::Undo,
            C::OpenEditor,
            C::Back,
        ],
        Screen::Sql => sql_hints(model),
        Screen::Case => case_hints(model),
        Screen::Alerts => &[
            C::Open,
            C::Pivot,
            C::SearchValue,
            C::Pin,
            C::Mark,
            C::Replay,
            C::Group,
            C::Fold,
            C::SwitchPane,
            C::Filter,
            C::Range,
            C::Back,
        ],
        Screen::Pipeline => &[C::Refresh, C::ShowFailures, C::Copy, C::Back, C::CommandLine],
    }
}

/// Whether a search is priced that the limits forbid.
fn is_over_limit(model: &Model) -> bool {
    let Phase::Estimated(_, priced) = &model.search.phase else { return false };
    search::taken(model, priced).is_some_and(|means| priced.forbidden(means).is_some())
}

/// What one wants to do with SQL, the likeliest first.
fn sql_hints(model: &Model) -> &'static [Command] {
    use Command as C;
    if model.sql.is_typing() {
        return &[
            C::RunSql,
            C::Complete,
            C::SwitchPane,
            C::HistoryUp,
            C::SqlHistory,
            C::SaveQuery,
            C::SavedQueries,
            C::OpenEditor,
            C::Back,
        ];
    }
    &[
        C::Open,
        C::RunSql,
        C::EditDefinition,
        C::Copy,
        C::CopyRow,
        C::Export,
        C::SqlHistory,
        C::SavedQueries,
        C::MakeTable,
        C::ReuseResults,
        C::Back,
    ]
}

/// What one wants to do with the notes, the likeliest first.
fn case_hints(model: &Model) -> &'static [Command] {
    use Command as C;
    if model.case.is_empty() {
        return &[C::Note, C::Back, C::CommandLine];
    }
    &[C::Open, C::Note, C::EditNote, C::RemoveNote, C::Undo, C::MoveNoteUp, C::MoveNoteDown, C::SwitchPane, C::Back]
}
