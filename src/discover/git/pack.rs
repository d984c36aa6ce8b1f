//! Objects read from the packs of a repository, without a process and without the pipe from it.
//!
//! Of the format (gitformat-pack(5)) what `git repack` writes is read: packs of version 2 and 3 with SHA-1 and an index of
//! version 2. What is not in them, or is not as it should be, is left to git. `gix-pack` reads the same and takes a
//! quarter longer for a history of 43 000 versions; it brings 46 crates, and this one.

mod delta;
mod entry;
mod index;
mod recent;
mod window;

use std::fs::{self, File};
use std::path::Path;
use std::rc::Rc;

use zlib_rs::{Inflate, InflateFlush, Status};

use super::batch::Object;
use entry::{Entry, Kind};
use index::Index;
use recent::Recent;
use window::{Window, read_at};

/// The id of an object, by SHA-1.
pub(crate) type Sha1 = [u8; 20];

/// What is larger, packed or as the base of something else, is left to git.
const LARGEST: usize = 64 << 20;

/// As long is a chain of deltas at most (`pack.depth` in git-config(1)).
const LONGEST_CHAIN: usize = 4095;

/// How much of what was read is kept by one reader: versions of a file are made from each other.
const KEPT: usize = 32 << 20;

/// All packs of a repository.
#[derive(Debug)]
pub(crate) struct Packs(Vec<Pack>);

#[derive(Debug)]
struct Pack {
    index: Index,
    file: File,
}

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// Which pack it is in.
    pack: usize,
    /// Where in there.
    offset: u64,
}

impl Packs {
    /// Those below a directory of objects; what is no pack that can be read is left out.
    pub(crate) fn open(objects: &Path) -> Self {
        let entries = fs::read_dir(objects.join("pack")).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "idx"));
        paths.sort_unstable();
        Self(paths.iter().filter_map(|path| Pack::open(path)).collect())
    }

    /// Where an object is, if it is in one of them.
    pub(crate) fn find(&self, id: &Sha1) -> Option<Place> {
        self.0.iter().enumerate().find_map(|(pack, Pack { index, .. })| Some(Place { pack, offset: index.find(id)? }))
    }
}

impl Pack {
    fn open(index: &Path) -> Option<Self> {
        let file = File::open(index.with_extension("pack")).ok()?;
        let mut head = [0; 8];
        (read_at(&file, 0, &mut head).ok()? == head.len()).then_some(())?;
        let is_known = matches!(head, [b'P', b'A', b'C', b'K', 0, 0, 0, 2 | 3]);
        is_known.then_some(Self { index: Index::read(index)?, file })
    }
}

/// Reads one object after another.
pub(crate) struct Reader<'p> {
    packs: &'p Packs,
    inflate: Inflate,
    window: Window,
    recent: Recent<Place>,
    /// What was asked for last.
    content: Rc<Vec<u8>>,
}

impl<'p> Reader<'p> {
    pub(crate) fn new(packs: &'p Packs) -> Self {
        let (inflate, window, recent) = (Inflate::new(true, 15), Window::default(), Recent::new(KEPT));
        Self { packs, inflate, window, recent, content: Rc::default() }
    }

