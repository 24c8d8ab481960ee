//! The operations of STS that clients need: who one is, and being somebody else for a while.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::credentials::{Credentials, Holder};
use crate::names::ACCOUNT;
use crate::refusal::Refusal;
use crate::sns::{Xml, xml_response};

/// The namespace of STS's answers.
pub(crate) const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The code that the lab's MFA devices show, whichever they are: a lab has no secrets to keep.
pub(crate) const MFA_CODE: &str = "314159";

/// Answers a request that somebody with this access key signed.
pub(crate) fn answer(body: &[u8], credentials: &Credentials, signer: &str) -> Result<String, Refusal> {
    let asked: HashMap<_, _> = url::form_urlencoded::parse(body).into_owned().collect();
    let action = asked.get("Action").map(String::as_str).unwrap_or_default();
    let answer = match action {
        "GetCallerIdentity" => identity(credentials, signer),
        "AssumeRole" => assume(credentials, &asked)?,
        _ => return Err(Refusal::new("InvalidAction", format!("The lab's STS has no action {action:?}."))),
    };
    Ok(xml_response(NAMESPACE, action, Some(answer)))
}

fn identity(credentials: &Credentials, signer: &str) -> Xml {
    let arn = match credentials.holder(signer) {
        Some(Holder::Session(session)) => format!("arn:aws:sts::{ACCOUNT}:assumed-role/{}", session.name),
        _ => format!("arn:aws:iam::{ACCOUNT}:user/lab"),
    };
    let mut identity = Xml::default();
    identity.text("Arn", &arn).text("UserId", signer).text("Account", ACCOUNT);
    identity
}

/// Whoever asks may be any role of the lab's account, by the code of a device where one is named. A role whose name
/// ends in `-mfa` wants one.
fn assume(credentials: &Credentials, asked: &HashMap<String, String>) -> Result<Xml, Refusal> {
    let get = |name: &str| asked.get(name).map(String::as_str).filter(|value| !value.is_empty());
    let denied = |message: String| Refusal::new("AccessDenied", message).with_status(403);
    let arn = get("RoleArn").unwrap_or_default();
    let role = arn.strip_prefix(&format!("arn:aws:iam::{ACCOUNT}:role/")).filter(|role| !role.is_empty());
    let (Some(role), Some(name)) = (role, get("RoleSessionName")) else {
        let who = format!("User: arn:aws:iam::{ACCOUNT}:user/lab is not authorized");
        return Err(denied(format!("{who} to perform: sts:AssumeRole on resource: {arn}")));
    };
    let is_proven = match (get("SerialNumber"), get("TokenCode")) {
        (Some(_), Some(code)) if code == MFA_CODE => true,
        (None, None) => false,
        _ => {
            return Err(denied("MultiFactorAuthentication failed with invalid MFA one time pass code. ".to_owned()));
        }
    };
    if role.ends_with("-mfa") && !is_proven {
        let who = format!("User: arn:aws:iam::{ACCOUNT}:user/lab is not authorized");
        return Err(denied(format!("{who} to perform: sts:AssumeRole on resource: {arn}")));
    }
    let seconds =
        get("DurationSeconds").map_or(Ok(3_600), str::parse).ok().filter(|seconds| (900..=43_200).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        Refusal::new(
            "ValidationError",
            "Value at 'durationSeconds' failed to satisfy constraint: between 900 and 43200",
        )
    })?;
    let expires = Timestamp::now() + SignedDuration::from_secs(seconds);
    let (access_key_id, session) = credentials.assume(format!("{role}/{name}"), expires);
    let mut answer = Xml::default();
    answer.element("AssumedRoleUser", |user| {
        user.text("AssumedRoleId", &format!("{access_key_id}:{name}"));
        user.text("Arn", &format!("arn:aws:sts::{ACCOUNT}:assumed-role/{}", session.name));
    });
    answer.element("Credentials", |told| {
        told.text("AccessKeyId", &access_key_id)
            .text("SecretAccessKey", &session.secret_access_key)
            .text("SessionToken", &session.token)
            .text("Expiration", &expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    });
    Ok(answer)
}
