//! A night for tests: values as the world would tell them, built in few words.
#![expect(missing_docs, clippy::return_self_not_must_use, reason = "the names of test values tell what they are")]

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use jiff::{SignedDuration, Timestamp};

use super::request::{Effect, Reply, Request, Ticket};
use super::{Model, Msg, update};
use crate::domain::*;
use crate::keymap::{Chord, Keymap};

/// The moment at which the tests look.
pub const NOW: &str = "2026-11-23T02:14:07Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn source(name: &str, template: &str, format: Option<&str>) -> Source {
    Source {
        name: name.into(),
        bucket: "acme-security-logs".into(),
        layout: template.parse().expect("a layout"),
        format: format.map(str::to_owned),
        late_after: SignedDuration::from_mins(5),
        accept: None,
        maintenance: Vec::new(),
    }
}

pub fn profile() -> Profile {
    let queue = |name: &str| format!("http://127.0.0.1:9900/123456789012/{name}");
    Profile {
        name: "prod".into(),
        account: Some("123456789012".into()),
        region: "ap-northeast-1".into(),
        endpoint: None,
        is_read_only: false,
        replay: ReplayRules::default(),
        formats: Catalogue::default(),
        sources: vec![
            source("alb", "AWSLogs/{account}/elasticloadbalancing/{region}/{yyyy}/{MM}/{dd}/", Some("alb")),
            source("cloudtrail", "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/", Some("cloudtrail")),
            source("falcon", "falcon/{yyyy}/{MM}/{dd}/{HH}/", None),
            source("vpcflow", "AWSLogs/{account}/vpcflowlogs/{region}/{yyyy}/{MM}/{dd}/", Some("vpcflow")),
        ],
        consumers: vec![Consumer {
            name: "indexer".into(),
            input: Input::Queue(queue("indexer")),
            envelope: Envelope::default(),
            dead_letter_url: Some(queue("indexer-failed")),
            parked_url: Some(queue("indexer-parked")),
            parked_prefix: None,
            receipts: "s3://acme-lake/receipts/indexer/".parse().ok(),
            failures: None,
            destination: None,
            idempotent: true,
            alert_window: None,
            remembers: None,
        }],
        audit: None,
        tables: Tables::default(),
        index: Some(Index {
            location: "s3://acme-lake/index/".parse().expect("a location"),
            database: "scops".into(),
            workgroup: "primary".into(),
            output: None,
            retention_days: None,
        }),
    }
}

/// A console and the world's side of it.
pub struct Night {
    pub model: Model,
    /// What was asked for and not taken out yet.
    pub effects: Vec<Effect>,
}

impl Night {
    pub fn new(width: u16, height: u16) -> Self {
        let mut model = Model::new(profile(), Keymap::shipped(), at(NOW), (width, height));
        let effects = model.start();
        Self { model, effects }
    }

    pub fn read_only(mut self) -> Self {
        self.model.profile.is_read_only = true;
        self
    }

    pub fn tell(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg));
        self.model.painted();
        self
    }

    /// Presses keys as a keymap spells them.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            let chord: Chord = key.parse().unwrap_or_else(|_| panic!("{key} is no key"));
            self.tell(Msg::Key(chord.event()));
        }
        self
    }

    /// Types a text, character by character.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            self.tell(Msg::Key(KeyEvent::from(KeyCode::Char(character))));
        }
        self
    }

    /// A key that is held: the terminal tells its repeats.
    pub fn hold(&mut self, code: KeyCode) -> &mut Self {
        for _ in 0..20 {
            self.tell(Msg::Key(KeyEvent::new_with_kind(code, KeyModifiers::empty(), KeyEventKind::Repeat)));
        }
        self
    }

    /// The newest question that `wanted` knows, with its ticket.
    pub fn asked(&self, wanted: impl Fn(&Request) -> bool) -> Option<(Ticket, Request)> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Ask(ticket, request) if wanted(request) => Some((*ticket, request.clone())),
            _ => None,
        })
    }

    pub fn has_asked(&self, wanted: impl Fn(&Request) -> bool) -> bool {
        self.asked(wanted).is_some()
    }

    /// Answers the newest question that `wanted` knows, and ends it.
    pub fn answer(&mut self, wanted: impl Fn(&Request) -> bool, replies: Vec<Reply>) -> &mut Self {
        let (ticket, _) = self.asked(wanted).expect("the question was asked");
        for reply in replies {
            self.tell(Msg::Reply(ticket, reply));
        }
        self.tell(Msg::Closed(ticket, Ok(())))
    }

    /// The cursor has rested: wakes what waits for that.
    pub fn rest(&mut self) -> &mut Self {
        let wakes: Vec<Ticket> = self
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Wake(ticket, _) => Some(*ticket),
                _ => None,
            })
            .collect();
        for ticket in wakes {
            self.tell(Msg::Wake(ticket));
        }
        self
    }

    /// The sources of the night, and what failed in it.
    pub fn surveyed(mut self) -> Self {
        let range = self.model.range;
        let bins = match self.asked(|request| matches!(request, Request::Survey { .. })) {
            Some((_, Request::Survey { bins, .. })) => bins,
            _ => 24,
        };
        let surveys = surveys(range, bins).into_iter().map(|survey| Reply::Survey(Box::new(survey))).collect();
        self.answer(|request| matches!(request, Request::Survey { .. }), surveys);
        self.answer(|request| matches!(request, Request::Failures), vec![Reply::Failures(failures())]);
        self
    }

    /// The objects of cloudtrail, on their screen.
    pub fn with_objects(mut self) -> Self {
        self.press("2");
        while self.model.objects.source.as_deref() != Some("cloudtrail") {
            self.model.objects.source = Some("cloudtrail".into());
            self.press("R");
        }
        let rows = rows(self.model.range);
        self.answer(|request| matches!(request, Request::Objects { .. }), vec![Reply::Objects { rows }]);
        self
    }
}

