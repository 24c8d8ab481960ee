//! Names that AWS gives: ARNs, access keys, unique ids.

use data_encoding::BASE32;

use super::Fact;

pub(super) const ACCOUNT: &str = "AWS account identifiers, Account Management Reference Guide";
const ARN: &str = "Amazon Resource Names, IAM User Guide";
const IDS: &str = "IAM identifiers, IAM User Guide";
const ENCODED: &str = "Aidan Steele, \"AWS Access Key ID formats\"; Tal Be'ery, \"A short note on AWS KEY ID\"";

/// The parts of an ARN: `arn:partition:service:region:account:resource`.
pub(super) fn arn(text: &str) -> Vec<Fact> {
    let mut parts = text.splitn(6, ':').skip(1);
    let mut next = || parts.next().unwrap_or_default();
    let (partition, service, region, account, resource) = (next(), next(), next(), next(), next());
    let mut facts = vec![Fact::new("partition", partition, ARN), Fact::new("service", service, ARN)];
    if !region.is_empty() {
        facts.push(Fact::new("region", region, ARN));
    }
    facts.extend(Fact::part("account", account));
    match (service, resource.split('/').collect::<Vec<_>>().as_slice()) {
        // The session's name is the caller's word: whoever assumed the role has chosen it.
        ("sts", ["assumed-role", role @ .., session]) if !role.is_empty() => {
            facts.extend(Fact::part("role", &role.join("/")));
            facts.extend(Fact::part("session", session));
        }
        ("s3", [bucket, key @ ..]) if account.is_empty() => {
            facts.extend(Fact::part("bucket", bucket));
            facts.extend(Fact::part("key", &key.join("/")));
        }
        (_, ["user", path @ .., name]) => {
            facts.extend(Fact::part("path", &path.join("/")));
            facts.extend(Fact::part("user", name));
        }
        (_, ["role", path @ .., name]) => {
            facts.extend(Fact::part("path", &path.join("/")));
            facts.extend(Fact::part("role", name));
        }
        _ if resource == "root" && service == "iam" => {
            facts.push(Fact::new("resource", "root: the account itself, or its root user", ARN));
        }
        _ => facts.extend(Fact::part("resource", resource)),
    }
    facts
}

/// An access key's id: how long it lives, and the account that it belongs to.
pub(super) fn access_key(text: &str) -> Vec<Fact> {
    let mut facts = unique_id(text);
    match account_of(text) {
        Some(account) => facts.push(Fact { is_part: true, ..Fact::new("account", account, ENCODED) }),
        None => facts.push(Fact::new("account", "not in the id: it is of before 2019, or made up", ENCODED)),
    }
    facts
}

/// The account in an access key's id: the 40 bits behind the first one of what its base32 tells, which is set where there
/// is an account.
fn account_of(key: &str) -> Option<String> {
    let encoded = key.get(4..20)?;
    let bytes = BASE32.decode(encoded.as_bytes()).ok()?;
    let first: [u8; 8] = bytes.get(..8)?.try_into().ok()?;
    let bits = u64::from_be_bytes(first);
    let account = (bits << 1) >> 24;
    (bits >> 63 == 1 && account <= 999_999_999_999).then(|| format!("{account:012}"))
}

/// What the first four letters of a unique id tell.
pub(super) fn unique_id(text: &str) -> Vec<Fact> {
    let what = match text.get(..4).unwrap_or_default() {
        "ABIA" => "a bearer token of AWS STS",
        "ACCA" => "a credential of one service",
        "AGPA" => "a group",
        "AIDA" => "an IAM user",
        "AIPA" => "an EC2 instance profile",
        "AKIA" => "a long-term access key: it works until somebody deletes it",
        "ANPA" => "a managed policy",
        "ANVA" => "a version of a managed policy",
        "APKA" => "a public key",
        "AROA" => "a role",
        "ASCA" => "a certificate",
        "ASIA" => "a temporary access key of AWS STS",
        _ => return Vec::new(),
    };
    vec![Fact::new("is", what, IDS)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_is_read_from_the_key() {
        // The example of Be'ery's note.
        assert_eq!(account_of("ASIAQNZGKIQY56JQ7WML").as_deref(), Some("029608264753"));
        // The example key of AWS's documentation is of the older kind.
        assert_eq!(account_of("AKIAIOSFODNN7EXAMPLE"), None);
        assert_eq!(account_of("AKIA"), None);
        assert_eq!(account_of("AKIAé8888888888888888"), None);
    }
}
