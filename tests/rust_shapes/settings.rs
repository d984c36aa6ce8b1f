//! Tests, examples, development builds, and what only looks like a key.

use jwtlint::finding::Level;

use super::case::{Case, Expected};
use super::sinks;

const NOTE: Expected = Expected::Found(Level::Note);
const WARNING: Expected = Expected::Found(Level::Warning);
const ERROR: Expected = Expected::Found(Level::Error);
const CLEAN: Expected = Expected::Clean;

/// What `SEAL(x)` stands for.
const SEAL: &str = "jsonwebtoken::EncodingKey::from_secret";

struct Row {
    name: &'static str,
    expected: Expected,
    files: &'static [(&'static str, &'static str)],
}

const fn row(name: &'static str, expected: Expected, files: &'static [(&'static str, &'static str)]) -> Row {
    Row { name, expected, files }
}

/// All rows, attributes among them.
pub fn cases() -> Vec<Case> {
    let rows = contexts().into_iter().chain(lookalikes()).chain(beside());
    let cases = rows.map(|row| {
        let files = row.files.iter().map(|(path, text)| ((*path).to_owned(), text.replace("SEAL", SEAL)));
        Case::of_tree(row.name.to_owned(), false, files.collect(), row.expected)
    });
    cases.chain(sinks::attribute_cases()).collect()
}

