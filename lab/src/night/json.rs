//! JSON written straight into a buffer. Names and values are this module's own printable ASCII without quotes and
//! backslashes, so that nothing needs to be escaped.

use std::fmt::Display;

/// Appends formatted text to a `String`.
macro_rules! put {
    ($out:expr, $($arg:tt)*) => {
        std::fmt::Write::write_fmt($out, format_args!($($arg)*)).expect("a String takes all that is written")
    };
}
pub(super) use put;

/// One open object.
pub(super) struct Json<'a> {
    out: &'a mut String,
    is_first: bool,
}

/// Appends one object.
pub(super) fn object(out: &mut String, fill: impl FnOnce(&mut Json<'_>)) {
    out.push('{');
    fill(&mut Json { out, is_first: true });
    out.push('}');
}

impl Json<'_> {
    fn name(&mut self, name: &str) {
        if !self.is_first {
            self.out.push(',');
        }
        self.is_first = false;
        self.out.push('"');
        self.out.push_str(name);
        self.out.push_str("\":");
    }

    /// `"name":"value"`
    pub fn text(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.name(name);
        let start = self.out.len() + 1;
        put!(&mut *self.out, "\"{value}\"");
        debug_assert!(!self.out[start..self.out.len() - 1].contains(['"', '\\', '\n']), "{name} would need escaping");
        self
    }

    /// `"name":value`, for numbers, booleans, null and JSON written elsewhere.
    pub fn bare(&mut self, name: &str, value: impl Display) -> &mut Self {
        self.name(name);
        put!(&mut *self.out, "{value}");
        self
    }

    /// `"name":{…}`
    pub fn object(&mut self, name: &str, fill: impl FnOnce(&mut Json<'_>)) -> &mut Self {
        self.name(name);
        object(self.out, fill);
        self
    }
}
