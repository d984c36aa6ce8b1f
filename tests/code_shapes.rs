//! How people write keys in each language, and the same things done right: `tests/code_shapes/*.txt`.
//!
//! A case starts with `=== name`, or `=== name | gap=why it is not found yet`, and has files, each behind `--- path`.
//! What stands between ⟦ and ⟧ is found where the first mark stands; everything else is clean.

#![allow(clippy::unwrap_used, reason = "a test's tables are its own")]

#[path = "shared/shapes.rs"]
mod shapes;
#[path = "shared/tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jwtlint::finding::Level;
use shapes::{scan_files, verdicts};

/// A small tree.
struct Case {
    name: String,
    gap: bool,
    /// Paths and texts, without marks.
    files: Vec<(String, String)>,
    expected: BTreeSet<Place>,
}

/// Path, line and column.
type Place = (String, usize, usize);

impl Case {
    /// The cases of a table.
    fn all(table: &str, text: &str) -> Vec<Self> {
        let headed = text.split("\n=== ").map(|case| case.trim_start_matches("=== "));
        headed.map(|case| Self::read(table, case)).collect()
    }

    fn read(table: &str, text: &str) -> Self {
        let mut files = text.split("\n--- ");
        let head = files.next().unwrap_or_default();
        let (name, gap) = head.split_once(" | gap=").map_or((head, false), |(name, _)| (name, true));
        let mut case =
            Self { name: format!("{table}: {}", name.trim()), gap, files: Vec::new(), expected: BTreeSet::new() };
        for file in files {
            let (path, text) = file.split_once('\n').unwrap_or((file, ""));
            for (index, line) in text.lines().enumerate() {
                for (at, _) in line.match_indices('⟦') {
                    let before = line[..at].replace(['⟦', '⟧'], "");
                    case.expected.insert((path.to_owned(), index + 1, before.encode_utf16().count() + 1));
                }
            }
            case.files.push((path.to_owned(), text.replace(['⟦', '⟧'], "") + "\n"));
        }
        case
    }

    fn found(&self) -> BTreeSet<Place> {
        let report = scan_files(&self.files);
        let counts = report.findings.iter().filter(|finding| finding.level != Level::Note);
        let place = |location: &jwtlint::finding::Location| {
            (location.path.to_string(), location.start.line, location.start.column)
        };
        counts.map(|finding| place(&finding.location)).collect()
    }
}

#[test]
fn every_shape_is_found_where_it_stands_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/code_shapes");
    let mut tables: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    tables.sort();
    let cases: Vec<Case> = tables
        .iter()
        .flat_map(|path| {
            let table = path.file_stem().unwrap().to_string_lossy();
            Case::all(&table, &fs::read_to_string(path).unwrap())
        })
        .collect();
    assert!(cases.len() > 250, "the tables are read: {}", cases.len());
    let wrong: Vec<String> = verdicts(&cases, Case::found)
        .into_iter()
        .filter(|(case, found)| (*found == case.expected) == case.gap)
        .map(|(case, found)| match case.gap {
            true => format!("{} is no gap any more", case.name),
            false => format!("{}: expected {:?}, found {found:?}", case.name, case.expected),
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
