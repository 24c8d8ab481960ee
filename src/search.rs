//! Searching: an expression becomes SQL over the index, is priced before it runs, and its rows become hits that lead back
//! to their object and record. Where there is no index, objects are read as they lie: [`scan`].

mod candidates;
pub mod estimate;
pub mod kept;
pub mod past;
pub mod plan;
pub mod render;
pub mod run;
pub mod scan;
pub mod sql;
pub mod statement;
pub mod tables;

pub use estimate::estimate;
pub use run::{Coverage, Found, SearchError, coverage, query, run_to_end, search};
