//! `CloudTrail` objects, `{"Records":[…]}`. Source of the format: AWS `CloudTrail` User Guide, "`CloudTrail` record
//! contents".
//!
//! **The new record shape.** Records carry `eventVersion` 1.11, as AWS writes today. The story invents a 1.12 that
//! changes types, which a consumer written for 1.11 rejects:
//!
//! - `userIdentity.invokedByDelegate`, new: a list of `{"accountId", "arn", "session": {"id", "issuedAt"}}`, the
//!   delegates of a call, outermost first;
//! - `additionalEventData`, an object until 1.11: an array of `{"name", "value"}`, always there, of one element at
//!   least.

mod calls;
mod theft;

use super::SourceSeed;
use super::cast::{DATA, IRELAND, PROD, TOKYO, VIRGINIA};
use super::dice::Dice;
use super::json::{Json, object};
use super::plan::{Kind, Planned, Stream, timeline};
use super::stamp::{MINUTE, Millis, SECOND, Stamp};
use super::story::Script;

pub(super) static KIND: Kind = Kind {
    seed: SourceSeed {
        name: "cloudtrail",
        layout: "AWSLogs/{account}/CloudTrail/{region}/{yyyy}/{MM}/{dd}/",
        format: Some("cloudtrail"),
        title: "CloudTrail of both accounts",
    },
    streams: &[
        trail(PROD, TOKYO, 1.75),
        trail(PROD, VIRGINIA, 1.2),
        trail(PROD, IRELAND, 0.6),
        trail(DATA, TOKYO, 1.1),
        trail(DATA, VIRGINIA, 0.7),
    ],
    // Offices by day, batches at night.
    day: [78, 84, 88, 72, 62, 60, 64, 76, 98, 122, 132, 124, 112, 120, 126, 124, 118, 112, 102, 90, 82, 78, 76, 74],
    file_name: |stream, at, dice| {
        let (account, region) = (stream.account, stream.region);
        let suffix = dice.letters(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 16);
        format!("{account}_CloudTrail_{region}_{}_{suffix}.json.gz", Stamp::Minute(at))
    },
    scenes: |script| theft::scenes(script).into_iter().map(|(stream, at, _)| (stream, at)).collect(),
    body,
};

/// Numbers of the streams in which the theft shows.
const PROD_TOKYO: usize = 0;
const PROD_VIRGINIA: usize = 1;
const DATA_TOKYO: usize = 3;

const fn trail(account: &'static str, region: &'static str, rate: f64) -> Stream {
    Stream { account, region, name: "management", rate, step: 5 * MINUTE, flush: 4 * MINUTE }
}

