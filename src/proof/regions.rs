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

    /// The region of a file, if it is in one.
    pub(super) fn of(&self, path: &str) -> Option<&'p str> {
        self.0.get(path.split_once('/')?.0).copied()
    }

    /// Where `places` are; an unknown place is nowhere.
    pub(super) fn area<'t>(&self, places: impl Iterator<Item = Option<&'t str>>) -> Area<'p> {
        Area(places.map(|path| self.of(path?)).collect())
    }

    /// Whether a file is where a string may be that signs a token of one of `places`.
    pub(super) fn around<'t>(&self, places: impl Iterator<Item = &'t str>) -> impl Fn(&str) -> bool {
        let area = self.area(places.map(Some));
        move |path| area.holds(self.of(path))
    }
}

/// The regions of some places, `None` for what is in none of them and may belong to any.
#[derive(Debug)]
pub(super) struct Area<'p>(BTreeSet<Option<&'p str>>);

impl<'p> Area<'p> {
    /// Whether what is in this region may belong to it.
    pub(super) fn holds(&self, region: Option<&'p str>) -> bool {
        !self.0.is_empty() && (region.is_none() || self.0.contains(&region) || self.0.contains(&None))
    }

    /// Whether something of the one may belong to something of the other.
    pub(super) fn touches(&self, other: &Self) -> bool {
        self.0.iter().any(|region| other.holds(*region))
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
    fn areas_touch_where_they_share_a_region_or_one_is_anywhere() {
        let regions = Regions::new(MANY.into_iter());
        let area = |places: &[&'static str]| regions.area(places.iter().copied().map(Some));
        let (pear, plum, notes) = (area(&["pear/a.go"]), area(&["plum/a.js"]), area(&["notes/plan.txt"]));
        assert!(pear.touches(&area(&["pear/b.go", "plum/b.js"])) && !pear.touches(&plum));
        assert!(pear.touches(&notes) && notes.touches(&plum));
        let nowhere = area(&[]);
        assert!(!nowhere.touches(&notes) && !notes.touches(&nowhere));
    }

    #[test]
    fn a_tree_with_files_at_its_top_is_one() {
        let regions = Regions::new(MANY.into_iter().chain(["compose.yml"]));
        assert!(regions.around(["pear/b.http"].into_iter())("plum/a.js"));
    }
}
