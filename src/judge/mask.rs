//! Excerpts without secrets.
//!
//! A report shows source lines, and a line may hold more than the secret it is shown for. So every
//! value of the run is hidden wherever it occurs, in the forms it takes in source text (as it is,
//! escaped, base64, hexadecimal, line by line, joined from strings), and every place where a value stands is hidden
//! whatever the text there looks like. So is what looks like a secret that no finding is about: a password beside it,
//! the secret that was there before. The mask has one width: it does not tell a length.

mod beside;
mod needles;

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::fact::FileId;
use crate::secret::Secret;
use crate::source::Source;
use crate::span::Span;
use crate::strength::words::COMMON;
use crate::strength::{decode, measure};
use beside::Ground;
use needles::{Needles, SHORTEST};

use crate::finding::Excerpt;
pub use crate::finding::MASK;

/// Values up to this length that look like a word are hidden only as whole words: `secret` as a
/// value must not turn every `jwt_secret` into a riddle.
const LONGEST_WORD: usize = 12;

/// Longer names are not shown: they are more likely text than names.
const LONGEST_NAME: usize = 120;

/// How much of a line is shown around the place it is shown for, in bytes.
const WINDOW: usize = 240;

/// The farthest beyond what is shown that values are looked for: the longest keys and tokens are shorter.
const REACH: usize = 16 * 1024;

/// Shorter values are not taken apart.
const SHORTEST_IN_PARTS: usize = 8;

/// Bytes in a row that tell a part of a value from other text.
const GRAM: usize = 4;

/// Longer values are looked for in pieces of this many bytes: a multiple of three, so that the base64 of the pieces
/// is the base64 of the whole.
const PIECE: usize = 3072;

/// How many pieces of one value are looked for; the place where it stands is hidden to its end all the same.
const PIECES: usize = 16;

/// Hides the secrets of a run.
#[derive(Default)]
pub struct Masker {
    /// All forms of the values; shorter ones are hidden where they stand, not wherever they occur.
    values: Needles,
    /// How far beyond what is shown values are looked for: no farther than the longest of them reaches.
    reach: usize,
    /// All [`GRAM`] bytes in a row of any value, sorted: a value may be joined from strings.
    grams: Vec<[u8; GRAM]>,
    places: BTreeMap<FileId, Places>,
}

/// Spans of one file, sorted by start, and how far all up to each reach.
#[derive(Default)]
struct Places {
    spans: Vec<Span>,
    reach: Vec<usize>,
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masker")
    }
}

