//! Objects by their ids: as many as are wanted from one process.

use std::io::{self, BufRead, BufReader, BufWriter, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;

use super::GitError;

/// An object, as far as it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Object<'a> {
    Content(&'a [u8]),
    TooLarge(u64),
    /// Not in the repository; a partial clone is not completed.
    Missing,
}

/// Gives each object of `ids`, in their order, with its place among them. What is larger than `max` is not kept.
///
/// `git` is a command of the repository, to which only the arguments are added.
pub(crate) fn each(
    mut git: Command,
    ids: &[String],
    max: u64,
    mut take: impl FnMut(usize, Object<'_>),
) -> Result<(), GitError> {
    if ids.is_empty() {
        return Ok(());
    }
    git.args(["cat-file", "--batch", "--buffer"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = git.spawn().map_err(|error| GitError::Absent(error.to_string()))?;
    let read = thread::scope(|scope| {
        if let Some(stdin) = child.stdin.take() {
            scope.spawn(move || {
                let mut stdin = BufWriter::new(stdin);
                // If git went away, the reading side notices.
                let _ = ids.iter().try_for_each(|id| writeln!(stdin, "{id}"));
            });
        }
        let stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut answers = Answers { from: BufReader::with_capacity(256 * 1024, stdout), content: Vec::new() };
        (0..ids.len()).try_for_each(|index| answers.next(max).map(|object| take(index, object)))
    });
    end(&mut child);
    read.map_err(|error: io::Error| GitError::Failed(format!("objects could not be read: {error}")))
}

/// A process that is asked about one object after another, when the next question depends on the last answer.
pub(crate) struct Conversation {
    child: Child,
    stdin: ChildStdin,
    answers: Answers<BufReader<ChildStdout>>,
}

impl Conversation {
    /// Begins; `git` is a command of the repository, to which only the arguments are added.
    pub(crate) fn begin(mut git: Command) -> Result<Self, GitError> {
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = git.spawn().map_err(|error| GitError::Absent(error.to_string()))?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => {
                Ok(Self { child, stdin, answers: Answers { from: BufReader::new(stdout), content: Vec::new() } })
            }
            _ => Err(GitError::Failed("it has no pipes".to_owned())),
        }
    }

    /// The object of a name, which is one line. What is larger than `max` is not kept.
    pub(crate) fn ask(&mut self, name: &str, max: u64) -> Result<Object<'_>, GitError> {
        let failed = |error: io::Error| GitError::Failed(format!("objects could not be read: {error}"));
        writeln!(self.stdin, "{name}").and_then(|()| self.stdin.flush()).map_err(failed)?;
        self.answers.next(max).map_err(failed)
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// What `git cat-file --batch` writes.
struct Answers<R> {
    from: R,
    content: Vec<u8>,
}

impl<R: BufRead> Answers<R> {
    /// `id type size`, the content, a newline; or `id missing`.
    fn next(&mut self, max: u64) -> io::Result<Object<'_>> {
        let mut head = String::new();
        if self.from.read_line(&mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let Some(size) = head.trim_end().rsplit(' ').next().and_then(|size| size.parse::<u64>().ok()) else {
            return Ok(Object::Missing);
        };
        if size > max {
            io::copy(&mut (&mut self.from).take(size + 1), &mut io::sink())?;
            return Ok(Object::TooLarge(size));
        }
        self.content.clear();
        let read = (&mut self.from).take(size).read_to_end(&mut self.content)?;
        io::copy(&mut (&mut self.from).take(1), &mut io::sink())?;
        if read as u64 == size { Ok(Object::Content(&self.content)) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

fn end(child: &mut Child) {
    // All was read, or nothing more is wanted; either way it must not stay behind.
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let text = b"a1 blob 4\npear\nb2 missing\nc3 blob 9\nplum tree\nd4 blob 0\n\ne5 blob 7\nfig";
        let mut answers = Answers { from: &text[..], content: Vec::new() };
        assert_eq!(answers.next(5).ok(), Some(Object::Content(b"pear")));
        assert_eq!(answers.next(5).ok(), Some(Object::Missing));
        assert_eq!(answers.next(5).ok(), Some(Object::TooLarge(9)));
        assert_eq!(answers.next(5).ok(), Some(Object::Content(b"")));
        assert!(answers.next(9).is_err(), "it is cut off");
        assert!(answers.next(9).is_err(), "there is no more");
    }
}
