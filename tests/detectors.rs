//! `docs/detectors.md` is written from the rules themselves: `UPDATE_README=1 cargo test --test detectors`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use jwtlint::analyze::config::rules::RULES;
use jwtlint::analyze::pattern::Engine;

const HEAD: &str = "# What is detected\n\nThis page is generated from `rules/`. `jwtlint rules test` tries every entry on its examples. Beside these entries,\n\
     names such as `JWT_SECRET` count in every format and language (`rules/names.toml`), and Rust is followed by types\n\
     (`rules/rust.toml`).\n";

#[test]
fn the_page_is_what_the_rules_say() -> Result<(), Box<dyn Error>> {
    let page = page()?;
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/detectors.md");
    if std::env::var_os("UPDATE_README").is_some() {
        fs::create_dir_all(path.parent().ok_or("the page lies in a folder")?)?;
        fs::write(&path, &page)?;
    }
    let written = fs::read_to_string(&path)?.replace("\r\n", "\n");
    assert!(written == page, "run `UPDATE_README=1 cargo test --test detectors`");
    Ok(())
}

fn page() -> Result<String, std::fmt::Error> {
    let mut page = HEAD.to_owned();
    page.push_str("\n## Configuration keys\n\n| product or framework | keys | in files | only beside |\n| --- | --- | --- | --- |\n");
    let mut keys: Vec<_> = RULES.list.iter().map(|rule| &rule.data).filter(|rule| !rule.not_a_secret).collect();
    keys.sort_by_key(|rule| rule.framework.to_lowercase());
    for rule in keys {
        let names = rule.keys().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
        let list = |texts: &[String]| texts.iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ");
        writeln!(page, "| {} | {names} | {} | {} |", rule.framework, list(&rule.files), list(&rule.needs))?;
    }
    page.push_str("\n## Code\n");
    let engine = Engine::embedded();
    for (language, id) in engine.languages() {
        let Some(prepared) = engine.prepared(language) else { continue };
        write!(page, "\n### {}\n\n| detector | what it sees |\n| --- | --- |\n", prepared.language.name)?;
        for rule in &prepared.rules {
            writeln!(page, "| `{}` | {} |", rule.id, rule.summary.replace('|', "\\|"))?;
        }
        assert!(!prepared.rules.is_empty(), "{id} has no rules");
    }
    Ok(page)
}
