//! Names as evidence where no sink is in sight, and look-alikes.

use jwtlint::finding::Level;

use super::case::{Case, Expected};

/// Names that hold a JWT secret.
const NAMES: [&str; 14] = [
    "JWT_SECRET",
    "JWT_SECRET_KEY",
    "JWT_KEY",
    "TOKEN_SECRET",
    "JWT_SIGNING_KEY",
    "JWT_REFRESH_SECRET",
    "JWT_ACCESS_SECRET",
    "REFRESH_TOKEN_SECRET",
    "ACCESS_TOKEN_SECRET",
    "APP_JWT_SECRET",
    "JWT_HMAC_SECRET",
    "JWT_SHARED_SECRET",
    "JWT_TOKEN_SECRET",
    "AUTH_JWT_SECRET",
];

/// Names that only look like one, with a value that such a name has.
const LOOKALIKES: [(&str, &str); 30] = [
    ("JWT_SECRET_NAME", "prod/pear-tree"),
    ("JWT_SECRET_PATH", "/run/secrets/pear-tree"),
    ("JWT_SECRET_FILE", "/run/pear-tree"),
    ("JWT_SECRET_ARN", "arn:aws:secretsmanager:eu:1:secret:pear-tree"),
    ("JWT_SECRET_ID", "pear-tree-in-winter"),
    ("JWT_SECRET_ENV", "PEAR_TREE"),
    ("JWT_SECRET_LENGTH", "32"),
    ("JWT_SECRET_VERSION", "pear-tree-2"),
    ("JWT_SECRET_ERROR", "the pear-tree is not set"),
    ("JWT_SECRET_HEADER", "x-pear-tree"),
    ("JWT_ISSUER", "pear-tree-in-winter"),
    ("JWT_AUDIENCE", "pear-tree-in-winter"),
    ("JWT_ALGORITHM", "HS256"),
    ("JWT_COOKIE_NAME", "pear-tree-in-winter"),
    ("JWT_HEADER", "x-pear-tree-in-winter"),
    ("JWT_EXPIRATION", "pear-tree"),
    ("JWT_PUBLIC_KEY", "pear-tree-in-winter"),
    ("JWT_KEY_ID", "pear-tree-in-winter"),
    ("JWT_KID", "pear-tree-in-winter"),
    ("JWKS_URL", "https://pear-tree.example/jwks"),
    ("JWT_PREFIX", "pear-tree-in-winter"),
    ("CLIENT_SECRET", "pear-tree-in-winter"),
    ("WEBHOOK_SECRET", "pear-tree-in-winter"),
    ("TOTP_SECRET", "pear-tree-in-winter"),
    ("COOKIE_SECRET", "pear-tree-in-winter"),
    ("CSRF_SECRET", "pear-tree-in-winter"),
    ("AWS_SECRET_ACCESS_KEY", "pear-tree-in-winter"),
    ("JWT_CACHE_KEY", "pear-tree-in-winter"),
    ("MISSING_JWT_SECRET", "no pear-tree in the environment"),
    ("SECRETARY", "pear-tree-in-winter"),
];

/// How a name is given a value; `NAME` in the case of constants, `name` in that of members, `Name` in that of types.
const FORMS: [(&str, &str); 22] = [
    ("constant", "pub const NAME: &str = LIT;"),
    ("bytes", "pub const NAME: &[u8] = b LIT;"),
    ("static", "static NAME: &str = LIT;"),
    ("local", "fn f() { let name = LIT; g(name) }"),
    ("associated constant", "struct A;\nimpl A { const NAME: &'static str = LIT; }"),
    ("member", "fn f() -> A { A { name: LIT.to_string() } }"),
    ("assignment", "fn f(a: &mut A) { a.name = LIT.to_string(); }"),
    ("default", "impl Default for A { fn default() -> Self { Self { name: String::from(LIT) } } }"),
    ("fallback", "fn f() { let name = std::env::var(\"NAME\").unwrap_or_else(|_| LIT.to_string()); g(name) }"),
    ("fallback in a member", "fn f() -> A { A { name: env::var(\"NAME\").unwrap_or(LIT.into()) } }"),
    ("lazy", "static NAME: LazyLock<String> = LazyLock::new(|| LIT.to_string());"),
    ("lazy_static", "lazy_static! { static ref NAME: String = LIT.to_string(); }"),
    ("function", "fn name() -> String { LIT.to_string() }"),
    ("clap", "#[derive(Parser)]\nstruct A { #[arg(long, env = \"NAME\", default_value = LIT)] name: String }"),
    ("set_var", "fn f() { unsafe { std::env::set_var(\"NAME\", LIT); } }"),
    (
        "serde",
        "#[derive(Deserialize)]\nstruct A { #[serde(default = \"made\")] name: String }\nfn made() -> String { LIT.to_string() }",
    ),
    ("builder", "fn f() { Config::builder().set_default(\"name\", LIT); }"),
    ("parameter", "fn start(rows: u8, name: &str) {}\nfn f() { start(3, LIT); }"),
    ("environment of a process", "fn f() { Command::new(\"farm\").env(\"NAME\", LIT).spawn(); }"),
    ("entry of a map", "fn f(m: &mut HashMap<String, String>) { m.insert(\"NAME\".into(), LIT.into()); }"),
    ("table of variables", "static T: &[(&str, &str)] = &[(\"ROWS\", \"3\"), (\"NAME\", LIT)];"),
    (
        "helper with a default",
        "fn read(n: &str, d: &str) -> String { std::env::var(n).unwrap_or(d.into()) }\nfn f() { let a = read(\"NAME\", LIT); }",
    ),
];

