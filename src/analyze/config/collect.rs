//! From entries to candidates: which keys hold a JWT secret, and where exactly it stands.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::entry::{Entry, Visitor, unquoted};
use super::key_material::{self, KeySet};
use super::rules::{Rule, RulesOfFile, fold};
use super::value::{self, Reading};
use super::{Format, formats, kubernetes};
use crate::analyze::dotenv;
use crate::fact::{Algorithm, Candidate, Confidence, Encoding, Evidence, Facts, FileId, Origin, Place, Setting};
use crate::judge::value as worth;
use crate::names::{self, ExtraNames, NameClass};
use crate::secret::Secret;
use crate::span::Span;

/// Files inside files: no deeper.
const DEEPEST: usize = 3;
/// What readers call JSON in a text of their own.
pub(super) const JSON_TEXT: &str = "text.json";

/// What holds for all candidates of one file.
#[derive(Clone, Copy)]
pub struct FileContext<'a> {
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: &'a str,
    /// The names that the user adds.
    pub extra: &'a ExtraNames,
    /// An environment file.
    pub dotenv: bool,
    /// What the file is for, as far as its name tells.
    pub setting: Setting,
    /// Where only certain entries are asked for: which.
    pub asked: Option<ReadAs<'a>>,
}

/// The name under which code reads an entry into a key, by the entry's own and whether that is a variable's.
pub type ReadAs<'a> = &'a dyn Fn(&str, bool) -> Option<String>;

/// Algorithms that a document names at more places say nothing.
const MOST_SIGNING: usize = 64;

/// A file holds no more secrets than this: a list of a million is data, and would cost a million findings.
pub const MOST_CANDIDATES: usize = 2_000;

/// A file fills no more keys than this from elsewhere.
const MOST_READS: usize = 64;

/// Takes entries, keeps candidates.
pub struct Collector<'a> {
    context: FileContext<'a>,
    text: &'a str,
    /// Where `text` begins in the file.
    base: usize,
    depth: usize,
    rules: Rc<RulesOfFile<'a>>,
    pair: Pair,
    option: Option<(Vec<String>, String)>,
    keys: KeySet,
    /// Where the values of variables stand, in files whose variables see each other.
    variables: Option<FxHashMap<String, Span>>,
    document: Document,
    candidates: Vec<Candidate>,
    /// What keys are filled from.
    reads: Vec<String>,
    /// What the recipe around is for.
    recipe: Setting,
    /// What the command is for that is given variables.
    command: Setting,
}

/// What is known of the document being read.
#[derive(Default)]
struct Document {
    /// A Kubernetes Secret: its `data` is in base64.
    secret: bool,
    /// A schema or an API description: its values are prose.
    schema: bool,
    /// Where the names of Secrets of the cluster stand.
    names_secret: Vec<Ours>,
    /// The paths at which an algorithm for shared keys stands.
    signs: Vec<Vec<String>>,
    /// The paths at which a key of a cloud or a store stands, or where it is.
    has_access_key: FxHashSet<Vec<String>>,
    /// The paths at which something says how tokens are refreshed.
    refreshes: FxHashSet<Vec<String>>,
    found: Vec<Found>,
}

/// A key among others that belong together: where they stand, and what they are for, if their names say so.
#[derive(PartialEq)]
struct Ours {
    parent: Vec<String>,
    of: String,
}

/// A candidate that waits for the end of its document.
struct Found {
    candidate: Candidate,
    /// Stands in the `data` of a Kubernetes object.
    data: bool,
    /// The path at which it stands, if it may be the name of an entry: `secretKey: token`.
    names_entry: Option<Ours>,
    /// The path at which it stands, if it is called a secret, whatever for.
    beside: Option<Vec<String>>,
    /// The path at which it stands, if it is called an access secret, of whatever.
    of_access: Option<Vec<String>>,
}

impl From<Candidate> for Found {
    fn from(candidate: Candidate) -> Self {
        Self { candidate, data: false, names_entry: None, beside: None, of_access: None }
    }
}

/// A name and a value that are siblings: `name: X`, `value: y`.
#[derive(Default)]
struct Pair {
    parent: Vec<String>,
    name: Option<(String, Span)>,
    value: Option<(String, Span)>,
}

/// A value with the name it is judged by.
struct Named<'e> {
    path: &'e [String],
    value: &'e str,
    span: Span,
    variable: bool,
}

