//! Views by their address, in a pseudo-terminal over a folder of logs: what `--at` opens, and where it leads when
//! something is gone. And what of the console outlives it, or is chosen by arguments.

use std::fs;

use crate::program::Home;
use crate::terminal::Program;

/// A home with a folder of two sources.
fn home() -> Home {
    let home = Home::new();
    for hour in 0..3 {
        let line = |n: usize| format!("{{\"time\":\"2026-11-23T0{hour}:00:0{n}Z\",\"message\":\"number {n}\"}}\n");
        let text: String = (0..5).map(line).collect();
        home.write(&format!("logs/app/2026/11/23/0{hour}/part.json"), text);
    }
    home.write("logs/other/a.log", "hello\n");
    home
}

#[test]
fn an_address_opens_the_view_that_was_copied() {
    let mut console =
        Program::start_in(home(), &["open", "logs", "--at", "objects,source=app,filter=01/part,sort=oldest"], 120, 40);
    console.wait_until("the filtered objects", |screen| screen.contains("1 of 3") && screen.contains("oldest first"));
    console.keys("Y");
    console.wait_for("copied the command line that opens this view");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);

    let object = "records,object=s3://logs/app/2026/11/23/01/part.json,line=3";
    let mut console = Program::start_in(home(), &["open", "logs", "--at", object], 120, 40);
    console.wait_until("the record", |screen| screen.contains("number 2") && screen.contains("› line 3"));
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

