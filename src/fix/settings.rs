//! Edits of files that name a variable in braces: shell scripts, compose files, Spring's and Loco's configuration.

use super::{Change, Outcome};
use crate::source::Source;
use crate::span::Span;

/// What resolves the variables of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    Shell,
    Compose,
    Spring,
    /// Annotations in code.
    SpringCode,
    Loco,
}

/// The edit of the value at `span`; `None` where the file is of another sort.
pub(super) fn change(source: &Source, span: Span, name: &str) -> Option<Outcome> {
    let reader = reader(source)?;
    let line = Line::of(source, span)?;
    let changed = match reader {
        Reader::Shell => line.without_alternative().or_else(|| line.shell_literal(name)),
        Reader::Compose => line.without_alternative().or_else(|| line.compose_literal()),
        Reader::Spring => {
            line.without_spring_default().or_else(|| line.spring_literal(name).filter(|_| is_of_spring(source)))
        }
        // Other literals of the language are for others to edit.
        Reader::SpringCode => return line.without_spring_default().map(|change| Ok(vec![change])),
        Reader::Loco => line.without_loco_default(),
    };
    Some(changed.map(|change| vec![change]).ok_or("the value stands where no variable is resolved"))
}

/// The variable that the place itself names.
pub(super) fn name(source: &Source, span: Span) -> Option<String> {
    let line = Line::of(source, span)?;
    match reader(source)? {
        Reader::Shell | Reader::Compose => line.alternative().or_else(|| line.assigned()).map(str::to_owned),
        Reader::Spring | Reader::SpringCode | Reader::Loco => line.placeholder().map(str::to_owned),
    }
}

/// Whether the file reads the variable already, and needs it.
pub(super) fn is_required(source: &Source, name: &str) -> bool {
    let ends: &[&str] = match reader(source) {
        Some(Reader::Compose) => &[":?", "}"],
        // What a script reads plainly may be what it has set itself.
        Some(Reader::Shell) => &[":?"],
        _ => &[],
    };
    ends.iter().any(|end| source.text.contains(&format!("${{{name}{end}")))
}

fn reader(source: &Source) -> Option<Reader> {
    let name = source.file_name().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    match extension {
        "sh" | "bash" | "zsh" | "ksh" => Some(Reader::Shell),
        "yml" | "yaml" if stem.starts_with("docker-compose") || stem.starts_with("compose") => Some(Reader::Compose),
        "yml" | "yaml" | "properties" if stem.starts_with("application") || stem.starts_with("bootstrap") => {
            Some(Reader::Spring)
        }
        "yml" | "yaml" if source.text.contains("get_env(") => Some(Reader::Loco),
        "java" | "kt" => Some(Reader::SpringCode),
        _ => None,
    }
}

/// Whether it is Spring (or Quarkus, or Micronaut) that reads an `application.yml`. Whoever else does so may take
/// `${NAME}` for the secret itself.
fn is_of_spring(source: &Source) -> bool {
    let begins = |keys: &[&str]| source.text.lines().any(|line| keys.iter().any(|key| line.starts_with(key)));
    let is_resource = format!("/{}", source.path).contains("/src/main/resources/");
    (is_resource || begins(&["spring:", "spring.", "quarkus.", "micronaut:"])) && !begins(&["ktor:"])
}

/// A value and the line it stands on.
struct Line<'a> {
    span: Span,
    before: &'a str,
    after: &'a str,
    value: &'a str,
}

impl<'a> Line<'a> {
    fn of(source: &'a Source, span: Span) -> Option<Self> {
        let text = source.text.as_str();
        let line = source.lines().span_of_line(text, source.lines().line(span.start()));
        Some(Self {
            span,
            before: text.get(line.start()..span.start())?,
            after: text.get(span.end()..line.end())?,
            value: text.get(span.range())?,
        })
    }

