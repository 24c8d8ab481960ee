//! The program in a pseudo-terminal, as a person at a keyboard meets it.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use crate::program::Home;

/// Longest wait for anything on the screen; a slow machine is no failure, an absent text is.
const PATIENCE: Duration = Duration::from_mins(2);

/// `scops` in a terminal of its own.
pub struct Program {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    screen: Arc<Mutex<vt100::Parser>>,
    home: Home,
}

impl Program {
    /// Starts `scops` with these arguments in a terminal of `columns` x `rows`.
    pub fn start(arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_in(Home::new(), arguments, columns, rows)
    }

    /// The same, over the home folder of an earlier start.
    pub fn start_in(home: Home, arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with(home, &[], arguments, columns, rows)
    }

    /// The same with more variables.
    pub fn start_with(home: Home, variables: &[(&str, &str)], arguments: &[&str], columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_scops"));
        command.args(arguments);
        command.env_clear();
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("USER", "oncall"), ("VISUAL", "sh editor.sh --wait")]
        {
            command.env(name, value);
        }
        for (name, value) in variables {
            command.env(name, value);
        }
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", home.path());
        command.cwd(home.path());
        let child = pair.slave.spawn_command(command).expect("scops starts");
        drop(pair.slave);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(cells(rows), cells(columns), 0)));
        let mut reader = pair.master.try_clone_reader().expect("the terminal's output");
        let seen = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                seen.lock().expect("no panic while reading").process(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer().expect("the terminal's input");
        Self { child, master: pair.master, writer, screen, home }
    }

    /// What the screen shows now.
    pub fn text(&self) -> String {
        self.screen.lock().expect("no panic while reading").screen().contents()
    }

    /// Waits until the screen shows `text`.
    pub fn wait_for(&self, text: &str) -> String {
        self.wait_until(&format!("the screen shows {text:?}"), |screen| screen.contains(text))
    }

    /// Whether the screen shows `text` within two seconds.
    pub fn shows_soon(&self, text: &str) -> bool {
        let begin = Instant::now();
        while !self.text().contains(text) {
            if begin.elapsed() > Duration::from_secs(2) {
                return false;
            }
            thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Waits until the screen satisfies `claim`.
    pub fn wait_until(&self, what: &str, claim: impl Fn(&str) -> bool) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.text();
            if claim(&screen) {
                return screen;
            }
            assert!(begin.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}; the screen:\n{screen}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether the terminal is out of the alternate screen, with its cursor shown and the keys in their plain modes.
    pub fn is_restored(&self) -> bool {
        let parser = self.screen.lock().expect("no panic while reading");
        let screen = parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
    }

    /// Whether clicks are told to the program.
    pub fn has_mouse(&self) -> bool {
        let parser = self.screen.lock().expect("no panic while reading");
        parser.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Types text or control bytes.
    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).and_then(|()| self.writer.flush()).expect("the terminal takes input");
    }

    /// Changes the terminal's size.
    pub fn resize(&self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        // Locked, so that no frame of the new size is drawn on a screen of the old one.
        let mut screen = self.screen.lock().expect("no panic while reading");
        self.master.resize(size).expect("a new size");
        screen.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Waits for the program's end, and tells its exit code.
    pub fn wait_for_exit(&mut self) -> u32 {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.exit_code();
            }
            assert!(begin.elapsed() < PATIENCE, "the program does not end; the screen:\n{}", self.text());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Its home folder, which is also the one that it works in.
    pub fn home(&self) -> PathBuf {
        self.home.path()
    }

    /// Ends the program at once, as SIGKILL does, and hands its home folder on.
    pub fn kill(mut self) -> Home {
        // One that has ended needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
        std::mem::replace(&mut self.home, Home::new())
    }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has a size")
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
