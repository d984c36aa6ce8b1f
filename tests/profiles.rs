//! What a project is called is no secret, and what the strict profile asks for.

mod common;

use common::{Run, Tree};

/// 40 characters that no list knows.
const GOOD: &str = "q7Vr2mXw9cTz4LbN8sHd3HfJ6yPg5RaE1uWoZi0Q";

fn check(tree: &Tree, options: &[&str]) -> Run {
    tree.check([&["--root=.", "--format=json"], options].concat())
}

fn reasons(run: &Run) -> String {
    run.json()["findings"].to_string()
}

const NAMED: &str = "little is left of it without the name of the project";

#[test]
fn a_secret_made_of_the_project_name_is_told() {
    for (manifest, text) in [
        ("Cargo.toml", "[package]\nname = \"heron-pond\"\n"),
        ("package.json", "{\"name\": \"@garden/heron-pond\"}"),
        ("pyproject.toml", "[project]\nname = \"heron-pond\"\n"),
        ("go.mod", "module garden.example/x/heron-pond\n"),
    ] {
        for (secret, is_named) in
            [("heronpond-secret-2024", true), ("HeronPondJwtSigningKeyForProduction", true), (GOOD, false)]
        {
            let tree = Tree::new();
            tree.write(&format!("app/{manifest}"), text);
            tree.write("app/config/auth.yaml", format!("jwt_secret: {secret}\n"));
            let run = check(&tree, &[]);
            assert_eq!(run.findings(), ["app/config/auth.yaml:1 hardcoded-secret"]);
            assert_eq!(reasons(&run).contains(NAMED), is_named, "{manifest} {secret}: {run:?}");
            tree.write("other/auth.yaml", format!("jwt_secret: {secret}\n"));
            assert!(!reasons(&check(&tree, &["other"])).contains(NAMED), "another project");
        }
    }
}

#[test]
fn the_folder_of_a_repository_is_a_name_too() {
    let tree = Tree::new();
    tree.write("heron-pond/auth.yaml", "jwt_secret: heronpond-secret-2024\n");
    let run = tree.check(["--root=heron-pond", "--format=json", "heron-pond"]);
    assert!(reasons(&run).contains(NAMED), "{run:?}");
}

#[test]
fn the_strict_profile_makes_what_it_refuses_fail() {
    let placeholder = "pub const JWT_SECRET: &str = \"put-your-secret-here\";\n";
    let tests = [
        // What the table hides or is mild about.
        (".env.example", "JWT_SECRET=correct-horse\n".to_owned(), None, Some("weak-secret")),
        (".env.example", "JWT_SECRET=keyboard cat\n".to_owned(), None, Some("published-secret")),
        ("config/development.rs", placeholder.to_owned(), None, Some("hardcoded-secret")),
        (".env.example", format!("JWT_SECRET={GOOD}-dev\n"), Some("committed-env-file"), Some("committed-env-file")),
        // What it does not ask about.
        (".env.example", "JWT_SECRET=put-your-secret-here\n".to_owned(), None, None),
        (".env.example", "JWT_SECRET=\n".to_owned(), None, None),
        ("tests/auth.rs", placeholder.to_owned(), None, None),
        ("docs/auth.md", "JWT_SECRET=correct-horse\n".to_owned(), None, None),
    ];
    for (path, text, by_default, by_profile) in tests {
        let tree = Tree::new();
        tree.write(path, &text);
        for (options, expected) in [(&[][..], by_default), (&["--profile=strict"], by_profile)] {
            let run = check(&tree, options);
            let all = run.findings();
            let rules: Vec<&str> = all.iter().filter_map(|one| one.split_once(' ')).map(|(_, rule)| rule).collect();
            let expected: Vec<&str> = expected.into_iter().collect();
            assert_eq!(rules, expected, "{path} {text} {options:?}");
            assert_eq!(run.code, Some(i32::from(!expected.is_empty())), "{path} {text} {options:?}");
        }
    }
}

#[test]
fn an_environment_that_git_ignores_has_to_be_good_as_well() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env\n");
    tree.commit();
    for (secret, expected) in [("correct-horse", vec![".env:1 weak-secret"]), (GOOD, vec![])] {
        tree.write(".env", format!("JWT_SECRET={secret}\n"));
        assert!(tree.check(["--format=json", ".env"]).findings().is_empty());
        assert_eq!(tree.check(["--format=json", "--profile=strict", ".env"]).findings(), expected, "{secret}");
    }
}
