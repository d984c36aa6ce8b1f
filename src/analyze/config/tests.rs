//! From files to candidates.

use proptest::prelude::*;

use super::*;
use crate::analyze::dotenv;
use crate::fact::{Candidate, Encoding, Evidence, Origin, Place};

const FILE: FileId = FileId(0);

/// The candidates of a file, of whatever kind its name says.
fn candidates(path: &str, text: &str) -> Vec<Candidate> {
    let source = Source::new(path, text);
    if dotenv::is_dotenv(path) {
        return dotenv::analyze(FILE, &source).candidates;
    }
    match format_of(path) {
        Some(format) if relevant(&Lowered::of(text.as_bytes())) => analyze(FILE, &source, format).candidates,
        _ => Vec::new(),
    }
}

/// The source text of each candidate that counts without help from code.
fn found<'t>(path: &str, text: &'t str) -> Vec<&'t str> {
    let counting =
        candidates(path, text).into_iter().filter(|candidate| !candidate.conditional && !candidate.secret.is_empty());
    counting.map(|candidate| &text[candidate.span.range()]).collect()
}

/// The one candidate of a file.
fn only(path: &str, text: &str) -> Candidate {
    let mut all = candidates(path, text);
    assert_eq!(all.len(), 1, "{path}: {text}");
    all.remove(0)
}

#[test]
fn the_format_file_parses() {
    let text = crate::embedded::text("config/formats.toml").unwrap_or_default();
    if let Err(error) = ::toml::from_str::<FormatFile>(text) {
        panic!("{error}");
    }
}

#[test]
fn every_rule_finds_and_spares_its_examples() {
    for rule in &rules::RULES.list {
        assert_eq!(rule.data.fault(), None, "{}", rule.data.framework);
        assert_eq!(example::failing(rule), [], "{}: these are not as they say", rule.data.framework);
    }
}

#[test]
fn formats_by_name() {
    for (path, format) in [
        ("a/docker-compose.yml", Some(Format::Yaml)),
        ("Dockerfile", Some(Format::Dockerfile)),
        ("dockerfile", Some(Format::Dockerfile)),
        ("Dockerfile.dev", Some(Format::Dockerfile)),
        ("api.dockerfile", Some(Format::Dockerfile)),
        ("config/secrets.yml.erb", Some(Format::Yaml)),
        ("conf/application.conf", Some(Format::Hocon)),
        ("nginx.conf", Some(Format::Directives)),
        ("Web.config", Some(Format::Xml)),
        ("main.tf", Some(Format::Hcl)),
        ("appsettings.json.example", Some(Format::Json)),
        ("package.json", Some(Format::Json)),
        ("app/src/main/res/values/strings.xml", Some(Format::Xml)),
        ("app/src/main/res/values-de/strings.xml", None),
        ("a/package-lock.json", None),
        ("src/i18n/en.json", None),
        ("locales/en/auth.json", None),
        ("swagger.yaml", None),
        ("main.rs", None),
        ("README.md", None),
        ("", None),
    ] {
        assert_eq!(format_of(path), format, "{path}");
    }
}

#[test]
fn the_gate_is_selective() {
    for text in ["jwt: x", "SECRET=x", "{\"kty\":\"oct\"}", "signing-key: x", "NACOS_AUTH_TOKEN=x"] {
        assert!(relevant(&Lowered::of(text.as_bytes())), "{text}");
    }
    for text in ["name: x\nversion: 1", "{\"my_tokens\": [1]}", "key: value"] {
        assert!(!relevant(&Lowered::of(text.as_bytes())), "{text}");
    }
}

