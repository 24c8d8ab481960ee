//! The demo's story in a pseudo-terminal, by keys: from start through replay to recovered.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};
use std::time::Duration;

use crate::program::Home;
use crate::terminal::Program;

/// A night that keeps the story and little else, so that a debug build tells it soon.
const THIN: [&str; 4] = ["--density", "0.05", "--seed", "7"];

/// The line that the cursor is on, and its text.
fn cursor_row(screen: &str) -> Option<(usize, &str)> {
    screen.lines().enumerate().find(|(_, line)| line.contains('▸'))
}

/// Moves the cursor down until its row holds `text`.
fn walk_to(console: &mut Program, text: &str) {
    for _ in 0..60 {
        let screen = console.text();
        if cursor_row(&screen).is_some_and(|row| row.1.contains(text)) {
            return;
        }
        let line = cursor_row(&screen).map(|row| row.0);
        console.keys("j");
        // By its line: a row changes while one looks at it, as reasons are found and time goes by.
        console.wait_until("the cursor moves", |screen| cursor_row(screen).map(|row| row.0) != line);
    }
    panic!("no row under the cursor holds {text:?}:\n{}", console.text());
}

/// The number of objects that the sheet tells.
fn planned(screen: &str) -> usize {
    // Below the tabs, of which one is "2 objects".
    let words = || screen.lines().skip(2).flat_map(str::split_whitespace);
    words()
        .zip(words().skip(1))
        .find_map(|(count, unit)| (unit == "objects").then(|| count.parse().ok()).flatten())
        .expect("the sheet tells a number of objects")
}

/// How many of a replay's objects are told to be in each state.
fn told(screen: &str, of: usize) -> Vec<(String, usize)> {
    let recovered = format!(" of {of} recovered");
    // The foot of the pane, which has room for all of it.
    let foot = screen.lines().rfind(|line| line.contains(&recovered)).expect("a replay");
    let foot = foot.replace(&recovered, " recovered");
    let parts = foot.split('·').map(|part| part.trim_matches(|edge: char| !edge.is_alphanumeric()));
    parts
        .filter_map(|part| part.split_once(' '))
        .filter_map(|(count, state)| Some((state.to_owned(), count.parse().ok()?)))
        .collect()
}

/// The number of failed objects that the header tells.
fn failed(screen: &str) -> Option<u32> {
    screen.lines().next()?.split('✗').nth(1)?.split_whitespace().next()?.parse().ok()
}

#[test]
fn the_night_is_seen_searched_replayed_and_recovered() {
    let arguments: Vec<&str> = ["demo"].into_iter().chain(THIN).collect();
    let mut console = Program::start(&arguments, 120, 40);

    // What is wrong: failed objects, parked ones, late ones.
    let screen = console.wait_until("every source is surveyed", |screen| {
        failed(screen).is_some_and(|count| count > 0) && screen.contains("parked") && !screen.contains("loading")
    });
    let before = failed(&screen).expect("a count");
    console.wait_until("why", |screen| {
        screen.contains("eventVersion 1.12 is newer than 1.11") && screen.contains("no parser knows its format")
    });

    // In which objects: those of a source, with their records parsed.
    console.keys(":objects cloudtrail\r");
    console.wait_until("the preview", |screen| screen.contains("newest first") && screen.contains("preview · "));
    console.keys("\r");
    console.wait_for("event.action");
    console.keys("\x1b");
    console.wait_for("newest first");

    // Who it was, everywhere.
    console.keys("4");
    console.wait_for("search");
    console.keys("203.0.113.88\r");
    console.wait_for("enter runs it");
    console.keys("\r");
    let screen = console.wait_until("hits", |screen| screen.contains("done · ") && !screen.contains("hits 0"));
    assert!(screen.contains("alb") || screen.contains("cloudtrail"), "{screen}");
    // A hit opens at its object and line.
    console.keys("\r");
    console.wait_until("the record", |screen| screen.contains("record ") && screen.contains("203.0.113.88"));

    // Why they failed, and that they would pass now.
    console.keys("5");
    console.wait_until("the diagnosis", |screen| screen.contains("passes now") && screen.contains("fails again"));
    walk_to(&mut console, "eventVersion 1.12");

    // A key that comes too early, and a paste, confirm nothing.
    console.keys("r");
    console.wait_for("would fail again");
    console.keys("\x1b[200~y\x1b[201~");
    console.wait_for("pasted text confirms nothing");
    console.keys("y");
    console.wait_for("recovered");
    console.wait_until("fewer are failed", |screen| failed(screen).is_some_and(|count| count < before));

    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
    assert!(console.is_restored(), "the terminal is as it was:\n{}", console.text());
}

