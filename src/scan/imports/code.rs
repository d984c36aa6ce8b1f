//! Where the imports of languages other than Rust lead.

use std::cell::RefCell;

use super::{Search, below, split, upwards};
use crate::analyze::pattern::{Engine, LanguageId};
use crate::fact::{FileId, Import};
use crate::link::flat;
use crate::source::Source;

/// Files of one folder that are taken for a package.
const MOST_SIBLINGS: usize = 48;
/// Folders above a file in which a module's path may begin.
const MOST_STARTS: usize = 8;

impl Search<'_> {
    pub(super) fn code(&mut self, source: &Source, language: LanguageId) {
        // The number of the file is never looked at.
        let facts = Engine::embedded().analyze(source, language);
        let (folder, name) = split(&source.path);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_owned();
        let wanted = |import: &Import| {
            import.alias.is_empty()
                || self.wants(&import.alias)
                || import.member.as_deref().is_some_and(|name| self.wants(name))
        };
        let imports: Vec<Import> = facts.imports.into_iter().filter(wanted).collect();
        self.relative(&source.path, &imports);
        for import in imports.iter().filter(|import| !import.module.starts_with('.')) {
            self.absolute(folder, &ending, import);
        }
        if matches!(ending.as_str(), "go" | "kt" | "swift" | "scala" | "java" | "cs" | "dart") {
            self.siblings(folder, &ending);
        }
    }

    fn relative(&mut self, path: &str, imports: &[Import]) {
        let search = RefCell::new(self);
        // What counts is that each place is tried; the files are kept by the search.
        let found = |name: &str| search.borrow_mut().has(name).then_some(FileId(0));
        flat::imported_files(path, imports, found);
    }

    /// A module named by a path from a place that is not written down: a source root, one of the folders above.
    fn absolute(&mut self, folder: &str, ending: &str, import: &Import) {
        let module = import.module.trim_start_matches(['@', '~', '/']);
        let slashed = module.contains('/');
        let path = if slashed { module.to_owned() } else { module.replace("::", ".").replace(['.', '\\'], "/") };
        if path.is_empty() || path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return;
        }
        for start in upwards(folder).take(MOST_STARTS) {
            let base = below(start, &path);
            if self.module(&base, ending, import.member.as_deref()) || ending == "go" && self.package(start, &path) {
                return;
            }
            if matches!(ending, "js" | "ts" | "jsx" | "tsx" | "mjs" | "cjs" | "vue" | "svelte")
                && self.module(&below(start, &format!("src/{path}")), ending, import.member.as_deref())
            {
                return;
            }
        }
    }

    /// The file of a module by its path without ending, or one of a member of it.
    fn module(&mut self, base: &str, ending: &str, member: Option<&str>) -> bool {
        let indices: &[&str] = match ending {
            "py" => &["/__init__.py"],
            "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "vue" | "svelte" => &[".ts", ".js", "/index.ts", "/index.js"],
            _ => &[],
        };
        let own = self.has(&format!("{base}.{ending}"));
        let index = !own && indices.iter().any(|index| self.has(&format!("{base}{index}")));
        let member = member.is_some_and(|member| self.has(&format!("{base}/{member}.{ending}")));
        own || index || member
    }

    /// The folder of a Go package, of whose path the front names a repository.
    fn package(&mut self, start: &str, path: &str) -> bool {
        let mut rest = Some(path);
        while let Some(path) = rest {
            let folder = below(start, path);
            if self.tree.has_folder(&folder) {
                self.siblings(&folder, "go");
                return true;
            }
            rest = path.split_once('/').map(|(_, rest)| rest);
        }
        false
    }

    /// Files that lie together and see each other's names.
    fn siblings(&mut self, folder: &str, ending: &str) {
        let is_one = |name: &String| name.rsplit_once('.').is_some_and(|(_, own)| own == ending);
        let mut names: Vec<String> = self.tree.names_in(folder).into_iter().filter(is_one).collect();
        names.sort();
        for name in names.iter().take(MOST_SIBLINGS) {
            self.has(&below(folder, name));
        }
    }
}