pub fn surveys(range: TimeRange, bins: usize) -> Vec<SourceSurvey> {
    let wave =
        |shift: usize, scale: u32, silent: std::ops::Range<usize>, failing: std::ops::Range<usize>| -> Vec<Bin> {
            (0..bins)
                .map(|index| {
                    let hour = index * 24 / bins;
                    let height = [1, 2, 3, 5, 8, 9, 10, 9, 7, 5, 3, 2][(hour + shift) % 12];
                    let objects = if silent.contains(&hour) { 0 } else { height * scale };
                    let failed = if failing.contains(&hour) { objects / 3 } else { 0 };
                    Bin { objects, bytes: ByteSize::kib(u64::from(objects) * 40), failed, parked: 0, late: 0 }
                })
                .collect()
        };
    let survey = |source: &str, bins: Vec<Bin>, bytes: u64, p95: i64| SourceSurvey {
        source: source.into(),
        part: None,
        parts: Vec::new(),
        range,
        objects: bins.iter().map(|bin| u64::from(bin.objects)).sum(),
        bytes: ByteSize(bytes),
        lag_p50: Some(SignedDuration::from_secs(p95 / 3)),
        lag_p95: Some(SignedDuration::from_secs(p95)),
        late: 0,
        failed: bins.iter().map(|bin| u64::from(bin.failed)).sum(),
        parked: 0,
        gaps: Vec::new(),
        learnt_days: None,
        classes: vec![("STANDARD".into(), bins.iter().map(|bin| u64::from(bin.objects)).sum())],
        newest: Some(at(NOW) - SignedDuration::from_secs(p95)),
        complete: true,
        bins,
    };
    let mut alb = survey("alb", wave(0, 40, 0..0, 0..0), 9 << 30, 100);
    alb.late = 3;
    let trail = survey("cloudtrail", wave(3, 20, 0..0, 20..23), 2 << 30, 252);
    let mut falcon = survey("falcon", wave(5, 1, 0..20, 0..0), 12 << 20, 123);
    falcon.parked = 12;
    let mut flow = survey("vpcflow", wave(0, 90, 10..13, 0..0), 38 << 30, 62);
    flow.gaps = vec![Gap {
        range: TimeRange::new(at("2026-11-22T13:00:00Z"), at("2026-11-22T16:00:00Z")),
        kind: GapKind::Unprocessed,
    }];
    vec![flow, alb, falcon, trail]
}

pub fn object(index: u32, time: Timestamp) -> Object {
    let key = format!(
        "AWSLogs/123456789012/CloudTrail/ap-northeast-1/{}/123456789012_CloudTrail_ap-northeast-1_{}_{:08x}.json.gz",
        time.strftime("%Y/%m/%d"),
        time.strftime("%Y%m%dT%H%MZ"),
        index.wrapping_mul(2_654_435_761)
    );
    Object {
        id: ObjectId::new("acme-security-logs", key),
        size: ByteSize::kib(38 + u64::from(index % 7) * 9),
        etag: format!("{index:032x}"),
        storage_class: "STANDARD".into(),
        arrived: time + SignedDuration::from_secs(70 + i64::from(index % 50) * 6),
    }
}