/// What a name makes of its value.
struct Role {
    evidence: Evidence,
    conditional: bool,
    confidence: Confidence,
    encoding: Option<Encoding>,
    detector: Arc<str>,
    after: Option<&'static str>,
    private: bool,
    /// The name under which code reads it, where that is not its own.
    read_as: Option<String>,
    /// It is called a secret, but not what for.
    is_contextual: bool,
}

impl<'a> Collector<'a> {
    /// A collector for a whole file.
    pub fn new(context: FileContext<'a>, text: &'a str) -> Self {
        Self::below(context, text, 0, 0, Rc::new(RulesOfFile::new(context.path, text)))
    }

    fn below(context: FileContext<'a>, text: &'a str, base: usize, depth: usize, rules: Rc<RulesOfFile<'a>>) -> Self {
        Self {
            context,
            text,
            base,
            depth,
            rules,
            pair: Pair::default(),
            option: None,
            keys: KeySet::default(),
            variables: context.dotenv.then(FxHashMap::default),
            document: Document::default(),
            candidates: Vec::new(),
            reads: Vec::new(),
            recipe: Setting::default(),
            command: Setting::default(),
        }
    }

    /// Says that later variables of the file may take the values of earlier ones.
    pub fn with_variables(self) -> Self {
        Self { variables: Some(FxHashMap::default()), ..self }
    }

    /// All candidates, in the order of the text.
    pub fn finish(mut self) -> Facts {
        self.end_document();
        let truncated = self.is_full();
        self.candidates.sort_by_key(|candidate| (candidate.span, candidate.conditional));
        self.candidates.dedup_by(|later, earlier| later.span == earlier.span && later.evidence == earlier.evidence);
        Facts { candidates: self.candidates, reads: self.reads, truncated, ..Facts::default() }
    }

    fn end_document(&mut self) {
        let document = std::mem::take(&mut self.document);
        if document.schema {
            return;
        }
        for mut found in document.found {
            if found.names_entry.is_some_and(|ours| document.names_secret.contains(&ours)) {
                continue;
            }
            let is_of_access_key =
                |path: Vec<String>| document.has_access_key.contains(&path) && !document.refreshes.contains(&path);
            if found.of_access.is_some_and(is_of_access_key) {
                continue;
            }
            if document.secret && found.data {
                let Some(plain) = kubernetes::decoded(&found.candidate.secret) else { continue };
                found.candidate.secret = plain;
            }
            if found.beside.is_some_and(|path| document.signs.contains(&path)) {
                found.candidate.conditional = false;
                found.candidate.confidence = found.candidate.confidence.max(Confidence::Medium);
            }
            self.candidates.push(found.candidate);
        }
    }

    /// Notes what a document says about itself.
    fn note_document(&mut self, entry: &Entry<'_>) {
        if let [parent @ .., key] = entry.path
            && !entry.value.is_empty()
            && let Some(of) = of_secret_name(key)
        {
            self.document.names_secret.push(Ours { parent: parent.to_vec(), of });
        }
        if let [parent @ .., key] = entry.path
            && !parent.is_empty()
            && Algorithm::named(&entry.value).is_some()
            && names::is_of_algorithm(key)
            && self.document.signs.len() < MOST_SIGNING
        {
            self.document.signs.push(parent.to_vec());
        }
        if let [parent @ .., key] = entry.path {
            if worth::is_beside_access_secret(key) {
                self.document.has_access_key.insert(parent.to_vec());
            }
            if worth::is_of_refreshing(key) {
                self.document.refreshes.insert(parent.to_vec());
            }
        }
        if let [key] = entry.path {
            match key.as_str() {
                "kind" => {
                    self.document.secret |= entry.value == "Secret";
                    self.document.schema |= matches!(entry.value.as_ref(), "CustomResourceDefinition" | "SealedSecret");
                }
                "openapi" | "swagger" => self.document.schema = true,
                "$schema" => self.document.schema |= entry.value.contains("json-schema.org"),
                _ => {}
            }
        } else if entry.value == "Secret"
            && entry.path.len() == 3
            && entry.path[2] == "kind"
            && entry.path[0] == "items"
        {
            self.document.secret = true;
        }
    }

