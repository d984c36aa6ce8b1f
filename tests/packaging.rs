//! What is published beside the crate: versions that have to agree, and files that have to be there.

use std::fs;
use std::path::Path;

use toml::Table;

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn table(name: &str) -> Table {
    file(name).parse().unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_hook_requires_the_wheel_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let hook = table("pyproject.toml");
    assert_eq!(hook["project"]["version"].as_str(), Some(version));
    let required = hook["project"]["dependencies"].as_array().expect("a list");
    assert_eq!(required.iter().map(|one| one.as_str()).collect::<Vec<_>>(), [Some(&*format!("jwtlint=={version}"))]);
    let wheel = table("packaging/wheel/pyproject.toml");
    assert_eq!(wheel["project"]["name"].as_str(), Some("jwtlint"));
    assert_ne!(hook["project"]["name"], wheel["project"]["name"], "or the hook would require itself");
    assert_eq!(hook["build-system"]["build-backend"].as_str(), Some("setuptools.build_meta"), "it compiles nothing");
}
