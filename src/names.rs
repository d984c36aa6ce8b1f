//! What a name says about the thing it names: does it hold a JWT key?
//!
//! The words are data (`rules/names.toml`); this file only takes names apart and compares ends.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameClass {
    /// It holds a symmetric JWT key: `JWT_SECRET`, `jwt.signing-key`.
    Secret,
    /// It may hold one, if something else says JWT: `SECRET_KEY`, `APP_SECRET`.
    Contextual,
    /// It holds a token: `JWT_TOKEN`, `ANON_KEY`.
    Token,
    /// It holds the private key that signs tokens: `JWT_PRIVATE_KEY`.
    PrivateKey,
    /// None of these, look-alikes included: `JWT_EXPIRES_IN`, `CLIENT_SECRET`, `jwtPublicKey`.
    Other,
}

/// Names that a user counts as JWT secrets besides the known ones.
#[derive(Debug, Clone, Default)]
pub struct ExtraNames(FxHashSet<String>);

impl ExtraNames {
    /// The names as the user writes them; case and separators do not matter.
    pub fn new<S: AsRef<str>>(names: impl IntoIterator<Item = S>) -> Self {
        let phrases = names.into_iter().map(|name| Words::of(&[name.as_ref()]).phrase(0));
        Self(phrases.filter(|phrase| !phrase.is_empty()).collect())
    }

    /// Whether the words end with one of the names.
    fn matches(&self, words: &Words<'_>) -> bool {
        !self.0.is_empty() && (0..words.list.len()).any(|start| self.0.contains(&words.phrase(start)))
    }
}

/// Classifies a name given with what it is a member of, outermost first: `["auth", "jwt", "secret"]`.
pub fn classify(path: &[&str]) -> NameClass {
    if path.iter().rev().take(3).any(|part| could_be_key(part)) { decide(Words::of(path)) } else { NameClass::Other }
}

/// Like [`classify`], with names of the user's own.
pub fn classify_with(extra: &ExtraNames, path: &[&str]) -> NameClass {
    if !extra.0.is_empty() && extra.matches(&Words::of(path)) {
        return NameClass::Secret;
    }
    classify(path)
}

/// What a function is named for that gets something: `jwt_secret` of `get_jwt_secret`, `JwtSecret` of `getJwtSecret`.
pub fn without_getter(name: &str) -> &str {
    const GETTERS: [&str; 7] = ["get", "load", "read", "fetch", "resolve", "retrieve", "obtain"];
    let rest = GETTERS.iter().find_map(|getter| {
        let start = name.get(..getter.len()).filter(|start| start.eq_ignore_ascii_case(getter))?;
        let rest = &name[start.len()..];
        rest.strip_prefix('_').or_else(|| rest.starts_with(|c: char| c.is_ascii_uppercase()).then_some(rest))
    });
    rest.filter(|rest| !rest.is_empty()).unwrap_or(name)
}

/// Whether a name is that of an algorithm: `ALGORITHM`, `jwtAlg`, `token_algo`.
pub fn is_of_algorithm(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["algorithm", "alg", "algo"].iter().any(|end| name.ends_with(end))
}

/// What a file is called without its folders and endings.
pub fn of_file(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.split('.').next().unwrap_or(file)
}

/// The property that a getter gives: `material` of `getMaterial`.
pub fn property_of(getter: &str) -> Option<String> {
    let mut rest = getter.strip_prefix("get")?.chars();
    let first = rest.next().filter(char::is_ascii_uppercase)?;
    Some(format!("{}{}", first.to_ascii_lowercase(), rest.as_str()))
}

/// Whether a name could be a credential of any sort: a cheap look at its letters.
pub fn could_be_key(name: &str) -> bool {
    static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let hints = ["secret", "key", "jwt", "token", "sign", "jws", "clave", "sekret", "scrt", "private"];
        AhoCorasick::builder().ascii_case_insensitive(true).build(hints).ok()
    });
    name.len() >= 3 && HINTS.as_ref().is_none_or(|hints| hints.is_match(name))
}

/// Whether what holds something of this name may make it a JWT key: `secret` in `Jwt { secret }`.
pub fn may_be_member(name: &str) -> bool {
    ["jwt", "token", "access_token"].iter().any(|holder| classify(&[holder, name]) == NameClass::Secret)
}

