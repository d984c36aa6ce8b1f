//! The published secrets themselves, for tokens to be tried against.

use crate::embedded;
use crate::strength::published::{self, Published};

/// All published values: those whose origin is known by name, then the list of `rules/published/values.bin`.
///
/// The list is compressed, so that neither the tree nor the program shows any of it, and unpacked each time: there is
/// need for it only where a token is.
pub(super) fn values() -> impl Iterator<Item = (Vec<u8>, Published)> {
    let packed = embedded::bytes("published/values.bin").unwrap_or_default();
    let list = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_default();
    let listed: Vec<Vec<u8>> = list.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    let named = published::named().map(|(value, origin)| (value.as_bytes().to_vec(), origin));
    named.chain(listed.into_iter().map(|value| (value, Published::LISTED))).filter(|(value, _)| !value.is_empty())
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
