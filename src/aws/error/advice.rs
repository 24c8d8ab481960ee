//! What AWS's refusals mean, and the next step: its one code AccessDenied has many causes, which its message tells.
//!
//! Sources: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3" and "Working with delete markers" in the S3
//! user guide; "Troubleshoot access denied error messages" in the IAM user guide.

use super::Kind;

/// An answer that is no success.
pub(super) struct Answer<'a> {
    pub kind: Kind,
    /// What could not be done.
    pub subject: &'a str,
    /// AWS's code.
    pub code: Option<&'a str>,
    /// AWS's message.
    pub message: Option<&'a str>,
    /// Whether it says that the object is a delete marker.
    pub is_marker: bool,
}

/// What it means, in front of AWS's own words, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Advice {
    pub said: Option<String>,
    pub hint: Option<String>,
}

fn advise(said: impl Into<String>, hint: impl Into<String>) -> Advice {
    Advice { said: Some(said.into()), hint: Some(hint.into()) }
}

/// What is to be said of an answer beyond its kind.
pub(super) fn advice(answer: &Answer<'_>) -> Option<Advice> {
    Some(match answer.kind {
        Kind::NoSuchKey if answer.is_marker => advise(
            "the object was deleted: its newest version is a delete marker",
            "`H` on the objects screen lists its versions; `scops get --version-id ID` fetches one",
        ),
        Kind::AccessDenied => return refusal(answer),
        Kind::ClockSkew => said(answer.kind, "this machine's clock is off"),
        Kind::Expired => said(answer.kind, "the credentials have expired"),
        Kind::Archived => said(answer.kind, "the object lies in an archive"),
        Kind::Throttled => said(answer.kind, "too many requests"),
        _ if is_of_checksums(answer) => advise(
            "the store does not know the checksums or the framing that the SDK sends",
            "network = { checksums = \"when_required\" } in the profile; AWS_REQUEST_CHECKSUM_CALCULATION=when_required for once",
        ),
        _ => return None,
    })
}

fn said(kind: Kind, said: &str) -> Advice {
    Advice { said: Some(said.to_owned()), hint: kind.hint(None) }
}

/// Whether a store beside AWS refuses the checksums of newer SDKs: R2, GCS and older MinIO say so in such words.
fn is_of_checksums(answer: &Answer<'_>) -> bool {
    let message = answer.message.unwrap_or_default().to_ascii_lowercase();
    let words = ["x-amz-checksum", "x-amz-sdk-checksum", "x-amz-trailer", "aws-chunked", "unsigned-payload-trailer"];
    words.iter().any(|word| message.contains(word))
        || (answer.code == Some("NotImplemented") && message.contains("header you provided"))
}

/// Why it was refused, the surest first.
fn refusal(answer: &Answer<'_>) -> Option<Advice> {
    let message = answer.message.unwrap_or_default();
    let lower = message.to_ascii_lowercase();
    let action = action_in(message);
    let wanted = action.unwrap_or("this");
    if lower.contains("requester pay") || lower.contains("request-payer") {
        return Some(advise(
            "the bucket bills whoever asks",
            "add --request-payer requester: the requests are billed to you then",
        ));
    }
    let is_key = answer.code.is_some_and(|code| code.starts_with("KMS.")) || lower.contains("kms:");
    if is_key {
        let action = action.filter(|action| action.starts_with("kms:")).unwrap_or("kms:Decrypt");
        return Some(advise(
            "the key refuses it (KMS)",
            format!(
                "allow {action} on the object's key to this role, also in the key's own policy; a key may be disabled, too"
            ),
        ));
    }
    if lower.contains("vpc endpoint policy") {
        return Some(advise(
            "the policy of a VPC endpoint refuses it",
            format!(
                "have the endpoint's policy allow {wanted}, or ask from another network: the role is not the cause"
            ),
        ));
    }
    if lower.contains("explicit deny") {
        let policy = lower.split("explicit deny in ").nth(1).map(policy_in).unwrap_or_default();
        let policy = if policy.is_empty() { "a policy".to_owned() } else { policy };
        return Some(advise(
            format!("{policy} denies it explicitly"),
            format!("no Allow overrides a Deny: have whoever owns it except this role from its Deny of {wanted}"),
        ));
    }
    if answer.subject.starts_with("cannot list s3://") {
        return Some(advise(
            "the bucket may not be listed",
            "allow s3:ListBucket on the bucket itself, not on its objects (`scops iam-policy` prints it)",
        ));
    }
    if let Some(action) = action {
        return Some(Advice {
            said: None,
            hint: Some(format!("allow {action} to this role: `scops iam-policy` prints what the configuration needs")),
        });
    }
    if answer.subject.contains("s3://") {
        return Some(Advice {
            said: None,
            hint: Some(
                "the role, the bucket's policy or the object's key (KMS) does not allow it; or the bucket bills whoever asks \
                 (--request-payer requester); without s3:ListBucket an object that is not there looks like this, too"
                    .to_owned(),
            ),
        });
    }
    None
}

