//! Where an edited file lies that a host names in its own way.

use std::path::{Path, PathBuf};

use super::event::is_absolute;

/// The path of a file by the host's name for it. Names are relative to the host's directory; one that is spelled
/// with the separators, or below the drive, of another system is looked for below our own directory.
pub(super) fn of(name: &str, host_directory: Option<&str>, own: &Path) -> PathBuf {
    let name = name.strip_prefix("file://").unwrap_or(name);
    let base = host_directory.map_or_else(|| own.to_owned(), |directory| own.join(directory));
    let written = base.join(name);
    if written.exists() {
        return written;
    }
    let slashed = name.replace('\\', "/");
    let below_host = host_directory.map(|directory| directory.replace('\\', "/")).and_then(|directory| {
        Some(slashed.strip_prefix(directory.trim_end_matches('/'))?.strip_prefix('/')?.to_owned())
    });
    let relative = below_host.or_else(|| (!is_absolute(&slashed)).then_some(slashed));
    let others = relative.iter().flat_map(|relative| [base.join(relative), own.join(relative)]);
    others.into_iter().find(|path| path.exists()).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn names_of_other_systems_are_understood() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let own = folder.path();
        fs::create_dir(own.join("src"))?;
        fs::write(own.join("src/a.rs"), "")?;
        let here = own.to_string_lossy();
        for (name, directory) in [
            ("src/a.rs", None),
            ("src\\a.rs", None),
            ("src\\a.rs", Some(&*here)),
            ("a.rs", Some("src")),
            ("C:\\work\\p\\src\\a.rs", Some("C:\\work\\p")),
            ("C:\\work\\p\\src\\a.rs", Some("C:/work/p/")),
            (&*format!("{here}/src/a.rs"), Some("/elsewhere")),
        ] {
            assert_eq!(of(name, directory, own).canonicalize()?, own.join("src/a.rs").canonicalize()?, "{name}");
        }
        assert!(!of("src/b.rs", None, own).exists());
        Ok(())
    }
}