    /// The blob in a place, of which no more than `max` bytes are wanted; `None` if git has to be asked for it.
    pub(crate) fn read(&mut self, place: Place, max: u64) -> Option<Object<'_>> {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        match self.blob(place, max)? {
            Read::Content(content) => {
                self.content = content;
                Some(Object::Content(&self.content))
            }
            Read::TooLarge(size) => Some(Object::TooLarge(u64::try_from(size).ok()?)),
        }
    }

    fn blob(&mut self, place: Place, max: usize) -> Option<Read> {
        let mut deltas: Vec<(Place, Vec<u8>)> = Vec::new();
        let mut unpacked = 0;
        let mut at = place;
        let mut content = loop {
            if let Some(content) = self.recent.get(&at) {
                break content;
            }
            let entry = self.entry(at)?;
            let base = match entry.kind {
                Kind::Blob if deltas.is_empty() && entry.size > max => return Some(Read::TooLarge(entry.size)),
                Kind::Blob => {
                    let mut content = self.recent.room();
                    self.unpack(at, &entry, &mut content)?;
                    break self.keep(at, content);
                }
                Kind::DeltaOfEarlier(distance) => at.offset.checked_sub(distance)?,
                Kind::DeltaOfNamed(id) => self.packs.0.get(at.pack)?.index.find(&id)?,
            };
            let mut delta = self.recent.room();
            self.unpack(at, &entry, &mut delta)?;
            let length = delta::length(&delta)?;
            if deltas.is_empty() && length > max {
                return Some(Read::TooLarge(length));
            }
            unpacked += delta.len();
            if deltas.len() == LONGEST_CHAIN || unpacked.max(length) > LARGEST {
                return None;
            }
            deltas.push((at, delta));
            at.offset = base;
        };
        for (place, delta) in deltas.into_iter().rev() {
            let mut made = self.recent.room();
            delta::apply(&content, &delta, &mut made)?;
            content = self.keep(place, made);
            self.recent.reuse(delta);
        }
        Some(if content.len() > max { Read::TooLarge(content.len()) } else { Read::Content(content) })
    }

    fn keep(&mut self, place: Place, content: Vec<u8>) -> Rc<Vec<u8>> {
        let content = Rc::new(content);
        self.recent.keep(place, content.clone());
        content
    }

    fn entry(&mut self, Place { pack, offset }: Place) -> Option<Entry> {
        let file = &self.packs.0.get(pack)?.file;
        Entry::read(self.window.at(pack, file, offset, Entry::LONGEST, Window::FIRST).ok()?)
    }

    /// Unpacks the bytes behind the head of an entry.
    fn unpack(&mut self, Place { pack, offset }: Place, entry: &Entry, out: &mut Vec<u8>) -> Option<()> {
        if entry.size > LARGEST {
            return None;
        }
        let file = &self.packs.0.get(pack)?.file;
        let begin = offset.checked_add(entry.length.try_into().ok()?)?;
        // One more, so that too much shows.
        out.resize(entry.size + 1, 0);
        self.inflate.reset(true);
        let mut most = Window::FIRST;
        loop {
            let (taken, made) = (self.inflate.total_in(), usize::try_from(self.inflate.total_out()).ok()?);
            let bytes = self.window.at(pack, file, begin + taken, 1, most).ok()?;
            let status = self.inflate.decompress(bytes, out.get_mut(made..)?, InflateFlush::NoFlush).ok()?;
            if status == Status::StreamEnd {
                break;
            }
            if self.inflate.total_in() == taken {
                return None;
            }
            most = Window::MORE;
        }
        out.truncate(entry.size);
        (self.inflate.total_out() == u64::try_from(entry.size).ok()?).then_some(())
    }
}

/// What there is of a blob.
enum Read {
    Content(Rc<Vec<u8>>),
    TooLarge(usize),
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io;
    use std::process::Command;

    use super::super::batch;
    use super::*;

    const MAX: u64 = 40_000;

