//! Pieces of a file, read where they are wanted.

use std::fs::File;
use std::io;

/// The piece that was read last.
#[derive(Debug, Default)]
pub(super) struct Window {
    bytes: Vec<u8>,
    file: usize,
    start: u64,
}

impl Window {
    /// Most objects are shorter.
    pub(super) const FIRST: usize = 4 << 10;
    /// For the rest of one that is longer.
    pub(super) const MORE: usize = 64 << 10;

    /// The bytes from `start` on of the file of this number: at least `least` where the file is as long, and otherwise what
    /// there is; if some have to be read, then `most`.
    pub(super) fn at(
        &mut self,
        number: usize,
        file: &File,
        start: u64,
        least: usize,
        most: usize,
    ) -> io::Result<&[u8]> {
        let held = |window: &Self| {
            let skipped = usize::try_from(start.checked_sub(window.start)?).ok()?;
            (window.file == number && skipped + least <= window.bytes.len()).then_some(skipped)
        };
        let skipped = match held(self) {
            Some(skipped) => skipped,
            None => {
                // What a failure leaves is none of this file.
                self.start = u64::MAX;
                self.bytes.resize(most, 0);
                let read = read_at(file, start, &mut self.bytes)?;
                self.bytes.truncate(read);
                (self.file, self.start) = (number, start);
                0
            }
        };
        Ok(self.bytes.get(skipped..).unwrap_or_default())
    }
}

/// Fills `buffer` from there on; less at the end of the file.
pub(super) fn read_at(file: &File, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
    #[cfg(unix)]
    use std::os::unix::fs::FileExt as _;
    #[cfg(windows)]
    use std::os::windows::fs::FileExt as _;
    let mut filled = 0;
    while filled < buffer.len() {
        let (rest, at) = (&mut buffer[filled..], start + filled as u64);
        #[cfg(unix)]
        let read = file.read_at(rest, at);
        #[cfg(windows)]
        let read = file.seek_read(rest, at);
        match read {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn pieces_come_from_where_they_are_wanted() -> io::Result<()> {
        let mut file = tempfile::tempfile()?;
        file.write_all(b"one pear, two plums")?;
        let mut window = Window::default();
        assert_eq!(window.at(0, &file, 4, 4, 8)?, b"pear, tw");
        assert_eq!(window.at(0, &file, 6, 4, 8)?, b"ar, tw", "it is there already");
        assert_eq!(window.at(0, &file, 14, 4, 9)?, b"plums", "the file ends");
        assert_eq!(window.at(1, &file, 14, 3, 3)?, b"plu", "another file");
        assert_eq!(window.at(0, &file, 90, 4, 8)?, b"");
        Ok(())
    }
}
