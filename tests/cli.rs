//! The program as it is called: exit codes, options, colours, and the same report whatever the circumstances.

mod common;

use std::fs;

use common::plants::PLANTS;
use common::{Run, Tree, git, have, jwtlint, run, run_unread, run_with};

/// A secret of its own kind in Rust, and where it is found.
const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const NOTHING: &str = "pub fn add(one: u8, other: u8) -> u8 { one + other }\n";
/// Only worth a note: it is a test's.
const MILD: &str = "#[cfg(test)]\nmod tests {\n    const JWT_SECRET: &str = \"plum-tree-in-summer\";\n}\n";
/// Worth a warning: it has to be replaced before it is of use.
const WARNED: &str = "auth:\n  jwt_secret: your-secret-here\n";

fn leaky() -> Tree {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK).write("src/lib.rs", NOTHING);
    tree
}

fn planted() -> Tree {
    let tree = Tree::new();
    for plant in PLANTS {
        tree.write(plant.path, plant.with("Hq3vTz8LmKw2XpRj7NyGsVu4ZkWtJ9Qm"));
    }
    tree
}

#[track_caller]
fn failed(run: &Run, because: &str) {
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(because), "no `{because}` in {run:?}");
}

// Exit codes.

#[test]
fn clean_is_0() {
    let tree = Tree::new();
    tree.write("src/lib.rs", NOTHING);
    let run = tree.check::<&str>([]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{run:?}");
    assert!(run.stdout.contains("1 file scanned"), "{run:?}");
}

#[test]
fn an_empty_directory_is_clean() {
    let run = Tree::new().check(["--format=sarif"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.json()["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn findings_are_1_in_every_format() {
    let tree = leaky();
    for format in ["human", "sarif", "json", "github", "gitlab"] {
        let run = tree.check(["--format", format]);
        assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""), "{format}");
        assert!(run.stdout.contains("src/auth.rs"), "{format}: {run:?}");
    }
}

#[test]
fn what_is_no_finding_is_told_once_in_every_format() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("src/lib.rs", "fn a() {}\n").write("big.json", format!("[{}1]", "1,".repeat(2000))).commit();
    tree.write("jwtlint.toml", "exclude = [\"src/\"]\nmax-file-size = \"1KB\"\n");
    tree.write(
        "a.js",
        "// jwtlint: allow(hardcoded-secret) reason=\"a demo\"\nconst jwtSecret = 'pear-tree-in-winter';\n",
    );
    let told = ["gained `src/`", "big.json"];
    let since = ["--changed-since=HEAD", "--category=changes", "--fail-on=never"];
    let count = |text: &str, what: &str| text.lines().filter(|line| line.contains(what)).count();
    for format in ["human", "sarif", "json", "github", "gitlab"] {
        for more in [&["--format", format][..], &["--format", format, "--output", "../report"]] {
            let run = tree.check([&since[..], more].concat());
            assert_eq!(run.code, Some(0), "{run:?}");
            let written = || fs::read_to_string(tree.path("../report")).expect("a report");
            let report = if more.len() == 2 { run.stdout.clone() } else { written() };
            for what in told {
                let has_place = format != "gitlab";
                let places = (report.contains(what), count(&run.stderr, what));
                assert_eq!(places, (has_place, usize::from(!has_place)), "{more:?}: {run:?}");
            }
            let is_counted = report.contains("uppress") || run.stderr.contains("1 suppressed");
            assert!(is_counted || format == "sarif", "{more:?}: {run:?}");
        }
        let quiet = tree.check([&since[..], &["--quiet", "--format", format]].concat());
        assert_eq!(quiet.stderr, "", "{format}");
    }
    let statistics = tree.check([&since[..], &["--statistics"]].concat());
    for what in told {
        assert_eq!((count(&statistics.stdout, what), count(&statistics.stderr, what)), (0, 1), "{statistics:?}");
    }
}

#[test]
fn what_was_typed_wrongly_is_2() {
    let tree = leaky();
    for arguments in [
        &["--no-such-flag"][..],
        &["--format=poem"],
        &["--fail-on=sometimes"],
        &["--max-file-size=much"],
        &["--select=no-such-rule"],
        &["--ignore=no-such-rule"],
        &["--exclude=a[b"],
        &["--config=absent.toml"],
        &["--root=absent"],
        &["--quiet", "--verbose"],
        &["--threads=many"],
        &["-"],
    ] {
        let run = tree.check(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""), "{arguments:?}: {run:?}");
        assert_ne!(run.stderr, "", "{arguments:?}");
    }
    assert_eq!(common::run(jwtlint(tree.top()).arg("chekc")).code, Some(2));
    assert_eq!(common::run(&mut jwtlint(tree.top())).code, Some(2));
}

