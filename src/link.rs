//! Joins the facts of many files: from a key back to the literals that reach it.
//!
//! [`evaluate`] follows values whatever the language; a world says what names mean: [`rust`] with
//! modules, crates and types, and the flat one for languages where a file's names and its relative
//! imports are all that is looked at.

pub mod evaluate;
pub mod rust;
pub mod trace;
