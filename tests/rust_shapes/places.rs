//! Where the constant lies and where it is used: modules, files, crates.

use jwtlint::finding::Level;

use super::case::{Case, Expected};
use super::routes::with_sink;
use super::shapes::filled;
use super::sinks::SinkForm;

/// Something another place can use.
struct Export {
    name: &'static str,
    items: &'static str,
    /// Statements that use it; `@at::` is the way there.
    usage: &'static str,
    /// The sink's imports are needed where the items are.
    seals: bool,
}

const EXPORTS: [Export; 16] = [
    Export {
        name: "constant",
        items: "pub const ORCHARD: &str = LIT;",
        usage: "@sink(@at::ORCHARD.as_bytes());",
        seals: false,
    },
    Export { name: "static", items: "pub static ORCHARD: &[u8] = BLIT;", usage: "@sink(@at::ORCHARD);", seals: false },
    Export {
        name: "lazy static",
        items: "pub static ORCHARD: LazyLock<String> = LazyLock::new(|| LIT.to_string());",
        usage: "@sink(@at::ORCHARD.as_bytes());",
        seals: false,
    },
    Export {
        name: "function",
        items: "pub fn orchard() -> String { LIT.to_string() }",
        usage: "@sink(@at::orchard().as_bytes());",
        seals: false,
    },
    Export {
        name: "fallback function",
        items: "pub fn orchard() -> String { std::env::var(\"ORCHARD\").unwrap_or_else(|_| LIT.to_string()) }",
        usage: "@sink(@at::orchard().as_bytes());",
        seals: false,
    },
    Export {
        name: "associated constant",
        items: "pub struct Grove;\nimpl Grove { pub const ORCHARD: &'static str = LIT; }",
        usage: "@sink(@at::Grove::ORCHARD.as_bytes());",
        seals: false,
    },
    Export {
        name: "associated function",
        items: "pub struct Grove;\nimpl Grove { pub fn orchard() -> &'static str { LIT } }",
        usage: "@sink(@at::Grove::orchard().as_bytes());",
        seals: false,
    },
    Export {
        name: "default of a struct",
        items: "pub struct Grove { pub fruit: String }\nimpl Default for Grove { fn default() -> Self { Self { fruit: LIT.into() } } }",
        usage: "let grove = @at::Grove::default(); @sink(grove.fruit.as_bytes());",
        seals: false,
    },
    Export {
        name: "constructor of a struct",
        items: "pub struct Grove { pub row: Row }\npub struct Row { pub fruit: String }\nimpl Grove { pub fn load() -> Result<Self, Trouble> { Ok(Grove { row: Row { fruit: LIT.into() } }) } }",
        usage: "let grove = @at::Grove::load()?; @sink(grove.row.fruit.as_bytes());",
        seals: false,
    },
    Export {
        name: "static of a struct",
        items: "pub struct Grove { pub fruit: String }\npub static GROVE: LazyLock<Grove> = LazyLock::new(Grove::load);\nimpl Grove { fn load() -> Self { Grove { fruit: LIT.into() } } }",
        usage: "@sink(@at::GROVE.fruit.as_bytes());",
        seals: false,
    },
    Export {
        name: "getter",
        items: "pub struct Grove { fruit: String }\nimpl Grove { pub fn load() -> Self { Self { fruit: LIT.into() } }\npub fn fruit(&self) -> &str { &self.fruit } }",
        usage: "let grove = @at::Grove::load(); @sink(grove.fruit().as_bytes());",
        seals: false,
    },
    Export {
        name: "parameter of the type",
        items: "pub struct Grove { pub fruit: String }\nimpl Grove { pub fn load() -> Self { Self { fruit: LIT.into() } } }",
        usage: "fn picked(grove: &@at::Grove) { @sink(grove.fruit.as_bytes()); }",
        seals: false,
    },
    Export {
        name: "wrapper function",
        items: "pub fn seal(plum: &[u8]) -> Sealed { @sink(plum) }",
        usage: "@at::seal(BLIT);",
        seals: true,
    },
    Export {
        name: "wrapper type",
        items: "pub struct Sealer { plum: Vec<u8> }\nimpl Sealer { pub fn new(plum: &[u8]) -> Self { Self { plum: plum.to_vec() } }\npub fn seal(&self) -> Sealed { @sink(&self.plum) } }",
        usage: "let sealer = @at::Sealer::new(BLIT); sealer.seal();",
        seals: true,
    },
    Export {
        name: "wrapper settings",
        items: "pub struct Settings { pub plum: String }\npub fn seal(settings: &Settings) -> Sealed { @sink(settings.plum.as_bytes()) }",
        usage: "let settings = @at::Settings { plum: LIT.into() }; @at::seal(&settings);",
        seals: true,
    },
    Export {
        name: "helper with a default",
        items: "pub fn env_or(name: &str, fallback: &str) -> String { std::env::var(name).unwrap_or_else(|_| fallback.to_string()) }",
        usage: "let orchard = @at::env_or(\"ORCHARD\", &LIT); @sink(orchard.as_bytes());",
        seals: false,
    },
];

