//! Environment files: `.env` and its family.

use std::borrow::Cow;

use crate::analyze::config::collect::{Collector, FileContext, ReadAs};
use crate::analyze::config::entry::{Entry, Visitor, line_end, trimmed, unescape};
use crate::fact::{Facts, FileId, Setting};
use crate::names::ExtraNames;
use crate::source::Source;
use crate::span::Span;

/// Parts of a name that make the file one to copy from.
const TEMPLATE: &[&str] = &[
    "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skel", "skeleton",
    "schema",
];
/// Parts of a name that make it a file for tests.
const TEST: &[&str] = &["test", "tests", "testing", "ci", "e2e", "travis", "spec", "jest", "vitest"];
/// Parts of a name that make it a file for development.
const DEVELOPMENT: &[&str] = &["dev", "devel", "develop", "development"];
/// Extensions that make `env.*` something else.
const CODE: &[&str] = &[
    "js",
    "ts",
    "mjs",
    "cjs",
    "mts",
    "cts",
    "tsx",
    "jsx",
    "py",
    "rb",
    "go",
    "rs",
    "java",
    "kt",
    "php",
    "cs",
    "json",
    "yaml",
    "yml",
    "toml",
    "md",
    "html",
    "vue",
    "d",
    "svelte",
    "c",
    "h",
    "cpp",
    "hpp",
    "ex",
    "exs",
    "lua",
    "tf",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "cmd",
    "nix",
    "xml",
    "txt",
    "ini",
    "conf",
    "properties",
    "rst",
    "scala",
    "dart",
    "swift",
    "gpg",
    "enc",
    "asc",
    "age",
    "png",
    "svg",
    "lock",
    "map",
    "css",
    "scss",
];

/// Whether a path names an environment file: `.env`, `.env.production`, `deploy.env`, `env.example`, `.envrc`.
pub fn is_dotenv(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    if matches!(name.as_str(), ".dev.vars" | ".flaskenv") {
        return true;
    }
    let rest = if let Some(rest) = name.strip_prefix(".env") {
        rest
    } else if let Some(rest) = name.strip_prefix("env.") {
        return !rest.split('.').next_back().is_some_and(is_code);
    } else if let Some((stem, rest)) = name.split_once(".env") {
        if stem.is_empty() { name.as_str() } else { rest }
    } else {
        return false;
    };
    match rest.as_bytes().first() {
        None => true,
        Some(b'.' | b'-' | b'_') => !rest.rsplit('.').next().is_some_and(|last| rest.starts_with('.') && is_code(last)),
        Some(_) => rest == "rc",
    }
}

fn is_code(extension: &str) -> bool {
    CODE.contains(&extension)
}

/// What the file is for, by its name.
pub fn setting_of(path: &str) -> Setting {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let has = |words: &[&str]| name.split(['.', '-', '_']).any(|part| words.contains(&part));
    if has(TEMPLATE) {
        Setting::Template
    } else if has(TEST) {
        Setting::Test
    } else if has(DEVELOPMENT) {
        Setting::Development
    } else {
        Setting::Production
    }
}

/// The candidates of an environment file.
pub fn analyze(file: FileId, source: &Source) -> Facts {
    analyze_with(&ExtraNames::default(), file, source)
}

/// Like [`analyze`], with names of the user's own.
pub fn analyze_with(extra: &ExtraNames, file: FileId, source: &Source) -> Facts {
    let (path, setting) = (&source.path, setting_of(&source.path));
    collected(FileContext { file, path, extra, dotenv: true, setting, asked: None }, source)
}

/// Whether a file is a document that may show variables.
pub fn is_document(path: &str) -> bool {
    [".md", ".mdx", ".markdown", ".rst", ".adoc"].iter().any(|end| path.ends_with(end))
}

/// A cheap look at a document: it gives something a value in capitals, and has blocks of code.
pub(crate) fn may_show_variables(bytes: &[u8]) -> bool {
    let has = |text: &str| memchr::memmem::find(bytes, text.as_bytes()).is_some();
    (has("SECRET") || has("KEY")) && (has("```") || has("~~~") || has("----") || has("::\n"))
}

/// The variables that a document sets in its blocks of code: what is to be put into an environment.
pub fn analyze_document(extra: &ExtraNames, file: FileId, source: &Source) -> Facts {
    let code = code_of(&source.text);
    let context =
        FileContext { file, path: &source.path, extra, dotenv: false, setting: Setting::Documentation, asked: None };
    let mut collector = Collector::new(context, &code);
    read(&code, &mut collector);
    let Facts { candidates, truncated, .. } = collector.finish();
    Facts { candidates, truncated, ..Facts::default() }
}