pub fn rows(range: TimeRange) -> Vec<ObjectRow> {
    (0..240)
        .map(|index| {
            let time = range.start + SignedDuration::from_mins(6) * i32::try_from(index).expect("small");
            let has_failed = (200..237).contains(&index);
            let state = if has_failed { State::Failed } else { State::Processed };
            let reason = has_failed.then(|| "eventVersion 1.12 is newer than 1.11".to_owned());
            ObjectRow::new(object(index, time), Some(TimeRange::new(time, time)), state, reason)
        })
        .collect()
}

pub fn failures() -> Vec<Failure> {
    let message = |index: u32| QueuedMessage {
        id: format!("m-{index}"),
        body: format!(
            "{{\"Records\":[{{\"eventName\":\"ObjectCreated:Put\",\"s3\":{{\"object\":{{\"key\":\"{index}\"}}}}}}]}}"
        ),
        attributes: [].into(),
        sent: Some(at("2026-11-22T23:10:00Z")),
        receive_count: 3,
        expires: Some(at("2026-11-26T23:10:00Z")),
    };
    let range = crate::app::range::ending_now(at(NOW), SignedDuration::from_hours(24));
    let mut failures: Vec<Failure> = rows(range)
        .into_iter()
        .filter(|row| row.state == State::Failed)
        .enumerate()
        .map(|(index, row)| Failure {
            object: Some(row.object.id),
            source: Some("cloudtrail".into()),
            consumer: "indexer".into(),
            state: State::Failed,
            trace: Trace::DeadLetter(message(index as u32)),
            reason: Some(Reason {
                text: if index < 35 {
                    "eventVersion 1.12 is newer than 1.11".into()
                } else {
                    format!("gzip stream is cut at byte {}", 18_432 + index)
                },
                origin: ReasonOrigin::ParsedHere,
            }),
            prospect: if index < 35 {
                Prospect::Passes { records: 214 }
            } else {
                Prospect::FailsAgain("gzip stream is cut".into())
            },
        })
        .collect();
    failures.extend((0..12).map(|index| Failure {
        object: Some(ObjectId::new("acme-security-logs", format!("falcon/2026/11/23/01/part-{index:04}.gz"))),
        source: Some("falcon".into()),
        consumer: "indexer".into(),
        state: State::Parked,
        trace: Trace::Parked(QueuedMessage { expires: Some(at("2026-11-24T09:00:00Z")), ..message(100 + index) }),
        reason: Some(Reason { text: "no parser for source falcon".into(), origin: ReasonOrigin::Recorded }),
        prospect: Prospect::NoParser,
    }));
    failures
}

/// Records of an object: CloudTrail's, one of them bad.
pub fn page(object: Object, count: u64, is_end: bool) -> Page {
    let rows = (0..count)
        .map(|number| {
            let raw = format!(
                "{{\"eventVersion\":\"1.11\",\"eventTime\":\"2026-11-23T01:30:{:02}Z\",\"eventName\":\"ConsoleLogin\",\"sourceIPAddress\":\"203.0.113.{number}\",\"userIdentity\":{{\"type\":\"Root\",\"accountId\":\"012345678901\"}}}}",
                number % 60
            );
            let is_bad = number == 4;
            let action = ["ConsoleLogin", "AssumeRole", "GetObject", "ListBuckets"][number as usize % 4];
            Row {
                number,
                line: 1,
                span: number * 900..number * 900 + 880,
                time: (!is_bad).then(|| at("2026-11-23T01:30:00Z") + SignedDuration::from_secs(number as i64)),
                raw: Arc::from(raw.as_bytes()),
                message: format!("{action} root 203.0.113.{number}"),
                cells: vec![action.into(), "root".into(), format!("203.0.113.{number}"), "ap-northeast-1".into()],
                fault: is_bad.then(|| "byte 17: expected a value, found `}`".into()),
            }
        })
        .collect();
    Page {
        object,
        begins: 0,
        rows,
        fetched: ByteSize::kib(256),
        inflated: ByteSize::mib(2),
        is_end,
        format: Some("cloudtrail".into()),
        columns: ["event.action", "user.name", "source.ip", "cloud.region"].map(str::to_owned).to_vec(),
        detection: "62 of 64 records match cloudtrail; next best json 64".into(),
        faults: u64::from(count > 4),
        damage: None,
    }
}

