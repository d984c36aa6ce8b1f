//! How names come in from other files.

use super::expression::Item;
use super::language::ImportStyle;
use super::scanner::Scanner;
use super::token::Kind;
use crate::fact::{Call, Callee, Import, Value};
use crate::span::Span;

/// How many tokens an import may have, a bracketed list counted as one.
const IMPORT_TOKENS: usize = 64;

impl<'a> Scanner<'a> {
    /// Reads the import that starts here; `false` if none does.
    pub(super) fn import(&mut self) -> bool {
        let styles = &self.grammar().imports;
        styles.iter().any(|style| match style {
            ImportStyle::Ecmascript => self.ecmascript(),
            ImportStyle::Python => self.python(),
            ImportStyle::Go => self.go(),
            ImportStyle::Dotted => self.dotted(&["import", "using"]),
            ImportStyle::Alias => self.dotted(&["alias", "import", "use"]),
            ImportStyle::Backslash => self.dotted(&["use"]),
            ImportStyle::Quoted => self.quoted(),
        })
    }

    /// Notes that `alias` is `member` of `module`, or the module itself.
    pub(super) fn import_name(&mut self, alias: &str, module: String, member: Option<&str>, span: Span) {
        let mut path = vec![module_name(&module, &self.grammar().imports)];
        path.extend(member.filter(|member| *member != "default").map(str::to_owned));
        self.imports.insert(alias.to_owned(), path);
        self.facts.imports.push(Import {
            alias: alias.to_owned(),
            module,
            member: member.filter(|member| *member != "default").map(str::to_owned),
            span,
        });
    }

    /// The module that `require("module")` names, and the member in `require("module").member`.
    pub(super) fn required(&self, value: &Value) -> Option<(String, Option<String>)> {
        if let Value::Field(of, member, _) = value {
            let (module, None) = self.required(of)? else { return None };
            return Some((module, Some(member.clone())));
        }
        let Value::Call(call) = value else { return None };
        let Call { callee: Callee::Path(name), arguments, .. } = &**call else { return None };
        let ecmascript = self.grammar().imports.contains(&ImportStyle::Ecmascript);
        if !ecmascript || !matches!(name.segments.last()?.as_str(), "require" | "import") {
            return None;
        }
        Some((super::call::text_of(&arguments.first()?.value)?, None))
    }

    fn ecmascript(&mut self) -> bool {
        let start = self.at;
        let export = self.tokens.is(start, "export");
        if !self.tokens.is(start, "import") && !export {
            return false;
        }
        let mut at = start + 1;
        if self.tokens.is(at, "type") && !self.tokens.is(at + 1, "from") {
            at += 1;
        }
        if self.tokens.is(at, "(") || (export && !matches!(self.tokens.str(at), "{" | "*")) {
            return false;
        }
        let mut from = at;
        while from < self.limit && from < at + IMPORT_TOKENS && self.tokens.kind(from) != Some(Kind::Text) {
            if matches!(self.tokens.str(from), ";" | "=" | "(") {
                return false;
            }
            from = self.tokens.after(from);
        }
        if self.tokens.kind(from) != Some(Kind::Text) || (export && !self.tokens.is(from - 1, "from")) {
            return false;
        }
        let module = self.content(from);
        while at < from {
            let span = self.tokens.span(at);
            match self.tokens.str(at) {
                "*" if self.tokens.is(at + 1, "as") => {
                    self.import_name(self.tokens.str(at + 2), module.clone(), None, self.tokens.span(at + 2));
                    at += 3;
                }
                "*" => {
                    self.import_name("", module.clone(), None, span);
                    at += 1;
                }
                "{" => {
                    self.named_imports(at + 1, self.tokens.mate(at).min(from), &module, "as");
                    at = self.tokens.after(at);
                }
                "from" | "," => at += 1,
                word => {
                    if self.tokens.word(at).is_some() {
                        self.import_name(word, module.clone(), None, span);
                    }
                    at += 1;
                }
            }
        }
        self.at = from + 1;
        true
    }

