//! What the reader makes of expressions and statements, in a notation short enough to read.

use super::Engine;
use crate::analyze::anyword::Lowered;
use crate::fact::{Callee, Encoding, Facts, Function, Import, Setting, Value};
use crate::source::Source;

fn facts(language: &str, code: &str) -> Facts {
    let engine = Engine::embedded();
    let id = engine.language(language).expect("described");
    engine.analyze(&Source::new("example", code), id)
}

/// `'literal'`, `$ENV`, `first ?: default`, `(a | b)`, `a + b`, `of.member`, `call(…)`, `{key: value}`.
fn show(value: &Value) -> String {
    let all = |values: &[Value], between: &str| values.iter().map(show).collect::<Vec<_>>().join(between);
    match value {
        Value::Literal(literal) => format!("'{}'", literal.secret.expose_str().unwrap_or("bytes")),
        Value::Env(read) => format!("${}", read.name.as_deref().unwrap_or("?")),
        Value::Fallback { primary, default } => format!("{} ?: {}", show(primary), show(default)),
        Value::AnyOf(values) => format!("({})", all(values, " | ")),
        Value::Concat(parts) => all(parts, " + "),
        Value::Decoded(Encoding::Base64, inner) => format!("base64 {}", show(inner)),
        Value::Decoded(_, inner) => format!("decoded {}", show(inner)),
        Value::Param(index) => format!("#{index}"),
        Value::This => "this".to_owned(),
        Value::Name(name) => name.segments.join("::"),
        Value::Field(of, name, _) => format!("{}.{name}", show(of)),
        Value::Call(call) => {
            let arguments: Vec<String> = call.arguments.iter().map(|argument| show(&argument.value)).collect();
            let callee = match &call.callee {
                Callee::Path(name) => name.segments.join("::"),
                Callee::Method(of, name) => format!("{}.{name}", show(of)),
            };
            format!("{callee}({})", arguments.join(", "))
        }
        Value::Record(record) => {
            let fields: Vec<String> =
                record.fields.iter().map(|field| format!("{}: {}", field.name, show(&field.value))).collect();
            let name = record.type_name.as_ref().map(|name| name.segments.join("::")).unwrap_or_default();
            format!("{name}{{{}}}", fields.join(", "))
        }
        Value::Closure(result) => format!("=> {}", show(result)),
        Value::Random => "random".to_owned(),
        _ => "?".to_owned(),
    }
}

/// The last value that the code gives to `x`.
fn x(language: &str, code: &str) -> String {
    let facts = facts(language, code);
    let binding = facts.bindings.iter().rev().find(|binding| binding.path.last().is_some_and(|name| name == "x"));
    binding.map_or_else(|| "nothing".to_owned(), |binding| show(&binding.value))
}

