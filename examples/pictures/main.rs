//! Draws the pictures of the guide from the demo: the real program in a pseudo-terminal is led through a list of scenes,
//! and each screen becomes one SVG.
//!
//! `cargo build && cargo run --example pictures -- docs/guide/src/pictures`

mod scenes;
mod svg;

use std::fs;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use scenes::{SCENES, Scene, Step};

const COLUMNS: u16 = 120;
const ROWS: u16 = 34;
/// The longest wait for anything on the screen.
const PATIENCE: Duration = Duration::from_mins(5);
/// So long nothing must change before a picture is taken.
const STILL: Duration = Duration::from_millis(1_500);
/// Between two keys that fingers press.
const PAUSE: Duration = Duration::from_millis(80);

fn main() -> anyhow::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("usage: pictures DIR")?);
    fs::create_dir_all(&folder)?;
    let home = tempfile::tempdir()?;
    let mut console = Console::start(home.path())?;
    for Scene { name, title, steps } in SCENES {
        for step in *steps {
            console.take(*step)?;
        }
        console.wait_until_still()?;
        let picture = svg::picture(console.screen().screen(), title);
        let path = folder.join(format!("{name}.svg"));
        writeln!(std::io::stdout(), "{} {} KiB", path.display(), picture.len().div_ceil(1024))?;
        fs::write(path, picture)?;
    }
    Ok(())
}

/// The program in a terminal of its own.
struct Console {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    parser: Arc<Mutex<vt100::Parser>>,
    _master: Box<dyn MasterPty + Send>,
}

impl Console {
    fn start(home: &Path) -> anyhow::Result<Self> {
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let program = std::env::current_exe()?;
        let program = program.parent().and_then(Path::parent).context("a target folder")?.join("scops");
        ensure!(program.is_file(), "no {}: build the program in the same profile first", program.display());
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("USER", "oncall")] {
            command.env(name, value);
        }
        command.env("HOME", home);
        command.cwd(home);
        command.args(["demo", "--seed", "7", "--density", "0.4"]);
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let cells = |count| NonZeroU16::new(count).context("a size");
        let parser = Arc::new(Mutex::new(vt100::Parser::new(cells(ROWS)?, cells(COLUMNS)?, 0)));
        let mut reader = pair.master.try_clone_reader()?;
        let seen = Arc::clone(&parser);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                seen.lock().unwrap_or_else(PoisonError::into_inner).process(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer()?;
        Ok(Self { child, writer, parser, _master: pair.master })
    }

    fn screen(&self) -> MutexGuard<'_, vt100::Parser> {
        self.parser.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn text(&self) -> String {
        self.screen().screen().contents()
    }

    fn take(&mut self, step: Step) -> anyhow::Result<()> {
        match step {
            Step::Keys(keys) => {
                self.writer.write_all(keys.as_bytes())?;
                self.writer.flush()?;
                // What follows an escape too soon is a key with alt.
                thread::sleep(PAUSE * 3);
                Ok(())
            }
            Step::Shows(text) => self.wait_until(text, |screen| screen.contains(text)),
            Step::Lacks(text) => self.wait_until(text, |screen| !screen.contains(text)),
            Step::Confirm => {
                for key in scenes::confirmation(&self.text()).chars() {
                    thread::sleep(PAUSE);
                    self.writer.write_all(key.to_string().as_bytes())?;
                    self.writer.flush()?;
                }
                Ok(())
            }
        }
    }

    fn wait_until(&self, what: &str, claim: impl Fn(&str) -> bool) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let text = self.text();
            if claim(&text) {
                return Ok(());
            }
            ensure!(begin.elapsed() < PATIENCE, "{what:?}: not within {PATIENCE:?}; the screen:\n{text}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Waits until nothing but what the clock moves changes: numbers, and the costs at the foot.
    fn wait_until_still(&self) -> anyhow::Result<()> {
        let begin = Instant::now();
        let body = || {
            let text = self.text();
            let lines = text.lines().take(usize::from(ROWS) - 1).flat_map(str::chars);
            lines.filter(|character| !character.is_ascii_digit()).collect::<String>()
        };
        let (mut before, mut since) = (body(), Instant::now());
        while since.elapsed() < STILL {
            thread::sleep(Duration::from_millis(50));
            let now = body();
            if now != before {
                (before, since) = (now, Instant::now());
            }
            ensure!(begin.elapsed() < PATIENCE, "the screen does not rest:\n{before}");
        }
        Ok(())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