impl Masker {
    /// Prepares to hide `values` wherever they occur and whatever stands at `places`.
    pub(super) fn new<'a>(
        values: impl IntoIterator<Item = &'a Secret>,
        places: impl IntoIterator<Item = (FileId, Span)>,
    ) -> Self {
        let values: Vec<&Secret> = values.into_iter().collect();
        let grams = grams(&values);
        let pieces: Vec<&[u8]> =
            values.into_iter().flat_map(|value| value.expose().chunks(PIECE).take(PIECES)).collect();
        let values = Needles::new(pieces.into_par_iter().flat_map_iter(forms).collect());
        let reach = values.longest().min(REACH);
        let mut by_file: BTreeMap<FileId, Places> = BTreeMap::new();
        for (file, span) in places {
            by_file.entry(file).or_default().spans.push(span);
        }
        by_file.values_mut().for_each(Places::sort);
        Self { values, reach, grams, places: by_file }
    }

    /// The line (of a place that spans several, the first) that holds `at`, masked and cut to size.
    pub(super) fn excerpt(&self, file: FileId, source: &Source, at: Span) -> Excerpt {
        let lines = source.lines();
        let line = lines.span_of_line(&source.text, lines.line(at.start().min(source.text.len())));
        let window = window(&source.text, line, at.start());
        let mut hidden = self.occurrences(&source.text, line, window);
        hidden.extend(self.parts(&source.text, line, window));
        hidden.extend(beside::secrets(&source.text, line.range(), window.range(), Ground::of(&source.path)));
        if let Some(places) = self.places.get(&file) {
            hidden.extend(places.in_range(window));
        }
        let start = if window.start() > line.start() { "…" } else { "" };
        let end = if window.end() < line.end() { "…" } else { "" };
        let cover = Cover::new(&source.text, window, hidden);
        let (first, last) = (cover.offset(at.start(), false), cover.offset(at.end().max(at.start()), true));
        Excerpt { text: [start, &cover.shown(), end].concat(), at: start.len() + first..start.len() + last.max(first) }
    }

    /// A piece of a file, masked.
    pub(crate) fn piece(&self, file: FileId, source: &Source, piece: Span) -> String {
        let lines = source.lines();
        let mut hidden = Vec::new();
        let ground = Ground::of(&source.path);
        for line in lines.line(piece.start())..=lines.line(piece.end().max(piece.start())) {
            let line = lines.span_of_line(&source.text, line);
            let window = Span::new(
                line.start().max(piece.start()).min(line.end()),
                line.end().min(piece.end()).max(line.start()),
            );
            if window.start() < window.end() {
                hidden.extend(self.occurrences(&source.text, line, window));
                hidden.extend(self.parts(&source.text, line, window));
                hidden.extend(beside::secrets(&source.text, line.range(), window.range(), ground));
            }
        }
        if let Some(places) = self.places.get(&file) {
            hidden.extend(places.in_range(piece));
        }
        hidden.retain(|range| range.start < piece.end() && piece.start() < range.end);
        cover(&source.text, piece, hidden)
    }

    /// What a step says, masked; a common word there is a name, not the value.
    pub(crate) fn note(&self, note: &str) -> String {
        let whole = Span::new(0, note.len());
        let telling = self.occurrences(note, whole, whole).into_iter().filter(|range| !is_common_word(note, range));
        cover(note, whole, telling.collect())
    }

    /// Whether a text of one word says more than it should: a value, or what looks like one.
    pub(super) fn hides(&self, word: &str) -> bool {
        self.note(word) != word || beside::looks_random(word)
    }

    /// The name of a thing that holds `value`, unless it could give a value away.
    pub(super) fn name(&self, name: &str, value: &Secret) -> Option<String> {
        let name = name.trim();
        let is_value = value.expose().trim_ascii() == name.as_bytes();
        // Of a token before it, say.
        let is_part = name.len() >= SHORTEST_IN_PARTS && self.is_part(name);
        let usable = !name.is_empty() && name.len() <= LONGEST_NAME && !is_value && !is_part;
        (usable && self.note(name) == name).then(|| name.to_owned())
    }

    /// Where values occur in the `window` of a `line`; those that reach into it from outside are found as well.
    fn occurrences(&self, text: &str, line: Span, window: Span) -> Vec<Range<usize>> {
        let from = window.start().saturating_sub(self.reach).max(line.start());
        let until = (window.end() + self.reach).min(line.end());
        let bytes = text.as_bytes();
        let found = self.values.find(&bytes[from..until]);
        found
            .map(|(range, form)| (from + range.start..from + range.end, form))
            .filter(|(range, form)| !is_word(form) || !touches_word(bytes, range.start, range.end))
            .map(|(range, _)| range)
            .filter(|range| range.start < window.end() && window.start() < range.end)
            .collect()
    }
}

impl Masker {
    /// Strings in the `window` of a `line` that are parts of values, and more than common words.
    fn parts(&self, text: &str, line: Span, window: Span) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let from = window.start().saturating_sub(self.reach).max(line.start());
        let until = (window.end() + self.reach).min(line.end());
        let mut parts = Vec::new();
        for quote in *b"\"'`" {
            let start = memchr::memrchr(quote, &bytes[from..window.start()]).map_or(window.start(), |at| from + at);
            let end =
                memchr::memchr(quote, &bytes[window.end()..until]).map_or(window.end(), |at| window.end() + at + 1);
            let mut quotes = memchr::memchr_iter(quote, &bytes[start..end]).map(|at| start + at);
            let Some(mut opened) = quotes.next() else { continue };
            for closed in quotes {
                if self.is_part(&text[opened + 1..closed]) {
                    parts.push(opened + 1..closed);
                }
                opened = closed;
            }
        }
        parts
    }

    fn is_part(&self, string: &str) -> bool {
        let known = |gram: &[u8]| self.grams.binary_search_by(|other| other[..].cmp(gram)).is_ok();
        string.len() >= GRAM && string.as_bytes().windows(GRAM).all(known) && measure::rest(string) > 0
    }
}

