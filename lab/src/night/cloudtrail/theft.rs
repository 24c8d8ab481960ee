//! The theft as `CloudTrail` sees it: a password guessed, a key made, a bucket emptied, an attempt to switch off the
//! light.

use super::super::cast::{
    ATTACKER_BROWSER, ATTACKER_CLI, DATA, EXPORT_BUCKET, EXPORT_ROLE, PROD, TOKYO, VIRGINIA, session_key,
};
use super::super::dice::Dice;
use super::super::json::object;
use super::super::stamp::{Millis, Stamp};
use super::super::story::Script;
use super::{Call, Caller, DATA_TOKYO, PROD_TOKYO, PROD_VIRGINIA};

/// Objects read from the bucket.
const READS: i64 = 236;

/// All calls of the attacker, with the stream and the moment of each.
pub(super) fn scenes(script: &Script) -> Vec<(usize, Millis, Call)> {
    let mut scenes = sign_in(script);
    scenes.extend(look_around(script));
    scenes.extend(take(script));
    scenes.extend(reach_further(script));
    scenes
}

/// A call with the attacker's key, without parameters, answered by nothing.
fn by_key(script: &Script, service: &'static str, name: &'static str, is_read: bool) -> Call {
    Call {
        caller: Caller::User { name: script.user.to_owned(), key: Some(script.key.clone()) },
        address: script.ip.to_string(),
        agent: ATTACKER_CLI.to_owned(),
        service,
        name,
        is_read,
        parameters: "null".to_owned(),
        response: "null".to_owned(),
        error: None,
        additional: None,
        bucket: None,
    }
}

/// Console sign-ins are recorded in us-east-1.
fn sign_in(script: &Script) -> Vec<(usize, Millis, Call)> {
    let attempt = |outcome: &str, mfa: &str| Call {
        caller: Caller::User { name: script.user.to_owned(), key: None },
        agent: ATTACKER_BROWSER.to_owned(),
        response: format!("{{\"ConsoleLogin\":\"{outcome}\"}}"),
        additional: Some(format!(
            "{{\"LoginTo\":\"https://console.aws.amazon.com/console/home\",\"MobileVersion\":\"No\",\"MFAUsed\":\"{mfa}\"}}"
        )),
        ..by_key(script, "signin", "ConsoleLogin", false)
    };
    let mut scenes: Vec<_> = (0..7)
        .map(|number| {
            let refused = Call { error: Some(("", "Failed authentication".to_owned())), ..attempt("Failure", "No") };
            (PROD_VIRGINIA, script.after(18, number * 34 + number % 3), refused)
        })
        .collect();
    scenes.push((PROD_VIRGINIA, script.leaked_at(), attempt("Success", "No")));
    let at = script.after(26, 41);
    let (user, key) = (script.user, &script.key);
    let mut session = Dice::new(at as u64);
    let create = Call {
        caller: Caller::User { name: user.to_owned(), key: Some(session_key(&mut session)) },
        agent: ATTACKER_BROWSER.to_owned(),
        parameters: format!("{{\"userName\":\"{user}\"}}"),
        response: {
            let mut out = String::new();
            object(&mut out, |json| {
                json.object("accessKey", |json| {
                    json.text("userName", user)
                        .text("accessKeyId", key)
                        .text("status", "Active")
                        .text("createDate", Stamp::Seconds(at));
                });
            });
            out
        },
        ..by_key(script, "iam", "CreateAccessKey", false)
    };
    scenes.push((PROD_VIRGINIA, at, create));
    scenes
}

fn look_around(script: &Script) -> Vec<(usize, Millis, Call)> {
    let denied = |action: &str| {
        let user = script.user;
        let message = format!(
            "User: arn:aws:iam::{PROD}:user/{user} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
        );
        Some(("AccessDenied", message))
    };
    let buckets = Call {
        parameters: format!("{{\"Host\":\"s3.{TOKYO}.amazonaws.com\"}}"),
        ..by_key(script, "s3", "ListBuckets", true)
    };
    let objects = Call {
        parameters: format!("{{\"bucketName\":\"{EXPORT_BUCKET}\",\"list-type\":\"2\",\"prefix\":\"daily/\"}}"),
        ..by_key(script, "s3", "ListObjects", true)
    };
    let secrets =
        Call { error: denied("secretsmanager:ListSecrets"), ..by_key(script, "secretsmanager", "ListSecrets", true) };
    vec![
        (PROD_TOKYO, script.after(27, 30), by_key(script, "sts", "GetCallerIdentity", true)),
        (PROD_TOKYO, script.after(28, 2), buckets),
        (PROD_VIRGINIA, script.after(28, 44), by_key(script, "iam", "ListUsers", true)),
        (PROD_VIRGINIA, script.after(29, 1), by_key(script, "iam", "ListRoles", true)),
        (PROD_VIRGINIA, script.after(29, 13), by_key(script, "iam", "ListAttachedUserPolicies", true)),
        (PROD_TOKYO, script.after(30, 26), secrets),
        (PROD_TOKYO, script.after(31, 50), objects),
    ]
}

