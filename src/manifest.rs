//! Files that stand at the top of a project, whatever its language.

/// Their names.
pub(crate) const NAMES: [&str; 18] = [
    "Cargo.toml",
    "package.json",
    "go.mod",
    "pyproject.toml",
    "setup.py",
    "requirements.txt",
    "Pipfile",
    "manage.py",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "build.sbt",
    "composer.json",
    "Gemfile",
    "mix.exs",
    "pubspec.yaml",
    "Package.swift",
    "deno.json",
];

/// Whether a file of this name says what a project is made of.
pub(crate) fn is_manifest(name: &str) -> bool {
    NAMES.contains(&name) || name.ends_with(".csproj") || name.ends_with(".sln")
}
