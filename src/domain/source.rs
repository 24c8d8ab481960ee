//! A named kind of log.

use jiff::SignedDuration;

use super::{Accept, Layout, Maintenance};

/// A named kind of log: bucket, key layout and format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The name that screens and commands use.
    pub name: String,
    /// The bucket that its objects arrive in.
    pub bucket: String,
    /// The template of its keys.
    pub layout: Layout,
    /// The parser's format; `None` where no parser exists yet, or the content is to tell.
    pub format: Option<String>,
    /// An object that arrives later after the time its key tells is late.
    pub late_after: SignedDuration,
    /// The newest shape of record that its consumers have been reviewed for.
    pub accept: Option<Accept>,
    /// When it may be silent.
    pub maintenance: Vec<Maintenance>,
}

impl Source {
    /// Whether an object of this bucket and key belongs to the source.
    pub fn owns(&self, bucket: &str, key: &str) -> bool {
        self.bucket == bucket && self.layout.matches(key)
    }
}
