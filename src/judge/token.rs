//! What a token is worth at the time of the run, and the words for it.

use super::mask::Masker;
use crate::fact::Setting;
use crate::secret::Secret;
use crate::token::claims::date;
use crate::token::{Signing, Token};

/// What a token is worth to whoever reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It can be used.
    Valid,
    /// It can be used, and is made to be seen by everybody.
    Public,
    /// It is not signed: worth something only where that is accepted.
    Unsigned,
    /// It shows that somebody paid for a product, and opens no account.
    License,
    /// Its time is over.
    Expired,
    /// Copied from documentation.
    Sample,
}

impl Standing {
    /// The standing of a token (compact form) at `now`, in seconds since 1970. What cannot be read, such as an encrypted
    /// token, counts as valid.
    pub(super) fn of(token: &Secret, now: u64) -> Self {
        let Some(Token { claims, signing, .. }) = token.expose_str().and_then(Token::read) else { return Self::Valid };
        if claims.is_sample() {
            Self::Sample
        } else if claims.is_expired(now) {
            Self::Expired
        } else if signing == Signing::None {
            Self::Unsigned
        } else if claims.is_for_the_public() {
            Self::Public
        } else {
            Self::Valid
        }
    }

    /// Whether somebody would accept it.
    pub(super) fn is_live(self) -> bool {
        matches!(self, Self::Valid | Self::Public | Self::License)
    }
}

/// What a token is worth, and what it tells of the key that it was signed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Worth {
    /// What it is worth by itself.
    pub standing: Standing,
    /// Whether it shows that its key is in use: what stands in a test and has no end was made for the test.
    pub shows_use: bool,
}

impl Worth {
    /// The worth of a token that stands where code is for `setting`.
    pub(super) fn of(token: &Secret, name: &str, setting: Setting, now: u64) -> Self {
        let standing = match Standing::of(token, now) {
            Standing::Valid if is_license(name) => Standing::License,
            standing => standing,
        };
        let is_for_show = matches!(setting, Setting::Test | Setting::Example | Setting::Documentation);
        let ends = || token.expose_str().and_then(Token::read).is_some_and(|token| token.claims.expiry().is_some());
        Self { standing, shows_use: standing.is_live() && (!is_for_show || ends()) }
    }
}

fn is_license(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["license", "licence"].iter().any(|word| name.contains(word))
}

/// What a report says about a token; nothing else of its content is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Portrait {
    /// "JWT issued by `orchard` for the role `admin`, valid until 2031-05-01".
    pub title: String,
    /// What whoever finds it can do.
    pub use_of_it: &'static str,
}

impl Portrait {
    pub(super) fn of(token: &Secret, now: u64, masker: &Masker) -> Self {
        let read = token.expose_str().and_then(Token::read);
        let standing = Standing::of(token, now);
        let mut title = match read.as_ref().map(|token| token.signing) {
            Some(Signing::None) => "unsigned JWT",
            Some(Signing::Encrypted) => "encrypted JWT",
            _ => "JWT",
        }
        .to_owned();
        let claims = read.map(|token| token.claims).unwrap_or_default();
        let mut tell = |before: &str, name: Option<String>| {
            if let Some(name) = name.filter(|name| masker.note(name) == *name) {
                title.push_str(&format!(" {before} `{name}`"));
            }
        };
        tell("issued by", claims.issuer());
        tell("for the role", claims.role());
        if let Some(expiry) = claims.expiry() {
            let until = if standing == Standing::Expired { "expired on" } else { "valid until" };
            title.push_str(&format!(", {until} {},", date(expiry)));
        }
        let use_of_it = match standing {
            Standing::Valid if claims.expiry().is_some() => "whoever reads it can use it until it expires",
            Standing::Valid => "whoever reads it can use it; it says of no time when it expires",
            Standing::License => "it is a licence",
            Standing::Public => "its role is the one that every visitor is given",
            Standing::Unsigned => "it is not signed (`alg: none`): whoever accepts it accepts anything",
            Standing::Expired => "its time is over",
            Standing::Sample => "it is copied from documentation",
        };
        Self { title, use_of_it }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::testing::compact;

    const HEADER: &str = r#"{"alg":"HS256"}"#;

    fn token(header: &str, payload: &str) -> Secret {
        Secret::from(compact(header, payload, if header == HEADER { &[7; 32] } else { &[] }))
    }

    #[test]
    fn a_token_is_worth_what_its_claims_and_the_time_say() {
        for (payload, standing) in [
            (r#"{"sub":"u1","exp":2000}"#, Standing::Valid),
            (r#"{"sub":"u1","exp":1000}"#, Standing::Expired),
            (r#"{"sub":"u1"}"#, Standing::Valid),
            (r#"{"iss":"supabase","role":"anon"}"#, Standing::Public),
            (r#"{"sub":"1234567890","name":"John Doe"}"#, Standing::Sample),
        ] {
            assert_eq!(Standing::of(&token(HEADER, payload), 1500), standing, "{payload}");
        }
        assert_eq!(Standing::of(&token(r#"{"alg":"none"}"#, "{}"), 0), Standing::Unsigned);
        assert_eq!(Standing::of(&Secret::from("a.b.c.d.e"), 0), Standing::Valid, "what cannot be read may be valid");
    }

    #[test]
    fn a_licence_is_no_key_to_an_account() {
        let standing = |name| Worth::of(&token(HEADER, r#"{"exp":2000}"#), name, Setting::Production, 1500).standing;
        assert_eq!(standing("LicenseKey"), Standing::License);
        assert_eq!(standing("licence_key"), Standing::License);
        assert_eq!(standing("service_key"), Standing::Valid);
    }

    #[test]
    fn a_token_without_an_end_shows_no_use_of_its_key_where_it_is_for_show() {
        let shows_use = |payload, setting| Worth::of(&token(HEADER, payload), "token", setting, 1500).shows_use;
        let (endless, live, expired) = (r#"{"sub":"u1"}"#, r#"{"sub":"u1","exp":2000}"#, r#"{"sub":"u1","exp":1000}"#);
        for setting in [Setting::Production, Setting::Development, Setting::Template] {
            assert!(shows_use(endless, setting) && shows_use(live, setting) && !shows_use(expired, setting));
        }
        for setting in [Setting::Test, Setting::Example, Setting::Documentation] {
            assert!(!shows_use(endless, setting) && shows_use(live, setting) && !shows_use(expired, setting));
        }
    }

    #[test]
    fn a_portrait_tells_issuer_role_and_expiry_only() {
        let payload = r#"{"iss":"orchard","role":"admin","sub":"ann","key":"pear-tree","exp":1935532800}"#;
        let masker = Masker::new([], []);
        let portrait = Portrait::of(&token(HEADER, payload), 0, &masker);
        assert_eq!(portrait.title, "JWT issued by `orchard` for the role `admin`, valid until 2031-05-03,");
        let unknown = Portrait::of(&Secret::from("?"), 0, &masker);
        assert_eq!(unknown.title, "JWT");
    }
}
