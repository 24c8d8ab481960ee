//! Searching: an expression becomes SQL over the index, is priced before it runs, and its rows become hits that lead back
//! to their object and record. Where there is no index, objects are read as they lie: [`scan`].

mod candidates;
pub mod estimate;
pub mod export;
pub mod kept;
pub mod ledger;
#[cfg(test)]
mod literals;
pub mod meter;
pub mod minerva;
mod narrow;
pub mod orphans;
pub mod pace;
pub mod past;
pub mod plan;
pub mod raw;
mod recent;
pub mod render;
pub mod results;
pub mod run;
pub mod scan;
pub mod sql;
pub mod statement;
pub mod tables;
pub mod why;

pub use estimate::estimate;
pub use run::{Coverage, Found, SearchError, coverage, query, run_to_end, search, term_coverage};
