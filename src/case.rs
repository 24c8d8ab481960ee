//! Cases on disk: one append-only file of lines of JSON a case, beside what was saved into it, and what is made of them
//! for others: text, Markdown, a page, and a bundle that another scops opens again.

pub mod bundle;
mod error;
pub mod export;
pub mod html;
mod log;
pub mod markdown;
pub mod messages;
pub mod pin;
pub mod store;
pub mod text;

#[cfg(test)]
pub(crate) mod tests;

pub use bundle::Bundle;
pub use error::CaseError;
pub use export::{Exported, export};
pub use messages::{SaveError, Saved, save};
pub use store::{Cases, Listed};