#[test]
fn compose() {
    let text = "services:\n  jwt-api:\n    environment:\n      - JWT_SECRET=pear tree\n      - \"JWT_KEY=plum\"\n      - JWT_ACCESS_SECRET=${JWT_ACCESS_SECRET}\n      - JWT_EXPIRES_IN=1d\n      - JWT_REFRESH_SECRET=${R:-fig}\n      - SECRET_KEY=lime\n      # - JWT_SECRET=kiwi\n    build:\n      args:\n        JWT_SECRET: apple\n    secrets:\n      - jwt_secret\n    command: [\"--jwt-secret\", \"quince\", \"--jwt-key=date\"]\n";
    assert_eq!(found("docker-compose.yml", text), ["pear tree", "plum", "fig", "apple", "quince", "date"]);
    let conditional: Vec<_> =
        candidates("docker-compose.yml", text).into_iter().filter(|candidate| candidate.conditional).collect();
    assert_eq!(conditional.len(), 1);
    assert_eq!(conditional[0].read_as.as_deref(), Some("SECRET_KEY"));
    let lists = "environment:\n  - APP_PEPPER=pear\n  - APP_PEPPER_ID=plum\ncommand: [\"sh\", \"-c\", \"DEBUG=1 APP_PEPPER=fig node .\"]\n";
    let read_as: Vec<_> = candidates("compose.yaml", lists).into_iter().filter_map(|one| one.read_as).collect();
    assert_eq!(read_as, ["APP_PEPPER", "APP_PEPPER"]);
}

#[test]
fn kubernetes() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: jwt-secret\ndata:\n  JWT_SECRET: cGVhci10cmVl\n  JWT_HEADER: eA==\n  jwt-key: {{ .Values.x | b64enc }}\nstringData:\n  JWT_KEY: plum\n---\nkind: ConfigMap\ndata:\n  JWT_SECRET: fig\n";
    assert_eq!(found("k8s/secret.yaml", secret), ["cGVhci10cmVl", "plum", "fig"]);
    let all = candidates("k8s/secret.yaml", secret);
    assert_eq!(all[0].secret.expose_str(), Some("pear-tree"));
    assert_eq!(all[2].secret.expose_str(), Some("fig"));

    let deployment = "kind: Deployment\nspec:\n  containers:\n    - name: jwt\n      env:\n        - name: JWT_SECRET\n          valueFrom:\n            secretKeyRef:\n              name: jwt-key-secret\n              key: JWT_SECRET\n        - name: JWT_KEY\n          value: \"pear\"\n        - value: plum\n          name: JWT_SECRET\n";
    assert_eq!(found("k8s/deployment.yaml", deployment), ["pear", "plum"]);
    assert!(
        found("k8s/sealed.yaml", "kind: SealedSecret\nspec:\n  encryptedData:\n    JWT_SECRET: AgBy8h\n").is_empty()
    );
}

#[test]
fn files_inside_config_maps_keep_their_positions() {
    let text = "kind: ConfigMap\ndata:\n  config.yaml: |\n    jwt:\n      signing-key: 'pear'\n  application.properties: |-\n    # jwt.secret=no\n    jwt.secret=plum\n  .env: |\n    JWT_SECRET=fig\n  app.json: |\n    { \"jwt\": { \"secret\": \"lime\" } }\n";
    assert_eq!(found("configmap.yaml", text), ["pear", "plum", "fig", "lime"]);
}

#[test]
fn helm() {
    let values =
        "jwt:\n  secret: pear\n  existingSecret: my-jwt\n  secretName: jwt-secret\nmercure:\n  jwtSecret: \"plum\"\n";
    assert_eq!(found("helm/values.yaml", values), ["pear", "plum"]);
    let names = "adminTokenSecret: \"admin-token\"\njwt:\n  refreshSecret: refresh-jwt\n  signingKey: plum-key\n";
    assert_eq!(found("charts/orchard/values.yaml", names), ["plum-key"]);
    let template = "data:\n  JWT_SECRET: {{ .Values.jwt.secret | quote }}\n  jwt-key: {{ .Values.jwt.key | default \"fig\" | quote }}\n  name: {{ template \"ds.jwt.secretName\" . }}\n";
    assert_eq!(found("helm/templates/secret.yaml", template), ["fig"]);
}

