//! Keys that are weak by their numbers, and points that are no keys.

use super::der::{bits, integer, oid, sequence};
use super::form::of_modulus;
use super::made::Made;
use super::moduli;
use super::world::{Case, World, fails, passes};

const KEY: &str = "strong-key";
const LINTS: &str = "certificate-lints";
const VALIDATION: &str = "SEC 1 §3.2.2.1";

fn octets(hexadecimal: &str) -> Vec<u8> {
    let digits = hexadecimal.as_bytes().chunks(2);
    digits
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// A server's RSA key.
fn rsa(world: &mut World, modulus: &str, exponent: &[u8]) {
    world.leaf().public = Some(of_modulus(&octets(modulus), exponent));
}

/// A server's key: a point in these octets on the curve of this name.
fn point(world: &mut World, curve: &str, octets: &[u8]) {
    world.leaf().public = Some(sequence(&[
        sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]),
        bits(octets),
    ]));
}

const P_256: &str = "1.2.840.10045.3.1.7";
const P_384: &str = "1.3.132.0.34";

/// The base point of P-256 (NIST SP 800-186 §3.2.1.3).
const BASE: &str = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296\
    4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";

fn base(form: u8) -> Vec<u8> {
    [&[form][..], &octets(BASE)].concat()
}

pub(crate) const CASES: &[Case] = &[
    passes("an RSA key of two primes apart", "BR §6.1.1.3", |world| {
        rsa(world, moduli::SOUND, &[1, 0, 1])
    }),
    passes(
        "primes that share an upper part only",
        "BR §6.1.1.3",
        |world| rsa(world, moduli::APART, &[1, 0, 1]),
    ),
    passes(
        "primes that Fermat finds in round 130",
        "BR §6.1.1.3",
        |world| rsa(world, moduli::A_ROUND_TOO_FAR, &[1, 0, 1]),
    ),
    fails(
        "primes that Fermat finds in round 83",
        "BR §6.1.1.3",
        (KEY, "Fermat"),
        |world| rsa(world, moduli::CLOSE, &[1, 0, 1]),
    ),
    fails(
        "close primes are a lint too",
        "BR §6.1.1.3",
        (LINTS, "Fermat"),
        |world| rsa(world, moduli::CLOSE, &[1, 0, 1]),
    ),
    fails(
        "a modulus that is a square",
        "BR §6.1.6",
        (KEY, "the power of a number"),
        |world| rsa(world, moduli::SQUARE, &[1, 0, 1]),
    ),
    fails(
        "a modulus that is a cube",
        "BR §6.1.6",
        (KEY, "the power of a number"),
        |world| rsa(world, moduli::CUBE, &[1, 0, 1]),
    ),
    fails(
        "primes of the form of ROCA",
        "CVE-2017-15361",
        (KEY, "ROCA"),
        |world| rsa(world, moduli::ROCA, &[1, 0, 1]),
    ),
    fails(
        "a CA's primes of the form of ROCA",
        "BR §6.1.1.3",
        (LINTS, "O=Test, CN=Stranger"),
        |world| {
            let mut weak = Made::authority("O=Test/CN=Stranger", "ca", "root");
            weak.public = Some(of_modulus(&octets(moduli::ROCA), &[1, 0, 1]));
            world.add("ca", weak);
        },
    ),
    fails(
        "an exponent above the modulus",
        "RFC 8017 §3.1",
        (KEY, "not smaller"),
        |world| {
            let large = [&[1][..], &[0xff; 256]].concat();
            rsa(world, moduli::SOUND, &large);
        },
    ),
    fails(
        "an RSA key of one number",
        "RFC 8017 appendix A.1.1",
        (KEY, "a modulus and an exponent"),
        |world| {
            world.leaf().public = Some(sequence(&[
                sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]),
                bits(&sequence(&[integer(&octets(moduli::SOUND))])),
            ]));
        },
    ),
    fails(
        "a modulus without its leading zero",
        "RFC 8017 §3.1",
        (KEY, "positive"),
        |world| {
            let key = sequence(&[integer(&octets(moduli::SOUND)), integer(&[1, 0, 1])]);
            world.leaf().public = Some(sequence(&[
                sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]),
                bits(&key),
            ]));
        },
    ),
    // Points.
    passes("the base point", VALIDATION, |world| {
        point(world, P_256, &base(4))
    }),
    passes("a point that is compressed", "RFC 5480 §2.2", |world| {
        point(world, P_256, &base(3)[..33])
    }),
    fails(
        "a point in both forms at once",
        "RFC 5480 §2.2",
        (KEY, "a form"),
        |world| point(world, P_256, &base(7)),
    ),
    fails(
        "a point beside the curve",
        VALIDATION,
        (KEY, "not on the curve"),
        |world| {
            let mut beside = base(4);
            beside[64] ^= 1;
            point(world, P_256, &beside);
        },
    ),
    fails(
        "a point beside the curve is a lint too",
        VALIDATION,
        (LINTS, "not on the curve"),
        |world| {
            let mut beside = base(4);
            beside[64] ^= 1;
            point(world, P_256, &beside);
        },
    ),
    fails(
        "a point of another curve",
        VALIDATION,
        (KEY, "not as long"),
        |world| point(world, P_384, &base(4)),
    ),
    fails(
        "the point at infinity",
        VALIDATION,
        (KEY, "infinity"),
        |world| point(world, P_256, &[0]),
    ),
    fails(
        "a point of zeros",
        VALIDATION,
        (KEY, "not on the curve"),
        |world| point(world, P_256, &[&[4][..], &[0; 64]].concat()),
    ),
    fails(
        "a coordinate beyond the field",
        VALIDATION,
        (KEY, "not on the curve"),
        |world| point(world, P_256, &[&[4][..], &[0xff; 64]].concat()),
    ),
    fails(
        "a point without an octet",
        "SEC 1 §2.3.4",
        (KEY, "not as long"),
        |world| point(world, P_256, &base(4)[..64]),
    ),
];
