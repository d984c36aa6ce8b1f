//! What calls, members and bindings mean: sources, conversions, sinks.

use std::sync::Arc;

use super::expression::{Item, call_value, callee, constant};
use super::language::{KnownCall, KnownMember, Meaning, Position};
use super::rule::{AlgorithmSource, CallMatcher, Rule};
use super::scanner::Scanner;
use crate::fact::{
    Algorithm, Argument, Binding, Call, CallSite, Callee, Confidence, Encoding, EnvRead, KeyKind, Record, Sink, Value,
};
use crate::span::Span;

/// Names without one of these are not worth a binding of their own where nothing declares them.
const SECRET_PARTS: &[&str] = &["secret", "key", "jwt", "token", "sign", "hmac", "auth", "passphrase"];
/// Members that a path from a module may have.
const LONGEST_PATH: usize = 12;
/// How deep objects in objects are looked into.
const NESTING: usize = 12;

impl<'a> Scanner<'a> {
    /// The paths under which a name is known: as written, and with an import replaced by its module.
    fn canonical(&self, path: &[&'a str]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        let module = self.imports.get(*first)?;
        Some(module.iter().cloned().chain(rest.iter().map(|segment| (*segment).to_owned())).collect())
    }

    /// The path of a name that is bound to a new object: that of its class.
    fn of_instance(&self, path: &[&'a str]) -> Option<Vec<String>> {
        let (method, owner) = path.split_last()?;
        let class = self.instances.get(*owner.last()?)?;
        Some(class.iter().cloned().chain([(*method).to_owned()]).collect())
    }

    fn lookup(&self, path: &[&'a str], index: &'a super::prepared::PathIndex) -> Vec<usize> {
        let Some(last) = path.last() else { return Vec::new() };
        // Only a single name can be an import of something called otherwise.
        if path.len() > 1 && !index.has(last) {
            return Vec::new();
        }
        let canonical = self.canonical(path);
        let canonical_last = canonical.as_ref().and_then(|path| path.last()).map_or(*last, String::as_str);
        if !index.has(last) && !index.has(canonical_last) {
            return Vec::new();
        }
        let known = [canonical, self.of_instance(path)];
        let known: Vec<Vec<&str>> =
            known.iter().flatten().map(|path| path.iter().map(String::as_str).collect()).collect();
        let mut paths = vec![path];
        paths.extend(known.iter().map(Vec::as_slice));
        index.find(&paths)
    }

    /// The path of what a value names, if that comes from a module: `jose.JWT` for a member of an import.
    pub(super) fn module_path(&self, value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Name(name) => {
                let (first, rest) = name.segments.split_first()?;
                Some(self.imports.get(first)?.iter().chain(rest).cloned().collect())
            }
            Value::Field(of, member, _) => {
                let mut path = self.module_path(of)?;
                path.push(member.clone());
                (path.len() <= LONGEST_PATH).then_some(path)
            }
            _ => None,
        }
    }

    /// The path of the class that a value is a new object of.
    pub(super) fn class_path(&self, value: &Value) -> Option<Vec<String>> {
        let name = match value {
            Value::Call(call) => match &call.callee {
                Callee::Path(name) => name,
                Callee::Method(of, class) if starts_upper(class) => {
                    let mut path = self.module_path(of)?;
                    path.push(class.clone());
                    return Some(path);
                }
                Callee::Method(..) => return None,
            },
            Value::Record(record) => record.type_name.as_ref()?,
            _ => return None,
        };
        let first = name.segments.first()?;
        let path: Vec<String> = match self.imports.get(first) {
            Some(module) => module.iter().chain(name.segments.iter().skip(1)).cloned().collect(),
            None => name.segments.clone(),
        };
        path.last().is_some_and(|class| starts_upper(class)).then_some(path)
    }

    /// The member of a store outside the source that `path` leads to.
    pub(super) fn known_member(&self, path: &[&'a str], indexed: bool) -> Option<&'a KnownMember> {
        let found = self.lookup(path, &self.prepared.member_index);
        found
            .into_iter()
            .find_map(|entry| self.prepared.language.member.get(entry).filter(|member| indexed || !member.indexed))
    }

    /// What a call yields. Records the facts it makes on the way.
    pub(super) fn called(&mut self, of: Value, path: &[&'a str], items: Vec<Item>, span: Span) -> Value {
        if items.iter().any(|item| matches!(item.value, Value::Record(_)))
            || items.iter().any(|item| item.label.is_some())
        {
            let claims = self.claims_of_call(path);
            for item in items.iter().skip(claims) {
                let label: Vec<String> = item.label.iter().map(|(label, _)| label.clone()).collect();
                if let Some((_, at)) = item.label.as_ref().filter(|_| speaks_of_secrets(&label)) {
                    self.leaf(label.clone(), &item.value, *at, Some(*at));
                }
                self.leaves(&label, &item.value, Some(span));
            }
        }
        if let Value::Closure(result) = &of {
            // `{ … }()`
            return (**result).clone();
        }
        if matches!(of, Value::Fallback { .. }) {
            // Scala: `option.fold(default)(of)`.
            return of;
        }
        let of = match self.own_constructor(path) {
            Some(class) => super::expression::name(class, span),
            None => of,
        };
        self.named_arguments(&of, &items);
        self.sinks_of_call(path, &of, &items, span);
        self.set_by_method(&of, &items);
        for entry in self.lookup(path, &self.prepared.known_index) {
            let Some(known) = self.prepared.known.get(entry) else { continue };
            let fits = items.len() >= known.min_arguments && known.max_arguments.is_none_or(|most| items.len() <= most);
            if fits && let Some(value) = self.known(known, &of, &items, span) {
                return value;
            }
        }
        if let [name] = path
            && self.grammar().object_calls.has(name)
            && items.iter().any(|item| item.label.is_some())
        {
            return self.record(None, items, span);
        }
        let arguments = anew(items, |item| Argument { label: item.label.map(|(label, _)| label), value: item.value });
        let Some(callee) = callee(of) else { return Value::Unknown };
        let call = Arc::new(Call { callee, arguments, span });
        // What has no arguments may extend what it is called on.
        let extends = || match &call.callee {
            Callee::Method(of, _) => {
                self.grammar().extensions && matches!(of, Value::Literal(_) | Value::Name(_) | Value::Field(..))
            }
            Callee::Path(_) => false,
        };
        if call.arguments.iter().any(|argument| argument.value != Value::Unknown) || extends() {
            let (function, setting) = (self.function(), self.setting());
            self.facts.calls.push(CallSite { call: call.clone(), function, setting });
        }
        Value::Call(call)
    }

    /// The class whose constructor a path means in a class: `this(…)`, `super(…)`, `parent::__construct(…)`.
    fn own_constructor(&self, path: &[&'a str]) -> Option<&str> {
        let (word, rest) = path.split_first()?;
        let means = rest.is_empty() || matches!(rest, ["init" | "__init__" | "__construct" | "initialize"]);
        if !means || !self.grammar().own_constructors.has(word) {
            return None;
        }
        let scope = self.scopes.last()?;
        let owner = if matches!(*word, "this" | "self") { &scope.owner } else { &scope.parent };
        owner.as_deref()
    }

    fn known(&mut self, known: &KnownCall, of: &Value, items: &[Item], span: Span) -> Option<Value> {
        let receiver = match of {
            Value::Field(of, ..) => (**of).clone(),
            _ => Value::Unknown,
        };
        let argument = |index: usize| items.get(index).map(|item| item.value.clone());
        let value = || match known.value {
            Some(Position::Index(index)) => argument(index),
            Some(Position::Receiver(_)) => Some(receiver.clone()),
            None => None,
        };
        let default = known
            .default
            .and_then(|index| items.get(index).filter(|item| item.label.is_none()))
            .or_else(|| {
                let labelled =
                    |item: &&Item| item.label.as_ref().is_some_and(|(label, _)| known.default_labels.contains(label));
                items.iter().find(labelled)
            })
            .map(|item| item.value.clone())
            .or_else(|| {
                let records = items.iter().filter_map(|item| match &item.value {
                    Value::Record(record) => Some(record),
                    _ => None,
                });
                let mut named = records
                    .flat_map(|record| known.default_labels.iter().filter_map(move |label| member_of(record, label)));
                named.next().cloned()
            });
        Some(match known.is {
            Meaning::Environment => {
                // `config({…})` sets up, and reads nothing.
                if matches!(known.name.and_then(argument), Some(Value::Record(_) | Value::Closure(_))) {
                    return None;
                }
                let name = known.name.and_then(|index| self.name_in(items.get(index)?));
                let section = known.section.and_then(argument).and_then(|value| text_of(&value));
                let name = match (section, name) {
                    (Some(section), Some(name)) => Some(format!("{section}.{name}")),
                    (_, name) => name,
                };
                let below = name.clone().filter(|_| known.in_section && receiver != Value::Unknown);
                if let (true, Some(name), Some(default)) = (known.sets, &name, &default) {
                    self.push_binding(vec![name.clone()], default.clone(), span, None);
                }
                let read = Value::Env(EnvRead { name, span, compile_time: known.compile_time });
                let read = match below {
                    Some(name) => Value::AnyOf(vec![read, super::expression::field(receiver, name, span)]),
                    None => read,
                };
                match default {
                    Some(Value::Closure(result)) if *result != Value::Unknown => {
                        Value::fallback(read, Arc::unwrap_or_clone(result))
                    }
                    // Go has no such call of its own, and helpers stop where the default is empty, or tell.
                    Some(default) if self.grammar().named_types && default.is_empty_text() => read,
                    Some(default) if !matches!(default, Value::Unknown | Value::Closure(_)) => {
                        Value::fallback(read, default)
                    }
                    _ => read,
                }
            }
            Meaning::Conversion => {
                let value = value()?;
                let told = known.encoding_argument.and_then(argument).and_then(|value| text_of(&value));
                match told.as_deref().and_then(encoding_named).or_else(|| known.encoding?.encoding()) {
                    Some(encoding) if value != Value::Unknown => Value::Decoded(encoding, Arc::new(value)),
                    _ => value,
                }
            }
            Meaning::Fallback => {
                let default = match default? {
                    Value::Closure(result) => Arc::unwrap_or_clone(result),
                    default => default,
                };
                match known.value {
                    Some(_) => Value::fallback(value()?, default),
                    None => default,
                }
            }
            Meaning::Join => {
                let first = known.value.and_then(|_| value());
                let parts: Vec<Value> = first.into_iter().chain(items.iter().map(|item| item.value.clone())).collect();
                if parts.iter().all(|part| *part == Value::Unknown) {
                    return None;
                }
                Value::Concat(parts)
            }
            Meaning::Define => {
                let name = known.name.and_then(|index| items.get(index))?;
                let path: Vec<String> = self.name_in(name)?.split('.').map(str::to_owned).collect();
                let labelled: Vec<&Item> = items.iter().filter(|item| item.label.is_some()).collect();
                if labelled.is_empty() {
                    self.bind(path, value()?, name.span, None);
                    return Some(Value::Unknown);
                }
                // Elixir: `config :app, App.Gate, seal: …`.
                for item in labelled {
                    let member = item.label.iter().map(|(label, _)| label.clone());
                    let member = path.iter().cloned().chain(member).collect();
                    self.push_binding(member, item.value.clone(), item.span, None);
                }
                return None;
            }
            Meaning::Assign => {
                let text = &items.get(known.name?)?.value;
                let (name, value) = assignment_in(text)?;
                self.bind(vec![name], value, span, None);
                Value::Unknown
            }
            Meaning::Put => {
                let name = known.name.and_then(|index| items.get(index))?;
                let value = value().filter(|value| holds_constant(value, NESTING))?;
                let mut path = path_of(&receiver)?;
                path.push(text_of(&name.value)?);
                self.push_binding(path, value, name.span, None);
                return None;
            }
            Meaning::Map => self.map(items, span)?,
            Meaning::Merge => {
                let members = items.iter().map(|item| Item { spread: true, ..item.clone() }).collect();
                self.record(None, members, span)
            }
            Meaning::Select => {
                let (of, names) = match known.value {
                    Some(Position::Index(index)) => (argument(index)?, items.get(index + 1..)?),
                    _ => (receiver, items),
                };
                names.iter().try_fold(of, |of, item| {
                    let text = self.tokens.text.get(item.span.range())?;
                    let name = text.trim_start_matches(':').trim_matches(['"', '\'']);
                    let is_name =
                        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                    is_name.then(|| super::expression::field(of, name.to_owned(), item.span))
                })?
            }
            Meaning::Random => Value::Random,
            Meaning::Callback => match value()? {
                Value::Closure(result) => {
                    if let Some(name) = known.name.and_then(|index| text_of(&items.get(index)?.value)) {
                        self.leaves(&[name], &result, Some(span));
                    }
                    Arc::unwrap_or_clone(result)
                }
                _ => return None,
            },
            Meaning::Default => {
                let name = known.name.and_then(|index| items.get(index));
                let text = name.and_then(|name| text_of(&name.value));
                let text = text.unwrap_or_default();
                let path = match text.trim_start_matches('-') {
                    // `--sign-with` is `args.sign_with`.
                    option if option.len() < text.len() => vec![option.replace('-', "_")],
                    key => key.split(['.', ':']).map(str::to_owned).collect(),
                };
                let read =
                    Value::Env(EnvRead { name: name.and_then(|name| text_of(&name.value)), span, compile_time: false });
                let value = value().or(default)?;
                let path = known.member_of.iter().cloned().chain(path).collect();
                if value != Value::Unknown {
                    // Go: a flag that is empty unless it is given.
                    let is_blank = self.grammar().named_types && value.is_empty_text();
                    let value = if is_blank { read } else { Value::fallback(read, value) };
                    if let Some(target) = known.target.and_then(|index| path_of(&items.get(index)?.value)) {
                        let visible = self.visible_as(&target, span);
                        self.push_binding(target, value.clone(), span, visible);
                    }
                    self.bind(path, value, name.map_or(span, |name| name.span), Some(span));
                }
                Value::Unknown
            }
        })
    }

    /// An object of names and values: `new Map([["one", key]])`, `Map.of("one", key)`.
    fn map(&self, items: &[Item], span: Span) -> Option<Value> {
        let pair = |value: &Value| match value {
            Value::Record(record) if is_list(record) => match record.fields.as_slice() {
                [name, value] => Some((text_of(&name.value)?, value.value.clone(), value.span)),
                _ => None,
            },
            _ => None,
        };
        let pairs: Option<Vec<(String, Value, Span)>> = match items {
            [Item { value: Value::Record(list), .. }] if is_list(list) => {
                list.fields.iter().map(|field| pair(&field.value)).collect()
            }
            items if items.len().is_multiple_of(2) => {
                let named = |pair: &[Item]| match pair {
                    [name, value] => Some((text_of(&name.value)?, value.value.clone(), value.span)),
                    _ => None,
                };
                items.chunks(2).map(named).collect()
            }
            _ => None,
        };
        let pairs = pairs.filter(|pairs| !pairs.is_empty())?;
        let item =
            |(name, value, span): (String, Value, Span)| Item { label: Some((name, span)), value, spread: false, span };
        Some(self.record(None, pairs.into_iter().map(item).collect(), span))
    }

    /// The name that an argument is: a text, a symbol, or, where there are symbols, a module.
    fn name_in(&self, item: &Item) -> Option<String> {
        text_of(&item.value).or_else(|| self.symbol(&item.span)).or_else(|| self.module_name(&item.value))
    }

    fn module_name(&self, value: &Value) -> Option<String> {
        let path =
            path_of(value).filter(|path| self.grammar().symbols && path.iter().all(|part| starts_upper(part)))?;
        (!path.is_empty()).then(|| path.join("."))
    }

    /// What `:name` says.
    fn symbol(&self, span: &Span) -> Option<String> {
        let name = self.tokens.text.get(span.range())?.strip_prefix(':').filter(|_| self.grammar().symbols)?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name.then(|| name.to_owned())
    }

    fn sinks_of_call(&mut self, path: &[&'a str], of: &Value, items: &[Item], span: Span) {
        for entry in self.lookup(path, &self.prepared.call_index) {
            let Some(rule) = self.prepared.rules.get(entry).filter(|_| self.applicable.get(entry) == Some(&true))
            else {
                continue;
            };
            let Some(matcher) = &rule.call else { continue };
            if items.len() < matcher.min_arguments || matcher.max_arguments.is_some_and(|most| items.len() > most) {
                continue;
            }
            let algorithm = self.algorithm(&rule.algorithm, of, items);
            let first_sink = self.facts.sinks.len();
            let api = rule.api.clone().unwrap_or_else(|| path.join("."));
            // Nothing of the text is the read: it has no width.
            let nowhere = Span::new(span.start(), span.start());
            let read =
                |name: &String| Value::Env(EnvRead { name: Some(name.clone()), span: nowhere, compile_time: false });
            if let Some(value) = matcher.reads.iter().map(read).rev().reduce(|rest, first| Value::fallback(first, rest))
            {
                self.sink(entry, rule, &api, value, span, algorithm);
            }
            for (value, at) in secrets(matcher, items) {
                if value.is_empty_text() && self.is_switched_off(matcher, span) {
                    continue;
                }
                let value = if matcher.callback { called_back(value) } else { value };
                self.sink(entry, rule, &api, value, at.unwrap_or(span), algorithm);
            }
            if self.facts.sinks.len() > first_sink && asks_for_pair(&rule.algorithm, items) {
                self.facts.sinks.iter_mut().skip(first_sink).for_each(|sink| sink.kind = KeyKind::OfPair);
            }
        }
    }

    /// The sinks among the arguments that a call is given before the others are known.
    pub(super) fn given_in_advance(&mut self, path: &[&'a str], of: &Value, given: &[Item], span: Span) {
        /// No call that takes a key has more arguments before it is complete.
        const MOST: usize = 4;
        let unknown = Item { label: None, value: Value::Unknown, spread: false, span };
        let open = MOST.saturating_sub(given.len());
        let items: Vec<Item> = given.iter().cloned().chain(std::iter::repeat_n(unknown, open)).collect();
        self.sinks_of_call(path, of, &items, span);
    }

    /// Whether a rule says that a call takes its key from the block behind it.
    pub(super) fn takes_block(&self, path: &[&'a str]) -> bool {
        let takes = |entry: &usize| {
            let call = self.prepared.rules.get(*entry).and_then(|rule| rule.call.as_ref());
            self.applicable.get(*entry) == Some(&true) && call.is_some_and(|call| call.block)
        };
        self.lookup(path, &self.prepared.call_index).iter().any(takes)
    }

    /// How many arguments of a call come before its key: what they hold is signed, and no secret.
    fn claims_of_call(&self, path: &[&'a str]) -> usize {
        let rules = self.lookup(path, &self.prepared.call_index).into_iter();
        let matchers = rules
            .filter(|entry| self.applicable.get(*entry) == Some(&true))
            .filter_map(|entry| self.prepared.rules.get(entry)?.call.as_ref());
        matchers.filter(|matcher| matcher.options.is_empty()).filter_map(|matcher| matcher.argument).max().unwrap_or(0)
    }

    /// `Settings(key = "…")` gives a member of the class its value.
    fn named_arguments(&mut self, of: &Value, items: &[Item]) {
        let class = match of {
            Value::Name(name) => name.segments.last(),
            _ => None,
        };
        let Some(class) = class.filter(|class| starts_upper(class)).cloned() else { return };
        for item in items {
            if let Some((label, at)) = &item.label
                && holds_constant(&item.value, NESTING)
            {
                self.push_binding(vec![class.clone(), label.clone()], item.value.clone(), *at, None);
            }
        }
    }

    /// `jwtUtil.setSecret("…")` gives a member its value.
    fn set_by_method(&mut self, of: &Value, items: &[Item]) {
        let ([item], Value::Field(receiver, method, at)) = (items, of) else { return };
        let Some(member) = member_set_by(method).filter(|_| item.label.is_none()) else { return };
        let Some(mut path) = path_of(receiver).filter(|_| holds_constant(&item.value, NESTING)) else { return };
        path.push(member);
        if speaks_of_secrets(&path) {
            self.push_binding(path, item.value.clone(), *at, None);
        }
    }

    /// Whether a word in the call says that nothing is verified: then an empty key is none.
    fn is_switched_off(&self, matcher: &CallMatcher, span: Span) -> bool {
        let Some(first) = self.tokens.at_offset(span.start()).filter(|_| !matcher.off.is_empty()) else { return false };
        (first..self.tokens.len())
            .take_while(|&at| self.tokens.span(at).end() <= span.end())
            .any(|at| self.one_of(at, &matcher.off))
    }

    fn algorithm(&self, source: &AlgorithmSource, of: &Value, items: &[Item]) -> Option<Algorithm> {
        if let Some(fixed) = &source.fixed {
            return Algorithm::in_name(fixed);
        }
        let by_index = source.argument.and_then(|index| items.get(index)).map(|item| &item.value);
        let by_option = source.option.as_ref().and_then(|option| {
            items.iter().find_map(|item| match (&item.label, &item.value) {
                (Some((label, _)), value) if label == option => Some(value),
                (_, Value::Record(record)) => member_of(record, option),
                _ => None,
            })
        });
        by_index.or(by_option).and_then(algorithm_of).or_else(|| {
            // `alg.HMAC256(key)` says it in its own name.
            let name = match of {
                Value::Field(_, name, _) => name,
                Value::Name(name) => name.segments.last()?,
                _ => return None,
            };
            Algorithm::in_name(name).filter(|_| source.argument.is_none() && source.option.is_none())
        })
    }

    fn sink(&mut self, entry: usize, rule: &Rule, api: &str, value: Value, span: Span, algorithm: Option<Algorithm>) {
        if matches!(value, Value::Unknown | Value::Random) || names_algorithm(&value) || self.is_guarded_blank(&value) {
            return;
        }
        let (function, setting) = (self.function(), self.setting());
        let Some(detector) = self.prepared.ids.get(entry).cloned() else { return };
        self.facts.sinks.push(Sink {
            api: Arc::from(api),
            value,
            span,
            algorithm,
            encoding: rule.encoding.and_then(super::language::EncodingName::encoding),
            kind: rule.kind.into(),
            refuses_empty: rule.refuses_empty,
            function,
            setting,
            confidence: rule.confidence.unwrap_or(Confidence::High),
            detector,
        });
    }

    /// Whether the value is a name that starts out empty, in a block that asks for it not to be.
    fn is_guarded_blank(&self, value: &Value) -> bool {
        let Value::Name(name) = value else { return false };
        let [only] = name.segments.as_slice() else { return false };
        let asks = |guard: &&super::scanner::Guard| {
            let (start, end) = guard.condition;
            guard.presence
                && guard.block.0 <= self.at
                // After the last statement of the block its end is reached.
                && self.at <= guard.block.1
                && (start..end).any(|at| self.bare(self.tokens.str(at)) == only)
        };
        self.guards.iter().rev().take(8).any(|guard| asks(&guard))
            && self
                .facts
                .bindings
                .iter()
                .rev()
                .take(64)
                .find(|binding| binding.path == name.segments)
                .is_some_and(|binding| binding.value.is_empty_text())
    }

    /// A name is given a value: the binding, those of its members, and the sinks among them.
    pub(super) fn bind(&mut self, path: Vec<String>, value: Value, span: Span, visible: Option<Span>) {
        self.leaves(&path, &value, visible);
        self.sinks_of_name(&path, &value, span);
        self.push_binding(path, value, span, visible);
    }

    pub(super) fn push_binding(&mut self, path: Vec<String>, value: Value, span: Span, visible: Option<Span>) {
        if value == Value::Unknown || path.is_empty() {
            return;
        }
        let (function, setting) = (self.function(), self.setting());
        self.facts.bindings.push(Binding { path, value, span, visible, function, setting });
    }

    fn leaf(&mut self, path: Vec<String>, value: &Value, span: Span, visible: Option<Span>) {
        self.sinks_of_name(&path, value, span);
        if holds_constant(value, NESTING) && speaks_of_secrets(&path) {
            self.push_binding(path, value.clone(), span, visible);
        }
    }

    /// The members of the objects in `value`, as bindings of their own below `prefix`.
    pub(super) fn leaves(&mut self, prefix: &[String], value: &Value, visible: Option<Span>) {
        self.leaves_within(prefix, value, visible, NESTING);
    }

    fn leaves_within(&mut self, prefix: &[String], value: &Value, visible: Option<Span>, depth: usize) {
        let Some(deeper) = depth.checked_sub(1) else { return };
        match value {
            Value::Record(record) => {
                if let Some((name, value)) = self.named_entry(record) {
                    let path = name.0.split(['.', ':']).map(str::to_owned).collect();
                    self.leaf(path, value, name.1, Some(name.1));
                }
                let type_name = record.type_name.as_ref();
                for field in &record.fields {
                    let mut path = prefix.to_vec();
                    path.push(field.name.clone());
                    if let Some(name) = type_name {
                        let mut typed = name.segments.clone();
                        typed.push(field.name.clone());
                        self.sinks_of_name(&typed, &field.value, field.span);
                        // Methods of the type read it as a member of their receiver.
                        let member = typed.split_off(typed.len().saturating_sub(2));
                        self.push_binding(member, field.value.clone(), field.span, None);
                    }
                    // Without a name of its own to start from, nobody can refer to it.
                    let visible = if prefix.is_empty() { Some(field.span) } else { visible };
                    self.leaf(path.clone(), &field.value, field.span, visible);
                    self.leaves_within(&path, &field.value, visible, deeper);
                }
            }
            Value::AnyOf(values) => {
                for value in values {
                    self.leaves_within(prefix, value, visible, deeper);
                }
            }
            Value::Fallback { primary, default } => {
                self.leaves_within(prefix, primary, visible, deeper);
                self.leaves_within(prefix, default, visible, deeper);
            }
            _ => {}
        }
    }

    /// An entry written as an object, `{ name: "jwt-secret", value: "…" }`, or as a pair, `{ "Jwt:Key", "…" }`: its name
    /// with where that stands, and its value.
    fn named_entry<'v>(&self, record: &'v Record) -> Option<((String, Span), &'v Value)> {
        const NAMES: [&str; 4] = ["name", "Name", "key", "Key"];
        const VALUES: [&str; 6] = ["value", "Value", "default", "Default", "defaultValue", "DefaultValue"];
        let pair = self.grammar().types_first && record.type_name.is_none() && record.fields.len() == 2;
        let (names, values) = match pair && is_list(record) {
            true => (&["0"][..], &["1"][..]),
            false => (&NAMES[..], &VALUES[..]),
        };
        let field = |names: &[&str]| record.fields.iter().find(|field| names.contains(&field.name.as_str()));
        let name = field(names)?;
        // What has blanks in it is a caption for people.
        let is_name =
            |text: &String| !text.contains(char::is_whitespace) && speaks_of_secrets(std::slice::from_ref(text));
        let text = text_of(&name.value).filter(is_name)?;
        Some(((text, name.span), &field(values)?.value))
    }

    pub(super) fn sinks_of_name(&mut self, path: &[String], value: &Value, span: Span) {
        self.sinks_among(path, value, span, false);
    }

    /// The sinks among methods that yield a key, of which one yields `result`.
    pub(super) fn sinks_of_method(&mut self, index: usize, result: &Value) {
        let Some(function) = self.facts.functions.get(index) else { return };
        if *result == Value::Unknown || !self.prepared.assign_index.has(&function.name) {
            return;
        }
        let Some(owner) = function.owner.clone() else { return };
        let (path, span) = ([owner, function.name.clone()], function.span);
        let before = self.facts.sinks.len();
        self.sinks_among(&path, result, span, true);
        self.facts.sinks.iter_mut().skip(before).for_each(|sink| sink.function = Some(index));
    }

    fn sinks_among(&mut self, path: &[String], value: &Value, span: Span, are_methods: bool) {
        let Some(last) = path.last() else { return };
        let index = &self.prepared.assign_index;
        if !index.has(last) {
            return;
        }
        let segments: Vec<&str> = path.iter().map(String::as_str).collect();
        let mut canonical = segments.clone();
        if let Some(module) = segments.first().and_then(|first| self.imports.get(*first)) {
            canonical.splice(..1, module.iter().map(String::as_str));
        }
        for entry in index.find(&[&segments, &canonical]) {
            let Some(rule) = self.prepared.rules.get(entry).filter(|_| self.applicable.get(entry) == Some(&true))
            else {
                continue;
            };
            let Some(matcher) = rule.assign.as_ref().filter(|matcher| matcher.method == are_methods) else { continue };
            let algorithm = rule.algorithm.fixed.as_deref().and_then(Algorithm::in_name);
            let api = rule.api.clone().unwrap_or_else(|| path.join("."));
            for value in elements(value, matcher.each) {
                let value = if matcher.callback { called_back(value.clone()) } else { value.clone() };
                self.sink(entry, rule, &api, value, span, algorithm);
            }
        }
    }
}

/// The path of what a value names; of a member of the object around that is its name.
pub(super) fn path_of(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Name(name) => Some(name.segments.clone()),
        Value::This => Some(Vec::new()),
        Value::Field(of, member, _) => {
            let mut path = path_of(of)?;
            path.push(member.clone());
            (path.len() <= LONGEST_PATH).then_some(path)
        }
        _ => None,
    }
}

/// The name before `=` in a text, and the value behind.
fn assignment_in(text: &Value) -> Option<(String, Value)> {
    let (first, rest) = match text {
        Value::Literal(_) => (text, &[][..]),
        Value::Concat(parts) => parts.split_first()?,
        _ => return None,
    };
    let Value::Literal(literal) = first else { return None };
    let (name, value) = literal.secret.expose_str()?.split_once('=')?;
    // With escapes in it, where the value stands is not known.
    let plain = literal.span.end() - literal.span.start() == name.len() + 1 + value.len();
    let start = literal.span.start() + name.len() + 1;
    let mut parts = Vec::with_capacity(rest.len() + 1);
    if !value.is_empty() && plain {
        parts.push(Value::literal(value, Span::new(start, literal.span.end())));
    }
    parts.extend(rest.iter().cloned());
    let value = if parts.len() > 1 { Value::Concat(parts) } else { parts.pop()? };
    Some((name.to_owned(), value))
}

/// The values in the secret positions of a call.
fn secrets(matcher: &CallMatcher, items: &[Item]) -> Vec<(Value, Option<Span>)> {
    let labelled = items.iter().filter(|item| {
        item.label.as_ref().is_some_and(|(label, _)| matcher.labels.contains(label) || matcher.options.contains(label))
    });
    let mut found: Vec<_> =
        labelled.flat_map(|item| elements(&item.value, false).map(|value| (value.clone(), Some(item.span)))).collect();
    if let Some(index) = matcher.argument {
        let most = if matcher.rest { usize::MAX } else { 1 };
        let positional = items.iter().skip(index).take(most);
        let unlabelled = positional.filter(|item| item.label.is_none() && !item.spread);
        found.extend(
            unlabelled.flat_map(|item| elements(&item.value, false).map(|value| (value.clone(), Some(item.span)))),
        );
    }
    if let (true, Some(item)) = (matcher.block, items.last())
        && let Value::Closure(result) = &item.value
    {
        found.push(((**result).clone(), Some(item.span)));
    }
    // Python: `**options`.
    for item in items.iter().filter(|item| item.spread) {
        found.extend(matcher.labels.iter().flat_map(|label| select(&item.value, &[label], item.span)));
    }
    for option in &matcher.options {
        let steps: Vec<&str> = option.split('.').collect();
        match matcher.options_argument {
            Some(index) => {
                if let Some(item) = items.get(index) {
                    found.extend(select(&item.value, &steps, item.span));
                }
            }
            None => {
                let objects = items.iter().filter(|item| matches!(item.value, Value::Record(_) | Value::Closure(_)));
                for item in objects {
                    found.extend(select(&item.value, &steps, item.span));
                }
                if let Some((first, rest)) = steps.split_first().filter(|(_, rest)| !rest.is_empty()) {
                    let labelled =
                        items.iter().filter(|item| item.label.as_ref().is_some_and(|(label, _)| label == first));
                    found.extend(labelled.flat_map(|item| select(&item.value, rest, item.span)));
                }
            }
        }
    }
    found
}

/// The member at the end of `steps`, through functions that yield the object.
fn select(value: &Value, steps: &[&str], span: Span) -> Vec<(Value, Option<Span>)> {
    let Some((step, rest)) = steps.split_first() else {
        return elements(value, false).map(|value| (value.clone(), Some(span))).collect();
    };
    match value {
        Value::Closure(result) => select(result, steps, span),
        Value::Record(record) if is_list(record) => {
            record.fields.iter().flat_map(|field| select(&field.value, steps, field.span)).collect()
        }
        Value::Record(record) => match record.fields.iter().find(|field| field.name == *step) {
            Some(field) => select(&field.value, rest, field.span),
            None => record.rest.as_ref().map(|rest| select(rest, steps, span)).unwrap_or_default(),
        },
        Value::Name(_) | Value::Field(..) | Value::Call(_) | Value::This => {
            select(&Value::Field(Arc::new(value.clone()), (*step).to_owned(), span), rest, span)
        }
        _ => Vec::new(),
    }
}

/// The elements of a list in a secret position, or of any object where `each` says so; else the value itself.
fn elements(value: &Value, each: bool) -> Box<dyn Iterator<Item = &Value> + '_> {
    match value {
        Value::Record(record) if is_list(record) || each => Box::new(record.fields.iter().map(|field| &field.value)),
        value => Box::new(std::iter::once(value)),
    }
}

fn is_list(record: &Record) -> bool {
    let mut positions = record.fields.iter().enumerate();
    !record.fields.is_empty() && positions.all(|(index, field)| field.name == index.to_string())
}

/// The member that a method is for by its name: `setSecret`, `set_secret`, `SetSecret`.
fn member_set_by(method: &str) -> Option<String> {
    let rest = method.strip_prefix("set").or_else(|| method.strip_prefix("Set"))?;
    let name = rest.strip_prefix('_').or_else(|| starts_upper(rest).then_some(rest))?;
    let (first, rest) = name.split_at_checked(1)?;
    Some(first.to_ascii_lowercase() + rest)
}

fn starts_upper(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

fn member_of<'v>(record: &'v Record, name: &str) -> Option<&'v Value> {
    record.fields.iter().find(|field| field.name == name).map(|field| &field.value)
}

/// What a function yields, where a function may stand for a key.
fn called_back(value: Value) -> Value {
    match value {
        Value::Closure(result) => handed_on(Arc::unwrap_or_clone(result)),
        Value::Name(name) => {
            let span = name.span;
            let call = Call { callee: Callee::Path((*name).clone()), arguments: Vec::new(), span };
            Value::AnyOf(vec![Value::Name(name), call_value(call)])
        }
        Value::Field(of, method, span) => {
            let callee = Callee::Method((*of).clone(), method.clone());
            let call = Call { callee, arguments: Vec::new(), span };
            Value::AnyOf(vec![Value::Field(of, method, span), call_value(call)])
        }
        other => other,
    }
}

/// What is made of each item, in memory for no more than that: collected in place, it would stay where the items were,
/// which are larger and grew one by one.
pub(super) fn anew<T>(items: Vec<Item>, make: impl FnMut(Item) -> T) -> Vec<T> {
    let mut made = Vec::with_capacity(items.len());
    made.extend(items.into_iter().map(make));
    made
}

/// `done(null, key)` hands the key to who asked for it.
fn handed_on(value: Value) -> Value {
    const CALLBACKS: [&str; 4] = ["done", "callback", "cb", "next"];
    match &value {
        Value::Call(call) => match (&call.callee, call.arguments.as_slice()) {
            (Callee::Path(name), [_, key, ..]) if matches!(name.segments.as_slice(), [only] if CALLBACKS.contains(&only.as_str())) => {
                key.value.clone()
            }
            _ => value,
        },
        _ => value,
    }
}

/// Whether the arguments name algorithms, all of which take the keys of a pair: `algorithms=["RS256"]`.
fn asks_for_pair(source: &AlgorithmSource, items: &[Item]) -> bool {
    let option = source.option.as_deref();
    let is_option =
        |name: &str| option.is_some_and(|option| name.strip_prefix(option).is_some_and(|s| matches!(s, "" | "s")));
    let labelled = items.iter().filter(|item| item.label.as_ref().is_some_and(|(label, _)| is_option(label)));
    let members = items.iter().filter_map(|item| match &item.value {
        Value::Record(record) => record.fields.iter().find(|field| is_option(&field.name)).map(|field| &field.value),
        _ => None,
    });
    let given = source.argument.and_then(|index| items.get(index)).filter(|item| item.label.is_none());
    let told = labelled.map(|item| &item.value).chain(members).chain(given.map(|item| &item.value));
    let mut told = told.peekable();
    told.peek().is_some() && told.all(is_of_pairs)
}

/// Whether a value is an algorithm for the keys of a pair, or a list of such.
fn is_of_pairs(value: &Value) -> bool {
    match value {
        Value::Record(record) => {
            !record.fields.is_empty() && record.fields.iter().all(|field| is_of_pairs(&field.value))
        }
        Value::Call(call) => !call.arguments.is_empty() && call.arguments.iter().all(|one| is_of_pairs(&one.value)),
        value => names_algorithm(value) && algorithm_of(value).is_none(),
    }
}

fn algorithm_of(value: &Value) -> Option<Algorithm> {
    match value {
        Value::Field(_, name, _) => Algorithm::in_name(name),
        Value::Name(name) => Algorithm::in_name(name.segments.last()?),
        Value::Record(record) => record.fields.iter().find_map(|field| algorithm_of(&field.value)),
        _ => Algorithm::in_name(&text_of(value)?),
    }
}

/// Whether the value is an algorithm's name: then another overload of the call was meant.
fn names_algorithm(value: &Value) -> bool {
    text_of(value).is_some_and(|text| {
        let digits = text.len() == 5 && text.bytes().skip(2).all(|byte| byte.is_ascii_digit());
        (digits && ["HS", "RS", "ES", "PS"].iter().any(|family| text.starts_with(family))) || text == "EdDSA"
    })
}

/// What a literal says.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Literal(literal) => literal.secret.expose_str().map(str::to_owned),
        _ => None,
    }
}

fn encoding_named(name: &str) -> Option<Encoding> {
    match name {
        "base64" | "base64url" => Some(Encoding::Base64),
        "hex" => Some(Encoding::Hex),
        _ => None,
    }
}

fn speaks_of_secrets(path: &[String]) -> bool {
    path.iter().any(|segment| {
        let lower = segment.to_ascii_lowercase();
        SECRET_PARTS.iter().any(|part| lower.contains(part))
    })
}

/// Whether something in the value is written out.
pub(super) fn holds_constant(value: &Value, depth: usize) -> bool {
    let Some(deeper) = depth.checked_sub(1) else { return false };
    match value {
        Value::Fallback { primary, default } => holds_constant(primary, deeper) || holds_constant(default, deeper),
        Value::AnyOf(values) | Value::Concat(values) => values.iter().any(|value| holds_constant(value, deeper)),
        Value::Decoded(_, inner) | Value::Closure(inner) => holds_constant(inner, deeper),
        other => constant(other),
    }
}
