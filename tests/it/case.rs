//! Cases over the wire: what is pinned is what S3 holds, what is exported is opened elsewhere, and what is killed loses
//! no note.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use scops::app::Msg;
use scops::app::case::{Ask, Seen, Wanted};
use scops::app::request::{Closed, ProfileId, Reply, Request, Ticket};
use scops::aws::Put;
use scops::case::pin::sha256;
use scops::case::{Cases, export};
use scops::config::Paths;
use scops::domain::case::{Change, RecordPin};
use scops::domain::{ByteSize, Case, CaseName, Limits, NoteId, Object, ObjectId, Pin, Profile};
use scops::runtime::terminal;
use scops::runtime::world::World;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::program::Home;
use crate::stage::{self, Stage};
use crate::terminal::Program;

/// The console's world over a stage, asked as the console asks it.
struct Asked {
    world: terminal::World,
    answers: UnboundedReceiver<Msg>,
    last: u64,
}

impl Asked {
    fn new(stage: &Stage, profile: Arc<Profile>, paths: &Paths) -> Self {
        let (sender, answers) = unbounded_channel();
        let world = World::new(stage.aws.clone(), profile, Limits::default(), paths, "aya".into(), sender).hooks();
        Self { world, answers, last: 0 }
    }

    async fn ask(&mut self, case: Option<&str>, ask: Ask) -> (Option<(Case, String)>, Closed) {
        self.last += 1;
        let ticket = Ticket { profile: ProfileId::default(), number: self.last };
        let case = case.map(|name| name.parse().expect("a name"));
        (self.world.ask)(ticket, Request::Case { case, ask: Box::new(ask) });
        let mut told = None;
        loop {
            match self.answers.recv().await.expect("an answer") {
                Msg::Reply(of, Reply::Case { case, told: words }) if of == ticket => told = Some((*case, words)),
                Msg::Closed(of, closed) if of == ticket => return (told, closed),
                other => panic!("{other:?}"),
            }
        }
    }

    /// Pins, and gives what was written.
    async fn pin(&mut self, wanted: Wanted) -> Pin {
        let ask = Ask::Add { text: "a word".into(), pin: Some(Box::new(wanted)) };
        let (told, closed) = self.ask(Some("INC-4711"), ask).await;
        closed.expect("is pinned");
        let (case, _) = told.expect("the case");
        case.notes().last().and_then(|note| note.pin.clone()).expect("a pin")
    }
}

const TRAIL: &str = r#"{"Records":[
{"eventVersion":"1.08","eventTime":"2026-11-23T01:00:00Z","eventSource":"signin.amazonaws.com","eventName":"ConsoleLogin","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"\u001b[2J\u202e<script>","big":18446744073709551616},
{"eventVersion":"1.08","eventTime":"2026-11-23T01:00:01Z","eventSource":"sts.amazonaws.com","eventName":"GetCallerIdentity","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","resources":[{"ARN":"arn:aws:s3:::acme"}]}
]}"#;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory")
}

/// The second record of the trail as a hit tells it: its place, and nothing of its bytes.
fn hit(id: &ObjectId, known: Option<Object>) -> Wanted {
    let start = TRAIL.rfind("{\"eventVersion\"").expect("a record") as u64;
    let end = TRAIL.rfind("\n]").expect("an end") as u64;
    Wanted::Record(Box::new(Seen {
        id: id.clone(),
        known,
        line: 3,
        span: start..end,
        time: None,
        message: "GetCallerIdentity".into(),
        fault: None,
        raw: None,
        fields: None,
    }))
}

fn record(pin: Pin) -> RecordPin {
    match pin {
        Pin::Record(record) => *record,
        other => panic!("no record: {other:?}"),
    }
}

