//! How the page looks, and what its policy allows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The one style sheet of the page.
pub(super) const SHEET: &str = include_str!("style.css");

/// The Content-Security-Policy (W3C CSP Level 3): this style sheet by its hash, and nothing else.
pub(super) fn policy() -> String {
    let hash = STANDARD.encode(Sha256::digest(SHEET));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
}