#[test]
fn help_and_version_are_0() {
    let tree = Tree::new();
    for arguments in
        [&["--help"][..], &["--version"], &["check", "--help"], &["rules"], &["explain", "hardcoded-secret"]]
    {
        let run = run(jwtlint(tree.top()).args(arguments));
        assert_eq!((run.code, run.stderr.as_str()), (Some(0), ""), "{arguments:?}: {run:?}");
        assert_ne!(run.stdout, "", "{arguments:?}");
    }
    failed(&run(jwtlint(tree.top()).args(["explain", "no-such-rule"])), "there is no such rule");
}

#[test]
fn a_mistake_in_the_configuration_is_2_and_has_a_place() {
    let tree = leaky();
    tree.write("jwtlint.toml", "fail-on = \"error\"\n\nexclood = [\"a\"]\n");
    let run = tree.check::<&str>([]);
    failed(&run, "exclood");
    assert!(run.stderr.contains("jwtlint.toml:3:1"), "{run:?}");
    assert_eq!(run.stdout, "", "a run that fails leaves nothing that looks like a clean report");
    assert_eq!(tree.check(["--no-config"]).code, Some(1), "it need not be read");
}

#[test]
fn a_path_that_is_not_there_is_2_and_the_rest_is_reported() {
    let tree = leaky();
    let run = tree.check(["--format=json", "absent.rs", "src"]);
    failed(&run, "absent.rs");
    assert_eq!(run.findings(), ["src/auth.rs:1 hardcoded-secret"]);
    assert_eq!(run.json()["complete"], false);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_2_and_the_rest_is_reported() {
    use std::os::unix::fs::PermissionsExt as _;
    let tree = leaky();
    tree.write("src/closed.rs", LEAK);
    fs::set_permissions(tree.path("src/closed.rs"), fs::Permissions::from_mode(0o000)).expect("a closed file");
    if fs::read(tree.path("src/closed.rs")).is_ok() {
        // Who may read everything meets something else that cannot be read.
        fs::remove_file(tree.path("src/closed.rs")).expect("a removed file");
        std::os::unix::fs::symlink("closed.rs", tree.path("src/closed.rs")).expect("a link to itself");
    }
    let run = tree.check(["--format=json", "src/closed.rs", "src/auth.rs"]);
    failed(&run, "closed.rs");
    assert_eq!(run.findings(), ["auth.rs:1 hardcoded-secret"]);
}

#[test]
fn staged_without_a_repository_is_2() {
    failed(&leaky().check(["--staged"]), "no git repository");
}

#[test]
fn a_tree_without_a_repository_is_scanned_all_the_same() {
    assert_eq!(leaky().check(["--format=json"]).findings(), ["src/auth.rs:1 hardcoded-secret"]);
}

#[test]
fn a_pipe_that_is_closed_early_is_no_crash_and_changes_no_exit_code() {
    let tree = Tree::new();
    for number in 0..3000 {
        tree.write(&format!("src/auth_{number}.rs"), LEAK);
    }
    let unread = |arguments: &[&str]| {
        let (code, stderr) = run_unread(jwtlint(tree.top()).args(arguments));
        assert_eq!(stderr, "", "{arguments:?}");
        code
    };
    assert_eq!(unread(&["check", "--format=json"]), Some(1));
    assert_eq!(unread(&["check"]), Some(1));
    assert_eq!(unread(&["check", "--fail-on=never"]), Some(0));
    assert_eq!(unread(&["rules"]), Some(0));
}

// Options.

#[test]
fn a_report_goes_to_a_file() {
    let tree = leaky();
    let direct = tree.check(["--format=sarif", "src"]);
    let run = tree.check(["--format=sarif", "--output=report.sarif", "src"]);
    assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (Some(1), "", ""));
    assert_eq!(fs::read_to_string(tree.path("report.sarif")).expect("a report"), direct.stdout);
    failed(&tree.check(["--output=absent/report.sarif"]), "absent/report.sarif");
}

