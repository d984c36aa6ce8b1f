//! When a read in code and an entry of configuration go by the same name.
//!
//! Code writes `settings.auth.secret`, a file says `secret` below `auth`, the environment `APP_AUTH__SECRET`.

use rustc_hash::FxHashMap;

/// How well a read and an entry fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// The entry has words in front that the read lacks: a prefix, a profile.
    Ending,
    /// The same words.
    Exact,
}

/// Names that code reads into keys, with what is known of each reader.
#[derive(Debug)]
pub struct Reads<T> {
    /// By the last word.
    by_end: FxHashMap<String, Vec<Read<T>>>,
}

#[derive(Debug)]
struct Read<T> {
    name: String,
    words: Vec<String>,
    reader: T,
}

impl<T> Reads<T> {
    /// Names with their readers.
    pub fn new(reads: impl IntoIterator<Item = (String, T)>) -> Self {
        let mut by_end: FxHashMap<String, Vec<Read<T>>> = FxHashMap::default();
        for (name, reader) in reads {
            let words = words(&name);
            if let Some(last) = words.last() {
                by_end.entry(last.clone()).or_default().push(Read { name, words, reader });
            }
        }
        Self { by_end }
    }

    /// Everybody who reads.
    pub fn readers(&self) -> impl Iterator<Item = &T> {
        self.by_end.values().flatten().map(|read| &read.reader)
    }

    /// The readers of an entry.
    pub fn of<'r>(&'r self, entry: &'r str) -> impl Iterator<Item = (Fit, &'r T)> {
        let entry_words = words(entry);
        let reads = entry_words.last().and_then(|last| self.by_end.get(last)).into_iter().flatten();
        reads.filter_map(move |read| Some((read.fit(entry, &entry_words)?, &read.reader)))
    }
}

impl<T> Read<T> {
    fn fit(&self, entry: &str, entry_words: &[String]) -> Option<Fit> {
        if self.name == entry {
            return Some(Fit::Exact);
        }
        // `env::var("SECRET")` means that very variable; only names of members are spelled otherwise elsewhere.
        if !self.name.contains(|c: char| c.is_ascii_lowercase()) || !entry_words.ends_with(&self.words) {
            return None;
        }
        let more = &entry_words[..entry_words.len() - self.words.len()];
        match more {
            [] => Some(Fit::Exact),
            [profile] if is_profile(profile) => Some(Fit::Exact),
            _ if self.name.contains('.') => Some(Fit::Ending),
            _ => None,
        }
    }
}

/// Tables that hold the settings of one setup of the same program.
pub(super) fn is_profile(word: &str) -> bool {
    matches!(
        word,
        "default"
            | "global"
            | "base"
            | "debug"
            | "release"
            | "production"
            | "prod"
            | "staging"
            | "development"
            | "dev"
            | "local"
            | "test"
            | "app"
            | "parameters"
    )
}

/// The lower-case words of a name: `auth.jwtSecret`, `AUTH__JWT_SECRET` and `auth-jwt-secret` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut before = ' ';
    for c in name.chars() {
        let begins = c.is_ascii_uppercase() && before.is_ascii_lowercase();
        if (begins || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(read: &str, entry: &str) -> Option<Fit> {
        Reads::new([(read.to_owned(), ())]).of(entry).map(|(fit, ())| fit).max()
    }

    #[test]
    fn members_are_spelled_as_each_format_likes() {
        for entry in ["auth.jwt_secret", "auth.jwtSecret", "AUTH__JWT_SECRET", "default.auth.jwt-secret"] {
            assert_eq!(fit("auth.jwt_secret", entry), Some(Fit::Exact), "{entry}");
        }
        assert_eq!(fit("auth.jwt_secret", "SHOP_AUTH__JWT_SECRET"), Some(Fit::Ending));
        assert_eq!(fit("secret_key", "SECRET_KEY"), Some(Fit::Exact));
    }

    #[test]
    fn another_name_is_another_entry() {
        for (read, entry) in [
            ("secret_key", "STRIPE_SECRET_KEY"),
            ("auth.secret", "mail.secret"),
            ("auth.secret", "auth.secret.length"),
            ("SECRET", "secret"),
            ("SECRET", "APP_SECRET"),
            ("", ""),
        ] {
            assert_eq!(fit(read, entry), None, "{read} {entry}");
        }
    }
}
