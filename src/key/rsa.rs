//! RSA signatures (RFC 8017 §8): what is needed to verify one.

use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, ConcatenatingMul as _, NonZero, Odd};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{padded, unpadded};
use crate::token::Hash;

/// Private exponents of longer keys are not tried: it would take too long.
const LONGEST_PRIVATE: usize = 512;

/// Whether the private exponent undoes the public one, told by the primes: much less work than a trial.
pub(super) fn fits_primes(modulus: &[u8], exponent: &[u8], private: &[u8], primes: [&[u8]; 2]) -> bool {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(unpadded(bytes));
    let is = |number: &BoxedUint, expected: &[u8]| unpadded(&number.to_be_bytes()) == unpadded(expected);
    let both = number(exponent).concatenating_mul(number(private));
    let is_undone = |prime: &[u8]| {
        let mut order = prime.to_vec();
        // Primes are odd: one less is even.
        let is_odd = order.last_mut().is_some_and(|last| {
            *last ^= 1;
            *last & 1 == 0
        });
        let order: Option<NonZero<BoxedUint>> = Option::from(NonZero::new(number(&order)));
        is_odd && order.is_some_and(|order| is(&both.rem_vartime(&order), &[1]))
    };
    primes.iter().all(|prime| prime.len() <= modulus.len() && is_undone(prime))
        && private.len() <= modulus.len() + 1
        && is(&number(primes[0]).concatenating_mul(number(primes[1])), modulus)
}

/// Whether the private exponent undoes the public one. Of very long keys that is taken for granted.
pub(super) fn is_pair(modulus: &[u8], exponent: &[u8], private: &[u8]) -> bool {
    let private = unpadded(private);
    if modulus.len() > LONGEST_PRIVATE {
        return true;
    }
    let number = [2];
    let there = power(&number, exponent, modulus);
    private.len() <= modulus.len()
        && there.and_then(|there| power(&there, private, modulus)).is_some_and(|back| unpadded(&back) == number)
}

/// RSASSA-PKCS1-v1_5.
pub(super) fn verifies_pkcs1(modulus: &[u8], exponent: &[u8], hash: Hash, input: &[u8], signature: &[u8]) -> bool {
    /// `DigestInfo` up to the digest, for SHA-256, 384 and 512: they differ in the last of the name and in lengths.
    const NAME: &[u8] = b"\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02";
    let digest = digest(hash, input);
    let id = match hash {
        Hash::Sha256 => 1,
        Hash::Sha384 => 2,
        Hash::Sha512 => 3,
    };
    let Ok(length) = u8::try_from(digest.len()) else { return false };
    let info = [&[0x30, 17 + length, 0x30, 13], NAME, &[id, 5, 0, 4, length], &digest].concat();
    let Some(filling) = modulus.len().checked_sub(info.len() + 3).filter(|&filling| filling >= 8) else {
        return false;
    };
    let expected = [&[0, 1], vec![0xff; filling].as_slice(), &[0], &info].concat();
    power(signature, exponent, modulus)
        .and_then(|found| padded(&found, modulus.len()))
        .is_some_and(|found| found == expected)
}

/// RSASSA-PSS with MGF1 of the same hash, and a salt of any length.
pub(super) fn verifies_pss(modulus: &[u8], exponent: &[u8], hash: Hash, input: &[u8], signature: &[u8]) -> bool {
    pss(modulus, exponent, hash, input, signature).unwrap_or(false)
}