/// All the grams of values that are long enough to be taken apart.
fn grams(values: &[&Secret]) -> Vec<[u8; GRAM]> {
    let long = values.iter().filter(|value| value.len() >= SHORTEST_IN_PARTS);
    let mut grams: Vec<[u8; GRAM]> =
        long.flat_map(|value| value.expose().windows(GRAM)).filter_map(|gram| gram.try_into().ok()).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

impl Places {
    fn sort(&mut self) {
        self.spans.sort_unstable();
        let mut furthest = 0;
        self.reach = self
            .spans
            .iter()
            .map(|span| {
                furthest = furthest.max(span.end());
                furthest
            })
            .collect();
    }

    /// The spans that touch `window`.
    fn in_range(&self, window: Span) -> impl Iterator<Item = Range<usize>> {
        let first = self.reach.partition_point(|&reach| reach <= window.start());
        let end = self.spans.partition_point(|span| span.start() < window.end());
        self.spans
            .get(first..end)
            .unwrap_or_default()
            .iter()
            .filter(move |span| span.end() > window.start())
            .map(|span| span.range())
    }
}

/// `text` within `window`, with one mask for each run of hidden bytes.
fn cover(text: &str, window: Span, hidden: Vec<Range<usize>>) -> String {
    Cover::new(text, window, hidden).shown()
}

/// What is shown of a text, and what of it is hidden.
struct Cover<'t> {
    text: &'t str,
    window: Span,
    /// The hidden bytes, in order; no two touch.
    runs: Vec<Range<usize>>,
}

impl<'t> Cover<'t> {
    fn new(text: &'t str, window: Span, mut hidden: Vec<Range<usize>>) -> Self {
        hidden.sort_unstable_by_key(|range| (range.start, range.end));
        let mut runs: Vec<Range<usize>> = Vec::new();
        let mut at = window.start();
        for range in hidden {
            let start = floor(text, range.start.clamp(window.start(), window.end()));
            let end = ceil(text, range.end.clamp(window.start(), window.end()));
            if end <= at {
                continue;
            }
            match runs.last_mut() {
                Some(last) if start <= last.end => last.end = end,
                _ => runs.push(start..end),
            }
            at = end;
        }
        Self { text, window, runs }
    }

    fn shown(&self) -> String {
        let mut out = String::new();
        let mut at = self.window.start();
        for run in &self.runs {
            out.push_str(self.text.get(at..run.start).unwrap_or_default());
            out.push_str(MASK);
            at = run.end;
        }
        out.push_str(self.text.get(at..self.window.end()).unwrap_or_default());
        out
    }

    /// Where in what is shown a byte of the text stands: before or behind the mask if it is hidden.
    fn offset(&self, byte: usize, behind: bool) -> usize {
        let (mut offset, mut at) = (0, self.window.start());
        for run in self.runs.iter().take_while(|run| run.start < byte || run.start == byte && !behind) {
            let before = offset + (run.start - at);
            if byte < run.end && !behind {
                return before;
            }
            offset = before + MASK.len();
            at = run.end;
        }
        offset + byte.clamp(at, self.window.end()) - at
    }
}

/// The part of `line` to show for a place that starts at `at`.
fn window(text: &str, line: Span, at: usize) -> Span {
    if line.end() - line.start() <= WINDOW {
        return line;
    }
    let start = at.clamp(line.start(), line.end()).saturating_sub(WINDOW / 2).max(line.start());
    let end = (start + WINDOW).min(line.end());
    Span::new(floor(text, start), ceil(text, end))
}

