//! `jwtlint hook post-edit`: what coding agents send, and what they get back.

mod common;

use std::fmt::Write as _;
use std::io::Read as _;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use common::{Run, Tree, jwtlint, run, run_with};
use serde_json::{Value, json};

const LEAK: &str = "pub fn key() -> jsonwebtoken::EncodingKey {\n    \
                    jsonwebtoken::EncodingKey::from_secret(b\"pear-tree-in-winter\")\n}\n";
const CLEAN: &str = "pub fn secret() -> Option<String> { std::env::var(\"JWT_SECRET\").ok() }\n";

/// The hook with files as arguments.
fn edited(tree: &Tree, arguments: &[&str]) -> Run {
    run(jwtlint(tree.top()).args(["hook", "post-edit"]).args(arguments))
}

/// The hook with what a host sends, from a directory of its own.
fn told(tree: &Tree, event: &Value) -> Run {
    run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), event.to_string().as_bytes())
}

#[track_caller]
fn is_silent(run: &Run) {
    assert_eq!((run.code, &*run.stdout, &*run.stderr), (Some(0), "", ""));
}

#[track_caller]
fn is_found(run: &Run, places: &[&str]) {
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
    for place in places {
        assert!(run.stderr.contains(place), "{place}: {run:?}");
    }
    assert!(!run.stderr.contains("pear"), "the value is not told: {run:?}");
}

#[track_caller]
fn is_an_error(run: &Run) {
    assert_eq!((run.code, &*run.stdout), (Some(1), ""), "{run:?}");
    assert!(!run.stderr.is_empty(), "it says why");
}

fn tree() -> Tree {
    let tree = Tree::new();
    tree.write("src/auth.rs", LEAK).write("src/clean.rs", CLEAN).write("src/b c.rs", LEAK);
    tree
}

#[test]
fn clean_is_silent_and_findings_go_to_the_model() {
    let tree = tree();
    is_silent(&edited(&tree, &["src/clean.rs"]));
    let run = edited(&tree, &["src/clean.rs", "src/auth.rs"]);
    is_found(&run, &["src/auth.rs:2:46: error[hardcoded-secret]: ", "  fix: "]);
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn no_failure_looks_like_a_finding() {
    let tree = tree();
    tree.write("jwtlint.toml", "exlude = []\n");
    is_an_error(&edited(&tree, &["src/auth.rs"]));
    tree.write("jwtlint.toml", "");
    is_an_error(&edited(&tree, &["src/none.rs"]));
    is_an_error(&edited(&tree, &["src"]));
    is_an_error(&edited(&tree, &["--fromat", "src/auth.rs"]));
    is_an_error(&edited(&tree, &["--config", "none.toml", "src/auth.rs"]));
    is_an_error(&run(jwtlint(tree.top()).args(["hook", "post-edti", "src/auth.rs"])));
    is_an_error(&run(jwtlint(tree.top()).arg("hook")));
    for text in [
        "{\"tool_name\": ",
        "[1, 2]",
        "null",
        "{}",
        "src/auth.rs",
        "\u{0}",
        "{\"toolName\":\"edit\",\"toolArgs\":\"{\"}",
    ] {
        is_an_error(&run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), text.as_bytes()));
    }
    let deep = "[".repeat(100_000);
    is_an_error(&run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), deep.as_bytes()));
}

#[test]
fn a_finding_is_told_whatever_else_failed() {
    let (tree, other) = (tree(), Tree::new());
    other.write("jwtlint.toml", "exlude = []\n").write("a.rs", CLEAN);
    let broken = other.path("a.rs").to_string_lossy().into_owned();
    for (failing, message) in [("src/none.rs", "src/none.rs: "), ("src", "src is a directory"), (&broken, "`exlude`")] {
        let run = edited(&tree, &["src/auth.rs", failing]);
        is_found(&run, &["src/auth.rs:2:46: error[hardcoded-secret]: ", message]);
        is_an_error(&edited(&tree, &["src/clean.rs", failing]));
    }
}

