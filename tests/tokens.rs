//! Pairs of tokens and secrets, made anew in each run: in every algorithm, encoding and place, and as near misses.
//! No token stands in this file: it would be one in our own tree.

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{Run, Tree};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

const ALGORITHMS: [&str; 3] = ["HS256", "HS384", "HS512"];
/// The time by which tokens have expired in these tests.
const NOW: &str = "1800000000";

/// Writes a secret.
type Encode = fn(&str) -> String;

/// How a secret is written.
const ENCODINGS: [(&str, Encode); 5] = [
    ("raw", str::to_owned),
    ("base64", |key| base64(key.as_bytes(), false)),
    ("base64url", |key| base64(key.as_bytes(), true)),
    ("hex", |key| key.bytes().map(|byte| format!("{byte:02x}")).collect()),
    ("HEX", |key| key.bytes().map(|byte| format!("{byte:02X}")).collect()),
];

/// Places of secrets whose names say nothing, with the line that the secret is found on.
const SECRETS: [(&str, &str, usize); 16] = [
    ("seal.py", "import os\nSEAL = \"{S}\"\n", 2),
    ("seal.js", "export const seal = `{S}`; // don't\n", 1),
    ("seal.go", "package a\n\nvar seal = []byte(\"{S}\")\n", 3),
    ("seal.rs", "pub fn seal<'a>(_: &'a str) -> &'a str { \"{S}\" }\n", 1),
    ("Seal.java", "class Seal {\n  String seal = \"{S}\";\n}\n", 2),
    ("seal.php", "<?php\n$seal = ['a' => '{S}'];\n", 2),
    ("seal.rb", "SEAL = '{S}'.freeze\n", 1),
    ("seal.yaml", "garden:\n  seal: {S} # the seal\n", 2),
    ("seal.toml", "[garden]\nseal = '{S}'\n", 2),
    ("seal.json", "{\"garden\": {\"seal\": \"{S}\"}}", 1),
    ("seal.properties", "garden.seal={S}\n", 1),
    ("seal.xml", "<garden>\n  <seal>{S}</seal>\n</garden>\n", 2),
    ("seal.sh", "#!/bin/sh\n./garden --seal {S}\n", 2),
    ("compose.yml", "services:\n  a:\n    environment:\n      SEAL: ${SEAL:-{S}}\n", 4),
    ("garden/.env", "SEAL={S}\n", 1),
    ("seal.key", "{S}\n", 1),
];

/// Places of tokens; `{1}` and `{2}` are the parts of one that is split.
const TOKENS: [(&str, &str); 14] = [
    ("garden.http", "GET https://garden.example\nAuthorization: Bearer {T}\n"),
    ("visit.sh", "curl -H \"Cookie: visit={T}; path=/\" https://garden.example\n"),
    (
        "visits.har",
        "{\"log\":{\"entries\":[{\"request\":{\"headers\":[{\"name\":\"authorization\",\"value\":\"Bearer {T}\"}]}}]}}",
    ),
    (
        "garden.postman_collection.json",
        "{\"auth\":{\"type\":\"bearer\",\"bearer\":[{\"key\":\"token\",\"value\":\"{T}\"}]}}",
    ),
    ("visits.ipynb", "{\"cells\":[{\"source\":[\"visit = \\\"{T}\\\"\\n\"]}]}"),
    ("visits.py", "VISIT = (\n    \"{1}\"\n    \"{2}\"\n)\n"),
    ("visits.js", "const visit = '{1}' +\n  '{2}';\n"),
    ("visits.rs", "pub const VISIT: &str = \"{1}\\\n    {2}\";\n"),
    ("visits.yaml", "visit: >-\n  {1}\n  {2}\n"),
    ("visits.csv", "name,visit\nann,{T}\n"),
    ("visits.log", "INFO visit=https://garden.example/?t={T}&x=1\n"),
    ("visit.json", "{\"payload\":\"{P}\",\"protected\":\"{H}\",\"signature\":\"{Z}\"}"),
    ("visits.xml", "<visit>{T}</visit>\n"),
    ("concat.rs", "pub const VISIT: &str = concat!(\"{1}\", \"{2}\");\n"),
];

