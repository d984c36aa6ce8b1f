//! What a scalar says: itself, a reference to something outside, or a reference with defaults.

use std::ops::Range;

/// How a scalar is to be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Its text is the value.
    Literal,
    /// It names something outside and says nothing itself.
    Reference,
    /// Texts inside it are used when the things it names are absent, or are written into a template.
    Parts(Vec<Part>),
}

/// A literal inside a scalar.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Where, in bytes of the scalar.
    pub range: Range<usize>,
    /// Used only without a value from outside.
    pub fallback: bool,
}

/// Defaults inside defaults: no deeper.
const DEEPEST: usize = 4;

/// Reads a scalar as written in the file, without its quotes.
pub fn read(raw: &str) -> Reading {
    if memchr::memchr3(b'$', b'{', b'%', raw.as_bytes()).is_none() && !raw.contains(['`', '<']) {
        return Reading::Literal;
    }
    let trimmed = raw.trim();
    if is_bare_reference(trimmed) {
        return Reading::Reference;
    }
    let mut scan = Scan { text: raw, parts: Vec::new(), references: 0, other: false };
    scan.run(0, raw.len(), DEEPEST);
    match (scan.parts.is_empty(), scan.references > 0 && !scan.other) {
        (false, _) => Reading::Parts(scan.parts),
        (true, true) => Reading::Reference,
        (true, false) => Reading::Literal,
    }
}

/// The variable that a scalar comes down to, and whether as a default: `$NAME`, `${NAME}`, `${X:-$NAME}`.
pub fn variable(raw: &str) -> Option<(&str, bool)> {
    let mut text = raw.trim();
    for depth in 0..DEEPEST {
        let text_of_default = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let Some(inner) = text_of_default else {
            let name = text.strip_prefix('$').filter(|name| is_variable(name))?;
            return Some((name, depth > 0));
        };
        match default_offset(inner) {
            Some(offset) => text = inner[offset..].trim_matches(['"', '\'', ' ']),
            None => return is_variable(inner).then_some((inner, depth > 0)),
        }
    }
    None
}

/// The name of the setting that a scalar is, as a whole: `{{ .Values.auth.seal | quote }}`, `${SEAL}`.
pub fn filled_from(raw: &str) -> Option<&str> {
    let text = raw.trim().trim_matches(['"', '\'']).trim();
    let Some(template) = text.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
        let name = text.strip_prefix("${")?.strip_suffix('}')?;
        return is_variable(name).then_some(name);
    };
    let (_, path) = template.split_once(".Values.").filter(|_| !template.contains("{{"))?;
    let end = path.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(path.len());
    (end > 0).then_some(&path[..end])
}