/// Every name in every form; look-alikes in the same forms.
pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in NAMES {
        for (form, code) in FORMS {
            let text = written(code, name, "q7-pear-tree-W9-in-winter-x3-orchard");
            let twin = text
                .replace("\"q7-pear-tree-W9-in-winter-x3-orchard\"", "std::env::var(\"N\").unwrap()")
                .replace("b std", "std");
            let label = format!("{form} → {name}");
            let clean = (form != "clap").then(|| Case::of_file(label.clone(), true, twin, Expected::Clean));
            cases.push(Case::of_file(label, false, text, Expected::Found(Level::Error)));
            cases.extend(clean);
        }
    }
    for (name, value) in LOOKALIKES {
        for (form, code) in FORMS {
            if form.starts_with("fallback") && name == "JWT_PUBLIC_KEY" {
                continue;
            }
            cases.push(Case::of_file(format!("{form} → {name}"), false, written(code, name, value), Expected::Clean));
        }
    }
    cases.extend(names_of_variables());
    cases
}

fn written(code: &str, name: &str, value: &str) -> String {
    let text = code.replace("b LIT", "bLIT").replace("LIT", &format!("\"{value}\""));
    let text = text.replace("NAME", name);
    let lower = name.to_lowercase();
    text.replace("let name", &format!("let {lower}"))
        .replace("(name)", &format!("({lower})"))
        .replace("a.name", &format!("a.{lower}"))
        .replace("name:", &format!("{lower}:"))
        .replace("\"name\"", &format!("\"{}\"", lower.replacen('_', ".", 1)))
        .replace("fn name", &format!("fn {lower}"))
}

/// A constant that names a variable is none; the parent type counts; a name used as the key is one.
fn names_of_variables() -> Vec<Case> {
    let error = Expected::Found(Level::Error);
    let rows: [(&str, &str, Expected); 12] = [
        (
            "name of a variable",
            "const JWT_SECRET: &str = \"JWT_SECRET\";\nfn f() { std::env::var(JWT_SECRET).unwrap(); }",
            Expected::Clean,
        ),
        (
            "name of another variable",
            "const JWT_SECRET_KEY: &str = \"APP_JWT_SECRET\";\nfn f() { std::env::var(JWT_SECRET_KEY).unwrap(); }",
            Expected::Clean,
        ),
        (
            "name of a variable, in a module",
            "mod env_names { pub const JWT_SECRET: &str = \"JWT_SECRET\"; }\nfn f() { std::env::var(env_names::JWT_SECRET).unwrap(); }",
            Expected::Clean,
        ),
        ("member named for a variable", "fn f() -> Names { Names { jwt_secret: \"JWT_SECRET\" } }", Expected::Clean),
        ("column", "const JWT_SECRET_COLUMN: &str = \"pear_tree\";", Expected::Clean),
        ("claim", "const JWT_CLAIM_KEY: &str = \"pear_tree\";", Expected::Clean),
        ("message", "const JWT_SECRET_MISSING: &str = \"JWT_SECRET must be set\";", Expected::Clean),
        (
            "message under a good name",
            "fn f() { let jwt_secret = std::env::var(\"JWT_SECRET\").expect(\"JWT_SECRET must be set in the environment\"); g(jwt_secret) }",
            Expected::Clean,
        ),
        (
            "the parent type counts",
            "struct Jwt { secret: String }\nfn f() -> Jwt { Jwt { secret: \"q7-pear-tree-W9-in-winter-x3\".into() } }",
            error,
        ),
        (
            "the parent type counts not",
            "struct Stripe { secret: String }\nfn f() -> Stripe { Stripe { secret: \"q7-pear-tree-W9-in-winter-x3\".into() } }",
            Expected::Clean,
        ),
        ("empty to be filled later", "fn f() -> A { A { jwt_secret: String::new() } }", Expected::Clean),
        ("reference", "const JWT_SECRET: &str = \"${PEAR_TREE}\";", Expected::Clean),
    ];
    rows.into_iter()
        .map(|(name, text, expected)| Case::of_file(name.to_owned(), false, text.to_owned(), expected))
        .collect()
}
