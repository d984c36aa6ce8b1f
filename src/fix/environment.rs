//! What `--fix` does about a committed environment file: git shall ignore it, and a template shall take its place.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use super::diff;
use crate::analyze::config::entry::{Entry, Visitor};
use crate::analyze::dotenv;
use crate::fact::Setting;
use crate::finding::{Disposition, Level, Report};

/// A file that is written beside an environment file.
pub(super) struct Addition {
    /// Relative to the root.
    pub path: String,
    /// Its lines so far.
    pub existing: String,
    /// What is added at its end.
    pub lines: Vec<String>,
}

impl Addition {
    pub(super) fn diff(&self) -> String {
        diff::added(&self.path, self.existing.lines().count(), &self.lines)
    }

    pub(super) fn write(&self, root: &Path) -> io::Result<()> {
        let mut text = self.existing.clone();
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.extend(self.lines.iter().map(|line| format!("{line}\n")));
        fs::write(root.join(&self.path), text)
    }
}

/// The environment files of the report that do not belong into the repository.
pub(super) fn committed(report: &Report) -> BTreeSet<Arc<str>> {
    let found = report.findings.iter().filter(|finding| {
        &*finding.rule == "committed-env-file"
            && finding.disposition == Disposition::Active
            && finding.level > Level::Note
            && matches!(dotenv::setting_of(&finding.location.path), Setting::Production | Setting::Development)
    });
    found.map(|finding| Arc::clone(&finding.location.path)).filter(|path| dotenv::is_dotenv(path)).collect()
}

/// What is to be added for these files: lines of `.gitignore`, and a template for each.
pub(super) fn additions(root: &Path, files: &BTreeSet<Arc<str>>) -> io::Result<Vec<Addition>> {
    let mut additions = Vec::new();
    let existing = match fs::read_to_string(root.join(".gitignore")) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let lines: Vec<String> = files.iter().filter_map(|path| ignore_line(path, &existing)).collect();
    if !lines.is_empty() {
        additions.push(Addition { path: ".gitignore".to_owned(), existing, lines });
    }
    for path in files {
        let template = format!("{path}.example");
        if !root.join(&template).exists() {
            let text = fs::read_to_string(root.join(&**path))?;
            additions.push(Addition { path: template, existing: String::new(), lines: template_of(path, &text) });
        }
    }
    Ok(additions)
}

/// The line that ignores the file, unless it is there.
fn ignore_line(path: &str, existing: &str) -> Option<String> {
    let line = if path.contains('/') { format!("/{path}") } else { path.to_owned() };
    let there = existing.lines().map(str::trim).any(|other| other.trim_start_matches('/') == path);
    let special = path.chars().any(|c| c.is_control() || matches!(c, '*' | '?' | '[' | '\\' | '!' | '#'));
    (!there && !special).then_some(line)
}

/// The variables without their values; comments are left out, for they may hold values as well.
fn template_of(path: &str, text: &str) -> Vec<String> {
    #[derive(Default)]
    struct Names(Vec<String>);
    impl Visitor for Names {
        fn entry(&mut self, entry: Entry<'_>) {
            if let Some(name) = entry.path.last().filter(|name| !self.0.contains(name)) {
                self.0.push(name.clone());
            }
        }
    }
    let mut names = Names::default();
    dotenv::read(text, &mut names);
    let name = path.rsplit('/').next().unwrap_or(path);
    let head = format!("# Copy this to {name}, which git ignores, and fill it in. A new secret: jwtlint generate");
    std::iter::once(head).chain(names.0.iter().map(|name| format!("{name}="))).collect()
}

/// The absolute paths of the files.
pub(super) fn absolute(root: &Path, files: &BTreeSet<Arc<str>>) -> Vec<PathBuf> {
    files.iter().map(|path| root.join(&**path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_names_only() {
        let text = "# was pear-tree\nexport JWT_SECRET=\"pear-tree-in-winter\" # pear\nPORT=80\nPORT=81\n";
        let lines = template_of("a/.env", text);
        assert_eq!(lines[1..], ["JWT_SECRET=", "PORT="]);
        assert!(!lines.concat().contains("pear"));
    }

    #[test]
    fn a_file_is_ignored_once() {
        assert_eq!(ignore_line(".env", "target\n"), Some(".env".to_owned()));
        assert_eq!(ignore_line("a/.env", ""), Some("/a/.env".to_owned()));
        assert_eq!(ignore_line(".env", "/.env\r\n"), None);
    }
}