    /// `a, b as c` between two tokens.
    fn named_imports(&mut self, from: usize, to: usize, module: &str, renames: &str) {
        let mut at = from;
        while at < to {
            if self.tokens.is(at, "type") && self.tokens.word(at + 1).is_some() && !self.tokens.is(at + 1, renames) {
                at += 1;
            }
            let Some(member) = self.tokens.word(at) else {
                at += 1;
                continue;
            };
            let renamed = self.tokens.is(at + 1, renames);
            let alias = if renamed { at + 2 } else { at };
            let name = self.tokens.word(alias).unwrap_or(member);
            self.import_name(name, module.to_owned(), Some(member), self.tokens.span(alias));
            at = alias + 1;
        }
    }

    /// A dotted name at `at` and the index behind it.
    fn dotted_name(&self, mut at: usize) -> (String, usize) {
        let start = at;
        while at < self.limit && at < start + 64 {
            let separator = matches!(self.tokens.str(at), "." | "..." | ".." | "::" | "\\" | "/");
            if !separator && (self.tokens.word(at).is_none() || (at > start && self.tokens.word(at - 1).is_some())) {
                break;
            }
            if at > start && !self.tokens.adjacent(at) {
                break;
            }
            at += 1;
        }
        let range = self.tokens.range(start, at);
        let text = if at > start { self.tokens.text.get(range.range()).unwrap_or("") } else { "" };
        (text.to_owned(), at)
    }

    fn python(&mut self) -> bool {
        let start = self.at;
        if !self.tokens.line_break(start) && start > 0 && !matches!(self.tokens.str(start - 1), ":" | ";") {
            return false;
        }
        if self.tokens.is(start, "from") {
            let (module, at) = self.dotted_name(start + 1);
            if module.is_empty() || !self.tokens.is(at, "import") {
                return false;
            }
            let mut at = at + 1;
            let end = if self.tokens.is(at, "(") {
                at += 1;
                self.tokens.mate(at - 1)
            } else {
                self.line_end(at)
            };
            if self.tokens.is(at, "*") {
                self.import_name("", module, None, self.tokens.span(at));
            } else {
                self.named_imports(at, end.min(self.limit), &module, "as");
            }
            self.at = end.max(at);
            return true;
        }
        if !self.tokens.is(start, "import") {
            return false;
        }
        let end = self.line_end(start + 1);
        let mut at = start + 1;
        while at < end {
            let (module, after) = self.dotted_name(at);
            if module.is_empty() {
                break;
            }
            let renamed = self.tokens.is(after, "as");
            let alias = if renamed { self.tokens.str(after + 1) } else { module.split('.').next().unwrap_or("") };
            let whole = if renamed { module.clone() } else { alias.to_owned() };
            self.import_name(alias, whole, None, self.tokens.range(at, after));
            at = if renamed { after + 3 } else { after + 1 };
        }
        self.at = end;
        true
    }

    fn line_end(&self, from: usize) -> usize {
        let mut at = from;
        while at < self.limit && (at == from || !self.tokens.line_break(at)) && !self.tokens.is(at, ";") {
            at += 1;
        }
        at
    }

    fn go(&mut self) -> bool {
        if !self.tokens.is(self.at, "import") {
            return false;
        }
        let mut at = self.at + 1;
        let listed = self.tokens.is(at, "(");
        let end = if listed { self.tokens.mate(at) } else { self.line_end(at) };
        while at < end.min(self.limit) {
            if self.tokens.kind(at) == Some(Kind::Text) {
                let module = self.content(at);
                let before = self.tokens.word(at.saturating_sub(1));
                let alias = before.filter(|word| *word != "import").map_or_else(|| base_name(&module), str::to_owned);
                let span = self.tokens.content(at);
                self.import_name(&alias, module, None, span);
            }
            at += 1;
        }
        self.at = end + usize::from(listed);
        true
    }