/// Where a text stands on the screen: the column of its middle and its line, counted from one as terminals do.
fn place_of(screen: &str, text: &str) -> Option<(usize, usize)> {
    screen.lines().enumerate().find_map(|(line, cells)| {
        let before = cells.split_once(text)?.0.chars().count();
        Some((before + text.chars().count() / 2 + 1, line + 1))
    })
}

/// Presses the left button at a place, and lets it go.
fn press(console: &mut Program, (column, line): (usize, usize)) {
    // Presses that come at once are nobody's hand.
    pause();
    console.keys(&format!("\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m"));
}

/// Presses where a text stands, which is waited for.
fn press_on(console: &mut Program, text: &str) {
    let screen = console.wait_for(text);
    press(console, place_of(&screen, text).expect("it is shown"));
}

#[test]
fn the_night_is_recovered_by_the_mouse_alone() {
    const REASON: &str = "eventVersion 1.12 is newer than 1.11";
    let arguments: Vec<&str> = ["demo"].into_iter().chain(THIN).collect();
    let mut console = Program::start(&arguments, 120, 40);
    console.wait_until("every source is surveyed", |screen| {
        failed(screen).is_some_and(|count| count > 0) && !screen.contains("loading")
    });

    // A source is chosen, then opened.
    press_on(&mut console, "payments ");
    console.wait_until("it is chosen", |screen| cursor_row(screen).is_some_and(|row| row.1.contains("payments")));
    press_on(&mut console, "payments ");
    console.wait_for("newest first");

    // What failed, and why; the group is marked before its row.
    press_on(&mut console, "5 failures");
    let screen =
        console.wait_until("the diagnosis", |screen| screen.contains("passes now") || screen.contains("all pass now"));
    let before = failed(&screen).expect("a count");
    let screen = console.wait_for(REASON);
    let (_, line) = place_of(&screen, REASON).expect("it is shown");
    press(&mut console, (2, line));
    console.wait_for(" marked");

    // The plan, and the button under it.
    press_on(&mut console, "r replay");
    console.wait_for("would fail again");
    press_on(&mut console, " send ");
    console.wait_for(" recovered");
    console.wait_until("fewer are failed", |screen| failed(screen).is_some_and(|left| left < before));
}

/// The console on the objects of one source, once all is surveyed.
fn at_the_payments(arguments: &[&str]) -> Program {
    let mut console = Program::start(arguments, 120, 40);
    console.wait_until("every source is surveyed", |screen| screen.contains("payments") && !screen.contains("loading"));
    console.keys(":objects payments\r");
    console.wait_until("the objects", |screen| screen.contains("newest first") && screen.contains("preview · "));
    console
}

