//! How fast the console is, measured from outside: the real program in a pseudo-terminal, against a lab with as many keys
//! as are asked for, and against a server that accepts and never answers; and while it lists, scans and replays at once.
//!
//! `cargo build --release && cargo run --release --example console_speed -- DIR 1000000 [busy]`
//!
//! With `busy`, only what is measured while it does all at once. DIR keeps the lab's keys, so that a second run begins at once. What else lists the keys (`s5cmd`, `aws`) is timed beside
//! it where it is on the PATH. `docs/performance.md` holds what came of it.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use scops::aws::{Aws, BATCH, Connection, QueueSettings};
use scops::domain::{ByteSize, Object, ObjectId, QueuedMessage, event};
use scops_lab::store::Put;
use scops_lab::{Lab, LabOptions};

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
/// The day that the keys tell.
const RANGE: &str = "2026-11-23T00:00:00Z..2026-11-24T00:00:00Z";
/// Starts that are timed.
const STARTS: usize = 20;
/// Keys that are timed.
const KEYS: usize = 200;
/// Objects that have failed, and are sent again while keys are timed.
const FAILED: usize = 1000;
/// Objects that are scanned meanwhile; a search scans 200,000 at most.
const SCANNED: usize = 100_000;
/// How long an idle console is watched.
const IDLE: Duration = Duration::from_mins(1);
const PATIENCE: Duration = Duration::from_mins(5);

fn main() -> anyhow::Result<()> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // The lab stands for servers that have cores of their own: it gets what console and terminal leave.
    #[cfg(target_os = "linux")]
    builder.on_thread_start(|| {
        let _ = rustix::process::setpriority_process(None, 5);
    });
    builder.enable_all().build()?.block_on(run())
}

async fn run() -> anyhow::Result<()> {
    let usage = "usage: console_speed DIR NUMBER [busy]";
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().context(usage)?);
    let number: usize = arguments.next().context(usage)?.parse()?;
    let is_busy_alone = arguments.next().is_some_and(|word| word == "busy");
    fs::create_dir_all(folder.join("home"))?;
    let folder = fs::canonicalize(folder)?;
    let lab = Lab::start(LabOptions::new(folder.join("lab"))).await?;
    fill(&lab, &folder, number)?;
    let keys = (lab.access_key_id().to_owned(), lab.secret_access_key().to_owned());
    configure(&folder, "many", lab.endpoint(), lab.region(), &keys)?;
    configure(&folder, "busy", lab.endpoint(), lab.region(), &keys)?;
    consume(&lab, &folder, FAILED.min(number)).await?;

    let peers = peers(&lab);
    // It takes connections, and holds them for as long as it lives.
    let silent = TcpListener::bind("127.0.0.1:0")?;
    configure(&folder, "silent", &format!("http://{}", silent.local_addr()?), lab.region(), &keys)?;
    thread::spawn(move || silent.incoming().collect::<Vec<_>>());

    let measured = thread::spawn(move || {
        if !is_busy_alone {
            measure(&folder, number, peers)?;
        }
        measure_busy(&folder, number)
    });
    // This thread only waits; those of the runtime serve.
    let measured = measured.join().map_err(|_| anyhow::anyhow!("the measurement panicked"))?;
    lab.stop().await;
    measured
}

/// Puts the keys of each bucket that has not got them yet.
fn fill(lab: &Lab, folder: &Path, number: usize) -> anyhow::Result<()> {
    let body = Bytes::from_static(b"{\"time\":\"2026-11-23T02:14:07Z\",\"message\":\"a\"}\n");
    for (bucket, number) in [("logs", number), ("few", number.min(SCANNED))] {
        let done = folder.join(format!("filled-{bucket}-{number}"));
        if done.exists() {
            continue;
        }
        lab.store().create_bucket(bucket)?;
        for index in 0..number {
            lab.store().put(bucket, &key(index), body.clone(), Put::default())?;
        }
        fs::write(done, "")?;
    }
    Ok(())
}

fn key(index: usize) -> String {
    format!("AWSLogs/111122223333/CloudTrail/eu-west-1/2026/11/23/{index:07}_CloudTrail.json")
}