    /// The variable of `${NAME:-value}`.
    fn alternative(&self) -> Option<&'a str> {
        let before = self.before.trim_end_matches(['"', '\'']);
        let inner = &before[before.rfind("${")? + 2..];
        [":-", ":=", "-", "="].iter().find_map(|operator| inner.strip_suffix(operator)).filter(|name| is_variable(name))
    }

    /// The key of `${key:value}`.
    fn placeholder(&self) -> Option<&'a str> {
        let key = self.before[self.before.rfind("${")? + 2..].strip_suffix(':')?;
        let is_key = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
        is_key.then_some(key)
    }

    /// The variable that is given the value: `NAME=value`, `NAME: value`.
    fn assigned(&self) -> Option<&'a str> {
        let before = self.before.trim_end_matches(['"', '\'', ' ']);
        let name = before.strip_suffix('=').or_else(|| before.strip_suffix(':'))?.trim_end_matches(['"', '\'']);
        let name = name.rsplit([' ', '\t', '"', '\'']).next()?;
        (is_variable(name) && !name.bytes().any(|byte| byte.is_ascii_lowercase())).then_some(name)
    }

    /// `${NAME:-value}` becomes `${NAME:?NAME must be set}`.
    fn without_alternative(&self) -> Option<Change> {
        let quote = |c: char| matches!(c, '"' | '\'');
        let before = self.before.trim_end_matches(quote);
        let after = self.after.trim_start_matches(quote);
        let start = before.rfind("${")? + 2;
        let inner = &before[start..];
        let name = [":-", ":=", "-", "="].iter().find_map(|operator| inner.strip_suffix(operator))?;
        if !is_variable(name) || !after.starts_with('}') {
            return None;
        }
        let first = self.span.start() - self.before.len() + start + name.len();
        let last = self.span.end() + (self.after.len() - after.len());
        Some(Change::new(Span::new(first, last), required(name)))
    }

    /// `export NAME=value`.
    fn shell_literal(&self, name: &str) -> Option<Change> {
        let quote = self.before.chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let before = quote.map_or(self.before, |quote| self.before.strip_suffix(quote).unwrap_or(self.before));
        let after = match quote {
            Some(quote) => self.after.strip_prefix(quote)?,
            None => self.after,
        };
        let assigned = before.strip_suffix('=')?;
        let words: Vec<&str> = assigned.split_whitespace().collect();
        let (variable, declared) = words.split_last()?;
        let declares = declared.iter().all(|word| matches!(*word, "export" | "readonly" | "declare" | "-x"));
        let ends = after.is_empty() || after.starts_with([';', ' ', '\t', '\r']);
        if !is_variable(variable) || !declares || !ends || self.value.contains(['\n', '$', '`']) {
            return None;
        }
        // A name of the script's own is read from the variable that everybody calls so.
        let name = if variable.bytes().any(|byte| byte.is_ascii_lowercase()) { name } else { variable };
        let quoted = quote.map_or(0, char::len_utf8);
        let span = Span::new(self.span.start() - quoted, self.span.end() + quoted);
        Some(Change::new(span, format!("\"${{{name}{}}}\"", required(name))))
    }

    /// `NAME: value` and `- NAME=value` of a service's environment.
    fn compose_literal(&self) -> Option<Change> {
        let quote = |c: char| matches!(c, '"' | '\'');
        let before = self.before.trim_start().trim_start_matches("- ").trim_start();
        let bare = before.trim_matches(quote);
        let name = bare.strip_suffix('=').or_else(|| bare.trim_end().strip_suffix(':'))?.trim_matches(quote);
        let after = self.after.trim_start_matches(quote).trim();
        let ends = after.is_empty() || after.starts_with('#');
        let is_environment = is_variable(name) && !name.bytes().any(|byte| byte.is_ascii_lowercase());
        (is_environment && ends && !self.value.contains(['$', '\n']))
            .then(|| Change::new(self.span, format!("${{{name}{}}}", required(name))))
    }

    /// `${NAME:value}` becomes `${NAME}`, without which Spring does not start.
    fn without_spring_default(&self) -> Option<Change> {
        self.placeholder()?;
        let whole = Span::new(self.span.start() - 1, self.span.end());
        self.after.starts_with('}').then(|| Change::new(whole, String::new()))
    }

    fn spring_literal(&self, name: &str) -> Option<Change> {
        let quote = |c: char| matches!(c, '"' | '\'');
        let after = self.after.trim_start_matches(quote).trim();
        let key = self.before.trim_end_matches(quote).trim_end();
        let ends = after.is_empty() || after.starts_with('#');
        (key.ends_with([':', '=']) && ends && !self.value.contains(['\n', '$', '#']))
            .then(|| Change::new(self.span, format!("${{{name}}}")))
    }

    /// `get_env(name="X", default="value")` becomes `get_env(name="X")`, without which Loco does not start.
    fn without_loco_default(&self) -> Option<Change> {
        let call = self.before.rfind("get_env(")?;
        let quote = self.before.chars().next_back().filter(|c| matches!(c, '"' | '\''))?;
        let key = self.before.strip_suffix(quote)?.trim_end().strip_suffix('=')?.trim_end().strip_suffix("default")?;
        let kept = key.trim_end().strip_suffix(',')?.trim_end();
        (kept.len() > call && self.after.starts_with(quote)).then(|| {
            let first = self.span.start() - self.before.len() + kept.len();
            Change::new(Span::new(first, self.span.end() + quote.len_utf8()), String::new())
        })
    }
}