/// The action of "… is not authorized to perform: s3:GetObject on resource: …".
fn action_in(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("not authorized to perform: ")?;
    let action = rest.split([' ', ',']).next()?;
    let is_action = action.contains(':') && action.chars().all(|c| c.is_ascii_alphanumeric() || c == ':' || c == '-');
    is_action.then_some(action)
}

/// The policy at the beginning of the words behind "explicit deny in ": `a resource-based policy`.
fn policy_in(words: &str) -> String {
    let known = [
        "identity-based policy",
        "resource-based policy",
        "resource control policy",
        "service control policy",
        "permissions boundary",
        "session policy",
    ];
    let found = known.iter().find(|policy| words.contains(**policy));
    found.map(|policy| format!("{} {policy}", if policy.starts_with('i') { "an" } else { "a" })).unwrap_or_default()
}

/// What to do about a connection that was not made.
pub(super) fn of_connection(chain: &str) -> Option<String> {
    let lower = chain.to_ascii_lowercase();
    let is_certificate = ["certificate", "unknownissuer"].iter().any(|word| lower.contains(word));
    is_certificate.then(|| {
        "the server's certificate is not trusted here: --ca-bundle (or AWS_CA_BUNDLE) names the certificates of a proxy or \
         store of your own"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: &str, message: &str) -> String {
        let answer = Answer {
            kind: Kind::AccessDenied,
            subject: "cannot read s3://b/k",
            code: Some(code),
            message: Some(message),
            is_marker: false,
        };
        let advice = advice(&answer).expect("advice");
        format!("{} / {}", advice.said.unwrap_or_default(), advice.hint.unwrap_or_default())
    }

    #[test]
    fn a_refusal_is_told_by_what_refused() {
        let user = "User: arn:aws:sts::111122223333:assumed-role/oncall/aya is not authorized to perform";
        let cases = [
            (
                format!(
                    "{user}: s3:GetObject on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a resource-based policy"
                ),
                "a resource-based policy denies it explicitly",
            ),
            (
                format!(
                    "{user}: s3:GetObject on resource: \"arn:aws:s3:::b/k\" with an explicit deny in a VPC endpoint policy"
                ),
                "the policy of a VPC endpoint refuses it",
            ),
            (
                format!(
                    "{user}: s3:GetObject on resource: \"arn:aws:s3:::b/k\" because no identity-based policy allows the s3:GetObject action"
                ),
                " / allow s3:GetObject to this role",
            ),
            (
                format!(
                    "{user}: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/x because no resource-based policy allows the kms:Decrypt action"
                ),
                "the key refuses it (KMS) / allow kms:Decrypt",
            ),
            ("Access Denied: the bucket is a requester pays bucket".to_owned(), "the bucket bills whoever asks"),
            ("Access Denied".to_owned(), " / the role, the bucket's policy or the object's key"),
        ];
        for (message, wanted) in cases {
            let told = told("AccessDenied", &message);
            assert!(told.starts_with(wanted), "{message}: {told}");
        }
    }

    #[test]
    fn what_stands_in_a_message_is_not_taken_for_an_action() {
        assert_eq!(action_in("not authorized to perform: s3:Get\u{1b}[2J on"), None);
        assert_eq!(action_in("not authorized to perform: sqs:sendmessage on resource"), Some("sqs:sendmessage"));
        assert_eq!(action_in("Access Denied"), None);
    }
}
