//! Variables in shell scripts, command lines and Dockerfiles.

use std::borrow::Cow;

use super::collect::JSON_TEXT;
use super::entry::{Entry, Visitor, line_end, trimmed};
use super::{formats, value};
use crate::analyze::pattern::Engine;
use crate::fact::Setting;
use crate::span::Span;

/// Texts inside texts (`sh -c "…"`): no deeper.
const DEEPEST: usize = 3;

/// Reads a script: assignments anywhere in a command, and options that name a secret.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    let mut written: Option<HereDocument<'_>> = None;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at, end);
        at = end + 1;
        let content = &text[line.range()];
        if content.starts_with('#') {
            continue;
        }
        match &written {
            Some(document) if content == document.mark => written = None,
            Some(document) => {
                let code = document.is_code.then_some(text);
                read_line(text, line, &mut Written { visitor, code });
            }
            None => {
                written = here_document(content);
                read_line(text, line, visitor);
            }
        }
    }
}

/// Text in a script that goes to a file.
struct HereDocument<'t> {
    /// What ends it.
    mark: &'t str,
    /// The file is a program.
    is_code: bool,
}

/// The here-document that a command begins and a redirection writes to a file: `cat > .env <<'EOF'`.
fn here_document(line: &str) -> Option<HereDocument<'_>> {
    let (before, after) = line.split_once("<<")?;
    if !before.contains('>') && !after.contains('>') && !before.contains("tee") {
        return None;
    }
    let mark = after.trim_start_matches('-').trim_start().split([' ', '\t', ';', '>', '|', '&']).next()?;
    let mark = mark.trim_matches(['"', '\'', '\\']);
    let is_program = |word: &str| {
        let path = word.trim_matches(['"', '\'']);
        path.ends_with(".rs") || Engine::embedded().language_of(path).is_some()
    };
    let is_code = line.split([' ', '\t', '>']).any(is_program);
    mark.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(HereDocument { mark, is_code })
}

/// Text that is only written to a file: a value to be replaced there is a template.
struct Written<'v, 't> {
    visitor: &'v mut dyn Visitor,
    /// The text, if it is a program's: what is no literal there is a name.
    code: Option<&'t str>,
}

impl Visitor for Written<'_, '_> {
    fn entry(&mut self, entry: Entry<'_>) {
        let before = self.code.and_then(|text| text.get(..entry.value_span.start()));
        let is_literal = before.is_none_or(|before| before.ends_with(['"', '\'', '`']));
        if is_literal && !crate::judge::value::is_placeholder(&entry.value) {
            self.visitor.entry(entry);
        }
    }
}

/// Reads one command line.
pub fn read_line(text: &str, line: Span, visitor: &mut dyn Visitor) {
    read_line_at(text, line, DEEPEST, visitor);
}

fn read_line_at(text: &str, line: Span, depth: usize, visitor: &mut dyn Visitor) {
    let content = &text[line.range()];
    if !content.contains(['=', '-', ' ']) || only_prints(content) {
        return;
    }
    let words = words(text, line);
    read_words(text, &words, depth, visitor);
}

/// `echo` that writes to no file and no other command shows text to people.
fn only_prints(line: &str) -> bool {
    let command = line.split([' ', '\t']).next().unwrap_or_default().trim_start_matches('@');
    prints(command) && stays_on_screen(line)
}

fn stays_on_screen(line: &str) -> bool {
    !line.contains('>') && !line.contains(" | ")
}

fn prints(command: &str) -> bool {
    matches!(command.rsplit('/').next(), Some("echo" | "printf" | "Write-Host"))
}

/// Reads `A=b C="d e"`, as Dockerfiles, systemd and supervisor write it.
pub fn read_assignments(text: &str, span: Span, visitor: &mut dyn Visitor) {
    for word in words(text, span) {
        for part in list_parts(text, word) {
            if let Some(assignment) = Assignment::of(text, part) {
                assignment.emit(text, visitor);
            }
        }
    }
}