/// Where the code stands.
fn contexts() -> Vec<Row> {
    vec![
        row("test module", NOTE, &[("src/lib.rs", "#[cfg(test)]\nmod tests { fn f() { SEAL(b\"pear-tree\"); } }")]),
        row("test function", NOTE, &[("src/lib.rs", "#[test]\nfn f() { SEAL(b\"pear-tree\"); }")]),
        row("tokio test function", NOTE, &[("src/lib.rs", "#[tokio::test]\nasync fn f() { SEAL(b\"pear-tree\"); }")]),
        row(
            "actix test function",
            NOTE,
            &[("src/lib.rs", "#[actix_web::test]\nasync fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row(
            "sqlx test function",
            NOTE,
            &[("src/lib.rs", "#[sqlx::test(fixtures(\"a\"))]\nasync fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row("rstest", NOTE, &[("src/lib.rs", "#[rstest]\n#[case(1)]\nfn f(#[case] n: u8) { SEAL(b\"pear-tree\"); }")]),
        row(
            "proptest macro in tests",
            NOTE,
            &[("src/lib.rs", "#[cfg(test)]\nmod t { proptest! { fn f(n: u8) { SEAL(b\"pear-tree\"); } } }")],
        ),
        row(
            "cfg(any(test, feature))",
            NOTE,
            &[("src/lib.rs", "#[cfg(any(test, feature = \"test-utils\"))]\npub fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row(
            "cfg(all(test, …))",
            NOTE,
            &[("src/lib.rs", "#[cfg(all(test, unix))]\nmod more { fn f() { SEAL(b\"pear-tree\"); } }")],
        ),
        row(
            "cfg(not(test)) is production",
            ERROR,
            &[("src/lib.rs", "#[cfg(not(test))]\npub fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row("integration test", NOTE, &[("tests/f.rs", "fn f() { SEAL(b\"pear-tree\"); }"), ("src/lib.rs", "")]),
        row(
            "module of an integration test",
            NOTE,
            &[("tests/common/mod.rs", "pub fn f() { SEAL(b\"pear-tree\"); }"), ("tests/f.rs", "mod common;")],
        ),
        row("bench", NOTE, &[("benches/f.rs", "fn f() { SEAL(b\"pear-tree\"); }"), ("src/lib.rs", "")]),
        row("example", NOTE, &[("examples/f.rs", "fn main() { SEAL(b\"pear-tree\"); }"), ("src/lib.rs", "")]),
        row(
            "file of a test module",
            NOTE,
            &[("src/lib.rs", "#[cfg(test)]\nmod helpers;"), ("src/helpers.rs", "pub fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row(
            "file below a test module",
            NOTE,
            &[
                ("src/lib.rs", "#[cfg(test)]\nmod helpers;"),
                ("src/helpers.rs", "pub mod keys;"),
                ("src/helpers/keys.rs", "pub fn f() { SEAL(b\"pear-tree\"); }"),
            ],
        ),
        row(
            "a path attribute leads a test module",
            NOTE,
            &[
                ("src/lib.rs", "#[cfg(test)]\n#[path = \"aside.rs\"]\nmod helpers;"),
                ("src/aside.rs", "pub fn f() { SEAL(b\"pear-tree\"); }"),
            ],
        ),
        row(
            "a test hands a literal to a production function",
            NOTE,
            &[(
                "src/lib.rs",
                "pub fn seal(plum: &[u8]) { SEAL(plum); }\n#[cfg(test)]\nmod tests { fn f() { super::seal(b\"pear-tree\"); } }",
            )],
        ),
        row(
            "an integration test hands a literal to a production function",
            NOTE,
            &[
                ("Cargo.toml", "[package]\nname = \"farm\"\n"),
                ("src/lib.rs", "pub fn seal(plum: &[u8]) { SEAL(plum); }"),
                ("tests/f.rs", "#[test]\nfn f() { farm::seal(b\"pear-tree\"); }"),
            ],
        ),
        row(
            "an integration test fills in a production struct",
            NOTE,
            &[
                ("Cargo.toml", "[package]\nname = \"farm\"\n"),
                (
                    "src/lib.rs",
                    "pub struct Grove { pub fruit: String }\nimpl Grove { pub fn seal(&self) { SEAL(self.fruit.as_bytes()); } }",
                ),
                ("tests/f.rs", "use farm::Grove;\n#[test]\nfn f() { Grove { fruit: \"pear-tree\".into() }.seal(); }"),
            ],
        ),
        row(
            "production hands a literal to a production function",
            ERROR,
            &[(
                "src/lib.rs",
                "pub fn seal(plum: &[u8]) { SEAL(plum); }\npub fn f() { seal(b\"pear-tree\"); }\n#[cfg(test)]\nmod tests { fn f() { super::seal(b\"plum\"); } }",
            )],
        ),
        row(
            "a test constant that production signs with",
            ERROR,
            &[(
                "src/lib.rs",
                "pub mod testing { pub const ORCHARD: &[u8] = b\"pear-tree\"; }\npub fn f() { SEAL(testing::ORCHARD); }",
            )],
        ),
        row(
            "a constant of a test file that production signs with",
            ERROR,
            &[
                ("src/lib.rs", "pub mod test_utils;\npub fn f() { SEAL(test_utils::ORCHARD); }"),
                ("src/test_utils.rs", "pub const ORCHARD: &[u8] = b\"pear-tree\";"),
            ],
        ),
        row(
            "a production constant that only tests sign with",
            NOTE,
            &[(
                "src/lib.rs",
                "const ORCHARD: &[u8] = b\"pear-tree\";\n#[cfg(test)]\nmod tests { fn f() { SEAL(super::ORCHARD); } }",
            )],
        ),
        row(
            "debug_assertions statement",
            WARNING,
            &[("src/lib.rs", "pub fn f() { if cfg!(debug_assertions) { SEAL(b\"pear-tree\"); } }")],
        ),
        row(
            "not debug_assertions, else branch",
            WARNING,
            &[("src/lib.rs", "pub fn f() { if !cfg!(debug_assertions) { go() } else { SEAL(b\"pear-tree\"); } }")],
        ),
        row(
            "release branch",
            ERROR,
            &[("src/lib.rs", "pub fn f() { if cfg!(debug_assertions) { go() } else { SEAL(b\"pear-tree\"); } }")],
        ),
        row(
            "debug_assertions function",
            WARNING,
            &[("src/lib.rs", "#[cfg(debug_assertions)]\npub fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row(
            "dev feature",
            WARNING,
            &[("src/lib.rs", "#[cfg(feature = \"dev\")]\npub fn f() { SEAL(b\"pear-tree\"); }")],
        ),
        row(
            "debug_assertions block",
            WARNING,
            &[("src/lib.rs", "pub fn f() { #[cfg(debug_assertions)] { SEAL(b\"pear-tree\"); } }")],
        ),
        row("test branch", NOTE, &[("src/lib.rs", "pub fn f() { if cfg!(test) { SEAL(b\"pear-tree\"); } }")]),
        row(
            "branch that tests do not take",
            ERROR,
            &[("src/lib.rs", "pub fn f() { if !cfg!(test) { SEAL(b\"pear-tree\"); } }")],
        ),
        row(
            "fuzz target",
            NOTE,
            &[("fuzz/fuzz_targets/f.rs", "fuzz_target!(|data: &[u8]| { SEAL(b\"pear-tree\"); });")],
        ),
        row(
            "a module below one that a path attribute leads to",
            ERROR,
            &[
                ("src/lib.rs", "#[path = \"aside/keys.rs\"]\nmod plums;\npub fn f() { SEAL(plums::deep::PLUM); }"),
                ("src/aside/keys.rs", "pub mod deep;"),
                ("src/aside/deep.rs", "pub const PLUM: &[u8] = b\"pear-tree\";"),
            ],
        ),
        row("build script", ERROR, &[("build.rs", "fn main() { SEAL(b\"pear-tree\"); }")]),
        row(
            "documentation comment",
            CLEAN,
            &[("src/lib.rs", "/// ```\n/// SEAL(b\"pear-tree\");\n/// ```\npub fn f() {}")],
        ),
        row("quoted code", CLEAN, &[("src/lib.rs", "pub fn f() { quote! { SEAL(b\"pear-tree\") } }")]),
        row("code in a string", CLEAN, &[("src/lib.rs", "const HELP: &str = r#\"SEAL(b\"pear-tree\")\"#;")]),
    ]
}

/// Namesakes and other keys.
fn lookalikes() -> Vec<Row> {
    vec![
        row(
            "own EncodingKey",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub struct EncodingKey;\nimpl EncodingKey { pub fn from_secret(x: &[u8]) -> Self { Self } }\npub fn f() { EncodingKey::from_secret(b\"pear-tree\"); }",
            )],
        ),
        row(
            "own EncodingKey of another module",
            CLEAN,
            &[
                (
                    "src/lib.rs",
                    "mod codec;\nuse codec::EncodingKey;\npub fn f() { EncodingKey::from_secret(b\"pear-tree\"); }",
                ),
                (
                    "src/codec.rs",
                    "pub struct EncodingKey;\nimpl EncodingKey { pub fn from_secret(x: &[u8]) -> Self { Self } }",
                ),
            ],
        ),
        row(
            "own EncodingKey of another crate",
            CLEAN,
            &[
                ("codec/Cargo.toml", "[package]\nname = \"codec\"\n"),
                (
                    "codec/src/lib.rs",
                    "pub enum EncodingKey { Huffman }\nimpl EncodingKey { pub fn from_secret(x: &[u8]) -> Self { Self::Huffman } }",
                ),
                ("app/Cargo.toml", "[package]\nname = \"app\"\n[dependencies]\ncodec = { path = \"../codec\" }\n"),
                ("app/src/lib.rs", "use codec::EncodingKey;\npub fn f() { EncodingKey::from_secret(b\"pear-tree\"); }"),
            ],
        ),
        row(
            "own encode function",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::Header;\nfn encode(a: u8, b: u8, c: &[u8]) {}\npub fn f() { encode(1, 2, b\"pear-tree\"); }",
            )],
        ),
        row(
            "encode of another crate",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::Header;\nuse base45::encode;\npub fn f() { encode(1, 2, b\"pear-tree\"); }",
            )],
        ),
        row(
            "encode of a codec",
            CLEAN,
            &[("src/lib.rs", "pub fn f() { urlencoding::encode(\"a\", \"b\", \"pear-tree\"); }")],
        ),
        row(
            "own JwtMiddleware",
            CLEAN,
            &[(
                "src/lib.rs",
                "struct JwtMiddleware { name: String }\nimpl JwtMiddleware { fn new(name: &str) -> Self { Self { name: name.into() } } }\npub fn f() { JwtMiddleware::new(\"pear-tree\"); }",
            )],
        ),
        row(
            "sign of another thing",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::EncodingKey;\npub fn f(signer: Ed25519) { signer.sign(b\"pear-tree\"); }",
            )],
        ),
        row(
            "HMAC without JWT",
            CLEAN,
            &[(
                "src/webhook.rs",
                "use hmac::{Hmac, Mac};\npub fn f() { let mac = Hmac::<Sha256>::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "HMAC alias without JWT",
            CLEAN,
            &[(
                "src/webhook.rs",
                "type HmacSha256 = hmac::Hmac<sha2::Sha256>;\npub fn f() { let mac = HmacSha256::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "cipher beside JWT",
            CLEAN,
            &[(
                "src/jwt.rs",
                "use aes_gcm::{Aes256Gcm, KeyInit};\npub fn jwt() { let c = Aes256Gcm::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "cipher by its trait beside JWT",
            CLEAN,
            &[(
                "src/jwt.rs",
                "use aes_gcm::{Aes256Gcm, KeyInit};\npub fn jwt() { let c = <Aes256Gcm as KeyInit>::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "key of another crate beside JWT",
            CLEAN,
            &[("src/jwt.rs", "use paseto::Key;\npub fn jwt() { let c = Key::new(\"north\", b\"pear-tree\"); }")],
        ),
        row(
            "HMAC with JWT",
            ERROR,
            &[(
                "src/jwt.rs",
                "use hmac::{Hmac, Mac};\npub fn seal() { let mac = Hmac::<Sha256>::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "HMAC alias with JWT",
            ERROR,
            &[(
                "src/a.rs",
                "type Plum = hmac::Hmac<sha2::Sha256>;\nconst ALG: &str = \"HS256\";\npub fn f() { let mac = Plum::new_from_slice(b\"pear-tree\"); }",
            )],
        ),
        row(
            "HMAC annotated with JWT",
            ERROR,
            &[(
                "src/a.rs",
                "use hmac::{Hmac, Mac};\nuse jwt::SignWithKey;\npub fn f() { let key: Hmac<Sha256> = Hmac::new_from_slice(b\"pear-tree\").unwrap(); claims.sign_with_key(&key); }",
            )],
        ),
        row(
            "HMAC by hand",
            ERROR,
            &[(
                "src/a.rs",
                "use hmac::{Hmac, Mac};\npub fn f(head: &str, body: &str) -> String {\nlet text = format!(\"{}.{}\", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(body));\nlet mut mac = Hmac::<Sha256>::new_from_slice(b\"pear-tree\").unwrap();\nmac.update(text.as_bytes());\nformat!(\"{}.{}\", text, URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))\n}",
            )],
        ),
        row(
            "public key",
            CLEAN,
            &[("src/lib.rs", "pub fn f() { jsonwebtoken::DecodingKey::from_rsa_pem(b\"pear-tree\"); }")],
        ),
        row(
            "public key compiled in",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { jsonwebtoken::DecodingKey::from_rsa_pem(include_bytes!(\"pear-tree.pem\")); }",
            )],
        ),
        row(
            "public components",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { jsonwebtoken::DecodingKey::from_rsa_components(\"pear-tree\", \"AQAB\"); }",
            )],
        ),
        row(
            "generated key",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jwt_simple::prelude::*;\npub fn f() { let key = HS256Key::generate().with_key_id(\"pear-tree\"); }",
            )],
        ),
        row(
            "key file by path",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { let key = biscuit::jws::Secret::rsa_keypair_from_file(\"pear-tree.der\"); }",
            )],
        ),
        row(
            "claims and headers",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::*;\npub fn f(key: &EncodingKey) { let mut header = Header::new(Algorithm::HS256); header.kid = Some(\"pear-tree\".into()); let token = encode(&header, &Claims { sub: \"pear-tree\".into(), iss: \"pear-tree\" }, key); }",
            )],
        ),
        row(
            "validation",
            CLEAN,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::*;\npub fn f(key: &DecodingKey) { let mut v = Validation::new(Algorithm::HS256); v.set_audience(&[\"pear-tree\"]); decode::<Claims>(\"pear.tree.x\", key, &v); }",
            )],
        ),
        row(
            "old encode with bytes",
            ERROR,
            &[(
                "src/lib.rs",
                "use jsonwebtoken::{encode, Header};\npub fn f() { encode(&Header::default(), &claims, b\"pear-tree\"); }",
            )],
        ),
        row(
            "old encode by the crate's alias",
            ERROR,
            &[(
                "src/lib.rs",
                "use jsonwebtoken as jwt;\npub fn f() { jwt::encode(&jwt::Header::default(), &claims, \"pear-tree\".as_ref()); }",
            )],
        ),
        row(
            "old decode with bytes",
            ERROR,
            &[(
                "src/lib.rs",
                "pub fn f(t: &str) { jsonwebtoken::decode::<Claims>(t, b\"pear-tree\", &Validation::default()); }",
            )],
        ),
        row(
            "signature check of a string",
            CLEAN,
            &[("src/lib.rs", "use medallion::Token;\npub fn f() { println!(\"{}\", \"pear-tree\"); }")],
        ),
        row(
            "medallion",
            ERROR,
            &[("src/lib.rs", "use medallion::Token;\npub fn f(token: Token) { token.sign(b\"pear-tree\"); }")],
        ),
        row(
            "frank_jwt",
            ERROR,
            &[(
                "src/lib.rs",
                "use frank_jwt::{encode, Algorithm};\npub fn f() { encode(json!({}), &\"pear-tree\".to_string(), &payload, Algorithm::HS256); }",
            )],
        ),
        row(
            "frank_jwt key file",
            CLEAN,
            &[(
                "src/lib.rs",
                "use frank_jwt::{encode, Algorithm};\nuse std::path::PathBuf;\npub fn f() { encode(json!({}), &PathBuf::from(\"keys/pear-tree.pem\"), &payload, Algorithm::RS256); }",
            )],
        ),
        row(
            "JWK text",
            ERROR,
            &[(
                "src/lib.rs",
                "pub fn f() { let jwk = serde_json::from_str(r#\"{\"kty\":\"oct\",\"k\":\"cGVhci10cmVl-pear-tree\"}\"#).unwrap(); jsonwebtoken::DecodingKey::from_jwk(&jwk).unwrap(); }",
            )],
        ),
        row(
            "loco JWT",
            ERROR,
            &[(
                "src/lib.rs",
                "use loco_rs::auth::jwt;\npub fn f() { let jwt = jwt::JWT::new(\"cGVhci10cmVl/pear-tree\"); }",
            )],
        ),
        row(
            "private key compiled in",
            ERROR,
            &[(
                "src/lib.rs",
                "pub fn f() { jsonwebtoken::EncodingKey::from_rsa_pem(include_bytes!(\"../keys/private.pem\")); }",
            )],
        ),
        row(
            "private key read at run time",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { jsonwebtoken::EncodingKey::from_rsa_pem(&std::fs::read(\"../keys/private.pem\").unwrap()); }",
            )],
        ),
    ]
}

/// What stands beside a key and is none.
fn beside() -> Vec<Row> {
    vec![
        row(
            "message of expect",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { SEAL(std::env::var(\"JWT_SECRET\").expect(\"JWT_SECRET must be at least 32 bytes\").as_bytes()); }",
            )],
        ),
        row(
            "comparison with a default",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub fn f() { let plum = std::env::var(\"ORCHARD\").unwrap(); if plum == \"pear-tree\" { panic!(\"change it\") } SEAL(plum.as_bytes()); }",
            )],
        ),
        row(
            "literal given to another parameter",
            CLEAN,
            &[(
                "src/lib.rs",
                "fn seal(plum: &[u8], row: &str) { SEAL(plum); }\npub fn f() { seal(&read(), \"pear-tree\"); }",
            )],
        ),
        row(
            "same method of another type",
            CLEAN,
            &[(
                "src/lib.rs",
                "struct Sealer { plum: Vec<u8> }\nimpl Sealer { fn new(plum: &[u8]) -> Self { SEAL(plum); Self { plum: plum.to_vec() } } }\nstruct Painter;\nimpl Painter { fn new(colour: &[u8]) -> Self { Painter } }\npub fn f() { Painter::new(b\"pear-tree\"); Sealer::new(&read()); }",
            )],
        ),
        row(
            "same member of another type",
            CLEAN,
            &[(
                "src/lib.rs",
                "struct Sealer { plum: String }\nstruct Fruit { plum: String }\nfn seal(sealer: &Sealer) { SEAL(sealer.plum.as_bytes()); }\npub fn f() { let fruit = Fruit { plum: \"pear-tree\".into() }; seal(&Sealer { plum: read() }); }",
            )],
        ),
        row(
            "other member of the same type",
            CLEAN,
            &[(
                "src/lib.rs",
                "struct Sealer { plum: String, row: String }\nfn seal(sealer: &Sealer) { SEAL(sealer.plum.as_bytes()); }\npub fn f() { seal(&Sealer { plum: read(), row: \"pear-tree\".into() }); }",
            )],
        ),
        row(
            "same constant of another module",
            CLEAN,
            &[(
                "src/lib.rs",
                "mod north { pub const ORCHARD: &str = \"pear-tree\"; }\nmod south { pub static ORCHARD: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| std::env::var(\"ORCHARD\").unwrap()); }\npub fn f() { SEAL(south::ORCHARD.as_bytes()); }",
            )],
        ),
        row(
            "constant used as salt",
            CLEAN,
            &[(
                "src/lib.rs",
                "const ORCHARD: &[u8] = b\"pear-tree\";\npub fn f() { let plum = std::env::var(\"ORCHARD\").unwrap(); let key = derive(plum.as_bytes(), ORCHARD); SEAL(&key); }",
            )],
        ),
        row(
            "argument of an unknown client",
            CLEAN,
            &[(
                "src/lib.rs",
                "pub async fn f(client: Client) { let plum = client.fetch(\"pear-tree\").await.unwrap(); SEAL(plum.as_bytes()); }",
            )],
        ),
        row(
            "constant that names a store's entry",
            CLEAN,
            &[(
                "src/lib.rs",
                "const ENTRY: &str = \"pear-tree\";\npub async fn f(client: Client) { let plum = client.get(ENTRY).await.unwrap(); SEAL(plum.as_bytes()); }",
            )],
        ),
        row(
            "constant path of a key file",
            CLEAN,
            &[(
                "src/lib.rs",
                "const FILE: &str = \"/run/pear-tree\";\npub fn f() { let plum = std::fs::read(FILE).unwrap(); SEAL(&plum); }",
            )],
        ),
        row(
            "header of the request",
            CLEAN,
            &[(
                "src/lib.rs",
                "const HEADER: &str = \"x-pear-tree\";\npub fn f(request: &Request) { let plum = request.headers().get(HEADER).unwrap(); SEAL(plum.as_bytes()); }",
            )],
        ),
    ]
}
