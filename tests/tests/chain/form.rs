//! The fields of a certificate, keys and signatures (RFC 5280 §4.1, BR §6.1 and §7.1.3).

use super::der::{bits, der, integer, name, oid, sequence};
use super::world::{Case, fails, open, passes};

const LINTS: &str = "certificate-lints";
const PUBLIC: &str = "baseline-requirements";
const SERIAL: &str = "RFC 5280 §4.1.2.2";

/// The key of an RSA modulus of these bits, odd and with no small factor that is looked for here.
fn rsa(bits_long: usize, exponent: &[u8]) -> Vec<u8> {
    // 2^n + 1 has small factors; these octets were chosen so that no prime below 752 divides it.
    let mut modulus = vec![0; bits_long.div_ceil(8)];
    let top = (bits_long - 1) % 8;
    modulus[0] = 1 << top;
    let last = modulus.len() - 1;
    for low in (1..=u16::MAX).step_by(2) {
        modulus[last - 1..].copy_from_slice(&low.to_be_bytes());
        if (2..752_u32).all(|factor| remainder(&modulus, factor) != 0) {
            break;
        }
    }
    of_modulus(&modulus, exponent)
}

fn remainder(number: &[u8], by: u32) -> u32 {
    number
        .iter()
        .fold(0, |rest, octet| (rest * 256 + u32::from(*octet)) % by)
}

pub(crate) fn of_modulus(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let modulus = [&[0][..], modulus].concat();
    let modulus = if modulus[1] & 0x80 == 0 {
        &modulus[1..]
    } else {
        &modulus[..]
    };
    let key = sequence(&[integer(modulus), integer(exponent)]);
    sequence(&[
        sequence(&[oid("1.2.840.113549.1.1.1"), vec![5, 0]]),
        bits(&key),
    ])
}

/// A point of octets that are of the right length, on a curve by its name.
fn point(curve: &str, octets: usize) -> Vec<u8> {
    let point = [&[4][..], &vec![0x11; octets * 2]].concat();
    sequence(&[
        sequence(&[oid("1.2.840.10045.2.1"), oid(curve)]),
        bits(&point),
    ])
}