#[tokio::test]
async fn what_is_pinned_is_what_s3_holds() {
    let stage = Stage::start().await;
    let home = Home::new();
    let id = ObjectId::new("logs", "dt=2026-11-23/trail.json.gz");
    let stored = gzip(TRAIL.as_bytes());
    stage.aws.put(&id, Bytes::from(stored.clone()), Put::default()).await.expect("is put");
    let (object, _) = stage.aws.head(&id).await.expect("is there");
    let objects = stage.objects(1).await;
    let profile = stage.case("pins", &objects).await.profile();
    let mut asked = Asked::new(&stage, profile, &Paths::below(&home.path()));

    let pin = record(asked.pin(hit(&id, None)).await);
    assert_eq!(pin.witness.sha256.as_deref(), Some(sha256(&stored).as_str()));
    assert_eq!((&pin.witness.etag, pin.witness.size), (&object.etag, ByteSize(stored.len() as u64)));
    let raw = &TRAIL[pin.span.start as usize..pin.span.end as usize];
    assert_eq!(pin.raw.as_deref(), Some(raw));
    assert_eq!(pin.sha256.as_deref(), Some(sha256(raw.as_bytes()).as_str()));
    assert_eq!(pin.time, Some("2026-11-23T01:00:01Z".parse().expect("a moment")));
    assert!(pin.fields.iter().any(|field| field.path == "resources[0].ARN" && field.value == "arn:aws:s3:::acme"));
    let again = asked.pin(Wanted::Object { id: id.clone(), known: Some(object.clone()) }).await;
    assert!(matches!(again, Pin::Object(witness) if witness.sha256 == pin.witness.sha256));

    // It is another object now: what was seen is pinned as it was seen, and says that it was not read again.
    stage.aws.put(&id, Bytes::from_static(b"{}\n"), Put::default()).await.expect("is put");
    let Wanted::Record(mut seen) = hit(&id, Some(object.clone())) else { panic!("a record") };
    seen.raw = Some(Arc::from(raw.as_bytes()));
    let pin = record(asked.pin(Wanted::Record(seen)).await);
    assert_eq!((&pin.witness.etag, &pin.witness.sha256), (&object.etag, &None));
    assert!(pin.witness.unread.as_deref().is_some_and(|why| why.contains("cannot read s3://logs/")), "{pin:?}");
    assert_eq!((pin.raw.as_deref(), pin.sha256), (Some(raw), Some(sha256(raw.as_bytes()))));

    // What is too long to be read whole says so; what is gone and was never told of is no pin.
    let long = ObjectId::new("logs", "long");
    stage.aws.put(&long, Bytes::from(vec![b'x'; (16 << 20) + 1]), Put::default()).await.expect("is put");
    let Pin::Object(witness) = asked.pin(Wanted::Object { id: long, known: None }).await else { panic!("an object") };
    assert_eq!((witness.sha256, witness.unread.as_deref()), (None, Some("it has 16 MiB, and 16 MiB are read at most")));
    let gone = Wanted::Object { id: ObjectId::new("logs", "gone"), known: None };
    let ask = Ask::Add { text: String::new(), pin: Some(Box::new(gone)) };
    let (told, closed) = asked.ask(Some("INC-4711"), ask).await;
    assert!(told.is_none() && closed.is_err(), "{closed:?}");

    // What is changed and exported is the same case that the command line knows.
    let (told, _) = asked.ask(Some("INC-4711"), Ask::Change(Change::Removed { note: NoteId(2) })).await;
    assert_eq!(told.map(|(case, _)| case.len()), Some(3));
    let (told, closed) = asked.ask(Some("INC-4711"), Ask::Export(Some(home.path().join("out")))).await;
    closed.expect("is exported");
    let (case, words) = told.expect("the case");
    assert!(words.contains("3 notes exported to "), "{words}");
    let name: CaseName = "INC-4711".parse().expect("a name");
    assert_eq!(Cases::new(Paths::below(&home.path()).cases).read(&name).expect("is there"), case);
    let (told, _) = asked.ask(None, Ask::Add { text: "x".into(), pin: None }).await;
    let (case, _) = told.expect("a case");
    assert!(case.name.as_str().ends_with('Z') && case.name.as_str().starts_with("20"), "{}", case.name);
}

/// The one folder below another.
fn only_folder(below: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(below).expect("a folder").map(|entry| entry.expect("an entry").path());
    let only = folders.next().expect("a folder");
    assert_eq!(folders.next(), None);
    only
}