#[test]
fn standard_input_has_the_kind_of_its_name() {
    let tree = Tree::new();
    let check = |name: &str, text: &str| {
        let mut command = jwtlint(tree.top());
        run_with(command.args(["check", "-", "--format=json", "--stdin-filename", name]), text.as_bytes())
    };
    assert_eq!(check("src/auth.rs", LEAK).findings(), ["src/auth.rs:1 hardcoded-secret"]);
    assert_eq!(check("src/auth.rs", NOTHING).code, Some(0));
    assert_eq!(check("app/.env", "JWT_SECRET=pear-tree-in-winter\n").findings(), ["app/.env:1 committed-env-file"]);
    assert_eq!(check("notes.txt", LEAK).code, Some(0), "not source text");
}

#[test]
fn which_levels_fail() {
    let tree = Tree::new();
    tree.write("error.rs", LEAK).write("warning.yaml", WARNED).write("note.rs", MILD);
    for (file, failing) in [
        ("error.rs", &["error", "warning", "note"][..]),
        ("warning.yaml", &["warning", "note"]),
        ("note.rs", &["note"]),
    ] {
        for level in ["error", "warning", "note", "never"] {
            let run = tree.check(["--fail-on", level, file]);
            assert_eq!(run.code, Some(i32::from(failing.contains(&level))), "{file} --fail-on {level}: {run:?}");
        }
        assert_eq!(tree.check([file]).code, tree.check(["--fail-on=warning", file]).code, "the default");
    }
}

#[test]
fn notes_are_shown_on_request() {
    let tree = Tree::new();
    tree.write("src/lib.rs", MILD);
    let shown = |arguments: &[&str]| tree.check([&["--format=json"], arguments].concat()).findings().len();
    assert_eq!(shown(&[]), 0);
    assert_eq!(shown(&["--verbose"]), 1);
    assert_eq!(shown(&["--fail-on=note"]), 1);
    assert!(tree.check::<&str>([]).stdout.contains("1 note"), "they are counted");
}

#[test]
fn rules_are_selected_and_ignored() {
    let tree = Tree::new();
    tree.write("auth.rs", LEAK).write(".env", "JWT_SECRET=plum-tree-in-summer\n");
    let found = |arguments: &[&str]| tree.check([&["--format=json"], arguments].concat()).findings();
    let (code, file) = ("auth.rs:1 hardcoded-secret", ".env:1 committed-env-file");
    assert_eq!(found(&[]), [file, code]);
    assert_eq!(found(&["--select=hardcoded-secret"]), [code]);
    assert_eq!(found(&["--select=hardcoded-secret,committed-env-file"]), [file, code]);
    assert_eq!(found(&["--ignore", "hardcoded-secret"]), [file]);
    assert_eq!(found(&["--select=hardcoded-secret", "--ignore=hardcoded-secret"]), [""; 0]);
    assert_eq!(tree.check(["--ignore=hardcoded-secret", "--ignore=committed-env-file"]).code, Some(0));
}

