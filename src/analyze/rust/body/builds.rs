//! Code that only some builds have: statements and tails under a `#[cfg(…)]`, the branches of `cfg_if!`.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::{Block, Expr, Stmt};

use super::Walker;
use super::flow::{join, within};
use crate::analyze::rust::attributes;
use crate::fact::{Setting, Value};

impl Walker<'_> {
    /// The value of statements in a row: that of the last, or of each that is the last in some build.
    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Value {
        let outer = self.site.setting;
        let first_tail = statements.len() - statements.iter().rev().take_while(|one| is_tail(one)).count();
        let mut value = Value::Unknown;
        let mut tails = Value::Never;
        let mut diverges = false;
        let mut rest = Setting::Production;
        for (at, statement) in statements.iter().enumerate() {
            value = self.statement(statement);
            let stops = matches!(value, Value::Never);
            match condition_of(statement) {
                None => diverges |= stops,
                // Where one build stops, what follows is for the others: `#[cfg(not(debug_assertions))] panic!(…);`.
                Some(condition) if stops => {
                    if let Some((setting, false)) = attributes::cfg_telling(condition) {
                        rest = rest.max(setting);
                        self.site.setting = self.site.setting.max(setting);
                    }
                }
                Some(_) if at >= first_tail => {
                    tails = join(std::mem::replace(&mut value, Value::Never), tails);
                }
                Some(_) => {}
            }
        }
        self.site.setting = outer;
        if diverges {
            value = Value::Never;
        }
        if !matches!(tails, Value::Never) {
            value = self.fallback_by_name(join(value, tails));
        }
        within(rest, value)
    }

    /// An expression as a statement, under its attributes.
    pub(super) fn expr_statement(&mut self, expr: &Expr) -> Value {
        let attributes = attributes_of(expr);
        let setting = attributes::setting(attributes);
        let only_some = usize::from(attributes::cfg_condition(attributes).is_some());
        self.conditions += only_some;
        let value = self.only_within(setting, |walker| walker.expr(expr));
        self.conditions -= only_some;
        value
    }

    /// `cfg_if! { if #[cfg(…)] { … } else { … } }`
    pub(super) fn cfg_if(&mut self, tokens: TokenStream) -> Value {
        let mut result = Value::Never;
        let mut setting = Setting::Production;
        let mut is_complete = false;
        for token in tokens {
            let TokenTree::Group(group) = token else { continue };
            if let Some(stated) = attributes::cfg_in_brackets(&group) {
                setting = stated;
                is_complete = true;
            } else if group.delimiter() == Delimiter::Brace {
                // The branch without a condition comes last.
                is_complete = !std::mem::take(&mut is_complete);
                let value = match Block::parse_within.parse2(group.stream()) {
                    Ok(stmts) => {
                        let block = Block { brace_token: syn::token::Brace::default(), stmts };
                        self.conditionally(|walker| walker.only_within(setting, |walker| walker.block(&block)))
                    }
                    Err(_) => {
                        self.visit_tokens(group.stream());
                        Value::Unknown
                    }
                };
                result = join(result, value);
                setting = Setting::Production;
            }
        }
        match result {
            Value::Never if !is_complete => Value::Unknown,
            result => self.fallback_by_name(result),
        }
    }
}

/// Whether a statement is the value of its block in some build.
fn is_tail(statement: &Stmt) -> bool {
    let has_semicolon = match statement {
        Stmt::Expr(_, semicolon) => semicolon.is_some(),
        Stmt::Macro(statement) => statement.semi_token.is_some(),
        _ => true,
    };
    !has_semicolon && condition_of(statement).is_some()
}

fn condition_of(statement: &Stmt) -> Option<&TokenStream> {
    match statement {
        Stmt::Expr(expr, _) => attributes::cfg_condition(attributes_of(expr)),
        Stmt::Macro(statement) => attributes::cfg_condition(&statement.attrs),
        _ => None,
    }
}

/// The attributes of an expression that stands as a statement: they are those of its first part.
fn attributes_of(expr: &Expr) -> &[syn::Attribute] {
    match expr {
        Expr::Block(expr) => &expr.attrs,
        Expr::Call(expr) => &expr.attrs,
        Expr::MethodCall(expr) => &expr.attrs,
        Expr::Macro(expr) => &expr.attrs,
        Expr::If(expr) => &expr.attrs,
        Expr::Match(expr) => &expr.attrs,
        Expr::Return(expr) => &expr.attrs,
        Expr::Unsafe(expr) => &expr.attrs,
        Expr::ForLoop(expr) => &expr.attrs,
        Expr::While(expr) => &expr.attrs,
        Expr::Loop(expr) => &expr.attrs,
        Expr::Struct(expr) => &expr.attrs,
        Expr::Path(expr) => &expr.attrs,
        Expr::Lit(expr) => &expr.attrs,
        Expr::Try(expr) => &expr.attrs,
        Expr::Await(expr) => &expr.attrs,
        Expr::Reference(expr) => &expr.attrs,
        Expr::Field(expr) => &expr.attrs,
        Expr::Assign(expr) => attributes_of(&expr.left),
        Expr::Binary(expr) => attributes_of(&expr.left),
        _ => &[],
    }
}