    /// `name: X` beside `value: y` is an entry `X`.
    fn note_pair(&mut self, entry: &Entry<'_>) {
        let Some((last, parent)) = entry.path.split_last() else { return };
        let is_value = formats().pair_values.contains(last);
        if !is_value && !formats().pair_names.contains(last) {
            return;
        }
        if self.pair.parent != parent {
            self.pair = Pair { parent: parent.to_vec(), name: None, value: None };
        }
        let text = Some((entry.value.to_string(), entry.value_span));
        if is_value {
            self.pair.value = text;
        } else {
            self.pair.name = text;
        }
        if let (Some((name, _)), Some((value, span))) = (&self.pair.name, &self.pair.value) {
            let path = [name.clone()];
            let value = value.clone();
            let span = *span;
            self.pair = Pair::default();
            self.consider(&Named { path: &path, value: &value, span, variable: true });
        }
    }

    /// Items of lists that are assignments or options: `- JWT_SECRET=x`, `- --jwt-secret`, `- x`.
    fn list_item(&mut self, entry: &Entry<'_>) {
        let Some((number, parent)) = entry.path.split_last() else { return };
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        if let Some((list, option)) = self.option.take()
            && list == parent
            && !entry.value.starts_with('-')
        {
            let path = [option];
            self.consider(&Named { path: &path, value: &entry.value, span: entry.value_span, variable: true });
        }
        let is_asked = self.context.asked.is_some();
        let could_be_key = |name: &str| is_asked || names::could_be_key(name) || names::could_be_read_as_key(name);
        let assigns_key = |text: &str| could_be_key(text) || names_assigned(text).any(names::could_be_read_as_key);
        let option = entry.value.strip_prefix("--").filter(|option| !option.contains(['=', ' ']));
        if let Some(option) = option.filter(|option| could_be_key(option)) {
            self.option = Some((parent.to_vec(), option.to_owned()));
        } else if entry.value.contains('=') && assigns_key(&entry.value) {
            let whole = parent.last().is_some_and(|list| formats().whole_assignments.contains(list));
            if whole {
                self.assignment(entry.value_span);
            } else {
                self.commands(entry.value_span, setting_of_tool(entry.path));
            }
        }
    }

    /// `NAME=value`, blanks included.
    fn assignment(&mut self, span: Span) {
        let Some(equals) = self.text[span.range()].find('=') else { return };
        let name = self.text[span.start()..span.start() + equals].trim();
        if name.is_empty() || name.contains([' ', '\t', '$', '{']) {
            return;
        }
        let path = [name.trim_start_matches('-').to_owned()];
        let value_span = unquoted(self.text, super::entry::trimmed(self.text, span.start() + equals + 1, span.end()));
        let text = self.text;
        self.consider(&Named { path: &path, value: &text[value_span.range()], span: value_span, variable: true });
    }

    /// Text that a shell runs.
    fn commands(&mut self, span: Span, setting: Setting) {
        if self.depth < DEEPEST {
            let text: &'a str = self.text;
            let setting = self.context.setting.max(setting);
            self.read_text(Part::Format(Format::Shell), &text[span.range()], span.start(), setting);
        }
    }

    /// A script of a package: what it is for, its name tells.
    fn script(&mut self, name: &str, span: Span) {
        if self.depth < DEEPEST {
            let text: &'a str = self.text;
            let setting = self.context.setting.max(setting_of_script(name));
            self.read_text(Part::Format(Format::Shell), &text[span.range()], span.start(), setting);
        }
    }

    /// A value that is JSON itself: `'{"jwt_secret": "…"}'`.
    fn json_text(&mut self, entry: &Entry<'_>) {
        let is_object = entry.value.trim_start().strip_prefix('{').is_some_and(|rest| !rest.starts_with(['{', '%']));
        if !is_object || self.depth >= DEEPEST || !entry.value.contains('"') {
            return;
        }
        if !is_skipped(entry.path) {
            self.json_at(entry.value_span);
        }
    }

    fn json_at(&mut self, span: Span) {
        let text: &'a str = self.text;
        let raw = &text[span.range()];
        let plain = without_escapes(raw);
        let json = plain.as_deref().unwrap_or(raw);
        self.read_text(Part::Format(Format::Json), json, span.start(), self.context.setting);
    }

    fn read_part(&mut self, part: Part, start: usize, end: usize) {
        let text: &'a str = self.text;
        if let Some(text) = text.get(start..end) {
            self.read_text(part, text, start, self.context.setting);
        }
    }

