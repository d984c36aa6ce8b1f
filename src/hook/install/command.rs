//! Which program a command calls.

/// How the file of a program ends, or of a script that stands for one.
const ENDINGS: [&str; 5] = ["bat", "cmd", "exe", "ps1", "sh"];

/// Whether a word of the command is the program, wherever it lies and whatever runs it: `npx jwtlint@1`. A folder that
/// is called so is none, nor is a name that goes on.
pub(super) fn calls(command: &str) -> bool {
    let ends_word = |letter: char| letter.is_whitespace() || "\"'`;|&()<>{}$=:@,".contains(letter);
    command.split(ends_word).any(|word| {
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
        ] {
            assert!(calls(command), "{command}");
        }
        for command in
            ["/home/u/jwtlint-site/fmt.sh", "jwtlint/fmt.sh", "my-jwtlint", "cat jwtlint.toml", "jwtlints", ""]
        {
            assert!(!calls(command), "{command}");
        }
    }
}
