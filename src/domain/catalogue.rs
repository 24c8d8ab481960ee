//! The formats that are known now.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use scops_parser::{Format, Formats};

/// The formats that are known now. Clones share them, so that one that is saved while the program runs is known at once
/// to all that works by the same profile: the screens, the replay's preflight, a worker in this process.
#[derive(Clone, Default)]
pub struct Catalogue(Arc<RwLock<Formats>>);

impl Catalogue {
    /// The formats as they are now.
    pub fn now(&self) -> Formats {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds a format, in the place of one of its name.
    pub fn add(&self, format: Arc<dyn Format>) {
        let mut formats = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *formats = formats.with(format);
    }
}

impl From<Formats> for Catalogue {
    fn from(formats: Formats) -> Self {
        Self(Arc::new(RwLock::new(formats)))
    }
}

impl PartialEq for Catalogue {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.now() == other.now()
    }
}

impl Eq for Catalogue {}

impl fmt::Debug for Catalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.now().fmt(f)
    }
}