/// The variable that a scalar with a default reads first: `${NAME:-default}`.
pub fn defaulted(raw: &str) -> Option<&str> {
    let inner = raw.trim().trim_matches(['"', '\'']).strip_prefix("${")?.strip_suffix('}')?;
    default_offset(inner)?;
    let end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.')))?;
    (end > 0).then_some(&inner[..end])
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.as_bytes()[0].is_ascii_digit()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// `$NAME`, `$FOLDER/file`, `%NAME%`, `%env(NAME)%`, a command in backquotes.
fn is_bare_reference(text: &str) -> bool {
    let name = |name: &str| {
        !name.is_empty()
            && !name.as_bytes()[0].is_ascii_digit()
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if let Some(inner) = text.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')) {
        return name(inner)
            || (inner.starts_with("env(") && inner.ends_with(')'))
            || inner.contains('.') && !inner.contains(' ');
    }
    // Batch: the first argument; systemd: the instance (`%i`), a file below a folder (`%d/key`).
    if let [b'%', b'0'..=b'9'] | [b'%', b'a'..=b'z' | b'A'..=b'Z'] | [b'%', b'a'..=b'z' | b'A'..=b'Z', b'/', ..] =
        text.as_bytes()
    {
        return true;
    }
    let path_below = |name_and_path: &str| name_and_path.split_once('/').is_some_and(|(first, _)| name(first));
    text.strip_prefix('$').is_some_and(|rest| name(rest) || path_below(rest))
        || (text.len() > 2 && text.starts_with('`') && text.ends_with('`'))
}

/// Whether a script's text is nothing but what its shell puts there: `$1`, `"$@"`, `$1:$2`, `$$1` where something
/// reads it before a shell does, and `%~2` or `%%a` in batch files. A hash such as `$2b$10$…` is more than that.
pub fn is_of_parameters(text: &str) -> bool {
    let mut rest = text;
    let mut any = false;
    while let Some(first) = rest.chars().next() {
        let length = match parameter(rest) {
            Some(length) => {
                any = true;
                length
            }
            None if first.is_alphanumeric() || matches!(first, '$' | '%') => return false,
            None => first.len_utf8(),
        };
        rest = &rest[length..];
    }
    any
}

/// How long the parameter of a script is that a text begins with.
fn parameter(text: &str) -> Option<usize> {
    let run = |from: usize, fits: fn(&u8) -> bool| text.as_bytes()[from..].iter().take_while(|byte| fits(byte)).count();
    let mark = text.chars().next().filter(|mark| matches!(mark, '$' | '%'))?;
    let marks = 1 + usize::from(text[1..].starts_with(mark));
    let next = text.as_bytes().get(marks);
    if mark == '$' {
        let digits = run(marks, u8::is_ascii_digit);
        return match next {
            _ if digits > 0 => Some(marks + digits),
            Some(b'@' | b'*' | b'#' | b'?' | b'!' | b'-') => Some(marks + 1),
            _ => (marks == 2).then_some(marks),
        };
    }
    match next? {
        // `%~dp0`: the folder of the first argument; `%%~na`: the name of what a loop is at.
        b'~' => {
            let letters = run(marks + 1, |byte| b"fdpnxsatz".contains(byte));
            let named = run(marks + 1 + letters, u8::is_ascii_alphanumeric).min(1);
            (letters + named > 0).then_some(marks + 1 + letters + named)
        }
        b'0'..=b'9' | b'*' => Some(marks + 1),
        b'a'..=b'z' | b'A'..=b'Z' if marks == 2 => Some(marks + 1),
        _ => None,
    }
}

/// `0:32`, from `${NAME:0:32}`: where a part of a text begins, and how long it is.
fn is_from_to(default: &str) -> bool {
    let Some((from, length)) = default.split_once(':') else { return false };
    let from = from.trim().trim_start_matches('-');
    !from.is_empty()
        && from.bytes().all(|byte| byte.is_ascii_digit())
        && (length.starts_with('$') || length.trim().trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit()))
}

struct Scan<'t> {
    text: &'t str,
    parts: Vec<Part>,
    references: usize,
    /// Text outside references.
    other: bool,
}

