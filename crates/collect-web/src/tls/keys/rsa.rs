//! RSA keys that are weak whatever their size: exponents that encrypt nothing, factors that anybody finds,
//! primes that stand close together, and the keys of a library whose primes have a form of their own
//! (CVE-2017-15361).

use super::Weakness;
use num_bigint::BigUint;
use x509_parser::public_key::RSAPublicKey;

/// Rounds of Fermat's method (BR §6.1.1.3).
const ROUNDS: usize = 100;

/// Below this a modulus may have no factor (BR §6.1.6, NIST SP 800-89 §5.3.3).
const LARGEST_FACTOR: u32 = 752;

/// The primes by which keys of that library are told: their moduli are powers of 65537 by each of them.
/// Of other keys one in a hundred million is.
const TOLD_BY: [u32; 17] = [
    11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
];

/// Powers that a modulus may be, and primes that tell most numbers that are none: one more than a
/// multiple of the power each.
const POWERS: [(u32, [u32; 3]); 5] = [
    (3, [769, 757, 787]),
    (5, [761, 811, 821]),
    (7, [757, 827, 883]),
    (11, [859, 881, 947]),
    (13, [859, 911, 937]),
];

/// Why a key is weak; nothing where it is not known to be.
pub(super) fn weakness(key: &RSAPublicKey<'_>) -> Option<Weakness> {
    let told = |id, rule, message: String| Some(Weakness::new(id, rule, message));
    if key.modulus.first().is_none_or(|first| first & 0x80 != 0) {
        let message = "its modulus is no positive number".to_owned();
        return told("rsa-modulus", "RFC 8017 §3.1", message);
    }
    let modulus = BigUint::from_bytes_be(key.modulus);
    if let Some(message) = exponent(key.exponent, &modulus) {
        return told("rsa-exponent", "BR §6.1.6", message.to_owned());
    }
    if let Some(factor) = small_factor(&modulus) {
        let message = format!("its modulus has the factor {factor}");
        return told("rsa-small-factor", "BR §6.1.6", message);
    }
    if is_power(&modulus) {
        let message = "its modulus is the power of a number".to_owned();
        return told("rsa-prime-power", "BR §6.1.6", message);
    }
    if has_close_factors(&modulus) {
        let message = format!(
            "its primes are found in {ROUNDS} rounds of Fermat's method, so close they are"
        );
        return told("rsa-close-primes", "BR §6.1.1.3", message);
    }
    if is_of_the_library(&modulus) {
        let message = "its primes have the form of CVE-2017-15361 (ROCA)".to_owned();
        return told("rsa-roca", "BR §6.1.1.3", message);
    }
    None
}

/// Whether the exponent is outside 2^16 + 1 to 2^256 - 1, where it ought to be (BR §6.1.6: SHOULD).
pub(super) fn is_unusual(key: &RSAPublicKey<'_>) -> bool {
    let number = BigUint::from_bytes_be(key.exponent);
    number < BigUint::from(65_537_u32) || number.bits() > 256
}

fn exponent(octets: &[u8], modulus: &BigUint) -> Option<&'static str> {
    let number = BigUint::from_bytes_be(octets);
    let negative = octets.first().is_some_and(|first| first & 0x80 != 0);
    if negative || !number.bit(0) || number == BigUint::from(1_u8) {
        return Some("its exponent is even or 1");
    }
    (number >= *modulus).then_some("its exponent is not smaller than its modulus")
}

/// What is left of `number` when it is divided.
fn rest(number: &BigUint, by: u32) -> u32 {
    let rest = number % by;
    rest.iter_u32_digits().next().unwrap_or_default()
}

fn is_prime(number: u32) -> bool {
    number > 1
        && (2..number)
            .take_while(|by| by * by <= number)
            .all(|by| !number.is_multiple_of(by))
}

/// The smallest factor that no modulus may have. Primes are tried several at a time.
fn small_factor(modulus: &BigUint) -> Option<u32> {
    let mut product: u32 = 1;
    let mut together: Vec<u32> = Vec::new();
    let found = |together: &[u32], product: u32| {
        let left = rest(modulus, product);
        together
            .iter()
            .copied()
            .find(|prime| left.is_multiple_of(*prime))
    };
    for prime in (2..LARGEST_FACTOR).filter(|number| is_prime(*number)) {
        match product.checked_mul(prime) {
            Some(larger) => product = larger,
            None => {
                if let Some(factor) = found(&together, product) {
                    return Some(factor);
                }
                product = prime;
                together.clear();
            }
        }
        together.push(prime);
    }
    found(&together, product)
}

/// `base` to the power of `exponent`, by a prime below 2^16.
fn power(base: u32, mut exponent: u32, by: u32) -> u32 {
    let (mut base, mut result) = (base % by, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % by;
        }
        base = base * base % by;
        exponent >>= 1;
    }
    result
}

/// Whether `modulus` is a square, a cube …; without small factors no higher power comes into question
/// but those of very small primes.
fn is_power(modulus: &BigUint) -> bool {
    is_square(modulus)
        || POWERS.iter().any(|(root, by)| {
            let may_be = |by: &u32| power(rest(modulus, *by), (by - 1) / root, *by) <= 1;
            by.iter().all(may_be) && modulus.nth_root(*root).pow(*root) == *modulus
        })
}

fn is_square(number: &BigUint) -> bool {
    // Of the numbers by 64, 63, 65 and 11 few are squares.
    let may_be = |by: u32| {
        let left = rest(number, by);
        (0..by).any(|root| root * root % by == left)
    };
    [64, 63, 65, 11].into_iter().all(may_be) && {
        let root = number.sqrt();
        &root * &root == *number
    }
}

