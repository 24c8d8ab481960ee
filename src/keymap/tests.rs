use super::*;

fn chords(keys: &str) -> Vec<Chord> {
    keys.split_whitespace().map(|key| key.parse().expect("a key")).collect()
}

fn mistakes(text: &str) -> Vec<(usize, String, Option<String>)> {
    let told = Keymap::shipped().merge("mine.toml", text).expect_err("a mistake");
    told.into_iter().map(|mistake| (mistake.line, mistake.to_string(), mistake.hint)).collect()
}

#[test]
fn the_shipped_keymaps_have_no_mistake() {
    for (name, text) in SHIPPED {
        let file = format!("keymaps/{name}.toml");
        let mut keymap = base_of(&file, text).expect("a base").and_then(Keymap::named).unwrap_or_default();
        assert_eq!(keymap.merge(&file, text), Ok(()));
        assert_eq!(Keymap::named(name), Some(keymap));
    }
}

#[test]
fn every_command_has_a_key() {
    let keymap = Keymap::shipped();
    for command in Command::ALL {
        assert!(keymap.all().any(|(_, binding)| binding.runs.command == *command), "{}", command.name());
    }
}

/// What sends, drops, saves or leaves must be meant.
const GRAVE: [Command; 9] = [
    Command::Replay,
    Command::ResumeReplay,
    Command::AbortReplay,
    Command::Release,
    Command::Confirm,
    Command::SaveFormat,
    Command::KeepSample,
    Command::Quit,
    Command::Suspend,
];

#[test]
fn nothing_grave_lies_where_fingers_move() {
    let movements =
        "j k h l up down left right pageup pagedown space enter tab ctrl-d ctrl-u ctrl-f ctrl-b ctrl-n ctrl-p";
    for (name, _) in SHIPPED {
        for (context, binding) in Keymap::named(name).expect("shipped").all() {
            let is_grave = GRAVE.contains(&binding.runs.command);
            let moves = binding.keys.len() == 1 && chords(movements).contains(&binding.keys[0]);
            assert!(!(is_grave && moves), "{name}: {} in [{}]", binding.label(), context.name());
        }
    }
}

#[test]
fn no_shipped_sequence_is_hidden_by_a_shorter_one_of_its_screen() {
    use Context as C;
    let screens = [C::Sources, C::Objects, C::Records, C::Search, C::Failures, C::Replays, C::Pipeline, C::Workbench];
    for (name, _) in SHIPPED {
        let keymap = Keymap::named(name).expect("shipped");
        for screen in screens {
            let contexts = [screen, C::List, C::Global];
            for (context, binding) in keymap.live(&contexts) {
                let found = keymap.look_up(&contexts, &binding.keys);
                assert_eq!(
                    found,
                    Lookup::Matched(&binding.runs),
                    "{name}: {} of {context:?} on {screen:?}",
                    binding.label()
                );
                for end in 1..binding.keys.len() {
                    let found = keymap.look_up(&contexts, &binding.keys[..end]);
                    assert!(matches!(found, Lookup::Pending(_)), "{name}: {} on {screen:?}", binding.label());
                }
            }
        }
    }
}

/// What the story of the demo needs, and where: the README tells it.
fn story() -> Vec<(Vec<Context>, Vec<Command>)> {
    use Command as K;
    use Context as C;
    let on = |screen: C| vec![screen, C::List, C::Global];
    vec![
        (
            on(C::Sources),
            vec![K::ShowFailures, K::Down, K::Open, K::Search, K::Range, K::Filter, K::Sort, K::NextMatch],
        ),
        (on(C::Failures), vec![K::Reconcile, K::Save, K::Open, K::Down, K::Top, K::Replay, K::Workbench, K::Mark]),
        (vec![C::Sheet], vec![K::ShowMessage, K::Accept, K::Confirm, K::Cancel, K::LeaveOutFailing, K::NextConsumer]),
        (on(C::Replays), vec![K::ShowSources, K::PauseReplay, K::AbortReplay, K::ResumeReplay, K::Faster, K::Slower]),
        (
            on(C::Objects),
            vec![K::Open, K::NextTrouble, K::Brush, K::ZoomIn, K::ZoomOut, K::Mark, K::MarkFailed, K::Replay, K::Back],
        ),
        (vec![C::Brush, C::Objects, C::List, C::Global], vec![K::BrushLeft, K::BrushRight, K::BrushApply, K::Back]),
        (on(C::Records), vec![K::Detail, K::DetailMode, K::SearchValue, K::SwitchPane, K::Wrap, K::Copy, K::CopyUri]),
        (
            vec![C::Detail, C::Records, C::List, C::Global],
            vec![K::Pivot, K::Fold, K::DetailMode, K::SearchValue, K::FilterIn, K::Statistics, K::SwitchPane],
        ),
        (on(C::Search), vec![K::EditSearch, K::Open, K::ShowPipeline, K::Interrupt]),
        (on(C::Pipeline), vec![K::ShowFailures, K::Refresh, K::CopyView, K::Palette, K::Forward]),
        (on(C::Workbench), vec![K::EditDefinition, K::Coverage, K::SaveFormat, K::Release, K::SwitchPane, K::Undo]),
        (vec![C::Editor], vec![K::Back, K::SaveFormat, K::SwitchPane, K::Undo]),
        (vec![C::Popup, C::Global], vec![K::Down, K::Open, K::Filter, K::Help, K::CommandLine, K::Close]),
        (vec![C::Input], vec![K::Accept, K::Dismiss, K::Complete, K::CompleteBack, K::HistoryUp, K::HistoryDown]),
    ]
}