fn required(name: &str) -> String {
    format!(":?{name} must be set")
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "pear-tree-in-winter";

    #[track_caller]
    fn edited(path: &str, before: &str) -> Option<String> {
        let source = Source::new(path, before);
        let start = before.find(VALUE).expect("the value");
        let change = super::change(&source, Span::new(start, start + VALUE.len()), "JWT_SECRET")?.ok()?.pop()?;
        let mut text = before.to_owned();
        text.replace_range(change.span.range(), &change.replacement);
        Some(text)
    }

    #[test]
    fn each_format_has_its_way() {
        for (path, before, after) in [
            ("run.sh", "export A=\"${KEY:-pear-tree-in-winter}\"\n", Some("export A=\"${KEY:?KEY must be set}\"\n")),
            ("run.sh", "A=${KEY-pear-tree-in-winter}\n", Some("A=${KEY:?KEY must be set}\n")),
            (
                "run.sh",
                "export JWT_SECRET='pear-tree-in-winter'\n",
                Some("export JWT_SECRET=\"${JWT_SECRET:?JWT_SECRET must be set}\"\n"),
            ),
            ("run.sh", "curl --key=pear-tree-in-winter\n", None),
            (
                "docker-compose.yml",
                "      JWT_SECRET: \"pear-tree-in-winter\"\n",
                Some("      JWT_SECRET: \"${JWT_SECRET:?JWT_SECRET must be set}\"\n"),
            ),
            (
                "compose.yaml",
                "      - JWT_SECRET=pear-tree-in-winter # why\n",
                Some("      - JWT_SECRET=${JWT_SECRET:?JWT_SECRET must be set} # why\n"),
            ),
            ("compose.yaml", "      - \"K=${K:-pear-tree-in-winter}\"\n", Some("      - \"K=${K:?K must be set}\"\n")),
            ("compose.yaml", "    command: serve --secret pear-tree-in-winter\n", None),
            ("application.yml", "  secret: ${KEY:pear-tree-in-winter}\n", Some("  secret: ${KEY}\n")),
            (
                "api/src/main/resources/application.properties",
                "jwt.secret=pear-tree-in-winter\n",
                Some("jwt.secret=${JWT_SECRET}\n"),
            ),
            (
                "config/application.yml",
                "spring:\n  a: b\njwt: pear-tree-in-winter\n",
                Some("spring:\n  a: b\njwt: ${JWT_SECRET}\n"),
            ),
            ("config/application.yaml", "addr: localhost\njwt_secret: pear-tree-in-winter\n", None),
            ("src/main/resources/application.yaml", "ktor:\n  a: b\njwt:\n  secret: pear-tree-in-winter\n", None),
            ("src/A.java", "@Value(\"${jwt.secret:pear-tree-in-winter}\")\n", Some("@Value(\"${jwt.secret}\")\n")),
            (
                "config/production.yaml",
                "secret: {{ get_env(name=\"K\", default=\"pear-tree-in-winter\") }}\n",
                Some("secret: {{ get_env(name=\"K\") }}\n"),
            ),
            ("values.yaml", "jwtSecret: pear-tree-in-winter\n", None),
        ] {
            assert_eq!(edited(path, before).as_deref(), after, "{path}: {before}");
        }
    }
}