pub(crate) const CASES: &[Case] = &[
    // The version. What is not of version 3 is read by no client so far as its names.
    fails(
        "version 1",
        "RFC 5280 §4.1.2.1",
        (LINTS, "version 3"),
        |world| {
            world.leaf().version = 0;
            world.leaf().extensions.clear();
        },
    ),
    fails(
        "version 2",
        "RFC 5280 §4.1.2.1",
        (LINTS, "version 3"),
        |world| {
            world.leaf().version = 1;
            world.leaf().extensions.clear();
        },
    ),
    fails(
        "version 4",
        "RFC 5280 §4.1.2.1",
        (LINTS, "version 3"),
        |world| world.leaf().version = 3,
    ),
    fails(
        "version 1 with extensions",
        "RFC 5280 §4.1.2.9",
        (LINTS, "version 3"),
        |world| world.leaf().version = 0,
    ),
    // Serial numbers.
    fails(
        "the serial number 0",
        SERIAL,
        (LINTS, "serial number"),
        |world| world.leaf().serial = vec![0],
    ),
    fails(
        "a negative serial number",
        SERIAL,
        (LINTS, "serial number"),
        |world| world.leaf().serial = vec![0x80, 1],
    ),
    fails(
        "a serial number of 21 octets",
        SERIAL,
        (LINTS, "serial number"),
        |world| world.leaf().serial = vec![1; 21],
    ),
    passes("a serial number of 20 octets", SERIAL, |world| {
        world.leaf().serial = vec![0x7f; 20]
    }),
    fails(
        "a serial number of 160 bits",
        "BR §7.1.2.7",
        (PUBLIC, "2^159"),
        |world| {
            world.leaf().serial = [vec![0], vec![0xff; 20]].concat();
        },
    ),
    passes(
        "a short serial number below a root of one's own",
        SERIAL,
        |world| world.leaf().serial = vec![1],
    ),
    // Names and the rest.
    fails(
        "another algorithm within",
        "RFC 5280 §4.1.1.2",
        (LINTS, "algorithm within"),
        |world| {
            world.leaf().within = Some(sequence(&[oid("1.2.840.10045.4.3.3")]));
        },
    ),
    fails(
        "an issuer without a name",
        "RFC 5280 §4.1.2.4",
        (LINTS, "issuer"),
        |world| world.leaf().issuer = Some(sequence(&[])),
    ),
    fails(
        "a CA without a name",
        "RFC 5280 §4.1.2.6",
        (LINTS, "subject is empty"),
        |world| world.ca().subject = sequence(&[]),
    ),
    fails(
        "a unique identifier of the issuer",
        "RFC 5280 §4.1.2.8",
        (LINTS, "unique identifier"),
        |world| {
            world.leaf().extra = der(0x81, &[0, 1]);
        },
    ),
    fails(
        "octets behind the certificate",
        "X.690 §10",
        ("trusted-path", ""),
        |world| world.behind = vec![5, 0],
    ),
    passes("a subject of several parts", "RFC 5280 §4.1.2.6", |world| {
        world.leaf().subject = name("C=DE/O=Test/CN=api.example.com");
    }),
    // Keys.
    passes("a key on P-384", "BR §6.1.5", |world| {
        world.leaf().key = "p-384"
    }),
    passes("a key on P-521", "BR §6.1.5", |world| {
        world.leaf().key = "p-521"
    }),
    passes("an RSA key of 2048 bits", "BR §6.1.5", |world| {
        world.leaf().key = "rsa"
    }),
    passes("an RSA key of 4096 bits", "BR §6.1.5", |world| {
        world.leaf().public = Some(rsa(4096, &[1, 0, 1]))
    }),
    passes("an RSA key with the exponent 3", "BR §6.1.6", |world| {
        world.leaf().public = Some(rsa(2048, &[3]))
    }),
    fails(
        "an RSA key with the exponent 1",
        "BR §6.1.6",
        ("strong-key", "exponent"),
        |world| world.leaf().public = Some(rsa(2048, &[1])),
    ),
    fails(
        "an RSA key with an even exponent",
        "BR §6.1.6",
        ("strong-key", "exponent"),
        |world| world.leaf().public = Some(rsa(2048, &[1, 0, 0])),
    ),
    fails(
        "an RSA key with a small factor",
        "BR §6.1.6",
        ("strong-key", "factor"),
        |world| {
            let mut modulus = vec![0xff; 256];
            // 751 divides it.
            for low in 0..=u16::MAX {
                modulus[254..].copy_from_slice(&low.to_be_bytes());
                if low % 2 == 1 && remainder(&modulus, 751) == 0 {
                    break;
                }
            }
            world.leaf().public = Some(of_modulus(&modulus, &[1, 0, 1]));
        },
    ),
    fails(
        "an RSA key of 1024 bits",
        "BR §6.1.5",
        ("strong-key", "RSA 1024 bits"),
        |world| world.leaf().public = Some(rsa(1024, &[1, 0, 1])),
    ),
    fails(
        "an RSA key of 2047 bits",
        "BR §6.1.5",
        ("strong-key", "RSA 2047 bits"),
        |world| world.leaf().public = Some(rsa(2047, &[1, 0, 1])),
    ),
    fails(
        "an RSA key of 2049 bits",
        "BR §6.1.5",
        (PUBLIC, "whole octets"),
        |world| world.leaf().public = Some(rsa(2049, &[1, 0, 1])),
    ),
    fails(
        "a key on P-192",
        "BR §6.1.5",
        ("strong-key", "ECDSA 192 bits"),
        |world| world.leaf().public = Some(point("1.2.840.10045.3.1.1", 24)),
    ),
    fails(
        "a key on P-224",
        "BR §6.1.5",
        ("strong-key", "ECDSA 224 bits"),
        |world| world.leaf().public = Some(point("1.3.132.0.33", 28)),
    ),
    fails(
        "a key on secp256k1",
        "BR §6.1.5",
        (PUBLIC, "P-256, P-384"),
        |world| world.leaf().public = Some(point("1.3.132.0.10", 32)),
    ),
    fails(
        "a key of Ed25519",
        "BR §6.1.5",
        (PUBLIC, "P-256, P-384"),
        |world| world.leaf().key = "ed25519",
    ),
    fails(
        "a key of DSA",
        "BR §6.1.5",
        ("strong-key", "DSA"),
        |world| {
            let key = sequence(&[oid("1.2.840.10040.4.1")]);
            world.leaf().public = Some(sequence(&[key, bits(&integer(&[7; 128]))]));
        },
    ),
    open(
        "a key of a kind that nobody knows",
        "BR §6.1.5",
        ("strong-key", "not known"),
        |world| {
            world.leaf().public = Some(sequence(&[sequence(&[oid("1.3.9999.1")]), bits(&[7; 32])]));
            world.private = true;
        },
    ),
    // Signatures.
    passes("a CA on P-384", "BR §7.1.3.2", |world| {
        world.ca().key = "p-384"
    }),
    passes("a CA with an RSA key", "BR §7.1.3.2", |world| {
        world.ca().key = "rsa"
    }),
    fails(
        "a signature by SHA-1",
        "RFC 9155 §2",
        ("strong-signature", "ecdsa-with-SHA1"),
        |world| {
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.10045.4.1")]));
        },
    ),
    fails(
        "a signature by MD5",
        "RFC 6151 §2",
        ("strong-signature", "md5"),
        |world| {
            world.leaf().algorithm = Some(sequence(&[oid("1.2.840.113549.1.1.4"), vec![5, 0]]));
        },
    ),
    fails(
        "a CA of Ed25519",
        "BR §7.1.3.2",
        (PUBLIC, "signed with Ed25519"),
        |world| world.ca().key = "ed25519",
    ),
    open(
        "a signature of a kind that nobody knows",
        "RFC 5280 §6.1.3 (a)(1)",
        ("trusted-path", "not checked"),
        |world| {
            world.private = true;
            world.leaf().algorithm = Some(sequence(&[oid("1.3.9999.2")]));
        },
    ),
];
