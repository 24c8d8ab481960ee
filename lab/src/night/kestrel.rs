//! Kestrel, a fictional endpoint sensor with its vendor's own notation: what a source looks like before anybody has
//! written a parser for it.
//!
//! A file begins with a banner. An event is a head line `%% <date> <time> <event> !<severity> @<host> #<sequence>`,
//! lines `   ~ <topic> : …` whose parts stand between `<` and `>` or after `|`, and an end line `%.`. It is not JSON,
//! no table, and has no `name=value` anywhere.
//!
//! ```text
//! ~~ KESTREL STREAM 7.4 ~~ sensor kst-0a41 ~~ site tyo ~~
//! %% 20261123 013107.412 PROC/SPAWN !low @app-03 #88112
//!    ~ image : </usr/bin/python3.13> | pid 4121 | by 1
//!    ~ owner : <payments> | session 4
//!    ~ print : sha256 4fd1…
//! %.
//! ```

use super::SourceSeed;
use super::cast::{BASTION_HOST, PROD, TOKYO, internet_address};
use super::dice::Dice;
use super::json::put;
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, SECOND, Stamp};
use super::story::Script;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "kestrel",
        layout: "vendor/kestrel/{yyyy}-{MM}-{dd}/{HH}/",
        format: None,
        title: "Kestrel endpoint sensor, the vendor's own notation",
    },
    streams: &[Stream {
        account: PROD,
        region: TOKYO,
        name: "kst-0a41",
        rate: 1.2,
        step: 5 * MINUTE,
        flush: 40 * SECOND,
    }],
    day: [82, 78, 76, 76, 78, 80, 86, 94, 108, 118, 122, 120, 112, 120, 122, 120, 118, 114, 108, 102, 98, 94, 90, 86],
    file_name: |stream, at, dice| format!("{}.{}.{}.kst.gz", stream.name, Stamp::Minute(at), dice.hex(10)),
    scenes: |script| scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

/// An event on the bastion: its kind, severity and topics.
#[derive(Clone)]
struct Sighting {
    event: &'static str,
    severity: &'static str,
    topics: Vec<String>,
}

/// What the bastion's own log does not tell, as it was stopped.
fn scenes(script: &Script) -> Vec<(usize, Millis, Sighting)> {
    let (ip, user, key) = (script.ip, script.user, &script.key);
    let process = |image: &str, pid: u32, command: String| {
        let topics = vec![
            format!("image : <{image}> | pid {pid} | by 48307"),
            format!("owner : <{user}> | session 3127"),
            format!("words : <{command}>"),
        ];
        Sighting { event: "PROC/SPAWN", severity: "high", topics }
    };
    let silent_from = script.gap.0;
    vec![
        (
            0,
            script.after(34, 5),
            Sighting {
                event: "AUTH/REMOTE",
                severity: "mid",
                topics: vec![
                    format!("owner : <{user}> | session 3127"),
                    format!("peer  : <{ip}> | port 51044 | over ssh"),
                ],
            },
        ),
        (0, silent_from - 4_000, process("/usr/bin/systemctl", 48_402, "systemctl stop rsyslog".to_owned())),
        (
            0,
            silent_from + 70_000,
            process("/usr/local/bin/aws", 48_455, "aws configure import file:///dev/shm/.k".to_owned()),
        ),
        (
            0,
            silent_from + 75_000,
            Sighting {
                event: "FILE/WRITE",
                severity: "high",
                topics: vec![
                    format!("file  : </home/{user}/.aws/credentials> | bytes 116"),
                    format!("mark  : <{key}>"),
                ],
            },
        ),
        (
            0,
            silent_from + 190_000,
            process("/usr/bin/pg_dump", 48_510, "pg_dump -h payments-db.internal -f /dev/shm/x/p.sql".to_owned()),
        ),
        (0, script.after(53, 2), process("/usr/bin/tar", 48_733, "tar -cz /dev/shm/x".to_owned())),
        (
            0,
            script.after(53, 3),
            Sighting {
                event: "NET/BULK",
                severity: "crit",
                topics: vec![
                    format!("peer  : <{ip}> | port 51044 | out 2594330112 bytes"),
                    format!("owner : <{user}> | session 3127"),
                ],
            },
        ),
        (0, script.after(81, 12), process("/usr/bin/shred", 48_951, "shred -u /dev/shm/.k".to_owned())),
    ]
}

const HOSTS: [&str; 10] = [
    "app-01",
    "app-02",
    "app-03",
    "app-04",
    "orders-01",
    "orders-02",
    "etl-01",
    "ci-runner-02",
    "db-proxy-01",
    BASTION_HOST,
];
const IMAGES: [(&str, &str); 8] = [
    ("/usr/sbin/cron", "root"),
    ("/usr/bin/python3.13", "payments"),
    ("/usr/lib/jvm/21/bin/java", "orders"),
    ("/usr/bin/node", "shop"),
    ("/usr/bin/bash", "ci"),
    ("/usr/sbin/logrotate", "root"),
    ("/usr/bin/ssm-session-worker", "ssm-user"),
    ("/usr/bin/psql", "etl"),
];

fn body(script: &Script, object: &Planned, dice: &mut Dice, out: &mut String) {
    put!(out, "~~ KESTREL STREAM 7.4 ~~ sensor {} ~~ site tyo ~~\n", KIND.streams[object.stream].name);
    let count = (dice.skewed(30, 420) as f64 * object.activity) as u64;
    let mut sequence = dice.range(10_000, 90_000);
    for (at, scene) in timeline(object, count, || scenes(script), dice) {
        sequence += 1;
        let (host, sighting) = match scene {
            Some(sighting) => (BASTION_HOST, sighting),
            None => (*dice.pick(&HOSTS), background(dice)),
        };
        let Sighting { event, severity, topics } = sighting;
        put!(out, "%% {} {event} !{severity} @{host} #{sequence}\n", Stamp::Compact(at));
        for topic in topics {
            put!(out, "   ~ {topic}\n");
        }
        out.push_str("%.\n");
    }
}

fn background(dice: &mut Dice) -> Sighting {
    let &(image, owner) = dice.pick(&IMAGES);
    let pid = dice.range(900, 31_000);
    let session = format!("owner : <{owner}> | session {}", dice.below(40));
    match dice.below(100) {
        0..=54 => Sighting {
            event: "PROC/SPAWN",
            severity: "low",
            topics: vec![
                format!("image : <{image}> | pid {pid} | by {}", dice.range(1, 899)),
                session,
                format!("print : sha256 {}", dice.hex(64)),
            ],
        },
        55..=79 => Sighting {
            event: "NET/OPEN",
            severity: "low",
            topics: vec![session, format!("peer  : <{}> | port 443 | over tls", internet_address(dice))],
        },
        80..=94 => Sighting {
            event: "FILE/WRITE",
            severity: "low",
            topics: vec![
                format!("file  : </var/lib/{owner}/{}.tmp> | bytes {}", dice.hex(6), dice.skewed(20, 900_000)),
                session,
            ],
        },
        _ => Sighting {
            event: "SENSOR/PULSE",
            severity: "info",
            topics: vec![format!(
                "load  : {}.{:02} | lost 0 | queue {}",
                dice.below(3),
                dice.below(100),
                dice.below(12)
            )],
        },
    }
}
