//! From one file's text to [`Facts`](crate::fact::Facts): pure, and one file at a time.

pub mod anyword;
pub mod bare;
pub mod config;
pub mod dotenv;
pub mod notebook;
pub mod pattern;
pub mod rust;
pub mod token;
