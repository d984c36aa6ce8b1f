//! Private keys that are proven: by tokens in every algorithm, by public keys in every form, in every place; and near
//! misses. The keys were made for this and are used nowhere. In `vectors.json` everything is hexadecimal (the tokens
//! were signed by another implementation), so that no key and no token stands in our own tree.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use common::plants::base64;
use common::{Run, Tree};
use serde_json::Value;

static VECTORS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("key_pairs/vectors.json")).expect("the vectors are JSON"));

/// The algorithms whose signatures are verified.
const ALGORITHMS: [&str; 12] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed448"];

const KEYS: [&str; 7] = ["rsa", "p256", "p384", "p521", "secp256k1", "ed25519", "ed448"];

fn bytes(hex: &Value) -> Vec<u8> {
    let digits = hex.as_str().unwrap_or_else(|| panic!("no such vector")).as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ASCII"), 16).expect("hexadecimal");
    digits.chunks(2).map(byte).collect()
}

fn text(hex: &Value) -> String {
    String::from_utf8(bytes(hex)).expect("text")
}

/// A key in DER.
fn der(key: &str, form: &str) -> Vec<u8> {
    bytes(&VECTORS["keys"][key][form])
}

fn has(key: &str, form: &str) -> bool {
    VECTORS["keys"][key][form].is_string()
}

/// A key in PEM.
fn pem(key: &str, form: &str) -> String {
    armoured(key, form, &der(key, form))
}

fn armoured(key: &str, form: &str, der: &[u8]) -> String {
    let label = match form {
        "pkcs8" => "PRIVATE KEY",
        "traditional" if key.ends_with("rsa") => "RSA PRIVATE KEY",
        "traditional" => "EC PRIVATE KEY",
        "spki" => "PUBLIC KEY",
        "pkcs1-public" => "RSA PUBLIC KEY",
        _ => "CERTIFICATE",
    };
    let digits = base64(der);
    let lines: Vec<&str> =
        digits.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("digits")).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn jwk(key: &str) -> Value {
    serde_json::from_str(&text(&VECTORS["keys"][key]["jwk"])).expect("a key")
}

/// The same without the members that are private.
fn public_jwk(key: &str) -> Value {
    let mut jwk = jwk(key);
    let members = jwk.as_object_mut().expect("an object");
    members.retain(|name, _| !["d", "p", "q"].contains(&name.as_str()));
    jwk
}

fn token(algorithm: &str) -> String {
    text(&VECTORS["tokens"][algorithm]["token"])
}

fn url_safe(bytes: &[u8]) -> String {
    base64(bytes).replace('=', "").replace('+', "-").replace('/', "_")
}

fn key_of(algorithm: &str) -> &'static str {
    VECTORS["tokens"][algorithm]["key"].as_str().expect("a name")
}

/// Writes a key into a file.
type Write = fn(&str) -> String;

fn escaped(key: &str) -> String {
    pem(key, "pkcs8").replace('\n', "\\n")
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}\n")).collect()
}

fn members(key: &str, between: &str) -> String {
    let jwk = jwk(key);
    let all: Vec<String> =
        jwk.as_object().expect("an object").iter().map(|(name, value)| format!("{name}: {value}")).collect();
    all.join(between)
}

/// Lines of a key as strings that are joined.
fn joined(key: &str, joint: &str) -> String {
    pem(key, "pkcs8").lines().map(|line| format!("\"{line}\\n\"")).collect::<Vec<_>>().join(joint)
}