#[test]
fn a_replay_that_was_killed_is_told_by_the_journal() {
    let platform = Platform::start();
    let config = platform.folder.join("config.toml");
    let arguments = ["--config", config.to_str().expect("UTF-8")];
    let mut console = at_the_payments(&arguments);
    console.keys("\x01r");
    let screen = console.wait_until("the plan", |screen| screen.contains("would fail again"));
    let count = planned(&screen);
    assert!(count > 20, "{screen}");
    type_number(&mut console, count);
    console.keys("\r");
    // Ten a second at most, and one first: the rest takes three seconds.
    let none_recovered = format!("0 of {count} recovered");
    console.wait_until("some are sent", |screen| {
        screen.contains("on their way") || (screen.contains("recovered") && !screen.contains(&none_recovered))
    });
    let home = console.kill();

    let mut console = Program::start_in(home, &arguments, 120, 40);
    console.wait_for("payments");
    console.keys("6");
    let screen = console.wait_until("the journal's replay", |screen| screen.contains(&format!("of {count} recovered")));
    // What was sent, what was not, and what nobody knows: together every object, none twice.
    let told = told(&screen, count);
    assert_eq!(told.iter().map(|(_, count)| count).sum::<usize>(), count, "{told:?}:\n{screen}");
    assert!(told.iter().any(|(state, count)| state == "not sent" && *count > 0), "{told:?}:\n{screen}");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

/// Types a number into the sheet as fingers do: a key, a look at the screen, the next key. Where this machine was so slow
/// that two of them came at once, they were refused as pasted: then once more.
fn type_number(console: &mut Program, number: usize) {
    for _ in 0..20 {
        let mut typed = String::new();
        let is_typed = number.to_string().chars().all(|digit| {
            typed.push(digit);
            pause();
            console.keys(&digit.to_string());
            console.shows_soon(&format!("to send: {typed}_"))
        });
        if is_typed {
            return pause();
        }
    }
    panic!("{number} cannot be typed:\n{}", console.text());
}

/// The time between two keys that fingers press.
fn pause() {
    std::thread::sleep(Duration::from_millis(60));
}

#[test]
fn held_pasted_and_clicked_confirmations_send_nothing() {
    let platform = Platform::start();
    let config = platform.folder.join("config.toml");
    let arguments = ["--config", config.to_str().expect("UTF-8")];
    let mut console = at_the_payments(&arguments);
    let before = console.text();
    // The row of the cursor, but for its mark.
    let row = |screen: &str| cursor_row(screen).expect("a cursor").1.chars().skip(3).take(40).collect::<String>();
    let before = row(&before);
    // A paste that begins with the key that opens the plan, and goes on as if it confirmed it.
    console.keys("\x01r99999\ry\r");
    let screen = console.wait_until("the plan", |screen| screen.contains("would fail again"));
    let count = planned(&screen);
    assert!(count > 20, "{screen}");

    let is_open = |screen: &str| screen.contains(&format!("type {count}, then enter"));
    let refused = |console: &mut Program, what: &str, keys: &str, note: &str| {
        console.keys(keys);
        let screen = console.wait_until(what, |screen| screen.contains(note));
        assert!(is_open(&screen), "{what}:\n{screen}");
        // A number takes the note away, so that the next one is told anew.
        type_number(console, 1);
        console.keys("\x7f");
        console.wait_until("the note has gone", |screen| !screen.contains(note) && screen.contains("to send: _"));
        pause();
    };
    refused(&mut console, "held enter", &"\r".repeat(200), "pasted text confirms nothing");
    refused(&mut console, "an unbracketed paste", &format!("{count}\r"), "pasted text confirms nothing");
    refused(&mut console, "one with CR LF", &format!("{count}\r\n"), "pasted text confirms nothing");
    refused(&mut console, "a bracketed paste", &format!("\x1b[200~{count}\r\x1b[201~"), "pasted text confirms nothing");
    refused(&mut console, "enter alone", "\r", "nothing sent");
    // Two clicks into the list below the sheet, and two onto what the sheet says.
    for (column, line) in [(20, 12), (20, 30)] {
        console.keys(&format!("\x1b[<0;{column};{line}M\x1b[<0;{column};{line}m").repeat(2));
    }
    // Keys that would choose other objects, another source or another range.
    for key in [" ", "*", "u", "v", "/", ":", "\t", "t"] {
        console.keys(key);
        pause();
    }
    // The profile of the file is another one meanwhile: what runs does not change under the plan.
    let text = std::fs::read_to_string(&config).expect("a configuration");
    std::fs::write(&config, text.replacen("read_only = false", "read_only = true", 1)).expect("is written");
    type_number(&mut console, count - 1);
    console.keys("\r");
    let screen = console.wait_for(&format!("the plan has {count} objects, not {}", count - 1));
    assert!(is_open(&screen), "{screen}");
    console.keys("\x1b");
    let screen = console.wait_for("nothing was sent");
    assert_eq!(row(&screen), before);
    console.keys("6");
    console.wait_for("nothing has been replayed");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
    let _ = std::fs::write(&config, text);
}

/// An editor that asks on the terminal what to add at the top.
const EDITOR: &str = r##"
echo "what is to be written?"
read -r answer
case "$answer" in
nothing) exit 0 ;;
fail) exit 4 ;;
esac
{ echo "# $answer"; cat "$2"; } > "$2.new" && mv "$2.new" "$2"
"##;