#[test]
fn a_night_is_pinned_exported_and_opened_by_somebody_else() {
    let arguments = ["demo", "--density", "0.05", "--seed", "7"];
    let mut console = Program::start(&arguments, 120, 40);
    console.wait_until("every source is surveyed", |screen| {
        screen.contains("newer than 1.11") && screen.contains("parked") && !screen.contains("loading")
    });
    console.keys(":case INC-4711\r");
    console.wait_for("nothing is noted yet");
    console.keys("athe pager rang\r");
    console.wait_for("noted in INC-4711");
    console.keys("1P");
    console.wait_for("pinned in INC-4711: timeline");
    console.keys(":objects cloudtrail\r");
    console.wait_until("the preview", |screen| screen.contains("newest first") && screen.contains("preview · "));
    console.keys(":pin the newest one\r");
    console.wait_for("pinned in INC-4711: object");
    console.keys("\r");
    console.wait_for("event.action");
    console.keys("jP");
    console.wait_for("pinned in INC-4711: record");
    console.keys("4203.0.113.88\r");
    console.wait_for("enter runs it");
    // What is pinned of a search by the index names Athena's queries.
    console.keys(":means index\r");
    console.wait_for("▸ index");
    console.keys("\r");
    console.wait_until("hits", |screen| screen.contains("done · ") && !screen.contains("hits 0"));
    console.keys("\x1bp");
    console.wait_for("pinned in INC-4711: query");
    console.keys("5P");
    console.wait_for("pinned in INC-4711: failures");
    console.keys("W");
    console.wait_for("messages are saved in");
    console.keys("C");
    console.wait_for("7 notes");
    // A note opens at its place, and goes away and comes back.
    console.keys("gjjj\r");
    console.wait_until("the record", |screen| screen.contains("record ") && screen.contains("eventVersion"));
    console.keys("C");
    console.wait_for("7 notes");
    console.keys("x");
    console.wait_for("6 notes");
    console.keys("u");
    console.wait_for("7 notes");
    console.keys(":case export out\r");
    console.wait_for("7 notes exported to ");
    console.keys(":quit\r");
    assert_eq!(console.wait_for_exit(), 0);

    let exported = only_folder(&console.home().join("out"));
    let names = |folder: &Path| {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with("messages-"))
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&exported), ["INC-4711.html", "INC-4711.json", "INC-4711.md"]);
    let page = std::fs::read_to_string(exported.join("INC-4711.html")).expect("a page");
    assert!(page.contains("<svg") && !page.contains("<script") && page.contains("the pager rang"));

    // Elsewhere nothing is configured; the bundle is checked, becomes a case, and goes on.
    let other = Home::new();
    let bundle = exported.join("INC-4711.json").display().to_string();
    let opened = other.run(&["case", "open", &bundle]);
    assert_eq!(opened.code(), 0, "{}", opened.stderr());
    for text in ["INC-4711: 7 notes", "the pager rang", "the newest one", "203.0.113.88", "SHA-256", "query id"] {
        assert!(opened.stdout().contains(text), "{text}:\n{}", opened.stdout());
    }
    assert_eq!(other.run(&["case", "note", "INC-4711", "taken over"]).code(), 0);
    let again = other.run(&["case", "open", &bundle]);
    assert!(again.stdout().contains("taken over"), "what was added since stays");
    let listed = other.run(&["case", "list"]);
    assert!(listed.stdout().lines().any(|line| line.starts_with("INC-4711  8")), "{}", listed.stdout());
    let exported = other.run(&["case", "export", "INC-4711", "--to", "out"]);
    assert_eq!(exported.code(), 0, "{}", exported.stderr());
    let folder = PathBuf::from(exported.stdout().trim());
    assert_eq!(folder, only_folder(&other.path().join("out")));
    assert!(std::fs::read_dir(&folder).expect("a folder").count() == 4, "with the messages that were saved");

    // What was changed is told, and opens nothing.
    let text = std::fs::read_to_string(&bundle).expect("the bundle");
    let changed = other.write("changed.json", text.replacen("the pager rang", "the pager slept", 1));
    let refused = Home::new().run(&["case".as_ref(), "open".as_ref(), changed.as_os_str()]);
    assert_eq!(refused.code(), 1);
    assert!(refused.stderr().contains("it was changed"), "{}", refused.stderr());
    // A name that is taken by another case is kept by it.
    let third = Home::new();
    assert_eq!(third.run(&["case", "note", "INC-4711", "my own"]).code(), 0);
    let opened = third.run(&["case", "open", &bundle]);
    assert!(opened.stdout().starts_with("INC-4711-2: 7 notes"), "{}", opened.stdout());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_of_the_command_line_is_noted_with_its_exact_sets() {
    let stage = Stage::start().await;
    let objects = stage.objects(3).await;
    let case = stage.case("noted", &objects).await;
    let plan = case.plan().await;
    let mut arguments = stage::send(&plan);
    arguments.extend(["--case".to_owned(), "INC-4711".to_owned()]);
    let ended = tokio::task::block_in_place(|| case.home.run(&arguments));
    assert!(ended.stderr().contains("noted in INC-4711"), "{}", ended.stderr());
    let cases = Cases::new(case.state.join("cases"));
    let noted = cases.read(&"INC-4711".parse().expect("a name")).expect("is there");
    let Some(Pin::Replay(pin)) = noted.notes().last().and_then(|note| note.pin.clone()) else {
        panic!("no replay: {noted:?}")
    };
    assert_eq!((pin.plan.as_str(), pin.who.as_str()), (plan.hash.as_str(), "oncall"));
    let mut told: Vec<ObjectId> = pin.sets.iter().flat_map(|set| &set.objects).map(|it| it.object.clone()).collect();
    told.sort();
    assert_eq!(told, objects);
}

