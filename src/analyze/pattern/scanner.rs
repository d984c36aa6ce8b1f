//! The state of one pass over a file's tokens.

use rustc_hash::{FxHashMap, FxHashSet};

use super::language::{Grammar, WordList};
use super::prepared::Prepared;
use super::token::{Kind, Tokens};
use crate::fact::{Facts, Setting, Value};
use crate::span::Span;

/// How deep expressions and functions in expressions may nest before they are skipped.
pub(super) const DEPTH: usize = 64;

/// One pass over a file.
pub(super) struct Scanner<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) prepared: &'a Prepared,
    /// Which rules apply to this file.
    pub(super) applicable: &'a [bool],
    pub(super) facts: Facts,
    /// The token that is looked at.
    pub(super) at: usize,
    /// No expression goes on past this token.
    pub(super) limit: usize,
    /// How many brackets of the expression are open: inside, line ends mean nothing.
    pub(super) brackets: usize,
    pub(super) depth: usize,
    /// In the head of a statement with a block: a brace starts that block.
    pub(super) header: bool,
    pub(super) scopes: Vec<Scope>,
    pub(super) guards: Vec<Guard>,
    /// Imported names and the path they stand for.
    pub(super) imports: FxHashMap<String, Vec<String>>,
    /// The section of the settings that the annotations before a class say its members are read from.
    pub(super) section: Option<(String, Span)>,
    /// The value of an annotation, for the next name.
    pub(super) annotated: Option<Value>,
    /// The last block by indentation that was looked for: from where, how deep, and its end.
    pub(super) last_indented: (usize, usize, usize),
    /// The function that the last lambda became.
    pub(super) last_lambda: Option<(usize, usize)>,
    /// Where the last chain ended, and the path that led there: brackets around it do not change what it is.
    pub(super) last_chain: (usize, Vec<&'a str>),
    /// The declared type of what is being assigned, for `new(…)` that leaves it out.
    pub(super) expected: Option<&'a str>,
    /// Elixir: what stands before `|>`, the first argument of the call behind it.
    pub(super) piped: Option<Value>,
    /// The type argument of the call whose arguments come next.
    pub(super) type_argument: Option<&'a str>,
    /// That of the call being read: the function it is given sets members of this type.
    pub(super) configures: Option<&'a str>,
    /// Names bound to a new object, and the path of its class.
    pub(super) instances: FxHashMap<String, Vec<String>>,
    /// The members of the structs of the file, in their order.
    pub(super) structs: FxHashMap<&'a str, Vec<&'a str>>,
    /// Members of classes that are declared without a value, with their class.
    pub(super) members: FxHashSet<(String, &'a str)>,
    /// Names declared without a value, and where they can be seen.
    pub(super) declared: Vec<(&'a str, Option<Span>)>,
}

/// A block, function or class.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    /// The token after its last.
    pub(super) end: usize,
    /// Where names declared in it can be seen.
    pub(super) visible: Option<Span>,
    pub(super) function: Option<usize>,
    pub(super) owner: Option<String>,
    /// What the class extends.
    pub(super) parent: Option<String>,
    /// The names of the blocks around that give members to names.
    pub(super) members_of: Vec<String>,
    /// What the function calls its receiver, in languages without a word for it.
    pub(super) receiver: Option<String>,
    pub(super) setting: Setting,
    pub(super) kind: ScopeKind,
    pub(super) returns: Vec<Value>,
    /// The value of its last statement.
    pub(super) last: Option<Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ScopeKind {
    #[default]
    Block,
    Function,
    Class,
}

/// A condition and the block it guards.
#[derive(Debug, Clone)]
pub(super) struct Guard {
    /// The tokens of the condition.
    pub(super) condition: (usize, usize),
    /// The tokens of the block.
    pub(super) block: (usize, usize),
    /// It asks whether something is absent.
    pub(super) absence: bool,
    /// It asks whether something is not empty.
    pub(super) presence: bool,
    /// What the block is for.
    pub(super) setting: Option<Setting>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(tokens: &'a Tokens<'a>, prepared: &'a Prepared, applicable: &'a [bool]) -> Self {
        let imports = prepared.language.ambient.iter();
        Self {
            tokens,
            prepared,
            applicable,
            facts: Facts::default(),
            at: 0,
            limit: tokens.len(),
            brackets: 0,
            depth: 0,
            header: false,
            scopes: vec![Scope { end: tokens.len(), ..Scope::default() }],
            guards: Vec::new(),
            imports: imports.map(|(name, module)| (name.clone(), vec![module.clone()])).collect(),
            annotated: None,
            section: None,
            last_indented: (0, 0, 0),
            last_lambda: None,
            last_chain: (0, Vec::new()),
            expected: None,
            piped: None,
            type_argument: None,
            configures: None,
            instances: FxHashMap::default(),
            structs: FxHashMap::default(),
            members: FxHashSet::default(),
            declared: Vec::new(),
        }
    }

    pub(super) fn grammar(&self) -> &'a Grammar {
        &self.prepared.language.grammar
    }

    pub(super) fn here(&self) -> &'a str {
        self.tokens.str(self.at)
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.at < self.limit && self.tokens.is(self.at, text)
    }

    /// Whether the token at `index` is code that reads like one of `list`.
    pub(super) fn one_of(&self, index: usize, list: &WordList) -> bool {
        list.has(self.tokens.str(index)) && self.tokens.kind(index) != Some(Kind::Text)
    }

    /// Whether the statement ends before the token at hand.
    pub(super) fn line_ends(&self) -> bool {
        self.at >= self.limit
            || (self.grammar().newlines
                && self.brackets == 0
                && self.tokens.line_break(self.at)
                && !self.leads(self.at))
    }

    /// Whether an operator that starts a line goes on with the line before.
    fn leads(&self, index: usize) -> bool {
        let grammar = self.grammar();
        self.tokens.kind(index) == Some(Kind::Operator)
            && (matches!(self.tokens.str(index), "?" | ":" | "&&" | "|>")
                || [&grammar.member, &grammar.fallback, &grammar.concat].iter().any(|list| self.one_of(index, list)))
    }

    pub(super) fn scope(&self) -> Scope {
        self.scopes.last().map_or_else(Scope::default, |scope| Scope {
            end: scope.end,
            visible: scope.visible,
            function: scope.function,
            owner: scope.owner.clone(),
            parent: scope.parent.clone(),
            members_of: scope.members_of.clone(),
            receiver: scope.receiver.clone(),
            setting: scope.setting,
            kind: ScopeKind::Block,
            returns: Vec::new(),
            last: None,
        })
    }

    pub(super) fn function(&self) -> Option<usize> {
        self.scopes.last().and_then(|scope| scope.function)
    }

    /// Where names that are declared here can be seen.
    pub(super) fn visible(&self) -> Option<Span> {
        self.scopes.last().and_then(|scope| scope.visible)
    }

    pub(super) fn owner(&self) -> Option<&str> {
        self.scopes.last().and_then(|scope| scope.owner.as_deref())
    }

    pub(super) fn in_class(&self) -> bool {
        self.scopes.last().is_some_and(|scope| scope.kind == ScopeKind::Class)
    }

    /// What the code at hand is for.
    pub(super) fn setting(&self) -> Setting {
        let around = || self.scopes.last().map_or(Setting::Production, |scope| scope.setting);
        self.guarded(self.at).unwrap_or_else(around)
    }

    /// What the conditions around a token say that it is for.
    pub(super) fn guarded(&self, at: usize) -> Option<Setting> {
        let inside = |guard: &&Guard| guard.block.0 <= at && at < guard.block.1;
        self.guards.iter().rev().take(32).filter(inside).find_map(|guard| guard.setting)
    }

    /// Whether the word at `index` stands for the object a method is called on.
    pub(super) fn is_receiver(&self, index: usize) -> bool {
        let named = self.scopes.last().and_then(|scope| scope.receiver.as_deref());
        self.one_of(index, &self.grammar().receivers) || named.is_some_and(|name| self.tokens.is(index, name))
    }

    /// A name without the language's mark.
    pub(super) fn bare<'s>(&self, word: &'s str) -> &'s str {
        let sigil = &self.grammar().sigil;
        if sigil.is_empty() { word } else { word.strip_prefix(sigil.as_str()).unwrap_or(word) }
    }
}
