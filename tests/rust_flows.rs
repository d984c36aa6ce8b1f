//! Ways of Rust code that only show across a few lines: what a log shows, what nobody measures, what only configuration
//! fills. Each with its clean twin.

#[path = "shared/tree.rs"]
mod tree;

use std::error::Error;

use jwtlint::config::Config;
use jwtlint::finding::Disposition;
use tree::scan_tree;

type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// The lines, from 1, where `rule` finds something in `files`, as `path:line`.
fn lines(rule: &str, files: &[(&str, &str)]) -> Result<Vec<String>> {
    let config = Config::parse("jwtlint.toml", &format!("[rules]\nselect = [\"{rule}\"]\n"))?;
    let report = scan_tree(config, files)?;
    let active = report.findings.iter().filter(|finding| finding.disposition == Disposition::Active);
    Ok(active.map(|finding| format!("{}:{}", finding.location.path, finding.location.start.line)).collect())
}

/// The file of settings that the cases on logs share.
const SETTINGS: &str = r#"
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Settings { pub port: u16, pub auth: Auth }
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Auth { pub jwt_secret: String }
#[derive(Clone, serde::Deserialize)]
pub struct Quiet { pub jwt_secret: String }
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Sealed { pub jwt_secret: secrecy::SecretString }
"#;

/// What a line of `start` logs.
fn logged(line: &str) -> Result<bool> {
    let code = format!(
        "use crate::settings::{{Auth, Quiet, Sealed, Settings}};\nconst JWT_SECRET: &str = \"JWT_SECRET\";\n\
         pub fn start(settings: &Settings, auth: &Auth, quiet_config: &Quiet, sealed_config: &Sealed) {{\n\
         let from_outside = std::env::var(\"JWT_SECRET\").expect(\"a secret\");\n\
         let jwt_secret = &auth.jwt_secret;\n\
         {line}\n}}\n"
    );
    let files = [("src/lib.rs", "mod settings; mod start;"), ("src/settings.rs", SETTINGS), ("src/start.rs", &code)];
    Ok(!lines("logged-secret", &files)?.is_empty())
}

#[test]
fn a_secret_in_a_log_is_seen_however_it_is_printed() -> Result {
    for line in [
        r#"println!("{}", jwt_secret);"#,
        r#"println!("{jwt_secret}");"#,
        r#"println!("secret: {key}", key = auth.jwt_secret);"#,
        r#"println!("{from_outside}");"#,
        r#"dbg!(&auth.jwt_secret);"#,
        r#"dbg!(settings);"#,
        r#"println!("{:?}", settings);"#,
        r#"println!("{0} {auth:#?}", 1);"#,
        r#"eprintln!("{} {:?}", 1, auth);"#,
        r#"println!("{it:?}", it = auth);"#,
        r#"tracing::info!("started with {auth:?}");"#,
        r#"tracing::info!(?settings, "started");"#,
        r#"tracing::debug!(config = ?settings, "started");"#,
        r#"tracing::info!(%jwt_secret, "started");"#,
        r#"log::warn!(target: "start", "{}", settings.auth.jwt_secret.clone());"#,
        r#"let mut terminal = std::io::stderr().lock(); writeln!(terminal, "{}", jwt_secret);"#,
        r#"anyhow::bail!("nobody signs with {jwt_secret}");"#,
        r#"return Err(anyhow!("nobody signs with {}", auth.jwt_secret));"#,
        r#"return Err(format!("nobody signs with {jwt_secret}"));"#,
        r#"return Err(Error::Key(format!("nobody signs with {}", jwt_secret).into()));"#,
    ] {
        assert!(logged(line)?, "{line}");
    }
    Ok(())
}

