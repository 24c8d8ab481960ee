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
mod guardduty;
mod json;
mod logfmt;
mod nlb;
mod s3access;
mod syslog;
mod text;
mod vpcflow;
mod waf;

/// All formats; the order breaks ties.
pub(crate) fn all() -> Vec<Arc<dyn Format>> {
    let compiled: [Arc<dyn Format>; 16] = [
        Arc::new(cloudtrail::CloudTrail),
        Arc::new(vpcflow::VpcFlow),
        Arc::new(alb::Alb),
        Arc::new(nlb::Nlb),
        Arc::new(clb::Clb),
        Arc::new(s3access::S3Access),
        Arc::new(waf::Waf),
        Arc::new(guardduty::GuardDuty),
        Arc::new(cloudfront::CloudFront),
        Arc::new(cef::Cef),
        Arc::new(combined::Combined),
        Arc::new(auditd::Auditd),
        Arc::new(syslog::Syslog),
        Arc::new(logfmt::Logfmt),
        Arc::new(json::Json),
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
pub(crate) use guardduty::snake;

#[cfg(test)]
mod tests;