#[test]
fn a_value_narrows_the_records_and_its_field_is_counted() {
    let object = "records,object=s3://logs/app/2026/11/23/01/part.json,line=1";
    let mut console = Program::start_in(home(), &["open", "logs", "--at", object], 120, 40);
    console.wait_until("the record", |screen| screen.contains("number 0") && screen.contains("› line 1"));
    console.keys("\t");
    console.wait_for("message number 0");
    console.keys("G\r");
    console.wait_until("what can be done", |screen| screen.contains("message · text") && screen.contains("copy it"));
    console.keys("f");
    console.wait_for("1 of 5 · message=number 0");
    // One key takes one thing away: the focus of the pane, then the condition.
    console.keys("\t:statistics message\r");
    console.wait_for("1 distinct in 1 of 1 records, narrowed");
    console.keys("q:columns time\r");
    console.wait_until("the column", |screen| screen.contains("2026-11-23T01:00:00Z"));
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

#[test]
fn the_records_around_one_and_those_of_marked_objects_come_by_event_time() {
    let object = "records,object=s3://logs/app/2026/11/23/01/part.json,line=3";
    let mut console = Program::start_in(home(), &["open", "logs", "--at", object], 120, 40);
    console.wait_until("the record", |screen| screen.contains("number 2") && screen.contains("› line 3"));
    console.keys("S");
    console.wait_for("7 before, 7 after · 3 objects");
    console.wait_until("three records and the one in full", |screen| screen.matches("number 2").count() == 4);
    console.keys("p");
    console.wait_until("the report", |screen| screen.contains("5 good, 0 bad") && screen.contains("none is odd"));
    console.keys("\x1b");
    console.wait_until("the records", |screen| !screen.contains("5 good"));
    console.keys("kkkk");
    console.wait_until("the object before", |screen| screen.contains("…") && screen.contains("00/part"));
    console.keys("o");
    console.wait_until("that object alone", |screen| screen.contains("record 4 of 5") && !screen.contains("before,"));
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);

    let mut console = Program::start_in(home(), &["open", "logs", "--at", "objects,source=app"], 120, 40);
    console.wait_for("newest first");
    console
        .wait_until("the objects", |screen| screen.contains("3 objects") || screen.matches("part.json").count() >= 3);
    console.keys("\x01m");
    console.wait_for("3 objects by event time · 15 records");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

#[test]
fn the_end_of_a_long_log_is_gone_to_and_its_records_told() {
    let home = home();
    let line = |n: u32| {
        let (minute, second) = (n / 60 % 60, n % 60);
        let filler = "x".repeat(120);
        format!(
            "{{\"time\":\"2026-11-23T05:{minute:02}:{second:02}Z\",\"message\":\"number {n}\",\"filler\":\"{filler}\"}}\n"
        )
    };
    let text: String = (0..28_000).map(line).collect();
    home.write("logs/app/2026/11/23/05/long.json", &text);
    let object = "records,object=s3://logs/app/2026/11/23/05/long.json,line=1";
    let mut console = Program::start_in(home, &["open", "logs", "--at", object], 120, 40);
    console.wait_until("the record", |screen| screen.contains("number 0") && screen.contains("› line 1"));
    console.keys(":jump end\r");
    console.wait_until("the last record", |screen| screen.contains("number 27999") && screen.contains("from byte"));
    console.wait_until("it in full", |screen| screen.matches("number 27999").count() == 2);
    console.keys("k");
    console.wait_until("the one before in full", |screen| screen.matches("number 27998").count() == 2);
    console.keys("g");
    console.wait_until("the first again", |screen| screen.contains("number 0") && screen.contains("first 256 KiB"));
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

#[test]
fn an_address_of_what_is_gone_leads_to_the_nearest_place() {
    let object = "records,object=s3://logs/app/2026/11/23/01/gone.json,line=3";
    let mut console = Program::start_in(home(), &["open", "logs", "--at", object], 120, 40);
    console.wait_for("the objects of app are shown instead");
    console.wait_for("newest first");
    console.keys(":go objects,source=ap\r");
    console.wait_for("did you mean \"app\"?");
    console.wait_for("2 sources");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

#[test]
fn what_is_wrong_with_the_arguments_is_told_before_the_screen_is_taken() {
    let home = home();
    for (arguments, told) in [
        (vec!["--at", "objekts"], "did you mean \"objects\"?"),
        (vec!["--at", "objects", "lab", "--dir", "x"], "--at opens the console"),
        (vec!["--keymap", "vmi", "demo"], "no keymap \"vmi\""),
        (vec!["--theme", "drak"], "did you mean \"dark\"?"),
        (vec!["keymap", "check", "mine.toml"], "mine.toml:3: \"clsoe\" is no command, in [list]"),
        (vec!["keymap", "check", "gone.toml"], "gone.toml"),
        (vec!["theme", "check", "mine-theme.toml"], "unknown role \"faild\""),
        (vec!["theme", "preview", "darc"], "did you mean \"dark\"?"),
        (vec!["keymap", "list", "--keymap", "mine.toml"], "did you mean \"close\"?"),
    ] {
        home.write("mine.toml", "base = \"vim\"\n[list]\n\"q q\" = \"clsoe\"\n");
        home.write("mine-theme.toml", "base = \"gruvbox\"\nfaild = \"red\"\n");
        let ended = home.run(&arguments);
        assert_eq!(ended.code(), 2, "{arguments:?}: {}", ended.stderr());
        assert!(ended.stderr().contains(told), "{arguments:?}: {}", ended.stderr());
    }
}

#[test]
fn keymaps_and_themes_are_listed_and_checked() {
    let home = home();
    home.write("mine.toml", "base = \"vim\"\n[list]\n\"g x\" = \"open\"\n");
    let ended = home.run(&["keymap", "check", "mine.toml"]);
    assert!(ended.code() == 0 && ended.stdout().contains("mine.toml: 1 key of its own"), "{}", ended.stdout());
    let ended = home.run(&["keymap", "list", "--keymap", "mine.toml", "-o", "json"]);
    let all: serde_json::Value = serde_json::from_str(&ended.stdout()).expect("JSON");
    let all = all.as_array().expect("a list");
    let key = |keys: &str| all.iter().find(|row| row["keys"] == keys && row["context"] == "list");
    assert_eq!(key("g x").expect("one's own")["file"], "mine.toml");
    assert_eq!(key("g g").expect("of vim")["command"], "top");
    assert!(key("j").is_some() && key("g").is_none());

    let config = home.path().join(".config/scops/themes");
    fs::create_dir_all(&config).expect("a folder");
    fs::write(config.join("faint.toml"), "base = \"gruvbox\"\nfailed = \"#444444\"\n").expect("written");
    let listed = home.run(&["theme", "list"]).stdout();
    assert!(listed.contains("catppuccin") && listed.contains("faint") && listed.contains("your own"), "{listed}");
    let checked = home.run(&["theme", "check"]);
    assert!(checked.code() == 0 && checked.stdout().contains("\"failed\" has a contrast of"), "{}", checked.stdout());
    let preview = home.run(&["theme", "preview", "faint"]).stdout();
    assert!(preview.contains("border-focused") && preview.contains("to 1") && !preview.contains('\u{1b}'), "{preview}");
}

#[test]
fn the_mouse_may_be_left_to_the_terminal() {
    let mut console = Program::start_in(home(), &["open", "logs", "--no-mouse", "--theme", "color-blind"], 80, 24);
    console.wait_for("2 sources");
    assert!(!console.has_mouse());
    console.keys("M");
    console.wait_for("the mouse acts here again");
    assert!(console.has_mouse());
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
    assert!(console.is_restored());
}
