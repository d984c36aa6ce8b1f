//! Dockerfiles: `ENV` and `ARG` in all their forms, and the commands of `RUN`.

use std::borrow::Cow;

use super::braces::{self, Dialect};
use super::entry::{Entry, Visitor, line_end, trimmed};
use super::shell;
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let stages = Stages::of(text);
    let mut at = 0;
    while at < text.len() {
        let end = instruction_end(text, at);
        let span = trimmed(text, at, end);
        let sets = matches!(text[span.range()].get(..4).map(str::to_ascii_uppercase).as_deref(), Some("ENV " | "ARG "));
        if sets && stages.only_make(at) {
            instruction(text, span, &mut While("RUN", visitor));
        } else {
            instruction(text, span, visitor);
        }
        at = end + 1;
    }
}

/// Where the stages begin of which nothing stays in the image but what is copied out of them, and where they end.
struct Stages(Vec<std::ops::Range<usize>>);

impl Stages {
    fn of(text: &str) -> Self {
        let stages: Vec<Stage<'_>> = Stage::all(text);
        let Some(last) = stages.len().checked_sub(1) else { return Self(Vec::new()) };
        let mut kept = vec![last];
        let mut at = last;
        // A stage is made from one before it, so this ends.
        while let Some(base) =
            stages[..at].iter().rposition(|stage| stage.name.is_some_and(|name| name == stages[at].from))
        {
            kept.push(base);
            at = base;
        }
        let end = |stage: usize| stages.get(stage + 1).map_or(text.len(), |next| next.start);
        let others = (0..last).filter(|stage| !kept.contains(stage));
        Self(others.map(|stage| stages[stage].start..end(stage)).collect())
    }

    fn only_make(&self, at: usize) -> bool {
        self.0.iter().any(|stage| stage.contains(&at))
    }
}

/// `FROM base AS name`.
struct Stage<'t> {
    start: usize,
    from: &'t str,
    name: Option<&'t str>,
}

impl<'t> Stage<'t> {
    fn all(text: &'t str) -> Vec<Self> {
        let mut stages = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let mut words = line.split_ascii_whitespace();
            if words.next().is_some_and(|word| word.eq_ignore_ascii_case("from")) {
                let mut words = words.filter(|word| !word.starts_with("--"));
                let from = words.next().unwrap_or_default();
                let name = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.next());
                stages.push(Self { start, from, name });
            }
            start += line.len();
        }
        stages
    }
}

/// The end of the last line of the instruction that starts at `start`; comments between its lines do not end it.
fn instruction_end(text: &str, start: usize) -> usize {
    let mut end = line_end(text, start);
    let mut line = text[start..end].trim();
    if line.starts_with('#') {
        return end;
    }
    if let Some(mark) = here_document(line) {
        return here_document_end(text, end, mark);
    }
    while (line.ends_with('\\') || line.ends_with('`') || line.starts_with('#')) && end < text.len() {
        let next = end + 1;
        end = line_end(text, next);
        line = text[next..end].trim();
    }
    end
}

/// What ends the file that an instruction brings: `COPY <<EOF /app/.env`.
fn here_document(line: &str) -> Option<&str> {
    let keyword = line.split([' ', '\t']).next()?;
    let (_, mark) = line.split_once("<<").filter(|_| matches!(keyword, "COPY" | "ADD" | "RUN" | "copy" | "run"))?;
    let mark = mark.trim_start_matches('-').split([' ', '\t']).next()?.trim_matches(['"', '\'']);
    mark.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some(mark)
}

/// The end of the line with the mark, or of the text.
fn here_document_end(text: &str, first: usize, mark: &str) -> usize {
    let mut end = first;
    while end < text.len() {
        let next = end + 1;
        end = line_end(text, next);
        if text[next..end].trim() == mark {
            break;
        }
    }
    end
}

fn instruction(text: &str, span: Span, visitor: &mut dyn Visitor) {
    let content = &text[span.range()];
    let Some((keyword, rest)) = content.split_once([' ', '\t']) else { return };
    let rest = trimmed(text, span.end() - rest.len(), span.end());
    match keyword.to_ascii_uppercase().as_str() {
        "ENV" => environment(text, rest, visitor),
        "ARG" => build_argument(text, rest, visitor),
        "ONBUILD" => instruction(text, rest, visitor),
        "RUN" | "COPY" | "ADD" if here_document(content.lines().next().unwrap_or_default()).is_some() => {
            let body = line_end(text, rest.start());
            let name = content.lines().next().unwrap_or_default().rsplit(['/', ' ']).next().unwrap_or_default();
            let start = (body + 1).min(rest.end());
            if !visitor.embedded(name, &text[start..rest.end()], start) {
                lines(text, Span::new(start, rest.end()), |line| shell::read_assignments(text, line, visitor));
            }
        }
        "RUN" => lines(text, rest, |line| shell::read_assignments(text, line, &mut While(keyword, visitor))),
        "CMD" | "ENTRYPOINT" if text[rest.range()].starts_with('[') => {
            let mut path = vec![keyword.to_owned()];
            braces::read_value(text, rest.start(), Dialect::JSON, &mut path, visitor);
        }
        "CMD" | "ENTRYPOINT" => lines(text, rest, |line| shell::read_line(text, line, visitor)),
        _ => {}
    }
}