    /// Reads `text`, which stands at `start` byte for byte, as a file of its own.
    fn read_text(&mut self, part: Part, text: &str, start: usize, setting: Setting) {
        let context = FileContext { setting, ..self.context };
        let mut inner = Collector::below(context, text, self.base + start, self.depth + 1, self.rules.clone());
        match part {
            Part::Dotenv => {
                inner = inner.with_variables();
                dotenv::read(text, &mut inner);
            }
            Part::Format(format) => {
                inner = if format.has_variables() { inner.with_variables() } else { inner };
                super::read(format, text, &mut inner);
            }
        }
        let mut facts = inner.finish();
        self.reads.append(&mut facts.reads);
        self.document.found.extend(facts.candidates.into_iter().map(Found::from));
    }

    /// Makes candidates of a value if its name says so.
    fn consider(&mut self, named: &Named<'_>) {
        if (named.value.trim().is_empty() && !self.context.dotenv) || self.is_full() {
            return;
        }
        let role = match self.role(named) {
            Some(role) if !role.conditional => role,
            weaker => match self.role_by_read(named).or(weaker) {
                Some(role) => role,
                None => return,
            },
        };
        // What only has to be set while an image is made: `RUN SECRET_KEY=dummy python manage.py collectstatic`.
        if let [section, .., _] = named.path
            && section.eq_ignore_ascii_case("run")
            && is_said_to_be_unused(named.value)
        {
            return;
        }
        let says_nothing = named.value.trim().trim_matches(['"', '\'']).is_empty();
        if says_nothing && (role.conditional || !named.value.trim().is_empty()) {
            return;
        }
        let raw = &self.text[named.span.range()];
        if role.private
            && let Some(secret) = key_material::private_key(named.value)
        {
            self.push_key(Candidate { secret, detector: role.detector, ..self.blank(name_of(named), named.span) });
            return;
        }
        // Code may sign with any text that is called a private key.
        let role = if role.private { Role { evidence: Evidence::Named, conditional: true, ..role } } else { role };
        if named.value.trim_start().starts_with('{') && !named.value.starts_with("{{") {
            if let Some((range, encoding)) = key_material::key_in_json(raw) {
                let role = Role { encoding: encoding.or(role.encoding), ..role };
                self.push_part(named, &role, range, false);
            }
            return;
        }
        if names_a_secret_of_the_cluster(self.context.path, named) {
            return;
        }
        if !role.conditional && self.context.asked.is_none() && self.reads.len() < MOST_READS {
            let is_other = |name: &&str| named.path.last().is_none_or(|own| own != name);
            self.reads.extend(value::filled_from(raw).filter(is_other).map(str::to_owned));
        }
        match value::read(raw) {
            _ if self.push_variable(named, &role) => {}
            Reading::Reference => {}
            Reading::Parts(parts) => {
                for part in parts {
                    self.push_part(named, &role, part.range, part.fallback);
                }
            }
            Reading::Literal => self.push_literal(named, &role),
        }
    }

    /// A value that is another variable of this file: `JWT_SECRET=${JWT_SECRET:-$DEFAULT}`.
    fn push_variable(&mut self, named: &Named<'_>, role: &Role) -> bool {
        let text = self.text;
        let Some((name, fallback)) = value::variable(&text[named.span.range()]) else { return false };
        let Some(span) = self.variables.as_ref().and_then(|variables| variables.get(name)).copied() else {
            return false;
        };
        if !role.conditional {
            self.push(named, role, &text[span.range()], span, fallback);
        }
        true
    }

    /// Remembers where the value of a variable stands.
    fn note_variable(&mut self, entry: &Entry<'_>) {
        let Some(variables) = &mut self.variables else { return };
        let name = match entry.path {
            [name] if entry.variable => name,
            // `ARG NAME=value`
            [name, default] if default == "default" => name,
            _ => return,
        };
        if !entry.value.is_empty() && value::read(&self.text[entry.value_span.range()]) == Reading::Literal {
            variables.insert(name.clone(), entry.value_span);
        }
    }

    fn push_part(&mut self, named: &Named<'_>, role: &Role, range: std::ops::Range<usize>, fallback: bool) {
        let mut span = Span::new(range.start, range.end).shifted(named.span.start());
        if let Some(mark) = role.after {
            // What does not have the form is none: a file, a variable.
            let Some(at) = self.text[span.range()].find(mark) else { return };
            span = Span::new(span.start() + at + mark.len(), span.end());
        }
        let value = self.text[span.range()].to_owned();
        self.push(named, role, &value, span, fallback);
    }