fn floor(text: &str, mut at: usize) -> usize {
    while at > 0 && !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, mut at: usize) -> usize {
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// The forms in which a value may stand in a source text.
fn forms(value: &[u8]) -> Vec<Vec<u8>> {
    let trimmed = value.trim_ascii();
    if trimmed.len() < SHORTEST {
        return Vec::new();
    }
    let mut forms = vec![value.to_vec(), trimmed.to_vec()];
    let lines = trimmed.split(|&byte| byte == b'\n' || byte == b'\r').map(<[u8]>::trim_ascii);
    forms.extend(lines.filter(|line| line.len() > 3 && !line.starts_with(b"-----")).map(<[u8]>::to_vec));
    if let Ok(text) = std::str::from_utf8(value) {
        let escaped = |quote: char| {
            text.chars().fold(String::new(), |mut escaped, c| {
                match c {
                    '\n' => escaped.push_str("\\n"),
                    '\r' => escaped.push_str("\\r"),
                    '\t' => escaped.push_str("\\t"),
                    '\\' => escaped.push_str("\\\\"),
                    c if c == quote => escaped.extend(['\\', c]),
                    c => escaped.push(c),
                }
                escaped
            })
        };
        forms.extend(['"', '\''].map(|quote| escaped(quote).into_bytes()));
        forms.push(text.bytes().fold(String::new(), percent).into_bytes());
    }
    for bytes in [value, trimmed] {
        forms.extend([false, true].map(|url_safe| decode::to_base64(bytes, url_safe).into_bytes()));
        let hex = decode::to_hex(bytes);
        forms.extend([hex.to_ascii_uppercase().into_bytes(), hex.into_bytes()]);
    }
    // What is decoded before it is used also counts as the key.
    forms.extend(decode::base64(trimmed).into_iter().chain(decode::hex(trimmed)).filter(|bytes| bytes.len() >= 8));
    forms
}

fn percent(mut text: String, byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
        text.push(char::from(byte));
    } else {
        text.push('%');
        text.push_str(&decode::to_hex(&[byte]).to_ascii_uppercase());
    }
    text
}