fn read_words(text: &str, words: &[Span], depth: usize, visitor: &mut dyn Visitor) {
    if describes_option(text, words) {
        return;
    }
    if let Some((name, value)) = spaced_assignment(text, words) {
        return emit(text, without_dashes(text, name), content(text, value), visitor);
    }
    if let Some((name, value)) = set_by_command(text, words) {
        emit(text, name, content(text, value), visitor);
    }
    let mut around = Around::of(text, words);
    for (index, &word) in words.iter().enumerate() {
        around.reach(index);
        let inner = unquoted_word(text, word);
        let is_command = depth > 0 && inner != word && is_run(text, words, index);
        if !is_command && !around.only_looks() {
            read_defaults(text, word, visitor);
        }
        // `sh -c "NAME=value run"` is more than one assignment.
        let has_commands = is_command && text[inner.range()].contains(' ');
        if !has_commands && Assignment::of(text, word).is_some() {
            if around.searches() {
                continue;
            }
            visitor.command(if runs_tests(text, words, index) { Setting::Test } else { Setting::default() });
            for part in list_parts(text, word) {
                let assignment = Assignment::of(text, part).map(|assignment| assignment.innermost(text));
                if let Some(assignment) = assignment.filter(|assignment| !assignment.shows_form(text)) {
                    assignment.emit_all(text, visitor);
                }
            }
            visitor.command(Setting::default());
            continue;
        }
        if inner != word && is_json(&text[inner.range()]) {
            visitor.embedded(JSON_TEXT, &text[inner.range()], inner.start());
            continue;
        }
        if is_command {
            // `sh -c "export NAME=value && run"`
            read_line_at(text, inner, depth - 1, visitor);
            continue;
        }
        let next = words.get(index + 1).copied();
        if let Some(value) = next.filter(|next| takes_value(text, words, index, *next)) {
            let name = without_dashes(text, inner);
            emit(text, name, content(text, value), visitor);
        }
    }
}

/// Whether a line tells people what an option is for: `-s, --jwt-secret KEY   what tokens are signed with`. A command may
/// go on with an option where the line before does not end, but then no words stand apart from it.
fn describes_option(text: &str, words: &[Span]) -> bool {
    let Some(first) = words.first().filter(|first| text[first.range()].starts_with('-')) else { return false };
    let before = text[..first.start()].trim_end_matches([' ', '\t']);
    let goes_on = |line: &str| line.trim_end().ends_with(['\\', '^', '`']);
    if goes_on(before) || words.last().is_some_and(|last| goes_on(&text[last.range()])) {
        return false;
    }
    let is_plain = |word: &Span| text[word.range()].starts_with(|c: char| c.is_alphanumeric());
    words.windows(3).any(|three| {
        let column = &text[three[0].end()..three[1].start()];
        let stands_apart = column.contains('\t') || column.contains("  ");
        stands_apart && column.trim().is_empty() && is_plain(&three[1]) && is_plain(&three[2])
    })
}

/// Whether what follows an option only says what goes there: `--jwt-secret JWT_SECRET`, `--secret-key SK`.
fn is_form_of_value(option: &str, value: &str) -> bool {
    /// Options have no more words.
    const MOST_WORDS: usize = 8;
    let is_form = value.starts_with(|c: char| c.is_ascii_uppercase())
        && value.bytes().all(|byte| byte.is_ascii_uppercase() || matches!(byte, b'_' | b'-'));
    let words: Vec<&str> = option.split(['-', '_', '.']).filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
    is_form && {
        let letters: String = value.chars().filter(char::is_ascii_uppercase).map(|c| c.to_ascii_lowercase()).collect();
        (0..words.len()).any(|from| {
            let initials = words[from..].iter().filter_map(|word| word.chars().next());
            letters == words[from..].concat().to_ascii_lowercase()
                || letters == initials.collect::<String>().to_ascii_lowercase()
        })
    }
}

/// Whether between two words one command ends and another begins.
fn ends_command(text: &str, pair: &[Span]) -> bool {
    text[pair[0].end()..pair[1].start()].contains([';', '|', '&', '('])
}

/// Whether variables stand before a command that runs tests: `JWT_SECRET=… cargo test`, `A=b npm run test:unit`.
fn runs_tests(text: &str, words: &[Span], index: usize) -> bool {
    /// The runner, what it is told to do, and of what.
    const TELLING: usize = 3;
    /// So many variables stand before one.
    const MOST: usize = 64;
    let after = words[index..].windows(2).take_while(|pair| !ends_command(text, pair)).map(|pair| pair[1]);
    let command = after.take(MOST).skip_while(|word| Assignment::of(text, *word).is_some());
    let mut telling = command.map(|word| &text[word.range()]).take(TELLING).take_while(|word| !word.starts_with('-'));
    telling.any(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        name.split([':', '-', '_', '.']).next().is_some_and(|first| formats().test_runners.contains(first))
    })
}

