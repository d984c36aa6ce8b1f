//! Where reports and messages go.

use std::io::{self, Write};

/// A stream whose reader may go away: what nobody reads any more is no failure, and the exit code stays that of the
/// report.
pub(super) struct Leavable<W>(pub W);

pub(super) fn stdout() -> Leavable<io::StdoutLock<'static>> {
    Leavable(io::stdout().lock())
}

pub(super) fn stderr() -> Leavable<anstream::AutoStream<io::StderrLock<'static>>> {
    Leavable(anstream::stderr().lock())
}

impl<W: Write> Write for Leavable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        unless_left(self.0.write(bytes), bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        unless_left(self.0.flush(), ())
    }
}

fn unless_left<T>(result: io::Result<T>, done: T) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(done),
        result => result,
    }
}
