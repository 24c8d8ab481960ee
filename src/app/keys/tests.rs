use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::SignedDuration;

use crate::app::fixture::*;
use crate::app::request::{Effect, Past, Reply, Request};
use crate::app::*;
use crate::command::Command;
use crate::domain::{ReplayId, ReplaySummary};

/// Presses the keys that run a command here, in the keymap of the night.
fn run_by_keys(night: &mut Night, command: Command) {
    let contexts = contexts(&night.model);
    let keys = night.model.keymap.key_of(&contexts, command);
    let keys = keys.unwrap_or_else(|| panic!("no key for {} in {contexts:?}", command.name()));
    for key in keys.split(' ') {
        night.tell(Msg::Key(key.parse::<Chord>().expect("a key").event()));
    }
}

/// The README's story, by the keys of each keymap.
#[test]
fn the_story_is_walked_by_the_keys_of_every_keymap() {
    use Command as C;
    for (name, _) in crate::keymap::SHIPPED {
        let mut night = Night::new(120, 40);
        night.model.keymap = Keymap::named(name).expect("shipped");
        let mut night = night.surveyed();
        let mut walk = |commands: &[Command], screen: Screen| {
            for command in commands {
                run_by_keys(&mut night, *command);
                assert!(night.model.pressed.is_empty(), "{name}: {}", command.name());
            }
            assert_eq!(night.model.screen, screen, "{name}: {commands:?}");
        };
        walk(&[C::ShowFailures, C::Down, C::Top, C::Open, C::Down, C::Open], Screen::Records);
        walk(&[C::Detail, C::SwitchPane, C::DetailMode, C::SwitchPane, C::Back], Screen::Failures);
        walk(&[C::Top, C::Replay], Screen::Failures);
        walk(&[C::Cancel, C::ShowReplays, C::ShowSources, C::Top, C::Open], Screen::Objects);
        walk(&[C::NextTrouble, C::Brush, C::BrushLeft, C::BrushApply, C::ZoomOut, C::Back, C::Back], Screen::Objects);
        walk(&[C::Forward, C::ShowPipeline, C::CopyView, C::Help], Screen::Pipeline);
        walk(&[C::Down, C::Back, C::Palette, C::Dismiss, C::CommandLine, C::Dismiss, C::Search], Screen::Search);
        assert!(night.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))), "{name}");
        assert!(!night.has_asked(|request| matches!(request, Request::Replay(_))), "{name}: nothing was sent");
    }
}

#[test]
fn a_drag_over_the_timeline_looks_at_the_range() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    let bars = geometry::timeline_bars(&night.model);
    let cells = night.model.objects.timeline.as_ref().expect("a timeline").cells(bars.width);
    let mouse = |night: &mut Night, kind, column| {
        night.tell(Msg::Mouse(MouseEvent { kind, column, row: bars.y + 1, modifiers: KeyModifiers::empty() }));
    };
    let before = night.model.range;
    mouse(&mut night, MouseEventKind::Down(MouseButton::Left), bars.x + 4 * cells);
    mouse(&mut night, MouseEventKind::Up(MouseButton::Left), bars.x + 4 * cells);
    assert_eq!((night.model.range, night.model.objects.brush.map(Brush::span)), (before, Some((4, 4))));
    mouse(&mut night, MouseEventKind::Down(MouseButton::Left), bars.x + 4 * cells);
    mouse(&mut night, MouseEventKind::Drag(MouseButton::Left), bars.x + 9 * cells);
    let wanted = night.model.objects.timeline.as_ref().expect("a timeline").stretch(4, 9);
    mouse(&mut night, MouseEventKind::Up(MouseButton::Left), bars.x + 9 * cells);
    assert_eq!((night.model.range, night.model.objects.brush), (wanted, None));
    night.press("esc");
    assert_eq!(night.model.range, before, "going back undoes it");
}

#[test]
fn the_mouse_is_given_to_the_terminal() {
    let mut night = Night::new(120, 40);
    night.press("M");
    assert!(night.effects.contains(&Effect::Mouse(false)) && night.model.mouse == Mouse::Terminals);
    night.press("M");
    assert!(night.effects.contains(&Effect::Mouse(true)) && night.model.mouse == Mouse::Ours);
}

#[test]
fn the_palette_finds_by_name_and_by_what_is_done() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("ctrl-p").type_text("half as long").press("enter");
    assert_eq!(night.model.range.length(), SignedDuration::from_hours(12));
    night.press("ctrl-p").type_text("mkfail").press("enter");
    assert_eq!(night.model.typing, None);
    night.press("ctrl-p down down up esc");
    assert!(night.model.typing.is_none() && night.model.popup.is_none());
    // What needs an argument asks for it.
    night.press("ctrl-p").type_text("range").press("enter");
    assert_eq!(night.model.typing.as_ref().map(|typing| typing.line.text()), Some("range "));
    night.press("esc ctrl-p").type_text("xyzzy").press("enter");
    assert_eq!(night.model.messages.all().next().expect("told").trouble.what, "no command is like \"xyzzy\"");
}

