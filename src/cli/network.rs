//! The flags that say how AWS is reached, named as the AWS CLI names them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config::NetworkTable;

/// Flags of the network.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "AWS")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Network {
    /// The profile of AWS's own configuration files, over the one that config.toml names [env: AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub aws_profile: Option<String>,
    /// Send requests without a signature: for public buckets
    #[arg(long, global = true)]
    no_sign_request: bool,
    /// Say that you pay for the requests, for buckets whose owner wants that
    #[arg(long, global = true, value_enum, value_name = "WHO")]
    request_payer: Option<Payer>,
    /// Put the bucket into the path of URLs, not into the host's name; an endpoint implies it
    #[arg(long, global = true)]
    path_style: bool,
    /// Trust these certificates (PEM) instead of the system's [env: AWS_CA_BUNDLE]
    #[arg(long, global = true, value_name = "FILE")]
    ca_bundle: Option<PathBuf>,
    /// Use endpoints validated by FIPS 140 [env: AWS_USE_FIPS_ENDPOINT]
    #[arg(long, global = true)]
    use_fips: bool,
    /// Use endpoints that IPv6 reaches too [env: AWS_USE_DUALSTACK_ENDPOINT]
    #[arg(long, global = true)]
    use_dualstack: bool,
}

/// Who pays for requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Payer {
    /// Whoever asks
    Requester,
}

impl Network {
    /// The same as a table of the configuration.
    pub fn table(&self) -> NetworkTable {
        NetworkTable {
            no_sign_request: self.no_sign_request,
            path_style: self.path_style,
            use_fips: self.use_fips,
            use_dualstack: self.use_dualstack,
            request_payer: self.request_payer.is_some(),
            checksums: None,
            ca_bundle: self.ca_bundle.clone(),
        }
    }

    /// The words that say the same on another command line.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let bundle = self.ca_bundle.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        let values = [
            ("--aws-profile", self.aws_profile.clone()),
            ("--request-payer", self.request_payer.map(|_| "requester".to_owned())),
            ("--ca-bundle", bundle.map(|path| path.display().to_string())),
        ];
        for (name, value) in values {
            words.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
        }
        let switches = [
            ("--no-sign-request", self.no_sign_request),
            ("--path-style", self.path_style),
            ("--use-fips", self.use_fips),
            ("--use-dualstack", self.use_dualstack),
        ];
        words.extend(switches.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| name.to_owned()));
        words
    }
}
