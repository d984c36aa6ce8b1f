//! `*.txt`: how each format writes a key and its value.

use jwtlint::finding::Level;

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Where the file lies.
    pub path: String,
    /// How bad a literal is there.
    pub level: Level,
    /// Why it is not found yet.
    pub gap: Option<String>,
    except: Vec<String>,
    windows_lines: bool,
    text: String,
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for table in [include_str!("formats.txt"), include_str!("deployments.txt")] {
        let mut lines = table.lines().skip_while(|line| !line.starts_with("=== ")).peekable();
        while let Some(head) = lines.next() {
            let mut row = Row::headed(head.trim_start_matches("=== "));
            while let Some(line) = lines.next_if(|line| !line.starts_with("=== ")) {
                row.text.push_str(line);
                row.text.push_str(if row.windows_lines { "\r\n" } else { "\n" });
            }
            rows.push(row);
        }
    }
    rows
}

impl Row {
    fn headed(head: &str) -> Self {
        let mut parts = head.split(" | ");
        let mut row = Self {
            name: parts.next().unwrap().trim().to_owned(),
            path: String::new(),
            level: Level::Error,
            gap: None,
            except: Vec::new(),
            windows_lines: false,
            text: String::new(),
        };
        for part in parts {
            match part.trim().split_once('=').unwrap() {
                ("path", path) => path.clone_into(&mut row.path),
                ("level", "warning") => row.level = Level::Warning,
                ("level", "note") => row.level = Level::Note,
                ("except", list) => row.except = list.split(',').map(str::to_owned).collect(),
                ("crlf", "yes") => row.windows_lines = true,
                ("gap", gap) => row.gap = Some(gap.to_owned()),
                other => panic!("{}: unknown option {other:?}", row.name),
            }
        }
        assert!(!row.path.is_empty(), "{} has no path", row.name);
        row
    }

    /// Whether the format can hold this sort of value.
    pub fn takes(&self, value: &str) -> bool {
        let is_reference = value != "placeholder";
        !self.except.iter().any(|except| except == value || (is_reference && except == "*"))
    }

    /// Whether the format says that it is this key.
    pub fn takes_key(&self, key: &str) -> bool {
        !self.except.iter().any(|except| except == key)
    }

    /// The file with `key`, words separated by blanks, and `value`; and what the value looks like in it.
    pub fn written(&self, key: &str, value: &str) -> (String, String) {
        let words: Vec<&str> = key.split(' ').collect();
        let capital = |word: &&str| word[..1].to_uppercase() + &word[1..];
        let pascal: String = words.iter().map(capital).collect();
        let camel = pascal[..1].to_lowercase() + &pascal[1..];
        let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/'));
        let encoded = if plain { base64(value.as_bytes()) } else { value.to_owned() };
        let text = self
            .text
            .replace("KEY_NAME", &words.join("_").to_uppercase())
            .replace("key_name", &words.join("_"))
            .replace("key-name", &words.join("-"))
            .replace("keyName", &camel)
            .replace("KeyName", &pascal);
        let seen = if text.contains("BASE64") { encoded.clone() } else { value.to_owned() };
        (text.replace("BASE64", &encoded).replace("VALUE", value), seen)
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().chain([0; 2].iter()).take(3).fold(0_usize, |bits, byte| (bits << 8) | usize::from(*byte));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place)) & 63];
            text.push(if place <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