/// Variables of a command that runs while something is made; the path says so.
struct While<'k, 'v>(&'k str, &'v mut dyn Visitor);

impl Visitor for While<'_, '_> {
    fn entry(&mut self, entry: Entry<'_>) {
        let path: Vec<String> = std::iter::once(self.0.to_owned()).chain(entry.path.iter().cloned()).collect();
        self.1.entry(Entry { path: &path, ..entry });
    }
}

/// `ENV A=b C="d"` over several lines, or the old form `ENV A the rest`.
fn environment(text: &str, rest: Span, visitor: &mut dyn Visitor) {
    let content = &text[rest.range()];
    let name = content.split([' ', '\t', '=']).next().unwrap_or_default();
    if content[name.len()..].starts_with('=') {
        return lines(text, rest, |line| shell::read_assignments(text, line, visitor));
    }
    let key_span = Span::new(rest.start(), rest.start() + name.len());
    let value_span = super::entry::unquoted(text, trimmed(text, key_span.end(), rest.end()));
    let path = [name.to_owned()];
    let value = Cow::Borrowed(&text[value_span.range()]);
    visitor.entry(Entry { path: &path, key_span, value, value_span, variable: true });
}

/// `ARG A=b`: a default. The path says so.
fn build_argument(text: &str, rest: Span, visitor: &mut dyn Visitor) {
    struct Default<'v>(&'v mut dyn Visitor);
    impl Visitor for Default<'_> {
        fn entry(&mut self, entry: Entry<'_>) {
            let path: Vec<String> = entry.path.iter().cloned().chain(["default".to_owned()]).collect();
            self.0.entry(Entry { path: &path, variable: false, ..entry });
        }
    }
    lines(text, rest, |line| shell::read_assignments(text, line, &mut Default(visitor)));
}

/// Each line of an instruction without comments and the backslash at its end.
fn lines(text: &str, span: Span, mut each: impl FnMut(Span)) {
    let mut at = span.start();
    while at < span.end() {
        let end = line_end(text, at).min(span.end());
        let line = trimmed(text, at, end);
        let content = &text[line.range()];
        if !content.starts_with('#') {
            each(trimmed(text, line.start(), line.start() + content.trim_end_matches(['\\', '`']).len()));
        }
        at = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::super::entry::testing::pairs;
    use super::*;

    #[test]
    fn all_forms() {
        let text = "FROM x # y\n# ENV N=no\nENV JWT_SECRET=pear\nenv A=b C=\"d e\" \\\n  # note\n  E='f'\nENV OLD form of it\nARG JWT_KEY=plum\nARG NONE\nONBUILD ENV G=h\nRUN X=y make && export Z=w\nLABEL a=b\nENV LAST=1";
        assert_eq!(
            pairs(text, read),
            [
                "JWT_SECRET=pear",
                "A=b",
                "C=d e",
                "E=f",
                "OLD=form of it",
                "JWT_KEY|default=plum",
                "G=h",
                "RUN|X=y",
                "RUN|Z=w",
                "LAST=1"
            ]
        );
    }

    #[test]
    fn stages_that_only_make_something() {
        let text = "FROM --platform=x a AS base\nENV A=b\nFROM base as builder\nENV C=d\nARG E=f\nRUN G=h make\nFROM base\nENV I=j\n";
        assert_eq!(pairs(text, read), ["A=b", "RUN|C=d", "RUN|E|default=f", "RUN|G=h", "I=j"]);
        assert_eq!(pairs("FROM x AS builder\nENV A=b\n", read), ["A=b"], "the only one is what runs");
    }

    #[test]
    fn broken_input_ends() {
        for text in ["ENV", "ENV ", "ENV A", "ENV =", "ARG A=\\", "ENV A=\"\\", "ONBUILD ONBUILD ENV é=é", "\\"] {
            pairs(text, read);
        }
    }
}