/// Whether the name of what holds something may make that a JWT key, whose own name does not: a cheap look at its letters.
pub fn could_hold_key(name: &str) -> bool {
    static HINTS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let first = |phrase: &'static str| phrase.split(' ').next().filter(|first| *first != phrase);
        let ends = TABLE.ends.iter().filter(|(_, meaning)| meaning.alone).filter_map(|(phrase, _)| first(phrase));
        let jwt = TABLE.jwt.iter().map(String::as_str);
        let spelled = TABLE
            .aliases
            .iter()
            .filter(|(_, aliases)| aliases.iter().any(|(_, to)| to.iter().any(|word| TABLE.jwt.contains(word))));
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(ends.chain(jwt).chain(spelled.map(|(first, _)| first.as_str())))
            .ok()
    });
    HINTS.as_ref().is_none_or(|hints| hints.is_match(name))
}

/// Whether code might read a variable of this name into a key, for all its name tells: `COOKIE_SECRET`, `AUTH_PASS`.
pub fn could_be_read_as_key(name: &str) -> bool {
    let mut words = Words::of(&[name]);
    words.drop_neutral();
    let lists = &TABLE.lists;
    words.list.last().is_some_and(|word| lists.credential.contains(word.text.as_ref()))
        && !words.list.iter().any(|word| lists.harmless.contains(word.text.as_ref()))
        && !starts_with_verb(&words)
}

/// What a name says about its thing to somebody who may not see any secret, be it for tokens or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holding {
    /// Nothing: `user_id`, `JWT_SECRET_LENGTH`, `missingPassword`.
    Other,
    /// It may hold a secret: `key`, `cacheKey`, `signature`.
    Perhaps,
    /// It holds a secret: `DB_PASSWORD`, `stripe.apiKey`.
    Credential,
}

/// What a name says about its thing to somebody who may not see any secret.
pub fn holding(name: &str) -> Holding {
    let mut words = Words::of(&[name]);
    words.drop_neutral();
    let Some((last, before)) = words.list.split_last() else { return Holding::Other };
    let lists = &TABLE.lists;
    let text = last.text.as_ref();
    if !lists.credential.contains(text) && !lists.concealed.contains(text) || says_of_credential(&words) {
        return Holding::Other;
    }
    let of_what = before.last().map(|word| word.text.as_ref());
    let is_plain = match text {
        "key" | "keys" => of_what.is_none_or(|word| !TABLE.jwt.contains(word) && !lists.unlocking.contains(word)),
        _ => lists.ambiguous.contains(text),
    };
    let is_public = of_what.is_some_and(|word| matches!(word, "public" | "pub"));
    if is_plain || is_public { Holding::Perhaps } else { Holding::Credential }
}

/// Whether a name is that of something that gets what it is named for: `get_secret`.
pub fn is_of_getter(name: &str) -> bool {
    without_getter(name) != name
}

/// Whether the last part says something of a credential, and does not hold one: `hasPassword`, `missing_token`.
fn says_of_credential(words: &Words<'_>) -> bool {
    const HANDING: [&str; 14] = [
        "get", "set", "load", "read", "fetch", "use", "uses", "with", "update", "from", "existing", "save", "create",
        "as",
    ];
    let Some(last) = words.list.last() else { return false };
    let first = words.list.iter().find(|word| word.part == last.part);
    starts_with_verb(words) && first.is_none_or(|word| !HANDING.contains(&word.text.as_ref()))
}

/// Whether a name is that of something that nobody minds, or of an action: `JWT_PUBLIC_KEY`, `key_path`, `getKey`.
pub fn is_harmless(name: &str) -> bool {
    let words = Words::of(&[name]);
    let lists = &TABLE.lists;
    let is_harmless = |word: &Word<'_>| lists.harmless.contains(word.text.as_ref());
    words.list.last().is_none_or(|last| lists.settled.contains(last.text.as_ref()))
        || words.list.iter().any(is_harmless)
        || starts_with_verb(&words)
}

/// Whether a file's name has the word JWT in it (`config/jwt.php`), or its folder's does (`jwt/config.go`).
pub fn is_about_jwt(path: &str) -> bool {
    let folders = path.rsplit_once('/').map_or("", |(folders, _)| folders);
    is_called_jwt(path) || folders.rsplit('/').next().is_some_and(says_jwt)
}

/// Whether a file's name has the word JWT in it.
pub fn is_called_jwt(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    says_jwt(file.rsplit_once('.').map_or(file, |(stem, _)| stem))
}