#[test]
fn completions_are_gone_through() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    let line = |night: &Night| night.model.typing.as_ref().expect("a line").line.text().to_owned();
    night.press(":").type_text("theme ").press("tab");
    assert_eq!(line(&night), "theme dark ");
    night.press("tab");
    assert_eq!(line(&night), "theme light ");
    night.tell(Msg::Key(KeyEvent::from(KeyCode::BackTab)));
    assert_eq!(line(&night), "theme dark ");
    night.press("backspace");
    assert_eq!(night.model.typing.as_ref().expect("a line").base, None);
    night.press("esc :").type_text("sort ol").press("tab enter");
    assert_eq!(night.model.objects.order, objects::Order::Oldest);
    night.press(":").type_text("sort upwards").press("enter");
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.hint.as_deref(), Some("one of newest, oldest, largest, trouble"));
}

#[test]
fn help_is_searched_and_run() {
    let mut night = Night::new(120, 40).surveyed().with_objects();
    night.press("? /").type_text("failed");
    let rows = help_rows(&night.model);
    assert!(rows.len() < 12 && rows.iter().all(|row| matches!(row, HelpRow::Key { .. })));
    night.press("enter");
    assert!(matches!(night.model.popup, Some(Popup::Help(_))), "the rows that were found stay");
    night.press("esc");
    assert!(night.model.help_find.is_empty() && night.model.popup.is_some());
    night.press("/").type_text("mark-failed").press("enter enter");
    assert_eq!((night.model.objects.marks.len(), night.model.popup.is_none()), (37, true));
}

#[test]
fn typed_lines_are_kept() {
    let mut night = Night::new(120, 40);
    night.press(":").type_text("range 6h").press("enter :").type_text("range 6h").press("enter");
    let kept = |night: &Night| {
        night.effects.iter().filter(|effect| matches!(effect, Effect::Remember(Past::Command, _))).count()
    };
    assert_eq!(kept(&night), 1, "once in a row");
}

#[test]
fn t18_what_is_not_visible_is_copied_byte_for_byte_with_a_warning() {
    let mut night = Night::new(120, 40);
    let row = "203.0.\u{200b}113.7\t\u{202e}gpj.exe\u{1b}[31m";
    run::copy(&mut night.model, row.to_owned());
    let told = &night.model.messages.all().next().expect("told").trouble;
    assert_eq!((&*told.what, &*told.cause), ("copied, byte for byte", "it holds characters that are not visible"));
    night.press("k");
    assert!(night.effects.contains(&Effect::Copy(row.into())));
}

#[test]
fn h10_a_megabyte_that_is_pasted_into_the_search_is_cut_and_the_next_key_is_taken() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("s").tell(Msg::Paste("203.0.113.7 \u{1b}[2Jé\n".repeat(60_000)));
    let typed = |night: &Night| night.model.typing.as_ref().map(|typing| typing.line.text().to_owned());
    let kept = typed(&night).expect("is typed").chars().count();
    assert!((typing::LINE_LIMIT / 2..=typing::LINE_LIMIT).contains(&kept), "{kept}");
    night.press("ctrl-u").type_text("root");
    assert_eq!(typed(&night).as_deref(), Some("root"));
}

#[test]
fn what_terminals_drop_is_not_copied_by_half() {
    let mut night = Night::new(120, 40);
    run::copy(&mut night.model, "x".repeat(74_001));
    let told = night.model.messages.all().next().expect("told");
    assert_eq!(told.trouble.what, "not copied");
    night.effects.clear();
    night.press("k");
    assert!(!night.effects.iter().any(|effect| matches!(effect, Effect::Copy(_))));
}

#[test]
fn a_click_chooses_a_replay_and_a_second_one_opens_it() {
    let mut night = Night::new(120, 40).surveyed();
    night.press("6");
    let replay = |id: &str| ReplaySummary {
        id: ReplayId(id.into()),
        consumer: "indexer".into(),
        began: at("2026-11-21T10:15:00Z"),
        total: 0,
        sent: 0,
        refused: 0,
        unknown: 0,
        recovered: 0,
        indexed: None,
        finished: true,
        stopped: None,
        items: Vec::new(),
    };
    let known = vec![replay("r-1"), replay("r-2")];
    night.answer(|request| matches!(request, Request::Replays), vec![Reply::Replays(known)]);
    let list = geometry::list(&night.model);
    let kind = MouseEventKind::Down(MouseButton::Left);
    let click = MouseEvent { kind, column: list.x + 4, row: list.y + 1, modifiers: KeyModifiers::empty() };
    night.tell(Msg::Mouse(click));
    assert_eq!((night.model.replays.cursor.at, night.model.replays.is_open), (1, false));
    night.tell(Msg::Mouse(click));
    assert!(night.model.replays.is_open);
}