/// Records of two objects, in turn; the fourth one stands behind its time.
pub fn merge(objects: [Object; 2], count: u64, is_end: bool) -> Merge {
    let pages = objects.map(|object| page(object, count, is_end));
    let rows = (0..count * 2).map(|at| {
        let part = at % 2;
        let row = pages[part as usize].rows[(at / 2) as usize].clone();
        Placed { part: part as u32, is_late: at == 3, row }
    });
    let rows = rows.collect();
    let part = |page: Page, late| Part {
        format: page.format,
        columns: page.columns,
        records: count,
        faults: page.faults,
        late,
        fetched: page.fetched,
        is_end,
        ..Part::new(page.object)
    };
    let [first, second] = pages;
    Merge { parts: vec![part(first, 0), part(second, 1)], rows, is_end }
}

/// The records around the one with that number: those of its object and of another, in turn.
pub fn surroundings(objects: [Object; 2], number: u64, count: u64, is_begin: bool) -> Surroundings {
    let Merge { parts, rows, .. } = merge(objects, count, true);
    let center = rows.iter().position(|placed| placed.part == 0 && placed.row.number == number).expect("it is there");
    let told = "objects read around it: 2 before, 2 after".to_owned();
    Surroundings { parts, rows, center, is_begin, is_end: true, told }
}

/// What reading the object of [`page`] through came to: one bad record, one odd one.
pub fn report(object: Object) -> ParseReport {
    let entry = |start, line, why: &str, is_bad| report::Entry { place: Seek { start, line }, why: why.into(), is_bad };
    ParseReport {
        stored: object.size,
        object,
        inflated: ByteSize::mib(2),
        covered: 998,
        compression: "gzip".into(),
        members: 3,
        encoding: "utf-8".into(),
        format: Some("cloudtrail".into()),
        detection: "62 of 64 records match cloudtrail; next best json 64".into(),
        records: 1_204,
        faults: 1,
        untimed: 0,
        doubled: 1,
        times: Some((at("2026-11-23T01:30:00Z"), at("2026-11-23T01:31:07Z"))),
        behind: (12, SignedDuration::from_secs(252)),
        damage: None,
        reasons: vec![("byte 17: expected a value, found `}`".into(), 1)],
        entries: vec![
            entry(3_600, 1, "byte 17: expected a value, found `}` (byte 3617)", true),
            entry(8_100, 1, "a key stands twice in it", false),
        ],
        is_end: true,
    }
}

pub fn detail(object: &ObjectId, number: u64) -> Detail {
    let text = |text: &str| Node::Text(text.into());
    let map = |fields: &[(&str, Node)]| {
        Node::Map(fields.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect())
    };
    Detail {
        object: object.clone(),
        number,
        fields: Some(map(&[
            ("eventVersion", text("1.11")),
            ("userIdentity", map(&[("type", text("Root")), ("accountId", text("012345678901"))])),
            ("eventTime", text("2026-11-23T01:30:58Z")),
            ("eventName", text("ConsoleLogin")),
            ("sourceIPAddress", text("203.0.113.7")),
            ("userAgent", text("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 \u{202e}evil")),
            ("responseElements", map(&[("ConsoleLogin", text("Failure"))])),
            ("resources", Node::List(vec![map(&[("ARN", text("arn:aws:s3:::acme"))])])),
            ("readOnly", Node::Bool(false)),
            ("requestParameters", Node::Null),
        ])),
        ecs: Some(map(&[
            ("@timestamp", text("2026-11-23T01:30:58Z")),
            ("event", map(&[("action", text("ConsoleLogin")), ("outcome", text("failure"))])),
            ("source", map(&[("ip", text("203.0.113.7"))])),
        ])),
    }
}

pub fn plan(objects: &[ObjectId], made: Timestamp) -> Plan {
    let failures = failures();
    let items: Vec<PlanItem> = objects
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let failure = failures.iter().find(|failure| failure.object.as_ref() == Some(id));
            PlanItem {
                object: Object { id: id.clone(), ..object(index as u32, made) },
                message: failure.and_then(Failure::message).cloned().unwrap_or_default().into(),
                origin: MessageOrigin::DeadLetter,
                prospect: failure.map_or(Prospect::Untried, |failure| failure.prospect.clone()),
                is_remade: false,
                was_processed: false,
                companions: Vec::new(),
                duplicates: 0,
            }
        })
        .collect();
    Plan {
        hash: String::new(),
        consumer: "indexer".into(),
        is_idempotent: true,
        alert_window: None,
        remembers: None,
        reaches: Vec::new(),
        input: Input::Queue("http://127.0.0.1:9900/123456789012/indexer".into()),
        items,
        hidden: 0,
        left_out: vec![("s3://acme-security-logs/gone.gz".into(), "the object is gone".into())],
        effects: Vec::new(),
        rate: 10,
        made,
        resumes: None,
    }
    .sealed()
}