/// A consumer that has failed with so many of the keys. Nobody processes what is sent to it again.
async fn consume(lab: &Lab, folder: &Path, failed: usize) -> anyhow::Result<()> {
    let aws = Aws::new(Connection {
        region: lab.region().to_owned(),
        endpoint: Some(lab.endpoint().to_owned()),
        profile: None,
        keys: Some((lab.access_key_id().to_owned(), lab.secret_access_key().to_owned())),
    });
    // A run before has emptied the queues of its own.
    let run = Timestamp::now().as_second();
    let settings = QueueSettings {
        visibility: SignedDuration::from_secs(30),
        retention: SignedDuration::from_hours(336),
        dead_letter: None,
    };
    let queue = aws.create_queue(&format!("indexer-{run}"), &settings).await?;
    let dead_letter = aws.create_queue(&format!("indexer-{run}-failed"), &settings).await?;
    let mut messages = Vec::with_capacity(failed);
    for index in 0..failed {
        let id = ObjectId::new("logs", key(index));
        let stored = lab.store().head(&id.bucket, &id.key, None)?;
        let object = Object {
            id,
            size: ByteSize(stored.size),
            etag: stored.etag,
            storage_class: "STANDARD".to_owned(),
            arrived: Timestamp::now(),
        };
        let body = event::encode(&object, lab.region(), object.arrived);
        messages.push(QueuedMessage { body, ..Default::default() });
    }
    for batch in messages.chunks(BATCH) {
        aws.send_batch(&dead_letter, batch).await?;
    }
    let mut config = fs::OpenOptions::new().append(true).open(folder.join("busy.toml"))?;
    writeln!(
        config,
        "{}[[profiles.busy.consumers]]\nname = \"indexer\"\nqueue_url = \"{queue}\"\n\
         dead_letter_url = \"{dead_letter}\"\nidempotent = true",
        source("busy", "few", "few")
    )?;
    Ok(())
}

fn configure(folder: &Path, name: &str, endpoint: &str, region: &str, keys: &(String, String)) -> anyhow::Result<()> {
    let text = format!(
        "default_profile = \"{name}\"\n[profiles.{name}]\nregion = \"{region}\"\nendpoint_url = \"{endpoint}\"\n\
         state = \"{}\"\ncredentials = {{ access_key_id = \"{}\", secret_access_key = \"{}\" }}\n{}",
        folder.join("state").display(),
        keys.0,
        keys.1,
        source(name, name, "logs"),
    );
    fs::write(folder.join(format!("{name}.toml")), text)?;
    Ok(())
}

/// The table of a source of a profile.
fn source(profile: &str, name: &str, bucket: &str) -> String {
    format!(
        "[[profiles.{profile}.sources]]\nname = \"{name}\"\nbucket = \"{bucket}\"\n\
         layout = \"AWSLogs/{{account}}/CloudTrail/{{region}}/{{yyyy}}/{{MM}}/{{dd}}/\"\nformat = \"json\"\n"
    )
}

/// What else lists the keys of the lab.
fn peers(lab: &Lab) -> Vec<Command> {
    let endpoint = lab.endpoint();
    let commands: [&[&str]; 2] = [
        &["s5cmd", "--endpoint-url", endpoint, "ls", "s3://logs/*"],
        &["aws", "--endpoint-url", endpoint, "s3", "ls", "--recursive", "s3://logs/"],
    ];
    let commands = commands.map(|words| {
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env("AWS_REGION", lab.region()).env("AWS_DEFAULT_REGION", lab.region());
        command.env("AWS_ACCESS_KEY_ID", lab.access_key_id()).env("AWS_SECRET_ACCESS_KEY", lab.secret_access_key());
        command.stderr(Stdio::null());
        command
    });
    commands.into()
}

/// Lists the keys with another program, and tells how long that took.
fn beside(mut peer: Command, number: usize) -> anyhow::Result<String> {
    let name = peer.get_program().to_string_lossy().into_owned();
    let began = Instant::now();
    let Ok(mut child) = peer.stdout(Stdio::piped()).spawn() else {
        return Ok(format!("{name}: not on the PATH"));
    };
    let lines = BufReader::new(child.stdout.take().context("its output")?).split(b'\n').count();
    ensure!(child.wait()?.success(), "{name} failed");
    ensure!(lines == number, "{name} told {lines} lines");
    Ok(format!("listing of {number} keys by {name}: {:.1} s", began.elapsed().as_secs_f64()))
}

