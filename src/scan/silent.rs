//! Versions of a file in which nothing speaks: most differ in a few lines from one that is known to be silent, and only
//! these lines are looked at.

use std::ops::Range;

use memchr::memmem;

use super::kind::Kind;
use crate::analyze::anyword::{AnyWord, Lowered};
use crate::token::Sight;

/// The last text without any word or mark that matters.
#[derive(Debug, Default)]
pub(super) struct Silent {
    /// What it was read as, if there was one.
    kind: Option<Kind>,
    text: Vec<u8>,
}

impl Silent {
    /// Takes over a text in which nothing speaks to the analyzer of its kind.
    pub(super) fn keep(&mut self, kind: Kind, bytes: &[u8]) {
        self.kind = Some(kind);
        self.text.clear();
        self.text.extend_from_slice(bytes);
    }

    /// Whether nothing speaks in a text, as the last one that was silent tells, and what differs from it. If so, the text
    /// takes its place.
    pub(super) fn covers(&mut self, kind: Kind, bytes: &[u8], lowered: &mut Lowered) -> bool {
        if self.kind != Some(kind) {
            return false;
        }
        let changes = changes(&self.text, bytes);
        let around = |change: &Range<usize>| {
            let end = change.end.saturating_add(AnyWord::LONGEST).min(bytes.len());
            change.start.saturating_sub(AnyWord::LONGEST)..end
        };
        let parts: Vec<Range<usize>> = changes.iter().map(around).collect();
        // To look at a large part is no less work than to look at all.
        if parts.iter().map(Range::len).sum::<usize>() > bytes.len() / 3 {
            return false;
        }
        let speaks = |part: Range<usize>| {
            let part = &bytes[part];
            lowered.set(part);
            kind.has_word(lowered) || Sight::has_mark(part)
        };
        let is_silent = !parts.into_iter().any(speaks);
        if is_silent {
            self.keep(kind, bytes);
        }
        is_silent
    }
}

/// The parts of a text that another does not have, perhaps empty; what lies between two of them stands there in one piece.
fn changes(old: &[u8], new: &[u8]) -> Vec<Range<usize>> {
    /// After so many, all that follows is one.
    const MOST: usize = 64;
    let mut changes = Vec::new();
    let (mut at_old, mut at_new) = (0, 0);
    loop {
        let same = common(&old[at_old..], &new[at_new..]);
        at_old += same;
        at_new += same;
        if at_new == new.len() {
            return changes;
        }
        let met = (changes.len() < MOST).then(|| meeting(old, new, at_old, at_new)).flatten();
        let Some((found_old, found_new)) = met else {
            let same_end = common_end(&old[at_old..], &new[at_new..]);
            changes.push(at_new..new.len() - same_end);
            return changes;
        };
        changes.push(at_new.min(found_new)..found_new);
        at_old = found_old;
        at_new = found_new;
    }
}

/// Where two texts go on alike after a difference: at one of the next lines of the new one that stands in the old one, too.
fn meeting(old: &[u8], new: &[u8], at_old: usize, at_new: usize) -> Option<(usize, usize)> {
    /// So many lines are looked for,
    const TRIES: usize = 8;
    /// in so many bytes.
    const NEAR: usize = 4096;
    /// A line that is shorter stands everywhere.
    const SHORTEST: usize = 12;
    let near = &old[at_old..old.len().min(at_old + NEAR)];
    let mut start = memchr::memrchr(b'\n', &new[..at_new]).map_or(0, |at| at + 1);
    for _ in 0..TRIES {
        let line = &new[start..];
        let end = memchr::memchr(b'\n', line)? + 1;
        let found = (end >= SHORTEST).then(|| memmem::find(near, &line[..end])).flatten();
        if let Some(found) = found {
            return Some((at_old + found, start));
        }
        start += end;
    }
    None
}

/// Bytes that are compared at once.
const BLOCK: usize = 256;

/// How many bytes two texts begin with alike.
fn common(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.chunks_exact(BLOCK).zip(other.chunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    blocks + one[blocks..].iter().zip(&other[blocks..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes two texts end with alike.
fn common_end(one: &[u8], other: &[u8]) -> usize {
    let blocks = one.rchunks_exact(BLOCK).zip(other.rchunks_exact(BLOCK)).take_while(|(a, b)| a == b).count() * BLOCK;
    let rest = |text: &[u8]| text.len() - blocks;
    let pairs = one[..rest(one)].iter().rev().zip(other[..rest(other)].iter().rev());
    blocks + pairs.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINES: [&str; 6] =
        ["let quince = pear(1);\n", "}\n", "fn harvest() -> Basket {\n", "\n", "// in autumn", "x"];

    fn text(lines: &[usize]) -> String {
        lines.iter().map(|&line| LINES[line]).collect()
    }

    proptest! {
        #[test]
        fn what_lies_between_changes_is_old(
            old in prop::collection::vec(0..LINES.len(), 0..40),
            new in prop::collection::vec(0..LINES.len(), 0..40),
        ) {
            let (old, new) = (text(&old), text(&new));
            let mut from = 0;
            for change in changes(old.as_bytes(), new.as_bytes()) {
                prop_assert!(from <= change.start && change.start <= change.end, "{:?}", change);
                prop_assert!(old.contains(&new[from..change.start]));
                from = change.end;
            }
            prop_assert!(old.contains(&new[from..]));
        }

        #[test]
        fn what_two_texts_have_in_common(start in "[ab]{0,600}", one in "[ab]{0,3}", other in "[ab]{0,3}", end in "[ab]{0,600}") {
            let (one, other) = (format!("{start}{one}{end}"), format!("{start}{other}{end}"));
            let (one, other) = (one.as_bytes(), other.as_bytes());
            let same = common(one, other);
            prop_assert_eq!(&one[..same], &other[..same]);
            prop_assert!(start.len() <= same);
            prop_assert!(one.get(same) != other.get(same) || same == one.len());
            let same_end = common_end(&one[same..], &other[same..]);
            prop_assert_eq!(&one[one.len() - same_end..], &other[other.len() - same_end..]);
        }
    }

    #[test]
    fn lines_that_come_and_go_are_told_apart() {
        let filler = "work through the orchard\n".repeat(20);
        let old = format!("use a::b;\nfn first() {{}}\n{filler}fn second() {{}}\n");
        let new = format!("use a::b;\nuse a::longer::name;\nfn first() {{}}\n{filler}fn second() {{ more() }}\n");
        let changed: Vec<&str> =
            changes(old.as_bytes(), new.as_bytes()).into_iter().map(|change| &new[change]).collect();
        assert_eq!(changed, ["use a::longer::name;\n", " more() "]);
    }
}
