//! Whole-program tests in one binary: it links once.

#[cfg(feature = "lab")]
mod audit;
mod aws;
#[cfg(feature = "lab")]
mod case;
mod cli;
mod complete;
#[cfg(all(feature = "lab", unix))]
mod crash;
#[cfg(all(feature = "lab", unix))]
mod credentials;
#[cfg(feature = "lab")]
mod doctor;
#[cfg(feature = "lab")]
mod generated;
#[cfg(feature = "lab")]
mod grep;
#[cfg(all(feature = "lab", unix))]
mod guide;
#[cfg(feature = "lab")]
mod help;
#[cfg(feature = "lab")]
mod init;
#[cfg(feature = "lab")]
mod keys;
#[cfg(feature = "lab")]
mod lab;
mod links;
mod model;
mod moto;
#[cfg(feature = "lab")]
mod pictures;
#[cfg(feature = "lab")]
mod profiles;
mod program;
#[cfg(feature = "lab")]
mod records;
mod refusals;
#[cfg(feature = "lab")]
mod replay;
mod schema;
#[cfg(feature = "lab")]
mod search;
#[cfg(feature = "lab")]
mod sql;
#[cfg(feature = "lab")]
mod stage;
#[cfg(feature = "lab")]
mod story;
#[cfg(feature = "lab")]
mod terminal;
#[cfg(feature = "lab")]
mod twins;
#[cfg(feature = "lab")]
mod views;
#[cfg(feature = "lab")]
mod worker;