/// The bucket is read in three bursts.
fn take(script: &Script) -> Vec<(usize, Millis, Call)> {
    (0..READS)
        .map(|number| {
            let (burst, second) = (number / 80, number % 80);
            let day = 1 + number % 28;
            let bytes = 180_000 + (number * 7_919) % 2_400_000;
            let call = Call {
                parameters: format!(
                    "{{\"bucketName\":\"{EXPORT_BUCKET}\",\"key\":\"daily/2026-10-{day:02}/customers-{number:04}.parquet\",\
                     \"Host\":\"{EXPORT_BUCKET}.s3.{TOKYO}.amazonaws.com\"}}"
                ),
                additional: Some(format!(
                    "{{\"SignatureVersion\":\"SigV4\",\"CipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"bytesTransferredIn\":0,\
                     \"AuthenticationMethod\":\"AuthHeader\",\"bytesTransferredOut\":{bytes}}}"
                )),
                bucket: Some(EXPORT_BUCKET),
                ..by_key(script, "s3", "GetObject", true)
            };
            (PROD_TOKYO, script.after(32 + burst * 5, second * 2), call)
        })
        .collect()
}

fn reach_further(script: &Script) -> Vec<(usize, Millis, Call)> {
    let at = script.after(48, 9);
    let mut dice = Dice::new(at as u64);
    let key = session_key(&mut dice);
    let user = script.user;
    let assume = Call {
        parameters: format!(
            "{{\"roleArn\":\"arn:aws:iam::{DATA}:role/{EXPORT_ROLE}\",\"roleSessionName\":\"{user}\",\"durationSeconds\":3600}}"
        ),
        response: format!(
            "{{\"credentials\":{{\"accessKeyId\":\"{key}\",\"expiration\":\"{}\"}},\"assumedRoleUser\":{{\"arn\":\"arn:aws:sts::{DATA}:assumed-role/{EXPORT_ROLE}/{user}\"}}}}",
            Stamp::Seconds(at + 3_600_000)
        ),
        ..by_key(script, "sts", "AssumeRole", true)
    };
    let across = |name, parameters: String| Call {
        caller: Caller::Role {
            account: DATA,
            role: EXPORT_ROLE.to_owned(),
            session: user.to_owned(),
            key: key.clone(),
        },
        parameters,
        ..by_key(script, "s3", name, true)
    };
    let deny = |name: &'static str, region: &str| {
        let resource = format!("arn:aws:cloudtrail:{region}:{PROD}:trail/acme-org-trail");
        let message = format!(
            "User: arn:aws:iam::{PROD}:user/{user} is not authorized to perform: cloudtrail:{name} on resource: {resource} with an explicit deny in a service control policy"
        );
        Call {
            parameters: format!("{{\"name\":\"{resource}\"}}"),
            error: Some(("AccessDenied", message)),
            ..by_key(script, "cloudtrail", name, false)
        }
    };
    vec![
        (PROD_TOKYO, at, assume.clone()),
        // The account whose role it is records the call as well.
        (DATA_TOKYO, at, assume),
        (DATA_TOKYO, script.after(48, 58), across("ListBuckets", "{}".to_owned())),
        (
            DATA_TOKYO,
            script.after(49, 20),
            across("GetBucketPolicy", "{\"bucketName\":\"acme-lake-curated\",\"policy\":\"\"}".to_owned()),
        ),
        (PROD_TOKYO, script.after(52, 6), deny("StopLogging", TOKYO)),
        (PROD_TOKYO, script.after(52, 49), deny("DeleteTrail", TOKYO)),
        (PROD_VIRGINIA, script.after(53, 15), deny("StopLogging", VIRGINIA)),
    ]
}