/// What is known of the command in which a word stands.
struct Around<'t, 'w> {
    text: &'t str,
    words: &'w [Span],
    command: Option<&'t str>,
    /// An open `[` stands before.
    compares: bool,
    /// What commands print stays on the screen.
    stays: bool,
}

impl<'t, 'w> Around<'t, 'w> {
    fn of(text: &'t str, words: &'w [Span]) -> Self {
        let ends = words.first().zip(words.last());
        let line = ends.map_or("", |(first, last)| &text[first.start()..last.end()]);
        Self { text, words, command: None, compares: false, stays: stays_on_screen(line) }
    }

    /// Goes on to the word at `index`, after the one before it.
    fn reach(&mut self, index: usize) {
        let Some(before) = index.checked_sub(1) else { return };
        let word = &self.text[self.words[before].range()];
        match word {
            "[" | "[[" => self.compares = true,
            "]" | "]]" => self.compares = false,
            _ => {}
        }
        let is_keyword = matches!(word, "if" | "elif" | "while" | "until" | "then" | "else" | "do" | "!" | "sudo");
        if ends_command(self.text, &self.words[before..=index]) {
            self.command = None;
        } else if self.command.is_none() && !is_keyword {
            self.command = Some(word);
        }
    }

    /// Whether the word is what is looked for in a file: `grep -q "JWT_SECRET=$" .env`.
    fn searches(&self) -> bool {
        let command = self.command.and_then(|command| command.rsplit('/').next());
        matches!(command, Some("grep" | "egrep" | "fgrep" | "rg" | "findstr" | "Select-String"))
    }

    /// Whether people are shown what the word says, or it is only compared: `[ "${JWT_SECRET:-none}" = none ]`.
    fn only_looks(&self) -> bool {
        let command = self.command.unwrap_or_default();
        self.compares || self.searches() || matches!(command, "test" | "case") || self.stays && prints(command)
    }
}

/// Every `${NAME:-text}` of a word names its variable itself: `set_value name "${JWT_SECRET:-text}"`. Where it is all
/// that a variable is given, it is that one's.
fn read_defaults(text: &str, word: Span, visitor: &mut dyn Visitor) {
    let assigned = Assignment::of(text, word).map(|assignment| content(text, assignment.value));
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    for at in word.range() {
        match bytes[at] {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'$' if depth < DEEPEST && bytes.get(at + 1) == Some(&b'{') => {
                let start = at + 2;
                let rest = bytes.get(start..word.end()).unwrap_or_default();
                let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
                let name = Span::new(start, start + length);
                let has_default = [":-", "-", ":=", "="].iter().any(|mark| rest[length..].starts_with(mark.as_bytes()));
                let whole = Span::new(at, closing(bytes, at + 1, word.end(), b'{', b'}'));
                if has_default && is_name(&text[name.range()]) && assigned != Some(whole) {
                    emit(text, name, whole, visitor);
                }
            }
            _ => {}
        }
    }
}

/// `NAME ?= value` of makefiles, `$env:NAME = value` of PowerShell.
fn spaced_assignment(text: &str, words: &[Span]) -> Option<(Span, Span)> {
    let start = usize::from(words.first().is_some_and(|word| &text[word.range()] == "export"));
    let [name, operator, value, ..] = *words.get(start..)? else { return None };
    let assigns = matches!(&text[operator.range()], "=" | ":=" | "?=" | "::=");
    (assigns && is_name(&text[without_dashes(text, name).range()])).then_some((name, value))
}

/// Whether a word in quotes is a command line itself.
fn is_run(text: &str, words: &[Span], index: usize) -> bool {
    let word = |index: usize| words.get(index).map_or("", |span| &text[span.range()]);
    let before = index.checked_sub(1).map_or("", word);
    (before.starts_with('-') && !before.starts_with("--") && before.ends_with('c')) || matches!(word(0), "eval" | "ssh")
}

/// `'{"name": "value"}'`, which commands send.
fn is_json(word: &str) -> bool {
    let member = word.strip_prefix('{').map(str::trim_start);
    member.is_some_and(|member| member.starts_with('"') || member.starts_with("\\\""))
}