#[test]
fn nothing_edited_is_clean() {
    let tree = tree();
    is_silent(&edited(&tree, &[]));
    is_silent(&told(&tree, &json!({"tool_name": "Read", "tool_input": {"file_path": "src/auth.rs"}})));
    is_silent(&told(&tree, &json!({"tool_name": "Teleport", "tool_input": {"file_path": "src/auth.rs"}})));
    is_silent(&told(&tree, &json!({"tool_name": "Bash", "tool_input": {"command": "cat src/auth.rs"}})));
}

#[test]
fn claude_code() {
    let tree = tree();
    let event = |tool: &str, file: &str| {
        json!({"session_id": "1", "transcript_path": "/x", "cwd": tree.top(), "hook_event_name": "PostToolUse",
               "tool_name": tool, "tool_input": {"file_path": file, "content": "x"}, "tool_response": {"success": true}})
    };
    let absolute = tree.path("src/auth.rs");
    is_found(&told(&tree, &event("Write", &absolute.to_string_lossy())), &["src/auth.rs:2:46"]);
    is_found(&told(&tree, &event("Edit", "src/auth.rs")), &["src/auth.rs:2:46"]);
    is_found(&told(&tree, &event("Edit", "src\\auth.rs")), &["src/auth.rs:2:46"]);
    is_silent(&told(&tree, &event("MultiEdit", "src/clean.rs")));
    is_an_error(&told(&tree, &event("Edit", "src/none.rs")));
}

#[test]
fn codex_applies_patches_to_several_files() {
    let tree = tree();
    let patch = "*** Begin Patch\n*** Update File: src/clean.rs\n@@\n-x\n+y\n*** Update File: src/old.rs\n\
                 *** Move to: src/b c.rs\n@@\n+z\n*** Delete File: src/gone.rs\n*** Add File: src/auth.rs\n+x\n*** End Patch";
    let event = json!({"hook_event_name": "PostToolUse", "turn_id": "1", "model": "m", "cwd": tree.top(),
                       "tool_name": "apply_patch", "tool_input": {"command": patch}, "tool_response": "Done!"});
    is_found(
        &told(&tree, &event),
        &["src/auth.rs:2:46", "src/b c.rs:2:46", "2 JWT secret problems are now in 2 files"],
    );
}

#[test]
fn gemini_cursor_and_copilot() {
    let tree = tree();
    let file = tree.path("src/auth.rs");
    let gemini = json!({"session_id": "1", "cwd": tree.top(), "hook_event_name": "AfterTool", "timestamp": "t",
                        "tool_name": "replace", "tool_input": {"file_path": file}, "tool_response": {"llmContent": "x"}});
    let cursor = json!({"hook_event_name": "afterFileEdit", "conversation_id": "1", "workspace_roots": [tree.top()],
                        "file_path": "src/auth.rs", "edits": [{"old_string": "", "new_string": "x"}]});
    let copilot = json!({"timestamp": 1, "cwd": tree.top(), "toolName": "edit",
                         "toolArgs": json!({"path": file}).to_string(), "toolResult": {"resultType": "success"}});
    for event in [gemini, cursor, copilot] {
        is_found(&told(&tree, &event), &["src/auth.rs:2:46: error[hardcoded-secret]", "the edit was made"]);
    }
}