#[test]
fn what_shows_no_secret_may_be_logged() -> Result {
    for line in [
        r#"println!("{}", jwt_secret.len());"#,
        r#"println!("{} is not set", JWT_SECRET);"#,
        r#"println!("{:?}", settings.port);"#,
        r#"println!("{} {:?}", settings.port, 1);"#,
        r#"println!("{quiet_config:?}");"#,
        r#"dbg!(sealed_config);"#,
        r#"tracing::info!(port = settings.port, "the jwt_secret is read from {{jwt_secret}}");"#,
        r#"tracing::info!("started without jwt_secret");"#,
        r#"let mut file = File::create("keys")?; writeln!(file, "{}", jwt_secret);"#,
        r#"anyhow::bail!("JWT_SECRET has {} bytes", jwt_secret.len());"#,
        r#"return Err(format!("{} is too short", JWT_SECRET));"#,
        r#"const DEFAULT_JWT_SECRET: &str = "change-me"; anyhow::bail!("not {}", DEFAULT_JWT_SECRET);"#,
        r#"let header = format!("{jwt_secret}");"#,
    ] {
        assert!(!logged(line)?, "{line}");
    }
    Ok(())
}

/// Whether what nobody calls a secret is told from the key that it is used as: `PRINT` stands in `seal`, `KEY` is what
/// that signs with.
fn shown_where_it_signs(print: &str, key: &str) -> Result<bool> {
    let code = format!(
        "use jsonwebtoken::{{DecodingKey, EncodingKey}};\n\
         pub struct Desk {{ pub phrase: String, pub room: String, pub sealed: secrecy::SecretString }}\n\
         impl Desk {{\n\
         pub fn new() -> Self {{ Self {{ phrase: std::env::var(\"DESK_PHRASE\").expect(\"a phrase\"), ..todo!() }} }}\n\
         pub fn seal(&self, words: &str, open: &str) -> EncodingKey {{\n{print}\n{key}\n}}\n\
         pub fn open(&self, pem: &str) {{ tracing::info!(\"{{}}\", pem); DecodingKey::from_rsa_pem(pem.as_bytes()); }}\n}}\n"
    );
    Ok(!lines("logged-secret", &[("src/lib.rs", &code)])?.is_empty())
}