    fn push_literal(&mut self, named: &Named<'_>, role: &Role) {
        let fallback =
            named.path.last().is_some_and(|part| matches!(part.as_str(), "default" | "Default" | "defaultValue"))
                || named.path.last().is_some_and(|part| part.starts_with("env("));
        match role.after.and_then(|mark| named.value.split_once(mark)) {
            Some((_, value)) => {
                let value = value.trim();
                let raw = &self.text[named.span.range()];
                let start = raw.rfind(value).unwrap_or(0);
                let span = Span::new(named.span.start() + start, named.span.end().max(named.span.start() + start));
                self.push(named, role, value, span, fallback);
            }
            // What does not have the form is none: a file, a variable.
            None if role.after.is_some() => {}
            None => self.push(named, role, named.value, named.span, fallback),
        }
    }

    fn push(&mut self, named: &Named<'_>, role: &Role, value: &str, span: Span, fallback: bool) {
        if self.is_full() {
            return;
        }
        let name = name_of(named);
        let origin = match (fallback, self.context.dotenv) {
            (true, _) => Origin::Fallback,
            (false, true) => Origin::EnvFile,
            (false, false) => Origin::Literal,
        };
        let candidate = Candidate {
            secret: Secret::from(value),
            encodings: role.encoding.into_iter().collect(),
            algorithm: Algorithm::in_name(&name),
            evidence: role.evidence,
            origin,
            confidence: role.confidence,
            conditional: role.conditional,
            detector: role.detector.clone(),
            setting: self.context.setting.max(setting_of_section(named.path)).max(self.recipe).max(self.command),
            read_as: role.read_as.clone().or_else(|| Some(name.clone())),
            ..self.blank(name, span)
        };
        // What a template encodes is plain in it.
        let data = span == named.span && named.path.len() >= 2 && named.path[named.path.len() - 2] == "data";
        let names_entry = names_an_entry(self.context.path, named, value);
        let beside = named.path.split_last().filter(|_| role.is_contextual).map(|(_, parent)| parent.to_vec());
        let of_access = named
            .path
            .split_last()
            .filter(|_| role.evidence <= Evidence::Named && worth::is_called_access_secret(&candidate.subject));
        let of_access = of_access.map(|(_, parent)| parent.to_vec());
        self.document.found.push(Found { candidate, data, names_entry, beside, of_access });
    }

    fn is_full(&self) -> bool {
        self.document.found.len() + self.candidates.len() >= MOST_CANDIDATES
    }

    fn push_key(&mut self, candidate: Candidate) {
        if !self.is_full() {
            self.document.found.push(candidate.into());
        }
    }

    /// A private key of this file; other candidates change what differs.
    fn blank(&self, name: String, span: Span) -> Candidate {
        Candidate {
            file: self.context.file,
            span: span.shifted(self.base),
            secret: Secret::default(),
            encodings: Vec::new(),
            algorithm: None,
            evidence: Evidence::KeyMaterial,
            origin: Origin::PrivateKey,
            place: Place::Configuration,
            subject: name.clone(),
            steps: Vec::new(),
            setting: self.context.setting,
            confidence: Confidence::High,
            read_as: Some(name),
            conditional: false,
            detector: Arc::from(if self.context.dotenv { "dotenv" } else { "config" }),
        }
    }

    /// What the name says of the value.
    fn role(&self, named: &Named<'_>) -> Option<Role> {
        if is_skipped(named.path) {
            return None;
        }
        if let Some(asked) = self.context.asked {
            // .NET: `<add key="…" value="…"/>`.
            let name = match named.path {
                [.., add, key] if add == "add" => key.clone(),
                _ => name_of(named),
            };
            return asked(&name, is_variable(named)).map(|name| self.asked_role(name));
        }
        // The type of a Terraform resource says nothing of what is in it.
        let outer = if named.path.len() > 2 && named.path[0] == "resource" { 2 } else { 0 };
        let parts: Vec<&str> = named.path[outer..].iter().map(String::as_str).collect();
        let variable = is_variable(named);
        // What a rule knows in one form only, as `data:;base64,…`, or else as the place of a file, may in another be
        // somebody else's of the same name.
        let has_form = |rule: &&Rule| {
            let raw = &self.text[named.span.range()];
            rule.data.after.as_deref().is_none_or(|mark| raw.contains(mark) || raw.contains("://"))
        };
        if let Some(rule) = self.rules.knowing(named.path, variable).filter(has_form) {
            return (!rule.data.not_a_secret).then(|| framework_role(rule));
        }
        let class = self.class(&parts, variable && !named_by_case_only(named));
        let role = |evidence, conditional, confidence| Role {
            evidence,
            conditional,
            confidence,
            encoding: encoding_in_name(&parts),
            private: class == NameClass::PrivateKey,
            ..self.named_role()
        };
        match class {
            NameClass::Secret => Some(role(Evidence::Named, false, Confidence::Medium)),
            NameClass::PrivateKey => Some(role(Evidence::KeyMaterial, false, Confidence::Medium)),
            NameClass::Contextual => {
                let is_item = parts.last().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
                let named_by_file = !self.context.dotenv && !is_item && names::is_called_jwt(self.context.path);
                let named = role(Evidence::Named, !named_by_file, Confidence::Low);
                Some(Role { is_contextual: !named_by_file, ..named })
            }
            // Code may read it into a key all the same.
            NameClass::Token | NameClass::Other => {
                names::could_be_read_as_key(parts.last()?).then(|| role(Evidence::Named, true, Confidence::Low))
            }
        }
    }

