//! What the projects of a tree are called.

use std::collections::BTreeMap;

/// The names of projects, by their folders.
#[derive(Debug, Clone, Default)]
pub struct ProjectNames(BTreeMap<String, Vec<String>>);

impl ProjectNames {
    /// Adds what a project in `folder` is called.
    pub fn add(&mut self, folder: &str, names: impl IntoIterator<Item = String>) {
        let mut names = names.into_iter().peekable();
        if names.peek().is_some() {
            self.0.entry(folder.to_owned()).or_default().extend(names);
        }
    }

    /// The names of the projects that a file lies in.
    pub fn around(&self, path: &str) -> Vec<&str> {
        let ends = path.match_indices('/').map(|(end, _)| end);
        let folders = [0].into_iter().chain(ends).filter_map(|end| path.get(..end));
        folders.filter_map(|folder| self.0.get(folder)).flatten().map(String::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_in_all_projects_above_it() {
        let mut names = ProjectNames::default();
        names.add("", ["garden".to_owned()]);
        names.add("services/orchard", ["orchard".to_owned(), "pears".to_owned()]);
        names.add("services/or", ["other".to_owned()]);
        assert_eq!(names.around("services/orchard/src/a.rs"), ["garden", "orchard", "pears"]);
        assert_eq!(names.around("a.rs"), ["garden"]);
        assert!(ProjectNames::default().around("a/b.rs").is_empty());
    }
}