fn base64(bytes: &[u8], url_safe: bool) -> String {
    let padded = common::plants::base64(bytes);
    if url_safe { padded.replace('+', "-").replace('/', "_").replace('=', "") } else { padded }
}

fn mac<M: Mac + KeyInit>(key: &[u8], input: &str) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(key).expect("any length will do");
    keyed.chain_update(input).finalize().into_bytes().to_vec()
}

/// A token with this header, signed with this key.
fn signed(header: &str, algorithm: &str, claims: &Value, key: &[u8]) -> String {
    let input = format!("{}.{}", base64(header.as_bytes(), true), base64(claims.to_string().as_bytes(), true));
    let signature = match algorithm {
        "HS256" => mac::<Hmac<Sha256>>(key, &input),
        "HS384" => mac::<Hmac<Sha384>>(key, &input),
        "HS512" => mac::<Hmac<Sha512>>(key, &input),
        _ => vec![0x5a; 256],
    };
    format!("{input}.{}", base64(&signature, true))
}

fn token(algorithm: &str, claims: &Value, key: &str) -> String {
    signed(&format!("{{\"typ\":\"JWT\",\"alg\":\"{algorithm}\"}}"), algorithm, claims, key.as_bytes())
}

/// The text of a file with a token in it.
fn with_token(template: &str, token: &str) -> String {
    let (first, second) = token.split_at(token.len() / 2);
    let parts: Vec<&str> = token.split('.').collect();
    template
        .replace("{T}", token)
        .replace("{1}", first)
        .replace("{2}", second)
        .replace("{H}", parts[0])
        .replace("{P}", parts[1])
        .replace("{Z}", parts.get(2).unwrap_or(&""))
}

/// A key that nobody uses.
fn key(number: usize) -> String {
    format!("heron-{number}-waits/at+the?pond-{}", number * 7919 % 1000)
}

/// A pair in a folder of its own.
struct Pair {
    folder: String,
    secret: (&'static str, &'static str, usize),
    encoding: Encode,
    token: (&'static str, &'static str),
    algorithm: &'static str,
    key: String,
}

/// Every algorithm, encoding and place of either side.
fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    let count = SECRETS.len().max(TOKENS.len()) * ENCODINGS.len();
    for number in 0..count {
        let (encoding_name, encoding) = ENCODINGS[number % ENCODINGS.len()];
        let secret = SECRETS[number % SECRETS.len()];
        let token = TOKENS[number % TOKENS.len()];
        let algorithm = ALGORITHMS[number % ALGORITHMS.len()];
        // The slash of standard base64 would close an element of XML, and spaces end words; both are rare enough.
        let folder = format!("{number}-{algorithm}-{encoding_name}");
        pairs.push(Pair { folder, secret, encoding, token, algorithm, key: key(number) });
    }
    pairs
}

impl Pair {
    fn token_text(&self) -> String {
        token(self.algorithm, &json!({"iss": "garden", "sub": self.folder}), &self.key)
    }

    fn place(&self) -> String {
        format!("{}/{}:{}", self.folder, self.secret.0, self.secret.2)
    }
}

/// The findings that are proven, as `path:line`, with the path of the token.
fn proven(run: &Run) -> BTreeMap<String, String> {
    let json = run.json();
    let findings = json["findings"].as_array().expect("findings").iter();
    let is_proven = |one: &&Value| {
        let reasons = one["reasons"].as_array().expect("reasons");
        reasons.iter().any(|reason| reason.as_str().expect("a text").starts_with("proven"))
    };
    findings
        .filter(is_proven)
        .map(|one| {
            let steps = one["steps"].as_array().expect("steps");
            let token = steps.last().map(|step| step["path"].as_str().expect("a path").to_owned()).unwrap_or_default();
            (format!("{}:{}", one["path"].as_str().expect("a path"), one["start"]["line"]), token)
        })
        .collect()
}

fn check(tree: &Tree) -> Run {
    tree.check(["--format=json", "--verbose", "--root=.", "--now", NOW])
}

