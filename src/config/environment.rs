//! The variables that scops reads, all in one list.

use jiff::tz::TimeZone;

use super::ConfigError;
use crate::theme::{ColorDepth, Glyphs};

/// The variables that scops or the SDK reads, and whether a value is a secret (proxies may bear a password).
pub const VARIABLES: [(&str, bool); 52] = [
    ("SCOPS_PROFILE", false),
    ("SCOPS_CONFIG", false),
    ("SCOPS_LOG", false),
    ("SCOPS_MOUSE", false),
    ("SCOPS_CHARS", false),
    ("AWS_PROFILE", false),
    ("AWS_REGION", false),
    ("AWS_DEFAULT_REGION", false),
    ("AWS_ACCESS_KEY_ID", false),
    ("AWS_SECRET_ACCESS_KEY", true),
    ("AWS_SESSION_TOKEN", true),
    ("AWS_CONFIG_FILE", false),
    ("AWS_SHARED_CREDENTIALS_FILE", false),
    ("AWS_ROLE_ARN", false),
    ("AWS_ROLE_SESSION_NAME", false),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", false),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", false),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", false),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN", true),
    ("AWS_EC2_METADATA_DISABLED", false),
    ("AWS_ENDPOINT_URL", false),
    ("AWS_ENDPOINT_URL_S3", false),
    ("AWS_ENDPOINT_URL_SQS", false),
    ("AWS_ENDPOINT_URL_SNS", false),
    ("AWS_ENDPOINT_URL_LAMBDA", false),
    ("AWS_ENDPOINT_URL_ATHENA", false),
    ("AWS_ENDPOINT_URL_STS", false),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", false),
    ("AWS_USE_FIPS_ENDPOINT", false),
    ("AWS_USE_DUALSTACK_ENDPOINT", false),
    ("AWS_REQUEST_CHECKSUM_CALCULATION", false),
    ("AWS_RESPONSE_CHECKSUM_VALIDATION", false),
    ("AWS_CA_BUNDLE", false),
    ("HTTPS_PROXY", true),
    ("https_proxy", true),
    ("HTTP_PROXY", true),
    ("http_proxy", true),
    ("ALL_PROXY", true),
    ("all_proxy", true),
    ("NO_PROXY", false),
    ("no_proxy", false),
    ("XDG_CONFIG_HOME", false),
    ("XDG_STATE_HOME", false),
    ("XDG_CACHE_HOME", false),
    ("TERM", false),
    ("COLORTERM", false),
    ("NO_COLOR", false),
    ("LC_ALL", false),
    ("LC_CTYPE", false),
    ("LANG", false),
    ("TMUX", false),
    ("TZ", false),
];

/// The environment as scops sees it; `None` where a variable is unset or empty.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Environment {
    /// `SCOPS_PROFILE`
    pub scops_profile: Option<String>,
    /// `SCOPS_CONFIG`
    pub scops_config: Option<String>,
    /// `SCOPS_LOG`: what goes to the log file, in `tracing`'s filter language.
    pub scops_log: Option<String>,
    /// `AWS_REGION`, else `AWS_DEFAULT_REGION`
    pub aws_region: Option<String>,
    /// `AWS_ENDPOINT_URL`
    pub aws_endpoint_url: Option<String>,
    /// `AWS_CA_BUNDLE`
    pub aws_ca_bundle: Option<String>,
    /// `AWS_ENDPOINT_URL_S3`: whether S3 has an endpoint of its own.
    pub has_s3_endpoint: bool,
    /// `NO_COLOR` (no-color.org): any value but the empty one.
    pub no_color: bool,
    /// `COLORTERM`
    pub colorterm: Option<String>,
    /// `TERM`
    pub term: Option<String>,
    /// `VISUAL`, else `EDITOR`: a command of the shell.
    pub editor: Option<String>,
    /// `SCOPS_COMPLETE`: the shell that asks how a line of it may go on.
    pub complete: Option<String>,
    /// `SCOPS_FAULT`, in debug builds only: where the journal's disk fails, for tests.
    #[cfg(debug_assertions)]
    pub fault: Option<String>,
    /// `TMUX`: whether tmux stands between us and the terminal.
    pub is_in_tmux: bool,
    /// `SCOPS_MOUSE`: `off` leaves the mouse to the terminal.
    pub leaves_mouse: bool,
    /// `SCOPS_CHARS`: `unicode`, `braille` or `ascii`.
    pub chars: Option<String>,
    /// `USER`, for the journal.
    pub user: Option<String>,
    /// `LC_ALL`, else `LC_CTYPE`, else `LANG`: the characters that the terminal is said to take.
    pub locale: Option<String>,
    /// Those of [`VARIABLES`] that are set, with their values; none of a secret's.
    pub set: Vec<(&'static str, Option<String>)>,
}

