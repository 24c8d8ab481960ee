//! The configuration file. Unknown keys are errors.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{ConfigError, NetworkTable, Settings};
use scops_parser::Formats;

use crate::detect::Rules;
use crate::domain::{
    Accept, ByteSize, Consumer, Envelope, Index, Input, Layout, Limit, Limits, Location, Maintenance, Network,
    PartitionValue, Plan, Profile, RawTable, ReplayRules, RuleBook, Source, TableName, Tables,
};
use crate::mistake::{Mistake, nearest};
use crate::theme::{Glyphs, Tint};

/// The version of the keys that this scops knows.
const VERSION: u32 = 1;

/// `config.toml`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The version of the file's keys; left out, 1. A file of a later one is refused by a scops that does not know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The profile used where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_profile: Option<String>,
    /// The characters that bars and frames are drawn with: `unicode`, `braille` or `ascii`; left out, as the terminal
    /// tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chars: Option<Glyphs>,
    /// Profiles that are opened together, by a name of their own: `{ all = ["prod-eu", "prod-us"] }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Vec<String>>,
    /// The profiles by name.
    #[serde(default)]
    pub profiles: BTreeMap<String, ProfileTable>,
    /// The formats that its sources may name.
    #[serde(skip)]
    pub formats: Formats,
    /// The folder of the user's own rules, where a profile names no other.
    #[serde(skip)]
    pub rules: PathBuf,
}

/// `[profiles.NAME]`
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileTable {
    /// The profile of AWS's own configuration files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws_profile: Option<String>,
    /// The account's id, shown in the header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The colour of its name on the screen: `red`, `bright-blue`, `#ff8800`, or a role of the theme.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Tint>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// One endpoint for every service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint_url: Option<String>,
    /// The folder of its own rules; relative to that of the configuration file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<PathBuf>,
    /// The keys of a lab; refused for any endpoint that is not loopback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
    /// The folder of its journal and log; left out, the user's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PathBuf>,
    /// Nothing may be sent.
    #[serde(default)]
    pub read_only: bool,
    /// Where copies of the audit log go; left out, it stays on this machine alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audit: Option<Location>,
    /// `[profiles.NAME.replay]`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<ReplayTable>,
    /// `live = { requests_per_minute = 60 }`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<LiveTable>,
    /// `[profiles.NAME.limits]`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsTable>,
    /// `network = { path_style = true }`: how AWS is reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkTable>,
    /// `[[profiles.NAME.sources]]`
    #[serde(default)]
    pub sources: Vec<SourceTable>,
    /// `[[profiles.NAME.consumers]]`
    #[serde(default)]
    pub consumers: Vec<ConsumerTable>,
    /// `[profiles.NAME.index]`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<IndexTable>,
    /// `[profiles.NAME.minerva]`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minerva: Option<MinervaTable>,
}

/// `[profiles.NAME.replay]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplayTable {
    /// Messages a second where nothing else is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<std::num::NonZeroU32>,
    /// Objects of one replay at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_objects: Option<usize>,
    /// Whether the profile's name is typed as well before anything is sent.
    #[serde(default)]
    pub confirm_name: bool,
}

/// `live` of a profile: how much the console asks by itself.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveTable {
    /// Requests of a minute, the user's own among them, up to which it looks again by itself; 0 for never.
    pub requests_per_minute: u32,
}

impl Default for LiveTable {
    fn default() -> Self {
        Self { requests_per_minute: 60 }
    }
}

/// `[profiles.NAME.limits]`: what searches may cost; what is left out is not limited.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsTable {
    /// US dollars of one search.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "dollars")]
    pub search_dollars: Option<f64>,
    /// Bytes that one search reads: `10 GiB`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "size")]
    pub search_bytes: Option<ByteSize>,
    /// US dollars of the searches of a day, in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "dollars")]
    pub day_dollars: Option<f64>,
    /// Bytes that the searches of a day read.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "size")]
    pub day_bytes: Option<ByteSize>,
}

impl From<&LimitsTable> for Limits {
    fn from(table: &LimitsTable) -> Self {
        Self {
            search: Limit { dollars: table.search_dollars, bytes: table.search_bytes },
            day: Limit { dollars: table.day_dollars, bytes: table.day_bytes },
        }
    }
}

/// Dollars, not below zero.
fn dollars<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
    let dollars = f64::deserialize(deserializer)?;
    if dollars.is_finite() && dollars >= 0.0 {
        return Ok(Some(dollars));
    }
    Err(serde::de::Error::custom(format!("{dollars} is no amount of dollars (write 0.50)")))
}

