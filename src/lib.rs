//! Finds hardcoded JWT secrets by their role: a literal counts because it reaches the key of a JWT library,
//! because what holds it is a JWT secret by name or by a framework's documentation, or because a token in the same
//! tree verifies under it. What the literal looks like decides nothing but how bad the finding is.
//!
//! ```
//! use jwtlint::config::Config;
//! use jwtlint::scan::scan_text;
//!
//! let code = r#"
//!     fn key() -> jsonwebtoken::EncodingKey {
//!         jsonwebtoken::EncodingKey::from_secret(b"pear-tree-in-winter")
//!     }
//! "#;
//! let report = scan_text(Config::default(), "src/auth.rs", code)?;
//! let finding = report.findings.first().expect("a literal is the key");
//! assert_eq!(&*finding.rule, "hardcoded-secret");
//! assert_eq!((finding.location.start.line, finding.level.as_str()), (3, "error"));
//! assert!(!format!("{report:?}").contains("pear-tree"), "a report holds no secrets");
//! # Ok::<(), jwtlint::scan::ScanError>(())
//! ```
//!
//! # The map
//!
//! Data flows one way, and each step knows nothing of the next:
//!
//! ```text
//! discover ──► read ──► analyze ──► link ──► judge ──► report
//! what to      bytes,   facts,      values   rule,     terminal,
//! look at      text     per file    to keys  level     SARIF, …
//! ```
//!
//! - [`discover`] turns paths into inputs. It alone knows about git and ignore files: a tracked file is an input even
//!   where an ignore file names it. It also reads and decodes ([`discover::load`], [`source`]).
//! - [`analyze`] turns one file's text into [`fact::Facts`], and is pure. [`analyze::rust`] parses Rust with syn;
//!   [`analyze::pattern`] reads every other programming language, as `rules/languages/` and `rules/code/` describe it;
//!   [`analyze::config`] reads YAML, TOML, JSON and the like by key path; [`analyze::dotenv`] reads `.env` files, [`analyze::bare`] files that are a secret themselves.
//!   What a name says about a secret is decided in [`names`].
//! - [`link`] joins the facts of many files: it follows values from literals to keys and yields
//!   [candidates](fact::Candidate).
//! - [`judge`] alone decides which candidate is a finding, of which rule, at which level. What comments
//!   and the [configuration](config) allow is hidden here, too.
//! - [`report`] writes findings. It never sees a secret: [`secret::Secret`] does not leave the judge, and source lines
//!   are masked before.
//!
//! [`rules`] reads the rules that a user brings, and tries rules on their examples.
//!
//! [`baseline`] keeps what is known from counting, and [`history`] takes the same steps for every version of every file
//! that git holds.
//!
//! [`scan`] runs these steps; [`command`] is the edge where the [command line](cli) becomes a scan and a report an exit
//! code. What rules are called and say is in `rules/catalog.toml`, read by [`catalog`]; everything below `rules/` is
//! built in by [`embedded`].
//!
//! Where to begin reading: [`fact`] and [`finding`] are the vocabulary; then [`scan`], which is short; then the table
//! of levels in `src/judge/level.rs`.

#[cfg(feature = "scanner")]
pub mod analyze;
#[cfg(feature = "scanner")]
pub mod baseline;
#[cfg(feature = "scanner")]
pub mod catalog;
#[cfg(feature = "scanner")]
pub mod check_env;
#[cfg(feature = "scanner")]
pub mod cli;
#[cfg(feature = "scanner")]
pub mod command;
#[cfg(feature = "scanner")]
pub mod config;
#[cfg(feature = "scanner")]
pub mod discover;
#[cfg(feature = "scanner")]
pub mod embedded;
#[cfg(feature = "scanner")]
pub mod fact;
#[cfg(feature = "scanner")]
pub mod finding;
#[cfg(feature = "scanner")]
pub mod fingerprint;
#[cfg(feature = "scanner")]
pub mod fix;
#[cfg(feature = "scanner")]
pub mod generate;
#[cfg(feature = "scanner")]
pub mod history;
#[cfg(feature = "scanner")]
pub mod hook;
#[cfg(feature = "scanner")]
pub mod judge;
#[cfg(feature = "scanner")]
pub mod key;
#[cfg(feature = "scanner")]
pub mod link;
#[cfg(feature = "scanner")]
mod manifest;
#[cfg(feature = "scanner")]
pub mod names;
#[cfg(feature = "scanner")]
pub mod policy;
#[cfg(feature = "scanner")]
pub mod proof;
#[cfg(feature = "scanner")]
pub mod remedy;
#[cfg(feature = "scanner")]
pub mod report;
#[cfg(feature = "scanner")]
pub mod rules;
#[cfg(feature = "scanner")]
pub mod scan;
#[cfg(feature = "scanner")]
pub mod secret;
#[cfg(feature = "scanner")]
mod share;
#[cfg(feature = "scanner")]
pub mod source;
#[cfg(feature = "scanner")]
pub mod span;
pub mod strength;
#[cfg(feature = "scanner")]
pub mod token;
#[cfg(feature = "scanner")]
pub mod wildcard;
