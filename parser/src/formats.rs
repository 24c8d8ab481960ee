//! The formats that are compiled in: one file each.

use std::sync::Arc;

use crate::format::Format;

mod alb;
mod apigateway;
mod auditd;
mod aws_config;
mod caddy;
mod carry;
mod cef;
mod clb;
mod cloudfront;
mod cloudtrail;
mod cloudwatch;
mod cloudwatch_export;
mod columns;
mod combined;
mod command_line;
mod copies;
mod crowdstrike;
mod csv;
mod dns;
mod fast_alert;
mod fortigate;
mod google_workspace;
mod guardduty;
mod haproxy;
mod json;
mod k8s_audit;
mod lambda;
mod lambda_destination;
mod lambda_json;
mod leef;
mod logfmt;
mod messages;
mod mysql_audit;
mod mysql_error;
mod mysql_slow;
mod network_firewall;
mod nlb;
mod ocsf;
mod postgresql;
mod route53_public;
mod route53_resolver;
mod s3_event;
mod s3access;
mod securityhub;
mod splunk;
mod suricata;
mod syslog;
mod text;
mod tls;
mod vpcflow;
mod w3c;
mod waf;
mod windows;
mod windows_xml;
mod zeek;

/// All formats; the order breaks ties.
pub(crate) fn all() -> Vec<Arc<dyn Format>> {
    let compiled: Vec<Arc<dyn Format>> = vec![
        Arc::new(cloudtrail::CloudTrail),
        Arc::new(cloudtrail::CloudTrailDigest),
        Arc::new(vpcflow::VpcFlow),
        Arc::new(vpcflow::VpcFlowJson),
        Arc::new(vpcflow::TransitGatewayFlow),
        Arc::new(alb::Alb),
        Arc::new(alb::AlbConnection),
        Arc::new(alb::AlbHealthCheck),
        Arc::new(nlb::Nlb),
        Arc::new(clb::Clb),
        Arc::new(s3access::S3Access),
        Arc::new(waf::Waf),
        Arc::new(guardduty::GuardDuty),
        Arc::new(cloudfront::CloudFront),
        Arc::new(suricata::Suricata),
        Arc::new(fast_alert::FastAlert),
        Arc::new(zeek::Zeek),
        Arc::new(zeek::ZeekJson),
        Arc::new(crowdstrike::CrowdStrike),
        Arc::new(google_workspace::GoogleWorkspace),
        Arc::new(windows::Windows),
        Arc::new(windows_xml::WindowsXml),
        Arc::new(cloudfront::CloudFrontJson),
        Arc::new(cloudwatch::CloudWatch),
        Arc::new(k8s_audit::KubernetesAudit),
        Arc::new(securityhub::SecurityHub),
        Arc::new(ocsf::Ocsf),
        Arc::new(route53_resolver::Route53Resolver),
        Arc::new(route53_public::Route53Public),
        Arc::new(network_firewall::NetworkFirewall),
        Arc::new(aws_config::AwsConfig),
        Arc::new(mysql_audit::MysqlAudit),
        Arc::new(mysql_slow::MysqlSlow),
        Arc::new(mysql_error::MysqlError),
        Arc::new(postgresql::Postgresql),
        Arc::new(lambda::Lambda),
        Arc::new(lambda_json::LambdaJson),
        Arc::new(lambda_destination::LambdaDestination),
        Arc::new(apigateway::ApiGateway),
        Arc::new(s3_event::S3Event),
        Arc::new(messages::EVENT_BRIDGE),
        Arc::new(messages::SNS),
        Arc::new(messages::SQS),
        Arc::new(cloudwatch_export::CloudWatchExport),
        Arc::new(cef::Cef),
        Arc::new(leef::Leef),
        Arc::new(fortigate::FortiGate),
        Arc::new(combined::Combined),
        Arc::new(haproxy::HaProxy),
        Arc::new(caddy::Caddy),
        Arc::new(w3c::W3c),
        Arc::new(auditd::Auditd),
        Arc::new(syslog::Syslog),
        Arc::new(logfmt::Logfmt),
        Arc::new(json::Json),
        Arc::new(csv::Csv),
        Arc::new(text::Text),
    ];
    let formats = compiled.into_iter();
    #[cfg(feature = "definitions")]
    let formats = formats.chain(crate::definition::shipped());
    formats.collect()
}

/// What reads an object that nothing matches.
pub(crate) fn fallback() -> Arc<dyn Format> {
    Arc::new(text::Text)
}

#[cfg(feature = "definitions")]
pub(crate) use {copies::snake, syslog::set_priority};

#[cfg(test)]
mod tests;
