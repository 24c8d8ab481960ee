//! What matching costs beside parsing: records a second of a CloudTrail object, parsed alone, with the shipped rules, and
//! with five hundred.
//!
//! ```text
//! cargo run --release --example detect_speed
//! ```

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::time::Instant;

use scops::detect::{Rules, Text};
use scops_parser::{Formats, Options, Reader};

/// Records of the object.
const RECORDS: usize = 20_000;
/// How often it is read.
const ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    let object = object();
    let shipped = Rules::shipped();
    let (many, any) = (more(500, "eventName: "), more(500, "requestParameters.key|contains: "));
    let parse = measure(&object, None);
    let mut out = io::stdout().lock();
    writeln!(out, "{RECORDS} records of CloudTrail, {} KiB, the best of {ROUNDS} rounds", object.len() >> 10)?;
    writeln!(out, "{:36} {:>12} {:>12} {:>8}", "", "records/s", "ns a record", "found")?;
    tell(&mut out, "parsed alone", parse, parse)?;
    let with_shipped = format!("with the {} shipped rules", shipped.all().len());
    tell(&mut out, &with_shipped, measure(&object, Some(&shipped)), parse)?;
    tell(&mut out, "with 500 that each name a call", measure(&object, Some(&many)), parse)?;
    tell(&mut out, "with 500 that are asked each time", measure(&object, Some(&any)), parse)
}

/// The time of this thread on a core, where the kernel tells it (`proc(5)`, `schedstat`); else that of the wall.
struct Clock(Instant, Option<f64>);

impl Clock {
    fn now() -> Self {
        Self(Instant::now(), Self::on_core())
    }

    fn on_core() -> Option<f64> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split_whitespace().next()?.parse().ok()
    }

    fn nanoseconds(&self) -> f64 {
        let on_core = self.1.zip(Self::on_core()).map(|(before, now)| now - before);
        on_core.unwrap_or_else(|| self.0.elapsed().as_nanos() as f64)
    }
}

/// The least time of a round in nanoseconds a record, and how much was found.
fn measure(object: &str, rules: Option<&Rules>) -> (f64, u64) {
    let (mut best, mut found) = (f64::MAX, 0);
    for _ in 0..ROUNDS {
        let since = Clock::now();
        let mut reader = Reader::new(object.as_bytes(), Options::default());
        let mut records = 0_u32;
        found = 0;
        while let Some(record) = reader.next_record() {
            records += 1;
            if let (Some(rules), Ok(event)) = (rules, &record.outcome) {
                rules.matches(event, &mut |_| found += 1);
            }
        }
        best = best.min(since.nanoseconds() / f64::from(records.max(1)));
    }
    (best, found)
}

fn tell(out: &mut impl io::Write, what: &str, (time, found): (f64, u64), (alone, _): (f64, u64)) -> io::Result<()> {
    writeln!(out, "{what:36} {:>12.0} {time:>7.0} (+{:.0}) {found:>8}", 1e9 / time, (time - alone).max(0.0))
}

/// So many rules of which each asks one thing of a field more.
fn more(count: usize, field: &str) -> Rules {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(
            text,
            "---\ntitle: r{number}\nid: r{number}\nlogsource:\n  product: aws\n  service: cloudtrail\ndetection:\n  \
             selection:\n    eventSource: s{}.amazonaws.com\n    {field}Call{number}\n  condition: selection\n",
            number % 40
        );
    }
    if !field.contains("eventName") {
        text = text.replace("    eventSource: ", "    eventSource|startswith: ");
    }
    let rules = Rules::only(&[Text { name: "many.yml".into(), text }], Formats::built_in());
    assert_eq!(rules.all().len(), count, "{:?}", rules.mistakes());
    rules
}

fn object() -> String {
    let mut text = String::from("{\"Records\":[");
    for number in 0..RECORDS {
        let name = if number % 1_000 == 7 { "StopLogging".to_owned() } else { format!("Call{}", number % 600) };
        let source = if name == "StopLogging" { "cloudtrail".to_owned() } else { format!("s{}", number % 40) };
        let _ = write!(
            text,
            "{}{{\"eventVersion\":\"1.11\",\"userIdentity\":{{\"type\":\"IAMUser\",\"principalId\":\"AIDAEXAMPLE\",\
             \"arn\":\"arn:aws:iam::111122223333:user/ana\",\"accountId\":\"111122223333\",\"accessKeyId\":\"AKIAEXAMPLE\",\
             \"userName\":\"ana\"}},\"eventTime\":\"2026-11-23T02:14:07Z\",\"eventSource\":\"{source}.amazonaws.com\",\
             \"eventName\":\"{name}\",\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"203.0.113.7\",\"userAgent\":\
             \"aws-cli/2.31.0\",\"requestParameters\":{{\"bucketName\":\"b\",\"key\":\"k/{number}\"}},\"responseElements\":\
             null,\"requestID\":\"r\",\"eventID\":\"e{number}\",\"readOnly\":false,\"eventType\":\"AwsApiCall\",\
             \"managementEvent\":true,\"recipientAccountId\":\"111122223333\",\"eventCategory\":\"Management\"}}",
            if number == 0 { "" } else { "," }
        );
    }
    text.push_str("]}");
    text
}