/// Places of private keys whose names say nothing, and the line that the key is found on.
const PLACES: [(&str, Write, usize); 30] = [
    ("seal.pem", |key| pem(key, "pkcs8"), 1),
    ("seal.key", |key| if has(key, "traditional") { pem(key, "traditional") } else { pem(key, "pkcs8") }, 1),
    ("seal.py", |key| format!("SEAL = \"{}\"\n", escaped(key)), 1),
    ("long.py", |key| format!("SEAL = \"\"\"{}\"\"\"\n", pem(key, "pkcs8")), 1),
    ("seal.js", |key| format!("const seal = [\n{}\n].join('');\n", joined(key, ",\n")), 2),
    ("Seal.java", |key| format!("class Seal {{\n  String seal = {};\n}}\n", joined(key, " +\n    ")), 2),
    ("seal.php", |key| format!("<?php\n$seal = {};\n", joined(key, " .\n    ")), 2),
    ("seal.rs", |key| format!("pub const SEAL: &str = \"{}\";\n", escaped(key)), 1),
    ("seal.go", |key| format!("package a\n\nvar seal = `{}`\n", pem(key, "pkcs8")), 3),
    ("seal.yaml", |key| format!("garden:\n  seal: |\n{}", indented(&pem(key, "pkcs8"))), 3),
    ("seal.json", |key| format!("{{\"garden\": {{\"seal\": \"{}\"}}}}", escaped(key)), 1),
    (
        "nested.json",
        |key| format!("{{\"garden\": \"{{\\\"seal\\\":\\\"{}\\\"}}\"}}", escaped(key).replace('\\', "\\\\")),
        1,
    ),
    ("garden/.env", |key| format!("SEAL=\"{}\"\n", escaped(key)), 1),
    ("gate/.env", |key| format!("SEAL={}\n", base64(pem(key, "pkcs8").as_bytes())), 1),
    (
        "secret.yaml",
        |key| format!("apiVersion: v1\nkind: Secret\ndata:\n  seal: {}\n", base64(pem(key, "pkcs8").as_bytes())),
        4,
    ),
    ("key.json", |key| jwk(key).to_string(), 1),
    ("keys.json", |key| format!("{{\"keys\":[{},\n{}]}}", public_jwk("other-p256"), jwk(key)), 2),
    ("key.js", |key| format!("export const key = {{ {} }};\n", members(key, ", ")), 1),
    ("key.yaml", |key| format!("keys:\n  - {}\n", members(key, "\n    ")), 0),
    ("key.rs", |key| format!("const KEY: &str = {:?};\n", jwk(key).to_string()), 1),
    // In one stretch of base64.
    ("Bare.java", |key| format!("class Seal {{\n  String seal = \"{}\";\n}}\n", bare(key)), 2),
    ("bare.properties", |key| format!("garden.seal={}\n", bare(key)), 1),
    ("bare.json", |key| format!("{{\"seal\": \"{}\"}}", bare(key).replace('/', "\\/")), 1),
    ("bare/.env", |key| format!("SEAL={}\n", bare(key)), 1),
    ("older.yaml", |key| format!("garden:\n  seal: {}\n", older(key)), 2),
    ("bare.key", |key| format!("{}\n", older(key)), 1),
    ("url-safe.py", |key| format!("SEAL = '{}'\n", url_safe(&der(key, "pkcs8"))), 1),
    ("jwk/.env", |key| format!("SEAL={}\n", base64(jwk(key).to_string().as_bytes())), 1),
    (
        "jwk.ts",
        |key| format!("const seal = '{}';\n", url_safe(format!("{{\"a\":1,{}", &jwk(key).to_string()[1..]).as_bytes())),
        1,
    ),
    (
        "jwk-secret.yaml",
        |key| format!("kind: Secret\ndata:\n  seal: {}\n", base64(format!(" {}\n", jwk(key)).as_bytes())),
        3,
    ),
];

/// The older form of a key in base64, where there is one.
fn older(key: &str) -> String {
    base64(&der(key, if has(key, "traditional") { "traditional" } else { "pkcs8" }))
}

fn check(tree: &Tree) -> Run {
    tree.check(["--root=.", "--format=json", "--verbose", "--now=1800000000"])
}

/// The places of proven keys by folder and file, and the file that each step leads to last.
fn proven(run: &Run) -> BTreeMap<(String, String), (u64, String)> {
    let json = run.json();
    let findings = json["findings"].as_array().expect("findings").iter();
    let is_proven = |finding: &&Value| finding["reasons"].to_string().contains("proven: ");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    findings
        .filter(is_proven)
        .map(|finding| {
            let path = text(&finding["path"]);
            let (folder, file) = path.split_once('/').expect("a folder");
            let steps = finding["steps"].as_array().expect("steps");
            let last = text(&steps.last().expect("a step")["path"]);
            assert_eq!(finding["rule"], "committed-private-key", "{path}");
            ((folder.to_owned(), file.to_owned()), (finding["start"]["line"].as_u64().expect("a line"), last))
        })
        .collect()
}

