//! The patches that Codex applies: which files they leave behind.

const BEGIN: &str = "*** Begin Patch";

/// Whether a text holds such a patch.
pub(super) fn is_patch(text: &str) -> bool {
    text.lines().any(|line| line.trim() == BEGIN)
}

/// The files that a patch adds or changes, under the names they have afterwards.
pub(super) fn files(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut moves = false;
    // Lines of an update begin with a blank, `+` or `-`; elsewhere blanks in front mean nothing.
    let mut updates = false;
    for line in text.lines() {
        let Some(head) = (if updates { line } else { line.trim_start() }).strip_prefix("*** ") else { continue };
        let Some((what, name)) = head.split_once(':') else {
            moves = false;
            continue;
        };
        let name = name.trim();
        match what {
            "Add File" | "Update File" if !name.is_empty() => {
                found.push(name.to_owned());
                updates = what == "Update File";
                moves = updates;
            }
            "Move to" if moves && !name.is_empty() => {
                found.pop();
                found.push(name.to_owned());
                moves = false;
            }
            _ => {
                updates &= what != "Delete File";
                moves = false;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patch_names_several_files() {
        let patch = "*** Begin Patch\n*** Add File: src/new.rs\n+*** Add File: src/quoted.rs\n\
                     *** Update File: src/old name.rs\r\n*** Move to: src/moved.rs\r\n@@\n-a\n+b\n\
                     *** Delete File: src/gone.rs\n*** Update File: src/last.rs\n@@\n *** Move to: no\n*** End Patch\n";
        assert!(is_patch(patch));
        assert_eq!(files(patch), ["src/new.rs", "src/moved.rs", "src/last.rs"]);
    }

    #[test]
    fn blanks_in_front_are_content_only_in_an_update() {
        let patch = "  *** Begin Patch\n  *** Add File: a.rs\n+x\n *** Delete File: b.rs\n  *** Update File: c.rs\n@@\n \
                     *** Update File: no.rs\n*** Delete File: d.rs\n *** Add File: e.rs\n+*** Add File: no.rs\n*** End Patch";
        assert!(is_patch(patch));
        assert_eq!(files(patch), ["a.rs", "c.rs", "e.rs"]);
    }

    #[test]
    fn other_text_names_none() {
        assert!(!is_patch("git apply *** Begin Patch"));
        assert!(files("*** Move to: x\n***\n*** Update File:\n").is_empty());
    }
}
