//! Finds hardcoded JWT secrets by their role.

pub mod analyze;
pub mod catalog;
pub mod cli;
pub mod command;
pub mod config;
pub mod discover;
pub mod embedded;
pub mod fact;
pub mod finding;
pub mod fingerprint;
pub mod judge;
pub mod link;
pub mod names;
pub mod report;
pub mod scan;
pub mod secret;
pub mod source;
pub mod span;
