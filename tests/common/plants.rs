//! Every kind of place where a JWT secret is written down, with the line where it is found.

/// A file with a secret in it.
pub struct Plant {
    /// Its name.
    pub path: &'static str,
    /// Its text: `{S}` stands for the secret, `{B}` for its base64.
    pub text: &'static str,
    /// Where the secret is found, as `line rule`.
    pub found: &'static [&'static str],
}

impl Plant {
    /// The file's text with this secret.
    pub fn with(&self, secret: &str) -> String {
        self.text.replace("{S}", secret).replace("{B}", &base64(secret.as_bytes()))
    }
}

const fn plant(path: &'static str, text: &'static str, found: &'static [&'static str]) -> Plant {
    Plant { path, text, found }
}

/// All of them.
pub const PLANTS: &[Plant] = &[
    plant(
        "rust/call.rs",
        "fn key() -> jsonwebtoken::EncodingKey {\n    jsonwebtoken::EncodingKey::from_secret(b\"{S}\")\n}\n",
        &["2 hardcoded-secret"],
    ),
    plant(
        "rust/raw.rs",
        "use jsonwebtoken::DecodingKey;\nfn key() -> DecodingKey { DecodingKey::from_secret(r##\"{S}\"##.as_bytes()) }\n",
        &["2 hardcoded-secret"],
    ),
    plant(
        "rust/constant.rs",
        "const SIGNING: &str = \"{S}\"; // {S}\n\nfn key() -> jsonwebtoken::EncodingKey {\n    jsonwebtoken::EncodingKey::from_secret(SIGNING.as_ref())\n}\n",
        &["1 hardcoded-secret"],
    ),
    plant("rust/named.rs", "pub static JWT_SECRET: &str = \"{S}\";\n", &["1 hardcoded-secret"]),
    plant(
        "rust/fallback.rs",
        "fn jwt_key() -> String {\n    std::env::var(\"JWT_SECRET\").unwrap_or_else(|_| \"{S}\".to_string())\n}\n",
        &["2 insecure-fallback"],
    ),
    plant(
        "rust/logged.rs",
        "pub fn start() {\n    let jwt_secret = \"{S}\";\n    println!(\"the secret is {S} and {jwt_secret}\");\n}\n",
        &["2 hardcoded-secret"],
    ),
    plant(
        "rust/neighbours.rs",
        "pub const JWT_SECRET: &str = \"{S}\"; pub const ACCESS_TOKEN_SECRET: &str = \"pear-tree-in-winter\"; pub const OTHER: &str = \"{S}\";\n",
        &["1 hardcoded-secret"],
    ),
    plant("rust/lines.rs", "pub const JWT_SECRET: &str = \"\\\n    {S}\\\n    \";\n", &["1 hardcoded-secret"]),
    plant("rust/escaped.rs", "pub const JWT_SECRET: &str = \"\\x41\\u{42}{S}\";\n", &["1 hardcoded-secret"]),
    plant("rust/end.rs", "// the end\npub const JWT_SECRET: &str = \"{S}\";", &["2 hardcoded-secret"]),
    plant(
        "rust/broken.rs",
        "pub const JWT_SECRET: &str = \"{S}\"; \"{S}\" {S};\nfn from_secret( {\n",
        &["1 hardcoded-secret"],
    ),
    plant("rust/unclosed.rs", "pub const JWT_SECRET: &str = \"{S};\nfn jsonwebtoken() {}\n", &[]),
    plant(
        "rust/allowed.rs",
        "// jwtlint: allow(hardcoded-secret) reason=\"{S} is a test\"\npub const JWT_SECRET: &str = \"{S}\";\n",
        &["2 hardcoded-secret"],
    ),
    plant(
        "rust/allowed_in_vain.rs",
        "// jwtlint: allow(hardcoded-secret) reason=\"{S}\"\npub const NOTHING: &str = \"\";\n// jwtlint: allow({S}) reason=\"{S}\"\n// jwtlint: {S}\npub const JWT_SECRET: &str = \"{S}\";\n",
        &["1 unused-suppression", "3 unused-suppression", "4 unused-suppression", "5 hardcoded-secret"],
    ),
    plant("js/call.js", "const jwt = require('jsonwebtoken');\njwt.sign({ id: 1 }, '{S}');\n", &["2 hardcoded-secret"]),
    plant(
        "js/fallback.ts",
        "import jwt from 'jsonwebtoken';\nconst secret = process.env.JWT_SECRET || \"{S}\";\njwt.verify(token, secret);\n",
        &["2 insecure-fallback"],
    ),
    plant("js/template.mjs", "import jwt from 'jsonwebtoken';\njwt.sign({}, `{S}`); // {S}\n", &["2 hardcoded-secret"]),
    plant("js/named.js", "const JWT_SECRET = \"{S}\";\n", &["1 hardcoded-secret"]),
    plant("js/broken.js", "const jwt = require('jsonwebtoken');\njwt.sign({}, '{S}\n", &[]),
    plant(
        "python/call.py",
        "import jwt\n\ntoken = jwt.encode({}, \"{S}\", algorithm=\"HS256\")\n",
        &["3 hardcoded-secret"],
    ),
    plant(
        "python/fallback.py",
        "import os\nJWT_SECRET_KEY = os.environ.get(\"JWT_SECRET_KEY\", \"{S}\")\n",
        &["2 insecure-fallback"],
    ),
    plant("python/lines.py", "JWT_SECRET = \"\"\"{S}\"\"\"\n", &["1 hardcoded-secret"]),
    plant(
        "go/call.go",
        "package main\n\nimport \"github.com/golang-jwt/jwt/v5\"\n\nfn sign(token *jwt.Token) {\n\ttoken.SignedString([]byte(\"{S}\"))\n}\n",
        &["6 hardcoded-secret"],
    ),
    plant("go/named.go", "package main\n\nvar jwtSecret = []byte(\"{S}\") /* {S} */\n", &["3 hardcoded-secret"]),
    plant(
        "java/Keys.java",
        "import io.jsonwebtoken.security.Keys;\nclass K {\n    Object key = Keys.hmacShaKeyFor(\"{S}\".getBytes());\n}\n",
        &["3 hardcoded-secret"],
    ),
    plant("kotlin/Keys.kt", "class K {\n    private val jwtSecret = \"{S}\" // {S}\n}\n", &["2 hardcoded-secret"]),
    plant(
        "csharp/Startup.cs",
        "using Microsoft.IdentityModel.Tokens;\nclass S {\n    object key = new SymmetricSecurityKey(Encoding.UTF8.GetBytes(\"{S}\"));\n}\n",
        &["3 hardcoded-secret"],
    ),
    plant(
        "php/token.php",
        "<?php\nuse Firebase\\JWT\\JWT;\necho JWT::encode([], '{S}', 'HS256');\n",
        &["3 hardcoded-secret"],
    ),
    plant("ruby/token.rb", "require 'jwt'\nJWT.encode({}, '{S}', 'HS256')\n", &["2 hardcoded-secret"]),
    plant("ruby/fallback.rb", "jwt_secret = ENV.fetch('JWT_SECRET', \"{S}\")\n", &["1 insecure-fallback"]),
    plant("app/.env", "PORT=8080\nJWT_SECRET={S}\n", &["2 committed-env-file"]),
    plant("quoted/.env", "export JWT_SECRET = \"{S}\" # {S}\n", &["1 committed-env-file"]),
    plant("last/.env", "JWT_SECRET='{S}'", &["1 committed-env-file"]),
    plant("json/.env", "JWT_SECRET='{\"type\":\"HS256\",\"key\":\"{S}\"}'\n", &["1 committed-env-file"]),
    plant(".env.example", "JWT_SECRET={S}\n", &["1 committed-env-file"]),
    plant("settings/app.yaml", "auth:\n  jwt:\n    secret: {S}\n", &["3 hardcoded-secret"]),
    plant("settings/block.yml", "jwt_secret: |\n  {S}\nother: 1\n", &["2 hardcoded-secret"]),
    plant("settings/app.json", "{\"jwt\": {\"secret\": \"{S}\", \"note\": \"{S}\"}}", &["1 hardcoded-secret"]),
    plant("settings/app.toml", "[auth]\njwt_secret = \"{S}\" # {S}\n", &["2 hardcoded-secret"]),
    plant("settings/broken.toml", "[auth\njwt_secret = = \"{S}\"\n", &[]),
    plant("settings/app.properties", "jwt.secret={S}\n", &["1 hardcoded-secret"]),
    plant("settings/app.ini", "[jwt]\nsecret = {S}\n", &["2 hardcoded-secret"]),
    plant(
        "docker-compose.yml",
        "services:\n  api:\n    environment:\n      - JWT_SECRET={S}\n      - OTHER={S}\n",
        &["4 hardcoded-secret"],
    ),
    plant(
        "compose/compose.yaml",
        "services:\n  api:\n    environment:\n      JWT_SECRET: ${JWT_SECRET:-{S}}\n",
        &["4 insecure-fallback"],
    ),
    plant("Dockerfile", "FROM scratch\nENV JWT_SECRET={S}\n", &["2 hardcoded-secret"]),
    plant(
        "k8s/secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\ndata:\n  JWT_SECRET: {B}\n",
        &["6 hardcoded-secret"],
    ),
    plant(
        "k8s/plain.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: api\nstringData:\n  JWT_SECRET: {S}\n",
        &["6 hardcoded-secret"],
    ),
    plant("deploy.sh", "#!/bin/sh\nexport JWT_SECRET={S}\n", &["2 hardcoded-secret"]),
    plant("notes/README.md", "Set it:\n\n    JWT_SECRET={S}\n", &[]),
];

/// Base64, as Kubernetes wants it.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0, |group, (index, byte)| group | u32::from(*byte) << (16 - 8 * index));
        for place in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * place)) as usize & 63];
            text.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    text
}