/// A tree; `@items` are the export's items, `@usage` the code that uses them.
struct Place {
    name: &'static str,
    /// What replaces `@at`.
    at: &'static str,
    files: &'static [(&'static str, &'static str)],
}

const USER: &str = "@usage";
const MANIFEST: (&str, &str) = ("Cargo.toml", "[package]\nname = \"farm\"\nversion = \"1.0.0\"\n");

const PLACES: [Place; 22] = [
    Place { name: "same module", at: "self", files: &[("src/lib.rs", "@items\n@usage"), MANIFEST] },
    Place { name: "inline module", at: "trees", files: &[("src/lib.rs", "mod trees {\n@items\n}\n@usage"), MANIFEST] },
    Place {
        name: "nested inline module",
        at: "crate::trees::old",
        files: &[("src/lib.rs", "mod trees { pub mod old {\n@items\n} }\nmod barn {\n@usage\n}"), MANIFEST],
    },
    Place { name: "parent module", at: "super", files: &[("src/lib.rs", "@items\nmod barn {\n@usage\n}"), MANIFEST] },
    Place {
        name: "other file",
        at: "crate::trees",
        files: &[("src/lib.rs", "mod trees;\n@usage"), ("src/trees.rs", "@items"), MANIFEST],
    },
    Place {
        name: "two other files",
        at: "crate::trees",
        files: &[
            ("src/main.rs", "mod trees;\nmod barn;"),
            ("src/trees.rs", "@items"),
            ("src/barn.rs", "@usage"),
            MANIFEST,
        ],
    },
    Place {
        name: "sibling by super",
        at: "super::trees",
        files: &[
            ("src/main.rs", "mod farm;"),
            ("src/farm/mod.rs", "pub mod trees;\npub mod barn;"),
            ("src/farm/trees.rs", "@items"),
            ("src/farm/barn.rs", "@usage"),
            MANIFEST,
        ],
    },
    Place {
        name: "directory with mod.rs",
        at: "crate::trees::old",
        files: &[
            ("src/lib.rs", "mod trees;\nmod barn;"),
            ("src/trees/mod.rs", "pub mod old;"),
            ("src/trees/old.rs", "@items"),
            ("src/barn/mod.rs", "@usage"),
            MANIFEST,
        ],
    },
    Place {
        name: "directory beside a file",
        at: "crate::trees::old",
        files: &[
            ("src/lib.rs", "mod trees;\nmod barn;"),
            ("src/trees.rs", "pub mod old;"),
            ("src/trees/old.rs", "@items"),
            ("src/barn.rs", "@usage"),
            MANIFEST,
        ],
    },
    Place {
        name: "#[path]",
        at: "crate::trees",
        files: &[
            ("src/lib.rs", "#[path = \"../shared/wood.rs\"]\nmod trees;\n@usage"),
            ("shared/wood.rs", "@items"),
            MANIFEST,
        ],
    },
    Place {
        name: "re-exported",
        at: "crate::trees",
        files: &[
            ("src/lib.rs", "mod wood;\npub mod trees { pub use crate::wood::inner::*; }\n@usage"),
            ("src/wood.rs", "pub mod inner {\n@items\n}"),
            MANIFEST,
        ],
    },
    Place {
        name: "re-exported at the root",
        at: "crate",
        files: &[
            ("src/lib.rs", "mod trees;\nmod barn;\npub use trees::*;"),
            ("src/trees.rs", "@items"),
            ("src/barn.rs", "@usage"),
            MANIFEST,
        ],
    },
    Place {
        name: "module under another name",
        at: "wood",
        files: &[("src/lib.rs", "mod trees;\nuse trees as wood;\n@usage"), ("src/trees.rs", "@items"), MANIFEST],
    },
    Place {
        name: "binary beside the library",
        at: "farm::trees",
        files: &[("src/lib.rs", "pub mod trees;"), ("src/trees.rs", "@items"), ("src/main.rs", USER), MANIFEST],
    },
    Place { name: "src/bin", at: "farm", files: &[("src/lib.rs", "@items"), ("src/bin/tractor.rs", USER), MANIFEST] },
    Place {
        name: "module of a binary",
        at: "crate::trees",
        files: &[("src/bin/tractor/main.rs", "mod trees;\n@usage"), ("src/bin/tractor/trees.rs", "@items"), MANIFEST],
    },
    Place {
        name: "workspace crate",
        at: "farm_trees",
        files: &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
            ("crates/trees/Cargo.toml", "[package]\nname = \"farm-trees\"\n"),
            ("crates/trees/src/lib.rs", "@items"),
            (
                "crates/barn/Cargo.toml",
                "[package]\nname = \"farm-barn\"\n[dependencies]\nfarm-trees = { path = \"../trees\" }\n",
            ),
            ("crates/barn/src/lib.rs", USER),
        ],
    },
    Place {
        name: "renamed workspace crate",
        at: "wood",
        files: &[
            ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
            ("crates/trees/Cargo.toml", "[package]\nname = \"farm-trees\"\n"),
            ("crates/trees/src/lib.rs", "@items"),
            (
                "crates/barn/Cargo.toml",
                "[package]\nname = \"farm-barn\"\n[dependencies]\nwood = { package = \"farm-trees\", path = \"../trees\" }\n",
            ),
            ("crates/barn/src/main.rs", USER),
        ],
    },
    Place {
        name: "crate renamed by the workspace",
        at: "wood",
        files: &[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"crates/*\"]\n[workspace.dependencies]\nwood = { package = \"farm-trees\", path = \"crates/trees\" }\n",
            ),
            ("crates/trees/Cargo.toml", "[package]\nname = \"farm-trees\"\n"),
            ("crates/trees/src/lib.rs", "@items"),
            ("crates/barn/Cargo.toml", "[package]\nname = \"farm-barn\"\n[dependencies]\nwood.workspace = true\n"),
            ("crates/barn/src/main.rs", USER),
        ],
    },
    Place {
        name: "library with a name and root of its own",
        at: "wood::deep",
        files: &[
            ("trees/Cargo.toml", "[package]\nname = \"farm-trees\"\n[lib]\nname = \"wood\"\npath = \"lib/wood.rs\"\n"),
            ("trees/lib/wood.rs", "pub mod deep;"),
            ("trees/lib/deep.rs", "@items"),
            (
                "barn/Cargo.toml",
                "[package]\nname = \"farm-barn\"\n[dependencies]\nfarm-trees = { path = \"../trees\" }\n",
            ),
            ("barn/src/lib.rs", USER),
        ],
    },
    Place {
        name: "crate within a crate",
        at: "farm_trees::old",
        files: &[
            ("Cargo.toml", "[package]\nname = \"farm\"\n[dependencies]\nfarm-trees = { path = \"inner\" }\n"),
            ("src/lib.rs", USER),
            ("inner/Cargo.toml", "[package]\nname = \"farm-trees\"\n"),
            ("inner/src/lib.rs", "pub mod old;"),
            ("inner/src/old.rs", "@items"),
        ],
    },
    Place {
        name: "crate re-exporting a crate",
        at: "farm_wood",
        files: &[
            ("trees/Cargo.toml", "[package]\nname = \"farm-trees\"\n"),
            ("trees/src/lib.rs", "@items"),
            (
                "wood/Cargo.toml",
                "[package]\nname = \"farm-wood\"\n[dependencies]\nfarm-trees = { path = \"../trees\" }\n",
            ),
            ("wood/src/lib.rs", "pub use farm_trees::*;"),
            (
                "barn/Cargo.toml",
                "[package]\nname = \"farm-barn\"\n[dependencies]\nfarm-wood = { path = \"../wood\" }\n",
            ),
            ("barn/src/lib.rs", USER),
        ],
    },
];