/// The cost of a search by the index alone.
pub fn priced(estimate: Estimate) -> Reply {
    Reply::Estimate(Box::new(SearchPlan::from(estimate).into()))
}

/// A plan whose scan is cheap, and whose index is not complete.
pub fn both_means() -> SearchPlan {
    let scan = |objects, bytes| ScanEstimate { objects, bytes, dollars: objects as f64 * 4e-7 };
    SearchPlan {
        index: Ok(Estimate {
            objects: 24,
            bytes: ByteSize::kib(1_331),
            dollars: 0.000_05,
            sql: "SELECT ts, source, object, line\nFROM scops.terms WHERE term = '203.0.113.8'".into(),
        }),
        raw: Err("no source names a table".into()),
        minerva: Err("the profile names no minerva database".into()),
        scan: Ok(scan(1_204, ByteSize::mib(310))),
        unindexed: Some(scan(14, ByteSize::kib(2_150))),
        recent: None,
        indexed_to: Some(at("2026-11-23T01:52:00Z")),
        means: None,
        pace: Pace::default(),
    }
    .chosen()
}

pub fn hits() -> Vec<Hit> {
    let range = crate::app::range::ending_now(at(NOW), SignedDuration::from_hours(24));
    (0..30)
        .map(|index| {
            let time = range.start + SignedDuration::from_mins(31) * i32::try_from(index).expect("small");
            let source = ["cloudtrail", "vpcflow", "alb"][index as usize % 3];
            Hit {
                time: Some(time),
                source: source.into(),
                object: object(index, time).id,
                line: 1,
                span: 7_200..8_080,
                fields: vec!["source.ip".into()],
                message: format!("ConsoleLogin root 203.0.113.8 Failure #{index}"),
                ecs: EcsValues::of(|path| hit_value(path, index as usize)),
            }
        })
        .collect()
}

/// What the hits have in some ECS fields; the ports of theirs are those of VPC flow logs alone.
fn hit_value(path: &str, index: usize) -> Option<&'static str> {
    match path {
        "event.action" => Some(["ConsoleLogin", "ACCEPT", "GET"][index % 3]),
        "event.outcome" => Some(if index.is_multiple_of(7) { "success" } else { "failure" }),
        "user.name" => ["root", "jdoe", "anna", "ops", "ci", "svc-backup", "guest"].get(index % 9).copied(),
        "source.ip" => Some("203.0.113.8"),
        "destination.port" => (index % 3 == 1).then(|| ["22", "443", "8443"][index % 9 / 3]),
        "cloud.account.id" => Some("123456789012"),
        _ => None,
    }
}

/// The workbench's material: a banner, two records of blocks, and a line that no record holds.
pub fn material(object: Object) -> Material {
    let sample = "~~ FALCON 7.4 ~~\n%% 20261123 013107.412 PROC/SPAWN @app-03\n   ~ image : </usr/bin/cron> | pid 4121\n%.\n%% 20261123 013108.001 PULSE\n%.\n%% \u{1b}[2J\u{202e}\n";
    Material {
        object,
        source: Some("falcon".into()),
        sample: Arc::from(sample.as_bytes()),
        is_whole: true,
        definition: "name = \"falcon\"\nrecords = \"blocks\"\nbegins = '%% '\n\n[[line]]\nregex = '%% (?<time>\\S+ \\S+) (?<event>\\S+) @(?<host>\\S+)(?<message>.*)'\n\n[time]\nfield = \"time\"\nformat = \"%Y%m%d %H%M%S%.f\"\n".into(),
        origin: Origin::Proposed,
    }
}

