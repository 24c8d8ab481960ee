//! How requests travel to AWS.

/// How requests travel, beside where they go and as whom; each as the AWS CLI's flag of that meaning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Network {
    /// They bear no signature: for public buckets.
    pub is_unsigned: bool,
    /// The bucket stands in the path of a URL instead of in the host's name.
    pub is_path_style: bool,
    /// They go to the endpoints that are validated by FIPS 140.
    pub uses_fips: bool,
    /// They go to the endpoints that IPv6 reaches too.
    pub uses_dualstack: bool,
    /// Whoever asks pays for it, where the bucket's owner wants that.
    pub pays: bool,
    /// Checksums are sent and checked only where S3 requires them: for stores that refuse the others.
    pub checks_only_required: bool,
    /// The certificates that are trusted instead of the system's (PEM, each of them looked at).
    pub ca_bundle: Option<Vec<u8>>,
}