#[test]
fn the_story_walks_with_every_shipped_keymap() {
    for (name, _) in SHIPPED {
        let keymap = Keymap::named(name).expect("shipped");
        for (contexts, commands) in story() {
            for command in commands {
                let key = keymap.key_of(&contexts, command);
                let key = key.unwrap_or_else(|| panic!("{name}: no key for {} in {contexts:?}", command.name()));
                let found = keymap.look_up(&contexts, &chords(&key));
                assert_eq!(found, Lookup::Matched(&command.into()), "{name}: {key} in {contexts:?}");
            }
        }
    }
}

#[test]
fn a_file_may_stand_on_another_keymap() {
    assert_eq!(base_of("mine.toml", "base = \"vim\"\n[list]\n\"x\" = \"down\"\n"), Ok(Some("vim")));
    assert_eq!(base_of("mine.toml", "[list]\n"), Ok(None));
    let told = base_of("mine.toml", "\nbase = \"vin\"\n").expect_err("a mistake");
    assert_eq!(told[0].to_string(), "mine.toml:2: no keymap \"vin\" ships with scops");
    assert_eq!(told[0].hint.as_deref(), Some("did you mean \"vim\"?"));
}

#[test]
fn a_sequence_that_a_shorter_key_hides_is_a_conflict() {
    assert_eq!(
        mistakes("[list]\n\"g g\" = \"top\"\n"),
        [(
            2,
            "mine.toml:2: \"g g\" in [list] conflicts with \"g\" of keymaps/default.toml".into(),
            Some("take that away in [list]: \"g\" = []".into())
        )]
    );
    assert!(Keymap::named("vim").expect("shipped").merge("mine.toml", "[list]\n\"g x\" = \"top\"\n").is_ok());
}

#[test]
fn ones_own_keys_are_the_ones_that_hints_show() {
    let mut keymap = Keymap::shipped();
    keymap.merge("mine.toml", "[global]\n\"ctrl-e\" = \"refresh\"\n").expect("no mistake");
    assert_eq!(keymap.key_of(&[Context::Global], Command::Refresh).as_deref(), Some("ctrl-e"));
}

#[test]
fn keys_are_spelled_as_they_are_read() {
    for key in ["g", "G", "ctrl-a", "alt-left", "shift-tab", "f12", "space", "ctrl-space", "-", "?", "ctrl--"] {
        assert_eq!(key.parse::<Chord>().expect("a key").to_string(), key);
    }
    assert_eq!("shift-g".parse::<Chord>(), "G".parse::<Chord>());
    assert!("crtl-a".parse::<Chord>().is_err());
}

#[test]
fn a_file_of_ones_own_states_only_what_differs() {
    let mut keymap = Keymap::shipped();
    keymap.merge("mine.toml", "[list]\n\"g\" = []\n\"g g\" = \"top\"\n\"j\" = \"\"\n").expect("no mistake");
    let contexts = [Context::Objects, Context::List, Context::Global];
    assert_eq!(keymap.look_up(&contexts, &chords("j")), Lookup::Nothing);
    assert!(matches!(keymap.look_up(&contexts, &chords("g")), Lookup::Pending(next) if next.len() == 1));
    assert!(matches!(keymap.look_up(&contexts, &chords("g g")), Lookup::Matched(run) if run.command == Command::Top));
    assert!(matches!(keymap.look_up(&contexts, &chords("k")), Lookup::Matched(run) if run.command == Command::Up));
}

#[test]
fn the_nearest_context_wins() {
    let keymap = Keymap::shipped();
    let detail = [Context::Detail, Context::Records, Context::List, Context::Global];
    assert!(
        matches!(keymap.look_up(&detail, &chords("h")), Lookup::Matched(run) if run.command == Command::SwitchPane)
    );
    assert_eq!(keymap.key_of(&detail, Command::Pivot).as_deref(), Some("enter"));
    assert_eq!(keymap.key_of(&detail, Command::Open), None, "its keys are all hidden by nearer ones");
}

#[test]
fn mistakes_are_told_with_place_and_cure() {
    assert_eq!(
        mistakes("[objects]\n\n\"x\" = \"serach\"\n"),
        [(3, "mine.toml:3: \"serach\" is no command, in [objects]".into(), Some("did you mean \"search\"?".into()))]
    );
    assert_eq!(
        mistakes("[object]\n\"x\" = \"search\"\n"),
        [(1, "mine.toml:1: unknown context \"object\"".into(), Some("did you mean \"objects\"?".into()))]
    );
    assert_eq!(
        mistakes("[list]\n\"spcae\" = \"down\"\n"),
        [(2, "mine.toml:2: unknown key \"spcae\"".into(), Some("did you mean \"space\"?".into()))]
    );
    assert_eq!(
        mistakes("[sources]\n\"x\" = \"fold\"\n"),
        [(
            2,
            "mine.toml:2: \"fold\" does nothing in [sources]".into(),
            Some("it works in detail, search, facets, alerts".into())
        )]
    );
    assert_eq!(mistakes("[list]\n\"g\" = \"top\"\n\"g g\" = \"top\"\n")[0].0, 3);
    assert_eq!(mistakes("[list]\n\"G\" = \"top\"\n\"shift-g\" = \"top\"\n")[0].0, 3);
    assert_eq!(mistakes("[list\n")[0].0, 1);
}