/// What a definition makes of it: one record is read, two are not.
pub fn trial() -> Trial {
    let pair = |path: &str, value: &str| (path.to_owned(), value.to_owned());
    let bad = |lines: std::ops::Range<usize>, why: &str| TriedRecord {
        lines,
        span: 0..1,
        fault: Some(why.into()),
        time: None,
        fields: vec![],
        ecs: vec![],
    };
    let good = TriedRecord {
        lines: 1..4,
        span: 17..100,
        fault: None,
        time: Some("2026-11-23T01:31:07.412Z".into()),
        fields: vec![pair("time", "20261123 013107.412"), pair("event", "PROC/SPAWN"), pair("host", "app-03")],
        ecs: vec![
            pair("event.action", "PROC/SPAWN"),
            pair("host.hostname", "app-03"),
            pair("message", "PROC/SPAWN app-03"),
        ],
    };
    let records = vec![
        good,
        bad(4..6, "the record ends where the pattern still wants @"),
        bad(6..7, "the record does not match: the pattern wants (?<time>\\S+ \\S+) here, at \"␛[2J⟨U+202E⟩\""),
    ];
    let reading = TrialReading { name: "falcon".into(), records, recognised: Some("falcon".into()) };
    Trial { slips: Vec::new(), reading: Some(reading) }
}

impl Night {
    /// The parked objects of falcon, the first of them on the workbench.
    pub fn on_the_workbench(self) -> Self {
        let mut night = self.surveyed();
        night.press("5 G w");
        let wanted = |request: &Request| matches!(request, Request::Material { .. });
        let Some((_, Request::Material { object: id })) = night.asked(wanted) else {
            panic!("no material was asked for")
        };
        let told = Object { id, ..object(1, at(NOW)) };
        night.answer(wanted, vec![Reply::Material(Box::new(material(told)))]);
        night.tried(trial())
    }

    /// The definition has been tried.
    pub fn tried(mut self, trial: Trial) -> Self {
        self.answer(|request| matches!(request, Request::Trial { .. }), vec![Reply::Trial(Box::new(trial))]);
        self
    }
}

/// What stands behind the night's bucket: a topic with a wrapped queue and a function, each with something odd.
pub fn discovered() -> Discovered {
    use crate::domain::discovery::*;
    let arn = |service: &str, name: &str| format!("arn:aws:{service}:ap-northeast-1:123456789012:{name}");
    let subscribed = |protocol: &str, endpoint: String| FoundSubscription {
        protocol: protocol.into(),
        endpoint,
        ..FoundSubscription::default()
    };
    let queue = |name: &str, visible: u64, days: i64| FoundQueue {
        arn: arn("sqs", name),
        url: format!("http://127.0.0.1:9900/123456789012/{name}"),
        visible,
        retention: SignedDuration::from_hours(24 * days),
        visibility: SignedDuration::from_mins(1),
        ..FoundQueue::default()
    };
    let found = Discovered {
        region: "ap-northeast-1".into(),
        account: Some("123456789012".into()),
        buckets: vec![FoundBucket {
            name: "acme-security-logs".into(),
            region: Some("ap-northeast-1".into()),
            notifications: Some(vec![Notification {
                target: arn("sns", "object-created"),
                events: vec!["s3:ObjectCreated:*".into()],
                prefix: "AWSLogs/".into(),
                suffix: String::new(),
            }]),
            ..FoundBucket::default()
        }],
        topics: vec![FoundTopic {
            arn: arn("sns", "object-created"),
            key: Some("alias/aws/sns".into()),
            subscriptions: Some(vec![
                subscribed("sqs", arn("sqs", "indexer")),
                subscribed("lambda", arn("lambda", "function:detect-alerts")),
                subscribed("email", "oncall@acme.example".into()),
            ]),
        }],
        queues: vec![
            FoundQueue {
                dead_letter: Some(arn("sqs", "indexer-failed")),
                max_receives: Some(2),
                ..queue("indexer", 2, 4)
            },
            queue("indexer-failed", 37, 14),
            queue("indexer-parked", 12, 14),
        ],
        functions: vec![
            FoundFunction {
                arn: arn("lambda", "function:detect-alerts"),
                timeout: Some(SignedDuration::from_secs(30)),
                is_on_failure_known: true,
                ..FoundFunction::default()
            },
            FoundFunction {
                arn: arn("lambda", "function:indexer"),
                timeout: Some(SignedDuration::from_mins(5)),
                is_on_failure_known: true,
                mappings: vec![FoundMapping {
                    source: arn("sqs", "indexer"),
                    state: "Disabled".into(),
                    batch: Some(10),
                    tells_failures: true,
                }],
                ..FoundFunction::default()
            },
        ],
        denied: vec![Denied {
            action: "s3:GetLifecycleConfiguration".into(),
            resource: "arn:aws:s3:::acme-security-logs".into(),
        }],
        requests: 14,
        ..Discovered::default()
    };
    found.with_sources(&profile())
}