#[test]
fn inputs_of_all_sorts() {
    let (tree, elsewhere) = (tree(), Tree::new());
    let cell = json!(["import jwt\n", "jwt.encode({}, \"pear-tree-in-winter\")\n"]);
    let notebook = json!({"cells": [{"cell_type": "code", "source": cell}], "metadata": {}, "nbformat": 4});
    tree.write("book.ipynb", notebook.to_string());
    elsewhere.write("far.rs", LEAK);
    let write = |file: Value| json!({"tool_name": "Write", "cwd": tree.top(), "tool_input": {"file_path": file}});
    let edits = json!([{"old_string": "x", "new_string": "y"}, {"old_string": "z", "new_string": ""}]);
    let several = json!({"tool_name": "MultiEdit", "tool_input": {"file_path": "src/auth.rs", "edits": edits}});
    is_found(&told(&tree, &several), &["src/auth.rs:2:46"]);
    let cells = json!({"tool_name": "NotebookEdit", "tool_input": {"notebook_path": tree.path("book.ipynb")}});
    is_found(&told(&tree, &cells), &["book.ipynb:1:"]);
    let patch = "*** Begin Patch\n*** Update File: src/auth.rs\n@@\n-x\n+y\n*** End Patch";
    is_found(&told(&tree, &json!({"tool_name": "apply_patch", "tool_input": {"input": patch}})), &["src/auth.rs:2:46"]);
    is_found(&told(&tree, &write(json!(elsewhere.path("far.rs")))), &["far.rs:2:46"]);
    is_found(
        &told(&tree, &write(json!(format!("file://{}", tree.path("src/auth.rs").display())))),
        &["src/auth.rs:2:46"],
    );
    let hook = |input: &str| run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), input.as_bytes());
    let event = write(json!("src/auth.rs")).to_string();
    is_found(&hook(&format!("\u{feff}{event}")), &["src/auth.rs:2:46"]);
    is_found(&hook(&format!("\n  {event}\nand more")), &["src/auth.rs:2:46"]);
    let removed = "*** Begin Patch\n*** Delete File: src/gone.rs\n*** End Patch";
    is_silent(&told(&tree, &json!({"tool_name": "apply_patch", "tool_input": removed})));
    for nothing in ["", " \n", "{\"hook_event_name\":\"SessionStart\",\"session_id\":\"1\"}"] {
        is_silent(&hook(nothing));
    }
    is_an_error(&told(&tree, &write(json!(["src/auth.rs"]))));
    is_an_error(&told(&tree, &write(json!("src/a\u{0}.rs"))));
}