    /// A repository of versions of a text that grows and changes, of files that have nothing to do with it, and of one that is
    /// larger than is wanted; all in packs.
    fn packed(repack: &[&str]) -> io::Result<tempfile::TempDir> {
        let directory = tempfile::tempdir()?;
        let run = |arguments: &[&str]| {
            let status = git(directory.path()).args(arguments).output()?.status;
            if status.success() { Ok(()) } else { Err(io::Error::other(format!("git {arguments:?}: {status}"))) }
        };
        run(&["init", "-q"])?;
        let mut text = String::new();
        for version in 0_u8..40 {
            for line in 0..20 {
                let _ = writeln!(text, "line {line} of {version}: {}", u32::from(version) * 7919 % 1009 * line);
            }
            fs::write(
                directory.path().join(format!("{version}.grows")),
                text.replace("line 3 ", &format!("{version} ")),
            )?;
            fs::write(directory.path().join(format!("other{version}")), vec![version; usize::from(version) * 700])?;
        }
        fs::write(directory.path().join("large"), text.repeat(9))?;
        fs::write(directory.path().join("empty"), "")?;
        run(&["add", "."])?;
        run(&["-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "all"])?;
        run(&[&["-c", "core.compression=9"], repack].concat())?;
        Ok(directory)
    }

    fn git(directory: &Path) -> Command {
        super::super::git(directory, super::super::Index::Own)
    }

    /// All blobs of a repository.
    fn ids(directory: &Path) -> io::Result<Vec<String>> {
        let all = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)"];
        let output = git(directory).args(all).output()?;
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(lines.lines().filter_map(|line| line.strip_prefix("blob ")).map(str::to_owned).collect())
    }

    fn sha1(text: &str) -> Sha1 {
        std::array::from_fn(|index| u8::from_str_radix(&text[2 * index..2 * index + 2], 16).unwrap_or_default())
    }

    #[test]
    fn packs_say_what_git_says() -> io::Result<()> {
        let ways: [(&[&str], bool); 2] = [
            (&["repack", "-adfq", "--depth=50"], false),
            (&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"], true),
        ];
        for (way, is_named) in ways {
            let directory = packed(way)?;
            let packs = Packs::open(&directory.path().join(".git/objects"));
            let mut reader = Reader::new(&packs);
            let ids = ids(directory.path())?;
            assert!(ids.len() > 70, "{}", ids.len());
            let mut seen = [0, 0];
            let compared = batch::each(git(directory.path()), &ids, MAX, |index, object| {
                let id = sha1(&ids[index]);
                let found = packs.find(&id).and_then(|place| reader.read(place, MAX));
                assert_eq!(found, Some(object), "{} by {way:?}", ids[index]);
                seen[usize::from(matches!(object, Object::TooLarge(_)))] += 1;
            });
            let places = ids.iter().filter_map(|id| packs.find(&sha1(id)));
            let kinds: Vec<Kind> = places.filter_map(|place| Some(reader.entry(place)?.kind)).collect();
            let deltas =
                kinds.iter().filter(|&kind| matches!(kind, Kind::DeltaOfEarlier(_)) != is_named && *kind != Kind::Blob);
            assert!(deltas.count() > 10, "{kinds:?}");
            assert!(compared.is_ok() && seen[0] > 60 && seen[1] > 0, "{compared:?} {seen:?}");
            assert_eq!(packs.find(&[7; 20]), None);
        }
        Ok(())
    }

    /// What is broken is left to git, or is what it was; no byte brings the reader down.
    #[test]
    fn broken_packs_give_nothing_wrong() -> io::Result<()> {
        let directory = packed(&["repack", "-adfq"])?;
        let objects = directory.path().join(".git/objects");
        let packs = Packs::open(&objects);
        let places: Vec<Place> = ids(directory.path())?.iter().filter_map(|id| packs.find(&sha1(id))).collect();
        let mut good = Reader::new(&packs);
        let pack = fs::read_dir(objects.join("pack"))?.flatten().map(|entry| entry.path());
        let pack = pack.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "pack"));
        let pack = pack.ok_or(io::ErrorKind::NotFound)?;
        let bytes = fs::read(&pack)?;
        let other = tempfile::tempdir()?;
        fs::create_dir(other.path().join("pack"))?;
        let copy = other.path().join("pack").join(pack.file_name().unwrap_or_default());
        fs::copy(pack.with_extension("idx"), copy.with_extension("idx"))?;
        let (mut same, mut none) = (0, 0);
        for at in (12..bytes.len()).step_by(bytes.len() / 60) {
            let mut broken = bytes.clone();
            broken[at] ^= 0x55;
            fs::write(&copy, &broken)?;
            let packs = Packs::open(other.path());
            let mut reader = Reader::new(&packs);
            for &place in &places {
                match reader.read(place, MAX) {
                    Some(Object::Content(content)) if good.read(place, MAX) == Some(Object::Content(content)) => {
                        same += 1
                    }
                    _ => none += 1,
                }
            }
        }
        assert!(same > none && none > 0, "{same} {none}");
        fs::write(&copy, &bytes[..bytes.len() / 2])?;
        let packs = Packs::open(other.path());
        let mut reader = Reader::new(&packs);
        assert!(places.iter().any(|&place| reader.read(place, MAX).is_none()), "it is cut off");
        Ok(())
    }

    #[test]
    fn where_there_are_no_packs_there_is_nothing() -> io::Result<()> {
        let directory = tempfile::tempdir()?;
        assert_eq!(Packs::open(directory.path()).find(&[7; 20]), None);
        fs::create_dir(directory.path().join("pack"))?;
        fs::write(directory.path().join("pack/pack-1.idx"), "none")?;
        fs::write(directory.path().join("pack/pack-1.pack"), "PACK\0\0\0\x02")?;
        assert_eq!(Packs::open(directory.path()).find(&[7; 20]), None);
        Ok(())
    }
}
