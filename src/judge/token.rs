//! What a token says about itself: whether it is still valid, and whether it is a published sample.

use serde::Deserialize;

use super::decode;

/// Longer tokens are not read: no real one comes near.
const LONGEST: usize = 64 * 1024;

#[derive(Deserialize, Default)]
struct Claims {
    #[serde(default)]
    exp: Option<serde_json::Value>,
    #[serde(default)]
    iss: Option<serde_json::Value>,
    #[serde(default)]
    sub: Option<serde_json::Value>,
    #[serde(default)]
    name: Option<serde_json::Value>,
}

/// Whether a token (compact form) is valid at `now` (seconds since 1970) and no published sample.
///
/// Encrypted tokens do not tell; they count as valid.
pub(super) fn is_live(token: &[u8], now: u64) -> bool {
    let Some(claims) = claims(token) else { return true };
    !claims.is_sample() && !claims.is_expired(now)
}

fn claims(token: &[u8]) -> Option<Claims> {
    let mut parts = token.trim_ascii().get(..token.len().min(LONGEST)).unwrap_or(token).split(|&byte| byte == b'.');
    let payload = parts.nth(1)?;
    serde_json::from_slice(&decode::base64(payload)?).ok()
}

impl Claims {
    /// The tokens of jwt.io, the RFCs and Supabase's documentation.
    fn is_sample(&self) -> bool {
        let is = |claim: &Option<serde_json::Value>, text: &str| {
            claim.as_ref().and_then(serde_json::Value::as_str).is_some_and(|claim| claim == text)
        };
        is(&self.sub, "1234567890") && is(&self.name, "John Doe")
            || is(&self.iss, "supabase-demo")
            || is(&self.iss, "joe")
    }

    fn is_expired(&self, now: u64) -> bool {
        let expiry = self.exp.as_ref().and_then(serde_json::Value::as_f64);
        expiry.is_some_and(|expiry| expiry <= now as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        let part = |text: &str| decode::to_base64(text.as_bytes(), true);
        format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(payload))
    }

    #[test]
    fn a_token_lives_until_it_expires() {
        let token = token(r#"{"sub":"u1","exp":2000}"#);
        assert!(is_live(token.as_bytes(), 1999));
        assert!(!is_live(token.as_bytes(), 2000));
    }

    #[test]
    fn published_samples_are_told_apart() {
        for sample in [
            r#"{"sub":"1234567890","name":"John Doe"}"#,
            r#"{"iss":"supabase-demo","exp":99999999999}"#,
            r#"{"iss":"joe"}"#,
        ] {
            assert!(!is_live(token(sample).as_bytes(), 0), "{sample}");
        }
        assert!(is_live(token(r#"{"sub":"1234567890"}"#).as_bytes(), 0));
    }

    #[test]
    fn what_cannot_be_read_counts_as_valid() {
        assert!(is_live(b"a.b.c.d.e", 0));
        assert!(is_live(b"", 0));
    }
}
