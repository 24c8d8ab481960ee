//! The payment service's own log: JSON, one event a line.

use super::SourceSeed;
use super::cast::{PROD, TOKYO, internet_address};
use super::dice::Dice;
use super::json::{Json, object};
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, SECOND, Stamp};
use super::story::Script;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "payments",
        layout: "app/payments/dt={yyyy}-{MM}-{dd}-{HH}/",
        format: Some("json"),
        title: "Application log of the payment service",
    },
    streams: &[Stream {
        account: PROD,
        region: TOKYO,
        name: "payments-api",
        rate: 1.15,
        step: 2 * MINUTE,
        flush: 50 * SECOND,
    }],
    day: [66, 52, 44, 40, 40, 46, 60, 78, 92, 98, 104, 114, 126, 108, 96, 96, 98, 104, 114, 128, 138, 132, 112, 88],
    file_name: |stream, at, dice| format!("{}-{}-{}.json.gz", stream.name, Stamp::Minute(at), dice.uuid()),
    scenes: |script| scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

/// What the attacker does in the shop's own account pages.
#[derive(Clone, Copy)]
enum Visit {
    Refused,
    SignedIn,
    Listed,
    Exported,
}

fn scenes(script: &Script) -> Vec<(usize, Millis, Visit)> {
    let mut scenes: Vec<(usize, Millis, Visit)> =
        (0..12).map(|number| (0, script.after(1 + number * 5 / 6, 3), Visit::Refused)).collect();
    scenes.push((0, script.after(12, 4), Visit::SignedIn));
    scenes.push((0, script.after(15, 8), Visit::Listed));
    scenes.push((0, script.after(15, 41), Visit::Exported));
    for (number, (_, at, _)) in scenes.iter_mut().enumerate() {
        *at += (number as Millis * 613 + 41) % 1_000;
    }
    scenes
}

/// Longest body before the settlement; it also ends that of a wild draw.
const USUAL_BYTES: usize = 400 * 1024;

fn body(script: &Script, planned: &Planned, dice: &mut Dice, out: &mut String) {
    if let Some(bytes) = planned.fill {
        return settlement(planned, bytes, dice, out);
    }
    let count = (dice.skewed(12, 120) as f64 * planned.activity) as u64;
    let attacker = script.ip.to_string();
    for (at, scene) in timeline(planned, count, || scenes(script), dice) {
        match scene {
            Some(visit) => event(out, |json| {
                told(json, at, visit, script.user, &attacker, dice);
            }),
            None if out.len() < USUAL_BYTES => event(out, |json| background(json, at, dice)),
            None => {}
        }
    }
}

