//! RSA keys that are weak whatever their size (BR §6.1.1.3 and §6.1.6): exponents that encrypt nothing,
//! factors that anybody finds, and the keys of a library whose primes have a form of their own
//! (CVE-2017-15361).

use x509_parser::public_key::RSAPublicKey;

/// Primes are looked for below this (BR §6.1.6).
const LARGEST_FACTOR: u32 = 752;

/// The primes by which keys of that library are told: their moduli are powers of 65537 by each of them.
/// Of other keys one in a hundred million is.
const TOLD_BY: [u32; 17] = [
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
];

/// Why a key is weak; nothing where it is not known to be.
pub(super) fn weakness(key: &RSAPublicKey<'_>) -> Option<String> {
    let exponent: Vec<u8> = key
        .exponent
        .iter()
        .copied()
        .skip_while(|octet| *octet == 0)
        .collect();
    let odd = exponent.last().is_some_and(|last| last % 2 == 1);
    if !odd || exponent == [1] {
        return Some("its exponent is even or 1".to_owned());
    }
    if let Some(factor) = (2..LARGEST_FACTOR).find(|factor| rest(key.modulus, *factor) == 0) {
        return Some(format!("its modulus has the factor {factor}"));
    }
    let is_power = |prime: &u32| {
        let wanted = rest(key.modulus, *prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * (65537 % prime) % prime;
            power == wanted
        })
    };
    TOLD_BY
        .iter()
        .all(is_power)
        .then(|| "its primes have the form of CVE-2017-15361 (ROCA)".to_owned())
}

/// What is left of a number when it is divided.
fn rest(number: &[u8], by: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % by)
}

#[cfg(test)]
mod tests {
    use super::{TOLD_BY, rest, weakness};
    use x509_parser::public_key::RSAPublicKey;

    fn told(modulus: &[u8], exponent: &[u8]) -> Option<String> {
        weakness(&RSAPublicKey { modulus, exponent })
    }

    /// A number that is a power of 65537 by every prime that tells, and has none of the small factors.
    fn of_the_library() -> Vec<u8> {
        let product: u128 = TOLD_BY.iter().map(|prime| u128::from(*prime)).product();
        let one_by_all = (1..1_000_000_u128).map(|times| product * times + 1);
        let mut numbers = one_by_all.map(|number| number.to_be_bytes().to_vec());
        let fits = |number: &Vec<u8>| (2..752).all(|factor| rest(number, factor) != 0);
        numbers.find(fits).unwrap()
    }

    #[test]
    fn weak_keys_are_told_by_their_numbers() {
        let sound = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc5];
        assert_eq!(told(&sound, &[1, 0, 1]), None);
        assert_eq!(told(&sound, &[3]), None);
        for exponent in [&[][..], &[0], &[1], &[0, 1], &[2], &[1, 0, 0]] {
            assert!(
                told(&sound, exponent).unwrap().contains("exponent"),
                "{exponent:?}"
            );
        }
        assert!(told(&[0xff, 0xfe], &[3]).unwrap().contains("factor 2"));
        assert!(told(&[0x08, 0x9f, 0xd9], &[3]).unwrap().contains("factor"));
        let roca = of_the_library();
        assert!(told(&roca, &[1, 0, 1]).unwrap().contains("ROCA"));
    }
}