    /// What the variable says that the value is read from, where the name says too little: `key: ${JWT_SECRET:-pear}`.
    fn role_by_read(&self, named: &Named<'_>) -> Option<Role> {
        if self.context.asked.is_some() {
            return None;
        }
        let read = value::defaulted(&self.text[named.span.range()])?;
        let is_secret = names::classify_with(self.context.extra, &[read]) == NameClass::Secret;
        (is_secret && !is_skipped(named.path)).then(|| self.named_role())
    }

    /// An entry of any name, that code reads under one that was asked for.
    fn asked_role(&self, read_as: String) -> Role {
        Role { conditional: true, confidence: Confidence::Low, read_as: Some(read_as), ..self.named_role() }
    }

    /// What a name says that is a secret's.
    fn named_role(&self) -> Role {
        Role {
            evidence: Evidence::Named,
            conditional: false,
            confidence: Confidence::Medium,
            encoding: None,
            detector: Arc::from(if self.context.dotenv { "dotenv" } else { "config" }),
            after: None,
            private: false,
            read_as: None,
            is_contextual: false,
        }
    }

    /// The class by the last part, or by the whole path where that is not a name by itself.
    fn class(&self, parts: &[&str], alone: bool) -> NameClass {
        let last = &parts[parts.len().saturating_sub(1)..];
        match names::classify_with(self.context.extra, if alone { last } else { parts }) {
            NameClass::Other if !alone => names::classify_with(self.context.extra, last),
            class => class,
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Dotenv,
    Format(Format),
}

impl Part {
    /// What a file without a name is, by its first line that says something.
    fn of_content(text: &str) -> Option<Self> {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("# "))?;
        let name = first.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))).unwrap_or(0);
        let format = match first.as_bytes().get(name)? {
            b'{' if name == 0 && first.starts_with("{{") => return None,
            b'{' if name == 0 => Format::Json,
            b'[' if name == 0 => Format::Toml,
            b'#' if name == 0 && first.starts_with("#!") => Format::Shell,
            b'-' | b':' => Format::Yaml,
            b'=' if name > 0 => return Some(Self::Dotenv),
            b' ' if name > 0 && first[name..].trim_start().starts_with('=') => Format::Toml,
            b' ' if first.starts_with("- ") => Format::Yaml,
            _ => return None,
        };
        Some(Self::Format(format))
    }
}

impl Visitor for Collector<'_> {
    fn entry(&mut self, entry: Entry<'_>) {
        self.note_document(&entry);
        if self.document.schema {
            return;
        }
        if let Some(key) = self.keys.note(&entry).filter(|_| self.context.asked.is_none()) {
            self.push_key(Candidate { secret: key.secret, ..self.blank(key.name, key.span) });
        }
        self.note_pair(&entry);
        self.list_item(&entry);
        self.note_variable(&entry);
        if entry.path.last().is_some_and(|key| formats().command_keys.contains(key)) && entry.value.contains('=') {
            self.commands(entry.value_span, Setting::default());
        } else if let [table, name, ..] = entry.path
            && formats().script_tables.contains(table)
            && entry.value.contains('=')
        {
            self.script(name, entry.value_span);
        }
        self.json_text(&entry);
        let Entry { path, value, value_span, variable, .. } = entry;
        self.consider(&Named { path, value: &value, span: value_span, variable });
    }

    fn document(&mut self) {
        self.end_document();
        self.pair = Pair::default();
        self.keys = KeySet::default();
    }

    fn recipe(&mut self, name: &str) {
        self.recipe = setting_of_script(name);
    }

    fn command(&mut self, setting: Setting) {
        self.command = setting;
    }

    fn embedded(&mut self, name: &str, text: &str, at: usize) -> bool {
        if name == JSON_TEXT {
            if self.depth < DEEPEST {
                self.json_at(Span::new(at, at + text.len()));
            }
            return true;
        }
        let part = if dotenv::is_dotenv(name) {
            Part::Dotenv
        } else if formats().command_keys.iter().any(|key| key == name) {
            Part::Format(Format::Shell)
        } else if let Some(format) = super::format_of(name) {
            Part::Format(format)
        } else if let Some(part) = formats().content_keys.contains(name).then(|| Part::of_content(text)).flatten() {
            part
        } else {
            return false;
        };
        if self.depth < DEEPEST {
            self.read_part(part, at, at + text.len());
        }
        true
    }
}