fn measure(folder: &Path, number: usize, peers: Vec<Command>) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    for name in ["many", "silent"] {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let console = Console::start(folder, name, &["--at", "sources"])?;
            times.push(console.wait_for(|screen| screen.contains(name) && screen.contains("1 sources"))?);
        }
        writeln!(out, "first frame, {name}: {}", spread(&mut times))?;
    }

    let mut console = Console::start(folder, "silent", &["--at", &format!("objects,source=silent,range={RANGE}")])?;
    console.wait_for(|screen| screen.contains("1 sources"))?;
    let mut times = console.type_keys(KEYS)?;
    writeln!(out, "key to frame, a server that never answers: {}", spread(&mut times))?;
    drop(console);

    let console = Console::start(folder, "many", &["--at", "sources"])?;
    console.wait_for(|screen| screen.contains("1 sources"))?;
    thread::sleep(Duration::from_secs(2));
    let before = console.peak_kib()?;
    drop(console);

    let mut console = Console::start(folder, "many", &["--at", &format!("objects,source=many,range={RANGE}")])?;
    console.wait_for(|screen| screen.contains("objects 1,"))?;
    let mut times = console.type_keys(KEYS)?;
    let all = format!("objects {}", thousands(number));
    let is_under_way = !console.text().contains(&all);
    writeln!(out, "key to frame, while {number} keys are listed: {}", spread(&mut times))?;
    writeln!(out, "  the listing was {}under way at the last key", if is_under_way { "" } else { "no longer " })?;
    let took = console.wait_for(|screen| screen.contains(&all))?;
    // Linux counts the time of processes in hundredths of a second.
    let core = console.ticks()? as f64 / 100.0;
    writeln!(out, "listing of {number} keys: {:.1} s, {core:.1} s of a core", took.as_secs_f64())?;
    for peer in peers {
        writeln!(out, "{}", beside(peer, number)?)?;
    }
    let mut times = console.type_keys(KEYS)?;
    writeln!(out, "key to frame, {number} keys listed: {}", spread(&mut times))?;
    writeln!(out, "memory: peak {} MiB, {} MiB before the listing", console.peak_kib()? / 1024, before / 1024)?;

    for (name, keys) in [("in front", ""), ("while another window has the keys", "\x1b[O")] {
        console.send(keys)?;
        thread::sleep(Duration::from_secs(2));
        let (ticks, bytes, began) = (console.ticks()?, console.bytes(), Instant::now());
        thread::sleep(IDLE);
        let seconds = began.elapsed().as_secs_f64();
        let share = (console.ticks()? - ticks) as f64 / seconds;
        let bytes = (console.bytes() - bytes) as f64 / seconds;
        writeln!(out, "idle, {name}: {share:.2} % of a core, {bytes:.0} bytes a second to the terminal")?;
    }
    Ok(())
}

/// Times keys while the console sends [`FAILED`] objects again, scans [`SCANNED`] for a text that none holds, and lists them.
fn measure_busy(folder: &Path, number: usize) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let failed = FAILED.min(number);
    let mut console = Console::start(folder, "busy", &["--at", &format!("failures,range={RANGE}")])?;
    console.wait_for(|screen| screen.contains(&format!("{} failed", thousands(failed))))?;
    console.send("g r")?;
    console.wait_for(|screen| screen.contains("then enter, to send"))?;
    // Keys that come at once are a paste, which confirms nothing.
    for key in failed.to_string().chars() {
        console.send(&key.to_string())?;
        thread::sleep(Duration::from_millis(300));
    }
    console.send("\r")?;
    console.wait_for(|screen| screen.contains("sent"))?;
    console.send("s")?;
    console.send("source:few absent\r")?;
    console.wait_for(|screen| screen.contains("enter runs it"))?;
    console.send("\r")?;
    console.wait_for(|screen| screen.contains(" found ·"))?;
    console.send(&format!(":go objects,source=busy,range={RANGE}\r"))?;
    console.wait_for(|screen| screen.contains("objects 1,"))?;
    let mut times = console.type_keys(KEYS)?;
    let is_listing = !console.text().contains(&format!("objects {}", thousands(number)));
    console.send("J")?;
    console.wait_for(|screen| screen.contains("jobs ") && screen.contains("cancel"))?;
    let screen = console.text();
    let at_work =
        [(is_listing, "a listing"), (screen.contains("search "), "a scan"), (screen.contains("replay "), "a replay")];
    let at_work: Vec<&str> = at_work.into_iter().filter(|(is_running, _)| *is_running).map(|(_, name)| name).collect();
    writeln!(out, "key to frame, all at once: {}", spread(&mut times))?;
    writeln!(out, "  under way at the last key: {}", at_work.join(", "))?;
    Ok(())
}

