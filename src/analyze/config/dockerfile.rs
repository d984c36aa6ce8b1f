//! Dockerfiles: `ENV` and `ARG` in all their forms, and the commands of `RUN`.

use std::borrow::Cow;

use super::braces::{self, Dialect};
use super::entry::{Entry, Visitor, line_end, trimmed};
use super::shell;
use crate::span::Span;

/// Reads a whole file.
pub fn read(text: &str, visitor: &mut dyn Visitor) {
    let mut at = 0;
    while at < text.len() {
        let end = instruction_end(text, at);
        instruction(text, trimmed(text, at, end), visitor);
        at = end + 1;
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
    fn broken_input_ends() {
        for text in ["ENV", "ENV ", "ENV A", "ENV =", "ARG A=\\", "ENV A=\"\\", "ONBUILD ONBUILD ENV é=é", "\\"] {
            pairs(text, read);
        }
    }
}