fn says_jwt(name: &str) -> bool {
    !is_foreign(name) && Words::of(&[name]).list.iter().any(|word| TABLE.jwt.contains(word.text.as_ref()))
}

/// Whether a word of the name says that it is about something else than tokens: `tls`, `google`.
pub fn is_foreign(name: &str) -> bool {
    Words::of(&[name]).list.iter().any(|word| TABLE.lists.foreign.contains(word.text.as_ref()))
}

/// Whether what is called so has to do with tokens and nothing else: `jwtRS256`, `access-token-signing`.
pub fn is_about_tokens(name: &str) -> bool {
    let list = Words::of(&[name]).list;
    let is_phrase =
        |pair: &[Word<'_>]| TABLE.lists.about_tokens.contains(&format!("{} {}", pair[0].text, pair[1].text));
    let speaks =
        list.iter().any(|word| TABLE.lists.about_tokens.contains(word.text.as_ref())) || list.windows(2).any(is_phrase);
    speaks && !is_foreign(name)
}

/// Whether an object of this name holds settings that come from outside: `settings`, `appConfig`, `_tokenOptions`.
pub fn holds_settings(name: &str) -> bool {
    Words::of(&[name]).list.last().is_some_and(|word| TABLE.lists.settings.contains(word.text.as_ref()))
}

/// What a type of settings is called without the word that says so, as frameworks call its section: `GateOptions` is
/// of `Gate`.
pub fn section_of(name: &str) -> Option<&str> {
    if !holds_settings(name) {
        return None;
    }
    let end = name.rfind(|c: char| c.is_ascii_uppercase()).filter(|end| *end > 0)?;
    name.get(..end).filter(|section| section.starts_with(|c: char| c.is_ascii_alphabetic()))
}

/// Whether a name asks what the program runs for: `isTestOrCi`, `in_dev_mode`.
pub fn asks_what_runs(name: &str) -> bool {
    let words = Words::of(&[name]).list;
    let Some((first, rest)) = words.split_first() else { return false };
    let lists = &TABLE.lists;
    let says = |word: &Word<'_>| lists.runs_for.contains(word.text.as_ref());
    lists.asking.contains(first.text.as_ref())
        && rest.iter().any(says)
        && rest.iter().all(|word| says(word) || lists.beside_runs_for.contains(word.text.as_ref()))
}

/// Whether a text says what the program runs for: `production`, `test`.
pub fn says_what_runs(text: &str) -> bool {
    TABLE.lists.runs_for.contains(text.to_ascii_lowercase().as_str())
}

/// Whether a name is written like that of a constant or of a variable of the environment: in capitals.
pub fn is_shouted(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

/// How many words a name has.
pub fn words(name: &str) -> usize {
    Words::of(&[name]).list.len()
}

/// The words and phrases of `rules/names.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    jwt: FxHashSet<String>,
    aliases: FxHashMap<String, String>,
    words: WordLists,
    ends: Ends,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordLists {
    compound: Vec<String>,
    neutral: FxHashSet<String>,
    between: FxHashSet<String>,
    foreign: FxHashSet<String>,
    #[serde(rename = "about-tokens")]
    about_tokens: FxHashSet<String>,
    verifying: FxHashSet<String>,
    verbs: FxHashSet<String>,
    rejected: FxHashSet<String>,
    texts: FxHashSet<String>,
    credential: FxHashSet<String>,
    concealed: FxHashSet<String>,
    ambiguous: FxHashSet<String>,
    unlocking: FxHashSet<String>,
    harmless: FxHashSet<String>,
    settled: FxHashSet<String>,
    settings: FxHashSet<String>,
    asking: FxHashSet<String>,
    #[serde(rename = "runs-for")]
    runs_for: FxHashSet<String>,
    #[serde(rename = "beside-runs-for")]
    beside_runs_for: FxHashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ends {
    secret: Vec<String>,
    key: Vec<String>,
    alone: Vec<String>,
    contextual: Vec<String>,
    token: Vec<String>,
    private: Vec<String>,
}

/// What one ending can mean; `key` and `contextual` may hold together.
#[derive(Clone, Copy, Default)]
struct Meaning {
    secret: bool,
    key: bool,
    alone: bool,
    contextual: bool,
    token: bool,
    private: bool,
}

/// The words on the left of an alias, and those on its right.
type Alias = (Vec<String>, Vec<String>);

/// The file, indexed.
struct Table {
    jwt: FxHashSet<String>,
    aliases: FxHashMap<String, Vec<Alias>>,
    lists: WordLists,
    ends: FxHashMap<String, Meaning>,
    longest: usize,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::index(parse_file()));

fn parse_file() -> Option<File> {
    toml::from_str(crate::embedded::text("names.toml")?).ok()
}

impl Table {
    /// A file that does not parse gives an empty table; a test keeps that from happening.
    fn index(file: Option<File>) -> Self {
        let Some(file) = file else { return Self::empty() };
        let mut ends: FxHashMap<String, Meaning> = FxHashMap::default();
        let mut note = |phrases: Vec<String>, mark: fn(&mut Meaning)| {
            phrases.into_iter().for_each(|phrase| mark(ends.entry(phrase).or_default()));
        };
        note(file.ends.secret, |meaning| meaning.secret = true);
        note(file.ends.key, |meaning| meaning.key = true);
        note(file.ends.alone, |meaning| meaning.alone = true);
        note(file.ends.contextual, |meaning| meaning.contextual = true);
        note(file.ends.token, |meaning| meaning.token = true);
        note(file.ends.private, |meaning| meaning.private = true);
        let longest = ends.keys().map(|phrase| phrase.split(' ').count()).max().unwrap_or(0);
        Self { jwt: file.jwt, aliases: index_aliases(file.aliases), lists: file.words, ends, longest }
    }

    fn empty() -> Self {
        let lists = WordLists {
            compound: Vec::new(),
            neutral: FxHashSet::default(),
            between: FxHashSet::default(),
            foreign: FxHashSet::default(),
            about_tokens: FxHashSet::default(),
            verifying: FxHashSet::default(),
            verbs: FxHashSet::default(),
            rejected: FxHashSet::default(),
            texts: FxHashSet::default(),
            credential: FxHashSet::default(),
            concealed: FxHashSet::default(),
            ambiguous: FxHashSet::default(),
            unlocking: FxHashSet::default(),
            harmless: FxHashSet::default(),
            settled: FxHashSet::default(),
            settings: FxHashSet::default(),
            asking: FxHashSet::default(),
            runs_for: FxHashSet::default(),
            beside_runs_for: FxHashSet::default(),
        };
        Self { jwt: FxHashSet::default(), aliases: FxHashMap::default(), lists, ends: FxHashMap::default(), longest: 0 }
    }
}

/// Aliases by their first word, longest first.
fn index_aliases(aliases: FxHashMap<String, String>) -> FxHashMap<String, Vec<Alias>> {
    let words = |phrase: &str| phrase.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let mut pairs: Vec<_> = aliases.iter().map(|(from, to)| (words(from), words(to))).collect();
    pairs.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    let mut index: FxHashMap<String, Vec<_>> = FxHashMap::default();
    for (from, to) in pairs {
        if let Some(first) = from.first().cloned() {
            index.entry(first).or_default().push((from, to));
        }
    }
    index
}

/// So many words of a name are looked at; more are no name.
const LONGEST_NAME: usize = 32;

/// One lower-case word and the part of the path it comes from.
#[derive(Debug, Clone, PartialEq)]
struct Word<'a> {
    text: Cow<'a, str>,
    part: usize,
}

/// The words of a path, in order.
struct Words<'a> {
    list: Vec<Word<'a>>,
}

impl<'a> Words<'a> {
    fn of(path: &[&'a str]) -> Self {
        let mut words = Self { list: Vec::with_capacity(path.len() * 2) };
        let mut part = 0;
        for name in path {
            for member in name.split([':', '.', '/', '[', ']']).flat_map(|text| text.split("__")) {
                let before = words.list.len();
                words.push_member(member, part);
                part += usize::from(words.list.len() > before);
            }
        }
        words.keep_last(LONGEST_NAME);
        words.apply_aliases();
        words
    }

    /// Forgets the outermost words of an overlong name.
    fn keep_last(&mut self, count: usize) {
        let excess = self.list.len().saturating_sub(count);
        self.list.drain(..excess);
    }

    /// Splits at separators and humps.
    fn push_member(&mut self, member: &'a str, part: usize) {
        let bytes = member.as_bytes();
        let mut start = 0;
        for at in 0..=bytes.len() {
            let ends_here = at == bytes.len() || !is_word_byte(bytes[at]);
            if ends_here || (at > start && is_hump(bytes, at)) {
                self.push_word(&member[start..at], part);
                start = at + usize::from(ends_here);
            }
        }
    }

    fn push_word(&mut self, word: &'a str, part: usize) {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let word = lower(word);
        let letters = without_number(word);
        match split_compound(&letters, 0) {
            Some(parts) if parts.len() > 1 => {
                self.list.extend(parts.into_iter().map(|text| Word { text: Cow::Borrowed(text), part }));
            }
            _ => self.list.push(Word { text: letters, part }),
        }
    }

    fn apply_aliases(&mut self) {
        let mut at = 0;
        while at < self.list.len() {
            let Some((length, to)) = self.alias_at(at) else {
                at += 1;
                continue;
            };
            let part = self.list[at + length - 1].part;
            let words = to.iter().map(|text| Word { text: Cow::Borrowed(text.as_str()), part });
            self.list.splice(at..at + length, words);
            at += to.len();
        }
    }

    fn alias_at(&self, at: usize) -> Option<(usize, &'static [String])> {
        let aliases = TABLE.aliases.get(self.list[at].text.as_ref())?;
        let rest = &self.list[at..];
        let (from, to) = aliases.iter().find(|(from, _)| {
            rest.len() >= from.len() && from.iter().zip(rest).all(|(wanted, word)| word.text == wanted.as_str())
        })?;
        Some((from.len(), to))
    }

    /// The words from `start` on, separated by blanks.
    fn phrase(&self, start: usize) -> String {
        let mut phrase = String::new();
        for word in self.list.iter().skip(start) {
            if !phrase.is_empty() {
                phrase.push(' ');
            }
            phrase.push_str(&word.text);
        }
        phrase
    }

    /// Drops what changes nothing at the end, but never everything.
    fn drop_neutral(&mut self) {
        while self.list.len() > 1
            && self.list.last().is_some_and(|word| TABLE.lists.neutral.contains(word.text.as_ref()))
        {
            self.list.pop();
        }
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// Whether a new word starts at `at`: `tS` in `jwtSecret`, the `S` in `JWTSecret`. Only ASCII letters
/// make humps, so that the cut is a character boundary.
fn is_hump(bytes: &[u8], at: usize) -> bool {
    let before = bytes[at - 1];
    let here = bytes[at];
    if !here.is_ascii_uppercase() {
        return false;
    }
    before.is_ascii_lowercase()
        || before.is_ascii_digit()
        || (before.is_ascii_uppercase() && bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase))
}

fn lower(word: &str) -> Cow<'_, str> {
    if word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(word.to_ascii_lowercase())
    } else {
        Cow::Borrowed(word)
    }
}

/// `secret2` is a `secret`; `hs256` and `base64` are words of their own.
fn without_number(word: Cow<'_, str>) -> Cow<'_, str> {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let known = letters == word.len()
        || matches!(&word[..letters], "hs" | "base" | "b" | "oauth" | "auth" | "s" | "r" | "x" | "ed");
    if known {
        return word;
    }
    match word {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..letters]),
        Cow::Owned(mut text) => {
            text.truncate(letters);
            Cow::Owned(text)
        }
    }
}

