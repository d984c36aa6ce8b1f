//! Which program a command calls.

/// How the file of a program ends, or of a script that stands for one.
const ENDINGS: [&str; 5] = ["bat", "cmd", "exe", "ps1", "sh"];

/// Commands that run nothing that is named behind them.
const RUN_NOTHING: [&str; 29] = [
    "[",
    "[[",
    "cat",
    "cd",
    "chdir",
    "chmod",
    "cp",
    "echo",
    "export",
    "grep",
    "hash",
    "head",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "popd",
    "printf",
    "pushd",
    "rm",
    "rmdir",
    "set-location",
    "tail",
    "test",
    "touch",
    "type",
    "where",
    "which",
    "write-host",
];
/// What stands before the command itself.
const BEFORE: [&str; 9] = ["!", "do", "elif", "else", "if", "then", "time", "until", "while"];
/// Words behind which something is fetched or recorded, not run.
const TAKES: [&str; 3] = ["add", "install", "uninstall"];

/// Whether a word of the command is the program, wherever it lies and whatever runs it: `npx jwtlint@1`. A folder that
/// is called so is none, nor is a name that goes on, nor what a command takes that runs nothing: `cd jwtlint`.
pub(super) fn calls(command: &str) -> bool {
    command.split(['\n', ';', '&', '|', '(', ')', '`']).any(runs)
}

/// The same for one command without others in it.
fn runs(simple: &str) -> bool {
    let is_assignment = |word: &str| {
        word.split_once('=')
            .is_some_and(|(name, _)| name.chars().all(|letter| letter.is_alphanumeric() || letter == '_'))
    };
    let words = simple.split_whitespace().take_while(|word| !word.starts_with('#'));
    let words = words.map(|word| word.trim_matches(['"', '\'', '{', '}'])).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.skip_while(|word| BEFORE.contains(word) || is_assignment(word)).collect();
    let Some(first) = words.first() else { return false };
    if RUN_NOTHING.contains(&first.to_ascii_lowercase().as_str()) {
        return false;
    }
    // `command -v` asks where a program is.
    let asks = |word: &str| *first == "command" && matches!(word, "-v" | "-V");
    words.iter().take_while(|word| !TAKES.contains(word) && !asks(word)).any(|word| is_program(word))
}

/// Whether a part of a word names the program.
fn is_program(word: &str) -> bool {
    let ends_word = |letter: char| "\"'<>{}$=:@,".contains(letter);
    word.split(ends_word).any(|word| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        let program = match name.rsplit_once('.') {
            Some((program, ending)) if ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)) => program,
            _ => name,
        };
        program == "jwtlint"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_a_whole_name() {
        for command in [
            "jwtlint hook post-edit",
            "exec /opt/bin/jwtlint check",
            "C:\\tools\\jwtlint.exe check",
            "\"$HOME/.cargo/bin/jwtlint\" check",
            "npx --yes jwtlint@1 check",
            "git diff | xargs jwtlint",
            "cd x&&jwtlint check;",
            "docker run registry.example/jwtlint:1 check",
            ".hooks/jwtlint.sh",
            "cd jwtlint && ../bin/jwtlint check",
            "if test -x jwtlint; then jwtlint check; fi",
            "RUST_LOG=debug exec env X=1 'jwtlint' check --staged",
            "sh -c \"cd x && jwtlint check\"",
            "pip install jwtlint==1 && jwtlint check",
            "command jwtlint check",
            "X=$(jwtlint check)",
            "make jwtlint",
            "! jwtlint check",
            "find src -exec jwtlint check {} +",
        ] {
            assert!(calls(command), "{command}");
        }
        for command in [
            "/home/u/jwtlint-site/fmt.sh",
            "jwtlint/fmt.sh",
            "my-jwtlint",
            "cat jwtlint.toml",
            "jwtlints",
            "",
            "cd jwtlint",
            "cd jwtlint && make fmt",
            "set -e; cd \"$HOME/jwtlint\"",
            "cd /d C:\\src\\jwtlint && fmt.bat",
            "if [ -d jwtlint ]; then cd jwtlint; fi",
            "X=1 cd jwtlint",
            "(cd jwtlint && make)",
            "make fmt # not jwtlint",
            "command -v jwtlint",
            "echo jwtlint is gone",
            "python -m pip install jwtlint",
            "git add jwtlint",
        ] {
            assert!(!calls(command), "{command}");
        }
    }
}
