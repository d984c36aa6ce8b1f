//! The project's own tree has no finding that would fail a run, and its configuration hides no more than it says.

use std::error::Error;
use std::path::Path;

use jwtlint::config::Config;
use jwtlint::discover;
use jwtlint::finding::{Disposition, Level, Report};
use jwtlint::scan::{Scan, scan};

#[test]
fn our_own_tree_is_clean() -> Result<(), Box<dyn Error>> {
    let report = scan_ourselves(Config::discover(root())?)?;
    let failing: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| finding.level >= Level::Warning && finding.disposition == Disposition::Active)
        .map(|finding| (&finding.location, &finding.message))
        .collect();
    assert!(failing.is_empty(), "{failing:#?}");
    assert!(report.files_scanned > 100, "only {} files were looked at", report.files_scanned);
    Ok(())
}

#[test]
fn what_the_configuration_hides_is_there() -> Result<(), Box<dyn Error>> {
    let report = scan_ourselves(Config::default())?;
    for hidden in ["fixtures/", "rules/catalog.toml", "src/judge/suppress.rs"] {
        let found =
            report.findings.iter().any(|one| one.level >= Level::Warning && one.location.path.starts_with(hidden));
        assert!(found, "jwtlint.toml need not mention {hidden}");
    }
    Ok(())
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scan_ourselves(config: Config) -> Result<Report, Box<dyn Error>> {
    let mut options = discover::Options {
        root: Some(root().to_path_buf()),
        current_dir: root().to_path_buf(),
        max_file_size: config.max_file_size,
        ..discover::Options::default()
    };
    options.exclude.add(root(), config.exclude.patterns())?;
    Ok(scan(&Scan { discover: options, config, threads: 0 })?)
}
