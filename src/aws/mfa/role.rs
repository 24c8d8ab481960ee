//! The roles of AWS's configuration files that want the code of an MFA device, which the SDK for Rust cannot ask for.
//!
//! Source: "Using an IAM role in the AWS CLI" in the AWS CLI user guide; `source_profile`, `credential_source`,
//! `mfa_serial`, `external_id`, `role_session_name` and `duration_seconds` mean what they mean there.

/// A role to be assumed, with who assumes it.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) struct Role {
    /// The profile that tells of it.
    pub profile: String,
    pub arn: String,
    /// The device whose code is wanted.
    pub device: Option<String>,
    pub external_id: Option<String>,
    pub session_name: Option<String>,
    /// Seconds that the session lasts.
    pub duration: Option<i32>,
    pub source: Source,
}

/// Who assumes a role.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(test, derive(Debug))]
pub(super) enum Source {
    /// Access key id, secret and token that stand in the role's own profile.
    Keys(String, String, Option<String>),
    /// What the SDK makes of another profile.
    Profile(String),
    /// `credential_source`: the environment, a container or an instance.
    Named(String),
    /// Another role that wants a code, or is assumed by one that does.
    Role(Box<Role>),
}

/// The role that a profile stands for, where it or one that assumes it wants a code; none where the SDK needs no help,
/// or where the profile has a mistake that the SDK tells of. `get` gives a profile's value of a key.
pub(super) fn find(get: &dyn Fn(&str, &str) -> Option<String>, profile: &str) -> Option<Role> {
    let role = walk(get, profile, &mut Vec::new())?;
    let mut link = &role;
    loop {
        match (&link.device, &link.source) {
            (Some(_), _) => return Some(role),
            (None, Source::Role(next)) => link = next,
            (None, _) => return None,
        }
    }
}

fn walk(get: &dyn Fn(&str, &str) -> Option<String>, profile: &str, seen: &mut Vec<String>) -> Option<Role> {
    if seen.iter().any(|known| known == profile) || get(profile, "web_identity_token_file").is_some() {
        return None;
    }
    seen.push(profile.to_owned());
    let arn = get(profile, "role_arn")?;
    let keys = |profile: &str| {
        let (id, secret) = (get(profile, "aws_access_key_id")?, get(profile, "aws_secret_access_key")?);
        Some(Source::Keys(id, secret, get(profile, "aws_session_token")))
    };
    let source = match (get(profile, "source_profile"), get(profile, "credential_source")) {
        (Some(itself), None) if itself == profile => keys(profile)?,
        // Keys come before a role there, as with the SDK and the AWS CLI.
        (Some(other), None) if keys(&other).is_some() => Source::Profile(other),
        (Some(other), None) => match walk(get, &other, seen) {
            Some(role) => Source::Role(Box::new(role)),
            None => Source::Profile(other),
        },
        (None, Some(named)) => Source::Named(named),
        _ => return None,
    };
    Some(Role {
        profile: profile.to_owned(),
        arn,
        device: get(profile, "mfa_serial"),
        external_id: get(profile, "external_id"),
        session_name: get(profile, "role_session_name"),
        duration: get(profile, "duration_seconds").and_then(|seconds| seconds.trim().parse().ok()),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(profile: &str) -> Option<Role> {
        const FILES: &[(&str, &str, &str)] = &[
            ("keys", "aws_access_key_id", "AKIA"),
            ("keys", "aws_secret_access_key", "secret"),
            ("plain", "role_arn", "arn:plain"),
            ("plain", "source_profile", "keys"),
            ("oncall", "role_arn", "arn:oncall"),
            ("oncall", "source_profile", "keys"),
            ("oncall", "mfa_serial", "arn:mfa"),
            ("oncall", "duration_seconds", "3600"),
            ("oncall", "external_id", "x"),
            ("deep", "role_arn", "arn:deep"),
            ("deep", "source_profile", "oncall"),
            ("itself", "role_arn", "arn:itself"),
            ("itself", "source_profile", "itself"),
            ("itself", "mfa_serial", "arn:mfa"),
            ("itself", "aws_access_key_id", "AKIA"),
            ("itself", "aws_secret_access_key", "secret"),
            ("instance", "role_arn", "arn:instance"),
            ("instance", "credential_source", "Ec2InstanceMetadata"),
            ("instance", "mfa_serial", "arn:mfa"),
            ("loop", "role_arn", "arn:loop"),
            ("loop", "source_profile", "pool"),
            ("pool", "role_arn", "arn:pool"),
            ("pool", "source_profile", "loop"),
            ("both", "role_arn", "arn:both"),
            ("both", "source_profile", "keys"),
            ("both", "credential_source", "Environment"),
            ("both", "mfa_serial", "arn:mfa"),
            ("web", "role_arn", "arn:web"),
            ("web", "web_identity_token_file", "/t"),
            ("web", "mfa_serial", "arn:mfa"),
        ];
        let get = |profile: &str, key: &str| {
            let line = FILES.iter().find(|(of, name, _)| *of == profile && *name == key);
            line.map(|(_, _, value)| (*value).to_owned())
        };
        find(&get, profile)
    }

    #[test]
    fn a_role_that_wants_a_code_is_found_with_who_assumes_it() {
        let role = found("oncall").expect("a role");
        assert_eq!((role.arn.as_str(), role.device.as_deref()), ("arn:oncall", Some("arn:mfa")));
        assert_eq!((role.duration, role.external_id.as_deref()), (Some(3600), Some("x")));
        assert_eq!(role.source, Source::Profile("keys".into()));
        assert!(matches!(found("itself").expect("a role").source, Source::Keys(..)));
        assert!(matches!(found("instance").expect("a role").source, Source::Named(_)));
    }

    #[test]
    fn a_role_that_is_assumed_by_one_with_a_code_is_found_too() {
        let role = found("deep").expect("a role");
        assert_eq!(role.device, None);
        assert!(matches!(role.source, Source::Role(below) if below.device.is_some()));
    }

    #[test]
    fn what_wants_no_code_or_has_a_mistake_is_left_to_the_sdk() {
        for profile in ["keys", "plain", "loop", "both", "web", "nowhere"] {
            assert_eq!(found(profile), None, "{profile}");
        }
    }
}
