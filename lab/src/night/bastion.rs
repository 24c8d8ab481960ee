//! The bastion's syslog as `rsyslog` writes it to a file: RFC 3164 times, tag and message, from `sshd`, `sudo`,
//! `systemd`, `CRON` and the kernel.

use super::SourceSeed;
use super::cast::{BASTION_HOST, BASTION_IP, PROD, TOKYO, USERS, internet_address, office_address};
use super::dice::Dice;
use super::json::put;
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, Stamp};
use super::story::Script;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "bastion",
        layout: "syslog/bastion/{yyyy}/{MM}/{dd}/{HH}/",
        format: Some("syslog"),
        title: "Syslog of the bastion host",
    },
    streams: &[Stream { account: PROD, region: TOKYO, name: BASTION_HOST, rate: 1.25, step: 5 * MINUTE, flush: 0 }],
    // Somebody is always knocking; people come by day.
    day: [82, 80, 78, 78, 78, 80, 84, 92, 110, 130, 134, 130, 116, 128, 132, 130, 128, 124, 112, 100, 94, 90, 86, 84],
    file_name: |stream, at, dice| format!("{}_{}_{}.log.gz", stream.name, Stamp::Minute(at), dice.hex(8)),
    scenes: |script| scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

/// The process id of the attacker's `sshd`, so that its lines belong together.
const SESSION: u64 = 48_213;

fn scenes(script: &Script) -> Vec<(usize, Millis, String)> {
    let (ip, user) = (script.ip, script.user);
    let ssh = |text: String| format!("sshd[{SESSION}]: {text}");
    let sudo = |command: &str| {
        format!("sudo[{}]: {user} : TTY=pts/3 ; PWD=/home/{user} ; USER=root ; COMMAND={command}", SESSION + 94)
    };
    let mut lines = vec![
        (32, 4, format!("sshd[{}]: Invalid user admin from {ip} port 50988", SESSION - 31)),
        (32, 19, format!("sshd[{}]: Failed password for invalid user deploy from {ip} port 51004 ssh2", SESSION - 22)),
        (32, 37, format!("sshd[{}]: Failed password for {user} from {ip} port 51022 ssh2", SESSION - 13)),
        (34, 5, ssh(format!("Accepted password for {user} from {ip} port 51044 ssh2"))),
        (34, 5, ssh(format!("pam_unix(sshd:session): session opened for user {user}(uid=1042) by (uid=0)"))),
        (34, 6, format!("systemd-logind[612]: New session 3127 of user {user}.")),
        (36, 40, sudo("/usr/bin/cat /etc/rsyslog.d/60-forward.conf")),
        (37, 2, sudo("/usr/bin/ls -la /srv/exports")),
    ];
    lines.sort_by_key(|&(minute, second, _)| (minute, second));
    let mut scenes: Vec<(usize, Millis, String)> =
        lines.into_iter().map(|(minute, second, text)| (0, script.after(minute, second), text)).collect();
    // The last words before the silence, and the first after it.
    let (silent_from, silent_to) = script.gap;
    scenes.push((0, silent_from - 4_000, sudo("/usr/bin/systemctl stop rsyslog")));
    scenes.push((
        0,
        silent_from - 2_000,
        "systemd[1]: Stopping rsyslog.service - System Logging Service...".to_owned(),
    ));
    scenes.push((0, silent_to + 2_000, "systemd[1]: Starting rsyslog.service - System Logging Service...".to_owned()));
    scenes.push((0, silent_to + 3_000, "rsyslogd: [origin software=rsyslogd swVersion=8.2504.0] start".to_owned()));
    scenes.push((
        0,
        silent_to + 9_000,
        ssh(format!("Received disconnect from {ip} port 51044:11: disconnected by user")),
    ));
    scenes.push((0, silent_to + 9_100, ssh(format!("pam_unix(sshd:session): session closed for user {user}"))));
    scenes
}

fn body(script: &Script, object: &Planned, dice: &mut Dice, out: &mut String) {
    let count = (dice.skewed(20, 140) as f64 * object.activity) as u64;
    for (at, scene) in timeline(object, count, || scenes(script), dice) {
        put!(out, "{} {BASTION_HOST} ", Stamp::Syslog(at));
        match scene {
            Some(text) => out.push_str(&text),
            None => background(dice, out),
        }
        out.push('\n');
    }
}

const STRANGERS: [&str; 9] = ["guest", "admin", "ubuntu", "test", "oracle", "postgres", "git", "pi", "ftpuser"];
const COMMANDS: [&str; 6] = [
    "/usr/bin/journalctl -u nginx --since today",
    "/usr/bin/systemctl status payments-tunnel",
    "/usr/bin/apt-get update",
    "/usr/sbin/tcpdump -ni ens5 port 5432 -c 200",
    "/usr/bin/tail -n 200 /var/log/auth.log",
    "/usr/bin/docker ps",
];

fn background(dice: &mut Dice, out: &mut String) {
    let process = dice.range(20_000, 47_999);
    let port = dice.range(30_000, 64_999);
    let user = dice.pick(&USERS);
    match dice.below(100) {
        0..=29 => {
            let (stranger, from) = (dice.pick(&STRANGERS), internet_address(dice));
            put!(out, "sshd[{process}]: Failed password for invalid user {stranger} from {from} port {port} ssh2");
        }
        30..=42 => {
            let (stranger, from) = (dice.pick(&STRANGERS), internet_address(dice));
            put!(out, "sshd[{process}]: Invalid user {stranger} from {from} port {port}");
        }
        43..=52 => {
            let from = internet_address(dice);
            put!(out, "sshd[{process}]: Connection closed by authenticating user root {from} port {port} [preauth]");
        }
        53..=60 => {
            let (from, print) = (office_address(dice), dice.letters(PRINT, 43));
            put!(
                out,
                "sshd[{process}]: Accepted publickey for {user} from {from} port {port} ssh2: ED25519 SHA256:{print}"
            );
        }
        61..=67 => put!(out, "sshd[{process}]: pam_unix(sshd:session): session closed for user {user}"),
        68..=74 => {
            let command = dice.pick(&COMMANDS);
            put!(
                out,
                "sudo[{process}]: {user} : TTY=pts/{} ; PWD=/home/{user} ; USER=root ; COMMAND={command}",
                dice.below(6)
            );
        }
        75..=77 => put!(out, "CRON[{process}]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)"),
        78..=84 => {
            put!(out, "systemd[1]: Started session-{}.scope - Session of User {user}.", dice.range(2_000, 3_100));
        }
        85..=96 => {
            let (from, port) = (internet_address(dice), *dice.pick(&[23, 445, 3389, 8080]));
            put!(
                out,
                "kernel: [UFW BLOCK] IN=ens5 OUT= SRC={from} DST={BASTION_IP} LEN=40 TTL=238 PROTO=TCP DPT={port} SYN"
            );
        }
        _ => put!(out, "chronyd[702]: Selected source 169.254.169.123"),
    }
}

const PRINT: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