/// Sizes as people write them: `500 MiB`, `10 GiB`.
mod size {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::domain::ByteSize;

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(size: &Option<ByteSize>, serializer: S) -> Result<S::Ok, S::Error> {
        match size {
            Some(size) => serializer.collect_str(&size.bytes()),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ByteSize>, D::Error> {
        let text = String::deserialize(deserializer)?;
        let size = ByteSize::read(&text).map(Some);
        size.ok_or_else(|| serde::de::Error::custom(format!("\"{text}\" is no size (write 500 MiB or 10 GiB)")))
    }
}

/// A key pair of a lab.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// `[[profiles.NAME.sources]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceTable {
    /// The name that screens and commands use.
    pub name: String,
    /// The bucket.
    pub bucket: String,
    /// The template of its keys.
    pub layout: Layout,
    /// The parser's format; left out where the content is to tell, or no parser exists yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// An object that arrives later after the time its key tells is late: `5m`.
    #[serde(default = "five_minutes", with = "friendly_duration")]
    pub late_after: SignedDuration,
    /// The newest shape of record that the consumers take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept: Option<Accept>,
    /// When it may be silent (UTC): `sun 02:00-04:00`, `daily 23:30-00:30`, `2026-11-23T01:00Z..2026-11-23T03:00Z`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<Maintenance>,
    /// A table of Athena over its objects as they lie: `security.cloudtrail`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableName>,
    /// How the values of that table's partition columns follow from keys, where table and layout do not tell:
    /// `{ day = "{yyyy}/{MM}/{dd}", region = "{region}" }`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub partitions: BTreeMap<String, PartitionValue>,
}

/// `[[profiles.NAME.consumers]]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerTable {
    /// The name that screens and commands use.
    pub name: String,
    /// The queue that its events arrive in. Of this, `topic_arn` and `function` one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue_url: Option<String>,
    /// The topic that its events are published to; a replay to it reaches every subscriber.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic_arn: Option<String>,
    /// The Lambda function that is invoked for its events, by name or ARN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub function: Option<String>,
    /// In what an event is wrapped that is made for it: `s3` (left out), `sns` or `eventbridge`.
    #[serde(default)]
    pub envelope: Envelope,
    /// Where events go that failed too often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter_url: Option<String>,
    /// Where events wait whose source has no parser yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked_url: Option<String>,
    /// Where they wait as objects instead, for longer than SQS keeps messages: `s3://bucket/prefix/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parked_prefix: Option<Location>,
    /// `s3://bucket/prefix` below which it writes the alerts of its rules; without one it detects nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alerts: Option<Location>,
    /// Where it proves what it processed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipts: Option<Location>,
    /// Where it says why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<Location>,
    /// The bucket of its Lambda function's on-failure destination: `s3://bucket`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Location>,
    /// Whether processing an object twice has the effect of processing it once.
    #[serde(default)]
    pub idempotent: bool,
    /// How long an alert about an object is taken for the same one: `30m`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_duration")]
    pub alert_window: Option<SignedDuration>,
    /// How long it drops an event whose sequencer it has seen: `24h`.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "optional_duration")]
    pub remembers: Option<SignedDuration>,
}

/// `[profiles.NAME.index]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexTable {
    /// Where `records/` and `terms/` lie.
    pub location: Location,
    /// The database with the tables `records` and `terms`.
    #[serde(default = "default_database")]
    pub database: String,
    /// The workgroup that queries run in.
    #[serde(default = "default_workgroup")]
    pub workgroup: String,
    /// Where Athena writes results; left out where the workgroup says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Location>,
    /// Days that its files are kept, by a lifecycle rule of the bucket; left out where they are kept for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<std::num::NonZeroU32>,
}

/// `[profiles.NAME.minerva]`: the full-text search of github.com/m-mizutani/minerva.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MinervaTable {
    /// Where `indices/` and `messages/` lie.
    pub location: Location,
    /// The database with the tables `indices` and `messages`.
    pub database: String,
    /// The workgroup that queries run in.
    #[serde(default = "default_workgroup")]
    pub workgroup: String,
    /// Where Athena writes results; left out where the workgroup says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<Location>,
}

fn five_minutes() -> SignedDuration {
    SignedDuration::from_mins(5)
}

fn default_database() -> String {
    "scops".into()
}

fn default_workgroup() -> String {
    "primary".into()
}