#[test]
fn tokens_of_every_algorithm_prove_keys_in_every_place() {
    // Each algorithm in a tree of its own: one key is in all its places, and its token verifies under each.
    for algorithm in ALGORITHMS {
        // No more places of one key are shown than ten.
        for places in PLACES.chunks(10) {
            prove_in(algorithm, places);
        }
    }
}

fn prove_in(algorithm: &str, places: &[(&str, Write, usize)]) {
    let tree = Tree::new();
    let key = key_of(algorithm);
    tree.write("visit.http", format!("Authorization: Bearer {}\n", token(algorithm)));
    for (number, (path, write, _)) in places.iter().enumerate() {
        tree.write(&format!("{number}/{path}"), write(key));
    }
    let found = proven(&check(&tree));
    for (number, (path, _, line)) in places.iter().enumerate() {
        let place = (number.to_string(), (*path).to_owned());
        let Some((at, by)) = found.get(&place) else { panic!("{algorithm}: not proven in {path}: {found:#?}") };
        assert_eq!(by, "visit.http", "{algorithm} {path}");
        assert!(*line == 0 || at == &u64::try_from(*line).expect("small"), "{algorithm} {path}: line {at}");
    }
    assert_eq!(found.len(), places.len(), "{algorithm}: once each");
}

#[test]
fn public_keys_in_every_form_prove_keys() {
    let tree = Tree::new();
    let mut expected = BTreeSet::new();
    for key in KEYS {
        for form in ["spki", "pkcs1-public", "certificate", "jwk"] {
            if !has(key, form) {
                continue;
            }
            let folder = format!("{key}-{form}");
            // What is called so is for tokens.
            tree.write(&format!("{folder}/jwt-{key}.pem"), pem(key, "pkcs8"));
            let (name, public) = match form {
                "jwk" => ("keys.json", serde_json::json!({ "keys": [public_jwk(key)] }).to_string()),
                _ => ("public.pem", pem(key, form)),
            };
            tree.write(&format!("{folder}/{name}"), public);
            expected.insert((folder, format!("jwt-{key}.pem")));
        }
    }
    let found = proven(&check(&tree));
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), expected);
    for ((folder, _), (_, by)) in found {
        let key = folder.split('-').next().expect("a key");
        assert!(by.starts_with(key), "{folder} by {by}");
    }
}

#[test]
fn a_pair_for_connections_is_none_of_ours() {
    let tree = Tree::new();
    tree.write("tls/server.key", pem("rsa", "pkcs8"));
    tree.write("tls/server.crt", pem("rsa", "certificate"));
    tree.write("sign/release.pem", pem("p256", "pkcs8"));
    tree.write("sign/release.pub", pem("p256", "spki"));
    let run = check(&tree);
    assert_eq!(run.findings(), Vec::<String>::new(), "{run:?}");
    // In a tree that is about tokens, a public key that is no certificate is one that verifies them.
    tree.write("visit.http", token("EdDSA"));
    assert_eq!(
        check(&tree).findings(),
        ["sign/release.pem:1 committed-private-key", "visit.http:1 committed-token"],
        "the certificate says what the other key is for"
    );
}

/// A key in base64, without the lines around it.
fn bare(key: &str) -> String {
    base64(&der(key, "pkcs8"))
}

/// What is reported, and how bad it is.
fn levels(tree: &Tree) -> BTreeMap<String, String> {
    let json = check(tree).json();
    let findings = json["findings"].as_array().expect("findings").iter();
    findings.map(|one| (one["path"].as_str().expect("a path").to_owned(), one["level"].to_string())).collect()
}

