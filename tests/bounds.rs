//! Size: a line of 100 MB, 100 000 files, brackets without end. Memory and time stay within bounds, and what is passed
//! over is told.

mod common;

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Run, Tree, jwtlint, run};

const LEAK: &str = "pub const JWT_SECRET: &str = \"pear-tree-in-winter\";\n";
const ITEM: &str = r#"{"name": "value", "jwt_secret": "pear-tree-in-winter"}, "#;
const LARGE: usize = 100_000_000;

/// What a run took.
struct Cost {
    run: Run,
    time: Duration,
    /// The most memory that it held, in MB; 0 where that is not told.
    memory: u64,
}

fn cost(tree: &Tree, arguments: &[&str]) -> Cost {
    let start = Instant::now();
    let mut child = jwtlint(tree.top())
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut memory = 0;
    let (mut stdout, mut stderr) = (String::new(), String::new());
    let (mut out, mut err) = (child.stdout.take().expect("a pipe"), child.stderr.take().expect("a pipe"));
    let code = std::thread::scope(|scope| {
        scope.spawn(|| out.read_to_string(&mut stdout).expect("text"));
        scope.spawn(|| err.read_to_string(&mut stderr).expect("text"));
        loop {
            let told = std::fs::read_to_string(&status).unwrap_or_default();
            let peak = told
                .lines()
                .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix("kB")?.trim().parse().ok());
            memory = memory.max(peak.unwrap_or(0) / 1024);
            if let Some(ended) = child.try_wait().expect("a child") {
                break ended.code();
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    Cost { run: Run { code, stdout, stderr }, time: start.elapsed(), memory }
}

/// A file of one line.
fn long_line(tree: &Tree, name: &str, item: &str, size: usize) {
    let mut file = BufWriter::new(File::create(tree.path(name)).expect("a file"));
    for _ in 0..size / item.len() {
        file.write_all(item.as_bytes()).expect("it is written");
    }
}

#[test]
fn a_line_of_100_mb_is_passed_over_and_announced() {
    let Some(tree) = Tree::repository() else { return };
    tree.write("auth.rs", LEAK);
    long_line(&tree, "data.json", ITEM, LARGE);
    tree.git(["-c", "core.compression=0", "add", "."]);
    for arguments in [&["check"][..], &["check", "--staged"], &["check", "data.json", "auth.rs"]] {
        let Cost { run, time, memory } = cost(&tree, &[arguments, &["--format=json"]].concat());
        assert_eq!(run.findings(), ["auth.rs:1 hardcoded-secret"], "{arguments:?}");
        let told = run.notifications();
        let [one] = told.as_slice() else { panic!("{arguments:?}: {told:?}") };
        assert!(one.starts_with("warning data.json: not scanned: its ") && one.contains("--max-file-size"), "{one}");
        assert!(time < Duration::from_secs(10) && memory < 150, "{arguments:?}: {time:?}, {memory} MB");
    }
    let edited = cost(&tree, &["hook", "post-edit", "data.json"]);
    assert!(edited.run.code == Some(0) && edited.memory < 150, "{} MB: {:?}", edited.memory, edited.run);
    tree.git(["-c", "core.compression=0", "commit", "--quiet", "--message", "x"]);
    let history = cost(&tree, &["history", "--format=json"]);
    assert_eq!(history.run.findings(), ["auth.rs:1 hardcoded-secret"]);
    assert!(
        history.run.notifications().iter().any(|one| one.contains("1 versions of files exceed")),
        "{:?}",
        history.run
    );
    assert!(history.memory < 150, "{} MB", history.memory);
}

#[test]
fn a_long_line_within_the_limit_is_read() {
    let tree = Tree::new();
    // Almost keys, almost tokens, almost calls.
    for (name, item, size) in [
        ("a.txt", ITEM, LARGE),
        ("b.txt", "-----BEGIN PRIVATE KEY-----MIIE", LARGE / 5),
        ("c.js", "jwt.sign(", LARGE / 5),
        ("d.log", "eyJ", LARGE / 10),
    ] {
        long_line(&tree, name, item, size);
        let Cost { run, time, memory } = cost(&tree, &["check", name, "--max-file-size=200M", "--format=json"]);
        assert_eq!((run.code, run.json()["complete"].as_bool()), (Some(0), Some(true)), "{name}: {run:?}");
        assert!(time < Duration::from_secs(60) && memory < 600, "{name}: {time:?}, {memory} MB");
        std::fs::remove_file(tree.path(name)).expect("a file");
    }
}

#[test]
fn brackets_without_end_overflow_nothing() {
    let tree = Tree::new();
    tree.write("auth.rs", LEAK);
    for (number, (ending, opening)) in [
        ("json", "["),
        ("json", "{\"a\":"),
        ("yaml", "["),
        ("yaml", "- "),
        ("yaml", "a: {"),
        ("toml", "a = ["),
        ("xml", "<a>"),
        ("rs", "("),
        ("rs", "fn f() {"),
        ("rs", "&"),
        ("rs", "a!("),
        ("js", "("),
        ("js", "{a:"),
        ("js", "`${"),
        ("py", "["),
        ("rb", "\"#{"),
        ("go", "{"),
        ("java", "("),
        ("kt", "\"${"),
        ("php", "["),
        ("ex", "["),
        ("tf", "a {"),
        ("ipynb", "{\"cells\":["),
        ("sh", "$("),
        ("sql", "("),
    ]
    .into_iter()
    .enumerate()
    {
        let text = format!("const jsonwebtoken = 1; jwt_secret\n{}", opening.repeat(100_000));
        tree.write(&format!("{number}.{ending}"), &text)
            .write(&format!("{number}-bare.{ending}"), opening.repeat(100_000));
    }
    let Cost { run, time, memory } = cost(&tree, &["check", "--format=json"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.findings().contains(&"auth.rs:1 hardcoded-secret".to_owned()));
    assert!(time < Duration::from_secs(120) && memory < 1_000, "{time:?}, {memory} MB");
}

#[test]
fn a_hundred_thousand_files() {
    const FOLDERS: usize = 200;
    const FILES: usize = 500;
    let tree = Tree::new();
    for folder in 0..FOLDERS {
        std::fs::create_dir(tree.path(&format!("{folder}"))).expect("a folder");
        for file in 0..FILES {
            let (name, text) = match file % 4 {
                0 => ("js", "export const name = 'value';\n"),
                1 => ("json", "{\"name\": \"value\"}\n"),
                2 => ("rs", "pub fn name() -> u8 {\n    1\n}\n"),
                _ => ("md", "# A name\n"),
            };
            std::fs::write(tree.path(&format!("{folder}/{file}.{name}")), text).expect("a file");
        }
    }
    tree.write("100/auth.rs", LEAK);
    let Cost { run, time, memory } = cost(&tree, &["check", "--format=json"]);
    assert_eq!(run.findings(), ["100/auth.rs:1 hardcoded-secret"]);
    assert_eq!(run.json()["counts"]["files_scanned"], FOLDERS * FILES + 1);
    assert!(time < Duration::from_secs(240) && memory < 500, "{time:?}, {memory} MB");
    // Many names on one command line, as hooks pass them.
    let names: Vec<String> =
        (0..2_000).map(|number| format!("{}/{}.js", number % FOLDERS, number / FOLDERS * 4)).collect();
    let hook = run_with_names(&tree, &names);
    assert_eq!(hook.code, Some(0), "{}", hook.stderr);
}

fn run_with_names(tree: &Tree, names: &[String]) -> Run {
    run(jwtlint(tree.top()).args(["check", "--force-exclude", "--format=json", "--"]).args(names))
}