    fn dotted(&mut self, words: &[&str]) -> bool {
        let start = self.at;
        if !words.iter().any(|word| self.tokens.is(start, word)) {
            return false;
        }
        let mut at = start + 1;
        // C#: `using static A.B;` brings in what B has.
        let opens = self.tokens.is(start, "using") && self.tokens.is(at, "static");
        while matches!(self.tokens.str(at), "static" | "function" | "const" | "type" | "namespace") {
            at += 1;
        }
        // C#: `using Alias = A.B;`.
        let mut alias = None;
        if self.tokens.is(at + 1, "=") {
            alias = self.tokens.word(at);
            at += 2;
        }
        let (path, after) = self.dotted_name(at);
        let path = path.trim_end_matches(['.', '\\', ':']).trim_start_matches('\\');
        // Elixir: `use Module, option: value` is a call.
        let configures = self.grammar().bare_calls && self.tokens.is(start, "use") && self.tokens.is(after, ",");
        if path.is_empty() || self.tokens.is(after, "(") || configures {
            return false;
        }
        let span = self.tokens.range(at, after);
        let separators = ['.', '\\', ':'];
        let (module, member) = match path.rsplit_once(separators) {
            Some((module, member)) => (module.trim_end_matches(separators), Some(member)),
            None => (path, None),
        };
        if self.tokens.is(after, "{") {
            self.named_imports(after + 1, self.tokens.mate(after).min(self.limit), path, "=>");
            self.at = self.tokens.after(after);
            return true;
        }
        self.at = after;
        if self.tokens.is(after, "*") || member == Some("_") || opens {
            let everything = self.tokens.is(after, "*") || opens;
            self.import_name("", if everything { path } else { module }.to_owned(), None, span);
            self.at = after + usize::from(everything && !opens);
            return true;
        }
        if self.tokens.is(after, "as") {
            alias = self.tokens.word(after + 1);
            self.at = after + 2;
        }
        let alias = alias.map(|alias| alias.trim_start_matches('$')).or(member).unwrap_or(module);
        self.import_name(alias, module.to_owned(), member, span);
        true
    }

    fn quoted(&mut self) -> bool {
        let mut at = self.at;
        if self.tokens.is(at, "#") {
            at += 1;
        }
        let words = [
            "require",
            "require_relative",
            "load",
            "import",
            "include",
            "export",
            "part",
            "require_once",
            "include_once",
        ];
        if !words.iter().any(|word| self.tokens.is(at, word)) {
            return false;
        }
        let relative = self.tokens.is(at, "require_relative");
        at += 1;
        if self.tokens.is(at, "(") {
            at += 1;
        }
        // PHP: `__DIR__ . '/file.php'`.
        let mut beside = false;
        if matches!(self.tokens.str(at), "__DIR__" | "dirname") {
            at += 1;
            at = if self.tokens.is(at, "(") { self.tokens.after(at) } else { at };
            beside = self.tokens.is(at, ".");
            at += usize::from(beside);
        }
        if self.tokens.kind(at) != Some(Kind::Text) {
            return false;
        }
        let mut module = self.content(at);
        let file = !module.contains(':') && module.rsplit('/').next().is_some_and(|name| name.contains('.'));
        if beside {
            module.insert(0, '.');
        } else if (relative || file) && !module.starts_with(['.', '/']) {
            module.insert_str(0, "./");
        }
        let span = self.tokens.content(at);
        self.at = at + 1;
        let alias = if self.tokens.is(self.at, "as") { self.tokens.str(self.at + 1).to_owned() } else { String::new() };
        self.facts.imports.push(Import { alias, module, member: None, span });
        true
    }

    /// The arguments of a call without brackets: up to the end of the line.
    pub(super) fn bare_items(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        let separators = &self.grammar().labels;
        loop {
            let before = self.at;
            let item = self.item(separators, false);
            items.push(item);
            if self.at == before || !self.is(",") || items.len() > 64 {
                break;
            }
            self.at += 1;
        }
        items
    }
}

/// The first segment of the path that an imported name stands for.
fn module_name(module: &str, styles: &[ImportStyle]) -> String {
    if styles.contains(&ImportStyle::Go) { base_name(module) } else { module.to_owned() }
}

/// The name under which Go knows a module: the last part of its path that is no version.
fn base_name(module: &str) -> String {
    let version =
        |part: &&str| part.starts_with('v') && part.len() > 1 && part[1..].bytes().all(|byte| byte.is_ascii_digit());
    let name = module.rsplit('/').find(|part| !version(part)).unwrap_or(module);
    let name = name.split(".v").next().unwrap_or(name);
    name.strip_prefix("go-").unwrap_or(name).replace("-go", "").replace('-', "")
}
