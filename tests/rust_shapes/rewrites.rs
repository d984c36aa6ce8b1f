//! Rewrites that keep what a program does: a found case stays found, a clean one clean.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::case::Case;

/// Another text for a text; none where the text cannot bear it.
type Rewrite = fn(&str) -> Option<String>;

/// The case under each rewrite.
pub fn of(case: &Case) -> Vec<Case> {
    let rewrites: [(&str, Rewrite); 6] = [
        ("on one line", one_line),
        ("one token a line", one_token_a_line),
        ("renamed", renamed),
        ("with CRLF", |text| (!text.contains("r#") && !text.contains("\\\n")).then(|| text.replace('\n', "\r\n"))),
        ("in a module", |text| Some(format!("pub mod inner {{\n{text}\n}}\n"))),
        ("amid other code", amid),
    ];
    rewrites
        .into_iter()
        .filter_map(|(how, rewrite)| {
            let files = case.files.iter().map(|(path, text)| Some((path.clone(), rewrite(text)?)));
            let files: Option<Vec<(String, String)>> = files.collect();
            Some(Case { name: format!("{} → {how}", case.name), files: files?, ..case.clone() })
        })
        .collect()
}

fn one_line(text: &str) -> Option<String> {
    (!text.contains("\\\n")).then_some(())?;
    Some(text.parse::<TokenStream>().ok()?.to_string().replace('\n', " "))
}

fn one_token_a_line(text: &str) -> Option<String> {
    let mut written = String::new();
    write_tokens(text.parse().ok()?, &mut written);
    Some(written)
}

fn write_tokens(tokens: TokenStream, written: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                written.push_str(open);
                written.push('\n');
                write_tokens(group.stream(), written);
                written.push_str(close);
                written.push('\n');
            }
            TokenTree::Punct(punct) => {
                written.push(punct.as_char());
                if punct.spacing() == proc_macro2::Spacing::Alone {
                    written.push('\n');
                }
            }
            other => {
                written.push_str(&other.to_string());
                written.push('\n');
            }
        }
    }
}

/// Every name of the project's own becomes another one.
fn renamed(text: &str) -> Option<String> {
    const NAMES: [(&str, &str); 19] = [
        ("GroveBuilder", "PastureBuilder"),
        ("ORCHARD", "MEADOW"),
        ("orchard", "meadow"),
        ("Grove", "Pasture"),
        ("GROVE", "PASTURE"),
        ("grove", "pasture"),
        ("fruit", "x"),
        ("PEAR", "COW"),
        ("pear", "cow"),
        ("plum", "horse"),
        ("PLUM", "HORSE"),
        ("Row", "Ridge"),
        ("row", "ridge"),
        ("planted", "grazed"),
        ("plant", "graze"),
        ("grown", "fed"),
        ("picked", "led"),
        ("env_or", "setting"),
        ("sealed", "_unused"),
    ];
    // Names in the text of attributes would have to follow.
    (!text.contains("default = \"")).then_some(())?;
    Some(renamed_tokens(text.parse().ok()?, &NAMES).to_string())
}

fn renamed_tokens(tokens: TokenStream, names: &[(&str, &str)]) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) => {
                let written = ident.to_string();
                let name = names.iter().find(|(old, _)| *old == written).map(|(_, new)| *new);
                TokenTree::Ident(name.map_or(ident.clone(), |name| proc_macro2::Ident::new(name, ident.span())))
            }
            TokenTree::Group(group) => {
                let inner = renamed_tokens(group.stream(), names);
                TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner))
            }
            other => other,
        })
        .collect()
}

/// Unrelated code before and after, with names like those of the case.
fn amid(text: &str) -> Option<String> {
    const BEFORE: &str = "
/// Weather of the day.
#[derive(Debug, Clone, PartialEq)]
pub enum Weather { Sun { degrees: i32 }, Rain(f32) }
impl Weather {
    pub fn words(&self) -> String {
        let orchard = match self { Weather::Sun { degrees } => format!(\"{degrees} degrees\"), Weather::Rain(mm) => format!(\"{mm} mm\") };
        orchard
    }
}
fn shade(fruit: &str) -> usize { fruit.len() }
";
    const AFTER: &str = "
mod sky {
    pub const CLOUD: &str = \"a cloud that looks like a pear\";
    pub fn look() -> usize { super::shade(CLOUD) }
}
#[cfg(test)]
mod tests {
    #[test]
    fn clouds() { assert_eq!(super::sky::look(), 30); }
}
";
    Some(format!("{text}{BEFORE}{AFTER}"))
}
