//! Application Load Balancer access logs with all columns to `request_transform_status`. Source of the format: Elastic
//! Load Balancing, "Access logs for your Application Load Balancer".

use super::SourceSeed;
use super::cast::{ATTACKER_BROWSER, ATTACKER_SCANNER, BROWSERS, DATA, PROD, TOKYO, internet_address};
use super::dice::Dice;
use super::json::put;
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, Stamp};
use super::story::Script;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "alb",
        layout: "AWSLogs/{account}/elasticloadbalancing/{region}/{yyyy}/{MM}/{dd}/",
        format: Some("alb"),
        title: "Load balancers of the shop, its API and staging",
    },
    // Two nodes of the shop, two of its API, one of staging: (load balancer and its address).
    streams: &[
        node(PROD, "acme-shop.50dc6c495c0c9188/198.51.100.201", 1.15),
        node(PROD, "acme-shop.50dc6c495c0c9188/198.51.100.202", 1.15),
        node(PROD, "acme-api.73e2d6bc24d8a067/198.51.100.211", 1.0),
        node(PROD, "acme-api.73e2d6bc24d8a067/198.51.100.212", 1.0),
        node(DATA, "staging.2c7f1e9d0b8a6453/198.51.100.221", 0.55),
    ],
    // Lunch, and the evening at home.
    day: [74, 60, 52, 48, 46, 50, 62, 78, 92, 98, 102, 112, 124, 108, 96, 94, 96, 102, 112, 124, 136, 138, 122, 96],
    file_name: |stream, at, dice| {
        let (balancer, address) = stream.name.split_once('/').unwrap_or((stream.name, "-"));
        let suffix = dice.letters(b"abcdefghijklmnopqrstuvwxyz0123456789", 8);
        let (account, region, time) = (stream.account, stream.region, Stamp::Minute(at));
        format!("{account}_elasticloadbalancing_{region}_app.{balancer}_{time}_{address}_{suffix}.log.gz")
    },
    scenes: |script| scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

const fn node(account: &'static str, name: &'static str, rate: f64) -> Stream {
    Stream { account, region: TOKYO, name, rate, step: 5 * MINUTE, flush: 0 }
}

/// What the attacker asks for, and what comes of it.
#[derive(Clone, Copy)]
struct Probe {
    method: &'static str,
    path: &'static str,
    status: u16,
    sent: u64,
    agent: &'static str,
}

fn scenes(script: &Script) -> Vec<(usize, Millis, Probe)> {
    let scan = |method, path, status, sent| Probe { method, path, status, sent, agent: ATTACKER_SCANNER };
    let mut scenes = vec![
        (0, script.after(0, 0), scan("GET", "/robots.txt", 200, 412)),
        (0, script.after(0, 2), scan("GET", "/.env", 404, 1_204)),
        (1, script.after(0, 3), scan("GET", "/.git/config", 404, 1_204)),
        (0, script.after(0, 5), scan("GET", "/admin/", 403, 980)),
        (1, script.after(0, 6), scan("GET", "/wp-login.php", 404, 1_204)),
        (0, script.after(0, 9), scan("GET", "/login", 200, 8_841)),
    ];
    for attempt in 0..64 {
        let at = script.after(1, attempt * 10 + attempt % 3);
        scenes.push((attempt as usize % 2, at, scan("POST", "/login", 401, 1_377)));
    }
    let browse = |method, path, status, sent| Probe { method, path, status, sent, agent: ATTACKER_BROWSER };
    scenes.push((0, script.after(12, 4), scan("POST", "/login", 200, 2_209)));
    scenes.push((1, script.after(13, 30), browse("GET", "/account", 200, 22_480)));
    scenes.push((0, script.after(13, 52), browse("GET", "/account/team", 200, 18_733)));
    scenes.push((2, script.after(15, 8), browse("GET", "/v1/payments?limit=100", 200, 61_940)));
    scenes.push((3, script.after(15, 41), browse("GET", "/v1/payments/export?format=csv", 200, 9_413_377)));
    // Requests do not fall on whole seconds.
    for (number, (_, at, _)) in scenes.iter_mut().enumerate() {
        *at += (number as Millis * 377) % 1_000;
    }
    scenes
}