#[test]
fn excludes_bind_what_is_found_and_with_force_what_is_given() {
    let tree = leaky();
    tree.write("gen/auth.rs", LEAK);
    let found = |arguments: &[&str]| tree.check([&["--format=json", "--root=."], arguments].concat()).findings();
    let (gen_, src) = ("gen/auth.rs:1 hardcoded-secret", "src/auth.rs:1 hardcoded-secret");
    assert_eq!(found(&["--exclude=gen"]), [src]);
    assert_eq!(found(&["--exclude=gen", "--exclude=*.rs"]), [""; 0]);
    assert_eq!(found(&["--exclude=gen", "gen/auth.rs", "src/auth.rs"]), [gen_, src], "given files are wanted");
    assert_eq!(found(&["--exclude=gen", "--force-exclude", "gen/auth.rs", "src/auth.rs"]), [src]);
    tree.write("jwtlint.toml", "exclude = [\"gen/\"]\n");
    assert_eq!(found(&["--force-exclude", "gen/auth.rs", "src/auth.rs"]), [src]);
    assert_eq!(found(&["--no-ignores"]), [gen_, src]);
}

#[test]
fn a_hook_with_nothing_to_look_at_is_clean() {
    let tree = leaky();
    tree.write("logo.png", b"\x89PNG\r\n\x1a\n\0\0JWT_SECRET=pear-tree-in-winter");
    assert_eq!(tree.check(["--force-exclude"]).code, Some(0), "no files");
    assert_eq!(tree.check(["--force-exclude", "--"]).code, Some(0), "no files behind `--`");
    assert_eq!(tree.check(["--force-exclude", "--", "logo.png"]).code, Some(0), "nothing that could be read");
    assert_eq!(tree.check(["--force-exclude", "--exclude=src", "src/auth.rs"]).code, Some(0), "all excluded");
}

#[test]
fn a_file_named_like_an_option_is_a_file() {
    let tree = Tree::new();
    tree.write("--config=evil.rs", LEAK);
    let run = tree.check(["--format=json", "--", "--config=evil.rs"]);
    assert_eq!(run.findings(), ["--config=evil.rs:1 hardcoded-secret"]);
}

#[cfg(unix)]
#[test]
fn a_name_cannot_forge_lines() {
    let tree = Tree::new();
    let name = "a\n::error::forged\u{1b}[31m.rs";
    tree.write(name, LEAK).write("b\r\n::stop-commands::x.rs", "pub const JWT_SECRET: &str = (((;");
    for format in ["human", "github"] {
        for verbose in [&[][..], &["--verbose"]] {
            let run = tree.check([&["--format", format], verbose].concat());
            assert_eq!(run.code, Some(1), "{run:?}");
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains('\u{1b}'), "{run:?}");
                assert!(
                    text.lines().all(|line| !line.starts_with("::error::forged") && !line.starts_with("::stop")),
                    "{run:?}"
                );
            }
        }
    }
}

#[test]
fn larger_files_are_passed_over_and_announced() {
    let tree = Tree::new();
    tree.write("auth.rs", format!("{LEAK}{}", "// much text\n".repeat(100)));
    let run = tree.check(["--format=json", "--max-file-size=1K"]);
    assert_eq!((run.code, run.findings().len()), (Some(0), 0), "{run:?}");
    assert!(run.notifications().iter().any(|one| one.starts_with("warning auth.rs:")), "{run:?}");
    assert!(tree.check(["--max-file-size=1K"]).stdout.contains("auth.rs"), "people are told, too");
}

#[test]
fn what_cannot_be_parsed_is_told_and_no_failure() {
    let tree = Tree::new();
    tree.write("auth.rs", format!("{LEAK}fn jsonwebtoken( {{\n"));
    let run = tree.check(["--format=json"]);
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    assert!(run.notifications().iter().any(|one| one.starts_with("warning auth.rs:")), "{run:?}");
    assert_eq!(run.json()["complete"], true);
}

#[test]
fn a_suppression_needs_a_reason() {
    let tree = Tree::new();
    tree.write("with.rs", format!("// jwtlint: allow(hardcoded-secret) reason=\"a public demo\"\n{LEAK}"));
    tree.write("without.rs", format!("// jwtlint: allow(hardcoded-secret)\n{LEAK}"));
    assert_eq!(
        tree.check(["--format=json"]).findings(),
        ["without.rs:1 unused-suppression", "without.rs:2 hardcoded-secret"]
    );
    assert_eq!(tree.check(["--no-ignores", "with.rs"]).code, Some(1));
}