#[test]
fn names_of_entries_of_secrets() {
    let values = "jwtSecretName: orchard\njwtSecretKey: jwtToken\na:\n  jwt_secret_key: jwt-token\n  existing_jwt_secret: x\nb:\n  jwtExistingSecret: x\n  jwtExistingSecretKey: JWT_TOKEN_KEY\n";
    assert_eq!(found("helm/values.yaml", values), Vec::<String>::new());
    let others = "jwtSecretName: \"\"\njwtSecretKey: pear\na:\n  authSecretName: x\n  jwtSecretKey: plum\nb:\n  jwtSecretName: x\n  jwtSecretKey: f1g-tree\nenv:\n  JWT_SECRET_NAME: x\n  JWT_SECRET_KEY: lime\n";
    assert_eq!(found("helm/values.yaml", others), ["pear", "plum", "f1g-tree", "lime"]);
    assert_eq!(found("app.properties", "jwtSecretName=x\njwtSecretKey=pear\n"), ["pear"]);
}

#[test]
fn access_secrets_of_clouds() {
    let yaml = "sms:\n  accessSecret: pear\n  access-key: x\noss:\n  bucket: b\n  access_secret: plum\nauth:\n  accessSecret: fig\n  refreshSecret: lime\n  endpoint: x\ntoken:\n  accessSecret: kiwi\n  accessKey: y\nother:\n  accessSecret: quince\n";
    assert_eq!(found("config.yml", yaml), ["fig", "lime", "kiwi", "quince"]);
    let json = "[{ \"accessKeyId\": \"x\", \"accessSecret\": \"pear\" }, { \"accessSecret\": \"plum\" }]";
    assert_eq!(found("config.json", json), ["plum"]);
    let dump = "INSERT INTO c (id, config) VALUES (1, '{\"endpoint\":\"x\",\"accessSecret\":\"pear\"}', 'refresh');\nINSERT INTO c (id, config) VALUES (2, '{\\\"accessSecret\\\":\\\"plum\\\",\\\"accessKey\\\":\\\"x\\\"}');\nINSERT INTO c (id, config) VALUES (3, '{\"accessSecret\":\"fig\"}');\n";
    assert_eq!(found("dump.sql", dump), ["fig"]);
}

#[test]
fn workflows() {
    let text = "jobs:\n  test:\n    env:\n      JWT_SECRET: pear\n      JWT_KEY: ${{ secrets.JWT_KEY }}\n    steps:\n      - run: |\n          # export JWT_SECRET=no\n          export JWT_SECRET=plum\n          docker run -e JWT_KEY=fig x\n      - run: JWT_SECRET=lime npm test\n      - uses: x\n        with:\n          jwt-secret: kiwi\n          build-args: |\n            JWT_SECRET=quince\n";
    assert_eq!(found(".github/workflows/ci.yml", text), ["pear", "plum", "fig", "lime", "kiwi", "quince"]);
}

#[test]
fn terraform() {
    let text = "variable \"jwt_secret\" {\n  default = \"pear\"\n}\nresource \"x\" \"y\" {\n  environment = [{ name = \"JWT_SECRET\", value = \"plum\" }, { name = \"JWT_KEY\", value = var.jwt_key }]\n  jwt_secret = var.jwt_secret\n  jwt_key = \"${var.jwt_key}\"\n}\nresource \"random_password\" \"jwt_signing_key\" {\n  length = 64\n}\n";
    assert_eq!(found("main.tf", text), ["pear", "plum"]);
    let first = &candidates("main.tf", text)[0];
    assert_eq!((first.origin, first.read_as.as_deref()), (Origin::Fallback, Some("jwt_secret")));
}