struct Page {
    method: &'static str,
    path: &'static str,
    /// Largest response in bytes.
    weight: u64,
    share: u64,
}

const fn page(method: &'static str, path: &'static str, weight: u64, share: u64) -> Page {
    Page { method, path, weight, share }
}

/// `#` stands for a number. Shares add up to 100.
const SHOP: [Page; 9] = [
    page("GET", "/", 48_000, 16),
    page("GET", "/products?page=#", 64_000, 20),
    page("GET", "/products/#", 52_000, 26),
    page("GET", "/static/app.7c1e9b.js", 310_000, 10),
    page("GET", "/static/img/#.webp", 180_000, 12),
    page("GET", "/login", 8_841, 4),
    page("POST", "/login", 2_300, 4),
    page("POST", "/cart/items", 1_900, 6),
    page("GET", "/search?q=item-#", 44_000, 2),
];
const API: [Page; 6] = [
    page("GET", "/v1/orders/#", 4_200, 34),
    page("POST", "/v1/orders", 1_800, 18),
    page("POST", "/v1/payments", 1_500, 16),
    page("GET", "/v1/payments/#", 2_100, 12),
    page("GET", "/v1/inventory?sku=#", 3_800, 14),
    page("GET", "/healthz", 180, 6),
];

const SHOP_AGENTS: [&str; 4] = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "curl/8.15.0",
    "UptimeProbe/3.2 (+https://probe.example.net)",
];
const API_AGENTS: [&str; 4] = [
    "acme-ios/8.14.2 (iPhone; iOS 18.6)",
    "acme-android/8.14.0 (Android 15)",
    "okhttp/5.1.0",
    "acme-partner-sdk/2.3.1 Java/21.0.8",
];

/// One request as the columns tell it.
struct Request<'a> {
    client: &'a str,
    method: &'a str,
    path: &'a str,
    agent: &'a str,
    status: u16,
    sent: u64,
}

fn body(script: &Script, object: &Planned, dice: &mut Dice, out: &mut String) {
    let count = (dice.skewed(4, 64) as f64 * object.activity) as u64;
    let attacker = script.ip.to_string();
    let is_shop = object.stream < 2;
    for (at, scene) in timeline(object, count, || scenes(script), dice) {
        if let Some(probe) = scene {
            let Probe { method, path, status, sent, agent } = probe;
            let request = Request { client: &attacker, method, path, agent, status, sent };
            line(object, &request, at, dice, out);
        } else {
            background(object, is_shop, at, dice, out);
        }
    }
}

fn background(object: &Planned, is_shop: bool, at: Millis, dice: &mut Dice, out: &mut String) {
    let pages: &[Page] = if is_shop { &SHOP } else { &API };
    let mut draw = dice.below(100);
    let page = pages
        .iter()
        .find(|page| {
            let is_drawn = draw < page.share;
            draw = draw.saturating_sub(page.share);
            is_drawn
        })
        .unwrap_or(&pages[0]);
    let path = page.path.replace('#', &dice.range(1, 99_999).to_string());
    let agent = match (is_shop, dice.chance(12)) {
        (true, true) => dice.pick(&SHOP_AGENTS),
        (true, false) => dice.pick(&BROWSERS),
        (false, _) => dice.pick(&API_AGENTS),
    };
    let status = match (page.method, page.path, dice.below(1_000)) {
        ("POST", "/login", 0..=180) => 401,
        ("POST", "/login", 181..=990) => 302,
        (_, _, 0..=22) => 404,
        (_, _, 23..=30) => 499,
        (_, _, 31..=34) => 502,
        (_, _, 35..=36) => 504,
        (_, _, 37..=42) => 503,
        (_, _, 43..=120) if is_shop => 304,
        ("POST", ..) if !is_shop => 201,
        _ => 200,
    };
    let sent = match status {
        200 | 201 => dice.range(page.weight / 3, page.weight),
        304 => 0,
        _ => dice.range(210, 1_400),
    };
    let client = internet_address(dice);
    line(object, &Request { client: &client, method: page.method, path: &path, agent, status, sent }, at, dice, out);
}