impl Scan<'_> {
    fn run(&mut self, mut at: usize, end: usize, depth: usize) {
        while at < end {
            let rest = &self.text[at..end];
            let (open, close) = if rest.starts_with("${{") {
                (3, "}}")
            } else if rest.starts_with("{{") {
                (2, "}}")
            } else if rest.starts_with("{%") {
                (2, "%}")
            } else if rest.starts_with("<%") {
                (2, "%>")
            } else if rest.starts_with("${") || rest.starts_with("#{") {
                at = self.expansion(at, end, depth);
                continue;
            } else if rest.starts_with("$(") {
                at = balanced(self.text.as_bytes(), at + 1, end, b'(', b')');
                self.references += 1;
                continue;
            } else {
                let c = rest.chars().next().unwrap_or(' ');
                self.other |= !c.is_whitespace() && !matches!(c, '"' | '\'');
                at += c.len_utf8();
                continue;
            };
            let inner_end = rest.find(close).map_or(end, |length| at + length);
            self.references += 1;
            self.template((at + open).min(inner_end), inner_end);
            at = (inner_end + close.len()).min(end);
        }
    }

    /// `${NAME:-default}` and its relatives, from `$` on; the offset behind it.
    fn expansion(&mut self, at: usize, end: usize, depth: usize) -> usize {
        let behind = balanced(self.text.as_bytes(), at + 1, end, b'{', b'}');
        let inner_end = if self.text.as_bytes()[..behind].ends_with(b"}") { behind - 1 } else { behind };
        self.references += 1;
        let spring_expression = self.text[at..].starts_with('#');
        let inner = self.text.get(at + 2..inner_end).unwrap_or_default();
        if !spring_expression && let Some(offset) = default_offset(inner) {
            let read = RESOLVERS.iter().any(|resolver| inner[..offset].trim_end_matches(':') == *resolver);
            match inner[offset..].find(',') {
                Some(comma) if read => self.default(at + 2 + offset + comma + 1, inner_end, depth),
                None if read => {}
                _ => self.default(at + 2 + offset, inner_end, depth),
            }
        }
        behind
    }

    fn default(&mut self, start: usize, end: usize, depth: usize) {
        let text = &self.text[start..end];
        let span = start + (text.len() - text.trim_start().len());
        let span = unquoted(self.text, span..span + text.trim().len());
        if span.is_empty() {
            return;
        }
        if is_recipe(&self.text[..start], &self.text[span.clone()]) || is_from_to(&self.text[span.clone()]) {
            return;
        }
        let nested = ["${", "#{", "$(", "{{"].iter().any(|mark| self.text[span.clone()].contains(mark));
        if nested && depth > 0 {
            let outside = std::mem::replace(&mut self.other, false);
            self.run(span.start, span.end, depth - 1);
            self.other = outside;
        } else if !nested
            && !matches!(&self.text[span.clone()], "null" | "~")
            && !is_bare_reference(&self.text[span.clone()])
            && !is_of_parameters(&self.text[span.clone()])
        {
            self.parts.push(Part { range: span, fallback: true });
        }
    }

    /// The quoted texts of a template that stand for a value.
    fn template(&mut self, start: usize, end: usize) {
        let inner = &self.text[start..end];
        let bytes = inner.as_bytes();
        let mut at = 0;
        let mut last_end = 0;
        let mut reads_outside = false;
        while let Some(length) = memchr::memchr3(b'"', b'\'', b'`', &bytes[at..]) {
            let open = at + length;
            // `\"` inside a quoted scalar closes with `\"`.
            let escaped = open > 0 && bytes[open - 1] == b'\\';
            let Some(length) = memchr::memchr(bytes[open], &bytes[open + 1..]) else { return };
            let close = open + 1 + length;
            let content_end = if escaped && close > open + 1 && bytes[close - 1] == b'\\' { close - 1 } else { close };
            let before = inner[last_end..open].trim_end_matches('\\').trim();
            reads_outside |= READS.iter().any(|read| before.contains(read));
            if content_end > open + 1
                && let Some(fallback) = role_of_string(before, reads_outside, last_end > 0)
            {
                self.parts.push(Part { range: start + open + 1..start + content_end, fallback });
            }
            at = close + 1;
            last_end = at;
        }
    }
}

/// What stands before the colon of `${env:NAME}` where that names a place to look at; a default follows a comma.
const RESOLVERS: [&str; 20] = [
    "env", "ENV", "ssm", "self", "opt", "sys", "cf", "param", "vault", "secret", "secrets", "s3", "file", "custom",
    "sops", "keyvault", "config", "op", "aws", "gcp",
];

/// `${password:32}`, `${jwt:name}`: what follows says how long the value is that the tool makes up, or what for.
fn is_recipe(before: &str, default: &str) -> bool {
    const MAKERS: [&str; 9] = ["password", "base64", "hash", "jwt", "uuid", "random", "secret", "hex", "token"];
    let name = before.trim_end_matches(':').rsplit("${").next().unwrap_or_default();
    let is_size = default.len() <= 3 && default.bytes().all(|byte| byte.is_ascii_digit());
    MAKERS.contains(&name) && (is_size || name == "jwt")
}

/// Functions of template languages that read from outside and take a default after the name.
const READS: &[&str] = &["getenv", "get_env", "env_var", "env(", "fetch(", "fetch (", "getv", "lookup_env", "env.get"];