fn event(out: &mut String, fill: impl FnOnce(&mut Json<'_>)) {
    object(out, fill);
    out.push('\n');
}

fn head(json: &mut Json<'_>, at: Millis, level: &str, message: &str, dice: &mut Dice) {
    json.text("timestamp", Stamp::Millis(at))
        .text("level", level)
        .text("service", "payments-api")
        .text("version", "2026.11.3")
        .text("host", format_args!("payments-api-{}", dice.range(1, 6)))
        .text("trace_id", dice.hex(32))
        .text("message", message);
}

fn told(json: &mut Json<'_>, at: Millis, visit: Visit, user: &str, address: &str, dice: &mut Dice) {
    let (level, message, path, status) = match visit {
        Visit::Refused => ("warn", "sign-in refused", "/login", 401),
        Visit::SignedIn => ("info", "signed in", "/login", 200),
        Visit::Listed => ("info", "payments listed", "/v1/payments", 200),
        Visit::Exported => ("warn", "export of all payments", "/v1/payments/export", 200),
    };
    head(json, at, level, message, dice);
    json.object("http", |json| {
        json.text("method", if path == "/login" { "POST" } else { "GET" }).text("path", path).bare("status", status);
    });
    json.object("client", |json| {
        json.text("ip", address).text("user", format_args!("{user}@example.com"));
    });
}

const CURRENCIES: [&str; 5] = ["JPY", "JPY", "JPY", "USD", "EUR"];
const BRANDS: [&str; 4] = ["visa", "mastercard", "jcb", "amex"];
const DECLINES: [&str; 5] =
    ["insufficient_funds", "do_not_honor", "expired_card", "suspected_fraud", "issuer_unavailable"];

fn background(json: &mut Json<'_>, at: Millis, dice: &mut Dice) {
    match dice.below(100) {
        0..=69 => payment(json, at, "payment authorised", "info", None, dice),
        70..=79 => payment(json, at, "payment captured", "info", None, dice),
        80..=86 => {
            let reason = *dice.pick(&DECLINES);
            payment(json, at, "payment declined", "warn", Some(reason), dice);
        }
        87..=91 => {
            let user = dice.range(10_000, 99_999);
            head(json, at, "info", "signed in", dice);
            json.object("http", |json| {
                json.text("method", "POST").text("path", "/login").bare("status", 200);
            });
            json.object("client", |json| {
                json.text("ip", internet_address(dice)).text("user", format_args!("c{user}@mail.example.net"));
            });
        }
        92..=97 => {
            head(json, at, "debug", "webhook delivered", dice);
            json.text("endpoint", format_args!("https://merchant-{}.example.org/hooks/acme", dice.range(1, 60)))
                .bare("attempt", dice.range(1, 3))
                .bare("duration_ms", dice.skewed(20, 4_000));
        }
        _ => {
            head(json, at, "error", "acquirer timed out", dice);
            json.object("error", |json| {
                json.text("kind", "AcquirerTimeout").text("code", "ACQ-504").bare("retry", true);
            });
            json.bare("duration_ms", dice.range(10_000, 10_040));
        }
    }
}

fn payment(json: &mut Json<'_>, at: Millis, message: &str, level: &str, reason: Option<&str>, dice: &mut Dice) {
    head(json, at, level, message, dice);
    json.object("payment", |json| {
        json.text("id", format_args!("pay_{:016x}", dice.bits()))
            .text("merchant", format_args!("m-{:04}", dice.range(1, 900)))
            .bare("amount", dice.skewed(120, 240_000))
            .text("currency", dice.pick(&CURRENCIES))
            .text("method", "card")
            .text("brand", dice.pick(&BRANDS))
            .text("last4", format_args!("{:04}", dice.below(10_000)));
        if let Some(reason) = reason {
            json.text("decline_reason", reason);
        }
    });
    json.object("client", |json| {
        json.text("ip", internet_address(dice)).text("country", dice.pick(&["JP", "JP", "JP", "US", "DE", "SG"]));
    });
    json.bare("duration_ms", dice.skewed(18, 2_400));
}

/// Every payment of the day once more, in one batch.
fn settlement(planned: &Planned, bytes: usize, dice: &mut Dice, out: &mut String) {
    let length = (planned.until - planned.from) as u64;
    let mut line = 0;
    while out.len() < bytes {
        // Lines of one batch follow each other closely: about seventy thousand in two minutes.
        let at = planned.from + ((out.len() as u64 * length) / bytes.max(1) as u64) as Millis;
        line += 1;
        event(out, |json| {
            json.text("timestamp", Stamp::Millis(at))
                .text("level", "info")
                .text("service", "payments-settlement")
                .text("message", "settled");
            json.object("batch", |json| {
                json.text("id", "stl-0231").bare("line", line);
            });
            json.object("payment", |json| {
                json.text("id", format_args!("pay_{:016x}", dice.bits()))
                    .text("merchant", format_args!("m-{:04}", dice.range(1, 900)))
                    .bare("gross", dice.skewed(120, 240_000))
                    .bare("fee", dice.range(4, 900))
                    .text("currency", dice.pick(&CURRENCIES))
                    .text("brand", dice.pick(&BRANDS))
                    .text("acquirer", format_args!("acq-{}", dice.range(1, 4)));
            });
            json.text("reference", format_args!("{:032x}", (u128::from(dice.bits()) << 64) | u128::from(dice.bits())));
        });
    }
}
