//! The formats that are compiled in: one file each.

use std::sync::Arc;

use crate::format::Format;

mod alb;
mod auditd;
mod cef;
mod clb;
mod cloudfront;
mod cloudtrail;
mod columns;
mod combined;
mod command_line;
mod crowdstrike;
mod fast_alert;
mod copies;
mod guardduty;
mod haproxy;
mod json;
mod leef;
mod logfmt;
mod nlb;
mod s3access;
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
    vec![
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
        Arc::new(crowdstrike::CrowdStrike),
        Arc::new(windows::Windows),
        Arc::new(windows_xml::WindowsXml),
        Arc::new(cloudfront::CloudFrontJson),
        Arc::new(cef::Cef),
        Arc::new(leef::Leef),
        Arc::new(combined::Combined),
        Arc::new(haproxy::HaProxy),
        Arc::new(w3c::W3c),
        Arc::new(auditd::Auditd),
        Arc::new(syslog::Syslog),
        Arc::new(logfmt::Logfmt),
        Arc::new(json::Json),
        Arc::new(text::Text),
    ]
}

/// What reads an object that nothing matches.
pub(crate) fn fallback() -> Arc<dyn Format> {
    Arc::new(text::Text)
}

#[cfg(test)]
mod tests;