#[test]
fn every_pair_is_proven_at_the_secret() {
    let tree = Tree::new();
    for pair in pairs() {
        let (path, template, _) = pair.secret;
        tree.write(&format!("{}/{path}", pair.folder), template.replace("{S}", &(pair.encoding)(&pair.key)));
        let (path, template) = pair.token;
        tree.write(&format!("{}/{path}", pair.folder), with_token(template, &pair.token_text()));
    }
    let run = check(&tree);
    let found = proven(&run);
    let missing: Vec<_> = pairs()
        .iter()
        .filter(|pair| found.get(&pair.place()) != Some(&format!("{}/{}", pair.folder, pair.token.0)))
        .map(|pair| (pair.place(), pair.token.0))
        .collect();
    assert!(missing.is_empty(), "not proven, or by another token: {missing:#?}");
    assert_eq!(found.len(), pairs().len(), "and nothing else is proven");
    for pair in pairs() {
        assert!(!run.stdout.contains(&pair.key), "{}", pair.folder);
    }
}

/// Secrets with signs that are escaped, and what programs read with the end of its line.
#[test]
fn secrets_are_proven_however_they_are_escaped() {
    let tree = Tree::new();
    let long = "pear-tree-in-winter-".repeat(50);
    let cases: [(&str, String, &str, usize); 31] = [
        ("quote.js", "const seal = \"pear-tree\\\"in-winter\";\n".into(), "pear-tree\"in-winter", 1),
        ("quote.php", "<?php\n$seal = 'plum-tree\\'in-summer';\n".into(), "plum-tree'in-summer", 2),
        ("slash.json", "{\"seal\": \"fig-tree\\/in-autumn\"}\n".into(), "fig-tree/in-autumn", 1),
        ("tab.yaml", "seal: \"apple-tree\\tin-spring\"\n".into(), "apple-tree\tin-spring", 1),
        ("block.yaml", "seal: |\n  cherry-tree-in-may\n".into(), "cherry-tree-in-may\n", 2),
        ("seal.key", "quince-tree-in-june\n".into(), "quince-tree-in-june\n", 1),
        ("seal.txt", "medlar-tree-in-july\n".into(), "medlar-tree-in-july\n", 1),
        ("seal.xml", "<seal><![CDATA[almond-tree-in-march]]></seal>\n".into(), "almond-tree-in-march", 1),
        ("seal.php", "<?php\n$seal = 'base64:cGx1bS1ibG9zc29tLWFuZC1iZWVz';\n".into(), "plum-blossom-and-bees", 2),
        ("long.py", format!("SEAL = \"{long}\"\n"), &long, 1),
        // Blocks of one line.
        ("heredoc.rb", "SEAL = <<~EOS.strip\n  robin-sings-at-four\nEOS\n".into(), "robin-sings-at-four", 2),
        ("heredoc-line.rb", "SEAL = <<~EOS\n  wren-sings-at-five\nEOS\n".into(), "wren-sings-at-five\n", 2),
        ("nowdoc.php", "<?php\n$seal = <<<'EOT'\n  finch-sings-at-six\n  EOT;\n".into(), "finch-sings-at-six", 3),
        (
            "Block.java",
            "class A {\n  String s = \"\"\"\n    tit-sings-at-seven\"\"\";\n}\n".into(),
            "tit-sings-at-seven",
            3,
        ),
        ("block.py", "SEAL = '''\nlark-sings-at-eight\n'''.strip()\n".into(), "lark-sings-at-eight", 2),
        ("block.ex", "@seal \"\"\"\n  crow-calls-at-nine\n  \"\"\"\n".into(), "crow-calls-at-nine\n", 2),
        ("block.toml", "seal = \"\"\"\nrook-calls-at-ten\"\"\"\n".into(), "rook-calls-at-ten", 2),
        ("raw.cpp", "auto seal = R\"(jay-calls-at-noon)\";\n".into(), "jay-calls-at-noon", 1),
        // Quotes that are written twice.
        ("doubled.yaml", "seal: 'owl@@s call at dusk'\n".replace("@@", "\'\'"), "owl's call at dusk", 1),
        ("doubled.sql", "INSERT INTO seals VALUES (1, 'hawk@@s cry');\n".replace("@@", "\'\'"), "hawk's cry", 1),
        ("doubled.cs", "var seal = @\"kite\"\"over-the-hill\";\n".into(), "kite\"over-the-hill", 1),
        ("quote.sh", "export SEAL='swift'\\'@s nest'\n".replace("'@", "\'\'"), "swift's nest", 1),
        ("entity.xml", "<seal>heron&amp;stork</seal>\n".into(), "heron&stork", 1),
        ("twice.json", r#"{"a": "{\"seal\": \"gull\\\"over-sea\"}"}"#.into(), "gull\"over-sea", 1),
        // Values within strings and lists.
        (
            "compose.yml",
            "services:\n  a:\n    environment:\n      - \"SEAL=teal-on-the-lake\"\n".into(),
            "teal-on-the-lake",
            4,
        ),
        ("gate.service", "[Service]\nEnvironment=SEAL=coot-on-the-pond\n".into(), "coot-on-the-pond", 2),
        ("seal.go", "var env = []string{\"SEAL=smew-on-the-bay\"}\n".into(), "smew-on-the-bay", 1),
        ("list.yaml", "seals: [a, grebe-on-the-mere]\n".into(), "grebe-on-the-mere", 1),
        ("seal.lua", "local seal = [[ruff-in-the-marsh]]\n".into(), "ruff-in-the-marsh", 1),
        ("dollar.sql", "SELECT seal($$knot-on-the-shore$$);\n".into(), "knot-on-the-shore", 1),
        // Base64 in the base64 of a cluster.
        ("secret.yaml", "data:\n  seal: Wm1WeWJpMXZiaTEwYUdVdFptRnNiSE09\n".into(), "fern-on-the-falls", 2),
    ];
    for (name, text, key, _) in &cases {
        let token = token("HS256", &json!({"sub": name}), key);
        tree.write(&format!("{name}.d/{name}"), text).write(&format!("{name}.d/visits.csv"), format!("a,{token}\n"));
    }
    let found = proven(&check(&tree));
    let expected =
        cases.iter().map(|(name, _, _, line)| (format!("{name}.d/{name}:{line}"), format!("{name}.d/visits.csv")));
    assert_eq!(found, expected.collect());
}

/// Secrets between marks of one language, and in pieces: `{S}` is the whole, `{1}` and `{2}` are its halves.
#[test]
fn secrets_are_proven_whatever_marks_and_pieces_they_are_written_in() {
    let cases: [(&str, &str, usize); 54] = [
        ("a.rb", "SEAL = %q({S})\n", 1),
        ("b.rb", "SEALS = %w[a {S}].freeze\n", 1),
        ("Rakefile", "seal = %Q|{S}|\n", 1),
        ("a.ex", "@seal ~s({S})\n", 1),
        ("b.exs", "seal = ~S/{S}/\n", 1),
        ("a.pl", "my $seal = q!{S}!;\n", 1),
        ("b.pm", "my @seals = qw(a {S});\n", 1),
        ("a.ml", "let seal = {seal|{S}|seal}\n", 1),
        ("a.nix", "{ seal = ''{S}''; }\n", 1),
        ("a.zig", "const seal =\n    \\\\{S}\n;\n", 2),
        ("a.groovy", "def seal = /{S}/\n", 1),
        ("a.sql", "SELECT $seal${S}$seal$;\n", 1),
        ("a.csv", "name,seal\nann,{S}\n", 2),
        ("a.rs", "const SEAL: &str = r##\"{S}\"##;\n", 1),
        ("a.swift", "let seal = #\"{S}\"#\n", 1),
        ("a.cpp", "auto seal = R\"seal({S})seal\";\n", 1),
        ("a.kt", "val seal = \"\"\"{S}\"\"\"\n", 1),
        ("a.scala", "val seal = \"\"\"|{S}\"\"\".stripMargin\n", 1),
        ("a.py", "SEAL = rb'''{S}'''\n", 1),
        ("b.py", "SEAL = \"\"\"\\\n{S}\"\"\"\n", 2),
        ("a.ps1", "$seal = @'\n{S}\n'@\n", 2),
        // In pieces.
        ("a.c", "const char *seal =\n    \"{1}\"\n    \"{2}\";\n", 2),
        ("c.py", "SEAL = ('{1}'\n        b\"{2}\")\n", 1),
        ("d.py", "SEAL = '{1}' \\\n    '{2}'\n", 1),
        ("a.js", "const seal = '{1}'\n  + `{2}`;\n", 1),
        ("b.js", "const seal = ['{1}', '{2}'].join('');\n", 1),
        ("c.js", "const seal = '{1}'.concat('{2}');\n", 1),
        ("a.go", "const seal = `{1}` +\n\t`{2}`\n", 1),
        ("a.java", "String seal = \"{1}\" + \"{2}\";\n", 1),
        ("a.cs", "var seal = @\"{1}\" + @\"{2}\";\n", 1),
        ("a.vb", "Const Seal = \"{1}\" & _\n \"{2}\"\n", 1),
        ("a.php", "<?php\n$seal = '{1}' . '{2}';\n", 2),
        ("c.ex", "@seal \"{1}\" <> \"{2}\"\n", 1),
        ("a.lua", "local seal = \"{1}\" .. \"{2}\"\n", 1),
        ("a.hs", "seal = \"{1}\" ++ \"{2}\"\n", 1),
        ("b.sql", "SELECT '{1}' || '{2}';\n", 1),
        ("b.rs", "const SEAL: &str = concat!(\n    \"{1}\",\n    \"{2}\",\n);\n", 2),
        ("c.rs", "const SEAL: &str = \"{1}\\\n    {2}\";\n", 1),
        ("d.rs", "fn seal() -> String { \"{1}\".to_owned() + \"{2}\" }\n", 1),
        ("a.R", "seal <- paste0(\"{1}\", \"{2}\")\n", 1),
        ("a.tf", "seal = join(\"\", [\"{1}\", \"{2}\"])\n", 1),
        ("a.sh", "seal='{1}'\"{2}\"\n", 1),
        ("b.sh", "seal=\"{1}\\\n{2}\"\n", 1),
        ("a.yaml", "seal: \"{1}\\\n  {2}\"\n", 1),
        ("b.yaml", "seal: >-\n  {S}\n", 2),
        ("a.toml", "seal = \"\"\"{1}\\\n    {2}\"\"\"\n", 1),
        ("a.properties", "garden.seal={1}\\\n    {2}\n", 1),
        // In the base64 of clusters, whole files and line ends included.
        ("c.yaml", "data:\n  seal: {B}\n", 2),
        ("d.yaml", "data:\n  seal: {L}\n", 2),
        ("e.yaml", "data:\n  .env: {F}\n", 2),
        ("f.yaml", "data:\n  seal: >-\n    {B1}\n    {B2}\n", 3),
        ("g.yaml", "data:\n  app.yaml: \"a: 1\\nseal: {S}\\n\"\n", 2),
        ("compose.yml", "environment:\n  SEAL: \"{S}$${1}\"\n", 2),
        ("a.env", "SEALS='{\"seal\": \"{S}\"}'\n", 1),
    ];
    let (tree, near) = (Tree::new(), Tree::new());
    for (number, (name, template, _)) in cases.iter().enumerate() {
        let half = format!("tern{number}over");
        let key = format!("{half}-the-skerries-{number}");
        let (whole, rest) =
            (if *name == "compose.yml" { format!("{key}${half}") } else { key.clone() }, &key[half.len()..]);
        let encoded = base64(key.as_bytes(), false);
        let text = template
            .replace("{S}", &key)
            .replace("{1}", &half)
            .replace("{2}", rest)
            .replace("{B}", &encoded)
            .replace("{L}", &base64(format!("{key}\n").as_bytes(), false))
            .replace("{F}", &base64(format!("A=1\nSEAL={key}\n").as_bytes(), false))
            .replace("{B1}", &encoded[..12])
            .replace("{B2}", &encoded[12..]);
        let token = token(ALGORITHMS[number % 3], &json!({"sub": name}), &whole);
        tree.write(&format!("{name}.d/{name}"), text.clone());
        tree.write(&format!("{name}.d/visits.csv"), format!("a,{token}\n"));
        near.write(&format!("{name}.d/{name}"), text);
        near.write(&format!("{name}.d/visits.csv"), format!("a,{}\n", token_of_another(&whole, number)));
    }
    assert_eq!(proven(&check(&near)), BTreeMap::new());
    let run = check(&tree);
    let expected: BTreeMap<_, _> = cases
        .iter()
        .map(|(name, _, line)| (format!("{name}.d/{name}:{line}"), format!("{name}.d/visits.csv")))
        .collect();
    let found = proven(&run);
    let missing: Vec<_> = expected.iter().filter(|(place, _)| !found.contains_key(*place)).collect();
    assert!(missing.is_empty(), "{missing:#?}");
    assert_eq!(found, expected, "and nothing else is proven");
    assert!(!run.stdout.contains("skerries"), "no value is shown");
}

/// A token that a key signed which differs by its last byte.
fn token_of_another(key: &str, number: usize) -> String {
    let other = format!("{}x", &key[..key.len() - 1]);
    token(ALGORITHMS[number % 3], &json!({"sub": "nobody"}), &other)
}

#[test]
fn near_misses_prove_nothing() {
    let tree = Tree::new();
    for (number, pair) in pairs().into_iter().enumerate() {
        let (secret_path, secret_template, _) = pair.secret;
        let (token_path, token_template) = pair.token;
        let whole = pair.token_text();
        let (secret, token) = match number % 4 {
            // One byte off.
            0 => (format!("{}x", &pair.key[..pair.key.len() - 1]), whole),
            // Truncated.
            1 => (pair.key.clone(), whole[..whole.len() - 2].to_owned()),
            // Of an algorithm with another kind of key.
            2 => (pair.key.clone(), token("RS256", &json!({"sub": pair.folder}), &pair.key)),
            // Split over lines.
            _ => (format!("{}\n{}", &pair.key[..9], &pair.key[9..]), whole),
        };
        let secret = if number % 4 == 3 { secret } else { (pair.encoding)(&secret) };
        tree.write(&format!("{}/{secret_path}", pair.folder), secret_template.replace("{S}", &secret));
        tree.write(&format!("{}/{token_path}", pair.folder), with_token(token_template, &token));
    }
    let run = check(&tree);
    assert_eq!(proven(&run), BTreeMap::new());
    let rules: BTreeSet<String> =
        run.findings().iter().filter_map(|one| Some(one.split_once(' ')?.1.to_owned())).collect();
    assert_eq!(rules, BTreeSet::from(["committed-token".to_owned()]), "whole tokens are tokens all the same");
}

/// Rule and level of all findings of one file.
fn findings(path: &str, text: &str) -> Vec<(String, String, String)> {
    let tree = Tree::new();
    tree.write(path, text);
    let json = check(&tree).json();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let findings = json["findings"].as_array().expect("findings").iter();
    findings.map(|one| (text(&one["rule"]), text(&one["level"]), text(&one["message"]))).collect()
}

#[test]
fn a_token_tells_issuer_role_and_expiry_and_nothing_else() {
    let claims = json!({"iss": "https://login.garden.example/", "role": "head_gardener", "exp": 1_935_532_800,
        "password": "hedgehog-in-leaves", "email": "ann@garden.example"});
    let text = format!("Authorization: Bearer {}\n", token("HS256", &claims, &key(1)));
    let found = findings("a.http", &text);
    let message = "JWT issued by `https://login.garden.example/` for the role `head_gardener`, valid until 2031-05-03, \
                   is written down in `Authorization`";
    assert_eq!(found, [("committed-token".to_owned(), "warning".to_owned(), message.to_owned())]);
}

#[test]
fn claims_that_look_like_secrets_are_not_told() {
    let (issuer, role) = ("k8Jz2mQ9vX4tR7wL", "\u{1b}[2Jadmin");
    let text = format!("t: {}\n", token("HS256", &json!({"iss": issuer, "role": role}), &key(1)));
    let tree = Tree::new();
    tree.write("a.yaml", text);
    for format in ["human", "sarif", "json", "github", "gitlab"] {
        let run = tree.check(["--format", format, "--verbose", "--root=."]);
        assert!(!run.stdout.contains(issuer) && !run.stdout.contains("[2J"), "{format}: {run:?}");
    }
}

#[test]
fn what_a_token_is_worth_decides() {
    let (warning, note) = (vec![("committed-token", "warning")], vec![("committed-token", "note")]);
    let hs = |claims: Value| token("HS256", &claims, &key(1));
    let unsigned = format!("{}.{}.", base64(br#"{"alg":"none"}"#, true), base64(br#"{"sub":"ann"}"#, true));
    for (path, token, expected) in [
        ("a.yaml", hs(json!({"sub": "ann"})), warning.clone()),
        ("a.yaml", hs(json!({"sub": "ann", "exp": 1_800_000_001})), warning.clone()),
        ("a.yaml", hs(json!({"sub": "ann", "exp": 1_800_000_000})), vec![]),
        ("a.yaml", hs(json!({"role": "anon", "iss": "garden"})), note.clone()),
        ("a.yaml", unsigned, note.clone()),
        ("tests/a.yaml", hs(json!({"sub": "ann"})), note.clone()),
        ("docs/a.md", hs(json!({"sub": "ann"})), note),
        ("a.yaml", token("RS256", &json!({"sub": "ann"}), ""), warning),
        // The samples of jwt.io.
        ("a.yaml", token("HS256", &json!({"sub": "1234567890", "name": "John Doe"}), &key(1)), vec![]),
        ("package-lock.json", hs(json!({"sub": "ann"})), vec![]),
        ("app.min.js", hs(json!({"sub": "ann"})), vec![]),
    ] {
        let found = findings(path, &format!("visit: '{token}'\n"));
        let found: Vec<(&str, &str)> = found.iter().map(|(rule, level, _)| (rule.as_str(), level.as_str())).collect();
        assert_eq!(found, expected, "{path} {token}");
    }
}

#[test]
fn a_published_secret_is_reported_at_the_token() {
    for (secret, path, level) in
        [("keyboard cat", "a.yaml", "error"), ("secret", "src/a.py", "error"), ("secret", "tests/a.py", "note")]
    {
        let text = format!("x = '{}'\n", token("HS256", &json!({"sub": "ann"}), secret));
        let found = findings(path, &text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!((found[0].0.as_str(), found[0].1.as_str()), ("published-secret", level), "{path}");
    }
}

#[test]
fn a_published_secret_that_has_a_role_is_reported_there() {
    let tree = Tree::new();
    tree.write("a.py", "JWT_SECRET = 'keyboard cat'\nWORD = 'keyboard cat'\n");
    tree.write("a.http", token("HS256", &json!({"sub": "ann"}), "keyboard cat"));
    let run = check(&tree);
    assert_eq!(run.findings(), ["a.http:1 committed-token", "a.py:1 hardcoded-secret"]);
    assert_eq!(proven(&run), BTreeMap::from([("a.py:1".to_owned(), "a.http".to_owned())]));
}

#[test]
fn reuse_is_told_at_the_finding() {
    let tree = Tree::new();
    let secret = "nine-hares-cross-a-frozen-lake-at-dusk";
    tree.write("prod/app.yaml", format!("jwt_secret: {secret}\nrefresh_token_secret: {secret}\n"));
    tree.write("tests/app.yaml", format!("jwt_secret: {secret}\n"));
    let json = check(&tree).json();
    let first = &json["findings"][0];
    assert_eq!((first["path"].as_str(), first["level"].as_str()), (Some("prod/app.yaml"), Some("error")));
    let reasons = first["reasons"].to_string();
    assert!(reasons.contains("reused: a test has given it away (tests/app.yaml:1)"), "{reasons}");
    assert!(reasons.contains("reused: the same value serves for refresh tokens (prod/app.yaml:2)"), "{reasons}");
    let tree = Tree::new();
    for folder in ["prod", "staging"] {
        tree.write(&format!("{folder}/app.yaml"), format!("jwt_secret: {secret}\nrefresh_token_secret: {secret}\n"));
    }
    let json = check(&tree).json();
    let reasons = json["findings"][0]["reasons"].to_string();
    assert!(reasons.contains("reused: the same value serves in staging (staging/app.yaml:1)"), "{reasons}");
    assert!(reasons.contains("reused: the same value serves for refresh tokens (prod/app.yaml:2)"), "{reasons}");
}

#[test]
fn a_document_gives_a_secret_away() {
    let secret = "nine-hares-cross-a-frozen-lake-at-dusk";
    for (shown, expected) in [(secret.to_owned(), true), (format!("{secret}-2"), false)] {
        let tree = Tree::new();
        tree.write("app.yaml", format!("jwt_secret: {secret}\n"));
        tree.write("README.md", format!("# Setup\n\n```sh\nexport JWT_SECRET={shown}\n```\n"));
        let json = check(&tree).json();
        let finding = json["findings"].as_array().expect("findings").iter().find(|one| one["path"] == "app.yaml");
        let reasons = finding.expect("one in production")["reasons"].to_string();
        assert_eq!(reasons.contains("documentation has given it away (README.md:4)"), expected, "{reasons}");
    }
}

#[test]
fn a_placeholder_of_a_template_that_runs_is_an_error() {
    let tree = Tree::new();
    tree.write("app.yaml", "jwt_secret: put-your-secret-here\n");
    let alone = check(&tree).json()["findings"][0]["level"].clone();
    tree.write(".env.example", "JWT_SECRET=put-your-secret-here\n");
    let copied = check(&tree).json()["findings"][0]["level"].clone();
    assert_eq!((alone.as_str(), copied.as_str()), (Some("warning"), Some("error")));
}

#[test]
fn reuse_in_an_environment_that_git_ignores_stands_alone() {
    let Some(tree) = Tree::repository() else { return };
    tree.write(".gitignore", ".env\n");
    tree.commit();
    let secret = "nine-hares-cross-a-frozen-lake-at-dusk";
    for (text, expected) in [
        (format!("JWT_SECRET={secret}\nSESSION_SECRET={secret}\n"), vec![".env:1 reused-secret".to_owned()]),
        (format!("JWT_SECRET={secret}\nSESSION_SECRET={secret}-2\n"), vec![]),
    ] {
        tree.write(".env", text);
        let run = tree.check(["--format=json", ".env"]);
        assert_eq!(run.findings(), expected, "{run:?}");
        assert!(!run.stdout.contains("hares"), "{run:?}");
    }
}

#[test]
fn where_the_bound_cuts_in_the_run_says_so() {
    let tree = Tree::new();
    tree.write("a.http", token("HS256", &json!({"sub": "ann"}), &key(1)));
    let many: String = (0..110_000).map(|number| format!("\"w{number:07}\"\n")).collect();
    tree.write("words.txt", many);
    let told = check(&tree).notifications();
    assert!(told.iter().any(|one| one.contains("100000 strings")), "{told:?}");
}

#[test]
fn output_is_the_same_whatever_the_number_of_threads() {
    let tree = Tree::new();
    for pair in pairs().into_iter().take(20) {
        tree.write(&format!("{}/seal.py", pair.folder), format!("A = '{0}'\nB = '{0}'\n", pair.key));
        tree.write(&format!("{}/visit.http", pair.folder), pair.token_text());
    }
    let one = tree.check(["--format=json", "--verbose", "--root=.", "--threads=1", "--now", NOW]);
    let four = tree.check(["--format=json", "--verbose", "--root=.", "--threads=4", "--now", NOW]);
    assert_eq!(one.stdout, four.stdout);
    assert_eq!(proven(&one).len(), 40);
}
