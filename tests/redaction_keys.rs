//! No part of a token's payload or signature, nor of a private key, leaves the process: in no format, and by no command.

mod common;

use std::collections::BTreeSet;
use std::hash::{BuildHasher as _, RandomState};

use common::plants::base64;
use common::{Run, Tree, jwtlint, run, run_with};
use serde_json::json;

/// Parts of a key or token that are as long as this are told from other text.
const TRACE: usize = 7;
/// The same for hexadecimal digits, of which much is written that means nothing.
const HEX_TRACE: usize = 14;

/// Files with `{K}` for the key in PEM, `{E}` with escaped line breaks, `{P}` in base64, `{D}` and `{X}` for the numbers of
/// its JWK, `{T}` for a token that it signed, `{1}` and `{2}` for the halves of that.
const PLANTS: [(&str, &str); 21] = [
    ("keys/jwt.pem", "{K}"),
    ("keys/jwks.json", "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{X}\"}]}"),
    ("keys/jwk.json", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{X}\",\"d\":\"{D}\"}"),
    ("app/src/lib.rs", "mod call;\nmod raw;\nmod included;\nmod token;\n"),
    ("app/src/call.rs", "pub fn key() {\n    jsonwebtoken::EncodingKey::from_ed_pem(b\"{E}\"); // {T}\n}\n"),
    (
        "app/src/raw.rs",
        "pub const JWT_PRIVATE_KEY: &str = r\"{K}\";\npub fn key() { jsonwebtoken::EncodingKey::from_ed_pem(JWT_PRIVATE_KEY.as_bytes()); }\n",
    ),
    (
        "app/src/included.rs",
        "pub fn key() {\n    jsonwebtoken::EncodingKey::from_ed_pem(include_bytes!(\"../../keys/jwt.pem\"));\n}\n",
    ),
    (
        "app/src/token.rs",
        "pub const A: &str = \"{T}\"; pub const JWT_SECRET: &str = \"pear-tree\"; pub const B: &str = \"{1}\\\n    {2}\";\n",
    ),
    ("py/key.py", "JWT_PRIVATE_KEY = \"\"\"{K}\"\"\"\nTOKEN = (\n    \"{1}\"\n    \"{2}\"\n)\n"),
    ("js/key.js", "const key = { kty: 'OKP', crv: 'Ed25519', x: '{X}', d: '{D}' }; const t = '{T}';\n"),
    ("app/.env", "JWT_PRIVATE_KEY=\"{E}\"\nTOKEN={T}\n"),
    ("b64/.env", "JWT_PRIVATE_KEY={P}\n"),
    ("app/.env.example", "JWT_PRIVATE_KEY=\"{E}\"\nTOKEN={T}\n"),
    ("config/app.yaml", "jwt:\n  private_key: |\n    {I}\n  token: {T}\n"),
    ("config/app.json", "{\"jwt\": {\"private_key\": \"{E}\", \"token\": \"{T}\", \"note\": \"{T} {E}\"}}"),
    ("k8s/secret.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  JWT_PRIVATE_KEY: {P}\n"),
    ("a.http", "GET https://garden.example/?t={T}\nAuthorization: Bearer {T}\nCookie: visit={T}; path=/\n"),
    ("visit.har", "{\"headers\":[{\"name\":\"authorization\",\"value\":\"Bearer {T}\"}]}"),
    ("docs/README.md", "Set it:\n\n    TOKEN={T}\n    JWT_PRIVATE_KEY=\"{E}\"\n"),
    ("jwtlint.toml", "# {T}\n"),
    ("line/seal.py", "SEAL = \"{E}\"; VISIT = \"{T}\"\n"),
];

/// What is planted in one tree.
struct Secrets {
    seed: [u8; 32],
    token: String,
    pem: String,
    point: Vec<u8>,
}

fn url_safe(bytes: &[u8]) -> String {
    base64(bytes).replace('=', "").replace('+', "-").replace('/', "_")
}

