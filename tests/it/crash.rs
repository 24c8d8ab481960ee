//! The real program killed, or failed by its disk, at every step of a replay; then looked at, and resumed.
//!
//! `strace` injects the faults, so that nothing of the program knows of them; what becomes of the journal's writes is
//! tried without it too, by a debug build that dies or fails at one of them. Whatever happens: an object is sent and
//! its original deleted, or sent and known to be left behind, or unknown, or still where it failed; it is never gone
//! from both queues, and what the program says afterwards is what the queues hold.

#[cfg(debug_assertions)]
mod points;

use std::collections::{BTreeMap, HashMap};
use std::process::{Command, Stdio};

use scops::domain::{ObjectId, PlanItemState, ReplayId};
use scops::replay::audit::{self, Event};
use scops::replay::{self, Control, ReplayError};

use crate::stage::{self, Case, Stage};

/// Objects of each replay.
const OBJECTS: usize = 40;
/// Replays at a time, which wait most of theirs.
const AT_ONCE: usize = 6;
/// Every so many calls are failed, of those that are too many to fail all.
const SPREAD: usize = 9;

/// What is done to one call of the program.
#[derive(Debug, Clone, Default)]
struct Fault {
    /// `strace`'s options.
    options: Vec<String>,
    /// The fault of a debug build, which is run without `strace`.
    point: Option<String>,
    /// Whether the program lives on and must say what failed.
    is_told: bool,
}

impl Fault {
    fn kill(call: &str, number: usize) -> Self {
        let inject = format!("inject={call}:signal=SIGKILL:when={number}");
        Self { options: ["-e", &format!("trace={call}"), "-e", &inject].map(str::to_owned).into(), ..Self::default() }
    }

    fn kill_at(case: &Case<'_>, file: &str, call: &str, number: usize) -> Self {
        let path = case.state.join(file).display().to_string();
        let killed = Self::kill(call, number);
        Self { options: [vec!["-P".to_owned(), path], killed.options].concat(), ..killed }
    }

    /// From the `number`-th call on this file on, each fails.
    fn fail(case: &Case<'_>, file: &str, call: &str, error: &str, number: usize) -> Self {
        let path = case.state.join(file).display().to_string();
        let inject = format!("inject={call}:error={error}:when={number}+");
        let options = ["-P", &path, "-e", &format!("trace={call}"), "-e", &inject];
        Self { options: options.map(str::to_owned).into(), is_told: true, ..Self::default() }
    }

    /// What it is, for whoever reads of it.
    fn told(&self) -> String {
        self.point.clone().unwrap_or_else(|| self.options.join(" "))
    }
}

#[test]
fn killed_or_failed_at_any_step_nothing_is_lost_and_the_program_tells_the_truth() {
    if Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_err() {
        assert!(std::env::var_os("SCOPS_REQUIRE_STRACE").is_none(), "no strace");
        eprintln!("skipped: no strace");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        // Each has a clock of its own to move.
        let stages = futures::future::join_all((0..AT_ONCE).map(|_| Stage::start())).await;
        let steps = steps(&stages[0]).await;
        let share = |share: usize| {
            let (stage, steps) = (&stages[share], steps.iter().enumerate().skip(share).step_by(stages.len()));
            async move {
                let objects = stage.objects(OBJECTS).await;
                let mut ends = Vec::new();
                for (number, step) in steps {
                    ends.push(survive(stage, &objects, number, |case| step.fault(case)).await.1);
                }
                ends
            }
        };
        let ends = futures::future::join_all((0..stages.len()).map(share)).await;
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for (word, count) in ends.iter().flatten().flatten() {
            *told.entry(word.as_str()).or_default() += count;
        }
        eprintln!("{} faults; objects after them: {told:?}", steps.len());
        // The faults reached every stage of an object's way.
        for word in ["unbegun", "waiting", "unknown", "sent", "left behind", "unconfirmed"] {
            assert!(told.contains_key(word), "no fault left an object {word}: {told:?}");
        }
    });
}

