//! Whatever the text, in every language: no panic, and spans on character boundaries inside it.

use jwtlint::analyze::pattern::Engine;
use jwtlint::fact::{Callee, Facts, Value};
use jwtlint::source::Source;
use jwtlint::span::Span;
use proptest::prelude::*;

/// Pieces that lexers and readers stumble over, glued at random.
fn code() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\"",
        "'",
        "`",
        "\"\"\"",
        "'''",
        "${",
        "#{",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\\",
        "\n",
        "\r\n",
        " ",
        "\t",
        ",",
        ";",
        ":",
        "::",
        ".",
        "=",
        ":=",
        "=>",
        "->",
        "?",
        "??",
        "||",
        "|",
        "<",
        ">",
        "</",
        "//",
        "/*",
        "*/",
        "#",
        "@",
        "$",
        "%",
        "&",
        "!",
        "+",
        "-",
        "secret",
        "jwt",
        "sign",
        "jwt.sign",
        "process.env",
        "if",
        "else",
        "return",
        "function",
        "def",
        "end",
        "do",
        "fn",
        "func",
        "class",
        "import",
        "from",
        "const",
        "var",
        "x",
        "é",
        "🔑",
        "0",
        "0x1f",
        "1.5",
        "<<EOT",
        "<<~EOT",
        "<<<'EOT'",
        "EOT",
        "R\"x(",
        ")x\"",
        "r#\"",
        "\"#",
        "f\"",
        "$\"",
        "@\"",
        "new",
        "lambda",
        "map[",
        "[]byte(",
        "<?php",
        "?>",
        "<script>",
        "</script>",
        "case",
        "type",
        "struct",
        "`default:\"x\"`",
        "@Value(",
        "use",
        "await",
        "not",
        "or",
    ]);
    prop_oneof![
        4 => prop::collection::vec(pieces, 0..60).prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_analyzed(text in code()) {
        let engine = Engine::embedded();
        for (language, id) in engine.languages() {
            for name in [format!("a.{id}"), "a.vue".to_owned()] {
                let source = Source::new(name, text.clone());
                check(&engine.analyze(&source, language), &text)?;
            }
        }
    }
}

#[test]
fn deep_nesting_ends() {
    let engine = Engine::embedded();
    for (language, id) in engine.languages() {
        for piece in [
            "(",
            "[",
            "{",
            "f(",
            "x => {",
            "a.",
            "!",
            "`${",
            "a ? ",
            "a || ",
            "x = ",
            "\"#{",
            "f\"{",
            "if (",
            "function(){",
            "[x: ",
            "if x == ",
            "def f(\n ",
            "->(",
            "a, ",
            "x ||= 'a'\n",
            "x += 'a'\n",
            "if not x:\n  x = 'a'\n",
            "if (!x) { x = 'a'; }\n",
        ] {
            let source = Source::new(format!("a.{id}"), piece.repeat(3_000));
            engine.analyze(&source, language);
        }
    }
}

fn check(facts: &Facts, text: &str) -> Result<(), TestCaseError> {
    for binding in &facts.bindings {
        span(binding.span, text)?;
        binding.visible.map_or(Ok(()), |visible| span(visible, text))?;
        value(&binding.value, text)?;
    }
    for sink in &facts.sinks {
        span(sink.span, text)?;
        value(&sink.value, text)?;
    }
    for function in &facts.functions {
        span(function.span, text)?;
        span(function.body, text)?;
        value(&function.result, text)?;
    }
    for call in &facts.calls {
        span(call.call.span, text)?;
        value(&Value::Call(call.call.clone()), text)?;
    }
    for import in &facts.imports {
        span(import.span, text)?;
    }
    Ok(())
}

fn span(span: Span, text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.get(span.range()).is_some(), "{span:?} is not inside the text or splits a character");
    Ok(())
}

fn value(what: &Value, text: &str) -> Result<(), TestCaseError> {
    match what {
        Value::Literal(literal) => span(literal.span, text),
        Value::Env(read) => span(read.span, text),
        Value::Name(name) => span(name.span, text),
        Value::Fallback { primary, default } => value(primary, text).and(value(default, text)),
        Value::AnyOf(values) | Value::Concat(values) => values.iter().try_for_each(|one| value(one, text)),
        Value::Decoded(_, inner) | Value::Closure(inner) => value(inner, text),
        Value::Field(of, _, at) => span(*at, text).and(value(of, text)),
        Value::Record(record) => {
            record.fields.iter().try_for_each(|field| span(field.span, text).and(value(&field.value, text)))
        }
        Value::Call(call) => {
            span(call.span, text)?;
            match &call.callee {
                Callee::Path(name) => span(name.span, text)?,
                Callee::Method(of, _) => value(of, text)?,
            }
            call.arguments.iter().try_for_each(|argument| value(&argument.value, text))
        }
        _ => Ok(()),
    }
}
