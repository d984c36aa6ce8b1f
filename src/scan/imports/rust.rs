//! Where the paths of a Rust file lead: to modules by the layout of files, to crates by their manifests.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::{Table, Value};

use super::rust_paths::paths;
use super::{Search, below, split, upwards};
use crate::discover::{self, Read};
use crate::link::rust::{Manifest, join};

/// Manifests above a file that are read: its own, and that of its workspace.
const MOST_MANIFESTS: usize = 8;
/// A manifest is not larger than this.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// What a manifest says about where crates lie.
#[derive(Debug, Default)]
pub(super) struct Package {
    folder: String,
    /// Root files: the library first.
    roots: Vec<String>,
    /// Crates by the name that code here calls them, with their folders.
    crates: BTreeMap<String, String>,
}

/// The files whose contents become constants; those from the manifest's folder begin with a slash.
fn compiled_in(text: &str) -> impl Iterator<Item = &str> {
    ["include_str!", "include_bytes!"].into_iter().flat_map(move |name| {
        text.match_indices(name).filter_map(move |(at, _)| {
            let mut strings = text.get(at..)?.split('"').skip(1).step_by(2);
            strings.next().map(|first| if first == "CARGO_MANIFEST_DIR" { strings.next() } else { Some(first) })?
        })
    })
}

impl Search<'_> {
    pub(super) fn rust(&mut self, path: &str, text: &str) {
        let (folder, _) = split(path);
        let package = self.package_around(folder);
        let own = self.folder_of_modules(path, &package);
        self.parents(path, &package);
        // What a glob stands for is not told by its path.
        let all = text.contains("::*");
        for path in paths(text) {
            if !all && !path.iter().any(|part| self.wants(part)) {
                continue;
            }
            self.path(&own, &package, &path);
        }
        for path in compiled_in(text) {
            self.has(&join(if path.starts_with('/') { &package.folder } else { folder }, path));
        }
    }

    /// The files of the modules around a file: they say under which conditions it is there, and pass names on.
    fn parents(&mut self, path: &str, package: &Package) {
        let mut folder = split(path).0;
        if path.ends_with("/mod.rs") {
            folder = split(folder).0;
        }
        while folder.len() > package.folder.len() {
            if self.roots_in(folder) {
                break;
            }
            let _ = self.has(&format!("{folder}.rs")) || self.has(&below(folder, "mod.rs"));
            folder = split(folder).0;
        }
    }

    fn roots_in(&mut self, folder: &str) -> bool {
        let library = self.has(&below(folder, "lib.rs"));
        let program = self.has(&below(folder, "main.rs"));
        library || program
    }

    /// The folder in which the modules below a file lie.
    fn folder_of_modules(&self, path: &str, package: &Package) -> String {
        let (folder, name) = split(path);
        let is_root = matches!(name, "mod.rs" | "lib.rs" | "main.rs") || package.roots.iter().any(|root| root == path);
        if is_root { folder.to_owned() } else { path.trim_end_matches(".rs").to_owned() }
    }

    fn path(&mut self, own: &str, package: &Package, path: &[&str]) {
        let Some((&first, rest)) = path.split_first() else { return };
        match first {
            "crate" => self.crate_in(package, rest),
            "self" => self.modules(own, rest),
            "super" => {
                let up = 1 + rest.iter().take_while(|part| **part == "super").count();
                let folder = upwards(own).nth(up).unwrap_or_default().to_owned();
                if !self.roots_in(&folder) {
                    let _ = self.has(&format!("{folder}.rs")) || self.has(&below(&folder, "mod.rs"));
                }
                self.modules(&folder, rest.get(up - 1..).unwrap_or_default());
            }
            "std" | "core" | "alloc" | "Self" => {}
            _ => {
                if let Some(folder) = package.crates.get(first) {
                    let other = self.package_of(folder.clone());
                    self.crate_in(&other, rest);
                } else {
                    self.modules(own, path);
                }
            }
        }
    }

    /// A path below the root of a crate.
    fn crate_in(&mut self, package: &Package, path: &[&str]) {
        for root in &package.roots {
            if self.has(root) {
                self.modules(split(root).0, path);
            }
        }
    }

    /// The files of the modules that a path begins with.
    fn modules(&mut self, folder: &str, path: &[&str]) {
        let mut folder = folder.to_owned();
        for part in path {
            if !part.starts_with(|letter: char| letter.is_ascii_lowercase() || letter == '_') {
                return;
            }
            folder = below(&folder, part.trim_start_matches("r#"));
            if !self.has(&format!("{folder}.rs")) && !self.has(&below(&folder, "mod.rs")) {
                return;
            }
        }
    }

    /// The package that a folder belongs to.
    fn package_around(&mut self, folder: &str) -> Arc<Package> {
        match upwards(folder).find(|folder| self.has(&below(folder, "Cargo.toml"))) {
            Some(folder) => self.package_of(folder.to_owned()),
            None => self.layout(folder),
        }
    }

    /// Without a manifest: the nearest folder with a root file, else the file's own.
    fn layout(&mut self, folder: &str) -> Arc<Package> {
        let folder = upwards(folder).find(|folder| self.roots_in(folder)).unwrap_or(folder);
        let roots = vec![below(folder, "lib.rs"), below(folder, "main.rs")];
        Arc::new(Package { folder: folder.to_owned(), roots, crates: BTreeMap::new() })
    }

    fn package_of(&mut self, folder: String) -> Arc<Package> {
        if let Some(known) = self.packages.get(&folder) {
            return known.clone();
        }
        let package = Arc::new(self.read_package(&folder));
        self.packages.insert(folder, package.clone());
        package
    }

    fn read_package(&mut self, folder: &str) -> Package {
        let text = self.manifest(folder).unwrap_or_default();
        let manifest = Manifest::read(folder, &text);
        let mut roots = vec![below(folder, "src/lib.rs"), below(folder, "src/main.rs")];
        roots.splice(0..0, manifest.roots);
        let mut crates: BTreeMap<String, String> =
            manifest.names.iter().map(|name| (name.clone(), folder.to_owned())).collect();
        for above in upwards(folder).skip(1).take(MOST_MANIFESTS) {
            let Some(text) = self.manifest(above) else { continue };
            crates.extend(dependencies(above, &text));
        }
        crates.extend(dependencies(folder, &text));
        Package { folder: folder.to_owned(), roots, crates }
    }

    fn manifest(&mut self, folder: &str) -> Option<String> {
        let name = below(folder, "Cargo.toml");
        let input = self.get(&name)?.clone();
        match discover::read(&input, LARGEST_MANIFEST) {
            Read::Text(source) => Some(source.text),
            Read::Skipped(_) | Read::Failed(_) => None,
        }
    }
}

/// Dependencies of a manifest, or of its workspace, that lie in the tree.
fn dependencies(folder: &str, text: &str) -> BTreeMap<String, String> {
    let Ok(table) = text.parse::<Table>() else { return BTreeMap::new() };
    let workspace = table.get("workspace").and_then(Value::as_table);
    let mut found = BTreeMap::new();
    for table in [Some(&table), workspace].into_iter().flatten() {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, of) in table.get(section).and_then(Value::as_table).into_iter().flatten() {
                if let Some(path) = of.get("path").and_then(Value::as_str) {
                    found.insert(name.replace('-', "_"), join(folder, path));
                }
            }
        }
    }
    found
}