/// A step of an undisturbed replay that is killed or failed.
enum Step {
    Kill(&'static str, usize),
    /// The same, counting only the calls on one file.
    KillAt {
        file: &'static str,
        call: &'static str,
        number: usize,
    },
    Fail {
        file: &'static str,
        call: &'static str,
        error: &'static str,
        number: usize,
    },
}

impl Step {
    fn fault(&self, case: &Case<'_>) -> Fault {
        match self {
            Self::Kill(call, number) => Fault::kill(call, *number),
            Self::KillAt { file, call, number } => Fault::kill_at(case, file, call, *number),
            Self::Fail { file, call, error, number } => Fault::fail(case, file, call, error, *number),
        }
    }
}

async fn steps(stage: &Stage) -> Vec<Step> {
    let case = stage.case("whole", &stage.objects(OBJECTS).await).await;
    let plan = case.plan().await;
    let calls = "trace=write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,rename,renameat,renameat2";
    let options = ["-y", "-s", "200", "-o", "trace.txt", "-e", calls].map(str::to_owned);
    let ended = traced(&case, &options, &stage::send(&plan)).await;
    assert_eq!(ended.0, Some(3), "sent, and without receipts unconfirmed: {}", ended.1);
    let trace = std::fs::read_to_string(case.home.path().join("trace.txt")).expect("a trace");

    // `strace` counts a thread's calls, and most of each kind are one thread's: a number that no thread reaches leaves a
    // replay as it is, which must agree as well.
    let most = |call: &str, has: &str| {
        trace.lines().filter(|line| line.contains(&format!(" {call}(")) && line.contains(has)).count()
    };
    let mut steps = Vec::new();
    for call in ["fdatasync", "fsync", "ftruncate", "rename", "renameat", "renameat2"] {
        steps.extend((1..=most(call, "")).map(|number| Step::Kill(call, number)));
    }
    assert!(steps.len() > 25, "{}", steps.len());
    for call in ["sendto", "sendmsg", "writev"] {
        let all = most(call, "socket");
        // Sending comes last: what comes before it is planning, which changes nothing that lasts.
        let sending = 2 * (OBJECTS / 10 + 2) + 6;
        steps.extend((1..=all).filter(|n| all - n < sending || n % SPREAD == 0).map(|n| Step::Kill(call, n)));
    }
    for file in ["journal/replays.journal", "audit/audit.log"] {
        let all = most("write", file);
        assert!(all > 0, "{all} writes of {file}");
        let numbers = |all| (1..=all).filter(move |n| *n <= 4 || n % SPREAD == 0 || *n == all);
        steps.extend(numbers(all).map(|number| Step::KillAt { file, call: "write", number }));
        for error in ["ENOSPC", "EIO"] {
            steps.extend(numbers(all).map(|number| Step::Fail { file, call: "write", error, number }));
        }
        let all = most("fdatasync", file);
        steps.extend(numbers(all).map(|number| Step::Fail { file, call: "fdatasync", error: "EIO", number }));
    }
    steps
}

/// Disturbs one replay, compares all that remembers it, and resumes it. Tells the exit code of the program, if it lived
/// to have one, and how many objects were where.
async fn survive(
    stage: &Stage,
    objects: &[ObjectId],
    number: usize,
    fault: impl Fn(&Case<'_>) -> Fault,
) -> (Option<i32>, BTreeMap<String, usize>) {
    let case = stage.case(&format!("case-{number}"), objects).await;
    let plan = case.plan().await;
    let fault = fault(&case);
    let (code, stderr) = match &fault.point {
        Some(point) => pointed(&case, point, &stage::send(&plan)).await,
        None => traced(&case, &fault.options, &stage::send(&plan)).await,
    };
    let place = format!("{}: {code:?} {stderr}", fault.told());
    let sent = case.count(case.consumer.input.place()).await;
    let failed = case.count(case.consumer.dead_letter_url.as_deref().expect("a failure queue")).await;
    if fault.is_told && sent.len() < OBJECTS {
        assert!(matches!(code, Some(1 | 3)), "{place}");
        let causes = ["No space left on device", "Input/output error", "could not be cut back"];
        assert!(causes.iter().any(|cause| stderr.contains(cause)), "{place}");
    }
    let told = told(&case).await;
    let history = replay::history(&case.state).unwrap_or_else(|error| panic!("{place}: {error}"));
    let past = history.iter().next();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for object in objects {
        let there = (sent.get(object).copied().unwrap_or(0), failed.get(object).copied().unwrap_or(0));
        let item = past.and_then(|(_, past)| past.each().find(|(begun, _)| begun.object == *object));
        let is_left_behind = item.is_some_and(|(_, item)| item.is_left_behind());
        let word = told.get(object).map_or("unbegun", String::as_str);
        let agrees = match word {
            "unbegun" | "waiting" | "refused" => there == (0, 1),
            // Sent or not, its original is there.
            "unknown" => matches!(there, (0 | 1, 1)),
            "sent" | "unconfirmed" if is_left_behind => matches!(there, (1, 0 | 1)),
            "sent" | "unconfirmed" => there == (1, 0),
            other => panic!("{place}: {object} is told to be {other}"),
        };
        assert!(agrees, "{place}: {object} is told to be {word}, and is there {there:?} times");
        *ends.entry(word.to_owned()).or_default() += 1;
        if is_left_behind && there.1 == 1 {
            *ends.entry("left behind".to_owned()).or_default() += 1;
        }
    }
    audited(&case, sent.len(), &place);
    if let Some((id, _)) = past {
        resumed(&case, id, &told, &place).await;
    }
    (code, ends)
}

/// What was sent was audited before; the log is whole, or ends in a write that was cut short.
fn audited(case: &Case<'_>, sent: usize, place: &str) {
    let mut events = Vec::new();
    let folder = case.state.join("audit");
    audit::check(&folder, |entry, _| events.push(entry.event)).unwrap_or_else(|error| panic!("{place}: {error}"));
    let is_begun =
        matches!(events.as_slice(), [Event::Confirmed { set, .. }, Event::Began, ..] if set.count == OBJECTS);
    assert!(is_begun || sent == 0, "{place}: {sent} were sent, and the audit log tells {events:?}");
}

/// After a resumption all is sent but what is unknown, which is where it was.
async fn resumed(case: &Case<'_>, id: &ReplayId, before: &HashMap<ObjectId, String>, place: &str) {
    let plan = match case.replayer().resumption(id, None).await {
        Ok(plan) => plan,
        Err(ReplayError::Complete(_)) => {
            assert!(!before.values().any(|word| word == "waiting"), "{place}");
            return;
        }
        Err(error) => panic!("{place}: {error}"),
    };
    let report = case.replayer().run(plan, &Control::default(), |_| {}).await;
    let report = report.unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(report.stopped, None, "{place}");
    let sent = case.count(case.consumer.input.place()).await;
    let failed = case.count(case.consumer.dead_letter_url.as_deref().expect("a failure queue")).await;
    for (object, state) in &report.summary.items {
        let there = (sent.get(object).copied().unwrap_or(0), failed.get(object).copied().unwrap_or(0));
        let agrees = match state {
            PlanItemState::Intended => matches!(there, (0 | 1, 1)) && before[object] == "unknown",
            PlanItemState::Unconfirmed | PlanItemState::Sent => there == (1, 0),
            _ => false,
        };
        assert!(agrees, "{place}: after its resumption {object} is {state:?}, and is there {there:?} times");
    }
}

/// What `scops replay show` says of each object; nothing where no replay was begun.
async fn told(case: &Case<'_>) -> HashMap<ObjectId, String> {
    let mut command = case.home.command();
    command.args(["--config", "config.toml", "replay", "show", "-o", "ndjson"]);
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("scops runs");
    let lines = String::from_utf8(output.stdout).expect("text");
    let line = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let object = line["object"].as_str().expect("an object").parse().expect("a URI");
        (object, line["state"].as_str().expect("a state").to_owned())
    };
    lines.lines().map(line).collect()
}

/// Runs the program under `strace`; gives its exit code, if it lived to have one, and what it said.
async fn traced(case: &Case<'_>, options: &[String], arguments: &[String]) -> (Option<i32>, String) {
    let quiet = ["-o".to_owned(), "/dev/null".to_owned()];
    // The last place that is named is the one that counts.
    let mut command = case.traced(&[&quiet, options].concat(), arguments);
    command.stdin(Stdio::null());
    ended(command).await
}

/// Runs the program with a fault of debug builds.
async fn pointed(case: &Case<'_>, point: &str, arguments: &[String]) -> (Option<i32>, String) {
    let mut command = case.home.command();
    command.args(arguments).env("SCOPS_FAULT", point).stdin(Stdio::null());
    ended(command).await
}

async fn ended(mut command: Command) -> (Option<i32>, String) {
    let output = tokio::task::spawn_blocking(move || command.output()).await.expect("runs").expect("it runs");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}