#[test]
fn a_key_that_is_called_after_tokens_needs_no_proof() {
    let places: [(&str, Write); 13] = [
        ("keys/jwt_private.pem", |key| pem(key, "pkcs8")),
        ("config/jwt/private.pem", |key| pem(key, "pkcs8")),
        ("jwtRS256.key", |key| pem(key, "traditional")),
        ("access-token-signing", |key| pem(key, "pkcs8")),
        ("deploy/.env", |key| format!("JWT_PRIVATE_KEY=\"{}\"\n", escaped(key))),
        ("gate/.env", |key| format!("JWT_PRIVATE_KEY={}\n", escaped(key))),
        ("gate/.env.production", |key| format!("ACCESS_TOKEN_PRIVATE_KEY=\"{}\"\n", pem(key, "pkcs8"))),
        ("config/app.yaml", |key| format!("jwt:\n  private_key: |\n{}", indented(&pem(key, "pkcs8")))),
        ("config/app.json", |key| format!("{{\"jwt\": {{\"privateKey\": \"{}\"}}}}", escaped(key))),
        ("config/application.conf", |key| format!("jwt {{\n  privateKey = \"{}\"\n}}\n", bare(key))),
        ("src/seal.py", |key| format!("JWT_PRIVATE_KEY = \"\"\"{}\"\"\"\n", pem(key, "pkcs8"))),
        ("src/seal.ts", |key| format!("export const jwtPrivateKey = `{}`;\n", pem(key, "pkcs8"))),
        ("src/seal.rs", |key| format!("const JWT_PRIVATE_KEY: &str = \"{}\";\n", escaped(key))),
    ];
    let tree = Tree::new();
    for (path, write) in places {
        tree.write(path, write("rsa"));
    }
    tree.write(".env.example", format!("JWT_PRIVATE_KEY={}\n", escaped("p256")));
    tree.write("tests/jwt/private.pem", pem("p256", "pkcs8"));
    tree.write("docs/jwt.md", format!("```\n{}```\n", pem("p256", "pkcs8")));
    let expected = places.iter().map(|(path, _)| (*path, "error"));
    let others = [(".env.example", "warning"), ("tests/jwt/private.pem", "note"), ("docs/jwt.md", "note")];
    let expected = expected.chain(others).map(|(path, level)| (path.to_owned(), format!("\"{level}\""))).collect();
    let found = levels(&tree);
    assert_eq!(found, expected);
}

#[test]
fn keys_for_other_things_are_none_of_ours() {
    let tree = Tree::new();
    for path in ["tls/server.key", "jwt/tls.key", "id_rsa", ".ssh/id_ed25519", "keys/private.pem", "ios/apple-auth.p8"]
    {
        tree.write(path, pem("rsa", "pkcs8"));
    }
    tree.write("jwt-gate/server.key", pem("p256", "pkcs8"));
    tree.write("jwt-gate/server.crt", pem("p256", "certificate"));
    tree.write("google.json", format!("{{\"type\": \"service_account\", \"private_key\": \"{}\"}}", escaped("p384")));
    tree.write(
        "gate.env",
        format!("TLS_PRIVATE_KEY=\"{}\"\nFIREBASE_PRIVATE_KEY=\"{}\"\n", escaped("rsa"), escaped("p384")),
    );
    let blank = base64(b"a key that is none, long enough to be one of those that begin so");
    tree.write("app.yaml", format!("rsa:\n  private_key: {}\njwt:\n  private_key: M{blank}\n", bare("rsa")));
    tree.write("jwt/locked.pem", pem("rsa", "pkcs8").replace("PRIVATE", "ENCRYPTED PRIVATE"));
    tree.write(
        "blank/.env",
        "JWT_PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\\nYOUR KEY\\n-----END PRIVATE KEY-----\"\n",
    );
    assert_eq!(levels(&tree), BTreeMap::new());
}

/// The token with another byte in its signature.
fn damaged(token: &str) -> String {
    with_another_digit(token, token.len() - 20)
}