/// Durations as people write them: `5m`, `1h 30m`.
mod friendly_duration {
    use jiff::SignedDuration;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(duration: &SignedDuration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{duration:#}"))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SignedDuration, D::Error> {
        let text = String::deserialize(deserializer)?;
        let duration: SignedDuration = text
            .parse()
            .map_err(|_| serde::de::Error::custom(format!("\"{text}\" is no duration (write 5m, 90s or 1h 30m)")))?;
        if duration.is_negative() {
            return Err(serde::de::Error::custom(format!("the duration \"{text}\" is negative")));
        }
        Ok(duration)
    }
}

/// As [`friendly_duration`], where it may be left out.
mod optional_duration {
    use jiff::SignedDuration;
    use serde::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub fn serialize<S: Serializer>(duration: &Option<SignedDuration>, serializer: S) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::friendly_duration::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SignedDuration>, D::Error> {
        super::friendly_duration::deserialize(deserializer).map(Some)
    }
}

impl File {
    /// Reads the text of a configuration file; `path` is named in errors.
    pub fn parse(text: &str, path: &Path, formats: Formats) -> Result<Self, ConfigError> {
        let name = path.display().to_string();
        let file: Self = toml::from_str(text).map_err(|error| {
            let span = error.span().unwrap_or(0..0);
            let mistake = Mistake::at(&name, text, &span, error.message());
            ConfigError::Mistakes(vec![Mistake { hint: hint_for(error.message()), ..mistake }])
        })?;
        let file = Self { formats, ..file };
        file.check(text, &name)?;
        Ok(file)
    }

    /// The rules that types cannot tell.
    fn check(&self, text: &str, file: &str) -> Result<(), ConfigError> {
        let invalid = |word: &str, what: String, hint: Option<String>| {
            let at = text.find(word).unwrap_or(0);
            ConfigError::Mistakes(vec![Mistake { hint, ..Mistake::at(file, text, &(at..at), what) }])
        };
        if let Some(version) = self.version.filter(|version| *version != VERSION) {
            return Err(invalid(
                "version",
                format!("it is of version {version}; this scops knows version {VERSION}"),
                Some("update scops, or write the file anew from `scops config template`".into()),
            ));
        }
        for (name, profile) in &self.profiles {
            for (index, source) in profile.sources.iter().enumerate() {
                if profile.sources[..index].iter().any(|earlier| earlier.name == source.name) {
                    return Err(invalid(
                        &format!("\"{}\"", source.name),
                        format!("profile \"{name}\" has two sources named \"{}\"", source.name),
                        Some("rename one of them".into()),
                    ));
                }
                if let Some(format) = &source.format
                    && self.formats.get(format).is_none()
                {
                    let known: Vec<_> = self.formats.names().collect();
                    let hint = match nearest(format, known.iter().copied()) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!("formats: {}", known.join(", ")),
                    };
                    return Err(invalid(
                        &format!("\"{format}\""),
                        format!("unknown format \"{format}\" of source \"{}\"", source.name),
                        Some(hint),
                    ));
                }
                let names = source.layout.names().collect::<Vec<_>>();
                for (column, value) in &source.partitions {
                    if let Some(unknown) = value.names().find(|name| !names.contains(name)) {
                        let known = ["yyyy", "MM", "dd", "HH", "mm"].into_iter().chain(names.iter().copied());
                        return Err(invalid(
                            &format!("\"{value}\""),
                            format!("partition \"{column}\" of source \"{}\" names {{{unknown}}}", source.name),
                            Some(format!("its layout has {{{}}}", known.collect::<Vec<_>>().join("} {"))),
                        ));
                    }
                }
                if source.table.is_none() && !source.partitions.is_empty() {
                    return Err(invalid(
                        "partitions",
                        format!("source \"{}\" has partitions but no table", source.name),
                        Some("add table = \"database.table\"".into()),
                    ));
                }
            }
            for consumer in &profile.consumers {
                if consumer.inputs().len() != 1 {
                    return Err(invalid(
                        &format!("\"{}\"", consumer.name),
                        format!(
                            "consumer \"{}\" of profile \"{name}\" has {} places where its events arrive; one is wanted",
                            consumer.name,
                            consumer.inputs().len()
                        ),
                        Some("give it one of queue_url, topic_arn and function".into()),
                    ));
                }
            }
            if profile.credentials.is_some() && !profile.endpoint_url.as_deref().is_some_and(is_loopback) {
                return Err(invalid(
                    "credentials",
                    format!("profile \"{name}\" holds keys, which is for a lab on loopback only"),
                    Some("use aws_profile, and keep keys where the AWS CLI keeps them".into()),
                ));
            }
        }
        self.check_groups(invalid, text)?;
        if let Some(name) = &self.default_profile
            && !self.profiles.contains_key(name)
            && !self.groups.contains_key(name)
        {
            return Err(invalid(
                "default_profile",
                format!("default_profile names \"{name}\", which is no profile or group here"),
                nearest(name, self.profiles.keys().map(String::as_str)).map(|near| format!("did you mean \"{near}\"?")),
            ));
        }
        Ok(())
    }