/// `median 12.0 ms, p99 14.1 ms, most 15.2 ms of 200`
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |part: f64| {
        let place = (times.len() as f64 * part) as usize;
        times.get(place.min(times.len().saturating_sub(1))).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    };
    format!("median {:.1} ms, p99 {:.1} ms, most {:.1} ms of {}", at(0.5), at(0.99), at(1.0), times.len())
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut told = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            told.push(',');
        }
        told.push(digit);
    }
    told
}

/// What the terminal shows, and how many bytes made it so.
struct Seen {
    parser: vt100::Parser,
    bytes: usize,
}

/// The program in a terminal of its own.
struct Console {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn std::io::Write + Send>,
    seen: Arc<Mutex<Seen>>,
    began: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Console {
    fn start(folder: &Path, name: &str, arguments: &[&str]) -> anyhow::Result<Self> {
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
        command.env("HOME", folder.join("home"));
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.arg("--config");
        command.arg(folder.join(format!("{name}.toml")));
        command.args(arguments);
        let began = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader()?;
        let cells = |count| NonZeroU16::new(count).context("a size");
        let parser = vt100::Parser::new(cells(ROWS)?, cells(COLUMNS)?, 0);
        let seen = Arc::new(Mutex::new(Seen { parser, bytes: 0 }));
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let mut seen = shared.lock().unwrap_or_else(PoisonError::into_inner);
                seen.parser.process(&buffer[..count]);
                seen.bytes += count;
            }
        });
        let writer = pair.master.take_writer()?;
        Ok(Self { child, writer, seen, began, _master: pair.master })
    }

    fn text(&self) -> String {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).parser.screen().contents()
    }

    fn bytes(&self) -> usize {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).bytes
    }

    /// Waits until the screen is as wanted, and tells how long after the start that was.
    fn wait_for(&self, wanted: impl Fn(&str) -> bool) -> anyhow::Result<Duration> {
        loop {
            let took = self.began.elapsed();
            let text = self.text();
            if wanted(&text) {
                return Ok(took);
            }
            ensure!(took < PATIENCE, "not within {PATIENCE:?}; the screen:\n{text}");
            thread::sleep(Duration::from_micros(200));
        }
    }

    fn send(&mut self, keys: &str) -> anyhow::Result<()> {
        self.writer.write_all(keys.as_bytes())?;
        Ok(self.writer.flush()?)
    }

    /// Types keys into the command line, one every 30 ms, and tells how long each took to be seen there.
    fn type_keys(&mut self, count: usize) -> anyhow::Result<Vec<Duration>> {
        let mut times = Vec::with_capacity(count);
        let mut typed = String::from(":");
        self.send(":")?;
        for number in 0..count {
            if typed.len() > 40 {
                self.send("\x15")?;
                ":".clone_into(&mut typed);
            }
            thread::sleep(Duration::from_millis(30));
            let key = char::from(b'a' + (number * 7 % 26) as u8);
            typed.push(key);
            let pressed = Instant::now();
            self.send(&key.to_string())?;
            while !self.text().contains(&typed) {
                ensure!(pressed.elapsed() < PATIENCE, "a key was not answered; the screen:\n{}", self.text());
                thread::sleep(Duration::from_micros(100));
            }
            times.push(pressed.elapsed());
        }
        self.send("\x1b")?;
        // What follows an escape too soon is a key with alt.
        thread::sleep(Duration::from_millis(200));
        Ok(times)
    }

    fn proc(&self, file: &str) -> anyhow::Result<String> {
        let id = self.child.process_id().context("it runs")?;
        Ok(fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }

    /// The most memory that it had, in KiB.
    fn peak_kib(&self) -> anyhow::Result<u64> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("VmHWM")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// The time that it used so far, as the kernel counts it.
    fn ticks(&self) -> anyhow::Result<u64> {
        let stat = self.proc("stat")?;
        // The name of the program stands in parentheses, and may hold anything.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
        let of = |place: usize| -> anyhow::Result<u64> { Ok(fields.get(place).context("a field")?.parse()?) };
        Ok(of(11)? + of(12)?)
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