fn pss(modulus: &[u8], exponent: &[u8], hash: Hash, input: &[u8], signature: &[u8]) -> Option<bool> {
    let leading = modulus.first()?.leading_zeros() + 1;
    // One bit less than the modulus has; that may be one byte less.
    let length = modulus.len() - usize::from(leading == 8);
    let encoded = padded(&power(signature, exponent, modulus)?, length)?;
    let hashed = digest(hash, input);
    let (&0xbc, rest) = encoded.split_last()? else { return Some(false) };
    let (masked, tail) = rest.split_at_checked(rest.len().checked_sub(hashed.len())?)?;
    let mut block: Vec<u8> =
        masked.iter().zip(mask(hash, tail, masked.len())).map(|(one, other)| one ^ other).collect();
    let unused = if leading == 8 { 0 } else { leading };
    let first = block.first_mut()?;
    *first &= 0xff_u8 >> unused;
    let mark = block.iter().position(|&byte| byte != 0)?;
    if block.get(mark) != Some(&1) {
        return Some(false);
    }
    let salt = block.get(mark + 1..)?;
    Some(digest(hash, &[&[0; 8], hashed.as_slice(), salt].concat()) == tail)
}

/// MGF1.
fn mask(hash: Hash, seed: &[u8], length: usize) -> Vec<u8> {
    let mut mask = Vec::with_capacity(length + 64);
    let mut counter = 0u32;
    while mask.len() < length {
        mask.extend(digest(hash, &[seed, &counter.to_be_bytes()].concat()));
        counter += 1;
    }
    mask
}

fn digest(hash: Hash, input: &[u8]) -> Vec<u8> {
    match hash {
        Hash::Sha256 => Sha256::digest(input).to_vec(),
        Hash::Sha384 => Sha384::digest(input).to_vec(),
        Hash::Sha512 => Sha512::digest(input).to_vec(),
    }
}

/// `base` to the `exponent`, modulo `modulus`, which is odd; none of this is secret any more, so time may tell it.
fn power(base: &[u8], exponent: &[u8], modulus: &[u8]) -> Option<Vec<u8>> {
    let number = |bytes: &[u8]| BoxedUint::from_be_slice_vartime(bytes);
    let modulus: Odd<BoxedUint> = Option::from(number(modulus).into_odd())?;
    let precision = modulus.bits_precision();
    let base = BoxedUint::from_be_slice(&padded(base, precision as usize / 8)?, precision).ok()?;
    if base >= *modulus.as_ref() {
        return None;
    }
    let bits = 8 * u32::try_from(exponent.len()).ok()?;
    let params = BoxedMontyParams::new_vartime(modulus);
    let power = BoxedMontyForm::new(base, &params).pow_bounded_exp(&number(exponent), bits);
    Some(power.retrieve().to_be_bytes().to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_arithmetic() {
        let mut modulus = vec![0; 64];
        modulus[0] = 0x80;
        modulus[63] = 1;
        let found = power(&[3], &[5], &modulus).map(|found| unpadded(&found).to_vec());
        assert_eq!(found, Some(vec![243]));
        assert_eq!(power(&[3], &[5], &[0x80, 0]), None, "no modulus is even");
        assert_eq!(power(&modulus, &[5], &modulus), None, "a signature is below the modulus");
        assert_eq!(power(&[3], &[5], &[]), None);
    }

    #[test]
    fn an_exponent_fits_its_primes() {
        // 61 and 53, with 17 and its inverse.
        let (modulus, private) = ([0x0c, 0xa1], [0x0a, 0xc1]);
        assert!(fits_primes(&modulus, &[17], &private, [&[61], &[53]]));
        assert!(fits_primes(&modulus, &[17], &[0, 0x0a, 0xc1], [&[0, 61], &[53]]));
        for (private, primes) in [
            ([0x0a, 0xc3], [&[61_u8][..], &[53]]),
            (private, [&[61], &[59]]),
            (private, [&[60], &[53]]),
            (private, [&[1], &[53]]),
            (private, [&[], &[53]]),
        ] {
            assert!(!fits_primes(&modulus, &[17], &private, primes));
        }
    }

    #[test]
    fn numbers_that_are_no_key_verify_nothing() {
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            for modulus in [vec![0xff; 64], vec![1; 128], vec![0x80; 65]] {
                let signature = vec![0; modulus.len()];
                assert!(!verifies_pkcs1(&modulus, &[3], hash, b"a.b", &signature));
                assert!(!verifies_pss(&modulus, &[3], hash, b"a.b", &signature));
            }
        }
    }
}