impl Secrets {
    fn random() -> Self {
        let random = RandomState::new();
        let seed: [u8; 32] = std::array::from_fn(|at| (random.hash_one(at) >> 40) as u8);
        let key = ed25519_compact::KeyPair::from_seed(ed25519_compact::Seed::new(seed));
        let claims = json!({ "sub": format!("ann-{:x}", random.hash_one("sub")), "key": url_safe(&seed[..12]) });
        let header = url_safe(br#"{"typ":"JWT","alg":"EdDSA"}"#);
        let input = format!("{header}.{}", url_safe(claims.to_string().as_bytes()));
        let token = format!("{input}.{}", url_safe(key.sk.sign(&input, None).as_ref()));
        let der = [&b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &seed].concat();
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&der));
        Self { seed, token, pem, point: key.pk.as_ref().to_vec() }
    }

    fn planted_in(&self, template: &str) -> String {
        let (first, second) = self.token.split_at(self.token.len() / 2);
        template
            .replace("{K}", &self.pem)
            .replace("{I}", &self.pem.trim_end().replace('\n', "\n    "))
            .replace("{E}", &self.pem.replace('\n', "\\n"))
            .replace("{P}", &base64(self.pem.as_bytes()))
            .replace("{D}", &url_safe(&self.seed))
            .replace("{X}", &url_safe(&self.point))
            .replace("{T}", &self.token)
            .replace("{1}", first)
            .replace("{2}", second)
    }

    fn plant(&self, tree: &Tree) {
        for (path, template) in PLANTS {
            tree.write(path, self.planted_in(template));
        }
    }

    /// The parts of what nobody may read: as they are written in one place or another, and decoded.
    fn traces(&self) -> BTreeSet<Vec<u8>> {
        let (_, signed) = self.token.split_once('.').expect("a header");
        let (payload, signature) = signed.split_once('.').expect("a payload");
        let body = self.pem.lines().nth(1).expect("digits");
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let texts = [
            payload.as_bytes().to_vec(),
            signature.as_bytes().to_vec(),
            // Up to there it is the same for all keys.
            body.as_bytes()[22..].to_vec(),
            url_safe(&self.seed).into_bytes(),
            base64(self.pem.as_bytes()).into_bytes()[70..104].to_vec(),
            format!("\"key\":\"{}\"", url_safe(&self.seed[..12])).into_bytes(),
            self.seed.to_vec(),
        ];
        let digits = hex(&self.seed).into_bytes();
        let parts = texts.iter().flat_map(|text| text.windows(TRACE)).chain(digits.windows(HEX_TRACE));
        parts.map(<[u8]>::to_vec).collect()
    }

    #[track_caller]
    fn are_kept(&self, way: &str, said: &Run) {
        let traces = self.traces();
        for text in [&said.stdout, &said.stderr] {
            let windows = |length| text.as_bytes().windows(length);
            let leaked = windows(TRACE).chain(windows(HEX_TRACE)).find(|part| traces.contains(*part));
            let leaked = leaked.map(String::from_utf8_lossy);
            let line = leaked.as_ref().and_then(|part| text.lines().find(|line| line.contains(&**part)));
            assert!(line.is_none() && leaked.is_none(), "{way}: {leaked:?} of {} in {line:?}", self.token);
        }
    }
}

#[test]
fn the_keys_and_tokens_are_found() {
    let (tree, secrets) = (Tree::new(), Secrets::random());
    secrets.plant(&tree);
    let run = tree.check(["--root=.", "--format=json", "--verbose"]);
    let found = run.findings().join("\n");
    for (path, template) in PLANTS {
        let has_any = ["{K}", "{E}", "{P}", "{D}", "{T}", "{I}"].iter().any(|mark| template.contains(mark));
        assert_eq!(found.contains(&format!("{path}:")), has_any, "{path}: {found}");
    }
    assert!(run.stdout.contains("proven: a token in the tree verifies under it"), "{found}");
}

#[test]
fn no_part_of_a_key_or_a_token_is_said_anywhere() {
    let (tree, secrets) = (Tree::new(), Secrets::random());
    secrets.plant(&tree);
    for format in ["human", "sarif", "json", "github", "gitlab"] {
        for options in
            [&["--verbose", "--color=always"][..], &["--no-ignores", "--fail-on=note"], &["--profile=strict"]]
        {
            let run = tree.check([&["--format", format, "."], options].concat());
            assert_eq!(run.code, Some(1), "{format} {options:?}: {}", run.stderr);
            secrets.are_kept(format, &run);
        }
    }
    secrets.are_kept("fix", &tree.check(["--fix", "--dry-run", "--verbose", "."]));
    secrets.are_kept("statistics", &tree.check(["--statistics", "."]));
    for (path, template) in PLANTS {
        let mut command = jwtlint(tree.top());
        command.args(["check", "-", "--verbose", "--format=json", "--stdin-filename", path]);
        secrets.are_kept(path, &run_with(&mut command, secrets.planted_in(template).as_bytes()));
        let mut command = jwtlint(tree.top());
        secrets.are_kept(path, &run(command.args(["hook", "post-edit", path])));
    }
    secrets.are_kept("baseline", &run(jwtlint(tree.top()).arg("baseline")));
    let baseline = std::fs::read_to_string(tree.path(".jwtlint-baseline.json")).expect("a baseline");
    secrets.are_kept("its file", &Run { code: None, stdout: baseline, stderr: String::new() });
}

#[test]
fn no_part_of_a_key_or_a_token_is_said_of_a_history() {
    let Some(tree) = Tree::repository() else { return };
    let secrets = Secrets::random();
    secrets.plant(&tree);
    tree.commit();
    for format in ["human", "sarif", "json"] {
        let run = run(jwtlint(tree.top()).args(["history", "--verbose", "--format", format]));
        assert_eq!(run.code, Some(1), "{run:?}");
        secrets.are_kept(format, &run);
    }
    tree.write("new.http", &secrets.token);
    secrets.are_kept("since", &tree.check(["--changed-since=HEAD", "--verbose"]));
    tree.git(["add", "."]);
    secrets.are_kept("staged", &tree.check(["--staged", "--verbose"]));
}