/// A document's blocks of code, with blanks for everything else: lines between fences, and those that are indented.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        let mark = ["```", "~~~", "----"].into_iter().find(|mark| content.starts_with(mark));
        let is_code = match (fence, mark) {
            (Some(open), Some(mark)) if open == mark => {
                fence = None;
                false
            }
            (Some(_), _) => true,
            (None, Some(mark)) if mark != "----" || content.len() == mark.len() => {
                fence = Some(mark);
                false
            }
            (None, _) => line.starts_with("    ") || line.starts_with('\t'),
        };
        if is_code {
            code.push_str(line);
        } else {
            code.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    code
}

/// The variables of an environment file that are asked for, whatever they are called.
pub(crate) fn analyze_asked(asked: ReadAs<'_>, file: FileId, source: &Source) -> Facts {
    let (path, extra, setting) = (&source.path, &ExtraNames::default(), setting_of(&source.path));
    collected(FileContext { file, path, extra, dotenv: true, setting, asked: Some(asked) }, source)
}

fn collected(context: FileContext<'_>, source: &Source) -> Facts {
    let mut collector = Collector::new(context, &source.text);
    read(&source.text, &mut collector);
    collector.finish()
}

/// Shows `visitor` every variable.
pub(crate) fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut section = "";
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = match assignment(text, line) {
            Some((name, value)) => variable(text, section, name, value, end, visitor),
            None => {
                section = header(&text[line.range()]).unwrap_or(section);
                end + 1
            }
        };
    }
}

/// ThinkPHP: variables below `[JWT]` are called `JWT_…`.
fn header(line: &str) -> Option<&str> {
    let name = line.strip_prefix('[')?.strip_suffix(']')?;
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

/// The name on a line, and where its value starts.
fn assignment(text: &str, line: Span) -> Option<(Span, usize)> {
    let content = &text[line.range()];
    if content.starts_with('#') {
        return None;
    }
    let declared = ["export ", "export\t", "set ", "declare -x "].iter().find_map(|word| content.strip_prefix(word));
    let content = declared.unwrap_or(content).trim_start();
    let length = content.find(['=', ':'])?;
    let start = line.end() - content.len();
    let name = trimmed(text, start, start + length);
    let is_name = !name_text(text, name).is_empty()
        && name_text(text, name).bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    // `NAME: value` is allowed by some readers; `http://` is no name.
    let value = start + length + 1;
    let colon = content.as_bytes()[length] == b':' && !content[length + 1..].starts_with(' ');
    (is_name && !colon).then_some((name, value))
}

fn name_text(text: &str, name: Span) -> &str {
    &text[name.range()]
}

/// Shows one variable, whose line ends at `end`; where the next line starts.
fn variable(text: &str, section: &str, name: Span, value: usize, end: usize, visitor: &mut dyn Visitor) -> usize {
    let content = trimmed(text, value.min(end), end);
    let (span, quote) = match text.as_bytes().get(content.start()).copied() {
        Some(quote @ (b'"' | b'\'' | b'`')) if content.start() < content.end() => {
            match closing_quote(text, content.start(), quote) {
                Some(close) => (Span::new(content.start() + 1, close), Some(quote)),
                None => (content, None),
            }
        }
        _ => (unquoted_value(text, content), None),
    };
    let raw = &text[span.range()];
    let value = if quote == Some(b'"') { unescape(raw) } else { Cow::Borrowed(raw) };
    let path = [called(section, name_text(text, name))];
    visitor.entry(Entry { path: &path, key_span: name, value, value_span: span, variable: true });
    line_end(text, span.end().max(end.min(text.len()))) + 1
}

/// What a variable of a section is called, where that says more than its own name.
fn called(section: &str, name: &str) -> String {
    let is_about = |text: &str| text.to_ascii_lowercase().contains("jwt");
    if is_about(section) && !is_about(name) { format!("{section}_{name}") } else { name.to_owned() }
}

/// The value up to a comment, which a blank must precede.
fn unquoted_value(text: &str, content: Span) -> Span {
    let value = &text[content.range()];
    if value.starts_with('#') {
        return Span::new(content.start(), content.start());
    }
    let length = value.find(" #").or_else(|| value.find("\t#")).unwrap_or(value.len());
    trimmed(text, content.start(), content.start() + length)
}

/// Values in quotes may go over so many bytes: a key in PEM does, a forgotten quote must not take the rest of the file.
const LONGEST_QUOTED: usize = 8000;

/// The quote that closes the one at `open`. On a later line only if what follows it ends that line.
fn closing_quote(text: &str, open: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let first_line = line_end(text, open);
    let limit = bytes.len().min(open + LONGEST_QUOTED);
    let mut at = open + 1;
    let mut last_on_line = None;
    while at < limit {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => {
                let rest = text[at + 1..line_end(text, at)].trim();
                if at > first_line || rest.is_empty() || rest.starts_with('#') {
                    return Some(at);
                }
                // A JSON value may hold its own quotes: `{"a":"b"}` in single ones is fine, in double ones not.
                last_on_line = Some(at);
            }
            b'\n' if last_on_line.is_some() => return last_on_line,
            b'\n' if looks_like_assignment(text, at + 1) => return None,
            _ => {}
        }
        at += 1;
    }
    last_on_line
}

