//! The published secrets themselves, for tokens to be tried against.

use zlib_rs::{Inflate, InflateFlush, Status};

use crate::embedded;
use crate::strength::published::{self, Published};

/// All published values: those whose origin is known by name, then the list of `rules/published/values.bin`.
///
/// The list is compressed, so that neither the tree nor the program shows any of it, and unpacked each time: there is
/// need for it only where a token is.
pub(super) fn values() -> impl Iterator<Item = (Vec<u8>, Published)> {
    let packed = embedded::bytes("published/values.bin").unwrap_or_default();
    let list = inflated(packed);
    let listed: Vec<Vec<u8>> = list.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let named = published::named().map(|(value, origin)| (value.as_bytes().to_vec(), origin));
    named.chain(listed.into_iter().map(|value| (value, Published::LISTED))).filter(|(value, _)| !value.is_empty())
}

/// Unpacks what has no header (RFC 1951), to the end or to where it breaks off.
fn inflated(packed: &[u8]) -> Vec<u8> {
    let mut inflate = Inflate::new(false, 15);
    let (mut out, mut piece) = (Vec::new(), [0; 1 << 14]);
    let mut rest = packed;
    loop {
        let before = (inflate.total_in(), inflate.total_out());
        let status = inflate.decompress(rest, &mut piece, InflateFlush::NoFlush);
        let (taken, made) = (inflate.total_in() - before.0, inflate.total_out() - before.1);
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        rest = rest.get(count(taken)..).unwrap_or_default();
        out.extend_from_slice(piece.get(..count(made)).unwrap_or_default());
        if status != Ok(Status::Ok) || taken == 0 && made == 0 {
            return out;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_that_of_the_table() {
        let values: Vec<(Vec<u8>, Published)> = values().collect();
        assert!(
            values.iter().all(|(value, _)| published::look_up(value).is_some()),
            "hashes.txt and values.bin are of one list"
        );
        assert!(values.len() > 4_500, "only {} values", values.len());
    }
}
