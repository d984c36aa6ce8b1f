//! Whether a program is worth more than a look at its words: most that speak of secrets do so in comments and texts, or
//! mean secrets of other kinds.

use super::prepared::{SECRET_WORDS, Sight};
use super::token::{Kind, Tokens};
use crate::names::{self, NameClass};

/// Whether a file's name says that what stands in it matters, whatever it is called there.
pub(super) fn is_telling_path(path: &str) -> bool {
    let mut parts = path.rsplit('/').take(2);
    parts.any(|part| names::could_be_key(part) || part.to_ascii_lowercase().contains("auth"))
}

/// Whether a rule applies, or a name in the code may be that of a JWT secret.
pub(super) fn is_telling(sight: &Sight, tokens: &Tokens<'_>) -> bool {
    sight.applicable.contains(&true) || sight.secret_words.iter().any(|&at| is_telling_word(tokens, at))
}

/// Whether a word stands in code, and in a name of a JWT secret.
fn is_telling_word(tokens: &Tokens<'_>, at: usize) -> bool {
    // Outside of all tokens is a comment.
    let Some(index) = tokens.at_offset(at) else { return false };
    let text = tokens.str(index);
    if tokens.kind(index) != Some(Kind::Text) {
        return is_telling_name(text);
    }
    // A text may name a variable, or be a document with names in it.
    text.contains(['{', '=']) || is_telling_name(text.trim_matches(['"', '\'', '`', ':', '@']))
}

fn is_telling_name(name: &str) -> bool {
    if name.contains(char::is_whitespace) {
        return false;
    }
    let lowered = name.to_ascii_lowercase();
    // A name of one word may be a part of a longer path.
    let is_word = SECRET_WORDS.contains(&lowered.as_str());
    let is_secret = || matches!(names::classify(&["jwt", name]), NameClass::Secret | NameClass::Contextual);
    ["jwt", "jws"].iter().any(|word| lowered.contains(word)) || is_word || is_secret()
}

#[cfg(test)]
mod tests {
    use crate::analyze::pattern::Engine;
    use crate::source::Source;

    fn is_read(path: &str, text: &str) -> bool {
        let engine = Engine::embedded();
        let language = engine.language_of(path).expect("a program");
        engine.analyze_telling(&Source::new(path, text), language).is_some()
    }

    #[test]
    fn names_of_secrets_count() {
        for text in [
            "const secret = 'pear-tree';",
            "const o = { signing: { key: 'pear-tree' } };",
            "const k = process.env.SECRET_KEY || 'pear-tree';",
            "const k = env('SECRET_KEY', 'pear-tree');",
            "class JwtThing { key = 'pear-tree'; }",
            "const hmacKey = 'pear-tree';",
            "setup(`{\"secret\": \"pear-tree\"}`);",
        ] {
            assert!(is_read("src/a.js", text), "{text}");
        }
    }

    #[test]
    fn talk_about_secrets_does_not() {
        for text in [
            "// no secret here\nconst a = 'pear-tree';",
            "alert('The secret is out');",
            "const withMacroTask = () => 'pear-tree';",
            "const assigning = 'pear-tree';",
        ] {
            assert!(!is_read("src/a.js", text), "{text}");
        }
        assert!(is_read("src/jwt/a.js", "// secret\nexport default 'pear-tree';"), "where the file's name says it");
    }
}
