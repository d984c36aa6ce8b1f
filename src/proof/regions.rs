//! A folder that holds many repositories beside each other: a token of one is not tried on the strings of the others.

use std::collections::BTreeSet;

use crate::manifest::is_manifest;

/// The first folders of a tree that are repositories of their own; none in a tree that is one itself.
#[derive(Debug, Default)]
pub(super) struct Regions<'p>(BTreeSet<&'p str>);

impl<'p> Regions<'p> {
    /// The regions among files, by their paths.
    pub(super) fn new(paths: impl Iterator<Item = &'p str>) -> Self {
        let mut regions = BTreeSet::new();
        for path in paths {
            // What has files at its top is more than a folder of repositories.
            let Some((first, rest)) = path.split_once('/') else { return Self::default() };
            if is_manifest(rest) || rest == "README.md" {
                regions.insert(first);
            }
        }
        Self(regions)
    }

    /// Whether a file is where a string may be that signs a token of one of `places`.
    pub(super) fn around<'t>(&self, places: impl Iterator<Item = &'t str>) -> Box<dyn Fn(&str) -> bool + 'p> {
        let regions = self.0.clone();
        let of = move |path: &str| path.split_once('/').and_then(|(first, _)| regions.get(first).copied());
        let wanted: BTreeSet<Option<&str>> = places.map(&of).collect();
        // A place in none of them may belong to any.
        let anywhere = wanted.contains(&None);
        Box::new(move |path| anywhere || of(path).is_none_or(|region| wanted.contains(&Some(region))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: [&str; 4] = ["pear/go.mod", "pear/a.go", "plum/package.json", "notes/plan.txt"];

    #[test]
    fn repositories_beside_each_other_are_apart() {
        let regions = Regions::new(MANY.into_iter());
        let near_pear = regions.around(["pear/b.http"].into_iter());
        assert!(near_pear("pear/x/y.go") && near_pear("notes/plan.txt") && !near_pear("plum/a.js"));
        let anywhere = regions.around(["pear/b.http", "notes/token.txt"].into_iter());
        assert!(anywhere("plum/a.js"));
    }

    #[test]
    fn a_tree_with_files_at_its_top_is_one() {
        let regions = Regions::new(MANY.into_iter().chain(["compose.yml"]));
        assert!(regions.around(["pear/b.http"].into_iter())("plum/a.js"));
    }
}