/// The names in front of the equals signs of a text.
fn names_assigned(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    text.match_indices('=').map(move |(at, _)| {
        let before = text[..at].trim_end();
        before.rsplit(|c| !is_part(c)).next().unwrap_or(before)
    })
}

/// Whether a part of a key's path says that no value below it is a secret.
fn is_skipped(path: &[String]) -> bool {
    path.iter().any(|part| formats().skipped_parts.contains(part))
}

fn framework_role(rule: &'static Rule) -> Role {
    Role {
        evidence: if rule.data.conditional { Evidence::Named } else { Evidence::FrameworkKey },
        conditional: rule.data.conditional,
        confidence: rule.data.confidence.unwrap_or(Confidence::High),
        encoding: rule.encoding(),
        detector: rule.detector.clone(),
        after: rule.data.after.as_deref(),
        private: rule.data.private,
        read_as: None,
        is_contextual: false,
    }
}

/// `adminTokenSecret: admin-token` among the values of a chart: the name of a Secret, whose words the key has, too, or
/// all but those that say for which release it is: `adminTokenSecret: orchard-admin-token`.
fn names_a_secret_of_the_cluster(path: &str, named: &Named<'_>) -> bool {
    let is_chart = || {
        let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
        name.starts_with("values") || folders.split('/').any(|folder| matches!(folder, "charts" | "chart" | "helm"))
    };
    let words = || named.value.split('-');
    let is_kebab = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if is_variable(named) || words().count() < 2 || !words().all(is_kebab) || !is_chart() {
        return false;
    }
    let key = named.path.concat().to_ascii_lowercase();
    let last = named.path.last().map(|last| fold(last)).unwrap_or_default();
    let ends_as_called = || {
        let mut ends = named.value.match_indices('-').map(|(at, _)| &named.value[at + 1..]);
        ends.any(|end| end.contains('-') && last.strip_suffix("secret") == Some(fold(end).as_str()))
    };
    words().all(|word| key.contains(word)) || ends_as_called()
}

/// What the name of a Secret is for, by the key that it stands under: `secretName` for nothing in particular,
/// `jwtSecretName` and `existingJwtSecret` for `jwt`.
fn of_secret_name(key: &str) -> Option<String> {
    if matches!(key, "secretName" | "existingSecret" | "existingSecretName") {
        return Some(String::new());
    }
    // Every key of every file is asked.
    let is_one = |end: &str| {
        key.len() > end.len() && key.as_bytes()[key.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
    };
    if !["name", "secret"].into_iter().any(is_one) {
        return None;
    }
    let folded = fold(key);
    let exists = folded.contains("existing");
    let of = folded.strip_suffix("secretname").or_else(|| folded.strip_suffix("secret").filter(|_| exists))?;
    Some(without_existing(of)).filter(|of| !of.is_empty()).map(str::to_owned)
}

/// `jwt` of `existingjwt` and `jwtexisting`.
fn without_existing(of: &str) -> &str {
    of.strip_prefix("existing").or_else(|| of.strip_suffix("existing")).unwrap_or(of)
}

/// Where a value stands that names an entry of a Secret, if the name of that Secret stands beside it: `secretKey: token`
/// beside `secretName`, and `jwtSecretKey: jwtToken` beside `jwtSecretName`.
fn names_an_entry(path: &str, named: &Named<'_>, value: &str) -> Option<Ours> {
    let (key, parent) = named.path.split_last()?;
    let ours = |of: &str| Some(Ours { parent: parent.to_vec(), of: of.to_owned() });
    if matches!(key.as_str(), "secretKey" | "key" | "existingSecretKey") {
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        return value.chars().all(is_word).then(|| ours("")).flatten();
    }
    let is_word = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '.');
    if is_variable(named) || !value.chars().all(is_word) || super::format_of(path) != Some(Format::Yaml) {
        return None;
    }
    let folded = fold(key);
    let of = folded.strip_suffix("secretkey").or_else(|| folded.strip_suffix("key"))?;
    Some(without_existing(of)).filter(|of| !of.is_empty()).and_then(ours)
}