/// The parts of a word written together, if it is made of known words alone.
fn split_compound(word: &str, depth: usize) -> Option<Vec<&'static str>> {
    if word.is_empty() {
        return Some(Vec::new());
    }
    if depth == 6 || (depth == 0 && word.len() < 6) {
        return None;
    }
    TABLE.lists.compound.iter().find_map(|known| {
        let mut rest = split_compound(word.strip_prefix(known.as_str())?, depth + 1)?;
        rest.insert(0, known.as_str());
        Some(rest)
    })
}

fn decide(mut words: Words<'_>) -> NameClass {
    let refused = is_refused(&words);
    words.drop_neutral();
    let Some((start, meaning)) = longest_end(&words) else { return NameClass::Other };
    if refused || starts_with_verb(&words) {
        return NameClass::Other;
    }
    class_of_end(&words, start, meaning)
}

/// The longest known end of the name: where it starts and what it can mean.
fn longest_end(words: &Words<'_>) -> Option<(usize, Meaning)> {
    let first = words.list.len().saturating_sub(TABLE.longest);
    let phrase = words.phrase(first);
    let mut rest = phrase.as_str();
    for start in first..words.list.len() {
        if let Some(&meaning) = TABLE.ends.get(rest) {
            return Some((start, meaning));
        }
        rest = rest.split_once(' ').map_or("", |(_, rest)| rest);
    }
    None
}

