//! What stands before the packed bytes of an object.

use super::Sha1;

/// How an object is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Blob,
    /// By what makes it of another in the same pack, which stands as many bytes before it.
    DeltaOfEarlier(u64),
    /// The same, of one that is named.
    DeltaOfNamed(Sha1),
}

/// The head of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub kind: Kind,
    /// How long what follows is when it is unpacked.
    pub size: usize,
    /// How long the head is.
    pub length: usize,
}

impl Entry {
    /// Is at least as long as any head: 10 bytes of a size, and an id.
    pub(super) const LONGEST: usize = 32;

    /// Reads a head; `None` for what is neither a blob nor a delta.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        // Three bits of the first byte say what it is; the other four, and seven of each that follows, how long.
        let first = next(&mut rest)?;
        let mut size = usize::from(first & 0x0f);
        let (mut byte, mut shift) = (first, 4);
        while byte & 0x80 != 0 {
            byte = next(&mut rest)?;
            let bits = usize::from(byte & 0x7f);
            let moved = bits.checked_shl(shift).filter(|moved| moved >> shift == bits)?;
            size |= moved;
            shift += 7;
        }
        let kind = match (first >> 4) & 7 {
            3 => Kind::Blob,
            6 => Kind::DeltaOfEarlier(distance(&mut rest).filter(|&distance| distance > 0)?),
            7 => {
                let (id, after) = rest.split_first_chunk()?;
                rest = after;
                Kind::DeltaOfNamed(*id)
            }
            _ => return None,
        };
        Some(Self { kind, size, length: bytes.len() - rest.len() })
    }
}

/// The most significant bits come first, and each byte but the last counts for one more.
fn distance(rest: &mut &[u8]) -> Option<u64> {
    let mut byte = next(rest)?;
    let mut distance = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        byte = next(rest)?;
        distance = (distance + 1).checked_mul(128)? | u64::from(byte & 0x7f);
    }
    Some(distance)
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (byte, after) = rest.split_first()?;
    *rest = after;
    Some(*byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_of_all_kinds() {
        let blob = Entry { kind: Kind::Blob, size: 5, length: 1 };
        assert_eq!(Entry::read(&[0x35, 0xff]), Some(blob));
        assert_eq!(Entry::read(&[0xb5, 0x81, 0x01]), Some(Entry { size: 5 + 16 + 2048, length: 3, ..blob }));
        let earlier = |distance, length| Some(Entry { kind: Kind::DeltaOfEarlier(distance), size: 2, length });
        assert_eq!(Entry::read(&[0x62, 0x7f]), earlier(127, 2));
        assert_eq!(Entry::read(&[0x62, 0x80, 0x00]), earlier(128, 3));
        assert_eq!(Entry::read(&[0x62, 0x80, 0x80, 0x00]), earlier(128 + (1 << 14), 4));
        let named = [&[0x72][..], &[7; 20]].concat();
        assert_eq!(Entry::read(&named), Some(Entry { kind: Kind::DeltaOfNamed([7; 20]), size: 2, length: 21 }));
    }

    #[test]
    fn what_is_no_head_is_none() {
        for bytes in [&[][..], &[0x15], &[0xb5], &[0x62], &[0x62, 0x00], &[0x72, 1, 2], &[0xbf; 32]] {
            assert_eq!(Entry::read(bytes), None, "{bytes:x?}");
        }
    }
}
