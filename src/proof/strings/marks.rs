//! Strings that are marked by more than a quote on each side: raw and triple ones, sigils, dollar quotes, heredocs.

use std::sync::LazyLock;

use memchr::{memchr, memchr_iter, memchr2, memmem};
use serde::Deserialize;

use crate::embedded;

/// What the ending of a path tells of the strings in a file: `rules/strings.toml`.
pub(super) static ENDINGS: LazyLock<Endings> =
    LazyLock::new(|| embedded::text("strings.toml").and_then(|text| toml::from_str(text).ok()).unwrap_or_default());

/// The content of `rules/strings.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Endings {
    /// Files without secrets that people have written.
    pub without: Vec<String>,
    /// Files for people to read.
    pub prose: Vec<String>,
    marks: Vec<MarkedBy>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MarkedBy {
    kind: Marks,
    endings: Vec<String>,
}

/// Whether a path has one of these endings.
pub(super) fn ends_with(path: &str, endings: &[String]) -> bool {
    endings.iter().any(|end| path.ends_with(end.as_str()))
}

/// What is longer is no secret, and its end is not looked for.
const REACH: usize = super::LONGEST + 100;

/// What marks strings in a language, besides quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Marks {
    /// Nothing that a program could not say with quotes alone.
    None,
    /// Nothing, and no string is written in pieces.
    Whole,
    /// `<<<EOT`.
    Php,
    /// `%q(…)`, `%w[…]`, `<<~EOS`.
    Ruby,
    /// `~s(…)`.
    Elixir,
    /// `q(…)`, `qw(…)`.
    Perl,
    /// `[[…]]`, `[==[…]==]`.
    Lua,
    /// `{|…|}`, `{id|…|id}`.
    Ocaml,
    /// `$$…$$`, `$tag$…$tag$`.
    Sql,
    /// `''…''`.
    Nix,
    /// What stands between commas.
    Commas,
    /// `/…/`.
    Groovy,
    /// `\\\\…`, up to the end of the line.
    Zig,
}

impl Marks {
    /// Those of a file, by its path.
    pub(super) fn of(path: &str) -> Self {
        let is = |one: &&MarkedBy| ends_with(path, &one.endings);
        ENDINGS.marks.iter().find(is).map_or(Self::None, |one| one.kind)
    }

    pub(super) fn has_pieces(self) -> bool {
        self != Self::Whole
    }

    pub(super) fn has_heredocs(self) -> bool {
        matches!(self, Self::Php | Self::Ruby)
    }

    /// Where the next line may be that holds such a string; quotes tell the others.
    pub(super) fn next(self, bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        let found = match self {
            Self::Php => memmem::find(rest, b"<<"),
            Self::Ruby => memchr2(b'%', b'<', rest),
            Self::Elixir => memchr(b'~', rest),
            Self::Groovy => memchr(b'/', rest),
            _ => None,
        };
        found.map(|at| from + at)
    }

    /// Shows the strings of a line.
    pub(super) fn strings(self, line: &str, take: &mut impl FnMut(usize, usize)) {
        let bytes = line.as_bytes();
        match self {
            Self::None | Self::Whole | Self::Php => {}
            Self::Ruby => {
                for at in memchr_iter(b'%', bytes) {
                    let kind = bytes.get(at + 1).copied().filter(|kind| b"qQwWiI".contains(kind));
                    let open = at + 1 + usize::from(kind.is_some());
                    delimited(line, open, kind.is_some_and(|kind| b"wWiI".contains(&kind)), take);
                }
            }
            Self::Elixir => {
                for at in memchr_iter(b'~', bytes) {
                    if let Some(kind) = bytes.get(at + 1).filter(|kind| kind.is_ascii_alphabetic()) {
                        delimited(line, at + 2, matches!(kind, b'w' | b'W'), take);
                    }
                }
            }
            Self::Perl => {
                for at in memchr_iter(b'q', bytes) {
                    let begins =
                        at.checked_sub(1).and_then(|before| bytes.get(before)).is_none_or(|before| !is_word(*before));
                    let kind = bytes.get(at + 1).copied().filter(|kind| matches!(kind, b'q' | b'w'));
                    if begins {
                        delimited(line, at + 1 + usize::from(kind.is_some()), kind == Some(b'w'), take);
                    }
                }
            }
            Self::Lua => enclosed(line, b'[', b"=", |name| (format!("[{name}["), format!("]{name}]")), take),
            Self::Ocaml => enclosed(line, b'{', LETTERS, |name| (format!("{{{name}|"), format!("|{name}}}")), take),
            Self::Sql => enclosed(line, b'$', LETTERS, |name| (format!("${name}$"), format!("${name}$")), take),
            Self::Commas => parts(line, 0, line.len(), ',', take),
            Self::Groovy => enclosed(line, b'/', b"", |_| ("/".to_owned(), "/".to_owned()), take),
            Self::Zig => {
                let text = line.trim_start();
                if text.starts_with("\\\\") {
                    take(line.len() - text.len() + 2, line.len());
                }
            }
            Self::Nix => enclosed(line, b'\'', b"", |_| ("''".to_owned(), "''".to_owned()), take),
        }
    }
}

