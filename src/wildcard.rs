//! Patterns in which `*` stands for any characters: one, or many that are asked together.

use rustc_hash::FxHashMap;

/// One pattern.
#[derive(Debug, Clone)]
pub struct Wildcard {
    start: Box<str>,
    /// What has to come between, in order.
    middle: Box<[Box<str>]>,
    /// `None` without any `*`: then `start` is all.
    end: Option<Box<str>>,
}

impl Wildcard {
    /// Reads a pattern.
    pub fn new(pattern: &str) -> Self {
        let mut pieces = pattern.split('*').map(Box::from);
        let start = pieces.next().unwrap_or_default();
        let mut middle: Vec<Box<str>> = pieces.collect();
        let end = middle.pop();
        Self { start, middle: middle.into(), end }
    }

    /// Whether all of `text` fits; linear in practice, never exponential.
    pub fn fits(&self, text: &str) -> bool {
        let Some(mut rest) = text.strip_prefix(&*self.start) else { return false };
        let Some(end) = &self.end else { return rest.is_empty() };
        // The end first: most texts fail there, before anything is searched.
        match rest.strip_suffix(&**end) {
            Some(before) => rest = before,
            None => return false,
        }
        // These texts are short: `str::find` would take longer to prepare than to search.
        self.middle.iter().all(|piece| match memchr::memmem::find(rest.as_bytes(), piece.as_bytes()) {
            Some(at) => {
                rest = &rest[at + piece.len()..];
                true
            }
            None => false,
        })
    }
}

/// Many patterns, each with what it stands for; a text is compared only with the few that could fit.
#[derive(Debug)]
pub struct Wildcards<T> {
    exact: FxHashMap<Box<str>, Vec<T>>,
    by_first: FxHashMap<u8, Vec<(Wildcard, T)>>,
    by_last: FxHashMap<u8, Vec<(Wildcard, T)>>,
    others: Vec<(Wildcard, T)>,
}

impl<T> Default for Wildcards<T> {
    fn default() -> Self {
        Self {
            exact: FxHashMap::default(),
            by_first: FxHashMap::default(),
            by_last: FxHashMap::default(),
            others: Vec::new(),
        }
    }
}

impl<T> Wildcards<T> {
    /// Adds a pattern.
    pub fn insert(&mut self, pattern: &str, value: T) {
        let wildcard = Wildcard::new(pattern);
        let Some(end) = &wildcard.end else {
            return self.exact.entry(wildcard.start).or_default().push(value);
        };
        let place = match (wildcard.start.bytes().next(), end.bytes().next_back()) {
            (_, Some(last)) => self.by_last.entry(last).or_default(),
            (Some(first), None) => self.by_first.entry(first).or_default(),
            (None, None) => &mut self.others,
        };
        place.push((wildcard, value));
    }

    /// What the patterns that fit stand for, in no order that means anything.
    pub fn matching<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a T> {
        let list = |map: &'a FxHashMap<u8, Vec<(Wildcard, T)>>, byte: Option<u8>| {
            byte.and_then(|byte| map.get(&byte)).map_or(&[][..], Vec::as_slice)
        };
        let by_first = list(&self.by_first, text.bytes().next());
        let by_last = list(&self.by_last, text.bytes().next_back());
        let wild = by_last.iter().chain(by_first).chain(&self.others);
        self.exact
            .get(text)
            .into_iter()
            .flatten()
            .chain(wild.filter(move |(wildcard, _)| wildcard.fits(text)).map(|(_, value)| value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        let fits = |pattern: &str, text: &str| {
            let mut many = Wildcards::default();
            many.insert(pattern, ());
            let one = Wildcard::new(pattern).fits(text);
            assert_eq!(many.matching(text).count(), usize::from(one), "{pattern} {text}");
            one
        };
        assert!(fits("a*c", "abc") && fits("a*c", "ac") && fits("*", "") && fits("*b*", "abc") && fits("a", "a"));
        assert!(fits("ab*", "abc") && fits("*.b", "a.b") && fits("*a*b", "xaxb"));
        assert!(!fits("a*a", "a") && !fits("a", "ab") && !fits("*.b", "b") && !fits("*a*b", "xbxa"));
    }

    #[test]
    fn all_patterns_that_fit_are_told() {
        let mut many = Wildcards::default();
        for (number, pattern) in ["*.env", "shop.*", "shop.env", "*o*", "*.toml"].into_iter().enumerate() {
            many.insert(pattern, number);
        }
        let mut found: Vec<usize> = many.matching("shop.env").copied().collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2, 3]);
    }
}
