//! The loop in a real pseudo-terminal, with a world that never answers. The test program starts itself as the child.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::*;
use crate::app::fixture;
use crate::keymap::Keymap;

/// Names the child's part of these tests; unset in the test itself.
const CHILD: &str = "SCOPS_TEST_TERMINAL";

/// Not a test of its own: what the others start in their pseudo-terminal.
#[test]
fn child() {
    let Ok(behaviour) = std::env::var(CHILD) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ended = runtime.block_on(async {
        let mut model = Model::new(fixture::profile(), Keymap::shipped(), Timestamp::now(), (80, 24));
        let (sender, messages) = tokio::sync::mpsc::unbounded_channel();
        let world = World {
            ask: Box::new(move |_, _| {
                assert!(behaviour != "panic", "the world broke");
                if behaviour == "task" {
                    tokio::spawn(async { panic!("a task broke") });
                }
            }),
            cancel: Box::new(|_| {}),
            usage: Box::new(Vec::new),
        };
        let settings = Settings { look: Look::default(), themes: Vec::new(), history: None, editor: None };
        run(&mut model, settings, world, sender, messages).await
    });
    // Where the terminal is gone, nobody reads it.
    let _ = writeln!(stdout(), "ended {}", if ended.is_ok() { "well" } else { "badly" });
    // What stands behind the loop, and the threads that read, end with the process.
    std::process::exit(i32::from(ended.is_err()));
}

struct Running {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    writer: Option<Box<dyn Write + Send>>,
    output: Arc<Mutex<Vec<u8>>>,
    /// How the terminal treats keys and output, before anything ran in it.
    modes: String,
    reader: Option<JoinHandle<()>>,
    /// Tells the reader to let go of the terminal after its next bytes.
    closes: Arc<AtomicBool>,
}

impl Running {
    fn start(behaviour: &str, ignores_hangup: bool) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let modes = modes(&*pair.master);
        let program = std::env::current_exe().expect("this program");
        let test = "runtime::terminal::tests::child --exact --nocapture --test-threads=1";
        let trap = if ignores_hangup { "trap '' HUP; " } else { "" };
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("{trap}exec '{}' {test}", program.display())]);
        command.env(CHILD, behaviour);
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("started");
        drop(pair.slave);
        let output = Arc::new(Mutex::new(Vec::new()));
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let sink = Arc::clone(&output);
        let closes = Arc::new(AtomicBool::new(false));
        let is_closing = Arc::clone(&closes);
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while !is_closing.load(Ordering::Relaxed)
                && let Ok(count @ 1..) = reader.read(&mut buffer)
            {
                sink.lock().expect("not poisoned").extend_from_slice(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer().expect("a writer");
        Self { child, master: Some(pair.master), writer: Some(writer), output, modes, reader: Some(reader), closes }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().expect("not poisoned")).into_owned()
    }

    fn wait_for(&self, wanted: &str) {
        let begin = Instant::now();
        while !self.text().contains(wanted) {
            assert!(begin.elapsed() < Duration::from_secs(20), "no {wanted:?} in {:?}", self.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn press(&mut self, keys: &str) {
        let writer = self.writer.as_mut().expect("open");
        writer.write_all(keys.as_bytes()).and_then(|()| writer.flush()).expect("written");
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().expect("running").to_string();
        let sent = Command::new("kill").args([&format!("-{name}"), &pid]).status().expect("kill");
        assert!(sent.success());
    }

    /// Waits for the end, and returns how long that took and whether it was a good one.
    fn end(&mut self) -> (Duration, bool) {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (begin.elapsed(), status.success());
            }
            if begin.elapsed() > Duration::from_secs(20) {
                let _ = self.child.kill();
                panic!("it did not end: {:?}", self.text());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Every mode that was set has been taken back, the alternate screen last left, once the console has ended.
    fn assert_restored(&mut self) {
        // The last bytes may still be on their way; after them the terminal has no more.
        if let Some(reader) = self.reader.take() {
            reader.join().expect("no panic");
        }
        let text = self.text();
        for mode in ["1049", "2004", "1000", "1002", "1003", "1006", "1004"] {
            let set = text.rfind(&format!("\x1b[?{mode}h"));
            let reset = text.rfind(&format!("\x1b[?{mode}l"));
            assert!(set < reset, "mode {mode} stays set");
        }
        assert!(text.rfind("\x1b[?25h") > text.rfind("\x1b[?25l"), "the cursor stays hidden");
        assert_eq!(modes(&**self.master.as_ref().expect("open")), self.modes);
    }
}

/// What `stty` would tell of a terminal.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().expect("a terminal"))
}

#[test]
fn the_first_frame_comes_though_the_world_never_answers_and_q_leaves() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    running.press("5");
    running.wait_for("failure queues");
    running.press("1q");
    let (_, is_well) = running.end();
    assert!(is_well);
    running.assert_restored();
}

#[test]
fn a_key_is_answered_without_waiting_for_the_clock() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    let mut slow = 0;
    for round in 0..20 {
        let before = running.output.lock().expect("not poisoned").len();
        let pressed = Instant::now();
        running.press(if round % 2 == 0 { "j" } else { "k" });
        while running.output.lock().expect("not poisoned").len() == before {
            assert!(pressed.elapsed() < Duration::from_secs(5), "no answer");
            std::thread::sleep(Duration::from_millis(1));
        }
        // Generous, as other tests have the machine too; a clock tick is a second away.
        slow += u32::from(pressed.elapsed() > Duration::from_millis(250));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(slow <= 2, "{slow} of 20 keys were slow");
    running.press("q");
    running.end();
}

#[test]
fn no_key_is_lost_however_soon_it_follows_a_frame() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    running.press(":");
    for round in 0..4 {
        let mut typed = String::new();
        for at in 0..64_u32 {
            let before = running.output.lock().expect("not poisoned").len();
            let key = char::from(b'a' + (at % 26) as u8);
            typed.push(key);
            running.press(&key.to_string());
            let pressed = Instant::now();
            while running.output.lock().expect("not poisoned").len() == before {
                assert!(pressed.elapsed() < Duration::from_secs(5), "key {at} of round {round} was not answered");
                std::hint::spin_loop();
            }
            // Into the frame, right behind it, and a little later.
            std::thread::sleep(Duration::from_micros(u64::from(at % 8) * 200));
        }
        let mut screen = vt100::Parser::new(24.try_into().expect("rows"), 80.try_into().expect("columns"), 0);
        let begin = Instant::now();
        while !screen.screen().contents().contains(&typed) {
            assert!(begin.elapsed() < Duration::from_secs(5), "a key is missing:\n{}", screen.screen().contents());
            screen = vt100::Parser::new(24.try_into().expect("rows"), 80.try_into().expect("columns"), 0);
            screen.process(&running.output.lock().expect("not poisoned"));
        }
        running.press("\x15");
    }
    running.signal("TERM");
    running.end();
}