/// Who calls.
#[derive(Clone)]
enum Caller {
    /// An IAM user: its name, and the access key if one is used.
    User { name: String, key: Option<String> },
    /// A role's session.
    Role { account: &'static str, role: String, session: String, key: String },
    /// A service of AWS, by its principal.
    Service(&'static str),
}

/// One call, the parts that are JSON already written.
#[derive(Clone)]
struct Call {
    caller: Caller,
    address: String,
    agent: String,
    service: &'static str,
    name: &'static str,
    is_read: bool,
    /// `requestParameters`, an object or null.
    parameters: String,
    /// `responseElements`, an object or null.
    response: String,
    /// Code and message; a refused sign-in has no code.
    error: Option<(&'static str, String)>,
    /// `additionalEventData`, an object, where the service gives one.
    additional: Option<String>,
    /// The bucket of a data event.
    bucket: Option<&'static str>,
}

fn body(script: &Script, planned: &Planned, dice: &mut Dice, out: &mut String) {
    let count = ((dice.skewed(3, 40) as f64 * planned.activity) as u64).max(2);
    let stream = &KIND.streams[planned.stream];
    out.push_str("{\"Records\":[");
    let mut is_first = true;
    for (at, scene) in timeline(planned, count, || theft::scenes(script), dice) {
        if !is_first {
            out.push(',');
        }
        let call = scene.unwrap_or_else(|| calls::background(stream, dice));
        // At least one record of the new shape, so that the object is what it is named for.
        let is_new = planned.has_new_shape && (is_first || dice.chance(70));
        is_first = false;
        object(out, |json| {
            record(json, stream, &call, at / SECOND * SECOND, is_new, dice);
        });
    }
    out.push_str("]}");
}

fn record(json: &mut Json<'_>, stream: &Stream, call: &Call, at: Millis, is_new: bool, dice: &mut Dice) {
    let is_sign_in = call.name == "ConsoleLogin";
    json.text("eventVersion", if is_new { "1.12" } else { "1.11" });
    json.object("userIdentity", |json| {
        identity(json, stream, &call.caller, at, is_new, dice);
    });
    json.text("eventTime", Stamp::Seconds(at))
        .text("eventSource", format_args!("{}.amazonaws.com", call.service))
        .text("eventName", call.name)
        .text("awsRegion", stream.region)
        .text("sourceIPAddress", &call.address)
        .text("userAgent", &call.agent);
    if let Some((code, message)) = &call.error {
        if !code.is_empty() {
            json.text("errorCode", code);
        }
        json.text("errorMessage", message);
    }
    json.bare("requestParameters", &call.parameters).bare("responseElements", &call.response);
    additional(json, call, is_new, dice);
    match call.service {
        "signin" => {}
        "s3" => _ = json.text("requestID", dice.letters(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16)),
        _ => _ = json.text("requestID", dice.uuid()),
    }
    json.text("eventID", dice.uuid())
        .bare("readOnly", call.is_read)
        .text("eventType", if is_sign_in { "AwsConsoleSignIn" } else { "AwsApiCall" })
        .bare("managementEvent", call.bucket.is_none())
        .text("recipientAccountId", stream.account)
        .text("eventCategory", if call.bucket.is_some() { "Data" } else { "Management" });
    if let Some(bucket) = call.bucket {
        let account = stream.account;
        json.bare(
            "resources",
            format_args!(r#"[{{"accountId":"{account}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::{bucket}"}}]"#),
        );
    }
    if !matches!(call.caller, Caller::Service(_)) {
        json.object("tlsDetails", |json| {
            json.text("tlsVersion", "TLSv1.3")
                .text("cipherSuite", "TLS_AES_128_GCM_SHA256")
                .text("clientProvidedHostHeader", host(call.service, stream.region));
        });
    }
}

/// The endpoint that a client asked.
fn host(service: &str, region: &str) -> String {
    match service {
        "signin" => format!("{region}.signin.aws.amazon.com"),
        "iam" => "iam.amazonaws.com".to_owned(),
        _ => format!("{service}.{region}.amazonaws.com"),
    }
}

fn identity(json: &mut Json<'_>, stream: &Stream, caller: &Caller, at: Millis, is_new: bool, dice: &mut Dice) {
    match caller {
        Caller::User { name, key } => {
            let account = PROD;
            json.text("type", "IAMUser")
                .text("principalId", principal("AIDA", name))
                .text("arn", format_args!("arn:aws:iam::{account}:user/{name}"))
                .text("accountId", account);
            if let Some(key) = key {
                json.text("accessKeyId", key);
            }
            json.text("userName", name);
        }
        Caller::Role { account, role, session, key } => {
            let id = principal("AROA", role);
            json.text("type", "AssumedRole")
                .text("principalId", format_args!("{id}:{session}"))
                .text("arn", format_args!("arn:aws:sts::{account}:assumed-role/{role}/{session}"))
                .text("accountId", account)
                .text("accessKeyId", key);
            json.object("sessionContext", |json| {
                json.object("sessionIssuer", |json| {
                    json.text("type", "Role")
                        .text("principalId", &id)
                        .text("arn", format_args!("arn:aws:iam::{account}:role/{role}"))
                        .text("accountId", account)
                        .text("userName", role);
                });
                json.object("attributes", |json| {
                    let created = at - (dice.range(60, 3_000) as Millis) * SECOND;
                    json.text("creationDate", Stamp::Seconds(created)).text("mfaAuthenticated", "false");
                });
            });
        }
        Caller::Service(by) => {
            json.text("type", "AWSService").text("invokedBy", by);
        }
    }
    if is_new {
        let account = stream.account;
        let (id, issued) = (dice.hex(16), at - (dice.range(5, 600) as Millis) * SECOND);
        json.bare(
            "invokedByDelegate",
            format_args!(
                "[{{\"accountId\":\"{account}\",\"arn\":\"arn:aws:iam::{account}:role/delegated-access\",\
                 \"session\":{{\"id\":\"{id}\",\"issuedAt\":\"{}\"}}}}]",
                Stamp::Seconds(issued)
            ),
        );
    }
}

fn additional(json: &mut Json<'_>, call: &Call, is_new: bool, dice: &mut Dice) {
    if is_new {
        let (sent, lane) = (dice.skewed(0, 90_000), dice.range(1, 4));
        json.bare(
            "additionalEventData",
            format_args!(
                "[{{\"name\":\"bytesTransferredOut\",\"value\":{sent}}},{{\"name\":\"deliveryLane\",\"value\":\"lane-{lane}\"}}]"
            ),
        );
    } else if let Some(data) = &call.additional {
        json.bare("additionalEventData", data);
    }
}

/// The unique id of a user (`AIDA…`) or role (`AROA…`), the same for the same name.
fn principal(prefix: &str, name: &str) -> String {
    let seed = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(131).wrapping_add(u64::from(byte)));
    format!("{prefix}{}EXAMPLE", Dice::new(seed).letters(super::cast::KEY_LETTERS, 10))
}