#[test]
fn javascript_expressions() {
    let x = |code: &str| x("javascript", &format!("const x = {code};\n"));
    assert_eq!(x(r#"'pear' + "-tree""#), "'pear' + '-tree'");
    assert_eq!(x("process.env.JWT_SECRET || 'pear'"), "$JWT_SECRET ?: 'pear'");
    assert_eq!(x("process.env['JWT_SECRET'] ?? await a!.b?.c"), "$JWT_SECRET ?: a.b.c");
    assert_eq!(x("process.env.S ? process.env.S : 'pear'"), "$S ?: 'pear'");
    assert_eq!(x("a ? 'pear' : 'plum'"), "('pear' | 'plum')");
    assert_eq!(x("Buffer.from('cGVhcg==', 'base64')"), "base64 'cGVhcg=='");
    assert_eq!(x("new TextEncoder().encode(`pear`)"), "'pear'");
    assert_eq!(x("config.get<string>('jwt.secret', 'pear')"), "$jwt.secret ?: 'pear'");
    assert_eq!(x("{ a: { b: 'pear' }, c, ...d }"), "{a: {b: 'pear'}, c: c}");
    assert_eq!(x("['pear', b]"), "{0: 'pear', 1: b}");
    assert_eq!(x("async () => 'pear'"), "=> 'pear'");
    assert_eq!(x("function () { if (a) { return b; } return 'pear' }"), "=> (b | 'pear')");
    assert_eq!(x("('pear' as string)"), "'pear'");
    assert_eq!(x("a === b && 'pear'"), "'pear'");
    assert_eq!(x("z.string().default('pear')"), "z.string() ?: 'pear'");
    assert_eq!(x("[112, 101, 97, 114, 45, 116, 114, 101]"), "'pear-tre'");
    assert_eq!(x("crypto.randomBytes(32).toString('hex')"), "random");
}

#[test]
fn fallbacks_in_every_language() {
    let cases = [
        ("python", "x = os.environ.get('S', default='pear')\n"),
        ("python", "x = os.getenv('S') or 'pear'\n"),
        ("python", "x = 'pear' if a else os.environ['S']\n"),
        ("python", "x = os.environ['S']\nif x is None:\n    x = 'pear'\n"),
        ("go", "x := os.Getenv(\"S\")\nif x == \"\" {\n\tx = \"pear\"\n}\n"),
        ("go", "x := cmp.Or(os.Getenv(\"S\"), \"pear\")\n"),
        ("go", "type C struct {\n\tx string `env:\"S\" envDefault:\"pear\"`\n}\n"),
        ("java", "String x = System.getenv().getOrDefault(\"S\", \"pear\");"),
        ("java", "String x = Optional.ofNullable(System.getenv(\"S\")).orElse(\"pear\");"),
        ("java", "class A { @Value(\"${S:pear}\") private String x; }"),
        ("java", "class A { @ConfigProperty(name = \"S\", defaultValue = \"pear\") String x; }"),
        ("kotlin", "val x: String = System.getenv(\"S\") ?: \"pear\"\n"),
        ("csharp", "var x = Configuration[\"S\"] ?? \"pear\";"),
        ("csharp", "var x = Environment.GetEnvironmentVariable(\"S\") ?? \"pear\";"),
        ("php", "<?php $x = $_ENV['S'] ?? 'pear';"),
        ("php", "<?php $x = getenv('S') ?: 'pear';"),
        ("ruby", "x = ENV.fetch('S', 'pear')\n"),
        ("ruby", "x = ENV.fetch('S') { 'pear' }\n"),
        ("ruby", "x = ENV['S']\nx ||= 'pear'\n"),
        ("elixir", "x = System.get_env(\"S\") || \"pear\"\n"),
        ("scala", "val x = sys.env.getOrElse(\"S\", \"pear\")\n"),
        ("dart", "final x = Platform.environment['S'] ?? 'pear';"),
        ("swift", "let x = Environment.get(\"S\") ?? \"pear\"\n"),
        ("cpp", "auto x = getenv(\"S\") ? getenv(\"S\") : \"pear\";"),
        ("rust", "let x = env::var(\"S\").unwrap_or_else(|_| \"pear\".into());"),
    ];
    for (language, code) in cases {
        assert_eq!(x(language, code), "$S ?: 'pear'", "{language}: {code}");
    }
}

#[test]
fn no_fallback_where_the_default_fails() {
    assert_eq!(x("kotlin", "val x = System.getenv(\"S\") ?: throw Exception(\"none\")\n"), "$S ?: ?");
    assert_eq!(x("python", "x = os.environ['S']\n"), "$S");
}

#[test]
fn what_is_added_is_not_the_whole() {
    assert_eq!(x("python", "x = a\nx += '&'\n"), "? + '&'");
}

#[test]
fn go_values() {
    assert_eq!(x("go", "x := []byte(\"pear\")\n"), "'pear'");
    assert_eq!(x("go", "x := &jwt.Config{Key: []byte(\"pear\"), N: 1}\n"), "jwt::Config{Key: 'pear', N: ?}");
    assert_eq!(x("go", "x := map[string]any{\"a\": \"pear\"}\n"), "map::any{a: 'pear'}");
    assert_eq!(x("go", "var x, y = \"pear\", \"plum\"\n"), "'pear'");
    assert_eq!(x("go", "x := func(t *jwt.Token) (any, error) { return []byte(\"pear\"), nil }\n"), "=> 'pear'");
    assert_eq!(x("go", "const (\n\ta = 1\n\tx string = \"pear\"\n)\n"), "'pear'");
}

#[test]
fn paths_of_bindings() {
    let paths = |language: &str, code: &str| {
        let mut paths: Vec<String> = facts(language, code).bindings.iter().map(|one| one.path.join(".")).collect();
        paths.sort();
        paths.dedup();
        paths.join(" ")
    };
    assert_eq!(paths("javascript", "const a = { jwt: { secret: 'pear' } }"), "a a.jwt.secret");
    assert_eq!(paths("javascript", "class A { key = 'pear'; f() { this.b = 'plum'; } }"), "A.b A.key");
    assert_eq!(paths("javascript", "module.exports.secret = 'pear'"), "module.exports.secret");
    assert_eq!(paths("javascript", "export default { secret: 'pear' }"), "default default.secret");
    assert_eq!(
        paths("python", "class A:\n    key: str = 'pear'\n    def f(self):\n        self.b = 'plum'\n"),
        "A.b A.key"
    );
    assert_eq!(paths("python", "app.config['KEY'] = 'pear'\n"), "app.config.KEY");
    assert_eq!(paths("java", "class A { private static final String KEY = \"pear\"; }"), "A.KEY");
    assert_eq!(paths("csharp", "class A { public string Key { get; set; } = \"pear\"; }"), "A.Key");
    assert_eq!(paths("php", "<?php class A { const KEY = 'pear'; private string $b = 'plum'; }"), "A.KEY A.b");
    assert_eq!(paths("ruby", "class A\n  KEY = 'pear'\n  def f\n    @b = 'plum'\n  end\nend\n"), "A.KEY A.b");
    assert_eq!(paths("go", "func f() { viper.SetDefault(\"jwt.secret\", \"pear\") }\n"), "jwt.secret");
}

#[test]
fn functions_have_owners_parameters_and_results() {
    let functions = |language: &str, code: &str| {
        let show = |function: &Function| {
            let owner = function.owner.as_ref().map(|owner| format!("{owner}.")).unwrap_or_default();
            format!("{owner}{}({}) {}", function.name, function.parameters.join(", "), show(&function.result))
        };
        facts(language, code).functions.iter().map(show).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(functions("javascript", "const f = (a, { b }) => 'pear'"), "f(a, _) 'pear'");
    assert_eq!(functions("javascript", "class A { async f(a: string): Promise<string> { return a; } }"), "A.f(a) a");
    assert_eq!(functions("python", "class A:\n    def f(self, a, b='plum'):\n        return b\n"), "A.f(a, b) b");
    assert_eq!(
        functions("go", "func (s *A) f(a, b string) (string, error) { return \"pear\", nil }\n"),
        "A.f(a, b) 'pear'"
    );
    assert_eq!(
        functions("java", "class A { public String f(final String a) throws E { return \"pear\"; } }"),
        "A.f(a) 'pear'"
    );
    assert_eq!(functions("kotlin", "fun f(a: String): String = \"pear\"\n"), "f(a) 'pear'");
    assert_eq!(functions("ruby", "def f(a)\n  'pear'\nend\n"), "f(a) 'pear'");
    assert_eq!(functions("php", "<?php function f(string $a) { return 'pear'; }"), "f(a) 'pear'");
    assert_eq!(functions("csharp", "class A { string f(string a) => \"pear\"; }"), "A.f(a) 'pear'");
}

#[test]
fn imports_of_every_style() {
    let imports = |language: &str, code: &str| {
        let show =
            |import: &Import| format!("{}={}:{}", import.alias, import.module, import.member.as_deref().unwrap_or(""));
        facts(language, code).imports.iter().map(show).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(imports("javascript", "import a, { b as c } from './d';"), "a=./d: c=./d:b");
    assert_eq!(imports("javascript", "import * as a from 'b'; const { c } = require('./d')"), "a=b: c=./d:c");
    assert_eq!(imports("javascript", "const a = require('./b').c"), "a=./b:c");
    assert_eq!(imports("python", "from .a import b as c, d\nimport e.f as g\n"), "c=.a:b d=.a:d g=e.f:");
    assert_eq!(imports("go", "import (\n\t\"a/b/v5\"\n\tc \"d\"\n)\n"), "b=a/b/v5: c=d:");
    assert_eq!(imports("java", "import static a.b.C.D;"), "D=a.b.C:D");
    assert_eq!(imports("scala", "import a.b.{C, D => E}\n"), "C=a.b:C E=a.b:D");
    assert_eq!(imports("php", "<?php use A\\B\\C as D;"), "D=A\\B:C");
    assert_eq!(imports("ruby", "require_relative 'a/b'\n"), "=./a/b:");
}

#[test]
fn what_is_imported_is_not_bound_here() {
    assert!(facts("javascript", "const a = require('./b'); const { c } = require('./d')").bindings.is_empty());
}

#[test]
fn development_is_told_by_the_code_around() {
    let code = "let x;\nif (process.env.NODE_ENV !== 'production') { x = 'pear'; } else { x = 'plum'; }\n";
    let settings: Vec<Setting> = facts("javascript", code).bindings.iter().map(|one| one.setting).collect();
    assert_eq!(settings, [Setting::Development, Setting::Production]);
}

#[test]
fn names_are_seen_in_their_block_only() {
    let code = "function f() { const a = 'pear'; }";
    let facts = facts("javascript", code);
    let visible = facts.bindings.first().and_then(|binding| binding.visible).map(|span| &code[span.range()]);
    assert_eq!(visible, Some("{ const a = 'pear'; }"));
}

#[test]
fn files_are_chosen_by_words_and_names() {
    let engine = Engine::embedded();
    let language = engine.language_of("src/app.module.ts").expect("known");
    assert!(engine.relevant(language, &Lowered::of(b"const jwtSecret = 1")));
    assert!(engine.relevant(language, &Lowered::of(b"import { SignJWT } from 'JOSE'")));
    assert!(!engine.relevant(language, &Lowered::of(b"export const sum = (a, b) => a + b")));
    assert_eq!(engine.language_of("README"), None);
}