/// What commands that set something call it, and the value: `gh secret set NAME --body value`,
/// `put-parameter --name name --value value`, `user-secrets set NAME value`.
fn set_by_command(text: &str, words: &[Span]) -> Option<(Span, Span)> {
    let word = |span: &Span| text.get(span.range()).unwrap_or_default();
    let after = |options: &[&str]| {
        let at = words.iter().position(|span| options.contains(&word(span)))?;
        words.get(at + 1).copied()
    };
    let set = words.windows(2).position(|pair| {
        word(&pair[1]) == "set"
            && matches!(word(&pair[0]), "secret" | "secrets" | "user-secrets" | "variable" | "config")
    });
    if let Some(set) = set {
        let name = unquoted_word(text, *words.get(set + 2)?);
        let next = words.get(set + 3).copied().filter(|next| !word(next).starts_with('-'));
        let value = after(&["--body", "-b", "--value", "--secret-value"]).or(next)?;
        return is_name(word(&name)).then_some((name, value));
    }
    let stores = ["put-parameter", "create-secret", "Set-AzKeyVaultSecret", "New-SSMParameter"];
    words.iter().find(|span| stores.contains(&word(span)))?;
    let name = unquoted_word(text, after(&["--name", "-Name"])?);
    let value = after(&["--value", "--secret-string", "-Value"])?;
    Some((Span::new(name.start() + word(&name).rfind('/').map_or(0, |slash| slash + 1), name.end()), value))
}

/// `--jwt-secret value`, `setenv NAME value`, `set -x NAME value`, `setx NAME value`.
fn takes_value(text: &str, words: &[Span], index: usize, next: Span) -> bool {
    let word = &text[unquoted_word(text, words[index]).range()];
    let value = &text[unquoted_word(text, next).range()];
    if word.starts_with("--") && word.len() > 3 {
        // `--jwt-secret <key>` says what to put there, and `--jwt-secret)` is a case.
        let parted = text[words[index].end()..next.start()].contains(['<', '>', '(', ')', ';', '|', '&']);
        return !parted
            && !value.starts_with('-')
            && Assignment::of(text, next).is_none()
            && !is_form_of_value(word, value);
    }
    let command = words.first().map_or("", |first| &text[first.range()]);
    let sets = matches!(command, "setenv" | "setx" | "SETX")
        || (command == "set" && words.get(1).is_some_and(|flag| text[flag.range()].contains('x')));
    sets && index + 2 == words.len() && is_name(word)
}

/// `NAME=value`.
#[derive(Clone, Copy)]
struct Assignment {
    name: Span,
    /// With its quotes.
    value: Span,
    /// An option, not a variable.
    option: bool,
}

impl Assignment {
    fn of(text: &str, word: Span) -> Option<Self> {
        let inner = unquoted_word(text, word);
        let equals = memchr::memchr(b'=', &text.as_bytes()[inner.range()])? + inner.start();
        let name = without_dashes(text, Span::new(inner.start(), equals));
        let name = Span::new(name.start(), name.start() + text[name.range()].trim_end_matches([':', '?', '+']).len());
        let option = text[inner.range()].starts_with('-');
        is_name(&text[name.range()]).then_some(Self { name, value: Span::new(equals + 1, inner.end()), option })
    }

    /// `--from-literal=NAME=value` assigns to `NAME`.
    fn innermost(self, text: &str) -> Self {
        match Self::of(text, self.value) {
            Some(inner)
                if self.option
                    && text[self.value.range()].bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) =>
            {
                Self { option: false, ..inner }
            }
            _ => self,
        }
    }

    fn emit(self, text: &str, visitor: &mut dyn Visitor) {
        emit(text, self.name, content(text, self.value), visitor);
    }

    /// `--jwt-secret=SECRET`, as a usage text has it.
    fn shows_form(self, text: &str) -> bool {
        self.option && is_form_of_value(&text[self.name.range()], &text[self.value.range()])
    }

    /// `--set-env-vars=A=b,C=d`: all assignments of a list.
    fn emit_all(self, text: &str, visitor: &mut dyn Visitor) {
        let parts = list_parts(text, self.value);
        match parts.split_first() {
            Some((first, others)) if !others.is_empty() => {
                emit(text, self.name, content(text, *first), visitor);
                others.iter().filter_map(|part| Self::of(text, *part)).for_each(|part| part.emit(text, visitor));
            }
            _ => self.emit(text, visitor),
        }
    }
}

