//! How far this machine's clock is from AWS's, as the answers' Date headers tell it.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_s3::config::interceptors::BeforeDeserializationInterceptorContextRef;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

use super::Aws;

/// A watch that every client of a connection shares.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    /// This clock less AWS's, by the newest answer.
    ahead: Arc<Mutex<Option<SignedDuration>>>,
}

impl Aws {
    /// How far this machine's clock is ahead of AWS's, by the newest answer that told a date; exact to a second and the
    /// time that an answer takes.
    pub fn clock_ahead(&self) -> Option<SignedDuration> {
        *self.inner.clock.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Clock {
    fn name(&self) -> &'static str {
        "Clock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(told) = context.response().headers().get("date").and_then(read) {
            let ahead = Timestamp::now().duration_since(told);
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead);
        }
        Ok(())
    }
}

/// A date of HTTP (RFC 9110, section 5.6.7).
fn read(date: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(date).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_http_are_read() {
        let told = read("Mon, 23 Nov 2026 02:14:07 GMT").map(|time| time.to_string());
        assert_eq!(told.as_deref(), Some("2026-11-23T02:14:07Z"));
        assert_eq!(read("yesterday"), None);
    }
}
