//! Who one is, where requests go, and whether the clocks agree.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use jiff::{SignedDuration, Timestamp};

use crate::aws::{Aws, AwsError, Kind};
use crate::config::{Environment, Settings};
use crate::domain::time::brief;
use crate::domain::{Checked, Profile};

/// Buckets that are asked for at a time.
const PARALLEL: usize = 8;
/// Credentials that end sooner are told of.
const SOON: SignedDuration = SignedDuration::from_mins(30);
/// A difference of the clocks that is worth a word.
const NOTABLE: SignedDuration = SignedDuration::from_secs(30);
/// A difference at which AWS refuses signatures (five minutes; fifteen with S3).
const REFUSED: SignedDuration = SignedDuration::from_mins(5);

/// What failed, with what to do.
pub(super) fn failed(area: &'static str, error: &AwsError) -> Checked {
    let cure = error
        .hint
        .clone()
        .unwrap_or_else(|| "the cause tells; `--endpoint-url` and the network are worth a look".into());
    Checked::failed(area, error.to_string(), cure)
}

/// Where requests go, and through what.
pub(super) fn endpoint(settings: &Settings, environment: &Environment) -> Checked {
    let profile = &settings.profile;
    let network = &settings.network;
    let mut told = match &profile.endpoint {
        Some(endpoint) => format!("{endpoint} for every service"),
        None => format!("AWS's own in {}", profile.region),
    };
    let set = || environment.set.iter().map(|(name, _)| *name);
    let services: Vec<&str> = set().filter(|name| name.starts_with("AWS_ENDPOINT_URL_")).collect();
    if !services.is_empty() && (profile.endpoint.is_none() || settings.finds_endpoint) {
        told.extend(["; of their own: ", &services.join(", ")]);
    }
    let proxies = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
    let proxies: Vec<&str> = set().filter(|name| proxies.contains(name)).collect();
    if !proxies.is_empty() {
        told.extend(["; through the proxy of ", &proxies.join(", ")]);
    }
    let switches = [
        (network.is_unsigned, "unsigned"),
        (network.is_path_style, "path style"),
        (network.uses_fips, "FIPS"),
        (network.uses_dualstack, "dual stack"),
        (network.pays, "requester pays"),
        (network.checks_only_required, "checksums only where required"),
        (network.ca_bundle.is_some(), "certificates of one's own"),
    ];
    for (_, word) in switches.into_iter().filter(|(is_on, _)| *is_on) {
        told.push_str("; ");
        told.push_str(word);
    }
    Checked::ok("endpoint", told)
}

/// Whether there are credentials, and how long they last.
pub(super) async fn credentials(aws: &Aws, now: Timestamp) -> Checked {
    const AREA: &str = "credentials";
    match aws.signer().await {
        Ok(None) => Checked::ok(AREA, "none: requests are not signed"),
        Ok(Some(signer)) => {
            let kind = if signer.is_session { "of a session" } else { "of a long-lived key" };
            let told = format!("{} {kind}", signer.access_key_id);
            match signer.expires.map(|expires| expires.duration_since(now)) {
                Some(left) if left <= SignedDuration::ZERO => Checked::failed(
                    AREA,
                    format!("{told}, expired {} ago", brief(-left)),
                    "sign in again: `aws sso login`",
                ),
                Some(left) if left < SOON => Checked::warning(
                    AREA,
                    format!("{told}, which ends in {}", brief(left)),
                    "sign in again before a long replay: `aws sso login`",
                ),
                Some(left) => Checked::ok(AREA, format!("{told}, which ends in {}", brief(left))),
                None => Checked::ok(AREA, told),
            }
        }
        Err(error) => failed(AREA, &error),
    }
}

/// Who one is.
pub(super) async fn identity(aws: &Aws, settings: &Settings) -> Checked {
    const AREA: &str = "identity";
    match aws.identity().await {
        Ok(identity) => {
            let told = format!("{} in account {}", identity.arn, identity.account);
            let named = settings.profile.account.as_deref();
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
            match named.filter(|named| digits(named) != identity.account) {
                Some(named) => Checked::warning(
                    AREA,
                    format!("{told}; the profile says {named}"),
                    "look at the profile's account and aws_profile",
                ),
                None => Checked::ok(AREA, told),
            }
        }
        // A store beside AWS has no STS, and needs none.
        Err(error) if settings.profile.endpoint.is_some() && !is_of_credentials(&error) => {
            Checked::warning(AREA, error.to_string(), "a store that is not AWS may not tell; nothing else needs it")
        }
        Err(error) => failed(AREA, &error),
    }
}

fn is_of_credentials(error: &AwsError) -> bool {
    error.kind.is_of_credentials() || matches!(error.kind, Kind::WrongCredentials | Kind::ClockSkew)
}

/// The region of each bucket.
pub(super) async fn regions(aws: &Aws, profile: &Profile) -> Vec<Checked> {
    const AREA: &str = "region";
    let buckets = buckets(profile);
    let asked = futures::stream::iter(buckets).map(|bucket| async move {
        match aws.bucket_region(&bucket).await {
            Ok(Some(region)) if region == profile.region => Checked::ok(AREA, format!("{bucket} lives in {region}")),
            Ok(Some(region)) => Checked::warning(
                AREA,
                format!("{bucket} lives in {region}, the profile is of {}", profile.region),
                "each console is sent on once and remembers it; Athena and queues must be of the profile's region",
            ),
            Ok(None) => Checked::ok(AREA, format!("{bucket} is there; the endpoint tells no region")),
            Err(error) => failed(AREA, &error),
        }
    });
    asked.buffered(PARALLEL).collect().await
}

/// Every bucket that the profile names.
fn buckets(profile: &Profile) -> BTreeSet<String> {
    let mut buckets: BTreeSet<String> = profile.sources.iter().map(|source| source.bucket.clone()).collect();
    for consumer in &profile.consumers {
        let places =
            [&consumer.receipts, &consumer.failures, &consumer.destination, &consumer.parked_prefix, &consumer.alerts];
        buckets.extend(places.into_iter().flatten().map(|place| place.bucket.clone()));
    }
    let index = profile.index.iter().flat_map(|index| [Some(&index.location), index.output.as_ref()]);
    buckets.extend(index.chain([profile.audit.as_ref()]).flatten().map(|place| place.bucket.clone()));
    buckets
}

/// Whether this clock is AWS's; nothing where no answer came.
pub(super) fn clock(aws: &Aws) -> Option<Checked> {
    const AREA: &str = "clock";
    const CURE: &str = "set this machine's clock: `timedatectl set-ntp true`";
    let ahead = aws.clock_ahead()?;
    let told = format!("{} {}", brief(ahead.abs()), if ahead.is_negative() { "behind AWS" } else { "ahead of AWS" });
    Some(match ahead.abs() {
        off if off < SignedDuration::from_secs(3) => Checked::ok(AREA, "as AWS's"),
        off if off < NOTABLE => Checked::ok(AREA, told),
        off if off < REFUSED => Checked::warning(AREA, told, CURE),
        _ => Checked::failed(AREA, told, CURE),
    })
}
