//! The formats that are compiled in: one file each.

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
pub(crate) const ALL: &[&'static dyn Format] = &[
    &cloudtrail::CloudTrail,
    &vpcflow::VpcFlow,
    &alb::Alb,
    &nlb::Nlb,
    &clb::Clb,
    &s3access::S3Access,
    &waf::Waf,
    &guardduty::GuardDuty,
    &cloudfront::CloudFront,
    &cef::Cef,
    &combined::Combined,
    &auditd::Auditd,
    &syslog::Syslog,
    &logfmt::Logfmt,
    &json::Json,
    &text::Text,
];

/// What reads an object that nothing matches.
pub(crate) const FALLBACK: &'static dyn Format = &text::Text;

#[cfg(test)]
mod tests;