/// Whether the name is a member of a list of refused values or of texts, or is such a list of several.
fn is_refused(words: &Words<'_>) -> bool {
    let Some(last) = words.list.last() else { return false };
    let several = last.text.ends_with('s') && last.text.len() > 3;
    let of_list =
        |word: &Word<'_>| (word.part != last.part || several) && TABLE.lists.rejected.contains(word.text.as_ref());
    words.list.iter().any(of_list) || is_text(words, last.part)
}

/// Whether a part before the last ends with a word for texts: `help_text.jwt_secret`.
fn is_text(words: &Words<'_>, last: usize) -> bool {
    let ends = words.list.windows(2).filter(|pair| pair[0].part != pair[1].part);
    ends.filter(|pair| pair[0].part != last).any(|pair| TABLE.lists.texts.contains(pair[0].text.as_ref()))
}

/// Whether the last part is an action or a message: `getJwtSecret`.
fn starts_with_verb(words: &Words<'_>) -> bool {
    let Some(last) = words.list.last() else { return false };
    let first = words.list.iter().find(|word| word.part == last.part);
    first.is_some_and(|word| TABLE.lists.verbs.contains(word.text.as_ref()))
}

fn class_of_end(words: &Words<'_>, start: usize, meaning: Meaning) -> NameClass {
    let before = &words.list[..start];
    let is_shared = words.list[start..].iter().any(|word| matches!(word.text.as_ref(), "secret" | "secrets"));
    let qualifier = Qualifier::nearest(before, is_shared);
    let jwt_within = words.list[start..].iter().any(|word| is_jwt(word));
    if meaning.token {
        return NameClass::Token;
    }
    if meaning.private && (jwt_within || qualifier.is_close_jwt() || follows_token(before)) {
        return NameClass::PrivateKey;
    }
    if qualifier == Qualifier::Foreign {
        return NameClass::Other;
    }
    let is_reference = crosses_parts(words, start, "secret", "key");
    let is_plural_elsewhere =
        words.list.last().is_some_and(|word| word.text == "secrets" && !jwt_in_part(before, word.part));
    let secret = meaning.alone
        || (meaning.secret && qualifier != Qualifier::None && !is_plural_elsewhere)
        || (meaning.key && qualifier.is_close_jwt());
    match (secret, meaning.contextual) {
        (true, _) if !is_reference => NameClass::Secret,
        (true, _) | (false, true) => NameClass::Contextual,
        _ => NameClass::Other,
    }
}

