//! scops: the night-watch console for security logs in S3.

pub mod app;
pub mod aws;
pub mod case;
pub mod cli;
pub mod command;
pub mod config;
pub mod detect;
pub mod doctor;
pub mod domain;
pub mod download;
#[cfg(feature = "lab")]
pub mod embedded;
pub mod inventory;
pub mod keymap;
pub mod mistake;
pub mod replay;
pub mod runtime;
pub mod search;
pub mod theme;
pub mod view;
pub mod worker;