#[test]
fn h01_signals_end_the_console_and_give_the_terminal_back() {
    for name in ["TERM", "HUP", "INT"] {
        let mut running = Running::start("silent", false);
        running.wait_for("cloudtrail");
        running.signal(name);
        let (took, is_well) = running.end();
        assert!(is_well && took < Duration::from_secs(2), "{name}: {took:?}");
        running.assert_restored();
    }
}

#[test]
fn a_console_that_was_stopped_comes_back_without_asking_the_terminal_anything() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    running.press("\x1a");
    running.wait_for("\x1b[?1049l");
    let pid = running.child.process_id().expect("running").to_string();
    let is_stopped = || {
        let state = Command::new("ps").args(["-o", "state=", "-p", &pid]).output().expect("ps").stdout;
        state.starts_with(b"T")
    };
    let begin = Instant::now();
    while !is_stopped() {
        assert!(begin.elapsed() < Duration::from_secs(20), "it did not stop");
        std::thread::sleep(Duration::from_millis(10));
    }
    let before = running.output.lock().expect("not poisoned").len();
    running.signal("CONT");
    let since = || String::from_utf8_lossy(&running.output.lock().expect("not poisoned")[before..]).into_owned();
    while !since().contains("cloudtrail") {
        assert!(begin.elapsed() < Duration::from_secs(20), "no frame: {:?}", since());
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!since().contains("\x1b[6n"), "it asks where the cursor is");
    running.press("q");
    assert!(running.end().1);
    running.assert_restored();
}

#[test]
fn a_panic_gives_the_terminal_back() {
    let mut running = Running::start("panic", false);
    let (_, is_well) = running.end();
    assert!(!is_well);
    running.wait_for("the world broke");
    running.assert_restored();
}

#[test]
fn a_panic_in_a_task_leaves_the_screen_and_q_gives_the_terminal_back() {
    let mut running = Running::start("task", false);
    running.wait_for("cloudtrail");
    running.press("5");
    running.wait_for("failure queues");
    assert!(!running.text().contains("a task broke"), "it is for the log");
    assert_ne!(modes(&**running.master.as_ref().expect("open")), running.modes, "keys come one by one");
    running.press("1q");
    assert!(running.end().1);
    running.assert_restored();
}

#[test]
fn ctrl_c_twice_gives_the_terminal_back() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    running.press("\x03");
    running.wait_for("once more leaves");
    running.press("\x03");
    assert!(running.end().1);
    running.assert_restored();
}

#[test]
fn h03_a_closed_terminal_ends_the_console_even_where_hangups_are_ignored() {
    let mut running = Running::start("silent", true);
    running.wait_for("cloudtrail");
    drop(running.writer.take());
    drop(running.master.take());
    running.closes.store(true, Ordering::Relaxed);
    running.reader.take().expect("runs").join().expect("no panic");
    let (took, _) = running.end();
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn h13_the_terminal_is_asked_nothing_so_that_no_answer_comes_after_the_end() {
    let mut running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    running.press("q");
    assert!(running.end().1);
    running.assert_restored();
    let text = running.text();
    for question in
        ["[c", "[0c", "[>c", "[=c", "[5n", "[6n", "[?6n", "[?u", "P", "]10;?", "]11;?", "]4;", "[14t", "[18t"]
    {
        assert!(!text.contains(&format!("\u{1b}{question}")), "{question}: {text:?}");
    }
}

#[test]
fn an_idle_console_paints_once_a_second() {
    let running = Running::start("silent", false);
    running.wait_for("cloudtrail");
    std::thread::sleep(Duration::from_millis(300));
    let before = running.output.lock().expect("not poisoned").len();
    std::thread::sleep(Duration::from_secs(3));
    let bytes = running.output.lock().expect("not poisoned").len() - before;
    assert!(bytes < 1_000, "{bytes} bytes in three idle seconds");
    let mut running = running;
    running.press("q");
    running.end();
}

#[test]
fn fingers_are_told_from_pasted_text_by_the_time_between_two_keys() {
    let begin = tokio::time::Instant::now();
    let mut fingers = Fingers::default();
    let told: Vec<bool> =
        [0, 1, 2, 40, 59, 60, 500].map(|millis| fingers.are_rushed(begin + Duration::from_millis(millis))).into();
    assert_eq!(told, [false, true, true, false, true, true, false]);
}