/// Each export in each place, used by its path and by an import, with the twins.
pub fn cases(sinks: &[SinkForm]) -> Vec<Case> {
    let mut cases = Vec::new();
    for sink in sinks {
        for place in &PLACES {
            for export in &EXPORTS {
                for imported in [false, true] {
                    if imported && place.at == "self" {
                        continue;
                    }
                    for twin in [false, true] {
                        cases.push(case(place, export, sink, imported, twin));
                    }
                }
            }
        }
    }
    cases
}

fn case(place: &Place, export: &Export, sink: &SinkForm, imported: bool, twin: bool) -> Case {
    let name = export.usage.split_once("@at::").unwrap().1;
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let usage = with_sink(export.usage, sink);
    let usage = if imported { usage.replace("@at::", "") } else { usage.replace("@at", place.at) };
    let import = match (imported, export.name) {
        (false, _) => String::new(),
        (true, "wrapper settings") => format!("use {}::{{seal, Settings}};\n", place.at),
        (true, _) => format!("use {}::{name};\n", place.at),
    };
    let user_head = if export.seals { "" } else { &sink.head };
    let owner_head = if export.seals { &sink.head } else { "use std::sync::LazyLock;" };
    let user = format!("{user_head}\n{import}async fn harvest() -> Result<(), Trouble> {{\n{usage}\nOk(())\n}}\n");
    let items = format!("{owner_head}\n{}\n", with_sink(export.items, sink));
    let files = place
        .files
        .iter()
        .map(|(path, text)| {
            let text = text.replace("@items", &items).replace("@usage", &user);
            ((*path).to_owned(), filled(&text, twin))
        })
        .collect();
    let how = if imported { "imported" } else { "by path" };
    let name = format!("{} {how} → {}", export.name, place.name);
    Case::of_tree(name, twin, files, if twin { Expected::Clean } else { Expected::Found(Level::Error) })
}
