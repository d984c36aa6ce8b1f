//! A report made by hand that has one of everything, odd names and hostile text included.

use jwtlint::fact::Confidence;
use jwtlint::finding::{
    Disposition, Excerpt, Finding, FindingStep, Level, Location, MASK, Notification, NotificationSeverity, Report,
    Strength,
};
use jwtlint::report::{Format, ReportOptions, write_report};
use jwtlint::span::Position;

/// A place on one line.
pub fn location(path: &str, line: usize, columns: (usize, usize)) -> Location {
    Location {
        path: path.into(),
        start: Position { line, column: columns.0 },
        end: Position { line, column: columns.1 },
    }
}

/// A line with a mask at a byte.
fn excerpt_at(text: &str, start: usize) -> Excerpt {
    Excerpt { text: text.into(), at: start..start + MASK.len() }
}

/// A plain error at the place of `excerpt` that holds the mask.
pub fn finding(path: &str, line: usize, excerpt: &str) -> Finding {
    let before = excerpt.split('•').next().unwrap_or("").encode_utf16().count();
    let masked = excerpt.chars().skip_while(|letter| *letter != '•').take_while(|letter| *letter == '•').count();
    Finding {
        rule: "hardcoded-secret".into(),
        level: Level::Error,
        confidence: Confidence::High,
        strength: Strength::Weak,
        location: location(path, line, (before + 1, before + 1 + masked)),
        message: "The JWT secret of `jwt.sign` is written in the source".into(),
        reasons: vec![],
        excerpt: excerpt_at(excerpt, excerpt.find('•').unwrap_or(0)),
        steps: vec![],
        fingerprint: format!("{:032x}", path.len() * 1000 + line),
        line_hash: format!("{line:x}:1"),
        disposition: Disposition::Active,
        detector: "js-jsonwebtoken".into(),
        repair: None,
        introduced: None,
    }
}

fn notification(path: Option<&str>, severity: NotificationSeverity, message: &str) -> Notification {
    Notification { path: path.map(Into::into), severity, message: message.into() }
}

/// One of everything.
pub fn report() -> Report {
    let flow = Finding {
        message: "A literal is the secret of `EncodingKey::from_secret`".into(),
        reasons: vec![
            "It reaches the secret argument of `EncodingKey::from_secret`.".into(),
            "It has 19 bytes, and HS256 asks for 32 (RFC 7518 §3.2).".into(),
        ],
        steps: vec![
            FindingStep {
                location: location("src/config.rs", 4, (30, 49)),
                note: "constant `SECRET`".into(),
                excerpt: "pub const SECRET: &[u8] = b\"••••••••••••••••••••••••***\";".into(),
            },
            FindingStep {
                location: location("src/bin/serve [old].rs", 112, (41, 47)),
                note: "reaches `EncodingKey::from_secret`".into(),
                excerpt: "let key = EncodingKey::from_secret(config::SECRET);".into(),
            },
        ],
        detector: "rust".into(),
        ..finding("src/config.rs", 4, "pub const SECRET: &[u8] = b\"••••••••••••••••••••••••***\";")
    };
    let emoji = finding(
        "a:b é🔑.js",
        1,
        "\tconst é = '🔑'; jwt.sign(claims, \"••••••••••••\"); jwt.verify(token, \"••••••*\");",
    );
    let twin = Finding {
        location: location("a:b é🔑.js", 1, (67, 72)),
        excerpt: excerpt_at(&emoji.excerpt.text, emoji.excerpt.text.rfind(MASK).unwrap_or(0)),
        fingerprint: "7".repeat(32),
        ..emoji.clone()
    };
    let block = Finding {
        rule: "committed-private-key".into(),
        strength: Strength::Strong,
        location: Location {
            path: "keys/jwt%20.pem".into(),
            start: Position { line: 1, column: 1 },
            end: Position { line: 5, column: 30 },
        },
        message: "A private key signs JWTs and is in the repository".into(),
        ..finding("keys/jwt%20.pem", 1, "••••••••••••••••••••••••••••••••••••***")
    };
    let fallback = Finding {
        rule: "insecure-fallback".into(),
        level: Level::Warning,
        confidence: Confidence::Medium,
        strength: Strength::Placeholder,
        message: "`JWT_SECRET` falls back to a literal\n::error::forged ##[error]forged \u{1b}[31m\u{202e}".into(),
        ..finding("deploy/\u{1b}[2J\n::error::forged.yml", 7, "secret: ${JWT_SECRET:-••••••••••••**}")
    };
    let note = Finding { level: Level::Note, ..finding("tests/auth.js", 9, "const secret = '••••••**';") };
    let allowed = Finding {
        disposition: Disposition::SuppressedInSource { reason: "sandbox key, accepted by no server".into() },
        ..finding("z/sandbox.js", 2, "const jwtSecret = '••••••••••••••••••';")
    };
    let accepted = Finding {
        disposition: Disposition::SuppressedExternally { reason: "known, see the baseline".into() },
        ..finding("z/sandbox.js", 3, "const jwtSecret2 = '••••••••••••••••••';")
    };
    Report {
        findings: vec![emoji, twin, fallback, block, flow, note, allowed, accepted],
        notifications: vec![
            notification(None, NotificationSeverity::Note, "No git repository: scanned as plain files"),
            notification(
                Some("src/broken é.rs"),
                NotificationSeverity::Warning,
                "does not parse; looked at less closely",
            ),
            notification(Some("locked.env"), NotificationSeverity::Failure, "cannot be read: permission denied"),
        ],
        files_scanned: 12,
        commits: None,
        files_skipped: 3,
        patches: Vec::new(),
    }
}

/// Options with a version that does not change.
pub fn options() -> ReportOptions {
    ReportOptions { version: "0.0.0".into(), ..ReportOptions::default() }
}

/// A report as text.
pub fn written(format: Format, report: &Report, options: &ReportOptions) -> String {
    let mut out = Vec::new();
    write_report(format, report, options, &mut out).expect("memory takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}