/// What a quoted text in a template is, from what stands before it: `Some(true)` for a default,
/// `Some(false)` for the value itself, `None` for an argument.
fn role_of_string(before: &str, reads_outside: bool, is_later: bool) -> Option<bool> {
    let before = before.trim_end_matches('(').trim_end();
    let ends_default =
        ["default", "default=", "default =", "default:", "||", " or", ") or", "??", "?:", "orElse", "coalesce"];
    let chooses = before.trim_start_matches(['-', '(']).trim_start().starts_with("coalesce ");
    if chooses || ends_default.iter().any(|end| before.ends_with(end)) || before == "or" {
        return Some(true);
    }
    if is_later && reads_outside && matches!(before, "" | "," | ") {" | "){") {
        return Some(true);
    }
    let at_start = matches!(before, "" | "-" | "=" | "-=") && !is_later;
    at_start.then_some(false)
}

/// Where the default of `NAME…` starts; `None` without one.
fn default_offset(inner: &str) -> Option<usize> {
    let name = inner.trim_start_matches('?').len();
    let skipped = inner.len() - name;
    let rest = &inner[skipped..];
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '-')))
        .unwrap_or(rest.len());
    let shell_dash = rest[..end].find('-').filter(|dash| {
        rest[..*dash].bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    });
    if let Some(dash) = shell_dash.filter(|dash| *dash > 0) {
        return Some(skipped + dash + 1);
    }
    let operator = &rest[end..];
    let length = match operator.as_bytes() {
        [b':', b'?' | b'+', ..] | [b'?' | b'+', ..] => return None,
        [b':', b'-' | b'=', ..] => 2,
        [b':' | b'=', ..] => 1,
        _ => return None,
    };
    (end > 0).then_some(skipped + end + length)
}

/// Behind the bracket that closes the one at `at`, or `end`.
fn balanced(bytes: &[u8], at: usize, end: usize, open: u8, close: u8) -> usize {
    let mut depth = 0_usize;
    for (offset, &byte) in bytes[at..end].iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + offset + 1;
            }
        }
    }
    end
}

fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    match &text.as_bytes()[range.clone()] {
        [first @ (b'"' | b'\''), .., last] if first == last => range.start + 1..range.end - 1,
        _ => range,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(raw: &str) -> Vec<(&str, bool)> {
        match read(raw) {
            Reading::Parts(parts) => parts.into_iter().map(|part| (&raw[part.range], part.fallback)).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn literals() {
        for raw in
            ["pear", "", "$ecret-pear", "100%", "pa$$word", "{pear}", "a ${B} c", "%pear tree%", "<pear>", "$pear"]
        {
            assert_eq!(read(raw), Reading::Literal, "{raw}");
        }
    }

    #[test]
    fn references() {
        for raw in [
            "${X}",
            "$X",
            "$JWT_SECRET",
            "${X:?must be set}",
            "${X?no}",
            "${X:+y}",
            "${jwt.secret-key}",
            "$(openssl rand -hex 32)",
            "{{ .Values.x }}",
            "${{ secrets.X }}",
            "%env(JWT)%",
            "%env(default:x:JWT)%",
            "%kernel.secret%",
            "%X%",
            "`cmd`",
            "<%= ENV[\"X\"] %>",
            "${?X}",
            "${X:}",
            "${X:-}",
            "{{ .Values.x | default (randAlphaNum 40) | b64enc | quote }}",
            "{{ include \"x.y\" . }}",
            "${X:#{null}}",
            "${A:${B}}",
            "${A}${B}",
            "{{ get_env(name=\"K\") }}",
            "${env:JWT_SECRET}",
            "${ENV:SHARED_SECRET}",
            "${ssm:/orchard/jwt}",
            "${self:custom.jwt.secret}",
            "${password:32}",
            "${PEAR:0:32}",
            "${PEAR:0:$LENGTH}",
            "${1:-$2}",
            "${X:-\"$@\"}",
            "${jwt:jwt_secret}",
            "<%= ENV.fetch(\"X\") %>",
            "\"${X}\"",
        ] {
            assert_eq!(read(raw), Reading::Reference, "{raw}");
        }
    }

    #[test]
    fn defaults() {
        for (raw, wanted) in [
            ("${X:-pear}", "pear"),
            ("${X-pear}", "pear"),
            ("${X-$2b$10$pear}", "$2b$10$pear"),
            ("${1:-pear}", "pear"),
            ("${x:123456}", "123456"),
            ("${X:=pear}", "pear"),
            ("${X:pear}", "pear"),
            ("${env:X, 'pear'}", "pear"),
            ("${jwt.secret-key:pear-tree}", "pear-tree"),
            ("${X:-'pear tree'}", "pear tree"),
            ("${A:${B:pear}}", "pear"),
            ("${A:-${B:-pear}}", "pear"),
            ("{{ .Values.x | default \"pear\" | quote }}", "pear"),
            ("{{ default 'pear' .Values.x }}", "pear"),
            ("{{ .Values.x | default \\\"pear\\\" }}", "pear"),
            ("<%= get_env(name=\"K\", default=\"pear\") %>", "pear"),
            ("{{ get_env(name=\"K\", default=\"pear\") }}", "pear"),
            ("<%= ENV[\"X\"] || \"pear\" %>", "pear"),
            ("<%= ENV.fetch(\"X\", 'pear') %>", "pear"),
            ("<%= ENV.fetch(\"X\") { \"pear\" } %>", "pear"),
            ("{{ getenv \"X\" \"pear\" }}", "pear"),
            ("${{ secrets.X || 'pear' }}", "pear"),
            ("{{ lookup('env', 'X') | default('pear', true) }}", "pear"),
        ] {
            assert_eq!(parts(raw), [(wanted, true)], "{raw}");
        }
        assert_eq!(parts("{{ \"pear\" | b64enc }}"), [("pear", false)]);
    }

    #[test]
    fn parameters_of_scripts() {
        for raw in [
            "$1", "$12", "$@", "\"$@\"", "$*", "$#", "$?", "$!", "$$", "$$1", "\\$1", "$1:$2", "'$1'", "%1", "%~2",
            "%~dp0", "%*", "%%a", "%%~na",
        ] {
            assert!(is_of_parameters(raw), "{raw}");
        }
        for raw in [
            "",
            "$",
            "%",
            "$2b$10$pear",
            "$2a",
            "pa$$word",
            "pear$1",
            "1$",
            "100%",
            "$%^&",
            "$pear",
            "%pear%",
            "%",
            "%~",
            "é$",
            "--",
            "$é",
        ] {
            assert!(!is_of_parameters(raw), "{raw}");
        }
    }

    #[test]
    fn names_of_reads_with_defaults() {
        for (raw, wanted) in [
            ("${PEAR:-tree}", Some("PEAR")),
            ("\"${PEAR_TREE:in winter}\"", Some("PEAR_TREE")),
            ("${pear.tree:winter}", Some("pear.tree")),
            ("${PEAR:?no}", None),
            ("${PEAR}", None),
            ("$PEAR", None),
            ("${", None),
        ] {
            assert_eq!(defaulted(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn variables() {
        for (raw, wanted) in [
            ("$pear", Some(("pear", false))),
            ("${PEAR}", Some(("PEAR", false))),
            ("${X:-$PEAR}", Some(("PEAR", true))),
            ("${X:-\"${PEAR}\"}", Some(("PEAR", true))),
            ("${X:-pear}", None),
            ("pear", None),
            ("${X:?no}", None),
            ("a$PEAR", None),
            ("${é", None),
        ] {
            assert_eq!(variable(raw), wanted, "{raw}");
        }
    }

    #[test]
    fn odd_text_is_harmless() {
        for raw in [
            "${",
            "$",
            "{{",
            "${{",
            "<%",
            "$(",
            "é${é:é",
            "{{ 'é",
            "%",
            "%%",
            "`",
            "${:x}",
            "${X:",
            "#{",
            "{{}}",
            "${}",
        ] {
            read(raw);
        }
        read(&"${a:".repeat(50_000));
    }
}
