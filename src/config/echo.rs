//! What a complaint about a configuration may repeat of it.
//!
//! A value that is wrong may be anything, a secret that was pasted into the wrong file included. So a complaint says where it
//! stands, what it belongs to and what is expected there; only keys are repeated, if they read like keys.

use crate::finding::MASK;

/// Longer keys are more likely something else.
const LONGEST_KEY: usize = 40;

/// Whether a text reads like a key: words in small letters, or all in capitals.
fn is_key(text: &str) -> bool {
    let is_of = |case: fn(&char) -> bool| text.chars().all(|c| case(&c) || matches!(c, '-' | '_' | '.'));
    !text.is_empty()
        && text.len() <= LONGEST_KEY
        && (is_of(char::is_ascii_lowercase) || is_of(char::is_ascii_uppercase))
}

/// What the parser says, without the value it speaks of.
pub(crate) fn message(said: &str) -> String {
    let said = said.trim_end();
    let (complaint, expected) = said.split_at(said.rfind(", expected").unwrap_or(said.len()));
    let what = complaint.split(['`', '"']).next().unwrap_or_default().trim_end();
    let repeated = complaint.split('`').nth(1).unwrap_or_default();
    match what {
        "unknown variant" => format!("unknown value{expected}"),
        "unknown field" if !is_key(repeated) => format!("unknown field{expected}"),
        _ if what.starts_with("invalid type") || what.starts_with("invalid value") => format!("{what}{expected}"),
        _ => said.to_owned(),
    }
}

/// The line around a place that is wrong, up to its end, with what it is about and no values; and where in it the place
/// begins, in characters.
pub(super) fn line(before: &str, wrong: &str) -> (String, usize) {
    let is_in_value = before.contains('=');
    let name = before.split('=').next().unwrap_or_default().trim();
    let shown_before = if !is_in_value && name.trim_start_matches('[').is_empty() {
        before.to_owned()
    } else if is_in_value && is_key(name) {
        // Up to the sign and the blanks behind it; other values of a list may stand before the wrong one.
        let value = before.find('=').map_or(before.len(), |at| at + 1);
        let blanks = before[value..].len() - before[value..].trim_start_matches([' ', '\t', '[']).len();
        before[..value + blanks].to_owned()
    } else {
        let indent = before.len() - before.trim_start().len();
        before[..indent].to_owned()
    };
    let shown_before = shown_before.replace('\t', " ");
    let indent = shown_before.chars().count();
    let wrong = match wrong {
        "" => "",
        key if !is_in_value && is_key(key) => key,
        _ => MASK,
    };
    (format!("{shown_before}{wrong}"), indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_repeats_keys_and_no_values() {
        for (said, wanted) in [
            ("unknown field `exlude`, expected `exclude`", "unknown field `exlude`, expected `exclude`"),
            ("unknown field `kV9x2L`, expected `exclude`", "unknown field, expected `exclude`"),
            ("unknown variant `loud`, expected `error` or `note`", "unknown value, expected `error` or `note`"),
            ("invalid type: string \"a, expected\", expected u8", "invalid type: string, expected u8"),
            ("invalid type: integer `12`, expected a string", "invalid type: integer, expected a string"),
            ("missing field `reason`", "missing field `reason`"),
            ("duplicate key", "duplicate key"),
        ] {
            assert_eq!(message(said), wanted);
        }
    }

    #[test]
    fn a_line_shows_what_the_value_belongs_to() {
        for (before, wrong, wanted, indent) in [
            ("JWT_SECRET=", "pear", format!("JWT_SECRET={MASK}"), 11),
            ("ignore = [\"plum\", ", "\"pear\"", format!("ignore = [{MASK}"), 10),
            ("  exlude", "", "  ".to_owned(), 2),
            ("  ", "exlude", "  exlude".to_owned(), 2),
            ("  \"plum\", ", "\"pear\"", format!("  {MASK}"), 2),
            ("[", "rules", "[rules".to_owned(), 1),
            ("pear2 = ", "1", MASK.to_owned(), 0),
        ] {
            assert_eq!(line(before, wrong), (wanted, indent), "{before}{wrong}");
        }
    }
}
