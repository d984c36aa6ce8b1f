//! Sinks, written out from the table of the analyzer: imports, position of the secret, number of arguments.

use jwtlint::analyze::rust::table::{Context, SinkEntry, SinkShape, table};
use jwtlint::finding::Level;

use super::case::{Case, Expected};

/// A sink as code.
#[derive(Debug, Clone)]
pub struct SinkForm {
    /// Its name in the table, and how it is imported.
    pub name: String,
    /// What stands at the top of the file.
    pub head: String,
    /// The call; `@value` is where the bytes go.
    pub call: String,
    entry: usize,
}

/// Every entry of the table that is a call, a method or a field, with the plainest import.
pub fn sinks() -> Vec<SinkForm> {
    let mut forms = Vec::new();
    for (index, entry) in table().sinks.iter().enumerate() {
        let krate = entry.crates.first().unwrap();
        let form = |name: String, head: String, call: String| SinkForm {
            name,
            head: format!("{head}\n{}", around(entry)),
            call,
            entry: index,
        };
        match &entry.shape {
            SinkShape::Call(path) => {
                let head = format!("use {krate}::{};", path[0]);
                let path = if entry.types.is_some() {
                    let (owner, function) = path.split_at(path.len() - 1);
                    format!("<Hmac<Sha256> as {}>::{}", owner.join("::"), function[0])
                } else {
                    path.join("::")
                };
                forms.push(form(entry.api.clone(), head, format!("{path}({})", arguments(entry))));
            }
            SinkShape::Method(method) => {
                let head = format!("use {krate}::tools::Tool;");
                forms.push(form(entry.api.clone(), head, format!("Tool.{method}({})", arguments(entry))));
            }
            SinkShape::Field(owner, field) => {
                let head = format!("use {krate}::{owner};");
                let literal = format!("{owner} {{ {field}: @value.to_vec(), ..made() }}");
                forms.push(form(entry.api.clone(), head.clone(), literal));
                let assigned = format!("{{ let mut made = {owner}::new(); made.{field} = @value.to_vec(); made }}");
                forms.push(form(format!("{} (assigned)", entry.api), head, assigned));
            }
            SinkShape::Attribute(..) => {}
        }
    }
    forms
}

/// The ways to bring a call's type or function into scope.
pub fn imports(form: &SinkForm) -> Vec<SinkForm> {
    let entry = &table().sinks[form.entry];
    let SinkShape::Call(path) = &entry.shape else { return Vec::new() };
    if entry.types.is_some() {
        return Vec::new();
    }
    let (first, rest) = path.split_first().unwrap();
    let rest: String = rest.iter().map(|part| format!("::{part}")).collect();
    let mut forms = Vec::new();
    let mut add = |how: &str, head: String, callee: String| {
        let head = format!("{head}\n{}", around(entry));
        let call = format!("{callee}({})", arguments(entry));
        forms.push(SinkForm { name: format!("{} {how}", entry.api), head, call, entry: form.entry });
    };
    for krate in &entry.crates {
        add(&format!("of {krate}"), format!("use {krate}::{first};"), format!("{first}{rest}"));
        add(&format!("by full path of {krate}"), String::new(), format!("{krate}::{first}{rest}"));
    }
    let krate = entry.crates.first().unwrap();
    add("by absolute path", String::new(), format!("::{krate}::{first}{rest}"));
    add("under another name", format!("use {krate}::{first} as Quince;"), format!("Quince{rest}"));
    add("by the crate under another name", format!("use {krate} as quince;"), format!("quince::{first}{rest}"));
    add("by extern crate", format!("extern crate {krate} as quince;"), format!("quince::{first}{rest}"));
    add("by a glob", format!("use {krate}::*;"), format!("{first}{rest}"));
    add("by a prelude", format!("use {krate}::prelude::*;"), format!("{first}{rest}"));
    add("in a group", format!("use {{std::fmt, {krate}::{{self, {first}}}}};"), format!("{first}{rest}"));
    add("imported in the body", String::new(), format!("{{ use {krate}::{first}; {first}{rest}"));
    add(
        "re-exported by a module",
        format!("mod quinces {{ pub use {krate}::{first}; }}\nuse quinces::{first};"),
        format!("{first}{rest}"),
    );
    add(
        "re-exported by a module's glob",
        format!("mod quinces {{ pub use {krate}::*; }}\nuse self::quinces::*;"),
        format!("{first}{rest}"),
    );
    add(
        "re-exported as a crate",
        format!("mod quinces {{ pub use {krate}; }}"),
        format!("quinces::{krate}::{first}{rest}"),
    );
    if path.len() == 2 {
        add("by a type alias", format!("type Quince = {krate}::{first};"), format!("Quince{rest}"));
        add(
            "by a type alias with arguments",
            format!("use {krate}::{first};\ntype Quince = {first}<Sha256>;"),
            format!("Quince{rest}"),
        );
        add("with type arguments", format!("use {krate}::{first};"), format!("{first}::<Sha256>{rest}"));
        add("in angle brackets", format!("use {krate}::{first};"), format!("<{first}<Sha256>>{rest}"));
    }
    if path.len() == 3 {
        let owner = &path[1];
        add("by its type", format!("use {krate}::{first}::{owner};"), format!("{owner}::{}", path[2]));
    }
    if entry.distinctive {
        add("re-exported by a framework", format!("use quince_web::auth::{first};"), format!("{first}{rest}"));
    }
    for form in &mut forms {
        // A body that imports is a block.
        if form.call.starts_with('{') {
            form.call.push('}');
        }
    }
    forms
}

/// Attributes that are sinks, with a literal and with a constant.
pub fn attribute_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for entry in &table().sinks {
        let SinkShape::Attribute(name, option) = &entry.shape else { continue };
        let krate = entry.crates.first().unwrap();
        let head = format!("use {krate}::{name};\n");
        let before = option.as_ref().map_or(String::new(), |option| format!("{option} = "));
        let literal = format!("#[{name}({before}\"pear-tree-in-winter\")]\nstruct Visitor;\n");
        let constant =
            format!("const PLUM: &str = \"pear-tree-in-winter\";\n#[{name}({before}PLUM)]\nstruct Visitor;\n");
        let more =
            format!("#[{name}({before}\"pear-tree-in-winter\", exp = 60, leeway = 2)]\nstruct Visitor {{ id: u32 }}\n");
        for (how, text) in [("literal", literal), ("constant", constant), ("with options", more)] {
            let clean = text.replace("\"pear-tree-in-winter\"", "std::env::var(\"PLUM\").unwrap()");
            let name = format!("{} of {krate}: {how}", entry.api);
            let found = Expected::Found(Level::Error);
            cases.push(Case::of_file(name.clone(), false, format!("{head}{text}"), found));
            cases.push(Case::of_file(name, true, format!("{head}{clean}"), Expected::Clean));
        }
    }
    cases
}

fn arguments(entry: &SinkEntry) -> String {
    let count = entry.arity.unwrap_or(entry.argument + 1);
    let list: Vec<&str> = (0..count).map(|at| if at == entry.argument { "@value" } else { "&other()" }).collect();
    list.join(", ")
}

/// What must stand around a sink that is a JWT key only there.
fn around(entry: &SinkEntry) -> &'static str {
    match entry.context {
        Some(Context::Jwt) => "const HEADER: &str = r#\"{\"alg\":\"HS256\",\"typ\":\"JWT\"}\"#;",
        None => "",
    }
}