const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// From behind the delimiter at `open` to the one that closes it; of a list, each word as well.
fn delimited(line: &str, open: usize, is_list: bool, take: &mut impl FnMut(usize, usize)) {
    let bytes = line.as_bytes();
    let Some(&delimiter) = bytes.get(open) else { return };
    let closing = match delimiter {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        b'<' => b'>',
        b'|' | b'/' | b'!' | b'"' | b'\'' | b'~' | b'^' => delimiter,
        _ => return,
    };
    let mut depth = 0_usize;
    for (at, &byte) in bytes.iter().enumerate().skip(open + 1).take(REACH) {
        if byte == closing && depth == 0 {
            take(open + 1, at);
            if is_list {
                parts(line, open + 1, at, ' ', take);
            }
            return;
        }
        if byte == closing {
            depth -= 1;
        } else if byte == delimiter {
            depth += 1;
        }
    }
}

fn parts(line: &str, from: usize, until: usize, between: char, take: &mut impl FnMut(usize, usize)) {
    let mut start = from;
    for part in line.get(from..until).unwrap_or_default().split(between) {
        take(start, start + part.len());
        start += part.len() + 1;
    }
}

/// Strings between two marks that share a name: each begins with `first`, then letters of the name.
fn enclosed(
    line: &str,
    first: u8,
    letters: &[u8],
    marks: impl Fn(&str) -> (String, String),
    take: &mut impl FnMut(usize, usize),
) {
    let bytes = line.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr(first, bytes.get(from..).unwrap_or_default()).map(|at| from + at) {
        from = at + 1;
        let name = bytes.get(from..).unwrap_or_default().iter().take_while(|byte| letters.contains(byte)).count();
        let (opening, closing) = marks(line.get(from..from + name).unwrap_or_default());
        let rest = line.get(at..).unwrap_or_default();
        let Some(text) = rest.strip_prefix(opening.as_str()) else { continue };
        let Some(length) = find(text.as_bytes(), closing.as_bytes()) else { continue };
        let start = at + opening.len();
        take(start, start + length);
        from = start + length + closing.len();
    }
}

/// Strings of several quotes in a row, and raw ones: `"""…"""`, `r#"…"#`, `##"…"##`, `R"tag(…)tag"`.
pub(super) fn raw(line: &str, take: &mut impl FnMut(usize, usize)) {
    let bytes = line.as_bytes();
    let mut from = 0;
    while let Some(at) = memchr2(b'"', b'\'', bytes.get(from..).unwrap_or_default()).map(|at| from + at) {
        from = at + 1;
        let Some((start, end, next)) = triple(bytes, at).or_else(|| hashed(bytes, at)).or_else(|| tagged(line, at))
        else {
            continue;
        };
        take(start, end);
        // Scala's margin.
        if bytes.get(start) == Some(&b'|') {
            take(start + 1, end);
        }
        from = next;
    }
}

/// Where `mark` is, if that is near.
fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    memmem::find(text.get(..text.len().min(REACH))?, mark)
}

/// Three quotes on each side; those that follow belong to the text.
fn triple(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    let mark = bytes.get(at..at + 3).filter(|mark| mark.iter().all(|byte| byte == &mark[0]))?;
    let start = at + 3;
    let mut end = start + find(bytes.get(start..)?, mark)?;
    while bytes.get(end + 3) == bytes.get(at) {
        end += 1;
    }
    Some((start, end, end + 3))
}

