//! What a token says about itself: who made it, for whom, until when.

use serde::Deserialize;
use serde_json::Value;

/// Of a name this much is shown.
const LONGEST_NAME: usize = 60;

/// The claims that matter here; the rest is not kept.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Claims {
    #[serde(default)]
    exp: Option<Value>,
    #[serde(default)]
    iat: Option<Value>,
    #[serde(default)]
    iss: Option<Value>,
    #[serde(default)]
    sub: Option<Value>,
    #[serde(default)]
    name: Option<Value>,
    #[serde(default)]
    role: Option<Value>,
    #[serde(default)]
    roles: Option<Value>,
    /// Keycloak's.
    #[serde(default)]
    realm_access: Option<Value>,
}

impl Claims {
    /// Reads a payload; `None` if it is no JSON object.
    pub(super) fn read(payload: &[u8]) -> Option<Self> {
        // A list would be read as well, member by member.
        payload.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(payload).ok()).flatten()
    }

    /// The tokens of jwt.io, the RFCs and Supabase's documentation.
    pub fn is_sample(&self) -> bool {
        let is = |claim: &Option<Value>, text: &str| claim.as_ref().and_then(Value::as_str) == Some(text);
        let supabase = is(&self.iss, "supabase") && self.iat.as_ref().and_then(Value::as_u64) == Some(1_641_769_200);
        is(&self.sub, "1234567890") && is(&self.name, "John Doe")
            || is(&self.iss, "supabase-demo")
            || is(&self.iss, "joe")
            || supabase
    }

    /// Whether it is for browsers: Supabase's `anon` key, which every visitor is given.
    pub fn is_for_the_public(&self) -> bool {
        self.role.as_ref().and_then(Value::as_str) == Some("anon")
    }

    /// When it expires, in seconds since 1970.
    pub fn expiry(&self) -> Option<u64> {
        let expiry = self.exp.as_ref()?;
        // What is no number, or beyond all time, never comes.
        expiry.as_u64().or_else(|| expiry.as_f64().filter(|&at| at < 1e15).map(|at| at as u64))
    }

    /// Whether it has expired at `now`.
    pub fn is_expired(&self, now: u64) -> bool {
        self.expiry().is_some_and(|expiry| expiry <= now)
    }

    /// Who made it, fit for a report.
    pub fn issuer(&self) -> Option<String> {
        printable(self.iss.as_ref()?.as_str()?)
    }

    /// What its bearer may do, fit for a report.
    pub fn role(&self) -> Option<String> {
        let first = |claim: &Value| match claim {
            Value::String(role) => printable(role),
            Value::Array(roles) => printable(roles.first()?.as_str()?),
            _ => None,
        };
        let of_realm = self.realm_access.as_ref().and_then(|access| access.get("roles"));
        [self.role.as_ref(), self.roles.as_ref(), of_realm].into_iter().flatten().find_map(first)
    }
}

/// A day as people write it: `2031-05-01`.
pub fn date(seconds: u64) -> String {
    // Days since 0000-03-01, in years that begin in March: the leap day is then the last of a year.
    let days = seconds / 86_400 + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year_of_era + next_year)
}

/// A name without what could be a secret: the address of an issuer keeps its words, and loses numbers and keys.
fn printable(name: &str) -> Option<String> {
    let name = name.split(['?', '#']).next().unwrap_or_default();
    let name = match name.split_once("://") {
        // Credentials of an address.
        Some((scheme, rest)) => format!("{scheme}://{}", rest.rsplit('@').next().unwrap_or_default()),
        None => name.to_owned(),
    };
    let mut shown = String::new();
    let mut word = String::new();
    for c in name.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        shown.push_str(if is_telling(&word) { "…" } else { &word });
        word.clear();
        match c {
            '\0' => {}
            '.' | '-' | '_' | '/' | ':' | '@' | '+' => shown.push(c),
            ' ' => shown.push(' '),
            // Anything else is no name.
            _ => return None,
        }
        if shown.len() > LONGEST_NAME {
            return Some(format!("{}…", shown.chars().take(LONGEST_NAME).collect::<String>()));
        }
    }
    let words = shown.trim().trim_matches('…').chars().any(|c| c.is_ascii_alphanumeric());
    words.then(|| shown.trim().to_owned())
}

/// Whether a run of letters and digits is more than a word: long, mixed, or a number of many digits.
fn is_telling(word: &str) -> bool {
    /// Words are shorter.
    const LONG: usize = 20;
    /// No word has as many consonants in a row.
    const CONSONANTS: usize = 6;
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let changes =
        word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
    let is_consonant = |byte: &u8| byte.is_ascii_alphabetic() && !b"aeiouyAEIOUY".contains(byte);
    let clustered = word.as_bytes().windows(CONSONANTS).any(|run| run.iter().all(is_consonant));
    word.len() >= LONG
        || digits > 4
        || (digits > 1 && word.len() - digits > 2 && word.len() > 5)
        || changes.count() > 2
        || clustered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(payload: &str) -> Claims {
        Claims::read(payload.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn a_token_lives_until_it_expires() {
        let claims = claims(r#"{"exp":2000}"#);
        assert!(!claims.is_expired(1999));
        assert!(claims.is_expired(2000));
        assert!(!Claims::default().is_expired(u64::MAX));
    }

    #[test]
    fn published_samples_are_told_apart() {
        for sample in [
            r#"{"sub":"1234567890","name":"John Doe"}"#,
            r#"{"iss":"supabase-demo","exp":99999999999}"#,
            r#"{"iss":"supabase","role":"anon","iat":1641769200}"#,
            r#"{"iss":"joe"}"#,
        ] {
            assert!(claims(sample).is_sample(), "{sample}");
        }
        assert!(!claims(r#"{"sub":"1234567890"}"#).is_sample());
        assert!(!claims(r#"{"iss":"supabase","iat":1641769201}"#).is_sample());
    }

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_893_456_000, "2030-01-01"),
            (4_107_542_399, "2100-02-28"),
        ] {
            assert_eq!(date(seconds), day);
        }
    }

    #[test]
    fn names_keep_their_words_and_lose_what_could_be_a_secret() {
        for (name, shown) in [
            ("https://login.orchard.example/v2", Some("https://login.orchard.example/v2")),
            ("https://ann:pear4711@auth.example/x?key=y", Some("https://auth.example/x")),
            ("https://dev-a1b2c3d4.eu.auth0.com/", Some("https://dev-….eu.auth0.com/")),
            ("service_role", Some("service_role")),
            ("d2F0Y2hpbmdwZWFyc2dyb3c", None),
            ("key=\"pear\"", None),
            ("\u{1b}[31m", None),
            ("", None),
        ] {
            assert_eq!(printable(name).as_deref(), shown, "{name}");
        }
    }

    #[test]
    fn a_role_may_be_one_of_several() {
        assert_eq!(claims(r#"{"roles":["editor","admin"]}"#).role().as_deref(), Some("editor"));
        assert_eq!(claims(r#"{"realm_access":{"roles":["editor"]}}"#).role().as_deref(), Some("editor"));
        assert_eq!(claims(r#"{"role":{"x":1}}"#).role(), None);
    }
}