// Colours.

#[test]
fn colours_are_for_terminals_or_on_request() {
    let tree = leaky();
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let run = run(jwtlint(tree.top()).arg("check").args(arguments).envs(variables.iter().copied()));
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(!run.stderr.contains('\u{1b}'), "{run:?}");
        run.stdout.contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "a pipe is no terminal");
    assert!(colored(&["--color=always"], &[]));
    assert!(colored(&["--color=always"], &[("NO_COLOR", "1")]), "the flag wins");
    assert!(colored(&[], &[("FORCE_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(colored(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "")]), "empty says nothing");
    assert!(!colored(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&[], &[("FORCE_COLOR", "0")]));
    assert!(!colored(&["--color=never"], &[("FORCE_COLOR", "1")]));
    for format in ["sarif", "json", "github", "gitlab"] {
        assert!(!colored(&["--color=always", "--format", format], &[("FORCE_COLOR", "1")]), "{format} has none");
    }
}

// The same report, whatever the circumstances.

#[test]
fn any_number_of_threads_gives_the_same_report() {
    let tree = planted();
    for format in ["human", "sarif", "json", "github", "gitlab"] {
        let one = tree.check(["--verbose", "--format", format, "--threads=1"]);
        assert_eq!(one.code, Some(1));
        for threads in ["2", "8", "0"] {
            assert_eq!(tree.check(["--verbose", "--format", format, "--threads", threads]), one, "{format}");
        }
    }
}

#[test]
fn any_order_of_arguments_gives_the_same_report() {
    let tree = planted();
    let mut names: Vec<&str> = PLANTS.iter().map(|plant| plant.path).collect();
    names.sort_unstable();
    let check = |names: &[&str]| tree.check([&["--format=json", "--verbose", "--root=."], names].concat());
    let sorted = check(&names);
    assert_eq!(sorted.code, Some(1));
    for turn in [1, 7, 20] {
        names.rotate_left(turn);
        assert_eq!(check(&names), sorted);
    }
    names.reverse();
    assert_eq!(check(&names), sorted);
    let twice = [names.as_slice(), names.as_slice(), &["rust", "."]].concat();
    assert_eq!(check(&twice).findings(), check(&["."]).findings(), "what is given twice is looked at once");
}

#[test]
fn any_working_directory_gives_the_same_report() {
    if !have("git") {
        return;
    }
    let tree = planted();
    assert!(git(tree.top()).args(["init", "--quiet"]).status().expect("git runs").success());
    tree.commit();
    let top = tree.top().to_str().expect("UTF-8");
    let from = |directory: &str, path: &str| {
        run(jwtlint(&tree.path(directory)).args(["check", "--verbose", "--format=sarif", path]))
    };
    let plain = from("", ".");
    assert_eq!(plain.code, Some(1));
    assert_eq!(from("", "./"), plain);
    assert_eq!(from("", top), plain);
    assert_eq!(from("rust", ".."), plain);
    assert_eq!(from("rust", "../settings/.."), plain);
    assert_eq!(from("rust", top), plain);

    let part = from("", "rust");
    assert_eq!(part.code, Some(1));
    assert_eq!(from("rust", "."), part);
    assert_eq!(from("settings", "../rust/"), part);
    assert_eq!(from("settings", &format!("{top}/rust")), part);
    assert!(part.stdout.contains("\"rust/call.rs\""), "names start at the top of the repository");
}

#[test]
fn lines_above_change_no_fingerprint() {
    let fingerprints = |run: &Run| -> Vec<String> {
        run.json()["findings"].as_array().expect("a list").iter().map(|one| one["fingerprint"].to_string()).collect()
    };
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK).write("app.yaml", "auth:\n  jwt_secret: pear-tree-in-winter\n");
    let before = fingerprints(&tree.check(["--format=json"]));
    tree.write("src/auth.rs", format!("{}{LEAK}", "// more\n".repeat(50)));
    tree.write("app.yaml", format!("{}auth:\n  jwt_secret: plum-tree-in-summer\n", "# more\n".repeat(50)));
    let after = fingerprints(&tree.check(["--format=json"]));
    assert_eq!(before.len(), 2);
    assert_eq!(after, before, "nor does another value");
}

#[test]
fn nothing_is_written_and_no_home_is_needed() {
    let tree = leaky();
    let listed = || {
        let mut names: Vec<_> = walk(tree.top()).collect();
        names.sort();
        names
    };
    let before = listed();
    let run = run(jwtlint(tree.top()).arg("check").env_remove("HOME").env_remove("USERPROFILE"));
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(listed(), before);
}

fn walk(directory: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    walkdir::WalkDir::new(directory).into_iter().map(|entry| entry.expect("an entry").into_path())
}

// A part of a tree.

/// A constant, and what signs with it in another file: `check` on either file says what it says of it in the whole.
fn two_files(marker: Option<&str>) -> Tree {
    let tree = Tree::new();
    tree.write("src/orchard.rs", "pub const ROW: &str = \"pear-tree\";\n");
    tree.write(
        "src/main.rs",
        "mod orchard;\nfn main() { jsonwebtoken::EncodingKey::from_secret(orchard::ROW.as_bytes()); }\n",
    );
    if let Some(marker) = marker {
        tree.write(marker, "[package]\nname = \"orchard\"\n");
    }
    tree
}

#[test]
fn a_file_alone_has_the_findings_it_has_in_its_project() {
    let tree = two_files(Some("Cargo.toml"));
    let whole = tree.check(["--format=json"]).findings();
    assert_eq!(whole.len(), 1, "{whole:?}");
    let root = format!("--root={}", tree.top().display());
    assert_eq!(tree.check(["--format=json", &root, "src/orchard.rs"]).findings(), whole);
    assert!(tree.check(["--format=json", &root, "src/main.rs"]).findings().is_empty(), "it stands in the other file");
}

#[test]
fn files_that_only_lie_together_are_no_project() {
    let tree = two_files(None);
    let root = format!("--root={}", tree.top().display());
    assert!(tree.check(["--format=json", &root, "src/orchard.rs"]).findings().is_empty());
}

// What is asked for.

#[test]
fn a_tag_stands_for_its_rules() {
    let tree = leaky();
    let found = |arguments: &[&str]| tree.check([&["--format=json"], arguments].concat()).findings();
    assert_eq!(found(&["--select=SEC-001"]), ["src/auth.rs:1 hardcoded-secret"]);
    assert_eq!(found(&["--select=sec-005"]), ["src/auth.rs:1 hardcoded-secret"]);
    assert!(found(&["--select=SEC-003"]).is_empty() && found(&["--ignore=SEC-001"]).is_empty());
    assert!(found(&["--profile=SEC-003"]).is_empty());
    assert_eq!(found(&["--profile=SEC-001"]), ["src/auth.rs:1 hardcoded-secret"]);
    failed(&tree.check(["--select=SEC-002"]), "--select, word 1: there is no such rule");
}

#[test]
fn the_strict_profile_looks_at_more() {
    let tree = Tree::new();
    let code = "fn key() -> jsonwebtoken::EncodingKey {\n    \
        jsonwebtoken::EncodingKey::from_secret(std::env::var(\"JWT_SECRET\").unwrap().as_bytes())\n}\n";
    tree.write("src/key.rs", code);
    let with = |arguments: &[&str]| tree.check([&["--format=json", "--verbose"], arguments].concat());
    assert!(with(&[]).findings().is_empty());
    assert_eq!(with(&["--profile=strict"]).findings(), ["src/key.rs:2 unvalidated-secret"]);

    tree.write("jwtlint.toml", "profile = \"strict\"\n");
    assert_eq!(with(&[]).findings().len(), 1);
    assert!(with(&["--profile=default"]).findings().is_empty(), "what is typed goes before");
    tree.write("src/key.rs", "pub const JWT_SECRET: &str = \"7w8Rz-mN2pQv5tBxLc9hJf3KeYa6Xe1WoUiPq4Zs0rM\";\n");
    let strength = |run: Run| run.json()["findings"][0]["strength"].clone();
    assert_eq!(strength(with(&[])), "weak");
    assert_eq!(strength(with(&["--profile=default"])), "strong");
}

#[test]
fn what_is_not_sure_enough_is_hidden() {
    let tree = Tree::new();
    tree.write("app.py", "jwt_secret = \"your-secret-here\"\n").write("src/auth.rs", LEAK);
    let found = |arguments: &[&str]| tree.check([&["--format=json"], arguments].concat()).findings();
    assert_eq!(found(&[]).len(), 2);
    assert_eq!(found(&["--min-confidence=medium"]), ["src/auth.rs:1 hardcoded-secret"]);
    assert!(found(&["--min-confidence=high"]).is_empty());
    assert_eq!(found(&["--min-confidence=high", "--no-ignores"]).len(), 2, "--no-ignores shows what is hidden");
}

#[test]
fn one_rule_can_have_a_level_and_a_confidence_of_its_own() {
    let tree = leaky();
    let level = || tree.check(["--format=json", "--verbose"]).json()["findings"][0]["level"].clone();
    assert_eq!(level(), "error");
    tree.write("jwtlint.toml", "[rules.hardcoded-secret]\nlevel = \"warning\"\n");
    assert_eq!(level(), "warning");
    tree.write(
        "jwtlint.toml",
        "[rules.hardcoded-secret]\nlevel = \"warning\"\n[levels.\"src/\"]\nhardcoded-secret = \"note\"\n",
    );
    assert_eq!(level(), "note", "a part of the tree is more special");
    tree.write("jwtlint.toml", "[rules.hardcoded-secret]\nmin-confidence = \"high\"\n");
    assert_eq!(tree.check::<&str>([]).code, Some(0));
}

#[test]
fn statistics_count_by_rule_and_level() {
    let tree = leaky();
    tree.write("src/mild.rs", MILD);
    let run = tree.check(["--statistics"]);
    assert_eq!(run.code, Some(1));
    let rows: Vec<Vec<&str>> = run.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["rule", "error", "warning", "note", "hidden"]);
    assert_eq!(rows[1], ["hardcoded-secret", "1", "0", "1", "0"]);
    assert_eq!(rows[2], ["all", "1", "0", "1", "0"]);
}

#[test]
fn what_does_not_parse_is_read_by_the_text_rules_to_its_end() {
    const SECRETS: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\nfn key() -> jsonwebtoken::EncodingKey {\n    jsonwebtoken::EncodingKey::from_secret(b\"plum-tree-in-winter\")\n}\n";
    let clean = SECRETS.replace("\"pear-tree-in-winter\"", "env!(\"X\")").replace("b\"plum-tree-in-winter\"", "&key");
    for broken in [
        "fn x( {}",
        "fn x() {",
        "fn x(a: [u8; 4) {}",
        "fn x() { let y = ; }",
        "fn x() {\n    y(a, [1;\n}",
        "mod m {\n    fn x( {}",
    ] {
        let tree = Tree::new();
        let first = 1 + broken.lines().count();
        for (name, text) in [("found.rs", SECRETS), ("clean.rs", &clean)] {
            tree.write(name, format!("{broken}\n{text}"));
        }
        let run = tree.check(["--format=json"]);
        let wanted = [first, first + 2].map(|line| format!("found.rs:{line} hardcoded-secret"));
        assert_eq!(run.findings(), wanted, "{broken}: {run:?}");
        assert_eq!(run.notifications().len(), 2, "{broken}: {run:?}");
    }
    let tree = Tree::new();
    tree.write("inside.rs", format!("fn x( {{\n{SECRETS}}}\n"));
    let wanted = ["inside.rs:2 hardcoded-secret", "inside.rs:4 hardcoded-secret"];
    assert_eq!(tree.check(["--format=json"]).findings(), wanted);
}
