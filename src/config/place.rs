//! Which configuration binds a file: the nearest upwards.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::files::Files;
use super::{Config, ConfigError, FILE_NAMES};

/// A manifest that may hold a configuration, below `package.metadata.jwtlint` or `workspace.metadata.jwtlint`.
pub const MANIFEST: &str = "Cargo.toml";

/// Where a configuration lies, seen from the root of a scan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Base {
    /// In the root.
    #[default]
    Root,
    /// Above it; this is the root's path below the configuration's folder.
    Above(String),
    /// In a folder below it.
    Below(String),
}

impl Config {
    /// The configuration of a root: in it, or in the nearest folder above. A repository ends the search at its top.
    pub fn discover(root: &Path) -> Result<Self, ConfigError> {
        Self::discover_among(&Files::default(), root)
    }

    /// The same among these files.
    pub fn discover_among(files: &Files, root: &Path) -> Result<Self, ConfigError> {
        for folder in root.ancestors() {
            if let Some(mut config) = Self::in_folder(files, folder)? {
                config.nests = true;
                config.files = files.clone();
                if let Some(below) = slashed(folder, root).filter(|below| !below.is_empty()) {
                    // Findings about the configuration itself can be shown only where it lies in the tree.
                    config.path = None;
                    config.base = Base::Above(below);
                }
                return Ok(config);
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Self { nests: true, files: files.clone(), ..Self::default() })
    }

    /// The configuration that lies in a folder, and those below; what is above says nothing.
    pub fn rooted_among(files: &Files, root: &Path) -> Result<Self, ConfigError> {
        let config = Self::in_folder(files, root)?.unwrap_or_default();
        Ok(Self { nests: true, files: files.clone(), ..config })
    }

    /// The configuration that lies in a folder.
    pub fn in_folder(files: &Files, folder: &Path) -> Result<Option<Self>, ConfigError> {
        if let Some(path) = FILE_NAMES.iter().map(|name| folder.join(name)).find(|path| files.has(path)) {
            return Self::read_among(files, &path).map(Some);
        }
        match files.text(&folder.join(MANIFEST)) {
            Ok(text) => Self::parse_manifest(MANIFEST, &text),
            // A manifest that cannot be read is no configuration.
            Err(_) => Ok(None),
        }
    }

    /// The same with the configurations of folders below the root, by which the files in those folders are judged
    /// instead. `explicit` are paths that were named, of which the folders above are looked at; `listed` are files
    /// that a walk has found, configurations among them.
    pub fn with_nested<'p>(
        mut self,
        root: &Path,
        explicit: impl IntoIterator<Item = &'p str>,
        listed: impl IntoIterator<Item = &'p str>,
    ) -> Result<Self, ConfigError> {
        let mut folders: BTreeSet<&str> = BTreeSet::new();
        for path in explicit {
            for folder in folders_above(path) {
                if !folders.insert(folder) {
                    break;
                }
            }
        }
        folders.extend(listed.into_iter().filter_map(|path| {
            let (folder, name) = path.rsplit_once('/')?;
            (FILE_NAMES.contains(&name) || name == MANIFEST).then_some(folder)
        }));
        for folder in folders {
            let found = Self::in_folder(&self.files, &root.join(folder)).map_err(|error| error.below(folder))?;
            let Some(mut config) = found else { continue };
            if root.join(folder).join(".git").exists() {
                // A submodule has the configuration of a root: that of its own runs.
                config = config.without_what_counts_for_a_run();
            } else {
                config.refuse_what_counts_for_a_run().map_err(|error| error.below(folder))?;
            }
            config.path = config.path.map(|name| format!("{folder}/{name}"));
            config.base = Base::Below(folder.to_owned());
            if !self.honor_suppressions {
                config = config.without_ignores();
            }
            config.chosen = self.chosen.clone();
            config.apply_choice();
            self.nested.push(config);
        }
        // The deepest first, so that the first that holds a file is the nearest.
        self.nested.sort_by_key(|config| std::cmp::Reverse(config.base.depth()));
        Ok(self)
    }

    /// The same, lying in a folder below the root (or in it, if that has no name).
    pub(crate) fn based(self, folder: &str) -> Self {
        if folder.is_empty() {
            return Self { base: Base::Root, ..self };
        }
        Self { base: Base::Below(folder.to_owned()), ..self.without_what_counts_for_a_run() }
    }

    /// The configuration that binds a file, by its path below the root.
    pub fn at(&self, path: &str) -> &Self {
        self.nested.iter().find(|config| config.base.holds(path)).unwrap_or(self)
    }

    /// A path below the root as this configuration's globs see it.
    pub fn within<'p>(&self, path: &'p str) -> Cow<'p, str> {
        match &self.base {
            Base::Root => Cow::Borrowed(path),
            Base::Above(root) => Cow::Owned(format!("{root}/{path}")),
            Base::Below(folder) => Cow::Borrowed(path.strip_prefix(&format!("{folder}/")).unwrap_or(path)),
        }
    }

    /// The folder that this configuration's globs are relative to.
    pub fn folder(&self, root: &Path) -> PathBuf {
        match &self.base {
            Base::Root => root.to_owned(),
            Base::Above(below) => {
                let up = below.split('/').count();
                root.ancestors().nth(up).unwrap_or(root).to_owned()
            }
            Base::Below(folder) => root.join(folder),
        }
    }

    /// Whether a configuration below the root excludes a file there; the outermost one's excludes bind discovery.
    pub fn excludes_nested(&self, path: &str) -> bool {
        let config = self.at(path);
        matches!(config.base, Base::Below(_)) && config.exclude.is_match(&config.within(path))
    }
}

impl Base {
    fn holds(&self, path: &str) -> bool {
        match self {
            Self::Below(folder) => path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/')),
            Self::Root | Self::Above(_) => true,
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Below(folder) => folder.len(),
            Self::Root | Self::Above(_) => 0,
        }
    }
}

/// The folders that hold a file, the innermost first, without the root.
pub(crate) fn folders_above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/').map(|(folder, _)| folder), |folder| {
        folder.rsplit_once('/').map(|(folder, _)| folder)
    })
}

/// The path of `inner` below `outer`, `/`-separated.
fn slashed(outer: &Path, inner: &Path) -> Option<String> {
    let rest = inner.strip_prefix(outer).ok()?;
    Some(rest.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"))
}
