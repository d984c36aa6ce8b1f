//! `jwtlint baseline`: writes down what is known.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result, bail};

use super::{CLEAN, Prepared, prepare, settings, stream, tell};
use crate::baseline::{Baseline, FILE_NAME};
use crate::cli;
use crate::config::{Config, FailOn};
use crate::discover::{self, ExcludeSet, place};
use crate::finding::{Finding, NotificationSeverity};
use crate::report::text::printable;
use crate::scan::{self, Scan};

pub(super) fn run(typed: &cli::Baseline) -> Result<u8> {
    let check = cli::Check { root: typed.root.clone(), selection: typed.selection.clone(), ..cli::Check::default() };
    let Prepared { options, mut config, root } = prepare(&check, &typed.paths, settings)?;
    let path = typed.output.clone().or(config.baseline.take()).unwrap_or_else(|| root.join(FILE_NAME));
    let known = if path.exists() { Some(Baseline::read(&path)?) } else { None };
    let looked_at = LookedAt {
        places: discover::given_names(&options, &root),
        left_out: {
            let mut left_out = ExcludeSet::default();
            left_out.add(&options.current_dir, &typed.selection.exclude)?;
            left_out
        },
        config: config.clone(),
    };

    let judged = scan::judged(&Scan { discover: options, config, threads: check.selection.threads })?;
    // What is not looked at is not known.
    tell(&judged.report, |one| one.severity >= NotificationSeverity::Warning)?;
    if judged.report.notifications.iter().any(|one| one.severity == NotificationSeverity::Failure) {
        bail!("the baseline is left as it was: what could not be read may hold what is known");
    }
    let seen = judged.report.findings.iter().zip(&judged.values);
    let adds = |finding: &Finding| !typed.prune && looked_at.counts(finding);
    // A file of which something is told was not looked at, or not as a whole: it may be too large.
    let told: BTreeSet<&str> = judged.report.notifications.iter().filter_map(|one| one.path.as_deref()).collect();
    let covers = |path: &str, rule: &str| looked_at.covers(path, rule, &root.join(path)) && !told.contains(path);
    let before = known.as_ref().map_or(0, Baseline::len);
    let new = known.as_ref().map_or_else(Baseline::new, |known| Ok(known.clone()))?.update(seen, covers, adds);
    // A file that says the same keeps its bytes, line ends included.
    if known.as_ref() != Some(&new) {
        let mut text = new.render();
        if known.is_some() && fs::read_to_string(&path).is_ok_and(|there| there.contains("\r\n")) {
            text = text.replace('\n', "\r\n");
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let path = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
    writeln!(stream::stdout(), "{}: {} known (before: {before})", printable(&path), new.len())?;
    Ok(CLEAN)
}

/// What this run can say something about.
struct LookedAt {
    places: Vec<String>,
    left_out: ExcludeSet,
    config: Config,
}

impl LookedAt {
    /// Whether an entry for which nothing was found is fixed, and not just not looked for.
    fn covers(&self, path: &str, rule: &str, file: &std::path::Path) -> bool {
        place::covers(&self.places, path) && self.config.is_enabled(rule) && !self.left_out.excludes(file)
    }

    /// Whether a finding would fail a run; where none does, what would by default.
    fn counts(&self, finding: &Finding) -> bool {
        let fail_on = if self.config.fail_on == FailOn::Never { FailOn::default() } else { self.config.fail_on };
        fail_on.fails(finding.level)
    }
}