/// The assignments of a list (`A=b,C=d`), or the word itself: a comma counts where `NAME=` follows it.
fn list_parts(text: &str, word: Span) -> Vec<Span> {
    let bytes = &text.as_bytes()[word.range()];
    let outer = unquoted_word(text, word);
    let (start, end) = (outer.start() - word.start(), outer.end() - word.start());
    let mut parts = Vec::new();
    let mut from = start;
    let mut at = start;
    while at < end {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at = quote_end(bytes, at, end, quote).max(at + 1),
            b',' if names_follow(&bytes[at + 1..end]) => {
                parts.push(Span::new(word.start() + from, word.start() + at));
                from = at + 1;
                at = from;
            }
            _ => at += 1,
        }
    }
    if parts.is_empty() {
        return vec![word];
    }
    parts.push(Span::new(word.start() + from, word.start() + end));
    parts
}

/// `NAME=`
fn names_follow(bytes: &[u8]) -> bool {
    let length =
        bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')).count();
    (1..120).contains(&length) && bytes.get(length) == Some(&b'=') && !bytes[0].is_ascii_digit()
}

fn emit(text: &str, name: Span, value_span: Span, visitor: &mut dyn Visitor) {
    let raw = &text[value_span.range()];
    // `--jwt-secret=*)` is a pattern.
    let is_pattern = !raw.is_empty() && raw.bytes().all(|byte| matches!(byte, b'*' | b'?'));
    if is_pattern || value::is_of_parameters(raw) || is_part_of_variable(raw) {
        return;
    }
    let path = [text[name.range()].to_owned()];
    let value = Cow::Borrowed(raw);
    visitor.entry(Entry { path: &path, key_span: name, value, value_span, variable: true });
}

/// `${line:11}`: what a variable holds from there on.
fn is_part_of_variable(raw: &str) -> bool {
    let inner = raw.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    inner.and_then(|inner| inner.split_once(':')).is_some_and(|(name, from)| {
        let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_word
            && (from.starts_with([' ', '$', '(']) || !from.is_empty() && from.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// The span without leading dashes, a `D` of `-Dname` and `$env:`.
fn without_dashes(text: &str, span: Span) -> Span {
    let word = &text[span.range()];
    let word = word.strip_prefix("-D").unwrap_or(word).trim_start_matches('-');
    let word = word.strip_prefix("$env:").unwrap_or(word);
    Span::new(span.end() - word.len(), span.end())
}

fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.len() < 120
        && !word.as_bytes()[0].is_ascii_digit()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b':'))
}

/// The content of a value: what its quotes enclose, if they enclose all of it.
fn content(text: &str, value: Span) -> Span {
    unquoted_word(text, value)
}

fn unquoted_word(text: &str, span: Span) -> Span {
    let bytes = &text.as_bytes()[span.range()];
    match bytes {
        [first @ (b'"' | b'\''), middle @ .., last] if first == last && !middle.contains(first) => {
            Span::new(span.start() + 1, span.end() - 1)
        }
        [b'"', middle @ .., b'"'] if escaped_quotes_only(middle) => Span::new(span.start() + 1, span.end() - 1),
        _ => span,
    }
}

fn escaped_quotes_only(bytes: &[u8]) -> bool {
    memchr::memchr_iter(b'"', bytes).all(|at| at > 0 && bytes[at - 1] == b'\\')
}

/// The words of one line with their quotes, up to a comment.
pub fn words(text: &str, line: Span) -> Vec<Span> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = line.start();
    while at < line.end() {
        if matches!(bytes[at], b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'<' | b'>' | b',') {
            at += 1;
            continue;
        }
        if bytes[at] == b'#' {
            break;
        }
        let start = at;
        at = word_end(bytes, at, line.end());
        words.push(Span::new(start, at));
    }
    words
}

fn word_end(bytes: &[u8], mut at: usize, end: usize) -> usize {
    let start = at;
    while at < end {
        match bytes[at] {
            // `NAME=ENC(…)`, where no shell reads it.
            b'(' if at > start && bytes[at - 1].is_ascii_alphanumeric() && bytes[start..at].contains(&b'=') => {
                at = closing(bytes, at, end, b'(', b')');
            }
            b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b'&' | b'<' | b'>' | b')' | b'(' => break,
            b'\\' => at = (at + 2).min(end),
            quote @ (b'"' | b'\'') => at = quote_end(bytes, at, end, quote),
            b'$' if bytes.get(at + 1) == Some(&b'(') => at = closing(bytes, at + 1, end, b'(', b')'),
            b'$' if bytes.get(at + 1) == Some(&b'{') => at = closing(bytes, at + 1, end, b'{', b'}'),
            _ => at += 1,
        }
    }
    // An escape may have stopped inside a character.
    while at < end && bytes[at] & 0xC0 == 0x80 {
        at += 1;
    }
    at.min(end)
}

