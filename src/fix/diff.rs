//! Edits as a unified diff, with every secret masked.

use std::fmt::Write as _;
use std::ops::Range;

use super::Change;
use crate::fact::FileId;
use crate::judge::Masker;
use crate::source::Source;
use crate::span::Span;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

/// Lines that are replaced, and by what.
struct Block {
    /// From 1; an empty range is an insertion before its start.
    old: Range<usize>,
    new: Vec<String>,
}

/// The changes of one file, which are sorted and do not overlap.
pub(super) fn unified(file: FileId, source: &Source, masker: &Masker, changes: &[Change]) -> String {
    let blocks = blocks(file, source, masker, changes);
    let mut out = format!("--- a/{0}\n+++ b/{0}\n", source.path);
    let mut rest = blocks.as_slice();
    let mut shift = 0;
    while let Some(first) = rest.first() {
        let mut count = 1;
        while rest.get(count).is_some_and(|next| next.old.start <= rest[count - 1].old.end + 2 * CONTEXT) {
            count += 1;
        }
        let (hunk, later) = rest.split_at(count);
        write_hunk(&mut out, file, source, masker, hunk, first.old.start, &mut shift);
        rest = later;
    }
    out
}

/// The diff of a file that is made, or that lines are added to after `existing` ones.
pub(super) fn added(path: &str, existing: usize, lines: &[String]) -> String {
    let mut out =
        if existing == 0 { format!("--- /dev/null\n+++ b/{path}\n") } else { format!("--- a/{path}\n+++ b/{path}\n") };
    let _ = writeln!(out, "@@ -{existing},0 +{},{} @@", existing + 1, lines.len());
    for line in lines {
        let _ = writeln!(out, "+{line}");
    }
    out
}

fn blocks(file: FileId, source: &Source, masker: &Masker, changes: &[Change]) -> Vec<Block> {
    let lines = source.lines();
    let extent = |change: &Change| {
        let (first, last) = (lines.line(change.span.start()), lines.line(change.span.end()));
        let whole_lines = change.span.start() == change.span.end()
            && lines.position(&source.text, change.span.start()).column == 1
            && change.replacement.ends_with('\n');
        if whole_lines { first..first } else { first..last + 1 }
    };
    let mut groups: Vec<(Range<usize>, Vec<&Change>)> = Vec::new();
    for change in changes {
        let old = extent(change);
        match groups.last_mut() {
            Some((range, group)) if old.start < range.end && !old.is_empty() => {
                range.end = range.end.max(old.end);
                group.push(change);
            }
            _ => groups.push((old, vec![change])),
        }
    }
    groups
        .into_iter()
        .map(|(old, group)| {
            let new = rewritten(file, source, masker, &old, &group);
            Block { old, new }
        })
        .collect()
}

/// The lines after the changes.
fn rewritten(file: FileId, source: &Source, masker: &Masker, old: &Range<usize>, group: &[&Change]) -> Vec<String> {
    let lines = source.lines();
    let mut text = String::new();
    if old.is_empty() {
        text.extend(group.iter().map(|change| change.replacement.as_str()));
    } else {
        let mut at = lines.span_of_line(&source.text, old.start).start();
        for change in group {
            text.push_str(&masker.piece(file, source, Span::new(at, change.span.start().max(at))));
            text.push_str(&change.replacement);
            at = change.span.end();
        }
        let end = lines.span_of_line(&source.text, old.end - 1).end();
        text.push_str(&masker.piece(file, source, Span::new(at, end.max(at))));
    }
    text.lines().map(str::to_owned).collect()
}

fn write_hunk(
    out: &mut String,
    file: FileId,
    source: &Source,
    masker: &Masker,
    blocks: &[Block],
    start: usize,
    shift: &mut isize,
) {
    let last_line = match source.lines().count() {
        count if source.text.ends_with('\n') => count - 1,
        count => count,
    };
    let old = |lines: Range<usize>| {
        lines.map(|line| masker.piece(file, source, source.lines().span_of_line(&source.text, line)))
    };
    let first = start.saturating_sub(CONTEXT).max(1);
    let end = blocks.last().map_or(start, |block| (block.old.end + CONTEXT).min(last_line + 1));
    let mut body = String::new();
    let (mut removed, mut inserted, mut at) = (0, 0, first);
    for block in blocks {
        for line in old(at..block.old.start) {
            let _ = writeln!(body, " {line}");
        }
        let gone: Vec<String> = old(block.old.clone()).collect();
        let same = gone.iter().zip(&block.new).take_while(|(old, new)| old == new).count();
        for line in gone.iter().take(same) {
            let _ = writeln!(body, " {line}");
        }
        for line in gone.iter().skip(same) {
            let _ = writeln!(body, "-{line}");
        }
        for line in block.new.iter().skip(same) {
            let _ = writeln!(body, "+{line}");
        }
        removed += block.old.len();
        inserted += block.new.len();
        at = block.old.end;
    }
    for line in old(at..end.max(at)) {
        let _ = writeln!(body, " {line}");
    }
    let count = end.max(at) - first;
    let difference = isize::try_from(inserted).unwrap_or(0) - isize::try_from(removed).unwrap_or(0);
    let new_first = first.saturating_add_signed(*shift);
    let _ = writeln!(out, "@@ -{first},{count} +{new_first},{} @@", count.saturating_add_signed(difference));
    out.push_str(&body);
    *shift += difference;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_around_a_change_are_shown() {
        let source = Source::new("a.py", "a\nb\nc\nd\nkey = 1\ne\nf\ng\nh\n");
        let at = source.text.find('1').unwrap_or(0);
        let changes =
            [Change::new(Span::new(0, 0), "import os\n".into()), Change::new(Span::new(at, at + 1), "2".into())];
        let diff = unified(FileId(0), &source, &Masker::default(), &changes);
        assert_eq!(
            diff,
            "--- a/a.py\n+++ b/a.py\n@@ -1,8 +1,9 @@\n+import os\n a\n b\n c\n d\n-key = 1\n+key = 2\n e\n f\n g\n"
        );
    }

    #[test]
    fn distant_changes_are_hunks_of_their_own() {
        let text: String = (0..40).map(|line| format!("line {line}\n")).collect();
        let source = Source::new("a.txt", text);
        let change = |line: usize| {
            let span = source.lines().span_of_line(&source.text, line);
            Change::new(span, "changed\nmore".into())
        };
        let diff = unified(FileId(0), &source, &Masker::default(), &[change(5), change(30)]);
        let heads: Vec<&str> = diff.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(heads, ["@@ -2,7 +2,8 @@", "@@ -27,7 +28,8 @@"]);
    }
}