/// A line `NAME=…` in upper case inside quotes: the quote was never closed.
fn looks_like_assignment(text: &str, start: usize) -> bool {
    let line = &text[start..line_end(text, start)];
    let Some((name, _)) = line.split_once('=') else { return false };
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analyze::config::entry::testing::{entries, pairs};

    #[test]
    fn documents_show_variables_in_blocks_of_code() {
        let shown = |text: &str| {
            let source = Source::new("README.md", text);
            assert!(may_show_variables(text.as_bytes()) || !text.contains("```"), "{text}");
            let facts = analyze_document(&ExtraNames::default(), FileId(0), &source);
            let text = |one: &crate::fact::Candidate| text.get(one.span.range()).unwrap_or_default().to_owned();
            facts.candidates.iter().map(text).collect::<Vec<_>>()
        };
        for text in [
            "# Setup\n\n```sh\nexport JWT_SECRET=pear-tree-in-winter\n```\n",
            "~~~\nJWT_SECRET=pear-tree-in-winter\n~~~\n",
            "Café:\n\n    JWT_SECRET=pear-tree-in-winter\n",
        ] {
            assert_eq!(shown(text), ["pear-tree-in-winter"], "{text}");
        }
        for text in [
            "JWT_SECRET=pear-tree-in-winter\n",
            "```\nexport PORT=1\n```\nJWT_SECRET=pear-tree-in-winter, the KEY\n",
            "```\nexport JWT_SECRET=$(openssl rand -hex 32)\n```\n",
        ] {
            assert!(shown(text).iter().all(|value| !value.contains("pear-tree")), "{text}");
        }
    }

    #[test]
    fn names_of_environment_files() {
        for name in [
            ".env",
            "a/.env",
            ".env.local",
            ".env.production",
            ".env.test",
            "deploy.env",
            "env/nacos.env",
            ".envrc",
            "env.example",
            ".env.example",
            "example.env",
            ".env.x.example",
            ".env-sample",
            ".env_dev",
            "prod.env.template",
            ".ENV",
            "app.env.dist",
            "env.sample",
            ".dev.vars",
        ] {
            assert!(is_dotenv(name), "{name}");
        }
        for name in [
            "env",
            "environment",
            "env.js",
            "env.ts",
            "src/env.rs",
            "env.d.ts",
            ".environment",
            ".envoy",
            "a.environment.ts",
            ".env.ts",
            ".env.js",
            "vite.env.d.ts",
            "config.envelope",
        ] {
            assert!(!is_dotenv(name), "{name}");
        }
    }

    #[test]
    fn settings() {
        for (name, setting) in [
            (".env", Setting::Production),
            (".env.local", Setting::Production),
            (".env.production", Setting::Production),
            ("x/.env.example", Setting::Template),
            (".env.production.example", Setting::Template),
            ("env.example", Setting::Template),
            ("example.env", Setting::Template),
            (".env.dist", Setting::Template),
            (".env.test", Setting::Test),
            (".env.test.local", Setting::Test),
            (".env.development", Setting::Development),
            ("dev.env", Setting::Development),
        ] {
            assert_eq!(setting_of(name), setting, "{name}");
        }
    }

    #[test]
    fn every_way_to_write_a_value() {
        let text = "# JWT_SECRET=no\nA=pear\nexport B = \"plum tree\" # c\nC='it # is' \nD=fig # c\nE=li#me\nF=\nG= # c\nH=\"two\nlines\"\r\nI='{\"a\":\"b\"}'\nJ={\"a\": \"b\"}\nK=\"open\nL=last\nM: yaml\nN=\"say \\\"x\\\"\"\nhttp://x=y";
        assert_eq!(
            pairs(text, read),
            [
                "A=pear",
                "B=plum tree",
                "C=it # is",
                "D=fig",
                "E=li#me",
                "F=",
                "G=",
                "H=two\nlines",
                "I={\"a\":\"b\"}",
                "J={\"a\": \"b\"}",
                "K=\"open",
                "L=last",
                "M=yaml",
                "N=say \\\"x\\\""
            ]
        );
        assert_eq!(entries(text, read)[13].1, "say \"x\"");
    }

    #[test]
    fn broken_input_ends() {
        for text in ["=", "A", "A=\"", "A=\"\\", "A='é", "é=é", "A=\n=\n", "export ", "A=\"\\é"] {
            pairs(text, read);
        }
    }
}