/// Behind the closing quote; a quote that does not close on the line is an apostrophe.
fn quote_end(bytes: &[u8], at: usize, end: usize, quote: u8) -> usize {
    let mut here = at + 1;
    while here < end {
        match bytes[here] {
            b'\\' if quote == b'"' => here += 2,
            byte if byte == quote => return here + 1,
            _ => here += 1,
        }
    }
    at + 1
}

/// Behind the bracket that closes the one at `at`, or `end`.
fn closing(bytes: &[u8], at: usize, end: usize, open: u8, close: u8) -> usize {
    let mut depth = 0;
    for (offset, &byte) in bytes[at..end].iter().enumerate() {
        if byte == open {
            depth += 1;
        } else if byte == close {
            depth -= 1;
            if depth == 0 {
                return at + offset + 1;
            }
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        pairs(text, read)
    }

    #[test]
    fn what_is_looked_for_is_not_set() {
        let text = "if ! grep -q \"JWT_SECRET=$\" .env || sudo grep -c 'JWT_KEY=' f; then JWT_A=pear run | grep K=v && JWT_B=plum; fi\n/bin/grep JWT_C=x y; JWT_D=fig\n";
        assert_eq!(found(text), ["JWT_A=pear", "JWT_B=plum", "JWT_D=fig"]);
    }

    #[test]
    fn assignments_and_options() {
        let text = "#!/bin/sh\n# X=no\nexport JWT_SECRET=pear # c\nA=\"${B:-plum tree}\" run -e C='d' --env E=f \\\n  -e \"G=h i\" image\nkubectl create secret generic s --from-literal=JWT_SECRET=fig\ncmd --jwt-secret lime --set jwt.secret=kiwi -Djwt.key=x\nK=$(openssl rand -hex 32); L=\"a $(b \"c\") d\"\n";
        assert_eq!(
            found(text),
            [
                "JWT_SECRET=pear",
                "A=${B:-plum tree}",
                "C=d",
                "E=f",
                "G=h i",
                "JWT_SECRET=fig",
                "jwt-secret=lime",
                "jwt.secret=kiwi",
                "jwt.key=x",
                "K=$(openssl rand -hex 32)",
                "L=\"a $(b \"c\") d\"",
            ]
        );
    }

    #[test]
    fn what_a_script_is_given_is_no_literal() {
        let text = "JWT_A=\"$1\"\nJWT_B=\"$2\"; shift 2\nexport JWT_C=$1\nreadonly JWT_D=\"$@\" JWT_E=$?\ntool --jwt-secret \"$2\" --jwt-key=$1\nsh -c \"JWT_F=\\$1 JWT_G=$1 run\" x\nset \"JWT_H=%~2\"\nset JWT_I=%%a\nJWT_J=${line:11} JWT_K=\"${X: -8}\"\ncat > .env <<EOF\nJWT_L=$1\nEOF\n";
        assert_eq!(found(text), Vec::<String>::new());
        let kept = "JWT_A='$2b$10$pear'\nJWT_B=\"${1:-plum}\" JWT_C=fig$1\n";
        assert_eq!(found(kept), ["JWT_A=$2b$10$pear", "JWT_B=${1:-plum}", "JWT_C=fig$1"]);
    }

    #[test]
    fn what_tells_of_an_option_gives_it_no_value() {
        let usage = "tool --jwt-secret <sk> [options]\n  --jwt-secret   what tokens are signed with\n  -s, --jwt-secret KEY\twhat tokens are signed with\n  --jwt-secret=KEY  Signing key\n  --jwt-secret JS --secret-key SK --jwt-secret=JWT_SECRET --jwt-secret SECRET\ncase $1 in\n  -accessKey=*|-jwtSecret=*) shift ;;\n  --jwt-secret) shift ;;\n  --jwt-secret=?*) shift ;;\nesac\ncat /dev/null --jwt-secret < pear\nrun --jwt-secret | pear\n";
        assert_eq!(found(usage), Vec::<String>::new());
        let commands = "tool --jwt-secret pear --secret-key  plum start\ntool \\\n  --jwt-secret  fig start it\nA=(\n  --jwt-secret  lime  --port 80\n)\ntool --jwt-secret SPRING --jwt-secret=KIWI\n  --jwt-secret  date \\\n  run now\n";
        assert_eq!(
            found(commands),
            [
                "jwt-secret=pear",
                "secret-key=plum",
                "jwt-secret=fig",
                "A=",
                "jwt-secret=lime",
                "port=80",
                "jwt-secret=SPRING",
                "jwt-secret=KIWI",
                "jwt-secret=date",
            ]
        );
    }

    #[test]
    fn echo_counts_only_into_a_file() {
        assert_eq!(
            found("echo JWT_SECRET=pear\necho \"JWT_SECRET=plum\" >> .env\ncat > .env <<EOF\nA_KEY=fig\nEOF"),
            ["JWT_SECRET=plum", "A_KEY=fig"]
        );
    }

    #[test]
    fn what_is_only_written_to_a_file_may_be_a_template() {
        let script = "cat > /etc/orchard.env <<'EOF'\nJWT_KEY=CHANGE_ME\nJWT_SECRET=pear\nEOF\nA_KEY=changeme\n";
        assert_eq!(found(script), ["JWT_SECRET=pear", "A_KEY=changeme"]);
        assert_eq!(found("mysql <<EOF\nA_KEY=changeme\nEOF"), ["A_KEY=changeme"]);
    }

    #[test]
    fn defaults_name_their_variables() {
        let text = "set_value \"JWT_SECRET\" \"${JWT_SECRET:-pear}\" # ${JWT_A:-no}\nJWT_B=\"${JWT_B:-plum}\" URL=\"x?k=${JWT_C-fig}\" run\ncat <<EOF\n  JWT_SECRET: ${JWT_D:=lime}\nEOF\necho \"${JWT_E:-kiwi}\" | sign\nsign ${JWT_F:-${JWT_G:-date}} ${H:0:8} ${I} ${J:?no} $${JWT_K:-quince}\n";
        assert_eq!(
            found(text),
            [
                "JWT_SECRET=${JWT_SECRET:-pear}",
                "JWT_B=${JWT_B:-plum}",
                "JWT_C=${JWT_C-fig}",
                "URL=x?k=${JWT_C-fig}",
                "JWT_D=${JWT_D:=lime}",
                "JWT_E=${JWT_E:-kiwi}",
                "JWT_F=${JWT_F:-${JWT_G:-date}}",
                "JWT_G=${JWT_G:-date}",
                "JWT_K=${JWT_K:-quince}",
            ]
        );
        let shown = "echo \"with ${JWT_A:-none given}\"\nrun || echo ${JWT_B:-x}\nif [ \"${JWT_C:-x}\" = x ] || [[ a || ${JWT_D:-x} == x ]]; then\ntest -z ${JWT_E:-x}\ncase ${JWT_F:-x} in\ngrep ${JWT_G:-x} f\n";
        assert_eq!(found(shown), Vec::<String>::new());
    }

    #[test]
    fn texts_that_are_run_are_read_word_by_word() {
        assert_eq!(
            found(
                "sh -c \"JWT_SECRET=pear ./run\" && bash -ec 'JWT_KEY=\"plum tree\" A=fig' x\nrun -c JWT_SECRET=lime\n"
            ),
            ["JWT_SECRET=pear", "JWT_KEY=plum tree", "A=fig", "JWT_SECRET=lime"]
        );
    }

    #[test]
    fn other_shells() {
        assert_eq!(
            found(
                "set -gx JWT_SECRET pear\nsetenv JWT_KEY plum\nset \"X=fig\"\n$env:JWT_KEY = 'lime'\nexport JWT_KEY ?= kiwi\nif [ \"$A\" = \"b\" ]; then"
            ),
            ["JWT_SECRET=pear", "JWT_KEY=plum", "X=fig", "JWT_KEY=lime", "JWT_KEY=kiwi"]
        );
    }

    #[test]
    fn broken_input_ends() {
        for text in ["A=", "A='", "A=\"\\", "=x", "\\", "A=\\é", "--", "-D=", "$(", "A=${", "é=é '"] {
            found(text);
        }
    }
}
