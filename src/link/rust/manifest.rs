//! What a `Cargo.toml` says about names: the crate's own, its roots, and what it calls its dependencies.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};
use toml::de::DeTable;

/// A package.
#[derive(Debug, Default, Clone)]
pub struct Manifest {
    /// The folder of the manifest, without a slash at the end; empty for the root.
    pub folder: String,
    /// The names that code uses for the crate: package and library name, with `_`.
    pub names: Vec<String>,
    /// Paths of roots that the manifest names, relative to the scan's root.
    pub roots: Vec<String>,
    /// What code here calls a dependency, and the package that is meant; both with `_`.
    pub dependencies: BTreeMap<String, String>,
    /// Dependencies that say no more than `workspace = true`.
    inherited: Vec<String>,
}

impl Manifest {
    /// Reads a manifest; a broken one names nothing.
    pub fn read(folder: &str, text: &str) -> Self {
        let mut manifest = Self { folder: folder.to_owned(), ..Self::default() };
        let Ok(table) = DeTable::parse(text) else { return manifest };
        let table = table.get_ref();
        let library = table_in(table, "lib");
        let name_of = |table: &DeTable<'_>| text_in(table, "name").map(|name| name.replace('-', "_"));
        manifest.names.extend(table_in(table, "package").and_then(name_of));
        manifest.names.extend(library.and_then(name_of));
        manifest.names.dedup();
        let programs = table.get("bin").and_then(|programs| programs.get_ref().as_array());
        let programs = programs.into_iter().flat_map(|programs| programs.iter());
        for target in library.into_iter().chain(programs.filter_map(|program| program.get_ref().as_table())) {
            if let Some(path) = text_in(target, "path") {
                manifest.roots.push(join(folder, path));
            }
        }
        manifest.add_dependencies(table);
        if let Some(workspace) = table_in(table, "workspace") {
            manifest.add_dependencies(workspace);
        }
        for target in table_in(table, "target").into_iter().flat_map(DeTable::values) {
            if let Some(target) = target.get_ref().as_table() {
                manifest.add_dependencies(target);
            }
        }
        manifest
    }

    fn add_dependencies(&mut self, table: &DeTable<'_>) {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, of) in table_in(table, section).into_iter().flatten() {
                let (name, of) = (name.get_ref(), of.get_ref().as_table());
                let package = of.and_then(|of| text_in(of, "package")).unwrap_or(name);
                let inherits = of.and_then(|of| of.get("workspace")).and_then(|is| is.get_ref().as_bool());
                if inherits == Some(true) {
                    self.inherited.push(name.replace('-', "_"));
                }
                self.dependencies.insert(name.replace('-', "_"), package.replace('-', "_"));
            }
        }
    }
}

fn table_in<'t, 'i>(table: &'t DeTable<'i>, name: &str) -> Option<&'t DeTable<'i>> {
    table.get(name)?.get_ref().as_table()
}

fn text_in<'t>(table: &'t DeTable<'_>, name: &str) -> Option<&'t str> {
    table.get(name)?.get_ref().as_str()
}

/// Gives members the names that their workspace has for dependencies.
pub fn inherit(manifests: &mut [Manifest]) {
    let by_folder: FxHashMap<String, BTreeMap<String, String>> =
        manifests.iter().map(|manifest| (manifest.folder.clone(), manifest.dependencies.clone())).collect();
    for manifest in manifests {
        for name in std::mem::take(&mut manifest.inherited) {
            let mut folder = manifest.folder.as_str();
            while !folder.is_empty() {
                folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
                if let Some(package) = by_folder.get(folder).and_then(|dependencies| dependencies.get(&name)) {
                    manifest.dependencies.insert(name, package.clone());
                    break;
                }
            }
        }
    }
}

/// The packages that each package depends on, at any remove, by their positions.
pub fn reach(manifests: &[Manifest]) -> Vec<FxHashSet<usize>> {
    let mut by_name: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (index, manifest) in manifests.iter().enumerate() {
        manifest.names.iter().for_each(|name| by_name.entry(name).or_default().push(index));
    }
    let direct: Vec<Vec<usize>> = manifests
        .iter()
        .map(|manifest| {
            let named = manifest.dependencies.values().filter_map(|name| by_name.get(name.as_str()));
            named.flat_map(|named| nearest(manifests, &manifest.folder, named)).collect()
        })
        .collect();
    (0..manifests.len())
        .map(|start| {
            let mut reached = FxHashSet::default();
            let mut open = vec![start];
            while let Some(index) = open.pop() {
                open.extend(direct[index].iter().filter(|&&next| reached.insert(next)));
            }
            reached
        })
        .collect()
}

/// Of packages of one name, by their positions, those that lie nearest to a folder: two copies of a workspace in a tree
/// have nothing to do with each other.
pub fn nearest(manifests: &[Manifest], folder: &str, named: &[usize]) -> Vec<usize> {
    let shared = |index: usize| {
        let other = manifests.get(index).map_or("", |manifest| &manifest.folder);
        folder.split('/').zip(other.split('/')).take_while(|(one, other)| one == other).count()
    };
    let most = named.iter().map(|&index| shared(index)).max();
    named.iter().copied().filter(|&index| Some(shared(index)) == most).collect()
}

/// A number for each package, the same for those that have to do with each other: one depends on the other, at any
/// remove.
pub fn workspaces(reach: &[FxHashSet<usize>]) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..reach.len()).collect();
    for (package, reached) in reach.iter().enumerate() {
        for other in (0..reach.len()).filter(|other| reached.contains(other)) {
            let (one, two) = (first_of(&numbers, package), first_of(&numbers, other));
            numbers[one.max(two)] = one.min(two);
        }
    }
    (0..numbers.len()).map(|package| first_of(&numbers, package)).collect()
}

/// Follows the numbers to the first package of a workspace, which has its own.
fn first_of(numbers: &[usize], mut package: usize) -> usize {
    while numbers[package] != package {
        package = numbers[package];
    }
    package
}

/// A relative path below a folder, with `.` and `..` taken out.
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_roots_and_renames() {
        let manifest = Manifest::read(
            "crates/api",
            "[package]\nname = \"my-api\"\n[lib]\npath = \"lib/api.rs\"\n[dependencies]\njwt = { package = \"json-web-token\", version = \"1\" }\n",
        );
        assert_eq!(manifest.names, ["my_api"]);
        assert_eq!(manifest.roots, ["crates/api/lib/api.rs"]);
        assert_eq!(manifest.dependencies["jwt"], "json_web_token");
        assert!(Manifest::read("", "[package\n").names.is_empty());
    }

    #[test]
    fn what_depends_on_each_other_is_one_workspace() {
        let package = |folder: &str, needs: &str| {
            let name = folder.rsplit('/').next().unwrap_or_default();
            Manifest::read(folder, &format!("[package]\nname = \"{name}\"\n[dependencies]\n{needs}"))
        };
        let manifests = [
            package("a/keys", ""),
            package("a/api", "keys = { path = \"../keys\" }\n"),
            package("b/api", "keys = { path = \"../keys\" }\n"),
            package("b/keys", "serde = \"1\"\n"),
            package("a/web", "api = { path = \"../api\" }\n"),
            package("c/other", ""),
        ];
        let reach = reach(&manifests);
        assert_eq!(reach[4], FxHashSet::from_iter([0, 1]));
        assert_eq!(workspaces(&reach), [0, 0, 2, 2, 0, 5], "a copy of the workspace is another");
    }
}
