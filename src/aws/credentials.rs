//! Whose credentials requests are signed with.

use std::sync::Arc;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::{ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{ConfigLoader, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future;
use aws_sdk_s3::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};

use super::error::{SIGNS_IN, chain_of};
use super::mfa::{self, Codes, Session};
use super::{Connection, network};
use crate::domain::Network;

/// What signs the requests of a connection, and the session that asks for codes where one is needed; nothing where the
/// SDK's own chain does. `loader` has everything but credentials and endpoint.
pub(super) async fn choose(
    loader: ConfigLoader,
    connection: &Connection,
    network: &Network,
    codes: &Arc<Codes>,
) -> (Option<SharedCredentialsProvider>, Option<Arc<Session>>) {
    if network.is_unsigned {
        return (None, None);
    }
    if let Some((access_key, secret)) = &connection.keys {
        let keys = Credentials::new(access_key, secret, None, None, "scops");
        return (Some(SharedCredentialsProvider::new(keys)), None);
    }
    // As with the AWS CLI, keys of the environment come before a profile unless one was named.
    let named = connection.profile.as_deref();
    let is_from_environment =
        named.is_none() && EnvironmentVariableCredentialsProvider::new().provide_credentials().await.is_ok();
    if is_from_environment {
        return (None, None);
    }
    let config = loader.no_credentials().load().await;
    let providers = providers(&config, network);
    let selected = named.map(|name| name.to_owned().into());
    let files = aws_config::profile::load(&real(), &real(), &real(), selected).await;
    // Files that cannot be read are told of by the SDK, which reads them too.
    let Ok(files) = files else { return (None, None) };
    if let Some(session) = mfa::session(&files, &config, &providers, codes) {
        let provider: Arc<dyn ProvideCredentials> = Arc::clone(&session) as _;
        return (Some(SharedCredentialsProvider::new(provider)), Some(session));
    }
    let provider = OfProfile { chain: chain(named, &providers), login: login(&files) };
    (Some(SharedCredentialsProvider::new(provider)), None)
}

/// The machine's files and environment, of types that only crates below the SDK's name.
fn real<T: Default>() -> T {
    T::default()
}

/// What signs in the chosen profile, or the one whose role's credentials it has; none where that is not by SSO.
fn login(files: &ProfileSet) -> Option<String> {
    /// Longer chains of roles are none.
    const DEPTH: usize = 8;
    let mut name = files.selected_profile();
    for _ in 0..DEPTH {
        let profile = files.get_profile(name)?;
        if profile.get("sso_session").or_else(|| profile.get("sso_start_url")).is_some() {
            let quoted = shlex::try_quote(name).ok()?;
            let flag = if name == "default" { String::new() } else { format!(" --profile {quoted}") };
            return Some(format!("aws sso login{flag}"));
        }
        name = profile.get("source_profile")?;
    }
    None
}

/// What the chosen profile comes to; what fails names the command that signs in.
#[derive(Debug)]
struct OfProfile {
    chain: CredentialsProviderChain,
    login: Option<String>,
}

impl ProvideCredentials for OfProfile {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let found = self.chain.provide_credentials().await;
            found.map_err(|error| match &self.login {
                Some(login) => CredentialsError::provider_error(format!("{}; {SIGNS_IN}`{login}`", chain_of(&error))),
                None => error,
            })
        })
    }
}

/// The SDK's chain without the environment's keys.
fn chain(name: Option<&str>, providers: &ProviderConfig) -> CredentialsProviderChain {
    let mut profile = ProfileFileCredentialsProvider::builder().configure(providers);
    if let Some(name) = name {
        profile = profile.profile_name(name);
    }
    let profile = profile.build();
    let web = WebIdentityTokenCredentialsProvider::builder().configure(providers).build();
    let container = EcsCredentialsProvider::builder().configure(providers).build();
    let instance = ImdsCredentialsProvider::builder().configure(providers).build();
    CredentialsProviderChain::first_try("Profile", profile)
        .or_else("WebIdentityToken", web)
        .or_else("EcsContainer", container)
        .or_else("Ec2InstanceMetadata", instance)
}

/// How providers reach STS and SSO: as requests reach AWS.
fn providers(config: &SdkConfig, network: &Network) -> ProviderConfig {
    let providers = ProviderConfig::without_region()
        .with_region(config.region().cloned())
        .with_use_fips(config.use_fips())
        .with_use_dual_stack(config.use_dual_stack());
    match network::client(network) {
        Some(client) => providers.with_http_client(client),
        None => providers,
    }
}
