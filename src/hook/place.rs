//! Where an edited file lies that a host names in its own way.

use std::path::{Path, PathBuf};

use super::event::is_absolute;

/// The path of a file by the host's name for it. Names are relative to the host's directory; one that is spelled
/// with the separators, or below the drive, of another system is looked for below our own directory.
pub(super) fn of(name: &str, host_directory: Option<&str>, own: &Path) -> PathBuf {
    if let Some(name) = name.strip_prefix("file://") {
        // Not everybody escapes what a URI cannot hold.
        let found = of(&unescaped(name), host_directory, own);
        return if found.exists() { found } else { of(name, host_directory, own) };
    }
    let base = host_directory.map_or_else(|| own.to_owned(), |directory| own.join(directory));
    let written = base.join(name);
    if written.exists() {
        return written;
    }
    let slashed = name.replace('\\', "/");
    let below_host = host_directory.map(spelled).and_then(|directory| {
        Some(spelled(name).strip_prefix(directory.trim_end_matches('/'))?.strip_prefix('/')?.to_owned())
    });
    let relative = below_host.or_else(|| (!is_absolute(&slashed)).then_some(slashed));
    let others = relative.iter().flat_map(|relative| [base.join(relative), own.join(relative)]);
    others.into_iter().find(|path| path.exists()).unwrap_or(written)
}

/// A path with slashes, and its drive in one of the ways that hosts on Windows have: `C:\p`, `/c:/p`, and `/c/p`.
fn spelled(path: &str) -> String {
    let slashed = path.replace('\\', "/");
    let (rest, is_rooted) = slashed.strip_prefix('/').map_or((&*slashed, false), |rest| (rest, true));
    match rest.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => {
            format!("{}{}", letter.to_ascii_lowercase() as char, &rest[1..])
        }
        [letter, b'/', ..] if is_rooted && letter.is_ascii_alphabetic() => {
            format!("{}:{}", letter.to_ascii_lowercase() as char, &rest[1..])
        }
        _ => slashed,
    }
}

/// The path of a URI, its escapes read.
fn unescaped(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape =
            (first == b'%').then(|| after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok())).flatten();
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn names_of_other_systems_are_understood() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let own = folder.path();
        fs::create_dir(own.join("src"))?;
        fs::write(own.join("src/a.rs"), "")?;
        fs::write(own.join("src/b c.rs"), "")?;
        fs::write(own.join("src/d%20e.rs"), "")?;
        let here = own.to_string_lossy();
        for (name, directory) in [
            ("src/a.rs", None),
            ("src\\a.rs", None),
            ("src\\a.rs", Some(&*here)),
            ("a.rs", Some("src")),
            ("C:\\work\\p\\src\\a.rs", Some("C:\\work\\p")),
            ("C:\\work\\p\\src\\a.rs", Some("C:/work/p/")),
            ("c:\\work\\p\\src\\a.rs", Some("C:\\work\\p")),
            ("c:\\work\\p\\src\\a.rs", Some("/C:/work/p")),
            ("/c/work/p/src/a.rs", Some("C:\\work\\p")),
            ("file:///c:/work/p/src/a.rs", Some("/c:/work/p")),
            (&*format!("{here}/src/a.rs"), Some("/elsewhere")),
        ] {
            assert_eq!(of(name, directory, own).canonicalize()?, own.join("src/a.rs").canonicalize()?, "{name}");
        }
        for (name, file) in [("b%20c", "b c"), ("b c", "b c"), ("d%2520e", "d%20e"), ("d%20e", "d%20e")] {
            let uri = format!("file://{here}/src/{name}.rs");
            assert_eq!(of(&uri, None, own), own.join("src").join(format!("{file}.rs")), "{name}");
        }
        for odd in ["%", "%2", "%zz", "%é", "a%"] {
            assert_eq!(unescaped(odd), odd);
        }
        assert!(!of("src/b.rs", None, own).exists());
        Ok(())
    }
}
