//! The rules of a profile, read when they are first wanted.

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::detect::Rules;

type Read = Box<dyn FnOnce() -> Rules + Send>;

/// The rules of a profile. Reading thousands of them takes longer than a first frame may, and most commands match
/// none: so they are read when they are first wanted. Clones share them.
#[derive(Clone)]
pub struct RuleBook(Arc<LazyLock<Rules, Read>>);

impl RuleBook {
    /// The rules that `read` gives, once.
    pub fn new(read: impl FnOnce() -> Rules + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(read))))
    }

    /// The rules. The first time this reads files, and takes as long.
    pub fn get(&self) -> &Rules {
        &self.0
    }
}

/// No rules.
impl Default for RuleBook {
    fn default() -> Self {
        Self::new(Rules::default)
    }
}

/// The same rules, or others of the same text would be.
impl PartialEq for RuleBook {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.get().version() == other.get().version()
    }
}

impl Eq for RuleBook {}

impl fmt::Debug for RuleBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RuleBook")
    }
}
