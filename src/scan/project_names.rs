//! What the projects around a file are called: a secret made of that is guessed first.

use std::collections::BTreeSet;

use super::id_at;
use crate::discover::Input;
use crate::fact::FileId;
use crate::judge::ProjectNames;
use crate::source::Source;

/// A manifest that names its project, and how.
type Naming = (&'static str, fn(&str) -> Vec<String>);

const MANIFESTS: [Naming; 9] = [
    ("Cargo.toml", |text| in_toml(text, &["package.name"])),
    ("pyproject.toml", |text| in_toml(text, &["project.name", "tool.poetry.name"])),
    ("package.json", in_json),
    ("composer.json", in_json),
    ("go.mod", |text| behind(text, "module ")),
    ("pubspec.yaml", |text| behind(text, "name:")),
    ("mix.exs", |text| behind(text, "app: :")),
    ("settings.gradle", |text| behind(text, "rootProject.name")),
    ("settings.gradle.kts", |text| behind(text, "rootProject.name")),
];

/// The names of the projects that hold one of `paths`; the top's folder is called `root`.
pub(super) fn of<'p>(
    paths: impl Iterator<Item = &'p str>,
    root: Option<&str>,
    inputs: &[Input],
    load: impl Fn(FileId) -> Option<Source>,
) -> ProjectNames {
    let mut names = ProjectNames::default();
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    for path in paths {
        let mut folder = path;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if !folders.insert(folder) {
                break;
            }
        }
    }
    for folder in &folders {
        for (name, read) in MANIFESTS {
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            let manifest = id_at(inputs, &path).and_then(&load);
            names.add(folder, manifest.into_iter().flat_map(|source| read(&source.text)));
        }
    }
    names.add("", (!folders.is_empty()).then_some(root).flatten().map(str::to_owned));
    names
}

fn in_toml(text: &str, keys: &[&str]) -> Vec<String> {
    let Ok(table) = text.parse::<toml::Table>() else { return Vec::new() };
    let name = |key: &&str| {
        let (last, tables) = key.rsplit_once('.').map(|(tables, last)| (last, tables.split('.')))?;
        let mut table = &table;
        for name in tables {
            table = table.get(name)?.as_table()?;
        }
        table.get(last)?.as_str().map(str::to_owned)
    };
    keys.iter().filter_map(name).collect()
}

fn in_json(text: &str) -> Vec<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        name: String,
    }
    serde_json::from_str::<Named>(text).map(|named| named.name).into_iter().collect()
}

/// What the first line that has `mark` says behind it.
fn behind(text: &str, mark: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(mark));
    let name = line.map(|rest| rest.trim_matches(|c: char| !c.is_alphanumeric()));
    // Of the path of a module the last part is the name, the first a host.
    let name = name.and_then(|name| name.split([' ', ',', '"', '\'']).next());
    name.map(|name| name.split_once('/').map_or(name, |(_, path)| path).to_owned()).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manifests_name_their_projects() {
        for (file, text, name) in [
            ("Cargo.toml", "[package]\nname = \"orchard\"\n", "orchard"),
            ("Cargo.toml", "[workspace]\nmembers = []\n", ""),
            ("Cargo.toml", "not a table", ""),
            ("pyproject.toml", "[tool.poetry]\nname = \"orchard\"\n", "orchard"),
            ("package.json", "{\"name\": \"@garden/orchard\", \"x\": 1}", "@garden/orchard"),
            ("go.mod", "module github.com/garden/orchard\n\ngo 1.22\n", "garden/orchard"),
            ("pubspec.yaml", "# x\nname: orchard\n", "orchard"),
            ("mix.exs", "  def project do\n    [\n      app: :orchard,\n", "orchard"),
            ("settings.gradle.kts", "rootProject.name = \"orchard\"\n", "orchard"),
        ] {
            let read = MANIFESTS.iter().find(|(name, _)| *name == file).map(|(_, read)| read);
            let names = read.map(|read| read(text)).unwrap_or_default();
            assert_eq!(names.first().map_or("", String::as_str), name, "{file}");
        }
    }
}