impl Environment {
    /// Reads the process's environment.
    pub fn read() -> Self {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads any environment, such as a test's.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let get = |name: &str| lookup(name).filter(|value| !value.is_empty());
        Self {
            scops_profile: get("SCOPS_PROFILE"),
            scops_config: get("SCOPS_CONFIG"),
            scops_log: get("SCOPS_LOG"),
            aws_region: get("AWS_REGION").or_else(|| get("AWS_DEFAULT_REGION")),
            aws_endpoint_url: get("AWS_ENDPOINT_URL"),
            aws_ca_bundle: get("AWS_CA_BUNDLE"),
            has_s3_endpoint: get("AWS_ENDPOINT_URL_S3").is_some(),
            no_color: get("NO_COLOR").is_some(),
            colorterm: get("COLORTERM"),
            term: get("TERM"),
            editor: get("VISUAL").or_else(|| get("EDITOR")),
            complete: get("SCOPS_COMPLETE"),
            #[cfg(debug_assertions)]
            fault: get("SCOPS_FAULT"),
            is_in_tmux: get("TMUX").is_some(),
            leaves_mouse: get("SCOPS_MOUSE").is_some_and(|value| value == "off"),
            chars: get("SCOPS_CHARS"),
            user: get("USER").or_else(|| get("LOGNAME")),
            locale: get("LC_ALL").or_else(|| get("LC_CTYPE")).or_else(|| get("LANG")),
            set: VARIABLES
                .iter()
                .filter_map(|(name, is_secret)| get(name).map(|value| (*name, (!is_secret).then_some(value))))
                .collect(),
        }
    }

    /// Who works here, for the journal: `aya`, or `unknown` where nothing tells.
    pub fn who(&self) -> String {
        self.user.clone().unwrap_or_else(|| "unknown".into())
    }

    /// The zone of this machine: that of `TZ`, else the system's.
    pub fn zone() -> TimeZone {
        TimeZone::system()
    }

    /// The colours that the terminal has.
    pub fn color_depth(&self) -> ColorDepth {
        let term = self.term.as_deref().unwrap_or("dumb");
        if self.no_color || term == "dumb" || term.ends_with("-mono") || term.ends_with("-m") {
            ColorDepth::None
        } else if self.has_true_color() {
            ColorDepth::True
        } else if term.contains("256color") {
            ColorDepth::Ansi256
        } else {
            ColorDepth::Ansi16
        }
    }

    /// The glyphs that `SCOPS_CHARS` wants, else the file, else those that the terminal has: the fonts of the Linux
    /// console know neither eighth blocks nor braille.
    pub fn glyphs(&self, file: Option<Glyphs>) -> Result<Glyphs, ConfigError> {
        if let Some(word) = &self.chars {
            return Glyphs::named(word).ok_or_else(|| ConfigError::Chars(word.clone()));
        }
        let is_plain = matches!(self.term.as_deref(), None | Some("dumb" | "linux"));
        Ok(file.unwrap_or(if is_plain { Glyphs::Ascii } else { Glyphs::Unicode }))
    }

    /// Whether the terminal says that it shows 24-bit colour.
    fn has_true_color(&self) -> bool {
        matches!(self.colorterm.as_deref(), Some("truecolor" | "24bit"))
    }
}
