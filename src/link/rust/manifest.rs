//! What a `Cargo.toml` says about names: the crate's own, its roots, and what it calls its dependencies.

use std::collections::{BTreeMap, HashMap, HashSet};

use toml::{Table, Value};

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
        let Ok(table) = text.parse::<Table>() else { return manifest };
        let package = table.get("package").and_then(Value::as_table);
        let name_of = |table: Option<&Table>| {
            table.and_then(|table| table.get("name")).and_then(Value::as_str).map(|name| name.replace('-', "_"))
        };
        let library = table.get("lib").and_then(Value::as_table);
        manifest.names.extend(name_of(package));
        manifest.names.extend(name_of(library));
        manifest.names.dedup();
        let targets = library
            .into_iter()
            .chain(table.get("bin").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_table));
        for target in targets {
            if let Some(path) = target.get("path").and_then(Value::as_str) {
                manifest.roots.push(join(folder, path));
            }
        }
        manifest.add_dependencies(&table);
        if let Some(workspace) = table.get("workspace").and_then(Value::as_table) {
            manifest.add_dependencies(workspace);
        }
        for target in table.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values) {
            if let Some(target) = target.as_table() {
                manifest.add_dependencies(target);
            }
        }
        manifest
    }

    fn add_dependencies(&mut self, table: &Table) {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(dependencies) = table.get(section).and_then(Value::as_table) else { continue };
            for (name, of) in dependencies {
                let package = of.get("package").and_then(Value::as_str).unwrap_or(name);
                if of.get("workspace").and_then(Value::as_bool) == Some(true) {
                    self.inherited.push(name.replace('-', "_"));
                }
                self.dependencies.insert(name.replace('-', "_"), package.replace('-', "_"));
            }
        }
    }
}

/// Gives members the names that their workspace has for dependencies.
pub fn inherit(manifests: &mut [Manifest]) {
    let by_folder: HashMap<String, BTreeMap<String, String>> =
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
pub fn reach(manifests: &[Manifest]) -> Vec<HashSet<usize>> {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, manifest) in manifests.iter().enumerate() {
        manifest.names.iter().for_each(|name| by_name.entry(name).or_default().push(index));
    }
    let direct = |index: usize| manifests[index].dependencies.values().filter_map(|name| by_name.get(name.as_str()));
    (0..manifests.len())
        .map(|start| {
            let mut reached = HashSet::new();
            let mut open = vec![start];
            while let Some(index) = open.pop() {
                open.extend(direct(index).flatten().filter(|&&next| reached.insert(next)));
            }
            reached
        })
        .collect()
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
}