#[test]
fn what_else_an_event_holds_hides_no_finding() {
    let tree = tree();
    let hook = |input: &str| run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), input.as_bytes());
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let event = |input: &str, response: &str| {
        format!(
            r#"{{"tool_name":"Edit","tool_response":{response},"tool_input":{{"file_path":"src/auth.rs","old_string":{input}}}}}"#
        )
    };
    // A text that JavaScript cut within a character.
    let halved = r#""cut here: \ud83d""#.to_owned();
    for (input, response) in [(&*halved, "{}"), ("\"\"", &halved), (&deep, "{}"), ("\"\"", &deep)] {
        is_found(&hook(&event(input, response)), &["src/auth.rs:2:46"]);
    }
    for other in [&halved, &deep] {
        let arguments = Value::from(format!(r#"{{"new_str":{other},"path":"src/auth.rs"}}"#));
        is_found(&hook(&format!(r#"{{"toolName":"edit","toolArgs":{arguments}}}"#)), &["src/auth.rs:2:46"]);
    }
}

/// `git diff --name-only` lists them like files, and `docs/ci` hands that list over.
#[cfg(unix)]
#[test]
fn submodules_and_links_in_a_list_of_changes_are_passed_over() {
    let (Some(tree), Some(module)) = (Tree::repository(), Tree::repository()) else { return };
    module.write("a.rs", CLEAN).commit();
    tree.write("src/auth.rs", LEAK).git(["submodule", "--quiet", "add", &module.top().to_string_lossy(), "mod"]);
    for (link, target) in [("folder", "src"), ("dangling", "none")] {
        std::os::unix::fs::symlink(target, tree.path(link)).expect("a link");
    }
    tree.commit();
    for name in ["mod", "mod/", "folder", "dangling"] {
        is_silent(&edited(&tree, &[name]));
        is_found(&edited(&tree, &[name, "src/auth.rs"]), &["src/auth.rs:2:46"]);
    }
    tree.git(["submodule", "--quiet", "deinit", "--all"]);
    is_silent(&edited(&tree, &["mod"]));
    is_an_error(&edited(&tree, &["src"]));
}

#[test]
fn an_edit_that_failed_is_not_told_as_made() {
    let tree = tree();
    let gemini = json!({"hook_event_name": "AfterTool", "tool_name": "replace", "tool_input": {"file_path": "src/auth.rs"},
                        "tool_response": {"llmContent": "none", "error": {"message": "0 occurrences"}}});
    let copilot = json!({"toolName": "edit", "toolArgs": "{\"path\":\"src/auth.rs\"}",
                         "toolResult": {"resultType": "failure"}});
    for event in [gemini, copilot] {
        is_silent(&told(&tree, &event));
    }
}

/// What hosts, versions of them, and other programs may send; the exit code says which of the three answers it is.
#[cfg(unix)]
#[test]
fn inputs_with_missing_and_odd_parts() {
    let (tree, other) = (tree(), Tree::new());
    other.write("auth.rs", LEAK);
    tree.write("-x.rs", LEAK).write("é😀.rs", LEAK).write("we'ird\".rs", LEAK);
    std::fs::create_dir(tree.path("folder.rs")).expect("a folder");
    std::os::unix::fs::symlink("src/auth.rs", tree.path("link.rs")).expect("a link");
    std::os::unix::fs::symlink(other.path("auth.rs"), tree.path("outward.rs")).expect("a link");
    let top = tree.top().to_str().expect("text");
    let leak = format!("{top}/src/auth.rs");
    let input = |tool: &str, input: Value| {
        json!({"session_id": "1", "cwd": top, "hook_event_name": "PostToolUse", "tool_name": tool, "tool_input": input,
               "tool_response": {"success": true}, "tool_use_id": "1"})
    };
    let write = |file: &str| input("Write", json!({"file_path": file}));
    let with = |mut event: Value, key: &str, value: Value| {
        event[key] = value;
        event
    };
    let patch =
        |text: &str| input("apply_patch", json!({"command": format!("*** Begin Patch\n{text}\n*** End Patch")}));
    let cursor = |roots: Value, file: &str| json!({"hook_event_name": "afterFileEdit", "workspace_roots": roots, "file_path": file});
    let copilot = |arguments: Value| json!({"timestamp": 1, "cwd": top, "toolName": "edit", "toolArgs": arguments});
    for (event, code) in [
        // Paths.
        (write("-x.rs"), 2),
        (write("é😀.rs"), 2),
        (write("we'ird\".rs"), 2),
        (write("src/b c.rs"), 2),
        (write(".\\src\\auth.rs"), 2),
        (write("src/../src/./auth.rs"), 2),
        (write("link.rs"), 2),
        (write("outward.rs"), 0),
        (write("src/gone.rs"), 1),
        (write("folder.rs"), 1),
        (write("line\nbreak.rs"), 1),
        (with(write("C:\\work\\src\\auth.rs"), "cwd", json!("C:\\work")), 2),
        (with(write("src/auth.rs"), "cwd", json!("/no/such/place")), 2),
        (with(write("src/auth.rs"), "cwd", Value::Null), 2),
        (with(write("auth.rs"), "cwd", json!(other.top())), 2),
        // Missing and odd parts.
        (json!({"hook_event_name": "PostToolUse", "tool_name": "Write", "cwd": top}), 1),
        (input("Write", Value::Null), 1),
        (input("Edit", json!({"old_string": "a"})), 1),
        (input("Write", json!({"file_path": 7})), 1),
        (input("Write", json!({"file_path": ""})), 1),
        (input("mcp__notes__write", json!({"title": "pear"})), 0),
        (json!({"cwd": top, "tool_calls": [input("Edit", Value::Null), write("src/auth.rs")]}), 2),
        (json!({"cwd": top, "tool_calls": [input("Edit", Value::Null), write("src/clean.rs")]}), 1),
        (input("Write", json!("src/auth.rs")), 1),
        (with(write(&leak), "tool_response", json!("a text")), 2),
        (json!({"tool_name": "Write", "tool_input": {"file_path": leak}}), 2),
        (json!({"hook_event_name": "Stop", "stop_hook_active": true, "cwd": top}), 0),
        (json!({"pear": 1}), 1),
        (json!([write(&leak)]), 1),
        (json!("src/auth.rs"), 1),
        // Tools that write, and others.
        (input("MultiEdit", json!({"file_path": leak, "edits": []})), 2),
        (input("mcp__files__write_file", json!({"path": leak})), 2),
        (input("Bash", json!({"command": "cat src/auth.rs"})), 0),
        (input("Read", json!({"file_path": leak})), 0),
        (input("Write", json!({"file_path": leak, "content": "x".repeat(10_000_000)})), 2),
        // Patches.
        (patch("*** Update File: src/clean.rs\n@@\n-a\n+b\n*** Add File: src/b c.rs\n+x"), 2),
        (patch("*** Update File: src/old.rs\n*** Move to: src/auth.rs"), 2),
        (patch("*** Delete File: src/gone.rs\n*** Update File: src/clean.rs"), 0),
        (
            input(
                "apply_patch",
                json!({"command": "*** Begin Patch\r\n*** Update File: src/auth.rs\r\n*** End Patch\r\n"}),
            ),
            2,
        ),
        (
            input(
                "shell",
                json!({"command": ["bash", "-lc", "apply_patch <<'E'\n*** Begin Patch\n*** Add File: src/auth.rs\n*** End Patch\nE"]}),
            ),
            2,
        ),
        (
            input(
                "shell",
                json!({"workdir": other.top(), "command": ["apply_patch", "*** Begin Patch\n*** Add File: auth.rs\n*** End Patch"]}),
            ),
            2,
        ),
        // Editors with several folders.
        (cursor(json!(["/no/such/place", top]), "src/auth.rs"), 2),
        (cursor(json!([other.top(), top]), "src/auth.rs"), 2),
        (cursor(json!([other.top(), top]), "auth.rs"), 2),
        (cursor(json!([]), "src/auth.rs"), 2),
        (cursor(json!("a text"), &leak), 2),
        (cursor(json!([top]), "src/clean.rs"), 0),
        // Arguments as JSON in a text, and as they are.
        (copilot(json!(format!("{{\"filePath\": {leak:?}}}"))), 2),
        (copilot(json!({"path": "src/auth.rs"})), 2),
        (copilot(json!("{")), 1),
        (copilot(json!("{\"command\": \"ls\"}")), 0),
    ] {
        let run = told(&tree, &event);
        let event = event.to_string().chars().take(300).collect::<String>();
        match code {
            0 => assert_eq!((run.code, &*run.stdout, &*run.stderr), (Some(0), "", ""), "{event}"),
            1 => assert!(run.code == Some(1) && run.stdout.is_empty() && !run.stderr.is_empty(), "{event}: {run:?}"),
            _ => {
                assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{event}: {run:?}");
                assert!(
                    run.stderr.contains(":2:46: error[hardcoded-secret]") && !run.stderr.contains("pear-tree"),
                    "{run:?}"
                );
            }
        }
    }
    let nested = format!("{{\"tool_input\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for wrong in [&b"{"[..], b"\xff\xfe{\0}\0", b"{\"tool_input\":{\"file_path\":\"\xff\"}}", nested.as_bytes()] {
        is_an_error(&run_with(jwtlint(tree.top()).args(["hook", "post-edit"]), wrong));
    }
}

#[test]
fn the_host_may_stand_elsewhere() {
    let (tree, elsewhere) = (tree(), Tree::new());
    let event = json!({"cwd": tree.top(), "tool_name": "Write", "tool_input": {"file_path": "src/auth.rs"}});
    is_found(&told(&elsewhere, &event), &["auth.rs:2:46"]);
}

#[test]
fn standard_input_that_stays_open_is_not_waited_for() {
    let tree = tree();
    for (arguments, input) in [
        (vec!["src/auth.rs"], String::new()),
        (vec![], json!({"tool_name": "Write", "tool_input": {"file_path": "src/auth.rs"}}).to_string()),
    ] {
        let mut command = jwtlint(tree.top());
        command.args(["hook", "post-edit"]).args(arguments);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        std::io::Write::write_all(&mut stdin, input.as_bytes()).expect("it takes its input");
        let start = Instant::now();
        while child.try_wait().expect("a child").is_none() {
            assert!(start.elapsed() < Duration::from_secs(60), "it hangs");
            thread::sleep(Duration::from_millis(5));
        }
        let mut text = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut text).expect("text");
        assert_eq!(child.wait().expect("a child").code(), Some(2), "{text}");
        drop(stdin);
    }
}

#[test]
fn feedback_stays_short_and_cannot_be_forged() {
    let tree = Tree::new();
    let mut text = String::new();
    for number in 0..500 {
        writeln!(text, "pub fn key_{number}() {{ jsonwebtoken::EncodingKey::from_secret(b\"pear-tree-{number}\"); }}")
            .expect("text");
    }
    tree.write("src/many.rs", text);
    let run = edited(&tree, &["src/many.rs"]);
    is_found(&run, &["500 JWT secret problems", "more findings are shown by `jwtlint check`"]);
    assert!(run.stderr.len() < 10_000, "{} bytes", run.stderr.len());
    #[cfg(unix)]
    {
        let name = "src/a\u{1b}[31m\nerror: src/clean.rs.rs";
        tree.write(name, LEAK);
        let run = edited(&tree, &[name]);
        is_found(&run, &["error[hardcoded-secret]"]);
        assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains("\nerror: src/clean"), "{run:?}");
    }
}

#[test]
fn what_an_edited_file_imports_is_read() {
    let tree = Tree::new();
    tree.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"api\", \"keys\"]\n[workspace.dependencies]\norchard-keys = { path = \"keys\" }\n",
    )
    .write("api/Cargo.toml", "[package]\nname = \"api\"\n[dependencies]\norchard-keys = { workspace = true }\n")
    .write("keys/Cargo.toml", "[package]\nname = \"orchard-keys\"\n")
    .write("keys/src/lib.rs", "pub mod fixed;\npub use fixed::GATE;\n")
    .write("keys/src/fixed.rs", "pub const GATE: &[u8] = b\"pear-tree-in-winter\";\n")
    .write("api/src/lib.rs", "pub mod auth;\nmod shared;\n")
    .write("api/src/shared/mod.rs", "pub mod sign;\n")
    .write("api/src/shared/sign.rs", "pub fn with(key: &[u8]) { jsonwebtoken::EncodingKey::from_secret(key); }\n")
    .write("api/src/auth/mod.rs", "mod login;\nmod gate;\n")
    .write("api/src/auth/login.rs", "use crate::shared::sign;\nfn f() { sign::with(b\"pear-blossom\"); }\n")
    .write("api/src/auth/gate.rs", "fn f() { jsonwebtoken::EncodingKey::from_secret(orchard_keys::GATE); }\n");
    is_found(&edited(&tree, &["api/src/auth/login.rs"]), &["api/src/auth/login.rs:2:23: error[hardcoded-secret]"]);
    is_found(
        &edited(&tree, &["api/src/auth/gate.rs"]),
        &["keys/src/fixed.rs:1:27: error[hardcoded-secret]", "api/src/auth/gate.rs:1:"],
    );
    is_silent(&edited(&tree, &["keys/src/fixed.rs"]));
}

#[test]
fn imports_of_other_languages_are_read() {
    let tree = Tree::new();
    tree.write("web/src/keys.js", "module.exports.gate = 'pear-tree-in-winter';\n")
        .write(
            "web/src/auth.js",
            "const jwt = require('jsonwebtoken');\nconst { gate } = require('./keys');\njwt.sign({}, gate);\n",
        )
        .write("shop/settings.py", "JWT_GATE = 'pear-tree-in-winter'\n")
        .write("shop/views/login.py", "import jwt\nfrom shop.settings import JWT_GATE\njwt.encode({}, JWT_GATE)\n")
        .write("svc/keys.go", "package svc\n\nvar jwtGate = []byte(\"pear-tree-in-winter\")\n")
        .write(
            "svc/auth.go",
            "package svc\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\nfunc f(t *jwt.Token) { t.SignedString(jwtGate) }\n",
        );
    is_found(&edited(&tree, &["web/src/auth.js"]), &["web/src/keys.js:1:24"]);
    is_found(&edited(&tree, &["shop/views/login.py"]), &["shop/settings.py:1:13"]);
    is_found(&edited(&tree, &["svc/auth.go"]), &["svc/keys.go:3:"]);
}

#[test]
fn excludes_and_allowances_bind() {
    let tree = tree();
    tree.write("jwtlint.toml", "exclude = [\"/src/auth.rs\"]\n");
    is_silent(&edited(&tree, &["src/auth.rs"]));
    let allowed = LEAK.replace("\")\n", "\") // jwtlint: allow(hardcoded-secret) reason=\"a demo\"\n");
    tree.write("src/b c.rs", allowed);
    is_silent(&edited(&tree, &["src/b c.rs"]));
}

#[test]
fn an_ignored_environment_file_is_where_a_secret_belongs() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".env", "JWT_SECRET=pear-tree-in-winter\n");
    is_found(&edited(&tree, &[".env"]), &[".env:1:12: warning[committed-env-file]"]);
    tree.write(".gitignore", ".env\n");
    is_silent(&edited(&tree, &[".env"]));
}