/// Fermat: a number is the difference of two squares, a² - n = b², and `a` is near its root where the
/// factors a + b and a - b are close together.
fn has_close_factors(modulus: &BigUint) -> bool {
    let a = modulus.sqrt() + 1_u8;
    let difference = &a * &a - modulus;
    let next =
        |(a, difference): &(BigUint, BigUint)| Some((a + 1_u8, difference + (a << 1_u8) + 1_u8));
    std::iter::successors(Some((a, difference)), next)
        .take(ROUNDS)
        .any(|(_, difference)| is_square(&difference))
}

fn is_of_the_library(modulus: &BigUint) -> bool {
    TOLD_BY.iter().all(|prime| {
        let wanted = rest(modulus, *prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * (65537 % prime) % prime;
            power == wanted
        })
    })
}

#[cfg(test)]
mod tests {
    use super::{POWERS, TOLD_BY, is_prime, power, rest, small_factor, weakness};
    use num_bigint::BigUint;
    use proptest::prelude::*;
    use x509_parser::public_key::RSAPublicKey;

    fn id(modulus: &BigUint, exponent: &[u8]) -> &'static str {
        let mut octets = modulus.to_bytes_be();
        octets.insert(0, 0);
        let key = RSAPublicKey {
            modulus: &octets,
            exponent,
        };
        weakness(&key).map_or("none", |weakness| weakness.id)
    }

    /// The first number from `start` on without small factors: as good as a prime for these tests.
    fn rough(start: BigUint) -> BigUint {
        let mut number = start | BigUint::from(1_u8);
        while small_factor(&number).is_some() {
            number += 2_u8;
        }
        number
    }

    fn large(bits: u32, seed: u32) -> BigUint {
        rough((BigUint::from(1_u8) << bits) + BigUint::from(seed).pow(bits / 40))
    }

    #[test]
    fn weak_keys_are_told_by_their_numbers() {
        let (p, q) = (large(511, 0xdead_beef), large(512, 0x1234_5678));
        let sound = &p * &q;
        assert_eq!(id(&sound, &[1, 0, 1]), "none");
        assert_eq!(id(&sound, &[3]), "none");
        for exponent in [&[][..], &[0], &[1], &[0, 1], &[2], &[1, 0, 0], &[0x81]] {
            assert_eq!(id(&sound, exponent), "rsa-exponent", "{exponent:?}");
        }
        let too_large = [&[0][..], &(&sound + 2_u8).to_bytes_be()].concat();
        assert_eq!(id(&sound, &too_large), "rsa-exponent");
        assert_eq!(id(&(&sound * 2_u8), &[3]), "rsa-small-factor");
        assert_eq!(id(&(&sound * 751_u16), &[3]), "rsa-small-factor");
        assert_eq!(id(&(&sound * 757_u16), &[3]), "none");
        for root in [2, 3, 5, 7, 11, 13] {
            assert_eq!(
                id(&large(200, 77).pow(root), &[3]),
                "rsa-prime-power",
                "{root}"
            );
        }
        let close = rough(&p + (BigUint::from(1_u8) << 250_u32));
        assert_eq!(id(&(&p * &close), &[3]), "rsa-close-primes");
        let apart = rough(&p + (BigUint::from(1_u8) << 300_u32));
        assert_eq!(id(&(&p * &apart), &[3]), "none");
        let product: BigUint = TOLD_BY.iter().map(|prime| BigUint::from(*prime)).product();
        let of_the_library = rough_step(&product);
        assert_eq!(id(&of_the_library, &[3]), "rsa-roca");
        let negative = RSAPublicKey {
            modulus: &[0x81, 1],
            exponent: &[3],
        };
        assert_eq!(weakness(&negative).unwrap().id, "rsa-modulus");
    }

    #[test]
    fn exponents_that_are_not_usual() {
        let unusual = |exponent: &[u8]| {
            super::is_unusual(&RSAPublicKey {
                modulus: &[0xff],
                exponent,
            })
        };
        assert!(unusual(&[3]) && unusual(&[1, 0, 0]) && unusual(&[1; 33]));
        assert!(!unusual(&[1, 0, 1]) && !unusual(&[0xff; 32]));
    }

    /// A number that is 1, a power of 65537, by every prime that tells, and has no small factor.
    fn rough_step(product: &BigUint) -> BigUint {
        let mut number = product * product * product + 1_u8;
        while small_factor(&number).is_some() {
            number += product;
        }
        number
    }

    #[test]
    fn the_primes_that_tell_powers_fit_them() {
        for (root, primes) in POWERS {
            for prime in primes {
                assert!(is_prime(prime) && prime % root == 1, "{root} {prime}");
            }
        }
        assert_eq!(power(3, 4, 100), 81);
    }

    proptest! {
        #[test]
        fn no_key_panics(modulus in proptest::collection::vec(any::<u8>(), 0..40),
                         exponent in proptest::collection::vec(any::<u8>(), 0..6)) {
            let _ = weakness(&RSAPublicKey { modulus: &modulus, exponent: &exponent });
        }

        #[test]
        fn small_factors_are_those_of_division(number in 2_u64..1_000_000) {
            let number = BigUint::from(number);
            let slowly = (2..752).find(|by| rest(&number, *by) == 0);
            prop_assert_eq!(small_factor(&number), slowly);
        }
    }
}