/// As many `#` behind the text as before it.
fn hashed(bytes: &[u8], at: usize) -> Option<(usize, usize, usize)> {
    let hashes = bytes.get(..at)?.iter().rev().take_while(|byte| **byte == b'#').count();
    if hashes == 0 || bytes.get(at) != Some(&b'"') {
        return None;
    }
    let closing = bytes.get(at - hashes..at)?;
    let start = at + 1;
    let ends = |end: &usize| bytes.get(end + 1..).is_some_and(|rest| rest.starts_with(closing));
    let near = bytes.get(start..bytes.len().min(start + REACH))?;
    let end = memchr_iter(b'"', near).map(|end| start + end).find(ends)?;
    Some((start, end, end + 1 + hashes))
}

/// A raw string of C++.
fn tagged(line: &str, at: usize) -> Option<(usize, usize, usize)> {
    /// Tags are no longer.
    const LONGEST: usize = 16;
    let before = line.get(..at)?;
    let rest = line.get(at + 1..)?;
    if !before.ends_with('R') {
        return None;
    }
    let open = rest.bytes().take(LONGEST).position(|byte| byte == b'(')?;
    let (tag, text) = (rest.get(..open)?, rest.get(open + 1..)?);
    let length = find(text.as_bytes(), format!("){tag}\"").as_bytes())?;
    let start = at + 1 + tag.len() + 1;
    Some((start, start + length, start + length + tag.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(line: &str, of: impl Fn(&str, &mut dyn FnMut(usize, usize))) -> Vec<String> {
        let mut all = Vec::new();
        of(line, &mut |from, until| all.push(line[from..until].to_owned()));
        all
    }

    #[test]
    fn the_table_is_there() {
        assert!(ENDINGS.without.len() > 10 && ENDINGS.prose.len() > 5 && ENDINGS.marks.len() > 10);
    }

    #[test]
    fn each_language_has_its_own_marks() {
        for (path, line) in [
            ("a.rb", "K = %q(pear-tree)"),
            ("a.rb", "K = %w[plum pear-tree]"),
            ("Rakefile", "K = %|pear-tree|"),
            ("a.exs", "@k ~s{pear-tree}"),
            ("a.ex", "k = ~w(plum pear-tree)"),
            ("a.pl", "my $k = qq!pear-tree!;"),
            ("a.pm", "qw(pear-tree plum)"),
            ("a.lua", "local k = [==[pear-tree]==]"),
            ("a.ml", "let k = {id|pear-tree|id}"),
            ("a.sql", "SELECT $k$pear-tree$k$;"),
            ("a.sql", "SELECT $$pear-tree$$;"),
            ("a.nix", "k = ''pear-tree'';"),
            ("a.csv", "plum,pear-tree,1"),
            ("a.gradle", "k = /pear-tree/"),
            ("a.zig", "    \\\\pear-tree"),
        ] {
            let found = shown(line, |line, mut take| Marks::of(path).strings(line, &mut take));
            assert!(found.contains(&"pear-tree".to_owned()), "{line}: {found:?}");
        }
        for (path, line) in
            [("a.go", "%q(pear-tree)"), ("a.rb", "a % b"), ("a.ex", "~s(pear-tree"), ("a.pl", "unq(pear)")]
        {
            assert_eq!(shown(line, |line, mut take| Marks::of(path).strings(line, &mut take)), [""; 0], "{line}");
        }
        let nested = shown("K = %q(pear(s))", |line, mut take| Marks::Ruby.strings(line, &mut take));
        assert_eq!(nested, ["pear(s)"]);
    }

    #[test]
    fn raw_strings_hold_quotes() {
        for line in [
            "r#\"pear\"'tree\"#",
            "let k = ##\"pear\"'tree\"##",
            "'''pear\"'tree'''",
            "k = R\"tag(pear\"'tree)tag\"",
            "k = \"\"\"pear\"'tree\"\"\"",
            "k = \"\"\"|pear\"'tree\"\"\".stripMargin",
        ] {
            let found = shown(line, |line, mut take| raw(line, &mut take));
            assert!(found.contains(&"pear\"'tree".to_owned()), "{line}: {found:?}");
        }
        assert_eq!(shown("k = \"pear\"", |line, mut take| raw(line, &mut take)), [""; 0]);
        assert_eq!(shown("k = \"\"\"pear\"\"\"\"", |line, mut take| raw(line, &mut take)), ["pear\""]);
    }
}