/// What stands nearest before the end of a name and says something about it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Qualifier {
    /// A JWT word, with nothing but settings and the like between.
    CloseJwt,
    /// A JWT word further away.
    Jwt,
    /// Another credential.
    Foreign,
    /// Nothing.
    None,
}

impl Qualifier {
    /// `is_shared`: whether what the name ends with is a secret that both sides share.
    fn nearest(before: &[Word<'_>], is_shared: bool) -> Self {
        let mut close = true;
        for word in before.iter().rev() {
            if is_jwt(word) {
                return if close { Self::CloseJwt } else { Self::Jwt };
            }
            let text = word.text.as_ref();
            if TABLE.lists.foreign.contains(text) || (!is_shared && TABLE.lists.verifying.contains(text)) {
                return Self::Foreign;
            }
            close = close && TABLE.lists.between.contains(word.text.as_ref());
        }
        Self::None
    }

    fn is_close_jwt(self) -> bool {
        self == Self::CloseJwt
    }
}

fn is_jwt(word: &Word<'_>) -> bool {
    TABLE.jwt.contains(word.text.as_ref())
}

fn jwt_in_part(before: &[Word<'_>], part: usize) -> bool {
    before.iter().any(|word| word.part == part && is_jwt(word))
}

/// `ACCESS_TOKEN_PRIVATE_KEY`
fn follows_token(before: &[Word<'_>]) -> bool {
    before.last().is_some_and(|word| word.text == "token")
}

/// `jwt: { secret: { name, key } }` names an entry of a secret store; `jwt.secretKey` holds a key.
fn crosses_parts(words: &Words<'_>, start: usize, first: &str, second: &str) -> bool {
    words.list[start..]
        .windows(2)
        .any(|pair| pair[0].text == first && pair[1].text == second && pair[0].part != pair[1].part)
}

#[cfg(test)]
mod tests;