/// The timing columns, in seconds, and the status that the target gave, as the balancer's status implies them.
fn timing(status: u16, sent: u64, dice: &mut Dice) -> (String, String) {
    let work = dice.skewed(1, 1_800) + sent / 40_000;
    let seconds = |millis: u64| format!("{}.{:03}", millis / 1_000, millis % 1_000);
    match status {
        // No target answered, or the client left before one did.
        502 | 503 | 499 => (format!("{} -1 -1", seconds(dice.below(3))), "-".to_owned()),
        504 => ("0.000 60.000 -1".to_owned(), "-".to_owned()),
        _ => (format!("{} {} {}", seconds(dice.below(3)), seconds(work), seconds(dice.below(4))), status.to_string()),
    }
}

fn line(object: &Planned, request: &Request<'_>, at: Millis, dice: &mut Dice, out: &mut String) {
    let Stream { account, region, name, .. } = &KIND.streams[object.stream];
    let (balancer, _) = name.split_once('/').unwrap_or((name, ""));
    let (balancer, id) = balancer.split_once('.').unwrap_or((balancer, "0"));
    let Request { client, method, path, agent, status, sent } = request;
    let host = match object.stream {
        0 | 1 => "www.example.com",
        2 | 3 => "api.example.com",
        _ => "staging.example.com",
    };
    let (timing, target_status) = timing(*status, *sent, dice);
    let target = format!("10.0.{}.{}:8443", 8 + 16 * dice.below(3), dice.range(11, 74));
    // 503 is given before a target is chosen.
    let target = if *status == 503 { "-" } else { &target };
    let (target_list, status_list) = (target, if target == "-" { "-" } else { &target_status });
    // Programs seldom speak HTTP/2; browsers do.
    let is_browser = agent.starts_with("Mozilla/") || agent.starts_with("acme-");
    let protocol = if is_browser && dice.chance(85) { "h2" } else { "https" };
    let version = if protocol == "h2" { "HTTP/2.0" } else { "HTTP/1.1" };
    let port = dice.range(20_000, 64_999);
    let received = dice.range(38, 900) + if *method == "POST" { 400 } else { 0 };
    let cipher = *dice.pick(&[
        "TLS_AES_128_GCM_SHA256 TLSv1.3",
        "TLS_AES_128_GCM_SHA256 TLSv1.3",
        "ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2",
    ]);
    let micros = dice.below(1_000);
    let trace = dice.bits();
    put!(out, "{protocol} {} app/{balancer}/{id} {client}:{port} {target} {timing} ", Stamp::Micros(at, micros));
    put!(
        out,
        "{status} {target_status} {received} {sent} \"{method} https://{host}:443{path} {version}\" \"{agent}\" {cipher} "
    );
    put!(
        out,
        "arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{balancer}/9f8e7d6c5b4a{:04x} ",
        object.stream
    );
    put!(out, "\"Root=1-{:08x}-{:016x}{:08x}\" ", at / 1_000, trace, trace >> 19 & 0xffff_ffff);
    put!(out, "\"{host}\" \"arn:aws:acm:{region}:{account}:certificate/12345678-90ab-4cde-8f01-234567890abc\" ");
    put!(
        out,
        "{} {} \"forward\" \"-\" \"-\" ",
        dice.range(1, 9),
        Stamp::Micros(at - (dice.below(40) as Millis), micros)
    );
    put!(
        out,
        "\"{target_list}\" \"{status_list}\" \"-\" \"-\" TID_{:016x}{:016x} \"-\" \"-\" \"-\"\n",
        trace.rotate_left(17),
        dice.bits()
    );
}
