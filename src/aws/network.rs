//! How requests travel, as the SDK is told it.

use aws_config::ConfigLoader;
use aws_sdk_s3::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_s3::config::{
    ConfigBag, Intercept, RequestChecksumCalculation, ResponseChecksumValidation, RuntimeComponents, SharedHttpClient,
};
use aws_sdk_s3::error::BoxError;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, ConnectorBuilder};

use crate::domain::Network;

/// Lays `network` over what the AWS configuration says. What it leaves open (proxies, FIPS, dual stack) stays with the
/// SDK, which reads the environment and the AWS configuration files for it.
pub(super) fn apply(mut loader: ConfigLoader, network: &Network) -> ConfigLoader {
    if network.uses_fips {
        loader = loader.use_fips(true);
    }
    if network.uses_dualstack {
        loader = loader.use_dual_stack(true);
    }
    if network.checks_only_required {
        loader = loader
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
    }
    match client(network) {
        Some(client) => loader.http_client(client),
        None => loader,
    }
}

/// The client of requests, where it is not the SDK's own.
pub(super) fn client(network: &Network) -> Option<SharedHttpClient> {
    network.ca_bundle.as_deref().and_then(trusting)
}

/// A client that trusts these certificates alone, and goes through the environment's proxies as the SDK's own does.
fn trusting(pem: &[u8]) -> Option<SharedHttpClient> {
    let store = TrustStore::empty().with_pem_certificate(pem);
    let context = TlsContext::builder().with_trust_store(store).build().ok()?;
    let client = Builder::new().build_with_connector_fn(move |settings, components| {
        let mut builder = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .tls_context(context.clone())
            .proxy_config(ProxyConfig::from_env());
        builder.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            builder.set_sleep_impl(components.sleep_impl());
        }
        builder.build()
    });
    Some(client)
}

/// Tells S3 that whoever asks pays (`x-amz-request-payer`).
#[derive(Debug)]
pub(super) struct Payer;

impl Intercept for Payer {
    fn name(&self) -> &'static str {
        "Payer"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("x-amz-request-payer", "requester");
        Ok(())
    }
}
