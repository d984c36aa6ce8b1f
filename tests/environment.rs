//! `jwtlint generate` and `jwtlint check-env`, as a container's entrypoint calls them.

mod common;

use std::fs::{self, File};
use std::process::{Command, Stdio};

use common::{Run, Tree, jwtlint, run};

fn good() -> String {
    let run = run(jwtlint(Tree::new().top()).arg("generate"));
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    run.stdout.trim_end().to_owned()
}

/// `check-env` with these variables and no others.
fn check_env(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let tree = Tree::new();
    let mut command = jwtlint(tree.top());
    command.env_clear().envs(variables.iter().copied()).arg("check-env").args(arguments);
    run(&mut command)
}

#[test]
fn what_is_generated_passes() {
    let secret = good();
    for arguments in [&[][..], &["--profile=strict"], &["--name=JWT_SECRET"]] {
        let run = check_env(&[("JWT_SECRET", &secret)], arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), "JWT_SECRET: fine\n"), "{run:?}");
    }
    assert_ne!(secret, good(), "another one each time");
}

#[test]
fn weak_and_missing_are_1_and_nothing_is_shown() {
    for (value, because) in [
        ("keyboard cat", "published"),
        ("plum-tree-in-summer", "19 bytes"),
        ("change-this-please-to-something-of-your-own", "placeholder"),
        ("", "empty"),
    ] {
        let run = check_env(&[("JWT_SECRET", value)], &[]);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.stdout.contains(because) && run.stdout.lines().count() == 1, "{run:?}");
        assert!(value.is_empty() || !run.stdout.contains(value), "{run:?}");
    }
    assert_eq!(check_env(&[], &["--name", "JWT_SECRET"]).stdout, "JWT_SECRET: refused: it is not set\n");
    assert_eq!(check_env(&[("PATH", "/bin")], &[]).code, Some(1), "no secret at all");
}

#[test]
fn the_strict_profile_refuses_words_anywhere() {
    let secret = "7w8Rz-mN2pQv5tBxLc9hJf3KeYa6Xe1WoUiPq4Zs0rM";
    assert_eq!(check_env(&[("JWT_SECRET", secret)], &[]).code, Some(0));
    assert_eq!(check_env(&[("JWT_SECRET", secret)], &["--profile", "strict"]).code, Some(1));
}

#[test]
fn a_file_is_judged_instead_of_the_environment() {
    let tree = Tree::new();
    tree.write(".env", format!("JWT_SECRET='{}'\n", good()));
    let mut command = jwtlint(tree.top());
    let run = run(command.env("JWT_SECRET", "plum").args(["check-env", "--env-file", ".env"]));
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_mounted_secret_is_read_from_its_file() {
    let tree = Tree::new();
    tree.write("secret", good() + "\n").write("weak", "plum\n");
    let with = |file: &str| {
        let path = tree.path(file);
        check_env(&[("JWT_SECRET_FILE", path.to_str().expect("UTF-8"))], &[])
    };
    assert_eq!(with("secret").stdout, "JWT_SECRET: fine\n");
    assert_eq!(with("weak").code, Some(1));
    let absent = with("absent");
    assert_eq!(absent.code, Some(2), "{absent:?}");
    assert!(absent.stderr.contains("JWT_SECRET_FILE"), "{absent:?}");
}

#[test]
fn failures_are_2() {
    assert_eq!(check_env(&[], &["--env-file", "absent.env"]).code, Some(2));
    assert_eq!(check_env(&[], &["--profile", "lenient"]).code, Some(2));
    assert_eq!(run(jwtlint(Tree::new().top()).args(["generate", "--bits", "8"])).code, Some(2));
    assert_eq!(run(jwtlint(Tree::new().top()).args(["generate", "--env", "A B"])).code, Some(2));
}

#[test]
fn every_form_is_what_it_says() {
    let generate = |arguments: &[&str]| run(jwtlint(Tree::new().top()).arg("generate").args(arguments));
    let hex = generate(&["--encoding=hex", "--bits=512"]).stdout;
    assert!(hex.trim_end().len() == 128 && hex.trim_end().bytes().all(|byte| byte.is_ascii_hexdigit()), "{hex}");
    assert_eq!(generate(&["--encoding=base64"]).stdout.trim_end().len(), 44);
    assert!(generate(&["--env=JWT_SECRET"]).stdout.starts_with("JWT_SECRET="));
    assert!(generate(&["--bits=128"]).stderr.contains("fewer than HS256 asks for"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_secret_on_its_way_into_the_repository_is_told() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("tracked.env", "").write("sub/.gitignore", ".env\n").commit();
    let into = |name: &str| {
        let file = File::create(tree.path(name)).expect("a file");
        let mut command: Command = jwtlint(tree.top());
        let output = command.arg("generate").stdout(Stdio::from(file)).output().expect("it runs");
        assert!(output.status.success());
        assert!(fs::read_to_string(tree.path(name)).expect("a secret").len() > 40, "it is written all the same");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    assert!(into("tracked.env").contains("git tracks"));
    assert!(into("new.env").contains("does not ignore"));
    assert_eq!(into("sub/.env"), "");
}
