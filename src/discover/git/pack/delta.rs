//! Instructions that make one object of another: copy from there, or insert what follows.

/// How long what a delta makes will be.
pub(super) fn length(delta: &[u8]) -> Option<usize> {
    let mut rest = delta;
    number(&mut rest)?;
    number(&mut rest)
}

/// Makes an object of its base; `None` if the two do not fit.
pub(super) fn apply(base: &[u8], delta: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let mut rest = delta;
    let (from, length) = (number(&mut rest)?, number(&mut rest)?);
    if from != base.len() {
        return None;
    }
    out.clear();
    out.reserve(length);
    while let Some((&instruction, after)) = rest.split_first() {
        rest = after;
        let piece = if instruction & 0x80 != 0 {
            let at = some_bytes(&mut rest, instruction, 4)?;
            let size = match some_bytes(&mut rest, instruction >> 4, 3)? {
                0 => 0x1_0000,
                size => size,
            };
            base.get(at..at.checked_add(size)?)?
        } else {
            let (piece, after) = rest.split_at_checked(usize::from(instruction))?;
            rest = after;
            // Zero is kept for later versions of the format.
            (!piece.is_empty()).then_some(piece)?
        };
        // Lies about the length do not fill the memory.
        if out.len() + piece.len() > length {
            return None;
        }
        out.extend_from_slice(piece);
    }
    (out.len() == length).then_some(())
}

/// A number whose lowest bits come first, seven in a byte.
fn number(rest: &mut &[u8]) -> Option<usize> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        let bits = usize::from(byte & 0x7f);
        number |= bits.checked_shl(shift).filter(|moved| moved >> shift == bits)?;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
}

/// A number of which only those bytes are there that the flags name, the lowest first.
fn some_bytes(rest: &mut &[u8], flags: u8, most: u8) -> Option<usize> {
    let mut number = 0;
    for index in (0..most).filter(|index| flags & (1 << index) != 0) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= usize::from(*byte).checked_shl(8 * u32::from(index))?;
    }
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
        let mut out = b"from before".to_vec();
        apply(base, delta, &mut out).map(|()| out)
    }

    #[test]
    fn copies_and_inserts() {
        let delta = [9, 8, 0x91, 3, 4, 3, b'f', b'i', b'g', 0x90, 1];
        assert_eq!(length(&delta), Some(8));
        assert_eq!(made(b"one pears", &delta).as_deref(), Some(&b" peafigo"[..]));
        let long = vec![7; 0x1_0000];
        assert_eq!(made(&long, &[0x80, 0x80, 4, 0x80, 0x80, 4, 0x80]), Some(long), "no size is the largest");
    }

    #[test]
    fn what_does_not_fit_is_none() {
        let base = b"one pears";
        for (why, delta) in [
            ("nothing", &[][..]),
            ("another base", &[8, 1, 0x90, 1]),
            ("too short", &[9, 2, 0x90, 1]),
            ("too long", &[9, 1, 0x90, 2]),
            ("beyond the base", &[9, 9, 0x91, 8, 9]),
            ("cut in an insertion", &[9, 3, 3, b'f']),
            ("cut in a copy", &[9, 1, 0x91, 0]),
            ("the kept instruction", &[9, 0, 0]),
            ("a number without end", &[0xff; 40]),
        ] {
            assert_eq!(made(base, delta), None, "{why}");
        }
    }
}