/// Whether the last part of the path is an environment variable.
fn is_variable(named: &Named<'_>) -> bool {
    named.variable || below_environment(named.path) || named_by_case_only(named)
}

fn below_environment(path: &[String]) -> bool {
    path.len() >= 2 && formats().environments.contains(&path[path.len() - 2])
}

/// `[jwt] SECRET_KEY`: written like a variable, but perhaps a member.
fn named_by_case_only(named: &Named<'_>) -> bool {
    let upper = |name: &String| {
        name.contains('_')
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    !named.variable && !below_environment(named.path) && named.path.last().is_some_and(upper)
}

/// The name under which code reads the value.
fn name_of(named: &Named<'_>) -> String {
    let Some(last) = named.path.last() else { return String::new() };
    if is_variable(named) {
        return last.clone();
    }
    if let Some(name) = last.strip_prefix("env(").and_then(|rest| rest.strip_suffix(')')) {
        return name.to_owned();
    }
    let default = matches!(last.as_str(), "default" | "Default");
    match named.path {
        // `variable "jwt_secret" { default = … }`, `ARG JWT_SECRET=…`
        [.., name, _] if default => name.clone(),
        path => path.join("."),
    }
}

/// A value that only has to be there: `dummy`, `not-used`.
fn is_said_to_be_unused(value: &str) -> bool {
    let value = fold(value);
    ["dummy", "unused", "notused", "fake", "ignored", "irrelevant", "notneeded"].iter().any(|word| value.contains(word))
}

/// What the name of a script or a recipe says that it is for.
fn setting_of_script(name: &str) -> Setting {
    let says = |words: &[&str]| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word));
    if says(&["test", "tests", "e2e", "unit", "jest", "cypress"]) {
        Setting::Test
    } else if says(&["dev", "develop", "development", "watch", "local"]) {
        Setting::Development
    } else {
        Setting::Production
    }
}

/// What the outermost section of a file says that its values are for: `development:`, `[test]`.
fn setting_of_section(path: &[String]) -> Setting {
    match path {
        [section, _, ..] if matches!(section.as_str(), "development" | "dev" | "local") => Setting::Development,
        [section, _, ..] if matches!(section.as_str(), "test" | "testing") => Setting::Test,
        // A workflow of GitHub's, wherever its file lies.
        [jobs, _, of_job, _, ..] if jobs == "jobs" && matches!(of_job.as_str(), "env" | "steps" | "services") => {
            Setting::Development
        }
        path => setting_of_tool(path),
    }
}

/// What the tool that a section sets up is for: `[tool.pytest.ini_options] env = […]`.
fn setting_of_tool(path: &[String]) -> Setting {
    if path.iter().any(|part| part == "pytest") { Setting::Test } else { Setting::Production }
}

/// JSON in quotes, with as many bytes and each of them where it was, but no escapes: `{\"a\": \"b\"}`. `None` where
/// there are none, or more than one reading takes off.
fn without_escapes(raw: &str) -> Option<String> {
    if !raw.contains('\\') || !raw.contains("\\\"") || raw.contains("\\\\") {
        return None;
    }
    let mut plain = String::with_capacity(raw.len());
    let mut inside = false;
    let mut rest = raw.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match rest.next() {
            Some('"') => {
                plain.push_str(if inside { "\" " } else { " \"" });
                inside = !inside;
            }
            Some('n' | 'r' | 't') => plain.push_str("  "),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    Some(plain)
}

/// `base64-secret` is base64.
fn encoding_in_name(parts: &[&str]) -> Option<Encoding> {
    let last: Cow<'_, str> = parts.last()?.to_ascii_lowercase().into();
    if last.contains("base64") || last.contains("b64") {
        Some(Encoding::Base64)
    } else if last.ends_with("_hex") || last.starts_with("hex") {
        Some(Encoding::Hex)
    } else {
        None
    }
}
