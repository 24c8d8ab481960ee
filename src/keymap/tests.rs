use super::*;

fn chords(keys: &str) -> Vec<Chord> {
    keys.split_whitespace().map(|key| key.parse().expect("a key")).collect()
}

fn mistakes(text: &str) -> Vec<(usize, String, Option<String>)> {
    let told = Keymap::shipped().merge("mine.toml", text).expect_err("a mistake");
    told.into_iter().map(|mistake| (mistake.line, mistake.to_string(), mistake.hint)).collect()
}

#[test]
fn the_shipped_keymap_has_no_mistake() {
    assert_eq!(Keymap::default().merge("keymaps/default.toml", DEFAULT), Ok(()));
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
    assert_eq!(keymap.key_of(&detail, Command::Fold).as_deref(), Some("enter"));
    assert_eq!(keymap.key_of(&detail, Command::Open), None, "its keys are all hidden by nearer ones");
}

#[test]
fn mistakes_are_told_with_place_and_cure() {
    assert_eq!(
        mistakes("[objects]\n\n\"x\" = \"serach\"\n"),
        [(3, "mine.toml:3: unknown command \"serach\" in [objects]".into(), Some("did you mean \"search\"?".into()))]
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
        [(2, "mine.toml:2: \"fold\" does nothing in [sources]".into(), Some("it works in detail".into()))]
    );
    assert_eq!(mistakes("[list]\n\"g\" = \"top\"\n\"g g\" = \"top\"\n")[0].0, 3);
    assert_eq!(mistakes("[list]\n\"G\" = \"top\"\n\"shift-g\" = \"top\"\n")[0].0, 3);
    assert_eq!(mistakes("[list\n")[0].0, 1);
}