#[test]
fn other_formats() {
    assert_eq!(found("Web.config", "<appSettings><add key=\"Jwt:Key\" value=\"pear\"/></appSettings>"), ["pear"]);
    assert_eq!(found("pom.xml", "<properties><jwt.secret>pear</jwt.secret></properties>"), ["pear"]);
    assert_eq!(found("conf/app.ini", "[app]\nJwtSecret = 233\n"), ["233"]);
    assert_eq!(found("dockerfile", "FROM x\nENV JWT_SECRET=pear\nARG JWT_KEY=plum"), ["pear", "plum"]);
    assert_eq!(found("setting.toml", "jwt_key = \"pear\"\n[jwt]\nsecret = \"plum\"\n"), ["pear", "plum"]);
    assert_eq!(found("start.sh", "export JWT_SECRET=\"${JWT_SECRET:-pear}\"\n"), ["pear"]);
    assert_eq!(found("task.json", r#"{"environment":[{"name":"JWT_SECRET","value":"pear"}]}"#), ["pear"]);
    assert_eq!(found("config/services.yaml", "parameters:\n  env(JWT_SECRET): pear\n"), ["pear"]);
}

#[test]
fn variables_of_the_same_file() {
    let script = "DEFAULT=\"pear-tree\"\nexport JWT_SECRET=\"${JWT_SECRET:-$DEFAULT}\"\nexport JWT_KEY=$ELSEWHERE\n";
    assert_eq!(found("start.sh", script), ["pear-tree"]);
    assert_eq!(candidates("start.sh", script)[0].origin, Origin::Fallback);
    assert_eq!(found(".env", "BASE=plum\nJWT_SECRET=${BASE}\n"), ["plum"]);
    assert_eq!(found("Dockerfile", "FROM x\nARG S=fig\nENV JWT_SECRET=$S\n"), ["fig"]);
    // Compose takes variables from outside.
    assert!(found("compose.yml", "environment:\n  - BASE=plum\n  - JWT_SECRET=${BASE}\n").is_empty());
}

#[test]
fn the_variable_that_is_read_tells_what_a_value_is() {
    assert_eq!(found("application.yaml", "auth:\n  secret: \"${JWT_SECRET:pear}\"\n"), ["pear"]);
    assert_eq!(found("compose.yml", "environment:\n  - X=${JWT_SECRET:-plum}\n"), ["plum"]);
    assert!(found("application.yaml", "auth:\n  secret: ${JWT_SECRET}\n  issuer: ${ISSUER:me}\n").is_empty());
}

#[test]
fn sections_tell_what_their_values_are_for() {
    let text = "development:\n  jwt_secret: pear\ntest:\n  jwt_secret: plum\nproduction:\n  jwt_secret: fig\n";
    let settings: Vec<Setting> = candidates("config/secrets.yml", text).iter().map(|found| found.setting).collect();
    assert_eq!(settings, [Setting::Development, Setting::Test, Setting::Production]);
}

#[test]
fn descriptions_and_schemas_are_prose() {
    assert!(found("api.yaml", "openapi: 3.0.0\ncomponents:\n  jwtSecret: pear\n").is_empty());
    assert!(found("a.json", r#"{"$schema":"http://json-schema.org/draft-07/schema#","jwtSecret":"pear"}"#).is_empty());
    assert!(found("a.yaml", "jwtSecret:\n  description: pear\n  example: pear\n").is_empty());
    assert!(found("a.yaml", "JWT_SECRET: !vault |\n  pear\nJWT_KEY: !Ref Pear\n").is_empty());
}

#[test]
fn json_web_keys() {
    let rsa = r#"{"keys":[{"kty":"RSA","n":"x","e":"AQAB","d":"cGVhcg"},{"kty":"RSA","n":"y","e":"AQAB"},{"k":"cGx1bQ","kty":"oct"}]}"#;
    assert_eq!(found("keys/jwks.json", rsa), ["cGVhcg", "cGx1bQ"]);
    let key = only("a.json", r#"{"kty":"EC","crv":"P-256","d":"cGVhcg"}"#);
    assert_eq!((key.evidence, key.origin), (Evidence::KeyMaterial, Origin::PrivateKey));
}

#[test]
fn what_candidates_say() {
    let candidate = only(".env", "JWT_SECRET='pear tree' # c\n");
    assert_eq!(candidate.secret.expose_str(), Some("pear tree"));
    assert_eq!(candidate.origin, Origin::EnvFile);
    assert_eq!((candidate.evidence, candidate.detector.as_ref()), (Evidence::Named, "dotenv"));
    assert_eq!(candidate.place, Place::Configuration);
    assert_eq!(candidate.read_as.as_deref(), Some("JWT_SECRET"));
    assert!(!candidate.conditional);

    let candidate = only("config/production.yaml", "auth:\n  jwt:\n    secret: cGVhcg==\n");
    assert_eq!(candidate.evidence, Evidence::FrameworkKey);
    assert_eq!(candidate.encodings, [Encoding::Base64]);
    assert_eq!(candidate.read_as.as_deref(), Some("auth.jwt.secret"));
}

#[test]
fn environment_files() {
    assert_eq!(only(".env.example", "JWT_SECRET=pear").setting, Setting::Template);
    assert_eq!(only(".env.test", "JWT_SECRET=pear").setting, Setting::Test);
    assert_eq!(only(".env.local", "JWT_SECRET=pear").setting, Setting::Production);
    assert!(only(".env", "JWT_SECRET=\n").secret.is_empty());
    assert_eq!(only(".env", "JWT_SECRET=${OTHER:-pear}\n").origin, Origin::Fallback);
    assert!(candidates(".env", "JWT_SECRET=$OTHER\nJWT_KEY=$(cat x)\n# JWT_SECRET=pear\n").is_empty());
    // What code may read into a key counts once it is seen to.
    assert!(only(".env", "COOKIE_SECRET=pear").conditional);
    assert!(candidates(".env", "PORT=3000\nJWT_PUBLIC_KEY=x\nJWT_EXPIRES_IN=1d\nDATABASE_URL=x\n").is_empty());
}

#[test]
fn extra_names() {
    let source = Source::new("a.yaml", "pear_seed: plum\n");
    let facts = analyze_with(&ExtraNames::new(["PEAR_SEED"]), FILE, &source, Format::Yaml);
    assert_eq!(facts.candidates.len(), 1);
}

const PATHS: &[&str] = &[
    "a.yaml",
    "a.toml",
    "a.json",
    "a.properties",
    "a.ini",
    "Dockerfile",
    "a.sh",
    "a.tf",
    "application.conf",
    "a.xml",
    ".env",
    "jwks.json",
    "livekit.yaml",
];

/// Text made of what the readers look at.
fn awkward_text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "jwt",
        "secret",
        "JWT_SECRET",
        "=",
        ":",
        ": ",
        " ",
        "\n",
        "\r\n",
        "  ",
        "- ",
        "\"",
        "'",
        "\\",
        "{",
        "}",
        "{{",
        "}}",
        "[",
        "]",
        "(",
        ")",
        "${",
        "$",
        ":-",
        "<",
        ">",
        "<a",
        "</a>",
        "/>",
        "<!--",
        "<%",
        "%>",
        "#",
        "//",
        "/*",
        "*/",
        "|",
        ">",
        "é",
        "🔑",
        ",",
        "<<EOF",
        "EOF",
        "\"\"\"",
        "'''",
        "ENV ",
        "ARG ",
        "kty",
        "d",
        "k",
        "oct",
        "---",
        "name",
        "value",
        "default",
        "!",
        "&a ",
        "data",
        "kind",
        "Secret",
        "config.yaml: |",
        "run: |",
        ".env: |",
        "RSA",
        "`",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_are_sound(text in awkward_text()) {
        for path in PATHS {
            for candidate in candidates(path, &text) {
                prop_assert!(text.get(candidate.span.range()).is_some(), "{path}");
            }
        }
    }

    #[test]
    fn plain_scalars_are_their_text(value in "[a-z][a-z0-9_/+-]{0,20}[a-z0-9]") {
        for (path, text) in [
            ("a.yaml", format!("é: x\njwt:\n  secret: {value}\n")),
            ("a.yaml", format!("jwt: {{é: x, secret: '{value}'}}\n")),
            ("a.toml", format!("# é\n[jwt]\nsecret = \"{value}\"\n")),
            ("a.json", format!("{{\"é\": 1, \"jwt\": {{\"secret\": \"{value}\"}}}}")),
            ("a.properties", format!("é=x\njwt.secret={value}\n")),
            ("a.ini", format!("; é\n[jwt]\nsecret = {value}\n")),
            ("Dockerfile", format!("# é\nENV JWT_SECRET={value}")),
            ("a.sh", format!("# é\nexport JWT_SECRET='{value}'")),
            ("a.tf", format!("# é\njwt_secret = \"{value}\"")),
            ("a.xml", format!("<é/><jwt.secret>{value}</jwt.secret>")),
            (".env", format!("# é\nJWT_SECRET = {value} # é")),
        ] {
            let candidate = only(path, &text);
            prop_assert_eq!(candidate.secret.expose_str(), Some(value.as_str()));
            prop_assert_eq!(&text[candidate.span.range()], value.as_str());
        }
    }
}
