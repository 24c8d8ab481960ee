//! Names of fields, which every record carries.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, PoisonError};

/// Names that are kept for the life of the program; more are copied into each record.
const KEPT: usize = 16_384;
/// Longer names are copied too.
const LENGTH: usize = 128;

/// The name, so that a clone of it costs nothing: definitions come and go, but the names in them are few.
pub(super) fn name(text: &str) -> Cow<'static, str> {
    static NAMES: LazyLock<Mutex<HashSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(name) = names.get(text) {
        return Cow::Borrowed(name);
    }
    if names.len() >= KEPT || text.len() > LENGTH {
        return Cow::Owned(text.to_owned());
    }
    let name: &'static str = Box::leak(text.into());
    names.insert(name);
    Cow::Borrowed(name)
}
