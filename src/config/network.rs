//! How AWS is reached, as flags, a profile and the environment tell it.

use std::path::{Path, PathBuf};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Environment};
use crate::domain::Network;

/// `network` of a profile; each as the AWS CLI's flag of that name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct NetworkTable {
    /// Requests bear no signature: for public buckets.
    #[serde(default)]
    pub no_sign_request: bool,
    /// The bucket stands in the path of a URL instead of in the host's name, as most stores beside AWS want it; an
    /// endpoint implies it.
    #[serde(default)]
    pub path_style: bool,
    /// Endpoints that are validated by FIPS 140.
    #[serde(default)]
    pub use_fips: bool,
    /// Endpoints that IPv6 reaches too.
    #[serde(default)]
    pub use_dualstack: bool,
    /// Whoever asks pays, where the bucket's owner wants that.
    #[serde(default)]
    pub request_payer: bool,
    /// When checksums are sent and checked; left out, `AWS_REQUEST_CHECKSUM_CALCULATION` and
    /// `AWS_RESPONSE_CHECKSUM_VALIDATION`, else wherever S3 knows them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checksums: Option<Checksums>,
    /// The certificates that are trusted instead of the system's: a file in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_bundle: Option<PathBuf>,
}

/// When checksums are sent and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checksums {
    /// Where S3 requires them: some stores refuse the others.
    WhenRequired,
    /// Wherever S3 knows them.
    WhenSupported,
}

impl NetworkTable {
    /// This one, laid over another.
    #[must_use]
    pub fn over(self, other: Self) -> Self {
        Self {
            no_sign_request: self.no_sign_request || other.no_sign_request,
            path_style: self.path_style || other.path_style,
            use_fips: self.use_fips || other.use_fips,
            use_dualstack: self.use_dualstack || other.use_dualstack,
            request_payer: self.request_payer || other.request_payer,
            checksums: self.checksums.or(other.checksums),
            ca_bundle: self.ca_bundle.or(other.ca_bundle),
        }
    }
}

/// Lays flags over a profile's table, and both over the environment.
pub(super) fn network(
    flags: &NetworkTable,
    profile: &NetworkTable,
    environment: &Environment,
) -> Result<Network, ConfigError> {
    let told = flags.clone().over(profile.clone());
    let bundle = told.ca_bundle.or_else(|| environment.aws_ca_bundle.clone().map(PathBuf::from));
    Ok(Network {
        is_unsigned: told.no_sign_request,
        is_path_style: told.path_style || environment.has_s3_endpoint,
        uses_fips: told.use_fips,
        uses_dualstack: told.use_dualstack,
        pays: told.request_payer,
        checks_only_required: told.checksums == Some(Checksums::WhenRequired),
        ca_bundle: bundle.map(|path| certificates(&path)).transpose()?,
    })
}

/// The certificates of a file, each of them looked at: the SDK takes them for granted.
fn certificates(path: &Path) -> Result<Vec<u8>, ConfigError> {
    let bytes = std::fs::read(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
    let mut store = RootCertStore::empty();
    let wrong = |cause: String| ConfigError::Certificates { path: path.to_owned(), cause };
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        store.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if store.is_empty() {
        return Err(wrong("there is no certificate in it".into()));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused_with_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("ca.pem");
        for (text, cause) in [
            ("hello\n", "no certificate in it"),
            ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ca.pem"),
            ("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", "ca.pem"),
        ] {
            std::fs::write(&path, text).expect("written");
            let error = certificates(&path).expect_err("refused").to_string();
            assert!(error.contains(cause) && error.contains("ca.pem"), "{text}: {error}");
        }
        assert!(matches!(certificates(&folder.path().join("none")), Err(ConfigError::Read { .. })));
    }

    #[test]
    fn a_flag_adds_to_what_the_profile_says() {
        let flags = NetworkTable { request_payer: true, ..NetworkTable::default() };
        let profile = NetworkTable { path_style: true, ..NetworkTable::default() };
        let told = network(&flags, &profile, &Environment::default()).expect("told");
        assert!(told.pays && told.is_path_style && !told.is_unsigned && told.ca_bundle.is_none());
    }
}