#[test]
fn a_note_that_is_killed_or_failed_at_any_step_is_whole_or_absent() {
    if Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_err() {
        assert!(std::env::var_os("SCOPS_REQUIRE_STRACE").is_none(), "no strace");
        return;
    }
    let home = Home::new();
    let name: CaseName = "INC-4711".parse().expect("a name");
    let cases = Cases::new(home.path().join(".local/state/scops/cases"));
    let folder = cases.folder(&name).display().to_string();
    let texts = || -> Vec<String> {
        cases.read(&name).map(|case| case.notes().map(|note| note.text.clone()).collect()).unwrap_or_default()
    };
    let mut told = [0, 0];
    for (number, (call, fault)) in [
        ("fsync", "signal=SIGKILL"),
        ("rename", "signal=SIGKILL"),
        ("write", "signal=SIGKILL"),
        ("write", "error=ENOSPC"),
        ("fdatasync", "signal=SIGKILL"),
        ("fdatasync", "error=EIO"),
        ("ftruncate", "error=EIO"),
        ("openat", "error=EACCES"),
    ]
    .into_iter()
    .flat_map(|fault| [1, 2, 3].map(|when| (fault.0, format!("inject={}:{}:when={when}", fault.0, fault.1))))
    .enumerate()
    {
        let before = texts();
        let text = format!("note {number}");
        let paths = ["case.ndjson", ".case.part", "case.lock"].map(|file| format!("{folder}/{file}"));
        let mut traced = Command::new("strace");
        let command = home.command();
        traced.args(["-f", "-qq"]).args(paths.iter().flat_map(|path| ["-P", path]));
        traced.args(["-e", &format!("trace={call}"), "-e", &fault, "--"]).arg(command.get_program());
        traced.args(["case", "note", "INC-4711", &text]).env_clear().current_dir(home.path());
        for (name, value) in command.get_envs() {
            traced.env(name, value.unwrap_or_default());
        }
        let ended = traced.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("strace runs");
        let after = texts();
        let grown: Vec<String> = before.iter().cloned().chain([text]).collect();
        assert!(after == before || after == grown, "{fault}: {before:?} became {after:?}");
        assert!(!ended.success() || after == grown, "{fault}: what was acknowledged is there");
        told[usize::from(ended.success())] += 1;
    }
    assert!(told[0] > 3 && told[1] > 3, "some were failed, some were not: {told:?}");
    let ended = home.run(&["case", "note", "INC-4711", "the last"]);
    assert_eq!(ended.code(), 0, "{}", ended.stderr());
    assert_eq!(texts().last().map(String::as_str), Some("the last"));
}

#[test]
fn a_hostile_bundle_leads_nowhere() {
    let home = Home::new();
    let cases = Cases::new(home.path().join("cases"));
    let name: CaseName = "INC-4711".parse().expect("a name");
    let secret = home.write("secret", "s3cr3t");
    let file = format!("../../{}", secret.file_name().expect("a name").to_string_lossy());
    let pin = Pin::Messages(scops::domain::case::MessagesPin {
        file: file.clone(),
        sha256: sha256(b"s3cr3t"),
        messages: 1,
        unseen: 0,
    });
    let draft = scops::case::store::Draft { profile: None, text: String::new(), pin: Some(pin) };
    cases.add(&name, "aya", Timestamp::UNIX_EPOCH, draft).expect("is added");
    let exported = export(&cases, &name, &home.path().join("out"), "aya", Timestamp::UNIX_EPOCH);
    let exported = exported.expect("is exported");
    assert_eq!(exported.missing, [format!("{file}: it is no name of a file")]);
    let elsewhere = Cases::new(home.path().join("elsewhere"));
    let opened = export::open(&elsewhere, &exported.folder.join("INC-4711.json"), "bo", Timestamp::UNIX_EPOCH);
    assert_eq!(opened.expect("is opened").missing.len(), 1);
    // The bundle has the name of no other file in the case's folder.
    assert_eq!(std::fs::read_dir(elsewhere.folder(&name)).expect("a folder").count(), 2, "the case and its lock");
}