#[test]
fn a_log_is_taught_and_what_waited_for_it_is_released() {
    let home = Home::new();
    let folder = home.path().join("night");
    home.write("editor.sh", EDITOR);
    let arguments: Vec<&str> = ["demo", "--dir", "night"].into_iter().chain(THIN).collect();
    let mut console = Program::start_in(home, &arguments, 120, 40);

    console.keys("5");
    console.wait_until("nobody knows the log", |screen| {
        let kestrel: Vec<&str> = screen.lines().filter(|line| line.contains(" kestrel ")).collect();
        kestrel.len() == 1 && kestrel[0].contains("no parser knows its format") && kestrel[0].contains("no parser  ")
    });
    walk_to(&mut console, " kestrel ");

    // What is proposed from the bytes reads them already.
    console.keys("w");
    console.wait_until("a proposal that reads all", |screen| {
        let words: Vec<&str> = screen.lines().nth(2).unwrap_or_default().split_whitespace().collect();
        screen.contains("proposed from the bytes")
            && screen.contains("recognised by its content")
            && words.windows(4).any(|part| part[1] == "of" && part[0] == part[2] && part[3] == "read")
    });
    console.wait_for("PROC/SPAWN");

    // A mistake has its place, the result before it stays, and the change is taken back.
    console.keys("\t");
    console.wait_for("esc back");
    console.keys("x");
    console.wait_until("the mistake", |screen| {
        screen.contains("1 mistake") && screen.contains("older than the definition")
    });
    console.keys("\x1a");
    console.wait_until("no mistake", |screen| !screen.contains("mistake") && !screen.contains("older than"));

    // It is corrected by hand; a record becomes a sample of it.
    console.keys("\x1b[B\x1b[B\x1b[F\x7f sensor\"");
    console.wait_until("the correction", |screen| {
        screen.contains("title = \"kestrel sensor\"") && screen.contains("edited") && !screen.contains("older than")
    });
    // And by an editor of one's own, which has the terminal meanwhile; one that fails, or changes nothing, is told.
    for (answer, told) in [
        ("fail", "sh editor.sh --wait: exit status: 4"),
        ("nothing", "the editor left the definition as it was"),
        ("taught by an editor", "the definition is as the editor left it"),
    ] {
        console.keys("\x18");
        console.wait_for("what is to be written?");
        assert!(console.is_restored());
        console.keys(&format!("{answer}\r"));
        console.wait_for(told);
    }
    console.wait_until("what the editor wrote", |screen| {
        screen.contains("# taught by an editor") && !screen.contains("older than")
    });
    console.keys("\x1b[Z");
    console.wait_for("keep sample");
    console.keys("x");
    console.wait_for("sample of the definition now");
    console.wait_until("the definition with its sample is tried", |screen| !screen.contains("older than"));

    console.keys("c");
    console.wait_until("coverage", |screen| screen.contains("without a fault") && !screen.contains("trying…"));

    console.keys("\x13");
    let screen = console.wait_for("pass now — r releases them");
    let count =
        screen.lines().find_map(|line| line.split(" of ").next()?.trim().parse::<usize>().ok()).expect("a count");
    assert!(screen.contains(&format!("{count} of {count} that failed or are parked pass now")), "{screen}");
    let saved = std::fs::read_to_string(folder.join("formats/kestrel.toml")).expect("the file is saved");
    assert!(saved.contains("title = \"kestrel sensor\"") && saved.contains("expect = {"), "{saved}");
    assert!(saved.starts_with("# taught by an editor\n"), "{saved}");

    console.keys("r");
    console.wait_for("runs in this program and knows it");
    type_number(&mut console, count);
    console.keys("\r");
    console.wait_for(&format!("{count} of {count} recovered"));
    console.wait_for("◌ 0 parked");

    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);

    // Whoever comes back by the configuration finds what was taught beside it.
    let config = folder.join("config.toml");
    let listed = Home::new().run(&["--config", config.to_str().expect("UTF-8"), "formats", "show", "kestrel"]);
    assert!(listed.stdout().starts_with("kestrel: kestrel sensor"), "{}{}", listed.stdout(), listed.stderr());
}

#[test]
fn a_read_only_profile_sends_nothing() {
    let platform = Platform::start();
    let config = platform.folder.join("config.toml");
    let mut console = Program::start(&["--read-only", "--config", config.to_str().expect("UTF-8")], 80, 24);
    console.wait_for("READ-ONLY");
    console.keys("5");
    console.wait_for("eventVersion 1.12");
    console.keys("r");
    console.wait_for("read-only");
    console.resize(120, 40);
    console.wait_until("the frame fills the new size", |screen| screen.lines().count() == 40);
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);
}

/// `scops demo --no-console`: the platform with its night, for other programs.
struct Platform {
    child: Child,
    /// Kept open: what the platform still prints needs a reader.
    _output: Lines<BufReader<ChildStdout>>,
    folder: PathBuf,
    _home: Home,
}

impl Platform {
    fn start() -> Self {
        let home = Home::new();
        let folder = home.path().join("night");
        let mut child = home
            .command()
            .args(["demo", "--no-console", "--dir"])
            .arg(&folder)
            .args(THIN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("scops starts");
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let ready = lines.next().expect("a line when it is ready").expect("text");
        assert!(ready.contains("config.toml"), "{ready}");
        Self { child, _output: lines, folder, _home: home }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