    /// Groups name profiles, and have names of their own.
    fn check_groups(
        &self,
        invalid: impl Fn(&str, String, Option<String>) -> ConfigError,
        text: &str,
    ) -> Result<(), ConfigError> {
        for (group, names) in &self.groups {
            let word = format!("{group} = [");
            let word = if text.contains(&word) { word } else { "groups".to_owned() };
            if self.profiles.contains_key(group) {
                let hint = Some("rename one of them: --profile names either".into());
                return Err(invalid(&word, format!("\"{group}\" is a group and a profile"), hint));
            }
            if names.is_empty() {
                let hint = Some("name its profiles, or take it out".into());
                return Err(invalid(&word, format!("group \"{group}\" has no profile"), hint));
            }
            if let Some(name) = names.iter().find(|name| !self.profiles.contains_key(*name)) {
                let near = nearest(name, self.profiles.keys().map(String::as_str));
                return Err(invalid(
                    &format!("\"{name}\""),
                    format!("group \"{group}\" names \"{name}\", which is no profile here"),
                    near.map(|near| format!("did you mean \"{near}\"?")),
                ));
            }
        }
        Ok(())
    }
}

impl ConsumerTable {
    /// What it names as the place where its events arrive; one, where the file is right.
    fn inputs(&self) -> Vec<Input> {
        let queue = self.queue_url.clone().map(Input::Queue);
        let topic = self.topic_arn.clone().map(Input::Topic);
        let function = self.function.clone().map(Input::Function);
        [queue, topic, function].into_iter().flatten().collect()
    }
}

impl ProfileTable {
    /// The profile that this table describes.
    pub fn settings(&self, name: &str, formats: &Formats) -> Settings {
        let sources = self.sources.iter().cloned().map(|source| Source {
            name: source.name,
            bucket: source.bucket,
            layout: source.layout,
            format: source.format,
            late_after: source.late_after,
            accept: source.accept,
            maintenance: source.maintenance,
        });
        let consumers = self.consumers.iter().cloned().filter_map(|consumer| {
            Some(Consumer {
                input: consumer.inputs().pop()?,
                envelope: consumer.envelope,
                name: consumer.name,
                dead_letter_url: consumer.dead_letter_url,
                parked_url: consumer.parked_url,
                parked_prefix: consumer.parked_prefix,
                alerts: consumer.alerts,
                receipts: consumer.receipts,
                failures: consumer.failures,
                destination: consumer.destination,
                idempotent: consumer.idempotent,
                alert_window: consumer.alert_window,
                remembers: consumer.remembers,
            })
        });
        let raw = self.sources.iter().filter_map(|source| {
            let name = source.table.clone()?;
            Some((source.name.clone(), RawTable { name, partitions: source.partitions.clone() }))
        });
        let minerva = self.minerva.clone().map(|minerva| Index {
            location: minerva.location,
            database: minerva.database,
            workgroup: minerva.workgroup,
            output: minerva.output,
            retention_days: None,
        });
        Settings {
            profile: Profile {
                name: name.to_owned(),
                account: self.account.clone(),
                region: self.region.clone().unwrap_or_default(),
                endpoint: self.endpoint_url.clone(),
                is_read_only: self.read_only,
                replay: self.replay.as_ref().map_or_else(ReplayRules::default, |told| ReplayRules {
                    rate: told.rate.map_or(ReplayRules::default().rate, |rate| rate.get().min(Plan::FASTEST)),
                    max_objects: told.max_objects,
                    confirms_name: told.confirm_name,
                }),
                sources: sources.collect(),
                consumers: consumers.collect(),
                audit: self.audit.clone(),
                index: self.index.clone().map(|index| Index {
                    location: index.location,
                    database: index.database,
                    workgroup: index.workgroup,
                    output: index.output,
                    retention_days: index.retention_days.map(std::num::NonZeroU32::get),
                }),
                tables: Tables { raw: raw.collect(), minerva },
                formats: formats.clone().into(),
                rules: RuleBook::new({
                    let formats = formats.clone();
                    move || Rules::load(Vec::new(), &[], &formats)
                }),
            },
            tint: self.color,
            aws_profile: self.aws_profile.clone(),
            network: Network::default(),
            finds_endpoint: false,
            credentials: self.credentials.clone(),
            state: self.state.clone(),
            runs_consumer: false,
            requests_per_minute: Some(self.live.unwrap_or_default().requests_per_minute),
            limits: self.limits.as_ref().map(Limits::from).unwrap_or_default(),
        }
    }
}

fn is_loopback(endpoint: &str) -> bool {
    let host = endpoint.split("://").nth(1).unwrap_or(endpoint);
    let host = host.split('/').next().unwrap_or(host);
    let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    host == "localhost" || host == "[::1]" || host.parse::<std::net::Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
}

/// The nearest of the words that serde expected: "unknown field `regoin`, expected one of `region`, …".
fn hint_for(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = message.starts_with("unknown").then(|| words.next()).flatten()?;
    nearest(unknown, words).map(|near| format!("did you mean \"{near}\"?"))
}
