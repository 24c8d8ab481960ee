//! Sessions of roles on disk, where the AWS CLI keeps its own, so that one code serves both.
//!
//! Source: botocore 1.43, `BaseAssumeRoleCredentialFetcher._create_cache_key` and `JSONFileCache`: the file is named by
//! the SHA-1 of the request's parameters as Python's `json.dumps(…, sort_keys=True)` writes them, without a session name
//! that was made up, and holds the answer to AssumeRole.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::Credentials;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};

use super::role::Role;

/// Where the session of a role lies below the folder of sessions.
pub(super) fn place(folder: &Path, role: &Role) -> PathBuf {
    let digest = Sha1::digest(parameters(role));
    folder.join(format!("{}.json", data_encoding::HEXLOWER.encode(&digest)))
}

/// The parameters of the request, in the order of their names.
fn parameters(role: &Role) -> String {
    let text = |value: &String| python(value);
    let fields = [
        ("DurationSeconds", role.duration.map(|seconds| seconds.to_string())),
        ("ExternalId", role.external_id.as_ref().map(text)),
        ("RoleArn", Some(python(&role.arn))),
        ("RoleSessionName", role.session_name.as_ref().map(text)),
        ("SerialNumber", role.device.as_ref().map(text)),
    ];
    let fields: Vec<String> =
        fields.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\": {}", value?))).collect();
    format!("{{{}}}", fields.join(", "))
}

/// A text as Python writes it in JSON: in ASCII.
fn python(text: &str) -> String {
    let mut written = String::from('"');
    for character in text.chars() {
        match character {
            '"' => written.push_str("\\\""),
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            '\u{8}' => written.push_str("\\b"),
            '\u{c}' => written.push_str("\\f"),
            ' '..='~' => written.push(character),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _ = write!(written, "\\u{unit:04x}");
                }
            }
        }
    }
    written.push('"');
    written
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Kept {
    credentials: KeptCredentials,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct KeptCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
}

/// The session that lies there; none where there is none that can be read, or where it has ended.
pub(super) fn read(place: &Path) -> Option<Credentials> {
    let kept: Kept = serde_json::from_slice(&std::fs::read(place).ok()?).ok()?;
    let kept = kept.credentials;
    // Python writes the zone's name behind the time.
    let expires: Timestamp = kept.expiration.replace("UTC", "Z").parse().ok()?;
    let expires = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(expires.as_second()).ok()?);
    let found = (kept.access_key_id, kept.secret_access_key, kept.session_token);
    Some(Credentials::new(found.0, found.1, Some(found.2), Some(expires), "scops"))
}

/// Keeps a session for this user alone, whole or not at all.
pub(super) fn write(place: &Path, session: &Credentials) -> io::Result<()> {
    let (Some(folder), Some(expires)) = (place.parent(), session.expiry()) else { return Ok(()) };
    let expires = expires.duration_since(SystemTime::UNIX_EPOCH).map_err(io::Error::other)?.as_secs();
    let expires =
        Timestamp::from_second(i64::try_from(expires).map_err(io::Error::other)?).map_err(io::Error::other)?;
    let kept = Kept {
        credentials: KeptCredentials {
            access_key_id: session.access_key_id().to_owned(),
            secret_access_key: session.secret_access_key().to_owned(),
            session_token: session.session_token().unwrap_or_default().to_owned(),
            expiration: expires.strftime("%Y-%m-%dT%H:%M:%SUTC").to_string(),
        },
    };
    std::fs::create_dir_all(folder)?;
    // A temporary file is readable by its owner alone (mode 0600).
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(&kept)?)?;
    file.as_file().sync_all()?;
    file.persist(place)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::role::Source;
    use super::*;

    fn role() -> Role {
        Role {
            profile: "oncall".into(),
            arn: "arn:aws:iam::111122223333:role/oncall".into(),
            device: Some("arn:aws:iam::111122223333:mfa/aya".into()),
            external_id: None,
            session_name: None,
            duration: None,
            source: Source::Profile("keys".into()),
        }
    }

    /// The names that botocore 1.43 gives.
    #[test]
    fn a_session_lies_where_the_aws_cli_looks_for_it() {
        let folder = Path::new("/c");
        assert_eq!(place(folder, &role()), Path::new("/c/8401787ab0e9426f550ac3a8b09a2c3b196cf3d3.json"));
        let full =
            Role {
                external_id: Some("x\"é".into()), session_name: Some("aya".into()), duration: Some(3600), ..role()
            };
        assert_eq!(place(folder, &full), Path::new("/c/ecbd4526694d8d34421daeee72a4cf80c27d2c4e.json"));
    }

    #[test]
    fn a_session_is_kept_for_its_user_alone_and_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("cli/cache/x.json");
        let ends = SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_700_000);
        let session = Credentials::new("ASIA", "secret", Some("token".into()), Some(ends), "scops");
        write(&path, &session).expect("written");
        let found = read(&path).expect("it is there");
        assert_eq!((found.access_key_id(), found.session_token()), ("ASIA", Some("token")));
        assert_eq!(found.expiry(), Some(ends));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "{}").expect("written");
        assert!(read(&path).is_none() && read(folder.path()).is_none());
    }

    #[test]
    fn what_the_aws_cli_writes_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("x.json");
        for expiration in ["2026-11-26T14:00:00UTC", "2026-11-26T14:00:00+00:00", "2026-11-26T14:00:00Z"] {
            let text = format!(
                "{{\"Credentials\": {{\"AccessKeyId\": \"ASIA\", \"SecretAccessKey\": \"s\", \"SessionToken\": \"t\", \
                 \"Expiration\": \"{expiration}\", \"AccountId\": \"111122223333\"}}, \"ResponseMetadata\": {{}}}}"
            );
            std::fs::write(&path, text).expect("written");
            assert!(read(&path).is_some(), "{expiration}");
        }
    }
}
