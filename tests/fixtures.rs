//! Every tree below `fixtures/cases/` gives the findings that its files mark, and no others.
//!
//! A line that must be reported ends with `//~ LEVEL RULE` or `#~ LEVEL RULE`, once for each finding. The marks are
//! taken out before the tree is scanned, so they may stand where the format has no comments. Each tree also holds
//! a clean twin: the same thing done right, in a file without marks.

#[path = "shared/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use jwtlint::catalog;
use jwtlint::config::Config;
use jwtlint::finding::Disposition;
use libtest_mimic::{Arguments, Failed, Trial};
use tree::scan_tree;
use walkdir::WalkDir;

/// Rules that report only where git ignores a file, which no case can show: tests/tokens.rs has a repository for them.
const ELSEWHERE: [&str; 1] = ["reused-secret"];

fn main() -> Result<(), Box<dyn Error>> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    let mut trials = Vec::new();
    let mut marked = BTreeSet::new();
    for folder in folders(&cases, 2)? {
        let name = unix(folder.strip_prefix(&cases)?);
        let case = Case::read(&folder)?;
        marked.extend(case.expected.iter().map(|finding| finding.rule.clone()));
        trials.push(Trial::test(name, move || case.check()));
    }
    trials.push(Trial::test("every rule has a case", move || every_rule_is_in(&marked)));
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

/// A tree of files and what is to be found in them.
struct Case {
    /// Paths and contents, without marks.
    files: Vec<(PathBuf, String)>,
    expected: Vec<Expected>,
    has_clean_twin: bool,
}

/// A finding, as far as a mark describes it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Expected {
    path: String,
    line: usize,
    level: String,
    rule: String,
}

impl Case {
    fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let mut case = Self { files: Vec::new(), expected: Vec::new(), has_clean_twin: false };
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            if !entry.file_type().is_file() {
                continue;
            }
            let path = entry.path().strip_prefix(folder)?.to_path_buf();
            let (text, marks) = take_marks(&fs::read_to_string(entry.path())?);
            case.has_clean_twin |= marks.is_empty();
            case.expected.extend(marks.into_iter().map(|(line, level, rule)| Expected {
                path: unix(&path),
                line,
                level,
                rule,
            }));
            case.files.push((path, text));
        }
        case.expected.sort();
        Ok(case)
    }

    fn check(&self) -> Result<(), Failed> {
        if self.expected.is_empty() || !self.has_clean_twin {
            return Err("a case needs a marked line, and a file without marks as its clean twin".into());
        }
        let found = self.scan().map_err(|error| Failed::from(error.to_string()))?;
        let missing: Vec<_> = self.expected.iter().filter(|finding| !found.contains(finding)).collect();
        let unexpected: Vec<_> = found.iter().filter(|finding| !self.expected.contains(finding)).collect();
        if missing.is_empty() && unexpected.is_empty() && found.len() == self.expected.len() {
            Ok(())
        } else {
            Err(format!("missing: {missing:#?}\nunexpected: {unexpected:#?}\nfindings: {}", found.len()).into())
        }
    }

    fn scan(&self) -> Result<Vec<Expected>, Box<dyn Error>> {
        let report = scan_tree(Config::default(), &self.files)?;
        let active = report.findings.iter().filter(|finding| finding.disposition == Disposition::Active);
        let mut found: Vec<_> = active
            .map(|finding| Expected {
                path: finding.location.path.to_string(),
                line: finding.location.start.line,
                level: finding.level.as_str().to_owned(),
                rule: finding.rule.to_string(),
            })
            .collect();
        found.sort();
        Ok(found)
    }
}

/// The text without its marks, and for each mark its line, level and rule.
fn take_marks(text: &str) -> (String, Vec<(usize, String, String)>) {
    let mut kept = String::new();
    let mut marks = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let end = ["//~ ", "#~ "].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
        let (code, comment) = line.split_at(end);
        for mark in comment.split('~').skip(1) {
            let mut words = mark.split_whitespace();
            let (level, rule) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            marks.push((index + 1, level.to_owned(), rule.to_owned()));
        }
        kept.push_str(code.trim_end());
        kept.push('\n');
    }
    (kept, marks)
}

fn every_rule_is_in(marked: &BTreeSet<String>) -> Result<(), Failed> {
    let unknown: Vec<_> = marked.iter().filter(|rule| catalog::find(rule).is_none()).collect();
    // Rules that are off by default find nothing here; they have tests of their own.
    let missing: Vec<_> = catalog::rules()
        .iter()
        .filter(|rule| rule.enabled)
        .map(|rule| rule.id.as_str())
        .filter(|rule| marked.contains(*rule) == ELSEWHERE.contains(rule))
        .collect();
    if unknown.is_empty() && missing.is_empty() {
        Ok(())
    } else {
        Err(format!("no such rule: {unknown:?}; without a case, or with one after all: {missing:?}").into())
    }
}

/// The folders at this depth, sorted.
fn folders(root: &Path, depth: usize) -> Result<Vec<PathBuf>, walkdir::Error> {
    let entries = WalkDir::new(root).min_depth(depth).max_depth(depth).sort_by_file_name();
    entries.into_iter().map(|entry| entry.map(walkdir::DirEntry::into_path)).collect()
}

fn unix(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}