fn is_word(form: &[u8]) -> bool {
    form.len() <= LONGEST_WORD && form.iter().all(|&byte| is_word_byte(byte))
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// `secret` in `jwt.secret`: it says what the thing is, whatever the value may be.
fn is_common_word(text: &str, range: &Range<usize>) -> bool {
    let word = text.get(range.clone()).unwrap_or_default().to_lowercase();
    COMMON.contains(word.as_str())
}

/// Whether a letter, digit or joining mark stands beside the range.
fn touches_word(bytes: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    [before, bytes.get(end)].into_iter().flatten().any(|&byte| is_word_byte(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);
    const KEY: &str = "pear \"tree\" \\ winter/+4711";

    fn masked(values: &[&str], line: &str) -> String {
        let secrets: Vec<Secret> = values.iter().map(|value| Secret::from(*value)).collect();
        let source = Source::new("a.txt", line);
        Masker::new(&secrets, []).excerpt(FILE, &source, Span::new(0, 0)).text
    }

    #[test]
    fn a_value_is_hidden_in_all_its_forms() {
        for form in [
            KEY.to_owned(),
            KEY.replace('\\', "\\\\").replace('"', "\\\""),
            decode::to_base64(KEY.as_bytes(), false),
            decode::to_base64(KEY.as_bytes(), true),
            decode::to_hex(KEY.as_bytes()),
            decode::to_hex(KEY.as_bytes()).to_ascii_uppercase(),
            "pear%20%22tree%22%20%5C%20winter%2F%2B4711".to_owned(),
        ] {
            assert_eq!(masked(&[KEY], &format!("let k = [{form}];")), format!("let k = [{MASK}];"), "{form}");
        }
    }

    #[test]
    fn every_value_of_the_run_is_hidden_and_no_length_told() {
        assert_eq!(
            masked(&["pear-tree-in-winter", "plum"], "a(\"pear-tree-in-winter\", \"plum\")"),
            format!("a(\"{MASK}\", \"{MASK}\")")
        );
    }

    #[test]
    fn a_value_that_is_joined_from_strings_is_hidden_in_each() {
        assert_eq!(
            masked(&["pear-tree-4711-secret"], "k = \"pear-tree\" + '-4711' + \"-secret\"; env('secret')"),
            format!("k = \"{MASK}\" + '{MASK}' + \"-secret\"; env('secret')"),
            "common words tell nothing"
        );
        let long = format!("{} \"pear-tree{}", "x".repeat(WINDOW - 4), "-4711\"");
        assert!(!masked(&["pear-tree-4711-secret"], &long).contains("pear"), "a string that is cut by the window");
    }

    #[test]
    fn a_common_word_is_hidden_as_a_word_only() {
        assert_eq!(masked(&["secret"], "jwt_secret = \"secret\""), format!("jwt_secret = \"{MASK}\""));
        assert_eq!(masked(&["secret"], "allow(hardcoded-secret)"), "allow(hardcoded-secret)");
    }

    #[test]
    fn a_place_is_hidden_whatever_it_says() {
        let text = "a = \"p\\x65ar\" # é🔑\nb";
        let source = Source::new("a.txt", text);
        let masker = Masker::new([], [(FILE, Span::new(5, 12)), (FILE, Span::new(5, 9)), (FileId(1), Span::new(0, 3))]);
        assert_eq!(masker.excerpt(FILE, &source, Span::new(5, 12)).text, format!("a = \"{MASK}\" # é🔑"));
    }

    #[test]
    fn a_literal_of_several_lines_is_hidden_on_each() {
        let text = "k = \"pear\ntree\nwinter\";";
        let source = Source::new("a.txt", text);
        let literal = Span::new(5, text.len() - 2);
        let masker = Masker::new(&[Secret::from("pear\ntree\nwinter")], [(FILE, literal)]);
        assert_eq!(masker.excerpt(FILE, &source, literal).text, format!("k = \"{MASK}"));
        assert_eq!(masker.excerpt(FILE, &source, Span::new(11, 12)).text, MASK);
        assert_eq!(masker.note("tree or winter"), format!("{MASK} or {MASK}"));
    }

    #[test]
    fn a_name_never_gives_a_value_away() {
        let (word, key) = (Secret::from("secret"), Secret::from("pear-tree-4711"));
        let masker = Masker::new([&word, &key], []);
        assert_eq!(masker.name("jwt.secret", &word).as_deref(), Some("jwt.secret"));
        assert_eq!(masker.name("secret", &word), None, "it is the value");
        assert_eq!(masker.name("pear-tree-4711", &word), None, "it is the value of another");
        assert_eq!(masker.name("keys[pear-tree-4711]", &key), None);
        assert_eq!(masker.name(&"a".repeat(500), &key), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_of_a_random_key_is_shown(
            key in "[A-Za-z0-9+/=\"'\\\\ $#-]{32}",
            before in "[a-z (]{0,300}",
            after in "[a-z )]{0,300}",
            other in "[a-z]{0,6}",
        ) {
            let quoted = key.replace('\\', "\\\\").replace('"', "\\\"");
            let hex = decode::to_hex(key.as_bytes());
            let base64 = decode::to_base64(key.as_bytes(), false);
            let line = format!("{before}[{key}]{other}[{quoted}][{hex}][{base64}]{after}");
            let source = Source::new("a.txt", line.as_str());
            let masker = Masker::new(&[Secret::from(key.as_str())], []);
            for at in [0, before.len() + 1, before.len() + key.len(), line.len()] {
                let shown = masker.excerpt(FILE, &source, Span::new(at, at)).text;
                for form in [&key, &quoted, &hex, &base64] {
                    for part in form.as_bytes().windows(5) {
                        let part = String::from_utf8_lossy(part);
                        let innocent = before.contains(&*part) || after.contains(&*part);
                        proptest::prop_assert!(innocent || !shown.contains(&*part), "{part} in {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_excerpt_knows_where_its_place_is() {
        let text = "a = [\"pear-tree\", \"plum-tree\", plain];\nk = \"x\ny\";";
        let source = Source::new("a.txt", text);
        let secrets = ["pear-tree", "plum-tree"].map(Secret::from);
        let masker = Masker::new(&secrets, []);
        for (place, wanted) in [
            ("pear-tree", MASK),
            ("\"pear-tree\"", &format!("\"{MASK}\"")),
            ("plum-tree", MASK),
            ("lum", MASK),
            ("plain", "plain"),
            ("x\ny", "x"),
            ("", ""),
        ] {
            let start = text.find(place).unwrap_or_default();
            let excerpt = masker.excerpt(FILE, &source, Span::new(start, start + place.len()));
            assert_eq!(&excerpt.text[excerpt.at], wanted, "{place}");
        }
        let end = masker.excerpt(FILE, &source, Span::new(text.len(), text.len()));
        assert_eq!(&end.text[end.at], "");
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!("{}\"pear-tree\"{}", "é".repeat(5000), "z".repeat(5000));
        let source = Source::new("a.js", text);
        let at = Span::new(10_001, 10_010);
        let masker = Masker::new(&[Secret::from("pear-tree")], [(FILE, at)]);
        let Excerpt { text: excerpt, at: shown } = masker.excerpt(FILE, &source, at);
        assert_eq!(&excerpt[shown], MASK);
        assert!(excerpt.len() < 2 * WINDOW && excerpt.starts_with('…') && excerpt.ends_with('…'), "{excerpt}");
        assert!(excerpt.contains(&format!("\"{MASK}\"")));
    }
}