#[test]
fn a_key_is_none_for_a_log_whatever_it_is_called() -> Result {
    let (of_member, of_parameter) =
        ("EncodingKey::from_secret(self.phrase.as_bytes())", "EncodingKey::from_secret(words.trim().as_bytes())");
    for print in [
        r#"tracing::debug!(key = %self.phrase, "sealed");"#,
        r#"println!("{}", self.phrase);"#,
        r#"panic!("cannot seal with {:?}", &self.phrase);"#,
    ] {
        assert!(shown_where_it_signs(print, of_member)?, "{print}");
        assert!(!shown_where_it_signs(print, of_parameter)?, "another is the key: {print}");
    }
    assert!(shown_where_it_signs(r#"println!("{words}");"#, of_parameter)?);
    for print in [
        r#"println!("{open} {}", self.room);"#,
        r#"println!("{}", self.phrase.len());"#,
        r#"println!("{:?}", self.sealed);"#,
    ] {
        assert!(!shown_where_it_signs(print, of_member)?, "{print}");
    }
    let sealed = "EncodingKey::from_secret(self.sealed.expose_secret().as_bytes())";
    assert!(!shown_where_it_signs(r#"println!("{:?}", self.sealed);"#, sealed)?);
    Ok(())
}

#[test]
fn a_span_shows_the_parameters_that_it_does_not_skip() -> Result {
    for (attribute, shows) in [
        ("#[tracing::instrument]", true),
        ("#[instrument(skip(desk))]", true),
        ("#[instrument(skip(words))]", false),
        ("#[instrument(skip_all)]", false),
    ] {
        let code = format!(
            "use tracing::instrument;\n{attribute}\n\
             fn seal(desk: &str, words: &str) -> jsonwebtoken::EncodingKey {{\n\
             jsonwebtoken::EncodingKey::from_secret(words.as_bytes())\n}}\n"
        );
        let found = lines("logged-secret", &[("src/lib.rs", &code)])?;
        assert_eq!(!found.is_empty(), shows, "{attribute}");
    }
    Ok(())
}

/// Whether `main.rs`, which itself says nothing of secrets, prints one that lies in this struct.
fn leaks(structure: &str, line: &str) -> Result<bool> {
    let config = format!(
        "{structure}\npub struct App {{ pub config: Config }}\n\
         impl Config {{ pub fn load() -> Self {{ todo!() }} pub fn name(&self) -> &str {{ &self.name }} }}\n\
         pub fn load() -> Result<Config, String> {{ todo!() }}\n"
    );
    let main = format!("mod config;\nuse config::Config as Everything;\nfn main() {{\n{line}\n}}\n");
    let files = [("src/main.rs", main.as_str()), ("src/config.rs", &config)];
    Ok(lines("logged-secret", &files)?.iter().any(|line| line.starts_with("src/main.rs")))
}

const SHOWN: &str = "#[derive(Debug)]\npub struct Config { pub name: String, pub jwt_secret: String }";

#[test]
fn a_file_that_only_prints_leaks_what_another_holds() -> Result {
    for line in [
        r#"let config = config::Config::load(); tracing::info!("{:?}", config);"#,
        r#"let loaded = config::load().unwrap(); println!("{loaded:#?}");"#,
        r#"let it = config::load(); dbg!(it.unwrap());"#,
        r#"fn told(it: &Everything) { log::debug!("{it:?}"); }"#,
        r#"fn told(app: &config::App) { tracing::info!(config = ?app.config, "started"); }"#,
    ] {
        assert!(leaks(SHOWN, line)?, "{line}");
    }
    let aliased = "#[derive(Debug)]\npub struct Config { pub jwt_secret: String, name: String }\npub type Shared = std::sync::Arc<Config>;";
    assert!(leaks(aliased, r#"fn told(it: config::Shared) { log::debug!("{it:?}"); }"#)?, "an alias");
    let line = r#"let config = config::Config::load(); println!("{config:?}");"#;
    for nested in [
        "#[derive(Debug)]\npub struct Config { pub name: String, auth: Auth }\n#[derive(Debug)] struct Auth { jwt_secret: String }",
        "#[derive(Derivative)]\n#[derivative(Debug)]\npub struct Config { pub name: String, pub jwt_secret: String }",
    ] {
        assert!(leaks(nested, line)?, "{nested}");
    }
    Ok(())
}

#[test]
fn a_file_that_prints_something_else_leaks_nothing() -> Result {
    for line in [
        r#"let config = config::Config::load(); println!("{:?}", config.name);"#,
        r#"let config = config::Config::load(); println!("{:?}", config.name());"#,
        r#"let config = config::Config::load(); println!("started {:?}", std::env::args());"#,
    ] {
        assert!(!leaks(SHOWN, line)?, "{line}");
    }
    let line = r#"let config = config::Config::load(); println!("{config:?}");"#;
    for hidden in [
        "#[derive(Clone)]\npub struct Config { pub name: String, pub jwt_secret: String }\n\
         impl std::fmt::Debug for Config { fn fmt(&self, f: &mut Formatter) -> Result { f.write_str(&self.name) } }",
        "#[derive(Debug)]\npub struct Config { pub name: String, pub jwt_secret: secrecy::SecretString }",
        "#[derive(derive_more::Debug)]\npub struct Config { pub name: String, #[debug(skip)] pub jwt_secret: String }",
        "#[derive(derive_more::Debug)]\npub struct Config { pub name: String, #[debug(\"***\")] pub jwt_secret: String }",
        "#[derive(Derivative)]\n#[derivative(Debug)]\n\
         pub struct Config { pub name: String, #[derivative(Debug = \"ignore\")] pub jwt_secret: String }",
    ] {
        assert!(!leaks(hidden, line)?, "{hidden}");
    }
    Ok(())
}

/// Whether a read in `code` reaches a key unchecked.
fn unvalidated(code: &str) -> Result<bool> {
    let code = format!("use jsonwebtoken::EncodingKey;\n{code}\n");
    Ok(!lines("unvalidated-secret", &[("src/lib.rs", &code)])?.is_empty())
}

#[test]
fn a_read_that_nobody_measures_is_seen_if_asked_for() -> Result {
    for code in [
        r#"fn key() -> EncodingKey { EncodingKey::from_secret(std::env::var("JWT_SECRET").unwrap().as_bytes()) }"#,
        r#"fn key() -> EncodingKey { let secret = std::env::var("JWT_SECRET").unwrap(); println!("{}", secret.len());
           EncodingKey::from_secret(secret.as_bytes()) }"#,
        r#"struct Config { jwt_secret: String }
           fn load() -> Config { Config { jwt_secret: std::env::var("JWT_SECRET").unwrap() } }
           fn key(config: &Config, names: &[&str]) -> EncodingKey { assert!(names.len() > 1);
           EncodingKey::from_secret(config.jwt_secret.as_bytes()) }"#,
    ] {
        assert!(unvalidated(code)?, "{code}");
    }
    Ok(())
}

#[test]
fn a_read_that_is_measured_on_its_way_is_fine() -> Result {
    for code in [
        r#"fn key() -> EncodingKey { let secret = std::env::var("JWT_SECRET").unwrap(); assert!(secret.len() >= 32);
           EncodingKey::from_secret(secret.as_bytes()) }"#,
        r#"fn key() -> EncodingKey { let secret = std::env::var("JWT_SECRET").ok().filter(|s| s.len() >= 32).unwrap();
           EncodingKey::from_secret(secret.as_bytes()) }"#,
        r#"struct Config { jwt_secret: String }
           impl Config { fn validate(&self) { if self.jwt_secret.as_bytes().len() < 32 { panic!("too short") } } }
           fn load() -> Config { Config { jwt_secret: std::env::var("JWT_SECRET").unwrap() } }
           fn key(config: &Config) -> EncodingKey { EncodingKey::from_secret(config.jwt_secret.as_bytes()) }"#,
        r#"#[derive(validator::Validate)] struct Config { #[validate(length(min = 32))] jwt_secret: String }
           fn load() -> Config { Config { jwt_secret: std::env::var("JWT_SECRET").unwrap() } }
           fn key(config: &Config) -> EncodingKey { EncodingKey::from_secret(config.jwt_secret.as_bytes()) }"#,
        r#"fn key() -> EncodingKey { let secret = std::env::var("JWT_SECRET").unwrap(); ensure_secret_strength(&secret);
           EncodingKey::from_secret(secret.as_bytes()) }"#,
        r#"fn key(secret: &str) -> EncodingKey { EncodingKey::from_secret(secret.as_bytes()) }"#,
    ] {
        assert!(!unvalidated(code)?, "{code}");
    }
    Ok(())
}

#[test]
fn what_hides_or_stands_in_for_a_secret_is_none() -> Result {
    let code = |function: &str, value: &str| {
        format!(
            "use jsonwebtoken::EncodingKey;\npub struct Settings {{ pub phrase: String }}\n\
             impl Settings {{ pub fn {function}(&mut self) {{ self.phrase = \"{value}\".to_owned(); }}\n\
             pub fn key(&self) -> EncodingKey {{ EncodingKey::from_secret(self.phrase.as_bytes()) }} }}\n"
        )
    };
    let found = |function, value| lines("hardcoded-secret", &[("src/lib.rs", &code(function, value))]);
    assert_eq!(found("fill", "pear-tree-in-winter")?, ["src/lib.rs:3"]);
    for (function, value) in [("hide", "***"), ("hide", "[REDACTED]")] {
        assert!(found(function, value)?.is_empty(), "{value}");
    }
    Ok(())
}

#[test]
fn an_obfuscated_literal_is_a_literal() -> Result {
    let code = |argument: &str| {
        format!(
            "use jsonwebtoken::EncodingKey;\n\
             fn key(given: &str) -> EncodingKey {{ EncodingKey::from_secret({argument}.as_bytes()) }}\n"
        )
    };
    let found = |argument| lines("hardcoded-secret", &[("src/lib.rs", &code(argument))]);
    assert_eq!(found("obfstr::obfstr!(\"pear-tree-in-winter\")")?, ["src/lib.rs:2"]);
    assert!(found("obfstr::obfstr!(given)")?.is_empty());
    Ok(())
}

#[test]
fn what_takes_something_off_a_text_is_no_fallback() -> Result {
    let rest = [
        r#"key.strip_prefix("hex:").unwrap_or(key)"#,
        r#"key.trim().strip_suffix("=").unwrap_or(key.trim())"#,
        r#"key.split_once(':').map(|(_, rest)| rest).unwrap_or(key)"#,
        r#"if let Some(rest) = key.strip_prefix("hex:") { rest } else { key }"#,
        r#"KEY.strip_prefix("hex:").unwrap_or(KEY)"#,
    ];
    for rest in rest {
        let main = format!(
            "const KEY: &str = \"pear-tree-in-winter\";\nfn main() {{\n    let key = KEY;\n    let rest = {rest};\n    \
             jsonwebtoken::EncodingKey::from_secret(rest.as_bytes());\n}}\n"
        );
        let found = |rule| lines(rule, &[("src/main.rs", main.as_str())]);
        assert_eq!(found("hardcoded-secret")?, ["src/main.rs:1"], "{rest}");
        assert_eq!(found("insecure-fallback")?, [""; 0], "{rest}");
    }
    let main = "fn main() {\n    let key = std::env::var(\"SEAL\").unwrap();\n    \
                let rest = key.strip_prefix(\"hex:\").unwrap_or(\"pear-tree-in-winter\");\n    \
                jsonwebtoken::EncodingKey::from_secret(rest.as_bytes());\n}\n";
    assert_eq!(lines("insecure-fallback", &[("src/main.rs", main)])?, ["src/main.rs:3"]);
    Ok(())
}

#[test]
fn a_joined_secret_is_found_at_its_longest_part() -> Result {
    let joined = [
        r#"format!("{APP}-{env}-{}", "signing-2024-winter")"#,
        r#"[APP, env, "signing-2024-winter"].concat()"#,
        r#"APP.to_owned() + "signing-2024-winter""#,
        r#"format!("{}:{APP}", "signing-2024-winter")"#,
    ];
    for joined in joined {
        let main = format!(
            "const APP: &str = \"acme\";\nfn key(env: &str) -> String {{\n    println!(\"{{env}}\");\n    {joined}\n}}\n\
             fn main() {{\n    jsonwebtoken::EncodingKey::from_secret(key(\"prod\").as_bytes());\n}}\n"
        );
        assert_eq!(lines("hardcoded-secret", &[("src/main.rs", &main)])?, ["src/main.rs:4"], "{joined}");
    }
    let texts = "fn main() {\n    let key = \"pear-tree-\".to_owned()\n        + \"in-the-long-winter\";\n    \
                 jsonwebtoken::EncodingKey::from_secret(key.as_bytes());\n}\n";
    assert_eq!(lines("hardcoded-secret", &[("src/main.rs", texts)])?, ["src/main.rs:2"]);
    let joined = [r#"crate::parts::PARTS.join("-")"#, "crate::parts::PARTS.concat()", r#"parts().join("-")"#];
    for joined in joined {
        let parts =
            "pub const PARTS: [&str; 3] = [\n    \"pear\",\n    \"tree-in-the-long-winter\",\n    \"plum\",\n];\n";
        let main = format!(
            "mod parts;\nuse parts::PARTS;\nfn parts() -> [&'static str; 3] {{ PARTS }}\n\
             fn main() {{\n    jsonwebtoken::EncodingKey::from_secret({joined}.as_bytes());\n}}\n"
        );
        let found = lines("hardcoded-secret", &[("src/main.rs", &main), ("src/parts.rs", parts)])?;
        assert_eq!(found.len(), 1, "{joined}: {found:?}");
    }
    Ok(())
}

/// Layers of functions that hand on a key, each called in four places of the one below, with `seed` at the bottom.
fn layered(seed: &str) -> String {
    let sink = "pub fn layer_0(key: &str) -> jsonwebtoken::EncodingKey {\n\
                jsonwebtoken::EncodingKey::from_secret(key.as_bytes())\n}\n";
    let layer = |n: usize| {
        let calls = format!("let _ = layer_{}(key);\n", n - 1).repeat(4);
        format!("pub fn layer_{n}(key: &str) {{\n{calls}}}\n")
    };
    let layers: String = (1..6).map(layer).collect();
    format!("{sink}{layers}pub fn first() {{ layer_5(\"first-{}\"); }}\n{seed}", "x".repeat(20))
}

#[test]
fn many_ways_from_one_place_hide_no_other() -> Result {
    let other = "pub fn start() {\n    let _ = layer_0(\"another-secret-of-this-program\");\n}\n";
    let files = |code: String| lines("hardcoded-secret", &[("src/lib.rs", code.as_str())]);
    let (alone, both) = (files(layered(""))?, files(layered(other))?);
    assert_eq!(alone.len(), 1, "{alone:?}");
    assert_eq!(both.len(), 2, "{both:?}");
    let clean = files(layered("pub fn start(key: &str) {\n    let _ = layer_0(key);\n}\n"))?;
    assert_eq!(clean, alone);
    Ok(())
}
