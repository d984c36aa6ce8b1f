//! Which files belong to one project of a tree that may hold many.

use rustc_hash::FxHashSet;

use crate::manifest::is_manifest;

/// The folders of a tree that a manifest makes a project.
#[derive(Debug, Default)]
pub struct Projects(FxHashSet<String>);

impl Projects {
    /// The projects among files, by their paths.
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p str>) -> Self {
        let folders = paths.into_iter().filter_map(|path| {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            is_manifest(name).then(|| folder.to_owned())
        });
        Self(folders.collect())
    }

    /// Whether two files may belong to one project: to the same, to one that lies in the other, or to parts of one that
    /// are called so. Without manifests, their first folders tell.
    pub fn share(&self, one: &str, other: &str) -> bool {
        self.home(one).shares(&self.home(other))
    }

    /// Where a file belongs.
    pub fn home<P: AsRef<str>>(&self, path: P) -> Home<P> {
        let mut folder = path.as_ref();
        let mut project = None;
        while !folder.is_empty() && project.is_none() {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
            project = self.0.contains(folder).then_some(folder.len());
        }
        Home { path, project }
    }
}

/// Where a file belongs: the innermost project around it, if there is one.
#[derive(Debug)]
pub struct Home<P> {
    path: P,
    /// How much of the path is the project's folder.
    project: Option<usize>,
}

impl<P: AsRef<str>> Home<P> {
    /// Whether files of the two may belong to one project, as [`Projects::share`] says.
    pub fn shares<Q: AsRef<str>>(&self, other: &Home<Q>) -> bool {
        match (self.project(), other.project()) {
            (Some(one), Some(other)) => is_below(one, other) || is_below(other, one) || are_parts(one, other),
            _ => share_first_folder(self.path.as_ref(), other.path.as_ref()),
        }
    }

    /// The same for all files that share with the same others.
    pub fn key(&self) -> &str {
        self.project().filter(|folder| !folder.is_empty()).unwrap_or(self.path.as_ref())
    }

    fn project(&self) -> Option<&str> {
        self.path.as_ref().get(..self.project?)
    }
}

fn is_below(inner: &str, outer: &str) -> bool {
    outer.is_empty() || inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether two projects lie side by side and have the first part of their names in common: `Shop.Api`, `Shop.Domain`.
fn are_parts(one: &str, other: &str) -> bool {
    let split = |folder: &str| {
        let (parent, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        name.split_once('.').filter(|(first, _)| !first.is_empty()).map(|(first, _)| [parent, first].map(str::to_owned))
    };
    split(one).is_some_and(|one| split(other) == Some(one))
}

/// Whether one file lies at the top or in a folder that projects divide themselves into, or both lie below the same
/// first folder, or in folders that are parts of a project and hardly projects themselves.
fn share_first_folder(one: &str, other: &str) -> bool {
    match (one.split_once('/'), other.split_once('/')) {
        (Some((one, _)), Some((other, _))) => {
            one == other || divides(one) || divides(other) || (is_part(one) && is_part(other))
        }
        _ => true,
    }
}

/// Folders of one project; what lies beside them at the top belongs to it.
fn divides(folder: &str) -> bool {
    const NAMES: &[&str] = &[
        "src",
        "lib",
        "libs",
        "crates",
        "packages",
        "cmd",
        "internal",
        "pkg",
        "config",
        "configs",
        "configuration",
        "conf",
        "cfg",
        "settings",
        "env",
        "envs",
        "environment",
        "environments",
        "etc",
        "share",
        "deploy",
        "deployment",
        "deployments",
        "docker",
        "compose",
        "infra",
        "infrastructure",
        "terraform",
        "ops",
        "k8s",
        "kubernetes",
        "manifests",
        "helm",
        "chart",
        "charts",
        "resources",
        "scripts",
    ];
    folder.starts_with('.') || NAMES.contains(&folder)
}

/// Folders that one project has beside each other.
fn is_part(folder: &str) -> bool {
    const NAMES: &[&str] =
        &["app", "api", "server", "core", "common", "util", "utils", "priv", "test", "tests", "spec"];
    NAMES.contains(&folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_part_a_tree_into_projects() {
        let projects = Projects::new(["a/package.json", "b/go.mod", "b/tools/pom.xml"]);
        assert!(projects.share("a/src/x.js", "a/config/y.json"));
        assert!(projects.share("b/x.go", "b/tools/src/Y.java"), "one lies in the other");
        assert!(!projects.share("a/src/x.js", "b/config/y.json"));
        let parts =
            Projects::new(["src/Shop.Api/Shop.Api.csproj", "src/Shop.Web/Shop.Web.csproj", "src/Mail/Mail.csproj"]);
        assert!(parts.share("src/Shop.Api/A.cs", "src/Shop.Web/appsettings.json"), "parts of one");
        assert!(!parts.share("src/Shop.Api/A.cs", "src/Mail/appsettings.json"));
        let whole = Projects::new(["manage.py"]);
        assert!(whole.share("orchard/settings.py", "shop/tokens.py"));
    }

    #[test]
    fn without_manifests_folders_tell() {
        let none = Projects::default();
        assert!(none.share("config.json", "a/x.js") && none.share("a/x.js", "a/y.js"));
        assert!(none.share("config/x.yml", "web/x.js") && none.share("app/x.js", "server/y.js"));
        assert!(none.share(".github/workflows/ci.yml", "api/a.rs"));
        assert!(!none.share("orchard/x.js", "shop/y.js"));
    }
}