fn with_another_digit(text: &str, at: usize) -> String {
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

#[test]
fn near_misses_prove_nothing() {
    for algorithm in ALGORITHMS {
        let key = key_of(algorithm);
        let other = format!("other-{key}");
        let whole = token(algorithm);
        let (input, signature) = whole.rsplit_once('.').expect("a signature");
        let (header, _) = input.split_once('.').expect("a payload");
        for (what, private, token) in [
            ("one byte off", pem(key, "pkcs8"), damaged(&whole)),
            ("another key", pem(&other, "pkcs8"), whole.clone()),
            ("other claims", pem(key, "pkcs8"), format!("{header}.{}.{signature}", url_safe(b"{\"sub\":\"eve\"}"))),
            ("truncated", pem(key, "pkcs8"), whole[..whole.len() - 4].to_owned()),
            ("public only", pem(key, "spki"), whole.clone()),
            ("encrypted", pem(key, "pkcs8").replace("PRIVATE", "ENCRYPTED PRIVATE"), whole.clone()),
            ("one digit of the key off", with_another_digit(&bare(key), bare(key).len() / 3), whole.clone()),
            ("truncated base64", bare(key)[..bare(key).len() - 8].to_owned(), whole.clone()),
            ("public in base64", base64(&der(key, "spki")), whole.clone()),
            ("another in base64", bare(&other), whole.clone()),
            ("no end", pem(key, "pkcs8").replace("-----END", "END"), whole.clone()),
        ] {
            let tree = Tree::new();
            tree.write("a/jwt.pem", private);
            tree.write("a/visit.http", token);
            assert_eq!(proven(&check(&tree)), BTreeMap::new(), "{algorithm}: {what}");
        }
    }
}

#[test]
fn a_damaged_key_is_told_from_a_whole_one() {
    for key in KEYS {
        let mut damaged = jwk(key);
        let number = damaged["d"].as_str().expect("a number").to_owned();
        let other = if number.starts_with('B') { "C" } else { "B" };
        damaged["d"] = format!("{other}{}", &number[1..]).into();
        let tree = Tree::new();
        tree.write("a/jwk.json", damaged.to_string());
        tree.write("a/jwks.json", serde_json::json!({ "keys": [public_jwk(key)] }).to_string());
        assert_eq!(proven(&check(&tree)), BTreeMap::new(), "{key}");
        tree.write("a/jwk.json", jwk(key).to_string());
        assert_eq!(proven(&check(&tree)).len(), 1, "{key}");
    }
}

#[test]
fn nothing_private_is_shown_around_a_number() {
    let tree = Tree::new();
    tree.write("a/jwk.json", jwk("rsa").to_string());
    tree.write("a/key.js", format!("const k = {{ {} }};\n", members("rsa", ", ")));
    tree.write("a/visit.http", token("RS256"));
    let run = check(&tree);
    assert_eq!(proven(&run).len(), 2, "{run:?}");
    for name in ["d", "p", "q"] {
        let number = jwk("rsa")[name].as_str().expect("a number").to_owned();
        let shown = number.as_bytes().windows(8).any(|part| run.stdout.as_bytes().windows(8).any(|text| text == part));
        assert!(!shown, "{name}: {run:?}");
    }
}

#[test]
fn a_pair_in_a_test_is_a_note_unless_a_live_token_from_elsewhere_verifies() {
    // The token has no end: beside the key, in a test, it was made for the test.
    let places = [(None, "note"), (Some("a/tests/visit.http"), "note"), (Some("a/visit.http"), "warning")];
    for (place, level) in places {
        let tree = Tree::new();
        tree.write("a/tests/jwt.pem", pem("p256", "pkcs8"));
        tree.write("a/tests/public.pem", pem("p256", "spki"));
        if let Some(place) = place {
            tree.write(place, token("ES256"));
        }
        let json = check(&tree).json();
        let keys = json["findings"].as_array().expect("findings").iter();
        let levels: Vec<_> =
            keys.filter(|one| one["rule"] == "committed-private-key").map(|one| &one["level"]).collect();
        assert_eq!(levels, [level]);
    }
}

#[test]
fn repositories_beside_each_other_prove_nothing_about_each_other() {
    for (manifest, expected) in [("README.md", &[][..]), ("notes.txt", &["pear/sign/release.pem", "pear/tls/seal.pem"])]
    {
        let tree = Tree::new();
        for repository in ["pear", "plum"] {
            tree.write(&format!("{repository}/{manifest}"), "An orchard\n");
        }
        tree.write("pear/tls/seal.pem", pem("p256", "pkcs8"));
        tree.write("plum/visit.http", token("ES256"));
        // That there are tokens in the one does not tell what a pair in the other is for.
        tree.write("pear/sign/release.pem", pem("p384", "pkcs8"));
        tree.write("pear/sign/release.pub", pem("p384", "spki"));
        let found = proven(&check(&tree));
        let paths: Vec<String> = found.keys().map(|(folder, file)| format!("{folder}/{file}")).collect();
        assert_eq!(paths, expected, "{manifest}");
    }
}

#[test]
fn where_the_bound_cuts_in_the_run_says_so() {
    let tree = Tree::new();
    // Many tokens that no key signed: each has a number of its own.
    let whole = token("ES256");
    let (header, _) = whole.split_once('.').expect("a header");
    let (_, signature) = whole.rsplit_once('.').expect("a signature");
    for file in 0..3 {
        let tokens: String = (0..999)
            .map(|number| {
                format!("{header}.{}.{signature}\n", url_safe(format!("{{\"sub\":\"{file}-{number}\"}}").as_bytes()))
            })
            .collect();
        tree.write(&format!("visits-{file}.log"), tokens);
    }
    for number in 1..=12u8 {
        let seed = [number; 32];
        let key = p256::ecdsa::SigningKey::from_slice(&seed).expect("a number below the order");
        let point = key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let jwk = serde_json::json!({ "kty": "EC", "crv": "P-256", "x": url_safe(x), "y": url_safe(y), "d": url_safe(&seed) });
        tree.write(&format!("keys/{number}.json"), jwk.to_string());
    }
    let told = check(&tree).notifications();
    assert!(told.iter().any(|one| one.contains("pairs of a token and a private key")), "{told:?}");
}

/// The samples of jwt.io that are calculated with, by algorithm.
const PUBLISHED: [&str; 5] = ["RS256", "PS384", "ES256", "ES384", "EdDSA"];

fn published(algorithm: &str, part: &str) -> String {
    text(&VECTORS["published"][algorithm][part])
}

/// Rule, level and message of all findings.
fn told(tree: &Tree) -> Vec<(String, String, String)> {
    let json = check(tree).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = json["findings"].as_array().expect("findings").iter();
    findings.map(|one| (text(&one["rule"]), text(&one["level"]), text(&one["message"]))).collect()
}

#[test]
fn a_token_that_a_published_key_signed_is_reported_without_the_key() {
    for algorithm in PUBLISHED {
        for (part, path, level) in
            [("token", "a.yaml", "error"), ("token", "tests/a.py", "note"), ("sample", "a.yaml", "note")]
        {
            let tree = Tree::new();
            tree.write(path, format!("x = '{}'\n", published(algorithm, part)));
            let found = told(&tree);
            let [(rule, found_level, message)] = found.as_slice() else { panic!("{algorithm} {part}: {found:?}") };
            assert_eq!((rule.as_str(), found_level.as_str()), ("published-secret", level), "{algorithm} {part} {path}");
            assert!(message.contains("is signed with a published private key"), "{message}");
        }
    }
    // One that is not published, and one that does not verify.
    let token = published("ES256", "token");
    for other in [self::token("ES256"), token.replace("eyJpc3", "eyJpc2")] {
        let tree = Tree::new();
        tree.write("a.yaml", format!("x = '{other}'\n"));
        assert!(told(&tree).iter().all(|(rule, ..)| rule != "published-secret"), "{:?}", told(&tree));
    }
}

#[test]
fn a_published_key_that_is_there_is_reported_instead_of_its_tokens() {
    for algorithm in PUBLISHED {
        let tree = Tree::new();
        let der = bytes(&VECTORS["published"][algorithm]["pkcs8"]);
        tree.write("seal.pem", armoured("published", "pkcs8", &der));
        tree.write("visit.http", published(algorithm, "token"));
        let run = check(&tree);
        assert_eq!(run.findings(), ["seal.pem:1 committed-private-key", "visit.http:1 committed-token"], "{algorithm}");
        assert!(run.stdout.contains("published: the ") && run.stdout.contains("sample of jwt.io"), "{}", run.stdout);
        // Both are copied from documentation: what they are together proves nothing.
        tree.write("visit.http", published(algorithm, "sample"));
        assert!(proven(&check(&tree)).is_empty(), "{algorithm}");
    }
}

#[test]
fn a_published_key_that_somebody_verifies_with_is_reported() {
    let der = bytes(&VECTORS["published"]["ES256"]["pkcs8"]);
    let key = p256::ecdsa::SigningKey::from_slice(&der[36..68]).expect("the number");
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let jwk = serde_json::json!({ "kty": "EC", "crv": "P-256", "x": url_safe(x), "y": url_safe(y) });
    for (folder, level) in [("config", "error"), ("tests", "note")] {
        let tree = Tree::new();
        tree.write(&format!("{folder}/seal.pem"), armoured("published", "pkcs8", &der));
        assert!(told(&tree).is_empty(), "nothing says what it is for");
        tree.write(&format!("{folder}/keys.json"), serde_json::json!({ "keys": [jwk] }).to_string());
        let found = told(&tree);
        let [(rule, found_level, message)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((rule.as_str(), found_level.as_str()), ("committed-private-key", level));
        assert!(message.starts_with("published private key"), "{message}");
    }
}

#[test]
fn keys_in_der_are_read_where_the_name_says_key() {
    for key in KEYS {
        let der = |form: &str| bytes(&VECTORS["keys"][key][form]);
        for (path, form, expected) in [
            ("config/jwt/private.der", "pkcs8", true),
            ("config/jwt/private.pk8", "pkcs8", true),
            ("jwt.p8", "pkcs8", true),
            ("jwtRS256.key", "traditional", true),
            ("tls/server.key", "pkcs8", false),
            ("config/jwt/private.bin", "pkcs8", false),
            ("config/jwt/public.der", "spki", false),
        ] {
            if !has(key, form) {
                continue;
            }
            let tree = Tree::new();
            tree.write(path, der(form));
            let found = check(&tree).findings();
            let place = format!("{path}:1 committed-private-key");
            assert_eq!(found, if expected { vec![place] } else { Vec::new() }, "{key} {path}");
        }
        // One that is damaged is none.
        let tree = Tree::new();
        let mut damaged = der("pkcs8");
        damaged.truncate(damaged.len() - 3);
        tree.write("config/jwt/private.der", damaged);
        assert!(check(&tree).findings().is_empty(), "{key}");
    }
}

#[test]
fn keys_in_der_are_proven_and_not_shown() {
    for algorithm in ["RS256", "ES256", "ES384", "EdDSA"] {
        let key = key_of(algorithm);
        let der = bytes(&VECTORS["keys"][key]["pkcs8"]);
        let tree = Tree::new();
        tree.write("garden/seal.der", &der);
        tree.write("garden/visit.http", token(algorithm));
        let run = check(&tree);
        assert!(proven(&run).contains_key(&("garden".to_owned(), "seal.der".to_owned())), "{algorithm}: {run:?}");
        let digits = base64(&der);
        for format in ["human", "json", "sarif", "github"] {
            let run = tree.check(["--root=.", "--verbose", "--format", format]);
            let shown = digits.as_bytes()[30..].windows(7).find(|part| {
                let part = std::str::from_utf8(part).expect("digits");
                run.stdout.contains(part) || run.stderr.contains(part)
            });
            assert!(shown.is_none(), "{algorithm} {format}");
        }
    }
    let tree = Tree::new();
    tree.write("seal.der", bytes(&VECTORS["keys"]["rsa"]["spki"])).write("jwt-rsa.pem", pem("rsa", "pkcs8"));
    assert!(check(&tree).stdout.contains("seal.der"), "a public key in DER proves a private one");
}
